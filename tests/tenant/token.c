/* token.c - bearer tokens: JWTs whose signature is a random number that is kept, so that a token is good only as it was given. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tenant/tenant.h"

/* Services that a token may be for: those of other clouds are known and yet not taken by the APIs here. */
static const struct { const char *name; int face; } services[] = {
	{ "https://graph.microsoft.com", FACE_GRAPH }, { "00000003-0000-0000-c000-000000000000", FACE_GRAPH },
	{ "https://graph.microsoft.us", -1 }, { "https://dod-graph.microsoft.us", -1 },
	{ "https://api.security.microsoft.com", FACE_LEGACY }, { "https://api.securitycenter.microsoft.com", -2 },
	{ "https://api.loganalytics.io", FACE_WORKSPACE }, { "https://management.azure.com", -1 },
};

static void bare(char out[256], const char *resource)
{
	size_t n = strlen(resource);

	while (n && resource[n - 1] == '/')
		n--;
	snprintf(out, 256, "%.*s", (int)n, resource);
}

bool token_resource(struct tenant *tenant, const char *resource, char audience[256])
{
	bare(audience, resource);
	for (size_t i = 0; i < sizeof services / sizeof *services; i++)
		if (strcmp(services[i].name, audience) == 0)
			return true;
	return strcmp(audience, tenant->standin.base) == 0 || (*tenant->options.audience && strcmp(audience, tenant->options.audience) == 0);
}

/* Blanks to the items of a JSON list. */
static void add_list(struct text *out, const char *words)
{
	bool first = true;

	text_addc(out, '[');
	while (*(words += strspn(words, " ,"))) {
		size_t n = strcspn(words, " ,");

		text_adds(out, first ? "" : ",");
		text_json(out, words, n);
		first = false;
		words += n;
	}
	text_addc(out, ']');
}

/* Facts 6.1: a token without any role has no `roles` at all. A person's has `scp`. */
static void add_claims(const struct tenant *tenant, const char *audience, bool person, int64_t now, struct text *out)
{
	const struct options *o = &tenant->options;
	char id[37];

	random_uuid(id);
	text_addf(out, "{\"aud\":\"%s\",\"iss\":\"https://sts.windows.net/%s/\",\"iat\":%" PRId64 ",\"nbf\":%" PRId64 ",\"exp\":%" PRId64
	          ",\"appid\":\"%s\",\"appidacr\":\"1\",\"idtyp\":\"%s\",\"oid\":\"%s\",\"tid\":\"%s\",\"ver\":\"1.0\",\"uti\":\"%s\"",
	          audience, o->tenant, now, now, now + o->token_life, o->client, person ? "user" : "app", o->client, o->tenant, id);
	if (person)
		text_addf(out, ",\"scp\":\"%s\",\"upn\":\"analyst@%s\"", o->scp, o->tenant_name);
	else if (*o->roles) {
		text_adds(out, ",\"roles\":");
		add_list(out, o->roles);
	}
	text_addc(out, '}');
}

static void keep(struct issued *slot, const struct text *token, const struct options *options, const char *audience, bool person, int64_t now)
{
	free(slot->token);
	*slot = (struct issued){ .token = must_alloc(token->len + 1), .expires = now + options->token_life, .person = person };
	memcpy(slot->token, token->at, token->len);
	snprintf(slot->audience, sizeof slot->audience, "%s", audience);
	snprintf(slot->roles, sizeof slot->roles, "%s", person ? options->scp : options->roles);
}

void token_issue(struct tenant *tenant, const char *audience, bool person, struct text *out)
{
	static const char header[] = "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"kid\":\"stand-in\"}";
	struct text claims = { 0 }, token = { 0 };
	unsigned char signature[32];
	int64_t now = time_now() / TICKS;

	add_claims(tenant, audience, person, now, &claims);
	text_base64url(&token, (const unsigned char *)header, sizeof header - 1);
	text_addc(&token, '.');
	text_base64url(&token, (const unsigned char *)claims.at, claims.len);
	text_addc(&token, '.');
	random_bytes(signature, sizeof signature);
	text_base64url(&token, signature, sizeof signature);
	keep(&tenant->tokens[tenant->token_count++ % TOKENS_MAX], &token, &tenant->options, audience, person, now);
	text_add(out, token.at, token.len);
	text_release(&claims);
	text_release(&token);
}

void token_refresh_issue(struct tenant *tenant, const char *audience, struct text *out)
{
	struct text token = { 0 };
	char digits[97];

	random_hex(digits, 48);
	text_addf(&token, "1.%s", digits);
	keep(&tenant->refreshes[tenant->refresh_count++ % CODES_MAX], &token, &tenant->options, audience, true, time_now() / TICKS);
	text_add(out, token.at, token.len);
	text_release(&token);
}

bool token_refresh_take(struct tenant *tenant, const char *token, char audience[256])
{
	for (size_t i = 0; i < CODES_MAX; i++) {
		struct issued *slot = &tenant->refreshes[i];

		if (!slot->token || strcmp(slot->token, token) != 0)
			continue;
		snprintf(audience, 256, "%s", slot->audience);
		free(slot->token);
		slot->token = NULL;
		return true;
	}
	return false;
}

/* ---- at the APIs ---- */

/* Copies what was issued under exactly these bytes. */
static bool find(struct tenant *tenant, const char *token, struct issued *found)
{
	bool good = false;

	pthread_mutex_lock(&tenant->standin.lock);
	for (size_t i = 0; i < TOKENS_MAX && !good; i++) {
		good = tenant->tokens[i].token && strcmp(tenant->tokens[i].token, token) == 0;
		if (good)
			*found = tenant->tokens[i];
	}
	pthread_mutex_unlock(&tenant->standin.lock);
	return good;
}

static bool fits(struct tenant *tenant, const struct issued *token, enum face face)
{
	bool ours;

	pthread_mutex_lock(&tenant->standin.lock);
	ours = strcmp(token->audience, tenant->standin.base) == 0 || (*tenant->options.audience && strcmp(token->audience, tenant->options.audience) == 0);
	pthread_mutex_unlock(&tenant->standin.lock);
	if (ours)
		return true;
	for (size_t i = 0; i < sizeof services / sizeof *services; i++)
		if (strcmp(services[i].name, token->audience) == 0)
			return services[i].face == (int)face;
	return false;
}

static bool has_role(const struct issued *token, const char *role)
{
	size_t n = strlen(role);

	for (const char *at = token->roles; *(at += strspn(at, " ,")); at += strcspn(at, " ,"))
		if (strcspn(at, " ,") == n && strncmp(at, role, n) == 0)
			return true;
	return false;
}

static bool refuse(struct reply *reply, enum face face, const char *graph, const char *legacy)
{
	if (face == FACE_LEGACY)   /* facts 1.2 and 1.4 */
		reply_error(reply, face, 401, "Unauthorized", legacy);
	else if (face == FACE_WORKSPACE)
		reply_error(reply, face, strstr(graph, "udience") ? 403 : 401, strstr(graph, "udience") ? "InvalidAuthenticationTokenAudience"
		                                                                                       : "AuthenticationFailed", graph);
	else   /* (MEM) for the wordings of Graph */
		reply_error(reply, face, 401, "InvalidAuthenticationToken", graph);
	pairs_add(&reply->headers, "WWW-Authenticate", "Bearer realm=\"\", error=\"invalid_token\"");
	return false;
}

/* Facts 1.4: the 403 names the role that is missing, and those that are there. */
static bool check_role(const struct issued *token, enum face face, struct reply *reply)
{
	static const char *const roles[][2] = { { "ThreatHunting.Read.All", "ThreatHunting.Read.All" },
	                                        { "AdvancedHunting.Read.All", "AdvancedHunting.Read" }, { "Data.Read", "Data.Read" } };
	struct text message = { 0 };
	char list[512];

	if (has_role(token, roles[face][token->person]))
		return true;
	snprintf(list, sizeof list, "%s", token->roles);
	for (char *at = list; *at; at++)
		*at = (char)(*at == ' ' ? ',' : *at);
	text_addf(&message, "Missing application roles. API required roles: %s, application roles: %s.", roles[face][token->person], list);
	if (face == FACE_WORKSPACE)
		reply_error(reply, face, 403, "InsufficientAccessError", "The provided credentials have insufficient access to perform the requested operation");
	else
		reply_error(reply, face, 403, "Forbidden", message.at);
	text_release(&message);
	return false;
}

bool token_allows(struct tenant *tenant, const struct call *call, enum face face, struct reply *reply)
{
	struct issued token;

	if (!call->authorization || strncmp(call->authorization, "Bearer ", 7) != 0)
		return refuse(reply, face, face == FACE_WORKSPACE ? "Authentication failed. The 'Authorization' header is missing." : "Access token is empty.",
		              "Unauthorized request - reason of failure: Authentication header is missing");
	if (!find(tenant, call->authorization + 7, &token))
		return refuse(reply, face, "Access token validation failure. Invalid signature.",
		              "Unauthorized request - reason of failure: Invalid access token");
	if (token.expires <= time_now() / TICKS)
		return refuse(reply, face, "Access token has expired or is not yet valid.",
		              "Unauthorized request - reason of failure: Access token has expired");
	if (!fits(tenant, &token, face))
		return refuse(reply, face, "Access token validation failure. Invalid audience.",
		              "Unauthorized request - reason of failure: Account mode is inactive");
	return check_role(&token, face, reply);
}

void tokens_free(struct tenant *tenant)
{
	for (size_t i = 0; i < TOKENS_MAX; i++)
		free(tenant->tokens[i].token);
	for (size_t i = 0; i < CODES_MAX; i++)
		free(tenant->refreshes[i].token);
}
