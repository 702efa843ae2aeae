/* test_regex.c - the dialect of Kusto's regular expressions: what is found, what is refused, and that nothing hangs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/regex.h"
#include "core/base/strbuf.h"

#define LONG_TEXT 255   /* the longest name of a host */

/* From Microsoft's reference of the syntax, row by row. */
static const struct { const char *pattern, *text; int found; } searches[] = {
	{ "b.*k", "Fabrikam", 1 }, { "K.*S", "KANSAS", 1 }, { "^K", "LAKE", 0 }, { "", "", 1 }, { "", "x", 1 }, { "x", "", 0 },
	{ "a.c", "a\nc", 0 }, { "(?s)a.c", "a\nc", 1 }, { "(?s:a.)c", "a\nc", 1 }, { "a.c", "a\rc", 1 },
	{ "^b", "a\nb", 0 }, { "(?m)^b", "a\nb", 1 }, { "a$", "a\nb", 0 }, { "(?m)a$", "a\nb", 1 }, { "a$", "a\n", 0 }, { "a$", "a", 1 },
	{ "(?m)^$", "a\n", 1 }, { "a\\z", "a\n", 0 }, { "\\Aa", "ba", 0 }, { "(?m)\\Ab", "a\nb", 0 },
	{ "(?i)abc", "xABCx", 1 }, { "a(?i)b|c", "C", 1 }, { "a(?i)b", "Ab", 0 }, { "(?i)a(?-i)b", "AB", 0 }, { "(?i:a)b", "Ab", 1 },
	{ "(?i)\xC3\xBC", "\xC3\x9C", 1 }, { "(?i)k", "\xE2\x84\xAA", 1 }, { "\xC3\xBC", "\xC3\x9C", 0 }, { "(?i)ss", "\xC3\x9F", 0 },
	{ "\\d", "\xD9\xA3", 1 }, { "[0-9]", "\xD9\xA3", 0 }, { "[[:digit:]]", "\xD9\xA3", 0 }, { "[\\d]", "\xD9\xA3", 1 }, { "\\D", "5", 0 },
	{ "\\w", "\xC3\xBC", 1 }, { "[[:alpha:]]", "\xC3\xBC", 0 }, { "[[:^alpha:]]", "\xC3\xBC", 1 },
	{ "[[:^alpha:]]", "x", 0 }, { "\\W", "a b", 1 },
	{ "[[:word:]]", "_", 1 }, { "\\w", "\xCC\x88", 1 }, { "\\W", "\xCC\x88", 0 }, { "^\\w+$", "B\x75\xCC\x88ro", 1 },
	{ "u\\b", "u\xCC\x88", 0 },
	{ "\\w", "\xE2\x80\xBF", 1 }, { "\\w", "\xE2\x80\x8D", 1 }, { "\\w", "\xE2\x80\x8B", 0 }, { "\\w", "\xC2\xB2", 0 },
	{ "\\W", "\xC2\xB2", 1 }, { "\\w", "\xE2\x85\xA3", 1 },
	{ "\\w", "\xE2\x93\x90", 1 }, { "\\w", "\xD9\xA3", 1 }, { "\\w", "_", 1 }, { "\\w", "-", 0 },
	{ "^[\\w.-]+$", "a.b-\xCC\x88", 1 }, { "^[^\\w]+$", "-.\xC2\xB2", 1 },
	{ "^[\\W]+$", "-. ", 1 }, { "[\\W]", "a", 0 }, { "^[^\\W]+$", "ab_\xCC\x88", 1 }, { "[^\\W]", "-", 0 },
	{ "^[x\\W]+$", "x-x", 1 }, { "^[x\\W]+$", "y-x", 0 },
	{ "^[^x\\W]+$", "yz", 1 }, { "[^x\\W]", "x-", 0 }, { "[\\w\\W]", "\n", 1 }, { "[^\\w\\W]", "a-", 0 },
	{ "^[\\W\\d]{2,3}$", "1-2", 1 }, { "(?i)[^A\\W]", "a", 0 },
	{ "\\b\xE2\x80\xBF", "a\xE2\x80\xBF", 0 }, { "a\\B\xCC\x88", "a\xCC\x88", 1 }, { "\\B", "a", 0 }, { "\\b", "", 0 },
	{ "\\B", "", 1 }, { "^\\B-\\B$", "-", 1 }, { "\\b(a|b)\\b", "xa b", 1 }, { "[[:space:]]", "\xC2\xA0", 0 },
	{ "\\s", "\xC2\xA0", 1 }, { "[[:ascii:]]", "\xC3\xBC", 0 }, { "[[:punct:]]", "a", 0 },
	{ "[[:^ascii:]]", "\xC3\xBC", 1 }, { "[[:cntrl:]]", "\x7F", 1 }, { "[[:^cntrl:]]", "\x01", 0 },
	{ "[[:xdigit:]]{2}", "fG", 0 }, { "[[:upper:]]", "a", 0 },
	{ "\\bsql\\b", "srv-sql-01", 1 }, { "\\bsql\\b", "mysql", 0 }, { "\\Bsql", "mysql", 1 }, { "\\b\xC3\xBC", "x\xC3\xBC", 0 },
	{ "\\p{Greek}", "\xCE\xB1", 1 }, { "\\pL", "1", 0 }, { "\\PL", "1", 1 }, { "\\p{Lu}", "a", 0 },
	{ "\\P{Greek}", "\xCE\xB1", 0 }, { "[\\p{Greek}]", "\xCE\xB1", 1 },
	{ "\\p{Han}", "\xE3\x80\x81", 0 },   /* a comma of several scripts */
	{ "[]a]", "]", 1 }, { "[^]a]", "]", 0 }, { "[a-]", "-", 1 }, { "[-a]", "-", 1 }, { "[\\[\\]]", "]", 1 },
	{ "[a-c]", "b", 1 }, { "[^a-c]", "b", 0 },
	{ "[\\x41-\\x43]", "B", 1 }, { "[.]", "x", 0 }, { "[$^]", "^", 1 }, { "[\\^]", "^", 1 }, { "[a\\-z]", "m", 0 },
	{ "[\\n]", "\n", 1 }, { "[^a]", "\n", 1 },
	{ "a{2}", "aa", 1 }, { "^a{2}$", "aaa", 0 }, { "^a{2,}$", "aaaa", 1 }, { "^a{1,2}$", "aaa", 0 }, { "^a{0}$", "", 1 },
	{ "a{1000}", "a", 0 },
	{ "^a*?$", "aa", 1 }, { "^(?U)a*$", "aa", 1 }, { "^a{1,2}?$", "aa", 1 }, { "(a|b)+c", "abac", 1 }, { "a||b", "", 1 },
	{ "()", "", 1 }, { "(|a)b", "b", 1 },
	{ "(?P<x>a)(?<y>b)", "ab", 1 }, { "(?:a)", "a", 1 }, { "(?i-s)A", "a", 1 },
	{ "\\*", "*", 1 }, { "\\.", "x", 0 }, { "\\-", "-", 1 }, { "\\ ", " ", 1 }, { "\\_", "_", 1 }, { "\\/", "/", 1 }, { "\\\\", "\\", 1 },
	{ "\\a\\f\\t\\n\\r\\v", "\a\f\t\n\r\v", 1 }, { "\\v", "\n", 0 }, { "\\x7F", "\x7F", 1 }, { "\\x{10FFFF}", "\xF4\x8F\xBF\xBF", 1 },
	{ "\\u0041", "A", 1 }, { "\\u{7F}", "\x7F", 1 }, { "\\101", "A", 1 }, { "\\0", "x", 0 }, { "\\012", "\n", 1 },
	{ "\\12", "\n", 1 }, { "\\1018", "A8", 1 },
	{ "a}", "a}", 1 }, { "a]", "a]", 1 }, { "#a b", "#a b", 1 }, { "a b", "ab", 0 }, { "a,b", "a,b", 1 }, { "-", "-", 1 },
	{ "^\xEF\xBF\xBD$", "\xFF", 1 }, { "^..$", "\xC3\xBCx", 1 }, { "\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80", 1 },
	{ "^(WIN|win)-[[:alnum:]]+[.]corp$", "win-sql1.corp", 1 },
};

static int search(const char *pattern, const char *text)
{
	struct regex *regex = NULL;
	struct error err = { 0 };
	enum regex_answer answer;

	if (regex_new(&regex, pattern, strlen(pattern), &err))
		fail_msg("%s is refused: %s", pattern, err.text);
	answer = regex_search(regex, text, strlen(text));
	assert_int_equal(regex_search(regex, text, strlen(text)), answer);
	regex_free(&regex);
	assert_null(regex);
	return answer == REGEX_TOO_HARD ? -1 : answer == REGEX_YES;
}

static void test_search(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof searches / sizeof *searches; i++)
		if (search(searches[i].pattern, searches[i].text) != searches[i].found)
			fail_msg("%s in %s: expected %d", searches[i].pattern, searches[i].text, searches[i].found);
}

/* What is refused, with the character that is named and a word of the reason. */
static const struct { const char *pattern; unsigned at; const char *why; } refusals[] = {
	{ "a(?=b)", 2, "look-around" }, { "(?!b)", 1, "look-around" }, { "(?<=a)b", 1, "look-around" }, { "(?<!a)b", 1, "look-around" },
	{ "(a)\\1", 4, "back-references" }, { "\\8", 1, "back-references" }, { "(?P<n>a)(?P=n)", 9, "no group" }, { "\\k<n>", 1, "escape" },
	{ "\\g1", 1, "escape" }, { "a*+", 3, "possessive" }, { "a++", 3, "possessive" }, { "a?+", 3, "possessive" },
	{ "a{2}+", 5, "possessive" },
	{ "(?>a)", 1, "atomic" }, { "\\Ka", 1, "escape" }, { "\\G", 1, "escape" }, { "\\R", 1, "escape" },
	{ "\\X", 1, "escape" }, { "\\h", 1, "escape" },
	{ "\\H", 1, "escape" }, { "\\N", 1, "escape" }, { "\\C", 1, "escape" }, { "\\Qa\\E", 1, "escape" },
	{ "\\Z", 1, "escape" }, { "\\e", 1, "escape" },
	{ "(*UTF)a", 2, "repeat" }, { "(*COMMIT)", 2, "repeat" }, { "(?(1)a|b)", 1, "no group" }, { "(?R)", 3, "flag" },
	{ "(?1)", 1, "no group" },
	{ "(?&n)", 1, "no group" }, { "(?P>n)", 1, "no group" }, { "(?#c)", 1, "no group" }, { "(?|a)", 1, "no group" },
	{ "(?^)", 1, "no group" },
	{ "(?x)a", 3, "flag x" }, { "(?-)a", 1, "no group" }, { "(?)", 1, "no group" }, { "(?i--s)", 1, "no group" },
	{ "a{1001}", 2, "up to 1000" }, { "a{1,1001}", 2, "up to 1000" }, { "a{99999999999999999999}", 2, "up to 1000" },
	{ "a{2,1}", 2, "ends before" },
	{ "a{", 2, "no repetition" }, { "a{,5}", 2, "no repetition" }, { "a{x}", 2, "no repetition" }, { "{1}", 1, "nothing to repeat" },
	{ "*a", 1, "nothing to repeat" }, { "a|*", 3, "nothing to repeat" }, { "a**", 3, "nothing to repeat" },
	{ "^*", 2, "nothing to repeat" },
	{ "(", 2, "never closed" }, { "a)", 2, "no parenthesis" }, { "[a", 1, "never closed" }, { "[]", 1, "never closed" },
	{ "a\\", 2, "backslash" },
	{ "[z-a]", 2, "range" }, { "[a-\\d]", 2, "range" }, { "[\\d-z]", 0, "" }, { "[[:foo:]]", 2, "no such class" },
	{ "[a[b]]", 3, "sets inside" },
	{ "[a&&b]", 3, "combined" }, { "[a--b]", 3, "combined" }, { "[a~~b]", 3, "combined" }, { "[\\b]", 2, "escape" },
	{ "\\p{Nowhere}", 1, "" }, { "\\p", 1, "name" }, { "\\p{", 1, "name" }, { "\\p{Xan}", 1, "name" },
	{ "\\x4", 1, "digits" }, { "\\u004", 1, "digits" },
	{ "\\x{110000}", 1, "high" }, { "\\x{}", 1, "digits" }, { "\\uD800", 1, "surrogate" }, { "\\<a", 1, "escape" },
	{ "a\\b{start}", 2, "half" },
	{ "\xC3\xBC(?=x)", 2, "look-around" }, { "a\xFF", 2, "UTF-8" }, { "\\\xC3\xBC", 1, "escape" }, { "(?P<1>a)", 1, "name of a group" },
	{ "(?P<a>x)(?P<a>y)", 9, "" }, { "()()()()()()()()()()()()()()()()()", 33, "16 groups" },
};

static void test_refuse(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		struct regex *regex = NULL;
		struct error err = { 0 };
		char place[64];
		int status = regex_new(&regex, refusals[i].pattern, strlen(refusals[i].pattern), &err);

		if (refusals[i].at == 0) {
			assert_int_equal(status, 0);
			regex_free(&regex);
			continue;
		}
		snprintf(place, sizeof place, "at its character %u: ", refusals[i].at);
		if (status == 0 || regex)
			fail_msg("%s is taken", refusals[i].pattern);
		assert_int_equal(err.status, STATUS_USAGE);
		if (!strstr(err.text, place) || !strstr(err.text, refusals[i].why) || err.text[strlen(err.text) - 1] != '.')
			fail_msg("%s: %s", refusals[i].pattern, err.text);
	}
}

/* A pattern that goes back for ever on many engines is answered, rightly, and soon. */
static void test_hard(void **state)
{
	static const struct { const char *pattern; int found; } hard[] = {
		{ "(a+)+$", 0 }, { "(a|a)*$", 1 }, { "(a*)*b$", 1 }, { "^(a|aa)+$", 0 }, { "(.*)*x", 0 }, { "^(([a-z])+.)+[A-Z]([a-z])+$", 0 },
		{ "(?:a?){50}a{50}$", 0 }, { "(a+)+b", 1 }, { "^(a+)+$", 0 }, { "(a+)+c", 0 }, { "((a{0,500}){0,500})c", 0 },
		{ "(?i)(a+)+\xC3\xBC", 0 },
	};
	char text[LONG_TEXT + 1];
	int64_t start = clock_ms();

	(void)state;
	memset(text, 'a', LONG_TEXT);
	text[LONG_TEXT - 1] = 'b';
	text[LONG_TEXT] = '\0';
	for (size_t i = 0; i < sizeof hard / sizeof *hard; i++)
		if (search(hard[i].pattern, text) != hard[i].found)
			fail_msg("%s: %d", hard[i].pattern, search(hard[i].pattern, text));
	assert_true(clock_ms() - start < 20000);
}

/* Too large for any way: said so, and again so. */
static void test_too_hard(void **state)
{
	struct regex *regex = NULL;
	struct error err = { 0 };
	size_t len = (size_t)1 << 20;
	char *text = malloc(len);

	(void)state;
	assert_non_null(text);
	memset(text, 'a', len);
	assert_int_equal(regex_new(&regex, "(a|a)*(a|a)*c", 13, &err), 0);
	int64_t start = clock_ms();
	text[len - 1] = 'b';
	assert_int_not_equal(regex_search(regex, text, len), REGEX_YES);
	assert_int_equal(regex_search(regex, "aac", 3), REGEX_YES);
	assert_true(clock_ms() - start < 20000);
	regex_free(&regex);
	free(text);
}

/* A million rows that each would take long: after a while it gives up on them, but never on what is easy. */
static void test_many_hard(void **state)
{
	struct regex *regex = NULL;
	struct error err = { 0 };
	char text[101];
	unsigned hard = 0, no = 0;
	int64_t start = clock_ms();

	(void)state;
	memset(text, 'a', 100);
	assert_int_equal(regex_new(&regex, "(a+)+$", 6, &err), 0);
	for (unsigned i = 0; i < 100000; i++) {
		text[99] = (char)('b' + i % 3);
		enum regex_answer answer = regex_search(regex, text, 100);
		hard += answer == REGEX_TOO_HARD;
		no += answer == REGEX_NO;
	}
	assert_true(no > 0 && hard > 0);
	assert_int_equal(no + hard, 100000);
	assert_int_equal(regex_search(regex, "bbb", 3), REGEX_NO);
	assert_int_equal(regex_search(regex, "bba", 3), REGEX_YES);
	assert_true(clock_ms() - start < 20000);
	regex_free(&regex);
}

/* Any bytes as a pattern: a regex or a sentence. */
static void test_soup(void **state)
{
	static const char *const pieces[] = { "(", ")", "[", "]", "a", "b", "*", "+", "?", "{2,3}", "{", "|", "^", "$", "\\", "\\d", "\\b", "(?i)", "(?:", "-",
	                                      "[:alpha:]", "\\p{L}", "\xC3\xBC", "\xFF", "&&", "\\1", ".", "(?P<n>", "\\x41", "1", "," };
	uint32_t seed = 7;
	unsigned taken = 0;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		struct strbuf text = STRBUF_INIT(1000);
		struct regex *regex = NULL;
		struct error err = { 0 };

		seed = seed * 1664525u + 1013904223u;
		for (unsigned n = (seed >> 8) % 9 + 1; n > 0; n--) {
			seed = seed * 1664525u + 1013904223u;
			strbuf_adds(&text, pieces[(seed >> 8) % (sizeof pieces / sizeof *pieces)]);
		}
		if (regex_new(&regex, text.buf, text.len, &err) == 0) {
			regex_search(regex, "abba \xC3\xBC 12", 10);
			regex_free(&regex);
			taken++;
		} else {
			assert_true(err.status == STATUS_USAGE && strstr(err.text, "at its character "));
		}
		strbuf_release(&text);
	}
	assert_true(taken > 1000 && taken < 19000);
}

/* NUL is a character like any other. */
static void test_nul(void **state)
{
	struct regex *regex = NULL;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(regex_new(&regex, "a\0b", 3, &err), 0);
	assert_int_equal(regex_search(regex, "xa\0by", 5), REGEX_YES);
	assert_int_equal(regex_search(regex, "ab", 2), REGEX_NO);
	assert_int_equal(regex_search(regex, NULL, 0), REGEX_NO);
	regex_free(&regex);
	regex_free(&regex);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_search), cmocka_unit_test(test_refuse), cmocka_unit_test(test_hard), cmocka_unit_test(test_too_hard), cmocka_unit_test(test_many_hard),
		cmocka_unit_test(test_soup), cmocka_unit_test(test_nul),
	};

	return cmocka_run_group_tests_name("regex", tests, NULL, NULL);
}
