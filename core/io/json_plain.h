/* json_plain.h - takes one plain JSON row apart, much faster than a tree can be built.
 *
 * Plain is an object of texts, numbers, true, false, null and well-formed nested values, without a \u in any text. Nearly all rows of an
 * answer are, and the bags in them. All others go through json_scan.h and cJSON, and for plain ones the answer is the same:
 * tests/unit/test_json.c and tests/fuzz/fuzz_json.c compare. */
#ifndef ROUSE_JSON_PLAIN_H
#define ROUSE_JSON_PLAIN_H

#include <stddef.h>

#include "core/io/json.h"

/* The members of the last row. Zero-initialise; json_plain_release() at the end. */
struct json_plain {
	struct json_member *members;   /* texts borrowed from the row, or from `text` where an escape stood in them; owned array */
	size_t count, cap;
	char *text;                    /* owned */
	size_t used, text_cap;
};

/* Reads the object at the start of text[0 .. n). Returns its length, or 0 when it is not plain or does not end within n. */
size_t json_plain_read(struct json_plain *plain, const char *text, size_t n);
void json_plain_release(struct json_plain *plain);

#endif
