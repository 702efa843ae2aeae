/* screen_trend_inner.h - the trend screen, shared by screen_trend.c (data, layout, keys) and screen_trend_draw.c; its cells also
 * by screen_runs.c. */
#ifndef ROUSE_SCREEN_TREND_INNER_H
#define ROUSE_SCREEN_TREND_INNER_H

#include "core/base/strbuf.h"
#include "core/session/trend_load.h"
#include "tui/app.h"
#include "tui/list.h"

#define TREND_ALL SIZE_MAX   /* no machine group: all of them */
#define TREND_LINE_BYTES 4096

struct screen_trend {
	struct screen base;
	struct list list;          /* of the series */
	struct trend_set set;
	size_t group;              /* index into set.groups, or TREND_ALL */
	size_t run;                /* index of the run under the cursor */
	int64_t made_for;          /* id of the run on hand when this was read */
	int plot_lines, note_lines;
	struct strbuf notes;       /* packed into lines of the screen */
	char failed[1024];         /* why it could not be read, "" when it could */
};

/* What is plotted now. */
struct trend_want trend_want_of(const struct app *app, const struct screen_trend *self);
/* Only ASCII may be drawn: by the terminal, or because nobody looks at the plot. */
bool trend_ascii(void);
/* Draws cells of a plot, each kind in its role. */
void trend_draw_cells(int y, int x, const struct trend_cell *cells, size_t count);
void trend_draw(struct app *app, struct screen *screen);

#endif
