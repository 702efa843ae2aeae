#include "tui/detail_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "tui/cell.h"
#include "tui/status.h"

#define FIELD_BYTES 65536
#define PANE_INDENT 1
#define PANE_LABELS 16
#define WITNESS_COLUMN 26      /* columns of one witness */

void detail_field(const struct detail *detail, const char *label, enum role role, const char *text)
{
	page_field(detail->page, label, role, text, strlen(text), detail->width);
}

/* A field from a column of the model, as the table and the exports say it; `n/a` when it is missing. */
static void column_field(const struct detail *detail, const char *label, enum column_id id)
{
	struct column_ref ref = { .id = id };
	struct strbuf scratch = STRBUF_INIT(FIELD_BYTES), text = STRBUF_INIT(FIELD_BYTES);
	struct value value;

	value_get(&detail->app->lens, detail->row, &ref, &scratch, &value);
	if (value.kind == VALUE_NONE)
		strbuf_adds(&text, "n/a");
	else
		value_show(&detail->app->lens, detail->row, &value, &text);
	page_field(detail->page, label, value.kind == VALUE_NONE ? ROLE_MUTED : ROLE_NORMAL, strbuf_text(&text), text.len, detail->width);
	strbuf_release(&scratch);
	strbuf_release(&text);
}

/* `2026-11-20 03:02Z, 4h 3m ago`. */
static void time_and_age(const struct detail *detail, int64_t seconds, struct strbuf *out)
{
	if (seconds == TIME_NONE) {
		strbuf_adds(out, "n/a");
		return;
	}
	status_time(out, seconds);
	strbuf_adds(out, detail->brief ? " " : ", ");
	if (detail->brief)
		age_format_short(out, detail->app->lens.now - seconds);
	else
		age_format(out, detail->app->lens.now - seconds);
	strbuf_adds(out, detail->app->lens.now >= seconds && !detail->brief ? " ago" : "");
}

/* A time and how long ago that is, since the second is what one wants to know. */
static void time_field(const struct detail *detail, const char *label, enum time_id id, enum role role)
{
	struct strbuf text = STRBUF_INIT(200);

	time_and_age(detail, detail->app->lens.table->time[id][detail->row], &text);
	detail_field(detail, label, role, strbuf_text(&text));
	strbuf_release(&text);
}

/* Each flag with its meaning: the letters of the table are explained where one looks closer. */
static void add_flags(const struct detail *detail)
{
	const struct table *table = detail->app->lens.table;
	char text[200];
	size_t i;

	for (i = 0; i < FLAG_COUNT; i++) {
		if (!(table->flags[detail->row] & flags[i].bit))
			continue;
		/* The pane is too narrow for sentences in a column of their own. */
		if (detail->brief) {
			snprintf(text, sizeof text, "%s: %s", flags[i].name, flags[i].meaning);
			page_wrap(detail->page, ROLE_NORMAL, PANE_INDENT, detail->width, text);
		} else {
			detail_field(detail, flags[i].name, ROLE_NORMAL, flags[i].meaning);
		}
	}
}

/* Also since when it is a finding, and what it was before. */
static void add_change(const struct detail *detail)
{
	const struct table *table = detail->app->lens.table;
	enum change change = (enum change)table->change[detail->row];
	enum verdict before = (enum verdict)table->before[detail->row];
	struct strbuf text = STRBUF_INIT(300);
	int64_t first = table->time[TIME_FIRST_SEEN][detail->row];
	enum role role;

	cell_change(detail->app, detail->row, &role);
	strbuf_adds(&text, change == CHANGE_NONE ? "none" : change_names[change]);
	if (table->altered[detail->row])
		strbuf_adds(&text, ", its evidence changed");
	if (before < VERDICT_COUNT && before != table->verdict[detail->row])
		strbuf_addf(&text, ", was %s", verdicts[before].name);
	if (first != TIME_NONE && table_is_finding(table, detail->row)) {
		strbuf_adds(&text, detail->brief ? ", since " : ", a finding since ");
		if (detail->brief)
			status_time_short(&text, first);
		else
			status_time(&text, first);
	}
	detail_field(detail, "change", role == ROLE_MUTED ? ROLE_NORMAL : role, strbuf_text(&text));
	strbuf_release(&text);
}

/* Why a host of the run before is not there any more, as far as the comparison could tell. Vanished is never the same as resolved. */
static void add_vanished(const struct detail *detail)
{
	struct column_ref ref = { .id = COL_BAG, .key = "Vanished" };
	struct strbuf scratch = STRBUF_INIT(FIELD_BYTES);
	struct value value;

	value_get(&detail->app->lens, detail->row, &ref, &scratch, &value);
	if (value.kind == VALUE_TEXT)
		page_field(detail->page, "vanished", ROLE_WARN, value.text.text, value.text.len, detail->width);
	detail_field(detail, value.kind == VALUE_TEXT ? "" : "vanished", ROLE_WARN,
	             "The host is not in this run any more; what is below is from the run before.");
	strbuf_release(&scratch);
}

/* The verdict with its meaning, the change, the flags: the answer to "why is this host on my list?". */
static void add_why(const struct detail *detail)
{
	const struct table *table = detail->app->lens.table;
	enum verdict verdict = (enum verdict)table->verdict[detail->row];

	page_head(detail->page, table_is_finding(table, detail->row) ? "WHY IT IS HERE" : "VERDICT");
	if (verdict < VERDICT_COUNT) {
		detail_field(detail, "verdict", ROLE_HEAD, verdicts[verdict].name);
		if (detail->brief)
			page_wrap(detail->page, ROLE_NORMAL, PANE_INDENT, detail->width, verdicts[verdict].meaning);
		else
			detail_field(detail, "", ROLE_NORMAL, verdicts[verdict].meaning);
	}
	if (!table_is_present(table, detail->row))
		add_vanished(detail);
	detail_acceptance(detail);
	add_change(detail);
	add_flags(detail);
}

/* What the assessment says beside the mode. */
static void add_compliance(const struct detail *detail, struct strbuf *out)
{
	static const char *const applies[] = { "", "not applicable", "applicable" };
	static const char *const complies[] = { "", "not compliant", "compliant" };
	const struct table *table = detail->app->lens.table;
	enum tri compliant = table_compliant(table, detail->row), applicable = table_applicable(table, detail->row);

	strbuf_adds(out, complies[compliant]);
	strbuf_adds(out, compliant && applicable ? ", " : "");
	strbuf_adds(out, applies[applicable]);
}

/* One witness of a host: what it says of the mode, and when it was written. */
struct witness {
	const char *mode;     /* `Passive (code 1)`, `no mode`, or `no row` */
	bool there;           /* there is a row, with or without a time */
	int64_t at;           /* TIME_NONE: not given, as in a joined export without that column */
};

/* A row is there when anything of it is: exports may leave its time out. An empty mode is not the same as no row. */
static struct witness witness_of(const struct detail *detail, bool gathering)
{
	static const enum text_id values[] = { TEXT_ENGINE, TEXT_AV_PLATFORM, TEXT_SIGNATURE };
	const struct table *table = detail->app->lens.table;
	struct slice mode = table_text(table, gathering ? TEXT_GATHERED_MODE : TEXT_ASSESSED_MODE, detail->row);
	struct witness witness = { .at = table->time[gathering ? TIME_GATHERED : TIME_ASSESSED][detail->row] };
	size_t i;

	witness.there = witness.at != TIME_NONE || mode.len;
	if (gathering)
		for (i = 0; i < sizeof values / sizeof values[0]; i++)
			witness.there |= table_text(table, values[i], detail->row).len != 0;
	else
		witness.there |= table_applicable(table, detail->row) || table_compliant(table, detail->row);
	witness.mode = mode.text && mode.len ? mode_title(mode) : witness.there ? "no mode" : "no row";
	return witness;
}

/* When a witness was written and how long ago that is; of no row there is no time to miss. */
static void witness_time(const struct detail *detail, const struct witness *witness, bool age, struct strbuf *out)
{
	strbuf_clear(out);
	if (witness->at == TIME_NONE)
		strbuf_adds(out, witness->there && !age ? "time not given" : "n/a");
	else if (age)
		age_format(out, detail->app->lens.now - witness->at);
	else
		status_time(out, witness->at);
}

/* The pane's line below a witness. */
static void brief_time(const struct detail *detail, const struct witness *witness, enum time_id id)
{
	if (witness->at != TIME_NONE)
		time_field(detail, "", id, ROLE_MUTED);
	else if (witness->there)
		detail_field(detail, "", ROLE_MUTED, "time not given");
}

static void witness_line(const struct detail *detail, const char *label, const char *left, const char *right)
{
	struct strbuf text = STRBUF_INIT(512);

	strbuf_addf(&text, "%-*s %s", WITNESS_COLUMN, left, right);
	detail_field(detail, label, ROLE_NORMAL, strbuf_text(&text));
	strbuf_release(&text);
}

/* Both witnesses side by side; below each other where there is no room. */
static void add_witnesses(const struct detail *detail)
{
	const struct table *table = detail->app->lens.table;
	struct witness assessed = witness_of(detail, false), gathered = witness_of(detail, true);
	struct strbuf left = STRBUF_INIT(300), right = STRBUF_INIT(300);

	page_head(detail->page, "THE TWO WITNESSES");
	if (detail->brief) {
		strbuf_adds(&left, assessed.mode);
		strbuf_adds(&left, table_compliant(table, detail->row) || table_applicable(table, detail->row) ? ", " : "");
		add_compliance(detail, &left);
		detail_field(detail, "assessed", ROLE_NORMAL, strbuf_text(&left));
		brief_time(detail, &assessed, TIME_ASSESSED);
		detail_field(detail, "gathered", ROLE_NORMAL, gathered.mode);
		brief_time(detail, &gathered, TIME_GATHERED);
	} else {
		witness_line(detail, "", "assessment scid-2010", "info gathering");
		witness_line(detail, "AV mode", assessed.mode, gathered.mode);
		witness_time(detail, &assessed, false, &left);
		witness_time(detail, &gathered, false, &right);
		witness_line(detail, "reported", strbuf_text(&left), strbuf_text(&right));
		witness_time(detail, &assessed, true, &left);
		witness_time(detail, &gathered, true, &right);
		witness_line(detail, "age", strbuf_text(&left), strbuf_text(&right));
		strbuf_clear(&left);
		add_compliance(detail, &left);
		witness_line(detail, "assessed as", left.len ? strbuf_text(&left) : "n/a", "");
	}
	strbuf_release(&left);
	strbuf_release(&right);
}

/* The age has the colour and the words of the table's limit. */
static void add_signatures(const struct detail *detail)
{
	int64_t updated = detail->app->lens.table->time[TIME_SIGNATURE][detail->row];
	int64_t age = updated == TIME_NONE ? 0 : detail->app->lens.now - updated;
	struct strbuf text = STRBUF_INIT(200);
	enum role role = updated == TIME_NONE ? ROLE_MUTED : cell_age_role(detail->app, age);
	const char *over = role == ROLE_WORST ? "over twice the limit!" : role == ROLE_WARN ? "over the limit" : "";

	page_head(detail->page, "SIGNATURES AND ENGINE");
	time_and_age(detail, updated, &text);
	if (!detail->brief && *over)
		strbuf_addf(&text, "  %s", over);
	column_field(detail, "signature", COL_AV_SIGNATURE);
	detail_field(detail, "updated", role, strbuf_text(&text));
	if (detail->brief && *over)
		detail_field(detail, "", role, over);
	column_field(detail, "engine", COL_AV_ENGINE);
	column_field(detail, "platform", COL_AV_PLATFORM);
	column_field(detail, "other AV", COL_OTHER_AV);
	strbuf_release(&text);
}

/* Full values; nothing is cut here. */
static void add_host(const struct detail *detail)
{
	struct strbuf host = STRBUF_INIT(FIELD_BYTES);

	page_head(detail->page, "HOST");
	cell_host(detail->app, detail->row, &host);
	/* In the pane the name has a line of its own: it is the one thing that must be whole. */
	if (detail->brief)
		page_wrap(detail->page, ROLE_NORMAL, PANE_INDENT, detail->width, strbuf_text(&host));
	else
		detail_field(detail, "name", ROLE_NORMAL, strbuf_text(&host));
	column_field(detail, "group", COL_MACHINE_GROUP);
	column_field(detail, "system", COL_OS_PLATFORM);
	time_field(detail, "last seen", TIME_LAST_SEEN, ROLE_NORMAL);
	if (!detail->brief) {
		column_field(detail, "system version", COL_OS_VERSION);
		column_field(detail, "onboarding", COL_ONBOARDING);
		column_field(detail, "sensor health", COL_SENSOR_HEALTH);
		column_field(detail, "device id", COL_DEVICE_ID);
		column_field(detail, "report id", COL_REPORT_ID);
	}
	strbuf_release(&host);
}

/* As it was written, broken at blanks. */
static void add_note(const struct detail *detail)
{
	struct slice note = notes_get(detail->app->lens.notes, table_packed_id(detail->app->lens.table, detail->row));

	if (!note.text || !note.len)
		return;
	page_head(detail->page, "NOTE");
	page_field(detail->page, "", ROLE_NORMAL, note.text, note.len, detail->width);
}

/* As text: terminals make addresses clickable, and it can be copied. */
static void add_links(const struct detail *detail)
{
	struct column_ref ref = { .id = COL_PORTAL_URL };
	struct strbuf scratch = STRBUF_INIT(FIELD_BYTES);
	struct value value;

	value_get(&detail->app->lens, detail->row, &ref, &scratch, &value);
	if (value.kind == VALUE_TEXT) {
		page_head(detail->page, "PORTAL");
		page_field(detail->page, "link", ROLE_LINK, value.text.text, value.text.len, detail->width);
	}
	strbuf_release(&scratch);
}

/* Everything the page hangs on; the minute is in it because ages grow. */
static uint64_t fingerprint(struct app *app, uint32_t row, int width, bool brief)
{
	struct slice id = table_packed_id(app->lens.table, row);
	const struct run *run = session_run(app->session);
	uint64_t parts[9] = {
		bytes_hash(id.text, id.len), run ? (uint64_t)run->id : 0, session_notes(app->session)->generation, (uint64_t)width,
		(uint64_t)brief, (uint64_t)(app->lens.now / 60), session_acceptances(app->session)->generation,
		session_owners(app->session)->generation, session_tickets(app->session)->generation,
	};
	uint64_t hash = bytes_hash((const char *)parts, sizeof parts);

	return hash ? hash : 1;
}

/* The order is that of the questions: why, is it sure, how bad, what host, what else. */
uint64_t detail_refresh(struct app *app, uint32_t row, struct page *page, uint64_t made, int width, bool brief)
{
	struct detail detail = { .app = app, .page = page, .row = row, .width = width, .brief = brief };
	uint64_t now = fingerprint(app, row, width, brief);

	if (now == made)
		return made;
	page_clear(page);
	page->indent = brief ? PANE_INDENT : 0;
	page->label_width = brief ? PANE_LABELS : 0;
	if (brief)
		add_host(&detail);
	add_why(&detail);
	add_witnesses(&detail);
	add_signatures(&detail);
	if (!brief)
		add_host(&detail);
	detail_ownership(&detail);
	add_note(&detail);
	detail_history(&detail);
	if (!brief) {
		detail_enrichment(&detail);
		add_links(&detail);
	}
	return now;
}
