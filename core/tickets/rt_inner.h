/* rt_inner.h - what the files of the Request Tracker back end share. See rt.c. */
#ifndef ROUSE_TICKETS_RT_INNER_H
#define ROUSE_TICKETS_RT_INNER_H

#include "core/io/json.h"
#include "core/tickets/web.h"

#define RT_ID_MAX 24               /* bytes of a number in an address, with its NUL */
#define RT_FIND_ROWS 20            /* of a page; each brings its whole host list */
#define RT_FIND_PAGES_MAX 50
#define RT_AGAIN_MAX 2
#define RT_HISTORY_PAGES_MAX 5
#define RT_HISTORY_ROWS 20         /* texts of a ticket looked at for the mark, newest first */
#define RT_BODY_MAX ((size_t)256 << 10)   /* bytes of a text; RT mails it to watchers. The host list's field is not cut */

#define RT_URL_FOR_PEOPLE "/Ticket/Display.html?id=%s"

/* Requests. A call goes from one to another; which comes next is decided where an answer is taken. */
enum rt_stage {
	RT_NONE,
	RT_VERSION, RT_USER,                                   /* check */
	RT_QUEUE_SEARCH, RT_QUEUE, RT_KEY_FIELD, RT_HOSTS_FIELD, RT_SEARCH_TRY,   /* the set-up */
	RT_GROUP, RT_GROUP_SEARCH, RT_CREATE, RT_CREATED,
	RT_FIND, RT_FIND_ACTIVE,
	RT_READ, RT_ACTIVE, RT_HISTORY,
	RT_PUT, RT_CONFIRM, RT_COMMENT, RT_PUT_MARK,           /* update, after RT_READ */
	RT_NOTE, RT_ATTACH,
	RT_INTO, RT_MERGE, RT_MERGED,                          /* close, after RT_READ */
};

/* What is known of a queue and its fields. */
struct rt_queue {
	char *name;                    /* as asked for; owned; NULL: nothing is known */
	char id[RT_ID_MAX];
	char key_id[RT_ID_MAX];        /* of the correlation field; "" when the queue has none */
	bool may_create;
	bool fit;                      /* the fields were looked at too */
};

/* A ticket as RT has it. */
struct rt_ticket {
	struct ticket_record record;
	char key_id[RT_ID_MAX];        /* of the correlation field; "" when its queue has none */
	char hosts_id[RT_ID_MAX];      /* of the hosts field; likewise */
	char *hosts;                   /* its text; owned; "" */
	char *creator;                 /* owned */
	bool deleted;
};

struct rt {
	struct tickets tickets;
	struct web web;
	const char *queue_name;        /* borrowed from the configuration, as the fields; NULL: by team */
	const char *key_field, *hosts_field;
	struct rt_queue queue;
	char hosts_id[RT_ID_MAX];      /* the hosts field that was looked at last */
	bool hosts_fit;                /* and whether it keeps text of several lines */
	/* the call under way */
	enum rt_stage stage, shown;    /* shown: of an UPDATE, while showing */
	const char *queue_wanted;      /* borrowed; "" when there is none */
	char group_id[RT_ID_MAX];      /* of the team; "" when RT has none of that name */
	struct rt_ticket ticket;
	char made[RT_ID_MAX];          /* the ticket that was created */
	uint64_t after;                /* FIND: pages go on after this number */
	unsigned pages, again;         /* `again`: how often a page that was not whole was asked once more */
	struct map active;             /* FIND: numbers of open tickets, when closed ones are wanted too */
	char version[64];              /* of RT, for check */
};

/* -- rt_ask.c: requests -- */

enum web_next rt_ask(void *owner, struct web_request *request, struct ticket_answer *answer);
/* The queue that a draft goes to; "" when nothing names one. */
const char *rt_queue_of(const struct rt *rt, const struct draft *draft);
enum rt_stage rt_queue_stage(const struct rt *rt);   /* how the queue is looked up */
enum rt_stage rt_group_stage(const struct rt *rt);   /* CREATE: how the team is */
/* Whether a text can stand in a search without quoting: [A-Za-z0-9:._-]. */
bool rt_plain(const char *text);
/* `#17`: what people say; 17 alone would read as a count in a sentence. */
void rt_put_number(struct ticket_record *record, const char *id);
void rt_forget(struct rt *rt);   /* what the last call knew */

/* -- rt_ask_write.c: requests that write -- */

void rt_ask_write(struct rt *rt, struct web_request *request);
/* The hosts, a line each: name, verdict and team with tabs between, the mark last when wanted. */
void rt_hosts_text(const struct draft *draft, bool mark, struct strbuf *out);
void rt_body(const struct draft *draft, struct strbuf *out);
uint32_t rt_body_hosts(const struct draft *draft);   /* that it has a row for */

/* -- rt_take.c: answers -- */

enum web_next rt_take(void *owner, const struct talk_reply *reply, struct ticket_answer *answer);
enum web_next rt_go(struct rt *rt, enum rt_stage stage);   /* asks that next */
/* The correlation id that the call is about; what the ticket carries when the call does not say; "". */
const char *rt_correlation(const struct rt *rt);

/* -- rt_write.c: answers of CREATE, UPDATE and CLOSE -- */

enum web_next rt_take_group(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer);
enum web_next rt_take_create(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer);
enum web_next rt_take_created(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer);
enum web_next rt_take_before(struct rt *rt, struct ticket_answer *answer);   /* UPDATE and CLOSE: the ticket was read */
enum web_next rt_take_confirm(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer);
enum web_next rt_take_into(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer);
enum web_next rt_take_merged(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer);

/* -- rt_check.c: answers of GUARD and CHECK, and the set-up of CREATE -- */

enum web_next rt_take_version(struct rt *rt, const struct talk_reply *reply);
enum web_next rt_take_user(struct rt *rt, const struct talk_reply *reply);
enum web_next rt_take_queue_search(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer);
enum web_next rt_take_queue(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer);
enum web_next rt_take_key_field(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer);
enum web_next rt_take_hosts_field(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer);
enum web_next rt_take_search_try(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer);
enum web_next rt_no_queue(struct rt *rt, struct ticket_answer *answer);

/* -- rt_read.c: JSON -- */

const struct json_member *rt_member(const struct json_object *object, const char *key);
struct slice rt_text(const struct json_object *object, const char *key);   /* a text or number; no value when it is neither */
bool rt_nested(struct json_object *object, const struct json_member *member);   /* takes an object or array apart */
bool rt_id(struct slice text, char id[RT_ID_MAX]);   /* digits alone */
/* Takes a ticket apart, of a record or of a row in a list. `correlation` is whose mark is looked for, and preferred where the
 * key field has several values; "": what the ticket has. */
bool rt_ticket_read(struct rt *rt, struct slice json, const char *correlation, struct rt_ticket *ticket);
/* One of the values of the key field is exactly this. */
bool rt_has_key(struct slice json, const char *field, const char *correlation);
void rt_ticket_release(struct rt_ticket *ticket);
void rt_answer_add(struct ticket_answer *answer, const struct ticket_record *record);   /* a copy */
/* The team by its name, where an answer has that. */
void rt_watchers_read(struct slice json, struct ticket_record *record);
/* The rows of a list; false when the answer is none. */
bool rt_rows_read(struct slice json, struct json_object *answer, struct json_object *rows, int64_t *total);
/* The number of the one row of this name (letter case ignored), or the row of exactly this name where several are. */
bool rt_named(struct slice json, const char *name, char id[RT_ID_MAX]);

#endif
