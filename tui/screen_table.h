/* screen_table.h - the main screen, shared by its files: screen_table.c acts, table_draw.c draws, table_places.c places
 * the columns. */
#ifndef ROUSE_SCREEN_TABLE_H
#define ROUSE_SCREEN_TABLE_H

#include "tui/app.h"
#include "tui/page.h"

#define TABLE_GUTTER 3   /* mark, change, a blank */

struct screen_table {
	struct screen base;
	uint32_t top;            /* first row of the view on the screen */
	size_t skip;             /* columns scrolled away at the left */
	char anchor[320];        /* packed id of the host where a range of marks began */
	size_t anchor_len;       /* 0: no range */
	struct page inspector;   /* of the host under the cursor */
	uint64_t inspected;      /* what the inspector was made for, as a hash; see table_inspect() */
};

void table_draw(struct app *app, struct screen *screen);
/* Places the columns; returns how many of `places` are used. Ids are indexes into app->columns. */
size_t table_places(struct app *app, const struct screen_table *table, struct layout_place places[APP_COLUMNS_MAX]);
/* Rows of the view between the anchor and the cursor; false when no range was begun or its host is not shown. */
bool table_range(struct app *app, const struct screen_table *table, uint32_t *from, uint32_t *to);

#endif
