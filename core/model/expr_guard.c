/* expr_guard.c - rows that an expression drops only because of letter case. See expr.h and expr_guard_parts.h.
 *
 * The expression is judged twice: as it is, and wide, with Unicode folding in every comparison of texts that stands in favour of a row. Below
 * an even number of not() and !operators a wider comparison can only add rows, as `and`, `or` and not() keep or turn the order false < null <
 * true; so the wide answer holds the exact one, and the difference is what is hidden. A row that the
 * wide reading cannot decide is not called hidden: the exact one did decide it.
 * Left as they are: conditions that are compared themselves, lists with columns in them, and numbers of a bag. */
#include "core/model/expr_guard_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"

static bool any(const uint8_t *bytes, size_t n)
{
	return memchr(bytes, 1, n) != NULL;
}

/* -- hidden rows -- */

/* hidden[] of one chunk: kept wide, and not as it is. */
static void search_chunk(struct guard_search *search, uint32_t from, uint32_t to)
{
	uint8_t need[EXPR_CHUNK], out[EXPR_CHUNK] = { 0 };
	size_t n = to - from;

	for (size_t i = 0; i < n; i++)
		need[i] = !search->among || search->among[from + i];
	if (!any(need, n))
		return;
	expr_vector(&search->exact, search->expr->root, from, to, need, true, out);
	for (size_t i = 0; i < n; i++)
		need[i] = need[i] && !(out[i] & 1);
	if (!any(need, n))
		return;
	expr_vector(&search->wide, search->expr->root, from, to, need, true, out);
	for (size_t i = 0; i < n; i++) {
		search->hidden[from + i] = need[i] && out[i] == TRUTH_TRUE;
		if (search->hidden[from + i] && search->count++ == 0)
			search->first = from + (uint32_t)i;
	}
}

static uint32_t chunk_end(uint32_t from, uint32_t count)
{
	return count - from > EXPR_CHUNK ? from + EXPR_CHUNK : count;
}

void guard_each_chunk(const struct guard_search *search, guard_visit *visit, void *owner)
{
	uint32_t count = search->lens->table->count;

	for (uint32_t from = search->first, end; from < count; from = end) {
		end = chunk_end(from, count);
		if (any(search->hidden + from, end - from))
			visit(owner, search, from, end, search->hidden + from);
	}
}

/* Without a comparison of texts in favour of a row there is nothing to look for: `SeenAge > 7d`. */
static bool can_hide(const struct guard_search *search)
{
	for (uint32_t i = 0; i < search->expr->count; i++)
		if (search->wide.states[i].widened)
			return true;
	return false;
}

/* -- blame -- */

struct blame {
	uint32_t number;     /* of the comparison in question */
	bool *blamed;
	struct expr_judge *exact, *wide;
};

/* One hidden row on which both readings of the comparison differ is enough to blame it. */
static void blame_chunk(void *owner, const struct guard_search *search, uint32_t from, uint32_t to, const uint8_t *need)
{
	struct blame *blame = owner;
	uint8_t exact[EXPR_CHUNK], wide[EXPR_CHUNK];

	(void)search;
	if (blame->blamed[blame->number])
		return;
	expr_vector(blame->exact, blame->number, from, to, need, false, exact);
	expr_vector(blame->wide, blame->number, from, to, need, false, wide);
	for (uint32_t i = 0; i < to - from; i++)
		if (need[i] && exact[i] != wide[i])
			blame->blamed[blame->number] = true;
}

/* The comparisons that make a difference in some hidden row: with them widened, and the others as they are, all hidden rows are shown. */
static bool *find_blamed(struct guard_search *search)
{
	struct blame blame = { .blamed = xcalloc(search->expr->count, sizeof(bool)), .exact = &search->exact, .wide = &search->wide };

	for (uint32_t i = 0; i < search->expr->count; i++) {
		blame.number = i;
		if (search->wide.states[i].widened)
			guard_each_chunk(search, blame_chunk, &blame);
	}
	return blame.blamed;
}

/* -- the words about it -- */

/* The first column below a node, or NULL. As deep as the tree. */
static const struct expr_node *first_column(const struct expr *expr, const struct expr_node *node)
{
	const struct expr_node *found = node->kind == EXPR_COLUMN ? node : NULL;

	for (const struct expr_node *child = expr_at(expr, node->first); child && !found; child = expr_at(expr, child->next))
		found = first_column(expr, child);
	return found;
}

/* The value of a column as the table holds it; none for what has to be made. */
static struct slice table_value(const struct lens *lens, const struct column_ref *column, uint32_t row)
{
	struct strbuf scratch = STRBUF_INIT(EXPR_SCRATCH_MAX);
	struct slice none = { NULL, 0 };
	struct value value = { .kind = VALUE_NONE };

	switch (column->id) {
	case COL_DEVICE_ID: case COL_PORTAL_URL: case COL_FLAGS: case COL_NOTE: case COL_OWNER: case COL_OWNER_CONTACT: case COL_TICKET:
	case COL_BAG: return none;
	default: value_get(lens, row, column, &scratch, &value); break;
	}
	strbuf_release(&scratch);
	return value.kind == VALUE_TEXT ? value.text : none;
}

/* The comparison to name: in the first hidden row, the first in the text that makes a difference. */
static void name_first(struct guard_search *search, const bool *blamed, struct expr_guard *guard)
{
	const struct expr *expr = search->expr;
	const struct expr_node *node = NULL, *column;

	for (uint32_t i = 0; i < expr->count; i++)
		if (blamed[i] && (!node || expr->nodes[i].at < node->at)
		    && expr_truth(&search->exact, i, search->first) != expr_truth(&search->wide, i, search->first))
			node = &expr->nodes[i];
	if (!node)
		return;
	snprintf(guard->op, sizeof guard->op, "%s", node->op->name);
	column = first_column(expr, node);
	if (column)
		guard->example = table_value(search->lens, &column->column, search->first);
}

/* What the letter case of texts hides. */
static void guard_texts(const struct expr *expr, const struct lens *lens, const uint8_t *among, struct expr_guard *guard)
{
	struct guard_search search = { .expr = expr, .lens = lens, .among = among };
	uint32_t count = lens->table->count;
	bool *blamed;

	*guard = (struct expr_guard){ 0 };
	expr_judge_open(&search.exact, expr, lens, false);
	expr_judge_open(&search.wide, expr, lens, true);
	expr_judge_allow(&search.exact, count);
	expr_judge_allow(&search.wide, count);
	if (can_hide(&search)) {
		search.hidden = xcalloc((size_t)count + 1, 1);
		for (uint32_t from = 0; from < count; from = chunk_end(from, count))
			search_chunk(&search, from, chunk_end(from, count));
	}
	guard->hidden = search.count;
	if (search.count > 0) {
		blamed = find_blamed(&search);
		name_first(&search, blamed, guard);
		guard->mended = guard_mend(&search, blamed);
		free(blamed);
	}
	free(search.hidden);
	expr_judge_release(&search.exact);
	expr_judge_release(&search.wide);
}

/* -- keys of the bag -- */

/* Takes the rows that the expression selects out of rows[] and returns how many they are; they are noted in taken[]. */
static uint32_t take_rows(const struct expr *expr, const struct lens *lens, uint8_t *rows, uint8_t *taken)
{
	uint32_t count = lens->table->count, found = 0;

	memcpy(taken, rows, count);
	expr_rows(expr, lens, 0, count, taken);
	for (uint32_t row = 0; row < count; row++) {
		found += taken[row];
		rows[row] &= !taken[row];
	}
	return found;
}

/* `.rack`, with Rack for an example: a place in the mended text, which names it. */
static void name_key(const struct guard_keys *found, struct expr_guard *guard)
{
	size_t len = found->name.len, most = sizeof guard->op - 2;
	const char *other = guard->mended ? strstr(guard->mended, found->other.key) : NULL;

	if (len > most)
		for (len = most; len > 0 && ((unsigned char)found->name.text[len] & 0xC0) == 0x80;)
			len--;
	snprintf(guard->op, sizeof guard->op, ".%.*s", (int)len, found->name.text);
	guard->example = other ? slice_of(found->other.key) : (struct slice){ NULL, 0 };
	if (other)
		guard->example.text = other;
}

/* Rows that a key in another letter case hides, and those that its text hides besides. */
static void guard_both(const struct expr *expr, const struct lens *lens, const uint8_t *among, const struct guard_keys *found,
                       struct expr_guard *guard)
{
	uint32_t count = lens->table->count, keyed;
	uint8_t *dropped = xmalloc((size_t)count + 1), *open = xmalloc((size_t)count + 1), *taken = xmalloc((size_t)count + 1);
	struct expr_guard plain;
	struct strbuf text = STRBUF_INIT(EXPR_TEXT_MAX);

	for (uint32_t row = 0; row < count; row++)
		dropped[row] = !among || among[row];
	take_rows(expr, lens, dropped, taken);
	memcpy(open, dropped, count);
	keyed = take_rows(found->wider, lens, open, taken);
	guard_texts(expr, lens, dropped, &plain);
	guard_texts(found->wider, lens, open, guard);
	if (keyed == 0 && guard->hidden == plain.hidden) {   /* the other spellings make no difference */
		expr_guard_release(guard);
		*guard = plain;
		plain = (struct expr_guard){ 0 };
	} else {
		if (guard->hidden == 0) {
			expr_print(found->wider, &text);
			guard->mended = text.overflow ? NULL : xstrdup(strbuf_text(&text));
		}
		guard->hidden += keyed;
		name_key(found, guard);
	}
	expr_guard_release(&plain);
	strbuf_release(&text);
	free(dropped);
	free(open);
	free(taken);
}

void expr_guard(const struct expr *expr, const struct lens *lens, const uint8_t *among, struct expr_guard *guard)
{
	struct guard_keys found = { 0 };

	if (expr->needs_bags && guard_keys(expr, lens, among, &found)) {
		guard_both(expr, lens, among, &found, guard);
		expr_free(&found.wider);
	} else {
		guard_texts(expr, lens, among, guard);
	}
}

void expr_guard_release(struct expr_guard *guard)
{
	free(guard->mended);
	*guard = (struct expr_guard){ 0 };
}
