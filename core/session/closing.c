/* closing.c - what is kept of owners and tickets, the services, and the jobs' common ends. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/io/secret.h"
#include "core/io/talk.h"
#include "core/model/accept.h"
#include "core/model/sort.h"
#include "core/session/session_inner.h"
#include "core/tickets/markdown.h"

#define PHASE_MAX 256
#define CHILD_MS 20   /* between two looks at the command of a digest: whether it takes its input, whether it ended */

int closing_links_read(struct session *session, struct error *err)
{
	struct ticket_links links = {0};

	if (!session->store)
		return 0;
	if (store_ticket_links_load(session->store, &links, err)) {
		ticket_links_release(&links);
		return -1;
	}
	/* It never falls back to one that a view has seen. */
	links.generation += session->closing.tickets.generation + 1;
	ticket_links_release(&session->closing.tickets);
	session->closing.tickets = links;
	return 0;
}

int closing_read(struct session *session, struct error *err)
{
	owners_release(&session->closing.owners);
	return store_owners_load(session->store, &session->closing.owners, err) || closing_links_read(session, err) ? -1 : 0;
}

const struct owners *session_owners(const struct session *session)
{
	return &session->closing.owners;
}

const struct ticket_links *session_tickets(const struct session *session)
{
	return &session->closing.tickets;
}

void session_keep_nothing(struct session *session)
{
	session->closing.unkept = true;
}

/* -- what is configured -- */

bool session_has_owners(const struct session *session)
{
	const char *kind = config_text(session->config, "owners.kind");

	if (!strcmp(kind, "csv"))
		return config_text(session->config, "csv.file") != NULL;
	return strcmp(kind, "none") != 0;
}

bool session_has_tickets(const struct session *session)
{
	return strcmp(config_text(session->config, "tickets.kind"), "none") != 0;
}

bool session_has_notify(const struct session *session)
{
	size_t count = 0;
	const char *const *kinds = config_list(session->config, "notify.kind", &count);

	return count && strcmp(kinds[0], "none") != 0;
}

/* All at once, not each when its service is asked: /proc shows the environment of a process as long as it is there. */
static void take_variables(struct talk *talk)
{
	static const char *const variables[] = {
		"ROUSE_SERVICENOW_SECRET", "ROUSE_SERVICENOW_CLIENT_SECRET", "ROUSE_JIRA_SECRET", "ROUSE_RT_TOKEN",
		"ROUSE_TEAMS_URL", "ROUSE_SLACK_URL",
	};

	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		const char *value = getenv(variables[i]);
		const struct secret_place place = { .what = "a secret", .variable = variables[i], .kept = talk_kept(talk, variables[i]) };
		struct secret_run run;
		struct secret secret = {0};
		struct error ignored = {0};

		if (value && *value && place.kept)
			(void)secret_begin(&run, &place, &secret, &ignored);
		secret_wipe(&secret);
	}
}

int closing_talk(struct session *session, struct error *err)
{
	if (session->closing.talk)
		return 0;
	if (talk_new(&session->closing.talk, session->config, err))
		return -1;
	take_variables(session->closing.talk);
	return 0;
}

int closing_system(struct session *session, struct tickets **system, struct error *err)
{
	const char *kind = config_text(session->config, "tickets.kind");
	const struct tickets_ops *ops = tickets_named(kind);

	if (!ops)
		return error_set(err, STATUS_CONFIG, "No ticket system is configured: [tickets] kind is none; set it to markdown, servicenow, "
		                 "jira or rt.");
	if (closing_talk(session, err) || ops->make(system, session->config, session->closing.talk, err))
		return -1;
	markdown_beside(*system, session->store_path);
	return 0;
}

int closing_system_name(struct session *session, struct strbuf *out, struct error *err)
{
	struct tickets *system = NULL;

	if (closing_system(session, &system, err))
		return -1;
	tickets_system(system, out);
	system->ops->free(system);
	return 0;
}

void closing_key(const struct session *session, struct strbuf *out)
{
	const char *tenant = config_text(session->config, "graph.tenant");

	if (!tenant)
		tenant = config_text(session->config, "links.tenant");
	/* Contoso.com and contoso.com are one tenant, and must lead to one record. */
	if (tenant)
		utf8_lower(out, tenant, strlen(tenant));
	strbuf_addc(out, '\n');
	strbuf_adds(out, session->run ? session->run->scope : "");
}

/* -- rows -- */

uint32_t *closing_rows(struct session *session, const uint32_t *rows, uint32_t count, uint32_t *taken, uint32_t *accepted)
{
	struct lens lens;
	session_lens(session, &lens);
	const struct table *table = lens.table;
	uint32_t *order = xmalloc((table->count + (size_t)1) * sizeof *order);
	uint8_t *is_accepted = xcalloc(table->count + (size_t)1, 1), *wanted = xcalloc(table->count + (size_t)1, 1);

	*taken = *accepted = 0;
	acceptances_rows(&lens, 0, table->count, is_accepted);
	if (!rows)
		memset(wanted, 1, table->count);
	for (uint32_t i = 0; rows && i < count; i++)
		if (rows[i] < table->count)
			wanted[rows[i]] = 1;
	order_worst(&lens, order);
	for (uint32_t i = 0; i < table->count; i++) {
		uint32_t row = order[i];
		if (!wanted[row] || !table_is_finding(table, row))
			continue;
		if (is_accepted[row])
			++*accepted;
		else
			order[(*taken)++] = row;
	}
	free(is_accepted);
	free(wanted);
	return order;
}

/* -- jobs -- */

void closing_cancel(struct session *session)
{
	struct closing *closing = &session->closing;
	struct error unread = {0};

	resolve_job_release(session);
	if (closing->system) {
		/* What was sent is in the store; the result stays readable. */
		closing->system->ops->cancel(closing->system);
		ensure_free(&closing->ensure);
		closing->system->ops->free(closing->system);
		closing->system = NULL;
		closing->draft = NULL;
		/* It may have written more than is shown. What cannot be read now is read with the next send. */
		(void)closing_links_read(session, &unread);
	}
	if (closing->notify) {
		closing->notify->ops->free(closing->notify);
		closing->notify = NULL;
	}
	closing->digest = NULL;
}

static void complaints_free(struct closing *closing)
{
	for (size_t i = 0; closing->complaints && i < closing->resolved.complaint_count; i++)
		free(closing->complaints[i]);
	free(closing->complaints);
	closing->complaints = NULL;
}

void closing_release(struct session *session)
{
	struct closing *closing = &session->closing;

	closing_cancel(session);
	ensure_free(&closing->ensure);
	complaints_free(closing);
	owners_release(&closing->owners);
	ticket_links_release(&closing->tickets);
	talk_free(&closing->talk);
}

/* The descriptor of a command that a secret is waited for, or -1. */
static int secret_fd(const struct closing *closing)
{
	if (closing->resolve.source)
		return closing->resolve.source->ops->fd ? closing->resolve.source->ops->fd(closing->resolve.source) : -1;
	if (closing->system && closing->ensure)
		return ensure_fd(closing->ensure);
	if (closing->notify)
		return closing->notify->ops->fd ? closing->notify->ops->fd(closing->notify) : -1;
	return -1;
}

int closing_wait(struct session *session, struct pollfd *fds, size_t count, int timeout_ms)
{
	enum { EXTRA_MAX = 8 };
	struct closing *closing = &session->closing;
	struct pollfd all[EXTRA_MAX];
	size_t n = count < EXTRA_MAX ? count : EXTRA_MAX - 1;
	bool child = session->job == JOB_POST && closing->notify && closing->notify->ops == &notify_command;
	int fd = secret_fd(closing), own = closing->ensure && closing->system ? ensure_timeout_ms(closing->ensure) : -1, ready;

	if (own >= 0 && (timeout_ms < 0 || own < timeout_ms))
		timeout_ms = own;
	if (child && (timeout_ms < 0 || timeout_ms > CHILD_MS))
		timeout_ms = CHILD_MS;
	if (n)
		memcpy(all, fds, n * sizeof *fds);
	all[n] = (struct pollfd){ .fd = fd, .events = POLLIN };
	ready = closing->talk ? talk_wait(closing->talk, all, n + (fd >= 0), timeout_ms)
	                      : poll(all, (nfds_t)(n + (fd >= 0)), timeout_ms);
	for (size_t i = 0; i < n; i++)
		fds[i].revents = all[i].revents;
	return ready;
}

static void show_waiting(const struct closing *closing, struct strbuf *text)
{
	if (closing->resolve.source && closing->resolve.source->ops->waiting)
		closing->resolve.source->ops->waiting(closing->resolve.source, text);
	else if (closing->system && closing->system->ops->waiting)
		closing->system->ops->waiting(closing->system, text);
}

void closing_progress(const struct session *session, struct progress *progress, const char **phase)
{
	const struct closing *closing = &session->closing;
	struct strbuf text = STRBUF_INIT(PHASE_MAX);

	switch (session->job) {
	case JOB_OWNERS:
		*phase = "asking for owners";
		progress->rows = closing->resolve.asking.answered;
		break;
	case JOB_SEND:
		*phase = "ticket";
		if (closing->ensure)
			ensure_doing(closing->ensure, &text);
		break;
	case JOB_POST:
		*phase = "digest";
		if (closing->place < closing->place_count)
			strbuf_adds(&text, closing->posted[closing->place].title);
		break;
	default:
		break;
	}
	if (session->job != JOB_POST) {
		struct strbuf why = STRBUF_INIT(PHASE_MAX);
		show_waiting(closing, &why);
		if (why.len)
			strbuf_addf(&text, "%s%s", text.len ? ": " : "", strbuf_text(&why));
		strbuf_release(&why);
	}
	(void)snprintf(progress->what, sizeof progress->what, "%s", strbuf_text(&text));
	strbuf_release(&text);
}
