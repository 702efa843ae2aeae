/* services.h - the stand-in as a whole: ServiceNow, Jira, Teams and Slack on one loopback address, with their bad manners.
 *
 * settings.*                       what it is told to do
 * rows.c                           ServiceNow's records in memory; schema.c   its tables and fields; seed.c   a CMDB
 * query.c                          encoded queries
 * snow.c, snow_write.c, snow_view.c, snow_more.c   the Table API; attachments, batch and counts; snow_auth.c   who asks
 * jira.c, jira_write.c, jira_view.c, jira_find.c, jql.c, adf.c, multipart.c   Jira Cloud and Data Center
 * chat.c, chat_check.c             Teams and Slack
 * faults.c, journal.c, records.c, control.c   failures on demand; what was asked; what is there; /__ addresses
 * main.c                           the program; server, settings and orders to fail: tests/standin
 *
 * One lock is held while a request is answered, and none while it waits: requests overtake each other, but no record is half written. Texts
 * that come from outside stay as they came. (MEM) marks behaviour that no document in reach confirms. */
#ifndef SERVICES_SERVICES_H
#define SERVICES_SERVICES_H

#include "tests/services/settings.h"
#include "tests/standin/standin.h"

#define JOURNAL_MAX 50000
#define TOKENS_MAX 256
#define MESSAGES_MAX 2000
#define ID_MAX 33
#define NEAR 4096

/* Which service an address belongs to. */
enum service { SERVICE_NONE, SERVICE_SNOW, SERVICE_CLOUD, SERVICE_CENTER, SERVICE_TEAMS, SERVICE_SLACK };

/* ---- ServiceNow ---- */

/* A kind of record. Fields: own ones with blanks around each; those of the parent count too. */
struct table {
	const char *name, *parent, *label, *fields;
	const char *prefix;          /* of its numbers; NULL: none */
};

struct record {
	const struct table *table;
	char id[ID_MAX];
	struct pair *fields;         /* owned */
	size_t count, cap;
	int64_t order;               /* of coming */
};

/* ---- Jira ---- */

struct issue {
	char id[24], key[48];
	cJSON *fields;               /* as read: summary, description, labels, status ("1" to "3"), issuetype, parent... owned */
	cJSON *indexed;              /* labels, status and summary as the search knows them; NULL: not at all; owned */
	cJSON *comments, *attachments, *properties;   /* owned */
	int64_t changed_ms;          /* steady clock, of the last write */
	int64_t searches;            /* since then */
	int64_t made, updated;       /* ticks */
	unsigned writes;
	enum service service;        /* Cloud or Data Center: two sites that know nothing of each other */
};

/* What a chat was sent. */
struct message {
	enum service service;
	struct text body;            /* owned */
	char why[256];               /* why nobody sees it; "": it is shown */
};

/* One request in the journal: what is noted beside struct entry, at the same number. */
struct asked {
	char who[24];
	char *address, *body;        /* owned */
	size_t body_bytes;
	enum service service;
};

struct issued { char token[48]; int64_t until_ms; char user[64]; };

/* All that requests share; the lock of `standin` is held for every touch of it. */
struct world {
	struct standin standin;
	struct settings settings;
	struct record **records;     /* owned; in order of coming */
	size_t record_count, record_cap;
	struct record *near[NEAR];   /* last found, by the first digits of its id: rows walk to the same few groups again and again */
	int64_t numbers[8];          /* last one given, by place in the list of tables that have some */
	int64_t coming;              /* orders given */
	struct issue **issues;       /* owned */
	size_t issue_count, issue_cap;
	int64_t issue_number, jira_ids;
	struct message messages[MESSAGES_MAX];
	size_t message_count;
	struct issued tokens[TOKENS_MAX];
	uint64_t token_count;
	struct asked *asked;         /* JOURNAL_MAX of them; owned */
	const struct fault *writing; /* an order to drop or clip fields that holds for the request in hand; NULL */
};

/* ---- rows.c: all with the lock held ---- */
const char *record_get(const struct record *record, const char *field);   /* "" */
void record_set(struct record *record, const char *field, const char *value);
struct record *record_add(struct world *world, const struct table *table, const char *id);
struct record *record_by_id(struct world *world, const char *table, const char *id);   /* of the table or one below it; NULL */
struct record *record_by_name(struct world *world, const char *table, const char *name);
void record_remove(struct world *world, struct record *record);
void records_forget(struct world *world, bool all);   /* tickets and what hangs on them; all: the CMDB too */
/* 32 hex digits that are always the same for a text. */
void id_of(char id[ID_MAX], const char *kind, const char *text);
/* `2026-11-22 06:00:00`, now. */
void text_stamp(struct text *out);
bool same_folded(const char *a, const char *b);

/* ---- schema.c ---- */
extern const struct table tables[];
extern const size_t table_count;
const struct table *table_named(const char *name);
bool table_is(const struct table *table, const char *ancestor);
bool table_has(const struct table *table, const char *field);
/* The table that a field points to; NULL: it is no reference. */
const char *table_reference(const struct table *table, const char *field);
/* What people see of a record: its name, number or id. */
const char *record_display(const struct record *record);
/* What people see of a plain value: `New` of state 1; NULL: the value itself. */
const char *choice_display(const struct table *table, const char *field, const char *value);

/* ---- seed.c ---- */
bool seed(struct world *world);   /* false with a sentence on standard error */

/* ---- query.c ---- */
struct query;
/* `user`: whose id stands for javascript:gs.getUserID(). Never NULL: what cannot be read is dropped, as the real one does. */
struct query *query_read(struct world *world, const struct table *table, const char *text, const char *user);
bool query_takes(struct world *world, const struct query *query, const struct record *record);
/* Orders records that were taken. */
void query_order(struct world *world, const struct query *query, struct record **records, size_t count);
bool query_is_dropped(const struct query *query);   /* a condition was dropped */
void query_free(struct query *query);
/* The text of a field, through references: `assignment_group.name`; false when there is no such field. */
bool field_walk(struct world *world, const struct record *record, const char *path, const char **value, const struct record **of);
bool field_exists(const struct table *table, const char *path);

/* ---- snow*.c ---- */
void snow_answer(struct world *world, struct call *call, struct reply *reply);
void snow_table(struct world *world, struct call *call, const char *rest, const char *user, struct reply *reply);
void snow_write(struct world *world, struct call *call, const struct table *table, const char *id, const char *user, struct reply *reply);
void snow_more(struct world *world, struct call *call, const char *rest, const char *user, struct reply *reply);
void snow_error(struct reply *reply, unsigned status, const char *message, const char *detail);
void snow_view(struct world *world, const struct call *call, const struct record *record, struct text *out);
/* Who asks: their user name in `user`; false with the reply. */
bool snow_user(struct world *world, const struct call *call, char user[64], struct reply *reply);
void snow_token(struct world *world, const struct call *call, struct reply *reply);
bool user_may_write(const char *user);
bool base64_read(struct text *out, const char *digits);   /* of either alphabet; false for what is none */
bool user_may_read(const char *user);

/* ---- jira*.c, jql.c, adf.c, multipart.c ---- */
void jira_answer(struct world *world, struct call *call, struct reply *reply);
void jira_error(struct reply *reply, unsigned status, const char *message);
void jira_field_error(struct reply *reply, const char *field, const char *message);
void jira_create(struct world *world, const struct call *call, int version, struct reply *reply);
void jira_edit(struct world *world, const struct call *call, int version, struct issue *issue, struct reply *reply);
void jira_comment(struct world *world, const struct call *call, int version, struct issue *issue, struct reply *reply);
void jira_transition(struct world *world, const struct call *call, struct issue *issue, struct reply *reply);
void jira_attach(struct world *world, const struct call *call, struct issue *issue, struct reply *reply);
void jira_search(struct world *world, const struct call *call, int version, struct reply *reply);
/* The issue as an answer; `fields` NULL: all; "": none. */
cJSON *jira_view(struct world *world, const struct issue *issue, int version, const char *fields);
cJSON *jira_status(int64_t number);
struct issue *jira_issue(struct world *world, enum service service, const char *key);
void jira_touch(struct issue *issue);
void jira_forget(struct world *world);
bool jira_is_cloud(const struct call *call);
struct jql;
/* NULL with a sentence in `why`. */
struct jql *jql_read(struct world *world, const char *text, struct text *why);
bool jql_takes(const struct jql *jql, const struct issue *issue);   /* by what the index knows */
void jql_free(struct jql *jql);
bool jql_is_unbounded(const struct jql *jql);   /* no condition at all */
/* NULL: a document that Jira takes; else why not. `chars` counts its text. */
const char *adf_fault(const cJSON *document, size_t *chars);
void adf_text(const cJSON *document, struct text *out);
cJSON *adf_of_text(const char *text);
size_t utf16_length(const char *text);   /* Jira counts as Java does */
/* The first file of a multipart body; false when there is none. Borrowed from the body; the name is cut to the room. */
bool multipart_file(const struct call *call, char *name, size_t room, const char **bytes, size_t *n);

/* ---- chat*.c ---- */
void teams_answer(struct world *world, struct call *call, struct reply *reply);
void slack_answer(struct world *world, struct call *call, struct reply *reply);
/* Why a workflow fails with this body later, unseen by the sender; NULL: it does not. */
const char *teams_fault(const struct call *call, char room[256]);
/* Slack's word for a body that it refuses; NULL: it takes it. */
const char *slack_fault(const cJSON *body);

/* ---- faults.c, journal.c, records.c, control.c ---- */
extern const char world_fault_kinds[], world_fault_keys[];
/* The order that this request falls under, used up once; false for none. With the lock held, as all below. */
bool world_fault(struct world *world, const struct call *call, struct fault *fault);
/* Makes the reply that the order wants; what was asked is done already, or is not to be. */
void fault_spoil(const struct call *call, const struct fault *fault, struct reply *reply);
bool fault_names_field(const struct fault *fault, const char *field);
/* The documented body of a status, as the service has it. */
void reply_status(const struct call *call, struct reply *reply, unsigned status);
size_t journal_begin(struct world *world, const struct call *call);
void journal_who(struct world *world, size_t entry, const char *who);
void journal_log(struct world *world, struct reply *reply);
void journal_clear(struct world *world);
void records_list(struct world *world, struct reply *reply);
extern const struct standin_hooks world_hooks;
void world_release(struct world *world);
void reply_json(struct reply *reply, unsigned status);
void reply_tree(struct reply *reply, unsigned status, cJSON *tree);   /* takes the tree */
void reply_release(struct reply *reply);

#endif
