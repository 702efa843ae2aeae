/* cmd_groups.c - `rouse groups`: the group audit of the newest run, for people or for machines. */
#include <inttypes.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/headless/drive.h"
#include "core/io/csv.h"
#include "core/io/json.h"
#include "core/model/groups.h"

#define NAME_WIDTH_MAX 60   /* columns of a name in the table; longer ones push their line to the right */

enum { FIELD_GROUP, FIELD_SERVERS, FIELD_FINDINGS, FIELD_IN_SCOPE, FIELD_NEAREST, FIELD_DIFFERENCE, FIELD_COUNT };

static const char *const field_names[FIELD_COUNT] = { "Group", "Servers", "Findings", "InScope", "Nearest", "Difference" };

/* One line for machines: a group of the estate, or a configured one that matches nothing. */
struct record {
	struct slice group, nearest;   /* no value: none */
	uint32_t servers, findings;
	bool judged, in_scope;         /* findings are known only when judged */
	struct strbuf difference;      /* in words, "" for none */
};

/* -- for machines -- */

/* One cell; nothing for a missing value. Returns whether it is text. */
static bool field_text(const struct record *record, int field, struct strbuf *out)
{
	bool text = field == FIELD_GROUP || field == FIELD_NEAREST || field == FIELD_DIFFERENCE;

	if (field == FIELD_GROUP && record->group.text)
		strbuf_add(out, record->group.text, record->group.len);
	if (field == FIELD_NEAREST && record->nearest.text)
		strbuf_add(out, record->nearest.text, record->nearest.len);
	if (field == FIELD_DIFFERENCE)
		strbuf_adds(out, strbuf_text(&record->difference));
	if (field == FIELD_SERVERS)
		strbuf_addf(out, "%" PRIu32, record->servers);
	if (field == FIELD_FINDINGS && record->judged)
		strbuf_addf(out, "%" PRIu32, record->findings);
	if (field == FIELD_IN_SCOPE)
		strbuf_adds(out, record->in_scope ? "true" : "false");
	return text;
}

static void print_record(const struct record *record, enum export_format format, FILE *out)
{
	struct strbuf line = STRBUF_INIT(SIZE_MAX), cell = STRBUF_INIT(SIZE_MAX);

	for (int field = 0; field < FIELD_COUNT; field++) {
		strbuf_clear(&cell);
		bool text = field_text(record, field, &cell);
		struct slice value = { strbuf_text(&cell), cell.len };

		if (format == EXPORT_CSV) {
			strbuf_adds(&line, field ? "," : "");
			csv_cell(&line, value, !text);
			continue;
		}
		strbuf_addf(&line, "%s\"%s\":", field ? "," : "{", field_names[field]);
		if (!value.len)
			strbuf_adds(&line, "null");
		else if (text)
			json_string(&line, value);
		else
			strbuf_adds(&line, value.text);
	}
	fprintf(out, "%s%s", strbuf_text(&line), format == EXPORT_CSV ? "\n" : "}");
	strbuf_release(&line);
	strbuf_release(&cell);
}

static void record_of_line(const struct audit_line *line, struct record *record)
{
	*record = (struct record){
		.group = line->group->name, .nearest = slice_of(line->nearest), .servers = line->group->servers,
		.findings = line->findings, .judged = line->judged, .in_scope = line->in_scope,
		.difference = STRBUF_INIT(256),
	};
	groups_difference_words(line->difference, &record->difference);
}

/* Its nearest is a group of the estate; the difference is that nothing matches. */
static void record_of_unmatched(const struct audit_unmatched *unmatched, struct record *record)
{
	*record = (struct record){
		.group = slice_of(unmatched->name), .in_scope = true, .difference = STRBUF_INIT(256),
	};
	if (unmatched->nearest)
		record->nearest = unmatched->nearest->name;
	strbuf_adds(&record->difference, "unmatched");
}

static void print_records(const struct group_audit *audit, enum export_format format, FILE *out)
{
	size_t all = audit->count + audit->unmatched_count;

	for (int field = 0; format == EXPORT_CSV && field < FIELD_COUNT; field++)
		fprintf(out, "%s%s", field_names[field], field + 1 < FIELD_COUNT ? "," : "\n");
	if (format == EXPORT_JSON)
		fputs("[\n", out);
	for (size_t i = 0; i < all; i++) {
		struct record record;

		/* Trouble first: groups at stake, then configured ones without a match, then the rest. */
		if (i < audit->stake_groups)
			record_of_line(&audit->lines[i], &record);
		else if (i < audit->stake_groups + audit->unmatched_count)
			record_of_unmatched(&audit->unmatched[i - audit->stake_groups], &record);
		else
			record_of_line(&audit->lines[i - audit->unmatched_count], &record);
		print_record(&record, format, out);
		strbuf_release(&record.difference);
		if (format != EXPORT_CSV)
			fputs(format == EXPORT_JSON && i + 1 < all ? ",\n" : "\n", out);
	}
	if (format == EXPORT_JSON)
		fputs("]\n", out);
}

/* -- for people -- */

static const char *missing(void)
{
	return drive_ascii() ? "-" : "\xe2\x80\x93";
}

static void shown_name(struct slice name, struct strbuf *out)
{
	if (name.len)
		groups_show_name(name, out);
	else
		strbuf_adds(out, "(no group)");
}

static size_t name_width(const struct group_audit *audit)
{
	struct strbuf name = STRBUF_INIT(SIZE_MAX);
	size_t width = strlen("group");

	for (size_t i = 0; i < audit->count; i++) {
		strbuf_clear(&name);
		shown_name(audit->lines[i].group->name, &name);
		size_t wide = utf8_columns(strbuf_text(&name), name.len);
		if (wide > width && wide <= NAME_WIDTH_MAX)
			width = wide;
	}
	strbuf_release(&name);
	return width;
}

static void pad(struct strbuf *line, size_t start, size_t width)
{
	size_t used = utf8_columns(strbuf_text(line) + start, line->len - start);

	for (; used < width; used++)
		strbuf_addc(line, ' ');
}

/* `Win-Servers-Prod: blanks (character 17 is a blank, not the end)` */
static void add_nearest(struct strbuf *line, const struct audit_line *of)
{
	struct strbuf place = STRBUF_INIT(256);

	groups_show_name(slice_of(of->nearest), line);
	strbuf_adds(line, ": ");
	groups_difference_words(of->difference, line);
	groups_place(of->group->name, slice_of(of->nearest), &place);
	if (of->difference != DIFFERENCE_CASE)
		strbuf_addf(line, " (%s)", strbuf_text(&place));
	strbuf_release(&place);
}

static void print_line(const struct audit_line *of, size_t width, FILE *out)
{
	struct strbuf line = STRBUF_INIT(SIZE_MAX);
	size_t start;

	strbuf_addf(&line, "%-8s %9" PRIu32 " ", of->at_stake ? "NEARLY" : of->in_scope ? "yes" : "no", of->group->servers);
	start = line.len;
	if (of->judged)
		strbuf_addf(&line, "%9" PRIu32 "  ", of->findings);
	else
		strbuf_addf(&line, "%8s%s  ", "", missing());
	pad(&line, start, 11);
	start = line.len;
	shown_name(of->group->name, &line);
	if (of->nearest && of->difference) {
		pad(&line, start, width + 2);
		add_nearest(&line, of);
	}
	fprintf(out, "%s\n", strbuf_text(&line));
	strbuf_release(&line);
}

/* A sentence on a line of its own, when there is one. */
static void print_sentence(struct strbuf *sentence, FILE *out)
{
	if (sentence->len)
		fprintf(out, "%s\n", strbuf_text(sentence));
	strbuf_clear(sentence);
}

static void print_head(const struct group_audit *audit, FILE *out)
{
	const struct run *run = audit->run;
	struct strbuf text = STRBUF_INIT(SIZE_MAX), folding = STRBUF_INIT(SIZE_MAX);

	for (size_t i = 0; i < run->reason_count; i++) {
		fputs("incomplete: ", out);
		drive_say(out, run->reasons[i].sentence);
		fputc('\n', out);
	}
	strbuf_addf(&text, "run %" PRId64 " of ", run->id);
	time_format(&text, run->started);
	if (audit->known) {
		strbuf_adds(&text, ": ");
		groups_say_total(audit, &text);
	}
	print_sentence(&text, out);
	groups_say_scope(audit, &text);
	print_sentence(&text, out);
	if (audit->stake_groups) {
		groups_say_stake(audit, &text);
		strbuf_adds(&text, ", and it does not take them: NEARLY below.");
		print_sentence(&text, out);
	}
	for (size_t i = 0; i < audit->unmatched_count; i++) {
		groups_say_unmatched(&audit->unmatched[i], &text);
		print_sentence(&text, out);
	}
	groups_say_folding(audit, &folding);
	if (folding.len)
		fprintf(out, "case folding: %s.\n", strbuf_text(&folding));
	strbuf_release(&text);
	strbuf_release(&folding);
}

static void print_table(const struct group_audit *audit, FILE *out)
{
	size_t width = name_width(audit);

	print_head(audit, out);
	if (!audit->known)
		return;
	fprintf(out, "\n%-8s %9s %9s  %-*s  %s\n", "in scope", "servers", "findings", (int)width, "group", "nearest configured name");
	for (size_t i = 0; i < audit->count; i++)
		print_line(&audit->lines[i], width, out);
}

/* -- the command -- */

/* The newest run with its groups, but without its rows. */
static int load_head(struct session *session, struct run *run, struct error *err)
{
	struct store *store = session_store(session);
	int64_t id = 0;

	if (store && store_newest(store, NULL, false, 0, &id, err))
		return -1;
	if (!id)
		return error_set(err, STATUS_NO_INPUT, "There is no run yet: `rouse detect` makes one.");
	return store_run_head(store, id, run, err);
}

/* A run without groups is as good as no audit; servers that may have been left out make it incomplete, as the run's own reasons do. */
static enum status verdict_of(const struct group_audit *audit, const struct work *work, enum export_format format)
{
	struct strbuf warning = STRBUF_INIT(SIZE_MAX);
	enum status status = drive_verdict(audit->run, NULL);

	if (!audit->known)
		groups_say_scope(audit, &warning);
	groups_warning(audit, &warning);
	if (audit->known && audit->scope_changed && format != EXPORT_TABLE && !work->cli->quiet)
		drive_complain("the run was made with another scope than the configuration has now.");
	if (warning.len) {
		if (format != EXPORT_TABLE || !audit->known)
			drive_complain(strbuf_text(&warning));
		status = STATUS_INCOMPLETE;
	}
	strbuf_release(&warning);
	return status;
}

enum status cmd_groups(const struct work *work, FILE *out, struct error *err)
{
	struct session *session = NULL;
	struct run run = { 0 };
	struct group_audit audit = { 0 };
	enum export_format format;
	enum status status;

	if (drive_format(work->cli, &format, err) || session_open(&session, work->config, work->store_path, false, err) ||
	    load_head(session, &run, err)) {
		status = err->status;
	} else {
		groups_audit(&run, session_scope(session), &audit);
		if (format == EXPORT_TABLE)
			print_table(&audit, out);
		else
			print_records(&audit, format, out);
		drive_say_old(&run, session_now(session));
		status = drive_flush(out, verdict_of(&audit, work, format), err);
	}
	groups_audit_release(&audit);
	run_release(&run);
	session_close(&session);
	return status;
}
