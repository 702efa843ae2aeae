/* session_inner.h - the inside of a session, shared by the files of this room and nobody else.
 *
 * session.c          opening, the run on hand, loading, marks and notes
 * session_detect.c   the detection job, phase by phase
 * session_live.c     the configuration of a tenant, and waiting for it
 * session_accept.c   acceptances: taken, revoked, ended
 * closing*.c         owners, ticket and digest: closing.h */
#ifndef ROUSE_SESSION_INNER_H
#define ROUSE_SESSION_INNER_H

#include "core/io/secret.h"
#include "core/notify/notify.h"
#include "core/owners/owners.h"
#include "core/session/closing.h"
#include "core/session/session.h"

/* A detection passes through these in order; each is cut into steps. */
enum phase { PHASE_READ, PHASE_JUDGE, PHASE_BASELINE, PHASE_COMPARE, PHASE_SAVE, PHASE_COUNT };

/* Everything of a detection under way; freed whole when it ends, however it ends. */
struct detect_job {
	enum phase phase;
	bool waiting;                   /* the source said STEP_WAIT */
	bool unsaved;                   /* the run will not be in the store */
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

/* Places that get the digest. */
#define PLACES_MAX 8

/* JOB_OWNERS. The arrays are owned; all is freed when the job ends. */
struct resolve_job {
	struct owner_source *source;    /* owned; NULL: nobody has to be asked, or nobody can */
	struct owner_asking asking;
	struct owner_index index;
	bool indexed;
	uint32_t *rows;                 /* that were asked for */
	uint32_t row_count;
	uint32_t *asked;                /* of them: rows whose host goes to the CMDB */
	struct slice *hosts;            /* their names, borrowed from the run */
	uint32_t ask_count, next;       /* next: to be matched */
	bool answered;                  /* the source is done */
};

/* Everything that closes the loop. Back ends are made for a job and freed with it; what they found stays. */
struct closing {
	struct talk *talk;              /* owned; NULL until a service is asked */
	struct owners owners;
	struct ticket_links tickets;
	struct resolve_job resolve;
	struct resolved resolved;
	char **complaints;              /* of `resolved`; owned */
	bool has_resolved;
	bool unkept;                    /* a dry run: nothing goes into the store */
	struct tickets *system;         /* JOB_SEND; owned */
	struct ensure *ensure;          /* owned; stays for its result until the next send */
	const struct draft *draft;      /* borrowed while it is sent */
	int64_t sent_run;               /* whose ticket the last send was */
	struct notify *notify;          /* JOB_POST: the place at work; owned */
	const struct digest *digest;    /* borrowed while it is posted */
	const char *places[PLACES_MAX]; /* their names, borrowed from the configuration */
	struct posted posted[PLACES_MAX];
	size_t place_count, place;      /* place: at work */
	bool console;
	int64_t posted_run;             /* whose digest it was */
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
	struct closing closing;
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

/* -- closing the loop -- */

/* Reads owners and tickets from the store, in place of those in memory. */
int closing_read(struct session *session, struct error *err);
/* Reads which record each host is on, in place of what is in memory. */
int closing_links_read(struct session *session, struct error *err);
/* One slice of JOB_OWNERS, JOB_SEND, JOB_POST. */
enum session_event resolve_job_step(struct session *session, int budget_ms, struct error *err);
enum session_event send_job_step(struct session *session, struct error *err);
enum session_event post_job_step(struct session *session, struct error *err);
/* Ends the job under way; results stay. */
void closing_cancel(struct session *session);
void closing_release(struct session *session);
void closing_progress(const struct session *session, struct progress *progress, const char **phase);
int closing_wait(struct session *session, struct pollfd *fds, size_t count, int timeout_ms);
/* The client of all services, made when first needed. */
int closing_talk(struct session *session, struct error *err);
/* The ticket system that [tickets] names. */
int closing_system(struct session *session, struct tickets **system, struct error *err);
/* `rt https://rt.example.com`: as the store keeps it. Appends. */
int closing_system_name(struct session *session, struct strbuf *out, struct error *err);
/* What the record of the run on hand is for: tenant and canonical scope. Appends. */
void closing_key(const struct session *session, struct strbuf *out);
/* The rows of findings that are not accepted, worst first; of `rows` alone when not NULL, and then accepted ones are counted in *accepted.
 * The array is malloc'd. */
uint32_t *closing_rows(struct session *session, const uint32_t *rows, uint32_t count, uint32_t *taken, uint32_t *accepted);
void resolve_job_release(struct session *session);
/* The draft of every finding that is not accepted, without asking the ticket system what it is. */
int closing_plain_draft(struct session *session, struct draft *draft, struct error *err);

#endif
