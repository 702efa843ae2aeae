/* ticket_hosts.c - the review of the one ticket, its list: every host that would be on it, and those that an update takes off. */
#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "tui/cell.h"
#include "tui/fit.h"
#include "tui/screen_ticket.h"

#define TEXT_MAX 16384
#define HOST_LEAST 14
#define HOST_MOST 34         /* of a wide screen; on a narrow one the note needs its room */
#define HOST_NARROW 24
#define OWNER_WIDTH 14
#define OWNER_MOST 30
#define AGE_WIDTH 6

/* Columns of the list. */
struct columns_of {
	int host, owner;
	bool verdict;
};

static size_t short_len(const struct app *app, const char *name)
{
	size_t n = strlen(name);

	return app_in_domain(app, name, n) ? n - strlen(app->domain) : n;
}

static struct columns_of fit_list(const struct app *app, const struct draft *draft, int width)
{
	struct columns_of fit = { .host = HOST_LEAST, .owner = OWNER_WIDTH, .verdict = width >= TICKET_WIDE };
	int most = width >= TICKET_WIDE ? HOST_MOST : HOST_NARROW;
	uint32_t i;

	for (i = 0; width >= TICKET_WIDE && i < draft->team_count && fit.owner < OWNER_MOST; i++) {
		int wide = fit_columns(draft->teams[i].name, strlen(draft->teams[i].name), !term_utf8());

		fit.owner = wide > OWNER_MOST ? OWNER_MOST : wide > fit.owner ? wide : fit.owner;
	}
	for (i = 0; i < draft->host_count && fit.host < most; i++) {
		int wide = fit_columns(draft->hosts[i].name, short_len(app, draft->hosts[i].name), !term_utf8());

		fit.host = wide > fit.host ? wide : fit.host;
	}
	fit.host = fit.host > most ? most : fit.host;
	return fit;
}

/* A text in exactly `width` columns and a blank. */
static void cell(struct strbuf *out, const char *text, size_t len, int width)
{
	int used = fit_text(out, text, len, width, !term_utf8());

	strbuf_addf(out, "%*s", width - used + 1, "");
}

static void age_of(struct strbuf *out, int64_t now, int64_t at)
{
	struct strbuf text = STRBUF_INIT(32);

	if (at == TIME_NONE)
		strbuf_adds(&text, "n/a");
	else if (at > now)
		strbuf_adds(&text, "ahead");
	else
		age_format_short(&text, now - at);
	strbuf_addf(out, "%*s ", AGE_WIDTH, strbuf_text(&text));
	strbuf_release(&text);
}

static bool is_update(const struct screen_ticket *self)
{
	return self->review.existing[0] && !self->fresh;
}

/* Whether this host comes onto a record that is open already. */
static bool joins(const struct screen_ticket *self, const struct ticket_link *link)
{
	return is_update(self) && !(link && !strcmp(link->number, self->review.existing));
}

/* Why this host may surprise: hidden, on the record already or not yet, not chosen but kept. Returns its colour. */
static enum role host_note(const struct screen_ticket *self, const struct draft_host *host, const struct ticket_link *link,
                           struct strbuf *out)
{
	bool chosen = self->choice.whole || map_get(&self->choice.ids, host->device.text, host->device.len) != MAP_NONE;
	bool hidden = map_get(&self->choice.hidden_ids, host->device.text, host->device.len) != MAP_NONE;

	if (hidden)
		strbuf_adds(out, "hidden by the filter");
	if (link)
		strbuf_addf(out, "%s%son %s", out->len ? ", " : "", chosen ? "" : self->fresh ? "not chosen, " : "not chosen, stays ",
		            link->number);
	if (joins(self, link))
		strbuf_addf(out, "%sjoins %s", out->len ? ", " : "", self->review.existing);
	if (!link && host->change == CHANGE_NEW)
		strbuf_addf(out, "%snew finding", out->len ? ", " : "");
	if (host->note[0])
		strbuf_addf(out, "%s%s", out->len ? "; " : "", host->note);
	return hidden ? ROLE_WARN : ROLE_NORMAL;
}

static void add_host(struct app *app, const struct screen_ticket *self, const struct draft_host *host, const struct columns_of *fit,
                     struct page *page)
{
	const struct ticket_link *link = ticket_links_get(session_tickets(app->session), host->device);
	const struct draft_team *team = &self->draft.teams[host->team];
	struct strbuf line = STRBUF_INIT(TEXT_MAX), text = STRBUF_INIT(TEXT_MAX);
	enum role ignored, role;

	strbuf_adds(&line, joins(self, link) ? " + " : "   ");
	cell(&line, host->name[0] ? host->name : "(no name)", host->name[0] ? short_len(app, host->name) : 9, fit->host);
	if (fit->verdict)
		cell(&line, verdicts[host->verdict].title, strlen(verdicts[host->verdict].title), 13);
	age_of(&line, self->draft.now, host->signature_time);
	age_of(&line, self->draft.now, host->last_seen);
	if (team->state == OWNER_OWNED)
		strbuf_adds(&text, team->name);
	else if (!app_owner_words(app, host->device, &text, &ignored))
		strbuf_adds(&text, "-");
	cell(&line, strbuf_text(&text), text.len, fit->owner);
	strbuf_clear(&text);
	role = host_note(self, host, link, &text);
	/* Somebody must find out whose these are; when nobody could be asked, that stands above the list once. */
	if (team->state != OWNER_OWNED && team->state != OWNER_UNASKED)
		role = ROLE_WARN;
	strbuf_add(&line, strbuf_text(&text), text.len);
	page_text(page, role, strbuf_text(&line), line.len);
	strbuf_release(&line);
	strbuf_release(&text);
}

/* `HOSTS: 8 = 5 marked (2 of them hidden by the filter) + 3 not chosen but on the ticket already`. */
static void hosts_words(const struct screen_ticket *self, struct strbuf *out)
{
	const struct ticket_choice *choice = &self->choice;

	strbuf_adds(out, "HOSTS: ");
	if (self->review.joined)
		strbuf_addf(out, "%s = ", NUMBER(self->draft.host_count));
	if (choice->page)
		strbuf_adds(out, "the one whose page was open, as none is marked");
	else
		strbuf_addf(out, "%s %s", NUMBER(self->draft.host_count - self->review.joined),
		            choice->marked ? "marked" : choice->whole ? "findings, all there are" : "findings shown");
	if (choice->hidden)
		strbuf_addf(out, " (%s of them hidden by the filter)", NUMBER(choice->hidden));
	if (self->review.joined)
		strbuf_addf(out, " + %s not chosen but on %s", NUMBER(self->review.joined),
		            self->fresh ? "the open ticket" : "the ticket already");
}

static void add_hosts(struct app *app, const struct screen_ticket *self, struct page *page, int width)
{
	struct columns_of fit = fit_list(app, &self->draft, width);
	struct strbuf text = STRBUF_INIT(TEXT_MAX);
	uint32_t i;

	hosts_words(self, &text);
	page_head(page, strbuf_text(&text));
	strbuf_clear(&text);
	if (self->choice.beside)
		page_line(page, ROLE_WARN, "   The host whose page was open is not among the marked ones.");
	if (self->choice.left_out)
		page_line(page, ROLE_WARN, "   %s marked host%s no finding now, or not in this run, and left out.",
		          NUMBER(self->choice.left_out),
		          self->choice.left_out == 1 ? " is" : "s are");
	if (self->review.accepted && !self->choice.whole)
		page_line(page, ROLE_WARN, "   %s chosen host%s accepted, and left out.", NUMBER(self->review.accepted),
		          self->review.accepted == 1 ? " is" : "s are");
	strbuf_adds(&text, "   ");
	cell(&text, "HOST", 4, fit.host);
	if (fit.verdict)
		cell(&text, "VERDICT", 7, 13);
	strbuf_addf(&text, "%*s %*s ", AGE_WIDTH, "SIG", AGE_WIDTH, "SEEN");
	cell(&text, "OWNER", 5, fit.owner);
	strbuf_adds(&text, "NOTE");
	page_text(page, ROLE_MUTED, strbuf_text(&text), text.len);
	for (i = 0; i < self->draft.host_count; i++) {
		if (page->count + 1 >= PAGE_LINES_MAX) {
			page_line(page, ROLE_WARN, "   and %s more; the attached list has them all", NUMBER(self->draft.host_count - i));
			break;
		}
		add_host(app, self, &self->draft.hosts[i], &fit, page);
	}
	strbuf_release(&text);
}

/* Hosts that the update takes off the record, and why. */
static void add_gone(const struct screen_ticket *self, struct page *page)
{
	const struct draft *draft = &self->draft;
	uint32_t i;

	if (!draft->gone_count || self->fresh)
		return;
	page_line(page, ROLE_HEAD, " OFF THE TICKET: %s", NUMBER(draft->gone_count));
	for (i = 0; i < draft->gone_count && page->count + 1 < PAGE_LINES_MAX; i++)
		page_line(page, ROLE_NORMAL, "   %s: %s", draft->gone[i].name, draft->gone[i].why);
}

void ticket_hosts(struct app *app, const struct screen_ticket *self, struct page *page, int width)
{
	add_hosts(app, self, page, width);
	add_gone(self, page);
}
