/* tickets.h - the one record of a run in a ticket system: a port.
 *
 * tickets.h     the port, and the table of back ends      tickets.c   the table, records, what back ends share
 * ensure.*      one record, never two, never lost: drives a back end and the store through find, write, read back, compare
 * web.*         what the back ends over HTTP share: sign in, ask, read, in steps
 * fit.*         the body within a system's limit
 * markdown.*    files in a folder                          servicenow.*  ServiceNow's Table API
 * jira.*        Jira, Cloud and Data Center (jira_adf.*)   rt.*          Request Tracker 5
 *
 * A back end knows single calls (struct ticket_call) and nothing of their order: that is ensure's. Calls: make(), then begin() and step()
 * until STEP_DONE or STEP_FAILED for each, free() at any time. No back end takes a status code for a result: what was written is read back. */
#ifndef ROUSE_TICKETS_H
#define ROUSE_TICKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/step.h"
#include "core/model/check.h"
#include "core/model/draft.h"

struct config;
struct strbuf;
struct talk;
struct tickets;

/* A record as its system has it. Texts never NULL, owned. */
struct ticket_record {
	char *id;             /* sys_id, issue id, ticket number: what the system's addresses use */
	char *number;         /* what people say: INC0010042, SEC-24, 17 */
	char *url;            /* for people; "" */
	char *correlation;    /* as read back */
	char *title;
	char *state;          /* as people see it; "" */
	char *team, *team_id; /* assigned to; "" */
	char *mark;           /* the last mark line found in the body (draft.h); "" when there is none: the body was cut or changed */
	char *version;        /* for a conditional write (ETag); "" */
	bool open;            /* still being worked on */
};

struct ticket_records {
	struct ticket_record *items;   /* owned */
	size_t count, cap;
};

enum ticket_verb {
	TICKET_CHECK,    /* examine the set-up; nothing is written; lines go to call->checks */
	TICKET_GUARD,    /* the short form of it before a send: is the correlation field there and searchable, may we create? Else the mend */
	TICKET_FIND,     /* every open record with exactly this correlation id; `closed` too where asked for. Of each id, number, correlation,
	                  * open are enough: the one that counts is read */
	TICKET_READ,     /* one record by id; no record when it is gone */
	TICKET_CREATE,   /* makes one from the draft, the correlation id in the create itself; gives it back as far as the answer tells */
	TICKET_UPDATE,   /* title and body of a record become those of the draft; the assignment stays as people have set it */
	TICKET_NOTE,     /* adds a work note that customers do not see */
	TICKET_ATTACH,   /* adds a file */
	TICKET_CLOSE,    /* takes a duplicate out: closed or merged into `into`, with a note; never anything but a record of ours */
	TICKET_VERB_COUNT
};

/* One call. All borrowed until it is done. */
struct ticket_call {
	enum ticket_verb verb;
	const char *correlation;             /* FIND; READ: whose mark is looked for in the body */
	bool closed;                         /* FIND: closed ones too */
	const struct draft *draft;           /* CREATE, UPDATE; GUARD: whose team is meant */
	const struct ticket_record *record;  /* READ (its id), UPDATE, NOTE, ATTACH, CLOSE */
	const struct ticket_record *parent;  /* CREATE: of a child; NULL: none */
	const struct ticket_record *into;    /* CLOSE */
	const struct doc *note;              /* NOTE */
	const char *file_name;               /* ATTACH */
	struct slice file;                   /* ATTACH: text/csv */
	struct checks *checks;               /* CHECK */
};

/* What became of it. */
enum ticket_outcome {
	TICKET_FINE,
	TICKET_REFUSED,      /* the system will not: rights, a field, a value; nothing was changed */
	TICKET_LOST,         /* a write that may have been done: look before anything is written again */
	TICKET_UNAVAILABLE,  /* not done for sure; later it may be */
	TICKET_STALE,        /* UPDATE: somebody else wrote meanwhile (412): read again */
};

struct ticket_answer {
	enum ticket_outcome outcome;
	struct ticket_records records;   /* FIND, READ, CREATE; owned by whoever gave the answer */
	int status;                      /* enum status for all but TICKET_FINE */
	char why[1024];                  /* a sentence for all but TICKET_FINE */
	char warning[512];               /* fine, but: `Jira kept the first 255 characters of the title.` "" */
};

struct tickets_ops {
	const char *name;            /* as in `[tickets] kind` */
	const char *title;           /* `Request Tracker` */
	bool children;               /* knows child records */
	bool closes;                 /* knows TICKET_CLOSE */
	bool lags;                   /* its search may not show yet what was just written */
	int (*make)(struct tickets **tickets, const struct config *config, struct talk *talk, struct error *err);
	int (*begin)(struct tickets *tickets, const struct ticket_call *call, struct error *err);
	/* STEP_DONE: *answer is filled (it was zero). STEP_FAILED never: the answer says. */
	enum step (*step)(struct tickets *tickets, struct ticket_answer *answer);
	/* The request that the call would write with, as talk_show() writes it (more of them with empty lines between), or for files what would
	 * be written where. Asks nobody. */
	void (*show)(struct tickets *tickets, const struct ticket_call *call, struct strbuf *out);
	/* The body as the system would get it. */
	void (*body)(struct tickets *tickets, const struct draft *draft, struct strbuf *out);
	/* How many hosts of the draft the body has a row for (fit.h); fewer than all: the list is attached as CSV. NULL: it takes all. */
	uint32_t (*body_hosts)(struct tickets *tickets, const struct draft *draft);
	/* Where it is, the same each day whoever signs in: `https://rt.example.com`, `/home/ana/tickets`: what the store knows the system by.
	 * Appends. NULL: there is but one. */
	void (*where)(const struct tickets *tickets, struct strbuf *out);
	/* Where it goes, for the review: `Request Tracker rt.example.com, queue Windows Platform, as svc-triage`. Appends. */
	void (*target)(const struct tickets *tickets, struct strbuf *out);
	void (*waiting)(const struct tickets *tickets, struct strbuf *out);   /* may be NULL */
	int (*fd)(const struct tickets *tickets);                             /* may be NULL */
	void (*cancel)(struct tickets *tickets);                              /* gives up the call under way */
	void (*free)(struct tickets *tickets);
};

/* First member of each back end's own struct. */
struct tickets {
	const struct tickets_ops *ops;
};

const struct tickets_ops *tickets_named(const char *name);
/* What the store knows a system by: `rt https://rt.example.com`. Appends. */
void tickets_system(const struct tickets *tickets, struct strbuf *out);
extern const struct tickets_ops tickets_markdown, tickets_servicenow, tickets_jira, tickets_rt;

void ticket_record_init(struct ticket_record *record);   /* every text "" */
void ticket_record_copy(struct ticket_record *to, const struct ticket_record *from);
void ticket_record_release(struct ticket_record *record);
/* Replaces a text of a record by a copy. */
void ticket_record_put(char **field, struct slice text);
struct ticket_record *ticket_records_add(struct ticket_records *records);   /* initialised */
void ticket_records_release(struct ticket_records *records);
void ticket_answer_release(struct ticket_answer *answer);
/* Finds the last mark line of a correlation id in a body, whatever the system did to line ends and blanks. Appends; false when none. */
bool ticket_find_mark(struct slice body, const char *correlation, struct strbuf *out);
/* The host count of a mark; -1 when it is none. */
int64_t ticket_mark_hosts(const char *mark);

#endif
