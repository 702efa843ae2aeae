/* ensure.c - a send from its beginning to its result. See ensure.h and ensure_inner.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/tickets/ensure_inner.h"

#define LOCK_PAUSE_MS 100
#define FILE_MAX ((size_t)256 << 20)

const char *const ensure_words[ENSURE_WORD_COUNT] = { "created", "updated", "unchanged", "uncertain", "failed" };

/* -- the chain -- */

int64_t ensure_ms(const struct ensure *ensure)
{
	return ensure->options.clock ? ensure->options.clock(ensure->options.clock_owner) : clock_ms();
}

int64_t ensure_now(const struct ensure *ensure)
{
	return ensure->options.now + (ensure_ms(ensure) - ensure->began_ms) / 1000;
}

enum step ensure_go(struct ensure *ensure, enum step (*go)(struct ensure *, struct error *))
{
	ensure->go = go;
	return STEP_MORE;
}

enum step ensure_sleep(struct ensure *ensure, int64_t ms, enum step (*go)(struct ensure *, struct error *))
{
	ensure->go = go;
	ensure->wake_ms = ensure_ms(ensure) + (ms > 1 ? ms : 1);
	return STEP_WAIT;
}

enum step ensure_call(struct ensure *ensure, enum ticket_verb verb, enum step (*go)(struct ensure *, struct error *))
{
	struct error err = {0};

	ticket_answer_release(&ensure->answer);
	ensure->call.verb = verb;
	ensure->go = go;
	ensure->calling = !ensure->options.tickets->ops->begin(ensure->options.tickets, &ensure->call, &err);
	if (!ensure->calling) {
		ensure->answer.outcome = TICKET_REFUSED;
		ensure->answer.status = err.status ? (int)err.status : STATUS_FAILED;
		memcpy(ensure->answer.why, err.text, sizeof ensure->answer.why);
	}
	return STEP_MORE;
}

void ensure_watch_start(struct ensure *ensure, int64_t ms)
{
	ensure->job.watch = (struct ensure_watch){ ensure_ms(ensure) + ms, ENSURE_PAUSE_MS };
}

bool ensure_watch_again(struct ensure *ensure, enum step (*go)(struct ensure *, struct error *))
{
	struct ensure_watch *watch = &ensure->job.watch;
	int64_t left = watch->until_ms - ensure_ms(ensure);

	if (left <= 0)
		return false;
	ensure_sleep(ensure, watch->pause_ms < left ? watch->pause_ms : left, go);
	watch->pause_ms = watch->pause_ms * 2 < ENSURE_PAUSE_MAX_MS ? watch->pause_ms * 2 : ENSURE_PAUSE_MAX_MS;
	return true;
}

/* -- words -- */

void ensure_say(struct ensure *ensure, const char *format, ...)
{
	va_list args;

	strbuf_clear(&ensure->doing);
	va_start(args, format);
	strbuf_addfv(&ensure->doing, format, args);
	va_end(args);
}

void ensure_warn(struct ensure *ensure, const char *format, ...)
{
	struct ensure_result *result = &ensure->result;
	struct strbuf text = STRBUF_INIT(ENSURE_SENTENCE_MAX);
	va_list args;

	va_start(args, format);
	strbuf_addfv(&text, format, args);
	va_end(args);
	for (size_t i = 0; i < result->warning_count; i++)
		if (!strcmp(result->warnings[i], strbuf_text(&text)))
			goto out;
	result->warnings = grow(result->warnings, &result->warning_cap, result->warning_count + 1, sizeof *result->warnings);
	result->warnings[result->warning_count++] = xstrdup(strbuf_text(&text));
	if (!result->status)
		result->status = STATUS_INCOMPLETE;
out:
	strbuf_release(&text);
}

void ensure_hosts(struct strbuf *out, int64_t hosts)
{
	if (hosts < 0) {
		strbuf_adds(out, "an unknown number of hosts");
		return;
	}
	strbuf_add_count(out, (unsigned long long)hosts);
	strbuf_adds(out, hosts == 1 ? " host" : " hosts");
}

/* -- jobs -- */

void ensure_job_start(struct ensure *ensure, const struct ticket_record *parent)
{
	struct ensure_job *job = &ensure->job;
	struct draft child = job->child;

	job->child = (struct draft){0};
	ensure_job_release(job);
	job->child = child;
	job->draft = parent ? &job->child : ensure->options.draft;
	job->parent = parent;
	store_ticket_init(&job->row);
	ticket_record_init(&job->record);
}

void ensure_job_release(struct ensure_job *job)
{
	store_ticket_release(&job->row);
	ticket_records_release(&job->found);
	ticket_records_release(&job->replaced);
	ticket_record_release(&job->record);
	draft_release(&job->child);
	free(job->old_mark);
	free(job->made_id);
	free(job->made_number);
	free(job->read_id);
	free(job->known_id);
	*job = (struct ensure_job){0};
}

/* A failure counts more than what is not known yet, and that more than a warning. */
static int worse_status(int a, int b)
{
	static const int mild[] = { STATUS_DONE, STATUS_INCOMPLETE, STATUS_TRY_LATER };

	for (size_t i = 0; i < sizeof mild / sizeof *mild; i++) {
		if (a == mild[i])
			return b;
		if (b == mild[i])
			return a;
	}
	return a;
}

enum step ensure_job_done(struct ensure *ensure, enum ensure_word word, int status, const char *format, ...)
{
	struct ensure_result *result = &ensure->result;
	struct ensure_job *job = &ensure->job;
	struct strbuf sentence = STRBUF_INIT(ENSURE_SENTENCE_MAX);
	int64_t hosts = job->has_record && job->whole ? ticket_mark_hosts(job->record.mark) : -1;
	va_list args;

	va_start(args, format);
	strbuf_addfv(&sentence, format, args);
	va_end(args);
	/* Room for all was made at the beginning: children borrow the first one's record. */
	assert(result->count < result->cap);
	struct ensure_item *item = &result->items[result->count++];

	*item = (struct ensure_item){ .word = word, .hosts = hosts > 0 ? (uint32_t)hosts : 0, .sentence = xstrdup(strbuf_text(&sentence)) };
	item->team = xstrdup(job->parent && job->draft->team_count ? job->draft->teams[0].name : "");
	ticket_record_copy(&item->record, &job->record);
	result->status = worse_status(result->status, status);
	strbuf_release(&sentence);
	return ensure_go(ensure, ensure_next);
}

enum step ensure_job_failed(struct ensure *ensure)
{
	const struct ensure_job *job = &ensure->job;
	const struct ticket_answer *answer = &ensure->answer;
	int status = answer->status ? answer->status : STATUS_FAILED;

	ensure->down = ensure->down || answer->outcome == TICKET_UNAVAILABLE;
	if (!job->made_id)
		return ensure_job_done(ensure, ENSURE_FAILED, status, "%s", answer->why);
	return ensure_job_done(ensure, ENSURE_FAILED, status, "%s was created, but then something failed, which the next send puts right: %s",
	                       job->made_number, answer->why);
}

enum step ensure_fail(struct ensure *ensure, enum status status, const char *format, ...)
{
	struct error sentence = {0};   /* cuts at a character where it is too long */
	va_list args;

	va_start(args, format);
	error_setv(&sentence, status, format, args);
	va_end(args);
	ensure->answer.status = (int)status;
	memcpy(ensure->answer.why, sentence.text, sizeof ensure->answer.why);
	return ensure_job_failed(ensure);
}

int ensure_row_write(struct ensure *ensure, enum ticket_state state, const char *action, struct error *err)
{
	struct ensure_job *job = &ensure->job;
	struct store_ticket *row = &job->row;

	if (job->has_record) {
		ticket_record_put(&row->remote, slice_of(job->record.id));
		ticket_record_put(&row->number, slice_of(job->record.number));
		ticket_record_put(&row->url, slice_of(job->record.url));
	}
	row->state = state;
	row->updated = ensure_now(ensure);
	row->run = job->draft->run;
	if (store_ticket_write(ensure->options.store, row, row->updated, action, err))
		return -1;
	job->has_row = state != TICKET_CLOSED;
	return 0;
}

/* -- the frame -- */

static ENSURE_LINK(guarded)
{
	if (ensure->answer.outcome != TICKET_FINE)
		return ensure_job_failed(ensure);
	return ensure_go(ensure, ensure_look);
}

static ENSURE_LINK(guard)
{
	ensure_say(ensure, "checking %s", ensure->ops->title);
	ensure->call = (struct ticket_call){ .draft = ensure->job.draft };
	return ensure_call(ensure, TICKET_GUARD, guarded);
}

ENSURE_LINK(ensure_lock)
{
	const char *path = ensure->options.store_path;
	struct error busy = {0};

	if (!path || !strcmp(path, ":memory:") || !lock_take(&ensure->lock, path, "ticket", "sending a ticket", &busy))
		return ensure_go(ensure, guard);
	ensure_say(ensure, "waiting for another rouse: %s", busy.text);
	if (busy.status == STATUS_TRY_LATER && ensure_ms(ensure) - ensure->began_ms < ENSURE_LOCK_MS)
		return ensure_sleep(ensure, LOCK_PAUSE_MS, ensure_lock);
	return ensure_job_done(ensure, ENSURE_FAILED, (int)busy.status, "%s", busy.text);
}

ENSURE_LINK(ensure_next)
{
	const struct ensure_item *first = &ensure->result.items[0];

	if (ensure->options.children && !ensure->family_done && first->word < ENSURE_UNCERTAIN && first->record.open)
		return ensure_go(ensure, ensure_children);
	lock_release(&ensure->lock);
	ensure->go = NULL;
	return STEP_DONE;
}

int ensure_begin(struct ensure **made, const struct ensure_options *options, struct error *err)
{
	struct ensure *ensure = xcalloc(1, sizeof *ensure);

	(void)err;
	ensure->options = *options;
	ensure->ops = options->tickets->ops;
	if (ensure->options.patience_ms <= 0)
		ensure->options.patience_ms = ENSURE_PATIENCE_MS;
	ensure->system = (struct strbuf)STRBUF_INIT(ENSURE_SENTENCE_MAX);
	ensure->doing = (struct strbuf)STRBUF_INIT(ENSURE_SENTENCE_MAX);
	ensure->file = (struct strbuf)STRBUF_INIT(FILE_MAX);
	ensure->family = (struct strbuf)STRBUF_INIT(FILE_MAX);
	tickets_system(options->tickets, &ensure->system);
	ensure->began_ms = ensure_ms(ensure);
	ensure->result.items = grow(NULL, &ensure->result.cap, 1 + options->draft->team_count, sizeof *ensure->result.items);
	ensure_job_start(ensure, NULL);
	ensure->go = ensure_lock;
	*made = ensure;
	return 0;
}

enum step ensure_step(struct ensure *ensure, struct error *err)
{
	if (!ensure->go)
		return STEP_DONE;
	if (ensure->calling) {
		enum step step = ensure->ops->step(ensure->options.tickets, &ensure->answer);

		ensure->calling = step == STEP_MORE || step == STEP_WAIT;
		if (!ensure->calling && ensure->answer.outcome == TICKET_FINE && ensure->answer.warning[0])
			ensure_warn(ensure, "%s", ensure->answer.warning);
		return ensure->calling ? step : STEP_MORE;
	}
	if (ensure->wake_ms > ensure_ms(ensure))
		return STEP_WAIT;
	ensure->wake_ms = 0;
	enum step step = ensure->go(ensure, err);

	if (step == STEP_FAILED)
		ensure->go = NULL;
	return step;
}

void ensure_doing(const struct ensure *ensure, struct strbuf *out)
{
	struct strbuf waiting = STRBUF_INIT(ENSURE_SENTENCE_MAX);

	strbuf_add(out, strbuf_text(&ensure->doing), ensure->doing.len);
	if (ensure->calling && ensure->ops->waiting)
		ensure->ops->waiting(ensure->options.tickets, &waiting);
	if (waiting.len)
		strbuf_addf(out, "; %s", strbuf_text(&waiting));
	strbuf_release(&waiting);
}

int ensure_timeout_ms(const struct ensure *ensure)
{
	int64_t left = ensure->wake_ms - ensure_ms(ensure);

	if (ensure->calling)
		return -1;
	return ensure->wake_ms && left > 0 ? (int)left : 0;
}

int ensure_fd(const struct ensure *ensure)
{
	return ensure->calling && ensure->ops->fd ? ensure->ops->fd(ensure->options.tickets) : -1;
}

const struct ensure_result *ensure_result(const struct ensure *ensure)
{
	return &ensure->result;
}

static void result_release(struct ensure_result *result)
{
	for (size_t i = 0; i < result->count; i++) {
		ticket_record_release(&result->items[i].record);
		free(result->items[i].team);
		free(result->items[i].sentence);
	}
	for (size_t i = 0; i < result->warning_count; i++)
		free(result->warnings[i]);
	free(result->items);
	free(result->warnings);
}

void ensure_free(struct ensure **made)
{
	struct ensure *ensure = *made;

	if (!ensure)
		return;
	if (ensure->calling)
		ensure->ops->cancel(ensure->options.tickets);
	lock_release(&ensure->lock);
	ensure_job_release(&ensure->job);
	for (size_t i = 0; i < ensure->row_count; i++)
		store_ticket_release(&ensure->rows[i]);
	free(ensure->rows);
	ticket_answer_release(&ensure->answer);
	doc_release(&ensure->note);
	strbuf_release(&ensure->system);
	strbuf_release(&ensure->doing);
	strbuf_release(&ensure->file);
	strbuf_release(&ensure->family);
	result_release(&ensure->result);
	free(ensure);
	*made = NULL;
}
