/* antivirus.h - names the other antivirus product of a software inventory row. */
#ifndef ROUSE_ANTIVIRUS_H
#define ROUSE_ANTIVIRUS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/bytes.h"

/* The product's display name (static text) when the row is an antivirus other than Microsoft's, else NULL. Looked up by vendor
 * and a phrase of the name; case and signs are ignored, so `endpoint_protection` is `Endpoint Protection`. The table of products and
 * its sources: core/detections/antivirus.tsv. */
const char *antivirus_name(struct slice vendor, struct slice software);
/* The i-th of some words of which every vendor of the table has at least one, for a service that looks vendors up by words (KQL's has_any):
 * lower-case letters and digits alone, `trend` for `trend_micro`. Other vendors have them too, so antivirus_name() must judge what is found.
 * False when there are no more. */
bool antivirus_vendor(size_t i, struct slice *word);

#endif
