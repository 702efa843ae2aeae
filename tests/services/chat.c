/* chat.c - a Teams workflow and a Slack webhook: what they answer, and what becomes of the message (facts 5 and 6). */
#include <stdio.h>
#include <string.h>

#include "tests/services/services.h"

static void keep(struct world *world, const struct call *call, const char *why)
{
	struct message *message = &world->messages[world->message_count];

	if (world->message_count == MESSAGES_MAX)
		return;
	world->message_count++;
	message->service = call->service;
	text_clear(&message->body);
	text_add(&message->body, text_string(&call->body), call->body.len);
	snprintf(message->why, sizeof message->why, "%s", why ? why : "");
}

/* 202 without a word, whatever the card is: it fails later, in the flow, unseen. */
void teams_answer(struct world *world, struct call *call, struct reply *reply)
{
	const char *sig = pairs_get(&call->arguments, "sig");
	char room[256];

	if (!sig || strcmp(sig, world->settings.teams_sig) != 0) {
		reply_json(reply, 401);
		text_adds(&reply->body, "{\"error\":{\"code\":\"DirectApiAuthorizationRequired\",\"message\":\"The request must be authenticated only by Shared "
		                        "Access scheme.\"}}");
		return;
	}
	if (!strstr(call->path, "/triggers/manual/paths/invoke")) {
		reply_json(reply, 404);
		text_adds(&reply->body, "{\"error\":{\"code\":\"WorkflowTriggerNotFound\",\"message\":\"The workflow trigger could not be found.\"}}");
		return;
	}
	if (strcmp(call->method, "POST") != 0) {
		reply_status(call, reply, 405);
		return;
	}
	keep(world, call, teams_fault(call, room));
	reply->status = 202;
}

static void plain(struct reply *reply, unsigned status, const char *word)
{
	reply->status = status;
	reply->type = "text/html";
	text_clear(&reply->body);
	text_adds(&reply->body, word);
}

void slack_answer(struct world *world, struct call *call, struct reply *reply)
{
	const char *hook = strstr(call->path, "/services/") + 10, *fault;
	cJSON *body;

	if (strcmp(hook, world->settings.slack_hook) != 0) {
		plain(reply, strncmp(hook, world->settings.slack_hook, strcspn(hook, "/")) == 0 ? 403 : 404,
		      strncmp(hook, world->settings.slack_hook, strcspn(hook, "/")) == 0 ? "invalid_token" : "no_team");
		return;
	}
	body = cJSON_ParseWithLength(text_string(&call->body), call->body.len);
	fault = strcmp(call->method, "POST") != 0 || !cJSON_IsObject(body) ? "invalid_payload" : slack_fault(body);
	if (fault) {
		plain(reply, 400, fault);
	} else {
		keep(world, call, NULL);
		plain(reply, 200, "ok");
	}
	cJSON_Delete(body);
}
