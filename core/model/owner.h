/* owner.h - who looks after a host: what a CMDB says, matched by us, and the set that a session and the store keep.
 *
 * owner.c         one owner, records, and the set by device id
 * owner_match.c   which records of a CMDB mean a host
 *
 * A back end asks widely and hands over every record it got; nothing it says about a match is believed. Full names beat short ones: a
 * record means a host when its name or FQDN, case folded, is the host's full name, or when one of the two has no domain and the first
 * labels are equal. A record with another domain never means the host. Records that are retired count only where no other one does. */
#ifndef ROUSE_OWNER_H
#define ROUSE_OWNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

struct strbuf;

/* Stored as its name. */
enum owner_state {
	OWNER_UNASKED,     /* nobody asked, or the answer did not come: not the same as unknown */
	OWNER_OWNED,
	OWNER_UNOWNED,     /* the CMDB has the host, but no team for it */
	OWNER_UNKNOWN,     /* the CMDB does not have the host */
	OWNER_AMBIGUOUS,   /* records that differ in the team */
	OWNER_STATE_COUNT
};
extern const char *const owner_state_names[OWNER_STATE_COUNT];   /* "unasked", "owned", "unowned", "unknown", "ambiguous" */
enum owner_state owner_state_named(struct slice name);           /* OWNER_UNASKED for any other */

/* Bytes of a text that is kept of a record; a longer one is cut at a character, its end then says `...`. */
#define OWNER_TEXT_MAX 400
/* Records of one host that are kept as candidates. */
#define OWNER_CANDIDATES_MAX 8

/* One record of a CMDB. Texts never NULL; owned by the set they are in. */
struct owner_record {
	char *key;        /* the record in its system: `asset:17`, a sys_id, `owners.csv:12` */
	char *name;       /* as the CMDB writes it */
	char *fqdn;       /* "" when the CMDB has none */
	char *team;       /* "": nobody */
	char *team_id;    /* how the ticket system of the same product knows the team; "" */
	char *contact;    /* "" */
	char *field;      /* which field decided the team: `support_group`, `Owner Team` */
	bool retired;
};

/* Zero-initialised means none. */
struct owner_records {
	struct owner_record *items;   /* owned */
	size_t count, cap;
	size_t cut;                   /* texts that were longer than OWNER_TEXT_MAX */
};

/* Copies a record (NULL texts become ""). */
void owner_records_add(struct owner_records *records, const struct owner_record *record);
void owner_records_release(struct owner_records *records);

/* What is known of one host. Texts never NULL. */
struct owner {
	enum owner_state state;
	char *team, *team_id, *contact, *field, *key;   /* owned; of the record that decided; "" unless owned or unowned */
	struct owner_record *candidates;                /* owned; OWNER_AMBIGUOUS, and what was chosen from; in the order of the CMDB */
	size_t candidate_count;
	size_t candidates_more;                         /* not kept */
	int64_t asked;                                  /* seconds; 0: never */
	char *chosen_by;                                /* who chose among candidates or assigned by hand; "" for the CMDB's own word; owned */
};

void owner_init(struct owner *owner);
void owner_copy(struct owner *to, const struct owner *from);   /* `to` is initialised or released before */
void owner_release(struct owner *owner);
/* `?unknown`, `?2 match`, `?unowned`, the team, or nothing when nobody asked: what the column Owner shows and exports. */
void owner_text(const struct owner *owner, struct strbuf *out);

/* -- matching -- */

/* Appends the form in which names are compared: case folded, composed and decomposed letters alike, no blanks around, no last dot. */
void owner_key(struct slice name, struct strbuf *out);

/* Records by the first label of name and FQDN, as owner_key() has it. Zero-initialise. Borrows the records, which must not grow meanwhile. */
struct owner_index {
	const struct owner_records *records;
	struct map labels;
	uint32_t *first;      /* by number in labels: the first entry, linked by `next`; owned */
	uint32_t *next;       /* by entry: 2 * record for its name, 1 more for its FQDN; MAP_NONE ends; owned */
	size_t first_cap;
};
void owner_index_build(struct owner_index *index, const struct owner_records *records);
/* Decides for one host (its DeviceName, exact). Fills an initialised owner; `now` goes into asked. Of the records that mean the host, retired
 * ones are left aside where another one is there, then short names where the full one is there. What is left decides: one team, however
 * often and in whatever case, is the owner, also beside records that name nobody; two teams are ambiguous; none is unowned. Records that
 * disagree are kept as candidates. */
void owner_match(const struct owner_index *index, struct slice host, int64_t now, struct owner *owner);
void owner_index_release(struct owner_index *index);

/* -- a person's word -- */

/* An analyst says which candidate it is; false when there is no such candidate, or it names nobody. */
bool owner_choose(struct owner *owner, size_t candidate, const char *who);
/* An analyst names the team himself. */
void owner_assign(struct owner *owner, struct slice team, struct slice contact, const char *who);
/* Puts a choice of before onto a fresh answer: a chosen candidate holds as long as the same record names the same team, a team named by hand
 * until the CMDB names one. Returns whether it holds. */
bool owner_keep_choice(struct owner *fresh, const struct owner *before);

/* -- the set -- */

/* Zero-initialised means none. Keys are packed ids. */
struct owners {
	struct map ids;
	struct owner *items;   /* by number in ids; owned */
	size_t cap;
	uint64_t generation;   /* grows with each change */
};

/* NULL when nothing is known. Borrowed until the next change. */
const struct owner *owners_get(const struct owners *owners, struct slice packed_id);
/* Copies. */
void owners_set(struct owners *owners, struct slice packed_id, const struct owner *owner);
void owners_release(struct owners *owners);

/* How many hosts are in which state. */
struct owner_tally {
	uint32_t states[OWNER_STATE_COUNT];
	uint32_t teams;        /* different ones, case folded */
};

void owners_tally(const struct owners *owners, const struct slice *packed_ids, size_t count, struct owner_tally *tally);

/* Host names that may be put into a query language that has no escape: letters, digits, . _ - of ASCII, 253 bytes at most, not empty. */
bool owner_name_plain(struct slice host);
/* The part before the first dot. */
struct slice owner_label(struct slice host);

#endif
