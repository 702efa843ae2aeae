/* tenant.h - the stand-in as a whole: what all requests share, and what one request and its reply are.
 *
 * options.*, text.*                     what it is told to do; bytes
 * estate*, export.c                     the generated estate
 * kql*, engine*, encode.*               queries, their rows, their bytes
 * signin.c, device.c, assertion.c, token.c, form.c   Microsoft Entra: grants, codes, assertions, tokens
 * hunting.c, stream.c, errors.c         the three query APIs; answers as they are sent; error bodies
 * faults.c, journal.c, control.c        failures on demand; what was asked; /__ and /test addresses
 * server.c, main.c                      the HTTP server; the program
 *
 * Sections named in comments are those of the project's notes on Microsoft's APIs; (MEM) marks what they do not confirm. */
#ifndef TENANT_TENANT_H
#define TENANT_TENANT_H

#include <pthread.h>
#include <sys/types.h>

#include "tests/tenant/encode.h"
#include "tests/tenant/engine.h"

#define FAULTS_MAX 64
#define CODES_MAX 64
#define TOKENS_MAX 512
#define REPLAYS_MAX 256
#define JOURNAL_MAX 20000
#define REPLY_HEADERS 8
#define ARGUMENTS_MAX 16

/* A name and its text; both owned by whoever owns the list. */
struct pair { char *name, *value; };
struct pairs { struct pair items[ARGUMENTS_MAX]; size_t count; };

/* A request that was read whole. Header texts are borrowed; NULL: not sent. */
struct call {
	const char *method, *path;
	struct pairs arguments;      /* of the address; owned */
	struct text body;            /* owned */
	const char *authorization, *content_type, *accept_encoding, *metadata, *forwarded, *host;
	size_t entry;                /* in the journal */
};

struct stream;

/* What is sent back. */
struct reply {
	unsigned status;
	const char *type;            /* of the content; static */
	struct text body;            /* owned; unless there is a stream */
	struct pairs headers;        /* owned */
	struct stream *stream;       /* owned */
	enum { END_WELL, END_EMPTY, END_RESET } end;   /* whether anything is sent at all */
	int64_t wait_ms;             /* before anything is sent */
};

enum fault_kind { FAULT_NONE, FAULT_STATUS, FAULT_HANG, FAULT_RESET, FAULT_EMPTY, FAULT_CUT, FAULT_TRICKLE, FAULT_HTML, FAULT_BADGZIP, FAULT_REDIRECT,
                  FAULT_HUGE, FAULT_BADJSON, FAULT_ERROR, FAULT_DELAY, FAULT_KIND_COUNT };
extern const char *const fault_names[FAULT_KIND_COUNT];

/* One order to fail: which requests, how often, how. */
struct fault {
	char match[128];             /* part of the path; "" for all */
	enum fault_kind kind;
	int64_t times, after;        /* how many requests (-1: all), and how many to let by first */
	int64_t part, parts;         /* only this part of a query, and of so many; -1: any */
	char query[16];              /* only this kind of query; "" any */
	int64_t status, bytes, ms, rows;   /* -1: the kind's own */
	char body[1024], location[256];    /* "": the kind's own */
	struct pairs headers;
};

/* One request in the journal. */
struct entry {
	int64_t at_ms, took_ms;      /* since the start; until the end of the answer, -1 while it runs */
	char method[8], path[160], query[16], fault[16];
	bool bearer, broken;         /* the answer did not get to its end */
	int64_t part, parts;         /* -1: none */
	unsigned status;
	uint64_t rows, bytes;
	unsigned tries;              /* how many times this part or path was asked, this one included */
};

/* A token that was issued. */
struct issued { char *token; int64_t expires; char audience[256], roles[512]; bool person; };

/* A device code. */
struct code {
	char device[49], user[12], resource[256];
	int64_t made_ms, polled_ms, expires_ms;
	enum { CODE_PENDING, CODE_APPROVED, CODE_DENIED, CODE_USED } state;
	bool offline;
};

struct certificate;              /* assertion.c */

/* All that requests share. `lock` is held for every touch of what stands below it. */
struct tenant {
	struct estate estate;
	char base[128];              /* `http://127.0.0.1:PORT` */
	int64_t started_ms;
	struct certificate *certificate;
	pthread_mutex_t lock;
	bool stopping;
	struct options options;
	struct fault faults[FAULTS_MAX];
	size_t fault_count;
	struct entry *journal;
	size_t journal_count;
	uint64_t journal_lost;
	struct issued tokens[TOKENS_MAX];
	uint64_t token_count;
	struct issued refreshes[CODES_MAX];   /* refresh tokens */
	uint64_t refresh_count;
	struct code codes[CODES_MAX];
	uint64_t code_count;
	char replays[REPLAYS_MAX][80];
	uint64_t replay_count;
	uint64_t queries;
	int64_t quota_until_ms;
};

/* ---- form.c ---- */
/* Reads `a=b&c=d`; values longer than any that may come are dropped with their name. */
void form_read(struct pairs *pairs, const char *text, size_t n);
const char *pairs_get(const struct pairs *pairs, const char *name);   /* NULL: not there */
void pairs_add(struct pairs *pairs, const char *name, const char *value);
void pairs_release(struct pairs *pairs);

/* ---- errors.c: bodies of facts 1.4 and 6 ---- */
enum face face_of(const char *path);
bool is_query_path(const char *path);
void reply_json(struct reply *reply, unsigned status);
void reply_error(struct reply *reply, enum face face, unsigned status, const char *code, const char *message);
/* The documented body of a status, of the address's own kind. */
void reply_status(struct reply *reply, const char *path, unsigned status);
/* Facts 6.1: `number` is of AADSTS. */
void reply_entra(struct reply *reply, unsigned status, const char *error, int number, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* ---- token.c ---- */
/* Whether there is a service of this name; its audience in `audience`. */
bool token_resource(struct tenant *tenant, const char *resource, char audience[256]);
/* Writes a new token. With the lock held. */
void token_issue(struct tenant *tenant, const char *audience, bool person, struct text *out);
/* A refresh token of the person. With the lock held. */
void token_refresh_issue(struct tenant *tenant, const char *audience, struct text *out);
bool token_refresh_take(struct tenant *tenant, const char *token, char audience[256]);
/* Whether a request may ask; else the reply says why not. */
bool token_allows(struct tenant *tenant, const struct call *call, enum face face, struct reply *reply);
void tokens_free(struct tenant *tenant);

/* ---- signin.c, device.c, assertion.c ---- */
void signin_answer(struct tenant *tenant, const struct call *call, struct reply *reply);
/* `scope` to an audience; false with the reply. */
bool signin_audience(struct tenant *tenant, const char *scope, char audience[256], struct reply *reply);
void signin_grant(struct tenant *tenant, const char *audience, bool person, bool offline, struct reply *reply);
void device_begin(struct tenant *tenant, const struct pairs *form, struct reply *reply);
void device_poll(struct tenant *tenant, const struct pairs *form, struct reply *reply);
void device_page(struct tenant *tenant, const struct call *call, struct reply *reply);     /* GET /devicelogin, POST /test/approve */
void metadata_answer(struct tenant *tenant, const struct call *call, struct reply *reply);
/* Facts 6.2 and 6.3. `url` is the token address that the assertion must be meant for. False with the reply. */
bool assertion_good(struct tenant *tenant, const char *assertion, const char *client, const char *url, struct reply *reply);
bool certificate_read(struct certificate **certificate, const char *path);   /* false with a sentence on standard error */
void certificate_free(struct certificate **certificate);

/* ---- hunting.c, stream.c ---- */
void hunting_answer(struct tenant *tenant, const struct call *call, struct reply *reply);
/* What an answer of a query would come to, without sending it; stops at the first limit that is passed. */
struct stream_size { uint64_t rows, bytes; };
struct stream *stream_new(struct tenant *tenant, const struct options *options, enum face face, struct query *query);   /* takes the query */
struct stream *stream_of_bytes(struct tenant *tenant, const char *bytes, size_t n);
struct stream *stream_of_rubbish(struct tenant *tenant, int64_t bytes);
struct stream_size stream_measure(const struct estate *estate, const struct options *options, enum face face, const struct query *query);
void stream_cut_rows(struct stream *stream, int64_t rows);
void stream_gzip(struct stream *stream);
/* Makes the stream fail as ordered; the real bytes come first where the order says so. */
void stream_fault(struct stream *stream, const struct fault *fault);
/* Turns a reply of bytes into a stream that fails so. */
void reply_fault(struct tenant *tenant, struct reply *reply, const struct fault *fault, size_t entry);
void stream_entry(struct stream *stream, size_t entry);
/* Up to `max` bytes; 0 at the end, -1 to break off. */
ssize_t stream_read(struct stream *stream, char *out, size_t max);
void stream_free(struct stream **stream);

/* ---- faults.c ---- */
/* The order that this request falls under, used up once; FAULT_NONE for none. `query` NULL: no query. */
void fault_take(struct tenant *tenant, const struct call *call, const struct query *query, struct fault *fault);
/* Makes the reply when the order needs none of the real one; true when it did. */
bool fault_reply(struct tenant *tenant, const struct call *call, const struct fault *fault, struct reply *reply);
void faults_set(struct tenant *tenant, const struct call *call, struct reply *reply);
void faults_clear(struct tenant *tenant);

/* ---- journal.c ---- */
size_t journal_begin(struct tenant *tenant, const struct call *call);
void journal_query(struct tenant *tenant, size_t entry, const struct query *query);
void journal_fault(struct tenant *tenant, size_t entry, enum fault_kind kind);
void journal_end(struct tenant *tenant, size_t entry, unsigned status, bool broken);
void journal_rows(struct tenant *tenant, size_t entry, uint64_t rows, uint64_t bytes);
void journal_log(struct tenant *tenant, struct reply *reply);
void journal_stats(struct tenant *tenant, struct reply *reply);

/* ---- control.c ---- */
void control_answer(struct tenant *tenant, const struct call *call, struct reply *reply);
void tenant_answer(struct tenant *tenant, struct call *call, struct reply *reply);
void reply_release(struct reply *reply);
/* Waits; false when the server stops meanwhile. */
bool tenant_wait(struct tenant *tenant, int64_t ms);
bool tenant_stopping(struct tenant *tenant);

/* ---- server.c ---- */
struct server;
struct server *server_start(struct tenant *tenant);   /* NULL with a sentence on standard error; fills tenant->base */
void server_stop(struct server **server);

#endif
