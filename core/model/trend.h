/* trend.h - the counts of many runs as a plot of text cells. Pure: numbers in, characters out; the console colours the cells, the
 * headless command prints them.
 *
 * trend.c        what a run's numbers are worth, figures of a series, small plots of one line, notes
 * trend_plot.c   the plot: its scale, its columns, its bars        trend_axes.c   numbers, dates, lines around them
 * trend_host.c   the runs of one host, equal neighbours folded
 *
 * A plot must not lie: its axis begins at 0, its steps are 1, 2 or 5 times a power of ten, and a row is full when the count reaches
 * the number beside it. A run that is incomplete, that did not count groups, or that had no server never looks like a small or a
 * good number. */
#ifndef ROUSE_TREND_H
#define ROUSE_TREND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/model/table.h"
#include "core/model/verdict.h"

struct strbuf;

/* The counts of one run, for the trend. */
struct trend_item {
	int64_t run, started;
	bool complete;
	bool known;                       /* false: a run from before groups were counted, asked for by group */
	uint32_t counts[VERDICT_COUNT];
};

/* What the counts of a run are worth. */
enum trend_state {
	TREND_COUNTED,       /* a complete run */
	TREND_INCOMPLETE,    /* counted, but not comparable */
	TREND_UNKNOWN,       /* from before groups were counted: not 0 */
	TREND_EMPTY,         /* complete, but no server at all was in scope: not 0 findings either */
	TREND_STATES
};

enum trend_state trend_state(const struct trend_item *item);

/* What is plotted: findings in total, or one verdict. */
#define TREND_SERIES (1 + VERDICT_COUNT)
const char *trend_series_name(unsigned series);   /* 0: `findings`; then the verdicts in the order of the count line */
uint64_t trend_value(const struct trend_item *item, unsigned series);

/* A series in four numbers, over complete runs with servers alone; indexes into the items, TREND_NOWHERE when there is no such run. */
#define TREND_NOWHERE SIZE_MAX
struct trend_figures {
	size_t first, lowest, highest, last;
	size_t states[TREND_STATES];      /* runs of each state */
};

void trend_figures(const struct trend_item *items, size_t count, unsigned series, struct trend_figures *figures);
/* Their columns, and how each is written: `1,906`; the last one is that of the newest run, in parentheses when it is incomplete, `?` or `-`
 * when it has none; `n/a` when no run counts. */
enum trend_figure { TREND_FIRST, TREND_LOWEST, TREND_HIGHEST, TREND_LAST, TREND_FIGURES };
extern const char *const trend_figure_names[TREND_FIGURES];
void trend_figure_text(const struct trend_item *items, size_t count, unsigned series, enum trend_figure which, struct strbuf *out);
/* `falling`, `rising` or `level` from the first to the last complete run; "" when there are not two. */
const char *trend_direction(const struct trend_item *items, size_t count, unsigned series);

/* -- cells -- */

enum trend_kind {
	TREND_BLANK,
	TREND_LABEL,     /* numbers and dates beside the axes */
	TREND_AXIS,
	TREND_BAR,       /* a complete run */
	TREND_DOUBT,     /* an incomplete run */
	TREND_SIGN,      /* 0, and what has no number: ? and - */
	TREND_POINTER,   /* below the run under the cursor */
};

/* One column of one row. */
struct trend_cell {
	int32_t sign;            /* code point */
	unsigned char kind;      /* enum trend_kind */
};

/* Appends the signs of a row, blanks at its end left out. */
void trend_cells_text(const struct trend_cell *cells, size_t count, struct strbuf *out);

/* The newest `width` runs as one cell each, oldest first: eighth blocks, or with `ascii` digits for tenths of the highest; a dot is 0.
 * Returns how many cells were written. */
size_t trend_spark(const struct trend_item *items, size_t count, unsigned series, size_t width, bool ascii, struct trend_cell *cells);

/* -- the plot -- */

#define TREND_MIN_WIDTH 20
#define TREND_MIN_HEIGHT 4
#define TREND_MAX_WIDTH 1000
#define TREND_MAX_HEIGHT 200

struct trend_want {
	const struct trend_item *items;   /* oldest first; borrowed */
	size_t count;
	unsigned series;
	int width, height;                /* of all of it, axes and dates included; cut to the bounds above */
	size_t cursor;                    /* the run with the pointer, which is always in sight; TREND_NOWHERE: none */
	bool ascii;
};

/* A finished plot. trend_plot_release() gives it back. */
struct trend_plot {
	struct trend_cell *cells;         /* height rows of width; owned */
	int width, height;                /* 0 when there was nothing to plot, or no room */
	size_t first, end;                /* the runs in sight: [first, end) of the items */
	uint64_t step, top;               /* between two numbers of the axis; the highest of them */
	size_t breaks;                    /* places with days without a run: a break in the axis */
	int64_t break_from, break_to;     /* the longest of them: the runs before and after it, seconds */
};

/* Makes a plot of as many runs as fit, the newest at the right unless the cursor asks for older ones. */
void trend_plot_make(const struct trend_want *want, struct trend_plot *plot);
const struct trend_cell *trend_plot_row(const struct trend_plot *plot, int row);
void trend_plot_release(struct trend_plot *plot);

/* What must be said beside a plot, a phrase a line, the weightiest first: what its signs mean, runs that are not in it. `others`: runs
 * of other scopes; `more`: the store has still older runs than the items. Nothing when there is nothing to say. */
void trend_notes(const struct trend_want *want, const struct trend_plot *plot, size_t others, bool more, struct strbuf *out);

/* `12 Nov`, `12 Nov 2026`, `06:00`: parts of a time in UTC. */
void trend_day(struct strbuf *out, int64_t seconds, bool year);
/* `12 Nov 2026 to 20 Nov 2026`, or the one day. */
void trend_days(struct strbuf *out, int64_t first, int64_t last);

/* -- one host -- */

/* A host in one run of its scope, or of another one. Newest first in an array. */
struct trend_seen {
	int64_t run, started;
	bool complete;            /* of the run */
	bool other_scope;         /* the run looked at other servers */
	bool present;             /* the run has a row of the host; what is below counts only then */
	enum verdict verdict;
	enum change change;
	uint16_t flags;
	int64_t signature_time;   /* seconds or TIME_NONE */
};

/* Whether the run really reported the host; not when it only says that the host vanished. */
bool trend_there(const struct trend_seen *seen);

/* Neighbours of which the same can be said: items [first, first + count), newest first. */
struct trend_span {
	size_t first, count;
};

/* Folds neighbours that are equal but for their number, their time and the age of the signatures. `spans` has room for `count`; returns how
 * many there are. Each item is in exactly one. */
size_t trend_fold(const struct trend_seen *seen, size_t count, struct trend_span *spans);
/* What is to be said of a span: `passive, persisting, signature 33d to 40d, stale`, or `not reported`. */
void trend_span_text(const struct trend_seen *seen, const struct trend_span *span, struct strbuf *out);

#endif
