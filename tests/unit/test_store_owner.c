/* test_store_owner.c - owners in the store: kept exactly, replaced as a whole, all or nothing; and how far runs came, by their words. */
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
#include "core/base/strbuf.h"
#include "core/io/store_inner.h"
#include "tests/unit/store_make.h"

static void reopen(struct place *place)
{
	store_close(&place->store);
	assert_int_equal(store_open(&place->store, place->path, &place->err), 0);
}

static const struct slice first = { "\1\0\xff\0z", 5 }, second = { "\2srv-b", 6 }, third = { "\2'; drop table owner", 20 };

static void set(struct owners *owners, struct slice id, enum owner_state state, const char *team)
{
	struct owner owner;

	owner_init(&owner);
	owner.state = state;
	free(owner.team);
	owner.team = xstrdup(team);
	owner.asked = NOW;
	owners_set(owners, id, &owner);
	owner_release(&owner);
}

/* An ambiguous host with candidates, decided by hand. */
static void set_ambiguous(struct owners *owners, struct slice id, size_t candidates)
{
	struct owner_record records[3] = {
		{ (char *)"asset:1", (char *)"SRV-B", (char *)"srv-b.corp.example", (char *)"Team, \"A\" & Co\n", (char *)"38", (char *)"a@x.example",
		  (char *)"HeldBy", true },
		{ (char *)"asset:2", (char *)"srv-b", (char *)"", (char *)"B\xc3\xbcro", (char *)"", (char *)"", (char *)"Owner Team", false },
		{ (char *)"asset:3", (char *)"srv-b", (char *)"", (char *)"", (char *)"", (char *)"", (char *)"", false },
	};
	struct owner owner;

	owner_init(&owner);
	owner.state = OWNER_AMBIGUOUS;
	free(owner.chosen_by);
	owner.chosen_by = xstrdup("mk");
	owner.candidates = records;
	owner.candidate_count = candidates;
	owner.candidates_more = 4;
	owners_set(owners, id, &owner);
	owner.candidates = NULL;
	owner.candidate_count = 0;
	owner_release(&owner);
}

static void kept(void **state)
{
	struct place *place = *state;
	const struct slice ids[] = { first, second, third };
	struct owners owners = { 0 }, back = { 0 };

	set(&owners, first, OWNER_OWNED, "Windows Platform");
	set_ambiguous(&owners, second, 3);
	set(&owners, third, OWNER_UNKNOWN, "");
	assert_int_equal(store_owners_save(place->store, &owners, ids, 3, &place->err), 0);
	reopen(place);
	assert_int_equal(store_owners_load(place->store, &back, &place->err), 0);
	assert_int_equal(back.ids.count, 3);
	const struct owner *owner = owners_get(&back, first);

	assert_non_null(owner);
	assert_int_equal(owner->state, OWNER_OWNED);
	assert_string_equal(owner->team, "Windows Platform");
	assert_int_equal(owner->asked, NOW);
	assert_string_equal(owner->chosen_by, "");
	assert_int_equal(owner->candidate_count, 0);
	assert_int_equal(owners_get(&back, third)->state, OWNER_UNKNOWN);
	owner = owners_get(&back, second);
	assert_int_equal(owner->state, OWNER_AMBIGUOUS);
	assert_string_equal(owner->chosen_by, "mk");
	assert_int_equal(owner->candidates_more, 4);
	assert_int_equal(owner->candidate_count, 3);
	assert_string_equal(owner->candidates[0].team, "Team, \"A\" & Co\n");
	assert_string_equal(owner->candidates[0].fqdn, "srv-b.corp.example");
	assert_string_equal(owner->candidates[0].team_id, "38");
	assert_string_equal(owner->candidates[0].contact, "a@x.example");
	assert_true(owner->candidates[0].retired);
	assert_string_equal(owner->candidates[1].team, "B\xc3\xbcro");
	assert_string_equal(owner->candidates[1].field, "Owner Team");
	assert_false(owner->candidates[1].retired);
	assert_string_equal(owner->candidates[2].key, "asset:3");
	owners_release(&owners);
	owners_release(&back);
}

/* Only the hosts that are named are written; fewer candidates than before leave none behind; a host that is gone from the set is forgotten. */
static void replaced(void **state)
{
	struct place *place = *state;
	const struct slice both[] = { first, second };
	struct owners owners = { 0 }, other = { 0 }, back = { 0 };

	set(&owners, first, OWNER_OWNED, "A");
	set_ambiguous(&owners, second, 3);
	assert_int_equal(store_owners_save(place->store, &owners, both, 2, &place->err), 0);
	set_ambiguous(&other, second, 1);
	set(&other, first, OWNER_OWNED, "not written");
	assert_int_equal(store_owners_save(place->store, &other, &second, 1, &place->err), 0);
	assert_int_equal(place_number(place, "select count(*) from owner_candidate"), 1);
	assert_int_equal(store_owners_load(place->store, &back, &place->err), 0);
	assert_string_equal(owners_get(&back, first)->team, "A");
	assert_int_equal(owners_get(&back, second)->candidate_count, 1);
	owners_release(&back);
	owners_release(&other);
	assert_int_equal(store_owners_save(place->store, &other, &second, 1, &place->err), 0);   /* an empty set */
	assert_int_equal(place_number(place, "select count(*) from owner"), 1);
	assert_int_equal(place_number(place, "select count(*) from owner_candidate"), 0);
	owners_release(&owners);
}

static void all_or_nothing(void **state)
{
	struct place *place = *state;
	const struct slice ids[] = { first, second };
	struct owners owners = { 0 };

	set(&owners, first, OWNER_OWNED, "A");
	set_ambiguous(&owners, second, 3);
	assert_int_equal(store_exec(place->store, "create trigger full before insert on owner_candidate when new.position = 2"
	                            " begin select raise(abort, 'no'); end", &place->err), 0);
	assert_int_equal(store_owners_save(place->store, &owners, ids, 2, &place->err), -1);
	assert_int_equal(place_number(place, "select count(*) from owner"), 0);
	/* The store goes on working. */
	assert_int_equal(store_exec(place->store, "drop trigger full", &place->err), 0);
	assert_int_equal(store_owners_save(place->store, &owners, ids, 2, &place->err), 0);
	owners_release(&owners);
}

/* A state that this program does not know is nobody's answer, and none that is good. */
static void unknown_state(void **state)
{
	struct place *place = *state;
	struct owners owners = { 0 }, back = { 0 };

	set(&owners, first, OWNER_OWNED, "A");
	assert_int_equal(store_owners_save(place->store, &owners, &first, 1, &place->err), 0);
	assert_int_equal(store_exec(place->store, "update owner set state = 'blessed'", &place->err), 0);
	assert_int_equal(store_owners_load(place->store, &back, &place->err), 0);
	assert_int_equal(owners_get(&back, first)->state, OWNER_UNASKED);
	owners_release(&owners);
	owners_release(&back);
}

/* Ten thousand hosts at once, as a first run has them. */
static void many(void **state)
{
	enum { COUNT = 10000 };
	struct place *place = *state;
	struct slice *ids = xcalloc(COUNT, sizeof *ids);
	char (*names)[16] = xcalloc(COUNT, sizeof *names);
	struct owners owners = { 0 }, back = { 0 };

	for (int i = 0; i < COUNT; i++) {
		snprintf(names[i], sizeof names[i], "\2srv-%05d", i);
		ids[i] = slice_of(names[i]);
		if (i % 10)
			set(&owners, ids[i], OWNER_OWNED, "A");
		else
			set_ambiguous(&owners, ids[i], 2);
	}
	assert_int_equal(store_owners_save(place->store, &owners, ids, COUNT, &place->err), 0);
	assert_int_equal(store_owners_load(place->store, &back, &place->err), 0);
	assert_int_equal(back.ids.count, COUNT);
	assert_int_equal(owners_get(&back, ids[20])->candidate_count, 2);
	assert_int_equal(owners_get(&back, ids[COUNT - 1])->state, OWNER_OWNED);
	owners_release(&owners);
	owners_release(&back);
	free(ids);
	free(names);
}

/* -- the words of a run -- */

static int64_t save_run(struct place *place)
{
	struct run run = { .started = NOW, .source = xstrdup("s"), .scope = xstrdup("t") };
	struct store_writer *writer = NULL;
	int64_t id;

	assert_int_equal(store_writer_open(place->store, &run, NULL, &writer, &place->err), 0);
	while (store_writer_step(writer, 100, &place->err) > 0)
		;
	store_writer_close(&writer);
	id = run.id;
	assert_true(id > 0);
	run_release(&run);
	return id;
}

static void run_words(void **state)
{
	struct place *place = *state;
	int64_t id = save_run(place), other = save_run(place);
	struct run run = { 0 }, *runs = NULL;
	size_t count = 0;

	assert_int_equal(store_run_head(place->store, id, &run, &place->err), 0);
	assert_null(run.ticket_word);
	assert_null(run.digest_word);
	run_release(&run);
	assert_int_equal(store_run_words(place->store, id, "INC0010042 created", NULL, &place->err), 0);
	assert_int_equal(store_run_words(place->store, id, NULL, "posted", &place->err), 0);
	assert_int_equal(store_run_head(place->store, id, &run, &place->err), 0);
	assert_string_equal(run.ticket_word, "INC0010042 created");
	assert_string_equal(run.digest_word, "posted");
	run_release(&run);
	assert_int_equal(store_run_words(place->store, id, "INC0010042 updated", NULL, &place->err), 0);
	assert_int_equal(store_runs(place->store, 10, &runs, &count, &place->err), 0);
	assert_int_equal(count, 2);
	assert_int_equal(runs[0].id, other);
	assert_null(runs[0].ticket_word);
	assert_string_equal(runs[1].ticket_word, "INC0010042 updated");
	assert_string_equal(runs[1].digest_word, "posted");
	for (size_t i = 0; i < count; i++)
		run_release(&runs[i]);
	free(runs);
}

/* A store as version 2 left it, with a run and a note in it. */
static void version_two(void **state)
{
	struct place *place = *state;
	int64_t id = save_run(place);
	struct run run = { 0 };
	struct owners owners = { 0 };

	assert_int_equal(store_note_save(place->store, second, slice_of("mine"), NOW, &place->err), 0);
	assert_int_equal(store_exec(place->store, "drop table owner_candidate; drop table owner; drop table ticket_host; drop table ticket;"
	                            "alter table run drop column ticket; alter table run drop column digest; pragma user_version = 2",
	                            &place->err), 0);
	reopen(place);
	assert_int_equal(place_number(place, "select user_version from pragma_user_version"), STORE_VERSION);
	assert_int_equal(place_number(place, "select count(*) from note"), 1);
	assert_int_equal(store_run_head(place->store, id, &run, &place->err), 0);
	assert_null(run.ticket_word);
	assert_string_equal(run.scope, "t");
	run_release(&run);
	assert_int_equal(store_run_words(place->store, id, "x", "y", &place->err), 0);
	set(&owners, first, OWNER_OWNED, "A");
	assert_int_equal(store_owners_save(place->store, &owners, &first, 1, &place->err), 0);
	owners_release(&owners);
	reopen(place);
	assert_int_equal(place_number(place, "select count(*) from owner"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_open, place_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(kept), TEST(replaced), TEST(all_or_nothing), TEST(unknown_state), TEST(many), TEST(run_words), TEST(version_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
