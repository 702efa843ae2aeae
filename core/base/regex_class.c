/* regex_class.c - escapes and what stands in square brackets. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/bytes.h"
#include "core/base/regex_syntax.h"
#include "core/base/utf8.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define CP_MAX 0x10FFFF
#define PROPERTY_MAX 60   /* bytes of a property's name */

int regex_fail(struct regex_syntax *s, size_t at, const char *format, ...)
{
	va_list args;

	s->wrong = at;
	va_start(args, format);
	vsnprintf(s->why, sizeof s->why, format, args);
	va_end(args);
	return -1;
}

/* A character as a number: safe at any place of the engine's pattern. */
void regex_put(struct regex_syntax *s, int32_t cp)
{
	strbuf_addf(&s->out, "\\x{%x}", (unsigned)cp);
}

/* The byte `ahead` of here, or NUL past the end. */
static char peek(const struct regex_syntax *s, size_t ahead)
{
	return s->at + ahead < s->len ? s->pattern[s->at + ahead] : '\0';
}

/* -- escapes -- */

/* -1 when it is no hexadecimal digit. */
static int digit_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c ? strchr(digits, c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* \x41 \x{41} \u0041 \u{41}: at the x or u, with so many digits when there is no brace. */
static int escape_hex(struct regex_syntax *s, size_t from, size_t digits, int32_t *cp)
{
	bool brace = peek(s, 1) == '{';
	size_t n = 0;
	int value;

	s->at += 1 + (size_t)brace;
	for (*cp = 0; (brace || n < digits) && (value = digit_value(peek(s, 0))) >= 0; n++, s->at++)
		if ((*cp = *cp * 16 + value) > CP_MAX)
			return regex_fail(s, from, "there is no character with so high a number.");
	if (n == 0 || (brace ? peek(s, 0) != '}' : n < digits))
		return regex_fail(s, from, "the escape lacks digits, as in \\x41, \\x{41} or \\u0041.");
	s->at += brace;
	if (*cp >= 0xD800 && *cp <= 0xDFFF)
		return regex_fail(s, from, "half of a surrogate pair is no character.");
	return 0;
}

/* \0 \12 \123: octal, when a single digit could not be taken for a back-reference. */
static int escape_octal(struct regex_syntax *s, size_t from, int32_t *cp)
{
	if (peek(s, 0) > '7' || (peek(s, 0) != '0' && (peek(s, 1) < '0' || peek(s, 1) > '7')))
		return regex_fail(s, from, "back-references are not part of Kusto's regular expressions.");
	*cp = 0;
	for (size_t n = 0; n < 3 && peek(s, 0) >= '0' && peek(s, 0) <= '7'; n++, s->at++)
		*cp = *cp * 8 + (peek(s, 0) - '0');
	return 0;
}

/* \pL \p{Greek} \P{Lu}. The engine means more by a bare script than Kusto does, so scripts are named as such. */
static int escape_property(struct regex_syntax *s, size_t from)
{
	char name[PROPERTY_MAX + 1] = "";
	char kind = peek(s, 0);
	size_t n = 0;
	bool brace = peek(s, 1) == '{';

	s->at += 1 + (size_t)brace;
	while (n < (brace ? PROPERTY_MAX : 1) && peek(s, 0) && peek(s, 0) != '}' && !((unsigned char)peek(s, 0) & 0x80))
		name[n++] = s->pattern[s->at++];
	if (n == 0 || (brace && peek(s, 0) != '}') || name[0] == 'X')   /* the engine's own names begin with X */
		return regex_fail(s, from, "a class of Unicode has a name, as in \\pL or \\p{Greek}.");
	s->at += brace;
	strbuf_addf(&s->out, "\\%c{%s%s}", kind, s->is_script(name) ? "sc:" : "", name);
	return 0;
}

/* \w and \W: at the letter. Members of a class, or a class of their own. */
static int escape_word(struct regex_syntax *s)
{
	bool others = peek(s, 0) == 'W';

	s->at++;
	if (!s->in_class)
		strbuf_addf(&s->out, "[%s%s]", others ? "^" : "", REGEX_WORD);
	else if (others)
		s->has_others = true;
	else
		strbuf_adds(&s->out, REGEX_WORD);
	return 0;
}

/* \v is one character here and a class in the engine, \< is a boundary in Kusto and a plain sign in the engine: so none is passed on. */
int regex_escape(struct regex_syntax *s, int32_t *cp)
{
	static const char plain[] = "aftnrv", values[] = "\a\f\t\n\r\v";
	size_t from = s->at++;
	char c = peek(s, 0);
	const char *found = c ? strchr(plain, c) : NULL;

	*cp = -1;
	if (s->at >= s->len)
		return regex_fail(s, from, "the pattern ends with a backslash; write it twice to mean one.");
	if (c == 'x' || c == 'u')
		return escape_hex(s, from, c == 'x' ? 2 : 4, cp);
	if (c >= '0' && c <= '9')
		return escape_octal(s, from, cp);
	if (c == 'p' || c == 'P')
		return escape_property(s, from);
	if (c == 'w' || c == 'W')
		return escape_word(s);
	if (c && strchr("dDsS", c)) {
		strbuf_addf(&s->out, "\\%c", c);
		s->at++;
		return 0;
	}
	if (found)
		*cp = values[found - plain];
	else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '<' || c == '>' || c == '\0' || ((unsigned char)c & 0x80))
		return regex_fail(s, from, "this escape is not part of Kusto's regular expressions, or not known here.");
	else
		*cp = c;
	s->at++;
	return 0;
}

/* -- classes -- */

/* [:alpha:] and its like are ASCII in Kusto, whatever Unicode says: pairs of first and last. */
static const struct { const char *name, *ranges; } named[] = {
	{ "alnum", "09AZaz" }, { "alpha", "AZaz" }, { "blank", "\t\t  " }, { "digit", "09" }, { "graph", "!~" }, { "lower", "az" },
	{ "print", " ~" }, { "punct", "!/:@[`{~" }, { "space", "\t\r  " }, { "upper", "AZ" }, { "word", "09AZ__az" }, { "xdigit", "09AFaf" },
};

/* As numbers, so that no character of the range can be taken for a sign of the engine. */
static void put_range(struct regex_syntax *s, int32_t from, int32_t to)
{
	if (from <= to)
		strbuf_addf(&s->out, "\\x{%x}-\\x{%x}", (unsigned)from, (unsigned)to);
}

/* The characters of the pairs, or all others. The pairs are in order. */
static void put_named(struct regex_syntax *s, const char *ranges, bool negated)
{
	int32_t next = 0;

	for (; *ranges; ranges += 2) {
		if (negated)
			put_range(s, next, ranges[0] - 1);
		else
			put_range(s, ranges[0], ranges[1]);
		next = ranges[1] + 1;
	}
	if (negated) {
		put_range(s, next, 0xD7FF);
		put_range(s, 0xE000, CP_MAX);
	}
}

/* At the inner bracket of `[[:alpha:]]`. */
static int read_named(struct regex_syntax *s)
{
	const char *from = s->pattern + s->at + 2, *end = bytes_find(from, s->len - s->at - 2, ":]", 2);
	bool negated = peek(s, 2) == '^';
	struct slice name;
	size_t start = s->at;

	if (end) {
		from += negated;
		name = (struct slice){ from, end > from ? (size_t)(end - from) : 0 };
		s->at = (size_t)(end - s->pattern) + 2;
		for (size_t i = 0; i < COUNT(named); i++)
			if (slice_is(name, named[i].name)) {
				put_named(s, named[i].ranges, negated);
				return 0;
			}
		if (slice_is(name, "ascii") || slice_is(name, "cntrl")) {   /* they begin with NUL, which ends a text */
			bool ascii = slice_is(name, "ascii");

			put_range(s, negated ? (ascii ? 0x80 : 0x20) : 0, negated ? (ascii ? 0xD7FF : 0x7E) : (ascii ? 0x7F : 0x1F));
			if (negated)
				put_range(s, ascii ? 0xE000 : 0x80, ascii ? CP_MAX : 0xD7FF);
			if (!ascii)
				put_range(s, negated ? 0xE000 : 0x7F, negated ? CP_MAX : 0x7F);
			return 0;
		}
	}
	return regex_fail(s, start, "there is no such class; there are [:alpha:] [:digit:] [:alnum:] [:space:] [:upper:] [:lower:] "
	                  "[:punct:] and a few more.");
}

/* One character of a class, or a class in it (*cp is -1 then, and it is written). */
static int read_member(struct regex_syntax *s, int32_t *cp)
{
	char c = peek(s, 0);

	*cp = -1;
	if (c == '[' && peek(s, 1) == ':')
		return read_named(s);
	if (c == '[')
		return regex_fail(s, s->at, "sets inside of sets are not known here; a bracket that is meant is written \\[.");
	if ((c == '&' || c == '-' || c == '~') && peek(s, 1) == c)
		return regex_fail(s, s->at, "sets are not combined with %c%c here; write %c once, or \\%c.", c, c, c, c);
	if (c == '\\')
		return regex_escape(s, cp);
	s->at += utf8_decode(s->pattern + s->at, s->len - s->at, cp);
	return *cp < 0 ? regex_fail(s, s->at - 1, "this byte is no valid UTF-8.") : 0;
}

/* A member with what may follow it: `a-z`. */
static int read_range(struct regex_syntax *s)
{
	size_t from = s->at;
	int32_t low, high;

	if (read_member(s, &low))
		return -1;
	if (low < 0)
		return 0;
	if (peek(s, 0) != '-' || peek(s, 1) == ']' || s->at + 1 >= s->len) {
		regex_put(s, low);
		return 0;
	}
	if (peek(s, 1) == '-')
		return regex_fail(s, s->at, "sets are not combined with -- here; a minus that is meant is written \\-.");
	s->at++;
	if (peek(s, 0) == '[')
		return regex_fail(s, s->at, "a range goes from one character to another; a bracket that is meant is written \\[.");
	size_t kept = s->out.len;

	if (read_member(s, &high))
		return -1;
	if (high < low || s->out.len != kept)
		return regex_fail(s, from, "a range goes from one character to a later one, as in a-z.");
	put_range(s, low, high);
	return 0;
}

/* A class with \W in it, as the engine has no class without some members:
 *     [-\W]     (?:[-]|[^0-9A-Z...])     one of these, or no sign of words
 *     [^-\W]    (?:(?![-])[0-9A-Z...])   a sign of words, and none of these */
static void put_others(struct regex_syntax *s, size_t start, bool negated)
{
	size_t head = start + 1 + (size_t)negated, len = s->out.len - head;   /* with the closing bracket */
	char *members = xmemdup(s->out.buf + head, len);

	s->out.len = start;
	if (len == 1)
		strbuf_addf(&s->out, "[%s%s]", negated ? "" : "^", REGEX_WORD);
	else
		strbuf_addf(&s->out, negated ? "(?:(?![%.*s)[%s])" : "(?:[%.*s|[^%s])", (int)len, members, REGEX_WORD);
	free(members);
}

/* A first `]` is a member, as everywhere. Each member is written as a number, so that the engine finds no operator among them. */
int regex_class(struct regex_syntax *s)
{
	size_t from = s->at++, start = s->out.len;
	bool first = true, negated = peek(s, 0) == '^';

	s->in_class = true;
	s->has_others = false;
	strbuf_adds(&s->out, negated ? "[^" : "[");
	s->at += negated;
	for (; s->at < s->len; first = false) {
		if (peek(s, 0) == ']' && !first) {
			strbuf_addc(&s->out, ']');
			s->at++;
			s->in_class = false;
			if (s->has_others)
				put_others(s, start, negated);
			return 0;
		}
		if (read_range(s))
			return -1;
	}
	return regex_fail(s, from, "the bracket that is opened here is never closed.");
}
