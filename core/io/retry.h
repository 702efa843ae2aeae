/* retry.h - whether a failed request is asked again, and when. No network in here.
 *
 * 408, 429, 500, 502, 503, 504 and a lost connection are asked again: after Retry-After when the service named it (at most an hour),
 * else after 1 s, 2 s, 4 s... with jitter of half to whole. A service that says how long its quota is used up (`in 12 minutes`) is
 * believed up to the end of the quarter of an hour. Other answers are final. A budget bounds the tries and the whole time. */
#ifndef ROUSE_RETRY_H
#define ROUSE_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/io/http.h"

/* Of one question, over all its tries. Zero-initialise but the limits. */
struct retry {
	unsigned tries_max;        /* 0: 6 */
	int64_t whole_max_ms;      /* 0: 30 minutes */
	unsigned tries;            /* made so far */
	int64_t began_ms;          /* monotonic; of the first try */
	int64_t wait_until_ms;     /* monotonic */
	uint64_t seed;             /* of the jitter; 0: drawn */
	char reason[128];          /* why it waits: `the service is throttling (429)` */
};

enum retry_answer { RETRY_FINE, RETRY_LATER, RETRY_NEVER, RETRY_SPENT };

/* Judges an answer; RETRY_LATER sets wait_until_ms and reason. `idempotent`: a lost connection may be asked again. */
enum retry_answer retry_judge(struct retry *retry, const struct http_answer *answer, bool idempotent, int64_t now_ms);
/* `You can run queries again in 12 minutes`, `in 00:12:30`, `in 45 seconds`: milliseconds, or -1. */
int64_t retry_duration(struct slice message);
/* A wait as it is kept: ROUSE_HURRY=50 makes each fifty times shorter, for tests. */
int64_t retry_hurried(int64_t wait);

#endif
