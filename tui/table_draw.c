/* table_draw.c - drawing the main screen: heads, rows, inspector, and what stands there when there are no rows. */
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "tui/cell.h"
#include "tui/detail_text.h"
#include "tui/draw.h"
#include "tui/fit.h"
#include "tui/screen_table.h"
#include "tui/status.h"

#define CELL_BYTES 65536

/* A column head with the direction of its sort key: `SIG v`, the second key as `SEEN v2`. */
static void draw_head(struct app *app, const struct layout_place *place)
{
	const struct column_ref *ref = &app->columns[place->id];
	struct strbuf text = STRBUF_INIT(256);
	bool sorted = false;
	size_t k;

	strbuf_adds(&text, app_column_title(ref));
	for (k = 0; k < app->key_count; k++) {
		if (app->keys[k].column.id != ref->id || strcmp(app->keys[k].column.key, ref->key) != 0)
			continue;
		sorted = true;
		strbuf_adds(&text, draw_glyph(app->keys[k].descending ? GLYPH_SORT_DOWN : GLYPH_SORT_UP));
		if (k && fit_columns(strbuf_text(&text), text.len, !term_utf8()) < place->width)
			strbuf_addf(&text, "%zu", k + 1);
	}
	/* A title that has no room for its arrow gives up its own end, not the arrow. */
	if (sorted && fit_columns(strbuf_text(&text), text.len, !term_utf8()) > place->width && place->width > 1) {
		struct strbuf cut = STRBUF_INIT(256);
		const char *title = app_column_title(ref);

		strbuf_addf(&cut, "%.*s", place->width - 1, title);
		strbuf_adds(&cut, strbuf_text(&text) + strlen(title));
		draw_cell(app->areas.head.y, TABLE_GUTTER + place->x, place->width, ROLE_HEAD, strbuf_text(&cut), cut.len, false);
		strbuf_release(&cut);
	} else {
		draw_cell(app->areas.head.y, TABLE_GUTTER + place->x, place->width, ROLE_HEAD, strbuf_text(&text), text.len,
		          cell_is_right(ref));
	}
	strbuf_release(&text);
}

/* The cursor's row and marked rows have one colour throughout; else each cell has its own. */
static void draw_row(struct app *app, int y, uint32_t index, const struct layout_place *places, size_t count, bool in_range)
{
	uint32_t row = app->view.rows[index];
	bool marked = marks_has(session_marks(app->session), table_packed_id(app->lens.table, row)), here = index == app->view.cursor;
	bool gone = !table_is_finding(app->lens.table, row);
	enum role base = here ? marked ? ROLE_CURSOR_MARKED : ROLE_CURSOR : marked ? ROLE_MARKED : ROLE_NORMAL, role;
	struct strbuf text = STRBUF_INIT(CELL_BYTES);
	char sign[2] = { cell_sign(app, row, &role), '\0' };
	size_t i;

	if (base != ROLE_NORMAL)
		draw_fill(y, 0, app->areas.body.width, base);
	draw_string(y, 0, 1, base == ROLE_NORMAL ? ROLE_MARKED : base, marked ? draw_glyph(GLYPH_MARK) : in_range ? ":" : " ");
	draw_string(y, 1, 1, base == ROLE_NORMAL ? role : base, sign);
	for (i = 0; i < count; i++) {
		const struct column_ref *ref = &app->columns[places[i].id];

		strbuf_clear(&text);
		cell_text(app, row, ref, &text, &role);
		if (ref->id == COL_DEVICE_NAME && (unsigned)places[i].width < app->host_width)
			cell_drop_domain(app, &text);
		if (gone && role == ROLE_NORMAL)
			role = ROLE_MUTED;
		draw_cell(y, TABLE_GUTTER + places[i].x, places[i].width, base == ROLE_NORMAL ? role : base, strbuf_text(&text), text.len,
		          cell_is_right(ref));
	}
	strbuf_release(&text);
	if (here)
		draw_cursor(y, 0);
}

/* How far a typed group is from a name: from the whole of it or from its nearest part, letter case aside. */
static unsigned group_distance(const char *asked, struct slice name)
{
	struct strbuf folded = STRBUF_INIT(1024);
	unsigned nearest, away;
	char *at, *part;

	if (name.text)
		utf8_fold(&folded, name.text, name.len);
	nearest = edit_distance(asked, strbuf_text(&folded));
	for (at = folded.buf; at && *at; at = part + strcspn(part, "-_ .")) {
		char end, *stop;

		part = at + strspn(at, "-_ .");
		stop = part + strcspn(part, "-_ .");
		end = *stop;
		*stop = '\0';
		away = edit_distance(asked, part);
		*stop = end;
		nearest = away < nearest ? away : nearest;
	}
	strbuf_release(&folded);
	return nearest;
}

/* The group nearest to a `group:` word of the filter: the usual cause of no match is a typing slip. */
static void say_nearest_group(struct app *app, struct page *page)
{
	const char *word = strstr(app->words, "group:");
	struct strbuf asked = STRBUF_INIT(1024);
	struct group_count *groups;
	size_t count, i, best = SIZE_MAX;
	unsigned nearest = UINT_MAX;

	if (!word)
		return;
	utf8_fold(&asked, word + strlen("group:"), strcspn(word + strlen("group:"), " "));
	groups = view_groups(&app->lens, &count);
	for (i = 0; i < count; i++) {
		unsigned away = group_distance(strbuf_text(&asked), groups[i].name);

		if (away < nearest && away <= (unsigned)asked.len / 2) {
			nearest = away;
			best = i;
		}
	}
	if (best != SIZE_MAX)
		page_line(page, ROLE_NORMAL, "   Nearest group: %.*s (%s finding%s).", (int)groups[best].name.len, groups[best].name.text,
		          NUMBER(groups[best].findings), groups[best].findings == 1 ? "" : "s");
	free(groups);
	strbuf_release(&asked);
}

/* Accepted findings are counted wherever they are left out. */
static void say_accepted(struct app *app, struct page *page)
{
	enum tab tab = app->view.filter.tab;
	uint32_t accepted = app_accepted(app, tab);
	struct strbuf keys = STRBUF_INIT(64);

	if (accepted && tab != TAB_ACCEPTED) {
		keymap_keys(app->map, CONTEXT_TABLE, ACTION_TAB_ACCEPTED, 1, &keys);
		page_line(page, ROLE_NORMAL, "   %s accepted finding%s left out here; %s shows %s.", NUMBER(accepted),
		          accepted == 1 ? " is" : "s are", keys.len ? strbuf_text(&keys) : "the tab Accepted", accepted == 1 ? "it" : "them");
	}
	strbuf_release(&keys);
}

static void say_how_to_accept(struct app *app, struct page *page)
{
	struct strbuf keys = STRBUF_INIT(64);

	keymap_keys(app->map, CONTEXT_TABLE, ACTION_ACCEPT_HOSTS, 1, &keys);
	if (keys.len)
		page_line(page, ROLE_NORMAL, "   %s accepts a finding until a date, for a reason.", strbuf_text(&keys));
	strbuf_release(&keys);
}

/* "No match" and the usual cause of it; never confused with "all clear". */
static void empty_filter(struct app *app, struct page *page)
{
	struct slice where = filter_expr_text(&app->view.filter);

	page_line(page, ROLE_HEAD, "   0 of %s match the filter.", NUMBER(status_tab_total(app, app->view.filter.tab)));
	if (app->words[0])
		page_line(page, ROLE_NORMAL, "   filter: %s", app->words);
	if (where.len)
		page_line(page, ROLE_NORMAL, "   where: %.*s", (int)where.len, where.text);
	say_accepted(app, page);
	say_nearest_group(app, page);
	page_line(page, ROLE_NORMAL, "   Esc clears the filter, one layer at a time.");
}

/* "No passive hosts" is said only when the run is complete: an incomplete one cannot know. */
static void empty_tab(struct app *app, struct page *page, int width)
{
	const struct run *run = session_run(app->session);
	enum tab tab = app->view.filter.tab;

	if (!run->estate.in_scope) {
		page_wrap(page, ROLE_ERROR, 3, width, "0 servers are in scope. That is not \"all clear\": no device matches the scope.");
		page_wrap(page, ROLE_NORMAL, 3, width, "`rouse doctor` checks the scope; the key in the banner shows every reason.");
	} else if (tab == TAB_FINDINGS && app_accepted(app, tab)) {
		page_line(page, ROLE_HEAD, "   No finding is left to act on: all are accepted.");
		if (!run_complete(run))
			page_line(page, ROLE_ERROR, "   But the run is INCOMPLETE: this is not \"all clear\".");
	} else if (tab == TAB_FINDINGS && run_complete(run)) {
		page_line(page, ROLE_HEAD, run->estate.in_scope == 1 ? "   No passive hosts: the one server in scope is active." :
		          "   No passive hosts: all %s servers in scope are active.", NUMBER(run->estate.in_scope));
	} else if (tab == TAB_FINDINGS) {
		page_line(page, ROLE_ERROR, "   0 findings, but the run is INCOMPLETE: this is not \"all clear\".");
	} else {
		page_line(page, ROLE_HEAD, "   %s", tabs[tab].empty);
		if (tab == TAB_ACCEPTED)
			say_how_to_accept(app, page);
		if (!run_complete(run))
			page_line(page, ROLE_WARN, "   The run is INCOMPLETE: there may be some that it did not see.");
	}
	say_accepted(app, page);
	if (run->changes[CHANGE_RESOLVED] + run->changes[CHANGE_VANISHED] && tab == TAB_FINDINGS)
		page_line(page, ROLE_NORMAL, "   Resolved or vanished since the baseline: %s; they are in the tab Resolved.",
		          NUMBER(run->changes[CHANGE_RESOLVED] + run->changes[CHANGE_VANISHED]));
}

/* What can be done now, or what is under way. */
static void empty_first_run(struct app *app, struct page *page, int width)
{
	page_line(page, ROLE_HEAD, "   No data yet.");
	if (app->failed[0]) {
		page_wrap(page, ROLE_ERROR, 3, width, app->failed);
		page_line(page, ROLE_NORMAL, "   Nothing was kept. R tries again.   q quits.");
	} else if (session_job(app->session) == JOB_DETECT) {
		page_line(page, ROLE_NORMAL, "   The first detection is under way; its rows appear here.");
	} else if (app->input) {
		page_line(page, ROLE_NORMAL, "   R runs the detection now; it only reads.   q quits.");
	} else {
		page_line(page, ROLE_NORMAL, "   Start with exported tables:");
		page_line(page, ROLE_NORMAL, "     rouse --device-info F --assessment F --gathering F");
		page_line(page, ROLE_NORMAL, "     rouse --findings F");
		page_line(page, ROLE_NORMAL, "   or look around first:   rouse demo");
		page_line(page, ROLE_NORMAL, "   q quits.");
	}
}

/* No run, not loaded yet, nothing there, or nothing that matches: four different things. */
static void draw_empty(struct app *app)
{
	struct area area = app->areas.body;
	struct view_judging how;
	struct page page = {0};

	area.y += 1;
	area.height -= 1;
	if (!session_run(app->session))
		empty_first_run(app, &page, area.width);
	else if (!app->whole)
		page_line(&page, ROLE_MUTED, "   Nothing yet among the rows loaded so far...");
	else if (filter_is_empty(&app->view.filter))
		empty_tab(app, &page, area.width);
	else if (view_judging(&app->view, &how), !how.done)
		page_line(&page, ROLE_MUTED, "   Nothing yet among the rows judged so far...");
	else
		empty_filter(app, &page);
	page_draw(&page, &area, 0);
	page_release(&page);
	draw_cursor(area.y, 0);
}

/* Made anew only when the cursor came to another host. */
static void draw_pane(struct app *app, struct screen_table *table)
{
	struct area pane = app->areas.pane;

	draw_vline(pane.y, app->areas.divider, pane.height, ROLE_BORDER);
	if (!app->view.count)
		return;
	pane.x++;
	pane.width--;
	table->inspected = detail_refresh(app, view_current(&app->view), &table->inspector, table->inspected, pane.width, true);
	page_draw(&table->inspector, &pane, 0);
}

/* From the top down, as layout_screen() placed it. */
void table_draw(struct app *app, struct screen *screen)
{
	struct screen_table *table = (struct screen_table *)screen;
	struct layout_place places[APP_COLUMNS_MAX];
	size_t count = table_places(app, table, places), i;
	uint32_t from = 1, to = 0, rows = (uint32_t)app->areas.body.height, row;

	table->top = (uint32_t)layout_scroll(table->top, app->view.cursor, app->view.count, rows, 2);
	status_title(app);
	status_tabs(app, -1);
	status_filter(app);
	status_banner(app);
	draw_fill(app->areas.head.y, 0, app->areas.head.width, ROLE_HEAD);
	for (i = 0; i < count; i++)
		draw_head(app, &places[i]);
	table_range(app, table, &from, &to);
	for (row = 0; row < rows && table->top + row < app->view.count; row++) {
		uint32_t index = table->top + row;

		draw_row(app, app->areas.body.y + (int)row, index, places, count, index >= from && index <= to);
	}
	if (!app->view.count)
		draw_empty(app);
	if (app->areas.divider >= 0)
		draw_pane(app, table);
	status_line(app, table->anchor_len ? "range begun" : NULL);
}
