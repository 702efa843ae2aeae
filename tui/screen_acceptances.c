/* screen_acceptances.c - every acceptance: those that ended by themselves lately first and in red, then by date. Enter goes to the host. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/model/accept.h"
#include "tui/draw.h"
#include "tui/fit.h"
#include "tui/list.h"
#include "tui/page.h"
#include "tui/status.h"

#define LIST_Y 3         /* title, counts, head */
#define STATE_X 2
#define STATE_WIDTH 9
#define DATE_WIDTH 10
#define LEFT_WIDTH 5
#define NARROW 100       /* columns below which names are cut for the host's sake */
#define HOST_LEAST 14
#define HOST_MOST 40
#define REASON_LEAST 14  /* the whole reason stands below the list */
#define ABOUT_LINES 3    /* of the acceptance under the cursor: what it is, and its reason */
#define ABOUT_ROWS 20    /* rows of the screen below which one line has to do */
#define TINY 72          /* columns below which the name has no place in the list: it stands below */

struct screen_acceptances {
	struct screen base;
	struct list list;
	size_t *order;          /* indices into the session's set; owned */
	uint64_t generation;    /* of the set that it is made from */
	int64_t now;
	bool stay;              /* when the order changes, the cursor keeps its place and not its acceptance: after a revocation */
	bool read;              /* `order` was made once */
	int longest;            /* columns of the longest host name, HOST_MOST at most */
};

static struct screen_acceptances *self_of(struct screen *screen)
{
	return (struct screen_acceptances *)screen;
}

static const struct acceptances *set_of(struct app *app)
{
	return session_acceptances(app->session);
}

static const struct acceptance *item_at(struct app *app, const struct screen_acceptances *self, size_t place)
{
	return &set_of(app)->items[self->order[place]];
}

/* Bytes of a name without the domain that most hosts share. */
static size_t short_name(const struct app *app, const char *host)
{
	size_t n = strlen(host);

	return app_in_domain(app, host, n) ? n - strlen(app->domain) : n;
}

static int longest_name(const struct app *app, const struct acceptances *set)
{
	int most = 0, width;
	size_t i;

	for (i = 0; i < set->count && most < HOST_MOST; i++) {
		width = fit_columns(set->items[i].host, short_name(app, set->items[i].host), !term_utf8());
		most = width > most ? width : most;
	}
	return most < HOST_MOST ? most : HOST_MOST;
}

/* The order again when the set, or the day, is another one; the cursor stays on its acceptance. */
static void follow(struct app *app, struct screen_acceptances *self)
{
	const struct acceptances *set = set_of(app);
	int64_t now = app->lens.now, id = 0;
	size_t i;

	if (self->read && self->generation == set->generation && self->now / 60 == now / 60)
		return;
	if (self->read && !self->stay && self->list.count && self->order[self->list.cursor] < set->count)
		id = set->items[self->order[self->list.cursor]].id;
	free(self->order);
	self->order = xmalloc((set->count + 1) * sizeof *self->order);
	acceptances_order(set, now, self->order);
	self->generation = set->generation;
	self->now = now;
	self->read = true;
	self->longest = longest_name(app, set);
	self->stay = false;
	list_fit(&self->list, set->count, self->list.rows);
	for (i = 0; id && i < set->count; i++)
		if (set->items[self->order[i]].id == id)
			list_move_to(&self->list, i);
}

static int about_lines(const struct app *app)
{
	return app->rows < ABOUT_ROWS ? 1 : ABOUT_LINES;
}

static void acceptances_layout(struct app *app, struct screen *screen)
{
	struct screen_acceptances *self = self_of(screen);
	int rows = app->rows - LIST_Y - 2 - about_lines(app);   /* message, footer */

	follow(app, self);
	list_fit(&self->list, set_of(app)->count, rows > 0 ? (size_t)rows : 0);
}

/* -- drawing -- */

/* One word; a second channel beside the colour. */
static const char *state_word(struct app *app, size_t index, enum role *role)
{
	const struct acceptances *set = set_of(app);
	const struct acceptance *item = &set->items[index];
	bool loud = acceptance_class_at(set, index, app->lens.now) == ACCEPT_LOUD;

	*role = loud ? ROLE_WORST : ROLE_MUTED;
	switch (acceptance_end_at(item, app->lens.now)) {
	case ACCEPT_EXPIRED: return loud ? "EXPIRED" : "expired";
	case ACCEPT_EVIDENCE: return loud ? "CHANGED" : "changed";
	case ACCEPT_REVOKED: return "revoked";
	default: break;
	}
	*role = acceptance_ends_soon(item, app->lens.now) ? ROLE_WARN : ROLE_NORMAL;
	return *role == ROLE_WARN ? "ENDS SOON" : "in force";
}

static int who_width(const struct app *app)
{
	return app->cols < TINY ? 0 : app->cols < NARROW ? 8 : 14;
}

/* As wide as the longest name, but no more than the fixed columns and the reason leave; two blanks stand before each of the other five. */
static int host_width(const struct app *app, int longest)
{
	int left = app->cols - STATE_X - STATE_WIDTH - DATE_WIDTH - LEFT_WIDTH - who_width(app) - 10 - REASON_LEAST;

	left = left > longest ? longest : left;
	return left < HOST_LEAST ? HOST_LEAST : left;
}

/* Cells of one line, left to right; each is clipped to its width. */
static void draw_line(struct app *app, int y, enum role role, int longest, const char *const texts[6])
{
	int widths[6] = { STATE_WIDTH, host_width(app, longest), DATE_WIDTH, LEFT_WIDTH, who_width(app), app->cols };
	int x = STATE_X, i;

	draw_fill(y, 0, app->cols, role);
	for (i = 0; i < 6 && x < app->cols; i++) {
		int width = widths[i] < app->cols - x ? widths[i] : app->cols - x;
		if (!width)
			continue;
		draw_cell(y, x, width, role, texts[i], strlen(texts[i]), i == 3);
		x += width + 2;
	}
}

static void draw_item(struct app *app, struct screen_acceptances *self, size_t place)
{
	const struct acceptance *item = item_at(app, self, place);
	bool here = place == self->list.cursor;
	int y = LIST_Y + (int)(place - self->list.top);
	struct strbuf host = STRBUF_INIT(SIZE_MAX / 4), until = STRBUF_INIT(64), left = STRBUF_INIT(32), said = STRBUF_INIT(SIZE_MAX / 4);
	int64_t days = (item->until - app->lens.now + SPAN_DAY - 1) / SPAN_DAY;
	enum role role;
	const char *state = state_word(app, self->order[place], &role);

	strbuf_add(&host, item->host, short_name(app, item->host));
	time_format(&until, item->until);
	if (until.len > DATE_WIDTH)
		until.buf[until.len = DATE_WIDTH] = '\0';
	if (acceptance_end_at(item, app->lens.now) == ACCEPT_IN_FORCE)
		strbuf_addf(&left, "%lldd", (long long)days);
	if (*item->ended_why)
		strbuf_addf(&said, "%s: ", item->ended_why);
	strbuf_adds(&said, item->reason);
	const char *const texts[6] = { state, strbuf_text(&host), strbuf_text(&until), strbuf_text(&left), item->who, strbuf_text(&said) };
	draw_line(app, y, here ? ROLE_CURSOR : role, self->longest, texts);
	if (here) {
		draw_string(y, 0, 1, ROLE_CURSOR, ">");
		draw_cursor(y, 0);
	}
	strbuf_release(&host);
	strbuf_release(&until);
	strbuf_release(&left);
	strbuf_release(&said);
}

/* How it ended, what was accepted when by whom, and why. */
static void about_words(const struct app *app, const struct acceptance *item, struct strbuf *out)
{
	enum acceptance_end end = acceptance_end_at(item, app->lens.now);

	if (end != ACCEPT_IN_FORCE) {
		strbuf_addf(out, "%s on ", acceptance_end_names[end]);
		status_time(out, acceptance_ended_at(item, app->lens.now));
		strbuf_addf(out, "%s%s%s; ", *item->ended_why ? " (" : "", item->ended_why, *item->ended_why ? ")" : "");
	}
	strbuf_addf(out, "accepted as %s", item->verdict < VERDICT_COUNT ? verdicts[item->verdict].name : "unknown");
	if (*item->other_av)
		strbuf_addf(out, " with %s", item->other_av);
	strbuf_adds(out, " on ");
	status_time(out, item->taken);
	strbuf_addf(out, " by %s: %s", item->who, item->reason);
}

/* All of the acceptance under the cursor that its line has no room for. */
static void draw_about(struct app *app, const struct screen_acceptances *self)
{
	struct strbuf text = STRBUF_INIT(SIZE_MAX / 4);
	struct page page = {0};
	struct area area = { .y = app->rows - 2 - about_lines(app), .width = app->cols, .height = about_lines(app) };

	if (self->list.count) {
		about_words(app, item_at(app, self, self->list.cursor), &text);
		if (area.height > 1)
			page_wrap(&page, ROLE_STATUS, 1, app->cols - 1, strbuf_text(&text));
		else
			page_line(&page, ROLE_STATUS, " %s", strbuf_text(&text));
		page_draw(&page, &area, 0);
		page_release(&page);
	}
	strbuf_release(&text);
}

static void acceptances_draw(struct app *app, struct screen *screen)
{
	static const char *const heads[6] = { "STATE", "HOST", "UNTIL", "LEFT", "WHO", "REASON" };
	struct screen_acceptances *self = self_of(screen);
	struct strbuf text = STRBUF_INIT(400);
	struct acceptance_counts counts;
	size_t i;

	follow(app, self);
	strbuf_addf(&text, "%zu of %zu", self->list.count ? self->list.cursor + 1 : 0, self->list.count);
	status_title_text(app, "Acceptances", strbuf_text(&text));
	strbuf_clear(&text);
	acceptances_tally(set_of(app), app->lens.now, &counts);
	acceptance_counts_text(&counts, &text);
	draw_string(1, 1, app->cols - 1, counts.loud ? ROLE_WORST : counts.soon ? ROLE_WARN : ROLE_NORMAL, strbuf_text(&text));
	draw_line(app, 2, ROLE_HEAD, self->longest, heads);
	for (i = self->list.top; i < self->list.count && i < self->list.top + self->list.rows; i++)
		draw_item(app, self, i);
	if (!self->list.count) {
		strbuf_clear(&text);
		keymap_keys(app->map, CONTEXT_TABLE, ACTION_ACCEPT_HOSTS, 1, &text);
		draw_format(LIST_Y, 3, app->cols - 3, ROLE_NORMAL, "No host was ever accepted%s%s%s.", text.len ? "; " : "",
		            strbuf_text(&text), text.len ? " on a finding records one" : "");
	}
	draw_about(app, self);
	strbuf_release(&text);
}

/* -- acting -- */

/* To the host in the table. An accepted one is out of the default tabs, so its own tab is opened for it. */
static unsigned go_to_host(struct app *app, const struct acceptance *item)
{
	bool accepted = acceptance_end_at(item, app->lens.now) == ACCEPT_IN_FORCE;
	char *before;

	app_fresh(app);
	if (view_find(&app->view, item->device))
		return DO_CLOSE;
	if (app_row_of(app, item->device) == MAP_NONE) {
		app_say(app, ROLE_MESSAGE, "%.100s is not in this run.", item->host);
		return DO_DRAW;
	}
	if (accepted && app->view.filter.tab != TAB_ACCEPTED) {
		before = app_state_now(app, UNDO_FILTER);
		app_set_tab(app, TAB_ACCEPTED);
		app_changed(app, UNDO_FILTER, "show accepted hosts", before);
		app_fresh(app);
		if (view_find(&app->view, item->device))
			return DO_CLOSE | DO_REBUILD;
		app_say(app, ROLE_MESSAGE, "%.100s is not shown: a filter hides it, or it is no finding now.", item->host);
		return DO_REBUILD;
	}
	app_say(app, ROLE_MESSAGE, "%.100s is not shown: another tab or the filter hides it.", item->host);
	return DO_DRAW;
}

/* Answered with yes. `subject` is the number of the acceptance: the list may have changed meanwhile. */
static unsigned revoke_now(struct app *app, const char *subject)
{
	struct screen *top = app_top(app);
	const struct acceptances *set = set_of(app);
	struct strbuf who = STRBUF_INIT(ACCEPT_WHO_MAX);
	struct error err = {0};
	long long id = strtoll(subject, NULL, 10);
	size_t i;

	for (i = 0; i < set->count && set->items[i].id != id; i++)
		;
	session_user(&who);
	session_tick(app->session);
	if (top->ops->context == CONTEXT_ACCEPTANCES)
		self_of(top)->stay = true;
	if (i == set->count)
		app_say(app, ROLE_ERROR, "That acceptance is not there any more.");
	else if (!who.len)
		app_say(app, ROLE_ERROR, "Your user id has no name in the user database; `rouse accept HOST --revoke --by NAME` takes one.");
	else if (session_revoke(app->session, set->items[i].device, strbuf_text(&who), &err))
		app_say(app, ROLE_ERROR, "%s", err.text);
	else
		app_say(app, ROLE_MESSAGE, "Revoked; the host is among the findings again.");
	strbuf_release(&who);
	return DO_LAYOUT | DO_REBUILD;
}

static unsigned ask_revoke(struct app *app, const struct acceptance *item)
{
	char question[300], subject[32];

	if (acceptance_end_at(item, app->lens.now) != ACCEPT_IN_FORCE || acceptances_find(set_of(app), item->device) != item) {
		app_say(app, ROLE_MESSAGE, "This acceptance is not in force any more.");
		return DO_DRAW;
	}
	snprintf(question, sizeof question, "Revoke the acceptance of %.100s?", item->host);
	snprintf(subject, sizeof subject, "%lld", (long long)item->id);
	screen_confirm_open(app, question, subject, revoke_now);
	return DO_LAYOUT;
}

static unsigned acceptances_act(struct app *app, struct screen *screen, enum action_id id)
{
	struct screen_acceptances *self = self_of(screen);

	follow(app, self);
	if (list_act(&self->list, id))
		return DO_DRAW;
	if (!self->list.count)
		return DO_PASS;
	if (id == ACTION_OPEN)
		return go_to_host(app, item_at(app, self, self->list.cursor));
	if (id == ACTION_REVOKE)
		return ask_revoke(app, item_at(app, self, self->list.cursor));
	return DO_PASS;
}

static unsigned acceptances_key(struct app *app, struct screen *screen, const struct key *key)
{
	struct screen_acceptances *self = self_of(screen);
	size_t index = self->list.top + (size_t)(key->row - LIST_Y);

	if (key->code == KEYCODE_WHEEL_UP || key->code == KEYCODE_WHEEL_DOWN) {
		list_move(&self->list, key->code == KEYCODE_WHEEL_UP ? -1 : 1);
		return DO_DRAW;
	}
	if (key->row < LIST_Y || (size_t)(key->row - LIST_Y) >= self->list.rows || index >= self->list.count)
		return DO_NOTHING;
	list_move_to(&self->list, index);
	return key->code == KEYCODE_DOUBLE_CLICK ? app_act(app, ACTION_OPEN) : DO_DRAW;
}

static void acceptances_close(struct app *app, struct screen *screen)
{
	(void)app;
	free(self_of(screen)->order);
	free(screen);
}

static const enum action_id acceptances_footer[] = { ACTION_OPEN, ACTION_REVOKE, ACTION_BACK, ACTION_QUIT, ACTION_NONE };

static const struct screen_ops acceptances_ops = {
	.context = CONTEXT_ACCEPTANCES, .name = "acceptances", .whole = true, .footer = acceptances_footer, .open = "show the host",
	.layout = acceptances_layout, .draw = acceptances_draw, .act = acceptances_act, .key = acceptances_key,
	.close = acceptances_close,
};

void screen_acceptances_open(struct app *app)
{
	struct screen_acceptances *self = xcalloc(1, sizeof *self);

	self->base.ops = &acceptances_ops;
	session_tick(app->session);
	screen_ended_look(app);
	app_push(app, &self->base);
}
