/* expr_guard_parts.h - what the files of the case guard share; nobody else includes it.
 *
 * expr_guard.c       finds the hidden rows and the comparisons to blame
 * expr_guard_mend.c  writes the expression that shows them
 * expr_guard_keys.c  keys of the bag that are there in another letter case */
#ifndef ROUSE_EXPR_GUARD_PARTS_H
#define ROUSE_EXPR_GUARD_PARTS_H

#include "core/model/expr_eval_parts.h"

/* One search for hidden rows. */
struct guard_search {
	const struct expr *expr;
	const struct lens *lens;
	const uint8_t *among;        /* by row; NULL: all */
	struct expr_judge exact, wide;
	uint8_t *hidden;             /* by row; owned */
	uint32_t count, first;       /* hidden rows, and the first of them */
};

/* Calls `visit` for each chunk that has hidden rows. `need` is hidden[] from there on. */
typedef void guard_visit(void *owner, const struct guard_search *search, uint32_t from, uint32_t to, const uint8_t *need);
void guard_each_chunk(const struct guard_search *search, guard_visit *visit, void *owner);

/* The mended text, malloc()ed; NULL when it would be too long. `blamed` is by number of a node. */
char *guard_mend(struct guard_search *search, const bool *blamed);

/* Another spelling of a key. */
struct guard_keys {
	struct expr *wider;          /* the expression with other spellings beside each key; owned */
	struct slice name;           /* the first such key; borrowed from the expression */
	struct column_ref other;     /* how a row has it instead */
};

/* Looks through the bags of `among`. Returns false when they have each key as it is written, or not at all, and when the wider expression
 * would be too long. */
bool guard_keys(const struct expr *expr, const struct lens *lens, const uint8_t *among, struct guard_keys *found);

#endif
