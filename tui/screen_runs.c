/* screen_runs.c - earlier runs, newest first, with the trend of their findings; enter opens one. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "tui/draw.h"
#include "tui/list.h"
#include "tui/status.h"

#define RUNS_MAX 200      /* runs listed */
#define TREND_MAX 60      /* runs in the trend bar */
#define NARROW 84         /* columns up to which there is no room for the source */
#define HEAD_FORMAT "   %5s  %-17s  %-10s %8s %6s %6s %6s %6s  %s"

struct screen_runs {
	struct screen base;
	struct list list;
	struct run *runs;       /* heads, newest first; owned */
	size_t count;
	char failed[1024];      /* why they could not be read, "" when they could */
};

static struct screen_runs *runs_of(struct screen *screen)
{
	return (struct screen_runs *)screen;
}

/* Title, trend, head; status, message, footer. */
static int rows_for_list(const struct app *app)
{
	return app->rows - 6 > 0 ? app->rows - 6 : 0;
}

static void runs_layout(struct app *app, struct screen *screen)
{
	list_fit(&runs_of(screen)->list, runs_of(screen)->count, (size_t)rows_for_list(app));
}

/* With commas; 23 bytes hold any. */
static void number(char out[24], unsigned long long value)
{
	struct strbuf text = STRBUF_INIT(23);

	strbuf_add_count(&text, value);
	memcpy(out, strbuf_text(&text), text.len + 1);
	strbuf_release(&text);
}

/* An incomplete run shows its first reason where a complete one shows its source. */
static void draw_run(struct app *app, struct screen_runs *self, size_t index)
{
	const struct run *run = &self->runs[index];
	bool here = index == self->list.cursor, complete = run_complete(run);
	int y = 3 + (int)(index - self->list.top);
	struct strbuf text = STRBUF_INIT(2048), when = STRBUF_INIT(64), took = STRBUF_INIT(32);
	char id[24], findings[24], fresh[24], resolved[24], vanished[24];
	enum role role = here ? ROLE_CURSOR : complete ? ROLE_NORMAL : ROLE_WARN;
	const struct run *open = session_run(app->session);

	number(id, (unsigned long long)run->id);
	number(findings, run_findings(run));
	number(fresh, run->changes[CHANGE_NEW]);
	number(resolved, run->changes[CHANGE_RESOLVED]);
	number(vanished, run->changes[CHANGE_VANISHED]);
	status_time(&when, run->started);
	strbuf_addf(&took, run->took_ms < 10000 ? "%.1fs" : "%.0fs", (double)run->took_ms / 1000);
	strbuf_addf(&text, HEAD_FORMAT, id, strbuf_text(&when), complete ? "complete" : "INCOMPLETE", findings, fresh, resolved, vanished,
	            strbuf_text(&took), app->cols <= NARROW ? "" : complete ? run->source : run->reasons[0].sentence);
	if (open && open->id == run->id)
		text.buf[1] = '*';
	draw_cell(y, 0, app->cols, role, strbuf_text(&text), text.len, false);
	if (here)
		draw_cursor(y, 0);
	strbuf_release(&text);
	strbuf_release(&when);
	strbuf_release(&took);
}

/* `30 runs  2,240 |####998| 1,906  falling`: oldest at the left. */
static void draw_trend(struct app *app, const struct screen_runs *self)
{
	unsigned long long values[TREND_MAX];
	size_t n = self->count < TREND_MAX ? self->count : TREND_MAX, i;
	char first[24], last[24];
	int x;

	if (n < 2) {
		draw_string(1, 1, app->cols - 1, ROLE_MUTED, "A trend shows from the second run on.");
		return;
	}
	for (i = 0; i < n; i++)
		values[n - 1 - i] = run_findings(&self->runs[i]);
	number(first, values[0]);
	number(last, values[n - 1]);
	x = 1 + draw_format(1, 1, app->cols - 1, ROLE_NORMAL, "findings of %zu runs: %s ", n, first);
	x += draw_string(1, x, app->cols - x, ROLE_BORDER, "|");
	x += draw_spark(1, x, app->cols - x - 24 > 10 ? app->cols - x - 24 : 10, ROLE_HEAD, values, n);
	x += draw_string(1, x, app->cols - x, ROLE_BORDER, "|");
	draw_format(1, x, app->cols - x, ROLE_NORMAL, " %s, %s", last,
	            values[n - 1] < values[0] ? "falling" : values[n - 1] > values[0] ? "rising" : "level");
}

static void runs_draw(struct app *app, struct screen *screen)
{
	struct screen_runs *self = runs_of(screen);
	struct strbuf text = STRBUF_INIT(200);
	size_t i;

	strbuf_addf(&text, "newest first   %zu of %zu", self->count ? self->list.cursor + 1 : 0, self->count);
	status_title_text(app, "Run history", strbuf_text(&text));
	draw_trend(app, self);
	strbuf_clear(&text);
	strbuf_addf(&text, HEAD_FORMAT, "RUN", "WHEN (UTC)", "RESULT", "FINDINGS", "NEW", "RESOLV", "VANISH", "TOOK",
	            app->cols > NARROW ? "SOURCE" : "");
	draw_cell(2, 0, app->cols, ROLE_HEAD, strbuf_text(&text), text.len, false);
	for (i = self->list.top; i < self->count && i < self->list.top + self->list.rows; i++)
		draw_run(app, self, i);
	if (self->failed[0])
		draw_string(3, 1, app->cols - 1, ROLE_ERROR, self->failed);
	else if (!self->count)
		draw_string(3, 3, app->cols - 3, ROLE_NORMAL, "There is no run in the store yet.");
	draw_fill(app->rows - 3, 0, app->cols, ROLE_STATUS);
	draw_string(app->rows - 3, 1, app->cols - 1, ROLE_STATUS, "* is the run on the screen below");
	strbuf_release(&text);
}

/* Opening a run closes the history: the table is what one wanted. */
static unsigned runs_act(struct app *app, struct screen *screen, enum action_id id)
{
	struct screen_runs *self = runs_of(screen);
	unsigned redo;
	int64_t run_id;

	if (list_act(&self->list, id))
		return DO_DRAW;
	if (id != ACTION_OPEN || !self->count)
		return DO_PASS;
	run_id = self->runs[self->list.cursor].id;
	redo = app_open_run(app, run_id);
	return redo & DO_LAYOUT ? redo | DO_CLOSE : redo;
}

static unsigned runs_key(struct app *app, struct screen *screen, const struct key *key)
{
	struct screen_runs *self = runs_of(screen);
	size_t index = self->list.top + (size_t)(key->row - 3);

	if (key->code == KEYCODE_WHEEL_UP || key->code == KEYCODE_WHEEL_DOWN) {
		list_move(&self->list, key->code == KEYCODE_WHEEL_UP ? -1 : 1);
		return DO_DRAW;
	}
	if (key->row < 3 || key->row >= 3 + rows_for_list(app) || index >= self->count)
		return DO_NOTHING;
	list_move_to(&self->list, index);
	return key->code == KEYCODE_DOUBLE_CLICK ? app_act(app, ACTION_OPEN) : DO_DRAW;
}

static void runs_close(struct app *app, struct screen *screen)
{
	struct screen_runs *self = runs_of(screen);
	size_t i;

	(void)app;
	for (i = 0; i < self->count; i++)
		run_release(&self->runs[i]);
	free(self->runs);
	free(self);
}

static const enum action_id runs_footer[] = { ACTION_OPEN, ACTION_BACK, ACTION_QUIT, ACTION_NONE };

static const struct screen_ops runs_ops = {
	.context = CONTEXT_RUNS, .name = "run history", .whole = true, .footer = runs_footer,
	.layout = runs_layout, .draw = runs_draw, .act = runs_act, .key = runs_key, .close = runs_close,
};

void screen_runs_open(struct app *app)
{
	struct screen_runs *self = xcalloc(1, sizeof *self);
	const struct run *open = session_run(app->session);
	struct error err = {0};
	size_t i;

	self->base.ops = &runs_ops;
	if (store_runs(session_store(app->session), RUNS_MAX, &self->runs, &self->count, &err)) {
		memcpy(self->failed, err.text, sizeof self->failed);
		self->count = 0;
	}
	for (i = 0; open && i < self->count; i++)
		if (self->runs[i].id == open->id)
			self->list.cursor = i;
	app_push(app, &self->base);
}
