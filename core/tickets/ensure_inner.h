/* ensure_inner.h - the parts of a send, for the files of ensure alone.
 *
 * A send is a chain of small functions: each does one thing that cannot be taken back at most (a call to the system, a write to the
 * store), names the function that comes next, and returns. So a process may end between any two of them, and tests end it there. */
#ifndef ROUSE_ENSURE_INNER_H
#define ROUSE_ENSURE_INNER_H

#include "core/base/strbuf.h"
#include "core/io/lock.h"
#include "core/tickets/ensure.h"

#define ENSURE_PATIENCE_MS 60000
#define ENSURE_LAG_S 600           /* how long a lagging search may hide a record; see ensure.h */
#define ENSURE_LOCK_MS 10000       /* how long another process may have the lock */
#define ENSURE_PAUSE_MS 500        /* the first pause between two looks; doubles */
#define ENSURE_PAUSE_MAX_MS 10000
#define ENSURE_SENTENCE_MAX 4000

struct ensure;

/* A link of the chain; only those that write to the store can fail. */
#define ENSURE_LINK(name) enum step name(struct ensure *ensure, struct error *err __attribute__((unused)))

/* Looking again and again, with growing pauses, until a time. */
struct ensure_watch {
	int64_t until_ms;
	int64_t pause_ms;
};

/* The record at hand. */
struct ensure_job {
	const struct draft *draft;      /* the one of the options, or `child` */
	struct draft child;             /* owned; empty for the one record */
	const struct ticket_record *parent;   /* borrowed from the result; NULL: none */
	struct store_ticket row;        /* what the store knows; owned */
	bool has_row;
	struct ticket_records found;    /* other open ones with our correlation id; owned */
	size_t extra;                   /* which of them is being closed */
	struct ticket_record record;    /* the one that stays; owned */
	bool has_record;
	bool whole;                     /* it was read, not only found */
	char *read_id;                  /* of the last one that was read; owned; NULL: none */
	char *known_id;                 /* what the row remembered when the look began; owned; NULL: none */
	bool known_closed;              /* read, and closed: a search that lags may still show it open */
	char *old_mark;                 /* of the record before it was updated; owned; NULL: not updated */
	struct ticket_records replaced; /* open ones that a fresh one takes the place of; owned */
	char *made_id, *made_number;    /* the record that this send made, or one before it that was cut off; owned; NULL: none */
	bool lost;                      /* the answer to this send's create was lost */
	bool updated;                   /* by this send, or by one before it that was cut off */
	bool found_again;               /* the search after a create is done */
	bool shown;                     /* the last search had the record of the job */
	bool as_meant;                  /* read back with the mark of the draft */
	bool note_failed;
	unsigned stale, losses;         /* updates that somebody else was before, and whose answer was lost */
	struct ensure_watch watch;
};

struct ensure {
	struct ensure_options options;
	const struct tickets_ops *ops;
	struct strbuf system, doing;
	struct lock *lock;              /* owned; NULL: not taken */
	int64_t began_ms;
	enum step (*go)(struct ensure *ensure, struct error *err);   /* what comes next; NULL: nothing */
	bool calling;                   /* a call is under way; `go` takes its answer */
	int64_t wake_ms;                /* `go` waits until then; 0: it does not */
	struct ticket_call call;        /* its texts are borrowed from job and file */
	struct ticket_answer answer;
	struct strbuf file;             /* of an attachment */
	char file_name[64];
	struct doc note;
	struct ensure_job job;
	size_t team;                    /* the next one that may get a child */
	struct strbuf family;           /* correlation ids of this send's children, a line each */
	bool family_done;
	struct store_ticket *rows;      /* open records that the store knows, when children are looked through; owned */
	size_t row_count, row_at;
	bool down;                      /* the system did not answer: what is left is not tried */
	struct ensure_result result;
};

/* -- ensure.c -- */
enum step ensure_go(struct ensure *ensure, enum step (*go)(struct ensure *, struct error *));
/* Begins ensure->call; `go` finds ensure->answer. */
enum step ensure_call(struct ensure *ensure, enum ticket_verb verb, enum step (*go)(struct ensure *, struct error *));
enum step ensure_sleep(struct ensure *ensure, int64_t ms, enum step (*go)(struct ensure *, struct error *));
int64_t ensure_ms(const struct ensure *ensure);
int64_t ensure_now(const struct ensure *ensure);     /* seconds */
void ensure_say(struct ensure *ensure, const char *format, ...) __attribute__((format(printf, 2, 3)));
void ensure_warn(struct ensure *ensure, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* `1 host`, `37 hosts`. */
void ensure_hosts(struct strbuf *out, int64_t hosts);
void ensure_watch_start(struct ensure *ensure, int64_t ms);
/* Sleeps before another look and goes on with `go`; false when the time is over. */
bool ensure_watch_again(struct ensure *ensure, enum step (*go)(struct ensure *, struct error *));

/* -- jobs -- */
void ensure_job_start(struct ensure *ensure, const struct ticket_record *parent);
void ensure_job_release(struct ensure_job *job);
/* The end of a job: one more item in the result, then the next job. */
enum step ensure_job_done(struct ensure *ensure, enum ensure_word word, int status, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
enum step ensure_job_failed(struct ensure *ensure);   /* for the reason in the answer */
/* The same for a reason of ours. */
enum step ensure_fail(struct ensure *ensure, enum status status, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* A new row for the job, as an intent, with what is known of the record. */
int ensure_row_intend(struct ensure *ensure, struct error *err);
/* Writes the row of the job: what is known of the record, and a state. */
int ensure_row_write(struct ensure *ensure, enum ticket_state state, const char *action, struct error *err);

ENSURE_LINK(ensure_lock);
ENSURE_LINK(ensure_next);          /* the next job, or the end */
/* -- ensure_look.c -- */
ENSURE_LINK(ensure_look);
ENSURE_LINK(ensure_find);          /* by correlation id */
ENSURE_LINK(ensure_chosen);        /* the record of the job was chosen: read, if it was not yet */
ENSURE_LINK(ensure_closed_counts); /* a closed record is the one of this run */
/* Puts what the answer of a FIND has of ours, open and besides the record of the job, into job.found; warns of what is not ours. */
void ensure_take_found(struct ensure *ensure);
/* Makes the lowest of job.found and the record of the job that record; false when there is none at all. */
bool ensure_choose(struct ensure *ensure);
bool ensure_is_ours(const struct ensure *ensure, const struct ticket_record *record);
/* The answer's first record becomes the job's. */
void ensure_take_record(struct ensure *ensure);
/* The record of the row is closed or gone: the row ends, and the look goes on by correlation id. */
enum step ensure_forget(struct ensure *ensure, const char *action, struct error *err);
/* -- ensure_write.c -- */
ENSURE_LINK(ensure_create);
ENSURE_LINK(ensure_compare);       /* an open record, read: is it as it should be? */
ENSURE_LINK(ensure_read_back);
ENSURE_LINK(ensure_verify);        /* the record was read back: differences become warnings */
/* -- ensure_end.c -- */
ENSURE_LINK(ensure_find_again);
ENSURE_LINK(ensure_close_extras);
/* Nobody knows: the row stays uncertain. */
ENSURE_LINK(ensure_uncertain);
/* -- ensure_child.c -- */
ENSURE_LINK(ensure_children);
ENSURE_LINK(ensure_orphans);

#endif
