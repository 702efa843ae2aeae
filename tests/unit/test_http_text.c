/* test_http_text.c - addresses, headers and sentences of HTTP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/base/error.h"
#include "core/base/utf8.h"
#include "core/io/http_text.h"

static void hosts(void **state)
{
	static const char *const rows[][2] = {
		{ "https://graph.microsoft.com/v1.0/x", "graph.microsoft.com" }, { "https://h", "h" }, { "https://h:443", "h" }, { "https://h:443/a:b@c", "h" },
		{ "https://h?x=@y", "h" }, { "https://h#a@b", "h" }, { "https://u:p@h:1/", "h" }, { "https://a@b@h/", "h" }, { "http://[::1]:80/x", "[::1]" },
		{ "https:///x", "" }, { "https://:443/", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (!slice_is(http_host(rows[i][0]), rows[i][1]))
			fail_msg("%s has the host %.*s", rows[i][0], (int)http_host(rows[i][0]).len, http_host(rows[i][0]).text);
	assert_null(http_host("graph.microsoft.com").text);
}

static void addresses(void **state)
{
	static const char *const good[] = { "https://graph.microsoft.com/v1.0/security/runHuntingQuery", "HTTPS://h/", "https://h:8443/?a=b%20c#d",
		"http://127.0.0.1:9100/x", "http://localhost/x", "http://LOCALHOST:1/", "http://[::1]:80/", "http://169.254.169.254/metadata/identity?x=y@z" };
	static const char *const bad[][2] = {
		{ "http://graph.microsoft.com/", "only be asked over https" }, { "http://127.0.0.1.evil.example/", "only be asked over https" },
		{ "http://127.0.0.2/", "only be asked over https" }, { "http://localhost.evil.example/", "only be asked over https" },
		{ "ftp://h/", "must begin with https://" }, { "file:///etc/passwd", "must begin with https://" }, { "", "must begin with https://" },
		{ "graph.microsoft.com", "must begin with https://" }, { "javascript:alert(1)//", "must begin with https://" },
		{ " https://h/", "must begin with https://" }, { "https:/h/", "must begin with" }, { "https:///x", "without a host" }, { "https://:443/", "without a host" },
		{ "https://h/a b", "holds blanks" }, { "https://h/\r\nHost: evil", "holds blanks" }, { "https://h/\x01", "holds blanks" },
		{ "https://user:word@h/", "a user's name" }, { "https://graph.microsoft.com@evil.example/", "a user's name" },
		{ "https://graph.microsoft.com\\@evil.example/", "holds blanks" }, { "http://evil.example\\@localhost/", "holds blanks" },
		{ "https://gr\xc3\xa4ph.example/", "holds blanks" }, { "http://[::1].evil.example/", "holds blanks" }, { "http://[::1", "holds blanks" },
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		err = (struct error){ 0 };
		if (http_check_url(good[i], &err))
			fail_msg("%s: %s", good[i], err.text);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		err = (struct error){ 0 };
		if (http_check_url(bad[i][0], &err) == 0)
			fail_msg("%s may be asked", bad[i][0]);
		assert_int_equal(err.status, STATUS_CONFIG);
		if (!strstr(err.text, bad[i][1]))
			fail_msg("%s: %s", bad[i][0], err.text);
		assert_null(strstr(err.text, "word"));   /* a password in an address stays out of the sentence */
	}
}

static struct http_answer read_lines(const char *const *lines)
{
	struct http_answer answer = { .retry_after_ms = -1 };

	for (; *lines; lines++)
		http_take_header(&answer, slice_of(*lines));
	return answer;
}

#define HEADERS(...) read_lines((const char *const[]){ __VA_ARGS__, NULL })

static void headers(void **state)
{
	struct http_answer answer = HEADERS("HTTP/1.1 200 OK\r\n", "Content-Type: Application/JSON; charset=utf-8\r\n", "request-id:\tabc-1 \r\n", "X: y\r\n", "\r\n");

	(void)state;
	assert_string_equal(answer.content_type, "application/json");
	assert_string_equal(answer.request_id, "abc-1");
	assert_string_equal(answer.location, "");
	assert_int_equal(answer.retry_after_ms, -1);
	answer = HEADERS("location: https://login.example/a?code=secret#token=x\r\n", "x-ms-request-id: b\r\n", "CONTENT-TYPE:text/html\r\n");
	assert_string_equal(answer.location, "https://login.example/a");
	assert_string_equal(answer.request_id, "b");
	assert_string_equal(answer.content_type, "text/html");
	/* What a proxy said before does not count. */
	answer = HEADERS("HTTP/1.1 407 x\r\n", "Retry-After: 9\r\n", "Content-Type: text/html\r\n", "HTTP/2 200 \r\n", "X: y\r\n");
	assert_string_equal(answer.content_type, "");
	assert_int_equal(answer.retry_after_ms, -1);
	/* Names are whole ones. */
	answer = HEADERS("X-Content-Type: a\r\n", "Content-Type2: b\r\n", "Content-Type\r\n", "Retry-After-Ms: 5\r\n", ": x\r\n", "\r\n", "");
	assert_string_equal(answer.content_type, "");
	assert_int_equal(answer.retry_after_ms, -1);
	/* Nothing that turns the terminal around. */
	answer = HEADERS("request-id: a\x1b[31m\xe2\x80\xae\r\n");
	assert_string_equal(answer.request_id, "a\\x1b[31m\\u202e");
}

static void retry_after(void **state)
{
	static const struct { const char *line; int64_t ms; } rows[] = {
		{ "Retry-After: 10\r\n", 10000 }, { "retry-after:0\r\n", 0 }, { "Retry-After:  120  \r\n", 120000 }, { "Retry-After: 99999999999999999999\r\n", 3600000 },
		{ "Retry-After: 7200\r\n", 3600000 }, { "Retry-After: -5\r\n", 0 }, { "Retry-After: soon\r\n", -1 }, { "Retry-After: \r\n", -1 }, { "Retry-After: 10 20\r\n", -1 },
		{ "Retry-After: 1.5\r\n", -1 }, { "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 0 }, { "Retry-After: Fri, 01 Jan 2100 00:00:00 GMT\r\n", 3600000 },
		{ "Retry-After: Fri, 01 Xyz 2100 00:00:00 GMT\r\n", -1 }, { "Retry-After: Fri, 01 anF 2100 00:00:00 GMT\r\n", -1 }, { "Retry-After: Fri, 01 Jan\r\n", -1 },
		{ "Retry-After: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", -1 },
	};
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t soon = time(NULL) + 100;
	struct tm tm;
	char line[128];
	struct http_answer answer;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		answer = HEADERS(rows[i].line);
		if (answer.retry_after_ms != rows[i].ms)
			fail_msg("%s gives %lld", rows[i].line, (long long)answer.retry_after_ms);
	}
	assert_non_null(gmtime_r(&soon, &tm));
	snprintf(line, sizeof line, "Retry-After: Sun, %02d %s %04d %02d:%02d:%02d GMT\r\n", tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
	answer = HEADERS(line);
	assert_in_range(answer.retry_after_ms, 90000, 100000);
}

/* A megabyte of a header costs no more time than its first bytes. */
static void long_texts(void **state)
{
	static char text[1 << 20];
	char out[64], small[5];
	struct timespec from, to;

	(void)state;
	memset(text, '\x1b', sizeof text);
	clock_gettime(CLOCK_MONOTONIC, &from);
	http_keep_text(out, sizeof out, (struct slice){ text, sizeof text });
	clock_gettime(CLOCK_MONOTONIC, &to);
	assert_true((double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9 < 0.1);
	assert_int_equal(strlen(out), 60);   /* fifteen times \x1b */
	http_keep_text(small, sizeof small, slice_of("ab\xe2\x82\xac"));
	assert_string_equal(small, "ab");    /* never half a character */
	http_keep_text(small, sizeof small, slice_of("a\xe2\x82\xac"));
	assert_string_equal(small, "a\xe2\x82\xac");
	http_keep_text(small, sizeof small, (struct slice){ NULL, 0 });
	assert_string_equal(small, "");
}

static void encoding(void **state)
{
	struct strbuf out = STRBUF_INIT(1024);

	(void)state;
	http_encode(&out, (struct slice){ "aZ9-._~ +&=%/\"\0\n\xc3\xa9", 18 });
	assert_string_equal(strbuf_text(&out), "aZ9-._~%20%2B%26%3D%25%2F%22%00%0A%C3%A9");
	strbuf_release(&out);
}

static void tokens(void **state)
{
	(void)state;
	assert_true(http_is_token(slice_of("eyJ0.eyJh-_.x~+/=")));
	assert_true(http_is_token((struct slice){ NULL, 0 }));
	assert_false(http_is_token(slice_of("a\r\nX-Evil: 1")));
	assert_false(http_is_token(slice_of("a b")));
	assert_false(http_is_token(slice_of("a\x7f")));
	assert_false(http_is_token(slice_of("\xc3\xa9")));
	assert_false(http_is_token((struct slice){ "a\0b", 3 }));
}

static void sentences(void **state)
{
	struct http_answer answer = { .failure = HTTP_NONE };
	char host[400];

	(void)state;
	http_explain(&answer, slice_of("h"));
	assert_string_equal(answer.why, "");
	memset(host, 'h', sizeof host - 1);
	host[sizeof host - 1] = '\0';
	for (int failure = HTTP_RESOLVE; failure <= HTTP_INTERNAL; failure++) {
		answer.failure = (enum http_failure)failure;
		http_explain(&answer, slice_of("graph.example"));
		assert_non_null(strstr(answer.why, "graph.example"));
		assert_int_equal(answer.why[strlen(answer.why) - 1], '.');
		http_explain(&answer, slice_of(host));
		assert_int_equal(answer.why[strlen(answer.why) - 1], '.');   /* whole also with the longest host */
		http_explain(&answer, (struct slice){ NULL, 0 });
		assert_int_equal(answer.why[strlen(answer.why) - 1], '.');
	}
}

/* What is an id or a condition is kept whole or not at all; half of one would be another. */
static void whole_headers(void **state)
{
	static const struct { const char *line; int64_t total; } counts[] = {
		{ "X-Total-Count: 4711\r\n", 4711 }, { "x-total-count:0", 0 }, { "X-Total-Count: -1", -1 }, { "X-Total-Count: 12 rows", -1 },
		{ "X-Total-Count: 9999999999999999999", -1 }, { "X-Total-Count:", -1 },
	};
	struct http_answer answer = { 0 };
	char line[2048] = "Location: https://h/";

	(void)state;
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		http_forget_headers(&answer);
		http_take_header(&answer, slice_of(counts[i].line));
		assert_int_equal(answer.total, counts[i].total);
	}
	http_take_header(&answer, slice_of("ETag: W/\"a b\"\r\n"));
	assert_string_equal(answer.etag, "W/\"a b\"");
	http_take_header(&answer, slice_of("Location: /issue/SEC-24?a=b#c\r\n"));
	assert_string_equal(answer.address, "/issue/SEC-24?a=b#c");
	assert_string_equal(answer.location, "/issue/SEC-24");
	memset(line + strlen(line), 'x', 1500);
	http_take_header(&answer, slice_of(line));
	assert_string_equal(answer.address, "");
	memcpy(line, "ETag: \"-----------", 18);
	http_take_header(&answer, slice_of(line));
	assert_string_equal(answer.etag, "");
	http_take_header(&answer, slice_of("ETag: 1"));
	http_take_header(&answer, slice_of("HTTP/1.1 200 OK"));
	assert_string_equal(answer.etag, "");
	assert_int_equal(answer.total, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_headers), cmocka_unit_test(hosts), cmocka_unit_test(addresses), cmocka_unit_test(headers), cmocka_unit_test(retry_after), cmocka_unit_test(long_texts),
		cmocka_unit_test(encoding), cmocka_unit_test(tokens), cmocka_unit_test(sentences),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
