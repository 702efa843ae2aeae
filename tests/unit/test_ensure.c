/* test_ensure.c - one record for a draft: what each kind of send does and says. */
#include "ticket_fake.h"

static int world_open(void **state)
{
	*state = fake_new();
	fake_reset(*state, false);
	return 0;
}

static int world_close(void **state)
{
	return munmap(*state, sizeof(struct fake));
}

static struct store *store_new(void)
{
	struct store *store = NULL;

	assert_int_equal(store_open(&store, ":memory:", NULL), 0);
	return store;
}

static void row_is(struct store *store, const char *remote, enum ticket_state state, size_t hosts)
{
	struct store_ticket row;
	struct draft_past *past = NULL;
	size_t count = 0;
	bool found = false;

	assert_int_equal(store_ticket_find(store, "fake run0", CORRELATION, &row, &found, NULL), 0);
	assert_true(found);
	assert_string_equal(row.remote, remote);
	assert_int_equal(row.state, state);
	assert_int_equal(store_ticket_hosts(store, row.id, &past, &count, NULL), 0);
	assert_int_equal(count, hosts);
	store_ticket_hosts_free(past, count);
	store_ticket_release(&row);
}

static void test_created_updated_unchanged(void **state)
{
	struct fake *fake = *state;
	struct store *store = store_new();
	struct send send = { .hosts = 7 };
	struct sent sent = send_once(fake, store, &send);

	assert_int_equal(sent.word, ENSURE_CREATED);
	assert_string_equal(sent.sentence, "INC00001 created, read back: 3 hosts.");
	assert_int_equal(sent.status, STATUS_DONE);
	assert_int_equal(sent.hosts, 3);
	assert_int_equal(sent.warnings, 0);
	assert_int_equal(sent.writes, 1);
	row_is(store, "id0", TICKET_OPEN, 3);
	sent = send_once(fake, store, &send);
	assert_int_equal(sent.word, ENSURE_UNCHANGED);
	assert_int_equal(sent.writes, 0);
	assert_string_equal(sent.sentence, "INC00001 is as it should be and stays unchanged: 3 hosts.");
	send.hosts = 8 | 1;
	sent = send_once(fake, store, &send);
	assert_int_equal(sent.word, ENSURE_UPDATED);
	assert_string_equal(sent.sentence, "INC00001 updated, read back: 2 hosts.");
	assert_int_equal(sent.writes, 2);
	assert_int_equal(fake->records[0].notes, 1);
	assert_int_equal(fake->records[0].told, 6);
	row_is(store, "id0", TICKET_OPEN, 2);
	assert_int_equal(fake->count, 1);
	store_close(&store);
}

static void test_title_and_team(void **state)
{
	struct fake *fake = *state;
	struct store *store = store_new();
	struct send send = { .hosts = 1 };

	send_once(fake, store, &send);
	fake_copy(fake->records[0].team, 64, "People's own");
	send.hosts = 3;
	struct sent sent = send_once(fake, store, &send);

	/* The assignment is people's from now on. */
	assert_int_equal(sent.warnings, 0);
	assert_string_equal(fake->records[0].team, "People's own");
	store_close(&store);
}

static void test_closed_rolls_on(void **state)
{
	struct fake *fake = *state;
	struct store *store = store_new();
	struct send send = { .hosts = 1 };

	send_once(fake, store, &send);
	fake_close(fake, &fake->records[0]);
	struct sent sent = send_once(fake, store, &send);

	assert_int_equal(sent.word, ENSURE_CREATED);
	assert_int_equal(sent.record, 1);
	row_is(store, "id1", TICKET_OPEN, 1);
	store_close(&store);
}

static void test_per_run_closed_counts(void **state)
{
	struct fake *fake = *state;
	struct store *store = store_new();
	struct send send = { .hosts = 1, .per_run = true };

	send_once(fake, store, &send);
	fake_close(fake, &fake->records[0]);
	for (int i = 0; i < 2; i++) {
		struct sent sent = send_once(fake, store, &send);

		assert_int_equal(sent.word, ENSURE_UNCHANGED);
		assert_string_equal(sent.sentence, "INC00001 is closed; the record of a run is made once, so nothing was sent.");
		assert_int_equal(sent.writes, 0);
	}
	assert_int_equal(fake->count, 1);
	store_close(&store);
}

static void test_fresh(void **state)
{
	struct fake *fake = *state;
	struct store *store = store_new();
	struct send send = { .hosts = 1 };

	send_once(fake, store, &send);
	send.fresh = true;
	struct sent sent = send_once(fake, store, &send);

	assert_int_equal(sent.word, ENSURE_CREATED);
	assert_int_equal(sent.record, 1);
	assert_false(fake->records[0].open);
	assert_int_equal(fake->records[0].into, 1);
	row_is(store, "id1", TICKET_OPEN, 1);
	store_close(&store);
}

static void test_another_machine(void **state)
{
	struct fake *fake = *state;
	struct store *ours = store_new(), *theirs = store_new();
	struct send send = { .hosts = 1 };

	send_once(fake, ours, &send);
	struct sent sent = send_once(fake, theirs, &send);

	assert_int_equal(sent.word, ENSURE_UNCHANGED);
	assert_int_equal(sent.record, 0);
	row_is(theirs, "id0", TICKET_OPEN, 1);
	send.hosts = 3;
	sent = send_once(fake, theirs, &send);
	assert_int_equal(sent.word, ENSURE_UPDATED);
	/* What the other machine noted is not noted again. */
	unsigned notes = fake->records[0].notes;

	sent = send_once(fake, ours, &send);
	assert_int_equal(sent.word, ENSURE_UNCHANGED);
	assert_int_equal(fake->records[0].notes, notes);
	store_close(&ours);
	store_close(&theirs);
}

/* -- failures and what is said of them -- */

static void test_lost_and_found(void **state)
{
	struct fake *fake = *state;
	struct store *store = store_new();
	struct send send = { .hosts = 3 };

	fake->faults[2] = FAULT_LOST_DONE;   /* guard, find, create */
	struct sent sent = send_once(fake, store, &send);

	assert_int_equal(sent.word, ENSURE_CREATED);
	assert_string_equal(sent.sentence, "INC00001 created, read back: 2 hosts.");
	assert_int_equal(fake->count, 1);
	row_is(store, "id0", TICKET_OPEN, 2);
	store_close(&store);
}

static void test_lost_and_not_found(void **state)
{
	struct fake *fake = *state;
	struct store *store = store_new();
	struct send send = { .hosts = 3 };

	fake->faults[2] = FAULT_LOST_NOT;
	struct sent sent = send_once(fake, store, &send);

	assert_int_equal(sent.word, ENSURE_UNCERTAIN);
	assert_int_equal(sent.status, STATUS_TRY_LATER);
	assert_true(fake->clock >= 60000);
	assert_true(sent.calls < 20);
	assert_non_null(strstr(sent.sentence, "may have a new record or not"));
	row_is(store, "", TICKET_UNCERTAIN, 2);
	/* The loss is old enough now. */
	sent = send_once(fake, store, &send);
	assert_int_equal(sent.word, ENSURE_CREATED);
	assert_int_equal(fake->count, 1);
	store_close(&store);
}

static void test_lagging_waits_ten_minutes(void **state)
{
	struct fake *fake = *state;
	struct store *store = store_new();
	struct send send = { .hosts = 3 };

	fake->lags = true;
	fake->faults[2] = FAULT_LOST_NOT;
	for (int i = 0; i < 9; i++) {
		struct sent sent = send_once(fake, store, &send);

		assert_int_equal(sent.word, ENSURE_UNCERTAIN);
		assert_int_equal(sent.creates, 0);
	}
	assert_true(fake->clock < 600000);
	struct sent sent = send_once(fake, store, &send);

	assert_int_equal(sent.word, ENSURE_CREATED);
	assert_true(fake->clock >= 600000);
	assert_int_equal(fake->count, 1);
	store_close(&store);
}

static void test_refused(void **state)
{
	struct fake *fake = *state;
	struct store *store = store_new();
	struct send send = { .hosts = 3 };

	for (int call = 0; call < 3; call++) {
		fake->faults[call] = FAULT_REFUSED;
		struct sent sent = send_once(fake, store, &send);

		assert_int_equal(sent.word, ENSURE_FAILED);
		assert_int_equal(sent.status, STATUS_NO_PERMISSION);
		assert_string_equal(sent.sentence, "Fake refused.");
		assert_int_equal(sent.calls, call + 1);
	}
	assert_int_equal(fake->count, 0);
	store_close(&store);
}

static void test_update_without_effect(void **state)
{
	struct fake *fake = *state;
	struct store *store = store_new();
	struct send send = { .hosts = 3 };

	send_once(fake, store, &send);
	send.hosts = 7;
	fake->faults[3] = FAULT_NOTHING;   /* guard, read, find, update */
	struct sent sent = send_once(fake, store, &send);

	assert_int_equal(sent.word, ENSURE_FAILED);
	assert_string_equal(sent.sentence,
	                    "Fake took the update of INC00001 but did not change it; see whether the account may change records.");
	assert_int_equal(sent.hosts, 2);
	row_is(store, "id0", TICKET_OPEN, 2);
	store_close(&store);
}

static void test_cut_body_gets_the_list(void **state)
{
	struct fake *fake = *state;
	struct store *store = store_new();
	struct send send = { .hosts = 7 };

	fake->faults[2] = FAULT_CUT;
	struct sent sent = send_once(fake, store, &send);

	assert_int_equal(sent.word, ENSURE_CREATED);
	assert_int_equal(sent.status, STATUS_INCOMPLETE);
	assert_string_equal(sent.sentence, "INC00001 created, read back: an unknown number of hosts.");
	assert_string_equal(sent.warning[0], "INC00001 does not show the end of the text that was sent: Fake cut or changed it.");
	assert_int_equal(fake->records[0].csv, 7);
	store_close(&store);
}

static void test_dropped_correlation(void **state)
{
	struct fake *fake = *state;
	struct store *store = store_new();
	struct send send = { .hosts = 7 };

	fake->faults[2] = FAULT_DROPPED;
	struct sent sent = send_once(fake, store, &send);

	assert_int_equal(sent.word, ENSURE_CREATED);
	assert_int_equal(sent.warnings, 2);
	assert_non_null(strstr(sent.warning[0], "does not carry the correlation id"));
	sent = send_once(fake, store, &send);
	assert_int_equal(sent.word, ENSURE_UNCHANGED);
	assert_int_equal(fake->count, 1);
	store_close(&store);
}

static void test_stale(void **state)
{
	struct fake *fake = *state;
	struct store *store = store_new();
	struct send send = { .hosts = 3 };

	send_once(fake, store, &send);
	send.hosts = 7;
	fake->faults[3] = FAULT_STALE;
	struct sent sent = send_once(fake, store, &send);

	assert_int_equal(sent.word, ENSURE_UPDATED);
	send.hosts = 3;
	fake->faults[3] = fake->faults[5] = FAULT_STALE;
	sent = send_once(fake, store, &send);
	assert_int_equal(sent.word, ENSURE_FAILED);
	assert_int_equal(sent.status, STATUS_TRY_LATER);
	assert_int_equal(fake->records[0].hosts, 7);
	store_close(&store);
}

static void test_note_is_tried_again(void **state)
{
	struct fake *fake = *state;
	struct store *store = store_new();
	struct send send = { .hosts = 3 };

	send_once(fake, store, &send);
	send.hosts = 2;
	fake->faults[5] = FAULT_UNAVAILABLE;   /* guard, read, find, update, read, note */
	struct sent sent = send_once(fake, store, &send);

	assert_int_equal(sent.word, ENSURE_UPDATED);
	assert_int_equal(sent.status, STATUS_INCOMPLETE);
	assert_int_equal(fake->records[0].told, 0);
	sent = send_once(fake, store, &send);
	assert_int_equal(sent.word, ENSURE_UPDATED);
	assert_int_equal(fake->records[0].told, 1);
	sent = send_once(fake, store, &send);
	assert_int_equal(sent.word, ENSURE_UNCHANGED);
	assert_int_equal(fake->records[0].notes, 1);
	store_close(&store);
}

static void test_foreign_is_left_alone(void **state)
{
	struct fake *fake = *state;
	struct store *store = store_new();
	struct send send = { .hosts = 3 };

	fake->faults[1] = FAULT_FOREIGN;
	struct sent sent = send_once(fake, store, &send);

	assert_int_equal(sent.word, ENSURE_CREATED);
	assert_int_equal(sent.record, 1);
	assert_string_equal(sent.warning[0], "Fake gave INC00001 for a search that it does not fit; it was left alone.");
	assert_true(fake->records[0].open);
	assert_string_equal(fake->records[0].mark, "");
	store_close(&store);
}

static void test_two_found(void **state)
{
	struct fake *fake = *state;
	struct store *store = store_new();
	struct send send = { .hosts = 3 };

	for (int i = 0; i < 3; i++)
		fake_add(fake, CORRELATION, 1, i == 1 ? "" : CORRELATION " 1 hosts 00000000000000ff");
	struct sent sent = send_once(fake, store, &send);

	assert_int_equal(sent.word, ENSURE_UPDATED);
	assert_int_equal(sent.record, 0);
	assert_int_equal(sent.status, STATUS_INCOMPLETE);
	/* The one without our mark is left to people. */
	assert_true(fake->records[1].open);
	assert_false(fake->records[2].open);
	assert_int_equal(fake->records[2].into, 0);
	assert_int_equal(sent.warnings, 2);
	store_close(&store);
}

/* -- children -- */

static void test_children(void **state)
{
	struct fake *fake = *state;
	struct store *store = store_new();
	struct send send = { .hosts = 15, .teams = true };
	struct sent sent = send_once(fake, store, &send);

	assert_int_equal(sent.items, 3);
	assert_int_equal(fake->count, 3);
	assert_int_equal(fake->records[0].hosts, 15);
	assert_int_equal(fake->records[1].hosts, 5);
	assert_int_equal(fake->records[2].hosts, 10);
	assert_string_equal(fake->records[2].team, "Databases");
	sent = send_once(fake, store, &send);
	assert_int_equal(sent.writes, 0);
	assert_int_equal(sent.items, 3);
	/* The second team has no host any more. */
	send.hosts = 5;
	sent = send_once(fake, store, &send);
	assert_int_equal(sent.items, 2);
	assert_int_equal(fake->count, 3);
	assert_true(fake->records[2].open);
	assert_int_equal(fake->records[2].notes, 1);
	assert_string_equal(sent.warning[0], "INC00003 has no host any more and is still open: Databases can close it.");
	sent = send_once(fake, store, &send);
	assert_int_equal(sent.warnings, 0);
	assert_int_equal(fake->records[2].notes, 1);
	/* It has one again. */
	send.hosts = 7;
	sent = send_once(fake, store, &send);
	assert_int_equal(sent.items, 3);
	assert_int_equal(fake->records[2].hosts, 2);
	assert_int_equal(fake->count, 3);
	store_close(&store);
}

#define T(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_created_updated_unchanged), T(test_title_and_team), T(test_closed_rolls_on), T(test_per_run_closed_counts), T(test_fresh),
		T(test_another_machine), T(test_lost_and_found), T(test_lost_and_not_found), T(test_lagging_waits_ten_minutes), T(test_refused),
		T(test_update_without_effect), T(test_cut_body_gets_the_list), T(test_dropped_correlation), T(test_stale),
		T(test_note_is_tried_again), T(test_foreign_is_left_alone), T(test_two_found), T(test_children),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
