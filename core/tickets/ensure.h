/* ensure.h - one record for a draft: never two, never lost, and the truth about it.
 *
 * Order of a send, each step in the store before the next: guard; by the id that the store remembers, then by correlation id, what is there;
 * intent; create or update; read back and compare; find again, and where two are found keep the lowest number and take the other out;
 * the work note; the CSV; children, each the same way. After a lost answer the record is looked for, again and again for up to `patience`,
 * before anything is written; what is still not known then is `uncertain`, stays so in the store, and the next send begins with looking.
 * Two processes on one store take turns by a lock; two on different machines meet at `find again`, or at the look of the next send.
 *
 * ensure.c         begin, step, result         ensure_look.c    what is there: by id, by correlation id, again after a lost answer
 * ensure_write.c   create, update, read back   ensure_end.c     find again, duplicates, note, CSV, the store's last word
 * ensure_child.c   children, and those whose team has no host any more
 *
 * When a create may be repeated. After a lost answer, or a crash between the intent and the answer, the record may be there without being
 * found: the request may still be on its way, or the search may lag. The send that lost it never creates again. A later one does
 * once it has looked and found nothing at least `patience` (60 s) after the loss: by then no server still works on a request whose
 * connection is gone. Where the search lags (ops->lags) it is ten minutes: Atlassian names `seconds to minutes`, and a second record is
 * worse than a late one. Until then the send waits, or says `uncertain` and when it may go on.
 *
 * Two records with one correlation id: the one with the lowest number stays, as every machine that looks comes to the same one. It is brought
 * up to date and read back first; then another is closed into it, only when it is open, has our correlation id and a mark of ours in its
 * body. Anything else is left to people, with a warning. */
#ifndef ROUSE_ENSURE_H
#define ROUSE_ENSURE_H

#include "core/io/store.h"
#include "core/tickets/tickets.h"

enum ensure_word { ENSURE_CREATED, ENSURE_UPDATED, ENSURE_UNCHANGED, ENSURE_UNCERTAIN, ENSURE_FAILED, ENSURE_WORD_COUNT };
extern const char *const ensure_words[ENSURE_WORD_COUNT];   /* "created", "updated", "unchanged", "uncertain", "failed" */

/* What became of one record. Owned by the result. */
struct ensure_item {
	enum ensure_word word;
	struct ticket_record record;  /* as read back */
	char *team;                   /* of a child; "" for the one record */
	uint32_t hosts;               /* that it holds, read back; 0 when not known */
	char *sentence;               /* what happened: `INC0010042 updated, read back: 37 hosts.`, or the failure with its mend */
};

struct ensure_result {
	struct ensure_item *items;    /* [0] is the one record, children after it; owned */
	size_t count, cap;
	char **warnings;              /* sentences: two records found, a team that was not taken, a CSV that was not attached; owned */
	size_t warning_count, warning_cap;
	int status;                   /* enum status: the worst of all */
};

struct ensure_options {
	struct tickets *tickets;      /* borrowed */
	struct store *store;          /* borrowed */
	const char *store_path;       /* where it is, for the lock of a send beside it; borrowed; NULL or `:memory:`: nobody else has it */
	const struct draft *draft;    /* borrowed until the end */
	const char *scope;            /* canonical text */
	bool per_run;                 /* a closed record of the same id counts as made */
	bool children;                /* one for each team */
	bool fresh;                   /* the analyst wants a new record though one is open: rolling alone */
	int64_t now;                  /* seconds */
	int64_t patience_ms;          /* 0: 60 s; how long a lost record is looked for */
	int64_t (*clock)(void *owner);   /* milliseconds that only grow, for tests; NULL: clock_ms() */
	void *clock_owner;            /* borrowed */
};

struct ensure;
int ensure_begin(struct ensure **ensure, const struct ensure_options *options, struct error *err);
/* STEP_DONE: the result is there. STEP_FAILED only for the store. */
enum step ensure_step(struct ensure *ensure, struct error *err);
/* What it does now: `looking for rouse-1f0c9d2e4b5a`, `writing INC0010042`, `reading it back`. Appends. */
void ensure_doing(const struct ensure *ensure, struct strbuf *out);
int ensure_timeout_ms(const struct ensure *ensure);   /* until it wants to go on by itself; -1: only when the network says so */
int ensure_fd(const struct ensure *ensure);           /* a descriptor of the back end to wait for too, or -1 */
const struct ensure_result *ensure_result(const struct ensure *ensure);
void ensure_free(struct ensure **ensure);

#endif
