#include "tui/cell.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/accept.h"

#define UNKNOWN "n/a"

bool cell_is_right(const struct column_ref *column)
{
	enum column_type type = column->id == COL_BAG ? TYPE_TEXT : columns[column->id].type;

	return type == TYPE_SPAN || type == TYPE_LONG;
}

enum role cell_age_role(struct app *app, int64_t age)
{
	int64_t limit = session_scope(app->session)->freshness;

	return age > 2 * limit ? ROLE_WORST : age > limit ? ROLE_WARN : ROLE_NORMAL;
}

/* A sign goes with each colour, so that nothing is lost without colours: `41d!` `6d?`. */
static void age_cell(struct app *app, enum column_id id, int64_t age, struct strbuf *out, enum role *role)
{
	/* `in 22h` does not fit an age's column, and a cut one could be taken for an age. */
	if (age < 0) {
		*role = ROLE_WARN;
		strbuf_adds(out, "ahead");
		return;
	}
	age_format_short(out, age);
	if (id == COL_SIGNATURE_AGE) {
		*role = cell_age_role(app, age);
		strbuf_adds(out, *role == ROLE_WORST ? "!" : "");
	} else if (id == COL_SEEN_AGE && age > CELL_SEEN_OLD) {
		*role = ROLE_AGED;
		strbuf_adds(out, "?");
	}
}

/* One letter per flag, each in its own place, so that equal flags stand below each other: `C S   H`. */
static void flag_letters(int64_t bits, struct strbuf *out)
{
	size_t i;

	for (i = 0; i < FLAG_COUNT; i++)
		strbuf_addc(out, bits & flags[i].bit ? flags[i].sign : ' ');
}

/* Red is for what grows worse with time; a verdict is a fact, so it stays plain. Not known is a warning. */
static enum role verdict_role(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_DISABLED:
	case VERDICT_PASSIVE: return ROLE_NORMAL;
	case VERDICT_UNKNOWN:
	case VERDICT_UNASSESSED: return ROLE_WARN;
	case VERDICT_ACTIVE: return ROLE_MUTED;
	default: return ROLE_NORMAL;
	}
}

/* An owner that is not settled is a warning; where nobody asked there is nothing to say. */
static void owner_cell(const struct app *app, uint32_t row, struct strbuf *out, enum role *role)
{
	struct slice id = table_packed_id(app->lens.table, row);

	if (!app_owner_words(app, id, out, role) && row == view_current(&app->view) && table_is_finding(app->lens.table, row)) {
		keymap_keys(app->map, CONTEXT_TABLE, ACTION_OWNERS, 1, out);
		strbuf_adds(out, out->len ? " asks CMDB" : "not asked");
	}
}

static enum role ticket_role(const struct app *app, uint32_t row)
{
	const struct ticket_link *link = ticket_links_get(session_tickets(app->session), table_packed_id(app->lens.table, row));

	return link && link->state != TICKET_OPEN ? ROLE_WARN : ROLE_NORMAL;
}

/* Ages, verdicts and flags have forms of their own on the screen; the rest is shown as the model says it. */
void cell_text(struct app *app, uint32_t row, const struct column_ref *column, struct strbuf *out, enum role *role)
{
	struct strbuf scratch = STRBUF_INIT(1 << 16);
	struct value value;

	*role = ROLE_NORMAL;
	if (column->id == COL_OWNER) {
		owner_cell(app, row, out, role);
		return;
	}
	value_get(&app->lens, row, column, &scratch, &value);
	if (column->id == COL_TICKET) {
		*role = ticket_role(app, row);
		if (value.kind != VALUE_NONE)
			value_show(&app->lens, row, &value, out);
	} else if (value.kind == VALUE_NONE) {
		*role = ROLE_MUTED;
		strbuf_adds(out, UNKNOWN);
	} else if (column->id == COL_SIGNATURE_AGE || column->id == COL_SEEN_AGE) {
		age_cell(app, column->id, value.number, out, role);
	} else if (column->id == COL_VERDICT) {
		enum verdict verdict = (enum verdict)app->lens.table->verdict[row];

		strbuf_adds(out, verdict < VERDICT_COUNT ? verdicts[verdict].title : UNKNOWN);
		*role = verdict_role(verdict);
	} else if (column->id == COL_FLAGS) {
		flag_letters(value.number, out);
		*role = value.number & FLAG_CONFLICT ? ROLE_WARN : ROLE_NORMAL;
	} else {
		value_show(&app->lens, row, &value, out);
	}
	strbuf_release(&scratch);
}

/* Vanished is not resolved: nobody knows how the host is. */
char cell_change(struct app *app, uint32_t row, enum role *role)
{
	const struct table *table = app->lens.table;

	*role = ROLE_NORMAL;
	switch ((enum change)table->change[row]) {
	case CHANGE_NEW:
		*role = ROLE_NEW;
		return '+';
	case CHANGE_PERSISTING:
		*role = table->altered[row] ? ROLE_CHANGED : ROLE_MUTED;
		return table->altered[row] ? '~' : '=';
	case CHANGE_RESOLVED:
		*role = ROLE_RESOLVED;
		return '-';
	case CHANGE_VANISHED:
		*role = ROLE_WARN;
		return 'x';
	case CHANGE_NONE:
	case CHANGE_COUNT:
		break;
	}
	return ' ';
}

/* Where accepted hosts are left out, or are alone, the change says more. */
char cell_sign(struct app *app, uint32_t row, enum role *role)
{
	const struct acceptance *found;

	if (app->view.filter.tab == TAB_EVERY && app->lens.acceptances && table_is_finding(app->lens.table, row)) {
		found = acceptances_find(app->lens.acceptances, table_packed_id(app->lens.table, row));
		if (found && acceptance_in_force(found, app->lens.now)) {
			*role = ROLE_MUTED;
			return 'z';
		}
	}
	return cell_change(app, row, role);
}

void cell_drop_domain(struct app *app, struct strbuf *host)
{
	if (host->len && app_in_domain(app, host->buf, host->len)) {
		host->len -= strlen(app->domain);
		host->buf[host->len] = '\0';
	}
}

/* A host without a name is said by its id; it must never be an empty row. */
void cell_host(struct app *app, uint32_t row, struct strbuf *out)
{
	struct slice name = table_name(app->lens.table, row);
	char id[600];

	if (name.text && name.len) {
		utf8_visible(out, name.text, name.len);
	} else {
		struct slice packed = table_packed_id(app->lens.table, row);

		if (packed.len * 2 < sizeof id)
			utf8_visible(out, id, id_unpack(id, packed));
	}
}
