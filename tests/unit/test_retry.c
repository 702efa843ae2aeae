/* test_retry.c - which answers are asked again, when, and how often. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/io/retry.h"

#define NOW INT64_C(1000000)

static struct http_answer status(int code)
{
	return (struct http_answer){ .status = code, .retry_after_ms = -1, .body = STRBUF_INIT(HTTP_BODY_MAX) };
}

static struct http_answer failure(enum http_failure what)
{
	return (struct http_answer){ .failure = what, .retry_after_ms = -1, .body = STRBUF_INIT(HTTP_BODY_MAX) };
}

static void judgements(void **state)
{
	static const int again[] = { 408, 429, 500, 502, 503, 504 }, final[] = { 0, 204 + 100, 301, 302, 400, 401, 403, 404, 409, 410, 413, 422, 501, 505 };
	static const enum http_failure lost[] = { HTTP_RESOLVE, HTTP_CONNECT, HTTP_TIMEOUT, HTTP_CUT, HTTP_BROKEN };
	static const enum http_failure never[] = { HTTP_TLS, HTTP_TOO_BIG, HTTP_STOPPED, HTTP_INTERNAL };

	(void)state;
	for (int code = 200; code < 300; code += 33) {
		struct retry retry = { 0 };
		struct http_answer answer = status(code);
		assert_int_equal(retry_judge(&retry, &answer, true, NOW), RETRY_FINE);
	}
	for (size_t i = 0; i < sizeof again / sizeof *again; i++) {
		struct retry retry = { 0 };
		struct http_answer answer = status(again[i]);
		assert_int_equal(retry_judge(&retry, &answer, false, NOW), RETRY_LATER);
		assert_int_not_equal(retry.reason[0], '\0');
	}
	for (size_t i = 0; i < sizeof final / sizeof *final; i++) {
		struct retry retry = { 0 };
		struct http_answer answer = status(final[i]);
		assert_int_equal(retry_judge(&retry, &answer, true, NOW), RETRY_NEVER);
	}
	for (size_t i = 0; i < sizeof lost / sizeof *lost; i++) {
		struct retry retry = { 0 };
		struct http_answer answer = failure(lost[i]);
		assert_int_equal(retry_judge(&retry, &answer, true, NOW), RETRY_LATER);
		assert_int_equal(retry_judge(&retry, &answer, false, NOW), RETRY_NEVER);
	}
	for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
		struct retry retry = { 0 };
		struct http_answer answer = failure(never[i]);
		assert_int_equal(retry_judge(&retry, &answer, true, NOW), RETRY_NEVER);
	}
}

/* 1 s, 2 s, 4 s... each between half and whole, and not always the same. */
static void spacing(void **state)
{
	int64_t least[5], most[5];

	(void)state;
	for (int i = 0; i < 5; i++)
		least[i] = INT64_MAX, most[i] = 0;
	for (uint64_t seed = 1; seed <= 500; seed++) {
		struct retry retry = { .seed = seed };
		struct http_answer answer = status(503);
		for (int i = 0; i < 5; i++) {
			int64_t whole = INT64_C(1000) << i, wait;
			assert_int_equal(retry_judge(&retry, &answer, true, NOW), RETRY_LATER);
			wait = retry.wait_until_ms - NOW;
			assert_in_range(wait, whole / 2, whole);
			least[i] = wait < least[i] ? wait : least[i];
			most[i] = wait > most[i] ? wait : most[i];
		}
		assert_int_equal(retry_judge(&retry, &answer, true, NOW), RETRY_SPENT);
		assert_int_equal(retry.tries, 6);
	}
	for (int i = 0; i < 5; i++) {
		int64_t whole = INT64_C(1000) << i;
		assert_true(least[i] < whole * 55 / 100 && most[i] > whole * 95 / 100);
	}
	/* Nobody named it, so no wait is longer than a minute. */
	struct retry retry = { .tries_max = 40, .whole_max_ms = INT64_MAX / 4, .seed = 1 };
	struct http_answer answer = status(503);
	for (int i = 0; i < 39; i++) {
		assert_int_equal(retry_judge(&retry, &answer, true, NOW), RETRY_LATER);
		assert_in_range(retry.wait_until_ms - NOW, 500, 60000);
	}
}

static void seeds(void **state)
{
	struct retry a = { 0 }, b = { 0 };
	struct http_answer answer = status(503);
	int same = 0;

	(void)state;
	for (int i = 0; i < 5; i++) {
		retry_judge(&a, &answer, true, NOW);
		retry_judge(&b, &answer, true, NOW);
		same += a.wait_until_ms == b.wait_until_ms;
	}
	assert_in_range(same, 0, 3);   /* drawn, not fixed */
}

static void named_waits(void **state)
{
	struct retry retry = { 0 };
	struct http_answer answer = status(429);

	(void)state;
	answer.retry_after_ms = 7000;
	assert_int_equal(retry_judge(&retry, &answer, true, NOW), RETRY_LATER);
	assert_int_equal(retry.wait_until_ms, NOW + 7000);
	assert_string_equal(retry.reason, "the service is throttling (429)");
	/* A time that is over is no reason to ask at once. */
	answer.retry_after_ms = 0;
	assert_int_equal(retry_judge(&retry, &answer, true, NOW), RETRY_LATER);
	assert_in_range(retry.wait_until_ms, NOW + 1000, NOW + 2000);
	/* Never longer than an hour; and that is more than the budget of half an hour. */
	retry = (struct retry){ .whole_max_ms = INT64_C(2) * 3600 * 1000 };
	answer.retry_after_ms = INT64_C(5) * 3600 * 1000;
	assert_int_equal(retry_judge(&retry, &answer, true, NOW), RETRY_LATER);
	assert_int_equal(retry.wait_until_ms, NOW + 3600 * 1000);
	retry = (struct retry){ 0 };
	assert_int_equal(retry_judge(&retry, &answer, true, NOW), RETRY_SPENT);
}

static void budget(void **state)
{
	struct retry retry = { .tries_max = 3, .seed = 5 };
	struct http_answer answer = status(502);

	(void)state;
	assert_int_equal(retry_judge(&retry, &answer, true, NOW), RETRY_LATER);
	assert_int_equal(retry_judge(&retry, &answer, true, NOW), RETRY_LATER);
	assert_int_equal(retry_judge(&retry, &answer, true, NOW), RETRY_SPENT);
	assert_string_equal(retry.reason, "the service is not available (502)");
	/* The whole time counts from the beginning of the first try. */
	retry = (struct retry){ .whole_max_ms = 10000, .seed = 5 };
	answer.took_ms = 9000;
	assert_int_equal(retry_judge(&retry, &answer, true, NOW), RETRY_LATER);
	assert_int_equal(retry.began_ms, NOW - 9000);
	assert_int_equal(retry_judge(&retry, &answer, true, NOW + 900), RETRY_SPENT);
}

/* The quota of processing is new after a quarter of an hour; where the service says how long, it is believed up to that. */
static void quota(void **state)
{
	static const char *const texts[] = {
		"{\"error\":{\"code\":\"TooManyRequests\",\"message\":\"You have exceeded processing resources allocated to this tenant. You can run queries again in 12 minutes.\"}}",
		"{\"error\":{\"message\":\"You can run queries again in 00:40:00.\"}}",
	};
	static const int64_t waits[] = { 12 * 60000, 15 * 60000 };
	/* As Microsoft Graph writes it: the time of the day in it is no duration. */
	static const char dated[] = "{\"error\":{\"code\":\"TooManyRequests\",\"innerError\":{\"code\":\"429\",\"date\":\"2020-08-18T12:51:51\","
		"\"message\":\"Please retry after\",\"request-id\":\"94fb3b52-452a-4535-a601-69e0a90e3aa2\",\"status\":\"429\"},\"message\":\"Please retry again later.\"}}";

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct retry retry = { 0 };
		struct http_answer answer = status(429);
		strbuf_adds(&answer.body, texts[i]);
		assert_int_equal(retry_judge(&retry, &answer, true, NOW), RETRY_LATER);
		assert_int_equal(retry.wait_until_ms, NOW + waits[i]);
		/* The header comes first. */
		answer.retry_after_ms = 3000;
		assert_int_equal(retry_judge(&retry, &answer, true, NOW), RETRY_LATER);
		assert_int_equal(retry.wait_until_ms, NOW + 3000);
		strbuf_release(&answer.body);
	}
	struct retry retry = { 0 };
	struct http_answer answer = status(429);
	strbuf_adds(&answer.body, dated);
	assert_int_equal(retry_judge(&retry, &answer, true, NOW), RETRY_LATER);
	assert_in_range(retry.wait_until_ms, NOW + 500, NOW + 1000);
	strbuf_release(&answer.body);
}

static void durations(void **state)
{
	static const struct { const char *text; int64_t ms; } rows[] = {
		{ "You can run queries again in 12 minutes.", 720000 }, { "again in 1 hour 5 minutes", 3900000 }, { "in 2 minutes and 30 seconds", 150000 },
		{ "in 1 hour, 2 minutes", 3720000 }, { "in 45 seconds", 45000 }, { "in 1 second", 1000 }, { "in 00:12:30", 750000 }, { "in 12:30", 750000 }, { "In 3 MINUTES", 180000 },
		{ "retry after 30 seconds", 30000 }, { "Retry after  90sec", 90000 }, { "wait for 5 min", 300000 }, { "within 2 hours", 7200000 }, { "in 0 seconds", 0 },
		{ "in 10 minutes 429", 600000 }, { "", -1 }, { "in", -1 }, { "in ", -1 }, { "in a while", -1 }, { "in 5", -1 }, { "in 5 days", -1 }, { "5 minutes", -1 },
		{ "\"date\":\"2020-08-18T12:51:51\"", -1 }, { "at 12:51:51", -1 }, { "Error 42901 in query 7", -1 }, { "begin 5 minutes", -1 }, { "within reach; in 2 seconds", 2000 },
		{ "in 99999999999999999999 hours", -1 }, { "in 999999 hours", INT64_C(999999) * 3600000 },
	};
	static char many[1 << 20];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (retry_duration((struct slice){ rows[i].text, strlen(rows[i].text) }) != rows[i].ms)
			fail_msg("\"%s\" is %lld", rows[i].text, (long long)retry_duration(slice_of(rows[i].text)));
	/* However long, without overflow, in time that grows with the length. */
	memcpy(many, "in ", 3);
	for (size_t i = 3; i + 8 < sizeof many; i += 8)
		memcpy(many + i, "999999hr", 8);
	assert_true(retry_duration((struct slice){ many, sizeof many }) > 0);
	memset(many, '1', sizeof many);
	assert_int_equal(retry_duration((struct slice){ many, sizeof many }), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judgements), cmocka_unit_test(spacing), cmocka_unit_test(seeds), cmocka_unit_test(named_waits), cmocka_unit_test(budget),
		cmocka_unit_test(quota), cmocka_unit_test(durations),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
