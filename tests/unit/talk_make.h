/* talk_make.h - talk with a scripted server of loopback.h, by a clock that only the test moves. */
#ifndef ROUSE_TEST_TALK_MAKE_H
#define ROUSE_TEST_TALK_MAKE_H

#include "core/io/talk.h"
#include "tests/unit/loopback.h"

#define LINES(script) script, sizeof(script) / sizeof *(script)

static int64_t now = 1000000;   /* milliseconds */

static inline int64_t test_now(void)
{
	return now;
}

/* Opens both; the caller closes the server and frees the talk. */
static inline void talk_make(struct loopback *server, struct talk **talk, const struct loopback_line *script, size_t lines)
{
	struct error err;

	loopback_open(server, script, lines, test_now);
	assert_int_equal(talk_new(talk, NULL, &err), 0);
	talk_clock(*talk, test_now);
}

static inline void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in: %s", part, text);
}

static inline void has_not(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("\"%s\" is in: %s", part, text);
}

#endif
