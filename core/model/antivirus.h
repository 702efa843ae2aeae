/* antivirus.h - names the other antivirus product of a software inventory row. */
#ifndef ROUSE_ANTIVIRUS_H
#define ROUSE_ANTIVIRUS_H

#include "core/base/bytes.h"

/* The product's display name (static text) when the row is an antivirus other than Microsoft's, else NULL. Looked up by vendor
 * and a phrase of the name; case and signs are ignored, so `endpoint_protection` is `Endpoint Protection`. The table of products and
 * its sources: core/detections/antivirus.tsv. */
const char *antivirus_name(struct slice vendor, struct slice software);

#endif
