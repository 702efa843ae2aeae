/* jira_find.c - the two searches, over an index that lags behind what was written (facts 2). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/services/services.h"

static const char *text_at(const cJSON *object, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

	return cJSON_IsString(item) ? item->valuestring : NULL;
}

static bool is_reconciled(const struct issue *issue, const cJSON *list)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, list)
		if (cJSON_IsNumber(item) && strtoll(issue->id, NULL, 10) == (long long)item->valuedouble)
			return true;
	return false;
}

/* One search later: what was written long enough ago is in the index now. */
static void index_all(struct world *world, enum service service, const cJSON *reconcile)
{
	for (size_t i = 0; i < world->issue_count; i++) {
		struct issue *issue = world->issues[i];
		bool ripe = issue->searches >= world->settings.lag_searches && time_steady_ms() - issue->changed_ms >= world->settings.lag_ms;

		if (issue->service != service)
			continue;
		issue->searches++;
		if (!ripe && !is_reconciled(issue, reconcile))
			continue;
		cJSON_Delete(issue->indexed);
		issue->indexed = cJSON_Duplicate(issue->fields, true);
	}
}

/* Fields that were asked for, commas between; the body has a list. */
static void wanted_fields(const struct call *call, const cJSON *body, struct text *out)
{
	const cJSON *item;
	const char *fields = pairs_get(&call->arguments, "fields");

	cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(body, "fields"))
		if (cJSON_IsString(item))
			text_addf(out, "%s%s", out->len ? "," : "", item->valuestring);
	if (fields)
		text_adds(out, fields);
	text_room(out, 0);
}

static int64_t number_at(const struct call *call, const cJSON *body, const char *name, int64_t otherwise)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(body, name);
	const char *text = pairs_get(&call->arguments, name);

	return cJSON_IsNumber(item) ? (int64_t)item->valuedouble : text ? strtoll(text, NULL, 10) : otherwise;
}

/* The page from `from` on; tells whether it was the last. */
static cJSON *page(struct world *world, const struct call *call, const struct jql *jql, int version, const char *fields, int64_t from, int64_t most,
                   int64_t *total)
{
	cJSON *list = cJSON_CreateArray();

	*total = 0;
	for (size_t i = world->issue_count; i-- > 0;) {
		if (world->issues[i]->service != call->service || !jql_takes(jql, world->issues[i]))
			continue;
		if (*total >= from && *total < from + most)
			cJSON_AddItemToArray(list, jira_view(world, world->issues[i], version, fields));
		(*total)++;
	}
	return list;
}

static void answer(struct world *world, const struct call *call, const cJSON *body, const struct jql *jql, int version, struct reply *reply)
{
	struct text fields = { 0 };
	int64_t total, most = number_at(call, body, "maxResults", 50), from = number_at(call, body, "startAt", 0);
	const char *token = text_at(body, "nextPageToken") ? text_at(body, "nextPageToken") : pairs_get(&call->arguments, "nextPageToken");
	bool cloud = jira_is_cloud(call);
	cJSON *out = cJSON_CreateObject(), *list;
	char next[32];

	wanted_fields(call, body, &fields);
	if (cloud)
		from = token ? strtoll(token, NULL, 10) : 0;
	most = most < world->settings.page_max ? most : world->settings.page_max;
	/* The new search gives ids alone where no fields are asked for; the old one gives all. */
	list = page(world, call, jql, version, cloud ? fields.at : fields.len ? fields.at : NULL, from, most, &total);
	if (!cloud) {
		cJSON_AddNumberToObject(out, "startAt", (double)from);
		cJSON_AddNumberToObject(out, "maxResults", (double)most);
		cJSON_AddNumberToObject(out, "total", (double)total);
	}
	cJSON_AddItemToObject(out, "issues", list);
	if (cloud) {
		cJSON_AddBoolToObject(out, "isLast", from + most >= total);
		snprintf(next, sizeof next, "%lld", (long long)(from + most));
		if (from + most < total)
			cJSON_AddStringToObject(out, "nextPageToken", next);
	}
	reply_tree(reply, 200, out);
	text_release(&fields);
}

void jira_search(struct world *world, const struct call *call, int version, struct reply *reply)
{
	cJSON *body = call->body.len ? cJSON_ParseWithLength(text_string(&call->body), call->body.len) : NULL;
	const char *query = text_at(body, "jql") ? text_at(body, "jql") : pairs_get(&call->arguments, "jql");
	struct text why = { 0 };
	struct jql *jql = jql_read(world, query ? query : "", &why);

	index_all(world, call->service, cJSON_GetObjectItemCaseSensitive(body, "reconcileIssues"));
	if (jql && jira_is_cloud(call) && jql_is_unbounded(jql))
		jira_error(reply, 400, "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.");
	else if (jql)
		answer(world, call, body, jql, version, reply);
	else
		jira_error(reply, 400, text_string(&why));
	if (jql)
		jql_free(jql);
	text_release(&why);
	cJSON_Delete(body);
}
