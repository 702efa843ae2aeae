#include "tui/line.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "tui/fit.h"

void line_release(struct line *line)
{
	completion_release(&line->shown);
	free(line->text);
	free(line->killed);
	free(line->typed);
	*line = (struct line){ 0 };
}

const char *line_text(const struct line *line)
{
	return line->text ? line->text : "";
}

/* ---- changing the text ---- */

/* Appends text as a line may hold it: valid, without control characters; breaks and tabs are blanks, also those that paste brings. */
static void clean(struct strbuf *out, const char *text, size_t len)
{
	size_t at = 0;

	while (at < len) {
		int32_t cp;
		size_t n = utf8_decode(text + at, len - at, &cp);

		if (cp < 0)
			utf8_append(out, 0xFFFD);
		else if (cp == '\n' || cp == '\r' || cp == '\t')
			strbuf_addc(out, ' ');
		else if (utf8_width(cp) >= 0)
			strbuf_add(out, text + at, n);
		at += n;
	}
}

/* Bytes of text up to a character boundary that fit into room. */
static size_t fitting(const char *text, size_t len, size_t room)
{
	if (len <= room)
		return len;
	while (room > 0 && ((unsigned char)text[room] & 0xC0) == 0x80)
		room--;
	return room;
}

/* An edit ends the showing of history and candidates. */
static void touched(struct line *line)
{
	completion_release(&line->shown);
	line->history_at = line->history ? line->history->count : 0;
}

bool line_insert(struct line *line, const char *text, size_t len)
{
	size_t max = line->max ? line->max : LINE_MAX_BYTES;
	struct strbuf cleaned = STRBUF_INIT(2 * max);
	size_t n;
	bool whole;

	clean(&cleaned, text, len < max ? len : fitting(text, len, max));
	n = fitting(strbuf_text(&cleaned), cleaned.len, max - line->len);
	whole = n == cleaned.len && len <= max && !cleaned.overflow;
	if (n > 0) {
		line->text = grow(line->text, &line->cap, line->len + n + 1, 1);
		memmove(line->text + line->cursor + n, line->text + line->cursor, line->len - line->cursor);
		memcpy(line->text + line->cursor, cleaned.buf, n);
		line->len += n;
		line->cursor += n;
		line->text[line->len] = '\0';
	}
	strbuf_release(&cleaned);
	touched(line);
	return whole;
}

bool line_set(struct line *line, const char *text)
{
	bool whole;
	char *copy = xstrdup(text);   /* text may be our own */

	line->len = line->cursor = 0;
	if (line->text)
		line->text[0] = '\0';
	whole = line_insert(line, copy, strlen(copy));
	free(copy);
	return whole;
}

/* Takes [from, to) out; the cursor stays with its character, or goes to `from`. */
static bool take_out(struct line *line, size_t from, size_t to)
{
	if (from >= to)
		return false;
	memmove(line->text + from, line->text + to, line->len - to + 1);
	line->len -= to - from;
	if (line->cursor >= to)
		line->cursor -= to - from;
	else if (line->cursor > from)
		line->cursor = from;
	touched(line);
	return true;
}

bool line_kill(struct line *line, size_t from, size_t to)
{
	if (from >= to)
		return false;
	free(line->killed);
	line->killed = xmemdup(line->text + from, to - from);
	return take_out(line, from, to);
}

/* ---- moving ---- */

/* End of the character at `at` with the marks that follow it. */
static size_t next_stop(const struct line *line, size_t at)
{
	bool first = true;

	while (at < line->len) {
		int32_t cp;
		size_t n = utf8_decode(line->text + at, line->len - at, &cp);

		if (!first && utf8_width(cp) != 0)
			break;
		first = false;
		at += n;
	}
	return at;
}

/* Start of the character before `at`, its marks skipped. */
static size_t previous_stop(const struct line *line, size_t at)
{
	while (at > 0) {
		int32_t cp;

		do
			at--;
		while (at > 0 && ((unsigned char)line->text[at] & 0xC0) == 0x80);
		utf8_decode(line->text + at, line->len - at, &cp);
		if (utf8_width(cp) != 0)
			break;
	}
	return at;
}

/* Letters and digits, and everything beyond ASCII; `-`, `.`, `/` and blanks divide, as in host names and paths. */
static bool in_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static size_t word_left(const struct line *line)
{
	size_t at = line->cursor;

	while (at > 0 && !in_word(line->text[at - 1]))
		at--;
	while (at > 0 && in_word(line->text[at - 1]))
		at--;
	return at;
}

static size_t word_right(const struct line *line)
{
	size_t at = line->cursor;

	while (at < line->len && !in_word(line->text[at]))
		at++;
	while (at < line->len && in_word(line->text[at]))
		at++;
	return at;
}

static bool go(struct line *line, size_t to)
{
	bool moved = to != line->cursor;

	line->cursor = to;
	return moved;
}

bool line_left(struct line *line)
{
	return go(line, previous_stop(line, line->cursor));
}

bool line_right(struct line *line)
{
	return go(line, next_stop(line, line->cursor));
}

bool line_word_left(struct line *line)
{
	return go(line, word_left(line));
}

bool line_word_right(struct line *line)
{
	return go(line, word_right(line));
}

bool line_erase_left(struct line *line)
{
	return take_out(line, previous_stop(line, line->cursor), line->cursor);
}

bool line_erase_right(struct line *line)
{
	return take_out(line, line->cursor, next_stop(line, line->cursor));
}

bool line_kill_word_left(struct line *line)
{
	return line_kill(line, word_left(line), line->cursor);
}

bool line_kill_word_right(struct line *line)
{
	return line_kill(line, line->cursor, word_right(line));
}

/* ---- completion ---- */

/* What stands after the replaced bytes stays, and the cursor goes before it. */
static void put_completion(struct line *line, const struct completion *found)
{
	size_t from = found->ranged && found->from <= line->len ? found->from : 0;
	size_t to = found->ranged && found->to <= line->len && found->to >= from ? found->to : line->cursor;
	char *head = xmemdup(line_text(line), from), *tail = xmemdup(line_text(line) + to, line->len - to);

	line_set(line, head);
	line_insert(line, found->text, strlen(found->text));
	to = line->cursor;
	line_insert(line, tail, strlen(tail));
	line->cursor = to;
	free(head);
	free(tail);
}

enum line_result line_complete(struct line *line)
{
	struct completion found = { 0 };

	completion_release(&line->shown);
	if (!line->completer.complete
	    || line->completer.complete(line->completer.context, line_text(line), line->cursor, &found) != 0)
		return LINE_REFUSED;
	if (found.count == 0 && !found.text) {
		completion_release(&found);
		return LINE_REFUSED;
	}
	if (found.text)
		put_completion(line, &found);
	if (found.count > 1)
		line->shown = found;
	else
		completion_release(&found);
	return LINE_COMPLETED;
}

/* ---- the part that is shown ---- */

void line_window(const struct line *line, int width, bool ascii, size_t *start, size_t *end, int *column)
{
	int before = 0, after;
	size_t from = line->cursor, to;

	if (width < 1)
		width = 1;
	/* Back from the cursor while the text fits and a column is left for the cursor itself. */
	while (from > 0) {
		size_t at = previous_stop(line, from);
		int wide = fit_columns(line->text + at, from - at, ascii);

		if (before + wide > width - 1)
			break;
		before += wide;
		from = at;
	}
	for (to = line->cursor, after = before; to < line->len;) {
		size_t at = next_stop(line, to);
		int wide = fit_columns(line->text + to, at - to, ascii);

		if (after + wide > width)
			break;
		after += wide;
		to = at;
	}
	*start = from;
	*end = to;
	*column = before;
}
