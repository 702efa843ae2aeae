/* groups_say.c - the audit in sentences. Names in them are made visible. */
#include <inttypes.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/groups.h"

static void add_count(struct strbuf *out, uint64_t n, const char *one, const char *many)
{
	strbuf_add_count(out, n);
	strbuf_addc(out, ' ');
	strbuf_adds(out, n == 1 ? one : many);
}

static void add_servers(struct strbuf *out, uint64_t n)
{
	add_count(out, n, "server", "servers");
}

void groups_difference_words(unsigned difference, struct strbuf *out)
{
	static const struct { unsigned bit; const char *words; } kinds[] = {
		{ DIFFERENCE_BLANKS, "blanks" }, { DIFFERENCE_PUNCTUATION, "punctuation" }, { DIFFERENCE_LOOKALIKE, "look-alike letters" },
		{ DIFFERENCE_SLIP, "typing slip" }, { DIFFERENCE_CASE, "case" },
	};
	unsigned left = difference & DIFFERENCE_APART ? 0 : difference;
	bool any = false;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!(left & kinds[i].bit))
			continue;
		left &= ~kinds[i].bit;
		strbuf_adds(out, !any ? "" : left ? ", " : " and ");
		strbuf_adds(out, kinds[i].words);
		any = true;
	}
}

/* The next character, or -2 at the end; bytes that are none of UTF-8 are -1. */
static int32_t next_char(struct slice text, size_t *at)
{
	int32_t cp = -2;

	if (*at < text.len)
		*at += utf8_decode(text.text + *at, text.len - *at, &cp);
	return cp;
}

void groups_show_name(struct slice name, struct strbuf *out)
{
	int32_t before = ' ', cp;

	for (size_t at = 0, start = 0; (cp = next_char(name, &at)) != -2; before = cp, start = at) {
		bool blank = cp >= 0 && utf8_class(cp) == UTF8_BLANK;

		if (blank && (cp != ' ' || before == ' ' || at == name.len))
			strbuf_addf(out, cp < 0x80 ? "\\x%02" PRIx32 : "\\u%04" PRIx32, (uint32_t)cp);
		else if (cp >= 0 && utf8_class(cp) == UTF8_HIDDEN && utf8_width(cp) >= 0)
			strbuf_addf(out, cp > 0xFFFF ? "\\u%06" PRIx32 : "\\u%04" PRIx32, (uint32_t)cp);
		else
			utf8_visible(out, name.text + start, at - start);
	}
}

static void add_char(struct strbuf *out, int32_t cp)
{
	if (cp > ' ' && cp < 0x7F)
		strbuf_addc(out, (char)cp);
	else if (cp == -2)
		strbuf_adds(out, "the end");
	else if (cp < 0)
		strbuf_adds(out, "no character");
	else
		strbuf_addf(out, cp == ' ' ? "a blank" : "U+%04" PRIX32, (uint32_t)cp);
}

void groups_place(struct slice name, struct slice configured, struct strbuf *out)
{
	size_t i = 0, j = 0, place = 0;
	int32_t a, b;

	do {
		place++;
		a = next_char(name, &i);
		b = next_char(configured, &j);
	} while (a == b && a != -2);
	if (a == b)
		return;
	strbuf_addf(out, "character %zu is ", place);
	add_char(out, a);
	strbuf_adds(out, ", not ");
	add_char(out, b);
}

void groups_say_total(const struct group_audit *audit, struct strbuf *out)
{
	add_count(out, audit->groups, "group", "groups");
	strbuf_adds(out, ", ");
	add_servers(out, audit->servers);
	strbuf_adds(out, ": ");
	strbuf_add_count(out, audit->servers_in);
	strbuf_adds(out, " in scope, ");
	strbuf_add_count(out, audit->servers_out);
	strbuf_adds(out, " out of scope; ");
	strbuf_add_count(out, audit->servers_none);
	strbuf_adds(out, " in no group");
}

void groups_say_folding(const struct group_audit *audit, struct strbuf *out)
{
	if (!audit->servers_folded)
		return;
	strbuf_adds(out, "a case-sensitive comparison would lose ");
	add_servers(out, audit->servers_folded);
	strbuf_adds(out, " of ");
	add_count(out, audit->folded_groups, "group", "groups");
	/* in~ folds ASCII only. */
	if (audit->servers_ascii) {
		strbuf_adds(out, ", KQL's in~ ");
		strbuf_add_count(out, audit->servers_ascii);
	}
}

void groups_say_scope(const struct group_audit *audit, struct strbuf *out)
{
	if (!audit->known) {
		strbuf_addf(out, "Run %" PRId64 " is from before machine groups were counted, so nothing can be said of them: "
		            "run `rouse detect` again.", audit->run->id);
		return;
	}
	if (audit->all_groups)
		strbuf_adds(out, "No machine group is configured, so every group is in scope.");
	if (audit->scope_changed)
		strbuf_addf(out, "%sRun %" PRId64 " was made with another scope than the configuration has now: what is in scope is judged "
		            "by the one of now, findings are those of the run.", out->len ? " " : "", audit->run->id);
}

void groups_say_unmatched(const struct audit_unmatched *unmatched, struct strbuf *out)
{
	const struct run_group *nearest = unmatched->nearest;

	strbuf_adds(out, "The configured group \"");
	groups_show_name(slice_of(unmatched->name), out);
	strbuf_adds(out, "\" matches no server");
	if (nearest) {
		strbuf_adds(out, "; the nearest group is \"");
		groups_show_name(nearest->name, out);
		strbuf_adds(out, "\" with ");
		add_servers(out, nearest->servers);
		if (!(unmatched->difference & DIFFERENCE_APART)) {
			strbuf_adds(out, " (");
			groups_difference_words(unmatched->difference, out);
			strbuf_addc(out, ')');
		}
	} else {
		strbuf_adds(out, ", and no group of the estate is like it");
	}
	strbuf_addc(out, '.');
}

void groups_say_stake(const struct group_audit *audit, struct strbuf *out)
{
	if (!audit->stake_groups)
		return;
	add_servers(out, audit->servers_stake);
	strbuf_adds(out, audit->servers_stake == 1 ? " is in " : " are in ");
	add_count(out, audit->stake_groups, "machine group whose name nearly matches", "machine groups whose names nearly match");
	strbuf_adds(out, " the scope");
}

void groups_warning(const struct group_audit *audit, struct strbuf *out)
{
	if (audit->stake_groups) {
		groups_say_stake(audit, out);
		strbuf_adds(out, ": see rouse groups.");
	}
	if (audit->unmatched_count) {
		strbuf_adds(out, out->len ? " " : "");
		add_count(out, audit->unmatched_count, "configured machine group matches no server",
		          "configured machine groups match no server");
		strbuf_adds(out, ": see rouse groups.");
	}
}
