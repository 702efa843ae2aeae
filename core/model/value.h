/* value.h - what a column says of a row: one typed value, and its text for the screen and for files.
 *
 * All reading of columns goes through value_get(): the list, the detail screen, filters and exports cannot disagree. */
#ifndef ROUSE_VALUE_H
#define ROUSE_VALUE_H

#include <stdint.h>

#include "core/model/column.h"
#include "core/model/table.h"

struct acceptances;
struct marks;
struct notes;
struct owners;
struct strbuf;
struct ticket_links;

/* Whoever owns the bags of a run that are not resident (the session: from the store). Appends the opened bag (no BAG_CLOSED
 * pairs in it) of a row; appends nothing when there is none. */
struct bag_reader {
	void *owner;
	int (*read)(void *owner, const struct table *table, uint32_t row, struct strbuf *bag);
};

/* A table together with what is not in it. All borrowed; marks, notes, acceptances, owners, tickets and bags may be NULL. */
struct lens {
	const struct table *table;
	int64_t now;                      /* seconds; ages are counted from it */
	const struct marks *marks;
	const struct notes *notes;
	const struct acceptances *acceptances;
	const struct owners *owners;
	const struct ticket_links *tickets;
	const struct bag_reader *bags;
	const char *tenant;               /* tenant id for portal links, or NULL */
};

enum value_kind { VALUE_NONE, VALUE_TEXT, VALUE_TIME, VALUE_SPAN, VALUE_BOOL, VALUE_LONG, VALUE_FLAGS };

struct value {
	enum value_kind kind;
	struct slice text;     /* VALUE_TEXT: borrowed from the table, or from scratch */
	int64_t number;        /* time and span in seconds, boolean, long, flag bits */
};

/* Where a column lies in the table when it is a dictionary text (else TEXT_COUNT) or a time or an age (else TIME_COUNT). */
enum text_id column_text(enum column_id id);
enum time_id column_time(enum column_id id);

/* Reads a column of a row. `scratch` (cleared first) keeps text that has to be made (ids, links, bag values). */
void value_get(const struct lens *lens, uint32_t row, const struct column_ref *column, struct strbuf *scratch,
               struct value *value);

/* Appends the export text: ISO 8601, timespan, true/false, flags with blanks between; nothing for a missing value. Raw bytes:
 * the sink encodes. `lens` and `row` serve the flag `other-av NAME`. */
void value_export(const struct lens *lens, uint32_t row, const struct value *value, struct strbuf *out);
/* Appends the screen text (ages as `41d 3h`, times as 2026-11-20 06:00Z); nothing for a missing value: the screen draws its own
 * sign. Raw bytes: draw.c makes control characters visible. */
void value_show(const struct lens *lens, uint32_t row, const struct value *value, struct strbuf *out);
/* Appends the names of flag bits with blanks between. */
void flags_text(const struct lens *lens, uint32_t row, int64_t bits, struct strbuf *out);

#endif
