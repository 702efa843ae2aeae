/* talk_inner.h - what the files of talk.h share. */
#ifndef ROUSE_TALK_INNER_H
#define ROUSE_TALK_INNER_H

#include "core/io/retry.h"
#include "core/io/talk.h"

#define TALK_WHY_MAX 1000     /* fits an error's text, with a little before it */

/* One question over all its tries. Owned by whoever began it; what it asks is copied, and wiped at the end. */
struct talk_call {
	struct talk *talk;               /* borrowed */
	struct talk_call *next;          /* of the client's calls */
	struct http_request *request;    /* owned; NULL between two tries and at the end of a pause */
	struct retry retry;
	bool pausing, done;
	bool lost;                       /* a write that is repeated safely: an earlier try may have been done */
	int paused_for;                  /* status that it waits for; 0: a lost connection */
	/* the question */
	struct http_ask ask;             /* its texts point to those below */
	struct strbuf who, method, url, body;
	struct strbuf bearer, basic, line, hidden[2];
	struct strbuf lines;             /* the headers, each with a NUL */
	const char **headers;            /* owned; NULL-terminated */
	bool write, again;
	/* the answer */
	struct talk_reply reply;
	struct strbuf why;
};

/* Appends the sentence for an answer that is final and not fine. */
void talk_explain(const struct talk_call *call, const struct http_answer *answer, enum talk_outcome outcome, struct strbuf *why);
/* Appends what the body of a refusal says, visible and cut; nothing when it says nothing for people. */
void talk_words(struct slice body, const char *content_type, struct strbuf *out);

#endif
