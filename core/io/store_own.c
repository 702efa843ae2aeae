/* store_own.c - bags, the history of a host, and the analyst's own: marks, notes, state, audit. */
#include <inttypes.h>
#include <stdlib.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/io/store_inner.h"

int store_bag(struct store *store, uint64_t key, struct strbuf *bag, struct error *err)
{
	struct statement *statement = NULL;
	int more = -1;

	if (statement_open(store, "select pairs from bag where key = ?1", &statement, err))
		return -1;
	bind_int(statement, 1, (int64_t)key);
	more = statement_step(statement, err);
	if (more > 0) {
		struct slice pairs = cell_bytes(statement, 0);
		strbuf_add(bag, pairs.text, pairs.len);
	}
	statement_close(&statement);
	if (more == 0)
		return error_set(err, STATUS_IO, "The store %s is damaged: the enrichment of a host of run %" PRIu64 " is not there; "
		                 "move the file away, and the next run starts a new one.", store_path(store), key >> 32);
	return more < 0 ? -1 : 0;
}

/* -- history -- */

/* Asks for one host in one run after another. */
struct history {
	struct slice id;                     /* packed; borrowed */
	uint32_t hash;
	struct statement *runs, *place, *row;   /* owned */
	struct store_words words;
};

/* A 32-bit number, high byte first, whatever the machine. */
static uint32_t number_at(struct slice entries, size_t at)
{
	const unsigned char *bytes = (const unsigned char *)entries.text + at;
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Index of the first entry whose hash is not below ours; `count` when there is none. */
static size_t first_entry(struct slice entries, uint32_t hash)
{
	size_t low = 0, high = entries.len / PLACE_BYTES;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (number_at(entries, middle * PLACE_BYTES) < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* What the row on hand says of the host in that run. */
static void item_read(const struct history *history, int64_t run, struct history_item *item)
{
	const struct statement *from = history->row;

	*item = (struct history_item){
		.run = run, .started = cell_int(history->runs, 1), .complete = cell_int(history->runs, 2) != 0,
		.verdict = VERDICT_NONE, .flags = (uint16_t)cell_int(from, 3), .signature_time = cell_maybe(from, 4, TIME_NONE)
	};
	for (unsigned i = 0; i < VERDICT_COUNT; i++)
		if (history->words.verdict[i] == cell_int(from, 1))
			item->verdict = (enum verdict)i;
	for (unsigned i = 0; i < CHANGE_COUNT; i++)
		if (history->words.change[i] == cell_int(from, 2))
			item->change = (enum change)i;
}

/* Looks at the row of a key: 1 when it is our host, and *item is filled; 0 when another has the same hash. */
static int row_matches(struct history *history, int64_t key, struct history_item *item, struct error *err)
{
	bind_int(history->row, 1, key);
	int more = statement_step(history->row, err);
	if (more > 0 && slice_equal(cell_bytes(history->row, 0), history->id))
		item_read(history, key / RANKS, item);
	else if (more > 0)
		more = 0;
	statement_reset(history->row);
	return more;
}

/* The host in one run: 1, 0 when it is not there, -1. The row of `place` whose first hash is the largest not above ours holds all
 * entries of our hash, if there are any. */
static int find_in_run(struct history *history, int64_t run, struct history_item *item, struct error *err)
{
	bind_int(history->place, 1, run * RANKS);
	bind_int(history->place, 2, run * RANKS + history->hash);
	int found = statement_step(history->place, err);
	if (found > 0) {
		struct slice entries = cell_bytes(history->place, 0);
		found = 0;
		for (size_t i = first_entry(entries, history->hash); !found && i < entries.len / PLACE_BYTES; i++) {
			if (number_at(entries, i * PLACE_BYTES) != history->hash)
				break;
			found = row_matches(history, run * RANKS + number_at(entries, i * PLACE_BYTES + 4), item, err);
		}
	}
	statement_reset(history->place);
	return found;
}

static int history_open(struct store *store, struct history *history, struct error *err)
{
	return store_words(store, false, &history->words, err) ||
	       statement_open(store, "select id, started, complete from run where state = 'whole' order by id desc", &history->runs,
	                      err) ||
	       statement_open(store, "select entries from place where key >= ?1 and key <= ?2 order by key desc limit 1",
	                      &history->place, err) ||
	       statement_open(store, "select device, verdict, change, flags, signature_time from finding where key = ?1",
	                      &history->row, err) ? -1 : 0;
}

int store_history(struct store *store, struct slice packed_id, size_t limit, struct history_item **out, size_t *count,
                  struct error *err)
{
	struct history history = { .id = packed_id, .hash = store_hash(packed_id) };
	struct history_item *items = NULL;
	size_t cap = 0, n = 0;
	int more = history_open(store, &history, err);

	while (!more && n < limit && (more = statement_step(history.runs, err)) > 0) {
		items = grow(items, &cap, n + 1, sizeof *items);
		more = find_in_run(&history, cell_int(history.runs, 0), &items[n], err);
		if (more > 0)
			n++;
		more = more < 0 ? -1 : 0;
	}
	statement_close(&history.runs);
	statement_close(&history.place);
	statement_close(&history.row);
	if (more < 0) {
		free(items);
		return -1;
	}
	*out = items;
	*count = n;
	return 0;
}

/* -- marks and notes -- */

int store_marks_load(struct store *store, struct marks *marks, struct error *err)
{
	struct statement *statement = NULL;
	int more = -1;

	if (statement_open(store, "select device from mark order by position", &statement, err))
		return -1;
	while ((more = statement_step(statement, err)) > 0)
		marks_set(marks, cell_bytes(statement, 0), true);
	statement_close(&statement);
	return more;
}

/* Marks are few or all; replacing them is one short transaction either way. */
int store_marks_save(struct store *store, const struct marks *marks, struct error *err)
{
	struct statement *add = NULL;
	struct slice id;
	uint32_t at = 0;
	int failed = -1;

	if (store_begin(store, err))
		return -1;
	if (store_exec(store, "delete from mark", err) ||
	    statement_open(store, "insert into mark(device) values(?1)", &add, err))
		goto out;
	while (marks_next(marks, &at, &id)) {
		bind_blob(add, 1, id);
		if (statement_run(add, err))
			goto out;
	}
	failed = store_commit(store, err);
out:
	statement_close(&add);
	store_rollback(store);
	return failed;
}

int store_notes_load(struct store *store, struct notes *notes, struct error *err)
{
	struct statement *statement = NULL;
	int more = -1;

	if (statement_open(store, "select device, text from note", &statement, err))
		return -1;
	while ((more = statement_step(statement, err)) > 0)
		notes_set(notes, cell_bytes(statement, 0), cell_bytes(statement, 1));
	statement_close(&statement);
	return more;
}

int store_note_save(struct store *store, struct slice packed_id, struct slice text, int64_t now, struct error *err)
{
	struct statement *statement = NULL;
	const char *set = "insert into note(device, text, changed) values(?1, ?2, ?3)"
	                  " on conflict(device) do update set text = excluded.text, changed = excluded.changed";

	if (statement_open(store, text.len ? set : "delete from note where device = ?1", &statement, err))
		return -1;
	bind_blob(statement, 1, packed_id);
	if (text.len) {
		bind_bytes(statement, 2, text);
		bind_int(statement, 3, now);
	}
	int failed = statement_run(statement, err);
	statement_close(&statement);
	return failed;
}

/* -- state and audit -- */

int store_state_get(struct store *store, const char *name, struct strbuf *value, bool *found, struct error *err)
{
	struct statement *statement = NULL;
	int more = -1;

	if (statement_open(store, "select value from state where name = ?1", &statement, err))
		return -1;
	bind_text(statement, 1, name);
	more = statement_step(statement, err);
	if (more > 0) {
		struct slice bytes = cell_bytes(statement, 0);
		strbuf_add(value, bytes.text, bytes.len);
	}
	statement_close(&statement);
	if (more < 0)
		return -1;
	*found = more > 0;
	return 0;
}

int store_state_set(struct store *store, const char *name, const char *value, struct error *err)
{
	struct statement *statement = NULL;

	if (statement_open(store, "insert into state(name, value) values(?1, ?2)"
	                   " on conflict(name) do update set value = excluded.value", &statement, err))
		return -1;
	bind_text(statement, 1, name);
	bind_text(statement, 2, value);
	int failed = statement_run(statement, err);
	statement_close(&statement);
	return failed;
}

int store_state_list(struct store *store, const char *prefix, char ***names, char ***values, size_t *count, struct error *err)
{
	struct statement *statement = NULL;
	size_t cap = 0, values_cap = 0, n = 0;
	char **found = NULL, **kept = NULL;
	int more = -1;

	if (statement_open(store, "select name, value from state where substr(name, 1, length(?1)) = ?1 order by name", &statement, err))
		return -1;
	bind_text(statement, 1, prefix);
	while ((more = statement_step(statement, err)) > 0) {
		found = grow(found, &cap, n + 1, sizeof *found);
		kept = grow(kept, &values_cap, n + 1, sizeof *kept);
		found[n] = cell_string(statement, 0);
		kept[n++] = cell_string(statement, 1);
	}
	statement_close(&statement);
	if (more < 0) {
		for (size_t i = 0; i < n; i++) {
			free(found[i]);
			free(kept[i]);
		}
		free(found);
		free(kept);
		return -1;
	}
	*names = found;
	*values = kept;
	*count = n;
	return 0;
}

int store_state_remove(struct store *store, const char *name, struct error *err)
{
	struct statement *statement = NULL;

	if (statement_open(store, "delete from state where name = ?1", &statement, err))
		return -1;
	bind_text(statement, 1, name);
	int failed = statement_run(statement, err);
	statement_close(&statement);
	return failed;
}

int store_audit(struct store *store, int64_t now, const char *action, const char *detail, struct error *err)
{
	struct statement *statement = NULL;

	if (statement_open(store, "insert into audit(time, action, detail) values(?1, ?2, ?3)", &statement, err))
		return -1;
	bind_int(statement, 1, now);
	bind_text(statement, 2, action);
	bind_text(statement, 3, detail);
	int failed = statement_run(statement, err);
	statement_close(&statement);
	return failed;
}
