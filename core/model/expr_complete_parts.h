/* expr_complete_parts.h - what the files of completion share; nobody else includes it. */
#ifndef ROUSE_EXPR_COMPLETE_PARTS_H
#define ROUSE_EXPR_COMPLETE_PARTS_H

#include "core/model/expr_complete.h"
#include "core/model/expr_parts.h"

/* What the grammar waits for. */
enum complete_want {
	WANT_VALUE,     /* a column, a call, a literal */
	WANT_NEXT,      /* an operator, and, or */
	WANT_KEY,       /* the name of a key, after AdditionalFields. or AdditionalFields[ */
	WANT_NAME,      /* the name of a column in [' '] */
	WANT_NOTHING,   /* a value of its own making: a pattern, a number */
};

/* One side of an operator, as far as it is known. */
struct complete_side {
	bool known;                 /* the type is */
	enum expr_type type;
	bool has_column;
	struct column_ref column;   /* of a bare column, or the one inside of tolower() and parse_version() */
	bool compared;              /* it is a whole condition, nothing more is compared */
};

/* Where the cursor is. */
struct complete_place {
	enum complete_want want;
	struct complete_side left;  /* WANT_NEXT: what stands before the cursor. Else the left side of `op` */
	const struct expr_op *op;   /* of the comparison the cursor is on the right side of, or NULL */
	bool list_open;             /* op takes a list or a range, and its parenthesis is open */
	const struct expr_function *inside;   /* of the innermost call that is open, or NULL */
	bool sum;                   /* on the right of + or - */
	struct slice prefix;        /* what is typed of the word, without its quote; may hold escapes, which then match nothing */
	bool quoted;                /* a quote is typed */
	bool bracketed;             /* WANT_KEY: after [ */
	bool closed;                /* the text under the cursor has its closing quote */
	size_t from, to;
};

/* expr_complete.c */
void complete_add(struct expr_completions *out, enum expr_completion_kind kind, struct slice text, const char *type, const char *help,
                  uint32_t count);
/* Whether a candidate begins with what is typed. */
bool complete_fits(const struct complete_place *place, struct slice candidate);
const char *complete_type_name(enum expr_type type);

/* expr_complete_place.c: reads the text up to the cursor. */
void complete_find(const char *text, size_t len, size_t cursor, struct arena *arena, struct complete_place *place);

/* expr_complete_values.c: adds the values of the left side's column, the commonest first, and those known without rows. */
void complete_values(const struct complete_place *place, const struct lens *lens, struct expr_completions *out);
void complete_keys(const struct complete_place *place, const struct lens *lens, struct expr_completions *out);

#endif
