/* expr_eval_value.c - values of one row: columns and literals, dynamic values, tostring(). See expr_eval_parts.h.
 *
 * Sources in Microsoft's reference: "Null values" (a missing string is the empty one, all else that is missing is null), "The dynamic data
 * type" ("Kusto will parse strings as strongly-typed values if they can be parsed as such"), "tostring()". Not published: what a bag's value
 * is beside one of another type. Here it is read as that type, and is null when it cannot be; beside a string it is what tostring() writes. */
#include "core/model/expr_eval_parts.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/utf8.h"
#include "core/model/bag.h"
#include "core/model/expr_lex.h"

#define TICKS_PER_DAY (SPAN_DAY * TICKS_PER_SECOND)

/* Whole seconds as ticks; null beyond what 64 bits hold. */
struct datum datum_ticks(enum datum_kind kind, int64_t seconds)
{
	if (seconds > SECONDS_MAX || seconds < -SECONDS_MAX)
		return datum_null();
	return datum_number(kind, seconds * TICKS_PER_SECOND);
}

/* -- columns -- */

/* The key in exactly this letter case, as Kusto has it; a list of columns is more generous (bag_find). */
static bool find_key(struct slice bag, struct slice key, struct bag_pair *pair)
{
	for (size_t at = 0; bag_next(bag, &at, pair);)
		if (slice_equal(pair->key, key))
			return true;
	return false;
}

/* A bag that lies in the store is read once a row, however many keys are asked for. */
static void read_bag(struct expr_judge *judge, uint32_t row, const char *key, struct datum *value)
{
	const struct lens *lens = judge->lens;
	struct slice bag = table_bag(lens->table, row);
	struct bag_pair pair;

	if (lens->bags && judge->bag_row != row) {
		strbuf_clear(&judge->bag);
		judge->bag_failed = lens->bags->read(lens->bags->owner, lens->table, row, &judge->bag) != 0;
		judge->bag_row = row;
	}
	*value = datum_null();
	if (lens->bags)
		bag = (struct slice){ strbuf_text(&judge->bag), judge->bag.len };
	if (lens->bags && judge->bag_failed)
		value->kind = DATUM_UNDECIDED;
	else if (bag.len > 0 && find_key(bag, slice_of(key), &pair) && pair.kind != BAG_NULL)
		*value = (struct datum){ .kind = pair.kind == BAG_TEXT ? DATUM_TEXT : DATUM_JSON, .text = pair.value };
	value->dynamic = true;
}

/* Texts that are missing are empty, as Kusto's strings are never null; all else that is missing is null. */
static void read_column(struct expr_judge *judge, uint32_t number, uint32_t row, struct datum *datum)
{
	const struct column_ref *column = &judge->expr->nodes[number].column;
	struct strbuf *scratch = &judge->states[number].text;
	struct value value;

	if (column->id == COL_BAG) {
		read_bag(judge, row, column->key, datum);
		return;
	}
	value_get(judge->lens, row, column, scratch, &value);
	*datum = datum_null();
	switch (value.kind) {
	case VALUE_TEXT: *datum = datum_of_text(value.text); break;
	case VALUE_TIME: *datum = datum_ticks(DATUM_TIME, value.number); break;
	case VALUE_SPAN: *datum = datum_ticks(DATUM_SPAN, value.number); break;
	case VALUE_BOOL: *datum = datum_number(DATUM_BOOL, value.number != 0); break;
	case VALUE_LONG: *datum = datum_number(DATUM_LONG, value.number); break;
	case VALUE_FLAGS:
		strbuf_clear(scratch);
		flags_text(judge->lens, row, value.number, scratch);
		*datum = datum_of_text((struct slice){ strbuf_text(scratch), scratch->len });
		break;
	case VALUE_NONE:
		if (expr_column_type(column) == EXPR_STRING)
			*datum = datum_of_text((struct slice){ "", 0 });
		break;
	}
}

static void read_literal(const struct expr_node *node, struct datum *value)
{
	static const enum datum_kind kinds[] = {   /* by enum expr_type */
		[EXPR_BOOL] = DATUM_BOOL, [EXPR_LONG] = DATUM_LONG, [EXPR_REAL] = DATUM_REAL, [EXPR_STRING] = DATUM_TEXT,
		[EXPR_DATETIME] = DATUM_TIME, [EXPR_TIMESPAN] = DATUM_SPAN, [EXPR_DYNAMIC] = DATUM_NULL, [EXPR_VERSION] = DATUM_NULL,
	};

	*value = datum_null();
	if (node->type == EXPR_STRING)
		*value = datum_of_text(node->text);
	else if (!node->null)
		*value = (struct datum){ .kind = kinds[node->type], .number = node->number, .real = node->real };
	value->dynamic = node->type == EXPR_DYNAMIC;
}

/* -- dynamic values -- */

/* Digits are a long when they fit, else a real, in any locale. */
static struct datum dynamic_number(struct slice text)
{
	struct datum value = datum_null();
	bool minus = text.len > 0 && text.text[0] == '-', whole = text.len > minus;
	uint64_t size = 0;

	for (size_t i = minus; i < text.len && whole; i++) {
		unsigned digit = (unsigned)(unsigned char)text.text[i] - '0';

		whole = digit <= 9 && size <= ((uint64_t)INT64_MAX - digit) / 10;
		size = size * 10 + digit;
	}
	if (whole)
		return datum_number(DATUM_LONG, minus ? -(int64_t)size : (int64_t)size);
	if (real_of(text, &value.real))
		value.kind = DATUM_REAL;
	return value;
}

/* `AdditionalFields.Critical == true` where the bag says true or "True". */
static struct datum dynamic_bool(struct slice text)
{
	if (slice_is_nocase(text, "true") || slice_is_nocase(text, "false"))
		return datum_number(DATUM_BOOL, (text.text[0] | 0x20) == 't');
	return datum_null();
}

/* The bag's 8 beside a number is a number, beside a text the text 8. */
struct datum datum_like(const struct datum *value, const struct datum *other)
{
	if (!value->dynamic || value->kind == DATUM_NULL || value->kind == DATUM_UNDECIDED)
		return *value;
	switch (other->kind) {
	case DATUM_BOOL: return dynamic_bool(value->text);
	case DATUM_LONG: case DATUM_REAL: return dynamic_number(value->text);
	default: return datum_of_text(value->text);
	}
}

/* -- tostring() -- */

static void add_clock(struct strbuf *out, uint64_t ticks)
{
	uint64_t seconds = ticks / TICKS_PER_SECOND % SPAN_DAY;

	strbuf_addf(out, "%02u:%02u:%02u", (unsigned)(seconds / 3600), (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60));
}

/* 2026-11-20T06:00:00.0000000Z */
static void add_time(struct strbuf *out, int64_t ticks)
{
	int64_t seconds = time_seconds(ticks);

	time_format(out, seconds);
	if (out->len > 0 && out->buf[out->len - 1] == 'Z')
		out->len--;
	strbuf_addf(out, ".%07uZ", (unsigned)(ticks - seconds * TICKS_PER_SECOND));
}

/* -1.02:03:04.5000000; days and fraction only when there are any. */
static void add_span(struct strbuf *out, int64_t ticks)
{
	uint64_t size = ticks < 0 ? (uint64_t)0 - (uint64_t)ticks : (uint64_t)ticks;

	if (ticks < 0)
		strbuf_addc(out, '-');
	if (size >= TICKS_PER_DAY)
		strbuf_addf(out, "%" PRIu64 ".", size / TICKS_PER_DAY);
	add_clock(out, size);
	if (size % TICKS_PER_SECOND)
		strbuf_addf(out, ".%07u", (unsigned)(size % TICKS_PER_SECOND));
}

struct slice datum_text(const struct datum *value, struct strbuf *scratch)
{
	if (value->kind == DATUM_TEXT || value->kind == DATUM_JSON)
		return value->text;
	strbuf_clear(scratch);
	switch (value->kind) {
	case DATUM_BOOL: strbuf_adds(scratch, value->number ? "true" : "false"); break;
	case DATUM_LONG: strbuf_addf(scratch, "%" PRId64, value->number); break;
	case DATUM_TIME: add_time(scratch, value->number); break;
	case DATUM_SPAN: add_span(scratch, value->number); break;
	default: break;   /* null is empty; the parser lets no other through */
	}
	return (struct slice){ strbuf_text(scratch), scratch->len };
}

/* Conditions are values too: `(Owner == "x") == Marked`. */
void expr_value(struct expr_judge *judge, uint32_t number, uint32_t row, struct datum *value)
{
	static const enum datum_kind kinds[] = {
		[TRUTH_FALSE] = DATUM_BOOL, [TRUTH_UNDECIDED] = DATUM_UNDECIDED, [TRUTH_NULL] = DATUM_NULL, [TRUTH_TRUE] = DATUM_BOOL,
	};
	const struct expr_node *node = &judge->expr->nodes[number];
	enum truth truth;

	switch (node->kind) {
	case EXPR_COLUMN: read_column(judge, number, row, value); return;
	case EXPR_LITERAL: read_literal(node, value); return;
	case EXPR_ADD: case EXPR_SUBTRACT: expr_sum(judge, number, row, value); return;
	case EXPR_CALL:
		if (node->function->call != CALL_NOT) {
			expr_call(judge, number, row, value);
			return;
		}
		break;
	default: break;
	}
	truth = expr_truth(judge, number, row);
	*value = (struct datum){ .kind = kinds[truth], .number = truth == TRUTH_TRUE };
}
