/* draft_doc.c - the body of a ticket. Its readers own the servers and know nothing of rouse: what is wrong, what is asked, by whom, how. */
#include <stdio.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/model/draft_parts.h"

#define STEP_LISTS 4   /* different ones: draft_steps() knows no more */

static const char incomplete[] =
	"This run is incomplete: there may be more servers than are listed here, and a server that is gone from the list may not be mended.";
static const char what_is_wrong[] =
	"Microsoft Defender for Endpoint is installed, but Defender Antivirus is passive or off, or nobody knows its state. A passive "
	"antivirus stops no malware. The Defender portal may show these servers as healthy, so nothing else will remind you of them.";
static const char what_is_asked[] =
	"Each team is asked to look at its servers below, and for each of them either to make Defender Antivirus active (steps below), or to "
	"name the antivirus that really protects it, so that security can accept it until a date. Nothing was changed on any server.";
static const char how_it_ends[] =
	"Nothing has to be reported for a mended server. Defender for Endpoint notices the new mode within about a day; the next run of rouse, "
	"which writes this ticket, then takes the server off the list. A server that is still on it two days later is not mended.";

static void say(struct doc *doc, const char *text)
{
	doc_say(doc, slice_of(text));
}

static void paragraph(struct doc *doc, enum doc_kind kind, const char *text)
{
	doc_begin(doc, kind, 0);
	say(doc, text);
}

static void head(struct doc *doc, unsigned level, const char *text)
{
	doc_begin(doc, DOC_HEAD, level);
	say(doc, text);
}

static void say_warnings(const struct draft *draft, struct doc *doc)
{
	if (draft->complete)
		return;
	paragraph(doc, DOC_WARN, incomplete);
	for (size_t i = 0; i < draft->reason_count; i++)
		paragraph(doc, DOC_WARN, draft->reasons[i]);
}

static void say_intro(const struct draft *draft, struct doc *doc)
{
	struct strbuf text = STRBUF_INIT(256);

	draft_servers(draft->host_count, &text);
	doc_begin(doc, DOC_TEXT, 0);
	if (draft->host_count == 0) {
		say(doc, "No server is left on this ticket: those it had are active again, accepted, or gone. See below what became of them.");
		strbuf_release(&text);
		return;
	}
	doc_sayf(doc, "On %s, %s", strbuf_text(&text), what_is_wrong);
	paragraph(doc, DOC_TEXT, what_is_asked);
	strbuf_release(&text);
}

/* `passive 30, unknown 7`. */
static void add_verdicts(const struct draft *draft, struct strbuf *out)
{
	const char *comma = "";

	for (int v = 0; v < VERDICT_COUNT; v++) {
		uint32_t count = 0;

		for (uint32_t i = 0; i < draft->host_count; i++)
			count += draft->hosts[i].verdict == (enum verdict)v;
		if (count == 0)
			continue;
		strbuf_addf(out, "%s%s ", comma, verdicts[v].name);
		strbuf_add_count(out, count);
		comma = ", ";
	}
}

static void say_counts(const struct draft *draft, struct doc *doc)
{
	struct strbuf text = STRBUF_INIT(1024);

	if (draft->host_count > 0) {
		strbuf_adds(&text, "On this ticket: ");
		draft_servers(draft->host_count, &text);
		strbuf_adds(&text, " (");
		add_verdicts(draft, &text);
		strbuf_addc(&text, ')');
		if (draft->chosen) {
			strbuf_adds(&text, ", chosen by an analyst out of ");
			strbuf_add_count(&text, draft->finding_count);
			strbuf_adds(&text, " findings");
		}
		strbuf_adds(&text, ". ");
	}
	draft_run_name(draft, &text);
	strbuf_addf(&text, "; scope: %s; %s.", draft->scope, draft->count_line);
	doc_begin(doc, DOC_TEXT, 0);
	doc_say(doc, (struct slice){ strbuf_text(&text), text.len });
	strbuf_release(&text);
}

/* A person's lines are paragraphs of their own. */
static void say_note(const struct draft *draft, struct doc *doc)
{
	const char *line = draft->note, *label = "Note: ";
	size_t left = DRAFT_NOTE_MAX;

	while (*line && left > 0) {
		size_t n = strcspn(line, "\r\n"), kept = n < left ? n : left;

		while (kept < n && kept > 0 && ((unsigned char)line[kept] & 0xC0) == 0x80)
			kept--;
		if (kept > 0) {
			doc_begin(doc, DOC_TEXT, 0);
			if (*label)
				doc_strong(doc, (struct slice){ "Note", 4 });
			say(doc, *label ? ": " : "");
			doc_say(doc, (struct slice){ line, kept });
			label = "";
		}
		left -= kept < left ? kept : left;
		line += n + (line[n] != '\0');
	}
}

static void say_change(const struct draft *draft, struct doc *doc)
{
	struct strbuf text = STRBUF_INIT(256);

	if (!draft->update)
		return;
	strbuf_adds(&text, "Since the last update: ");
	if (draft->added_count + draft->worse_count + draft->gone_count == 0) {
		strbuf_adds(&text, "the same servers, with the same verdicts.");
	} else {
		strbuf_add_count(&text, draft->added_count);
		strbuf_adds(&text, " added, ");
		strbuf_add_count(&text, draft->worse_count);
		strbuf_adds(&text, " with another verdict, ");
		strbuf_add_count(&text, draft->gone_count);
		strbuf_adds(&text, " gone.");
	}
	doc_begin(doc, DOC_TEXT, 0);
	doc_say(doc, (struct slice){ strbuf_text(&text), text.len });
	strbuf_release(&text);
}

/* Signs like ` stand around what is typed: they become code. */
static void say_step(const char *step, struct doc *doc)
{
	bool code = false;

	doc_begin(doc, DOC_STEP, 0);
	for (const char *at = step; *at; code = !code) {
		size_t n = strcspn(at, "`");

		if (code)
			doc_code(doc, (struct slice){ at, n });
		else if (n > 0)
			doc_say(doc, (struct slice){ at, n });
		at += n + (at[n] != '\0');
	}
}

static void say_step_list(const char *const *steps, struct doc *doc)
{
	head(doc, 2, steps[0]);
	for (size_t i = 1; steps[i]; i++) {
		if (strncmp(steps[i], "https://", 8) != 0) {
			say_step(steps[i], doc);
		} else {
			doc_begin(doc, DOC_ITEM, 0);
			doc_link(doc, slice_of(steps[i] + 8), slice_of(steps[i]));
		}
	}
}

/* Each list once, in the order of its first server. */
static void say_steps(const struct draft *draft, struct doc *doc)
{
	const char *const *said[STEP_LISTS];
	size_t count = 0;

	if (draft->host_count == 0)
		return;
	head(doc, 1, "How to make Defender Antivirus active");
	for (uint32_t i = 0; i < draft->host_count && count < STEP_LISTS; i++) {
		const char *const *steps = draft_steps(slice_of(draft->hosts[i].platform));
		bool known = false;

		for (size_t k = 0; k < count; k++)
			known = known || said[k] == steps;
		if (known)
			continue;
		say_step_list(steps, doc);
		said[count++] = steps;
	}
}

static void say_care(const struct draft *draft, struct doc *doc)
{
	static const char *const items[] = {
		"Do it in a change window: the server has to be restarted.",
		"Set exclusions first for what runs there (databases, mail, backup), as the makers of these programs advise.",
		"An active antivirus reads files as they are opened. Watch the load of busy servers in the first days.",
		"Do not stop or disable the services WinDefend and Sense, whatever other guides say.",
	};

	if (draft->host_count == 0)
		return;
	head(doc, 1, "Before you change anything");
	for (size_t i = 0; i < sizeof items / sizeof *items; i++)
		paragraph(doc, DOC_ITEM, items[i]);
}

static void say_end(const struct draft *draft, struct doc *doc)
{
	if (draft->host_count == 0)
		return;
	head(doc, 1, "When it is done");
	paragraph(doc, DOC_TEXT, how_it_ends);
}

void draft_doc(const struct draft *draft, uint32_t hosts, struct doc *doc)
{
	say_warnings(draft, doc);
	say_intro(draft, doc);
	say_counts(draft, doc);
	say_note(draft, doc);
	say_change(draft, doc);
	if (draft->host_count > 0)
		head(doc, 1, "Servers by team");
	draft_doc_hosts(draft, hosts, doc);
	say_care(draft, doc);
	say_steps(draft, doc);
	say_end(draft, doc);
	paragraph(doc, DOC_MARK, draft->mark);
}
