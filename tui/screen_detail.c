/* screen_detail.c - one host in full. It follows the cursor of the table: next and previous host move both. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "tui/cell.h"
#include "tui/detail_text.h"
#include "tui/draw.h"
#include "tui/list.h"
#include "tui/page_screen.h"
#include "tui/status.h"

#define WORDS_COLS 76   /* from here on the title has room for words beside the signs */

struct screen_detail {
	struct page_screen page;   /* first: the part that scrolls and searches */
	uint64_t made;             /* what the page was made for; see detail_refresh() */
	char id[320];              /* packed id of the host; a reload finds it again */
	size_t id_len;
	bool lost;                 /* the host is not in the run on hand */
};

static struct screen_detail *detail_of(struct screen *screen)
{
	return (struct screen_detail *)screen;
}

/* The id is copied: rows have other numbers after a reload. */
static void follow_cursor(struct app *app, struct screen_detail *detail)
{
	struct slice id = table_packed_id(app->lens.table, view_current(&app->view));

	detail->id_len = id.len < sizeof detail->id ? id.len : sizeof detail->id;
	memcpy(detail->id, id.text, detail->id_len);
	detail->lost = false;
}

/* The row of the host: the cursor's when it stands there, as nearly always. */
static uint32_t row_of(struct app *app, const struct screen_detail *detail)
{
	struct slice id = { detail->id, detail->id_len };
	uint32_t row = view_current(&app->view);

	return row != MAP_NONE && slice_equal(table_packed_id(app->lens.table, row), id) ? row : app_row_of(app, id);
}

/* After a reload the host is looked for again, and the table's cursor goes with it. */
static void detail_layout(struct app *app, struct screen *screen)
{
	struct screen_detail *detail = detail_of(screen);
	struct slice id = { detail->id, detail->id_len };
	uint32_t row;

	app_fresh(app);
	view_find(&app->view, id);
	row = row_of(app, detail);
	detail->lost = row == MAP_NONE;
	if (!detail->lost)
		detail->made = detail_refresh(app, row, &detail->page.page, detail->made, app->cols, false);
	page_screen_layout(app, screen);
}

/* The title says what the gutter of the table says: marked, changed, which of how many. */
static void detail_draw(struct app *app, struct screen *screen)
{
	struct screen_detail *detail = detail_of(screen);
	uint32_t row = row_of(app, detail);
	struct strbuf left = STRBUF_INIT(2048), right = STRBUF_INIT(300);
	enum role role;

	if (row != MAP_NONE) {
		detail->made = detail_refresh(app, row, &detail->page.page, detail->made, app->cols, false);
		cell_host(app, row, &left);
		bool words = app->cols >= WORDS_COLS;

		if (marks_has(session_marks(app->session), table_packed_id(app->lens.table, row)))
			strbuf_adds(&right, words ? "* marked  " : "* ");
		if (cell_change(app, row, &role) != ' ')
			strbuf_addf(&right, words ? "%c %s  " : "%c%s ", cell_change(app, row, &role),
			            words ? change_names[app->lens.table->change[row]] : "");
		if (row == view_current(&app->view))
			strbuf_addf(&right, "%s of %s", NUMBER(app->view.cursor + 1), NUMBER(app->view.count));
		else
			strbuf_adds(&right, "hidden by the filter");
	} else {
		strbuf_adds(&left, "This host is not in the run any more");
	}
	status_title_text(app, strbuf_text(&left), strbuf_text(&right));
	page_screen_draw(app, screen);
	strbuf_release(&left);
	strbuf_release(&right);
}

/* Next and previous in the order of the table. */
static unsigned step_host(struct app *app, struct screen_detail *detail, int by)
{
	uint32_t before = app->view.cursor;

	view_move(&app->view, by);
	if (app->view.cursor == before) {
		app_say(app, ROLE_MESSAGE, by > 0 ? "This is the last host of the table." : "This is the first host of the table.");
		return DO_DRAW;
	}
	follow_cursor(app, detail);
	detail->page.top = 0;
	return DO_LAYOUT;
}

/* Things done with the host; NULL row: it is gone. */
static unsigned act_on_row(struct app *app, struct screen_detail *detail, enum action_id id, uint32_t row)
{
	struct strbuf host = STRBUF_INIT(2048);
	unsigned redo = DO_DRAW;

	switch (id) {
	case ACTION_NOTE:
		cell_host(app, row, &host);
		cell_drop_domain(app, &host);
		redo = app_note(app, table_packed_id(app->lens.table, row), strbuf_text(&host));
		strbuf_release(&host);
		return redo;
	case ACTION_COPY:
		return app_copy(app, false, row);
	case ACTION_PORTAL:
		return app_portal(app, row);
	case ACTION_TICKET_LINK:
		return app_ticket_link(app, row);
	case ACTION_ASSIGN:
		return screen_candidates_open(app, table_packed_id(app->lens.table, row));
	case ACTION_UNASSIGN:
		return screen_unassign(app, table_packed_id(app->lens.table, row));
	case ACTION_MARK:
		/* The table's rule, so that marking a whole tab from here takes one key a host. */
		if (row != view_current(&app->view))
			return DO_DRAW;
		redo = app_mark_act(app, id);
		follow_cursor(app, detail);
		detail->page.top = 0;
		return redo | DO_LAYOUT;
	default:
		return DO_PASS;
	}
}

/* Everything about one host; what is not handled here scrolls or searches. */
static unsigned detail_act(struct app *app, struct screen *screen, enum action_id id)
{
	struct screen_detail *detail = detail_of(screen);
	uint32_t row = row_of(app, detail);

	switch (id) {
	case ACTION_NEXT_HOST:
		return step_host(app, detail, 1);
	case ACTION_PREV_HOST:
		return step_host(app, detail, -1);
	case ACTION_COPY_HOSTS:
		return app_copy(app, true, row);
	case ACTION_OPEN:
		return DO_NOTHING;
	case ACTION_NOTE:
	case ACTION_COPY:
	case ACTION_PORTAL:
	case ACTION_MARK:
	case ACTION_TICKET_LINK:
	case ACTION_ASSIGN:
	case ACTION_UNASSIGN:
		if (row == MAP_NONE) {
			app_say(app, ROLE_MESSAGE, "This host is not in the run any more.");
			return DO_DRAW;
		}
		return act_on_row(app, detail, id, row);
	default:
		return page_screen_act(app, screen, id);
	}
}

static void detail_close(struct app *app, struct screen *screen)
{
	(void)app;
	page_release(&detail_of(screen)->page.page);
	free(screen);
}

static const enum action_id detail_footer[] = {
	ACTION_BACK, ACTION_NEXT_HOST, ACTION_PREV_HOST, ACTION_MARK, ACTION_TICKET, ACTION_ASSIGN, ACTION_NOTE, ACTION_COPY, ACTION_PORTAL,
	ACTION_SEARCH, ACTION_TICKET_LINK, ACTION_NONE,
};

static const struct screen_ops detail_ops = {
	.context = CONTEXT_DETAIL, .name = "host", .whole = true, .footer = detail_footer,
	.layout = detail_layout, .draw = detail_draw, .act = detail_act, .close = detail_close,
};

void screen_detail_open(struct app *app)
{
	struct screen_detail *detail = xcalloc(1, sizeof *detail);

	detail->page.base.ops = &detail_ops;
	follow_cursor(app, detail);
	app_push(app, &detail->page.base);
}
