/* utf8.h - Unicode: validity, case, width. The only user of the Unicode library (utf8proc).
 *
 * Text from outside is kept exact but for invalid UTF-8, which utf8_repair() replaces and counts. */
#ifndef ROUSE_UTF8_H
#define ROUSE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

/* Decodes the character at text (n > 0 bytes left). Returns its length in bytes; *cp is the code point, or -1 and length 1
 * for a byte that is not valid UTF-8 (overlong forms, surrogates and values above 0x10FFFF are not valid). */
size_t utf8_decode(const char *text, size_t n, int32_t *cp);
bool utf8_valid(const char *text, size_t n);
/* Appends text with each invalid byte replaced by U+FFFD; returns how many were replaced. */
size_t utf8_repair(struct strbuf *out, const char *text, size_t n);
void utf8_append(struct strbuf *out, int32_t cp);

/* Appends the simple lower-case mapping of each character (Unicode's, as KQL's tolower(); BÜRO gives büro). */
void utf8_lower(struct strbuf *out, const char *text, size_t n);
/* The same for upper case, as KQL's toupper(). Invalid bytes are kept by both. */
void utf8_upper(struct strbuf *out, const char *text, size_t n);
/* Appends the form used for search: simple case folding. Fast for ASCII. */
void utf8_fold(struct strbuf *out, const char *text, size_t n);
/* The same into memory with room for 3 * n bytes; returns the bytes written. Invalid bytes are kept. */
size_t utf8_fold_into(char *out, const char *text, size_t n);

/* What a character is to someone who reads a name. */
enum utf8_class {
	UTF8_CASED,        /* a letter that has an upper and a lower case */
	UTF8_LETTER,       /* a letter without, or a number that is no decimal digit */
	UTF8_DIGIT,        /* a decimal digit of any script */
	UTF8_MARK,         /* combines with the one before */
	UTF8_BLANK,        /* an empty space, of whatever width; tabs and line ends */
	UTF8_HIDDEN,       /* not seen at all: zero-width, controls, soft hyphen, variation selectors */
	UTF8_PUNCTUATION,  /* dashes, brackets, quotes, dots, slashes and the like */
	UTF8_OTHER,        /* symbols, also # & @ % *, which make another name (C and C#); what is not assigned */
};
enum utf8_class utf8_class(int32_t cp);

/* Decomposes text by canonical equivalence (NFD); with `fold` also maps it by full case folding, so that STRASSE meets Straße. Invalid
 * bytes become U+FFFD. `out` has room for UTF8_DECOMPOSED * n code points; returns how many were written. */
#define UTF8_DECOMPOSED 4
size_t utf8_decompose(const char *text, size_t n, bool fold, int32_t *out);
/* The same by compatibility (NFKD): full-width letters, ligatures, superscripts and circled digits become plain ones. `out` has room for
 * UTF8_COMPATIBLE * n code points (U+FDFA makes 18 of its 3 bytes). */
#define UTF8_COMPATIBLE 6
size_t utf8_decompose_compatible(const char *text, size_t n, int32_t *out);
/* Simple case mappings of one character. */
int32_t utf8_lower_char(int32_t cp);
int32_t utf8_upper_char(int32_t cp);

/* Columns a character takes on a terminal: 0 (combining), 1 or 2; -1 for what must never reach a terminal raw: C0, C1, DEL, bidi
 * controls (U+200E/F, U+202A..E, U+2066..9, U+061C), U+FEFF, line and paragraph separators, and characters that nobody sees
 * (zero-width blanks and joiners, soft hyphen, tags). */
int utf8_width(int32_t cp);
/* Appends text as it may be shown: characters of width -1 become \x1b (ASCII) or \u202e, invalid bytes \xff. */
void utf8_visible(struct strbuf *out, const char *text, size_t n);
/* Columns that the visible form takes. */
size_t utf8_columns(const char *text, size_t n);

#endif
