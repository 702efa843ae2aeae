/* snow_more.c - ServiceNow beside tables: attachments, counts, and many calls in one (facts 1.6). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/services/services.h"

static void base64(struct text *out, const char *bytes, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	text_room(out, n * 4 / 3 + 4);
	for (size_t i = 0; i < n; i += 3) {
		uint32_t three = (uint32_t)(unsigned char)bytes[i] << 16 | (i + 1 < n ? (uint32_t)(unsigned char)bytes[i + 1] << 8 : 0) |
		                 (i + 2 < n ? (unsigned char)bytes[i + 2] : 0);

		text_addc(out, digits[three >> 18 & 63]);
		text_addc(out, digits[three >> 12 & 63]);
		text_addc(out, i + 1 < n ? digits[three >> 6 & 63] : '=');
		text_addc(out, i + 2 < n ? digits[three & 63] : '=');
	}
}

bool base64_read(struct text *out, const char *digits)
{
	char *copy = must_alloc(strlen(digits) + 1);
	bool good;

	for (size_t i = 0; digits[i]; i++)
		copy[i] = digits[i] == '+' ? '-' : digits[i] == '/' ? '_' : digits[i];
	good = text_base64url_read(out, copy, strlen(copy));
	text_room(out, 0);
	free(copy);
	return good;
}

/* ---- attachments ---- */

static void attach(struct world *world, const struct call *call, const char *user, struct reply *reply)
{
	const char *table = pairs_get(&call->arguments, "table_name"), *id = pairs_get(&call->arguments, "table_sys_id");
	const char *name = pairs_get(&call->arguments, "file_name");
	struct text key = { 0 };
	char own[ID_MAX];
	struct record *record;

	if (!user_may_write(user)) {
		snow_error(reply, 403, "Operation Failed", "ACL Exception Insert Failed due to security constraints");
		return;
	}
	if (!table || !id || !name || !record_by_id(world, table, id)) {
		snow_error(reply, 400, "Invalid Record", "table_name, table_sys_id and file_name name a record that is there");
		return;
	}
	if ((int64_t)call->body.len > world->settings.attachment_max) {
		snow_error(reply, 413, "Request entity too large", NULL);
		return;
	}
	text_addf(&key, "%lld", (long long)world->coming);
	id_of(own, "sys_attachment", text_string(&key));
	record = record_add(world, table_named("sys_attachment"), own);
	record_set(record, "table_name", table);
	record_set(record, "table_sys_id", id);
	record_set(record, "file_name", name);
	record_set(record, "content_type", call->content_type ? call->content_type : "");
	text_clear(&key);
	text_addf(&key, "%zu", call->body.len);
	record_set(record, "size_bytes", text_string(&key));
	record_set(record, ".bytes", text_string(&call->body));   /* no field: only /file shows it */
	reply_json(reply, 201);
	text_adds(&reply->body, "{\"result\":");
	snow_view(world, call, record, &reply->body);
	text_addc(&reply->body, '}');
	text_release(&key);
}

/* attachment, attachment/file, attachment/ID, attachment/ID/file */
static void attachments(struct world *world, struct call *call, const char *rest, const char *user, struct reply *reply)
{
	char id[ID_MAX], path[64];
	const struct record *record;

	if (strcmp(call->method, "POST") == 0 && strcmp(rest, "/file") == 0) {
		attach(world, call, user, reply);
		return;
	}
	snprintf(id, sizeof id, "%.32s", *rest ? rest + 1 : "");
	record = record_by_id(world, "sys_attachment", id);
	if (strcmp(call->method, "GET") == 0 && record && strcmp(rest + 1 + strlen(id), "/file") == 0) {
		reply->status = 200;
		reply->type = "application/octet-stream";
		text_adds(&reply->body, record_get(record, ".bytes"));
		return;
	}
	snprintf(path, sizeof path, "sys_attachment%s%s", *id ? "/" : "", id);
	snow_table(world, call, path, user, reply);
}

/* ---- counts ---- */

static void stats(struct world *world, const struct call *call, const char *name, const char *user, struct reply *reply)
{
	const struct table *table = table_named(name);
	struct query *query;
	size_t count = 0;

	if (!table) {
		snow_error(reply, 400, "Invalid table", NULL);
		return;
	}
	query = query_read(world, table, pairs_get(&call->arguments, "sysparm_query"), user);
	for (size_t i = 0; i < world->record_count; i++)
		count += table_is(world->records[i]->table, table->name) && query_takes(world, query, world->records[i]);
	query_free(query);
	reply_json(reply, 200);
	text_addf(&reply->body, "{\"result\":{\"stats\":{\"count\":\"%zu\"}}}", count);
}

/* ---- batch ---- */

static const char *text_at(const cJSON *object, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

	return cJSON_IsString(item) ? item->valuestring : "";
}

static cJSON *one_of_batch(struct world *world, const struct call *batch, const cJSON *asked)
{
	struct call call = { .method = text_at(asked, "method"), .service = SERVICE_SNOW, .raw = text_at(asked, "url"), .entry = SIZE_MAX, .inner = true,
	                     .authorization = batch->authorization, .api_key = batch->api_key };
	struct reply reply = { .cut = -1 };
	struct text path = { 0 }, encoded = { 0 };
	const char *query = strchr(call.raw, '?');
	const cJSON *header;
	cJSON *served = cJSON_CreateObject();

	text_add(&path, call.raw, query ? (size_t)(query - call.raw) : strlen(call.raw));
	call.path = text_string(&path);
	if (query)
		form_read(&call.arguments, query + 1, strlen(query + 1));
	cJSON_ArrayForEach(header, cJSON_GetObjectItemCaseSensitive(asked, "headers"))
		if (same_folded(text_at(header, "name"), "Content-Type"))
			call.content_type = text_at(header, "value");
	if (base64_read(&call.body, text_at(asked, "body")))
		snow_answer(world, &call, &reply);
	else
		snow_error(&reply, 400, "Exception while reading request", "the body is no base64");
	base64(&encoded, text_string(&reply.body), reply.body.len);
	cJSON_AddStringToObject(served, "id", text_at(asked, "id"));
	cJSON_AddNumberToObject(served, "status_code", reply.status);
	cJSON_AddStringToObject(served, "status_text", reply.status < 300 ? "OK" : "Error");
	cJSON_AddStringToObject(served, "body", text_string(&encoded));
	header = cJSON_AddArrayToObject(served, "headers");
	for (size_t i = 0; i < reply.headers.count; i++) {
		cJSON *pair = cJSON_CreateObject();

		cJSON_AddStringToObject(pair, "name", reply.headers.items[i].name);
		cJSON_AddStringToObject(pair, "value", reply.headers.items[i].value);
		cJSON_AddItemToArray(cJSON_GetObjectItem(served, "headers"), pair);
	}
	text_release(&reply.body);
	pairs_release(&reply.headers);
	text_release(&call.body);
	text_release(&path);
	text_release(&encoded);
	pairs_release(&call.arguments);
	return served;
}

static void batch(struct world *world, const struct call *call, struct reply *reply)
{
	cJSON *tree = cJSON_ParseWithLength(text_string(&call->body), call->body.len), *out = cJSON_CreateObject(), *served, *left;
	const cJSON *asked, *list = cJSON_GetObjectItemCaseSensitive(tree, "rest_requests");
	int64_t done = 0;

	if (!cJSON_IsArray(list)) {
		snow_error(reply, 400, "Exception while reading request", "rest_requests is missing");
		cJSON_Delete(out);
		cJSON_Delete(tree);
		return;
	}
	cJSON_AddStringToObject(out, "batch_request_id", text_at(tree, "batch_request_id"));
	served = cJSON_AddArrayToObject(out, "serviced_requests");
	left = cJSON_AddArrayToObject(out, "unserviced_requests");
	cJSON_ArrayForEach(asked, list) {
		if (world->settings.batch_max > 0 && done >= world->settings.batch_max)
			cJSON_AddItemToArray(left, cJSON_CreateString(text_at(asked, "id")));
		else
			cJSON_AddItemToArray(served, one_of_batch(world, call, asked));
		done++;
	}
	reply_tree(reply, 200, out);
	cJSON_Delete(tree);
}

void snow_more(struct world *world, struct call *call, const char *rest, const char *user, struct reply *reply)
{
	if (!user_may_read(user))
		snow_error(reply, 403, "Insufficient rights to query records", NULL);
	else if (strncmp(rest, "attachment", 10) == 0 && (!rest[10] || rest[10] == '/'))
		attachments(world, call, rest + 10, user, reply);
	else if (strncmp(rest, "stats/", 6) == 0)
		stats(world, call, rest + 6, user, reply);
	else if (strcmp(rest, "batch") == 0 && strcmp(call->method, "POST") == 0 && !call->inner)
		batch(world, call, reply);
	else
		snow_error(reply, 400, "Requested URI does not represent any resource", call->path);
}
