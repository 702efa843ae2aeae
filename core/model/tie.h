/* tie.h - rows of equal newest time: which one stays, or how they become one.
 *
 * Each rule is a total order or a union, so three rows in any order of arrival end in the same state, and each leans towards the
 * worse state: a tie may never make a host look better or put it out of scope. */
#ifndef ROUSE_TIE_H
#define ROUSE_TIE_H

#include "core/model/estate.h"

/* Below zero when a stays: not superseded before merged, a server before no platform before any other, then excluded first, then by
 * the bytes of the fields. */
int inventory_order(const struct estate *estate, const struct device *a, const struct device *b);
/* Below zero when a stays: the row that makes the host a finding, whatever the other witness says. */
int assessment_order(const struct assessment_row *a, const struct assessment_row *b);

/* Of two codes or times; a missing one gives way to the other. */
uint32_t worse_mode(const struct estate *estate, uint32_t a, uint32_t b);
uint32_t smaller_text(const struct estate *estate, uint32_t a, uint32_t b);
int64_t older_time(int64_t a, int64_t b);

/* A set of texts in one text, in byte order without repeats. */
#define NAME_SEPARATOR ", "                    /* of OtherAv, as it is shown */
#define GROUP_SEPARATOR "\x1f"                 /* of device.group_tie; a unit separator, which no group name holds */
/* Adds an item, or each item of a set; returns the code of the set. MAP_NONE is the empty set. */
uint32_t text_set_add(struct estate *estate, uint32_t set, struct slice items, const char *separator);
/* Steps through the items: start with *at = 0; false at the end. */
bool text_set_next(struct slice set, const char *separator, size_t *at, struct slice *item);

#endif
