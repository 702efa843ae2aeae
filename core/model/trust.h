/* trust.h - whether a run may be believed: every reason of product.md, "Trust in a run".
 *
 * trust.c          the reasons that the run's own figures give
 * trust_names.c    platforms and ids that are written almost like others
 * trust_past.c     the fall since the last complete run
 * trust_guard.c    limits so wide that they guard nothing */
#ifndef ROUSE_TRUST_H
#define ROUSE_TRUST_H

#include <stdbool.h>

#include "core/model/detect.h"

struct strbuf;

/* Adds the reasons that the run's own figures give: shares, groups, canaries, the feed, a fall without fixes, nothing in scope.
 * Called after change_compare(), with the detection that filled the run (it holds the group hits and the newest times) and not yet
 * released, and the baseline or NULL. The reasons of the source (cut file, table missing) were added while it was read. */
void trust_judge(struct run *run, const struct detection *detection, const struct run *baseline);

/* Adds the reasons of a fall since the last complete run, whose head `complete` is; called after trust_judge() when the baseline was
 * incomplete. `resolved`: findings resolved in the runs between the two. Silent when that run is older than the freshness limit. */
void trust_judge_past(struct run *run, const struct scope *scope, const struct run *complete, uint32_t resolved);

/* Appends a sentence about guard `number` (below TRUST_GUARDS) when the configuration has switched it off or set it very wide; returns
 * whether it did. No reason to distrust a run, but `detect` and `doctor` say it each time. */
#define TRUST_GUARDS 7u
bool trust_guard(const struct scope *scope, unsigned number, struct strbuf *out);
/* How many hosts in scope bear a canary's name, and one of them in *row: a finding when there is one. *row is MAP_NONE when none does. */
uint32_t trust_canary(const struct run *run, const char *canary, uint32_t *row);

#endif
