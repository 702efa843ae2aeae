#include "core/model/confusables.h"

#include <stdlib.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"

static int by_from(const void *key, const void *entry)
{
	int32_t a = *(const int32_t *)key, b = ((const struct confusable *)entry)->from;

	return (a > b) - (a < b);
}

void confusable_get(const int32_t *cp, const int32_t **to, size_t *count)
{
	const struct confusable *found = bsearch(cp, confusables, confusable_count, sizeof *confusables, by_from);

	*count = 1;
	*to = found ? &found->to : cp;
	if (!found || found->to >= 0)
		return;
	*to = confusable_pool - found->to;
	while ((*to)[*count])
		++*count;
}

int32_t *confusable_skeleton(const int32_t *cps, size_t n, size_t *count)
{
	struct strbuf text = STRBUF_INIT(SIZE_MAX);

	for (size_t i = 0; i < n; i++) {
		const int32_t *to;
		size_t length;

		confusable_get(&cps[i], &to, &length);
		for (size_t k = 0; k < length; k++)
			utf8_append(&text, to[k]);
	}
	int32_t *skeleton = xcalloc(UTF8_DECOMPOSED * text.len + 1, sizeof *skeleton);
	*count = utf8_decompose(strbuf_text(&text), text.len, false, skeleton);
	strbuf_release(&text);
	return skeleton;
}
