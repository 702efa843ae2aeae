/* test_expr_guard.c - the case guard: what is hidden, who is to blame, and the expression that shows it. Wide is Unicode's simple folding;
 * what operators themselves fold is in datatypes-string-operators.md and includes/in-operator-comparison.md (ASCII alone). */
#include "tests/unit/expr_rows.h"

#include "core/base/arena.h"

struct scene {
	struct table table;
	struct lens lens;
};

/* One row for each group; the name is `host` and the group again. */
static void add_group(struct scene *scene, const char *group)
{
	struct table_row row;
	char name[600];

	table_row_init(&row);
	snprintf(name, sizeof name, "host-%s", group ? group : "");
	row.id = row.name = slice_of(name);
	row.text[TEXT_GROUP] = slice_of(group);
	row.verdict = VERDICT_PASSIVE;
	table_add(&scene->table, &row);
}

static int open_scene(void **state)
{
	static const char *const groups[] = { "Prod", "prod", "PROD", "B\xC3\x9CRO", "b\xC3\xBCro", "gau\xC5\xBF", "GAUS", "\xE2\x84\xAA" "iel", "kiel",
	                                      "\xCE\xA3\xCE\xB9\xCF\x82", "\xCE\xA3\xCE\x99\xCE\xA3", "\xC4\xB0zmir", "izmir", "", NULL };
	struct scene *scene = xcalloc(1, sizeof *scene);

	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
		add_group(scene, groups[i]);
	scene->lens = (struct lens){ .table = &scene->table, .now = ROWS_NOW };
	*state = scene;
	return 0;
}

static int close_scene(void **state)
{
	struct scene *scene = *state;

	table_release(&scene->table);
	free(scene);
	return 0;
}

/* hidden rows, the operator, the example (NULL: none that the table holds), the mended text, and which rows that selects; nothing is hidden when `mended` is NULL. */
struct row {
	const char *text;
	uint32_t hidden;
	const char *op, *example, *mended, *selects;
};

static void check(const struct scene *scene, const struct row *row)
{
	struct expr *expr = rows_parse(row->text), *fixed;
	struct expr_guard guard, after;

	expr_guard(expr, &scene->lens, NULL, &guard);
	if (guard.hidden != row->hidden || strcmp(guard.op, row->op) != 0 || (guard.example.text != NULL) != (row->example != NULL)
	    || (row->example && !slice_is(guard.example, row->example))
	    || strcmp(guard.mended ? guard.mended : "-", row->mended) != 0)
		fail_msg("%s\n    %u hidden by `%s`, such as %.*s; mended: %s", row->text, guard.hidden, guard.op, (int)guard.example.len,
		         guard.example.text ? guard.example.text : "", guard.mended ? guard.mended : "-");
	rows_check(&scene->lens, guard.mended, row->selects);
	fixed = rows_parse(guard.mended);
	expr_guard(fixed, &scene->lens, NULL, &after);
	assert_int_equal(after.hidden, 0);
	assert_null(after.mended);
	expr_guard_release(&after);
	expr_guard_release(&guard);
	expr_free(&fixed);
	expr_free(&expr);
}

static void hidden_rows_are_told(void **state)
{
	static const struct row rows[] = {
		{ "MachineGroup == \"Prod\"", 2, "==", "prod", "tolower(MachineGroup) == \"prod\"", "abc" },
		{ "MachineGroup in (\"prod\", \"GAUS\")", 3, "in", "Prod",
		  "tolower(MachineGroup) in (\"prod\", \"gaus\") or MachineGroup in (\"gau\xC5\xBF\")", "abcfg" },
		{ "MachineGroup =~ \"B\xC3\x9Cro\"", 1, "=~", "b\xC3\xBCro", "tolower(MachineGroup) == \"b\xC3\xBCro\"", "de" },
		{ "MachineGroup in~ (\"b\xC3\xBCro\", \"x\")", 1, "in~", "B\xC3\x9CRO",
		  "tolower(MachineGroup) in (\"b\xC3\xBCro\", \"x\")", "de" },
		{ "MachineGroup has_cs \"PROD\"", 2, "has_cs", "Prod", "tolower(MachineGroup) has_cs \"prod\"", "abc" },
		{ "MachineGroup contains_cs \"ro\"", 2, "contains_cs", "PROD", "tolower(MachineGroup) contains_cs \"ro\"", "abcde" },
		{ "MachineGroup startswith_cs \"P\"", 1, "startswith_cs", "prod", "tolower(MachineGroup) startswith_cs \"p\"", "abc" },
		{ "MachineGroup endswith_cs \"RO\"", 1, "endswith_cs", "b\xC3\xBCro", "tolower(MachineGroup) endswith_cs \"ro\"", "de" },
		{ "MachineGroup hasprefix_cs \"PR\"", 2, "hasprefix_cs", "Prod", "tolower(MachineGroup) hasprefix_cs \"pr\"", "abc" },
		{ "MachineGroup hassuffix_cs \"OD\"", 2, "hassuffix_cs", "Prod", "tolower(MachineGroup) hassuffix_cs \"od\"", "abc" },
		{ "MachineGroup startswith \"kiel\"", 1, "startswith", "\xE2\x84\xAA" "iel",
		  "tolower(MachineGroup) startswith \"kiel\"", "hi" },
		{ "MachineGroup contains \"gaus\"", 1, "contains", "gau\xC5\xBF",
		  "tolower(MachineGroup) contains \"gaus\" or MachineGroup in (\"gau\xC5\xBF\")", "fg" },
		{ "MachineGroup == \"\xCE\xA3\xCE\x99\xCE\xA3\"", 1, "==", "\xCE\xA3\xCE\xB9\xCF\x82",
		  "tolower(MachineGroup) == \"\xCF\x83\xCE\xB9\xCF\x83\" or MachineGroup in (\"\xCE\xA3\xCE\xB9\xCF\x82\")", "jk" },
		{ "MachineGroup =~ \"IZMIR\"", 1, "=~", "\xC4\xB0zmir", "tolower(MachineGroup) == \"izmir\"", "lm" },
		{ "MachineGroup has_any (\"x\", \"b\xC3\xBCro\")", 1, "has_any", "B\xC3\x9CRO",
		  "tolower(MachineGroup) has_any (\"x\", \"b\xC3\xBCro\")", "de" },
		{ "DeviceName contains \"B\xC3\x9C\"", 1, "contains", "host-b\xC3\xBCro", "tolower(DeviceName) contains \"b\xC3\xBC\"", "de" },
		{ "DeviceName == \"HOST-kiel\"", 2, "==", "host-\xE2\x84\xAA" "iel", "tolower(DeviceName) == \"host-kiel\"", "hi" },
		{ "tolower(MachineGroup) == \"gaus\"", 1, "==", "gau\xC5\xBF",
		  "tolower(MachineGroup) == \"gaus\" or tolower(MachineGroup) in (\"gau\xC5\xBF\")", "fg" },
		{ "tolower(MachineGroup) == \"Prod\"", 3, "==", "Prod", "tolower(MachineGroup) == \"prod\"", "abc" },
		{ "Verdict == \"Passive\" and MachineGroup startswith \"prod\"", 3, "==", "passive",
		  "tolower(Verdict) == \"passive\" and MachineGroup startswith \"prod\"", "abc" },
		{ "MachineGroup matches regex \"^P[a-z]+$\"", 2, "matches regex", "prod",
		  "MachineGroup matches regex \"^P[a-z]+$\" or MachineGroup matches regex \"(?i)^P[a-z]+$\"", "abc" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check(*state, &rows[i]);
}

/* Only comparisons in favour of a row are widened: `!=` and what stands below not() never hide by being too narrow. */
static void polarity(void **state)
{
	static const struct row rows[] = {
		{ "not(MachineGroup != \"prod\")", 2, "!=", "Prod", "not(tolower(MachineGroup) != \"prod\")", "abc" },
		{ "not(not(MachineGroup == \"prod\"))", 2, "==", "Prod", "not(not(tolower(MachineGroup) == \"prod\"))", "abc" },
		{ "not(MachineGroup !in (\"gaus\", \"x\"))", 2, "!in", "gau\xC5\xBF",
		  "not(tolower(MachineGroup) !in (\"gaus\", \"x\") and MachineGroup !in (\"gau\xC5\xBF\"))", "fg" },
		{ "MachineGroup == \"prod\" and not(MachineGroup == \"PROD\")", 1, "==", "Prod",
		  "tolower(MachineGroup) == \"prod\" and not(MachineGroup == \"PROD\")", "ab" },
		{ "MachineGroup == \"prod\" or MachineGroup == \"kiel\"", 3, "==", "Prod",
		  "tolower(MachineGroup) == \"prod\" or tolower(MachineGroup) == \"kiel\"", "abchi" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check(*state, &rows[i]);
}

static void nothing_is_hidden(void **state)
{
	static const char *const texts[] = {
		"MachineGroup in~ (\"prod\")", "MachineGroup != \"prod\"", "not(MachineGroup == \"PROD\")",
		"MachineGroup !contains \"B\xC3\x9C\"", "SeenAge > 7d",
		"MachineGroup == \"nowhere\"", "isempty(MachineGroup)", "MachineGroup == \"\"", "true", "false",
		"(MachineGroup == \"prod\") == true",
		"MachineGroup == \"prod\" or true", "MachineGroup == \"prod\" and false", "MachineGroup matches regex \"(?i)PROD\"",
		"MachineGroup == \"GAUS\" or MachineGroup == \"gau\xC5\xBF\"", "MachineGroup in (OSPlatform, \"PROD\")",
	};
	const struct scene *scene = *state;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct expr *expr = rows_parse(texts[i]);
		struct expr_guard guard;

		expr_guard(expr, &scene->lens, NULL, &guard);
		if (guard.hidden != 0 || guard.op[0] || guard.mended || guard.example.text)
			fail_msg("%s: %u hidden", texts[i], guard.hidden);
		expr_guard_release(&guard);
		expr_free(&expr);
	}
}

/* Only rows of `among` are hidden: the rest is out of sight for other reasons. */
static void only_among(void **state)
{
	const struct scene *scene = *state;
	uint8_t among[15] = { 1, 1, 0, 1, 1, 0, 1 };
	struct expr *expr = rows_parse("MachineGroup in (\"prod\", \"GAUS\")");
	struct expr_guard guard;

	expr_guard(expr, &scene->lens, among, &guard);
	assert_int_equal(guard.hidden, 1);
	assert_true(slice_is(guard.example, "Prod"));
	assert_string_equal(guard.mended, "tolower(MachineGroup) in (\"prod\", \"gaus\")");
	expr_guard_release(&guard);
	memset(among, 0, sizeof among);
	expr_guard(expr, &scene->lens, among, &guard);
	assert_int_equal(guard.hidden, 0);
	expr_guard_release(&guard);
	expr_free(&expr);
}

/* Two columns against each other: pairs of spellings where tolower() is not enough. */
static void columns_against_each_other(void **state)
{
	struct scene *scene = *state;
	struct table_row row;
	struct expr *expr = rows_parse("MachineGroup == OSPlatform");
	struct expr_guard guard;

	table_row_init(&row);
	row.id = row.name = slice_of("x");
	row.text[TEXT_GROUP] = slice_of("GAUS");
	row.text[TEXT_PLATFORM] = slice_of("gau\xC5\xBF");
	table_add(&scene->table, &row);
	expr_guard(expr, &scene->lens, NULL, &guard);
	assert_int_equal(guard.hidden, 1);
	assert_string_equal(guard.mended, "tolower(MachineGroup) == tolower(OSPlatform) or "
	                                  "MachineGroup == \"GAUS\" and OSPlatform == \"gau\xC5\xBF\"");
	rows_check(&scene->lens, guard.mended, "nop");
	expr_guard_release(&guard);
	expr_free(&expr);
}

/* A key that is missing is no empty text to `==`; tostring() would make it one. */
static void keys_of_the_bag(void **state)
{
	struct scene *scene = *state;
	struct strbuf bag = STRBUF_INIT(256);
	struct table_row row;

	table_row_init(&row);
	row.id = row.name = slice_of("x");
	bag_add(&bag, BAG_TEXT, slice_of("Key"), slice_of("RACK"));
	row.bag = (struct slice){ bag.buf, bag.len };
	table_add(&scene->table, &row);
	strbuf_release(&bag);
	check(scene, &(struct row){ "AdditionalFields.Key == \"rack\"", 1, "==", NULL, "tolower(tostring(AdditionalFields.Key)) == \"rack\"", "p" });
	check(scene, &(struct row){ "AdditionalFields.Key in (\"rack\", \"\")", 1, "in", NULL,
	                            "AdditionalFields.Key in (\"rack\", \"\") or tostring(AdditionalFields.Key) in (\"RACK\")", "p" });
}

/* Keys that some rows have in another letter case: p Rack, q RACK, r rack and ruck, s nothing. */
static void other_spellings_of_keys(void **state)
{
	static const char *const keys[] = { "Rack", "RACK", "rack", "ruck" };
	static const struct row rows[] = {
		{ "AdditionalFields.rack == \"R1\"", 2, ".rack", "Rack",
		  "AdditionalFields.rack == \"R1\" or AdditionalFields.Rack == \"R1\" or AdditionalFields.RACK == \"R1\"", "pqr" },
		{ "AdditionalFields.RacK has \"R1\" and MachineGroup == \"\"", 3, ".RacK", "Rack",
		  "(AdditionalFields.RacK has \"R1\" or AdditionalFields.Rack has \"R1\" or AdditionalFields.RACK has \"R1\" or "
		  "AdditionalFields.rack has \"R1\") and MachineGroup == \"\"", "pqr" },
		{ "not(isempty(AdditionalFields.rUck))", 1, ".rUck", "ruck",
		  "not(isempty(AdditionalFields.rUck) and isempty(AdditionalFields.ruck))", "r" },
		{ "isnotnull(AdditionalFields[\"RUCK\"])", 1, ".RUCK", "ruck",
		  "isnotnull(AdditionalFields.RUCK) or isnotnull(AdditionalFields.ruck)", "r" },
		{ "AdditionalFields.Ruck == \"r1\"", 1, ".Ruck", "ruck",
		  "AdditionalFields.Ruck == \"r1\" or tolower(tostring(AdditionalFields.ruck)) == \"r1\"", "r" },
		{ "AdditionalFields.Rack == \"r1\" and AdditionalFields.ruck == \"x\"", 0, "", NULL, NULL, "" },
		{ "isnull(AdditionalFields.Ruck)", 0, "", NULL, NULL, "" }, { "AdditionalFields.Ruck != \"R1\"", 0, "", NULL, NULL, "" },
	};
	struct scene *scene = *state;

	for (int i = 0; i < 4; i++) {
		struct strbuf bag = STRBUF_INIT(256);
		struct table_row row;

		table_row_init(&row);
		row.id = row.name = slice_of("x");
		if (i < 3)
			bag_add(&bag, BAG_TEXT, slice_of(keys[i]), slice_of("R1"));
		if (i == 2)
			bag_add(&bag, BAG_TEXT, slice_of(keys[3]), slice_of("R1"));
		row.bag = (struct slice){ strbuf_text(&bag), bag.len };
		table_add(&scene->table, &row);
		strbuf_release(&bag);
	}
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct expr *expr = rows_parse(rows[i].text);
		struct expr_guard guard;

		if (rows[i].mended) {
			check(scene, &rows[i]);
		} else {
			expr_guard(expr, &scene->lens, NULL, &guard);
			if (guard.hidden || guard.mended)
				fail_msg("%s: %u hidden, mended %s", rows[i].text, guard.hidden, guard.mended ? guard.mended : "-");
			expr_guard_release(&guard);
		}
		expr_free(&expr);
	}
}

/* More spellings than can be written down: the rows are told, and there is no mended text. */
static void too_many_spellings(void **state)
{
	struct scene *scene = *state;
	struct expr *expr = rows_parse("MachineGroup contains \"s\"");
	struct expr_guard guard;
	char group[32];

	for (unsigned i = 0; i < 2000; i++) {
		snprintf(group, sizeof group, "\xC5\xBF%u", i);
		add_group(scene, group);
	}
	expr_guard(expr, &scene->lens, NULL, &guard);
	assert_int_equal(guard.hidden, 2000 + 1);
	assert_string_equal(guard.op, "contains");
	assert_null(guard.mended);
	expr_guard_release(&guard);
	expr_free(&expr);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(hidden_rows_are_told, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(polarity, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(nothing_is_hidden, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(only_among, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(columns_against_each_other, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(keys_of_the_bag, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(other_spellings_of_keys, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(too_many_spellings, open_scene, close_scene),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
