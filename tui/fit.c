#include "tui/fit.h"

#include <stdint.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"

#define MARKS_MAX 4   /* combining characters shown on one base; a cell of curses holds no more */

/* `\x1b` for a byte or a control character, `\u202e` for others. */
static int escape(char *out, int32_t cp, unsigned char byte)
{
	static const char hex[] = "0123456789abcdef";
	uint32_t value = cp < 0 ? byte : (uint32_t)cp;
	bool wide = cp >= 0x80;
	int digits = !wide ? 2 : value > 0xFFFF ? 6 : 4;
	int i;

	out[0] = '\\';
	out[1] = wide ? 'u' : 'x';
	for (i = 0; i < digits; i++)
		out[2 + i] = hex[value >> 4 * (digits - 1 - i) & 0xF];
	out[2 + digits] = '\0';
	return 2 + digits;
}

struct fit_piece fit_next(const char *text, size_t len, bool ascii)
{
	struct fit_piece piece = { 1, 1, "" };
	int32_t cp;

	piece.bytes = utf8_decode(text, len, &cp);
	if (cp < 0 || utf8_width(cp) < 0) {
		piece.columns = escape(piece.shown, cp, (unsigned char)text[0]);
	} else if (ascii && cp >= 0x80) {
		piece.shown[0] = '?';
	} else {
		piece.columns = utf8_width(cp);
		memcpy(piece.shown, text, piece.bytes);
	}
	return piece;
}

int fit_text(struct strbuf *out, const char *text, size_t len, int width, bool ascii)
{
	size_t at = 0, start = out->len;
	size_t keep = start;       /* length of out after the last piece that leaves room for the ~ */
	int columns = 0, kept = 0, marks = 0;

	if (width <= 0)
		return 0;
	while (at < len) {
		struct fit_piece piece = fit_next(text + at, len - at, ascii);

		if (columns + piece.columns > width) {
			if (out->buf)
				out->buf[out->len = keep] = '\0';
			strbuf_addc(out, '~');
			return kept + 1;
		}
		marks = piece.columns ? 0 : marks + 1;
		/* A mark without a base would sit on the neighbour's last character. */
		if (marks && columns == 0) {
			strbuf_addc(out, '?');
			columns = 1;
			marks = 0;
		} else if (marks <= MARKS_MAX) {
			strbuf_adds(out, piece.shown);
		}
		columns += piece.columns;
		if (columns < width) {
			keep = out->len;
			kept = columns;
		}
		at += piece.bytes;
	}
	return columns;
}

int fit_columns(const char *text, size_t len, bool ascii)
{
	size_t at = 0;
	int columns = 0;

	while (at < len) {
		struct fit_piece piece = fit_next(text + at, len - at, ascii);

		columns += piece.columns == 0 && columns == 0 ? 1 : piece.columns;
		at += piece.bytes;
	}
	return columns;
}

/* value * steps / highest without overflow, rounded to nearest, at least 1 for a value above 0. */
static unsigned scaled(unsigned long long value, unsigned long long highest, unsigned steps)
{
	double share = highest ? (double)value / (double)highest : 0;
	unsigned step = (unsigned)(share * steps + 0.5);

	if (value > 0 && step == 0)
		step = 1;
	return step < steps ? step : steps;
}

int fit_spark(struct strbuf *out, const unsigned long long *values, size_t count, int width, bool ascii)
{
	unsigned long long highest = 0;
	size_t first, i;

	if (width <= 0)
		return 0;
	first = count > (size_t)width ? count - (size_t)width : 0;
	for (i = first; i < count; i++)
		if (values[i] > highest)
			highest = values[i];
	for (i = first; i < count; i++) {
		if (ascii) {
			unsigned tenth = scaled(values[i], highest, 10);

			strbuf_addc(out, (char)('0' + (tenth > 9 ? 9 : tenth)));
		} else if (values[i] == 0) {
			strbuf_addc(out, '_');
		} else {
			utf8_append(out, 0x2580 + (int32_t)scaled(values[i], highest, 8));   /* U+2581 to U+2588 */
		}
	}
	return (int)(count - first);
}

int fit_bar(int width, unsigned long long done, unsigned long long total)
{
	int full;

	if (width <= 0 || total == 0 || done == 0)
		return 0;
	if (done >= total)
		return width;
	full = (int)((double)done / (double)total * width);
	if (full < 1)
		full = 1;
	return full < width ? full : width - 1;
}
