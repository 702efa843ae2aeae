/* engine.h - the rows of an answer, computed one by one while they are sent: nothing of the estate is held.
 *
 * engine.c         going through the devices of a part; the raw tables, counts, newest times
 * engine_join.c    the joined findings and the software of servers in scope
 * engine_lists.c   the census, knowledge bases, print */
#ifndef TENANT_ENGINE_H
#define TENANT_ENGINE_H

#include "tests/tenant/estate.h"
#include "tests/tenant/kql.h"

#define CENSUS_MAX 512

/* One line of the census. */
struct census_line {
	const char *group;
	bool partial, server, merged;
	int64_t devices;
};

/* An answer on its way. Estate, query and options are borrowed. */
struct answer {
	const struct estate *estate;
	const struct query *query;
	const struct options *options;
	const struct column *columns;
	size_t column_count;
	struct column own[CELLS_MAX];   /* of `| count`, print, newest, and of a project */
	size_t from[CELLS_MAX];      /* by column of a project: which of the query's own columns it is */
	/* where it stands */
	uint64_t next;               /* number of the next device */
	struct host host;            /* the device whose rows are given out */
	bool held;                   /* there is one */
	size_t row;
	int64_t left;                /* rows that may still come; -1: all */
	bool over;
	uint64_t devices;            /* devices of the part that were looked at */
	struct census_line *census;  /* owned; by the first call for a row */
	size_t census_count;
	bool tallied;
	struct text scratch;         /* what the cells of the row point to */
};

void answer_begin(struct answer *answer, const struct estate *estate, const struct query *query, const struct options *options);
/* The next row; false at the end. Cells are valid until the next call. */
bool answer_row(struct answer *answer, struct cell *cells);
void answer_end(struct answer *answer);
/* Devices of the part, for the size of a query. */
uint64_t answer_devices(const struct estate *estate, const struct query *query);

/* The columns that a project of this kind of query may name; NULL for kinds without one. */
const struct column *engine_columns(enum query_kind kind, size_t *count);

/* ---- what the files share ---- */

/* Moves to the next device of the part; false at the end. */
bool answer_next_host(struct answer *answer);
/* The newest row of DeviceInfo in the query's time, by the query's rules; NULL when the device has none or is not in scope. */
const struct info_row *engine_inventory(const struct query *query, const struct host *host, bool scope);
bool engine_is_platform(const struct query *query, const char *platform);
bool engine_join_row(struct answer *answer, struct cell *cells);
bool engine_software_row(struct answer *answer, struct cell *cells);
bool engine_list_row(struct answer *answer, struct cell *cells);
extern const struct column finding_columns[], software_answer_columns[], census_columns[], gathering_kb_columns[], assessment_kb_columns[];
extern const size_t finding_column_count, census_column_count;

#endif
