/* closing_send.c - the ticket on its way: ensure, and what the session keeps of it. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/io/retry.h"
#include "core/session/session_inner.h"

#define WORD_MAX 256
#define PATIENCE_MS 60000   /* how long a record whose answer was lost is looked for */

/* Nothing is sent without a store: it remembers what was meant before anything leaves. */
static int check_send(struct session *session, const struct draft *draft, bool fresh, struct error *err)
{
	/* A record that is open is brought up to date when its last host is gone, too: nobody is to go on mending what is mended. */
	if (!draft->host_count && (!draft->update || fresh))
		return error_set(err, STATUS_USAGE, "There is no host for a ticket: every finding is accepted, or none was chosen.");
	if (!draft->run)
		return error_set(err, STATUS_USAGE, "A run that is not in the store is not sent.");
	return session_need_store(session, err);
}

int session_send(struct session *session, const struct draft *draft, bool fresh, struct error *err)
{
	struct closing *closing = &session->closing;
	int failed = -1;

	session_cancel(session);
	ensure_free(&closing->ensure);
	session_tick(session);
	if (check_send(session, draft, fresh, err) || closing_system(session, &closing->system, err))
		goto out;
	const struct ensure_options how = {
		.tickets = closing->system, .store = session->store,
		.draft = draft, .scope = session->run->scope, .store_path = session->store_path,
		.per_run = !strcmp(config_text(session->config, "tickets.mode"), "per-run"),
		.children = !strcmp(config_text(session->config, "tickets.children"), "owner") && closing->system->ops->children,
		.fresh = fresh, .now = session->now, .patience_ms = retry_hurried(PATIENCE_MS),
	};
	closing->draft = draft;
	closing->sent_run = draft->run;
	session->job = JOB_SEND;
	failed = ensure_begin(&closing->ensure, &how, err);
	if (failed)
		session_cancel(session);
out:
	return failed;
}

const struct ensure_result *session_sent(const struct session *session)
{
	return session->closing.ensure && !session->closing.system ? ensure_result(session->closing.ensure) : NULL;
}

/* The run history says what became of it, and every row its number. */
static int keep_words(struct session *session, struct error *err)
{
	const struct ensure_result *result = ensure_result(session->closing.ensure);
	struct strbuf word = STRBUF_INIT(WORD_MAX);
	int failed;

	if (result->count)
		strbuf_addf(&word, "%s%s%s", result->items[0].record.number ? result->items[0].record.number : "",
		            result->items[0].record.number && result->items[0].record.number[0] ? " " : "",
		            ensure_words[result->items[0].word]);
	else
		strbuf_adds(&word, ensure_words[ENSURE_FAILED]);
	failed = store_run_words(session->store, session->closing.draft->run, strbuf_text(&word), NULL, err);
	strbuf_release(&word);
	return failed || closing_links_read(session, err) ? -1 : 0;
}

enum session_event send_job_step(struct session *session, struct error *err)
{
	struct closing *closing = &session->closing;
	enum step step = ensure_step(closing->ensure, err);

	if (step == STEP_WAIT)
		return SESSION_WAIT;
	if (step == STEP_MORE)
		return SESSION_MORE;
	if (step == STEP_FAILED || keep_words(session, err)) {
		session_cancel(session);
		return SESSION_FAILED;
	}
	/* The result outlives the system that it came from. */
	closing->system->ops->free(closing->system);
	closing->system = NULL;
	closing->draft = NULL;
	session_cancel(session);
	return SESSION_FINISHED;
}
