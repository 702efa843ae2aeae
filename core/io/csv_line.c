#include "core/io/csv_line.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"

#define ONES UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

/* Whether one of eight bytes is `sign`. */
static bool has_byte(uint64_t word, uint64_t signs)
{
	uint64_t same = word ^ signs;
	return ((same - ONES) & ~same & HIGHS) != 0;
}

/* The end of an unquoted field, or NULL when it holds what only libcsv may judge. */
static const char *bare_end(const char *at, const char *end, char delimiter)
{
	for (; at < end && *at != delimiter; at++)
		if (*at == '"' || *at == '\r')
			return NULL;
	return at;
}

/* Copies a quoted field without its outer quotes, doubled ones made single. `at` is after the opening quote; returns the place after the
 * closing one, or NULL when there is none. Eight bytes are copied at once and the surplus is written over by the next ones, so `to` needs
 * seven bytes more than the field has. */
static const char *unquote(const char *at, const char *end, char **to)
{
	char *out = *to;
	for (;;) {
		uint64_t word;
		while (end - at >= 8) {
			memcpy(&word, at, 8);
			memcpy(out, &word, 8);
			if (has_byte(word, ONES * '"'))
				break;
			at += 8;
			out += 8;
		}
		while (at < end && *at != '"')
			*out++ = *at++;
		if (at == end)
			return NULL;
		if (at + 1 == end || at[1] != '"')
			break;
		*out++ = '"';
		at += 2;
	}
	*to = out;
	return at + 1;
}

/* The same place without a copy, for a field that nobody wants. */
static const char *quoted_end(const char *at, const char *end)
{
	while ((at = memchr(at, '"', (size_t)(end - at))) && at + 1 < end && at[1] == '"')
		at += 2;
	return at ? at + 1 : NULL;
}

static void keep(struct csv_line *line, const char *text, size_t n)
{
	if (line->count == line->cap)
		line->fields = grow(line->fields, &line->cap, line->count + 1, sizeof *line->fields);
	line->fields[line->count] = (struct slice){ text, n };
}

bool csv_line_cut(struct csv_line *line, const char *text, size_t n, char delimiter, const bool *wanted, size_t wanted_count)
{
	const char *at = text, *end = text + n;
	if (line->bytes_cap < n + 8)
		line->bytes = grow(line->bytes, &line->bytes_cap, n + 8, 1);
	char *out = line->bytes;
	for (line->count = 0;; line->count++) {
		bool kept = line->count < wanted_count, used = kept && (!wanted || wanted[line->count]);
		if (at < end && *at == '"') {
			char *start = out;
			at = used ? unquote(at + 1, end, &out) : quoted_end(at + 1, end);
			if (!at || (at < end && *at != delimiter))
				return false;
			if (kept)
				keep(line, used ? start : NULL, (size_t)(out - start));
		} else {
			const char *start = at;
			at = bare_end(at, end, delimiter);
			if (!at)
				return false;
			if (kept)
				keep(line, used ? start : NULL, used ? (size_t)(at - start) : 0);
		}
		if (at == end)
			break;
		at++;
	}
	line->count++;
	return true;
}

void csv_line_release(struct csv_line *line)
{
	free(line->fields);
	free(line->bytes);
	*line = (struct csv_line){0};
}
