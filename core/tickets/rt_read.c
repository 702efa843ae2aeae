/* rt_read.c - tickets as RT sends them, made into records. RT writes ids as numbers and as texts, in one answer. */
#include "core/tickets/rt_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"

void rt_put_number(struct ticket_record *record, const char *id)
{
	char number[RT_ID_MAX + 1];

	(void)snprintf(number, sizeof number, "#%s", id);
	ticket_record_put(&record->number, slice_of(number));
}

#define MARK_MAX 256

const struct json_member *rt_member(const struct json_object *object, const char *key)
{
	for (size_t i = 0; i < object->count; i++)
		if (slice_is(object->members[i].key, key))
			return &object->members[i];
	return NULL;
}

struct slice rt_text(const struct json_object *object, const char *key)
{
	const struct json_member *found = rt_member(object, key);

	return found && (found->kind == JSON_TEXT || found->kind == JSON_NUMBER) ? found->text : (struct slice){0};
}

bool rt_nested(struct json_object *object, const struct json_member *member)
{
	return member && member->kind == JSON_NESTED && json_object_read(object, member->text) == 1;
}

bool rt_id(struct slice text, char id[RT_ID_MAX])
{
	if (!text.len || text.len >= RT_ID_MAX - 4)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.text[i] < '0' || text.text[i] > '9')
			return false;
	memcpy(id, text.text, text.len);
	id[text.len] = '\0';
	return true;
}

/* One custom field of a ticket: {"id":"4","name":"Correlation ID","values":["..."]}. */
static void field_read(struct rt *rt, const struct json_object *field, const char *correlation, struct rt_ticket *ticket)
{
	struct slice name = rt_text(field, "name");
	struct json_object values = {0};
	/* A queue can have a field of its own of the same name: the one with what is looked for is the one. */
	bool found = *correlation && !strcmp(ticket->record.correlation, correlation);

	if (!rt_nested(&values, rt_member(field, "values")))
		values.count = 0;
	if (slice_is_nocase(name, rt->key_field) && !found && rt_id(rt_text(field, "id"), ticket->key_id)) {
		for (size_t i = 0; i < values.count; i++)
			if (values.members[i].kind == JSON_TEXT && (i == 0 || slice_is(values.members[i].text, correlation)))
				ticket_record_put(&ticket->record.correlation, values.members[i].text);
	} else if (rt->hosts_field && slice_is_nocase(name, rt->hosts_field) && rt_id(rt_text(field, "id"), ticket->hosts_id)) {
		if (values.count && values.members[0].kind == JSON_TEXT)
			ticket_record_put(&ticket->hosts, values.members[0].text);
	}
	json_object_release(&values);
}

static void fields_read(struct rt *rt, const struct json_object *row, const char *correlation, struct rt_ticket *ticket)
{
	struct json_object fields = {0}, field = {0};
	struct strbuf mark = STRBUF_INIT(MARK_MAX);

	if (rt_nested(&fields, rt_member(row, "CustomFields")))
		for (size_t i = 0; i < fields.count; i++)
			if (rt_nested(&field, &fields.members[i]))
				field_read(rt, &field, correlation, ticket);
	if (!*correlation)
		correlation = ticket->record.correlation;
	if (*correlation && ticket_find_mark(slice_of(ticket->hosts), correlation, &mark))
		ticket_record_put(&ticket->record.mark, slice_of(strbuf_text(&mark)));
	strbuf_release(&mark);
	json_object_release(&fields);
	json_object_release(&field);
}

/* The first group that watches as AdminCc is the team; else the queue. */
static void team_read(const struct json_object *row, struct ticket_record *record)
{
	struct json_object list = {0}, who = {0};
	char id[RT_ID_MAX];

	if (rt_nested(&who, rt_member(row, "Queue"))) {
		struct slice name = rt_text(&who, "Name");

		ticket_record_put(&record->team, name.text ? name : rt_text(&who, "id"));
	}
	if (rt_nested(&list, rt_member(row, "AdminCc")))
		for (size_t i = 0; i < list.count && !*record->team_id; i++) {
			if (!rt_nested(&who, &list.members[i]) || !slice_is(rt_text(&who, "type"), "group") || !rt_id(rt_text(&who, "id"), id))
				continue;
			ticket_record_put(&record->team_id, slice_of(id));
			if (rt_text(&who, "Name").len)
				ticket_record_put(&record->team, rt_text(&who, "Name"));
		}
	json_object_release(&list);
	json_object_release(&who);
}

static struct slice nested_id(const struct json_object *row, const char *key, struct json_object *reader)
{
	return rt_nested(reader, rt_member(row, key)) ? rt_text(reader, "id") : (struct slice){0};
}

bool rt_ticket_read(struct rt *rt, struct slice json, const char *correlation, struct rt_ticket *ticket)
{
	struct json_object row = {0}, inner = {0};
	char id[RT_ID_MAX];
	bool fine = false;

	rt_ticket_release(ticket);
	ticket_record_init(&ticket->record);
	ticket->hosts = xstrdup("");
	ticket->creator = xstrdup("");
	if (json_object_read(&row, json) != 1 || row.array || !rt_id(rt_text(&row, "id"), id))
		goto out;
	ticket_record_put(&ticket->record.id, slice_of(id));
	rt_put_number(&ticket->record, id);
	struct strbuf url = STRBUF_INIT(WEB_URL_MAX), path = STRBUF_INIT(100);

	strbuf_addf(&path, RT_URL_FOR_PEOPLE, id);
	talk_url(&url, rt->web.base, strbuf_text(&path));
	ticket_record_put(&ticket->record.url, slice_of(strbuf_text(&url)));
	strbuf_release(&url);
	strbuf_release(&path);
	ticket_record_put(&ticket->record.title, rt_text(&row, "Subject"));
	ticket_record_put(&ticket->record.state, rt_text(&row, "Status"));
	ticket->deleted = slice_is(rt_text(&row, "Status"), "deleted");
	ticket_record_put(&ticket->creator, nested_id(&row, "Creator", &inner));
	team_read(&row, &ticket->record);
	fields_read(rt, &row, correlation, ticket);
	fine = true;
out:
	json_object_release(&row);
	json_object_release(&inner);
	return fine;
}

bool rt_has_key(struct slice json, const char *name, const char *correlation)
{
	struct json_object row = {0}, fields = {0}, field = {0}, values = {0};
	bool has = false;

	if (json_object_read(&row, json) == 1 && rt_nested(&fields, rt_member(&row, "CustomFields")))
		for (size_t i = 0; i < fields.count && !has; i++)
			if (rt_nested(&field, &fields.members[i]) && slice_is_nocase(rt_text(&field, "name"), name)
			    && rt_nested(&values, rt_member(&field, "values")))
				for (size_t j = 0; j < values.count; j++)
					has = has || slice_is(values.members[j].text, correlation);
	json_object_release(&row);
	json_object_release(&fields);
	json_object_release(&field);
	json_object_release(&values);
	return has;
}

void rt_ticket_release(struct rt_ticket *ticket)
{
	ticket_record_release(&ticket->record);
	free(ticket->hosts);
	free(ticket->creator);
	*ticket = (struct rt_ticket){0};
}

void rt_answer_add(struct ticket_answer *answer, const struct ticket_record *record)
{
	struct ticket_record *added = ticket_records_add(&answer->records);

	ticket_record_release(added);
	ticket_record_copy(added, record);
}

void rt_watchers_read(struct slice json, struct ticket_record *record)
{
	struct json_object row = {0};

	if (json_object_read(&row, json) == 1 && !row.array) {
		ticket_record_put(&record->team_id, slice_of(""));
		team_read(&row, record);
	}
	json_object_release(&row);
}

bool rt_rows_read(struct slice json, struct json_object *answer, struct json_object *rows, int64_t *total)
{
	char number[RT_ID_MAX];

	if (json_object_read(answer, json) != 1 || answer->array || !rt_nested(rows, rt_member(answer, "items")) || !rows->array)
		return false;
	*total = rt_id(rt_text(answer, "total"), number) ? strtoll(number, NULL, 10) : -1;
	return true;
}

bool rt_named(struct slice json, const char *name, char id[RT_ID_MAX])
{
	struct json_object answer = {0}, rows = {0}, row = {0};
	size_t alike = 0, same = 0;
	char number[RT_ID_MAX];
	int64_t total;

	if (rt_rows_read(json, &answer, &rows, &total))
		for (size_t i = 0; i < rows.count; i++) {
			if (!rt_nested(&row, &rows.members[i]) || !slice_is_nocase(rt_text(&row, "Name"), name)
			    || !rt_id(rt_text(&row, "id"), number))
				continue;
			bool exact = slice_is(rt_text(&row, "Name"), name);

			alike++;
			same += exact;
			if (exact || !same)
				memcpy(id, number, sizeof number);
		}
	json_object_release(&answer);
	json_object_release(&rows);
	json_object_release(&row);
	return same == 1 || (!same && alike == 1);
}
