/* standin.h - what the stand-in servers have in common: HTTP on the loopback address, the log of requests, failures on demand, steering.
 *
 * text.*, form.*     bytes that grow and their encodings; names with their texts
 * option.*           what a stand-in is told to do
 * server.c           the HTTP server; the only user of libmicrohttpd
 * journal.c          what was asked, and what became of it
 * faults.c           orders to fail: POST /__faults
 * control.c          /__faults, /__options and /__reset
 * serve.c            the program: serves until it is told to stop
 *
 * A stand-in brings its own answers as hooks (struct standin_hooks), and has a struct standin within the struct of all that its requests share. */
#ifndef STANDIN_STANDIN_H
#define STANDIN_STANDIN_H

#include <cjson/cJSON.h>
#include <pthread.h>
#include <sys/types.h>

#include "tests/standin/form.h"
#include "tests/standin/option.h"
#include "tests/standin/text.h"

#define FAULTS_MAX 64

/* A request that was read whole. Header texts are borrowed; NULL: not sent. */
struct call {
	const char *method, *path;   /* the path as sent, decoded */
	const char *raw;             /* path and query as they were on the wire */
	struct pairs arguments;      /* of the address; owned */
	struct text body;            /* owned */
	bool too_large;              /* the body is over the limit, and was dropped */
	const char *authorization, *content_type, *accept, *accept_encoding, *agent, *cookie, *host, *forwarded;
	const char *metadata;        /* Azure's */
	const char *api_key;         /* ServiceNow's */
	const char *xsrf;            /* Jira's */
	size_t entry;                /* in the journal; SIZE_MAX: it is not there */
	unsigned service;            /* the stand-in's own: which of its services was asked */
	bool inner;                  /* the stand-in's own: one of a batch; who asks is known already */
};

struct stream;                       /* the stand-in's own: a body that is made while it is sent */

/* What is sent back. */
struct reply {
	unsigned status;
	const char *type;            /* of the content; static; NULL: none is named */
	struct text body;            /* owned; unless there is a stream */
	struct pairs headers;        /* owned */
	struct stream *stream;       /* owned; NULL: the body */
	enum { END_WELL, END_EMPTY, END_RESET } end;   /* whether anything is sent at all */
	int64_t cut;                 /* bytes of the body before the connection breaks; -1: all of it */
	int64_t wait_ms;             /* before anything is sent */
};

/* Ways to fail. Each stand-in says which it knows. */
enum fault_kind { FAULT_NONE, FAULT_STATUS, FAULT_HANG, FAULT_RESET, FAULT_EMPTY, FAULT_CUT, FAULT_TRICKLE, FAULT_HTML, FAULT_BADGZIP, FAULT_REDIRECT,
                  FAULT_HUGE, FAULT_BADJSON, FAULT_ERROR, FAULT_DELAY, FAULT_DROP, FAULT_CLIP, FAULT_FORGET, FAULT_KIND_COUNT };
extern const char *const fault_names[FAULT_KIND_COUNT];

/* One order to fail: which requests, how often, how. */
struct fault {
	char match[128];             /* part of the address; "" for all */
	char method[8], having[128]; /* "" for any; part of the body */
	char query[16];              /* only this kind of query; "" any */
	int64_t part, parts;         /* only this part of a query, and of so many; -1: any */
	enum fault_kind kind;
	bool done;                   /* what was asked is done first, and only the answer is spoilt */
	int64_t times, after;        /* how many requests (-1: all), and how many to let by first */
	int64_t status, bytes, ms, rows;   /* -1: the kind's own */
	char body[1024], location[256];    /* "": the kind's own */
	char fields[256];            /* names with commas between */
	struct pairs headers;        /* added to the reply */
};

/* One request in the journal: what all stand-ins note. */
struct entry {
	int64_t at_ms, took_ms;      /* since the start; until the end of the answer, -1 while it runs */
	char method[8], fault[16];
	bool broken;                 /* the answer did not get to its end */
	unsigned status;
};

/* What makes a server a certain stand-in. `owner` is its own struct, as in struct standin. */
struct standin_hooks {
	void (*answer)(void *owner, struct call *call, struct reply *reply);
	ssize_t (*stream_read)(struct stream *stream, char *out, size_t max);   /* bytes; 0 at the end, -1 to break off; NULL: no streams */
	void (*stream_free)(struct stream **stream);
	void (*changed)(void *owner);        /* options were set; with the lock held; NULL: nothing to do */
	void (*forget)(void *owner);         /* what else /__reset forgets; with the lock held, the journal still full */
	const char *fault_kinds, *fault_keys;   /* known ones, a blank before and after each */
	size_t body_max;                     /* bytes of a request's body that are taken */
	size_t connection_memory;            /* bytes for a request's head; 0: the library's own number */
	size_t journal_max;                  /* requests that are noted */
};

/* What a server is told at its start. Texts are borrowed. */
struct standin_start { int64_t port; bool with_stdin; const char *certificate, *key; };   /* certificate: PEM file; "" for http */

/* What requests of any stand-in share. `lock` is held for every touch of what stands below it. */
struct standin {
	void *owner;                         /* borrowed */
	const struct standin_hooks *hooks;
	const struct option_table *table;
	void *options;                       /* values of the table; borrowed */
	pthread_mutex_t lock;
	char base[128];                      /* `http://127.0.0.1:PORT` */
	int64_t started_ms;                  /* steady clock */
	bool stopping;
	struct fault faults[FAULTS_MAX];
	size_t fault_count;
	struct entry *journal;               /* owned */
	size_t journal_count;
	uint64_t journal_lost;
};

void standin_init(struct standin *standin, void *owner, const struct standin_hooks *hooks, const struct option_table *table, void *options);
void standin_release(struct standin *standin);
bool standin_stopping(struct standin *standin);
/* Waits; false when the server stops meanwhile. */
bool standin_wait(struct standin *standin, int64_t ms);
/* Serves until a signal or the end of standard input; prints `ready URL` first. Returns the exit status. */
int standin_serve(struct standin *standin, const struct standin_start *start);

/* ---- control.c: without the lock held ---- */
/* /__faults, /__options and /__reset; false for any other address. */
bool standin_control(struct standin *standin, const struct call *call, struct reply *reply);

/* ---- faults.c: with the lock held ---- */
void faults_clear(struct standin *standin);
/* A list of orders in JSON; false, and none is kept, for a list with a key or a fault that the stand-in does not know. */
bool faults_read(struct standin *standin, const char *json, size_t n);
/* The next order that `falls_under` takes, used up once and noted in the journal; false for none. Its headers stay the order's. */
bool fault_take(struct standin *standin, bool (*falls_under)(const struct fault *fault, const void *asked), const void *asked, size_t entry,
                struct fault *fault);
/* ---- faults.c: without ---- */
/* Ends a reply without an answer where the order is of that kind; false for any other kind. */
bool fault_ends(const struct fault *fault, struct reply *reply);
/* Adds the headers that are ordered. */
void fault_add_headers(const struct fault *fault, struct reply *reply);

/* ---- journal.c: with the lock held ---- */
/* A new entry; SIZE_MAX when the journal is full. */
size_t entry_begin(struct standin *standin, const struct call *call);
/* The entry of a number; NULL when the journal was full or emptied. */
struct entry *entry_at(struct standin *standin, size_t number);
void entry_end(struct standin *standin, size_t number, unsigned status, bool broken);

/* ---- server.c ---- */
struct server;
struct server *server_start(struct standin *standin, const struct standin_start *start);   /* NULL with a sentence on standard error; fills base */
void server_stop(struct server **server);

#endif
