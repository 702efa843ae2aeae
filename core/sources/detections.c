/* detections.c - finds a compiled-in query by its name. */
#include "core/sources/detections.h"

#include <stddef.h>
#include <string.h>

const char *detection_text(const char *name)
{
	for (const struct detection_query *query = detection_queries; query->name; query++)
		if (strcmp(query->name, name) == 0)
			return query->text;
	return NULL;
}
