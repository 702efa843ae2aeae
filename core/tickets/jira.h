/* jira.h - tickets in Jira, Cloud and Data Center. Inside: for the files of this back end and its tests.
 *
 * jira.c         making one, what it says of itself     jira_ask.c     requests
 * jira_take.c    answers                                jira_issue.c   an issue as a record
 * jira_close.c   taking a duplicate out                 jira_check.c   the set-up, examined
 * jira_adf.*     descriptions of the Cloud
 *
 * The correlation id is a label of its own beside the label `rouse`: labels are the one thing that every project can be searched by. The
 * team is a label too, `team-windows-platform`: assignees are persons, and components need not exist. The search of the Cloud lags behind
 * what was written, so ids that were seen are given along to be reconciled. */
#ifndef ROUSE_TICKETS_JIRA_H
#define ROUSE_TICKETS_JIRA_H

#include "core/io/json.h"
#include "core/tickets/web.h"

#define JIRA_TITLE_MAX 255
#define JIRA_SEEN_MAX 50   /* issues that Jira reconciles in one search */

struct jira {
	struct tickets base;
	struct web web;
	bool cloud;
	unsigned version;                 /* of the API: 3 or 2 */
	const char *project, *type, *child_type, *user;   /* borrowed from the configuration */
	bool children;                    /* [tickets] children = owner */
	char *team, *team_label;          /* the team named last, and its label; owned; NULL: none */
	char *seen[JIRA_SEEN_MAX];        /* ids of issues made or read, newest last; owned */
	size_t seen_count;
	char *page;                       /* nextPageToken of a search; owned; NULL: none */
	size_t start;                     /* startAt of a search */
	char *transition, *resolution;    /* that closes a duplicate; resolution NULL: none is asked for; owned */
	char *type_id;                    /* of `type`, for a check; owned; NULL */
	char boundary[80];                /* `multipart/form-data; boundary=...` of the file that is attached */
	struct json_object top, list, row, fields, part;   /* of the answer that is read */
};

/* -- jira.c -- */

void jira_body(const struct jira *jira, const struct draft *draft, struct strbuf *out);
/* `team-windows-platform` of `Windows Platform`: blanks and control characters become -, letters small. Appends. */
void jira_team_label(struct slice team, struct strbuf *out);
void jira_forget_page(struct jira *jira);
/* The correlation id that a call is about; "" when it does not say. */
const char *jira_wanted(const struct jira *jira);
/* Remembers an id for the next search. */
void jira_saw(struct jira *jira, const char *id);

/* -- jira_ask.c -- */

enum web_next jira_ask(void *owner, struct web_request *request, struct ticket_answer *answer);
/* `/rest/api/3/` and what follows. */
void jira_url(struct jira *jira, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* `issue/ID` and what follows it. */
void jira_issue_url(struct jira *jira, const char *id, const char *rest);
/* A search for open issues with a label, or closed ones too; from jira->page and jira->start on. */
void jira_search(struct jira *jira, struct web_request *request, const char *label, bool closed);
/* A comment that customers of a service project do not see. */
void jira_comment(struct jira *jira, struct web_request *request, const char *id, const struct doc *doc);

/* -- jira_take.c -- */

enum web_next jira_take(void *owner, const struct talk_reply *reply, struct ticket_answer *answer);
/* Takes the body apart into `top`; false when it is no object, the answer is then filled. */
bool jira_read(struct jira *jira, const struct talk_reply *reply, struct ticket_answer *answer);
/* One page of a search: issues with exactly this label are added. 1: there is more, 0: that was all, -1: the answer is filled. */
int jira_take_page(struct jira *jira, const struct talk_reply *reply, const char *label, struct ticket_answer *answer);

/* -- jira_issue.c -- */

extern const char jira_fields[];   /* that an issue is asked for, with commas between */
/* Adds an issue as a record; false when it is none. `wanted` is the correlation id that is looked for; "": any of ours. */
bool jira_issue(struct jira *jira, struct slice text, const char *wanted, struct ticket_records *records);

/* -- jira_close.c -- */

enum web_next jira_ask_close(struct jira *jira, struct web_request *request);
enum web_next jira_take_close(struct jira *jira, const struct talk_reply *reply, struct ticket_answer *answer);

/* -- jira_check.c -- */

enum web_next jira_ask_guard(struct jira *jira, struct web_request *request);
enum web_next jira_take_guard(struct jira *jira, const struct talk_reply *reply, struct ticket_answer *answer);
enum web_next jira_ask_check(struct jira *jira, struct web_request *request);
enum web_next jira_take_check(struct jira *jira, const struct talk_reply *reply, struct ticket_answer *answer);

#endif
