/* hunting.c - POST runHuntingQuery of Graph, run of the older API (1.2), query of Log Analytics (1.3): who may ask, what limits
 * say, and which error body it is. */
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/tenant/tenant.h"

/* A query on its way through the checks. */
struct ask {
	struct options options;      /* as they are now */
	enum face face;
	struct query query;
	bool read;                   /* the body held a query that is understood */
	const char *body_fault;      /* the body itself is wrong */
	struct text complaint;       /* the query is wrong */
	int64_t span_since;          /* lower time by Timespan; NO_TIME */
};

/* `P30D`, `PT12H`, `start/end`, `start`, `P30D/end`: the lower time of it. */
static bool read_span(struct ask *ask, const char *span)
{
	const char *slash = strchr(span, '/');
	size_t n = slash ? (size_t)(slash - span) : strlen(span);
	int64_t end = ask->options.now;
	char unit = 0;
	int count;

	if (slash && slash[1] != 'P' && (end = time_read(slash + 1, strlen(slash + 1))) == NO_TIME)
		return false;
	if (sscanf(span, "P%dD", &count) == 1)
		ask->span_since = end - count * 86400 * TICKS;
	else if (sscanf(span, "PT%d%c", &count, &unit) == 2 && (unit == 'H' || unit == 'M'))
		ask->span_since = end - count * (unit == 'H' ? 3600 : 60) * TICKS;
	else
		ask->span_since = time_read(span, n);
	return ask->span_since != NO_TIME;
}

static void read_query(struct tenant *tenant, struct ask *ask, const char *text)
{
	struct kql_place place = { ask->face == FACE_WORKSPACE, ask->options.custom, ask->options.missing_table, tenant->estate.now };

	ask->read = kql_read(&ask->query, text, strlen(text), &place, &ask->complaint);
	/* Facts 1.1: the shorter of two time spans counts. How it acts on TVM tables is not confirmed: here it does not. */
	if (ask->read && ask->span_since != NO_TIME && (ask->query.since == NO_TIME || ask->query.since < ask->span_since))
		ask->query.since = ask->span_since;
}

/* Keys are case-sensitive: Query and Timespan in hunting, query and timespan in Log Analytics. */
static void read_body(struct tenant *tenant, const struct call *call, struct ask *ask)
{
	bool workspace = ask->face == FACE_WORKSPACE;
	cJSON *body = cJSON_ParseWithLength(text_string(&call->body), call->body.len);
	const cJSON *query = cJSON_GetObjectItemCaseSensitive(body, workspace ? "query" : "Query");
	const cJSON *span = cJSON_GetObjectItemCaseSensitive(body, workspace ? "timespan" : "Timespan");

	/* Graph's metadata and Microsoft's own clients write them small. */
	if (ask->face == FACE_GRAPH && !query) {
		query = cJSON_GetObjectItemCaseSensitive(body, "query");
		span = cJSON_GetObjectItemCaseSensitive(body, "timespan");
	}

	if (!cJSON_IsObject(body) || !call->content_type || strncasecmp(call->content_type, "application/json", 16) != 0)
		ask->body_fault = "json";
	else if (!cJSON_IsString(query) || !*query->valuestring)
		ask->body_fault = "query";
	else if (span && (!cJSON_IsString(span) || !read_span(ask, span->valuestring)))
		ask->body_fault = "timespan";
	else
		read_query(tenant, ask, query->valuestring);
	cJSON_Delete(body);
}

static void refuse_body(const struct ask *ask, struct reply *reply)
{
	if (ask->face == FACE_WORKSPACE && strcmp(ask->body_fault, "json") == 0) {
		/* Facts 1.3: without a JSON body or its content type the answer is 200 and nothing. */
		reply_json(reply, 200);
	} else if (ask->face == FACE_WORKSPACE) {
		reply_json(reply, 400);
		text_adds(&reply->body, "{\"error\":{\"message\":\"The request had some invalid properties\",\"code\":\"BadArgumentError\",\"innererror\":"
		                        "{\"code\":\"SyntaxError\",\"message\":\"Syntax Error\"}}}");
	} else if (ask->face == FACE_LEGACY) {
		reply_error(reply, FACE_LEGACY, 400, "InvalidRequestBody", "Request body is incorrect");
	} else {
		reply_error(reply, FACE_GRAPH, 400, "BadRequest", strcmp(ask->body_fault, "query") == 0 ? "Query is required." : "Unable to read JSON "
		            "request payload. Please ensure Content-Type header is set and payload is of valid JSON format.");
	}
}

/* Facts 1.3: a semantic error is a BadArgumentError with its sentence in innererror. */
static void refuse_query(const struct ask *ask, const char *message, struct reply *reply)
{
	if (ask->face != FACE_WORKSPACE) {
		reply_error(reply, ask->face, 400, "BadRequest", message);
		return;
	}
	reply_json(reply, 400);
	text_adds(&reply->body, "{\"error\":{\"message\":\"The request had some invalid properties\",\"code\":\"BadArgumentError\",\"innererror\":{\"code\":"
	                        "\"SemanticError\",\"message\":");
	text_json(&reply->body, message, strlen(message));
	text_adds(&reply->body, "}}}");
}

/* Facts 1.1 and 1.4: blocked until the next cycle; no Retry-After is promised, the time stands in the sentence. */
static bool quota_left(struct tenant *tenant, const struct ask *ask, struct reply *reply)
{
	int64_t now = time_steady_ms(), left = 0;
	char message[256];

	pthread_mutex_lock(&tenant->standin.lock);
	if (tenant->quota_until_ms && now >= tenant->quota_until_ms)
		tenant->queries = 0, tenant->quota_until_ms = 0;
	if (ask->options.quota && tenant->queries >= (uint64_t)ask->options.quota) {
		if (!tenant->quota_until_ms)
			tenant->quota_until_ms = now + ask->options.quota_wait * 1000;
		left = (tenant->quota_until_ms - now + 999) / 1000;
	} else {
		tenant->queries++;
	}
	pthread_mutex_unlock(&tenant->standin.lock);
	if (!left)
		return true;
	snprintf(message, sizeof message, "You have exceeded processing resources allocated to this tenant. You can run queries again in %" PRId64 " %s.",
	         left >= 60 ? (left + 59) / 60 : left, left >= 60 ? "minutes" : "seconds");
	reply_error(reply, ask->face, 429, "TooManyRequests", message);
	return false;
}

/* Facts 1.4: too heavy, too many rows, too many bytes; or the rows are cut without a word. A workspace cuts, and says so behind them (facts
 * 1.3; the code within details is (MEM)). Returns the rows that may go out, -1 for all, -2 when the reply says no. */
static int64_t check_limits(struct tenant *tenant, const struct ask *ask, struct reply *reply)
{
	struct stream_size size;

	if (ask->options.heavy_above && ask->query.kind != QUERY_PRINT &&
	    answer_devices(&tenant->estate, &ask->query) > (uint64_t)ask->options.heavy_above) {
		refuse_query(ask, "Query execution has exceeded the allowed limits. The query execution was preempted. This could possibly be due to high "
		                  "CPU and/or memory resource consumption. Optimize your query by following best practices and try again.", reply);
		return -2;
	}
	size = stream_measure(&tenant->estate, &ask->options, ask->face, &ask->query);
	if (size.rows <= (uint64_t)ask->options.row_limit && size.bytes <= (uint64_t)ask->options.size_limit)
		return -1;
	if (ask->options.limit_mode == LIMIT_CUT || ask->face == FACE_WORKSPACE)
		return size.rows <= (uint64_t)ask->options.row_limit ? (int64_t)size.rows : ask->options.row_limit;
	refuse_query(ask, "Query execution has exceeded the allowed result size. Optimize your query by limiting the number of results and try again",
	             reply);
	return -2;
}

/* `/v1/workspaces/ID/query`: another workspace is one that the caller may not see. */
static bool is_workspace(const struct call *call, const struct ask *ask)
{
	size_t n = strlen(ask->options.workspace);

	return ask->face != FACE_WORKSPACE || (strncmp(call->path + 15, ask->options.workspace, n) == 0 && call->path[15 + n] == '/');
}

static void send_answer(struct tenant *tenant, const struct call *call, struct ask *ask, struct reply *reply)
{
	int64_t rows = check_limits(tenant, ask, reply);

	if (rows < -1)
		return;
	reply_json(reply, 200);
	reply->stream = stream_new(tenant, &ask->options, ask->face, &ask->query);
	stream_cut_rows(reply->stream, rows);
	if (rows >= 0 && ask->face == FACE_WORKSPACE && ask->options.limit_mode == LIMIT_ERROR)
		stream_fault(reply->stream, &(struct fault){ .kind = FAULT_ERROR, .rows = rows });
	stream_entry(reply->stream, call->entry);
	if (ask->options.gzip && call->accept_encoding && strstr(call->accept_encoding, "gzip")) {
		stream_gzip(reply->stream);
		pairs_add(&reply->headers, "Content-Encoding", "gzip");
	}
}

static void answer(struct tenant *tenant, const struct call *call, struct ask *ask, struct reply *reply)
{
	if (!token_allows(tenant, call, ask->face, reply))
		return;
	if (!is_workspace(call, ask))
		reply_error(reply, ask->face, 403, "InsufficientAccessError", "The provided credentials have insufficient access to perform the requested "
		                                                              "operation");
	else if (ask->body_fault)
		refuse_body(ask, reply);
	else if (!quota_left(tenant, ask, reply))
		;   /* the reply says it */
	else if (!ask->read)
		refuse_query(ask, text_string(&ask->complaint), reply);
	else
		send_answer(tenant, call, ask, reply);
}

void hunting_answer(struct tenant *tenant, const struct call *call, struct reply *reply)
{
	struct ask *ask = must_alloc(sizeof *ask);
	struct fault fault;

	pthread_mutex_lock(&tenant->standin.lock);
	ask->options = tenant->options;
	pthread_mutex_unlock(&tenant->standin.lock);
	ask->options.now = tenant->estate.now;   /* of the estate's day */
	ask->face = face_of(call->path);
	if (ask->face == FACE_WORKSPACE) {
		ask->options.row_limit = ask->options.workspace_row_limit;
		ask->options.size_limit = ask->options.workspace_size_limit;
	}
	ask->span_since = NO_TIME;
	read_body(tenant, call, ask);
	if (ask->read)
		journal_query(tenant, call->entry, &ask->query);
	tenant_fault(tenant, call, ask->read ? &ask->query : NULL, &fault);
	if (!fault_reply(tenant, call, &fault, reply)) {
		answer(tenant, call, ask, reply);
		reply_fault(tenant, reply, &fault, call->entry);
	}
	query_release(&ask->query);
	text_release(&ask->complaint);
	free(ask);
}
