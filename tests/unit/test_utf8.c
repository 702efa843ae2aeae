/* test_utf8.c - decoding against a slow reference, case, width, visible forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"

/* Encodes by the table of RFC 3629, without the code under test. */
static size_t reference_encode(uint32_t cp, unsigned char out[4])
{
	if (cp < 0x80) {
		out[0] = (unsigned char)cp;
		return 1;
	}
	size_t length = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	static const unsigned char leads[] = { 0, 0, 0xC0, 0xE0, 0xF0 };

	for (size_t i = length - 1; i > 0; i--, cp >>= 6)
		out[i] = (unsigned char)(0x80 | (cp & 0x3F));
	out[0] = (unsigned char)(leads[length] | cp);
	return length;
}

static void every_character_goes_both_ways(void **state)
{
	(void)state;
	struct strbuf sb = STRBUF_INIT(16);

	for (uint32_t cp = 0; cp <= 0x110000; cp++) {
		unsigned char bytes[4];
		size_t length = reference_encode(cp, bytes);
		bool valid = cp < 0x110000 && !(cp >= 0xD800 && cp <= 0xDFFF);
		int32_t got;
		size_t used = utf8_decode((const char *)bytes, length, &got);

		if (!valid) {
			assert_int_equal(got, -1);
			assert_int_equal(used, 1);
			continue;
		}
		if (got != (int32_t)cp || used != length)
			fail_msg("U+%04X came back as %d in %zu bytes", (unsigned)cp, (int)got, used);
		/* Cut short, it is no character. */
		if (length > 1) {
			utf8_decode((const char *)bytes, length - 1, &got);
			assert_int_equal(got, -1);
		}
		strbuf_clear(&sb);
		utf8_append(&sb, (int32_t)cp);
		assert_int_equal(sb.len, length);
		assert_memory_equal(sb.buf, bytes, length);
	}
	strbuf_release(&sb);
}

static void invalid_bytes_are_not_characters(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC3", "\xC3(", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xE2\x82", "\xE2(\xA1",
		"\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
		"\xF8\x88\x80\x80\x80", "\xFE", "\xFF", "\xF0\x9F\x94",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int32_t cp = 0;

		assert_int_equal(utf8_decode(bad[i], strlen(bad[i]), &cp), 1);
		assert_int_equal(cp, -1);
		assert_false(utf8_valid(bad[i], strlen(bad[i])));
	}
	assert_true(utf8_valid("", 0));
	assert_true(utf8_valid("a\0b", 3));
	assert_true(utf8_valid("plain text of more than eight bytes, büro, 東京, \U0001F525", 57));
	/* One bad byte, at every place of a long text. */
	for (size_t i = 0; i < 40; i++) {
		char text[40];

		memset(text, 'x', sizeof(text));
		text[i] = '\xFF';
		assert_false(utf8_valid(text, sizeof(text)));
	}
}

static void repair_replaces_and_counts(void **state)
{
	(void)state;
	struct strbuf sb = STRBUF_INIT(1000);

	assert_int_equal(utf8_repair(&sb, "ab\xFF" "c\xE2\x82", 6), 3);
	assert_string_equal(strbuf_text(&sb), "ab\uFFFDc\uFFFD\uFFFD");
	strbuf_clear(&sb);
	assert_int_equal(utf8_repair(&sb, "Büro\n", 6), 0);
	assert_string_equal(strbuf_text(&sb), "Büro\n");
	strbuf_clear(&sb);
	assert_int_equal(utf8_repair(&sb, "", 0), 0);
	assert_int_equal(sb.len, 0);
	/* What is no character becomes one that says so. */
	utf8_append(&sb, 0xD800);
	utf8_append(&sb, -1);
	assert_string_equal(strbuf_text(&sb), "\uFFFD\uFFFD");
	strbuf_release(&sb);
}

static void check_case(const char *text, const char *lower, const char *folded)
{
	struct strbuf sb = STRBUF_INIT(10000);
	char into[1000];

	utf8_lower(&sb, text, strlen(text));
	assert_string_equal(strbuf_text(&sb), lower);
	strbuf_clear(&sb);
	utf8_fold(&sb, text, strlen(text));
	assert_string_equal(strbuf_text(&sb), folded);
	size_t used = utf8_fold_into(into, text, strlen(text));

	assert_int_equal(used, strlen(folded));
	assert_memory_equal(into, folded, used);
	strbuf_release(&sb);
}

static void case_is_mapped(void **state)
{
	(void)state;
	check_case("BÜRO-SERVER", "büro-server", "büro-server");
	check_case("@AZ[`az{", "@az[`az{", "@az[`az{");
	check_case("SRV-SQL-000417.CORP.EXAMPLE.COM", "srv-sql-000417.corp.example.com", "srv-sql-000417.corp.example.com");
	check_case("ΟΔΟΣ οδος", "οδοσ οδος", "οδοσ οδοσ");
	check_case("ſ K Å µ", "ſ k å µ", "s k å μ");
	check_case("ДОМ", "дом", "дом");
	check_case("ß", "ß", "ß");
	check_case("ı", "ı", "ı");
	check_case("Ⱥ", "ⱥ", "ⱥ");
	check_case("東京", "東京", "東京");
	check_case("A\xFF" "B\xC3", "a\xFF" "b\xC3", "a\xFF" "b\xC3");
	check_case("", "", "");
}

static void ascii_is_lowered_at_every_place(void **state)
{
	(void)state;
	/* Each byte value below 0x80 at each place of a word, beside a character that ends the fast path. */
	for (unsigned c = 0; c < 0x80; c++) {
		for (size_t place = 0; place < 11; place++) {
			char text[13], out[39];

			memset(text, 'Q', 11);
			memcpy(text + 11, "Ü", 2);
			text[place] = (char)c;
			assert_int_equal(utf8_fold_into(out, text, 13), 13);
			for (size_t i = 0; i < 11; i++) {
				char was = text[i];

				assert_int_equal(out[i], was >= 'A' && was <= 'Z' ? was + 32 : was);
			}
			assert_memory_equal(out + 11, "ü", 2);
		}
	}
}

static void folding_holds_its_bound_and_rests(void **state)
{
	(void)state;
	/* For each character: at most three times its bytes, and folding twice is folding once. */
	for (uint32_t cp = 0; cp < 0x110000; cp++) {
		unsigned char bytes[4];
		char once[12], twice[36];

		if (cp >= 0xD800 && cp <= 0xDFFF)
			continue;
		size_t n = reference_encode(cp, bytes);
		size_t first = utf8_fold_into(once, (const char *)bytes, n);

		if (first > 3 * n || !utf8_valid(once, first))
			fail_msg("U+%04X folds to %zu bytes", (unsigned)cp, first);
		size_t second = utf8_fold_into(twice, once, first);

		if (second != first || memcmp(once, twice, first) != 0)
			fail_msg("U+%04X folds on", (unsigned)cp);
	}
}

static void long_texts_are_mapped_whole(void **state)
{
	(void)state;
	struct strbuf sb = STRBUF_INIT(100000);
	char text[3000], expected[3000];

	/* Characters of three bytes after 0 to 3 single ones, so that pieces would end inside one. */
	for (size_t shift = 0; shift < 4; shift++) {
		size_t n = shift;

		memset(text, 'A', shift);
		memset(expected, 'a', shift);
		for (; n + 3 <= sizeof(text); n += 3) {
			memcpy(text + n, "Ａ", 3);
			memcpy(expected + n, "ａ", 3);
		}
		strbuf_clear(&sb);
		utf8_fold(&sb, text, n);
		assert_int_equal(sb.len, n);
		assert_memory_equal(sb.buf, expected, n);
	}
	memset(text, 0x80, sizeof(text));
	strbuf_clear(&sb);
	utf8_lower(&sb, text, sizeof(text));
	assert_int_equal(sb.len, sizeof(text));
	assert_memory_equal(sb.buf, text, sizeof(text));
	strbuf_release(&sb);
}

static void widths(void **state)
{
	(void)state;
	static const struct { int32_t cp; int width; } cases[] = {
		{ 'a', 1 }, { ' ', 1 }, { '~', 1 }, { 0, -1 }, { 0x1B, -1 }, { '\n', -1 }, { '\t', -1 }, { 0x7F, -1 }, { 0x80, -1 },
		{ 0x9B, -1 }, { 0x9F, -1 }, { 0xA0, 1 }, { 0xFC, 1 }, { 0x301, 0 }, { 0x200D, -1 }, { 0xAD, -1 }, { 0xE0001, -1 },
		{ 0x4EAC, 2 }, { 0xFF21, 2 },
		{ 0x1F525, 2 }, { 0x2013, 1 }, { 0x61C, -1 }, { 0x200E, -1 }, { 0x200F, -1 }, { 0x2028, -1 }, { 0x2029, -1 },
		{ 0x202A, -1 }, { 0x202E, -1 }, { 0x202F, 1 }, { 0x2065, -1 }, { 0x2066, -1 }, { 0x2069, -1 }, { 0xFEFF, -1 }, { -1, -1 },
		{ 0xD800, -1 }, { 0x110000, -1 }, { 0x0378, 1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (utf8_width(cases[i].cp) != cases[i].width)
			fail_msg("U+%04X: %d columns", (unsigned)cases[i].cp, utf8_width(cases[i].cp));
	for (int32_t cp = 0; cp < 0x110000; cp++)
		assert_in_range(utf8_width(cp) + 1, 0, 3);
}

static void check_visible(const char *text, size_t n, const char *visible, size_t width)
{
	struct strbuf sb = STRBUF_INIT(1000);

	utf8_visible(&sb, text, n);
	assert_string_equal(strbuf_text(&sb), visible);
	assert_int_equal(utf8_columns(text, n), width);
	strbuf_release(&sb);
}

static void nothing_unsafe_is_shown(void **state)
{
	(void)state;
	check_visible("plain", 5, "plain", 5);
	check_visible("\x1b[31m", 5, "\\x1b[31m", 8);
	check_visible("a\0b", 3, "a\\x00b", 6);
	check_visible("\u202Egpj", 6, "\\u202egpj", 9);
	check_visible("\xC2\x85\x7F", 3, "\\u0085\\x7f", 10);
	check_visible("\xFF\xC3", 2, "\\xff\\xc3", 8);
	check_visible("東京", 6, "東京", 4);
	check_visible("e\u0301", 3, "e\u0301", 1);
	check_visible("", 0, "", 0);
}

/* Appends decomposed code points as U+XXXX with blanks between. */
static void check_decomposed(const char *text, bool fold, const char *wanted)
{
	int32_t cps[UTF8_DECOMPOSED * 32];
	struct strbuf sb = STRBUF_INIT(256);
	size_t n = utf8_decompose(text, strlen(text), fold, cps);

	for (size_t i = 0; i < n; i++)
		strbuf_addf(&sb, "%s%04X", i ? " " : "", (unsigned)cps[i]);
	assert_string_equal(strbuf_text(&sb), wanted);
	strbuf_release(&sb);
}

static void names_are_decomposed(void **state)
{
	(void)state;
	check_decomposed("", false, "");
	check_decomposed("aB", false, "0061 0042");
	check_decomposed("aB", true, "0061 0062");
	check_decomposed("Ü", false, "0055 0308");
	check_decomposed("Ü", true, "0075 0308");
	check_decomposed("ß", true, "0073 0073");
	check_decomposed("ﬃ", false, "FB03");
	check_decomposed("q\u0307\u0323", false, "0071 0323 0307");   /* canonical order */
	check_decomposed("각", false, "1100 1161 11A8");
	check_decomposed("a\xffz", false, "0061 FFFD 007A");
	int32_t plain[UTF8_COMPATIBLE * 4];
	assert_int_equal(utf8_decompose_compatible("\uFF37", 3, plain), 1);
	assert_int_equal(plain[0], 'W');
	assert_int_equal(utf8_decompose_compatible("ﬃ", 3, plain), 3);
	assert_int_equal(plain[2], 'i');
	assert_int_equal(utf8_decompose_compatible("\u2460", 3, plain), 1);
	assert_int_equal(plain[0], '1');
	/* The bound that callers rely on holds for every character. */
	for (int32_t cp = 1; cp <= 0x10FFFF; cp++) {
		int32_t out[UTF8_DECOMPOSED * 4];
		char text[4];
		struct strbuf sb = STRBUF_INIT(8);

		if (cp >= 0xD800 && cp <= 0xDFFF)
			continue;
		utf8_append(&sb, cp);
		size_t length = sb.len;
		memcpy(text, sb.buf, length);
		strbuf_release(&sb);
		assert_in_range(utf8_decompose(text, length, true, out), 1, UTF8_DECOMPOSED * length);
		assert_in_range(utf8_decompose_compatible(text, length, plain), 1, UTF8_COMPATIBLE * length);
		if (cp == 0x3000)
			cp = 0xF8FF;   /* Han, Hangul and private use hold no surprises */
		if (cp == 0x30000)
			cp = 0x10FFF0;
	}
}

static void classes_of_characters(void **state)
{
	static const struct { int32_t cp; enum utf8_class class; } cases[] = {
		{ 'a', UTF8_CASED }, { 'Z', UTF8_CASED }, { 0x416, UTF8_CASED }, { 0x4E2D, UTF8_LETTER }, { 0xAA, UTF8_LETTER },
		{ '7', UTF8_DIGIT }, { 0x663, UTF8_DIGIT }, { 0x301, UTF8_MARK },
		{ ' ', UTF8_BLANK }, { '\t', UTF8_BLANK }, { '\r', UTF8_BLANK }, { 0x85, UTF8_BLANK }, { 0xA0, UTF8_BLANK }, { 0x2003, UTF8_BLANK },
		{ 0x2028, UTF8_BLANK }, { 0x2800, UTF8_BLANK }, { 0x3000, UTF8_BLANK },
		{ 0, UTF8_HIDDEN }, { 0x1B, UTF8_HIDDEN }, { 0x7F, UTF8_HIDDEN }, { 0xAD, UTF8_HIDDEN }, { 0x200B, UTF8_HIDDEN }, { 0x202E, UTF8_HIDDEN },
		{ 0xFEFF, UTF8_HIDDEN }, { 0xFE0F, UTF8_HIDDEN }, { 0x3164, UTF8_HIDDEN }, { 0xE0041, UTF8_HIDDEN },
		{ '-', UTF8_PUNCTUATION }, { '_', UTF8_PUNCTUATION }, { '.', UTF8_PUNCTUATION }, { '/', UTF8_PUNCTUATION }, { 0x2013, UTF8_PUNCTUATION },
		{ '(', UTF8_PUNCTUATION }, { 0x201C, UTF8_PUNCTUATION }, { 0xFF0D, UTF8_PUNCTUATION },
		{ '#', UTF8_OTHER }, { '+', UTF8_OTHER }, { '&', UTF8_OTHER }, { '@', UTF8_OTHER }, { 0x20AC, UTF8_OTHER }, { -1, UTF8_OTHER },
		{ 0x110000, UTF8_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (utf8_class(cases[i].cp) != cases[i].class)
			fail_msg("U+%04X is of class %d", (unsigned)cases[i].cp, (int)utf8_class(cases[i].cp));
	assert_int_equal(utf8_lower_char(0xDC), 0xFC);
	assert_int_equal(utf8_upper_char(0xFC), 0xDC);
	assert_int_equal(utf8_lower_char('1'), '1');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_character_goes_both_ways), cmocka_unit_test(invalid_bytes_are_not_characters),
		cmocka_unit_test(repair_replaces_and_counts), cmocka_unit_test(case_is_mapped),
		cmocka_unit_test(ascii_is_lowered_at_every_place), cmocka_unit_test(folding_holds_its_bound_and_rests),
		cmocka_unit_test(long_texts_are_mapped_whole), cmocka_unit_test(widths), cmocka_unit_test(nothing_unsafe_is_shown),
		cmocka_unit_test(names_are_decomposed), cmocka_unit_test(classes_of_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
