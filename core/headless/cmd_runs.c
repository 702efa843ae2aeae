#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/headless/drive.h"
#include "core/io/csv.h"
#include "core/io/json.h"

/* Runs printed at most; more are in the store. */
#define RUNS_MAX 10000

/* The fields of a run, in order; a number where `number` says so. */
#define RUN_FIELDS 20
struct field {
	const char *name;
	bool number;
	struct strbuf text;
};

static void put_number(struct field *field, const char *name, int64_t number)
{
	field->name = name;
	field->number = true;
	strbuf_addf(&field->text, "%" PRId64, number);
}

static void put_text(struct field *field, const char *name, const char *text)
{
	field->name = name;
	strbuf_adds(&field->text, text ? text : "");
}

/* Fills the fields of one run; returns how many. */
static size_t run_fields(const struct run *run, struct field *fields)
{
	size_t n = 0;
	put_number(&fields[n++], "Run", run->id);
	fields[n].name = "Started";
	time_format(&fields[n++].text, run->started);
	put_text(&fields[n++], "Result", run_complete(run) ? "complete" : "incomplete");
	put_number(&fields[n++], "InScope", run->estate.in_scope);
	put_number(&fields[n++], "Findings", run_findings(run));
	for (int v = 0; v < VERDICT_COUNT; v++)
		put_number(&fields[n++], verdicts[v].name, run->counts[v]);
	for (int c = CHANGE_NEW; c < CHANGE_COUNT; c++)
		put_number(&fields[n++], change_names[c], run->changes[c]);
	put_number(&fields[n++], "Baseline", run->baseline);
	put_number(&fields[n++], "TookMs", run->took_ms);
	put_text(&fields[n++], "Source", run->source);
	fields[n].name = "Reasons";
	for (size_t i = 0; i < run->reason_count; i++)
		strbuf_addf(&fields[n].text, "%s%s", i ? " " : "", reasons[run->reasons[i].id].name);
	return n + 1;
}

static void print_csv(const struct field *fields, size_t count, bool names, FILE *out)
{
	struct strbuf line = STRBUF_INIT(1 << 20);
	for (size_t i = 0; i < count; i++) {
		if (i)
			strbuf_addc(&line, ',');
		struct slice cell = { strbuf_text(&fields[i].text), fields[i].text.len };
		csv_cell(&line, names ? slice_of(fields[i].name) : cell, fields[i].number);
	}
	fprintf(out, "%s\n", strbuf_text(&line));
	strbuf_release(&line);
}

static void print_json(const struct field *fields, size_t count, FILE *out)
{
	struct strbuf line = STRBUF_INIT(1 << 20);
	for (size_t i = 0; i < count; i++) {
		strbuf_adds(&line, i ? "," : "{");
		json_string(&line, slice_of(fields[i].name));
		strbuf_addc(&line, ':');
		if (fields[i].number)
			strbuf_adds(&line, strbuf_text(&fields[i].text));
		else
			json_string(&line, (struct slice){ strbuf_text(&fields[i].text), fields[i].text.len });
	}
	fprintf(out, "%s}", strbuf_text(&line));
	strbuf_release(&line);
}

static void print_table(const struct run *run, FILE *out)
{
	struct strbuf when = STRBUF_INIT(64), source = STRBUF_INIT(1 << 16);
	time_format(&when, run->started);
	utf8_visible(&source, run->source ? run->source : "", run->source ? strlen(run->source) : 0);
	fprintf(out, "%5" PRId64 "  %-20s  %-10s %9" PRIu32 " %9" PRIu32 " %7" PRIu32 " %9" PRIu32 " %9" PRIu32 "  %s\n", run->id,
	        strbuf_text(&when), run_complete(run) ? "complete" : "INCOMPLETE", run->estate.in_scope, run_findings(run),
	        run->changes[CHANGE_NEW], run->changes[CHANGE_RESOLVED], run->changes[CHANGE_VANISHED], strbuf_text(&source));
	for (size_t i = 0; i < run->reason_count; i++)
		fprintf(out, "       %s\n", run->reasons[i].sentence);
	strbuf_release(&when);
	strbuf_release(&source);
}

static void print_run(const struct run *run, const char *format, size_t index, size_t count, FILE *out)
{
	struct field fields[RUN_FIELDS];
	memset(fields, 0, sizeof fields);
	for (size_t i = 0; i < RUN_FIELDS; i++)
		strbuf_init(&fields[i].text, 1 << 20);
	size_t n = run_fields(run, fields);
	if (!strcmp(format, "csv")) {
		if (index == 0)
			print_csv(fields, n, true, out);
		print_csv(fields, n, false, out);
	} else if (!strcmp(format, "jsonl")) {
		print_json(fields, n, out);
		fputc('\n', out);
	} else if (!strcmp(format, "json")) {
		fputs(index ? ",\n" : "[\n", out);
		print_json(fields, n, out);
		if (index + 1 == count)
			fputs("\n]\n", out);
	} else {
		if (index == 0)
			fprintf(out, "%5s  %-20s  %-10s %9s %9s %7s %9s %9s  %s\n", "run", "started", "result", "in scope", "findings",
			        "new", "resolved", "vanished", "source");
		print_table(run, out);
	}
	for (size_t i = 0; i < RUN_FIELDS; i++)
		strbuf_release(&fields[i].text);
}

enum status cmd_runs(const struct work *work, FILE *out, struct error *err)
{
	const char *format = work->cli->format ? work->cli->format : "table";
	struct session *session = NULL;
	struct run *runs = NULL;
	size_t count = 0;
	enum status status = STATUS_DONE;
	if (strcmp(format, "table") && strcmp(format, "csv") && strcmp(format, "json") && strcmp(format, "jsonl")) {
		error_set(err, STATUS_USAGE, "--format takes table, csv, json or jsonl.");
		return STATUS_USAGE;
	}
	if (session_open(&session, work->config, work->store_path, false, err))
		return err->status;
	if (session_store(session) && store_runs(session_store(session), RUNS_MAX, &runs, &count, err))
		status = err->status;
	for (size_t i = 0; i < count; i++) {
		print_run(&runs[i], format, i, count, out);
		run_release(&runs[i]);
	}
	if (!count && status == STATUS_DONE) {
		if (!strcmp(format, "json"))
			fputs("[]\n", out);
		if (!work->cli->quiet)
			fputs("rouse: there is no run yet: `rouse detect` makes one.\n", stderr);
	}
	free(runs);
	session_close(&session);
	return status == STATUS_DONE ? drive_flush(out, status, err) : status;
}
