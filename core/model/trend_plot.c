/* trend_plot.c - the plot: scale, columns, bars. */
#include <stdlib.h>

#include "core/base/arena.h"
#include "core/model/trend_parts.h"

#define SLOT_MAX 6            /* columns of one run at most, the blank beside its bar included */
#define TICKS_MAX 6           /* numbers on the axis above 0 at most */
#define YEAR_ROWS 9           /* from this height on the years have a row of their own */

/* -- columns -- */

static int number_compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Days from one run to the next one of another day, as they mostly are: 1 for daily runs, 7 for weekly ones. */
static int64_t usual_days(const struct trend_item *items, size_t count)
{
	int64_t *days = xcalloc(count + 1, sizeof *days), usual;
	size_t n = 0;

	for (size_t i = 1; i < count; i++) {
		int64_t between = trend_day_number(items[i].started) - trend_day_number(items[i - 1].started);
		if (between > 0)
			days[n++] = between;
	}
	if (n)
		qsort(days, n, sizeof *days, number_compare);
	usual = n ? days[(n - 1) / 2] : 1;
	free(days);
	return usual;
}

/* Whether runs are missing between two neighbours: more than half as long again as usual, by whole days. */
static bool is_break(const struct trend_item *items, size_t later, int64_t usual)
{
	return later > 0 && 2 * (trend_day_number(items[later].started) - trend_day_number(items[later - 1].started)) > 3 * usual;
}

static size_t count_breaks(const struct trend_item *items, size_t first, size_t end, int64_t usual)
{
	size_t n = 0;

	for (size_t i = first + 1; i < end; i++)
		n += is_break(items, i, usual);
	return n;
}

/* The runs in sight: the newest that fit, or those from the cursor on when it stands further left. A break takes a column. */
static void choose_runs(struct trend_draft *draft, int64_t usual)
{
	const struct trend_item *items = draft->want->items;
	size_t count = draft->want->count, first = count, end = count, room = (size_t)draft->inside;
	size_t wide = room;

	while (first > 0) {
		size_t need = first < count && is_break(items, first, usual) ? 2 : 1;
		if (need > room)
			break;
		room -= need;
		first--;
	}
	if (draft->want->cursor < first) {
		first = end = draft->want->cursor;
		for (room = wide; end < count; end++) {
			size_t need = end > first && is_break(items, end, usual) ? 2 : 1;
			if (need > room)
				break;
			room -= need;
		}
	}
	draft->slot_total = end - first + count_breaks(items, first, end, usual);
	draft->plot->first = first;
	draft->plot->end = end;
}

/* Wide bars have a blank between them, and the newest stands at the right edge: what is blank is the time before the first. Narrow ones
 * touch and fill the width, some a column wider than others: a comb, or a half empty plot, is harder to read. */
static struct trend_slot slot_place(const struct trend_draft *draft, size_t at, size_t item)
{
	size_t wide = (size_t)draft->inside, total = draft->slot_total;
	int width = (int)(wide / total), from = (int)(at * wide / total);

	if (width < 3)
		return (struct trend_slot){ .item = item, .x = from, .width = (int)((at + 1) * wide / total) - from };
	if (width > SLOT_MAX)
		width = SLOT_MAX;
	return (struct trend_slot){ .item = item, .x = draft->inside + 1 - (int)(total - at) * width, .width = width - 1 };
}

/* Gives each run in sight its columns, and finds the breaks. */
static void place_runs(struct trend_draft *draft)
{
	const struct trend_item *items = draft->want->items;
	struct trend_plot *plot = draft->plot;
	int64_t usual = usual_days(items, draft->want->count);
	size_t at = 0;

	choose_runs(draft, usual);
	draft->slots = xcalloc(plot->end - plot->first + 1, sizeof *draft->slots);
	for (size_t i = plot->first; i < plot->end; i++) {
		bool broken = i > plot->first && is_break(items, i, usual);
		if (broken) {
			if (!plot->breaks++ || items[i].started - items[i - 1].started > plot->break_to - plot->break_from) {
				plot->break_from = items[i - 1].started;
				plot->break_to = items[i].started;
			}
			at++;
		}
		draft->slots[draft->slot_count] = slot_place(draft, at++, i);
		draft->slots[draft->slot_count++].broken = broken;
	}
}

/* -- scale -- */

/* The least of 1, 2, 5, 10, 20, 50... that is not below. */
static uint64_t round_step(uint64_t least)
{
	static const unsigned digits[] = { 1, 2, 5 };
	uint64_t power = 1;

	for (;; power *= 10)
		for (size_t d = 0; d < sizeof digits / sizeof *digits; d++)
			if (power * digits[d] >= least)
				return power * digits[d];
}

/* Among one to TICKS_MAX numbers on the axis, the choice that gives the highest count the most rows. */
static void choose_scale(struct trend_draft *draft, uint64_t highest)
{
	double best = -1;

	for (int ticks = 1; ticks <= TICKS_MAX && (ticks == 1 || draft->bars / ticks >= 2); ticks++) {
		uint64_t step = round_step(highest ? (highest + (uint64_t)ticks - 1) / (uint64_t)ticks : 1);
		int needed = highest ? (int)((highest + step - 1) / step) : 1;
		int per_step = draft->bars / needed;
		double reach = (double)(needed * per_step) * (double)highest / ((double)step * needed);

		if (reach < best)
			continue;
		best = reach;
		draft->plot->step = step;
		draft->plot->top = step * (uint64_t)needed;
		draft->per_step = per_step;
		draft->used = needed * per_step;
	}
}

static uint64_t highest_value(const struct trend_want *want, size_t first, size_t end)
{
	uint64_t highest = 0;

	for (size_t i = first; i < end; i++)
		if (want->items[i].known && trend_value(&want->items[i], want->series) > highest)
			highest = trend_value(&want->items[i], want->series);
	return highest;
}

/* -- bars -- */

/* A row of a complete run's bar: its eighths, rounded down, so that a row is full only when the count is reached. */
static int32_t bar_sign(int eighths, bool ascii)
{
	static const char rough[] = " ...oooo#";

	return ascii ? rough[eighths] : eighths ? 0x2580 + eighths : ' ';
}

static void draw_slot(struct trend_draft *draft, const struct trend_slot *slot)
{
	const struct trend_item *item = &draft->want->items[slot->item];
	enum trend_state state = trend_state(item);
	uint64_t value = trend_value(item, draft->want->series), top = draft->plot->top;
	int64_t eighths = (int64_t)(value * 8 * (uint64_t)draft->used / top);
	int32_t sign = state == TREND_UNKNOWN ? '?' : state == TREND_EMPTY ? '-' : '0';

	if (value && !eighths)
		eighths = 1;
	if (state == TREND_UNKNOWN || state == TREND_EMPTY || (state == TREND_COUNTED && !value)) {
		trend_put(draft, draft->bars - 1, draft->left + slot->x + (slot->width - 1) / 2, sign, TREND_SIGN);
		return;
	}
	/* Hollow, and at least one cell: also an incomplete 0 is seen. */
	if (state == TREND_INCOMPLETE)
		eighths = eighths > 8 ? (eighths + 7) / 8 * 8 : 8;
	for (int row = draft->bars - 1; row >= 0 && eighths > 0; row--, eighths -= 8) {
		int part = eighths < 8 ? (int)eighths : 8;
		for (int x = 0; x < slot->width; x++) {
			int column = draft->left + slot->x + x;
			if (state == TREND_INCOMPLETE)
				trend_put(draft, row, column, draft->want->ascii ? ':' : 0x2591, TREND_DOUBT);
			else
				trend_put(draft, row, column, bar_sign(part, draft->want->ascii), TREND_BAR);
		}
	}
}

/* -- all of it -- */

static int bounded(int value, int most)
{
	return value < most ? value : most;
}

void trend_plot_make(const struct trend_want *want, struct trend_plot *plot)
{
	struct trend_draft draft = { .want = want, .plot = plot };
	int width = bounded(want->width, TREND_MAX_WIDTH), height = bounded(want->height, TREND_MAX_HEIGHT);

	*plot = (struct trend_plot){ .first = want->count, .end = want->count };
	if (!want->count || width < TREND_MIN_WIDTH || height < TREND_MIN_HEIGHT)
		return;
	plot->width = width;
	plot->height = height;
	plot->cells = xcalloc((size_t)width * (size_t)height, sizeof *plot->cells);
	for (int i = 0; i < width * height; i++)
		plot->cells[i].sign = ' ';
	draft.years = height >= YEAR_ROWS;
	draft.bars = height - 2 - draft.years;
	/* The highest number of all runs makes room for the labels, so that the plot stands still; what is in sight makes the scale. */
	choose_scale(&draft, highest_value(want, 0, want->count));
	draft.left = trend_label_columns(&draft) + 2;
	draft.inside = width - draft.left;
	place_runs(&draft);
	choose_scale(&draft, highest_value(want, plot->first, plot->end));
	trend_draw_scale(&draft);
	trend_draw_axis(&draft);
	for (size_t i = 0; i < draft.slot_count; i++)
		draw_slot(&draft, &draft.slots[i]);
	trend_draw_dates(&draft);
	trend_draw_pointer(&draft);
	free(draft.slots);
}

const struct trend_cell *trend_plot_row(const struct trend_plot *plot, int row)
{
	return &plot->cells[row * plot->width];
}

void trend_plot_release(struct trend_plot *plot)
{
	free(plot->cells);
	*plot = (struct trend_plot){ 0 };
}
