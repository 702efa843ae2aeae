/* trend_host.c - one host over the runs: equal neighbours become one line, and a run without the host is a line too. */
#include "core/model/trend.h"

#include "core/base/clock.h"
#include "core/base/strbuf.h"

bool trend_there(const struct trend_seen *seen)
{
	return seen->present && seen->change != CHANGE_VANISHED && seen->verdict < VERDICT_COUNT;
}

/* The age of the signatures grows every day; it parts nothing. */
static bool same_said(const struct trend_seen *a, const struct trend_seen *b)
{
	if (a->present != b->present || a->complete != b->complete || a->other_scope != b->other_scope)
		return false;
	return !a->present || (a->verdict == b->verdict && a->change == b->change && a->flags == b->flags);
}

size_t trend_fold(const struct trend_seen *seen, size_t count, struct trend_span *spans)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (n && same_said(&seen[i - 1], &seen[i]))
			spans[n - 1].count++;
		else
			spans[n++] = (struct trend_span){ .first = i, .count = 1 };
	}
	return n;
}

/* `signature 33d to 40d`: as old as they were in those runs, not today. */
static void add_signatures(const struct trend_seen *seen, const struct trend_span *span, struct strbuf *out)
{
	struct strbuf low = STRBUF_INIT(64), high = STRBUF_INIT(64);
	int64_t least = INT64_MAX, most = INT64_MIN;
	size_t missing = 0;

	for (size_t i = span->first; i < span->first + span->count; i++) {
		if (seen[i].signature_time == TIME_NONE) {
			missing++;
			continue;
		}
		int64_t age = seen[i].started - seen[i].signature_time;
		least = age < least ? age : least;
		most = age > most ? age : most;
	}
	strbuf_adds(out, ", signature ");
	if (missing == span->count) {
		strbuf_adds(out, "n/a");
	} else {
		age_format_short(&low, least);
		age_format_short(&high, most);
		strbuf_adds(out, strbuf_text(&low));
		if (!slice_is((struct slice){ strbuf_text(&high), high.len }, strbuf_text(&low)))
			strbuf_addf(out, " to %s", strbuf_text(&high));
		if (missing)
			strbuf_addf(out, ", n/a in %zu", missing);
	}
	strbuf_release(&low);
	strbuf_release(&high);
}

void trend_span_text(const struct trend_seen *seen, const struct trend_span *span, struct strbuf *out)
{
	const struct trend_seen *one = &seen[span->first];
	size_t i;

	if (!trend_there(one)) {
		strbuf_adds(out, one->other_scope ? "not in that scope" : "not reported");
		/* The row that a run keeps of a host that is gone has the verdict of the run before. */
		if (one->present && one->verdict < VERDICT_COUNT)
			strbuf_addf(out, ", vanished (was %s)", verdicts[one->verdict].name);
	} else {
		strbuf_adds(out, verdicts[one->verdict].name);
		if (one->change != CHANGE_NONE)
			strbuf_addf(out, ", %s", change_names[one->change]);
		add_signatures(seen, span, out);
		for (i = 0; i < FLAG_COUNT; i++)
			if (one->flags & flags[i].bit)
				strbuf_addf(out, ", %s", flags[i].name);
		if (one->other_scope)
			strbuf_adds(out, ", another scope");
	}
	if (!one->complete)
		strbuf_adds(out, span->count > 1 ? "; INCOMPLETE runs" : "; INCOMPLETE run");
}
