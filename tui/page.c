#include "tui/page.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "tui/draw.h"
#include "tui/fit.h"

#define LABEL_INDENT 3
#define LABEL_WIDTH 19   /* of the label with the blanks around it; the text of a field starts here */

/* The search stays, so that a refreshed page keeps its highlights. */
void page_clear(struct page *page)
{
	while (page->count)
		free(page->lines[--page->count].text);
}

void page_release(struct page *page)
{
	page_clear(page);
	free(page->lines);
	memset(page, 0, sizeof *page);
}

/* The only place that makes lines; NULL when the page is full. */
static struct page_line *add(struct page *page, enum role role, const char *text, size_t len)
{
	struct page_line *line;

	if (page->count >= PAGE_LINES_MAX)
		return NULL;
	page->lines = grow(page->lines, &page->cap, page->count + 1, sizeof *page->lines);
	line = &page->lines[page->count++];
	if (len > PAGE_LINE_BYTES)
		len = PAGE_LINE_BYTES;
	*line = (struct page_line){ .text = xmemdup(text ? text : "", text ? len : 0), .len = text ? len : 0, .role = role };
	return line;
}

void page_text(struct page *page, enum role role, const char *text, size_t len)
{
	add(page, role, text, len);
}

/* Heads stand one column in, fields three. */
void page_head(struct page *page, const char *title)
{
	char text[96];
	int n = snprintf(text, sizeof text, " %s", title);

	add(page, ROLE_HEAD, text, (size_t)n);
}

void page_line(struct page *page, enum role role, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT(PAGE_LINE_BYTES);
	va_list args;

	va_start(args, format);
	strbuf_addfv(&text, format, args);
	va_end(args);
	add(page, role, strbuf_text(&text), text.len);
	strbuf_release(&text);
}

/* Bytes of `text` that fit into `width` columns, broken after a blank when there is one in the later half. Never 0. */
static size_t break_at(const char *text, size_t len, int width)
{
	size_t at = 0, blank = 0;
	int columns = 0;

	while (at < len) {
		struct fit_piece piece = fit_next(text + at, len - at, false);

		if (columns + piece.columns > width && at)
			break;
		columns += piece.columns;
		at += piece.bytes;
		if (text[at - 1] == ' ' && columns > width / 2)
			blank = at;
	}
	return at == len || !blank ? at : blank;
}

/* Adds `text` in pieces; each line starts with `lead` blanks, the first one with `first` instead. */
static void add_broken(struct page *page, enum role role, const char *first, size_t label, int lead, int width, const char *text,
                       size_t len)
{
	struct strbuf line = STRBUF_INIT(PAGE_LINE_BYTES);
	int room = width - lead > 8 ? width - lead : 8;

	strbuf_adds(&line, first);
	do {
		size_t take = len ? break_at(text, len, room) : 0;
		struct page_line *made;

		if (!line.len)
			strbuf_addf(&line, "%*s", lead, "");
		strbuf_add(&line, text, take);
		made = add(page, role, strbuf_text(&line), line.len);
		if (made)
			made->label = label;
		label = 0;
		strbuf_clear(&line);
		text += take;
		len -= take;
	} while (len);
	strbuf_release(&line);
}

/* Text breaks inside its own column, so that labels stay alone at the left. */
void page_field(struct page *page, const char *label, enum role role, const char *text, size_t len, int width)
{
	int indent = page->indent ? page->indent : LABEL_INDENT, start = page->label_width ? page->label_width : LABEL_WIDTH, wide;
	struct strbuf first = STRBUF_INIT(512);

	strbuf_addf(&first, "%*s%s", indent, "", label);
	wide = fit_columns(strbuf_text(&first), first.len, false);
	if (wide >= start) {
		/* A long label gets a line of its own. */
		struct page_line *made = add(page, role, strbuf_text(&first), first.len);

		if (made)
			made->label = made->len;
		strbuf_clear(&first);
		wide = 0;
	}
	strbuf_addf(&first, "%*s", start - wide, "");
	add_broken(page, role, strbuf_text(&first), first.len, start, width, text ? text : "", text ? len : 0);
	strbuf_release(&first);
}

/* The same breaking without a label. */
void page_wrap_more(struct page *page, enum role role, int indent, int more, int width, const char *text)
{
	char first[32];

	snprintf(first, sizeof first, "%*s", indent, "");
	add_broken(page, role, first, 0, indent + more, width, text, strlen(text));
}

void page_wrap(struct page *page, enum role role, int indent, int width, const char *text)
{
	page_wrap_more(page, role, indent, 0, width, text);
}

/* Where the searched text stands in a line: byte ranges in the line as it is. Folding may change lengths, so each start is tried. */
static size_t found_ranges(const struct page *page, const struct page_line *line, struct draw_range *ranges, size_t max)
{
	struct strbuf folded = STRBUF_INIT(PAGE_LINE_BYTES * 3);
	size_t count = 0, find_len = strlen(page->find), at = 0;

	utf8_fold(&folded, line->text, line->len);
	if (folded.len == line->len) {
		const char *text = strbuf_text(&folded), *hit;

		while (count < max && (hit = bytes_find(text + at, folded.len - at, page->find, find_len))) {
			ranges[count].start = (size_t)(hit - text);
			ranges[count].end = ranges[count].start + find_len;
			at = ranges[count++].end;
		}
	}
	strbuf_release(&folded);
	return count;
}

/* The label muted, the rest in the line's role. A place found in the label or across its end colours the line as one piece. */
static void draw_line(const struct page_line *line, int y, const struct area *area, struct draw_range *ranges, size_t found)
{
	size_t skip = found && ranges[0].start < line->label ? 0 : line->label, i;
	int used = 0;

	if (skip)
		used = draw_text(y, area->x, area->width, ROLE_MUTED, line->text, skip);
	for (i = 0; i < found; i++) {
		ranges[i].start -= skip;
		ranges[i].end -= skip;
	}
	draw_hint(y, area->x + used, area->width - used, line->role, line->text + skip, line->len - skip, ROLE_MATCH, ranges, found);
}

/* Found text is highlighted wherever it is on the screen, not only where the search stopped. */
void page_draw(const struct page *page, const struct area *area, size_t top)
{
	struct draw_range ranges[16];
	int row;

	for (row = 0; row < area->height && top + (size_t)row < page->count; row++) {
		const struct page_line *line = &page->lines[top + (size_t)row];
		int y = area->y + row;
		size_t found = page->find[0] ? found_ranges(page, line, ranges, 16) : 0;

		draw_line(line, y, area, ranges, found);
	}
}

/* Every line is tried once, from `from` on and around the end. */
bool page_search(struct page *page, const char *text, size_t from, bool back)
{
	struct strbuf folded = STRBUF_INIT(PAGE_LINE_BYTES * 3);
	size_t tried, find_len;
	bool found = false;

	utf8_fold(&folded, text, strlen(text));
	snprintf(page->find, sizeof page->find, "%s", strbuf_text(&folded));
	find_len = strlen(page->find);
	for (tried = 0; find_len && tried < page->count && !found; tried++) {
		size_t at = back ? (from + page->count - tried % page->count) % page->count : (from + tried) % page->count;
		const struct page_line *line = &page->lines[at];

		strbuf_clear(&folded);
		utf8_fold(&folded, line->text, line->len);
		if (bytes_find(strbuf_text(&folded), folded.len, page->find, find_len)) {
			page->found = at;
			found = true;
		}
	}
	strbuf_release(&folded);
	return found;
}
