/* test_expr_eval.c - what expressions select, rule by rule, with the page of Microsoft's Kusto reference that states it. */
#include "tests/unit/expr_rows.h"

#include "core/base/arena.h"

/* Rows a, b, c...; each test fills it as it likes. */
struct scene {
	struct table table;
	struct marks marks;
	struct notes notes;
	struct lens lens;
};

static int open_scene(void **state)
{
	struct scene *scene = xcalloc(1, sizeof *scene);

	scene->lens = (struct lens){ .table = &scene->table, .now = ROWS_NOW, .marks = &scene->marks, .notes = &scene->notes };
	*state = scene;
	return 0;
}

static int close_scene(void **state)
{
	struct scene *scene = *state;

	table_release(&scene->table);
	marks_release(&scene->marks);
	notes_release(&scene->notes);
	free(scene);
	return 0;
}

static struct table_row row_named(const char *name)
{
	struct table_row row;

	table_row_init(&row);
	row.id = row.name = slice_of(name);
	row.verdict = VERDICT_PASSIVE;
	return row;
}

/* Nine rows: IsApplicable and IsCompliant each false, true, null, in this order. */
static void add_truths(struct scene *scene)
{
	static const enum tri tris[] = { TRI_FALSE, TRI_TRUE, TRI_NONE };

	for (size_t i = 0; i < 9; i++) {
		struct table_row row = row_named("host");

		row.applicable = tris[i / 3];
		row.compliant = tris[i % 3];
		table_add(&scene->table, &row);
	}
}

/* null-values.md and logical-operators.md. Rows: ff a, ft b, fn c, tf d, tt e, tn f, nf g, nt h, nn i. */
static void and_or_not_with_null(void **state)
{
	struct scene *scene = *state;

	add_truths(scene);
	rows_check(&scene->lens, "IsApplicable and IsCompliant", "e");
	rows_check(&scene->lens, "not(IsApplicable and IsCompliant)", "abcdg");
	rows_check(&scene->lens, "IsApplicable or IsCompliant", "bdefh");
	rows_check(&scene->lens, "not(IsApplicable or IsCompliant)", "a");
	rows_check(&scene->lens, "not(IsApplicable)", "abc");
	rows_check(&scene->lens, "not(not(IsApplicable))", "def");
	rows_check(&scene->lens, "IsApplicable or not(IsApplicable)", "abcdef");
	rows_check(&scene->lens, "not(IsApplicable) and not(IsCompliant) and true", "a");
	rows_check(&scene->lens, "not(IsApplicable and IsCompliant and false)", "abcdefghi");
}

/* null-values.md, "Equality and inequality of null values": two nulls give null, one gives false for == and true for !=. */
static void equality_with_null(void **state)
{
	struct scene *scene = *state;

	add_truths(scene);
	rows_check(&scene->lens, "IsApplicable == IsCompliant", "ae");
	rows_check(&scene->lens, "not(IsApplicable == IsCompliant)", "bcdfgh");
	rows_check(&scene->lens, "IsApplicable != IsCompliant", "bcdfgh");
	rows_check(&scene->lens, "not(IsApplicable != IsCompliant)", "ae");
	rows_check(&scene->lens, "IsApplicable != true", "abcghi");
	rows_check(&scene->lens, "IsApplicable == bool(null)", "");
	rows_check(&scene->lens, "not(IsApplicable == bool(null))", "abcdef");
	rows_check(&scene->lens, "IsApplicable != bool(null)", "abcdef");
	rows_check(&scene->lens, "isnull(IsApplicable)", "ghi");
	rows_check(&scene->lens, "isnotnull(IsApplicable)", "abcdef");
	rows_check(&scene->lens, "isempty(IsApplicable)", "ghi");
}

/* null-values.md: the example with val > 3 (null is sticky), "in behaves like a logical OR of equality comparisons, !in like AND of !=". */
static void order_and_lists_with_null(void **state)
{
	static const struct { const char *condition, *truth; } rows[] = {
		{ "long(null) > 3", "null" }, { "5 > 3", "true" }, { "long(null) > 3 or isnull(long(null))", "true" },
		{ "long(null) <= 3", "null" },
		{ "long(null) == long(null)", "null" }, { "long(null) != long(null)", "null" }, { "long(null) == 5", "false" },
		{ "long(null) != 5", "true" },
		{ "long(null) in (1, 2)", "false" }, { "long(null) !in (1, 2)", "true" }, { "long(null) in (1, long(null))", "null" },
		{ "long(null) !in (1, long(null))", "null" }, { "1 in (1, long(null))", "true" }, { "2 in (1, long(null))", "false" },
		{ "2 !in (1, long(null))", "true" }, { "long(null) between (1 .. 2)", "null" }, { "3 between (1 .. long(null))", "null" },
		{ "0 between (1 .. long(null))", "false" }, { "0 !between (1 .. long(null))", "true" },
		{ "3 !between (1 .. long(null))", "null" },
		{ "datetime(null) + 1d > now()", "null" }, { "isnull(now() - datetime(null))", "true" },
		{ "isnull(ago(timespan(null)))", "true" },
	};
	struct scene *scene = *state;
	struct table_row row = row_named("host");

	table_add(&scene->table, &row);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		rows_check_truth(&scene->lens, rows[i].condition, rows[i].truth);
}

/* string.md, null-values.md: a string is never null; isempty-function.md, isnull-function.md: their tables; strlen-function.md: code points. */
static void strings_are_never_null(void **state)
{
	struct scene *scene = *state;
	struct table_row row = row_named("a-1");

	table_add(&scene->table, &row);
	row.text[TEXT_GROUP] = slice_of("");
	table_add(&scene->table, &row);
	row.text[TEXT_GROUP] = slice_of("\xC3\x87" "edilla");
	table_add(&scene->table, &row);
	rows_check(&scene->lens, "isempty(MachineGroup)", "ab");
	rows_check(&scene->lens, "isnotempty(MachineGroup)", "c");
	rows_check(&scene->lens, "isnull(MachineGroup)", "");
	rows_check(&scene->lens, "isnotnull(MachineGroup)", "abc");
	rows_check(&scene->lens, "MachineGroup == \"\"", "ab");
	rows_check(&scene->lens, "MachineGroup != \"x\"", "abc");
	rows_check(&scene->lens, "MachineGroup !has \"x\"", "abc");
	rows_check(&scene->lens, "strlen(MachineGroup) == 7", "c");
	rows_check(&scene->lens, "strlen(MachineGroup) == 0", "ab");
	rows_check(&scene->lens, "Owner == \"\" and isempty(Ticket)", "abc");
}

/* between-operator.md: "The range is inclusive"; datetime.md and timespan.md: ticks of 100 ns; columns hold whole seconds. */
static void times_and_ages(void **state)
{
	struct scene *scene = *state;

	for (int i = 0; i < 4; i++) {
		struct table_row row = row_named("host");

		if (i < 3)
			row.time[TIME_SIGNATURE] = row.time[TIME_LAST_SEEN] = ROWS_NOW - 7 * 86400 + i - 1;   /* a second older than 7 d, 7 d, younger */
		table_add(&scene->table, &row);
	}
	rows_check(&scene->lens, "SignatureAge > 7d", "a");
	rows_check(&scene->lens, "SignatureAge >= 7d", "ab");
	rows_check(&scene->lens, "SignatureAge == 7d", "b");
	rows_check(&scene->lens, "SignatureAge != 7d", "acd");
	rows_check(&scene->lens, "SignatureAge < 7d", "c");
	rows_check(&scene->lens, "7d < SignatureAge", "a");
	rows_check(&scene->lens, "not(SignatureAge > 7d)", "bc");
	rows_check(&scene->lens, "SignatureAge between (7d .. 8d)", "ab");
	rows_check(&scene->lens, "SignatureAge !between (7d .. 8d)", "c");
	rows_check(&scene->lens, "SignatureAge between (8d .. 7d)", "");
	rows_check(&scene->lens, "LastSeen < ago(7d)", "a");
	rows_check(&scene->lens, "LastSeen between (ago(7d) .. 1d)", "bc");
	rows_check(&scene->lens, "LastSeen == datetime(2026-11-13T06:00:00Z)", "b");
	rows_check(&scene->lens, "LastSeen == datetime(2026-11-13T06:00:00.0000001Z)", "");
	rows_check(&scene->lens, "LastSeen >= datetime(2026-11-13T06:00:00.0000001Z)", "c");
	rows_check(&scene->lens, "LastSeen > datetime(2026-11-13T05:59:59.9999999Z)", "bc");
	rows_check(&scene->lens, "LastSeen <= datetime(2026-11-13T05:59:59.9999999Z)", "a");
	rows_check(&scene->lens, "now() - LastSeen == SeenAge", "abc");
	rows_check(&scene->lens, "LastSeen + 7d == now()", "b");
	rows_check(&scene->lens, "LastSeen == AvSignatureUpdateTime", "abc");
	rows_check(&scene->lens, "now(-7d) == LastSeen", "b");
	rows_check(&scene->lens, "isnull(LastSeen)", "d");
	rows_check(&scene->lens, "tostring(LastSeen) == \"2026-11-13T06:00:00.0000000Z\"", "b");
	rows_check(&scene->lens, "tostring(SignatureAge) == \"7.00:00:01\"", "a");
	rows_check(&scene->lens, "tostring(SignatureAge) == \"\"", "d");
}

/* Overflow is not published; here it is null. numerical-operators.md: long and real are compared; exactly, also beyond 2^53. */
static void numbers(void **state)
{
	static const struct { const char *condition, *truth; } rows[] = {
		{ "isnull(datetime(9999-12-31) + 10000000d)", "true" }, { "datetime(9999-12-31) + 10000000d > now()", "null" },
		{ "isnull(timespan(10000000d) + 10000000d)", "true" }, { "9007199254740993 > 9007199254740992.0", "true" },
		{ "9007199254740993 == 9007199254740992.0", "false" }, { "1 == 1.0", "true" }, { "1 < 1.5", "true" }, { "2 > 1.5", "true" },
		{ "-1 > real(-1.5)", "true" }, { "-2 < real(-1.5)", "true" }, { "9223372036854775807 < 9223372036854775808.0", "true" },
		{ "long(-9223372036854775808) == real(-9223372036854775808.0)", "true" },
		{ "long(-9223372036854775808) > real(-1e300)", "true" },
		{ "1.5 in (1, 1.5)", "true" }, { "1.5 between (1 .. 2)", "true" }, { "1e300 > 1", "true" },
		{ "0 < 0.5", "true" }, { "0 > real(-0.5)", "true" },
	};
	struct scene *scene = *state;
	struct table_row row = row_named("host");

	table_add(&scene->table, &row);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		rows_check_truth(&scene->lens, rows[i].condition, rows[i].truth);
}

/* parse-version-function.md: parts of at most eight digits, missing ones at the end; else null. */
static void versions(void **state)
{
	static const char *const texts[] = { "4.18.9", "4.18.40", "4.18.40.0", "4.18-beta", "", "123456789.1", "1.2.3.4.5", "5", "4..1" };
	struct scene *scene = *state;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct table_row row = row_named("host");

		row.text[TEXT_AV_PLATFORM] = slice_of(texts[i]);
		table_add(&scene->table, &row);
	}
	rows_check(&scene->lens, "parse_version(AvPlatformVersion) < parse_version(\"4.18.40\")", "a");
	rows_check(&scene->lens, "parse_version(AvPlatformVersion) == parse_version(\"4.18.40\")", "bc");
	rows_check(&scene->lens, "parse_version(AvPlatformVersion) > parse_version(\"4.18.40\")", "h");
	rows_check(&scene->lens, "isnull(parse_version(AvPlatformVersion))", "defgi");
}

/* dynamic.md: a missing key is null; "Kusto will parse strings as strongly-typed values if they can be parsed as such". */
static void bags(void **state)
{
	static const struct { enum bag_kind kind; const char *value; } values[] = {
		{ BAG_TEXT, "5" }, { BAG_JSON, "5" }, { BAG_JSON, "5.5" }, { BAG_TEXT, "Sql" }, { BAG_TEXT, "" },
		{ BAG_JSON, "true" }, { BAG_NULL, "" },
	};
	struct scene *scene = *state;
	struct strbuf bag = STRBUF_INIT(256);

	for (size_t i = 0; i < sizeof values / sizeof *values + 1; i++) {   /* a to g; h has no bag */
		struct table_row row = row_named("host");

		strbuf_clear(&bag);
		if (i < sizeof values / sizeof *values) {
			bag_add(&bag, values[i].kind, slice_of("Key"), slice_of(values[i].value));
			row.bag = (struct slice){ strbuf_text(&bag), bag.len };
		}
		table_add(&scene->table, &row);
	}
	strbuf_release(&bag);
	rows_check(&scene->lens, "AdditionalFields.Key == 5", "ab");
	rows_check(&scene->lens, "AdditionalFields.Key > 5", "c");
	rows_check(&scene->lens, "not(AdditionalFields.Key > 5)", "ab");
	rows_check(&scene->lens, "AdditionalFields.Key != 5", "cdefgh");
	rows_check(&scene->lens, "AdditionalFields.Key == \"5\"", "ab");
	rows_check(&scene->lens, "AdditionalFields.Key == \"\"", "e");
	rows_check(&scene->lens, "AdditionalFields.Key =~ \"sql\"", "d");
	rows_check(&scene->lens, "AdditionalFields.Key has \"sql\"", "d");
	rows_check(&scene->lens, "AdditionalFields.Key !has \"sql\"", "abcefgh");
	rows_check(&scene->lens, "AdditionalFields.Key == true", "f");
	rows_check(&scene->lens, "AdditionalFields.Key in (\"5\", \"Sql\", \"x\", \"y\")", "abd");
	rows_check(&scene->lens, "AdditionalFields.Key !in (\"5\", \"Sql\", \"x\", \"y\")", "cefgh");
	rows_check(&scene->lens, "isnull(AdditionalFields.Key)", "gh");
	rows_check(&scene->lens, "isempty(AdditionalFields.Key)", "egh");
	rows_check(&scene->lens, "tostring(AdditionalFields.Key) == \"\"", "egh");
	rows_check(&scene->lens, "tostring(AdditionalFields.Key) == \"5.5\"", "c");
	rows_check(&scene->lens, "AdditionalFields.key == 5", "");
	rows_check(&scene->lens, "isnull(AdditionalFields.key) and isnull(AdditionalFields.KEY) and isnull(AdditionalFields[\"key\"])", "abcdefgh");
	rows_check(&scene->lens, "AdditionalFields.key != 5", "abcdefgh");
}

/* Flags, Verdict, Change, AvMode, marks and notes as the columns say them. */
static void columns_of_rouse(void **state)
{
	struct scene *scene = *state;
	struct table_row row = row_named("a");
	struct slice id;

	row.text[TEXT_GATHERED_MODE] = slice_of("");
	row.text[TEXT_ASSESSED_MODE] = slice_of("1");
	row.flags = FLAG_OTHER_AV | FLAG_STALE;
	row.text[TEXT_OTHER_AV] = slice_of("McAfee ENS");
	table_add(&scene->table, &row);
	row = row_named("b");
	row.text[TEXT_GATHERED_MODE] = slice_of("4");
	row.text[TEXT_ASSESSED_MODE] = slice_of("1");
	row.verdict = VERDICT_EDR_BLOCK;
	row.change = CHANGE_NEW;
	row.flags = FLAG_NO_OTHER_AV;
	table_add(&scene->table, &row);
	id = table_packed_id(&scene->table, 1);
	marks_set(&scene->marks, id, true);
	notes_set(&scene->notes, id, slice_of("call \xC3\x9C" "mit"));
	rows_check(&scene->lens, "AvMode == \"1\"", "a");
	rows_check(&scene->lens, "AvMode in (\"4\", \"5\")", "b");
	rows_check(&scene->lens, "Verdict == \"edr-block\"", "b");
	rows_check(&scene->lens, "Verdict has \"edr\"", "b");
	rows_check(&scene->lens, "Change == \"\"", "a");
	rows_check(&scene->lens, "Change =~ \"NEW\"", "b");
	rows_check(&scene->lens, "Flags == \"stale other-av McAfee ENS\"", "a");
	rows_check(&scene->lens, "Flags has \"other-av\"", "ab");
	rows_check(&scene->lens, "Flags has \"no-other-av\"", "b");
	rows_check(&scene->lens, "Flags has \"mcafee\"", "a");
	rows_check(&scene->lens, "Marked", "b");
	rows_check(&scene->lens, "Marked == false", "a");
	rows_check(&scene->lens, "Note has \"call\"", "b");
	rows_check(&scene->lens, "isempty(Note)", "a");
	rows_check(&scene->lens, "DeviceId == \"a\"", "a");
	rows_check(&scene->lens, "DeviceId in~ (\"A\", \"c\")", "a");
	rows_check(&scene->lens, "PortalUrl has \"machines\"", "ab");
	rows_check(&scene->lens, "true", "ab");
	rows_check(&scene->lens, "bool(null)", "");
}

static void rows_outside_are_left_alone(void **state)
{
	struct scene *scene = *state;
	uint8_t keep[5] = { 1, 1, 0, 1, 1 };
	struct expr *expr = rows_parse("DeviceName == \"x\"");

	for (int i = 0; i < 5; i++) {
		struct table_row row = row_named("host");

		table_add(&scene->table, &row);
	}
	expr_rows(expr, &scene->lens, 1, 4, keep);
	assert_memory_equal(keep, ((uint8_t[]){ 1, 0, 0, 0, 1 }), 5);
	expr_rows(expr, &scene->lens, 4, 4, keep);
	assert_int_equal(keep[4], 1);
	expr_free(&expr);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(and_or_not_with_null, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(equality_with_null, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(order_and_lists_with_null, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(strings_are_never_null, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(times_and_ages, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(numbers, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(versions, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(bags, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(columns_of_rouse, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(rows_outside_are_left_alone, open_scene, close_scene),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
