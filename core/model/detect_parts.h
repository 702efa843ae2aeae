/* detect_parts.h - what the files of detect.c share; nobody else includes it. */
#ifndef ROUSE_DETECT_PARTS_H
#define ROUSE_DETECT_PARTS_H

#include "core/model/detect.h"

/* Answers kept by text code, so that each distinct group and platform is asked once. */
enum { STATE_UNASKED, STATE_OUT, STATE_IN };

/* detect_scope.c: words of the scope by their lower-cased form; MAP_NONE when there is no such word. */
uint32_t scope_lower_put(struct map *words, struct slice word);
uint32_t scope_lower_get(const struct map *words, struct slice word);
bool platform_in_scope(struct detection *detection, uint32_t code);

/* detect_groups.c: counts a server under the group it is shown with. `verdict` is VERDICT_NONE for a server that is not in scope. */
void census_add(struct detection *detection, const struct device *device, struct slice group, enum verdict verdict);
/* Counts devices that the source did not send: where they went, and the groups of servers out of scope. */
void census_add_counted(struct detection *detection);
/* Puts the groups in order; they are whole now. */
void census_end(struct detection *detection);

#endif
