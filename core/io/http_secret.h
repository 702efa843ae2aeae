/* http_secret.h - what of a request is secret: its lines of authorisation, and hiding in an answer what the request held. */
#ifndef ROUSE_HTTP_SECRET_H
#define ROUSE_HTTP_SECRET_H

#include "core/base/strbuf.h"
#include "core/io/http.h"

#define HTTP_SECRET_LINES 2   /* one Authorization, one line of the caller */
#define HTTP_SECRET_WORDS 6

/* Zero-initialised means none. Owned by the request. */
struct http_secrets {
	struct strbuf lines[HTTP_SECRET_LINES];   /* whole header lines; empty: none */
	struct strbuf words[HTTP_SECRET_WORDS];   /* what must not be shown; empty: none */
	size_t word_count;
};

/* Whether they can be sent: -1 with a sentence for bytes that cannot stand in a header. */
int http_secrets_check(const struct http_ask *ask, struct error *err);
void http_secrets_take(struct http_secrets *secrets, const struct http_ask *ask);
/* Puts asterisks over each word where the answer repeats it: as it is, %XX and as in JSON. A long word anywhere; a short one, which may
 * be a word of any text, in refusals alone. */
void http_secrets_hide(const struct http_secrets *secrets, struct http_answer *answer);
void http_secrets_wipe(struct http_secrets *secrets);

#endif
