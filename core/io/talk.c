/* talk.c - a call: begun, tried, judged. See talk.h. */
#include "core/io/talk.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/strbuf.h"
#include "core/io/config.h"
#include "core/io/http_text.h"
#include "core/io/secret.h"
#include "core/io/talk_inner.h"

#define WHOLE_S 90
#define TRIES 5
#define TEXT_MAX 65536         /* of an address, a header, a secret */
#define KEPT_MAX 8
#define NEVER_MS 60000         /* the longest single wait */

/* One client: its connections, and the calls under way. */
struct talk {
	struct http *http;                    /* owned */
	struct talk_call *calls;              /* linked; each owned by who began it */
	int64_t (*now_ms)(void);
	unsigned requests;
	int patience_s;                       /* [network] patience: without a byte of an answer; 0: as long as a try may take */
	struct kept {
		char *variable;                   /* owned */
		struct secret secret;             /* owned */
	} kept[KEPT_MAX];
};

/* -- the client -- */

int talk_new(struct talk **out, const struct config *config, struct error *err)
{
	struct http_options network = { .ca_file = config ? config_text(config, "network.ca_file") : NULL };
	struct talk *talk = xcalloc(1, sizeof *talk);

	talk->now_ms = clock_ms;
	talk->patience_s = config ? (int)config_span(config, "network.patience") : 0;
	if (http_new(&talk->http, &network, err)) {
		free(talk);
		return -1;
	}
	*out = talk;
	return 0;
}

void talk_free(struct talk **pointer)
{
	struct talk *talk = *pointer;

	if (!talk)
		return;
	while (talk->calls) {
		struct talk_call *call = talk->calls;

		talk_end(&call);
	}
	for (size_t i = 0; i < KEPT_MAX; i++) {
		free(talk->kept[i].variable);
		secret_wipe(&talk->kept[i].secret);
	}
	http_free(&talk->http);
	free(talk);
	*pointer = NULL;
}

void talk_clock(struct talk *talk, int64_t (*now_ms)(void))
{
	talk->now_ms = now_ms;
}

int64_t talk_now_ms(const struct talk *talk)
{
	return talk->now_ms();
}

struct secret *talk_kept(struct talk *talk, const char *variable)
{
	if (!variable)
		return NULL;
	for (size_t i = 0; i < KEPT_MAX; i++) {
		struct kept *kept = &talk->kept[i];

		if (!kept->variable)
			kept->variable = xstrdup(variable);
		if (!strcmp(kept->variable, variable))
			return &kept->secret;
	}
	return NULL;
}

unsigned talk_requests(const struct talk *talk)
{
	return talk->requests;
}

/* -- a call -- */

/* A copy that leaves no other copy behind, and can be wiped. */
static const char *keep(struct strbuf *copy, struct slice text, size_t max)
{
	strbuf_init(copy, max);
	secret_reserve(copy, text.len);
	strbuf_add(copy, text.len ? text.text : "", text.len);
	return strbuf_text(copy);
}

static struct slice keep_secret(struct strbuf *copy, struct slice text)
{
	const char *kept = keep(copy, text, TEXT_MAX);

	return text.len ? (struct slice){ kept, copy->len } : (struct slice){ NULL, 0 };
}

static bool has_header(const struct talk_ask *ask, const char *name)
{
	size_t n = strlen(name);

	for (const char *const *header = ask->headers; header && *header; header++)
		if (strncasecmp(*header, name, n) == 0 && (*header)[n] == ':')
			return true;
	return false;
}

static void add_line(struct strbuf *lines, const char *text)
{
	strbuf_add(lines, text, strlen(text) + 1);
}

/* Copies the headers and adds those that go without saying. */
static void keep_headers(struct talk_call *call, const struct talk_ask *ask)
{
	struct strbuf *lines = &call->lines;
	size_t count = 0, at = 0;

	strbuf_init(lines, TEXT_MAX);
	for (; ask->headers && ask->headers[count]; count++)
		add_line(lines, ask->headers[count]);
	if (!has_header(ask, "Accept")) {
		add_line(lines, "Accept: application/json");
		count++;
	}
	if (ask->body.text && !has_header(ask, "Content-Type")) {
		strbuf_adds(lines, "Content-Type: ");
		add_line(lines, ask->type ? ask->type : "application/json");
		count++;
	}
	call->headers = xcalloc(count + 1, sizeof *call->headers);
	for (size_t i = 0; i < count && at < lines->len; i++) {
		call->headers[i] = lines->buf + at;
		at += strlen(lines->buf + at) + 1;
	}
}

static void keep_ask(struct talk_call *call, const struct talk_ask *ask)
{
	int whole = ask->whole_s ? ask->whole_s : WHOLE_S, patience = call->talk->patience_s;

	call->write = ask->write;
	call->again = ask->again;
	call->retry.tries_max = ask->tries ? ask->tries : TRIES;
	keep(&call->who, slice_of(ask->who), TEXT_MAX);
	keep(&call->body, ask->body, SIZE_MAX / 2);
	keep_headers(call, ask);
	call->ask = (struct http_ask){
		.method = keep(&call->method, slice_of(ask->method), TEXT_MAX), .url = keep(&call->url, slice_of(ask->url), TEXT_MAX),
		.headers = call->headers, .bearer = keep_secret(&call->bearer, ask->bearer), .basic = keep_secret(&call->basic, ask->basic),
		.secret_header = keep_secret(&call->line, ask->secret_header), .secret_url = ask->secret_url,
		.hide = { keep_secret(&call->hidden[0], ask->hide[0]), keep_secret(&call->hidden[1], ask->hide[1]) },
		.once = ask->write && !ask->again, .idle_s = patience > 0 && patience < whole ? patience : whole,
		.whole_s = whole,
		.bytes_max = ask->answer_max ? ask->answer_max : TALK_ANSWER_MAX,
	};
	if (ask->body.text)
		call->ask.body = (struct slice){ strbuf_text(&call->body), call->body.len };
}

static int start_try(struct talk_call *call, struct error *err)
{
	if (http_start(call->talk->http, &call->ask, &call->request, err))
		return -1;
	call->pausing = false;
	call->talk->requests++;
	return 0;
}

/* A question that did not fit into its copies must not be asked without what is missing. */
static bool is_whole(const struct talk_call *call)
{
	return !(call->who.overflow || call->method.overflow || call->url.overflow || call->body.overflow || call->bearer.overflow ||
	         call->basic.overflow || call->line.overflow || call->hidden[0].overflow || call->hidden[1].overflow || call->lines.overflow);
}

int talk_begin(struct talk *talk, const struct talk_ask *ask, struct talk_call **out, struct error *err)
{
	struct talk_call *call = xcalloc(1, sizeof *call);

	call->talk = talk;
	strbuf_init(&call->why, TALK_WHY_MAX);
	keep_ask(call, ask);
	call->next = talk->calls;
	talk->calls = call;
	if (!is_whole(call) ? error_set(err, STATUS_FAILED, "The request is too large to be asked.") : start_try(call, err)) {
		talk_end(&call);
		return error_prefix(err, "%s", ask->who);
	}
	*out = call;
	return 0;
}

void talk_end(struct talk_call **pointer)
{
	struct talk_call *call = *pointer, **link;

	if (!call)
		return;
	for (link = &call->talk->calls; *link != call; link = &(*link)->next)
		;
	*link = call->next;
	http_end(&call->request);
	struct strbuf *const texts[] = {
		&call->who, &call->method, &call->url, &call->body, &call->bearer, &call->basic, &call->line, &call->hidden[0],
		&call->hidden[1], &call->lines, &call->why
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		strbuf_wipe(texts[i]);
	free(call->headers);
	free(call);
	*pointer = NULL;
}

/* -- judging -- */

static bool is_fine(const struct http_answer *answer)
{
	return answer->failure == HTTP_NONE && answer->status >= 200 && answer->status < 300;
}

/* A write whose answer was lost, or says that something broke on the way: it may have been done. 408 too: who gave up, and when? */
static bool may_be_done(const struct talk_call *call, const struct http_answer *answer)
{
	if (!call->write)
		return false;
	if (answer->failure != HTTP_NONE)
		return answer->sent;
	return answer->status == 408 || answer->status >= 500 || answer->status < 200;
}

/* Whether to ask again at all; retry.h has the when and how often. 500 is no passing thing here: a query that was too much is too much. */
static bool may_pass(const struct talk_call *call, const struct http_answer *answer)
{
	if (may_be_done(call, answer) && !call->again)
		return false;
	return answer->status != 500 || answer->failure != HTTP_NONE;
}

static enum talk_outcome outcome_of(const struct talk_call *call, const struct http_answer *answer)
{
	int status = answer->status;

	if (is_fine(answer))
		return TALK_FINE;
	if (may_be_done(call, answer))
		return TALK_UNCERTAIN;
	if (answer->failure == HTTP_NONE && (status == 404 || status == 410))
		return call->lost ? TALK_UNCERTAIN : TALK_ABSENT;
	if (answer->failure == HTTP_NONE && status >= 300 && status < 500 && status != 408 && status != 429)
		return call->lost ? TALK_UNCERTAIN : TALK_REFUSED;
	return call->lost ? TALK_UNCERTAIN : TALK_UNAVAILABLE;
}

static bool is_json(const char *type)
{
	size_t n = strlen(type);

	return !strcmp(type, "application/json") || !strcmp(type, "text/json") || (n > 5 && !strcmp(type + n - 5, "+json"));
}

/* The request is kept until the end of the call: the reply borrows from it. */
static void finish(struct talk_call *call, const struct http_answer *answer)
{
	enum talk_outcome outcome = outcome_of(call, answer);

	if (outcome != TALK_FINE)
		talk_explain(call, answer, outcome, &call->why);
	call->reply = (struct talk_reply){
		.outcome = outcome, .status = answer->status, .body = { strbuf_text(&answer->body), answer->body.len },
		.content_type = answer->content_type, .etag = answer->etag, .location = answer->address, .total = answer->total,
		.json = is_json(answer->content_type), .why = strbuf_text(&call->why), .tries = call->retry.tries,
	};
	call->done = true;
	log_debug("%s: status %d, outcome %d, %u tries", strbuf_text(&call->who), answer->status, (int)outcome, call->retry.tries);
}

/* What cannot be asked again though it could before: address and headers do not change, so this is a mistake of ours. */
static void finish_broken(struct talk_call *call, const struct error *err)
{
	strbuf_adds(&call->why, err->text);
	call->reply = (struct talk_reply){
		.outcome = call->lost ? TALK_UNCERTAIN : TALK_UNAVAILABLE, .body = { "", 0 }, .content_type = "", .etag = "", .location = "",
		.total = -1, .why = strbuf_text(&call->why), .tries = call->retry.tries,
	};
	call->done = true;
}

static void judge(struct talk_call *call, const struct http_answer *answer)
{
	bool passing = may_pass(call, answer), lost = may_be_done(call, answer);

	if (!passing)
		call->retry.tries++;
	if (!passing || retry_judge(&call->retry, answer, true, call->talk->now_ms()) != RETRY_LATER) {
		finish(call, answer);
		return;
	}
	call->lost = call->lost || lost;
	call->paused_for = answer->failure == HTTP_NONE ? answer->status : 0;
	call->pausing = true;
	http_end(&call->request);
}

enum step talk_step(struct talk_call *call)
{
	struct error err = { 0 };
	const struct http_answer *answer;

	if (call->done)
		return STEP_DONE;
	if (call->pausing && call->talk->now_ms() < call->retry.wait_until_ms)
		return STEP_WAIT;
	if (call->pausing && start_try(call, &err)) {
		finish_broken(call, &err);
		return STEP_DONE;
	}
	http_step(call->talk->http);
	answer = http_answer(call->request);
	if (answer)
		judge(call, answer);
	return call->done ? STEP_DONE : STEP_WAIT;
}

const struct talk_reply *talk_reply(const struct talk_call *call)
{
	return &call->reply;
}

void talk_waiting(const struct talk_call *call, struct strbuf *out)
{
	int64_t left = call->retry.wait_until_ms - call->talk->now_ms();
	const char *who = strbuf_text(&call->who);

	if (!call->pausing || call->done)
		return;
	left = left > 0 ? (left + 999) / 1000 : 0;
	if (call->paused_for == 429)
		strbuf_addf(out, "%s is throttling (429)", who);
	else if (call->paused_for)
		strbuf_addf(out, "%s is not available (%d)", who, call->paused_for);
	else
		strbuf_addf(out, "the connection to %s was lost", who);
	strbuf_addf(out, ", again in %lld s", (long long)left);
}

int talk_wait(struct talk *talk, struct pollfd *extra, size_t count, int timeout_ms)
{
	int64_t left = timeout_ms < 0 ? NEVER_MS : timeout_ms, now = talk->now_ms();

	for (const struct talk_call *call = talk->calls; call; call = call->next)
		if (call->pausing && call->retry.wait_until_ms - now < left)
			left = call->retry.wait_until_ms > now ? call->retry.wait_until_ms - now : 0;
	return http_wait(talk->http, extra, count, (int)left);
}
