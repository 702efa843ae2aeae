/* ticket_text.c - the review of the one ticket in words: where it goes, what is there, who gets it, what speaks against it, what it says. */
#include <stdio.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "tui/fit.h"
#include "tui/screen_ticket.h"
#include "tui/status.h"

#define LABELS 13            /* columns of a label with its indent */
#define TEXT_MAX 16384
#define TEAMS_NAMED 12       /* teams in the count of owners; the rest is one number */
#define KEY_ROOM 14          /* of `  (t change)` with a longer key */

static void field(struct page *page, int width, const char *label, enum role role, const char *text)
{
	page_field(page, label, role, text, strlen(text), width);
}

/* ` (c a new one instead)`: the key of an action in brackets, nothing where no key does it. */
static void add_key(const struct app *app, enum action_id id, const char *what, struct strbuf *out)
{
	struct strbuf key = STRBUF_INIT(64);

	keymap_keys(app->map, CONTEXT_TICKET, (int)id, 1, &key);
	if (key.len)
		strbuf_addf(out, "  (%s %s)", strbuf_text(&key), what);
	strbuf_release(&key);
}

bool ticket_may_be_fresh(const struct app *app, const struct screen_ticket *self)
{
	return self->review.existing && (self->review.existing[0] || self->review.existing_state != TICKET_CLOSED) &&
	       strcmp(config_text(app->config, "tickets.mode"), "per-run") != 0;
}

/* What will be written to: the open record, or a new one. */
static void add_existing(struct app *app, const struct screen_ticket *self, struct page *page, int width)
{
	const struct review *review = &self->review;
	struct strbuf text = STRBUF_INIT(TEXT_MAX);

	if (!review->existing[0] && review->existing_state == TICKET_CLOSED) {
		strbuf_adds(&text, "none known: a new ticket, unless one with the key below is found");
	} else if (!review->existing[0]) {
		strbuf_adds(&text, "an earlier send got no answer: it is looked for first");
	} else if (self->fresh) {
		strbuf_addf(&text, "%s stays as it is; a new ticket is opened", review->existing);
		add_key(app, ACTION_FRESH, "update it", &text);
	} else {
		uint32_t joining = self->draft.host_count - review->already;

		strbuf_addf(&text, "updates %s (%s): ", review->existing, ticket_state_names[review->existing_state]);
		if (joining)
			strbuf_addf(&text, "%s join%s, %s on it", NUMBER(joining), joining == 1 ? "s" : "", NUMBER(review->already));
		else
			strbuf_addf(&text, "all %s are on it", NUMBER(review->already));
		if (ticket_may_be_fresh(app, self))
			add_key(app, ACTION_FRESH, "new one", &text);
	}
	field(page, width, "Existing", self->fresh ? ROLE_WARN : ROLE_NORMAL, strbuf_text(&text));
	if (review->existing_url[0] && width >= TICKET_WIDE)
		field(page, width, "", ROLE_LINK, review->existing_url);
	strbuf_release(&text);
}

/* `team-sql 12`; `1 not in the CMDB`. */
static void add_team(const struct draft_team *team, struct strbuf *out)
{
	static const char *const states[OWNER_STATE_COUNT] = {
		[OWNER_UNASKED] = "not asked about", [OWNER_UNOWNED] = "without a team", [OWNER_UNKNOWN] = "not in the CMDB",
		[OWNER_AMBIGUOUS] = "with several owners",
	};

	if (team->state == OWNER_OWNED)
		strbuf_addf(out, "%s %s", team->name, NUMBER(team->count));
	else
		strbuf_addf(out, "%s %s", NUMBER(team->count), states[team->state]);
}

/* Counts that add up to the hosts, and who gets the record. */
static void add_owners(const struct screen_ticket *self, struct page *page, int width)
{
	const struct draft *draft = &self->draft;
	struct strbuf text = STRBUF_INIT(TEXT_MAX), open = STRBUF_INIT(TEXT_MAX);
	size_t owned = 0, i;
	uint32_t rest = 0;

	for (i = 0; i < draft->team_count; i++) {
		struct strbuf *out = draft->teams[i].state == OWNER_OWNED ? &text : &open;

		owned += draft->teams[i].state == OWNER_OWNED;
		if (draft->teams[i].state == OWNER_OWNED && owned > TEAMS_NAMED) {
			rest += draft->teams[i].count;
			continue;
		}
		strbuf_adds(out, out->len ? ", " : "");
		add_team(&draft->teams[i], out);
	}
	if (rest)
		strbuf_addf(&text, ", %zu more teams %s", owned - TEAMS_NAMED, NUMBER(rest));
	if (text.len)
		field(page, width, "Owners", ROLE_NORMAL, strbuf_text(&text));
	if (open.len)
		field(page, width, text.len ? "" : "Owners", ROLE_WARN, strbuf_text(&open));
	strbuf_release(&open);
	strbuf_clear(&text);
	strbuf_adds(&text, draft->assignment && draft->assignment[0] ? draft->assignment : "nobody: the ticket system decides");
	field(page, width, "Assigned", ROLE_NORMAL, strbuf_text(&text));
	strbuf_release(&text);
}

/* An incomplete run stands first, in red. */
static void add_warnings(const struct screen_ticket *self, struct page *page, int width)
{
	const struct review *review = &self->review;
	size_t i;

	if (!review->warning_count && !self->owners_failed[0])
		field(page, width, "Warnings", ROLE_NORMAL, "none");
	for (i = 0; i < review->warning_count; i++)
		field(page, width, i ? "" : "Warnings", !i && !self->draft.complete ? ROLE_ERROR : ROLE_WARN, review->warnings[i]);
	if (self->owners_failed[0])
		field(page, width, review->warning_count ? "" : "Warnings", ROLE_WARN, self->owners_failed);
}

static void add_digest(struct app *app, const struct screen_ticket *self, struct page *page, int width)
{
	struct strbuf text = STRBUF_INIT(TEXT_MAX);

	if (!self->places[0]) {
		strbuf_adds(&text, "nowhere: [notify] kind names no place that the console posts to");
	} else {
		strbuf_addf(&text, "[%c] to %s after the ticket", self->digest ? 'x' : ' ', self->places);
		if (app_is_posted(app))
			strbuf_adds(&text, "; it was posted before");
		add_key(app, ACTION_WITH_DIGEST, self->digest ? "leaves it out" : "post it", &text);
	}
	field(page, width, "Digest", ROLE_NORMAL, strbuf_text(&text));
	strbuf_release(&text);
}

static void add_body(struct app *app, const struct screen_ticket *self, struct page *page, int width)
{
	struct strbuf text = STRBUF_INIT(TEXT_MAX);

	strbuf_addf(&text, "%s line%s, %s bytes", NUMBER(self->body_lines), self->body_lines == 1 ? "" : "s", NUMBER(self->body_bytes));
	add_key(app, ACTION_BODY, "read it", &text);
	add_key(app, ACTION_REQUEST, "the request", &text);
	field(page, width, "Body", ROLE_NORMAL, strbuf_text(&text));
	strbuf_clear(&text);
	strbuf_addf(&text, "%s, written into the ticket", self->draft.correlation);
	field(page, width, "Key", ROLE_NORMAL, strbuf_text(&text));
	strbuf_release(&text);
}

static bool is_bad(const struct ensure_item *item)
{
	return item->word == ENSURE_FAILED || item->word == ENSURE_UNCERTAIN;
}

/* What happened to the last try stands above everything else. */
static void add_outcome(struct app *app, const struct screen_ticket *self, struct page *page, int width)
{
	const struct ensure_result *sent = self->stage == STAGE_SENT || self->stage == STAGE_FAILED ? session_sent(app->session) : NULL;
	size_t i;

	if (!self->outcome[0])
		return;
	page_head(page, self->stage == STAGE_SENT ? "SENT" : self->uncertain ? "NOBODY KNOWS YET WHETHER IT WAS SENT" : "NOT SENT");
	page_wrap(page, self->stage == STAGE_SENT ? ROLE_NORMAL : ROLE_ERROR, 3, width, self->outcome);
	for (i = 1; sent && i < sent->count; i++)
		page_wrap(page, is_bad(&sent->items[i]) ? ROLE_ERROR : ROLE_NORMAL, 3, width, sent->items[i].sentence);
	for (i = 0; sent && i < sent->warning_count; i++)
		page_wrap(page, ROLE_WARN, 3, width, sent->warnings[i]);
	page_line(page, ROLE_NORMAL, "%s", "");
}

/* What decides stands above the list of hosts, which may be long. */
void ticket_text(struct app *app, const struct screen_ticket *self, struct page *page, int width)
{
	struct strbuf text = STRBUF_INIT(TEXT_MAX);

	page_clear(page);
	page->indent = 1;
	page->label_width = LABELS;
	if (self->stage == STAGE_ASKING)
		return;
	add_outcome(app, self, page, width);
	field(page, width, "Target", ROLE_NORMAL, self->review.target);
	add_existing(app, self, page, width);
	strbuf_adds(&text, self->draft.title);
	/* The footer has the key too: a title that needs all the room goes without it. */
	if (fit_columns(strbuf_text(&text), text.len, false) + KEY_ROOM < width - LABELS)
		add_key(app, ACTION_TITLE, "change", &text);
	field(page, width, "Title", ROLE_NORMAL, strbuf_text(&text));
	if (self->draft.note && self->draft.note[0])
		field(page, width, "Note", ROLE_NORMAL, self->draft.note);
	add_owners(self, page, width);
	add_warnings(self, page, width);
	add_digest(app, self, page, width);
	add_body(app, self, page, width);
	ticket_hosts(app, self, page, width);
	strbuf_release(&text);
}
