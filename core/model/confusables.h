/* confusables.h - characters that are taken for others, by Unicode's own data (UTS #39, "Unicode Security Mechanisms").
 *
 * confusables.data        reduced from Unicode's confusables.txt, with version, source and licence
 * confusables_pack.awk    made it;  confusables_embed.awk   makes C of it at each build
 * confusables.c           looking up, and skeletons: two texts look alike when their skeletons are equal */
#ifndef ROUSE_CONFUSABLES_H
#define ROUSE_CONFUSABLES_H

#include <stddef.h>
#include <stdint.h>

/* One entry. `to` is the character that stands for all that look like it, or, below 0, the place -to of several in the pool. */
struct confusable {
	int32_t from, to;
};

extern const struct confusable confusables[];   /* by `from` */
extern const size_t confusable_count;
extern const int32_t confusable_pool[];         /* sequences that end with 0 */

/* What stands for a character; *to points at *count code points, static or, when nothing looks like it, at *cp. */
void confusable_get(const int32_t *cp, const int32_t **to, size_t *count);
/* The skeleton of UTS #39 (NFD, each character replaced, NFD again) of code points that are in NFD already; malloc'd. */
int32_t *confusable_skeleton(const int32_t *cps, size_t n, size_t *count);

#endif
