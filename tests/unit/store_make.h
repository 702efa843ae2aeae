/* store_make.h - a store in a folder of its own for each test: place_open and place_close are its set-up and tear-down. */
#ifndef ROUSE_TEST_STORE_MAKE_H
#define ROUSE_TEST_STORE_MAKE_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/io/store_inner.h"

#define NOW INT64_C(1795000000)

struct place {
	char folder[64], path[96];
	struct store *store;
	struct error err;
};

static inline int place_open(void **state)
{
	struct place *place = xcalloc(1, sizeof *place);

	snprintf(place->folder, sizeof place->folder, "/tmp/rouse-store-XXXXXX");
	if (!mkdtemp(place->folder))
		return -1;
	snprintf(place->path, sizeof place->path, "%s/rouse.db", place->folder);
	*state = place;
	return store_open(&place->store, place->path, &place->err);
}

static inline int place_close(void **state)
{
	struct place *place = *state;
	static const char *const ends[] = { "", "-wal", "-shm" };
	char name[160];

	store_close(&place->store);
	for (size_t i = 0; i < 3; i++) {
		snprintf(name, sizeof name, "%s%s", place->path, ends[i]);
		unlink(name);
	}
	rmdir(place->folder);
	free(place);
	return 0;
}

/* The first cell of a query's first row. */
static inline int64_t place_number(struct place *place, const char *sql)
{
	struct statement *statement = NULL;
	int64_t value;

	assert_int_equal(statement_open(place->store, sql, &statement, &place->err), 0);
	assert_int_equal(statement_step(statement, &place->err), 1);
	value = cell_int(statement, 0);
	statement_close(&statement);
	return value;
}

#endif
