#include "core/session/session.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/io/json.h"
#include "core/session/session_inner.h"

const char *const files_options[TABLE_COUNT] = {
	"files.device_info", "files.assessment", "files.gathering", "files.software", "files.findings"
};

/* Rows read between two looks at the clock. */
#define LOAD_CHUNK 2000u

void run_free(struct run **run)
{
	if (*run) {
		run_release(*run);
		free(*run);
		*run = NULL;
	}
}

/* Remembers the first failure: a value that could not be read must not pass for one that is missing. */
static int bag_failed(struct session *session, const struct error *err)
{
	if (!session->bag_error.text[0])
		session->bag_error = *err;
	return -1;
}

/* bag_reader.read: from the table while it is resident, else from the store. */
static int read_bag(void *owner, const struct table *table, uint32_t row, struct strbuf *bag)
{
	struct session *session = owner;
	struct slice closed = table_bag(table, row);
	struct strbuf stored = STRBUF_INIT(bag->max);
	struct error err = {0};
	int failed = 0;
	if (!closed.text && table->bag[row] && session->store) {
		failed = store_bag(session->store, table->bag[row], &stored, &err);
		closed = (struct slice){ stored.buf, stored.len };
	}
	if (!failed && closed.len)
		json_bag_open(closed, bag);
	if (!failed && (stored.overflow || bag->overflow))
		failed = error_set(&err, STATUS_IO, "The enrichment of a host is larger than what can be shown.");
	if (failed)
		failed = bag_failed(session, &err);
	strbuf_release(&stored);
	return failed;
}

static int read_own_data(struct session *session, struct error *err)
{
	if (!session->store)
		return 0;
	if (store_marks_load(session->store, &session->marks, err) || store_notes_load(session->store, &session->notes, err) ||
	    session_acceptances_read(session, err) || closing_read(session, err))
		return -1;
	session->marks_saved = session->marks.generation;
	return 0;
}

int session_need_store(struct session *session, struct error *err)
{
	if (session->store)
		return 0;
	if (store_open(&session->store, session->store_path, err))
		return -1;
	return read_own_data(session, err);
}

int session_open(struct session **out, const struct config *config, const char *store_path, bool create,
                 struct error *err)
{
	struct session *session = xcalloc(1, sizeof *session);
	session->config = config;
	session->store_path = xstrdup(store_path);
	session->create = create;
	session->bags = (struct bag_reader){ session, read_bag };
	config_scope(config, &session->scope);
	if (clock_now(&session->now, err))
		goto fail;
	if (create ? session_need_store(session, err) : store_open_existing(&session->store, store_path, err))
		goto fail;
	if (!create && read_own_data(session, err))
		goto fail;
	*out = session;
	return 0;
fail:
	session_close(&session);
	return -1;
}

static void complaints_release(struct complaints *complaints)
{
	for (size_t i = 0; i < complaints->count; i++)
		free(complaints->sentences[i]);
	free(complaints->sentences);
	*complaints = (struct complaints){0};
}

void session_close(struct session **pointer)
{
	struct session *session = *pointer;
	if (!session)
		return;
	session_cancel(session);
	run_free(&session->run);
	table_release(&session->empty);
	marks_release(&session->marks);
	notes_release(&session->notes);
	acceptances_release(&session->acceptances);
	closing_release(session);
	complaints_release(&session->complaints);
	store_close(&session->store);
	free(session->store_path);
	secret_wipe(&session->client_secret);
	free(session);
	*pointer = NULL;
}

const struct run *session_run(const struct session *session)
{
	return session->run;
}

struct store *session_store(struct session *session)
{
	return session->store;
}

struct marks *session_marks(struct session *session)
{
	return &session->marks;
}

struct notes *session_notes(struct session *session)
{
	return &session->notes;
}

void session_lens(struct session *session, struct lens *lens)
{
	*lens = (struct lens){
		.table = session->run ? &session->run->rows : &session->empty,
		.now = session->now,
		.marks = &session->marks,
		.notes = &session->notes,
		.acceptances = &session->acceptances,
		.owners = &session->closing.owners,
		.tickets = &session->closing.tickets,
		.bags = &session->bags,
		.tenant = config_text(session->config, "links.tenant"),
	};
}

int session_bag_error(struct session *session, struct error *err)
{
	if (!session->bag_error.text[0])
		return 0;
	*err = session->bag_error;
	session->bag_error = (struct error){0};
	return -1;
}

int64_t session_now(const struct session *session)
{
	return session->now;
}

void session_tick(struct session *session)
{
	struct error ignored = {0};   /* ROUSE_NOW was readable when the session was opened */
	(void)clock_now(&session->now, &ignored);
}

int session_load(struct session *session, int64_t run_id, uint32_t first_rows, bool *found, struct error *err)
{
	struct run *run = NULL;
	struct store_reader *reader = NULL;
	*found = false;
	if (!session->store)
		return 0;
	if (!run_id && store_newest(session->store, NULL, false, 0, &run_id, err))
		return -1;
	if (!run_id)
		return 0;
	run = xcalloc(1, sizeof *run);
	if (store_run_head(session->store, run_id, run, err) ||
	    store_reader_open(session->store, run_id, &reader, err))
		goto fail;
	int more = store_reader_step(reader, &run->rows, first_rows, err);
	if (more < 0)
		goto fail;
	session_cancel(session);
	run_free(&session->run);
	session->run = run;
	*found = true;
	if (more) {
		session->reader = reader;
		session->job = JOB_LOAD;
	} else {
		store_reader_close(&reader);
		session_acceptances_settle(session, run);
	}
	return 0;
fail:
	store_reader_close(&reader);
	run_free(&run);
	return -1;
}

static enum session_event load_step(struct session *session, int budget_ms, struct error *err)
{
	int64_t until = clock_ms() + budget_ms;
	do {
		int more = store_reader_step(session->reader, &session->run->rows, LOAD_CHUNK, err);
		if (more > 0)
			continue;
		session_cancel(session);
		if (more < 0)
			return SESSION_FAILED;
		table_trim(&session->run->rows);
		session_acceptances_settle(session, session->run);
		return SESSION_LOADED;
	} while (clock_ms() < until);
	return SESSION_GREW;
}

enum session_event session_step(struct session *session, int budget_ms, struct error *err)
{
	switch (session->job) {
	case JOB_NONE:
		break;
	case JOB_LOAD:
		return load_step(session, budget_ms, err);
	case JOB_DETECT:
		return detect_job_step(session, budget_ms, err);
	case JOB_OWNERS:
		return resolve_job_step(session, budget_ms, err);
	case JOB_SEND:
		return send_job_step(session, err);
	case JOB_POST:
		return post_job_step(session, err);
	}
	return SESSION_IDLE;
}

enum job session_job(const struct session *session)
{
	return session->job;
}

void session_progress(const struct session *session, struct progress *progress, const char **phase)
{
	*progress = (struct progress){0};
	*phase = "";
	if (session->job == JOB_DETECT) {
		detect_job_progress(session, progress, phase);
	} else if (session->job == JOB_LOAD) {
		*phase = "reading the stored run";
		progress->rows = session->run->rows.count;
	} else if (session->job != JOB_NONE) {
		closing_progress(session, progress, phase);
	}
}

void session_cancel(struct session *session)
{
	if (session->job == JOB_LOAD)
		store_reader_close(&session->reader);
	else if (session->job == JOB_DETECT)
		detect_job_release(session);
	else
		closing_cancel(session);
	session->job = JOB_NONE;
}

size_t session_complaints(const struct session *session, const char *const **sentences, uint64_t *more)
{
	*sentences = (const char *const *)session->complaints.sentences;
	*more = session->complaints.more;
	return session->complaints.count;
}

int session_note(struct session *session, struct slice packed_id, struct slice text, struct error *err)
{
	if (session_need_store(session, err) || store_note_save(session->store, packed_id, text, session->now, err))
		return -1;
	notes_set(&session->notes, packed_id, text);
	return 0;
}

int session_save_marks(struct session *session, struct error *err)
{
	if (session->marks.generation == session->marks_saved)
		return 0;
	if (session_need_store(session, err) || store_marks_save(session->store, &session->marks, err))
		return -1;
	session->marks_saved = session->marks.generation;
	return 0;
}

const struct scope *session_scope(const struct session *session)
{
	return &session->scope;
}
