/* regex_syntax.c - the signs of a pattern outside square brackets. */
#include "core/base/regex_syntax.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/regex.h"
#include "core/base/utf8.h"

#define NAME_MAX_BYTES 32   /* of a group, as the engine takes it */

static char peek(const struct regex_syntax *s, size_t ahead)
{
	return s->at + ahead < s->len ? s->pattern[s->at + ahead] : '\0';
}

static bool is_name(char c, bool first)
{
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (!first && c >= '0' && c <= '9');
}

/* -- groups -- */

/* `(?P<name>` and `(?<name>`: at the first sign of the name. */
static int read_name(struct regex_syntax *s, size_t from)
{
	size_t n = 0;

	while (is_name(peek(s, n), n == 0))
		n++;
	if (n == 0 || n > NAME_MAX_BYTES || peek(s, n) != '>')
		return regex_fail(s, from, "the name of a group is made of letters, digits and _, at most %d of them.", NAME_MAX_BYTES);
	strbuf_adds(&s->out, "(?P<");
	strbuf_add(&s->out, s->pattern + s->at, n + 1);
	s->at += n + 1;
	s->groups++;
	s->open++;
	return 0;
}

/* `(?i)`, `(?s-i:`: at the first flag. */
static int read_flags(struct regex_syntax *s, size_t from)
{
	size_t n = 0, signs = 0;
	char c;

	for (; (c = peek(s, n)) && strchr("imsU-", c); n++)
		signs += c == '-';
	if (c == 'x' || c == 'u' || c == 'R')
		return regex_fail(s, s->at + n, "the flag %c is not known here; there are i, m, s and U.", c);
	if (n == 0 || signs > 1 || peek(s, n - 1) == '-' || (c != ')' && c != ':'))
		return regex_fail(s, from, "this is no group of Kusto's regular expressions; there are (...), (?:...), (?P<name>...) and "
		                  "flags (?i).");
	strbuf_adds(&s->out, "(?");
	strbuf_add(&s->out, s->pattern + s->at, n + 1);
	s->at += n + 1;
	s->open += c == ':';
	return 0;
}

static bool starts(const struct regex_syntax *s, const char *text)
{
	size_t n = strlen(text);

	return s->len - s->at >= n && memcmp(s->pattern + s->at, text, n) == 0;
}

/* At an opening parenthesis. What follows `(?` decides; whatever is not listed is refused, so that nothing of the engine's own slips in. */
static int read_group(struct regex_syntax *s)
{
	static const char *const around[] = { "(?=", "(?!", "(?<=", "(?<!" };
	size_t from = s->at;

	s->repeatable = false;
	if (s->open >= REGEX_NEST_MAX)
		return regex_fail(s, from, "more than %d parentheses are open.", REGEX_NEST_MAX);
	for (size_t i = 0; i < sizeof around / sizeof *around; i++)
		if (starts(s, around[i]))
			return regex_fail(s, from, "look-around is not part of Kusto's regular expressions.");
	if (starts(s, "(?>"))
		return regex_fail(s, from, "atomic groups are not part of Kusto's regular expressions.");
	if (starts(s, "(*"))
		return regex_fail(s, from + 1, "there is nothing to repeat; a star that is meant is written \\*.");
	if (starts(s, "(?P<") || starts(s, "(?<")) {
		s->at += starts(s, "(?P<") ? 4 : 3;
		if (read_name(s, from))
			return -1;
	} else if (starts(s, "(?:")) {
		strbuf_adds(&s->out, "(?:");
		s->at += 3;
		s->open++;
	} else if (starts(s, "(?")) {
		s->at += 2;
		if (read_flags(s, from))
			return -1;
	} else {
		strbuf_addc(&s->out, '(');
		s->at++;
		s->open++;
		s->groups++;
	}
	if (s->groups > REGEX_GROUPS_MAX)
		return regex_fail(s, from, "there are more than %d groups; write (?:...) where nothing is captured.", REGEX_GROUPS_MAX);
	return 0;
}

/* -- repetitions -- */

/* Stops adding beyond what is allowed, so that no number of digits overflows. */
static size_t read_count(struct regex_syntax *s, bool *given)
{
	size_t count = 0;

	for (*given = false; peek(s, 0) >= '0' && peek(s, 0) <= '9'; s->at++) {
		*given = true;
		if (count <= REGEX_REPEAT_MAX)
			count = count * 10 + (size_t)(peek(s, 0) - '0');
	}
	return count;
}

/* `{2}`, `{2,}`, `{2,5}` */
static int read_braces(struct regex_syntax *s)
{
	size_t from = s->at++, least, most;
	bool given, other = true;

	least = most = read_count(s, &given);
	if (given && peek(s, 0) == ',') {
		s->at++;
		most = read_count(s, &other);
	}
	if (!given || peek(s, 0) != '}')
		return regex_fail(s, from, "this is no repetition, as {2} {2,} {2,5}; a brace that is meant is written \\{.");
	s->at++;
	if (least > REGEX_REPEAT_MAX || most > REGEX_REPEAT_MAX)
		return regex_fail(s, from, "a repetition goes up to %d.", REGEX_REPEAT_MAX);
	if (other && most < least)
		return regex_fail(s, from, "the repetition ends before it begins.");
	strbuf_add(&s->out, s->pattern + from, s->at - from);
	return 0;
}

/* `*` `+` `?` `{`, each with `?` behind it for the shortest; a second one is refused, as the engine would read `a*+` as its own. */
static int read_repetition(struct regex_syntax *s)
{
	char c = peek(s, 0);

	if (!s->repeatable)
		return regex_fail(s, s->at, "there is nothing to repeat; a %c that is meant is written \\%c.", c, c);
	if (c == '{') {
		if (read_braces(s))
			return -1;
	} else {
		strbuf_addc(&s->out, c);
		s->at++;
	}
	if (peek(s, 0) == '?') {   /* lazy */
		strbuf_addc(&s->out, '?');
		s->at++;
	}
	if (peek(s, 0) == '+')
		return regex_fail(s, s->at, "possessive repetitions are not part of Kusto's regular expressions.");
	s->repeatable = false;
	return 0;
}

/* -- the rest -- */

/* \b and \B by the same words as \w: a sign of words on one side alone, or on both or none. At the backslash. */
static int read_boundary(struct regex_syntax *s)
{
	bool none = peek(s, 1) == 'B';

	if (peek(s, 2) == '{')
		return regex_fail(s, s->at, "half boundaries of words are not known here; there are \\b and \\B.");
	strbuf_addf(&s->out, "(?(?=[%s])(?<%s[%s])|(?<%s[%s]))", REGEX_WORD, none ? "=" : "!", REGEX_WORD, none ? "!" : "=", REGEX_WORD);
	s->at += 2;
	s->repeatable = false;
	return 0;
}

/* \A and \z are the same in both dialects; \Z and \G are not Kusto's, and regex_escape() refuses them. */
static int read_escape(struct regex_syntax *s)
{
	char c = peek(s, 1);
	int32_t cp;

	s->repeatable = true;
	if (c == 'b' || c == 'B')
		return read_boundary(s);
	if (c == 'A' || c == 'z') {
		strbuf_add(&s->out, s->pattern + s->at, 2);
		s->at += 2;
		s->repeatable = false;
		return 0;
	}
	if (regex_escape(s, &cp))
		return -1;
	if (cp >= 0)
		regex_put(s, cp);
	return 0;
}

/* Anchors and bars cannot be repeated: `^*` means nothing, and the engine would take it for something. */
static int read_plain(struct regex_syntax *s)
{
	size_t from = s->at;
	char c = peek(s, 0);
	int32_t cp;

	s->at += utf8_decode(s->pattern + s->at, s->len - s->at, &cp);
	if (cp < 0)
		return regex_fail(s, from, "this byte is no valid UTF-8.");
	s->repeatable = c != '^' && c != '$' && c != '|';
	strbuf_add(&s->out, s->pattern + from, s->at - from);
	return 0;
}

/* One sign of the pattern. */
static int read_sign(struct regex_syntax *s)
{
	switch (peek(s, 0)) {
	case '\\':
		return read_escape(s);
	case '[':
		s->repeatable = true;
		return regex_class(s);
	case '(':
		return read_group(s);
	case ')':
		if (s->open == 0)
			return regex_fail(s, s->at, "no parenthesis is open here; one that is meant is written \\).");
		s->open--;
		s->at++;
		strbuf_addc(&s->out, ')');
		s->repeatable = true;
		return 0;
	case '*': case '+': case '?': case '{':
		return read_repetition(s);
	default:
		return read_plain(s);
	}
}

int regex_syntax_read(struct regex_syntax *s)
{
	if (s->len > REGEX_PATTERN_MAX)
		return regex_fail(s, 0, "the pattern is longer than %d bytes.", REGEX_PATTERN_MAX);
	while (s->at < s->len) {
		s->places = grow(s->places, &s->place_cap, s->place_count + 1, sizeof *s->places);
		s->places[s->place_count].out = s->out.len;
		s->places[s->place_count++].in = s->at;
		if (read_sign(s))
			return -1;
	}
	if (s->open > 0)
		return regex_fail(s, s->len, "a parenthesis is never closed; one that is meant is written \\(.");
	return 0;
}

/* The engine names places in its own pattern; the user wants them in the one that was typed. */
size_t regex_syntax_place(const struct regex_syntax *s, size_t out)
{
	size_t in = 0;

	for (size_t i = 0; i < s->place_count && s->places[i].out < out; i++)
		in = s->places[i].in;
	return in;
}

void regex_syntax_release(struct regex_syntax *s)
{
	strbuf_release(&s->out);
	free(s->places);
	s->places = NULL;
}
