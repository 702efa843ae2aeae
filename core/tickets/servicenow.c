/* servicenow.c - ServiceNow as a ticket system: what it is made from, and what it says of itself. See servicenow.h. */
#include "core/tickets/servicenow.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/io/config.h"
#include "core/tickets/fit.h"

#define BODY_LEAST 1000
#define BODY_MOST 1000000
#define CHILD_DIGITS 8

static struct snow *snow_of(struct tickets *tickets)
{
	return (struct snow *)tickets;
}

static void snow_free(struct tickets *tickets)
{
	struct snow *snow = snow_of(tickets);

	if (!snow)
		return;
	if (snow->web.base)
		web_release(&snow->web);
	for (uint32_t i = 0; i < snow->team_names.count; i++)
		free(snow->team_ids[i]);
	free(snow->team_ids);
	map_release(&snow->team_names);
	servicenow_rows_release(&snow->rows);
	servicenow_site_release(&snow->site);
	free(snow);
}

static void snow_add_mend(void *owner, const struct talk_reply *reply, struct strbuf *out)
{
	const struct snow *snow = owner;

	servicenow_mend(&snow->site, reply->status, out);
}

static const struct web_ops snow_web = { .ask = snow_ask, .take = snow_take, .mend = snow_add_mend };

/* -- options -- */

/* Numbers stay texts: ServiceNow knows nothing else. */
static int check_number(const char *name, const char *text, long least, long most, long *number, struct error *err)
{
	char *end = NULL;

	*number = strtol(text, &end, 10);
	if (!*text || *end || *number < least || *number > most)
		return error_set(err, STATUS_CONFIG, "%s is no number from %ld to %ld.", name, least, most);
	return 0;
}

static int check_table(const char *name, const char *table, struct error *err)
{
	if (servicenow_name(table, false))
		return 0;
	return error_set(err, STATUS_CONFIG,
	                 "%s is no name of a table; write it as ServiceNow's dictionary does, for example incident.", name);
}

static int read_options(struct snow *snow, const struct config *config, struct error *err)
{
	long number = 0;

	snow->table = config_text(config, "servicenow.table");
	snow->child_table = config_text(config, "servicenow.child_table");
	snow->impact = config_text(config, "servicenow.impact");
	snow->urgency = config_text(config, "servicenow.urgency");
	snow->children = !strcmp(config_text(config, "tickets.children"), "owner");
	if (check_table("servicenow.table", snow->table, err) ||
	    check_table("servicenow.child_table", snow->child_table, err) ||
	    check_number("servicenow.impact", snow->impact, 1, 3, &number, err) ||
	    check_number("servicenow.urgency", snow->urgency, 1, 3, &number, err) ||
	    check_number("servicenow.description_max", config_text(config, "servicenow.description_max"), BODY_LEAST, BODY_MOST,
	                 &number, err))
		return -1;
	snow->body_max = (size_t)number;
	return servicenow_site_read(&snow->site, config, err);
}

static int snow_make(struct tickets **tickets, const struct config *config, struct talk *talk, struct error *err)
{
	struct snow *snow = xcalloc(1, sizeof *snow);

	snow->base.ops = &tickets_servicenow;
	if (read_options(snow, config, err)) {
		snow_free(&snow->base);
		return -1;
	}
	web_init(&snow->web, &snow_web, snow, talk, snow->site.base, &snow->site.setup);
	*tickets = &snow->base;
	return 0;
}

/* -- what it says -- */

/* The dictionary says 4,000 for description, and the database keeps far more: nothing is cut by the API (KB0685779). Where a rule of the
 * instance cuts all the same, the mark at the end is missing when it is read back. */
static struct fit_limit body_limit(const struct snow *snow)
{
	return (struct fit_limit){ .max = snow->body_max, .unit = FIT_UNITS, .form = doc_plain };
}

void snow_body(const struct snow *snow, const struct draft *draft, struct strbuf *out)
{
	struct fit_limit limit = body_limit(snow);

	fit_body(draft, &limit, out);
}

static void say_body(struct tickets *tickets, const struct draft *draft, struct strbuf *out)
{
	snow_body(snow_of(tickets), draft, out);
}

static uint32_t body_hosts(struct tickets *tickets, const struct draft *draft)
{
	struct fit_limit limit = body_limit(snow_of(tickets));

	return fit_hosts(draft, &limit);
}

static void snow_where(const struct tickets *tickets, struct strbuf *out)
{
	const struct snow *snow = (const struct snow *)tickets;

	strbuf_addf(out, "%s %s", snow->site.base, snow->table);
}

static void snow_target(const struct tickets *tickets, struct strbuf *out)
{
	const struct snow *snow = (const struct snow *)tickets;
	const struct login_setup *setup = &snow->site.setup;
	struct slice host = http_host(snow->site.base);

	strbuf_addf(out, "ServiceNow %.*s, table %s", (int)host.len, host.text ? host.text : "", snow->table);
	if (setup->way == LOGIN_BASIC || setup->way == LOGIN_PASSWORD)
		strbuf_addf(out, ", as %s", setup->user);
	else if (setup->way == LOGIN_OAUTH)
		strbuf_addf(out, ", as OAuth client %s", setup->client);
	else
		strbuf_adds(out, ", by API key");
}

/* `46d44a5d...` is of [servicenow] table, `incident_task/46d44a5d...` of child_table: a record is read again by its id alone. */
const char *snow_table_of(const struct snow *snow, const char *id, const char **sys_id)
{
	const char *slash = strchr(id, '/');

	*sys_id = slash ? slash + 1 : id;
	return slash ? snow->child_table : snow->table;
}

const char *snow_wanted(const struct web *web)
{
	const struct ticket_call *call = web->call;

	if (call->correlation && *call->correlation)
		return call->correlation;
	if (call->into && *call->into->correlation)
		return call->into->correlation;
	return call->record && call->record->correlation ? call->record->correlation : "";
}

/* A child is looked for by its correlation id where nobody remembers its table. */
bool snow_child_id(const char *correlation)
{
	const char *first = strchr(correlation, '-'), *last = strrchr(correlation, '-');

	return first && last != first && strlen(last + 1) == CHILD_DIGITS && strspn(last + 1, "0123456789abcdef") == CHILD_DIGITS;
}

/* -- calls -- */

static int snow_begin(struct tickets *tickets, const struct ticket_call *call, struct error *err)
{
	(void)err;
	web_begin(&snow_of(tickets)->web, call);
	return 0;
}

static enum step snow_step(struct tickets *tickets, struct ticket_answer *answer)
{
	return web_step(&snow_of(tickets)->web, answer);
}

static void snow_show(struct tickets *tickets, const struct ticket_call *call, struct strbuf *out)
{
	web_show(&snow_of(tickets)->web, call, out);
}

static void snow_waiting(const struct tickets *tickets, struct strbuf *out)
{
	web_waiting(&((const struct snow *)tickets)->web, out);
}

static int snow_fd(const struct tickets *tickets)
{
	return web_fd(&((const struct snow *)tickets)->web);
}

static void snow_cancel(struct tickets *tickets)
{
	web_cancel(&snow_of(tickets)->web);
}

const struct tickets_ops tickets_servicenow = {
	.name = "servicenow", .title = "ServiceNow", .children = true, .closes = true, .lags = false,
	.make = snow_make, .begin = snow_begin, .step = snow_step, .show = snow_show, .body = say_body, .body_hosts = body_hosts,
	.where = snow_where, .target = snow_target, .waiting = snow_waiting, .fd = snow_fd, .cancel = snow_cancel, .free = snow_free,
};
