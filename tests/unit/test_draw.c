/* The pure parts of drawing: clipping by columns, what must not reach a terminal, bars, and the table of colours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "tui/fit.h"
#include "tui/theme.h"

static void assert_fit(const char *text, int width, bool ascii, const char *expected, int columns)
{
	struct strbuf out = STRBUF_INIT(1000);
	int got = fit_text(&out, text, strlen(text), width, ascii);

	assert_string_equal(strbuf_text(&out), expected);
	assert_int_equal(got, columns);
	strbuf_release(&out);
}

static void clips_by_columns(void **state)
{
	(void)state;
	assert_fit("srv-sql-000417", 14, false, "srv-sql-000417", 14);
	assert_fit("srv-sql-000417", 13, false, "srv-sql-0004~", 13);
	assert_fit("srv-sql-000417", 8, false, "srv-sql~", 8);
	assert_fit("ab", 1, false, "~", 1);
	assert_fit("a", 1, false, "a", 1);
	assert_fit("a", 0, false, "", 0);
	assert_fit("a", -3, false, "", 0);
	assert_fit("", 5, false, "", 0);
	/* Bytes are not columns. */
	assert_fit("BÜRO-SERVER", 6, false, "BÜRO-~", 6);
	assert_fit("BÜRO-SERVER", 6, true, "B?RO-~", 6);
}

static void keeps_wide_characters_whole(void **state)
{
	(void)state;
	assert_fit("日本語", 6, false, "日本語", 6);
	assert_fit("日本語", 5, false, "日本~", 5);
	assert_fit("日本語", 4, false, "日~", 3);
	assert_fit("日本語", 1, false, "~", 1);
	assert_fit("日本語", 3, true, "???", 3);
}

static void keeps_marks_with_their_base(void **state)
{
	(void)state;
	assert_fit("e\xcc\x81" "a", 2, false, "e\xcc\x81" "a", 2);
	assert_fit("e\xcc\x81" "ab", 2, false, "e\xcc\x81~", 2);
	/* A mark alone would sit on the neighbour's last character. */
	assert_fit("\xcc\x81" "a", 2, false, "?a", 2);
	assert_int_equal(fit_columns("\xcc\x81" "a", 3, false), 2);
	/* No tower of marks. */
	assert_fit("e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81x", 5, false, "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81x", 2);
}

static void shows_what_must_not_act(void **state)
{
	(void)state;
	assert_fit("a\x1b[2Jb", 20, false, "a\\x1b[2Jb", 9);
	assert_fit("a\x1b[2Jb", 5, false, "a~", 2);
	assert_fit("a\tb\nc\rd\x7f", 40, false, "a\\x09b\\x0ac\\x0dd\\x7f", 20);
	assert_fit("\xc2\x9b" "31m", 40, false, "\\u009b31m", 9);
	assert_fit("gpj\xe2\x80\xae" "exe", 40, false, "gpj\\u202eexe", 12);
	assert_fit("srv\xe2\x80\x8b-1", 40, false, "srv\\u200b-1", 11);
	assert_fit("a\xc2\xad" "b", 40, false, "a\\u00adb", 8);
	assert_fit("x\xff\xc3(", 40, false, "x\\xff\\xc3(", 10);
	assert_fit("\xf3\xa0\x81\x81", 40, false, "\\u0e0041", 8);
}

/* Whatever comes in: never wider than asked, never a control byte, always valid, and the number of columns is true. */
static void never_wider_than_asked(void **state)
{
	uint32_t seed = 12345;
	int round, i;

	(void)state;
	for (round = 0; round < 20000; round++) {
		struct strbuf out = STRBUF_INIT(4000);
		char text[24];
		int width, got;
		size_t len, b;

		for (i = 0; i < (int)sizeof(text); i++) {
			seed = seed * 1664525u + 1013904223u;
			/* Mostly bytes that begin or go on with long characters. */
			text[i] = seed >> 24 & 3 ? (char)(seed >> 16) : "\xe2\x80\xae\xcc\x81\x1b"[(seed >> 16) % 6];
		}
		len = seed >> 8 & 15;
		width = (int)(seed >> 4 & 15);
		got = fit_text(&out, text, len, width, round & 1);
		assert_true(got <= width && got >= 0);
		assert_true(utf8_valid(strbuf_text(&out), out.len));
		assert_int_equal(utf8_columns(strbuf_text(&out), out.len), got);
		for (b = 0; b < out.len; b++)
			assert_true((unsigned char)out.buf[b] >= 0x20 && out.buf[b] != 0x7f && (!(round & 1) || (unsigned char)out.buf[b] < 0x80));
		if (fit_columns(text, len, round & 1) <= width)
			assert_int_equal(fit_columns(text, len, round & 1), got);
		strbuf_release(&out);
	}
}

static void appends_behind_what_is_there(void **state)
{
	struct strbuf out = STRBUF_INIT(100);

	(void)state;
	strbuf_adds(&out, "> ");
	fit_text(&out, "abcdef", 6, 3, false);
	assert_string_equal(strbuf_text(&out), "> ab~");
	strbuf_release(&out);
}

static void sparklines(void **state)
{
	static const unsigned long long values[] = { 2240, 2016, 0, 1, 1120 };
	struct strbuf out = STRBUF_INIT(100);

	(void)state;
	assert_int_equal(fit_spark(&out, values, 5, 10, true), 5);
	assert_string_equal(strbuf_text(&out), "99015");
	strbuf_clear(&out);
	assert_int_equal(fit_spark(&out, values, 5, 2, true), 2);
	/* Only the last two are shown, and the highest of them is the measure. */
	assert_string_equal(strbuf_text(&out), "19");
	strbuf_clear(&out);
	assert_int_equal(fit_spark(&out, values, 5, 5, false), 5);
	assert_string_equal(strbuf_text(&out), "█▇_▁▄");
	strbuf_clear(&out);
	assert_int_equal(fit_spark(&out, values, 0, 5, false), 0);
	assert_int_equal(fit_spark(&out, values, 5, 0, false), 0);
	strbuf_release(&out);
}

static void bars_tell_the_truth(void **state)
{
	(void)state;
	assert_int_equal(fit_bar(10, 0, 100), 0);
	assert_int_equal(fit_bar(10, 1, 1000000), 1);
	assert_int_equal(fit_bar(10, 50, 100), 5);
	assert_int_equal(fit_bar(10, 999999, 1000000), 9);
	assert_int_equal(fit_bar(10, 100, 100), 10);
	assert_int_equal(fit_bar(10, 200, 100), 10);
	assert_int_equal(fit_bar(10, 5, 0), 0);
	assert_int_equal(fit_bar(1, 5, 10), 0);
	assert_int_equal(fit_bar(0, 5, 10), 0);
	assert_int_equal(fit_bar(10, UINT64_MAX - 1, UINT64_MAX), 10 - 1);
}

static bool same_look(struct look a, struct look b)
{
	return a.fore == b.fore && a.back == b.back && a.attributes == b.attributes;
}

static void themes(void **state)
{
	static const enum role telling[] = { ROLE_WORST, ROLE_WARN, ROLE_AGED, ROLE_NEW, ROLE_RESOLVED, ROLE_CHANGED, ROLE_ACCEPTED,
		ROLE_MARKED, ROLE_CURSOR, ROLE_ERROR, ROLE_BANNER, ROLE_TITLE, ROLE_TAB_ON, ROLE_MATCH, ROLE_HEAD, ROLE_KEY };
	int theme, role;
	size_t i;

	(void)state;
	assert_int_equal(theme_find(NULL), theme_find("dark"));
	assert_int_equal(theme_find("mono"), theme_mono());
	assert_int_equal(theme_find("pink"), -1);
	for (theme = 0; theme_names()[theme]; theme++) {
		for (role = 0; role < ROLE_COUNT; role++) {
			struct look look = theme_look(theme, (enum role)role);

			assert_non_null(theme_role_name((enum role)role));
			assert_true(look.fore <= COLOUR_BRIGHT_WHITE && look.back <= COLOUR_BRIGHT_WHITE);
			if (theme == theme_mono())
				assert_true(look.fore == COLOUR_NONE && look.back == COLOUR_NONE);
		}
		/* What tells something is not drawn like plain text, with or without colour. */
		for (i = 0; i < sizeof(telling) / sizeof(telling[0]); i++)
			assert_false(same_look(theme_look(theme, telling[i]), theme_look(theme, ROLE_NORMAL)));
		assert_false(same_look(theme_look(theme, ROLE_WORST), theme_look(theme, ROLE_WARN)));
		assert_false(same_look(theme_look(theme, ROLE_CURSOR), theme_look(theme, ROLE_CURSOR_MARKED)));
	}
	assert_int_equal(theme, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clips_by_columns),
		cmocka_unit_test(keeps_wide_characters_whole),
		cmocka_unit_test(keeps_marks_with_their_base),
		cmocka_unit_test(shows_what_must_not_act),
		cmocka_unit_test(never_wider_than_asked),
		cmocka_unit_test(appends_behind_what_is_there),
		cmocka_unit_test(sparklines),
		cmocka_unit_test(bars_tell_the_truth),
		cmocka_unit_test(themes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
