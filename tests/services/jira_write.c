/* jira_write.c - creating and changing issues, and what Jira refuses about them. */
#include <stdio.h>
#include <string.h>

#include "tests/services/services.h"

#define SUMMARY_MAX 255
#define TEXT_MAX 32767

static const char too_long[] = "The entered text is too long. It exceeds the allowed limit of 32,767 characters.";

static const cJSON *member(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

static const char *name_in(const cJSON *object, const char *name)
{
	const cJSON *item = member(object, name);

	return cJSON_IsString(item) ? item->valuestring : "";
}

/* A text of one version: a string, or a document. NULL: good. */
static const char *prose_fault(const cJSON *value, int version)
{
	size_t chars = 0;

	if (cJSON_IsNull(value))
		return NULL;
	if (version == 3) {
		if (adf_fault(value, &chars))
			return "Operation value must be an Atlassian Document (see the Atlassian Document Format)";
	} else if (!cJSON_IsString(value)) {
		return "Operation value must be a string";
	} else {
		chars = utf16_length(value->valuestring);
	}
	return chars > TEXT_MAX ? too_long : NULL;
}

static const char *labels_fault(const cJSON *value, char room[320])
{
	const cJSON *item;

	if (!cJSON_IsArray(value))
		return "data was not an array";
	cJSON_ArrayForEach(item, value) {
		if (!cJSON_IsString(item))
			return "string expected at index 0";
		snprintf(room, 320, "The label '%.260s' contains spaces which is invalid.", item->valuestring);
		if (strpbrk(item->valuestring, " \t\n"))
			return room;
		if (utf16_length(item->valuestring) > SUMMARY_MAX)
			return "The label exceeds the limit of 255 characters.";
	}
	return NULL;
}

static const char *summary_fault(const cJSON *value)
{
	if (!cJSON_IsString(value) || !value->valuestring[strspn(value->valuestring, " ")])
		return "You must specify a summary of the issue.";
	if (strpbrk(value->valuestring, "\r\n"))
		return "The summary is invalid because it contains newline characters.";
	return utf16_length(value->valuestring) > SUMMARY_MAX ? "Summary must be less than 255 characters." : NULL;
}

static bool is_type(const char *name)
{
	return strcmp(name, "Task") == 0 || strcmp(name, "Bug") == 0 || strcmp(name, "Sub-task") == 0;
}

/* Why a field cannot be set; NULL: it can. */
static const char *field_fault(struct world *world, const struct call *call, const cJSON *item, int version, char room[320])
{
	const char *name = item->string;

	if (strcmp(name, "summary") == 0)
		return summary_fault(item);
	if (strcmp(name, "description") == 0)
		return prose_fault(item, version);
	if (strcmp(name, "labels") == 0)
		return labels_fault(item, room);
	if (strcmp(name, "project") == 0)
		return strcmp(name_in(item, "key"), world->settings.project) == 0 || strcmp(name_in(item, "id"), "10000") == 0 ? NULL : "valid project is required";
	if (strcmp(name, "issuetype") == 0)
		return is_type(name_in(item, "name")) ? NULL : jira_is_cloud(call) ? "Specify a valid issue type" : "valid issue type is required";
	if (strcmp(name, "parent") == 0)
		return jira_issue(world, call->service, *name_in(item, "key") ? name_in(item, "key") : name_in(item, "id")) ? NULL : "Could not find issue by id or key.";
	if (strcmp(name, "components") == 0 || strcmp(name, "priority") == 0 || strcmp(name, "assignee") == 0 || strcmp(name, "duedate") == 0)
		return NULL;
	snprintf(room, 320, "Field '%.200s' cannot be set. It is not on the appropriate screen, or unknown.", name);
	return room;
}

/* Checks all fields; false with the reply. */
static bool fields_good(struct world *world, const struct call *call, const cJSON *fields, int version, bool new, struct reply *reply)
{
	static const char *const needed[][2] = { { "project", "project is required" }, { "issuetype", "issue type is required" },
	                                         { "summary", "You must specify a summary of the issue." } };
	cJSON *tree = cJSON_CreateObject(), *errors;
	const cJSON *item;
	char room[320];
	bool good;

	cJSON_AddArrayToObject(tree, "errorMessages");
	errors = cJSON_AddObjectToObject(tree, "errors");
	cJSON_ArrayForEach(item, fields) {
		const char *fault = field_fault(world, call, item, version, room);

		if (fault)
			cJSON_AddStringToObject(errors, item->string, fault);
	}
	for (size_t i = 0; new && i < 3; i++)
		if (!member(fields, needed[i][0]))
			cJSON_AddStringToObject(errors, needed[i][0], needed[i][1]);
	if (new && strcmp(name_in(member(fields, "issuetype"), "name"), "Sub-task") == 0 && !member(fields, "parent"))
		cJSON_AddStringToObject(errors, "issuetype", "Issue type is a sub-task but parent issue key or id not specified.");
	good = !errors->child;
	if (good)
		cJSON_Delete(tree);
	else
		reply_tree(reply, 400, tree);
	return good;
}

/* Cuts a text in silence, where a test ordered it. */
static void clip(cJSON *value, int64_t most)
{
	struct text text = { 0 };

	if (cJSON_IsObject(value)) {
		adf_text(value, &text);
		most = most < (int64_t)text.len ? most : (int64_t)text.len;
		text_room(&text, 0);
		text.at[most] = '\0';
		cJSON *cut = adf_of_text(text.at), *list = cJSON_DetachItemFromObject(cut, "content");
		cJSON_ReplaceItemInObject(value, "content", list);
		cJSON_Delete(cut);
	} else if (cJSON_IsString(value) && (int64_t)strlen(value->valuestring) > most) {
		value->valuestring[most] = '\0';
	}
	text_release(&text);
}

static void apply(struct world *world, struct issue *issue, const cJSON *fields)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, fields) {
		cJSON *value = NULL;

		if (strcmp(item->string, "project") == 0)
			continue;
		if (world->writing && world->writing->kind == FAULT_DROP && fault_names_field(world->writing, item->string))
			continue;
		if (strcmp(item->string, "issuetype") == 0)
			value = cJSON_CreateString(name_in(item, "name"));
		else if (strcmp(item->string, "parent") == 0)
			value = cJSON_CreateString(*name_in(item, "key") ? name_in(item, "key") : name_in(item, "id"));
		else
			value = cJSON_Duplicate(item, true);
		if (world->writing && world->writing->kind == FAULT_CLIP && fault_names_field(world->writing, item->string))
			clip(value, world->writing->bytes < 0 ? 100 : world->writing->bytes);
		cJSON_DeleteItemFromObjectCaseSensitive(issue->fields, item->string);
		cJSON_AddItemToObject(issue->fields, item->string, value);
	}
	jira_touch(issue);
}

static struct issue *new_issue(struct world *world, const struct call *call)
{
	struct issue *issue = must_alloc(sizeof *issue);

	if (world->issue_count == world->issue_cap) {
		world->issue_cap = world->issue_cap ? world->issue_cap * 2 : 64;
		world->issues = must_grow(world->issues, world->issue_cap * sizeof(struct issue *));
	}
	snprintf(issue->id, sizeof issue->id, "%lld", (long long)(10000 + world->jira_ids++));
	snprintf(issue->key, sizeof issue->key, "%.15s-%lld", world->settings.project, (long long)++world->issue_number);
	issue->service = call->service;
	issue->fields = cJSON_CreateObject();
	issue->comments = cJSON_CreateArray();
	issue->attachments = cJSON_CreateArray();
	issue->properties = cJSON_CreateObject();
	cJSON_AddNumberToObject(issue->fields, "status", 1);
	cJSON_AddArrayToObject(issue->fields, "labels");
	issue->made = time_now();
	return world->issues[world->issue_count++] = issue;
}

void jira_create(struct world *world, const struct call *call, int version, struct reply *reply)
{
	cJSON *body = cJSON_ParseWithLength(text_string(&call->body), call->body.len), *out, *view;
	const cJSON *fields = member(body, "fields"), *property;
	struct issue *issue;

	if (!cJSON_IsObject(fields)) {
		jira_error(reply, 400, "Invalid request payload. Refer to the REST API documentation and try again.");
	} else if (fields_good(world, call, fields, version, true, reply)) {
		issue = new_issue(world, call);
		apply(world, issue, fields);
		cJSON_ArrayForEach(property, member(body, "properties"))
			cJSON_AddItemToObject(issue->properties, name_in(property, "key"), cJSON_Duplicate(member(property, "value"), true));
		view = jira_view(world, issue, version, NULL);
		out = cJSON_CreateObject();
		cJSON_AddStringToObject(out, "id", issue->id);
		cJSON_AddStringToObject(out, "key", issue->key);
		cJSON_AddStringToObject(out, "self", name_in(view, "self"));
		cJSON_Delete(view);
		reply_tree(reply, 201, out);
	}
	cJSON_Delete(body);
}

/* PUT: 204 without a body, unless ?returnIssue=true. `update` knows add, remove and set of labels. */
static void update_labels(struct issue *issue, const cJSON *update)
{
	const cJSON *order, *label;

	cJSON_ArrayForEach(order, member(update, "labels")) {
		cJSON *labels = cJSON_GetObjectItemCaseSensitive(issue->fields, "labels");
		const cJSON *add = member(order, "add"), *remove = member(order, "remove");
		int at = 0;

		if (cJSON_IsString(add))
			cJSON_AddItemToArray(labels, cJSON_CreateString(add->valuestring));
		cJSON_ArrayForEach(label, labels) {
			if (cJSON_IsString(remove) && cJSON_IsString(label) && strcmp(label->valuestring, remove->valuestring) == 0) {
				cJSON_DeleteItemFromArray(labels, at);
				break;
			}
			at++;
		}
	}
}

void jira_edit(struct world *world, const struct call *call, int version, struct issue *issue, struct reply *reply)
{
	cJSON *body = cJSON_ParseWithLength(text_string(&call->body), call->body.len);
	const cJSON *fields = member(body, "fields");
	const char *back = pairs_get(&call->arguments, "returnIssue");

	if (!cJSON_IsObject(body) || (!fields && !member(body, "update"))) {
		jira_error(reply, 400, "Invalid request payload. Refer to the REST API documentation and try again.");
	} else if (!fields || fields_good(world, call, fields, version, false, reply)) {
		apply(world, issue, fields);
		update_labels(issue, member(body, "update"));
		if (back && strcmp(back, "true") == 0)
			reply_tree(reply, 200, jira_view(world, issue, version, NULL));
		else
			reply->status = 204;
	}
	cJSON_Delete(body);
}

void jira_comment(struct world *world, const struct call *call, int version, struct issue *issue, struct reply *reply)
{
	cJSON *body = cJSON_ParseWithLength(text_string(&call->body), call->body.len), *out;
	const char *fault = cJSON_IsObject(body) && member(body, "body") ? prose_fault(member(body, "body"), version) : "Comment body can not be empty!";
	char id[32];

	if (!fault && cJSON_IsString(member(body, "body")) && !*member(body, "body")->valuestring)
		fault = "Comment body can not be empty!";
	if (fault) {
		jira_field_error(reply, "comment", fault);
	} else {
		out = cJSON_Duplicate(body, true);
		snprintf(id, sizeof id, "%lld", (long long)(20000 + world->jira_ids++));
		cJSON_DeleteItemFromObjectCaseSensitive(out, "id");
		cJSON_AddStringToObject(out, "id", id);
		cJSON_AddItemToArray(issue->comments, out);
		jira_touch(issue);
		reply_tree(reply, 201, cJSON_Duplicate(out, true));
	}
	cJSON_Delete(body);
}

void jira_transition(struct world *world, const struct call *call, struct issue *issue, struct reply *reply)
{
	cJSON *body = cJSON_ParseWithLength(text_string(&call->body), call->body.len), *status;
	const char *id = name_in(member(body, "transition"), "id");

	if (world->settings.resolution_rule && strcmp(id, "31") == 0 && !*name_in(member(member(body, "fields"), "resolution"), "name")) {
		jira_field_error(reply, "resolution", "Resolution is required.");
	} else if ((strcmp(id, "11") != 0 && strcmp(id, "21") != 0 && strcmp(id, "31") != 0)) {
		jira_error(reply, 400, "It seems that you have tried to perform an illegal workflow operation.");
	} else {
		status = cJSON_GetObjectItemCaseSensitive(issue->fields, "status");
		cJSON_SetNumberValue(status, id[0] - '0');
		jira_touch(issue);
		reply->status = 204;
	}
	cJSON_Delete(body);
}

void jira_attach(struct world *world, const struct call *call, struct issue *issue, struct reply *reply)
{
	const char *bytes;
	size_t n;
	char name[256], id[32];
	cJSON *file, *list;

	if (!call->xsrf || (strcmp(call->xsrf, "no-check") != 0 && strcmp(call->xsrf, "nocheck") != 0)) {
		reply->status = 403;
		reply->type = "text/plain;charset=UTF-8";
		text_adds(&reply->body, "XSRF check failed");
		return;
	}
	if (!multipart_file(call, name, sizeof name, &bytes, &n)) {
		jira_error(reply, 400, "The request is not multipart with a part named file.");
		return;
	}
	if ((int64_t)n > world->settings.attachment_max) {
		jira_error(reply, 413, "The file exceeds its maximum permitted size.");
		return;
	}
	file = cJSON_CreateObject();
	snprintf(id, sizeof id, "%lld", (long long)(30000 + world->jira_ids++));
	cJSON_AddStringToObject(file, "id", id);
	cJSON_AddStringToObject(file, "filename", name);
	cJSON_AddNumberToObject(file, "size", (double)n);
	cJSON_AddItemToArray(issue->attachments, file);
	jira_touch(issue);
	list = cJSON_CreateArray();
	cJSON_AddItemToArray(list, cJSON_Duplicate(file, true));
	reply_tree(reply, 200, list);
}
