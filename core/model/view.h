/* view.h - the rows on the screen: an order and a filter over a table, and the host under the cursor.
 *
 * The cursor is a device id, found again after each rebuild; when its host is gone from the view, the cursor goes to the row that now
 * stands where it was. Rebuilding is cheap where it can be: the order is kept until the sort or the table changes, a filter that only
 * grew scans the earlier hits, an expression is asked about each row once.
 *
 * view.c         order, filter, cursor          view_judge.c   what the expression says of each row, asked in portions
 * view_groups.c  machine groups with counts     view_guard.c   rows that letter case or a missing value hides, looked for in portions */
#ifndef ROUSE_VIEW_H
#define ROUSE_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "core/model/expr.h"
#include "core/model/filter.h"
#include "core/model/sort.h"

struct view_answers;
struct view_past;

/* Zero-initialise, then view_open(). */
struct view {
	struct lens lens;                       /* borrowed insides */
	struct sort_key keys[SORT_KEYS_MAX];
	size_t key_count;                       /* 0: the order of the table */
	struct filter filter;
	struct column_ref visible[COL_COUNT];   /* columns that words search */
	size_t visible_count;
	uint32_t *order;                        /* all rows in order; owned */
	uint32_t order_rows;                    /* rows the order covers */
	uint8_t *keep;                          /* by row; owned */
	uint32_t *rows;                         /* the shown rows, in order; owned */
	uint32_t count;
	uint32_t capacity;
	uint32_t cursor;                        /* index into rows; 0 when empty */
	char cursor_id[256];                    /* packed id of the host under the cursor; long ids are cut and matched by row only */
	uint32_t cursor_id_len;
	bool order_dirty;
	struct view_past *past;                 /* what keep[] was made from; owned */
	struct view_answers *answers;           /* of the expression; owned; NULL as long as there never was one */
};

void view_open(struct view *view, const struct lens *lens);
/* Another table (a reload) or a grown one: keeps sort, filter and cursor host. Call view_rebuild() after. */
void view_set_lens(struct view *view, const struct lens *lens);
/* The same table with more rows than before: what is known of the earlier ones is kept. */
void view_grow(struct view *view, const struct lens *lens);
void view_set_sort(struct view *view, const struct sort_key *keys, size_t count);
/* Brings order, rows and cursor up to date; asks the expression about whatever rows it was not asked yet. */
void view_rebuild(struct view *view);

/* An expression may take long: bags that must be read, patterns. Who cannot wait calls these three instead of view_rebuild(). */
/* Finds the rows that the expression must be asked about. */
void view_prepare(struct view *view);
/* Asks it about at most `rows` of them; true when none is left. */
bool view_judge(struct view *view, uint32_t rows);
/* As view_rebuild(), with the answers there are: as long as some are missing, the earlier rows stay when only the expression is
 * another one, else the rows judged so far are shown. */
void view_refresh(struct view *view);

/* How far the expression is. */
struct view_judging {
	bool done;                /* also without an expression */
	bool partial;             /* what is shown are the rows judged so far, not the earlier ones */
	uint32_t asked, total;    /* rows */
	uint64_t undecided;       /* rows that it could not decide; they stay shown */
};
void view_judging(const struct view *view, struct view_judging *how);

/* The case guard of expr.h, and rows without a value, over the rows of the view's tab and groups. Zero-initialised means not begun. */
struct view_guard {
	bool done;
	uint32_t at;              /* rows below it are looked through */
	uint32_t hidden;          /* rows that letter case alone hides, so far */
	char op[24];              /* the first operator to blame */
	char example[128];        /* the beginning of a hidden value, or "" */
	struct expr *mended;      /* shows the hidden rows too; owned; NULL when nothing is hidden */
	struct expr_nulls nulls;  /* rows that the expression neither takes nor refuses, so far; owned */
	uint8_t *among;           /* by row: not selected by the expression; owned */
	uint8_t *portion;         /* by row: in the portion at hand, all 0 between two steps; owned */
	uint32_t rows;
	uint64_t generation;      /* of the answers that it is made from */
};
/* Whether it is about the answers of now, all of which are there. */
bool view_guard_holds(const struct view *view, const struct view_guard *guard);
/* Begins, or begins again when the answers are others than they were; false when it still holds, or not all answers are there. */
bool view_guard_begin(const struct view *view, struct view_guard *guard);
/* Looks through at most `rows` rows; true when it is done. */
bool view_guard_step(const struct view *view, struct view_guard *guard, uint32_t rows);
void view_guard_release(struct view_guard *guard);

void view_move(struct view *view, int64_t by);        /* clipped at both ends */
void view_move_to(struct view *view, uint32_t index); /* clipped */
/* Puts the cursor on a host; false when it is not shown. */
bool view_find(struct view *view, struct slice packed_id);
/* The row under the cursor, or MAP_NONE when nothing is shown. */
uint32_t view_current(const struct view *view);
/* Marked rows of the table that the view does not show. */
uint32_t view_hidden_marks(const struct view *view);
void view_release(struct view *view);

/* Machine groups with their counts over the findings, for the picker: groups that differ by case only are folded together. Rows
 * without a group are counted under a name without a value; a group of vanished hosts only is there with counts of 0. */
struct group_count {
	struct slice name;        /* the commonest spelling; borrowed from the table */
	uint32_t findings, fresh, stale, spellings;
	uint32_t servers;         /* present rows, active too */
};
/* Returns a malloc'd array of *count groups, most findings first; the caller frees it. */
struct group_count *view_groups(const struct lens *lens, size_t *count);
/* The exact spellings that fold to the same group as `name`; a malloc'd array of *count slices borrowed from the table. */
struct slice *view_spellings(const struct lens *lens, struct slice name, size_t *count);

#endif
