/* csv_inner.h - what the parts of the CSV back end share. Not for others.
 *
 * csv.c           the port: opens, reads in slices, says what it found
 * csv_rows.c      rows become records
 * csv_columns.c   the header: which column is what, and what stands in a cell */
#ifndef ROUSE_OWNERS_CSV_INNER_H
#define ROUSE_OWNERS_CSV_INNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>

#include "core/base/bytes.h"
#include "core/owners/owners.h"

struct csv_reader;
struct csv_record;
struct strbuf;

/* What a column is for. */
enum csv_role { ROLE_HOST, ROLE_FQDN, ROLE_TEAM, ROLE_CONTACT, ROLE_TEAM_ID, ROLE_RETIRED, ROLE_COUNT };

/* The header. `name` is owned. */
struct csv_columns {
	size_t at[ROLE_COUNT];       /* index of the column; SIZE_MAX: there is none */
	unsigned better[ROLE_COUNT]; /* which of the names it had; less is preferred */
	char *name[ROLE_COUNT];      /* as the file writes it */
	size_t count;                /* of all columns */
	bool status;                 /* the column of ROLE_RETIRED is a status, not a yes or no */
};

/* One back end. */
struct csv_owners {
	struct owner_source source;
	char *path;                    /* owned */
	/* the reading under way */
	FILE *file;                    /* NULL: none */
	struct csv_reader *reader;
	struct csv_columns columns;
	bool begun, has_header, checking;
	struct map labels;             /* of the hosts that were asked, as owner_key() has them */
	const struct slice *hosts;     /* borrowed */
	size_t host_count;
	struct owner_asking *asking;   /* borrowed; NULL while checking */
	struct checks *checks;         /* borrowed; NULL while asking */
	struct error *err;             /* of the step that runs */
	/* what was seen */
	uint64_t rows, unreadable, first_unreadable, nameless, first_nameless, repaired, cut_line;
	bool doubtful;                 /* a host's name is not UTF-8: it may be any host */
	struct map names, teams;       /* compared forms; while checking */
	uint64_t twice;                /* rows whose host another row had */
	char *first_twice;             /* owned; NULL */
	uint64_t teamless;
};

/* csv_rows.c: takes a record of the file; for csv_reader_new(), whose owner is a struct csv_owners. -1 with the error set ends the reading. */
int csv_take_record(void *owner, const struct csv_record *record);
/* The compared form of a name, in `scratch`. */
struct slice csv_key(struct slice text, struct strbuf *scratch);

/* The sign that splits the header into the most known names: comma, semicolon (spreadsheets of many countries) or tab. */
char csv_find_delimiter(struct slice first);
void csv_columns_read(struct csv_columns *columns, const struct csv_record *header);
void csv_columns_release(struct csv_columns *columns);
/* What stands in a column; no bytes where there is no such column. */
struct slice csv_columns_cell(const struct csv_columns *columns, const struct csv_record *record, enum csv_role role);
/* Whether a row can be read: as many fields as the header, or more or less where nothing is lost by it. */
bool csv_columns_fit(const struct csv_columns *columns, const struct csv_record *record);
bool csv_is_retired(const struct csv_columns *columns, struct slice cell);

#endif
