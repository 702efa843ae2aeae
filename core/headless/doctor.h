/* doctor.h - `rouse doctor`: what is set up, what is not, and the mend; a line each.
 *
 * The core knows configuration, store and sources; the face that calls adds the lines about terminal and keymap. */
#ifndef ROUSE_DOCTOR_H
#define ROUSE_DOCTOR_H

#include <stdio.h>

#include "core/headless/drive.h"

enum doctor_level { DOCTOR_OK, DOCTOR_WARNING, DOCTOR_FAILURE };

/* Where the lines go. Zero-initialise, set `out` and `json`. */
struct doctor {
	FILE *out;
	bool json;
	unsigned lines, warnings, failures;
};

/* One check: `name` is a short term, `text` says what is so, `mend` (NULL or "" when ok) what to do. */
void doctor_line(struct doctor *doctor, enum doctor_level level, const char *name, const char *text, const char *mend);
/* Configuration, with each option and where it came from; store; sources; clock. */
void doctor_core(struct doctor *doctor, const struct work *work);
/* The tenant, where one is the source: signs in and asks small questions. */
void doctor_live(struct doctor *doctor, const struct work *work);
/* Every system that closes the loop: CMDB, ticket system, places of the digest. Nothing is created. */
void doctor_closing(struct doctor *doctor, const struct work *work);
/* Ends the output; 1 when something failed, else 0. */
enum status doctor_end(struct doctor *doctor);

#endif
