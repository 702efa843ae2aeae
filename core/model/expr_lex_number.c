/* expr_lex_number.c - numbers, timespans and the dates that people forget to wrap. */
#include "core/model/expr_lex.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define EXPONENT_MAX 5000   /* beyond every double */

/* Units of timespans, as Microsoft's parser knows them; nanoseconds are left out, as a tick is a hundred of them. */
static const struct { const char *name; int64_t ticks; } units[] = {
	{ "d", 864000000000 }, { "day", 864000000000 }, { "days", 864000000000 },
	{ "h", 36000000000 }, { "hr", 36000000000 }, { "hrs", 36000000000 }, { "hour", 36000000000 }, { "hours", 36000000000 },
	{ "m", 600000000 }, { "min", 600000000 }, { "minute", 600000000 }, { "minutes", 600000000 },
	{ "s", 10000000 }, { "sec", 10000000 }, { "second", 10000000 }, { "seconds", 10000000 },
	{ "ms", 10000 }, { "milli", 10000 }, { "millis", 10000 }, { "millisec", 10000 }, { "millisecond", 10000 }, { "milliseconds", 10000 },
	{ "micro", 10 }, { "micros", 10 }, { "microsec", 10 }, { "microsecond", 10 }, { "microseconds", 10 },
	{ "tick", 1 }, { "ticks", 1 },
};

static size_t digits_len(const char *at, const char *end)
{
	size_t n = 0;

	while (at + n < end && is_digit(at[n]))
		n++;
	return n;
}

/* Digits with a fraction, without sign or exponent; 0 when there are none. */
static size_t decimal_len(const char *at, const char *end)
{
	size_t n = digits_len(at, end), more;

	if (n > 0 && at + n < end && at[n] == '.' && (more = digits_len(at + n + 1, end)) > 0)
		n += 1 + more;
	return n;
}

/* Whole units exactly, the fraction to the nearest tick. */
static bool scale(const char *at, size_t n, int64_t unit, int64_t *ticks)
{
	const char *dot = memchr(at, '.', n);
	size_t whole_len = dot ? (size_t)(dot - at) : n;
	int64_t whole = 0, part;
	double fraction = 0, place = 1;

	for (size_t i = 0; i < whole_len; i++) {
		if (whole > INT64_MAX / 20)
			return false;
		whole = whole * 10 + (at[i] - '0');
	}
	for (size_t i = whole_len + 1; i < n; i++)
		fraction += (at[i] - '0') * (place /= 10);
	part = (int64_t)(fraction * (double)unit + 0.5);
	if (whole > (INT64_MAX - part) / unit)
		return false;
	*ticks = whole * unit + part;
	return true;
}

/* `sign` is set inside of timespan(...) alone, where `-7d` and `15 seconds` may stand; outside the minus is a token of its own. */
bool span_of(struct slice text, bool sign, int64_t *ticks)
{
	const char *at = text.text, *end = at + text.len;
	bool minus = sign && at < end && *at == '-';
	struct slice unit;
	size_t n;

	at += minus;
	n = decimal_len(at, end);
	unit = (struct slice){ at + n, (size_t)(end - at) - n };
	while (sign && unit.len > 0 && *unit.text == ' ')
		unit.text++, unit.len--;
	for (size_t i = 0; n > 0 && i < COUNT(units); i++)
		if (slice_is(unit, units[i].name)) {
			if (!scale(at, n, units[i].ticks, ticks))
				return false;
			*ticks = minus ? -*ticks : *ticks;
			return true;
		}
	return false;
}

/* A number of at most `digits` digits below `limit`, and the sign behind it unless it ends the text. */
static bool clock_part(const char **at, const char *end, size_t digits, int64_t limit, int64_t *value)
{
	size_t n = digits_len(*at, end);

	*value = 0;
	if (n == 0 || n > digits)
		return false;
	for (size_t i = 0; i < n; i++)
		*value = *value * 10 + ((*at)[i] - '0');
	*at += n;
	return *value < limit;
}

/* `.5` as ticks: at most the seven digits that a tick is made of. */
static bool clock_fraction(const char **at, const char *end, int64_t *ticks)
{
	size_t n = digits_len(*at + 1, end);

	if (n == 0 || n > 7)
		return false;
	for (size_t i = 0; i < 7; i++)
		*ticks = *ticks * 10 + (i < n ? (*at)[1 + i] - '0' : 0);
	*at += 1 + n;
	return true;
}

/* Days before the dot, or alone: 1.12:30:00 is a day and a half and more, 2 is two days, 00:01 a minute. */
bool span_of_clock(struct slice text, int64_t *ticks)
{
	const char *at = text.text, *end = at + text.len, *colon = memchr(at, ':', text.len), *dot = memchr(at, '.', text.len);
	bool minus = at < end && *at == '-';
	int64_t days = 0, hours = 0, minutes = 0, seconds = 0, part = 0;

	at += minus;
	if (!colon || (dot && dot < colon)) {
		if (!clock_part(&at, end, 8, 10675200, &days) || (colon && *at++ != '.'))
			return false;
	}
	if (colon) {
		if (!clock_part(&at, end, 2, 24, &hours) || at >= end || *at++ != ':' || !clock_part(&at, end, 2, 60, &minutes))
			return false;
		if (at < end && *at == ':' && (at++, !clock_part(&at, end, 2, 60, &seconds)))
			return false;
		if (at < end && *at == '.' && !clock_fraction(&at, end, &part))
			return false;
	}
	*ticks = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * TICKS_PER_SECOND + part;
	*ticks = minus ? -*ticks : *ticks;
	return at == end;
}

/* By hand, as strtod() asks the locale for its decimal point. Right to the last digit but one. */
bool real_of(struct slice text, double *real)
{
	const char *at = text.text, *end = at + text.len;
	bool minus = at < end && *at == '-', down = false;
	long double value = 0;
	long exponent = 0, shift = 0;
	size_t n;

	at += minus || (at < end && *at == '+');
	n = decimal_len(at, end);
	for (size_t i = 0, seen = 0; i < n; i++) {
		if (at[i] == '.') {
			seen = 1;
			continue;
		}
		value = value * 10 + (at[i] - '0');
		shift -= seen > 0;
	}
	at += n;
	if (n == 0)
		return false;
	if (at < end && (*at == 'e' || *at == 'E')) {
		at++;
		down = at < end && *at == '-';
		at += down || (at < end && *at == '+');
		n = digits_len(at, end);
		if (n == 0 || n > 6)
			return false;
		for (size_t i = 0; i < n; i++)
			exponent = exponent * 10 + (at[i] - '0');
		at += n;
	}
	exponent = shift + (down ? -exponent : exponent);
	for (; exponent > 0 && value > 0 && isfinite(value); exponent--)
		value *= 10;
	for (; exponent < 0 && value > 0; exponent++)
		value /= 10;
	*real = (double)(minus ? -value : value);
	return at == end && isfinite(*real);
}

/* -- tokens -- */

/* A token that is none, with what helps. */
static void bad(struct token *token, size_t len, const char *expected, const char *nearest, const char *why)
{
	token->kind = TOKEN_BAD;
	token->len = len;
	token->expected = expected;
	snprintf(token->nearest, sizeof token->nearest, "%s", nearest);
	snprintf(token->why, sizeof token->why, "%s", why);
}

/* `0x1F`. Returns false when it is none. */
static bool lex_hex(const char *at, const char *end, struct token *token)
{
	size_t n = 2, digit;
	bool fits = true;

	if (end - at < 3 || at[0] != '0' || (at[1] != 'x' && at[1] != 'X'))
		return false;
	/* To the last digit also when there are too many: all of them are shown. */
	for (; at + n < end && (digit = strcspn("0123456789abcdefABCDEF", (const char[]){ at[n], '\0' })) < 22; n++) {
		fits = fits && !(token->number >> 59);
		token->number = token->number * 16 + (digit < 16 ? digit : digit - 6);
	}
	if (!fits) {
		bad(token, n, "a number below 2^63", "", "the number is too large.");
		return true;
	}
	token->kind = TOKEN_LONG;
	token->len = n;
	return n > 2;
}

/* `2026-11-20` would be a subtraction; `4.18.9` would be nothing. */
static bool lex_slip(const char *at, const char *end, struct token *token)
{
	size_t year = digits_len(at, end), dots = 0, n = 0;
	char fill[sizeof token->nearest];

	if (year == 4 && end - at >= 10 && at[4] == '-' && digits_len(at + 5, end) == 2 && at[7] == '-' && digits_len(at + 8, end) == 2) {
		snprintf(fill, sizeof fill, "datetime(%.10s)", at);
		bad(token, 10, "datetime(...)", fill, "a date is written with datetime(...) around it.");
		return true;
	}
	while (at + n < end && (is_digit(at[n]) || (at[n] == '.' && at + n + 1 < end && is_digit(at[n + 1]))))
		dots += at[n++] == '.';
	if (dots < 2)
		return false;
	snprintf(fill, sizeof fill, "parse_version(\"%.*s\")", (int)(n < 40 ? n : 40), at);
	bad(token, n, "parse_version(\"...\")", fill, "a version is a text in quotes, and parse_version(...) around it makes it comparable.");
	return true;
}

/* What follows the digits: nothing, an exponent or a unit. */
static void lex_suffix(const char *at, size_t n, const char *end, struct token *token)
{
	size_t digits = n, exponent;
	int64_t ticks;

	if (at + n < end && (at[n] == 'e' || at[n] == 'E')) {
		exponent = n + 1 + (size_t)(at + n + 1 < end && (at[n + 1] == '+' || at[n + 1] == '-'));
		exponent += digits_len(at + exponent, end);
		if (is_digit(at[exponent - 1]))
			n = exponent;
	}
	while (at + n < end && is_word(at[n]))
		n++;
	token->len = n;
	if (n > digits && span_of((struct slice){ at, n }, false, &ticks)) {
		token->kind = TOKEN_SPAN;
		token->number = (uint64_t)ticks;
	} else if ((n > digits || memchr(at, '.', n)) && real_of((struct slice){ at, n }, &token->real)) {
		token->kind = TOKEN_REAL;
	} else if (n > digits && is_word_start(at[digits])) {
		bad(token, n, "a timespan such as 7d, 36h or 30m", at[digits] == 'w' ? "7d" : "",
		    "this is neither a number nor a timespan; the units are d h m s ms, and a week is 7d.");
	} else {
		bad(token, n, "a number", "", "the number is too large.");
	}
}

/* `1..7` is a range of two whole numbers: a dot belongs to a number only when a digit follows. */
void lex_number(struct lexer *lexer, struct token *token)
{
	const char *at = lexer->text + lexer->at, *end = lexer->text + lexer->len;
	size_t n = decimal_len(at, end);

	if (lex_slip(at, end, token) || lex_hex(at, end, token))
		return;
	if (memchr(at, '.', n) || (at + n < end && is_word_start(at[n]))) {
		lex_suffix(at, n, end, token);
		return;
	}
	token->kind = TOKEN_LONG;
	token->len = n;
	for (size_t i = 0; i < n; i++) {
		if (token->number > ((UINT64_C(1) << 63) - (uint64_t)(at[i] - '0')) / 10) {
			bad(token, n, "a number below 2^63", "", "the number is too large.");
			return;
		}
		token->number = token->number * 10 + (uint64_t)(at[i] - '0');
	}
}
