/* table.c - the columns of a run: growth, adding, reading. */
#include "core/model/table.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/utf8.h"

#define FIRST_CAPACITY 64
#define PACKED_HEX 1      /* first byte of a packed id: 20 bytes follow */
#define PACKED_TEXT 0     /* the text follows */
#define HEX_DIGITS 40

const char *const change_names[CHANGE_COUNT] = { "", "new", "persisting", "resolved", "vanished" };

/* -- ids -- */

/* The value of a lower-case hex digit, or -1. Capital digits are not packed: the id must come back exactly. */
static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Packs 40 digits into 20 bytes. Returns false when one of them is no digit. */
static bool pack_hex(char *out, const char *digits)
{
	for (size_t i = 0; i < HEX_DIGITS / 2; i++) {
		int high = hex_value(digits[2 * i]), low = hex_value(digits[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (char)(high << 4 | low);
	}
	return true;
}

size_t id_pack(char *out, struct slice id)
{
	out[0] = PACKED_HEX;
	if (id.len == HEX_DIGITS && pack_hex(out + 1, id.text))
		return 1 + HEX_DIGITS / 2;
	out[0] = PACKED_TEXT;
	if (id.len > 0)
		memcpy(out + 1, id.text, id.len);
	return id.len + 1;
}

size_t id_unpack(char *out, struct slice packed)
{
	if (packed.len == 0)
		return 0;
	if (packed.text[0] != PACKED_HEX) {
		memcpy(out, packed.text + 1, packed.len - 1);
		return packed.len - 1;
	}
	for (size_t i = 1; i < packed.len; i++) {
		unsigned byte = (unsigned char)packed.text[i];
		*out++ = "0123456789abcdef"[byte >> 4];
		*out++ = "0123456789abcdef"[byte & 15];
	}
	return 2 * (packed.len - 1);
}

/* -- growth -- */

/* Makes room for n more bytes and returns where they go. */
static char *pool_room(struct pool *pool, size_t n)
{
	if (n > UINT32_MAX - pool->len)
		die("The table is full: more than 4 GiB of host names or ids.");
	pool->bytes = grow(pool->bytes, &pool->cap, pool->len + n, 1);
	return pool->bytes + pool->len;
}

/* Counts n bytes that were written at pool_room() as the item. */
static void pool_end_item(struct pool *pool, uint32_t item, size_t n)
{
	pool->len += n;
	pool->offsets[item + 1] = (uint32_t)pool->len;
}

/* One offset more than rows: the end of the last item. */
static void pool_resize(struct pool *pool, uint32_t rows)
{
	bool fresh = pool->offsets == NULL;

	pool->offsets = xrealloc(pool->offsets, (size_t)rows + 1, sizeof *pool->offsets);
	if (fresh)
		pool->offsets[0] = 0;
}

/* Every column gets room for `rows`; what is there stays. */
static void table_resize(struct table *table, uint32_t rows)
{
	pool_resize(&table->ids, rows);
	pool_resize(&table->names, rows);
	pool_resize(&table->folded, rows);
	for (size_t i = 0; i < TEXT_COUNT; i++)
		table->text[i] = xrealloc(table->text[i], rows, sizeof *table->text[i]);
	for (size_t i = 0; i < TIME_COUNT; i++)
		table->time[i] = xrealloc(table->time[i], rows, sizeof *table->time[i]);
	table->report = xrealloc(table->report, rows, sizeof *table->report);
	table->bag = xrealloc(table->bag, rows, sizeof *table->bag);
	table->flags = xrealloc(table->flags, rows, sizeof *table->flags);
	table->verdict = xrealloc(table->verdict, rows, 1);
	table->before = xrealloc(table->before, rows, 1);
	table->change = xrealloc(table->change, rows, 1);
	table->altered = xrealloc(table->altered, rows, 1);
	table->tri = xrealloc(table->tri, rows, 1);
	table->capacity = rows;
}

void table_reserve(struct table *table, uint32_t rows)
{
	if (rows > table->capacity)
		table_resize(table, rows);
}

/* By half again, so that adding row by row stays linear. */
static void table_grow(struct table *table)
{
	uint32_t more = table->capacity / 2 + FIRST_CAPACITY;

	if (table->capacity >= MAP_NONE - 1)
		die("The table is full: more than 4 billion hosts.");
	if (more > MAP_NONE - 1 - table->capacity)
		more = MAP_NONE - 1 - table->capacity;
	table_resize(table, table->capacity + more);
}

/* An empty array stays as it is: shrinking to nothing would free it. */
static void *trimmed(void *bytes, size_t *cap, size_t len)
{
	if (len == 0 || *cap == len)
		return bytes;
	*cap = len;
	return xrealloc(bytes, len, 1);
}

void table_trim(struct table *table)
{
	if (table->count == 0)
		return;
	if (table->capacity > table->count)
		table_resize(table, table->count);
	table->ids.bytes = trimmed(table->ids.bytes, &table->ids.cap, table->ids.len);
	table->names.bytes = trimmed(table->names.bytes, &table->names.cap, table->names.len);
	table->folded.bytes = trimmed(table->folded.bytes, &table->folded.cap, table->folded.len);
	table->bags.bytes = trimmed(table->bags.bytes, &table->bags.cap, table->bags.len);
}

static void pool_release(struct pool *pool)
{
	free(pool->bytes);
	free(pool->offsets);
}

void table_release(struct table *table)
{
	map_release(&table->texts);
	pool_release(&table->texts_folded);
	pool_release(&table->ids);
	pool_release(&table->names);
	pool_release(&table->folded);
	for (size_t i = 0; i < TEXT_COUNT; i++)
		free(table->text[i]);
	for (size_t i = 0; i < TIME_COUNT; i++)
		free(table->time[i]);
	free(table->report);
	free(table->bag);
	free(table->flags);
	free(table->verdict);
	free(table->before);
	free(table->change);
	free(table->altered);
	free(table->tri);
	free(table->bags.bytes);
	*table = (struct table){ 0 };
}

size_t table_memory(const struct table *table, size_t *bags)
{
	const struct pool *pools[] = { &table->ids, &table->names, &table->folded };
	size_t row = TEXT_COUNT * sizeof **table->text + TIME_COUNT * sizeof **table->time + sizeof *table->report
	             + sizeof *table->bag + sizeof *table->flags + 5;   /* the five one-byte columns */
	size_t total = table->capacity * row + map_memory(&table->texts) + table->bags.cap
	               + table->texts_folded.cap + table->texts_room * sizeof *table->texts_folded.offsets;

	for (size_t i = 0; i < sizeof pools / sizeof *pools; i++)
		total += pools[i]->cap + (pools[i]->offsets ? (table->capacity + (size_t)1) * sizeof *pools[i]->offsets : 0);
	if (bags)
		*bags = table->bags.cap;
	return total;
}

/* -- adding -- */

void table_row_init(struct table_row *row)
{
	*row = (struct table_row){ .report = TIME_NONE, .verdict = VERDICT_NONE, .before = VERDICT_NONE };
	for (size_t i = 0; i < TIME_COUNT; i++)
		row->time[i] = TIME_NONE;
}

/* The three pools of a row: packed id, name, folded name. */
static void add_names(struct table *table, uint32_t row, const struct table_row *from)
{
	struct slice packed = from->packed_id;
	char *to = pool_room(&table->ids, packed.text ? packed.len : from->id.len + 1);

	if (packed.text)
		memcpy(to, packed.text, packed.len);
	pool_end_item(&table->ids, row, packed.text ? packed.len : id_pack(to, from->id));
	to = pool_room(&table->names, from->name.len);
	if (from->name.len > 0)
		memcpy(to, from->name.text, from->name.len);
	pool_end_item(&table->names, row, from->name.len);
	to = pool_room(&table->folded, 3 * from->name.len);   /* folding may take three times the bytes */
	pool_end_item(&table->folded, row, from->name.len > 0 ? utf8_fold_into(to, from->name.text, from->name.len) : 0);
}

/* Texts get their folded twin when they are new: a filter looks at each of them at each key. */
static void fold_text(struct table *table, uint32_t code, struct slice text)
{
	struct pool *folded = &table->texts_folded;
	char *to = pool_room(folded, 3 * text.len);

	folded->offsets = grow(folded->offsets, &table->texts_room, (size_t)code + 2, sizeof *folded->offsets);
	folded->offsets[0] = 0;
	pool_end_item(folded, code, text.len > 0 ? utf8_fold_into(to, text.text, text.len) : 0);
}

uint32_t table_put_text(struct table *table, struct slice text)
{
	bool added;
	uint32_t code = map_put(&table->texts, text.text, text.len, &added);

	if (added)
		fold_text(table, code, text);
	return code;
}

/* The code of a text. Rows come sorted or in bursts: more often than not it is the text of the row before. */
static uint32_t add_text(struct table *table, enum text_id id, uint32_t row, struct slice text)
{
	uint32_t code = row > 0 ? table->text[id][row - 1] : MAP_NONE;

	if (!text.text || (code != MAP_NONE && slice_equal(map_key(&table->texts, code), text)))
		return text.text ? code : MAP_NONE;
	return table_put_text(table, text);
}

/* The value of the `bag` column: where the bag was put, or the key it has in the store. */
static uint64_t add_bag(struct table *table, const struct table_row *from)
{
	uint32_t length = (uint32_t)from->bag.len;
	uint64_t at = table->bags.len;

	if (!from->bag.text)
		return from->bag_key;
	if (from->bag.len > UINT32_MAX)
		die("The enrichment of one host is larger than 4 GiB.");
	table->bags.bytes = grow(table->bags.bytes, &table->bags.cap, table->bags.len + sizeof length + length, 1);
	memcpy(table->bags.bytes + at, &length, sizeof length);
	if (length > 0)
		memcpy(table->bags.bytes + at + sizeof length, from->bag.text, length);
	table->bags.len += sizeof length + length;
	return BAG_RESIDENT | (at + 1);
}

uint32_t table_add(struct table *table, const struct table_row *from)
{
	uint32_t row = table->count;

	if (row == table->capacity)
		table_grow(table);
	add_names(table, row, from);
	for (size_t i = 0; i < TEXT_COUNT; i++)
		table->text[i][row] = add_text(table, (enum text_id)i, row, from->text[i]);
	for (size_t i = 0; i < TIME_COUNT; i++)
		table->time[i][row] = from->time[i];
	table->report[row] = from->report;
	table->bag[row] = add_bag(table, from);
	table->flags[row] = from->flags;
	table->verdict[row] = (uint8_t)from->verdict;
	table->before[row] = (uint8_t)from->before;
	table->change[row] = (uint8_t)from->change;
	table->altered[row] = from->altered;
	table->tri[row] = (uint8_t)((unsigned)from->applicable | (unsigned)from->compliant << 2);
	table->count++;
	return row;
}

/* -- reading -- */

static struct slice pool_item(const struct pool *pool, uint32_t item)
{
	return (struct slice){ pool->bytes + pool->offsets[item], pool->offsets[item + 1] - pool->offsets[item] };
}

struct slice table_packed_id(const struct table *table, uint32_t row)
{
	return pool_item(&table->ids, row);
}

/* A host without a name has an empty item; that reads as no value. */
static struct slice pool_name(const struct pool *pool, uint32_t item)
{
	if (pool->offsets[item] == pool->offsets[item + 1])
		return (struct slice){ NULL, 0 };
	return pool_item(pool, item);
}

struct slice table_name(const struct table *table, uint32_t row)
{
	return pool_name(&table->names, row);
}

struct slice table_folded(const struct table *table, uint32_t row)
{
	return pool_name(&table->folded, row);
}

struct slice table_text(const struct table *table, enum text_id id, uint32_t row)
{
	uint32_t code = table->text[id][row];

	return code == MAP_NONE ? (struct slice){ NULL, 0 } : map_key(&table->texts, code);
}

struct slice table_mode(const struct table *table, uint32_t row)
{
	struct slice mode = table_text(table, TEXT_GATHERED_MODE, row);

	return mode.len > 0 ? mode : table_text(table, TEXT_ASSESSED_MODE, row);
}

enum tri table_applicable(const struct table *table, uint32_t row)
{
	return (enum tri)(table->tri[row] & 3);
}

enum tri table_compliant(const struct table *table, uint32_t row)
{
	return (enum tri)(table->tri[row] >> 2 & 3);
}

struct slice table_bag(const struct table *table, uint32_t row)
{
	uint64_t at = (table->bag[row] & ~BAG_RESIDENT) - 1;
	uint32_t length;

	if (!(table->bag[row] & BAG_RESIDENT) || table->bags.len < sizeof length || at > table->bags.len - sizeof length)
		return (struct slice){ NULL, 0 };
	memcpy(&length, table->bags.bytes + at, sizeof length);
	return (struct slice){ table->bags.bytes + at + sizeof length, length };
}

bool table_is_present(const struct table *table, uint32_t row)
{
	return table->change[row] != CHANGE_VANISHED;
}

bool table_is_finding(const struct table *table, uint32_t row)
{
	return table_is_present(table, row) && table->verdict[row] != VERDICT_ACTIVE;
}
