/* http_text.h - the parts of HTTP that are text alone: addresses, headers, sentences; for http.c and its tests. */
#ifndef ROUSE_HTTP_TEXT_H
#define ROUSE_HTTP_TEXT_H

#include "core/io/http.h"

/* Whether an address may be asked: https, or http to loopback and the metadata service. */
int http_check_url(const char *url, struct error *err);
/* Keeps what a header line says, when it is one of those that count. A status line begins anew: the headers before it were a proxy's, or of
 * an answer on the way. */
void http_take_header(struct http_answer *answer, struct slice line);
/* As before the first header. */
void http_forget_headers(struct http_answer *answer);
/* Keeps as much of a text as fits, as it may be shown. `room` counts the NUL. Time hangs on the room, not on the text. */
void http_keep_text(char *out, size_t room, struct slice text);
/* Whether a token can stand in a header: printable ASCII without blanks. */
bool http_is_token(struct slice token);
/* Whether an address is plain http. */
bool http_is_plain(const char *url);
/* Sets answer->why from the failure and the host. */
void http_explain(struct http_answer *answer, struct slice host);

#endif
