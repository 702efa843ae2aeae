/* trend_axes.c - the numbers at the left of a plot, the line below it, its dates. */
#include <stdlib.h>

#include "core/base/strbuf.h"
#include "core/model/trend_parts.h"

#define LABEL_GAP 2           /* blanks between two dates at least */
#define DAY 86400

int64_t trend_day_number(int64_t seconds)
{
	return seconds >= 0 ? seconds / DAY : -((-seconds + DAY - 1) / DAY);
}

void trend_put(struct trend_draft *draft, int row, int column, int32_t sign, enum trend_kind kind)
{
	struct trend_plot *plot = draft->plot;

	if (row >= 0 && row < plot->height && column >= 0 && column < plot->width)
		plot->cells[row * plot->width + column] = (struct trend_cell){ sign, (unsigned char)kind };
}

static void put_text(struct trend_draft *draft, int row, int column, const char *text)
{
	for (; *text; text++)
		trend_put(draft, row, column++, (unsigned char)*text, TREND_LABEL);
}

/* `1,500` right-aligned before the axis, on the row that is full when the count reaches it. */
void trend_draw_scale(struct trend_draft *draft)
{
	struct strbuf text = STRBUF_INIT(64);
	bool ascii = draft->want->ascii;

	for (int row = 0; row < draft->bars; row++)
		trend_put(draft, row, draft->left - 1, ascii ? '|' : 0x2502, TREND_AXIS);
	for (int tick = 0; tick * draft->per_step <= draft->used; tick++) {
		int row = draft->bars - tick * draft->per_step;
		strbuf_clear(&text);
		strbuf_add_count(&text, draft->plot->step * (uint64_t)tick);
		put_text(draft, row, draft->left - 2 - (int)text.len, strbuf_text(&text));
		if (tick)
			trend_put(draft, row, draft->left - 1, ascii ? '+' : 0x2524, TREND_AXIS);
	}
	strbuf_release(&text);
}

/* -- dates -- */

/* Whether all runs in sight lie within a day, so that hours tell them apart. */
static bool by_hour(const struct trend_draft *draft)
{
	const struct trend_item *items = draft->want->items;
	int64_t from = items[draft->plot->first].started, to = items[draft->plot->end - 1].started;

	return draft->slot_count > 1 && to >= from && to - from < DAY;
}

/* A date below the axis, or a time of day. */
static void label_text(const struct trend_draft *draft, size_t slot, struct strbuf *out)
{
	int64_t at = draft->want->items[draft->slots[slot].item].started, second = at - trend_day_number(at) * DAY;

	strbuf_clear(out);
	if (by_hour(draft))
		strbuf_addf(out, "%02d:%02d", (int)(second / 3600), (int)(second / 60 % 60));
	else
		trend_day(out, at, false);
}

/* Where a label of this length begins: in the middle below its bar, inside the plot. */
static int label_start(const struct trend_draft *draft, size_t slot, int len)
{
	int start = draft->slots[slot].x + (draft->slots[slot].width - len) / 2, last = draft->inside - len;

	if (start > last)
		start = last;
	return start > 0 ? start : 0;
}

/* The column under the middle of a bar. */
static int slot_middle(const struct trend_draft *draft, size_t slot)
{
	return draft->left + draft->slots[slot].x + (draft->slots[slot].width - 1) / 2;
}

/* Below the first date, and where another year begins. */
static void put_year(struct trend_draft *draft, size_t slot, int start, int64_t *shown)
{
	struct strbuf text = STRBUF_INIT(64);
	int64_t year;

	trend_day(&text, draft->want->items[draft->slots[slot].item].started, true);
	year = strtoll(strbuf_text(&text) + text.len - (text.len > 4 ? 4 : text.len), NULL, 10);
	if (draft->years && year != *shown)
		put_text(draft, draft->bars + 2, draft->left + start, strbuf_text(&text) + text.len - (text.len > 4 ? 4 : text.len));
	*shown = year;
	strbuf_release(&text);
}

static void put_label(struct trend_draft *draft, size_t slot, int start, const char *text, int64_t *year)
{
	int row = draft->bars;

	put_text(draft, row + 1, draft->left + start, text);
	put_year(draft, slot, start, year);
	trend_put(draft, row, slot_middle(draft, slot), draft->want->ascii ? '+' : 0x252C, TREND_AXIS);
}

static int64_t slot_day(const struct trend_draft *draft, size_t slot)
{
	return trend_day_number(draft->want->items[draft->slots[slot].item].started);
}

/* The first run of a day, unless hours are shown. */
static bool starts_day(const struct trend_draft *draft, size_t slot)
{
	return slot == 0 || slot_day(draft, slot) != slot_day(draft, slot - 1) || by_hour(draft);
}

/* The newest run always has its date; from the left on, each run has one that leaves room. */
void trend_draw_dates(struct trend_draft *draft)
{
	struct strbuf text = STRBUF_INIT(64), newest = STRBUF_INIT(64);
	size_t last = draft->slot_count - 1;
	int free_from = 0, limit;
	int64_t year = INT64_MIN;

	label_text(draft, last, &newest);
	if ((int)newest.len > draft->inside)
		goto out;
	limit = label_start(draft, last, (int)newest.len);
	for (size_t i = 0; i < last; i++) {
		label_text(draft, i, &text);
		int start = label_start(draft, i, (int)text.len);
		if (start < free_from || start + (int)text.len + LABEL_GAP > limit || !starts_day(draft, i))
			continue;
		put_label(draft, i, start, strbuf_text(&text), &year);
		free_from = start + (int)text.len + LABEL_GAP;
	}
	put_label(draft, last, limit, strbuf_text(&newest), &year);
out:
	strbuf_release(&text);
	strbuf_release(&newest);
}

/* The line under the bars; it is broken where days have no run. */
void trend_draw_axis(struct trend_draft *draft)
{
	bool ascii = draft->want->ascii;

	trend_put(draft, draft->bars, draft->left - 1, ascii ? '+' : 0x2514, TREND_AXIS);
	for (int x = 0; x < draft->inside; x++)
		trend_put(draft, draft->bars, draft->left + x, ascii ? '-' : 0x2500, TREND_AXIS);
	for (size_t i = 1; i < draft->slot_count; i++)
		for (int x = draft->slots[i - 1].x + draft->slots[i - 1].width; draft->slots[i].broken && x < draft->slots[i].x; x++)
			trend_put(draft, draft->bars, draft->left + x, ' ', TREND_BLANK);
}

void trend_draw_pointer(struct trend_draft *draft)
{
	for (size_t i = 0; i < draft->slot_count; i++)
		if (draft->slots[i].item == draft->want->cursor)
			trend_put(draft, draft->bars, slot_middle(draft, i), draft->want->ascii ? '^' : 0x25B2, TREND_POINTER);
}

/* Columns of the longest number beside the axis. */
int trend_label_columns(const struct trend_draft *draft)
{
	struct strbuf text = STRBUF_INIT(64);
	int wide;

	strbuf_add_count(&text, draft->plot->top);
	wide = (int)text.len;
	strbuf_release(&text);
	return wide;
}
