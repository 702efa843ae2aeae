/* model_rows.h - random rows for the tests of the model: every kind of value, missing and empty ones, names beyond ASCII. */
#ifndef ROUSE_MODEL_ROWS_H
#define ROUSE_MODEL_ROWS_H

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/table.h"

#define ROWS_NOW INT64_C(1795154400)   /* 2026-11-20T06:00:00Z */

static inline uint64_t rows_next(uint64_t *state)
{
	uint64_t x = *state += UINT64_C(0x9E3779B97F4A7C15);

	x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
	return x ^ x >> 31;
}

static inline unsigned rows_pick(uint64_t *state, unsigned n)
{
	return (unsigned)(rows_next(state) >> 33) % n;
}

/* One of the texts, sometimes empty, sometimes missing. */
static inline struct slice rows_any(uint64_t *state, const char *const *texts, unsigned count)
{
	unsigned k = rows_pick(state, count + 2);

	if (k == count)
		return (struct slice){ NULL, 0 };
	return k > count ? slice_of("") : slice_of(texts[k]);
}

/* Names that share prefixes, differ by case only, hold other scripts, NULs and long tails. */
static inline struct slice rows_name(uint64_t *state, char *buffer, size_t size)
{
	static const char *const heads[] = { "srv-sql-", "SRV-SQL-", "srv-app-", "B\xC3\x9CRO-", "b\xC3\xBCro-", "stra\xC3\x9Fz-",
	                                     "\xCE\xA3\xCE\xB9\xCE\xB3-", "\xE6\x97\xA5\xE6\x9C\xAC-", "s", "=cmd|" };
	static const char *const tails[] = { "", ".corp.example.net", ".CORP.example.net", ".a-very-long-domain-name.corp.example.net" };
	unsigned kind = rows_pick(state, 40), head = rows_pick(state, 10), number = rows_pick(state, 3000), tail = rows_pick(state, 4);
	int n = snprintf(buffer, size, "%s%u%s", heads[head], number, tails[tail]);

	if (kind == 0)
		return (struct slice){ NULL, 0 };
	if (kind == 1)
		buffer[n / 2] = '\0';
	if (kind == 2)
		buffer[n - 1] = '\0';
	return (struct slice){ buffer, (size_t)n };
}

static inline void rows_texts(uint64_t *state, struct table_row *row)
{
	static const char *const groups[] = { "Win-Servers-Prod", "win-servers-prod", "B\xC3\x9CRO", "b\xC3\xBCro", "DMZ", "win-servers-prod " };
	static const char *const platforms[] = { "WindowsServer2016", "WindowsServer2019", "WindowsServer2022" };
	static const char *const versions[] = { "4.18.9", "4.18.40", "4.18", "4.18.0", "10.0.17763", "9.9", "4.18.040", "4.18-beta", "x",
	                                        "99999999999999999999.1", "100000000000000000000.1" };
	static const char *const modes[] = { "0", "1", "4", "5", "2", "10", "Passive" };
	static const char *const products[] = { "McAfee ENS", "Sophos", "CrowdStrike" };

	row->text[TEXT_GROUP] = rows_any(state, groups, 6);
	row->text[TEXT_PLATFORM] = rows_any(state, platforms, 3);
	row->text[TEXT_OS_VERSION] = rows_any(state, versions, 11);
	row->text[TEXT_ENGINE] = rows_any(state, versions, 11);
	row->text[TEXT_ASSESSED_MODE] = rows_any(state, modes, 7);
	row->text[TEXT_GATHERED_MODE] = rows_any(state, modes, 7);
	row->text[TEXT_OTHER_AV] = rows_any(state, products, 3);
}

static inline void rows_add(struct table *table, uint64_t *state, unsigned number)
{
	struct table_row row;
	char id[64], name[128];

	table_row_init(&row);
	snprintf(id, sizeof id, rows_pick(state, 4) ? "%040x" : "id-%x", number * 2654435761u);
	row.id = slice_of(id);
	row.name = rows_name(state, name, sizeof name);
	rows_texts(state, &row);
	for (size_t i = 0; i < TIME_COUNT; i++)
		if (rows_pick(state, 10) > 0)
			row.time[i] = ROWS_NOW - rows_pick(state, 40) * 43200 - rows_pick(state, 2);
	if (rows_pick(state, 5) > 0)
		row.report = (int64_t)rows_next(state) >> rows_pick(state, 60);
	row.flags = (uint16_t)rows_pick(state, 1u << FLAG_COUNT);
	row.verdict = (enum verdict)rows_pick(state, VERDICT_COUNT);
	row.change = (enum change)rows_pick(state, CHANGE_COUNT);
	row.altered = row.change == CHANGE_PERSISTING && rows_pick(state, 2);
	row.applicable = (enum tri)rows_pick(state, 3);
	row.compliant = (enum tri)rows_pick(state, 3);
	table_add(table, &row);
}

static inline void rows_fill(struct table *table, unsigned count, uint64_t seed)
{
	for (unsigned i = 0; i < count; i++)
		rows_add(table, &seed, i);
}

#endif
