/* screen_reasons.c - whether the run may be believed: why it is incomplete, where every device went, rows that could not be read. */
#include <inttypes.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "tui/page_screen.h"
#include "tui/status.h"

#define COUNT_WIDTH 9    /* 1,000,000 */
#define FIELD(page, label, text, width) page_field(page, label, ROLE_NORMAL, text, strlen(text), width)

/* Each reason with its figures, what it means and what helps. */
static void add_reasons(const struct run *run, struct page *page, int width)
{
	size_t i;

	page_head(page, run_complete(run) ? "THE RUN IS COMPLETE" : "WHY THE RUN IS INCOMPLETE");
	if (run_complete(run))
		page_line(page, ROLE_NORMAL, "   No reason speaks against it.");
	for (i = 0; i < run->reason_count; i++) {
		const struct reason_info *info = &reasons[run->reasons[i].id];

		page_field(page, info->name, ROLE_WARN, run->reasons[i].sentence, strlen(run->reasons[i].sentence), width);
		page_field(page, "", ROLE_NORMAL, info->meaning, strlen(info->meaning), width);
		page_field(page, "what helps", ROLE_NORMAL, info->mend, strlen(info->mend), width);
		page_line(page, ROLE_NORMAL, "%s", "");
	}
}

/* `1,848  servers in the verdicts above`. */
static void add_count(struct page *page, const char *label, uint64_t n, const char *what, int width)
{
	struct strbuf number = STRBUF_INIT(40), text = STRBUF_INIT(300);

	strbuf_add_count(&number, n);
	strbuf_addf(&text, "%*s  %s", COUNT_WIDTH, strbuf_text(&number), what);
	FIELD(page, label, strbuf_text(&text), width);
	strbuf_release(&number);
	strbuf_release(&text);
}

/* The run's own figures, in words. */
static void add_run(const struct run *run, struct page *page, int width)
{
	struct strbuf text = STRBUF_INIT(4096);

	page_head(page, "THE RUN");
	strbuf_addf(&text, "%" PRId64 ", ", run->id);
	status_time(&text, run->started);
	FIELD(page, "run", strbuf_text(&text), width);
	FIELD(page, "source", run->source ? run->source : "", width);
	strbuf_clear(&text);
	run_count_line(run, &text);
	FIELD(page, "count", strbuf_text(&text), width);
	strbuf_clear(&text);
	if (run->baseline) {
		strbuf_addf(&text, "run %" PRId64 ", ", run->baseline);
		status_time(&text, run->baseline_started);
		strbuf_adds(&text, run->baseline_incomplete ? "; that run is INCOMPLETE, no complete one of this scope is there" : "");
	} else {
		strbuf_adds(&text, "none: there is no earlier run of this scope, so every finding is new");
	}
	FIELD(page, "compared with", strbuf_text(&text), width);
	FIELD(page, "machine groups", run->all_groups ? "every group: none is configured" : "those of the configuration", width);
	strbuf_release(&text);
}

/* Nothing is dropped without a count: these lines add up to the devices of the estate. */
static void add_estate(const struct run *run, struct page *page, int width)
{
	const struct estate_counts *estate = &run->estate;

	page_head(page, "WHERE EVERY DEVICE WENT");
	add_count(page, "devices", estate->devices, "distinct ids in any table, of which:", width);
	add_count(page, "in scope", estate->in_scope, "servers in the verdicts above", width);
	add_count(page, "other system", estate->other_platform, "not a server of the configured systems", width);
	add_count(page, "other group", estate->other_group, "servers of machine groups that are not configured", width);
	add_count(page, "merged", estate->merged, "records that another record replaces", width);
	add_count(page, "no system", estate->no_platform, "DeviceInfo rows without a platform only", width);
	add_count(page, "no DeviceInfo", estate->no_inventory, "in a witness table, but without any DeviceInfo row", width);
}

/* Rows read are rows used and rows counted; the sentences name file and line. */
static void add_input(struct app *app, const struct run *run, struct page *page, int width)
{
	const char *const *sentences;
	uint64_t more;
	size_t count = session_complaints(app->session, &sentences, &more), i;

	page_head(page, "ROWS READ");
	add_count(page, "rows", run->input.read, "in all tables, of which:", width);
	add_count(page, "used", run->input.used, "", width);
	add_count(page, "not readable", run->input.unreadable, "", width);
	if (run->input.cells)
		add_count(page, "cells", run->input.cells, "could not be understood and count as missing", width);
	if (run->input.replaced)
		add_count(page, "bytes", run->input.replaced, "of invalid UTF-8 were replaced", width);
	if (!count)
		return;
	page_head(page, "ROWS THAT COULD NOT BE READ");
	for (i = 0; i < count; i++)
		page_wrap(page, ROLE_NORMAL, 3, width, sentences[i]);
	if (more)
		page_line(page, ROLE_MUTED, "   and %" PRIu64 " more", more);
}

static void fill_reasons(struct app *app, struct page *page, int width)
{
	const struct run *run = session_run(app->session);

	if (!run)
		return;
	add_reasons(run, page, width);
	add_run(run, page, width);
	add_estate(run, page, width);
	add_input(app, run, page, width);
}

void screen_reasons_open(struct app *app)
{
	page_screen_open(app, "May this run be believed?", fill_reasons);
}
