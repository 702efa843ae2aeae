/* test_expr_nulls.c - rows for which an expression is null: how many, what is missing, and the expression that shows them. What is null is
 * in null-values.md and logical-operators.md of Microsoft's reference. */
#include "tests/unit/expr_naive.h"
#include "tests/unit/expr_make.h"

#include "core/base/arena.h"
#include "core/base/clock.h"

#define RANDOM_ROWS 97
#define RANDOM 3000
#define TEXT_MAX 8192
#define NAIVE_NULL (-1)

struct scene {
	struct table table;
	struct lens lens;
};

/* Ages in days; below 0: none. */
static void add_host(struct scene *scene, const char *name, int signature, int seen, enum tri compliant, const char *cores)
{
	struct strbuf bag = STRBUF_INIT(4096);
	struct table_row row;

	table_row_init(&row);
	row.id = row.name = slice_of(name);
	row.text[TEXT_GROUP] = slice_of(name[0] < 'd' ? "Prod" : "Test");
	row.verdict = VERDICT_PASSIVE;
	row.compliant = compliant;
	if (signature >= 0)
		row.time[TIME_SIGNATURE] = ROWS_NOW - signature * SPAN_DAY;
	if (seen >= 0)
		row.time[TIME_LAST_SEEN] = ROWS_NOW - seen * SPAN_DAY;
	if (cores)
		bag_add(&bag, BAG_TEXT, slice_of("Cores"), slice_of(cores));
	row.bag = (struct slice){ strbuf_text(&bag), bag.len };
	table_add(&scene->table, &row);
	strbuf_release(&bag);
}

static int open_scene(void **state)
{
	struct scene *scene = xcalloc(1, sizeof *scene);

	add_host(scene, "a", 10, 1, TRI_FALSE, "8");
	add_host(scene, "b", -1, 1, TRI_FALSE, "16");
	add_host(scene, "c", -1, -1, TRI_NONE, NULL);
	add_host(scene, "d", 0, -1, TRI_TRUE, "many");
	add_host(scene, "e", -1, 9, TRI_NONE, "4");
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

/* What is said of an expression; `says` NULL: nothing, it is null nowhere. */
struct said {
	const char *text, *says, *column, *mended, *selects;
};

static void check(const struct scene *scene, const struct said *said)
{
	struct expr *expr = rows_parse(said->text);
	struct strbuf words = STRBUF_INIT(1000), mended = STRBUF_INIT(1000), column = STRBUF_INIT(1000), remedy = STRBUF_INIT(1000);
	struct expr_nulls nulls = { 0 };

	expr_nulls(expr, &scene->lens, NULL, &nulls);
	expr_nulls_text(&nulls, &words);
	if (expr_nulls_remedy(&nulls, &remedy))
		strbuf_add(&column, strbuf_text(&remedy) + strlen("or isnull("), remedy.len - strlen("or isnull()"));
	assert_true(expr_nulls_mend(expr, &nulls, &mended));
	if (!said->says)
		assert_int_equal(nulls.rows, 0);
	else if (strcmp(strbuf_text(&words), said->says) != 0 || strcmp(strbuf_text(&column), said->column) != 0
	         || strcmp(strbuf_text(&mended), said->mended) != 0)
		fail_msg("%s\n    %s\n    column: %s\n    mended: %s", said->text, strbuf_text(&words), strbuf_text(&column),
		         strbuf_text(&mended));
	rows_check(&scene->lens, strbuf_text(&mended), said->selects);
	expr_nulls_release(&nulls);
	strbuf_release(&words);
	strbuf_release(&mended);
	strbuf_release(&column);
	strbuf_release(&remedy);
	expr_free(&expr);
}

static void rows_without_a_value_are_told(void **state)
{
	static const struct said rows[] = {
		{ "SignatureAge > 7d", "3 rows have no SignatureAge", "SignatureAge", "SignatureAge > 7d or isnull(SignatureAge)", "abce" },
		{ "not(SignatureAge < 1d)", "3 rows have no SignatureAge", "SignatureAge", "not(SignatureAge < 1d) or isnull(SignatureAge)", "abce" },
		{ "7d<SignatureAge // worst", "3 rows have no SignatureAge", "SignatureAge", "7d < SignatureAge or isnull(SignatureAge)", "abce" },
		{ "LastSeen < ago(7d)", "2 rows have no LastSeen", "LastSeen", "LastSeen < ago(7d) or isnull(LastSeen)", "cde" },
		{ "SeenAge between (2d .. 20d)", "2 rows have no SeenAge", "SeenAge", "SeenAge between (2d .. 20d) or isnull(SeenAge)", "cde" },
		{ "SeenAge !between (0d .. 2d)", "2 rows have no SeenAge", "SeenAge", "SeenAge !between (0s .. 2d) or isnull(SeenAge)", "cde" },
		/* Other parts keep out what they keep out. */
		{ "SignatureAge > 7d and MachineGroup == \"Prod\"", "2 rows have no SignatureAge", "SignatureAge",
		  "(SignatureAge > 7d or isnull(SignatureAge)) and MachineGroup == \"Prod\"", "abc" },
		{ "SignatureAge > 7d or DeviceName == \"b\"", "2 rows have no SignatureAge", "SignatureAge",
		  "SignatureAge > 7d or isnull(SignatureAge) or DeviceName == \"b\"", "abce" },
		{ "MachineGroup == \"Prod\" and (SeenAge > 7d or SignatureAge > 7d)", "2 rows have no SignatureAge or no SeenAge", "",
		  "MachineGroup == \"Prod\" and (SeenAge > 7d or isnull(SeenAge) or SignatureAge > 7d or isnull(SignatureAge))", "abc" },
		{ "not(SignatureAge < 1d or MachineGroup == \"Prod\")", "1 row has no SignatureAge", "SignatureAge",
		  "not(SignatureAge < 1d or MachineGroup == \"Prod\") or isnull(not(SignatureAge < 1d or MachineGroup == \"Prod\"))", "e" },
		/* Booleans, and nulls of both sides. */
		{ "IsCompliant", "2 rows have no IsCompliant", "IsCompliant", "IsCompliant or isnull(IsCompliant)", "cde" },
		{ "not(IsCompliant)", "2 rows have no IsCompliant", "IsCompliant", "not(IsCompliant) or isnull(IsCompliant)", "abce" },
		{ "AvSignatureUpdateTime == LastSeen", "1 row has no AvSignatureUpdateTime", "AvSignatureUpdateTime",
		  "AvSignatureUpdateTime == LastSeen or isnull(AvSignatureUpdateTime == LastSeen)", "c" },
		{ "AvSignatureUpdateTime < LastSeen", "4 rows have no AvSignatureUpdateTime or no LastSeen", "",
		  "AvSignatureUpdateTime < LastSeen or isnull(AvSignatureUpdateTime < LastSeen)", "abcde" },
		/* Keys of the bag: one that is missing, and one that is no number. */
		{ "AdditionalFields.Cores > 4 and DeviceName != \"d\"", "1 row has no AdditionalFields.Cores", "AdditionalFields.Cores",
		  "(AdditionalFields.Cores > 4 or isnull(AdditionalFields.Cores)) and DeviceName != \"d\"", "abc" },
		{ "AdditionalFields.Cores > 4", "2 rows have no value that can be compared", "",
		  "AdditionalFields.Cores > 4 or isnull(AdditionalFields.Cores > 4)", "abcd" },
		{ "SignatureAge > timespan(null)", "5 rows have no value that can be compared", "",
		  "SignatureAge > timespan(null) or isnull(SignatureAge > timespan(null))", "abcde" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check(*state, &rows[i]);
}

/* False is an answer: what a text or an equality refuses is refused. */
static void null_nowhere(void **state)
{
	static const struct said rows[] = {
		{ "SignatureAge == 10d", NULL, "", "", "a" },
		{ "SignatureAge != 10d", NULL, "", "", "bcde" },
		{ "isnull(SignatureAge)", NULL, "", "", "bce" },
		{ "SignatureAge > 7d or isnull(SignatureAge)", NULL, "", "", "abce" },
		{ "SignatureAge > 7d and isnotnull(SignatureAge)", NULL, "", "", "a" },
		{ "SignatureAge > 7d and MachineGroup == \"none\"", NULL, "", "", "" },
		{ "MachineGroup == \"Prod\" or OSPlatform has \"x\"", NULL, "", "", "abc" },
		{ "AdditionalFields.Cores == \"8\"", NULL, "", "", "a" },
		{ "not(OtherAv matches regex \"x\")", NULL, "", "", "abcde" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check(*state, &rows[i]);
}

static void only_among_the_rows_that_are_asked(void **state)
{
	const uint8_t among[] = { 1, 1, 0, 1, 0 }, rest[] = { 0, 0, 1, 0, 1 };
	const struct scene *scene = *state;
	struct expr *expr = rows_parse("SignatureAge > 7d or SeenAge > 30d");
	struct strbuf text = STRBUF_INIT(100);
	struct expr_nulls nulls = { 0 };

	expr_nulls(expr, &scene->lens, among, &nulls);
	assert_int_equal(nulls.rows, 2);
	assert_int_equal(nulls.columns[0].id, COL_SIGNATURE_AGE);
	assert_int_equal(nulls.columns[1].id, COL_SEEN_AGE);
	assert_false(expr_nulls_remedy(&nulls, &text));
	expr_nulls(expr, &scene->lens, rest, &nulls);
	assert_int_equal(nulls.rows, 4);
	assert_int_equal(nulls.column_count, 2);
	expr_nulls_release(&nulls);
	assert_int_equal(nulls.rows, 0);
	strbuf_release(&text);
	expr_free(&expr);
}

/* More columns than can be named, and a text that would not be read back. */
static void much_is_missing(void **state)
{
	const struct scene *scene = *state;
	struct expr *expr = rows_parse("AssessedAt > now() or GatheredAt > now() or FirstSeen > now() or AcceptedUntil > now() or ReportId > 1");
	struct expr_nulls nulls = { 0 };
	struct strbuf text = STRBUF_INIT(1 << 20), out = STRBUF_INIT(1 << 20);

	expr_nulls(expr, &scene->lens, NULL, &nulls);
	assert_int_equal(nulls.rows, 5);
	assert_int_equal(nulls.column_count, EXPR_NULLS_COLUMNS);
	assert_true(nulls.others);
	expr_nulls_release(&nulls);
	expr_free(&expr);
	strbuf_adds(&text, "not(DeviceName in (\"x\"");
	while (text.len < 40000)
		strbuf_adds(&text, ", \"0123456789012345678901234567890123456789\"");
	strbuf_adds(&text, ") or SignatureAge > 7d)");
	expr = rows_parse(strbuf_text(&text));
	expr_nulls(expr, &scene->lens, NULL, &nulls);
	assert_int_equal(nulls.rows, 3);
	strbuf_adds(&out, "before");
	assert_false(expr_nulls_mend(expr, &nulls, &out));
	assert_string_equal(strbuf_text(&out), "before");
	expr_nulls_release(&nulls);
	expr_free(&expr);
	strbuf_release(&text);
	strbuf_release(&out);
}

/* Against the plain second reading, and in portions: these rows and no others, and the mended text adds them and is null nowhere. */
static void made_expressions(void **state)
{
	struct table table = { 0 };
	struct lens lens = { .table = &table, .now = ROWS_NOW };
	uint64_t seed = 41;
	unsigned found = 0;

	(void)state;
	rows_awkward_fill(&table, RANDOM_ROWS, 5);
	for (unsigned i = 0; i < RANDOM; i++) {
		struct strbuf text = STRBUF_INIT(TEXT_MAX), mended = STRBUF_INIT(2 * EXPR_TEXT_MAX);
		struct expr_nulls whole = { 0 }, parts = { 0 }, after = { 0 };
		uint8_t keep[RANDOM_ROWS], more[RANDOM_ROWS], among[RANDOM_ROWS];
		struct expr *expr, *fixed;
		uint32_t nulls = 0;

		expr_make(&seed, &text);
		if (text.overflow)
			goto next;
		expr = rows_parse(strbuf_text(&text));
		memset(keep, 1, sizeof keep);
		memset(more, 1, sizeof more);
		expr_rows(expr, &lens, 0, RANDOM_ROWS, keep);
		for (uint32_t row = 0; row < RANDOM_ROWS; row++)
			nulls += naive_truth(expr, &expr->nodes[expr->root], &lens, row, 0) == NAIVE_NULL;
		expr_nulls(expr, &lens, NULL, &whole);
		for (unsigned side = 0; side < 2; side++) {
			for (uint32_t row = 0; row < RANDOM_ROWS; row++)
				among[row] = row % 2 == side;
			expr_nulls(expr, &lens, among, &parts);
		}
		if (whole.rows != nulls || parts.rows != nulls)
			fail_msg("%u null, in portions %u, not %u\n    %s", whole.rows, parts.rows, nulls, strbuf_text(&text));
		assert_true((whole.column_count > 0 || whole.others) == (nulls > 0));
		if (expr_nulls_mend(expr, &whole, &mended)) {
			fixed = rows_parse(strbuf_text(&mended));
			expr_rows(fixed, &lens, 0, RANDOM_ROWS, more);
			for (uint32_t row = 0; row < RANDOM_ROWS; row++)
				if (more[row] != (keep[row] || naive_truth(expr, &expr->nodes[expr->root], &lens, row, 0) == NAIVE_NULL))
					fail_msg("row %u\n    %s\n    %s", row, strbuf_text(&text), strbuf_text(&mended));
			expr_nulls(fixed, &lens, NULL, &after);
			assert_int_equal(after.rows, 0);
			expr_free(&fixed);
			found += nulls > 0;
		}
		expr_free(&expr);
	next:
		expr_nulls_release(&whole);
		expr_nulls_release(&parts);
		expr_nulls_release(&after);
		strbuf_release(&text);
		strbuf_release(&mended);
	}
	assert_true(found > RANDOM / 10);
	table_release(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(rows_without_a_value_are_told, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(null_nowhere, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(only_among_the_rows_that_are_asked, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(much_is_missing, open_scene, close_scene),
		cmocka_unit_test(made_expressions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
