/* bytes.h - slices, search and a hash map over byte strings; the small things that POSIX leaves out. */
#ifndef ROUSE_BYTES_H
#define ROUSE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Borrowed bytes, not NUL-terminated. text == NULL means "no value", which is not the same as an empty one. */
struct slice {
	const char *text;
	size_t len;
};

struct slice slice_of(const char *text);                    /* of a C string; NULL gives no value */
bool slice_equal(struct slice a, struct slice b);           /* exact bytes; no value equals only no value */
bool slice_is(struct slice s, const char *text);            /* exact bytes */
bool slice_is_nocase(struct slice s, const char *text);     /* ASCII case ignored */
int slice_compare(struct slice a, struct slice b);          /* bytes, shorter first; no value before all */

/* First place of needle in hay, or NULL; an empty needle is found at the start. Linear time. */
const char *bytes_find(const char *hay, size_t hay_len, const char *needle, size_t needle_len);
uint64_t bytes_hash(const char *bytes, size_t n);

/* How far apart two words are (insertions, deletions, replacements, swaps of neighbours), for "did you mean". */
unsigned edit_distance(const char *a, const char *b);
/* The nearest of `count` names within a third of the word's length, or NULL. */
const char *nearest_name(const char *word, const char *const *names, size_t count);

#define MAP_NONE UINT32_MAX

struct map_slot;

/* From byte strings to the numbers 0, 1, 2... in order of first sight. Keys are copied and owned by the map. Zero-initialised
 * means empty. At most 2^32-2 keys and 4 GiB of key bytes; more ends the process. */
struct map {
	struct map_slot *slots;   /* open addressing; owned */
	size_t slot_count;        /* a power of two, or 0 */
	char *keys;               /* the keys one after another, each followed by a NUL; owned */
	size_t keys_len, keys_cap;
	uint32_t *offsets;        /* offsets[i] is where key i starts; offsets[count] is the end; owned */
	size_t offsets_cap;
	uint32_t count;
	uint64_t seed;            /* of the hash; drawn at random when the first key comes, against made collisions */
};

/* Number of the key, added when new. *added (may be NULL) says which. */
uint32_t map_put(struct map *map, const char *key, size_t n, bool *added);
/* Number of the key or MAP_NONE. */
uint32_t map_get(const struct map *map, const char *key, size_t n);
/* The key of a number below count; borrowed until the next map_put(). NUL-terminated. */
struct slice map_key(const struct map *map, uint32_t number);
/* Bytes held, for memory reports. */
size_t map_memory(const struct map *map);
void map_release(struct map *map);

#endif
