/* expr_guard_mend.c - the expression that shows what letter case hides. See expr_guard_parts.h.
 *
 *     MachineGroup in ("A", "B")         tolower(MachineGroup) in ("a", "b")
 *     DeviceName contains "büro"         tolower(DeviceName) contains "büro"
 *     DeviceName matches regex "^srv"    DeviceName matches regex "^srv" or DeviceName matches regex "(?i)^srv"
 *
 * tolower() maps each character by itself, folding goes further: a long ſ is an s, a final ς a σ. Where that makes a difference in a hidden row
 * the exact spelling is added: `(tolower(Owner) == "gauss" or Owner in ("gauſs"))`. A pattern stays beside its (?i) form, as that one may find
 * less where it excludes letters: `[^a-z]`. */
#include "core/model/expr_guard_parts.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/utf8.h"

#define SPELLINGS_MAX 1000   /* of all comparisons together */

/* The tree that is being made: a copy of the expression, whose nodes keep their numbers. */
struct mend {
	struct guard_search *search;
	struct expr tree;            /* nodes and arena owned; patterns borrowed */
	uint32_t spellings;
	bool too_many;
};

/* -- making nodes -- */

static uint32_t add_node(struct mend *mend, const struct expr_node *like)
{
	struct expr *tree = &mend->tree;
	struct expr_node node = *like;   /* may lie in the array that grows */

	node.next = 0;
	tree->nodes = grow(tree->nodes, &tree->cap, (size_t)tree->count + 1, sizeof *tree->nodes);
	tree->nodes[tree->count] = node;
	return ++tree->count;
}

static struct slice keep_text(struct mend *mend, struct slice text)
{
	return (struct slice){ arena_copy(&mend->tree.arena, text.len ? text.text : "", text.len), text.len };
}

static uint32_t add_text(struct mend *mend, struct slice text)
{
	return add_node(mend, &(struct expr_node){ .kind = EXPR_LITERAL, .type = EXPR_STRING, .height = 1, .text = keep_text(mend, text) });
}

/* A copy of a subtree of the expression. As deep as it. */
static uint32_t add_copy(struct mend *mend, uint32_t link)
{
	const struct expr *expr = mend->search->expr;
	uint32_t copy = add_node(mend, expr_at(expr, link)), last = 0;

	mend->tree.nodes[copy - 1].first = 0;
	for (uint32_t child = expr_at(expr, link)->first; child; child = expr_at(expr, child)->next) {
		uint32_t twin = add_copy(mend, child);

		if (last)
			mend->tree.nodes[last - 1].next = twin;
		else
			mend->tree.nodes[copy - 1].first = twin;
		last = twin;
	}
	return copy;
}

static const struct expr_function *function_of(enum expr_call call)
{
	for (size_t i = 0; i < expr_function_count; i++)
		if (expr_functions[i].call == call)
			return &expr_functions[i];
	return NULL;
}

static const struct expr_op *op_of(enum expr_kind kind, enum expr_test test, bool negated, bool nocase)
{
	for (size_t i = 0; i < expr_op_count; i++)
		if (expr_ops[i].kind == kind && expr_ops[i].test == test && expr_ops[i].negated == negated && expr_ops[i].nocase == nocase)
			return &expr_ops[i];
	return NULL;
}

static uint32_t add_call(struct mend *mend, enum expr_call call, uint32_t argument)
{
	return add_node(mend, &(struct expr_node){ .kind = EXPR_CALL, .type = EXPR_STRING, .function = function_of(call), .first = argument });
}

/* The same in all rows: a literal, now(), tolower("X"). It needs no spelling. */
static bool is_fixed(const struct mend *mend, uint32_t link)
{
	const struct expr_state *state = &mend->search->exact.states[link - 1];

	return !state->column && !state->many;
}

/* -- tolower() -- */

/* One side in lower case. */
static uint32_t lowered(struct mend *mend, uint32_t link)
{
	const struct expr_node *node = expr_at(mend->search->expr, link);
	struct strbuf text = STRBUF_INIT(EXPR_SCRATCH_MAX);
	uint32_t made;

	if (node->kind == EXPR_LITERAL && node->type == EXPR_STRING) {
		utf8_lower(&text, node->text.text, node->text.len);
		made = add_text(mend, (struct slice){ strbuf_text(&text), text.len });
		strbuf_release(&text);
		return made;
	}
	made = add_copy(mend, link);
	if (node->kind == EXPR_CALL && node->function->call == CALL_TOLOWER)
		return made;
	if (node->type == EXPR_DYNAMIC)
		made = add_call(mend, CALL_TOSTRING, made);
	return add_call(mend, CALL_TOLOWER, made);
}

/* Whether tostring() would change what the comparison says: a key that is missing is no empty text to `==`. */
static bool hangs_on_null(const struct expr *expr, const struct expr_node *node)
{
	bool dynamic = false, empty = false;

	for (const struct expr_node *child = expr_at(expr, node->first); child; child = expr_at(expr, child->next)) {
		dynamic |= child->type == EXPR_DYNAMIC;
		empty |= child->kind != EXPR_COLUMN && child->text.len == 0;
	}
	return node->op->test == TEST_EQUAL && dynamic && empty;
}

/* The comparison in lower case, in the place of the old one. */
static void lower_comparison(struct mend *mend, uint32_t number)
{
	const struct expr *expr = mend->search->expr;
	const struct expr_node *node = &expr->nodes[number];
	uint32_t last = 0;

	if (hangs_on_null(expr, node))
		return;
	for (uint32_t child = node->first; child; child = expr_at(expr, child)->next) {
		uint32_t side = lowered(mend, child);

		if (last)
			mend->tree.nodes[last - 1].next = side;
		else
			mend->tree.nodes[number].first = side;
		last = side;
	}
	if (node->op->test == TEST_EQUAL)
		mend->tree.nodes[number].op = op_of(node->kind, TEST_EQUAL, node->op->negated, false);
}

/* -- exact spellings -- */

/* The spellings of one comparison. */
struct spelling {
	struct mend *mend;
	struct expr_judge *lower;    /* of the tree in lower case */
	uint32_t number;
	uint32_t sides[2], count;    /* what is spelled: the side that holds a column, or both */
	struct map seen;             /* both spellings with a NUL between */
	uint32_t links[SPELLINGS_MAX];   /* what each becomes: a literal, or a pair of comparisons */
	uint32_t link_count;
};

/* `X == "x"` */
static uint32_t add_equal(struct mend *mend, uint32_t side, struct slice text, bool negated)
{
	uint32_t left = add_copy(mend, side), right = add_text(mend, text), node;

	if (mend->tree.nodes[left - 1].type == EXPR_DYNAMIC)
		left = add_call(mend, CALL_TOSTRING, left);
	mend->tree.nodes[left - 1].next = right;
	node = add_node(mend, &(struct expr_node){
		.kind = EXPR_COMPARE, .type = EXPR_BOOL, .op = op_of(EXPR_COMPARE, TEST_EQUAL, negated, false) });
	mend->tree.nodes[node - 1].first = left;
	return node;
}

/* Notes what stands in a row. */
static void add_spelling(struct spelling *spelling, uint32_t row)
{
	struct mend *mend = spelling->mend;
	bool negated = mend->search->expr->nodes[spelling->number].op->negated, added;
	struct strbuf key = STRBUF_INIT(EXPR_SCRATCH_MAX), scratch = STRBUF_INIT(EXPR_SCRATCH_MAX);
	struct slice texts[2] = { { "", 0 }, { "", 0 } };
	struct datum value;
	uint32_t first, second, pair;

	for (uint32_t i = 0; i < spelling->count; i++) {
		expr_value(&mend->search->exact, spelling->sides[i] - 1, row, &value);
		texts[i] = datum_text(&value, &scratch);
		strbuf_add(&key, texts[i].text, texts[i].len);
		strbuf_addc(&key, '\0');
	}
	map_put(&spelling->seen, key.buf, key.len, &added);
	if (added && mend->spellings++ >= SPELLINGS_MAX) {
		mend->too_many = true;
	} else if (added && spelling->count == 1) {
		spelling->links[spelling->link_count++] = add_text(mend, texts[0]);
	} else if (added) {
		first = add_equal(mend, spelling->sides[0], texts[0], negated);
		second = add_equal(mend, spelling->sides[1], texts[1], negated);
		pair = add_node(mend, &(struct expr_node){ .kind = negated ? EXPR_OR : EXPR_AND, .type = EXPR_BOOL, .first = first });
		mend->tree.nodes[first - 1].next = second;
		spelling->links[spelling->link_count++] = pair;
	}
	strbuf_release(&key);
	strbuf_release(&scratch);
}

/* Rows that the wide comparison takes in and the one in lower case does not. */
static void spell_chunk(void *owner, const struct guard_search *search, uint32_t from, uint32_t to, const uint8_t *need)
{
	struct spelling *spelling = owner;
	uint8_t exact[EXPR_CHUNK], wide[EXPR_CHUNK], lower[EXPR_CHUNK];

	(void)search;
	expr_vector(&spelling->mend->search->exact, spelling->number, from, to, need, false, exact);
	expr_vector(&spelling->mend->search->wide, spelling->number, from, to, need, false, wide);
	expr_vector(spelling->lower, spelling->number, from, to, need, false, lower);
	for (uint32_t i = 0; i < to - from && !spelling->mend->too_many; i++)
		if (need[i] && exact[i] != wide[i] && lower[i] != wide[i])
			add_spelling(spelling, from + i);
}

/* The spellings as one condition: `X in ("x", "y")`, or pairs between which stands `or`. */
static uint32_t spelled(struct spelling *spelling)
{
	struct mend *mend = spelling->mend;
	bool negated = mend->search->expr->nodes[spelling->number].op->negated;
	uint32_t last = 0, first = 0;

	if (spelling->count == 1) {
		first = last = add_copy(mend, spelling->sides[0]);
		if (mend->tree.nodes[first - 1].type == EXPR_DYNAMIC)
			first = last = add_call(mend, CALL_TOSTRING, first);
	}
	for (uint32_t i = 0; i < spelling->link_count; i++) {
		if (last)
			mend->tree.nodes[last - 1].next = spelling->links[i];
		else
			first = spelling->links[i];
		last = spelling->links[i];
	}
	if (spelling->count > 1 && spelling->link_count == 1)
		return first;
	return add_node(mend, &(struct expr_node){
		.kind = spelling->count == 1 ? EXPR_IN : negated ? EXPR_AND : EXPR_OR, .type = EXPR_BOOL, .first = first,
		.op = op_of(EXPR_IN, TEST_EQUAL, negated, false) });
}

/* Puts a second condition beside the comparison, in its place: with `or`, or with `and` for a negated one. */
static void put_beside(struct mend *mend, uint32_t number, uint32_t other)
{
	struct expr_node *node = &mend->tree.nodes[number];
	uint32_t next = node->next, moved;
	bool negated = node->op->negated;

	moved = add_node(mend, node);
	mend->tree.nodes[moved - 1].next = other;
	mend->tree.nodes[number] = (struct expr_node){ .kind = negated ? EXPR_AND : EXPR_OR, .type = EXPR_BOOL, .first = moved, .next = next };
}

/* Looks for rows that tolower() does not bring in, and makes the condition on their exact spellings. */
static void mend_spellings(struct mend *mend, struct expr_judge *lower, uint32_t number, uint32_t *beside)
{
	const struct expr *expr = mend->search->expr;
	const struct expr_node *node = &expr->nodes[number];
	struct spelling *spelling = xcalloc(1, sizeof *spelling);

	*spelling = (struct spelling){ .mend = mend, .lower = lower, .number = number };
	if (!is_fixed(mend, node->first))
		spelling->sides[spelling->count++] = node->first;
	if (node->kind == EXPR_COMPARE && !is_fixed(mend, expr_at(expr, node->first)->next))
		spelling->sides[spelling->count++] = expr_at(expr, node->first)->next;
	guard_each_chunk(mend->search, spell_chunk, spelling);
	if (spelling->link_count > 0)
		*beside = spelled(spelling);
	map_release(&spelling->seen);
	free(spelling);
}

/* -- patterns -- */

/* The same comparison with `(?i)` before the pattern. */
static uint32_t folded_pattern(struct mend *mend, uint32_t number)
{
	const struct expr *expr = mend->search->expr;
	struct slice pattern = expr_second(expr, number)->text;
	struct strbuf text = STRBUF_INIT(EXPR_SCRATCH_MAX);
	uint32_t left = add_copy(mend, expr->nodes[number].first), right, node = add_node(mend, &expr->nodes[number]);

	strbuf_adds(&text, "(?i)");
	strbuf_add(&text, pattern.text, pattern.len);
	right = add_text(mend, (struct slice){ text.buf, text.len });
	mend->tree.nodes[left - 1].next = right;
	mend->tree.nodes[node - 1].first = left;
	strbuf_release(&text);
	return node;
}

/* -- the whole -- */

static void mend_all(struct mend *mend, const bool *blamed)
{
	const struct expr *expr = mend->search->expr;
	uint32_t *beside = xcalloc(expr->count, sizeof *beside);
	struct expr_judge lower;

	for (uint32_t i = 0; i < expr->count; i++)
		if (blamed[i] && expr->nodes[i].op->test != TEST_REGEX)
			lower_comparison(mend, i);
	/* The tree in lower case says which rows are still hidden; while it is asked, only nodes of its own are added. */
	struct expr asked = mend->tree;

	asked.nodes = xmalloc(asked.count * sizeof *asked.nodes);
	memcpy(asked.nodes, mend->tree.nodes, asked.count * sizeof *asked.nodes);
	expr_judge_open(&lower, &asked, mend->search->lens, false);
	for (uint32_t i = 0; i < expr->count; i++)
		if (blamed[i] && expr->nodes[i].op->test == TEST_REGEX)
			beside[i] = folded_pattern(mend, i);
		else if (blamed[i])
			mend_spellings(mend, &lower, i, &beside[i]);
	expr_judge_release(&lower);
	free(asked.nodes);
	for (uint32_t i = 0; i < expr->count; i++)
		if (beside[i])
			put_beside(mend, i, beside[i]);
	free(beside);
}

/* The text, if it can be read back: it may have become too long or too deep. */
static char *print_mended(const struct mend *mend)
{
	struct strbuf text = STRBUF_INIT(EXPR_TEXT_MAX);
	struct error err = { 0 };
	struct expr *read = NULL;
	char *mended = NULL;

	expr_print(&mend->tree, &text);
	if (!text.overflow && expr_parse(strbuf_text(&text), text.len, &read, NULL, &err) == 0) {
		mended = xmalloc(text.len + 1);
		memcpy(mended, strbuf_text(&text), text.len + 1);
	}
	expr_free(&read);
	strbuf_release(&text);
	return mended;
}

char *guard_mend(struct guard_search *search, const bool *blamed)
{
	struct mend mend = { .search = search, .tree = *search->expr };
	char *mended;

	mend.tree.arena = (struct arena){ 0 };
	mend.tree.cap = mend.tree.count;
	mend.tree.nodes = xmalloc(mend.tree.cap * sizeof *mend.tree.nodes);
	memcpy(mend.tree.nodes, search->expr->nodes, mend.tree.count * sizeof *mend.tree.nodes);
	mend_all(&mend, blamed);
	mended = mend.too_many ? NULL : print_mended(&mend);
	arena_release(&mend.tree.arena);
	free(mend.tree.nodes);
	return mended;
}
