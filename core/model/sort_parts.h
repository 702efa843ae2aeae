/* sort_parts.h - what the files of sort.c share; nobody else includes it.
 *
 * An order is made key by key. All rows start as one run; a pass sorts each run by one key and splits it where the key differs,
 * so that later keys only touch rows that are still equal. Within a run rows stand in ascending row order. */
#ifndef ROUSE_SORT_PARTS_H
#define ROUSE_SORT_PARTS_H

#include "core/model/value.h"

#define RANK_MISSING UINT32_MAX

/* Texts in byte order. Rows number the items of the pools. */
struct text_order {
	const struct pool *texts;
	const struct pool *exact;   /* decides between equal texts; NULL: they stay equal */
	bool descending;
};

/* One pass: a number for each row, or texts. */
struct sort_pass {
	uint32_t *rank;             /* by row, RANK_MISSING comes last; owned; NULL: a pass over texts */
	struct text_order order;
	struct pool made;           /* owned texts that `order` may point to */
};

/* The most passes that one key may need: a 64-bit number takes two. */
#define PASSES_PER_KEY 2

/* sort_rank.c: turns a key into passes; returns how many. The passes must stay where they are until released. */
size_t passes_of(const struct lens *lens, const struct sort_key *key, struct sort_pass passes[PASSES_PER_KEY]);
/* The first key of order_worst(): vanished hosts last, findings without another antivirus first, then by verdict. */
void pass_worst(const struct lens *lens, struct sort_pass *pass);
void pass_release(struct sort_pass *pass);

/* sort_text.c: one text on its way through a sort. */
struct text_entry {
	uint64_t key;               /* seven bytes of the text and how many of them there are, see text_key() */
	uint32_t row;
	uint32_t at;                /* where the text starts in its pool */
};

/* Memory of text_sort(), reused from run to run. Zero-initialise; owned. */
struct text_room {
	struct text_entry *entries, *other;   /* `capacity` of each */
	size_t capacity;
	struct text_span *spans;              /* ranges still to be sorted */
	size_t span_count, span_cap;
};

/* Sorts a run of rows and sets split[i] where rows[i] differs from rows[i - 1]. */
void text_sort(const struct text_order *order, uint32_t *rows, uint32_t count, uint8_t *split, struct text_room *room);
void text_room_release(struct text_room *room);

#endif
