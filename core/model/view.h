/* view.h - the rows on the screen: an order and a filter over a table, and the host under the cursor.
 *
 * The cursor is a device id, found again after each rebuild; when its host is gone from the view, the cursor goes to the row that now
 * stands where it was. Rebuilding is cheap where it can be: the order is kept until the sort or the table changes, a filter that only
 * grew scans the earlier hits. */
#ifndef ROUSE_VIEW_H
#define ROUSE_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "core/model/filter.h"
#include "core/model/sort.h"

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
};

void view_open(struct view *view, const struct lens *lens);
/* Another table (a reload) or a grown one: keeps sort, filter and cursor host. Call view_rebuild() after. */
void view_set_lens(struct view *view, const struct lens *lens);
void view_set_sort(struct view *view, const struct sort_key *keys, size_t count);
void view_rebuild(struct view *view);
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
