/* session.h - what both faces drive: open the store, load a run, detect, compare, save. The console and the headless commands differ
 * only in who calls session_step().
 *
 * One job at a time. While a job runs, the run on hand stays whole and usable; a finished detection is swapped in at once. */
#ifndef ROUSE_SESSION_H
#define ROUSE_SESSION_H

#include <stdbool.h>
#include <poll.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/io/config.h"
#include "core/io/store.h"
#include "core/model/detect.h"
#include "core/model/marks.h"
#include "core/model/value.h"
#include "core/sources/files.h"
#include "core/sources/hunt.h"

enum job { JOB_NONE, JOB_LOAD, JOB_DETECT, JOB_OWNERS, JOB_SEND, JOB_POST };   /* the last three: closing.h */

/* What a step brought about. */
enum session_event {
	SESSION_IDLE,      /* there is no job */
	SESSION_MORE,      /* the job goes on; nothing new to show but progress */
	SESSION_WAIT,      /* the job waits for the network or the clock: session_wait(), then step again */
	SESSION_GREW,      /* the run on hand has more rows than before */
	SESSION_LOADED,    /* the run on hand is whole */
	SESSION_SWAPPED,   /* a new run is on hand; the earlier one is gone */
	SESSION_FINISHED,  /* a job of closing.h has its result; columns Owner and Ticket may have changed */
	SESSION_FAILED,    /* the job ended with an error; a detection leaves the run on hand as it was, a load leaves it in part */
};

/* Where a detection takes its records from. */
struct session_input {
	struct files_input files;
	bool live;                 /* a tenant, as [graph] says */
	bool demo;
	uint32_t demo_hosts;
	int demo_day;              /* 0 today, 1 yesterday */
	int64_t demo_now;          /* seconds */
	bool unsaved;              /* the run stays in memory: a dry run leaves no trace */
};

struct session;
struct strbuf;

/* Opens the store at `store_path` (created only when `create`) and reads marks and notes. `config` is borrowed. */
int session_open(struct session **session, const struct config *config, const char *store_path, bool create,
                 struct error *err);
void session_close(struct session **session);

/* The run on hand, or NULL. Borrowed until the next step. */
const struct run *session_run(const struct session *session);
/* The store, or NULL when there is none yet. */
struct store *session_store(struct session *session);
struct marks *session_marks(struct session *session);
struct notes *session_notes(struct session *session);
struct acceptances *session_acceptances(struct session *session);
/* A lens on the run on hand; valid until the next step. `lens->table` is an empty table when there is no run. */
void session_lens(struct session *session, struct lens *lens);
/* -1 with the first failure to read a row's bag since the last call; a value that could not be read shows as missing meanwhile. */
int session_bag_error(struct session *session, struct error *err);
int64_t session_now(const struct session *session);   /* seconds; ROUSE_NOW honoured */
void session_tick(struct session *session);           /* takes the time anew */

/* Starts to load a run (0: the newest). Its head and first page of rows are there when this returns; *found false: no run. */
int session_load(struct session *session, int64_t run_id, uint32_t first_rows, bool *found, struct error *err);
/* Starts a detection. `input` is borrowed until the job ends. With `at` not 0 the run is dated so. */
int session_detect(struct session *session, const struct session_input *input, int64_t at, struct error *err);
/* The configuration keys of the files, by enum estate_table. */
extern const char *const files_options[TABLE_COUNT];
/* Input from `[source] kind` and `[files]`; false when none is configured. */
bool session_configured_input(const struct session *session, struct session_input *input);
/* Works for about budget_ms. */
enum session_event session_step(struct session *session, int budget_ms, struct error *err);
/* The tenant of [graph], as a detection would ask it. What it borrows lives as long as the session and its configuration. */
int session_live(struct session *session, struct hunt_options *live, struct error *err);
/* Waits until the job can go on, a descriptor of `fds` is ready (revents are set) or the time is over; a plain poll without such a job. */
int session_wait(struct session *session, struct pollfd *fds, size_t count, int timeout_ms);
/* What a person must enter to sign in; false when nothing. Borrowed until the next step. */
bool session_code(const struct session *session, struct oauth_code *code);
enum job session_job(const struct session *session);
void session_progress(const struct session *session, struct progress *progress, const char **phase);
void session_cancel(struct session *session);
/* Sentences about rows that could not be read in the last detection; borrowed until the next one. */
size_t session_complaints(const struct session *session, const char *const **sentences, uint64_t *more);

/* Sets or removes a note, in memory and in the store. */
int session_note(struct session *session, struct slice packed_id, struct slice text, struct error *err);
/* Records an acceptance of a present finding of the run on hand, in memory, store and audit trail. `until` in seconds; refused (STATUS_USAGE)
 * without reason or name, for a date that is not in the future or further than [limits] acceptance away, and for a host that is no finding. */
int session_accept(struct session *session, uint32_t row, int64_t until, const char *reason, const char *who, struct error *err);
/* Ends the acceptance that is in force for a host. STATUS_NO_INPUT when there is none. */
int session_revoke(struct session *session, struct slice packed_id, const char *who, struct error *err);
/* Takes over what other processes decided, and ends what is due by now, in memory and in the store. Cheap when nothing changed. */
void session_look_at_acceptances(struct session *session);
/* The checks of session_accept() that do not ask for a host: so that a prompt can say at once what is wrong. */
int session_check_accept(const struct session *session, int64_t until, const char *reason, const char *who, struct error *err);
/* Findings of the run on hand whose acceptance ended by date or evidence since the run before it. Fills up to `max`, in the order of rows, and
 * returns how many there are. Borrowed until the acceptances change or the next step. */
size_t session_ended(struct session *session, const struct acceptance **items, size_t max);
/* The login name of whoever runs rouse, from the user database: `mk`, and `root (for mk)` under sudo. Appends; nothing when unknown. */
void session_user(struct strbuf *out);
int session_save_marks(struct session *session, struct error *err);
/* The scope of the configuration. Borrowed. */
const struct scope *session_scope(const struct session *session);

#endif
