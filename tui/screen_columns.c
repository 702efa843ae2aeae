/* screen_columns.c - which columns the table shows, and in which order. What is chosen shows at once; Esc takes it back. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "tui/picker.h"

#define COLUMNS_WIDTH 76

struct screen_columns {
	struct picker picker;
	struct column_ref choices[COL_COUNT + APP_COLUMNS_MAX];   /* the shown ones first, in their order */
	bool on[COL_COUNT + APP_COLUMNS_MAX];
	size_t count;
	char *before;                                             /* state when it was opened; owned */
};

static struct screen_columns *columns_of(struct screen *screen)
{
	return (struct screen_columns *)screen;
}

static void columns_layout(struct app *app, struct screen *screen)
{
	struct screen_columns *self = columns_of(screen);

	picker_layout(app, &self->picker, self->count, COLUMNS_WIDTH);
}

static void columns_draw(struct app *app, struct screen *screen)
{
	struct screen_columns *self = columns_of(screen);
	struct strbuf text = STRBUF_INIT(2048), name = STRBUF_INIT(300);
	size_t i;

	(void)app;
	picker_frame(&self->picker, "Columns, in their order");
	for (i = self->picker.list.top; i < self->count && i < self->picker.list.top + self->picker.list.rows; i++) {
		const struct column_ref *ref = &self->choices[i];

		strbuf_clear(&text);
		strbuf_clear(&name);
		app_column_name(ref, &name);
		strbuf_addf(&text, "[%c] %-10.10s %-22s %s", self->on[i] ? 'x' : ' ', app_column_title(ref), strbuf_text(&name),
		            ref->id == COL_BAG ? "a gathered field" : columns[ref->id].help);
		picker_row(&self->picker, i, self->on[i] ? ROLE_NORMAL : ROLE_MUTED, strbuf_text(&text), text.len);
	}
	strbuf_release(&text);
	strbuf_release(&name);
}

/* Shows the choice in the table at once. */
static unsigned apply(struct app *app, struct screen_columns *self)
{
	struct column_ref refs[APP_COLUMNS_MAX];
	size_t count = 0, i;

	for (i = 0; i < self->count && count < APP_COLUMNS_MAX; i++)
		if (self->on[i])
			refs[count++] = self->choices[i];
	app_set_columns(app, refs, count);
	return DO_REBUILD;
}

/* A table without any column would show nothing to mark or open. */
static unsigned toggle(struct app *app, struct screen_columns *self)
{
	size_t at = self->picker.list.cursor, on = 0, i;

	for (i = 0; i < self->count; i++)
		on += self->on[i];
	if (self->on[at] && on == 1) {
		app_say(app, ROLE_MESSAGE, "One column has to stay.");
		return DO_DRAW;
	}
	self->on[at] = !self->on[at];
	return apply(app, self);
}

/* Moves the column under the cursor one place; the cursor goes with it. */
static unsigned shift(struct app *app, struct screen_columns *self, bool later)
{
	size_t at = self->picker.list.cursor, to = later ? at + 1 : at - 1;
	struct column_ref ref = self->choices[at];
	bool on = self->on[at];

	if ((!later && !at) || to >= self->count)
		return DO_NOTHING;
	self->choices[at] = self->choices[to];
	self->on[at] = self->on[to];
	self->choices[to] = ref;
	self->on[to] = on;
	list_move_to(&self->picker.list, to);
	return apply(app, self);
}

/* Shown columns come first and once. */
static void add_choice(struct screen_columns *self, const struct column_ref *column, bool on)
{
	size_t i;

	for (i = 0; i < self->count; i++)
		if (self->choices[i].id == column->id && !strcmp(self->choices[i].key, column->key))
			return;
	self->choices[self->count] = *column;
	self->on[self->count++] = on;
}

/* Shown ones in their order, then all others in the order of the model. */
static void fill(struct app *app, struct screen_columns *self)
{
	size_t i;
	int id;

	self->count = 0;
	for (i = 0; i < app->column_count; i++)
		add_choice(self, &app->columns[i], true);
	for (id = 0; id < COL_COUNT; id++)
		add_choice(self, &(struct column_ref){ .id = (enum column_id)id }, false);
}

/* Enter keeps what already shows; Esc puts back what was there. */
static unsigned columns_act(struct app *app, struct screen *screen, enum action_id id)
{
	struct screen_columns *self = columns_of(screen);

	if (picker_move(&self->picker, id))
		return DO_DRAW;
	switch (id) {
	case ACTION_TOGGLE:
	case ACTION_MARK:
		return toggle(app, self);
	case ACTION_EARLIER:
		return shift(app, self, false);
	case ACTION_LATER:
		return shift(app, self, true);
	case ACTION_RESET:
		app_columns_put(app, app_standard_columns(app));
		fill(app, self);
		return DO_REBUILD | DO_LAYOUT;
	case ACTION_OPEN:
		app_changed(app, UNDO_COLUMNS, "columns", self->before);
		self->before = NULL;
		return DO_CLOSE;
	case ACTION_BACK:
		app_columns_put(app, self->before);
		return DO_CLOSE | DO_REBUILD;
	default:
		return DO_PASS;
	}
}

static unsigned columns_key(struct app *app, struct screen *screen, const struct key *key)
{
	if (!picker_click(&columns_of(screen)->picker, key))
		return DO_NOTHING;
	return key->code == KEYCODE_DOUBLE_CLICK ? toggle(app, columns_of(screen)) : DO_DRAW;
}

static void columns_close(struct app *app, struct screen *screen)
{
	(void)app;
	free(columns_of(screen)->before);
	free(screen);
}

static const enum action_id columns_footer[] = {
	ACTION_TOGGLE, ACTION_EARLIER, ACTION_LATER, ACTION_OPEN, ACTION_RESET, ACTION_BACK, ACTION_NONE,
};

static const struct screen_ops columns_ops = {
	.context = CONTEXT_COLUMNS, .name = "columns", .footer = columns_footer, .open = "keep",
	.layout = columns_layout, .draw = columns_draw, .act = columns_act, .key = columns_key, .close = columns_close,
};

void screen_columns_open(struct app *app)
{
	struct screen_columns *self = xcalloc(1, sizeof *self);

	self->picker.base.ops = &columns_ops;
	self->before = app_state_now(app, UNDO_COLUMNS);
	fill(app, self);
	app_push(app, &self->picker.base);
}
