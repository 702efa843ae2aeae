/* groups_name.c - a name as it is compared. Each form is the name with less in it, so that names that differ only in what was taken out
 * become equal: `Win Servers - Prod` and `Win_Servers.Prod` are both `WinServersProd` without blanks and punctuation. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/confusables.h"
#include "core/model/groups_parts.h"

#define FOLDED_ROOM (4 * UTF8_DECOMPOSED)   /* what utf8_decompose() asks for one character */
#define FOLDED_MAX 3                        /* code points of one decomposed character after full folding: the ligature ffi */
#define WORD_MIN 4      /* letters and digits from which a word may end in a mistaken digit: dem0 */

/* Punctuation by its category, and what only looks like it: a minus sign, a modifier letter, a box line. */
static bool is_separator(int32_t cp)
{
	const int32_t *to;
	size_t count;

	if (utf8_class(cp) == UTF8_PUNCTUATION)
		return true;
	if (cp < 0x80)
		return cp == '|' || cp == '~';
	confusable_get(&cp, &to, &count);
	return count == 1 && *to < 0x80 && utf8_class(*to) == UTF8_PUNCTUATION;
}

static bool is_letter(int32_t cp)
{
	enum utf8_class class = utf8_class(cp);

	return class == UTF8_CASED || class == UTF8_LETTER;
}

/* What `strip` takes out. */
static bool is_out(int32_t cp, enum strip strip)
{
	enum utf8_class class = utf8_class(cp);

	if (strip == STRIP_NOTHING)
		return false;
	return class == UTF8_BLANK || class == UTF8_HIDDEN || (strip == STRIP_PUNCTUATION && is_separator(cp));
}

static bool is_upper(int32_t cp)
{
	return utf8_lower_char(cp) != cp;
}

/* Whether a word begins at a character, seen from the last one that is seen. */
static bool starts_word(int32_t before, int32_t cp)
{
	if (utf8_class(cp) == UTF8_MARK)
		return false;
	if (!is_letter(cp))
		return true;
	if (!is_letter(before) && utf8_class(before) != UTF8_MARK)
		return true;
	return is_upper(cp) && utf8_class(before) == UTF8_CASED && !is_upper(before);
}

/* The next character that is seen, or the last one before; 0 at the ends. */
static int32_t seen_from(const int32_t *cps, size_t n, size_t at, bool forward)
{
	while (forward ? ++at < n : at-- > 0)
		if (utf8_class(cps[at]) != UTF8_HIDDEN)
			return cps[at];
	return 0;
}

/* By the letters around it in the whole name, for `zone-1` is no `zonel` when the hyphen is out. */
static enum place place_of(const int32_t *cps, size_t n, size_t at)
{
	size_t run = 0;

	if (utf8_class(cps[at]) != UTF8_DIGIT)
		return PLACE_INSIDE;
	while (run < at && is_letter(cps[at - 1 - run]))
		run++;
	if (is_letter(seen_from(cps, n, at, true)) && is_letter(seen_from(cps, n, at, false)))
		return PLACE_INSIDE;
	return run + 1 >= WORD_MIN ? PLACE_END : PLACE_ALONE;
}

/* Copies the code points that stay, with their word starts. */
static void strip_name(const int32_t *cps, size_t n, enum strip strip, struct form *form)
{
	int32_t before = 0, sign = 0;   /* the last character seen; a sign taken out since the last one that stayed */

	form->letters = xcalloc(n + 1, sizeof *form->letters);
	for (size_t i = 0; i < n; i++) {
		int32_t cp = cps[i];
		bool seen = utf8_class(cp) != UTF8_HIDDEN, starts = starts_word(before, cp);

		if (seen)
			before = cp;
		if (is_out(cp, strip)) {
			if (seen)
				sign = strip == STRIP_BLANKS ? ' ' : '-';
			continue;
		}
		if (sign && form->count && utf8_class(form->letters[form->count - 1].cp) == UTF8_DIGIT && utf8_class(cp) == UTF8_DIGIT)
			form->letters[form->count++] = (struct letter){ .cp = sign, .starts = true };
		sign = 0;
		bool cased = utf8_class(cp) == UTF8_CASED;
		if (utf8_class(cp) == UTF8_MARK && form->count)
			cased = form->letters[form->count - 1].cased;
		form->letters[form->count++] = (struct letter){
			.cp = cp, .starts = starts, .cased = cased, .place = place_of(cps, n, i),
		};
	}
}

static void find_alike(struct form *form)
{
	for (size_t i = 0; i < form->count; i++) {
		struct letter *letter = &form->letters[i];

		letter->cases[0] = letter->cp;
		letter->cases[1] = utf8_lower_char(letter->cp);
		letter->cases[2] = utf8_upper_char(letter->cp);
		for (int c = 0; c < 3; c++) {
			size_t count;

			confusable_get(&letter->cases[c], &letter->like[c], &count);
			letter->like_count[c] = (unsigned char)count;   /* 18 at most */
		}
	}
}

static size_t fold_char(int32_t cp, int32_t cps[FOLDED_ROOM])
{
	struct strbuf text = STRBUF_INIT(8);
	size_t count = 1;

	if (cp < 0x80) {
		cps[0] = utf8_lower_char(cp);
		return count;
	}
	utf8_append(&text, cp);
	count = utf8_decompose(strbuf_text(&text), text.len, true, cps);
	strbuf_release(&text);
	return count;
}

/* Character by character, so that each keeps its place in a word. */
static void fold_form(struct form *form)
{
	form->folded = xcalloc(FOLDED_MAX * form->count + 1, sizeof *form->folded);
	for (size_t i = 0; i < form->count; i++) {
		int32_t cps[FOLDED_ROOM];
		size_t count = fold_char(form->letters[i].cp, cps);

		for (size_t k = 0; k < count && k < FOLDED_MAX; k++)
			form->folded[form->folded_count++] = (struct letter){
				.cp = cps[k], .starts = form->letters[i].starts && !k, .cased = form->letters[i].cased,
			};
	}
}

static void make_skeleton(struct form *form)
{
	int32_t *cps = xcalloc(form->count + 1, sizeof *cps);

	for (size_t i = 0; i < form->count; i++)
		cps[i] = form->letters[i].cp;
	form->skeleton = confusable_skeleton(cps, form->count, &form->skeleton_count);
	free(cps);
}

/* How many code points at cps an escape sequence of a terminal takes: ESC [ 3 1 m, ESC ] 0 ; x BEL; 0 when there is none. */
static size_t escape_length(const int32_t *cps, size_t n)
{
	bool short_form = n && (cps[0] == 0x9b || cps[0] == 0x9d);
	size_t at = short_form ? 1 : 2;

	if (!short_form && (n < 2 || cps[0] != 0x1b))
		return 0;
	int32_t kind = short_form ? cps[0] - 0x40 : cps[1];
	if (kind == '[') {
		while (at < n && cps[at] >= 0x20 && cps[at] < 0x40)
			at++;
		return at < n && cps[at] >= 0x40 && cps[at] < 0x7f ? at + 1 : at;
	}
	if (kind != ']')
		return 0;
	/* It ends with BEL or ESC \; one that does not end is no sequence: only its start is out. */
	for (size_t end = at; end < n; end++) {
		if (cps[end] == 0x07 || cps[end] == 0x9c)
			return end + 1;
		if (cps[end] == 0x1b && end + 1 < n && cps[end + 1] == '\\')
			return end + 2;
	}
	return at;
}

/* What a terminal does not print, nobody sees: the whole of an escape sequence becomes controls. */
static void hide_escapes(int32_t *cps, size_t n)
{
	for (size_t at = 0, length; at < n; at += length ? length : 1) {
		length = escape_length(cps + at, n - at);
		for (size_t i = 0; i < length; i++)
			cps[at + i] = 0x1b;
	}
}

static void make_forms(int32_t *cps, size_t n, struct form forms[STRIP_COUNT])
{
	hide_escapes(cps, n);
	for (int strip = 0; strip < STRIP_COUNT; strip++) {
		strip_name(cps, n, (enum strip)strip, &forms[strip]);
		find_alike(&forms[strip]);
		fold_form(&forms[strip]);
		make_skeleton(&forms[strip]);
	}
}

static void release_forms(struct form forms[STRIP_COUNT])
{
	for (int strip = 0; strip < STRIP_COUNT; strip++) {
		free(forms[strip].letters);
		free(forms[strip].folded);
		free(forms[strip].skeleton);
	}
}

void name_forms_make(struct name_forms *name, struct slice text)
{
	struct strbuf lower = STRBUF_INIT(SIZE_MAX);

	*name = (struct name_forms){ .text = text };
	if (!text.text)
		return;
	utf8_lower(&lower, text.text, text.len);
	name->lower = xmemdup(strbuf_text(&lower), lower.len);
	name->lower_len = lower.len;
	strbuf_release(&lower);
	if (!text.len || text.len > NAME_COMPARED_MAX)
		return;
	int32_t *cps = xcalloc(UTF8_DECOMPOSED * text.len, sizeof *cps), *plain = xcalloc(UTF8_COMPATIBLE * text.len, sizeof *plain);
	size_t n = utf8_decompose(text.text, text.len, false, cps), m = utf8_decompose_compatible(text.text, text.len, plain);
	name->whole = true;
	name->dressed = n != m || memcmp(cps, plain, n * sizeof *cps) != 0;
	make_forms(cps, n, name->forms);
	if (name->dressed)
		make_forms(plain, m, name->plain);
	free(cps);
	free(plain);
}

void name_forms_release(struct name_forms *name)
{
	release_forms(name->forms);
	release_forms(name->plain);
	free(name->lower);
	*name = (struct name_forms){ 0 };
}
