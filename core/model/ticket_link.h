/* ticket_link.h - which record of a ticket system a host is on: what the column Ticket says. By device id. */
#ifndef ROUSE_TICKET_LINK_H
#define ROUSE_TICKET_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

struct strbuf;

/* Of a record, as the store keeps it. Stored as its name. */
enum ticket_state {
	TICKET_INTENT,      /* about to be written; nobody knows whether it was */
	TICKET_OPEN,        /* read back */
	TICKET_UNCERTAIN,   /* the answer was lost and the record was not found yet */
	TICKET_CLOSED,      /* people closed it, or it was a duplicate */
	TICKET_STATE_COUNT
};
extern const char *const ticket_state_names[TICKET_STATE_COUNT];   /* "intent", "open", "uncertain", "closed" */

/* One record. Owned. */
struct ticket_link {
	char *number;       /* INC0010042; `?` with an uncertain one */
	char *url;          /* "" */
	char *correlation;
	enum ticket_state state;
	uint32_t hosts;
};

/* Zero-initialised means none. */
struct ticket_links {
	struct map ids;              /* packed ids */
	uint32_t *record;            /* by number in ids: index into records; MAP_NONE: none; owned */
	size_t record_cap;
	struct ticket_link *records; /* owned */
	size_t record_count, records_cap;
	uint64_t generation;
};

/* What the column Ticket shows: the number, with `?` before it, or `?` alone, while nobody knows whether the record is there; nothing for a
 * closed one. */
void ticket_link_text(const struct ticket_link *link, struct strbuf *out);
/* Copies a record; returns its index. */
uint32_t ticket_links_add(struct ticket_links *links, const struct ticket_link *record);
/* Puts a host on a record; of several the last one counts. */
void ticket_links_put(struct ticket_links *links, struct slice packed_id, uint32_t record);
/* NULL when the host is on none. Borrowed. */
const struct ticket_link *ticket_links_get(const struct ticket_links *links, struct slice packed_id);
void ticket_links_release(struct ticket_links *links);

#endif
