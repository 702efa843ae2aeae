/* jira.c - which part of Jira is asked, by whom, and the small answers. */
#include <stdio.h>
#include <string.h>

#include "tests/services/services.h"

bool jira_is_cloud(const struct call *call)
{
	return call->service == SERVICE_CLOUD;
}

static void reply_errors(struct reply *reply, unsigned status, const char *message, const char *field, const char *why)
{
	cJSON *tree = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(tree, "errorMessages"), *errors = cJSON_AddObjectToObject(tree, "errors");

	if (message)
		cJSON_AddItemToArray(list, cJSON_CreateString(message));
	if (field)
		cJSON_AddStringToObject(errors, field, why);
	reply_tree(reply, status, tree);
}

void jira_error(struct reply *reply, unsigned status, const char *message)
{
	reply_errors(reply, status, message, NULL, NULL);
}

void jira_field_error(struct reply *reply, const char *field, const char *message)
{
	reply_errors(reply, 400, NULL, field, message);
}

/* ---- who asks ---- */

enum right { RIGHT_NONE, RIGHT_READ, RIGHT_WRITE };

static enum right cloud_right(const struct world *world, const char *authorization)
{
	struct text text = { 0 };
	enum right right = RIGHT_NONE;
	const char *colon, *user;

	if (authorization && strncmp(authorization, "Basic ", 6) == 0 && base64_read(&text, authorization + 6) &&
	    (colon = strchr(text_string(&text), ':')) != NULL && strcmp(colon + 1, world->settings.jira_token) == 0) {
		text.at[colon - text.at] = '\0';
		user = text.at;
		right = strcmp(user, world->settings.jira_user) == 0 ? RIGHT_WRITE : strcmp(user, "reader@example.com") == 0 ? RIGHT_READ : RIGHT_NONE;
	}
	text_release(&text);
	return right;
}

static enum right right_of(const struct world *world, const struct call *call)
{
	const char *authorization = call->authorization;

	if (jira_is_cloud(call))
		return cloud_right(world, authorization);
	if (!authorization || strncmp(authorization, "Bearer ", 7) != 0)
		return RIGHT_NONE;
	return strcmp(authorization + 7, world->settings.jira_pat) == 0 ? RIGHT_WRITE : strcmp(authorization + 7, "read-pat~1") == 0 ? RIGHT_READ : RIGHT_NONE;
}

static void unauthorized(const struct call *call, struct reply *reply)
{
	reply->status = 401;
	reply->type = "text/html;charset=UTF-8";
	text_adds(&reply->body, jira_is_cloud(call) ? "Client must be authenticated to access this resource."
	                                            : "<html><head><title>Unauthorized (401)</title></head><body><h1>Unauthorized (401)</h1></body></html>");
	pairs_add(&reply->headers, "WWW-Authenticate", jira_is_cloud(call) ? "OAuth realm=\"https://example.atlassian.net\"" : "OAuth realm=\"https://jira\"");
}

/* ---- small answers ---- */

/* Answers printed as text: names of the project are letters alone. */
static void reply_text(struct reply *reply, const char *format, const char *a, const char *b)
{
	reply_json(reply, 200);
	text_addf(&reply->body, format, a, b, a);
}

static bool begins(const char *path, const char *word)
{
	size_t n = strlen(word);

	return strncmp(path, word, n) == 0 && (!path[n] || path[n] == '/');
}

static void create_meta(struct world *world, const struct call *call, const char *rest, struct reply *reply)
{
	static const char types[] = "[{\"id\":\"10001\",\"name\":\"Task\",\"subtask\":false},{\"id\":\"10002\",\"name\":\"Bug\",\"subtask\":false},"
	                            "{\"id\":\"10003\",\"name\":\"Sub-task\",\"subtask\":true}]";
	static const char fields[] = "[{\"fieldId\":\"summary\",\"name\":\"Summary\",\"required\":true},{\"fieldId\":\"description\",\"name\":\"Description\","
	                             "\"required\":false},{\"fieldId\":\"labels\",\"name\":\"Labels\",\"required\":false},{\"fieldId\":\"project\",\"name\":"
	                             "\"Project\",\"required\":true},{\"fieldId\":\"issuetype\",\"name\":\"Issue Type\",\"required\":true}]";
	char wanted[80];
	size_t n = (size_t)snprintf(wanted, sizeof wanted, "/%.40s/issuetypes", world->settings.project);

	if (strncmp(rest, wanted, n) != 0)
		jira_error(reply, 404, "No project could be found with key or id.");
	else if (!rest[n])
		reply_text(reply, jira_is_cloud(call) ? "{\"startAt\":0,\"maxResults\":50,\"total\":3,\"issueTypes\":%s}"
		                                      : "{\"startAt\":0,\"maxResults\":50,\"total\":3,\"isLast\":true,\"values\":%s}", types, "");
	else
		reply_text(reply, jira_is_cloud(call) ? "{\"startAt\":0,\"maxResults\":50,\"total\":5,\"fields\":%s}"
		                                      : "{\"startAt\":0,\"maxResults\":50,\"total\":5,\"isLast\":true,\"values\":%s}", fields, "");
}

static void permissions(const struct call *call, enum right right, struct reply *reply)
{
	static const char *const names[] = { "BROWSE_PROJECTS", "CREATE_ISSUES", "EDIT_ISSUES", "ADD_COMMENTS", "CREATE_ATTACHMENTS", "TRANSITION_ISSUES",
	                                     "CLOSE_ISSUES", "RESOLVE_ISSUES" };
	const char *asked = pairs_get(&call->arguments, "permissions");
	cJSON *tree, *list;

	if (!asked && jira_is_cloud(call)) {
		jira_error(reply, 400, "The 'permissions' query parameter is required.");
		return;
	}
	tree = cJSON_CreateObject();
	list = cJSON_AddObjectToObject(tree, "permissions");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (asked && !strstr(asked, names[i]))
			continue;
		cJSON *one = cJSON_AddObjectToObject(list, names[i]);

		cJSON_AddStringToObject(one, "key", names[i]);
		cJSON_AddBoolToObject(one, "havePermission", i == 0 || right == RIGHT_WRITE);
	}
	reply_tree(reply, 200, tree);
}

static void project(struct world *world, const struct call *call, const char *rest, struct reply *reply)
{
	if (*rest == '/' && strcmp(rest + 1, world->settings.project) == 0)
		reply_text(reply, "{\"id\":\"10000\",\"key\":\"%s\",\"name\":\"Security\",\"projectTypeKey\":\"software\",\"simplified\":false,\"issueTypes\":[{\"id\":"
		           "\"10001\",\"name\":\"Task\",\"subtask\":false},{\"id\":\"10002\",\"name\":\"Bug\",\"subtask\":false},{\"id\":\"10003\",\"name\":"
		           "\"Sub-task\",\"subtask\":true}]%s}", world->settings.project, "");
	else
		jira_error(reply, 404, jira_is_cloud(call) ? "No project could be found with key or id." : "No project could be found with key.");
}

static void transitions(const struct world *world, const struct call *call, struct reply *reply)
{
	static const char *const names[] = { "", "To Do", "In Progress", "Done" };
	const char *expand = pairs_get(&call->arguments, "expand");
	cJSON *tree = cJSON_CreateObject(), *list, *fields;

	cJSON_AddStringToObject(tree, "expand", "transitions");
	list = cJSON_AddArrayToObject(tree, "transitions");
	for (int i = 1; i <= 3; i++) {
		cJSON *one = cJSON_CreateObject();
		char id[4] = { (char)('0' + i), '1', '\0' };

		cJSON_AddStringToObject(one, "id", id);
		cJSON_AddStringToObject(one, "name", names[i]);
		cJSON_AddItemToObject(one, "to", jira_status(i));
		cJSON_AddItemToArray(list, one);
		if (!expand || !strstr(expand, "transitions.fields"))
			continue;
		fields = cJSON_AddObjectToObject(one, "fields");
		if (i == 3 && world->settings.resolution_rule)
			cJSON_AddItemToObject(fields, "resolution", cJSON_Parse("{\"required\":true,\"allowedValues\":[{\"id\":\"1\",\"name\":\"Done\"},"
			                                                        "{\"id\":\"2\",\"name\":\"Duplicate\"}]}"));
	}
	reply_tree(reply, 200, tree);
}

/* ---- issues ---- */

static void comments(struct world *world, const struct issue *issue, int version, struct reply *reply)
{
	cJSON *view = jira_view(world, issue, version, "comment"), *fields = cJSON_GetObjectItem(view, "fields");

	reply_tree(reply, 200, cJSON_DetachItemFromObject(fields, "comment"));
	cJSON_Delete(view);
}

static void properties(const struct call *call, struct issue *issue, const char *name, struct reply *reply)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(issue->properties, name);
	cJSON *tree;

	if (strcmp(call->method, "PUT") == 0) {
		reply->status = value ? 200 : 201;
		cJSON_DeleteItemFromObjectCaseSensitive(issue->properties, name);
		cJSON_AddItemToObject(issue->properties, name, cJSON_ParseWithLength(text_string(&call->body), call->body.len));
	} else if (value) {
		tree = cJSON_CreateObject();
		cJSON_AddStringToObject(tree, "key", name);
		cJSON_AddItemToObject(tree, "value", cJSON_Duplicate(value, true));
		reply_tree(reply, 200, tree);
	} else {
		jira_error(reply, 404, "The property with key was not found.");
	}
}

/* /issue/KEY and what is below it. */
static void one_issue(struct world *world, const struct call *call, int version, const char *rest, enum right right, struct reply *reply)
{
	char key[64];
	size_t n = strcspn(rest, "/");
	const char *below = rest + n, *fields = pairs_get(&call->arguments, "fields");
	bool get = strcmp(call->method, "GET") == 0, post = strcmp(call->method, "POST") == 0;
	struct issue *issue;

	snprintf(key, sizeof key, "%.*s", (int)n, rest);
	issue = jira_issue(world, call->service, key);
	if (!issue)
		jira_error(reply, 404, "Issue does not exist or you do not have permission to see it.");
	else if (!get && right != RIGHT_WRITE)
		jira_error(reply, 403, "You do not have permission to edit issues in this project.");
	else if (!*below && get)
		reply_tree(reply, 200, jira_view(world, issue, version, fields));
	else if (!*below && strcmp(call->method, "PUT") == 0)
		jira_edit(world, call, version, issue, reply);
	else if (strcmp(below, "/comment") == 0 && post)
		jira_comment(world, call, version, issue, reply);
	else if (strcmp(below, "/comment") == 0 && get)
		comments(world, issue, version, reply);
	else if (strcmp(below, "/transitions") == 0 && post)
		jira_transition(world, call, issue, reply);
	else if (strcmp(below, "/transitions") == 0 && get)
		transitions(world, call, reply);
	else if (strcmp(below, "/attachments") == 0 && post)
		jira_attach(world, call, issue, reply);
	else if (strncmp(below, "/properties/", 12) == 0)
		properties(call, issue, below + 12, reply);
	else
		reply_status(call, reply, 405);
}

static void issues(struct world *world, const struct call *call, int version, const char *rest, enum right right, struct reply *reply)
{
	bool post = strcmp(call->method, "POST") == 0;

	if (begins(rest, "createmeta"))
		create_meta(world, call, rest + 10, reply);
	else if (*rest)
		one_issue(world, call, version, rest, right, reply);
	else if (!post)
		reply_status(call, reply, 405);
	else if (right != RIGHT_WRITE)
		jira_field_error(reply, "project", "You do not have permission to create issues in this project.");
	else
		jira_create(world, call, version, reply);
}

static void searches(struct world *world, const struct call *call, int version, const char *rest, struct reply *reply)
{
	bool cloud = jira_is_cloud(call), new = strcmp(rest, "/jql") == 0;

	if (cloud && !new)
		jira_error(reply, 410, "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API.");
	else if (!cloud && new)
		reply_status(call, reply, 404);
	else
		jira_search(world, call, version, reply);
}

void jira_answer(struct world *world, struct call *call, struct reply *reply)
{
	const char *api = strstr(call->path, "/rest/api/"), *rest = api ? api + 10 : NULL;
	enum right right = right_of(world, call);
	int version;

	/* Data Center has no version 3. */
	if (!rest || (rest[0] != '2' && (rest[0] != '3' || !jira_is_cloud(call)) && strncmp(rest, "latest", 6) != 0) || !strchr(rest, '/')) {
		reply_status(call, reply, 404);
		return;
	}
	version = rest[0] == '3' || (rest[0] == 'l' && jira_is_cloud(call)) ? 3 : 2;
	rest = strchr(rest, '/') + 1;
	journal_who(world, call->entry, right == RIGHT_WRITE ? "writer" : right == RIGHT_READ ? "reader" : "nobody");
	if (begins(rest, "serverInfo"))
		reply_text(reply, "{\"baseUrl\":\"%s\",\"deploymentType\":\"%s\",\"version\":\"9.12.0\"}", world->standin.base, jira_is_cloud(call) ? "Cloud" : "Server");
	else if (right == RIGHT_NONE)
		unauthorized(call, reply);
	else if (begins(rest, "myself"))
		reply_text(reply, "{\"accountId\":\"5b10\",\"displayName\":\"%s\",\"active\":true%s}", right == RIGHT_WRITE ? "rouse" : "reader", "");
	else if (begins(rest, "mypermissions"))
		permissions(call, right, reply);
	else if (begins(rest, "project"))
		project(world, call, rest + 7, reply);
	else if (begins(rest, "search"))
		searches(world, call, version, rest + 6, reply);
	else if (begins(rest, "issue"))
		issues(world, call, version, rest[5] ? rest + 6 : rest + 5, right, reply);
	else
		reply_status(call, reply, 404);
}
