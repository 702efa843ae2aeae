#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/sources/hunt_inner.h"

static struct hunt_part *add(struct hunt_parts *parts)
{
	parts->items = grow(parts->items, &parts->cap, parts->count + 1, sizeof *parts->items);
	return &parts->items[parts->count++];
}

void hunt_parts_add(struct hunt_parts *parts, enum question question, unsigned of)
{
	for (unsigned i = 0; i < of; i++)
		*add(parts) = (struct hunt_part){ .question = question, .number = i, .of = of };
}

size_t hunt_parts_next(struct hunt_parts *parts)
{
	for (size_t i = 0; i < parts->count; i++)
		if (parts->items[i].state == PART_OPEN)
			return i;
	for (size_t i = 0; i < parts->count; i++) {
		if (parts->items[i].state != PART_FAILED || parts->items[i].second)
			continue;
		parts->items[i].second = true;
		parts->items[i].state = PART_OPEN;
		return i;
	}
	return SIZE_MAX;
}

/* hash(x, of) == n holds for the same devices as hash(x, 2 of) == n or == n + of, as both are one number modulo. */
bool hunt_parts_split(struct hunt_parts *parts, size_t index, unsigned of_max)
{
	struct hunt_part half = parts->items[index];

	if (half.of * 2 > of_max)
		return false;
	half.of *= 2;
	half.state = PART_OPEN;
	parts->items[index] = half;
	half.number += half.of / 2;
	*add(parts) = half;
	return true;
}

size_t hunt_parts_count(const struct hunt_parts *parts, enum question question, enum part_state state)
{
	size_t count = 0;

	for (size_t i = 0; i < parts->count; i++)
		count += parts->items[i].question == question && parts->items[i].state == state;
	return count;
}

const struct hunt_part *hunt_parts_failed(const struct hunt_parts *parts)
{
	for (size_t i = 0; i < parts->count; i++)
		if (parts->items[i].state == PART_FAILED)
			return &parts->items[i];
	return NULL;
}

void hunt_parts_release(struct hunt_parts *parts)
{
	free(parts->items);
	*parts = (struct hunt_parts){ 0 };
}

void hunt_part_name(const struct hunt_part *part, char *out, size_t room)
{
	static const char *const names[] = { [ASK_CENSUS] = "census", [ASK_FINDINGS] = "servers", [ASK_SOFTWARE] = "software" };

	if (part->of == 1)
		snprintf(out, room, "%s", names[part->question]);
	else
		snprintf(out, room, "%s, part %u of %u", names[part->question], part->number + 1, part->of);
}
