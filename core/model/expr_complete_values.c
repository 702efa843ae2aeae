/* expr_complete_values.c - the values of a column in the rows at hand, with how many rows have each. */
#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/bag.h"
#include "core/model/expr_complete_parts.h"

#define ROWS_MAX 100000       /* rows looked at for columns whose values are made row by row */
#define DISTINCT_MAX 20000    /* values of such a column that are told apart */
#define VALUE_MAX 256         /* bytes of a value; a longer one is no candidate */

/* -- the texts in quotes -- */

/* Longer values could not be read on one line, and invalid ones could not be typed. */
static void add_text(const struct complete_place *place, struct slice text, uint32_t count, struct expr_completions *out)
{
	struct strbuf quoted = STRBUF_INIT(8 * VALUE_MAX);

	if (!text.text || text.len > VALUE_MAX || !utf8_valid(text.text, text.len) || !complete_fits(place, text))
		return;
	expr_print_text(text, &quoted);
	complete_add(out, EXPR_COMPLETE_VALUE, (struct slice){ quoted.buf, quoted.len }, "text", "", count);
	strbuf_release(&quoted);
}

/* Counts by the number of a text in a map; those with a count become candidates. */
static void add_counted(const struct complete_place *place, const struct map *texts, const uint32_t *counts, struct expr_completions *out)
{
	for (uint32_t code = 0; code < texts->count; code++)
		if (counts[code] > 0)
			add_text(place, map_key(texts, code), counts[code], out);
}

/* A column whose texts are codes already: one pass of additions. */
static void add_dictionary(const struct complete_place *place, const struct table *table, enum text_id id, struct expr_completions *out)
{
	uint32_t *counts = xcalloc((size_t)table->texts.count + 1, sizeof *counts);

	for (uint32_t row = 0; row < table->count; row++)
		if (table->text[id][row] != MAP_NONE)
			counts[table->text[id][row]]++;
	add_counted(place, &table->texts, counts, out);
	free(counts);
}

/* AvMode is the gathered mode, else the assessed one. */
static void add_modes(const struct complete_place *place, const struct table *table, struct expr_completions *out)
{
	uint32_t *counts = xcalloc((size_t)table->texts.count + 1, sizeof *counts), empty = map_get(&table->texts, "", 0);

	for (uint32_t row = 0; row < table->count; row++) {
		uint32_t code = table->text[TEXT_GATHERED_MODE][row];

		if (code == MAP_NONE || code == empty)
			code = table->text[TEXT_ASSESSED_MODE][row];
		if (code != MAP_NONE)
			counts[code]++;
	}
	add_counted(place, &table->texts, counts, out);
	free(counts);
}

/* Counting of texts that are no codes. Zero-initialised means empty. */
struct tally {
	struct map texts;
	uint32_t *counts;     /* owned */
	size_t cap;
};

/* Beyond DISTINCT_MAX only values seen before are counted on: the common ones came early. */
static void tally_add(struct tally *tally, struct slice text, struct expr_completions *out)
{
	uint32_t code = map_get(&tally->texts, text.text, text.len);

	if (code == MAP_NONE) {
		if (tally->texts.count >= DISTINCT_MAX) {
			out->more = true;
			return;
		}
		code = map_put(&tally->texts, text.text, text.len, NULL);
		tally->counts = grow(tally->counts, &tally->cap, (size_t)code + 1, sizeof *tally->counts);
		tally->counts[code] = 0;
	}
	tally->counts[code]++;
}

/* Turns the counts into candidates and empties the tally. */
static void tally_finish(const struct complete_place *place, struct tally *tally, struct expr_completions *out)
{
	add_counted(place, &tally->texts, tally->counts, out);
	map_release(&tally->texts);
	free(tally->counts);
}

/* Names and ids differ in every row: what does not fit is not told apart, and the first ones will do. */
static void add_made(const struct complete_place *place, const struct lens *lens, const struct column_ref *column, struct expr_completions *out)
{
	uint32_t limit = column->id == COL_DEVICE_NAME ? UINT32_MAX : ROWS_MAX;
	struct strbuf scratch = STRBUF_INIT((size_t)1 << 20);
	struct tally tally = { 0 };
	struct value value;

	for (uint32_t row = 0; row < lens->table->count; row++) {
		if (row >= limit || tally.texts.count > 2 * EXPR_COMPLETE_MAX) {
			out->more = true;
			break;
		}
		value_get(lens, row, column, &scratch, &value);
		if (value.kind == VALUE_TEXT && value.text.text && complete_fits(place, value.text))
			tally_add(&tally, value.text, out);
	}
	tally_finish(place, &tally, out);
	strbuf_release(&scratch);
}

/* -- names that are known without rows -- */

/* A value that is worth naming also when no row has it: `Verdict == "unknown"` on a good day. */
static void add_named(const struct complete_place *place, const char *name, const char *help, uint32_t count, struct expr_completions *out)
{
	size_t before = out->count;

	if (*name)
		add_text(place, slice_of(name), count, out);
	if (out->count > before)
		out->items[before].help = help;
}

static void add_verdicts(const struct complete_place *place, const struct table *table, struct expr_completions *out)
{
	uint32_t counts[VERDICT_COUNT + 1] = { 0 };

	for (uint32_t row = 0; table && row < table->count; row++)
		counts[table->verdict[row] < VERDICT_COUNT ? table->verdict[row] : VERDICT_COUNT]++;
	for (size_t i = 0; i < VERDICT_COUNT; i++)
		add_named(place, verdicts[i].name, verdicts[i].meaning, counts[i], out);
}

static void add_changes(const struct complete_place *place, const struct table *table, struct expr_completions *out)
{
	uint32_t counts[CHANGE_COUNT] = { 0 };

	for (uint32_t row = 0; table && row < table->count; row++)
		if (table->change[row] < CHANGE_COUNT)
			counts[table->change[row]]++;
	for (size_t i = 0; i < CHANGE_COUNT; i++)
		add_named(place, change_names[i], "", counts[i], out);
}

/* A row has any number of flags, so the counts do not add up to the rows. */
static void add_flags(const struct complete_place *place, const struct table *table, struct expr_completions *out)
{
	uint32_t counts[FLAG_COUNT] = { 0 };

	for (uint32_t row = 0; table && row < table->count; row++)
		for (size_t i = 0; i < FLAG_COUNT; i++)
			counts[i] += (table->flags[row] & flags[i].bit) != 0;
	for (size_t i = 0; i < FLAG_COUNT; i++)
		add_named(place, flags[i].name, flags[i].meaning, counts[i], out);
}

/* -- bags -- */

/* Reads a sample of bags; for each pair, its key, or its value when it is the wanted key, is counted. */
static void tally_bags(const struct lens *lens, const char *wanted, struct tally *tally, struct expr_completions *out)
{
	struct strbuf scratch = STRBUF_INIT((size_t)1 << 24);
	unsigned seen = 0;

	for (uint32_t row = 0; row < lens->table->count && row < ROWS_MAX; row++) {
		struct slice bag = table_bag(lens->table, row);
		struct bag_pair pair;

		if (lens->table->bag[row] == 0)
			continue;
		if (seen++ >= EXPR_COMPLETE_BAGS) {
			out->more = true;
			break;
		}
		if (!bag.text && lens->bags) {
			strbuf_clear(&scratch);
			if (lens->bags->read(lens->bags->owner, lens->table, row, &scratch) == 0)
				bag = (struct slice){ scratch.buf, scratch.len };
		}
		for (size_t at = 0; bag.text && bag_next(bag, &at, &pair);) {
			if (pair.kind == BAG_CLOSED || pair.kind == BAG_NULL)
				continue;
			if (!wanted)
				tally_add(tally, pair.key, out);
			else if (slice_is(pair.key, wanted))
				tally_add(tally, pair.value, out);
		}
	}
	strbuf_release(&scratch);
}

/* `KEY` behind a dot where it can stand there; `["any key"]` takes the place of the dot's rest, `"any key"]` that of an open bracket's. */
static void add_key(const struct complete_place *place, struct slice key, uint32_t count, struct expr_completions *out)
{
	struct strbuf text = STRBUF_INIT(8 * VALUE_MAX);
	struct column_ref column = { .id = COL_BAG };
	size_t prefix = sizeof "AdditionalFields" - 1;

	if (key.len == 0 || key.len >= sizeof column.key || memchr(key.text, '\0', key.len) || !complete_fits(place, key))
		return;
	memcpy(column.key, key.text, key.len);
	if (place->bracketed) {
		expr_print_text(key, &text);
		strbuf_addc(&text, ']');
		prefix = 0;
	} else {
		expr_print_column(&column, &text);
		prefix += text.buf[prefix] == '.';
	}
	complete_add(out, EXPR_COMPLETE_COLUMN, (struct slice){ text.buf + prefix, text.len - prefix }, "text", "A key of the bag.", count);
	strbuf_release(&text);
}

/* Keys by how many of the sampled bags have them. */
void complete_keys(const struct complete_place *place, const struct lens *lens, struct expr_completions *out)
{
	struct tally tally = { 0 };

	if (!lens)
		return;
	tally_bags(lens, NULL, &tally, out);
	for (uint32_t code = 0; code < tally.texts.count; code++)
		add_key(place, map_key(&tally.texts, code), tally.counts[code], out);
	map_release(&tally.texts);
	free(tally.counts);
}

/* -- all of them -- */

/* By how the column is kept: named values, codes of texts, or values that are made row by row. */
void complete_values(const struct complete_place *place, const struct lens *lens, struct expr_completions *out)
{
	const struct column_ref *column = &place->left.column;
	const struct table *table = lens ? lens->table : NULL;
	enum text_id text = place->left.has_column ? column_text(column->id) : TEXT_COUNT;
	struct tally tally = { 0 };

	if (!place->left.has_column)
		return;
	if (column->id == COL_VERDICT)
		add_verdicts(place, table, out);
	else if (column->id == COL_CHANGE)
		add_changes(place, table, out);
	else if (column->id == COL_FLAGS)
		add_flags(place, table, out);
	else if (!table)
		return;
	else if (text < TEXT_COUNT)
		add_dictionary(place, table, text, out);
	else if (column->id == COL_AV_MODE)
		add_modes(place, table, out);
	else if (column->id == COL_BAG) {
		tally_bags(lens, column->key, &tally, out);
		tally_finish(place, &tally, out);
	} else if (expr_column_type(column) == EXPR_STRING)
		add_made(place, lens, column, out);
}
