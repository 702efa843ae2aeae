/* trust.c - the reasons for which a run may not be believed; one function for each part of the contract.
 *
 * A share is over its limit when it is more, not when it is equal: 1 of 100 rows is within 1 %. Sentences say what was counted,
 * of how many, and the limit, so that a reader can judge without opening the run. */
#include "core/model/trust_parts.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/groups.h"

#define SHARE_WHOLE 10000u    /* limits are in hundredths of a percent */

bool trust_over(uint64_t part, uint64_t whole, unsigned limit)
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

static bool is_blank(const char *text)
{
	return text[strspn(text, " \t")] == '\0';
}

uint32_t trust_canary(const struct run *run, const char *canary, uint32_t *row)
{
	struct strbuf folded = STRBUF_INIT(SIZE_MAX);
	uint32_t count = 0;
	*row = MAP_NONE;
	utf8_fold(&folded, canary, strlen(canary));
	struct slice name = { strbuf_text(&folded), folded.len };
	for (uint32_t i = 0; i < run->rows.count; i++) {
		if (!table_is_present(&run->rows, i) || !bears_name(table_folded(&run->rows, i), name))
			continue;
		if (*row == MAP_NONE || !table_is_finding(&run->rows, *row))
			*row = i;
		count++;
	}
	strbuf_release(&folded);
	return count;
}

static void judge_canary(struct run *run, const char *canary)
{
	uint32_t row;
	if (is_blank(canary)) {
		run_add_reason(run, REASON_CANARY, "A canary is configured without a name, so nothing is looked for.");
		return;
	}
	if (trust_canary(run, canary, &row) == 0)
		run_add_reason(run, REASON_CANARY, "The canary %.*s is not among the findings: no host in scope has that name.",
		               NAME_MAX_SHOWN, canary);
	else if (!table_is_finding(&run->rows, row))
		run_add_reason(run, REASON_CANARY, "The canary %.*s is not among the findings: its verdict is %s.", NAME_MAX_SHOWN,
		               canary, verdicts[run->rows.verdict[row]].name);
}

/* ---- groups ---- */

/* A configured group without a server. The nearest group of the estate is named: most often it is the one that was meant. */
static void group_unmatched(struct run *run, const char *name)
{
	unsigned difference = 0;
	struct strbuf kind = STRBUF_INIT(256), text = STRBUF_INIT(4 * NAME_MAX_SHOWN);
	const struct run_group *near = groups_nearest(run, slice_of(name), &difference);
	strbuf_addf(&text, "The configured machine group \"%.*s\" matched no server", NAME_MAX_SHOWN, name);
	if (near) {
		groups_difference_words(difference, &kind);
		size_t shown = near->name.len < NAME_MAX_SHOWN ? near->name.len : NAME_MAX_SHOWN;
		strbuf_addf(&text, "; the nearest group of the estate is \"%.*s\" with %" PRIu32 " server%s%s%s%s", (int)shown, near->name.text,
		            near->servers, near->servers == 1 ? "" : "s", kind.len ? " (" : "", strbuf_text(&kind), kind.len ? ")" : "");
	}
	run_add_reason(run, REASON_GROUP, "%s.", strbuf_text(&text));
	strbuf_release(&kind);
	strbuf_release(&text);
}

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
		if (!*scope->groups[i])
			run_add_reason(run, REASON_GROUP, "A machine group is configured without a name; it takes no server, not even those "
			               "that are in no group.");
		else if (detection_group_hits(detection, i) == 0)
			group_unmatched(run, scope->groups[i]);
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

/* Hosts that are active by old evidence: the feed goes on for others, and stopped for these. */
static void judge_stale(struct run *run, const struct detection *detection)
{
	struct strbuf limit = STRBUF_INIT(64);
	uint32_t stale = run->gaps.stale_active;
	unsigned share = detection->scope->unenriched;
	if (stale >= LOSS_MIN && trust_over(stale, in_scope(run), share)) {
		age_format(&limit, detection->scope->freshness);
		run_add_reason(run, REASON_STALE, "%" PRIu32 " of %" PRIu32 " servers in scope (%u.%02u %%) are active by evidence "
		               "older than %s; the limit is %u.%02u %%.", stale, in_scope(run),
		               PART(share_of(stale, in_scope(run))), strbuf_text(&limit), PART(share));
	}
	strbuf_release(&limit);
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
	if (trust_over(bad, read, limit))
		run_add_reason(run, REASON_UNREADABLE, "%" PRIu64 " of %" PRIu64
		               " rows of %s (%u.%02u %%) could not be read; the limit is %u.%02u %%.", bad, read,
		               estate_table_names[worst], PART(share_of(bad, read)), PART(limit));
}

static void judge_enrichment(struct run *run, const struct detection *detection)
{
	const bool *given = detection->estate->given;
	unsigned limit = detection->scope->unenriched;
	if ((given[TABLE_GATHERING] || given[TABLE_FINDINGS]) && trust_over(detection->ungathered, in_scope(run), limit))
		run_add_reason(run, REASON_UNENRICHED, "%" PRIu32 " of %" PRIu32
		               " servers in scope (%u.%02u %%) have no row of %s; the limit is %u.%02u %%.",
		               detection->ungathered, in_scope(run), PART(share_of(detection->ungathered, in_scope(run))),
		               estate_table_names[TABLE_GATHERING], PART(limit));
}

/* Where nobody at all has a row, the table itself is the reason. */
static void judge_assessment(struct run *run, const struct detection *detection)
{
	uint32_t without = in_scope(run) - detection->assessed;
	unsigned limit = detection->scope->unenriched;
	if (detection->estate->given[TABLE_ASSESSMENT] && detection->assessed && without >= LOSS_MIN &&
	    trust_over(without, in_scope(run), limit))
		run_add_reason(run, REASON_UNJUDGED, "%" PRIu32 " of %" PRIu32
		               " servers in scope (%u.%02u %%) have no row of scid-2010 in %s; the limit is %u.%02u %%.",
		               without, in_scope(run), PART(share_of(without, in_scope(run))),
		               estate_table_names[TABLE_ASSESSMENT], PART(limit));
}

/* Devices that only the witnesses know may be servers in scope that DeviceInfo lost. */
static void judge_inventory(struct run *run, const struct detection *detection)
{
	uint32_t orphans = run->gaps.orphans, all = in_scope(run) + orphans;
	unsigned limit = detection->scope->unenriched;
	if (orphans >= LOSS_MIN && trust_over(orphans, all, limit))
		run_add_reason(run, REASON_INVENTORY, "%" PRIu32 " devices have a witness row and none in %s, beside %" PRIu32
		               " servers in scope (%u.%02u %% of both); the limit is %u.%02u %%.", orphans, estate_table_names[TABLE_INVENTORY],
		               in_scope(run), PART(share_of(orphans, all)), PART(limit));
}

/* Vanished hosts do not explain a fall: they are what a cut table or a lost group looks like. */
static void judge_drop(struct run *run, const struct run *baseline, unsigned limit)
{
	uint32_t before = run_findings(baseline), now = run_findings(run);
	uint32_t fall = before > now ? before - now : 0;
	uint32_t resolved = run->changes[CHANGE_RESOLVED];
	if (trust_over(fall > resolved ? fall - resolved : 0, before, limit))
		run_add_reason(run, REASON_DROP, "Findings fell from %" PRIu32 " to %" PRIu32 ", and only %" PRIu32
		               " of %" PRIu32 " are resolved; the limit is %u.%02u %%.", before, now, resolved, fall, PART(limit));
}

/* A host that moved, merged or is seen with another platform explains itself; one that DeviceInfo is silent about is what a cut table looks
 * like. New findings may hide the fall in their number, so the lost are counted by themselves. */
static void judge_loss(struct run *run, const struct run *baseline, unsigned limit)
{
	uint32_t findings = run_findings(baseline), servers = findings + baseline->counts[VERDICT_ACTIVE];
	uint32_t lost = run->gaps.lost, lost_findings = run->gaps.lost_findings;
	if (lost >= LOSS_MIN && trust_over(lost, servers, limit))
		run_add_reason(run, REASON_SHRUNK, "%" PRIu32 " of %" PRIu32 " servers of run %" PRId64 " are not reported any more, %" PRIu32
		               " of them findings; the limit is %u.%02u %%.", lost, servers, baseline->id, lost_findings, PART(limit));
	else if (lost_findings >= LOSS_MIN && trust_over(lost_findings, findings, limit))
		run_add_reason(run, REASON_SHRUNK, "%" PRIu32 " of %" PRIu32 " findings of run %" PRId64
		               " are not reported any more; the limit is %u.%02u %%.", lost_findings, findings, baseline->id, PART(limit));
}

void trust_judge(struct run *run, const struct detection *detection, const struct run *baseline)
{
	const struct scope *scope = detection->scope;
	for (size_t i = 0; i < scope->canary_count; i++)
		judge_canary(run, scope->canaries[i]);
	judge_scope(run);
	judge_groups(run, detection);
	judge_platforms(run, detection);
	judge_ids(run, detection->estate);
	judge_feed(run, detection);
	judge_stale(run, detection);
	judge_clock(run, detection, baseline);
	judge_tables(run, detection);
	judge_unreadable(run, detection);
	judge_enrichment(run, detection);
	judge_assessment(run, detection);
	judge_inventory(run, detection);
	if (!baseline)
		return;
	judge_drop(run, baseline, scope->drop);
	judge_loss(run, baseline, scope->drop);
}
