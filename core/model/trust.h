/* trust.h - whether a run may be believed: every reason of product.md, "Trust in a run". */
#ifndef ROUSE_TRUST_H
#define ROUSE_TRUST_H

#include "core/model/detect.h"

/* Adds the reasons that the run's own figures give: shares, groups, canaries, the feed, a fall without fixes, nothing in scope.
 * Called after change_compare(), with the detection that filled the run (it holds the group hits and the newest times) and not yet
 * released, and the baseline or NULL. The reasons of the source (cut file, table missing) were added while it was read. */
void trust_judge(struct run *run, const struct detection *detection, const struct run *baseline);

#endif
