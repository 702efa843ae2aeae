/* expr_text.c - string operators: one text against another, as Kusto compares them.
 *
 * Published (Microsoft's reference of the Kusto query language, pages "String operators", "in operator" and those of each operator):
 * - "each string value is broken into maximal sequences of alphanumeric characters, and each of those sequences is made into a term";
 *   `has` looks for whole terms, `hasprefix` and `hassuffix` for the start and the end of one. Terms of less than three characters are
 *   found too, only slower.
 * - "Case-insensitive operators are currently supported only for ASCII-text. For non-ASCII comparison, use the tolower() function."
 * Not in the reference, but shown by the service (dataexplorer-docs issue 1005): a word of several terms is looked for as it is, separators
 * and all, and only where it begins or ends with a letter or digit must a term begin or end there:
 *     "/subscriptions/0000/resourcegroups/test.rg1?api-version=2021" has "resourcegroups/test.rg1"    true
 *     "/subscriptions/0000/resourcegroups/test.rg1?api-version=2021" has "/resourcegroups/test.rg1?"  true
 * Not published at all, decided here towards showing a row: an empty word is in every text; letters and digits above ASCII belong to terms
 * (the reference said "ASCII alphanumeric" once and does not any more). */
#include "core/model/expr_parts.h"

#include <string.h>

#include "core/base/utf8.h"

#define UTF8_LONGEST 4   /* bytes of a character */

static unsigned char lower(char c)
{
	unsigned char byte = (unsigned char)c;

	return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

/* Equal bytes; nocase: but for the case of ASCII letters. */
static bool same(const char *a, const char *b, size_t n, bool nocase)
{
	if (!nocase)
		return memcmp(a, b, n) == 0;
	for (size_t i = 0; i < n; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

/* The first place from `from` on where the word stands, or SIZE_MAX. The word is not empty. */
static size_t find(struct slice text, size_t from, struct slice word, bool nocase)
{
	unsigned char head = lower(word.text[0]);
	const char *at;

	while (word.len <= text.len && from <= text.len - word.len) {
		if (nocase && head >= 'a' && head <= 'z') {
			while (from <= text.len - word.len && lower(text.text[from]) != head)
				from++;
		} else {
			at = memchr(text.text + from, word.text[0], text.len - word.len + 1 - from);
			from = at ? (size_t)(at - text.text) : text.len;
		}
		if (from > text.len - word.len)
			break;
		if (same(text.text + from, word.text, word.len, nocase))
			return from;
		from++;
	}
	return SIZE_MAX;
}

/* -- terms -- */

/* Letters and digits of any script; a dash, a dot and an underscore divide terms: srv_sql_12 has sql. */
static bool in_term(int32_t cp)
{
	if (cp < 0x80)
		return (cp >= '0' && cp <= '9') || ((cp | 0x20) >= 'a' && (cp | 0x20) <= 'z');
	switch (utf8_class(cp)) {
	case UTF8_CASED: case UTF8_LETTER: case UTF8_DIGIT: return true;
	default: return false;
	}
}

/* Whether the character that begins at `at` is of a term; false at the end. */
static bool term_after(struct slice text, size_t at)
{
	int32_t cp;

	if (at >= text.len)
		return false;
	if ((unsigned char)text.text[at] < 0x80)
		return in_term(text.text[at]);
	utf8_decode(text.text + at, text.len - at, &cp);
	return cp >= 0 && in_term(cp);
}

/* Whether the character that ends at `at` is; false at the start. */
static bool term_before(struct slice text, size_t at)
{
	int32_t cp;

	if (at == 0)
		return false;
	if ((unsigned char)text.text[at - 1] < 0x80)
		return in_term(text.text[at - 1]);
	for (size_t n = 2; n <= UTF8_LONGEST && n <= at; n++)
		if (utf8_decode(text.text + at - n, n, &cp) == n)
			return in_term(cp);
	return false;
}

/* Looks for the word with a term's edge at its start, at its end, or at both, where the word has a letter or digit there. */
static bool has(struct slice text, struct slice word, bool nocase, bool starts, bool ends)
{
	bool edge_before = starts && term_after(word, 0), edge_after = ends && term_before(word, word.len);

	for (size_t at = 0; (at = find(text, at, word, nocase)) != SIZE_MAX; at++)
		if (!(edge_before && term_before(text, at)) && !(edge_after && term_after(text, at + word.len)))
			return true;
	return false;
}

bool expr_text_test(enum expr_test test, bool nocase, struct slice text, struct slice word)
{
	if (test == TEST_EQUAL)
		return text.len == word.len && (word.len == 0 || same(text.text, word.text, word.len, nocase));
	if (word.len == 0)
		return true;
	if (text.len < word.len)
		return false;
	switch (test) {
	case TEST_CONTAINS: return find(text, 0, word, nocase) != SIZE_MAX;
	case TEST_STARTS: return same(text.text, word.text, word.len, nocase);
	case TEST_ENDS: return same(text.text + text.len - word.len, word.text, word.len, nocase);
	case TEST_HAS: case TEST_HAS_ANY: case TEST_HAS_ALL: return has(text, word, nocase, true, true);
	case TEST_PREFIX: return has(text, word, nocase, true, false);
	case TEST_SUFFIX: return has(text, word, nocase, false, true);
	default: return false;   /* no operator on texts */
	}
}

/* Ranks (Verdict, Change) are texts in expressions: their order is that of the screen and none of Kusto. */
enum expr_type expr_column_type(const struct column_ref *column)
{
	if (column->id >= COL_COUNT)
		return EXPR_DYNAMIC;
	switch (columns[column->id].type) {
	case TYPE_TIME: return EXPR_DATETIME;
	case TYPE_SPAN: return EXPR_TIMESPAN;
	case TYPE_BOOL: return EXPR_BOOL;
	case TYPE_LONG: return EXPR_LONG;
	case TYPE_TEXT: case TYPE_VERSION: case TYPE_RANK: case TYPE_FLAGS: break;
	}
	return EXPR_STRING;
}
