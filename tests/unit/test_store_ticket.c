/* test_store_ticket.c - tickets in the store: the intent before the request, what came of it, which hosts are on it; on the disk when told so,
 * and after a kill. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/io/store_inner.h"
#include "core/model/draft.h"
#include "tests/unit/store_make.h"

#define RT "rt https://rt.example.com"

static void put(char **text, const char *value)
{
	free(*text);
	*text = xstrdup(value);
}

/* Writes an intent; returns its number. */
static int64_t intend(struct place *place, const char *system, const char *correlation, const char *parent)
{
	struct store_ticket ticket;
	int64_t id = 0;

	store_ticket_init(&ticket);
	put(&ticket.system, system);
	put(&ticket.correlation, correlation);
	put(&ticket.scope, "platform=Windows; group=B\xc3\xbcro");
	put(&ticket.parent, parent);
	ticket.state = TICKET_OPEN;   /* an intent is one whatever is asked for */
	ticket.opened = NOW;
	ticket.run = 7;
	assert_int_equal(store_ticket_intend(place->store, &ticket, &id, &place->err), 0);
	assert_true(id > 0);
	store_ticket_release(&ticket);
	return id;
}

static bool find(struct place *place, const char *system, const char *correlation, struct store_ticket *ticket)
{
	bool found = false;

	store_ticket_release(ticket);
	assert_int_equal(store_ticket_find(place->store, system, correlation, ticket, &found, &place->err), 0);
	return found;
}

/* Changes the state of a ticket, with a number where it is open. */
static void become(struct place *place, const char *correlation, enum ticket_state state, const char *number_text)
{
	struct store_ticket ticket = { .id = 0 };

	assert_true(find(place, RT, correlation, &ticket));
	ticket.state = state;
	put(&ticket.number, number_text);
	assert_int_equal(store_ticket_write(place->store, &ticket, NOW, "ticket", &place->err), 0);
	store_ticket_release(&ticket);
}

static void intent_and_write(void **state)
{
	struct place *place = *state;
	struct store_ticket ticket = { .id = 0 };
	int64_t id = intend(place, RT, "rouse-1f0c9d2e4b5a", "");

	assert_false(find(place, RT, "rouse-1f0c9d2e4b5b", &ticket));
	assert_false(find(place, "rt https://rt.example.net", "rouse-1f0c9d2e4b5a", &ticket));
	assert_true(find(place, RT, "rouse-1f0c9d2e4b5a", &ticket));
	assert_int_equal(ticket.id, id);
	assert_int_equal(ticket.state, TICKET_INTENT);
	assert_string_equal(ticket.number, "");
	assert_string_equal(ticket.scope, "platform=Windows; group=B\xc3\xbcro");
	assert_int_equal(ticket.opened, NOW);
	assert_int_equal(ticket.run, 7);
	ticket.state = TICKET_OPEN;
	put(&ticket.remote, "17");
	put(&ticket.number, "INC0010042");
	put(&ticket.url, "https://rt.example.com/Ticket/Display.html?id=17");
	put(&ticket.mark, "rouse-1f0c9d2e4b5a 37 hosts 9f86d081884c7d65");
	ticket.updated = NOW + 60;
	ticket.run = 8;
	assert_int_equal(store_ticket_write(place->store, &ticket, NOW + 60, "ticket-created", &place->err), 0);
	store_close(&place->store);
	assert_int_equal(store_open(&place->store, place->path, &place->err), 0);
	assert_true(find(place, RT, "rouse-1f0c9d2e4b5a", &ticket));
	assert_int_equal(ticket.state, TICKET_OPEN);
	assert_string_equal(ticket.remote, "17");
	assert_string_equal(ticket.number, "INC0010042");
	assert_string_equal(ticket.url, "https://rt.example.com/Ticket/Display.html?id=17");
	assert_string_equal(ticket.mark, "rouse-1f0c9d2e4b5a 37 hosts 9f86d081884c7d65");
	assert_int_equal(ticket.opened, NOW);
	assert_int_equal(ticket.updated, NOW + 60);
	assert_int_equal(ticket.run, 8);
	assert_int_equal(place_number(place, "select count(*) from audit where action = 'ticket-created' and time = 1795000060 and"
	                        " detail = 'INC0010042 open rouse-1f0c9d2e4b5a, rt https://rt.example.com'"), 1);
	store_ticket_release(&ticket);
}

/* Of several the newest that is not closed; when all are closed there is none. */
static void newest_open(void **state)
{
	struct place *place = *state;
	struct store_ticket ticket = { .id = 0 }, *tickets = NULL;
	size_t count = 0;
	int64_t old = intend(place, RT, "a", ""), other = intend(place, RT, "b", "a"), new = intend(place, RT, "a", "");

	assert_true(find(place, RT, "a", &ticket));
	assert_int_equal(ticket.id, new);
	assert_int_equal(store_tickets(place->store, &tickets, &count, &place->err), 0);
	assert_int_equal(count, 3);
	assert_int_equal(tickets[0].id, new);
	assert_int_equal(tickets[1].id, other);
	assert_string_equal(tickets[1].parent, "a");
	for (size_t i = 0; i < count; i++)
		store_ticket_release(&tickets[i]);
	free(tickets);
	become(place, "a", TICKET_CLOSED, "1");
	assert_true(find(place, RT, "a", &ticket));
	assert_int_equal(ticket.id, old);
	become(place, "a", TICKET_UNCERTAIN, "");
	assert_true(find(place, RT, "a", &ticket));
	assert_int_equal(ticket.state, TICKET_UNCERTAIN);
	become(place, "a", TICKET_CLOSED, "1");
	assert_false(find(place, RT, "a", &ticket));
	assert_true(find(place, RT, "b", &ticket));
	store_ticket_release(&ticket);
}

static void lost_row(void **state)
{
	struct place *place = *state;
	struct store_ticket ticket;

	store_ticket_init(&ticket);
	ticket.id = 99;
	ticket.state = TICKET_OPEN;
	assert_int_equal(store_ticket_write(place->store, &ticket, NOW, "ticket", &place->err), -1);
	assert_int_equal(place_number(place, "select count(*) from audit"), 0);
	store_ticket_release(&ticket);
}

/* A state of a newer program is not taken for an open one, nor for a closed one. */
static void unknown_state(void **state)
{
	struct place *place = *state;
	struct store_ticket ticket = { .id = 0 };

	intend(place, RT, "a", "");
	assert_int_equal(store_exec(place->store, "update ticket set state = 'blessed'", &place->err), 0);
	assert_true(find(place, RT, "a", &ticket));
	assert_int_equal(ticket.state, TICKET_UNCERTAIN);
	store_ticket_release(&ticket);
}

/* -- hosts -- */

static const struct draft_past hosts[] = {
	{ { "\1\0\xff\0z", 5 }, (char *)"srv-z", VERDICT_PASSIVE },
	{ { "\2srv-b", 6 }, (char *)"SRV-B.corp\x1b", VERDICT_UNKNOWN },
	{ { "\2srv-a", 6 }, (char *)"", VERDICT_ACTIVE },
};

static void hosts_kept(void **state)
{
	struct place *place = *state;
	struct draft_past *back = NULL;
	size_t count = 9;
	int64_t id = intend(place, RT, "a", ""), other = intend(place, RT, "b", "");

	assert_int_equal(store_ticket_hosts(place->store, id, &back, &count, &place->err), 0);
	assert_int_equal(count, 0);
	store_ticket_hosts_free(back, count);
	assert_int_equal(store_ticket_hosts_save(place->store, id, hosts, 3, &place->err), 0);
	assert_int_equal(store_ticket_hosts_save(place->store, other, hosts, 1, &place->err), 0);
	assert_int_equal(store_ticket_hosts(place->store, id, &back, &count, &place->err), 0);
	assert_int_equal(count, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_true(slice_equal(back[i].device, hosts[i].device));
		assert_string_equal(back[i].name, hosts[i].name);
		assert_int_equal(back[i].verdict, hosts[i].verdict);
	}
	store_ticket_hosts_free(back, count);
	assert_int_equal(store_ticket_hosts_save(place->store, id, hosts + 1, 1, &place->err), 0);
	assert_int_equal(store_ticket_hosts(place->store, id, &back, &count, &place->err), 0);
	assert_int_equal(count, 1);
	assert_string_equal(back[0].name, "SRV-B.corp\x1b");
	store_ticket_hosts_free(back, count);
	assert_int_equal(store_ticket_hosts(place->store, other, &back, &count, &place->err), 0);
	assert_int_equal(count, 1);
	store_ticket_hosts_free(back, count);
}

static void hosts_all_or_nothing(void **state)
{
	struct place *place = *state;
	int64_t id = intend(place, RT, "a", "");

	assert_int_equal(store_ticket_hosts_save(place->store, id, hosts, 1, &place->err), 0);
	assert_int_equal(store_exec(place->store, "create trigger full before insert on ticket_host when new.position = 2"
	                            " begin select raise(abort, 'no'); end", &place->err), 0);
	assert_int_equal(store_ticket_hosts_save(place->store, id, hosts, 3, &place->err), -1);
	assert_int_equal(place_number(place, "select count(*) from ticket_host"), 1);
	assert_int_equal(store_ticket_hosts_save(place->store, 4711, hosts, 1, &place->err), -1);   /* there is no such ticket */
}

static void links(void **state)
{
	struct place *place = *state;
	struct ticket_links set = { 0 };
	int64_t parent = intend(place, RT, "a", ""), child = intend(place, RT, "a-1", "a"), gone = intend(place, RT, "c", "");

	assert_int_equal(store_ticket_hosts_save(place->store, parent, hosts, 2, &place->err), 0);
	assert_int_equal(store_ticket_hosts_save(place->store, child, hosts, 3, &place->err), 0);
	assert_int_equal(store_ticket_hosts_save(place->store, gone, hosts, 3, &place->err), 0);
	become(place, "a", TICKET_OPEN, "17");
	become(place, "c", TICKET_CLOSED, "19");
	assert_int_equal(store_ticket_links_load(place->store, &set, &place->err), 0);
	const struct ticket_link *link = ticket_links_get(&set, hosts[0].device);

	assert_non_null(link);
	assert_string_equal(link->number, "17");      /* the record of the run, not its child */
	assert_int_equal(link->state, TICKET_OPEN);
	assert_int_equal(link->hosts, 2);
	link = ticket_links_get(&set, hosts[2].device);
	assert_string_equal(link->number, "?");
	assert_int_equal(link->state, TICKET_INTENT);
	assert_string_equal(link->correlation, "a-1");
	assert_int_equal(link->hosts, 3);
	assert_int_equal(set.record_count, 2);
	assert_null(ticket_links_get(&set, (struct slice){ "\2other", 6 }));
	ticket_links_release(&set);
}

/* Time grows with the hosts, not with their square: 10,000 took 5 ms when this was written, and 4 s with a count for each row. */
static void many_links(void **state)
{
	enum { COUNT = 10000 };
	struct place *place = *state;
	struct draft_past *all = xcalloc(COUNT, sizeof *all);
	char (*names)[16] = xcalloc(COUNT, sizeof *names);
	struct ticket_links set = { 0 };
	int64_t id = intend(place, RT, "a", ""), began;

	for (int i = 0; i < COUNT; i++) {
		snprintf(names[i], sizeof names[i], "\2srv-%05d", i);
		all[i] = (struct draft_past){ slice_of(names[i]), names[i] + 1, VERDICT_PASSIVE };
	}
	assert_int_equal(store_ticket_hosts_save(place->store, id, all, COUNT, &place->err), 0);
	began = clock_ms();
	assert_int_equal(store_ticket_links_load(place->store, &set, &place->err), 0);
	assert_true(clock_ms() - began < 1000);
	assert_int_equal(set.ids.count, COUNT);
	assert_int_equal(ticket_links_get(&set, all[COUNT - 1].device)->hosts, COUNT);
	ticket_links_release(&set);
	free(all);
	free(names);
}

/* -- on the disk -- */

#define FLUSHED(name, event) "create temp trigger " name " before " event " when (select synchronous from pragma_synchronous) <> 2" \
	" begin select raise(abort, 'not flushed'); end;"

/* Each write is made while SQLite is told to flush its commits, and only it. */
static void durable(void **state)
{
	struct place *place = *state;
	struct store_ticket ticket;
	static const char level[] = "select synchronous from pragma_synchronous";

	assert_int_equal(store_exec(place->store, "pragma trusted_schema = on;" FLUSHED("a", "insert on ticket") FLUSHED("b", "update on ticket")
	                            FLUSHED("c", "insert on ticket_host"), &place->err), 0);
	assert_int_equal(place_number(place, level), 1);
	/* The triggers work: a plain statement is refused. */
	assert_int_equal(store_exec(place->store, "insert into ticket values(1, '', '', '', '', '', '', '', '', 'open', 0, 0, 0)", &place->err), -1);
	int64_t id = intend(place, RT, "a", "");

	become(place, "a", TICKET_OPEN, "17");
	assert_int_equal(store_ticket_hosts_save(place->store, id, hosts, 3, &place->err), 0);
	assert_int_equal(place_number(place, level), 1);
	/* And after one that failed nothing is open, and the level is as before. */
	store_ticket_init(&ticket);
	ticket.id = 99;
	assert_int_equal(store_ticket_write(place->store, &ticket, NOW, "x", &place->err), -1);
	assert_int_equal(place_number(place, level), 1);
	assert_int_equal(store_exec(place->store, "begin immediate; rollback", &place->err), 0);
	store_ticket_release(&ticket);
}

/* A process that is killed right after its intent was told to be written. */
static void killed(void **state)
{
	struct place *place = *state;
	struct store_ticket ticket = { .id = 0 };
	int status = 0;

	store_close(&place->store);
	for (int round = 0; round < 20; round++) {
		char correlation[32];
		pid_t child;

		snprintf(correlation, sizeof correlation, "rouse-%d", round);
		child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			if (store_open(&place->store, place->path, &place->err))
				_exit(1);
			store_ticket_hosts_save(place->store, intend(place, RT, correlation, ""), hosts, 3, &place->err);
			kill(getpid(), SIGKILL);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(store_open(&place->store, place->path, &place->err), 0);
		assert_true(find(place, RT, correlation, &ticket));
		assert_int_equal(ticket.state, TICKET_INTENT);
		assert_int_equal(place_number(place, "select count(*) from ticket_host"), 3 * (round + 1));
		store_close(&place->store);
	}
	assert_int_equal(store_open(&place->store, place->path, &place->err), 0);
	store_ticket_release(&ticket);
}

/* Two at once, as the console and the daily job are: each word of each is there. */
static void two_at_once(void **state)
{
	enum { EACH = 30 };
	struct place *place = *state;
	pid_t children[2];
	int status = 0;

	store_close(&place->store);
	for (int i = 0; i < 2; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0) {
			if (store_open(&place->store, place->path, &place->err))
				_exit(1);
			for (int n = 0; n < EACH; n++)
				intend(place, RT, i ? "a" : "b", "");
			_exit(0);
		}
	}
	for (int i = 0; i < 2; i++) {
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	assert_int_equal(store_open(&place->store, place->path, &place->err), 0);
	assert_int_equal(place_number(place, "select count(*) from ticket"), 2 * EACH);
	assert_int_equal(place_number(place, "select count(distinct id) from ticket"), 2 * EACH);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_open, place_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(intent_and_write), TEST(newest_open), TEST(lost_row), TEST(unknown_state), TEST(hosts_kept), TEST(hosts_all_or_nothing),
		TEST(links), TEST(many_links), TEST(durable), TEST(killed), TEST(two_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
