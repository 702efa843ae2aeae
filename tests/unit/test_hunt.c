/* test_hunt.c - the live source without a network: parts, what an answer means, bodies, the census, and answers as they stream in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/strbuf.h"
#include "core/sources/cloud.h"
#include "core/sources/hunt_inner.h"

/* -- parts -- */

static void test_parts_cover(void **state)
{
	struct hunt_parts parts = { 0 };
	(void)state;
	hunt_parts_add(&parts, ASK_FINDINGS, 4);
	/* Any part may be split, again and again: each device stays in one part and no more. */
	assert_true(hunt_parts_split(&parts, 1, 4096));
	assert_true(hunt_parts_split(&parts, 1, 4096));
	assert_true(hunt_parts_split(&parts, 3, 4096));
	assert_true(hunt_parts_split(&parts, parts.count - 1, 4096));
	for (unsigned hash = 0; hash < 1000; hash++) {
		int holders = 0;
		for (size_t i = 0; i < parts.count; i++)
			holders += hash % parts.items[i].of == parts.items[i].number;
		assert_int_equal(holders, 1);
	}
	hunt_parts_release(&parts);
}

static void test_parts_order(void **state)
{
	struct hunt_parts parts = { 0 };
	char name[96];
	(void)state;
	hunt_parts_add(&parts, ASK_FINDINGS, 2);
	assert_false(hunt_parts_split(&parts, 0, 2));
	assert_int_equal(parts.count, 2);
	hunt_part_name(&parts.items[1], name, sizeof name);
	assert_string_equal(name, "servers, part 2 of 2");
	assert_int_equal(hunt_parts_next(&parts), 0);
	parts.items[0].state = PART_FAILED;
	assert_int_equal(hunt_parts_next(&parts), 1);
	parts.items[1].state = PART_DONE;
	/* The failed one comes once more, at the end, and not a third time. */
	assert_int_equal(hunt_parts_next(&parts), 0);
	assert_int_equal(parts.items[0].state, PART_OPEN);
	parts.items[0].state = PART_FAILED;
	assert_true(hunt_parts_next(&parts) == SIZE_MAX);
	assert_ptr_equal(hunt_parts_failed(&parts), &parts.items[0]);
	assert_int_equal(hunt_parts_count(&parts, ASK_FINDINGS, PART_DONE), 1);
	hunt_parts_release(&parts);
}

/* -- bodies and addresses -- */

static void test_body(void **state)
{
	struct hunt_options options = { .api = HUNT_GRAPH, .endpoint = "https://graph.microsoft.com" };
	struct strbuf out = STRBUF_INIT(1000);
	(void)state;
	hunt_address(&options, &out);
	assert_string_equal(strbuf_text(&out), "https://graph.microsoft.com/v1.0/security/runHuntingQuery");
	strbuf_clear(&out);
	hunt_body(&options, slice_of("print \"a\\n\"\n"), &out);
	assert_string_equal(strbuf_text(&out), "{\"query\":\"print \\\"a\\\\n\\\"\\n\",\"timespan\":\"P30D\"}");
	options = (struct hunt_options){ .api = HUNT_LEGACY, .endpoint = "https://x" };
	strbuf_clear(&out);
	hunt_body(&options, slice_of("x"), &out);
	assert_string_equal(strbuf_text(&out), "{\"Query\":\"x\"}");
	options = (struct hunt_options){ .api = HUNT_WORKSPACE, .endpoint = "https://x", .workspace = "a/b" };
	strbuf_clear(&out);
	hunt_body(&options, slice_of("x"), &out);
	assert_string_equal(strbuf_text(&out), "{\"query\":\"x\",\"timespan\":\"P30D\"}");
	strbuf_clear(&out);
	hunt_address(&options, &out);
	assert_string_equal(strbuf_text(&out), "https://x/v1/workspaces/a%2Fb/query");
	strbuf_release(&out);
}

static void test_clouds(void **state)
{
	(void)state;
	assert_string_equal(cloud_named("dod")->graph, "https://dod-graph.microsoft.us");
	assert_string_equal(cloud_named("gcc-high")->login, "https://login.microsoftonline.us");
	assert_null(cloud_named("china"));
}

/* -- what an answer means -- */

struct meaning {
	int status;
	enum http_failure failure;
	const char *body;
	enum verdict_of_answer verdict;
	const char *words;   /* in the sentence; NULL: none is looked for */
};

#define ERROR_OF(code, message) "{\"error\":{\"code\":\"" code "\",\"message\":\"" message "\"}}"

static const struct meaning meanings[] = {
	{ 200, HTTP_NONE, "", ANSWER_FINE, NULL },
	{ 400, HTTP_NONE, ERROR_OF("BadRequest", "Query execution has exceeded the allowed result size. Optimize your query"), ANSWER_SPLIT, NULL },
	{ 400, HTTP_NONE, ERROR_OF("BadRequest", "Query execution has exceeded the allowed limits. The query execution was preempted."), ANSWER_SPLIT, NULL },
	{ 400, HTTP_NONE, ERROR_OF("BadRequest", "QUERY EXCEEDED THE TIMEOUT PERIOD."), ANSWER_SPLIT, NULL },
	{ 400, HTTP_NONE, ERROR_OF("BadRequest", "'where' operator: Failed to resolve table or column expression named 'X'"), ANSWER_NO_TABLE, "licence" },
	{ 400, HTTP_NONE, ERROR_OF("BadRequest", "Syntax error"), ANSWER_REFUSED, "Syntax error" },
	{ 400, HTTP_NONE, "", ANSWER_REFUSED, "no reason" },
	{ 400, HTTP_NONE, "\xff<html>", ANSWER_REFUSED, "no reason" },
	{ 401, HTTP_NONE, ERROR_OF("Unauthorized", "expired"), ANSWER_SIGN_IN, "401" },
	{ 403, HTTP_NONE, ERROR_OF("Forbidden", "Missing"), ANSWER_REFUSED, "403" },
	{ 404, HTTP_NONE, "", ANSWER_REFUSED, "404" },
	{ 413, HTTP_NONE, "", ANSWER_REFUSED, "too long" },
	{ 302, HTTP_NONE, "", ANSWER_REFUSED, "not followed" },
	{ 429, HTTP_NONE, "", ANSWER_LATER, NULL },
	{ 500, HTTP_NONE, "", ANSWER_LATER, NULL },
	{ 504, HTTP_NONE, "", ANSWER_LATER, NULL },
	{ 0, HTTP_TIMEOUT, "", ANSWER_LATER, NULL },
	{ 200, HTTP_CUT, "", ANSWER_LATER, NULL },
	{ 200, HTTP_TOO_BIG, "", ANSWER_SPLIT, NULL },
	{ 0, HTTP_TLS, "", ANSWER_REFUSED, "why" },
};

static enum verdict_of_answer judge(const struct meaning *meaning, struct retry *retry, struct error *why)
{
	struct hunt_options options = { .api = HUNT_GRAPH };
	struct http_answer answer = { .failure = meaning->failure, .status = meaning->status, .retry_after_ms = -1, .why = "that is why" };
	enum verdict_of_answer verdict;
	strbuf_init(&answer.body, HTTP_BODY_MAX);
	strbuf_adds(&answer.body, meaning->body);
	verdict = hunt_judge(&options, &answer, retry, slice_of("no token"), 1000000, why);
	strbuf_release(&answer.body);
	return verdict;
}

static void test_judge(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
		struct retry retry = { 0 };
		struct error why = { 0 };
		assert_int_equal(judge(&meanings[i], &retry, &why), meanings[i].verdict);
		if (!meanings[i].words)
			continue;
		assert_non_null(strstr(why.text, meanings[i].words));
		assert_non_null(strchr(".!?", why.text[strlen(why.text) - 1]));
	}
}

static void test_judge_time(void **state)
{
	const struct meaning slow = { 504, HTTP_NONE, "", ANSWER_SLOW, NULL }, away = { 503, HTTP_NONE, "", ANSWER_LATER, NULL };
	struct retry retry = { 0 };
	struct error why = { 0 };
	(void)state;
	assert_int_equal(judge(&slow, &retry, &why), ANSWER_LATER);
	assert_int_equal(judge(&slow, &retry, &why), ANSWER_SLOW);
	retry = (struct retry){ 0 };
	for (int i = 0; i < 5; i++)
		assert_int_equal(judge(&away, &retry, &why), ANSWER_LATER);
	assert_int_equal(judge(&away, &retry, &why), ANSWER_REFUSED);
	assert_non_null(strstr(why.text, "6 times"));
}

static void test_rights(void **state)
{
	struct hunt_options options = { .api = HUNT_LEGACY, .sign_in = { .way = OAUTH_SECRET } };
	struct oauth_claims claims = { .roles = "AdvancedHunting.Read Other" };
	(void)state;
	assert_false(hunt_has_right(&options, &claims));
	options.sign_in.way = OAUTH_DEVICE;
	assert_true(hunt_has_right(&options, &claims));
	assert_string_equal(hunt_right(&options), "AdvancedHunting.Read");
	assert_string_equal(hunt_right_kind(&options), "delegated");
	options = (struct hunt_options){ .api = HUNT_GRAPH };
	memcpy(claims.roles, "XThreatHunting.Read.All ThreatHunting.Read.AllX", sizeof "XThreatHunting.Read.All ThreatHunting.Read.AllX");
	assert_false(hunt_has_right(&options, &claims));
	memcpy(claims.roles, "A ThreatHunting.Read.All", sizeof "A ThreatHunting.Read.All");
	assert_true(hunt_has_right(&options, &claims));
}

/* -- the census -- */

#define CENSUS_SCHEMA "{\"schema\":[{\"name\":\"MachineGroup\"},{\"name\":\"Partial\"},{\"name\":\"Server\"},{\"name\":\"Merged\"},{\"name\":\"Devices\"}],"

static int census(const char *text, struct census_sum *sum, struct estate *estate)
{
	const char *groups[] = { "a" };
	struct scope scope = { .groups = groups, .group_count = 1 };
	struct error err = { 0 };
	struct hunt_census *reader = hunt_census_new(estate);
	int failed = hunt_census_feed(reader, text, strlen(text), &err) || hunt_census_end(reader, &scope, sum, &err);
	hunt_census_free(&reader);
	assert_true(!failed || err.text[0]);
	return failed;
}

static void test_census(void **state)
{
	struct estate estate;
	struct census_sum sum = { 0 };
	(void)state;
	estate_init(&estate);
	assert_false(census(CENSUS_SCHEMA "\"results\":[{\"MachineGroup\":\"A\",\"Partial\":\"False\",\"Server\":\"True\",\"Merged\":\"False\",\"Devices\":7},"
		"{\"machinegroup\":\"b\",\"partial\":\"0\",\"server\":\"1\",\"merged\":\"0\",\"devices\":\"5\"},"
		"{\"MachineGroup\":\"a\",\"Partial\":\"false\",\"Server\":\"true\",\"Merged\":\"true\",\"Devices\":3},"
		"{\"MachineGroup\":null,\"Partial\":\"true\",\"Server\":\"false\",\"Merged\":\"false\",\"Devices\":2}]}", &sum, &estate));
	assert_int_equal(sum.devices, 17);
	assert_int_equal(sum.in_scope, 7);
	/* A second part adds to it; rows may be arrays, in another order. */
	assert_false(census("{\"tables\":[{\"columns\":[{\"name\":\"Devices\"},{\"name\":\"Server\"},{\"name\":\"Merged\"},{\"name\":\"Partial\"},"
		"{\"name\":\"MachineGroup\"}],\"rows\":[[4,\"true\",\"false\",\"false\",\"a\"]]}]}", &sum, &estate));
	assert_int_equal(sum.in_scope, 11);
	assert_int_equal(estate.counted_count, 5);
	estate_release(&estate);
}

static void test_census_hostile(void **state)
{
	static const char *const bad[] = {
		"", "{", "<html>", "null", "[]", CENSUS_SCHEMA "\"results\":[", CENSUS_SCHEMA "\"results\":[{}]}",
		CENSUS_SCHEMA "\"results\":[{\"Partial\":\"false\",\"Server\":\"true\",\"Merged\":\"false\",\"Devices\":-1}]}",
		CENSUS_SCHEMA "\"results\":[{\"Partial\":\"false\",\"Server\":\"true\",\"Merged\":\"false\",\"Devices\":1.5}]}",
		CENSUS_SCHEMA "\"results\":[{\"Partial\":\"false\",\"Server\":\"true\",\"Merged\":\"false\",\"Devices\":4294967296}]}",
		CENSUS_SCHEMA "\"results\":[{\"Partial\":\"false\",\"Server\":\"yes\",\"Merged\":\"false\",\"Devices\":1}]}",
		CENSUS_SCHEMA "\"results\":[{\"Partial\":\"false\",\"Server\":null,\"Merged\":\"false\",\"Devices\":1}]}",
		"{\"schema\":[{\"name\":\"MachineGroup\"}],\"results\":[]}", "{\"error\":{\"code\":\"x\",\"message\":\"y\"}}",
		CENSUS_SCHEMA "\"results\":[],\"error\":{\"code\":\"PartialError\",\"message\":\"half\"}}",
		CENSUS_SCHEMA "\"results\":[],\"@odata.nextLink\":\"https://x\"}",
	};
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct estate estate;
		struct census_sum sum = { 0 };
		estate_init(&estate);
		assert_true(census(bad[i], &sum, &estate));
		assert_int_equal(sum.devices, 0);
		assert_int_equal(estate.counted_count, 0);
		estate_release(&estate);
	}
}

/* -- answers -- */

#define SCHEMA "{\"@odata.context\":\"x\",\"schema\":[{\"name\":\"DeviceId\",\"type\":\"String\"},{\"name\":\"OSPlatform\",\"type\":\"String\"}," \
	"{\"name\":\"LastSeen\",\"type\":\"DateTime\"},{\"name\":\"GatheredAt\"},{\"name\":\"GatheredMode\"},{\"name\":\"AssessedMode\"},{\"name\":\"IsCompliant\"}]"
#define ROW(id) "{\"DeviceId\":\"" id "\",\"OSPlatform\":\"WindowsServer2022\",\"LastSeen\":\"2026-11-20T05:00:00.1234567Z\"," \
	"\"GatheredAt\":\"2026-11-20T04:00:00Z\",\"GatheredMode\":\"1\",\"AssessedMode\":\"1\",\"IsCompliant\":\"false\"}"
#define ROW_CAMEL(id) "{\"deviceId\":\"" id "\",\"osPlatform\":\"WindowsServer2022\",\"lastSeen\":\"2026-11-20 05:00:00\"," \
	"\"gatheredAt\":\"2026-11-20T04:00:00Z\",\"gatheredMode\":1,\"isCompliant\":false}"

/* What one answer came to. */
struct outcome {
	struct estate estate;
	struct run run;
	struct answer_totals totals;
	struct error err;
	int failed;
	uint64_t rows;
};

/* Feeds `n` bytes in pieces of `piece`. */
static void answer(struct outcome *outcome, const char *text, size_t n, size_t piece)
{
	struct answer *reader;
	*outcome = (struct outcome){ .failed = 0 };
	estate_init(&outcome->estate);
	reader = answer_new("servers", TABLE_FINDINGS, &outcome->estate, &outcome->run);
	for (size_t at = 0; at < n && !outcome->failed; at += piece)
		outcome->failed = answer_feed(reader, text + at, n - at < piece ? n - at : piece, &outcome->err);
	if (!outcome->failed)
		outcome->failed = answer_end(reader, &outcome->totals, &outcome->err);
	outcome->rows = answer_rows(reader);
	answer_free(&reader);
}

static void forget(struct outcome *outcome)
{
	run_release(&outcome->run);
	estate_release(&outcome->estate);
}

static void test_answer_cut(void **state)
{
	static const char whole[] = SCHEMA ",\"results\":[" ROW("a") "," ROW("b\\u00fc") "," ROW_CAMEL("c") "]}";
	struct outcome outcome;
	(void)state;
	for (size_t n = 0; n < sizeof whole - 1; n++) {
		answer(&outcome, whole, n, 7);
		/* A cut answer is never one that is whole. */
		assert_true(outcome.failed);
		assert_true(outcome.err.text[0]);
		forget(&outcome);
	}
	for (size_t piece = 1; piece < 60; piece++) {
		answer(&outcome, whole, sizeof whole - 1, piece);
		assert_false(outcome.failed);
		assert_int_equal(outcome.totals.rows, 3);
		assert_int_equal(outcome.estate.ids.count, 3);
		assert_int_equal(outcome.estate.input.used, 3);
		assert_false(outcome.totals.paged);
		assert_string_equal(outcome.totals.error, "");
		forget(&outcome);
	}
}

static void test_answer_keys(void **state)
{
	static const char camel[] = "\xef\xbb\xbf{\"Schema\":[{\"Name\":\"DeviceId\",\"Type\":\"String\"},{\"Name\":\"GatheredMode\",\"Type\":\"String\"}],\"Results\":[" ROW_CAMEL("a") "]}";
	struct outcome outcome;
	(void)state;
	answer(&outcome, camel, sizeof camel - 1, 2);
	assert_false(outcome.failed);
	assert_int_equal(outcome.estate.ids.count, 1);
	assert_true(outcome.estate.devices[0].has_gathering);
	forget(&outcome);
}

static void test_answer_none(void **state)
{
	static const char none[] = SCHEMA ",\"results\":[]}", bare[] = "{\"schema\":[],\"results\":[]}";
	struct outcome outcome;
	(void)state;
	answer(&outcome, none, sizeof none - 1, 16);
	assert_false(outcome.failed);
	assert_int_equal(outcome.totals.rows, 0);
	forget(&outcome);
	/* Without a schema nothing is said of columns. */
	answer(&outcome, bare, sizeof bare - 1, 16);
	assert_int_equal(outcome.totals.rows, 0);
	forget(&outcome);
}

static void test_answer_error(void **state)
{
	static const char partial[] = SCHEMA ",\"results\":[" ROW("a") "],\"error\":{\"code\":\"PartialError\",\"message\":\"too \\u001b[31m much\"}}";
	static const char alone[] = "{\"error\":{\"code\":\"TooManyRequests\",\"message\":\"Please retry again later.\"}}";
	static const char paged[] = SCHEMA ",\"results\":[" ROW("a") "],\"@odata.nextLink\":\"https://graph.microsoft.com/next\"}";
	struct outcome outcome;
	(void)state;
	answer(&outcome, partial, sizeof partial - 1, 5);
	assert_false(outcome.failed);
	assert_int_equal(outcome.totals.rows, 1);
	assert_non_null(strstr(outcome.totals.error, "PartialError: too"));
	assert_null(strchr(outcome.totals.error, '\x1b'));
	forget(&outcome);
	answer(&outcome, alone, sizeof alone - 1, 5);
	assert_true(outcome.failed || strstr(outcome.totals.error, "TooManyRequests"));
	forget(&outcome);
	answer(&outcome, paged, sizeof paged - 1, 5);
	assert_false(outcome.failed);
	assert_true(outcome.totals.paged);
	forget(&outcome);
}

static void test_answer_hostile(void **state)
{
	static const char *const bad[] = {
		"<html><body>Sign in</body></html>", "  \r\n<", "DeviceId,OSPlatform\n1,2\n", "[1,2]", "\"text\"", "null", "\x1f\x8b\x08",
		"{\"schema\":1,\"results\":2}", SCHEMA ",\"results\":[" ROW("a") "]} trailing", "{}", "   ",
	};
	struct outcome outcome;
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		answer(&outcome, bad[i], strlen(bad[i]), 3);
		assert_true(outcome.failed);
		forget(&outcome);
	}
}

static void test_answer_take_back(void **state)
{
	static const char text[] = SCHEMA ",\"results\":[" ROW("a") "," ROW("b") ",{\"DeviceId\":\"\"}]}";
	struct estate estate;
	struct run run = { 0 };
	struct error err = { 0 };
	struct answer_counts counts;
	struct answer_totals totals;
	struct input_counts none = { 0 };
	(void)state;
	estate_init(&estate);
	for (int i = 0; i < 3; i++) {
		struct answer *reader = answer_new("servers", TABLE_FINDINGS, &estate, &run);
		assert_false(answer_feed(reader, text, sizeof text - 1, &err));
		assert_false(answer_end(reader, &totals, &err));
		answer_counts(reader, &counts);
		answer_free(&reader);
		assert_int_equal(counts.read, 3);
		assert_int_equal(counts.unreadable, 1);
		assert_int_equal(estate.input.read, 3);
		assert_int_equal(estate.table[TABLE_FINDINGS].used, 2);
		/* The same rows again change nothing, and are counted once. */
		assert_int_equal(estate.ids.count, 2);
		answer_take_back(&estate, TABLE_FINDINGS, &counts);
		assert_memory_equal(&estate.input, &none, sizeof none);
		assert_int_equal(estate.table[TABLE_FINDINGS].read, 0);
	}
	run_release(&run);
	estate_release(&estate);
}

/* -- limits -- */

static void test_limits(void **state)
{
	struct hunt hunt = { .service = &hunt_services[HUNT_GRAPH] };
	(void)state;
	assert_false(hunt_is_cut(&hunt, 99999, UINT64_C(1) << 40));
	assert_true(hunt_is_cut(&hunt, 100000, 0));
	/* One that showed itself. */
	hunt.cut_rows = 500;
	hunt.cut_bytes = 90000;
	assert_false(hunt_is_cut(&hunt, 499, 89999));
	assert_true(hunt_is_cut(&hunt, 500, 0));
	assert_true(hunt_is_cut(&hunt, 1, 90000));
	assert_true(hunt_says_limit("x: Query result set has exceeded the internal record count limit 500000"));
	assert_false(hunt_says_limit("PartialError: something else"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts_cover), cmocka_unit_test(test_parts_order), cmocka_unit_test(test_body), cmocka_unit_test(test_clouds),
		cmocka_unit_test(test_judge), cmocka_unit_test(test_judge_time), cmocka_unit_test(test_rights), cmocka_unit_test(test_census),
		cmocka_unit_test(test_census_hostile), cmocka_unit_test(test_answer_cut), cmocka_unit_test(test_answer_keys),
		cmocka_unit_test(test_answer_none), cmocka_unit_test(test_answer_error), cmocka_unit_test(test_answer_hostile),
		cmocka_unit_test(test_answer_take_back), cmocka_unit_test(test_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
