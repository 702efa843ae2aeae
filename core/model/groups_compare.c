/* groups_compare.c - how two names differ. The surest explanation is tried first, alone and with letter case, then two together. */
#include <string.h>

#include "core/base/bytes.h"
#include "core/model/groups_parts.h"

bool letters_equal(const struct letter *a, const struct letter *b)
{
	return a->cp == b->cp;
}

static bool same_run(const struct letter *a, size_t a_count, const struct letter *b, size_t b_count)
{
	if (a_count != b_count)
		return false;
	for (size_t i = 0; i < a_count; i++)
		if (a[i].cp != b[i].cp)
			return false;
	return a_count > 0;
}

static bool same_skeleton(const struct form *a, const struct form *b)
{
	return a->count && b->count && a->skeleton_count == b->skeleton_count &&
	       memcmp(a->skeleton, b->skeleton, a->skeleton_count * sizeof *a->skeleton) == 0;
}

static bool same_like(const struct letter *a, const struct letter *b, int c)
{
	return a->like_count[c] == b->like_count[c] && memcmp(a->like[c], b->like[c], a->like_count[c] * sizeof *a->like[c]) == 0;
}

/* Always the same case on both sides: l is taken for I, but IT is no LT. As it is printed (1 and l, 0 and O) a digit is mistaken anywhere; by
 * way of a letter's other case only inside a word, and at its end only for a small letter (0 for o, but not 1 for L). */
bool letters_alike(const struct letter *a, const struct letter *b)
{
	enum place place = a->place < b->place ? a->place : b->place;

	if (a->cases[1] == b->cases[1] || a->cases[2] == b->cases[2] || same_like(a, b, 0))
		return true;
	return (place == PLACE_INSIDE && same_like(a, b, 1)) || (place != PLACE_ALONE && same_like(a, b, 2));
}

/* Whether `a`, in one of its cases, is taken for the `n` characters at b as they are printed: m and M for rn, but not for RN. */
static bool like_several(const struct letter *a, const struct letter *b, size_t n)
{
	for (int c = 0; c < 3; c++) {
		size_t at = 0, k = 0;

		for (; k < n && at + b[k].like_count[0] <= a->like_count[c] &&
		       memcmp(a->like[c] + at, b[k].like[0], b[k].like_count[0] * sizeof *a->like[c]) == 0; k++)
			at += b[k].like_count[0];
		if (k == n && at == a->like_count[c])
			return true;
	}
	return false;
}

#define TOGETHER_MAX 3   /* characters that one stands for: rn, ffi */

/* How many characters at b one character at a is taken for: 2 or 3, or 0. */
static size_t like_how_many(const struct letter *a, const struct letter *b, size_t left)
{
	for (size_t n = 2; n <= TOGETHER_MAX && n <= left; n++)
		if (like_several(a, b, n))
			return n;
	return 0;
}

/* Both forms side by side, letter case aside: one character each, or one for several. */
static bool look_alike(const struct form *a, const struct form *b)
{
	size_t i = 0, j = 0;

	while (i < a->count && j < b->count) {
		const struct letter *x = &a->letters[i], *y = &b->letters[j];
		size_t several;

		if (letters_alike(x, y)) {
			i++;
			j++;
		} else if ((several = like_how_many(x, y, b->count - j)) > 0) {
			i++;
			j += several;
		} else if ((several = like_how_many(y, x, a->count - i)) > 0) {
			i += several;
			j++;
		} else {
			return false;
		}
	}
	return a->count && i == a->count && j == b->count;
}

static bool slipped(const struct form *a, const struct form *b)
{
	return is_slip(a->folded, a->folded_count, b->folded, b->folded_count, letters_equal);
}

/* The letter case counts as another difference only when the slip alone does not make the names equal. */
static unsigned slip_of(const struct form *a, const struct form *b)
{
	if (!slipped(a, b))
		return 0;
	bool exact = is_slip(a->letters, a->count, b->letters, b->count, letters_equal);
	return DIFFERENCE_SLIP | (exact ? 0u : (unsigned)DIFFERENCE_CASE);
}

static unsigned like_of(const struct form *a, const struct form *b)
{
	if (same_skeleton(a, b))
		return DIFFERENCE_LOOKALIKE;
	return look_alike(a, b) ? DIFFERENCE_LOOKALIKE | DIFFERENCE_CASE : 0;
}

/* What `strip` took out of both is a difference of that kind. */
static const unsigned stripped[STRIP_COUNT] = { DIFFERENCE_NONE, DIFFERENCE_BLANKS, DIFFERENCE_PUNCTUATION };

/* The same letters once blanks, or blanks and punctuation, are out. */
static unsigned same_letters(const struct form *a, const struct form *b)
{
	/* Nothing is out and the bytes still differ: ü as one character, and as u with dots. */
	if (same_run(a[0].letters, a[0].count, b[0].letters, b[0].count))
		return DIFFERENCE_LOOKALIKE;
	for (int strip = STRIP_BLANKS; strip < STRIP_COUNT; strip++)
		if (same_run(a[strip].letters, a[strip].count, b[strip].letters, b[strip].count))
			return stripped[strip];
	return same_skeleton(&a[0], &b[0]) ? DIFFERENCE_LOOKALIKE : 0;
}

static unsigned same_folded(const struct form *a, const struct form *b)
{
	for (int strip = 0; strip < STRIP_COUNT; strip++)
		if (same_run(a[strip].folded, a[strip].folded_count, b[strip].folded, b[strip].folded_count))
			return stripped[strip] | DIFFERENCE_CASE;
	return 0;
}

/* One more kind, on top of what is stripped. */
static unsigned first_of(const struct form *a, const struct form *b, unsigned (*kind)(const struct form *a, const struct form *b),
                         int from, int to)
{
	for (int strip = from; strip < to; strip++) {
		unsigned found = kind(&a[strip], &b[strip]);

		if (found)
			return found | stripped[strip];
	}
	return 0;
}

/* Look-alikes and a slip at once; the weakest. */
static unsigned like_and_slip(const struct form *a, const struct form *b)
{
	return is_slip(a->letters, a->count, b->letters, b->count, letters_alike) ? DIFFERENCE_LOOKALIKE | DIFFERENCE_SLIP : 0;
}

/* The surest kind that explains the difference; 0 when none does. */
static unsigned kind_of(const struct form *a, const struct form *b)
{
	unsigned found;

	if ((found = same_letters(a, b)) || (found = same_folded(a, b)) || (found = first_of(a, b, like_of, 0, 1)) ||
	    (found = first_of(a, b, slip_of, 0, 1)) || (found = first_of(a, b, like_of, 1, STRIP_COUNT)) ||
	    (found = first_of(a, b, slip_of, 1, STRIP_COUNT)) || (found = first_of(a, b, like_and_slip, 0, STRIP_COUNT)))
		return found;
	return 0;
}

unsigned name_forms_compare(const struct name_forms *x, const struct name_forms *y)
{
	unsigned found;

	if (slice_equal(x->text, y->text))
		return DIFFERENCE_NONE;
	if (x->lower && y->lower && x->lower_len == y->lower_len && memcmp(x->lower, y->lower, x->lower_len) == 0)
		return DIFFERENCE_CASE;
	if (!x->whole || !y->whole)
		return DIFFERENCE_APART;
	if ((found = kind_of(x->forms, y->forms)) || (!x->dressed && !y->dressed))
		return found ? found : (unsigned)DIFFERENCE_APART;
	/* Full-width letters, ligatures, circled digits: look-alikes of plain ones, whatever else differs. */
	found = kind_of(x->dressed ? x->plain : x->forms, y->dressed ? y->plain : y->forms);
	return found ? found | DIFFERENCE_LOOKALIKE : (unsigned)DIFFERENCE_APART;
}

unsigned groups_difference(struct slice name, struct slice configured)
{
	struct name_forms a, b;

	name_forms_make(&a, name);
	name_forms_make(&b, configured);
	unsigned difference = name_forms_compare(&a, &b);
	name_forms_release(&a);
	name_forms_release(&b);
	return difference;
}
