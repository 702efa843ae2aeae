/* expr_nulls.c - rows for which an expression is null, what is missing there, and the expression that shows them. See expr.h.
 *
 * The parts of `and` and `or` at the top are the units: each unit that was null is given `or isnull(...)` beside it. No unit that is true or
 * false changes, so exactly the null rows come in:
 *
 *     not(SignatureAge < 1d) and AvMode == "1"      (not(SignatureAge < 1d) or isnull(SignatureAge)) and AvMode == "1"
 *     LastSeen > AssessedAt                         LastSeen > AssessedAt or isnull(LastSeen > AssessedAt) */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/model/expr_eval_parts.h"

/* -- which parts can be null -- */

static bool may_be_null(const struct expr *expr, const struct expr_node *node);

static bool any_may_be_null(const struct expr *expr, uint32_t link)
{
	bool may = false;

	for (const struct expr_node *node = expr_at(expr, link); node && !may; node = expr_at(expr, node->next))
		may = may_be_null(expr, node);
	return may;
}

/* `==` is null for two nulls alone, the order with one; operators of texts take a missing text for the empty one. */
static bool comparison_may(const struct expr *expr, const struct expr_node *node)
{
	const struct expr_node *left = expr_at(expr, node->first);

	switch (node->op->test) {
	case TEST_EQUAL: return may_be_null(expr, left) && any_may_be_null(expr, left->next);
	case TEST_LESS: case TEST_LESS_EQUAL: case TEST_MORE: case TEST_MORE_EQUAL: case TEST_BETWEEN:
		return any_may_be_null(expr, node->first);
	default: return false;
	}
}

/* Yes where it is not sure. As deep as the tree. */
static bool may_be_null(const struct expr *expr, const struct expr_node *node)
{
	switch (node->kind) {
	case EXPR_AND: case EXPR_OR: return any_may_be_null(expr, node->first);
	case EXPR_COMPARE: case EXPR_IN: case EXPR_BETWEEN: return comparison_may(expr, node);
	case EXPR_COLUMN: return node->type != EXPR_STRING;
	case EXPR_LITERAL: return node->null;
	case EXPR_CALL:
		if (node->function->call == CALL_NOT)
			return any_may_be_null(expr, node->first);
		return node->type != EXPR_BOOL && node->type != EXPR_STRING && node->first;
	default: return true;
	}
}

/* -- blame -- */

static bool column_equal(const struct column_ref *a, const struct column_ref *b)
{
	return a->id == b->id && strcmp(a->key, b->key) == 0;
}

static void note_column(struct expr_nulls *nulls, const struct column_ref *column)
{
	for (size_t i = 0; i < nulls->column_count; i++)
		if (column_equal(&nulls->columns[i], column))
			return;
	if (nulls->column_count < EXPR_NULLS_COLUMNS)
		nulls->columns[nulls->column_count++] = *column;
	else
		nulls->others = true;
}

/* The first column below a node that has no value in the row, or NULL. As deep as the tree. */
static const struct column_ref *missing_column(struct expr_judge *judge, const struct expr_node *node, uint32_t row)
{
	const struct expr *expr = judge->expr;
	const struct column_ref *found = NULL;
	struct datum value;

	if (node->kind == EXPR_COLUMN && node->type != EXPR_STRING) {
		expr_value(judge, expr_number(expr, node), row, &value);
		return value.kind == DATUM_NULL ? &node->column : NULL;
	}
	for (const struct expr_node *child = expr_at(expr, node->first); child && !found; child = expr_at(expr, child->next))
		found = missing_column(judge, child, row);
	return found;
}

/* The node is null in the row: so are the parts that make it so, down to a comparison or a column. As deep as the tree. */
static void blame(struct expr_judge *judge, const struct expr_node *node, uint32_t row, struct expr_nulls *nulls)
{
	const struct expr *expr = judge->expr;
	const struct column_ref *column;

	if (node->kind == EXPR_AND || node->kind == EXPR_OR) {
		for (const struct expr_node *child = expr_at(expr, node->first); child; child = expr_at(expr, child->next))
			if (expr_truth(judge, expr_number(expr, child), row) == TRUTH_NULL)
				blame(judge, child, row, nulls);
		return;
	}
	nulls->blamed[expr_number(expr, node)] = 1;
	if (node->kind == EXPR_CALL && node->function->call == CALL_NOT) {
		blame(judge, expr_at(expr, node->first), row, nulls);
		return;
	}
	column = missing_column(judge, node, row);
	if (column)
		note_column(nulls, column);
	else
		nulls->others = true;
}

static void search_chunk(struct expr_judge *judge, uint32_t from, uint32_t to, const uint8_t *among, struct expr_nulls *nulls)
{
	const struct expr *expr = judge->expr;
	uint8_t need[EXPR_CHUNK], out[EXPR_CHUNK] = { 0 };
	unsigned any = 0;

	for (uint32_t row = from; row < to; row++)
		any |= need[row - from] = !among || among[row];
	if (!any)
		return;
	expr_vector(judge, expr->root, from, to, need, false, out);
	for (uint32_t row = from; row < to; row++) {
		if (!need[row - from] || out[row - from] != TRUTH_NULL)
			continue;
		nulls->rows++;
		blame(judge, &expr->nodes[expr->root], row, nulls);
	}
}

void expr_nulls(const struct expr *expr, const struct lens *lens, const uint8_t *among, struct expr_nulls *nulls)
{
	uint32_t count = lens->table->count;
	struct expr_judge judge;

	if (!may_be_null(expr, &expr->nodes[expr->root]))
		return;
	if (!nulls->blamed)
		nulls->blamed = xcalloc(expr->count, 1);
	expr_judge_open(&judge, expr, lens, false);
	expr_judge_allow(&judge, count);
	for (uint32_t from = 0, to; from < count; from = to) {
		to = count - from > EXPR_CHUNK ? from + EXPR_CHUNK : count;
		search_chunk(&judge, from, to, among, nulls);
	}
	expr_judge_release(&judge);
}

/* -- the words about it -- */

void expr_nulls_text(const struct expr_nulls *nulls, struct strbuf *out)
{
	strbuf_add_count(out, nulls->rows);
	strbuf_adds(out, nulls->rows == 1 ? " row has no " : " rows have no ");
	if (nulls->others || !nulls->column_count)
		strbuf_adds(out, "value that can be compared");
	for (size_t i = 0; !nulls->others && i < nulls->column_count; i++) {
		strbuf_adds(out, i > 0 ? " or no " : "");
		expr_print_column(&nulls->columns[i], out);
	}
}

bool expr_nulls_remedy(const struct expr_nulls *nulls, struct strbuf *out)
{
	if (nulls->column_count != 1 || nulls->others)
		return false;
	strbuf_adds(out, "or isnull(");
	expr_print_column(&nulls->columns[0], out);
	strbuf_addc(out, ')');
	return true;
}

/* -- the expression that shows them -- */

static void print_part(const struct expr *expr, const struct expr_node *node, struct strbuf *out)
{
	struct expr part = *expr;

	part.root = expr_number(expr, node);
	expr_print(&part, out);
}

/* A side that is the same in all rows: `7d`, `ago(7d)`. */
static bool is_fixed(const struct expr *expr, const struct expr_node *node)
{
	const struct expr_node *argument = expr_at(expr, node->first);

	return node->kind == EXPR_LITERAL || (node->kind == EXPR_CALL && (!argument || argument->kind == EXPR_LITERAL));
}

/* The column without which a unit is null, and with which it is not: `not(SignatureAge < 1d)`, `IsCompliant`. NULL: it is not so simple. */
static const struct column_ref *only_column(const struct expr *expr, const struct expr_node *node)
{
	const struct column_ref *column = NULL;

	while (node->kind == EXPR_CALL && node->function->call == CALL_NOT)
		node = expr_at(expr, node->first);
	if (node->kind == EXPR_COLUMN)
		return &node->column;
	if ((node->kind != EXPR_COMPARE && node->kind != EXPR_BETWEEN) || node->op->test < TEST_LESS || node->op->test == TEST_REGEX)
		return NULL;
	for (const struct expr_node *side = expr_at(expr, node->first); side; side = expr_at(expr, side->next)) {
		if (is_fixed(expr, side))
			continue;
		if (side->kind != EXPR_COLUMN || column)
			return NULL;
		column = &side->column;
	}
	return column;
}

/* `UNIT or isnull(COLUMN)`; where values cannot be compared, or more than one column counts, isnull() of the unit itself. */
static void print_unit(const struct expr *expr, const struct expr_node *node, const struct expr_nulls *nulls, struct strbuf *out)
{
	const struct column_ref *column = nulls->others ? NULL : only_column(expr, node);

	print_part(expr, node, out);
	if (!nulls->blamed || !nulls->blamed[expr_number(expr, node)])
		return;
	strbuf_adds(out, " or isnull(");
	if (column)
		expr_print_column(column, out);
	else
		print_part(expr, node, out);
	strbuf_addc(out, ')');
}

/* As expr_print() puts it, units mended; whatever holds an `or` stands in parentheses below `and`. As deep as the tree. */
static void print_mended(const struct expr *expr, const struct expr_node *node, bool below_and, const struct expr_nulls *nulls,
                         struct strbuf *out)
{
	bool and = node->kind == EXPR_AND, joined = and || node->kind == EXPR_OR;
	bool weak = below_and && !and && (joined || (nulls->blamed && nulls->blamed[expr_number(expr, node)]));

	strbuf_adds(out, weak ? "(" : "");
	if (!joined)
		print_unit(expr, node, nulls, out);
	for (const struct expr_node *child = joined ? expr_at(expr, node->first) : NULL; child; child = expr_at(expr, child->next)) {
		print_mended(expr, child, and, nulls, out);
		strbuf_adds(out, !child->next ? "" : and ? " and " : " or ");
	}
	strbuf_adds(out, weak ? ")" : "");
}

bool expr_nulls_mend(const struct expr *expr, const struct expr_nulls *nulls, struct strbuf *out)
{
	struct strbuf text = STRBUF_INIT(EXPR_TEXT_MAX);
	struct expr *read = NULL;
	bool good;

	print_mended(expr, &expr->nodes[expr->root], false, nulls, &text);
	good = !text.overflow && expr_parse(strbuf_text(&text), text.len, &read, NULL, NULL) == 0;
	if (good)
		strbuf_add(out, strbuf_text(&text), text.len);
	expr_free(&read);
	strbuf_release(&text);
	return good;
}

void expr_nulls_release(struct expr_nulls *nulls)
{
	free(nulls->blamed);
	*nulls = (struct expr_nulls){ 0 };
}
