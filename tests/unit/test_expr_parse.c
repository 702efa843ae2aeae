/* test_expr_parse.c - reading and writing expressions: what is taken and how it is written back, what is refused and what is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/expr_lex.h"
#include "tests/unit/expr_make.h"

#define MADE 10000
#define SOUPS 30000
#define PRINT_MAX ((size_t)8 << 20)

static struct expr *read_text(const char *text, size_t len)
{
	struct expr *expr = NULL;
	struct error err = { 0 };

	if (expr_parse(text, len, &expr, NULL, &err))
		fail_msg("%.300s is refused: %s", text, err.text);
	return expr;
}

/* -- taken, and written back -- */

/* NULL: the text is canonical already. */
static const struct { const char *text, *printed; } taken[] = {
	{ "Marked", NULL }, { "not(Marked)", NULL }, { "not (Marked)", "not(Marked)" }, { "((Marked))", "Marked" },
	{ " Marked // note", "Marked" },
	{ "Marked == 1", "Marked == true" }, { "0 != Marked", "false != Marked" }, { "IsCompliant in (0, 1)", "IsCompliant in (false, true)" },
	{ "isnull(ReportId) == 0x1", "isnull(ReportId) == true" },
	{ "Marked !in (-0, +1, true)", "Marked !in (false, true, true)" }, { "ReportId == 1", NULL },
	{ "Marked // x\xE2\x80\xA8", "Marked" }, { "Marked // x\xE2\x80\xA9or true", "Marked or true" },
	{ "Marked // x\xC2\x85 or \f y", "Marked" },
	{ "LastSeen > datetime(2026-11-20T06:59:00+02:00)", "LastSeen > datetime(2026-11-20T04:59:00Z)" },
	{ "true", NULL }, { "Marked == TRUE", "Marked == true" }, { "bool(1)", "true" }, { "bool(null)", NULL },
	{ "Marked == bool( False )", "Marked == false" },
	{ "MachineGroup in~ (\"prod\") and SignatureAge > 7d", NULL },
	{ "MachineGroup in~(\"prod\")and(SignatureAge>7d)", "MachineGroup in~ (\"prod\") and SignatureAge > 7d" },
	{ "Owner<>\"x\"", "Owner != \"x\"" }, { "Owner=~'x'", "Owner =~ \"x\"" }, { "Owner !in~ ('a','b')", "Owner !in~ (\"a\", \"b\")" },
	{ "Owner has_any (\"a\") or Owner has_all (\"b\", \"c\")", NULL },
	{ "Owner matches regex @\"^\\d+$\"", "Owner matches regex \"^\\\\d+$\"" },
	{ "Owner !startswith_cs \"x\"", NULL }, { "Owner hasprefix \"x\" and Owner !hassuffix_cs \"y\"", NULL },
	{ "Marked and (IsCompliant or IsApplicable)", NULL },
	{ "(Marked and IsCompliant) or IsApplicable", "Marked and IsCompliant or IsApplicable" },
	{ "Marked or (IsCompliant or IsApplicable)", "Marked or IsCompliant or IsApplicable" },
	{ "(Owner == \"a\") == true", NULL }, { "(Marked or true) == false", NULL },
	{ "Marked == (Owner has \"x\")", NULL }, { "Marked == isempty(Owner)", NULL },
	{ "SeenAge between (1d..7d)", "SeenAge between (1d .. 7d)" }, { "ReportId between (1..7)", "ReportId between (1 .. 7)" },
	{ "LastSeen !between (ago(7d) .. 2d)", "LastSeen !between (ago(7d) .. ago(7d) + 2d)" },
	{ "ReportId between (1.0..2)", "ReportId between (1.0 .. 2)" },
	{ "now() - LastSeen > 7d", NULL }, { "LastSeen > now() - 7d", NULL }, { "LastSeen > now(-7d)", NULL },
	{ "1d + LastSeen < now()", NULL },
	{ "LastSeen - (FirstSeen - AssessedAt) > ago(1d)", NULL }, { "now() - 1d - 2h < LastSeen", NULL },
	{ "(now() - 1d) - 2h < LastSeen", "now() - 1d - 2h < LastSeen" },
	{ "-SeenAge < -3d", "0s - SeenAge < -3d" }, { "-(SeenAge + 1d) < 0s", "0s - (SeenAge + 1d) < 0s" },
	{ "SeenAge - -3d > - 1h", "SeenAge - -3d > -1h" },
	{ "SeenAge == 1.5h", "SeenAge == 90m" }, { "SeenAge == timespan(1.02:03:04.5)", "SeenAge == 93784500ms" },
	{ "SeenAge == timespan(-00:01)", "SeenAge == -1m" },
	{ "SeenAge == time(15 seconds)", "SeenAge == 15s" }, { "SeenAge == timespan(2)", "SeenAge == 2d" },
	{ "SeenAge == 3tick", "SeenAge == 3ticks" },
	{ "SeenAge == 7microsecond", "SeenAge == 7microseconds" }, { "SeenAge == 48hours", "SeenAge == 2d" },
	{ "SeenAge == timespan(null)", NULL },
	{ "SeenAge == 0.1s", "SeenAge == 100ms" }, { "SeenAge == 10675199d", NULL }, { "SeenAge == 1minutes", "SeenAge == 1m" },
	{ "SeenAge == 5ms", NULL },
	{ "LastSeen == datetime(2026-11-20)", "LastSeen == datetime(2026-11-20T00:00:00Z)" },
	{ "LastSeen == datetime(2026-11-20T06:00:00.1234567Z)", NULL },
	{ "LastSeen == date('2026-11-20 06:00')", "LastSeen == datetime(2026-11-20T06:00:00Z)" },
	{ "LastSeen == datetime(0001-01-01)", "LastSeen == datetime(0001-01-01T00:00:00Z)" },
	{ "LastSeen == datetime(9999-12-31T23:59:59.9999999Z)", NULL }, { "LastSeen == datetime(null)", NULL },
	{ "LastSeen == datetime(2026-11-20T06:00:00+02:00)", "LastSeen == datetime(2026-11-20T04:00:00Z)" },
	{ "ReportId == 0x1F", "ReportId == 31" }, { "ReportId == long(-7)", "ReportId == -7" }, { "ReportId == -9223372036854775808", NULL },
	{ "ReportId == 9223372036854775807", NULL }, { "ReportId == int(null)", "ReportId == long(null)" },
	{ "ReportId < 1.5", NULL }, { "ReportId < -1.5e-3", NULL },
	{ "ReportId < real(5)", NULL }, { "ReportId < double(1.5)", "ReportId < 1.5" },
	{ "ReportId < -real(-2.5)", "ReportId < 2.5" }, { "ReportId < real(null)", NULL },
	{ "ReportId < 1E5", NULL }, { "ReportId in (1, 2.5, -(3))", "ReportId in (1, 2.5, -3)" },
	{ "Owner == 'it\\'s' \"!\"", "Owner == \"it's!\"" }, { "Owner == @'a''b'", "Owner == \"a'b\"" },
	{ "Owner == @\"a\"\"b\\\"", "Owner == \"a\\\"b\\\\\"" },
	{ "Owner == h\"x\" H@'y'", "Owner == \"xy\"" }, { "Owner == ```a\n\"b\\n```", "Owner == \"a\\n\\\"b\\\\n\"" },
	{ "Owner == ~~~a`b~~~", "Owner == \"a`b\"" },
	{ "Owner == \"\\x41\\102\\u0043\\ud83d\\ude00\\0\"", "Owner == \"ABC\xF0\x9F\x98\x80\\x00\"" },
	{ "Owner == \"\\a\\b\\f\\v\\r\\t\"", "Owner == \"\\x07\\x08\\x0c\\x0b\\r\\t\"" },
	{ "Owner == \"\\1234\"", "Owner == \"S4\"" }, { "Owner == \"a\xE2\x80\xAE\"", "Owner == \"a\\u202e\"" },
	{ "Owner == \"a\" // x\n 'b'", "Owner == \"ab\"" },
	{ "Owner == \"a\"\"b\"", "Owner == \"ab\"" }, { "Owner ==\xC2\xA0\"a\"\xEF\xBB\xBF", "Owner == \"a\"" },
	{ "\"x\" has Owner", NULL }, { "1 == 1", NULL },
	{ "['DeviceName'] has [\"Owner\"]", "DeviceName has Owner" }, { "[@'Device' \"Name\"] == \"\"", "DeviceName == \"\"" },
	{ "AdditionalFields.KEY == 1", NULL }, { "AdditionalFields['KEY'] > 1.5", "AdditionalFields.KEY > 1.5" },
	{ "AdditionalFields[\"any key\"] has \"x\"", NULL },
	{ "AdditionalFields.['where'] == true", "AdditionalFields[\"where\"] == true" },
	{ "['AdditionalFields'] . kind == \"x\"", "AdditionalFields.kind == \"x\"" },
	{ "AdditionalFields.AvMode == \"1\"", "GatheredMode == \"1\"" }, { "AdditionalFields[\"a\\\"b\"] == \"\"", NULL },
	{ "AdditionalFields[\"1K\"] == \"\"", NULL },
	{ "isempty(AdditionalFields.x) or isnotnull(LastSeen)", NULL }, { "isnull(Owner == \"x\")", NULL },
	{ "tolower(Owner) == toupper(Note)", NULL },
	{ "strlen(Owner) > 3", NULL }, { "tostring(AdditionalFields.a) == tostring(ReportId)", NULL },
	{ "parse_version(AvEngineVersion) < parse_version(\"1.411.0.0\")", NULL },
	{ "parse_version(AvEngineVersion) between (parse_version(\"1\") .. parse_version(\"2\"))", NULL },
};

static void test_taken(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
		const char *wanted = taken[i].printed ? taken[i].printed : taken[i].text;
		struct strbuf out = STRBUF_INIT(PRINT_MAX);
		struct expr *expr = read_text(taken[i].text, strlen(taken[i].text));

		expr_print(expr, &out);
		assert_string_equal(strbuf_text(&out), wanted);
		assert_true(slice_is(expr_source(expr), taken[i].text));
		expr_free(&expr);
		assert_null(expr);
		expr = read_text(wanted, strlen(wanted));
		strbuf_clear(&out);
		expr_print(expr, &out);
		assert_string_equal(strbuf_text(&out), wanted);
		expr_free(&expr);
		expr_free(&expr);
		strbuf_release(&out);
	}
}

static void test_needs(void **state)
{
	static const struct { const char *text; bool bags, now; } needs[] = {
		{ "Marked", false, false }, { "AdditionalFields.x == \"\"", true, false },
		{ "AdditionalFields.AvMode == \"\"", false, false }, { "SeenAge > 1d", false, true },
		{ "isnull(SignatureAge)", false, true }, { "LastSeen > ago(1d) and isempty(AdditionalFields.y)", true, true },
		{ "now() == now()", false, true },
		{ "LastSeen > datetime(2026-11-20)", false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
		struct expr *expr = read_text(needs[i].text, strlen(needs[i].text));

		assert_int_equal(expr_needs_bags(expr), needs[i].bags);
		assert_int_equal(expr_needs_now(expr), needs[i].now);
		expr_free(&expr);
	}
}

/* -- refused -- */

/* The character that is named, and words of the sentence. `nearest` may be NULL. */
static const struct { const char *text; unsigned at; const char *says, *nearest; } refused[] = {
	{ "", 1, "there is no condition", "" }, { " \t", 3, "there is no condition", "" }, { "// x", 5, "there is no condition", "" },
	{ "MachineGroup = \"x\"", 14, "==", "==" }, { "MachineGroup == prod", 17, "in quotes, \"prod\"", NULL },
	{ "Marked && Marked", 8, "word and", "and" },
	{ "Marked || Marked", 8, "word or", "or" }, { "Marked | Marked", 8, "further steps", NULL },
	{ "Marked AND Marked", 8, "small letters", "and" },
	{ "Marked Or Marked", 8, "small letters", "or" }, { "NOT(Marked)", 1, "small letters", "not" },
	{ "not Marked", 1, "not(...)", NULL }, { "!Marked", 1, "not(...)", "not()" },
	{ "machinegroup == \"x\"", 1, "letter case: MachineGroup", "MachineGroup" },
	{ "MachinGroup == \"x\"", 1, "did you mean MachineGroup", "MachineGroup" },
	{ "SIG > 7d", 1, "SignatureAge", "SignatureAge" }, { "HOST == \"x\"", 1, "DeviceName", "DeviceName" },
	{ "['devicename'] == \"x\"", 1, "letter case", "DeviceName" },
	{ "Owner like \"x\"", 7, "contains", "contains" }, { "Owner not in (\"x\")", 7, "!in", "!in" }, { "Owner is null", 7, "isempty", NULL },
	{ "Owner hass \"x\"", 7, "did you mean has?", "has" }, { "Owner HAS \"x\"", 7, "did you mean has?", "has" },
	{ "Owner startwith \"x\"", 7, "startswith?", "startswith" },
	{ "Owner has \"x", 11, "never closed", "\"" }, { "Owner has 'x\n'", 11, "never closed", "'" },
	{ "Owner == ```x", 10, "never closed", "`" }, { "(Marked", 1, "never closed", ")" },
	{ "not(Marked", 4, "never closed", ")" }, { "Owner in (\"x\", \"y\"", 10, "never closed", ")" },
	{ "LastSeen > datetime(2026", 12, "never closed", ")" },
	{ "SeenAge between (1d .. 2d", 17, "never closed", ")" },
	{ "AdditionalFields[\"x\" == 1", 22, "`]` was expected", NULL }, { "['Owner' == 1", 10, "`]` was expected", NULL },
	{ "Marked)", 7, "no parenthesis is open", NULL },
	{ "Owner == \xE2\x80\x9Cx\xE2\x80\x9D", 10, "printer's quotes", "\"" },
	{ "Owner == 'it's'", 14, "ended at the quote", NULL },
	{ "SignatureAge > \"7d\"", 16, "without quotes", NULL }, { "SignatureAge > 7", 16, "unit", NULL },
	{ "SignatureAge > 1w", 16, "a week is 7d", NULL },
	{ "LastSeen > 7d", 12, "ago(7d)", NULL }, { "LastSeen > \"2026-11-20\"", 12, "datetime(", NULL },
	{ "LastSeen > 2026-11-20", 12, "datetime(...)", "datetime(2026-11-20)" },
	{ "AvEngineVersion < \"4\"", 17, "parse_version(AvEngineVersion)", "parse_version(AvEngineVersion)" },
	{ "Owner == 4.18.9", 10, "parse_version", "parse_version(\"4.18.9\")" },
	{ "Owner < \"x\"", 7, "no order", NULL }, { "Owner between (\"a\" .. \"b\")", 7, "no order", NULL },
	{ "Marked > false", 8, "== true", NULL }, { "AvMode == 1", 11, "in quotes", NULL },
	{ "Marked == 2", 11, "true or false", NULL }, { "1.0 == Marked", 8, "is a truth", NULL },
	{ "Marked == long(null)", 11, "true or false", NULL },
	{ "Marked in (0, 2)", 15, "true or false", NULL }, { "Marked > 0", 8, "== true", NULL }, { "Marked =~ 1", 8, "== true", NULL },
	{ "Marked == AdditionalFields.x and 1", 35, "no condition", NULL }, { "1 in (Marked)", 7, "is a truth", NULL },
	{ "AdditionalFields.avmode == \"1\"", 1, "letter case: AdditionalFields.AvMode", "AdditionalFields.AvMode" },
	{ "LastSeen > now", 12, "parentheses, now()", "now()" }, { "LastSeen > Ago", 12, "parentheses, ago(...)", NULL },
	{ "isempty DeviceName", 1, "parentheses, isempty(DeviceName)", "isempty(DeviceName)" },
	{ "AditionalFields.X == 1", 1, "mean AdditionalFields?", "AdditionalFields" },
	{ "Owner starts \"x\"", 7, "startswith?", "startswith" }, { "Owner ends \"x\"", 7, "endswith?", "endswith" },
	{ "ReportId == 0xFFFFFFFFFFFFFFFF", 13, "`0xFFFFFFFFFFFFFFFF`", NULL },
	{ "ReportId == 0x123456789ABCDEF01x", 13, "`0x123456789ABCDEF01`", NULL },
	{ "LastSeen > datetime(2026-11-20T06:00:60Z)", 12, "second 60", NULL },
	{ "LastSeen > datetime('2026-11-20 23:59:60.5')", 12, "second 60", NULL },
	{ "Marked // x\xE2\x80\xA8 or", 16, "ends here", NULL }, { "Marked // x\xE2\x80\xA9 y", 14, "was expected", NULL },
	{ "Marked // x\r y", 14, "was expected", NULL },
	{ "Marked // x\n\xE2\x80\xA8", 13, "no meaning", NULL },
	{ "ReportId == \"1\"", 13, "without quotes", NULL }, { "LastSeen has \"x\"", 10, "looks into texts", NULL },
	{ "LastSeen =~ now()", 10, "== or in", "==" }, { "SeenAge == LastSeen", 12, "timespan", NULL },
	{ "AdditionalFields.x == AdditionalFields.y", 23, "tostring", NULL },
	{ "AdditionalFields.x > 7d", 22, "bag", NULL }, { "Owner in (AdditionalFields.y)", 11, "tostring", NULL },
	{ "AdditionalFields.x between (1 .. 2.5)", 34, "both ends", NULL },
	{ "parse_version(Owner) == 1", 25, "parse_version(", NULL },
	{ "parse_version(LastSeen) == 1", 15, "takes a text", NULL }, { "strlen(ReportId) > 1", 8, "takes a text", NULL },
	{ "Owner", 6, "no condition", NULL }, { "Owner and Marked", 6, "no condition", NULL },
	{ "not(Owner)", 10, "no condition", NULL }, { "SeenAge", 8, "> 7d", NULL },
	{ "Owner ==", 9, "ends here", NULL }, { "Marked and", 11, "ends here", NULL },
	{ "Owner in", 9, "list in parentheses", NULL }, { "Owner in ()", 11, "expected here", NULL },
	{ "Owner in (\"a\",)", 15, "expected here", NULL }, { "Owner in \"a\"", 10, "list in parentheses", NULL },
	{ "SeenAge between 1d .. 2d", 17, "range", NULL },
	{ "SeenAge between (1d, 2d)", 20, "two dots", NULL }, { "and Marked", 1, "before the word and", NULL },
	{ "Marked or or Marked", 11, "before the word or", NULL },
	{ "Owner == \"a\" == \"b\"", 14, "not chained", NULL }, { "Owner == \"a\" \xC3\xBC", 14, "no meaning", NULL },
	{ "Owner == \"\xC3\xBC\" x", 14, "was expected", NULL },
	{ "Owner == \"C:\\dir\"", 13, "backslash", "@\"...\"" }, { "Owner == \"\\ud83d\"", 11, "backslash", NULL },
	{ "Owner == \"\\x4\"", 11, "backslash", NULL }, { "Owner == \"\\U0001F600\"", 11, "backslash", NULL },
	{ "Owner == \"a\xFF\"", 12, "UTF-8", NULL }, { "Owner == \"a\" \xFF", 14, "UTF-8", NULL },
	{ "Owner matches regex \"(\"", 21, "never closed", NULL },
	{ "Owner matches regex \"a(?=b)\"", 21, "look-around", NULL },
	{ "Owner matches regex Note", 21, "pattern in quotes", NULL }, { "Owner matches  regex \"a\"", 7, "one blank", NULL },
	{ "Owner !matches regex \"a\"", 7, "not(", NULL }, { "Owner !has_any (\"a\")", 7, "not(", NULL },
	{ "AdditionalFields == \"x\"", 1, "name one", NULL }, { "AdditionalFields.a.b == 1", 19, "keys inside", NULL },
	{ "AdditionalFields.where == 1", 18, "[\"where\"]", NULL }, { "AdditionalFields[\"\"] == 1", 1, "has a name", NULL },
	{ "AdditionalFields[x] == 1", 18, "in quotes", NULL },
	{ "AdditionalFields.AvSignatureUpdateTime > ago(1d)", 1, "AvSignatureUpdateTime", "AvSignatureUpdateTime" },
	{ "Owner.x == 1", 6, "only AdditionalFields", NULL },
	{ "lower(Owner) == \"x\"", 1, "tolower?", "tolower" }, { "foo(Owner)", 1, "no function foo", NULL },
	{ "datetime (2026) < now()", 1, "without a blank", NULL },
	{ "boolean(true)", 1, "bool(...)", NULL }, { "LastSeen > datetime(2026-13-01)", 12, "datetime() holds", NULL },
	{ "LastSeen > datetime()", 12, "now()", NULL },
	{ "SeenAge > timespan(25:00:00)", 11, "timespan() holds", NULL },
	{ "SeenAge > timespan()", 11, "timespan() holds", NULL }, { "ReportId == long(x)", 13, "whole number", NULL },
	{ "ReportId == int(3000000000)", 13, "32 bits", NULL }, { "ReportId == 9223372036854775808", 13, "too large", NULL },
	{ "ReportId == 1e999", 13, "number", NULL }, { "ReportId == .5", 13, "0.5", NULL },
	{ "ReportId == 1.", 14, "as in 1.0", "" }, { "ReportId == real(nan)", 13, "real() holds", NULL },
	{ "SeenAge > 99999999999d", 11, "timespan", NULL }, { "ReportId == 7L", 13, "neither", NULL },
	{ "Owner in (dynamic([\"a\"]))", 11, "dynamic", NULL }, { "ReportId + 1 > 2", 10, "cannot be added", NULL },
	{ "LastSeen + FirstSeen > now()", 10, "cannot be added", NULL },
	{ "SeenAge - LastSeen > 1d", 9, "cannot be subtracted", NULL }, { "SeenAge * 2 > 1d", 9, "multiplication", NULL },
	{ "-ReportId > 1", 1, "minus", NULL }, { "--1 == 1", 2, "was expected", NULL },
	{ "ago(SeenAge) > now()", 5, "no column", NULL }, { "now(7) > now()", 5, "timespan", NULL },
	{ "ago() > now()", 5, "one value", NULL }, { "now(1d, 2d) > now()", 7, "one timespan", NULL },
	{ "tolower(Owner, Note) == \"x\"", 14, "one value", NULL }, { "Owner == null", 10, "isempty", NULL },
	{ "where Marked", 1, "where", NULL }, { "Marked;", 7, "semicolon", NULL },
	{ "Marked /* x */", 8, "comment", NULL }, { "{Marked}", 1, "round", NULL }, { "Owner => 1", 7, ">=", ">=" },
	{ "Owner === \"x\"", 7, "==", "==" }, { "Owner == \"a\", Marked", 13, "expected", NULL },
};

static void check_fault(const char *text, size_t len, const struct expr_fault *fault, const struct error *err)
{
	const char *end = err->text + strlen(err->text) - 1;

	assert_int_equal(err->status, STATUS_USAGE);
	if (fault->at > len || fault->len > len - fault->at || !*fault->expected || !strstr(err->text, "wrong at character ") || (*end != '.' && *end != '?')
	    || !utf8_valid(err->text, strlen(err->text)))
		fail_msg("%.300s: %zu+%zu of %zu, expected %s: %s", text, fault->at, fault->len, len, fault->expected, err->text);
	for (size_t i = 0; err->text[i]; i++)
		assert_true((unsigned char)err->text[i] >= 0x20);
}

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct expr_fault fault = { 0 };
		struct expr *expr = NULL;
		struct error err = { 0 };
		char place[64];

		if (expr_parse(refused[i].text, strlen(refused[i].text), &expr, &fault, &err) == 0)
			fail_msg("%s is taken", refused[i].text);
		assert_null(expr);
		check_fault(refused[i].text, strlen(refused[i].text), &fault, &err);
		snprintf(place, sizeof place, "wrong at character %u", refused[i].at);
		char next = strstr(err.text, place) ? strstr(err.text, place)[strlen(place)] : '0';
		if ((next >= '0' && next <= '9') || !strstr(err.text, refused[i].says))
			fail_msg("%s: %s", refused[i].text, err.text);
		if (refused[i].nearest && strcmp(fault.nearest, refused[i].nearest) != 0)
			fail_msg("%s: nearest is %s", refused[i].text, fault.nearest);
		/* The fault and the error may be left out. */
		assert_int_equal(expr_parse(refused[i].text, strlen(refused[i].text), &expr, NULL, NULL), -1);
	}
}

/* Each keyword between conditions, as an operator and as a value: never a crash, always the same answer. */
static void test_columns(void **state)
{
	(void)state;
	for (size_t i = 0; i < COL_COUNT; i++) {
		struct expr *expr = NULL;
		struct strbuf text = STRBUF_INIT(1000);

		strbuf_addf(&text, "isnull(%s)", columns[i].name);
		expr = read_text(text.buf, text.len);
		assert_int_equal(expr_at(expr, expr->nodes[expr->root].first)->column.id, columns[i].id);
		expr_free(&expr);
		strbuf_release(&text);
	}
}

/* -- bounds -- */

static void repeat(struct strbuf *out, const char *text, unsigned times)
{
	while (times-- > 0)
		strbuf_adds(out, text);
}

/* A text of `times` openings, a middle and as many closings. */
static int read_nested(const char *open, const char *middle, const char *close, unsigned times, const char *says)
{
	struct strbuf text = STRBUF_INIT((size_t)1 << 20);
	struct expr_fault fault = { 0 };
	struct error err = { 0 };
	struct expr *expr = NULL;
	int result;

	repeat(&text, open, times);
	strbuf_adds(&text, middle);
	repeat(&text, close, times);
	result = expr_parse(text.buf, text.len, &expr, &fault, &err);
	if (result) {
		check_fault(text.buf, text.len, &fault, &err);
		if (!strstr(err.text, says))
			fail_msg("%s: %s", open, err.text);
	}
	expr_free(&expr);
	strbuf_release(&text);
	return result;
}

static void test_bounds(void **state)
{
	(void)state;
	assert_int_equal(read_nested("(", "Marked", ")", EXPR_DEPTH_MAX, ""), 0);
	assert_int_equal(read_nested("(", "Marked", ")", EXPR_DEPTH_MAX + 1, "nested more than"), -1);
	assert_int_equal(read_nested("(", "Marked", ")", 30000, "nested more than"), -1);
	assert_int_equal(read_nested("not(", "Marked", ")", EXPR_DEPTH_MAX - 1, ""), 0);
	assert_int_equal(read_nested("not(", "Marked", ")", EXPR_DEPTH_MAX, "nested more than"), -1);
	assert_int_equal(read_nested("not(", "Marked", ")", 13000, "nested more than"), -1);
	assert_int_equal(read_nested("-(", "1d > 1d", ")", 20000, "nested more than"), -1);
	assert_int_equal(read_nested("", "now() > now()", " - 1d", EXPR_DEPTH_MAX - 3, ""), 0);
	assert_int_equal(read_nested("", "now() > now()", " - 1d", 10000, "nested more than"), -1);
	assert_int_equal(read_nested("", "Marked", " and Marked", 5000, ""), 0);
	assert_int_equal(read_nested("Owner in (\"x\"", ",", "", 1, "ends here"), -1);
	assert_int_equal(read_nested("", "Owner in (\"x\"", ",\"x\"", 16000, "never closed"), -1);
	assert_int_equal(read_nested("", "ReportId in (1", ",1", 25000, "parts"), -1);
	assert_int_equal(read_nested("", "Marked", " ", EXPR_TEXT_MAX - 6, ""), 0);
	assert_int_equal(read_nested("", "Marked", " ", EXPR_TEXT_MAX - 5, "longer than"), -1);
	assert_int_equal(read_nested("\"\" ", "== \"\"", "", 20000, ""), 0);
}

/* -- properties -- */

static void test_made(void **state)
{
	uint64_t seed = 20261120;

	(void)state;
	for (unsigned round = 0; round < MADE; round++) {
		struct strbuf text = STRBUF_INIT(EXPR_MAKE_MAX), first = STRBUF_INIT(PRINT_MAX), second = STRBUF_INIT(PRINT_MAX);
		struct expr *expr, *again;

		expr_make(&seed, &text);
		assert_false(text.overflow);
		expr = read_text(strbuf_text(&text), text.len);
		expr_print(expr, &first);
		again = read_text(strbuf_text(&first), first.len);
		expr_print(again, &second);
		assert_string_equal(strbuf_text(&first), strbuf_text(&second));
		assert_int_equal(expr->needs_bags, again->needs_bags);
		assert_int_equal(expr->needs_now, again->needs_now);
		for (uint32_t i = 0; i < expr->count; i++)
			assert_true(expr->nodes[i].height <= EXPR_DEPTH_MAX && expr->nodes[i].at + expr->nodes[i].len <= text.len);
		expr_free(&expr);
		expr_free(&again);
		strbuf_release(&text);
		strbuf_release(&first);
		strbuf_release(&second);
	}
}

/* A made expression with a bite taken out, or tokens in any order. */
static void make_soup(uint64_t *seed, struct strbuf *out)
{
	static const char *const pieces[] = {
		"(", ")", "[", "]", ",", ".", "..", "+", "-", "==", "=", "!", "!=", "=~", "<", ">", "and", "or", "not", "in",
		"in~", "!in", "has", "matches regex", "between", "MachineGroup",
		"SeenAge", "LastSeen", "Marked", "AdditionalFields", "AdditionalFields.x", "\"", "'", "\"x\"", "@\"", "```",
		"h", "7", "7d", "1.5", "datetime(", "timespan(7d)", "now()", "ago(", "tolower(", "isempty(",
		"true", "null", "\\", "\xC3\xBC", "\xFF", "\xE2\x80\x9C", "//", "\n", "&&", "|", "*", ";", "SIG", "foo", "0x",
		"1e", "2026-11-20", "4.18.9", "\x01",
	};
	size_t from, n;

	if (make_pick(seed, 2)) {
		expr_make(seed, out);
		from = make_pick(seed, (unsigned)out->len);
		n = 1 + make_pick(seed, 6);
		n = n < out->len - from ? n : out->len - from;
		memmove(out->buf + from, out->buf + from + n, out->len - from - n);
		out->len -= n;
		return;
	}
	for (unsigned count = make_pick(seed, 14); count > 0; count--) {
		strbuf_adds(out, MAKE_ANY(seed, pieces));
		strbuf_adds(out, make_pick(seed, 3) ? " " : "");
	}
}

static void test_soup(void **state)
{
	uint64_t seed = 42;
	unsigned good = 0;

	(void)state;
	for (unsigned round = 0; round < SOUPS; round++) {
		struct strbuf text = STRBUF_INIT(EXPR_MAKE_MAX), out = STRBUF_INIT(PRINT_MAX);
		struct expr_fault fault = { 0 };
		struct error err = { 0 };
		struct expr *expr = NULL;

		make_soup(&seed, &text);
		/* Exact size, so that a sanitizer sees a byte too many. */
		char *exact = malloc(text.len + 1);
		assert_non_null(exact);
		memcpy(exact, strbuf_text(&text), text.len);
		char *tight = realloc(exact, text.len ? text.len : 1);
		assert_non_null(tight);
		if (expr_parse(tight, text.len, &expr, &fault, &err)) {
			check_fault(strbuf_text(&text), text.len, &fault, &err);
		} else {
			good++;
			expr_print(expr, &out);
			struct expr *again = read_text(strbuf_text(&out), out.len);
			expr_free(&again);
			expr_free(&expr);
		}
		free(tight);
		strbuf_release(&text);
		strbuf_release(&out);
	}
	assert_true(good > 100 && good < SOUPS - 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taken), cmocka_unit_test(test_needs), cmocka_unit_test(test_refused), cmocka_unit_test(test_columns),
		cmocka_unit_test(test_bounds), cmocka_unit_test(test_made), cmocka_unit_test(test_soup),
	};

	return cmocka_run_group_tests_name("expr_parse", tests, NULL, NULL);
}
