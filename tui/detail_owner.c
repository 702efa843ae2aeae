/* detail_owner.c - who owns a host, by which record of which system, and the ticket it is on. */
#include <string.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "tui/detail_inner.h"
#include "tui/status.h"

#define TEXT_MAX 16384

static void add_key(const struct detail *detail, enum action_id id, const char *what, struct strbuf *out)
{
	struct strbuf key = STRBUF_INIT(64);
	enum keymap_context context = detail->brief ? CONTEXT_TABLE : CONTEXT_DETAIL;

	keymap_keys(detail->app->map, context, (int)id, 1, &key);
	if (key.len)
		strbuf_addf(out, "  (%s %s)", strbuf_text(&key), what);
	strbuf_release(&key);
}

/* `support_group, asset:17, 4h ago`; of a choice, by whom and when. */
static void add_why(const struct detail *detail, const struct owner *owner)
{
	struct strbuf text = STRBUF_INIT(TEXT_MAX);

	if (owner->chosen_by[0])
		strbuf_addf(&text, "chosen by %s, ", owner->chosen_by);
	if (owner->field[0])
		strbuf_addf(&text, "%s, ", owner->field);
	if (owner->key[0])
		strbuf_addf(&text, "record %s, ", owner->key);
	if (owner->asked) {
		strbuf_adds(&text, owner->chosen_by[0] ? "" : "asked ");
		age_format(&text, detail->app->lens.now > owner->asked ? detail->app->lens.now - owner->asked : 0);
		strbuf_adds(&text, " ago");
	}
	if (text.len)
		detail_field(detail, detail->brief || !strncmp(strbuf_text(&text), "asked ", 6) ? "" : "by", ROLE_MUTED, strbuf_text(&text));
	strbuf_release(&text);
}

/* Each record that might be meant; the choice is a person's. */
static void add_candidates(const struct detail *detail, const struct owner *owner)
{
	struct strbuf text = STRBUF_INIT(TEXT_MAX);
	size_t i;

	for (i = 0; i < owner->candidate_count; i++) {
		const struct owner_record *record = &owner->candidates[i];

		strbuf_clear(&text);
		strbuf_addf(&text, "%s (%s%s%s%s)", record->team[0] ? record->team : "no team", record->field, record->field[0] ? ", " : "",
		            record->key, record->retired ? ", retired" : "");
		detail_field(detail, i ? "" : "candidates", ROLE_NORMAL, strbuf_text(&text));
	}
	if (owner->candidates_more) {
		strbuf_clear(&text);
		strbuf_addf(&text, "and %zu more", owner->candidates_more);
		detail_field(detail, "", ROLE_MUTED, strbuf_text(&text));
	}
	strbuf_release(&text);
}

static void add_owner(const struct detail *detail, struct slice id)
{
	static const char *const meaning[OWNER_STATE_COUNT] = {
		[OWNER_UNOWNED] = "the CMDB has the host, but no team for it", [OWNER_UNKNOWN] = "the CMDB does not have the host",
		[OWNER_AMBIGUOUS] = "records that differ in the team",
	};
	const struct owner *owner = owners_get(session_owners(detail->app->session), id);
	struct strbuf text = STRBUF_INIT(TEXT_MAX);
	enum role role;

	if (!app_owner_words(detail->app, id, &text, &role)) {
		strbuf_adds(&text, session_has_owners(detail->app->session) ? "nobody asked yet" : "no CMDB is configured");
		if (!detail->brief)
			add_key(detail, ACTION_ASSIGN, "names a team", &text);
		detail_field(detail, "owner", role, strbuf_text(&text));
		strbuf_release(&text);
		return;
	}
	if (owner->state != OWNER_OWNED && meaning[owner->state] && !detail->brief)
		strbuf_addf(&text, ": %s", meaning[owner->state]);
	if (!detail->brief)
		add_key(detail, ACTION_ASSIGN, owner->candidate_count ? "chooses" : "names a team", &text);
	detail_field(detail, "owner", role, strbuf_text(&text));
	if (owner->contact[0])
		detail_field(detail, "contact", ROLE_NORMAL, owner->contact);
	add_why(detail, owner);
	if (owner->state == OWNER_AMBIGUOUS || (owner->chosen_by[0] && !detail->brief))
		add_candidates(detail, owner);
	strbuf_release(&text);
}

static void add_ticket(const struct detail *detail, struct slice id)
{
	const struct ticket_link *link = ticket_links_get(session_tickets(detail->app->session), id);
	struct strbuf text = STRBUF_INIT(TEXT_MAX);

	if (!link) {
		detail_field(detail, "ticket", ROLE_MUTED, "none is open");
		return;
	}
	strbuf_addf(&text, "%s, %s, %s host%s", link->number, ticket_state_names[link->state], NUMBER(link->hosts),
	            link->hosts == 1 ? "" : "s");
	detail_field(detail, "ticket", link->state == TICKET_OPEN ? ROLE_NORMAL : ROLE_WARN, strbuf_text(&text));
	if (link->url[0])
		detail_field(detail, "", ROLE_LINK, link->url);
	strbuf_release(&text);
}

/* Of a host that is no finding and was never asked about there is nothing to say. */
void detail_ownership(const struct detail *detail)
{
	struct slice id = table_packed_id(detail->app->lens.table, detail->row);

	if (!table_is_finding(detail->app->lens.table, detail->row) && !owners_get(session_owners(detail->app->session), id) &&
	    !ticket_links_get(session_tickets(detail->app->session), id))
		return;
	page_head(detail->page, "OWNERSHIP");
	add_owner(detail, id);
	add_ticket(detail, id);
}
