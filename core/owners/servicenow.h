/* servicenow.h - owners from ServiceNow's CMDB. Inside: for the files of this back end and its tests.
 *
 * servicenow.c        making one, the order of requests     servicenow_items.c   which hosts are asked for together
 * servicenow_ask.c    queries and batches                   servicenow_take.c    answers, and a row as a record
 * servicenow_batch.c  answers of the Batch API               servicenow_check.c  the set-up, examined
 *
 * An item is a query for some twenty hosts; many items go in one request of the Batch API, so that 10,000 hosts take some 25 requests where
 * one address for each query would take 1,000. Where an instance has no Batch API the items go alone. An item that is refused, cut or not
 * whole is asked again in halves, down to the host that it fails for: that one stays unasked, and is told. */
#ifndef ROUSE_OWNERS_SERVICENOW_H
#define ROUSE_OWNERS_SERVICENOW_H

#include "core/base/strbuf.h"
#include "core/io/servicenow.h"
#include "core/owners/owners.h"

#define CMDB_FIELDS_MAX 8
#define CMDB_BATCH 20          /* items of one request: each takes a while, and all of them 30 s at most */
#define CMDB_BATCH_URL 4000    /* bytes of an address within a batch: it is no request line */
#define CMDB_PAGE 500          /* rows of one answer */

/* Hosts order[first .. first+count), and how far their rows were read. */
struct cmdb_item {
	uint32_t first, count;
	uint32_t got;              /* rows so far: sysparm_offset */
};

struct cmdb {
	struct owner_source base;
	struct servicenow_site site;
	struct login login;
	struct talk *talk;
	const char *table;                     /* borrowed from the configuration, as the fields */
	const char *fields[CMDB_FIELDS_MAX];   /* that name the team, in order */
	size_t field_count;
	/* what is asked; borrowed but `order` */
	const struct slice *hosts;
	size_t host_count;
	struct owner_asking *asking;
	struct checks *checks;                 /* an examination instead; NULL */
	unsigned check_step;
	uint32_t *order;                       /* hosts whose names can be asked for; owned */
	uint32_t order_count, next;            /* hosts from `next` on are in no item yet */
	struct cmdb_item *queue;               /* items that are asked (again) before new ones; owned */
	size_t queue_count, queue_cap;
	struct cmdb_item sent[CMDB_BATCH];     /* of the request under way */
	size_t sent_count;
	size_t batch;                          /* items of one request, now; 1: no more Batch API */
	bool alone;                            /* each item by its own GET */
	bool probed;                           /* the table was seen: it has rows, and the fields that are asked for */
	/* how it goes */
	int state;
	struct talk_call *call;
	struct strbuf url, body;
	struct servicenow_rows rows;
	struct json_object top, list, part;
	struct map seen;                       /* sys_ids that were handed over */
	unsigned requests;                     /* of the talk when this began */
	unsigned splits, mishaps;              /* so far; there is an end to patience */
	size_t nameless;                       /* groups whose name may not be read */
	bool stopped;                          /* nothing more is asked; error says why */
	struct error error;
};

/* -- servicenow_items.c -- */

void cmdb_order(struct cmdb *cmdb);
/* The next item: one of the queue, or new hosts. False when there is none. */
bool cmdb_next_item(struct cmdb *cmdb, struct cmdb_item *item);
void cmdb_queue(struct cmdb *cmdb, struct cmdb_item item);
/* Asks an item again in halves; a single host is given up, for the reason. */
void cmdb_split(struct cmdb *cmdb, const struct cmdb_item *item, const char *why);
/* All hosts of the item are answered. */
void cmdb_answered(struct cmdb *cmdb, const struct cmdb_item *item);
/* Asks nothing more. */
void cmdb_stop(struct cmdb *cmdb, enum status status, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* -- servicenow_ask.c -- */

/* Appends the path and query of an item: `/api/now/table/cmdb_ci_server?sysparm_query=nameIN...`. */
void cmdb_query(const struct cmdb *cmdb, const struct cmdb_item *item, struct strbuf *out);
/* The query for anything, or for a name that nobody has. */
void cmdb_probe(const struct cmdb *cmdb, bool nobody, struct strbuf *out);
/* Fills url and body for the next request; false when nothing is left to ask. */
bool cmdb_fill(struct cmdb *cmdb);
/* Appends the member of a batch for a path. */
void cmdb_batch_add(struct strbuf *body, size_t id, struct slice path);

/* -- servicenow_take.c -- */

/* An answer to what was sent. */
void cmdb_take(struct cmdb *cmdb, const struct talk_reply *reply);
/* The body of one query's answer: rows are handed over, the item is answered, goes on with its next page, or is split. `total` is -1 where
 * the answer does not say how many rows there are. */
void cmdb_take_item(struct cmdb *cmdb, struct cmdb_item item, struct slice body, int64_t total);
/* A query that failed with a status of its own. */
void cmdb_item_failed(struct cmdb *cmdb, const struct cmdb_item *item, int status, const char *why);

/* -- servicenow_batch.c -- */

void cmdb_take_batch(struct cmdb *cmdb, const struct talk_reply *reply);
/* Decodes base64, blanks left out; false when it is none. Appends. */
bool cmdb_base64(struct slice text, struct strbuf *out);
/* What was sent is asked again, with fewer items in one request, at last each by itself; `dealt` says which are done. NULL: none. */
void cmdb_again(struct cmdb *cmdb, const bool *dealt);

/* -- servicenow_check.c -- */

/* The answer to the first question: one row of the table. An account that may see none would find every host unknown. */
void cmdb_take_probe(struct cmdb *cmdb, const struct talk_reply *reply);

/* The request of check_step; false after the last one. */
bool cmdb_check_fill(struct cmdb *cmdb);
void cmdb_check_take(struct cmdb *cmdb, const struct talk_reply *reply);

#endif
