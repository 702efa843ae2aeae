/* cmd_run.c - `rouse run`: the daily job. */
#include <string.h>

#include "core/base/strbuf.h"
#include "core/headless/closing.h"
#include "core/io/lock.h"

#define COUNT_LINE_MAX 4096

static int detect(const struct work *work, struct session *session, FILE *out, struct error *err)
{
	struct session_input input;
	struct strbuf line = STRBUF_INIT(COUNT_LINE_MAX);

	if (session_check_notify(session, err) || drive_input(work, session, &input, err))
		return -1;
	input.unsaved = work->cli->dry_run;
	if (session_detect(session, &input, 0, err) || drive_job(session, err))
		return -1;
	run_count_line(session_run(session), &line);
	fprintf(out, "%s\n", strbuf_text(&line));
	strbuf_release(&line);
	drive_summary(session, out);
	return 0;
}

/* An incomplete run may be held back: what is not known to be whole may be better not sent. */
static bool is_held(const struct work *work, const struct session *session)
{
	return !run_complete(session_run(session)) && !work->cli->send_incomplete &&
	       !strcmp(config_text(work->config, "tickets.incomplete"), "hold");
}

/* A ticket that cannot be written never stops the digest: people read it, and it says so. */
static void send_ticket(const struct work *work, struct session *session, FILE *out, enum status *status)
{
	const struct draft_wish all = { .rows = NULL };
	struct error err = {0};

	if (!session_has_tickets(session))
		return;
	if (is_held(work, session)) {
		drive_complain(
			"the run is incomplete and [tickets] incomplete = hold: nothing is sent. --send-incomplete sends it all the same.");
		return;
	}
	fputc('\n', out);
	if (closing_ticket(work, session, &all, out, status, &err)) {
		drive_complain(err.text);
		*status = err.status;
	}
}

static int close_loop(const struct work *work, struct session *session, FILE *out, enum status *status, struct error *err)
{
	enum status owners = STATUS_DONE, digest = STATUS_DONE;

	if (closing_owners(work, session, NULL, 0, &owners, err))
		return -1;
	send_ticket(work, session, out, status);
	if (!is_held(work, session)) {
		fputc('\n', out);
		if (closing_digest(work, session, out, &digest, err))
			return -1;
	}
	/* The first thing that failed is told: the ticket, then the digest, then what is incomplete. */
	if (*status == STATUS_DONE)
		*status = digest;
	if (*status == STATUS_DONE)
		*status = owners;
	return 0;
}

enum status cmd_run(const struct work *work, FILE *out, struct error *err)
{
	struct session *session = NULL;
	struct lock *lock = NULL;
	enum status status = STATUS_DONE;

	if ((!work->cli->dry_run && lock_take(&lock, work->store_path, "run", "the daily job", err)) ||
	    session_open(&session, work->config, work->store_path, false, err) || detect(work, session, out, err) ||
	    close_loop(work, session, out, &status, err)) {
		status = err->status;
	} else {
		enum status verdict = drive_verdict(session_run(session), out);
		status = drive_flush(out, status == STATUS_DONE ? verdict : status, err);
	}
	session_close(&session);
	lock_release(&lock);
	return status;
}
