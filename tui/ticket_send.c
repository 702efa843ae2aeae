/* ticket_send.c - what the review of the ticket waits for: owners, the draft, the send, and what is said of each. */
#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "tui/ticket_choice.h"

#define BODY_MAX (64u << 20)

/* -- the draft -- */

static void count_body(struct app *app, struct screen_ticket *self)
{
	struct strbuf body = STRBUF_INIT(BODY_MAX);
	struct error ignored = {0};   /* the same trouble would have kept the draft from being made */
	size_t i;

	self->body_lines = self->body_bytes = 0;
	if (!session_draft_body(app->session, &self->draft, &body, &ignored)) {
		self->body_bytes = body.len;
		for (i = 0; i < body.len; i++)
			self->body_lines += body.buf[i] == '\n' || i + 1 == body.len;
	}
	strbuf_release(&body);
}

/* Makes it anew from the choice and a person's words; false with a sentence when there can be none. */
static bool make_draft(struct app *app, struct screen_ticket *self)
{
	const struct draft_wish wish = {
		.rows = self->choice.whole ? NULL : self->choice.rows, .count = self->choice.whole ? 0 : self->choice.count,
		.title = self->title, .note = self->note,
	};
	struct error err = {0};

	draft_release(&self->draft);
	session_review_release(&self->review);
	self->draft = (struct draft){0};
	self->number[0] = '\0';
	self->stale = true;
	session_tick(app->session);
	if (session_draft(app->session, &wish, &self->draft, &self->review, &err)) {
		app_say(app, ROLE_ERROR, "%s", err.text);
		return false;
	}
	if (!self->draft.host_count && !self->draft.update) {
		app_say(app, ROLE_MESSAGE, "There is nothing to send: every chosen host is accepted, and no ticket is open.");
		return false;
	}
	count_body(app, self);
	return true;
}

/* Owners are as known as they will be: from here on the number may be typed. What was typed before anybody could see it is thrown away. */
static unsigned get_ready(struct app *app, struct screen_ticket *self)
{
	if (!make_draft(app, self)) {
		app_close(app, &self->page.base);
		return DO_LAYOUT;
	}
	self->stage = STAGE_READY;
	key_discard();
	return DO_LAYOUT;
}

/* -- owners -- */

static unsigned owners_done(struct app *app, struct screen *screen, const struct error *err)
{
	struct screen_ticket *self = (struct screen_ticket *)screen;
	const struct resolved *resolved = session_resolved(app->session);

	if (err)
		snprintf(self->owners_failed, sizeof self->owners_failed, "%s", err->text);
	else if (resolved && resolved->failure[0])
		snprintf(self->owners_failed, sizeof self->owners_failed, "%s", resolved->failure);
	return get_ready(app, self);
}

/* Answers that are fresh enough are not asked for again, so that this often ends at once. The digest counts every finding by its team, so
 * with one all are asked about. */
unsigned ticket_ask_owners(struct app *app, struct screen_ticket *self)
{
	bool all = self->choice.whole || self->digest;
	struct error err = {0};

	if (!session_has_owners(app->session))
		return get_ready(app, self);
	if (session_resolve(app->session, all ? NULL : self->choice.rows, all ? 0 : self->choice.count, false, &err))
		return owners_done(app, &self->page.base, &err);
	self->stage = STAGE_ASKING;
	self->began_ms = clock_ms();
	app_wait_for(app, &self->page.base, owners_done);
	return DO_LAYOUT;
}

/* -- sending -- */

static unsigned sent_well(struct app *app, struct screen_ticket *self, const struct ensure_result *result)
{
	bool stays = result->warning_count || result->status != STATUS_DONE;
	bool digest = self->digest && self->places[0];
	char sentence[sizeof app->closing.sent];

	snprintf(sentence, sizeof sentence, "%s", self->outcome);
	ticket_choice_sent(app, &self->choice);
	self->stage = STAGE_SENT;
	self->stale = true;
	self->page.top = 0;
	if (!stays)
		app_close(app, &self->page.base);
	if (digest)
		return app_post(app, ROLE_MESSAGE, sentence) | DO_LAYOUT;
	app_tell(app, stays ? ROLE_WARN : ROLE_MESSAGE, "%s", sentence);
	return DO_LAYOUT;
}

static unsigned not_sent(struct screen_ticket *self, const char *why, bool uncertain)
{
	snprintf(self->outcome, sizeof self->outcome, "%s", why);
	self->uncertain = uncertain;
	self->stage = STAGE_FAILED;
	self->stale = true;
	self->page.top = 0;
	return DO_LAYOUT;
}

/* What the system holds now, by its own word: the result was read back. */
static unsigned sent(struct app *app, struct screen *screen, const struct error *err)
{
	struct screen_ticket *self = (struct screen_ticket *)screen;
	const struct ensure_result *result = session_sent(app->session);

	if (err || !result || !result->count)
		return not_sent(self, err ? err->text : "Nothing came back from the ticket system.", err == NULL);
	if (result->items[0].word == ENSURE_UNCERTAIN || result->items[0].word == ENSURE_FAILED)
		return not_sent(self, result->items[0].sentence, result->items[0].word == ENSURE_UNCERTAIN);
	snprintf(self->outcome, sizeof self->outcome, "%s", result->items[0].sentence);
	return sent_well(app, self, result);
}

unsigned ticket_send(struct app *app, struct screen_ticket *self)
{
	struct error err = {0};
	const char *old = app_not_newest(app);

	if (old)
		return not_sent(self, old, false);
	if (session_send(app->session, &self->draft, self->fresh, &err))
		return not_sent(self, err.text, false);
	self->stage = STAGE_SENDING;
	self->number[0] = '\0';
	self->began_ms = clock_ms();
	app_wait_for(app, &self->page.base, sent);
	return DO_LAYOUT;
}

/* What the store wrote down before the request left is all that is known. */
static unsigned stopped_sending(struct app *app, struct screen_ticket *self)
{
	bool open;

	if (!make_draft(app, self)) {
		app_close(app, &self->page.base);
		return DO_LAYOUT;
	}
	open = self->review.existing_state == TICKET_INTENT || self->review.existing_state == TICKET_UNCERTAIN;
	return not_sent(self, open ? "Stopped while the ticket was on its way: what had gone out stays sent. The store remembers it; the next "
	                             "try looks for the ticket by its key before anything is written."
	                           : "Stopped before anything was written to the ticket system.", open);
}

unsigned ticket_stop(struct app *app, struct screen_ticket *self)
{
	bool sending = self->stage == STAGE_SENDING;

	app_wait_no_more(app, &self->page.base);
	if (sending)
		return stopped_sending(app, self);
	snprintf(self->owners_failed, sizeof self->owners_failed, "The CMDB was not waited for: some owners were never asked for.");
	return get_ready(app, self);
}

/* After a change the number is asked for again: it is another ticket. */
unsigned ticket_change(struct app *app, struct screen_ticket *self)
{
	if (!make_draft(app, self)) {
		app_close(app, &self->page.base);
		return DO_LAYOUT;
	}
	self->stage = STAGE_READY;
	return DO_LAYOUT;
}
