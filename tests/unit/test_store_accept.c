/* test_store_accept.c - acceptances in the store: kept exactly, ended once, by two processes at once, all or nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/io/store_inner.h"
#include "tests/unit/store_make.h"

#define DAY INT64_C(86400)

static const char device_bytes[] = "\1\0\xff\0z";

static struct acceptance sample(const char *device, size_t len)
{
	return (struct acceptance){
		.device = { device, len }, .host = (char *)"srv-a", .reason = (char *)"why", .who = (char *)"mk", .taken = NOW,
		.until = NOW + DAY, .run = 3, .verdict = VERDICT_PASSIVE, .flags = FLAG_OTHER_AV, .group = (char *)"B\xC3\xBCro", .mode = (char *)"1",
		.other_av = (char *)"SentinelOne",
	};
}

static void load(struct store *store, struct acceptances *set)
{
	struct error err = {0};
	acceptances_release(set);
	assert_int_equal(store_acceptances_load(store, set, &err), 0);
}

/* The first cell of the first row of a query. */
static int64_t number(struct store *store, const char *sql)
{
	struct statement *statement = NULL;
	struct error err = {0};
	assert_int_equal(statement_open(store, sql, &statement, &err), 0);
	assert_int_equal(statement_step(statement, &err), 1);
	int64_t value = cell_int(statement, 0);
	statement_close(&statement);
	return value;
}

static void test_kept_exactly(void **state)
{
	struct place *place = *state;
	struct acceptances set = {0};
	struct acceptance item = sample(device_bytes, 5);
	int64_t id = 0;
	char *large = xmalloc(100001);
	memset(large, 'r', 100000);
	large[100000] = '\0';
	memcpy(large, "\x1b[31m\n';--\xff", 11);
	item.reason = large;
	item.host = (char *)"srv'\"; drop table acceptance;--\n";
	assert_int_equal(store_acceptance_add(place->store, &item, &id, &place->err), 0);
	assert_int_equal(id, 1);
	load(place->store, &set);
	assert_int_equal(set.count, 1);
	const struct acceptance *read = &set.items[0];
	assert_int_equal(read->id, 1);
	assert_int_equal(read->device.len, 5);
	assert_memory_equal(read->device.text, device_bytes, 5);
	assert_string_equal(read->host, item.host);
	assert_string_equal(read->reason, large);
	assert_string_equal(read->who, "mk");
	assert_string_equal(read->group, "B\xC3\xBCro");
	assert_string_equal(read->mode, "1");
	assert_string_equal(read->other_av, "SentinelOne");
	assert_string_equal(read->ended_why, "");
	assert_int_equal(read->taken, NOW);
	assert_int_equal(read->until, NOW + DAY);
	assert_int_equal(read->run, 3);
	assert_int_equal(read->verdict, VERDICT_PASSIVE);
	assert_int_equal(read->flags, FLAG_OTHER_AV);
	assert_int_equal(read->end, ACCEPT_IN_FORCE);
	assert_int_equal(read->ended, 0);
	assert_int_equal(number(place->store, "select count(*) from audit where action = 'accept' and detail like '%by mk%'"), 1);
	acceptances_release(&set);
	free(large);
}

static void test_newer_one_ends_the_earlier(void **state)
{
	struct place *place = *state;
	struct acceptances set = {0};
	struct acceptance item = sample("a", 1), other = sample("b", 1);
	int64_t id;
	assert_int_equal(store_acceptance_add(place->store, &item, &id, &place->err), 0);
	assert_int_equal(store_acceptance_add(place->store, &other, &id, &place->err), 0);
	item.taken = NOW + 60;
	item.who = (char *)"jo";
	assert_int_equal(store_acceptance_add(place->store, &item, &id, &place->err), 0);
	assert_int_equal(id, 3);
	item.taken = NOW + 2 * DAY;   /* the one before has passed its date unseen */
	item.until = NOW + 9 * DAY;
	assert_int_equal(store_acceptance_add(place->store, &item, &id, &place->err), 0);
	load(place->store, &set);
	assert_int_equal(set.count, 4);
	assert_int_equal(set.items[0].end, ACCEPT_REVOKED);
	assert_int_equal(set.items[0].ended, NOW + 60);
	assert_string_equal(set.items[0].ended_why, "replaced by jo");
	assert_int_equal(set.items[1].end, ACCEPT_IN_FORCE);
	assert_int_equal(set.items[2].end, ACCEPT_EXPIRED);
	assert_int_equal(set.items[2].ended, NOW + DAY);
	assert_string_equal(set.items[2].ended_why, "");
	assert_int_equal(set.items[3].end, ACCEPT_IN_FORCE);
	acceptances_release(&set);
}

static void test_ends_once(void **state)
{
	struct place *place = *state;
	struct acceptances set = {0};
	struct acceptance item = sample("a", 1), other = sample("b", 1);
	int64_t first, second;
	size_t ended = 9;
	store_acceptance_add(place->store, &item, &first, &place->err);
	store_acceptance_add(place->store, &other, &second, &place->err);
	struct acceptance_ending endings[] = {
		{ first, ACCEPT_EVIDENCE, NOW + 5, "SentinelOne is gone" }, { 77, ACCEPT_REVOKED, NOW, "by nobody" },
		{ second, ACCEPT_EXPIRED, NOW + DAY, "" },
	};
	assert_int_equal(store_acceptances_end(place->store, endings, 3, NOW + 9, &ended, &place->err), 0);
	assert_int_equal(ended, 2);
	/* What is recorded stays recorded. */
	struct acceptance_ending late = { first, ACCEPT_REVOKED, NOW + 50, "by mk" };
	assert_int_equal(store_acceptances_end(place->store, &late, 1, NOW + 50, &ended, &place->err), 0);
	assert_int_equal(ended, 0);
	load(place->store, &set);
	assert_int_equal(set.items[0].end, ACCEPT_EVIDENCE);
	assert_int_equal(set.items[0].ended, NOW + 5);
	assert_string_equal(set.items[0].ended_why, "SentinelOne is gone");
	assert_int_equal(set.items[1].end, ACCEPT_EXPIRED);
	assert_int_equal(number(place->store, "select count(*) from audit where action = 'accept-end'"), 2);
	assert_int_equal(number(place->store, "select time from audit where action = 'accept-end'"), NOW + 9);
	assert_int_equal(store_acceptances_end(place->store, NULL, 0, NOW, &ended, &place->err), 0);
	acceptances_release(&set);
}

/* A line of the audit trail that cannot be written takes the decision back with it. */
static void test_all_or_nothing(void **state)
{
	struct place *place = *state;
	struct acceptances set = {0};
	struct acceptance item = sample("a", 1), newer = sample("a", 1);
	int64_t id = -1;
	size_t ended = 9;
	store_acceptance_add(place->store, &item, &id, &place->err);
	assert_int_equal(store_exec(place->store, "drop table audit", &place->err), 0);
	newer.taken = NOW + 5;
	id = -1;
	assert_int_equal(store_acceptance_add(place->store, &newer, &id, &place->err), -1);
	assert_true(place->err.text[0] != '\0');
	assert_int_equal(id, -1);
	struct acceptance_ending ending = { 1, ACCEPT_REVOKED, NOW, "by mk" };
	assert_int_equal(store_acceptances_end(place->store, &ending, 1, NOW, &ended, &place->err), -1);
	assert_int_equal(ended, 9);
	load(place->store, &set);
	assert_int_equal(set.count, 1);
	assert_int_equal(set.items[0].end, ACCEPT_IN_FORCE);
	acceptances_release(&set);
}

/* An end that this program does not know accepts nothing. */
static void test_unknown_end_is_an_end(void **state)
{
	struct place *place = *state;
	struct acceptances set = {0};
	struct acceptance item = sample("a", 1);
	int64_t id;
	store_acceptance_add(place->store, &item, &id, &place->err);
	assert_int_equal(store_exec(place->store, "update acceptance set \"end\" = 'suspended', verdict = 'sleeping'", &place->err), 0);
	load(place->store, &set);
	assert_false(acceptance_in_force(&set.items[0], NOW));
	acceptances_release(&set);
}

/* Another connection's decision shows in the number; one's own does not. */
static void test_another_process_is_noticed(void **state)
{
	struct place *place = *state;
	struct store *other = NULL;
	struct acceptance item = sample("a", 1);
	int64_t before, after, id;
	assert_int_equal(store_data_version(place->store, &before, &place->err), 0);
	store_acceptance_add(place->store, &item, &id, &place->err);
	assert_int_equal(store_data_version(place->store, &after, &place->err), 0);
	assert_int_equal(after, before);
	assert_int_equal(store_open(&other, place->path, &place->err), 0);
	assert_int_equal(store_acceptance_add(other, &item, &id, &place->err), 0);
	store_close(&other);
	assert_int_equal(store_data_version(place->store, &after, &place->err), 0);
	assert_int_not_equal(after, before);
}

/* Four processes at once: no decision is lost, and of each host exactly one is in force. */
static void test_processes_at_once(void **state)
{
	struct place *place = *state;
	struct acceptances set = {0};
	enum { PROCESSES = 4, EACH = 25 };
	pid_t pids[PROCESSES];
	for (int p = 0; p < PROCESSES; p++) {
		pids[p] = fork();
		assert_true(pids[p] >= 0);
		if (pids[p])
			continue;
		struct store *store = NULL;
		struct error err = {0};
		int failed = store_open(&store, place->path, &err);
		for (int i = 0; i < EACH && !failed; i++) {
			char device = (char)('a' + i % 5);
			struct acceptance item = sample(&device, 1);
			int64_t id;
			failed = store_acceptance_add(store, &item, &id, &err);
		}
		store_close(&store);
		_exit(failed ? 1 : 0);
	}
	for (int p = 0; p < PROCESSES; p++) {
		int status;
		assert_int_equal(waitpid(pids[p], &status, 0), pids[p]);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	load(place->store, &set);
	assert_int_equal(set.count, PROCESSES * EACH);
	size_t in_force = 0;
	for (size_t i = 0; i < set.count; i++) {
		in_force += set.items[i].end == ACCEPT_IN_FORCE;
		if (set.items[i].end == ACCEPT_IN_FORCE)
			assert_ptr_equal(acceptances_find(&set, set.items[i].device), &set.items[i]);
	}
	assert_int_equal(in_force, 5);
	assert_int_equal(number(place->store, "select count(*) from audit where action = 'accept'"), PROCESSES * EACH);
	acceptances_release(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_kept_exactly, place_open, place_close),
		cmocka_unit_test_setup_teardown(test_newer_one_ends_the_earlier, place_open, place_close),
		cmocka_unit_test_setup_teardown(test_ends_once, place_open, place_close),
		cmocka_unit_test_setup_teardown(test_all_or_nothing, place_open, place_close),
		cmocka_unit_test_setup_teardown(test_unknown_end_is_an_end, place_open, place_close),
		cmocka_unit_test_setup_teardown(test_another_process_is_noticed, place_open, place_close),
		cmocka_unit_test_setup_teardown(test_processes_at_once, place_open, place_close),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
