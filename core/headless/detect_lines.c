/* detect_lines.c - what `detect` says beside the figures: canaries, what was not covered, which guards are off, and which
 * earlier run a changed scope or an incomplete baseline hides. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/headless/drive.h"
#include "core/io/store.h"
#include "core/model/trust.h"

static void line_out(FILE *out, const char *head, const struct strbuf *text)
{
	fprintf(out, "%s: ", head);
	drive_say(out, strbuf_text(text));
	fputc('\n', out);
}

/* ---- canaries and guards ---- */

static void canary_lines(const struct run *run, const struct scope *scope, FILE *out)
{
	for (size_t i = 0; i < scope->canary_count; i++) {
		struct strbuf text = STRBUF_INIT(SIZE_MAX);
		uint32_t row, hosts = trust_canary(run, scope->canaries[i], &row);
		if (row != MAP_NONE && table_is_finding(&run->rows, row)) {
			strbuf_addf(&text, "%s is found: %s", scope->canaries[i], verdicts[run->rows.verdict[row]].name);
			if (hosts > 1)
				strbuf_addf(&text, "; %" PRIu32 " hosts bear that name, and one of them is enough: write the full name", hosts);
			line_out(out, "canary", &text);
		}
		strbuf_release(&text);
	}
}

static void guard_lines(const struct scope *scope, FILE *out)
{
	struct strbuf text = STRBUF_INIT(SIZE_MAX);
	for (unsigned number = 0; number < TRUST_GUARDS; number++) {
		strbuf_clear(&text);
		if (trust_guard(scope, number, &text))
			line_out(out, "guard", &text);
	}
	strbuf_release(&text);
	const char *frozen = getenv("ROUSE_NOW");
	if (frozen && *frozen)
		fputs("clock: ROUSE_NOW holds it still; ages and limits are counted from that time\n", out);
}

/* ---- what is not covered ---- */

static void gap_line(const struct run *run, FILE *out)
{
	const struct run_gaps *gaps = &run->gaps;
	uint32_t servers = run->estate.in_scope;
	if (!gaps->unassessed && !gaps->ungathered && !gaps->unlisted)
		return;
	fprintf(out, "not covered: of %" PRIu32 " servers in scope %" PRIu32 " have no row of scid-2010, %" PRIu32
	        " none of info gathering", servers, gaps->unassessed, gaps->ungathered);
	if (gaps->software)
		fprintf(out, ", %" PRIu32 " none of any software%s", gaps->unlisted,
		        !gaps->unlisted ? "" : ": there no-other-av only means that no other antivirus is known");
	fputc('\n', out);
	if (gaps->software && gaps->unlisted > servers / 2)
		fputs("software inventory: it covers fewer than half of the servers in scope; "
		      "export DeviceTvmSoftwareInventory for all of them\n", out);
}

static const char *plural(uint32_t count)
{
	return count == 1 ? "" : "s";
}

/* Hosts whose evidence is old, and devices that DeviceInfo does not tell of. */
static void evidence_lines(const struct run *run, const struct scope *scope, FILE *out)
{
	const struct run_gaps *gaps = &run->gaps;
	struct strbuf text = STRBUF_INIT(SIZE_MAX);
	if (gaps->stale) {
		strbuf_addf(&text, "%" PRIu32 " server%s, %" PRIu32 " of them active on evidence older than ", gaps->stale, plural(gaps->stale),
		            gaps->stale_active);
		age_format(&text, scope->freshness);
		line_out(out, "stale", &text);
	}
	if (gaps->orphans)
		fprintf(out, "not in DeviceInfo: %" PRIu32 " device%s with a witness row, %" PRIu32 " of them not active by it\n",
		        gaps->orphans, plural(gaps->orphans), gaps->orphans_bad);
	strbuf_release(&text);
}

static void platform_line(const struct run *run, FILE *out)
{
	struct strbuf text = STRBUF_INIT(SIZE_MAX);
	uint32_t devices = run->gaps.near_platform;
	if (devices) {
		strbuf_addf(&text, "%" PRIu32 " device%s not in scope though OSPlatform is written almost as configured, as \"%s\"", devices,
		            devices == 1 ? " is" : "s are", run->gaps.near_example);
		line_out(out, "platforms", &text);
	}
	strbuf_release(&text);
}

/* ---- earlier runs ---- */

static void add_run(struct strbuf *text, const struct run *run)
{
	strbuf_addf(text, "run %" PRId64 " of ", run->id);
	time_format(text, run->started);
	strbuf_addf(text, " had %" PRIu32 " servers in scope and %" PRIu32 " findings", run->estate.in_scope, run_findings(run));
}

/* The earlier run that should be told of: without a baseline the newest of any scope, after an incomplete one the last complete one. */
static int earlier_run(struct store *store, const struct run *run, struct run *earlier, struct error *err)
{
	int64_t id = 0;
	int failed = run->baseline ? store_newest(store, run->scope, true, run->baseline, &id, err)
		: store_newest(store, NULL, false, run->id, &id, err);
	if (failed || !id)
		return failed;
	return store_run_head(store, id, earlier, err);
}

/* A scope that changed begins a new series, and a run after an incomplete one has little to fall from: neither may hide a fall. */
static void earlier_line(struct session *session, const struct run *run, FILE *out)
{
	struct run earlier = { 0 };
	struct error err = { 0 };
	struct strbuf text = STRBUF_INIT(SIZE_MAX);
	if (!session_store(session) || (run->baseline && !run->baseline_incomplete))
		return;
	if (earlier_run(session_store(session), run, &earlier, &err)) {
		drive_complain(err.text);
	} else if (earlier.id) {
		add_run(&text, &earlier);
		strbuf_addf(&text, "; this one has %" PRIu32 " and %" PRIu32, run->estate.in_scope, run_findings(run));
		line_out(out, run->baseline ? "last complete run" : "other scope", &text);
	}
	run_release(&earlier);
	strbuf_release(&text);
}

void detect_lines(struct session *session, FILE *out)
{
	const struct run *run = session_run(session);
	const struct scope *scope = session_scope(session);
	earlier_line(session, run, out);
	canary_lines(run, scope, out);
	gap_line(run, out);
	evidence_lines(run, scope, out);
	platform_line(run, out);
	guard_lines(scope, out);
}
