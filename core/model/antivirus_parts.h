/* antivirus_parts.h - the compiled-in table of core/detections/antivirus.tsv; only antivirus.c and the table itself include it. */
#ifndef ROUSE_ANTIVIRUS_PARTS_H
#define ROUSE_ANTIVIRUS_PARTS_H

#include <stddef.h>

/* One product. A row of the inventory is it when its vendor starts with one of `vendor` and its name holds one of `words` and none of
 * `not`; each is a list of phrases with | between, and phrases match whole words. Static texts. */
struct antivirus_product {
	const char *name;        /* as shown; holds no comma */
	const char *initials;    /* first letters of `vendor`: most rows are of vendors that are not here, and go by quickly */
	const char *vendor, *words, *not;
};

extern const struct antivirus_product antivirus_products[];   /* the first that fits counts */
extern const size_t antivirus_product_count;
extern const char *const antivirus_vendor_words[];   /* see antivirus_vendor() */
extern const size_t antivirus_vendor_word_count;

#endif
