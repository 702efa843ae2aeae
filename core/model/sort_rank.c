/* sort_rank.c - turns a column into what sort.c sorts: a 32-bit number for each row, or texts. */
#include "core/model/sort_parts.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/accept.h"
#include "core/model/marks.h"

#define TEXT_SORT_MAX 1024   /* bytes of a made text (bag value, note, id) that count for the order */

/* -- numbers -- */

static uint32_t *rank_array(uint32_t count)
{
	return xrealloc(NULL, count, sizeof(uint32_t));
}

/* Distances from the smallest number (the largest when descending); two passes when they do not fit in 32 bits. */
static size_t passes_of_numbers(const int64_t *numbers, uint32_t count, bool descending, struct sort_pass *passes)
{
	int64_t low = INT64_MAX, high = INT64_MIN;
	bool wide;

	for (uint32_t i = 0; i < count; i++) {
		if (numbers[i] == TIME_NONE)
			continue;
		low = numbers[i] < low ? numbers[i] : low;
		high = numbers[i] > high ? numbers[i] : high;
	}
	wide = high > low && (uint64_t)high - (uint64_t)low >= RANK_MISSING;
	passes[0].rank = rank_array(count);
	if (wide)
		passes[1].rank = rank_array(count);
	for (uint32_t i = 0; i < count; i++) {
		uint64_t far = descending ? (uint64_t)high - (uint64_t)numbers[i] : (uint64_t)numbers[i] - (uint64_t)low;
		bool missing = numbers[i] == TIME_NONE;

		passes[0].rank[i] = missing ? RANK_MISSING : (uint32_t)(wide ? far >> 32 : far);
		if (wide)   /* missing here too: the farthest number has all high bits set, and never all low ones */
			passes[1].rank[i] = missing ? RANK_MISSING : (uint32_t)far;
	}
	return wide ? 2 : 1;
}

/* Small ranks by row, 0 to `last` and RANK_MISSING; turned around when descending. */
static void finish_ranks(uint32_t *rank, uint32_t count, uint32_t last, bool descending)
{
	for (uint32_t i = 0; descending && i < count; i++)
		if (rank[i] != RANK_MISSING)
			rank[i] = last - rank[i];
}

static uint32_t rank_of_tri(enum tri tri)
{
	return tri == TRI_NONE ? RANK_MISSING : tri == TRI_TRUE;
}

static uint32_t rank_of_verdict(uint8_t verdict)
{
	return verdict < VERDICT_COUNT ? verdicts[verdict].worst : RANK_MISSING;
}

static uint32_t rank_of_change(uint8_t change)
{
	return change == CHANGE_NONE || change >= CHANGE_COUNT ? RANK_MISSING : (uint32_t)change - CHANGE_NEW;
}

/* Conflict before all others, then stale and so on: the first flag is the highest digit, and having it comes first. */
static uint32_t rank_of_flags(uint16_t bits)
{
	uint32_t rank = 0;

	for (size_t i = 0; i < FLAG_COUNT; i++)
		rank = rank << 1 | !(bits & flags[i].bit);
	return rank;
}

/* The columns with a handful of values. Returns false for any other. */
/* A switch for each row is cheap here; it keeps the columns together. */
static bool pass_of_few(const struct lens *lens, enum column_id id, bool descending, struct sort_pass *pass)
{
	const struct table *table = lens->table;
	uint32_t count = table->count, last = VERDICT_COUNT, *rank;

	if (id != COL_VERDICT && id != COL_CHANGE && id != COL_FLAGS && id != COL_IS_APPLICABLE && id != COL_IS_COMPLIANT
	    && id != COL_MARKED)
		return false;
	rank = pass->rank = rank_array(count);
	if (id == COL_FLAGS)
		last = (1u << FLAG_COUNT) - 1;
	for (uint32_t row = 0; row < count; row++) {
		switch (id) {
		case COL_VERDICT: rank[row] = rank_of_verdict(table->verdict[row]); break;
		case COL_CHANGE: rank[row] = rank_of_change(table->change[row]); break;
		case COL_FLAGS: rank[row] = rank_of_flags(table->flags[row]); break;
		case COL_IS_APPLICABLE: rank[row] = rank_of_tri(table_applicable(table, row)); break;
		case COL_IS_COMPLIANT: rank[row] = rank_of_tri(table_compliant(table, row)); break;
		default: rank[row] = marks_has(lens->marks, table_packed_id(table, row)); break;
		}
	}
	finish_ranks(rank, count, last, descending);
	return true;
}

void pass_worst(const struct lens *lens, struct sort_pass *pass)
{
	const struct table *table = lens->table;

	*pass = (struct sort_pass){ .rank = rank_array(table->count) };
	for (uint32_t row = 0; row < table->count; row++) {
		uint32_t verdict = table->verdict[row] < VERDICT_COUNT ? verdicts[table->verdict[row]].worst : VERDICT_COUNT;
		/* With an inventory given, most active hosts have no other antivirus either: that is as it should be. */
		bool bare = table_is_finding(table, row) && (table->flags[row] & FLAG_NO_OTHER_AV);

		pass->rank[row] = (uint32_t)!table_is_present(table, row) << 9 | (uint32_t)!bare << 8 | verdict;
	}
}

/* -- texts -- */

/* Ends item number `item` of a pool that is being made. */
static void pool_close(struct pool *pool, uint32_t item)
{
	pool->offsets[item + 1] = (uint32_t)pool->len;
}

/* -- pools of made texts -- */

static void pool_start(struct pool *pool, uint32_t count)
{
	*pool = (struct pool){ .offsets = xrealloc(NULL, (size_t)count + 1, sizeof *pool->offsets) };
	pool->offsets[0] = 0;
}

static char *pool_space(struct pool *pool, size_t n)
{
	if (n > UINT32_MAX - pool->len)
		die("There is too much text to sort by: more than 4 GiB.");
	pool->bytes = grow(pool->bytes, &pool->cap, pool->len + n, 1);
	return pool->bytes + pool->len;
}

/* Appends to the item that is being made. */
static void add_folded(struct pool *pool, struct slice text)
{
	if (text.len > 0)
		pool->len += utf8_fold_into(pool_space(pool, 3 * text.len), text.text, text.len);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Appends the digits text[0..n) so that byte order is number order for any length: 2, the count of digits without leading zeros
 * (high byte first), the digits. 9 gives 2 0001 9, 10 gives 2 0002 10. */
static void add_number(struct pool *pool, const char *text, size_t n)
{
	char *to;

	while (n > 0 && *text == '0')
		text++, n--;
	to = pool_space(pool, n + 5);
	*to++ = 2;
	for (int shift = 24; shift >= 0; shift -= 8)
		*to++ = (char)(n >> shift & 0xff);
	memcpy(to, text, n);
	pool->len += n + 5;
}

/* Appends a form of a version whose byte order is version order: 4.18.9 < 4.18.40, 4.18 < 4.18.0, numbers before words. */
static void add_version(struct pool *pool, struct slice version)
{
	for (size_t at = 0, n; at < version.len; at += n) {
		const char *from = version.text + at;
		size_t left = version.len - at;

		if (is_digit(*from)) {
			for (n = 1; n < left && is_digit(from[n]);)
				n++;
			add_number(pool, from, n);
		} else if (*from == '.') {
			n = 1;
			*pool_space(pool, 1) = 1;
			pool->len++;
		} else {
			for (n = 1; n < left && !is_digit(from[n]) && from[n] != '.';)
				n++;
			*pool_space(pool, 1) = 3;
			pool->len++;
			add_folded(pool, (struct slice){ from, n });
			*pool_space(pool, 1) = 0;
			pool->len++;
		}
	}
}

/* The code that AvMode shows of a row: table_mode() in codes. */
static uint32_t mode_code(const struct table *table, uint32_t row, uint32_t empty)
{
	uint32_t code = table->text[TEXT_GATHERED_MODE][row];

	return code == MAP_NONE || code == empty ? table->text[TEXT_ASSESSED_MODE][row] : code;
}

/* Ranks the distinct codes among `codes` (by row) once, by text; the codes are replaced by the ranks. */
static void rank_codes(const struct map *texts, uint32_t *codes, uint32_t count, enum column_type type, bool descending)
{
	uint32_t *rank = rank_array(texts->count + 1), *used = rank_array(texts->count + 1), used_count = 0, last = 0;
	uint8_t *split = xcalloc((size_t)texts->count + 1, 1);
	struct text_order order = { NULL, NULL, false };
	struct text_room room = { 0 };
	struct pool pool;

	memset(rank, 0, ((size_t)texts->count + 1) * sizeof *rank);
	for (uint32_t i = 0; i < count; i++)
		if (codes[i] != MAP_NONE)
			rank[codes[i]] = 1;
	pool_start(&pool, texts->count);
	for (uint32_t code = 0; code < texts->count; code++) {
		if (rank[code] && map_key(texts, code).len > 0) {
			used[used_count++] = code;
			if (type == TYPE_VERSION)
				add_version(&pool, map_key(texts, code));
			else
				add_folded(&pool, map_key(texts, code));
		}
		rank[code] = RANK_MISSING;
		pool_close(&pool, code);
	}
	order.texts = &pool;
	text_sort(&order, used, used_count, split, &room);
	for (uint32_t i = 0; i < used_count; i++) {
		last += i > 0 && split[i];
		rank[used[i]] = last;
	}
	for (uint32_t i = 0; i < count; i++)
		codes[i] = codes[i] == MAP_NONE ? RANK_MISSING : rank[codes[i]];
	/* Spellings that differ by case only share a rank: the next key goes on across them. */
	finish_ranks(codes, count, last, descending);
	text_room_release(&room);
	free(pool.bytes);
	free(pool.offsets);
	free(split);
	free(used);
	free(rank);
}

/* The codes themselves are copied and then replaced by the ranks of their texts. */
static void pass_of_codes(const struct table *table, enum column_id id, bool descending, struct sort_pass *pass)
{
	uint32_t *codes = pass->rank = rank_array(table->count);

	if (id == COL_AV_MODE) {
		uint32_t empty = map_get(&table->texts, "", 0);

		for (uint32_t row = 0; row < table->count; row++)
			codes[row] = mode_code(table, row, empty);
	} else {
		memcpy(codes, table->text[column_text(id)], table->count * sizeof *codes);
	}
	rank_codes(&table->texts, codes, table->count, columns[id].type, descending);
}

/* The slow way, for texts that are not in the table: made, folded and cut, then sorted like names. */
static void pass_of_made(const struct lens *lens, const struct sort_key *key, struct sort_pass *pass)
{
	struct strbuf scratch = STRBUF_INIT(SIZE_MAX / 4);
	uint32_t count = lens->table->count;
	size_t most = UINT32_MAX / 3 / count < TEXT_SORT_MAX ? UINT32_MAX / 3 / count : TEXT_SORT_MAX;

	pool_start(&pass->made, count);
	for (uint32_t row = 0; row < count; row++) {
		struct value value;

		value_get(lens, row, &key->column, &scratch, &value);
		if (value.kind == VALUE_TEXT)
			add_folded(&pass->made, (struct slice){ value.text.text, value.text.len < most ? value.text.len : most });
		pool_close(&pass->made, row);
	}
	strbuf_release(&scratch);
	pass->order = (struct text_order){ &pass->made, NULL, key->descending };
}

/* Dates that are not in the table: few rows have one. */
static size_t passes_of_accepted(const struct lens *lens, bool descending, struct sort_pass *passes)
{
	uint32_t count = lens->table->count;
	int64_t *until = xcalloc((size_t)count + 1, sizeof *until);
	size_t made;

	for (uint32_t row = 0; row < count; row++)
		until[row] = acceptances_until(lens, row);
	made = passes_of_numbers(until, count, descending, passes);
	free(until);
	return made;
}

/* -- keys -- */

size_t passes_of(const struct lens *lens, const struct sort_key *key, struct sort_pass passes[PASSES_PER_KEY])
{
	const struct table *table = lens->table;
	enum column_id id = key->column.id;
	bool descending = key->descending;

	for (size_t i = 0; i < PASSES_PER_KEY; i++)
		passes[i] = (struct sort_pass){ 0 };
	if (id == COL_REPORT_ID)
		return passes_of_numbers(table->report, table->count, descending, passes);
	if (id == COL_ACCEPTED_UNTIL)
		return passes_of_accepted(lens, descending, passes);
	if (column_time(id) < TIME_COUNT)   /* the older, the larger the age */
		return passes_of_numbers(table->time[column_time(id)], table->count,
		                         descending != (columns[id].type == TYPE_SPAN), passes);
	if (pass_of_few(lens, id, descending, &passes[0]))
		return 1;
	if (id == COL_AV_MODE || column_text(id) < TEXT_COUNT)
		pass_of_codes(table, id, descending, &passes[0]);
	else if (id == COL_DEVICE_NAME)
		passes[0].order = (struct text_order){ &table->folded, &table->names, descending };
	else if (id == COL_DEVICE_ID || id == COL_NOTE || id == COL_OWNER || id == COL_OWNER_CONTACT || id == COL_TICKET
	         || id == COL_PORTAL_URL || id == COL_BAG)
		pass_of_made(lens, key, &passes[0]);
	else
		return 0;   /* a column that nothing fills yet: all rows are equal */
	return 1;
}

void pass_release(struct sort_pass *pass)
{
	free(pass->rank);
	free(pass->made.bytes);
	free(pass->made.offsets);
	*pass = (struct sort_pass){ 0 };
}
