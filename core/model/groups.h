/* groups.h - the group audit: which machine groups of the estate the scope takes, and which it nearly takes. Pure.
 *
 * groups.c           the audit of a run, the nearest group of a name
 * groups_say.c       its sentences
 * groups_compare.c   how two names differ: the kinds, from the surest to the weakest
 * groups_slip.c      what a slip of the hand is, and what is another name
 * groups_name.c      a name as it is compared: with or without blanks and punctuation, folded, as its skeleton
 * confusables.h      characters that look alike
 *
 * What the scope takes is decided as the detection decides it (simple lower-case mapping, nothing trimmed). The kinds of difference only say
 * what the scope does not take and somebody may have meant. */
#ifndef ROUSE_GROUPS_H
#define ROUSE_GROUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/model/detect.h"
#include "core/model/run.h"

struct strbuf;

/* Kinds of difference; bits, for a name may differ in several ways. */
enum difference {
	DIFFERENCE_NONE = 0,               /* the same bytes */
	DIFFERENCE_CASE = 1 << 0,
	DIFFERENCE_BLANKS = 1 << 1,        /* leading, trailing, doubled, of another kind, or characters that are not seen */
	DIFFERENCE_PUNCTUATION = 1 << 2,   /* a hyphen, dash, underscore, dot, slash, blank, or none of them */
	DIFFERENCE_LOOKALIKE = 1 << 3,     /* equal skeletons by Unicode's data: Cyrillic, Greek, full-width, l and 1, O and 0 */
	DIFFERENCE_SLIP = 1 << 4,          /* one letter doubled, dropped, wrong, or two swapped */
	DIFFERENCE_APART = 1 << 5,         /* another name */
};

/* How a name differs from a configured one: DIFFERENCE_NONE, DIFFERENCE_APART, or the other bits. */
unsigned groups_difference(struct slice name, struct slice configured);
/* Appends it in words: `look-alike letters and case`; nothing for DIFFERENCE_NONE and DIFFERENCE_APART. */
void groups_difference_words(unsigned difference, struct strbuf *out);
/* Appends a name so that each of its characters can be seen: blanks at the ends, after a blank or of another kind than U+0020 as \x20 and
 * \u00a0, control characters and the like as \x1b. */
void groups_show_name(struct slice name, struct strbuf *out);
/* Appends where two names first differ, for differences that nobody sees: `character 3 is U+0456, not i`. Nothing when they are equal. */
void groups_place(struct slice name, struct slice configured, struct strbuf *out);

/* One group of the estate, judged. */
struct audit_line {
	const struct run_group *group;   /* borrowed from the run */
	const char *nearest;             /* configured name that it is or is near to; borrowed from the scope; NULL: none */
	unsigned difference;             /* from that; DIFFERENCE_APART without one */
	bool in_scope;                   /* the scope of now takes it */
	bool at_stake;                   /* it does not, and the name is near: somebody may think that it does */
	uint32_t findings;               /* when it was in scope at the run; else nobody looked, and `judged` is false */
	bool judged;
};

/* One configured name that no server is in. */
struct audit_unmatched {
	const char *name;                  /* borrowed from the scope */
	const struct run_group *nearest;   /* borrowed from the run; NULL: nothing in the estate is like it */
	unsigned difference;               /* between the two; DIFFERENCE_APART when the nearest is only the least different */
};

/* The audit of one run. Owned by the caller; groups_audit_release(). Run and scope must outlive it. */
struct group_audit {
	const struct run *run;
	bool known;                        /* false: the run is from before groups were counted, and all below is empty */
	bool all_groups;                   /* no group is configured: the scope takes every one */
	bool scope_changed;                /* the run was made with another scope */
	struct audit_line *lines;          /* at stake first, then by servers, most first, then by name */
	size_t count;
	struct audit_unmatched *unmatched; /* in the order of the configuration */
	size_t unmatched_count;
	size_t groups;                     /* lines that have a name */
	size_t stake_groups, folded_groups;
	uint64_t servers, servers_in, servers_out;   /* in + out = servers */
	uint64_t servers_stake;            /* of those out: in groups at stake */
	uint64_t servers_folded;           /* of those in: a case-sensitive comparison would lose them */
	uint64_t servers_ascii;            /* of those in: one that folds ASCII only would lose them */
	uint64_t servers_none;             /* in no group */
};

void groups_audit(const struct run *run, const struct scope *scope, struct group_audit *audit);
void groups_audit_release(struct group_audit *audit);
/* Whether there is something to mend: groups at stake, or configured names that match nothing. */
bool groups_trouble(const struct group_audit *audit);
/* The group of the run that is nearest to a name, itself left out; *difference (may be NULL) says how it differs, DIFFERENCE_APART when it is
 * only the least different one. NULL when nothing is like it. */
const struct run_group *groups_nearest(const struct run *run, struct slice name, unsigned *difference);

/* -- sentences: groups_say.c -- */

/* `41 groups, 2,204 servers: 1,906 in scope, 298 out of scope, 12 of them in no group.` */
void groups_say_total(const struct group_audit *audit, struct strbuf *out);
/* What case folding saves: `a case-sensitive comparison would lose 85 servers of 3 groups, KQL's in~ 6`. Nothing when nothing. */
void groups_say_folding(const struct group_audit *audit, struct strbuf *out);
/* How the scope of now and that of the run differ, every group in scope, or groups not counted. Nothing when all is well. */
void groups_say_scope(const struct group_audit *audit, struct strbuf *out);
/* `3 servers are in 2 machine groups whose names nearly match the scope`; nothing when there are none. */
void groups_say_stake(const struct group_audit *audit, struct strbuf *out);
/* One configured name that matches nothing, with the nearest group. */
void groups_say_unmatched(const struct audit_unmatched *unmatched, struct strbuf *out);
/* One line for others: `3 servers are in 2 machine groups whose names nearly match the scope: see rouse groups.` Nothing when there is
 * nothing to say. */
void groups_warning(const struct group_audit *audit, struct strbuf *out);

#endif
