/* test_accept.c - acceptances: the set, what is in force when, dates, lists. */
#include "tests/unit/script.h"

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/model/accept.h"
#include "core/model/sort.h"
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

static const struct acceptance *find(const struct acceptances *set, const char *id)
{
	char packed[64];
	return acceptances_find(set, (struct slice){ packed, id_pack(packed, slice_of(id)) });
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

/* ---- the set ---- */

static void test_newest_of_a_host_counts(void **state)
{
	struct acceptances set = {0};
	(void)state;
	assert_null(find(&set, "a"));
	assert_null(acceptances_find(NULL, slice_of("a")));
	add(&set, "a", NOW, NOW + DAY);
	size_t second = add(&set, "a", NOW + 1, NOW + 2 * DAY);
	add(&set, "b", NOW, NOW + DAY);
	assert_int_equal(set.count, 3);
	assert_ptr_equal(find(&set, "a"), &set.items[second]);
	assert_null(find(&set, "c"));
	/* An ended newest one does not bring the older one back. */
	uint64_t before = set.generation;
	acceptances_end(&set, second, ACCEPT_REVOKED, NOW + 5, "by jo");
	assert_true(set.generation > before);
	assert_int_equal(acceptance_end_at(find(&set, "a"), NOW + 6), ACCEPT_REVOKED);
	assert_string_equal(find(&set, "a")->ended_why, "by jo");
	acceptances_end(&set, second, ACCEPT_EVIDENCE, NOW + 7, set.items[second].ended_why);   /* its own text */
	assert_string_equal(find(&set, "a")->ended_why, "by jo");
	acceptances_release(&set);
	assert_int_equal(set.count, 0);
}

/* The sieve must never lose one: thousands of ids of all lengths, held against a plain look-up. */
static void test_sieve_loses_none(void **state)
{
	struct acceptances set = {0};
	char id[64];
	unsigned found = 0;
	(void)state;
	for (unsigned i = 0; i < 5000; i += 2) {
		snprintf(id, sizeof id, i % 3 ? "%040x" : "x%u", i * 2654435761u);
		add(&set, id, NOW, NOW + DAY);
	}
	for (unsigned i = 0; i < 5000; i++) {
		snprintf(id, sizeof id, i % 3 ? "%040x" : "x%u", i * 2654435761u);
		assert_int_equal(find(&set, id) != NULL, i % 2 == 0);
		found += find(&set, id) != NULL;
	}
	assert_int_equal(found, 2500);
	assert_true(set.sieve_bits >= 2500 * 64);
	acceptances_release(&set);
}

/* ---- time ---- */

static void test_in_force_until_its_date(void **state)
{
	char packed[64];
	struct acceptance item = accepted(packed, "a", NOW, NOW + 10);
	(void)state;
	assert_int_equal(acceptance_end_at(&item, NOW), ACCEPT_IN_FORCE);
	assert_int_equal(acceptance_end_at(&item, NOW + 9), ACCEPT_IN_FORCE);
	assert_int_equal(acceptance_end_at(&item, NOW + 10), ACCEPT_EXPIRED);
	assert_true(acceptance_in_force(&item, NOW));
	assert_true(acceptance_in_force(&item, NOW + 9));
	assert_false(acceptance_in_force(&item, NOW + 10));
	assert_false(acceptance_in_force(&item, NOW - 1));   /* taken in the future of this clock */
	item.end = ACCEPT_REVOKED;
	assert_false(acceptance_in_force(&item, NOW));
	assert_int_equal(acceptance_end_at(&item, NOW + 10), ACCEPT_REVOKED);
}

static void test_dates(void **state)
{
	static const struct { const char *text, *wanted; } good[] = {
		{ "2026-12-31", "2026-12-31T00:00:00Z" }, { " 2026-12-31 ", "2026-12-31T00:00:00Z" },
		{ "2026-12-31T12:30:00+01:00", "2026-12-31T11:30:00Z" }, { "2028-02-29", "2028-02-29T00:00:00Z" },
		{ "0d", "2026-11-18T00:00:00Z" }, { "1d", "2026-11-19T00:00:00Z" }, { "30d", "2026-12-18T00:00:00Z" },
		{ "4w", "2026-12-16T00:00:00Z" },
	};
	static const char *const bad[] = { "", "x", "2026-13-01", "2027-02-29", "31.12.2026", "d", "30", "30 d", "30dd", "-1d", "1000000d",
	                                   "0001-01-01T00:00:00Z", "30h", "1.5d", "tomorrow" };
	(void)state;
	assert_int_equal(NOW / DAY * DAY, INT64_C(1794960000));   /* 2026-11-18 */
	for (size_t i = 0; i < COUNT(good); i++) {
		int64_t until = 0;
		struct strbuf text = STRBUF_INIT(64);
		assert_true(acceptance_date(good[i].text, NOW, &until));
		time_format(&text, until);
		assert_string_equal(strbuf_text(&text), good[i].wanted);
		strbuf_release(&text);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		int64_t until = 7;
		if (acceptance_date(bad[i], NOW, &until))
			fail_msg("taken for a date: %s", bad[i]);
		assert_int_equal(until, 7);
	}
}

static void test_date_text(void **state)
{
	struct strbuf text = STRBUF_INIT(64);
	(void)state;
	acceptance_date_text(INT64_C(1794960000), &text);
	assert_string_equal(strbuf_text(&text), "2026-11-18");
	strbuf_clear(&text);
	acceptance_date_text(INT64_C(1794960001), &text);
	assert_string_equal(strbuf_text(&text), "2026-11-18T00:00:01Z");
	strbuf_release(&text);
}

static void test_what_says_something(void **state)
{
	(void)state;
	assert_true(acceptance_says("x"));
	assert_true(acceptance_says("  x "));
	assert_true(acceptance_says("\xE6\x97\xA5"));
	assert_false(acceptance_says(NULL));
	assert_false(acceptance_says(""));
	assert_false(acceptance_says(" \t\r\n\v"));
	assert_false(acceptance_says("\xC2\xA0\xE3\x80\x80\xE2\x80\x8B"));   /* no-break blank, ideographic blank, zero-width blank */
	assert_false(acceptance_says("\xE2\x80\xAE\x1b"));                  /* a bidi control and an escape */
}

/* ---- rows ---- */

static void test_rows_and_count(void **state)
{
	struct table table = {0};
	struct acceptances set = {0};
	struct lens lens = { .table = &table, .now = NOW, .acceptances = &set };
	uint8_t flags_of[8];
	(void)state;
	row_add(&table, "plain", VERDICT_PASSIVE, 0, NULL);
	row_add(&table, "accepted", VERDICT_PASSIVE, 0, NULL);
	row_add(&table, "active", VERDICT_ACTIVE, 0, NULL);
	row_add(&table, "expired", VERDICT_PASSIVE, 0, NULL);
	row_add(&table, "gone", VERDICT_PASSIVE, 0, NULL);
	table.change[4] = CHANGE_VANISHED;
	row_add(&table, "revoked", VERDICT_UNKNOWN, 0, NULL);
	row_add(&table, "early", VERDICT_UNKNOWN, 0, NULL);
	assert_int_equal(acceptances_count(&lens), 0);
	lens.acceptances = NULL;
	assert_int_equal(acceptances_count(&lens), 0);
	memset(flags_of, 9, sizeof flags_of);
	acceptances_rows(&lens, 0, 7, flags_of);
	assert_memory_equal(flags_of, "\0\0\0\0\0\0\0\x9", 8);
	lens.acceptances = &set;
	add(&set, "accepted", NOW - DAY, NOW + DAY);
	add(&set, "active", NOW - DAY, NOW + DAY);
	add(&set, "expired", NOW - DAY, NOW);
	add(&set, "gone", NOW - DAY, NOW + DAY);
	acceptances_end(&set, add(&set, "revoked", NOW - DAY, NOW + DAY), ACCEPT_REVOKED, NOW - 1, "");
	add(&set, "early", NOW + 1, NOW + DAY);
	acceptances_rows(&lens, 0, 7, flags_of);
	assert_memory_equal(flags_of, "\0\1\0\0\0\0\0\x9", 8);
	acceptances_rows(&lens, 1, 3, flags_of);
	assert_memory_equal(flags_of, "\1\0", 2);
	acceptances_rows(&lens, 3, 3, NULL);
	assert_int_equal(acceptances_count(&lens), 1);
	lens.now = NOW + 1;
	assert_int_equal(acceptances_count(&lens), 2);
	/* AcceptedUntil: in force and expired, not revoked. */
	assert_int_equal(acceptances_until(&lens, 0), TIME_NONE);
	assert_int_equal(acceptances_until(&lens, 1), NOW + DAY);
	assert_int_equal(acceptances_until(&lens, 3), NOW);
	assert_int_equal(acceptances_until(&lens, 5), TIME_NONE);
	acceptances_release(&set);
	table_release(&table);
}

/* More rows than one portion of the count. */
static void test_count_over_many_rows(void **state)
{
	struct table table = {0};
	struct acceptances set = {0};
	struct lens lens = { .table = &table, .now = NOW, .acceptances = &set };
	char id[64];
	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		snprintf(id, sizeof id, "%040x", i);
		row_add(&table, id, VERDICT_PASSIVE, 0, NULL);
		if (i % 7 == 0)
			add(&set, id, NOW, NOW + DAY);
	}
	assert_int_equal(acceptances_count(&lens), (5000 + 6) / 7);
	acceptances_release(&set);
	table_release(&table);
}

static void test_column_and_sort(void **state)
{
	struct table table = {0};
	struct acceptances set = {0};
	struct lens lens = { .table = &table, .now = NOW, .acceptances = &set };
	struct sort_key key = { .column = { .id = COL_ACCEPTED_UNTIL } };
	struct strbuf scratch = STRBUF_INIT(1024), text = STRBUF_INIT(1024);
	struct value value;
	uint32_t order[4];
	(void)state;
	row_add(&table, "none", VERDICT_PASSIVE, 0, NULL);
	row_add(&table, "later", VERDICT_PASSIVE, 0, NULL);
	row_add(&table, "sooner", VERDICT_PASSIVE, 0, NULL);
	row_add(&table, "never", VERDICT_PASSIVE, 0, NULL);
	add(&set, "later", NOW, NOW + 9 * DAY);
	add(&set, "sooner", NOW, NOW + DAY);
	value_get(&lens, 2, &key.column, &scratch, &value);
	assert_int_equal(value.kind, VALUE_TIME);
	assert_int_equal(value.number, NOW + DAY);
	value_get(&lens, 0, &key.column, &scratch, &value);
	assert_int_equal(value.kind, VALUE_NONE);
	sort_rows(&lens, &key, 1, order);
	assert_int_equal(order[0], 2);
	assert_int_equal(order[1], 1);
	key.descending = true;   /* missing values stay last */
	sort_rows(&lens, &key, 1, order);
	assert_int_equal(order[0], 1);
	assert_int_equal(order[1], 2);
	strbuf_release(&scratch);
	strbuf_release(&text);
	acceptances_release(&set);
	table_release(&table);
}

/* ---- lists ---- */

static void test_loud_ones_come_first(void **state)
{
	struct acceptances set = {0};
	struct acceptance_counts counts;
	struct strbuf text = STRBUF_INIT(256);
	size_t order[10];
	(void)state;
	size_t long_gone = add(&set, "a", NOW - 90 * DAY, NOW - 30 * DAY);
	size_t far = add(&set, "b", NOW - DAY, NOW + 60 * DAY);
	size_t near = add(&set, "c", NOW - DAY, NOW + 7 * DAY);
	size_t lately = add(&set, "d", NOW - 9 * DAY, NOW - 2 * DAY);
	size_t broken = add(&set, "e", NOW - 9 * DAY, NOW + 90 * DAY);
	size_t revoked = add(&set, "f", NOW - 9 * DAY, NOW + 90 * DAY);
	size_t replaced = add(&set, "g", NOW - 9 * DAY, NOW - DAY);
	size_t renewed = add(&set, "g", NOW - DAY, NOW + 20 * DAY);
	acceptances_end(&set, broken, ACCEPT_EVIDENCE, NOW - DAY, "ESET is gone");
	acceptances_end(&set, revoked, ACCEPT_REVOKED, NOW - 60, "by mk");
	acceptances_order(&set, NOW, order);
	const size_t wanted[] = { broken, lately, near, renewed, far, revoked, replaced, long_gone };
	assert_int_equal(set.count, COUNT(wanted));
	for (size_t i = 0; i < COUNT(wanted); i++)
		assert_int_equal(order[i], wanted[i]);
	assert_true(acceptance_ends_soon(&set.items[near], NOW));
	assert_false(acceptance_ends_soon(&set.items[far], NOW));
	assert_false(acceptance_ends_soon(&set.items[lately], NOW));
	assert_int_equal(acceptance_ended_at(&set.items[lately], NOW), NOW - 2 * DAY);
	assert_int_equal(acceptance_ended_at(&set.items[far], NOW), 0);
	acceptances_tally(&set, NOW, &counts);
	assert_int_equal(counts.in_force, 3);
	assert_int_equal(counts.soon, 1);
	assert_int_equal(counts.loud, 2);
	assert_int_equal(counts.past, 3);
	acceptance_counts_text(&counts, &text);
	assert_string_equal(strbuf_text(&text), "3 in force, 1 ends within 7 days; 2 ended within 7 days; 3 older or revoked");
	strbuf_clear(&text);
	acceptances_release(&set);
	acceptances_tally(&set, NOW, &counts);
	acceptance_counts_text(&counts, &text);
	assert_string_equal(strbuf_text(&text), "0 in force");
	acceptances_order(&set, NOW, order);
	strbuf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_newest_of_a_host_counts), cmocka_unit_test(test_sieve_loses_none),
		cmocka_unit_test(test_in_force_until_its_date), cmocka_unit_test(test_dates), cmocka_unit_test(test_date_text),
		cmocka_unit_test(test_what_says_something), cmocka_unit_test(test_rows_and_count),
		cmocka_unit_test(test_count_over_many_rows), cmocka_unit_test(test_column_and_sort),
		cmocka_unit_test(test_loud_ones_come_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
