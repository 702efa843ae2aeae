/* control.c - which part answers a request; and the addresses that steer the stand-in: /__faults /__log /__stats /__options /__reset. */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/tenant/tenant.h"

#define SLICE_MS 20

bool tenant_stopping(struct tenant *tenant)
{
	bool stopping;

	pthread_mutex_lock(&tenant->lock);
	stopping = tenant->stopping;
	pthread_mutex_unlock(&tenant->lock);
	return stopping;
}

bool tenant_wait(struct tenant *tenant, int64_t ms)
{
	int64_t end = time_steady_ms() + ms;

	for (int64_t left = ms; left > 0 && !tenant_stopping(tenant); left = end - time_steady_ms()) {
		struct timespec slice = { 0, (left < SLICE_MS ? left : SLICE_MS) * 1000000 };

		nanosleep(&slice, NULL);
	}
	return !tenant_stopping(tenant);
}

void reply_release(struct reply *reply)
{
	stream_free(&reply->stream);
	text_release(&reply->body);
	pairs_release(&reply->headers);
}

static bool apply(const cJSON *object, struct options *options, struct text *complaint)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, object) {
		char number[32];

		snprintf(number, sizeof number, "%.0f", item->valuedouble);
		if (!options_set(options, item->string, cJSON_IsString(item) ? item->valuestring : number, true, complaint))
			return false;
	}
	return true;
}

/* Changes options while requests run: {"keys":"camel","quota":3}. Either all or none, so they are tried on a copy first; only what changes
 * is written, as what cannot change is read without the lock. */
static void set_options(struct tenant *tenant, const struct call *call, struct reply *reply)
{
	cJSON *object = cJSON_ParseWithLength(text_string(&call->body), call->body.len);
	struct text complaint = { 0 };
	bool good = cJSON_IsObject(object);

	pthread_mutex_lock(&tenant->lock);
	struct options trial = tenant->options;
	good = good && apply(object, &trial, &complaint);
	if (good) {
		apply(object, &tenant->options, &complaint);
		tenant->queries = 0;
		tenant->quota_until_ms = 0;
	}
	pthread_mutex_unlock(&tenant->lock);
	cJSON_Delete(object);
	reply_json(reply, good ? 200 : 400);
	text_adds(&reply->body, good ? "{\"ok\":true}" : "{\"ok\":false,\"why\":");
	if (!good) {
		text_json(&reply->body, text_string(&complaint), complaint.len);
		text_addc(&reply->body, '}');
	}
	text_release(&complaint);
}

/* Forgets the journal, the orders to fail and the quota; tokens stay good. */
static void reset(struct tenant *tenant, struct reply *reply)
{
	pthread_mutex_lock(&tenant->lock);
	faults_clear(tenant);
	tenant->journal_count = 0;
	tenant->journal_lost = tenant->queries = 0;
	tenant->quota_until_ms = 0;
	tenant->started_ms = time_steady_ms();
	pthread_mutex_unlock(&tenant->lock);
	reply_json(reply, 200);
	text_adds(&reply->body, "{\"ok\":true}");
}

void control_answer(struct tenant *tenant, const struct call *call, struct reply *reply)
{
	bool post = strcmp(call->method, "POST") == 0;

	if (strcmp(call->path, "/__faults") == 0 && post)
		faults_set(tenant, call, reply);
	else if (strcmp(call->path, "/__log") == 0)
		journal_log(tenant, reply);
	else if (strcmp(call->path, "/__stats") == 0)
		journal_stats(tenant, reply);
	else if (strcmp(call->path, "/__options") == 0 && post)
		set_options(tenant, call, reply);
	else if (strcmp(call->path, "/__reset") == 0 && post)
		reset(tenant, reply);
	else if (strcmp(call->path, "/devicelogin") == 0 || strcmp(call->path, "/test/approve") == 0)
		device_page(tenant, call, reply);
	else
		reply_error(reply, FACE_LEGACY, 404, "NotFound", "There is no such address in the stand-in.");
}

static bool ends_in(const char *path, const char *end)
{
	size_t n = strlen(path), m = strlen(end);

	return n > m && strcmp(path + n - m, end) == 0;
}

/* All but queries: their faults may depend on the part, so they see to them themselves. */
static void plain_answer(struct tenant *tenant, const struct call *call, struct reply *reply)
{
	struct fault fault;

	fault_take(tenant, call, NULL, &fault);
	if (fault_reply(tenant, call, &fault, reply))
		return;
	if (ends_in(call->path, "/oauth2/v2.0/token") || ends_in(call->path, "/oauth2/v2.0/devicecode"))
		signin_answer(tenant, call, reply);
	else if (strcmp(call->path, "/metadata/identity/oauth2/token") == 0 && strcmp(call->method, "GET") == 0)
		metadata_answer(tenant, call, reply);
	else if (is_query_path(call->path))
		reply_error(reply, face_of(call->path), 405, "BadRequest", "Only POST is supported.");
	else
		reply_status(reply, call->path, 404);
	reply_fault(tenant, reply, &fault, call->entry);
}

void tenant_answer(struct tenant *tenant, struct call *call, struct reply *reply)
{
	call->entry = SIZE_MAX;
	if (strncmp(call->path, "/__", 3) == 0 || strcmp(call->path, "/devicelogin") == 0 || strncmp(call->path, "/test/", 6) == 0) {
		control_answer(tenant, call, reply);
		return;
	}
	call->entry = journal_begin(tenant, call);
	if (is_query_path(call->path) && strcmp(call->method, "POST") == 0)
		hunting_answer(tenant, call, reply);
	else
		plain_answer(tenant, call, reply);
}
