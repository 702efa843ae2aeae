/* draft_hosts.c - the hosts of a draft as sections, one for each team. */
#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/model/draft_parts.h"

static const char not_known[] = "not known";

void draft_team_name(const struct draft_team *team, struct strbuf *out)
{
	static const char *const states[OWNER_STATE_COUNT] = {
		[OWNER_UNOWNED] = "No team in the CMDB", [OWNER_UNKNOWN] = "Not in the CMDB",
		[OWNER_AMBIGUOUS] = "More than one team in the CMDB", [OWNER_UNASKED] = "Owner not looked up",
	};

	strbuf_adds(out, team->state == OWNER_OWNED ? team->name : states[team->state]);
}

/* -- cells -- */

static void say(struct doc *doc, const char *text)
{
	doc_say(doc, slice_of(text));
}

/* `2026-10-10 (41d 3h old)`; to the minute when `minutes`. */
static void say_time(struct doc *doc, int64_t time, int64_t now, bool minutes)
{
	struct strbuf iso = STRBUF_INIT(64), age = STRBUF_INIT(64);

	if (time == TIME_NONE) {
		say(doc, not_known);
		return;
	}
	time_format(&iso, time);
	age_format(&age, now - time);
	if (iso.len == sizeof "2026-11-20T06:00:00Z" - 1 && minutes)
		doc_sayf(doc, "%.10s %.5sZ (%s)", iso.buf, iso.buf + 11, strbuf_text(&age));
	else
		doc_sayf(doc, "%.*s (%s)", iso.len > 10 ? 10 : (int)iso.len, strbuf_text(&iso), strbuf_text(&age));
	strbuf_release(&iso);
	strbuf_release(&age);
}

/* What the verdict leaves open is in the mode: `unknown (code 6, not documented)`. */
static void say_verdict(struct doc *doc, const struct draft_host *host)
{
	const char *name = host->verdict < VERDICT_COUNT ? verdicts[host->verdict].name : "unknown";

	if (host->verdict == VERDICT_UNKNOWN && host->flags & FLAG_CONFLICT)
		doc_sayf(doc, "%s (the reports disagree)", name);
	else if (host->verdict == VERDICT_UNKNOWN && *host->mode)
		doc_sayf(doc, "%s (mode %.40s)", name, host->mode);
	else
		say(doc, name);
}

static void say_host(struct doc *doc, const struct draft *draft, const struct draft_host *host, bool notes)
{
	doc_begin(doc, DOC_ROW, 0);
	doc_link(doc, slice_of(*host->name ? host->name : "(no name)"), slice_of(host->url));
	say(doc, *host->platform ? host->platform : not_known);
	say_verdict(doc, host);
	say_time(doc, host->signature_time, draft->now, false);
	if (host->change == CHANGE_VANISHED)
		say(doc, "not in this run, which is incomplete");
	else
		say_time(doc, host->last_seen, draft->now, true);
	say(doc, *host->other_av ? host->other_av : host->flags & FLAG_NO_OTHER_AV ? "none found" : not_known);
	say(doc, *host->group ? host->group : "(no group)");
	if (notes)
		say(doc, host->note);
}

/* -- teams -- */

static void say_columns(struct doc *doc, bool notes)
{
	static const char *const names[] = { "HOST", "OS", "VERDICT", "SIGNATURES (AGE)", "LAST SEEN (AGE)", "OTHER AV", "GROUP", "NOTE" };

	doc_begin(doc, DOC_COLUMNS, 0);
	for (size_t i = 0; i < sizeof names / sizeof *names - !notes; i++)
		say(doc, names[i]);
}

/* What a team, or who has to find one, does with its section. */
static void say_unowned(struct doc *doc, enum owner_state state)
{
	static const char *const words[OWNER_STATE_COUNT] = {
		[OWNER_UNOWNED] = "The CMDB has these servers, but names no team. Whoever knows them: please pass them on.",
		[OWNER_UNKNOWN] = "The CMDB does not have these servers. Whoever knows them: please pass them on, and have them entered.",
		[OWNER_AMBIGUOUS] = "The CMDB has several records of these servers that name different teams. The security team will choose.",
		[OWNER_UNASKED] = "The CMDB was not asked about these servers, or did not answer. The security team will look them up.",
	};

	if (!words[state])
		return;
	doc_begin(doc, DOC_TEXT, 0);
	say(doc, words[state]);
}

static void say_team(const struct draft *draft, const struct draft_team *team, uint32_t rows, struct doc *doc)
{
	struct strbuf text = STRBUF_INIT(4096);
	bool notes = false;

	draft_team_name(team, &text);
	strbuf_adds(&text, ": ");
	draft_servers(team->count, &text);
	doc_begin(doc, DOC_HEAD, 2);
	doc_say(doc, (struct slice){ strbuf_text(&text), text.len });
	if (*team->contact) {
		say(doc, " (");
		doc_mail(doc, slice_of(team->contact));
		say(doc, ")");
	}
	say_unowned(doc, team->state);
	for (uint32_t i = 0; i < rows; i++)
		notes = notes || *draft->hosts[team->first + i].note;
	if (rows > 0)
		say_columns(doc, notes);
	for (uint32_t i = 0; i < rows; i++)
		say_host(doc, draft, &draft->hosts[team->first + i], notes);
	if (rows < team->count) {
		uint32_t rest = team->count - rows;

		strbuf_clear(&text);
		strbuf_add_count(&text, rest);
		doc_begin(doc, DOC_TEXT, 0);
		doc_sayf(doc, "%s%s %s in the attached CSV.", strbuf_text(&text), rows > 0 ? " more" : "", rest == 1 ? "is" : "are");
	}
	strbuf_release(&text);
}

/* The rows go to the teams in turn, so that a short body still shows the worst of each team. */
static uint32_t fair_share(const struct draft *draft, uint32_t hosts)
{
	uint32_t low = 0, high = hosts;

	while (low < high) {   /* the largest share that all rows together allow */
		uint32_t share = low + (high - low + 1) / 2;
		uint64_t sum = 0;

		for (size_t i = 0; i < draft->team_count; i++)
			sum += draft->teams[i].count < share ? draft->teams[i].count : share;
		if (sum <= hosts)
			low = share;
		else
			high = share - 1;
	}
	return low;
}

void draft_doc_hosts(const struct draft *draft, uint32_t hosts, struct doc *doc)
{
	uint32_t share = hosts >= draft->host_count ? draft->host_count : fair_share(draft, hosts), left = hosts;

	for (size_t i = 0; i < draft->team_count; i++)
		left -= draft->teams[i].count < share ? draft->teams[i].count : share;
	for (size_t i = 0; i < draft->team_count; i++) {
		const struct draft_team *team = &draft->teams[i];
		uint32_t rows = team->count < share ? team->count : share;

		if (rows < team->count && left > 0) {   /* what the division left over */
			rows++;
			left--;
		}
		say_team(draft, team, rows, doc);
	}
}
