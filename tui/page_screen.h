/* page_screen.h - a whole screen that shows a page: scrolling, searching, its lines. Help, reasons and explanations are only this;
 * the detail screen adds to it. */
#ifndef ROUSE_PAGE_SCREEN_H
#define ROUSE_PAGE_SCREEN_H

#include "tui/app.h"
#include "tui/page.h"

struct page_screen {
	struct screen base;
	struct page page;
	size_t top;           /* first line shown */
	char title[120];
	/* Fills the empty page for a width; NULL: whoever embeds this does it. */
	void (*fill)(struct app *app, struct page *page, int width);
	int filled_width;     /* what it was filled for */
};

/* Opens a page that `fill` makes, now and after each change of the width. */
void page_screen_open(struct app *app, const char *title, void (*fill)(struct app *app, struct page *page, int width));

/* The parts, for screens that embed it. */
void page_screen_layout(struct app *app, struct screen *screen);
void page_screen_draw(struct app *app, struct screen *screen);     /* all but the title */
unsigned page_screen_act(struct app *app, struct screen *screen, enum action_id id);

#endif
