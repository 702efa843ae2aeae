/* oauth_token.c - what the sign-in service answers, and what a token says of itself; nothing of it is believed further than shown. */
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/utf8.h"
#include "core/io/json.h"
#include "core/io/http_text.h"
#include "core/io/oauth_inner.h"

#define TOKEN_TEXT_MAX 65536
#define NUMBER_MAX INT64_C(1000000000000)   /* seconds: far from what overflows in milliseconds */

/* -- base64url -- */

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void base64url_add(struct strbuf *out, const unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i += 3) {
		size_t left = n - i;
		uint32_t three = (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0);

		strbuf_addc(out, digits[three >> 18]);
		strbuf_addc(out, digits[three >> 12 & 63]);
		if (left > 1)
			strbuf_addc(out, digits[three >> 6 & 63]);
		if (left > 2)
			strbuf_addc(out, digits[three & 63]);
	}
}

bool base64url_read(struct strbuf *out, struct slice text)
{
	uint32_t bits = 0;
	unsigned have = 0;

	while (text.len && text.text[text.len - 1] == '=')
		text.len--;
	for (size_t i = 0; i < text.len; i++) {
		const char *digit = text.text[i] ? strchr(digits, text.text[i]) : NULL;

		if (!digit)
			return false;
		bits = bits << 6 | (uint32_t)(digit - digits);
		have += 6;
		if (have >= 8) {
			have -= 8;
			strbuf_addc(out, (char)(bits >> have & 255));
		}
	}
	return have < 6;
}

/* -- answers -- */

/* The first line, to where numbers for the service's own people begin: `AADSTS90002: Tenant not found. Trace ID: ...`. */
static void keep(char *out, size_t room, struct slice text)
{
	static const char numbers[] = " Trace ID:";
	const char *end = text.len ? bytes_find(text.text, text.len, numbers, sizeof numbers - 1) : NULL;
	size_t n = 0;

	if (end)
		text.len = (size_t)(end - text.text);
	while (n < text.len && text.text[n] != '\r' && text.text[n] != '\n')
		n++;
	http_keep_text(out, room, (struct slice){ text.text, n });
}

static int64_t number_of(struct slice text)
{
	char copy[24];

	if (!text.len || text.len >= sizeof copy)
		return 0;
	memcpy(copy, text.text, text.len);
	copy[text.len] = '\0';
	long long number = strtoll(copy, NULL, 10);
	return number > NUMBER_MAX ? NUMBER_MAX : number > 0 ? (int64_t)number : 0;
}

/* `AADSTS7000215: Invalid client secret provided.` */
static int number_in(const char *description)
{
	const char *at = strstr(description, "AADSTS");

	return at ? (int)number_of((struct slice){ at + 6, strspn(at + 6, "0123456789") > 9 ? 9 : strspn(at + 6, "0123456789") }) : 0;
}

/* Replaces each place where `secret` stands in `text`. */
static void replace_all(struct strbuf *text, struct slice secret)
{
	struct strbuf clean = STRBUF_INIT(HTTP_BODY_MAX);
	const char *at = strbuf_text(text), *end = at + text->len, *found;

	if (!secret.len || !text->len)
		return;
	secret_reserve(&clean, text->len);
	while (at < end && (found = bytes_find(at, (size_t)(end - at), secret.text, secret.len)) != NULL) {
		strbuf_add(&clean, at, (size_t)(found - at));
		strbuf_adds(&clean, "***");
		at = found + secret.len;
	}
	strbuf_add(&clean, at, (size_t)(end - at));
	strbuf_wipe(text);
	*text = clean;
}

/* A proxy, or a service that explains itself well, may repeat the form in its complaint. Before it is cut: half a secret is one too. */
static void keep_words(char *out, size_t room, struct slice words, const struct slice *hide, size_t count)
{
	struct strbuf text = STRBUF_INIT(HTTP_BODY_MAX);

	secret_reserve(&text, words.len);
	strbuf_add(&text, words.text ? words.text : "", words.len);
	for (size_t i = 0; i < count; i++) {
		struct strbuf coded = STRBUF_INIT(HTTP_BODY_MAX);

		secret_reserve(&coded, hide[i].len * 3);
		http_encode(&coded, hide[i]);
		replace_all(&text, hide[i]);
		replace_all(&text, (struct slice){ strbuf_text(&coded), coded.len });
		strbuf_wipe(&coded);
	}
	keep(out, room, (struct slice){ strbuf_text(&text), text.len });
	strbuf_wipe(&text);
}

/* A person must read and enter it: nothing that is cut, and nothing that is more than a word. `ABCD-EFGH`. */
static void keep_code(struct oauth_reply *reply, struct slice text)
{
	if (text.len < sizeof reply->user_code && http_is_token(text))
		keep(reply->user_code, sizeof reply->user_code, text);
}

static void take_member(struct oauth_reply *reply, const struct json_member *member, const struct slice *hide, size_t count)
{
	struct slice key = member->key, text = member->text;
	bool is_text = member->kind == JSON_TEXT;

	if (slice_is(key, "access_token") && is_text && http_is_token(text))
		secret_set(&reply->access, text);
	else if (slice_is(key, "refresh_token") && is_text && text.len)
		secret_set(&reply->refresh, text);
	else if (slice_is(key, "device_code") && is_text)
		secret_set(&reply->device_code, text);
	else if (slice_is(key, "expires_in"))
		reply->expires_s = number_of(text);
	else if (slice_is(key, "interval"))
		reply->interval_s = number_of(text);
	else if (slice_is(key, "user_code") && is_text)
		keep_code(reply, text);
	else if ((slice_is(key, "verification_uri") || (slice_is(key, "verification_url") && !reply->address[0])) && is_text &&
	         text.len < sizeof reply->address)
		keep(reply->address, sizeof reply->address, text);
	else if (slice_is(key, "error") && is_text)
		keep_words(reply->error, sizeof reply->error, text, hide, count);
	else if (slice_is(key, "error_description") && is_text)
		keep_words(reply->description, sizeof reply->description, text, hide, count);
}

bool oauth_reply_read(struct oauth_reply *reply, struct slice body)
{
	return oauth_reply_read_hiding(reply, body, NULL, 0);
}

bool oauth_reply_read_hiding(struct oauth_reply *reply, struct slice body, const struct slice *hide, size_t count)
{
	struct json_object object = { 0 };
	bool fine = json_object_read(&object, body) == 1 && !object.array;

	*reply = (struct oauth_reply){ 0 };
	for (size_t i = 0; fine && i < object.count; i++)
		take_member(reply, &object.members[i], hide, count);
	reply->code = number_in(reply->description);
	json_object_release(&object);
	return fine;
}

void oauth_reply_wipe(struct oauth_reply *reply)
{
	secret_wipe(&reply->access);
	secret_wipe(&reply->refresh);
	secret_wipe(&reply->device_code);
}

/* Numbers of Entra that have a plain sentence. They may change, so they only choose the words. `secret`: of that way alone. */
static const struct { int code; const char *sentence; bool secret; } refusals[] = {
	{ 7000215, "the client secret is wrong: copy the secret's Value, not its Secret ID", true },
	{ 7000222, "the client secret has expired: make a new one under Certificates & secrets", true },
	{ 7000218, "this way needs public client flows: in Entra open the application, Authentication, and allow them", false },
	{ 700016, "the application is not known in this tenant: check client and tenant", false },
	{ 700027, "the certificate is not the application's: upload it under Certificates & secrets", false },
	{ 700021, "the assertion does not speak for this application: check client", false },
	{ 700023, "the assertion is meant for another sign-in address: check cloud and tenant", false },
	{ 700024, "the assertion is not valid at this time: set this machine's clock", false },
	{ 90002, "the tenant is not known: check tenant and cloud", false },
	{ 900023, "the tenant is neither an id nor a domain: check tenant", false },
	{ 65001, "nobody has consented to the application's permissions: an administrator must grant them", false },
	{ 500011, "the tenant does not know the service that is asked: check cloud", false },
	{ 53003, "a conditional access policy blocks this way of signing in", false },
	{ 50076, "this sign-in needs a second factor: use device-code", false },
};

int oauth_refused(const struct oauth_reply *reply, const struct oauth_options *options, int status, struct error *err)
{
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
		if (refusals[i].code == reply->code && (!refusals[i].secret || options->way == OAUTH_SECRET))
			return error_set(err, STATUS_NO_PERMISSION, "The sign-in (%s) was refused: %s (AADSTS%d).",
			                 oauth_way_names[options->way], refusals[i].sentence, reply->code);
	if (reply->description[0] || reply->error[0])
		return error_set(err, STATUS_NO_PERMISSION, "The sign-in (%s) was refused: %s", oauth_way_names[options->way],
		                 reply->description[0] ? reply->description : reply->error);
	return error_set(err, STATUS_NO_PERMISSION, "The sign-in (%s) was refused with status %d and no reason.", oauth_way_names[options->way],
	                 status);
}

/* -- claims -- */

static void add_words(char *out, size_t room, const struct json_member *member)
{
	struct json_object list = { 0 };
	struct strbuf all = STRBUF_INIT(room - 1);

	if (member->kind == JSON_NESTED && json_object_read(&list, member->text) == 1) {
		for (size_t i = 0; i < list.count; i++) {
			if (i)
				strbuf_addc(&all, ' ');
			utf8_visible(&all, list.members[i].text.text, list.members[i].text.len);
		}
		keep(out, room, (struct slice){ strbuf_text(&all), all.len });
	} else if (member->kind == JSON_TEXT) {
		keep(out, room, member->text);
	}
	json_object_release(&list);
	strbuf_release(&all);
}

static void take_claim(struct oauth_claims *claims, const struct json_member *member)
{
	if (slice_is(member->key, "aud"))
		add_words(claims->audience, sizeof claims->audience, member);
	else if (slice_is(member->key, "tid"))
		add_words(claims->tenant, sizeof claims->tenant, member);
	else if (slice_is(member->key, "appid") || slice_is(member->key, "azp"))
		add_words(claims->client, sizeof claims->client, member);
	else if (slice_is(member->key, "roles") || (slice_is(member->key, "scp") && !claims->roles[0]))
		add_words(claims->roles, sizeof claims->roles, member);
	else if (slice_is(member->key, "exp"))
		claims->expires = number_of(member->text) ? number_of(member->text) : TIME_NONE;
}

bool oauth_claims(struct slice token, struct oauth_claims *claims)
{
	struct strbuf payload = STRBUF_INIT(TOKEN_TEXT_MAX);
	struct json_object object = { 0 };
	const char *dot = token.len ? memchr(token.text, '.', token.len) : NULL, *end;
	bool fine = false;

	*claims = (struct oauth_claims){ .expires = TIME_NONE };
	if (dot && (end = memchr(dot + 1, '.', token.len - (size_t)(dot + 1 - token.text))) != NULL &&
	    base64url_read(&payload, (struct slice){ dot + 1, (size_t)(end - dot - 1) }))
		fine = json_object_read(&object, (struct slice){ strbuf_text(&payload), payload.len }) == 1;
	for (size_t i = 0; fine && i < object.count; i++)
		take_claim(claims, &object.members[i]);
	json_object_release(&object);
	strbuf_release(&payload);
	return fine;
}
