/* test_kql.c - the queries and rules as text: golden ones, each place that is filled, literals, refusals. Microsoft's parser judges them in
 * tests/kql. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/model/antivirus.h"
#include "core/sources/detections.h"
#include "core/sources/rule.h"

#define TEXT_MAX ((size_t)8 << 20)

static const char *const servers[] = { "WindowsServer" };
static const char *const platforms[] = { "WindowsServer", "Linux\"" };
static const char *const groups[] = { "Win-Servers-Prod", "B\xc3\x9cRO" };

static const struct scope all_scope = { .platforms = servers, .platform_count = 1 };
static const struct scope group_scope = { .platforms = servers, .platform_count = 1, .groups = groups, .group_count = 2 };
static const struct scope two_scope = { .platforms = platforms, .platform_count = 2 };

#define FILL(of) { .scope = (of), .since = INT64_C(1792000000), .until = INT64_C(1794600000), .parts = 1 }
#define CUSTOM(of) { .scope = (of), .since = INT64_C(1792000000), .until = INT64_C(1794600000), .parts = 1, \
	.assessment_table = "Assessment_CL", .gathering_table = "Gathering_CL" }

/* Builds a query that must be there; freed by the caller. */
static char *built(enum kql_query query, enum kql_dialect dialect, const struct kql_fill *fill)
{
	struct strbuf out = STRBUF_INIT(TEXT_MAX);
	struct error err = { 0 };
	char *copy;

	if (kql_build(query, dialect, fill, &out, &err))
		fail_msg("%s", err.text);
	copy = strdup(strbuf_text(&out));
	assert_non_null(copy);
	strbuf_release(&out);
	return copy;
}

static void assert_holds(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void assert_lacks(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("\"%s\" is in:\n%s", part, text);
}

static size_t times_in(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)) != NULL; text += strlen(part))
		n++;
	return n;
}

/* ---- literals ---- */

static void expect_literal(const char *bytes, size_t n, const char *wanted)
{
	struct strbuf out = STRBUF_INIT(TEXT_MAX);

	kql_literal(&out, (struct slice){ bytes, n });
	assert_string_equal(strbuf_text(&out), wanted);
	strbuf_release(&out);
}

static void literals(void **state)
{
	(void)state;
	expect_literal("", 0, "\"\"");
	expect_literal("Win-Servers-Prod", 16, "\"Win-Servers-Prod\"");
	expect_literal("x\") or true //", 14, "\"x\\\") or true //\"");
	expect_literal("C:\\x\\", 5, "\"C:\\\\x\\\\\"");
	expect_literal("it's", 4, "\"it's\"");
	expect_literal("a\0b", 3, "\"a\\u0000b\"");
	expect_literal("a\r\n\tb\x7f", 6, "\"a\\u000D\\u000A\\u0009b\\u007F\"");
	expect_literal("B\xc3\x9cRO", 5, "\"B\xc3\x9cRO\"");
	expect_literal("\xe2\x80\xae", 3, "\"\\u202E\"");               /* turns what follows around */
	expect_literal("\xe2\x80\xa8\xc2\x85", 5, "\"\\u2028\\u0085\"");  /* line ends */
	expect_literal("\xe2\x80\x8b\xef\xbb\xbf", 6, "\"\\u200B\\uFEFF\"");
	expect_literal("\xf0\x9f\x98\x80", 4, "\"\xf0\x9f\x98\x80\"");
	expect_literal("\xf3\xa0\x81\x81", 4, "\"\\uDB40\\uDC41\"");      /* a tag, as UTF-16 */
	expect_literal("\xef\xbf\xbe\xef\xbf\xbf", 6, "\"\\uFFFE\\uFFFF\"");
	expect_literal("\xff\xc3", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\"");
}

/* ---- golden ---- */

static void expect_golden(enum kql_query query, const struct kql_fill *fill, const char *name)
{
	char path[256], *text = built(query, KQL_XDR, fill);
	static char kept[65536];
	FILE *file;

	snprintf(path, sizeof path, "tests/data/kql/%s.kql", name);
	file = fopen(path, "rb");
	if (!file)
		fail_msg("%s is not there", path);
	kept[fread(kept, 1, sizeof kept - 1, file)] = '\0';
	fclose(file);
	assert_string_equal(text, kept);
	free(text);
}

static void golden(void **state)
{
	struct kql_fill plain = FILL(&group_scope), part = FILL(&group_scope), rolling = FILL(&all_scope);

	(void)state;
	part.part = 3;
	part.parts = 16;
	part.enrichment = true;
	rolling.look_back = 30 * SPAN_DAY;
	expect_golden(KQL_FINDINGS, &plain, "findings");
	expect_golden(KQL_FINDINGS, &part, "findings-part");
	expect_golden(KQL_CENSUS, &plain, "census");
	expect_golden(KQL_SOFTWARE, &plain, "software");
	expect_golden(KQL_RULE, &rolling, "rule");
}

/* No query may hold a place that nothing fills, a comment, or end without a line end. */
static void whole(void **state)
{
	struct kql_fill fill = CUSTOM(&group_scope);

	(void)state;
	for (int query = 0; query < KQL_QUERY_COUNT; query++)
		for (int dialect = KQL_XDR; dialect <= KQL_SENTINEL; dialect++) {
			if (query == KQL_SOFTWARE && dialect == KQL_SENTINEL)
				continue;
			char *text = built((enum kql_query)query, (enum kql_dialect)dialect, &fill);

			assert_lacks(text, "{{");
			assert_lacks(text, "}}");
			assert_lacks(text, "//");
			assert_int_equal(text[strlen(text) - 1], '\n');
			free(text);
		}
	assert_null(detection_text("no-such-query"));
}

/* ---- places ---- */

static void scope_places(void **state)
{
	struct kql_fill all = FILL(&all_scope), some = FILL(&group_scope), two = FILL(&two_scope);
	char *text = built(KQL_FINDINGS, KQL_XDR, &all);

	(void)state;
	assert_holds(text, "    | where OSPlatform startswith \"WindowsServer\"\n    | where true\n");
	free(text);
	text = built(KQL_FINDINGS, KQL_XDR, &some);
	assert_holds(text, "    | where tolower(MachineGroup) in (\"win-servers-prod\", \"b\xc3\xbcro\")\n");
	free(text);
	text = built(KQL_FINDINGS, KQL_XDR, &two);
	assert_holds(text, "    | where (OSPlatform startswith \"WindowsServer\" or OSPlatform startswith \"Linux\\\"\")\n");
	free(text);
	text = built(KQL_CENSUS, KQL_XDR, &two);
	assert_holds(text, "Server = tostring((OSPlatform startswith \"WindowsServer\" or OSPlatform startswith \"Linux\\\"\"))");
	assert_lacks(text, "tolower");   /* the census counts every group */
	free(text);
}

static void time_places(void **state)
{
	struct kql_fill fill = FILL(&all_scope);
	char *text = built(KQL_FINDINGS, KQL_XDR, &fill);

	(void)state;
	assert_int_equal(times_in(text, "Timestamp > datetime(2026-10-14T17:46:40Z) and Timestamp <= datetime(2026-11-13T20:00:00Z)"), 1);
	free(text);
	/* Over and over: no time of its own. */
	fill.look_back = 30 * SPAN_DAY;
	text = built(KQL_RULE, KQL_XDR, &fill);
	assert_holds(text, "Timestamp > ago(30d) and isnotempty(OSPlatform)");
	assert_lacks(text, "datetime(");
	free(text);
	fill.look_back = 3600;
	text = built(KQL_SOFTWARE, KQL_XDR, &fill);
	assert_holds(text, "Timestamp > ago(3600s)");
	free(text);
}

/* Behind every table, and before the newest row is taken. */
static void parts(void **state)
{
	struct kql_fill fill = FILL(&all_scope);
	char *text = built(KQL_FINDINGS, KQL_XDR, &fill);

	(void)state;
	assert_lacks(text, "hash(");
	free(text);
	fill.part = 5;
	fill.parts = 8;
	text = built(KQL_FINDINGS, KQL_XDR, &fill);
	assert_int_equal(times_in(text, " and hash(DeviceId, 8) == 5\n    | summarize arg_max("), 4);
	assert_int_equal(times_in(text, "hash("), 4);
	free(text);
	text = built(KQL_CENSUS, KQL_XDR, &fill);
	assert_int_equal(times_in(text, "hash(DeviceId, 8) == 5\n"), 1);
	free(text);
	text = built(KQL_SOFTWARE, KQL_XDR, &fill);
	assert_int_equal(times_in(text, "hash(DeviceId, 8) == 5\n"), 2);
	free(text);
}

static void enrichment(void **state)
{
	struct kql_fill fill = FILL(&all_scope);
	char *text = built(KQL_FINDINGS, KQL_XDR, &fill);

	(void)state;
	assert_holds(text, "AdditionalFields = iff(Strange, Bag, \"\")");
	free(text);
	fill.enrichment = true;
	text = built(KQL_FINDINGS, KQL_XDR, &fill);
	assert_holds(text, "AdditionalFields = iff(true, Bag, \"\")");
	free(text);
	text = built(KQL_RULE, KQL_XDR, &fill);
	assert_holds(text, "AdditionalFields = iff(Strange, Bag, \"\")");
	free(text);
}

/* The columns of the header are those of the text, in its order. */
static void columns_agree(void **state)
{
	const char *text = detection_text("findings"), *at = strstr(text, "\n| project ");

	(void)state;
	assert_non_null(at);
	for (size_t i = 0; i < kql_column_count; i++) {
		const char *next = strstr(at, kql_columns[i]);

		if (!next)
			fail_msg("%s is not in the query behind the column before it", kql_columns[i]);
		at = next + strlen(kql_columns[i]);
	}
	assert_string_equal(at, " = iff(Odd, \"unknown\", \"\")\n");
}

/* ---- vendors ---- */

static void vendor_words(void **state)
{
	struct slice word;
	size_t n = 0;
	bool trend = false, crowdstrike = false;

	(void)state;
	for (; antivirus_vendor(n, &word); n++) {
		assert_true(word.len > 0);
		for (size_t i = 0; i < word.len; i++)   /* what is no letter or digit would be no term */
			assert_non_null(strchr("abcdefghijklmnopqrstuvwxyz0123456789", word.text[i]));
		trend |= slice_is(word, "trend");
		crowdstrike |= slice_is(word, "crowdstrike");
		for (size_t i = 0; i < n; i++) {
			struct slice other;
			antivirus_vendor(i, &other);
			assert_false(slice_equal(word, other));
		}
	}
	assert_in_range(n, 80, 400);
	assert_true(trend && crowdstrike);
}

/* Whether KQL's `vendor has_any (words)` holds: a term is a run of letters and digits. */
static bool has_word(const char *vendor)
{
	struct slice word;

	for (size_t i = 0; antivirus_vendor(i, &word); i++)
		for (size_t at = 0; vendor[at];) {
			size_t n = strspn(vendor + at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
			char term[64];

			assert_true(n < sizeof term);
			memcpy(term, vendor + at, n);
			term[n] = '\0';
			if (slice_is_nocase(word, term))
				return true;
			at += n + (vendor[at + n] != '\0');
		}
	return false;
}

static void vendors_are_found(void **state)
{
	static const char *const rows[][2] = {
		{ "crowdstrike", "falcon" }, { "trend_micro", "apex_one" }, { "trendmicro", "apex_one" }, { "f-secure", "server_security" }, { "G Data", "security client" },
		{ "Dr.Web", "Dr.Web anti-virus" }, { "check_point", "endpoint_security" }, { "palo_alto_networks", "cortex_xdr_agent" }, { "n-able", "managed_antivirus" },
		{ "Carbon Black, Inc.", "carbon black cloud" }, { "ca", "etrust antivirus" }, { "k7", "k7 antivirus" }, { "360", "360 safe" }, { "qi an xin", "tianqing" },
		{ "quick heal", "seqrite" }, { "deep_instinct", "agent" }, { "AO Kaspersky Lab", "Kaspersky Endpoint Security" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (!antivirus_name(slice_of(rows[i][0]), slice_of(rows[i][1])))
			fail_msg("%s %s is no antivirus of the table", rows[i][0], rows[i][1]);
		if (!has_word(rows[i][0]))
			fail_msg("the query does not find %s", rows[i][0]);
	}
	assert_false(has_word("microsoft"));
	assert_false(has_word("avgeek"));
}

/* ---- refusals ---- */

static void expect_refusal(enum kql_query query, const char *assessment, const char *gathering, const char *part)
{
	struct kql_fill fill = FILL(&all_scope);
	struct strbuf out = STRBUF_INIT(TEXT_MAX);
	struct error err = { 0 };

	fill.assessment_table = assessment;
	fill.gathering_table = gathering;
	assert_int_equal(kql_build(query, KQL_SENTINEL, &fill, &out, &err), -1);
	assert_int_equal(err.status, STATUS_CONFIG);
	assert_holds(err.text, part);
	assert_int_equal(out.len, 0);
	strbuf_release(&out);
}

static void sentinel(void **state)
{
	static const char *const bad[] = { NULL, "", "_CL", "DeviceTvmInfoGathering", "a_CL | take 0", "a b_CL", "a\"_CL", "1a_CL", "_a_CL", "a_cl", "a-b_CL",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_CL", "a_CL\n" };
	struct kql_fill fill = CUSTOM(&all_scope);
	char *text = built(KQL_FINDINGS, KQL_SENTINEL, &fill);

	(void)state;
	assert_holds(text, "let assessment = Assessment_CL\n");
	assert_holds(text, "let versions = Assessment_CL\n");
	assert_holds(text, "let gathering = Gathering_CL\n");
	assert_holds(text, "arg_max(TimeGenerated, ");
	assert_lacks(text, "DeviceTvm");
	assert_lacks(text, "Timestamp");
	free(text);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		expect_refusal(KQL_FINDINGS, bad[i], "Gathering_CL", "answers nothing, for ever");
		expect_refusal(KQL_RULE, "Assessment_CL", bad[i], "answers nothing, for ever");
	}
	expect_refusal(KQL_SOFTWARE, "Assessment_CL", "Gathering_CL", "DeviceTvmSoftwareInventory is in a workspace for its schema alone");
	/* The census asks DeviceInfo alone, and that is there. */
	fill.assessment_table = fill.gathering_table = NULL;
	text = built(KQL_CENSUS, KQL_SENTINEL, &fill);
	assert_holds(text, "TimeGenerated > datetime(");
	free(text);
}

/* ---- rules ---- */

static char *rule_of(enum rule_kind kind, const struct kql_fill *fill)
{
	struct strbuf out = STRBUF_INIT(TEXT_MAX);
	struct error err = { 0 };
	char *copy;

	if (rule_build(kind, fill, &out, &err))
		fail_msg("%s", err.text);
	copy = strdup(strbuf_text(&out));
	assert_non_null(copy);
	strbuf_release(&out);
	return copy;
}

static void rules(void **state)
{
	struct kql_fill fill = CUSTOM(&group_scope);
	char *text = rule_of(RULE_XDR, &fill);

	(void)state;
	assert_holds(text, "\"schedule\": { \"frequency\": \"P1D\", \"lookback\": \"P30D\" }");
	assert_holds(text, "Timestamp > ago(30d)");
	assert_holds(text, "at most 150 alerts");
	assert_holds(text, "{ \"deviceIdColumn\": \"DeviceId\", \"nameColumn\": \"DeviceName\" }");
	assert_lacks(text, "datetime(2026");
	assert_lacks(text, "_CL");
	free(text);
	text = rule_of(RULE_SENTINEL_ARM, &fill);
	assert_holds(text, "\"queryPeriod\": \"P14D\"");
	assert_holds(text, "TimeGenerated > ago(14d)");
	assert_holds(text, "for their schema alone");
	assert_holds(text, "Assessment_CL and Gathering_CL");
	assert_holds(text, "AlertPerResult");
	free(text);
	text = rule_of(RULE_SENTINEL_YAML, &fill);
	assert_int_equal(strncmp(text, "# One event a day", 17), 0);
	assert_holds(text, "\nquery: |\n  let inventory = DeviceInfo\n");
	assert_holds(text, "\"b\xc3\xbcro\")\n");
	assert_holds(text, "\neventGroupingSettings:\n  aggregationKind: AlertPerResult\n");
	for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		if (*line == '#')
			assert_in_range(strcspn(line, "\n"), 3, 120);
	free(text);
}

static void rules_refused(void **state)
{
	static char name[11000];
	const char *const long_group[] = { name };
	struct scope scope = group_scope;
	struct kql_fill fill = CUSTOM(&scope), none = FILL(&group_scope);
	struct strbuf out = STRBUF_INIT(TEXT_MAX);
	struct error err = { 0 };

	(void)state;
	assert_int_equal(rule_build(RULE_SENTINEL_YAML, &none, &out, &err), -1);
	assert_holds(err.text, "answers nothing, for ever");
	memset(name, 'a', sizeof name - 1);
	scope.groups = long_group;
	scope.group_count = 1;
	assert_int_equal(rule_build(RULE_SENTINEL_ARM, &fill, &out, &err), -1);
	assert_int_equal(err.status, STATUS_CONFIG);
	assert_holds(err.text, "Sentinel takes 10000");
	assert_int_equal(out.len, 0);
	assert_int_equal(rule_build(RULE_XDR, &fill, &out, &err), 0);
	strbuf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(literals), cmocka_unit_test(golden), cmocka_unit_test(whole), cmocka_unit_test(scope_places), cmocka_unit_test(time_places),
		cmocka_unit_test(parts), cmocka_unit_test(enrichment), cmocka_unit_test(columns_agree), cmocka_unit_test(vendor_words),
		cmocka_unit_test(vendors_are_found), cmocka_unit_test(sentinel), cmocka_unit_test(rules), cmocka_unit_test(rules_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
