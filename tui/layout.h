/* layout.h - where things go: pure arithmetic, no curses, tested as text. */
#ifndef ROUSE_LAYOUT_H
#define ROUSE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#define LAYOUT_MIN_COLS 60
#define LAYOUT_MIN_ROWS 15
#define LAYOUT_PANE_COLS 120     /* from here on there is room for the inspector */
#define LAYOUT_COLUMNS_MAX 128   /* columns placed at most */

/* A rectangle of the screen; height or width 0 means it is not there. */
struct area {
	int y, x, height, width;
};

/* What is wanted of the screen. */
struct layout_want {
	int rows, cols;      /* of the terminal */
	bool tabs;           /* a line of tabs below the title */
	bool filter;         /* a line for the filter or the counts below the tabs */
	bool head;           /* a line of column heads */
	bool inspector;      /* the pane at the right, when it fits */
	int banner;          /* lines for an incomplete run, above the head */
};

/* The main screen, from the top down: title, tabs, filter, banner, head + body (with the pane beside them), status, message,
 * footer. The title, status, message and footer are always there. */
struct layout_screen {
	bool fits;              /* false below LAYOUT_MIN_*: show one line, "60x15 needed, now 52x12" */
	struct area title, tabs, filter, banner, head, body, pane, status, message, footer;
	int divider;            /* column of the line left of the pane, -1 without one; as tall as the pane */
};

void layout_screen(const struct layout_want *want, struct layout_screen *screen);

/* A column that wants a place, in display order. */
struct layout_column {
	int id;          /* the caller's; a column number of the model */
	int width;       /* least columns it needs */
	int max;         /* what it may grow to; 0 means it does not grow */
	int priority;    /* 0 is never dropped; among the others the highest number goes first, ties from the right */
};

/* Where it ended up. */
struct layout_place {
	int id;
	int x, width;
};

/* Places columns in `width` columns with `gap` blanks between them. `skip` columns of priority other than 0 are left out at the
 * left first (sideways scrolling). What is left over goes to the columns that grow, the first one first. Of columns of priority 0
 * that do not fit, the last is narrowed; one without any room is left out. Writes at most `count` places and returns how many. */
size_t layout_columns(const struct layout_column *columns, size_t count, int width, int gap, size_t skip,
	struct layout_place *places);

/* The first row to show so that `cursor` is among `rows` rows of a list of `count`, moving `top` as little as possible and
 * keeping up to `margin` rows of context. */
size_t layout_scroll(size_t top, size_t cursor, size_t count, size_t rows, size_t margin);

/* A box of height x width in the middle of a screen, made smaller when it does not fit. */
struct area layout_centre(int rows, int cols, int height, int width);

#endif
