/* oauth.c - the steps of a sign-in: each stage starts a request or a command, takes what comes of it, and names the next stage. */
#include "core/io/oauth.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/io/http_text.h"
#include "core/io/oauth_inner.h"

#define SPARE_MS 60000              /* a token with less to live is not handed out */
#define LIFE_S 300                  /* of a token that does not say */
#define POLL_S 5                    /* between two questions for a device code, where nobody says */
#define POLL_MAX_S 60
#define CODE_S 900
#define CODE_MAX_S 3600
#define LIFE_MAX_S (2 * SPAN_DAY)

const char *const oauth_way_names[OAUTH_WAY_COUNT] = {
	"secret", "certificate", "federated", "managed-identity", "device-code", "az",
};

/* Tenant and client stand in addresses and, for az, in a command. */
static bool is_name(const char *text)
{
	return text && *text && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_") == strlen(text);
}

int oauth_new(struct oauth **out, struct http *http, const struct oauth_options *options, struct error *err)
{
	bool needs_client = options->way != OAUTH_MANAGED && options->way != OAUTH_AZ;

	if (options->way != OAUTH_MANAGED && !(options->way == OAUTH_AZ && !options->tenant) && !is_name(options->tenant))
		return error_set(err, STATUS_CONFIG, "[graph] tenant must be the tenant's id, or one of its domains; the Overview page of "
		                 "Entra shows "
		                 "both.");
	if ((needs_client || options->client) && !is_name(options->client))
		return error_set(err, STATUS_CONFIG, "[graph] client must be the application (client) id, which the Overview page of the "
		                 "application "
		                 "shows.");
	if (options->way == OAUTH_CERTIFICATE && !options->certificate)
		return error_set(err, STATUS_CONFIG, "[graph] certificate must name a PEM file with the certificate and its key.");
	if (options->way == OAUTH_FEDERATED && !options->federated_file)
		return error_set(err, STATUS_CONFIG, "[graph] federated_token_file, or AZURE_FEDERATED_TOKEN_FILE, must name the outside "
		                 "token.");
	/* They become parts of addresses, and the resource a word of a command. */
	if (options->way != OAUTH_MANAGED && options->way != OAUTH_AZ && http_check_url(options->login, err))
		return error_prefix(err, "[graph] login");
	if (http_check_url(options->resource, err))
		return error_prefix(err, "[graph] resource");
	if (strchr(options->resource, '\''))
		return error_set(err, STATUS_CONFIG, "[graph] resource holds a quote, which no address has.");
	*out = xcalloc(1, sizeof **out);
	(*out)->http = http;
	(*out)->options = options;
	(*out)->run.fd = -1;
	return 0;
}

void oauth_free(struct oauth **pointer)
{
	struct oauth *oauth = *pointer;

	if (!oauth)
		return;
	http_end(&oauth->request);
	secret_cancel(&oauth->run);
	secret_wipe(&oauth->secret);
	secret_wipe(&oauth->token);
	secret_wipe(&oauth->refresh);
	secret_wipe(&oauth->device_code);
	free(oauth);
	*pointer = NULL;
}

/* -- what comes of it -- */

static enum oauth_state end_as(struct oauth *oauth, enum oauth_state state)
{
	oauth->stage = STAGE_NONE;
	oauth->state = state;
	return state;
}

static enum oauth_state go_on(struct oauth *oauth, int failed)
{
	return failed ? end_as(oauth, OAUTH_FAILED) : oauth->state;
}

static int64_t at_most(int64_t seconds, int64_t limit)
{
	return seconds < limit ? seconds : limit;
}

static void keep_token(struct oauth *oauth, struct slice token, int64_t life_s)
{
	int64_t life_ms = 1000 * (life_s > 0 ? at_most(life_s, LIFE_MAX_S) : LIFE_S);

	secret_set(&oauth->token, token);
	oauth->token_ends_ms = clock_ms() + life_ms;
	/* One that is born short would never be good enough, and asked for again and again. */
	oauth->spare_ms = at_most(SPARE_MS, life_ms / 2);
	oauth->retry = (struct retry){ 0 };
	log_debug("oauth: a token by %s, %" PRId64 " s", oauth_way_names[oauth->options->way], life_s);
}

/* az gives the bare token; how long it lives is in its claims. */
static void keep_az_token(struct oauth *oauth)
{
	struct oauth_claims claims;
	int64_t now = 0, life = 0;

	if (oauth_claims(secret_text(&oauth->secret), &claims) && claims.expires != TIME_NONE && clock_real(&now, NULL) == 0)
		life = claims.expires - now;
	keep_token(oauth, secret_text(&oauth->secret), life);
	secret_wipe(&oauth->secret);
}

static enum oauth_state start_stage(struct oauth *oauth, enum stage stage, struct error *err)
{
	int failed = 0;

	oauth->stage = stage;
	if (stage == STAGE_TOKEN && oauth->options->way == OAUTH_MANAGED)
		failed = oauth_ask_metadata(oauth, err);
	else if (stage == STAGE_CODE)
		failed = oauth_ask_code(oauth, err);
	else
		failed = oauth_ask_token(oauth, err);
	return go_on(oauth, failed);
}

static enum oauth_state pause_until(struct oauth *oauth, int64_t wake_ms)
{
	oauth->after = oauth->stage;
	oauth->stage = STAGE_PAUSE;
	oauth->wake_ms = wake_ms;
	return oauth->state;
}

static enum oauth_state take_code(struct oauth *oauth, struct oauth_reply *reply, struct error *err)
{
	if (!reply->device_code.len || !reply->user_code[0] || !reply->address[0]) {
		error_set(err, STATUS_UNAVAILABLE, "The sign-in service gave no device code.");
		return end_as(oauth, OAUTH_FAILED);
	}
	secret_set(&oauth->device_code, secret_text(&reply->device_code));
	memcpy(oauth->user_code, reply->user_code, sizeof oauth->user_code);
	memcpy(oauth->address, reply->address, sizeof oauth->address);
	if (http_check_url(reply->address, err)) {   /* it may be opened with a key */
		error_set(err, STATUS_UNAVAILABLE, "The sign-in service names an address that is none for its code.");
		return end_as(oauth, OAUTH_FAILED);
	}
	oauth->interval_ms = 1000 * (reply->interval_s ? at_most(reply->interval_s, POLL_MAX_S) : POLL_S);
	oauth->code_ends_ms = clock_ms() + 1000 * (reply->expires_s ? at_most(reply->expires_s, CODE_MAX_S) : CODE_S);
	oauth->state = OAUTH_CODE;
	oauth->stage = STAGE_POLL;
	oauth->retry = (struct retry){ 0 };
	return pause_until(oauth, clock_ms() + oauth->interval_ms);
}

/* While the person has not entered the code the service says so with an error of its own. */
static enum oauth_state take_poll_error(struct oauth *oauth, const struct oauth_reply *reply, int status, struct error *err)
{
	bool slower = !strcmp(reply->error, "slow_down");

	if (slower)
		oauth->interval_ms += 1000 * POLL_S;   /* RFC 8628, 3.5 */
	if ((slower || !strcmp(reply->error, "authorization_pending")) && clock_ms() < oauth->code_ends_ms)
		return pause_until(oauth, clock_ms() + oauth->interval_ms);
	if (slower || !strcmp(reply->error, "authorization_pending") || !strcmp(reply->error, "expired_token"))
		error_set(err, STATUS_NO_PERMISSION, "Nobody entered the code in time; start again for a new one.");
	else if (!strcmp(reply->error, "authorization_declined") || !strcmp(reply->error, "access_denied"))
		error_set(err, STATUS_NO_PERMISSION, "The sign-in was declined.");
	else
		oauth_refused(reply, oauth->options, status, err);
	return end_as(oauth, OAUTH_FAILED);
}

static enum oauth_state take_reply(struct oauth *oauth, struct oauth_reply *reply, int status, struct error *err)
{
	enum stage stage = oauth->stage;

	if (status == 200 && stage == STAGE_CODE)
		return take_code(oauth, reply, err);
	if (status == 200 && reply->access.len) {
		keep_token(oauth, secret_text(&reply->access), reply->expires_s);
		if (reply->refresh.len && oauth->options->way == OAUTH_DEVICE)
			secret_set(&oauth->refresh, secret_text(&reply->refresh));
		secret_wipe(&oauth->device_code);
		return end_as(oauth, OAUTH_READY);
	}
	if (stage == STAGE_POLL)
		return take_poll_error(oauth, reply, status, err);
	/* A refresh token that is not taken any more: the person is asked again. */
	if (stage == STAGE_REFRESH && status >= 400 && status < 500) {
		secret_wipe(&oauth->refresh);
		return start_stage(oauth, STAGE_CODE, err);
	}
	if (status == 200)
		error_set(err, STATUS_UNAVAILABLE, "The sign-in service answered without a token.");
	else
		oauth_refused(reply, oauth->options, status, err);
	return end_as(oauth, OAUTH_FAILED);
}

/* The assertion is not hidden: it is good for ten minutes and is taken once. */
static bool read_reply(const struct oauth *oauth, const struct http_answer *answer, struct oauth_reply *reply)
{
	const struct slice hide[] = { secret_text(&oauth->secret), secret_text(&oauth->refresh), secret_text(&oauth->device_code) };

	return oauth_reply_read_hiding(reply, (struct slice){ strbuf_text(&answer->body), answer->body.len }, hide,
	                               sizeof hide / sizeof *hide);
}

static enum oauth_state take_answer(struct oauth *oauth, const struct http_answer *answer, struct error *err)
{
	struct oauth_reply reply;
	/* The metadata service says 404 and 410 while it starts. */
	bool starting = oauth->options->way == OAUTH_MANAGED && (answer->status == 404 || answer->status == 410);
	struct http_answer judged = *answer;
	enum oauth_state state;

	if (starting)
		judged.status = 503;
	switch (retry_judge(&oauth->retry, &judged, true, clock_ms())) {
	case RETRY_LATER:
		state = pause_until(oauth, oauth->retry.wait_until_ms);
		http_end(&oauth->request);
		return state;
	case RETRY_SPENT:
		error_set(err, STATUS_UNAVAILABLE, "The sign-in was tried %u times: %s. %s", oauth->retry.tries, oauth->retry.reason,
		          answer->failure != HTTP_NONE ? answer->why : "Try again later.");
		http_end(&oauth->request);
		return end_as(oauth, OAUTH_FAILED);
	case RETRY_FINE: case RETRY_NEVER:
		/* Each question has tries of its own: a code is asked for a hundred times until somebody has entered it. */
		oauth->retry = (struct retry){ 0 };
		break;
	}
	if (answer->failure != HTTP_NONE) {
		error_set(err, STATUS_UNAVAILABLE, "%s", answer->why);
		state = end_as(oauth, OAUTH_FAILED);
	} else if (!read_reply(oauth, answer, &reply)) {
		error_set(err, STATUS_UNAVAILABLE, "The sign-in service answered %d with something that is no JSON (%s): a proxy or a "
		          "portal is between, or [graph] login is wrong.", answer->status,
		          answer->content_type[0] ? answer->content_type : "no type");
		state = end_as(oauth, OAUTH_FAILED);
	} else {
		int status = answer->status;

		http_end(&oauth->request);
		state = take_reply(oauth, &reply, status, err);
		oauth_reply_wipe(&reply);
		return state;
	}
	http_end(&oauth->request);
	return state;
}

/* -- steps -- */

void oauth_want(struct oauth *oauth, bool anew)
{
	if (oauth->state == OAUTH_BUSY || oauth->state == OAUTH_CODE)
		return;
	if (!anew && oauth->token.len && clock_ms() < oauth->token_ends_ms - oauth->spare_ms) {
		oauth->state = OAUTH_READY;
		return;
	}
	secret_wipe(&oauth->token);
	oauth->retry = (struct retry){ 0 };
	oauth->state = OAUTH_BUSY;
	oauth->stage = STAGE_NONE;
}

static enum oauth_state begin(struct oauth *oauth, struct error *err)
{
	int done;

	switch (oauth->options->way) {
	case OAUTH_DEVICE:
		return start_stage(oauth, oauth->refresh.len ? STAGE_REFRESH : STAGE_CODE, err);
	case OAUTH_AZ:
		oauth->stage = STAGE_COMMAND;
		return go_on(oauth, oauth_ask_az(oauth, err));
	case OAUTH_SECRET:
		if (oauth->secret.len)
			break;
		oauth->stage = STAGE_COMMAND;
		done = secret_begin(&oauth->run, &oauth->options->secret, &oauth->secret, err);
		if (done <= 0)
			return go_on(oauth, done);
		break;
	default:
		break;
	}
	return start_stage(oauth, STAGE_TOKEN, err);
}

static enum oauth_state command_step(struct oauth *oauth, struct error *err)
{
	int done = secret_step(&oauth->run, &oauth->secret, err);

	if (done <= 0)
		return go_on(oauth, done);
	if (oauth->options->way != OAUTH_AZ)
		return start_stage(oauth, STAGE_TOKEN, err);
	keep_az_token(oauth);
	return end_as(oauth, OAUTH_READY);
}

enum oauth_state oauth_step(struct oauth *oauth, struct error *err)
{
	const struct http_answer *answer;

	if (oauth->state != OAUTH_BUSY && oauth->state != OAUTH_CODE)
		return oauth_state(oauth);
	if (oauth->stage == STAGE_NONE)
		return begin(oauth, err);
	if (oauth->stage == STAGE_COMMAND)
		return command_step(oauth, err);
	if (oauth->stage == STAGE_PAUSE)
		return clock_ms() < oauth->wake_ms ? oauth->state : start_stage(oauth, oauth->after, err);
	http_step(oauth->http);
	answer = http_answer(oauth->request);
	return answer ? take_answer(oauth, answer, err) : oauth->state;
}

/* A token that is about to end is not ready any more. */
enum oauth_state oauth_state(const struct oauth *oauth)
{
	if (oauth->state == OAUTH_READY && clock_ms() >= oauth->token_ends_ms - oauth->spare_ms / 2)
		return OAUTH_IDLE;
	return oauth->state;
}

struct slice oauth_token(const struct oauth *oauth)
{
	return secret_text(&oauth->token);
}

bool oauth_code(const struct oauth *oauth, struct oauth_code *code)
{
	*code = (struct oauth_code){ oauth->address, oauth->user_code, oauth->code_ends_ms };
	return oauth->state == OAUTH_CODE;
}

int64_t oauth_wake_ms(const struct oauth *oauth)
{
	if (oauth->stage == STAGE_PAUSE)
		return oauth->wake_ms;
	return oauth->stage == STAGE_COMMAND ? clock_ms() + 200 : INT64_MAX;
}

int oauth_fd(const struct oauth *oauth)
{
	return oauth->stage == STAGE_COMMAND ? oauth->run.fd : -1;
}
