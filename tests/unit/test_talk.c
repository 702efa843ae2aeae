/* test_talk.c - questions to a web service that behaves well and badly: tries, pauses, outcomes, sentences. The server runs in the test, the
 * clock is the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/io/secret.h"
#include "tests/unit/memory.h"
#include "tests/unit/talk_make.h"

#define OK(body) "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n" body
#define FINE OK("{\"fine\":12}")
#define EMPTY(status) "HTTP/1.1 " status "\r\nContent-Length: 0\r\n\r\n"
#define SECRET "s3cr3t-Word/with\"odd&parts"
#define CODED "s3cr3t-Word%2Fwith%22odd%26parts"

/* One question to one server. */
struct scene {
	struct loopback server;
	struct talk *talk;
	struct talk_call *call;
	char url[128];
	int64_t paused_ms;      /* how far the clock was moved on for pauses */
	struct error err;
};

static void open_scene(struct scene *scene, const struct loopback_line *script, size_t lines)
{
	*scene = (struct scene){ .call = NULL };
	talk_make(&scene->server, &scene->talk, script, lines);
	snprintf(scene->url, sizeof scene->url, "http://127.0.0.1:%u/api/x", scene->server.port);
}

static void close_scene(struct scene *scene)
{
	talk_end(&scene->call);
	talk_free(&scene->talk);
	loopback_close(&scene->server);
}

/* To the end; while a call pauses the clock moves on. */
static const struct talk_reply *run(struct scene *scene, const struct talk_ask *ask)
{
	struct strbuf waiting = STRBUF_INIT(300);

	talk_end(&scene->call);
	if (talk_begin(scene->talk, ask, &scene->call, &scene->err))
		fail_msg("%s", scene->err.text);
	while (talk_step(scene->call) == STEP_WAIT) {
		loopback_step(&scene->server);
		strbuf_clear(&waiting);
		talk_waiting(scene->call, &waiting);
		if (waiting.len) {
			now += 50;
			scene->paused_ms += 50;
		} else {
			talk_wait(scene->talk, NULL, 0, 5);
		}
	}
	strbuf_release(&waiting);
	return talk_reply(scene->call);
}

static struct talk_ask get(const struct scene *scene)
{
	return (struct talk_ask){ .who = "ServiceNow", .method = "GET", .url = scene->url };
}

static struct talk_ask post(const struct scene *scene)
{
	return (struct talk_ask){ .who = "ServiceNow", .method = "POST", .url = scene->url, .write = true, .body = slice_of("{\"a\":1}") };
}

/* -- one try -- */

static void fine(void **state)
{
	static const char *const headers[] = { "X-Other: 1", NULL };
	const struct loopback_line script[] = {
		{ "HTTP/1.1 201 Created\r\nContent-Type: Application/JSON; charset=utf-8\r\nETag: \"17\"\r\nX-Total-Count: 4711\r\n"
		  "Location: /REST/2.0/ticket/1?x=y\r\nContent-Length: 11\r\n\r\n{\"fine\":12}", false },
		{ "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Total-Count: many\r\nContent-Length: 6\r\n\r\n<html>", false },
		{ "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", false },
		{ "HTTP/1.1 204 No Content\r\n\r\n", false },
	};
	struct scene scene;

	(void)state;
	open_scene(&scene, LINES(script));
	struct talk_ask ask = post(&scene);

	ask.headers = headers;
	const struct talk_reply *reply = run(&scene, &ask);

	assert_int_equal(reply->outcome, TALK_FINE);
	assert_int_equal(reply->status, 201);
	assert_true(slice_is(reply->body, "{\"fine\":12}"));
	assert_true(reply->json);
	assert_string_equal(reply->etag, "\"17\"");
	assert_string_equal(reply->location, "/REST/2.0/ticket/1?x=y");
	assert_int_equal(reply->total, 4711);
	assert_string_equal(reply->why, "");
	assert_int_equal(reply->tries, 1);
	has(scene.server.asked[0], "POST /api/x HTTP/1.1\r\n");
	has(scene.server.asked[0], "Accept: application/json\r\n");
	has(scene.server.asked[0], "Content-Type: application/json\r\n");
	has(scene.server.asked[0], "X-Other: 1\r\n");
	has(scene.server.asked[0], "\r\n\r\n{\"a\":1}");
	has_not(scene.server.asked[0], "Authorization");
	has_not(scene.server.asked[0], "Expect");
	has_not(scene.server.asked[0], "Cookie");
	ask = get(&scene);
	reply = run(&scene, &ask);
	assert_int_equal(reply->outcome, TALK_FINE);
	assert_false(reply->json);
	assert_int_equal(reply->total, -1);
	assert_string_equal(reply->etag, "");
	assert_string_equal(reply->location, "");
	has_not(scene.server.asked[1], "Content-Type");
	for (int status = 202; status <= 204; status += 2) {
		ask = post(&scene);
		reply = run(&scene, &ask);
		assert_int_equal(reply->outcome, TALK_FINE);
		assert_int_equal(reply->status, status);
		assert_int_equal(reply->body.len, 0);
		assert_non_null(reply->body.text);
	}
	assert_int_equal(talk_requests(scene.talk), 4);
	close_scene(&scene);
}

/* Final answers: none is asked again, a write no more than a read. */
static void final_answers(void **state)
{
	static const struct { const char *answer; enum talk_outcome outcome; int status; const char *why; } rows[] = {
		{ "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: 113\r\n\r\n"
		  "{\"error\":{\"message\":\"User Not Authenticated\",\"detail\":\"Required to provide Auth information\"},\"status\":\"failure\"}",
		  TALK_REFUSED, 77, "ServiceNow (127.0.0.1) answered 401: User Not Authenticated: Required to provide Auth information." },
		{ "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: 93\r\n\r\n"
		  "{\"error\":{\"message\":\"Insufficient rights to query records\",\"detail\":null},\"status\":\"failure\"} ",
		  TALK_REFUSED, 77, "ServiceNow (127.0.0.1) answered 403: Insufficient rights to query records." },
		{ "HTTP/1.1 400 Bad\r\nContent-Type: application/json\r\nContent-Length: 58\r\n\r\n"
		  "{\"errorMessages\":[\"a\"],\"errors\":{\"summary\":\"is required\"}}",
		  TALK_REFUSED, 1, "answered 400: a: summary: is required." },
		{ "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: 70\r\n\r\n"
		  "{\"message\":\"No permission to create tickets in the queue \x1b[31m'X'\xc2\x9b\"} ",
		  TALK_REFUSED, 77, "in the queue \\x1b[31m'X'" },
		{ "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 23\r\n\r\n{\"message\":\"Not Found\"}",
		  TALK_ABSENT, 1, "answered 404: Not Found." },
		{ "HTTP/1.1 410 Gone\r\nContent-Type: text/plain\r\nContent-Length: 20\r\n\r\nchannel_is_archived\n", TALK_ABSENT, 1,
		  "answered 410: channel_is_archived." },
		{ "HTTP/1.1 400 Bad\r\nContent-Type: text/html\r\nContent-Length: 20\r\n\r\n<html>large</html>\r\n", TALK_REFUSED, 1,
		  "answered 400: a page for people" },
		{ "HTTP/1.1 302 Found\r\nLocation: https://sso.example.com/in?token=abc\r\nContent-Length: 0\r\n\r\n", TALK_REFUSED, 1,
		  "answered 302: a redirect to sso.example.com, which is not followed; check the address." },
		{ "HTTP/1.1 301 Moved\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n", TALK_REFUSED, 1, "a redirect to another address" },
		{ EMPTY("412 No"), TALK_REFUSED, 1, "answered 412: somebody else has changed it meanwhile." },
		{ EMPTY("418 No"), TALK_REFUSED, 1, "ServiceNow (127.0.0.1) answered 418." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (int write = 0; write < 2; write++) {
			const struct loopback_line script[] = { { rows[i].answer, false }, { FINE, false } };
			struct scene scene;

			open_scene(&scene, LINES(script));
			struct talk_ask ask = write ? post(&scene) : get(&scene);
			const struct talk_reply *reply = run(&scene, &ask);

			if (reply->outcome != rows[i].outcome)
				fail_msg("%zu: outcome %d: %s", i, (int)reply->outcome, reply->why);
			has(reply->why, rows[i].why);
			has_not(reply->why, "/api");
			has_not(reply->why, "token=abc");
			assert_int_equal(talk_status(reply), rows[i].status);
			assert_int_equal(scene.server.asked_count, 1);
			assert_int_equal(talk_failed(reply, &scene.err), -1);
			assert_int_equal(scene.err.status, rows[i].status);
			assert_string_equal(scene.err.text, reply->why);
			close_scene(&scene);
		}
}

/* -- tries -- */

/* How many requests come, and what it ends as, when every answer is this one. */
static void every(const struct loopback_line *line, struct talk_ask (*make)(const struct scene *), bool again, size_t requests,
                  enum talk_outcome outcome, const char *why)
{
	struct loopback_line script[8];
	struct scene scene;

	for (size_t i = 0; i < 8; i++)
		script[i] = *line;
	open_scene(&scene, LINES(script));
	struct talk_ask ask = make(&scene);

	ask.again = again;
	const struct talk_reply *reply = run(&scene, &ask);

	if (reply->outcome != outcome || scene.server.asked_count != requests)
		fail_msg("outcome %d after %zu requests, %d after %zu was wanted: %s", (int)reply->outcome, scene.server.asked_count, (int)outcome,
		         requests, reply->why);
	assert_int_equal(reply->tries, requests);
	assert_int_equal(talk_requests(scene.talk), requests);
	has(reply->why, why);
	close_scene(&scene);
}

static void reads_are_asked_again(void **state)
{
	static const char *const passing[] = { EMPTY("429 Many"), EMPTY("502 Bad"), EMPTY("503 Not"), EMPTY("504 Late"), EMPTY("408 Slow") };
	const struct loopback_line lost = { NULL, true };
	const struct loopback_line cut = { "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{\"a\":", true };
	const struct loopback_line broken = { EMPTY("500 Broken"), false };

	(void)state;
	for (size_t i = 0; i < sizeof passing / sizeof *passing; i++)
		every(&(struct loopback_line){ passing[i], false }, get, false, 5, TALK_UNAVAILABLE, "(5 tries)");
	every(&lost, get, false, 5, TALK_UNAVAILABLE, "ended before its answer did");
	every(&cut, get, false, 5, TALK_UNAVAILABLE, "ended before its answer did");
	every(&broken, get, false, 1, TALK_UNAVAILABLE, "answered 500");
}

/* The heart of it: what may have been done is never done again. */
static void writes_are_not(void **state)
{
	static const char *const late[] = { EMPTY("500 Broken"), EMPTY("502 Bad"), EMPTY("503 Not"), EMPTY("504 Late"), EMPTY("408 Slow") };
	const struct loopback_line lost = { NULL, true }, many = { EMPTY("429 Many"), false };
	const struct loopback_line cut = { "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{\"a\":", true };
	const struct loopback_line half = { "HTTP/1.1 20", true };

	(void)state;
	for (size_t i = 0; i < sizeof late / sizeof *late; i++)
		every(&(struct loopback_line){ late[i], false }, post, false, 1, TALK_UNCERTAIN, "may have been done all the same.");
	every(&lost, post, false, 1, TALK_UNCERTAIN, "may have been done all the same.");
	every(&cut, post, false, 1, TALK_UNCERTAIN, "ended before its answer did");
	every(&half, post, false, 1, TALK_UNCERTAIN, "may have been done all the same.");
	every(&many, post, false, 5, TALK_UNAVAILABLE, "answered 429: it is throttling; try again later (5 tries).");
	/* What does the same each time may be repeated, but whether it was done is as open as before. */
	every(&lost, post, true, 5, TALK_UNCERTAIN, "(5 tries); what was asked for may have been done all the same.");
	every(&(struct loopback_line){ EMPTY("503 Not"), false }, post, true, 5, TALK_UNCERTAIN, "may have been done");
}

/* libcurl puts a request once more when the connection that it used again turns out to be dead: a write must not be one of those. */
static void kept_connection_dies(void **state)
{
	const struct loopback_line script[] = { { FINE, false }, { NULL, true }, { FINE, false }, { NULL, true }, { FINE, false } };
	struct scene scene;

	(void)state;
	open_scene(&scene, LINES(script));
	struct talk_ask read = get(&scene), write = post(&scene);

	assert_int_equal(run(&scene, &read)->outcome, TALK_FINE);
	assert_int_equal(run(&scene, &write)->outcome, TALK_UNCERTAIN);
	assert_int_equal(scene.server.asked_count, 2);
	assert_int_equal(scene.server.accepted, 2);
	assert_int_equal(run(&scene, &read)->outcome, TALK_FINE);
	assert_int_equal(scene.server.accepted, 2);   /* reads keep theirs */
	assert_int_equal(run(&scene, &read)->outcome, TALK_FINE);
	assert_int_equal(scene.server.asked_count, 5);
	close_scene(&scene);
}

/* A write after 429, and one whose connection was not made, may go again. */
static void write_after_429(void **state)
{
	const struct loopback_line script[] = {
		{ "HTTP/1.1 429 Many\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n", false }, { EMPTY("429 Many"), false }, { FINE, false },
	};
	struct scene scene;

	(void)state;
	open_scene(&scene, LINES(script));
	struct talk_ask ask = post(&scene);
	const struct talk_reply *reply = run(&scene, &ask);

	assert_int_equal(reply->outcome, TALK_FINE);
	assert_int_equal(reply->tries, 3);
	assert_in_range(scene.server.times[1] - scene.server.times[0], 7000, 7200);
	assert_in_range(scene.server.times[2] - scene.server.times[1], 1000, 2200);   /* half to whole of 2 s */
	close_scene(&scene);
}

static void spacing(void **state)
{
	static const int64_t least[] = { 500, 1000, 2000, 4000 }, most[] = { 1200, 2200, 4200, 8200 };
	const struct loopback_line line = { EMPTY("503 Not"), false }, script[] = { line, line, line, line, { FINE, false } };
	struct scene scene;

	(void)state;
	open_scene(&scene, LINES(script));
	struct talk_ask ask = get(&scene);

	assert_int_equal(run(&scene, &ask)->outcome, TALK_FINE);
	for (size_t i = 0; i < 4; i++)
		assert_in_range(scene.server.times[i + 1] - scene.server.times[i], least[i], most[i]);
	close_scene(&scene);
}

/* A service may not hold us for days: what is longer than the patience ends it. */
static void long_retry_after(void **state)
{
	const struct loopback_line script[] = { { "HTTP/1.1 429 Many\r\nRetry-After: 864000\r\nContent-Length: 0\r\n\r\n", false }, { FINE, false } };
	struct scene scene;

	(void)state;
	open_scene(&scene, LINES(script));
	struct talk_ask ask = post(&scene);
	const struct talk_reply *reply = run(&scene, &ask);

	assert_int_equal(reply->outcome, TALK_UNAVAILABLE);
	assert_int_equal(talk_status(reply), STATUS_TRY_LATER);
	assert_int_equal(scene.server.asked_count, 1);
	close_scene(&scene);
}

static void waiting_is_told(void **state)
{
	const struct loopback_line script[] = { { "HTTP/1.1 429 Many\r\nRetry-After: 12\r\nContent-Length: 0\r\n\r\n", false }, { FINE, false } };
	struct strbuf text = STRBUF_INIT(300);
	struct scene scene;

	(void)state;
	open_scene(&scene, LINES(script));
	struct talk_ask ask = get(&scene);

	assert_int_equal(talk_begin(scene.talk, &ask, &scene.call, &scene.err), 0);
	talk_waiting(scene.call, &text);
	assert_string_equal(strbuf_text(&text), "");
	while (!text.len) {
		assert_int_equal(talk_step(scene.call), STEP_WAIT);
		loopback_step(&scene.server);
		talk_wait(scene.talk, NULL, 0, 5);
		talk_waiting(scene.call, &text);
	}
	assert_string_equal(strbuf_text(&text), "ServiceNow is throttling (429), again in 12 s");
	now += 5500;
	strbuf_clear(&text);
	talk_waiting(scene.call, &text);
	assert_string_equal(strbuf_text(&text), "ServiceNow is throttling (429), again in 7 s");
	assert_int_equal(talk_step(scene.call), STEP_WAIT);
	loopback_step(&scene.server);
	assert_int_equal(scene.server.asked_count, 1);
	/* A wait ends with the pause, not with its own time. */
	now += 6499;
	assert_int_equal(talk_wait(scene.talk, NULL, 0, 60000), 0);
	strbuf_release(&text);
	close_scene(&scene);
}

/* -- connections that are never made -- */

static void nobody_there(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, NULL, 0);
	close(scene.server.fd);
	scene.server.fd = -1;
	struct talk_ask ask = post(&scene);

	ask.tries = 3;
	talk_end(&scene.call);
	assert_int_equal(talk_begin(scene.talk, &ask, &scene.call, &scene.err), 0);
	while (talk_step(scene.call) == STEP_WAIT) {
		now += 100;
		talk_wait(scene.talk, NULL, 0, 2);
	}
	const struct talk_reply *reply = talk_reply(scene.call);

	assert_int_equal(reply->outcome, TALK_UNAVAILABLE);
	assert_int_equal(reply->tries, 3);
	assert_int_equal(reply->status, 0);
	has(reply->why, "ServiceNow: 127.0.0.1 does not answer: check the network, the firewall and the proxy (3 tries).");
	assert_int_equal(talk_status(reply), STATUS_UNAVAILABLE);
	close_scene(&scene);
}

/* Where no TLS comes about no request has left: it may go again, and is not uncertain. Where the request has left, silence is. */
static void silence(void **state)
{
	static const struct { const char *scheme; bool write, again; unsigned tries; enum talk_outcome outcome; size_t asked; } rows[] = {
		{ "https", true, false, 2, TALK_UNAVAILABLE, 0 }, { "http", true, false, 2, TALK_UNCERTAIN, 1 },
		{ "http", false, false, 1, TALK_UNAVAILABLE, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct loopback_line script[] = { { NULL, false }, { NULL, false } };
		struct scene scene;

		open_scene(&scene, LINES(script));
		snprintf(scene.url, sizeof scene.url, "%s://127.0.0.1:%u/api/x", rows[i].scheme, scene.server.port);
		struct talk_ask ask = rows[i].write ? post(&scene) : get(&scene);

		ask.whole_s = 1;
		ask.tries = rows[i].tries;
		const struct talk_reply *reply = run(&scene, &ask);

		if (reply->outcome != rows[i].outcome)
			fail_msg("%zu: %d, %s", i, (int)reply->outcome, reply->why);
		assert_int_equal(scene.server.asked_count, rows[i].asked);
		assert_int_equal(reply->tries, rows[i].asked ? 1 : 2);
		has(reply->why, "took too long");
		close_scene(&scene);
	}
}

static void tls_that_breaks(void **state)
{
	const struct loopback_line script[] = { { NULL, true } };
	struct scene scene;

	(void)state;
	open_scene(&scene, LINES(script));
	snprintf(scene.url, sizeof scene.url, "https://127.0.0.1:%u/api/x", scene.server.port);
	struct talk_ask ask = post(&scene);

	assert_int_equal(talk_begin(scene.talk, &ask, &scene.call, &scene.err), 0);
	while (talk_step(scene.call) == STEP_WAIT) {
		loopback_step(&scene.server);
		for (size_t i = 0; i < LOOPBACK_PEERS; i++)
			if (scene.server.peers[i].n)
				loopback_drop(&scene.server.peers[i]);
		now += 100;
		talk_wait(scene.talk, NULL, 0, 2);
	}
	assert_int_equal(talk_reply(scene.call)->outcome, TALK_UNAVAILABLE);
	close_scene(&scene);
}

static void too_much(void **state)
{
	const struct loopback_line script[] = { { FINE, false }, { FINE, false } };
	struct scene scene;

	(void)state;
	open_scene(&scene, LINES(script));
	struct talk_ask read = get(&scene), write = post(&scene);

	read.answer_max = write.answer_max = 5;
	assert_int_equal(run(&scene, &read)->outcome, TALK_UNAVAILABLE);
	has(talk_reply(scene.call)->why, "more than can be right");
	assert_int_equal(run(&scene, &write)->outcome, TALK_UNCERTAIN);
	assert_int_equal(scene.server.asked_count, 2);
	close_scene(&scene);
}

/* An answer may be larger than http.h keeps for itself. */
static void large_answer(void **state)
{
	size_t n = (size_t)3 << 20;
	char *answer = malloc(n + 200);
	struct scene scene;

	(void)state;
	assert_non_null(answer);
	size_t head = (size_t)snprintf(answer, 200, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n", n);
	memset(answer + head, 'x', n);
	answer[head + n] = '\0';
	open_scene(&scene, NULL, 0);
	struct talk_ask ask = get(&scene);
	struct loopback_line script[] = { { "", false } };

	scene.server.script = script;
	scene.server.lines = 1;
	assert_int_equal(talk_begin(scene.talk, &ask, &scene.call, &scene.err), 0);
	for (size_t sent = 0; talk_step(scene.call) == STEP_WAIT;) {
		struct loopback_peer *peer = &scene.server.peers[0];

		loopback_step(&scene.server);
		if (scene.server.asked_count && sent < head + n) {
			ssize_t some = send(peer->fd, answer + sent, head + n - sent, MSG_NOSIGNAL | MSG_DONTWAIT);

			sent += some > 0 ? (size_t)some : 0;
		}
		talk_wait(scene.talk, NULL, 0, 1);
	}
	assert_int_equal(talk_reply(scene.call)->outcome, TALK_FINE);
	assert_int_equal(talk_reply(scene.call)->body.len, n);
	free(answer);
	close_scene(&scene);
}

/* -- secrets -- */

/* A service that repeats the whole question in its refusal: nothing of it comes out. */
static void secrets_are_hidden(void **state)
{
	static const char *const echoes[] = {
		"HTTP/1.1 400 Bad\r\nContent-Type: text/plain\r\nContent-Length: 44\r\n\r\nbad request: " SECRET " is no good   ",
		"HTTP/1.1 400 Bad\r\nContent-Type: text/plain\r\nContent-Length: 46\r\n\r\nbad request: " CODED " !",
		"HTTP/1.1 403 Bad\r\nContent-Type: application/json\r\nContent-Length: 43\r\n\r\n{\"message\":\"s3cr3t-Word/with\\\"odd&parts\"}   ",
		"HTTP/1.1 403 Bad\r\nContent-Type: application/json\r\nContent-Length: 43\r\n\r\n{\"message\":\"s3cr3t-Word\\/with\\\"odd&parts\"}  ",
	};
	static const char line[] = "x-sn-apikey: " SECRET;

	(void)state;
	for (size_t i = 0; i < sizeof echoes / sizeof *echoes; i++)
		for (int way = 0; way < 4; way++) {
			const struct loopback_line script[] = { { echoes[i], false } };
			struct scene scene;

			open_scene(&scene, LINES(script));
			struct talk_ask ask = post(&scene);

			if (way == 0)
				ask.bearer = slice_of(SECRET);
			else if (way == 1)
				ask.basic = slice_of("svc:" SECRET);
			else if (way == 2)
				ask.secret_header = slice_of(line);
			else
				ask.hide[0] = slice_of(SECRET);
			const struct talk_reply *reply = run(&scene, &ask);

			assert_int_equal(reply->outcome, TALK_REFUSED);
			has_not(reply->why, "s3cr3t");
			has_not(reply->why, "parts");
			has_not(reply->body.text, "s3cr3t");
			has(reply->why, "***");
			if (way == 0)
				has(scene.server.asked[0], "Authorization: Bearer " SECRET "\r\n");
			else if (way == 1)
				has(scene.server.asked[0], "Authorization: Basic c3ZjOnMzY3IzdC1Xb3JkL3dpdGgib2RkJnBhcnRz\r\n");
			else if (way == 2)
				has(scene.server.asked[0], "x-sn-apikey: " SECRET "\r\n");
			close_scene(&scene);
		}
}

static void secret_address(void **state)
{
	static const char *const answers[] = {
		"HTTP/1.1 404 Not\r\nContent-Type: text/plain\r\nContent-Length: 58\r\n\r\nno /services/T0/B0/abcdefgh?sig=QQ-secret-QQ here, abcdefgh",
		"HTTP/1.1 302 Found\r\nLocation: https://x.example/services/T0/B0/abcdefgh?sig=QQ-secret-QQ\r\nContent-Length: 0\r\n\r\n",
		NULL,
	};

	(void)state;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		const struct loopback_line script[] = { { answers[i], true } };
		struct scene scene;

		open_scene(&scene, LINES(script));
		snprintf(scene.url, sizeof scene.url, "http://127.0.0.1:%u/services/T0/B0/abcdefgh?sig=QQ-secret-QQ", scene.server.port);
		struct talk_ask ask = post(&scene);

		ask.secret_url = true;
		const struct talk_reply *reply = run(&scene, &ask);

		assert_int_not_equal(reply->outcome, TALK_FINE);
		has(scene.server.asked[0], "POST /services/T0/B0/abcdefgh?sig=QQ-secret-QQ HTTP/1.1\r\n");
		has(reply->why, "127.0.0.1");
		has_not(reply->why, "secret");
		has_not(reply->why, "services");
		has_not(reply->body.text, "QQ-secret");
		has_not(reply->location, "QQ-secret");
		close_scene(&scene);
	}
}

/* A short secret is a word of many texts: what was asked for must come as it is. */
static void short_secret_in_fine_answer(void **state)
{
	const struct loopback_line script[] = { { OK("{\"by\":root}"), false }, { EMPTY("400 Bad"), false } };
	struct scene scene;

	(void)state;
	open_scene(&scene, LINES(script));
	struct talk_ask ask = get(&scene);

	ask.basic = slice_of("root:root");
	assert_true(slice_is(run(&scene, &ask)->body, "{\"by\":root}"));
	close_scene(&scene);
}

/* After the end no copy is left, of libcurl's neither; while it runs there are some, so that this test can fail. */
static void memory_is_wiped(void **state)
{
	static const char coded[] = { 'Q' ^ 1, 'u' ^ 1, 'e' ^ 1, 'r' ^ 1, 'f' ^ 1, 'l' ^ 1, 'o' ^ 1, 'e' ^ 1, 't' ^ 1, 'e' ^ 1, '7' ^ 1, '7' ^ 1 };
	static const char query[] = "/hook?sig=";
	struct secret url = { NULL, 0 }, word = { NULL, 0 };
	char *room, *address;
	struct scene scene;

	(void)state;
	if (memory_places(coded, sizeof coded, 1) < 0)
		skip();
	for (int way = 0; way < 4; way++) {
		struct loopback_line script[] = { { EMPTY("503 Not"), way == 2 }, { FINE, false } };

		open_scene(&scene, LINES(script));
		struct talk_ask ask = get(&scene);

		secret_set(&word, (struct slice){ "            ", sizeof coded });
		for (size_t i = 0; i < sizeof coded; i++)
			word.bytes[i] = (char)(coded[i] ^ 1);
		secret_set(&url, (struct slice){ "                                                                                ", 80 });
		room = url.bytes;
		snprintf(room, 80, "http://127.0.0.1:%u%s", scene.server.port, query);
		address = room + strlen(room);
		memcpy(address, word.bytes, word.len);
		address[word.len] = '\0';
		if (way == 0)
			ask.bearer = secret_text(&word);
		else if (way == 1)
			ask.secret_header = secret_text(&word);
		else if (way == 2)
			ask.url = url.bytes, ask.secret_url = true;
		else
			ask.body = secret_text(&word), ask.method = "POST", ask.secret_body = true;
		assert_int_equal(talk_begin(scene.talk, &ask, &scene.call, &scene.err), 0);
		secret_wipe(&url);
		secret_wipe(&word);
		assert_true(memory_places(coded, sizeof coded, 1) > 0);
		while (talk_step(scene.call) == STEP_WAIT) {
			loopback_step(&scene.server);
			now += 200;
			talk_wait(scene.talk, NULL, 0, 2);
		}
		assert_int_equal(talk_reply(scene.call)->outcome, TALK_FINE);
		assert_int_equal(talk_reply(scene.call)->tries, 2);
		close_scene(&scene);
		if (memory_places(coded, sizeof coded, 1))
			fail_msg("way %d: a copy of the secret is left in memory", way);
	}
}

/* -- what is refused before anything is sent, and texts -- */

static void bad_asks(void **state)
{
	static char big[70000];
	static const char *const two[] = { "X-A: b\r\nX-Evil: c", NULL };
	struct scene scene;
	struct talk_ask ask;

	(void)state;
	open_scene(&scene, NULL, 0);
	ask = get(&scene);
	ask.url = "http://intern.example/secret-path";
	assert_int_equal(talk_begin(scene.talk, &ask, &scene.call, &scene.err), -1);
	assert_int_equal(scene.err.status, STATUS_CONFIG);
	has(scene.err.text, "ServiceNow: intern.example may only be asked over https://.");
	has_not(scene.err.text, "secret-path");
	ask = get(&scene);
	ask.secret_header = slice_of("Authorization: token abc\r\nX-Evil: 1");
	assert_int_equal(talk_begin(scene.talk, &ask, &scene.call, &scene.err), -1);
	has_not(scene.err.text, "abc");
	ask = get(&scene);
	ask.headers = two;
	assert_int_equal(talk_begin(scene.talk, &ask, &scene.call, &scene.err), -1);
	ask = get(&scene);
	ask.secret_header = (struct slice){ big, sizeof big };
	assert_int_equal(talk_begin(scene.talk, &ask, &scene.call, &scene.err), -1);
	has(scene.err.text, "too large");
	assert_null(scene.call);
	assert_int_equal(talk_requests(scene.talk), 0);
	close_scene(&scene);
}

/* A proxy that will not let us through: nothing has reached the service, so a write may go again and is not uncertain. */
static void proxy_refuses(void **state)
{
	const struct loopback_line no = { "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", true }, gone = { NULL, true };
	const struct loopback_line script[] = { no, gone, no };
	struct scene scene;
	char proxy[64];

	(void)state;
	open_scene(&scene, LINES(script));
	snprintf(proxy, sizeof proxy, "http://127.0.0.1:%u", scene.server.port);
	setenv("https_proxy", proxy, 1);
	struct talk_ask ask = post(&scene);

	ask.url = "https://dev1.example/secret-path";
	ask.bearer = slice_of(SECRET);
	ask.tries = 3;
	const struct talk_reply *reply = run(&scene, &ask);

	unsetenv("https_proxy");
	assert_int_equal(reply->outcome, TALK_UNAVAILABLE);
	assert_int_equal(scene.server.asked_count, 3);
	for (size_t i = 0; i < 3; i++) {
		has(scene.server.asked[i], "CONNECT dev1.example:443");
		has_not(scene.server.asked[i], "Authorization");
	}
	close_scene(&scene);
}

static void several_at_once(void **state)
{
	const struct loopback_line script[] = { { FINE, false }, { FINE, false }, { FINE, false } };
	struct talk_call *calls[3] = { NULL, NULL, NULL };
	struct scene scene;
	size_t done = 0;

	(void)state;
	open_scene(&scene, LINES(script));
	struct talk_ask ask = get(&scene);

	for (size_t i = 0; i < 3; i++)
		assert_int_equal(talk_begin(scene.talk, &ask, &calls[i], &scene.err), 0);
	while (done < 3) {
		loopback_step(&scene.server);
		talk_wait(scene.talk, NULL, 0, 2);
		done = 0;
		for (size_t i = 0; i < 3; i++)
			done += talk_step(calls[i]) == STEP_DONE;
	}
	talk_end(&calls[1]);
	talk_end(&calls[1]);
	assert_int_equal(talk_reply(calls[2])->outcome, TALK_FINE);
	close_scene(&scene);   /* the other two are ended by it */
}

static void shown(void **state)
{
	static const char *const headers[] = { "X-A: \x1b[31m", "If-Match: \"1\"", NULL };
	struct talk_ask ask = {
		.who = "x", .method = "POST", .url = "https://h.example/a?b=c", .headers = headers, .bearer = slice_of(SECRET), .basic = slice_of("u:" SECRET),
		.secret_header = slice_of("x-sn-apikey: " SECRET), .body = slice_of("{\"a\":\"\xe2\x80\xae\"}\nb"),
	};
	struct strbuf out = STRBUF_INIT(2000);

	(void)state;
	talk_show(&ask, &out);
	assert_string_equal(strbuf_text(&out), "POST https://h.example/a?b=c\nX-A: \\x1b[31m\nIf-Match: \"1\"\nAccept: application/json\n"
	                    "Content-Type: application/json\nAuthorization: Bearer ***\nAuthorization: Basic ***\nx-sn-apikey: ***\n\n"
	                    "{\"a\":\"\\u202e\"}\nb\n");
	strbuf_clear(&out);
	ask = (struct talk_ask){ .who = "x", .method = "POST", .url = "https://h.example:443/" SECRET, .secret_url = true, .body = slice_of(SECRET),
		.secret_body = true, .type = "application/x-www-form-urlencoded" };
	talk_show(&ask, &out);
	assert_string_equal(strbuf_text(&out), "POST https://h.example/***\nAccept: application/json\n"
	                    "Content-Type: application/x-www-form-urlencoded\n\n***\n");
	strbuf_release(&out);
}

static void addresses(void **state)
{
	static const char *const bad[] = { NULL, "", "http://rt.example", "https://u:p@rt.example", "ftp://rt.example", "rt.example",
		"http://169.254.169.254/x", "https://rt.example/a b" };
	static const char *const good[] = { "https://rt.example", "http://127.0.0.1:8080/rt", "http://localhost/", "https://169.254.169.254/" };
	static const char *const joined[][3] = {
		{ "https://rt.example", "/REST/2.0", "https://rt.example/REST/2.0" }, { "https://rt.example/", "/REST/2.0", "https://rt.example/REST/2.0" },
		{ "https://rt.example/rt//", "x", "https://rt.example/rt/x" }, { "https://rt.example/", "", "https://rt.example" },
	};
	struct strbuf out = STRBUF_INIT(200);

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct error err = { 0 };

		assert_int_equal(talk_check_url(bad[i], "[rt] url", &err), -1);
		assert_int_equal(err.status, STATUS_CONFIG);
		assert_int_equal(strncmp(err.text, "[rt] url", 8), 0);
		has_not(err.text, "u:p");
	}
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_int_equal(talk_check_url(good[i], "[rt] url", NULL), 0);
	for (size_t i = 0; i < sizeof joined / sizeof *joined; i++) {
		strbuf_clear(&out);
		talk_url(&out, joined[i][0], joined[i][1]);
		assert_string_equal(strbuf_text(&out), joined[i][2]);
	}
	strbuf_release(&out);
}

static void long_words_are_cut(void **state)
{
	char answer[3000], filler[2001];
	const struct loopback_line script[] = { { answer, false } };
	struct scene scene;

	(void)state;
	memset(filler, 'y', 2000);
	filler[2000] = '\0';
	snprintf(answer, sizeof answer, "HTTP/1.1 400 Bad\r\nContent-Type: text/plain\r\nContent-Length: 2000\r\n\r\n%s", filler);
	open_scene(&scene, LINES(script));
	struct talk_ask ask = get(&scene);
	const struct talk_reply *reply = run(&scene, &ask);

	assert_in_range(strlen(reply->why), 300, 600);
	has(reply->why, "yyy...");
	assert_int_equal(reply->body.len, 2000);
	close_scene(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fine), cmocka_unit_test(final_answers), cmocka_unit_test(reads_are_asked_again), cmocka_unit_test(writes_are_not),
		cmocka_unit_test(kept_connection_dies), cmocka_unit_test(write_after_429), cmocka_unit_test(spacing),
		cmocka_unit_test(long_retry_after), cmocka_unit_test(waiting_is_told), cmocka_unit_test(nobody_there), cmocka_unit_test(silence),
		cmocka_unit_test(tls_that_breaks), cmocka_unit_test(too_much), cmocka_unit_test(large_answer), cmocka_unit_test(secrets_are_hidden),
		cmocka_unit_test(secret_address), cmocka_unit_test(short_secret_in_fine_answer), cmocka_unit_test(memory_is_wiped),
		cmocka_unit_test(bad_asks), cmocka_unit_test(proxy_refuses), cmocka_unit_test(several_at_once), cmocka_unit_test(shown), cmocka_unit_test(addresses),
		cmocka_unit_test(long_words_are_cut),
	};

	unsetenv("ROUSE_HURRY");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
