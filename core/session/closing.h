/* closing.h - closing the loop from a session: owners of the findings, the one ticket, the digest.
 *
 * closing.c         what is kept: owners, tickets, results; the back ends      closing_owners.c   asking the CMDB, choosing by hand
 * closing_draft.c   which hosts, and the draft                                 closing_send.c     the ticket
 * closing_post.c    the digest
 *
 * Each is a job like a detection: begun here, moved by session_step() (SESSION_MORE, SESSION_WAIT), ended with SESSION_FINISHED when its
 * result is there, good or bad, or SESSION_FAILED when it could not even begin its work. The run on hand stays as it is meanwhile;
 * session_cancel() ends the waiting, and what was already sent is in the store as what it is: open, or uncertain. */
#ifndef ROUSE_CLOSING_H
#define ROUSE_CLOSING_H

#include <stdbool.h>
#include <stdint.h>

#include "core/model/draft.h"
#include "core/model/digest.h"
#include "core/session/session.h"
#include "core/tickets/ensure.h"

/* -- what is known; borrowed until the next step or change -- */

const struct owners *session_owners(const struct session *session);
const struct ticket_links *session_tickets(const struct session *session);
/* Whether [owners] can be asked (kind and its file or address are set), [tickets] has a back end, [notify] any. */
bool session_has_owners(const struct session *session);
bool session_has_tickets(const struct session *session);
bool session_has_notify(const struct session *session);

/* A dry run: what is asked for from now on is kept in memory alone. */
void session_keep_nothing(struct session *session);

/* -- owners -- */

/* Asks for the owners of some rows of the run on hand; NULL: of every finding that is not accepted. What was answered within [owners] keep is
 * not asked again unless `anew`; a choice by hand stays until it is taken back. Copies `rows`. */
int session_resolve(struct session *session, const uint32_t *rows, uint32_t count, bool anew, struct error *err);

/* What became of it. */
struct resolved {
	struct owner_tally tally;      /* over the rows asked for */
	uint32_t hosts;
	uint32_t kept;                 /* of the hosts: answered from the store */
	uint32_t old;                  /* of the kept: older than [owners] keep, as the CMDB could not be asked */
	unsigned requests;             /* that went to the service */
	char failure[1024];            /* why nobody could be asked; "" */
	const char *const *complaints; /* sentences; borrowed */
	size_t complaint_count;
};
/* Of the last job; NULL: there was none. */
const struct resolved *session_resolved(const struct session *session);
/* Counts the states of some rows; NULL: every finding that is not accepted. Sums to their number. */
void session_tally_owners(struct session *session, const uint32_t *rows, uint32_t count, struct owner_tally *tally);
/* A person's choice: one of the candidates by index, or with SIZE_MAX the team `team` ("": takes an earlier choice back). In memory, store
 * and audit trail. */
int session_assign(struct session *session, struct slice packed_id, size_t candidate, const char *team, const char *who, struct error *err);

/* -- the ticket -- */

/* Which hosts, and a person's words. */
struct draft_wish {
	const uint32_t *rows;     /* rows of the run on hand that are findings; NULL: every finding that is not accepted */
	uint32_t count;
	const char *title, *note; /* NULL: made; none */
};

/* What a person should know before it is sent. Owned texts; session_review_release(). */
struct review {
	char *target;             /* `Request Tracker rt.example.com, queue Windows Platform` */
	char *existing;           /* number of the record that will be updated, as the store knows it; "" for a new one */
	char *existing_url;
	enum ticket_state existing_state;
	uint32_t already;         /* hosts of the draft that are on that record now */
	uint32_t joined;          /* of those: not chosen, but kept on it (a rolling record never loses a host to a choice) */
	uint32_t accepted;        /* chosen hosts that are accepted, and so left out */
	uint32_t too_many;        /* [tickets] hosts_max when the draft has more; 0 */
	char **warnings;          /* sentences; owned */
	size_t warning_count;
};

/* Makes the draft of the run on hand: with chosen rows the hosts of the open record that are still findings join them. Fills an empty
 * *draft and *review. Asks nobody. STATUS_CONFIG without a ticket system. */
int session_draft(struct session *session, const struct draft_wish *wish, struct draft *draft, struct review *review, struct error *err);
void session_review_release(struct review *review);
/* The body as the system would get it, and the request as --dry-run prints it. Append. */
int session_draft_body(struct session *session, const struct draft *draft, struct strbuf *out, struct error *err);
int session_draft_request(struct session *session, const struct draft *draft, struct strbuf *out, struct error *err);
/* Sends it. `draft` is borrowed until the job ends. `fresh`: a new record though one is open. */
int session_send(struct session *session, const struct draft *draft, bool fresh, struct error *err);
/* Of the last job; NULL: there was none. Borrowed until the next session_send(). */
const struct ensure_result *session_sent(const struct session *session);

/* -- the digest -- */

/* Of the run on hand, with what became of its ticket. Fills an empty *digest. */
int session_digest(struct session *session, struct digest *digest, struct error *err);
/* Posts it everywhere that [notify] kind names (`console`: but for stdout). `digest` is borrowed until the job ends. */
int session_post(struct session *session, const struct digest *digest, bool console, struct error *err);
/* Whether [notify] kind names places that there are: asked before anything is done. */
int session_check_notify(struct session *session, struct error *err);
/* What became of one place. */
struct posted {
	const char *title;        /* `Teams` */
	bool done;
	char sentence[1024];      /* `Teams: accepted.`, or why not */
	int status;               /* enum status */
};
const struct posted *session_posted(const struct session *session, size_t *count);
/* The request to each place as text, addresses as ***. Appends. */
int session_digest_request(struct session *session, const struct digest *digest, struct strbuf *out, struct error *err);

#endif
