/* screen_confirm.c - a yes-or-no question over the message line. Only the keys named for yes and no answer it; the keys typed before
 * it appeared are thrown away. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "tui/app.h"
#include "tui/draw.h"
#include "tui/fit.h"
#include "tui/key.h"

struct screen_confirm {
	struct screen base;
	char *question, *subject;   /* owned */
	unsigned (*yes)(struct app *app, const char *subject);
};

/* Bytes of the question that go on the line above, so that the rest fits `room` columns: whole clauses, or nothing. */
static size_t upper_part(const char *question, int room, int cols)
{
	size_t most = 0, n = strlen(question);

	if (fit_columns(question, n, !term_utf8()) <= room)
		return 0;
	for (size_t i = 1; i < n; i++)
		if (question[i] == ' ' && strchr(".?;", question[i - 1]) && fit_columns(question, i, !term_utf8()) <= cols)
			most = i;
	return most;
}

/* On one line, else on two; the question gives way to the keys when there is no room for it then. */
static void confirm_draw(struct app *app, struct screen *screen)
{
	struct screen_confirm *confirm = (struct screen_confirm *)screen;
	struct strbuf keys = STRBUF_INIT(128), tail = STRBUF_INIT(300);
	int y = app->rows - 2, room, used;
	size_t upper;

	keymap_keys(app->map, CONTEXT_CONFIRM, ACTION_YES, 1, &keys);
	strbuf_addf(&tail, "  %s yes", strbuf_text(&keys));
	strbuf_clear(&keys);
	keymap_keys(app->map, CONTEXT_CONFIRM, ACTION_NO, 1, &keys);
	strbuf_addf(&tail, ", %s no ", strbuf_text(&keys));
	room = app->cols - fit_columns(strbuf_text(&tail), tail.len, !term_utf8());
	upper = upper_part(confirm->question, room - 1, app->cols - 2);
	if (upper) {
		draw_fill(y - 1, 0, app->cols, ROLE_PROMPT);
		draw_text(y - 1, 1, app->cols - 1, ROLE_PROMPT, confirm->question, upper);
		upper++;
	}
	draw_fill(y, 0, app->cols, ROLE_PROMPT);
	used = draw_string(y, 1, room - 1, ROLE_PROMPT, confirm->question + upper) + 1;
	used += draw_string(y, used, app->cols - used, ROLE_PROMPT, strbuf_text(&tail));
	draw_cursor(y, used < app->cols ? used : app->cols - 1);
	strbuf_release(&keys);
	strbuf_release(&tail);
}

static unsigned confirm_act(struct app *app, struct screen *screen, enum action_id id)
{
	struct screen_confirm *confirm = (struct screen_confirm *)screen;
	unsigned (*yes)(struct app *app, const char *subject) = confirm->yes;
	char *subject;
	unsigned redo;

	switch (id) {
	case ACTION_YES:
		subject = xstrdup(confirm->subject);
		app_close(app, screen);
		redo = yes(app, subject) | DO_LAYOUT;
		free(subject);
		return redo;
	case ACTION_NO:
	case ACTION_BACK:
	case ACTION_QUIT:
	case ACTION_INTERRUPT:
		app_say(app, ROLE_MESSAGE, "Nothing was changed.");
		return DO_CLOSE;
	case ACTION_OPEN:
		/* Enter alone never says yes: it is what a hand presses without reading. */
		return DO_DRAW;
	default:
		return DO_PASS;
	}
}

static void confirm_close(struct app *app, struct screen *screen)
{
	struct screen_confirm *confirm = (struct screen_confirm *)screen;

	(void)app;
	free(confirm->question);
	free(confirm->subject);
	free(confirm);
}

static const enum action_id confirm_footer[] = { ACTION_YES, ACTION_NO, ACTION_NONE };

static const struct screen_ops confirm_ops = {
	.context = CONTEXT_CONFIRM, .name = "question", .footer = confirm_footer,
	.draw = confirm_draw, .act = confirm_act, .close = confirm_close,
};

void screen_confirm_open(struct app *app, const char *question, const char *subject,
                         unsigned (*yes)(struct app *app, const char *subject))
{
	struct screen_confirm *confirm = xcalloc(1, sizeof *confirm);

	confirm->base.ops = &confirm_ops;
	confirm->question = xstrdup(question);
	confirm->subject = xstrdup(subject);
	confirm->yes = yes;
	key_discard();
	app_push(app, &confirm->base);
}
