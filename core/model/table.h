/* table.h - the findings of a run in memory: columns, not structs of pointers.
 *
 * One row per in-scope device (active ones too), then one row per host that vanished. Device ids are packed to bytes, times
 * are integers, repeated text is a code into one shared map, names lie in one pool with a folded twin for search. Bags are not
 * here unless they were just imported: a row of a stored run only knows its key in the store. About 215 bytes a row.
 * Rows are never moved or removed once added; views are index arrays over them. */
#ifndef ROUSE_TABLE_H
#define ROUSE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/model/column.h"
#include "core/model/verdict.h"

/* Change since the baseline run. Stored as its name. */
enum change { CHANGE_NONE, CHANGE_NEW, CHANGE_PERSISTING, CHANGE_RESOLVED, CHANGE_VANISHED, CHANGE_COUNT };
extern const char *const change_names[CHANGE_COUNT];   /* "", "new", "persisting", "resolved", "vanished" */

/* Columns held as codes of `texts`; MAP_NONE is a missing value. */
enum text_id {
	TEXT_GROUP, TEXT_PLATFORM, TEXT_OS_VERSION, TEXT_ONBOARDING, TEXT_HEALTH, TEXT_ASSESSED_MODE, TEXT_GATHERED_MODE,
	TEXT_ENGINE, TEXT_AV_PLATFORM, TEXT_SIGNATURE, TEXT_OTHER_AV, TEXT_COUNT
};

/* Columns held as seconds since 1970; TIME_NONE is a missing value. */
enum time_id { TIME_LAST_SEEN, TIME_SIGNATURE, TIME_ASSESSED, TIME_GATHERED, TIME_FIRST_SEEN, TIME_COUNT };

/* The bit that tells a resident bag from a key in the store. */
#define BAG_RESIDENT (UINT64_C(1) << 63)

/* Byte strings one after another; item i is bytes[offsets[i] .. offsets[i+1]). */
struct pool {
	char *bytes;
	size_t len, cap;
	uint32_t *offsets;       /* count + 1 of them */
};

struct table {
	uint32_t count;          /* rows */
	uint32_t capacity;       /* rows there is room for */
	struct map texts;        /* owned; codes are its numbers; only table_add() and table_put_text() add */
	struct pool texts_folded; /* their folded twins, by code */
	size_t texts_room;       /* offsets there is room for in texts_folded */
	struct pool ids;         /* packed ids, see id_pack() */
	struct pool names;       /* device names, exact */
	struct pool folded;      /* their folded twins */
	uint32_t *text[TEXT_COUNT];
	int64_t *time[TIME_COUNT];
	int64_t *report;         /* ReportId; TIME_NONE is missing */
	uint64_t *bag;           /* 0: no bag; BAG_RESIDENT | 1 + offset into `bags`; else the row's key in the store */
	uint16_t *flags;
	uint8_t *verdict;        /* enum verdict; for a vanished host the one it had */
	uint8_t *before;         /* enum verdict in the baseline run; VERDICT_NONE when it was not there */
	uint8_t *change;         /* enum change */
	uint8_t *altered;        /* 1: persisting, and its evidence changed since the baseline */
	uint8_t *tri;            /* applicable | compliant << 2 */
	struct { char *bytes; size_t len, cap; } bags;   /* resident bags, each preceded by its 32-bit length */
};

/* One row on its way in or out. Slices borrowed; a slice without text is a missing value. */
struct table_row {
	struct slice id;         /* as text, not packed */
	struct slice packed_id;  /* or packed already, by a store; no text: `id` counts */
	struct slice name;
	struct slice text[TEXT_COUNT];
	int64_t time[TIME_COUNT];
	int64_t report;
	struct slice bag;        /* no text: none, or bag_key says where */
	uint64_t bag_key;        /* key in the store when the bag is not resident, else 0 */
	uint16_t flags;
	enum verdict verdict, before;
	enum change change;
	bool altered;
	enum tri applicable, compliant;
};

void table_row_init(struct table_row *row);   /* everything missing */

void table_reserve(struct table *table, uint32_t rows);
/* Adds a row; returns its number. */
uint32_t table_add(struct table *table, const struct table_row *row);
/* The code of a text, added when new: for a reader that knows codes and writes them into text[] after table_add(). */
uint32_t table_put_text(struct table *table, struct slice text);
/* Gives back memory that growth left over, when no more rows come. */
void table_trim(struct table *table);
void table_release(struct table *table);
/* Bytes held: all, and those of resident bags. */
size_t table_memory(const struct table *table, size_t *bags);

/* Reading; everything is borrowed from the table. */
struct slice table_name(const struct table *table, uint32_t row);
struct slice table_folded(const struct table *table, uint32_t row);
struct slice table_packed_id(const struct table *table, uint32_t row);
struct slice table_text(const struct table *table, enum text_id id, uint32_t row);
enum tri table_applicable(const struct table *table, uint32_t row);
enum tri table_compliant(const struct table *table, uint32_t row);
/* The resident bag, or no value. */
struct slice table_bag(const struct table *table, uint32_t row);
/* AvMode: the gathered mode, else the assessed one. */
struct slice table_mode(const struct table *table, uint32_t row);
bool table_is_finding(const struct table *table, uint32_t row);   /* in scope now and not active */
bool table_is_present(const struct table *table, uint32_t row);   /* in scope now: not a vanished host */

/* Ids: 40 lower-case hex digits take 21 bytes (1, then 20), any other text its length + 1 (0, then the text). Exact both ways.
 * pack needs room for n + 1 bytes, unpack for 2 * n; both return the bytes written. */
size_t id_pack(char *out, struct slice id);
size_t id_unpack(char *out, struct slice packed);

#endif
