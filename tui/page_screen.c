#include "tui/page_screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "tui/draw.h"
#include "tui/list.h"
#include "tui/prompt.h"
#include "tui/status.h"

static struct page_screen *page_of(struct screen *screen)
{
	return (struct page_screen *)screen;
}

/* Between the title and the status line. */
static struct area body(const struct app *app, const struct page_screen *self)
{
	int height = app->rows - 4 - self->foot;

	return (struct area){ 1, 0, height > 0 ? height : 0, app->cols };
}

/* Line by line, none left out; what a page has no room for is said. */
static void fill_text(const char *text, struct page *page, int width)
{
	while (*text) {
		size_t n = strcspn(text, "\n");
		char *line = xmemdup(text, n);

		if (page->count + 1 >= PAGE_LINES_MAX) {
			free(line);
			page_wrap(page, ROLE_WARN, 1, width, "... and more: the text is longer than a page can be.");
			return;
		}
		page_wrap(page, ROLE_NORMAL, 1, width, line);
		free(line);
		text += n + (text[n] == '\n');
	}
}

/* A page is made for a width, so that lines break where the screen ends. */
void page_screen_layout(struct app *app, struct screen *screen)
{
	struct page_screen *self = page_of(screen);
	size_t rows = (size_t)body(app, self).height, last;

	if ((self->fill || self->text) && self->filled_width != app->cols) {
		page_clear(&self->page);
		if (self->text)
			fill_text(self->text, &self->page, app->cols);
		else
			self->fill(app, &self->page, app->cols);
		self->filled_width = app->cols;
	}
	last = self->page.count > rows ? self->page.count - rows : 0;
	if (self->top > last)
		self->top = last;
}

/* The hardware cursor stands on the place found, else on the first line. */
void page_screen_draw(struct app *app, struct screen *screen)
{
	struct page_screen *self = page_of(screen);
	struct area area = body(app, self);
	size_t rows = (size_t)area.height, below;
	int y = app->rows - 3 - self->foot;

	if (self->fill || self->text)
		status_title_text(app, self->title, NULL);
	page_draw(&self->page, &area, self->top);
	draw_fill(y, 0, app->cols, ROLE_STATUS);
	below = self->page.count > self->top + rows ? self->page.count - self->top - rows : 0;
	if (below)
		draw_format(y, 1, app->cols - 1, ROLE_STATUS, "%zu more line%s below", below, below == 1 ? "" : "s");
	else
		draw_string(y, 1, app->cols - 1, ROLE_STATUS, self->top ? "end" : "");
	draw_cursor(self->page.find[0] && self->page.found >= self->top && self->page.found < self->top + rows
	            ? 1 + (int)(self->page.found - self->top) : 1, 0);
}

/* Shows the place found, a third of the screen down. */
static unsigned show_found(struct app *app, struct page_screen *self, bool found, const char *text)
{
	size_t rows = (size_t)body(app, self).height, last = self->page.count > rows ? self->page.count - rows : 0;

	if (!found) {
		app_say(app, ROLE_MESSAGE, "\"%s\" is not on this page.", text);
		return DO_DRAW;
	}
	if (self->page.found < self->top || self->page.found >= self->top + rows)
		self->top = self->page.found > rows / 3 ? self->page.found - rows / 3 : 0;
	if (self->top > last)
		self->top = last;
	return DO_DRAW;
}

/* Enter in the search prompt: from the top of what is on the screen. */
static unsigned search_done(struct app *app, const char *text, struct slice subject)
{
	struct page_screen *self = page_of(app_top(app));

	(void)subject;
	if (!*text) {
		self->page.find[0] = '\0';
		return DO_DRAW;
	}
	return show_found(app, self, page_search(&self->page, text, self->top, false), text);
}

/* On from the place found last, around the end. */
static unsigned find_again(struct app *app, struct page_screen *self, bool back)
{
	char text[sizeof self->page.find];
	size_t count = self->page.count, from;

	if (!self->page.find[0] || !count) {
		app_say(app, ROLE_MESSAGE, "Nothing was searched for yet.");
		return DO_DRAW;
	}
	memcpy(text, self->page.find, sizeof text);
	from = back ? (self->page.found + count - 1) % count : (self->page.found + 1) % count;
	return show_found(app, self, page_search(&self->page, text, from, back), text);
}

/* Scrolling and searching; the rest is the embedding screen's or common. */
unsigned page_screen_act(struct app *app, struct screen *screen, enum action_id id)
{
	struct page_screen *self = page_of(screen);
	struct prompt_ask search = { .label = " find: ", .history = &app->histories.search, .done = search_done };

	if (list_scroll(id, self->page.count, (size_t)body(app, self).height, &self->top))
		return DO_DRAW;
	switch (id) {
	case ACTION_SEARCH:
		prompt_open(app, &search);
		return DO_LAYOUT;
	case ACTION_FIND_NEXT:
		return find_again(app, self, false);
	case ACTION_FIND_PREV:
		return find_again(app, self, true);
	case ACTION_BACK:
		/* One layer at a time: the search first, then the page. */
		if (self->page.find[0]) {
			self->page.find[0] = '\0';
			return DO_DRAW;
		}
		return DO_CLOSE;
	default:
		return DO_PASS;
	}
}

static void plain_close(struct app *app, struct screen *screen)
{
	(void)app;
	page_release(&page_of(screen)->page);
	free(page_of(screen)->text);
	free(screen);
}

static const enum action_id page_footer[] = { ACTION_BACK, ACTION_SEARCH, ACTION_FIND_NEXT, ACTION_PAGE_DOWN, ACTION_NONE };

static const struct screen_ops page_ops = {
	.context = CONTEXT_HELP, .name = "page", .whole = true, .footer = page_footer,
	.layout = page_screen_layout, .draw = page_screen_draw, .act = page_screen_act, .close = plain_close,
};

void page_screen_open(struct app *app, const char *title, void (*fill)(struct app *app, struct page *page, int width))
{
	struct page_screen *self = xcalloc(1, sizeof *self);

	self->base.ops = &page_ops;
	self->fill = fill;
	snprintf(self->title, sizeof self->title, "%s", title);
	app_push(app, &self->base);
}

void page_screen_open_text(struct app *app, const char *title, const char *text)
{
	struct page_screen *self = xcalloc(1, sizeof *self);

	self->base.ops = &page_ops;
	self->text = xstrdup(text);
	snprintf(self->title, sizeof self->title, "%s", title);
	app_push(app, &self->base);
}
