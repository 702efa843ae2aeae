/* jira_view.c - issues as they are answered, and found by their key. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/services/services.h"

struct issue *jira_issue(struct world *world, enum service service, const char *key)
{
	for (size_t i = 0; i < world->issue_count; i++)
		if (world->issues[i]->service == service && (strcasecmp(world->issues[i]->key, key) == 0 || strcmp(world->issues[i]->id, key) == 0))
			return world->issues[i];
	return NULL;
}

void jira_touch(struct issue *issue)
{
	issue->changed_ms = time_steady_ms();
	issue->searches = 0;
	issue->updated = time_now();
	issue->writes++;
}

void jira_forget(struct world *world)
{
	for (size_t i = 0; i < world->issue_count; i++) {
		cJSON_Delete(world->issues[i]->fields);
		cJSON_Delete(world->issues[i]->indexed);
		cJSON_Delete(world->issues[i]->comments);
		cJSON_Delete(world->issues[i]->attachments);
		cJSON_Delete(world->issues[i]->properties);
		free(world->issues[i]);
	}
	world->issue_count = 0;
	world->issue_number = world->jira_ids = 0;
}

cJSON *jira_status(int64_t number)
{
	static const char *const names[] = { "", "To Do", "In Progress", "Done" }, *const keys[] = { "", "new", "indeterminate", "done" };
	static const char *const categories[] = { "", "To Do", "In Progress", "Done" };
	cJSON *status = cJSON_CreateObject(), *category;
	char id[24];

	snprintf(id, sizeof id, "%lld", (long long)(10000 + number));
	cJSON_AddStringToObject(status, "name", names[number]);
	cJSON_AddStringToObject(status, "id", id);
	category = cJSON_AddObjectToObject(status, "statusCategory");
	cJSON_AddStringToObject(category, "key", keys[number]);
	cJSON_AddStringToObject(category, "name", categories[number]);
	return status;
}

static void add_time(cJSON *fields, const char *name, int64_t ticks)
{
	struct text text = { 0 };

	text_time(&text, ticks, 3);
	text.len--;
	text_adds(&text, "+0000");   /* `2026-11-22T06:00:00.000+0000` */
	cJSON_AddStringToObject(fields, name, text_string(&text));
	text_release(&text);
}

static cJSON *named(const char *key, const char *value)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, key, value);
	return object;
}

/* A description in the form of the version that is asked: a document or a text. */
static cJSON *in_version(const cJSON *value, int version)
{
	struct text text = { 0 };
	cJSON *out;

	if (version == 3 && cJSON_IsString(value))
		return adf_of_text(value->valuestring);
	if (version == 3 || !cJSON_IsObject(value))
		return cJSON_Duplicate(value, true);
	adf_text(value, &text);
	out = cJSON_CreateString(text_string(&text));
	text_release(&text);
	return out;
}

static void add_comments(cJSON *fields, const struct issue *issue, int version)
{
	cJSON *comment = cJSON_AddObjectToObject(fields, "comment"), *list = cJSON_AddArrayToObject(comment, "comments");
	const cJSON *item;

	cJSON_ArrayForEach(item, issue->comments) {
		cJSON *one = cJSON_Duplicate(item, true);

		cJSON_ReplaceItemInObject(one, "body", in_version(cJSON_GetObjectItemCaseSensitive(item, "body"), version));
		cJSON_AddItemToArray(list, one);
	}
	cJSON_AddNumberToObject(comment, "total", cJSON_GetArraySize(issue->comments));
	cJSON_AddNumberToObject(comment, "maxResults", cJSON_GetArraySize(issue->comments));
	cJSON_AddNumberToObject(comment, "startAt", 0);
}

static void add_all(struct world *world, cJSON *fields, const struct issue *issue, int version)
{
	const cJSON *item, *status = cJSON_GetObjectItemCaseSensitive(issue->fields, "status");
	int number = (int)status->valuedouble;
	cJSON *project;

	cJSON_ArrayForEach(item, issue->fields) {
		if (strcmp(item->string, "status") == 0)
			continue;
		if (strcmp(item->string, "description") == 0 || strcmp(item->string, "environment") == 0)
			cJSON_AddItemToObject(fields, item->string, in_version(item, version));
		else if (strcmp(item->string, "issuetype") == 0)
			cJSON_AddItemToObject(fields, item->string, named("name", item->valuestring));
		else if (strcmp(item->string, "parent") == 0)
			cJSON_AddItemToObject(fields, item->string, named("key", item->valuestring));
		else
			cJSON_AddItemToObject(fields, item->string, cJSON_Duplicate(item, true));
	}
	cJSON_AddItemToObject(fields, "status", jira_status(number));
	cJSON_AddItemToObject(fields, "resolution", number == 3 ? named("name", "Done") : cJSON_CreateNull());
	project = cJSON_AddObjectToObject(fields, "project");
	cJSON_AddStringToObject(project, "key", world->settings.project);
	cJSON_AddStringToObject(project, "id", "10000");
	add_time(fields, "created", issue->made);
	add_time(fields, "updated", issue->updated);
	add_comments(fields, issue, version);
	cJSON_AddItemToObject(fields, "attachment", cJSON_Duplicate(issue->attachments, true));
}

/* Takes away what was not asked for: `summary,labels`; `*all` or `*navigable` keep everything. */
static void keep(cJSON *object, const char *fields)
{
	cJSON *item = object->child;

	while (item) {
		cJSON *next = item->next;
		size_t n = strlen(item->string);
		bool wanted = strstr(fields, "*all") || strstr(fields, "*navigable");

		for (const char *at = fields; !wanted && *at; at += strcspn(at, ","), at += *at == ',')
			wanted = strncmp(at, item->string, n) == 0 && (!at[n] || at[n] == ',');
		if (!wanted)
			cJSON_Delete(cJSON_DetachItemViaPointer(object, item));
		item = next;
	}
}

cJSON *jira_view(struct world *world, const struct issue *issue, int version, const char *wanted)
{
	cJSON *view = cJSON_CreateObject(), *fields;
	struct text self = { 0 };

	text_addf(&self, "%s%s/rest/api/%d/issue/%s", world->standin.base, issue->service == SERVICE_CENTER ? "/dc" : "/cloud", version, issue->id);
	cJSON_AddStringToObject(view, "id", issue->id);
	if (!wanted || *wanted) {
		cJSON_AddStringToObject(view, "key", issue->key);
		cJSON_AddStringToObject(view, "self", text_string(&self));
		fields = cJSON_AddObjectToObject(view, "fields");
		add_all(world, fields, issue, version);
		if (wanted)
			keep(fields, wanted);
	}
	text_release(&self);
	return view;
}
