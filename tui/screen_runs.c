/* screen_runs.c - earlier runs, newest first, with their findings as bars; enter opens one. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "tui/draw.h"
#include "tui/screen_trend_inner.h"
#include "tui/status.h"

#define RUNS_MAX 200      /* runs listed */
#define NARROW 90         /* columns up to which there is no room for the source */
#define CLOSED_COLS 140   /* columns from which on ticket and digest have a place beside the source */
#define HEAD_FORMAT "   %5s  %-17s  %-10s %8s %*s %6s %6s %6s"
#define CLOSED_FORMAT "  %-20.20s %-8.8s"
#define WIDE_FORMAT " %6s  %s"
#define BAR_START 49      /* column of the bar of findings */
#define BAR_COLUMNS 8

struct screen_runs {
	struct screen base;
	struct list list;
	struct run *runs;       /* heads, newest first; owned */
	size_t count;
	struct trend_item *items;   /* those of the scope on the screen, oldest first; owned */
	size_t item_count;
	bool closed;            /* a run has a ticket or a digest, so that there are columns for them */
	uint32_t highest;       /* findings of a run at most: a whole bar */
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

/* A bar in eighths of a column, as long as the findings are many; hollow for an incomplete run, whose count says little. */
static void draw_findings(const struct screen_runs *self, const struct run *run, int y, enum role role)
{
	struct strbuf bar = STRBUF_INIT(8 * BAR_COLUMNS);
	uint64_t eighths = self->highest ? (uint64_t)run_findings(run) * 8 * BAR_COLUMNS / self->highest : 0;
	bool complete = run_complete(run), ascii = trend_ascii();

	if (term_plain())
		return;
	if (run_findings(run) && (!eighths || (ascii && eighths < 8)))
		eighths = ascii ? 8 : 1;
	for (; eighths >= 8 || (eighths && !complete); eighths -= eighths < 8 ? eighths : 8)
		utf8_append(&bar, complete ? ascii ? '#' : 0x2588 : ascii ? ':' : 0x2591);
	if (eighths && !ascii)
		utf8_append(&bar, 0x2590 - (int32_t)eighths);   /* U+258F is one eighth from the left, U+2589 seven */
	draw_text(y, BAR_START, BAR_COLUMNS, role, strbuf_text(&bar), bar.len);
	strbuf_release(&bar);
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
	strbuf_addf(&text, HEAD_FORMAT, id, strbuf_text(&when), complete ? "complete" : "INCOMPLETE", findings, BAR_COLUMNS, "", fresh,
	            resolved, vanished);
	if (app->cols >= CLOSED_COLS && self->closed)
		strbuf_addf(&text, CLOSED_FORMAT, run->ticket_word ? run->ticket_word : "-", run->digest_word ? run->digest_word : "-");
	if (app->cols > NARROW)
		strbuf_addf(&text, WIDE_FORMAT, strbuf_text(&took), complete ? run->source : run->reasons[0].sentence);
	if (open && open->id == run->id)
		text.buf[1] = '*';
	draw_cell(y, 0, app->cols, role, strbuf_text(&text), text.len, false);
	draw_findings(self, run, y, here || !complete ? role : ROLE_KEY);
	if (here)
		draw_cursor(y, 0);
	strbuf_release(&text);
	strbuf_release(&when);
	strbuf_release(&took);
}

/* `findings of 59 runs: 2 ..::||  37, rising`: oldest at the left, complete runs alone decide. */
static void draw_trend(struct app *app, const struct screen_runs *self)
{
	struct strbuf first = STRBUF_INIT(64), last = STRBUF_INIT(64);
	size_t width = app->cols > 40 ? (size_t)app->cols - 40 : 0, used;
	struct trend_cell *cells = xcalloc(width + 1, sizeof *cells);
	const char *direction = trend_direction(self->items, self->item_count, 0);
	int x;

	if (self->item_count < 2) {
		draw_string(1, 1, app->cols - 1, ROLE_MUTED, "A trend shows from the second run of a scope on.");
	} else {
		trend_figure_text(self->items, self->item_count, 0, TREND_FIRST, &first);
		trend_figure_text(self->items, self->item_count, 0, TREND_LAST, &last);
		x = 1 + draw_format(1, 1, app->cols - 1, ROLE_NORMAL, "findings of %s runs: %s ", NUMBER(self->item_count),
		                    strbuf_text(&first));
		used = term_plain() ? 0 : trend_spark(self->items, self->item_count, 0, width, trend_ascii(), cells);
		trend_draw_cells(1, x, cells, used);
		draw_format(1, x + (int)used, app->cols - x - (int)used, ROLE_NORMAL, " %s%s%s", strbuf_text(&last), *direction ? ", " : "",
		            direction);
	}
	strbuf_release(&first);
	strbuf_release(&last);
	free(cells);
}

/* What became of the run under the cursor; of others too where there is room for columns. */
static void draw_closed(struct app *app, const struct screen_runs *self)
{
	const struct run *run = self->list.cursor < self->count ? &self->runs[self->list.cursor] : NULL;
	static const char legend[] = "* the run in the table ";
	struct strbuf text = STRBUF_INIT(1024);
	int used;

	if (run && (run->ticket_word || run->digest_word))
		strbuf_addf(&text, "ticket: %s   digest: %s", run->ticket_word ? run->ticket_word : "none",
		            run->digest_word ? run->digest_word : "none");
	draw_fill(app->rows - 3, 0, app->cols, ROLE_STATUS);
	used = 1 + draw_text(app->rows - 3, 1, app->cols - 1, ROLE_STATUS, strbuf_text(&text), text.len);
	if (used + (int)strlen(legend) + 3 <= app->cols)
		draw_text_right(app->rows - 3, used, app->cols - used, ROLE_STATUS, legend, strlen(legend));
	strbuf_release(&text);
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
	strbuf_addf(&text, HEAD_FORMAT, "RUN", "WHEN (UTC)", "RESULT", "FINDINGS", BAR_COLUMNS, "", "NEW", "RESOLV", "VANISH");
	if (app->cols >= CLOSED_COLS && self->closed)
		strbuf_addf(&text, CLOSED_FORMAT, "TICKET", "DIGEST");
	if (app->cols > NARROW)
		strbuf_addf(&text, WIDE_FORMAT, "TOOK", "SOURCE");
	draw_cell(2, 0, app->cols, ROLE_HEAD, strbuf_text(&text), text.len, false);
	for (i = self->list.top; i < self->count && i < self->list.top + self->list.rows; i++)
		draw_run(app, self, i);
	if (self->failed[0])
		draw_string(3, 1, app->cols - 1, ROLE_ERROR, self->failed);
	else if (!self->count)
		draw_string(3, 3, app->cols - 3, ROLE_NORMAL, "There is no run in the store yet.");
	draw_closed(app, self);
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
	free(self->items);
	free(self);
}

static const enum action_id runs_footer[] = { ACTION_OPEN, ACTION_TREND, ACTION_BACK, ACTION_QUIT, ACTION_NONE };

static const struct screen_ops runs_ops = {
	.context = CONTEXT_RUNS, .name = "run history", .whole = true, .footer = runs_footer,
	.layout = runs_layout, .draw = runs_draw, .act = runs_act, .key = runs_key, .close = runs_close,
};

/* The runs of one scope, as the trend sees them: of the run on the screen, else of the newest. */
static void find_items(struct screen_runs *self, const struct run *open)
{
	const struct run *of = open ? open : self->count ? self->runs : NULL;

	self->items = xcalloc(self->count + 1, sizeof *self->items);
	for (size_t i = self->count; of && i-- > 0;) {
		const struct run *run = &self->runs[i];
		struct trend_item *item = &self->items[self->item_count];

		self->highest = run_findings(run) > self->highest ? run_findings(run) : self->highest;
		if (strcmp(run->scope ? run->scope : "", of->scope ? of->scope : "") != 0)
			continue;
		*item = (struct trend_item){ .run = run->id, .started = run->started, .complete = run_complete(run), .known = true };
		memcpy(item->counts, run->counts, sizeof item->counts);
		self->item_count++;
	}
}

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
	find_items(self, open);
	for (i = 0; i < self->count; i++)
		self->closed |= self->runs[i].ticket_word || self->runs[i].digest_word;
	for (i = 0; open && i < self->count; i++)
		if (self->runs[i].id == open->id)
			self->list.cursor = i;
	app_push(app, &self->base);
}
