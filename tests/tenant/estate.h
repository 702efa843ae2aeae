/* estate.h - the generated estate: every device, with all its rows of all tables, is computed from (seed, number, day) and kept nowhere.
 *
 * estate.c        a device's rows, from its number
 * estate_words.c  what names, groups, versions and products are drawn from
 * estate_table.c  the raw tables: columns, and a device's rows as cells; bags and contexts as JSON
 * export.c        the raw tables as CSV
 *
 * Shares are chosen so that about a quarter of the servers are findings, and every way in which a witness may be missing, late, odd
 * or contradicted is there. No two rows of a device and table have equal times. */
#ifndef TENANT_ESTATE_H
#define TENANT_ESTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/tenant/options.h"

#define ID_DIGITS 40
#define INFO_ROWS 3
#define ASSESSMENT_ROWS 3
#define VERSION_ROWS 2
#define GATHERING_ROWS 2
#define SOFTWARE_ROWS 8
#define NAME_MAX_BYTES 64

enum table_id { TABLE_INFO, TABLE_ASSESSMENT, TABLE_GATHERING, TABLE_SOFTWARE, TABLE_COUNT };
enum tri { TRI_NONE = -1, TRI_FALSE, TRI_TRUE };

/* A row of DeviceInfo. Texts are static or the host's. */
struct info_row {
	int64_t time, report;
	const char *name, *group, *platform, *version, *onboarding, *health;
	enum tri excluded;
	bool merged;
};

/* How a mode stands in Context: [["1"]], [[1]], ["1"], and two that say something that cannot be read: [{"Mode":"1"}], {"Mode":"1"}. */
enum context_shape { CONTEXT_NESTED, CONTEXT_NUMBER, CONTEXT_FLAT, CONTEXT_ODD_ITEM, CONTEXT_ODD };

/* A row of DeviceTvmSecureConfigurationAssessment, scid-2010: mode NULL when Context is empty. */
struct assessment_row {
	int64_t time;
	enum tri applicable, compliant;
	const char *mode;
	enum context_shape shape;
};

/* Versions of the antivirus as scid-2011 or the gathered bag has them. */
struct versions {
	const char *signature, *engine, *platform;
	int64_t signature_time;
};

struct version_row {
	int64_t time;
	struct versions versions;
};

/* What AdditionalFields is: an object; one whose key is `avMode`, which a path in KQL does not find; a list, which is no bag. */
enum bag_shape { BAG_PLAIN, BAG_CASE, BAG_LIST };

/* A row of DeviceTvmInfoGathering. */
struct gathering_row {
	int64_t time, seen;
	const char *mode;         /* NULL: null; "~": the key is not there */
	bool number;              /* the mode stands there as a number */
	bool bare;                /* the version keys are null */
	enum bag_shape shape;
	struct versions versions;
};

struct software_row {
	const char *vendor, *name;
};

/* One device with all its rows, in no order of time. */
struct host {
	uint64_t number, chance;  /* number of the device; what everything of it is drawn from */
	char id[ID_DIGITS + 1];
	char names[2][NAME_MAX_BYTES];
	struct info_row info[INFO_ROWS];
	struct assessment_row assessment[ASSESSMENT_ROWS];
	struct version_row version[VERSION_ROWS];
	struct gathering_row gathering[GATHERING_ROWS];
	struct software_row software[SOFTWARE_ROWS];
	size_t info_count, assessment_count, version_count, gathering_count, software_count;
};

/* The estate: nothing but what it is drawn from. */
struct estate {
	int64_t seed, day, now;          /* now: ticks, of that day */
	int64_t devices, servers_share;
	uint64_t count;                  /* numbers to look at: devices, and those that are gone by the newest day */
	char signatures[64][24];         /* `1.421.1003.0` */
};

void estate_init(struct estate *estate, const struct options *options);
/* The id alone; false when there is no such device on this day. Much cheaper than the host. */
bool estate_id(const struct estate *estate, uint64_t number, char id[ID_DIGITS + 1]);
/* The whole host; false as above. */
bool estate_host(const struct estate *estate, uint64_t number, struct host *host);

/* The number that draws `what` of a device: always the same one. */
uint64_t chance(uint64_t base, uint64_t what);

/* What things are drawn from (estate_words.c). */
struct profile {
	unsigned share;                  /* in 10,000 */
	const char *assessed;            /* mode of scid-2010; NULL: no row; "-": a row with an empty Context */
	enum tri applicable, compliant;
	const char *gathered;            /* AvMode; NULL: no row; "-": null; "~": no such key */
};
struct group_words { unsigned share; const char *spellings[6]; };
struct weighted { unsigned share; const char *word, *more; };

extern const struct profile profiles[];
extern const struct group_words server_groups[], client_groups[];
extern const struct weighted server_platforms[], client_platforms[], onboardings[], healths[], other_antivirus[], plain_software[];
const struct profile *profile_pick(uint64_t draw);
const struct weighted *weighted_pick(const struct weighted *list, uint64_t draw);
const char *group_pick(const struct group_words *list, uint64_t draw);
const char *engine_version(uint64_t draw);
const char *platform_version(uint64_t draw);

/* ---- cells ---- */

enum cell_type { TYPE_STRING, TYPE_TIME, TYPE_LONG, TYPE_REAL, TYPE_BOOL, TYPE_DYNAMIC };

/* A column of an answer or of a table. */
struct column {
	const char *name;
	enum cell_type type;
};

/* A cell: its text is borrowed and valid until the next row. */
struct cell {
	bool null;                /* there is no value */
	bool unmatched;           /* of the side of a left join that had no row */
	const char *text;         /* TYPE_STRING, TYPE_DYNAMIC (JSON), TYPE_REAL */
	size_t len;
	int64_t number;           /* TYPE_TIME in ticks, TYPE_LONG, TYPE_BOOL */
};

#define CELLS_MAX 32
#define RAW_ROWS_MAX 8        /* rows of a device in a raw table */

struct cell cell_text(const char *text);
struct cell cell_bytes(const char *text, size_t n);
struct cell cell_number(int64_t number);
struct cell cell_tri(enum tri tri);
struct cell cell_null(void);

extern const char *const table_names[TABLE_COUNT];
/* Columns of a raw table. */
const struct column *table_columns(enum table_id table, size_t *count);
/* The row-th row of a host in a raw table; false when it has no more. `scratch` holds what the cells point to. */
bool table_row(const struct host *host, enum table_id table, size_t row, struct cell *cells, struct text *scratch);
/* AdditionalFields of a row as JSON. */
void bag_json(struct text *out, const struct host *host, const struct gathering_row *row);
/* The value of a key of the bag or of a place in Context as tostring() gives it. */
void versions_time(struct text *out, const struct versions *versions);

/* Writes the four raw tables as CSV; false with a sentence on standard error. */
bool export_tables(const struct estate *estate, const struct options *options, const char *folder);

#endif
