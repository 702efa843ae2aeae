/* json.h - reading JSON a row at a time, and writing it. The only user of cJSON.
 *
 * json.c         values: a row or a bag taken apart into members, Context, stored bags; the only file with cJSON in it
 * json_read.c    the reader of a file: rows of any of the shapes that json_split.h knows
 * json_plain.c   plain rows without a tree
 * json_split.c   finds the rows in the bytes; json_lines.c those of JSON lines; json_scan.c finds where a value ends
 * json_write.c   strings on their way out
 *
 * A 50 MB answer never becomes one tree: a splitter finds the rows in the bytes as they arrive and gives each alone to cJSON. Numbers and
 * nested values are handed on as they were written, so a ReportId above 2^53 stays exact. */
#ifndef ROUSE_JSON_H
#define ROUSE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/io/json_scan.h"

struct strbuf;

/* -- members of an object -- */

enum json_kind { JSON_NULL, JSON_TEXT, JSON_NUMBER, JSON_TRUE, JSON_FALSE, JSON_NESTED };

/* One value of an object, or of an array (then without a key). `text` is the string itself for JSON_TEXT, else the value as it was
 * written. Borrowed from the struct json_object. */
struct json_member {
	struct slice key;
	enum json_kind kind;
	struct slice text;
};

/* A value taken apart one level deep. Zero-initialise; usable again and again; json_object_release() at the end. */
struct json_object {
	struct json_member *members;   /* owned */
	size_t count, cap;
	bool array;                    /* it was an array */
	/* inside */
	struct json_scan scan;
	void *trees[3];                /* cJSON trees that members borrow from: outer strings and the value itself; owned */
	char *copies[3];               /* texts whose escapes were put right; owned */
	size_t replaced;               /* escapes that stood for no character, so far */
	char *plain;             /* texts of a plain object that had escapes; owned */
	size_t plain_cap;
};

/* Takes `text` apart; a JSON string that holds JSON is opened, twice at most. Returns 1 for an object or array, 0 for valid JSON that is
 * neither, -1 when it is no JSON or is nested deeper than 64 levels. `text` must outlive the members. */
int json_object_read(struct json_object *object, struct slice text);
/* The same for one value that is known to end at `n` and whose members were found by `scan`; text may be changed. */
int json_object_take(struct json_object *object, char *text, size_t n, const struct json_scan *scan);
/* The first member with exactly this key; NULL when there is none, and for an array. */
const struct json_member *json_get(const struct json_object *object, const char *key);
void json_object_release(struct json_object *object);

/* -- a file -- */

/* One row. Borrowed for the call. */
struct json_row {
	const struct json_member *members;
	size_t count;
	bool array;          /* values in the order of the columns, without keys */
	uint64_t line;       /* where it begins, from 1 */
	const char *fault;   /* why it cannot be used, or NULL */
	bool unended;        /* faulty, and the file ends inside it: the file is cut */
};

/* What the reader hands out. A return other than 0 ends the reading and is passed on. */
struct json_events {
	void *owner;
	/* The names of the columns that the rows (those before and after) have; borrowed. */
	int (*columns)(void *owner, const struct slice *names, size_t count, struct error *err);
	int (*row)(void *owner, const struct json_row *row, struct error *err);
};

struct json_reader;

/* `name` is the file's name as it may be shown in sentences; borrowed. */
struct json_reader *json_reader_new(const char *name, const struct json_events *events);
/* Gives also plain rows (json_plain.h) to cJSON: slower, for tests that compare. */
void json_reader_all_by_cjson(struct json_reader *reader);
/* Reads bytes as they arrive. Returns -1 with STATUS_DATA for broken JSON, or what an event returned. */
int json_reader_feed(struct json_reader *reader, const char *bytes, size_t n, struct error *err);
/* The file is at its end. STATUS_DATA when it ends inside the JSON. */
int json_reader_end(struct json_reader *reader, struct error *err);
/* The last error object that stood in the answer, as `code: message`; "" when there was none. */
const char *json_reader_error(const struct json_reader *reader);
/* The file is a saved answer of a service, not bare rows. */
bool json_reader_is_answer(const struct json_reader *reader);
/* The file is bare rows: an array of objects or JSON lines. Neither is true before the first row. */
bool json_reader_is_rows(const struct json_reader *reader);
/* The answer names a next page, so it is not all. */
bool json_reader_is_paged(const struct json_reader *reader);
/* Escapes that stood for no character and were replaced so far. */
uint64_t json_reader_replaced(const struct json_reader *reader);
void json_reader_free(struct json_reader **reader);

/* -- values -- */

/* Appends a JSON string with its quotes; invalid UTF-8 becomes U+FFFD. */
void json_string(struct strbuf *out, struct slice text);

/* Opens a stored bag: copies its pairs to `out`, and puts the keys of each BAG_CLOSED object in its place. A closed bag that is no JSON
 * object stays as text. */
void json_bag_open(struct slice bag, struct strbuf *out);

/* Adds a member to a bag: text, null, or JSON text. */
void json_bag_add(struct strbuf *bag, const struct json_member *member);

/* The text at [i][j] of an array of arrays (Context), or of an array ([i] alone when the element is no array): strings as they are,
 * other values as JSON. Appends to `out`. Returns 1 when found, 0 when the text is valid but has no such place or null there, -1 when
 * the text is no JSON. A JSON string that holds JSON is opened, twice at most. */
int json_context(struct slice context, unsigned i, unsigned j, struct strbuf *out);

/* The elements at [i] of Context, for several places of it at once: `inner` has them as members when this returns 1. When [i] is no array,
 * it alone is given. 0 and -1 as above. Both objects may be reused. */
int json_context_row(struct slice context, unsigned i, struct json_object *outer, struct json_object *inner);

/* Finds the names of columns in a header: [{"name":"DeviceId","type":"string"}, ...], keys in any case. Appends each to `names` as bytes
 * followed by a NUL; returns their number, or -1 when the text is no such header. */
int json_column_names(struct slice header, struct strbuf *names);
/* Appends `code: message` of an error object, the inner error's message when there is no outer one. */
void json_error_text(struct slice object, struct strbuf *out);

#endif
