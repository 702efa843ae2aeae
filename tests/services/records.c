/* records.c - what is there now, for tests to look at: tickets with all their fields, issues, messages. */
#include <string.h>

#include "tests/services/services.h"

static void add_attachments(struct world *world, const char *id, cJSON *out)
{
	cJSON *list = cJSON_AddArrayToObject(out, "attachments");

	for (size_t i = 0; i < world->record_count; i++) {
		const struct record *record = world->records[i];

		if (strcmp(record->table->name, "sys_attachment") != 0 || strcmp(record_get(record, "table_sys_id"), id) != 0)
			continue;
		cJSON *one = cJSON_CreateObject();

		cJSON_AddStringToObject(one, "file_name", record_get(record, "file_name"));
		cJSON_AddStringToObject(one, "content_type", record_get(record, "content_type"));
		cJSON_AddStringToObject(one, "bytes", record_get(record, ".bytes"));
		cJSON_AddItemToArray(list, one);
	}
}

static void add_notes(struct world *world, const char *id, cJSON *out)
{
	cJSON *list = cJSON_AddArrayToObject(out, "notes");

	for (size_t i = 0; i < world->record_count; i++) {
		const struct record *record = world->records[i];

		if (strcmp(record->table->name, "sys_journal_field") == 0 && strcmp(record_get(record, "element_id"), id) == 0)
			cJSON_AddItemToArray(list, cJSON_CreateString(record_get(record, "value")));
	}
}

static void add_affected(struct world *world, const char *id, cJSON *out)
{
	int n = 0;

	for (size_t i = 0; i < world->record_count; i++)
		n += strcmp(world->records[i]->table->name, "task_ci") == 0 && strcmp(record_get(world->records[i], "task"), id) == 0;
	cJSON_AddNumberToObject(out, "affected", n);
}

static cJSON *ticket(struct world *world, const struct record *record)
{
	cJSON *out = cJSON_CreateObject();
	struct record *group = record_by_id(world, "sys_user_group", record_get(record, "assignment_group"));

	cJSON_AddStringToObject(out, "table", record->table->name);
	cJSON_AddStringToObject(out, "sys_id", record->id);
	for (size_t i = 0; i < record->count; i++)
		cJSON_AddStringToObject(out, record->fields[i].name, record->fields[i].value);
	cJSON_AddStringToObject(out, "team", group ? record_get(group, "name") : "");
	add_notes(world, record->id, out);
	add_attachments(world, record->id, out);
	add_affected(world, record->id, out);
	return out;
}

static void add_message(cJSON *tree, const struct message *message)
{
	cJSON *list = cJSON_GetObjectItemCaseSensitive(tree, message->service == SERVICE_TEAMS ? "teams" : "slack"), *one = cJSON_CreateObject();
	cJSON *body = cJSON_ParseWithLength(text_string(&message->body), message->body.len);

	cJSON_AddBoolToObject(one, "shown", !*message->why);
	cJSON_AddStringToObject(one, "why", message->why);
	cJSON_AddNumberToObject(one, "bytes", (double)message->body.len);
	cJSON_AddItemToObject(one, "body", body ? body : cJSON_CreateString(text_string(&message->body)));
	cJSON_AddItemToArray(list, one);
}

void records_list(struct world *world, struct reply *reply)
{
	cJSON *tree = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(tree, "servicenow");

	for (size_t i = 0; i < world->record_count; i++)
		if (table_is(world->records[i]->table, "task"))
			cJSON_AddItemToArray(list, ticket(world, world->records[i]));
	list = cJSON_AddArrayToObject(tree, "jira");
	for (size_t i = 0; i < world->issue_count; i++) {
		cJSON *one = jira_view(world, world->issues[i], 2, "*all");

		cJSON_AddStringToObject(one, "site", world->issues[i]->service == SERVICE_CENTER ? "dc" : "cloud");
		cJSON_AddNumberToObject(one, "writes", world->issues[i]->writes);
		cJSON_AddItemToArray(list, one);
	}
	cJSON_AddArrayToObject(tree, "teams");
	cJSON_AddArrayToObject(tree, "slack");
	for (size_t i = 0; i < world->message_count; i++)
		add_message(tree, &world->messages[i]);
	reply_tree(reply, 200, tree);
}
