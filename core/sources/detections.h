/* detections.h - the texts of core/detections/NAME.kql, compiled in without their comments. */
#ifndef ROUSE_DETECTIONS_H
#define ROUSE_DETECTIONS_H

/* One text. Static. */
struct detection_query {
	const char *name;   /* of the file, without its ending; NULL ends the list */
	const char *text;   /* with places such as {{groups}} for kql.c to fill */
};

extern const struct detection_query detection_queries[];

/* NULL when there is no such text. */
const char *detection_text(const char *name);

#endif
