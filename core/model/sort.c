/* sort.c - orders of rows: runs of equal rows, split key by key. */
#include "core/model/sort.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/model/sort_parts.h"

#define SMALL_RUN 16       /* insertion */
#define RADIX_RUN 2048     /* from here on radix beats qsort() */
#define DIGIT_BITS 11
#define DIGITS 3           /* of 11 bits in 32 */
#define DIGIT_VALUES (1u << DIGIT_BITS)

/* An order while it is made; all owned but `order`. */
struct sorter {
	uint32_t *order;
	uint8_t *split;        /* by place: 1 where a run starts */
	uint32_t count;
	uint64_t *pairs, *other;   /* rank << 32 | row, room for all rows; NULL until a pass over ranks */
	struct text_room room;
};

/* -- runs of numbers -- */

static unsigned digit_of(uint64_t pair, unsigned digit)
{
	return (unsigned)(pair >> (32 + digit * DIGIT_BITS)) & (DIGIT_VALUES - 1);
}

/* Sorts by rank; stable, so rows stay ascending. Returns the array that holds the result: pairs or other. */
static uint64_t *radix_pairs(uint64_t *pairs, uint64_t *other, uint32_t count)
{
	uint32_t starts[DIGITS][DIGIT_VALUES] = { { 0 } };

	for (uint32_t i = 0; i < count; i++)
		for (unsigned digit = 0; digit < DIGITS; digit++)
			starts[digit][digit_of(pairs[i], digit)]++;
	for (unsigned digit = 0; digit < DIGITS; digit++) {
		uint32_t sum = 0;
		uint64_t *spare = pairs;

		if (starts[digit][digit_of(pairs[0], digit)] == count)
			continue;   /* all alike in this digit */
		for (unsigned value = 0; value < DIGIT_VALUES; value++) {
			uint32_t here = starts[digit][value];

			starts[digit][value] = sum;
			sum += here;
		}
		for (uint32_t i = 0; i < count; i++)
			other[starts[digit][digit_of(pairs[i], digit)]++] = pairs[i];
		pairs = other;
		other = spare;
	}
	return pairs;
}

/* Pairs hold their row, so no two are equal and stability is no question here. */
static void insert_pairs(uint64_t *pairs, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++) {
		uint64_t pair = pairs[i];
		uint32_t at = i;

		for (; at > 0 && pairs[at - 1] > pair; at--)
			pairs[at] = pairs[at - 1];
		pairs[at] = pair;
	}
}

static int pair_compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Sorts one run by rank and splits it. */
static void sort_ranks(struct sorter *sorter, const uint32_t *rank, uint32_t from, uint32_t count)
{
	uint32_t *rows = sorter->order + from;
	uint8_t *split = sorter->split + from;
	uint64_t *pairs = sorter->pairs;

	for (uint32_t i = 0; i < count; i++)
		pairs[i] = (uint64_t)rank[rows[i]] << 32 | rows[i];
	if (count <= SMALL_RUN)
		insert_pairs(pairs, count);
	else if (count < RADIX_RUN)
		qsort(pairs, count, sizeof *pairs, pair_compare);
	else
		pairs = radix_pairs(pairs, sorter->other, count);
	rows[0] = (uint32_t)pairs[0];
	for (uint32_t i = 1; i < count; i++) {
		rows[i] = (uint32_t)pairs[i];
		split[i] = pairs[i] >> 32 != pairs[i - 1] >> 32;
	}
}

/* -- all runs -- */

/* Length of the run that starts at `from`. */
static uint32_t run_length(const struct sorter *sorter, uint32_t from)
{
	uint32_t left = sorter->count - from - 1;
	const uint8_t *next = left > 0 ? memchr(sorter->split + from + 1, 1, left) : NULL;

	return next ? (uint32_t)(next - sorter->split) - from : sorter->count - from;
}

/* One pass over all runs that are still longer than a row. */
static void sort_pass(struct sorter *sorter, const struct sort_pass *pass)
{
	if (pass->rank && !sorter->pairs) {   /* an order by name alone never needs them */
		sorter->pairs = xrealloc(NULL, sorter->count, sizeof *sorter->pairs);
		sorter->other = xrealloc(NULL, sorter->count, sizeof *sorter->other);
	}
	for (uint32_t from = 0, length; from < sorter->count; from += length) {
		length = run_length(sorter, from);
		if (length == 1)
			continue;
		if (pass->rank)
			sort_ranks(sorter, pass->rank, from, length);
		else
			text_sort(&pass->order, sorter->order + from, length, sorter->split + from, &sorter->room);
	}
}

/* All rows in one run, in table order. */
static void sorter_init(struct sorter *sorter, const struct lens *lens, uint32_t *order)
{
	*sorter = (struct sorter){ .order = order, .count = lens->table->count };
	sorter->split = xcalloc((size_t)sorter->count + 1, 1);
	sorter->split[0] = 1;
	for (uint32_t i = 0; i < sorter->count; i++)
		order[i] = i;
}

static void sorter_release(struct sorter *sorter)
{
	free(sorter->split);
	free(sorter->pairs);
	free(sorter->other);
	text_room_release(&sorter->room);
}

static void sort_by_key(struct sorter *sorter, const struct lens *lens, const struct sort_key *key)
{
	struct sort_pass passes[PASSES_PER_KEY];
	size_t count = passes_of(lens, key, passes);

	for (size_t i = 0; i < count; i++) {
		sort_pass(sorter, &passes[i]);
		pass_release(&passes[i]);
	}
}

static bool is_default(const struct sort_key *keys, size_t count)
{
	struct sort_key standard[SORT_KEYS_MAX];
	struct slice bad;
	bool same = (int)count == sort_parse(SORT_DEFAULT, standard, &bad);

	for (size_t i = 0; i < count && same; i++)
		same = keys[i].column.id == standard[i].column.id && keys[i].descending == standard[i].descending;
	return same;
}

void sort_rows(const struct lens *lens, const struct sort_key *keys, size_t key_count, uint32_t *order)
{
	struct sorter sorter;

	if (is_default(keys, key_count)) {
		order_worst(lens, order);
		return;
	}
	sorter_init(&sorter, lens, order);
	for (size_t i = 0; sorter.count > 1 && i < key_count; i++)
		sort_by_key(&sorter, lens, &keys[i]);
	sorter_release(&sorter);
}

void order_worst(const struct lens *lens, uint32_t *order)
{
	static const struct sort_key keys[] = {
		{ { COL_SIGNATURE_AGE, "" }, true },
		{ { COL_DEVICE_NAME, "" }, false },
	};
	struct sorter sorter;
	struct sort_pass worst;

	sorter_init(&sorter, lens, order);
	if (sorter.count > 1) {
		pass_worst(lens, &worst);
		sort_pass(&sorter, &worst);
		pass_release(&worst);
		for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
			sort_by_key(&sorter, lens, &keys[i]);
	}
	sorter_release(&sorter);
}
