/* groups.c - the audit of a run: each group of its census against the configured names. */
#include "core/model/groups.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/groups_parts.h"

/* One configured name. */
struct configured_name {
	struct name_forms forms;
	const char *text;                  /* as it stands in the scope; borrowed */
	uint64_t servers;                  /* that are in it */
	const struct run_group *nearest;   /* the group that differs least of those that are near */
	unsigned difference;               /* of that */
};

/* The configured names, each once. */
struct configured {
	struct configured_name *names;     /* owned */
	size_t count;
};

static bool same_lower(const struct name_forms *a, const struct name_forms *b)
{
	return a->lower && b->lower && a->lower_len == b->lower_len && memcmp(a->lower, b->lower, a->lower_len) == 0;
}

/* The same bytes twice are one name. */
static void configured_make(struct configured *configured, const struct scope *scope)
{
	*configured = (struct configured){ .names = xcalloc(scope->group_count + 1, sizeof *configured->names) };
	for (size_t i = 0; i < scope->group_count; i++) {
		struct configured_name *name = &configured->names[configured->count];
		bool known = false;

		for (size_t k = 0; k < configured->count && !known; k++)
			known = strcmp(configured->names[k].text, scope->groups[i]) == 0;
		if (known)
			continue;
		name->text = scope->groups[i];
		name->difference = DIFFERENCE_APART;
		name_forms_make(&name->forms, slice_of(name->text));
		configured->count++;
	}
}

static void configured_release(struct configured *configured)
{
	for (size_t i = 0; i < configured->count; i++)
		name_forms_release(&configured->names[i].forms);
	free(configured->names);
}

/* How much a difference explains: fewer kinds first, then the surer ones. Letter case alone is the surest. */
static unsigned weight(unsigned difference)
{
	unsigned kinds = 0;

	for (unsigned bit = 1; bit < DIFFERENCE_APART; bit <<= 1)
		kinds += (difference & bit) != 0;
	return difference & DIFFERENCE_APART ? UINT32_MAX : kinds * DIFFERENCE_APART + difference;
}

/* Whether two names are equal when only a-z and A-Z are folded, as KQL's in~ does. */
static bool equal_ascii(struct slice a, struct slice b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		unsigned char x = (unsigned char)a.text[i], y = (unsigned char)b.text[i], low = x | 0x20;

		if (x != y && (low != (y | 0x20) || low < 'a' || low > 'z'))
			return false;
	}
	return true;
}

/* What case folding saves. A name may stand in the scope in several spellings; one that fits is enough. */
static void count_folding(struct group_audit *audit, const struct configured *configured, const struct audit_line *line)
{
	bool ascii = false;

	if (line->difference == DIFFERENCE_NONE)
		return;
	audit->folded_groups++;
	audit->servers_folded += line->group->servers;
	for (size_t i = 0; i < configured->count; i++)
		ascii |= equal_ascii(line->group->name, slice_of(configured->names[i].text));
	audit->servers_ascii += ascii ? 0 : line->group->servers;
}

/* Whether a group is nearer to a name than the one that was the nearest so far; of equals the larger one is. */
static bool is_nearer(unsigned difference, const struct run_group *group, unsigned best, const struct run_group *nearest)
{
	if (difference & DIFFERENCE_APART || !group->name.len)
		return false;
	return weight(difference) < weight(best) || (nearest && difference == best && group->servers > nearest->servers);
}

/* Finds the configured name that a group is, or is nearest to; and the other way round. */
static void judge(struct group_audit *audit, struct configured *configured, struct audit_line *line)
{
	struct name_forms forms;
	bool taken = false;

	name_forms_make(&forms, line->group->name);
	for (size_t i = 0; i < configured->count; i++) {
		struct configured_name *name = &configured->names[i];
		unsigned difference = name_forms_compare(&forms, &name->forms);

		if (weight(difference) < weight(line->difference)) {
			line->difference = difference;
			line->nearest = name->text;
		}
		if (is_nearer(difference, line->group, name->difference, name->nearest)) {
			name->nearest = line->group;
			name->difference = difference;
		}
		if (!same_lower(&forms, &name->forms))
			continue;
		taken = true;
		name->servers += line->group->servers;
	}
	line->in_scope = taken || audit->all_groups;
	line->at_stake = !line->in_scope && !(line->difference & DIFFERENCE_APART);
	if (taken)
		count_folding(audit, configured, line);
	name_forms_release(&forms);
}

static void count_line(struct group_audit *audit, const struct audit_line *line)
{
	uint32_t servers = line->group->servers;

	audit->groups += line->group->name.len > 0;
	audit->servers += servers;
	*(line->in_scope ? &audit->servers_in : &audit->servers_out) += servers;
	if (line->at_stake) {
		audit->stake_groups++;
		audit->servers_stake += servers;
	}
	if (!line->group->name.len)
		audit->servers_none += servers;
}

static uint32_t findings_of(const struct run_group *group)
{
	uint32_t findings = 0;

	for (int v = 0; v < VERDICT_COUNT; v++)
		findings += v == VERDICT_ACTIVE ? 0 : group->counts[v];
	return findings;
}

static int by_trouble(const void *x, const void *y)
{
	const struct audit_line *a = x, *b = y;

	if (a->at_stake != b->at_stake)
		return a->at_stake ? -1 : 1;
	if (a->group->servers != b->group->servers)
		return a->group->servers > b->group->servers ? -1 : 1;
	return slice_compare(a->group->name, b->group->name);
}

static const struct run_group *find_similar(const struct run *run, struct slice text);

static void find_unmatched(struct group_audit *audit, const struct configured *configured)
{
	audit->unmatched = xcalloc(configured->count + 1, sizeof *audit->unmatched);
	for (size_t i = 0; i < configured->count; i++) {
		const struct configured_name *name = &configured->names[i];
		bool twin = false;

		/* Two lines `group = Web` and `group = web` lack the same servers. */
		for (size_t k = 0; k < i && !twin; k++)
			twin = same_lower(&configured->names[k].forms, &name->forms);
		if (name->servers || twin)
			continue;
		audit->unmatched[audit->unmatched_count++] = (struct audit_unmatched){
			.name = name->text, .difference = name->difference,
			.nearest = name->nearest ? name->nearest : find_similar(audit->run, slice_of(name->text)),
		};
	}
}

void groups_audit(const struct run *run, const struct scope *scope, struct group_audit *audit)
{
	struct configured configured;
	struct strbuf now = STRBUF_INIT(SIZE_MAX);

	*audit = (struct group_audit){ .run = run, .known = run->has_groups, .all_groups = scope->group_count == 0 };
	scope_text(scope, &now);
	audit->scope_changed = run->scope && strcmp(run->scope, strbuf_text(&now)) != 0;
	strbuf_release(&now);
	if (!audit->known)
		return;
	configured_make(&configured, scope);
	audit->lines = xcalloc(run->group_count + 1, sizeof *audit->lines);
	for (; audit->count < run->group_count; audit->count++) {
		struct audit_line *line = &audit->lines[audit->count];

		*line = (struct audit_line){ .group = &run->groups[audit->count], .difference = DIFFERENCE_APART };
		line->judged = line->group->in_scope;
		line->findings = line->judged ? findings_of(line->group) : 0;
		judge(audit, &configured, line);
		count_line(audit, line);
	}
	qsort(audit->lines, audit->count, sizeof *audit->lines, by_trouble);
	find_unmatched(audit, &configured);
	configured_release(&configured);
}

void groups_audit_release(struct group_audit *audit)
{
	free(audit->lines);
	free(audit->unmatched);
	*audit = (struct group_audit){ 0 };
}

bool groups_trouble(const struct group_audit *audit)
{
	return audit->stake_groups || audit->unmatched_count;
}

/* -- the nearest of all -- */

/* The group with the fewest letters to change, a third of the name at most; of equals the larger one. Letter case counts for nothing. */
static const struct run_group *find_similar(const struct run *run, struct slice text)
{
	const struct run_group *similar = NULL;
	struct strbuf name = STRBUF_INIT(SIZE_MAX), other = STRBUF_INIT(SIZE_MAX);
	size_t limit = (text.len + 2) / 3;

	if (text.len <= NAME_COMPARED_MAX)
		utf8_fold(&name, text.text, text.len);
	for (size_t i = 0; i < run->group_count && name.len; i++) {
		const struct run_group *group = &run->groups[i];

		if (!group->name.len || group->name.len > text.len + limit || text.len > group->name.len + limit)
			continue;
		strbuf_clear(&other);
		utf8_fold(&other, group->name.text, group->name.len);
		size_t apart = edit_distance(strbuf_text(&name), strbuf_text(&other));
		if (apart > limit || (similar && apart == limit && group->servers <= similar->servers))
			continue;
		similar = group;
		limit = apart;
	}
	strbuf_release(&name);
	strbuf_release(&other);
	return similar;
}

const struct run_group *groups_nearest(const struct run *run, struct slice text, unsigned *difference)
{
	const struct run_group *nearest = NULL;
	unsigned best = DIFFERENCE_APART;
	struct name_forms name, other;

	name_forms_make(&name, text);
	for (size_t i = 0; i < run->group_count; i++) {
		const struct run_group *group = &run->groups[i];

		if (slice_equal(group->name, text))
			continue;
		name_forms_make(&other, group->name);
		unsigned how = name_forms_compare(&other, &name);
		if (is_nearer(how, group, best, nearest)) {
			nearest = group;
			best = how;
		}
		name_forms_release(&other);
	}
	name_forms_release(&name);
	if (difference)
		*difference = best;
	return nearest ? nearest : find_similar(run, text);
}
