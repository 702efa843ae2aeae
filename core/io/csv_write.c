#include "core/io/csv.h"

#include <string.h>

#include "core/base/strbuf.h"

/* Signs that open a formula when they stand first: ASCII, and the full-width = + - @ that some spreadsheets fold. */
static bool opens_formula(struct slice text)
{
	static const char wide[][4] = { "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0" };

	if (!text.len)
		return false;
	if (memchr("=+-@\t\r\n", text.text[0], 7))
		return true;
	if (text.len < 3 || text.text[0] != '\xef')
		return false;
	for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
		if (!memcmp(text.text, wide[i], 3))
			return true;
	return false;
}

/* A guard is needed before a formula sign, and before one or more ' with a formula sign after them: `'=x` goes out as `''=x`, else
 * reading it back could not tell it from a guarded `=x`. */
static bool needs_guard(struct slice text)
{
	while (text.len && text.text[0] == '\'') {
		text.text++;
		text.len--;
	}
	return opens_formula(text);
}

struct slice csv_unguard(struct slice text)
{
	if (text.len > 1 && text.text[0] == '\'' && needs_guard(text))
		return (struct slice){ text.text + 1, text.len - 1 };
	return text;
}

/* A blank at either end is quoted too, since many readers drop it otherwise; a semicolon, since some take it for a comma. */
static bool needs_quotes(struct slice text)
{
	if (text.text[0] == ' ' || text.text[0] == '\t' || text.text[text.len - 1] == ' ' || text.text[text.len - 1] == '\t')
		return true;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.text[i];
		if (c == ',' || c == ';' || c == '"' || c == '\n' || c == '\r')
			return true;
	}
	return false;
}

void csv_cell(struct strbuf *out, struct slice text, bool exact)
{
	if (!text.len)
		return;
	bool guard = !exact && needs_guard(text);
	if (!needs_quotes(text)) {
		if (guard)
			strbuf_addc(out, '\'');
		strbuf_add(out, text.text, text.len);
		return;
	}
	strbuf_adds(out, guard ? "\"'" : "\"");
	const char *at = text.text, *end = text.text + text.len;
	for (const char *quote; (quote = memchr(at, '"', (size_t)(end - at))); at = quote + 1) {
		strbuf_add(out, at, (size_t)(quote - at));
		strbuf_adds(out, "\"\"");
	}
	strbuf_add(out, at, (size_t)(end - at));
	strbuf_addc(out, '"');
}
