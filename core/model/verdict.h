/* verdict.h - the seven buckets of an in-scope server, the flags beside them, and the rule that decides.
 *
 * A verdict is one row of a table here; its name is the same in the count line, in files, in the store and on the screen. */
#ifndef ROUSE_VERDICT_H
#define ROUSE_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/bytes.h"

/* In the order of the count line. Stored as its name, never as its number. */
enum verdict {
	VERDICT_ACTIVE,
	VERDICT_PASSIVE,
	VERDICT_EDR_BLOCK,
	VERDICT_PASSIVE_AUDIT,
	VERDICT_DISABLED,
	VERDICT_UNKNOWN,
	VERDICT_UNASSESSED,
	VERDICT_COUNT,
	VERDICT_NONE = VERDICT_COUNT   /* no verdict: the host was not in that run */
};

struct verdict_info {
	const char *name;      /* `edr-block` */
	const char *title;     /* short, for narrow columns: `edr-block` */
	const char *meaning;   /* one sentence for help, README and the detail screen */
	unsigned worst;        /* 0 is worst; the key of the default order */
};

extern const struct verdict_info verdicts[VERDICT_COUNT];

enum verdict verdict_named(struct slice name);   /* VERDICT_NONE when there is no such name; case ignored */

/* A value that may be missing: an absent key, null, or a text that is no boolean. */
enum tri { TRI_NONE, TRI_FALSE, TRI_TRUE };

enum flag {
	FLAG_CONFLICT = 1 << 0,
	FLAG_STALE = 1 << 1,
	FLAG_SILENT = 1 << 2,
	FLAG_EXCLUDED = 1 << 3,
	FLAG_NO_OTHER_AV = 1 << 4,
	FLAG_OTHER_AV = 1 << 5,         /* the product is in the column OtherAv; written `other-av NAME` */
	FLAG_PORTAL_HEALTHY = 1 << 6,
	FLAG_COUNT = 7
};

struct flag_info {
	uint16_t bit;
	const char *name;      /* `portal-healthy` */
	char sign;             /* one letter for the table's flag cell */
	const char *meaning;
};

extern const struct flag_info flags[FLAG_COUNT];

/* What the two witnesses say of one device. Texts borrowed. */
struct evidence {
	bool assessed;              /* there is a scid-2010 row */
	enum tri applicable;        /* of that row; TRI_NONE counts as applicable */
	enum tri compliant;
	struct slice assessed_mode; /* Context[0][0] as text; no value or empty when missing */
	bool gathered;              /* there is an info-gathering row */
	struct slice gathered_mode; /* AvMode as text */
	bool doubtful;              /* a cell of either that speaks of mode or compliance could not be understood */
};

/* The verdict of product.md, and FLAG_CONFLICT in *conflict. Rules where the contract leaves room:
 * - a row that is not applicable says nothing about compliance, and its mode cannot decide; but a mode in it that differs from
 *   the gathered one is a contradiction, so such a host is unknown, never active;
 * - one witness without a mode leaves the decision to the other;
 * - a doubtful witness takes `active` away, as what it meant to say may have been the opposite; no conflict, as nobody knows. */
enum verdict verdict_decide(const struct evidence *evidence, bool *conflict);

/* The mode that is shown as AvMode: the gathered one, else the assessed one. */
struct slice verdict_mode(const struct evidence *evidence);
/* What one mode says alone; VERDICT_UNKNOWN for a missing or undocumented one. Takes the codes 0 to 5 and the words of the
 * antivirus health API (Active, Passive, Disabled, Other, EDRBlocked, PassiveAudit), blanks around and ASCII case ignored. */
enum verdict mode_verdict(struct slice mode);
/* Whether there is more in it than blanks. */
bool mode_given(struct slice mode);
/* Whether two given modes say the same: `1`, ` 1` and `passive` do. */
bool mode_same(struct slice a, struct slice b);
/* `Passive (code 1)`, `code 6, not documented`, `not documented`; for the detail screen. Static text, or "" when empty. */
const char *mode_title(struct slice mode);

#endif
