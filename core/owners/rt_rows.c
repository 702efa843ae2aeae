/* rt_rows.c - assets as RT sends them, made into records. See rt_inner.h. */
#include "core/owners/rt_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/io/json.h"

/* Values of one deciding field that become records of their own; more than these are the same to a reader: ambiguous. */
#define VALUES_MAX 8

/* Readers for the levels of an answer; each is used again for the next row. */
struct levels {
	struct json_object answer, items, row, field, member, value;
};

/* The team of a row as a field has it. Borrowed from the levels. */
struct team {
	struct slice name;
	char id[24];
};

static const struct json_member *member(const struct json_object *object, const char *key)
{
	for (size_t i = 0; i < object->count; i++)
		if (slice_is(object->members[i].key, key))
			return &object->members[i];
	return NULL;
}

static struct slice text_of(const struct json_object *object, const char *key)
{
	const struct json_member *found = member(object, key);

	if (!found || (found->kind != JSON_TEXT && found->kind != JSON_NUMBER))
		return (struct slice){0};
	return found->text;
}

/* RT writes numbers as 17, "17" and 17.0. */
static bool number_of(struct slice text, uint64_t *number)
{
	size_t i = 0;

	*number = 0;
	for (; i < text.len && text.text[i] >= '0' && text.text[i] <= '9' && i < 18; i++)
		*number = *number * 10 + (uint64_t)(text.text[i] - '0');
	return i > 0 && (i == text.len || (text.len == i + 2 && !memcmp(text.text + i, ".0", 2)));
}

static bool read_nested(struct json_object *object, const struct json_member *value)
{
	return value && value->kind == JSON_NESTED && json_object_read(object, value->text) == 1;
}

/* One member of a role: a group or a user, expanded. */
static bool role_team(struct owners_rt *rt, struct levels *levels, const struct json_member *value, struct team *team)
{
	const struct json_object *object = &levels->member;

	if (!read_nested(&levels->member, value))
		return false;
	struct slice id = text_of(object, "id"), name = text_of(object, "Name");
	bool group = slice_is(text_of(object, "type"), "group");

	if (!id.len || (!group && slice_is_nocase(id, "Nobody")))
		return false;
	*team = (struct team){ .name = name.len ? name : id };
	if (group)
		snprintf(team->id, sizeof team->id, "%.*s", (int)(id.len < 20 ? id.len : 20), id.text);
	if (group && !name.len && !rt->nameless && rt->asking) {
		rt->nameless = true;
		owner_complain(rt->asking, "RT does not show the names of groups to this account, so teams are shown as "
		               "numbers; give it the right "
		               "SeeGroup (Admin > Global > User Rights).");
	}
	return true;
}

/* A custom field of the row; -1 when the row does not have it, else how many values stand in levels->value. */
static int custom_values(struct levels *levels, const char *name)
{
	if (!read_nested(&levels->field, member(&levels->row, "CustomFields")))
		return -1;
	for (size_t i = 0; i < levels->field.count; i++)
		if (read_nested(&levels->member, &levels->field.members[i]) && slice_is_nocase(text_of(&levels->member, "name"), name))
			return read_nested(&levels->value, member(&levels->member, "values")) ? (int)levels->value.count : 0;
	return -1;
}

/* A value is a team when something of it can be seen. */
static bool blank(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.text[i] != ' ' && text.text[i] != '\t' && text.text[i] != '\n' && text.text[i] != '\r')
			return false;
	return true;
}

/* Adds a record for the row and a team; the first member of Contact is who to talk to. */
static void add_record(struct owner_records *records, struct slice id, struct slice name, const struct team *team, const char *field,
                       const char *contact, bool retired)
{
	struct strbuf key = STRBUF_INIT(64), title = STRBUF_INIT(4096), who = STRBUF_INIT(65536);

	strbuf_addf(&key, "asset:%.*s", (int)(id.len < 20 ? id.len : 20), id.text);
	strbuf_add(&title, name.text ? name.text : "", name.len);
	if (team)
		strbuf_add(&who, team->name.text, team->name.len);
	owner_records_add(records, &(struct owner_record){
		.key = (char *)strbuf_text(&key), .name = (char *)strbuf_text(&title), .team = (char *)strbuf_text(&who),
		.team_id = team ? (char *)team->id : NULL, .field = team ? (char *)field : NULL, .contact = (char *)contact, .retired = retired,
	});
	strbuf_release(&key);
	strbuf_release(&title);
	strbuf_release(&who);
}

/* What every record of a row shares. */
struct row {
	struct slice id, name;
	const char *contact;
	bool retired;
	struct owner_records *records;   /* NULL: only counted */
};

/* Each value of the field is a record of its own: two teams on one asset are for a person to choose from. True when there was one. */
static bool field_teams(struct owners_rt *rt, struct levels *levels, const char *field, const struct row *row, struct rt_page *page)
{
	const struct json_member *role = member(&levels->row, field);
	bool is_role = !strcmp(field, "HeldBy") || !strcmp(field, "Owner") || !strcmp(field, "Contact");
	size_t found = 0;
	struct team team;

	if (is_role && role && role->kind == JSON_NESTED && json_object_read(&levels->field, role->text) == 1) {
		bool many = levels->field.array;

		for (size_t i = 0; i < (many ? levels->field.count : 1) && found < VALUES_MAX; i++)
			if (role_team(rt, levels, many ? &levels->field.members[i] : role, &team) && ++found && row->records)
				add_record(row->records, row->id, row->name, &team, field, row->contact, row->retired);
	} else if (!is_role) {
		int values = custom_values(levels, field);

		if (values < 0)
			page->no_field = field;
		for (int i = 0; i < values && found < VALUES_MAX; i++) {
			const struct json_member *value = &levels->value.members[i];

			team = (struct team){ .name = value->text };
			if (value->kind == JSON_TEXT && !blank(value->text) && ++found && row->records)
				add_record(row->records, row->id, row->name, &team, field, row->contact, row->retired);
		}
	}
	return found > 0;
}

/* Mail address or name of the first contact. Appends. */
static void contact_of(struct levels *levels, struct strbuf *out)
{
	const struct json_member *role = member(&levels->row, "Contact");

	if (!read_nested(&levels->field, role))
		return;
	if (levels->field.array && !(levels->field.count && read_nested(&levels->member, &levels->field.members[0])))
		return;
	const struct json_object *object = levels->field.array ? &levels->member : &levels->field;
	struct slice mail = text_of(object, "EmailAddress"), name = text_of(object, "Name"), id = text_of(object, "id");
	struct slice best = mail.len ? mail : name.len ? name : id;

	strbuf_add(out, best.text ? best.text : "", best.len);
}

static bool is_retired(struct slice status)
{
	return slice_is_nocase(status, "recycled") || slice_is_nocase(status, "stolen") || slice_is_nocase(status, "deleted");
}

/* One asset. Returns why the page cannot be believed, or NULL. */
static const char *row_read(struct owners_rt *rt, struct levels *levels, struct owner_records *records, struct rt_page *page)
{
	struct strbuf contact = STRBUF_INIT(4096);
	struct row row = { .records = records };
	uint64_t number;
	bool added = false, team = false;

	row.id = text_of(&levels->row, "id");
	row.name = text_of(&levels->row, "Name");
	row.retired = is_retired(text_of(&levels->row, "Status"));
	if (!number_of(row.id, &number) || !member(&levels->row, "Name"))
		return "an asset without number or name";
	if (number <= page->last)
		return "assets out of order";
	page->last = number;
	page->rows++;
	if (!read_nested(&levels->field, member(&levels->row, "Catalog")) || !slice_is(text_of(&levels->field, "id"), rt->catalog_id))
		return "an asset of another catalog";
	/* Two hosts may find one asset. */
	if (records)
		map_put(&rt->seen, row.id.text, row.id.len, &added);
	if (!added)
		row.records = NULL;
	contact_of(levels, &contact);
	row.contact = strbuf_text(&contact);
	for (size_t i = 0; i < rt->team_field_count && !team && !page->no_field; i++)
		team = field_teams(rt, levels, rt->team_fields[i], &row, page);
	if (!team && row.records && !page->no_field)
		add_record(row.records, row.id, row.name, NULL, NULL, row.contact, row.retired);
	page->teams += team;
	strbuf_release(&contact);
	return NULL;
}

static void levels_release(struct levels *levels)
{
	struct json_object *all[] = { &levels->answer, &levels->items, &levels->row, &levels->field, &levels->member, &levels->value };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		json_object_release(all[i]);
}

void rt_page_read(struct owners_rt *rt, struct slice body, struct owner_records *records, struct rt_page *page)
{
	struct levels levels = {0};
	uint64_t total;

	if (json_object_read(&levels.answer, body) != 1 || levels.answer.array
	    || !read_nested(&levels.items, member(&levels.answer, "items")) || !levels.items.array) {
		page->fault = "no list of assets";
		goto out;
	}
	page->total = number_of(text_of(&levels.answer, "total"), &total) ? (int64_t)total : -1;
	for (size_t i = 0; i < levels.items.count && !page->fault && !page->no_field; i++) {
		if (read_nested(&levels.row, &levels.items.members[i]) && !levels.row.array)
			page->fault = row_read(rt, &levels, records, page);
		else
			page->fault = "a row that is no asset";
	}
out:
	levels_release(&levels);
}

bool rt_catalog_read(struct slice body, const char *name, char *id, size_t size)
{
	struct levels levels = {0};
	uint64_t number;
	size_t found = 0;

	if (json_object_read(&levels.answer, body) == 1 && read_nested(&levels.items, member(&levels.answer, "items")))
		for (size_t i = 0; i < levels.items.count; i++)
			if (read_nested(&levels.row, &levels.items.members[i]) && slice_is(text_of(&levels.row, "Name"), name)
			    && number_of(text_of(&levels.row, "id"), &number)) {
				snprintf(id, size, "%llu", (unsigned long long)number);
				found++;
			}
	levels_release(&levels);
	return found == 1;
}
