/* arena.h - memory that is freed all at once, and allocation that cannot fail.
 *
 * An arena belongs to one load (a file, a run, a frame); what it hands out lives exactly as long and is never freed alone.
 * The x-functions end the process when memory is out: nothing in rouse can go on without it. */
#ifndef ROUSE_ARENA_H
#define ROUSE_ARENA_H

#include <stddef.h>

struct arena_chunk;

/* Zero-initialised means empty. Owned by whoever declares it; arena_release() gives all back. */
struct arena {
	struct arena_chunk *chunks;  /* newest first; owned */
	size_t used;                 /* bytes handed out, for memory reports */
};

/* Bytes aligned for any object, uninitialised. Never NULL, also for size 0. */
void *arena_alloc(struct arena *arena, size_t size);
/* Unaligned copy of n bytes with a NUL after them. */
char *arena_copy(struct arena *arena, const char *bytes, size_t n);
/* Frees everything; the arena is empty and usable again. */
void arena_release(struct arena *arena);

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
/* Resizes to count * size bytes with overflow check; dies rather than returning NULL. */
void *xrealloc(void *memory, size_t count, size_t size);
char *xstrdup(const char *text);
char *xmemdup(const char *bytes, size_t n);   /* with a NUL after them */

/* Grows an array to hold at least `need` items, by half again, and returns it; *capacity is updated. */
void *grow(void *array, size_t *capacity, size_t need, size_t item_size);

#endif
