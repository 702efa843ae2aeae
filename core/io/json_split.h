/* json_split.h - finds the rows of a table in JSON bytes as they arrive; nothing is decoded here.
 *
 * It knows these shapes, told apart by what comes first:
 *
 *     [ row, row ]                                              an array
 *     row newline row newline                                   JSON lines (or objects over several lines)
 *     {"schema":[..], "results":[ row, row ], ...}              Graph and the older API, keys in any order and letter case
 *     {"tables":[{"name":"..","columns":[..],"rows":[ [..], [..] ]}]}   Log Analytics
 *
 * The window holds the open row and the bytes of the last piece, never the file. */
#ifndef ROUSE_JSON_SPLIT_H
#define ROUSE_JSON_SPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/io/json_plain.h"
#include "core/io/json_scan.h"

#define JSON_ROW_MAX ((size_t)16 << 20)   /* bytes of a row; a longer one is reported and passed over */

enum split_event {
	SPLIT_MORE,      /* all bytes are used up */
	SPLIT_ROW,       /* item is a row: an object, or an array of values in the order of the columns */
	SPLIT_PLAIN,     /* the same, an object that is taken apart already: split->plain */
	SPLIT_BAD,       /* a row that cannot be used; item->what says why */
	SPLIT_COLUMNS,   /* item is the array that names the columns of the rows */
	SPLIT_ERROR,     /* item is the object of an "error" key */
	SPLIT_BROKEN,    /* the JSON itself is broken at item->line; nothing more comes */
};

/* What was found. Borrowed until the next call; the text may be changed in place. */
struct split_item {
	char *text;
	size_t len;
	uint64_t line, byte;   /* where it begins: line from 1, byte from 0 */
	const char *what;      /* SPLIT_BAD, SPLIT_BROKEN: why */
	bool unended;          /* the last line of JSON lines, and no line end follows it */
};

enum split_shape { SHAPE_UNKNOWN, SHAPE_ARRAY, SHAPE_LINES, SHAPE_STREAM, SHAPE_ANSWER };
enum split_place { AT_TOP, AT_ELEMENT, AT_NEXT_ELEMENT, AT_KEY, AT_COLON, AT_VALUE, AT_NEXT_MEMBER, IN_VALUE };
enum split_frame { FRAME_ROWS, FRAME_ANSWER, FRAME_TABLES, FRAME_TABLE };
enum split_purpose { VALUE_SKIP, VALUE_ROW, VALUE_BIG, VALUE_KEY, VALUE_COLUMNS, VALUE_ERROR };
enum split_key { KEY_OTHER, KEY_RESULTS, KEY_SCHEMA, KEY_TABLES, KEY_COLUMNS, KEY_ROWS, KEY_ERROR, KEY_NEXT };

/* Zero-initialise; json_split_release() at the end. */
struct json_split {
	/* the window; all offsets below count from its start */
	char *buf;
	size_t len, cap;
	size_t at;                    /* next byte to look at */
	uint64_t dropped;             /* bytes of the file before the window */
	size_t counted;               /* line ends before this place are in `line` */
	uint64_t line;                /* line ends so far */
	/* where we are */
	enum split_shape shape;
	enum split_place place;
	enum split_frame frames[4];   /* brackets around the rows, outermost first */
	unsigned depth;
	enum split_key key;           /* the last key read */
	bool undecided;               /* in an object that may be an answer or a row: its bytes are kept from `object` on */
	bool had_error;               /* that object has an error */
	bool paged;                   /* an answer names the address of its next page */
	size_t object;
	/* the value under the scan */
	struct json_scan scan;
	enum split_purpose purpose;
	size_t value;                 /* where it begins */
	uint64_t value_line, value_byte;   /* the same in the file, for one that is too long to be kept */
	bool long_line;               /* SHAPE_LINES: in such a line */
	size_t line_seen;             /* SHAPE_LINES: no line end before this place */
	struct json_plain plain;      /* the last plain row */
	bool all_scanned;             /* plain rows are not looked for: for tests that compare */
	bool eof, broken;
};

/* Appends bytes; call json_split_next() until it answers SPLIT_MORE before the next piece. */
void json_split_feed(struct json_split *split, const char *bytes, size_t n);
/* No more bytes come: json_split_next() then reports what is left, and SPLIT_BROKEN when the file ends inside a value. */
void json_split_end(struct json_split *split);
enum split_event json_split_next(struct json_split *split, struct split_item *item);
void json_split_release(struct json_split *split);

#endif
