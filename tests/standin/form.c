#include "tests/standin/form.h"

#include <stdlib.h>
#include <string.h>

#include "tests/standin/text.h"

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static char *decoded(const char *at, size_t n)
{
	char *out = must_alloc(n + 1);
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		if (at[i] == '%' && i + 2 < n && hex(at[i + 1]) >= 0 && hex(at[i + 2]) >= 0) {
			out[len++] = (char)(hex(at[i + 1]) * 16 + hex(at[i + 2]));
			i += 2;
		} else {
			out[len++] = at[i];
			if (at[i] == '+')
				out[len - 1] = ' ';
		}
	}
	return out;
}

void form_read(struct pairs *pairs, const char *text, size_t n)
{
	const char *end = text + n;

	while (text < end && pairs->count < ARGUMENTS_MAX) {
		const char *stop = memchr(text, '&', (size_t)(end - text)), *is;

		stop = stop ? stop : end;
		is = memchr(text, '=', (size_t)(stop - text));
		if (is) {
			pairs->items[pairs->count].name = decoded(text, (size_t)(is - text));
			pairs->items[pairs->count++].value = decoded(is + 1, (size_t)(stop - is - 1));
		}
		text = stop + 1;
	}
}

void pairs_add(struct pairs *pairs, const char *name, const char *value)
{
	struct pair *pair = &pairs->items[pairs->count];

	if (pairs->count == ARGUMENTS_MAX)
		return;
	pair->name = must_alloc(strlen(name) + 1);
	pair->value = must_alloc(strlen(value) + 1);
	memcpy(pair->name, name, strlen(name));
	memcpy(pair->value, value, strlen(value));
	pairs->count++;
}

const char *pairs_get(const struct pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->count; i++)
		if (strcmp(pairs->items[i].name, name) == 0)
			return pairs->items[i].value;
	return NULL;
}

void pairs_release(struct pairs *pairs)
{
	for (size_t i = 0; i < pairs->count; i++) {
		free(pairs->items[i].name);
		free(pairs->items[i].value);
	}
	pairs->count = 0;
}
