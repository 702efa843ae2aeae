/* undo.h - what can be taken back: marks, filter, sort, columns, notes. Pure: it remembers, the caller puts states back.
 *
 * A change of marks is the list of hosts whose mark flipped, so taking it back and doing it again are the same flip. Every other
 * change is two texts, before and after. */
#ifndef ROUSE_UNDO_H
#define ROUSE_UNDO_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/bytes.h"

#define UNDO_MAX 200                    /* changes kept */
#define UNDO_BYTES_MAX (64u << 20)      /* and the most they may hold together; the oldest go first */

enum undo_kind { UNDO_MARKS, UNDO_FILTER, UNDO_SORT, UNDO_COLUMNS, UNDO_NOTE };

/* One change. All owned by the undo that holds it. */
struct undo_item {
	enum undo_kind kind;
	char what[96];       /* for the message: `mark 38 hosts` */
	char *before, *after;/* state texts; NULL for marks */
	char *ids;           /* packed ids one after another, each preceded by its 32-bit length; marks: those that flipped, note: the host */
	size_t ids_len;
};

/* Zero-initialised means nothing to take back. Items below `at` can be taken back, those from `at` on done again. */
struct undo {
	struct undo_item items[UNDO_MAX];
	size_t count, at;
	size_t bytes;        /* held by all items */
};

/* Remember a change that was just made; whatever could be done again is forgotten. An `ids` list is built by undo_id(). */
void undo_add_marks(struct undo *undo, const char *what, const char *ids, size_t ids_len);
void undo_add_text(struct undo *undo, enum undo_kind kind, const char *what, struct slice id, const char *before,
                   const char *after);
/* The change to take back (put `before`, or flip the ids), or NULL when there is none. Borrowed until the next call that adds. */
const struct undo_item *undo_back(struct undo *undo);
/* The change to do again (put `after`, or flip), or NULL. */
const struct undo_item *undo_forward(struct undo *undo);
void undo_release(struct undo *undo);

struct strbuf;
/* Appends an id to an ids list, and steps through one: start with *at = 0. */
void undo_id(struct strbuf *ids, struct slice packed_id);
bool undo_next_id(const struct undo_item *item, size_t *at, struct slice *packed_id);

#endif
