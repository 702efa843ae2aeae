/* accept.h - acceptances: recorded, expiring decisions that a host may stay as it is.
 *
 * An acceptance is in force from when it was taken until its date, as long as nobody revokes it and the evidence is no worse than it was.
 * Once ended it never comes back by itself: a new decision must be taken. Kept whole in the store, ended ones too. A host that is fixed needs
 * none any more: its acceptance ends, so that a relapse is seen. A host that is gone keeps it, idle: it only takes findings out of lists.
 *
 * accept.c            the set, dates
 * accept_evidence.c   what ends one, and what makes one doubtful
 * accept_list.c       the order and the counts of a list */
#ifndef ROUSE_ACCEPT_H
#define ROUSE_ACCEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/model/table.h"
#include "core/model/verdict.h"

struct lens;
struct strbuf;

/* Bytes of what a person types; longer is refused, never cut. */
#define ACCEPT_REASON_MAX 1000
#define ACCEPT_WHO_MAX 200
/* Ending within this, and ended within this, is said loudly. */
#define ACCEPT_NEAR (7 * INT64_C(86400))

/* How an acceptance ended. Stored as its name. */
enum acceptance_end { ACCEPT_IN_FORCE, ACCEPT_EXPIRED, ACCEPT_REVOKED, ACCEPT_EVIDENCE, ACCEPT_END_COUNT };
extern const char *const acceptance_end_names[ACCEPT_END_COUNT];   /* "in force", "expired", "revoked", "evidence changed" */

/* One decision. Texts owned by the set. */
struct acceptance {
	int64_t id;              /* in the store; 0 before it is saved */
	struct slice device;     /* packed id */
	char *host;              /* name when it was taken */
	char *reason, *who;      /* never empty */
	int64_t taken, until;    /* seconds; in force while taken <= now < until */
	int64_t run;             /* whose evidence was accepted; only later runs can break it */
	enum verdict verdict;    /* what was accepted: the evidence of that day */
	uint16_t flags;
	char *group;             /* machine group; "" when there was none */
	char *mode, *other_av;   /* "" when there was none */
	enum acceptance_end end; /* as stored; an expired one may still say ACCEPT_IN_FORCE: ask acceptance_end_at() */
	int64_t ended;           /* seconds; 0 while in force; the date itself for one that expired */
	char *ended_why;         /* `SentinelOne is gone`, `by mk`; "" while in force */
};

/* Zero-initialised means none. Of several acceptances of a host the newest counts. */
struct acceptances {
	struct acceptance *items;   /* owned; oldest first */
	size_t count, cap;
	struct map ids;             /* packed ids */
	uint32_t *newest;           /* by number in ids: index into items; owned */
	size_t newest_cap;
	uint64_t *sieve;            /* bits by a cheap hash of the id: hosts without any acceptance pass by quickly; owned */
	size_t sieve_bits;          /* a power of two, or 0 */
	uint64_t generation;        /* grows with each change */
};

/* Adds a copy; every field but id and end must be set (texts may be NULL: empty). Returns its index. */
size_t acceptances_add(struct acceptances *set, const struct acceptance *acceptance);
/* Marks one as ended. */
void acceptances_end(struct acceptances *set, size_t index, enum acceptance_end end, int64_t when, const char *why);
/* The newest acceptance of a host, in force or not; NULL when there is none. Borrowed until the next change of the set. */
const struct acceptance *acceptances_find(const struct acceptances *set, struct slice packed_id);
/* What the acceptance is at that time. */
enum acceptance_end acceptance_end_at(const struct acceptance *acceptance, int64_t now);
/* Not ended at that time, and taken by then: one from the future of this clock accepts nothing yet. */
bool acceptance_in_force(const struct acceptance *acceptance, int64_t now);
/* Sets accepted[row - from] to 1 for findings whose host has an acceptance in force at lens->now, else 0. Fast when there are few. */
void acceptances_rows(const struct lens *lens, uint32_t from, uint32_t to, uint8_t *accepted);
/* Findings of the lens' table with an acceptance in force. */
uint32_t acceptances_count(const struct lens *lens);
/* Until when the host of a row is accepted: the date of its newest acceptance while it is in force or has expired, else TIME_NONE. */
int64_t acceptances_until(const struct lens *lens, uint32_t row);

/* accept_evidence.c */

/* What a run says anything of. What it does not look at at all breaks nothing. */
struct acceptance_sight {
	bool antivirus;   /* some row tells of other antivirus products: there was a software inventory */
	bool health;      /* some row tells of onboarding or of the sensor */
};
struct acceptance_sight acceptances_sight(const struct table *table);
/* Findings in force that rest on another antivirus which this run says nothing of: it was made without a software inventory. */
uint32_t acceptances_unseen(const struct lens *lens);
/* Findings in force whose evidence has become old since they were accepted: see acceptance_is_old(). */
uint32_t acceptances_old(const struct lens *lens);
/* Whether a row is stale or silent now and was not when it was accepted: nobody knows what the host is today. */
bool acceptance_is_old(const struct acceptance *acceptance, const struct table *table, uint32_t row);
/* Bytes of a name or group that acceptances keep, and compare. */
#define ACCEPT_NAME_MAX 1024
/* Whether a row ends the acceptance of its host, for it is another finding than the one that was accepted, or none any more: it is active;
 * the verdict is worse, unknown or unassessed; the mode is another that nobody documented; another antivirus is gone; the witnesses disagree;
 * it is excluded; it is not healthy in the portal any more; its short name or its group is another. Appends why as a clause; `run` is the
 * number that it names, 0 while there is none. */
bool acceptance_broken(const struct acceptance *acceptance, const struct table *table, uint32_t row,
                       const struct acceptance_sight *sight, int64_t run, struct strbuf *why);

/* What speaks against accepting findings: asked and said before or after, never a refusal. */
struct acceptance_doubts {
	uint32_t no_other_av, unknown, unassessed;   /* hosts */
};
void acceptance_doubts_add(struct acceptance_doubts *doubts, const struct table *table, uint32_t row);
/* Appends `no other antivirus was seen on 2 of them; the mode of 1 of them is unknown`, or with `host`, the only one, its name instead of
 * counts. Returns false, and appends nothing, when there is no doubt. */
bool acceptance_doubts_text(const struct acceptance_doubts *doubts, const char *host, struct strbuf *out);

/* accept.c */

/* Reads a date: `2026-12-31` (from midnight UTC that day the host is back), a full ISO 8601 time, or days and weeks from today (`30d`, `4w`).
 * False when it is none. */
bool acceptance_date(const char *text, int64_t now, int64_t *until);
/* The same as text: `2026-12-31`, or the whole time when it is not midnight. */
void acceptance_date_text(int64_t until, struct strbuf *out);
/* Whether a text says anything: more than blanks and control characters. */
bool acceptance_says(const char *text);

/* accept_list.c: what a list of acceptances shows first. */
enum acceptance_class {
	ACCEPT_LOUD,      /* ended by itself within ACCEPT_NEAR, and no newer decision was taken */
	ACCEPT_RUNNING,   /* in force */
	ACCEPT_PAST,      /* any other end */
};
enum acceptance_class acceptance_class_at(const struct acceptances *set, size_t index, int64_t now);
/* Fills order[0 .. set->count): the loud ones, newest end first; those in force, nearest date first; the past, newest end first. */
void acceptances_order(const struct acceptances *set, int64_t now, size_t *order);
/* When it ended by `now`; 0 while it is in force. */
int64_t acceptance_ended_at(const struct acceptance *acceptance, int64_t now);
/* In force, and ending within ACCEPT_NEAR. */
bool acceptance_ends_soon(const struct acceptance *acceptance, int64_t now);
struct acceptance_counts {
	size_t in_force, soon, loud, past;   /* `soon` is part of `in_force`; the other three add up */
};
void acceptances_tally(const struct acceptances *set, int64_t now, struct acceptance_counts *counts);
/* `3 in force, 1 ends within 7 days; 2 ended within 7 days; 5 older or revoked`. */
void acceptance_counts_text(const struct acceptance_counts *counts, struct strbuf *out);

void acceptances_release(struct acceptances *set);

#endif
