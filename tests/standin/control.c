/* control.c - the addresses that steer any stand-in: POST /__faults, /__options and /__reset. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/standin/standin.h"

/* {"ok":true}, or why not. */
static void reply_ok(struct reply *reply, bool good, const char *why)
{
	reply->status = good ? 200 : 400;
	reply->type = "application/json; charset=utf-8";
	text_adds(&reply->body, good ? "{\"ok\":true}" : "{\"ok\":false,\"why\":");
	if (!good) {
		text_json(&reply->body, why, strlen(why));
		text_addc(&reply->body, '}');
	}
}

static void set_faults(struct standin *standin, const struct call *call, struct reply *reply)
{
	struct text why = { 0 };
	bool good;

	pthread_mutex_lock(&standin->lock);
	good = faults_read(standin, text_string(&call->body), call->body.len);
	pthread_mutex_unlock(&standin->lock);
	text_adds(&why, "a list of {");
	for (const char *key = standin->hooks->fault_keys + 1; *key; key += strcspn(key, " ") + 1)
		text_addf(&why, "%s%.*s", why.at[why.len - 1] == '{' ? "" : ",", (int)strcspn(key, " "), key);
	text_addc(&why, '}');
	reply_ok(reply, good, text_string(&why));
	text_release(&why);
}

static bool apply(const struct standin *standin, const cJSON *object, void *values, struct text *complaint)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, object) {
		char number[32];

		snprintf(number, sizeof number, "%.0f", item->valuedouble);
		if (!option_set(standin->table, values, item->string, cJSON_IsString(item) ? item->valuestring : number, true, complaint))
			return false;
	}
	return true;
}

/* Changes options while requests run: {"keys":"camel","quota":3}. Either all or none, so they are tried on a copy first; only what changes
 * is written, as what cannot change is read without the lock. */
static void set_options(struct standin *standin, const struct call *call, struct reply *reply)
{
	cJSON *object = cJSON_ParseWithLength(text_string(&call->body), call->body.len);
	void *trial = must_alloc(standin->table->size);
	struct text complaint = { 0 };
	bool good;

	pthread_mutex_lock(&standin->lock);
	memcpy(trial, standin->options, standin->table->size);
	good = cJSON_IsObject(object) && apply(standin, object, trial, &complaint);
	if (good)
		apply(standin, object, standin->options, &complaint);
	if (good && standin->hooks->changed)
		standin->hooks->changed(standin->owner);
	pthread_mutex_unlock(&standin->lock);
	cJSON_Delete(object);
	free(trial);
	reply_ok(reply, good, text_string(&complaint));
	text_release(&complaint);
}

/* Forgets the journal, the orders to fail and what the stand-in adds; options stay. */
static void reset(struct standin *standin, struct reply *reply)
{
	pthread_mutex_lock(&standin->lock);
	faults_clear(standin);
	standin->hooks->forget(standin->owner);
	standin->journal_count = 0;
	standin->journal_lost = 0;
	standin->started_ms = time_steady_ms();
	pthread_mutex_unlock(&standin->lock);
	reply_ok(reply, true, "");
}

bool standin_control(struct standin *standin, const struct call *call, struct reply *reply)
{
	if (strcmp(call->method, "POST") != 0)
		return false;
	if (strcmp(call->path, "/__faults") == 0)
		set_faults(standin, call, reply);
	else if (strcmp(call->path, "/__options") == 0)
		set_options(standin, call, reply);
	else if (strcmp(call->path, "/__reset") == 0)
		reset(standin, reply);
	else
		return false;
	return true;
}
