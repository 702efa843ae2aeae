/* expr_parse.h - what the files of the parser share; nobody else includes it.
 *
 * expr_parse.c        the grammar: conditions, comparisons, arithmetic
 * expr_parse_value.c  columns, calls, signs and parentheses
 * expr_parse_literal.c  numbers and the forms with brackets
 * expr_parse_type.c   which types an operator or a function takes, as in Kusto
 * expr_parse_fault.c  the sentence of a rejection, and the mends of common slips
 *
 * A function that makes a node returns its link, 1 + its number; 0 means that it failed and the fault is set. Only the first fault counts. */
#ifndef ROUSE_EXPR_PARSE_H
#define ROUSE_EXPR_PARSE_H

#include "core/model/expr_lex.h"
#include "core/model/expr_parts.h"

struct expr_parser {
	struct lexer lexer;
	struct token token;        /* the one that is looked at */
	struct expr *expr;         /* what is built; borrowed */
	unsigned depth;            /* of open parentheses and calls */
	size_t before;             /* where the last token taken ended */
	bool failed;
	struct expr_fault fault;
	char why[768];             /* the clause that explains the fault */
};

/* -- expr_parse.c -- */

struct expr_node *parse_node(struct expr_parser *p, uint32_t link);
void parse_advance(struct expr_parser *p);
/* A node without children, at bytes at..p->before. */
uint32_t parse_make(struct expr_parser *p, enum expr_kind kind, enum expr_type type, size_t at);
/* Puts a child behind the others; *last is the link of the last one, 0 at first. Returns false when the tree grows too high. */
bool parse_adopt(struct expr_parser *p, uint32_t parent, uint32_t child, uint32_t *last);
uint32_t parse_condition(struct expr_parser *p);
/* Takes the sign or fails; `open` is where a bracket that it closes was opened, SIZE_MAX for none. */
bool parse_expect(struct expr_parser *p, const char *sign, size_t open);
bool parse_deeper(struct expr_parser *p);

/* -- expr_parse_value.c -- */

uint32_t parse_value(struct expr_parser *p);
/* A text with those that follow it, which belong to it; *value is in the arena. */
bool parse_text(struct expr_parser *p, struct slice *value);

/* -- expr_parse_literal.c -- */

uint32_t parse_make_literal(struct expr_parser *p, enum expr_type type, size_t at, int64_t number);
/* At a token of that kind. */
uint32_t parse_form(struct expr_parser *p);
uint32_t parse_number(struct expr_parser *p);
/* Puts a minus before a literal number or timespan that is not the least one. */
void parse_negate(struct expr_parser *p, struct expr_node *node);

/* -- expr_parse_type.c -- */

bool type_is_number(enum expr_type type);
/* Whether the operator takes a left side of this type at all. */
bool type_takes(const struct expr_op *op, enum expr_type left);
/* Whether right (an item, a bound) goes with left. */
bool type_goes(const struct expr_op *op, enum expr_type left, enum expr_type right);
/* Whether it is a 0 or 1 that can stand for false or true. */
bool type_is_truth(const struct expr_node *node);
bool type_of_argument(enum expr_call call, enum expr_type type);
enum expr_type type_of_call(enum expr_call call);
/* The type of left + right or left - right. Returns false when there is none. */
bool type_of_sum(enum expr_kind kind, enum expr_type left, enum expr_type right, enum expr_type *type);
const char *type_name(enum expr_type type);   /* with its article: `a time` */

/* -- expr_parse_fault.c: each returns 0, so that it ends the function that found the fault -- */

uint32_t fault_at(struct expr_parser *p, size_t at, size_t len, const char *expected, const char *nearest, const char *why, ...)
	__attribute__((format(printf, 6, 7)));
/* At the token that is looked at; speaks of what it is when it is a known slip. */
uint32_t fault_token(struct expr_parser *p, const char *expected);
/* No operator stands where one should, after a value. */
uint32_t fault_operator(struct expr_parser *p, uint32_t left);
/* A word that is no column and no function. */
uint32_t fault_name(struct expr_parser *p, const struct token *name);
/* The operator does not take what stands at its sides; right may be 0. */
uint32_t fault_types(struct expr_parser *p, const struct expr_op *op, uint32_t left, uint32_t right);
/* A value stands where a condition should. */
uint32_t fault_predicate(struct expr_parser *p, uint32_t link);
/* How a place of the source is shown: visible and cut. */
void fault_show(const struct expr_parser *p, size_t at, size_t len, char *out, size_t size);
/* Writes the sentence of the parser's fault. Returns -1. */
int fault_error(const struct expr_parser *p, struct error *err);

#endif
