#include "core/headless/drive.h"

#include <errno.h>
#include <inttypes.h>
#include <langinfo.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"

#define STEP_MS 50

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
			return error_set(err, STATUS_USAGE, "There is nothing to read: give --device-info, --assessment and --gathering, "
			                 "or --findings, or name files in [files] of the configuration.");
	}
	if (!input->demo && input->files.count[TABLE_FINDINGS]) {
		for (int table = 0; table < TABLE_FINDINGS; table++) {
			if (input->files.count[table])
				return error_set(err, STATUS_USAGE, "--findings is an export that is already joined; give it alone, or "
				                 "give the raw tables.");
		}
	} else if (!input->demo && !input->files.count[TABLE_INVENTORY]) {
		return error_set(err, STATUS_USAGE, "--device-info is missing: the other tables do not say which servers there are.");
	}
	return 0;
}

int drive_job(struct session *session, struct error *err)
{
	for (;;) {
		enum session_event event = session_step(session, STEP_MS, err);
		if (event == SESSION_FAILED)
			return -1;
		if (event == SESSION_IDLE || event == SESSION_LOADED || event == SESSION_SWAPPED)
			return 0;
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

/* Where every device of the estate went; the figures add up. */
static void estate_line(const struct run *run, FILE *out)
{
	const struct estate_counts *e = &run->estate;
	fprintf(out, "estate %" PRIu32 ": in scope %" PRIu32 ", other platform %" PRIu32 ", other group %" PRIu32 ", merged %" PRIu32
	        ", no inventory row %" PRIu32 ", no platform %" PRIu32 "\n", e->devices, e->in_scope, e->other_platform,
	        e->other_group, e->merged, e->no_inventory, e->no_platform);
	if (e->merged_astray)
		fprintf(out, "merged astray %" PRIu32 ": the record they were merged into is not in the estate\n", e->merged_astray);
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

void drive_summary(const struct run *run, FILE *out)
{
	fprintf(out, "findings %" PRIu32 ", new %" PRIu32 ", persisting %" PRIu32 ", resolved %" PRIu32 ", vanished %" PRIu32 "\n",
	        run_findings(run), run->changes[CHANGE_NEW], run->changes[CHANGE_PERSISTING], run->changes[CHANGE_RESOLVED],
	        run->changes[CHANGE_VANISHED]);
	if (run->all_groups)
		fputs("scope: every machine group (none is configured)\n", out);
	estate_line(run, out);
	fprintf(out, "rows read %" PRIu64 ": used %" PRIu64 ", unreadable %" PRIu64 "; cells not understood %" PRIu64
	        ", bytes replaced %" PRIu64 "\n", run->input.read, run->input.used, run->input.unreadable, run->input.cells,
	        run->input.replaced);
	baseline_line(run, out);
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
