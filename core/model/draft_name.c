/* draft_name.c - what a draft is called: the scope for people, the title, the correlation id, the mark. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/draft_parts.h"

#define SCOPE_MAX 4000           /* bytes of the scope for people */
#define ALL_GROUPS "every machine group"
#define ALL_SERVERS "os_platform=windowsserver\n"

/* -- hashes -- */

#define FNV_PRIME UINT64_C(0x100000001B3)

/* Fowler, Noll and Vo's hash 1a. The length goes first, so that `ab`, `c` and `a`, `bc` differ. */
uint64_t draft_hash(uint64_t hash, struct slice part)
{
	uint64_t len = part.len;

	for (int i = 0; i < 8; i++)
		hash = (hash ^ (len >> 8 * i & 0xFF)) * FNV_PRIME;
	for (size_t i = 0; i < part.len; i++)
		hash = (hash ^ (unsigned char)part.text[i]) * FNV_PRIME;
	/* The last bytes reach the low bits only; this spreads them. */
	hash ^= hash >> 32;
	hash *= UINT64_C(0xD6E8FEB86659FD93);
	return hash ^ hash >> 32;
}

void draft_correlation(const char *scope, bool per_run, int64_t run_started, struct strbuf *out)
{
	struct strbuf time = STRBUF_INIT(64);

	strbuf_addf(out, "rouse-%012" PRIx64, draft_hash(DRAFT_HASH_START, slice_of(scope ? scope : "")) >> 16);
	if (per_run) {
		time_format(&time, run_started);
		strbuf_addc(out, '-');
		for (size_t i = 0; i < time.len; i++)
			if (time.buf[i] != '-' && time.buf[i] != ':')
				strbuf_addc(out, time.buf[i]);
	}
	strbuf_release(&time);
}

/* -- the scope -- */

/* The estate's spelling of a lower-cased group, so that people read Win-Servers-Prod. */
static struct slice group_spelling(const struct run *run, struct slice lower)
{
	struct strbuf scratch = STRBUF_INIT(SIZE_MAX / 4);
	struct slice found = lower;

	for (size_t i = 0; i < run->group_count; i++) {
		if (!run->groups[i].in_scope || !run->groups[i].name.text)
			continue;
		strbuf_clear(&scratch);
		utf8_lower(&scratch, run->groups[i].name.text, run->groups[i].name.len);
		if (slice_equal((struct slice){ strbuf_text(&scratch), scratch.len }, lower)) {
			found = run->groups[i].name;
			break;
		}
	}
	strbuf_release(&scratch);
	return found;
}

/* The values of `group=` or `os_platform=` lines with commas between. */
static void add_lines(const struct run *run, const char *head, struct strbuf *out)
{
	const char *line = run->scope ? run->scope : "", *comma = "";
	size_t skip = strlen(head);

	while (*line) {
		size_t n = strcspn(line, "\n");
		struct slice word = { line + skip, n > skip ? n - skip : 0 };

		if (n > skip && strncmp(line, head, skip) == 0) {
			if (*head == 'g')
				word = group_spelling(run, word);
			strbuf_adds(out, comma);
			doc_visible(word, out);
			comma = ", ";
		}
		line += n + (line[n] != '\0');
	}
}

void draft_name_scope(const struct run *run, struct draft *draft)
{
	struct strbuf text = STRBUF_INIT(SCOPE_MAX), platforms = STRBUF_INIT(SCOPE_MAX);

	add_lines(run, "group=", &text);
	if (text.len == 0)
		strbuf_adds(&text, ALL_GROUPS);
	add_lines(run, "os_platform=", &platforms);
	if (platforms.len > 0 && strcmp(strbuf_text(&platforms), "windowsserver") != 0)
		strbuf_addf(&text, " (%s)", strbuf_text(&platforms));
	free(draft->scope);
	draft->scope = xstrdup(strbuf_text(&text));
	strbuf_release(&text);
	strbuf_release(&platforms);
}

/* -- the run -- */

void draft_run_name(const struct draft *draft, struct strbuf *out)
{
	struct strbuf iso = STRBUF_INIT(64);

	time_format(&iso, draft->run_started);
	if (draft->run > 0)
		strbuf_addf(out, "Run %" PRId64 " of ", draft->run);
	else
		strbuf_adds(out, "The run of ");
	if (iso.len == sizeof "2026-11-20T06:00:00Z" - 1)
		strbuf_addf(out, "%.10s %.5sZ", iso.buf, iso.buf + 11);
	else
		strbuf_adds(out, strbuf_text(&iso));
	strbuf_release(&iso);
}

/* -- the title -- */

void draft_servers(uint32_t count, struct strbuf *out)
{
	strbuf_add_count(out, count);
	strbuf_adds(out, count == 1 ? " server" : " servers");
}

/* What is true of all hosts: passive in one of its forms, not active, or not even known. */
static const char *state_words(const struct draft *draft)
{
	bool passive = true, known = true;

	for (uint32_t i = 0; i < draft->host_count; i++) {
		enum verdict verdict = draft->hosts[i].verdict;

		passive = passive && (verdict == VERDICT_PASSIVE || verdict == VERDICT_EDR_BLOCK || verdict == VERDICT_PASSIVE_AUDIT);
		known = known && verdict != VERDICT_UNKNOWN && verdict != VERDICT_UNASSESSED;
	}
	return passive ? "passive" : known ? "not active" : "not known to be active";
}

static void add_title(const struct draft *draft, const char *team, struct strbuf *out)
{
	if (draft->host_count == 0) {
		strbuf_adds(out, "Defender Antivirus: no server left to mend");
	} else {
		strbuf_addf(out, "Defender Antivirus %s on ", state_words(draft));
		strbuf_add_count(out, draft->host_count);
		strbuf_addf(out, "%s server%s", draft->chosen ? " chosen" : "", draft->host_count == 1 ? "" : "s");
	}
	if (team) {
		strbuf_adds(out, ", ");
		doc_visible(slice_of(team), out);
	}
	strbuf_addf(out, ": %s", draft->scope);
}

/* At most DRAFT_TITLE_MAX bytes, cut where a character ends. */
static char *cut_title(const char *text)
{
	size_t len = strlen(text), end = DRAFT_TITLE_MAX - 3;
	char *title;

	if (len <= DRAFT_TITLE_MAX)
		return xstrdup(text);
	while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80)
		end--;
	title = xmalloc(end + 4);
	memcpy(title, text, end);
	memcpy(title + end, "...", 4);
	return title;
}

void draft_name_title(struct draft *draft, const char *wanted, const char *team)
{
	static const char head[] = "INCOMPLETE: ";
	struct strbuf text = STRBUF_INIT(SIZE_MAX / 4);

	if (!draft->complete && !(wanted && strncmp(wanted, head, sizeof head - 1) == 0))
		strbuf_adds(&text, head);
	if (wanted && *wanted)
		doc_visible(slice_of(wanted), &text);
	else
		add_title(draft, team, &text);
	free(draft->title);
	draft->title = cut_title(strbuf_text(&text));
	strbuf_release(&text);
}

/* -- the mark -- */

/* Hosts are summed up, so that their order does not count. */
static uint64_t host_hash(const struct draft *draft, const struct draft_host *host)
{
	const struct draft_team *team = &draft->teams[host->team];
	uint64_t hash = draft_hash(DRAFT_HASH_START, host->device);
	const char *const parts[] = {
		host->name, host->verdict < VERDICT_COUNT ? verdicts[host->verdict].name : "", host->mode, host->other_av,
		owner_state_names[team->state], team->name,
	};

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		hash = draft_hash(hash, slice_of(parts[i]));
	return hash;
}

void draft_name_mark(struct draft *draft)
{
	const char *const parts[] = { draft->title, draft->note, draft->assignment, draft->complete ? "complete" : "incomplete" };
	struct strbuf text = STRBUF_INIT(256);
	uint64_t sum = draft->reason_mark, hash = DRAFT_HASH_START;

	for (uint32_t i = 0; i < draft->host_count; i++)
		sum += host_hash(draft, &draft->hosts[i]);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		hash = draft_hash(hash, slice_of(parts[i]));
	strbuf_addf(&text, "%" PRIu64, sum);   /* as text: the same on machines of either byte order */
	hash = draft_hash(hash, (struct slice){ strbuf_text(&text), text.len });
	strbuf_clear(&text);
	strbuf_addf(&text, "%s %" PRIu32 " hosts %016" PRIx64, draft->correlation, draft->host_count, hash);
	free(draft->mark);
	draft->mark = xstrdup(strbuf_text(&text));
	strbuf_release(&text);
}
