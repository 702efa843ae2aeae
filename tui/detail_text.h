/* detail_text.h - everything known of one host, as lines: for the inspector (brief) and the detail screen (all). */
#ifndef ROUSE_DETAIL_TEXT_H
#define ROUSE_DETAIL_TEXT_H

#include "tui/app.h"
#include "tui/page.h"

/* Makes the page of a row anew when `made` (what it returned before, 0 at first) was for another host, another state of it, or
 * another width; returns what it is made for now. */
uint64_t detail_refresh(struct app *app, uint32_t row, struct page *page, uint64_t made, int width, bool brief);

#endif
