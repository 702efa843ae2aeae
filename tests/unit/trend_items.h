/* trend_items.h - runs for the tests of the trend. */
#ifndef TEST_TREND_ITEMS_H
#define TEST_TREND_ITEMS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/trend.h"

#define FIRST_DAY INT64_C(1788220800)   /* 2026-09-01T00:00:00Z */
#define SIX (6 * 3600)

/* A run a day at six, complete, with `passive` findings and some active servers. */
static inline struct trend_item item(size_t day, uint32_t passive)
{
	struct trend_item made = { .run = (int64_t)day + 1, .started = FIRST_DAY + (int64_t)day * SPAN_DAY + SIX, .complete = true, .known = true };

	made.counts[VERDICT_ACTIVE] = 10;
	made.counts[VERDICT_PASSIVE] = passive;
	return made;
}

/* Each kind of run that is no number: not counted, incomplete, without servers, 0; and days without a run. */
static inline void fourteen_runs(struct trend_item items[14])
{
	for (size_t i = 0; i < 14; i++)
		items[i] = item(i + (i > 8 ? 3 : 0), (uint32_t)(700 - i * 20));
	items[0].known = items[1].known = false;
	items[4].complete = false;
	items[4].counts[VERDICT_PASSIVE] = 310;
	memset(items[12].counts, 0, sizeof items[12].counts);
	items[13].counts[VERDICT_PASSIVE] = 0;
}

#endif
