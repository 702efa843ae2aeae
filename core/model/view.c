/* view.c - order and filter become the list of shown rows; the cursor stays on its host. */
#include "core/model/view.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/model/accept.h"
#include "core/model/filter_parts.h"
#include "core/model/marks.h"
#include "core/model/owner.h"
#include "core/model/ticket_link.h"

/* The circumstances under which keep[] was computed: the same again and it is kept, narrower ones and only kept rows are asked. */
struct view_past {
	bool valid;                             /* false: nothing is known, scan all */
	struct filter filter;                   /* owned copy */
	struct column_ref visible[COL_COUNT];
	size_t visible_count;
	uint32_t rows;                          /* that keep[] covers */
	uint64_t marks, notes, accepted, owners, tickets;   /* generations; 0 without any */
	uint64_t answers;                       /* generation of the expression's answers */
	bool partial;                           /* some answers were missing */
	int64_t lapses;                         /* when the next acceptance in force ends; INT64_MAX: none does */
	int64_t now;
	uint32_t cursor_row;                    /* row of the cursor's host; MAP_NONE when not known in this table */
};

void view_open(struct view *view, const struct lens *lens)
{
	view->past = xcalloc(1, sizeof *view->past);
	view->past->cursor_row = MAP_NONE;
	view->lens = *lens;
	view->order_dirty = true;
}

void view_set_lens(struct view *view, const struct lens *lens)
{
	/* The table may be another one at the same address, so nothing that was made from it is kept but the host's id. */
	view->lens = *lens;
	view->order_dirty = true;
	view->past->valid = false;
	view->past->cursor_row = MAP_NONE;
	answers_forget(view);
}

void view_grow(struct view *view, const struct lens *lens)
{
	view->lens = *lens;
	view->order_dirty = true;
	view->past->valid = false;
}

/* Setting the same sort again must not cost a sort. */
static bool same_key(const struct sort_key *a, const struct sort_key *b)
{
	return a->column.id == b->column.id && a->descending == b->descending && strcmp(a->column.key, b->column.key) == 0;
}

void view_set_sort(struct view *view, const struct sort_key *keys, size_t count)
{
	bool same = count == view->key_count;

	count = count > SORT_KEYS_MAX ? SORT_KEYS_MAX : count;
	for (size_t i = 0; same && i < count; i++)
		same = same_key(&keys[i], &view->keys[i]);
	if (same)
		return;
	for (size_t i = 0; i < count; i++)
		view->keys[i] = keys[i];
	view->key_count = count;
	view->order_dirty = true;
}

/* -- rebuilding -- */

/* All three arrays grow together; each has room for every row of the table. */
static void make_room(struct view *view, uint32_t count)
{
	if (count <= view->capacity)
		return;
	view->order = xrealloc(view->order, count, sizeof *view->order);
	view->keep = xrealloc(view->keep, count, 1);
	view->rows = xrealloc(view->rows, count, sizeof *view->rows);
	view->capacity = count;
}

/* Whether an order depends on what may change without the table: marks, notes, owners, tickets. */
static bool order_is_live(const struct view *view)
{
	bool live = false;

	for (size_t i = 0; i < view->key_count; i++) {
		enum column_id id = view->keys[i].column.id;

		live = live || id == COL_MARKED || id == COL_NOTE || id == COL_OWNER || id == COL_OWNER_CONTACT || id == COL_TICKET;
	}
	return live;
}

/* Sorts only when the order is not there already. */
static void make_order(struct view *view, uint32_t count)
{
	if (!view->order_dirty && view->order_rows == count && !order_is_live(view))
		return;
	if (count > 0)
		sort_rows(&view->lens, view->keys, view->key_count, view->order);
	view->order_rows = count;
	view->order_dirty = false;
}

static uint64_t marks_generation(const struct view *view)
{
	return view->lens.marks ? view->lens.marks->generation : 0;
}

static uint64_t notes_generation(const struct view *view)
{
	return view->lens.notes ? view->lens.notes->generation : 0;
}

static uint64_t accepted_generation(const struct view *view)
{
	return view->lens.acceptances ? view->lens.acceptances->generation : 0;
}

static uint64_t owners_generation(const struct view *view)
{
	return view->lens.owners ? view->lens.owners->generation : 0;
}

static uint64_t tickets_generation(const struct view *view)
{
	return view->lens.tickets ? view->lens.tickets->generation : 0;
}

/* Until then the same acceptances are in force. */
static int64_t next_lapse(const struct view *view)
{
	const struct acceptances *set = view->lens.acceptances;
	int64_t next = INT64_MAX;

	for (size_t i = 0; set && i < set->count; i++)
		if (acceptance_end_at(&set->items[i], view->lens.now) == ACCEPT_IN_FORCE && set->items[i].until < next)
			next = set->items[i].until;
	return next;
}

/* Other columns on the screen are other texts to find words in. */
static bool same_visible(const struct view *view)
{
	const struct view_past *past = view->past;
	bool same = past->visible_count == view->visible_count;

	for (size_t i = 0; same && i < view->visible_count; i++)
		same = past->visible[i].id == view->visible[i].id;
	return same;
}

/* Whether only rows that are kept now can be kept by the filter as it is now, the expression aside. */
static bool only_narrower(const struct view *view, uint32_t count)
{
	const struct view_past *past = view->past;

	if (!past->valid || past->partial || past->rows != count || past->notes != notes_generation(view)
	    || past->owners != owners_generation(view) || past->tickets != tickets_generation(view)
	    || past->accepted != accepted_generation(view) || view->lens.now >= past->lapses)
		return false;
	if (past->marks != marks_generation(view) && filter_asks_marks(&view->filter))
		return false;
	if (past->now != view->lens.now && filter_asks_now(&view->filter))
		return false;
	return same_visible(view) && filter_narrows(&view->filter, &past->filter);
}

/* Takes down under which circumstances keep[] was made. */
static void note_past(struct view *view, uint32_t count, bool partial)
{
	struct view_past *past = view->past;

	filter_copy(&past->filter, &view->filter);
	memcpy(past->visible, view->visible, view->visible_count * sizeof *view->visible);
	past->visible_count = view->visible_count;
	past->rows = count;
	past->marks = marks_generation(view);
	past->notes = notes_generation(view);
	past->accepted = accepted_generation(view);
	past->owners = owners_generation(view);
	past->tickets = tickets_generation(view);
	past->answers = answers_generation(view);
	past->now = view->lens.now;
	past->lapses = next_lapse(view);
	past->partial = partial;
	past->valid = true;
}

/* Filters with the answers there are. */
static void make_keep(struct view *view, uint32_t count)
{
	struct view_past *past = view->past;
	bool narrower = only_narrower(view, count);
	struct view_judging how;

	view_judging(view, &how);
	/* Only the expression is another one, and it is not done yet: the rows of before stay. */
	if (!how.done && narrower && filter_narrows(&past->filter, &view->filter))
		return;
	if (!narrower || !how.done || past->answers != answers_generation(view))
		memset(view->keep, 1, count);
	filter_narrow(&view->filter, &view->lens, view->visible, view->visible_count, answers_by_row(view), view->keep);
	note_past(view, count, !how.done);
}

bool view_is_partial(const struct view *view)
{
	return view->past->valid && view->past->partial;
}

/* Gathers the shown rows and returns how many of them stand before the row `of`. */
static uint32_t gather(struct view *view, uint32_t count, uint32_t of)
{
	uint32_t shown = 0, before = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t row = view->order[i];

		before = row == of ? shown : before;
		view->rows[shown] = row;   /* without a branch: rows has room for all */
		shown += view->keep[row];
	}
	view->count = shown;
	return before;
}

/* -- the cursor -- */

/* One pass over packed ids; only after a reload and on demand. */
static uint32_t find_id(const struct table *table, struct slice id)
{
	for (uint32_t row = 0; row < table->count; row++)
		if (slice_equal(table_packed_id(table, row), id))
			return row;
	return MAP_NONE;
}

/* The row of the cursor's host in the table, or MAP_NONE. */
static uint32_t cursor_row(const struct view *view)
{
	if (view->past->cursor_row != MAP_NONE && view->past->cursor_row < view->lens.table->count)
		return view->past->cursor_row;
	if (view->cursor_id_len == 0 || view->cursor_id_len > sizeof view->cursor_id)
		return MAP_NONE;
	return find_id(view->lens.table, (struct slice){ view->cursor_id, view->cursor_id_len });
}

/* Takes down the host under the cursor. Without any row the last host is remembered: it may be shown again. */
static void note_cursor(struct view *view)
{
	struct slice id;

	if (view->count == 0) {
		view->cursor = 0;
		return;
	}
	view->past->cursor_row = view->rows[view->cursor];
	id = table_packed_id(view->lens.table, view->past->cursor_row);
	view->cursor_id_len = (uint32_t)id.len;
	memcpy(view->cursor_id, id.text, id.len < sizeof view->cursor_id ? id.len : sizeof view->cursor_id);
}

/* The nearest index there is. */
static uint32_t clipped(const struct view *view, int64_t index)
{
	if (index < 0 || view->count == 0)
		return 0;
	return index < view->count ? (uint32_t)index : view->count - 1;
}

void view_refresh(struct view *view)
{
	uint32_t count = view->lens.table->count, row = cursor_row(view), before;

	make_room(view, count);
	make_order(view, count);
	if (count > 0)
		make_keep(view, count);
	before = gather(view, count, row);
	view->cursor = clipped(view, row == MAP_NONE ? view->cursor : before);
	note_cursor(view);
}

void view_rebuild(struct view *view)
{
	view_prepare(view);
	view_judge(view, UINT32_MAX);
	view_refresh(view);
}

void view_move_to(struct view *view, uint32_t index)
{
	view->cursor = clipped(view, index);
	note_cursor(view);
}

void view_move(struct view *view, int64_t by)
{
	/* Far beyond both ends is an end; the sum cannot overflow then. */
	if (by > UINT32_MAX)
		by = UINT32_MAX;
	else if (by < -(int64_t)UINT32_MAX)
		by = -(int64_t)UINT32_MAX;
	view->cursor = clipped(view, view->cursor + by);
	note_cursor(view);
}

bool view_find(struct view *view, struct slice packed_id)
{
	uint32_t row = find_id(view->lens.table, packed_id);

	if (row == MAP_NONE || row >= view->past->rows || !view->keep || !view->keep[row])
		return false;
	for (uint32_t i = 0; i < view->count; i++)
		if (view->rows[i] == row) {
			view_move_to(view, i);
			return true;
		}
	return false;
}

uint32_t view_current(const struct view *view)
{
	return view->count > 0 ? view->rows[view->cursor] : MAP_NONE;
}

uint32_t view_hidden_marks(const struct view *view)
{
	uint32_t count = view->lens.table->count, hidden = 0;
	uint8_t *marked;

	if (!view->lens.marks || view->lens.marks->count == 0 || count == 0)
		return 0;
	marked = xmalloc(count);
	rows_marked(&view->lens, 0, count, marked);
	for (uint32_t row = 0; row < count; row++)
		hidden += marked[row] && !(view->past->valid && row < view->past->rows && view->keep[row]);
	free(marked);
	return hidden;
}

void view_release(struct view *view)
{
	filter_release(&view->filter);
	if (view->past)
		filter_release(&view->past->filter);
	free(view->past);
	answers_release(view);
	free(view->order);
	free(view->keep);
	free(view->rows);
	*view = (struct view){ 0 };
}
