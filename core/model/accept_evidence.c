/* accept_evidence.c - what ends an acceptance: the host is another finding than the one that was accepted, or none any more. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/accept.h"
#include "core/model/tie.h"
#include "core/model/value.h"

#define AV_FLAGS (FLAG_OTHER_AV | FLAG_NO_OTHER_AV)
#define OLD_FLAGS (FLAG_STALE | FLAG_SILENT)
#define MODE_SHOWN 64   /* bytes of a mode in a reason */

/* -- what a run looks at -- */

struct acceptance_sight acceptances_sight(const struct table *table)
{
	struct acceptance_sight sight = { false, false };

	for (uint32_t row = 0; row < table->count && !(sight.antivirus && sight.health); row++) {
		if (!table_is_present(table, row))
			continue;
		sight.antivirus |= (table->flags[row] & AV_FLAGS) != 0;
		sight.health |= table->text[TEXT_ONBOARDING][row] != MAP_NONE || table->text[TEXT_HEALTH][row] != MAP_NONE;
	}
	return sight;
}

/* The acceptance that takes a row out of the lists, or NULL. */
static const struct acceptance *hiding(const struct lens *lens, uint32_t row)
{
	const struct acceptance *found = acceptances_find(lens->acceptances, table_packed_id(lens->table, row));

	return found && table_is_finding(lens->table, row) && acceptance_in_force(found, lens->now) ? found : NULL;
}

uint32_t acceptances_unseen(const struct lens *lens)
{
	uint32_t count = 0;

	if (!lens->acceptances || !lens->acceptances->count || acceptances_sight(lens->table).antivirus)
		return 0;
	for (uint32_t row = 0; row < lens->table->count; row++) {
		const struct acceptance *found = hiding(lens, row);
		count += found && *found->other_av;
	}
	return count;
}

bool acceptance_is_old(const struct acceptance *acceptance, const struct table *table, uint32_t row)
{
	return table_is_finding(table, row) && (table->flags[row] & ~(unsigned)acceptance->flags & OLD_FLAGS);
}

uint32_t acceptances_old(const struct lens *lens)
{
	uint32_t count = 0;

	if (!lens->acceptances || !lens->acceptances->count)
		return 0;
	for (uint32_t row = 0; row < lens->table->count; row++) {
		const struct acceptance *found = hiding(lens, row);
		count += found && acceptance_is_old(found, lens->table, row);
	}
	return count;
}

/* -- clauses -- */

static void next_clause(struct strbuf *why)
{
	if (why->len)
		strbuf_adds(why, ", ");
}

static bool say(struct strbuf *why, const char *text)
{
	next_clause(why);
	strbuf_adds(why, text);
	return true;
}

static bool list_has(struct slice list, struct slice name)
{
	struct slice item;

	for (size_t at = 0; text_set_next(list, NAME_SEPARATOR, &at, &item);)
		if (slice_equal(item, name))
			return true;
	return false;
}

/* Each product that was there when the host was accepted must still be there; one more is no harm. */
static bool antivirus_gone(const struct acceptance *acceptance, struct slice now, struct strbuf *why)
{
	struct slice before = slice_of(acceptance->other_av), name;
	bool gone = false;

	for (size_t at = 0; text_set_next(before, NAME_SEPARATOR, &at, &name);) {
		if (now.text && list_has(now, name))
			continue;
		next_clause(why);
		strbuf_add(why, name.text, name.len);
		strbuf_adds(why, " is gone");
		gone = true;
	}
	return gone;
}

/* `the verdict is disabled now and was passive`. The sort rank is no measure for unknown and unassessed: they may be anything. */
static bool verdict_worse(const struct acceptance *acceptance, uint8_t now, struct strbuf *why)
{
	enum verdict was = acceptance->verdict;

	if (now >= VERDICT_COUNT || now == was)
		return false;
	if (was < VERDICT_COUNT && now != VERDICT_UNKNOWN && now != VERDICT_UNASSESSED && verdicts[now].worst >= verdicts[was].worst)
		return false;
	next_clause(why);
	strbuf_addf(why, "the verdict is %s now and was %s", verdicts[now].name, was < VERDICT_COUNT ? verdicts[was].name : "another");
	return true;
}

static void add_mode(struct strbuf *why, struct slice mode)
{
	if (mode_given(mode))
		utf8_repair(why, mode.text, mode.len < MODE_SHOWN ? mode.len : MODE_SHOWN);
	else
		strbuf_adds(why, "missing");
}

/* `the mode is 9 now and was 3`: among unknown hosts too, another code is another case. `said`: the verdict tells of a missing one. */
static bool mode_strange(const struct acceptance *acceptance, struct slice now, bool said, struct strbuf *why)
{
	struct slice was = slice_of(acceptance->mode ? acceptance->mode : "");

	/* Modes were cut to the length of a name when they were kept. */
	now.len = now.len < ACCEPT_NAME_MAX ? now.len : ACCEPT_NAME_MAX;
	if (mode_verdict(now) != VERDICT_UNKNOWN || mode_same(now, was) || (!mode_given(now) && (said || !mode_given(was))))
		return false;
	next_clause(why);
	strbuf_adds(why, "the mode is ");
	add_mode(why, now);
	strbuf_adds(why, " now and was ");
	add_mode(why, was);
	return true;
}

/* -- the same host -- */

static void fold(struct strbuf *out, struct slice text)
{
	struct strbuf whole = STRBUF_INIT(SIZE_MAX / 4);

	if (text.len)
		utf8_repair(&whole, text.text, text.len < ACCEPT_NAME_MAX ? text.len : ACCEPT_NAME_MAX);
	utf8_fold(out, strbuf_text(&whole), whole.len);
	strbuf_release(&whole);
}

/* The first label; an address has none, its parts are numbers. */
static struct slice short_name(const struct strbuf *folded)
{
	const char *text = strbuf_text(folded);
	size_t n = strcspn(text, ".");

	return (struct slice){ text, n == strspn(text, "0123456789") ? folded->len : n };
}

/* Whether two texts differ when they are folded; names by their first label. */
static bool another(struct slice now, struct slice was, bool name)
{
	struct strbuf a = STRBUF_INIT(SIZE_MAX / 4), b = STRBUF_INIT(SIZE_MAX / 4);

	fold(&a, now);
	fold(&b, was);
	bool differ = name ? !slice_equal(short_name(&a), short_name(&b))
		: a.len != b.len || memcmp(strbuf_text(&a), strbuf_text(&b), a.len) != 0;
	strbuf_release(&a);
	strbuf_release(&b);
	return differ;
}

/* `the group is Domain Controllers now and was Alpha`. */
static bool say_another(const char *what, struct slice now, struct slice was, struct strbuf *why)
{
	next_clause(why);
	strbuf_addf(why, "the %s is ", what);
	if (now.len)
		utf8_repair(why, now.text, now.len < ACCEPT_NAME_MAX ? now.len : ACCEPT_NAME_MAX);
	else
		strbuf_adds(why, "missing");
	strbuf_adds(why, " now and was ");
	strbuf_adds(why, was.len ? was.text : "missing");
	return true;
}

/* A host without a name was kept by its id. */
static bool renamed(const struct acceptance *acceptance, const struct table *table, uint32_t row, struct strbuf *why)
{
	struct slice now = table_name(table, row), packed = table_packed_id(table, row);
	struct slice was = slice_of(acceptance->host ? acceptance->host : "");
	char *id = NULL;

	if (!now.len) {
		id = xmalloc(2 * packed.len + 1);
		now = (struct slice){ id, id_unpack(id, packed) };
	}
	bool differs = another(now, was, true);
	free(id);
	return differs && say_another("name", table_name(table, row), was, why);
}

static bool moved(const struct acceptance *acceptance, const struct table *table, uint32_t row, struct strbuf *why)
{
	struct slice now = table_text(table, TEXT_GROUP, row), was = slice_of(acceptance->group ? acceptance->group : "");

	return another(now, was, false) && say_another("group", now, was, why);
}

/* -- all of it -- */

static bool flags_worse(const struct acceptance *acceptance, uint16_t now, bool health, struct strbuf *why)
{
	unsigned fresh = now & ~(unsigned)acceptance->flags, lost = acceptance->flags & ~(unsigned)now;
	bool worse = false;

	if (fresh & FLAG_CONFLICT)
		worse = say(why, "the witnesses disagree");
	if (fresh & FLAG_EXCLUDED)
		worse = say(why, "it is excluded");
	if (health && (lost & FLAG_PORTAL_HEALTHY))
		worse = say(why, "it is not healthy in the portal any more");
	return worse;
}

/* `fixed: active since run 7`. */
static bool fixed(int64_t run, struct strbuf *why)
{
	next_clause(why);
	strbuf_adds(why, "fixed: active");
	if (run)
		strbuf_addf(why, " since run %" PRId64, run);
	return true;
}

bool acceptance_broken(const struct acceptance *acceptance, const struct table *table, uint32_t row,
                       const struct acceptance_sight *sight, int64_t run, struct strbuf *why)
{
	unsigned fresh = table->flags[row] & ~(unsigned)acceptance->flags;
	bool broken, gone;

	if (!table_is_present(table, row))
		return false;
	if (!table_is_finding(table, row))
		return fixed(run, why);
	broken = verdict_worse(acceptance, table->verdict[row], why);
	broken |= mode_strange(acceptance, table_mode(table, row), broken, why);
	gone = sight->antivirus && antivirus_gone(acceptance, table_text(table, TEXT_OTHER_AV, row), why);
	if ((fresh & FLAG_NO_OTHER_AV) && !gone)
		gone = say(why, "no other antivirus is there");
	broken |= flags_worse(acceptance, table->flags[row], sight->health, why);
	broken |= renamed(acceptance, table, row, why);
	broken |= moved(acceptance, table, row, why);
	return broken || gone;
}

/* -- doubts before a decision -- */

void acceptance_doubts_add(struct acceptance_doubts *doubts, const struct table *table, uint32_t row)
{
	doubts->no_other_av += (table->flags[row] & FLAG_NO_OTHER_AV) != 0;
	doubts->unknown += table->verdict[row] == VERDICT_UNKNOWN;
	doubts->unassessed += table->verdict[row] == VERDICT_UNASSESSED;
}

bool acceptance_doubts_text(const struct acceptance_doubts *doubts, const char *host, struct strbuf *out)
{
	const struct { uint32_t count; const char *before, *one, *more; } rows[] = {
		{ doubts->no_other_av, "no other antivirus was seen on ", "", "" },
		{ doubts->unknown, "the mode of ", " is unknown", " is unknown" },
		{ doubts->unassessed, "", " is not assessed", " are not assessed" },
	};
	bool any = false;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (!rows[i].count)
			continue;
		strbuf_addf(out, "%s%s", any ? "; " : "", rows[i].before);
		if (host)
			strbuf_adds(out, host);
		else
			strbuf_add_count(out, rows[i].count);
		strbuf_addf(out, "%s%s", host ? "" : " of them", host || rows[i].count == 1 ? rows[i].one : rows[i].more);
		any = true;
	}
	return any;
}
