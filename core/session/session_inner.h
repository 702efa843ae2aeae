/* session_inner.h - the inside of a session, shared by the files of this room and nobody else.
 *
 * session.c          opening, the run on hand, loading, marks and notes
 * session_detect.c   the detection job, phase by phase
 * session_live.c     the configuration of a tenant, and waiting for it
 * session_accept.c   acceptances: taken, revoked, ended */
#ifndef ROUSE_SESSION_INNER_H
#define ROUSE_SESSION_INNER_H

#include "core/io/secret.h"
#include "core/session/session.h"

/* A detection passes through these in order; each is cut into steps. */
enum phase { PHASE_READ, PHASE_JUDGE, PHASE_BASELINE, PHASE_COMPARE, PHASE_SAVE, PHASE_COUNT };

/* Everything of a detection under way; freed whole when it ends, however it ends. */
struct detect_job {
	enum phase phase;
	bool waiting;                   /* the source said STEP_WAIT */
	int64_t began_ms;               /* monotonic */
	struct source *source;          /* owned */
	struct estate estate;           /* owned */
	struct run *fresh;              /* owned until it is swapped in */
	struct detection detection;
	struct run *baseline;           /* owned; NULL: there is none */
	struct store_reader *reader;    /* of the baseline's rows; owned */
	uint32_t *order;                /* stored order of the fresh rows; owned */
	struct store_writer *writer;    /* owned */
};

/* Complaints outlive the source that made them. */
struct complaints {
	char **sentences;               /* owned */
	size_t count;
	uint64_t more;
};

struct session {
	const struct config *config;    /* borrowed */
	struct scope scope;             /* borrowed from config */
	char *store_path;               /* owned */
	bool create;                    /* the store may be made */
	struct store *store;            /* owned; NULL while there is none */
	int64_t now;                    /* seconds */
	struct run *run;                /* on hand; owned; NULL: none */
	struct table empty;             /* what the lens shows without a run */
	struct marks marks;
	uint64_t marks_saved;           /* generation of marks that the store has */
	struct notes notes;
	struct acceptances acceptances;
	int64_t acceptances_version;    /* of the store when they were read */
	struct bag_reader bags;
	struct error bag_error;         /* the first failure to read a bag since it was last asked */
	enum job job;
	struct store_reader *reader;    /* JOB_LOAD; owned */
	struct detect_job detect;       /* JOB_DETECT */
	struct complaints complaints;
	struct secret client_secret;    /* of the environment, for the second detection; none until the first */
};

/* Opens the store for writing if it is not open yet. */
int session_need_store(struct session *session, struct error *err);
void run_free(struct run **run);
enum session_event detect_job_step(struct session *session, int budget_ms, struct error *err);
void detect_job_release(struct session *session);
void detect_job_progress(const struct session *session, struct progress *progress, const char **phase);

/* Reads the acceptances of the store, in place of those in memory. */
int session_acceptances_read(struct session *session, struct error *err);
/* Ends what has passed its date, or what a whole visible run (may be NULL) has broken: in memory, and in the store where it can be written. */
void session_acceptances_settle(struct session *session, const struct run *run);
/* Before a fresh run is saved: its persisting rows whose acceptance ended since the previous run count as altered. */
int session_acceptances_compare(struct session *session, struct run *fresh, struct error *err);

#endif
