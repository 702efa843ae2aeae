/* value.c - reads one column of one row, and writes it as text. */
#include "core/model/value.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/model/accept.h"
#include "core/model/bag.h"
#include "core/model/marks.h"
#include "core/model/owner.h"
#include "core/model/ticket_link.h"

#define PORTAL "https://security.microsoft.com/machines/v2/"
#define ISO_LENGTH 20   /* of 2026-11-20T06:00:00Z */

/* -- reading -- */

/* The setters leave the value alone when there is none: value_get() starts from VALUE_NONE. */
static void set_text(struct value *value, struct slice text)
{
	if (text.text)
		*value = (struct value){ VALUE_TEXT, text, 0 };
}

static void set_number(struct value *value, enum value_kind kind, int64_t number)
{
	if (number != TIME_NONE)
		*value = (struct value){ kind, { NULL, 0 }, number };
}

static void set_tri(struct value *value, enum tri tri)
{
	if (tri != TRI_NONE)
		set_number(value, VALUE_BOOL, tri == TRI_TRUE);
}

static void set_age(struct value *value, int64_t now, int64_t time)
{
	if (time != TIME_NONE)
		set_number(value, VALUE_SPAN, now - time);
}

/* Appends the id as text. */
static void add_id(struct strbuf *out, struct slice packed)
{
	char hex[2 * 32];

	if (2 * packed.len <= sizeof hex)
		strbuf_add(out, hex, id_unpack(hex, packed));
	else   /* longer than any packed hex id: it is the text itself, after one byte */
		strbuf_add(out, packed.text + 1, packed.len - 1);
}

/* Appends with every byte percent-encoded that is not unreserved in RFC 3986. */
static void add_encoded(struct strbuf *out, struct slice text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (size_t i = 0; i < text.len; i++) {
		if (text.text[i] && strchr(plain, text.text[i]))
			strbuf_addc(out, text.text[i]);
		else
			strbuf_addf(out, "%%%02X", (unsigned)(unsigned char)text.text[i]);
	}
}

static void get_id(struct slice packed, struct strbuf *scratch, struct value *value)
{
	add_id(scratch, packed);
	set_text(value, (struct slice){ strbuf_text(scratch), scratch->len });
}

/* The id is the table's own text and may be anything: encoded, it cannot leave its place in the link. */
static void get_portal(const struct lens *lens, uint32_t row, struct strbuf *scratch, struct value *value)
{
	struct strbuf id = STRBUF_INIT(SIZE_MAX / 4);

	add_id(&id, table_packed_id(lens->table, row));
	strbuf_adds(scratch, PORTAL);
	add_encoded(scratch, (struct slice){ strbuf_text(&id), id.len });
	strbuf_adds(scratch, "/overview");
	if (lens->tenant && *lens->tenant) {
		strbuf_adds(scratch, "?tid=");
		add_encoded(scratch, slice_of(lens->tenant));
	}
	strbuf_release(&id);
	set_text(value, (struct slice){ strbuf_text(scratch), scratch->len });
}

/* A key of the bag: from its owner, who opens it, else from the resident bag as it is. */
static void get_bag(const struct lens *lens, uint32_t row, const char *key, struct strbuf *scratch, struct value *value)
{
	struct slice bag = table_bag(lens->table, row);
	struct bag_pair pair;

	if (lens->bags) {
		if (lens->bags->read(lens->bags->owner, lens->table, row, scratch) != 0)
			return;
		bag = (struct slice){ strbuf_text(scratch), scratch->len };
	}
	/* A key whose value is null says as little as a missing one. */
	if (bag.len > 0 && bag_find(bag, slice_of(key), &pair) && pair.kind != BAG_NULL)
		set_text(value, pair.value);
}

/* The team, or why there is none: `?2 match`. Nothing when nobody asked. */
static void get_owner(const struct lens *lens, uint32_t row, struct strbuf *scratch, struct value *value)
{
	const struct owner *owner = owners_get(lens->owners, table_packed_id(lens->table, row));

	if (!owner)
		return;
	owner_text(owner, scratch);
	if (scratch->len > 0)
		set_text(value, (struct slice){ scratch->buf, scratch->len });
}

static void get_contact(const struct lens *lens, uint32_t row, struct value *value)
{
	const struct owner *owner = owners_get(lens->owners, table_packed_id(lens->table, row));

	if (owner && owner->state == OWNER_OWNED && *owner->contact)
		set_text(value, slice_of(owner->contact));
}

static void get_ticket(const struct lens *lens, uint32_t row, struct strbuf *scratch, struct value *value)
{
	const struct ticket_link *ticket = ticket_links_get(lens->tickets, table_packed_id(lens->table, row));

	if (!ticket)
		return;
	ticket_link_text(ticket, scratch);
	if (scratch->len > 0)
		set_text(value, (struct slice){ scratch->buf, scratch->len });
}

enum text_id column_text(enum column_id id)
{
	switch (id) {
	case COL_MACHINE_GROUP: return TEXT_GROUP;
	case COL_OS_PLATFORM: return TEXT_PLATFORM;
	case COL_OS_VERSION: return TEXT_OS_VERSION;
	case COL_ONBOARDING: return TEXT_ONBOARDING;
	case COL_SENSOR_HEALTH: return TEXT_HEALTH;
	case COL_ASSESSED_MODE: return TEXT_ASSESSED_MODE;
	case COL_GATHERED_MODE: return TEXT_GATHERED_MODE;
	case COL_AV_ENGINE: return TEXT_ENGINE;
	case COL_AV_PLATFORM: return TEXT_AV_PLATFORM;
	case COL_AV_SIGNATURE: return TEXT_SIGNATURE;
	case COL_OTHER_AV: return TEXT_OTHER_AV;
	default: return TEXT_COUNT;
	}
}

enum time_id column_time(enum column_id id)
{
	switch (id) {
	case COL_LAST_SEEN: case COL_SEEN_AGE: return TIME_LAST_SEEN;
	case COL_SIGNATURE_TIME: case COL_SIGNATURE_AGE: return TIME_SIGNATURE;
	case COL_ASSESSED_AT: return TIME_ASSESSED;
	case COL_GATHERED_AT: return TIME_GATHERED;
	case COL_FIRST_SEEN: return TIME_FIRST_SEEN;
	default: return TIME_COUNT;
	}
}

/* The columns that are neither a dictionary text nor a time. */
static void get_other(const struct lens *lens, uint32_t row, const struct column_ref *column, struct strbuf *scratch,
                      struct value *value)
{
	const struct table *table = lens->table;

	switch (column->id) {
	case COL_DEVICE_ID: get_id(table_packed_id(table, row), scratch, value); break;
	case COL_DEVICE_NAME: set_text(value, table_name(table, row)); break;
	case COL_AV_MODE: set_text(value, table_mode(table, row)); break;
	case COL_IS_APPLICABLE: set_tri(value, table_applicable(table, row)); break;
	case COL_IS_COMPLIANT: set_tri(value, table_compliant(table, row)); break;
	case COL_REPORT_ID: set_number(value, VALUE_LONG, table->report[row]); break;
	case COL_VERDICT:
		if (table->verdict[row] < VERDICT_COUNT)
			set_text(value, slice_of(verdicts[table->verdict[row]].name));
		break;
	case COL_FLAGS: set_number(value, VALUE_FLAGS, table->flags[row]); break;
	case COL_CHANGE:
		if (table->change[row] != CHANGE_NONE && table->change[row] < CHANGE_COUNT)
			set_text(value, slice_of(change_names[table->change[row]]));
		break;
	case COL_ACCEPTED_UNTIL: set_number(value, VALUE_TIME, acceptances_until(lens, row)); break;
	case COL_NOTE: set_text(value, notes_get(lens->notes, table_packed_id(table, row))); break;
	case COL_MARKED: set_number(value, VALUE_BOOL, marks_has(lens->marks, table_packed_id(table, row))); break;
	case COL_PORTAL_URL: get_portal(lens, row, scratch, value); break;
	case COL_BAG: get_bag(lens, row, column->key, scratch, value); break;
	case COL_OWNER: get_owner(lens, row, scratch, value); break;
	case COL_OWNER_CONTACT: get_contact(lens, row, value); break;
	case COL_TICKET: get_ticket(lens, row, scratch, value); break;
	default: break;
	}
}

void value_get(const struct lens *lens, uint32_t row, const struct column_ref *column, struct strbuf *scratch,
               struct value *value)
{
	enum text_id text = column_text(column->id);
	enum time_id time = column_time(column->id);

	*value = (struct value){ VALUE_NONE, { NULL, 0 }, 0 };
	strbuf_clear(scratch);
	if (text < TEXT_COUNT)
		set_text(value, table_text(lens->table, text, row));
	else if (time < TIME_COUNT && columns[column->id].type == TYPE_SPAN)
		set_age(value, lens->now, lens->table->time[time][row]);
	else if (time < TIME_COUNT)
		set_number(value, VALUE_TIME, lens->table->time[time][row]);
	else
		get_other(lens, row, column, scratch, value);
}

/* -- writing -- */

/* The product stands behind its flag, as in the contract: `conflict other-av McAfee ENS`. */
void flags_text(const struct lens *lens, uint32_t row, int64_t bits, struct strbuf *out)
{
	const char *blank = "";

	for (size_t i = 0; i < FLAG_COUNT; i++) {
		if (!(bits & flags[i].bit))
			continue;
		strbuf_adds(out, blank);
		strbuf_adds(out, flags[i].name);
		blank = " ";
		if (flags[i].bit == FLAG_OTHER_AV) {
			struct slice name = table_text(lens->table, TEXT_OTHER_AV, row);

			if (name.len > 0) {
				strbuf_addc(out, ' ');
				strbuf_add(out, name.text, name.len);
			}
		}
	}
}

void value_export(const struct lens *lens, uint32_t row, const struct value *value, struct strbuf *out)
{
	switch (value->kind) {
	case VALUE_NONE: break;
	case VALUE_TEXT: strbuf_add(out, value->text.text, value->text.len); break;
	case VALUE_TIME: time_format(out, value->number); break;
	case VALUE_SPAN: span_format(out, value->number); break;
	case VALUE_BOOL: strbuf_adds(out, value->number ? "true" : "false"); break;
	case VALUE_LONG: strbuf_addf(out, "%" PRId64, value->number); break;
	case VALUE_FLAGS: flags_text(lens, row, value->number, out); break;
	}
}

/* 2026-11-20 06:00Z: the ISO form to the minute, with a blank for the T. */
static void show_time(int64_t seconds, struct strbuf *out)
{
	struct strbuf iso = STRBUF_INIT(64);

	time_format(&iso, seconds);
	if (iso.len == ISO_LENGTH) {
		strbuf_add(out, iso.buf, 10);
		strbuf_addc(out, ' ');
		strbuf_add(out, iso.buf + 11, 5);
		strbuf_addc(out, 'Z');
	} else {
		strbuf_adds(out, strbuf_text(&iso));
	}
	strbuf_release(&iso);
}

/* What reads better on a screen than in a file; all else is shown as it is exported. */
void value_show(const struct lens *lens, uint32_t row, const struct value *value, struct strbuf *out)
{
	switch (value->kind) {
	case VALUE_TIME: show_time(value->number, out); break;
	case VALUE_SPAN: age_format(out, value->number); break;
	case VALUE_BOOL: strbuf_adds(out, value->number ? "yes" : "no"); break;
	case VALUE_NONE: case VALUE_TEXT: case VALUE_LONG: case VALUE_FLAGS:
		value_export(lens, row, value, out);
		break;
	}
}
