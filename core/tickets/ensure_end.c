/* ensure_end.c - after the record is as it should be: find again, duplicates, note, CSV, and the store's last word. See ensure.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/arena.h"
#include "core/tickets/ensure_inner.h"

#define DELTA_HOSTS 200   /* names of each kind in a note; the rest is counted */

static ENSURE_LINK(note);
static ENSURE_LINK(close_next);

/* -- find again -- */

static ENSURE_LINK(found_again)
{
	struct ensure_job *job = &ensure->job;

	if (ensure->answer.outcome != TICKET_FINE) {
		ensure_warn(ensure, "Whether there is a second record beside %s could not be looked up: %s", job->record.number,
		            ensure->answer.why);
		job->found_again = true;
		return ensure_go(ensure, ensure_close_extras);
	}
	ensure_take_found(ensure);
	if (!job->shown && ensure->ops->lags && ensure_watch_again(ensure, ensure_find_again))
		return STEP_WAIT;
	job->found_again = true;
	if (!job->shown && ensure->ops->lags)
		ensure_warn(ensure, "The search of %s does not show %s yet; a second record would be noticed at the next send.",
		            ensure->ops->title, job->record.number);
	else if (!job->shown)
		ensure_warn(ensure, "%s was created, but a search for its correlation id does not show it; whoever does not remember its "
		            "number would make a second one.", job->record.number);
	/* A fresh one stays, as it was asked for. */
	if (!job->replaced.count)
		ensure_choose(ensure);
	return ensure_go(ensure, job->whole ? ensure_close_extras : ensure_chosen);
}

ENSURE_LINK(ensure_find_again)
{
	struct ensure_job *job = &ensure->job;

	ensure_say(ensure, "looking whether %s is the only one", job->record.number);
	ensure->call = (struct ticket_call){ .correlation = job->draft->correlation };
	return ensure_call(ensure, TICKET_FIND, found_again);
}

/* -- duplicates -- */

static struct ticket_record *extra_now(struct ensure *ensure)
{
	struct ensure_job *job = &ensure->job;

	if (job->extra < job->found.count)
		return &job->found.items[job->extra];
	if (job->extra - job->found.count < job->replaced.count)
		return &job->replaced.items[job->extra - job->found.count];
	return NULL;
}

static ENSURE_LINK(extra_gone)
{
	const struct ticket_answer *answer = &ensure->answer;
	const struct ticket_record *extra = extra_now(ensure), *record = &ensure->job.record;

	if (answer->outcome == TICKET_FINE && (!answer->records.count || !answer->records.items[0].open ||
	                                       strcmp(answer->records.items[0].id, extra->id)))
		ensure_warn(ensure, "There were two records: %s was closed into %s.", extra->number, record->number);
	else
		ensure_warn(ensure, "There are two records: %s should be closed, %s counts.", extra->number, record->number);
	ensure->job.extra++;
	return ensure_go(ensure, close_next);
}

static ENSURE_LINK(extra_closed)
{
	const struct ticket_record *extra = extra_now(ensure);

	if (ensure->answer.outcome == TICKET_FINE || ensure->answer.outcome == TICKET_LOST) {
		ensure->call = (struct ticket_call){ .record = extra, .correlation = ensure->job.draft->correlation };
		return ensure_call(ensure, TICKET_READ, extra_gone);
	}
	ensure_warn(ensure, "There are two records: %s could not be closed (%s); close it, %s counts.", extra->number, ensure->answer.why,
	            ensure->job.record.number);
	ensure->job.extra++;
	return ensure_go(ensure, close_next);
}

/* What is not surely ours is never closed: it carries our correlation id and our mark, or it is one that the store or this send knows by
 * its id, where the system dropped one of them. */
static bool may_close(const struct ensure *ensure, const struct ticket_record *record)
{
	const struct ensure_job *job = &ensure->job;
	bool known = (job->known_id && !strcmp(job->known_id, record->id)) || (job->made_id && !strcmp(job->made_id, record->id));

	return (ensure_is_ours(ensure, record) && (record->mark[0] || known)) || (known && !record->correlation[0]);
}

static ENSURE_LINK(extra_read)
{
	const struct ticket_answer *answer = &ensure->answer;
	struct ticket_record *extra = extra_now(ensure);
	const struct ticket_record *now = answer->outcome == TICKET_FINE && answer->records.count ? answer->records.items : NULL;


	if (now && now->open && may_close(ensure, now)) {
		ticket_record_release(extra);
		ticket_record_copy(extra, now);
		ensure->call = (struct ticket_call){
			.record = extra, .into = &ensure->job.record, .correlation = ensure->job.draft->correlation,
		};
		return ensure_call(ensure, TICKET_CLOSE, extra_closed);
	}
	if (!now || now->open)
		ensure_warn(ensure, "There are two records: %s and %s. See %s, which rouse did not write as it is now, and close it.",
		            ensure->job.record.number, extra->number, extra->number);
	ensure->job.extra++;
	return ensure_go(ensure, close_next);
}

static ENSURE_LINK(close_next)
{
	struct ensure_job *job = &ensure->job;
	const struct ticket_record *extra = extra_now(ensure);

	if (!extra)
		return ensure_go(ensure, note);
	if (!ensure->ops->closes || !job->as_meant) {
		ensure_warn(ensure, "There are two records: %s and %s. Close %s.", job->record.number, extra->number, extra->number);
		job->extra++;
		return ensure_go(ensure, close_next);
	}
	ensure_say(ensure, "closing %s into %s", extra->number, job->record.number);
	ensure->call = (struct ticket_call){ .record = extra, .correlation = job->draft->correlation };
	return ensure_call(ensure, TICKET_READ, extra_read);
}

ENSURE_LINK(ensure_close_extras)
{
	ensure->job.extra = 0;
	return ensure_go(ensure, close_next);
}

/* -- the store's last word -- */

static bool was_made(const struct ensure_job *job)
{
	return job->made_id && !strcmp(job->made_id, job->record.id);
}

/* Hosts of the draft. With `past`, as no note could be written: also those that an earlier list had and the draft has not, verdicts as they
 * were noted last and none for a host that is new, so that the next note names them all. */
static int save_hosts(struct ensure *ensure, bool past, struct error *err)
{
	struct store *store = ensure->options.store;
	const struct ensure_job *job = &ensure->job;
	struct draft_past *list = NULL, *old = NULL;
	size_t cap = 0, count = 0, old_count = 0;
	struct map known = {0}, seen = {0};
	int failed = past ? store_ticket_hosts(store, job->row.id, &old, &old_count, err) : 0;

	for (size_t i = 0; i < old_count; i++)
		map_put(&known, old[i].device.text, old[i].device.len, NULL);
	for (uint32_t i = 0; i < job->draft->host_count; i++) {
		const struct draft_host *host = &job->draft->hosts[i];
		uint32_t number = map_get(&known, host->device.text, host->device.len);
		enum verdict noted = number == MAP_NONE ? VERDICT_NONE : old[number].verdict;

		list = grow(list, &cap, count + 1, sizeof *list);
		list[count++] = (struct draft_past){ host->device, host->name, past ? noted : host->verdict };
		map_put(&seen, host->device.text, host->device.len, NULL);
	}
	for (size_t i = 0; i < old_count; i++)
		if (map_get(&seen, old[i].device.text, old[i].device.len) == MAP_NONE) {
			list = grow(list, &cap, count + 1, sizeof *list);
			list[count++] = old[i];
		}
	if (!failed)
		failed = store_ticket_hosts_save(store, job->row.id, list, count, err);
	free(list);
	store_ticket_hosts_free(old, old_count);
	map_release(&known);
	map_release(&seen);
	return failed;
}

static ENSURE_LINK(save_row)
{
	static const char *const actions[] = { "ticket created", "ticket updated", "ticket unchanged" };
	struct ensure_job *job = &ensure->job;
	enum ensure_word word = was_made(job) ? ENSURE_CREATED : job->updated ? ENSURE_UPDATED : ENSURE_UNCHANGED;
	/* A note that could not be written is tried again by the next send, which takes this one for cut off. */
	enum ticket_state state = !job->record.open ? TICKET_CLOSED : job->note_failed ? TICKET_INTENT : TICKET_OPEN;
	const char *number = job->record.number;
	struct strbuf hosts = STRBUF_INIT(100);

	ticket_record_put(&job->row.mark, slice_of(job->record.mark));
	if (ensure_row_write(ensure, state, actions[word], err))
		return STEP_FAILED;
	ensure_hosts(&hosts, job->record.mark[0] ? ticket_mark_hosts(job->record.mark) : -1);
	enum step step = word == ENSURE_UNCHANGED
		? ensure_job_done(ensure, word, STATUS_DONE, "%s is as it should be and stays unchanged: %s.", number, strbuf_text(&hosts))
		: ensure_job_done(ensure, word, STATUS_DONE, "%s %s, read back: %s.", number, ensure_words[word], strbuf_text(&hosts));

	strbuf_release(&hosts);
	return step;
}

static ENSURE_LINK(save)
{
	struct ensure_job *job = &ensure->job;

	ensure_say(ensure, "keeping what was done");
	if (!job->has_row) {
		/* Another machine made it: known here from now on. */
		if (ensure_row_intend(ensure, err))
			return STEP_FAILED;
		return ensure_go(ensure, save);
	}
	if (save_hosts(ensure, job->note_failed, err))
		return STEP_FAILED;
	return ensure_go(ensure, save_row);
}

/* -- the list as a file -- */

static ENSURE_LINK(attached)
{
	if (ensure->answer.outcome != TICKET_FINE)
		ensure_warn(ensure, "The list of hosts was not attached to %s, whose text does not hold them all: %s",
		            ensure->job.record.number, ensure->answer.why);
	strbuf_clear(&ensure->file);
	return ensure_go(ensure, save);
}

/* Only where the body does not hold every host, or its end was lost. */
static ENSURE_LINK(attach)
{
	struct ensure_job *job = &ensure->job;
	const struct tickets_ops *ops = ensure->ops;
	uint32_t held = ops->body_hosts ? ops->body_hosts(ensure->options.tickets, job->draft) : job->draft->host_count;
	time_t when = (time_t)job->draft->run_started;
	struct tm day;

	if ((!job->updated && !was_made(job)) || (held >= job->draft->host_count && job->as_meant))
		return ensure_go(ensure, save);
	strbuf_clear(&ensure->file);
	draft_csv(job->draft, &ensure->file);
	if (!gmtime_r(&when, &day) || !strftime(ensure->file_name, sizeof ensure->file_name, "hosts-%Y%m%dT%H%M%SZ.csv", &day))
		snprintf(ensure->file_name, sizeof ensure->file_name, "hosts.csv");
	ensure_say(ensure, "attaching %s to %s", ensure->file_name, job->record.number);
	ensure->call = (struct ticket_call){
		.record = &job->record, .file_name = ensure->file_name, .file = { strbuf_text(&ensure->file), ensure->file.len },
		.correlation = job->draft->correlation,
	};
	return ensure_call(ensure, TICKET_ATTACH, attached);
}

/* -- the work note -- */

static ENSURE_LINK(noted)
{
	struct ensure_job *job = &ensure->job;

	job->note_failed = ensure->answer.outcome != TICKET_FINE;
	if (job->note_failed)
		ensure_warn(ensure, "What changed was not noted on %s; the next send tries again: %s", job->record.number, ensure->answer.why);
	return ensure_go(ensure, attach);
}

static ENSURE_LINK(note)
{
	struct ensure_job *job = &ensure->job;

	doc_release(&ensure->note);
	if (!job->updated || was_made(job) || !draft_delta(job->draft, DELTA_HOSTS, &ensure->note))
		return ensure_go(ensure, attach);
	ensure_say(ensure, "noting what changed on %s", job->record.number);
	ensure->call = (struct ticket_call){ .record = &job->record, .note = &ensure->note, .correlation = job->draft->correlation };
	return ensure_call(ensure, TICKET_NOTE, noted);
}

/* -- not known -- */

static ENSURE_LINK(uncertain_say)
{
	struct ensure_job *job = &ensure->job;
	const char *why = ensure->answer.why, *number = job->row.number[0] ? job->row.number : job->row.remote;

	if (!job->row.remote[0])
		return ensure_job_done(ensure, ENSURE_UNCERTAIN, STATUS_TRY_LATER,
		                       "%s may have a new record or not: the answer was lost, and a search for %s does not find it. "
		                       "Nothing is created again before that is known; send again later.", ensure->ops->title,
		                       job->draft->correlation);
	if (job->losses)
		return ensure_job_done(ensure, ENSURE_UNCERTAIN, STATUS_TRY_LATER,
		                       "Whether %s was updated is not known%s%s The next send looks first.", number, why[0] ? ": " : ".", why);
	return ensure_job_done(ensure, ENSURE_UNCERTAIN, STATUS_TRY_LATER,
	                       "%s was %s, but could not be read back%s%s The next send looks first.", number,
	                       job->made_id || job->lost ? "created" : "updated", why[0] ? ": " : ".", why);
}

static ENSURE_LINK(uncertain_row)
{
	struct ensure_job *job = &ensure->job;
	struct store_ticket *row = &job->row;

	if (job->has_record && ensure_row_write(ensure, TICKET_UNCERTAIN, "ticket uncertain", err))
		return STEP_FAILED;
	/* Without a record the time stays that of the loss, which a later send counts from. */
	if (!job->has_record && row->state != TICKET_UNCERTAIN) {
		row->state = TICKET_UNCERTAIN;
		if (store_ticket_write(ensure->options.store, row, ensure_now(ensure), "ticket uncertain", err))
			return STEP_FAILED;
	}
	return ensure_go(ensure, uncertain_say);
}

ENSURE_LINK(ensure_uncertain)
{
	/* Hosts of a record that may be there are kept with it; those of a known one stay as its last note had them. */
	if (!ensure->job.row.mark[0] && save_hosts(ensure, false, err))
		return STEP_FAILED;
	return ensure_go(ensure, uncertain_row);
}
