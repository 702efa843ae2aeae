/* servicenow.h - what its tickets and its CMDB share: the way in, and rows out of an answer of the Table API.
 *
 * Every value is a string there. A reference comes in three forms: "SYS_ID" (sysparm_exclude_reference_link=true), {"link":..., "value":...}
 * and {"display_value":..., "value":...}; all are taken. An answer with status 200 may still be a failure: cut in its middle, or with an
 * `error` beside the rows. Source: ServiceNow's documentation of the Table API, and KB1297438 for answers that are cut. */
#ifndef ROUSE_SERVICENOW_H
#define ROUSE_SERVICENOW_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/strbuf.h"
#include "core/io/json.h"
#include "core/io/login.h"

struct config;

/* Bytes of an address that every instance takes. */
#define SERVICENOW_URL_MAX 2000

/* [servicenow] url and sign_in. Zero-initialise; lives as long as what was made from it. */
struct servicenow_site {
	char *base;                 /* without a slash at its end; owned */
	char *token_url;            /* owned */
	struct login_setup setup;   /* borrows from here and from the configuration */
};

/* -1 with STATUS_CONFIG when something is missing. */
int servicenow_site_read(struct servicenow_site *site, const struct config *config, struct error *err);
void servicenow_site_release(struct servicenow_site *site);
/* What to do about a refusal, with a blank before it. Appends; nothing where nothing is known. */
void servicenow_mend(const struct servicenow_site *site, int status, struct strbuf *out);

/* Whether a text may stand in a condition as its value: the language has no escape for ^, and runs what begins with javascript:. */
bool servicenow_plain(struct slice value);
/* Whether it can be the name of a table, or with dots of a field: [a-z0-9_.]. */
bool servicenow_name(const char *name, bool dots);

/* The rows of one answer. Zero-initialise; usable again and again; release at the end. Borrows the body. */
struct servicenow_rows {
	struct json_object top, list, row, field;
	bool single;        /* the answer is one record, not a list */
	bool given;         /* the single one was handed out */
	size_t next;
	size_t broken;      /* elements that are no record */
};

/* -1 when the answer is not whole; `why` then says so: `the answer breaks off`, `Transaction cancelled: ...` (made visible). */
int servicenow_rows_read(struct servicenow_rows *rows, struct slice body, struct strbuf *why);
/* The next row becomes the one that is read. False after the last one. */
bool servicenow_rows_next(struct servicenow_rows *rows);
/* Appends a value of the row: what is stored, or with `shown` what people see where the answer has it. False when the row has no such
 * field: it does not exist, or may not be read. */
bool servicenow_get(struct servicenow_rows *rows, const char *field, bool shown, struct strbuf *out);
void servicenow_rows_release(struct servicenow_rows *rows);

#endif
