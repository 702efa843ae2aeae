/* test_oauth_token.c - answers of the sign-in service, refusals in plain words, and what a token says of itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/utf8.h"
#include "core/io/oauth_inner.h"

#define TOKEN "eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2lnbmF0dXJl"

/* ---- base64url ---- */

static void base64url(void **state)
{
	static const char *const rows[][2] = { { "", "" }, { "f", "Zg" }, { "fo", "Zm8" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg" }, { "fooba", "Zm9vYmE" }, { "foobar", "Zm9vYmFy" },
		{ "\xff\xef\xbe", "_---" }, { "\xfb\xff", "-_8" } };
	static const char *const bad[] = { "A", "Zg+", "Zg/", "Z g", "Zm9v\n", "Zg=A", "AAAAA", "\xc3\xa9" };
	struct strbuf out = STRBUF_INIT(4096);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		strbuf_clear(&out);
		base64url_add(&out, (const unsigned char *)rows[i][0], strlen(rows[i][0]));
		assert_string_equal(strbuf_text(&out), rows[i][1]);
		strbuf_clear(&out);
		assert_true(base64url_read(&out, slice_of(rows[i][1])));
		assert_string_equal(strbuf_text(&out), rows[i][0]);
	}
	strbuf_clear(&out);
	assert_true(base64url_read(&out, slice_of("Zm8=")));
	assert_string_equal(strbuf_text(&out), "fo");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (base64url_read(&out, slice_of(bad[i])))
			fail_msg("%s is base64url", bad[i]);
	for (unsigned n = 0; n < 300; n++) {
		unsigned char bytes[300];
		struct strbuf back = STRBUF_INIT(4096);
		for (unsigned i = 0; i < n; i++)
			bytes[i] = (unsigned char)(i * 7 + n);
		strbuf_clear(&out);
		base64url_add(&out, bytes, n);
		assert_true(base64url_read(&back, (struct slice){ strbuf_text(&out), out.len }));
		assert_int_equal(back.len, n);
		if (n)
			assert_memory_equal(back.buf, bytes, n);
		strbuf_release(&back);
	}
	strbuf_release(&out);
}

/* ---- answers ---- */

static struct oauth_reply read_reply(const char *body)
{
	struct oauth_reply reply;

	if (!oauth_reply_read(&reply, slice_of(body)))
		fail_msg("%s is no answer", body);
	return reply;
}

static void good_replies(void **state)
{
	struct oauth_reply reply = read_reply("{\"token_type\":\"Bearer\",\"expires_in\":3599,\"ext_expires_in\":3599,\"access_token\":\"" TOKEN "\"}");

	(void)state;
	assert_string_equal(reply.access.bytes, TOKEN);
	assert_int_equal(reply.expires_s, 3599);
	assert_int_equal(reply.code, 0);
	assert_string_equal(reply.error, "");
	oauth_reply_wipe(&reply);
	assert_null(reply.access.bytes);
	/* The metadata service writes numbers as text. */
	reply = read_reply(" {\"access_token\":\"" TOKEN "\",\"refresh_token\":\"\",\"expires_in\":\"86399\",\"expires_on\":\"1506484173\",\"token_type\":\"Bearer\"}\n");
	assert_int_equal(reply.expires_s, 86399);
	assert_null(reply.refresh.bytes);
	oauth_reply_wipe(&reply);
	reply = read_reply("{\"device_code\":\"D\",\"user_code\":\"ABCD-1\",\"verification_uri\":\"https://microsoft.com/devicelogin\",\"expires_in\":900,\"interval\":5,\"message\":\"x\"}");
	assert_string_equal(reply.device_code.bytes, "D");
	assert_string_equal(reply.user_code, "ABCD-1");
	assert_string_equal(reply.address, "https://microsoft.com/devicelogin");
	assert_int_equal(reply.interval_s, 5);
	assert_int_equal(reply.expires_s, 900);
	oauth_reply_wipe(&reply);
	/* An older name of the address, which never takes the place of the right one. */
	reply = read_reply("{\"verification_url\":\"https://old.example\"}");
	assert_string_equal(reply.address, "https://old.example");
	reply = read_reply("{\"verification_uri\":\"https://new.example\",\"verification_url\":\"https://old.example\"}");
	assert_string_equal(reply.address, "https://new.example");
}

static void odd_replies(void **state)
{
	static const char *const none[] = { "", "null", "[]", "\"x\"", "5", "{", "{\"a\":}", "<html>", "{\"a\":1}x", "\xff" };
	static const struct { const char *number; int64_t seconds; } numbers[] = {
		{ "0", 0 }, { "-5", 0 }, { "\"-5\"", 0 }, { "\"\"", 0 }, { "null", 0 }, { "true", 0 }, { "\"x\"", 0 }, { "[5]", 0 }, { "3599.9", 3599 }, { "\" 60\"", 60 },
		{ "99999999999999999999999", INT64_C(1000000000000) }, { "\"9223372036854775807\"", INT64_C(1000000000000) },
		{ "99999999999999999999999999999999999999", 0 },
	};
	struct oauth_reply reply;
	char body[256];

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		if (oauth_reply_read(&reply, slice_of(none[i])))
			fail_msg("%s is an answer", none[i]);
		assert_null(reply.access.bytes);
	}
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		snprintf(body, sizeof body, "{\"expires_in\":%s,\"interval\":%s}", numbers[i].number, numbers[i].number);
		reply = read_reply(body);
		if (reply.expires_s != numbers[i].seconds || reply.interval_s != numbers[i].seconds)
			fail_msg("%s is %lld", numbers[i].number, (long long)reply.expires_s);
	}
	/* What cannot stand in a header is no token: it would write a header of its own. */
	reply = read_reply("{\"access_token\":\"a\\r\\nX-Evil: 1\"}");
	assert_null(reply.access.bytes);
	reply = read_reply("{\"access_token\":\"a b\"}");
	assert_null(reply.access.bytes);
	reply = read_reply("{\"access_token\":{\"a\":1},\"device_code\":5,\"user_code\":[],\"error\":{\"code\":\"x\"}}");
	assert_null(reply.access.bytes);
	assert_null(reply.device_code.bytes);
	assert_string_equal(reply.error, "");
	/* Twice: one of them, and nothing is lost in memory. */
	reply = read_reply("{\"access_token\":\"one\",\"access_token\":\"two\"}");
	assert_string_equal(reply.access.bytes, "two");
	oauth_reply_wipe(&reply);
	/* Shown to a person, so nothing that turns the terminal around; a code is a word that can be entered, or none. */
	reply = read_reply("{\"user_code\":\"A\\u001b[31m\\u202eB\",\"verification_uri\":\"https://h/\\u0007\"}");
	assert_string_equal(reply.user_code, "");
	assert_string_equal(reply.address, "https://h/\\x07");
}

/* A service, or a proxy, that repeats what it was asked with: as it was, in a form, and where the text is cut. */
static void repeated_secret(void **state)
{
	static const struct slice hide[] = { { "right~secret/1", 14 }, { NULL, 0 } };
	char body[1024];
	struct oauth_reply reply;

	(void)state;
	assert_true(oauth_reply_read_hiding(&reply, slice_of("{\"error\":\"right~secret/1\",\"error_description\":"
	            "\"bad right~secret\\/1right~secret/1, client_secret=right~secret%2F1&x\"}"), hide, 2));
	assert_string_equal(reply.error, "***");
	assert_string_equal(reply.description, "bad ******, client_secret=***&x");
	for (int pad = 480; pad < 520; pad++) {
		snprintf(body, sizeof body, "{\"error_description\":\"%0*dright~secret/1\"}", pad, 0);
		assert_true(oauth_reply_read_hiding(&reply, slice_of(body), hide, 2));
		assert_null(strstr(reply.description, "ri"));
	}
}

static void codes(void **state)
{
	char body[12000];
	struct oauth_reply reply;

	(void)state;
	reply = read_reply("{\"user_code\":\"ABCD-EFGH\"}");
	assert_string_equal(reply.user_code, "ABCD-EFGH");
	reply = read_reply("{\"user_code\":\"A; then call 555\"}");
	assert_string_equal(reply.user_code, "");
	/* A code, or an address, that is cut would be a wrong one. */
	snprintf(body, sizeof body, "{\"user_code\":\"%010000d\",\"verification_uri\":\"https://h/%0300d\"}", 0, 0);
	reply = read_reply(body);
	assert_string_equal(reply.user_code, "");
	assert_string_equal(reply.address, "");
}

/* A megabyte of a description is cut in no time. */
static void long_reply(void **state)
{
	static char body[1 << 20];
	struct oauth_reply reply;
	clock_t from = clock();

	(void)state;
	memset(body, 'x', sizeof body);
	memcpy(body, "{\"error_description\":\"", 22);
	memcpy(body + sizeof body - 3, "\"}", 3);
	assert_true(oauth_reply_read(&reply, (struct slice){ body, sizeof body - 1 }));
	assert_int_equal(strlen(reply.description), sizeof reply.description - 1);
	assert_true((double)(clock() - from) / CLOCKS_PER_SEC < 1);
}

/* ---- refusals ---- */

static void expect_refused(const char *body, enum oauth_way way, int status, const char *part)
{
	struct oauth_options options = { .way = way };
	struct oauth_reply reply = read_reply(body);
	struct error err = { 0 };

	assert_int_equal(oauth_refused(&reply, &options, status, &err), -1);
	assert_int_equal(err.status, STATUS_NO_PERMISSION);
	if (!strstr(err.text, part))
		fail_msg("\"%s\" is not in: %s", part, err.text);
	assert_non_null(strstr(err.text, oauth_way_names[way]));
	assert_null(strchr(err.text, '\n'));
	assert_null(strstr(err.text, "Trace ID"));
	oauth_reply_wipe(&reply);
}

static void refusals(void **state)
{
	static const struct { int code; const char *part; } rows[] = {
		{ 7000215, "client secret is wrong" }, { 7000222, "client secret has expired" }, { 700016, "not known in this tenant" }, { 700027, "certificate is not the application's" },
		{ 700021, "does not speak for this application" }, { 700023, "meant for another sign-in address" }, { 700024, "set this machine's clock" }, { 90002, "tenant is not known" },
		{ 65001, "nobody has consented" }, { 500011, "does not know the service" }, { 53003, "conditional access" }, { 50076, "second factor" },
	};
	char body[512], wanted[64];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		snprintf(body, sizeof body, "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS%d: Words of the service.\\r\\nTrace ID: 1\"}", rows[i].code);
		expect_refused(body, i < 2 ? OAUTH_SECRET : OAUTH_CERTIFICATE, 400, rows[i].part);
		snprintf(wanted, sizeof wanted, "(AADSTS%d)", rows[i].code);
		expect_refused(body, OAUTH_SECRET, 401, wanted);
	}
	/* What only a secret can be: of another way, the service's own words. */
	expect_refused("{\"error_description\":\"AADSTS7000215: Words. Trace ID: 1 Timestamp: 2\"}", OAUTH_CERTIFICATE, 400, "refused: AADSTS7000215: Words.");
	/* A number without a sentence: the service's own words, their first line. */
	expect_refused("{\"error\":\"x\",\"error_description\":\"AADSTS99999: Something new.\\r\\nTrace ID: 1\\r\\nTimestamp\"}", OAUTH_DEVICE, 400,
	               "The sign-in (device-code) was refused: AADSTS99999: Something new.");
	expect_refused("{\"error\":\"invalid_client\"}", OAUTH_SECRET, 401, "refused: invalid_client");
	expect_refused("{}", OAUTH_MANAGED, 403, "refused with status 403 and no reason");
	expect_refused("{\"error_description\":\"AADSTS\"}", OAUTH_SECRET, 400, "refused: AADSTS");
	expect_refused("{\"error_description\":\"AADSTS70002159: x\"}", OAUTH_SECRET, 400, "AADSTS70002159: x");   /* not 7000215 */
	expect_refused("{\"error_description\":\"AADSTS99999999999999999999: x\"}", OAUTH_SECRET, 400, "refused: AADSTS9");
	expect_refused("{\"error_description\":\"\\u001b[2J evil\"}", OAUTH_SECRET, 400, "\\x1b[2J evil");
}

/* ---- claims ---- */

static bool claims_of(const char *payload, struct oauth_claims *claims)
{
	struct strbuf token = STRBUF_INIT(1 << 20);
	bool fine;

	strbuf_adds(&token, "eyJhbGciOiJub25lIn0.");
	base64url_add(&token, (const unsigned char *)payload, strlen(payload));
	strbuf_adds(&token, ".c2ln");
	fine = oauth_claims((struct slice){ strbuf_text(&token), token.len }, claims);
	strbuf_release(&token);
	return fine;
}

static void claims(void **state)
{
	struct oauth_claims c;

	(void)state;
	assert_true(claims_of("{\"aud\":\"https://graph.microsoft.com\",\"tid\":\"t-1\",\"appid\":\"a-1\",\"roles\":[\"ThreatHunting.Read.All\",\"X.Y\"],\"exp\":1795000000}", &c));
	assert_string_equal(c.audience, "https://graph.microsoft.com");
	assert_string_equal(c.tenant, "t-1");
	assert_string_equal(c.client, "a-1");
	assert_string_equal(c.roles, "ThreatHunting.Read.All X.Y");
	assert_int_equal(c.expires, 1795000000);
	/* A person's token has scp; roles count first, in either order. */
	assert_true(claims_of("{\"scp\":\"A B\",\"azp\":\"z\"}", &c));
	assert_string_equal(c.roles, "A B");
	assert_string_equal(c.client, "z");
	assert_int_equal(c.expires, TIME_NONE);
	assert_true(claims_of("{\"scp\":\"A B\",\"roles\":[\"C\"]}", &c));
	assert_string_equal(c.roles, "C");
	assert_true(claims_of("{\"roles\":[\"C\"],\"scp\":\"A B\"}", &c));
	assert_string_equal(c.roles, "C");
	assert_true(claims_of("{\"aud\":[\"one\",\"two\"],\"roles\":[],\"exp\":\"1795000000\"}", &c));
	assert_string_equal(c.audience, "one two");
	assert_string_equal(c.roles, "");
	assert_int_equal(c.expires, 1795000000);
	assert_true(claims_of("{}", &c));
	assert_string_equal(c.audience, "");
}

static void hostile_tokens(void **state)
{
	static const char *const none[] = { "", ".", "..", "a.b", "a", "eyJ9", "a.!.c", "a.eyJ9.c", "a.W10", "..a", "a.IA.b" };
	static char deep[300000], many[300000];
	struct oauth_claims c;

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		if (oauth_claims(slice_of(none[i]), &c))
			fail_msg("%s has claims", none[i]);
	assert_false(oauth_claims((struct slice){ NULL, 0 }, &c));
	assert_int_equal(c.expires, TIME_NONE);
	assert_false(claims_of("null", &c));
	assert_false(claims_of("{\"aud\":", &c));
	assert_true(claims_of("{\"aud\":5,\"tid\":null,\"appid\":{\"a\":1},\"roles\":{\"a\":\"b\"},\"exp\":-1}", &c));
	assert_string_equal(c.tenant, "");
	assert_int_equal(c.expires, TIME_NONE);
	assert_true(claims_of("{\"exp\":1e9999,\"roles\":[1,null,[\"x\"]],\"aud\":\"\\u001b[31m\\u0000\\u202e\"}", &c));
	assert_null(strchr(c.audience, '\x1b'));
	assert_true(utf8_valid(c.audience, strlen(c.audience)));
	/* Cut to fit, never in the middle of a character. */
	assert_true(claims_of("{\"tid\":\"\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
	                      "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\"}", &c));
	assert_true(utf8_valid(c.tenant, strlen(c.tenant)));
	assert_int_equal(strlen(c.tenant), 63);
	memset(deep, '[', sizeof deep - 1);
	memcpy(deep, "{\"roles\":", 9);
	claims_of(deep, &c);
	memset(many, 'r', sizeof many - 1);
	memcpy(many, "{\"roles\":\"", 10);
	memcpy(many + sizeof many - 3, "\"}", 3);
	claims_of(many, &c);   /* longer than any token that is sent */
	assert_true(strlen(c.roles) < sizeof c.roles);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64url), cmocka_unit_test(good_replies), cmocka_unit_test(odd_replies), cmocka_unit_test(repeated_secret),
		cmocka_unit_test(codes), cmocka_unit_test(long_reply),
		cmocka_unit_test(refusals), cmocka_unit_test(claims), cmocka_unit_test(hostile_tokens),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
