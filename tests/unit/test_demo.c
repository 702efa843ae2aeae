/* test_demo.c - the generated estate: the same each time, any size, all that product.md speaks of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/utf8.h"
#include "core/model/bag.h"
#include "core/model/change.h"
#include "core/model/detect.h"
#include "core/model/trust.h"
#include "core/sources/demo.h"

#define NOW INT64_C(1795154400)   /* 2026-11-20T06:00:00Z */

static const char *const server_platforms[] = { "WindowsServer" };

/* The demo's estate of a day, and the run that was detected in it. */
struct morning {
	struct estate estate;
	struct run run;
	struct detection detection;
	struct scope scope;
};

/* Reads the whole source; returns the number of steps. */
static unsigned read_all(struct estate *estate, struct run *run, uint32_t hosts, int64_t now, int day, int budget_ms)
{
	struct error err = { STATUS_DONE, "" };
	struct source *source = NULL;
	unsigned steps = 1;

	estate_init(estate);
	assert_int_equal(demo_source_new(hosts, now, day, estate, run, &source, &err), 0);
	for (enum step step; (step = source->ops->step(source, budget_ms, &err)) != STEP_DONE; steps++)
		assert_int_equal(step, STEP_MORE);
	struct progress progress;
	source->ops->progress(source, &progress);
	assert_int_equal(progress.rows, estate->input.read);
	assert_string_equal(source->ops->name, "demo");
	source->ops->free(source);
	return steps;
}

static struct morning *morning_make(uint32_t hosts, int day)
{
	struct morning *morning = calloc(1, sizeof(*morning));

	assert_non_null(morning);
	morning->scope = (struct scope){
		.groups = demo_groups, .group_count = demo_group_count, .platforms = server_platforms, .platform_count = 1,
		.canaries = demo_canaries, .canary_count = demo_canary_count, .freshness = 8 * SPAN_DAY, .silence = 14 * SPAN_DAY,
		.unreadable = 100, .unenriched = 2000, .drop = 2000,
	};
	morning->run.started = NOW - day * SPAN_DAY;
	read_all(&morning->estate, &morning->run, hosts, NOW, day, 1000);
	morning->run.input = morning->estate.input;
	morning->detection = (struct detection){ .estate = &morning->estate, .scope = &morning->scope, .run = &morning->run };
	while (!detection_step(&morning->detection, 1000)) {
	}
	return morning;
}

static void morning_free(struct morning *morning)
{
	detection_release(&morning->detection);
	estate_release(&morning->estate);
	run_release(&morning->run);
	free(morning);
}

static void same_arguments_give_the_same_rows(void **state)
{
	(void)state;
	struct estate a, b;
	struct run run = { 0 };
	unsigned steps = read_all(&a, &run, 500, NOW, 0, 1000);
	/* A budget of nothing still gets on, in many small steps. */
	unsigned small_steps = read_all(&b, &run, 500, NOW, 0, 0);

	assert_true(small_steps >= 500 / 32);
	assert_true(steps < small_steps);
	assert_int_equal(a.ids.count, b.ids.count);
	assert_memory_equal(a.ids.keys, b.ids.keys, a.ids.keys_len);
	assert_memory_equal(a.texts.keys, b.texts.keys, a.texts.keys_len);
	assert_int_equal(a.bytes.len, b.bytes.len);
	assert_memory_equal(a.bytes.bytes, b.bytes.bytes, a.bytes.len);
	for (uint32_t i = 0; i < a.ids.count; i++) {
		assert_true(a.devices[i].seen == b.devices[i].seen && a.devices[i].gathered_at == b.devices[i].gathered_at);
		assert_true(a.devices[i].gathered_mode == b.devices[i].gathered_mode && a.devices[i].group == b.devices[i].group);
	}
	estate_release(&a);
	estate_release(&b);
}

static void a_host_does_not_hang_on_the_size(void **state)
{
	(void)state;
	struct estate small, large;
	struct run run = { 0 };

	read_all(&small, &run, 40, NOW, 0, 1000);
	read_all(&large, &run, 400, NOW, 0, 1000);
	for (uint32_t i = 0; i < small.ids.count; i++) {
		struct slice id = map_key(&small.ids, i);
		uint32_t other = map_get(&large.ids, id.text, id.len);

		assert_int_not_equal(other, MAP_NONE);
		const struct device *a = &small.devices[i], *b = &large.devices[other];

		assert_true(slice_equal(estate_name(&small, a), estate_name(&large, b)));
		assert_true(slice_equal(estate_text(&small, a->group), estate_text(&large, b->group)));
		assert_true(slice_equal(estate_bag(&small, a), estate_bag(&large, b)));
		assert_true(a->seen == b->seen && a->signature_time == b->signature_time);
	}
	estate_release(&small);
	estate_release(&large);
}

static void rows_and_devices_add_up(void **state)
{
	(void)state;
	static const uint32_t sizes[] = { 1, 2, 3, 14, 30, 60, 777, 5000 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (int day = 0; day < 2; day++) {
			struct morning *m = morning_make(sizes[i], day);
			const struct estate_counts *c = &m->run.estate;
			const struct input_counts *in = &m->estate.input;
			uint64_t read = 0;
			uint32_t verdict_sum = 0;

			for (int table = 0; table < 5; table++) {
				assert_true(m->estate.given[table] == (table <= TABLE_SOFTWARE));
				assert_int_equal(m->estate.table[table].read, m->estate.table[table].used);
				read += m->estate.table[table].read;
			}
			assert_int_equal(in->read, read);
			assert_int_equal(in->read, in->used + in->unreadable);
			for (int v = 0; v < VERDICT_COUNT; v++)
				verdict_sum += m->run.counts[v];
			assert_int_equal(verdict_sum, c->in_scope);
			assert_int_equal(c->devices, m->estate.ids.count);
			assert_int_equal(c->devices, c->in_scope + c->no_inventory + c->no_platform + c->merged + c->other_platform
			                 + c->other_group);
			assert_true(c->in_scope >= 1);
			morning_free(m);
		}
	}
}

static void sixty_hosts_show_everything(void **state)
{
	(void)state;
	struct morning *m = morning_make(60, 0), *before = morning_make(60, 1);
	unsigned seen_flags = 0;
	change_compare(&m->run, &before->run, &m->estate);
	trust_judge(&m->run, &m->detection, &before->run);
	for (int v = 0; v < VERDICT_COUNT; v++)
		assert_true(m->run.counts[v] > 0);
	for (int c = CHANGE_NEW; c < CHANGE_COUNT; c++)
		assert_true(m->run.changes[c] > 0);
	assert_true(m->run.altered > 0);
	for (uint32_t row = 0; row < m->run.rows.count; row++)
		seen_flags |= m->run.rows.flags[row];
	for (int f = 0; f < FLAG_COUNT; f++)
		if (!(seen_flags & flags[f].bit))
			fail_msg("no host is %s", flags[f].name);
	for (size_t g = 0; g < demo_group_count; g++)
		assert_true(m->detection.group_hits[g] > 0);
	assert_true(m->run.estate.merged > 0 && m->run.estate.other_group > 0 && m->run.estate.other_platform > 0);
	/* All three ways to vanish are told apart. */
	bool merged = false, left = false, gone = false;

	for (uint32_t row = 0; row < m->run.rows.count; row++) {
		struct slice bag = table_bag(&m->run.rows, row);
		struct bag_pair pair;

		if (m->run.rows.change[row] != CHANGE_VANISHED)
			continue;
		assert_true(bag_find(bag, slice_of("Vanished"), &pair));
		merged |= bytes_find(pair.value.text, pair.value.len, "merged", 6) != NULL;
		left |= bytes_find(pair.value.text, pair.value.len, "Lab", 3) != NULL;
		gone |= bytes_find(pair.value.text, pair.value.len, "no longer reported", 18) != NULL;
	}
	assert_true(merged && left && gone);
	/* The demo is a run to be trusted. */
	if (m->run.reason_count > 0)
		fail_msg("%s", m->run.reasons[0].sentence);
	morning_free(m);
	morning_free(before);
}

/* Hosts of a verdict with that mode from each witness. */
static uint32_t count_modes(const struct morning *m, enum verdict verdict, const char *assessed, const char *gathered)
{
	uint32_t count = 0;

	for (uint32_t row = 0; row < m->run.rows.count; row++)
		count += m->run.rows.verdict[row] == verdict
		         && slice_equal(table_text(&m->run.rows, TEXT_ASSESSED_MODE, row), slice_of(assessed))
		         && slice_equal(table_text(&m->run.rows, TEXT_GATHERED_MODE, row), slice_of(gathered));
	return count;
}

static void unknown_has_all_its_reasons(void **state)
{
	(void)state;
	struct morning *m = morning_make(60, 0);

	assert_true(count_modes(m, VERDICT_UNKNOWN, "6", "6") > 0);
	assert_true(count_modes(m, VERDICT_UNKNOWN, "3", "3") > 0);
	assert_true(count_modes(m, VERDICT_UNKNOWN, "0", "1") > 0);
	/* Active, and assessed as not compliant. */
	assert_true(count_modes(m, VERDICT_UNKNOWN, "0", "0") > 0);
	assert_true(count_modes(m, VERDICT_UNASSESSED, NULL, NULL) > 1);
	morning_free(m);
}

static void assert_share(uint32_t part, uint32_t whole, unsigned from, unsigned to)
{
	assert_in_range((uint64_t)part * 1000 / whole, from, to);
}

static void a_large_estate_looks_like_life(void **state)
{
	(void)state;
	struct morning *m = morning_make(20000, 0), *before = morning_make(20000, 1);
	uint32_t n = m->run.estate.in_scope, passive = 0, protected = 0, old = 0;

	change_compare(&m->run, &before->run, &m->estate);
	trust_judge(&m->run, &m->detection, &before->run);
	assert_share(n, 20000, 900, 960);
	assert_share(m->run.counts[VERDICT_ACTIVE], n, 835, 865);
	assert_share(m->run.counts[VERDICT_PASSIVE], n, 70, 95);
	assert_share(m->run.counts[VERDICT_EDR_BLOCK], n, 15, 25);
	assert_share(m->run.counts[VERDICT_UNKNOWN], n, 10, 22);
	assert_share(m->run.counts[VERDICT_UNASSESSED], n, 10, 22);
	uint32_t changed = m->run.changes[CHANGE_NEW] + m->run.changes[CHANGE_RESOLVED] + m->run.changes[CHANGE_VANISHED]
	                   + m->run.altered;

	assert_share(changed, n, 6, 16);
	for (uint32_t row = 0; row < m->run.rows.count; row++) {
		if (m->run.rows.verdict[row] != VERDICT_PASSIVE || !table_is_present(&m->run.rows, row))
			continue;
		int64_t signature = m->run.rows.time[TIME_SIGNATURE][row];

		passive++;
		protected += (m->run.rows.flags[row] & FLAG_OTHER_AV) != 0;
		old += signature != TIME_NONE && NOW - signature > 7 * SPAN_DAY;
	}
	assert_share(protected, passive, 650, 850);
	assert_share(old, passive, 300, 550);
	assert_int_equal(m->run.reason_count, 0);
	morning_free(m);
	morning_free(before);
}

static uint32_t find_name(const struct morning *m, const char *part)
{
	for (uint32_t row = 0; row < m->run.rows.count; row++) {
		struct slice name = table_name(&m->run.rows, row);
		if (bytes_find(name.text, name.len, part, strlen(part)))
			return row;
	}
	return MAP_NONE;
}

static void canaries_are_passive_on_both_days(void **state)
{
	(void)state;
	for (int day = 0; day < 2; day++) {
		struct morning *m = morning_make(2, day);

		assert_int_equal(demo_canary_count, 2);
		for (size_t i = 0; i < demo_canary_count; i++) {
			uint32_t row = find_name(m, demo_canaries[i]);

			assert_int_not_equal(row, MAP_NONE);
			assert_int_equal(m->run.rows.verdict[row], VERDICT_PASSIVE);
		}
		morning_free(m);
	}
}

static void hostile_names_are_findings(void **state)
{
	(void)state;
	static const char *const parts[] = {
		"\x1b[31m", "\u202E", "=cmd|' /C calc'!A1", "\"sql\"", "a-very-long-label", "東京", "e\u0301", "\n",
	};
	struct morning *m = morning_make(60, 0);
	size_t longest = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		uint32_t row = find_name(m, parts[i]);

		assert_int_not_equal(row, MAP_NONE);
		assert_true(table_is_finding(&m->run.rows, row));
	}
	for (uint32_t row = 0; row < m->run.rows.count; row++) {
		struct slice name = table_name(&m->run.rows, row);
		assert_true(utf8_valid(name.text, name.len));
		longest = name.len > longest ? name.len : longest;
	}
	assert_true(longest > 255);
	morning_free(m);
}

static void bags_are_whole_and_rich(void **state)
{
	(void)state;
	static const char *const keys[] = {
		"AvEnginePublishTime", "AvEngineRing", "AvEngineUpdateTime", "AvIsEngineUptodate", "AvIsPlatformUptodate",
		"AvIsSignatureUptoDate", "AvModeDataRefreshTime", "AvScanResults", "AvSignaturePublishTime", "CloudProtectionState",
		"AsrConfigurationStates",
	};
	struct morning *m = morning_make(300, 0);
	unsigned looked = 0;

	for (uint32_t i = 0; i < m->estate.ids.count; i++) {
		const struct device *device = &m->estate.devices[i];
		struct slice bag = estate_bag(&m->estate, device);
		struct bag_pair pair;
		size_t at = 0, pairs = 0;

		if (!device->has_gathering)
			continue;
		for (int64_t ticks; bag_next(bag, &at, &pair); pairs++) {
			bool time = pair.key.len > 4 && memcmp(pair.key.text + pair.key.len - 4, "Time", 4) == 0;

			assert_true(!time || time_parse(pair.value.text, pair.value.len, &ticks));
		}
		assert_int_equal(at, bag.len);
		assert_true(pairs >= 5);
		if (!slice_is(estate_text(&m->estate, device->gathered_mode), "1"))
			continue;
		looked++;
		assert_true(pairs >= 15);
		for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
			assert_true(bag_find(bag, slice_of(keys[k]), &pair));
	}
	assert_true(looked > 20);
	morning_free(m);
}

static void no_time_is_ahead_of_its_day(void **state)
{
	(void)state;
	for (int day = 0; day < 2; day++) {
		struct morning *m = morning_make(3000, day);
		int64_t end = (NOW - day * SPAN_DAY) * TICKS_PER_SECOND;

		for (uint32_t i = 0; i < m->estate.ids.count; i++) {
			const struct device *d = &m->estate.devices[i];

			assert_true(d->seen <= end && d->gathered_at <= end && d->assessed_at <= end && d->versions_at <= end);
			assert_true(d->signature_time == TIME_NONE || (d->has_gathering && d->signature_time <= d->gathered_at));
		}
		morning_free(m);
	}
}

static void an_estate_needs_a_host(void **state)
{
	(void)state;
	struct error err = { STATUS_DONE, "" };
	struct source *source = NULL;
	struct run run = { 0 };
	struct estate estate;

	estate_init(&estate);
	assert_int_equal(demo_source_new(0, NOW, 0, &estate, &run, &source, &err), -1);
	assert_int_equal(err.status, STATUS_USAGE);
	assert_null(source);
	/* Given up at once: nothing is left behind. */
	assert_int_equal(demo_source_new(100, NOW, 0, &estate, &run, &source, &err), 0);
	assert_int_equal(source->ops->step(source, 0, &err), STEP_MORE);
	source->ops->free(source);
	estate_release(&estate);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_arguments_give_the_same_rows), cmocka_unit_test(a_host_does_not_hang_on_the_size),
		cmocka_unit_test(rows_and_devices_add_up), cmocka_unit_test(sixty_hosts_show_everything),
		cmocka_unit_test(unknown_has_all_its_reasons),
		cmocka_unit_test(a_large_estate_looks_like_life), cmocka_unit_test(canaries_are_passive_on_both_days),
		cmocka_unit_test(hostile_names_are_findings), cmocka_unit_test(bags_are_whole_and_rich),
		cmocka_unit_test(no_time_is_ahead_of_its_day), cmocka_unit_test(an_estate_needs_a_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
