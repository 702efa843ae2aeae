/* servicenow.h - tickets in ServiceNow by its Table API. Inside: for the files of this back end and its tests.
 *
 * servicenow.c        making one, what it says of itself, the order of requests
 * servicenow_ask.c    requests            servicenow_take.c   answers, and a row as a record
 * servicenow_team.c   a team's sys_id     servicenow_check.c  the set-up, examined
 *
 * A condition that the instance does not like is dropped in silence, and the rest of the query returns the whole table: so each row is
 * compared with what was asked, and before a send a made-up id is asked for, which must bring nothing. */
#ifndef ROUSE_TICKETS_SERVICENOW_H
#define ROUSE_TICKETS_SERVICENOW_H

#include "core/io/servicenow.h"
#include "core/tickets/web.h"

#define SNOW_FIND_LIMIT 20

struct snow {
	struct tickets base;
	struct web web;
	struct servicenow_site site;
	const char *table, *child_table;    /* borrowed from the configuration, as all texts here */
	const char *impact, *urgency;
	size_t body_max;                    /* units of UTF-16 */
	bool children;                      /* [tickets] children = owner */
	struct servicenow_rows rows;        /* of the answer that is read */
	struct map team_names;              /* teams that were looked up */
	char **team_ids;                    /* by number in team_names; "" where there is not exactly one; owned */
	size_t team_cap;
};

/* -- servicenow.c -- */

void snow_body(const struct snow *snow, const struct draft *draft, struct strbuf *out);
/* A record's id has its table before it where that is not [servicenow] table: `incident_task/46d44a5d...`. */
const char *snow_table_of(const struct snow *snow, const char *id, const char **sys_id);
/* The correlation id that a call is about; "" when it does not say. */
const char *snow_wanted(const struct web *web);
/* Ids of children are an id of a run and eight hex digits more: `rouse-1f0c9d2e4b5a-0badcafe`. */
bool snow_child_id(const char *correlation);

/* -- servicenow_ask.c -- */

enum web_next snow_ask(void *owner, struct web_request *request, struct ticket_answer *answer);
/* `TABLE?sysparm_query=QUERY`, encoded; the fields and the form of references come after it. */
void snow_ask_rows(struct snow *snow, const char *table, const char *query, const char *fields, unsigned limit);

/* -- servicenow_take.c -- */

enum web_next snow_take(void *owner, const struct talk_reply *reply, struct ticket_answer *answer);
/* Reads the rows of an answer; false when it is not whole, the answer is then filled. */
bool snow_read(struct snow *snow, const struct talk_reply *reply, struct ticket_answer *answer);
/* Adds the row that is read as a record; false when it has no sys_id. `mark` says of which correlation id; "": of its own. */
bool snow_record(struct snow *snow, const char *table, const char *correlation, struct ticket_records *records);

/* -- servicenow_team.c -- */

/* The sys_id of a draft's team: what the CMDB said, or what was looked up. NULL: not looked up yet; "": there is none. */
const char *snow_team(const struct snow *snow, const struct draft *draft);
void snow_ask_team(struct snow *snow, struct web_request *request);
void snow_take_team(struct snow *snow, const struct talk_reply *reply);

/* -- servicenow_check.c -- */

enum web_next snow_ask_guard(struct snow *snow, struct web_request *request);
enum web_next snow_take_guard(struct snow *snow, const struct talk_reply *reply, struct ticket_answer *answer);
enum web_next snow_ask_check(struct snow *snow, struct web_request *request);
enum web_next snow_take_check(struct snow *snow, const struct talk_reply *reply, struct ticket_answer *answer);

#endif
