/* expr_lex.c - tokens: names, marks, and what is neither. Literals are in expr_lex_text.c and expr_lex_number.c. */
#include "core/model/expr_lex.h"

#include <stdio.h>
#include <string.h>

#include "core/base/utf8.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool is_word_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_word(char c)
{
	return is_word_start(c) || is_digit(c);
}

/* The blanks that Microsoft's parser skips; pasted text has U+00A0 in it, and a file's start U+FEFF. */
static bool is_wide_blank(int32_t cp)
{
	return cp == 0xA0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200B) || cp == 0x202F || cp == 0x205F || cp == 0x3000 || cp == 0xFEFF;
}

/* Vertical tab, U+0085, U+2028 and U+2029 are none, as in Microsoft's parser; the last two only end a comment. */
size_t blank_at(const char *at, const char *end)
{
	int32_t cp;
	size_t n;

	if (at >= end)
		return 0;
	if (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r' || *at == '\f')
		return 1;
	if (!((unsigned char)*at & 0x80))
		return 0;
	n = utf8_decode(at, (size_t)(end - at), &cp);
	return is_wide_blank(cp) ? n : 0;
}

/* A comment from `//` to the end of its line, which belongs to it; 0 when there is none. Microsoft's parser ends lines at LF, CR, U+2028 and
 * U+2029, and at no other sign: what stands behind a form feed or U+0085 is still the comment. */
static size_t comment_at(const char *at, const char *end)
{
	size_t n = 2;

	if (end - at < 2 || at[0] != '/' || at[1] != '/')
		return 0;
	for (; at + n < end; n++) {
		if (at[n] == '\n' || at[n] == '\r')
			return n + 1;
		if (end - at >= (ptrdiff_t)n + 3 && (memcmp(at + n, "\xE2\x80\xA8", 3) == 0 || memcmp(at + n, "\xE2\x80\xA9", 3) == 0))
			return n + 3;
	}
	return n;
}

/* Blanks and comments in any order. */
static void skip_blanks(struct lexer *lexer)
{
	const char *at = lexer->text + lexer->at, *end = lexer->text + lexer->len;

	for (;;) {
		size_t n = blank_at(at, end);

		if (n == 0)
			n = comment_at(at, end);
		if (n == 0)
			break;
		at += n;
	}
	lexer->at = (size_t)(at - lexer->text);
}

/* A text in quotes is no name: "and" is never the word and. */
bool token_is(const struct token *token, const char *text)
{
	return (token->kind == TOKEN_NAME || token->kind == TOKEN_MARK) && slice_is(token->text, text);
}

/* -- what is no token -- */

/* Slips of people who know other languages. The longest first. */
static const struct { const char *text, *nearest, *why; } slips[] = {
	{ "===", "==", "equality is written ==." },
	{ "!==", "!=", "inequality is written !=." },
	{ "&&", "and", "conditions are joined with the word and." },
	{ "||", "or", "conditions are joined with the word or." },
	{ "=>", ">=", "at least is written >=." },
	{ "=<", "<=", "at most is written <=." },
	{ "/*", "//", "a comment begins with // and goes to the end of the line." },
	{ "&", "and", "conditions are joined with the word and." },
	{ "|", "or", "this is a condition alone, without further steps; two of them are joined with and or or." },
	{ "=", "==", "equality is written ==, or =~ to ignore letter case." },
	{ "!", "not()", "the opposite of a condition is written not(...)." },
	{ "*", "", "there is no multiplication here, and no pattern with stars: contains, startswith and endswith look into texts." },
	{ "/", "", "there is no division here." },
	{ "%", "", "there is no remainder here, and no pattern with percent signs: contains looks into texts." },
	{ ";", "", "an expression has no semicolon." },
	{ "{", "(", "only round parentheses group conditions." },
	{ "}", ")", "only round parentheses group conditions." },
	{ "`", "\"", "a text stands in straight quotes, \"like this\"." },
	{ "#", "//", "a comment begins with //." },
};

static const struct { int32_t from, to; const char *nearest, *why; } odd_characters[] = {
	{ 0x2018, 0x201F, "\"", "these are printer's quotes, as word processors make them; a text stands in straight ones, \"like this\"." },
	{ 0xAB, 0xAB, "\"", "a text stands in straight quotes, \"like this\"." },
	{ 0xBB, 0xBB, "\"", "a text stands in straight quotes, \"like this\"." },
	{ 0xB4, 0xB4, "\"", "a text stands in straight quotes, \"like this\"." },
	{ 0x2010, 0x2015, "-", "this is a printer's dash; the minus sign is -." },
	{ 0x2212, 0x2212, "-", "this is a printer's minus; the minus sign is -." },
	{ 0x2264, 0x2264, "<=", "at most is written <=." },
	{ 0x2265, 0x2265, ">=", "at least is written >=." },
	{ 0x2260, 0x2260, "!=", "inequality is written !=." },
	{ 0x2026, 0x2026, "..", "a range is written with two dots, (1d .. 7d)." },
};

/* Makes it a token that is none. */
static void bad(struct token *token, size_t len, const char *why, const char *nearest)
{
	token->kind = TOKEN_BAD;
	token->len = len;
	token->expected = "a column, an operator or a value";
	snprintf(token->why, sizeof token->why, "%s", why);
	snprintf(token->nearest, sizeof token->nearest, "%s", nearest);
}

/* Looks for a mend in the tables above; there is always a sentence. */
static void lex_odd(struct lexer *lexer, struct token *token)
{
	const char *at = lexer->text + lexer->at;
	size_t left = lexer->len - lexer->at, n;
	int32_t cp;

	for (size_t i = 0; i < COUNT(slips); i++) {
		n = strlen(slips[i].text);
		if (n <= left && memcmp(at, slips[i].text, n) == 0) {
			bad(token, n, slips[i].why, slips[i].nearest);
			return;
		}
	}
	n = utf8_decode(at, left, &cp);
	for (size_t i = 0; i < COUNT(odd_characters); i++)
		if (cp >= odd_characters[i].from && cp <= odd_characters[i].to) {
			bad(token, n, odd_characters[i].why, odd_characters[i].nearest);
			return;
		}
	bad(token, n, cp < 0 ? "this byte is no valid UTF-8." : "this character has no meaning outside quotes.", "");
}

/* -- names and marks -- */

/* Letters of ASCII, digits and _; Kusto's names have no others without brackets. */
static size_t word_len(const char *at, const char *end)
{
	size_t n = 0;

	if (at < end && is_word_start(*at))
		while (at + n < end && is_word(at[n]))
			n++;
	return n;
}

/* Words whose brackets hold a literal and no expression. `boolean` and the like are none in Kusto, but people write them. */
static const char *const forms[] = {
	"bool", "boolean", "datetime", "date", "timespan", "time", "long", "int", "real", "double", "decimal", "guid", "dynamic", "string",
};

static bool is_form(struct slice word)
{
	for (size_t i = 0; i < COUNT(forms); i++)
		if (slice_is(word, forms[i]))
			return true;
	return false;
}

/* `datetime(2026-11-20)`: all up to the bracket belongs to it, as in Kusto. */
static void lex_form(struct lexer *lexer, struct token *token, size_t word)
{
	const char *at = lexer->text + lexer->at, *end = lexer->text + lexer->len;
	const char *inside = at + word + 1, *close = memchr(inside, ')', (size_t)(end - inside));
	size_t n;

	if (!close) {
		bad(token, word + 1, "the parenthesis that is opened here is never closed.", ")");
		token->open = true;
		return;
	}
	token->kind = TOKEN_FORM;
	token->len = (size_t)(close - at) + 1;
	token->word = (struct slice){ at, word };
	while ((n = blank_at(inside, close)) > 0)
		inside += n;
	while (close > inside && (close[-1] == ' ' || close[-1] == '\t' || close[-1] == '\n' || close[-1] == '\r'))
		close--;
	token->value = (struct slice){ inside, (size_t)(close - inside) };
}

/* A name; `in~` and `matches regex` (one blank between, as Kusto wants it) are operators. */
static void lex_name(struct lexer *lexer, struct token *token)
{
	static const char regex[] = "matches regex";
	const char *at = lexer->text + lexer->at, *end = lexer->text + lexer->len;
	size_t n = word_len(at, end), whole = sizeof regex - 1;
	struct slice word = { at, n };

	if (at + n < end && at[n] == '(' && is_form(word)) {
		lex_form(lexer, token, n);
		return;
	}
	token->kind = TOKEN_NAME;
	token->len = n;
	if (slice_is(word, "in") && at + n < end && at[n] == '~') {
		token->kind = TOKEN_MARK;
		token->len = n + 1;
	} else if ((size_t)(end - at) >= whole && memcmp(at, regex, whole) == 0 && (at + whole == end || !is_word(at[whole]))) {
		token->kind = TOKEN_MARK;
		token->len = whole;
	}
}

/* Signs, and words behind a `!`. Returns false when there is none. */
static bool lex_mark(struct lexer *lexer, struct token *token)
{
	static const char *const marks[] = { "==", "=~", "!=", "!~", "<>", "<=", ">=", "..", "<", ">", "(", ")", "[", "]", ",", ".", "+", "-" };
	static const char *const slip[] = { "===", "!==", "=>", "=<" };
	const char *at = lexer->text + lexer->at, *end = lexer->text + lexer->len;
	size_t left = (size_t)(end - at), n;

	for (size_t i = 0; i < COUNT(slip); i++)
		if (left >= strlen(slip[i]) && memcmp(at, slip[i], strlen(slip[i])) == 0)
			return false;
	token->kind = TOKEN_MARK;
	for (size_t i = 0; i < COUNT(marks); i++) {
		token->len = strlen(marks[i]);
		if (token->len <= left && memcmp(at, marks[i], token->len) == 0)
			return true;
	}
	n = *at == '!' ? word_len(at + 1, end) : 0;
	if (n == 0)
		return false;
	token->len = 1 + n;
	if (n == 2 && memcmp(at + 1, "in", 2) == 0 && at + 3 < end && at[3] == '~')
		token->len++;
	return true;
}

/* The order matters: h"x" is a text and no name, and a digit begins a number also when letters follow. */
void lex_next(struct lexer *lexer, struct token *token)
{
	const char *at, *end = lexer->text + lexer->len;

	skip_blanks(lexer);
	at = lexer->text + lexer->at;
	*token = (struct token){ .kind = TOKEN_END, .at = lexer->at };
	if (at < end) {
		if (lex_text_begins(at, end))
			lex_text(lexer, token);
		else if (is_digit(*at))
			lex_number(lexer, token);
		else if (is_word_start(*at))
			lex_name(lexer, token);
		else if (!lex_mark(lexer, token))
			lex_odd(lexer, token);
	}
	token->text = (struct slice){ at, token->len };
	lexer->at += token->len;
}
