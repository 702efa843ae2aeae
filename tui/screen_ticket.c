/* screen_ticket.c - the review of the one ticket: owners first, then everything that would be sent, and the number of hosts that sends it. */
#include "tui/screen_ticket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "tui/draw.h"
#include "tui/prompt.h"
#include "tui/status.h"
#include "tui/ticket_choice.h"

#define BODY_MAX (64u << 20)
#define LINE_MAX_COLUMNS 400

static struct screen_ticket *ticket_of(struct screen *screen)
{
	return (struct screen_ticket *)screen;
}

/* -- sending -- */

/* Only the exact number sends. */
static unsigned enter(struct app *app, struct screen_ticket *self)
{
	unsigned long typed = strtoul(self->number, NULL, 10);

	if (self->stage != STAGE_READY)
		return DO_NOTHING;
	if (self->review.too_many) {
		app_say(app, ROLE_ERROR, "Nothing was sent: more than %s hosts, [tickets] hosts_max. Choose fewer.",
		        NUMBER(self->review.too_many));
	} else if (!self->number[0]) {
		app_say(app, ROLE_MESSAGE, "Enter alone sends nothing: type the number of hosts first, then Enter.");
	} else if (typed != self->draft.host_count) {
		app_say(app, ROLE_ERROR, "Nothing was sent: %s was typed, and the ticket is for %s host%s.", self->number,
		        NUMBER(self->draft.host_count), self->draft.host_count == 1 ? "" : "s");
		self->number[0] = '\0';
	} else {
		return ticket_send(app, self);
	}
	return DO_DRAW;
}

/* -- a person's words -- */

static struct screen_ticket *on_top(struct app *app)
{
	return app_top(app)->ops->context == CONTEXT_TICKET ? ticket_of(app_top(app)) : NULL;
}

static void put_words(char **field, const char *text)
{
	free(*field);
	*field = text[strspn(text, " ")] ? xstrdup(text) : NULL;
}

static unsigned title_done(struct app *app, const char *text, struct slice subject)
{
	struct screen_ticket *self = on_top(app);

	(void)subject;
	if (!self || !strcmp(text, self->draft.title))
		return DO_LAYOUT;
	put_words(&self->title, text);
	return ticket_change(app, self);
}

static unsigned note_done(struct app *app, const char *text, struct slice subject)
{
	struct screen_ticket *self = on_top(app);

	(void)subject;
	if (!self || !strcmp(text, self->note ? self->note : ""))
		return DO_LAYOUT;
	put_words(&self->note, text);
	return ticket_change(app, self);
}

static unsigned ask_words(struct app *app, struct screen_ticket *self, bool title)
{
	struct prompt_ask ask = {
		.label = title ? " title (empty: as it was made): " : " note on the ticket: ", .text = title ? self->draft.title : self->note,
		.history = title ? NULL : &app->histories.note, .max = title ? DRAFT_TITLE_MAX : DRAFT_NOTE_MAX,
		.done = title ? title_done : note_done,
	};

	prompt_open(app, &ask);
	return DO_LAYOUT;
}

static unsigned show(struct app *app, struct screen_ticket *self, bool request)
{
	struct strbuf text = STRBUF_INIT(BODY_MAX);
	struct error err = {0};
	int failed = request ? session_draft_request(app->session, &self->draft, &text, &err)
	                     : session_draft_body(app->session, &self->draft, &text, &err);

	if (failed)
		app_say(app, ROLE_ERROR, "%s", err.text);
	else
		page_screen_open_text(app, request ? "The request as it would go out" : "The ticket as it would be sent", strbuf_text(&text));
	strbuf_release(&text);
	return DO_LAYOUT;
}

static unsigned toggle(struct app *app, struct screen_ticket *self, enum action_id id)
{
	if (id == ACTION_FRESH && !ticket_may_be_fresh(app, self)) {
		app_say(app, ROLE_MESSAGE, "No open ticket is known, or each run has its own: there is nothing to choose.");
	} else if (id == ACTION_FRESH) {
		self->fresh = !self->fresh;
		self->number[0] = '\0';
	} else if (!self->places[0]) {
		app_say(app, ROLE_MESSAGE, "The console has nowhere to post a digest to: [notify] kind names teams, slack or command.");
	} else {
		self->digest = !self->digest;
	}
	self->stale = true;
	return DO_LAYOUT;
}

/* What can be done with a draft that is not on its way. */
static unsigned act_on_draft(struct app *app, struct screen_ticket *self, enum action_id id)
{
	if (self->stage == STAGE_ASKING || self->stage == STAGE_SENDING) {
		app_say(app, ROLE_MESSAGE, self->stage == STAGE_SENDING ? "The ticket is on its way: wait, or stop waiting with Esc."
		                                                        : "The CMDB is being asked: wait, or go on without it with Esc.");
		return DO_DRAW;
	}
	if (id == ACTION_BODY || id == ACTION_REQUEST)
		return show(app, self, id == ACTION_REQUEST);
	if (self->stage == STAGE_SENT) {
		app_say(app, ROLE_MESSAGE, "The ticket is sent: Esc goes back to the table.");
		return DO_DRAW;
	}
	if (id == ACTION_TITLE || id == ACTION_TICKET_NOTE)
		return ask_words(app, self, id == ACTION_TITLE);
	if (id != ACTION_SEND_AGAIN)
		return toggle(app, self, id);
	if (self->stage == STAGE_FAILED)
		return ticket_send(app, self);
	app_say(app, ROLE_MESSAGE, "Nothing was tried yet: the number of hosts and Enter send it.");
	return DO_DRAW;
}

static unsigned go_back(struct app *app, struct screen_ticket *self)
{
	if (self->stage == STAGE_ASKING || self->stage == STAGE_SENDING)
		return ticket_stop(app, self);
	if (self->number[0]) {
		self->number[0] = '\0';
		return DO_DRAW;
	}
	if (self->page.page.find[0])
		return page_screen_act(app, &self->page.base, ACTION_BACK);
	if (self->stage == STAGE_READY && !self->outcome[0])
		app_say(app, ROLE_MESSAGE, "Nothing was sent%s.", self->choice.marked ? "; the marks are kept" : "");
	return DO_CLOSE;
}

static unsigned ticket_act(struct app *app, struct screen *screen, enum action_id id)
{
	struct screen_ticket *self = ticket_of(screen);
	bool busy = self->stage == STAGE_ASKING || self->stage == STAGE_SENDING;

	switch (id) {
	case ACTION_OPEN:
		return enter(app, self);
	case ACTION_BACK:
		return go_back(app, self);
	case ACTION_INTERRUPT:
		return busy ? ticket_stop(app, self) : DO_PASS;
	case ACTION_QUIT:
		if (self->stage != STAGE_SENDING)
			return DO_PASS;
		app_say(app, ROLE_MESSAGE, "The ticket is on its way: Esc stops waiting for it, then q leaves.");
		return DO_DRAW;
	case ACTION_BODY:
	case ACTION_REQUEST:
	case ACTION_TITLE:
	case ACTION_TICKET_NOTE:
	case ACTION_FRESH:
	case ACTION_WITH_DIGEST:
	case ACTION_SEND_AGAIN:
		return act_on_draft(app, self, id);
	default:
		return page_screen_act(app, screen, id);
	}
}

/* Digits of the number; pasted ones never get here. */
static unsigned ticket_key(struct app *app, struct screen *screen, const struct key *key)
{
	struct screen_ticket *self = ticket_of(screen);
	size_t len = strlen(self->number);

	if (key->code == KEYCODE_WHEEL_UP || key->code == KEYCODE_WHEEL_DOWN)
		return page_screen_act(app, screen, key->code == KEYCODE_WHEEL_UP ? ACTION_UP : ACTION_DOWN);
	if (self->stage != STAGE_READY)
		return key->code >= '0' && key->code <= '9' ? DO_NOTHING : DO_PASS;
	if (key->code == KEYCODE_BACKSPACE && len) {
		self->number[len - 1] = '\0';
	} else if (key->code >= '0' && key->code <= '9') {
		if (len == TICKET_NUMBER_MAX) {
			term_bell();
			return DO_NOTHING;
		}
		self->number[len] = (char)key->code;
		self->number[len + 1] = '\0';
	} else {
		return key->code == KEYCODE_BACKSPACE ? DO_NOTHING : DO_PASS;
	}
	app->message[0] = '\0';
	return DO_DRAW;
}

/* -- drawing -- */

/* The line that sends, or what happens instead. */
static void draw_line(struct app *app, struct screen_ticket *self)
{
	static const char *const lines[] = {
		[STAGE_ASKING] = "", [STAGE_SENDING] = "",
		[STAGE_READY] = " To send, type the number of hosts and press Enter:  ",
		[STAGE_SENT] = " Sent. Esc goes back to the table.",
	};
	struct strbuf text = STRBUF_INIT(LINE_MAX_COLUMNS), key = STRBUF_INIT(64);
	int y = app->rows - 3, x;

	if (self->stage == STAGE_FAILED) {
		keymap_keys(app->map, CONTEXT_TICKET, ACTION_SEND_AGAIN, 1, &key);
		strbuf_addf(&text, self->uncertain ? " Not known whether it was sent. %s looks for it, and sends it only if it is not there."
		                                   : " Not sent. %s tries again.", key.len ? strbuf_text(&key) : ":send-again");
	} else if (self->stage == STAGE_READY && self->review.too_many) {
		strbuf_adds(&text, " Too many hosts for one ticket: nothing can be sent. Esc goes back.");
	} else if (self->stage == STAGE_ASKING || self->stage == STAGE_SENDING) {
		strbuf_adds(&text, self->stage == STAGE_SENDING ? " Sending: " : " ");
		(void)app_job_words(app, &text);
		strbuf_addf(&text, ", %s s. Esc %s", NUMBER((unsigned long long)((clock_ms() - self->began_ms) / 1000)),
		            self->stage == STAGE_SENDING ? "stops waiting." : "goes on without owners.");
	} else {
		strbuf_adds(&text, lines[self->stage]);
	}
	draw_fill(y, 0, app->cols, ROLE_INPUT);
	x = draw_text(y, 0, app->cols, ROLE_PROMPT, strbuf_text(&text), text.len);
	if (self->stage == STAGE_READY && !self->review.too_many) {
		x += draw_string(y, x, app->cols - x, ROLE_INPUT, self->number);
		draw_cursor(y, x < app->cols ? x : app->cols - 1);
	}
	strbuf_release(&text);
	strbuf_release(&key);
}

/* What Enter would do now; a message of a key stands before it. */
static void draw_hint_line(struct app *app, const struct screen_ticket *self)
{
	bool matches = self->number[0] && strtoul(self->number, NULL, 10) == self->draft.host_count;

	if (app->message[0] || self->stage != STAGE_READY || self->review.too_many || app_top(app) != &self->page.base)
		return;
	draw_format(app->rows - 2, 1, app->cols - 1, ROLE_MESSAGE, matches ? "%s matches. Enter sends." :
	            self->choice.marked ? "%sEsc goes back, the marks are kept." : "%sEsc goes back.", matches ? self->number : "");
}

static void ticket_draw(struct app *app, struct screen *screen)
{
	static const char *const right[] = {
		[STAGE_ASKING] = "nothing has been sent yet", [STAGE_READY] = "nothing has been sent yet", [STAGE_SENDING] = "being sent",
		[STAGE_FAILED] = "not sent", [STAGE_SENT] = "sent",
	};
	struct screen_ticket *self = ticket_of(screen);
	uint32_t hosts = self->stage == STAGE_ASKING ? self->choice.count : self->draft.host_count;
	char title[80];

	snprintf(title, sizeof title, "Review: one ticket for %s host%s", NUMBER(hosts), hosts == 1 ? "" : "s");
	status_title_text(app, title, self->stage == STAGE_FAILED && self->uncertain ? "perhaps sent" : right[self->stage]);
	page_screen_draw(app, screen);
	draw_line(app, self);
	draw_hint_line(app, self);
}

static const struct screen_ops *ops_of(const struct app *app, const struct screen_ticket *self);

static void ticket_layout(struct app *app, struct screen *screen)
{
	struct screen_ticket *self = ticket_of(screen);

	screen->ops = ops_of(app, self);
	if (self->stale || self->made_width != app->cols) {
		ticket_text(app, self, &self->page.page, app->cols);
		self->made_width = app->cols;
		self->stale = false;
	}
	page_screen_layout(app, screen);
}

static void ticket_close(struct app *app, struct screen *screen)
{
	struct screen_ticket *self = ticket_of(screen);

	app_wait_no_more(app, screen);
	app->closing.holds--;
	ticket_choice_release(&self->choice);
	draft_release(&self->draft);
	session_review_release(&self->review);
	page_release(&self->page.page);
	free(self->title);
	free(self->note);
	free(self);
}

static const enum action_id fresh_footer[] = {
	ACTION_BACK, ACTION_BODY, ACTION_REQUEST, ACTION_TITLE, ACTION_TICKET_NOTE, ACTION_WITH_DIGEST, ACTION_SEARCH, ACTION_NONE,
};
static const enum action_id update_footer[] = {
	ACTION_BACK, ACTION_BODY, ACTION_REQUEST, ACTION_TITLE, ACTION_TICKET_NOTE, ACTION_FRESH, ACTION_WITH_DIGEST, ACTION_SEARCH,
	ACTION_NONE,
};
static const enum action_id failed_footer[] = {
	ACTION_SEND_AGAIN, ACTION_BACK, ACTION_BODY, ACTION_REQUEST, ACTION_TITLE, ACTION_TICKET_NOTE, ACTION_NONE,
};
static const enum action_id busy_footer[] = { ACTION_BACK, ACTION_NONE };

#define TICKET_OPS(keys) { \
	.context = CONTEXT_TICKET, .name = "ticket review", .whole = true, .digits = true, .footer = keys, \
	.open_help = "send, once the number of hosts is typed", \
	.layout = ticket_layout, .draw = ticket_draw, .act = ticket_act, .key = ticket_key, .close = ticket_close, \
}

/* The same screen with what its footer offers now. */
static const struct screen_ops *ops_of(const struct app *app, const struct screen_ticket *self)
{
	static const struct screen_ops fresh = TICKET_OPS(fresh_footer), update = TICKET_OPS(update_footer),
	                               failed = TICKET_OPS(failed_footer), busy = TICKET_OPS(busy_footer);

	if (self->stage == STAGE_FAILED)
		return &failed;
	if (self->stage != STAGE_READY)
		return &busy;
	return ticket_may_be_fresh(app, self) ? &update : &fresh;
}

unsigned screen_ticket_open(struct app *app)
{
	const char *old = app_not_newest(app);
	struct strbuf places = STRBUF_INIT(sizeof ((struct screen_ticket *)0)->places - 1);
	struct ticket_choice choice = {0};
	struct screen_ticket *self;

	if (old || !session_has_tickets(app->session)) {
		app_say(app, ROLE_MESSAGE, "%s", old ? old : "No ticket system is configured: [tickets] kind is none.");
		return DO_DRAW;
	}
	if (!ticket_choice_make(app, &choice)) {
		ticket_choice_release(&choice);
		return DO_DRAW;
	}
	self = xcalloc(1, sizeof *self);
	self->page.base.ops = ops_of(app, self);
	self->page.foot = 1;
	self->choice = choice;
	self->stale = true;
	self->digest = app_places(app, &places) > 0 && !app_is_posted(app);
	snprintf(self->places, sizeof self->places, "%s", strbuf_text(&places));
	strbuf_release(&places);
	app->closing.holds++;
	app_push(app, &self->page.base);
	return app_top(app) == &self->page.base ? ticket_ask_owners(app, self) | DO_LAYOUT : DO_LAYOUT;
}
