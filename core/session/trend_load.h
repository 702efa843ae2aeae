/* trend_load.h - the runs of one scope, for the trend: what the console and the headless command both ask the store.
 *
 * Runs of other scopes looked at other servers; they are counted and left out. Machine groups come from the newest runs that counted them,
 * so that a group that was renamed yesterday can still be asked for. */
#ifndef ROUSE_TREND_LOAD_H
#define ROUSE_TREND_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "core/io/store.h"
#include "core/model/trend.h"

/* A machine group, its spellings taken together; the one with an empty name is that of servers without a group. */
struct trend_group {
	char *name;                  /* the spelling with the most servers; owned */
	uint64_t servers, findings;  /* in the newest run that has it */
	bool in_scope;               /* the scope takes a spelling of it */
	bool gone;                   /* not in the newest run */
};

/* The runs of a scope, for all groups or for one. trend_set_release() frees the inside. */
struct trend_set {
	char *scope;                 /* owned; NULL: there is no run */
	struct trend_item *items;    /* oldest first; owned */
	size_t count;
	size_t others;               /* runs of other scopes between them */
	bool more;                   /* the store has still older runs */
	struct trend_group *groups;  /* in scope first, those of the newest run before others, then by findings; owned */
	size_t group_count;
	bool groups_known;           /* a run of the scope counted its groups */
};

/* Reads the runs of `scope` (NULL: of the newest run), the newest `limit`, and their machine groups. An empty store gives an empty set. */
int trend_set_open(struct store *store, const char *scope, size_t limit, struct trend_set *set, struct error *err);
/* Takes the counts of one machine group, letter case ignored; no value: of all. */
int trend_set_pick(struct store *store, struct trend_set *set, struct slice group, size_t limit, struct error *err);
/* The group whose name differs from this one by letter case at most, or NULL. */
const struct trend_group *trend_set_group(const struct trend_set *set, struct slice name);
void trend_set_release(struct trend_set *set);

#endif
