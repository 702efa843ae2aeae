/* test_accept_evidence.c - what ends an acceptance, and what only makes it doubtful. */
#include "tests/unit/script.h"

#include "core/base/clock.h"
#include "core/model/accept.h"
#include "core/model/value.h"

#define DAY SPAN_DAY
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* An acceptance of a host by its id as text; the caller's buffer holds the packed id. */
static struct acceptance accepted(char packed[64], const char *id, int64_t taken, int64_t until)
{
	struct slice device = { packed, id_pack(packed, slice_of(id)) };
	return (struct acceptance){ .device = device, .host = (char *)"host", .reason = (char *)"why", .who = (char *)"mk", .taken = taken,
	                            .until = until, .verdict = VERDICT_PASSIVE, .run = 1 };
}

static size_t add(struct acceptances *set, const char *id, int64_t taken, int64_t until)
{
	char packed[64];
	struct acceptance item = accepted(packed, id, taken, until);
	return acceptances_add(set, &item);
}

static uint32_t row_add(struct table *table, const char *id, enum verdict verdict, uint16_t bits, const char *other_av)
{
	struct table_row row;
	table_row_init(&row);
	row.id = row.name = slice_of(id);
	row.verdict = verdict;
	row.flags = bits;
	row.text[TEXT_OTHER_AV] = slice_of(other_av);
	row.change = verdict == VERDICT_ACTIVE ? CHANGE_NONE : CHANGE_PERSISTING;
	return table_add(table, &row);
}

/* One host on the day it was accepted and now. */
struct turn {
	enum verdict was;
	uint16_t had;
	const char *with;
	enum verdict is;
	uint16_t has;
	const char *beside;
	bool antivirus;          /* the run knows of any */
	const char *why;         /* NULL: not broken */
};

static const struct turn turns[] = {
	{ VERDICT_PASSIVE, 0, "", VERDICT_PASSIVE, 0, NULL, false, NULL },
	{ VERDICT_PASSIVE, 0, "", VERDICT_DISABLED, 0, NULL, false, "the verdict is disabled now and was passive" },
	{ VERDICT_UNKNOWN, 0, "", VERDICT_PASSIVE, 0, NULL, false, "the verdict is passive now and was unknown" },
	{ VERDICT_UNASSESSED, 0, "", VERDICT_UNKNOWN, 0, NULL, false, "the verdict is unknown now and was unassessed" },
	{ VERDICT_EDR_BLOCK, 0, "", VERDICT_PASSIVE, 0, NULL, false, "the verdict is passive now and was edr-block" },
	{ VERDICT_PASSIVE, 0, "", VERDICT_EDR_BLOCK, 0, NULL, false, NULL },
	{ VERDICT_PASSIVE, 0, "", VERDICT_UNKNOWN, 0, NULL, false, "the verdict is unknown now and was passive" },
	{ VERDICT_PASSIVE, 0, "", VERDICT_UNASSESSED, 0, NULL, false, "the verdict is unassessed now and was passive" },
	{ VERDICT_UNKNOWN, 0, "", VERDICT_UNASSESSED, 0, NULL, false, "the verdict is unassessed now and was unknown" },
	{ VERDICT_UNKNOWN, 0, "", VERDICT_UNKNOWN, 0, NULL, false, NULL },
	{ VERDICT_DISABLED, 0, "", VERDICT_PASSIVE, 0, NULL, false, NULL },
	{ VERDICT_DISABLED, 0, "", VERDICT_ACTIVE, FLAG_NO_OTHER_AV, NULL, true, "fixed: active since run 7" },
	{ VERDICT_PASSIVE, 0, "", VERDICT_UNKNOWN, FLAG_CONFLICT, NULL, false,
	  "the verdict is unknown now and was passive, the witnesses disagree" },
	{ VERDICT_PASSIVE, 0, "", VERDICT_PASSIVE, FLAG_CONFLICT, NULL, false, "the witnesses disagree" },
	{ VERDICT_PASSIVE, FLAG_CONFLICT, "", VERDICT_PASSIVE, FLAG_CONFLICT, NULL, false, NULL },
	{ VERDICT_PASSIVE, FLAG_CONFLICT, "", VERDICT_PASSIVE, 0, NULL, false, NULL },
	/* Another antivirus. */
	{ VERDICT_PASSIVE, FLAG_OTHER_AV, "SentinelOne", VERDICT_PASSIVE, FLAG_OTHER_AV, "SentinelOne", true, NULL },
	{ VERDICT_PASSIVE, FLAG_OTHER_AV, "SentinelOne", VERDICT_PASSIVE, FLAG_NO_OTHER_AV, NULL, true, "SentinelOne is gone" },
	{ VERDICT_PASSIVE, FLAG_OTHER_AV, "SentinelOne", VERDICT_PASSIVE, 0, NULL, true, "SentinelOne is gone" },
	{ VERDICT_PASSIVE, FLAG_OTHER_AV, "SentinelOne", VERDICT_PASSIVE, 0, NULL, false, NULL },   /* nobody looked */
	{ VERDICT_PASSIVE, FLAG_OTHER_AV, "SentinelOne", VERDICT_PASSIVE, FLAG_OTHER_AV, "Sophos", true, "SentinelOne is gone" },
	{ VERDICT_PASSIVE, FLAG_OTHER_AV, "Sophos", VERDICT_PASSIVE, FLAG_OTHER_AV, "SentinelOne, Sophos", true, NULL },
	{ VERDICT_PASSIVE, FLAG_OTHER_AV, "SentinelOne, Sophos", VERDICT_PASSIVE, FLAG_OTHER_AV, "Sophos", true, "SentinelOne is gone" },
	{ VERDICT_PASSIVE, FLAG_OTHER_AV, "ESET, Sophos", VERDICT_PASSIVE, FLAG_OTHER_AV, "Avast", true,
	  "ESET is gone, Sophos is gone" },
	{ VERDICT_PASSIVE, FLAG_OTHER_AV, "Sophos", VERDICT_PASSIVE, FLAG_OTHER_AV, "Sophos X", true, "Sophos is gone" },
	{ VERDICT_PASSIVE, 0, "", VERDICT_PASSIVE, FLAG_NO_OTHER_AV, NULL, true, "no other antivirus is there" },
	{ VERDICT_PASSIVE, FLAG_NO_OTHER_AV, "", VERDICT_PASSIVE, FLAG_NO_OTHER_AV, NULL, true, NULL },
	{ VERDICT_PASSIVE, FLAG_NO_OTHER_AV, "", VERDICT_PASSIVE, FLAG_OTHER_AV, "ESET", true, NULL },
	/* How the host stands in the portal. */
	{ VERDICT_PASSIVE, 0, "", VERDICT_PASSIVE, FLAG_EXCLUDED, NULL, false, "it is excluded" },
	{ VERDICT_PASSIVE, FLAG_EXCLUDED, "", VERDICT_PASSIVE, FLAG_EXCLUDED, NULL, false, NULL },
	{ VERDICT_PASSIVE, FLAG_EXCLUDED, "", VERDICT_PASSIVE, 0, NULL, false, NULL },
	{ VERDICT_PASSIVE, FLAG_PORTAL_HEALTHY, "", VERDICT_PASSIVE, 0, NULL, false, "it is not healthy in the portal any more" },
	/* Time goes by for every host. */
	{ VERDICT_PASSIVE, 0, "", VERDICT_PASSIVE, FLAG_STALE | FLAG_SILENT | FLAG_PORTAL_HEALTHY, NULL, false, NULL },
	{ VERDICT_PASSIVE, FLAG_OTHER_AV, "ESET", VERDICT_DISABLED, FLAG_NO_OTHER_AV | FLAG_CONFLICT, NULL, true,
	  "the verdict is disabled now and was passive, ESET is gone, the witnesses disagree" },
};

static void test_what_breaks_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(turns); i++) {
		struct table table = {0};
		struct strbuf why = STRBUF_INIT(1024);
		char packed[64];
		struct acceptance item = accepted(packed, "host", NOW, NOW + DAY);
		item.verdict = turns[i].was;
		item.flags = turns[i].had;
		struct acceptance_sight sight = { turns[i].antivirus, true };
		item.other_av = (char *)turns[i].with;
		uint32_t row = row_add(&table, "host", turns[i].is, turns[i].has, turns[i].beside);
		bool broken = acceptance_broken(&item, &table, row, &sight, 7, &why);
		if (broken != (turns[i].why != NULL) || strcmp(strbuf_text(&why), broken ? turns[i].why : "") != 0)
			fail_msg("turn %zu: %s, %s", i, broken ? "broken" : "holds", strbuf_text(&why));
		strbuf_release(&why);
		table_release(&table);
	}
}

/* A vanished host keeps the flags it had, and breaks nothing. */
static void test_vanished_breaks_nothing(void **state)
{
	struct table table = {0};
	struct strbuf why = STRBUF_INIT(1024);
	char packed[64];
	struct acceptance item = accepted(packed, "host", NOW, NOW + DAY);
	const struct acceptance_sight all = { true, true };
	(void)state;
	item.verdict = VERDICT_UNASSESSED;
	item.other_av = (char *)"";
	uint32_t row = row_add(&table, "host", VERDICT_DISABLED, FLAG_CONFLICT | FLAG_NO_OTHER_AV, NULL);
	assert_true(acceptance_broken(&item, &table, row, &all, 7, &why));
	table.change[row] = CHANGE_VANISHED;
	assert_false(acceptance_broken(&item, &table, row, &all, 7, &why));
	assert_false(acceptances_sight(&table).antivirus);
	strbuf_release(&why);
	table_release(&table);
}

static void test_unseen_antivirus_is_counted(void **state)
{
	struct table table = {0};
	struct acceptances set = {0};
	struct lens lens = { .table = &table, .now = NOW, .acceptances = &set };
	char packed[64];
	(void)state;
	row_add(&table, "with", VERDICT_PASSIVE, 0, NULL);
	row_add(&table, "without", VERDICT_PASSIVE, 0, NULL);
	struct acceptance item = accepted(packed, "with", NOW, NOW + DAY);
	item.other_av = (char *)"ESET";
	acceptances_add(&set, &item);
	add(&set, "without", NOW, NOW + DAY);
	assert_int_equal(acceptances_unseen(&lens), 1);
	row_add(&table, "third", VERDICT_ACTIVE, FLAG_NO_OTHER_AV, NULL);   /* somebody looked */
	assert_true(acceptances_sight(&table).antivirus);
	assert_int_equal(acceptances_unseen(&lens), 0);
	acceptances_release(&set);
	table_release(&table);
}

/* One text of a host on the day it was accepted and now; NULL: missing. */
struct text_turn {
	enum { NAME, GROUP, MODE } what;
	const char *was, *is;
	enum verdict verdict;    /* on both days */
	const char *why;         /* NULL: not broken */
};

static const struct text_turn text_turns[] = {
	{ NAME, "srv-a.corp.example", "SRV-A.corp.example", VERDICT_PASSIVE, NULL },
	{ NAME, "srv-a", "srv-a.corp.example", VERDICT_PASSIVE, NULL },
	{ NAME, "B\xC3\x9CRO", "b\xC3\xBCro", VERDICT_PASSIVE, NULL },
	{ NAME, "srv-a", "dc01.corp", VERDICT_PASSIVE, "the name is dc01.corp now and was srv-a" },
	{ NAME, "srv-a", "srv-ab", VERDICT_PASSIVE, "the name is srv-ab now and was srv-a" },
	{ NAME, "10.0.0.1", "10.0.0.2", VERDICT_PASSIVE, "the name is 10.0.0.2 now and was 10.0.0.1" },
	{ NAME, "srv-a", NULL, VERDICT_PASSIVE, "the name is missing now and was srv-a" },
	{ NAME, "device-1", NULL, VERDICT_PASSIVE, NULL },   /* kept by its id, for it never had a name */
	{ GROUP, "Alpha", "ALPHA", VERDICT_PASSIVE, NULL },
	{ GROUP, "", NULL, VERDICT_PASSIVE, NULL },
	{ GROUP, "Alpha", "Alpha ", VERDICT_PASSIVE, "the group is Alpha  now and was Alpha" },
	{ GROUP, "Alpha", NULL, VERDICT_PASSIVE, "the group is missing now and was Alpha" },
	{ GROUP, "", "Alpha", VERDICT_PASSIVE, "the group is Alpha now and was missing" },
	{ MODE, "1", "Passive", VERDICT_PASSIVE, NULL },
	{ MODE, "1", "9", VERDICT_PASSIVE, "the mode is 9 now and was 1" },
	{ MODE, "9", "9", VERDICT_UNKNOWN, NULL },
	{ MODE, "9", "8", VERDICT_UNKNOWN, "the mode is 8 now and was 9" },
	{ MODE, "9", "3", VERDICT_UNKNOWN, "the mode is 3 now and was 9" },
	{ MODE, "", "7", VERDICT_UNKNOWN, "the mode is 7 now and was missing" },
	{ MODE, "7", NULL, VERDICT_UNKNOWN, "the mode is missing now and was 7" },
	{ MODE, "", NULL, VERDICT_UNKNOWN, NULL },
	{ MODE, "1", "5", VERDICT_PASSIVE, NULL },           /* documented: the verdict says what it is worth */
};

static void test_another_host_breaks_one(void **state)
{
	const struct acceptance_sight all = { true, true };
	(void)state;
	for (size_t i = 0; i < COUNT(text_turns); i++) {
		const struct text_turn *turn = &text_turns[i];
		struct table table = {0};
		struct strbuf why = STRBUF_INIT(1024);
		struct table_row row;
		char packed[64];
		struct acceptance item = accepted(packed, "device-1", NOW, NOW + DAY);
		table_row_init(&row);
		row.id = slice_of("device-1");
		row.name = slice_of(turn->what == NAME ? turn->is : "host");
		row.text[TEXT_GROUP] = slice_of(turn->what == GROUP ? turn->is : NULL);
		row.text[TEXT_GATHERED_MODE] = slice_of(turn->what == MODE ? turn->is : NULL);
		row.verdict = item.verdict = turn->verdict;
		row.change = CHANGE_PERSISTING;
		if (turn->what == NAME)
			item.host = (char *)turn->was;
		item.group = (char *)(turn->what == GROUP ? turn->was : "");
		item.mode = (char *)(turn->what == MODE ? turn->was : "");
		item.other_av = (char *)"";
		table_add(&table, &row);
		bool broken = acceptance_broken(&item, &table, 0, &all, 7, &why);
		if (broken != (turn->why != NULL) || strcmp(strbuf_text(&why), broken ? turn->why : "") != 0)
			fail_msg("turn %zu: %s, %s", i, broken ? "broken" : "holds", strbuf_text(&why));
		strbuf_release(&why);
		table_release(&table);
	}
}

/* A run without any word of onboarding or sensor (a table of findings) takes no acceptance away. */
static void test_health_is_judged_where_it_is_seen(void **state)
{
	struct table table = {0};
	struct strbuf why = STRBUF_INIT(1024);
	struct table_row row;
	char packed[64];
	struct acceptance item = accepted(packed, "host", NOW, NOW + DAY);
	(void)state;
	item.flags = FLAG_PORTAL_HEALTHY;
	item.other_av = (char *)"";
	row_add(&table, "host", VERDICT_PASSIVE, 0, NULL);
	struct acceptance_sight sight = acceptances_sight(&table);
	assert_false(sight.health);
	assert_false(acceptance_broken(&item, &table, 0, &sight, 7, &why));
	table_row_init(&row);
	row.id = slice_of("another");
	row.text[TEXT_HEALTH] = slice_of("Active");
	table_add(&table, &row);
	sight = acceptances_sight(&table);
	assert_true(sight.health);
	assert_true(acceptance_broken(&item, &table, 0, &sight, 7, &why));
	strbuf_release(&why);
	table_release(&table);
}

static void test_old_evidence_is_counted(void **state)
{
	static const struct { uint16_t had, has; bool old; } rows[] = {
		{ 0, FLAG_STALE, true }, { 0, FLAG_SILENT, true }, { FLAG_STALE, FLAG_STALE, false }, { FLAG_STALE, 0, false },
		{ FLAG_STALE, FLAG_STALE | FLAG_SILENT, true }, { 0, 0, false },
	};
	struct table table = {0};
	struct acceptances set = {0};
	struct lens lens = { .table = &table, .now = NOW, .acceptances = &set };
	char packed[64], id[8];
	(void)state;
	assert_int_equal(acceptances_old(&lens), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		snprintf(id, sizeof id, "h%zu", i);
		struct acceptance item = accepted(packed, id, NOW, NOW + DAY);
		item.flags = rows[i].had;
		uint32_t row = row_add(&table, id, VERDICT_PASSIVE, rows[i].has, NULL);
		assert_int_equal(acceptance_is_old(&item, &table, row), rows[i].old);
		acceptances_add(&set, &item);
	}
	assert_int_equal(acceptances_old(&lens), 3);
	lens.now = NOW + DAY;   /* none is in force */
	assert_int_equal(acceptances_old(&lens), 0);
	acceptances_release(&set);
	table_release(&table);
}

/* Doubts of the rows given, in the order of `hosts` below. */
static void check_doubts(const struct table *table, const char *rows, const char *host, const char *wanted)
{
	struct acceptance_doubts doubts = { 0 };
	struct strbuf text = STRBUF_INIT(1000);

	for (; *rows; rows++)
		acceptance_doubts_add(&doubts, table, (uint32_t)(*rows - 'a'));
	assert_int_equal(acceptance_doubts_text(&doubts, host, &text), *wanted != '\0');
	assert_string_equal(strbuf_text(&text), wanted);
	strbuf_release(&text);
}

static void test_doubts_are_said(void **state)
{
	struct table table = { 0 };

	(void)state;
	row_add(&table, "a", VERDICT_PASSIVE, FLAG_OTHER_AV, "SentinelOne");
	row_add(&table, "b", VERDICT_PASSIVE, FLAG_NO_OTHER_AV, NULL);
	row_add(&table, "c", VERDICT_UNKNOWN, FLAG_NO_OTHER_AV, NULL);
	row_add(&table, "d", VERDICT_UNASSESSED, 0, NULL);
	row_add(&table, "e", VERDICT_UNASSESSED, FLAG_STALE, NULL);
	check_doubts(&table, "a", NULL, "");
	check_doubts(&table, "a", "srv-a", "");
	check_doubts(&table, "b", "srv-b", "no other antivirus was seen on srv-b");
	check_doubts(&table, "c", "it", "no other antivirus was seen on it; the mode of it is unknown");
	check_doubts(&table, "d", "srv-d", "srv-d is not assessed");
	check_doubts(&table, "abd", NULL, "no other antivirus was seen on 1 of them; 1 of them is not assessed");
	check_doubts(&table, "abcde", NULL,
	             "no other antivirus was seen on 2 of them; the mode of 1 of them is unknown; 2 of them are not assessed");
	table_release(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_breaks_one), cmocka_unit_test(test_vanished_breaks_nothing), cmocka_unit_test(test_doubts_are_said),
		cmocka_unit_test(test_unseen_antivirus_is_counted), cmocka_unit_test(test_another_host_breaks_one),
		cmocka_unit_test(test_health_is_judged_where_it_is_seen), cmocka_unit_test(test_old_evidence_is_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
