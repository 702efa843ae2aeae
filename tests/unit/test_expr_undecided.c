/* test_expr_undecided.c - rows that nobody can judge stay and are counted: a bag that cannot be read, a pattern that takes too long. */
#include "tests/unit/expr_rows.h"

#include "core/base/arena.h"
#include "core/base/clock.h"

/* Rows a, b, c...; each test fills it as it likes. */
struct scene {
	struct table table;
	struct lens lens;
};

static int open_scene(void **state)
{
	struct scene *scene = xcalloc(1, sizeof *scene);

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

static struct table_row row_named(const char *name)
{
	struct table_row row;

	table_row_init(&row);
	row.id = row.name = slice_of(name);
	row.verdict = VERDICT_PASSIVE;
	return row;
}

static int broken_read(void *owner, const struct table *table, uint32_t row, struct strbuf *bag)
{
	unsigned *reads = owner;

	(void)table;
	++*reads;
	if (row == 1)
		return -1;
	bag_add(bag, BAG_TEXT, slice_of("Key"), slice_of(row == 0 ? "yes" : "no"));
	return 0;
}

/* A row whose bag cannot be read stays and is counted; bags are read once a row, and only where they can still decide. */
static void bags_that_cannot_be_read(void **state)
{
	struct scene *scene = *state;
	unsigned reads = 0;
	struct bag_reader reader = { &reads, broken_read };
	uint8_t keep[4] = { 1, 1, 1, 0 };
	struct expr *expr;

	for (int i = 0; i < 4; i++) {
		struct table_row row = row_named(i == 2 ? "other" : "host");

		table_add(&scene->table, &row);
	}
	scene->lens.bags = &reader;
	expr = rows_parse("AdditionalFields.Key == \"yes\" and AdditionalFields.Key != \"x\" and DeviceName == \"host\"");
	assert_true(expr_needs_bags(expr));
	assert_int_equal(expr_rows(expr, &scene->lens, 0, 4, keep), 1);
	assert_memory_equal(keep, ((uint8_t[]){ 1, 1, 0, 0 }), 4);
	assert_int_equal(reads, 2);
	expr_free(&expr);
	/* false and undecided is false; not() of undecided is undecided. */
	expr = rows_parse("DeviceName == \"x\" and AdditionalFields.Key == \"yes\"");
	memset(keep, 1, sizeof keep);
	assert_int_equal(expr_rows(expr, &scene->lens, 0, 4, keep), 0);
	assert_memory_equal(keep, ((uint8_t[]){ 0, 0, 0, 0 }), 4);
	expr_free(&expr);
	expr = rows_parse("not(AdditionalFields.Key == \"yes\") or DeviceName == \"x\"");
	memset(keep, 1, sizeof keep);
	assert_int_equal(expr_rows(expr, &scene->lens, 0, 4, keep), 1);
	assert_memory_equal(keep, ((uint8_t[]){ 0, 1, 1, 1 }), 4);
	expr_free(&expr);
}

/* null or undecided may be true: it is undecided. */
static void undecided_wins_over_null(void **state)
{
	struct scene *scene = *state;
	unsigned reads = 0;
	struct bag_reader reader = { &reads, broken_read };
	uint8_t keep[2] = { 1, 1 };
	struct expr *expr = rows_parse("AdditionalFields.Key == \"x\" or SeenAge > 1d");

	for (int i = 0; i < 2; i++) {
		struct table_row row = row_named("host");

		table_add(&scene->table, &row);
	}
	scene->lens.bags = &reader;
	assert_int_equal(expr_rows(expr, &scene->lens, 0, 2, keep), 1);
	assert_memory_equal(keep, ((uint8_t[]){ 0, 1 }), 2);
	expr_free(&expr);
}

/* A pattern that takes too long on a text decides nothing: the row stays, with or without not(). */
static void patterns_that_take_too_long(void **state)
{
	static const char *const texts[] = { "DeviceName matches regex \"^(a|aa|aaa)*(a|aa|aaa)*!$\"",
	                                     "not(DeviceName matches regex \"^(a|aa|aaa)*(a|aa|aaa)*!$\")" };
	struct scene *scene = *state;
	char name[2002];

	memset(name, 'a', sizeof name);
	memcpy(name + sizeof name - 3, "!?", 3);
	for (int i = 0; i < 2; i++) {
		struct table_row row = row_named(i == 0 ? name : "a");

		table_add(&scene->table, &row);
	}
	for (size_t i = 0; i < 2; i++) {
		struct expr *expr = rows_parse(texts[i]);
		uint8_t keep[2] = { 1, 1 };

		assert_int_equal(expr_rows(expr, &scene->lens, 0, 2, keep), 1);
		assert_memory_equal(keep, ((uint8_t[]){ 1, (uint8_t)i }), 2);
		expr_free(&expr);
	}
}

/* Fifty times `(?:a?){100}` takes milliseconds on each name that is nearly right: after a while it gives up, whatever the number of rows, in
 * one call and in many. What it gives up on stays; what was decided before and what is easy is decided. */
static void a_pattern_gives_up(void **state)
{
	struct scene *scene = *state;
	struct strbuf text = STRBUF_INIT(4096);
	uint32_t rows = 20000;
	uint8_t *keep = xmalloc(rows), *parts = xmalloc(rows);
	uint64_t undecided, in_parts = 0;
	struct expr *expr, *again;
	int64_t start;

	strbuf_adds(&text, "DeviceName matches regex \"^");
	for (int i = 0; i < 50; i++)
		strbuf_adds(&text, "(?:a?){100}");
	strbuf_adds(&text, "[xy]\"");
	for (uint32_t i = 0; i < rows; i++) {
		struct table_row row = row_named(i % 4 == 3 ? "zzz" : "aaaaaaaaaaaaaaaaaaaaaaaaab");

		table_add(&scene->table, &row);
	}
	expr = rows_parse(strbuf_text(&text));
	again = rows_parse(strbuf_text(&text));
	memset(keep, 1, rows);
	memset(parts, 1, rows);
	start = clock_ms();
	undecided = expr_rows(expr, &scene->lens, 0, rows, keep);
	assert_true(clock_ms() - start < 2000);   /* what a call may spend: a tenth of a second here, and not the pattern's life */
	start = clock_ms();
	for (uint32_t from = 0; from < rows; from += 10)
		in_parts += expr_rows(again, &scene->lens, from, from + 10, parts);
	assert_true(clock_ms() - start < 15000);   /* what a pattern may spend in its life: without, each call would be allowed its own */
	assert_true(undecided > rows / 2);
	assert_true(in_parts > rows / 2);
	for (uint32_t row = 0; row < rows; row++) {
		undecided -= keep[row];
		in_parts -= parts[row];
	}
	assert_int_equal(undecided, 0);
	assert_int_equal(in_parts, 0);
	expr_free(&expr);
	expr_free(&again);
	free(keep);
	free(parts);
	strbuf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(bags_that_cannot_be_read, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(undecided_wins_over_null, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(patterns_that_take_too_long, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(a_pattern_gives_up, open_scene, close_scene),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
