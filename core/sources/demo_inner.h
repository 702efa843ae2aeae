/* demo_inner.h - the parts of the demo among themselves.
 *
 * demo.c        the source: walks the hosts and hands their rows to the estate
 * demo_host.c   what host number i is on a day: state, group, platform, times
 * demo_name.c   groups and their spellings, host names, device ids
 * demo_bag.c    enrichment, versions and software
 *
 * There is no state and no stored randomness: each property is a function of (host number, day), so any host can be made
 * alone. */
#ifndef ROUSE_DEMO_INNER_H
#define ROUSE_DEMO_INNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/model/device.h"

struct strbuf;

#define DEMO_ID_SIZE 41       /* 40 hex digits and the NUL */
#define DEMO_NAME_SIZE 384
#define DEMO_CANARIES 2
#define DEMO_HOSTILE_FIRST 30   /* servers from this number on have names that try the screen, files and spreadsheets */
#define DEMO_HOSTILE 8

enum demo_kind { DEMO_SERVER, DEMO_CLIENT, DEMO_LINUX };

/* What the witnesses say of a host; one row of demo_states each. */
enum demo_state {
	DEMO_ACTIVE, DEMO_PASSIVE, DEMO_EDR_BLOCK, DEMO_AUDIT, DEMO_DISABLED,
	DEMO_CODE_SIX,         /* an undocumented code */
	DEMO_OTHER,            /* code 3 */
	DEMO_NO_MODE,          /* both rows are there, neither has a mode */
	DEMO_DISAGREE,         /* assessed active, gathered passive */
	DEMO_CONTRADICTED,     /* active, but assessed as not compliant */
	DEMO_NO_WITNESS,
	DEMO_NOT_APPLICABLE,   /* an assessment that does not apply, nothing gathered */
	DEMO_STATES
};

/* How a host differs between yesterday and today. */
enum demo_change {
	DEMO_SAME,
	DEMO_TURNED,       /* active yesterday, a finding today */
	DEMO_DEPLOYED,     /* not there yesterday */
	DEMO_FIXED,        /* passive yesterday, active today */
	DEMO_AV_GONE,      /* another antivirus protected it yesterday, none today */
	DEMO_WORSE,        /* EDR block mode yesterday, passive today */
	DEMO_MERGED,       /* today its record is superseded by a new one */
	DEMO_LEFT,         /* today in a group that nobody looks after */
	DEMO_UNREPORTED    /* not there today */
};

/* Things about a host beside its state. */
enum demo_oddity {
	DEMO_SILENT = 1 << 0,
	DEMO_STALE = 1 << 1,        /* seen, but its witnesses are old */
	DEMO_EXCLUDED = 1 << 2,
	DEMO_OLD_RECORD = 1 << 3,   /* an earlier, merged record of the same name */
	DEMO_REIMAGED = 1 << 4,     /* an earlier, silent record of the same name that nobody merged */
	DEMO_PARTIAL = 1 << 5,      /* a newer heartbeat without platform */
	DEMO_OLDER_ROWS = 1 << 6,   /* older rows that say otherwise */
	DEMO_ONE_WITNESS = 1 << 7,
	DEMO_NO_OTHER_AV = 1 << 8,
	DEMO_COMPLIANT = 1 << 9     /* compliant though not active */
};

struct demo_product {
	const char *vendor, *name;   /* as the software inventory spells them */
};

/* One device on one day. Texts are static, but for id and name. */
struct demo_host {
	uint32_t number;
	enum demo_kind kind;
	enum demo_state state;             /* of that day */
	unsigned oddities;                 /* bits of enum demo_oddity */
	bool absent;                       /* not reported that day */
	char id[DEMO_ID_SIZE];
	char merged_to[DEMO_ID_SIZE];      /* "" for none */
	char name[DEMO_NAME_SIZE];
	size_t name_len;
	const char *group, *platform, *os_version, *onboarding, *health;
	const struct demo_product *other_av;   /* NULL: none */
	int64_t seen, assessed, gathered, signature;   /* seconds; signature may be TIME_NONE */
};

/* What the witness rows of a state hold. */
struct demo_evidence {
	bool assessed, gathered;
	enum tri applicable, compliant;
	const char *assessed_mode, *gathered_mode;   /* NULL: no value */
};

extern const struct demo_evidence demo_states[DEMO_STATES];

/* 64 well-mixed bits of a host and a purpose (a salt that names the property). */
uint64_t demo_roll(uint32_t number, enum demo_kind kind, unsigned salt);
enum demo_salt {
	SALT_STATE = 1, SALT_CHANGE, SALT_ODDITY, SALT_GROUP, SALT_ROLE, SALT_SITE, SALT_PLATFORM, SALT_HEALTH, SALT_SEEN,
	SALT_WITNESS, SALT_SIGNATURE, SALT_SOFTWARE, SALT_BAG, SALT_TICKS, SALT_REPORT,
	/* of ids, which take three in a row */
	SALT_ID = 100, SALT_ID_OLD = 200, SALT_ID_NEXT = 300
};

/* Host `number` of a kind as it is reported on a day; `now` is today. */
void demo_host_make(struct demo_host *host, uint32_t number, enum demo_kind kind, int64_t now, int day);
/* The record with another id that goes with a host: the one before a merge or reimaging, or the one after a merge. Returns
 * false when there is none. */
bool demo_host_twin(const struct demo_host *host, int64_t now, int day, struct demo_host *twin);

/* Fills in group and name; `scripted` keeps the host in a configured group. */
void demo_name_make(struct demo_host *host, bool scripted, bool left);
void demo_id_make(char id[DEMO_ID_SIZE], uint32_t number, enum demo_kind kind, unsigned salt);

/* Appends the enrichment of a host. */
void demo_bag_make(const struct demo_host *host, struct strbuf *bag);
/* Version texts that fit the time of the signatures. */
struct demo_versions { char engine[32], platform[32], signature[32]; };
void demo_versions_make(const struct demo_host *host, struct demo_versions *versions);
/* The other antivirus of a host that has one, and its n-th harmless product. */
const struct demo_product *demo_other_av(const struct demo_host *host);
const struct demo_product *demo_software(const struct demo_host *host, unsigned n);

#endif
