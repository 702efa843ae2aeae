/* expr_eval_plan.c - looks at an expression once and decides how each of its conditions is judged. See expr_eval_parts.h. */
#include "core/model/expr_eval_parts.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/regex.h"
#include "core/base/utf8.h"
#include "core/model/marks.h"
#include "core/model/owner.h"
#include "core/model/ticket_link.h"

/* Nanoseconds a row, measured roughly: what counts is the order. */
enum { COST_CONSTANT = 0, COST_TIME = 1, COST_KEYED = 2, COST_FLAGS = 6, COST_NAME = 12, COST_MARK = 40, COST_ROW = 60,
       COST_TEXT = 150, COST_REGEX = 600 };

/* -- sets -- */

/* What =~ and in~ fold is ASCII alone, so BÜRO and büro stay two keys; a widened set folds by Unicode and has one. */
struct slice expr_set_key(struct slice text, bool widened, struct strbuf *scratch)
{
	strbuf_clear(scratch);
	if (widened) {
		utf8_fold(scratch, text.text, text.len);
	} else {
		strbuf_add(scratch, text.text, text.len);
		for (size_t i = 0; i < text.len; i++)
			if (scratch->buf[i] >= 'A' && scratch->buf[i] <= 'Z')
				scratch->buf[i] |= 0x20;
	}
	return (struct slice){ strbuf_text(scratch), scratch->len };
}

/* A list of plain texts becomes a set. */
static void make_set(struct expr_judge *judge, uint32_t number)
{
	const struct expr *expr = judge->expr;
	const struct expr_op *op = expr->nodes[number].op;
	struct expr_state *state = &judge->states[number];

	for (const struct expr_node *item = expr_second(expr, number); item; item = expr_at(expr, item->next))
		if (item->kind != EXPR_LITERAL || item->type != EXPR_STRING)
			return;
	if (op->test != TEST_EQUAL)
		return;
	for (const struct expr_node *item = expr_second(expr, number); item; item = expr_at(expr, item->next)) {
		struct slice key = item->text.text ? item->text : (struct slice){ "", 0 };

		if (state->widened || op->nocase)
			key = expr_set_key(key, state->widened, &judge->left);
		map_put(&state->set, key.text, key.len, NULL);
	}
	state->has_set = true;
}

/* -- columns of few values -- */

/* How many different values a column can have, as vector_keyed() numbers them; 0: too many. */
static uint32_t column_keys(const struct lens *lens, const struct column_ref *column)
{
	if (column_text(column->id) < TEXT_COUNT)
		return lens->table->texts.count + 1;
	switch (column->id) {
	case COL_AV_MODE: return lens->table->texts.count + 1;
	case COL_VERDICT: case COL_CHANGE: case COL_IS_APPLICABLE: case COL_IS_COMPLIANT: return UINT8_MAX + 1;
	case COL_NOTE: return !lens->notes || lens->notes->ids.count == 0;   /* without a note anywhere all rows are alike */
	case COL_MARKED: return !lens->marks || lens->marks->count == 0;
	case COL_OWNER: case COL_OWNER_CONTACT: return !lens->owners || lens->owners->ids.count == 0;
	case COL_TICKET: return !lens->tickets || lens->tickets->ids.count == 0;
	default: return 0;
	}
}

/* A bag is a thousand times as dear as anything else: conditions on it are asked last. */
static unsigned column_cost(const struct column_ref *column)
{
	switch (column->id) {
	case COL_BAG: return EXPR_COST_BAG;
	case COL_DEVICE_ID: case COL_DEVICE_NAME: case COL_PORTAL_URL: return COST_TEXT;
	case COL_NOTE: case COL_MARKED: case COL_OWNER: case COL_OWNER_CONTACT: case COL_TICKET: return COST_MARK;
	default: return COST_ROW;
	}
}

/* -- plans -- */

/* What columns lie below a node, from its children. */
static void join_columns(struct expr_judge *judge, uint32_t number)
{
	const struct expr *expr = judge->expr;
	const struct expr_node *node = &expr->nodes[number];
	struct expr_state *state = &judge->states[number];

	if (node->kind == EXPR_COLUMN) {
		state->column = &node->column;
		state->cost = column_cost(&node->column);
	}
	for (const struct expr_node *child = expr_at(expr, node->first); child; child = expr_at(expr, child->next)) {
		const struct expr_state *below = &judge->states[expr_number(expr, child)];

		state->many |= below->many || (state->column && below->column && state->column->id != below->column->id);
		if (below->column)
			state->column = below->column;
		if (state->cost < below->cost)
			state->cost = below->cost;
	}
	if (state->many)
		state->column = NULL;
}

struct priced {
	unsigned cost;
	uint32_t number;
};

static int by_cost(const void *a, const void *b)
{
	const struct priced *x = a, *y = b;

	if (x->cost != y->cost)
		return x->cost < y->cost ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

/* Orders the parts by cost. The order never changes the answer: and, or are the same from either side, with null and undecided too. */
static void plan_join(struct expr_judge *judge, uint32_t number)
{
	const struct expr *expr = judge->expr;
	const struct expr_node *node = &expr->nodes[number];
	struct expr_state *state = &judge->states[number];
	struct priced *priced;
	uint32_t count = 0;

	for (const struct expr_node *child = expr_at(expr, node->first); child; child = expr_at(expr, child->next))
		count++;
	priced = xcalloc(count, sizeof *priced);
	state->order = xcalloc(count, sizeof *state->order);
	for (const struct expr_node *child = expr_at(expr, node->first); child; child = expr_at(expr, child->next)) {
		uint32_t one = expr_number(expr, child);

		priced[state->children++] = (struct priced){ judge->states[one].cost, one };
	}
	qsort(priced, count, sizeof *priced, by_cost);
	for (uint32_t i = 0; i < count; i++)
		state->order[i] = priced[i].number;
	free(priced);
	state->plan = node->kind == EXPR_AND ? PLAN_AND : PLAN_OR;
}

static void set_plan(struct expr_state *state, enum plan plan, unsigned cost)
{
	state->plan = plan;
	state->cost = cost;
}

/* The best way to judge a condition; its children have theirs already. */
static void plan_condition(struct expr_judge *judge, uint32_t number)
{
	const struct expr_node *node = &judge->expr->nodes[number];
	struct expr_state *state = &judge->states[number];
	bool compares = node->kind == EXPR_COMPARE || node->kind == EXPR_IN || node->kind == EXPR_BETWEEN;

	state->keys = state->column ? column_keys(judge->lens, state->column) : 0;
	if (node->kind == EXPR_IN)
		make_set(judge, number);
	if (compares && node->op->test == TEST_REGEX && state->cost < COST_REGEX)
		state->cost = COST_REGEX;
	if (!state->column && !state->many)
		set_plan(state, PLAN_CONSTANT, COST_CONSTANT);
	else if (state->keys > 0)
		set_plan(state, PLAN_KEYED, COST_KEYED);
	else if (state->column && state->column->id == COL_FLAGS)
		set_plan(state, PLAN_FLAGS, COST_FLAGS);
	else if (node->kind == EXPR_AND || node->kind == EXPR_OR)
		plan_join(judge, number);
	else if (node->kind == EXPR_CALL && node->function->call == CALL_NOT)
		state->plan = PLAN_NOT;
	else if (compares && plan_time(judge, number))
		set_plan(state, PLAN_TIME, COST_TIME);
	else if (compares && plan_name(judge, number))
		set_plan(state, PLAN_NAME, COST_NAME);
}

/* -- widening -- */

/* `(?i)` before the pattern; one that does not compile so is left alone. */
static void widen_pattern(struct expr_judge *judge, uint32_t number)
{
	const struct expr_node *right = expr_second(judge->expr, number);
	struct strbuf pattern = STRBUF_INIT(EXPR_SCRATCH_MAX);
	struct error err = { 0 };

	strbuf_adds(&pattern, "(?i)");
	strbuf_add(&pattern, right->text.text, right->text.len);
	if (regex_new(&judge->states[number].regex, pattern.buf, pattern.len, &err) == 0)
		judge->states[number].widened = true;
	strbuf_release(&pattern);
}

/* A list with a column in it has no spellings that could be written down. */
static bool has_fixed_items(const struct expr *expr, uint32_t number)
{
	for (const struct expr_node *item = expr_second(expr, number); item; item = expr_at(expr, item->next))
		if (item->kind != EXPR_LITERAL)
			return false;
	return true;
}

/* Marks the comparisons that stand in favour of a row: below an even number of not() and !operators. Conditions that are compared themselves
 * (`(Owner == "x") == true`) are left as they are. As deep as the tree. */
static void widen(struct expr_judge *judge, uint32_t number, bool favour)
{
	const struct expr *expr = judge->expr;
	const struct expr_node *node = &expr->nodes[number];

	if (node->kind == EXPR_AND || node->kind == EXPR_OR) {
		for (const struct expr_node *child = expr_at(expr, node->first); child; child = expr_at(expr, child->next))
			widen(judge, expr_number(expr, child), favour);
	} else if (node->kind == EXPR_CALL && node->function->call == CALL_NOT) {
		widen(judge, node->first - 1, !favour);
	} else if ((node->kind == EXPR_COMPARE || node->kind == EXPR_IN) && favour != node->op->negated) {
		if (node->op->test == TEST_REGEX)
			widen_pattern(judge, number);
		else
			judge->states[number].widened = node->op->test <= TEST_HAS_ALL
			                                && (node->kind == EXPR_COMPARE || has_fixed_items(expr, number));
	}
}

/* -- opening -- */

/* From the leaves up: the parser makes children before or after their parents, so this goes by the tree. As deep as it. */
static void plan_node(struct expr_judge *judge, uint32_t number)
{
	const struct expr *expr = judge->expr;
	const struct expr_node *node = &expr->nodes[number];

	strbuf_init(&judge->states[number].text, EXPR_SCRATCH_MAX);
	for (const struct expr_node *child = expr_at(expr, node->first); child; child = expr_at(expr, child->next))
		plan_node(judge, expr_number(expr, child));
	join_columns(judge, number);
	if (node->type == EXPR_BOOL)
		plan_condition(judge, number);
}

/* Widening comes first: sets and words are made ready by what it marks. */
void expr_judge_open(struct expr_judge *judge, const struct expr *expr, const struct lens *lens, bool wide)
{
	*judge = (struct expr_judge){ .expr = expr, .lens = lens, .wide = wide, .bag_row = UINT32_MAX };
	judge->states = xcalloc(expr->count, sizeof *judge->states);
	strbuf_init(&judge->bag, EXPR_SCRATCH_MAX);
	strbuf_init(&judge->left, EXPR_SCRATCH_MAX);
	strbuf_init(&judge->right, EXPR_SCRATCH_MAX);
	if (wide)
		widen(judge, expr->root, true);
	plan_node(judge, expr->root);
}

/* All patterns of an expression share what one may spend, so that a hundred of them take no longer than one. */
void expr_judge_allow(const struct expr_judge *judge, uint64_t rows)
{
	uint64_t patterns = 0;

	for (uint32_t i = 0; i < judge->expr->count; i++)
		patterns += (judge->expr->nodes[i].regex ? 1u : 0u) + (judge->states[i].regex ? 1u : 0u);
	for (uint32_t i = 0; patterns > 0 && i < judge->expr->count; i++) {
		if (judge->expr->nodes[i].regex)
			regex_allow(judge->expr->nodes[i].regex, rows, patterns);
		if (judge->states[i].regex)
			regex_allow(judge->states[i].regex, rows, patterns);
	}
}

void expr_judge_release(struct expr_judge *judge)
{
	for (uint32_t i = 0; i < judge->expr->count; i++) {
		struct expr_state *state = &judge->states[i];

		free(state->answers);
		free(state->slots);
		free(state->order);
		map_release(&state->set);
		strbuf_release(&state->text);
		strbuf_release(&state->name.word);
		regex_free(&state->regex);
	}
	free(judge->states);
	strbuf_release(&judge->bag);
	strbuf_release(&judge->left);
	strbuf_release(&judge->right);
}
