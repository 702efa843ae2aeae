/* expr_eval_call.c - what functions, sums and differences give in one row. See expr_eval_parts.h.
 *
 * Sources in Microsoft's reference: the pages of the functions, "Datetime / timespan arithmetic", "Null values" (null is sticky in
 * arithmetic). Not published: what an overflow gives. Here it is null, as nobody knows the true value. */
#include "core/model/expr_eval_parts.h"

#include "core/base/utf8.h"

#define VERSION_PARTS 4
#define VERSION_DIGITS 8             /* of one part */
#define PAIR INT64_C(100000000)      /* two parts make one half of a version */

/* -- calls -- */

/* One to four parts of one to eight digits; a part that is not there is 0. `1.2` is 1, 2, 0, 0. */
static struct datum parse_version(struct slice text)
{
	int64_t parts[VERSION_PARTS] = { 0 };
	size_t part = 0, digits = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.text[i] == '.' && digits > 0 && part + 1 < VERSION_PARTS) {
			part++;
			digits = 0;
		} else if (text.text[i] >= '0' && text.text[i] <= '9' && digits < VERSION_DIGITS) {
			parts[part] = parts[part] * 10 + (text.text[i] - '0');
			digits++;
		} else {
			return datum_null();
		}
	}
	if (digits == 0)
		return datum_null();
	return (struct datum){ .kind = DATUM_VERSION, .number = parts[0] * PAIR + parts[1], .low = parts[2] * PAIR + parts[3] };
}

/* Code points, as published; a byte that is no character counts as one, as it would be U+FFFD. */
static int64_t count_characters(struct slice text)
{
	int64_t count = 0;
	int32_t cp;

	for (size_t i = 0; i < text.len; count++)
		i += utf8_decode(text.text + i, text.len - i, &cp);
	return count;
}

static bool add_checked(int64_t a, int64_t b, int64_t *sum)
{
	if (b > 0 ? a > INT64_MAX - b : a < INT64_MIN - b)
		return false;
	*sum = a + b;
	return true;
}

/* a - b, or a + b. */
static bool combine(int64_t a, int64_t b, bool minus, int64_t *result)
{
	if (!minus)
		return add_checked(a, b, result);
	if (b == INT64_MIN)
		return a < 0 && add_checked(a + 1, INT64_MAX, result);
	return add_checked(a, -b, result);
}

/* now(offset) and ago(span) */
static struct datum call_time(const struct expr_judge *judge, const struct datum *offset, bool minus)
{
	struct datum now = datum_ticks(DATUM_TIME, judge->lens->now);

	if (!offset || now.kind == DATUM_NULL)
		return now;
	if (offset->kind != DATUM_SPAN || !combine(now.number, offset->number, minus, &now.number))
		return datum_null();
	return now;
}

/* The text lies in the node's own buffer: a comparison may hold both sides at once, tolower(Owner) == tolower(Note). */
static struct datum call_case(struct expr_judge *judge, uint32_t number, const struct datum *argument, bool upper)
{
	struct strbuf *out = &judge->states[number].text;
	struct slice text = datum_text(argument, &judge->left);

	strbuf_clear(out);
	if (upper)
		utf8_upper(out, text.text, text.len);
	else
		utf8_lower(out, text.text, text.len);
	return datum_of_text((struct slice){ strbuf_text(out), out->len });
}

/* isempty-function.md: true for "" and for null. */
static bool is_empty(const struct datum *value)
{
	return value->kind == DATUM_NULL || (value->kind == DATUM_TEXT && value->text.len == 0);
}

/* An argument that nobody could read makes the whole call undecided. */
void expr_call(struct expr_judge *judge, uint32_t number, uint32_t row, struct datum *value)
{
	const struct expr_node *node = &judge->expr->nodes[number];
	enum expr_call what = node->function->call;
	struct datum argument = datum_null();

	if (node->first)
		expr_value(judge, node->first - 1, row, &argument);
	if (argument.kind == DATUM_UNDECIDED) {
		*value = argument;
		return;
	}
	switch (what) {
	case CALL_NOT: break;   /* a condition: expr_truth() */
	case CALL_ISEMPTY: case CALL_ISNOTEMPTY: *value = datum_number(DATUM_BOOL, is_empty(&argument) == (what == CALL_ISEMPTY)); break;
	case CALL_ISNULL: case CALL_ISNOTNULL:
		*value = datum_number(DATUM_BOOL, (argument.kind == DATUM_NULL) == (what == CALL_ISNULL));
		break;
	case CALL_NOW: *value = call_time(judge, node->first ? &argument : NULL, false); break;
	case CALL_AGO: *value = call_time(judge, &argument, true); break;
	case CALL_TOLOWER: case CALL_TOUPPER: *value = call_case(judge, number, &argument, what == CALL_TOUPPER); break;
	case CALL_STRLEN: *value = datum_number(DATUM_LONG, count_characters(datum_text(&argument, &judge->left))); break;
	case CALL_TOSTRING: *value = datum_of_text(datum_text(&argument, &judge->states[number].text)); break;
	case CALL_PARSE_VERSION: *value = parse_version(datum_text(&argument, &judge->left)); break;
	}
}

/* -- arithmetic -- */

/* What a sum or a difference is of; DATUM_NULL where there is none. */
static enum datum_kind sum_kind(enum datum_kind a, enum datum_kind b, bool minus)
{
	if (a == DATUM_TIME && b == DATUM_TIME)
		return minus ? DATUM_SPAN : DATUM_NULL;
	if (a == DATUM_TIME && b == DATUM_SPAN)
		return DATUM_TIME;
	if (a == DATUM_SPAN && b == DATUM_TIME)
		return minus ? DATUM_NULL : DATUM_TIME;
	return a == DATUM_SPAN && b == DATUM_SPAN ? a : DATUM_NULL;
}

/* null-values.md: null is sticky in arithmetic, `datetime(null) + 1d` is null. */
void expr_sum(struct expr_judge *judge, uint32_t number, uint32_t row, struct datum *value)
{
	const struct expr_node *node = &judge->expr->nodes[number];
	bool minus = node->kind == EXPR_SUBTRACT;
	struct datum a, b;

	expr_value(judge, node->first - 1, row, &a);
	expr_value(judge, judge->expr->nodes[node->first - 1].next - 1, row, &b);
	*value = datum_null();
	if (a.kind == DATUM_UNDECIDED || b.kind == DATUM_UNDECIDED)
		value->kind = DATUM_UNDECIDED;
	else if (sum_kind(a.kind, b.kind, minus) != DATUM_NULL && combine(a.number, b.number, minus, &value->number))
		value->kind = sum_kind(a.kind, b.kind, minus);
}
