#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/headless/drive.h"
#include "core/io/csv.h"
#include "core/io/json.h"

/* Runs printed at most; when there are more, that is said. */
#define RUNS_MAX 10000
#define RUN_FIELDS 32

enum field_kind { FIELD_NUMBER, FIELD_TEXT, FIELD_REASONS };

/* One field of a run, as all formats print it. */
struct field {
	const char *name;
	enum field_kind kind;
	bool missing;
	struct strbuf text;    /* the number or text; unused for reasons */
};

/* A run as its fields; the reasons are read from the run itself. */
struct record {
	const struct run *run;
	struct field fields[RUN_FIELDS];
	size_t count;
};

static struct field *add_field(struct record *record, const char *name, enum field_kind kind)
{
	struct field *field = &record->fields[record->count++];
	field->name = name;
	field->kind = kind;
	strbuf_init(&field->text, SIZE_MAX);
	return field;
}

static void add_number(struct record *record, const char *name, int64_t number)
{
	strbuf_addf(&add_field(record, name, FIELD_NUMBER)->text, "%" PRId64, number);
}

/* A word of how the loop was closed; missing when it was not. */
static void add_word(struct record *record, const char *name, const char *word)
{
	struct field *field = add_field(record, name, FIELD_TEXT);
	strbuf_adds(&field->text, word ? word : "");
	field->missing = !word || !*word;
}

/* `os_platform=windowsserver; group=prod`: runs of another scope looked at other servers. In the store each part is a line. */
static void add_scope(const char *scope, struct strbuf *out)
{
	for (size_t n; scope && *scope; scope += n + (scope[n] == '\n')) {
		n = strcspn(scope, "\n");
		if (n)
			strbuf_adds(out, out->len ? "; " : "");
		strbuf_add(out, scope, n);
	}
}

static void record_make(struct record *record, const struct run *run)
{
	*record = (struct record){ .run = run };
	add_number(record, "Run", run->id);
	time_format(&add_field(record, "Started", FIELD_TEXT)->text, run->started);
	strbuf_adds(&add_field(record, "Result", FIELD_TEXT)->text, run_complete(run) ? "complete" : "incomplete");
	add_number(record, "Devices", run->estate.devices);
	add_number(record, "InScope", run->estate.in_scope);
	add_number(record, "Findings", run_findings(run));
	for (int v = 0; v < VERDICT_COUNT; v++)
		add_number(record, verdicts[v].name, run->counts[v]);
	for (int c = CHANGE_NEW; c < CHANGE_COUNT; c++)
		add_number(record, change_names[c], run->changes[c]);
	add_number(record, "Altered", run->altered);
	add_number(record, "Baseline", run->baseline);
	record->fields[record->count - 1].missing = run->baseline == 0;
	add_number(record, "RowsRead", (int64_t)run->input.read);
	add_number(record, "RowsUnreadable", (int64_t)run->input.unreadable);
	add_number(record, "TookMs", run->took_ms);
	strbuf_adds(&add_field(record, "Source", FIELD_TEXT)->text, run->source ? run->source : "");
	add_scope(run->scope, &add_field(record, "Scope", FIELD_TEXT)->text);
	add_word(record, "Ticket", run->ticket_word);
	add_word(record, "Digest", run->digest_word);
	add_field(record, "Reasons", FIELD_REASONS);
}

static void record_release(struct record *record)
{
	for (size_t i = 0; i < record->count; i++)
		strbuf_release(&record->fields[i].text);
}

static void csv_field(struct strbuf *line, const struct record *record, const struct field *field)
{
	struct strbuf all = STRBUF_INIT(SIZE_MAX);
	for (size_t i = 0; field->kind == FIELD_REASONS && i < record->run->reason_count; i++)
		strbuf_addf(&all, "%s%s", i ? " " : "", record->run->reasons[i].sentence);
	const struct strbuf *text = field->kind == FIELD_REASONS ? &all : &field->text;
	if (!field->missing)
		csv_cell(line, (struct slice){ strbuf_text(text), text->len }, field->kind == FIELD_NUMBER);
	strbuf_release(&all);
}

static void print_csv(const struct record *record, bool names, FILE *out)
{
	struct strbuf line = STRBUF_INIT(SIZE_MAX);
	for (size_t i = 0; i < record->count; i++) {
		if (i)
			strbuf_addc(&line, ',');
		if (names)
			csv_cell(&line, slice_of(record->fields[i].name), true);
		else
			csv_field(&line, record, &record->fields[i]);
	}
	fprintf(out, "%s\n", strbuf_text(&line));
	strbuf_release(&line);
}

/* The reasons as an array of objects: the name for machines, the sentence for people. */
static void json_reasons(struct strbuf *line, const struct run *run)
{
	strbuf_addc(line, '[');
	for (size_t i = 0; i < run->reason_count; i++) {
		strbuf_adds(line, i ? ",{\"id\":" : "{\"id\":");
		json_string(line, slice_of(reasons[run->reasons[i].id].name));
		strbuf_adds(line, ",\"text\":");
		json_string(line, slice_of(run->reasons[i].sentence));
		strbuf_addc(line, '}');
	}
	strbuf_addc(line, ']');
}

static void print_json(const struct record *record, FILE *out)
{
	struct strbuf line = STRBUF_INIT(SIZE_MAX);
	for (size_t i = 0; i < record->count; i++) {
		const struct field *field = &record->fields[i];
		strbuf_adds(&line, i ? "," : "{");
		json_string(&line, slice_of(field->name));
		strbuf_addc(&line, ':');
		if (field->kind == FIELD_REASONS)
			json_reasons(&line, record->run);
		else if (field->missing)
			strbuf_adds(&line, "null");
		else if (field->kind == FIELD_NUMBER)
			strbuf_adds(&line, strbuf_text(&field->text));
		else
			json_string(&line, (struct slice){ strbuf_text(&field->text), field->text.len });
	}
	fprintf(out, "%s}", strbuf_text(&line));
	strbuf_release(&line);
}

/* `INC0010042 updated`, or a dash where the loop was not closed. */
static void print_word(const char *word, size_t width, FILE *out)
{
	struct strbuf shown = STRBUF_INIT(SIZE_MAX);
	const char *text = word && *word ? word : "-";
	utf8_visible(&shown, text, strlen(text));
	size_t wide = utf8_columns(strbuf_text(&shown), shown.len);
	fprintf(out, "%s%*s  ", strbuf_text(&shown), (int)(wide < width ? width - wide : 0), "");
	strbuf_release(&shown);
}

static void print_table(const struct run *run, FILE *out)
{
	struct strbuf when = STRBUF_INIT(64);
	time_format(&when, run->started);
	fprintf(out, "%5" PRId64 "  %-20s  %-10s %9" PRIu32 " %9" PRIu32 " %7" PRIu32 " %9" PRIu32 " %9" PRIu32 "  ", run->id,
	        strbuf_text(&when), run_complete(run) ? "complete" : "INCOMPLETE", run->estate.in_scope, run_findings(run),
	        run->changes[CHANGE_NEW], run->changes[CHANGE_RESOLVED], run->changes[CHANGE_VANISHED]);
	print_word(run->ticket_word, 20, out);
	print_word(run->digest_word, 6, out);
	drive_say(out, run->source ? run->source : "");
	fputc('\n', out);
	for (size_t i = 0; i < run->reason_count; i++) {
		fputs("       ", out);
		drive_say(out, run->reasons[i].sentence);
		fputc('\n', out);
	}
	strbuf_release(&when);
}

static void print_table_head(FILE *out)
{
	fprintf(out, "%5s  %-20s  %-10s %9s %9s %7s %9s %9s  %-20s  %-6s  %s\n", "run", "started", "result", "in scope", "findings", "new",
	        "resolved", "vanished", "ticket", "digest", "source");
}

static void print_runs(const struct run *runs, size_t count, enum export_format format, FILE *out)
{
	struct record record;
	struct run none = {0};
	record_make(&record, &none);
	if (format == EXPORT_CSV)
		print_csv(&record, true, out);
	else if (format == EXPORT_TABLE && count)
		print_table_head(out);
	record_release(&record);
	if (format == EXPORT_JSON)
		fputs("[\n", out);
	for (size_t i = 0; i < count; i++) {
		record_make(&record, &runs[i]);
		if (format == EXPORT_CSV)
			print_csv(&record, false, out);
		else if (format == EXPORT_TABLE)
			print_table(&runs[i], out);
		else
			print_json(&record, out);
		if (format == EXPORT_JSON || format == EXPORT_JSONL)
			fputs(format == EXPORT_JSON && i + 1 < count ? ",\n" : "\n", out);
		record_release(&record);
	}
	if (format == EXPORT_JSON)
		fputs("]\n", out);
}

enum status cmd_runs(const struct work *work, FILE *out, struct error *err)
{
	struct session *session = NULL;
	struct run *runs = NULL;
	enum export_format format;
	size_t count = 0;
	enum status status = STATUS_DONE;
	if (work->cli->trend)
		return cmd_trend(work, out, err);
	if (work->cli->groups.count) {
		error_set(err, STATUS_USAGE, "--group goes with --trend here: a run has all groups of its scope.");
		return STATUS_USAGE;
	}
	if (drive_format(work->cli, &format, err) || session_open(&session, work->config, work->store_path, false, err))
		return err->status;
	if (session_store(session) && store_runs(session_store(session), RUNS_MAX, &runs, &count, err))
		status = err->status;
	else
		print_runs(runs, count, format, out);
	if (!count && status == STATUS_DONE && !work->cli->quiet)
		drive_complain("there is no run yet: `rouse detect` makes one.");
	if (count == RUNS_MAX)
		drive_complain("only the newest 10000 runs are printed; the store has more.");
	for (size_t i = 0; i < count; i++)
		run_release(&runs[i]);
	free(runs);
	session_close(&session);
	return status == STATUS_DONE ? drive_flush(out, status, err) : status;
}
