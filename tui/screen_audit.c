/* screen_audit.c - the group audit: every machine group of the run, whether the scope takes it, and names that nearly match. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "tui/draw.h"
#include "tui/screen_audit.h"
#include "tui/status.h"

#define FOOT_LINES 3       /* the line about the cursor's group, message, footer */
#define SIGN_WIDTH 9       /* `NO MATCH ` */
#define NUMBER_WIDTH 9
#define NAME_X (1 + SIGN_WIDTH + 2 * NUMBER_WIDTH + 2)
#define NAME_MIN 12        /* columns of a group's name at least */

static struct screen_audit *audit_of(struct screen *screen)
{
	return (struct screen_audit *)screen;
}

static int rows_for_list(const struct app *app, const struct screen_audit *self)
{
	int rows = app->rows - self->head - FOOT_LINES;

	return rows > 0 ? rows : 0;
}

/* Another run on the screen below: the cursor stays on its group. */
static void follow_run(struct app *app, struct screen_audit *self)
{
	const struct run *run = session_run(app->session);
	struct slice name = { NULL, 0 };
	char *kept = NULL;

	if (!run || run->id == self->run.id)
		return;
	if (self->count)
		name = audit_item_name(&self->items[self->list.cursor]);
	if (name.text)
		kept = xmemdup(name.text, name.len);
	name.text = kept;
	audit_fill(app, self);
	for (size_t i = 0; i < self->count; i++)
		if (slice_equal(audit_item_name(&self->items[i]), name))
			self->list.cursor = i;
	free(kept);
}

static void audit_layout(struct app *app, struct screen *screen)
{
	struct screen_audit *self = audit_of(screen);

	follow_run(app, self);
	list_fit(&self->list, self->count, (size_t)rows_for_list(app, self));
}

/* -- drawing -- */

/* In a few words how a group stands to the configured names. */
static void add_difference(const struct audit_item *item, struct strbuf *out)
{
	const struct audit_line *line = item->line;
	const struct audit_unmatched *unmatched = item->unmatched;

	if (line && audit_differs(item)) {
		groups_difference_words(line->difference, out);
		strbuf_adds(out, ": ");
		groups_show_name(slice_of(line->nearest), out);
	} else if (unmatched && unmatched->nearest) {
		strbuf_adds(out, "nearest: ");
		groups_show_name(unmatched->nearest->name, out);
	} else if (unmatched) {
		strbuf_adds(out, "nothing is like it");
	}
}

/* The name's part of the width: all it needs, but not more than half. */
static int name_columns(const struct app *app, const struct screen_audit *self)
{
	int half = (app->cols - NAME_X) / 2, width = self->name_width < half ? self->name_width : half;

	return width > NAME_MIN ? width : NAME_MIN;
}

static void draw_item(struct app *app, struct screen_audit *self, size_t index)
{
	const struct audit_item *item = &self->items[index];
	const struct audit_line *line = item->line;
	bool here = index == self->list.cursor, trouble = item->unmatched || line->at_stake;
	int y = self->head + (int)(index - self->list.top), name_width = name_columns(app, self);
	enum role role = here ? ROLE_CURSOR : trouble ? ROLE_WARN : line->in_scope ? ROLE_NORMAL : ROLE_MUTED;
	const char *sign = item->unmatched ? "NO MATCH" : line->at_stake ? "NEARLY" : line->in_scope ? "yes" : "no";
	const char *findings = line && line->judged ? NUMBER(line->findings) : draw_glyph(GLYPH_DASH);
	const char *servers = NUMBER(line ? line->group->servers : 0);
	struct strbuf text = STRBUF_INIT(SIZE_MAX);

	draw_fill(y, 0, app->cols, role);
	draw_cell(y, 1, SIGN_WIDTH, role, sign, strlen(sign), false);
	draw_cell(y, 1 + SIGN_WIDTH, NUMBER_WIDTH, role, servers, strlen(servers), true);
	draw_cell(y, 1 + SIGN_WIDTH + NUMBER_WIDTH, NUMBER_WIDTH, role, findings, strlen(findings), true);
	audit_show_name(audit_item_name(item), &text);
	draw_text(y, NAME_X, audit_differs(item) ? name_width : app->cols - NAME_X, role, strbuf_text(&text), text.len);
	strbuf_clear(&text);
	add_difference(item, &text);
	draw_text(y, NAME_X + name_width + 2, app->cols - NAME_X - name_width - 2, role, strbuf_text(&text), text.len);
	if (here)
		draw_cursor(y, 0);
	strbuf_release(&text);
}

/* The total, and what is to be said of it: a line each. */
static void draw_summary(struct app *app, const struct screen_audit *self)
{
	static const enum role roles[AUDIT_SENTENCES] = { ROLE_WARN, ROLE_NORMAL, ROLE_WARN, ROLE_WARN, ROLE_WARN };
	struct strbuf text = STRBUF_INIT(SIZE_MAX);
	int y = 1;

	if (self->audit.known)
		groups_say_total(&self->audit, &text);
	draw_string(y++, 1, app->cols - 1, ROLE_NORMAL, strbuf_text(&text));
	for (int i = 0; i < AUDIT_SENTENCES; i++)
		if (self->sentences[i].len)
			draw_string(y++, 1, app->cols - 1, roles[i], strbuf_text(&self->sentences[i]));
	strbuf_release(&text);
}

/* What a name alone does not show about the group under the cursor. */
static void add_about(const struct audit_item *item, struct strbuf *out)
{
	const struct audit_line *line = item->line;

	if (item->unmatched) {
		groups_say_unmatched(item->unmatched, out);
	} else if (audit_differs(item)) {
		groups_difference_words(line->difference, out);
		strbuf_adds(out, ": ");
		groups_place(line->group->name, slice_of(line->nearest), out);
		strbuf_adds(out, line->in_scope ? "; the scope folds it to " : "; the scope has ");
		groups_show_name(slice_of(line->nearest), out);
	} else {
		audit_show_name(line->group->name, out);
		if (!line->judged)
			strbuf_adds(out, ": out of scope at the run, findings not known");
	}
}

static void draw_about(struct app *app, const struct screen_audit *self)
{
	struct strbuf text = STRBUF_INIT(SIZE_MAX);
	int y = app->rows - FOOT_LINES;

	if (self->count)
		add_about(&self->items[self->list.cursor], &text);
	draw_fill(y, 0, app->cols, ROLE_STATUS);
	draw_text(y, 1, app->cols - 1, ROLE_STATUS, strbuf_text(&text), text.len);
	strbuf_release(&text);
}

static void audit_draw(struct app *app, struct screen *screen)
{
	struct screen_audit *self = audit_of(screen);
	int name_width = name_columns(app, self);
	struct strbuf text = STRBUF_INIT(SIZE_MAX);

	strbuf_addf(&text, "run %s   %zu of %zu", NUMBER((unsigned long long)self->run.id), self->count ? self->list.cursor + 1 : 0,
	            self->count);
	status_title_text(app, "Group audit", strbuf_text(&text));
	draw_summary(app, self);
	strbuf_clear(&text);
	strbuf_addf(&text, " %-*s%*s%*s  %-*s  %s", SIGN_WIDTH, "IN SCOPE", NUMBER_WIDTH, "SERVERS", NUMBER_WIDTH, "FINDINGS", name_width,
	            "GROUP", "DIFFERENCE: CONFIGURED");
	draw_cell(self->head - 1, 0, app->cols, ROLE_HEAD, strbuf_text(&text), text.len, false);
	for (size_t i = self->list.top; i < self->count && i < self->list.top + self->list.rows; i++)
		draw_item(app, self, i);
	if (!self->audit.known) {
		draw_string(self->head, 1, app->cols - 1, ROLE_WARN, "The run is from before machine groups were counted, so nothing can be");
		draw_string(self->head + 1, 1, app->cols - 1, ROLE_WARN, "said of them. Run the detection again.");
	} else if (!self->count) {
		draw_string(self->head, 3, app->cols - 3, ROLE_NORMAL, "The run has no server of a platform in scope, so there is no group.");
	}
	draw_about(app, self);
	strbuf_release(&text);
}

/* -- acting -- */

/* A name as a line of the configuration: of a configured one without a match, the group that was most likely meant. */
static unsigned copy_line(struct app *app, const struct screen_audit *self)
{
	const struct audit_item *item = &self->items[self->list.cursor];
	struct slice name = audit_item_name(item);
	struct strbuf line = STRBUF_INIT(8192), what = STRBUF_INIT(SIZE_MAX);
	unsigned redo = DO_DRAW;

	if (item->unmatched && item->unmatched->nearest)
		name = item->unmatched->nearest->name;
	strbuf_adds(&line, "group = ");
	if (!name.len)
		app_say(app, ROLE_MESSAGE, "Servers without a group cannot be chosen by a name.");
	else if (item->unmatched && !item->unmatched->nearest)
		app_say(app, ROLE_MESSAGE, "This name is configured, and no group of the estate is like it.");
	else if (!config_quote(name, &line))
		app_say(app, ROLE_ERROR, "No line of the configuration can hold this name: it has a line end in it, or is too long.");
	else {
		strbuf_adds(&what, "the line ");
		groups_show_name((struct slice){ strbuf_text(&line), line.len }, &what);
		redo = app_copy_text(app, strbuf_text(&line), line.len, strbuf_text(&what));
	}
	strbuf_release(&line);
	strbuf_release(&what);
	return redo;
}

/* The table narrowed to one group, in this spelling only. */
static unsigned show_hosts(struct app *app, const struct screen_audit *self)
{
	const struct audit_line *line = self->items[self->list.cursor].line;
	char *before;

	if (!line || !line->judged || !line->findings) {
		app_say(app, ROLE_MESSAGE, !line ? "No server is in this group." : line->judged ? "The run has no finding in this group."
		        : "This group was out of scope at the run, so it has no findings to show.");
		return DO_DRAW;
	}
	before = app_state_now(app, UNDO_FILTER);
	app_set_groups(app, &line->group->name, 1);
	app_set_tab(app, TAB_FINDINGS);
	app_changed(app, UNDO_FILTER, "machine group", before);
	app_say(app, ROLE_MESSAGE, "%s finding%s in this group%s. Esc shows all groups again.", NUMBER(line->findings),
	        line->findings == 1 ? "" : "s", app->words[0] || app->view.filter.expr ? "; the filter stays"
	        : app_accepted(app, TAB_ACCEPTED) ? ", accepted ones counted" : "");
	return DO_CLOSE | DO_REBUILD;
}

static unsigned audit_act(struct app *app, struct screen *screen, enum action_id id)
{
	struct screen_audit *self = audit_of(screen);

	if (list_act(&self->list, id))
		return DO_DRAW;
	if (!self->count && (id == ACTION_OPEN || id == ACTION_COPY_LINE)) {
		app_say(app, ROLE_MESSAGE, "No group is under the cursor.");
		return DO_DRAW;
	}
	if (id == ACTION_OPEN)
		return show_hosts(app, self);
	return id == ACTION_COPY_LINE ? copy_line(app, self) : (unsigned)DO_PASS;
}

static unsigned audit_key(struct app *app, struct screen *screen, const struct key *key)
{
	struct screen_audit *self = audit_of(screen);
	size_t index = self->list.top + (size_t)(key->row - self->head);

	if (key->code == KEYCODE_WHEEL_UP || key->code == KEYCODE_WHEEL_DOWN) {
		list_move(&self->list, key->code == KEYCODE_WHEEL_UP ? -1 : 1);
		return DO_DRAW;
	}
	if (key->row < self->head || key->row >= self->head + rows_for_list(app, self) || index >= self->count)
		return DO_NOTHING;
	list_move_to(&self->list, index);
	return key->code == KEYCODE_DOUBLE_CLICK ? app_act(app, ACTION_OPEN) : DO_DRAW;
}

static void audit_close(struct app *app, struct screen *screen)
{
	struct screen_audit *self = audit_of(screen);

	(void)app;
	audit_release(self);
	free(self);
}

static const enum action_id audit_footer[] = { ACTION_OPEN, ACTION_COPY_LINE, ACTION_BACK, ACTION_QUIT, ACTION_NONE };

static const struct screen_ops audit_ops = {
	.context = CONTEXT_AUDIT, .name = "group audit", .whole = true, .footer = audit_footer, .open = "show its hosts",
	.layout = audit_layout, .draw = audit_draw, .act = audit_act, .key = audit_key, .close = audit_close,
};

void screen_audit_open(struct app *app)
{
	struct screen_audit *self = xcalloc(1, sizeof *self);

	self->base.ops = &audit_ops;
	for (int i = 0; i < AUDIT_SENTENCES; i++)
		strbuf_init(&self->sentences[i], SIZE_MAX);
	audit_fill(app, self);
	app_push(app, &self->base);
}
