/* expr_eval_simple.c - the two simple conditions that most expressions are made of: a time within bounds, a name against a word.
 *
 * Both are made ready here once. What the general way says of a row (expr_eval_compare.c), they say too. See expr_eval_parts.h. */
#include "core/model/expr_eval_parts.h"

#include "core/base/utf8.h"

/* -- times -- */

static int64_t floor_seconds(int64_t ticks)
{
	return ticks / TICKS_PER_SECOND - (ticks % TICKS_PER_SECOND < 0);
}

static int64_t ceil_seconds(int64_t ticks)
{
	return ticks / TICKS_PER_SECOND + (ticks % TICKS_PER_SECOND > 0);
}

/* No value at all lies between these. */
static void bounds_nothing(struct time_bounds *bounds)
{
	bounds->least = 1;
	bounds->most = 0;
}

/* Ticks are whole, so `> x` is from x + 1 on; seconds are coarser, so bounds that a column can meet are rounded inwards. */
static void bounds_order(struct time_bounds *bounds, enum expr_test test, int64_t ticks)
{
	bounds->least = -SECONDS_MAX;
	bounds->most = SECONDS_MAX;
	if ((test == TEST_MORE && ticks == INT64_MAX) || (test == TEST_LESS && ticks == INT64_MIN)) {
		bounds_nothing(bounds);
		return;
	}
	if (test == TEST_MORE || test == TEST_MORE_EQUAL || test == TEST_EQUAL)
		bounds->least = ceil_seconds(ticks + (test == TEST_MORE));
	if (test == TEST_LESS || test == TEST_LESS_EQUAL || test == TEST_EQUAL)
		bounds->most = floor_seconds(ticks - (test == TEST_LESS));
}

/* The ticks of a side that holds no column. */
static bool fixed_ticks(struct expr_judge *judge, const struct expr_node *node, int64_t *ticks)
{
	const struct expr_state *state = &judge->states[expr_number(judge->expr, node)];
	struct datum value;

	if (state->column || state->many)
		return false;
	expr_value(judge, expr_number(judge->expr, node), 0, &value);
	*ticks = value.number;
	return value.kind == DATUM_TIME || value.kind == DATUM_SPAN;
}

/* Times and ages that lie in the table as seconds. */
static bool is_time_column(const struct expr_node *node)
{
	return node->kind == EXPR_COLUMN && column_time(node->column.id) < TIME_COUNT;
}

/* `7d < SignatureAge` is `SignatureAge > 7d`. */
static enum expr_test mirrored(enum expr_test test)
{
	switch (test) {
	case TEST_LESS: return TEST_MORE;
	case TEST_LESS_EQUAL: return TEST_MORE_EQUAL;
	case TEST_MORE: return TEST_LESS;
	case TEST_MORE_EQUAL: return TEST_LESS_EQUAL;
	default: return test;
	}
}

/* `SignatureAge > 7d`, `ago(7d) < LastSeen`, `LastSeen between (ago(7d) .. now())`: one column, all else fixed for the whole call. Becomes
 * least <= value <= most in whole seconds. */
bool plan_time(struct expr_judge *judge, uint32_t number)
{
	const struct expr *expr = judge->expr;
	const struct expr_node *node = &expr->nodes[number], *left = expr_at(expr, node->first), *right = expr_second(expr, number);
	struct time_bounds *bounds = &judge->states[number].bounds, upper;
	int64_t ticks, most;

	*bounds = (struct time_bounds){ .inside = TRUTH_TRUE, .outside = TRUTH_FALSE, .missing = TRUTH_NULL };
	if (node->kind == EXPR_BETWEEN) {
		if (!is_time_column(left) || !fixed_ticks(judge, right, &ticks) || !fixed_ticks(judge, expr_at(expr, right->next), &most))
			return false;
		bounds_order(bounds, TEST_MORE_EQUAL, ticks);
		bounds_order(&upper, TEST_LESS_EQUAL, most);
		bounds->most = upper.most;
	} else if (node->kind == EXPR_COMPARE && is_time_column(left) && fixed_ticks(judge, right, &ticks)) {
		bounds_order(bounds, node->op->test, ticks);
	} else if (node->kind == EXPR_COMPARE && is_time_column(right) && fixed_ticks(judge, left, &ticks)) {
		bounds_order(bounds, mirrored(node->op->test), ticks);
	} else {
		return false;
	}
	if (node->op->test == TEST_EQUAL)
		bounds->missing = TRUTH_FALSE;
	if (node->op->negated) {
		bounds->inside = TRUTH_FALSE;
		bounds->outside = TRUTH_TRUE;
		bounds->missing = truth_not(bounds->missing);
	}
	return true;
}

/* -- names -- */

static bool is_ascii(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.text[i] >= 0x80)
			return false;
	return true;
}

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* DeviceName, or tolower(DeviceName), against one word or a set of whole names. The folded names of ASCII are the names in lower case, so
 * that each comparison but a case-sensitive one is an exact one there. */
bool plan_name(struct expr_judge *judge, uint32_t number)
{
	const struct expr *expr = judge->expr;
	const struct expr_node *node = &expr->nodes[number], *left = expr_at(expr, node->first), *word = expr_second(expr, number);
	struct expr_state *state = &judge->states[number];
	struct name_word *name = &state->name;
	bool lower = left->kind == EXPR_CALL && left->function->call == CALL_TOLOWER;

	if (lower)
		left = expr_at(expr, left->first);
	if (left->kind != EXPR_COLUMN || left->column.id != COL_DEVICE_NAME || node->op->test > TEST_SUFFIX)
		return false;
	name->test = node->op->test;
	name->folded = lower || state->widened || node->op->nocase;
	if (node->kind == EXPR_IN)
		return state->has_set;
	if (node->kind != EXPR_COMPARE || word->kind != EXPR_LITERAL || word->type != EXPR_STRING)
		return false;
	strbuf_init(&name->word, EXPR_SCRATCH_MAX);
	if (state->widened || (node->op->nocase && is_ascii(word->text)))
		utf8_fold(&name->word, word->text.text, word->text.len);
	else
		strbuf_add(&name->word, word->text.text, word->text.len);
	name->starts = name->word.len > 0 && is_alnum(name->word.buf[0]);
	name->ends = name->word.len > 0 && is_alnum(name->word.buf[name->word.len - 1]);
	return true;
}
