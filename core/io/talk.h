/* talk.h - one question to a web service, with manners: tries, waits, and an honest word about what became of it.
 *
 * Over http.h. A read is asked again after 429, 502, 503, 504, 408 and a lost connection (retry.h); a write only when it cannot have been
 * done: the connection was never made, or 429. A write whose answer was lost is TALK_UNCERTAIN, never asked again here: whoever asked
 * must look. Sentences name the service and its host, never a path, a query or a secret. An answer is kept whole, within its limit; where
 * it repeats a secret of the question there are asterisks.
 *
 * talk.c        a call: begun, tried, judged      talk_why.c    the sentence for what became of it
 * talk_show.c   a question as text, addresses */
#ifndef ROUSE_TALK_H
#define ROUSE_TALK_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/step.h"
#include "core/io/http.h"

struct config;
struct error;
struct secret;
struct strbuf;
struct talk;
struct talk_call;

#define TALK_ANSWER_MAX ((uint64_t)16 << 20)

enum talk_outcome {
	TALK_FINE,         /* 2xx; the body still has to be believed */
	TALK_REFUSED,      /* a final no: 3xx, 4xx but 408 and 429; the service is there and will not. 401 and 403 too */
	TALK_ABSENT,       /* 404 and 410 */
	TALK_UNCERTAIN,    /* a write that may have been done: timeout, cut, 5xx, after the request left */
	TALK_UNAVAILABLE,  /* not done for sure: no connection, TLS, still 429 or 503 after all tries (reads: any failure) */
};

/* What to ask. All borrowed for talk_begin(); secrets are copied into memory that is wiped. */
struct talk_ask {
	const char *who;              /* for sentences: `ServiceNow` */
	const char *method;           /* GET, POST, PUT, PATCH */
	const char *url;
	bool secret_url;              /* a webhook: the address itself is a secret; wiped, and never in a sentence */
	bool write;                   /* it changes something: see above */
	bool again;                   /* a write that may be repeated safely (PUT of the same content): counts as a read */
	const char *const *headers;   /* `Name: value`, NULL-terminated, without secrets; NULL: none. Accept: application/json is sent unless
	                               * here; Content-Type as `type` says */
	const char *type;             /* of the body; NULL: application/json when there is a body */
	struct slice bearer;          /* Authorization: Bearer ... */
	struct slice basic;           /* user:password */
	struct slice secret_header;   /* a whole line with a secret: `x-sn-apikey: ...`, `Authorization: token ...` */
	struct slice body;
	bool secret_body;             /* wiped when the call ends: a sign-in form */
	struct slice hide[2];         /* secrets in the body, which an answer may repeat; no value: none */
	uint64_t answer_max;          /* 0: TALK_ANSWER_MAX */
	int whole_s;                  /* of one try; 0: 90 */
	unsigned tries;               /* 0: 5 */
};

/* Borrowed from the call. */
struct talk_reply {
	enum talk_outcome outcome;
	int status;                   /* 0 without an answer */
	struct slice body;            /* NUL-terminated; also of a refusal */
	const char *content_type;     /* lower case; "" */
	const char *etag;             /* "" */
	const char *location;         /* as it came, for an id in it; never followed; "". Not to be shown */
	int64_t total;                /* X-Total-Count; -1: none */
	bool json;                    /* the content type says JSON; HTML with 200 is a sign-in page in between */
	const char *why;              /* a sentence for all but TALK_FINE: `ServiceNow (dev1.service-now.com) answered 401: User Not
	                               * Authenticated.` Text from outside is made visible and cut. "" */
	unsigned tries;
};

/* A client of its own for each session; [network] counts. */
int talk_new(struct talk **talk, const struct config *config, struct error *err);
void talk_free(struct talk **talk);   /* ends the calls that are under way; they must not be used any more */
/* For tests: another clock than clock_ms() for tries and pauses. */
void talk_clock(struct talk *talk, int64_t (*now_ms)(void));
int64_t talk_now_ms(const struct talk *talk);
/* Where the value of a variable is kept once the environment has lost it (secret_place.kept), so that two that sign in with the same one both
 * get it. Wiped with the client. NULL when there is no room, or no variable. */
struct secret *talk_kept(struct talk *talk, const char *variable);

/* Begins; never waits. -1: an address that may not be asked (STATUS_CONFIG). */
int talk_begin(struct talk *talk, const struct talk_ask *ask, struct talk_call **call, struct error *err);
/* Moves on; STEP_WAIT or STEP_DONE. Never STEP_FAILED: the reply says what happened. */
enum step talk_step(struct talk_call *call);
/* After STEP_DONE. */
const struct talk_reply *talk_reply(const struct talk_call *call);
/* Why it waits: `ServiceNow is throttling (429), again in 12 s`; "" when it only waits for the answer. Appends. */
void talk_waiting(const struct talk_call *call, struct strbuf *out);
void talk_end(struct talk_call **call);
/* Waits until a call can go on (an answer, the end of a pause), a descriptor of `extra` is ready or the time is over. As http_wait(). */
int talk_wait(struct talk *talk, struct pollfd *extra, size_t count, int timeout_ms);
/* Requests that were sent so far, all tries. */
unsigned talk_requests(const struct talk *talk);

/* The ask as text, for --dry-run: method, address, headers with secrets as ***, an empty line, the body. Appends. */
void talk_show(const struct talk_ask *ask, struct strbuf *out);
/* The status a reply ends the process with when nothing else is to be said: 77 for 401 and 403, 69 when unavailable, 75 for 429, else 1. */
int talk_status(const struct talk_reply *reply);
/* Sets err from a reply that is not fine. Returns -1. */
int talk_failed(const struct talk_reply *reply, struct error *err);

/* Whether an address is fit for a configured service: https, or http to loopback; no user part. -1 with a sentence naming `option`
 * (`[rt] url`), never the address. */
int talk_check_url(const char *url, const char *option, struct error *err);
/* Puts base (without its last slash) and path together. Appends. */
void talk_url(struct strbuf *out, const char *base, const char *path);

#endif
