/* expr_parts.h - the tree of an expression, shared by the files of expr.h and nobody else.
 *
 * Nodes lie in one array and name each other by number, so nothing is deep on the C stack but what EXPR_DEPTH_MAX allows. The parser
 * checks types: whatever it lets through, the evaluator can do. */
#ifndef ROUSE_EXPR_PARTS_H
#define ROUSE_EXPR_PARTS_H

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/model/expr.h"

#define EXPR_DEPTH_MAX 100        /* nested parentheses, not() and calls */
#define EXPR_NODES_MAX 20000      /* of one expression: a long in-list of hosts fits */

/* Kusto's scalar types, as far as columns and literals have them. */
enum expr_type {
	EXPR_BOOL, EXPR_LONG, EXPR_REAL, EXPR_STRING, EXPR_DATETIME, EXPR_TIMESPAN, EXPR_DYNAMIC,
	EXPR_VERSION                  /* what parse_version() gives, a decimal in Kusto; compared with its like alone, part by part */
};

enum expr_kind {
	EXPR_AND, EXPR_OR,            /* two or more children */
	EXPR_COMPARE,                 /* left, right; op says how */
	EXPR_IN,                      /* left, then the items of the list */
	EXPR_BETWEEN,                 /* left, lower, upper */
	EXPR_CALL,                    /* arguments; function says which: not() isempty() tolower() now()... */
	EXPR_ADD, EXPR_SUBTRACT,      /* left, right; datetime and timespan */
	EXPR_COLUMN,                  /* no children */
	EXPR_LITERAL,                 /* no children */
};

/* What a comparison does with two texts, or two numbers, once `negated` and folding are taken away. */
enum expr_test {
	TEST_EQUAL, TEST_HAS, TEST_CONTAINS, TEST_STARTS, TEST_ENDS, TEST_PREFIX, TEST_SUFFIX,   /* prefix and suffix: of a term */
	TEST_HAS_ANY, TEST_HAS_ALL,   /* an EXPR_IN with has instead of == */
	TEST_LESS, TEST_LESS_EQUAL, TEST_MORE, TEST_MORE_EQUAL,
	TEST_REGEX, TEST_BETWEEN,
};

/* One operator: a row of expr_ops. */
struct expr_op {
	const char *name;             /* as written: `!has_cs`, `=~`, `matches regex` */
	enum expr_kind kind;          /* EXPR_COMPARE, EXPR_IN or EXPR_BETWEEN */
	enum expr_test test;
	bool negated;                 /* `!has`, `!=` */
	bool nocase;                  /* folds ASCII letters */
	const char *help;             /* one sentence, for completion and the manual */
};
extern const struct expr_op expr_ops[];
extern const size_t expr_op_count;

enum expr_call {
	CALL_NOT, CALL_ISEMPTY, CALL_ISNOTEMPTY, CALL_ISNULL, CALL_ISNOTNULL, CALL_NOW, CALL_AGO, CALL_TOLOWER, CALL_TOUPPER,
	CALL_STRLEN, CALL_TOSTRING, CALL_PARSE_VERSION
};

/* One function: a row of expr_functions. datetime(), timespan(), bool(), long()... are literals, not calls. */
struct expr_function {
	const char *name;
	enum expr_call call;
	unsigned least, most;         /* arguments */
	const char *help;
};
extern const struct expr_function expr_functions[];
extern const size_t expr_function_count;

/* Whether Kusto refuses the word as a bare name, as in AdditionalFields.where; expr_words.c. */
bool expr_is_keyword(struct slice word);

struct regex;

/* One node. Which fields count hangs on `kind`; texts are in the arena of the expression. */
struct expr_node {
	enum expr_kind kind;
	enum expr_type type;          /* of its value */
	bool null;                    /* of a literal: `datetime(null)`; no text and no number then */
	const struct expr_op *op;     /* comparisons */
	const struct expr_function *function;   /* calls */
	struct column_ref column;     /* EXPR_COLUMN; id COL_BAG: a key of the bag */
	struct slice text;            /* literal string, decoded; may hold any character, NUL too. Literal real: its digits, `-1.5e3` */
	int64_t number;               /* literal: bool 0 or 1, long, datetime and timespan in ticks (clock.h) */
	double real;                  /* literal real */
	struct regex *regex;          /* right side of `matches regex` when it is a literal; owned by the expression */
	uint32_t first, next;         /* child and sibling, as 1 + number; 0: none */
	uint32_t height;              /* 1 for a leaf, else 1 more than the highest child; at most EXPR_DEPTH_MAX */
	size_t at, len;               /* place in the source */
};

struct expr {
	struct arena arena;           /* texts */
	struct expr_node *nodes;      /* owned */
	uint32_t count;
	size_t cap;
	uint32_t root;                /* a number, not 1 + number */
	struct slice source;          /* in the arena */
	bool needs_bags, needs_now;
};

/* The node behind a `first` or `next`; NULL for 0. */
static inline const struct expr_node *expr_at(const struct expr *expr, uint32_t link)
{
	return link ? &expr->nodes[link - 1] : NULL;
}

/* -- expr_print.c: the pieces of canonical text, for completion and mended expressions -- */

void expr_print_text(struct slice text, struct strbuf *out);           /* in quotes, escaped */
void expr_print_span(int64_t ticks, struct strbuf *out);               /* `7d` */
void expr_print_column(const struct column_ref *column, struct strbuf *out);

/* -- expr_text.c: one text against another -- */

/* Whether `text` stands in the relation to `word`. Texts of Kusto: a missing one was made empty before. Terms are runs of ASCII letters and
 * digits, and of any character above ASCII that is a letter or digit; nocase folds A-Z only. */
bool expr_text_test(enum expr_test test, bool nocase, struct slice text, struct slice word);

/* The type of a column in the language. */
enum expr_type expr_column_type(const struct column_ref *column);

#endif
