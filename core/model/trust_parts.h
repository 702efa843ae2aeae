/* trust_parts.h - what the files of trust.c share; nobody else includes it. */
#ifndef ROUSE_TRUST_PARTS_H
#define ROUSE_TRUST_PARTS_H

#include "core/model/trust.h"

#define LOSS_MIN 10u          /* hosts that must be gone or blind before that is a reason: small estates change */
#define PART(share) (share) / 100, (share) % 100   /* for "%u.%02u %%" */
#define NAME_MAX_SHOWN 300    /* bytes of a group, host or platform name in a sentence */

/* trust.c: whether a share is over its limit, in hundredths of a percent. */
bool trust_over(uint64_t part, uint64_t whole, unsigned limit);

/* trust_names.c: names that are written almost alike. */
void judge_platforms(struct run *run, const struct detection *detection);
void judge_ids(struct run *run, const struct estate *estate);

#endif
