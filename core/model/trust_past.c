/* trust_past.c - a run beside the last complete one, when its own baseline was incomplete.
 *
 * A second run over the same cut table has nothing to fall from: its baseline is cut already. So the fall is counted once more from the
 * last run that could be believed, for as long as that one is fresh. Only heads are compared, host by host is the baseline's affair. */
#include <inttypes.h>

#include "core/model/trust_parts.h"

static bool has_reason(const struct run *run, enum reason_id id)
{
	for (size_t i = 0; i < run->reason_count; i++)
		if (run->reasons[i].id == id)
			return true;
	return false;
}

static uint32_t fall(uint32_t before, uint32_t now)
{
	return before > now ? before - now : 0;
}

static void past_drop(struct run *run, const struct run *complete, uint32_t resolved, unsigned limit)
{
	uint32_t before = run_findings(complete), now = run_findings(run), fell = fall(before, now), unexplained = fall(fell, resolved);
	if (unexplained >= LOSS_MIN && trust_over(unexplained, before, limit) && !has_reason(run, REASON_DROP))
		run_add_reason(run, REASON_DROP, "Findings fell from %" PRIu32 " in run %" PRId64 ", the last complete one, to %" PRIu32
		               ", and only %" PRIu32 " are resolved since; the limit is %u.%02u %%.", before, complete->id, now, resolved,
		               PART(limit));
}

/* Servers that went to another group are still told of, as host by host. */
static void past_loss(struct run *run, const struct run *complete, unsigned limit)
{
	uint32_t before = complete->estate.in_scope, moved = fall(run->estate.other_group, complete->estate.other_group);
	uint32_t lost = fall(fall(before, run->estate.in_scope), moved);
	if (lost >= LOSS_MIN && trust_over(lost, before, limit) && !has_reason(run, REASON_SHRUNK))
		run_add_reason(run, REASON_SHRUNK, "Run %" PRId64 ", the last complete one, had %" PRIu32 " servers in scope, this one has "
		               "%" PRIu32 "; the limit is %u.%02u %%.", complete->id, before, run->estate.in_scope, PART(limit));
}

void trust_judge_past(struct run *run, const struct scope *scope, const struct run *complete, uint32_t resolved)
{
	if (run->started - complete->started > scope->freshness)
		return;
	past_drop(run, complete, resolved + run->changes[CHANGE_RESOLVED], scope->drop);
	past_loss(run, complete, scope->drop);
}
