/* draft.c - from rows of a run to a draft: hosts sorted by team; and from a draft to that of a child. */
#include "core/model/draft.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/model/accept.h"
#include "core/model/draft_parts.h"
#include "core/model/marks.h"

static char *copy_text(const char *text)
{
	return xstrdup(text ? text : "");
}

/* -- teams -- */

/* Teams while hosts are put to them. */
struct sorting {
	struct map keys;              /* state, then the team's name in its compared form */
	struct draft_team *teams;
	size_t cap;
};

static void put(char **field, const char *text)
{
	free(*field);
	*field = xstrdup(text);
}

/* Of several spellings of a team the first in byte order is its name, so that it does not hang on the order of hosts. */
static uint32_t team_of(struct sorting *sorting, const struct owner *owner, struct strbuf *key)
{
	struct draft_team *team;
	enum owner_state state = owner ? owner->state : OWNER_UNASKED;
	bool owned = state == OWNER_OWNED;
	uint32_t number;
	bool added;

	strbuf_clear(key);
	strbuf_addc(key, (char)('0' + (int)state));
	if (owned)
		owner_key(slice_of(owner->team), key);
	number = map_put(&sorting->keys, strbuf_text(key), key->len, &added);
	sorting->teams = grow(sorting->teams, &sorting->cap, (size_t)number + 1, sizeof *sorting->teams);
	if (added)
		sorting->teams[number] = (struct draft_team){
			.state = state, .name = copy_text(owned ? owner->team : ""), .id = copy_text(owned ? owner->team_id : ""),
			.contact = copy_text(owned ? owner->contact : ""),
		};
	team = &sorting->teams[number];
	if (owned && strcmp(owner->team, team->name) < 0)
		put(&team->name, owner->team);
	if (owned && !*team->id)
		put(&team->id, owner->team_id);
	if (owned && !*team->contact)
		put(&team->contact, owner->contact);
	team->count++;
	return number;
}

/* Owned ones by hosts; what has no owner in a fixed order behind. */
static unsigned state_rank(enum owner_state state)
{
	static const unsigned ranks[OWNER_STATE_COUNT] = {
		[OWNER_OWNED] = 0, [OWNER_UNOWNED] = 1, [OWNER_UNKNOWN] = 2, [OWNER_AMBIGUOUS] = 3, [OWNER_UNASKED] = 4,
	};

	return ranks[state];
}

struct numbered_team {
	struct draft_team team;
	uint32_t number;
};

static int team_order(const void *x, const void *y)
{
	const struct draft_team *a = &((const struct numbered_team *)x)->team, *b = &((const struct numbered_team *)y)->team;

	if (a->state != b->state)
		return state_rank(a->state) < state_rank(b->state) ? -1 : 1;
	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return strcmp(a->name, b->name);
}

static int by_order(const void *x, const void *y)
{
	return draft_host_order(x, y);
}

static int by_team(const void *x, const void *y)
{
	const struct draft_host *a = x, *b = y;

	return a->team != b->team ? (a->team < b->team ? -1 : 1) : draft_host_order(a, b);
}

/* Puts each host to its team and sorts both. */
static void sort_hosts(const struct draft_plan *plan, struct draft *draft)
{
	struct sorting sorting = { 0 };
	struct strbuf key = STRBUF_INIT(SIZE_MAX / 4);
	struct numbered_team *order;
	uint32_t *place, first = 0;

	qsort(draft->hosts, draft->host_count, sizeof *draft->hosts, by_order);
	for (uint32_t i = 0; i < draft->host_count; i++)
		draft->hosts[i].team = team_of(&sorting, owners_get(plan->owners, draft->hosts[i].device), &key);
	draft->team_count = sorting.keys.count;
	order = xcalloc(draft->team_count + 1, sizeof *order);
	place = xcalloc(draft->team_count + 1, sizeof *place);
	for (uint32_t i = 0; i < draft->team_count; i++)
		order[i] = (struct numbered_team){ sorting.teams[i], i };
	qsort(order, draft->team_count, sizeof *order, team_order);
	for (uint32_t i = 0; i < draft->team_count; i++) {
		sorting.teams[i] = order[i].team;
		sorting.teams[i].first = first;
		first += sorting.teams[i].count;
		place[order[i].number] = i;
	}
	for (uint32_t i = 0; i < draft->host_count; i++)
		draft->hosts[i].team = place[draft->hosts[i].team];
	qsort(draft->hosts, draft->host_count, sizeof *draft->hosts, by_team);
	draft->teams = sorting.teams;
	free(order);
	free(place);
	map_release(&sorting.keys);
	strbuf_release(&key);
}

static bool same_team(const char *a, const char *b)
{
	struct strbuf x = STRBUF_INIT(SIZE_MAX / 4), y = STRBUF_INIT(SIZE_MAX / 4);
	bool same;

	owner_key(slice_of(a), &x);
	owner_key(slice_of(b), &y);
	same = strcmp(strbuf_text(&x), strbuf_text(&y)) == 0;
	strbuf_release(&x);
	strbuf_release(&y);
	return same;
}

/* The configured team, else that of most hosts, else the one for hosts without an owner. */
static void assign(const struct draft_plan *plan, struct draft *draft)
{
	const struct draft_team *most = draft->team_count > 0 && draft->teams[0].state == OWNER_OWNED ? &draft->teams[0] : NULL;
	const char *name = plan->assignment && *plan->assignment ? plan->assignment : most ? most->name : plan->unowned;

	draft->assignment = copy_text(name);
	draft->assignment_id = copy_text("");
	for (size_t i = 0; i < draft->team_count && *draft->assignment; i++)
		if (draft->teams[i].state == OWNER_OWNED && !*draft->assignment_id && same_team(draft->teams[i].name, draft->assignment)) {
			free(draft->assignment_id);
			draft->assignment_id = xstrdup(draft->teams[i].id);
		}
}

/* -- the whole -- */

static void copy_head(const struct draft_plan *plan, struct draft *draft)
{
	const struct run *run = plan->run;
	struct strbuf line = STRBUF_INIT(4096);

	draft->run = run->id;
	draft->run_started = run->started;
	draft->now = plan->lens->now;
	draft->chosen = plan->chosen;
	draft->complete = run_complete(run);
	draft->finding_count = run_findings(run);
	draft->reasons = xcalloc(run->reason_count + 1, sizeof *draft->reasons);
	for (size_t i = 0; i < run->reason_count; i++) {
		draft->reasons[draft->reason_count++] = copy_text(run->reasons[i].sentence);
		draft->reason_mark += draft_hash(DRAFT_HASH_START, slice_of(reasons[run->reasons[i].id].name));
	}
	run_count_line(run, &line);
	draft->count_line = xstrdup(strbuf_text(&line));
	strbuf_clear(&line);
	draft_correlation(plan->key ? plan->key : run->scope, plan->per_run, run->started, &line);
	draft->correlation = xstrdup(strbuf_text(&line));
	strbuf_release(&line);
	draft->note = copy_text(plan->note);
}

void draft_make(const struct draft_plan *plan, struct draft *draft)
{
	draft_release(draft);
	copy_head(plan, draft);
	draft_read_hosts(plan, draft);
	sort_hosts(plan, draft);
	assign(plan, draft);
	draft_compare(plan, draft);
	draft_name_scope(plan->run, draft);
	draft_name_title(draft, plan->title, NULL);
	draft_name_mark(draft);
}

/* Indexes of the parent's hosts that are the child's, counted from its first. */
static uint32_t *copy_indexes(const uint32_t *from, uint32_t count, const struct draft_team *team, uint32_t *copied)
{
	uint32_t *to = xcalloc((size_t)count + 1, sizeof *to);

	*copied = 0;
	for (uint32_t i = 0; i < count; i++)
		if (from[i] >= team->first && from[i] < team->first + team->count)
			to[(*copied)++] = from[i] - team->first;
	return to;
}

void draft_child(const struct draft *draft, size_t team, struct draft *child)
{
	const struct draft_team *from = &draft->teams[team];
	struct strbuf text = STRBUF_INIT(SIZE_MAX / 4);
	uint64_t hash;

	draft_release(child);
	strbuf_addf(&text, "%s/", owner_state_names[from->state]);
	owner_key(slice_of(from->name), &text);
	hash = draft_hash(DRAFT_HASH_START, (struct slice){ strbuf_text(&text), text.len });
	strbuf_clear(&text);
	strbuf_addf(&text, "%s-%08x", draft->correlation, (unsigned)(hash >> 32));
	*child = (struct draft){
		.correlation = xstrdup(strbuf_text(&text)), .note = xstrdup(draft->note), .assignment = xstrdup(from->name),
		.assignment_id = xstrdup(from->id), .run = draft->run, .run_started = draft->run_started, .now = draft->now,
		.complete = draft->complete, .reason_mark = draft->reason_mark, .count_line = xstrdup(draft->count_line),
		.scope = xstrdup(draft->scope), .chosen = draft->chosen, .finding_count = draft->finding_count, .team_count = 1,
		.host_count = from->count, .update = draft->update,
	};
	child->reasons = xcalloc(draft->reason_count + 1, sizeof *child->reasons);
	for (size_t i = 0; i < draft->reason_count; i++)
		child->reasons[child->reason_count++] = xstrdup(draft->reasons[i]);
	child->teams = xcalloc(1, sizeof *child->teams);
	child->teams[0] = (struct draft_team){
		.state = from->state, .name = xstrdup(from->name), .id = xstrdup(from->id), .contact = xstrdup(from->contact),
			.count = from->count,
	};
	child->hosts = xcalloc((size_t)from->count + 1, sizeof *child->hosts);
	for (uint32_t i = 0; i < from->count; i++) {
		draft_copy_host(&child->hosts[i], &draft->hosts[from->first + i]);
		child->hosts[i].team = 0;
	}
	child->added = copy_indexes(draft->added, draft->added_count, from, &child->added_count);
	child->worse = copy_indexes(draft->worse, draft->worse_count, from, &child->worse_count);
	strbuf_clear(&text);
	draft_team_name(from, &text);
	draft_name_title(child, NULL, strbuf_text(&text));
	draft_name_mark(child);
	strbuf_release(&text);
}

void draft_release(struct draft *draft)
{
	for (uint32_t i = 0; i < draft->host_count; i++)
		draft_release_host(&draft->hosts[i]);
	for (size_t i = 0; i < draft->team_count; i++) {
		free(draft->teams[i].name);
		free(draft->teams[i].id);
		free(draft->teams[i].contact);
	}
	for (uint32_t i = 0; i < draft->gone_count; i++)
		free(draft->gone[i].name);
	for (size_t i = 0; i < draft->reason_count; i++)
		free(draft->reasons[i]);
	free(draft->hosts);
	free(draft->teams);
	free(draft->gone);
	free(draft->reasons);
	free(draft->added);
	free(draft->worse);
	free(draft->correlation);
	free(draft->title);
	free(draft->note);
	free(draft->assignment);
	free(draft->assignment_id);
	free(draft->mark);
	free(draft->count_line);
	free(draft->scope);
	*draft = (struct draft){ 0 };
}
