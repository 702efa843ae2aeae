/* control.c - which part answers a request; and the addresses that steer it beside those of every stand-in: /__log and /__stats. */
#include <string.h>

#include "tests/tenant/tenant.h"

/* The quota begins anew when options change and when all is forgotten; tokens stay good. */
static void begin_quota(void *owner)
{
	struct tenant *tenant = owner;

	tenant->queries = 0;
	tenant->quota_until_ms = 0;
}

static void control_answer(struct tenant *tenant, const struct call *call, struct reply *reply)
{
	if (standin_control(&tenant->standin, call, reply))
		return;
	if (strcmp(call->path, "/__log") == 0)
		journal_log(tenant, reply);
	else if (strcmp(call->path, "/__stats") == 0)
		journal_stats(tenant, reply);
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

	tenant_fault(tenant, call, NULL, &fault);
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

static void tenant_answer(void *owner, struct call *call, struct reply *reply)
{
	struct tenant *tenant = owner;

	if (call->too_large) {
		reply_error(reply, face_of(call->path), 413, "RequestEntityTooLarge", "The request is too large.");
		return;
	}
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

const struct standin_hooks tenant_hooks = {
	.answer = tenant_answer,
	.stream_read = stream_read,
	.stream_free = stream_free,
	.changed = begin_quota,
	.forget = begin_quota,
	.fault_kinds = tenant_fault_kinds,
	.fault_keys = tenant_fault_keys,
	.body_max = 8u << 20,
	.journal_max = JOURNAL_MAX,
};
