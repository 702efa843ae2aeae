#include "tui/prompt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "tui/draw.h"
#include "tui/fit.h"
#include "tui/status.h"

#define CANDIDATE_LINES 4    /* of completions shown above the prompt */
#define FILTER_SHARE 3       /* below it, where it stands on the filter line: this part of the screen */
#define FILTER_Y 2           /* line of the filter */

struct prompt {
	struct screen base;
	struct line line;
	struct prompt_ask ask;         /* label and text point to nothing after opening; subject to `subject` */
	char label[160];
	char subject[PROMPT_SUBJECT_MAX];
	size_t point_at, point_len;    /* bytes of the text that are pointed at; no length: none */
	enum role point_role;
	bool refused;                  /* the text would not do: the message says why, and must be seen beside the prompt */
};

static struct prompt *prompt_of(struct screen *screen)
{
	return (struct prompt *)screen;
}

/* Names that would complete the word, in columns above the prompt, or below the filter line. */
static void draw_candidates(struct app *app, const struct prompt *prompt, int y)
{
	const struct completion *shown = &prompt->line.shown;
	int most = prompt->ask.on_filter_line ? app->rows / FILTER_SHARE : CANDIDATE_LINES, cols = app->cols;
	enum role role = prompt->ask.on_filter_line ? ROLE_INPUT : ROLE_STATUS;
	int widest = 0, per_line, lines, top, i;

	for (i = 0; i < (int)shown->count; i++) {
		int wide = fit_columns(shown->candidates[i], strlen(shown->candidates[i]), !term_utf8());

		widest = wide > widest ? wide : widest;
	}
	widest = widest > cols - 4 ? cols - 4 : widest;
	per_line = (cols - 1) / (widest + 2) > 0 ? (cols - 1) / (widest + 2) : 1;
	lines = ((int)shown->count + per_line - 1) / per_line;
	lines = lines > most ? most : lines;
	top = prompt->ask.on_filter_line ? y + 1 : y - lines;
	for (i = 0; i < lines; i++)
		draw_fill(top + i, 0, cols, role);
	if (prompt->ask.on_filter_line && !term_plain())
		draw_hline(top + lines, 0, cols, ROLE_BORDER);
	for (i = 0; i < lines * per_line && i < (int)shown->count; i++) {
		bool last = i == lines * per_line - 1 && (i + 1 < (int)shown->count || shown->more);

		draw_string(top + i / per_line, 1 + i % per_line * (widest + 2), widest, role,
		            last ? draw_glyph(GLYPH_ELLIPSIS) : shown->candidates[i]);
	}
}

/* Draws the bytes that are pointed at once more, as far as they are in sight. */
static void draw_point(const struct prompt *prompt, int y, int x, size_t start, size_t end)
{
	const char *text = line_text(&prompt->line);
	size_t from = prompt->point_at, to = prompt->point_at + prompt->point_len;

	from = from < start ? start : from;
	to = to > end ? end : to;
	if (from >= to)
		return;
	x += fit_columns(text + start, from - start, !term_utf8());
	draw_text(y, x, fit_columns(text + from, to - from, !term_utf8()), prompt->point_role, text + from, to - from);
}

/* Draws over whatever stands on its line. */
static void prompt_draw(struct app *app, struct screen *screen)
{
	struct prompt *prompt = prompt_of(screen);
	int y = prompt->ask.on_filter_line ? FILTER_Y : app->rows - 2;
	int label, room, column;
	size_t start, end;

	if (prompt->line.shown.count > 1)
		draw_candidates(app, prompt, y);
	if (prompt->refused && !prompt->ask.on_filter_line) {
		draw_fill(y - 1, 0, app->cols, app->message_role);
		draw_string(y - 1, 1, app->cols - 1, app->message_role, app->message);
	}
	/* The label gives way, so that there is always room to type. */
	label = fit_columns(prompt->label, strlen(prompt->label), !term_utf8());
	label = label > app->cols / 2 ? app->cols / 2 : label;
	room = app->cols - label;
	if (prompt->ask.on_filter_line)
		room -= status_shown_width(app) + 1;
	draw_fill(y, 0, label + room, ROLE_INPUT);
	draw_string(y, 0, label, ROLE_PROMPT, prompt->label);
	line_window(&prompt->line, room - 1, !term_utf8(), &start, &end, &column);
	draw_text(y, label, room, ROLE_INPUT, line_text(&prompt->line) + start, end - start);
	draw_point(prompt, y, label, start, end);
	draw_cursor(y, label + column);
}

static unsigned changed(struct app *app, struct prompt *prompt)
{
	prompt->point_len = 0;
	prompt->refused = false;
	return DO_DRAW | (prompt->ask.changed ? prompt->ask.changed(app, line_text(&prompt->line)) : 0);
}

static unsigned accept(struct app *app, struct prompt *prompt)
{
	/* The prompt is gone before `done` runs: what it needs is copied. */
	struct prompt_ask ask = prompt->ask;
	char *text = xstrdup(line_text(&prompt->line)), subject[PROMPT_SUBJECT_MAX];
	unsigned redo;

	memcpy(subject, prompt->subject, sizeof subject);
	ask.subject.text = ask.subject.text ? subject : NULL;
	if (ask.history)
		line_history_add(ask.history, text);
	app_close(app, &prompt->base);
	redo = ask.done(app, text, ask.subject);
	free(text);
	return redo | DO_LAYOUT;
}

/* A text that will not do stays, with the cursor where it goes wrong. */
static bool will_do(struct app *app, struct prompt *prompt)
{
	size_t at = prompt->line.len;

	if (!prompt->ask.check || prompt->ask.check(app, line_text(&prompt->line), &at))
		return true;
	completion_release(&prompt->line.shown);
	prompt->refused = true;
	prompt->line.cursor = at < prompt->line.len ? at : prompt->line.len;
	term_bell();
	return false;
}

/* Only the keys that end a prompt are actions; all others edit the line. */
static unsigned prompt_act(struct app *app, struct screen *screen, enum action_id id)
{
	struct prompt *prompt = prompt_of(screen);

	switch (id) {
	case ACTION_ACCEPT:
		return will_do(app, prompt) ? accept(app, prompt) : DO_DRAW;
	case ACTION_CANCEL:
	case ACTION_INTERRUPT:
		return DO_CLOSE | DO_LAYOUT | (prompt->ask.cancelled ? prompt->ask.cancelled(app) : 0);
	default:
		return DO_PASS;
	}
}

/* While candidates are offered, what is still wrong with the line goes without saying. */
static unsigned completed(struct app *app, struct prompt *prompt)
{
	unsigned redo = changed(app, prompt);

	if (prompt->line.shown.count > 1 && prompt->ask.on_filter_line) {
		app->message[0] = '\0';
		prompt->point_len = 0;
	}
	return redo | DO_DRAW;
}

/* Pasted text arrives here too, as text: it never triggers anything. */
static unsigned prompt_key(struct app *app, struct screen *screen, const struct key *key)
{
	struct prompt *prompt = prompt_of(screen);

	switch (line_key(&prompt->line, key)) {
	case LINE_CHANGED:
		return changed(app, prompt);
	case LINE_COMPLETED:
		return completed(app, prompt);
	case LINE_MOVED:
		return DO_DRAW;
	case LINE_REFUSED:
		term_bell();
		return DO_NOTHING;
	case LINE_IGNORED:
		/* The prompt covers the line of messages; a click and what the terminal sends of its own accord need no answer. */
		if (key->code < KEYCODE_WHEEL_UP || key->code >= KEYCODE_F0)
			term_bell();
		break;
	}
	return DO_NOTHING;
}

static void prompt_close(struct app *app, struct screen *screen)
{
	struct prompt *prompt = prompt_of(screen);

	(void)app;
	line_release(&prompt->line);
	free(prompt);
}

static const enum action_id prompt_footer[] = { ACTION_ACCEPT, ACTION_CANCEL, ACTION_NONE };

static const struct screen_ops prompt_ops = {
	.context = CONTEXT_PROMPT, .name = "prompt", .typed = true, .footer = prompt_footer,
	.draw = prompt_draw, .act = prompt_act, .key = prompt_key, .close = prompt_close,
};

void prompt_open(struct app *app, const struct prompt_ask *ask)
{
	struct prompt *prompt = xcalloc(1, sizeof *prompt);

	prompt->base.ops = &prompt_ops;
	prompt->ask = *ask;
	snprintf(prompt->label, sizeof prompt->label, "%s", ask->label);
	if (ask->subject.text) {
		size_t len = ask->subject.len > PROMPT_SUBJECT_MAX ? PROMPT_SUBJECT_MAX : ask->subject.len;

		memcpy(prompt->subject, ask->subject.text, len);
		prompt->ask.subject = (struct slice){ prompt->subject, len };
	}
	prompt->line.max = ask->max;
	prompt->line.completer = ask->completer;
	prompt->line.history = ask->history;
	prompt->line.history_at = ask->history ? ask->history->count : 0;
	if (ask->text)
		line_set(&prompt->line, ask->text);
	app_push(app, &prompt->base);
}

void prompt_point(struct app *app, size_t at, size_t len, enum role role)
{
	struct screen *top = app_top(app);

	if (!top || top->ops != &prompt_ops)
		return;
	prompt_of(top)->point_at = at;
	prompt_of(top)->point_len = len;
	prompt_of(top)->point_role = role;
}

void prompt_hints(const struct app *app, int x)
{
	static const struct { const char *key, *what; } hints[] = { { "tab", "complete" }, { "up", "earlier ones" } };
	struct screen *top = app_top(app);
	const struct prompt_ask *ask = top && top->ops == &prompt_ops ? &prompt_of(top)->ask : NULL;
	bool useful[] = { ask && ask->completer.complete, ask && ask->history && ask->history->count };
	int y = app->rows - 1;
	size_t i;

	for (i = 0; i < sizeof hints / sizeof hints[0]; i++) {
		if (!useful[i] || x + (int)(strlen(hints[i].key) + strlen(hints[i].what)) + 1 > app->cols)
			continue;
		x += draw_string(y, x, app->cols - x, ROLE_KEY, hints[i].key) + 1;
		x += draw_string(y, x, app->cols - x, ROLE_HINT, hints[i].what) + 2;
	}
}

bool prompt_on_filter_line(const struct app *app)
{
	struct screen *top = app_top(app);

	return top && top->ops == &prompt_ops && prompt_of(top)->ask.on_filter_line;
}
