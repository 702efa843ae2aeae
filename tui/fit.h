/* fit.h - text made to fit a number of columns: the pure part of drawing.
 *
 * The one encoding function on the way to the terminal. Widths come from utf8.h, so a double-width character is never cut in
 * half and a combining one stays with its base. */
#ifndef ROUSE_FIT_H
#define ROUSE_FIT_H

#include <stdbool.h>
#include <stddef.h>

struct strbuf;

/* Appends the visible form of text in at most `width` columns and returns the columns used. Text that does not fit ends in `~`:
 *
 *     fit_text("srv-sql-000417", 8)   srv-sql~
 *     fit_text("a\x1b[2Jb", 20)       a\x1b[2Jb       the escape is six plain characters
 *     fit_text("日本語", 5)            日本~
 *
 * With `ascii`, every character beyond ASCII becomes one `?`. */
int fit_text(struct strbuf *out, const char *text, size_t len, int width, bool ascii);
/* Columns that the whole visible form takes. */
int fit_columns(const char *text, size_t len, bool ascii);
/* Appends the values as one character each, the last `width` of them: eighth blocks, or with `ascii` digits for tenths of the
 * highest value (0 for zero only). Returns the columns used. */
int fit_spark(struct strbuf *out, const unsigned long long *values, size_t count, int width, bool ascii);
/* Columns of `width` that are full at done of total; never full before done == total, never empty once done > 0. */
int fit_bar(int width, unsigned long long done, unsigned long long total);

/* One step through text as it will be shown, for callers that draw pieces in several roles. */
struct fit_piece {
	size_t bytes;     /* of the text that the piece stands for; at least 1 */
	int columns;      /* that it takes, 0 for a combining character */
	char shown[16];   /* NUL-terminated visible form */
};
/* The piece at text (len > 0 bytes left). */
struct fit_piece fit_next(const char *text, size_t len, bool ascii);

#endif
