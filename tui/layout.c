#include "tui/layout.h"

#include <stdint.h>

#define PANE_LEAST 38    /* columns of the pane on the narrowest screen that has one */

/* A row of full width; gives the next y. */
static int row(struct area *area, int y, int cols, int height)
{
	*area = (struct area){ y, 0, height, cols };
	return y + height;
}

/* The pane begins with 38 of 120 columns, so that the host keeps room for its name, and gets three eighths of what is more; the
 * divider is the column before it. */
static void split_pane(const struct layout_want *want, struct layout_screen *screen, int top, int height)
{
	int width = PANE_LEAST + (want->cols - LAYOUT_PANE_COLS) * 3 / 8;
	int left = want->cols - width - 1;

	if (!want->inspector || want->cols < LAYOUT_PANE_COLS)
		return;
	screen->pane = (struct area){ top, left + 1, height, width };
	screen->divider = left;
	screen->head.width = left;
	screen->body.width = left;
}

void layout_screen(const struct layout_want *want, struct layout_screen *screen)
{
	int banner = want->banner > 0 ? want->banner : 0;
	int y = 0, top, bottom;

	*screen = (struct layout_screen){ .divider = -1 };
	if (want->rows < LAYOUT_MIN_ROWS || want->cols < LAYOUT_MIN_COLS)
		return;
	screen->fits = true;
	/* However many reasons a run has, most of the screen stays the table's. */
	if (banner > want->rows / 4)
		banner = want->rows / 4;
	y = row(&screen->title, y, want->cols, 1);
	if (want->tabs)
		y = row(&screen->tabs, y, want->cols, 1);
	if (want->filter)
		y = row(&screen->filter, y, want->cols, 1);
	if (banner)
		y = row(&screen->banner, y, want->cols, banner);
	top = y;
	if (want->head)
		y = row(&screen->head, y, want->cols, 1);
	bottom = want->rows - 3;
	row(&screen->body, y, want->cols, bottom - y);
	row(&screen->status, bottom, want->cols, 1);
	row(&screen->message, bottom + 1, want->cols, 1);
	row(&screen->footer, bottom + 2, want->cols, 1);
	split_pane(want, screen, top, bottom - top);
}

/* Columns that the kept ones need, gaps included. */
static int needed(const struct layout_column *columns, const bool *kept, size_t count, int gap)
{
	int64_t sum = 0;
	size_t i, n = 0;

	for (i = 0; i < count; i++)
		if (kept[i]) {
			sum += columns[i].width > 0 ? columns[i].width : 1;
			n++;
		}
	sum += n ? (int64_t)(n - 1) * gap : 0;
	return sum > INT32_MAX ? INT32_MAX : (int)sum;
}

/* The kept column that goes first: highest priority, the rightmost of equals; count when only pinned ones are left. */
static size_t weakest(const struct layout_column *columns, const bool *kept, size_t count)
{
	size_t worst = count, i;

	for (i = 0; i < count; i++)
		if (kept[i] && columns[i].priority > 0 && (worst == count || columns[i].priority >= columns[worst].priority))
			worst = i;
	return worst;
}

static void choose(const struct layout_column *columns, bool *kept, size_t count, int width, int gap, size_t skip)
{
	size_t i, worst;

	for (i = 0; i < count; i++) {
		kept[i] = columns[i].priority == 0 || skip == 0;
		skip -= columns[i].priority != 0 && skip > 0;
	}
	while (needed(columns, kept, count, gap) > width) {
		worst = weakest(columns, kept, count);
		if (worst == count)
			return;
		kept[worst] = false;
	}
}

size_t layout_columns(const struct layout_column *columns, size_t count, int width, int gap, size_t skip,
	struct layout_place *places)
{
	bool kept[LAYOUT_COLUMNS_MAX];
	int spare, x = 0;
	size_t i, n = 0;

	if (count > LAYOUT_COLUMNS_MAX)
		count = LAYOUT_COLUMNS_MAX;
	choose(columns, kept, count, width, gap, skip);
	spare = width - needed(columns, kept, count, gap);
	for (i = 0; i < count; i++) {
		int wide = columns[i].width > 0 ? columns[i].width : 1;

		if (!kept[i] || x >= width)
			continue;
		if (spare > 0 && columns[i].max > wide) {
			int more = columns[i].max - wide < spare ? columns[i].max - wide : spare;

			wide += more;
			spare -= more;
		}
		/* Only pinned columns can still be too wide: the last of them gives way. */
		if (wide > width - x)
			wide = width - x;
		places[n++] = (struct layout_place){ columns[i].id, x, wide };
		x += wide + gap;
	}
	return n;
}

size_t layout_scroll(size_t top, size_t cursor, size_t count, size_t rows, size_t margin)
{
	size_t last;

	if (rows == 0 || count <= rows)
		return 0;
	if (cursor >= count)
		cursor = count - 1;
	if (margin > (rows - 1) / 2)
		margin = (rows - 1) / 2;
	if (cursor < top + margin)
		top = cursor > margin ? cursor - margin : 0;
	if (cursor + margin >= top + rows)
		top = cursor + margin + 1 - rows;
	last = count - rows;
	return top < last ? top : last;
}

struct area layout_centre(int rows, int cols, int height, int width)
{
	struct area area;

	if (height > rows)
		height = rows;
	if (width > cols)
		width = cols;
	area = (struct area){ (rows - height) / 2, (cols - width) / 2, height, width };
	return area;
}
