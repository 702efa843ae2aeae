/* json_scan.h - finds where a JSON value ends, without understanding it: strings and brackets only.
 *
 * The bytes may arrive in pieces; the scan goes on where it stopped. Beside the end it remembers where the members of an outermost
 * object or array lie, so that numbers and nested values can be taken over exactly as they were written. */
#ifndef ROUSE_JSON_SCAN_H
#define ROUSE_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_DEPTH_MAX 64u       /* levels of brackets in one value */
#define JSON_MEMBERS_MAX 65536u  /* members of an outermost object or array that are remembered */

enum scan_end { SCAN_MORE, SCAN_DONE, SCAN_MISMATCH };

/* Where the value of a member lies, from the start of the scanned value; blanks around it included. */
struct json_span {
	size_t start, end;
};

/* A value on its way through the scan. Zero-initialise once, json_scan_begin() for each value; json_scan_release() at the end. */
struct json_scan {
	size_t at;                 /* next byte, from the start of the value */
	size_t depth;              /* brackets open now */
	uint64_t arrays;           /* bit d: the bracket of level d is [ */
	bool in_string;
	bool scalar;               /* neither a string nor brackets */
	bool too_deep;             /* more than JSON_DEPTH_MAX levels: the kinds of the deeper brackets were not compared */
	bool too_many;             /* more than JSON_MEMBERS_MAX members: the rest is not in spans */
	bool unicode_escape;       /* a \u was seen: json_fix_escapes() has something to look at */
	bool array;                /* the outermost bracket is [ */
	struct json_span *spans;   /* members of the outermost bracket; owned */
	size_t span_count, span_cap;
	size_t member;             /* where the open member's value starts; 0: none is open */
};

void json_scan_begin(struct json_scan *scan, char first);
/* Goes on over text[scan->at .. n). `text` is the start of the value. SCAN_DONE: scan->at is just after it. A scalar ends before the byte
 * that ends it, so it is not done at n. */
enum scan_end json_scan_step(struct json_scan *scan, const char *text, size_t n);
/* The first " or \ at or after p, or end; eight bytes at a time. */
const char *json_string_stop(const char *p, const char *end);
void json_scan_release(struct json_scan *scan);

/* Replaces, in place, escapes that stand for no character by \ufffd: \u0000 (which would end a C string) and halves of surrogate
 * pairs. Returns how many. */
size_t json_fix_escapes(char *text, size_t n);

#endif
