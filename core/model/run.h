/* run.h - one execution of the detection: its counts, its trust, its rows. What the store keeps and the screens show. */
#ifndef ROUSE_RUN_H
#define ROUSE_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/model/estate.h"
#include "core/model/table.h"

/* What makes a run incomplete; one row of `reasons` each. Stored as its name. */
enum reason_id {
	REASON_CANARY, REASON_LIMIT, REASON_PART, REASON_TABLE, REASON_CUT, REASON_UNREADABLE, REASON_UNENRICHED, REASON_UNJUDGED,
	REASON_INVENTORY, REASON_GROUP, REASON_FEED, REASON_STALE, REASON_DROP, REASON_SHRUNK, REASON_CLOCK, REASON_PLATFORM,
	REASON_IDS, REASON_COUNT
};

struct reason_info {
	const char *name;     /* `canary-missing` */
	const char *meaning;  /* what it is, for help */
	const char *mend;     /* what to do, one sentence */
};

extern const struct reason_info reasons[REASON_COUNT];

struct reason {
	enum reason_id id;
	char *sentence;       /* with place and figures; owned */
};

/* Where every device of the estate went; in_scope + the others = devices. */
struct estate_counts {
	uint32_t devices;        /* distinct device ids in any table */
	uint32_t in_scope;
	uint32_t no_inventory;   /* in a witness table, but without any DeviceInfo row */
	uint32_t no_platform;    /* only DeviceInfo rows without a platform */
	uint32_t merged;         /* superseded records */
	uint32_t merged_astray;  /* of the merged: their target is not in the estate */
	uint32_t other_platform; /* not a server */
	uint32_t other_group;    /* a server of a group that is not configured */
};

#define ASTRAY_NAMED 5   /* merged records that are named */

/* What tables leave out, told by `detect`; not stored, and all 0 in a run that was loaded. */
struct run_gaps {
	bool software;           /* a software inventory was given */
	uint32_t unassessed;     /* servers in scope without a scid-2010 row */
	uint32_t ungathered;     /* ... without an info gathering row */
	uint32_t unlisted;       /* ... without a row of any software, where an inventory was given */
	uint32_t stale;          /* ... whose newest witness is older than the freshness limit */
	uint32_t stale_active;   /* of the stale: active, as far as that evidence goes */
	uint32_t orphans;        /* devices with a witness row and without any DeviceInfo row */
	uint32_t orphans_bad;    /* of the orphans: not active by their witness */
	uint32_t astray_bad;     /* of the merged astray: servers of a group in scope and not active by their witness */
	char *astray_names[ASTRAY_NAMED];   /* the first of them; owned */
	uint32_t lost;           /* hosts of the baseline that DeviceInfo does not tell of any more */
	uint32_t lost_findings;  /* of the lost: findings of the baseline */
	uint32_t near_platform;  /* devices out of scope whose platform is written almost as configured */
	char *near_example;      /* one such platform; owned; NULL without any */
};

/* One machine group of the estate, in its exact spelling: the census that the group audit and the trend read. */
struct run_group {
	struct slice name;                /* owned copy; no value: servers without a group */
	uint32_t servers;                 /* devices of a platform in scope, superseded records left out */
	bool in_scope;                    /* the scope takes this spelling */
	uint32_t counts[VERDICT_COUNT];   /* of its servers in scope; all 0 when it is not */
};

/* Owned by whoever made it; run_release() frees the inside. Zero-initialised means empty. */
struct run {
	int64_t id;              /* number in the store, from 1; 0 before it is saved */
	int64_t started;         /* seconds; also the time the rows are judged at */
	int64_t took_ms;
	char *source;            /* `files: hosts.csv`; owned */
	char *scope;             /* canonical text of platform prefixes and groups; runs compare within equal scopes; owned */
	bool all_groups;         /* no group is configured */
	uint32_t counts[VERDICT_COUNT];   /* present rows */
	uint32_t changes[CHANGE_COUNT];   /* all rows */
	uint32_t altered;        /* persisting with changed evidence */
	struct estate_counts estate;
	struct run_gaps gaps;
	struct input_counts input;
	struct reason *reasons;  /* owned */
	size_t reason_count, reason_cap;
	struct run_group *groups;  /* owned; by name in byte order, no value first */
	size_t group_count, group_cap;
	bool has_groups;         /* false for runs that were stored before groups were counted */
	int64_t baseline;        /* id of the run it was compared with, or 0 */
	int64_t baseline_started;
	bool baseline_incomplete;
	char *ticket_word, *digest_word;   /* how far it came in closing the loop: `INC0010042 updated`, `posted`; NULL: not so far; owned */
	struct table rows;       /* may be empty when only the head was loaded */
};

uint32_t run_findings(const struct run *run);     /* in scope and not active */
bool run_complete(const struct run *run);
void run_add_reason(struct run *run, enum reason_id id, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The one line of the contract: `in scope N: active N, passive N, ...`. */
void run_count_line(const struct run *run, struct strbuf *out);
void run_release(struct run *run);

#endif
