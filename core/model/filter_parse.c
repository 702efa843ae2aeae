/* filter_parse.c - the words typed after `/` become terms. */
#include "core/model/filter_parts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/expr.h"

#define WORD_TEXT_MAX 65536   /* bytes of one needle, folded; more is cut */
#define SPAN_TEXT_MAX 32

static const char *const is_names[IS_COUNT] = {
	"new", "persisting", "resolved", "vanished", "changed", "marked", "stale", "silent", "conflict",
};

/* The shorthands that look into one column. */
static const struct { const char *name; enum term_kind kind; enum column_id column; } column_words[] = {
	{ "group", TERM_COLUMN, COL_MACHINE_GROUP }, { "host", TERM_COLUMN, COL_DEVICE_NAME },
	{ "os", TERM_COLUMN, COL_OS_PLATFORM },      { "verdict", TERM_COLUMN, COL_VERDICT },
	{ "mode", TERM_MODE, COL_AV_MODE },          { "flag", TERM_COLUMN, COL_FLAGS },
	{ "note", TERM_COLUMN, COL_NOTE },           { "owner", TERM_COLUMN, COL_OWNER },
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Cuts the next word off; quotes protect blanks and stay in it. An open quote goes to the end: it is still being typed. */
static struct slice next_word(const char **at)
{
	const char *start = *at, *end;
	bool quoted = false;

	while (is_blank(*start))
		start++;
	for (end = start; *end && (quoted || !is_blank(*end)); end++)
		if (*end == '"')
			quoted = !quoted;
	*at = end;
	return (struct slice){ start, (size_t)(end - start) };
}

/* Cuts the next alternative off a word: up to a `|` outside quotes. *rest loses it. */
static struct slice next_alternative(struct slice *rest)
{
	struct slice item = { rest->text, 0 };
	bool quoted = false;

	while (item.len < rest->len && (quoted || rest->text[item.len] != '|')) {
		if (rest->text[item.len] == '"')
			quoted = !quoted;
		item.len++;
	}
	rest->text += item.len;
	rest->len -= item.len;
	if (rest->len > 0)
		rest->text++, rest->len--;
	return item;
}

/* Adds one alternative without its quotes, folded. Empty ones say nothing: `sql|` is `sql` while it is being typed. */
static void add_needle(struct filter_term *term, struct slice item)
{
	struct strbuf bare = STRBUF_INIT(WORD_TEXT_MAX), folded = STRBUF_INIT(3 * WORD_TEXT_MAX);

	for (size_t i = 0; i < item.len; i++)
		if (item.text[i] != '"')
			strbuf_addc(&bare, item.text[i]);
	if (bare.len > 0) {
		utf8_fold(&folded, bare.buf, bare.len);
		term->needles = xrealloc(term->needles, term->needle_count + 1, sizeof *term->needles);
		term->needles[term->needle_count++] = (struct slice){ xmemdup(folded.buf, folded.len), folded.len };
	}
	strbuf_release(&bare);
	strbuf_release(&folded);
}

/* `a|b`: each alternative is a needle. */
static void read_needles(struct filter_term *term, struct slice value)
{
	while (value.len > 0)
		add_needle(term, next_alternative(&value));
}

/* `is:new|stale`; the start of a name stands for every name it begins, so that `is:n` already narrows. Returns false when
 * something is no state. */
static bool read_states(struct filter_term *term, struct slice value)
{
	while (value.len > 0) {
		struct slice item = next_alternative(&value);
		unsigned before = term->states;

		for (unsigned i = 0; item.len > 0 && i < IS_COUNT; i++)
			if (item.len <= strlen(is_names[i]) && strncasecmp(item.text, is_names[i], item.len) == 0)
				term->states |= 1u << i;
		if (item.len > 0 && term->states == before)
			return false;
	}
	term->kind = TERM_IS;
	return true;
}

/* The span after `sig>`: days when it has no unit. Returns false when it is none. */
static bool read_span(struct slice value, int64_t *span)
{
	char text[SPAN_TEXT_MAX];
	char last;

	if (value.len == 0 || value.len + 1 >= sizeof text)
		return false;
	memcpy(text, value.text, value.len);
	last = text[value.len - 1];
	if (last >= '0' && last <= '9' && !memchr(text, ':', value.len))
		text[value.len++] = 'd';
	return span_parse(text, value.len, span);
}

/* `sig>7`, `seen<=12h`. Returns false when it is no such word; a bare `sig>` says nothing yet and becomes an empty term. */
static bool read_age(struct filter_term *term, struct slice word)
{
	static const struct { const char *name; enum column_id column; } ages[] = {
		{ "sig", COL_SIGNATURE_AGE }, { "seen", COL_SEEN_AGE },
	};

	for (size_t i = 0; i < sizeof ages / sizeof *ages; i++) {
		size_t n = strlen(ages[i].name);
		struct slice rest = { word.text + n, word.len - n };

		if (word.len <= n || strncasecmp(word.text, ages[i].name, n) != 0 || (rest.text[0] != '<' && rest.text[0] != '>'))
			continue;
		term->above = rest.text[0] == '>';
		term->equal = rest.len > 1 && rest.text[1] == '=';
		rest.text += 1 + term->equal;
		rest.len -= 1u + term->equal;
		if (rest.len > 0 && !read_span(rest, &term->span))
			return false;
		term->kind = rest.len > 0 ? TERM_AGE : TERM_WORDS;
		term->column = ages[i].column;
		return true;
	}
	return false;
}

/* `group:x` and the like. Returns false when the word begins with no known name and a colon. */
static bool read_shorthand(struct filter_term *term, struct slice word)
{
	const char *colon = memchr(word.text, ':', word.len);
	struct slice name, value;

	if (!colon)
		return read_age(term, word);
	name = (struct slice){ word.text, (size_t)(colon - word.text) };
	value = (struct slice){ colon + 1, word.len - name.len - 1 };
	if (slice_is_nocase(name, "is"))
		return read_states(term, value);
	for (size_t i = 0; i < sizeof column_words / sizeof *column_words; i++)
		if (slice_is_nocase(name, column_words[i].name)) {
			term->kind = column_words[i].kind;
			term->column = column_words[i].column;
			read_needles(term, value);
			return true;
		}
	return read_age(term, word);   /* a span may hold colons: sig>1.12:00:00 */
}

/* Whether the term says anything: `-`, `group:` and `sig>` do not yet. */
static bool term_says(const struct filter_term *term)
{
	if (term->kind == TERM_IS)
		return term->states != 0;
	return term->kind == TERM_AGE || term->needle_count > 0;
}

/* Returns false when the word asks for nothing. */
static bool read_word(struct filter_term *term, struct slice word)
{
	*term = (struct filter_term){ .kind = TERM_WORDS, .column = COL_NONE };
	if (word.text[0] == '-') {
		term->exclude = true;
		word.text++;
		word.len--;
	}
	if (word.len > 0 && !read_shorthand(term, word)) {
		*term = (struct filter_term){ .kind = TERM_WORDS, .exclude = term->exclude, .column = COL_NONE };
		read_needles(term, word);
	}
	return term_says(term);
}

void filter_parse(struct filter *filter, const char *text)
{
	struct slice word;

	filter_terms_release(filter->terms, filter->term_count);
	filter->terms = NULL;
	filter->term_count = 0;
	while (word = next_word(&text), word.len > 0) {
		struct filter_term term;

		if (!read_word(&term, word))
			continue;
		filter->terms = xrealloc(filter->terms, filter->term_count + 1, sizeof *filter->terms);
		filter->terms[filter->term_count++] = term;
	}
}

/* -- owning -- */

static struct slice *copy_slices(const struct slice *from, size_t count)
{
	struct slice *to = count > 0 ? xrealloc(NULL, count, sizeof *to) : NULL;

	for (size_t i = 0; i < count; i++)
		to[i] = (struct slice){ from[i].text ? xmemdup(from[i].text, from[i].len) : NULL, from[i].len };
	return to;
}

static void release_slices(struct slice *slices, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free((char *)slices[i].text);
	free(slices);
}

void filter_terms_release(struct filter_term *terms, size_t count)
{
	for (size_t i = 0; i < count; i++)
		release_slices(terms[i].needles, terms[i].needle_count);
	free(terms);
}

void filter_set_groups(struct filter *filter, const struct slice *groups, size_t count)
{
	struct slice *copies = copy_slices(groups, count);   /* first: `groups` may be the filter's own */

	release_slices(filter->groups, filter->group_count);
	filter->groups = copies;
	filter->group_count = count;
}

void filter_release(struct filter *filter)
{
	filter_terms_release(filter->terms, filter->term_count);
	release_slices(filter->groups, filter->group_count);
	expr_free(&filter->expr);
	*filter = (struct filter){ 0 };
}

void filter_copy(struct filter *to, const struct filter *from)
{
	filter_release(to);
	*to = *from;
	to->expr = NULL;
	to->groups = copy_slices(from->groups, from->group_count);
	to->terms = from->term_count > 0 ? xrealloc(NULL, from->term_count, sizeof *to->terms) : NULL;
	for (size_t i = 0; i < from->term_count; i++) {
		to->terms[i] = from->terms[i];
		to->terms[i].needles = copy_slices(from->terms[i].needles, from->terms[i].needle_count);
	}
}

bool filter_is_empty(const struct filter *filter)
{
	return filter->term_count == 0 && filter->group_count == 0 && !filter->marked_only && !filter->expr;
}

/* -- comparing -- */

/* The same texts in the same order; another order only costs one whole scan. */
static bool same_slices(const struct slice *a, size_t a_count, const struct slice *b, size_t b_count)
{
	if (a_count != b_count)
		return false;
	for (size_t i = 0; i < a_count; i++)
		if (!slice_equal(a[i], b[i]))
			return false;
	return true;
}

static bool same_term(const struct filter_term *a, const struct filter_term *b)
{
	return a->kind == b->kind && a->exclude == b->exclude && a->column == b->column && a->states == b->states
	       && a->above == b->above && a->equal == b->equal && a->span == b->span
	       && same_slices(a->needles, a->needle_count, b->needles, b->needle_count);
}

/* Each new alternative holds an old one: whatever it is found in, that is found in too. */
static bool needles_grew(const struct filter_term *fresh, const struct filter_term *old)
{
	for (size_t i = 0; i < fresh->needle_count; i++) {
		size_t k = 0;

		while (k < old->needle_count
		       && !bytes_find(fresh->needles[i].text, fresh->needles[i].len, old->needles[k].text, old->needles[k].len))
			k++;
		if (k == old->needle_count)
			return false;
	}
	return true;
}

/* Whether what the new term keeps was surely kept by the old one; false when in doubt. */
static bool term_narrows(const struct filter_term *fresh, const struct filter_term *old)
{
	if (same_term(fresh, old))
		return true;
	if (fresh->exclude || old->exclude || fresh->kind != old->kind || fresh->column != old->column)
		return false;
	if (fresh->kind == TERM_IS)
		return (fresh->states & ~old->states) == 0;
	/* mode: is exact for codes (`mode:1` is not in `mode:10`), and an age is cheap to ask again. */
	return (fresh->kind == TERM_WORDS || fresh->kind == TERM_COLUMN) && needles_grew(fresh, old);
}

bool filter_narrows(const struct filter *fresh, const struct filter *old)
{
	if (fresh->tab != old->tab || fresh->marked_only != old->marked_only || fresh->term_count < old->term_count
	    || !same_slices(fresh->groups, fresh->group_count, old->groups, old->group_count))
		return false;
	for (size_t i = 0; i < old->term_count; i++)
		if (!term_narrows(&fresh->terms[i], &old->terms[i]))
			return false;
	return true;
}

bool filter_asks_marks(const struct filter *filter)
{
	bool asks = filter->marked_only;

	for (size_t i = 0; i < filter->term_count; i++)
		asks = asks || (filter->terms[i].states & 1u << IS_MARKED);
	return asks;
}

bool filter_asks_now(const struct filter *filter)
{
	bool asks = false;

	for (size_t i = 0; i < filter->term_count; i++)
		asks = asks || filter->terms[i].kind == TERM_AGE;
	return asks;
}
