/* list.h - a cursor in a list and the part of it that is shown: the arithmetic that all lists share. Pure. */
#ifndef ROUSE_LIST_H
#define ROUSE_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/action.h"

#define LIST_MARGIN 2   /* lines of context kept above and below the cursor while scrolling */

/* Zero-initialised is an empty list. */
struct list {
	size_t count;    /* lines */
	size_t rows;     /* lines that fit on the screen */
	size_t cursor;   /* below count, or 0 */
	size_t top;      /* first line shown */
};

/* Another length or height: keeps cursor and top as far as they still exist. */
void list_fit(struct list *list, size_t count, size_t rows);
/* Moves the cursor, clipped at both ends, and scrolls as little as needed. */
void list_move(struct list *list, long by);
void list_move_to(struct list *list, size_t index);
/* Does a moving action (up, down, pages, ends). False when `id` is none of them. */
bool list_act(struct list *list, enum action_id id);
/* How far a moving action goes in a list with `rows` lines on the screen: false when `id` is none; *by is clipped by the caller. */
bool list_distance(enum action_id id, size_t rows, long *by);
/* Scrolls a page that has no cursor: `top` is the first line shown. False when `id` is no moving action. */
bool list_scroll(enum action_id id, size_t count, size_t rows, size_t *top);

#endif
