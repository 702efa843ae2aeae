/* snow.c - the Table API: which table, lists and single records; errors as in facts 1.5. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/services/services.h"

void snow_error(struct reply *reply, unsigned status, const char *message, const char *detail)
{
	struct text *out = &reply->body;

	text_clear(out);
	reply_json(reply, status);
	text_adds(out, "{\"error\":{\"message\":");
	text_json(out, message, strlen(message));
	text_adds(out, ",\"detail\":");
	if (detail)
		text_json(out, detail, strlen(detail));
	else
		text_adds(out, "null");
	text_adds(out, "},\"status\":\"failure\"}");
}

static int64_t number_of(const struct call *call, const char *name, int64_t otherwise)
{
	const char *text = pairs_get(&call->arguments, name);
	char *end;
	int64_t number = text ? strtoll(text, &end, 10) : otherwise;

	return text && (!*text || *end || number < 0) ? otherwise : number;
}

/* `<...sysparm_offset=N...>;rel="next"` and the like, when one page does not hold all (facts 1.2). */
static void add_link(struct text *out, const struct world *world, const struct call *call, int64_t offset, const char *rel)
{
	const char *query = strchr(call->raw, '?');

	text_addf(out, "%s<%s%s?", out->len ? "," : "", world->standin.base, call->path);
	while (query && *query) {
		size_t n = strcspn(++query, "&");

		if (n && strncmp(query, "sysparm_offset=", 15) != 0) {
			text_add(out, query, n);
			text_addc(out, '&');
		}
		query += n;
	}
	text_addf(out, "sysparm_offset=%lld>;rel=\"%s\"", (long long)offset, rel);
}

static void page_headers(const struct world *world, const struct call *call, int64_t total, int64_t offset, int64_t limit, struct reply *reply)
{
	struct text text = { 0 };

	text_addf(&text, "%lld", (long long)total);
	pairs_add(&reply->headers, "X-Total-Count", text_string(&text));
	text_clear(&text);
	if (total > limit && limit > 0) {
		add_link(&text, world, call, 0, "first");
		if (offset > 0)
			add_link(&text, world, call, offset > limit ? offset - limit : 0, "prev");
		if (offset + limit < total)
			add_link(&text, world, call, offset + limit, "next");
		add_link(&text, world, call, (total - 1) / limit * limit, "last");
		pairs_add(&reply->headers, "Link", text_string(&text));
	}
	text_release(&text);
}

static void list(struct world *world, const struct call *call, const struct table *table, const char *user, struct reply *reply)
{
	struct query *query = query_read(world, table, pairs_get(&call->arguments, "sysparm_query"), user);
	struct record **found = must_alloc((world->record_count + 1) * sizeof *found);
	int64_t limit = number_of(call, "sysparm_limit", world->settings.rows_max), offset = number_of(call, "sysparm_offset", 0);
	size_t count = 0, shown = 0;

	bool taken[64] = { false };   /* by place in the schema */

	for (size_t i = 0; i < table_count && i < 64; i++)
		taken[i] = table_is(&tables[i], table->name);
	for (size_t i = 0; i < world->record_count; i++)
		if (taken[world->records[i]->table - tables] && query_takes(world, query, world->records[i]))
			found[count++] = world->records[i];
	query_order(world, query, found, count);
	limit = limit < world->settings.rows_max ? limit : world->settings.rows_max;
	reply_json(reply, 200);
	page_headers(world, call, (int64_t)count, offset, limit, reply);
	text_adds(&reply->body, "{\"result\":[");
	for (size_t i = (size_t)offset; i < count && i < (size_t)(offset + limit); i++) {
		if (world->settings.hide > 0 && (i + 1) % (size_t)world->settings.hide == 0)
			continue;
		text_adds(&reply->body, shown++ ? "," : "");
		snow_view(world, call, found[i], &reply->body);
	}
	text_adds(&reply->body, "]}");
	free(found);
	query_free(query);
}

static void single(struct world *world, const struct call *call, const struct table *table, const char *id, struct reply *reply)
{
	const struct record *record = record_by_id(world, table->name, id);

	if (!record) {
		snow_error(reply, 404, "No Record found", "Record doesn't exist or ACL restricts the record retrieval");
		return;
	}
	reply_json(reply, 200);
	text_adds(&reply->body, "{\"result\":");
	snow_view(world, call, record, &reply->body);
	text_addc(&reply->body, '}');
}

void snow_table(struct world *world, struct call *call, const char *rest, const char *user, struct reply *reply)
{
	const char *slash = strchr(rest, '/');
	char name[96], message[128], detail[128];
	const struct table *table;

	snprintf(name, sizeof name, "%.*s", (int)(slash ? slash - rest : (long)strlen(rest)), rest);
	table = table_named(name);
	if (!table) {
		snprintf(detail, sizeof detail, "Table %s does not exist", name);
		snprintf(message, sizeof message, "Invalid table %s", name);
		snow_error(reply, 400, message, detail);
	} else if (!user_may_read(user)) {
		snow_error(reply, 403, "Insufficient rights to query records", NULL);
	} else if (strcmp(call->method, "GET") != 0) {
		snow_write(world, call, table, slash ? slash + 1 : NULL, user, reply);
	} else if (slash && slash[1]) {
		single(world, call, table, slash + 1, reply);
	} else {
		list(world, call, table, user, reply);
	}
}

/* The part behind `/api/now/` and an optional version; NULL: another address. */
static const char *behind_api(const char *path)
{
	const char *rest = strncmp(path, "/api/now/", 9) == 0 ? path + 9 : NULL;

	if (rest && rest[0] == 'v' && rest[1] >= '1' && rest[1] <= '2' && rest[2] == '/')
		rest += 3;
	return rest;
}

void snow_answer(struct world *world, struct call *call, struct reply *reply)
{
	const char *rest = behind_api(call->path);
	char user[64];

	if (strlen(call->raw) > (size_t)world->settings.url_max) {
		reply->status = 400;
		reply->type = "text/html;charset=utf-8";
		text_adds(&reply->body, "<!doctype html><html lang=\"en\"><head><title>HTTP Status 400 \xe2\x80\x93 Bad Request</title></head><body><h1>HTTP "
		                        "Status 400 \xe2\x80\x93 Bad Request</h1><p><b>Message</b> Request header is too large</p></body></html>");
		return;
	}
	if (strcmp(call->path, "/oauth_token.do") == 0) {
		snow_token(world, call, reply);
		return;
	}
	if (!rest) {
		snow_error(reply, 400, "Requested URI does not represent any resource", call->path);
		return;
	}
	if (!snow_user(world, call, user, reply))
		return;
	journal_who(world, call->entry, user);
	if (strncmp(rest, "table/", 6) == 0)
		snow_table(world, call, rest + 6, user, reply);
	else
		snow_more(world, call, rest, user, reply);
}
