/* item_scan.h - substring search over many byte strings that lie one after another, as the pools of a table do.
 *
 * One pass over all bytes beats a search in each item when most of them have to be looked at. Shared by the words of a filter and by
 * expressions. */
#ifndef ROUSE_ITEM_SCAN_H
#define ROUSE_ITEM_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/bytes.h"

/* Whether the needle, which is not empty, is in the hay. No value holds nothing. For short texts: it takes no time to get ready. */
bool item_contains(struct slice hay, struct slice needle);

/* Sets hit[i] to 1 for the items from + i that hold the needle, which is not empty; leaves the others alone. Item i is
 * bytes[offsets[i] .. offsets[i+1]). A place that reaches into the next item is no hit. */
void item_scan(const char *bytes, const uint32_t *offsets, uint32_t from, uint32_t to, struct slice needle, uint8_t *hit);
/* The same, but places do not count where a letter or digit of ASCII stands right before (`starts`) or right behind (`ends`) the needle. */
void item_scan_terms(const char *bytes, const uint32_t *offsets, uint32_t from, uint32_t to, struct slice needle, bool starts, bool ends,
                     uint8_t *hit);

#endif
