/* screen_table.c - the main screen: what its actions and clicks do. */
#include "tui/screen_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "tui/cell.h"
#include "tui/list.h"
#include "tui/prompt.h"
#include "tui/status.h"

#define WHEEL_ROWS 3

static struct screen_table *table_of(struct screen *screen)
{
	return (struct screen_table *)screen;
}

/* Where the host with this id stands in the view; false when it is not shown. */
static bool shown_at(struct app *app, const char *id, size_t len, uint32_t *index)
{
	struct slice wanted = { id, len };

	for (*index = 0; *index < app->view.count; ++*index)
		if (slice_equal(table_packed_id(app->lens.table, app->view.rows[*index]), wanted))
			return true;
	return false;
}

/* Both ends may have moved since it was begun; hosts, not rows, hold them. */
bool table_range(struct app *app, const struct screen_table *table, uint32_t *from, uint32_t *to)
{
	uint32_t at;

	if (!table->anchor_len || !app->view.count || !shown_at(app, table->anchor, table->anchor_len, &at))
		return false;
	*from = at < app->view.cursor ? at : app->view.cursor;
	*to = at < app->view.cursor ? app->view.cursor : at;
	return true;
}

/* The first time it begins, the second time it marks. */
static unsigned range(struct app *app, struct screen_table *table)
{
	struct slice id = table_packed_id(app->lens.table, view_current(&app->view));
	uint32_t from, to;

	if (!table->anchor_len) {
		if (id.len > sizeof table->anchor) {
			app_say(app, ROLE_ERROR, "The id of this host is too long to begin a range here.");
			return DO_DRAW;
		}
		memcpy(table->anchor, id.text, id.len);
		table->anchor_len = id.len;
		app_say(app, ROLE_MESSAGE, "Range begun: move, then press the same key again to mark it. Esc drops it.");
		return DO_DRAW;
	}
	if (table_range(app, table, &from, &to)) {
		table->anchor_len = 0;
		return app_mark_rows(app, from, to, " in a range");
	}
	table->anchor_len = 0;
	app_say(app, ROLE_MESSAGE, "The host where the range began is not shown any more: nothing was marked.");
	return DO_DRAW;
}

/* Live: each change of the text, not yet something to undo. */
static unsigned filter_changed(struct app *app, const char *text)
{
	app_set_words(app, text);
	return DO_REBUILD;
}

/* Enter keeps the filter; only now is it one change to take back. */
static unsigned filter_done(struct app *app, const char *text, struct slice subject)
{
	(void)subject;
	app_set_words(app, text);
	app_changed(app, UNDO_FILTER, "filter", app->filter_before);
	app->filter_before = NULL;
	return DO_REBUILD;
}

/* Esc puts back the filter of before. */
static unsigned filter_cancelled(struct app *app)
{
	if (app->filter_before)
		app_filter_put(app, app->filter_before);
	free(app->filter_before);
	app->filter_before = NULL;
	return DO_REBUILD;
}

static unsigned open_filter(struct app *app)
{
	char text[APP_WORDS_MAX + 1];
	struct prompt_ask ask = {
		.label = " / ", .text = text, .history = &app->histories.filter, .on_filter_line = true,
		.done = filter_done, .changed = filter_changed, .cancelled = filter_cancelled,
	};

	/* What is typed next is another word, not the end of the last one. */
	snprintf(text, sizeof text, "%s%s", app->words, app->words[0] ? " " : "");
	free(app->filter_before);
	app->filter_before = app_state_now(app, UNDO_FILTER);
	prompt_open(app, &ask);
	return DO_LAYOUT;
}

/* All layers at once; Esc takes them one by one. */
static unsigned clear_filter(struct app *app)
{
	char *before = app_state_now(app, UNDO_FILTER);

	app_set_words(app, "");
	app_where_put(app, "");
	app_set_groups(app, NULL, 0);
	app_set_marked_only(app, false);
	app_changed(app, UNDO_FILTER, "clear the filter", before);
	return DO_REBUILD;
}

/* Esc backs out one layer: range, job, words, expression, groups, marked only. It never quits. */
static unsigned back(struct app *app, struct screen_table *table)
{
	char *before;

	if (table->anchor_len) {
		table->anchor_len = 0;
		app_say(app, ROLE_MESSAGE, "Range dropped.");
		return DO_DRAW;
	}
	if (session_job(app->session) == JOB_DETECT) {
		session_cancel(app->session);
		app_say(app, ROLE_MESSAGE, "Stopped; what is on the screen is as before.");
		return DO_LAYOUT;
	}
	if (app_stop_posting(app))
		return DO_LAYOUT;
	if (app_judge_stop(app))
		return DO_REBUILD;
	before = app_state_now(app, UNDO_FILTER);
	if (app->words[0])
		app_set_words(app, "");
	else if (app->view.filter.expr)
		app_where_put(app, "");
	else if (app->view.filter.group_count)
		app_set_groups(app, NULL, 0);
	else if (app->view.filter.marked_only)
		app_set_marked_only(app, false);
	else
		app_say(app, ROLE_MESSAGE, "Nothing to back out of; q quits.");
	app_changed(app, UNDO_FILTER, "clear a filter", before);
	return DO_REBUILD;
}

/* From the top: the rows of another tab are other rows. */
static unsigned set_tab(struct app *app, struct screen_table *table, enum tab tab)
{
	table->top = 0;
	app_set_tab(app, tab);
	app_fresh(app);
	view_move_to(&app->view, 0);
	return DO_DRAW;
}

/* The host never scrolls away; the other columns do, one at a time. */
static unsigned sideways(struct app *app, struct screen_table *table, bool right)
{
	struct layout_place places[APP_COLUMNS_MAX];
	size_t used = table_places(app, table, places), last = 0, i;

	for (i = 0; i < used; i++)
		last = (size_t)places[i].id > last ? (size_t)places[i].id : last;
	if (right ? last + 1 >= app->column_count : !table->skip) {
		app_say(app, ROLE_MESSAGE, right ? "The last column is in sight." : "The first column is in sight.");
		return DO_DRAW;
	}
	table->skip = right ? table->skip + 1 : table->skip - 1;
	return DO_DRAW;
}

/* Says why when there is no room for it. */
static unsigned toggle_inspector(struct app *app)
{
	if (term_plain() || app->cols < LAYOUT_PANE_COLS) {
		app_say(app, ROLE_MESSAGE, term_plain() ? "No inspector with --plain-ui: open shows the host."
		                                        : "The inspector needs %d columns, this is %d; open shows the host.", LAYOUT_PANE_COLS,
		        app->cols);
		return DO_DRAW;
	}
	app->pane = !app->pane;
	app_touch(app, true);
	return DO_LAYOUT;
}

/* Actions that open something or work on the host under the cursor. */
static unsigned act_on_host(struct app *app, enum action_id id)
{
	uint32_t row = view_current(&app->view);
	struct strbuf host = STRBUF_INIT(1024);
	unsigned redo;

	switch (id) {
	case ACTION_OPEN:
		if (row == MAP_NONE) {
			app_say(app, ROLE_MESSAGE, "No host is under the cursor.");
			return DO_DRAW;
		}
		screen_detail_open(app);
		return DO_LAYOUT;
	case ACTION_NOTE:
		cell_host(app, row, &host);
		cell_drop_domain(app, &host);
		redo = app_note(app, table_packed_id(app->lens.table, row), strbuf_text(&host));
		strbuf_release(&host);
		return redo;
	case ACTION_COPY:
		return app_copy(app, false, row);
	case ACTION_COPY_HOSTS:
		return app_copy(app, true, row);
	case ACTION_PORTAL:
		return app_portal(app, row);
	case ACTION_TICKET_LINK:
		return app_ticket_link(app, row);
	default:
		return app_mark_act(app, id);
	}
}

/* What changes the table as a whole, or opens a screen about it. */
static unsigned act_on_view(struct app *app, struct screen_table *table, enum action_id id)
{
	switch (id) {
	case ACTION_FILTER: return open_filter(app);
	case ACTION_CLEAR_FILTER: return clear_filter(app);
	case ACTION_EXPRESSION: return app_where_open(app);
	case ACTION_FOLD_CASE: return app_fold_case(app);
	case ACTION_SAVE_FILTER: return app_save_filter(app);
	case ACTION_SAVED: screen_saved_open(app); return DO_LAYOUT;
	case ACTION_BACK: return back(app, table);
	case ACTION_MARK_RANGE: return range(app, table);
	case ACTION_TAB_NEXT: return set_tab(app, table, status_tab_step(app->view.filter.tab, true));
	case ACTION_TAB_PREV: return set_tab(app, table, status_tab_step(app->view.filter.tab, false));
	case ACTION_LEFT: return sideways(app, table, false);
	case ACTION_RIGHT: return sideways(app, table, true);
	case ACTION_INSPECTOR: return toggle_inspector(app);
	case ACTION_EXPORT: return app_export(app);
	case ACTION_REFRESH: return app_refresh(app);
	case ACTION_GROUPS: screen_groups_open(app); return DO_LAYOUT;
	case ACTION_SORT: screen_sort_open(app, 0); return DO_LAYOUT;
	case ACTION_SORT_THEN: screen_sort_open(app, 1); return DO_LAYOUT;
	case ACTION_COLUMNS: screen_columns_open(app); return DO_LAYOUT;
	case ACTION_RUNS: screen_runs_open(app); return DO_LAYOUT;
	case ACTION_REASONS: screen_reasons_open(app); return DO_LAYOUT;
	default: return act_on_host(app, id);
	}
}

/* Moving, tabs, then everything else. */
static unsigned table_act(struct app *app, struct screen *screen, enum action_id id)
{
	struct screen_table *table = table_of(screen);
	long by;

	app_fresh(app);
	if (list_distance(id, (size_t)app->areas.body.height, &by)) {
		app->want_cursor_len = 0;
		view_move(&app->view, by);
		return DO_DRAW;
	}
	if (id >= ACTION_TAB_FINDINGS && id <= ACTION_TAB_EVERY)
		return set_tab(app, table, (enum tab)(id - ACTION_TAB_FINDINGS));
	return act_on_view(app, table, id);
}

/* A click on a head is `sort` on that column. */
static unsigned click_head(struct app *app, struct screen_table *table, int x)
{
	struct layout_place places[APP_COLUMNS_MAX];
	size_t count = table_places(app, table, places), i;

	for (i = 0; i < count; i++)
		if (x >= TABLE_GUTTER + places[i].x && x < TABLE_GUTTER + places[i].x + places[i].width)
			return app->whole ? screen_sort_pick(app, &app->columns[places[i].id], 0) : DO_NOTHING;
	return DO_NOTHING;
}

/* Wheel, tabs, heads, banner, rows. */
static unsigned table_key(struct app *app, struct screen *screen, const struct key *key)
{
	struct screen_table *table = table_of(screen);
	const struct area *body = &app->areas.body;
	enum tab tab;

	app_fresh(app);
	if (key->code == KEYCODE_WHEEL_UP || key->code == KEYCODE_WHEEL_DOWN) {
		view_move(&app->view, key->code == KEYCODE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
		return DO_DRAW;
	}
	if (key->row == app->areas.tabs.y) {
		tab = status_tabs(app, key->col);
		return tab == TAB_COUNT ? DO_NOTHING : set_tab(app, table, tab);
	}
	if (key->row == app->areas.head.y)
		return click_head(app, table, key->col);
	if (app->areas.banner.height && key->row == app->areas.banner.y)
		return app_act(app, ACTION_REASONS);
	if (key->row < body->y || key->row >= body->y + body->height || key->col >= body->width ||
	    table->top + (uint32_t)(key->row - body->y) >= app->view.count)
		return DO_NOTHING;
	view_move_to(&app->view, table->top + (uint32_t)(key->row - body->y));
	return key->code == KEYCODE_DOUBLE_CLICK ? app_act(app, ACTION_OPEN) : DO_DRAW;
}

static void table_close(struct app *app, struct screen *screen)
{
	struct screen_table *table = table_of(screen);

	(void)app;
	page_release(&table->inspector);
	free(table);
}

static const enum action_id table_footer[] = {
	ACTION_MARK, ACTION_MARK_SHOWN, ACTION_TICKET, ACTION_GROUPS, ACTION_SORT, ACTION_FILTER, ACTION_EXPRESSION, ACTION_OPEN,
	ACTION_EXPORT, ACTION_OWNERS, ACTION_DIGEST, ACTION_NOTE, ACTION_ACCEPT_HOSTS, ACTION_AUDIT, ACTION_SAVED, ACTION_RUNS,
	ACTION_TREND, ACTION_MARK_RANGE, ACTION_MARKED_ONLY, ACTION_COLUMNS, ACTION_UNDO, ACTION_INSPECTOR, ACTION_REFRESH, ACTION_QUIT,
	ACTION_NONE,
};

static const struct screen_ops table_ops = {
	.context = CONTEXT_TABLE, .name = "table", .whole = true, .footer = table_footer,
	.draw = table_draw, .act = table_act, .key = table_key, .close = table_close,
};

struct screen *screen_table_new(struct app *app)
{
	struct screen_table *table = xcalloc(1, sizeof *table);

	(void)app;
	table->base.ops = &table_ops;
	return &table->base;
}
