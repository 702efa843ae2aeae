/* store_tidy.c - the removal of runs that did not become whole.
 *
 * Each slice of a save sets `touched`. A run that was given up is `dropped`, one that a crash left behind is `saving` and untouched for
 * LEFTOVER_SECONDS: the next save removes both, in slices. No process id or lock decides that: ids come again, and differ between
 * containers. A save that was only suspended for so long finds its run gone and says so. */
#include <time.h>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/io/store_inner.h"

#define LEFTOVER_SECONDS 600
#define REMOVE_ROWS 5000       /* a slice of a removal */
#define REMOVE_MS 1000         /* what closing may take; the next save removes the rest */

int64_t store_real_now(void)
{
	return (int64_t)time(NULL);
}

/* Runs one of the statements below over the keys of a run; returns the rows it removed, or -1. */
static int remove_from(struct store *store, const char *sql, int64_t run, uint32_t budget, struct error *err)
{
	struct statement *statement = NULL;

	if (statement_open(store, sql, &statement, err))
		return -1;
	bind_int(statement, 1, run * RANKS);
	bind_int(statement, 2, (run + 1) * RANKS);
	bind_int(statement, 3, budget);
	int failed = statement_run(statement, err);
	statement_close(&statement);
	return failed ? -1 : store_changes(store);
}

/* The last to go: as long as it is there, the next save knows that there is something to remove. */
static int remove_head(struct store *store, int64_t run, struct error *err)
{
	struct statement *statement = NULL;

	if (statement_open(store, "delete from run where id = ?1 and state = 'dropped'", &statement, err))
		return -1;
	bind_int(statement, 1, run);
	int failed = statement_run(statement, err);
	statement_close(&statement);
	return failed;
}

/* Removes up to `budget` rows of each table of a run, and the run with the last. Returns 1 when there is more, 0, or -1. */
static int remove_slice(struct store *store, int64_t run, uint32_t budget, struct error *err)
{
	static const char *const slices[] = {
		"delete from bag where key in (select key from bag where key >= ?1 and key < ?2 order by key limit ?3)",
		"delete from place where key in (select key from place where key >= ?1 and key < ?2 order by key limit ?3)",
		"delete from finding where key in (select key from finding where key >= ?1 and key < ?2 order by key limit ?3)",
	};
	int removed = 0;

	if (store_begin(store, err))
		return -1;
	for (size_t i = 0; removed >= 0 && i < sizeof slices / sizeof *slices; i++) {
		int n = remove_from(store, slices[i], run, budget, err);
		removed = n < 0 ? -1 : removed + n;
	}
	if (removed == 0 && remove_head(store, run, err))
		removed = -1;
	if (removed < 0 || store_commit(store, err)) {
		store_rollback(store);
		return -1;
	}
	return removed > 0;
}

int store_tidy_step(struct store *store, uint32_t budget, struct error *err)
{
	struct statement *leftover = NULL;
	int64_t run = 0;
	int more = -1;

	/* Marked first, so that a save which was only suspended cannot go on. */
	if (statement_open(store, "update run set state = 'dropped' where state = 'saving' and touched < ?1",
	                   &leftover, err))
		return -1;
	bind_int(leftover, 1, store_real_now() - LEFTOVER_SECONDS);
	int failed = statement_run(leftover, err);
	statement_close(&leftover);
	if (failed || statement_open(store, "select id from run where state = 'dropped' order by id limit 1", &leftover, err))
		return -1;
	more = statement_step(leftover, err);
	if (more > 0)
		run = cell_int(leftover, 0);
	statement_close(&leftover);
	if (more > 0 && remove_slice(store, run, budget, err) < 0)
		return -1;
	return more;
}

/* From here on nobody can finish the run, not even its own writer. */
static int mark_dropped(struct store *store, int64_t run, struct error *err)
{
	struct statement *mark = NULL;

	if (statement_open(store, "update run set state = 'dropped' where id = ?1 and state = 'saving'", &mark, err))
		return -1;
	bind_int(mark, 1, run);
	int failed = statement_run(mark, err);
	statement_close(&mark);
	return failed;
}

void store_drop_run(struct store *store, int64_t run)
{
	struct error err = { 0 };
	int64_t until = clock_ms() + REMOVE_MS;
	int more = mark_dropped(store, run, &err) ? -1 : 1;

	while (more > 0 && clock_ms() < until)
		more = remove_slice(store, run, REMOVE_ROWS, &err);
	/* Nobody is left to hear of a failure, and nothing is lost: the run stays invisible and the next save tries again. */
	if (more < 0)
		log_debug("removing the unfinished run: %s", err.text);
}
