/* ensure_look.c - what is there: by the id that the store remembers, then by correlation id, and again after a lost answer. See ensure.h. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/tickets/ensure_inner.h"

bool ensure_is_ours(const struct ensure *ensure, const struct ticket_record *record)
{
	return !strcmp(record->correlation, ensure->job.draft->correlation);
}

void ensure_take_record(struct ensure *ensure)
{
	struct ensure_job *job = &ensure->job;

	ticket_record_release(&job->record);
	ticket_record_copy(&job->record, &ensure->answer.records.items[0]);
	ticket_record_put(&job->read_id, slice_of(job->record.id));
	job->has_record = true;
}

/* -- which of several -- */

/* The last run of digits without leading zeros: what people count records by. INC0010042 gives 10042. */
static struct slice number_digits(const char *number)
{
	size_t end = strlen(number);

	while (end > 0 && (number[end - 1] < '0' || number[end - 1] > '9'))
		end--;
	size_t start = end;

	while (start > 0 && number[start - 1] >= '0' && number[start - 1] <= '9')
		start--;
	while (start < end && number[start] == '0')
		start++;
	return (struct slice){ number + start, end - start };
}

/* Every machine must come to the same one, whatever order the search gave. */
static int record_order(const struct ticket_record *a, const struct ticket_record *b)
{
	struct slice x = number_digits(a->number), y = number_digits(b->number);
	int order = x.len != y.len ? (x.len < y.len ? -1 : 1) : memcmp(x.text, y.text, x.len);

	if (!order)
		order = strcmp(a->number, b->number);
	return order ? order : strcmp(a->id, b->id);
}

bool ensure_choose(struct ensure *ensure)
{
	struct ensure_job *job = &ensure->job;
	struct ticket_records *found = &job->found;
	size_t best = 0;

	if (!found->count)
		return job->has_record;
	for (size_t i = 1; i < found->count; i++)
		if (record_order(&found->items[i], &found->items[best]) < 0)
			best = i;
	if (job->has_record && record_order(&job->record, &found->items[best]) < 0)
		return true;
	struct ticket_record lowest = found->items[best];

	if (job->has_record) {
		found->items[best] = job->record;
	} else {
		ticket_record_release(&job->record);
		found->items[best] = found->items[--found->count];
	}
	job->record = lowest;
	job->has_record = true;
	job->whole = job->read_id && !strcmp(job->read_id, lowest.id);
	return true;
}

static bool has_id(const struct ticket_records *records, const char *id)
{
	for (size_t i = 0; i < records->count; i++)
		if (!strcmp(records->items[i].id, id))
			return true;
	return false;
}

void ensure_take_found(struct ensure *ensure)
{
	const struct ticket_records *records = &ensure->answer.records;
	struct ensure_job *job = &ensure->job;

	ticket_records_release(&job->found);
	job->shown = false;
	for (size_t i = 0; i < records->count; i++) {
		const struct ticket_record *record = &records->items[i];

		/* A search that drops a condition gives other people's records. */
		if (!ensure_is_ours(ensure, record)) {
			ensure_warn(ensure, "%s gave %s for a search that it does not fit; it was left alone.", ensure->ops->title,
			            record->number);
		} else if (job->has_record && !strcmp(record->id, job->record.id)) {
			job->shown = true;
		} else if (record->open && !has_id(&job->found, record->id) && !has_id(&job->replaced, record->id) &&
		           !(job->known_closed && !strcmp(record->id, job->known_id))) {
			struct ticket_record *added = ticket_records_add(&job->found);

			ticket_record_release(added);
			ticket_record_copy(added, record);
		}
	}
}

/* -- nothing found, though something may be there -- */

/* Seconds until a record whose making was cut off may be made anew. */
static int64_t uncertain_left(const struct ensure *ensure)
{
	const struct store_ticket *row = &ensure->job.row;
	int64_t since = row->updated > row->opened ? row->updated : row->opened;
	int64_t limit = ensure->ops->lags ? ENSURE_LAG_S : (ensure->options.patience_ms + 999) / 1000;
	int64_t age = ensure_now(ensure) - since;

	/* A clock that was set back makes it later, never sooner. */
	return age < 0 ? limit : limit - age;
}

static ENSURE_LINK(not_made)
{
	if (ensure_row_write(ensure, TICKET_CLOSED, "ticket not made", err))
		return STEP_FAILED;
	store_ticket_release(&ensure->job.row);
	store_ticket_init(&ensure->job.row);
	return ensure_go(ensure, ensure_create);
}

static enum step not_found(struct ensure *ensure)
{
	struct ensure_job *job = &ensure->job;
	int64_t left, patience = ensure->options.patience_ms;

	if (job->lost)
		return ensure_watch_again(ensure, ensure_find) ? STEP_WAIT : ensure_go(ensure, ensure_uncertain);
	if (!job->has_row)
		return ensure_go(ensure, ensure_create);
	left = uncertain_left(ensure);
	if (left <= 0)
		return ensure_go(ensure, not_made);
	/* One second more than is left, as ages are whole seconds. */
	if (!job->watch.until_ms)
		ensure_watch_start(ensure, left <= patience / 1000 ? (left + 1) * 1000 : patience);
	return ensure_watch_again(ensure, ensure_find) ? STEP_WAIT : ensure_go(ensure, ensure_uncertain);
}

/* -- the look -- */

enum step ensure_forget(struct ensure *ensure, const char *action, struct error *err)
{
	struct ensure_job *job = &ensure->job;

	job->has_record = job->whole = false;
	free(job->read_id);
	job->read_id = NULL;
	if (job->has_row && ensure_row_write(ensure, TICKET_CLOSED, action, err))
		return STEP_FAILED;
	store_ticket_release(&job->row);
	store_ticket_init(&job->row);
	return ensure_go(ensure, ensure_find);
}

/* Of a run that has one record: people closed it, and it counts. */
ENSURE_LINK(ensure_closed_counts)
{
	struct ensure_job *job = &ensure->job;
	bool updated = job->losses && !strcmp(job->record.mark, job->draft->mark);

	if (job->has_row && ensure_row_write(ensure, TICKET_CLOSED, "ticket closed", err))
		return STEP_FAILED;
	if (job->lost || updated)
		return ensure_job_done(ensure, job->lost ? ENSURE_CREATED : ENSURE_UPDATED, STATUS_INCOMPLETE,
		                       "%s was %s, and is closed already.", job->record.number, job->lost ? "created" : "updated");
	if (job->made_id)
		ensure_warn(ensure, "There are two records: %s was created beside %s, which is closed; see %s and close it.", job->made_number,
		            job->record.number, job->made_number);
	return ensure_job_done(ensure, ENSURE_UNCHANGED, STATUS_DONE, "%s is closed; the record of a run is made once, so nothing was sent.",
	                       job->record.number);
}

/* What the id remembers stays ours where somebody emptied the field, or wrote another id while our mark is still in the body. */
static bool ours_by_id(const struct ensure *ensure, const struct ticket_record *record)
{
	return ensure_is_ours(ensure, record) || !record->correlation[0] || record->mark[0];
}

static ENSURE_LINK(looked_by_id)
{
	const struct ticket_answer *answer = &ensure->answer;
	struct ensure_job *job = &ensure->job;

	if (answer->outcome != TICKET_FINE)
		return ensure_job_failed(ensure);
	/* Not there: `gone` and `may not be seen` look alike, so the row ends only when the search does not show it either. */
	if (!answer->records.count)
		return ensure_go(ensure, ensure_find);
	if (!ours_by_id(ensure, &answer->records.items[0])) {
		ensure_warn(ensure, "%s carries another correlation id now; it was left alone.", job->row.number);
		return ensure_forget(ensure, "ticket not ours", err);
	}
	job->known_closed = !answer->records.items[0].open;
	if (job->known_closed && !ensure->options.per_run)
		return ensure_forget(ensure, "ticket closed", err);
	ensure_take_record(ensure);
	job->whole = true;
	return ensure_go(ensure, job->record.open ? ensure_find : ensure_closed_counts);
}

static ENSURE_LINK(ask_by_id)
{
	struct ensure_job *job = &ensure->job;

	ensure_say(ensure, "looking at %s", job->row.number);
	ticket_record_put(&job->known_id, slice_of(job->row.remote));
	/* Only its id is known; has_record stays false until it was read. */
	ticket_record_put(&job->record.id, slice_of(job->row.remote));
	ticket_record_put(&job->record.number, slice_of(job->row.number));
	ticket_record_put(&job->record.correlation, slice_of(job->draft->correlation));
	ensure->call = (struct ticket_call){ .record = &job->record, .correlation = job->draft->correlation };
	return ensure_call(ensure, TICKET_READ, looked_by_id);
}

ENSURE_LINK(ensure_look)
{
	struct ensure_job *job = &ensure->job;

	store_ticket_release(&job->row);
	int failed = store_ticket_find(ensure->options.store, strbuf_text(&ensure->system), job->draft->correlation, &job->row, &job->has_row,
	                               err);
	if (failed || !job->has_row)
		store_ticket_init(&job->row);
	if (failed)
		return STEP_FAILED;
	return ensure_go(ensure, job->has_row && job->row.remote[0] ? ask_by_id : ensure_find);
}

/* A new record though one is open: the open ones are closed into it once it is there. */
static enum step replace_all(struct ensure *ensure, struct error *err)
{
	struct ensure_job *job = &ensure->job;

	ensure_choose(ensure);
	if (!ensure->ops->closes)
		return ensure_job_done(ensure, ENSURE_FAILED, STATUS_FAILED,
		                       "%s is open, and rouse does not close records in %s; close it first.", job->record.number,
		                       ensure->ops->title);
	struct ticket_record *old = ticket_records_add(&job->found);

	ticket_record_release(old);
	ticket_record_copy(old, &job->record);
	job->replaced = job->found;
	job->found = (struct ticket_records){0};
	/* The search that follows finds none but those, and goes on to the create. */
	return ensure_forget(ensure, "ticket replaced", err);
}

static bool take_closed(struct ensure *ensure)
{
	const struct ticket_records *records = &ensure->answer.records;

	for (size_t i = 0; ensure->options.per_run && i < records->count; i++)
		if (ensure_is_ours(ensure, &records->items[i]) && !records->items[i].open) {
			ticket_record_release(&ensure->job.record);
			ticket_record_copy(&ensure->job.record, &records->items[i]);
			return ensure->job.has_record = true;
		}
	return false;
}

static ENSURE_LINK(found)
{
	struct ensure_job *job = &ensure->job;
	bool looking = job->lost || (job->has_row && !job->row.remote[0]);

	if (ensure->answer.outcome != TICKET_FINE) {
		if (!job->lost)
			return ensure_job_failed(ensure);
		return not_found(ensure);
	}
	ensure_take_found(ensure);
	if (!job->has_record && job->has_row && job->row.remote[0] && !has_id(&job->found, job->row.remote))
		return ensure_forget(ensure, "ticket gone", err);
	if (job->has_record && !job->shown && !ensure->ops->lags)
		ensure_warn(ensure, "%s is open, but a search for its correlation id does not show it; whoever does not remember its number "
		            "would make a second one.", job->record.number);
	if (!job->has_record && !job->found.count)
		return take_closed(ensure) ? ensure_go(ensure, ensure_closed_counts) : not_found(ensure);
	if (ensure->options.fresh && !looking && !job->replaced.count)
		return replace_all(ensure, err);
	ensure_choose(ensure);
	return ensure_go(ensure, ensure_chosen);
}

ENSURE_LINK(ensure_find)
{
	ensure_say(ensure, "looking for %s", ensure->job.draft->correlation);
	ensure->call = (struct ticket_call){ .correlation = ensure->job.draft->correlation, .closed = ensure->options.per_run };
	return ensure_call(ensure, TICKET_FIND, found);
}

/* -- the one that was chosen -- */

static ENSURE_LINK(chosen_read)
{
	const struct ticket_answer *answer = &ensure->answer;
	const struct ticket_record *read = answer->records.items;
	struct ensure_job *job = &ensure->job;

	/* What this send made stands, whatever else the search has shown beside it. */
	if (answer->outcome != TICKET_FINE && job->made_id && strcmp(job->made_id, job->record.id)) {
		ensure_warn(ensure, "There are two records: %s could not be read: %s", job->record.number, answer->why);
		job->has_record = false;
		return ensure_choose(ensure) ? ensure_go(ensure, ensure_chosen) : not_found(ensure);
	}
	if (answer->outcome != TICKET_FINE)
		return job->lost ? ensure_go(ensure, ensure_uncertain) : ensure_job_failed(ensure);
	if (answer->records.count && ensure_is_ours(ensure, read) && (read->open || ensure->options.per_run)) {
		ensure_take_record(ensure);
		job->whole = true;
		return ensure_go(ensure, job->record.open ? ensure_compare : ensure_closed_counts);
	}
	/* A search that lags showed what is closed meanwhile. */
	job->has_record = false;
	if (ensure_choose(ensure))
		return ensure_go(ensure, ensure_chosen);
	return not_found(ensure);
}

ENSURE_LINK(ensure_chosen)
{
	struct ensure_job *job = &ensure->job;

	if (job->whole)
		return ensure_go(ensure, ensure_compare);
	ensure_say(ensure, "looking at %s", job->record.number);
	ensure->call = (struct ticket_call){ .record = &job->record, .correlation = job->draft->correlation };
	return ensure_call(ensure, TICKET_READ, chosen_read);
}
