/* screen_groups.c - picking machine groups: names that differ by letter case only are one line, with their spellings. Letters narrow
 * the list; several groups can be chosen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "tui/draw.h"
#include "tui/fit.h"
#include "tui/line.h"
#include "tui/picker.h"

#define GROUPS_WIDTH 78
#define NUMBERS "%9s%7s%7s  "     /* findings, new, stale */
#define NUMBERS_WIDTH 25
#define SPELLINGS_WIDTH 10

/* One folded group. Owns its copies: rows may come in while the picker is open. */
struct group_line {
	char *name, *folded;
	uint32_t findings, fresh, stale, servers;
	char **spellings;
	size_t spelling_count;
	bool chosen;
	bool exact;              /* only the commonest spelling */
};

struct screen_groups {
	struct picker picker;
	struct line typed;
	struct group_line *lines;   /* owned */
	size_t count;
	size_t *hits;               /* lines that match what is typed; owned */
};

static struct screen_groups *groups_of(struct screen *screen)
{
	return (struct screen_groups *)screen;
}

/* For comparing what is typed with names, letter case aside. */
static char *folded_copy(const char *text, size_t len)
{
	struct strbuf out = STRBUF_INIT(3 * len + 1);
	char *copy;

	utf8_fold(&out, text, len);
	copy = xstrdup(strbuf_text(&out));
	strbuf_release(&out);
	return copy;
}

/* Lines whose name holds each typed word; line 0 of the list is "all groups". */
static size_t narrow(struct screen_groups *self)
{
	char *wanted = folded_copy(line_text(&self->typed), strlen(line_text(&self->typed)));
	size_t i, n = 0;

	for (i = 0; i < self->count; i++)
		if (strstr(self->lines[i].folded, wanted))
			self->hits[n++] = i;
	free(wanted);
	return n;
}

static void groups_layout(struct app *app, struct screen *screen)
{
	struct screen_groups *self = groups_of(screen);

	self->picker.head = 2;
	picker_layout(app, &self->picker, narrow(self) + 1, GROUPS_WIDTH);
}

/* Right-aligned, with commas. */
static void add_numbers(struct strbuf *out, uint32_t findings, uint32_t fresh, uint32_t stale)
{
	struct strbuf part[3] = { STRBUF_INIT(32), STRBUF_INIT(32), STRBUF_INIT(32) };
	int i;

	strbuf_add_count(&part[0], findings);
	strbuf_add_count(&part[1], fresh);
	strbuf_add_count(&part[2], stale);
	strbuf_addf(out, NUMBERS, strbuf_text(&part[0]), strbuf_text(&part[1]), strbuf_text(&part[2]));
	for (i = 0; i < 3; i++)
		strbuf_release(&part[i]);
}

/* A name in exactly `width` columns. */
static void add_name(struct strbuf *out, const char *name, int width)
{
	int used = fit_text(out, name, strlen(name), width, !term_utf8());

	strbuf_addf(out, "%*s", width - used, "");
}

/* A group without findings is muted but stays in the list: it is there. */
static void draw_group(struct screen_groups *self, size_t index, int name_width)
{
	const struct group_line *group = &self->lines[self->hits[index - 1]];
	struct strbuf text = STRBUF_INIT(4096);

	strbuf_adds(&text, group->chosen ? "[x] " : "[ ] ");
	add_name(&text, group->name[0] ? group->name : "(no group)", name_width);
	add_numbers(&text, group->findings, group->fresh, group->stale);
	if (group->exact)
		strbuf_adds(&text, "exact");
	else if (group->spelling_count > 1)
		strbuf_addf(&text, "%zu", group->spelling_count);
	picker_row(&self->picker, index, group->findings ? ROLE_NORMAL : ROLE_MUTED, strbuf_text(&text), text.len);
	strbuf_release(&text);
}

/* The line that takes every choice back, with the sums. */
static void draw_all(struct screen_groups *self, int name_width)
{
	struct strbuf text = STRBUF_INIT(512);
	uint32_t findings = 0, fresh = 0, stale = 0;
	size_t i;

	for (i = 0; i < self->count; i++) {
		findings += self->lines[i].findings;
		fresh += self->lines[i].fresh;
		stale += self->lines[i].stale;
	}
	strbuf_addf(&text, "    %-*s", name_width, "(all groups)");
	add_numbers(&text, findings, fresh, stale);
	picker_row(&self->picker, 0, ROLE_NORMAL, strbuf_text(&text), text.len);
	strbuf_release(&text);
}

/* The spellings of the group under the cursor, on the message line. */
static void draw_spellings(struct app *app, const struct screen_groups *self)
{
	size_t at = self->picker.list.cursor, i;
	const struct group_line *group = at ? &self->lines[self->hits[at - 1]] : NULL;
	struct strbuf text = STRBUF_INIT(4096);

	if (!group || app->message[0])
		return;
	strbuf_addf(&text, "%s: %s server%s, %s finding%s", group->name[0] ? group->name : "(no group)", NUMBER(group->servers),
	            group->servers == 1 ? "" : "s", NUMBER(group->findings), group->findings == 1 ? "" : "s");
	for (i = 0; group->spelling_count > 1 && i < group->spelling_count; i++)
		strbuf_addf(&text, "%s%s", i ? ", " : "; spelled ", group->spellings[i]);
	draw_string(app->rows - 2, 1, app->cols - 1, ROLE_MESSAGE, strbuf_text(&text));
	strbuf_release(&text);
}

/* Typed text, heads, all groups, then the groups that match. */
static void groups_draw(struct app *app, struct screen *screen)
{
	struct screen_groups *self = groups_of(screen);
	const struct area *inside = &self->picker.inside;
	int name_width = inside->width - 2 - 4 - NUMBERS_WIDTH - SPELLINGS_WIDTH, y = inside->y - 2, column;
	struct strbuf text = STRBUF_INIT(512);
	size_t i, start, end, n = narrow(self);

	picker_frame(&self->picker, "Machine groups: type to narrow");
	draw_string(y, inside->x, 2, ROLE_PROMPT, draw_glyph(GLYPH_POINTER));
	line_window(&self->typed, inside->width - 20, !term_utf8(), &start, &end, &column);
	draw_text(y, inside->x + 2, inside->width - 20, ROLE_INPUT, line_text(&self->typed) + start, end - start);
	strbuf_addf(&text, "%zu of %zu", n, self->count);
	draw_text_right(y, inside->x, inside->width, ROLE_MUTED, strbuf_text(&text), text.len);
	strbuf_clear(&text);
	strbuf_addf(&text, "      %-*s" NUMBERS "SPELLINGS", name_width, "GROUP", "FINDINGS", "NEW", "STALE");
	draw_text(y + 1, inside->x, inside->width, ROLE_HEAD, strbuf_text(&text), text.len);
	draw_all(self, name_width);
	for (i = 1; i <= n; i++)
		draw_group(self, i, name_width);
	draw_spellings(app, self);
	if (self->typed.len)
		draw_cursor(y, inside->x + 2 + column);
	strbuf_release(&text);
}

/* Enter: the chosen groups, or else the one under the cursor. */
static unsigned apply(struct app *app, struct screen_groups *self)
{
	struct slice *names = NULL;
	size_t cap = 0, count = 0, picked = 0, i, k, at = self->picker.list.cursor;
	char *before = app_state_now(app, UNDO_FILTER);
	bool any = false;

	for (i = 0; i < self->count; i++)
		any |= self->lines[i].chosen;
	for (i = 0; i < self->count; i++) {
		const struct group_line *group = &self->lines[i];

		if (any ? !group->chosen : !at || self->hits[at - 1] != i)
			continue;
		picked++;
		for (k = 0; k < (group->exact ? 1 : group->spelling_count); k++) {
			names = grow(names, &cap, count + 1, sizeof *names);
			names[count++] = slice_of(group->exact ? group->name : group->spellings[k]);
		}
	}
	app_set_groups(app, names, count);
	app_changed(app, UNDO_FILTER, "machine groups", before);
	if (count)
		app_say(app, ROLE_MESSAGE, "%zu group%s, %zu spelling%s. Esc shows all groups again.", picked, picked == 1 ? "" : "s", count,
		        count == 1 ? "" : "s");
	free(names);
	return DO_CLOSE | DO_REBUILD;
}

/* Going on to the next line lets several be chosen with one key. */
static unsigned toggle(struct screen_groups *self, bool exact)
{
	size_t at = self->picker.list.cursor, i;

	if (!at) {
		/* "All groups" chosen means none is. */
		for (i = 0; i < self->count; i++)
			self->lines[i].chosen = false;
		return DO_DRAW;
	}
	if (exact)
		self->lines[self->hits[at - 1]].exact = !self->lines[self->hits[at - 1]].exact;
	else
		self->lines[self->hits[at - 1]].chosen = !self->lines[self->hits[at - 1]].chosen;
	if (!exact)
		list_move(&self->picker.list, 1);
	return DO_DRAW;
}

static unsigned typed_changed(struct screen_groups *self)
{
	/* The first match is what Enter takes. */
	self->picker.list.cursor = self->typed.len && narrow(self) ? 1 : 0;
	return DO_LAYOUT;
}

/* Esc empties what is typed first, then closes. */
static unsigned groups_act(struct app *app, struct screen *screen, enum action_id id)
{
	struct screen_groups *self = groups_of(screen);

	if (picker_move(&self->picker, id))
		return DO_DRAW;
	switch (id) {
	case ACTION_OPEN:
		return apply(app, self);
	case ACTION_TOGGLE:
		return toggle(self, false);
	case ACTION_EXACT:
		return toggle(self, true);
	case ACTION_RESET:
		self->picker.list.cursor = 0;
		return toggle(self, false) | DO_LAYOUT;
	case ACTION_BACK:
		if (!self->typed.len)
			return DO_CLOSE;
		line_set(&self->typed, "");
		return typed_changed(self);
	default:
		return DO_PASS;
	}
}

static unsigned groups_key(struct app *app, struct screen *screen, const struct key *key)
{
	struct screen_groups *self = groups_of(screen);

	if (picker_click(&self->picker, key))
		return key->code == KEYCODE_DOUBLE_CLICK ? app_act(app, ACTION_OPEN) : DO_DRAW;
	return line_key(&self->typed, key) == LINE_CHANGED ? typed_changed(self) : DO_DRAW;
}

static void groups_close(struct app *app, struct screen *screen)
{
	struct screen_groups *self = groups_of(screen);
	size_t i, k;

	(void)app;
	for (i = 0; i < self->count; i++) {
		for (k = 0; k < self->lines[i].spelling_count; k++)
			free(self->lines[i].spellings[k]);
		free(self->lines[i].spellings);
		free(self->lines[i].name);
		free(self->lines[i].folded);
	}
	free(self->lines);
	free(self->hits);
	line_release(&self->typed);
	free(self);
}

static const enum action_id groups_footer[] = { ACTION_TOGGLE, ACTION_OPEN, ACTION_EXACT, ACTION_RESET, ACTION_BACK, ACTION_NONE };

static const struct screen_ops groups_ops = {
	.context = CONTEXT_GROUPS, .name = "machine groups", .typed = true, .footer = groups_footer, .open = "apply",
	.layout = groups_layout, .draw = groups_draw, .act = groups_act, .key = groups_key, .close = groups_close,
};

/* Whether the filter has this spelling. */
static bool is_chosen(const struct app *app, struct slice name)
{
	size_t i;

	for (i = 0; i < app->view.filter.group_count; i++)
		if (slice_equal(app->view.filter.groups[i], name))
			return true;
	return false;
}

/* Copies everything: the table may grow and move its texts while the picker is open. */
static void fill_line(struct app *app, struct group_line *line, const struct group_count *group)
{
	size_t count = 0, k;
	struct slice *spellings = view_spellings(&app->lens, group->name, &count);

	line->name = xmemdup(group->name.text ? group->name.text : "", group->name.text ? group->name.len : 0);
	line->folded = folded_copy(line->name, strlen(line->name));
	line->findings = group->findings;
	line->fresh = group->fresh;
	line->stale = group->stale;
	line->servers = group->servers;
	line->spellings = xcalloc(count + 1, sizeof *line->spellings);
	for (k = 0; k < count; k++) {
		line->spellings[line->spelling_count++] = xmemdup(spellings[k].text ? spellings[k].text : "",
		                                                  spellings[k].text ? spellings[k].len : 0);
		line->chosen |= is_chosen(app, spellings[k]);
	}
	free(spellings);
}

void screen_groups_open(struct app *app)
{
	struct screen_groups *self = xcalloc(1, sizeof *self);
	struct group_count *groups;
	size_t i;

	self->picker.base.ops = &groups_ops;
	groups = view_groups(&app->lens, &self->count);
	self->lines = xcalloc(self->count + 1, sizeof *self->lines);
	self->hits = xcalloc(self->count + 1, sizeof *self->hits);
	for (i = 0; i < self->count; i++)
		fill_line(app, &self->lines[i], &groups[i]);
	free(groups);
	app_push(app, &self->picker.base);
}
