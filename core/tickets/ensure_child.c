/* ensure_child.c - one more record below the one record for each team, each made the same way. See ensure.h. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/tickets/ensure_inner.h"

static ENSURE_LINK(orphan_next);

static ENSURE_LINK(no_children)
{
	ensure_warn(ensure, "%s has no records below a record here; every host is on %s.", ensure->ops->title,
	            ensure->result.items[0].record.number);
	ensure->family_done = true;
	return ensure_go(ensure, ensure_next);
}

static ENSURE_LINK(child_skipped)
{
	return ensure_job_done(ensure, ENSURE_FAILED, STATUS_UNAVAILABLE, "The record of %s was not sent, as %s does not answer.",
	                       ensure->job.draft->teams[0].name, ensure->ops->title);
}

ENSURE_LINK(ensure_children)
{
	const struct draft *draft = ensure->options.draft;

	if (!ensure->ops->children)
		return ensure_go(ensure, no_children);
	while (ensure->team < draft->team_count &&
	       (draft->teams[ensure->team].state != OWNER_OWNED || !draft->teams[ensure->team].count))
		ensure->team++;
	if (ensure->team == draft->team_count)
		return ensure_go(ensure, ensure_orphans);
	ensure_job_release(&ensure->job);
	draft_child(draft, ensure->team++, &ensure->job.child);
	ensure_job_start(ensure, &ensure->result.items[0].record);
	strbuf_addf(&ensure->family, "\n%s\n", ensure->job.draft->correlation);
	return ensure_go(ensure, ensure->down ? child_skipped : ensure_look);
}

/* -- children whose team has no host any more: people close them -- */

static ENSURE_LINK(orphan_told)
{
	struct ensure_job *job = &ensure->job;

	/* An empty list says that it was told. */
	if (ensure->answer.outcome != TICKET_FINE)
		ensure_warn(ensure, "%s has no host any more, which could not be noted on it: %s", job->record.number, ensure->answer.why);
	else if (store_ticket_hosts_save(ensure->options.store, job->row.id, NULL, 0, err))
		return STEP_FAILED;
	else
		ensure_warn(ensure, "%s has no host any more and is still open: %s can close it.", job->record.number,
		            job->record.team[0] ? job->record.team : "its team");
	return ensure_go(ensure, orphan_next);
}

static ENSURE_LINK(orphan_tell)
{
	struct ensure_job *job = &ensure->job;
	struct draft_past *hosts = NULL;
	size_t count = 0;

	if (store_ticket_hosts(ensure->options.store, job->row.id, &hosts, &count, err))
		return STEP_FAILED;
	store_ticket_hosts_free(hosts, count);
	if (!count)
		return ensure_go(ensure, orphan_next);
	doc_release(&ensure->note);
	doc_begin(&ensure->note, DOC_TEXT, 0);
	doc_sayf(&ensure->note, "No host of this list is a finding of this team any more: it was resolved, left the scope, or has another "
	         "owner. The record above has the current list. Nothing is written here any more; close "
	         "this record when nothing is left to do.");
	ensure->call = (struct ticket_call){ .record = &job->record, .note = &ensure->note, .correlation = job->row.correlation };
	return ensure_call(ensure, TICKET_NOTE, orphan_told);
}

static ENSURE_LINK(orphan_read)
{
	const struct ticket_answer *answer = &ensure->answer;
	struct ensure_job *job = &ensure->job;

	if (answer->outcome != TICKET_FINE) {
		ensure_warn(ensure, "%s has no host any more; it could not be read: %s", job->row.number, answer->why);
		return ensure_go(ensure, orphan_next);
	}
	if (answer->records.count && answer->records.items[0].open) {
		ensure_take_record(ensure);
		return ensure_go(ensure, orphan_tell);
	}
	if (ensure_row_write(ensure, TICKET_CLOSED, "ticket closed", err))
		return STEP_FAILED;
	return ensure_go(ensure, orphan_next);
}

static bool is_orphan(const struct ensure *ensure, const struct store_ticket *row)
{
	struct strbuf line = STRBUF_INIT(ENSURE_SENTENCE_MAX);

	strbuf_addf(&line, "\n%s\n", row->correlation);
	bool ours = bytes_find(strbuf_text(&ensure->family), ensure->family.len, strbuf_text(&line), line.len);

	strbuf_release(&line);
	return !ours && row->remote[0] && !strcmp(row->system, strbuf_text(&ensure->system)) &&
	       !strcmp(row->parent, ensure->options.draft->correlation);
}

static ENSURE_LINK(orphan_next)
{
	struct ensure_job *job = &ensure->job;

	while (ensure->row_at < ensure->row_count && !is_orphan(ensure, &ensure->rows[ensure->row_at]))
		ensure->row_at++;
	if (ensure->row_at == ensure->row_count || ensure->down) {
		ensure->family_done = true;
		return ensure_go(ensure, ensure_next);
	}
	ensure_job_start(ensure, NULL);
	store_ticket_release(&job->row);
	job->row = ensure->rows[ensure->row_at];
	store_ticket_init(&ensure->rows[ensure->row_at++]);
	job->has_row = true;
	ticket_record_put(&job->record.id, slice_of(job->row.remote));
	ticket_record_put(&job->record.number, slice_of(job->row.number));
	ticket_record_put(&job->record.correlation, slice_of(job->row.correlation));
	ensure_say(ensure, "looking at %s", job->row.number);
	ensure->call = (struct ticket_call){ .record = &job->record, .correlation = job->row.correlation };
	return ensure_call(ensure, TICKET_READ, orphan_read);
}

ENSURE_LINK(ensure_orphans)
{
	if (store_tickets(ensure->options.store, &ensure->rows, &ensure->row_count, err))
		return STEP_FAILED;
	return ensure_go(ensure, orphan_next);
}
