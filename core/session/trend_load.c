#include "core/session/trend_load.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"

#define HEADS_MAX 8   /* runs whose machine groups are read: each may have thousands */

/* Groups while they are gathered: number in `folds` = index. */
struct gather {
	struct map folds;          /* folded name */
	struct trend_group *groups;
	uint64_t *most;            /* by group: servers of its commonest spelling */
	size_t cap, most_cap;
	size_t known;              /* groups of newer runs: an older run adds none of its numbers to them */
	struct strbuf scratch;
};

/* Index of the group that a name folds to, made when it is new. */
static uint32_t group_put(struct gather *gather, struct slice name, bool gone)
{
	uint32_t number;
	bool added;

	strbuf_clear(&gather->scratch);
	utf8_fold(&gather->scratch, name.text, name.len);
	number = map_put(&gather->folds, strbuf_text(&gather->scratch), gather->scratch.len, &added);
	if (!added)
		return number;
	gather->groups = grow(gather->groups, &gather->cap, (size_t)number + 1, sizeof *gather->groups);
	gather->most = grow(gather->most, &gather->most_cap, (size_t)number + 1, sizeof *gather->most);
	gather->groups[number] = (struct trend_group){ .name = xmemdup(name.text, name.len), .gone = gone };
	gather->most[number] = 0;
	return number;
}

static void add_spelling(struct gather *gather, const struct run_group *from, bool gone)
{
	uint32_t number = group_put(gather, from->name, gone);
	struct trend_group *group = &gather->groups[number];

	if (number < gather->known)
		return;
	if (from->servers > gather->most[number]) {
		free(group->name);
		group->name = xmemdup(from->name.text, from->name.len);
		gather->most[number] = from->servers;
	}
	group->servers += from->servers;
	group->in_scope |= from->in_scope;
	for (int v = 0; v < VERDICT_COUNT; v++)
		group->findings += v == VERDICT_ACTIVE ? 0 : from->counts[v];
}

static int group_compare(const void *a, const void *b)
{
	const struct trend_group *x = a, *y = b;

	if (x->in_scope != y->in_scope)
		return x->in_scope ? -1 : 1;
	if (x->gone != y->gone)
		return x->gone ? 1 : -1;
	if (x->findings != y->findings)
		return x->findings > y->findings ? -1 : 1;
	if (x->servers != y->servers)
		return x->servers > y->servers ? -1 : 1;
	return slice_compare(slice_of(x->name), slice_of(y->name));
}

/* The newest runs, newest first: a group has the numbers of the first one that has it. */
static int read_groups(struct store *store, struct trend_set *set, struct error *err)
{
	struct gather gather = { .scratch = STRBUF_INIT(SIZE_MAX) };
	bool newest = true;
	int failed = 0;

	for (size_t i = set->count, heads = 0; i-- > 0 && heads < HEADS_MAX && !failed; heads++) {
		struct run run = { 0 };
		failed = store_run_head(store, set->items[i].run, &run, err);
		for (size_t g = 0; g < run.group_count; g++) {
			/* Servers without a group are a group of their own, with an empty name. */
			if (!run.groups[g].name.text)
				run.groups[g].name = (struct slice){ xstrdup(""), 0 };
			add_spelling(&gather, &run.groups[g], !newest);
		}
		newest = newest && !run.has_groups;
		set->groups_known |= run.has_groups;
		gather.known = gather.folds.count;
		run_release(&run);
	}
	set->groups = gather.groups;
	set->group_count = gather.folds.count;
	if (set->group_count)
		qsort(set->groups, set->group_count, sizeof *set->groups, group_compare);
	map_release(&gather.folds);
	strbuf_release(&gather.scratch);
	free(gather.most);
	return failed;
}

/* Runs of any scope that lie between those of ours. */
static int count_others(struct store *store, struct trend_set *set, size_t limit, struct error *err)
{
	struct trend_item *all = NULL;
	size_t count = 0, ours = 0;

	if (store_trend(store, NULL, slice_of(NULL), limit, &all, &count, err))
		return -1;
	for (size_t i = 0; i < count; i++) {
		while (ours < set->count && set->items[ours].run < all[i].run)
			ours++;
		set->others += ours == set->count || set->items[ours].run != all[i].run;
	}
	free(all);
	return 0;
}

static int newest_scope(struct store *store, char **scope, struct error *err)
{
	struct run run = { 0 };
	int64_t id = 0;

	if (store_newest(store, NULL, false, 0, &id, err) || (id && store_run_head(store, id, &run, err)))
		return -1;
	if (id)
		*scope = xstrdup(run.scope ? run.scope : "");
	run_release(&run);
	return 0;
}

int trend_set_open(struct store *store, const char *scope, size_t limit, struct trend_set *set, struct error *err)
{
	*set = (struct trend_set){ 0 };
	if (scope)
		set->scope = xstrdup(scope);
	else if (newest_scope(store, &set->scope, err))
		return -1;
	if (!set->scope)
		return 0;
	if (trend_set_pick(store, set, slice_of(NULL), limit, err) || count_others(store, set, limit, err) || read_groups(store, set, err)) {
		trend_set_release(set);
		return -1;
	}
	return 0;
}

int trend_set_pick(struct store *store, struct trend_set *set, struct slice group, size_t limit, struct error *err)
{
	struct trend_item *items = NULL;
	size_t count = 0;

	if (!set->scope)
		return 0;
	/* One more than wanted tells whether there are older ones. */
	if (store_trend(store, set->scope, group, limit + 1, &items, &count, err))
		return -1;
	set->more = count > limit;
	if (set->more)
		memmove(items, items + 1, --count * sizeof *items);
	free(set->items);
	set->items = items;
	set->count = count;
	return 0;
}

const struct trend_group *trend_set_group(const struct trend_set *set, struct slice name)
{
	struct strbuf wanted = STRBUF_INIT(SIZE_MAX), folded = STRBUF_INIT(SIZE_MAX);
	const struct trend_group *found = NULL;

	utf8_fold(&wanted, name.text, name.len);
	for (size_t i = 0; i < set->group_count && !found; i++) {
		strbuf_clear(&folded);
		utf8_fold(&folded, set->groups[i].name, strlen(set->groups[i].name));
		if (!strcmp(strbuf_text(&folded), strbuf_text(&wanted)))
			found = &set->groups[i];
	}
	strbuf_release(&wanted);
	strbuf_release(&folded);
	return found;
}

void trend_set_release(struct trend_set *set)
{
	for (size_t i = 0; i < set->group_count; i++)
		free(set->groups[i].name);
	free(set->groups);
	free(set->items);
	free(set->scope);
	*set = (struct trend_set){ 0 };
}
