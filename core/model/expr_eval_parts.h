/* expr_eval_parts.h - what the files of the evaluator and the case guard share; nobody else includes it.
 *
 * expr_eval.c          rows chunk by chunk; and, or, not       expr_eval_value.c    values of one row: columns, calls, arithmetic
 * expr_eval_plan.c     how each condition is best judged       expr_eval_compare.c  comparisons of one row
 * expr_eval_column.c   conditions on one column, many rows   expr_eval_call.c     functions, sums and differences
 * expr_eval_simple.c   times within bounds, names against a word
 *
 * There are two ways to an answer. expr_truth() judges one row and can do all. expr_vector() judges a chunk of rows by a plan: a condition
 * that hangs on one column of few values is judged once for each value (by expr_truth() on the first row that has it) and looked up for the
 * rest, times are compared as integers, names are searched as one long text. Both say the same. */
#ifndef ROUSE_EXPR_EVAL_PARTS_H
#define ROUSE_EXPR_EVAL_PARTS_H

#include "core/base/strbuf.h"
#include "core/model/expr_parts.h"

#define SECONDS_MAX (INT64_MAX / TICKS_PER_SECOND)   /* as ticks they fit */
#define EXPR_COST_BAG 20000   /* nanoseconds to read a bag from the store, roughly */
#define EXPR_SCRATCH_MAX (SIZE_MAX / 4)
#define EXPR_CHUNK 8192   /* rows judged at a time: a few such arrays stay in the cache */

/* What a condition says of a row; odd: the row stays. In this order `and` is the least of its parts. */
enum truth {
	TRUTH_FALSE,
	TRUTH_UNDECIDED,   /* nobody could tell: a pattern took too long, a bag could not be read */
	TRUTH_NULL,
	TRUTH_TRUE,
	TRUTH_UNKNOWN      /* in tables of answers: not asked yet */
};

enum datum_kind {
	DATUM_NULL, DATUM_BOOL, DATUM_LONG, DATUM_REAL, DATUM_TEXT, DATUM_TIME, DATUM_SPAN,
	DATUM_JSON,        /* of a bag: a number, boolean, array or object as its JSON text */
	DATUM_VERSION,     /* of parse_version(): a decimal of 32 digits */
	DATUM_UNDECIDED,
};

/* One value of one row. */
struct datum {
	enum datum_kind kind;
	bool dynamic;          /* a key of the bag: takes the type of what it is compared with */
	struct slice text;     /* DATUM_TEXT, DATUM_JSON; never without text. Borrowed: from the table, the tree or the judge */
	int64_t number;        /* bool, long, ticks; of a version the 16 higher digits */
	int64_t low;           /* of a version the 16 lower digits */
	double real;
};

static inline struct datum datum_null(void)
{
	return (struct datum){ .kind = DATUM_NULL };
}

static inline struct datum datum_of_text(struct slice text)
{
	return (struct datum){ .kind = DATUM_TEXT, .text = text.text ? text : (struct slice){ "", 0 } };
}

static inline struct datum datum_number(enum datum_kind kind, int64_t number)
{
	return (struct datum){ .kind = kind, .number = number };
}

/* How a condition is judged for a chunk of rows. */
enum plan {
	PLAN_ROWS,             /* row by row */
	PLAN_CONSTANT,         /* once */
	PLAN_AND, PLAN_OR, PLAN_NOT,
	PLAN_KEYED,            /* once for each value of its only column */
	PLAN_FLAGS,            /* the same for Flags, whose values are many */
	PLAN_TIME,             /* a time or an age within bounds */
	PLAN_NAME,             /* DeviceName against one word */
};

/* Bounds of PLAN_TIME, in seconds; both belong to it. */
struct time_bounds {
	int64_t least, most;
	enum truth inside, outside, missing;
};

/* The word of PLAN_NAME, ready for one of the pools of names. */
struct name_word {
	enum expr_test test;
	bool folded;           /* searched in the folded names, which are right for names of ASCII alone; else in the exact ones */
	bool starts, ends;     /* the word begins, or ends, with a letter or digit of ASCII, and so do the terms it is found in */
	struct strbuf word;
};

struct memo_slot {
	uint64_t key;          /* 1 + flags and product; 0: empty */
	enum truth truth;
};

/* What is known of a node beside the tree; by number of the node. */
struct expr_state {
	enum plan plan;
	unsigned cost;         /* of judging a row, roughly in nanoseconds */
	const struct column_ref *column;   /* the only column below, or NULL */
	bool many;             /* more than one column below */
	bool widened;          /* a comparison that a wide judge makes with Unicode folding */
	bool has_set;
	uint8_t *answers;      /* PLAN_KEYED: enum truth by key; owned */
	uint32_t keys;
	struct memo_slot *slots;   /* PLAN_FLAGS; owned */
	struct time_bounds bounds;
	struct name_word name;
	struct map set;        /* in-lists of texts: the items, folded as the comparison asks */
	struct strbuf text;    /* a text that the node makes */
	struct regex *regex;   /* a pattern that is not a literal, or the wide form of one; owned */
	uint32_t *order;       /* PLAN_AND, PLAN_OR: children, the cheapest first; owned */
	uint32_t children;
};

/* One use of an expression. Wide: comparisons of texts that stand in favour of a row fold by Unicode (the case guard). */
struct expr_judge {
	const struct expr *expr;
	const struct lens *lens;
	bool wide;
	struct expr_state *states;   /* owned */
	size_t answer_bytes;         /* of all tables of answers */
	struct strbuf bag;           /* opened bag of bag_row */
	uint32_t bag_row;            /* UINT32_MAX: none */
	bool bag_failed;
	struct strbuf left, right;   /* folded texts */
};

void expr_judge_open(struct expr_judge *judge, const struct expr *expr, const struct lens *lens, bool wide);
void expr_judge_release(struct expr_judge *judge);
/* Begins a call over so many rows: what its patterns may spend is set anew. */
void expr_judge_allow(const struct expr_judge *judge, uint64_t rows);
/* A text as the items of a set are kept: in lower case of ASCII, or folded by Unicode when the comparison is widened. */
struct slice expr_set_key(struct slice text, bool widened, struct strbuf *scratch);

/* expr_eval.c: sets out[i] (enum truth) for the rows from + i with need[i] != 0; at most EXPR_CHUNK rows. `select`: only whether the row
 * stays counts, null may be given for false and the other way round. */
void expr_vector(struct expr_judge *judge, uint32_t number, uint32_t from, uint32_t to, const uint8_t *need, bool select, uint8_t *out);
enum truth expr_truth(struct expr_judge *judge, uint32_t number, uint32_t row);
enum truth truth_and(enum truth a, enum truth b);
enum truth truth_or(enum truth a, enum truth b);
enum truth truth_not(enum truth a);

/* expr_eval_value.c */
void expr_value(struct expr_judge *judge, uint32_t number, uint32_t row, struct datum *value);
struct datum datum_ticks(enum datum_kind kind, int64_t seconds);
/* A dynamic value as the type of what it is compared with; any other stays as it is. */
struct datum datum_like(const struct datum *value, const struct datum *other);
/* As a text, the way tostring() writes it; made in `scratch` if it has to be made. */
struct slice datum_text(const struct datum *value, struct strbuf *scratch);

/* expr_eval_call.c */
void expr_call(struct expr_judge *judge, uint32_t number, uint32_t row, struct datum *value);
void expr_sum(struct expr_judge *judge, uint32_t number, uint32_t row, struct datum *value);

/* expr_eval_compare.c */
enum truth expr_compare(struct expr_judge *judge, uint32_t number, uint32_t row);
/* One text against another, as the comparison `node` makes it. */
bool expr_compare_texts(struct expr_judge *judge, uint32_t number, struct slice text, struct slice word);

/* expr_eval_simple.c: whether the comparison is of this kind; what it needs is noted in its state then. */
bool plan_time(struct expr_judge *judge, uint32_t number);
bool plan_name(struct expr_judge *judge, uint32_t number);

/* expr_eval_column.c */
void vector_keyed(struct expr_judge *judge, uint32_t number, uint32_t from, uint32_t to, const uint8_t *need, uint8_t *out);
void vector_flags(struct expr_judge *judge, uint32_t number, uint32_t from, uint32_t to, const uint8_t *need, uint8_t *out);
void vector_time(struct expr_judge *judge, uint32_t number, uint32_t from, uint32_t to, uint8_t *out);
void vector_name(struct expr_judge *judge, uint32_t number, uint32_t from, uint32_t to, const uint8_t *need, uint8_t *out);

/* What the second child of a comparison is: its right side, the first item of a list, the lower end of a range. */
static inline const struct expr_node *expr_second(const struct expr *expr, uint32_t number)
{
	return expr_at(expr, expr->nodes[expr->nodes[number].first - 1].next);
}

static inline uint32_t expr_number(const struct expr *expr, const struct expr_node *node)
{
	return (uint32_t)(node - expr->nodes);
}

#endif
