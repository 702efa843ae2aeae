/* http.h - HTTP without waiting: any number of requests at once, answers in pieces. The only user of libcurl.
 *
 * libcurl is loaded when the first client is made, not when the program starts: linking it costs 4 ms of loading, as much as the whole
 * first frame. Its absence is an error with the package's name as the mend.
 *
 * Rules for every request: TLS is checked against the system's authorities (or the file of the configuration); plain http only to
 * loopback; redirects are answers, never followed, so that no token goes to another host; HTTP/1.1 and 2; gzip is decoded; bodies are
 * bounded; secrets (tokens, passwords, secret headers and addresses) are wiped when the request ends, libcurl's copies too, and never
 * appear in errors or the log; a refusal that repeats one has asterisks there.
 *
 * http.c          requests and answers, the one user of libcurl      http_text.c     addresses, headers, sentences
 * http_secret.c   what of a request is secret                        http_memory.c   libcurl's memory, wiped when it is given back
 * http_load.c     libraries that are loaded when they are needed */
#ifndef ROUSE_HTTP_H
#define ROUSE_HTTP_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/strbuf.h"

struct error;
struct http;
struct http_request;

#define HTTP_BODY_MAX ((size_t)1 << 20)   /* of an answer that is kept whole: errors, tokens */

/* Of one client. All borrowed for the call. */
struct http_options {
	const char *ca_file;        /* PEM, instead of the system's authorities; NULL: the system's */
	const char *resolve;        /* test only: `host:port:address`, as curl --resolve; NULL: none */
	int64_t (*now_ms)(void);    /* NULL: clock_ms() */
};

/* Why there is no whole answer. */
enum http_failure {
	HTTP_NONE,          /* there is one; look at the status */
	HTTP_RESOLVE,       /* the host's name is not known */
	HTTP_CONNECT,       /* nobody answers there */
	HTTP_TLS,           /* the server could not prove who it is */
	HTTP_TIMEOUT,       /* it took longer than allowed, in all or without a byte */
	HTTP_CUT,           /* the connection ended before the answer did */
	HTTP_BROKEN,        /* what came is no HTTP, or cannot be decoded */
	HTTP_TOO_BIG,       /* more bytes than allowed */
	HTTP_STOPPED,       /* the data callback refused to go on */
	HTTP_INTERNAL,
};

/* What to ask. All borrowed for http_start() but `owner`. */
struct http_ask {
	const char *method;          /* GET, POST, PUT, PATCH */
	const char *url;
	const char *const *headers;  /* `Name: value`, NULL-terminated; NULL: none */
	struct slice bearer;         /* token for the Authorization header; no value: none */
	struct slice basic;          /* `user:password` for basic authorisation; no value: none */
	struct slice secret_header;  /* a whole line: `x-sn-apikey: ...`; no value: none */
	bool secret_url;             /* the address itself is a secret: a webhook */
	struct slice hide[2];        /* other secrets in the body, which a refusal may repeat; no value: none */
	bool once;                   /* must not come twice: a connection of its own, as libcurl repeats what a reused one lost */
	struct slice body;           /* no value: none */
	bool direct;                 /* never through a proxy (metadata service) */
	int connect_s, idle_s, whole_s;   /* limits in seconds; 0: 10, 60, 200 */
	uint64_t bytes_max;          /* of the decoded body; 0: HTTP_BODY_MAX */
	/* Gets the body of a 2xx answer in pieces as they arrive, instead of keeping it. -1 stops the request. NULL: keep it. */
	int (*data)(void *owner, const char *bytes, size_t n);
	void *owner;
};

/* How it ended. Borrowed from the request. */
struct http_answer {
	enum http_failure failure;
	int status;                  /* 0 without an answer */
	char content_type[128];      /* lower case, without parameters */
	char location[256];          /* of a redirect, without its query; as it may be shown */
	char address[1024];          /* the same header as it came, for an id in it; "" when it is longer */
	char etag[256];              /* "" when there is none, or a longer one */
	int64_t total;               /* X-Total-Count; -1: none */
	bool sent;                   /* something of the request may have left; only a connection that was never made says false */
	char request_id[64];         /* request-id or x-ms-request-id; "" */
	int64_t retry_after_ms;      /* of Retry-After, seconds or date; -1: none */
	struct strbuf body;          /* what was kept */
	uint64_t bytes;              /* of the decoded body */
	int64_t took_ms;
	char why[256];               /* a sentence without secrets for a failure: `graph.microsoft.com does not answer.` */
};

int http_new(struct http **http, const struct http_options *options, struct error *err);
void http_free(struct http **http);   /* ends what is still running */

/* Begins; never waits. -1 for an URL that may not be asked (STATUS_CONFIG). */
int http_start(struct http *http, const struct http_ask *ask, struct http_request **request, struct error *err);
/* Moves every request on as far as it goes without waiting, and calls data callbacks. */
void http_step(struct http *http);
/* NULL while it runs. */
const struct http_answer *http_answer(const struct http_request *request);
uint64_t http_received(const struct http_request *request);
/* Stops it if it runs, wipes and frees it. */
void http_end(struct http_request **request);
/* Waits until a request can go on, one of the descriptors (8 at most) is ready (revents are set), or the time is over. -1 with errno on
 * failure; EINTR is 0. */
int http_wait(struct http *http, struct pollfd *extra, size_t count, int timeout_ms);

/* Appends text as a form or query value (RFC 3986 unreserved kept, all else %XX). */
void http_encode(struct strbuf *out, struct slice text);
/* The host of a URL; no value when there is none. */
struct slice http_host(const char *url);

#endif
