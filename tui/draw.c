#include "tui/draw.h"

#include <curses.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "tui/fit.h"
#include "tui/term.h"

#define TEXT_MAX 16384      /* bytes of one piece of a line; a screen is narrower */
#define WIDE_MAX 512        /* characters given to curses at once */

/* Where the hardware cursor goes at the end of the frame; y is -1 for nowhere. */
static struct {
	int y, x;
} cursor = { -1, 0 };   /* lint: state */

/* Each sign in UTF-8 and in ASCII; lines are blank in a plain screen. */
static const struct {
	const char *utf8, *ascii;
	bool line;
} glyphs[GLYPH_COUNT] = {
	[GLYPH_HLINE] = { "─", "-", true }, [GLYPH_VLINE] = { "│", "|", true },
	[GLYPH_TOP_LEFT] = { "┌", "+", true }, [GLYPH_TOP_RIGHT] = { "┐", "+", true },
	[GLYPH_BOTTOM_LEFT] = { "└", "+", true }, [GLYPH_BOTTOM_RIGHT] = { "┘", "+", true },
	[GLYPH_TEE_LEFT] = { "├", "+", true }, [GLYPH_TEE_RIGHT] = { "┤", "+", true },
	[GLYPH_SORT_DOWN] = { "▼", "v", false }, [GLYPH_SORT_UP] = { "▲", "^", false },
	[GLYPH_POINTER] = { ">", ">", false }, [GLYPH_MARK] = { "*", "*", false },
	[GLYPH_ELLIPSIS] = { "…", "...", false }, [GLYPH_DASH] = { "–", "-", false },
	[GLYPH_BAR_FULL] = { "█", "#", false }, [GLYPH_BAR_EMPTY] = { "░", ".", false },
};

const char *draw_glyph(enum glyph glyph)
{
	if (glyphs[glyph].line && term_plain())
		return " ";
	return term_utf8() ? glyphs[glyph].utf8 : glyphs[glyph].ascii;
}

/* ---- frames ---- */

void draw_begin(void)
{
	attr_set(A_NORMAL, 0, NULL);
	erase();
	cursor.y = -1;
}

void draw_cursor(int y, int x)
{
	cursor.y = y;
	cursor.x = x;
}

void draw_end(void)
{
	bool shown = cursor.y >= 0 && cursor.y < LINES && cursor.x >= 0 && cursor.x < COLS;

	if (shown)
		move(cursor.y, cursor.x);
	curs_set(shown ? 1 : 0);
	wnoutrefresh(stdscr);
	doupdate();
}

/* ---- cells ---- */

/* Columns that are on the screen from (y, x) on; 0 when it begins outside. */
static int on_screen(int y, int x, int width)
{
	if (y < 0 || y >= LINES || x < 0 || x >= COLS || width <= 0)
		return 0;
	return width < COLS - x ? width : COLS - x;
}

static void set_role(enum role role)
{
	struct look look = theme_look(term_theme(), role);
	attr_t attributes = A_NORMAL;

	if (look.attributes & LOOK_BOLD)
		attributes |= A_BOLD;
	if (look.attributes & LOOK_DIM)
		attributes |= A_DIM;
	if (look.attributes & LOOK_UNDERLINE)
		attributes |= A_UNDERLINE;
	if (look.attributes & LOOK_REVERSE)
		attributes |= A_REVERSE;
	if (look.fore > COLOUR_WHITE && COLORS < 16)
		attributes |= A_BOLD;
	attr_set(attributes, (short)(term_colour() ? role + 1 : 0), NULL);
}

/* curses places by the C library's width of a character. Where that is another than ours (a newer emoji), one of both is wrong
 * about the next column: show `?` in the columns we counted on. */
static size_t to_wide(wchar_t *out, const char *text, size_t len, size_t *used)
{
	size_t n = 0, at = 0;

	while (at < len && n + 2 < WIDE_MAX) {
		int32_t cp;
		int width;

		at += utf8_decode(text + at, len - at, &cp);
		width = utf8_width(cp);
		if (wcwidth((wchar_t)cp) == width) {
			out[n++] = (wchar_t)cp;
			continue;
		}
		for (; width > 0; width--)
			out[n++] = L'?';
	}
	*used = at;
	return n;
}

/* Writes text that already fits. */
static void put(int y, int x, enum role role, const char *text, size_t len)
{
	wchar_t wide[WIDE_MAX];
	size_t at = 0;

	set_role(role);
	move(y, x);
	while (at < len) {
		size_t used, n = to_wide(wide, text + at, len - at, &used);

		addnwstr(wide, (int)n);
		at += used;
	}
}

int draw_text(int y, int x, int width, enum role role, const char *text, size_t len)
{
	struct strbuf shown = STRBUF_INIT(TEXT_MAX);
	int columns;

	width = on_screen(y, x, width);
	columns = fit_text(&shown, text, len, width, !term_utf8());
	put(y, x, role, strbuf_text(&shown), shown.len);
	strbuf_release(&shown);
	return columns;
}

int draw_string(int y, int x, int width, enum role role, const char *text)
{
	return draw_text(y, x, width, role, text, strlen(text));
}

int draw_text_right(int y, int x, int width, enum role role, const char *text, size_t len)
{
	struct strbuf shown = STRBUF_INIT(TEXT_MAX);
	int columns;

	width = on_screen(y, x, width);
	columns = fit_text(&shown, text, len, width, !term_utf8());
	put(y, x + width - columns, role, strbuf_text(&shown), shown.len);
	strbuf_release(&shown);
	return columns;
}

void draw_cell(int y, int x, int width, enum role role, const char *text, size_t len, bool right)
{
	draw_fill(y, x, width, role);
	if (right)
		draw_text_right(y, x, width, role, text, len);
	else
		draw_text(y, x, width, role, text, len);
}

int draw_format(int y, int x, int width, enum role role, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT(TEXT_MAX);
	va_list args;
	int columns;

	va_start(args, format);
	strbuf_addfv(&text, format, args);
	va_end(args);
	columns = draw_text(y, x, width, role, strbuf_text(&text), text.len);
	strbuf_release(&text);
	return columns;
}

int draw_hint(int y, int x, int width, enum role role, const char *text, size_t len, enum role found,
	const struct draw_range *ranges, size_t count)
{
	size_t at = 0, range = 0;
	int columns = 0, room;
	bool whole, ascii = !term_utf8();

	width = on_screen(y, x, width);
	whole = fit_columns(text, len, ascii) <= width;
	room = whole ? width : width - 1;
	while (at < len && columns < room) {
		size_t end = len;
		bool inside;
		int used;

		while (range < count && ranges[range].end <= at)
			range++;
		inside = range < count && ranges[range].start <= at;
		if (range < count)
			end = inside ? ranges[range].end : ranges[range].start;
		if (end > len)
			end = len;
		used = fit_columns(text + at, end - at, ascii);
		/* The piece where the room ends brings its own `~`: it gets the column that was kept for it. */
		if (columns + used > room)
			return columns + draw_text(y, x + columns, width - columns, inside ? found : role, text + at, end - at);
		columns += draw_text(y, x + columns, used, inside ? found : role, text + at, end - at);
		at = end;
	}
	if (!whole && columns < width)
		columns += draw_text(y, x + columns, 1, role, "~", 1);
	return columns;
}

/* ---- surfaces and lines ---- */

static void repeat(int y, int x, int width, enum role role, const char *sign)
{
	struct strbuf line = STRBUF_INIT(TEXT_MAX);
	int i;

	width = on_screen(y, x, width);
	for (i = 0; i < width; i++)
		strbuf_adds(&line, sign);
	put(y, x, role, strbuf_text(&line), line.len);
	strbuf_release(&line);
}

void draw_fill(int y, int x, int width, enum role role)
{
	repeat(y, x, width, role, " ");
}

void draw_hline(int y, int x, int width, enum role role)
{
	repeat(y, x, width, role, draw_glyph(GLYPH_HLINE));
}

void draw_vline(int y, int x, int height, enum role role)
{
	int i;

	for (i = 0; i < height; i++)
		repeat(y + i, x, 1, role, draw_glyph(GLYPH_VLINE));
}

void draw_box(int y, int x, int height, int width, enum role role, const char *title)
{
	int bottom = y + height - 1, right = x + width - 1, i;

	if (height < 2 || width < 2)
		return;
	for (i = y; i <= bottom; i++)
		draw_fill(i, x, width, ROLE_NORMAL);
	draw_hline(y, x, width, role);
	draw_hline(bottom, x, width, role);
	draw_vline(y, x, height, role);
	draw_vline(y, right, height, role);
	draw_string(y, x, 1, role, draw_glyph(GLYPH_TOP_LEFT));
	draw_string(y, right, 1, role, draw_glyph(GLYPH_TOP_RIGHT));
	draw_string(bottom, x, 1, role, draw_glyph(GLYPH_BOTTOM_LEFT));
	draw_string(bottom, right, 1, role, draw_glyph(GLYPH_BOTTOM_RIGHT));
	if (title && width > 6)
		draw_format(y, x + 2, width - 4, ROLE_HEAD, " %s ", title);
}

void draw_bar(int y, int x, int width, enum role role, unsigned long long done, unsigned long long total)
{
	int inner = width - 2, full = fit_bar(inner, done, total);

	if (inner < 1)
		return;
	draw_string(y, x, 1, role, "|");
	repeat(y, x + 1, full, role, draw_glyph(GLYPH_BAR_FULL));
	repeat(y, x + 1 + full, inner - full, role, draw_glyph(GLYPH_BAR_EMPTY));
	draw_string(y, x + width - 1, 1, role, "|");
}

int draw_spark(int y, int x, int width, enum role role, const unsigned long long *values, size_t count)
{
	struct strbuf line = STRBUF_INIT(TEXT_MAX);
	int columns;

	width = on_screen(y, x, width);
	columns = fit_spark(&line, values, count, width, !term_utf8() || term_plain());
	put(y, x, role, strbuf_text(&line), line.len);
	strbuf_release(&line);
	return columns;
}
