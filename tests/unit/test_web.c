/* test_web.c - what ticket systems over HTTP share, alone: which answer means what for a record, before any system's own words. */
#include "tests/unit/ticket_desk.h"

#include "core/base/utf8.h"
#include "core/tickets/web.h"

#define LINES(script) script, sizeof(script) / sizeof *(script)
#define PLANS_MAX 8
#define TOKEN(token) OK("{\"access_token\":\"" token "\",\"token_type\":\"Bearer\",\"expires_in\":1800}")
#define FINE OK("{\"fine\":true}")

/* One request of the back end that this test plays. */
struct plan {
	const char *method, *body;   /* body NULL: none */
	bool write, again, absent, refused, empty;
};

struct bench {
	struct loopback server;
	struct config *config;
	struct talk *talk;
	struct web web;
	const struct plan *plans;
	size_t count;
	int taken[PLANS_MAX];        /* statuses that came to take() */
	size_t taken_count;
	struct ticket_answer answer;
	char base[64], token_url[80];
};

static enum web_next plan_ask(void *owner, struct web_request *request, struct ticket_answer *answer)
{
	struct bench *bench = owner;

	(void)answer;
	if (bench->web.step >= bench->count)
		return WEB_DONE;
	const struct plan *plan = &bench->plans[bench->web.step];

	web_url(&bench->web, "/step/%u?q=", bench->web.step);
	web_url_add(&bench->web, slice_of("a b&c/\xc3\xbc~"));
	request->method = plan->method ? plan->method : "GET";
	request->write = plan->write;
	request->again = plan->again;
	request->absent = plan->absent;
	request->refused = plan->refused;
	request->empty = plan->empty;
	if (plan->body)
		strbuf_adds(&request->body, plan->body);
	return WEB_ASK;
}

static enum web_next plan_take(void *owner, const struct talk_reply *reply, struct ticket_answer *answer)
{
	struct bench *bench = owner;

	(void)answer;
	assert_true(bench->taken_count < PLANS_MAX);
	bench->taken[bench->taken_count++] = reply->status;
	return WEB_ASK;
}

static void plan_mend(void *owner, const struct talk_reply *reply, struct strbuf *out)
{
	(void)owner;
	(void)reply;
	strbuf_adds(out, " The account needs the role of a tester.");
}

static const struct web_ops plan_ops = { .ask = plan_ask, .take = plan_take, .mend = plan_mend };

static void bench_open(struct bench *bench, enum login_way way, const struct loopback_line *script, size_t lines)
{
	struct error err = {0};

	*bench = (struct bench){ .count = 0 };
	loopback_open(&bench->server, script, lines, desk_clock);
	snprintf(bench->base, sizeof bench->base, "http://127.0.0.1:%u", bench->server.port);
	snprintf(bench->token_url, sizeof bench->token_url, "%s/token", bench->base);
	assert_int_equal(setenv("ROUSE_TEST_SECRET", "right-secret~1", 1), 0);
	assert_int_equal(config_load(&bench->config, "/dev/null", NULL, 0, &err), 0);
	assert_int_equal(talk_new(&bench->talk, bench->config, &err), 0);
	talk_clock(bench->talk, desk_clock);
	web_init(&bench->web, &plan_ops, bench, bench->talk, bench->base, &(struct login_setup){
		.who = "Tester", .way = way, .header = "x-key: ", .client = "rouse", .token_url = bench->token_url, .section = "tester",
		.place = { .what = "the secret of the tester", .variable = "ROUSE_TEST_SECRET" },
	});
}

static void bench_close(struct bench *bench)
{
	ticket_answer_release(&bench->answer);
	web_release(&bench->web);
	talk_free(&bench->talk);
	config_free(&bench->config);
	loopback_close(&bench->server);
}

static void move(struct bench *bench)
{
	struct strbuf waiting = STRBUF_INIT(400);

	loopback_step(&bench->server);
	web_waiting(&bench->web, &waiting);
	if (waiting.len)
		desk_now += 50;
	talk_wait(bench->talk, NULL, 0, waiting.len ? 0 : 5);
	strbuf_release(&waiting);
}

static enum ticket_outcome call(struct bench *bench, const struct plan *plans, size_t count)
{
	static const struct ticket_call asked = { .verb = TICKET_READ };

	ticket_answer_release(&bench->answer);
	bench->answer = (struct ticket_answer){0};
	bench->plans = plans;
	bench->count = count;
	bench->taken_count = 0;
	web_begin(&bench->web, &asked);
	while (web_step(&bench->web, &bench->answer) != STEP_DONE)
		move(bench);
	assert_int_equal(bench->answer.outcome == TICKET_FINE, !bench->answer.why[0]);
	assert_true(bench->answer.outcome == TICKET_FINE || bench->answer.status);
	return bench->answer.outcome;
}

/* One request, one script: what it comes to, and how often it was asked. */
static void comes_to(const struct plan *plan, const struct loopback_line *script, size_t lines, enum ticket_outcome outcome, size_t asked)
{
	struct bench bench;

	bench_open(&bench, LOGIN_NONE, script, lines);
	enum ticket_outcome is = call(&bench, plan, 1);

	if (is != outcome || bench.server.asked_count != asked)
		fail_msg("outcome %d after %zu requests, not %d after %zu: %s", is, bench.server.asked_count, outcome, asked, bench.answer.why);
	bench_close(&bench);
}

#define COMES_TO(one, outcome, asked, ...) do { \
	const struct loopback_line script[] = { __VA_ARGS__ }; \
	comes_to(&(const struct plan)one, LINES(script), outcome, asked); \
} while (0)
#define PLAN(...) { __VA_ARGS__ }
#define WRITES { .method = "POST", .body = "{}", .write = true }
#define WRITES_AGAIN { .method = "PUT", .body = "{}", .write = true, .again = true }
#define BUSY EMPTY("429 Too Many Requests")
#define READS { .method = "GET" }

/* -- tests -- */

static void one_after_the_other(void **state)
{
	static const struct plan plans[] = { READS, { .method = "PATCH", .body = "{\"a\":1}", .write = true, .empty = true }, READS };
	const struct loopback_line script[] = { FINE, EMPTY("204 No Content"), OK("[]") };
	struct bench bench;

	(void)state;
	bench_open(&bench, LOGIN_HEADER, LINES(script));
	assert_int_equal(call(&bench, LINES(plans)), TICKET_FINE);
	assert_int_equal(bench.taken_count, 3);
	assert_int_equal(bench.taken[1], 204);
	has(bench.server.asked[0], "GET /step/0?q=a%20b%26c%2F%C3%BC~ HTTP");
	has(bench.server.asked[0], "x-key: right-secret~1\r\n");
	has(bench.server.asked[1], "PATCH /step/1?");
	has(bench.server.asked[1], "\r\n\r\n{\"a\":1}");
	has(bench.server.asked[2], "GET /step/2?");
	bench_close(&bench);
}

static void a_token_is_renewed_once(void **state)
{
	static const struct plan plan = READS;
	const struct loopback_line script[] = {
		TOKEN("one"), JSON("401 Unauthorized", "{}"), TOKEN("two"), FINE,
		JSON("401 Unauthorized", "{}"), TOKEN("three"), JSON("401 Unauthorized", "{}"),
		TOKEN("four"), FINE,
	};
	struct bench bench;

	(void)state;
	bench_open(&bench, LOGIN_OAUTH, LINES(script));
	assert_int_equal(call(&bench, &plan, 1), TICKET_FINE);
	assert_int_equal(bench.server.asked_count, 4);
	has(bench.server.asked[1], "Authorization: Bearer one\r\n");
	has(bench.server.asked[3], "Authorization: Bearer two\r\n");
	/* The next call may renew once more, and no more than that. */
	assert_int_equal(call(&bench, &plan, 1), TICKET_REFUSED);
	assert_int_equal(bench.server.asked_count, 7);
	assert_int_equal(bench.answer.status, STATUS_NO_PERMISSION);
	has(bench.answer.why, "401");
	has(bench.answer.why, "role of a tester.");
	has_not(bench.answer.why, "three");
	bench_close(&bench);
}

static void a_write_refused_by_an_old_token_is_done_once(void **state)
{
	static const struct plan plan = WRITES;
	const struct loopback_line script[] = { TOKEN("one"), JSON("401 Unauthorized", "{}"), TOKEN("two"), JSON("201 Created", "{}") };
	struct bench bench;

	(void)state;
	bench_open(&bench, LOGIN_OAUTH, LINES(script));
	assert_int_equal(call(&bench, &plan, 1), TICKET_FINE);
	assert_int_equal(bench.server.asked_count, 4);
	has(bench.server.asked[3], "\r\n\r\n{}");
	bench_close(&bench);
}

static void refused(void **state)
{
	(void)state;
	COMES_TO(READS, TICKET_REFUSED, 1, JSON("403 Forbidden", "{}"));
	COMES_TO(WRITES, TICKET_REFUSED, 1, JSON("403 Forbidden", "{}"));
	COMES_TO(WRITES, TICKET_REFUSED, 1, JSON("400 Bad Request", "{}"));
	COMES_TO(READS, TICKET_REFUSED, 1, JSON("401 Unauthorized", "{}"));
	COMES_TO(READS, TICKET_REFUSED, 1, JSON("404 Not Found", "{}"));
	COMES_TO(READS, TICKET_REFUSED, 1, { "HTTP/1.1 302 Found\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", true });
	COMES_TO(PLAN(.method = "GET", .absent = true), TICKET_FINE, 1, JSON("404 Not Found", "{}"));
	COMES_TO(PLAN(.method = "GET", .absent = true), TICKET_FINE, 1, HTML("410 Gone"));
	COMES_TO(PLAN(.method = "GET", .absent = true), TICKET_REFUSED, 1, JSON("403 Forbidden", "{}"));
	COMES_TO(PLAN(.method = "GET", .refused = true), TICKET_FINE, 1, JSON("403 Forbidden", "{}"));
	COMES_TO(PLAN(.method = "GET", .refused = true), TICKET_FINE, 1, JSON("404 Not Found", "{}"));
}

static void somebody_wrote_meanwhile(void **state)
{
	(void)state;
	COMES_TO(WRITES, TICKET_STALE, 1, JSON("412 Precondition Failed", "{}"));
	COMES_TO(WRITES_AGAIN, TICKET_STALE, 1, JSON("412 Precondition Failed", "{}"));
	/* Whoever only reads cannot be too late. */
	COMES_TO(READS, TICKET_REFUSED, 1, JSON("412 Precondition Failed", "{}"));
	COMES_TO(PLAN(.method = "PUT", .write = true, .refused = true), TICKET_FINE, 1, JSON("412 Precondition Failed", "{}"));
}

static void a_lost_write_is_never_repeated(void **state)
{
	(void)state;
	COMES_TO(WRITES, TICKET_LOST, 1, LOST);
	COMES_TO(WRITES, TICKET_LOST, 1, HTML("500 Internal Server Error"));
	COMES_TO(WRITES, TICKET_LOST, 1, HTML("502 Bad Gateway"));
	COMES_TO(WRITES, TICKET_LOST, 1, HTML("504 Gateway Timeout"));
	COMES_TO(WRITES, TICKET_LOST, 1, { "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{\"id\":", true });
	/* What may be repeated is, and may have been done by one of the tries. */
	COMES_TO(WRITES_AGAIN, TICKET_FINE, 3, LOST, HTML("502 Bad Gateway"), FINE);
	COMES_TO(WRITES_AGAIN, TICKET_LOST, 5, LOST, LOST, LOST, LOST, LOST);
	COMES_TO(WRITES_AGAIN, TICKET_LOST, 5, LOST, BUSY, BUSY, BUSY, BUSY);
}

static void a_read_is_repeated(void **state)
{
	(void)state;
	COMES_TO(READS, TICKET_FINE, 3, LOST, HTML("503 Service Unavailable"), FINE);
	COMES_TO(READS, TICKET_UNAVAILABLE, 5, LOST, LOST, LOST, LOST, LOST);
	COMES_TO(WRITES, TICKET_FINE, 2, BUSY, FINE);
	COMES_TO(WRITES, TICKET_UNAVAILABLE, 5, BUSY, BUSY, BUSY, BUSY, BUSY);
}

static void an_answer_that_cannot_be_read(void **state)
{
	(void)state;
	COMES_TO(READS, TICKET_UNAVAILABLE, 1, HTML("200 OK"));
	COMES_TO(READS, TICKET_UNAVAILABLE, 1, EMPTY("204 No Content"));
	COMES_TO(WRITES, TICKET_LOST, 1, HTML("200 OK"));
	COMES_TO(WRITES, TICKET_LOST, 1, EMPTY("204 No Content"));
	COMES_TO(PLAN(.method = "PUT", .write = true, .empty = true), TICKET_FINE, 1, EMPTY("204 No Content"));
}

/* Half done is not `nothing was changed`. */
static void a_failure_after_a_write(void **state)
{
	static const struct plan plans[] = { WRITES, READS };
	static const struct loopback_line after[] = {
		JSON("403 Forbidden", "{}"), JSON("404 Not Found", "{}"), JSON("412 Precondition Failed", "{}"), HTML("200 OK"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof after / sizeof *after; i++) {
		const struct loopback_line script[] = { FINE, after[i] };
		struct bench bench;

		bench_open(&bench, LOGIN_NONE, LINES(script));
		assert_int_equal(call(&bench, LINES(plans)), TICKET_LOST);
		assert_int_equal(bench.taken_count, 1);
		bench_close(&bench);
	}
}

static void a_refused_write_leaves_nothing_behind(void **state)
{
	static const struct plan plan = WRITES, read = READS;
	const struct loopback_line script[] = { FINE, JSON("403 Forbidden", "{}") };
	struct bench bench;

	(void)state;
	bench_open(&bench, LOGIN_NONE, LINES(script));
	assert_int_equal(call(&bench, &plan, 1), TICKET_FINE);
	/* The write of the call before says nothing of this one. */
	assert_int_equal(call(&bench, &read, 1), TICKET_REFUSED);
	bench_close(&bench);
}

static void nobody_there(void **state)
{
	static const struct plan plans[] = { WRITES };
	struct bench bench;

	(void)state;
	bench_open(&bench, LOGIN_NONE, NULL, 0);
	close(bench.server.fd);
	bench.server.fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(call(&bench, plans, 1), TICKET_UNAVAILABLE);
	assert_int_equal(bench.answer.status, STATUS_UNAVAILABLE);
	bench_close(&bench);
}

static void no_secret(void **state)
{
	static const struct plan plans[] = { READS };
	struct bench bench;

	(void)state;
	bench_open(&bench, LOGIN_HEADER, NULL, 0);
	unsetenv("ROUSE_TEST_SECRET");
	assert_int_equal(call(&bench, plans, 1), TICKET_REFUSED);
	has(bench.answer.why, "ROUSE_TEST_SECRET");
	assert_int_equal(bench.server.asked_count, 0);
	bench_close(&bench);
}

static void given_up_and_begun_anew(void **state)
{
	static const struct plan plan = READS;
	static const struct ticket_call asked = { .verb = TICKET_READ };
	const struct loopback_line script[] = { OK("{}"), OK("{}") };
	struct ticket_answer answer = {0};
	struct bench bench;

	(void)state;
	bench_open(&bench, LOGIN_NONE, LINES(script));
	assert_int_equal(web_step(&bench.web, &answer), STEP_DONE);
	assert_int_equal(answer.outcome, TICKET_REFUSED);
	has(answer.why, "No call");
	bench.plans = &plan;
	bench.count = 1;
	web_begin(&bench.web, &asked);
	for (int i = 0; i < 2; i++)
		assert_int_not_equal(web_step(&bench.web, &answer), STEP_DONE);
	web_cancel(&bench.web);
	assert_int_equal(call(&bench, &plan, 1), TICKET_FINE);
	assert_int_equal(bench.taken_count, 1);
	bench_close(&bench);
}

static void shown_without_asking(void **state)
{
	static const struct plan plan = WRITES;
	static const struct ticket_call asked = { .verb = TICKET_CREATE };
	struct strbuf out = STRBUF_INIT(4000);
	struct bench bench;

	(void)state;
	bench_open(&bench, LOGIN_HEADER, NULL, 0);
	bench.plans = &plan;
	bench.count = 1;
	web_show(&bench.web, &asked, &out);
	has(strbuf_text(&out), "POST http://127.0.0.1:");
	has(strbuf_text(&out), "x-key: ***");
	has_not(strbuf_text(&out), "right-secret");
	has(strbuf_text(&out), "\n\n{}");
	assert_int_equal(talk_requests(bench.talk), 0);
	strbuf_release(&out);
	bench_close(&bench);
}

static void headers_and_sentences(void **state)
{
	struct ticket_answer answer = {0};
	struct strbuf out = STRBUF_INIT(4000);
	struct bench bench;
	char many[300];

	(void)state;
	bench_open(&bench, LOGIN_NONE, NULL, 0);
	assert_false(web_header(&bench.web, "If-Match: %s", "\"17\"\r\nX-Evil: 1"));
	assert_int_equal(bench.web.request.header_count, 0);
	for (int i = 0; i < WEB_HEADERS_MAX; i++)
		assert_true(web_header(&bench.web, "X-%d: \"17\"", i));
	assert_false(web_header(&bench.web, "X-more: 1"));
	/* Cut between characters, never inside one. */
	for (int i = 0; i < 200; i++)
		web_warn(&answer, "%s", "\xc3\xbc\xc3\xbc\xc3\xbc");
	assert_true(strlen(answer.warning) < sizeof answer.warning);
	assert_true(strlen(answer.warning) > sizeof answer.warning - 10);
	assert_true(utf8_valid(answer.warning, strlen(answer.warning)));
	/* A number of a ticket is what the server says it is. */
	web_fail(&bench.web, &answer, TICKET_REFUSED, STATUS_FAILED, "Ticket %s is not ours.", "INC\x1b[2J\n\xe2\x80\xae");
	assert_string_equal(answer.why, "Ticket INC\\x1b[2J\\x0a\\u202e is not ours.");
	memset(many, 'x', sizeof many);
	memcpy(many, "a\x1b[31m\n", 7);
	web_text(&out, (struct slice){ many, sizeof many });
	has(strbuf_text(&out), "a\\x1b[31m\\x0a");
	assert_true(out.len < 220);
	has(strbuf_text(&out), "x...");
	strbuf_release(&out);
	bench_close(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_after_the_other), cmocka_unit_test(a_token_is_renewed_once),
		cmocka_unit_test(a_write_refused_by_an_old_token_is_done_once), cmocka_unit_test(refused), cmocka_unit_test(somebody_wrote_meanwhile),
		cmocka_unit_test(a_lost_write_is_never_repeated), cmocka_unit_test(a_read_is_repeated), cmocka_unit_test(an_answer_that_cannot_be_read),
		cmocka_unit_test(a_failure_after_a_write), cmocka_unit_test(a_refused_write_leaves_nothing_behind), cmocka_unit_test(nobody_there),
		cmocka_unit_test(no_secret), cmocka_unit_test(given_up_and_begun_anew), cmocka_unit_test(shown_without_asking),
		cmocka_unit_test(headers_and_sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
