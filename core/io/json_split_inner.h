/* json_split_inner.h - what json_split.c and json_lines.c share. */
#ifndef ROUSE_JSON_SPLIT_INNER_H
#define ROUSE_JSON_SPLIT_INNER_H

#include "core/io/json_split.h"

/* The line of a place in the window, from 1. */
uint64_t split_line_of(const struct json_split *split, size_t place);
/* Fills *item for the bytes at `start` of the window and returns the event. */
enum split_event split_report(struct json_split *split, struct split_item *item, enum split_event event, size_t start,
                              size_t len, const char *what);
enum split_event split_bad_row(struct json_split *split, struct split_item *item, size_t start, const char *what);
/* The row at split->value was scanned to its end: SPLIT_ROW, or SPLIT_BAD when it is none. */
enum split_event split_give_row(struct json_split *split, struct split_item *item);
/* json_lines.c: the line at split->at. SPLIT_MORE: it has not arrived in full. */
enum split_event split_line_step(struct json_split *split, struct split_item *item);

#endif
