/* hunt_judge.c - what an answer means that is no table. The services name a limit only in the words of a message, so words are looked
 * for; an answer with unknown words is a refusal that shows them. */
#include <string.h>

#include "core/base/utf8.h"
#include "core/io/json.h"
#include "core/sources/hunt_inner.h"

#define WORDS_MAX 400   /* bytes of the service's own words in a sentence */
#define SLOW_TRIES 2    /* so often a question may run out of time before it is asked in halves */

/* Words of a 400 that name a limit. Sources: Microsoft's pages on hunting limits and errors, and answers that people posted. */
static const char *const limit_words[] = {
	"exceeded the allowed result size", "result size limit exceeded", "exceeded the allowed limits", "query was preempted",
	"exceeded the timeout", "stopped due to excessive resource", "excessive resource consumption", "too many results",
	"maximum number of rows", "response is too large", "query result set has exceeded", "result_set_too_large",
};

static const char *const table_words[] = { "failed to resolve table", "failed to resolve entity", "could not be resolved to table" };

/* Whether the body holds a phrase, letter case aside. */
static bool says(const struct strbuf *lower, const char *phrase)
{
	return bytes_find(strbuf_text(lower), lower->len, phrase, strlen(phrase)) != NULL;
}

static bool says_any(const struct strbuf *lower, const char *const *phrases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (says(lower, phrases[i]))
			return true;
	return false;
}

/* `code: message` of the body, as it may be shown; "" when it is none. */
static void words_of(const struct http_answer *answer, struct strbuf *out)
{
	struct slice body = { strbuf_text(&answer->body), answer->body.len };
	struct strbuf text = STRBUF_INIT(HTTP_BODY_MAX), shown = STRBUF_INIT(WORDS_MAX);
	struct json_object object = { 0 };

	if (json_object_read(&object, body) == 1)
		for (size_t i = 0; i < object.count; i++)
			if (slice_is_nocase(object.members[i].key, "error"))
				json_error_text(object.members[i].text, &text);
	for (size_t n = text.len; n; n--) {
		strbuf_clear(&shown);
		utf8_visible(&shown, text.buf, n);
		if (!shown.overflow)
			break;
	}
	strbuf_add(out, strbuf_text(&shown), shown.len);
	strbuf_release(&shown);
	strbuf_release(&text);
	json_object_release(&object);
}

/* A person signs in with rights of another kind and, in the older API, of another name. */
static bool is_person(const struct hunt_options *options)
{
	return options->sign_in.way == OAUTH_DEVICE || options->sign_in.way == OAUTH_AZ;
}

const char *hunt_right(const struct hunt_options *options)
{
	const struct hunt_service *service = &hunt_services[options->api];

	return options->sign_in.way == OAUTH_DEVICE ? service->person_right : service->right;
}

const char *hunt_right_kind(const struct hunt_options *options)
{
	return is_person(options) ? "delegated" : "application";
}

static bool has_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = strstr(words, word); at; at = strstr(at + 1, word))
		if ((at == words || at[-1] == ' ') && (at[n] == ' ' || !at[n]))
			return true;
	return false;
}

/* `az` may have signed in a person or an application. */
bool hunt_has_right(const struct hunt_options *options, const struct oauth_claims *claims)
{
	const struct hunt_service *service = &hunt_services[options->api];

	return has_word(claims->roles, service->right) || (is_person(options) && has_word(claims->roles, service->person_right));
}

/* A good token without the role is the commonest stop of a first day: say what the token has and what to click. */
static void say_no_right(const struct hunt_options *options, struct slice token, int status, struct error *why)
{
	const struct hunt_service *service = &hunt_services[options->api];
	struct oauth_claims claims;

	if (oauth_claims(token, &claims) && !hunt_has_right(options, &claims))
		error_set(why, STATUS_NO_PERMISSION, "%s refuses the query (%d): the sign-in has no right %s (it has %s). In Entra, open the "
		          "application, API permissions, add the %s permission %s, and grant admin consent.", service->name, status,
		          hunt_right(options), claims.roles[0] ? claims.roles : "none", hunt_right_kind(options), hunt_right(options));
	else
		error_set(why, STATUS_NO_PERMISSION,
			"%s refuses the query (%d) though the sign-in names the right %s: look for a policy or a missing "
		          "licence.", service->name, status, hunt_right(options));
}

bool hunt_says_limit(const char *words)
{
	struct strbuf lower = STRBUF_INIT(3 * HTTP_BODY_MAX);
	bool limit;

	utf8_fold(&lower, words, strlen(words));
	limit = says_any(&lower, limit_words, sizeof limit_words / sizeof *limit_words);
	strbuf_release(&lower);
	return limit;
}

static enum verdict_of_answer judge_400(const struct hunt_options *options, const struct http_answer *answer, const char *words,
                                        struct error *why)
{
	struct strbuf lower = STRBUF_INIT(3 * HTTP_BODY_MAX);
	enum verdict_of_answer verdict = ANSWER_REFUSED;

	utf8_fold(&lower, strbuf_text(&answer->body), answer->body.len);
	if (says_any(&lower, limit_words, sizeof limit_words / sizeof *limit_words))
		verdict = ANSWER_SPLIT;
	else if (says_any(&lower, table_words, sizeof table_words / sizeof *table_words))
		verdict = ANSWER_NO_TABLE;
	strbuf_release(&lower);
	if (verdict == ANSWER_NO_TABLE)
		error_set(why, STATUS_NO_PERMISSION,
			"%s does not know a table of the query: the licence for it is missing, or the sign-in has no "
		          "right to it (%s). %s", hunt_services[options->api].name, hunt_services[options->api].right, words);
	else
		error_set(why, STATUS_UNAVAILABLE, "%s did not take the query: %s", hunt_services[options->api].name,
		          *words ? words : "it gave no reason.");
	return verdict;
}

static enum verdict_of_answer judge_status(const struct hunt_options *options, const struct http_answer *answer, struct slice token,
                                           const char *words, struct error *why)
{
	const char *name = hunt_services[options->api].name;

	if (answer->status == 413 || answer->status == 414)
		return error_set(why, STATUS_UNAVAILABLE, "%s finds the question too long (%d).", name, answer->status), ANSWER_REFUSED;
	if (answer->status == 400)
		return judge_400(options, answer, words, why);
	if (answer->status == 401)
		return error_set(why, STATUS_NO_PERMISSION, "%s does not take the sign-in (401). %s", name, words), ANSWER_SIGN_IN;
	if (answer->status == 403)
		return say_no_right(options, token, answer->status, why), ANSWER_REFUSED;
	if (answer->status >= 300 && answer->status < 400)
		return error_set(why, STATUS_UNAVAILABLE,
			"%s points elsewhere (%d, %s); a redirect is not followed with a token. Check [graph] cloud and "
		                 "the proxy.", name, answer->status, answer->location), ANSWER_REFUSED;
	error_set(why, STATUS_UNAVAILABLE, "%s answered %d. %s", name, answer->status, words);
	return ANSWER_REFUSED;
}

enum verdict_of_answer hunt_judge(const struct hunt_options *options, const struct http_answer *answer, struct retry *retry,
                                  struct slice token, int64_t now_ms, struct error *why)
{
	struct strbuf words = STRBUF_INIT(WORDS_MAX);
	enum verdict_of_answer verdict = ANSWER_REFUSED;

	words_of(answer, &words);
	switch (retry_judge(retry, answer, true, now_ms)) {
	case RETRY_FINE:
		verdict = ANSWER_FINE;
		break;
	case RETRY_LATER:
		verdict = retry->tries >= SLOW_TRIES && (answer->failure == HTTP_TIMEOUT || answer->status == 504) ? ANSWER_SLOW : ANSWER_LATER;
		break;
	case RETRY_SPENT:
		error_set(why, answer->status == 429 ? STATUS_TRY_LATER : STATUS_UNAVAILABLE, "%s was asked %u times: %s. %s",
		          hunt_services[options->api].name, retry->tries, retry->reason,
			answer->failure != HTTP_NONE ? answer->why : strbuf_text(&words));
		break;
	case RETRY_NEVER:
		if (answer->failure == HTTP_TOO_BIG)
			verdict = ANSWER_SPLIT;
		if (answer->failure != HTTP_NONE)
			error_set(why, STATUS_UNAVAILABLE, "%s", answer->why);
		else
			verdict = judge_status(options, answer, token, strbuf_text(&words), why);
	}
	/* The service's own words may end without a stop. */
	if (why->text[0] && !strchr(".!?", why->text[strlen(why->text) - 1])) {
		struct error said = *why;

		error_set(why, said.status, "%s.", said.text);
	}
	strbuf_release(&words);
	return verdict;
}
