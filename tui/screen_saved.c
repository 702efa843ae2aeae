/* screen_saved.c - the saved filters: Enter shows the rows of one, `forget` removes it after a question. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/headless/where.h"
#include "tui/picker.h"

#define SAVED_WIDTH 76
#define NAME_COLUMNS 24

struct screen_saved {
	struct picker picker;
	struct where_list saved;   /* owned */
};

static struct screen_saved *saved_of(struct screen *screen)
{
	return (struct screen_saved *)screen;
}

static void saved_layout(struct app *app, struct screen *screen)
{
	struct screen_saved *self = saved_of(screen);

	picker_layout(app, &self->picker, self->saved.count, app->cols > SAVED_WIDTH + 24 ? app->cols - 24 : SAVED_WIDTH);
}

/* Names of the usual length stand in a column of their own. */
static void saved_draw(struct app *app, struct screen *screen)
{
	struct screen_saved *self = saved_of(screen);
	struct strbuf text = STRBUF_INIT(2 * EXPR_TEXT_MAX);
	size_t widest = 0, i;

	for (i = 0; i < self->saved.count; i++)
		widest = strlen(self->saved.names[i]) > widest ? strlen(self->saved.names[i]) : widest;
	widest = widest > NAME_COLUMNS ? NAME_COLUMNS : widest;
	picker_frame(&self->picker, "Saved filters");
	for (i = 0; i < self->saved.count; i++) {
		strbuf_clear(&text);
		strbuf_addf(&text, "%c@%-*s  %s", strcmp(self->saved.names[i], app->where_name) ? ' ' : '*', (int)widest,
		            self->saved.names[i], self->saved.texts[i]);
		picker_row(&self->picker, i, ROLE_NORMAL, strbuf_text(&text), text.len);
	}
	strbuf_release(&text);
}

/* The list under the picker is read again; without any filter left it closes. */
static void reread(struct app *app, struct screen_saved *self)
{
	struct error err = {0};

	where_list_release(&self->saved);
	if (where_list(session_store(app->session), &self->saved, &err))
		app_say(app, ROLE_ERROR, "%s", err.text);
	saved_layout(app, &self->picker.base);
}

/* Yes was answered: the question is gone, and the picker is on top again. */
static unsigned forget_now(struct app *app, const char *name)
{
	struct screen_saved *self = saved_of(app_top(app));
	struct error err = {0};

	if (where_forget(session_store(app->session), name, &err))
		app_say(app, ROLE_ERROR, "%s", err.text);
	else
		app_say(app, ROLE_MESSAGE, "The filter @%s is forgotten.", name);
	if (!strcmp(app->where_name, name)) {
		app->where_name[0] = '\0';
		app_touch(app, true);
	}
	reread(app, self);
	if (!self->saved.count)
		app_close(app, &self->picker.base);
	return DO_LAYOUT;
}

static unsigned forget(struct app *app, struct screen_saved *self)
{
	char question[WHERE_NAME_MAX + 80];
	const char *name = self->saved.names[self->picker.list.cursor];

	snprintf(question, sizeof question, "Forget the filter @%s?", name);
	screen_confirm_open(app, question, name, forget_now);
	return DO_LAYOUT;
}

static unsigned use(struct app *app, struct screen_saved *self)
{
	unsigned redo = app_use_saved(app, self->saved.names[self->picker.list.cursor]);

	return redo | DO_CLOSE;
}

static unsigned saved_act(struct app *app, struct screen *screen, enum action_id id)
{
	struct screen_saved *self = saved_of(screen);

	if (picker_move(&self->picker, id))
		return DO_DRAW;
	switch (id) {
	case ACTION_OPEN: return use(app, self);
	case ACTION_FORGET: return forget(app, self);
	default: return DO_PASS;
	}
}

static unsigned saved_key(struct app *app, struct screen *screen, const struct key *key)
{
	struct screen_saved *self = saved_of(screen);

	if (!picker_click(&self->picker, key))
		return DO_NOTHING;
	return key->code == KEYCODE_DOUBLE_CLICK ? app_act(app, ACTION_OPEN) : DO_DRAW;
}

static void saved_close(struct app *app, struct screen *screen)
{
	(void)app;
	where_list_release(&saved_of(screen)->saved);
	free(screen);
}

static const enum action_id saved_footer[] = { ACTION_OPEN, ACTION_FORGET, ACTION_BACK, ACTION_NONE };

static const struct screen_ops saved_ops = {
	.context = CONTEXT_SAVED, .name = "saved filters", .footer = saved_footer, .open = "use",
	.layout = saved_layout, .draw = saved_draw, .act = saved_act, .key = saved_key, .close = saved_close,
};

void screen_saved_open(struct app *app)
{
	struct screen_saved *self = xcalloc(1, sizeof *self);
	struct error err = {0};

	self->picker.base.ops = &saved_ops;
	if (where_list(session_store(app->session), &self->saved, &err) || !self->saved.count) {
		app_say(app, err.text[0] ? ROLE_ERROR : ROLE_MESSAGE, "%s",
		        err.text[0] ? err.text : "No filter is saved yet: f takes an expression, F saves it under a name.");
		where_list_release(&self->saved);
		free(self);
		return;
	}
	app_push(app, &self->picker.base);
}
