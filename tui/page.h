/* page.h - a document on the screen: lines made once, scrolled and searched. Detail, help, reasons and the inspector are pages.
 *
 * A screen built on a page puts its text in with page_add() and lets the rest be done here; screen_page.c is the plain screen. */
#ifndef ROUSE_PAGE_H
#define ROUSE_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/bytes.h"
#include "tui/layout.h"
#include "tui/theme.h"

#define PAGE_LINES_MAX 20000
#define PAGE_LINE_BYTES 8192     /* of one line; the rest is cut and says so */

/* One line. `label` bytes at its start are drawn muted: `   Last seen      2026-11-20 05:55Z`. */
struct page_line {
	char *text;          /* owned */
	size_t len;
	size_t label;
	enum role role;
};

/* Zero-initialised is an empty page. */
struct page {
	struct page_line *lines;   /* owned */
	size_t count, cap;
	char find[128];            /* what was last searched for, folded; "" for nothing */
	size_t found;              /* line of the place found, when find is not "" */
	int indent;                /* blanks before a label; 0: 3 */
	int label_width;           /* columns of a label with its indent, where the text of a field starts; 0: 19 */
};

void page_clear(struct page *page);      /* keeps the search */
void page_release(struct page *page);
void page_head(struct page *page, const char *title);
/* A line; `text` may hold anything, also from outside. */
void page_text(struct page *page, enum role role, const char *text, size_t len);
void page_line(struct page *page, enum role role, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* `   LABEL      text`, the text in a column of its own, broken at `width` columns of the page with the rest indented. */
void page_field(struct page *page, const char *label, enum role role, const char *text, size_t len, int width);
/* A paragraph broken at blanks to `width` columns, indented by `indent`. */
void page_wrap(struct page *page, enum role role, int indent, int width, const char *text);
/* The same with every line but the first indented by `more` columns more. */
void page_wrap_more(struct page *page, enum role role, int indent, int more, int width, const char *text);
/* Draws lines from `top` into an area. */
void page_draw(const struct page *page, const struct area *area, size_t top);
/* Searches (case folded) from a line on, or back; wraps around. False when it is nowhere. */
bool page_search(struct page *page, const char *text, size_t from, bool back);

#endif
