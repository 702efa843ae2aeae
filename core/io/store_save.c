/* store_save.c - a run on its way into the store, slice by slice. It is `saving` until its last slice makes it `whole`. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/io/store_inner.h"

#define PLACE_ENTRIES 480      /* in one row of `place`: they fill a page of 4096 bytes */
#define SORT_PASSES 4          /* bytes of a hash */

/* What a step does: remove leftovers, write rows, sort their hashes, write those, then the groups, nothing more. */
enum phase { PHASE_TIDY, PHASE_ROWS, PHASE_SORT, PHASE_PLACES, PHASE_GROUPS, PHASE_DONE };

/* One save. Owned by the caller. */
struct store_writer {
	struct store *store;         /* borrowed */
	struct run *run;             /* borrowed */
	const uint32_t *order;       /* row by rank; borrowed */
	int64_t id;
	enum phase phase;
	uint32_t next;               /* rank of the next row, later index of the next place, then of the next group */
	unsigned pass;               /* of the sort: the byte of the hash it looks at */
	struct statement *finding, *bag, *place, *text_add, *text_find, *touch;   /* owned */
	int64_t *texts;              /* by code of the table: number in `text`, 0 when not asked yet; owned */
	uint64_t *places, *spare;    /* hash << 32 | rank, and room to sort; owned */
	struct store_words words;
};

/* -- begin -- */

/* Takes a number for the run: a row that only says that it is being saved. The head is written last, with what is true by then. */
static int writer_begin(struct store_writer *writer, struct error *err)
{
	struct statement *add = NULL;

	if (store_begin(writer->store, err))
		return -1;
	if (store_words(writer->store, true, &writer->words, err) ||
	    statement_open(writer->store, "insert into run(state, touched) values('saving', ?1)", &add, err))
		goto fail;
	bind_int(add, 1, store_real_now());
	int failed = statement_run(add, err);
	statement_close(&add);
	if (failed)
		goto fail;
	int64_t id = store_last_id(writer->store);
	if (id > RUN_MAX) {
		error_set(err, STATUS_FAILED, "The store %s has used up its run numbers; start a new one with --store.",
		          store_path(writer->store));
		goto fail;
	}
	if (store_commit(writer->store, err))
		goto fail;
	writer->id = id;
	return 0;
fail:
	store_rollback(writer->store);
	return -1;
}

static int writer_statements(struct store_writer *writer, struct error *err)
{
	struct store *store = writer->store;

	return statement_open(store, "insert into finding(" FINDING_COLUMNS ") values(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,"
	                      "?,?,?,?)", &writer->finding, err) ||
	       statement_open(store, "insert into bag(key, pairs) values(?1, ?2)", &writer->bag, err) ||
	       statement_open(store, "insert into place(key, entries) values(?1, ?2)", &writer->place, err) ||
	       statement_open(store, "insert into text(value) values(?1) on conflict do nothing", &writer->text_add, err) ||
	       statement_open(store, "select id from text where value = ?1", &writer->text_find, err) ||
	       statement_open(store, "update run set touched = ?1 where id = ?2 and state = 'saving'", &writer->touch, err) ? -1 : 0;
}

int store_writer_open(struct store *store, struct run *run, const uint32_t *order, struct store_writer **out, struct error *err)
{
	struct store_writer *writer = xcalloc(1, sizeof *writer);

	writer->store = store;
	writer->run = run;
	writer->order = order;
	if (writer_begin(writer, err) || writer_statements(writer, err)) {
		store_writer_close(&writer);
		return -1;
	}
	writer->texts = xcalloc((size_t)run->rows.texts.count + 1, sizeof *writer->texts);
	writer->places = xmalloc(((size_t)run->rows.count + 1) * sizeof *writer->places);
	writer->spare = xmalloc(((size_t)run->rows.count + 1) * sizeof *writer->spare);
	*out = writer;
	return 0;
}

/* -- rows -- */

/* The number of a text code, 0 for a missing value. */
static int text_number(struct store_writer *writer, uint32_t code, int64_t *number, struct error *err)
{
	*number = 0;
	if (code == MAP_NONE)
		return 0;
	if (!writer->texts[code]) {
		struct slice value = map_key(&writer->run->rows.texts, code);
		bind_bytes(writer->text_add, 1, value);
		bind_bytes(writer->text_find, 1, value);
		if (statement_run(writer->text_add, err) || statement_step(writer->text_find, err) < 0)
			return -1;
		writer->texts[code] = cell_int(writer->text_find, 0);
		statement_reset(writer->text_find);
	}
	*number = writer->texts[code];
	return 0;
}

/* NULL, 0 or 1, as a shell expects it. */
static void bind_tri(struct statement *statement, int place, enum tri value)
{
	bind_maybe(statement, place, (int64_t)value - 1, -1);
}

/* One row, its bag and its place. Cells are bound in the order of FINDING_COLUMNS. */
static int row_write(struct store_writer *writer, uint32_t rank, struct error *err)
{
	const struct table *table = &writer->run->rows;
	struct statement *to = writer->finding;
	uint32_t row = writer->order[rank];
	int64_t key = writer->id * RANKS + rank, number;
	struct slice bag = table_bag(table, row), id = table_packed_id(table, row);
	uint8_t before = table->before[row];

	assert(table->verdict[row] < VERDICT_COUNT && table->change[row] < CHANGE_COUNT);
	bind_int(to, 1, key);
	bind_blob(to, 2, id);
	bind_bytes(to, 3, table_name(table, row));
	bind_int(to, 4, bag.text != NULL);
	bind_int(to, 5, writer->words.verdict[table->verdict[row]]);
	bind_maybe(to, 6, before < VERDICT_COUNT ? writer->words.verdict[before] : 0, 0);
	bind_int(to, 7, writer->words.change[table->change[row]]);
	bind_int(to, 8, table->altered[row]);
	bind_int(to, 9, table->flags[row]);
	bind_tri(to, 10, table_applicable(table, row));
	bind_tri(to, 11, table_compliant(table, row));
	bind_maybe(to, 12, table->report[row], TIME_NONE);
	for (int i = 0; i < TIME_COUNT; i++)
		bind_maybe(to, FINDING_TIMES + 1 + i, table->time[store_times[i]][row], TIME_NONE);
	for (int i = 0; i < TEXT_COUNT; i++) {
		if (text_number(writer, table->text[store_texts[i]][row], &number, err))
			return -1;
		bind_maybe(to, FINDING_TEXTS + 1 + i, number, 0);
	}
	if (statement_run(to, err))
		return -1;
	writer->places[rank] = (uint64_t)store_hash(id) << 32 | rank;
	if (!bag.text)
		return 0;
	bind_int(writer->bag, 1, key);
	bind_blob(writer->bag, 2, bag);
	return statement_run(writer->bag, err);
}

/* -- places -- */

/* One pass of a radix sort by hash, a byte at a time: four short steps, and rows of equal hash stay in order. */
static void sort_pass(struct store_writer *writer)
{
	size_t starts[257] = { 0 }, count = writer->run->rows.count;
	unsigned shift = 32 + 8 * writer->pass;

	for (size_t i = 0; i < count; i++)
		starts[(writer->places[i] >> shift & 255) + 1]++;
	for (size_t i = 1; i < 257; i++)
		starts[i] += starts[i - 1];
	for (size_t i = 0; i < count; i++)
		writer->spare[starts[writer->places[i] >> shift & 255]++] = writer->places[i];
	uint64_t *sorted = writer->spare;
	writer->spare = writer->places;
	writer->places = sorted;
	writer->pass++;
}

/* Up to `budget` rows of `place`, each with whole groups of equal hashes, so that a hash leads to one row. */
static int places_write(struct store_writer *writer, uint32_t budget, struct error *err)
{
	uint32_t count = writer->run->rows.count;
	struct strbuf entries = STRBUF_INIT((size_t)count * PLACE_BYTES);
	int failed = 0;

	for (; budget && !failed && writer->next < count; budget--) {
		uint32_t first = (uint32_t)(writer->places[writer->next] >> 32), last = first;
		strbuf_clear(&entries);
		for (uint32_t n = 0; writer->next < count; n++) {
			uint64_t place = writer->places[writer->next];
			if (n >= PLACE_ENTRIES && (uint32_t)(place >> 32) != last)
				break;
			last = (uint32_t)(place >> 32);
			for (int shift = 56; shift >= 0; shift -= 8)
				strbuf_addc(&entries, (char)(place >> shift & 255));
			writer->next++;
		}
		bind_int(writer->place, 1, writer->id * RANKS + first);
		bind_blob(writer->place, 2, (struct slice){ entries.buf, entries.len });
		failed = statement_run(writer->place, err);
	}
	strbuf_release(&entries);
	return failed;
}

/* -- the end -- */

static int count_write(struct statement *add, int64_t run, const char *name, uint32_t count, struct error *err)
{
	bind_int(add, 1, run);
	bind_text(add, 2, name);
	bind_int(add, 3, count);
	return statement_run(add, err);
}

/* Counts by name, zeros too: the names of a stored run do not depend on the program that reads it. */
static int counts_write(struct store_writer *writer, struct error *err)
{
	const struct run *run = writer->run;
	struct statement *verdict = NULL, *change = NULL;
	int failed = statement_open(writer->store, "insert into run_count(run, verdict, count) values(?1, ?2, ?3)", &verdict, err) ||
	             statement_open(writer->store, "insert into run_change(run, change, count) values(?1, ?2, ?3)", &change, err);

	for (size_t i = 0; !failed && i < VERDICT_COUNT; i++)
		failed = count_write(verdict, writer->id, verdicts[i].name, run->counts[i], err);
	for (size_t i = 0; !failed && i < CHANGE_COUNT; i++)
		failed = count_write(change, writer->id, change_names[i], run->changes[i], err);
	statement_close(&verdict);
	statement_close(&change);
	return failed ? -1 : 0;
}

static int reasons_write(struct store_writer *writer, struct error *err)
{
	struct statement *add = NULL;
	int failed = statement_open(writer->store, "insert into reason(run, position, name, sentence) values(?1, ?2, ?3, ?4)", &add,
	                            err);

	for (size_t i = 0; !failed && i < writer->run->reason_count; i++) {
		const struct reason *reason = &writer->run->reasons[i];
		bind_int(add, 1, writer->id);
		bind_int(add, 2, (int64_t)i);
		bind_text(add, 3, reasons[reason->id].name);
		bind_text(add, 4, reason->sentence);
		failed = statement_run(add, err);
	}
	statement_close(&add);
	return failed ? -1 : 0;
}

/* The places of the statement in run_finish(), from 2. */
static void head_bind(struct statement *to, const struct run *run)
{
	const struct estate_counts *estate = &run->estate;
	const struct input_counts *input = &run->input;
	const int64_t numbers[] = {
		run->rows.count, run_complete(run), run->started, run->took_ms, run->all_groups, run->altered,
		estate->devices, estate->in_scope, estate->no_inventory, estate->no_platform, estate->merged, estate->other_platform,
		estate->other_group, (int64_t)input->read, (int64_t)input->used, (int64_t)input->unreadable, (int64_t)input->cells,
		(int64_t)input->replaced, run->baseline, run->baseline_started, run->baseline_incomplete, run->has_groups
	};
	for (int i = 0; i < (int)(sizeof numbers / sizeof *numbers); i++)
		bind_int(to, 4 + i, numbers[i]);
	bind_text(to, 2, run->source);
	bind_text(to, 3, run->scope);
}

/* The transaction that makes the run visible, all at once. */
static int run_finish(struct store_writer *writer, struct error *err)
{
	struct statement *head = NULL;

	if (counts_write(writer, err) || reasons_write(writer, err) ||
	    statement_open(writer->store, "update run set state = 'whole', source = ?2, scope = ?3, rows = ?4, complete = ?5,"
	                   " started = ?6, took_ms = ?7, all_groups = ?8, altered = ?9, devices = ?10, in_scope = ?11,"
	                   " no_inventory = ?12, no_platform = ?13, merged = ?14, other_platform = ?15, other_group = ?16,"
	                   " rows_read = ?17, rows_used = ?18, rows_unreadable = ?19, cells = ?20, replaced = ?21, baseline = ?22,"
	                   " baseline_started = ?23, baseline_incomplete = ?24, has_groups = ?25 where id = ?1", &head, err))
		return -1;
	bind_int(head, 1, writer->id);
	head_bind(head, writer->run);
	int failed = statement_run(head, err);
	statement_close(&head);
	return failed;
}

/* -- steps -- */

/* Says that the save still lives; a run that another save took for a leftover is gone for good. */
static int writer_touch(struct store_writer *writer, struct error *err)
{
	bind_int(writer->touch, 1, store_real_now());
	bind_int(writer->touch, 2, writer->id);
	if (statement_run(writer->touch, err))
		return -1;
	if (store_changes(writer->store) == 1)
		return 0;
	return error_set(err, STATUS_TRY_LATER, "Saving the run stood still for so long that another process took it for a leftover of a "
	                 "crash and removed it; run the detection again.");
}

/* The work of one transaction. */
static int writer_work(struct store_writer *writer, uint32_t budget, struct error *err)
{
	uint32_t count = writer->run->rows.count;

	if (writer_touch(writer, err))
		return -1;
	if (writer->phase == PHASE_ROWS) {
		for (; budget && writer->next < count; budget--, writer->next++)
			if (row_write(writer, writer->next, err))
				return -1;
		if (writer->next == count)
			writer->phase = PHASE_SORT;
		return 0;
	}
	if (writer->phase == PHASE_PLACES) {
		if (places_write(writer, budget / 8 + 1, err))
			return -1;
		if (writer->next < count)
			return 0;
		writer->phase = PHASE_GROUPS;
		writer->next = 0;
	}
	uint32_t slice = budget / 4 + 1;   /* each with the counts of some verdicts */
	if (store_groups_write(writer->store, writer->id, writer->run, writer->next, slice, err))
		return -1;
	writer->next += slice;
	if (writer->next < writer->run->group_count)
		return 0;
	writer->phase = PHASE_DONE;
	return run_finish(writer, err);
}

/* Sorting touches no file and needs no transaction; every other step is one, so that a crash leaves whole slices. */
int store_writer_step(struct store_writer *writer, uint32_t budget, struct error *err)
{
	if (writer->phase == PHASE_TIDY) {
		int more = writer_touch(writer, err) ? -1 : store_tidy_step(writer->store, budget, err);
		if (more)
			return more;
		writer->phase = PHASE_ROWS;
	} else if (writer->phase == PHASE_SORT) {
		sort_pass(writer);
		writer->next = 0;
		if (writer->pass == SORT_PASSES)
			writer->phase = PHASE_PLACES;
		return 1;
	}
	if (store_begin(writer->store, err))
		return -1;
	if (writer_work(writer, budget, err) || store_commit(writer->store, err)) {
		store_rollback(writer->store);
		return -1;
	}
	if (writer->phase != PHASE_DONE)
		return 1;
	writer->run->id = writer->id;
	return 0;
}

void store_writer_close(struct store_writer **out)
{
	struct store_writer *writer = *out;

	if (!writer)
		return;
	statement_close(&writer->finding);
	statement_close(&writer->bag);
	statement_close(&writer->place);
	statement_close(&writer->text_add);
	statement_close(&writer->text_find);
	statement_close(&writer->touch);
	if (writer->id && writer->run->id != writer->id)
		store_drop_run(writer->store, writer->id);
	free(writer->texts);
	free(writer->places);
	free(writer->spare);
	free(writer);
	*out = NULL;
}
