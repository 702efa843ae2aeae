/* check.h - what an examination of a system found, for `rouse doctor`: a line each. */
#ifndef ROUSE_CHECK_H
#define ROUSE_CHECK_H

#include <stddef.h>

enum check_level { CHECK_OK, CHECK_WARNING, CHECK_FAILURE };

struct check {
	enum check_level level;
	char *name;    /* a short term: `rt queue`; owned */
	char *text;    /* what is so; may hold text from outside; owned */
	char *mend;    /* what to do; "" when ok; owned */
};

/* Zero-initialised means none. */
struct checks {
	struct check *items;   /* owned */
	size_t count, cap;
};

void checks_add(struct checks *checks, enum check_level level, const char *name, const char *mend, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
void checks_release(struct checks *checks);

#endif
