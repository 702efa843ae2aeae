/* expr_guard_keys.c - keys of the bag that are there in another letter case. See expr_guard_parts.h.
 *
 * In Kusto `AdditionalFields.rack` is null where the bag says `Rack`. Sources do not agree on the spelling, so a row may have the one and
 * the next row the other. Where the exact key is missing and another spelling is there, each condition on it gets its like beside it:
 *
 *     AdditionalFields.rack == "R1"          AdditionalFields.rack == "R1" or AdditionalFields.Rack == "R1"
 *     not(isempty(AdditionalFields.rack))    not(isempty(AdditionalFields.rack) and isempty(AdditionalFields.Rack))
 *
 * Below an even number of not() the like stands behind `or`, else behind `and`: either way rows can only be added. */
#include "core/model/expr_guard_parts.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/utf8.h"
#include "core/model/bag.h"

#define KEYS_MAX 16        /* different keys of one expression; later ones are left as they are */
#define OTHERS_MAX 8       /* spellings of one key besides its own */
#define LIKES_MAX 32       /* conditions in the place of one */

/* One key of the expression, and what the rows have instead. */
struct key {
	struct slice name;              /* borrowed from the tree */
	struct strbuf folded;           /* of the name; owned */
	struct column_ref others[OTHERS_MAX];
	unsigned count;
};

/* The text that is being written, and a copy of the tree whose keys are changed for each like. */
struct keys {
	const struct expr *expr;
	struct expr copy;               /* nodes owned, all else borrowed */
	struct key keys[KEYS_MAX];
	size_t count;
	struct strbuf text, scratch;
};

/* -- what there is -- */

static struct key *find_key(struct keys *keys, struct slice name)
{
	for (size_t i = 0; i < keys->count; i++)
		if (slice_equal(keys->keys[i].name, name))
			return &keys->keys[i];
	return NULL;
}

/* Each key once. Keys with a column of their own are none here: the source has read them in any letter case. */
static void list_keys(struct keys *keys)
{
	for (uint32_t i = 0; i < keys->expr->count; i++) {
		const struct expr_node *node = &keys->expr->nodes[i];
		struct slice name = slice_of(node->column.key);
		struct key *key = &keys->keys[keys->count];

		if (node->kind != EXPR_COLUMN || node->column.id != COL_BAG || keys->count >= KEYS_MAX || find_key(keys, name))
			continue;
		key->name = name;
		strbuf_init(&key->folded, EXPR_SCRATCH_MAX);
		utf8_fold(&key->folded, name.text, name.len);
		keys->count++;
	}
}

/* Notes a spelling once; one that could not be written in an expression is left out. */
static void add_other(struct key *key, struct slice name)
{
	struct column_ref other = { .id = COL_BAG };

	for (unsigned i = 0; i < key->count; i++)
		if (slice_is(name, key->others[i].key))
			return;
	if (key->count >= OTHERS_MAX || name.len >= sizeof other.key || memchr(name.text, '\0', name.len))
		return;
	memcpy(other.key, name.text, name.len);
	key->others[key->count++] = other;
}

/* Notes other spellings in a bag that has not the key itself. */
static void look_for(struct keys *keys, struct key *key, struct slice bag)
{
	struct bag_pair pair;
	bool exact = false, other = false;

	for (size_t at = 0; bag_next(bag, &at, &pair) && !exact;) {
		exact = slice_equal(pair.key, key->name);
		/* Folding may change the length in bytes, but not by more than these; most keys end here. */
		if (exact || pair.key.len > 3 * key->name.len || key->name.len > 3 * pair.key.len)
			continue;
		strbuf_clear(&keys->scratch);
		utf8_fold(&keys->scratch, pair.key.text, pair.key.len);
		other |= slice_is((struct slice){ strbuf_text(&keys->scratch), keys->scratch.len }, strbuf_text(&key->folded));
	}
	for (size_t at = 0; other && !exact && bag_next(bag, &at, &pair);) {
		strbuf_clear(&keys->scratch);
		utf8_fold(&keys->scratch, pair.key.text, pair.key.len);
		if (slice_is((struct slice){ strbuf_text(&keys->scratch), keys->scratch.len }, strbuf_text(&key->folded)))
			add_other(key, pair.key);
	}
}

/* One pass over the bags. Returns whether any other spelling was found. */
static bool look_through(struct keys *keys, const struct lens *lens, const uint8_t *among)
{
	struct strbuf opened = STRBUF_INIT(EXPR_SCRATCH_MAX);
	bool found = false;

	for (uint32_t row = 0; row < lens->table->count; row++) {
		struct slice bag = table_bag(lens->table, row);

		if (among && !among[row])
			continue;
		strbuf_clear(&opened);
		if (lens->bags && lens->bags->read(lens->bags->owner, lens->table, row, &opened) != 0)
			continue;   /* the expression is undecided there, and the row is shown */
		if (lens->bags)
			bag = (struct slice){ strbuf_text(&opened), opened.len };
		for (size_t i = 0; bag.len > 0 && i < keys->count; i++)
			look_for(keys, &keys->keys[i], bag);
	}
	for (size_t i = 0; i < keys->count; i++)
		found |= keys->keys[i].count > 0;
	strbuf_release(&opened);
	return found;
}

/* -- writing -- */

/* How many likes a condition has, itself included. As deep as the tree. */
static unsigned count_likes(struct keys *keys, uint32_t number, bool *used)
{
	const struct expr_node *node = &keys->expr->nodes[number];
	struct key *key = node->kind == EXPR_COLUMN && node->column.id == COL_BAG ? find_key(keys, slice_of(node->column.key)) : NULL;
	unsigned likes = 1;

	if (key && !used[key - keys->keys]) {
		used[key - keys->keys] = true;
		likes = key->count + 1;
	}
	for (const struct expr_node *child = expr_at(keys->expr, node->first); child; child = expr_at(keys->expr, child->next))
		likes = likes <= LIKES_MAX ? likes * count_likes(keys, expr_number(keys->expr, child), used) : likes;
	return likes;
}

/* Gives the keys of the copy the spellings of the like with that number: a digit of it for each key that is used. As deep as the tree. */
static void spell(struct keys *keys, uint32_t number, unsigned like, const bool *used)
{
	struct expr_node *node = &keys->copy.nodes[number];
	const struct expr_node *old = &keys->expr->nodes[number];
	struct key *key = node->kind == EXPR_COLUMN && node->column.id == COL_BAG ? find_key(keys, slice_of(old->column.key)) : NULL;

	for (size_t i = 0; key && &keys->keys[i] != key; i++)
		like /= used[i] ? keys->keys[i].count + 1 : 1;
	if (key)
		node->column = like % (key->count + 1) ? key->others[like % (key->count + 1) - 1] : old->column;
	for (const struct expr_node *child = expr_at(keys->expr, old->first); child; child = expr_at(keys->expr, child->next))
		spell(keys, expr_number(keys->expr, child), like, used);
}

/* A condition with all its likes. With two keys that have one other spelling each there are four of them. */
static void write_leaf(struct keys *keys, uint32_t number, bool favour)
{
	bool used[KEYS_MAX] = { false };
	unsigned likes = count_likes(keys, number, used);

	for (unsigned i = 0; i < (likes <= LIKES_MAX ? likes : 1); i++) {
		strbuf_adds(&keys->text, i == 0 ? "(" : favour ? " or " : " and ");
		spell(keys, number, i, used);
		keys->copy.root = number;
		expr_print(&keys->copy, &keys->text);
	}
	strbuf_addc(&keys->text, ')');
}

/* With all parentheses; it is read back, which leaves out those that say nothing. As deep as the tree. */
static void write_condition(struct keys *keys, uint32_t number, bool favour)
{
	const struct expr *expr = keys->expr;
	const struct expr_node *node = &expr->nodes[number];
	const char *between = node->kind == EXPR_AND ? " and " : " or ";

	if (node->kind == EXPR_CALL && node->function->call == CALL_NOT) {
		strbuf_adds(&keys->text, "not(");
		write_condition(keys, node->first - 1, !favour);
		strbuf_addc(&keys->text, ')');
	} else if (node->kind == EXPR_AND || node->kind == EXPR_OR) {
		strbuf_addc(&keys->text, '(');
		for (const struct expr_node *child = expr_at(expr, node->first); child; child = expr_at(expr, child->next)) {
			write_condition(keys, expr_number(expr, child), favour);
			strbuf_adds(&keys->text, child->next ? between : ")");
		}
	} else {
		write_leaf(keys, number, favour);
	}
}

static void name_first(const struct keys *keys, struct guard_keys *found)
{
	size_t first = 0;

	while (keys->keys[first].count == 0)
		first++;
	found->name = keys->keys[first].name;
	found->other = keys->keys[first].others[0];
}

bool guard_keys(const struct expr *expr, const struct lens *lens, const uint8_t *among, struct guard_keys *found)
{
	struct keys *keys = xcalloc(1, sizeof *keys);
	bool wider = false;

	*keys = (struct keys){ .expr = expr, .copy = *expr, .text = STRBUF_INIT(EXPR_TEXT_MAX), .scratch = STRBUF_INIT(EXPR_SCRATCH_MAX) };
	list_keys(keys);
	if (look_through(keys, lens, among)) {
		keys->copy.nodes = xmalloc(expr->count * sizeof *expr->nodes);
		memcpy(keys->copy.nodes, expr->nodes, expr->count * sizeof *expr->nodes);
		write_condition(keys, expr->root, true);
		name_first(keys, found);
		/* It may have become too long or too deep. */
		wider = !keys->text.overflow && expr_parse(strbuf_text(&keys->text), keys->text.len, &found->wider, NULL, NULL) == 0;
		free(keys->copy.nodes);
	}
	for (size_t i = 0; i < keys->count; i++)
		strbuf_release(&keys->keys[i].folded);
	strbuf_release(&keys->text);
	strbuf_release(&keys->scratch);
	free(keys);
	return wider;
}
