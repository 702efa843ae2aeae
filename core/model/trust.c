/* trust.c - the reasons for which a run may not be believed; one function for each part of the contract.
 *
 * A share is over its limit when it is more, not when it is equal: 1 of 100 rows is within 1 %. Sentences say what was counted,
 * of how many, and the limit, so that a reader can judge without opening the run. */
#include "core/model/trust.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"

#define SHARE_WHOLE 10000u    /* limits are in hundredths of a percent */
#define NAME_MAX_SHOWN 300    /* bytes of a group or host name in a sentence */
#define PART(share) (share) / 100, (share) % 100   /* for "%u.%02u %%" */

static bool over(uint64_t part, uint64_t whole, unsigned limit)
{
	return whole > 0 && part * SHARE_WHOLE > limit * whole;
}

static unsigned share_of(uint64_t part, uint64_t whole)
{
	return (unsigned)(part * SHARE_WHOLE / whole);
}

static uint32_t in_scope(const struct run *run)
{
	return run->estate.in_scope;
}

/* A time and its distance to the run: `2026-11-01T06:00:00Z, 12d 4h`. */
static void add_time(struct strbuf *out, int64_t time, int64_t distance)
{
	time_format(out, time);
	strbuf_adds(out, ", ");
	age_format(out, distance);
}

/* ---- canaries ---- */

/* A canary that is not found is a broken detection until somebody shows otherwise; so a name that fits several hosts is satisfied by
 * any of them, and a full name is never cut to fit a short one. */

/* Whether a host bears a canary's name: in full, or its first label where the canary is short. Both are folded. */
static bool bears_name(struct slice host, struct slice canary)
{
	if (!host.text || host.len < canary.len || memcmp(host.text, canary.text, canary.len) != 0)
		return false;
	return host.len == canary.len || (host.text[canary.len] == '.' && !memchr(canary.text, '.', canary.len));
}

static void judge_canary(struct run *run, const char *canary)
{
	struct strbuf folded = STRBUF_INIT(SIZE_MAX);
	uint32_t here = MAP_NONE;
	bool found = false;
	utf8_fold(&folded, canary, strlen(canary));
	struct slice name = { strbuf_text(&folded), folded.len };
	for (uint32_t row = 0; row < run->rows.count && !found; row++) {
		if (!table_is_present(&run->rows, row) || !bears_name(table_folded(&run->rows, row), name))
			continue;
		here = row;
		found = table_is_finding(&run->rows, row);
	}
	if (!found && here != MAP_NONE)
		run_add_reason(run, REASON_CANARY, "The canary %.*s is not among the findings: its verdict is %s.", NAME_MAX_SHOWN,
		               canary, verdicts[run->rows.verdict[here]].name);
	else if (!found)
		run_add_reason(run, REASON_CANARY, "The canary %.*s is not among the findings: no host in scope has that name.",
		               NAME_MAX_SHOWN, canary);
	strbuf_release(&folded);
}

/* ---- groups ---- */

static void judge_groups(struct run *run, const struct detection *detection)
{
	const struct scope *scope = detection->scope;
	if (scope->group_count && !detection->estate->has_group_column) {
		run_add_reason(run, REASON_GROUP, "The findings, or a file of them, have no MachineGroup column, so those hosts cannot be told "
		               "to be in the configured groups.");
		if (!in_scope(run))
			return;
	}
	for (size_t i = 0; i < scope->group_count; i++)
		if (detection_group_hits(detection, i) == 0)
			run_add_reason(run, REASON_GROUP, "The configured machine group \"%.*s\" matched no server.", NAME_MAX_SHOWN,
			               scope->groups[i]);
}

/* Nothing in scope is the widest of all gaps; it may never read like an estate without findings. */
static void judge_scope(struct run *run)
{
	const struct estate_counts *counts = &run->estate;
	if (counts->in_scope)
		return;
	if (!counts->devices)
		run_add_reason(run, REASON_TABLE, "No device was reported at all; that is not an all-clear.");
	else if (counts->other_group)
		run_add_reason(run, REASON_GROUP, "None of %" PRIu32 " devices is in scope, %" PRIu32
		               " of them servers of other machine groups; that is not an all-clear.", counts->devices,
		               counts->other_group);
	else
		run_add_reason(run, REASON_TABLE, "None of %" PRIu32 " devices is in scope: %" PRIu32
		               " are of another platform, %" PRIu32 " have no usable inventory row, %" PRIu32
		               " are merged; that is not an all-clear.", counts->devices, counts->other_platform,
		               counts->no_inventory + counts->no_platform, counts->merged);
}

/* ---- the feed ---- */

/* Only hosts in scope count: a fresh witness of a workstation says nothing of the servers. Without any time (a joined export need
 * not have one) the age cannot be judged, and the hosts' own verdicts stand. */
static void judge_feed(struct run *run, const struct detection *detection)
{
	struct strbuf when = STRBUF_INIT(128);
	int64_t witness = detection->newest_witness, limit = detection->scope->freshness;
	if (in_scope(run) && detection->witnessed == 0) {
		run_add_reason(run, REASON_FEED, "None of %" PRIu32 " servers in scope has a row in any witness table.", in_scope(run));
	} else if (witness != TIME_NONE && witness < run->started - limit) {
		add_time(&when, witness, run->started - witness);
		run_add_reason(run, REASON_FEED, "The newest witness of any server in scope is of %s before this run.",
		               strbuf_text(&when));
	}
	strbuf_release(&when);
}

/* Rows and runs that are later than this run. All devices count: the row that puts a server out of scope may be the wrong one. */
static void judge_clock(struct run *run, const struct detection *detection, const struct run *baseline)
{
	struct strbuf when = STRBUF_INIT(128);
	int64_t ahead = detection->newest_row;
	if (ahead != TIME_NONE && ahead > run->started + SPAN_DAY) {
		add_time(&when, ahead, ahead - run->started);
		run_add_reason(run, REASON_CLOCK, "The newest row is of %s after this run: the clock or the data is wrong.",
		               strbuf_text(&when));
	}
	if (baseline && baseline->started > run->started) {
		strbuf_clear(&when);
		add_time(&when, baseline->started, baseline->started - run->started);
		run_add_reason(run, REASON_CLOCK, "The run that this one is compared with is of %s after it: the clock was or is wrong.",
		               strbuf_text(&when));
	}
	strbuf_release(&when);
}

/* ---- tables ---- */

/* A table that was given and says nothing of any server in scope (another tenant's, another configuration's) is as good as none. */
static void judge_tables(struct run *run, const struct detection *detection)
{
	const bool *given = detection->estate->given;
	if (!in_scope(run))
		return;
	if (given[TABLE_ASSESSMENT] && detection->assessed == 0)
		run_add_reason(run, REASON_TABLE, "None of %" PRIu32 " servers in scope has a row of scid-2010 in %s.", in_scope(run),
		               estate_table_names[TABLE_ASSESSMENT]);
	if (given[TABLE_GATHERING] && detection->ungathered == in_scope(run))
		run_add_reason(run, REASON_TABLE, "None of %" PRIu32 " servers in scope has a row in %s.", in_scope(run),
		               estate_table_names[TABLE_GATHERING]);
}

/* ---- shares ---- */

static void judge_unreadable(struct run *run, const struct detection *detection)
{
	const struct estate *estate = detection->estate;
	unsigned limit = detection->scope->unreadable, worst = 0, tables = sizeof estate->table / sizeof estate->table[0];
	for (unsigned i = 1; i < tables; i++) {
		/* a/b > c/d without division: an estate of one row and one of a million compare exactly. */
		uint64_t here = estate->table[i].unreadable * estate->table[worst].read;
		if (here > estate->table[worst].unreadable * estate->table[i].read || estate->table[worst].read == 0)
			worst = i;
	}
	uint64_t bad = estate->table[worst].unreadable, read = estate->table[worst].read;
	if (over(bad, read, limit))
		run_add_reason(run, REASON_UNREADABLE, "%" PRIu64 " of %" PRIu64
		               " rows of %s (%u.%02u %%) could not be read; the limit is %u.%02u %%.", bad, read,
		               estate_table_names[worst], PART(share_of(bad, read)), PART(limit));
}

static void judge_enrichment(struct run *run, const struct detection *detection)
{
	const bool *given = detection->estate->given;
	unsigned limit = detection->scope->unenriched;
	if ((given[TABLE_GATHERING] || given[TABLE_FINDINGS]) && over(detection->ungathered, in_scope(run), limit))
		run_add_reason(run, REASON_UNENRICHED, "%" PRIu32 " of %" PRIu32
		               " servers in scope (%u.%02u %%) have no row of %s; the limit is %u.%02u %%.",
		               detection->ungathered, in_scope(run), PART(share_of(detection->ungathered, in_scope(run))),
		               estate_table_names[TABLE_GATHERING], PART(limit));
}

/* Vanished hosts do not explain a fall: they are what a cut table or a lost group looks like. */
static void judge_drop(struct run *run, const struct run *baseline, unsigned limit)
{
	uint32_t before = run_findings(baseline), now = run_findings(run);
	uint32_t fall = before > now ? before - now : 0;
	uint32_t resolved = run->changes[CHANGE_RESOLVED];
	if (over(fall > resolved ? fall - resolved : 0, before, limit))
		run_add_reason(run, REASON_DROP, "Findings fell from %" PRIu32 " to %" PRIu32 ", and only %" PRIu32
		               " of %" PRIu32 " are resolved; the limit is %u.%02u %%.", before, now, resolved, fall, PART(limit));
}

void trust_judge(struct run *run, const struct detection *detection, const struct run *baseline)
{
	const struct scope *scope = detection->scope;
	for (size_t i = 0; i < scope->canary_count; i++)
		judge_canary(run, scope->canaries[i]);
	judge_scope(run);
	judge_groups(run, detection);
	judge_feed(run, detection);
	judge_clock(run, detection, baseline);
	judge_tables(run, detection);
	judge_unreadable(run, detection);
	judge_enrichment(run, detection);
	if (baseline)
		judge_drop(run, baseline, scope->drop);
}
