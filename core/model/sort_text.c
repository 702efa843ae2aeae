/* sort_text.c - sorts texts by bytes, eight at a time: radix over the bytes that differ, then the same within equal runs.
 *
 * Host names share long prefixes (`fra-sqlprd-000012.corp.example.net`); comparing whole names would read these over and over. Here
 * each round reads the next seven bytes of every name that is still equal to a neighbour, and most names are done in three. */
#include "core/model/sort_parts.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"

#define STEP 7          /* bytes of text in a key */
#define SMALL_RUN 24    /* up to here insertion beats radix */

/* A range of entries that are equal up to `depth` bytes. */
struct text_span {
	uint32_t from, count;
	uint32_t depth;
	bool exact;             /* the texts are equal to their end; now by order->exact */
};

static size_t text_left(const struct pool *pool, const struct text_entry *entry, uint32_t depth)
{
	return (size_t)pool->offsets[entry->row + 1] - entry->at - depth;
}

/* Seven bytes from `depth` on, the first one highest, then how many of them there are: 0 to 7, or 8 when more follow. So "a" is
 * before "a\0" and both before "b", and equal keys below 8 are equal texts. Only called with depth within the text. */
static uint64_t text_key(const struct pool *pool, const struct text_entry *entry, uint32_t depth)
{
	size_t left = text_left(pool, entry, depth);
	const unsigned char *from = (const unsigned char *)pool->bytes + entry->at + depth;
	uint64_t key = 0;

	if (left > STEP)
		return (uint64_t)from[0] << 56 | (uint64_t)from[1] << 48 | (uint64_t)from[2] << 40 | (uint64_t)from[3] << 32
		       | (uint64_t)from[4] << 24 | (uint64_t)from[5] << 16 | (uint64_t)from[6] << 8 | 8;
	for (size_t i = 0; i < left; i++)
		key |= (uint64_t)from[i] << (56 - 8 * i);
	return key | left;
}

/* The texts a range is sorted by at this stage. */
static const struct pool *span_pool(const struct text_order *order, const struct text_span *span)
{
	return span->exact ? order->exact : order->texts;
}

/* Turning the key around turns the order around, ends of texts included. */
static void fill_keys(const struct text_order *order, const struct text_span *span, struct text_entry *entries)
{
	const struct pool *pool = span_pool(order, span);
	uint64_t flip = order->descending ? ~UINT64_C(0) : 0;

	for (uint32_t i = 0; i < span->count; i++) {
		if (span->depth == 0)
			entries[i].at = pool->offsets[entries[i].row];
		entries[i].key = text_key(pool, &entries[i], span->depth) ^ flip;
	}
}

/* Whether texts with this key end within it. */
static bool key_ends(const struct text_order *order, uint64_t key)
{
	return ((order->descending ? ~key : key) & 0xff) < 8;
}

/* -- small runs: insertion by whole comparison -- */

static int pool_compare(const struct pool *pool, uint32_t a, uint32_t b, uint32_t depth)
{
	uint32_t a_at = pool->offsets[a] + depth, b_at = pool->offsets[b] + depth;

	return slice_compare((struct slice){ pool->bytes + a_at, pool->offsets[a + 1] - a_at },
	                     (struct slice){ pool->bytes + b_at, pool->offsets[b + 1] - b_at });
}

/* Keys first; what follows them only when they are equal and more follows; the exact text last. */
static int entry_compare(const struct text_order *order, const struct text_span *span, const struct text_entry *a,
                         const struct text_entry *b)
{
	int difference = 0;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	if (!key_ends(order, a->key))
		difference = pool_compare(span_pool(order, span), a->row, b->row, span->depth + STEP);
	if (difference == 0 && !span->exact && order->exact)
		difference = pool_compare(order->exact, a->row, b->row, 0);
	return order->descending ? -difference : difference;
}

static void sort_small(const struct text_order *order, const struct text_span *span, struct text_entry *entries,
                       uint8_t *split)
{
	for (uint32_t i = 1; i < span->count; i++) {
		struct text_entry entry = entries[i];
		uint32_t at = i;

		for (; at > 0 && entry_compare(order, span, &entries[at - 1], &entry) > 0; at--)
			entries[at] = entries[at - 1];
		entries[at] = entry;
	}
	for (uint32_t i = 1; i < span->count; i++)
		if (entry_compare(order, span, &entries[i - 1], &entries[i]) != 0)
			split[i] = 1;
}

/* -- large runs: radix -- */

/* Sorts by key, stable, over the bytes in which the keys differ. The result is in *entries; the two arrays may change places. */
static void sort_keys(struct text_entry **entries, struct text_entry **other, uint32_t count)
{
	uint32_t starts[8][256] = { { 0 } };
	struct text_entry *from = *entries, *to = *other;
	uint64_t differ = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint64_t key = from[i].key;

		differ |= key ^ from[0].key;
		for (unsigned byte = 0; byte < 8; byte++)
			starts[byte][key >> 8 * byte & 0xff]++;
	}
	for (unsigned byte = 0; byte < 8; byte++) {
		struct text_entry *spare = from;
		uint32_t sum = 0;

		if (!(differ >> 8 * byte & 0xff))
			continue;
		for (unsigned value = 0; value < 256; value++) {
			uint32_t here = starts[byte][value];

			starts[byte][value] = sum;
			sum += here;
		}
		for (uint32_t i = 0; i < count; i++)
			to[starts[byte][from[i].key >> 8 * byte & 0xff]++] = from[i];
		from = to;
		to = spare;
	}
	*entries = from;
	*other = to;
}

/* A stack of our own instead of recursion: names may be long and alike. */
static void push_span(struct text_room *room, struct text_span span)
{
	room->spans = grow(room->spans, &room->span_cap, room->span_count + 1, sizeof *room->spans);
	room->spans[room->span_count++] = span;
}

/* Splits a sorted range where keys differ and notes down the parts that are not settled yet. */
static void split_span(const struct text_order *order, const struct text_span *span, const struct text_entry *entries,
                       uint8_t *split, struct text_room *room)
{
	for (uint32_t i = 0, next; i < span->count; i = next) {
		struct text_span part = { span->from + i, 0, span->depth + STEP, span->exact };

		if (i > 0)
			split[i] = 1;
		for (next = i + 1; next < span->count && entries[next].key == entries[i].key;)
			next++;
		part.count = next - i;
		if (part.count > 1 && !key_ends(order, entries[i].key)) {
			push_span(room, part);
		} else if (part.count > 1 && !span->exact && order->exact) {
			part.depth = 0;
			part.exact = true;
			push_span(room, part);
		}
	}
}

/* Fills and sorts one range and returns where its entries stand afterwards: always in room->entries. */
static void sort_span(const struct text_order *order, const struct text_span *span, uint8_t *split, struct text_room *room)
{
	struct text_entry *entries = room->entries + span->from, *other = room->other + span->from;

	fill_keys(order, span, entries);
	if (span->count <= SMALL_RUN) {
		sort_small(order, span, entries, split + span->from);
		return;
	}
	sort_keys(&entries, &other, span->count);
	if (entries != room->entries + span->from) {
		memcpy(room->entries + span->from, entries, span->count * sizeof *entries);
		entries = room->entries + span->from;
	}
	split_span(order, span, entries, split + span->from, room);
}

/* Moves rows without a text behind the others, both in the order they were; returns how many have one. */
static uint32_t missing_last(const struct pool *texts, uint32_t *rows, uint32_t count, uint8_t *split,
                             struct text_room *room)
{
	uint32_t present = 0, missing = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t row = rows[i];

		if (texts->offsets[row] != texts->offsets[row + 1])
			rows[present++] = row;
		else
			room->other[missing++].row = row;
	}
	for (uint32_t i = 0; i < missing; i++)
		rows[present + i] = room->other[i].row;
	if (present > 0 && missing > 0)
		split[present] = 1;
	return present;
}

static void room_reserve(struct text_room *room, uint32_t count)
{
	if (count <= room->capacity)
		return;
	free(room->entries);
	free(room->other);
	room->capacity = count;
	room->entries = xrealloc(NULL, count, sizeof *room->entries);
	room->other = xrealloc(NULL, count, sizeof *room->other);
}

void text_sort(const struct text_order *order, uint32_t *rows, uint32_t count, uint8_t *split, struct text_room *room)
{
	room_reserve(room, count);
	count = missing_last(order->texts, rows, count, split, room);
	if (count < 2)
		return;
	for (uint32_t i = 0; i < count; i++)
		room->entries[i].row = rows[i];
	room->span_count = 0;
	push_span(room, (struct text_span){ 0, count, 0, false });
	while (room->span_count > 0) {
		struct text_span span = room->spans[--room->span_count];

		sort_span(order, &span, split, room);
	}
	for (uint32_t i = 0; i < count; i++)
		rows[i] = room->entries[i].row;
}

void text_room_release(struct text_room *room)
{
	free(room->entries);
	free(room->other);
	free(room->spans);
	*room = (struct text_room){ 0 };
}
