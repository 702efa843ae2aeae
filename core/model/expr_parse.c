/* expr_parse.c - the grammar of a condition, weakest first:
 *
 *     condition   = and-row { "or" and-row }
 *     and-row     = comparison { "and" comparison }
 *     comparison  = sum [ operator sum | in-operator "(" sum { "," sum } ")" | between "(" sum ".." sum ")" ]
 *     sum         = value { ("+" | "-") value }
 *     value       = column | literal | function "(" [ condition ] ")" | "(" condition ")" | ("-" | "+") value
 *
 * A comparison is not chained. Types are checked as soon as both sides are read, so the place of a fault is the side that is wrong. */
#include "core/model/expr_parse.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/error.h"
#include "core/base/regex.h"

/* -- the tree -- */

struct expr_node *parse_node(struct expr_parser *p, uint32_t link)
{
	return &p->expr->nodes[link - 1];
}

void parse_advance(struct expr_parser *p)
{
	p->before = p->token.at + p->token.len;
	lex_next(&p->lexer, &p->token);
}

uint32_t parse_make(struct expr_parser *p, enum expr_kind kind, enum expr_type type, size_t at)
{
	struct expr *expr = p->expr;

	if (expr->count >= EXPR_NODES_MAX)
		return fault_at(p, at, 0, "a shorter expression", "", "the expression has more than %d parts; split it, or narrow with "
		                "startswith or has instead of a long list.", EXPR_NODES_MAX);
	expr->nodes = grow(expr->nodes, &expr->cap, (size_t)expr->count + 1, sizeof *expr->nodes);
	expr->nodes[expr->count++] = (struct expr_node){ .kind = kind, .type = type, .height = 1, .at = at, .len = p->before - at };
	return expr->count;
}

bool parse_adopt(struct expr_parser *p, uint32_t parent, uint32_t child, uint32_t *last)
{
	struct expr_node *node = parse_node(p, parent), *below = parse_node(p, child);

	if (*last)
		parse_node(p, *last)->next = child;
	else
		node->first = child;
	*last = child;
	if (node->height <= below->height)
		node->height = below->height + 1;
	if (node->height > EXPR_DEPTH_MAX) {
		fault_at(p, below->at, below->len, "less nesting", "", "the expression is nested more than %d deep.", EXPR_DEPTH_MAX);
		return false;
	}
	return true;
}

bool parse_deeper(struct expr_parser *p)
{
	if (++p->depth <= EXPR_DEPTH_MAX)
		return true;
	fault_at(p, p->token.at, p->token.len, "less nesting", "", "the expression is nested more than %d deep.", EXPR_DEPTH_MAX);
	return false;
}

bool parse_expect(struct expr_parser *p, const char *sign, size_t open)
{
	char expected[16] = { '`', sign[0], '`', '\0' };

	if (token_is(&p->token, sign)) {
		parse_advance(p);
		return true;
	}
	if (p->token.kind == TOKEN_END && open != SIZE_MAX) {
		char opened[32];

		fault_show(p, open, 1, opened, sizeof opened);
		fault_at(p, open, 1, expected, sign, "the %s that is opened here is never closed.", opened);
	} else {
		fault_token(p, sign[0] == ')' ? "`)`, an operator, `and` or `or`" : expected);
	}
	return false;
}

/* -- comparisons -- */

/* Copies a subtree: the lower end of `between (a .. 7d)` is needed twice. As deep as the tree, which is bounded. */
static uint32_t copy_tree(struct expr_parser *p, uint32_t link)
{
	const struct expr_node *from = parse_node(p, link);
	uint32_t copy = parse_make(p, from->kind, from->type, from->at), last = 0;

	if (!copy)
		return 0;
	from = parse_node(p, link);   /* the array may have moved */
	uint32_t child = from->first;

	*parse_node(p, copy) = *from;
	parse_node(p, copy)->first = parse_node(p, copy)->next = 0;
	parse_node(p, copy)->regex = NULL;   /* no pattern is part of a time; one owner in any case */
	for (; child; child = parse_node(p, child)->next) {
		uint32_t twin = copy_tree(p, child);

		if (!twin || !parse_adopt(p, copy, twin, &last))
			return 0;
	}
	return copy;
}

static uint32_t parse_sum(struct expr_parser *p);

/* `(lower .. upper)`. From a time on for a timespan is Kusto's too, and becomes two times. */
static bool parse_between(struct expr_parser *p, const struct expr_op *op, uint32_t parent, uint32_t left, uint32_t *last)
{
	size_t open = p->token.at;
	uint32_t lower, upper, sum, sum_last = 0;

	if (!token_is(&p->token, "("))
		return fault_token(p, "a range in parentheses, as in (1d .. 7d),") != 0;
	parse_advance(p);
	if (!(lower = parse_sum(p)))
		return false;
	if (!token_is(&p->token, ".."))
		return fault_token(p, "two dots and the other end, as in (1d .. 7d),") != 0;
	parse_advance(p);
	if (!(upper = parse_sum(p)) || !parse_expect(p, ")", open))
		return false;
	enum expr_type type = parse_node(p, left)->type;

	if (!type_goes(op, type, parse_node(p, lower)->type))
		return fault_types(p, op, left, lower) != 0;
	if (type == EXPR_DYNAMIC && parse_node(p, lower)->type != parse_node(p, upper)->type)
		return fault_at(p, parse_node(p, upper)->at, parse_node(p, upper)->len, "an end like the other", "", "both ends for a value "
		                "of the bag are whole numbers, or both have a fraction, as in (1.0 .. 2.5).") != 0;
	if (type == EXPR_DATETIME && parse_node(p, upper)->type == EXPR_TIMESPAN) {
		if (!(sum = parse_make(p, EXPR_ADD, EXPR_DATETIME, parse_node(p, lower)->at)) || !(left = copy_tree(p, lower))
		    || !parse_adopt(p, sum, left, &sum_last) || !parse_adopt(p, sum, upper, &sum_last))
			return false;
		upper = sum;
	}
	if (!type_goes(op, type, parse_node(p, upper)->type))
		return fault_types(p, op, left, upper) != 0;
	return parse_adopt(p, parent, lower, last) && parse_adopt(p, parent, upper, last);
}

/* Makes a truth of a 0 or 1 beside one, so that it is judged and printed as such: `IsCompliant == 1` is `IsCompliant == true`. */
static void match_truth(struct expr_parser *p, const struct expr_op *op, uint32_t truth, uint32_t number)
{
	if (op->test == TEST_EQUAL && !op->nocase && parse_node(p, truth)->type == EXPR_BOOL && type_is_truth(parse_node(p, number)))
		parse_node(p, number)->type = EXPR_BOOL;
}

/* `("a", "b")` */
static bool parse_list(struct expr_parser *p, const struct expr_op *op, uint32_t parent, uint32_t left, uint32_t *last)
{
	size_t open = p->token.at;

	if (!token_is(&p->token, "("))
		return fault_token(p, "a list in parentheses, as in (\"one\", \"two\"),") != 0;
	do {
		parse_advance(p);
		uint32_t item = parse_sum(p);

		if (!item)
			return false;
		match_truth(p, op, left, item);
		if (!type_goes(op, parse_node(p, left)->type, parse_node(p, item)->type))
			return fault_types(p, op, left, item) != 0;
		if (!parse_adopt(p, parent, item, last))
			return false;
	} while (token_is(&p->token, ","));
	if (p->token.kind == TOKEN_END || token_is(&p->token, ")"))
		return parse_expect(p, ")", open);
	return fault_token(p, "`,` or `)`") != 0;
}

/* A pattern is compiled here once, so it must be known here. */
static bool compile_pattern(struct expr_parser *p, uint32_t link)
{
	struct expr_node *node = parse_node(p, link);
	struct error err = { 0 };

	if (node->kind != EXPR_LITERAL || node->type != EXPR_STRING)
		return fault_at(p, node->at, node->len, "a pattern in quotes", "", "matches regex takes a pattern in quotes, "
		                "as in matches regex \"^srv-[0-9]+\".") != 0;
	if (regex_new(&node->regex, node->text.text, node->text.len, &err) == 0)
		return true;
	return fault_at(p, node->at, node->len, "a regular expression", "", "%s", err.text) != 0;
}

static bool parse_right(struct expr_parser *p, const struct expr_op *op, uint32_t parent, uint32_t left, uint32_t *last)
{
	if (op->kind == EXPR_IN)
		return parse_list(p, op, parent, left, last);
	if (op->kind == EXPR_BETWEEN)
		return parse_between(p, op, parent, left, last);
	uint32_t right = parse_sum(p);

	if (!right)
		return false;
	match_truth(p, op, left, right);
	match_truth(p, op, right, left);
	if (!type_goes(op, parse_node(p, left)->type, parse_node(p, right)->type))
		return fault_types(p, op, left, right) != 0;
	if (op->test == TEST_REGEX && !compile_pattern(p, right))
		return false;
	return parse_adopt(p, parent, right, last);
}

static const struct expr_op *find_op(const struct token *token)
{
	if (token_is(token, "<>"))   /* Kusto's other spelling */
		return &expr_ops[1];
	for (size_t i = 0; i < expr_op_count; i++)
		if (token_is(token, expr_ops[i].name))
			return &expr_ops[i];
	return NULL;
}

/* What may follow a value that is not compared. */
static bool ends_value(const struct token *token)
{
	static const char *const signs[] = { ")", ",", "..", "and", "or" };

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (token_is(token, signs[i]))
			return true;
	return token->kind == TOKEN_END;
}

static uint32_t parse_comparison(struct expr_parser *p)
{
	uint32_t left = parse_sum(p), node, last = 0;
	const struct expr_op *op;

	if (!left)
		return 0;
	op = find_op(&p->token);
	if (!op)
		return ends_value(&p->token) ? left : fault_operator(p, left);
	if (!type_takes(op, parse_node(p, left)->type))
		return fault_types(p, op, left, 0);
	parse_advance(p);
	node = parse_make(p, op->kind, EXPR_BOOL, parse_node(p, left)->at);
	if (!node || !parse_adopt(p, node, left, &last) || !parse_right(p, op, node, left, &last))
		return 0;
	parse_node(p, node)->op = op;
	parse_node(p, node)->len = p->before - parse_node(p, node)->at;
	if (find_op(&p->token))
		return fault_at(p, p->token.at, p->token.len, "`and` or `or`", "", "comparisons are not chained; write parentheses around "
		                "the one on the left, or and between two of them.");
	return ends_value(&p->token) ? node : fault_operator(p, node);
}

/* -- sums and conditions -- */

static uint32_t parse_sum(struct expr_parser *p)
{
	uint32_t left = parse_value(p);

	while (left && (token_is(&p->token, "+") || token_is(&p->token, "-"))) {
		enum expr_kind kind = token_is(&p->token, "+") ? EXPR_ADD : EXPR_SUBTRACT;
		size_t at = p->token.at;
		enum expr_type type;
		uint32_t right, sum, last = 0;

		parse_advance(p);
		if (!(right = parse_value(p)))
			return 0;
		if (!type_of_sum(kind, parse_node(p, left)->type, parse_node(p, right)->type, &type))
			return fault_at(p, at, 1, "times and timespans at its sides", "", "%s and %s cannot be %s; only times and timespans "
			                "can, as in now() - 7d.", type_name(parse_node(p, left)->type), type_name(parse_node(p, right)->type),
			                kind == EXPR_ADD ? "added" : "subtracted");
		sum = parse_make(p, kind, type, parse_node(p, left)->at);
		if (!sum || !parse_adopt(p, sum, left, &last) || !parse_adopt(p, sum, right, &last))
			return 0;
		left = sum;
	}
	return left;
}

/* `a and (b and c)` is one row of three: the meaning is the same, and the text is read back as it was. */
static bool adopt_operand(struct expr_parser *p, enum expr_kind kind, uint32_t parent, uint32_t operand, uint32_t *last)
{
	if (parse_node(p, operand)->type != EXPR_BOOL)
		return fault_predicate(p, operand) != 0;
	if (parse_node(p, operand)->kind != kind)
		return parse_adopt(p, parent, operand, last);
	for (uint32_t child = parse_node(p, operand)->first, next; child; child = next) {
		next = parse_node(p, child)->next;
		parse_node(p, child)->next = 0;
		if (!parse_adopt(p, parent, child, last))
			return false;
	}
	return true;
}

/* Operands with `and` or `or` between them; `or` has rows of `and` for operands. */
static uint32_t parse_row(struct expr_parser *p, enum expr_kind kind)
{
	const char *word = kind == EXPR_OR ? "or" : "and";
	uint32_t operand = kind == EXPR_OR ? parse_row(p, EXPR_AND) : parse_comparison(p), node, last = 0;

	if (!operand || !token_is(&p->token, word))
		return operand;
	node = parse_make(p, kind, EXPR_BOOL, parse_node(p, operand)->at);
	if (!node || !adopt_operand(p, kind, node, operand, &last))
		return 0;
	while (token_is(&p->token, word)) {
		parse_advance(p);
		operand = kind == EXPR_OR ? parse_row(p, EXPR_AND) : parse_comparison(p);
		if (!operand || !adopt_operand(p, kind, node, operand, &last))
			return 0;
	}
	parse_node(p, node)->len = p->before - parse_node(p, node)->at;
	return node;
}

uint32_t parse_condition(struct expr_parser *p)
{
	return parse_row(p, EXPR_OR);
}

/* -- the outside -- */

static uint32_t parse_all(struct expr_parser *p, size_t len)
{
	uint32_t root;

	if (len > EXPR_TEXT_MAX)
		return fault_at(p, EXPR_TEXT_MAX, 0, "a shorter expression", "", "the expression is longer than %d bytes.", EXPR_TEXT_MAX);
	parse_advance(p);
	if (p->token.kind == TOKEN_END)
		return fault_at(p, p->token.at, 0, "a condition", "", "there is no condition; write one such as Verdict == \"passive\".");
	if (!(root = parse_condition(p)))
		return 0;
	if (p->token.kind != TOKEN_END)
		return token_is(&p->token, ")")
			? fault_at(p, p->token.at, 1, "the end, `and` or `or`", "", "no parenthesis is open here.")
			: fault_token(p, "the end, `and` or `or`");
	return parse_node(p, root)->type == EXPR_BOOL ? root : fault_predicate(p, root);
}

int expr_parse(const char *text, size_t len, struct expr **expr, struct expr_fault *fault, struct error *err)
{
	struct expr *made = xcalloc(1, sizeof *made);
	struct expr_parser p = { .expr = made };
	size_t kept = len <= EXPR_TEXT_MAX ? len : EXPR_TEXT_MAX;
	uint32_t root;

	made->source = (struct slice){ arena_copy(&made->arena, text, kept), kept };
	p.lexer = (struct lexer){ .text = made->source.text, .len = kept, .arena = &made->arena };
	root = parse_all(&p, len);
	if (root) {
		made->root = root - 1;
		*expr = made;
		return 0;
	}
	if (fault)
		*fault = p.fault;
	fault_error(&p, err);
	expr_free(&made);
	return -1;
}

void expr_free(struct expr **expr)
{
	struct expr *old = *expr;

	if (!old)
		return;
	for (uint32_t i = 0; i < old->count; i++)
		regex_free(&old->nodes[i].regex);
	free(old->nodes);
	arena_release(&old->arena);
	free(old);
	*expr = NULL;
}

struct slice expr_source(const struct expr *expr)
{
	return expr->source;
}

bool expr_needs_bags(const struct expr *expr)
{
	return expr->needs_bags;
}

bool expr_needs_now(const struct expr *expr)
{
	return expr->needs_now;
}
