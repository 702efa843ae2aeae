#include "core/model/trend.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"

/* -- values -- */

static uint64_t servers(const struct trend_item *item)
{
	uint64_t sum = 0;

	for (int v = 0; v < VERDICT_COUNT; v++)
		sum += item->counts[v];
	return sum;
}

enum trend_state trend_state(const struct trend_item *item)
{
	if (!item->known)
		return TREND_UNKNOWN;
	if (!item->complete)
		return TREND_INCOMPLETE;
	return servers(item) ? TREND_COUNTED : TREND_EMPTY;
}

const char *trend_series_name(unsigned series)
{
	return series ? verdicts[series - 1].name : "findings";
}

uint64_t trend_value(const struct trend_item *item, unsigned series)
{
	return series ? item->counts[series - 1] : servers(item) - item->counts[VERDICT_ACTIVE];
}

/* Of equal values the newest is the lowest and the highest: "since when" is asked about the last one. */
void trend_figures(const struct trend_item *items, size_t count, unsigned series, struct trend_figures *figures)
{
	*figures = (struct trend_figures){ .first = TREND_NOWHERE, .lowest = TREND_NOWHERE, .highest = TREND_NOWHERE, .last = TREND_NOWHERE };
	for (size_t i = 0; i < count; i++) {
		enum trend_state state = trend_state(&items[i]);
		uint64_t value = trend_value(&items[i], series);

		figures->states[state]++;
		if (state != TREND_COUNTED)
			continue;
		if (figures->first == TREND_NOWHERE)
			figures->first = figures->lowest = figures->highest = i;
		figures->last = i;
		if (value <= trend_value(&items[figures->lowest], series))
			figures->lowest = i;
		if (value >= trend_value(&items[figures->highest], series))
			figures->highest = i;
	}
}

const char *const trend_figure_names[TREND_FIGURES] = { "first", "lowest", "highest", "last" };

void trend_figure_text(const struct trend_item *items, size_t count, unsigned series, enum trend_figure which, struct strbuf *out)
{
	struct trend_figures figures;
	enum trend_state newest = count ? trend_state(&items[count - 1]) : TREND_COUNTED;

	trend_figures(items, count, series, &figures);
	const size_t places[TREND_FIGURES] = { figures.first, figures.lowest, figures.highest, figures.last };
	if (which == TREND_LAST && newest == TREND_INCOMPLETE) {
		strbuf_addc(out, '(');
		strbuf_add_count(out, trend_value(&items[count - 1], series));
		strbuf_addc(out, ')');
	} else if (which == TREND_LAST && newest != TREND_COUNTED) {
		strbuf_addc(out, newest == TREND_UNKNOWN ? '?' : '-');
	} else if (places[which] == TREND_NOWHERE) {
		strbuf_adds(out, "n/a");
	} else {
		strbuf_add_count(out, trend_value(&items[places[which]], series));
	}
}

const char *trend_direction(const struct trend_item *items, size_t count, unsigned series)
{
	struct trend_figures figures;
	uint64_t first, last;

	trend_figures(items, count, series, &figures);
	if (figures.first == figures.last)
		return "";
	first = trend_value(&items[figures.first], series);
	last = trend_value(&items[figures.last], series);
	return last < first ? "falling" : last > first ? "rising" : "level";
}

/* -- cells -- */

void trend_cells_text(const struct trend_cell *cells, size_t count, struct strbuf *out)
{
	while (count && cells[count - 1].sign == ' ')
		count--;
	for (size_t i = 0; i < count; i++)
		utf8_append(out, cells[i].sign);
}

/* Height of one value in a row of its own: 1 for the least above 0, `steps` for the highest. */
static int32_t level(uint64_t value, uint64_t highest, unsigned steps)
{
	uint64_t share = highest ? value * steps / highest : 0;

	return share || !value ? (int32_t)share : 1;
}

static struct trend_cell spark_cell(const struct trend_item *item, unsigned series, uint64_t highest, bool ascii)
{
	uint64_t value = trend_value(item, series);

	switch (trend_state(item)) {
	case TREND_UNKNOWN:
		return (struct trend_cell){ '?', TREND_SIGN };
	case TREND_EMPTY:
		return (struct trend_cell){ '-', TREND_SIGN };
	case TREND_INCOMPLETE:
		return (struct trend_cell){ ascii ? ':' : 0x2591, TREND_DOUBT };
	case TREND_COUNTED:
	case TREND_STATES:
		break;
	}
	if (!value)
		return (struct trend_cell){ ascii ? '0' : 0xB7, TREND_SIGN };
	return (struct trend_cell){ (ascii ? '0' : 0x2580) + level(value, highest, ascii ? 9 : 8), TREND_BAR };
}

size_t trend_spark(const struct trend_item *items, size_t count, unsigned series, size_t width, bool ascii, struct trend_cell *cells)
{
	size_t shown = count < width ? count : width;
	uint64_t highest = 0;

	items += count - shown;
	for (size_t i = 0; i < shown; i++)
		if (trend_state(&items[i]) == TREND_COUNTED && trend_value(&items[i], series) > highest)
			highest = trend_value(&items[i], series);
	for (size_t i = 0; i < shown; i++)
		cells[i] = spark_cell(&items[i], series, highest, ascii);
	return shown;
}

/* -- words -- */

void trend_day(struct strbuf *out, int64_t seconds, bool year)
{
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct strbuf full = STRBUF_INIT(64);
	const char *text;
	unsigned month;

	time_format(&full, seconds);
	text = strbuf_text(&full);
	/* 2026-11-20T06:00:00Z; a year of more digits cannot come out of time_parse(). */
	if (full.len >= 10) {
		month = (unsigned)((text[5] - '0') * 10 + text[6] - '0');
		strbuf_addf(out, "%d %s", (text[8] - '0') * 10 + text[9] - '0', month >= 1 && month <= 12 ? months[month - 1] : "?");
		if (year)
			strbuf_addf(out, " %.4s", text);
	}
	strbuf_release(&full);
}

void trend_days(struct strbuf *out, int64_t first, int64_t last)
{
	struct strbuf from = STRBUF_INIT(64), to = STRBUF_INIT(64);

	trend_day(&from, first, true);
	trend_day(&to, last, true);
	strbuf_adds(out, strbuf_text(&from));
	if (strcmp(strbuf_text(&from), strbuf_text(&to)) != 0)
		strbuf_addf(out, " to %s", strbuf_text(&to));
	strbuf_release(&from);
	strbuf_release(&to);
}

static const char *plural(size_t count, const char *one, const char *many)
{
	return count == 1 ? one : many;
}

/* One phrase; the counts are those of the runs in sight, as the signs are. */
static void state_notes(const struct trend_figures *figures, bool ascii, struct strbuf *out)
{
	size_t n = figures->states[TREND_INCOMPLETE];

	if (n)
		strbuf_addf(out, "%s %zu incomplete %s, not comparable\n", ascii ? ":" : "░", n, plural(n, "run", "runs"));
	n = figures->states[TREND_UNKNOWN];
	if (n)
		strbuf_addf(out, "? %zu %s not counted by group\n", n, plural(n, "run", "runs"));
	n = figures->states[TREND_EMPTY];
	if (n)
		strbuf_addf(out, "- no server in %zu %s\n", n, plural(n, "run", "runs"));
}

void trend_notes(const struct trend_want *want, const struct trend_plot *plot, size_t others, bool more, struct strbuf *out)
{
	struct trend_figures figures;
	size_t older = plot->first, newer = want->count - plot->end;

	trend_figures(want->items + plot->first, plot->end - plot->first, want->series, &figures);
	state_notes(&figures, want->ascii, out);
	if (others)
		strbuf_addf(out, "%zu %s of other scopes left out\n", others, plural(others, "run", "runs"));
	if (plot->breaks) {
		strbuf_addf(out, "%zu %s without runs", plot->breaks, plural(plot->breaks, "gap", "gaps"));
		strbuf_adds(out, plot->breaks > 1 ? ", longest " : ", ");
		trend_day(out, plot->break_from, false);
		strbuf_adds(out, " to ");
		trend_day(out, plot->break_to, false);
		strbuf_addc(out, '\n');
	}
	if (older || more)
		strbuf_addf(out, "%s%zu older %s not in sight\n", more ? "over " : "", older, plural(older, "run", "runs"));
	if (newer)
		strbuf_addf(out, "%zu newer %s not in sight\n", newer, plural(newer, "run", "runs"));
}
