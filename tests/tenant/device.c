/* device.c - device codes: asked for, shown, approved or denied by a person, polled. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/tenant/tenant.h"

#define POLL_SLACK_MS 300    /* a poll may come a little before its time */

void device_begin(struct tenant *tenant, const struct pairs *form, struct reply *reply)
{
	const char *scope = pairs_get(form, "scope");
	unsigned char bytes[8];
	struct code *code;
	char audience[256];

	if (!signin_audience(tenant, scope, audience, reply))
		return;
	pthread_mutex_lock(&tenant->standin.lock);
	code = &tenant->codes[tenant->code_count++ % CODES_MAX];
	*code = (struct code){ .made_ms = time_steady_ms(), .offline = strstr(scope, "offline_access") != NULL };
	code->polled_ms = code->made_ms - tenant->options.interval * 1000;
	code->expires_ms = code->made_ms + tenant->options.code_life * 1000;
	random_hex(code->device, 24);
	random_bytes(bytes, sizeof bytes);
	for (size_t i = 0; i < 9; i++)   /* letters that nobody takes for digits */
		code->user[i] = (char)(i == 4 ? '-' : "BCDFGHJKLMNPQRSTVWXZ"[bytes[i < 4 ? i : i - 1] % 20]);
	snprintf(code->resource, sizeof code->resource, "%s", audience);
	reply_json(reply, 200);
	text_addf(&reply->body, "{\"user_code\":\"%s\",\"device_code\":\"%s\",\"verification_uri\":\"%s/devicelogin\",\"expires_in\":%" PRId64
	          ",\"interval\":%" PRId64 ",\"message\":\"To sign in, use a web browser to open the page %s/devicelogin and enter the code %s to "
	          "authenticate.\"}", code->user, code->device, tenant->standin.base, tenant->options.code_life, tenant->options.interval, tenant->standin.base,
	          code->user);
	pthread_mutex_unlock(&tenant->standin.lock);
}

static struct code *find(struct tenant *tenant, const char *device, const char *user)
{
	for (size_t i = 0; i < CODES_MAX; i++)
		if ((device && *device && strcmp(tenant->codes[i].device, device) == 0) || (user && *user && strcmp(tenant->codes[i].user, user) == 0))
			return &tenant->codes[i];
	return NULL;
}

/* What a poll comes to: NULL for a token. slow_down is of RFC 8628; the facts do not list it and say to expect it. */
static const char *poll_code(struct tenant *tenant, struct code *code, int64_t now)
{
	bool soon;

	if (!code || code->state == CODE_USED)
		return "bad_verification_code";
	soon = now - code->polled_ms < tenant->options.interval * 1000 - POLL_SLACK_MS;
	code->polled_ms = now;
	if (code->state == CODE_PENDING && tenant->options.auto_approve >= 0 && now - code->made_ms >= tenant->options.auto_approve)
		code->state = CODE_APPROVED;
	if (now >= code->expires_ms)
		return "expired_token";
	if (code->state == CODE_DENIED)
		return "authorization_declined";
	if (soon)
		return "slow_down";
	if (code->state == CODE_PENDING)
		return "authorization_pending";
	code->state = CODE_USED;
	return NULL;
}

void device_poll(struct tenant *tenant, const struct pairs *form, struct reply *reply)
{
	static const struct { const char *error; int number; const char *text; } refusals[] = {
		{ "authorization_pending", 70016, "OAuth 2.0 device flow error. Authorization is pending. Continue polling." },
		{ "authorization_declined", 70018, "The user declined the sign-in." },
		{ "expired_token", 70020, "The provided value for the input parameter 'device_code' is not valid. This device code has expired." },
		{ "slow_down", 70016, "The client polls too often." },
		{ "bad_verification_code", 70019, "Verification code is not valid." },
	};
	const char *device = pairs_get(form, "device_code"), *error;
	char audience[256] = "";
	bool offline = false;

	pthread_mutex_lock(&tenant->standin.lock);
	struct code *code = find(tenant, device, NULL);
	error = poll_code(tenant, code, time_steady_ms());
	if (!error) {
		snprintf(audience, sizeof audience, "%s", code->resource);
		offline = code->offline;
	}
	pthread_mutex_unlock(&tenant->standin.lock);
	if (!error) {
		signin_grant(tenant, audience, true, offline, reply);
		return;
	}
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
		if (strcmp(refusals[i].error, error) == 0)
			reply_entra(reply, 400, error, refusals[i].number, "%s", refusals[i].text);
}

/* The page a person opens, and what its buttons send: user_code=ABCD-EFGH, and deny=1 to refuse. */
void device_page(struct tenant *tenant, const struct call *call, struct reply *reply)
{
	struct pairs form = { .count = 0 };
	struct code *code;
	bool deny, known;

	if (strcmp(call->method, "POST") != 0) {
		reply->status = 200;
		reply->type = "text/html; charset=utf-8";
		text_adds(&reply->body, "<!doctype html><title>Sign in to your account</title><h1>Enter code</h1><form method=post action=/test/approve>"
		                        "<input name=user_code autofocus> <button>Next</button> <button name=deny value=1>Cancel</button></form>\n");
		return;
	}
	form_read(&form, text_string(&call->body), call->body.len);
	deny = pairs_get(&form, "deny") != NULL;
	pthread_mutex_lock(&tenant->standin.lock);
	code = find(tenant, NULL, pairs_get(&form, "user_code"));
	known = code && code->state == CODE_PENDING;
	if (known)
		code->state = deny ? CODE_DENIED : CODE_APPROVED;
	pthread_mutex_unlock(&tenant->standin.lock);
	pairs_release(&form);
	reply->status = known ? 200 : 404;
	reply->type = "text/plain; charset=utf-8";
	text_adds(&reply->body, !known ? "That code is not known, or was used.\n" : deny ? "Denied.\n" : "You have signed in. You may close this window.\n");
}
