#include <string.h>

#include "core/base/clock.h"
#include "core/sources/files_inner.h"

struct slice files_text(struct slice text)
{
	return text.len ? text : (struct slice){ NULL, 0 };
}

struct slice files_trimmed(struct slice text)
{
	while (text.len && memchr(" \t\r\n", text.text[0], 4))
		text = (struct slice){ text.text + 1, text.len - 1 };
	while (text.len && memchr(" \t\r\n", text.text[text.len - 1], 4))
		text.len--;
	return text;
}

/* `1.0` and `1.000` without their fraction: some tools write a column of whole numbers so when one cell of it is empty. */
static struct slice whole(struct slice text)
{
	size_t digits = 0;
	while (digits < text.len && text.text[digits] >= '0' && text.text[digits] <= '9')
		digits++;
	if (!digits || digits + 1 >= text.len || text.text[digits] != '.')
		return text;
	for (size_t i = digits + 1; i < text.len; i++)
		if (text.text[i] != '0')
			return text;
	return (struct slice){ text.text, digits };
}

struct slice files_mode(struct slice text)
{
	return text.len ? whole(text) : (struct slice){ NULL, 0 };
}

enum tri files_tri(struct files_source *source, struct slice text, const char *column, bool *doubtful)
{
	text = whole(files_trimmed(text));
	if (!text.len || slice_is_nocase(text, "null"))
		return TRI_NONE;
	if (slice_is(text, "1") || slice_is_nocase(text, "true"))
		return TRI_TRUE;
	if (slice_is(text, "0") || slice_is_nocase(text, "false"))
		return TRI_FALSE;
	files_misread(source, column);
	if (doubtful)
		*doubtful = true;
	return TRI_NONE;
}

int64_t files_time(struct files_source *source, struct slice text, const char *column)
{
	int64_t ticks = TIME_NONE;
	if (text.len && !time_parse(text.text, text.len, &ticks) && files_trimmed(text).len)
		files_misread(source, column);
	return ticks;
}

int64_t files_long(struct files_source *source, struct slice text, const char *column)
{
	text = files_trimmed(text);
	if (!text.len)
		return TIME_NONE;
	bool negative = text.text[0] == '-';
	struct slice digits = { text.text + negative, text.len - negative };
	digits = whole(digits);
	int64_t value = 0;
	bool good = digits.len > 0;
	for (size_t i = 0; good && i < digits.len; i++) {
		int digit = digits.text[i] - '0';
		/* Counted downwards: the smallest number has no positive twin. It is left out, as it stands for no value. */
		good = digit >= 0 && digit <= 9 && value >= (INT64_MIN + 1 + digit) / 10;
		if (good)
			value = value * 10 - digit;
	}
	if (good)
		return negative ? value : -value;
	files_misread(source, column);
	return TIME_NONE;
}

bool files_nothing(struct slice text)
{
	static const char *const forms[] = { "", "null", "[]", "[[]]", "{}", "\"\"" };
	char bare[8];   /* more signs than the longest form has */
	size_t n = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (memchr(" \t\r\n", text.text[i], 4))
			continue;
		if (n == sizeof bare)
			return false;
		bare[n++] = text.text[i];
	}
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (slice_is_nocase((struct slice){ bare, n }, forms[i]))
			return true;
	return false;
}
