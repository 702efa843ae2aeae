/* screen_owners.h - the owners of the findings as lines, shared by screen_owners.c (drawing, keys) and owners_lines.c (what there is). */
#ifndef ROUSE_SCREEN_OWNERS_H
#define ROUSE_SCREEN_OWNERS_H

#include "core/model/owner.h"
#include "tui/app.h"

enum owners_line_kind {
	OWNERS_HEAD,     /* of the lines below it */
	OWNERS_TEAM,
	OWNERS_HOST,
	OWNERS_NOTE,     /* a sentence about the last time the CMDB was asked */
};

/* One line. */
struct owners_line {
	enum owners_line_kind kind;
	char *text;              /* of a head, a team or a note; owned; NULL for a host */
	const char *columns;     /* of a head: what stands at the right of it; static */
	char *contact;           /* of a team: of its first host that has one; owned */
	uint32_t hosts, fresh;   /* of a team: findings, new ones among them */
	uint32_t row;            /* of a host: in the run on hand */
};

/* Zero-initialised means none. Teams by hosts, then the hosts that need somebody, then those somebody chose for, then notes. */
struct owners_lines {
	struct owners_line *items;   /* owned */
	size_t count, cap;
	struct owner_tally tally;    /* of all findings that are not accepted; sums to `findings` */
	uint32_t findings;
	int64_t oldest;              /* answer, seconds; 0: there is none */
};

void owners_lines_make(struct app *app, struct owners_lines *lines);
void owners_lines_release(struct owners_lines *lines);
/* The team names of the lines for completion: a malloc'd, NULL-terminated array of malloc'd names. */
char **owners_team_names(const struct owners_lines *lines);
/* `315 findings: 280 owned by 6 teams, 3 without a team, 12 unknown, 5 ambiguous, 15 not asked`; states without a host are left out. */
void owners_count_words(const struct owners_lines *lines, struct strbuf *out);
/* What speaks for which team: `team-a (owner_team, owners.csv:13), team-b (owner_team, owners.csv:14)`; of a choice, by whom. Appends;
 * `owner` may be NULL. */
void owners_words(const struct owner *owner, struct strbuf *out);

#endif
