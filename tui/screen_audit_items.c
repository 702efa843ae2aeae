/* screen_audit_items.c - lines and sentences of the group audit. */
#include <inttypes.h>
#include <stdlib.h>

#include "core/base/arena.h"
#include "tui/fit.h"
#include "tui/screen_audit.h"

/* In few words: a line of 80 columns has to hold each. */
static void say(struct screen_audit *self)
{
	const struct group_audit *audit = &self->audit;
	struct strbuf *text = self->sentences;

	for (int i = 0; i < AUDIT_SENTENCES; i++)
		strbuf_clear(&text[i]);
	if (audit->stake_groups)
		strbuf_addf(&text[0], "NEARLY: %s server%s in %zu group%s%s", NUMBER(audit->servers_stake),
		            audit->servers_stake == 1 ? "" : "s", audit->stake_groups, audit->stake_groups == 1 ? "" : "s",
		            audit->unmatched_count ? "" : audit->stake_groups == 1 ? " whose name nearly matches the scope"
		            : " whose names nearly match the scope");
	if (audit->unmatched_count)
		strbuf_addf(&text[0], "%sNO MATCH: %zu configured group%s", text[0].len ? "; " : "", audit->unmatched_count,
		            audit->unmatched_count == 1 ? "" : "s");
	groups_say_folding(audit, &text[1]);
	if (audit->known && audit->all_groups)
		strbuf_adds(&text[2], "No machine group is configured, so every group is in scope.");
	if (audit->known && audit->scope_changed)
		strbuf_addf(&text[3], "run %" PRId64 " was made with another scope than the one of now; FINDINGS are its own",
		            self->run.id);
	if (!self->complete)
		strbuf_adds(&text[4], "the run is INCOMPLETE: groups and servers may be missing here");
	self->head = 3;
	for (int i = 0; i < AUDIT_SENTENCES; i++)
		self->head += text[i].len > 0;
}

static void copy_run(const struct run *from, struct run *to)
{
	*to = (struct run){ .id = from->id, .started = from->started, .has_groups = from->has_groups, .all_groups = from->all_groups };
	to->scope = from->scope ? xstrdup(from->scope) : NULL;
	to->groups = xcalloc(from->group_count + 1, sizeof *to->groups);
	for (; to->group_count < from->group_count; to->group_count++) {
		struct run_group *group = &to->groups[to->group_count];

		*group = from->groups[to->group_count];
		if (group->name.text)
			group->name.text = xmemdup(group->name.text, group->name.len);
	}
}

void audit_show_name(struct slice name, struct strbuf *out)
{
	if (name.len)
		groups_show_name(name, out);
	else
		strbuf_adds(out, "(no group)");
}

struct slice audit_item_name(const struct audit_item *item)
{
	return item->line ? item->line->group->name : slice_of(item->unmatched->name);
}

bool audit_differs(const struct audit_item *item)
{
	return item->unmatched || (item->line->nearest && item->line->difference);
}

/* Names that differ from none have the rest of their line for themselves. */
static void measure(struct screen_audit *self)
{
	struct strbuf name = STRBUF_INIT(SIZE_MAX);

	self->name_width = 0;
	for (size_t i = 0; i < self->count; i++) {
		strbuf_clear(&name);
		audit_show_name(audit_item_name(&self->items[i]), &name);
		int width = fit_columns(strbuf_text(&name), name.len, !term_utf8());
		if (width > self->name_width && audit_differs(&self->items[i]))
			self->name_width = width;
	}
	strbuf_release(&name);
}

void audit_release(struct screen_audit *self)
{
	groups_audit_release(&self->audit);
	run_release(&self->run);
	free(self->items);
	self->items = NULL;
	for (int i = 0; i < AUDIT_SENTENCES; i++)
		strbuf_release(&self->sentences[i]);
}

/* Groups at stake, configured names without a match, then the other groups. */
void audit_fill(struct app *app, struct screen_audit *self)
{
	const struct group_audit *audit = &self->audit;
	size_t stake, k = 0;

	audit_release(self);
	copy_run(session_run(app->session), &self->run);
	self->complete = run_complete(session_run(app->session));
	groups_audit(&self->run, session_scope(app->session), &self->audit);
	stake = audit->stake_groups;
	self->count = audit->count + audit->unmatched_count;
	self->items = xcalloc(self->count + 1, sizeof *self->items);
	for (size_t i = 0; i < stake; i++)
		self->items[k++].line = &audit->lines[i];
	for (size_t i = 0; i < audit->unmatched_count; i++)
		self->items[k++].unmatched = &audit->unmatched[i];
	for (size_t i = stake; i < audit->count; i++)
		self->items[k++].line = &audit->lines[i];
	measure(self);
	say(self);
}
