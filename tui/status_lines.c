/* status_lines.c - the filter line with its counts, and the status line. */
#include <stdio.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "tui/draw.h"
#include "tui/fit.h"
#include "tui/prompt.h"
#include "tui/status.h"

#define LINE_BYTES 4096
#define WIDE_COLS 100    /* from here on there is room for whole words */

void status_marks(struct app *app, struct strbuf *out)
{
	uint32_t count = session_marks(app->session)->count;

	if (!count)
		return;
	strbuf_add_count(out, count);
	strbuf_adds(out, " marked (");
	strbuf_add_count(out, app_hidden_marks(app));
	strbuf_adds(out, app->cols >= WIDE_COLS ? " hidden by filter" : " hidden");
	if (app->absent && app->whole)
		strbuf_addf(out, app->cols >= WIDE_COLS ? ", %u not in this run" : ", %u gone", app->absent);
	strbuf_addc(out, ')');
}

/* A bar while a detection runs or a stored run is read. */
static void draw_progress(struct app *app, int y)
{
	static const char hint[] = "Esc stops, keeps what is here ";
	struct strbuf text = STRBUF_INIT(LINE_BYTES);
	struct progress progress;
	const char *phase;
	int used;

	session_progress(app->session, &progress, &phase);
	strbuf_addf(&text, " %s%s%s: ", phase, progress.what[0] ? " " : "", progress.what);
	strbuf_add_count(&text, progress.rows);
	strbuf_adds(&text, " rows");
	if (progress.bytes_total)
		strbuf_addf(&text, ", %.1f of %.1f MB", (double)progress.bytes / 1e6, (double)progress.bytes_total / 1e6);
	used = draw_text(y, 0, app->cols, ROLE_STATUS, strbuf_text(&text), text.len);
	if (progress.bytes_total && app->cols - used > 40)
		draw_bar(y, used + 2, 22, ROLE_STATUS, progress.bytes, progress.bytes_total);
	used += progress.bytes_total && app->cols - used > 40 ? 25 : 0;
	if (session_job(app->session) == JOB_DETECT && app->cols - used > (int)sizeof hint)
		draw_text_right(y, used, app->cols - used, ROLE_STATUS, hint, sizeof hint - 1);
	strbuf_release(&text);
}

/* What narrows the table, as one text. */
static void filter_words(const struct app *app, struct strbuf *out)
{
	const struct filter *filter = &app->view.filter;

	if (filter->group_count) {
		strbuf_addf(out, "group %.*s", (int)filter->groups[0].len, filter->groups[0].text);
		if (filter->group_count > 1)
			strbuf_addf(out, " and %zu more", filter->group_count - 1);
		strbuf_adds(out, "  ");
	}
	if (filter->marked_only)
		strbuf_adds(out, "marked only  ");
	strbuf_adds(out, app->words);
}

/* `38 of 1,906 shown   5 marked (0 hidden)`. */
static void shown_words(struct app *app, struct strbuf *out)
{
	bool narrowed = !filter_is_empty(&app->view.filter) || !app->whole || prompt_on_filter_line(app);

	/* Where nothing narrows, the tab and the place of the cursor say how many there are. */
	if (narrowed) {
		strbuf_add_count(out, app->view.count);
		strbuf_adds(out, " of ");
		strbuf_add_count(out, app->whole ? status_tab_total(app, app->view.filter.tab) : app->lens.table->count);
		strbuf_adds(out, app->whole ? " shown" : " loaded so far");
	}
	if (session_marks(app->session)->count)
		strbuf_adds(out, narrowed ? "   " : "");
	status_marks(app, out);
	strbuf_addc(out, ' ');
}

int status_shown_width(struct app *app)
{
	struct strbuf text = STRBUF_INIT(LINE_BYTES);
	int used;

	shown_words(app, &text);
	used = status_width(&text);
	strbuf_release(&text);
	return used;
}

/* The count line, in the fullest form that fits `room` columns; each form adds up. */
static void count_words(const struct run *run, struct strbuf *out, int room)
{
	static const char *const brief[VERDICT_COUNT] = { "active", "passive", "edr", "audit", "disabled", "unknown", "unass." };
	int v;

	strbuf_addc(out, ' ');
	run_count_line(run, out);
	if (status_width(out) <= room)
		return;
	strbuf_clear(out);
	strbuf_addf(out, " %u:", run->estate.in_scope);
	for (v = 0; v < VERDICT_COUNT; v++)
		strbuf_addf(out, " %s %u", brief[v], run->counts[v]);
	if (status_width(out) <= room)
		return;
	strbuf_clear(out);
	strbuf_addf(out, " in scope %u: active %u, findings %u", run->estate.in_scope, run->counts[VERDICT_ACTIVE], run_findings(run));
}

/* Without a filter the line holds the count line of the run. */
void status_filter(struct app *app)
{
	const struct run *run = session_run(app->session);
	struct strbuf left = STRBUF_INIT(LINE_BYTES), right = STRBUF_INIT(LINE_BYTES);
	int y = app->areas.filter.y, cols = app->cols, room;

	if (!run)
		goto out;
	shown_words(app, &right);
	room = cols - status_width(&right);
	filter_words(app, &left);
	if (prompt_on_filter_line(app)) {
		/* The prompt itself covers the left part. */
	} else if (left.len) {
		draw_string(y, 0, room, ROLE_PROMPT, " / ");
		draw_text(y, 3, room - 4, ROLE_INPUT, strbuf_text(&left), left.len);
	} else {
		count_words(run, &left, room);
		draw_text(y, 0, room, ROLE_STATUS, strbuf_text(&left), left.len);
	}
	draw_text_right(y, room, cols - room, ROLE_STATUS, strbuf_text(&right), right.len);
out:
	strbuf_release(&left);
	strbuf_release(&right);
}

/* While a detection runs, its progress stands here instead. */
void status_line(struct app *app, const char *extra)
{
	struct strbuf text = STRBUF_INIT(LINE_BYTES);
	int y = app->areas.status.y, used;
	size_t k;

	draw_fill(y, 0, app->cols, ROLE_STATUS);
	if (session_job(app->session) == JOB_DETECT) {
		draw_progress(app, y);
		goto out;
	}
	strbuf_adds(&text, " sort: ");
	for (k = 0; k < app->key_count; k++) {
		strbuf_adds(&text, k ? ", " : "");
		app_column_name(&app->keys[k].column, &text);
		strbuf_adds(&text, app->keys[k].descending ? "-" : "");
	}
	if (!app->key_count)
		strbuf_adds(&text, "as stored");
	if (!app->whole && session_run(app->session))
		strbuf_adds(&text, " (once loaded)");
	strbuf_adds(&text, "   [");
	strbuf_add_count(&text, app->view.count ? app->view.cursor + 1 : 0);
	strbuf_adds(&text, " of ");
	strbuf_add_count(&text, app->view.count);
	strbuf_adds(&text, "]");
	used = draw_text(y, 0, app->cols, ROLE_STATUS, strbuf_text(&text), text.len);
	strbuf_clear(&text);
	keymap_pending(app->map, &text);
	if (text.len)
		draw_text_right(y, used + 2, app->cols - used - 3, ROLE_KEY, strbuf_text(&text), text.len);
	else if (extra && *extra)
		draw_text_right(y, used + 2, app->cols - used - 3, ROLE_STATUS, extra, strlen(extra));
out:
	strbuf_release(&text);
}
