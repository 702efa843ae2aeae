#include "tui/list.h"

#include <limits.h>

#include "tui/layout.h"

/* Scrolls as little as needed. */
static void follow(struct list *list)
{
	list->top = layout_scroll(list->top, list->cursor, list->count, list->rows, LIST_MARGIN);
}

/* A list may shrink under its cursor; it then stands on the last line. */
void list_fit(struct list *list, size_t count, size_t rows)
{
	list->count = count;
	list->rows = rows;
	if (list->cursor >= count)
		list->cursor = count ? count - 1 : 0;
	follow(list);
}

void list_move_to(struct list *list, size_t index)
{
	if (index >= list->count)
		index = list->count ? list->count - 1 : 0;
	list->cursor = index;
	follow(list);
}

/* -LONG_MAX and LONG_MAX are the ends: no sum here may overflow. */
void list_move(struct list *list, long by)
{
	if (by < 0) {
		size_t back = (size_t)-(by + 1) + 1;

		list_move_to(list, back > list->cursor ? 0 : list->cursor - back);
	} else {
		size_t left = list->count > list->cursor ? list->count - list->cursor : 0;

		list_move_to(list, (size_t)by >= left ? list->count : list->cursor + (size_t)by);
	}
}

/* One table of distances for lists, the main table and pages. */
bool list_distance(enum action_id id, size_t rows, long *by)
{
	long page = rows > 1 ? (long)rows - 1 : 1;   /* a page keeps one line in sight */
	long half = rows > 1 ? (long)rows / 2 : 1;

	switch (id) {
	case ACTION_UP: *by = -1; return true;
	case ACTION_DOWN: *by = 1; return true;
	case ACTION_HALF_UP: *by = -half; return true;
	case ACTION_HALF_DOWN: *by = half; return true;
	case ACTION_PAGE_UP: *by = -page; return true;
	case ACTION_PAGE_DOWN: *by = page; return true;
	case ACTION_TOP: *by = -LONG_MAX; return true;
	case ACTION_BOTTOM: *by = LONG_MAX; return true;
	default: return false;
	}
}

bool list_act(struct list *list, enum action_id id)
{
	long by;

	if (!list_distance(id, list->rows, &by))
		return false;
	list_move(list, by);
	return true;
}

bool list_scroll(enum action_id id, size_t count, size_t rows, size_t *top)
{
	/* The last line may come to the lower edge, not further. */
	size_t last = count > rows ? count - rows : 0;
	long by;

	if (!list_distance(id, rows, &by))
		return false;
	if (by < 0) {
		size_t back = (size_t)-(by + 1) + 1;

		*top = back > *top ? 0 : *top - back;
	} else {
		*top = (size_t)by > last || *top + (size_t)by > last ? last : *top + (size_t)by;
	}
	if (*top > last)
		*top = last;
	return true;
}
