/* sort.h - orders of rows: keys as 32-bit ranks, sorted by radix; a permutation, the rows stay.
 *
 * sort.c          keys of the columns, runs of equal rows split key by key
 * sort_text.c     texts: a radix and insertion sort over eight bytes at a time
 *
 * Every order is total and stable: last of all by row number. Missing and empty values come last in both directions. Texts are
 * compared case-folded; host names that fold alike then by their exact bytes. */
#ifndef ROUSE_SORT_H
#define ROUSE_SORT_H

#include <stdint.h>

#include "core/model/value.h"

/* Fills order[0..count) with the row numbers 0..count-1 of the lens' table in the order of the keys. Exactly the keys of SORT_DEFAULT mean
 * order_worst(): the default order is one, however it was asked for. */
void sort_rows(const struct lens *lens, const struct sort_key *keys, size_t key_count, uint32_t *order);
/* The default order, in which a run is stored too: findings flagged no-other-av before all others (nothing protects them), then by
 * SORT_DEFAULT; vanished hosts last. */
void order_worst(const struct lens *lens, uint32_t *order);

#endif
