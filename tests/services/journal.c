/* journal.c - what was asked, by whom, and what became of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/services/services.h"

#define BODY_KEPT 65536          /* bytes of a body that are kept */

static char *copy(const char *text, size_t n)
{
	return memcpy(must_alloc(n + 1), text, n);
}

size_t journal_begin(struct world *world, const struct call *call)
{
	size_t number = entry_begin(&world->standin, call);

	if (number == SIZE_MAX)
		return number;
	world->asked[number] = (struct asked){ .service = call->service, .body_bytes = call->body.len, .address = copy(call->raw, strlen(call->raw)),
		.body = copy(text_string(&call->body), call->body.len < BODY_KEPT ? call->body.len : BODY_KEPT) };
	return number;
}

void journal_who(struct world *world, size_t number, const char *who)
{
	if (entry_at(&world->standin, number))
		snprintf(world->asked[number].who, sizeof world->asked[number].who, "%.23s", who);
}

void journal_log(struct world *world, struct reply *reply)
{
	static const char *const services[] = { "", "servicenow", "jira-cloud", "jira-dc", "teams", "slack" };
	struct text *out = &reply->body;

	reply_json(reply, 200);
	text_addc(out, '[');
	for (size_t i = 0; i < world->standin.journal_count; i++) {
		const struct entry *e = &world->standin.journal[i];
		const struct asked *a = &world->asked[i];

		text_addf(out, "%s\n{\"time\":%lld,\"took\":%lld,\"service\":\"%s\",\"who\":\"%s\",\"method\":\"%s\",\"address\":", i ? "," : "", (long long)e->at_ms,
		          (long long)e->took_ms, services[a->service], a->who, e->method);
		text_json(out, a->address, strlen(a->address));
		text_addf(out, ",\"status\":%u,\"broken\":%s,\"bytes\":%zu,\"fault\":\"%s\",\"body\":", e->status, e->broken ? "true" : "false", a->body_bytes,
		          e->fault);
		text_json(out, a->body, strlen(a->body));
		text_addc(out, '}');
	}
	text_adds(out, "]\n");
}

void journal_clear(struct world *world)
{
	for (size_t i = 0; i < world->standin.journal_count; i++) {
		free(world->asked[i].address);
		free(world->asked[i].body);
	}
	world->standin.journal_count = 0;
}
