/* test_expr_complete.c - what is proposed at a cursor, and that taking a proposal makes an expression. */
#include "tests/unit/model_rows.h"

#include "core/base/error.h"
#include "core/model/bag.h"
#include "core/model/expr.h"
#include "core/model/expr_complete.h"
#include "tests/unit/expr_make.h"

#define LISTED 2000

struct known {
	struct table table;
	struct lens lens;
};

/* Twelve hosts in groups of 6, 3, 2 and 1 that differ in the case of letters. */
static void known_open(struct known *known)
{
	static const char *const groups[] = { "Win-Servers-Prod", "win-servers-prod", "pro\"d", "B\xC3\x9CRO" };
	static const unsigned of[] = { 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3 };

	memset(known, 0, sizeof *known);
	for (unsigned i = 0; i < 12; i++) {
		struct strbuf bag = STRBUF_INIT(1000);
		struct table_row row;
		char id[64], name[64];

		table_row_init(&row);
		snprintf(id, sizeof id, "%040x", i);
		snprintf(name, sizeof name, "srv-%02u.corp", i);
		row.id = slice_of(id);
		row.name = slice_of(name);
		row.text[TEXT_GROUP] = slice_of(groups[of[i]]);
		row.text[TEXT_ENGINE] = slice_of("1.1.25");
		row.text[TEXT_GATHERED_MODE] = slice_of(i < 4 ? "" : "1");
		row.text[TEXT_ASSESSED_MODE] = slice_of("4");
		row.verdict = i < 8 ? VERDICT_PASSIVE : VERDICT_DISABLED;
		row.change = i < 2 ? CHANGE_NEW : CHANGE_PERSISTING;
		row.flags = (uint16_t)(i < 5 ? FLAG_STALE : 0);
		bag_add(&bag, BAG_TEXT, slice_of("Ring"), slice_of(i < 7 ? "slow" : "fast"));
		if (i == 3)
			bag_add(&bag, BAG_TEXT, slice_of("any key"), slice_of("x"));
		row.bag = (struct slice){ bag.buf, bag.len };
		table_add(&known->table, &row);
		strbuf_release(&bag);
	}
	known->lens = (struct lens){ .table = &known->table, .now = ROWS_NOW };
}

/* The proposals as `text text:count`; at `|` in the text. */
static void list(const struct known *known, const char *marked, struct expr_completions *out, struct strbuf *said)
{
	const char *bar = strchr(marked, '|');
	struct strbuf text = STRBUF_INIT(100000);

	assert_non_null(bar);
	strbuf_add(&text, marked, (size_t)(bar - marked));
	strbuf_adds(&text, bar + 1);
	expr_complete(strbuf_text(&text), (size_t)(bar - marked), known ? &known->lens : NULL, out);
	assert_true(out->from <= (size_t)(bar - marked) && out->to >= (size_t)(bar - marked) && out->to <= text.len);
	strbuf_clear(said);
	for (size_t i = 0; i < out->count; i++) {
		strbuf_addf(said, "%s%s", i ? " " : "", out->items[i].text);
		if (out->items[i].count)
			strbuf_addf(said, ":%u", out->items[i].count);
	}
	strbuf_release(&text);
}

/* The whole list, or its beginning when `wanted` ends in `...`. */
static const struct { const char *marked, *wanted; } places[] = {
	/* columns and functions */
	{ "Mach|", "MachineGroup" }, { "mach|", "MachineGroup" }, { "|", "DeviceId DeviceName MachineGroup..." },
	{ "ma|rk", "MachineGroup Marked" },
	{ "Verdict == \"x\" and mar|", "Marked" }, { "(OSP|", "OSPlatform" }, { "tol|", "tolower(" }, { "not(Mar|", "Marked" },
	{ "Addi|", "AdditionalFields." },
	{ "isnull(Las|", "LastSeen" }, { "tolower(Seen|", "" }, { "zzz|", "" }, { "['dev|", "\"DeviceId\"] \"DeviceName\"]" },
	{ "par|", "parse_version(" },
	/* operators go with the type */
	{ "MachineGroup |", "== != =~ !~ in !in in~ !in~ has !has has_cs !has_cs has_any has_all contains..." },
	{ "MachineGroup ha|", "has has_cs has_any has_all hasprefix hasprefix_cs hassuffix hassuffix_cs" },
	{ "MachineGroup !ha|", "!has !has_cs !hasprefix !hasprefix_cs !hassuffix !hassuffix_cs" },
	{ "MachineGroup =|", "== =~" }, { "MachineGroup i|", "in in~" },
	{ "SeenAge |", "== != in !in < <= > >= between !between + -" }, { "LastSeen >|", "> >=" },
	{ "Marked |", "and or == != in !in" }, { "ReportId b|", "between" },
	{ "parse_version(OSVersion) |", "== != in !in < <= > >= between !between" },
	{ "strlen(Owner) |", "== != in !in < <= > >= between !between" },
	{ "now() - LastSeen |", "== != in !in < <= > >= between !between + -" }, { "tolower(Owner) m|", "matches regex" },
	{ "AdditionalFields.Ring st|", "startswith startswith_cs" },
	{ "['MachineGroup'] =|", "== =~" },
	/* what follows a condition */
	{ "Verdict == \"passive\" |", "and or" }, { "Verdict == \"passive\" a|", "and" }, { "Marked o|", "or" },
	{ "SeenAge > 7d |", "and or" }, { "Owner in (\"a\") |", "and or" },
	{ "(Owner == \"a\") |", "and or == != in !in" }, { "not(Marked) |", "and or == != in !in" },
	{ "SeenAge between (1d |", ".." }, { "SeenAge between (1d .. 2d) |", "and or" }, { "Owner in (\"a\" |", "" },
	/* values with their counts, the commonest first, quoted and escaped */
	{ "MachineGroup == |", "\"Win-Servers-Prod\":6 \"win-servers-prod\":3 \"pro\\\"d\":2 \"B\xC3\x9CRO\":1 tolower(..." },
	{ "MachineGroup == \"|", "\"Win-Servers-Prod\":6 \"win-servers-prod\":3 \"pro\\\"d\":2 \"B\xC3\x9CRO\":1" },
	{ "MachineGroup == \"win|", "\"Win-Servers-Prod\":6 \"win-servers-prod\":3" },
	{ "MachineGroup == 'WIN|'", "\"Win-Servers-Prod\":6 \"win-servers-prod\":3" },
	{ "MachineGroup == pro|", "\"pro\\\"d\":2" }, { "MachineGroup == \"B\xC3\x9C|", "\"B\xC3\x9CRO\":1" },
	{ "MachineGroup in |", "(" }, { "MachineGroup in~ (\"w|", "\"Win-Servers-Prod\":6 \"win-servers-prod\":3" },
	{ "MachineGroup in (\"a\", \"B|", "\"B\xC3\x9CRO\":1" },
	{ "MachineGroup == \"win|\" and Marked", "\"Win-Servers-Prod\":6 \"win-servers-prod\":3" },
	{ "tolower(MachineGroup) == \"x|", "" },
	{ "Verdict == \"|", "\"passive\":8 \"disabled\":4 \"active\"..." },
	{ "Verdict == pas|", "\"passive\":8 \"passive-audit\"" }, { "Change == \"p|", "\"persisting\":10" },
	{ "Flags has \"st|", "\"stale\":5" },
	{ "AvMode == |", "\"1\":8 \"4\":4 tolower(..." }, { "DeviceName == \"srv-1|", "\"srv-10.corp\":1 \"srv-11.corp\":1" },
	{ "Owner == \"a\" or (MachineGroup has \"B|", "\"B\xC3\x9CRO\":1" },
	{ "parse_version(AvEngineVersion) < parse_version(\"|", "\"1.1.25\":12" },
	{ "parse_version(AvEngineVersion) < |", "parse_version(" }, { "MachineGroup matches regex \"w|", "" },
	/* other types */
	{ "SeenAge > |", "1d 7d 14d 30d 90d 1h 12h 36h 30m SignatureAge SeenAge" }, { "SeenAge > 3|", "3d 3h 3m 3s" },
	{ "SeenAge between (1|", "1d 1h 1m 1s" }, { "SeenAge between (1d .. 3|", "3d 3h 3m 3s" },
	{ "LastSeen > a|", "ago(1d) ago(7d) ago(14d) ago(30d) ago( AvSignatureUpdateTime AssessedAt AcceptedUntil" },
	{ "LastSeen > d|", "datetime(2026-11-20)" }, { "LastSeen > ago(|", "1d 7d 14d 30d 90d 1h 12h 36h 30m" },
	{ "now() - |", "1d 7d 14d..." }, { "Marked == |", "true false not(..." }, { "Marked == t|", "true" },
	{ "LastSeen > now() - 7|", "7d 7h 7m 7s" },
	/* keys of the bag */
	{ "AdditionalFields.|", "Ring:12 [\"any key\"]:1" }, { "AdditionalFields.r|", "Ring:12" },
	{ "AdditionalFields[\"|", "\"Ring\"]:12 \"any key\"]:1" }, { "AdditionalFields['a|']", "\"any key\"]:1" },
	{ "AdditionalFields.Ring == \"|", "\"slow\":7 \"fast\":5" }, { "AdditionalFields.Ring has f|", "\"fast\":5 Flags" },
};

static void test_places(void **state)
{
	struct known known;
	struct expr_completions out = { 0 };
	struct strbuf said = STRBUF_INIT(1 << 20);

	(void)state;
	known_open(&known);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		const char *wanted = places[i].wanted;
		size_t n = strlen(wanted), cut = n > 3 && strcmp(wanted + n - 3, "...") == 0 ? n - 3 : n;

		list(&known, places[i].marked, &out, &said);
		if (strncmp(strbuf_text(&said), wanted, cut) != 0 || (cut == n && said.len != n))
			fail_msg("%s\n  wanted %s\n  listed %s", places[i].marked, wanted, strbuf_text(&said));
	}
	expr_completions_release(&out);
	table_release(&known.table);
	strbuf_release(&said);
}

/* The text after the first proposal was taken. */
static const struct { const char *marked, *after; } takes[] = {
	{ "Mach| == 1", "MachineGroup == 1" }, { "MachineGroup == \"pro|", "MachineGroup == \"pro\\\"d\"" },
	{ "MachineGroup == \"B|x\" and Marked", "MachineGroup == \"B\xC3\x9CRO\" and Marked" },
	{ "Verdict == pas|", "Verdict == \"passive\"" }, { "AdditionalFields[\"r|\"] == 1", "AdditionalFields[\"Ring\"] == 1" },
	{ "AdditionalFields.an|", "AdditionalFields.[\"any key\"]" },
	{ "Owner h|as \"x\"", "Owner has \"x\"" }, { "SeenAge > 5|", "SeenAge > 5d" },
	{ "['owner|'] == \"x\"", "[\"Owner\"] == \"x\"" }, { "MachineGroup in (\"B|", "MachineGroup in (\"B\xC3\x9CRO\"" },
	{ "ag|", "ago(" },
};

static void test_take(void **state)
{
	struct known known;
	struct expr_completions out = { 0 };
	struct strbuf said = STRBUF_INIT(1 << 20);

	(void)state;
	known_open(&known);
	for (size_t i = 0; i < sizeof takes / sizeof *takes; i++) {
		const char *bar = strchr(takes[i].marked, '|');
		char text[256], after[512];

		list(&known, takes[i].marked, &out, &said);
		assert_true(out.count > 0);
		snprintf(text, sizeof text, "%.*s%s", (int)(bar - takes[i].marked), takes[i].marked, bar + 1);
		snprintf(after, sizeof after, "%.*s%s%s", (int)out.from, text, out.items[0].text, text + out.to);
		assert_string_equal(after, takes[i].after);
		assert_int_equal(out.items[0].joined, strchr("(.", after[strlen(after) - 1]) != NULL);
	}
	expr_completions_release(&out);
	table_release(&known.table);
	strbuf_release(&said);
}

/* Without rows the names that are known are listed, and nothing is touched. */
static void test_no_rows(void **state)
{
	struct expr_completions out = { 0 };
	struct strbuf said = STRBUF_INIT(1 << 20);
	struct known empty = { 0 };

	(void)state;
	empty.lens.table = &empty.table;
	list(NULL, "Verdict == \"pas|", &out, &said);
	assert_string_equal(strbuf_text(&said), "\"passive\" \"passive-audit\"");
	list(NULL, "MachineGroup == \"|", &out, &said);
	assert_int_equal(out.count, 0);
	list(NULL, "AdditionalFields.|", &out, &said);
	assert_int_equal(out.count, 0);
	list(&empty, "MachineGroup == \"|", &out, &said);
	assert_int_equal(out.count, 0);
	expr_complete("Mach", 99, NULL, &out);
	assert_int_equal(out.count, 1);
	assert_string_equal(out.items[0].type, "text");
	assert_true(strlen(out.items[0].help) > 10);
	expr_completions_release(&out);
	expr_completions_release(&out);
	strbuf_release(&said);
}

/* More values than are listed: the commonest stay, and it is said. */
static void test_many(void **state)
{
	struct expr_completions out = { 0 };
	struct strbuf said = STRBUF_INIT(1 << 20);
	struct known known = { 0 };

	(void)state;
	for (unsigned i = 0; i < LISTED; i++) {
		struct table_row row;
		char id[64], group[64];

		table_row_init(&row);
		snprintf(id, sizeof id, "%040x", i);
		snprintf(group, sizeof group, "g%u", i % 3 ? i : 0);
		row.id = slice_of(id);
		row.name = slice_of(id);
		row.text[TEXT_GROUP] = slice_of(group);
		table_add(&known.table, &row);
	}
	known.lens.table = &known.table;
	list(&known, "MachineGroup == \"|", &out, &said);
	assert_int_equal(out.count, EXPR_COMPLETE_MAX);
	assert_true(out.more);
	assert_string_equal(out.items[0].text, "\"g0\"");
	assert_int_equal(out.items[0].count, LISTED / 3 + 1);
	list(&known, "DeviceName == \"000|", &out, &said);
	assert_true(out.count == EXPR_COMPLETE_MAX && out.more);
	expr_completions_release(&out);
	table_release(&known.table);
	strbuf_release(&said);
}

/* Any cursor in any text: no crash, the range is around the cursor; and what is proposed fits what is typed. */
static void test_anywhere(void **state)
{
	struct expr_completions out = { 0 };
	struct known known;
	uint64_t seed = 5;

	(void)state;
	known_open(&known);
	for (unsigned round = 0; round < 3000; round++) {
		struct strbuf text = STRBUF_INIT(EXPR_MAKE_MAX);

		expr_make(&seed, &text);
		size_t cursor = make_pick(&seed, (unsigned)text.len + 1);
		if (make_pick(&seed, 2))   /* still being typed */
			text.buf[text.len = cursor] = '\0';
		expr_complete(text.buf, cursor, &known.lens, &out);
		assert_true(out.from <= cursor && cursor <= out.to && out.to <= text.len && out.count <= EXPR_COMPLETE_MAX);
		for (size_t i = 0; i < out.count; i++)
			assert_true(*out.items[i].text && out.items[i].type && out.items[i].help);
		strbuf_release(&text);
	}
	expr_completions_release(&out);
	table_release(&known.table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places), cmocka_unit_test(test_take), cmocka_unit_test(test_no_rows), cmocka_unit_test(test_many), cmocka_unit_test(test_anywhere),
	};

	return cmocka_run_group_tests_name("expr_complete", tests, NULL, NULL);
}
