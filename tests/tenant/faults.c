/* faults.c - failures on demand: a list of orders, each for some requests, taken one after another. */
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/tenant/tenant.h"

#define HUGE_BYTES (50 << 20)
#define HANG_MS 600000

const char *const fault_names[FAULT_KIND_COUNT] = {
	"", "status", "hang", "reset", "empty", "cut", "trickle", "html", "badgzip", "redirect", "huge", "badjson", "error", "delay",
};

void faults_clear(struct tenant *tenant)
{
	for (size_t i = 0; i < tenant->fault_count; i++)
		pairs_release(&tenant->faults[i].headers);
	tenant->fault_count = 0;
}

/* ---- orders from JSON ---- */

static int64_t number_of(const cJSON *order, const char *name, int64_t otherwise)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(order, name);

	return cJSON_IsNumber(item) ? (int64_t)item->valuedouble : otherwise;
}

static bool text_of(const cJSON *order, const char *name, char *out, size_t room)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(order, name);

	*out = '\0';
	if (!item)
		return true;
	return cJSON_IsString(item) && snprintf(out, room, "%s", item->valuestring) < (int)room;
}

static bool is_known_key(const char *key)
{
	static const char keys[] = " match fault times after part parts query status bytes ms rows body location headers ";
	char word[40];

	return snprintf(word, sizeof word, " %s ", key) < (int)sizeof word && strstr(keys, word);
}

/* False for an order with a key or a fault that does not exist: a test that misspells would pass without its failure. */
static bool read_order(const cJSON *order, struct fault *fault)
{
	const cJSON *item, *headers = cJSON_GetObjectItemCaseSensitive(order, "headers");
	char kind[16];

	*fault = (struct fault){ .times = number_of(order, "times", 1), .after = number_of(order, "after", 0), .part = number_of(order, "part", -1),
		.parts = number_of(order, "parts", -1), .status = number_of(order, "status", 500), .bytes = number_of(order, "bytes", -1),
		.ms = number_of(order, "ms", -1), .rows = number_of(order, "rows", -1) };
	cJSON_ArrayForEach(item, order)
		if (!is_known_key(item->string))
			return false;
	if (!text_of(order, "match", fault->match, sizeof fault->match) || !text_of(order, "query", fault->query, sizeof fault->query) ||
	    !text_of(order, "body", fault->body, sizeof fault->body) || !text_of(order, "location", fault->location, sizeof fault->location) ||
	    !text_of(order, "fault", kind, sizeof kind))
		return false;
	cJSON_ArrayForEach(item, headers)
		if (cJSON_IsString(item))
			pairs_add(&fault->headers, item->string, item->valuestring);
	for (enum fault_kind k = FAULT_STATUS; k < FAULT_KIND_COUNT; k++)
		if (strcmp(fault_names[k], kind) == 0)
			fault->kind = k;
	return fault->kind != FAULT_NONE;
}

void faults_set(struct tenant *tenant, const struct call *call, struct reply *reply)
{
	cJSON *list = cJSON_ParseWithLength(text_string(&call->body), call->body.len);
	const cJSON *order;
	bool good = cJSON_IsArray(list) && cJSON_GetArraySize(list) <= FAULTS_MAX;

	pthread_mutex_lock(&tenant->lock);
	faults_clear(tenant);
	if (good) {
		cJSON_ArrayForEach(order, list) {
			good = good && read_order(order, &tenant->faults[tenant->fault_count]);
			tenant->fault_count++;
		}
	}
	if (!good)
		faults_clear(tenant);
	pthread_mutex_unlock(&tenant->lock);
	cJSON_Delete(list);
	reply_json(reply, good ? 200 : 400);
	text_adds(&reply->body, good ? "{\"ok\":true}" : "{\"ok\":false,\"why\":\"a list of {match,fault,times,after,part,parts,query,status,bytes,ms,"
	                                                 "rows,body,location,headers}\"}");
}

/* ---- taking ---- */

static bool falls_under(const struct fault *fault, const struct call *call, const struct query *query)
{
	if (fault->times == 0 || !strstr(call->path, fault->match))
		return false;
	if (*fault->query && (!query || strcmp(query_kind_names[query->kind], fault->query) != 0))
		return false;
	if (fault->part >= 0 && (!query || query->part != fault->part))
		return false;
	return fault->parts < 0 || (query && query->parts == fault->parts);
}

void fault_take(struct tenant *tenant, const struct call *call, const struct query *query, struct fault *fault)
{
	*fault = (struct fault){ .kind = FAULT_NONE };
	pthread_mutex_lock(&tenant->lock);
	for (size_t i = 0; i < tenant->fault_count && fault->kind == FAULT_NONE; i++) {
		struct fault *order = &tenant->faults[i];

		if (!falls_under(order, call, query))
			continue;
		if (order->after > 0) {
			order->after--;
			continue;
		}
		if (order->times > 0)
			order->times--;
		*fault = *order;   /* its headers stay the order's */
	}
	pthread_mutex_unlock(&tenant->lock);
	if (fault->kind != FAULT_NONE)
		journal_fault(tenant, call->entry, fault->kind);
}

/* ---- replies that need nothing of the real one ---- */

static void status_reply(const struct call *call, const struct fault *fault, struct reply *reply)
{
	reply_status(reply, call->path, (unsigned)fault->status);
	if (*fault->body) {
		text_clear(&reply->body);
		text_adds(&reply->body, fault->body);
	}
}

static void html_reply(const struct fault *fault, struct reply *reply)
{
	reply->status = fault->status == 500 ? 200 : (unsigned)fault->status;
	reply->type = "text/html; charset=utf-8";
	text_adds(&reply->body, *fault->body ? fault->body : "<!DOCTYPE html><html><head><title>Web proxy: sign in</title></head><body><h1>Sign in to use "
	                                                     "the network</h1></body></html>\n");
}

/* A gzip header, and then no deflate stream. */
static void gzip_reply(struct reply *reply)
{
	reply_json(reply, 200);
	text_add(&reply->body, "\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
	for (int i = 0; i < 500; i++)
		text_addc(&reply->body, (char)(i * 37 + 0xf0));
	pairs_add(&reply->headers, "Content-Encoding", "gzip");
}

bool fault_reply(struct tenant *tenant, const struct call *call, const struct fault *fault, struct reply *reply)
{
	switch (fault->kind) {
	case FAULT_STATUS:
		status_reply(call, fault, reply);
		break;
	case FAULT_HANG:
		reply->wait_ms = fault->ms < 0 ? HANG_MS : fault->ms;
		reply->end = END_EMPTY;
		break;
	case FAULT_RESET:
		reply->end = END_RESET;
		break;
	case FAULT_EMPTY:
		reply->end = END_EMPTY;
		break;
	case FAULT_HTML:
		html_reply(fault, reply);
		break;
	case FAULT_BADGZIP:
		gzip_reply(reply);
		break;
	case FAULT_REDIRECT:
		reply->status = fault->status == 500 ? 307 : (unsigned)fault->status;
		reply->type = "text/plain";
		pairs_add(&reply->headers, "Location", *fault->location ? fault->location : "https://elsewhere.example/v1.0/security/runHuntingQuery");
		break;
	case FAULT_HUGE:
		reply_json(reply, 200);
		reply->stream = stream_of_rubbish(tenant, fault->bytes < 0 ? HUGE_BYTES : fault->bytes);
		stream_entry(reply->stream, call->entry);
		break;
	default:
		return false;
	}
	for (size_t i = 0; i < fault->headers.count; i++)
		pairs_add(&reply->headers, fault->headers.items[i].name, fault->headers.items[i].value);
	return true;
}
