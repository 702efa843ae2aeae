/* detect.h - from the estate to a run: scope, verdict, flags. The rules of product.md, "The detection". */
#ifndef ROUSE_DETECT_H
#define ROUSE_DETECT_H

#include <stddef.h>
#include <stdint.h>

#include "core/model/detect_merge.h"
#include "core/model/run.h"

struct error;

/* Which servers we look after, and from when a host is stale or silent. Borrowed. */
struct scope {
	const char *const *groups;       /* exact text, blanks kept; none means every group */
	size_t group_count;
	const char *const *platforms;    /* prefixes, ASCII case ignored as KQL's startswith; never none */
	size_t platform_count;
	const char *const *canaries;     /* host names, full or short */
	size_t canary_count;
	int64_t freshness, silence;      /* seconds */
	int64_t acceptance;              /* seconds; how long one may last */
	unsigned unreadable, unenriched, drop;   /* limits in hundredths of a percent: 100 is 1 % */
};

/* The canonical text of a scope's platforms and groups, lower-cased and sorted: equal scopes give equal text. */
void scope_text(const struct scope *scope, struct strbuf *out);
/* Whether a machine group is in scope: always when none is configured. */
bool scope_has_group(const struct scope *scope, struct slice group);
/* Whether a platform is in the scope that such a text tells of. */
bool scope_text_has_platform(const char *text, struct slice platform);

/* A detection in steps. Zero-initialise, set the borrowed inputs, then step until done. */
struct detection {
	const struct estate *estate;
	const struct scope *scope;
	struct run *run;                 /* filled; `started` and `source` are set by the caller before the first step */
	uint32_t next;                   /* device to look at */
	bool begun;
	struct map groups;               /* the scope's groups, lower-cased, without repeats; owned */
	uint32_t *group_hits;            /* by number in groups: servers in it; owned */
	uint32_t *group_state;           /* by text code: not asked yet, out, or 2 + number in groups; owned */
	uint8_t *platform_state;         /* by text code: not asked yet, out, in; owned */
	uint32_t *platform_devices;      /* by text code: devices of that platform, superseded records left out; owned */
	struct merges merges;
	struct map census;               /* names of run->groups, by number until the end; owned */
	uint32_t *census_of;             /* by text code: 1 + number in census, 0 when not met yet; owned */
	int64_t newest_row;              /* seconds; of any table and of all devices, in scope or not; TIME_NONE without any time */
	int64_t newest_witness;          /* seconds; of the hosts in scope, as all below; TIME_NONE when no witness has a time */
	uint32_t witnessed;              /* hosts with any witness row */
	uint32_t assessed;               /* hosts with a scid-2010 row */
	uint32_t ungathered;             /* hosts without a gathering row */
	uint32_t unlisted;               /* hosts without a row of any software */
};

/* Looks at up to `budget` devices. Returns true when all are done; the run then has its counts, estate counts, groups and rows
 * in the order of devices' first appearance; order_worst() of sort.h gives the stored order. */
bool detection_step(struct detection *detection, uint32_t budget);
/* Servers in scope that are in the scope's group of that index. */
uint32_t detection_group_hits(const struct detection *detection, size_t group);
/* Whether a device has a platform that the scope's prefix of that index fits. */
bool detection_platform_hit(const struct detection *detection, size_t platform);
void detection_release(struct detection *detection);

#endif
