/* expr_lex_text.c - text literals: quotes and escapes of Kusto. */
#include "core/model/expr_lex.h"

#include <stdio.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"

/* A token that is none, at the byte that is wrong and not at the quote. */
static void bad(struct token *token, size_t at, size_t len, const char *expected, const char *nearest, const char *why)
{
	token->kind = TOKEN_BAD;
	token->at = at;
	token->len = len;
	token->expected = expected;
	snprintf(token->nearest, sizeof token->nearest, "%s", nearest);
	snprintf(token->why, sizeof token->why, "%s", why);
}

/* -- texts -- */

/* What stands before the first character of a text, and how it ends. */
struct quote {
	size_t head;          /* bytes of h, @ and the quote */
	char sign;            /* the quote: " ' ` ~ */
	bool verbatim;        /* @: no escapes, a doubled quote is one */
	bool lines;           /* three of them: goes over lines, no escapes */
};

/* Reads the head of a text; returns false when there is none. `h` alone, or `@` before a blank, is no head. */
static bool quote_begins(const char *at, const char *end, struct quote *quote)
{
	const char *from = at;

	*quote = (struct quote){ 0 };
	if (at < end && (*at == 'h' || *at == 'H'))   /* hidden in Kusto's logs; the same text */
		at++;
	if (end - at >= 3 && (memcmp(at, "```", 3) == 0 || memcmp(at, "~~~", 3) == 0)) {
		*quote = (struct quote){ (size_t)(at - from) + 3, *at, false, true };
		return true;
	}
	if (at < end && *at == '@') {
		quote->verbatim = true;
		at++;
	}
	if (at >= end || (*at != '"' && *at != '\''))
		return false;
	quote->sign = *at;
	quote->head = (size_t)(at - from) + 1;
	return true;
}

bool lex_text_begins(const char *at, const char *end)
{
	struct quote quote;

	return quote_begins(at, end, &quote);
}

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* `digits` of them, exactly; -1 when they are not there. */
static int32_t hex_number(const char *at, const char *end, int digits)
{
	int32_t value = 0;

	if (end - at < digits)
		return -1;
	for (int i = 0; i < digits; i++) {
		int digit = hex_value(at[i]);

		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* \uD83D\uDE00 are one character. Returns the bytes after the backslash, or 0 when half of it is missing. */
static size_t unescape_unicode(const char *at, const char *end, int32_t *cp)
{
	int32_t low;

	*cp = hex_number(at + 1, end, 4);
	if (*cp < 0 || (*cp >= 0xDC00 && *cp <= 0xDFFF))
		return 0;
	if (*cp < 0xD800 || *cp > 0xDBFF)
		return 5;
	if (end - at < 11 || at[5] != '\\' || at[6] != 'u')
		return 0;
	low = hex_number(at + 7, end, 4);
	if (low < 0xDC00 || low > 0xDFFF)
		return 0;
	*cp = 0x10000 + (*cp - 0xD800) * 0x400 + (low - 0xDC00);
	return 11;
}

/* Reads what stands after a backslash; returns its bytes, or 0 when it is no escape of Kusto. */
static size_t unescape(const char *at, const char *end, int32_t *cp)
{
	static const char letters[] = "ntrabfv\\\"'", values[] = "\n\t\r\a\b\f\v\\\"'";
	const char *found = at < end && *at ? strchr(letters, *at) : NULL;
	size_t n = 0;

	if (at >= end)
		return 0;
	if (found) {
		*cp = values[found - letters];
		return 1;
	}
	if (*at == 'u')
		return unescape_unicode(at, end, cp);
	if (*at == 'x') {
		*cp = hex_number(at + 1, end, 2);
		return *cp < 0 ? 0 : 3;
	}
	for (*cp = 0; n < 3 && at + n < end && at[n] >= '0' && at[n] <= '7'; n++)
		*cp = *cp * 8 + (at[n] - '0');
	return n;
}

/* Appends the character at a place of a text; returns its bytes, or 0 with the reason in the token. */
static size_t text_character(struct token *token, const struct quote *quote, const char *text, const char *at, const char *end,
                             struct strbuf *out)
{
	int32_t cp;
	size_t n;

	if (*at == '\\' && !quote->verbatim && !quote->lines) {
		n = unescape(at + 1, end, &cp);
		if (n == 0) {
			bad(token, (size_t)(at - text), at + 1 < end ? 2 : 1, "an escape such as \\\\ \\n \\x41 or \\u0041", "@\"...\"",
			    "the backslash begins no escape of Kusto; write it twice, or put @ before the quote to keep "
			    "backslashes as they are.");
			return 0;
		}
		utf8_append(out, cp);
		return 1 + n;
	}
	n = utf8_decode(at, (size_t)(end - at), &cp);
	if (cp < 0) {
		bad(token, (size_t)(at - text), 1, "valid UTF-8", "", "this byte is no valid UTF-8.");
		return 0;
	}
	strbuf_add(out, at, n);
	return n;
}

/* At the quote that was opened, or at three of them. */
static bool text_ends(const struct quote *quote, const char *at, const char *end)
{
	if (*at != quote->sign)
		return false;
	return !quote->lines || (end - at >= 3 && at[1] == quote->sign && at[2] == quote->sign);
}

/* Shown at the quote that was opened: that is where the eye has to go. */
static void unclosed(struct token *token, size_t at, size_t len, char sign)
{
	const char name[2] = { sign, '\0' };

	bad(token, at, len, "the closing quote", name, "the quote that is opened here is never closed on its line.");
	token->open = true;
}

/* Decodes while it looks for the end, so that each byte is read once. A text ends on its line unless three quotes opened it. */
void lex_text(struct lexer *lexer, struct token *token)
{
	const char *text = lexer->text, *from = text + lexer->at, *end = text + lexer->len, *at;
	struct strbuf out = STRBUF_INIT(3 * lexer->len + 8);
	struct quote quote;
	bool closed = false;
	size_t n = 1;

	quote_begins(from, end, &quote);
	for (at = from + quote.head; at < end && n > 0; at += n) {
		if (text_ends(&quote, at, end)) {
			if (!quote.verbatim || end - at < 2 || at[1] != quote.sign) {
				closed = true;
				break;
			}
			at++;   /* a doubled quote is one */
		} else if (!quote.lines && (*at == '\n' || *at == '\r')) {
			break;
		}
		n = text_character(token, &quote, text, at, end, &out);
	}
	if (closed) {
		token->kind = TOKEN_TEXT;
		token->len = (size_t)(at - from) + (quote.lines ? 3 : 1);
		token->value = (struct slice){ arena_copy(lexer->arena, strbuf_text(&out), out.len), out.len };
	} else if (n > 0) {
		unclosed(token, lexer->at, (size_t)(at - from), quote.sign);
	} else {
		lexer->at = token->at;
	}
	strbuf_release(&out);
}
