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
	char *text;           /* of a page of plain text, which is shown as it is; owned; NULL: `fill` or who embeds this makes the page */
	int foot;             /* lines below the page that who embeds this keeps for itself */
};

/* Opens a page that `fill` makes, now and after each change of the width. */
void page_screen_open(struct app *app, const char *title, void (*fill)(struct app *app, struct page *page, int width));

/* Opens a page of text as it is, every letter of it: long lines go on in the next one. The text is copied. */
void page_screen_open_text(struct app *app, const char *title, const char *text);

/* The parts, for screens that embed it. */
void page_screen_layout(struct app *app, struct screen *screen);
void page_screen_draw(struct app *app, struct screen *screen);     /* all but the title */
unsigned page_screen_act(struct app *app, struct screen *screen, enum action_id id);

#endif
