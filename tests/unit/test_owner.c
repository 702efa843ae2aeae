/* test_owner.c - which records of a CMDB mean a host, whose it is then, and the set. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/strbuf.h"
#include "core/model/owner.h"

#define NOW INT64_C(1795154400)
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A record as the tests write it. */
struct row {
	const char *name, *fqdn, *team;
	bool retired;
};

static void fill(struct owner_records *records, const struct row *rows, size_t count)
{
	char key[32];

	for (size_t i = 0; i < count; i++) {
		struct owner_record record = {
			.key = key, .name = (char *)rows[i].name, .fqdn = (char *)rows[i].fqdn, .team = (char *)rows[i].team,
				.retired = rows[i].retired,
		};

		snprintf(key, sizeof key, "asset:%zu", i + 1);
		owner_records_add(records, &record);
	}
}

/* Matches one host and compares what the column would show, and the record that decided. */
static void expect(const struct row *rows, size_t count, const char *host, enum owner_state state, const char *text, const char *key)
{
	struct owner_records records = { 0 };
	struct owner_index index = { 0 };
	struct strbuf shown = STRBUF_INIT(4096);
	struct owner owner;

	fill(&records, rows, count);
	owner_index_build(&index, &records);
	owner_init(&owner);
	owner_match(&index, slice_of(host), NOW, &owner);
	owner_text(&owner, &shown);
	assert_string_equal(strbuf_text(&shown), text);
	assert_int_equal(owner.state, state);
	assert_true(owner.asked == NOW);
	if (key)
		assert_string_equal(owner.key, key);
	owner_release(&owner);
	owner_index_release(&index);
	owner_records_release(&records);
	strbuf_release(&shown);
}

#define EXPECT(rows, host, state, text, key) expect(rows, COUNT(rows), host, state, text, key)

/* The awkward rows of a real CMDB. */
static const struct row cmdb[] = {
	{ "SRV-APP-01", NULL, "Windows Platform", false },
	{ "srv-sql-01.corp.example.test", NULL, "Database Services", false },
	{ "mgmt-01.corp.example.test", NULL, "Identity, Access & Mgmt", false },
	{ "SRV-ORPHAN-01", NULL, "", false },
	{ "SRV-ORPHAN-02", NULL, "  ", false },
	{ "SRV-DUP-01", NULL, "Windows Platform", false },
	{ "srv-dup-01", NULL, "Database Services", false },
	{ "SRV-O'BRIEN-01", NULL, "Windows Platform", false },
	{ "SRV-QUOTE-\"01\"", NULL, "Windows Platform", false },
	{ "SRV-\xC3\x9CMLAUT-01", NULL, "Windows Platform", false },
	{ "SRV-APP-17.corp.example.test", NULL, "Windows Platform", false },
};

static void a_real_cmdb_is_matched(void **state)
{
	(void)state;
	EXPECT(cmdb, "srv-app-01", OWNER_OWNED, "Windows Platform", "asset:1");
	EXPECT(cmdb, "SRV-APP-01.CORP.example.test", OWNER_OWNED, "Windows Platform", "asset:1");
	EXPECT(cmdb, "SRV-SQL-01", OWNER_OWNED, "Database Services", "asset:2");
	EXPECT(cmdb, "srv-sql-01.corp.EXAMPLE.test", OWNER_OWNED, "Database Services", "asset:2");
	EXPECT(cmdb, "srv-sql-01.dmz.example.test", OWNER_UNKNOWN, "?unknown", "");
	EXPECT(cmdb, "srv-sql-0", OWNER_UNKNOWN, "?unknown", "");
	EXPECT(cmdb, "srv-sql-01.corp", OWNER_UNKNOWN, "?unknown", "");
	EXPECT(cmdb, "mgmt-01.corp.example.test", OWNER_OWNED, "Identity, Access & Mgmt", "asset:3");
	EXPECT(cmdb, "SRV-ORPHAN-01", OWNER_UNOWNED, "?unowned", "asset:4");
	EXPECT(cmdb, "SRV-ORPHAN-02", OWNER_UNOWNED, "?unowned", "asset:5");
	EXPECT(cmdb, "SRV-DUP-01", OWNER_AMBIGUOUS, "?2 match", "");
	EXPECT(cmdb, "Srv-Dup-01.corp.example.test", OWNER_AMBIGUOUS, "?2 match", "");
	EXPECT(cmdb, "srv-o'brien-01", OWNER_OWNED, "Windows Platform", "asset:8");
	EXPECT(cmdb, "srv-quote-\"01\"", OWNER_OWNED, "Windows Platform", "asset:9");
	EXPECT(cmdb, "srv-\xC3\xBCmlaut-01", OWNER_OWNED, "Windows Platform", "asset:10");
	EXPECT(cmdb, "srv-u\xCC\x88mlaut-01", OWNER_OWNED, "Windows Platform", "asset:10");   /* u and two dots */
	EXPECT(cmdb, "srv-umlaut-01", OWNER_UNKNOWN, "?unknown", "");
	EXPECT(cmdb, "SRV-APP-17", OWNER_OWNED, "Windows Platform", "asset:11");
	EXPECT(cmdb, "SRV_APP_01", OWNER_UNKNOWN, "?unknown", "");   /* a wildcard of SQL is none here */
	EXPECT(cmdb, "", OWNER_UNKNOWN, "?unknown", "");
	EXPECT(cmdb, ".corp.example.test", OWNER_UNKNOWN, "?unknown", "");
}

static void full_names_beat_short_ones(void **state)
{
	static const struct row rows[] = {
		{ "web", NULL, "short", false }, { "WEB.corp.example", NULL, "corp", false }, { "web.dmz.example", NULL, "dmz", false },
		{ "db1", "db1.dmz.example", "dmz", false }, { "db2", "DB2.Corp.Example.", "corp", false }, { "alias",
		"db3.corp.example", "corp", false },
	};

	(void)state;
	EXPECT(rows, "web.corp.example", OWNER_OWNED, "corp", "asset:2");
	EXPECT(rows, "web.dmz.example", OWNER_OWNED, "dmz", "asset:3");
	EXPECT(rows, "web.lab.example", OWNER_OWNED, "short", "asset:1");
	EXPECT(rows, "web", OWNER_AMBIGUOUS, "?3 match", "");
	EXPECT(rows, "db1.corp.example", OWNER_UNKNOWN, "?unknown", "");   /* another domain never means the host */
	EXPECT(rows, "db1", OWNER_OWNED, "dmz", "asset:4");
	EXPECT(rows, "db2.corp.example", OWNER_OWNED, "corp", "asset:5");
	EXPECT(rows, "db3.corp.example", OWNER_OWNED, "corp", "asset:6");   /* by its FQDN alone */
	EXPECT(rows, "db3", OWNER_OWNED, "corp", "asset:6");
	EXPECT(rows, "alias.corp.example", OWNER_UNKNOWN, "?unknown", "");
}

static void several_records_agree_or_not(void **state)
{
	static const struct row rows[] = {
		{ "a", NULL, "Team One", false }, { "A", NULL, "TEAM ONE ", false },
		{ "b", NULL, "", false }, { "B", NULL, "Team One", false },
		{ "c", NULL, "old team", true }, { "C", NULL, "new team", false },
		{ "d", NULL, "old team", true },
		{ "e.corp.example", NULL, "old team", true }, { "e", NULL, "new team", false },
		{ "f", NULL, "old team", true }, { "F", NULL, "older team", true },
		{ "g", NULL, "", false }, { "G", NULL, "gone team", true },
	};

	(void)state;
	EXPECT(rows, "a", OWNER_OWNED, "Team One", "asset:1");
	EXPECT(rows, "b", OWNER_OWNED, "Team One", "asset:4");
	EXPECT(rows, "c", OWNER_OWNED, "new team", "asset:6");
	EXPECT(rows, "d", OWNER_OWNED, "old team", "asset:7");
	EXPECT(rows, "e.corp.example", OWNER_OWNED, "new team", "asset:9");   /* a retired record counts only where no other one does */
	EXPECT(rows, "f", OWNER_AMBIGUOUS, "?2 match", "");
	EXPECT(rows, "g", OWNER_UNOWNED, "?unowned", "asset:12");
}

static void overlapping_batches_are_no_doubt(void **state)
{
	struct owner_records records = { 0 };
	struct owner_index index = { 0 };
	struct owner_record record = { .key = "asset:7", .name = "srv", .team = "a", .contact = "" };
	struct owner owner;

	(void)state;
	owner_records_add(&records, &record);
	owner_records_add(&records, &record);
	owner_records_add(&records, &records.items[0]);   /* one of its own */
	record.key = "asset:8";
	record.team = "b";
	owner_records_add(&records, &record);
	owner_index_build(&index, &records);
	owner_init(&owner);
	owner_match(&index, slice_of("SRV"), NOW, &owner);
	assert_int_equal(owner.state, OWNER_AMBIGUOUS);
	assert_int_equal(owner.candidate_count, 2);
	assert_string_equal(owner.candidates[0].key, "asset:7");
	assert_string_equal(owner.candidates[1].key, "asset:8");
	owner_release(&owner);
	owner_index_release(&index);
	owner_records_release(&records);
}

static void what_one_record_lacks_comes_from_its_twin(void **state)
{
	struct owner_records records = { 0 };
	struct owner_index index = { 0 };
	struct owner_record record = { .key = "1", .name = "srv", .team = "Team" }, twin = { .key = "2", .name = "SRV",
		.team = "team", .contact = "t@x",
	                                                                                     .team_id = "38" };
	struct owner owner;

	(void)state;
	owner_records_add(&records, &record);
	owner_records_add(&records, &twin);
	owner_index_build(&index, &records);
	owner_init(&owner);
	owner_match(&index, slice_of("srv"), NOW, &owner);
	assert_string_equal(owner.team, "Team");
	assert_string_equal(owner.contact, "t@x");
	assert_string_equal(owner.team_id, "38");
	assert_string_equal(owner.key, "1");
	assert_int_equal(owner.candidate_count, 0);
	owner_release(&owner);
	owner_index_release(&index);
	owner_records_release(&records);
}

static void many_candidates_are_counted(void **state)
{
	struct row rows[20];
	char teams[20][16];
	struct owner_records records = { 0 };
	struct owner_index index = { 0 };
	struct owner owner;

	(void)state;
	for (size_t i = 0; i < 20; i++) {
		snprintf(teams[i], sizeof teams[i], "team-%zu", i);
		rows[i] = (struct row){ i % 2 ? "srv" : "SRV", NULL, teams[i], false };
	}
	EXPECT(rows, "srv", OWNER_AMBIGUOUS, "?20 match", "");
	fill(&records, rows, 20);
	owner_index_build(&index, &records);
	owner_init(&owner);
	owner_match(&index, slice_of("srv"), NOW, &owner);
	assert_int_equal(owner.candidate_count, OWNER_CANDIDATES_MAX);
	assert_int_equal(owner.candidates_more, 20 - OWNER_CANDIDATES_MAX);
	for (size_t i = 0; i < OWNER_CANDIDATES_MAX; i++)
		assert_string_equal(owner.candidates[i].team, teams[i]);   /* in the order of the CMDB */
	owner_release(&owner);
	owner_index_release(&index);
	owner_records_release(&records);
}

static void long_texts_are_cut_at_a_character(void **state)
{
	struct owner_records records = { 0 };
	char team[OWNER_TEXT_MAX * 2];

	(void)state;
	memset(team, 'x', OWNER_TEXT_MAX - 4);
	for (size_t i = OWNER_TEXT_MAX - 4; i + 2 < sizeof team; i += 2)
		memcpy(team + i, "\xC3\xBC", 3);
	owner_records_add(&records, &(struct owner_record){ .name = "srv", .team = team });
	assert_int_equal(records.cut, 1);
	assert_true(strlen(records.items[0].team) <= OWNER_TEXT_MAX);
	assert_string_equal(records.items[0].team + OWNER_TEXT_MAX - 4, "...");   /* no half ü before them */
	assert_string_equal(records.items[0].contact, "");
	owner_records_release(&records);
}

static void a_person_chooses(void **state)
{
	struct owner_records records = { 0 };
	struct owner_index index = { 0 };
	struct owner first, again;

	(void)state;
	fill(&records, cmdb, COUNT(cmdb));
	owner_index_build(&index, &records);
	owner_init(&first);
	owner_init(&again);
	owner_match(&index, slice_of("srv-dup-01"), NOW, &first);
	owner_match(&index, slice_of("srv-dup-01"), NOW, &again);
	assert_false(owner_choose(&first, 2, "mk"));
	assert_true(owner_choose(&first, 1, "mk"));
	assert_string_equal(first.team, "Database Services");
	assert_int_equal(first.candidate_count, 2);
	assert_true(owner_keep_choice(&again, &first));
	assert_int_equal(again.state, OWNER_OWNED);
	assert_string_equal(again.chosen_by, "mk");
	assert_string_equal(again.key, "asset:7");
	owner_match(&index, slice_of("srv-app-01"), NOW, &again);   /* the CMDB's own word goes before */
	assert_false(owner_keep_choice(&again, &first));
	assert_string_equal(again.team, "Windows Platform");
	assert_string_equal(again.chosen_by, "");
	owner_assign(&first, slice_of("by hand"), slice_of(""), "mk");
	owner_match(&index, slice_of("srv-orphan-01"), NOW, &again);
	assert_true(owner_keep_choice(&again, &first));
	assert_string_equal(again.team, "by hand");
	owner_release(&first);
	owner_release(&again);
	owner_index_release(&index);
	owner_records_release(&records);
}

static void a_choice_ends_with_its_record(void **state)
{
	static const struct row before[] = { { "s", NULL, "a", false }, { "S", NULL, "b", false } };
	static const struct row after[] = { { "s", NULL, "a", false }, { "S", NULL, "c", false } };
	struct owner_records old = { 0 }, new = { 0 };
	struct owner_index index = { 0 };
	struct owner chosen, fresh;

	(void)state;
	fill(&old, before, 2);
	fill(&new, after, 2);
	owner_init(&chosen);
	owner_init(&fresh);
	owner_index_build(&index, &old);
	owner_match(&index, slice_of("s"), NOW, &chosen);
	assert_true(owner_choose(&chosen, 1, "mk"));
	owner_index_build(&index, &new);
	owner_match(&index, slice_of("s"), NOW, &fresh);
	assert_false(owner_keep_choice(&fresh, &chosen));
	assert_int_equal(fresh.state, OWNER_AMBIGUOUS);
	owner_release(&chosen);
	owner_release(&fresh);
	owner_index_release(&index);
	owner_records_release(&old);
	owner_records_release(&new);
}

static void owners_are_kept_by_id(void **state)
{
	struct owners owners = { 0 };
	struct owner_tally tally;
	struct slice ids[1001];
	char names[1001][16];
	struct owner owner;
	uint64_t generation;

	(void)state;
	assert_null(owners_get(NULL, slice_of("x")));
	assert_null(owners_get(&owners, slice_of("x")));
	owner_init(&owner);
	for (size_t i = 0; i < 1001; i++) {
		snprintf(names[i], sizeof names[i], "id-%zu", i);
		ids[i] = slice_of(names[i]);
	}
	for (size_t i = 0; i < 1000; i++) {
		owner.state = (enum owner_state)(i % OWNER_STATE_COUNT);
		owner_assign(&owner, i % 3 ? slice_of("Team A") : slice_of("team a"), slice_of(names[i]), "x");
		owner.state = (enum owner_state)(i % OWNER_STATE_COUNT);
		owners_set(&owners, ids[i], &owner);
	}
	generation = owners.generation;
	assert_string_equal(owners_get(&owners, ids[999])->contact, "id-999");
	owners_set(&owners, slice_of("copy"), owners_get(&owners, ids[7]));   /* its own */
	assert_string_equal(owners_get(&owners, slice_of("copy"))->contact, "id-7");
	assert_true(owners.generation > generation);
	owners_tally(&owners, ids, 1001, &tally);
	assert_int_equal(tally.states[OWNER_UNASKED], 201);
	assert_int_equal(tally.states[OWNER_AMBIGUOUS], 200);
	assert_int_equal(tally.teams, 1);
	owner_release(&owner);
	owners_release(&owners);
}

static void names_and_states_are_read(void **state)
{
	char long_name[300];

	(void)state;
	memset(long_name, 'a', sizeof long_name - 1);
	long_name[299] = '\0';
	for (int i = 0; i < OWNER_STATE_COUNT; i++)
		assert_int_equal(owner_state_named(slice_of(owner_state_names[i])), i);
	assert_int_equal(owner_state_named(slice_of("Owned")), OWNER_UNASKED);
	assert_true(owner_name_plain(slice_of("Srv-1_a.corp.example")));
	assert_false(owner_name_plain(slice_of("")));
	assert_false(owner_name_plain(slice_of("srv^1")));
	assert_false(owner_name_plain(slice_of("srv,1")));
	assert_false(owner_name_plain(slice_of("srv 1")));
	assert_false(owner_name_plain(slice_of("srv'1")));
	assert_false(owner_name_plain(slice_of("b\xC3\xBCro")));
	assert_false(owner_name_plain(slice_of(long_name)));
	assert_true(slice_is(owner_label(slice_of("a.b.c")), "a"));
	assert_true(slice_is(owner_label(slice_of("a")), "a"));
	assert_true(slice_is(owner_label(slice_of(".b")), ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_real_cmdb_is_matched), cmocka_unit_test(full_names_beat_short_ones),
		cmocka_unit_test(several_records_agree_or_not), cmocka_unit_test(overlapping_batches_are_no_doubt),
		cmocka_unit_test(what_one_record_lacks_comes_from_its_twin), cmocka_unit_test(many_candidates_are_counted),
		cmocka_unit_test(long_texts_are_cut_at_a_character), cmocka_unit_test(a_person_chooses),
		cmocka_unit_test(a_choice_ends_with_its_record), cmocka_unit_test(owners_are_kept_by_id),
		cmocka_unit_test(names_and_states_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
