/* app_judge.c - the dear parts of the view, in slices of the loop: what the expression says of each row, and the case guard. Also how
 * many findings an acceptance keeps out of each tab. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/model/accept.h"
#include "core/model/expr.h"
#include "tui/app.h"
#include "tui/draw.h"

#define FIRST_MS 40          /* of judging before the earlier rows are shown once more */
#define LOADING_MS 4         /* the same while rows are still being read */
#define SLICE_MS 8           /* of work between two looks at the keys */
#define PORTION_FIRST 64u    /* rows: a pattern may take a millisecond on each */
#define PORTION_LEAST 16u
#define PORTION_MAX (1u << 20)
#define JUDGE_MS 3           /* that a portion should take */
#define GUARD_MS 8           /* the same for the guard, which begins each one with a look at all rows */

/* Finds the size that takes about `wanted` milliseconds, from below. */
static uint32_t next_portion(uint32_t rows, int64_t took, int64_t wanted)
{
	if (took < wanted / 2 + 1)
		return rows < PORTION_MAX ? rows * 2 : rows;
	return took > wanted + 1 && rows > PORTION_LEAST ? rows / 2 : rows;
}

/* Another expression may be a thousand times as slow as the last one. */
void app_pace_reset(struct app *app)
{
	app->judge_rows = app->guard_rows = PORTION_FIRST;
}

static bool judge_for(struct app *app, int64_t ms)
{
	int64_t end = clock_ms() + ms, before;
	bool done;

	do {
		before = clock_ms();
		done = view_judge(&app->view, app->judge_rows);
		app->judge_rows = next_portion(app->judge_rows, clock_ms() - before, JUDGE_MS);
	} while (!done && clock_ms() < end);
	return done;
}

static void guard_for(struct app *app, int64_t ms)
{
	int64_t end = clock_ms() + ms, before;
	bool done;

	do {
		before = clock_ms();
		done = view_guard_step(&app->view, &app->guard, app->guard_rows);
		app->guard_rows = next_portion(app->guard_rows, clock_ms() - before, GUARD_MS);
	} while (!done && clock_ms() < end);
}

void app_judge_first(struct app *app)
{
	view_prepare(&app->view);
	if (!app->view.filter.expr)
		return;
	judge_for(app, app->whole ? FIRST_MS : LOADING_MS);
}

/* Esc goes back to what was judged whole the last time. */
void app_judge_after(struct app *app)
{
	struct view_judging how;
	struct strbuf text = STRBUF_INIT(APP_STATE_MAX);

	if (app->whole && view_guard_begin(&app->view, &app->guard))
		app->guard_rows = PORTION_FIRST;
	view_judging(&app->view, &how);
	if (!how.done)
		return;
	if (app->settled_serial != app->view.filter.expr_serial) {
		app_where_text(app, &text);
		free(app->settled);
		app->settled = xstrdup(strbuf_text(&text));
		app->settled_serial = app->view.filter.expr_serial;
	}
	strbuf_release(&text);
}

static bool is_judging(const struct app *app)
{
	struct view_judging how;

	view_judging(&app->view, &how);
	return !how.done;
}

static bool is_guarding(const struct app *app)
{
	return app->whole && app->view.filter.expr && !app->guard.done && view_guard_holds(&app->view, &app->guard);
}

bool app_judge_busy(const struct app *app)
{
	return !app->stale && (is_judging(app) || is_guarding(app));
}

unsigned app_judge_step(struct app *app, bool due)
{
	struct view_judging how;
	bool done;

	if (app->stale || !app->view.filter.expr)
		return DO_NOTHING;
	view_judging(&app->view, &how);
	if (!how.done) {
		done = judge_for(app, SLICE_MS);
		/* Where the rows judged so far are shown, each frame has some more of them. */
		app->stale = done || (how.partial && due);
		return done || due ? DO_DRAW : DO_NOTHING;
	}
	if (!is_guarding(app))
		return DO_NOTHING;
	guard_for(app, SLICE_MS);
	return app->guard.done && (app->guard.hidden || app->guard.nulls.rows) ? DO_DRAW : DO_NOTHING;
}

unsigned app_judge_stop(struct app *app)
{
	char *before;

	if (!is_judging(app))
		return DO_NOTHING;
	before = app_state_now(app, UNDO_FILTER);
	/* The one that was whole before is the same: then it was a tab or a group that asked for more, and the expression must go. */
	app_where_put(app, app->settled_serial == app->view.filter.expr_serial || !app->settled ? "" : app->settled);
	app_changed(app, UNDO_FILTER, "stop the expression", before);
	app_say(app, ROLE_MESSAGE, "Stopped; the expression was taken back.");
	return DO_REBUILD;
}

/* -- acceptances -- */

/* Counted once for each state of rows and acceptances. */
static void count_accepted(struct app *app)
{
	const struct table *table = app->lens.table;
	uint8_t *accepted = xmalloc((size_t)table->count + 1);
	uint32_t row;

	memset(app->accepted, 0, sizeof app->accepted);
	acceptances_rows(&app->lens, 0, table->count, accepted);
	for (row = 0; row < table->count; row++) {
		if (!accepted[row])
			continue;
		app->accepted[TAB_FINDINGS]++;
		app->accepted[TAB_NEW] += table->change[row] == CHANGE_NEW;
		app->accepted[TAB_PERSISTING] += table->change[row] == CHANGE_PERSISTING;
		app->accepted[TAB_CHANGED] += table->change[row] == CHANGE_PERSISTING && table->altered[row];
	}
	app->accepted[TAB_ACCEPTED] = app->accepted[TAB_FINDINGS];
	free(accepted);
}

uint32_t app_accepted(struct app *app, enum tab tab)
{
	const struct acceptances *set = app->lens.acceptances;

	if (!set || !set->count || !app->lens.table->count)
		return 0;
	if (!app->accepted_known || app->accepted_rows != app->lens.table->count || app->accepted_generation != set->generation
	    || app->accepted_now / 60 != app->lens.now / 60) {
		count_accepted(app);
		app->accepted_known = true;
		app->accepted_rows = app->lens.table->count;
		app->accepted_generation = set->generation;
		app->accepted_now = app->lens.now;
	}
	return app->accepted[tab];
}
