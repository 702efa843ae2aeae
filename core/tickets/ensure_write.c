/* ensure_write.c - create, update, and reading back what was written. See ensure.h. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/utf8.h"
#include "core/tickets/ensure_inner.h"

#define UPDATES_MAX 2   /* of one send: a second one after a lost answer or after somebody else's write */

static ENSURE_LINK(read_again);

/* -- create -- */

/* A row before the first request: what this process knows outlives it. */
int ensure_row_intend(struct ensure *ensure, struct error *err)
{
	struct ensure_job *job = &ensure->job;
	struct store_ticket *row = &job->row;

	ticket_record_put(&row->system, slice_of(strbuf_text(&ensure->system)));
	ticket_record_put(&row->correlation, slice_of(job->draft->correlation));
	ticket_record_put(&row->scope, slice_of(ensure->options.scope));
	ticket_record_put(&row->parent, slice_of(job->parent ? ensure->options.draft->correlation : ""));
	if (job->has_record) {
		ticket_record_put(&row->remote, slice_of(job->record.id));
		ticket_record_put(&row->number, slice_of(job->record.number));
		ticket_record_put(&row->url, slice_of(job->record.url));
		ticket_record_put(&row->mark, slice_of(job->record.mark));
	}
	row->state = TICKET_INTENT;
	row->opened = row->updated = ensure_now(ensure);
	row->run = job->draft->run;
	if (store_ticket_intend(ensure->options.store, row, &row->id, err))
		return -1;
	job->has_row = true;
	return 0;
}

static ENSURE_LINK(create_refused)
{
	if (ensure_row_write(ensure, TICKET_CLOSED, "ticket refused", err))
		return STEP_FAILED;
	return ensure_job_failed(ensure);
}

static ENSURE_LINK(create_lost)
{
	ensure->job.lost = true;
	if (ensure_row_write(ensure, TICKET_UNCERTAIN, "ticket uncertain", err))
		return STEP_FAILED;
	ensure_watch_start(ensure, ensure->options.patience_ms);
	return ensure_go(ensure, ensure_find);
}

static ENSURE_LINK(created)
{
	const struct ticket_answer *answer = &ensure->answer;
	struct ensure_job *job = &ensure->job;

	if (answer->outcome == TICKET_REFUSED || answer->outcome == TICKET_UNAVAILABLE)
		return create_refused(ensure, err);
	if (answer->outcome != TICKET_FINE || !answer->records.count || !answer->records.items[0].id[0])
		return create_lost(ensure, err);
	ensure_take_record(ensure);
	ticket_record_put(&job->made_id, slice_of(job->record.id));
	ticket_record_put(&job->made_number, slice_of(job->record.number[0] ? job->record.number : job->record.id));
	if (ensure_row_write(ensure, TICKET_INTENT, "ticket created", err))
		return STEP_FAILED;
	ensure_watch_start(ensure, ensure->options.patience_ms);
	return ensure_go(ensure, ensure_read_back);
}

static ENSURE_LINK(create)
{
	struct ensure_job *job = &ensure->job;

	ensure_say(ensure, "creating a record in %s", ensure->ops->title);
	ensure->call = (struct ticket_call){ .draft = job->draft, .parent = job->parent, .correlation = job->draft->correlation };
	return ensure_call(ensure, TICKET_CREATE, created);
}

ENSURE_LINK(ensure_create)
{
	ensure->job.has_record = false;
	/* Only what is open is told that no host is left. */
	if (!ensure->job.draft->host_count)
		return ensure_job_done(ensure, ENSURE_UNCHANGED, STATUS_DONE,
		                       "No host is left for a record, and none is open: nothing was sent.");
	if (ensure_row_intend(ensure, err))
		return STEP_FAILED;
	return ensure_go(ensure, create);
}

/* -- update -- */

/* It was not written: the row is what it was before. */
static ENSURE_LINK(update_failed)
{
	if (ensure_row_write(ensure, TICKET_OPEN, "ticket not updated", err))
		return STEP_FAILED;
	return ensure_job_failed(ensure);
}

/* After a lost answer, or after somebody else wrote: as it is now. */
static ENSURE_LINK(reread)
{
	const struct ticket_answer *answer = &ensure->answer;
	struct ensure_job *job = &ensure->job;
	bool there = answer->outcome == TICKET_FINE && answer->records.count;

	if (!there && answer->outcome != TICKET_REFUSED && ensure_watch_again(ensure, read_again))
		return STEP_WAIT;
	if (!there)
		return ensure_go(ensure, ensure_uncertain);
	ensure_take_record(ensure);
	if (!job->record.open && ensure->options.per_run)
		return ensure_go(ensure, ensure_closed_counts);
	if (!job->record.open) {
		ticket_record_put(&job->known_id, slice_of(job->record.id));
		job->known_closed = true;
		return ensure_forget(ensure, "ticket closed", err);
	}
	if (!strcmp(job->record.mark, job->draft->mark)) {
		job->updated = job->losses > 0;
		return ensure_go(ensure, ensure_verify);
	}
	/* Writing the same content once more is safe, whatever became of the first try. */
	if (job->stale < UPDATES_MAX && job->losses < UPDATES_MAX)
		return ensure_go(ensure, ensure_compare);
	if (job->losses)
		return ensure_go(ensure, ensure_uncertain);
	if (ensure_row_write(ensure, TICKET_OPEN, "ticket not updated", err))
		return STEP_FAILED;
	return ensure_fail(ensure, STATUS_TRY_LATER, "%s was changed by somebody else each time it was to be written; send again.",
	                   job->record.number);
}

static ENSURE_LINK(read_again)
{
	struct ensure_job *job = &ensure->job;

	ensure_say(ensure, "reading %s again", job->record.number);
	ensure->call = (struct ticket_call){ .record = &job->record, .correlation = job->draft->correlation };
	return ensure_call(ensure, TICKET_READ, reread);
}

static ENSURE_LINK(updated)
{
	struct ensure_job *job = &ensure->job;

	switch (ensure->answer.outcome) {
	case TICKET_FINE:
		job->updated = true;
		ensure_watch_start(ensure, ensure->options.patience_ms);
		return ensure_go(ensure, ensure_read_back);
	case TICKET_STALE:
		job->stale++;
		break;
	case TICKET_LOST:
		job->losses++;
		break;
	case TICKET_REFUSED:
	case TICKET_UNAVAILABLE:
		/* An earlier try whose answer was lost may still be done. */
		return job->losses ? ensure_go(ensure, ensure_uncertain) : update_failed(ensure, err);
	}
	ensure_watch_start(ensure, ensure->options.patience_ms);
	return ensure_go(ensure, read_again);
}

static ENSURE_LINK(write_update)
{
	struct ensure_job *job = &ensure->job;

	ensure_say(ensure, "writing %s", job->record.number);
	ensure->call = (struct ticket_call){ .record = &job->record, .draft = job->draft, .correlation = job->draft->correlation };
	return ensure_call(ensure, TICKET_UPDATE, updated);
}

/* The row says first that the record is about to be written. A record that this store did not know gets one. */
static ENSURE_LINK(update)
{
	struct ensure_job *job = &ensure->job;

	free(job->old_mark);
	job->old_mark = xstrdup(job->record.mark);
	/* A row with a mark is of a record that was there before: nobody will say that it was created. */
	if (!job->made_id || strcmp(job->made_id, job->record.id))
		ticket_record_put(&job->row.mark, slice_of(job->record.mark));
	if (job->has_row ? ensure_row_write(ensure, TICKET_INTENT, "ticket update", err) : ensure_row_intend(ensure, err))
		return STEP_FAILED;
	return ensure_go(ensure, write_update);
}

/* A choice of hosts takes nobody off a record: the session adds those that the store knows to be on it. Where the record is not as this
 * store last wrote it, another one did, and whom it has is not known here. */
static bool hides_hosts(const struct ensure *ensure)
{
	const struct ensure_job *job = &ensure->job;
	const char *known = job->has_row ? job->row.mark : "";

	return job->draft->chosen && !ensure->options.per_run && !job->made_id && job->record.mark[0] && strcmp(job->record.mark, known);
}

ENSURE_LINK(ensure_compare)
{
	struct ensure_job *job = &ensure->job;
	bool cut_off = job->has_row && job->row.state != TICKET_OPEN;

	if (strcmp(job->record.mark, job->draft->mark) && hides_hosts(ensure))
		return ensure_fail(ensure, STATUS_TRY_LATER, "%s is not as this store last wrote it, so a choice of hosts could take "
		                   "others off it; send every finding first.", job->record.number);
	if (strcmp(job->record.mark, job->draft->mark))
		return ensure_go(ensure, update);
	/* A row without a mark was never read back: its record was made by a send that was cut off, this one or one before. */
	if (!job->made_id && !job->found_again && !job->old_mark && (job->lost || (cut_off && !job->row.mark[0]))) {
		ticket_record_put(&job->made_id, slice_of(job->record.id));
		ticket_record_put(&job->made_number, slice_of(job->record.number));
	}
	/* An update that was cut off after it was done: its note and its hosts are still to be written. */
	if (cut_off && !job->made_id)
		job->updated = true;
	return ensure_go(ensure, ensure_verify);
}

/* -- reading back -- */

static ENSURE_LINK(read_back_done)
{
	const struct ticket_answer *answer = &ensure->answer;
	bool there = answer->outcome == TICKET_FINE && answer->records.count;

	if (!there && answer->outcome != TICKET_REFUSED && ensure_watch_again(ensure, ensure_read_back))
		return STEP_WAIT;
	if (!there)
		return ensure_go(ensure, ensure_uncertain);
	ensure_take_record(ensure);
	ensure->job.whole = true;
	return ensure_go(ensure, ensure_verify);
}

ENSURE_LINK(ensure_read_back)
{
	struct ensure_job *job = &ensure->job;

	ensure_say(ensure, "reading %s back", job->record.number[0] ? job->record.number : job->record.id);
	ensure->call = (struct ticket_call){ .record = &job->record, .correlation = job->draft->correlation };
	return ensure_call(ensure, TICKET_READ, read_back_done);
}

static bool same_folded(const char *a, const char *b)
{
	struct strbuf x = STRBUF_INIT(ENSURE_SENTENCE_MAX), y = STRBUF_INIT(ENSURE_SENTENCE_MAX);

	utf8_fold(&x, a, strlen(a));
	utf8_fold(&y, b, strlen(b));
	bool same = !strcmp(strbuf_text(&x), strbuf_text(&y));

	strbuf_release(&x);
	strbuf_release(&y);
	return same;
}

/* What the record says besides its mark. A title that the system cut is fine. */
static void verify_fields(struct ensure *ensure)
{
	const struct ensure_job *job = &ensure->job;
	const struct ticket_record *record = &job->record;
	const struct draft *draft = job->draft;
	bool made = job->made_id && !strcmp(job->made_id, record->id);

	if (!record->title[0] || strncmp(draft->title, record->title, strlen(record->title)))
		ensure_warn(ensure, "%s has another title than was sent: %s.", record->number, record->title);
	if (!ensure_is_ours(ensure, record))
		ensure_warn(ensure, "%s does not carry the correlation id %s; whoever does not remember its number would make a second one. "
		            "Make the field writable for the account.", record->number, draft->correlation);
	if (made && draft->assignment[0] && !same_folded(record->team, draft->assignment) &&
	    (!draft->assignment_id[0] || strcmp(record->team_id, draft->assignment_id)))
		ensure_warn(ensure, "%s is assigned to %s, not to %s as was asked.", record->number, record->team[0] ? record->team : "nobody",
		            draft->assignment);
	if (!record->open)
		ensure_warn(ensure, "%s is already closed%s%s.", record->number, record->state[0] ? ": " : "", record->state);
}

static ENSURE_LINK(not_changed)
{
	struct ensure_job *job = &ensure->job;

	/* An earlier try whose answer was lost may still be done. */
	if (job->losses)
		return ensure_uncertain(ensure, err);
	if (ensure_row_write(ensure, TICKET_OPEN, "ticket not updated", err))
		return STEP_FAILED;
	return ensure_fail(ensure, STATUS_NO_PERMISSION, "%s took the update of %s but did not change it; see whether the account may change "
	                   "records.", ensure->ops->title, job->record.number);
}

ENSURE_LINK(ensure_verify)
{
	struct ensure_job *job = &ensure->job;
	const char *mark = job->record.mark;

	job->as_meant = !strcmp(mark, job->draft->mark);
	if (!job->as_meant && job->old_mark && job->old_mark[0] && !strcmp(mark, job->old_mark))
		return ensure_go(ensure, not_changed);
	if (!job->as_meant && !mark[0])
		ensure_warn(ensure, "%s does not show the end of the text that was sent: %s cut or changed it.", job->record.number,
		            ensure->ops->title);
	else if (!job->as_meant)
		ensure_warn(ensure, "%s holds another list than was sent: somebody else wrote it at the same time.", job->record.number);
	verify_fields(ensure);
	if (job->made_id && !job->found_again && job->record.open) {
		ensure_watch_start(ensure, ENSURE_LOCK_MS * 2);
		return ensure_go(ensure, ensure_find_again);
	}
	return ensure_go(ensure, ensure_close_extras);
}
