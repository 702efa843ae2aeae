/* app.c - opening and closing the console, the screen stack, drawing. */
#include "tui/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/log.h"
#include "core/base/strbuf.h"
#include "tui/draw.h"
#include "tui/status.h"

struct screen *app_top(const struct app *app)
{
	return app->depth ? app->stack[app->depth - 1] : NULL;
}

/* What is typed at `:` is meant for the screen under the prompt. */
struct screen *app_below_prompt(const struct app *app)
{
	size_t at = app->depth;

	while (at > 1 && app->stack[at - 1]->ops->context == CONTEXT_PROMPT)
		at--;
	return at ? app->stack[at - 1] : NULL;
}

/* A begun key sequence belongs to the screen below, so it is dropped. */
void app_push(struct app *app, struct screen *screen)
{
	if (app->depth == APP_SCREENS_MAX) {
		/* Twelve screens deep nobody knows the way back: the new one is not opened. */
		screen->ops->close(app, screen);
		app_say(app, ROLE_ERROR, "Too many screens are open: go back with Esc first.");
		return;
	}
	app->stack[app->depth++] = screen;
	keymap_cancel(app->map);
	if (screen->ops->layout)
		screen->ops->layout(app, screen);
}

/* By identity, since a screen may have opened another one on top of itself before it goes. */
void app_close(struct app *app, struct screen *screen)
{
	size_t i;

	for (i = 0; i < app->depth && app->stack[i] != screen; i++)
		;
	if (i == app->depth)
		return;
	memmove(&app->stack[i], &app->stack[i + 1], (app->depth - i - 1) * sizeof app->stack[0]);
	app->depth--;
	screen->ops->close(app, screen);
}

const char *app_number(char text[APP_NUMBER_MAX], unsigned long long n)
{
	struct strbuf out = STRBUF_INIT(APP_NUMBER_MAX);

	strbuf_add_count(&out, n);
	snprintf(text, APP_NUMBER_MAX, "%s", strbuf_text(&out));
	strbuf_release(&out);
	return text;
}

/* Sizes first, then every screen of the stack, the hidden ones too: they are drawn again as soon as the top one goes. */
void app_layout(struct app *app)
{
	struct layout_want want = { .tabs = true, .filter = true, .head = true };
	size_t i;

	term_size(&app->rows, &app->cols);
	want.rows = app->rows;
	want.cols = app->cols;
	want.inspector = app->pane && !term_plain();
	want.banner = status_banner_lines(app);
	layout_screen(&want, &app->areas);
	for (i = 0; i < app->depth; i++)
		if (app->stack[i]->ops->layout)
			app->stack[i]->ops->layout(app, app->stack[i]);
}

/* From the topmost screen that covers everything upwards. The message and the footer are those of the top. */
void app_draw(struct app *app)
{
	size_t base = app->depth, i;

	draw_begin();
	if (!app->areas.fits) {
		draw_format(0, 0, app->cols, ROLE_NORMAL, "%dx%d needed, now %dx%d. Nothing is lost. q quits.", LAYOUT_MIN_COLS,
		            LAYOUT_MIN_ROWS, app->cols, app->rows);
		draw_cursor(0, 0);
		draw_end();
		return;
	}
	app_fresh(app);
	while (base > 1 && !app->stack[base - 1]->ops->whole)
		base--;
	for (i = base - 1; i < app->depth; i++) {
		if (i + 1 == app->depth) {
			status_message(app);
			status_footer(app, app->stack[i]);
		}
		app->stack[i]->ops->draw(app, app->stack[i]);
	}
	draw_end();
}

/* Keys from the configured map and the user's file beside the configuration. Problems are said, never fatal. */
static void open_keymap(struct app *app)
{
	const char *names[ACTION_COUNT];
	struct keymap_names known = { names, ACTION_COUNT };
	struct keymap_problems problems = {0};
	struct error err = {0};
	char *folder = config_folder(), *user = NULL;
	const char *base = config_text(app->config, "ui.keymap");

	action_names(names);
	if (folder) {
		struct strbuf path = STRBUF_INIT(4096);

		strbuf_addf(&path, "%s/keys", folder);
		user = xstrdup(strbuf_text(&path));
		strbuf_release(&path);
	}
	if (keymap_load(&app->map, base, user, &known, &problems, &err))
		app_say(app, ROLE_ERROR, "%s", err.text);
	else if (problems.count)
		app_say(app, ROLE_ERROR, "%s%s", problems.list[0].text,
		        problems.count > 1 ? " (and more: `rouse doctor` lists them)" : "");
	keymap_problems_release(&problems);
	free(folder);
	free(user);
}

/* What `reset` goes back to. */
const char *app_standard_columns(const struct app *app)
{
	const char *configured = config_text(app->config, "ui.columns");

	return configured && *configured ? configured : APP_COLUMNS_STANDARD;
}

/* Columns and sort of the configuration; what the last session left replaces them in app_restore(). */
static void open_view(struct app *app)
{
	const char *sort = config_text(app->config, "ui.sort");

	session_lens(app->session, &app->lens);
	view_open(&app->view, &app->lens);
	if (!app_columns_put(app, app_standard_columns(app)))
		app_columns_put(app, APP_COLUMNS_STANDARD);
	if (!sort || !app_sort_put(app, sort))
		app_sort_put(app, SORT_DEFAULT);
	app->pane = true;
	app->state_dirty = false;
}

/* The stored run: its head and first rows now, the rest in the loop. */
static int open_run(struct app *app, struct error *err)
{
	bool found = session_run(app->session) != NULL;

	if (!found) {
		if (session_load(app->session, 0, APP_FIRST_ROWS, &found, err))
			return -1;
		app->stored_order = found;
	}
	app_look_for_newest(app);
	app->input = app->options->input;
	if (!app->input && session_configured_input(app->session, &app->configured))
		app->input = &app->configured;
	/* Files on the command line are read at once; a tenant too, behind the stored run; any other source when there is
	 * nothing to show. */
	app->detect_next = app->options->input != NULL || (!found && app->input != NULL) ||
	                   (app->input && app->input->live && config_bool(app->config, "graph.at_start"));
	return 0;
}

/* What was asked for on the command line is shown whole: nothing of the last session narrows it. */
static void open_where(struct app *app, const char *where)
{
	struct error ignored = {0};

	app_filter_put(app, "-");
	(void)app_set_where(app, where, NULL, &ignored);
	app->message[0] = '\0';
}

/* In the order of what borrows from what: screens, then what they show. */
static void close_all(struct app *app)
{
	while (app->depth)
		app_close(app, app_top(app));
	keymap_free(&app->map);
	view_release(&app->view);
	undo_release(&app->undo);
	view_guard_release(&app->guard);
	free(app->settled);
	free(app->filter_before);
	free(app->row_marks);
	line_history_release(&app->histories.filter);
	line_history_release(&app->histories.search);
	line_history_release(&app->histories.path);
	line_history_release(&app->histories.command);
	line_history_release(&app->histories.note);
	line_history_release(&app->histories.mark);
	line_history_release(&app->histories.where);
	line_history_release(&app->histories.reason);
	line_history_release(&app->histories.team);
	screen_candidates_forget(app);
	digest_release(&app->closing.digest);
	free(app->accepting.reason);
}

/* The terminal is taken over only when there is something to show, so that every earlier failure is a plain sentence on
 * stderr. */
int console_run(struct session *session, const struct config *config, const struct console_options *how,
                struct error *err)
{
	struct app *app = xcalloc(1, sizeof *app);
	int result = -1;

	app->session = session;
	app->config = config;
	app->options = how;
	open_keymap(app);
	open_view(app);
	if (open_run(app, err))
		goto out;
	/* A mistake in it is said before the terminal is taken. */
	if (how->where && !app_set_where(app, how->where, NULL, err))
		goto out;
	if (term_open(&how->term, err))
		goto out;
	log_hold(true);
	app->saved_marks = session_marks(session)->generation;
	app_restore(app);
	if (how->where)
		open_where(app, how->where);
	app_data_changed(app, true);
	app_push(app, screen_table_new(app));
	screen_ended_say(app);
	result = app_loop(app, err);
	term_close();
	log_hold(false);
out:
	close_all(app);
	free(app);
	return result;
}
