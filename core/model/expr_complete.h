/* expr_complete.h - what could stand at the cursor of an expression that is being typed.
 *
 * expr_complete() looks at the text before the cursor, however unfinished or wrong, and lists what the grammar takes there and what
 * fits what is typed already:
 *
 *     Mach|                       columns and functions that begin so:      MachineGroup
 *     MachineGroup |              operators for a text:                     == != =~ !~ in !in in~ !in~ has ...
 *     MachineGroup in~ ("pro|     values of that column in the rows, with   "prod" 812   "prod-eu" 44
 *                                 how many rows have each
 *     SignatureAge > |            timespans that are common:                1d 7d 30d ...
 *     LastSeen > |                ago(1d) ago(7d) ... now()
 *     IsCompliant == |            true false
 *     Verdict == |                passive edr-block ... with their counts
 *     AdditionalFields.|          keys of the bags, from a sample of rows
 *     Verdict == "passive" |      and or
 *
 * What is typed is held against the candidates' beginnings with ASCII letter case ignored; the candidates keep their own spelling,
 * and values come in quotes, escaped, also when the quote is not typed yet. To take one, replace the bytes from..to of the text by
 * item.text and put the cursor behind it; then add a blank unless item.joined. Nothing is added or removed beyond that.
 *
 * Cost: one pass over the rows for values (a few milliseconds for a million), nothing else grows with the run; for bags at most
 * EXPR_COMPLETE_BAGS rows are read, which may go to the store. */
#ifndef ROUSE_EXPR_COMPLETE_H
#define ROUSE_EXPR_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/model/value.h"

#define EXPR_COMPLETE_MAX 500    /* candidates; `more` says that there are others */
#define EXPR_COMPLETE_BAGS 200   /* bags looked into for keys and their values */

enum expr_completion_kind {
	EXPR_COMPLETE_COLUMN,     /* a column, or a key of the bag */
	EXPR_COMPLETE_OPERATOR,   /* `has`, `in~`, `+` */
	EXPR_COMPLETE_FUNCTION,   /* `ago(` */
	EXPR_COMPLETE_WORD,       /* and or ( .. */
	EXPR_COMPLETE_VALUE,      /* "prod" 7d true */
};

/* One candidate. Texts are NUL-terminated and live as long as the completions. */
struct expr_completion {
	enum expr_completion_kind kind;
	const char *text;         /* what is put in; UTF-8, invisible characters escaped; draw.c may still have to cut it */
	const char *type;         /* of a column, a result or a value: `text` `time` `timespan` `truth` `number` `version`; else "" */
	const char *help;         /* one sentence, or "" */
	uint32_t count;           /* rows that have the value or the key (of the sample); 0: not counted */
	bool joined;              /* what comes next belongs right behind it, without a blank: `ago(`, `AdditionalFields.` */
};

/* Zero-initialise before the first use; expr_complete() replaces what was there. */
struct expr_completions {
	struct arena arena;       /* texts */
	struct expr_completion *items;   /* the best first: values by count, all else in the order of the tables; owned */
	size_t count, cap;
	size_t from, to;          /* bytes of the text that a candidate replaces; from <= cursor <= to */
	bool more;                /* there were more than EXPR_COMPLETE_MAX, or not all rows were looked at */
};

/* Fills *out for a NUL-terminated text and a cursor in bytes (beyond the end counts as the end). The lens may be NULL: no values are
 * listed then but those known without rows. Never fails; no candidate is count 0. */
void expr_complete(const char *text, size_t cursor, const struct lens *lens, struct expr_completions *out);
void expr_completions_release(struct expr_completions *out);

#endif
