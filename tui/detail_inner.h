/* detail_inner.h - the page of a host while it is made, shared by detail_text.c (the host), detail_history.c (the runs it was in),
 * detail_owner.c (owner and ticket) and detail_more.c (everything else that was gathered). */
#ifndef ROUSE_DETAIL_INNER_H
#define ROUSE_DETAIL_INNER_H

#include "tui/detail_text.h"

/* The page being made; all borrowed. */
struct detail {
	struct app *app;
	struct page *page;
	uint32_t row;
	int width;
	bool brief;
};

/* `   LABEL   text`. */
void detail_field(const struct detail *detail, const char *label, enum role role, const char *text);
/* The host's newest acceptance, in force or ended, with its reason; nothing when there was never one. */
void detail_acceptance(const struct detail *detail);
void detail_enrichment(const struct detail *detail);
void detail_ownership(const struct detail *detail);
void detail_history(const struct detail *detail);

#endif
