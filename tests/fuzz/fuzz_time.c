/* Times and spans of any bytes: what is read can be written and is read as the same again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth)
{
	if (!truth)
		abort();
}

static void read_time(const char *text, size_t n)
{
	struct strbuf out = STRBUF_INIT(1000);
	int64_t ticks = 42, again = 43;
	if (!time_parse(text, n, &ticks)) {
		require(ticks == 42);
		return;
	}
	int64_t seconds = time_seconds(ticks);
	time_format(&out, seconds);
	if (ticks == TIME_NONE) {
		require(out.len == 0);
	} else {
		require(seconds * TICKS_PER_SECOND <= ticks && ticks < (seconds + 1) * TICKS_PER_SECOND);
		require(time_parse(strbuf_text(&out), out.len, &again) && again == seconds * TICKS_PER_SECOND);
	}
	strbuf_release(&out);
}

static void read_span(const char *text, size_t n)
{
	struct strbuf out = STRBUF_INIT(1000);
	int64_t span = 42, again = 43;
	if (!span_parse(text, n, &span)) {
		require(span == 42);
		return;
	}
	span_format(&out, span);
	require(span_parse(strbuf_text(&out), out.len, &again) && again == span);
	strbuf_clear(&out);
	age_format(&out, span);
	age_format_short(&out, span);
	require(out.len > 0);
	strbuf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_time((const char *)data, size);
	read_span((const char *)data, size);
	return 0;
}
