/* hunt_probe.h - what a tenant lets us see, asked with small questions one after another: for `rouse doctor`. Changes nothing there. */
#ifndef ROUSE_HUNT_PROBE_H
#define ROUSE_HUNT_PROBE_H

#include "core/sources/hunt.h"

enum probe_level { PROBE_OK, PROBE_WARNING, PROBE_FAILURE };

/* Gets one line for each check; texts are as they may be shown, `mend` NULL when there is nothing to do. */
struct probe_report {
	void *owner;
	void (*line)(void *owner, enum probe_level level, const char *name, const char *text, const char *mend);
	void (*code)(void *owner, const struct oauth_code *code);   /* a person must enter a code to sign in */
};

/* Signs in and asks; waits as long as it takes, at most some minutes. What cannot be asked is a line, never an error. */
void hunt_probe(const struct hunt_options *options, const struct probe_report *report);

#endif
