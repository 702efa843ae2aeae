/* screen_owners.c - who owns the findings: teams with their counts, then every host that has none or that somebody chose for. Opening it asks
 * the CMDB about hosts that nobody asked about yet. */
#include "tui/screen_owners.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "tui/cell.h"
#include "tui/draw.h"
#include "tui/list.h"
#include "tui/page.h"
#include "tui/status.h"

#define SAID_Y 2          /* below title and counts: what the CMDB does or said */
#define SAID_LINES 3      /* at most; then the list */
#define NAME_X 3
#define NAME_WIDTH 30     /* of a team or host, narrower on a narrow screen */
#define NARROW 100
#define NAME_NARROW 26
#define ABOUT_LINES 2     /* all of the line under the cursor */
#define TEXT_MAX 16384

struct screen_owners {
	struct screen base;
	struct list list;
	struct owners_lines lines;
	uint64_t generation;      /* of the owners that they are made from */
	bool made;
	int64_t began_ms;         /* of the asking under way */
	char said[1200];          /* what became of the last one; "" */
	enum role said_role;
	int said_lines;           /* the list starts below them */
};

static struct screen_owners *self_of(struct screen *screen)
{
	return (struct screen_owners *)screen;
}

static bool is_asking(struct app *app, const struct screen_owners *self)
{
	return app->closing.screen == &self->base && session_job(app->session) == JOB_OWNERS;
}

static const struct owners_line *current(const struct screen_owners *self)
{
	return self->list.cursor < self->lines.count ? &self->lines.items[self->list.cursor] : NULL;
}

/* A head is nothing to stand on. */
static void off_head(struct screen_owners *self, bool up)
{
	const struct owners_line *line = current(self);

	if (line && line->kind == OWNERS_HEAD)
		list_move(&self->list, up && self->list.cursor ? -1 : 1);
	line = current(self);
	if (line && line->kind == OWNERS_HEAD)
		list_move(&self->list, 1);
}

static void owners_layout(struct app *app, struct screen *screen)
{
	struct screen_owners *self = self_of(screen);
	struct page said = {0};
	int rows;

	page_wrap(&said, self->said_role, 1, app->cols - 1, self->said);
	self->said_lines = said.count < SAID_LINES ? (int)said.count : SAID_LINES;
	page_release(&said);
	rows = app->rows - SAID_Y - self->said_lines - 2 - ABOUT_LINES;   /* message, footer */

	if (!self->made || self->generation != session_owners(app->session)->generation) {
		owners_lines_make(app, &self->lines);
		self->generation = session_owners(app->session)->generation;
		self->made = true;
	}
	list_fit(&self->list, self->lines.count, rows > 0 ? (size_t)rows : 0);
	off_head(self, false);
}

/* -- asking -- */

/* `The CMDB was asked about 12 hosts, in 2 requests; 65 answers were fresh enough.` */
static void say_asked(struct screen_owners *self, const struct resolved *resolved)
{
	struct strbuf text = STRBUF_INIT(sizeof self->said - 1);
	uint32_t asked = resolved->hosts - resolved->kept;

	if (asked)
		strbuf_addf(&text, "The CMDB was asked about %s host%s", NUMBER(asked), asked == 1 ? "" : "s");
	else
		strbuf_adds(&text, "The CMDB had to be asked about no host");
	if (resolved->requests)
		strbuf_addf(&text, ", in %s request%s", NUMBER(resolved->requests), resolved->requests == 1 ? "" : "s");
	if (resolved->kept > resolved->old)
		strbuf_addf(&text, "; %s answer%s fresh enough", NUMBER(resolved->kept - resolved->old),
		            resolved->kept - resolved->old == 1 ? " was" : "s were");
	if (resolved->old)
		strbuf_addf(&text, "; %s OLD answer%s", NUMBER(resolved->old), resolved->old == 1 ? " stands" : "s stand");
	strbuf_addc(&text, '.');
	snprintf(self->said, sizeof self->said, "%s", strbuf_text(&text));
	self->said_role = resolved->old ? ROLE_WARN : ROLE_MESSAGE;
	strbuf_release(&text);
}

static unsigned asked(struct app *app, struct screen *screen, const struct error *err)
{
	struct screen_owners *self = self_of(screen);
	const struct resolved *resolved = session_resolved(app->session);
	const char *why = err ? err->text : resolved && resolved->failure[0] ? resolved->failure : NULL;

	self->made = false;
	self->said_role = why ? ROLE_ERROR : ROLE_MESSAGE;
	self->said[0] = '\0';
	if (why && resolved && resolved->old && !err)
		snprintf(self->said, sizeof self->said, "%s old answer%s: %s", NUMBER(resolved->old),
		         resolved->old == 1 ? " stands" : "s stand", why);
	else if (why)
		snprintf(self->said, sizeof self->said, "%s", why);
	else if (resolved)
		say_asked(self, resolved);
	list_move_to(&self->list, 0);
	return DO_LAYOUT;
}

static unsigned ask(struct app *app, struct screen_owners *self, bool anew)
{
	struct error err = {0};

	if (!session_has_owners(app->session)) {
		snprintf(self->said, sizeof self->said, "No CMDB is configured: name a CSV file in [csv] file, or a CMDB in [owners] kind.");
		self->said_role = ROLE_WARN;
		return DO_LAYOUT;
	}
	if (session_resolve(app->session, NULL, 0, anew, &err))
		return asked(app, &self->base, &err);
	self->began_ms = clock_ms();
	app_wait_for(app, &self->base, asked);
	return DO_LAYOUT;
}

/* -- drawing -- */

static void host_words(struct app *app, uint32_t row, struct strbuf *out)
{
	cell_host(app, row, out);
	cell_drop_domain(app, out);
}

static const struct owner *owner_at(struct app *app, const struct owners_line *line)
{
	return owners_get(session_owners(app->session), table_packed_id(app->lens.table, line->row));
}

/* What stands right of the name. */
static void right_words(struct app *app, const struct owners_line *line, struct strbuf *out)
{
	if (line->kind == OWNERS_HEAD)
		strbuf_adds(out, line->columns);
	else if (line->kind == OWNERS_TEAM)
		strbuf_addf(out, "%8s%8s  %s", NUMBER(line->hosts), NUMBER(line->fresh), line->contact ? line->contact : "");
	else if (line->kind == OWNERS_HOST)
		owners_words(owner_at(app, line), out);
}

static void draw_item(struct app *app, struct screen_owners *self, size_t index)
{
	const struct owners_line *line = &self->lines.items[index];
	bool here = index == self->list.cursor;
	int y = SAID_Y + self->said_lines + (int)(index - self->list.top), name = app->cols < NARROW ? NAME_NARROW : NAME_WIDTH;
	enum role role = here ? ROLE_CURSOR : line->kind == OWNERS_HEAD ? ROLE_HEAD : ROLE_NORMAL;
	struct strbuf left = STRBUF_INIT(TEXT_MAX), right = STRBUF_INIT(TEXT_MAX);
	int x = line->kind == OWNERS_HEAD ? 1 : NAME_X, used;

	draw_fill(y, 0, app->cols, role);
	if (line->kind == OWNERS_HOST)
		host_words(app, line->row, &left);
	else
		strbuf_adds(&left, line->text);
	right_words(app, line, &right);
	if (line->kind == OWNERS_NOTE)
		name = app->cols - NAME_X;
	used = draw_text(y, x, line->kind == OWNERS_HEAD && !right.len ? app->cols : name + NAME_X - x, role, strbuf_text(&left), left.len);
	x = NAME_X + name + 1;
	x = x > NAME_X + used ? x : NAME_X + used + 1;
	draw_text(y, x, app->cols - x, role, strbuf_text(&right), right.len);
	if (here) {
		draw_string(y, 0, 1, ROLE_CURSOR, ">");
		draw_cursor(y, 0);
	}
	strbuf_release(&left);
	strbuf_release(&right);
}

/* All of what the line under the cursor has no room for, and what Enter does. */
static void draw_about(struct app *app, const struct screen_owners *self)
{
	const struct owners_line *line = current(self);
	struct area area = { .y = app->rows - 2 - ABOUT_LINES, .width = app->cols, .height = ABOUT_LINES };
	struct strbuf text = STRBUF_INIT(TEXT_MAX);
	struct page page = {0};

	if (line && line->kind == OWNERS_HOST) {
		const struct owner *owner = owner_at(app, line);

		cell_host(app, line->row, &text);
		strbuf_addf(&text, ": %s", owner ? owner_state_names[owner->state] : "nobody asked about it");
		if (owner && (owner->chosen_by[0] || owner->state != OWNER_UNKNOWN))
			strbuf_adds(&text, ". ");
		owners_words(owner, &text);
		if (owner && owner->asked) {
			strbuf_adds(&text, owner->chosen_by[0] ? "; chosen " : "; asked ");
			status_time(&text, owner->asked);
		}
	} else if (line && line->kind == OWNERS_TEAM) {
		strbuf_addf(&text, "%s: %s finding%s, %s new%s%s", line->text, NUMBER(line->hosts), line->hosts == 1 ? "" : "s",
		            NUMBER(line->fresh), line->contact ? "; contact " : "", line->contact ? line->contact : "");
	} else if (line) {
		strbuf_adds(&text, line->text);
	}
	page_wrap(&page, ROLE_STATUS, 1, app->cols - 1, strbuf_text(&text));
	page_draw(&page, &area, 0);
	page_release(&page);
	strbuf_release(&text);
}

static void draw_state(struct app *app, const struct screen_owners *self)
{
	struct area area = { .y = SAID_Y, .width = app->cols, .height = self->said_lines };
	struct strbuf text = STRBUF_INIT(TEXT_MAX);
	struct page said = {0};

	if (is_asking(app, self)) {
		(void)app_job_words(app, &text);
		strbuf_addf(&text, ", %s s. Esc stops.", NUMBER((unsigned long long)((clock_ms() - self->began_ms) / 1000)));
		draw_text(SAID_Y, 1, app->cols - 1, ROLE_PROMPT, strbuf_text(&text), text.len);
	} else if (self->said[0]) {
		page_wrap(&said, self->said_role, 1, app->cols - 1, self->said);
		page_draw(&said, &area, 0);
	}
	page_release(&said);
	strbuf_release(&text);
}

static void owners_draw(struct app *app, struct screen *screen)
{
	struct screen_owners *self = self_of(screen);
	struct strbuf text = STRBUF_INIT(TEXT_MAX);
	size_t i;

	if (self->lines.oldest) {
		strbuf_adds(&text, "oldest answer ");
		age_format(&text, app->lens.now > self->lines.oldest ? app->lens.now - self->lines.oldest : 0);
	} else {
		strbuf_adds(&text, "nobody was asked yet");
	}
	status_title_text(app, "Owners of the findings", strbuf_text(&text));
	strbuf_clear(&text);
	owners_count_words(&self->lines, &text);
	draw_text(1, 1, app->cols - 1, ROLE_NORMAL, strbuf_text(&text), text.len);
	draw_state(app, self);
	for (i = self->list.top; i < self->lines.count && i < self->list.top + self->list.rows; i++)
		draw_item(app, self, i);
	draw_about(app, self);
	strbuf_release(&text);
}

/* -- acting -- */

/* To the table, narrowed to one team: by an expression, as words would take team-sql-2 for team-sql too. */
static unsigned show_team(struct app *app, const struct owners_line *line)
{
	char *before = app_state_now(app, UNDO_FILTER);
	struct strbuf where = STRBUF_INIT(TEXT_MAX);
	struct error err = {0};
	const char *at;

	strbuf_adds(&where, "Owner =~ \"");
	for (at = line->text; *at; at++)
		strbuf_addf(&where, *at == '"' || *at == '\\' ? "\\%c" : "%c", *at);
	strbuf_addc(&where, '"');
	app_set_tab(app, TAB_FINDINGS);
	app_set_words(app, "");
	if (app_set_where(app, strbuf_text(&where), NULL, &err))
		app_say(app, ROLE_MESSAGE, "The findings of %s; Esc shows all again.", line->text);
	else
		app_say(app, ROLE_ERROR, "%s", err.text);
	app_changed(app, UNDO_FILTER, "hosts of a team", before);
	strbuf_release(&where);
	return DO_CLOSE | DO_REBUILD;
}

static unsigned act_on_line(struct app *app, struct screen_owners *self, enum action_id id)
{
	const struct owners_line *line = current(self);
	struct slice host = line && line->kind == OWNERS_HOST ? table_packed_id(app->lens.table, line->row) : (struct slice){ NULL, 0 };

	if (id == ACTION_OPEN && line && line->kind == OWNERS_TEAM)
		return show_team(app, line);
	if (!host.text) {
		app_say(app, ROLE_MESSAGE, "That is for a line with a host.");
		return DO_DRAW;
	}
	if (id == ACTION_OPEN)
		return screen_candidates_open(app, host);
	return id == ACTION_ASSIGN ? screen_assign(app, host) : screen_unassign(app, host);
}

static unsigned owners_act(struct app *app, struct screen *screen, enum action_id id)
{
	struct screen_owners *self = self_of(screen);
	size_t before = self->list.cursor;

	if (list_act(&self->list, id)) {
		off_head(self, self->list.cursor < before);
		return DO_DRAW;
	}
	switch (id) {
	case ACTION_BACK:
	case ACTION_INTERRUPT:
		if (!is_asking(app, self))
			return id == ACTION_BACK ? DO_CLOSE : DO_PASS;
		app_wait_no_more(app, screen);
		app_say(app, ROLE_MESSAGE, "Stopped; what was answered before stands.");
		return DO_LAYOUT;
	case ACTION_ASK_OWNERS:
		return ask(app, self, true);
	case ACTION_OPEN:
	case ACTION_ASSIGN:
	case ACTION_UNASSIGN:
		return act_on_line(app, self, id);
	default:
		return DO_PASS;
	}
}

static unsigned owners_key(struct app *app, struct screen *screen, const struct key *key)
{
	struct screen_owners *self = self_of(screen);
	int list_y = SAID_Y + self->said_lines;
	size_t index = self->list.top + (size_t)(key->row - list_y);

	if (key->code == KEYCODE_WHEEL_UP || key->code == KEYCODE_WHEEL_DOWN) {
		list_move(&self->list, key->code == KEYCODE_WHEEL_UP ? -1 : 1);
		off_head(self, key->code == KEYCODE_WHEEL_UP);
		return DO_DRAW;
	}
	if (key->row < list_y || (size_t)(key->row - list_y) >= self->list.rows || index >= self->lines.count)
		return DO_NOTHING;
	list_move_to(&self->list, index);
	off_head(self, false);
	return key->code == KEYCODE_DOUBLE_CLICK ? app_act(app, ACTION_OPEN) : DO_DRAW;
}

static void owners_close(struct app *app, struct screen *screen)
{
	struct screen_owners *self = self_of(screen);

	app_wait_no_more(app, screen);
	app->closing.holds--;
	owners_lines_release(&self->lines);
	free(self);
}

static const enum action_id owners_footer[] = {
	ACTION_OPEN, ACTION_ASSIGN, ACTION_UNASSIGN, ACTION_ASK_OWNERS, ACTION_BACK, ACTION_NONE,
};

static const struct screen_ops owners_ops = {
	.context = CONTEXT_OWNERS, .name = "owners", .whole = true, .footer = owners_footer, .open = "show/choose",
	.open_help = "show the findings of the team, or choose who owns the host",
	.layout = owners_layout, .draw = owners_draw, .act = owners_act, .key = owners_key, .close = owners_close,
};

unsigned screen_owners_open(struct app *app)
{
	struct screen_owners *self = xcalloc(1, sizeof *self);

	self->base.ops = &owners_ops;
	session_tick(app->session);
	app->closing.holds++;
	app_push(app, &self->base);
	return app_top(app) == &self->base ? ask(app, self, false) | DO_LAYOUT : DO_LAYOUT;
}
