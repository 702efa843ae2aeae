/* marks.h - the analyst's own data about hosts: marks and notes, by device id, never by row.
 *
 * Keys are packed ids (table.h). Marks survive filter, sort, reload and restart; the store keeps both. */
#ifndef ROUSE_MARKS_H
#define ROUSE_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

/* Zero-initialised means none. */
struct marks {
	struct map ids;        /* every id that was ever marked here */
	uint8_t *on;           /* by number in ids: marked now */
	size_t on_cap;
	uint32_t count;        /* marked now */
	uint64_t generation;   /* grows with each change, so that views and the store know */
};

bool marks_has(const struct marks *marks, struct slice packed_id);
/* Returns true when that changed something. */
bool marks_set(struct marks *marks, struct slice packed_id, bool on);
void marks_clear(struct marks *marks);
void marks_copy(struct marks *to, const struct marks *from);   /* for undo; `to` is released first */
/* Steps through the marked ids: start with *at = 0; false at the end. */
bool marks_next(const struct marks *marks, uint32_t *at, struct slice *packed_id);
void marks_release(struct marks *marks);

/* Zero-initialised means none. */
struct notes {
	struct map ids;
	char **texts;          /* by number in ids; NULL when removed; owned */
	size_t texts_cap;
	uint64_t generation;
};

/* The note, or no value. Borrowed until the next notes_set(). */
struct slice notes_get(const struct notes *notes, struct slice packed_id);
/* An empty text removes the note. */
void notes_set(struct notes *notes, struct slice packed_id, struct slice text);
void notes_release(struct notes *notes);

#endif
