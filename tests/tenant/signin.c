/* signin.c - Microsoft Entra's token address, and the metadata service of a machine (6.5). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/tenant/tenant.h"

#define ASSERTION_TYPE "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
#define DEVICE_GRANT "urn:ietf:params:oauth:grant-type:device_code"

bool signin_audience(struct tenant *tenant, const char *scope, char audience[256], struct reply *reply)
{
	const char *end = scope ? strstr(scope, "/.default") : NULL;
	char resource[256];
	bool known;

	if (!end || end - scope >= (long)sizeof resource) {
		reply_entra(reply, 400, "invalid_scope", 70011, "The provided request must include a 'scope' input parameter. The provided value for the "
		            "input parameter 'scope' is not valid. The scope %s is not valid.", scope ? scope : "(none)");
		return false;
	}
	snprintf(resource, sizeof resource, "%.*s", (int)(end - scope), scope);
	pthread_mutex_lock(&tenant->standin.lock);
	known = token_resource(tenant, resource, audience);
	pthread_mutex_unlock(&tenant->standin.lock);
	if (!known)
		reply_entra(reply, 400, "invalid_resource", 500011, "The resource principal named %s was not found in the tenant named %s.", resource,
		            tenant->options.tenant_name);
	return known;
}

/* Facts 6.1: numbers, and no refresh token for an application. */
void signin_grant(struct tenant *tenant, const char *audience, bool person, bool offline, struct reply *reply)
{
	reply_json(reply, 200);
	pthread_mutex_lock(&tenant->standin.lock);
	text_addf(&reply->body, "{\"token_type\":\"Bearer\",\"expires_in\":%" PRId64 ",\"ext_expires_in\":%" PRId64 ",\"access_token\":\"",
	          tenant->options.token_life, tenant->options.token_life);
	token_issue(tenant, audience, person, &reply->body);
	text_addc(&reply->body, '"');
	if (person)
		text_addf(&reply->body, ",\"scope\":\"%s\"", tenant->options.scp);
	if (offline) {
		text_adds(&reply->body, ",\"refresh_token\":\"");
		token_refresh_issue(tenant, audience, &reply->body);
		text_addc(&reply->body, '"');
	}
	text_addc(&reply->body, '}');
	pthread_mutex_unlock(&tenant->standin.lock);
}

/* (MEM) for status 401 of invalid_client; facts 6.1 speaks of 400 and 6.7 of the numbers. */
static bool secret_good(struct tenant *tenant, const char *secret, struct reply *reply)
{
	bool right, expired;

	pthread_mutex_lock(&tenant->standin.lock);
	right = *tenant->options.secret && strcmp(secret, tenant->options.secret) == 0;
	expired = *tenant->options.expired_secret && strcmp(secret, tenant->options.expired_secret) == 0;
	pthread_mutex_unlock(&tenant->standin.lock);
	if (expired)
		reply_entra(reply, 401, "invalid_client", 7000222, "The provided client secret keys for app '%s' are expired. Visit the Azure portal to "
		            "create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security.",
		            tenant->options.client);
	else if (!right)
		reply_entra(reply, 401, "invalid_client", 7000215, "Invalid client secret provided. Ensure the secret being sent in the request is the "
		            "client secret value, not the client secret ID, for a secret added to app '%s'.", tenant->options.client);
	return right && !expired;
}

static void client_credentials(struct tenant *tenant, const struct call *call, const struct pairs *form, struct reply *reply)
{
	const char *secret = pairs_get(form, "client_secret"), *assertion = pairs_get(form, "client_assertion");
	const char *type = pairs_get(form, "client_assertion_type");
	char audience[256], url[512];

	/* Every request went through the lock for the journal after the address was written. */
	snprintf(url, sizeof url, "%s%s", tenant->standin.base, call->path);
	if (!secret && !assertion) {
		reply_entra(reply, 401, "invalid_client", 7000216, "'client_assertion', 'client_secret' or 'request' is required for the "
		            "'client_credentials' grant type.");
		return;
	}
	if (assertion && (!type || strcmp(type, ASSERTION_TYPE) != 0)) {
		reply_entra(reply, 400, "invalid_request", 900144, "The request body must contain the following parameter: 'client_assertion_type'.");
		return;
	}
	if (assertion ? !assertion_good(tenant, assertion, pairs_get(form, "client_id"), url, reply) : !secret_good(tenant, secret, reply))
		return;
	if (signin_audience(tenant, pairs_get(form, "scope"), audience, reply))
		signin_grant(tenant, audience, false, false, reply);
}

static void refresh(struct tenant *tenant, const struct pairs *form, struct reply *reply)
{
	const char *token = pairs_get(form, "refresh_token");
	char audience[256];
	bool good;

	pthread_mutex_lock(&tenant->standin.lock);
	good = token && token_refresh_take(tenant, token, audience);
	pthread_mutex_unlock(&tenant->standin.lock);
	if (good)
		signin_grant(tenant, audience, true, true, reply);
	else   /* (MEM) */
		reply_entra(reply, 400, "invalid_grant", 70000, "The provided value for the 'refresh_token' parameter is not valid.");
}

/* `/TENANT/oauth2/v2.0/token`: the tenant by its id or its name. */
static bool tenant_good(const struct tenant *tenant, const struct call *call, struct reply *reply)
{
	size_t n = strcspn(call->path + 1, "/");
	const char *name = call->path + 1;

	if ((strlen(tenant->options.tenant) == n && strncmp(name, tenant->options.tenant, n) == 0) ||
	    (strlen(tenant->options.tenant_name) == n && strncmp(name, tenant->options.tenant_name, n) == 0))
		return true;
	reply_entra(reply, 400, "invalid_request", 90002, "Tenant '%.*s' not found. Check to make sure you have the correct tenant ID and are signing "
	            "into the correct cloud.", (int)(n < 200 ? n : 200), name);
	return false;
}

static bool client_good(const struct tenant *tenant, const struct pairs *form, struct reply *reply)
{
	const char *client = pairs_get(form, "client_id");

	if (client && strcmp(client, tenant->options.client) == 0)
		return true;
	if (!client)
		reply_entra(reply, 400, "invalid_request", 900144, "The request body must contain the following parameter: 'client_id'.");
	else
		reply_entra(reply, 400, "unauthorized_client", 700016, "Application with identifier '%.100s' was not found in the directory '%s'. This can "
		            "happen if the application has not been installed by the administrator of the tenant.", client, tenant->options.tenant_name);
	return false;
}

void signin_answer(struct tenant *tenant, const struct call *call, struct reply *reply)
{
	struct pairs form = { .count = 0 };
	const char *grant;

	form_read(&form, text_string(&call->body), call->body.len);
	grant = pairs_get(&form, "grant_type");
	if (strcmp(call->method, "POST") != 0)
		reply_entra(reply, 400, "invalid_request", 900561, "The endpoint only accepts POST requests. Received a %s request.", call->method);
	else if (!tenant_good(tenant, call, reply) || !client_good(tenant, &form, reply))
		;   /* the reply says it */
	else if (strstr(call->path, "/devicecode"))
		device_begin(tenant, &form, reply);
	else if (!grant)
		reply_entra(reply, 400, "invalid_request", 900144, "The request body must contain the following parameter: 'grant_type'.");
	else if (strcmp(grant, "client_credentials") == 0)
		client_credentials(tenant, call, &form, reply);
	else if (strcmp(grant, DEVICE_GRANT) == 0)
		device_poll(tenant, &form, reply);
	else if (strcmp(grant, "refresh_token") == 0)
		refresh(tenant, &form, reply);
	else
		reply_entra(reply, 400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type '%.100s'.", grant);
	pairs_release(&form);
}

/* ---- managed identity ---- */

static void metadata_error(struct reply *reply, const char *description)
{
	reply_json(reply, 400);
	text_addf(&reply->body, "{\"error\":\"invalid_request\",\"error_description\":\"%s\"}", description);
}

/* Facts 6.5: the header Metadata: true, never through a proxy, all numbers as texts. */
void metadata_answer(struct tenant *tenant, const struct call *call, struct reply *reply)
{
	const char *resource = pairs_get(&call->arguments, "resource"), *version = pairs_get(&call->arguments, "api-version");
	const char *client = pairs_get(&call->arguments, "client_id");
	char audience[256];
	int64_t now = time_now() / TICKS;
	bool known;

	if (!call->metadata || strcmp(call->metadata, "true") != 0 || call->forwarded) {
		metadata_error(reply, "Required metadata header not specified");
		return;
	}
	if (!resource || !version || (client && strcmp(client, tenant->options.client) != 0)) {
		metadata_error(reply, client ? "Identity not found" : "Required query variable 'resource' or 'api-version' is missing");
		return;
	}
	pthread_mutex_lock(&tenant->standin.lock);
	known = token_resource(tenant, resource, audience);
	if (known) {
		int64_t life = tenant->options.token_life;

		reply_json(reply, 200);
		text_adds(&reply->body, "{\"access_token\":\"");
		token_issue(tenant, audience, false, &reply->body);
		text_addf(&reply->body, "\",\"refresh_token\":\"\",\"expires_in\":\"%" PRId64 "\",\"expires_on\":\"%" PRId64 "\",\"not_before\":\"%" PRId64
		          "\",\"resource\":", life, now + life, now);
		text_json(&reply->body, resource, strlen(resource));
		text_adds(&reply->body, ",\"token_type\":\"Bearer\"}");
	}
	pthread_mutex_unlock(&tenant->standin.lock);
	if (!known)
		metadata_error(reply, "AADSTS500011: The resource principal was not found in the tenant.");
}
