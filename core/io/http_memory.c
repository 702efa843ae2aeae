#include "core/io/http_memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Before each piece: how much there is to wipe. */
union before {
	size_t n;
	max_align_t align;
};

void *http_memory_get(size_t n)
{
	union before *piece = n <= SIZE_MAX - sizeof *piece ? malloc(sizeof *piece + n) : NULL;

	if (!piece)
		return NULL;
	piece->n = n;
	return piece + 1;
}

void http_memory_free(void *memory)
{
	union before *piece = memory;

	if (!piece)
		return;
	explicit_bzero(memory, piece[-1].n);
	free(piece - 1);
}

/* Never in place: realloc() may leave the old bytes behind. */
void *http_memory_resize(void *memory, size_t n)
{
	size_t before = memory ? ((union before *)memory)[-1].n : 0;
	void *copy = http_memory_get(n);

	if (copy && memory) {
		memcpy(copy, memory, n < before ? n : before);
		http_memory_free(memory);
	}
	return copy;
}

char *http_memory_copy(const char *text)
{
	size_t n = strlen(text) + 1;
	char *copy = http_memory_get(n);

	return copy ? memcpy(copy, text, n) : NULL;
}

void *http_memory_zeroed(size_t count, size_t size)
{
	void *memory = size && count > SIZE_MAX / size ? NULL : http_memory_get(count * size);

	return memory ? memset(memory, 0, count * size) : NULL;
}
