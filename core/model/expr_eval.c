/* expr_eval.c - which rows an expression selects: conditions put together, chunk by chunk. See expr_eval_parts.h.
 *
 * Null is published for Kusto in "Null values" and "Logical (binary) operators": false and anything is false, true or anything is true, all
 * else with a null is null, not(null) is null, and `where` drops a row whose predicate is null. */
#include "core/model/expr_eval_parts.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"

/* The lesser one, in the order false < undecided < null < true: false and anything is false, as published, and an undecided part
 * may still turn out false, which not() would make true. */
enum truth truth_and(enum truth a, enum truth b)
{
	return a < b ? a : b;
}

/* The greater one, but that null gives way to undecided: it may have been true. */
enum truth truth_or(enum truth a, enum truth b)
{
	enum truth most = a > b ? a : b, least = a > b ? b : a;

	return most == TRUTH_NULL && least == TRUTH_UNDECIDED ? TRUTH_UNDECIDED : most;
}

/* null-values.md: not(null) is null. Nobody knows the opposite of what nobody knows. */
enum truth truth_not(enum truth a)
{
	if (a == TRUTH_NULL || a == TRUTH_UNDECIDED)
		return a;
	return a == TRUTH_TRUE ? TRUTH_FALSE : TRUTH_TRUE;
}

/* -- one row -- */

static enum truth truth_of(const struct datum *value)
{
	if (value->kind == DATUM_UNDECIDED)
		return TRUTH_UNDECIDED;
	if (value->kind != DATUM_BOOL)
		return TRUTH_NULL;
	return value->number ? TRUTH_TRUE : TRUTH_FALSE;
}

/* Stops at the first part that settles it: `Marked and AdditionalFields.Rack == "R1"` reads no bag of an unmarked host. */
static enum truth join_truth(struct expr_judge *judge, const struct expr_node *node, uint32_t row)
{
	const struct expr *expr = judge->expr;
	bool and = node->kind == EXPR_AND;
	enum truth all = and ? TRUTH_TRUE : TRUTH_FALSE, end = and ? TRUTH_FALSE : TRUTH_TRUE;

	for (const struct expr_node *child = expr_at(expr, node->first); child && all != end; child = expr_at(expr, child->next)) {
		enum truth one = expr_truth(judge, expr_number(expr, child), row);

		all = and ? truth_and(all, one) : truth_or(all, one);
	}
	return all;
}

/* As deep as the tree, which the parser keeps below EXPR_DEPTH_MAX. */
enum truth expr_truth(struct expr_judge *judge, uint32_t number, uint32_t row)
{
	const struct expr_node *node = &judge->expr->nodes[number];
	struct datum value;

	switch (node->kind) {
	case EXPR_AND: case EXPR_OR: return join_truth(judge, node, row);
	case EXPR_COMPARE: case EXPR_IN: case EXPR_BETWEEN: return expr_compare(judge, number, row);
	case EXPR_CALL:
		if (node->function->call == CALL_NOT)
			return truth_not(expr_truth(judge, node->first - 1, row));
		break;
	default: break;
	}
	expr_value(judge, number, row, &value);
	return truth_of(&value);
}

/* -- many rows -- */

static bool any(const uint8_t *bytes, size_t n)
{
	unsigned all = 0;

	for (size_t i = 0; i < n; i++)
		all |= bytes[i];
	return all != 0;
}

/* out[] takes in one more condition, for the rows of live[]. */
static void take_and(uint8_t *out, const uint8_t *part, const uint8_t *live, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint8_t one = live[i] ? part[i] : TRUTH_TRUE;

		out[i] = out[i] < one ? out[i] : one;
	}
}

/* The same with or. Not a plain greater-of: see truth_or(). */
static void take_or(uint8_t *out, const uint8_t *part, const uint8_t *live, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (live[i])
			out[i] = (uint8_t)truth_or(out[i], part[i]);
}

/* The children from one on, row by row: a bag is read once for all conditions on its keys. */
static void join_rows(struct expr_judge *judge, uint32_t number, uint32_t first, uint32_t from, const uint8_t *live, size_t n, uint8_t *out)
{
	const struct expr_state *state = &judge->states[number];
	bool and = state->plan == PLAN_AND;

	for (size_t i = 0; i < n; i++) {
		enum truth all = (enum truth)out[i], end = and ? TRUTH_FALSE : TRUTH_TRUE;

		for (uint32_t k = first; live[i] && k < state->children && all != end; k++) {
			enum truth one = expr_truth(judge, state->order[k], from + (uint32_t)i);

			all = and ? truth_and(all, one) : truth_or(all, one);
		}
		out[i] = (uint8_t)all;
	}
}

/* Conditions one after the other, the cheap ones first; each is asked only about the rows that are still open. */
static void vector_join(struct expr_judge *judge, uint32_t number, uint32_t from, uint32_t to, const uint8_t *need, bool select,
                        uint8_t *out)
{
	const struct expr_state *state = &judge->states[number];
	bool and = state->plan == PLAN_AND;
	size_t n = to - from;
	uint8_t *live = xmalloc(2 * n + 1), *part = live + n;

	for (size_t i = 0; i < n; i++)
		live[i] = need[i] != 0;
	memset(out, and ? TRUTH_TRUE : TRUTH_FALSE, n);
	for (uint32_t i = 0; i < state->children && memchr(live, 1, n); i++) {
		if (judge->states[state->order[i]].cost >= EXPR_COST_BAG) {
			join_rows(judge, number, i, from, live, n, out);
			break;
		}
		expr_vector(judge, state->order[i], from, to, live, select, part);
		if (and)
			take_and(out, part, live, n);
		else
			take_or(out, part, live, n);
		for (size_t k = 0; k < n; k++)
			live[k] &= and ? (select ? (out[k] & 1) : out[k] != TRUTH_FALSE) : out[k] != TRUTH_TRUE;
	}
	free(live);
}

/* The way that always works, one row after the other. */
static void vector_rows(struct expr_judge *judge, uint32_t number, uint32_t from, uint32_t to, const uint8_t *need, uint8_t *out)
{
	for (uint32_t row = from; row < to; row++)
		if (need[row - from])
			out[row - from] = (uint8_t)expr_truth(judge, number, row);
}

/* As deep as the tree: only and, or and not() go down. */
void expr_vector(struct expr_judge *judge, uint32_t number, uint32_t from, uint32_t to, const uint8_t *need, bool select, uint8_t *out)
{
	switch (judge->states[number].plan) {
	case PLAN_CONSTANT: memset(out, (int)expr_truth(judge, number, from), to - from); break;
	case PLAN_AND: case PLAN_OR: vector_join(judge, number, from, to, need, select, out); break;
	case PLAN_NOT:
		expr_vector(judge, judge->expr->nodes[number].first - 1, from, to, need, false, out);
		for (uint32_t i = 0; i < to - from; i++)
			out[i] = need[i] ? (uint8_t)truth_not(out[i]) : out[i];
		break;
	case PLAN_KEYED: vector_keyed(judge, number, from, to, need, out); break;
	case PLAN_FLAGS: vector_flags(judge, number, from, to, need, out); break;
	case PLAN_TIME: vector_time(judge, number, from, to, out); break;
	case PLAN_NAME: vector_name(judge, number, from, to, need, out); break;
	case PLAN_ROWS: vector_rows(judge, number, from, to, need, out); break;
	}
}

/* Chunks in which no row is wanted any more cost nothing: a tab or a term before this one may have ruled them out. */
uint64_t expr_rows(const struct expr *expr, const struct lens *lens, uint32_t from, uint32_t to, uint8_t *keep)
{
	struct expr_judge judge;
	uint8_t out[EXPR_CHUNK];
	uint64_t undecided = 0;

	if (from >= to)
		return 0;
	expr_judge_open(&judge, expr, lens, false);
	expr_judge_allow(&judge, to - from);
	for (uint32_t end; from < to; from = end) {
		end = to - from > EXPR_CHUNK ? from + EXPR_CHUNK : to;
		if (!any(keep + from, end - from))
			continue;
		memset(out, 0, sizeof out);
		expr_vector(&judge, expr->root, from, end, keep + from, true, out);
		for (uint32_t row = from; row < end; row++) {
			undecided += keep[row] && out[row - from] == TRUTH_UNDECIDED;
			keep[row] = keep[row] && (out[row - from] & 1);
		}
	}
	expr_judge_release(&judge);
	return undecided;
}
