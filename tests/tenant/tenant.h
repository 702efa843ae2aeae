/* tenant.h - the stand-in as a whole: what all requests share.
 *
 * options.*                             what it is told to do
 * estate*, export.c                     the generated estate
 * kql*, engine*, encode.*               queries, their rows, their bytes
 * signin.c, device.c, assertion.c, token.c           Microsoft Entra: grants, codes, assertions, tokens
 * hunting.c, stream.c, errors.c         the three query APIs; answers as they are sent; error bodies
 * faults.c, journal.c, control.c        failures on demand; what was asked; /__ and /test addresses
 * main.c                                the program; server, options and orders to fail: tests/standin
 *
 * Sections named in comments are those of the project's notes on Microsoft's APIs; (MEM) marks what they do not confirm. */
#ifndef TENANT_TENANT_H
#define TENANT_TENANT_H

#include "tests/standin/standin.h"
#include "tests/tenant/encode.h"
#include "tests/tenant/engine.h"

#define CODES_MAX 64
#define TOKENS_MAX 512
#define REPLAYS_MAX 256
#define JOURNAL_MAX 20000

/* One request in the journal: what is noted beside struct entry, at the same number. */
struct asked {
	char path[160], query[16];   /* the kind of query; "": none */
	bool bearer;
	int64_t part, parts;         /* -1: none */
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

/* All that requests share. The lock of `standin` is held for every touch of what stands below `asked`. */
struct tenant {
	struct standin standin;
	struct estate estate;
	struct certificate *certificate;
	struct asked *asked;         /* JOURNAL_MAX of them; owned */
	struct options options;
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
extern const char tenant_fault_kinds[], tenant_fault_keys[];
/* The order that this request falls under, used up once; FAULT_NONE for none. `query` NULL: no query. */
void tenant_fault(struct tenant *tenant, const struct call *call, const struct query *query, struct fault *fault);
/* Makes the reply when the order needs none of the real one; true when it did. */
bool fault_reply(struct tenant *tenant, const struct call *call, const struct fault *fault, struct reply *reply);

/* ---- journal.c ---- */
size_t journal_begin(struct tenant *tenant, const struct call *call);
void journal_query(struct tenant *tenant, size_t entry, const struct query *query);
void journal_rows(struct tenant *tenant, size_t entry, uint64_t rows, uint64_t bytes);
void journal_log(struct tenant *tenant, struct reply *reply);
void journal_stats(struct tenant *tenant, struct reply *reply);

/* ---- control.c ---- */
extern const struct standin_hooks tenant_hooks;

#endif
