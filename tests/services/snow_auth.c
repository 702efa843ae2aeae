/* snow_auth.c - who asks ServiceNow: basic, API key, OAuth (facts 1.4). */
#include <stdio.h>
#include <string.h>

#include "tests/services/services.h"

static const char *const users[] = { "svc-rouse", "svc-read", "svc-none" };

bool user_may_write(const char *user)
{
	return strcmp(user, "svc-rouse") == 0;
}

bool user_may_read(const char *user)
{
	return strcmp(user, "svc-none") != 0;
}

static bool is_user(const char *name)
{
	for (size_t i = 0; i < sizeof users / sizeof *users; i++)
		if (strcmp(users[i], name) == 0)
			return true;
	return false;
}

/* `Basic BASE64` taken apart. */
static bool basic_user(const struct world *world, const char *authorization, char user[64])
{
	struct text text = { 0 };
	const char *colon;
	bool good = base64_read(&text, authorization + 6);

	colon = good ? strchr(text_string(&text), ':') : NULL;
	good = colon && strcmp(colon + 1, world->settings.password) == 0 && colon - text.at < 64;
	if (good)
		snprintf(user, 64, "%.*s", (int)(colon - text.at), text.at);
	text_release(&text);
	return good && is_user(user);
}

static bool token_user(const struct world *world, const char *token, char user[64])
{
	for (size_t i = 0; i < TOKENS_MAX; i++) {
		if (*world->tokens[i].token && strcmp(world->tokens[i].token, token) == 0 && world->tokens[i].until_ms > time_steady_ms()) {
			snprintf(user, 64, "%s", world->tokens[i].user);
			return true;
		}
	}
	return false;
}

static bool key_user(const struct world *world, const char *key, char user[64])
{
	snprintf(user, 64, "%s", strcmp(key, "read-key~1") == 0 ? "svc-read" : "svc-rouse");
	return strcmp(key, world->settings.api_key) == 0 || strcmp(key, "read-key~1") == 0;
}

bool snow_user(struct world *world, const struct call *call, char user[64], struct reply *reply)
{
	const char *authorization = call->authorization;
	bool good = false;

	if (call->api_key)
		good = key_user(world, call->api_key, user);
	else if (authorization && strncmp(authorization, "Basic ", 6) == 0)
		good = world->settings.basic && basic_user(world, authorization, user);
	else if (authorization && strncmp(authorization, "Bearer ", 7) == 0)
		good = token_user(world, authorization + 7, user);
	if (!good) {
		snow_error(reply, 401, "User Not Authenticated", "Required to provide Auth information");
		pairs_add(&reply->headers, "WWW-Authenticate", "BASIC realm=\"Service-now\"");
	}
	return good;
}

static void refuse(struct reply *reply, const char *error, const char *description)
{
	reply_json(reply, 401);
	text_addf(&reply->body, "{\"error_description\":\"%s\",\"error\":\"%s\"}", description, error);
}

/* POST /oauth_token.do: client_credentials and password. */
void snow_token(struct world *world, const struct call *call, struct reply *reply)
{
	struct pairs form = { 0 };
	const char *grant, *client, *secret, *user, *password;
	struct issued *token = &world->tokens[world->token_count % TOKENS_MAX];

	form_read(&form, text_string(&call->body), call->body.len);
	grant = pairs_get(&form, "grant_type"), client = pairs_get(&form, "client_id"), secret = pairs_get(&form, "client_secret");
	user = pairs_get(&form, "username"), password = pairs_get(&form, "password");
	bool person = grant && strcmp(grant, "password") == 0;

	if (!client || !secret || strcmp(client, world->settings.client) != 0 || strcmp(secret, world->settings.secret) != 0) {
		refuse(reply, "invalid_client", "access_denied");
	} else if (person && (!user || !password || !is_user(user) || strcmp(password, world->settings.password) != 0)) {
		refuse(reply, "access_denied", "access_denied");
	} else if (!person && (!grant || strcmp(grant, "client_credentials") != 0)) {
		refuse(reply, "unsupported_grant_type", "unsupported_grant_type");
	} else {
		world->token_count++;
		random_hex(token->token, 20);
		token->until_ms = time_steady_ms() + world->settings.token_life * 1000;
		snprintf(token->user, sizeof token->user, "%s", person ? user : "svc-rouse");
		reply_json(reply, 200);
		text_addf(&reply->body, "{\"access_token\":\"%s\",\"scope\":\"useraccount\",\"token_type\":\"Bearer\",\"expires_in\":%lld}", token->token,
		          (long long)world->settings.token_life);
	}
	pairs_release(&form);
}
