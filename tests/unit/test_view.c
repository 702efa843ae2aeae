/* test_view.c - the shown rows are the kept ones in order, and the cursor and the marks follow hosts. */
#include "tests/unit/model_rows.h"

#include "core/base/arena.h"
#include "core/model/marks.h"
#include "core/model/view.h"

struct scene {
	struct table table;
	struct marks marks;
	struct notes notes;
	struct lens lens;
	struct view view;
};

static void scene_open(struct scene *scene, unsigned rows, uint64_t seed)
{
	struct slice bad;

	memset(scene, 0, sizeof *scene);
	rows_fill(&scene->table, rows, seed);
	scene->lens = (struct lens){ .table = &scene->table, .now = ROWS_NOW, .marks = &scene->marks, .notes = &scene->notes };
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
}

static void sort_by(struct view *view, const char *text)
{
	struct sort_key keys[SORT_KEYS_MAX];
	struct slice bad;

	view_set_sort(view, keys, (size_t)sort_parse(text, keys, &bad));
}

static struct slice cursor_id(const struct view *view)
{
	return table_packed_id(view->lens.table, view_current(view));
}

/* The view against a sort and a filter from scratch. */
static void check_whole(const struct scene *scene)
{
	const struct view *view = &scene->view;
	uint32_t count = scene->table.count, shown = 0;
	uint32_t *order = xmalloc(count * sizeof *order + 1);
	uint8_t *keep = xmalloc(count + 1);

	sort_rows(&scene->lens, view->keys, view->key_count, order);
	filter_rows(&view->filter, &scene->lens, view->visible, view->visible_count, 0, count, keep);
	for (uint32_t i = 0; i < count; i++)
		if (keep[order[i]]) {
			assert_true(shown < view->count);
			assert_int_equal(view->rows[shown++], order[i]);
		}
	assert_int_equal(shown, view->count);
	assert_true(view->count == 0 ? view->cursor == 0 : view->cursor < view->count);
	free(order);
	free(keep);
}

static uint32_t hidden_by_hand(const struct scene *scene)
{
	uint32_t hidden = 0;

	for (uint32_t row = 0; row < scene->table.count; row++) {
		bool shown = false;

		for (uint32_t i = 0; i < scene->view.count && !shown; i++)
			shown = scene->view.rows[i] == row;
		hidden += !shown && marks_has(&scene->marks, table_packed_id(&scene->table, row));
	}
	return hidden;
}

static bool view_shows(const struct view *view, uint32_t row)
{
	for (uint32_t i = 0; i < view->count; i++)
		if (view->rows[i] == row)
			return true;
	return false;
}

/* One random thing a user does. */
static void random_act(struct scene *scene, uint64_t *seed)
{
	static const char *const words[] = { "", "s", "sq", "sql", "sql -corp", "b\xC3\xBC", "b\xC3\xBCro", "is:marked", "-is:marked", "sig>3", "sig>9",
	                                     "note:call", "nothing-like-it", "group:prod", "passive", "2019|2016" };
	static const char *const sorts[] = { "", "DeviceName", "DeviceName-", "Verdict,SIG-", "Marked-,HOST", "Note", "OS-" };
	struct view *view = &scene->view;
	const struct slice group = slice_of("DMZ");

	switch (rows_pick(seed, 9)) {
	case 0: case 1: case 2: filter_parse(&view->filter, words[rows_pick(seed, 16)]); break;
	case 3: sort_by(view, sorts[rows_pick(seed, 7)]); break;
	case 4: view->filter.tab = rows_pick(seed, 2) ? TAB_EVERY : (enum tab)rows_pick(seed, TAB_COUNT); break;
	case 5: marks_set(&scene->marks, table_packed_id(&scene->table, rows_pick(seed, scene->table.count)), rows_pick(seed, 3) > 0); break;
	case 6: view->filter.marked_only = rows_pick(seed, 4) == 0; break;
	case 7: notes_set(&scene->notes, table_packed_id(&scene->table, rows_pick(seed, scene->table.count)), slice_of(rows_pick(seed, 2) ? "Call" : "")); break;
	default: filter_set_groups(&view->filter, &group, rows_pick(seed, 4) == 0); break;
	}
	if (rows_pick(seed, 8) == 0)
		view->lens.now = scene->lens.now += 86400;
	if (rows_pick(seed, 8) == 0)
		view->visible_count = 1 + rows_pick(seed, 5);
}

/* Whatever is done in whatever order: the same as from scratch, and the cursor stays on its host while it is shown. */
static void any_sequence_is_as_from_scratch(void **state)
{
	struct scene scene;
	uint64_t seed = 21;
	unsigned followed = 0, lost = 0;

	(void)state;
	scene_open(&scene, 300, 2);
	for (unsigned i = 0; i < 3000; i++) {
		uint32_t host;

		view_move_to(&scene.view, rows_pick(&seed, 300));
		host = view_current(&scene.view);
		for (unsigned k = rows_pick(&seed, 3); k > 0; k--)
			random_act(&scene, &seed);
		random_act(&scene, &seed);
		view_rebuild(&scene.view);
		check_whole(&scene);
		assert_int_equal(view_hidden_marks(&scene.view), hidden_by_hand(&scene));
		if (host != MAP_NONE && view_shows(&scene.view, host)) {
			assert_int_equal(view_current(&scene.view), host);
			followed++;
		} else {
			lost++;
		}
	}
	assert_true(followed > 300 && lost > 300);
	scene_close(&scene);
}

static bool has_sql(const struct table *table, uint32_t row)
{
	struct slice name = table_folded(table, row);

	return name.text && bytes_find(name.text, name.len, "sql", 3);
}

static void a_hidden_cursor_goes_to_its_neighbour(void **state)
{
	struct scene scene;
	uint32_t expected, at = 1;

	(void)state;
	scene_open(&scene, 200, 3);
	sort_by(&scene.view, "MachineGroup");
	view_rebuild(&scene.view);
	/* from a host without sql between two with: to the first sql host behind it */
	while (has_sql(&scene.table, scene.view.rows[at]) || !has_sql(&scene.table, scene.view.rows[at - 1]))
		at++;
	view_move_to(&scene.view, at);
	while (!has_sql(&scene.table, scene.view.rows[at]))
		at++;
	expected = scene.view.rows[at];
	filter_parse(&scene.view.filter, "host:sql");
	view_rebuild(&scene.view);
	assert_int_equal(view_current(&scene.view), expected);
	assert_true(scene.view.cursor > 0);
	/* nothing shown: the host is remembered */
	filter_parse(&scene.view.filter, "no-such-host");
	view_rebuild(&scene.view);
	assert_int_equal(view_current(&scene.view), MAP_NONE);
	filter_parse(&scene.view.filter, "");
	view_rebuild(&scene.view);
	assert_int_equal(view_current(&scene.view), expected);
	scene_close(&scene);
}

/* A reload: the same hosts in another order, one of them gone. */
static void the_cursor_follows_through_a_reload(void **state)
{
	struct table fresh = { 0 };
	struct scene scene;
	struct lens lens;
	char id[256];
	size_t n;

	(void)state;
	scene_open(&scene, 100, 4);
	sort_by(&scene.view, "DeviceName");
	filter_parse(&scene.view.filter, "-nothing");
	view_rebuild(&scene.view);
	view_move_to(&scene.view, 40);
	n = cursor_id(&scene.view).len;
	memcpy(id, cursor_id(&scene.view).text, n);
	for (uint32_t row = 100; row-- > 0;) {
		struct table_row made;
		char text[512];

		if (row == 7)
			continue;
		table_row_init(&made);
		made.id = (struct slice){ text, id_unpack(text, table_packed_id(&scene.table, row)) };
		made.name = table_name(&scene.table, row);
		table_add(&fresh, &made);
	}
	lens = scene.lens;
	lens.table = &fresh;
	view_set_lens(&scene.view, &lens);
	view_rebuild(&scene.view);
	assert_int_equal(scene.view.count, 99);
	assert_true(slice_equal(cursor_id(&scene.view), (struct slice){ id, n }));
	assert_true(view_find(&scene.view, table_packed_id(&scene.table, 3)));
	assert_true(slice_equal(cursor_id(&scene.view), table_packed_id(&scene.table, 3)));
	assert_false(view_find(&scene.view, table_packed_id(&scene.table, 7)));
	/* the cursor's host is gone: the same place */
	view_set_lens(&scene.view, &scene.lens);
	view_rebuild(&scene.view);
	assert_true(view_find(&scene.view, table_packed_id(&scene.table, 7)));
	n = scene.view.cursor;
	view_set_lens(&scene.view, &lens);
	view_rebuild(&scene.view);
	assert_int_equal(scene.view.cursor, n < 99 ? n : 98);
	table_release(&fresh);
	scene_close(&scene);
}

/* Rows arrive while a run is loaded. */
static void a_growing_table_is_followed(void **state)
{
	struct scene scene;
	uint64_t seed = 77;
	uint32_t host;

	(void)state;
	scene_open(&scene, 1, 5);
	sort_by(&scene.view, "DeviceName-");
	filter_parse(&scene.view.filter, "-sql");
	view_rebuild(&scene.view);
	for (unsigned i = 1; i < 600; i++) {
		rows_add(&scene.table, &seed, i);
		if (i % 37)
			continue;
		host = view_current(&scene.view);
		view_set_lens(&scene.view, &scene.lens);
		view_rebuild(&scene.view);
		check_whole(&scene);
		if (host != MAP_NONE)
			assert_int_equal(view_current(&scene.view), host);
		view_move(&scene.view, 5);
	}
	scene_close(&scene);
}

static void moving_stops_at_the_ends(void **state)
{
	struct scene scene;

	(void)state;
	scene_open(&scene, 10, 6);
	view_move(&scene.view, -1);
	assert_int_equal(scene.view.cursor, 0);
	view_move(&scene.view, 4);
	assert_int_equal(scene.view.cursor, 4);
	view_move(&scene.view, INT64_MAX);
	assert_int_equal(scene.view.cursor, 9);
	view_move(&scene.view, INT64_MIN);
	assert_int_equal(scene.view.cursor, 0);
	view_move_to(&scene.view, UINT32_MAX);
	assert_int_equal(scene.view.cursor, 9);
	assert_int_equal(view_current(&scene.view), scene.view.rows[9]);
	scene_close(&scene);
}

static void an_empty_table_is_no_harm(void **state)
{
	struct scene scene;

	(void)state;
	scene_open(&scene, 0, 1);
	assert_int_equal(scene.view.count, 0);
	assert_int_equal(view_current(&scene.view), MAP_NONE);
	view_move(&scene.view, 1);
	assert_false(view_find(&scene.view, slice_of("x")));
	assert_int_equal(view_hidden_marks(&scene.view), 0);
	marks_set(&scene.marks, slice_of("x"), true);
	assert_int_equal(view_hidden_marks(&scene.view), 0);
	scene_close(&scene);
}

static void long_ids_are_followed_by_row(void **state)
{
	struct table table = { 0 };
	struct lens lens = { .table = &table };
	struct view view = { 0 };
	char id[600];

	(void)state;
	memset(id, 'x', sizeof id);
	for (unsigned i = 0; i < 3; i++) {
		struct table_row row;

		table_row_init(&row);
		id[599] = (char)('a' + i);
		row.id = (struct slice){ id, sizeof id };
		row.name = slice_of(i == 0 ? "c" : i == 1 ? "b" : "a");
		table_add(&table, &row);
	}
	view_open(&view, &lens);
	view_rebuild(&view);
	view_move(&view, 1);
	sort_by(&view, "DeviceName");
	view_rebuild(&view);
	view_move(&view, 1);
	sort_by(&view, "DeviceName-");
	view_rebuild(&view);
	assert_int_equal(view_current(&view), 0);
	assert_int_equal(view.cursor, 0);
	view_release(&view);
	table_release(&table);
}

/* -- groups -- */

static void group_add(struct table *table, const char *group, enum verdict verdict, enum change change, unsigned bits)
{
	struct table_row row;

	table_row_init(&row);
	row.id = slice_of("x");
	row.text[TEXT_GROUP] = slice_of(group);
	row.verdict = verdict;
	row.change = change;
	row.flags = (uint16_t)bits;
	table_add(table, &row);
}

static void groups_are_folded_and_counted(void **state)
{
	struct table table = { 0 };
	struct lens lens = { .table = &table };
	struct group_count *groups;
	struct slice *spellings;
	size_t count;

	(void)state;
	group_add(&table, "b\xC3\xBCro", VERDICT_PASSIVE, CHANGE_NEW, FLAG_STALE);
	group_add(&table, "B\xC3\x9CRO", VERDICT_PASSIVE, CHANGE_PERSISTING, 0);
	group_add(&table, "B\xC3\x9CRO", VERDICT_ACTIVE, CHANGE_RESOLVED, FLAG_STALE);
	group_add(&table, "B\xC3\x9CRO ", VERDICT_ACTIVE, CHANGE_NONE, 0);   /* a blank is no case */
	group_add(&table, NULL, VERDICT_UNKNOWN, CHANGE_NEW, 0);
	group_add(&table, "left", VERDICT_DISABLED, CHANGE_VANISHED, 0);
	group_add(&table, "dmz", VERDICT_DISABLED, CHANGE_NEW, 0);
	group_add(&table, "dmz", VERDICT_DISABLED, CHANGE_NEW, FLAG_STALE);
	group_add(&table, "dmz", VERDICT_DISABLED, CHANGE_NEW, FLAG_STALE);
	groups = view_groups(&lens, &count);
	assert_int_equal(count, 5);
	assert_true(slice_is(groups[0].name, "dmz"));
	assert_int_equal(groups[0].findings, 3);
	assert_int_equal(groups[0].stale, 2);
	assert_true(slice_is(groups[1].name, "B\xC3\x9CRO"));
	assert_int_equal(groups[1].servers, 3);
	assert_int_equal(groups[1].findings, 2);
	assert_int_equal(groups[1].fresh, 1);
	assert_int_equal(groups[1].stale, 1);
	assert_int_equal(groups[1].spellings, 2);
	assert_null(groups[2].name.text);
	assert_int_equal(groups[2].findings, 1);
	assert_true(slice_is(groups[3].name, "B\xC3\x9CRO "));
	assert_int_equal(groups[3].findings, 0);
	assert_true(slice_is(groups[4].name, "left"));
	assert_int_equal(groups[4].servers, 0);
	free(groups);
	spellings = view_spellings(&lens, slice_of("B\xC3\xBCro"), &count);
	assert_int_equal(count, 2);
	assert_true(slice_is(spellings[0], "b\xC3\xBCro"));
	free(spellings);
	spellings = view_spellings(&lens, (struct slice){ NULL, 0 }, &count);
	assert_int_equal(count, 1);
	assert_null(spellings[0].text);
	free(spellings);
	table_release(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_sequence_is_as_from_scratch), cmocka_unit_test(a_hidden_cursor_goes_to_its_neighbour),
		cmocka_unit_test(the_cursor_follows_through_a_reload), cmocka_unit_test(a_growing_table_is_followed),
		cmocka_unit_test(moving_stops_at_the_ends), cmocka_unit_test(an_empty_table_is_no_harm),
		cmocka_unit_test(long_ids_are_followed_by_row), cmocka_unit_test(groups_are_folded_and_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
