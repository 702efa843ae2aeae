/* test_store.c - what is saved comes back, only whole runs are seen, and what is no store is refused with a sentence. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/io/store_inner.h"
#include "tests/unit/store_make.h"

#define BYTES(text) ((struct slice){ text, sizeof(text) - 1 })

/* -- runs to save -- */

/* Host n: every third has no bag, hosts 0 to 2 have odd ids, names and texts. */
static void host_row(struct table_row *row, uint32_t n, char id[48], char name[48])
{
	static const struct slice odd_ids[] = { { "", 0 }, { "a\0b", 3 }, { "ABCDEF0123456789ABCDEF0123456789ABCDEF01", 40 } };
	static const struct slice odd_names[] = { { NULL, 0 }, { "nul\0name", 8 }, { "\xff\xfe'; drop table finding; --", 28 } };

	table_row_init(row);
	snprintf(id, 48, "%040x", n);
	snprintf(name, 48, "host%u", n);
	row->id = n < 3 ? odd_ids[n] : (struct slice){ id, 40 };
	row->name = n < 3 ? odd_names[n] : slice_of(name);
	row->text[TEXT_GROUP] = n % 5 ? BYTES("win-servers-prod ") : BYTES("");
	row->text[TEXT_PLATFORM] = BYTES("a\0b");
	if (n % 2)
		row->text[TEXT_OTHER_AV] = slice_of(name);
	row->time[TIME_LAST_SEEN] = n % 4 ? NOW - n : 0;   /* 1970 is a time, not a missing one */
	row->time[TIME_FIRST_SEEN] = -5;
	row->report = n % 3 ? (int64_t)n : TIME_NONE;
	row->bag = n % 3 ? (struct slice){ id, 40 } : slice_of(NULL);
	if (n == 4)
		row->bag = BYTES("");
	row->flags = (uint16_t)(n % 128);
	row->verdict = (enum verdict)(n % VERDICT_COUNT);
	row->before = (enum verdict)(n % (VERDICT_COUNT + 1));
	row->change = (enum change)(n % CHANGE_COUNT);
	row->altered = n % 2;
	row->applicable = (enum tri)(n % 3);
	row->compliant = (enum tri)(n / 3 % 3);
}

static struct run *new_run(uint32_t rows, const char *scope)
{
	struct run *run = xcalloc(1, sizeof *run);
	char id[48], name[48];
	struct table_row row;

	*run = (struct run){ .started = NOW, .took_ms = 12, .source = xstrdup("files: a'b.csv"), .scope = xstrdup(scope),
	                     .all_groups = true, .altered = 7, .baseline = 3, .baseline_started = NOW - 5,
	                     .baseline_incomplete = true };
	run->estate = (struct estate_counts){ .devices = 1, .in_scope = 2, .no_inventory = 3, .no_platform = 4, .merged = 5,
	                                     .other_platform = 6, .other_group = 7 };
	run->input = (struct input_counts){ UINT64_C(1) << 40, 2, 3, 4, 5 };
	for (uint32_t i = 0; i < VERDICT_COUNT; i++)
		run->counts[i] = 100 + i;
	for (uint32_t i = 0; i < CHANGE_COUNT; i++)
		run->changes[i] = 200 + i;
	for (uint32_t i = 0; i < rows; i++) {
		host_row(&row, i, id, name);
		table_add(&run->rows, &row);
	}
	return run;
}

static void free_run(struct run *run)
{
	run_release(run);
	free(run);
}

/* Backwards, so that order and row number differ. */
static uint32_t *new_order(uint32_t rows)
{
	uint32_t *order = xcalloc(rows + (size_t)1, sizeof *order);
	for (uint32_t i = 0; i < rows; i++)
		order[i] = rows - 1 - i;
	return order;
}

static void save(struct place *place, struct run *run, uint32_t budget)
{
	uint32_t *order = new_order(run->rows.count);
	struct store_writer *writer = NULL;
	int more = 1;

	assert_int_equal(store_writer_open(place->store, run, order, &writer, &place->err), 0);
	while (more > 0)
		more = store_writer_step(writer, budget, &place->err);
	if (more)
		fail_msg("%s", place->err.text);
	store_writer_close(&writer);
	free(order);
}

static int64_t save_new(struct place *place, uint32_t rows, const char *scope)
{
	struct run *run = new_run(rows, scope);
	save(place, run, 50);
	int64_t id = run->id;
	free_run(run);
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

/* -- rows -- */

static void assert_slices(struct slice a, struct slice b)
{
	assert_true(slice_equal(a, b));
}

static void assert_rows_equal(const struct table *a, uint32_t i, const struct table *b, uint32_t j)
{
	assert_slices(table_packed_id(a, i), table_packed_id(b, j));
	assert_slices(table_name(a, i), table_name(b, j));
	assert_slices(table_folded(a, i), table_folded(b, j));
	for (int t = 0; t < TEXT_COUNT; t++)
		assert_slices(table_text(a, (enum text_id)t, i), table_text(b, (enum text_id)t, j));
	for (int t = 0; t < TIME_COUNT; t++)
		assert_int_equal(a->time[t][i], b->time[t][j]);
	assert_int_equal(a->report[i], b->report[j]);
	assert_int_equal(a->flags[i], b->flags[j]);
	assert_int_equal(a->verdict[i], b->verdict[j]);
	assert_int_equal(a->before[i], b->before[j]);
	assert_int_equal(a->change[i], b->change[j]);
	assert_int_equal(a->altered[i], b->altered[j]);
	assert_int_equal(a->tri[i], b->tri[j]);
}

static void read_all(struct place *place, int64_t id, struct table *table, uint32_t budget)
{
	struct store_reader *reader = NULL;
	int more = 1;

	if (store_reader_open(place->store, id, &reader, &place->err))
		fail_msg("%s", place->err.text);
	while (more > 0)
		more = store_reader_step(reader, table, budget, &place->err);
	if (more)
		fail_msg("%s", place->err.text);
	store_reader_close(&reader);
}

static void test_rows_come_back(void **state)
{
	struct place *place = *state;
	static const uint32_t budgets[] = { 1, 7, 150, 100000 };

	for (size_t b = 0; b < sizeof budgets / sizeof *budgets; b++) {
		struct run *run = new_run(150, "s");
		struct table table = { 0 };
		save(place, run, budgets[b]);
		assert_int_equal(run->id, (int64_t)b + 1);
		read_all(place, run->id, &table, budgets[b]);
		assert_int_equal(table.count, 150);
		for (uint32_t i = 0; i < 150; i++)
			assert_rows_equal(&table, i, &run->rows, 149 - i);
		table_release(&table);
		free_run(run);
	}
}

static void test_bags_come_back(void **state)
{
	struct place *place = *state;
	struct run *run = new_run(30, "s");
	struct table table = { 0 };
	struct strbuf bag = STRBUF_INIT(1000);

	save(place, run, 10);
	read_all(place, run->id, &table, 10);
	for (uint32_t i = 0; i < 30; i++) {
		struct slice expected = table_bag(&run->rows, 29 - i);
		assert_int_equal(table.bag[i], expected.text ? (uint64_t)run->id << 32 | i : 0);
		if (!expected.text)
			continue;
		strbuf_clear(&bag);
		assert_int_equal(store_bag(place->store, table.bag[i], &bag, &place->err), 0);
		assert_slices((struct slice){ strbuf_text(&bag), bag.len }, expected);
	}
	assert_int_equal(store_bag(place->store, 12345, &bag, &place->err), -1);
	assert_int_equal(place->err.status, STATUS_IO);
	strbuf_release(&bag);
	table_release(&table);
	free_run(run);
}

/* A table that already has texts gets its own codes, and a change of table in mid-reading too. */
static void test_codes_follow_the_table(void **state)
{
	struct place *place = *state;
	struct run *run = new_run(40, "s");
	struct table one = { 0 }, two = { 0 };
	struct store_reader *reader = NULL;
	struct table_row other;

	save(place, run, 10);
	table_row_init(&other);
	other.id = BYTES("x");
	for (int i = 0; i < TEXT_COUNT; i++)
		other.text[i] = BYTES("something else");
	other.verdict = VERDICT_PASSIVE;
	table_add(&two, &other);
	assert_int_equal(store_reader_open(place->store, run->id, &reader, &place->err), 0);
	assert_int_equal(store_reader_step(reader, &one, 20, &place->err), 1);
	assert_int_equal(store_reader_step(reader, &two, 100, &place->err), 0);
	store_reader_close(&reader);
	assert_int_equal(one.count, 20);
	assert_int_equal(two.count, 21);
	for (uint32_t i = 0; i < 20; i++) {
		assert_rows_equal(&one, i, &run->rows, 39 - i);
		assert_rows_equal(&two, i + 1, &run->rows, 19 - i);
	}
	table_release(&one);
	table_release(&two);
	free_run(run);
}

static void test_empty_run(void **state)
{
	struct place *place = *state;
	struct table table = { 0 };
	int64_t id = save_new(place, 0, "s");

	read_all(place, id, &table, 10);
	assert_int_equal(table.count, 0);
	table_release(&table);
}

/* A row that is gone is no smaller run but damage. */
static void test_missing_rows_are_told(void **state)
{
	struct place *place = *state;
	struct store_reader *reader = NULL;
	struct table table = { 0 };
	int more = 1;
	int64_t id = save_new(place, 20, "s");

	assert_int_equal(store_exec(place->store, "delete from finding where key & 255 = 11", &place->err), 0);
	assert_int_equal(store_reader_open(place->store, id, &reader, &place->err), 0);
	while (more > 0)
		more = store_reader_step(reader, &table, 6, &place->err);
	assert_int_equal(more, -1);
	assert_int_equal(place->err.status, STATUS_IO);
	assert_non_null(strstr(place->err.text, "lacks some of its rows"));
	store_reader_close(&reader);
	table_release(&table);
}

/* -- heads -- */

static void test_head_comes_back(void **state)
{
	struct place *place = *state;
	struct run *run = new_run(3, "scope \x01 text"), back = { 0 };

	run_add_reason(run, REASON_DROP, "fell by %d %%", 30);
	run_add_reason(run, REASON_CANARY, "no canary");
	save(place, run, 10);
	assert_int_equal(store_run_head(place->store, run->id, &back, &place->err), 0);
	assert_int_equal(back.id, run->id);
	assert_int_equal(back.started, NOW);
	assert_int_equal(back.took_ms, 12);
	assert_string_equal(back.source, run->source);
	assert_string_equal(back.scope, run->scope);
	assert_true(back.all_groups);
	assert_int_equal(back.altered, 7);
	assert_memory_equal(&back.estate, &run->estate, sizeof back.estate);
	assert_memory_equal(&back.input, &run->input, sizeof back.input);
	assert_memory_equal(back.counts, run->counts, sizeof back.counts);
	assert_memory_equal(back.changes, run->changes, sizeof back.changes);
	assert_int_equal(back.baseline, 3);
	assert_int_equal(back.baseline_started, NOW - 5);
	assert_true(back.baseline_incomplete);
	assert_int_equal(back.reason_count, 2);
	assert_int_equal(back.reasons[0].id, REASON_DROP);
	assert_string_equal(back.reasons[0].sentence, "fell by 30 %");
	assert_int_equal(back.reasons[1].id, REASON_CANARY);
	assert_false(run_complete(&back));
	assert_int_equal(back.rows.count, 0);
	run_release(&back);
	free_run(run);
}

static void test_newest(void **state)
{
	struct place *place = *state;
	int64_t id = -1;

	assert_int_equal(store_newest(place->store, NULL, false, 0, &id, &place->err), 0);
	assert_int_equal(id, 0);
	int64_t first = save_new(place, 1, "a"), second = save_new(place, 1, "a");
	struct run *run = new_run(1, "a");
	run_add_reason(run, REASON_GROUP, "a group without a device");
	save(place, run, 10);
	int64_t incomplete = run->id, other = save_new(place, 1, "b");
	free_run(run);
	const struct { const char *scope; bool complete; int64_t below, expected; } cases[] = {
		{ NULL, false, 0, other }, { "a", false, 0, incomplete }, { "a", true, 0, second }, { "a", true, second, first },
		{ "a", true, first, 0 }, { "c", false, 0, 0 }, { "A", false, 0, 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(store_newest(place->store, cases[i].scope, cases[i].complete, cases[i].below, &id, &place->err), 0);
		assert_int_equal(id, cases[i].expected);
	}
}

/* Of a scope, between two runs, whole ones alone; each of these resolved the same number. */
static void test_resolved(void **state)
{
	struct place *place = *state;
	const uint32_t each = 200 + CHANGE_RESOLVED;
	uint32_t count = 1;
	int64_t first = save_new(place, 1, "a"), second = save_new(place, 1, "a");

	save_new(place, 1, "b");
	int64_t last = save_new(place, 1, "a");
	const struct { const char *scope; int64_t above, below; uint32_t expected; } cases[] = {
		{ "a", first, last, each }, { "a", first, last + 1, 2 * each }, { "a", 0, last + 1, 3 * each }, { "a", first, second, 0 },
		{ "b", 0, last + 1, each }, { "c", 0, last + 1, 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(store_resolved(place->store, cases[i].scope, cases[i].above, cases[i].below, &count, &place->err), 0);
		assert_int_equal(count, cases[i].expected);
	}
}

static void test_runs_are_listed(void **state)
{
	struct place *place = *state;
	struct run *runs = NULL;
	size_t count = 0;

	for (int i = 0; i < 5; i++)
		save_new(place, 1, "a");
	assert_int_equal(store_runs(place->store, 3, &runs, &count, &place->err), 0);
	assert_int_equal(count, 3);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(runs[i].id, 5 - (int64_t)i);
		run_release(&runs[i]);
	}
	free(runs);
	assert_int_equal(store_run_head(place->store, 77, &(struct run){ 0 }, &place->err), -1);
	assert_int_equal(place->err.status, STATUS_NO_INPUT);
}

/* -- only whole runs -- */

static void assert_unseen(struct place *place, int64_t id)
{
	struct store_reader *reader = NULL;
	struct history_item *items = NULL;
	struct run run = { 0 };
	int64_t newest = -1;
	size_t count = 1;
	char packed[64];
	struct slice packed_id = { packed, id_pack(packed, BYTES("0000000000000000000000000000000000000005")) };

	assert_int_equal(store_newest(place->store, NULL, false, 0, &newest, &place->err), 0);
	assert_int_equal(newest, 0);
	assert_int_equal(store_run_head(place->store, id, &run, &place->err), -1);
	assert_int_equal(store_reader_open(place->store, id, &reader, &place->err), -1);
	assert_null(reader);
	assert_int_equal(store_history(place->store, packed_id, 9, &items, &count, &place->err), 0);
	assert_int_equal(count, 0);
	free(items);
}

static void test_half_run_is_unseen_and_removed(void **state)
{
	struct place *place = *state;
	struct run *run = new_run(100, "s");
	uint32_t *order = new_order(100);

	/* Given up after each possible number of steps, until they are enough. */
	for (int steps = 1; !run->id; steps++) {
		struct store_writer *writer = NULL;
		int more = 1;
		assert_int_equal(store_writer_open(place->store, run, order, &writer, &place->err), 0);
		for (int i = 0; more > 0 && i < steps; i++) {
			assert_unseen(place, steps);
			more = store_writer_step(writer, 9, &place->err);
		}
		assert_true(more >= 0);
		store_writer_close(&writer);
		if (!more)
			break;
		assert_int_equal(run->id, 0);
		assert_unseen(place, steps);
		assert_int_equal(ask(place, "select (select count(*) from finding) + (select count(*) from bag) + (select count(*) from"
		                     " place) + (select count(*) from run) + (select count(*) from run_count)"), 0);
	}
	assert_true(run->id > 10);   /* there were many steps to stop at, and no number came twice */
	assert_int_equal(ask(place, "select count(*) from finding"), 100);
	free(order);
	free_run(run);
}

/* Leaves a run half written, as a crash does. */
static struct store_writer *crash(struct place *place, struct run *run, const uint32_t *order)
{
	struct store_writer *writer = NULL;
	assert_int_equal(store_writer_open(place->store, run, order, &writer, &place->err), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(store_writer_step(writer, 20, &place->err), 1);
	return writer;
}

static void test_leftovers_are_removed(void **state)
{
	struct place *place = *state;
	struct run *half = new_run(100, "s");
	uint32_t *order = new_order(100);
	struct store_writer *writer = crash(place, half, order);

	/* A living save is left alone... */
	save_new(place, 10, "s");
	assert_int_equal(ask(place, "select count(*) from finding where key >> 32 = 1"), 80);
	/* ...one that stood still for long is not, and hears of it. */
	assert_int_equal(store_exec(place->store, "update run set touched = touched - 601 where id = 1", &place->err), 0);
	save_new(place, 10, "s");
	assert_int_equal(ask(place, "select count(*) from finding where key >> 32 = 1"), 0);
	assert_int_equal(ask(place, "select count(*) from bag where key >> 32 = 1"), 0);
	assert_int_equal(ask(place, "select count(*) from run"), 2);
	assert_int_equal(store_writer_step(writer, 20, &place->err), -1);
	assert_int_equal(place->err.status, STATUS_TRY_LATER);
	store_writer_close(&writer);
	free(order);
	free_run(half);
}

/* -- history -- */

static void test_history(void **state)
{
	struct place *place = *state;
	struct history_item *items = NULL;
	size_t count = 0;
	struct run *run = new_run(1000, "s");
	char packed[64];

	save_new(place, 5, "s");
	run_add_reason(run, REASON_CUT, "cut");
	save(place, run, 300);
	for (uint32_t n = 0; n < 1000; n++) {
		struct slice id = table_packed_id(&run->rows, n);
		assert_int_equal(store_history(place->store, id, 10, &items, &count, &place->err), 0);
		assert_int_equal(count, n < 5 ? 2 : 1);
		assert_int_equal(items[0].run, 2);
		assert_int_equal(items[0].started, NOW);
		assert_false(items[0].complete);
		assert_int_equal(items[0].verdict, run->rows.verdict[n]);
		assert_int_equal(items[0].change, run->rows.change[n]);
		assert_int_equal(items[0].flags, run->rows.flags[n]);
		assert_int_equal(items[0].signature_time, TIME_NONE);
		if (count == 2)
			assert_true(items[1].run == 1 && items[1].complete);
		free(items);
	}
	assert_int_equal(store_history(place->store, table_packed_id(&run->rows, 2), 1, &items, &count, &place->err), 0);
	assert_int_equal(count, 1);
	free(items);
	struct slice unknown = { packed, id_pack(packed, BYTES("nobody")) };
	assert_int_equal(store_history(place->store, unknown, 10, &items, &count, &place->err), 0);
	assert_int_equal(count, 0);
	free(items);
	free_run(run);
}

static int by_hash(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

/* Two hosts `hN` whose packed ids have the same hash: among so many there is a pair. */
static void find_twins(uint32_t twins[2])
{
	enum { TRIED = 400000 };
	uint64_t *hashes = xcalloc(TRIED, sizeof *hashes);
	char id[32], packed[32];
	size_t at = 1;

	for (uint32_t i = 0; i < TRIED; i++) {
		snprintf(id, sizeof id, "h%u", i * 7919);
		hashes[i] = (uint64_t)store_hash((struct slice){ packed, id_pack(packed, slice_of(id)) }) << 32 | i;
	}
	qsort(hashes, TRIED, sizeof *hashes, by_hash);
	while (at < TRIED && hashes[at] >> 32 != hashes[at - 1] >> 32)
		at++;
	assert_true(at < TRIED);
	twins[0] = (uint32_t)hashes[at - 1] * 7919;
	twins[1] = (uint32_t)hashes[at] * 7919;
	free(hashes);
}

/* Hosts of smaller hashes, so many that the second twin is the first one too many for a row of `place`. */
static void fill_below(struct run *run, uint32_t twin)
{
	enum { PLACE_ENTRIES = 480 };
	char id[32], packed[32];
	struct table_row row;

	snprintf(id, sizeof id, "h%u", twin);
	uint32_t limit = store_hash((struct slice){ packed, id_pack(packed, slice_of(id)) });
	for (uint32_t i = 0; run->rows.count < PLACE_ENTRIES - 1; i++) {
		snprintf(id, sizeof id, "f%u", i);
		if (store_hash((struct slice){ packed, id_pack(packed, slice_of(id)) }) >= limit)
			continue;
		table_row_init(&row);
		row.id = slice_of(id);
		row.verdict = VERDICT_ACTIVE;
		table_add(&run->rows, &row);
	}
}

static void test_history_with_equal_hashes(void **state)
{
	struct place *place = *state;
	struct run *run = new_run(0, "s");
	struct history_item *items = NULL;
	char id[64], packed[2][64];
	size_t count = 0, lens[2];
	uint32_t twins[2];

	find_twins(twins);
	fill_below(run, twins[0]);
	for (int i = 0; i < 2; i++) {
		struct table_row row;
		table_row_init(&row);
		snprintf(id, sizeof id, "h%u", twins[i]);
		row.id = slice_of(id);
		row.verdict = i ? VERDICT_DISABLED : VERDICT_PASSIVE;
		table_add(&run->rows, &row);
		lens[i] = id_pack(packed[i], row.id);
	}
	save(place, run, 100);
	for (int i = 0; i < 2; i++) {
		struct slice key = { packed[i], lens[i] };
		assert_int_equal(store_history(place->store, key, 10, &items, &count, &place->err), 0);
		assert_int_equal(count, 1);
		assert_int_equal(items[0].verdict, i ? VERDICT_DISABLED : VERDICT_PASSIVE);
		free(items);
	}
	free_run(run);
}

/* -- the analyst's own -- */

static void test_marks_and_notes(void **state)
{
	struct place *place = *state;
	struct marks marks = { 0 }, back = { 0 };
	struct notes notes = { 0 };
	const struct slice ids[] = { BYTES("\0a"), BYTES("\0"), BYTES("\1\0\xff'"), BYTES("\0a\0b") };

	for (size_t i = 0; i < 4; i++)
		marks_set(&marks, ids[i], true);
	marks_set(&marks, ids[0], false);
	assert_int_equal(store_marks_save(place->store, &marks, &place->err), 0);
	assert_int_equal(store_marks_save(place->store, &marks, &place->err), 0);
	assert_int_equal(store_marks_load(place->store, &back, &place->err), 0);
	assert_int_equal(back.count, 3);
	assert_false(marks_has(&back, ids[0]));
	assert_true(marks_has(&back, ids[1]) && marks_has(&back, ids[2]) && marks_has(&back, ids[3]));

	assert_int_equal(store_note_save(place->store, ids[1], BYTES("first"), NOW, &place->err), 0);
	assert_int_equal(store_note_save(place->store, ids[1], BYTES("nul \0 and \xff '"), NOW, &place->err), 0);
	assert_int_equal(store_note_save(place->store, ids[2], BYTES("other"), NOW, &place->err), 0);
	assert_int_equal(store_note_save(place->store, ids[2], BYTES(""), NOW, &place->err), 0);
	assert_int_equal(store_notes_load(place->store, &notes, &place->err), 0);
	assert_non_null(notes_get(&notes, ids[1]).text);
	assert_null(notes_get(&notes, ids[2]).text);
	assert_int_equal(ask(place, "select count(*) from note"), 1);
	assert_int_equal(ask(place, "select length(cast(text as blob)) from note"), 13);
	marks_release(&marks);
	marks_release(&back);
	notes_release(&notes);
}

static void test_state_and_audit(void **state)
{
	struct place *place = *state;
	struct strbuf value = STRBUF_INIT(100);
	bool found = true;

	assert_int_equal(store_state_get(place->store, "sort", &value, &found, &place->err), 0);
	assert_false(found);
	assert_int_equal(store_state_set(place->store, "sort", "Verdict", &place->err), 0);
	assert_int_equal(store_state_set(place->store, "sort", "'; drop table state; --", &place->err), 0);
	assert_int_equal(store_state_get(place->store, "sort", &value, &found, &place->err), 0);
	assert_true(found);
	assert_string_equal(strbuf_text(&value), "'; drop table state; --");
	assert_int_equal(store_audit(place->store, NOW, "export", "12 hosts", &place->err), 0);
	assert_int_equal(ask(place, "select count(*) from audit where time = 1795000000 and action = 'export'"), 1);
	strbuf_release(&value);
}

/* A shell shows names, not numbers. */
static void test_view_for_people(void **state)
{
	struct place *place = *state;
	save_new(place, 10, "s");
	assert_int_equal(ask(place, "select count(*) from finding_text where run = 1 and rank = 4 and verdict = 'unknown' and"
	                     " change = '' and device = '0000000000000000000000000000000000000005' and name = 'host5' and"
	                     " machine_group = '' and last_seen = '2026-11-18T11:06:35Z' and report = 5"), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, place_open, place_close)
	const struct CMUnitTest tests[] = {
		TEST(test_rows_come_back), TEST(test_bags_come_back), TEST(test_codes_follow_the_table), TEST(test_empty_run),
		TEST(test_missing_rows_are_told), TEST(test_head_comes_back), TEST(test_newest), TEST(test_resolved), TEST(test_runs_are_listed),
		TEST(test_half_run_is_unseen_and_removed), TEST(test_leftovers_are_removed), TEST(test_history),
		TEST(test_history_with_equal_hashes), TEST(test_marks_and_notes), TEST(test_state_and_audit),
		TEST(test_view_for_people),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
