/* draft_make.h - runs, owners and drafts for the tests of tickets and digests. */
#ifndef ROUSE_DRAFT_MAKE_H
#define ROUSE_DRAFT_MAKE_H

#include "tests/unit/model_rows.h"

#include "core/base/arena.h"
#include "core/model/draft.h"
#include "core/model/marks.h"

/* A run with all that a draft borrows. */
struct making {
	struct run run;
	struct owners owners;
	struct notes notes;
	struct lens lens;
	uint32_t *rows;        /* every finding */
	uint32_t row_count;
};

static inline void making_owner(struct making *making, uint32_t row, enum owner_state state, const char *team, const char *contact)
{
	struct owner owner;

	owner_init(&owner);
	owner_assign(&owner, slice_of(team), slice_of(contact), "");
	owner.state = state;
	owners_set(&making->owners, table_packed_id(&making->run.rows, row), &owner);
	owner_release(&owner);
}

/* Takes stock of the table: counts, findings, lens. */
static inline void making_close(struct making *making)
{
	struct table *table = &making->run.rows;

	making->run.id = 412;
	making->run.started = ROWS_NOW;
	making->run.scope = xstrdup("os_platform=windowsserver\ngroup=dmz\ngroup=win-servers-prod\n");
	making->rows = xcalloc((size_t)table->count + 1, sizeof *making->rows);
	for (uint32_t row = 0; row < table->count; row++) {
		making->run.changes[table->change[row]]++;
		if (table_is_present(table, row))
			making->run.counts[table->verdict[row]]++;
		if (table_is_finding(table, row))
			making->rows[making->row_count++] = row;
	}
	making->lens = (struct lens){ .table = table, .now = ROWS_NOW, .notes = &making->notes, .owners = &making->owners };
}

/* A random run: about two of three rows are findings; teams differ by letter case too, and some hosts have none. */
static inline void making_random(struct making *making, unsigned count, uint64_t seed)
{
	static const char *const teams[] = { "team-sql", "TEAM-SQL", "team-app", "Identity, Access & Mgmt",
		"=cmd|' /C calc'!A0", "[x](https://evil.example)",
	                                     "b\xC3\xBCro", "team 8", "team 9", "team 10", "team 11" };

	*making = (struct making){ 0 };
	rows_fill(&making->run.rows, count, seed);
	for (uint32_t row = 0; row < count; row++) {
		unsigned kind = rows_pick(&seed, 8);

		if (kind < OWNER_STATE_COUNT && kind != OWNER_OWNED && kind != OWNER_UNASKED)
			making_owner(making, row, (enum owner_state)kind, "", "");
		else if (kind != OWNER_UNASKED)
			making_owner(making, row, OWNER_OWNED, teams[rows_pick(&seed, sizeof teams / sizeof *teams)], kind == 7
				? "dba@example.test" : "");
	}
	making_close(making);
}

static inline void making_draft(const struct making *making, struct draft *draft)
{
	struct draft_plan plan = {
		.lens = &making->lens, .run = &making->run, .owners = &making->owners, .rows = making->rows, .row_count = making->row_count,
	};

	draft_make(&plan, draft);
}

static inline void making_release(struct making *making)
{
	run_release(&making->run);
	owners_release(&making->owners);
	notes_release(&making->notes);
	free(making->rows);
	*making = (struct making){ 0 };
}

#endif
