/* cmd_list_groups.c - what `list --group NAME` does not find: names that match no row of the run, and groups that are nearly named. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/headless/cmd_list_choice.h"
#include "core/model/groups.h"

#define NEAR_SHOWN 5        /* groups that the sentence names */
#define NAMES_BYTES ((size_t)1 << 26)

/* The groups of the rows, counted anew: the census of a run also has groups out of scope, and an old run has none. */
struct row_groups {
	struct run run;          /* a head with groups alone: `servers` is the number of findings; texts borrowed from the table */
	struct strbuf *folded;   /* by group; owned */
};

static struct slice text_of(const struct strbuf *text)
{
	return (struct slice){ strbuf_text(text), text->len };
}

static void row_groups_make(struct row_groups *groups, const struct table *table)
{
	uint32_t count = table->texts.count;
	struct run_group *all = xcalloc((size_t)count + 1, sizeof *all);
	bool *there = xcalloc((size_t)count + 1, sizeof *there);
	size_t kept = 0;

	for (uint32_t row = 0; row < table->count; row++) {
		uint32_t code = table->text[TEXT_GROUP][row];
		if (code == MAP_NONE)
			continue;
		there[code] = true;
		all[code].name = table_text(table, TEXT_GROUP, row);
		all[code].servers += table_is_finding(table, row);
	}
	for (uint32_t code = 0; code < count; code++)
		if (there[code] && all[code].name.len)
			all[kept++] = all[code];
	free(there);
	*groups = (struct row_groups){ .run = { .groups = all, .group_count = kept } };
	groups->folded = xcalloc(kept + 1, sizeof *groups->folded);
	for (size_t i = 0; i < kept; i++) {
		strbuf_init(&groups->folded[i], NAMES_BYTES);
		utf8_fold(&groups->folded[i], all[i].name.text, all[i].name.len);
	}
}

static void row_groups_release(struct row_groups *groups)
{
	for (size_t i = 0; i < groups->run.group_count; i++)
		strbuf_release(&groups->folded[i]);
	free(groups->folded);
	free(groups->run.groups);
}

static void add_findings(struct strbuf *out, uint64_t findings)
{
	strbuf_add_count(out, findings);
	strbuf_adds(out, findings == 1 ? " finding" : " findings");
}

/* Whether the estate has the group, out of scope. */
static bool is_elsewhere(const struct run *run, const struct strbuf *folded)
{
	struct strbuf other = STRBUF_INIT(NAMES_BYTES);
	bool found = false;

	for (size_t i = 0; i < run->group_count && !found; i++) {
		strbuf_clear(&other);
		utf8_fold(&other, run->groups[i].name.text, run->groups[i].name.len);
		found = other.len > 0 && slice_equal(text_of(&other), text_of(folded));
	}
	strbuf_release(&other);
	return found;
}

/* `--group Alph matches no row of run 1; the nearest group is Alpha, with 3 findings (typing slip).` */
static void say_unmatched(const struct row_groups *groups, const struct run *run, const char *typed, const struct strbuf *folded)
{
	unsigned difference = DIFFERENCE_APART;
	struct strbuf text = STRBUF_INIT(NAMES_BYTES);
	const struct run_group *nearest = groups_nearest(&groups->run, slice_of(typed), &difference);

	strbuf_adds(&text, "--group ");
	groups_show_name(slice_of(typed), &text);
	strbuf_addf(&text, " matches no row of run %" PRId64, run->id);
	if (is_elsewhere(run, folded))
		strbuf_adds(&text, ", for that group is not in scope");
	if (nearest) {
		strbuf_adds(&text, "; the nearest group is ");
		groups_show_name(nearest->name, &text);
		strbuf_adds(&text, ", with ");
		add_findings(&text, nearest->servers);
		if (!(difference & DIFFERENCE_APART)) {
			strbuf_adds(&text, " (");
			groups_difference_words(difference, &text);
			strbuf_addc(&text, ')');
		}
	}
	strbuf_addc(&text, '.');
	drive_complain(strbuf_text(&text));
	strbuf_release(&text);
}

static bool is_named(const struct choice *choice, const struct strbuf *folded)
{
	for (size_t i = 0; i < choice->group_count; i++)
		if (slice_equal(text_of(folded), text_of(&choice->groups[i])))
			return true;
	return false;
}

static bool is_near(const struct cli_list *names, struct slice group)
{
	for (size_t i = 0; i < names->count; i++)
		if (!(groups_difference(group, slice_of(names->items[i])) & DIFFERENCE_APART))
			return true;
	return false;
}

/* `2 findings are left out in 1 group that is nearly named: Alpha\x20 (2).` Only groups with findings: nothing else can be missed. */
static void say_near(const struct row_groups *groups, const struct choice *choice, const struct cli_list *names)
{
	struct strbuf text = STRBUF_INIT(NAMES_BYTES), list = STRBUF_INIT(NAMES_BYTES);
	uint64_t findings = 0;
	size_t near = 0;

	for (size_t i = 0; i < groups->run.group_count; i++) {
		const struct run_group *group = &groups->run.groups[i];
		if (!group->servers || is_named(choice, &groups->folded[i]) || !is_near(names, group->name))
			continue;
		findings += group->servers;
		if (near++ >= NEAR_SHOWN)
			continue;
		strbuf_adds(&list, near > 1 ? ", " : "");
		groups_show_name(group->name, &list);
		strbuf_addf(&list, " (%" PRIu32 ")", group->servers);
	}
	if (near) {
		add_findings(&text, findings);
		strbuf_addf(&text, " %s left out in ", findings == 1 ? "is" : "are");
		strbuf_add_count(&text, near);
		strbuf_addf(&text, near == 1 ? " group that is nearly named: %s" : " groups that are nearly named: %s", strbuf_text(&list));
		strbuf_adds(&text, near > NEAR_SHOWN ? " and others; see rouse groups." : ".");
		drive_complain(strbuf_text(&text));
	}
	strbuf_release(&list);
	strbuf_release(&text);
}

void choice_say_groups(const struct choice *choice, const struct cli_list *names, const struct run *run)
{
	struct row_groups groups;

	if (!choice->group_count)
		return;
	row_groups_make(&groups, &run->rows);
	for (size_t i = 0; i < choice->group_count; i++) {
		bool found = false;
		for (size_t k = 0; k < groups.run.group_count && !found; k++)
			found = slice_equal(text_of(&groups.folded[k]), text_of(&choice->groups[i]));
		if (!found)
			say_unmatched(&groups, run, names->items[i], &choice->groups[i]);
	}
	say_near(&groups, choice, names);
	row_groups_release(&groups);
}
