/* expr_eval_compare.c - comparisons of one row. See expr_eval_parts.h.
 *
 * Null, as published in "Null values": `==` of two nulls is null, of one null false; `!=` is null and true then; `in` is a row of `==` with
 * `or` between them, `!in` one of `!=` with `and`; any other comparison with a null is null. ("Logical (binary) operators" says false for two
 * nulls with either; only under not() would that be another answer. The page on nulls goes into more detail and counts here.) */
#include "core/model/expr_eval_parts.h"

#include "core/base/regex.h"
#include "core/base/utf8.h"

#define TWO_63 9223372036854775808.0

/* -- texts -- */

static struct slice folded(struct strbuf *out, struct slice text)
{
	strbuf_clear(out);
	utf8_fold(out, text.text, text.len);
	return (struct slice){ strbuf_text(out), out->len };
}

/* Exact first: widened comparisons say yes to all that the exact one does, and most rows end there. */
bool expr_compare_texts(struct expr_judge *judge, uint32_t number, struct slice text, struct slice word)
{
	const struct expr_op *op = judge->expr->nodes[number].op;

	if (expr_text_test(op->test, op->nocase, text, word))
		return true;
	if (!judge->states[number].widened)
		return false;
	text = folded(&judge->left, text);
	return expr_text_test(op->test, false, text, folded(&judge->right, word));
}

/* -- order -- */

static int sign(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* A long against a real, exactly: 2^53 + 1 is more than 9007199254740992.0. Reals are finite. */
static int order_mixed(int64_t number, double real)
{
	int64_t whole;

	if (real >= TWO_63)
		return -1;
	if (real < -TWO_63)
		return 1;
	whole = (int64_t)real;   /* towards zero; the rest is exact */
	if (number != whole)
		return sign(number, whole);
	return ((double)whole > real) - ((double)whole < real);
}

/* Less, equal or more. The parser lets only values of one kind, or numbers, come here. */
static int order(const struct datum *a, const struct datum *b)
{
	if (a->kind == DATUM_REAL && b->kind == DATUM_REAL)
		return (a->real > b->real) - (a->real < b->real);
	if (a->kind == DATUM_REAL)
		return -order_mixed(b->number, a->real);
	if (b->kind == DATUM_REAL)
		return order_mixed(a->number, b->real);
	if (a->kind == DATUM_VERSION && a->number == b->number)
		return sign(a->low, b->low);
	return sign(a->number, b->number);
}

static bool is_undecided(const struct datum *a, const struct datum *b)
{
	return a->kind == DATUM_UNDECIDED || b->kind == DATUM_UNDECIDED;
}

static enum truth truth_if(bool is)
{
	return is ? TRUTH_TRUE : TRUTH_FALSE;
}

/* `AdditionalFields.Cores == 8`: each side takes the type of the other first, then nulls are settled, then values. */
static enum truth equal(struct expr_judge *judge, uint32_t number, struct datum a, struct datum b)
{
	struct datum left = datum_like(&a, &b), right = datum_like(&b, &a);

	if (is_undecided(&left, &right))
		return TRUTH_UNDECIDED;
	if (left.kind == DATUM_NULL && right.kind == DATUM_NULL)
		return TRUTH_NULL;
	if (left.kind == DATUM_NULL || right.kind == DATUM_NULL)
		return TRUTH_FALSE;
	if (left.kind == DATUM_TEXT && right.kind == DATUM_TEXT)
		return truth_if(expr_compare_texts(judge, number, left.text, right.text));
	return truth_if(order(&left, &right) == 0);
}

/* < <= > >=, also as the ends of between. With a null on either side nobody knows. */
static enum truth ordered(enum expr_test test, struct datum a, struct datum b)
{
	struct datum left = datum_like(&a, &b), right = datum_like(&b, &a);

	if (is_undecided(&left, &right))
		return TRUTH_UNDECIDED;
	if (left.kind == DATUM_NULL || right.kind == DATUM_NULL)
		return TRUTH_NULL;
	switch (test) {
	case TEST_LESS: return truth_if(order(&left, &right) < 0);
	case TEST_LESS_EQUAL: return truth_if(order(&left, &right) <= 0);
	case TEST_MORE: return truth_if(order(&left, &right) > 0);
	default: return truth_if(order(&left, &right) >= 0);
	}
}

/* -- operators -- */

/* The wide pattern is asked only where the exact one is not found: `(?i)` may find less, as [^a-z] then excludes capitals too. */
static enum truth matches(struct expr_judge *judge, uint32_t number, const struct datum *value)
{
	const struct regex *wide = judge->states[number].regex;
	struct slice text = datum_text(value, &judge->left);
	enum regex_answer answer = regex_search(expr_second(judge->expr, number)->regex, text.text, text.len);

	if (answer == REGEX_NO && wide)
		answer = regex_search(wide, text.text, text.len);
	return answer == REGEX_TOO_HARD ? TRUTH_UNDECIDED : truth_if(answer == REGEX_YES);
}

/* An operator of texts; a missing dynamic value is the empty text, as tostring() makes it. */
static enum truth compare_words(struct expr_judge *judge, uint32_t number, const struct datum *left, const struct datum *right)
{
	struct slice text, word;

	if (is_undecided(left, right))
		return TRUTH_UNDECIDED;
	text = datum_text(left, &judge->left);
	word = datum_text(right, &judge->right);
	return truth_if(expr_compare_texts(judge, number, text, word));
}

static enum truth compare_two(struct expr_judge *judge, uint32_t number, uint32_t row, const struct datum *left)
{
	const struct expr *expr = judge->expr;
	const struct expr_node *node = &expr->nodes[number], *second = expr_second(expr, number);
	struct datum right;

	if (left->kind == DATUM_UNDECIDED)
		return TRUTH_UNDECIDED;
	if (node->op->test == TEST_REGEX)
		return matches(judge, number, left);
	expr_value(judge, expr_number(expr, second), row, &right);
	switch (node->op->test) {
	case TEST_EQUAL: return equal(judge, number, *left, right);
	case TEST_LESS: case TEST_LESS_EQUAL: case TEST_MORE: case TEST_MORE_EQUAL: return ordered(node->op->test, *left, right);
	default: return compare_words(judge, number, left, &right);
	}
}

/* The list as a set: one look-up instead of one comparison for each item. */
static bool in_set(struct expr_judge *judge, uint32_t number, struct slice text)
{
	const struct expr_state *state = &judge->states[number];

	if (state->widened || judge->expr->nodes[number].op->nocase)
		text = expr_set_key(text, state->widened, &judge->left);
	return map_get(&state->set, text.text, text.len) != MAP_NONE;
}

/* A list of plain texts is a set; any other is gone through from the left until it is settled. */
static enum truth compare_list(struct expr_judge *judge, uint32_t number, uint32_t row, const struct datum *left)
{
	const struct expr *expr = judge->expr;
	const struct expr_node *node = &expr->nodes[number], *item = expr_second(expr, number);
	bool all = node->op->test == TEST_HAS_ALL;
	enum truth answer = all ? TRUTH_TRUE : TRUTH_FALSE;

	if (left->kind == DATUM_UNDECIDED)
		return TRUTH_UNDECIDED;
	if (judge->states[number].has_set && left->kind == DATUM_NULL)
		return TRUTH_FALSE;
	if (judge->states[number].has_set)
		return truth_if(in_set(judge, number, left->text));
	for (; item && answer != (all ? TRUTH_FALSE : TRUTH_TRUE); item = expr_at(expr, item->next)) {
		struct datum value;
		enum truth one;

		expr_value(judge, expr_number(expr, item), row, &value);
		one = node->op->test == TEST_EQUAL ? equal(judge, number, *left, value) : compare_words(judge, number, left, &value);
		answer = all ? truth_and(answer, one) : truth_or(answer, one);
	}
	return answer;
}

/* Both ends belong to it: x >= lower and x <= upper. */
static enum truth compare_range(struct expr_judge *judge, uint32_t number, uint32_t row, const struct datum *left)
{
	const struct expr *expr = judge->expr;
	const struct expr_node *lower = expr_second(expr, number), *upper = expr_at(expr, lower->next);
	struct datum least, most;

	expr_value(judge, expr_number(expr, lower), row, &least);
	expr_value(judge, expr_number(expr, upper), row, &most);
	return truth_and(ordered(TEST_MORE_EQUAL, *left, least), ordered(TEST_LESS_EQUAL, *left, most));
}

/* Negated operators are the others turned around: null and undecided stay. */
enum truth expr_compare(struct expr_judge *judge, uint32_t number, uint32_t row)
{
	const struct expr_node *node = &judge->expr->nodes[number];
	struct datum left;
	enum truth answer;

	expr_value(judge, node->first - 1, row, &left);
	if (node->kind == EXPR_IN)
		answer = compare_list(judge, number, row, &left);
	else if (node->kind == EXPR_BETWEEN)
		answer = compare_range(judge, number, row, &left);
	else
		answer = compare_two(judge, number, row, &left);
	return node->op->negated ? truth_not(answer) : answer;
}
