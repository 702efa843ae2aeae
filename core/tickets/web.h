/* web.h - what ticket systems over HTTP share: signing in, one request after another, and what an answer means for a record.
 *
 * A back end gives two functions. For each call (begin) they are asked in turns until one says WEB_DONE:
 *
 *     ask()   writes the request of web->step (0, 1, 2...) for web->call: method, url, body, whether it writes
 *     take()  reads its answer: WEB_ASK: step is one more, and ask() comes again; WEB_DONE: the answer is filled
 *
 * Example, an update with a condition: step 0 GET the record for its ETag, step 1 PUT with If-Match, WEB_DONE. Reading back is not a part of
 * it: ensure does that with TICKET_READ. What only 2xx answers with a JSON body reach take() unless the request says otherwise; all
 * others end the call here:
 *
 *     refused (401 once after a new token, 403, 4xx)        TICKET_REFUSED
 *     412 to a write                                        TICKET_STALE
 *     no connection, still throttled, a read that failed    TICKET_UNAVAILABLE
 *     a write without an answer, or with one that cannot    TICKET_LOST
 *       be read; any failure after a write of this call
 *
 * Back ends embed struct web and hand its functions on in their struct tickets_ops. */
#ifndef ROUSE_WEB_H
#define ROUSE_WEB_H

#include "core/base/strbuf.h"
#include "core/io/login.h"
#include "core/io/talk.h"
#include "core/tickets/tickets.h"

#define WEB_HEADERS_MAX 6
#define WEB_URL_MAX 16384
#define WEB_BODY_MAX ((size_t)64 << 20)

/* One request, written by ask(). It comes empty: GET, no body, JSON wanted. */
struct web_request {
	const char *method;            /* literal: "GET" */
	struct strbuf url;             /* whole address; web_url() begins it */
	struct strbuf body;            /* empty: none */
	const char *type;              /* literal, of the body; NULL: application/json */
	char *headers[WEB_HEADERS_MAX + 1];   /* owned; web_header() */
	size_t header_count;
	bool write;                    /* it changes something */
	bool again;                    /* a write that may be repeated safely */
	bool absent;                   /* 404 and 410 go to take() as well */
	bool refused;                  /* any refusal goes to take() as well, 412 too: for checks */
	bool empty;                    /* a 2xx answer without JSON goes to take() as well: 204 */
	int whole_s;                   /* as in struct talk_ask */
};

enum web_next {
	WEB_ASK,
	WEB_DONE
};

struct web;

/* Of a back end; `owner` is its own struct. Literal. */
struct web_ops {
	/* WEB_ASK: the request is there. WEB_DONE: nothing is left to ask, the answer is filled (a missing team: web_fail()). */
	enum web_next (*ask)(void *owner, struct web_request *request, struct ticket_answer *answer);
	enum web_next (*take)(void *owner, const struct talk_reply *reply, struct ticket_answer *answer);
	/* Adds a sentence with the mend to a refusal, with a blank before it: ` The account needs the role itil.` May be NULL. */
	void (*mend)(void *owner, const struct talk_reply *reply, struct strbuf *out);
};

/* Embedded in a back end. Zero-initialise, then web_init(). */
struct web {
	const struct web_ops *ops;
	void *owner;                   /* borrowed: the back end around this */
	struct talk *talk;             /* borrowed; NULL: for show and body alone */
	struct login login;
	const char *who;               /* `ServiceNow`; of the login's setup; literal */
	char *base;                    /* `https://dev1.service-now.com`; owned */
	/* the call under way */
	const struct ticket_call *call;   /* borrowed until it is done */
	unsigned step;                 /* which request; take() may set another, which is then asked next (minus one, as WEB_ASK adds one) */
	bool showing;                  /* nothing will be sent: ask() goes straight to the request that writes, with `?` for ids not known */
	bool wrote;                    /* a write of this call was sent and not refused */
	struct web_request request;
	struct talk_call *talking;
	int state;                     /* inside */
};

/* `base` is the checked address of the system (talk_check_url()), copied; `setup` is copied by the login, its texts borrowed. */
void web_init(struct web *web, const struct web_ops *ops, void *owner, struct talk *talk, const char *base,
              const struct login_setup *setup);
void web_release(struct web *web);

/* For struct tickets_ops. */
void web_begin(struct web *web, const struct ticket_call *call);
enum step web_step(struct web *web, struct ticket_answer *answer);
void web_show(struct web *web, const struct ticket_call *call, struct strbuf *out);
void web_waiting(const struct web *web, struct strbuf *out);
int web_fd(const struct web *web);
void web_cancel(struct web *web);

/* -- for ask() and take() -- */

/* Begins the address: base and path. The path is appended as it is: what is not from us is encoded by web_url_add(). */
void web_url(struct web *web, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Adds a text to the address, percent-encoded but for [A-Za-z0-9-._~]. */
void web_url_add(struct web *web, struct slice text);
/* `If-Match: "17"`: control characters in it are refused (the header is left out, false). */
bool web_header(struct web *web, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Fills the answer with a failure and returns WEB_DONE. After a write of this call the outcome becomes TICKET_LOST. Text from outside in
 * it is cut by the caller (web_text()); what could not be seen in the sentence is made visible here. */
enum web_next web_fail(struct web *web, struct ticket_answer *answer, enum ticket_outcome outcome, enum status status,
                       const char *format, ...) __attribute__((format(printf, 5, 6)));
/* The same for a 2xx answer whose body is not what it should be: `ServiceNow answered 200 without a record: WHY.` */
enum web_next web_unreadable(struct web *web, struct ticket_answer *answer, const char *why);
/* Adds a sentence to answer->warning, with a blank between; cut at a character where it is too long. */
void web_warn(struct ticket_answer *answer, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Text from outside as it may stand in a sentence: visible, 200 bytes at most. Appends. */
void web_text(struct strbuf *out, struct slice text);

#endif
