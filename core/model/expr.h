/* expr.h - the language of KQL's `where` over rouse's columns: `MachineGroup in~ ("prod") and SignatureAge > 7d`.
 *
 * expr_lex.c     text to tokens                         expr_eval.c    which rows an expression selects
 * expr_parse.c   tokens to a checked tree               expr_text.c    string operators: terms of `has`, ASCII folding
 * expr_ops.c     the tables of operators and functions  expr_guard.c   rows that letter case hides, and the expression that shows them
 * expr_print.c   the tree back to text                  expr_complete.c  what could stand at the cursor
 * expr_nulls.c   rows without a value, for which an expression is null
 * expr_parts.h   the tree; for these files alone            expr_eval_parts.h, expr_guard_parts.h  what those files share
 *
 * Operators mean what they mean in Kusto: `has` finds whole terms, `=~ in~ has contains startswith` fold ASCII letters only,
 * a missing string is the empty string, any other missing value is null, and a predicate that is null selects nothing. Each accepted
 * expression is a valid KQL `where` over a table of rouse's columns. Sources: Microsoft's reference of the Kusto query language (string
 * operators, null values, between, datetime and timespan literals, string literals).
 *
 * Types of columns: text, versions, ranks and Flags are string; times datetime; ages timespan; booleans bool; ReportId long; keys of the
 * bag dynamic. `AdditionalFields.KEY`, `AdditionalFields["any key"]` and `['DeviceName']` name columns too. Names and keys are
 * exact in letter case, as in Kusto: a row that has Rack has no rack. */
#ifndef ROUSE_EXPR_H
#define ROUSE_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/model/value.h"

struct error;
struct strbuf;
struct expr;

#define EXPR_TEXT_MAX 65536   /* bytes of an expression */

/* Where and why a text is no expression. */
struct expr_fault {
	size_t at, len;           /* bytes; len may be 0 at the end of the text */
	char found[128];          /* what stands there, as it may be shown; "" at the end */
	char expected[256];       /* `a comparison, as in == or has` */
	char nearest[160];        /* the nearest column, operator or function, or "" */
};

/* Reads an expression. Returns 0 and a new *expr, or -1 with *fault (may be NULL) and a whole sentence in *err (STATUS_USAGE) that names
 * the position (counted in characters from 1), what was expected, and the nearest word. An empty text is a fault. */
int expr_parse(const char *text, size_t len, struct expr **expr, struct expr_fault *fault, struct error *err);
void expr_free(struct expr **expr);

/* Appends the canonical text: it is read back as an expression that selects the same rows. */
void expr_print(const struct expr *expr, struct strbuf *out);
/* The text as it was given; borrowed. */
struct slice expr_source(const struct expr *expr);
/* Whether rows cannot be judged without their bags, which may have to be read from the store one by one. */
bool expr_needs_bags(const struct expr *expr);
/* Whether the answer hangs on the time of the lens (ages, now(), ago()). */
bool expr_needs_now(const struct expr *expr);
/* Whether the answer hangs on a column. */
bool expr_reads(const struct expr *expr, enum column_id column);

/* Puts the condition on: clears keep[row] for rows from..to-1 that the expression does not select; rows with keep[row] == 0 are not
 * looked at. Returns the number of rows that could not be decided (a pattern that took too long on a text): they stay kept, as a
 * row that nobody judged must not go missing. Adds up over calls when the caller sums. */
uint64_t expr_rows(const struct expr *expr, const struct lens *lens, uint32_t from, uint32_t to, uint8_t *keep);

/* Name and sentence of one operator or function, for help and the manual; false after the last one. */
bool expr_help(size_t index, const char **name, const char **help);

/* -- the case guard -- */

/* What letter case alone hides. */
struct expr_guard {
	uint32_t hidden;          /* rows of `among` that the expression does not select, and would with Unicode folding */
	char op[24];              /* the first operator to blame: `in`, `=~`, or a key of the bag: `.rack`; "" when nothing is hidden */
	struct slice example;     /* a hidden value: that operator's column in the first such row; borrowed from the table, or empty. For a
	                           * key its other spelling, borrowed from `mended` */
	char *mended;             /* an expression that selects the same rows and the hidden ones; owned (malloc). NULL when nothing is hidden,
	                           * or when it would be too long: more than 1000 odd spellings, or EXPR_TEXT_MAX */
};

/* Looks for rows with among[row] != 0 (NULL: all rows of the table) that some comparison drops only because of letter case.
 * Positive comparisons are widened to Unicode folding and negative ones (`!=`, under `not`) left as they are, so the wide answer always
 * holds the exact one; the difference is what is hidden. The mended text uses tolower() and, where that is not enough (`ſ`), the exact
 * spellings found; parsing it and asking again yields no hidden row. Patterns count too: `(?i)` is tried before them. A key of the bag that
 * a row has in another letter case alone is looked for under that one too, and the mended text names it. Costs two passes of expr_rows(),
 * and with needs_bags a third to look for keys, so it reads the bags of all rows. */
void expr_guard(const struct expr *expr, const struct lens *lens, const uint8_t *among, struct expr_guard *guard);
void expr_guard_release(struct expr_guard *guard);

/* -- rows without a value -- */

#define EXPR_NULLS_COLUMNS 4

/* Rows for which the expression is null: `SignatureAge > 7d` of a host without a signature date is neither true nor false, not(...) of it
 * neither. Zero-initialised means none. */
struct expr_nulls {
	uint32_t rows;
	struct column_ref columns[EXPR_NULLS_COLUMNS];   /* what is missing in them, the first to blame first */
	size_t column_count;
	bool others;              /* in some no column is missing (`AdditionalFields.Cores > 8` where Cores is "many"), or another column is */
	uint8_t *blamed;          /* by number of a node: null in one of the rows; owned */
};

/* Adds the rows with among[row] != 0 (NULL: all rows of the table) for which the expression is null. Several calls for portions of the rows
 * add up, as long as the expression is the same. Costs one pass of expr_rows(), and nothing where no part can be null. */
void expr_nulls(const struct expr *expr, const struct lens *lens, const uint8_t *among, struct expr_nulls *nulls);
/* `12 rows have no SignatureAge`. */
void expr_nulls_text(const struct expr_nulls *nulls, struct strbuf *out);
/* Appends `or isnull(SignatureAge)`, which shows them when it is put beside the comparison; false where more than one column is missing. */
bool expr_nulls_remedy(const struct expr_nulls *nulls, struct strbuf *out);
/* Appends an expression that selects the same rows and these. False when it would be too long or too deep; *out is then as before. */
bool expr_nulls_mend(const struct expr *expr, const struct expr_nulls *nulls, struct strbuf *out);
void expr_nulls_release(struct expr_nulls *nulls);

#endif
