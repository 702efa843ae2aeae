/* hunt_census.h - the answer to the census: how many devices of which machine group there are, servers or not, superseded or not.
 *
 * The counts go into the estate, so that a run can say where every device went though only servers in scope were sent. */
#ifndef ROUSE_HUNT_CENSUS_H
#define ROUSE_HUNT_CENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/model/detect.h"
#include "core/model/estate.h"

struct hunt_census;

struct census_sum {
	uint64_t devices;
	uint64_t in_scope;     /* servers that the findings query must give */
};

struct hunt_census *hunt_census_new(struct estate *estate);
int hunt_census_feed(struct hunt_census *census, const char *bytes, size_t n, struct error *err);
uint64_t hunt_census_rows(const struct hunt_census *census);
/* Adds the counts to the estate and to `sum`: an answer may be one part of several. -1, adding nothing, when it is no census, or not whole. */
int hunt_census_end(struct hunt_census *census, const struct scope *scope, struct census_sum *sum, struct error *err);
/* Whether these are servers that are not superseded, of whatever group. */
bool hunt_is_server(const struct estate_count *item);
void hunt_census_free(struct hunt_census **census);

#endif
