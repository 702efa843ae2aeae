/* hunt_inner.h - what the files of hunt.h share. */
#ifndef ROUSE_HUNT_INNER_H
#define ROUSE_HUNT_INNER_H

#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/sources/answer.h"
#include "core/sources/hunt.h"
#include "core/sources/hunt_census.h"
#include "core/sources/kql.h"

/* An API: one row. */
struct hunt_service {
	const char *name;
	const char *path;            /* behind the endpoint; %s is the workspace */
	const char *query_key;       /* of the body: `Query` */
	const char *span_key;        /* of the body, for the time span; NULL: none */
	const char *resource;        /* whom tokens are for, when it is not the endpoint; NULL: the endpoint */
	const char *right;           /* the application role that the call needs */
	const char *person_right;    /* the same for a person who signed in */
	uint64_t rows_max;           /* an answer stops there without a word */
	uint64_t bytes_max;          /* of an answer */
	enum kql_dialect dialect;
};
extern const struct hunt_service hunt_services[HUNT_API_COUNT];

/* Appends the address and the JSON body of a question. */
void hunt_address(const struct hunt_options *options, struct strbuf *out);
void hunt_body(const struct hunt_options *options, struct slice query, struct strbuf *out);
/* Whether a refused question should be asked once more with its keys spelled otherwise; true once at most. */
bool hunt_respell(struct hunt_options *options, const struct http_answer *answer);

/* The right that a sign-in of this kind needs, `application` or `delegated`, and whether a token says it has it. */
const char *hunt_right(const struct hunt_options *options);
const char *hunt_right_kind(const struct hunt_options *options);
bool hunt_has_right(const struct hunt_options *options, const struct oauth_claims *claims);

/* What is asked. */
enum question { ASK_CENSUS, ASK_FINDINGS, ASK_SOFTWARE };

enum part_state { PART_OPEN, PART_DONE, PART_FAILED };

struct hunt_part {
	enum question question;
	unsigned number, of;
	enum part_state state;
	bool second;                 /* its failure is final: it had its second chance, or no use is in one */
	unsigned soft;               /* how often its devices were split on a mere guess that they are too many */
	uint64_t bytes;              /* of its answer */
	struct answer_counts counts; /* of its rows, as the estate counts them; all 0 while it is open */
	struct error why;            /* of a failed one */
};

/* The parts of a run, in the order in which they are asked. */
struct hunt_parts {
	struct hunt_part *items;     /* owned */
	size_t count, cap;
};

void hunt_parts_add(struct hunt_parts *parts, enum question question, unsigned of);
/* The next open one; when there is none, a failed one gets its second chance. SIZE_MAX: all are settled. */
size_t hunt_parts_next(struct hunt_parts *parts);
/* Puts two halves in its place. False at the limit, the part is left alone then. */
bool hunt_parts_split(struct hunt_parts *parts, size_t index, unsigned of_max);
size_t hunt_parts_count(const struct hunt_parts *parts, enum question question, enum part_state state);
/* The first failed one; NULL: none. */
const struct hunt_part *hunt_parts_failed(const struct hunt_parts *parts);
void hunt_parts_release(struct hunt_parts *parts);
/* `servers, part 4 of 16`. */
void hunt_part_name(const struct hunt_part *part, char *out, size_t room);

/* What an answer means. */
enum verdict_of_answer {
	ANSWER_FINE,
	ANSWER_SPLIT,       /* too big or too heavy: ask in halves */
	ANSWER_LATER,       /* wait and ask again */
	ANSWER_SLOW,        /* the same, for the second time because of time: half the devices may do better */
	ANSWER_SIGN_IN,     /* the token was not taken: a new one, once */
	ANSWER_NO_TABLE,    /* the table is not there, or there is no right to it */
	ANSWER_REFUSED,     /* no use to ask again: the sentence says why */
};

/* Judges an answer that is no 2xx. `why` gets a whole sentence. */
enum verdict_of_answer hunt_judge(const struct hunt_options *options, const struct http_answer *answer, struct retry *retry,
                                  struct slice token, int64_t now_ms, struct error *why);
/* Whether the words of an error that stood in a good answer name a limit. */
bool hunt_says_limit(const char *words);

/* Sentences for `rouse detect` that make no run incomplete. */
struct hunt_lines {
	char **items;                /* owned */
	size_t count, cap;
	uint64_t more;               /* not kept */
};

/* What the source is at. */
enum hunt_phase { HUNT_SIGN_IN, HUNT_ASK, HUNT_READ, HUNT_PAUSE, HUNT_END };

/* The source: see hunt.h. */
struct hunt {
	struct source base;
	struct hunt_options options;
	const struct hunt_service *service;
	struct http *http;                 /* owned */
	struct oauth *oauth;               /* owned */
	enum hunt_phase phase;
	struct hunt_parts parts;
	bool planned;                      /* the census is over, the other parts are there */
	size_t current;                    /* the part that is asked */
	struct http_request *request;      /* owned; NULL: none */
	struct answer *answer;             /* rows of the current part; owned; NULL for the census */
	struct hunt_census *census;        /* owned; only while it is read */
	struct retry retry;                /* of the current part */
	bool signed_anew;                  /* a 401 of the current part was answered with a new token */
	struct error bad;                  /* why the data callback stopped */
	struct census_sum sum;             /* what the census came to */
	unsigned streak;                   /* parts that failed one after another */
	uint64_t rows, bytes;              /* of parts that are done */
	uint64_t came;                     /* servers that were there when the parts were over the last time */
	uint64_t cut_rows, cut_bytes;      /* a limit that nobody announced and that showed itself; 0: none */
	uint64_t tried_rows, tried_bytes;  /* one that may be */
	struct hunt_lines lines;
};

/* The most parts that the devices are split into. */
unsigned hunt_parts_most(const struct hunt *hunt);
/* hunt_ask.c: starts the question of the current part. */
int hunt_ask(struct hunt *hunt, struct error *err);
/* hunt_take.c: the answer of the current part is there. */
enum step hunt_take(struct hunt *hunt, const struct http_answer *answer, struct error *err);
/* Ends the current question; rows that came stay, and are counted unless `discard`. */
void hunt_drop(struct hunt *hunt, bool discard);
/* What no longer makes sense to ask is failed, with this reason. */
void hunt_give_up(struct hunt *hunt, const struct error *why);
/* hunt_end.c: all parts are settled: STEP_MORE when some are asked in halves to find what is missing. */
enum step hunt_end(struct hunt *hunt, struct error *err);
/* Whether an answer reached a limit, so that it may not be whole. */
bool hunt_is_cut(const struct hunt *hunt, uint64_t rows, uint64_t bytes);
void hunt_say(struct hunt *hunt, const char *format, ...) __attribute__((format(printf, 2, 3)));
void hunt_keep_complaints(struct hunt *hunt);

#endif
