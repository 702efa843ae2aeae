/* screen_sort.c - choosing the column to sort by, or the second one. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "tui/picker.h"

#define SORT_WIDTH 54

struct screen_sort {
	struct picker picker;
	size_t key;                                     /* 0 sort by, 1 then by */
	struct column_ref choices[COL_COUNT + APP_COLUMNS_MAX];
	size_t count;
};

static struct screen_sort *sort_of(struct screen *screen)
{
	return (struct screen_sort *)screen;
}

static bool same_column(const struct column_ref *a, const struct column_ref *b)
{
	return a->id == b->id && !strcmp(a->key, b->key);
}

/* Which way a column sorts first: the worst on top, so ages with the oldest first, everything else upwards. */
static bool first_direction(const struct column_ref *column)
{
	return column->id != COL_BAG && (columns[column->id].type == TYPE_SPAN || columns[column->id].type == TYPE_FLAGS);
}

/* New keys after picking `column` as key number `at`: `SIG-` first, then `SIG`, then without it. */
static size_t picked(const struct app *app, const struct column_ref *column, size_t at, struct sort_key keys[SORT_KEYS_MAX])
{
	struct sort_key fresh = { *column, first_direction(column) };
	size_t count = 0, i;
	bool removed = false;

	if (at < app->key_count && same_column(&app->keys[at].column, column)) {
		removed = app->keys[at].descending != fresh.descending;
		fresh.descending = !fresh.descending;
	}
	for (i = 0; i < app->key_count && count < SORT_KEYS_MAX; i++) {
		if (i == at && !removed)
			keys[count++] = fresh;
		else if (i != at && !same_column(&app->keys[i].column, column))
			keys[count++] = app->keys[i];
	}
	if (at >= app->key_count && count < SORT_KEYS_MAX)
		keys[count++] = fresh;
	return count;
}

/* Without any key left the standard order is back: there is always one that is known. */
unsigned screen_sort_pick(struct app *app, const struct column_ref *column, size_t key)
{
	struct sort_key keys[SORT_KEYS_MAX];
	struct strbuf text = STRBUF_INIT(1024);
	char *before = app_state_now(app, UNDO_SORT);
	size_t count;

	if (key > app->key_count)
		key = app->key_count;
	count = picked(app, column, key, keys);
	app_set_sort(app, keys, count);
	if (!count)
		app_sort_put(app, SORT_DEFAULT);
	app_sort_text(app, &text);
	app_say(app, ROLE_MESSAGE, "Sorted by %s%s.", strbuf_text(&text), count ? "" : " (the standard order)");
	app_changed(app, UNDO_SORT, "sort", before);
	strbuf_release(&text);
	return DO_REBUILD;
}

static void sort_layout(struct app *app, struct screen *screen)
{
	struct screen_sort *self = sort_of(screen);

	picker_layout(app, &self->picker, self->count, SORT_WIDTH);
}

/* `1 v` beside the columns that are sorted by now. */
static void add_state(const struct app *app, const struct column_ref *column, struct strbuf *out)
{
	size_t k;

	for (k = 0; k < app->key_count; k++)
		if (same_column(&app->keys[k].column, column)) {
			strbuf_addf(out, "%zu %s", k + 1, app->keys[k].descending ? "down" : "up");
			return;
		}
}

static void sort_draw(struct app *app, struct screen *screen)
{
	struct screen_sort *self = sort_of(screen);
	struct strbuf text = STRBUF_INIT(1024), state = STRBUF_INIT(32), name = STRBUF_INIT(300);
	size_t i;

	picker_frame(&self->picker, self->key ? "Then by (again: other way, then off)" : "Sort by (again: other way, then off)");
	for (i = self->picker.list.top; i < self->count && i < self->picker.list.top + self->picker.list.rows; i++) {
		strbuf_clear(&text);
		strbuf_clear(&state);
		strbuf_clear(&name);
		add_state(app, &self->choices[i], &state);
		app_column_name(&self->choices[i], &name);
		strbuf_addf(&text, "%-12.12s %-30s %s", app_column_title(&self->choices[i]), strbuf_text(&name), strbuf_text(&state));
		picker_row(&self->picker, i, state.len ? ROLE_HEAD : ROLE_NORMAL, strbuf_text(&text), text.len);
	}
	strbuf_release(&text);
	strbuf_release(&state);
	strbuf_release(&name);
}

/* Enter and reset both close the picker; the heads show what happened. */
static unsigned sort_act(struct app *app, struct screen *screen, enum action_id id)
{
	struct screen_sort *self = sort_of(screen);
	char *before;

	if (picker_move(&self->picker, id))
		return DO_DRAW;
	switch (id) {
	case ACTION_OPEN:
		return screen_sort_pick(app, &self->choices[self->picker.list.cursor], self->key) | DO_CLOSE;
	case ACTION_RESET:
		before = app_state_now(app, UNDO_SORT);
		app_sort_put(app, SORT_DEFAULT);
		app_changed(app, UNDO_SORT, "standard sort", before);
		return DO_REBUILD | DO_CLOSE;
	default:
		return DO_PASS;
	}
}

static unsigned sort_key(struct app *app, struct screen *screen, const struct key *key)
{
	if (!picker_click(&sort_of(screen)->picker, key))
		return DO_NOTHING;
	return key->code == KEYCODE_DOUBLE_CLICK ? app_act(app, ACTION_OPEN) : DO_DRAW;
}

static void sort_close(struct app *app, struct screen *screen)
{
	(void)app;
	free(screen);
}

static const enum action_id sort_footer[] = { ACTION_OPEN, ACTION_RESET, ACTION_BACK, ACTION_NONE };

static const struct screen_ops sort_ops = {
	.context = CONTEXT_COLUMNS, .name = "sort", .footer = sort_footer, .open = "sort",
	.layout = sort_layout, .draw = sort_draw, .act = sort_act, .key = sort_key, .close = sort_close,
};

/* Shown columns come first and once. */
static void add_choice(struct screen_sort *self, const struct column_ref *column)
{
	size_t i;

	for (i = 0; i < self->count; i++)
		if (same_column(&self->choices[i], column))
			return;
	self->choices[self->count++] = *column;
}

void screen_sort_open(struct app *app, size_t key)
{
	struct screen_sort *self = xcalloc(1, sizeof *self);
	size_t i;
	int id;

	self->picker.base.ops = &sort_ops;
	self->key = key;
	for (i = 0; i < app->column_count; i++)
		add_choice(self, &app->columns[i]);
	for (id = 0; id < COL_COUNT; id++)
		add_choice(self, &(struct column_ref){ .id = (enum column_id)id });
	/* On the column that is sorted by now, so that the same key twice turns it round. */
	for (i = 0; i < self->count; i++)
		if (key < app->key_count && same_column(&self->choices[i], &app->keys[key].column))
			self->picker.list.cursor = i;
	app_push(app, &self->picker.base);
}
