/* expr_rows.h - tables with awkward values for the tests of expressions, and which rows an expression selects. */
#ifndef ROUSE_TEST_EXPR_ROWS_H
#define ROUSE_TEST_EXPR_ROWS_H

#include "tests/unit/model_rows.h"

#include "core/base/error.h"
#include "core/model/bag.h"
#include "core/model/expr.h"
#include "core/model/marks.h"

/* The parsed expression, or a failed test with the parser's sentence. */
static inline struct expr *rows_parse(const char *text)
{
	struct expr *expr = NULL;
	struct error err = { 0 };

	if (expr_parse(text, strlen(text), &expr, NULL, &err) != 0)
		fail_msg("%s\n    %s", text, err.text);
	return expr;
}

/* Rows selected, as a string of one letter each: `ac`. At most 26 rows. */
static inline void rows_check(const struct lens *lens, const char *text, const char *expected)
{
	struct expr *expr = rows_parse(text);
	uint8_t keep[26];
	char found[27] = "";
	size_t n = 0;

	memset(keep, 1, sizeof keep);
	assert_int_equal(expr_rows(expr, lens, 0, lens->table->count, keep), 0);
	for (uint32_t row = 0; row < lens->table->count; row++)
		if (keep[row])
			found[n++] = (char)('a' + row);
	found[n] = '\0';
	expr_free(&expr);
	if (strcmp(found, expected) != 0)
		fail_msg("%s\n    selects \"%s\", not \"%s\"", text, found, expected);
}

/* true, false or null of a condition that is the same for each row, told from what it and not() of it select. */
static inline void rows_check_truth(const struct lens *lens, const char *condition, const char *expected)
{
	char negated[512];
	struct expr *expr;
	uint8_t is = 1, is_not = 1;

	snprintf(negated, sizeof negated, "not(%s)", condition);
	expr = rows_parse(condition);
	expr_rows(expr, lens, 0, 1, &is);
	expr_free(&expr);
	expr = rows_parse(negated);
	expr_rows(expr, lens, 0, 1, &is_not);
	expr_free(&expr);
	if (is && is_not)
		fail_msg("%s: both it and its opposite select", condition);
	if (strcmp(is ? "true" : is_not ? "false" : "null", expected) != 0)
		fail_msg("%s\n    is %s, not %s", condition, is ? "true" : is_not ? "false" : "null", expected);
}

/* Texts that hosts, groups and products do not have in good weather: other scripts, letters that fold oddly, NULs, blanks, quotes. */
static const char *const rows_awkward[] = {
	"srv-sql-01", "SRV-SQL-01", "srv-sql", "sql", "SQL server", "B\xC3\x9CRO", "b\xC3\xBCro", "stra\xC3\x9F" "e", "gau\xC5\xBF", "GAUS",
	"\xCE\xA3\xCE\xB9\xCF\x82", "\xCE\xA3\xCE\x99\xCE\xA3", "\xE2\x84\xAA" "elvin", "kelvin", "\xC4\xB0stanbul", "istanbul",
	"a\"b\\c", "x'y", " sql ",
	"no-other-av", "1", "10", "true", "2026-11-20T06:00:00Z", "4.18.9", "4.18.40", "\xE6\x97\xA5\xE6\x9C\xAC-1",
	"tab\there", "passive", "1.5",
};
#define ROWS_AWKWARD (sizeof rows_awkward / sizeof *rows_awkward)

static inline struct slice rows_awkward_text(uint64_t *state, char *buffer, size_t size)
{
	unsigned kind = rows_pick(state, 24);
	const char *text = rows_awkward[rows_pick(state, ROWS_AWKWARD)];
	size_t n = strlen(text);

	if (kind == 0)
		return (struct slice){ NULL, 0 };
	if (kind == 1)
		return (struct slice){ "", 0 };
	memcpy(buffer, text, n);
	if (kind == 2)
		buffer[n / 2] = '\0';
	if (kind == 3)   /* long */
		while (n + 8 < size) {
			memcpy(buffer + n, "-sql.net", 8);
			n += 8;
		}
	return (struct slice){ buffer, n };
}

/* A bag with a text, a number, a boolean, a null, and an empty text, each only in some rows. */
static inline void rows_bag(uint64_t *state, struct strbuf *bag)
{
	static const char *const numbers[] = { "5", "-5", "5.5", "1e1", "9007199254740993", "true", "false", "[1]", "99999999999999999999" };
	char buffer[64];

	strbuf_clear(bag);
	if (rows_pick(state, 3))
		bag_add(bag, BAG_TEXT, slice_of("Text"), rows_awkward_text(state, buffer, 32));
	if (rows_pick(state, 3))
		bag_add(bag, BAG_JSON, slice_of("Any"), slice_of(numbers[rows_pick(state, 9)]));
	else
		bag_add(bag, rows_pick(state, 2) ? BAG_TEXT : BAG_NULL, slice_of("Any"), slice_of(""));
}

/* Random rows over the awkward texts; each kind of column, missing and present. */
static inline void rows_awkward_fill(struct table *table, unsigned count, uint64_t seed)
{
	static const enum text_id texts[] = { TEXT_GROUP, TEXT_PLATFORM, TEXT_GATHERED_MODE, TEXT_ASSESSED_MODE, TEXT_SIGNATURE, TEXT_OTHER_AV };
	struct strbuf bag = STRBUF_INIT(4096);

	for (unsigned i = 0; i < count; i++) {
		struct table_row row;
		char id[64], buffers[8][600];

		table_row_init(&row);
		snprintf(id, sizeof id, rows_pick(&seed, 4) ? "%040x" : "Id-%x", i * 2654435761u);
		row.id = slice_of(id);
		row.name = rows_awkward_text(&seed, buffers[7], sizeof buffers[7]);
		for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
			row.text[texts[k]] = rows_awkward_text(&seed, buffers[k], 64);
		for (size_t k = 0; k < TIME_COUNT; k++)
			if (rows_pick(&seed, 5) > 0)
				row.time[k] = ROWS_NOW - (int64_t)rows_pick(&seed, 20) * 43200 - rows_pick(&seed, 2);
		if (rows_pick(&seed, 5) > 0)
			row.report = rows_pick(&seed, 3) ? (int64_t)rows_pick(&seed, 12) - 6 : INT64_C(9007199254740993);
		row.flags = (uint16_t)rows_pick(&seed, 1u << FLAG_COUNT);
		row.verdict = (enum verdict)rows_pick(&seed, VERDICT_COUNT);
		row.change = (enum change)rows_pick(&seed, CHANGE_COUNT);
		row.applicable = (enum tri)rows_pick(&seed, 3);
		row.compliant = (enum tri)rows_pick(&seed, 3);
		rows_bag(&seed, &bag);
		row.bag = (struct slice){ strbuf_text(&bag), bag.len };
		table_add(table, &row);
	}
	strbuf_release(&bag);
}

#endif
