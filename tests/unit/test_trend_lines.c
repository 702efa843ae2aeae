/* The trend in lines: small plots, figures, and the runs of one host. */
#include "tests/unit/trend_items.h"

static void assert_spark(const struct trend_item *items, size_t count, size_t width, bool ascii, const char *expected)
{
	struct trend_cell cells[64];
	struct strbuf text = STRBUF_INIT(1000);
	size_t used = trend_spark(items, count, 0, width, ascii, cells);

	assert_int_equal(used, count < width ? count : width);
	trend_cells_text(cells, used, &text);
	assert_string_equal(strbuf_text(&text), expected);
	strbuf_release(&text);
}

static void sparks(void **state)
{
	struct trend_item items[14];

	(void)state;
	fourteen_runs(items);
	assert_spark(items, 14, 60, true, "??98:8777766-0");
	assert_spark(items, 14, 60, false, "??█▇░▇▇▆▆▆▆▅-·");
	assert_spark(items, 14, 3, true, "9-0");
	assert_spark(items, 14, 0, true, "");
	/* The least above 0 is never 0. */
	items[0] = item(0, 1);
	items[1] = item(1, 1000000);
	assert_spark(items, 2, 9, true, "19");
}

static void assert_figures(const struct trend_item *items, size_t count, const char *expected)
{
	struct strbuf text = STRBUF_INIT(1000);

	for (int which = 0; which < TREND_FIGURES; which++) {
		strbuf_adds(&text, which ? " " : "");
		trend_figure_text(items, count, 0, (enum trend_figure)which, &text);
	}
	strbuf_addf(&text, " %s", trend_direction(items, count, 0));
	assert_string_equal(strbuf_text(&text), expected);
	strbuf_release(&text);
}

/* Complete runs alone; what the newest run is worth is always said. */
static void figures(void **state)
{
	struct trend_item items[14];

	(void)state;
	fourteen_runs(items);
	assert_figures(items, 14, "660 0 660 0 falling");
	assert_figures(items, 13, "660 480 660 - falling");
	assert_figures(items, 12, "660 480 660 480 falling");
	assert_figures(items, 5, "660 640 660 (310) falling");
	assert_figures(items, 3, "660 660 660 660 ");
	assert_figures(items, 2, "n/a n/a n/a ? ");
	assert_figures(items, 0, "n/a n/a n/a n/a ");
}

/* -- one host -- */

static struct trend_seen seen(int64_t run, enum verdict verdict, enum change change)
{
	return (struct trend_seen){ .run = run, .started = FIRST_DAY + run * SPAN_DAY, .complete = true, .present = true, .verdict = verdict,
	                            .change = change, .signature_time = FIRST_DAY };
}

static void assert_folded(const struct trend_seen *items, size_t count, const char *expected)
{
	struct trend_span spans[32];
	struct strbuf text = STRBUF_INIT(10000);
	size_t n = trend_fold(items, count, spans), next = 0;

	for (size_t i = 0; i < n; i++) {
		/* Each run is in one span. */
		assert_int_equal(spans[i].first, next);
		assert_true(spans[i].count > 0);
		next += spans[i].count;
		strbuf_addf(&text, "%zu: ", spans[i].count);
		trend_span_text(items, &spans[i], &text);
		strbuf_addc(&text, '\n');
	}
	assert_int_equal(next, count);
	assert_string_equal(strbuf_text(&text), expected);
	strbuf_release(&text);
}

static void one_host(void **state)
{
	struct trend_seen items[] = {
		seen(20, VERDICT_PASSIVE, CHANGE_PERSISTING), seen(19, VERDICT_PASSIVE, CHANGE_PERSISTING), seen(18, VERDICT_PASSIVE, CHANGE_NEW),
		{ .run = 17, .complete = true }, { .run = 16, .complete = true }, { .run = 15, .complete = false },
		{ .run = 14, .complete = true, .other_scope = true }, seen(13, VERDICT_PASSIVE, CHANGE_VANISHED),
		seen(12, VERDICT_ACTIVE, CHANGE_NONE), seen(11, VERDICT_ACTIVE, CHANGE_NONE), seen(10, VERDICT_UNASSESSED, CHANGE_NEW),
	};

	(void)state;
	items[1].flags = items[0].flags = FLAG_STALE | FLAG_NO_OTHER_AV;
	items[9].signature_time = TIME_NONE;
	items[10].signature_time = TIME_NONE;
	items[10].complete = false;
	assert_folded(items, 11,
		"2: passive, persisting, signature 19d to 20d, stale, no-other-av\n"
		"1: passive, new, signature 18d\n"
		"2: not reported\n"
		"1: not reported; INCOMPLETE run\n"
		"1: not in that scope\n"
		"1: not reported, vanished (was passive)\n"
		"2: active, signature 12d, n/a in 1\n"
		"1: unassessed, new, signature n/a; INCOMPLETE run\n");
	assert_folded(items, 0, "");
}

static void days(void **state)
{
	struct strbuf text = STRBUF_INIT(100);

	(void)state;
	trend_day(&text, FIRST_DAY, false);
	strbuf_adds(&text, "|");
	trend_day(&text, FIRST_DAY - 1, true);
	strbuf_adds(&text, "|");
	trend_day(&text, -1, true);
	assert_string_equal(strbuf_text(&text), "1 Sep|31 Aug 2026|31 Dec 1969");
	strbuf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sparks), cmocka_unit_test(figures), cmocka_unit_test(one_host), cmocka_unit_test(days),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
