/* marks.c - marks and notes by device id. */
#include "core/model/marks.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"

/* -- marks -- */

bool marks_has(const struct marks *marks, struct slice packed_id)
{
	uint32_t number;

	if (!marks || marks->count == 0)
		return false;
	number = map_get(&marks->ids, packed_id.text, packed_id.len);
	return number != MAP_NONE && marks->on[number];
}

bool marks_set(struct marks *marks, struct slice packed_id, bool on)
{
	/* Taking a mark off a host that never had one must not make room for it. */
	uint32_t number = on ? map_put(&marks->ids, packed_id.text, packed_id.len, NULL)
	                     : map_get(&marks->ids, packed_id.text, packed_id.len);
	size_t had = marks->on_cap;

	if (number == MAP_NONE)
		return false;
	if (number >= had) {
		marks->on = grow(marks->on, &marks->on_cap, (size_t)number + 1, 1);
		memset(marks->on + had, 0, marks->on_cap - had);
	}
	if (marks->on[number] == on)
		return false;
	marks->on[number] = on;
	if (on)
		marks->count++;
	else
		marks->count--;
	marks->generation++;
	return true;
}

/* The ids stay known: hosts are often marked again. */
void marks_clear(struct marks *marks)
{
	if (marks->count == 0)
		return;
	memset(marks->on, 0, marks->on_cap);
	marks->count = 0;
	marks->generation++;
}

void marks_copy(struct marks *to, const struct marks *from)
{
	uint64_t generation = to->generation > from->generation ? to->generation : from->generation;
	struct slice id;

	if (to == from)
		return;
	marks_release(to);
	for (uint32_t at = 0; marks_next(from, &at, &id);)
		marks_set(to, id, true);
	/* A copy back (undo) must look changed to whoever saw either of the two. */
	to->generation = generation + 1;
}

bool marks_next(const struct marks *marks, uint32_t *at, struct slice *packed_id)
{
	while (*at < marks->ids.count) {
		uint32_t number = (*at)++;

		if (marks->on[number]) {
			*packed_id = map_key(&marks->ids, number);
			return true;
		}
	}
	return false;
}

void marks_release(struct marks *marks)
{
	map_release(&marks->ids);
	free(marks->on);
	*marks = (struct marks){ 0 };
}

/* -- notes -- */

struct slice notes_get(const struct notes *notes, struct slice packed_id)
{
	uint32_t number = notes && notes->ids.count > 0 ? map_get(&notes->ids, packed_id.text, packed_id.len) : MAP_NONE;

	return number == MAP_NONE ? (struct slice){ NULL, 0 } : slice_of(notes->texts[number]);
}

void notes_set(struct notes *notes, struct slice packed_id, struct slice text)
{
	uint32_t number = text.len > 0 ? map_put(&notes->ids, packed_id.text, packed_id.len, NULL)
	                               : map_get(&notes->ids, packed_id.text, packed_id.len);
	size_t had = notes->texts_cap;
	char *copy = NULL;

	if (number == MAP_NONE)
		return;
	if (number >= had) {
		notes->texts = grow(notes->texts, &notes->texts_cap, (size_t)number + 1, sizeof *notes->texts);
		for (size_t i = had; i < notes->texts_cap; i++)
			notes->texts[i] = NULL;
	}
	if (text.len > 0)
		copy = xmemdup(text.text, text.len);   /* before the free: the text may be the note itself */
	free(notes->texts[number]);
	notes->texts[number] = copy;
	notes->generation++;
}

void notes_release(struct notes *notes)
{
	for (size_t i = 0; i < notes->texts_cap; i++)
		free(notes->texts[i]);
	free(notes->texts);
	map_release(&notes->ids);
	*notes = (struct notes){ 0 };
}
