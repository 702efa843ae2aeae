/* demo.h - a generated estate that looks like life, as a source. All names are made up. */
#ifndef ROUSE_DEMO_H
#define ROUSE_DEMO_H

#include "core/sources/source.h"

#define DEMO_HOSTS 2000   /* servers, without --hosts */

/* `now` places the estate in time and is today's in both cases; `day` 0 is today, 1 yesterday (the run to compare with). The
 * same arguments give the same rows. Feeds inventory, assessment, gathering and software rows through estate.h, as a files source does. */
int demo_source_new(uint32_t hosts, int64_t now, int day, struct estate *estate, struct run *run, struct source **source,
                    struct error *err);
/* The groups that the demo's configuration names (some are spelled otherwise in the estate). */
extern const char *const demo_groups[];
extern const size_t demo_group_count;
/* Host names that are canaries of the demo. */
extern const char *const demo_canaries[];
extern const size_t demo_canary_count;

#endif
