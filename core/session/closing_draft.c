/* closing_draft.c - which hosts go on the ticket, the draft, and what a person should know before it is sent. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/model/accept.h"
#include "core/session/session_inner.h"

#define KEY_MAX 65536
#define TARGET_MAX 1024
#define OTHERS_MAX 3            /* other records that are told of */
#define RUN_OLD (INT64_C(26) * 3600)   /* a daily run that is older than a day and some hours is not today's */

/* The record that the store knows for this draft, with the hosts it had. */
struct known {
	struct store_ticket ticket;
	bool found;
	struct draft_past *hosts;   /* owned */
	size_t host_count;
};

static void known_release(struct known *known)
{
	store_ticket_release(&known->ticket);
	store_ticket_hosts_free(known->hosts, known->host_count);
	*known = (struct known){0};
}

static bool is_per_run(const struct session *session)
{
	return !strcmp(config_text(session->config, "tickets.mode"), "per-run");
}

static int read_known(struct session *session, struct known *known, struct error *err)
{
	struct strbuf key = STRBUF_INIT(KEY_MAX), correlation = STRBUF_INIT(KEY_MAX), system = STRBUF_INIT(KEY_MAX);
	int failed = 0;

	*known = (struct known){0};
	closing_key(session, &key);
	draft_correlation(strbuf_text(&key), is_per_run(session), session->run->started, &correlation);
	if (session->store)
		failed = closing_system_name(session, &system, err) ||
		         store_ticket_find(session->store, strbuf_text(&system), strbuf_text(&correlation), &known->ticket, &known->found, err);
	if (!failed && known->found)
		failed = store_ticket_hosts(session->store, known->ticket.id, &known->hosts, &known->host_count, err);
	strbuf_release(&key);
	strbuf_release(&correlation);
	strbuf_release(&system);
	return failed ? -1 : 0;
}

/* -- which hosts -- */

/* The chosen rows, and after them those of hosts that are on the record already: a choice never takes a host off a rolling record. The array
 * is malloc'd. */
static uint32_t *join_rows(const struct session *session, const struct draft_wish *wish, const struct known *known, uint32_t *count)
{
	const struct table *table = &session->run->rows;
	uint32_t *rows = xmalloc((wish->count + (size_t)table->count + 1) * sizeof *rows);
	struct map past = {0};

	*count = wish->count;
	if (wish->count)
		memcpy(rows, wish->rows, wish->count * sizeof *rows);
	for (size_t i = 0; i < known->host_count; i++)
		(void)map_put(&past, known->hosts[i].device.text, known->hosts[i].device.len, NULL);
	for (uint32_t row = 0; past.count && row < table->count; row++) {
		struct slice id = table_packed_id(table, row);
		if (map_get(&past, id.text, id.len) != MAP_NONE)
			rows[(*count)++] = row;
	}
	map_release(&past);
	return rows;
}

static uint32_t *choose_rows(struct session *session, const struct draft_wish *wish, const struct known *known, uint32_t *taken,
                             struct review *review)
{
	uint32_t count = 0, ignored = 0, chosen = 0;
	uint32_t *rows, *joined;

	if (!wish->rows)
		return closing_rows(session, NULL, 0, taken, &review->accepted);
	free(closing_rows(session, wish->rows, wish->count, &chosen, &review->accepted));
	joined = join_rows(session, wish, known, &count);
	rows = closing_rows(session, joined, count, taken, &ignored);
	review->joined = *taken - chosen;
	free(joined);
	return rows;
}

/* -- what a person should know -- */

static void warn(struct review *review, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void warn(struct review *review, const char *format, ...)
{
	struct error sentence = {0};
	va_list args;

	va_start(args, format);
	error_setv(&sentence, STATUS_DONE, format, args);
	va_end(args);
	review->warnings = xrealloc(review->warnings, review->warning_count + 1, sizeof *review->warnings);
	review->warnings[review->warning_count++] = xstrdup(sentence.text);
}

static void warn_of_run(const struct session *session, struct review *review)
{
	const struct run *run = session->run;
	int64_t age = session->now - run->started;

	if (!run_complete(run))
		warn(review, "The run is incomplete, so hosts may be missing: %s%s", run->reasons[0].sentence,
		     run->reason_count > 1 ? " And more reasons; the ticket names them first." : "");
	if (age > RUN_OLD)
		warn(review, "The run is %" PRId64 "h old; R detects anew.", age / 3600);
}

/* How many hosts are in which state stands beside it, on the screen and in what the commands say; here is what a person must still do. */
static void warn_of_owners(const struct session *session, const struct draft *draft, struct review *review)
{
	for (size_t i = 0; i < draft->team_count; i++) {
		const struct draft_team *team = &draft->teams[i];
		const char *hosts = team->count == 1 ? "host has" : "hosts have";
		if (team->state == OWNER_OWNED)
			continue;
		if (!session_has_owners(session))
			warn(review, "%" PRIu32 " %s no owner: no CMDB is configured ([csv] file, or [owners] kind).", team->count, hosts);
		else if (team->state == OWNER_UNASKED)
			warn(review, "%" PRIu32 " %s no owner, as the CMDB was not asked or did not answer.", team->count, hosts);
	}
	if (!draft->assignment[0] && draft->host_count)
		warn(review, "Nobody gets the ticket: no host has an owner. Name a team in [tickets] unowned.");
}

/* Whether a record that is not this draft's is one of an earlier run: in that mode each run has its own, and several are open. */
static bool is_earlier_run(const struct session *session, const struct draft *draft, const struct store_ticket *ticket)
{
	size_t n = strcspn(draft->correlation, "-") + 1;   /* rouse-1f0c9d2e4b5a-20261120T070000Z: the part of the scope */

	n += strcspn(draft->correlation + n, "-");
	return is_per_run(session) && !strncmp(ticket->correlation, draft->correlation, n) && ticket->correlation[n] == '-';
}

/* How many hosts of the draft a record has, by the store. */
static int count_shared(struct session *session, const struct draft *draft, int64_t ticket, uint32_t *shared, struct error *err)
{
	struct draft_past *hosts = NULL;
	struct map past = {0};
	size_t count = 0;

	if (store_ticket_hosts(session->store, ticket, &hosts, &count, err))
		return -1;
	*shared = 0;
	for (size_t i = 0; i < count; i++)
		(void)map_put(&past, hosts[i].device.text, hosts[i].device.len, NULL);
	for (uint32_t i = 0; past.count && i < draft->host_count; i++)
		*shared += map_get(&past, draft->hosts[i].device.text, draft->hosts[i].device.len) != MAP_NONE;
	map_release(&past);
	store_ticket_hosts_free(hosts, count);
	return 0;
}

/* A new record though the hosts are on an open one already: another scope, tenant, mode or system leads to another record, and nobody
 * goes on writing the old one. Said once, when the new one is made: later the store cannot know whether people closed the old one. */
static int warn_of_others(struct session *session, const struct known *known, const struct draft *draft, struct review *review,
                          struct error *err)
{
	struct store_ticket *tickets = NULL;
	size_t count = 0, said = 0;
	int failed;

	if (known->found || !session->store)
		return 0;
	failed = store_tickets(session->store, &tickets, &count, err);
	for (size_t i = 0; i < count; i++) {
		uint32_t shared = 0;
		if (!failed && said < OTHERS_MAX && !tickets[i].parent[0] && !is_earlier_run(session, draft, &tickets[i]))
			failed = count_shared(session, draft, tickets[i].id, &shared, err);
		if (shared && ++said)
			warn(review,
			     "%" PRIu32
			     " of the hosts %s on %s too, which was written for another scope, tenant, mode or place and is no longer "
			     "brought up to date; close it once the new ticket is there.",
			     shared, shared == 1 ? "is" : "are", tickets[i].number[0] ? tickets[i].number : "an unknown ticket");
		store_ticket_release(&tickets[i]);
	}
	free(tickets);
	return failed;
}

/* A number that cannot be read is no leave to send any number of hosts. */
static int hosts_max(const struct session *session, uint32_t *most, struct error *err)
{
	const char *text = config_text(session->config, "tickets.hosts_max");
	size_t digits = text ? strspn(text, "0123456789") : 0;
	unsigned long max = digits ? strtoul(text, NULL, 10) : 0;

	if (text && (!digits || text[digits]))
		return error_set(err, STATUS_CONFIG, "[tickets] hosts_max = %.100s is no number; 0 means no limit.", text);
	*most = max > UINT32_MAX ? UINT32_MAX : (uint32_t)max;
	return 0;
}

static void count_already(const struct known *known, const struct draft *draft, struct review *review)
{
	struct map past = {0};

	for (size_t i = 0; i < known->host_count; i++)
		(void)map_put(&past, known->hosts[i].device.text, known->hosts[i].device.len, NULL);
	for (uint32_t i = 0; past.count && i < draft->host_count; i++)
		review->already += map_get(&past, draft->hosts[i].device.text, draft->hosts[i].device.len) != MAP_NONE;
	map_release(&past);
}

static int fill_review(struct session *session, const struct known *known, const struct draft *draft, struct review *review,
                       struct error *err)
{
	struct strbuf target = STRBUF_INIT(TARGET_MAX);
	struct tickets *system = NULL;
	uint32_t most = 0;

	if (hosts_max(session, &most, err) || closing_system(session, &system, err))
		return -1;
	system->ops->target(system, &target);
	system->ops->free(system);
	review->target = xstrdup(strbuf_text(&target));
	strbuf_release(&target);
	review->existing = xstrdup(known->found ? known->ticket.number : "");
	review->existing_url = xstrdup(known->found ? known->ticket.url : "");
	review->existing_state = known->found ? known->ticket.state : TICKET_CLOSED;
	count_already(known, draft, review);
	if (known->found && (known->ticket.state == TICKET_UNCERTAIN || known->ticket.state == TICKET_INTENT))
		warn(review, "An earlier send got no answer; whether it was done is looked up before anything is written.");
	warn_of_run(session, review);
	warn_of_owners(session, draft, review);
	if (warn_of_others(session, known, draft, review, err))
		return -1;
	if (most && draft->host_count > most) {
		review->too_many = most;
		warn(review, "%" PRIu32 " hosts are more than [tickets] hosts_max allows (%" PRIu32 ").", draft->host_count, review->too_many);
	}
	return 0;
}

void session_review_release(struct review *review)
{
	for (size_t i = 0; i < review->warning_count; i++)
		free(review->warnings[i]);
	free(review->warnings);
	free(review->target);
	free(review->existing);
	free(review->existing_url);
	*review = (struct review){0};
}

/* -- the draft -- */

static void make_draft(struct session *session, const struct draft_wish *wish, const struct known *known, const uint32_t *rows,
                       uint32_t count, struct draft *draft)
{
	struct strbuf key = STRBUF_INIT(KEY_MAX);
	struct lens lens;

	session_lens(session, &lens);
	closing_key(session, &key);
	const struct draft_plan plan = {
		.lens = &lens, .run = session->run, .owners = &session->closing.owners, .rows = rows, .row_count = count,
		.chosen = wish->rows != NULL, .per_run = is_per_run(session), .key = strbuf_text(&key),
		.assignment = config_text(session->config, "tickets.assignment"), .unowned = config_text(session->config, "tickets.unowned"),
		.title = wish->title, .note = wish->note, .past = known->hosts, .past_count = known->host_count,
		.past_name = known->found && known->ticket.number[0] ? known->ticket.number : NULL,
	};
	draft_make(&plan, draft);
	strbuf_release(&key);
}

int session_draft(struct session *session, const struct draft_wish *wish, struct draft *draft, struct review *review, struct error *err)
{
	struct known known;
	uint32_t count = 0;
	uint32_t *rows = NULL;
	int failed = -1;

	if (!session->run)
		return error_set(err, STATUS_NO_INPUT, "There is no run yet: `rouse detect` makes one.");
	if (read_known(session, &known, err))
		goto out;
	rows = choose_rows(session, wish, &known, &count, review);
	make_draft(session, wish, &known, rows, count, draft);
	failed = fill_review(session, &known, draft, review, err);
out:
	free(rows);
	known_release(&known);
	return failed;
}

int closing_plain_draft(struct session *session, struct draft *draft, struct error *err)
{
	const struct draft_wish all = { .rows = NULL };
	const struct known none = {0};
	uint32_t count = 0, accepted = 0;
	uint32_t *rows;

	if (!session->run)
		return error_set(err, STATUS_NO_INPUT, "There is no run yet: `rouse detect` makes one.");
	rows = closing_rows(session, NULL, 0, &count, &accepted);
	make_draft(session, &all, &none, rows, count, draft);
	free(rows);
	return 0;
}

int session_draft_body(struct session *session, const struct draft *draft, struct strbuf *out, struct error *err)
{
	struct tickets *system = NULL;

	if (closing_system(session, &system, err))
		return -1;
	system->ops->body(system, draft, out);
	system->ops->free(system);
	return 0;
}

/* The requests that a send begins with as far as the store knows: an update of the record it remembers and the note, or a new one. */
static void show_calls(struct tickets *system, const struct known *known, const struct draft *draft, struct strbuf *out)
{
	struct ticket_record record;
	struct doc note = {0};
	struct ticket_call call = { .verb = TICKET_CREATE, .draft = draft, .correlation = draft->correlation };

	ticket_record_init(&record);
	if (known->found && known->ticket.remote[0]) {
		ticket_record_put(&record.id, slice_of(known->ticket.remote));
		ticket_record_put(&record.number, slice_of(known->ticket.number));
		call = (struct ticket_call){ .verb = TICKET_UPDATE, .draft = draft, .correlation = draft->correlation, .record = &record };
	}
	system->ops->show(system, &call, out);
	if (call.verb == TICKET_UPDATE && draft_delta(draft, UINT32_MAX, &note)) {
		call.verb = TICKET_NOTE;
		call.note = &note;
		strbuf_adds(out, "\n");
		system->ops->show(system, &call, out);
	}
	doc_release(&note);
	ticket_record_release(&record);
}

int session_draft_request(struct session *session, const struct draft *draft, struct strbuf *out, struct error *err)
{
	struct tickets *system = NULL;
	struct known known;
	int failed = -1;

	if (read_known(session, &known, err) || closing_system(session, &system, err))
		goto out;
	show_calls(system, &known, draft, out);
	system->ops->free(system);
	failed = 0;
out:
	known_release(&known);
	return failed;
}
