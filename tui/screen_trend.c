/* screen_trend.c - findings over the runs of a scope: a plot, and below it a line for each verdict. The cursor of the list chooses what is
 * plotted, left and right go from run to run, [ and ] from one machine group to the next. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "tui/screen_trend_inner.h"
#include "tui/status.h"

#define RUNS_MAX 2000        /* runs read */
#define TABLE_LINES 3        /* of the list with its head, at least */
#define PLOT_LINES 8         /* the plot grows from here on once the list is whole */
#define NOTE_LINES 2         /* of notes; one more from NOTE_ROWS of the screen on */
#define NOTE_ROWS 24

static struct screen_trend *trend_of(struct screen *screen)
{
	return (struct screen_trend *)screen;
}

/* -- data -- */

/* A group stays chosen over a new run, by its name. */
static void trend_read(struct app *app, struct screen_trend *self)
{
	const struct run *open = session_run(app->session);
	struct store *store = session_store(app->session);
	char *name = self->group == TREND_ALL ? NULL : xstrdup(self->set.groups[self->group].name);
	const struct trend_group *group = NULL;
	struct error err = { 0 };

	self->made_for = open ? open->id : 0;
	self->failed[0] = '\0';
	trend_set_release(&self->set);
	if (trend_set_open(store, open ? open->scope : NULL, RUNS_MAX, &self->set, &err)) {
		memcpy(self->failed, err.text, sizeof self->failed);
	} else if (name) {
		group = trend_set_group(&self->set, slice_of(name));
		if (group && trend_set_pick(store, &self->set, slice_of(group->name), RUNS_MAX, &err))
			memcpy(self->failed, err.text, sizeof self->failed);
	}
	self->group = group ? (size_t)(group - self->set.groups) : TREND_ALL;
	self->run = self->set.count ? self->set.count - 1 : 0;
	free(name);
}

struct trend_want trend_want_of(const struct app *app, const struct screen_trend *self)
{
	return (struct trend_want){
		.items = self->set.items, .count = self->set.count, .series = (unsigned)self->list.cursor, .width = app->cols - 2,
		.height = self->plot_lines, .cursor = self->set.count ? self->run : TREND_NOWHERE, .ascii = trend_ascii(),
	};
}

/* -- layout -- */

/* Phrases side by side, as many as a line holds. */
static void pack_notes(struct app *app, struct screen_trend *self, const struct strbuf *phrases)
{
	const char *at = strbuf_text(phrases);
	struct strbuf line = STRBUF_INIT(TREND_LINE_BYTES), longer = STRBUF_INIT(TREND_LINE_BYTES);
	int most = NOTE_LINES + (app->rows >= NOTE_ROWS);

	strbuf_clear(&self->notes);
	self->note_lines = *at != '\0';
	while (*at) {
		size_t len = strcspn(at, "\n");
		strbuf_clear(&longer);
		strbuf_addf(&longer, "%s%s%.*s", strbuf_text(&line), line.len ? "   " : "", (int)len, at);
		if (line.len && status_width(&longer) > app->cols - 2 && self->note_lines < most) {
			strbuf_addf(&self->notes, "%s\n", strbuf_text(&line));
			strbuf_clear(&line);
			self->note_lines++;
			continue;
		}
		strbuf_clear(&line);
		strbuf_adds(&line, strbuf_text(&longer));
		at += len + (at[len] == '\n');
	}
	strbuf_adds(&self->notes, strbuf_text(&line));
	strbuf_release(&line);
	strbuf_release(&longer);
}

/* Title, what is plotted, plot, list, notes; status, message, footer. The list is whole before the plot grows. */
static void trend_layout(struct app *app, struct screen *screen)
{
	struct screen_trend *self = trend_of(screen);
	const struct run *open = session_run(app->session);
	struct strbuf phrases = STRBUF_INIT(TREND_LINE_BYTES);
	struct trend_want want;
	struct trend_plot plot;
	int lines = app->rows - 5, table;

	if (self->made_for != (open ? open->id : 0))
		trend_read(app, self);
	self->plot_lines = lines / 2;
	want = trend_want_of(app, self);
	trend_plot_make(&want, &plot);
	trend_notes(&want, &plot, self->set.others, self->set.more, &phrases);
	trend_plot_release(&plot);
	pack_notes(app, self, &phrases);
	table = lines - self->note_lines - PLOT_LINES;
	if (table > TREND_SERIES + 1)
		table = TREND_SERIES + 1;
	if (table < TABLE_LINES)
		table = TABLE_LINES;
	self->plot_lines = lines - self->note_lines - table;
	list_fit(&self->list, TREND_SERIES, (size_t)table - 1);
	strbuf_release(&phrases);
}

/* -- acting -- */

/* All groups come before the first one and after the last. */
static unsigned step_group(struct app *app, struct screen_trend *self, bool forward)
{
	size_t count = self->set.group_count;
	struct error err = { 0 };

	if (!count) {
		app_say(app, ROLE_MESSAGE, "These runs are from before machine groups were counted: the next run counts them.");
		return DO_DRAW;
	}
	if (self->group == TREND_ALL)
		self->group = forward ? 0 : count - 1;
	else if (forward ? self->group + 1 == count : self->group == 0)
		self->group = TREND_ALL;
	else
		self->group = forward ? self->group + 1 : self->group - 1;
	if (trend_set_pick(session_store(app->session), &self->set,
	                   slice_of(self->group == TREND_ALL ? NULL : self->set.groups[self->group].name), RUNS_MAX, &err))
		memcpy(self->failed, err.text, sizeof self->failed);
	if (self->run >= self->set.count)
		self->run = self->set.count ? self->set.count - 1 : 0;
	if (self->group != TREND_ALL && self->set.groups[self->group].gone)
		app_say(app, ROLE_MESSAGE, "The newest run has no server of this group: renamed, emptied, or left out.");
	else if (self->group != TREND_ALL && !self->set.groups[self->group].in_scope)
		app_say(app, ROLE_MESSAGE, "The scope does not take this group, so none of its servers was counted.");
	return DO_LAYOUT;
}

/* Opening a run closes the trend: the table is what one wanted. */
static unsigned open_run(struct app *app, struct screen_trend *self)
{
	unsigned redo = app_open_run(app, self->set.items[self->run].run);

	return redo & DO_LAYOUT ? redo | DO_CLOSE : redo;
}

static unsigned trend_act(struct app *app, struct screen *screen, enum action_id id)
{
	struct screen_trend *self = trend_of(screen);

	if (list_act(&self->list, id))
		return DO_LAYOUT;
	switch (id) {
	case ACTION_RUN_PREV:
		self->run -= self->run > 0;
		return DO_LAYOUT;
	case ACTION_RUN_NEXT:
		self->run += self->run + 1 < self->set.count;
		return DO_LAYOUT;
	case ACTION_GROUP_NEXT:
		return step_group(app, self, true);
	case ACTION_GROUP_PREV:
		return step_group(app, self, false);
	case ACTION_OPEN:
		return self->set.count ? open_run(app, self) : DO_NOTHING;
	default:
		return DO_PASS;
	}
}

static void trend_close(struct app *app, struct screen *screen)
{
	(void)app;
	trend_set_release(&trend_of(screen)->set);
	strbuf_release(&trend_of(screen)->notes);
	free(screen);
}

static const enum action_id trend_footer[] = {
	ACTION_RUN_PREV, ACTION_RUN_NEXT, ACTION_OPEN, ACTION_GROUP_NEXT, ACTION_BACK, ACTION_GROUP_PREV, ACTION_QUIT, ACTION_NONE,
};

static const struct screen_ops trend_ops = {
	.context = CONTEXT_TREND, .name = "trend", .whole = true, .footer = trend_footer, .open = "open run",
	.layout = trend_layout, .draw = trend_draw, .act = trend_act, .close = trend_close,
};

void screen_trend_open(struct app *app)
{
	struct screen_trend *self = xcalloc(1, sizeof *self);

	self->base.ops = &trend_ops;
	self->group = TREND_ALL;
	strbuf_init(&self->notes, TREND_LINE_BYTES);
	trend_read(app, self);
	app_push(app, &self->base);
}
