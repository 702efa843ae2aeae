/* groups_slip.c - what a slip of the hand is, and what is another name.
 *
 * `Prdo` is a slip for `Prod`; `Prod-2` is none for `Prod-1`, nor `EU` for `US`, nor `Mail` for `Main`. So only letters slip, one at a time,
 * in words long enough that the rest shows what was meant; and a wrong letter is one beside the right one on the keyboard, or one
 * inside a long word. */
#include <string.h>

#include "core/base/utf8.h"
#include "core/model/groups_parts.h"

#define SWAP_MIN 4       /* letters of a word in which two may be swapped: prdo */
#define DOUBLE_MIN 4     /* of the longer word, for a letter typed twice: prodd */
#define DROP_MIN 4       /* of the longer word, for a letter dropped inside: prd */
#define DROP_LAST_MIN 5  /* of the longer word, for its last letter: server, servers */
#define DROP_FIRST_MIN 6 /* of the longer word, for its first letter: ervers */
#define NEAR_MIN 4       /* for a neighbouring key: prid */
#define NEAR_FIRST_MIN 6 /* for a neighbouring key instead of the first letter: aervers */
#define WRONG_MIN 7      /* for any other letter: sarvers */
#define CUT_MIN 8        /* characters left of a name that lost its first or last letter when it was copied */
#define CUT_FIRST_MIN 3  /* of the longer word, then: in-servers-prod */
#define CUT_LAST_MIN 4   /* of the longer word, then: win-servers-pro */

/* The word around a place: where it begins and ends. */
struct word {
	size_t from, to;
};

static struct word word_at(const struct letter *l, size_t count, size_t at)
{
	struct word word = { at, at + 1 };

	while (word.from > 0 && !l[word.from].starts && l[word.from - 1].cased)
		word.from--;
	while (word.to < count && !l[word.to].starts && l[word.to].cased)
		word.to++;
	return word;
}

static size_t word_length(struct word word)
{
	return word.to - word.from;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The rows of the keyboard; a neighbour is left or right of a key. Z and Y swap places on German ones, so both stand in both. */
static bool are_neighbours(int32_t a, int32_t b)
{
	static const char *const rows[] = { "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertz", "tzu", "yxc" };

	if (a >= 0x80 || b >= 0x80)
		return false;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *key = strchr(rows[i], (char)a);

		if (a && key && (key[1] == (char)b || (key > rows[i] && key[-1] == (char)b)))
			return true;
	}
	return false;
}

/* One letter for another. The word must be long enough in both names, for their humps need not be the same. */
static bool is_wrong_letter(const struct letter *a, size_t a_count, const struct letter *b, size_t b_count, size_t at)
{
	if (!a[at].cased || !b[at].cased)
		return false;
	struct word in_a = word_at(a, a_count, at), in_b = word_at(b, b_count, at);
	size_t length = least(word_length(in_a), word_length(in_b));
	bool first = at == in_a.from || at == in_b.from;
	/* ue for ü, in its decomposed form e for the dots. */
	if (utf8_class(a[at].cp) == UTF8_MARK || utf8_class(b[at].cp) == UTF8_MARK)
		return length >= NEAR_MIN;
	if (are_neighbours(utf8_lower_char(a[at].cp), utf8_lower_char(b[at].cp)))
		return length >= (first ? NEAR_FIRST_MIN : NEAR_MIN);
	return !first && length >= WRONG_MIN;
}

static bool is_swap(const struct letter *a, size_t a_count, const struct letter *b, size_t b_count, size_t at)
{
	for (size_t i = at; i < at + 2; i++)
		if (!a[i].cased || !b[i].cased)
			return false;
	struct word in_a = word_at(a, a_count, at), in_b = word_at(b, b_count, at);
	bool whole = in_a.to > at + 1 && in_b.to > at + 1;
	return whole && least(word_length(in_a), word_length(in_b)) >= SWAP_MIN;
}

/* `l` has one letter more, at `at`. At the ends of the name it may have been cut when it was copied. */
static bool is_extra(const struct letter *l, size_t count, size_t at)
{
	if (!l[at].cased)
		return false;
	struct word word = word_at(l, count, at);
	size_t length = word_length(word);
	bool first = at == word.from, last = at + 1 == word.to, long_name = count > CUT_MIN;
	if (!first && l[at - 1].cp == l[at].cp)
		return length >= DOUBLE_MIN;
	if (utf8_class(l[at].cp) == UTF8_MARK)
		return length >= DROP_MIN;
	if (first)
		return length >= (at == 0 && long_name ? CUT_FIRST_MIN : DROP_FIRST_MIN);
	if (last)
		return length >= (at + 1 == count && long_name ? CUT_LAST_MIN : DROP_LAST_MIN);
	return length >= DROP_MIN;
}

bool is_slip(const struct letter *a, size_t a_count, const struct letter *b, size_t b_count,
             bool (*equal)(const struct letter *a, const struct letter *b))
{
	size_t shorter = least(a_count, b_count), head = 0, tail = 0;

	if (a_count > b_count + 1 || b_count > a_count + 1)
		return false;
	while (head < shorter && equal(&a[head], &b[head]))
		head++;
	while (tail < shorter - head && equal(&a[a_count - 1 - tail], &b[b_count - 1 - tail]))
		tail++;
	if (a_count != b_count) {
		if (head + tail < shorter)
			return false;
		return a_count > b_count ? is_extra(a, a_count, head) : is_extra(b, b_count, head);
	}
	if (head + tail + 1 == a_count)
		return is_wrong_letter(a, a_count, b, b_count, head);
	return head + tail + 2 == a_count && equal(&a[head], &b[head + 1]) && equal(&a[head + 1], &b[head]) &&
	       is_swap(a, a_count, b, b_count, head);
}
