/* status.h - the lines around every screen: title, tabs, banner, filter, status, message, footer. They only draw.
 *
 * status.c         title, tabs, banner, message, footer
 * status_lines.c   the filter line and the status line */
#ifndef ROUSE_STATUS_H
#define ROUSE_STATUS_H

#include "tui/app.h"

/* The title line of the table: run, time, completeness, age. */
void status_title(struct app *app);
/* The title line of another whole screen. */
void status_title_text(struct app *app, const char *left, const char *right);
/* The tabs with their counts; with `click` >= 0 nothing is drawn and the tab under that column is returned, TAB_COUNT for none. */
enum tab status_tabs(struct app *app, int click);
/* The tab after or before one, as they stand on the screen. */
enum tab status_tab_step(enum tab tab, bool forward);
/* Why the run is incomplete, in one red line. */
void status_banner(struct app *app);
int status_banner_lines(const struct app *app);
/* Filter, rows shown, marks; while a detection runs, its progress. */
void status_filter(struct app *app);
/* Columns that the counts take at the right of the filter line. */
int status_shown_width(struct app *app);
/* Sort, place of the cursor, marks. */
void status_line(struct app *app, const char *extra);
/* The message, and the footer of the screen on top. */
void status_message(struct app *app);
void status_footer(struct app *app, const struct screen *screen);

/* Columns that a text takes on this terminal. */
int status_width(const struct strbuf *text);
/* `2026-11-20 06:00Z` and `20 Nov 06:00Z`. */
void status_time(struct strbuf *out, int64_t seconds);
void status_time_short(struct strbuf *out, int64_t seconds);
/* Rows of the tab without any filter, from the counts of the run and what is accepted. */
uint32_t status_tab_total(struct app *app, enum tab tab);
/* `5 marked (2 hidden by filter)`; nothing when none is marked. */
void status_marks(struct app *app, struct strbuf *out);

#endif
