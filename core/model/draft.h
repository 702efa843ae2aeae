/* draft.h - the one ticket of a run, before it is sent: title, hosts by team, and what it says. No system in here.
 *
 * draft.c         from rows to a draft, sorted by team; a child's draft
 * draft_past.c    what the record had before
 * draft_name.c    title, scope for people, correlation id, mark
 * draft_doc.c     the body as a document
 * draft_hosts.c   its hosts, team by team
 * draft_delta.c   what changed since the record was last written, as a note
 * draft_steps.c   how to leave passive mode, by operating system
 * (draft_csv() is in core/io/export_draft.c, beside the other writers of CSV.)
 *
 * A draft is whole and owns its texts: the run may be swapped while it is looked at. Every host of the selection is in it, those without
 * an owner too. */
#ifndef ROUSE_DRAFT_H
#define ROUSE_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/model/doc.h"
#include "core/model/owner.h"
#include "core/model/run.h"
#include "core/model/value.h"

/* Bytes that every system takes. */
#define DRAFT_TITLE_MAX 160
#define DRAFT_CORRELATION_MAX 64
#define DRAFT_NOTE_MAX 4000          /* what a person adds */

/* One host on the ticket. Texts never NULL, owned. */
struct draft_host {
	struct slice device;       /* packed id; owned */
	char *name;                /* exact */
	char *group, *platform;
	enum verdict verdict;
	char *mode;                /* as reported; "" when missing */
	char *other_av;            /* "" when none was seen */
	uint16_t flags;            /* bits of enum flag */
	enum change change;        /* CHANGE_VANISHED: the record has it, and an incomplete run does not tell of it */
	bool altered;
	int64_t signature_time, last_seen;   /* seconds; TIME_NONE */
	char *url;                 /* of the host in the portal; "" */
	char *note;                /* the analyst's; "" */
	uint32_t team;             /* number in teams */
};

/* Hosts of one team stand together. */
struct draft_team {
	enum owner_state state;    /* OWNER_OWNED, or why there is none; all hosts without a team in one state are one such team */
	char *name;                /* "" without a team */
	char *id;                  /* in the ticket system, when the CMDB knew it; "" */
	char *contact;             /* of its first host that has one; "" */
	uint32_t first, count;     /* of hosts */
};

/* A host as a record last had it. Owned by the store's list. */
struct draft_past {
	struct slice device;       /* packed id; owned */
	char *name;
	enum verdict verdict;
};

/* What a draft is made of. All borrowed for the call. */
struct draft_plan {
	const struct lens *lens;
	const struct run *run;             /* its head: counts, reasons, times */
	const struct owners *owners;       /* may be NULL */
	const uint32_t *rows;              /* which rows, in any order; what is no finding, and a row that was named before, is not taken */
	uint32_t row_count;
	bool chosen;                       /* an analyst chose some of the findings: the title and body say so */
	const char *key;                   /* what the record is for: tenant and canonical scope; the correlation id is made from it. NULL:
	                                    * run->scope */
	bool per_run;                      /* [tickets] mode */
	const char *assignment;            /* [tickets] assignment: the team of the record; NULL: that of most hosts */
	const char *unowned;               /* [tickets] unowned: the team when no host has one; NULL: none */
	const char *title, *note;          /* a person's words; NULL: made */
	const struct draft_past *past;     /* hosts of the record as it was last written; NULL and 0 for a new one */
	size_t past_count;
	const char *past_name;             /* of that record: INC0010042; NULL */
};

/* Zero-initialised means none. */
struct draft {
	char *correlation;         /* `rouse-1f0c9d2e4b5a` (rolling) or `rouse-1f0c9d2e4b5a-20261120T070000Z` (per run); [a-z0-9TZ-] */
	char *title;               /* visible characters alone, DRAFT_TITLE_MAX bytes at most */
	char *note;                /* "" */
	char *assignment, *assignment_id;   /* "" when there is nobody */
	char *mark;                /* the last line of the body: `rouse-1f0c9d2e4b5a 37 hosts 9f86d081884c7d65`: correlation, hosts, and a
	                            * fingerprint of what matters (hosts, verdicts, modes, other antivirus, owners, completeness, title, note,
	                            * assignment; no ages and no last seen, so that a quiet day changes nothing) */
	int64_t run, run_started;
	int64_t now;               /* seconds; ages in the body count from it */
	bool complete;
	char **reasons;            /* sentences of an incomplete run; owned */
	size_t reason_count;
	uint64_t reason_mark;      /* a fingerprint of which reasons they are, without their figures */
	char *count_line;          /* `in scope N: active N, ...` */
	char *scope;               /* for people: `Win-Servers-Prod, Win-Servers-DMZ`, or `every machine group` */
	bool chosen;
	struct draft_team *teams;  /* owned; owned ones first, by hosts; then unowned, unknown, ambiguous, unasked */
	size_t team_count;
	struct draft_host *hosts;  /* owned; by team, then worst first */
	uint32_t host_count;
	uint32_t finding_count;    /* of the run, accepted ones too */
	uint32_t not_taken;        /* rows of the plan that are no findings (any more), or were named twice */
	/* against the record as it was: indexes */
	uint32_t *added;           /* hosts that it did not have; owned */
	uint32_t added_count;
	uint32_t *worse;           /* hosts whose verdict is another; owned */
	uint32_t worse_count;
	struct draft_gone {        /* hosts that it had and this one has not, and why */
		char *name;
		char why[32];          /* `resolved`, `vanished`, `accepted`, `left out` */
	} *gone;                   /* owned */
	uint32_t gone_count;
	bool update;               /* there was a record: added, worse and gone mean something */
};

void draft_make(const struct draft_plan *plan, struct draft *draft);
/* A draft of one team's hosts alone, for a child record; its correlation is the parent's with `-` and 8 hex digits of the team's name. */
void draft_child(const struct draft *draft, size_t team, struct draft *child);
void draft_release(struct draft *draft);

/* The body, with at most `hosts` rows; the rest is counted in words and pointed to the attached CSV. The mark is its last line. */
void draft_doc(const struct draft *draft, uint32_t hosts, struct doc *doc);
/* What changed since the record was last written, at most `hosts` names of each kind. False, and nothing, when nothing did. */
bool draft_delta(const struct draft *draft, uint32_t hosts, struct doc *doc);
/* The whole list as CSV: formula-safe cells, a line a host with its team. */
void draft_csv(const struct draft *draft, struct strbuf *out);
/* The correlation id of a scope (canonical text) for a mode; appends. */
void draft_correlation(const char *scope, bool per_run, int64_t run_started, struct strbuf *out);
/* What became of a draft's hosts in one word for people: `37 servers`, `1 server`. Appends. */
void draft_servers(uint32_t count, struct strbuf *out);
/* The steps to leave passive mode for a platform (OSPlatform); NULL-terminated, and the same array for platforms with the same steps. The first
 * text says which servers they are for; texts that begin with https:// are the sources; ` stands around what is typed. */
const char *const *draft_steps(struct slice platform);
/* Whether a host stands before another one: nothing else protects it, worse verdict, older signatures, name. For qsort(). */
int draft_host_order(const struct draft_host *a, const struct draft_host *b);

#endif
