/* servicenow_take.c - what ServiceNow's CMDB answers. See servicenow.h. */
#include <stdlib.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/owners/servicenow.h"

#define WHY_MAX 1000
#define TEXT_MAX ((size_t)64 << 10)
#define STRANGERS_MAX 40

/* -- a row -- */

static void trim(struct strbuf *text)
{
	size_t start = 0;

	while (text->len && strchr(" \t\r\n", text->buf[text->len - 1]))
		text->buf[--text->len] = '\0';
	while (start < text->len && strchr(" \t\r\n", text->buf[start]))
		start++;
	if (start) {
		memmove(text->buf, text->buf + start, text->len - start + 1);
		text->len -= start;
	}
}

/* A value of the row without the blanks around it: nobody sees those, and a database that ignores them finds the row. */
static const char *get(struct cmdb *cmdb, const char *field, const char *part, bool shown, struct strbuf *out)
{
	char name[100];

	strbuf_clear(out);
	if (strlen(field) + strlen(part) < sizeof name) {
		memcpy(name, field, strlen(field));
		memcpy(name + strlen(field), part, strlen(part) + 1);
		servicenow_get(&cmdb->rows, name, shown, out);
		if (out->len)
			trim(out);
	}
	return strbuf_text(out);
}

/* The texts of one row while it is read. */
struct row {
	struct strbuf key, name, fqdn, id, team, contact, state;
};

static void row_init(struct row *row)
{
	struct strbuf *all[] = { &row->key, &row->name, &row->fqdn, &row->id, &row->team, &row->contact, &row->state };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		strbuf_init(all[i], TEXT_MAX);
}

static void row_release(struct row *row)
{
	struct strbuf *all[] = { &row->key, &row->name, &row->fqdn, &row->id, &row->team, &row->contact, &row->state };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		strbuf_release(all[i]);
}

/* The first field that is set says which team it is. Returns its name, "" when none is. */
static const char *take_team(struct cmdb *cmdb, struct row *row)
{
	for (size_t i = 0; i < cmdb->field_count; i++) {
		if (!*get(cmdb, cmdb->fields[i], "", false, &row->id))
			continue;
		if (!*get(cmdb, cmdb->fields[i], ".name", true, &row->team)) {
			/* The group may not be read, or the reference came with its name. */
			get(cmdb, cmdb->fields[i], "", true, &row->team);
			cmdb->nameless += !strcmp(strbuf_text(&row->team), strbuf_text(&row->id));
		}
		if (!*get(cmdb, cmdb->fields[i], ".email", true, &row->contact))
			get(cmdb, cmdb->fields[i], ".manager.email", true, &row->contact);
		return cmdb->fields[i];
	}
	strbuf_clear(&row->id);
	return "";
}

static void fold_label(const struct strbuf *name, struct strbuf *out)
{
	struct slice label = owner_label((struct slice){ strbuf_text(name), name->len });

	strbuf_clear(out);
	utf8_fold(out, label.text, label.len);
}

/* Whether a row may be an answer to an item: its first label is that of a host that was asked for. */
static bool expected(const struct cmdb *cmdb, const struct cmdb_item *item, const struct row *row)
{
	struct strbuf label = STRBUF_INIT(TEXT_MAX), name = STRBUF_INIT(TEXT_MAX), fqdn = STRBUF_INIT(TEXT_MAX);
	bool found = false;

	fold_label(&row->name, &name);
	fold_label(&row->fqdn, &fqdn);
	for (uint32_t i = 0; !found && i < item->count; i++) {
		struct slice host = owner_label(cmdb->hosts[cmdb->order[item->first + i]]);

		strbuf_clear(&label);
		utf8_fold(&label, host.text, host.len);
		found = label.len && (!strcmp(label.buf, strbuf_text(&name)) || !strcmp(label.buf, strbuf_text(&fqdn)));
	}
	strbuf_release(&label);
	strbuf_release(&name);
	strbuf_release(&fqdn);
	return found;
}

/* How many rows an answer may have that were not asked for. A database may take é for e, so a name with such letters brings others too;
 * names of ASCII bring rows of ASCII only when their condition was dropped. */
static size_t strangers_allowed(const struct cmdb *cmdb, const struct cmdb_item *item)
{
	for (uint32_t i = 0; i < item->count; i++)
		if (!owner_name_plain(cmdb->hosts[cmdb->order[item->first + i]]))
			return STRANGERS_MAX;
	return 0;
}

static bool is_ascii(const struct strbuf *text)
{
	for (size_t i = 0; i < text->len; i++)
		if ((unsigned char)text->buf[i] >= 0x80)
			return false;
	return true;
}

/* A row that two items ask for comes twice and counts once. */
static void hand_over(struct cmdb *cmdb, struct row *row)
{
	bool added = true;
	const char *field = take_team(cmdb, row);
	const char *state = get(cmdb, "operational_status", "", false, &row->state);

	map_put(&cmdb->seen, row->key.buf, row->key.len, &added);
	if (!added)
		return;
	struct owner_record record = {
		.key = row->key.buf, .name = (char *)strbuf_text(&row->name), .fqdn = (char *)strbuf_text(&row->fqdn),
		.team = (char *)strbuf_text(&row->team), .team_id = (char *)strbuf_text(&row->id),
		.contact = (char *)strbuf_text(&row->contact), .field = (char *)field,
		/* 6 Retired, 2 Non-Operational. */
		.retired = !strcmp(state, "6") || !strcmp(state, "2"),
	};

	owner_records_add(&cmdb->asking->records, &record);
}

/* -- an item -- */

/* Hands the rows over. Returns how many there were; -1 when the answer is not whole, `why` says why. */
static int64_t take_rows(struct cmdb *cmdb, const struct cmdb_item *item, struct slice body, struct strbuf *why)
{
	size_t strangers = 0, allowed = strangers_allowed(cmdb, item);
	int64_t count = 0;

	if (servicenow_rows_read(&cmdb->rows, body, why))
		return -1;
	while (!cmdb->stopped && servicenow_rows_next(&cmdb->rows)) {
		struct row row;

		row_init(&row);
		count++;
		get(cmdb, "sys_id", "", false, &row.key);
		get(cmdb, "name", "", true, &row.name);
		get(cmdb, "fqdn", "", true, &row.fqdn);
		if (!row.key.len || (!row.name.len && !row.fqdn.len))
			cmdb->rows.broken++;
		else if (expected(cmdb, item, &row))
			hand_over(cmdb, &row);
		else if ((allowed || (is_ascii(&row.name) && is_ascii(&row.fqdn))) && ++strangers > allowed)
			cmdb_stop(cmdb, STATUS_CONFIG,
			          "ServiceNow ignored the conditions on name and fqdn of %s and answered with other servers,"
			          " so its answers cannot be believed; check cmdb_table in [servicenow] and the right to read these fields",
			          cmdb->table);
		row_release(&row);
	}
	if (cmdb->rows.broken)
		strbuf_addf(why, "%zu rows have no sys_id or no name that this account may read", cmdb->rows.broken);
	return cmdb->rows.broken ? -1 : count;
}

void cmdb_take_item(struct cmdb *cmdb, struct cmdb_item item, struct slice body, int64_t total)
{
	struct strbuf why = STRBUF_INIT(WHY_MAX);
	int64_t count = take_rows(cmdb, &item, body, &why);

	if (cmdb->stopped) {
		strbuf_release(&why);
		return;
	}
	item.got += count > 0 ? (uint32_t)count : 0;
	bool more = total >= 0 ? item.got < total : count >= CMDB_PAGE;

	if (count >= 0 && !more)
		cmdb_answered(cmdb, &item);
	else if (count > 0 && count >= CMDB_PAGE)
		cmdb_queue(cmdb, item);
	else
		cmdb_split(cmdb, &item, count < 0 ? strbuf_text(&why) : "it keeps rows back that this account may not read");
	strbuf_release(&why);
}

void cmdb_item_failed(struct cmdb *cmdb, const struct cmdb_item *item, int status, const char *why)
{
	struct strbuf mend = STRBUF_INIT(WHY_MAX);

	servicenow_mend(&cmdb->site, status, &mend);
	if (status == 401 || status == 403 || status == 404)
		cmdb_stop(cmdb, status == 404 ? STATUS_CONFIG : STATUS_NO_PERMISSION, "ServiceNow refuses to show %s (%d)%s%s",
		          cmdb->table, status, mend.len ? ":" : "; check cmdb_table in [servicenow]", strbuf_text(&mend));
	else if (status == 429 || status == 503)
		cmdb_stop(cmdb, STATUS_TRY_LATER, "ServiceNow is throttling (%d); the hosts that are left were not asked for", status);
	else
		cmdb_split(cmdb, item, why);
	strbuf_release(&mend);
}

/* -- an answer -- */

/* The whole request failed. */
static void take_refusal(struct cmdb *cmdb, const struct talk_reply *reply)
{
	struct strbuf mend = STRBUF_INIT(WHY_MAX);

	/* Not every instance lets every account use the Batch API; the queries alone may still be allowed. */
	if (!cmdb->alone && (reply->outcome == TALK_REFUSED || reply->outcome == TALK_ABSENT) && reply->status != 401) {
		cmdb->alone = true;
		cmdb_again(cmdb, NULL);
		return;
	}
	/* A query that took too long dies with 500: fewer of them do better. */
	if (!cmdb->alone && reply->status == 500) {
		cmdb_again(cmdb, NULL);
		return;
	}
	if (cmdb->alone && (reply->status == 400 || reply->status == 413 || reply->status == 414 || reply->status == 500)) {
		cmdb_split(cmdb, &cmdb->sent[0], "the instance refused the query");
		return;
	}
	servicenow_mend(&cmdb->site, reply->status, &mend);
	cmdb_stop(cmdb, (enum status)talk_status(reply), "%s%s", reply->why, strbuf_text(&mend));
	strbuf_release(&mend);
}

void cmdb_take(struct cmdb *cmdb, const struct talk_reply *reply)
{
	if (!cmdb->probed)
		cmdb_take_probe(cmdb, reply);
	else if (reply->outcome != TALK_FINE)
		take_refusal(cmdb, reply);
	else if (!reply->json || reply->status == 202)
		cmdb_again(cmdb, NULL);
	else if (cmdb->alone)
		cmdb_take_item(cmdb, cmdb->sent[0], reply->body, reply->total);
	else
		cmdb_take_batch(cmdb, reply);
}
