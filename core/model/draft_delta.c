/* draft_delta.c - what changed since the record was last written: a note for those who work on it. */
#include <string.h>

#include "core/base/strbuf.h"
#include "core/model/draft_parts.h"

#define NO_NAME "(no name)"   /* of a host that reports none: what is not there cannot be clicked or missed */

/* One kind of change: `Added: 3 servers`, a line each, and how many more. */
static void begin_kind(struct doc *doc, const char *title, uint32_t count)
{
	struct strbuf text = STRBUF_INIT(256);

	strbuf_addf(&text, "%s: ", title);
	draft_servers(count, &text);
	doc_begin(doc, DOC_TEXT, 0);
	doc_say(doc, (struct slice){ strbuf_text(&text), text.len });
	strbuf_release(&text);
}

static void end_kind(struct doc *doc, uint32_t shown, uint32_t count)
{
	struct strbuf text = STRBUF_INIT(64);

	if (shown >= count)
		return;
	strbuf_add_count(&text, count - shown);
	doc_begin(doc, DOC_ITEM, 0);
	doc_sayf(doc, "and %s more", strbuf_text(&text));
	strbuf_release(&text);
}

static void say_hosts(const struct draft *draft, const char *title, const uint32_t *indexes, uint32_t count, uint32_t most,
                      struct doc *doc)
{
	if (count == 0)
		return;
	begin_kind(doc, title, count);
	for (uint32_t i = 0; i < count && i < most; i++) {
		const struct draft_host *host = &draft->hosts[indexes[i]];
		struct strbuf team = STRBUF_INIT(4096);

		draft_team_name(&draft->teams[host->team], &team);
		doc_begin(doc, DOC_ITEM, 0);
		doc_link(doc, slice_of(*host->name ? host->name : NO_NAME), slice_of(host->url));
		doc_sayf(doc, ": %s, ", verdicts[host->verdict].name);
		doc_say(doc, (struct slice){ strbuf_text(&team), team.len });
		strbuf_release(&team);
	}
	end_kind(doc, most, count);
}

/* Those who work on the ticket do not know rouse's words. */
static const char *gone_words(const char *why)
{
	static const char *const words[][2] = {
		{ "resolved", "active now" },
		{ "vanished", "not reported in this scope any more" },
		{ "accepted", "accepted by the security team" },
		{ "left out", "still not active, but not chosen for this ticket" },
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(why, words[i][0]) == 0)
			return words[i][1];
	return why;
}

static void say_gone(const struct draft *draft, uint32_t most, struct doc *doc)
{
	if (draft->gone_count == 0)
		return;
	begin_kind(doc, "Gone from the list", draft->gone_count);
	for (uint32_t i = 0; i < draft->gone_count && i < most; i++) {
		doc_begin(doc, DOC_ITEM, 0);
		doc_say(doc, slice_of(*draft->gone[i].name ? draft->gone[i].name : NO_NAME));
		doc_sayf(doc, ": %s", gone_words(draft->gone[i].why));
	}
	end_kind(doc, most, draft->gone_count);
}

bool draft_delta(const struct draft *draft, uint32_t hosts, struct doc *doc)
{
	struct strbuf text = STRBUF_INIT(256);

	if (!draft->update || draft->added_count + draft->worse_count + draft->gone_count == 0)
		return false;
	if (!draft->complete) {
		doc_begin(doc, DOC_WARN, 0);
		doc_say(doc, slice_of("The run is incomplete: a server that is gone from the list may not be mended."));
	}
	draft_run_name(draft, &text);
	strbuf_adds(&text, ": ");
	draft_servers(draft->host_count, &text);
	strbuf_adds(&text, draft->host_count == 1 ? " is on this ticket now." : " are on this ticket now.");
	doc_begin(doc, DOC_TEXT, 0);
	doc_say(doc, (struct slice){ strbuf_text(&text), text.len });
	strbuf_release(&text);
	say_hosts(draft, "Added", draft->added, draft->added_count, hosts, doc);
	say_hosts(draft, "Another verdict", draft->worse, draft->worse_count, hosts, doc);
	say_gone(draft, hosts, doc);
	return true;
}
