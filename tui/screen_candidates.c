/* screen_candidates.c - choosing who owns a host: one of the records that the CMDB has for it, or a team that is typed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/model/accept.h"
#include "tui/cell.h"
#include "tui/draw.h"
#include "tui/fit.h"
#include "tui/picker.h"
#include "tui/prompt.h"
#include "tui/screen_owners.h"

#define BOX_WIDTH 78
#define TEAM_WIDTH 18
#define FIELD_WIDTH 15
#define KEY_WIDTH 16
#define TEXT_MAX 4096
#define NAME_SHOWN 60

struct screen_candidates {
	struct picker picker;
	char id[PROMPT_SUBJECT_MAX];   /* packed id of the host */
	size_t id_len;
	char title[120];
};

static struct screen_candidates *self_of(struct screen *screen)
{
	return (struct screen_candidates *)screen;
}

static struct slice id_of(const struct screen_candidates *self)
{
	return (struct slice){ self->id, self->id_len };
}

/* A host as the table names it, short enough for a line. */
static void host_words(struct app *app, struct slice id, struct strbuf *out)
{
	struct strbuf host = STRBUF_INIT(TEXT_MAX);
	uint32_t row = app_row_of(app, id);

	if (row != MAP_NONE)
		cell_host(app, row, &host);
	cell_drop_domain(app, &host);
	(void)fit_text(out, strbuf_text(&host), host.len, NAME_SHOWN, !term_utf8());
	strbuf_release(&host);
}

/* -- recording -- */

/* `srv-a: team-sql, chosen by mk`; an empty team takes an earlier choice back. */
static unsigned record(struct app *app, struct slice id, size_t candidate, const char *team)
{
	struct strbuf who = STRBUF_INIT(ACCEPT_WHO_MAX), host = STRBUF_INIT(TEXT_MAX), owner = STRBUF_INIT(TEXT_MAX);
	struct error err = {0};
	enum role ignored;

	session_user(&who);
	session_tick(app->session);
	host_words(app, id, &host);
	if (!who.len) {
		app_say(app, ROLE_ERROR, "Your user id has no name in the user database, so nothing was recorded.");
	} else if (session_assign(app->session, id, candidate, team, strbuf_text(&who), &err)) {
		app_say(app, ROLE_ERROR, "%s", err.text);
	} else {
		app_closing_changed(app);
		if (app_owner_words(app, id, &owner, &ignored))
			app_say(app, ROLE_MESSAGE, "%s: %s%s", strbuf_text(&host), strbuf_text(&owner),
			        team && !*team ? " again." : ", chosen by hand.");
		else
			app_say(app, ROLE_MESSAGE, "%s: taken back; nobody was asked about it.", strbuf_text(&host));
	}
	strbuf_release(&who);
	strbuf_release(&host);
	strbuf_release(&owner);
	return DO_LAYOUT | DO_REBUILD;
}

unsigned screen_unassign(struct app *app, struct slice packed_id)
{
	const struct owner *owner = owners_get(session_owners(app->session), packed_id);

	if (!owner || !owner->chosen_by[0]) {
		app_say(app, ROLE_MESSAGE, "Nobody chose an owner for this host by hand.");
		return DO_DRAW;
	}
	return record(app, packed_id, SIZE_MAX, "");
}

static unsigned team_done(struct app *app, const char *text, struct slice id)
{
	const char *team = text + strspn(text, " ");

	if (!*team) {
		app_say(app, ROLE_MESSAGE, "Nothing was changed.");
		return DO_LAYOUT;
	}
	if (app_top(app)->ops->context == CONTEXT_CANDIDATES)
		app_close(app, app_top(app));
	return record(app, id, SIZE_MAX, team);
}

static void forget_names(struct app *app)
{
	char **name;

	for (name = app->closing.team_names; name && *name; name++)
		free(*name);
	free(app->closing.team_names);
	app->closing.team_names = NULL;
}

unsigned screen_assign(struct app *app, struct slice packed_id)
{
	struct owners_lines lines = {0};
	struct strbuf label = STRBUF_INIT(TEXT_MAX);
	struct prompt_ask ask = { .history = &app->histories.team, .max = OWNER_TEXT_MAX, .subject = packed_id, .done = team_done };

	if (packed_id.len > PROMPT_SUBJECT_MAX) {
		app_say(app, ROLE_ERROR, "The id of this host is too long to assign it here.");
		return DO_DRAW;
	}
	owners_lines_make(app, &lines);
	forget_names(app);
	app->closing.team_names = owners_team_names(&lines);
	owners_lines_release(&lines);
	strbuf_adds(&label, " team for ");
	host_words(app, packed_id, &label);
	strbuf_adds(&label, ": ");
	ask.label = strbuf_text(&label);
	ask.completer = (struct line_completer){ complete_name, app->closing.team_names };
	prompt_open(app, &ask);
	strbuf_release(&label);
	return DO_LAYOUT;
}

void screen_candidates_forget(struct app *app)
{
	forget_names(app);
}

/* -- the picker -- */

/* NULL when an answer or another process took them away meanwhile. */
static const struct owner *owner_of(struct app *app, const struct screen_candidates *self)
{
	return owners_get(session_owners(app->session), id_of(self));
}

static void candidates_layout(struct app *app, struct screen *screen)
{
	struct screen_candidates *self = self_of(screen);
	const struct owner *owner = owner_of(app, self);

	self->picker.head = 1;
	picker_layout(app, &self->picker, owner ? owner->candidate_count : 0, BOX_WIDTH);
}

static void cell(struct strbuf *out, const char *text, int width)
{
	int used = fit_text(out, text, strlen(text), width, !term_utf8());

	strbuf_addf(out, "%*s", width - used + 1, "");
}

static void columns_of(struct strbuf *out, const char *team, const char *field, const char *key, const char *contact)
{
	cell(out, team, TEAM_WIDTH);
	cell(out, field, FIELD_WIDTH);
	cell(out, key, KEY_WIDTH);
	strbuf_adds(out, contact);
}

static void candidates_draw(struct app *app, struct screen *screen)
{
	struct screen_candidates *self = self_of(screen);
	const struct area *inside = &self->picker.inside;
	const struct owner *owner = owner_of(app, self);
	struct strbuf text = STRBUF_INIT(TEXT_MAX);
	size_t i;

	picker_frame(&self->picker, self->title);
	strbuf_adds(&text, "  ");
	columns_of(&text, "TEAM", "FIELD", "RECORD", "CONTACT");
	draw_text(inside->y - 1, inside->x, inside->width, ROLE_HEAD, strbuf_text(&text), text.len);
	for (i = 0; owner && i < owner->candidate_count; i++) {
		const struct owner_record *record = &owner->candidates[i];

		strbuf_clear(&text);
		columns_of(&text, record->team[0] ? record->team : "(no team)", record->field, record->key,
		           record->retired ? "retired" : record->contact);
		picker_row(&self->picker, i, record->retired ? ROLE_MUTED : ROLE_NORMAL, strbuf_text(&text), text.len);
	}
	strbuf_release(&text);
}

static unsigned choose(struct app *app, struct screen_candidates *self)
{
	const struct owner *owner = owner_of(app, self);
	size_t at = self->picker.list.cursor;
	char id[PROMPT_SUBJECT_MAX];
	size_t len = self->id_len;

	if (!owner || at >= owner->candidate_count)
		return DO_CLOSE;
	memcpy(id, self->id, len);
	app_close(app, &self->picker.base);
	return record(app, (struct slice){ id, len }, at, NULL);
}

static unsigned candidates_act(struct app *app, struct screen *screen, enum action_id id)
{
	struct screen_candidates *self = self_of(screen);

	if (picker_move(&self->picker, id))
		return DO_DRAW;
	switch (id) {
	case ACTION_OPEN:
		return choose(app, self);
	case ACTION_ASSIGN:
		return screen_assign(app, id_of(self));
	case ACTION_UNASSIGN:
		return screen_unassign(app, id_of(self)) | DO_LAYOUT;
	default:
		return DO_PASS;
	}
}

static unsigned candidates_key(struct app *app, struct screen *screen, const struct key *key)
{
	if (!picker_click(&self_of(screen)->picker, key))
		return DO_NOTHING;
	return key->code == KEYCODE_DOUBLE_CLICK ? app_act(app, ACTION_OPEN) : DO_DRAW;
}

static void candidates_close(struct app *app, struct screen *screen)
{
	(void)app;
	free(self_of(screen));
}

static const enum action_id candidates_footer[] = { ACTION_OPEN, ACTION_ASSIGN, ACTION_UNASSIGN, ACTION_BACK, ACTION_NONE };

static const struct screen_ops candidates_ops = {
	.context = CONTEXT_CANDIDATES, .name = "owners of one host", .footer = candidates_footer, .open = "take",
	.layout = candidates_layout, .draw = candidates_draw, .act = candidates_act, .key = candidates_key, .close = candidates_close,
};

unsigned screen_candidates_open(struct app *app, struct slice packed_id)
{
	const struct owner *owner = owners_get(session_owners(app->session), packed_id);
	struct strbuf host = STRBUF_INIT(TEXT_MAX);
	struct screen_candidates *self;

	if (!owner || !owner->candidate_count || packed_id.len > PROMPT_SUBJECT_MAX)
		return screen_assign(app, packed_id);
	self = xcalloc(1, sizeof *self);
	self->picker.base.ops = &candidates_ops;
	memcpy(self->id, packed_id.text, packed_id.len);
	self->id_len = packed_id.len;
	host_words(app, packed_id, &host);
	snprintf(self->title, sizeof self->title, "Who owns %.80s?", strbuf_text(&host));
	strbuf_release(&host);
	app_push(app, &self->picker.base);
	return DO_LAYOUT;
}
