/* bytes.c - slices, search, hashing, edit distance and the map. See bytes.h. */
#define _GNU_SOURCE   /* memmem() */

#include "core/base/bytes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "core/base/arena.h"
#include "core/base/error.h"

/* One place of the table. The hash spares most comparisons of keys. */
struct map_slot {
	uint32_t hash;     /* of the key, cut; its low bits say where the slot belongs */
	uint32_t number;   /* of the key, plus 1; 0: the slot is free */
};

#define SLOTS_FIRST ((size_t)16)   /* a map of group names stays tiny */

struct slice slice_of(const char *text)
{
	return (struct slice){ text, text ? strlen(text) : 0 };
}

bool slice_equal(struct slice a, struct slice b)
{
	if (!a.text || !b.text)
		return !a.text && !b.text;
	return a.len == b.len && memcmp(a.text, b.text, a.len) == 0;
}

bool slice_is(struct slice s, const char *text)
{
	return slice_equal(s, slice_of(text));
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool slice_is_nocase(struct slice s, const char *text)
{
	if (!s.text || !text)
		return !s.text && !text;
	if (strlen(text) != s.len)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (lower(s.text[i]) != lower(text[i]))
			return false;
	return true;
}

int slice_compare(struct slice a, struct slice b)
{
	if (!a.text || !b.text)
		return (a.text ? 1 : 0) - (b.text ? 1 : 0);
	int order = memcmp(a.text, b.text, a.len < b.len ? a.len : b.len);

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

const char *bytes_find(const char *hay, size_t hay_len, const char *needle, size_t needle_len)
{
	if (needle_len == 0)
		return hay;
	if (needle_len > hay_len)
		return NULL;
	return memmem(hay, hay_len, needle, needle_len);
}

/* ---- hash ---- */

__extension__ typedef unsigned __int128 wide;

#define HASH_A UINT64_C(0x9E3779B97F4A7C15)
#define HASH_B UINT64_C(0xD1B54A32D192ED03)

/* Multiplies into 128 bits and folds the halves: every bit of the input reaches every bit of the result. */
static uint64_t mix(uint64_t a, uint64_t b)
{
	wide product = (wide)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t load8(const char *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

/* The last 0 to 8 bytes as one word; the length, mixed in by the caller, tells "a" from "a\0". */
static uint64_t load_tail(const char *bytes, size_t n)
{
	uint64_t word = 0;

	if (n > 0)
		memcpy(&word, bytes, n);
	return word;
}

/* 16 bytes a step by one multiplication. Not for anything that must be safe against a reader of the results. */
static uint64_t hash_seeded(const char *bytes, size_t n, uint64_t seed)
{
	/* Input is never mixed with a value that its author knows: he could make one factor, and so the product, 0. */
	uint64_t secret = seed ^ HASH_A;
	uint64_t state = seed ^ mix(secret, (uint64_t)n ^ HASH_B);

	/* The last 1 to 16 bytes are left for the end, so that every length takes the same last steps. */
	for (; n > 16; n -= 16, bytes += 16)
		state = mix(load8(bytes) ^ secret, load8(bytes + 8) ^ state);
	uint64_t a = n > 8 ? load8(bytes) : load_tail(bytes, n);
	uint64_t b = n > 8 ? load_tail(bytes + 8, n - 8) : 0;

	return mix(HASH_B, mix(a ^ secret, b ^ state));
}

uint64_t bytes_hash(const char *bytes, size_t n)
{
	return hash_seeded(bytes, n, 0);
}

/* ---- map ---- */

/* A seed that an author of input cannot know, so that no one can make all keys collide. */
static uint64_t new_seed(const struct map *map)
{
	uint64_t seed;

	/* Early in the start of a machine there may be no randomness yet; waiting for it is not worth it. */
	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) == (ssize_t)sizeof(seed))
		return seed;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return mix((uint64_t)now.tv_nsec ^ HASH_A, (uint64_t)(uintptr_t)map ^ HASH_B);
}

/* Keys lie one against the other, so the next one's start tells the length; the NUL is not counted. */
static size_t key_len(const struct map *map, uint32_t number)
{
	return (size_t)(map->offsets[number + 1] - map->offsets[number]) - 1;
}

/* The slot that holds the key, or the free one where it belongs. */
static size_t find_slot(const struct map *map, const char *key, size_t n, uint32_t hash)
{
	size_t mask = map->slot_count - 1;
	size_t at = hash & mask;

	for (;; at = (at + 1) & mask) {
		struct map_slot slot = map->slots[at];

		if (slot.number == 0)
			return at;
		uint32_t number = slot.number - 1;

		if (slot.hash == hash && key_len(map, number) == n
		    && (n == 0 || memcmp(map->keys + map->offsets[number], key, n) == 0))
			return at;
	}
}

/* Doubles the table. A slot knows enough of its hash to move without its key, and moves to one of two places, in order. */
static void grow_slots(struct map *map)
{
	if (map->slot_count == 0)
		map->seed = new_seed(map);
	size_t count = map->slot_count > 0 ? map->slot_count * 2 : SLOTS_FIRST;
	struct map_slot *slots = xcalloc(count, sizeof(*slots));

	for (size_t i = 0; i < map->slot_count; i++) {
		struct map_slot slot = map->slots[i];
		size_t at = slot.hash & (count - 1);

		if (slot.number == 0)
			continue;
		while (slots[at].number != 0)
			at = (at + 1) & (count - 1);
		slots[at] = slot;
	}
	free(map->slots);
	map->slots = slots;
	map->slot_count = count;
}

/* Appends the key's bytes and a NUL, and the place where the next key will start. */
static void append_key(struct map *map, const char *key, size_t n)
{
	if (map->count >= UINT32_MAX - 1 || n >= UINT32_MAX - map->keys_len)
		die("more than 4 GiB of different texts cannot be held in memory; load fewer rows at once.");
	/* The key may be one of ours, borrowed with map_key(): it moves along when the pool grows. */
	bool inside = map->keys && key >= map->keys && key < map->keys + map->keys_len;
	size_t from = inside ? (size_t)(key - map->keys) : 0;

	map->keys = grow(map->keys, &map->keys_cap, map->keys_len + n + 1, 1);
	map->offsets = grow(map->offsets, &map->offsets_cap, (size_t)map->count + 2, sizeof(*map->offsets));
	if (n > 0)
		memmove(map->keys + map->keys_len, inside ? map->keys + from : key, n);
	map->keys[map->keys_len + n] = '\0';
	map->offsets[map->count] = (uint32_t)map->keys_len;
	map->keys_len += n + 1;
	map->offsets[map->count + 1] = (uint32_t)map->keys_len;
}

uint32_t map_put(struct map *map, const char *key, size_t n, bool *added)
{
	/* At most 7 of 10 slots are taken, else the walks to a free one grow long. */
	if ((size_t)map->count * 10 >= map->slot_count * 7)
		grow_slots(map);
	uint32_t hash = (uint32_t)hash_seeded(key, n, map->seed);
	struct map_slot *slot = &map->slots[find_slot(map, key, n, hash)];

	if (added)
		*added = slot->number == 0;
	if (slot->number == 0) {
		append_key(map, key, n);
		map->count++;
		*slot = (struct map_slot){ hash, map->count };
	}
	return slot->number - 1;
}

uint32_t map_get(const struct map *map, const char *key, size_t n)
{
	if (map->count == 0)
		return MAP_NONE;
	uint32_t hash = (uint32_t)hash_seeded(key, n, map->seed);
	uint32_t number = map->slots[find_slot(map, key, n, hash)].number;

	return number == 0 ? MAP_NONE : number - 1;
}

struct slice map_key(const struct map *map, uint32_t number)
{
	assert(number < map->count);
	return (struct slice){ map->keys + map->offsets[number], key_len(map, number) };
}

size_t map_memory(const struct map *map)
{
	return map->slot_count * sizeof(*map->slots) + map->keys_cap + map->offsets_cap * sizeof(*map->offsets);
}

void map_release(struct map *map)
{
	free(map->slots);
	free(map->keys);
	free(map->offsets);
	*map = (struct map){ 0 };
}

/* ---- did you mean ---- */

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The distance by rows of the classic table; three of them are enough to see a swap of neighbours. */
static size_t distance(const char *a, const char *b, bool fold)
{
	size_t width = strlen(b) + 1;
	size_t *rows = xcalloc(width, 3 * sizeof(*rows));
	size_t *before = rows, *last = rows + width, *row = rows + 2 * width;

	for (size_t j = 0; j < width; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		size_t *oldest = before;

		before = last;
		last = row;
		row = oldest;
		row[0] = i;
		for (size_t j = 1; j < width; j++) {
			char x = fold ? lower(a[i - 1]) : a[i - 1], y = fold ? lower(b[j - 1]) : b[j - 1];

			row[j] = least(last[j - 1] + (x != y), least(last[j], row[j - 1]) + 1);
			/* `srot` for `sort` is one slip of the hand, not two. */
			if (i > 1 && j > 1 && x != y && x == (fold ? lower(b[j - 2]) : b[j - 2])
			    && y == (fold ? lower(a[i - 2]) : a[i - 2]))
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	size_t result = row[width - 1];

	free(rows);
	return result;
}

unsigned edit_distance(const char *a, const char *b)
{
	return (unsigned)distance(a, b, false);
}

const char *nearest_name(const char *word, const char *const *names, size_t count)
{
	/* A third, rounded up, so that a word of two letters may have one wrong; letter case counts for nothing. */
	size_t limit = (strlen(word) + 2) / 3;
	const char *nearest = NULL;

	for (size_t i = 0; i < count; i++) {
		size_t apart = distance(word, names[i], true);

		if (apart <= limit) {
			nearest = names[i];
			if (apart == 0)
				break;
			/* Of equals the first one stays. */
			limit = apart - 1;
		}
	}
	return nearest;
}
