/* bench_rows.h - the rows that the benches of the model run over, made in memory, and the clock they are measured with.
 *
 * The rows are the same on each run and look like hosts: names of 35 bytes, repeated texts shared. */
#ifndef ROUSE_BENCH_ROWS_H
#define ROUSE_BENCH_ROWS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/clock.h"
#include "core/model/table.h"

#define NOW INT64_C(1795154400)   /* 2026-11-20T06:00:00Z */

static inline uint64_t next(uint64_t *state)
{
	uint64_t x = *state += UINT64_C(0x9E3779B97F4A7C15);

	x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
	return x ^ x >> 31;
}

/* What one row is made from; drawn in a fixed order, so that every compiler makes the same rows. */
enum draw { SITE, ROLE, TIER, NUMBER, GROUP, PLATFORM, OS, BUILD, MODE, ENGINE, ENGINE_PART, AV, AV_PART, SIGNATURE, SIGNATURE_PART,
            SEEN, SIGNED, UNSIGNED, GATHERED, FIRST, VERDICT, CHANGE, STALE, DRAWS };

/* A version of two picked parts, the first in steps. */
__attribute__((format(printf, 3, 0)))
static inline struct slice version(char *buffer, size_t size, const char *format, unsigned first, unsigned second)
{
	int n = snprintf(buffer, size, format, first, second);

	return (struct slice){ buffer, (size_t)n };
}

static inline void set_texts(struct table_row *row, const unsigned *draw)
{
	static const char *const groups[] = { "Win-Servers-Prod", "win-servers-prod", "WIN-SERVERS-PROD", "Prod-Build",
	                                      "Win-Servers-Test", "DMZ", "win-servers-prod " };
	static const char *const platforms[] = { "WindowsServer2016", "WindowsServer2019", "WindowsServer2022" };
	static const char *const modes[] = { "1", "1", "1", "4", "5", "2", "" };

	row->text[TEXT_GROUP] = slice_of(groups[draw[GROUP] % 7]);
	row->text[TEXT_PLATFORM] = slice_of(platforms[draw[PLATFORM] % 3]);
	row->text[TEXT_ONBOARDING] = slice_of("Onboarded");
	row->text[TEXT_HEALTH] = slice_of("Active");
	row->text[TEXT_GATHERED_MODE] = row->text[TEXT_ASSESSED_MODE] = slice_of(modes[draw[MODE] % 7]);
}

static inline void set_numbers(struct table_row *row, const unsigned *draw)
{
	row->time[TIME_LAST_SEEN] = NOW - draw[SEEN] % (30 * 86400);
	row->time[TIME_SIGNATURE] = draw[UNSIGNED] % 20 == 0 ? TIME_NONE : NOW - draw[SIGNED] % (400 * 86400);
	row->time[TIME_ASSESSED] = row->time[TIME_GATHERED] = NOW - draw[GATHERED] % 86400;
	row->time[TIME_FIRST_SEEN] = NOW - draw[FIRST] % 90 * 86400;
	row->report = draw[NUMBER];
	row->verdict = (enum verdict)(VERDICT_PASSIVE + draw[VERDICT] % 6);
	row->change = draw[CHANGE] % 20 == 0 ? CHANGE_NEW : CHANGE_PERSISTING;
	row->flags = draw[STALE] % 4 == 0 ? FLAG_STALE : FLAG_PORTAL_HEALTHY;
}

static inline void add_row(struct table *table, uint32_t i, uint64_t *state)
{
	static const char *const sites[] = { "fra", "muc", "lon", "nyc", "sgp" };
	static const char *const roles[] = { "sql", "app", "web", "dc", "fs", "jmp", "mail", "build" };
	static const char *const tiers[] = { "prd", "tst", "dev", "" };
	char id[41], name[64], os[16], engine[16], platform[24], signature[24];
	uint64_t high = next(state), low = next(state);
	unsigned draw[DRAWS];
	struct table_row row;

	for (size_t k = 0; k < DRAWS; k++)
		draw[k] = (unsigned)(next(state) >> 33);
	table_row_init(&row);
	snprintf(id, sizeof id, "%016llx%016llx%08x", (unsigned long long)high, (unsigned long long)low, i);
	snprintf(name, sizeof name, "%s-%s%s-%06u.emea.corp.example.net", sites[draw[SITE] % 5], roles[draw[ROLE] % 8],
	         tiers[draw[TIER] % 4], draw[NUMBER] % 1000000);
	row.id = (struct slice){ id, 40 };
	row.name = slice_of(name);
	row.bag_key = i + 1;
	set_texts(&row, draw);
	set_numbers(&row, draw);
	row.text[TEXT_OS_VERSION] = version(os, sizeof os, "%u.%u", 14393 + draw[OS] % 4, 1000 + draw[BUILD] % 3000);
	row.text[TEXT_ENGINE] = version(engine, sizeof engine, "1.1.%u.%u", 23000 + draw[ENGINE] % 30 * 100, draw[ENGINE_PART] % 12);
	row.text[TEXT_AV_PLATFORM] = version(platform, sizeof platform, "4.18.%u.%u", 23000 + draw[AV] % 30 * 100,
	                                     draw[AV_PART] % 12);
	row.text[TEXT_SIGNATURE] = version(signature, sizeof signature, "1.%u.%u.0", 401 + draw[SIGNATURE] % 22,
	                                   draw[SIGNATURE_PART] % 1400);
	table_add(table, &row);
}

static inline double ms_of(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static inline int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

#endif
