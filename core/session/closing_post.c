/* closing_post.c - the digest: made from the run on hand and its ticket, posted to one place after the other. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/session/session_inner.h"

#define NAME_BYTES 4096

/* -- making -- */

/* The record of an earlier send, as the store knows it. */
static int stored_record(struct session *session, const struct draft *draft, struct store_ticket *ticket, bool *found, struct error *err)
{
	struct strbuf system = STRBUF_INIT(NAME_BYTES);
	int failed = 0;

	*found = false;
	if (session->store)
		failed = closing_system_name(session, &system, err) ||
		         store_ticket_find(session->store, strbuf_text(&system), draft->correlation, ticket, found, err);
	strbuf_release(&system);
	return failed ? -1 : 0;
}

static void sent_record(const struct ensure_result *sent, struct digest_record *record)
{
	if (!sent || !sent->count)
		return;
	const struct ensure_item *item = &sent->items[0];
	record->word = ensure_words[item->word];
	if (item->record.number && item->record.number[0]) {
		record->number = item->record.number;
		record->url = item->record.url;
	}
	if (item->word == ENSURE_FAILED || item->word == ENSURE_UNCERTAIN)
		record->failure = item->sentence;
}

int session_digest(struct session *session, struct digest *digest, struct error *err)
{
	/* What became of an earlier run's ticket says nothing of this one. */
	const struct ensure_result *sent = session->run && session->closing.sent_run == session->run->id ? session_sent(session) : NULL;
	struct digest_record record = {0};
	struct store_ticket ticket = { .id = 0 };
	struct draft draft = {0};
	bool found = false;
	int failed = -1;

	if (closing_plain_draft(session, &draft, err))
		goto out;
	sent_record(sent, &record);
	if (!sent && session_has_tickets(session)) {
		if (stored_record(session, &draft, &ticket, &found, err))
			goto out;
		if (found && ticket.number[0])
			record = (struct digest_record){ .number = ticket.number, .url = ticket.url, .word = ticket_state_names[ticket.state] };
	}
	digest_make(session->run, &draft, &record, digest);
	failed = 0;
out:
	store_ticket_release(&ticket);
	draft_release(&draft);
	return failed;
}

/* -- posting -- */

/* Reads [notify] kind into closing->places. */
static int read_places(struct session *session, struct error *err)
{
	static const char *const known[] = { "stdout", "command", "teams", "slack", "none", NULL };
	struct closing *closing = &session->closing;
	size_t count = 0;
	const char *const *kinds = config_list(session->config, "notify.kind", &count);

	closing->place_count = closing->place = 0;
	for (size_t i = 0; i < count; i++) {
		const char *near = nearest_name(kinds[i], known, 5);
		if (!strcmp(kinds[i], "none"))
			continue;
		if (!notify_named(kinds[i]))
			return error_set(err, STATUS_CONFIG,
			                 "[notify] kind = %s is no place for a digest%s%s%s There are stdout, command, teams, "
			                 "slack and none.",
			                 kinds[i], near ? "; did you mean " : ".", near ? near : "", near ? "?" : "");
		if (closing->place_count == PLACES_MAX)
			return error_set(err, STATUS_CONFIG, "[notify] kind names more than %d places.", PLACES_MAX);
		if (closing->console && !strcmp(kinds[i], "stdout"))
			continue;
		closing->posted[closing->place_count] = (struct posted){ .title = notify_named(kinds[i])->title };
		closing->places[closing->place_count++] = kinds[i];
	}
	return 0;
}

int session_check_notify(struct session *session, struct error *err)
{
	int failed = read_places(session, err);

	session->closing.place_count = 0;
	return failed;
}

int session_post(struct session *session, const struct digest *digest, bool console, struct error *err)
{
	session_cancel(session);
	session->closing.console = console;
	if (read_places(session, err) || closing_talk(session, err))
		return -1;
	session->closing.digest = digest;
	session->job = JOB_POST;
	return 0;
}

const struct posted *session_posted(const struct session *session, size_t *count)
{
	*count = session->job == JOB_POST ? 0 : session->closing.place_count;
	return session->closing.posted;
}

/* A place is done, well or not; the next one is not held up by it. */
static void place_done(struct closing *closing, const struct notify_ops *ops, const struct error *why)
{
	struct posted *posted = &closing->posted[closing->place++];

	posted->done = why == NULL;
	posted->status = why ? (int)why->status : STATUS_DONE;
	if (why)
		(void)snprintf(posted->sentence, sizeof posted->sentence, "%s", why->text);
	else
		(void)snprintf(posted->sentence, sizeof posted->sentence, "%s: %s.", ops->title, ops->word);
	if (closing->notify)
		closing->notify->ops->free(closing->notify);
	closing->notify = NULL;
}

static int keep_word(struct session *session, struct error *err)
{
	const struct closing *closing = &session->closing;
	size_t failed = 0;

	for (size_t i = 0; i < closing->place_count; i++)
		failed += !closing->posted[i].done;
	if (!closing->place_count || !session->store || !session->run->id)
		return 0;
	return store_run_words(session->store, session->run->id, NULL, failed ? "failed" : "posted", err);
}

enum session_event post_job_step(struct session *session, struct error *err)
{
	struct closing *closing = &session->closing;
	struct error why = {0};

	if (closing->place == closing->place_count) {
		int failed = keep_word(session, err);
		session_cancel(session);
		return failed ? SESSION_FAILED : SESSION_FINISHED;
	}
	const struct notify_ops *ops = notify_named(closing->places[closing->place]);
	if (!closing->notify &&
	    (ops->make(&closing->notify, session->config, closing->talk, &why) || ops->begin(closing->notify, closing->digest, &why))) {
		place_done(closing, ops, &why);
		return SESSION_MORE;
	}
	switch (ops->step(closing->notify, &why)) {
	case STEP_WAIT: return SESSION_WAIT;
	case STEP_MORE: return SESSION_MORE;
	case STEP_DONE: place_done(closing, ops, NULL); break;
	case STEP_FAILED: place_done(closing, ops, &why); break;
	}
	return SESSION_MORE;
}

int session_digest_request(struct session *session, const struct digest *digest, struct strbuf *out, struct error *err)
{
	struct closing *closing = &session->closing;

	closing->console = false;
	if (read_places(session, err) || closing_talk(session, err))
		return -1;
	for (size_t i = 0; i < closing->place_count; i++) {
		struct notify *notify = NULL;
		if (notify_named(closing->places[i])->make(&notify, session->config, closing->talk, err))
			return -1;
		if (i)
			strbuf_adds(out, "\n");
		notify->ops->show(notify, digest, out);
		notify->ops->free(notify);
	}
	closing->place_count = 0;
	return 0;
}
