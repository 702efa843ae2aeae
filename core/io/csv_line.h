/* csv_line.h - cuts one plain CSV line into fields, much faster than libcsv can.
 *
 * Plain is a line whose quotes leave no question: a quoted field ends in the line, each quote in it is doubled, and a delimiter or the
 * end of the line comes after it; no quote or carriage return stands elsewhere. Nearly all lines of an export are plain. All others
 * are left to libcsv, and for plain ones the answer is libcsv's, byte for byte: tests/unit/test_csv.c and tests/fuzz/csv.c compare. */
#ifndef ROUSE_CSV_LINE_H
#define ROUSE_CSV_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/bytes.h"

/* The fields of the last line. Zero-initialise; csv_line_release() at the end. */
struct csv_line {
	struct slice *fields;   /* borrowed from the line, or from bytes where quotes had to be taken out; owned array */
	size_t count, cap;
	char *bytes;            /* owned */
	size_t bytes_cap;
};

/* Cuts text[0 .. n), a line without its end. Fields from wanted_count on are counted, not kept; wanted[i] false (wanted may be NULL)
 * leaves field i without text. False: the line is not plain, and nothing is said of it. */
bool csv_line_cut(struct csv_line *line, const char *text, size_t n, char delimiter, const bool *wanted, size_t wanted_count);
void csv_line_release(struct csv_line *line);

#endif
