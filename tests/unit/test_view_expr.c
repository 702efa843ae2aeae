/* test_view_expr.c - an expression in the view: asked in portions, answers kept as long as they hold, the earlier rows until it is done;
 * accepted findings in their tab; the case guard in portions. */
#include "tests/unit/model_rows.h"

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/model/accept.h"
#include "core/model/expr.h"
#include "core/model/filter_parts.h"
#include "core/model/marks.h"
#include "core/model/view.h"

struct scene {
	struct table table;
	struct marks marks;
	struct notes notes;
	struct acceptances accepted;
	struct lens lens;
	struct view view;
};

static void scene_open(struct scene *scene, unsigned rows, uint64_t seed)
{
	struct slice bad;

	memset(scene, 0, sizeof *scene);
	rows_fill(&scene->table, rows, seed);
	scene->lens = (struct lens){ .table = &scene->table, .now = ROWS_NOW, .marks = &scene->marks, .notes = &scene->notes,
	                             .acceptances = &scene->accepted };
	view_open(&scene->view, &scene->lens);
	scene->view.filter.tab = TAB_EVERY;
	scene->view.visible_count = (size_t)column_list("HOST,GROUP,OS,Verdict,Note", scene->view.visible, COL_COUNT, &bad);
	view_rebuild(&scene->view);
}

static void scene_close(struct scene *scene)
{
	view_release(&scene->view);
	table_release(&scene->table);
	marks_release(&scene->marks);
	notes_release(&scene->notes);
	acceptances_release(&scene->accepted);
}

/* NULL: no expression. */
static void set_expr(struct filter *filter, const char *text)
{
	struct error err = { 0 };
	struct expr *expr = NULL;

	if (text && expr_parse(text, strlen(text), &expr, NULL, &err))
		fail_msg("%s: %s", text, err.text);
	filter_set_expr(filter, &expr);
	assert_null(expr);
}

static void accept_row(struct scene *scene, uint32_t row, int64_t until)
{
	struct acceptance item = {
		.device = table_packed_id(&scene->table, row), .host = "h", .reason = "r", .who = "w", .taken = ROWS_NOW - 86400, .until = until,
		.verdict = (enum verdict)scene->table.verdict[row], .flags = scene->table.flags[row], .mode = "", .other_av = "", .ended_why = "",
	};

	acceptances_add(&scene->accepted, &item);
}

/* The view against a filter from scratch. */
static void check_whole(const struct scene *scene)
{
	const struct view *view = &scene->view;
	uint8_t *keep = xmalloc(scene->table.count + 1);
	uint32_t shown = 0;

	filter_rows(&view->filter, &view->lens, view->visible, view->visible_count, 0, scene->table.count, keep);
	for (uint32_t i = 0; i < scene->table.count; i++)
		if (keep[i]) {
			assert_true(shown < view->count);
			assert_int_equal(view->rows[shown++], i);
		}
	assert_int_equal(shown, view->count);
	free(keep);
}

static const char *const exprs[] = {
	NULL, "DeviceName contains 'sql'", "MachineGroup in ('Win-Servers-Prod', 'DMZ')", "SignatureAge > 5d", "Marked == true",
	"Marked == false and SeenAge < 10d", "isnotempty(Note)", "Verdict == 'passive' or Note has 'call'", "isnotnull(AcceptedUntil)",
	"not(Verdict in ('active', 'unknown'))", "LastSeen > ago(6d)",
};

/* One random thing a user does. */
static void random_act(struct scene *scene, uint64_t *seed)
{
	static const char *const words[] = { "", "s", "sq", "sql", "sql -corp", "is:marked", "sig>3", "note:call", "group:prod", "2019|2016" };
	struct view *view = &scene->view;
	const struct slice group = slice_of("DMZ");
	uint32_t row = rows_pick(seed, scene->table.count);

	switch (rows_pick(seed, 10)) {
	case 0: filter_parse(&view->filter, words[rows_pick(seed, 10)]); break;
	case 1: case 2: case 3: set_expr(&view->filter, exprs[rows_pick(seed, 11)]); break;
	case 4: view->filter.tab = rows_pick(seed, 2) ? TAB_EVERY : (enum tab)rows_pick(seed, TAB_COUNT); break;
	case 5: marks_set(&scene->marks, table_packed_id(&scene->table, row), rows_pick(seed, 3) > 0); break;
	case 6: view->filter.marked_only = rows_pick(seed, 4) == 0; break;
	case 7: notes_set(&scene->notes, table_packed_id(&scene->table, row), slice_of(rows_pick(seed, 2) ? "Call" : "")); break;
	case 8: accept_row(scene, row, view->lens.now + 86400 * rows_pick(seed, 10)); break;
	default: filter_set_groups(&view->filter, &group, rows_pick(seed, 4) == 0); break;
	}
	if (rows_pick(seed, 8) == 0)
		view->lens.now += 86400;
}

/* Whatever is done in whatever order, also while the judging is under way: the same as from scratch. */
static void any_sequence_is_as_from_scratch(void **state)
{
	struct scene scene;
	uint64_t seed = 22;
	unsigned some = 0;

	(void)state;
	scene_open(&scene, 200, 2);
	for (unsigned i = 0; i < 4000; i++) {
		for (unsigned k = rows_pick(&seed, 3) + 1; k > 0; k--)
			random_act(&scene, &seed);
		view_prepare(&scene.view);
		/* Interrupted in the middle now and then, with whatever is shown then. */
		if (rows_pick(&seed, 3) == 0) {
			view_judge(&scene.view, rows_pick(&seed, 50));
			view_refresh(&scene.view);
			continue;
		}
		while (!view_judge(&scene.view, 1 + rows_pick(&seed, 90)))
			;
		view_refresh(&scene.view);
		check_whole(&scene);
		some += scene.view.filter.expr && scene.view.count;
	}
	assert_true(some > 200);
	scene_close(&scene);
}

static void the_earlier_rows_stay_until_it_is_done(void **state)
{
	struct view_judging how;
	struct scene scene;
	uint32_t before;

	(void)state;
	scene_open(&scene, 300, 3);
	filter_parse(&scene.view.filter, "srv");
	view_rebuild(&scene.view);
	before = scene.view.count;
	set_expr(&scene.view.filter, "DeviceName contains 'sql'");
	view_prepare(&scene.view);
	assert_false(view_judge(&scene.view, 100));
	view_refresh(&scene.view);
	view_judging(&scene.view, &how);
	assert_int_equal(scene.view.count, before);
	assert_false(how.done || how.partial);
	assert_int_equal(how.asked, 100);
	assert_int_equal(how.total, 300);
	/* Another tab's rows under this one would be a lie: then those judged so far are shown. */
	filter_parse(&scene.view.filter, "srv sql");
	view_prepare(&scene.view);
	view_refresh(&scene.view);
	view_judging(&scene.view, &how);
	assert_true(how.partial);
	assert_true(scene.view.count > 0 && scene.view.count < before);
	while (!view_judge(&scene.view, 100))
		;
	view_refresh(&scene.view);
	view_judging(&scene.view, &how);
	assert_true(how.done && !how.partial);
	check_whole(&scene);
	scene_close(&scene);
}

/* A bag that was read once is not read again for other words or another tab. */
static void rows_are_asked_once(void **state)
{
	struct view_judging how;
	struct scene scene;

	(void)state;
	scene_open(&scene, 300, 4);
	set_expr(&scene.view.filter, "DeviceName contains 'sql'");
	view_rebuild(&scene.view);
	filter_parse(&scene.view.filter, "sql");
	scene.view.filter.tab = TAB_NEW;
	marks_set(&scene.marks, table_packed_id(&scene.table, 1), true);
	scene.view.lens.now += 3600;
	view_prepare(&scene.view);
	view_judging(&scene.view, &how);
	assert_true(how.done && how.total > 0 && how.asked == how.total);
	/* The same text once more is no other expression. */
	set_expr(&scene.view.filter, "DeviceName contains 'sql'");
	view_prepare(&scene.view);
	view_judging(&scene.view, &how);
	assert_true(how.done);
	/* What hangs on marks is asked again when they change. */
	set_expr(&scene.view.filter, "Marked == true");
	view_rebuild(&scene.view);
	marks_set(&scene.marks, table_packed_id(&scene.table, 2), true);
	view_prepare(&scene.view);
	view_judging(&scene.view, &how);
	assert_false(how.done);
	scene_close(&scene);
}

static void more_rows_keep_their_answers(void **state)
{
	struct view_judging how;
	struct scene scene;
	uint64_t seed = 5;

	(void)state;
	scene_open(&scene, 100, 5);
	set_expr(&scene.view.filter, "DeviceName contains 'sql'");
	view_rebuild(&scene.view);
	for (unsigned i = 100; i < 150; i++)
		rows_add(&scene.table, &seed, i);
	view_grow(&scene.view, &scene.lens);
	view_prepare(&scene.view);
	view_judging(&scene.view, &how);
	assert_int_equal(how.asked, 100);
	assert_int_equal(how.total, 150);
	view_rebuild(&scene.view);
	check_whole(&scene);
	/* Another table: nothing is known of it. */
	view_set_lens(&scene.view, &scene.lens);
	view_prepare(&scene.view);
	view_judging(&scene.view, &how);
	assert_int_equal(how.asked, 0);
	scene_close(&scene);
}

static uint32_t shown_in(struct scene *scene, enum tab tab)
{
	scene->view.filter.tab = tab;
	view_rebuild(&scene->view);
	return scene->view.count;
}

static void accepted_findings_have_their_tab(void **state)
{
	static const enum tab all[] = { TAB_FINDINGS, TAB_NEW, TAB_PERSISTING, TAB_CHANGED };
	struct scene scene;
	uint32_t findings, servers, row, accepted = 0;

	(void)state;
	scene_open(&scene, 300, 6);
	findings = shown_in(&scene, TAB_FINDINGS);
	servers = shown_in(&scene, TAB_EVERY);
	assert_int_equal(shown_in(&scene, TAB_ACCEPTED), 0);
	for (row = 0; row < 60; row++)
		if (table_is_finding(&scene.table, row)) {
			accept_row(&scene, row, ROWS_NOW + 1000 + accepted);
			accepted++;
		}
	assert_true(accepted > 10);
	assert_int_equal(shown_in(&scene, TAB_FINDINGS), findings - accepted);
	assert_int_equal(shown_in(&scene, TAB_ACCEPTED), accepted);
	assert_int_equal(shown_in(&scene, TAB_EVERY), servers);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		shown_in(&scene, all[i]);
		for (uint32_t at = 0; at < scene.view.count; at++)
			assert_true(scene.view.rows[at] >= 60 || !table_is_finding(&scene.table, scene.view.rows[at]));
	}
	/* One runs out: it is back, though only time went by and the words only grew. */
	filter_parse(&scene.view.filter, "-nothing");
	findings = shown_in(&scene, TAB_FINDINGS);
	scene.view.lens.now = ROWS_NOW + 1000;
	filter_parse(&scene.view.filter, "-nothing -nobody");
	view_rebuild(&scene.view);
	assert_int_equal(scene.view.count, findings + 1);
	scene_close(&scene);
}

/* -- the case guard -- */

static uint32_t hidden_whole(const struct scene *scene, const char *text)
{
	struct expr_guard guard = { 0 };
	struct expr *expr = NULL;
	uint32_t hidden;

	assert_int_equal(expr_parse(text, strlen(text), &expr, NULL, NULL), 0);
	expr_guard(expr, &scene->lens, NULL, &guard);
	hidden = guard.hidden;
	expr_guard_release(&guard);
	expr_free(&expr);
	return hidden;
}

static void the_guard_looks_in_portions(void **state)
{
	static const char text[] = "MachineGroup in ('win-servers-prod', 'b\xC3\xBCro') or DeviceName has_cs 'SRV'";
	struct view_guard guard = { 0 };
	struct scene scene;
	uint32_t hidden, before;
	unsigned steps = 0;

	(void)state;
	scene_open(&scene, 600, 7);
	set_expr(&scene.view.filter, text);
	view_prepare(&scene.view);
	assert_false(view_guard_begin(&scene.view, &guard));
	view_rebuild(&scene.view);
	before = scene.view.count;
	hidden = hidden_whole(&scene, text);
	assert_true(hidden > 20);
	assert_true(view_guard_begin(&scene.view, &guard));
	while (!view_guard_step(&scene.view, &guard, 37))
		steps++;
	assert_true(steps > 5);
	assert_int_equal(guard.hidden, hidden);
	assert_true(guard.op[0] && guard.example[0] && guard.mended);
	/* The same answers need no second look; others do. */
	assert_false(view_guard_begin(&scene.view, &guard));
	scene.view.filter.tab = TAB_NEW;
	view_rebuild(&scene.view);
	assert_false(view_guard_holds(&scene.view, &guard));
	scene.view.filter.tab = TAB_EVERY;
	view_rebuild(&scene.view);
	assert_true(view_guard_holds(&scene.view, &guard));
	/* What it mended shows them all, and hides nothing more. */
	filter_set_expr(&scene.view.filter, &guard.mended);
	view_rebuild(&scene.view);
	assert_int_equal(scene.view.count, before + hidden);
	assert_true(view_guard_begin(&scene.view, &guard));
	while (!view_guard_step(&scene.view, &guard, 100))
		;
	assert_int_equal(guard.hidden, 0);
	assert_null(guard.mended);
	view_guard_release(&guard);
	scene_close(&scene);
}

/* The same rows are told to be null as in one go; what they are among goes with tab and words. */
static void nulls_are_looked_for_in_portions(void **state)
{
	static const char text[] = "SignatureAge > 5d and DeviceName contains 's'";
	struct view_guard guard = { 0 };
	struct expr_nulls whole = { 0 };
	struct scene scene;

	(void)state;
	scene_open(&scene, 600, 8);
	set_expr(&scene.view.filter, text);
	view_rebuild(&scene.view);
	expr_nulls(scene.view.filter.expr, &scene.lens, NULL, &whole);
	assert_true(whole.rows > 5);
	assert_true(view_guard_begin(&scene.view, &guard));
	while (!view_guard_step(&scene.view, &guard, 37))
		;
	assert_int_equal(guard.nulls.rows, whole.rows);
	assert_int_equal(guard.nulls.column_count, 1);
	assert_int_equal(guard.nulls.columns[0].id, COL_SIGNATURE_AGE);
	/* In another tab there are fewer; with another expression none. */
	scene.view.filter.tab = TAB_NEW;
	view_rebuild(&scene.view);
	assert_true(view_guard_begin(&scene.view, &guard));
	assert_int_equal(guard.nulls.rows, 0);
	while (!view_guard_step(&scene.view, &guard, 37))
		;
	assert_true(guard.nulls.rows > 0 && guard.nulls.rows < whole.rows);
	set_expr(&scene.view.filter, "SignatureAge > 5d or isnull(SignatureAge)");
	view_rebuild(&scene.view);
	assert_true(view_guard_begin(&scene.view, &guard));
	while (!view_guard_step(&scene.view, &guard, 37))
		;
	assert_int_equal(guard.nulls.rows, 0);
	expr_nulls_release(&whole);
	view_guard_release(&guard);
	scene_close(&scene);
}

static void no_rows_are_no_harm(void **state)
{
	struct view_guard guard = { 0 };
	struct scene scene;

	(void)state;
	scene_open(&scene, 0, 1);
	set_expr(&scene.view.filter, "DeviceName == 'x'");
	view_rebuild(&scene.view);
	assert_int_equal(scene.view.count, 0);
	view_guard_begin(&scene.view, &guard);
	assert_true(guard.done);
	assert_true(view_guard_step(&scene.view, &guard, 10));
	view_guard_release(&guard);
	scene_close(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_sequence_is_as_from_scratch), cmocka_unit_test(the_earlier_rows_stay_until_it_is_done),
		cmocka_unit_test(rows_are_asked_once), cmocka_unit_test(more_rows_keep_their_answers),
		cmocka_unit_test(accepted_findings_have_their_tab), cmocka_unit_test(the_guard_looks_in_portions),
		cmocka_unit_test(nulls_are_looked_for_in_portions),
		cmocka_unit_test(no_rows_are_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
