#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/model/change.h"
#include "core/model/sort.h"
#include "core/model/trust.h"
#include "core/session/session_inner.h"
#include "core/sources/demo.h"

/* Work between two looks at the clock, in devices and rows. */
#define JUDGE_CHUNK 2000u
#define BASELINE_CHUNK 2000u
/* Rows written in one transaction: long enough to be fast, short enough that another process waits a blink. */
#define SAVE_CHUNK 4000u
#define SOURCE_TEXT_MAX (1 << 20)

/* Names shown beside the progress. */
static const char *const phase_names[PHASE_COUNT] = {
	"reading", "judging", "reading the previous run", "comparing", "saving"
};

/* `files: DeviceInfo.csv, gathering.json` or `demo`; exact text, folders left out. */
static char *source_text(const struct session_input *input)
{
	if (input->demo)
		return xstrdup("demo");
	if (input->live)
		return xstrdup("tenant");
	struct strbuf text = STRBUF_INIT(SOURCE_TEXT_MAX);
	strbuf_adds(&text, "files:");
	const char *between = " ";
	for (int table = 0; table < 5; table++) {
		for (size_t i = 0; i < input->files.count[table]; i++) {
			const char *path = input->files.paths[table][i];
			const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
			strbuf_adds(&text, between);
			strbuf_adds(&text, base);
			between = ", ";
		}
	}
	char *made = xstrdup(strbuf_text(&text));
	strbuf_release(&text);
	return made;
}

static char *canonical_scope(const struct scope *scope)
{
	struct strbuf text = STRBUF_INIT(SIZE_MAX);
	scope_text(scope, &text);
	char *made = xstrdup(strbuf_text(&text));
	strbuf_release(&text);
	return made;
}

int session_detect(struct session *session, const struct session_input *input, int64_t at, struct error *err)
{
	session_cancel(session);
	session_tick(session);
	struct detect_job *job = &session->detect;
	*job = (struct detect_job){ .began_ms = clock_ms(), .unsaved = input->unsaved };
	estate_init(&job->estate);
	job->fresh = xcalloc(1, sizeof *job->fresh);
	job->fresh->started = at ? at : session->now;
	job->fresh->source = source_text(input);
	job->fresh->scope = canonical_scope(&session->scope);
	job->fresh->all_groups = session->scope.group_count == 0;
	struct hunt_options live;
	int failed = input->live
		? session_live(session, &live, err) || hunt_source_new(&live, &job->estate, job->fresh, &job->source, err)
		: input->demo
		? demo_source_new(input->demo_hosts, input->demo_now, input->demo_day, &job->estate, job->fresh, &job->source, err)
		: files_source_new(&input->files, &job->estate, job->fresh, &job->source, err);
	session->job = JOB_DETECT;
	if (failed)
		session_cancel(session);
	return failed;
}

void detect_job_release(struct session *session)
{
	struct detect_job *job = &session->detect;
	if (job->source)
		job->source->ops->free(job->source);
	store_reader_close(&job->reader);
	store_writer_close(&job->writer);
	detection_release(&job->detection);
	estate_release(&job->estate);
	run_free(&job->fresh);
	run_free(&job->baseline);
	free(job->order);
	*job = (struct detect_job){0};
}

static void keep_complaints(struct session *session)
{
	const char *const *sentences = NULL;
	struct complaints *kept = &session->complaints;
	for (size_t i = 0; i < kept->count; i++)
		free(kept->sentences[i]);
	free(kept->sentences);
	*kept = (struct complaints){0};
	const struct source *source = session->detect.source;
	if (!strcmp(source->ops->name, "files"))
		kept->count = files_source_complaints(source, &sentences, &kept->more);
	else if (!strcmp(source->ops->name, "graph"))
		kept->count = hunt_complaints(source, &sentences, &kept->more);
	kept->sentences = xcalloc(kept->count + 1, sizeof *kept->sentences);
	for (size_t i = 0; i < kept->count; i++)
		kept->sentences[i] = xstrdup(sentences[i]);
}

/* PHASE_READ: the source fills the estate. */
static int read_step(struct session *session, int budget_ms, struct error *err)
{
	struct detect_job *job = &session->detect;
	enum step step = job->source->ops->step(job->source, budget_ms, err);
	job->waiting = step == STEP_WAIT;
	if (step == STEP_MORE || step == STEP_WAIT)
		return 0;
	keep_complaints(session);
	if (step == STEP_FAILED)
		return -1;
	job->fresh->input = job->estate.input;
	job->detection = (struct detection){ .estate = &job->estate, .scope = &session->scope, .run = job->fresh };
	job->phase = PHASE_JUDGE;
	return 0;
}

/* The baseline is the previous run of the same scope, complete or not; the new run says when it was not. */
static int open_baseline(struct session *session, struct error *err)
{
	struct detect_job *job = &session->detect;
	int64_t id = 0;
	job->phase = PHASE_COMPARE;
	if (job->unsaved && !session->store)
		return 0;
	if (session_need_store(session, err) || store_newest(session->store, job->fresh->scope, false, 0, &id, err))
		return -1;
	if (!id)
		return 0;
	job->baseline = xcalloc(1, sizeof *job->baseline);
	if (store_run_head(session->store, id, job->baseline, err) ||
	    store_reader_open(session->store, id, &job->reader, err))
		return -1;
	job->phase = PHASE_BASELINE;
	return 0;
}

static int judge_step(struct session *session, int64_t until, struct error *err)
{
	struct detect_job *job = &session->detect;
	do {
		if (detection_step(&job->detection, JUDGE_CHUNK))
			return open_baseline(session, err);
	} while (clock_ms() < until);
	return 0;
}

static int baseline_step(struct session *session, int64_t until, struct error *err)
{
	struct detect_job *job = &session->detect;
	do {
		int more = store_reader_step(job->reader, &job->baseline->rows, BASELINE_CHUNK, err);
		if (more < 0)
			return -1;
		if (!more) {
			store_reader_close(&job->reader);
			job->phase = PHASE_COMPARE;
			return 0;
		}
	} while (clock_ms() < until);
	return 0;
}

/* A fall that an incomplete baseline hides: the last complete run of the scope tells it. */
static int judge_past(struct session *session, struct error *err)
{
	const struct detect_job *job = &session->detect;
	struct run complete = { 0 };
	int64_t id = 0;
	uint32_t resolved = 0;
	int failed = -1;
	if (!job->baseline || run_complete(job->baseline))
		return 0;
	if (store_newest(session->store, job->fresh->scope, true, job->baseline->id, &id, err))
		return -1;
	if (!id)
		return 0;
	if (store_run_head(session->store, id, &complete, err) ||
	    store_resolved(session->store, job->fresh->scope, id, job->baseline->id + 1, &resolved, err))
		goto out;
	trust_judge_past(job->fresh, &session->scope, &complete, resolved);
	failed = 0;
out:
	run_release(&complete);
	return failed;
}

static int compare_step(struct session *session, struct error *err)
{
	struct detect_job *job = &session->detect;
	if (job->baseline && !job->unsaved)
		session_acceptances_settle(session, job->baseline);
	change_compare(job->fresh, job->baseline, &job->estate);
	trust_judge(job->fresh, &job->detection, job->baseline);
	if (judge_past(session, err) || (session->store && session_acceptances_compare(session, job->fresh, err)))
		return -1;
	run_free(&job->baseline);
	struct lens lens = { .table = &job->fresh->rows, .now = job->fresh->started };
	job->order = xmalloc((job->fresh->rows.count + 1) * sizeof *job->order);
	order_worst(&lens, job->order);
	job->fresh->took_ms = clock_ms() - job->began_ms;
	job->phase = PHASE_SAVE;
	if (job->unsaved)
		return 0;
	return store_writer_open(session->store, job->fresh, job->order, &job->writer, err);
}

/* The bags are in the store now: the rows keep their keys and the memory is given back. */
static void rows_to_keys(struct run *run, const uint32_t *order)
{
	struct table *rows = &run->rows;
	for (uint32_t rank = 0; rank < rows->count; rank++) {
		if (rows->bag[order[rank]])
			rows->bag[order[rank]] = (uint64_t)run->id << 32 | rank;
	}
	free(rows->bags.bytes);
	rows->bags.bytes = NULL;
	rows->bags.len = rows->bags.cap = 0;
	table_trim(rows);
}

static int save_step(struct session *session, int64_t until, bool *done, struct error *err)
{
	struct detect_job *job = &session->detect;
	if (job->unsaved) {
		*done = true;
		return 0;
	}
	do {
		int more = store_writer_step(job->writer, SAVE_CHUNK, err);
		if (more < 0)
			return -1;
		if (!more) {
			rows_to_keys(job->fresh, job->order);
			*done = true;
			return 0;
		}
	} while (clock_ms() < until);
	return 0;
}

enum session_event detect_job_step(struct session *session, int budget_ms, struct error *err)
{
	struct detect_job *job = &session->detect;
	int64_t until = clock_ms() + budget_ms;
	bool done = false;
	int failed = 0;
	switch (job->phase) {
	case PHASE_READ: failed = read_step(session, budget_ms, err); break;
	case PHASE_JUDGE: failed = judge_step(session, until, err); break;
	case PHASE_BASELINE: failed = baseline_step(session, until, err); break;
	case PHASE_COMPARE: failed = compare_step(session, err); break;
	case PHASE_SAVE: failed = save_step(session, until, &done, err); break;
	case PHASE_COUNT: break;
	}
	if (failed) {
		session_cancel(session);
		return SESSION_FAILED;
	}
	if (!done)
		return job->waiting ? SESSION_WAIT : SESSION_MORE;
	run_free(&session->run);
	session->run = job->fresh;
	job->fresh = NULL;
	session_cancel(session);
	if (session->run->id)
		session_acceptances_settle(session, session->run);
	return SESSION_SWAPPED;
}

void detect_job_progress(const struct session *session, struct progress *progress, const char **phase)
{
	const struct detect_job *job = &session->detect;
	*phase = phase_names[job->phase];
	job->source->ops->progress(job->source, progress);
}

bool session_configured_input(const struct session *session, struct session_input *input)
{
	*input = (struct session_input){0};
	bool configured = false;
	const char *kind = config_text(session->config, "source.kind");
	if (kind && !strcmp(kind, "graph")) {
		*input = (struct session_input){ .live = true };
		return true;
	}
	if (kind && !strcmp(kind, "demo")) {
		*input = (struct session_input){ .demo = true, .demo_hosts = DEMO_HOSTS, .demo_now = session->now };
		return true;
	}
	for (int table = 0; table < TABLE_COUNT; table++) {
		input->files.paths[table] = config_list(session->config, files_options[table], &input->files.count[table]);
		if (input->files.count[table])
			configured = true;
	}
	return configured;
}
