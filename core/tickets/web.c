/* web.c - requests of a ticket system, one after another, and what became of them. See web.h. */
#include "core/tickets/web.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/utf8.h"

#define SENTENCE_MAX 4000
#define TEXT_SHOWN 200   /* bytes of a text from outside in a sentence */

enum web_state {
	WEB_IDLE,
	WEB_ASKING,    /* the back end writes the next request */
	WEB_SIGNING,   /* the sign-in is made ready; then the request is sent */
	WEB_READING,   /* waiting for the answer */
};

static void request_clear(struct web_request *request)
{
	for (size_t i = 0; i < request->header_count; i++)
		free(request->headers[i]);
	strbuf_release(&request->url);
	strbuf_release(&request->body);
	*request = (struct web_request){ .method = "GET", .url = STRBUF_INIT(WEB_URL_MAX), .body = STRBUF_INIT(WEB_BODY_MAX) };
}

void web_init(struct web *web, const struct web_ops *ops, void *owner, struct talk *talk, const char *base,
              const struct login_setup *setup)
{
	web->ops = ops;
	web->owner = owner;
	web->talk = talk;
	web->who = setup->who;
	web->base = xstrdup(base);
	login_init(&web->login, talk, setup);
	request_clear(&web->request);
}

void web_release(struct web *web)
{
	web_cancel(web);
	login_release(&web->login);
	free(web->base);
	*web = (struct web){0};
}

/* -- for ask() and take() -- */

void web_url(struct web *web, const char *format, ...)
{
	struct strbuf path = STRBUF_INIT(WEB_URL_MAX);
	va_list args;

	va_start(args, format);
	strbuf_addfv(&path, format, args);
	va_end(args);
	strbuf_clear(&web->request.url);
	talk_url(&web->request.url, web->base, strbuf_text(&path));
	strbuf_release(&path);
}

void web_url_add(struct web *web, struct slice text)
{
	static const char hex[] = "0123456789ABCDEF";
	struct strbuf *url = &web->request.url;

	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.text[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-._~", c))) {
			strbuf_addc(url, (char)c);
		} else {
			strbuf_addc(url, '%');
			strbuf_addc(url, hex[c >> 4]);
			strbuf_addc(url, hex[c & 15]);
		}
	}
}

bool web_header(struct web *web, const char *format, ...)
{
	struct web_request *request = &web->request;
	struct strbuf line = STRBUF_INIT(2000);
	bool fine = request->header_count < WEB_HEADERS_MAX;
	va_list args;

	va_start(args, format);
	strbuf_addfv(&line, format, args);
	va_end(args);
	for (size_t i = 0; i < line.len; i++)
		fine = fine && (unsigned char)line.buf[i] >= ' ' && line.buf[i] != 0x7f;
	fine = fine && !line.overflow;
	if (fine)
		request->headers[request->header_count++] = xstrdup(strbuf_text(&line));
	strbuf_release(&line);
	return fine;
}

/* A sentence that names what a server said, as a number or a queue: visible, and cut at a character where it is too long. */
static void make_sentence(struct error *sentence, const char *text)
{
	struct strbuf shown = STRBUF_INIT(4 * SENTENCE_MAX);

	utf8_visible(&shown, text, strlen(text));
	error_set(sentence, STATUS_FAILED, "%s", strbuf_text(&shown));
	strbuf_release(&shown);
}

static void answer_fail(const struct web *web, struct ticket_answer *answer, enum ticket_outcome outcome, int status, const char *why)
{
	struct error sentence = {0};

	make_sentence(&sentence, why);
	/* What was begun and then refused is half done: nobody may take it for `nothing was changed`. */
	answer->outcome = web->wrote ? TICKET_LOST : outcome;
	answer->status = status ? status : STATUS_FAILED;
	memcpy(answer->why, sentence.text, sizeof answer->why);
}

enum web_next web_fail(struct web *web, struct ticket_answer *answer, enum ticket_outcome outcome, enum status status,
                       const char *format, ...)
{
	struct strbuf why = STRBUF_INIT(SENTENCE_MAX);
	va_list args;

	va_start(args, format);
	strbuf_addfv(&why, format, args);
	va_end(args);
	answer_fail(web, answer, outcome, (int)status, strbuf_text(&why));
	strbuf_release(&why);
	return WEB_DONE;
}

enum web_next web_unreadable(struct web *web, struct ticket_answer *answer, const char *why)
{
	const struct talk_reply *reply = web->talking ? talk_reply(web->talking) : NULL;

	return web_fail(web, answer, TICKET_UNAVAILABLE, STATUS_UNAVAILABLE, "%s answered %d, but not as it should: %s.", web->who,
	                reply ? reply->status : 200, why);
}

void web_warn(struct ticket_answer *answer, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT(SENTENCE_MAX);
	struct error sentence = {0};
	va_list args;

	strbuf_addf(&text, "%s%s", answer->warning, answer->warning[0] ? " " : "");
	va_start(args, format);
	strbuf_addfv(&text, format, args);
	va_end(args);
	make_sentence(&sentence, strbuf_text(&text));
	strbuf_release(&text);
	size_t len = strlen(sentence.text), room = sizeof answer->warning - 1;

	if (len > room)
		for (len = room; len > 0 && ((unsigned char)sentence.text[len] & 0xc0) == 0x80; )
			len--;
	memcpy(answer->warning, sentence.text, len);
	answer->warning[len] = '\0';
}

void web_text(struct strbuf *out, struct slice text)
{
	size_t len = text.len;

	if (len > TEXT_SHOWN)
		for (len = TEXT_SHOWN; len > 0 && ((unsigned char)text.text[len] & 0xc0) == 0x80; )
			len--;
	utf8_visible(out, text.text ? text.text : "", len);
	if (len < text.len)
		strbuf_adds(out, "...");
}

/* -- a call -- */

void web_begin(struct web *web, const struct ticket_call *call)
{
	web_cancel(web);
	web->call = call;
	web->step = 0;
	web->wrote = web->showing = false;
	/* Each call may renew a token once; a console runs for days. */
	web->login.renewed = false;
	web->state = WEB_ASKING;
}

static void fill_ask(struct web *web, struct talk_ask *ask)
{
	const struct web_request *request = &web->request;

	*ask = (struct talk_ask){
		.who = web->who, .method = request->method, .url = strbuf_text(&request->url), .write = request->write,
		.again = request->again, .headers = request->header_count ? (const char *const *)request->headers : NULL,
		.type = request->type, .whole_s = request->whole_s,
	};
	if (request->body.len)
		ask->body = (struct slice){ strbuf_text(&request->body), request->body.len };
}

/* The next request, or the end of the call. */
static enum step call_ask(struct web *web, struct ticket_answer *answer)
{
	request_clear(&web->request);
	if (web->ops->ask(web->owner, &web->request, answer) == WEB_DONE)
		return STEP_DONE;
	if (web->request.url.overflow || web->request.body.overflow) {
		web_fail(web, answer, TICKET_REFUSED, STATUS_DATA, "The request for %s is too long; choose fewer hosts.", web->who);
		return STEP_DONE;
	}
	web->state = WEB_SIGNING;
	return STEP_MORE;
}

static enum step call_send(struct web *web, struct ticket_answer *answer)
{
	struct error err = {0};
	struct talk_ask ask;
	enum step step = login_step(&web->login, &err);

	if (step == STEP_WAIT || step == STEP_MORE)
		return step;
	if (step == STEP_DONE) {
		fill_ask(web, &ask);
		login_sign(&web->login, &ask);
		if (!talk_begin(web->talk, &ask, &web->talking, &err)) {
			web->state = WEB_READING;
			return STEP_WAIT;
		}
	}
	bool later = err.status == STATUS_UNAVAILABLE || err.status == STATUS_TRY_LATER;

	answer_fail(web, answer, later ? TICKET_UNAVAILABLE : TICKET_REFUSED, (int)err.status, err.text);
	return STEP_DONE;
}

static enum step call_fail(struct web *web, const struct talk_reply *reply, enum ticket_outcome outcome, struct ticket_answer *answer)
{
	struct strbuf why = STRBUF_INIT(SENTENCE_MAX);

	strbuf_adds(&why, reply->why);
	if (outcome == TICKET_REFUSED && web->ops->mend)
		web->ops->mend(web->owner, reply, &why);
	answer_fail(web, answer, outcome, talk_status(reply), strbuf_text(&why));
	strbuf_release(&why);
	return STEP_DONE;
}

static enum step call_take(struct web *web, const struct talk_reply *reply, struct ticket_answer *answer)
{
	enum web_next next = web->ops->take(web->owner, reply, answer);

	talk_end(&web->talking);
	if (next == WEB_DONE)
		return STEP_DONE;
	web->step++;
	web->state = WEB_ASKING;
	return STEP_MORE;
}

static enum step call_judge(struct web *web, struct ticket_answer *answer)
{
	const struct talk_reply *reply = talk_reply(web->talking);
	const struct web_request *request = &web->request;

	switch (reply->outcome) {
	case TALK_FINE:
		web->wrote = web->wrote || request->write;
		if (reply->json || request->empty)
			return call_take(web, reply, answer);
		web_unreadable(web, answer, "no JSON; a proxy or a sign-in page may stand in between");
		return STEP_DONE;
	case TALK_ABSENT:
		if (request->absent || request->refused)
			return call_take(web, reply, answer);
		return call_fail(web, reply, TICKET_REFUSED, answer);
	case TALK_REFUSED:
		if (reply->status == 401 && login_renew(&web->login)) {
			talk_end(&web->talking);
			web->state = WEB_SIGNING;
			return STEP_MORE;
		}
		if (request->refused)
			return call_take(web, reply, answer);
		return call_fail(web, reply, reply->status == 412 && request->write ? TICKET_STALE : TICKET_REFUSED, answer);
	case TALK_UNCERTAIN:
		return call_fail(web, reply, TICKET_LOST, answer);
	case TALK_UNAVAILABLE:
		break;
	}
	/* A write that was asked again and again may have been done by one of the tries. */
	return call_fail(web, reply, request->write && request->again ? TICKET_LOST : TICKET_UNAVAILABLE, answer);
}

enum step web_step(struct web *web, struct ticket_answer *answer)
{
	enum step step = STEP_DONE;

	switch (web->state) {
	case WEB_ASKING:
		step = call_ask(web, answer);
		break;
	case WEB_SIGNING:
		step = call_send(web, answer);
		break;
	case WEB_READING:
		step = talk_step(web->talking);
		if (step == STEP_DONE)
			step = call_judge(web, answer);
		break;
	default:
		web_fail(web, answer, TICKET_REFUSED, STATUS_FAILED, "No call to %s was begun.", web->who);
		return STEP_DONE;
	}
	if (step == STEP_DONE)
		web_cancel(web);
	return step;
}

void web_show(struct web *web, const struct ticket_call *call, struct strbuf *out)
{
	struct ticket_answer answer = {0};
	const struct login_setup *setup = &web->login.setup;
	struct strbuf header = STRBUF_INIT(1000);
	struct slice secret = { "secret", 6 };
	struct talk_ask ask;

	web_begin(web, call);
	web->showing = true;
	request_clear(&web->request);
	if (web->ops->ask(web->owner, &web->request, &answer) == WEB_ASK) {
		fill_ask(web, &ask);
		strbuf_addf(&header, "%ssecret", setup->header ? setup->header : "");
		if (setup->way == LOGIN_BASIC)
			ask.basic = secret;
		else if (setup->way == LOGIN_HEADER)
			ask.secret_header = (struct slice){ strbuf_text(&header), header.len };
		else if (setup->way != LOGIN_NONE)
			ask.bearer = secret;
		talk_show(&ask, out);
	} else {
		strbuf_addf(out, "%s\n", answer.why);
	}
	strbuf_release(&header);
	ticket_answer_release(&answer);
	web_cancel(web);
}

void web_waiting(const struct web *web, struct strbuf *out)
{
	if (web->talking)
		talk_waiting(web->talking, out);
	else if (web->state == WEB_SIGNING)
		strbuf_addf(out, "signing in to %s", web->who);
}

int web_fd(const struct web *web)
{
	return web->state == WEB_SIGNING ? login_fd(&web->login) : -1;
}

void web_cancel(struct web *web)
{
	talk_end(&web->talking);
	request_clear(&web->request);
	web->call = NULL;
	web->state = WEB_IDLE;
	web->showing = false;
}
