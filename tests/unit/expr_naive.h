/* expr_naive.h - a second reading of expressions for the tests: one row at a time, through value_get() and value_export(), without plans,
 * sets or tables of answers; shares only the tree, Unicode's tables and regular expressions. `wide` makes comparisons of texts in favour of
 * a row fold by Unicode, as the case guard does. */
#ifndef ROUSE_TEST_EXPR_NAIVE_H
#define ROUSE_TEST_EXPR_NAIVE_H

#include "tests/unit/expr_rows.h"

#include <inttypes.h>
#include <strings.h>
#include "core/base/regex.h"
#include "core/model/expr_parts.h"

/* A value: n null, b bool, l long, r real, s string, t ticks, v version (18 significant digits in two longs), u undecided. */
struct naive {
	char kind;
	bool dynamic;
	int64_t number, low;
	double real;
	char *text;   /* owned */
	size_t len;
};

static struct naive naive_value(const struct expr *expr, const struct expr_node *node, const struct lens *lens, uint32_t row);

static inline struct naive naive_text(const char *text, size_t len)
{
	struct naive value = { .kind = 's', .text = malloc(len + 1), .len = len };

	assert_non_null(value.text);
	if (len > 0)
		memcpy(value.text, text, len);
	value.text[len] = '\0';
	return value;
}

static inline struct naive naive_long(char kind, int64_t number)
{
	return (struct naive){ .kind = kind, .number = number };
}

/* -- texts -- */

static inline bool naive_alnum(const char *text, size_t len, size_t at)
{
	int32_t cp;

	utf8_decode(text + at, len - at, &cp);
	return cp >= 0 && (utf8_class(cp) == UTF8_CASED || utf8_class(cp) == UTF8_LETTER || utf8_class(cp) == UTF8_DIGIT);
}

/* By byte: whether its character is a letter or digit. */
static inline int *naive_kinds(const char *text, size_t len)
{
	int *kinds = malloc((len + 1) * sizeof *kinds);
	int32_t cp;

	assert_non_null(kinds);
	for (size_t i = 0; i < len;) {
		size_t n = utf8_decode(text + i, len - i, &cp);

		for (size_t k = 0; k < n; k++)
			kinds[i + k] = naive_alnum(text, len, i);
		i += n;
	}
	kinds[len] = 0;
	return kinds;
}

static inline bool naive_word(const struct naive *text, const struct naive *word, bool starts, bool ends)
{
	int *kinds = naive_kinds(text->text, text->len), *own = naive_kinds(word->text, word->len);
	bool found = word->len == 0;

	for (size_t i = 0; !found && i + word->len <= text->len; i++) {
		size_t end = i + word->len;

		found = memcmp(text->text + i, word->text, word->len) == 0
		        && !(starts && own[0] && i > 0 && kinds[i - 1])
		        && !(ends && own[word->len - 1] && end < text->len && kinds[end]);
	}
	free(kinds);
	free(own);
	return found;
}

static inline bool naive_holds(const struct naive *text, const struct naive *word)
{
	for (size_t i = 0; i + word->len <= text->len; i++)
		if (memcmp(text->text + i, word->text, word->len) == 0)
			return true;
	return false;
}

static inline bool naive_test(enum expr_test test, const struct naive *text, const struct naive *word)
{
	bool fits = word->len <= text->len;

	switch (test) {
	case TEST_EQUAL: return text->len == word->len && memcmp(text->text, word->text, text->len) == 0;
	case TEST_CONTAINS: return naive_holds(text, word);
	case TEST_STARTS: return fits && memcmp(text->text, word->text, word->len) == 0;
	case TEST_ENDS: return fits && memcmp(text->text + text->len - word->len, word->text, word->len) == 0;
	case TEST_PREFIX: return naive_word(text, word, true, false);
	case TEST_SUFFIX: return naive_word(text, word, false, true);
	default: return naive_word(text, word, true, true);
	}
}

static inline struct naive naive_mapped(const struct naive *text, bool unicode)
{
	struct strbuf out = STRBUF_INIT(SIZE_MAX / 4);
	struct naive made;

	if (unicode)
		utf8_fold(&out, text->text, text->len);
	else
		for (size_t i = 0; i < text->len; i++)
			strbuf_addc(&out, (char)(text->text[i] >= 'A' && text->text[i] <= 'Z' ? text->text[i] + 32 : text->text[i]));
	made = naive_text(strbuf_text(&out), out.len);
	strbuf_release(&out);
	return made;
}

static inline bool naive_compare(const struct expr_op *op, const struct naive *a, const struct naive *b, bool wide)
{
	bool is = naive_test(op->test, a, b);

	for (int unicode = 0; unicode < 2; unicode++) {
		struct naive x, y;

		if (unicode ? !wide : !op->nocase)
			continue;
		x = naive_mapped(a, unicode);
		y = naive_mapped(b, unicode);
		is = is || naive_test(op->test, &x, &y);
		free(x.text);
		free(y.text);
	}
	return is;
}

/* -- numbers -- */

static inline struct naive naive_number(const struct naive *value)
{
	char *end;
	struct naive made = { .kind = 'n' };

	if (value->len == 0 || strspn(value->text, "-+.0123456789eE") != value->len || strlen(value->text) != value->len)
		return made;
	if (!strpbrk(value->text, ".eE") && value->len < 20) {
		made = naive_long('l', strtoll(value->text, &end, 10));
	} else {
		made.real = strtod(value->text, &end);
		made.kind = 'r';
	}
	if (*end || end == value->text)
		made.kind = 'n';
	return made;
}

/* A value of the bag beside another. Takes over the text. */
static inline struct naive naive_like(struct naive value, const struct naive *other)
{
	struct naive made;

	if (!value.dynamic || value.kind != 's' || other->kind == 's' || other->kind == 'n')
		return value;
	if (other->kind == 'b')
		made = !strcasecmp(value.text, "true") ? naive_long('b', 1) : !strcasecmp(value.text, "false") ? naive_long('b', 0) : naive_long('n', 0);
	else
		made = naive_number(&value);
	free(value.text);
	return made;
}

/* Less -1, equal 0, more 1. long double holds each long and each real. */
static inline int naive_order(const struct naive *a, const struct naive *b)
{
	long double x = a->kind == 'r' ? (long double)a->real : (long double)a->number;
	long double y = b->kind == 'r' ? (long double)b->real : (long double)b->number;

	if (x != y)
		return x < y ? -1 : 1;
	return (a->low > b->low) - (a->low < b->low);
}

/* 1 true, 0 false, -1 null, -2 undecided */
static inline int naive_pair(const struct expr_op *op, enum expr_test test, struct naive a, struct naive b, bool wide)
{
	struct naive x = naive_like(a, &b), y = naive_like(b, &x);
	bool words = test != TEST_EQUAL && test < TEST_LESS;
	int is;

	if (words) {
		struct naive empty = { .kind = 's', .text = "" };

		is = naive_compare(op, x.kind == 'n' ? &empty : &x, y.kind == 'n' ? &empty : &y, wide);
	} else if (x.kind == 'n' || y.kind == 'n') {
		is = test == TEST_EQUAL && x.kind != y.kind ? 0 : -1;
	} else if (x.kind == 's' && y.kind == 's') {
		is = naive_compare(op, &x, &y, wide);
	} else {
		int order = naive_order(&x, &y);

		is = test == TEST_EQUAL ? order == 0 : test == TEST_LESS ? order < 0 : test == TEST_LESS_EQUAL ? order <= 0
		     : test == TEST_MORE ? order > 0 : order >= 0;
	}
	free(x.text);
	free(y.text);
	return is;
}

static inline int naive_and(int a, int b)
{
	return !a || !b ? 0 : a == -1 || b == -1 ? -1 : 1;
}

static inline int naive_not(int a)
{
	return a < 0 ? a : !a;
}

/* -- conditions -- */

static inline int naive_regex(const struct naive *text, const struct expr_node *pattern, bool wide)
{
	struct strbuf folded = STRBUF_INIT(EXPR_TEXT_MAX);
	struct regex *regex = NULL;
	struct error err = { 0 };
	int is = regex_search(pattern->regex, text->kind == 's' ? text->text : "", text->kind == 's' ? text->len : 0) == REGEX_YES;

	strbuf_adds(&folded, "(?i)");
	strbuf_add(&folded, pattern->text.text, pattern->text.len);
	if (wide && regex_new(&regex, folded.buf, folded.len, &err) == 0)
		is |= regex_search(regex, text->kind == 's' ? text->text : "", text->kind == 's' ? text->len : 0) == REGEX_YES;
	regex_free(&regex);
	strbuf_release(&folded);
	return is;
}

/* `wide`: 0 no, 1 in favour of the row, -1 against it */
static inline int naive_comparison(const struct expr *expr, const struct expr_node *node, const struct lens *lens, uint32_t row, int wide)
{
	const struct expr_node *left = expr_at(expr, node->first), *right = expr_at(expr, left->next);
	bool folds = wide == (node->op->negated ? -1 : 1), all = node->op->test == TEST_HAS_ALL;
	enum expr_test test = node->op->test;
	int is = all;

	if (test == TEST_BETWEEN) {
		is = naive_and(naive_pair(node->op, TEST_MORE_EQUAL, naive_value(expr, left, lens, row), naive_value(expr, right, lens, row), false),
		               naive_pair(node->op, TEST_LESS_EQUAL, naive_value(expr, left, lens, row),
		                          naive_value(expr, expr_at(expr, right->next), lens, row), false));
	} else if (test == TEST_REGEX) {
		struct naive text = naive_value(expr, left, lens, row);

		is = naive_regex(&text, right, folds);
		free(text.text);
	} else if (node->kind == EXPR_COMPARE) {
		is = naive_pair(node->op, test, naive_value(expr, left, lens, row), naive_value(expr, right, lens, row), folds);
	} else {
		for (; right; right = expr_at(expr, right->next)) {
			int one = naive_pair(node->op, test, naive_value(expr, left, lens, row), naive_value(expr, right, lens, row), folds);

			is = all ? naive_and(is, one) : naive_not(naive_and(naive_not(is), naive_not(one)));
		}
	}
	return node->op->negated ? naive_not(is) : is;
}

static inline int naive_truth(const struct expr *expr, const struct expr_node *node, const struct lens *lens, uint32_t row, int wide)
{
	struct naive value;
	int is;

	if (node->kind == EXPR_AND || node->kind == EXPR_OR) {
		is = node->kind == EXPR_AND;
		for (const struct expr_node *child = expr_at(expr, node->first); child; child = expr_at(expr, child->next)) {
			int one = naive_truth(expr, child, lens, row, wide);

			is = node->kind == EXPR_AND ? naive_and(is, one) : naive_not(naive_and(naive_not(is), naive_not(one)));
		}
		return is;
	}
	if (node->kind == EXPR_COMPARE || node->kind == EXPR_IN || node->kind == EXPR_BETWEEN)
		return naive_comparison(expr, node, lens, row, wide);
	if (node->kind == EXPR_CALL && node->function->call == CALL_NOT)
		return naive_not(naive_truth(expr, expr_at(expr, node->first), lens, row, -wide));
	value = naive_value(expr, node, lens, row);
	free(value.text);
	return value.kind == 'n' ? -1 : value.number != 0;
}

/* -- values -- */

/* Whether the bag has the key in exactly this letter case, which value_get() does not ask. */
static inline bool naive_has_key(const struct lens *lens, uint32_t row, const char *key)
{
	struct bag_pair pair;

	for (size_t at = 0; bag_next(table_bag(lens->table, row), &at, &pair);)
		if (slice_is(pair.key, key))
			return true;
	return false;
}

static inline struct naive naive_column(const struct column_ref *column, const struct lens *lens, uint32_t row)
{
	struct strbuf scratch = STRBUF_INIT(SIZE_MAX / 4), text = STRBUF_INIT(SIZE_MAX / 4);
	enum expr_type type = expr_column_type(column);
	struct naive made = { .kind = 'n' };
	struct value value;

	value_get(lens, row, column, &scratch, &value);
	if (column->id == COL_BAG && !naive_has_key(lens, row, column->key))
		value = (struct value){ .kind = VALUE_NONE };
	value_export(lens, row, &value, &text);
	if (type == EXPR_STRING || (type == EXPR_DYNAMIC && value.kind != VALUE_NONE))
		made = naive_text(strbuf_text(&text), text.len);
	else if (value.kind == VALUE_TIME || value.kind == VALUE_SPAN)
		made = naive_long('t', value.number * TICKS_PER_SECOND);
	else if (value.kind != VALUE_NONE)
		made = naive_long(value.kind == VALUE_BOOL ? 'b' : 'l', value.number);
	made.dynamic = type == EXPR_DYNAMIC;
	strbuf_release(&scratch);
	strbuf_release(&text);
	return made;
}

static inline struct naive naive_version(const struct naive *text)
{
	int64_t parts[4] = { 0 };
	int used = 0, fields = sscanf(text->text, "%8" SCNd64 "%n.%8" SCNd64 "%n.%8" SCNd64 "%n.%8" SCNd64 "%n", &parts[0], &used, &parts[1], &used,
	                              &parts[2], &used, &parts[3], &used);

	if (fields < 1 || (size_t)used != text->len || strspn(text->text, ".0123456789") != text->len)
		return naive_long('n', 0);
	return (struct naive){ .kind = 'v', .number = parts[0] * 100000000 + parts[1], .low = parts[2] * 100000000 + parts[3] };
}

static inline struct naive naive_call(const struct expr_node *node, struct naive a, const struct lens *lens)
{
	struct strbuf out = STRBUF_INIT(SIZE_MAX / 4);
	struct naive made = { .kind = 'n' };
	enum expr_call call = node->function->call;
	int64_t now = lens->now * TICKS_PER_SECOND;
	struct naive empty = { .kind = 's', .text = "" };
	const struct naive *text = a.kind == 's' ? &a : &empty;

	switch (call) {
	case CALL_ISEMPTY: case CALL_ISNOTEMPTY: made = naive_long('b', (a.kind == 'n' || (a.kind == 's' && a.len == 0)) == (call == CALL_ISEMPTY)); break;
	case CALL_ISNULL: case CALL_ISNOTNULL: made = naive_long('b', (a.kind == 'n') == (call == CALL_ISNULL)); break;
	case CALL_NOW: made = naive_long('t', now + a.number); break;
	case CALL_AGO: made = naive_long('t', now - a.number); break;
	case CALL_TOLOWER: utf8_lower(&out, text->text, text->len); break;
	case CALL_TOUPPER: utf8_upper(&out, text->text, text->len); break;
	case CALL_STRLEN: {
		int64_t count = 0;

		for (size_t i = 0; i < text->len; i++)
			count += (text->text[i] & 0xC0) != 0x80;
		made = naive_long('l', count);
		break;
	}
	case CALL_TOSTRING:
		if (a.kind == 's')
			strbuf_add(&out, a.text, a.len);
		else if (a.kind == 'l')
			strbuf_addf(&out, "%lld", (long long)a.number);
		else if (a.kind == 'b')
			strbuf_adds(&out, a.number ? "true" : "false");
		break;
	case CALL_PARSE_VERSION: made = naive_version(text); break;
	case CALL_NOT: break;
	}
	if (call == CALL_TOLOWER || call == CALL_TOUPPER || call == CALL_TOSTRING)
		made = naive_text(strbuf_text(&out), out.len);
	strbuf_release(&out);
	free(a.text);
	return made;
}

static inline struct naive naive_value(const struct expr *expr, const struct expr_node *node, const struct lens *lens, uint32_t row)
{
	static const char kinds[] = { [EXPR_BOOL] = 'b', [EXPR_LONG] = 'l', [EXPR_REAL] = 'r', [EXPR_DATETIME] = 't', [EXPR_TIMESPAN] = 't' };
	const struct expr_node *first = expr_at(expr, node->first);
	struct naive a = { .kind = 't' }, b;
	int is;

	if (node->kind == EXPR_COLUMN)
		return naive_column(&node->column, lens, row);
	if (node->kind == EXPR_LITERAL && node->type == EXPR_STRING)
		return naive_text(node->text.text, node->text.len);
	if (node->kind == EXPR_LITERAL)
		return (struct naive){ .kind = node->null ? 'n' : kinds[node->type], .number = node->number, .real = node->real };
	if (node->kind == EXPR_CALL && node->function->call != CALL_NOT) {
		if (first)
			a = naive_value(expr, first, lens, row);
		return a.kind == 'n' && (node->function->call == CALL_NOW || node->function->call == CALL_AGO) ? a : naive_call(node, a, lens);
	}
	if (node->kind == EXPR_ADD || node->kind == EXPR_SUBTRACT) {
		a = naive_value(expr, first, lens, row);
		b = naive_value(expr, expr_at(expr, first->next), lens, row);
		if (a.kind == 'n' || b.kind == 'n')
			return naive_long('n', 0);
		return naive_long('t', node->kind == EXPR_ADD ? a.number + b.number : a.number - b.number);
	}
	is = naive_truth(expr, node, lens, row, 0);
	return naive_long(is < 0 ? 'n' : 'b', is > 0);
}

#endif
