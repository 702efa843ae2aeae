/* detect_merge.h - records that were merged into another: which of them are superseded, and which only say so. */
#ifndef ROUSE_DETECT_MERGE_H
#define ROUSE_DETECT_MERGE_H

#include "core/model/estate.h"

/* What stands at the end of a chain of merges. */
enum merge_end {
	MERGE_NONE,      /* the record is not merged at all */
	MERGE_STANDS,    /* a record with an inventory row: this one is superseded */
	MERGE_ASTRAY,    /* nothing: the target, or the last of the chain, has no inventory row */
	MERGE_CIRCLE     /* the chain comes round (a into b into a), so nobody takes the record's place: it stays */
};

/* Ids by their lower-case form, for targets that are written in another letter case. Zero-initialise. */
struct merges {
	struct map lower;        /* forms of the ids that are not lower-case themselves; owned */
	uint32_t *device;        /* by number in lower: the first such device; owned */
	size_t device_cap;
	bool built;              /* made when it is first needed; most estates never need it */
};

enum merge_end merge_follow(struct merges *merges, const struct estate *estate, const struct device *device);
void merges_release(struct merges *merges);

#endif
