/* expr_make.h - expressions made from a seed: every operator, type and nesting, in many spellings; all of them are accepted, and valid KQL. */
#ifndef ROUSE_EXPR_MAKE_H
#define ROUSE_EXPR_MAKE_H

#include <stdint.h>

#include "core/base/strbuf.h"
#include "core/model/expr_parts.h"

#define EXPR_MAKE_MAX 20000   /* bytes that one may take */

static inline unsigned make_pick(uint64_t *seed, unsigned sides)
{
	uint64_t x = *seed += UINT64_C(0x9E3779B97F4A7C15);

	x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
	return (unsigned)((x ^ x >> 31) >> 33) % sides;
}

#define MAKE_ANY(seed, array) (array)[make_pick(seed, sizeof(array) / sizeof *(array))]

/* Blanks where they may be; mostly one. */
static inline void make_blank(uint64_t *seed, struct strbuf *out)
{
	static const char *const blanks[] = { " ", " ", " ", " ", " ", "  ", "\t", "\n", " // note\n", "\xC2\xA0" };

	strbuf_adds(out, MAKE_ANY(seed, blanks));
}

/* Columns whose type in the language is the one given. */
static inline void make_column(uint64_t *seed, enum expr_type type, struct strbuf *out)
{
	static const char *const keys[] = { "AdditionalFields.Extra", "AdditionalFields[\"any key\"]", "AdditionalFields['x']", "AdditionalFields.count",
	                                    "AdditionalFields [\"where\"]", "AdditionalFields . K" };
	struct column_ref column;

	if (type == EXPR_DYNAMIC) {
		strbuf_adds(out, MAKE_ANY(seed, keys));
		return;
	}
	do {
		column = (struct column_ref){ .id = (enum column_id)make_pick(seed, COL_COUNT) };
	} while (expr_column_type(&column) != type);
	strbuf_addf(out, make_pick(seed, 20) ? "%s" : "['%s']", columns[column.id].name);
}

static inline void make_text(uint64_t *seed, struct strbuf *out)
{
	static const char *const texts[] = {
		"\"Win-Servers-Prod\"", "'win-servers-prod'", "\"prod\"", "\"\"", "@\"B\xC3\x9CRO\"", "\"b\\u00fcro\"",
		"\"srv\"", "'SQL'", "\"WindowsServer2019\"", "\"1\"",
		"\"4.18.9\"", "\"passive\"", "\"new\"", "\"conflict\"", "\"a\\\"b\\\\c\\t\\x41\"", "@'it''s'", "h\"hidden\"",
		"\"pro\" 'd'", "'\\101'", "```a b```", "\"\xCE\xA3\"",
		"\"\\ud83d\\ude00\"", "\"-\"", "\"true\"", "\"corp example\"", "H@'x'", "\"a\\nb\"", "\"K\"", "\"\xC5\xBF\"",
	};

	strbuf_adds(out, MAKE_ANY(seed, texts));
}

static inline void make_literal(uint64_t *seed, enum expr_type type, struct strbuf *out)
{
	static const char *const truths[] = { "true", "false", "bool(null)", "bool(1)", "True", "FALSE", "bool( false )", "1", "0" };
	static const char *const longs[] = { "0", "7", "-3", "long(12)", "long(null)", "0x1F", "int(-5)", "9223372036854775807", "-9223372036854775808", "- 2", "+4" };
	static const char *const reals[] = { "1.5", "-2.25", "1e3", "real(0.1)", "real(null)", "double(7)", "1.5E-3", "-real(-4.5)", "3.0" };
	static const char *const times[] = { "datetime(2026-11-20)", "datetime(2026-11-13T06:00:00Z)", "datetime(null)", "date(2026-11-01 12:30)", "now()", "ago(7d)",
	                                     "ago(1.5h)", "now(-2d)", "datetime(2026-11-20T06:00:00.1234567Z)",
	                                     "datetime(\"2026-11-19\")", "datetime(0001-01-01)",
	                                     "datetime(2026-11-20T06:00:00+02:00)", "now(1d + 2h)" };
	static const char *const spans[] = { "7d", "1.5h", "30m", "10s", "100ms", "10microsecond", "1tick", "timespan(null)", "timespan(1.12:30:00)", "time(3d)", "-2d", "36h",
	                                     "timespan(15 seconds)", "0s", "5minutes", "1day", "timespan(-00:00:01.5)",
	                                     "timespan(2)", "2hours" };

	switch (type) {
	case EXPR_BOOL: strbuf_adds(out, MAKE_ANY(seed, truths)); break;
	case EXPR_LONG: strbuf_adds(out, MAKE_ANY(seed, longs)); break;
	case EXPR_REAL: strbuf_adds(out, MAKE_ANY(seed, reals)); break;
	case EXPR_DATETIME: strbuf_adds(out, MAKE_ANY(seed, times)); break;
	case EXPR_TIMESPAN: strbuf_adds(out, MAKE_ANY(seed, spans)); break;
	case EXPR_STRING: case EXPR_DYNAMIC: case EXPR_VERSION: make_text(seed, out); break;
	}
}

static inline void make_condition(uint64_t *seed, int depth, struct strbuf *out);

/* A value of a type that is no bare literal: a column, a call, a sum. */
static inline void make_value(uint64_t *seed, enum expr_type type, int depth, struct strbuf *out)
{
	static const char *const cases[] = { "tolower(", "toupper (", "tostring(" };
	unsigned kind = depth > 0 ? make_pick(seed, 6) : 0;

	if (type == EXPR_VERSION) {
		strbuf_adds(out, "parse_version(");
		make_value(seed, make_pick(seed, 5) ? EXPR_STRING : EXPR_DYNAMIC, 0, out);
		strbuf_addc(out, ')');
	} else if (type == EXPR_REAL) {
		make_literal(seed, type, out);
	} else if (type == EXPR_STRING && kind == 1) {
		strbuf_adds(out, MAKE_ANY(seed, cases));
		make_value(seed, make_pick(seed, 3) ? EXPR_STRING : EXPR_DYNAMIC, depth - 1, out);
		strbuf_addc(out, ')');
	} else if (type == EXPR_LONG && kind == 1) {
		strbuf_adds(out, "strlen(");
		make_value(seed, EXPR_STRING, depth - 1, out);
		strbuf_addc(out, ')');
	} else if (type == EXPR_DATETIME && kind == 1) {
		make_value(seed, EXPR_DATETIME, depth - 1, out);
		strbuf_adds(out, make_pick(seed, 2) ? " + " : "-");
		make_literal(seed, EXPR_TIMESPAN, out);
	} else if (type == EXPR_TIMESPAN && kind == 1) {
		strbuf_adds(out, make_pick(seed, 2) ? "now() - " : "(now() - ago(1d)) + 3h - (");
		if (out->buf[out->len - 1] == '(') {
			make_value(seed, EXPR_TIMESPAN, depth - 1, out);
			strbuf_addc(out, ')');
		} else {
			make_column(seed, EXPR_DATETIME, out);
		}
	} else if (type == EXPR_TIMESPAN && kind == 2) {
		strbuf_addc(out, '-');
		make_column(seed, type, out);
	} else if (type == EXPR_BOOL && kind == 1) {
		strbuf_addc(out, '(');
		make_condition(seed, depth - 1, out);
		strbuf_addc(out, ')');
	} else if (kind == 3) {
		strbuf_addc(out, '(');
		make_column(seed, type, out);
		strbuf_addc(out, ')');
	} else {
		make_column(seed, type, out);
	}
}

/* A type that the operator takes at its right, given the left. */
static inline void make_right(uint64_t *seed, const struct expr_op *op, enum expr_type left, int depth, struct strbuf *out)
{
	static const char *const patterns[] = { "\"^srv-\"", "@\"[0-9]+$\"", "'(?i)prod|test'", "\"\\\\bsql\\\\b\"", "\"\"", "\"B.RO\"" };
	enum expr_type type = left;

	if (op->test == TEST_REGEX) {
		strbuf_adds(out, MAKE_ANY(seed, patterns));
		return;
	}
	if (left == EXPR_DYNAMIC)
		type = op->test == TEST_EQUAL && op->nocase ? EXPR_STRING : op->test == TEST_EQUAL && make_pick(seed, 3) == 0 ? EXPR_LONG : EXPR_STRING;
	if (left == EXPR_DYNAMIC && (op->kind == EXPR_BETWEEN || (op->test >= TEST_LESS && op->test <= TEST_MORE_EQUAL)))
		type = make_pick(seed, 2) ? EXPR_LONG : EXPR_REAL;
	if (left == EXPR_LONG && make_pick(seed, 4) == 0)
		type = EXPR_REAL;
	if (type == EXPR_VERSION) {
		strbuf_adds(out, "parse_version(");
		make_text(seed, out);
		strbuf_addc(out, ')');
	} else if (make_pick(seed, 5) == 0 && type != EXPR_BOOL) {
		make_value(seed, type, depth > 0 ? 1 : 0, out);
	} else {
		make_literal(seed, type, out);
	}
}

static inline bool make_takes(const struct expr_op *op, enum expr_type left)
{
	bool order = op->kind == EXPR_BETWEEN || (op->test >= TEST_LESS && op->test <= TEST_MORE_EQUAL), text = left == EXPR_STRING || left == EXPR_DYNAMIC;

	if (order)
		return left != EXPR_STRING && left != EXPR_BOOL;
	return text || (op->test == TEST_EQUAL && !op->nocase);
}

static inline void make_comparison(uint64_t *seed, int depth, struct strbuf *out)
{
	static const enum expr_type types[] = { EXPR_STRING, EXPR_STRING, EXPR_STRING, EXPR_DATETIME, EXPR_TIMESPAN, EXPR_BOOL, EXPR_LONG, EXPR_DYNAMIC, EXPR_VERSION, EXPR_REAL };
	enum expr_type left = MAKE_ANY(seed, types);
	const struct expr_op *op;
	unsigned items = 1 + make_pick(seed, 4);

	do {
		op = &expr_ops[make_pick(seed, (unsigned)expr_op_count)];
	} while (!make_takes(op, left));
	make_value(seed, left, depth > 2 ? 2 : depth, out);
	make_blank(seed, out);
	strbuf_adds(out, op->kind == EXPR_COMPARE && op->test == TEST_EQUAL && op->negated && !op->nocase && make_pick(seed, 4) == 0 ? "<>" : op->name);
	make_blank(seed, out);
	if (op->kind == EXPR_COMPARE) {
		make_right(seed, op, left, depth, out);
		return;
	}
	strbuf_addc(out, '(');
	if (op->kind == EXPR_BETWEEN && left == EXPR_DYNAMIC) {   /* both ends of one type */
		strbuf_adds(out, make_pick(seed, 2) ? "1 .. 20" : "0.5..2.5");
	} else if (op->kind == EXPR_BETWEEN) {
		make_right(seed, op, left, depth, out);
		strbuf_adds(out, make_pick(seed, 2) ? " .. " : "..");
		make_right(seed, op, left == EXPR_DATETIME && make_pick(seed, 3) == 0 ? EXPR_TIMESPAN : left, depth, out);
	}
	for (unsigned i = 0; op->kind == EXPR_IN && i < items; i++) {
		strbuf_adds(out, i > 0 ? ", " : "");
		make_right(seed, op, left, depth, out);
	}
	strbuf_addc(out, ')');
}

static inline void make_condition(uint64_t *seed, int depth, struct strbuf *out)
{
	static const char *const asks[] = { "isempty(", "isnotempty(", "isnull(", "isnotnull (" };
	static const enum expr_type types[] = { EXPR_STRING, EXPR_DATETIME, EXPR_TIMESPAN, EXPR_BOOL, EXPR_LONG, EXPR_DYNAMIC, EXPR_VERSION };
	unsigned kind = make_pick(seed, depth > 0 ? 12 : 4), parts = 2 + make_pick(seed, 3);

	if (kind == 0) {
		make_column(seed, EXPR_BOOL, out);
	} else if (kind == 1 && make_pick(seed, 2)) {
		strbuf_adds(out, MAKE_ANY(seed, asks));
		make_value(seed, MAKE_ANY(seed, types), depth > 0 ? 1 : 0, out);
		strbuf_addc(out, ')');
	} else if (kind < 6) {
		make_comparison(seed, depth, out);
	} else if (kind == 6) {
		strbuf_adds(out, make_pick(seed, 2) ? "not(" : "not (");
		make_condition(seed, depth - 1, out);
		strbuf_addc(out, ')');
	} else {
		for (unsigned i = 0; i < parts; i++) {
			if (i > 0) {
				make_blank(seed, out);
				strbuf_adds(out, make_pick(seed, 2) ? "and" : "or");
				make_blank(seed, out);
			}
			bool group = make_pick(seed, 2);

			strbuf_adds(out, group ? "(" : "");
			make_condition(seed, depth - 1, out);
			strbuf_adds(out, group ? ")" : "");
		}
	}
}

/* Appends one expression; the seed moves on. */
static inline void expr_make(uint64_t *seed, struct strbuf *out)
{
	make_condition(seed, (int)make_pick(seed, 5), out);
}

#endif
