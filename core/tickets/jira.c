/* jira.c - Jira as a ticket system: what it is made from, and what it says of itself. See jira.h. */
#include "core/tickets/jira.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/utf8.h"
#include "core/io/config.h"
#include "core/tickets/fit.h"
#include "core/tickets/jira_adf.h"

#define URL_BYTES_MAX 1000
#define KEY_MAX 100
#define LABEL_MAX 255

static struct jira *jira_of(struct tickets *tickets)
{
	return (struct jira *)tickets;
}

void jira_forget_page(struct jira *jira)
{
	free(jira->page);
	jira->page = NULL;
	jira->start = 0;
}

static void jira_free(struct tickets *tickets)
{
	struct jira *jira = jira_of(tickets);

	if (!jira)
		return;
	if (jira->web.base)
		web_release(&jira->web);
	jira_forget_page(jira);
	for (size_t i = 0; i < jira->seen_count; i++)
		free(jira->seen[i]);
	free(jira->team);
	free(jira->team_label);
	free(jira->transition);
	free(jira->resolution);
	free(jira->type_id);
	json_object_release(&jira->top);
	json_object_release(&jira->list);
	json_object_release(&jira->row);
	json_object_release(&jira->fields);
	json_object_release(&jira->part);
	free(jira);
}

/* -- refusals -- */

static void jira_mend(void *owner, const struct talk_reply *reply, struct strbuf *out)
{
	const struct jira *jira = owner;

	if (reply->status == 401)
		strbuf_adds(out, jira->user ? " Check user (the mail address) and the API token in [jira]; tokens end after a year at most."
		                            : " Check the personal access token in [jira]; for the Cloud name the user it belongs to.");
	else if (reply->status == 403)
		strbuf_addf(out,
		            " The account needs the right to browse, create and edit issues and to comment in the project %s.",
		            jira->project);
	else if (reply->status == 400 && jira->web.call->verb == TICKET_CREATE)
		strbuf_addf(out,
		            " Check project and issue_type in [jira]; the create screen of %s must have summary, description "
		            "and labels, and require"
		            " no other field.",
		            jira->web.call->parent ? jira->child_type : jira->type);
	else if (reply->status == 400)
		strbuf_adds(out, " Check kind and project in [jira].");
}

static const struct web_ops jira_web = { .ask = jira_ask, .take = jira_take, .mend = jira_mend };

/* -- options -- */

/* https://NAME.atlassian.net; a site with a domain of its own must say kind = cloud. */
static bool is_cloud(const char *kind, const char *url)
{
	static const char site[] = ".atlassian.net";
	struct slice host = http_host(url);

	if (strcmp(kind, "auto"))
		return !strcmp(kind, "cloud");
	return host.len > sizeof site - 1
		&& slice_is_nocase((struct slice){ host.text + host.len - (sizeof site - 1), sizeof site - 1 }, site);
}

static int lacks(struct error *err, const char *option, const char *mend)
{
	return error_set(err, STATUS_CONFIG, "%s is not set; %s.", option, mend);
}

static int read_options(struct jira *jira, const struct config *config, const char **url, struct error *err)
{
	*url = config_text(config, "jira.url");
	jira->project = config_text(config, "jira.project");
	jira->type = config_text(config, "jira.issue_type");
	jira->child_type = config_text(config, "jira.child_type");
	jira->user = config_text(config, "jira.user");
	jira->children = !strcmp(config_text(config, "tickets.children"), "owner");
	if (!*url || !**url)
		return lacks(err, "jira.url", "write the address there: https://NAME.atlassian.net, or that of the Data Center");
	if (!jira->project)
		return lacks(err, "jira.project", "write the key of the project there, for example SEC");
	size_t len = strlen(jira->project);

	/* The key stands in searches. */
	if (!len || len > KEY_MAX || strspn(jira->project, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != len)
		return error_set(
			err, STATUS_CONFIG,
			"jira.project is no key of a project; write the capitals that stand before the number of an issue.");
	if (strlen(*url) > URL_BYTES_MAX)
		return error_set(err, STATUS_CONFIG, "jira.url is longer than %d bytes.", URL_BYTES_MAX);
	jira->cloud = is_cloud(config_text(config, "jira.kind"), *url);
	jira->version = jira->cloud ? 3 : 2;
	if (jira->cloud && !jira->user)
		return lacks(err, "jira.user", "write the mail address that the API token belongs to there");
	return talk_check_url(*url, "jira.url", err);
}

static int jira_make(struct tickets **tickets, const struct config *config, struct talk *talk, struct error *err)
{
	struct jira *jira = xcalloc(1, sizeof *jira);
	const char *url = NULL;

	jira->base.ops = &tickets_jira;
	if (read_options(jira, config, &url, err)) {
		jira_free(&jira->base);
		return -1;
	}
	struct login_setup setup = {
		.who = "Jira", .section = "jira", .way = jira->user ? LOGIN_BASIC : LOGIN_BEARER, .user = jira->user,
		.place = { .what = "Jira's token", .variable = "ROUSE_JIRA_SECRET", .file = config_text(config, "jira.secret_file"),
		           .command = config_text(config, "jira.secret_command") },
	};
	struct strbuf base = STRBUF_INIT(2 * URL_BYTES_MAX);

	talk_url(&base, url, "");
	web_init(&jira->web, &jira_web, jira, talk, strbuf_text(&base), &setup);
	strbuf_release(&base);
	*tickets = &jira->base;
	return 0;
}

/* -- what it says -- */

/* The Cloud takes a document, a Data Center its wiki markup; both are kept within the same number. */
static struct fit_limit body_limit(const struct jira *jira)
{
	return (struct fit_limit){ .max = JIRA_TEXT_MAX, .unit = FIT_UNITS, .form = jira->cloud ? jira_adf : doc_wiki };
}

void jira_body(const struct jira *jira, const struct draft *draft, struct strbuf *out)
{
	struct fit_limit limit = body_limit(jira);

	fit_body(draft, &limit, out);
}

static void say_body(struct tickets *tickets, const struct draft *draft, struct strbuf *out)
{
	jira_body(jira_of(tickets), draft, out);
}

static uint32_t body_hosts(struct tickets *tickets, const struct draft *draft)
{
	struct fit_limit limit = body_limit(jira_of(tickets));

	return fit_hosts(draft, &limit);
}

void jira_team_label(struct slice team, struct strbuf *out)
{
	struct strbuf lower = STRBUF_INIT(4096);
	size_t start = out->len, n;
	int32_t cp;

	strbuf_adds(out, "team-");
	utf8_lower(&lower, team.text ? team.text : "", team.len);
	for (size_t at = 0; at < lower.len && out->len - start < LABEL_MAX - 4; at += n) {
		n = utf8_decode(lower.buf + at, lower.len - at, &cp);
		enum utf8_class class = cp < 0 ? UTF8_HIDDEN : utf8_class(cp);

		if (class != UTF8_BLANK && class != UTF8_HIDDEN && utf8_width(cp) >= 0)
			strbuf_add(out, lower.buf + at, n);
		else if (out->buf[out->len - 1] != '-')
			strbuf_addc(out, '-');
	}
	strbuf_release(&lower);
}

const char *jira_wanted(const struct jira *jira)
{
	const struct ticket_call *call = jira->web.call;

	if (call->correlation && *call->correlation)
		return call->correlation;
	if (call->into && *call->into->correlation)
		return call->into->correlation;
	return call->record && call->record->correlation ? call->record->correlation : "";
}

void jira_saw(struct jira *jira, const char *id)
{
	for (size_t i = 0; i < jira->seen_count; i++)
		if (!strcmp(jira->seen[i], id))
			return;
	if (!*id || strspn(id, "0123456789") != strlen(id))
		return;
	if (jira->seen_count == JIRA_SEEN_MAX) {
		free(jira->seen[0]);
		memmove(jira->seen, jira->seen + 1, (JIRA_SEEN_MAX - 1) * sizeof *jira->seen);
		jira->seen_count--;
	}
	jira->seen[jira->seen_count++] = xstrdup(id);
}

static void jira_where(const struct tickets *tickets, struct strbuf *out)
{
	const struct jira *jira = (const struct jira *)tickets;

	strbuf_addf(out, "%s %s", jira->web.base, jira->project);
}

static void jira_target(const struct tickets *tickets, struct strbuf *out)
{
	const struct jira *jira = (const struct jira *)tickets;
	struct slice host = http_host(jira->web.base);

	strbuf_addf(out, "Jira %s %.*s, project %s", jira->cloud ? "Cloud" : "Data Center", (int)host.len,
	            host.text ? host.text : "", jira->project);
	if (jira->user)
		strbuf_addf(out, ", as %s", jira->user);
}

/* -- calls -- */

/* The team of the draft is remembered, so that its label can be told as the name it was made from. */
static int jira_begin(struct tickets *tickets, const struct ticket_call *call, struct error *err)
{
	struct jira *jira = jira_of(tickets);

	(void)err;
	jira_forget_page(jira);
	if (call->draft && *call->draft->assignment) {
		struct strbuf label = STRBUF_INIT(1000);

		jira_team_label(slice_of(call->draft->assignment), &label);
		free(jira->team);
		free(jira->team_label);
		jira->team = xstrdup(call->draft->assignment);
		jira->team_label = xstrdup(strbuf_text(&label));
		strbuf_release(&label);
	}
	web_begin(&jira->web, call);
	return 0;
}

static enum step jira_step(struct tickets *tickets, struct ticket_answer *answer)
{
	return web_step(&jira_of(tickets)->web, answer);
}

static void jira_show(struct tickets *tickets, const struct ticket_call *call, struct strbuf *out)
{
	web_show(&jira_of(tickets)->web, call, out);
}

static void jira_waiting(const struct tickets *tickets, struct strbuf *out)
{
	web_waiting(&((const struct jira *)tickets)->web, out);
}

static int jira_fd(const struct tickets *tickets)
{
	return web_fd(&((const struct jira *)tickets)->web);
}

static void jira_cancel(struct tickets *tickets)
{
	web_cancel(&jira_of(tickets)->web);
}

/* The Cloud's search lags, and nobody knows a site's kind before it is made: so Jira as a whole counts as lagging. */
const struct tickets_ops tickets_jira = {
	.name = "jira", .title = "Jira", .children = true, .closes = true, .lags = true,
	.make = jira_make, .begin = jira_begin, .step = jira_step, .show = jira_show, .body = say_body, .body_hosts = body_hosts,
	.where = jira_where, .target = jira_target, .waiting = jira_waiting, .fd = jira_fd, .cancel = jira_cancel, .free = jira_free,
};
