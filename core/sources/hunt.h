/* hunt.h - a live tenant as a source: one query, asked in as many parts as the service's limits need.
 *
 * hunt.c           the source: sign-in, how many parts, one after another, waiting, progress
 * hunt_ask.c       one question
 * hunt_take.c      its answer: done, asked again, split, failed
 * hunt_end.c       all parts are settled: what is missing, what is said
 * hunt_census.c    the answer to the census
 * hunt_probe.c     a doctor's visit
 * hunt_part.c      the parts: which are open, split in two, done or failed
 * hunt_api.c       the APIs: addresses, bodies, limits, one row each
 * hunt_judge.c     what an answer means: fine, too big, too heavy, no right, not whole
 * hunt_inner.h     what these share
 *
 * A part is the devices whose hash(DeviceId, of) is its number; the filter stands behind each table, so that a device's rows stay together
 * and the
 * newest row of a part is the newest of all. Too big or too heavy splits a part n/of into n/2of and (n+of)/2of, which are the same
 * devices. Exactly as many rows as a limit is not whole, so it splits too. The census says how many servers must come: fewer is
 * incomplete, whatever the parts say of themselves; before that the fullest parts are asked for in halves, as a limit that nobody announced may
 * have cut them. A part that fails is asked once more when all others are there; then the run says which. A part that runs out of time twice
 * is split too, three times at most; after four failures in a row the service is taken for down. */
#ifndef ROUSE_HUNT_H
#define ROUSE_HUNT_H

#include "core/io/http.h"
#include "core/io/oauth.h"
#include "core/model/detect.h"
#include "core/sources/source.h"

/* Which service is asked: `[graph] api`. */
enum hunt_api { HUNT_GRAPH, HUNT_LEGACY, HUNT_WORKSPACE, HUNT_API_COUNT };
extern const char *const hunt_api_names[HUNT_API_COUNT];   /* "graph", "legacy", "workspace" */

/* The day after which the older API answers nobody any more (Microsoft's notice MC1220762), in seconds. */
#define HUNT_LEGACY_END INT64_C(1801440000)   /* 2027-02-01T00:00:00Z */

/* Servers above which the bags are left out by themselves: held in memory until they are stored, they weigh several times the findings. */
#define HUNT_ENRICHED_MAX 100000u

/* All borrowed until the source is freed, and the options themselves are copied. */
struct hunt_options {
	enum hunt_api api;
	const char *endpoint;             /* `https://graph.microsoft.com`; a loopback address in tests and the demo */
	struct oauth_options sign_in;
	const char *workspace;            /* HUNT_WORKSPACE: its id */
	const char *assessment_table, *gathering_table;   /* HUNT_WORKSPACE: custom tables */
	const char *ca_file;              /* NULL: the system's authorities */
	const struct scope *scope;
	int64_t now;                      /* seconds; the upper time of the query */
	int64_t look_back;                /* seconds; how far DeviceInfo is looked at, at most 30 days */
	bool enrichment;                  /* fetch the whole gathered bag of each server */
	bool enrichment_bounded;          /* ... unless there are more than HUNT_ENRICHED_MAX, which is said */
	bool software;                    /* fetch the software inventory too; a tenant that cannot be asked for it is said, not failed */
	bool capital_keys;                /* HUNT_GRAPH: `Query` and `Timespan` in the body, not `query` and `timespan`; see hunt_api.c */
	bool legacy_forced;               /* ask the older API after its end */
	unsigned parts_max;               /* 0: 4096 */
	unsigned parts_least;             /* 0: as the census says */
	int patience_s;                   /* without a byte of an answer; 0: 190 */
};

/* A job in which somebody must enter a code shows it in progress: `enter ABCD-EFGH at https://...`. */
int hunt_source_new(const struct hunt_options *options, struct estate *estate, struct run *run, struct source **source, struct error *err);
/* Sentences about rows that could not be read and what else is worth a line, as files_source_complaints(). */
size_t hunt_complaints(const struct source *source, const char *const **sentences, uint64_t *more);
/* The code that a person must enter now; false when none. */
bool hunt_code(const struct source *source, struct oauth_code *code);

#endif
