#include "core/headless/drive.h"

#include <errno.h>
#include <inttypes.h>
#include <langinfo.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/groups.h"
#include "core/model/accept.h"

#define WAIT_MS 1000
#define STEP_MS 50
#define RUN_OLD (2 * SPAN_DAY)   /* a daily job that failed once is no news yet */
#define ENDED_SHOWN 20   /* acceptances that ended, named one by one */

void drive_say(FILE *out, const char *sentence)
{
	struct strbuf shown = STRBUF_INIT(SIZE_MAX);
	utf8_visible(&shown, sentence, strlen(sentence));
	fputs(strbuf_text(&shown), out);
	strbuf_release(&shown);
}

void drive_complain(const char *sentence)
{
	fputs("rouse: ", stderr);
	drive_say(stderr, sentence);
	fputc('\n', stderr);
}

int drive_input(const struct work *work, struct session *session, struct session_input *input, struct error *err)
{
	*input = (struct session_input){0};
	bool given = false;
	for (int table = 0; table < 5; table++) {
		input->files.paths[table] = work->cli->tables[table].items;
		input->files.count[table] = work->cli->tables[table].count;
		given |= input->files.count[table] > 0;
	}
	if (!given) {
		if (!session_configured_input(session, input))
			return error_set(err, STATUS_USAGE, "There is nothing to read: ask a tenant with [source] kind = graph and a "
			                 "filled [graph], "
			                 "or give --device-info, --assessment and --gathering, or --findings, or name files in [files].");
	}
	if (input->demo || input->live)
		return 0;
	if (input->files.count[TABLE_FINDINGS]) {
		for (int table = 0; table < TABLE_FINDINGS; table++) {
			if (input->files.count[table])
				return error_set(err, STATUS_USAGE, "--findings is an export that is already joined; give it alone, or "
				                 "give the raw tables.");
		}
	} else if (!input->files.count[TABLE_INVENTORY]) {
		return error_set(err, STATUS_USAGE, "--device-info is missing: the other tables do not say which servers there are.");
	}
	return 0;
}

/* A person at a terminal must be told what to enter; said once for each code. */
static void drive_wait(struct session *session, bool *said)
{
	struct oauth_code code;

	if (session_code(session, &code)) {
		if (!*said)
			fprintf(stderr, "rouse: to sign in, open %s and enter %s\n", code.address, code.code);
		*said = true;
	} else {
		*said = false;
	}
	(void)session_wait(session, NULL, 0, WAIT_MS);
}

int drive_job(struct session *session, struct error *err)
{
	bool said = false;
	for (;;) {
		enum session_event event = session_step(session, STEP_MS, err);
		if (event == SESSION_FAILED)
			return -1;
		if (event == SESSION_IDLE || event == SESSION_LOADED || event == SESSION_SWAPPED || event == SESSION_FINISHED)
			return 0;
		if (event == SESSION_WAIT)
			drive_wait(session, &said);
	}
}

int drive_load(struct session *session, int64_t run_id, struct error *err)
{
	bool found = false;
	if (session_load(session, run_id, 1000, &found, err))
		return -1;
	if (!found)
		return error_set(err, STATUS_NO_INPUT, "There is no run yet: `rouse detect` makes one.");
	return drive_job(session, err);
}

/* Merged records whose target nobody tells of; those that would be findings are named. */
static void astray_line(const struct run *run, FILE *out)
{
	const struct run_gaps *gaps = &run->gaps;
	struct strbuf text = STRBUF_INIT(SIZE_MAX / 4);
	strbuf_addf(&text, "merged astray %" PRIu32 ": the record they were merged into is not in the estate", run->estate.merged_astray);
	if (gaps->astray_bad)
		strbuf_addf(&text, "; servers of a group in scope and not active by their witness, %" PRIu32 ":", gaps->astray_bad);
	for (size_t i = 0; i < ASTRAY_NAMED && gaps->astray_names[i]; i++)
		strbuf_addf(&text, "%s %s", i ? "," : "", gaps->astray_names[i]);
	if (gaps->astray_bad > ASTRAY_NAMED)
		strbuf_adds(&text, ", ...");
	drive_say(out, strbuf_text(&text));
	fputc('\n', out);
	strbuf_release(&text);
}

/* Where every device of the estate went; the figures add up. */
static void estate_line(const struct run *run, FILE *out)
{
	const struct estate_counts *e = &run->estate;
	fprintf(out, "estate %" PRIu32 ": in scope %" PRIu32 ", other platform %" PRIu32 ", other group %" PRIu32 ", merged %" PRIu32
	        ", no inventory row %" PRIu32 ", no platform %" PRIu32 "\n", e->devices, e->in_scope, e->other_platform,
	        e->other_group, e->merged, e->no_inventory, e->no_platform);
	if (e->merged_astray)
		astray_line(run, out);
}

static void baseline_line(const struct run *run, FILE *out)
{
	struct strbuf when = STRBUF_INIT(64);
	if (!run->baseline) {
		fputs("compared with: no earlier run of this scope; every finding is new\n", out);
		return;
	}
	time_format(&when, run->baseline_started);
	fprintf(out, "compared with: run %" PRId64 " of %s%s\n", run->baseline, strbuf_text(&when),
	        run->baseline_incomplete ? ", which was incomplete" : "");
	strbuf_release(&when);
}

/* `acceptance ended: srv-a: expired on 2026-11-20 (accepted by mk: third party)`. */
static void ended_line(const struct acceptance *item, int64_t now, struct strbuf *line)
{
	strbuf_addf(line, "acceptance ended: %s: ", item->host);
	if (acceptance_end_at(item, now) == ACCEPT_EXPIRED) {
		strbuf_adds(line, "expired on ");
		acceptance_date_text(item->until, line);
	} else {
		strbuf_adds(line, item->ended_why);
	}
	strbuf_addf(line, " (accepted by %s: %s)", item->who, item->reason);
}

/* Hosts that come back must not come back in silence. */
static void acceptance_lines(struct session *session, const struct lens *lens, FILE *out)
{
	const struct acceptance *ended[ENDED_SHOWN];
	struct strbuf line = STRBUF_INIT(SIZE_MAX / 4);
	size_t count = session_ended(session, ended, ENDED_SHOWN);
	uint32_t unseen = acceptances_unseen(lens), old = acceptances_old(lens);
	for (size_t i = 0; i < count && i < ENDED_SHOWN; i++) {
		strbuf_clear(&line);
		ended_line(ended[i], lens->now, &line);
		drive_say(out, strbuf_text(&line));
		fputc('\n', out);
	}
	if (count > ENDED_SHOWN)
		fprintf(out, "acceptance ended: and %zu more; `rouse accept` lists them\n", count - ENDED_SHOWN);
	if (unseen)
		fprintf(out, "acceptances not checked: %" PRIu32 " rest on another antivirus, and no software inventory was given\n", unseen);
	if (old)
		fprintf(out, "acceptances on old evidence: %" PRIu32 "; since they were taken the %s become stale or silent\n", old,
		        old == 1 ? "host has" : "hosts have");
	strbuf_release(&line);
}

/* Names that nearly match the scope, and what case folding saved. */
static void group_lines(struct session *session, FILE *out)
{
	struct group_audit audit;
	struct strbuf text = STRBUF_INIT(SIZE_MAX / 4);
	groups_audit(session_run(session), session_scope(session), &audit);
	groups_say_folding(&audit, &text);
	if (text.len)
		fprintf(out, "case folding: %s\n", strbuf_text(&text));
	strbuf_clear(&text);
	groups_warning(&audit, &text);
	if (text.len)
		fprintf(out, "groups: %s\n", strbuf_text(&text));
	strbuf_release(&text);
	groups_audit_release(&audit);
}

void drive_summary(struct session *session, FILE *out)
{
	const struct run *run = session_run(session);
	struct lens lens;
	session_lens(session, &lens);
	fprintf(out, "findings %" PRIu32 ", new %" PRIu32 ", persisting %" PRIu32 ", resolved %" PRIu32 ", vanished %" PRIu32
	        "\n", run_findings(run), run->changes[CHANGE_NEW], run->changes[CHANGE_PERSISTING],
	        run->changes[CHANGE_RESOLVED], run->changes[CHANGE_VANISHED]);
	uint32_t accepted = acceptances_count(&lens);
	if (accepted)
		fprintf(out, "accepted %" PRIu32 ": findings still, but out of the default list\n", accepted);
	acceptance_lines(session, &lens, out);
	if (run->all_groups)
		fputs("scope: every machine group (none is configured)\n", out);
	group_lines(session, out);
	estate_line(run, out);
	fprintf(out, "rows read %" PRIu64 ": used %" PRIu64 ", unreadable %" PRIu64 "; cells not understood %" PRIu64
	        ", bytes replaced %" PRIu64 "\n", run->input.read, run->input.used, run->input.unreadable, run->input.cells,
	        run->input.replaced);
	baseline_line(run, out);
	detect_lines(session, out);
	for (size_t i = 0; i < run->reason_count; i++) {
		fputs("incomplete: ", out);
		drive_say(out, run->reasons[i].sentence);
		fputc('\n', out);
	}
}

/* On one terminal the reasons stand in the data already; two copies would only hide them. */
static bool same_terminal(FILE *data)
{
	return isatty(fileno(data)) && isatty(STDERR_FILENO);
}

bool drive_run_old(const struct run *run, int64_t now, struct strbuf *out)
{
	int64_t age = now - run->started;
	if (age <= RUN_OLD)
		return false;
	strbuf_addf(out, "run %" PRId64 " is ", run->id);
	age_format_short(out, age);
	strbuf_adds(out, " old");
	return true;
}

void drive_say_old(const struct run *run, int64_t now)
{
	struct strbuf text = STRBUF_INIT(256);
	if (drive_run_old(run, now, &text)) {
		strbuf_addc(&text, '.');
		drive_complain(strbuf_text(&text));
	}
	strbuf_release(&text);
}

enum status drive_verdict(const struct run *run, FILE *data)
{
	if (run_complete(run))
		return STATUS_DONE;
	if (!data || !same_terminal(data)) {
		for (size_t i = 0; i < run->reason_count; i++) {
			fputs("rouse: incomplete: ", stderr);
			drive_say(stderr, run->reasons[i].sentence);
			fprintf(stderr, " %s\n", reasons[run->reasons[i].id].mend);
		}
	}
	return STATUS_INCOMPLETE;
}

bool drive_ascii(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
}

int drive_format(const struct cli *cli, enum export_format *format, struct error *err)
{
	*format = EXPORT_TABLE;
	for (int f = 0; cli->format && f < EXPORT_FORMATS; f++) {
		if (!strcmp(cli->format, export_format_names[f])) {
			*format = (enum export_format)f;
			return 0;
		}
	}
	return cli->format ? error_set(err, STATUS_USAGE, "--format takes table, csv, json or jsonl.") : 0;
}

enum status drive_flush(FILE *out, enum status status, struct error *err)
{
	if (fflush(out) == 0 && !ferror(out))
		return status;
	error_set(err, STATUS_IO, "The output could not be written: %s.", strerror(errno));
	return STATUS_IO;
}
