/* detail_more.c - the history of a host, and every gathered field that has no column of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/model/bag.h"
#include "tui/detail_inner.h"
#include "tui/status.h"

#define BAG_BYTES (16u << 20)
#define HISTORY_RUNS 30        /* runs in the strip and the table */
#define HISTORY_BRIEF 14
#define BAG_LABELS 32          /* columns of the names of gathered fields */

/* Every field that has no column of its own, kept whole by the source. */
void detail_enrichment(const struct detail *detail)
{
	const struct lens *lens = &detail->app->lens;
	struct strbuf bag = STRBUF_INIT(BAG_BYTES);
	struct bag_pair pair;
	size_t at = 0;
	bool any = false;

	if (lens->bags && lens->bags->read(lens->bags->owner, lens->table, detail->row, &bag) == 0) {
		struct slice all = { strbuf_text(&bag), bag.len };

		while (bag_next(all, &at, &pair)) {
			char label[160];

			if (!any)
				page_head(detail->page, "EVERYTHING ELSE THAT WAS GATHERED");
			any = true;
			detail->page->label_width = BAG_LABELS;
			snprintf(label, sizeof label, "%.*s", (int)(pair.key.len > 150 ? 150 : pair.key.len), pair.key.text);
			if (pair.kind == BAG_NULL)
				detail_field(detail, label, ROLE_MUTED, "null");
			else
				page_field(detail->page, label, ROLE_NORMAL, pair.value.text, pair.value.len, detail->width);
		}
	} else {
		page_line(detail->page, ROLE_ERROR, "   What else was gathered could not be read from the store.");
	}
	detail->page->label_width = 0;
	strbuf_release(&bag);
}

/* One column a run, so that thirty runs fit a line. */
static char verdict_letter(enum verdict verdict)
{
	static const char letters[VERDICT_COUNT + 1] = "APBRD?-";

	return verdict < VERDICT_COUNT ? letters[verdict] : ' ';
}

/* The signature's age is that of the day of the run, not of today. */
static void history_row(const struct detail *detail, const struct history_item *item)
{
	struct strbuf text = STRBUF_INIT(300), when = STRBUF_INIT(64);

	status_time(&when, item->started);
	strbuf_addf(&text, "   %6lld  %-18s %-14s %-11s", (long long)item->run, strbuf_text(&when),
	            item->verdict < VERDICT_COUNT ? verdicts[item->verdict].name : "n/a", change_names[item->change]);
	if (item->signature_time != TIME_NONE) {
		strbuf_adds(&text, " signature ");
		age_format_short(&text, item->started - item->signature_time);
	}
	strbuf_adds(&text, item->complete ? "" : "  run INCOMPLETE");
	page_text(detail->page, ROLE_NORMAL, strbuf_text(&text), text.len);
	strbuf_release(&text);
	strbuf_release(&when);
}

/* One letter a run, oldest first: `A A P P P`; in full a line for each run below it. */
void detail_history(const struct detail *detail)
{
	struct store *store = session_store(detail->app->session);
	struct slice id = table_packed_id(detail->app->lens.table, detail->row);
	struct history_item *items = NULL;
	struct strbuf strip = STRBUF_INIT(400);
	struct error err = {0};
	size_t count = 0, i;

	if (!store)
		return;
	page_head(detail->page, "HISTORY");
	if (store_history(store, id, detail->brief ? HISTORY_BRIEF : HISTORY_RUNS, &items, &count, &err)) {
		detail_field(detail, "", ROLE_ERROR, err.text);
	} else {
		for (i = count; i-- > 0;)
			strbuf_addf(&strip, "%c ", verdict_letter(items[i].verdict));
		detail_field(detail, "last runs", ROLE_NORMAL, count ? strbuf_text(&strip) : "in no earlier run");
		if (!detail->brief && count) {
			detail_field(detail, "", ROLE_MUTED,
			             "A active  P passive  B edr-block  R passive-audit  D disabled  ? unknown  - unassessed");
			for (i = 0; i < count; i++)
				history_row(detail, &items[i]);
		}
	}
	free(items);
	strbuf_release(&strip);
}
