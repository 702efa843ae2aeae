/* filter_parts.h - what the files of filter.c and view.c share; nobody else includes it. */
#ifndef ROUSE_FILTER_PARTS_H
#define ROUSE_FILTER_PARTS_H

#include "core/model/filter.h"

struct view;

enum term_kind {
	TERM_WORDS,     /* any of the needles in any visible text column */
	TERM_COLUMN,    /* any of the needles in one column: group: host: os: verdict: flag: note: owner: */
	TERM_MODE,      /* any of the needles is the AvMode or is in the verdict's name */
	TERM_IS,        /* any of the states */
	TERM_AGE,       /* an age above or below a span */
};

/* The states after `is:`, as bits of filter_term.states in this order. */
enum is_state {
	IS_NEW, IS_PERSISTING, IS_RESOLVED, IS_VANISHED, IS_CHANGED, IS_MARKED, IS_STALE, IS_SILENT, IS_CONFLICT, IS_COUNT
};

/* One word of the filter. Made by filter_parse(). */
struct filter_term {
	enum term_kind kind;
	bool exclude;              /* `-word` */
	enum column_id column;     /* of TERM_COLUMN and TERM_AGE */
	struct slice *needles;     /* folded, never empty ones; owned copies */
	size_t needle_count;
	unsigned states;           /* bits 1 << enum is_state */
	bool above, equal;         /* > or <, and whether the span itself belongs to it */
	int64_t span;              /* seconds */
};

/* What the expression says of a row, as view_judge.c keeps it. */
enum answer { ANSWER_NONE, ANSWER_YES, ANSWER_NO };

/* filter_parse.c */
void filter_terms_release(struct filter_term *terms, size_t count);
/* All but the expression; `to` is released first. */
void filter_copy(struct filter *to, const struct filter *from);
/* Whether each row that `fresh` keeps was kept by `old`, as far as the words alone show it; groups, tab and marks must be equal. The
 * expression is not looked at. */
bool filter_narrows(const struct filter *fresh, const struct filter *old);
/* Whether the words ask for something outside the table: marks, notes, the time. */
bool filter_asks_marks(const struct filter *filter);
bool filter_asks_now(const struct filter *filter);

/* filter.c: like filter_rows() over all rows, but rows with keep 0 stay out and are not looked at. With `answers` (by row, enum answer)
 * the expression is not asked: rows stay for which the answer is yes. */
uint64_t filter_narrow(const struct filter *filter, const struct lens *lens, const struct column_ref *visible, size_t visible_count,
                       const uint8_t *answers, uint8_t *keep);
/* Sets keep[row] to 1 or 0 for rows from..to-1 by tab, groups and marked only: the rows that an expression is asked about. */
void filter_scope(const struct filter *filter, const struct lens *lens, uint32_t from, uint32_t to, uint8_t *keep);
/* Sets marked[row] for all rows of the table. */
void rows_marked(const struct lens *lens, uint32_t from, uint32_t to, uint8_t *marked);

/* filter_text.c: one pass of the filter over a range of rows. */
struct text_scan {
	const struct lens *lens;
	uint32_t from, to;
	const uint8_t *keep;       /* by row; rows with 0 need not be looked at */
	uint8_t *hit;              /* by row - from; 1: a needle was found */
	uint8_t *codes;            /* by text code: the needle is in it; one more, always 0, for missing; owned */
	struct slice needle;       /* what `codes` was made for */
};

/* Sets hit[] for the rows that the term's needles are found in. */
void text_scan_term(struct text_scan *scan, const struct filter_term *term, const struct column_ref *visible,
                    size_t visible_count);
void text_scan_release(struct text_scan *scan);

/* -- view_judge.c: the expression's answers, kept from one rebuild to the next -- */

/* Forgets answers that do not hold any more and finds the rows that are yet to be asked. */
void answers_follow(struct view *view);
/* Forgets all of them: another table. */
void answers_forget(struct view *view);
/* By row, enum answer; NULL without an expression. */
const uint8_t *answers_by_row(const struct view *view);
/* Another number whenever an answer was forgotten or another expression is asked. */
uint64_t answers_generation(const struct view *view);
/* The same, and another number also when tab, groups or marked only let other rows through. */
uint64_t answers_scope(const struct view *view);
void answers_release(struct view *view);
/* view.c: whether the rows shown are those judged so far. */
bool view_is_partial(const struct view *view);

#endif
