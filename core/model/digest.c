/* digest.c - from a run and its ticket to what the channel reads. */
#include "core/model/digest.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"

#define TEAM_NAME_MAX 60    /* bytes of a name in a list; cut with `...` */

/* -- texts -- */

/* Visible, and at most `most` bytes, cut where a character ends. */
static char *make_text(const char *bytes, size_t n, size_t most)
{
	struct strbuf text = STRBUF_INIT(SIZE_MAX / 4);
	size_t end;
	char *made;

	doc_visible((struct slice){ bytes, n }, &text);
	end = text.len;
	if (end > most) {
		end = most - 3;
		while (end > 0 && ((unsigned char)text.buf[end] & 0xC0) == 0x80)
			end--;
	}
	made = xmalloc(end + 4);
	if (end > 0)
		memcpy(made, strbuf_text(&text), end);
	memcpy(made + end, end < text.len ? "..." : "", end < text.len ? 4 : 1);
	strbuf_release(&text);
	return made;
}

static char *text_of(const struct strbuf *text)
{
	return make_text(strbuf_text(text), text->len, DIGEST_TEXT_MAX);
}

/* `20 Nov 06:00Z` would leave the year to guess: 2026-11-20 06:00Z. */
static void add_time(int64_t seconds, struct strbuf *out)
{
	struct strbuf iso = STRBUF_INIT(64);

	time_format(&iso, seconds);
	if (iso.len == sizeof "2026-11-20T06:00:00Z" - 1)
		strbuf_addf(out, "%.10s %.5sZ", iso.buf, iso.buf + 11);
	else
		strbuf_adds(out, strbuf_text(&iso));
	strbuf_release(&iso);
}

/* -- parts -- */

static void add_warning(struct digest *digest, const char *text)
{
	digest->warnings[digest->warning_count++] = make_text(text, strlen(text), DIGEST_TEXT_MAX);
}

/* The reasons of an incomplete run, then the ticket's failure; what has no room is counted. */
static void make_warnings(const struct draft *draft, const struct digest_record *record, struct digest *digest)
{
	size_t room = DIGEST_REASONS + (record->failure ? 0 : 1);
	struct strbuf text = STRBUF_INIT(SIZE_MAX / 4);

	for (size_t i = 0; i < draft->reason_count && digest->warning_count < room; i++) {
		if (digest->warning_count + 1 == room && draft->reason_count - i > 1) {
			strbuf_addf(&text, "%zu more reasons why the run is incomplete.", draft->reason_count - i);
			add_warning(digest, strbuf_text(&text));
		} else {
			add_warning(digest, draft->reasons[i]);
		}
	}
	if (!draft->complete && draft->reason_count == 0)
		add_warning(digest, "The run is incomplete.");
	if (record->failure) {
		strbuf_clear(&text);
		strbuf_addf(&text, "The ticket could not be written: %s", record->failure);
		add_warning(digest, strbuf_text(&text));
	}
	strbuf_release(&text);
}

static char *make_title(const struct draft *draft)
{
	struct strbuf text = STRBUF_INIT(256);
	char *title;

	if (draft->host_count == 0)
		strbuf_adds(&text, draft->complete ? "No server without active Defender Antivirus"
			: "No server without active Defender Antivirus was seen");
	else
		draft_servers(draft->host_count, &text);
	if (draft->host_count > 0)
		strbuf_adds(&text, " without active Defender Antivirus");
	title = text_of(&text);
	strbuf_release(&text);
	return title;
}

static char *make_change(const struct run *run)
{
	static const enum change kinds[] = { CHANGE_NEW, CHANGE_PERSISTING, CHANGE_RESOLVED, CHANGE_VANISHED };
	struct strbuf text = STRBUF_INIT(1024);
	char *change;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds && run->baseline > 0; i++) {
		strbuf_adds(&text, i ? ", " : "");
		strbuf_add_count(&text, run->changes[kinds[i]]);
		strbuf_addf(&text, " %s", change_names[kinds[i]]);
	}
	if (run->baseline > 0) {
		strbuf_adds(&text, " since ");
		add_time(run->baseline_started, &text);
		strbuf_adds(&text, run->baseline_incomplete ? " (that run was incomplete)" : "");
	} else {
		strbuf_adds(&text, "first run of this scope: nothing to compare with");
	}
	change = text_of(&text);
	strbuf_release(&text);
	return change;
}

/* The hosts are sorted by team; the worst of all are found in one pass. */
static void make_worst(const struct draft *draft, struct digest *digest)
{
	const struct draft_host *worst[DIGEST_WORST];
	size_t count = 0;

	for (uint32_t i = 0; i < draft->host_count; i++) {
		const struct draft_host *host = &draft->hosts[i];
		size_t at = count;

		while (at > 0 && draft_host_order(host, worst[at - 1]) < 0)
			at--;
		if (at == DIGEST_WORST)
			continue;
		if (count < DIGEST_WORST)
			count++;
		memmove(worst + at + 1, worst + at, (count - 1 - at) * sizeof *worst);
		worst[at] = host;
	}
	for (size_t i = 0; i < count; i++) {
		const struct draft_team *team = &draft->teams[worst[i]->team];
		struct strbuf text = STRBUF_INIT(4096);

		strbuf_adds(&text, verdicts[worst[i]->verdict].name);
		if (worst[i]->signature_time != TIME_NONE) {
			strbuf_adds(&text, ", signatures ");
			age_format(&text, draft->now - worst[i]->signature_time);
			strbuf_adds(&text, " old");
		}
		if (*worst[i]->other_av)
			strbuf_addf(&text, ", %s", worst[i]->other_av);
		else if (worst[i]->flags & FLAG_NO_OTHER_AV)
			strbuf_adds(&text, ", no other antivirus");
		strbuf_addf(&text, ", %s", team->state == OWNER_OWNED ? team->name
			: team->state == OWNER_AMBIGUOUS ? "several owners" : "without an owner");
		digest->worst[i].name = make_text(worst[i]->name, strlen(worst[i]->name), DIGEST_TEXT_MAX);
		digest->worst[i].text = text_of(&text);
		strbuf_release(&text);
	}
	digest->worst_count = count;
}

static void add_team(struct digest *digest, const char *name, uint32_t hosts)
{
	struct strbuf count = STRBUF_INIT(64);

	strbuf_add_count(&count, hosts);
	digest->teams[digest->team_count++] = (struct digest_item){ make_text(name, strlen(name), TEAM_NAME_MAX), text_of(&count) };
	strbuf_release(&count);
}

/* Teams by hosts; those without room as one; hosts without an owner last. The counts add up to the hosts. */
static void make_teams(const struct draft *draft, struct digest *digest)
{
	size_t owned = 0, named;
	uint32_t rest = 0, unowned = 0;

	while (owned < draft->team_count && draft->teams[owned].state == OWNER_OWNED)
		owned++;
	for (size_t i = owned; i < draft->team_count; i++)
		unowned += draft->teams[i].count;
	named = DIGEST_TEAMS + (unowned == 0 ? 1 : 0);
	if (owned > named)
		named--;   /* for the line of the rest */
	named = owned < named ? owned : named;
	for (size_t i = 0; i < named; i++)
		add_team(digest, draft->teams[i].name, draft->teams[i].count);
	for (size_t i = named; i < owned; i++)
		rest += draft->teams[i].count;
	if (owned > named) {
		struct strbuf text = STRBUF_INIT(64);

		strbuf_addf(&text, "%zu other teams", owned - named);
		add_team(digest, strbuf_text(&text), rest);
		strbuf_release(&text);
	}
	if (unowned > 0)
		add_team(digest, "without an owner", unowned);
}

static void make_record(const struct digest_record *record, struct digest *digest)
{
	struct strbuf text = STRBUF_INIT(4096);

	if (record->number && *record->number)
		strbuf_addf(&text, "%s %s", record->number, record->word ? record->word : "");
	digest->record = text_of(&text);
	/* An address is kept whole or not at all: half of one leads elsewhere. */
	digest->record_url = xstrdup(text.len > 0 && doc_is_address(slice_of(record->url)) ? record->url : "");
	strbuf_release(&text);
}

void digest_make(const struct run *run, const struct draft *draft, const struct digest_record *record, struct digest *digest)
{
	static const struct digest_record none = { 0 };
	struct strbuf text = STRBUF_INIT(4096);

	digest_release(digest);
	record = record ? record : &none;
	digest->complete = draft->complete;
	make_warnings(draft, record, digest);
	digest->title = make_title(draft);
	digest->counts = make_text(draft->count_line, strlen(draft->count_line), DIGEST_TEXT_MAX);
	digest->change = make_change(run);
	make_worst(draft, digest);
	make_teams(draft, digest);
	make_record(record, digest);
	digest->scope = make_text(draft->scope, strlen(draft->scope), DIGEST_TEXT_MAX);
	if (run->id > 0)
		strbuf_addf(&text, "run %lld of ", (long long)run->id);
	else   /* a dry run keeps none */
		strbuf_adds(&text, "run of ");
	add_time(run->started, &text);
	digest->when = text_of(&text);
	strbuf_release(&text);
}

void digest_release(struct digest *digest)
{
	for (size_t i = 0; i < digest->warning_count; i++)
		free(digest->warnings[i]);
	for (size_t i = 0; i < digest->worst_count; i++) {
		free(digest->worst[i].name);
		free(digest->worst[i].text);
	}
	for (size_t i = 0; i < digest->team_count; i++) {
		free(digest->teams[i].name);
		free(digest->teams[i].text);
	}
	free(digest->title);
	free(digest->counts);
	free(digest->change);
	free(digest->record);
	free(digest->record_url);
	free(digest->scope);
	free(digest->when);
	*digest = (struct digest){ 0 };
}

/* -- plain text -- */

void digest_plain(const struct digest *digest, struct strbuf *out)
{
	for (size_t i = 0; i < digest->warning_count; i++)
		strbuf_addf(out, "%s%s\n", i == 0 && !digest->complete ? "INCOMPLETE: " : "! ", digest->warnings[i]);
	strbuf_addf(out, "%s\n%s\n%s\n", digest->title, digest->counts, digest->change);
	if (digest->worst_count > 0)
		strbuf_adds(out, "Worst:\n");
	for (size_t i = 0; i < digest->worst_count; i++)
		strbuf_addf(out, "  %s: %s\n", digest->worst[i].name, digest->worst[i].text);
	for (size_t i = 0; i < digest->team_count; i++)
		strbuf_addf(out, "%s%s: %s", i ? "; " : "By team: ", digest->teams[i].name, digest->teams[i].text);
	if (digest->team_count > 0)
		strbuf_addc(out, '\n');
	if (*digest->record)
		strbuf_addf(out, "Ticket: %s%s%s\n", digest->record, *digest->record_url ? " " : "", digest->record_url);
	strbuf_addf(out, "%s, %s\n", digest->scope, digest->when);
}
