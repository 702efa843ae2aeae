#include "core/sources/hunt_census.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/io/json.h"

/* The columns of census.kql. */
enum census_column { CENSUS_GROUP, CENSUS_PARTIAL, CENSUS_SERVER, CENSUS_MERGED, CENSUS_DEVICES, CENSUS_COUNT };
static const char *const column_names[CENSUS_COUNT] = { "MachineGroup", "Partial", "Server", "Merged", "Devices" };

/* The reading of one answer. */
struct hunt_census {
	struct estate *estate;           /* borrowed; counts are added at the end alone */
	struct json_reader *json;        /* owned */
	size_t place[CENSUS_COUNT];      /* of rows that are arrays: where each column stands */
	bool placed;
	struct estate_count *items;      /* owned */
	size_t count, cap;
	uint64_t unreadable;
};

static enum census_column column_of(struct slice name)
{
	for (int i = 0; i < CENSUS_COUNT; i++)
		if (slice_is_nocase(name, column_names[i]))
			return (enum census_column)i;
	return CENSUS_COUNT;
}

static int take_columns(void *owner, const struct slice *names, size_t count, struct error *err)
{
	struct hunt_census *census = owner;
	unsigned found = 0;

	for (size_t i = 0; i < count; i++) {
		enum census_column column = column_of(names[i]);

		if (column < CENSUS_COUNT) {
			census->place[column] = i;
			found |= 1u << column;
		}
	}
	census->placed = true;
	if (found != (1u << CENSUS_COUNT) - 1)
		return error_set(err, STATUS_UNAVAILABLE, "The answer to the census lacks a column.");
	return 0;
}

/* False when it is neither yes nor no: a server that is taken for something else would be missed in silence. */
static bool read_flag(struct slice text, bool *flag)
{
	*flag = slice_is_nocase(text, "true") || slice_is(text, "1");
	return *flag || slice_is_nocase(text, "false") || slice_is(text, "0");
}

/* A count above what a table can hold is no count. */
static bool read_count(struct slice text, uint32_t *count)
{
	uint64_t number = 0;

	if (!text.len || text.len > 10)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.text[i] < '0' || text.text[i] > '9')
			return false;
		number = number * 10 + (uint64_t)(text.text[i] - '0');
	}
	*count = (uint32_t)number;
	return number <= UINT32_MAX;
}

static int take_row(void *owner, const struct json_row *row, struct error *err)
{
	struct hunt_census *census = owner;
	struct slice cell[CENSUS_COUNT] = { { NULL, 0 } };
	struct estate_count item = { .group = MAP_NONE };

	(void)err;
	for (size_t i = 0; i < row->count && !row->fault; i++) {
		enum census_column column = CENSUS_COUNT;

		if (!row->array)
			column = column_of(row->members[i].key);
		for (int c = 0; row->array && census->placed && c < CENSUS_COUNT; c++)
			if (census->place[c] == i)
				column = (enum census_column)c;
		if (column < CENSUS_COUNT && row->members[i].kind != JSON_NULL)
			cell[column] = row->members[i].text;
	}
	if (row->fault || !read_count(cell[CENSUS_DEVICES], &item.devices) || !read_flag(cell[CENSUS_PARTIAL], &item.partial) ||
	    !read_flag(cell[CENSUS_SERVER], &item.server) || !read_flag(cell[CENSUS_MERGED], &item.merged)) {
		census->unreadable++;
		return 0;
	}
	item.group = estate_code(census->estate, cell[CENSUS_GROUP]);
	census->items = grow(census->items, &census->cap, census->count + 1, sizeof *census->items);
	census->items[census->count++] = item;
	return 0;
}

struct hunt_census *hunt_census_new(struct estate *estate)
{
	struct hunt_census *census = xcalloc(1, sizeof *census);
	struct json_events events = { census, take_columns, take_row };

	census->estate = estate;
	census->json = json_reader_new("census", &events);
	return census;
}

int hunt_census_feed(struct hunt_census *census, const char *bytes, size_t n, struct error *err)
{
	return json_reader_feed(census->json, bytes, n, err);
}

bool hunt_is_server(const struct estate_count *item)
{
	return item->server && !item->merged && !item->partial;
}

static void add_counted(struct estate *estate, const struct estate_count *items, size_t count)
{
	if (!count)
		return;
	estate->counted = xrealloc(estate->counted, estate->counted_count + count, sizeof *items);
	memcpy(estate->counted + estate->counted_count, items, count * sizeof *items);
	estate->counted_count += count;
}

int hunt_census_end(struct hunt_census *census, const struct scope *scope, struct census_sum *sum, struct error *err)
{
	struct estate *estate = census->estate;

	if (json_reader_end(census->json, err))
		return -1;
	if (json_reader_error(census->json)[0])
		return error_set(err, STATUS_UNAVAILABLE, "The census ends in an error of the service: %.300s",
			json_reader_error(census->json));
	if (census->unreadable || json_reader_is_paged(census->json) || (!census->placed && !census->count))
		return error_set(err, STATUS_UNAVAILABLE, "The census of the estate is not whole, or is no answer of the service.");
	add_counted(estate, census->items, census->count);
	for (size_t i = 0; i < census->count; i++) {
		const struct estate_count *item = &census->items[i];

		sum->devices += item->devices;
		if (hunt_is_server(item) && scope_has_group(scope, estate_text(estate, item->group)))
			sum->in_scope += item->devices;
	}
	return 0;
}

uint64_t hunt_census_rows(const struct hunt_census *census)
{
	return census->count + census->unreadable;
}

void hunt_census_free(struct hunt_census **pointer)
{
	struct hunt_census *census = *pointer;

	if (!census)
		return;
	json_reader_free(&census->json);
	free(census->items);
	free(census);
	*pointer = NULL;
}
