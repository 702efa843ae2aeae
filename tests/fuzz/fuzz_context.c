/* Context and bags of any bytes: a place is found or it is not, an opened bag is a bag, and what comes out can be read again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/io/json.h"
#include "core/model/bag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth)
{
	if (!truth)
		abort();
}

static void places(struct slice text)
{
	struct strbuf place = STRBUF_INIT(SIZE_MAX / 4);
	int first = json_context(text, 0, 0, &place);
	require(first >= -1 && first <= 1 && (first == 1 || place.len == 0));
	for (unsigned i = 0; i < 3; i++)
		for (unsigned j = 0; j < 4; j++) {
			strbuf_clear(&place);
			/* whether the text is JSON at all does not hang on the place */
			require((json_context(text, i, j, &place) < 0) == (first < 0));
		}
	strbuf_release(&place);
}

/* The pairs of an opened bag end where its bytes end, and none is closed. */
static void opened(struct slice text)
{
	struct strbuf bag = STRBUF_INIT(SIZE_MAX / 4), open = STRBUF_INIT(SIZE_MAX / 4), again = STRBUF_INIT(SIZE_MAX / 4);
	struct bag_pair pair;
	size_t at = 0;
	bag_add(&bag, BAG_CLOSED, slice_of("AdditionalFields"), text);
	json_bag_open((struct slice){ bag.buf, bag.len }, &open);
	while (bag_next((struct slice){ open.buf, open.len }, &at, &pair))
		require(pair.kind != BAG_CLOSED);
	require(at == open.len);
	json_bag_open((struct slice){ open.buf, open.len }, &again);
	require(again.len == open.len && (!open.len || !memcmp(again.buf, open.buf, open.len)));
	/* bytes that are no bag at all */
	strbuf_clear(&again);
	json_bag_open(text, &again);
	strbuf_release(&bag);
	strbuf_release(&open);
	strbuf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size };
	places(text);
	opened(text);
	return 0;
}
