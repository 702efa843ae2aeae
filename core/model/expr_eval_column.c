/* expr_eval_column.c - conditions on one column, for a chunk of rows. See expr_eval_parts.h. */
#include "core/model/expr_eval_parts.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/model/item_scan.h"

#define ANSWERS_MAX ((size_t)64 << 20)   /* bytes of all tables of answers; beyond, rows are judged one by one */
#define SLOTS 4096                       /* a power of two */
#define SPARSE_SHARE 8                   /* below one row in eight, looking at each beats one search through all */
#define HASH_STEP UINT64_C(0x9E3779B97F4A7C15)
#define HASH_SHIFT 52                    /* leaves 12 bits: SLOTS */
#define HIGH_BITS UINT64_C(0x8080808080808080)

/* -- columns of few values -- */

/* All codes that stand for no text are one key, the last. */
static uint32_t code_key(uint32_t code, uint32_t missing)
{
	return code < missing ? code : missing;
}

/* AvMode: the gathered mode, else the assessed one, as table_mode(). */
static uint32_t mode_key(const struct table *table, uint32_t row, uint32_t missing, uint32_t empty)
{
	uint32_t code = table->text[TEXT_GATHERED_MODE][row];

	if (code >= missing || code == empty)
		code = table->text[TEXT_ASSESSED_MODE][row];
	return code_key(code, missing);
}

/* Numbers the values of a column for a chunk of rows. */
static void fill_keys(const struct table *table, enum column_id id, uint32_t from, uint32_t to, uint32_t *keys)
{
	uint32_t missing = table->texts.count, n = to - from, empty;

	if (column_text(id) < TEXT_COUNT) {
		const uint32_t *codes = table->text[column_text(id)] + from;

		for (uint32_t i = 0; i < n; i++)
			keys[i] = code_key(codes[i], missing);
		return;
	}
	switch (id) {
	case COL_AV_MODE:
		empty = map_get(&table->texts, "", 0);
		for (uint32_t i = 0; i < n; i++)
			keys[i] = mode_key(table, from + i, missing, empty);
		break;
	case COL_VERDICT: case COL_CHANGE: case COL_IS_APPLICABLE: case COL_IS_COMPLIANT: {
		const uint8_t *bytes = id == COL_VERDICT ? table->verdict : id == COL_CHANGE ? table->change : table->tri;

		for (uint32_t i = 0; i < n; i++)
			keys[i] = bytes[from + i];
		break;
	}
	default: memset(keys, 0, n * sizeof *keys); break;   /* no note, mark, owner or ticket anywhere: all rows are alike */
	}
}

static void judge_rows(struct expr_judge *judge, uint32_t number, uint32_t from, uint32_t to, const uint8_t *need, uint8_t *out)
{
	for (uint32_t row = from; row < to; row++)
		if (need[row - from])
			out[row - from] = (uint8_t)expr_truth(judge, number, row);
}

/* A value is judged in the first row that has it and is asked for. */
void vector_keyed(struct expr_judge *judge, uint32_t number, uint32_t from, uint32_t to, const uint8_t *need, uint8_t *out)
{
	struct expr_state *state = &judge->states[number];
	uint32_t keys[EXPR_CHUNK];

	if (!state->answers) {
		if (state->keys > ANSWERS_MAX - judge->answer_bytes) {
			judge_rows(judge, number, from, to, need, out);
			return;
		}
		judge->answer_bytes += state->keys;
		state->answers = xmalloc(state->keys);
		memset(state->answers, TRUTH_UNKNOWN, state->keys);
	}
	fill_keys(judge->lens->table, state->column->id, from, to, keys);
	for (uint32_t i = 0; i < to - from; i++) {
		if (state->answers[keys[i]] == TRUTH_UNKNOWN && need[i])
			state->answers[keys[i]] = (uint8_t)expr_truth(judge, number, from + i);
		out[i] = state->answers[keys[i]];
	}
}

/* Sets of flags and the product behind `other-av` are many together, but few of them come often. */
void vector_flags(struct expr_judge *judge, uint32_t number, uint32_t from, uint32_t to, const uint8_t *need, uint8_t *out)
{
	const struct table *table = judge->lens->table;
	struct expr_state *state = &judge->states[number];

	if (!state->slots)
		state->slots = xcalloc(SLOTS, sizeof *state->slots);
	for (uint32_t row = from; row < to; row++) {
		uint32_t product = table->flags[row] & FLAG_OTHER_AV ? table->text[TEXT_OTHER_AV][row] : MAP_NONE;
		uint64_t key = 1 + (table->flags[row] | (uint64_t)product << 16);
		struct memo_slot *slot = &state->slots[key * HASH_STEP >> HASH_SHIFT];

		if (!need[row - from])
			continue;
		if (slot->key != key)
			*slot = (struct memo_slot){ key, expr_truth(judge, number, row) };
		out[row - from] = (uint8_t)slot->truth;
	}
}

/* -- times -- */

/* A missing time lies far below what ticks can hold, as a time and as an age (TIME_NONE is INT64_MIN; the difference wraps around). */
void vector_time(struct expr_judge *judge, uint32_t number, uint32_t from, uint32_t to, uint8_t *out)
{
	const struct expr_state *state = &judge->states[number];
	const struct time_bounds bounds = state->bounds;
	const int64_t *times = judge->lens->table->time[column_time(state->column->id)] + from;
	bool age = columns[state->column->id].type == TYPE_SPAN;
	uint64_t now = (uint64_t)judge->lens->now;

	for (uint32_t i = 0; i < to - from; i++) {
		int64_t value = age ? (int64_t)(now - (uint64_t)times[i]) : times[i];
		enum truth truth = value >= bounds.least && value <= bounds.most ? bounds.inside : bounds.outside;

		out[i] = (uint8_t)(value < -SECONDS_MAX || value > SECONDS_MAX ? bounds.missing : truth);
	}
}

/* -- names -- */

/* One item of a pool, without a copy. */
static struct slice pool_text(const struct pool *pool, uint32_t item)
{
	uint32_t at = pool->offsets[item], len = pool->offsets[item + 1] - at;

	/* Without a single name there are no bytes at all. */
	return (struct slice){ len > 0 ? pool->bytes + at : "", len };
}

/* Eight bytes at a time: names are asked this for each chunk. */
static bool is_ascii(const struct pool *pool, uint32_t from, uint32_t to)
{
	const char *bytes = pool->bytes;
	uint64_t word, all = 0;
	uint32_t i = pool->offsets[from], end = pool->offsets[to];

	for (; end - i >= sizeof word; i += sizeof word) {
		memcpy(&word, bytes + i, sizeof word);
		all |= word;
	}
	for (; i < end; i++)
		all |= (unsigned char)bytes[i];
	return !(all & HIGH_BITS);
}

/* Sets out[i] to 1 where the word is, and returns true; or where it may be, which is everywhere when there are too few rows for one search
 * through all. Terms are known here only where names are of ASCII: `folded`, whose other names are judged apart. */
static bool find_candidates(const struct name_word *name, const struct pool *pool, uint32_t from, uint32_t to, const uint8_t *need,
                            uint8_t *out)
{
	struct slice word = { strbuf_text(&name->word), name->word.len };
	bool starts = name->test == TEST_HAS || name->test == TEST_PREFIX, ends = name->test == TEST_HAS || name->test == TEST_SUFFIX;
	uint32_t open = 0;

	for (uint32_t i = 0; i < to - from; i++)
		open += need[i] != 0;
	if (open < (to - from) / SPARSE_SHARE) {
		memset(out, 1, to - from);
		return false;
	}
	if (!name->folded) {
		item_scan(pool->bytes, pool->offsets, from, to, word, out);
		return name->test == TEST_CONTAINS;
	}
	item_scan_terms(pool->bytes, pool->offsets, from, to, word, starts && name->starts, ends && name->ends, out);
	return true;
}

/* Exact bytes of the pool against the word; out[i] is 1 or 0. */
static void match_pool(const struct name_word *name, const struct pool *pool, uint32_t from, uint32_t to, const uint8_t *need, uint8_t *out)
{
	struct slice word = { strbuf_text(&name->word), name->word.len };
	enum expr_test test = name->test;
	bool inside = test != TEST_EQUAL && test != TEST_STARTS && test != TEST_ENDS && word.len > 0;

	memset(out, 0, to - from);
	if (inside && find_candidates(name, pool, from, to, need, out))
		return;
	for (uint32_t i = 0; i < to - from; i++)
		if (need[i] && (!inside || out[i]))
			out[i] = expr_text_test(test, false, pool_text(pool, from + i), word);
}

/* `DeviceName in ("a", "b", ...)`: one look-up a row, however long the list is. */
static void match_set(const struct pool *pool, const struct map *set, uint32_t from, uint32_t to, const uint8_t *need, uint8_t *out)
{
	for (uint32_t row = from; row < to; row++) {
		struct slice name = pool_text(pool, row);

		out[row - from] = need[row - from] && map_get(set, name.text, name.len) != MAP_NONE;
	}
}

/* Names of ASCII are searched in the folded pool all at once. The few others are judged one by one, by the rules for every text. */
void vector_name(struct expr_judge *judge, uint32_t number, uint32_t from, uint32_t to, const uint8_t *need, uint8_t *out)
{
	const struct table *table = judge->lens->table;
	const struct expr_state *state = &judge->states[number];
	const struct pool *names = &table->names, *pool = state->name.folded ? &table->folded : names;
	bool negated = judge->expr->nodes[number].op->negated, ascii;

	if (state->has_set)
		match_set(pool, &state->set, from, to, need, out);
	else
		match_pool(&state->name, pool, from, to, need, out);
	for (uint32_t i = 0; i < to - from; i++)
		out[i] = (out[i] != 0) ^ negated ? TRUTH_TRUE : TRUTH_FALSE;
	if (!state->name.folded)
		return;
	/* Folded names say nothing of what lies above ASCII: there the general way counts. */
	ascii = is_ascii(names, from, to);
	for (uint32_t row = from; !ascii && row < to; row++)
		if (need[row - from] && !is_ascii(names, row, row + 1))
			out[row - from] = (uint8_t)expr_truth(judge, number, row);
}
