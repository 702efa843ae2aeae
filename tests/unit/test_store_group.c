/* test_store_group.c - machine groups of a run in the store, the trend over runs, named values, and a file of version 1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/io/store_inner.h"
#include "tests/unit/store_make.h"

static void group_add(struct run *run, struct slice name, uint32_t servers, uint32_t active, uint32_t passive)
{
	run->groups = grow(run->groups, &run->group_cap, run->group_count + 1, sizeof *run->groups);
	struct run_group *group = &run->groups[run->group_count++];
	*group = (struct run_group){ .name = { name.text ? xmemdup(name.text, name.len) : NULL, name.len }, .servers = servers,
	                             .in_scope = active + passive > 0 };
	group->counts[VERDICT_ACTIVE] = active;
	group->counts[VERDICT_PASSIVE] = passive;
	run->counts[VERDICT_ACTIVE] += active;
	run->counts[VERDICT_PASSIVE] += passive;
}

static struct run *new_run(const char *scope, int64_t started)
{
	struct run *run = xcalloc(1, sizeof *run);
	*run = (struct run){ .started = started, .source = xstrdup("test"), .scope = xstrdup(scope), .has_groups = true };
	return run;
}

/* Saves the run in small slices, frees it, and returns its number. */
static int64_t save(struct place *place, struct run *run, uint32_t budget)
{
	uint32_t order[1] = { 0 };
	struct store_writer *writer = NULL;
	int more = 1;
	assert_int_equal(store_writer_open(place->store, run, order, &writer, &place->err), 0);
	while (more > 0)
		more = store_writer_step(writer, budget, &place->err);
	if (more)
		fail_msg("%s", place->err.text);
	store_writer_close(&writer);
	int64_t id = run->id;
	run_release(run);
	free(run);
	return id;
}

static int64_t ask(struct place *place, const char *sql)
{
	struct statement *statement = NULL;
	assert_int_equal(statement_open(place->store, sql, &statement, &place->err), 0);
	assert_int_equal(statement_step(statement, &place->err), 1);
	int64_t number = cell_int(statement, 0);
	statement_close(&statement);
	return number;
}

static void test_groups_come_back(void **state)
{
	struct place *place = *state;
	static const struct slice names[] = { { NULL, 0 }, { "a\0b", 3 }, { "\xff", 1 }, { " x ", 3 }, { "x", 1 } };
	struct run *run = new_run("s", NOW), back = { 0 };
	for (uint32_t i = 0; i < 5; i++)
		group_add(run, names[i], 10 + i, i, i % 2);
	int64_t id = save(place, run, 1);
	assert_int_equal(store_run_head(place->store, id, &back, &place->err), 0);
	assert_true(back.has_groups);
	assert_int_equal(back.group_count, 5);
	for (uint32_t i = 0; i < 5; i++) {
		assert_true(slice_equal(back.groups[i].name, names[i]));
		assert_int_equal(back.groups[i].servers, 10 + i);
		assert_int_equal(back.groups[i].in_scope, i > 0);
		assert_int_equal(back.groups[i].counts[VERDICT_ACTIVE], i);
		assert_int_equal(back.groups[i].counts[VERDICT_PASSIVE], i % 2);
		assert_int_equal(back.groups[i].counts[VERDICT_UNKNOWN], 0);
	}
	run_release(&back);
	/* Groups that are lost are told, not shown as fewer. */
	assert_int_equal(store_exec(place->store, "delete from run_group where position = 4", &place->err), 0);
	assert_int_equal(store_run_head(place->store, id, &back, &place->err), -1);
	assert_non_null(strstr(place->err.text, "do not add up"));
	run_release(&back);
	/* A run that is removed takes its groups with it. */
	assert_int_equal(store_exec(place->store, "delete from run", &place->err), 0);
	assert_int_equal(ask(place, "select (select count(*) from run_group) + (select count(*) from run_group_count)"), 0);
}

static void test_lists_leave_groups_out(void **state)
{
	struct place *place = *state;
	struct run *run = new_run("s", NOW), *runs = NULL;
	size_t count = 0;
	group_add(run, slice_of("x"), 1, 1, 0);
	save(place, run, 50);
	assert_int_equal(store_runs(place->store, 9, &runs, &count, &place->err), 0);
	assert_int_equal(count, 1);
	assert_false(runs[0].has_groups);
	assert_int_equal(runs[0].group_count, 0);
	assert_int_equal(runs[0].counts[VERDICT_ACTIVE], 1);
	run_release(&runs[0]);
	free(runs);
}

/* Thousands of groups cost milliseconds, at saving, at loading and in the trend. */
static void test_many_groups(void **state)
{
	struct place *place = *state;
	struct run *run, back = { 0 };
	struct trend_item *items = NULL;
	size_t count = 0;
	char name[64];
	int64_t id = 0, steps[4];
	steps[0] = clock_ms();
	for (int r = 0; r < 10; r++) {
		run = new_run("s", NOW + r);
		for (uint32_t i = 0; i < 5000; i++) {
			snprintf(name, sizeof name, "Group-%05u", i);
			group_add(run, slice_of(name), i, i % 7, i % 3);
		}
		id = save(place, run, 4000);
	}
	steps[1] = clock_ms();
	assert_int_equal(store_run_head(place->store, id, &back, &place->err), 0);
	steps[2] = clock_ms();
	assert_int_equal(back.group_count, 5000);
	assert_int_equal(back.groups[4999].servers, 4999);
	assert_int_equal(store_trend(place->store, NULL, slice_of("gRoup-00012"), 100, &items, &count, &place->err), 0);
	steps[3] = clock_ms();
	assert_int_equal(count, 10);
	assert_int_equal(items[9].counts[VERDICT_ACTIVE], 12 % 7);
	print_message("5,000 groups: ten saves %d ms, head %d ms, trend of a group %d ms\n", (int)(steps[1] - steps[0]),
	              (int)(steps[2] - steps[1]), (int)(steps[3] - steps[2]));
	assert_true(steps[2] - steps[1] < 1000 && steps[3] - steps[2] < 2000);   /* generous: sanitizers and busy machines */
	free(items);
	run_release(&back);
}

static void test_trend(void **state)
{
	struct place *place = *state;
	struct trend_item *items = NULL;
	size_t count = 9;
	assert_int_equal(store_trend(place->store, NULL, slice_of(NULL), 10, &items, &count, &place->err), 0);
	assert_int_equal(count, 0);
	free(items);
	for (uint32_t r = 0; r < 4; r++) {
		struct run *run = new_run(r == 1 ? "other" : "s", NOW + r);
		group_add(run, slice_of("B\xC3\x9CRO"), 5, r, 1);
		group_add(run, slice_of("b\xC3\xBCro"), 5, r, 1);
		group_add(run, slice_of("b\xC3\xBCro "), 5, 100, 100);
		if (r == 2)
			run_add_reason(run, REASON_CUT, "Cut.");
		run->has_groups = r != 3;   /* the last one as if stored before groups were counted */
		while (!run->has_groups && run->group_count)
			free((char *)run->groups[--run->group_count].name.text);
		save(place, run, 50);
	}
	assert_int_equal(store_trend(place->store, "s", slice_of(NULL), 2, &items, &count, &place->err), 0);
	assert_int_equal(count, 2);
	assert_int_equal(items[0].run, 3);
	assert_int_equal(items[0].started, NOW + 2);
	assert_false(items[0].complete);
	assert_true(items[1].complete && items[1].known);
	assert_int_equal(items[0].counts[VERDICT_ACTIVE], 104);
	assert_int_equal(items[1].counts[VERDICT_PASSIVE], 102);
	free(items);
	assert_int_equal(store_trend(place->store, NULL, slice_of("B\xC3\xBCro"), 10, &items, &count, &place->err), 0);
	assert_int_equal(count, 4);
	for (uint32_t i = 0; i < 4; i++) {
		assert_int_equal(items[i].known, i != 3);
		assert_int_equal(items[i].counts[VERDICT_ACTIVE], i != 3 ? 2 * i : 0);
		assert_int_equal(items[i].counts[VERDICT_PASSIVE], i != 3 ? 2 : 0);
	}
	free(items);
	assert_int_equal(store_trend(place->store, NULL, slice_of("none"), 10, &items, &count, &place->err), 0);
	assert_int_equal(count, 4);
	assert_int_equal(items[0].counts[VERDICT_ACTIVE] + items[0].counts[VERDICT_PASSIVE], 0);
	free(items);
}

/* A store as version 1 left it, with a run in it: brought up to date at the next opening, the run is there, its groups are not known. */
static void test_version_one(void **state)
{
	struct place *place = *state;
	struct run *run = new_run("s", NOW), back = { 0 };
	struct trend_item *items = NULL;
	size_t count = 0;
	run->has_groups = false;
	run->counts[VERDICT_PASSIVE] = 3;
	int64_t id = save(place, run, 50);
	assert_int_equal(store_exec(place->store, "drop table run_group; drop table run_group_count; drop table acceptance;"
	                            "drop table owner_candidate; drop table owner; drop table ticket_host; drop table ticket;"
	                            "alter table run drop column ticket; alter table run drop column digest;"
	                            "alter table run drop column has_groups; pragma user_version = 1", &place->err), 0);
	store_close(&place->store);
	assert_int_equal(store_open(&place->store, place->path, &place->err), 0);
	assert_int_equal(ask(place, "select user_version from pragma_user_version"), STORE_VERSION);
	assert_int_equal(store_run_head(place->store, id, &back, &place->err), 0);
	assert_int_equal(back.counts[VERDICT_PASSIVE], 3);
	assert_false(back.has_groups);
	assert_int_equal(back.group_count, 0);
	run_release(&back);
	assert_int_equal(store_trend(place->store, NULL, slice_of("x"), 10, &items, &count, &place->err), 0);
	assert_int_equal(count, 1);
	assert_false(items[0].known);
	free(items);
	run = new_run("s", NOW);
	group_add(run, slice_of("x"), 1, 1, 0);
	id = save(place, run, 50);
	assert_int_equal(store_run_head(place->store, id, &back, &place->err), 0);
	assert_int_equal(back.group_count, 1);
	run_release(&back);
}

static void test_named_values(void **state)
{
	struct place *place = *state;
	static const char *const set[][2] = { { "filter:b", "2" }, { "filter:%", "'" }, { "filter:a\xC3\xA9", "" }, { "sort", "x" },
		{ "filterx", "no" }, { "FILTER:c", "no" } };
	static const char *const wanted[] = { "filter:%", "filter:a\xC3\xA9", "filter:b" };
	char **names = NULL, **values = NULL;
	size_t count = 0;
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(store_state_set(place->store, set[i][0], set[i][1], &place->err), 0);
	assert_int_equal(store_state_list(place->store, "filter:", &names, &values, &count, &place->err), 0);
	assert_int_equal(count, 3);
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(names[i], wanted[i]);
		assert_string_equal(values[i], i == 0 ? "'" : i == 1 ? "" : "2");
		free(names[i]);
		free(values[i]);
	}
	free(names);
	free(values);
	assert_int_equal(store_state_remove(place->store, "filter:b", &place->err), 0);
	assert_int_equal(store_state_remove(place->store, "filter:b", &place->err), 0);
	assert_int_equal(ask(place, "select count(*) from state"), 5);
	assert_int_equal(store_state_list(place->store, "nothing", &names, &values, &count, &place->err), 0);
	assert_int_equal(count, 0);
	free(names);
	free(values);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, place_open, place_close)
	const struct CMUnitTest tests[] = {
		TEST(test_groups_come_back), TEST(test_lists_leave_groups_out), TEST(test_many_groups), TEST(test_trend),
		TEST(test_version_one), TEST(test_named_values),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
