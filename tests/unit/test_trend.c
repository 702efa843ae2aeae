/* The trend as text: whole plots for given numbers, and rules that hold for any numbers. */
#include "tests/unit/trend_items.h"

#define ITEMS_MAX 500

static struct trend_want want_of(const struct trend_item *items, size_t count, int width, int height, bool ascii)
{
	return (struct trend_want){ .items = items, .count = count, .width = width, .height = height, .cursor = TREND_NOWHERE, .ascii = ascii };
}

/* The whole plot, a line a row. */
static void plot_text(const struct trend_want *want, struct strbuf *out)
{
	struct trend_plot plot;

	strbuf_clear(out);
	trend_plot_make(want, &plot);
	for (int row = 0; row < plot.height; row++) {
		trend_cells_text(trend_plot_row(&plot, row), (size_t)plot.width, out);
		strbuf_addc(out, '\n');
	}
	trend_plot_release(&plot);
}

static void assert_plot(const struct trend_want *want, const char *expected)
{
	struct strbuf text = STRBUF_INIT(1 << 20);

	plot_text(want, &text);
	assert_string_equal(strbuf_text(&text), expected);
	strbuf_release(&text);
}

static void assert_notes(const struct trend_want *want, size_t others, bool more, const char *expected)
{
	struct strbuf text = STRBUF_INIT(1 << 16);
	struct trend_plot plot;

	trend_plot_make(want, &plot);
	trend_notes(want, &plot, others, more, &text);
	assert_string_equal(strbuf_text(&text), expected);
	trend_plot_release(&plot);
	strbuf_release(&text);
}

static void nothing_to_plot(void **state)
{
	struct trend_item one = item(0, 5);
	struct trend_want none = want_of(&one, 0, 80, 20, true), narrow = want_of(&one, 1, TREND_MIN_WIDTH - 1, 20, true),
	                  low = want_of(&one, 1, 80, TREND_MIN_HEIGHT - 1, true);

	(void)state;
	assert_plot(&none, "");
	assert_plot(&narrow, "");
	assert_plot(&low, "");
	assert_notes(&none, 0, false, "");
}

static void one_run(void **state)
{
	struct trend_item one = item(11, 1906);
	struct trend_want want = want_of(&one, 1, 30, 7, false);

	(void)state;
	assert_plot(&want,
		"2,000 ┤                  ▆▆▆▆▆\n"
		"      │                  █████\n"
		"      │                  █████\n"
		"      │                  █████\n"
		"      │                  █████\n"
		"    0 └────────────────────┬──\n"
		"                        12 Sep\n");
	assert_notes(&want, 0, false, "");
}

/* The row beside 5 is full at 8 and not at 3; below it the pointer stands under the second run. */
static void two_runs(void **state)
{
	struct trend_item items[] = { item(11, 3), item(12, 8) };
	struct trend_want want = want_of(items, 2, 40, 9, true);

	(void)state;
	want.cursor = 1;
	assert_plot(&want,
		"10 +\n"
		"   |                               ooooo\n"
		"   |                               #####\n"
		" 5 +                               #####\n"
		"   |                         ooooo #####\n"
		"   |                         ##### #####\n"
		" 0 +---------------------------------^--\n"
		"                                  13 Sep\n"
		"                                  2026\n");
}

static void every_state(void **state)
{
	struct trend_item items[14];
	struct trend_want want = want_of(items, 14, 60, 8, false);

	(void)state;
	fourteen_runs(items);
	assert_plot(&want,
		"1,000 ┤\n"
		"      │\n"
		"      │               ▇▇ ▆▆    ▄▄ ▃▃ ▂▂ ▁▁\n"
		"  500 ┤               ██ ██    ██ ██ ██ ██    ██ ██ ▇▇\n"
		"      │               ██ ██ ░░ ██ ██ ██ ██    ██ ██ ██\n"
		"      │         ?  ?  ██ ██ ░░ ██ ██ ██ ██    ██ ██ ██ -  0\n"
		"    0 └─────────┬────────┬────────┬───────    ┬───────────┬─\n"
		"               1 Sep    4 Sep    7 Sep      13 Sep    17 Sep\n");
	assert_notes(&want, 1, false,
		"░ 1 incomplete run, not comparable\n"
		"? 2 runs not counted by group\n"
		"- no server in 1 run\n"
		"1 run of other scopes left out\n"
		"1 gap without runs, 9 Sep to 13 Sep\n");
	want.ascii = true;
	want.cursor = 5;
	assert_plot(&want,
		"1,000 +\n"
		"      |\n"
		"      |               oo oo    oo .. .. ..\n"
		"  500 +               ## ##    ## ## ## ##    ## ## oo\n"
		"      |               ## ## :: ## ## ## ##    ## ## ##\n"
		"      |         ?  ?  ## ## :: ## ## ## ##    ## ## ## -  0\n"
		"    0 +---------+--------+-----^--+-------    +-----------+-\n"
		"               1 Sep    4 Sep    7 Sep      13 Sep    17 Sep\n");
}

/* The newest that fit; the cursor brings older ones into sight. What is not in sight is said. */
static void more_runs_than_columns(void **state)
{
	struct trend_item items[400];
	struct trend_want want = want_of(items, 400, 40, 6, true);

	(void)state;
	for (size_t i = 0; i < 400; i++)
		items[i] = item(i, (uint32_t)i + 1);
	assert_plot(&want,
		"400 +oooooooooooooooooooooooooooooooooo#\n"
		"    |###################################\n"
		"200 +###################################\n"
		"    |###################################\n"
		"  0 ++--------+-------+----------------+\n"
		"     1 Sep  10 Sep  18 Sep         5 Oct\n");
	assert_notes(&want, 0, false, "365 older runs not in sight\n");
	assert_notes(&want, 0, true, "over 365 older runs not in sight\n");
	want.cursor = 10;
	assert_plot(&want,
		" 50 +                             ....oo\n"
		"    |                .....oooooo########\n"
		"    |    ....oooooo#####################\n"
		"    |oo#################################\n"
		"  0 +^---------+-------+---------------+\n"
		"     11 Sep  21 Sep  29 Sep       15 Oct\n");
	assert_notes(&want, 0, false, "10 older runs not in sight\n355 newer runs not in sight\n");
}

static void all_zero(void **state)
{
	struct trend_item items[5];
	struct trend_want want = want_of(items, 5, 30, 5, true);

	(void)state;
	for (size_t i = 0; i < 5; i++)
		items[i] = item(i, 0);
	assert_plot(&want,
		"1 +\n"
		"  |\n"
		"  |    0    0    0    0    0\n"
		"0 +----+---------+---------+--\n"
		"      1 Sep     3 Sep    5 Sep\n");
}

static void huge_numbers(void **state)
{
	struct trend_item items[5];
	struct trend_want want = want_of(items, 5, 60, 7, true);

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		items[i] = item(i, UINT32_MAX);
		for (int v = VERDICT_EDR_BLOCK; v <= VERDICT_DISABLED; v++)
			items[i].counts[v] = UINT32_MAX - (uint32_t)i * 400000000;
	}
	assert_plot(&want,
		"20,000,000,000 +               .....\n"
		"               |               ##### ooooo ooooo .....\n"
		"               |               ##### ##### ##### ##### #####\n"
		"               |               ##### ##### ##### ##### #####\n"
		"               |               ##### ##### ##### ##### #####\n"
		"             0 +-----------------+-----------+-----------+--\n"
		"                               1 Sep       3 Sep       5 Sep\n");
	want.width = 20;
	want.height = 4;
	assert_plot(&want,
		"20,000,000,000 +o...\n"
		"               |####\n"
		"             0 +----\n"
		"\n");
}

static void several_runs_a_day(void **state)
{
	struct trend_item items[6];
	struct trend_want want = want_of(items, 6, 50, 5, true);

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		items[i] = item(3, (uint32_t)i + 1);
		items[i].started += (int64_t)i * 2 * 3600;
	}
	assert_plot(&want,
		"10 +\n"
		"   |                             ..... ooooo ooooo\n"
		"   |           ..... ooooo ooooo ##### ##### #####\n"
		" 0 +-------------+-----------+-----------------+--\n"
		"               06:00       10:00             16:00\n");
	/* Runs every seven days are no gaps. */
	for (size_t i = 0; i < 6; i++)
		items[i] = item(i * 7, 3);
	assert_notes(&want, 0, false, "");
	items[5] = item(6 * 7, 3);
	assert_notes(&want, 0, false, "1 gap without runs, 29 Sep to 13 Oct\n");
}

static void years(void **state)
{
	struct trend_item items[] = { item(120, 4), item(121, 5), item(122, 6) };
	struct trend_want want = want_of(items, 3, 50, 9, true);

	(void)state;
	assert_plot(&want,
		"6 +                                          #####\n"
		"  |                                    ##### #####\n"
		"4 +                              ##### ##### #####\n"
		"  |                              ##### ##### #####\n"
		"2 +                              ##### ##### #####\n"
		"  |                              ##### ##### #####\n"
		"0 +--------------------------------+-----------+--\n"
		"                                 30 Dec      1 Jan\n"
		"                                 2026        2027\n");
}

/* -- rules for any numbers -- */

static uint32_t next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33);
}

static void random_items(struct trend_item *items, size_t count, uint64_t *seed)
{
	uint32_t scale = 1u << next_random(seed) % 31;
	size_t day = 0;

	for (size_t i = 0; i < count; i++) {
		day += next_random(seed) % 8 == 0 ? next_random(seed) % 40 : 1;
		items[i] = item(day, next_random(seed) % scale);
		for (int v = 0; v < VERDICT_COUNT; v++)
			items[i].counts[v] = next_random(seed) % 3 ? next_random(seed) % scale : 0;
		items[i].complete = next_random(seed) % 6 != 0;
		items[i].known = next_random(seed) % 9 != 0;
	}
}

/* The number beside a row, or false when there is none. */
static bool row_number(const struct trend_cell *cells, uint64_t *number)
{
	bool any = false;

	*number = 0;
	for (int x = 0; cells[x].kind != TREND_AXIS; x++) {
		if (cells[x].sign >= '0' && cells[x].sign <= '9') {
			*number = *number * 10 + (uint64_t)(cells[x].sign - '0');
			any = true;
		}
	}
	return any;
}

/* A row is full in the newest run's last column when and only when its count reaches the number beside the row; other states never show
 * a bar of a complete run. */
static void assert_newest_true(const struct trend_want *want, const struct trend_plot *plot)
{
	const struct trend_item *newest = &want->items[want->count - 1];
	uint64_t number, value = trend_value(newest, want->series);
	bool none_but_base = true;

	for (int row = 0; row < plot->height - 2; row++) {
		const struct trend_cell *cells = trend_plot_row(plot, row), *last = &cells[plot->width - 1];
		if (row_number(cells, &number) && number == 0)
			break;
		if (trend_state(newest) == TREND_COUNTED && row_number(cells, &number))
			assert_int_equal(last->sign == 0x2588, value >= number);
		if (trend_state(newest) != TREND_COUNTED)
			assert_int_not_equal(last->kind, TREND_BAR);
		none_but_base = none_but_base && last->sign == ' ';
	}
	/* Something stands there whatever the state, unless its sign is in another column of the bar. */
	if (trend_state(newest) == TREND_INCOMPLETE || (trend_state(newest) == TREND_COUNTED && value))
		assert_false(none_but_base);
}

static void any_numbers(void **state)
{
	struct trend_item items[ITEMS_MAX];
	struct strbuf text = STRBUF_INIT(1 << 20);
	uint64_t seed = 7;

	(void)state;
	for (int width = TREND_MIN_WIDTH; width <= 300; width++) {
		size_t count = 1 + next_random(&seed) % ITEMS_MAX;
		struct trend_want want = want_of(items, count, width, 4 + (int)(next_random(&seed) % 40), false);
		struct trend_plot plot;

		random_items(items, count, &seed);
		want.series = next_random(&seed) % TREND_SERIES;
		trend_plot_make(&want, &plot);
		assert_int_equal(plot.width, width);
		assert_true(plot.first < plot.end);
		assert_int_equal(plot.end, count);
		assert_newest_true(&want, &plot);
		for (int row = 0; row < plot.height; row++) {
			strbuf_clear(&text);
			trend_cells_text(trend_plot_row(&plot, row), (size_t)plot.width, &text);
			assert_true(utf8_valid(strbuf_text(&text), text.len));
			assert_true(utf8_columns(strbuf_text(&text), text.len) <= (size_t)width);
		}
		trend_plot_release(&plot);
		/* The cursor is always in sight. */
		want.cursor = next_random(&seed) % count;
		trend_plot_make(&want, &plot);
		assert_true(plot.first <= want.cursor && want.cursor < plot.end);
		trend_plot_release(&plot);
		want.ascii = true;
		plot_text(&want, &text);
		for (size_t i = 0; i < text.len; i++)
			assert_true((unsigned char)strbuf_text(&text)[i] < 0x80);
	}
	strbuf_release(&text);
}

static void verdicts_add_up(void **state)
{
	struct trend_item items[50];
	uint64_t seed = 3;

	(void)state;
	random_items(items, 50, &seed);
	for (size_t i = 0; i < 50; i++) {
		uint64_t sum = 0, all = 0;
		for (int v = 0; v < VERDICT_COUNT; v++)
			all += items[i].counts[v];
		for (unsigned series = 1; series < TREND_SERIES; series++)
			sum += trend_value(&items[i], series);
		assert_int_equal(sum, all);
		assert_int_equal(trend_value(&items[i], 0) + items[i].counts[VERDICT_ACTIVE], all);
	}
	assert_string_equal(trend_series_name(0), "findings");
	assert_string_equal(trend_series_name(1 + VERDICT_PASSIVE), "passive");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_to_plot), cmocka_unit_test(one_run), cmocka_unit_test(two_runs), cmocka_unit_test(every_state),
		cmocka_unit_test(more_runs_than_columns), cmocka_unit_test(all_zero), cmocka_unit_test(huge_numbers),
		cmocka_unit_test(several_runs_a_day), cmocka_unit_test(years), cmocka_unit_test(any_numbers), cmocka_unit_test(verdicts_add_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
