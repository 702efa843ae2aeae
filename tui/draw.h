/* draw.h - the only place that draws.
 *
 * All text passes through fit.h: clipped by columns, a `~` where it was cut, control and bidi characters visible as `\x1b`, and
 * `?` for what the terminal's encoding cannot show. Nothing outside the given width is touched, and a row or column
 * outside the screen draws nothing, so callers need no checks of their own. A frame is draw_begin() ... draw_end(). */
#ifndef ROUSE_DRAW_H
#define ROUSE_DRAW_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/theme.h"

/* Signs with an ASCII form; draw_glyph() gives the one for this terminal. With --plain-ui lines are blanks. */
enum glyph {
	GLYPH_HLINE, GLYPH_VLINE, GLYPH_TOP_LEFT, GLYPH_TOP_RIGHT, GLYPH_BOTTOM_LEFT, GLYPH_BOTTOM_RIGHT,
	GLYPH_TEE_LEFT, GLYPH_TEE_RIGHT,
	GLYPH_SORT_DOWN, GLYPH_SORT_UP,    /* beside a column head: v ^ */
	GLYPH_POINTER,                     /* > */
	GLYPH_MARK,                        /* * */
	GLYPH_ELLIPSIS,                    /* ... */
	GLYPH_DASH,                        /* no value: an en dash, or - */
	GLYPH_BAR_FULL, GLYPH_BAR_EMPTY,   /* progress: # . */
	GLYPH_COUNT
};

/* Bytes [start, end) of a text that are to stand out. */
struct draw_range {
	size_t start, end;
};

/* Starts a frame on an empty screen. */
void draw_begin(void);
/* Shows the frame (one doupdate) with the hardware cursor where draw_cursor() put it; without a call it is hidden. */
void draw_end(void);
/* Places the hardware cursor: the selected row (braille, screen readers) or the end of a prompt's text. */
void draw_cursor(int y, int x);

/* Draws text in at most `width` columns from (y, x); returns the columns used. Nothing is padded. */
int draw_text(int y, int x, int width, enum role role, const char *text, size_t len);
/* The same for a C string. */
int draw_string(int y, int x, int width, enum role role, const char *text);
/* Right-aligned inside [x, x + width); the columns before it stay as they are. Returns the columns used. */
int draw_text_right(int y, int x, int width, enum role role, const char *text, size_t len);
/* Text and then blanks of the same role up to `width`: a cell of the row under the cursor. */
void draw_cell(int y, int x, int width, enum role role, const char *text, size_t len, bool right);
int draw_format(int y, int x, int width, enum role role, const char *format, ...) __attribute__((format(printf, 5, 6)));
/* Text in `role` with the ranges (sorted, not overlapping) in `found`. Returns the columns used. */
int draw_hint(int y, int x, int width, enum role role, const char *text, size_t len, enum role found,
	const struct draw_range *ranges, size_t count);

/* Blanks of a role. */
void draw_fill(int y, int x, int width, enum role role);
void draw_hline(int y, int x, int width, enum role role);
void draw_vline(int y, int x, int height, enum role role);
/* A frame around height x width, with a title in its upper edge when not NULL; the inside is blanked. */
void draw_box(int y, int x, int height, int width, enum role role, const char *title);
/* A progress bar `|######....|` of `width` columns, edges included; done and total in any unit. */
void draw_bar(int y, int x, int width, enum role role, unsigned long long done, unsigned long long total);
/* One character per value: eighth blocks, or digits for tenths of the highest value in ASCII. At most `width` columns: the last
 * values when there are more. Returns the columns used. */
int draw_spark(int y, int x, int width, enum role role, const unsigned long long *values, size_t count);

/* UTF-8 or ASCII text of a sign; static. */
const char *draw_glyph(enum glyph glyph);

#endif
