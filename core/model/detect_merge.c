/* detect_merge.c - follows a merged record to the one that took its place. */
#include "core/model/detect_merge.h"

#include <stdlib.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"

#define MERGES_MAX 64   /* links of a chain that are followed; a real one has two or three */

static void merges_build(struct merges *merges, const struct estate *estate)
{
	struct strbuf form = STRBUF_INIT(SIZE_MAX);
	for (uint32_t i = 0; i < estate->ids.count; i++) {
		struct slice id = map_key(&estate->ids, i);
		bool added;
		strbuf_clear(&form);
		utf8_lower(&form, id.text, id.len);
		if (slice_equal(id, (struct slice){ strbuf_text(&form), form.len }))
			continue;
		uint32_t number = map_put(&merges->lower, strbuf_text(&form), form.len, &added);
		if (!added)
			continue;
		merges->device = grow(merges->device, &merges->device_cap, (size_t)number + 1, sizeof *merges->device);
		merges->device[number] = i;
	}
	strbuf_release(&form);
	merges->built = true;
}

static bool is_there(const struct estate *estate, uint32_t number)
{
	return number != MAP_NONE && estate->devices[number].has_inventory;
}

/* The device of a target: exactly, else in any letter case; MAP_NONE when no inventory row tells of it. */
static uint32_t find_target(struct merges *merges, const struct estate *estate, struct slice target)
{
	uint32_t number = map_get(&estate->ids, target.text, target.len);
	struct strbuf form = STRBUF_INIT(SIZE_MAX);
	if (is_there(estate, number))
		return number;
	utf8_lower(&form, target.text, target.len);
	number = map_get(&estate->ids, strbuf_text(&form), form.len);
	if (!is_there(estate, number)) {
		if (!merges->built)
			merges_build(merges, estate);
		uint32_t place = map_get(&merges->lower, strbuf_text(&form), form.len);
		number = place == MAP_NONE ? MAP_NONE : merges->device[place];
	}
	strbuf_release(&form);
	return is_there(estate, number) ? number : MAP_NONE;
}

enum merge_end merge_follow(struct merges *merges, const struct estate *estate, const struct device *device)
{
	if (device->merged_to == MAP_NONE)
		return MERGE_NONE;
	for (int links = 0; links < MERGES_MAX; links++) {
		uint32_t number = find_target(merges, estate, estate_text(estate, device->merged_to));
		if (number == MAP_NONE)
			return MERGE_ASTRAY;
		device = &estate->devices[number];
		if (device->merged_to == MAP_NONE)
			return MERGE_STANDS;
	}
	return MERGE_CIRCLE;
}

void merges_release(struct merges *merges)
{
	map_release(&merges->lower);
	free(merges->device);
	*merges = (struct merges){ 0 };
}
