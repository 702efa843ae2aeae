/* store_ticket.c - tickets: what was meant to be written, what is there, which hosts are on it. Every write is on the disk when it returns:
 * what comes next is a request that cannot be taken back, and after a crash the store must know of it. */
#include <inttypes.h>
#include <stdlib.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/io/store_inner.h"
#include "core/model/draft.h"

#define DETAIL_MAX ((size_t)4096)

/* In the order of read_ticket(). */
#define TICKET_COLUMNS "id, system, correlation, scope, parent, remote, number, url, mark, state, opened, updated, run"

void store_ticket_init(struct store_ticket *ticket)
{
	*ticket = (struct store_ticket){
		.system = xstrdup(""), .correlation = xstrdup(""), .scope = xstrdup(""), .parent = xstrdup(""), .remote = xstrdup(""),
		.number = xstrdup(""), .url = xstrdup(""), .mark = xstrdup(""),
	};
}

void store_ticket_release(struct store_ticket *ticket)
{
	char *const texts[] = {
		ticket->system, ticket->correlation, ticket->scope, ticket->parent, ticket->remote, ticket->number, ticket->url, ticket->mark
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		free(texts[i]);
	*ticket = (struct store_ticket){ .id = 0 };
}

/* A state that this program does not know is not taken for a good one. */
static enum ticket_state state_named(struct slice name)
{
	for (unsigned i = 0; i < TICKET_STATE_COUNT; i++)
		if (slice_is(name, ticket_state_names[i]))
			return (enum ticket_state)i;
	return TICKET_UNCERTAIN;
}

static void read_ticket(const struct statement *from, struct store_ticket *ticket)
{
	*ticket = (struct store_ticket){
		.id = cell_int(from, 0), .system = cell_string(from, 1), .correlation = cell_string(from, 2), .scope = cell_string(from, 3),
		.parent = cell_string(from, 4), .remote = cell_string(from, 5), .number = cell_string(from, 6), .url = cell_string(from, 7),
		.mark = cell_string(from, 8), .state = state_named(cell_bytes(from, 9)), .opened = cell_int(from, 10),
		.updated = cell_int(from, 11), .run = cell_int(from, 12),
	};
}

static void bind_or_empty(struct statement *statement, int place, const char *text)
{
	bind_text(statement, place, text ? text : "");
}

/* -- reading -- */

int store_ticket_find(struct store *store, const char *system, const char *correlation, struct store_ticket *ticket, bool *found,
                      struct error *err)
{
	struct statement *statement = NULL;
	int more = -1;

	if (statement_open(store, "select " TICKET_COLUMNS " from ticket where system = ?1 and correlation = ?2 and state <> ?3"
	                   " order by id desc limit 1", &statement, err))
		return -1;
	bind_text(statement, 1, system);
	bind_text(statement, 2, correlation);
	bind_text(statement, 3, ticket_state_names[TICKET_CLOSED]);
	more = statement_step(statement, err);
	if (more > 0)
		read_ticket(statement, ticket);
	if (more >= 0)
		*found = more > 0;
	statement_close(&statement);
	return more < 0 ? -1 : 0;
}

int store_tickets(struct store *store, struct store_ticket **out, size_t *count, struct error *err)
{
	struct statement *statement = NULL;
	struct store_ticket *tickets = NULL;
	size_t cap = 0, n = 0;
	int more = -1;

	if (statement_open(store, "select " TICKET_COLUMNS " from ticket where state <> ?1 order by id desc", &statement, err))
		return -1;
	bind_text(statement, 1, ticket_state_names[TICKET_CLOSED]);
	while ((more = statement_step(statement, err)) > 0) {
		tickets = grow(tickets, &cap, n + 1, sizeof *tickets);
		read_ticket(statement, &tickets[n++]);
	}
	statement_close(&statement);
	if (more < 0) {
		for (size_t i = 0; i < n; i++)
			store_ticket_release(&tickets[i]);
		free(tickets);
		return -1;
	}
	*out = tickets;
	*count = n;
	return 0;
}

/* -- writing -- */

int store_ticket_intend(struct store *store, const struct store_ticket *ticket, int64_t *id, struct error *err)
{
	const char *const texts[] = {
		ticket->system, ticket->correlation, ticket->scope, ticket->parent, ticket->remote, ticket->number, ticket->url, ticket->mark
	};
	struct statement *add = NULL;
	int failed = -1;

	if (store_begin_durable(store, err))
		goto out;
	if (statement_open(store, "insert into ticket(system, correlation, scope, parent, remote, number, url, mark, state, opened,"
	                   " updated, run) values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)", &add, err))
		goto out;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		bind_or_empty(add, (int)i + 1, texts[i]);
	bind_text(add, 9, ticket_state_names[TICKET_INTENT]);
	bind_int(add, 10, ticket->opened);
	bind_int(add, 11, ticket->updated);
	bind_int(add, 12, ticket->run);
	if (statement_run(add, err))
		goto out;
	*id = store_last_id(store);
	failed = store_commit(store, err);
out:
	statement_close(&add);
	store_settle(store);
	return failed;
}

/* `INC0010042 open rouse-1f0c9d2e4b5a, servicenow https://dev1.service-now.com`. */
static int write_audit(struct store *store, const struct store_ticket *ticket, int64_t now, const char *action, struct error *err)
{
	struct strbuf detail = STRBUF_INIT(DETAIL_MAX);
	int failed;

	strbuf_addf(&detail, "%s %s %s", ticket->number && *ticket->number ? ticket->number : "?", ticket_state_names[ticket->state],
	            ticket->correlation ? ticket->correlation : "");
	strbuf_addf(&detail, ", %s", ticket->system ? ticket->system : "");
	failed = store_audit(store, now, action, strbuf_text(&detail), err);
	strbuf_release(&detail);
	return failed;
}

static int update_ticket(struct store *store, const struct store_ticket *ticket, struct error *err)
{
	struct statement *set = NULL;
	int failed;

	if (statement_open(store, "update ticket set remote = ?2, number = ?3, url = ?4, mark = ?5, state = ?6, opened = ?7, updated = ?8,"
	                   " run = ?9 where id = ?1", &set, err))
		return -1;
	bind_int(set, 1, ticket->id);
	bind_or_empty(set, 2, ticket->remote);
	bind_or_empty(set, 3, ticket->number);
	bind_or_empty(set, 4, ticket->url);
	bind_or_empty(set, 5, ticket->mark);
	bind_text(set, 6, ticket_state_names[ticket->state]);
	bind_int(set, 7, ticket->opened);
	bind_int(set, 8, ticket->updated);
	bind_int(set, 9, ticket->run);
	failed = statement_run(set, err);
	statement_close(&set);
	if (!failed && store_changes(store) != 1)
		failed = error_set(err, STATUS_IO, "The store %s has no ticket number %" PRId64 " any more; was it replaced meanwhile? "
		                   "Start again.", store_path(store), ticket->id);
	return failed;
}

int store_ticket_write(struct store *store, const struct store_ticket *ticket, int64_t now, const char *action, struct error *err)
{
	int failed = -1;

	if (!store_begin_durable(store, err) && !update_ticket(store, ticket, err) && !write_audit(store, ticket, now, action, err))
		failed = store_commit(store, err);
	store_settle(store);
	return failed;
}

/* -- hosts -- */

static int add_hosts(struct store *store, int64_t id, const struct draft_past *hosts, size_t count, struct error *err)
{
	struct statement *add = NULL;
	int failed = 0;

	if (statement_open(store, "insert into ticket_host(ticket, position, device, name, verdict) values(?1, ?2, ?3, ?4, ?5)", &add, err))
		return -1;
	for (size_t i = 0; !failed && i < count; i++) {
		bind_int(add, 1, id);
		bind_int(add, 2, (int64_t)i);
		bind_blob(add, 3, hosts[i].device);
		bind_or_empty(add, 4, hosts[i].name);
		bind_text(add, 5, hosts[i].verdict < VERDICT_COUNT ? verdicts[hosts[i].verdict].name : "");
		failed = statement_run(add, err);
	}
	statement_close(&add);
	return failed;
}

int store_ticket_hosts_save(struct store *store, int64_t id, const struct draft_past *hosts, size_t count, struct error *err)
{
	struct statement *clear = NULL;
	int failed = -1;

	if (store_begin_durable(store, err) || statement_open(store, "delete from ticket_host where ticket = ?1", &clear, err))
		goto out;
	bind_int(clear, 1, id);
	if (!statement_run(clear, err) && !add_hosts(store, id, hosts, count, err))
		failed = store_commit(store, err);
out:
	statement_close(&clear);
	store_settle(store);
	return failed;
}

int store_ticket_hosts(struct store *store, int64_t id, struct draft_past **out, size_t *count, struct error *err)
{
	struct statement *statement = NULL;
	struct draft_past *hosts = NULL;
	size_t cap = 0, n = 0;
	int more = -1;

	if (statement_open(store, "select device, name, verdict from ticket_host where ticket = ?1 order by position", &statement, err))
		return -1;
	bind_int(statement, 1, id);
	while ((more = statement_step(statement, err)) > 0) {
		struct slice device = cell_bytes(statement, 0);

		hosts = grow(hosts, &cap, n + 1, sizeof *hosts);
		hosts[n++] = (struct draft_past){
			.device = { xmemdup(device.text, device.len), device.len }, .name = cell_string(statement, 1),
			.verdict = verdict_named(cell_bytes(statement, 2)),
		};
	}
	statement_close(&statement);
	if (more < 0) {
		store_ticket_hosts_free(hosts, n);
		return -1;
	}
	*out = hosts;
	*count = n;
	return 0;
}

void store_ticket_hosts_free(struct draft_past *hosts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free((char *)hosts[i].device.text);
		free(hosts[i].name);
	}
	free(hosts);
}

/* -- links -- */

/* Oldest first, as the last one counts; children before parents, as the record of the run is what people ask for. */
int store_ticket_links_load(struct store *store, struct ticket_links *links, struct error *err)
{
	struct statement *statement = NULL;
	int64_t last = 0;
	uint32_t record = 0;
	int more = -1;

	if (statement_open(store, "select t.id, t.number, t.url, t.correlation, t.state, h.device"
	                   " from ticket t join ticket_host h on h.ticket = t.id"
	                   " where t.state <> ?1 order by t.parent = '', t.id, h.position", &statement, err))
		return -1;
	bind_text(statement, 1, ticket_state_names[TICKET_CLOSED]);
	while ((more = statement_step(statement, err)) > 0) {
		if (cell_int(statement, 0) != last) {
			struct ticket_link link = {
				.number = cell_string(statement, 1), .url = cell_string(statement, 2), .correlation = cell_string(statement, 3),
				.state = state_named(cell_bytes(statement, 4)),
			};

			if (!*link.number) {
				free(link.number);
				link.number = xstrdup("?");
			}
			record = ticket_links_add(links, &link);
			last = cell_int(statement, 0);
			free(link.number);
			free(link.url);
			free(link.correlation);
		}
		ticket_links_put(links, cell_bytes(statement, 5), record);
		links->records[record].hosts++;
	}
	statement_close(&statement);
	return more;
}

int store_run_words(struct store *store, int64_t run, const char *ticket, const char *digest, struct error *err)
{
	struct statement *set = NULL;
	int failed;

	if (statement_open(store, "update run set ticket = coalesce(?2, ticket), digest = coalesce(?3, digest) where id = ?1", &set, err))
		return -1;
	bind_int(set, 1, run);
	bind_text(set, 2, ticket);
	bind_text(set, 3, digest);
	failed = statement_run(set, err);
	statement_close(&set);
	return failed;
}
