/* test_ensure_crash.c - sends that are killed at every point, and machines and processes that send at once: one record, no host lost. */
#include <sys/wait.h>

#include "ticket_fake.h"

#define BEFORE 7u
#define SENT 14u
#define LATER_MS 660000
#define STEPS_MAX 200

/* A store on disk, as what was written must outlive the process. */
struct place {
	char folder[64], path[96];
};

static void place_make(struct place *place)
{
	snprintf(place->folder, sizeof place->folder, "/tmp/rouse-ensure-XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	snprintf(place->path, sizeof place->path, "%s/rouse.db", place->folder);
}

static void place_remove(const struct place *place)
{
	static const char *const ends[] = { "", "-wal", "-shm", ".ticket.lock" };

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		char name[160];

		snprintf(name, sizeof name, "%s%s", place->path, ends[i]);
		unlink(name);
	}
	rmdir(place->folder);
}

static struct store *store_at(const char *path)
{
	struct store *store = NULL;
	struct error err = {0};

	if (store_open(&store, path, &err))
		fail_msg("%s", err.text);
	return store;
}

/* One record, whole, and the store knows it. */
static void judge_end(const struct fake *fake, struct store *store, const struct sent *sent, const char *what, int at)
{
	struct store_ticket row;
	struct draft_past *past = NULL;
	size_t count = 0;
	bool found = false;
	char system[32], remote[16];

	int open = 0;

	for (int i = 0; i < fake->count; i++)
		open += fake->records[i].open && !fake->records[i].foreign;
	if (sent->word > ENSURE_UNCHANGED || open != 1 || !fake->records[sent->record].open || fake->records[sent->record].hosts != SENT)
		fail_msg("%s at %d: %s; %d open, record %d has hosts %x", what, at, sent->sentence, open, sent->record,
		         sent->record < 0 ? 0 : fake->records[sent->record].hosts);
	snprintf(system, sizeof system, "fake run%u", fake->run);
	snprintf(remote, sizeof remote, "id%d", sent->record);
	assert_int_equal(store_ticket_find(store, system, CORRELATION, &row, &found, NULL), 0);
	assert_true(found);
	assert_string_equal(row.remote, remote);
	assert_int_equal(row.state, TICKET_OPEN);
	assert_int_equal(store_ticket_hosts(store, row.id, &past, &count, NULL), 0);
	assert_int_equal(count, 3);
	store_ticket_hosts_free(past, count);
	store_ticket_release(&row);
}

/* -- killed after each step -- */

/* Ends the first send after `steps` steps, which is what a kill between any two of them leaves behind; then clean ones. `fault` hits
 * call `call` of the second. False when the first came to its end. */
static bool cut_off(struct fake *fake, struct store *store, bool update, int steps, int call, enum fault fault)
{
	struct send send = { .hosts = BEFORE };

	if (update)
		send_once(fake, store, &send);
	fake->clock += LATER_MS;
	send = (struct send){ .hosts = SENT, .steps = steps };
	bool ended = send_once(fake, store, &send).ended;
	/* At once, when the loss is fresh; then with a fault; then later. */
	struct sent sent = { .record = -1 };

	send.steps = 0;
	for (int i = 0; i < 3; i++) {
		if (i == 0 && call >= 0)
			fake->faults[call] = fault;
		sent = send_once(fake, store, &send);
		assert_true(fake_open_count(fake, CORRELATION) <= 1 || i < 2);
		fake->clock += LATER_MS;
		fake_settle(fake);
	}
	judge_end(fake, store, &sent, update ? "update cut off" : "create cut off", steps);
	if (update && sent.record == 0)
		assert_int_equal(fake->records[0].told & 1, fault == FAULT_NOTHING ? fake->records[0].told & 1 : 1);
	return !ended;
}

static void every_step(bool update, bool lags)
{
	struct fake *fake = fake_new();
	struct store *store = store_at(":memory:");
	unsigned runs = 0, seen = 0;
	bool more = true;

	for (int steps = 1; more; steps++) {
		assert_true(steps < STEPS_MAX);
		for (int call = -1; call < 8; call++)
			for (enum fault fault = FAULT_REFUSED; fault < (call < 0 ? FAULT_UNAVAILABLE : FAULT_COUNT); fault++) {
				/* The first one of each step tells whether there are more steps. */
				if (!(call < 0 && fault == FAULT_REFUSED) && seen++ % FAKE_EACH)
					continue;
				fake_reset(fake, lags);
				fake->run = ++runs;
				more = cut_off(fake, store, update, steps, call, fault);
			}
	}
	print_message("# %u sends cut off\n", runs);
	store_close(&store);
	munmap(fake, sizeof *fake);
}

static void test_create_every_step(void **state)
{
	(void)state;
	every_step(false, false);
	every_step(false, true);
}

static void test_update_every_step(void **state)
{
	(void)state;
	every_step(true, false);
	every_step(true, true);
}

/* -- killed processes, the store on disk -- */

/* A process that sends and ends at once in the middle of a call (die_at) or after a number of steps. True when it came to its end. */
static bool child_sends(struct fake *fake, const struct place *place, int die_at, int steps)
{
	pid_t child = fork();
	int status = 0;

	if (!child) {
		struct send send = { .hosts = SENT, .steps = steps, .store_path = place->path };

		fake->die_at = die_at;
		send_once(fake, store_at(place->path), &send);
		_exit(steps ? 7 : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	fake->die_at = -1;
	memset(fake->faults, 0, sizeof fake->faults);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status) == 0;
}

static void killed(bool update, bool by_steps)
{
	struct fake *fake = fake_new();
	bool ended = false;

	for (int at = by_steps ? 1 : 0; !ended && at < 60; at++) {
		struct place place;
		struct send send = { .hosts = BEFORE };

		place_make(&place);
		fake_reset(fake, false);
		send.store_path = place.path;
		struct store *store = store_at(place.path);

		if (update)
			send_once(fake, store, &send);
		store_close(&store);
		ended = child_sends(fake, &place, by_steps ? -1 : at, by_steps ? at : 0);
		fake->clock += LATER_MS;
		store = store_at(place.path);
		send.hosts = SENT;
		struct sent sent = send_once(fake, store, &send);

		judge_end(fake, store, &sent, "killed", at);
		assert_int_equal(fake->count, 1);
		store_close(&store);
		place_remove(&place);
		if (by_steps && at == 45)
			break;
	}
	assert_true(ended || by_steps);
	munmap(fake, sizeof *fake);
}

static void test_killed_in_calls(void **state)
{
	(void)state;
	killed(false, false);
	killed(true, false);
}

static void test_killed_between_steps(void **state)
{
	(void)state;
	killed(false, true);
	killed(true, true);
}

/* -- two at once -- */

struct machine {
	struct fake_tickets tickets;
	struct store *store;
	struct draft draft;
	struct ensure *ensure;
	bool ended;
};

static void machine_start(struct machine *machine, struct fake *fake, struct store *store, const struct send *send)
{
	*machine = (struct machine){ .tickets = { .base = { fake->lags ? &fake_lagging_ops : &fake_ops }, .fake = fake }, .store = store };
	draft_of(&machine->draft, send->hosts, false, store, fake);
	ensure_start(&machine->ensure, &machine->tickets, store, &machine->draft, send);
}

/* Some steps; -1: all. */
static void machine_run(struct machine *machine, struct fake *fake, int steps)
{
	for (int i = 0; !machine->ended && i != steps; i++)
		machine->ended = ensure_once(machine->ensure, fake) == STEP_DONE;
}

static void machine_end(struct machine *machine)
{
	ensure_free(&machine->ensure);
	draft_release(&machine->draft);
}

/* A makes i steps, B makes j, A goes on to its end, then B. */
static void two_machines(struct fake *fake, struct store *stores[2], bool lags, bool update, int i, int j)
{
	struct machine a, b;
	struct send send = { .hosts = BEFORE };

	fake_reset(fake, lags);
	fake->run = (unsigned)(i * 1000 + j * 4 + lags * 2 + update) + 1;
	if (update)
		for (int m = 0; m < 2; m++) {
			send_once(fake, stores[m], &send);
			fake->clock += LATER_MS;
		}
	send.hosts = SENT;
	machine_start(&a, fake, stores[0], &send);
	machine_start(&b, fake, stores[1], &send);
	machine_run(&a, fake, i);
	machine_run(&b, fake, j);
	machine_run(&a, fake, -1);
	machine_run(&b, fake, -1);
	machine_end(&a);
	machine_end(&b);
	for (int m = 0; m < 2; m++) {
		fake->clock += LATER_MS;
		send_once(fake, stores[m], &send);
	}
	for (int m = 0; m < 2; m++) {
		struct sent sent = send_once(fake, stores[m], &send);

		if (sent.word != ENSURE_UNCHANGED || sent.writes)
			fail_msg("%d %d, lags %d, update %d: %s", i, j, lags, update, sent.sentence);
		judge_end(fake, stores[m], &sent, "two machines", i * 1000 + j);
	}
}

static void test_two_machines(void **state)
{
	struct fake *fake = fake_new();

	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		struct store *stores[2] = { store_at(":memory:"), store_at(":memory:") };

		for (int i = 0; i < 40; i++)
			for (int j = 1; j < 40; j++)
				if ((i * 40 + j) % FAKE_EACH == 0)
					two_machines(fake, stores, kind & 1, kind & 2, i, j);
		store_close(&stores[0]);
		store_close(&stores[1]);
	}
	munmap(fake, sizeof *fake);
}

/* Two processes on one store: the lock makes one wait. Its sentence is the other's. */
static void test_two_processes(void **state)
{
	struct fake *fake = fake_new();
	struct place place;
	struct machine a;
	struct send send = { .hosts = SENT };

	(void)state;
	place_make(&place);
	fake_reset(fake, false);
	send.store_path = place.path;
	struct store *store = store_at(place.path);

	machine_start(&a, fake, store, &send);
	machine_run(&a, fake, 6);
	pid_t child = fork();

	if (!child) {
		struct sent sent = send_once(fake, store_at(place.path), &send);

		_exit(sent.word == ENSURE_FAILED && sent.status == STATUS_TRY_LATER && sent.calls == 0 && sent.sentence[0] ? 7 : 0);
	}
	int status = 0;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), 7);
	machine_run(&a, fake, -1);
	machine_end(&a);
	assert_int_equal(fake->count, 1);
	/* Free again. */
	struct sent sent = send_once(fake, store, &send);

	assert_int_equal(sent.word, ENSURE_UNCHANGED);
	store_close(&store);
	place_remove(&place);
	munmap(fake, sizeof *fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_create_every_step), cmocka_unit_test(test_update_every_step), cmocka_unit_test(test_killed_in_calls),
		cmocka_unit_test(test_killed_between_steps), cmocka_unit_test(test_two_machines), cmocka_unit_test(test_two_processes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
