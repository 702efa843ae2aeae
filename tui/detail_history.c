/* detail_history.c - the runs in which a host was what. A run without it, between two that have it, is said, never passed over. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/model/trend.h"
#include "tui/detail_inner.h"
#include "tui/status.h"

#define HISTORY_RUNS 400       /* runs looked at */
#define HISTORY_BRIEF 14       /* in the pane */
#define STRIP_RUNS 30          /* in the strip */
#define SPAN_LABELS 39         /* columns of the runs and their days */
#define NARROW 80              /* below it the runs stand on a line of their own */

/* The runs of a host as they are gathered; newest first. */
struct past {
	struct trend_seen *seen;   /* owned */
	size_t count;
	size_t before;             /* runs of the same scope before the first that has the host */
	bool more;                 /* there may be still older ones */
};

static bool has_run(const struct trend_item *items, size_t count, int64_t run)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (items[middle].run < run)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && items[low].run == run;
}

static struct trend_seen seen_of(const struct trend_item *item, const struct history_item *found, bool other_scope)
{
	struct trend_seen seen = { .run = item->run, .started = item->started, .complete = item->complete, .other_scope = other_scope };

	if (found) {
		seen.present = true;
		seen.verdict = found->verdict;
		seen.change = found->change;
		seen.flags = found->flags;
		seen.signature_time = found->signature_time;
	}
	return seen;
}

/* Every run from the newest down to the first that has the host, whether it has it or not. */
static void merge(struct past *past, const struct history_item *found, size_t found_count, const struct trend_item *all, size_t all_count,
                  const struct trend_item *ours, size_t our_count)
{
	size_t next = 0, i;

	past->seen = xcalloc(all_count + 1, sizeof *past->seen);
	for (i = all_count; i-- > 0 && next < found_count;) {
		bool here = found[next].run == all[i].run;
		past->seen[past->count++] = seen_of(&all[i], here ? &found[next] : NULL, !has_run(ours, our_count, all[i].run));
		next += here;
	}
	for (i = 0; found_count && i < our_count && ours[i].run < found[found_count - 1].run; i++)
		past->before++;
}

static int past_read(const struct detail *detail, struct past *past, size_t limit, struct error *err)
{
	struct store *store = session_store(detail->app->session);
	const struct run *open = session_run(detail->app->session);
	struct slice id = table_packed_id(detail->app->lens.table, detail->row);
	struct history_item *found = NULL;
	struct trend_item *all = NULL, *ours = NULL;
	size_t found_count = 0, all_count = 0, our_count = 0;
	int failed = store_history(store, id, limit, &found, &found_count, err) ||
	             store_trend(store, NULL, slice_of(NULL), limit, &all, &all_count, err) ||
	             store_trend(store, open ? open->scope : NULL, slice_of(NULL), limit, &ours, &our_count, err);

	if (!failed) {
		/* What is older than the runs at hand would look as if nothing stood between. */
		while (found_count && all_count && found[found_count - 1].run < all[0].run)
			found_count--;
		merge(past, found, found_count, all, all_count, ours, our_count);
		past->more = all_count == limit;
	}
	free(found);
	free(all);
	free(ours);
	return failed ? -1 : 0;
}

/* One column a run, so that thirty runs fit a line. */
static char verdict_letter(const struct trend_seen *seen)
{
	static const char letters[VERDICT_COUNT + 1] = "APBRD?-";

	return trend_there(seen) ? letters[seen->verdict] : '.';
}

/* `404-411  2026-11-12 to 2026-11-19`, or one run with its time. */
static void span_label(const struct past *past, const struct trend_span *span, struct strbuf *out)
{
	const struct trend_seen *newest = &past->seen[span->first], *oldest = &past->seen[span->first + span->count - 1];
	struct strbuf from = STRBUF_INIT(64), to = STRBUF_INIT(64);

	if (span->count == 1) {
		strbuf_addf(out, "%-9lld ", (long long)newest->run);
		status_time(out, newest->started);
	} else {
		char runs[48];
		status_time(&from, oldest->started);
		status_time(&to, newest->started);
		snprintf(runs, sizeof runs, "%lld-%lld", (long long)oldest->run, (long long)newest->run);
		strbuf_addf(out, "%-9s %.10s to %.10s", runs, strbuf_text(&from), strbuf_text(&to));
	}
	strbuf_release(&from);
	strbuf_release(&to);
}

static void span_line(const struct detail *detail, const struct past *past, const struct trend_span *span)
{
	const struct trend_seen *one = &past->seen[span->first];
	struct strbuf label = STRBUF_INIT(200), text = STRBUF_INIT(1000);

	span_label(past, span, &label);
	if (span->count > 1)
		strbuf_addf(&text, "%zu runs: ", span->count);
	trend_span_text(past->seen, span, &text);
	detail->page->label_width = detail->width < NARROW ? 16 : SPAN_LABELS;
	detail_field(detail, strbuf_text(&label), trend_there(one) || one->other_scope ? ROLE_NORMAL : ROLE_WARN, strbuf_text(&text));
	detail->page->label_width = 0;
	strbuf_release(&label);
	strbuf_release(&text);
}

static void spans(const struct detail *detail, const struct past *past)
{
	struct trend_span *folded = xcalloc(past->count + 1, sizeof *folded);
	size_t n = trend_fold(past->seen, past->count, folded);
	struct strbuf text = STRBUF_INIT(200);

	detail_field(detail, "", ROLE_MUTED, "A active  P passive  B edr-block  R passive-audit");
	detail_field(detail, "", ROLE_MUTED, "D disabled  ? unknown  - unassessed  . absent");
	for (size_t i = 0; i < n; i++)
		span_line(detail, past, &folded[i]);
	if (past->more)
		strbuf_addf(&text, "only the newest %d runs are looked at", HISTORY_RUNS);
	else if (past->before)
		strbuf_addf(&text, "%s run%s of this scope without the host", NUMBER(past->before), past->before == 1 ? "" : "s");
	if (text.len)
		detail_field(detail, "before that", ROLE_MUTED, strbuf_text(&text));
	strbuf_release(&text);
	free(folded);
}

/* Oldest first, the newest `most`: `A A P . P`. A run of another scope that has not the host says nothing of it. */
static void strip(const struct past *past, size_t most, struct strbuf *out)
{
	size_t from = 0, left = most;

	for (; from < past->count && left; from++)
		left -= past->seen[from].present || !past->seen[from].other_scope;
	while (from-- > 0)
		if (past->seen[from].present || !past->seen[from].other_scope)
			strbuf_addf(out, "%c ", verdict_letter(&past->seen[from]));
}

/* One letter a run; in full the runs below it, newest first. */
void detail_history(const struct detail *detail)
{
	struct strbuf letters = STRBUF_INIT(400);
	struct past past = { 0 };
	struct error err = { 0 };

	if (!session_store(detail->app->session))
		return;
	page_head(detail->page, "HISTORY");
	if (past_read(detail, &past, detail->brief ? HISTORY_BRIEF : HISTORY_RUNS, &err)) {
		detail_field(detail, "", ROLE_ERROR, err.text);
	} else {
		strip(&past, detail->brief ? HISTORY_BRIEF : STRIP_RUNS, &letters);
		detail_field(detail, "last runs", ROLE_NORMAL, past.count ? strbuf_text(&letters) : "in no earlier run");
		if (!detail->brief && past.count)
			spans(detail, &past);
	}
	free(past.seen);
	strbuf_release(&letters);
}
