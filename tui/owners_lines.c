/* owners_lines.c - the owners of the findings, counted by team, and every host that has none. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/accept.h"
#include "tui/screen_owners.h"

#define TEXT_MAX 4096
#define FOLDED_MAX (3 * OWNER_TEXT_MAX + 1)

static struct owners_line *add(struct owners_lines *lines, enum owners_line_kind kind, const char *text)
{
	struct owners_line *line;

	lines->items = grow(lines->items, &lines->cap, lines->count + 1, sizeof *lines->items);
	line = &lines->items[lines->count++];
	*line = (struct owners_line){ .kind = kind, .text = text ? xstrdup(text) : NULL };
	return line;
}

static void add_head(struct owners_lines *lines, const char *title, uint32_t count, const char *right)
{
	struct strbuf text = STRBUF_INIT(TEXT_MAX);

	strbuf_addf(&text, "%s: %s", title, NUMBER(count));
	add(lines, OWNERS_HEAD, strbuf_text(&text))->columns = right;
	strbuf_release(&text);
}

/* The findings that are not accepted, in the order of the table of the run. malloc'd. */
static uint32_t *open_rows(const struct app *app, uint32_t *count)
{
	const struct table *table = app->lens.table;
	uint32_t *rows = xmalloc((table->count + (size_t)1) * sizeof *rows), row;
	uint8_t *accepted = xcalloc(table->count + (size_t)1, 1);

	*count = 0;
	acceptances_rows(&app->lens, 0, table->count, accepted);
	for (row = 0; row < table->count; row++)
		if (table_is_finding(table, row) && !accepted[row])
			rows[(*count)++] = row;
	free(accepted);
	return rows;
}

static const struct owner *owner_of(const struct app *app, uint32_t row)
{
	return owners_get(session_owners(app->session), table_packed_id(app->lens.table, row));
}

/* -- teams -- */

static int by_hosts(const void *a, const void *b)
{
	const struct owners_line *left = a, *right = b;

	if (left->hosts != right->hosts)
		return left->hosts < right->hosts ? 1 : -1;
	return strcmp(left->text, right->text);
}

/* Teams that differ by letter case only are one team. */
static void count_team(struct owners_lines *lines, struct map *teams, const struct owner *owner, bool fresh)
{
	struct strbuf folded = STRBUF_INIT(FOLDED_MAX);
	struct owners_line *line;
	bool added = false;
	uint32_t number;

	utf8_fold(&folded, owner->team, strlen(owner->team));
	number = map_put(teams, strbuf_text(&folded), folded.len, &added);
	line = added ? add(lines, OWNERS_TEAM, owner->team) : &lines->items[number];
	line->hosts++;
	line->fresh += fresh;
	if (!line->contact && owner->contact[0])
		line->contact = xstrdup(owner->contact);
	strbuf_release(&folded);
}

/* The teams stand first, so that a team's number is its place. */
static void add_teams(struct app *app, struct owners_lines *lines, const uint32_t *rows, uint32_t count)
{
	struct map teams = {0};
	uint32_t i;

	for (i = 0; i < count; i++) {
		const struct owner *owner = owner_of(app, rows[i]);
		enum owner_state state = owner ? owner->state : OWNER_UNASKED;

		lines->tally.states[state]++;
		if (owner && owner->asked && (!lines->oldest || owner->asked < lines->oldest))
			lines->oldest = owner->asked;
		if (state == OWNER_OWNED)
			count_team(lines, &teams, owner, app->lens.table->change[rows[i]] == CHANGE_NEW);
	}
	lines->tally.teams = teams.count;
	if (lines->count)
		qsort(lines->items, lines->count, sizeof *lines->items, by_hosts);
	map_release(&teams);
}

/* -- hosts -- */

static void add_hosts(struct app *app, struct owners_lines *lines, const uint32_t *rows, uint32_t count, enum owner_state state,
                      const char *title, const char *right)
{
	uint32_t i;

	if (!lines->tally.states[state])
		return;
	add_head(lines, title, lines->tally.states[state], right);
	for (i = 0; i < count; i++) {
		const struct owner *owner = owner_of(app, rows[i]);

		if ((owner ? owner->state : OWNER_UNASKED) == state)
			add(lines, OWNERS_HOST, NULL)->row = rows[i];
	}
}

static bool by_hand(const struct owner *owner)
{
	return owner && owner->chosen_by[0];
}

static void add_chosen(struct app *app, struct owners_lines *lines, const uint32_t *rows, uint32_t count)
{
	uint32_t chosen = 0, i;

	for (i = 0; i < count; i++)
		chosen += by_hand(owner_of(app, rows[i]));
	if (!chosen)
		return;
	add_head(lines, "CHOSEN BY HAND", chosen, "TEAM, BY WHOM");
	for (i = 0; i < count; i++)
		if (by_hand(owner_of(app, rows[i])))
			add(lines, OWNERS_HOST, NULL)->row = rows[i];
}

static void add_notes(struct app *app, struct owners_lines *lines)
{
	const struct resolved *resolved = session_resolved(app->session);
	size_t i;

	if (!resolved || !resolved->complaint_count)
		return;
	add_head(lines, "SAID WHEN THE CMDB WAS ASKED", (uint32_t)resolved->complaint_count, "");
	for (i = 0; i < resolved->complaint_count; i++)
		add(lines, OWNERS_NOTE, resolved->complaints[i]);
}

/* The head of the teams comes before them, but is made last: it knows their number. */
static void put_head_first(struct owners_lines *lines)
{
	struct owners_line head;

	if (!lines->tally.teams)
		return;
	add_head(lines, "TEAMS", lines->tally.teams, "   HOSTS     NEW  CONTACT");
	head = lines->items[lines->count - 1];
	memmove(lines->items + 1, lines->items, (lines->count - 1) * sizeof *lines->items);
	lines->items[0] = head;
}

void owners_lines_make(struct app *app, struct owners_lines *lines)
{
	uint32_t count, *rows = open_rows(app, &count);

	owners_lines_release(lines);
	lines->findings = count;
	add_teams(app, lines, rows, count);
	put_head_first(lines);
	add_hosts(app, lines, rows, count, OWNER_AMBIGUOUS, "SEVERAL TEAMS", "CANDIDATES, enter chooses");
	add_hosts(app, lines, rows, count, OWNER_UNOWNED, "CMDB WITHOUT TEAM", "RECORD");
	add_hosts(app, lines, rows, count, OWNER_UNKNOWN, "NOT IN THE CMDB", "");
	add_hosts(app, lines, rows, count, OWNER_UNASKED, "NOT ASKED ABOUT", "");
	add_chosen(app, lines, rows, count);
	add_notes(app, lines);
	free(rows);
}

void owners_lines_release(struct owners_lines *lines)
{
	size_t i;

	for (i = 0; i < lines->count; i++) {
		free(lines->items[i].text);
		free(lines->items[i].contact);
	}
	free(lines->items);
	*lines = (struct owners_lines){0};
}

char **owners_team_names(const struct owners_lines *lines)
{
	char **names = xcalloc(lines->count + 1, sizeof *names);
	size_t i, n = 0;

	for (i = 0; i < lines->count; i++)
		if (lines->items[i].kind == OWNERS_TEAM)
			names[n++] = xstrdup(lines->items[i].text);
	return names;
}

void owners_count_words(const struct owners_lines *lines, struct strbuf *out)
{
	static const struct { enum owner_state state; const char *word; } rest[] = {
		{ OWNER_UNOWNED, "without a team" }, { OWNER_UNKNOWN, "unknown" }, { OWNER_AMBIGUOUS, "ambiguous" },
		{ OWNER_UNASKED, "not asked" },
	};
	const struct owner_tally *tally = &lines->tally;
	size_t i;

	strbuf_addf(out, "%s finding%s: %s owned by %s team%s", NUMBER(lines->findings), lines->findings == 1 ? "" : "s",
	            NUMBER(tally->states[OWNER_OWNED]), NUMBER(tally->teams), tally->teams == 1 ? "" : "s");
	for (i = 0; i < sizeof rest / sizeof rest[0]; i++)
		if (tally->states[rest[i].state])
			strbuf_addf(out, ", %s %s", NUMBER(tally->states[rest[i].state]), rest[i].word);
}

/* `team-sql (support_group, asset:17)`. */
static void add_record(const char *team, const char *field, const char *key, struct strbuf *out)
{
	strbuf_adds(out, team[0] ? team : "nobody");
	if (field[0] || key[0])
		strbuf_addf(out, " (%s%s%s)", field, field[0] && key[0] ? ", " : "", key);
}

void owners_words(const struct owner *owner, struct strbuf *out)
{
	size_t i;

	if (!owner)
		return;
	if (owner->chosen_by[0]) {
		strbuf_addf(out, "%s, by %s", owner->team, owner->chosen_by);
	} else if (owner->state == OWNER_AMBIGUOUS) {
		for (i = 0; i < owner->candidate_count; i++) {
			strbuf_adds(out, i ? ", " : "");
			add_record(owner->candidates[i].team, owner->candidates[i].field, owner->candidates[i].key, out);
		}
		if (owner->candidates_more)
			strbuf_addf(out, " and %zu more", owner->candidates_more);
	} else if (owner->state == OWNER_OWNED || owner->state == OWNER_UNOWNED) {
		add_record(owner->team, owner->field, owner->key, out);
	}
}
