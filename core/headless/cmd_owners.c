/* cmd_owners.c - `rouse owners`: who owns each finding of the newest run, and how that is known. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/headless/closing.h"
#include "core/io/csv.h"
#include "core/io/json.h"

#define WIDTH_MAX 48

enum { FIELD_HOST, FIELD_STATE, FIELD_OWNER, FIELD_CONTACT, FIELD_FIELD, FIELD_RECORD, FIELD_CANDIDATES, FIELD_ASKED, FIELD_BY, FIELD_COUNT };
static const char *const field_names[FIELD_COUNT] = {
	"DeviceName", "OwnerState", "Owner", "OwnerContact", "Field", "Record", "Candidates", "AskedAt", "ChosenBy"
};

/* `team-a (1234), team-b (1240)`: what was found instead of one owner. */
static void add_candidates(const struct owner *owner, struct strbuf *out)
{
	for (size_t i = 0; i < owner->candidate_count; i++)
		strbuf_addf(out, "%s%s (%s)", i ? ", " : "", owner->candidates[i].team[0] ? owner->candidates[i].team : "nobody",
		            owner->candidates[i].key);
	if (owner->candidates_more)
		strbuf_addf(out, ", and %zu more", owner->candidates_more);
}

/* One cell, exact; nothing for a missing value. */
static void add_field(struct slice host, const struct owner *owner, int field, struct strbuf *out)
{
	switch (field) {
	case FIELD_HOST: strbuf_add(out, host.text ? host.text : "", host.len); break;
	case FIELD_STATE: strbuf_adds(out, owner_state_names[owner ? owner->state : OWNER_UNASKED]); break;
	case FIELD_OWNER: strbuf_adds(out, owner ? owner->team : ""); break;
	case FIELD_CONTACT: strbuf_adds(out, owner ? owner->contact : ""); break;
	case FIELD_FIELD: strbuf_adds(out, owner ? owner->field : ""); break;
	case FIELD_RECORD: strbuf_adds(out, owner ? owner->key : ""); break;
	case FIELD_CANDIDATES: if (owner && owner->state == OWNER_AMBIGUOUS) add_candidates(owner, out); break;
	case FIELD_ASKED: if (owner && owner->asked) time_format(out, owner->asked); break;
	case FIELD_BY: strbuf_adds(out, owner ? owner->chosen_by : ""); break;
	default: break;
	}
}

static void add_line(struct slice host, const struct owner *owner, enum export_format format, struct strbuf *line)
{
	struct strbuf cell = STRBUF_INIT(SIZE_MAX);

	for (int field = 0; field < FIELD_COUNT; field++) {
		strbuf_clear(&cell);
		add_field(host, owner, field, &cell);
		struct slice value = { strbuf_text(&cell), cell.len };
		if (format == EXPORT_CSV) {
			strbuf_adds(line, field ? "," : "");
			csv_cell(line, value, false);
			continue;
		}
		strbuf_addf(line, "%s\"%s\":", field ? "," : "{", field_names[field]);
		if (value.len)
			json_string(line, value);
		else
			strbuf_adds(line, "null");
	}
	strbuf_adds(line, format == EXPORT_CSV ? "\n" : "}");
	strbuf_release(&cell);
}

/* What a cell of the table shows: visible, cut to the width of its column. */
static void add_cell(struct slice text, size_t width, bool last, struct strbuf *line)
{
	struct strbuf shown = STRBUF_INIT(SIZE_MAX);
	size_t used;

	utf8_visible(&shown, text.len ? text.text : drive_ascii() ? "-" : "\xe2\x80\x93", text.len ? text.len : drive_ascii() ? 1 : 3);
	used = utf8_columns(strbuf_text(&shown), shown.len);
	strbuf_add(line, strbuf_text(&shown), shown.len);
	for (; !last && used < width; used++)
		strbuf_addc(line, ' ');
	strbuf_adds(line, last ? "\n" : "  ");
	strbuf_release(&shown);
}

/* The fields that people read; the candidates stand where the owner would. */
static void add_row(struct slice host, const struct owner *owner, const size_t *widths, struct strbuf *line)
{
	static const int shown[] = { FIELD_STATE, FIELD_HOST, FIELD_OWNER, FIELD_FIELD, FIELD_RECORD, FIELD_CONTACT };
	enum { SHOWN = sizeof shown / sizeof *shown };

	for (int i = 0; i < SHOWN; i++) {
		struct strbuf cell = STRBUF_INIT(SIZE_MAX);
		bool several = owner && owner->state == OWNER_AMBIGUOUS && shown[i] == FIELD_OWNER;
		add_field(host, owner, several ? FIELD_CANDIDATES : shown[i], &cell);
		add_cell((struct slice){ strbuf_text(&cell), cell.len }, widths[shown[i]], i == SHOWN - 1, line);
		strbuf_release(&cell);
	}
}

/* -- the list -- */

/* What is printed: rows of the run on hand, and who owns their hosts. */
struct listing {
	const struct table *table;
	const struct owners *owners;
	const uint32_t *rows;
	uint32_t count;
};

static const struct owner *owner_of(const struct listing *list, uint32_t i)
{
	return owners_get(list->owners, table_packed_id(list->table, list->rows[i]));
}

static void measure(const struct listing *list, size_t *widths)
{
	struct strbuf cell = STRBUF_INIT(SIZE_MAX);

	for (int field = 0; field < FIELD_COUNT; field++)
		widths[field] = strlen(field_names[field]);
	for (uint32_t i = 0; i < list->count; i++) {
		for (int field = 0; field < FIELD_COUNT; field++) {
			strbuf_clear(&cell);
			add_field(table_name(list->table, list->rows[i]), owner_of(list, i), field, &cell);
			size_t wide = utf8_columns(strbuf_text(&cell), cell.len);
			if (wide > widths[field])
				widths[field] = wide < WIDTH_MAX ? wide : WIDTH_MAX;
		}
	}
	strbuf_release(&cell);
}

static void print_list(const struct listing *list, enum export_format format, FILE *out)
{
	struct strbuf line = STRBUF_INIT(SIZE_MAX);
	size_t widths[FIELD_COUNT] = {0};

	if (format == EXPORT_TABLE) {
		measure(list, widths);
		fprintf(out, "%-*s  %-*s  %-*s  %-*s  %-*s  %s\n", (int)widths[FIELD_STATE], "state", (int)widths[FIELD_HOST], "host",
		        (int)widths[FIELD_OWNER], "owner", (int)widths[FIELD_FIELD], "field", (int)widths[FIELD_RECORD], "record", "contact");
	}
	for (int field = 0; format == EXPORT_CSV && field < FIELD_COUNT; field++)
		fprintf(out, "%s%s", field_names[field], field + 1 < FIELD_COUNT ? "," : "\n");
	fputs(format == EXPORT_JSON ? "[\n" : "", out);
	for (uint32_t i = 0; i < list->count; i++) {
		strbuf_clear(&line);
		if (format == EXPORT_TABLE)
			add_row(table_name(list->table, list->rows[i]), owner_of(list, i), widths, &line);
		else
			add_line(table_name(list->table, list->rows[i]), owner_of(list, i), format, &line);
		if (format == EXPORT_JSON || format == EXPORT_JSONL)
			strbuf_adds(&line, format == EXPORT_JSON && i + 1 < list->count ? ",\n" : "\n");
		fwrite(strbuf_text(&line), 1, line.len, out);
	}
	fputs(format == EXPORT_JSON ? "]\n" : "", out);
	strbuf_release(&line);
}

/* -- the command -- */

static int show_owners(const struct work *work, struct session *session, FILE *out, enum status *status, struct error *err)
{
	enum export_format format;
	uint32_t *rows = NULL;
	uint32_t count = 0;
	int failed = -1;

	if (drive_format(work->cli, &format, err) || drive_load(session, 0, err) || closing_choose(work, session, &rows, &count, err))
		goto out;
	if (!session_has_owners(session)) {
		error_set(err, STATUS_CONFIG, "Nobody knows who owns a host yet: name a CSV file in [csv] file, or a CMDB in [owners] kind.");
		goto out;
	}
	if (closing_owners(work, session, rows, count, status, err))
		goto out;
	const struct listing list = { &session_run(session)->rows, session_owners(session), rows, count };
	print_list(&list, format, out);
	drive_say_old(session_run(session), session_now(session));
	failed = 0;
out:
	free(rows);
	return failed;
}

enum status cmd_owners(const struct work *work, FILE *out, struct error *err)
{
	struct session *session = NULL;
	enum status status = STATUS_DONE;

	if (session_open(&session, work->config, work->store_path, false, err) || show_owners(work, session, out, &status, err)) {
		status = err->status;
	} else {
		enum status verdict = drive_verdict(session_run(session), NULL);
		status = drive_flush(out, status == STATUS_DONE ? verdict : status, err);
	}
	session_close(&session);
	return status;
}
