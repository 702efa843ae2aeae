/* detail_more.c - the acceptance of a host, and every gathered field that has no column of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/model/accept.h"
#include "core/model/bag.h"
#include "tui/detail_inner.h"
#include "tui/status.h"

#define BAG_BYTES (16u << 20)
#define BAG_LABELS 32          /* columns of the names of gathered fields */
#define ACCEPTANCE_BYTES 4096  /* reason, names, dates */

/* `until 2026-12-20, by mk: other product`; `evidence changed 2026-11-21 (SentinelOne is gone), was taken by mk: other product`. */
void detail_acceptance(const struct detail *detail)
{
	const struct lens *lens = &detail->app->lens;
	const struct acceptance *item = NULL;
	struct strbuf text = STRBUF_INIT(ACCEPTANCE_BYTES);
	enum acceptance_end end;

	if (lens->acceptances)
		item = acceptances_find(lens->acceptances, table_packed_id(lens->table, detail->row));
	if (!item)
		return;
	end = acceptance_end_at(item, lens->now);
	if (end == ACCEPT_IN_FORCE) {
		strbuf_adds(&text, "until ");
		acceptance_date_text(item->until, &text);
		strbuf_addf(&text, ", by %s: %s", item->who, item->reason);
	} else {
		strbuf_addf(&text, "no more: %s on ", acceptance_end_names[end]);
		acceptance_date_text(acceptance_ended_at(item, lens->now) / SPAN_DAY * SPAN_DAY, &text);
		strbuf_addf(&text, "%s%s%s; was accepted by %s: %s", *item->ended_why ? " (" : "", item->ended_why, *item->ended_why ? ")" : "",
		            item->who, item->reason);
	}
	page_field(detail->page, "accepted", end == ACCEPT_IN_FORCE ? ROLE_NORMAL : ROLE_WARN, strbuf_text(&text), text.len,
	           detail->width);
	strbuf_release(&text);
}

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
