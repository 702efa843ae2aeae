/* store_group.c - the machine groups of a run, written and read with its head, and the trend over runs. */
#include <inttypes.h>
#include <stdlib.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/io/store_inner.h"

/* -- writing -- */

static int group_write(struct statement *group, struct statement *count, int64_t run, size_t position, const struct run_group *from,
                       struct error *err)
{
	bind_int(group, 1, run);
	bind_int(group, 2, (int64_t)position);
	bind_bytes(group, 3, from->name);
	bind_int(group, 4, from->servers);
	bind_int(group, 5, from->in_scope);
	int failed = statement_run(group, err);
	for (size_t i = 0; !failed && i < VERDICT_COUNT; i++) {
		if (!from->counts[i])
			continue;
		bind_int(count, 1, run);
		bind_int(count, 2, (int64_t)position);
		bind_text(count, 3, verdicts[i].name);
		bind_int(count, 4, from->counts[i]);
		failed = statement_run(count, err);
	}
	return failed;
}

int store_groups_write(struct store *store, int64_t id, const struct run *run, size_t from, size_t budget, struct error *err)
{
	struct statement *group = NULL, *count = NULL;
	int failed = statement_open(store, "insert into run_group(run, position, name, servers, in_scope) values(?1, ?2, ?3, ?4, ?5)",
	                            &group, err) ||
	             statement_open(store, "insert into run_group_count(run, position, verdict, count) values(?1, ?2, ?3, ?4)", &count, err);

	for (size_t i = from; !failed && i < run->group_count && i - from < budget; i++)
		failed = group_write(group, count, id, i, &run->groups[i], err);
	statement_close(&group);
	statement_close(&count);
	return failed ? -1 : 0;
}

/* -- reading -- */

static int names_read(struct store *store, struct run *run, struct error *err)
{
	struct statement *statement = NULL;
	int more = -1;

	if (statement_open(store, "select name, servers, in_scope from run_group where run = ?1 order by position", &statement, err))
		return -1;
	bind_int(statement, 1, run->id);
	while ((more = statement_step(statement, err)) > 0) {
		struct slice name = cell_bytes(statement, 0);
		run->groups = grow(run->groups, &run->group_cap, run->group_count + 1, sizeof *run->groups);
		run->groups[run->group_count++] = (struct run_group){
			.name = { name.text ? xmemdup(name.text, name.len) : NULL, name.len },
			.servers = (uint32_t)cell_int(statement, 1), .in_scope = cell_int(statement, 2) != 0
		};
	}
	statement_close(&statement);
	return more;
}

static int counts_read(struct store *store, struct run *run, struct error *err)
{
	struct statement *statement = NULL;
	int more = -1;

	if (statement_open(store, "select position, verdict, count from run_group_count where run = ?1", &statement, err))
		return -1;
	bind_int(statement, 1, run->id);
	while ((more = statement_step(statement, err)) > 0) {
		uint64_t position = (uint64_t)cell_int(statement, 0);
		enum verdict verdict = verdict_named(cell_bytes(statement, 1));
		if (position < run->group_count && verdict != VERDICT_NONE)
			run->groups[position].counts[verdict] = (uint32_t)cell_int(statement, 2);
	}
	statement_close(&statement);
	return more;
}

/* Groups that do not add up to their run are not shown as if they were all. */
static bool adds_up(const struct run *run)
{
	uint64_t sums[VERDICT_COUNT] = { 0 };
	bool equal = true;

	for (size_t i = 0; i < run->group_count; i++)
		for (int v = 0; v < VERDICT_COUNT; v++)
			sums[v] += run->groups[i].counts[v];
	for (int v = 0; v < VERDICT_COUNT; v++)
		equal = equal && sums[v] == run->counts[v];
	return equal;
}

int store_groups_read(struct store *store, struct run *run, struct error *err)
{
	if (!run->has_groups)
		return 0;
	if (names_read(store, run, err) || counts_read(store, run, err))
		return -1;
	if (adds_up(run))
		return 0;
	return error_set(err, STATUS_IO, "The store %s is damaged: the machine groups of run %" PRId64 " do not add up to its servers; "
	                 "move the file away, and the next run starts a new one.", store_path(store), run->id);
}

/* -- the trend -- */

/* Oldest last, as asked for; counts are filled later. */
static int trend_runs(struct store *store, const char *scope, bool whole, size_t limit, struct trend_item **items, size_t *count,
                      struct error *err)
{
	struct statement *statement = NULL;
	size_t cap = 0;
	int more = -1;

	if (statement_open(store, "select id, started, complete, has_groups from run where state = 'whole'"
	                   " and (?1 is null or scope = ?1) order by id desc limit ?2", &statement, err))
		return -1;
	bind_text(statement, 1, scope);
	bind_int(statement, 2, limit < INT64_MAX ? (int64_t)limit : INT64_MAX);
	while ((more = statement_step(statement, err)) > 0) {
		*items = grow(*items, &cap, *count + 1, sizeof **items);
		(*items)[(*count)++] = (struct trend_item){
			.run = cell_int(statement, 0), .started = cell_int(statement, 1), .complete = cell_int(statement, 2) != 0,
			.known = whole || cell_int(statement, 3) != 0
		};
	}
	statement_close(&statement);
	return more;
}

/* Adds verdict and count, the cells of a statement that is bound, to the counts of a run. */
static int counts_add(struct statement *from, uint32_t counts[VERDICT_COUNT], struct error *err)
{
	int more;

	while ((more = statement_step(from, err)) > 0) {
		enum verdict verdict = verdict_named(cell_bytes(from, 0));
		if (verdict != VERDICT_NONE)
			counts[verdict] += (uint32_t)cell_int(from, 1);
	}
	statement_reset(from);
	return more;
}

static int trend_whole(struct store *store, struct trend_item *items, size_t count, struct error *err)
{
	struct statement *statement = NULL;
	int failed = statement_open(store, "select verdict, count from run_count where run = ?1", &statement, err);

	for (size_t i = 0; !failed && i < count; i++) {
		bind_int(statement, 1, items[i].run);
		failed = counts_add(statement, items[i].counts, err);
	}
	statement_close(&statement);
	return failed;
}

static bool folds_to(struct slice name, const struct strbuf *wanted)
{
	struct strbuf folded = STRBUF_INIT(SIZE_MAX);
	utf8_fold(&folded, name.text, name.len);
	bool equal = folded.len == wanted->len && slice_equal((struct slice){ strbuf_text(&folded), folded.len },
	                                                      (struct slice){ strbuf_text(wanted), wanted->len });
	strbuf_release(&folded);
	return equal;
}

/* The spellings in the store that fold to the wanted one. Each distinct name is asked for once, through the index: a run has thousands of
 * groups, and most are the same in every run. */
static int spellings(struct store *store, const struct strbuf *wanted, struct map *names, struct error *err)
{
	struct statement *next = NULL;
	struct strbuf last = STRBUF_INIT(SIZE_MAX);
	int more = -1;

	if (statement_open(store, "select min(name) from run_group where name > ?1", &next, err))
		return -1;
	for (;;) {
		bind_bytes(next, 1, (struct slice){ strbuf_text(&last), last.len });
		more = statement_step(next, err);
		struct slice name = more > 0 ? cell_bytes(next, 0) : slice_of(NULL);
		if (!name.text)
			break;
		strbuf_clear(&last);
		strbuf_add(&last, name.text, name.len);
		if (folds_to(name, wanted))
			map_put(names, name.text, name.len, NULL);
		statement_reset(next);
	}
	statement_close(&next);
	strbuf_release(&last);
	return more < 0 ? -1 : 0;
}

static int trend_group(struct store *store, struct slice group, struct trend_item *items, size_t count, struct error *err)
{
	struct statement *statement = NULL;
	struct strbuf wanted = STRBUF_INIT(SIZE_MAX);
	struct map names = { 0 };

	/* An empty name asks for the servers without a group. */
	bool named = group.len > 0;
	utf8_fold(&wanted, group.text, group.len);
	if (!named)
		map_put(&names, "", 0, NULL);
	int failed = (named && spellings(store, &wanted, &names, err)) ||
	             statement_open(store, named ?
	                            "select verdict, count from run_group g join run_group_count c on c.run = g.run and"
	                            " c.position = g.position where g.name = ?1 and g.run = ?2" :
	                            "select verdict, count from run_group g join run_group_count c on c.run = g.run and"
	                            " c.position = g.position where (g.name is null or g.name = ?1) and g.run = ?2", &statement, err);
	for (uint32_t n = 0; !failed && n < names.count; n++) {
		bind_bytes(statement, 1, map_key(&names, n));
		for (size_t i = 0; !failed && i < count; i++) {
			bind_int(statement, 2, items[i].run);
			failed = counts_add(statement, items[i].counts, err);
		}
	}
	statement_close(&statement);
	map_release(&names);
	strbuf_release(&wanted);
	return failed ? -1 : 0;
}

int store_trend(struct store *store, const char *scope, struct slice group, size_t limit, struct trend_item **out, size_t *out_count,
                struct error *err)
{
	struct trend_item *items = NULL;
	size_t count = 0;
	int failed = trend_runs(store, scope, !group.text, limit, &items, &count, err);

	if (!failed)
		failed = group.text ? trend_group(store, group, items, count, err) : trend_whole(store, items, count, err);
	if (failed) {
		free(items);
		return -1;
	}
	for (size_t i = 0; i < count / 2; i++) {
		struct trend_item other = items[i];
		items[i] = items[count - 1 - i];
		items[count - 1 - i] = other;
	}
	*out = items;
	*out_count = count;
	return 0;
}
