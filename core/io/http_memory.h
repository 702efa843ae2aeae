/* http_memory.h - memory for libcurl that is wiped when it is given back: its copies of headers, addresses and bodies hold secrets. */
#ifndef ROUSE_HTTP_MEMORY_H
#define ROUSE_HTTP_MEMORY_H

#include <stddef.h>

/* As malloc(), free(), realloc(), strdup() and calloc(); none mixes with those. */
void *http_memory_get(size_t n);
void http_memory_free(void *memory);
void *http_memory_resize(void *memory, size_t n);
char *http_memory_copy(const char *text);
void *http_memory_zeroed(size_t count, size_t size);

#endif
