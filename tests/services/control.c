/* control.c - which service answers a request; and the addresses that steer it beside those of every stand-in: /__log and /__records. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/services/services.h"

void reply_json(struct reply *reply, unsigned status)
{
	reply->status = status;
	reply->type = "application/json;charset=UTF-8";
}

void reply_tree(struct reply *reply, unsigned status, cJSON *tree)
{
	char *printed = cJSON_PrintUnformatted(tree);

	reply_json(reply, status);
	text_clear(&reply->body);
	text_adds(&reply->body, printed ? printed : "null");
	free(printed);
	cJSON_Delete(tree);
}

/* ---- steering ---- */

/* Tickets, issues and messages go with the journal; the CMDB, tokens and settings stay. */
static void forget_all(void *owner)
{
	struct world *world = owner;

	journal_clear(world);
	records_forget(world, false);
	jira_forget(world);
	world->message_count = 0;
}

static void control(struct world *world, const struct call *call, struct reply *reply)
{
	if (standin_control(&world->standin, call, reply))
		return;
	pthread_mutex_lock(&world->standin.lock);
	if (strcmp(call->path, "/__log") == 0)
		journal_log(world, reply);
	else if (strcmp(call->path, "/__records") == 0)
		records_list(world, reply);
	else
		reply_json(reply, 404);
	pthread_mutex_unlock(&world->standin.lock);
}

/* ---- services ---- */

/* /snow and /jira are prefixes of a mock of the vendors' descriptions that may stand in front. */
static enum service service_of(const struct world *world, struct call *call)
{
	const char *path = call->path;

	if (strncmp(path, "/snow/", 6) == 0 || strncmp(path, "/jira/", 6) == 0)
		path = call->path = path + 5;
	if (strncmp(path, "/cloud/rest/", 12) == 0)
		return SERVICE_CLOUD;
	if (strncmp(path, "/dc/rest/", 9) == 0)
		return SERVICE_CENTER;
	if (strncmp(path, "/rest/", 6) == 0)
		return world->settings.jira_cloud ? SERVICE_CLOUD : SERVICE_CENTER;
	if (strstr(path, "/workflows/"))
		return SERVICE_TEAMS;
	if (strncmp(path, "/services/", 10) == 0)
		return SERVICE_SLACK;
	return SERVICE_SNOW;
}

static void ask(struct world *world, struct call *call, struct reply *reply)
{
	switch (call->service) {
	case SERVICE_CLOUD:
	case SERVICE_CENTER:
		jira_answer(world, call, reply);
		break;
	case SERVICE_TEAMS:
		teams_answer(world, call, reply);
		break;
	case SERVICE_SLACK:
		slack_answer(world, call, reply);
		break;
	default:
		snow_answer(world, call, reply);
	}
}

/* Whether what was asked happens at all under an order. */
static bool happens(const struct fault *fault)
{
	switch (fault->kind) {
	case FAULT_NONE:
	case FAULT_CUT:
	case FAULT_ERROR:
	case FAULT_DELAY:
	case FAULT_DROP:
	case FAULT_CLIP:
		return true;
	default:
		return fault->done;
	}
}

/* A write that is answered as done and is not: what was made is taken back. */
static void forget(struct world *world, size_t records, size_t issues)
{
	while (world->record_count > records)
		record_remove(world, world->records[world->record_count - 1]);
	while (world->issue_count > issues)
		world->issues[--world->issue_count]->service = SERVICE_NONE;   /* leaks a little, in a test server */
}

static void answer(struct world *world, struct call *call, struct reply *reply)
{
	struct fault fault = { 0 };
	bool ordered = world_fault(world, call, &fault);
	size_t records = world->record_count, issues = world->issue_count;

	world->writing = fault.kind == FAULT_DROP || fault.kind == FAULT_CLIP ? &fault : NULL;
	if (happens(&fault) || fault.kind == FAULT_FORGET)
		ask(world, call, reply);
	world->writing = NULL;
	if (fault.kind == FAULT_FORGET)
		forget(world, records, issues);
	if (ordered)
		fault_spoil(call, &fault, reply);
}

static void serve(struct world *world, struct call *call, struct reply *reply)
{
	pthread_mutex_lock(&world->standin.lock);
	call->service = service_of(world, call);
	call->entry = journal_begin(world, call);
	answer(world, call, reply);
	reply->wait_ms += world->settings.ms;
	pthread_mutex_unlock(&world->standin.lock);
}

static void world_answer(void *owner, struct call *call, struct reply *reply)
{
	reply->type = "text/plain";
	if (call->too_large)
		reply_json(reply, 413);
	else if (strncmp(call->path, "/__", 3) == 0)
		control(owner, call, reply);
	else
		serve(owner, call, reply);
	if (!reply->body.len && reply->status != 204)
		reply->type = NULL;
}

const struct standin_hooks world_hooks = {
	.answer = world_answer,
	.forget = forget_all,
	.fault_kinds = world_fault_kinds,
	.fault_keys = world_fault_keys,
	.body_max = 64u << 20,
	.connection_memory = 256u << 10,   /* a long request line is answered, not cut off */
	.journal_max = JOURNAL_MAX,
};

void world_release(struct world *world)
{
	journal_clear(world);
	jira_forget(world);
	records_forget(world, true);
	for (size_t i = 0; i < MESSAGES_MAX; i++)
		text_release(&world->messages[i].body);
	free(world->issues);
	free(world->asked);
	standin_release(&world->standin);
}
