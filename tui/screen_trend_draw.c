#include "tui/screen_trend_inner.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "tui/draw.h"
#include "tui/status.h"

#define NAME_COLUMNS 15
#define FIGURE_COLUMNS 8     /* of a number at least, with the blanks before it */

bool trend_ascii(void)
{
	return !term_utf8() || term_plain();
}

static const enum role cell_roles[] = {
	[TREND_BLANK] = ROLE_NORMAL, [TREND_LABEL] = ROLE_NORMAL, [TREND_AXIS] = ROLE_BORDER, [TREND_BAR] = ROLE_KEY,
	[TREND_DOUBT] = ROLE_MUTED, [TREND_SIGN] = ROLE_MUTED, [TREND_POINTER] = ROLE_MARKED,
};

/* Each stretch of one kind in one piece. */
void trend_draw_cells(int y, int x, const struct trend_cell *cells, size_t count)
{
	struct strbuf text = STRBUF_INIT(4 * TREND_MAX_WIDTH);

	for (size_t i = 0; i < count;) {
		size_t from = i;
		strbuf_clear(&text);
		for (; i < count && cells[i].kind == cells[from].kind; i++)
			utf8_append(&text, cells[i].sign);
		draw_text(y, x + (int)from, (int)(i - from), cell_roles[cells[from].kind], strbuf_text(&text), text.len);
	}
	strbuf_release(&text);
}

/* `1,906`, or the word for what is not known. */
static void run_words(const struct trend_item *item, unsigned series, struct strbuf *out)
{
	enum trend_state state = trend_state(item);

	strbuf_addf(out, "run %lld  ", (long long)item->run);
	status_time(out, item->started);
	strbuf_addf(out, "  %s ", trend_series_name(series));
	if (state == TREND_UNKNOWN)
		strbuf_adds(out, "not counted by group");
	else if (state == TREND_EMPTY)
		strbuf_adds(out, "n/a: no server in scope");
	else
		strbuf_add_count(out, trend_value(item, series));
	strbuf_adds(out, item->complete ? "" : "  run INCOMPLETE");
}

/* For screen readers the plot is a list of sentences, newest first, the run under the cursor in the middle. */
static void draw_plain(struct app *app, struct screen_trend *self)
{
	struct strbuf text = STRBUF_INIT(TREND_LINE_BYTES);
	size_t lines = (size_t)(self->plot_lines > 0 ? self->plot_lines : 0), count = self->set.count;
	size_t from = layout_scroll(0, count - 1 - self->run, count, lines, lines / 2);

	for (size_t i = 0; i < lines && from + i < count; i++) {
		size_t run = count - 1 - from - i;
		strbuf_clear(&text);
		strbuf_adds(&text, run == self->run ? "> " : "  ");
		run_words(&self->set.items[run], (unsigned)self->list.cursor, &text);
		draw_text(2 + (int)i, 1, app->cols - 1, ROLE_NORMAL, strbuf_text(&text), text.len);
	}
	strbuf_release(&text);
}

static void draw_series(struct app *app, const struct screen_trend *self, const struct trend_plot *plot, int y, unsigned series, int figure)
{
	const struct trend_item *items = self->set.items + plot->first;
	size_t count = plot->end - plot->first, used;
	int room = app->cols - 1 - NAME_COLUMNS - TREND_FIGURES * figure - 1;
	size_t width = (size_t)(room > 0 ? room : 0);
	struct trend_cell *cells = xcalloc(width + 1, sizeof *cells);
	struct strbuf text = STRBUF_INIT(64);
	bool here = series == self->list.cursor;
	enum role role = here ? ROLE_CURSOR : ROLE_NORMAL;

	draw_fill(y, 0, app->cols, role);
	draw_string(y, 0, 1, role, here ? draw_glyph(GLYPH_POINTER) : " ");
	draw_string(y, 1, NAME_COLUMNS - 1, role, trend_series_name(series));
	used = term_plain() ? 0 : trend_spark(items, count, series, width, trend_ascii(), cells);
	/* Never reversed: a block turned inside out reads as its contrary. */
	trend_draw_cells(y, 1 + NAME_COLUMNS, cells, used);
	for (int which = 0; which < TREND_FIGURES; which++) {
		strbuf_clear(&text);
		trend_figure_text(items, count, series, (enum trend_figure)which, &text);
		draw_text_right(y, app->cols - 1 - (TREND_FIGURES - which) * figure, figure, role, strbuf_text(&text), text.len);
	}
	if (here)
		draw_cursor(y, 0);
	strbuf_release(&text);
	free(cells);
}

/* Columns of a figure: as wide as the widest, and in parentheses. */
static int figure_columns(const struct screen_trend *self)
{
	uint64_t highest = 0;
	struct strbuf text = STRBUF_INIT(64);
	int columns_needed;

	for (size_t i = 0; i < self->set.count; i++)
		for (unsigned series = 0; series < TREND_SERIES; series++)
			if (trend_value(&self->set.items[i], series) > highest)
				highest = trend_value(&self->set.items[i], series);
	strbuf_add_count(&text, highest);
	columns_needed = (int)text.len + 3;
	strbuf_release(&text);
	return columns_needed > FIGURE_COLUMNS ? columns_needed : FIGURE_COLUMNS;
}

static void draw_list(struct app *app, const struct screen_trend *self, const struct trend_plot *plot, int y)
{
	int figure = figure_columns(self);

	draw_fill(y, 0, app->cols, ROLE_HEAD);
	draw_string(y, 1, app->cols - 1, ROLE_HEAD, "SERIES");
	if (!term_plain())
		draw_string(y, 1 + NAME_COLUMNS, app->cols, ROLE_HEAD, "COURSE");
	for (int which = 0; which < TREND_FIGURES; which++) {
		static const char *const heads[TREND_FIGURES] = { "FIRST", "LOWEST", "HIGHEST", "LAST" };
		draw_text_right(y, app->cols - 1 - (TREND_FIGURES - which) * figure, figure, ROLE_HEAD, heads[which], strlen(heads[which]));
	}
	for (size_t i = 0; i < self->list.rows && self->list.top + i < TREND_SERIES; i++)
		draw_series(app, self, plot, y + 1 + (int)i, (unsigned)(self->list.top + i), figure);
}

/* `passive of Win-Servers-Prod: 59 runs, 21 Sep 2026 to 20 Nov 2026, rising`. */
static void draw_subject(struct app *app, const struct screen_trend *self, const struct trend_plot *plot)
{
	const struct trend_item *items = self->set.items + plot->first;
	size_t count = plot->end - plot->first;
	const char *direction = trend_direction(items, count, (unsigned)self->list.cursor);
	struct strbuf text = STRBUF_INIT(TREND_LINE_BYTES);

	strbuf_addf(&text, "%s: %s ", trend_series_name((unsigned)self->list.cursor), NUMBER(count));
	strbuf_adds(&text, count == 1 ? "run, " : "runs, ");
	trend_days(&text, items[0].started, items[count - 1].started);
	strbuf_addf(&text, "%s%s", *direction ? ", " : "", direction);
	draw_text(1, 1, app->cols - 1, ROLE_HEAD, strbuf_text(&text), text.len);
	strbuf_release(&text);
}

/* All groups, or which of how many. */
static void draw_title(struct app *app, const struct screen_trend *self)
{
	struct strbuf left = STRBUF_INIT(TREND_LINE_BYTES), right = STRBUF_INIT(200);

	strbuf_adds(&left, "Trend of ");
	if (self->group == TREND_ALL) {
		strbuf_adds(&left, "all machine groups");
		strbuf_addf(&right, "%zu groups", self->set.group_count);
	} else {
		const char *name = self->set.groups[self->group].name;
		strbuf_adds(&left, *name ? name : "servers without a group");
		strbuf_addf(&right, "group %zu of %zu", self->group + 1, self->set.group_count);
	}
	status_title_text(app, strbuf_text(&left), strbuf_text(&right));
	strbuf_release(&left);
	strbuf_release(&right);
}

static void draw_notes(struct app *app, const struct screen_trend *self)
{
	const char *at = strbuf_text(&self->notes);

	for (int i = 0; i < self->note_lines; i++) {
		size_t len = strcspn(at, "\n");
		draw_text(app->rows - 3 - self->note_lines + i, 1, app->cols - 1, ROLE_MUTED, at, len);
		at += len + (at[len] == '\n');
	}
}

static void draw_status(struct app *app, const struct screen_trend *self)
{
	struct strbuf text = STRBUF_INIT(TREND_LINE_BYTES), place = STRBUF_INIT(64);
	int y = app->rows - 3;

	draw_fill(y, 0, app->cols, ROLE_STATUS);
	if (self->set.count) {
		run_words(&self->set.items[self->run], (unsigned)self->list.cursor, &text);
		strbuf_addf(&place, "[%s of %s] ", NUMBER(self->run + 1), NUMBER(self->set.count));
		draw_text(y, 1, app->cols - 2 - (int)place.len, ROLE_STATUS, strbuf_text(&text), text.len);
		draw_text_right(y, 0, app->cols, ROLE_STATUS, strbuf_text(&place), place.len);
	}
	strbuf_release(&text);
	strbuf_release(&place);
}

void trend_draw(struct app *app, struct screen *screen)
{
	struct screen_trend *self = (struct screen_trend *)screen;
	struct trend_want want = trend_want_of(app, self);
	struct trend_plot plot;

	draw_title(app, self);
	draw_status(app, self);
	if (self->failed[0]) {
		draw_string(2, 1, app->cols - 1, ROLE_ERROR, self->failed);
		return;
	}
	if (!self->set.count) {
		draw_string(2, 3, app->cols - 3, ROLE_NORMAL, "There is no run in the store yet.");
		return;
	}
	trend_plot_make(&want, &plot);
	draw_subject(app, self, &plot);
	if (term_plain())
		draw_plain(app, self);
	for (int row = 0; row < plot.height && !term_plain(); row++)
		trend_draw_cells(2 + row, 1, trend_plot_row(&plot, row), (size_t)plot.width);
	draw_list(app, self, &plot, 2 + self->plot_lines);
	draw_notes(app, self);
	trend_plot_release(&plot);
}
