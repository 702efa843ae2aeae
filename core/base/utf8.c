/* utf8.c - Unicode by utf8proc, with fast paths for ASCII. See utf8.h. */
#include "core/base/utf8.h"

#include <string.h>
#include <utf8proc.h>

#include "core/base/strbuf.h"

#define REPLACEMENT 0xFFFD
#define ONES UINT64_C(0x0101010101010101)
#define HIGH_BITS (ONES * 0x80)
#define PIECE 256              /* bytes mapped at a time on the stack */

static bool is_continuation(const unsigned char *byte)
{
	return (*byte & 0xC0) == 0x80;
}

size_t utf8_decode(const char *text, size_t n, int32_t *cp)
{
	const unsigned char *b = (const unsigned char *)text;

	if (b[0] < 0x80) {
		*cp = b[0];
		return 1;
	}
	*cp = -1;
	/* The second byte's range shuts out overlong forms (E0, F0), surrogates (ED) and values past U+10FFFF (F4). */
	if (b[0] >= 0xC2 && b[0] <= 0xDF && n >= 2 && is_continuation(b + 1)) {
		*cp = (b[0] & 0x1F) << 6 | (b[1] & 0x3F);
		return 2;
	}
	if ((b[0] & 0xF0) == 0xE0 && n >= 3 && is_continuation(b + 1) && is_continuation(b + 2)
	    && !(b[0] == 0xE0 && b[1] < 0xA0) && !(b[0] == 0xED && b[1] > 0x9F)) {
		*cp = (b[0] & 0x0F) << 12 | (b[1] & 0x3F) << 6 | (b[2] & 0x3F);
		return 3;
	}
	if (b[0] >= 0xF0 && b[0] <= 0xF4 && n >= 4 && is_continuation(b + 1) && is_continuation(b + 2)
	    && is_continuation(b + 3) && !(b[0] == 0xF0 && b[1] < 0x90) && !(b[0] == 0xF4 && b[1] > 0x8F)) {
		*cp = (b[0] & 0x07) << 18 | (b[1] & 0x3F) << 12 | (b[2] & 0x3F) << 6 | (b[3] & 0x3F);
		return 4;
	}
	return 1;
}

/* How many bytes from the start are ASCII, in steps of 8 until one is not. */
static size_t ascii_run(const char *text, size_t n)
{
	size_t i = 0;
	uint64_t word;

	/* memcpy() and not a cast: the text may start anywhere, and compilers make one load of it. */
	for (; n - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, text + i, sizeof(word));
		if (word & HIGH_BITS)
			break;
	}
	while (i < n && (unsigned char)text[i] < 0x80)
		i++;
	return i;
}

/* Where the first byte that is not valid UTF-8 stands; n when all are. */
static size_t valid_run(const char *text, size_t n)
{
	size_t i = 0;

	while ((i += ascii_run(text + i, n - i)) < n) {
		int32_t cp;
		size_t length = utf8_decode(text + i, n - i, &cp);

		if (cp < 0)
			break;
		i += length;
	}
	return i;
}

bool utf8_valid(const char *text, size_t n)
{
	return valid_run(text, n) == n;
}

size_t utf8_repair(struct strbuf *out, const char *text, size_t n)
{
	size_t replaced = 0;

	for (;;) {
		size_t run = valid_run(text, n);

		strbuf_add(out, text, run);
		if (run == n)
			return replaced;
		utf8_append(out, REPLACEMENT);
		replaced++;
		text += run + 1;
		n -= run + 1;
	}
}

/* Writes a code point as UTF-8; returns the bytes written, 4 at most. */
static size_t encode(char *out, int32_t cp)
{
	return (size_t)utf8proc_encode_char(cp, (utf8proc_uint8_t *)out);
}

void utf8_append(struct strbuf *out, int32_t cp)
{
	char bytes[4];

	if (!utf8proc_codepoint_valid(cp))
		cp = REPLACEMENT;
	strbuf_add(out, bytes, encode(bytes, cp));
}

/* ---- case ---- */

/* Lower case of 8 ASCII bytes at once. Example for one byte: 'K' is 0x4B; + 0x3F sets the high bit (it is not below 'A'),
 * + 0x25 does not (it is not above 'Z'); that bit, moved right by 2, is the 0x20 between the cases. */
static uint64_t lower_word(uint64_t word)
{
	uint64_t upper = (word + ONES * (0x80 - 'A')) & ~(word + ONES * (0x80 - 'Z' - 1)) & HIGH_BITS;

	return word | upper >> 2;
}

/* Lowers the ASCII that text begins with; returns how many bytes that were. May write up to n bytes of `out`, no more. */
static size_t lower_ascii(char *out, const char *text, size_t n)
{
	size_t i = 0;
	uint64_t word;

	for (; n - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, text + i, sizeof(word));
		if (word & HIGH_BITS)
			break;
		word = lower_word(word);
		memcpy(out + i, &word, sizeof(word));
	}
	for (; i < n && (unsigned char)text[i] < 0x80; i++)
		out[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + ('a' - 'A') : text[i]);
	return i;
}

/* Upper, then lower: characters that share an upper case meet, so ς and σ, ſ and s, the Kelvin sign and k are found alike. */
static int32_t fold_char(int32_t cp)
{
	/* Dotless ı would become i by way of I, but it is another letter. */
	return cp == 0x131 ? cp : utf8proc_tolower(utf8proc_toupper(cp));
}

/* Maps n bytes of text into room for 3 * n: a character of 2 bytes may grow to 3 (Ⱥ), none more than that. */
static size_t map_into(char *out, const char *text, size_t n, bool fold)
{
	size_t used = 0, i = 0;

	while (i < n) {
		size_t run = lower_ascii(out + used, text + i, n - i);
		int32_t cp;

		used += run;
		i += run;
		if (i == n)
			break;
		size_t length = utf8_decode(text + i, n - i, &cp);

		/* A byte that is no character is kept as it is, so that exact and folded text stay comparable. */
		if (cp < 0)
			out[used++] = text[i];
		else
			used += encode(out + used, fold ? fold_char(cp) : utf8proc_tolower(cp));
		i += length;
	}
	return used;
}

/* Maps piece by piece; a piece ends where a character does. */
static void map_append(struct strbuf *out, const char *text, size_t n, bool fold)
{
	char mapped[3 * PIECE];

	while (n > 0) {
		size_t piece = n;

		if (n > PIECE) {
			/* At most 3 steps back: a longer run of continuation bytes is not a character anyway. */
			for (piece = PIECE; piece > PIECE - 3 && is_continuation((const unsigned char *)text + piece);)
				piece--;
		}
		strbuf_add(out, mapped, map_into(mapped, text, piece, fold));
		text += piece;
		n -= piece;
	}
}

void utf8_lower(struct strbuf *out, const char *text, size_t n)
{
	map_append(out, text, n, false);
}

void utf8_upper(struct strbuf *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n;) {
		int32_t cp;
		size_t length = utf8_decode(text + i, n - i, &cp);

		if (cp < 0)
			strbuf_add(out, text + i, length);
		else
			utf8_append(out, utf8proc_toupper(cp));
		i += length;
	}
}

void utf8_fold(struct strbuf *out, const char *text, size_t n)
{
	map_append(out, text, n, true);
}

size_t utf8_fold_into(char *out, const char *text, size_t n)
{
	return map_into(out, text, n, true);
}

/* ---- names ---- */

int32_t utf8_lower_char(int32_t cp)
{
	return utf8proc_tolower(cp);
}

int32_t utf8_upper_char(int32_t cp)
{
	return utf8proc_toupper(cp);
}

/* Signs that Unicode counts as punctuation but that tell two names apart. */
static bool is_telling(int32_t cp)
{
	return cp == '#' || cp == '&' || cp == '@' || cp == '%' || cp == '*';
}

enum utf8_class utf8_class(int32_t cp)
{
	if (!utf8proc_codepoint_valid(cp))
		return UTF8_OTHER;
	/* Braille's empty cell is a symbol by its category, but nothing is seen. */
	if ((cp >= '\t' && cp <= '\r') || cp == 0x85 || cp == 0x2800)
		return UTF8_BLANK;
	if (utf8proc_get_property(cp)->ignorable)
		return UTF8_HIDDEN;
	switch (utf8proc_category(cp)) {
	case UTF8PROC_CATEGORY_LU: case UTF8PROC_CATEGORY_LL: case UTF8PROC_CATEGORY_LT: case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO: case UTF8PROC_CATEGORY_NL: case UTF8PROC_CATEGORY_NO:
		return utf8proc_tolower(cp) != cp || utf8proc_toupper(cp) != cp ? UTF8_CASED : UTF8_LETTER;
	case UTF8PROC_CATEGORY_ND:
		return UTF8_DIGIT;
	case UTF8PROC_CATEGORY_MN: case UTF8PROC_CATEGORY_MC: case UTF8PROC_CATEGORY_ME:
		return UTF8_MARK;
	case UTF8PROC_CATEGORY_ZS: case UTF8PROC_CATEGORY_ZL: case UTF8PROC_CATEGORY_ZP:
		return UTF8_BLANK;
	case UTF8PROC_CATEGORY_CC: case UTF8PROC_CATEGORY_CF:
		return UTF8_HIDDEN;
	case UTF8PROC_CATEGORY_PC: case UTF8PROC_CATEGORY_PD: case UTF8PROC_CATEGORY_PS: case UTF8PROC_CATEGORY_PE:
	case UTF8PROC_CATEGORY_PI: case UTF8PROC_CATEGORY_PF: case UTF8PROC_CATEGORY_PO:
		return is_telling(cp) ? UTF8_OTHER : UTF8_PUNCTUATION;
	default:
		return UTF8_OTHER;
	}
}

static size_t decompose(const char *text, size_t n, int more, int32_t *out, size_t room)
{
	struct strbuf valid = STRBUF_INIT(SIZE_MAX);
	utf8proc_option_t options = (utf8proc_option_t)(UTF8PROC_DECOMPOSE | UTF8PROC_STABLE | more);

	utf8_repair(&valid, text, n);
	utf8proc_ssize_t count = utf8proc_decompose((const utf8proc_uint8_t *)strbuf_text(&valid), (utf8proc_ssize_t)valid.len, out,
	                                            (utf8proc_ssize_t)room, options);
	strbuf_release(&valid);
	return count < 0 ? 0 : (size_t)count;
}

size_t utf8_decompose(const char *text, size_t n, bool fold, int32_t *out)
{
	return decompose(text, n, fold ? UTF8PROC_CASEFOLD : 0, out, UTF8_DECOMPOSED * n);
}

size_t utf8_decompose_compatible(const char *text, size_t n, int32_t *out)
{
	return decompose(text, n, UTF8PROC_COMPAT, out, UTF8_COMPATIBLE * n);
}

/* ---- width ---- */

/* Characters that act instead of showing: on the terminal itself, or on the order in which others are drawn. */
static bool is_unsafe(int32_t cp)
{
	return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0x61C || cp == 0x200E || cp == 0x200F
	       || (cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0xFEFF
	       || !utf8proc_codepoint_valid(cp);
}

/* Characters that are not seen at all and so would make two different names look alike: soft hyphen, zero-width blank and
 * joiners, Hangul fillers, invisible operators, tags. `srv\u200b-1` must not read as `srv-1`. */
static bool is_hidden(int32_t cp)
{
	return cp == 0xAD || (cp >= 0x200B && cp <= 0x200D) || (cp >= 0x2060 && cp <= 0x2065) || cp == 0x115F || cp == 0x1160
	       || cp == 0x180E || cp == 0x3164 || cp == 0xFFA0 || (cp >= 0xFFF9 && cp <= 0xFFFB) || (cp >= 0xE0000 && cp <= 0xE0FFF);
}

int utf8_width(int32_t cp)
{
	if (cp >= 0x20 && cp < 0x7F)
		return 1;
	if (is_unsafe(cp) || is_hidden(cp))
		return -1;
	/* A character that is not assigned is drawn as a box by terminals. */
	if (utf8proc_category(cp) == UTF8PROC_CATEGORY_CN)
		return 1;
	return utf8proc_charwidth(cp);
}

/* The escape that stands for what must not be shown raw; `byte` when it is not valid UTF-8 (cp is -1 then). */
static void add_escape(struct strbuf *out, int32_t cp, char byte)
{
	if (cp < 0)
		strbuf_addf(out, "\\x%02x", (unsigned)(unsigned char)byte);
	else if (cp < 0x80)
		strbuf_addf(out, "\\x%02x", (unsigned)cp);
	else
		strbuf_addf(out, cp > 0xFFFF ? "\\u%06x" : "\\u%04x", (unsigned)cp);
}

void utf8_visible(struct strbuf *out, const char *text, size_t n)
{
	size_t shown = 0, i = 0;

	/* What is harmless goes out in long pieces, from `shown` up to the next thing that is not. */
	while (i < n) {
		int32_t cp;
		size_t length = utf8_decode(text + i, n - i, &cp);

		if (cp < 0 || utf8_width(cp) < 0) {
			strbuf_add(out, text + shown, i - shown);
			add_escape(out, cp, text[i]);
			shown = i + length;
		}
		i += length;
	}
	strbuf_add(out, text + shown, n - shown);
}

size_t utf8_columns(const char *text, size_t n)
{
	size_t columns = 0;

	for (size_t i = 0; i < n;) {
		int32_t cp;
		size_t length = utf8_decode(text + i, n - i, &cp);
		int width = cp < 0 ? -1 : utf8_width(cp);

		/* The escapes are \x1b, \u202e and \u0e0001. */
		if (width < 0)
			columns += cp < 0x80 ? 4 : cp > 0xFFFF ? 8 : 6;
		else
			columns += (size_t)width;
		i += length;
	}
	return columns;
}
