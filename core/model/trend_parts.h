/* trend_parts.h - a plot while it is made, shared by trend_plot.c (scale, columns, bars) and trend_axes.c (what stands around them). */
#ifndef ROUSE_TREND_PARTS_H
#define ROUSE_TREND_PARTS_H

#include "core/model/trend.h"

/* The columns of one run. */
struct trend_slot {
	size_t item;
	int x, width;        /* of its bar, counted from the first column of the plot's inside */
	bool broken;         /* days without a run lie before it */
};

/* A plot while it is made. The inside is what lies right of the axis and above the dates. */
struct trend_draft {
	const struct trend_want *want;
	struct trend_plot *plot;
	struct trend_slot *slots;  /* one for each run in sight, oldest first; owned */
	size_t slot_count;
	size_t slot_total;   /* with the breaks, which take one each */
	int left, inside;    /* columns before the inside, and of it */
	int bars;            /* rows of bars */
	int used;            /* of them, up to the highest number of the axis */
	int per_step;        /* rows between two numbers */
	bool years;          /* there is a row for them */
};

int64_t trend_day_number(int64_t seconds);   /* days since 1970, rounded down */
/* A cell; nothing outside the plot. */
void trend_put(struct trend_draft *draft, int row, int column, int32_t sign, enum trend_kind kind);
/* Columns of the longest number beside the axis. */
int trend_label_columns(const struct trend_draft *draft);
void trend_draw_scale(struct trend_draft *draft);
/* The line under the bars; it is broken where days have no run. */
void trend_draw_axis(struct trend_draft *draft);
void trend_draw_dates(struct trend_draft *draft);
void trend_draw_pointer(struct trend_draft *draft);

#endif
