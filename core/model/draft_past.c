/* draft_past.c - a draft against the record as it was last written: added, with another verdict, gone and why. */
#include <stdio.h>
#include <stdlib.h>

#include "core/base/arena.h"
#include "core/model/accept.h"
#include "core/model/draft_parts.h"

/* Why a host that the record had is not in the draft. */
static const char *gone_why(const struct draft_plan *plan, const struct map *rows, const uint32_t *row_of, struct slice device)
{
	const struct table *table = plan->lens->table;
	uint32_t number = map_get(rows, device.text, device.len), row = number == MAP_NONE ? MAP_NONE : row_of[number];
	const struct acceptance *accepted = plan->lens->acceptances ? acceptances_find(plan->lens->acceptances, device) : NULL;

	if (row == MAP_NONE || !table_is_present(table, row))
		return "vanished";
	if (!table_is_finding(table, row))
		return "resolved";
	return accepted && acceptance_in_force(accepted, plan->lens->now) ? "accepted" : "left out";
}

static void add_gone(const struct draft_plan *plan, const struct map *hosts, struct draft *draft)
{
	const struct table *table = plan->lens->table;
	struct map rows = { 0 };
	uint32_t *row_of = xcalloc((size_t)table->count + 1, sizeof *row_of);

	for (uint32_t row = 0; row < table->count; row++) {
		struct slice device = table_packed_id(table, row);

		row_of[map_put(&rows, device.text, device.len, NULL)] = row;
	}
	draft->gone = xcalloc(plan->past_count + 1, sizeof *draft->gone);
	for (size_t i = 0; i < plan->past_count; i++) {
		struct draft_gone *gone = &draft->gone[draft->gone_count];
		struct slice device = plan->past[i].device;

		if (map_get(hosts, device.text, device.len) != MAP_NONE)
			continue;
		gone->name = xstrdup(plan->past[i].name ? plan->past[i].name : "");
		snprintf(gone->why, sizeof gone->why, "%s", gone_why(plan, &rows, row_of, device));
		draft->gone_count++;
	}
	map_release(&rows);
	free(row_of);
}

void draft_compare(const struct draft_plan *plan, struct draft *draft)
{
	struct map past = { 0 }, hosts = { 0 };

	draft->update = plan->past_count > 0 || plan->past_name;
	if (!draft->update)
		return;
	for (size_t i = 0; i < plan->past_count; i++)
		map_put(&past, plan->past[i].device.text, plan->past[i].device.len, NULL);
	draft->added = xcalloc((size_t)draft->host_count + 1, sizeof *draft->added);
	draft->worse = xcalloc((size_t)draft->host_count + 1, sizeof *draft->worse);
	for (uint32_t i = 0; i < draft->host_count; i++) {
		const struct draft_host *host = &draft->hosts[i];
		uint32_t number = map_get(&past, host->device.text, host->device.len);

		map_put(&hosts, host->device.text, host->device.len, NULL);
		/* Without a verdict: it is on the record, but no note has said so yet. */
		if (number == MAP_NONE || plan->past[number].verdict == VERDICT_NONE)
			draft->added[draft->added_count++] = i;
		else if (plan->past[number].verdict != host->verdict)
			draft->worse[draft->worse_count++] = i;
	}
	add_gone(plan, &hosts, draft);
	map_release(&past);
	map_release(&hosts);
}
