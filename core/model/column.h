/* column.h - every column rouse knows, one row each.
 *
 * The list, the detail screen, sorting, expressions, CSV and JSON, the schema check of files and the man page read this
 * table. The order is that of product.md and of exports with all columns. */
#ifndef ROUSE_COLUMN_H
#define ROUSE_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

enum column_id {
	COL_DEVICE_ID, COL_DEVICE_NAME, COL_MACHINE_GROUP, COL_OS_PLATFORM, COL_OS_VERSION, COL_LAST_SEEN, COL_ONBOARDING,
	COL_SENSOR_HEALTH, COL_AV_MODE, COL_AV_ENGINE, COL_AV_PLATFORM, COL_AV_SIGNATURE, COL_SIGNATURE_TIME, COL_ASSESSED_AT,
	COL_GATHERED_AT, COL_IS_APPLICABLE, COL_IS_COMPLIANT, COL_REPORT_ID, COL_ASSESSED_MODE, COL_GATHERED_MODE,
	COL_VERDICT, COL_FLAGS, COL_SIGNATURE_AGE, COL_SEEN_AGE, COL_OTHER_AV, COL_CHANGE, COL_FIRST_SEEN, COL_OWNER,
	COL_OWNER_CONTACT, COL_TICKET, COL_ACCEPTED_UNTIL, COL_NOTE, COL_MARKED, COL_PORTAL_URL,
	COL_COUNT,
	COL_BAG = COL_COUNT,           /* AdditionalFields.KEY; the key stands in struct column_ref */
	COL_NONE
};

enum column_type {
	TYPE_TEXT,
	TYPE_VERSION,   /* text, compared part by part: 4.18.9 < 4.18.40 */
	TYPE_TIME,      /* seconds since 1970 */
	TYPE_SPAN,      /* seconds; an age */
	TYPE_BOOL,
	TYPE_LONG,
	TYPE_RANK,      /* text of a fixed table, ordered by rank (Verdict, Change) */
	TYPE_FLAGS,     /* text with blanks between; an array in JSON */
};

struct column {
	enum column_id id;
	const char *name;        /* as in KQL: `AvSignatureUpdateTime` */
	enum column_type type;
	const char *title;       /* head of the column on the screen: `SIG` */
	unsigned width;          /* columns on the screen, the head included */
	bool derived;            /* computed by rouse; ignored when an import has it */
	const char *help;        /* one sentence: what it is and which source field it comes from */
};

extern const struct column columns[COL_COUNT];

/* A column as the user named it. */
struct column_ref {
	enum column_id id;       /* COL_BAG: key names the bag's key */
	char key[128];           /* "" otherwise */
};

/* The column of a name, case ignored, or COL_NONE. */
enum column_id column_named(struct slice name);
/* Resolves `Name`, `AdditionalFields.KEY` or a screen title (`SIG`). Returns false when there is none. */
bool column_resolve(struct slice name, struct column_ref *ref);
/* The nearest column name, for "did you mean"; NULL when none is near. */
const char *column_nearest(struct slice name);
/* Reads `A,B,C`. Returns the number read, -1 with *bad the name that is no column, -2 for more than max, or -3 with *bad the
 * name of a column that was named before: a file with a column twice is one that no reader takes. */
int column_list(const char *text, struct column_ref *refs, size_t max, struct slice *bad);

/* One end of a sort order. */
struct sort_key {
	struct column_ref column;
	bool descending;
};

#define SORT_KEYS_MAX 3
#define SORT_DEFAULT "Verdict,SignatureAge-,DeviceName"   /* worst first; findings without another antivirus before all, see sort.h */

/* Reads `COL[,COL-]`: a - after a name means descending, a + or nothing ascending. Returns the number read,
 * -1 or -2 as column_list() does. */
int sort_parse(const char *text, struct sort_key keys[SORT_KEYS_MAX], struct slice *bad);

#endif
