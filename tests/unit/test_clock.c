/* test_clock.c - times and spans, read strictly and written exactly. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/strbuf.h"

#define SEC TICKS_PER_SECOND
#define MIDNIGHT INT64_C(1795132800)   /* 2026-11-20T00:00:00Z */

static void times_are_read(void **state)
{
	(void)state;
	static const struct { const char *text; int64_t ticks; } cases[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1970-01-01", 0 },
		{ "2026-11-20", MIDNIGHT * SEC },
		{ "2026-11-20T06:00:00Z", (MIDNIGHT + 21600) * SEC },
		{ "2026-11-20 06:00:00", (MIDNIGHT + 21600) * SEC },
		{ "2026-11-20t06:00:00z", (MIDNIGHT + 21600) * SEC },
		{ " \t2026-11-20T06:00:00Z\r\n", (MIDNIGHT + 21600) * SEC },
		{ "2026-11-20T06:00:00.1234567Z", (MIDNIGHT + 21600) * SEC + 1234567 },
		{ "2026-11-20T06:00:00.1", (MIDNIGHT + 21600) * SEC + 1000000 },
		{ "2026-11-20T06:00:00.858", (MIDNIGHT + 21600) * SEC + 8580000 },
		{ "2026-11-20T06:00:00.123456789Z", (MIDNIGHT + 21600) * SEC + 1234567 },
		{ "2026-11-20T06:00:00.0000001Z", (MIDNIGHT + 21600) * SEC + 1 },
		{ "2026-11-20T06:00:00+01:00", (MIDNIGHT + 18000) * SEC },
		{ "2026-11-20T06:00:00-0530", (MIDNIGHT + 41400) * SEC },
		{ "2026-11-20T06:00:00.5+00:00", (MIDNIGHT + 21600) * SEC + 5000000 },
		{ "2026-11-20 06:00:00 +02:00", (MIDNIGHT + 14400) * SEC },
		{ "2026-11-20T06:00Z", (MIDNIGHT + 21600) * SEC },
		{ "2026-11-20T23:59:60Z", (MIDNIGHT + 86400) * SEC - 1 },
		{ "2024-02-29T00:00:00Z", INT64_C(1709164800) * SEC },
		{ "2000-02-29T00:00:00Z", INT64_C(951782400) * SEC },
		{ "1969-12-31T23:59:59.9999999Z", -1 },
		{ "1601-01-01T00:00:00Z", INT64_C(-11644473600) * SEC },
		{ "9999-12-31T23:59:59.9999999Z", INT64_C(253402300800) * SEC - 1 },
		{ "0001-01-01T00:00:00Z", TIME_NONE },
		{ "0001-01-01T00:00:00.0000000", TIME_NONE },
		{ "0001-01-01", TIME_NONE },
		{ "0001-01-01T00:00:00.0000001Z", TIME_NONE },
		{ "0001-01-01T02:00:00+02:00", TIME_NONE },
		{ "0001-01-01T00:00:01Z", INT64_C(-62135596799) * SEC },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t ticks = 42;

		if (!time_parse(cases[i].text, strlen(cases[i].text), &ticks) || ticks != cases[i].ticks)
			fail_msg("%s gave %" PRId64 " for %" PRId64, cases[i].text, ticks, cases[i].ticks);
	}
}

static void what_is_no_time_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"", " ", "x", "2026", "2026-11", "2026-1-20", "2026-13-01", "2026-00-01", "2026-11-00", "2026-11-31", "2026-02-30",
		"2026-02-29", "1900-02-29", "0000-01-01", "20261120", "26-11-20", "2026/11/20", "11/20/2026 6:00:00 AM",
		"2026-11-20T", "2026-11-20T06", "2026-11-20T06:", "2026-11-20T24:00:00Z", "2026-11-20T06:60:00Z",
		"2026-11-20T06:00:61Z", "2026-11-20T06:00:00.", "2026-11-20T06:00:00.Z", "2026-11-20T06:00:00.1234567890Z",
		"2026-11-20T06:00:00ZZ", "2026-11-20T06:00:00+", "2026-11-20T06:00:00+1", "2026-11-20T06:00:00+24:00",
		"2026-11-20T06:00:00+01:60", "2026-11-20T06:00:00 x", "2026-11-20T06:00:00+01:00Z", "2026-11-20T6:00:00Z",
		"2026-11-20  06:00:00", "2026-11-20Z", "2026-11-20T06:00:00 AM", "+026-11-20", "-026-11-20", "2026-11-2 ", "null",
		"1795132800", "2026-11-20T06:00:-1Z", "2026-11-20T06,00:00",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int64_t ticks = 42;

		if (time_parse(bad[i], strlen(bad[i]), &ticks))
			fail_msg("'%s' was read as %" PRId64, bad[i], ticks);
		assert_int_equal(ticks, 42);
	}
	int64_t ticks = 42;

	assert_false(time_parse(NULL, 0, &ticks));
	/* The length decides, not a NUL: what lies behind it is not read. */
	assert_true(time_parse("2026-11-20T06:00:00Zjunk", 20, &ticks));
	assert_false(time_parse("2026-11-20\0", 11, &ticks));
}

static void days_agree_with_the_system(void **state)
{
	(void)state;
	struct strbuf sb = STRBUF_INIT(64);

	/* Every day from 1600 to 2400, written, read, and compared with the C library. */
	for (int64_t day = -135140; day < 157057; day++) {
		int64_t seconds = day * SPAN_DAY + (day * 7919 % SPAN_DAY + SPAN_DAY) % SPAN_DAY, ticks = 0;
		time_t stamp = (time_t)seconds;
		struct tm parts;
		char expected[64];

		gmtime_r(&stamp, &parts);
		strftime(expected, sizeof(expected), "%Y-%m-%dT%H:%M:%SZ", &parts);
		strbuf_clear(&sb);
		time_format(&sb, seconds);
		assert_string_equal(strbuf_text(&sb), expected);
		assert_true(time_parse(strbuf_text(&sb), sb.len, &ticks));
		assert_int_equal(ticks, seconds * SEC);
	}
	strbuf_clear(&sb);
	time_format(&sb, TIME_NONE);
	assert_int_equal(sb.len, 0);
	/* No time that fits is out of bounds. */
	time_format(&sb, INT64_MAX);
	time_format(&sb, INT64_MIN + 1);
	strbuf_release(&sb);
}

static void seconds_are_rounded_down(void **state)
{
	(void)state;
	assert_int_equal(time_seconds(0), 0);
	assert_int_equal(time_seconds(SEC - 1), 0);
	assert_int_equal(time_seconds(SEC), 1);
	assert_int_equal(time_seconds(-1), -1);
	assert_int_equal(time_seconds(-SEC), -1);
	assert_int_equal(time_seconds(-SEC - 1), -2);
	assert_true(time_seconds(TIME_NONE) == TIME_NONE);
}

static void check_format(void (*format)(struct strbuf *, int64_t), int64_t span, const char *expected)
{
	struct strbuf sb = STRBUF_INIT(64);

	format(&sb, span);
	assert_string_equal(strbuf_text(&sb), expected);
	strbuf_release(&sb);
}

static void ages_are_written(void **state)
{
	(void)state;
	check_format(age_format, 41 * SPAN_DAY + 3 * 3600 + 59, "41d 3h");
	check_format(age_format, 41 * SPAN_DAY, "41d");
	check_format(age_format, 19 * 3600 + 5 * 60, "19h 5m");
	check_format(age_format, SPAN_DAY - 1, "23h 59m");
	check_format(age_format, 12 * 60 + 59, "12m");
	check_format(age_format, 8, "8s");
	check_format(age_format, 0, "0s");
	check_format(age_format, -180, "in 3m");
	check_format(age_format, TIME_NONE, "");
	check_format(age_format_short, 41 * SPAN_DAY + 3 * 3600, "41d");
	check_format(age_format_short, 19 * 3600 + 59 * 60, "19h");
	check_format(age_format_short, 720, "12m");
	check_format(age_format_short, 8, "8s");
	check_format(age_format_short, -7200, "in 2h");
	check_format(age_format_short, TIME_NONE, "");
	check_format(span_format, 41 * SPAN_DAY + 3 * 3600 + 720, "41.03:12:00");
	check_format(span_format, 3661, "01:01:01");
	check_format(span_format, 0, "00:00:00");
	check_format(span_format, -SPAN_DAY - 1, "-1.00:00:01");
	check_format(span_format, TIME_NONE, "");
}

static void spans_are_read(void **state)
{
	(void)state;
	static const struct { const char *text; int64_t span; } cases[] = {
		{ "8d", 8 * SPAN_DAY }, { "36h", 36 * 3600 }, { "90m", 5400 }, { "30s", 30 }, { "1.5d", 129600 }, { "0.5h", 1800 },
		{ "0d", 0 }, { " 7d ", 7 * SPAN_DAY }, { "41.03:12:00", 41 * SPAN_DAY + 11520 }, { "03:12:00", 11520 },
		{ "0.00:00:01", 1 }, { "00:00:01.9", 1 }, { "999999999d", INT64_C(999999999) * SPAN_DAY },
	};
	static const char *const bad[] = {
		"", " ", "d", "8", "8x", "8D", "8 d", "8dd", "-8d", "+8d", "1.d", ".5d", "1.5.5d", "1,5d", "1e3d", "9999999999d", "8days",
		"24:00:00", "1:2:3", "03:12", "1.24:00:00", "1.03:12", ":", "1.2.03:12:00", "00:60:00", "0x8d", "null",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t span = 42;

		if (!span_parse(cases[i].text, strlen(cases[i].text), &span) || span != cases[i].span)
			fail_msg("%s gave %" PRId64 " for %" PRId64, cases[i].text, span, cases[i].span);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int64_t span = 42;

		if (span_parse(bad[i], strlen(bad[i]), &span))
			fail_msg("'%s' was read as %" PRId64, bad[i], span);
		assert_int_equal(span, 42);
	}
}

static void rouse_now_freezes_the_clock(void **state)
{
	(void)state;
	struct error err = { STATUS_DONE, "" };
	int64_t now = 42, before = (int64_t)time(NULL);

	assert_int_equal(setenv("ROUSE_NOW", "2026-11-20T06:00:00Z", 1), 0);
	assert_int_equal(clock_now(&now, &err), 0);
	assert_int_equal(now, MIDNIGHT + 21600);
	static const char *const bad[] = { "tomorrow", "0001-01-01T00:00:00Z", "1795132800" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		now = 42;
		assert_int_equal(setenv("ROUSE_NOW", bad[i], 1), 0);
		assert_int_equal(clock_now(&now, &err), -1);
		assert_int_equal(now, 42);
		assert_int_equal(err.status, STATUS_CONFIG);
		assert_non_null(strstr(err.text, "ROUSE_NOW"));
		assert_non_null(strstr(err.text, bad[i]));
		assert_non_null(strstr(err.text, "2026-11-20T06:00:00Z"));
	}
	assert_int_equal(setenv("ROUSE_NOW", "", 1), 0);
	assert_int_equal(clock_now(&now, &err), 0);
	assert_in_range(now, before, before + 60);
	assert_int_equal(unsetenv("ROUSE_NOW"), 0);
	assert_int_equal(clock_now(&now, &err), 0);
	assert_in_range(now, before, before + 60);
	int64_t first = clock_ms();

	assert_true(clock_ms() >= first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read), cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(days_agree_with_the_system), cmocka_unit_test(seconds_are_rounded_down),
		cmocka_unit_test(ages_are_written), cmocka_unit_test(spans_are_read), cmocka_unit_test(rouse_now_freezes_the_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
