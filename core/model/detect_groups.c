/* detect_groups.c - the census of machine groups: every spelling among the servers of the estate, in scope or not.
 *
 * A server counts once, under the group it is shown with; so the verdicts of all groups add up to those of the run. Spellings are
 * not folded here: `Web` and `web` side by side are what the audit is for. */
#include <stdlib.h>

#include "core/base/arena.h"
#include "core/model/detect_parts.h"

/* The group's entry, made when new. No name is the key "", which no group bears: an empty cell is a missing one. */
static struct run_group *census_new(struct detection *detection, struct slice name)
{
	struct run *run = detection->run;
	bool added;
	uint32_t number = map_put(&detection->census, name.text ? name.text : "", name.len, &added);

	if (added) {
		run->groups = grow(run->groups, &run->group_cap, run->group_count + 1, sizeof *run->groups);
		run->groups[run->group_count++] = (struct run_group){
			.name = { name.len ? xmemdup(name.text, name.len) : NULL, name.len }
		};
	}
	return &run->groups[number];
}

void census_add(struct detection *detection, const struct device *device, struct slice group, enum verdict verdict)
{
	struct run_group *entry;
	uint32_t *known = device->group == MAP_NONE ? NULL : &detection->census_of[device->group];

	/* Among tied groups the one that is shown may not be the device's own. */
	if (known && !slice_equal(estate_text(detection->estate, device->group), group))
		known = NULL;
	entry = known && *known ? &detection->run->groups[*known - 1] : census_new(detection, group);
	if (known)
		*known = 1 + (uint32_t)(entry - detection->run->groups);
	entry->servers++;
	if (verdict == VERDICT_NONE)
		return;
	entry->in_scope = true;
	entry->counts[verdict]++;
}

void census_add_counted(struct detection *detection)
{
	const struct estate *estate = detection->estate;
	struct estate_counts *counts = &detection->run->estate;

	for (size_t i = 0; i < estate->counted_count; i++) {
		const struct estate_count *item = &estate->counted[i];
		struct slice group = estate_text(estate, item->group);

		if (!item->partial && !item->merged && item->server && scope_has_group(detection->scope, group))
			continue;   /* these came, each by itself */
		counts->devices += item->devices;
		if (item->partial) {
			counts->no_platform += item->devices;
		} else if (item->merged) {
			counts->merged += item->devices;
		} else if (!item->server) {
			counts->other_platform += item->devices;
		} else {
			counts->other_group += item->devices;
			census_new(detection, group)->servers += item->devices;
		}
	}
}

static int by_name(const void *a, const void *b)
{
	return slice_compare(((const struct run_group *)a)->name, ((const struct run_group *)b)->name);
}

void census_end(struct detection *detection)
{
	struct run *run = detection->run;

	if (run->has_groups)
		return;
	if (run->group_count)
		qsort(run->groups, run->group_count, sizeof *run->groups, by_name);
	run->has_groups = true;
}
