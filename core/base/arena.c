/* arena.c - chunks that are freed together, and allocation that dies rather than fails. See arena.h. */
#include "core/base/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/error.h"

#define ALIGNMENT alignof(max_align_t)
#define CHUNK_FIRST ((size_t)4096)
#define CHUNK_LARGEST ((size_t)1 << 20)

/* A block of the system's memory that an arena cuts up from front to back. */
struct arena_chunk {
	struct arena_chunk *next;          /* older chunk; owned */
	size_t size;                       /* of bytes[] */
	size_t used;                       /* of bytes[]; what follows is free */
	alignas(max_align_t) char bytes[];
};

static _Noreturn void out_of_memory(size_t size)
{
	die("memory ran out when %zu more bytes were needed; close other programs or load less at once.", size);
}

/* A new chunk with room for size bytes. Chunks double from 4 KiB to 1 MiB: a small arena stays small, a large one has few. */
static struct arena_chunk *chunk_add(struct arena *arena, size_t size)
{
	size_t room = CHUNK_FIRST;

	if (arena->chunks && arena->chunks->size < CHUNK_LARGEST)
		room = arena->chunks->size * 2;
	else if (arena->chunks)
		room = CHUNK_LARGEST;
	if (size > SIZE_MAX - sizeof(struct arena_chunk))
		out_of_memory(size);
	bool large = size > room;
	struct arena_chunk *chunk = xmalloc(sizeof(*chunk) + (large ? size : room));

	chunk->size = large ? size : room;
	chunk->used = 0;
	/* One large object gets a chunk behind the newest, whose rest stays in use. */
	if (large && arena->chunks) {
		chunk->next = arena->chunks->next;
		arena->chunks->next = chunk;
	} else {
		chunk->next = arena->chunks;
		arena->chunks = chunk;
	}
	return chunk;
}

/* The alignment is a power of two; texts take 1 and lie one against the other. */
static void *take(struct arena *arena, size_t size, size_t alignment)
{
	struct arena_chunk *chunk = arena->chunks;
	size_t start = chunk ? (chunk->used + alignment - 1) & ~(alignment - 1) : 0;

	if (!chunk || start > chunk->size || size > chunk->size - start) {
		chunk = chunk_add(arena, size);
		start = 0;
	}
	chunk->used = start + size;
	arena->used += size;
	return chunk->bytes + start;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	return take(arena, size, ALIGNMENT);
}

char *arena_copy(struct arena *arena, const char *bytes, size_t n)
{
	if (n == SIZE_MAX)
		out_of_memory(n);
	char *copy = take(arena, n + 1, 1);

	if (n > 0)
		memcpy(copy, bytes, n);
	copy[n] = '\0';
	return copy;
}

void arena_release(struct arena *arena)
{
	while (arena->chunks) {
		struct arena_chunk *next = arena->chunks->next;

		free(arena->chunks);
		arena->chunks = next;
	}
	arena->used = 0;
}

void *xmalloc(size_t size)
{
	/* malloc(0) may give NULL, which would look like no memory. */
	void *memory = malloc(size > 0 ? size : 1);

	if (!memory)
		out_of_memory(size);
	return memory;
}

void *xcalloc(size_t count, size_t size)
{
	void *memory = calloc(count > 0 ? count : 1, size > 0 ? size : 1);

	if (!memory)
		out_of_memory(count > 0 && size > SIZE_MAX / count ? SIZE_MAX : count * size);
	return memory;
}

void *xrealloc(void *memory, size_t count, size_t size)
{
	if (size > 0 && count > SIZE_MAX / size)
		out_of_memory(SIZE_MAX);
	size_t bytes = count * size;

	memory = realloc(memory, bytes > 0 ? bytes : 1);
	if (!memory)
		out_of_memory(bytes);
	return memory;
}

char *xstrdup(const char *text)
{
	return xmemdup(text, strlen(text));
}

char *xmemdup(const char *bytes, size_t n)
{
	if (n == SIZE_MAX)
		out_of_memory(n);
	char *copy = xmalloc(n + 1);

	if (n > 0)
		memcpy(copy, bytes, n);
	copy[n] = '\0';
	return copy;
}

void *grow(void *array, size_t *capacity, size_t need, size_t item_size)
{
	if (need <= *capacity && array)
		return array;
	/* By half and not double: what was freed before can be used again by the allocator. */
	size_t wanted = *capacity > SIZE_MAX - *capacity / 2 ? need : *capacity + *capacity / 2;

	if (wanted < need)
		wanted = need;
	if (wanted < 16)
		wanted = 16;
	array = xrealloc(array, wanted, item_size);
	*capacity = wanted;
	return array;
}
