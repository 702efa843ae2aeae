#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/headless/cmd_accept.h"
#include "core/io/csv.h"
#include "core/io/json.h"
#include "core/model/accept.h"

/* What is printed of an acceptance, by its name in CSV and JSON. */
enum field {
	F_HOST, F_STATE, F_UNTIL, F_DAYS, F_WHO, F_REASON, F_TAKEN, F_ENDED, F_WHY, F_ACCEPTED, F_AV, F_NOW, F_ID, F_DOUBT, FIELDS
};

static const char *const field_names[FIELDS] = {
	"DeviceName", "State", "Until", "DaysLeft", "Who", "Reason", "Taken", "Ended", "EndedWhy", "AcceptedVerdict", "AcceptedOtherAv",
	"Verdict", "DeviceId", "Doubt"
};

/* The columns of the table, for people: few, the free text last. */
enum cell { C_HOST, C_STATE, C_UNTIL, C_LEFT, C_WHO, C_TAKEN, C_NOW, C_REASON, CELLS };
static const char *const cell_names[CELLS] = { "HOST", "STATE", "UNTIL", "LEFT", "WHO", "TAKEN", "NOW", "REASON" };
#define CELL_PAD_MAX 60u   /* a cell wider than this pushes its own line only */

/* What the whole list is made from. */
struct listing {
	const struct acceptances *set;
	struct lens lens;
	bool antivirus;        /* the run on hand says something of other antivirus products */
	uint32_t *rows;        /* by number of the id in the set: the row of the host, or MAP_NONE; owned */
	size_t *order;         /* owned */
};

static void listing_init(struct listing *listing, struct session *session)
{
	session_lens(session, &listing->lens);
	listing->set = listing->lens.acceptances;
	listing->rows = xmalloc((listing->set->count + 1) * sizeof *listing->rows);
	listing->order = xmalloc((listing->set->count + 1) * sizeof *listing->order);
	listing->antivirus = acceptances_sight(listing->lens.table).antivirus;
	for (size_t i = 0; i < listing->set->count; i++)
		listing->rows[i] = MAP_NONE;
	for (uint32_t row = 0; row < listing->lens.table->count; row++) {
		struct slice id = table_packed_id(listing->lens.table, row);
		if (acceptances_find(listing->set, id))
			listing->rows[map_get(&listing->set->ids, id.text, id.len)] = row;
	}
	acceptances_order(listing->set, listing->lens.now, listing->order);
}

static void listing_release(struct listing *listing)
{
	free(listing->rows);
	free(listing->order);
}

/* The row of the host, whatever became of the acceptance: each of a host's acceptances has the same. */
static uint32_t row_of(const struct listing *listing, size_t index)
{
	struct slice id = listing->set->items[index].device;
	return listing->rows[map_get(&listing->set->ids, id.text, id.len)];
}

/* What the host is in the newest run: its verdict, or nothing when it is not in scope there. */
static const char *verdict_now(const struct listing *listing, size_t index)
{
	const struct table *table = listing->lens.table;
	uint32_t row = row_of(listing, index);
	return row == MAP_NONE || !table_is_present(table, row) || table->verdict[row] >= VERDICT_COUNT
		? "" : verdicts[table->verdict[row]].name;
}

/* Why an acceptance in force may not be what it was; "" when nothing speaks against it. */
static const char *doubt(const struct listing *listing, size_t index)
{
	const struct acceptance *item = &listing->set->items[index];
	uint32_t row = row_of(listing, index);
	if (row == MAP_NONE || acceptance_end_at(item, listing->lens.now) != ACCEPT_IN_FORCE || !table_is_finding(listing->lens.table, row))
		return "";
	if (acceptance_is_old(item, listing->lens.table, row))
		return "evidence is old";
	return *item->other_av && !listing->antivirus ? "antivirus not looked at" : "";
}

/* -- fields -- */

/* Whole days, the last one begun counts: 1 on the day before. */
static int64_t days_left(const struct acceptance *item, int64_t now)
{
	return (item->until - now + SPAN_DAY - 1) / SPAN_DAY;
}

/* Appends a field. Returns false for a missing value. */
static bool field_text(const struct listing *listing, size_t index, enum field field, struct strbuf *out)
{
	const struct acceptance *item = &listing->set->items[index];
	int64_t now = listing->lens.now, ended = acceptance_ended_at(item, now);
	char *id;
	switch (field) {
	case F_HOST: strbuf_adds(out, item->host); break;
	case F_STATE: strbuf_adds(out, acceptance_end_names[acceptance_end_at(item, now)]); break;
	case F_UNTIL: time_format(out, item->until); break;
	case F_DAYS:
		if (!ended)
			strbuf_addf(out, "%" PRId64, days_left(item, now));
		break;
	case F_WHO: strbuf_adds(out, item->who); break;
	case F_REASON: strbuf_adds(out, item->reason); break;
	case F_TAKEN: time_format(out, item->taken); break;
	case F_ENDED:
		if (ended)
			time_format(out, ended);
		break;
	case F_WHY: strbuf_adds(out, item->ended_why); break;
	case F_ACCEPTED: strbuf_adds(out, item->verdict < VERDICT_COUNT ? verdicts[item->verdict].name : ""); break;
	case F_AV: strbuf_adds(out, item->other_av); break;
	case F_NOW: strbuf_adds(out, verdict_now(listing, index)); break;
	case F_ID:
		id = xmalloc(2 * item->device.len + 1);
		strbuf_add(out, id, id_unpack(id, item->device));
		free(id);
		break;
	case F_DOUBT: strbuf_adds(out, doubt(listing, index)); break;
	case FIELDS: break;
	}
	return out->len > 0;
}

static void print_csv(const struct listing *listing, FILE *out)
{
	struct strbuf line = STRBUF_INIT(SIZE_MAX / 4), text = STRBUF_INIT(SIZE_MAX / 4);
	for (int field = 0; field < FIELDS; field++)
		fprintf(out, "%s%s", field ? "," : "", field_names[field]);
	fputc('\n', out);
	for (size_t i = 0; i < listing->set->count; i++) {
		strbuf_clear(&line);
		for (int field = 0; field < FIELDS; field++) {
			strbuf_clear(&text);
			field_text(listing, listing->order[i], (enum field)field, &text);
			if (field)
				strbuf_addc(&line, ',');
			csv_cell(&line, (struct slice){ strbuf_text(&text), text.len }, field == F_DAYS);
		}
		strbuf_addc(&line, '\n');
		fwrite(line.buf, 1, line.len, out);
	}
	strbuf_release(&line);
	strbuf_release(&text);
}

static void add_json(const struct listing *listing, size_t index, struct strbuf *line, struct strbuf *text)
{
	for (int field = 0; field < FIELDS; field++) {
		strbuf_clear(text);
		strbuf_adds(line, field ? "," : "{");
		json_string(line, slice_of(field_names[field]));
		strbuf_addc(line, ':');
		if (!field_text(listing, index, (enum field)field, text))
			strbuf_adds(line, "null");
		else if (field == F_DAYS)
			strbuf_adds(line, strbuf_text(text));
		else
			json_string(line, (struct slice){ strbuf_text(text), text->len });
	}
	strbuf_addc(line, '}');
}

static void print_json(const struct listing *listing, bool lines, FILE *out)
{
	struct strbuf line = STRBUF_INIT(SIZE_MAX / 4), text = STRBUF_INIT(SIZE_MAX / 4);
	if (!lines)
		fputs("[\n", out);
	for (size_t i = 0; i < listing->set->count; i++) {
		strbuf_clear(&line);
		add_json(listing, listing->order[i], &line, &text);
		fprintf(out, "%s%s\n", strbuf_text(&line), !lines && i + 1 < listing->set->count ? "," : "");
	}
	if (!lines)
		fputs("]\n", out);
	strbuf_release(&line);
	strbuf_release(&text);
}

/* -- the table -- */

/* Loud words are in capitals: EXPIRED, CHANGED, ENDS SOON. */
static const char *state_word(const struct listing *listing, size_t index)
{
	const struct acceptance *item = &listing->set->items[index];
	bool loud = acceptance_class_at(listing->set, index, listing->lens.now) == ACCEPT_LOUD;
	switch (acceptance_end_at(item, listing->lens.now)) {
	case ACCEPT_EXPIRED: return loud ? "EXPIRED" : "expired";
	case ACCEPT_EVIDENCE: return loud ? "CHANGED" : "changed";
	case ACCEPT_REVOKED: return "revoked";
	default: return acceptance_ends_soon(item, listing->lens.now) ? "ENDS SOON" : "in force";
	}
}

/* What the host is now, as far as that matters: an acceptance of a host that is no finding is idle. */
static void now_text(const struct listing *listing, size_t index, struct strbuf *out)
{
	const struct acceptance *item = &listing->set->items[index];
	const char *verdict = verdict_now(listing, index);
	strbuf_adds(out, *verdict ? verdict : "not in scope");
	if (acceptance_end_at(item, listing->lens.now) != ACCEPT_IN_FORCE)
		return;
	if (!*verdict || !strcmp(verdict, verdicts[VERDICT_ACTIVE].name))
		strbuf_adds(out, " (idle)");
	else if (*doubt(listing, index))
		strbuf_addf(out, " (%s)", doubt(listing, index));
}

static void cell_text(const struct listing *listing, size_t index, enum cell cell, struct strbuf *out)
{
	const struct acceptance *item = &listing->set->items[index];
	struct strbuf raw = STRBUF_INIT(SIZE_MAX / 4);
	int64_t now = listing->lens.now;
	switch (cell) {
	case C_HOST: strbuf_adds(&raw, item->host); break;
	case C_STATE: strbuf_adds(&raw, state_word(listing, index)); break;
	case C_UNTIL: acceptance_date_text(item->until, &raw); break;
	case C_LEFT:
		if (!acceptance_ended_at(item, now))
			strbuf_addf(&raw, "%" PRId64 "d", days_left(item, now));
		else
			strbuf_adds(&raw, "-");
		break;
	case C_WHO: strbuf_adds(&raw, item->who); break;
	case C_TAKEN: time_format(&raw, item->taken); break;
	case C_NOW: now_text(listing, index, &raw); break;
	case C_REASON:
		strbuf_adds(&raw, item->reason);
		if (*item->ended_why)
			strbuf_addf(&raw, " [%s]", item->ended_why);
		break;
	case CELLS: break;
	}
	if (cell == C_TAKEN && raw.len > 10)   /* the day is enough here */
		utf8_visible(out, raw.buf, 10);
	else
		utf8_visible(out, strbuf_text(&raw), raw.len);
	strbuf_release(&raw);
}

static void put_cell(struct strbuf *line, const struct strbuf *text, unsigned width, bool last)
{
	size_t taken = utf8_columns(strbuf_text(text), text->len);
	strbuf_add(line, strbuf_text(text), text->len);
	for (; !last && taken < width + 2; taken++)
		strbuf_addc(line, ' ');
}

static void print_table(const struct listing *listing, FILE *out)
{
	struct strbuf line = STRBUF_INIT(SIZE_MAX / 4), text = STRBUF_INIT(SIZE_MAX / 4);
	unsigned widths[CELLS];
	for (int cell = 0; cell < CELLS; cell++) {
		widths[cell] = (unsigned)strlen(cell_names[cell]);
		for (size_t i = 0; i < listing->set->count; i++) {
			strbuf_clear(&text);
			cell_text(listing, i, (enum cell)cell, &text);
			size_t taken = utf8_columns(strbuf_text(&text), text.len);
			taken = taken < CELL_PAD_MAX ? taken : CELL_PAD_MAX;
			widths[cell] = taken > widths[cell] ? (unsigned)taken : widths[cell];
		}
	}
	for (size_t i = 0; i <= listing->set->count && listing->set->count; i++) {
		strbuf_clear(&line);
		for (int cell = 0; cell < CELLS; cell++) {
			strbuf_clear(&text);
			if (i)
				cell_text(listing, listing->order[i - 1], (enum cell)cell, &text);
			else
				strbuf_adds(&text, cell_names[cell]);
			put_cell(&line, &text, widths[cell], cell + 1 == CELLS);
		}
		fprintf(out, "%s\n", strbuf_text(&line));
	}
	strbuf_release(&line);
	strbuf_release(&text);
}

void accept_print(struct session *session, enum export_format format, FILE *out)
{
	struct listing listing;
	listing_init(&listing, session);
	if (format == EXPORT_CSV)
		print_csv(&listing, out);
	else if (format == EXPORT_TABLE)
		print_table(&listing, out);
	else
		print_json(&listing, format == EXPORT_JSONL, out);
	listing_release(&listing);
}
