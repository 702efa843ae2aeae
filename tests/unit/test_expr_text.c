/* test_expr_text.c - string operators, each rule with the page of Microsoft's Kusto reference (data-explorer/kusto/query) that states it. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/expr_parts.h"

struct row {
	enum expr_test test;
	bool nocase;
	const char *text, *word;
	bool expected;
};

static void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (expr_text_test(rows[i].test, rows[i].nocase, slice_of(rows[i].text), slice_of(rows[i].word)) != rows[i].expected)
			fail_msg("row %zu: \"%s\" against \"%s\" is not %s", i, rows[i].text, rows[i].word, rows[i].expected ? "true" : "false");
}

/* The column "Example (yields true)" of datatypes-string-operators.md, and their opposites; endswith_cs "kam" and hassuffix "ica" of the
 * page's own slips are taken by the words beside them: "case-sensitive", "closing subsequence". */
static void published_examples(void **state)
{
	static const struct row rows[] = {
		{ TEST_EQUAL, false, "aBc", "aBc", true }, { TEST_EQUAL, false, "abc", "ABC", false },
		{ TEST_EQUAL, true, "abc", "ABC", true }, { TEST_EQUAL, true, "aBc", "xyz", false },
		{ TEST_CONTAINS, true, "FabriKam", "BRik", true }, { TEST_CONTAINS, true, "Fabrikam", "xyz", false },
		{ TEST_CONTAINS, false, "FabriKam", "Kam", true }, { TEST_CONTAINS, false, "Fabrikam", "Kam", false },
		{ TEST_ENDS, true, "Fabrikam", "Kam", true }, { TEST_ENDS, true, "Fabrikam", "brik", false },
		{ TEST_ENDS, false, "Fabrikam", "kam", true }, { TEST_ENDS, false, "Fabrikam", "Kam", false },
		{ TEST_HAS, true, "North America", "america", true }, { TEST_HAS, true, "North America", "amer", false },
		{ TEST_HAS, false, "North America", "America", true }, { TEST_HAS, false, "North America", "america", false },
		{ TEST_PREFIX, true, "North America", "ame", true }, { TEST_PREFIX, true, "North America", "mer", false },
		{ TEST_PREFIX, false, "North America", "Ame", true }, { TEST_PREFIX, false, "North America", "CA", false },
		{ TEST_SUFFIX, true, "North America", "ica", true }, { TEST_SUFFIX, true, "North America", "americ", false },
		{ TEST_SUFFIX, false, "North America", "ica", true }, { TEST_SUFFIX, false, "North America", "icA", false },
		{ TEST_STARTS, true, "Fabrikam", "fab", true }, { TEST_STARTS, true, "Fabrikam", "kam", false },
		{ TEST_STARTS, false, "Fabrikam", "Fab", true }, { TEST_STARTS, false, "Fabrikam", "fab", false },
		{ TEST_HAS_ANY, true, "North America", "north", true }, { TEST_HAS_ALL, true, "North and South America", "south", true },
	};

	(void)state;
	check_rows(rows, sizeof rows / sizeof *rows);
}

/* datatypes-string-operators.md, "What is a term?": maximal runs of alphanumeric characters; terms below three characters are found too. */
static void terms(void **state)
{
	static const char text[] = "Kusto: ad67d136-c1db-4f9f-88ef-d94f3b6b0b5a;KustoExplorerQueryRun";
	static const struct row rows[] = {
		{ TEST_HAS, true, text, "kusto", true }, { TEST_HAS, true, text, "KustoExplorerQueryRun", true },
		{ TEST_HAS, true, text, "ad67d136", true },
		{ TEST_HAS, true, text, "c1db", true }, { TEST_HAS, true, text, "d94f3b6b0b5a", true },
		{ TEST_HAS, true, text, "Explorer", false },
		{ TEST_CONTAINS, true, text, "Explorer", true }, { TEST_HAS, true, text, "ad67", false },
		{ TEST_PREFIX, true, text, "ad67", true },
		{ TEST_SUFFIX, true, text, "Run", true }, { TEST_SUFFIX, true, text, "Query", false },
		{ TEST_PREFIX, true, text, "Explorer", false },
		{ TEST_HAS, true, "a b", "b", true }, { TEST_HAS, true, "ab", "b", false }, { TEST_HAS, true, "sql_01", "sql", true },
		{ TEST_HAS, true, "sql01", "sql", false }, { TEST_HAS, true, "xsql sql", "sql", true }, { TEST_HAS, true, "", "sql", false },
		{ TEST_HAS, true, "sqlsqlsql", "sqlsql", false },
	};

	(void)state;
	check_rows(rows, sizeof rows / sizeof *rows);
}

/* dataexplorer-docs issue 1005: what the service answered. */
static void words_of_several_terms(void **state)
{
	static const char url[] = "https://management.azure.com/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/test.rg000001?api-version=2021-04-01";
	static const struct row rows[] = {
		{ TEST_HAS, true, url, "resourcegroups/test.rg000001", true }, { TEST_HAS, true, url, "/resourcegroups/test.rg000001?", true },
		{ TEST_HAS, true, "North America", "North America", true }, { TEST_HAS, true, url, "resourcegroups/test.rg00000", false },
		{ TEST_HAS, true, url, "esourcegroups/test.rg000001", false }, { TEST_HAS, true, "conflict no-other-av", "no-other-av", true },
		{ TEST_HAS, true, "conflict no-other-av", "other-av", true }, { TEST_HAS, true, "conflict no-other-avx", "other-av", false },
		{ TEST_HAS, true, "srv-sql-01", "srv-sql", true }, { TEST_HAS, true, "srv_sql-01", "srv-sql", false },
		{ TEST_PREFIX, true, "srv-sql-01", "rv-sql", false }, { TEST_PREFIX, true, "srv-sql-01", "srv-sq", true },
		{ TEST_SUFFIX, true, "srv-sql-01", "rv-sql", true }, { TEST_SUFFIX, true, "srv-sql-01", "srv-sq", false },
		{ TEST_HAS, true, "a--b", "-", true }, { TEST_HAS, true, "xa-a-a", "a-a", true }, { TEST_HAS, true, "ab", "-", false },
	};

	(void)state;
	check_rows(rows, sizeof rows / sizeof *rows);
}

/* includes/in-operator-comparison.md: "Case-insensitive operators are currently supported only for ASCII-text." */
static void folding_is_of_ascii(void **state)
{
	static const struct row rows[] = {
		{ TEST_EQUAL, true, "B\xC3\x9CRO", "b\xC3\x9Cro", true }, { TEST_EQUAL, true, "B\xC3\x9CRO", "b\xC3\xBCro", false },
		{ TEST_CONTAINS, true, "B\xC3\x9CRO-SQL", "\xC3\x9Cro-s", true }, { TEST_CONTAINS, true, "B\xC3\x9CRO", "\xC3\xBC", false },
		{ TEST_EQUAL, true, "\xE2\x84\xAA", "k", false }, { TEST_EQUAL, true, "s", "\xC5\xBF", false },
		{ TEST_EQUAL, true, "[", "{", false }, { TEST_EQUAL, true, "@", "`", false },
	};

	(void)state;
	check_rows(rows, sizeof rows / sizeof *rows);
}

/* Not published; see expr_text.c. */
static void decided_here(void **state)
{
	static const struct row rows[] = {
		{ TEST_HAS, true, "a", "", true }, { TEST_HAS, true, "", "", true }, { TEST_CONTAINS, true, "a", "", true },
		{ TEST_STARTS, false, "a", "", true },
		{ TEST_ENDS, false, "", "", true }, { TEST_PREFIX, true, "a", "", true }, { TEST_SUFFIX, true, "a", "", true },
		{ TEST_EQUAL, true, "a", "", false }, { TEST_EQUAL, true, "", "", true },
		{ TEST_HAS, true, "\xC3\xBC" "ber", "ber", false }, { TEST_HAS, true, "b\xC3\xBCro", "b", false },
		{ TEST_HAS, true, "b\xC3\xBCro-1", "b\xC3\xBCro", true },
		{ TEST_HAS, true, "ber\xC3\xBC", "ber", false }, { TEST_HAS, true, "\xE2\x80\x93" "ber\xE2\x80\x93", "ber", true },
		{ TEST_HAS, true, "\xE6\x97\xA5\xE6\x9C\xAC", "\xE6\x97\xA5", false }, { TEST_HAS, true, "\xD9\xA3 b", "\xD9\xA3", true },
		{ TEST_HAS, true, "\xFF" "ber", "ber", true }, { TEST_HAS, true, "a\xCC\x81", "a", true },
	};

	(void)state;
	check_rows(rows, sizeof rows / sizeof *rows);
}

static void a_nul_is_a_character(void **state)
{
	struct slice text = { "a\0b-c", 5 }, word = { "\0b", 2 };

	(void)state;
	assert_true(expr_text_test(TEST_CONTAINS, true, text, word));
	assert_true(expr_text_test(TEST_HAS, true, text, slice_of("b")));
	assert_false(expr_text_test(TEST_EQUAL, false, text, slice_of("a")));
	assert_false(expr_text_test(TEST_CONTAINS, false, slice_of("ab"), word));
}

static struct slice mapped(struct strbuf *out, void (*map)(struct strbuf *, const char *, size_t), int32_t cp)
{
	char bytes[8];
	struct strbuf one = STRBUF_INIT(sizeof bytes);

	utf8_append(&one, cp);
	strbuf_clear(out);
	map(out, one.buf, one.len);
	strbuf_release(&one);
	return (struct slice){ strbuf_text(out), out->len };
}

/* Whether a character behind a word ends it. */
static bool ends_term(const char *text, size_t len)
{
	char bytes[16] = "x";

	memcpy(bytes + 1, text, len);
	return expr_text_test(TEST_HAS, false, (struct slice){ bytes, len + 1 }, slice_of("x"));
}

/* What the case guard rests on, for every character there is: lower case does not leave the fold, nor the ASCII equals. */
static void lower_case_stays_within_the_fold(void **state)
{
	struct strbuf fold = STRBUF_INIT(64), lower = STRBUF_INIT(64), again = STRBUF_INIT(64);

	(void)state;
	for (int32_t cp = 0; cp <= 0x10FFFF; cp++) {
		struct slice low;

		if (cp >= 0xD800 && cp <= 0xDFFF)
			continue;
		mapped(&fold, utf8_fold, cp);
		low = mapped(&lower, utf8_lower, cp);
		strbuf_clear(&again);
		utf8_fold(&again, low.text, low.len);
		if (again.len != fold.len || memcmp(again.buf, fold.buf, fold.len) != 0)
			fail_msg("U+%04X: the fold of its lower case is not its fold", (unsigned)cp);
		/* And a letter stays one: terms begin and end where they did. U+0345 is the one mark whose upper case is a letter. */
		strbuf_clear(&again);
		utf8_append(&again, cp);
		if (ends_term(fold.buf, fold.len) != ends_term(again.buf, again.len) && cp != 0x345)
			fail_msg("U+%04X: its fold is of another kind", (unsigned)cp);
	}
	strbuf_release(&fold);
	strbuf_release(&lower);
	strbuf_release(&again);
}

static void types_of_columns(void **state)
{
	static const struct { enum column_id id; enum expr_type type; } rows[] = {
		{ COL_DEVICE_NAME, EXPR_STRING }, { COL_OS_VERSION, EXPR_STRING }, { COL_VERDICT, EXPR_STRING }, { COL_FLAGS, EXPR_STRING },
		{ COL_LAST_SEEN, EXPR_DATETIME }, { COL_ACCEPTED_UNTIL, EXPR_DATETIME }, { COL_SIGNATURE_AGE, EXPR_TIMESPAN },
		{ COL_MARKED, EXPR_BOOL },
		{ COL_IS_COMPLIANT, EXPR_BOOL }, { COL_REPORT_ID, EXPR_LONG }, { COL_BAG, EXPR_DYNAMIC },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(expr_column_type(&(struct column_ref){ .id = rows[i].id }), rows[i].type);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_examples), cmocka_unit_test(terms), cmocka_unit_test(words_of_several_terms),
		cmocka_unit_test(folding_is_of_ascii), cmocka_unit_test(decided_here), cmocka_unit_test(a_nul_is_a_character),
		cmocka_unit_test(lower_case_stays_within_the_fold), cmocka_unit_test(types_of_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
