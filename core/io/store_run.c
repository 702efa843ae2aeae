/* store_run.c - runs and rows, read. Only whole runs are seen here. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/io/store_inner.h"

/* Reads the rows of one run, a slice at a time. Between slices no statement stays open: an open one would hold a snapshot, and a
 * connection with an old snapshot cannot write (the console saves a note while it still reads). */
struct store_reader {
	struct store *store;           /* borrowed */
	struct statement *statement;   /* owned */
	int64_t run;
	int64_t next;                  /* key of the next row */
	uint32_t rows;                 /* that the run must have */
	uint32_t read;
	const struct table *table;     /* the one that `codes` belongs to; borrowed */
	uint32_t *codes;               /* by number in `text`: code in the table, MAP_NONE when not asked yet; owned */
	uint32_t texts;                /* numbers there are room for: the largest in the store and 1 */
	struct statement *text;        /* owned */
	struct store_words words;
};

/* -- heads -- */

int store_newest(struct store *store, const char *scope, bool complete_only, int64_t below, int64_t *id, struct error *err)
{
	struct statement *statement = NULL;
	int more = -1;

	if (statement_open(store, "select id from run where state = 'whole' and (?1 is null or scope = ?1) and complete >= ?2"
	                   " and id < ?3 order by id desc limit 1", &statement, err))
		return -1;
	bind_text(statement, 1, scope);
	bind_int(statement, 2, complete_only);
	bind_int(statement, 3, below ? below : INT64_MAX);
	more = statement_step(statement, err);
	if (more >= 0)
		*id = more ? cell_int(statement, 0) : 0;
	statement_close(&statement);
	return more < 0 ? -1 : 0;
}

int store_resolved(struct store *store, const char *scope, int64_t above, int64_t below, uint32_t *count, struct error *err)
{
	struct statement *statement = NULL;
	int more = -1;

	if (statement_open(store, "select coalesce(sum(run_change.count), 0) from run join run_change on run_change.run = run.id"
	                   " where run.state = 'whole' and run.scope = ?1 and run.id > ?2 and run.id < ?3 and run_change.change = ?4",
	                   &statement, err))
		return -1;
	bind_text(statement, 1, scope);
	bind_int(statement, 2, above);
	bind_int(statement, 3, below);
	bind_text(statement, 4, change_names[CHANGE_RESOLVED]);
	more = statement_step(statement, err);
	if (more > 0)
		*count = (uint32_t)cell_int(statement, 0);
	statement_close(&statement);
	return more < 0 ? -1 : 0;
}

/* The cells of the statement in head_load(), one after another. */
static void head_read(const struct statement *from, struct run *run)
{
	int at = 0;
	run->id = cell_int(from, at++);
	run->started = cell_int(from, at++);
	run->took_ms = cell_int(from, at++);
	run->source = cell_copy(from, at++);
	run->scope = cell_copy(from, at++);
	run->all_groups = cell_int(from, at++) != 0;
	run->altered = (uint32_t)cell_int(from, at++);
	uint32_t *const estate[] = {
		&run->estate.devices, &run->estate.in_scope, &run->estate.no_inventory, &run->estate.no_platform,
		&run->estate.merged, &run->estate.other_platform, &run->estate.other_group
	};
	for (size_t i = 0; i < sizeof estate / sizeof *estate; i++)
		*estate[i] = (uint32_t)cell_int(from, at++);
	uint64_t *const input[] = {
		&run->input.read, &run->input.used, &run->input.unreadable, &run->input.cells, &run->input.replaced
	};
	for (size_t i = 0; i < sizeof input / sizeof *input; i++)
		*input[i] = (uint64_t)cell_int(from, at++);
	run->baseline = cell_int(from, at++);
	run->baseline_started = cell_int(from, at++);
	run->baseline_incomplete = cell_int(from, at++) != 0;
	run->has_groups = cell_int(from, at++) != 0;
	run->ticket_word = cell_copy(from, at++);
	run->digest_word = cell_copy(from, at++);
}

/* Counts by name; a name that this program does not know is not shown, and cannot hide: its rows still fail to read. */
static int counts_read(struct store *store, struct run *run, struct error *err)
{
	struct statement *statement = NULL;
	int more = -1;

	if (statement_open(store, "select verdict, count, 0 from run_count where run = ?1"
	                   " union all select change, count, 1 from run_change where run = ?1", &statement, err))
		return -1;
	bind_int(statement, 1, run->id);
	while ((more = statement_step(statement, err)) > 0) {
		struct slice name = cell_bytes(statement, 0);
		uint32_t count = (uint32_t)cell_int(statement, 1);
		enum verdict verdict = cell_int(statement, 2) ? VERDICT_NONE : verdict_named(name);
		if (verdict != VERDICT_NONE)
			run->counts[verdict] = count;
		for (size_t i = 0; cell_int(statement, 2) && i < CHANGE_COUNT; i++)
			if (slice_is(name, change_names[i]))
				run->changes[i] = count;
	}
	statement_close(&statement);
	return more;
}

static int reasons_read(struct store *store, struct run *run, struct error *err)
{
	struct statement *statement = NULL;
	int more = -1;

	if (statement_open(store, "select name, sentence from reason where run = ?1 order by position", &statement, err))
		return -1;
	bind_int(statement, 1, run->id);
	while ((more = statement_step(statement, err)) > 0) {
		struct slice name = cell_bytes(statement, 0), sentence = cell_bytes(statement, 1);
		/* A reason of a newer program still makes the run incomplete, with its own sentence. */
		enum reason_id id = REASON_PART;
		for (size_t i = 0; i < REASON_COUNT; i++)
			if (slice_is(name, reasons[i].name))
				id = (enum reason_id)i;
		run_add_reason(run, id, "%.*s", (int)sentence.len, sentence.text);
	}
	statement_close(&statement);
	return more;
}

/* The head without its groups. */
static int head_load(struct store *store, int64_t id, struct run *run, struct error *err)
{
	struct statement *statement = NULL;
	int more = -1;

	if (statement_open(store, "select id, started, took_ms, source, scope, all_groups, altered, devices, in_scope,"
	                   " no_inventory, no_platform, merged, other_platform, other_group, rows_read, rows_used,"
	                   " rows_unreadable, cells, replaced, baseline, baseline_started, baseline_incomplete, has_groups,"
	                   " ticket, digest"
	                   " from run where id = ?1 and state = 'whole'", &statement, err))
		return -1;
	bind_int(statement, 1, id);
	more = statement_step(statement, err);
	if (more > 0)
		head_read(statement, run);
	statement_close(&statement);
	if (more == 0)
		return error_set(err, STATUS_NO_INPUT, "There is no run %" PRId64 "; `rouse runs` lists those that are kept.", id);
	return more < 0 || counts_read(store, run, err) || reasons_read(store, run, err) ? -1 : 0;
}

int store_run_head(struct store *store, int64_t id, struct run *run, struct error *err)
{
	return head_load(store, id, run, err) || store_groups_read(store, run, err) ? -1 : 0;
}

/* One question per run: they are few, and a page of them is shown. Groups are left out: thousands in each run, and no list shows them. */
int store_runs(struct store *store, size_t limit, struct run **out, size_t *count, struct error *err)
{
	struct run *runs = NULL;
	size_t cap = 0, n = 0;
	int64_t id = 0;
	int failed = -1;

	while (n < limit) {
		if (store_newest(store, NULL, false, id, &id, err))
			goto out;
		if (!id)
			break;
		runs = grow(runs, &cap, n + 1, sizeof *runs);
		runs[n] = (struct run){ 0 };
		if (head_load(store, id, &runs[n++], err))
			goto out;
		runs[n - 1].has_groups = false;
	}
	failed = 0;
out:
	for (size_t i = 0; failed && i < n; i++)
		run_release(&runs[i]);
	if (failed) {
		free(runs);
		return -1;
	}
	*out = runs;
	*count = n;
	return 0;
}

/* -- rows -- */

/* Asks how much there is to read and makes the statements. Texts are never removed, so those of a whole run have numbers below
 * the largest of now. */
static int reader_prepare(struct store_reader *reader, struct error *err)
{
	struct statement *size = NULL;
	int more = -1;

	if (statement_open(reader->store, "select rows, (select max(id) from text) from run where id = ?1 and state = 'whole'",
	                   &size, err))
		return -1;
	bind_int(size, 1, reader->run);
	more = statement_step(size, err);
	if (more > 0) {
		reader->rows = (uint32_t)cell_int(size, 0);
		reader->texts = (uint32_t)cell_int(size, 1) + 1;
	}
	statement_close(&size);
	if (more == 0)
		return error_set(err, STATUS_NO_INPUT, "There is no run %" PRId64 "; `rouse runs` lists those that are kept.",
		                 reader->run);
	if (more < 0 || store_words(reader->store, false, &reader->words, err) ||
	    statement_open(reader->store, "select value from text where id = ?1", &reader->text, err))
		return -1;
	return statement_open(reader->store, "select " FINDING_COLUMNS " from finding where key >= ?1 and key < ?2"
	                      " order by key limit ?3", &reader->statement, err);
}

int store_reader_open(struct store *store, int64_t run_id, struct store_reader **out, struct error *err)
{
	struct store_reader *reader = xcalloc(1, sizeof *reader);

	reader->store = store;
	reader->run = run_id;
	reader->next = run_id * RANKS;
	if (reader_prepare(reader, err)) {
		store_reader_close(&reader);
		return -1;
	}
	reader->codes = xmalloc(reader->texts * sizeof *reader->codes);
	*out = reader;
	return 0;
}

void store_reader_close(struct store_reader **reader)
{
	if (!*reader)
		return;
	statement_close(&(*reader)->statement);
	statement_close(&(*reader)->text);
	free((*reader)->codes);
	free(*reader);
	*reader = NULL;
}

static int run_damaged(const struct store_reader *reader, const char *how, struct error *err)
{
	return error_set(err, STATUS_IO, "The store %s is damaged: run %" PRId64 " %s; move the file away, and the next run starts a "
	                 "new one.", store_path(reader->store), reader->run, how);
}

/* The table's code for a number of `text`: asked once per number, not once per cell. */
static int text_code(struct store_reader *reader, struct table *table, int64_t number, uint32_t *code, struct error *err)
{
	if (number < 0 || number >= reader->texts)
		return run_damaged(reader, "uses a text that is not there", err);
	if (reader->codes[number] == MAP_NONE) {
		bind_int(reader->text, 1, number);
		int more = statement_step(reader->text, err);
		struct slice value = more > 0 ? cell_bytes(reader->text, 0) : slice_of(NULL);
		if (value.text)
			reader->codes[number] = table_put_text(table, value);
		statement_reset(reader->text);
		if (more < 0)
			return -1;
		if (reader->codes[number] == MAP_NONE)
			return run_damaged(reader, "uses a text that is not there", err);
	}
	*code = reader->codes[number];
	return 0;
}

/* Place of a code among the names; `count` for 0 (no value) and more for a name that this program does not know. */
static unsigned word_place(const int64_t *codes, unsigned count, int64_t code)
{
	unsigned at = 0;

	if (!code)
		return count;
	while (at < count && codes[at] != code)
		at++;
	return at < count ? at : count + 1;
}

/* The named columns. A name of a newer program fails: as anything else it could pass for good. */
static int row_words(const struct store_reader *reader, struct table_row *row, struct error *err)
{
	const struct statement *from = reader->statement;
	unsigned verdict = word_place(reader->words.verdict, VERDICT_COUNT, cell_int(from, 4));
	unsigned before = word_place(reader->words.verdict, VERDICT_COUNT, cell_int(from, 5));
	unsigned change = word_place(reader->words.change, CHANGE_COUNT, cell_int(from, 6));

	if (verdict >= VERDICT_COUNT || before > VERDICT_COUNT || change >= CHANGE_COUNT)
		return error_set(err, STATUS_CONFIG, "Run %" PRId64 " was written by a newer rouse, with a verdict or change that this one "
		                 "does not know; update rouse.", reader->run);
	row->verdict = (enum verdict)verdict;
	row->before = (enum verdict)before;
	row->change = (enum change)change;
	return 0;
}

/* Fills everything but the texts; slices point into the statement. */
static int row_read(const struct store_reader *reader, struct table_row *row, struct error *err)
{
	const struct statement *from = reader->statement;

	if (row_words(reader, row, err))
		return -1;
	row->packed_id = cell_bytes(from, 1);
	row->name = cell_bytes(from, 2);
	row->bag_key = cell_int(from, 3) ? (uint64_t)cell_int(from, 0) : 0;
	row->altered = cell_int(from, 7) != 0;
	row->flags = (uint16_t)cell_int(from, 8);
	row->applicable = (enum tri)(1 + cell_maybe(from, 9, -1));
	row->compliant = (enum tri)(1 + cell_maybe(from, 10, -1));
	row->report = cell_maybe(from, 11, TIME_NONE);
	for (int i = 0; i < TIME_COUNT; i++)
		row->time[store_times[i]] = cell_maybe(from, FINDING_TIMES + i, TIME_NONE);
	return 0;
}

/* One row of the statement into the table. */
static int row_add(struct store_reader *reader, struct table *table, struct error *err)
{
	uint32_t codes[TEXT_COUNT];
	struct table_row row;

	for (int i = 0; i < TEXT_COUNT; i++) {
		int64_t number = cell_int(reader->statement, FINDING_TEXTS + i);   /* 0 for NULL */
		codes[i] = MAP_NONE;
		if (number && text_code(reader, table, number, &codes[i], err))
			return -1;
	}
	table_row_init(&row);
	if (row_read(reader, &row, err))
		return -1;
	uint32_t at = table_add(table, &row);
	/* Written past table_add(), which would hash each text again. */
	for (int i = 0; i < TEXT_COUNT; i++)
		table->text[store_texts[i]][at] = codes[i];
	reader->next = cell_int(reader->statement, 0) + 1;
	reader->read++;
	return 0;
}

/* A run that ends early is damaged, never just smaller: each missing row would be a silent miss. */
int store_reader_step(struct store_reader *reader, struct table *table, uint32_t budget, struct error *err)
{
	int more = 1;
	uint32_t left = budget;

	if (reader->table != table) {
		memset(reader->codes, UINT8_MAX, reader->texts * sizeof *reader->codes);
		table_reserve(table, table->count + reader->rows - reader->read);
		reader->table = table;
	}
	bind_int(reader->statement, 1, reader->next);
	bind_int(reader->statement, 2, (reader->run + 1) * RANKS);
	bind_int(reader->statement, 3, budget);
	while (left && (more = statement_step(reader->statement, err)) > 0) {
		if (row_add(reader, table, err)) {
			more = -1;
			break;
		}
		left--;
	}
	statement_reset(reader->statement);
	if (more < 0)
		return -1;
	if (more > 0 && reader->read < reader->rows)
		return 1;
	return reader->read == reader->rows ? 0 : run_damaged(reader, "lacks some of its rows", err);
}
