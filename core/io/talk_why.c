/* talk_why.c - the sentence for what became of a call: who, where, the status, the service's own words, and the mend. */
#include <string.h>

#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/io/http_text.h"
#include "core/io/json.h"
#include "core/io/talk_inner.h"

#define WORDS_MAX 400        /* bytes of a service's own words */
#define HOST_MAX 100
#define MEMBERS_MAX 5        /* fields that are told of, of those that were wrong */

/* -- the service's own words -- */

static void add_part(struct strbuf *out, struct slice text)
{
	while (text.len && strchr(" \t\r\n.", text.text[text.len - 1]))
		text.len--;
	if (!text.len)
		return;
	if (out->len)
		strbuf_adds(out, ": ");
	strbuf_add(out, text.text, text.len);
}

/* The texts of a list, or of an object with the name of the field before each: `["a","b"]`, `{"summary":"is required"}`. */
static void add_texts(struct strbuf *out, struct slice nested)
{
	struct json_object object = { 0 };

	if (json_object_read(&object, nested) == 1)
		for (size_t i = 0; i < object.count && i < MEMBERS_MAX; i++) {
			if (object.members[i].kind != JSON_TEXT)
				continue;
			if (!object.array)
				add_part(out, object.members[i].key);
			add_part(out, object.members[i].text);
		}
	json_object_release(&object);
}

static void add_member(struct strbuf *out, const struct json_object *object, const char *name)
{
	const struct json_member *member = json_get(object, name);

	if (member && member->kind == JSON_TEXT)
		add_part(out, member->text);
	else if (member && member->kind == JSON_NESTED)
		add_texts(out, member->text);
}

/* ServiceNow's error: {"message":"User Not Authenticated","detail":"Required to provide Auth information"}; either may be null. */
static void add_error(struct strbuf *out, const struct json_object *object)
{
	const struct json_member *error = json_get(object, "error");
	struct json_object inner = { 0 };

	if (error && error->kind == JSON_TEXT)
		add_part(out, error->text);
	else if (error && error->kind == JSON_NESTED && json_object_read(&inner, error->text) == 1) {
		add_member(out, &inner, "message");
		add_member(out, &inner, "detail");
	}
	json_object_release(&inner);
}

/* The shapes of ServiceNow, OAuth, RT and Jira, in this order. */
static void add_json(struct strbuf *out, struct slice body)
{
	static const char *const names[] = { "error_description", "message", "errorMessages", "errors" };
	struct json_object object = { 0 };

	if (json_object_read(&object, body) == 1) {
		if (object.array)
			add_texts(out, body);
		else
			add_error(out, &object);
		for (size_t i = 0; !object.array && i < sizeof names / sizeof *names; i++)
			add_member(out, &object, names[i]);
	}
	json_object_release(&object);
}

/* Slack answers `invalid_payload`, in one line of plain text. */
static void add_plain(struct strbuf *out, struct slice body)
{
	size_t n = 0;

	while (n < body.len && body.text[n] != '\r' && body.text[n] != '\n')
		n++;
	add_part(out, (struct slice){ body.text, n });
}

void talk_words(struct slice body, const char *content_type, struct strbuf *out)
{
	struct strbuf words = STRBUF_INIT(TALK_ANSWER_MAX + 1024);
	char shown[WORDS_MAX];
	bool page = strstr(content_type, "html") != NULL;

	if (body.len && !page && strchr("{[", body.text[strspn(body.text, " \t\r\n")]))
		add_json(&words, body);
	else if (body.len && !page && !strcmp(content_type, "text/plain"))
		add_plain(&words, body);
	if (words.len) {
		http_keep_text(shown, sizeof shown, (struct slice){ strbuf_text(&words), words.len });
		strbuf_adds(out, shown);
		if (words.len >= sizeof shown)
			strbuf_adds(out, "...");
	}
	strbuf_wipe(&words);
}

/* -- sentences -- */

static const char *meaning_of(int status)
{
	switch (status) {
	case 401: return "the sign-in was not accepted";
	case 403: return "this account may not do that";
	case 404: case 410: return "there is no such thing, or this account may not see it";
	case 412: return "somebody else has changed it meanwhile";
	case 413: return "it is too large";
	case 429: return "it is throttling; try again later";
	case 502: case 503: case 504: return "it is not available; try again later";
	default: return NULL;
	}
}

static void add_status(const struct http_answer *answer, struct strbuf *why)
{
	struct strbuf words = STRBUF_INIT(2 * WORDS_MAX);
	const char *meaning = meaning_of(answer->status);
	struct slice to = http_host(answer->location);

	strbuf_addf(why, " answered %d", answer->status);
	talk_words((struct slice){ strbuf_text(&answer->body), answer->body.len }, answer->content_type, &words);
	if (answer->status >= 300 && answer->status < 400)
		strbuf_addf(why, ": a redirect to %.*s, which is not followed; check the address", (int)(to.len ? to.len : 15),
		            to.len ? to.text : "another address");
	else if (words.len)
		strbuf_addf(why, ": %s", strbuf_text(&words));
	else if (meaning)
		strbuf_addf(why, ": %s", meaning);
	else if (strstr(answer->content_type, "html"))
		strbuf_adds(why, ": a page for people; is a proxy or a sign-in portal between?");
	strbuf_release(&words);
}

void talk_explain(const struct talk_call *call, const struct http_answer *answer, enum talk_outcome outcome, struct strbuf *why)
{
	struct slice host = http_host(strbuf_text(&call->url));
	int shown = (int)(host.len > HOST_MAX ? HOST_MAX : host.len);

	if (answer->failure != HTTP_NONE) {
		strbuf_addf(why, "%s: %s", strbuf_text(&call->who), answer->why);
		if (why->len && why->buf[why->len - 1] == '.')
			why->buf[--why->len] = '\0';
	} else {
		strbuf_addf(why, "%s (%.*s)", strbuf_text(&call->who), shown, host.text);
		add_status(answer, why);
	}
	if (call->retry.tries > 1)
		strbuf_addf(why, " (%u tries)", call->retry.tries);
	if (outcome == TALK_UNCERTAIN)
		strbuf_adds(why, "; what was asked for may have been done all the same");
	if (why->len && !strchr(".?!", why->buf[why->len - 1]))
		strbuf_addc(why, '.');
}

int talk_status(const struct talk_reply *reply)
{
	if (reply->status == 401 || reply->status == 403)
		return STATUS_NO_PERMISSION;
	if (reply->status == 429)
		return STATUS_TRY_LATER;
	return reply->outcome == TALK_UNAVAILABLE ? STATUS_UNAVAILABLE : STATUS_FAILED;
}

int talk_failed(const struct talk_reply *reply, struct error *err)
{
	return error_set(err, (enum status)talk_status(reply), "%s", reply->why);
}
