/* rt.c - Request Tracker 5 as a ticket system, by REST2.
 *
 * rt.c        the back end                rt_ask.c, rt_ask_write.c   requests
 * rt_take.c   finding and reading         rt_write.c                 creating, changing, merging
 * rt_check.c  the set-up                  rt_read.c                  JSON into records
 *
 * Where a record lives in RT: the first text of a ticket cannot be changed by REST. So what holds today is
 *     the subject,
 *     the hosts field: every host, a line each, and the mark as its last line (a queue may be without it),
 *     the newest comment: the whole body, written anew at each update.
 * An update writes in this order: a conditional PUT (If-Match) of subject and host list without the mark, read back because RT answers 200 to
 * what it forbids; the comment; the mark. Whatever is cut off in between leaves no mark, so the next send does it again; two who write
 * at once meet at the condition. A comment never carries fields: RT's worker dies over an answer with wide characters in it.
 * A team gets its ticket by the queue, and as AdminCc where RT has a group of its name. */
#include "core/tickets/rt_inner.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/io/config.h"
#include "core/io/http.h"

static const char WHO[] = "Request Tracker";

static void add_mend(void *owner, const struct talk_reply *reply, struct strbuf *out)
{
	const struct rt *rt = owner;

	if (reply->status == 401)
		strbuf_adds(out, " Make a new token (Logged in as > Settings > Auth Tokens) and put it where [rt] token_file says.");
	else if (reply->status == 403 && rt->stage == RT_CREATE)
		strbuf_adds(out, " The account needs the right CreateTicket on the queue.");
	else if (rt->stage == RT_COMMENT || rt->stage == RT_NOTE || rt->stage == RT_ATTACH)
		strbuf_adds(out, " The account needs the right CommentOnTicket on the queue.");
	else if (reply->status == 403)
		strbuf_adds(out, " The account needs the rights ShowTicket and SeeQueue.");
}

static const struct web_ops web = { .ask = rt_ask, .take = rt_take, .mend = add_mend };

/* The name stands in TicketSQL: 'CF.{Correlation ID}'. */
static int check_field(const char *option, const char *name, struct error *err)
{
	if (strpbrk(name, "'\"{}\\"))
		return error_set(err, STATUS_CONFIG, "%s may not hold quotes, braces or backslashes, as RT's searches have "
		                 "no way to write them.",
		                 option);
	return 0;
}

static int rt_make(struct tickets **tickets, const struct config *config, struct talk *talk, struct error *err)
{
	const char *url = config_text(config, "rt.url"), *key = config_text(config, "rt.correlation_field");
	const char *hosts = config_text(config, "rt.hosts_field");

	if (talk_check_url(url, "[rt] url", err))
		return -1;
	if (!key || !*key)
		return error_set(err, STATUS_CONFIG, "[rt] correlation_field is empty; without it no ticket would be found again.");
	if (check_field("[rt] correlation_field", key, err))
		return -1;
	struct rt *rt = xcalloc(1, sizeof *rt);

	rt->tickets.ops = &tickets_rt;
	rt->queue_name = config_text(config, "rt.queue");
	rt->key_field = key;
	rt->hosts_field = hosts && *hosts ? hosts : NULL;
	web_init(&rt->web, &web, rt, talk, url, &(struct login_setup){
		.who = WHO, .way = LOGIN_HEADER, .header = "Authorization: token ", .section = "rt", .option = "token_file",
		.place = { .what = "the token of Request Tracker", .variable = "ROUSE_RT_TOKEN", .file = config_text(config, "rt.token_file"),
		           .command = config_text(config, "rt.token_command") },
	});
	*tickets = &rt->tickets;
	return 0;
}

static int rt_begin(struct tickets *tickets, const struct ticket_call *call, struct error *err)
{
	(void)err;
	web_begin(&((struct rt *)tickets)->web, call);
	return 0;
}

static enum step rt_step(struct tickets *tickets, struct ticket_answer *answer)
{
	return web_step(&((struct rt *)tickets)->web, answer);
}

/* A change is three requests, and the correlation id stands in the later ones: all are shown. */
static void rt_show(struct tickets *tickets, const struct ticket_call *call, struct strbuf *out)
{
	static const enum rt_stage update[] = { RT_PUT, RT_COMMENT, RT_PUT_MARK };
	struct rt *rt = (struct rt *)tickets;
	size_t count = call->verb != TICKET_UPDATE ? 1 : rt->hosts_field ? 3 : 2;

	for (size_t i = 0; i < count; i++) {
		if (i)
			strbuf_adds(out, "\n");
		rt->shown = update[i];
		web_show(&rt->web, call, out);
	}
}

static void rt_text_of(struct tickets *tickets, const struct draft *draft, struct strbuf *out)
{
	(void)tickets;
	rt_body(draft, out);
}

static uint32_t rt_text_hosts(struct tickets *tickets, const struct draft *draft)
{
	(void)tickets;
	return rt_body_hosts(draft);
}

static void rt_where(const struct tickets *tickets, struct strbuf *out)
{
	talk_url(out, ((const struct rt *)tickets)->web.base, "");
}

static void rt_target(const struct tickets *tickets, struct strbuf *out)
{
	const struct rt *rt = (const struct rt *)tickets;
	struct slice host = http_host(rt->web.base);

	strbuf_addf(out, "%s ", WHO);
	strbuf_add(out, host.text ? host.text : "", host.len);
	if (rt->queue_name && *rt->queue_name) {
		strbuf_adds(out, ", queue ");
		web_text(out, slice_of(rt->queue_name));
	} else {
		strbuf_adds(out, ", the queue of the team");
	}
}

static void rt_waiting(const struct tickets *tickets, struct strbuf *out)
{
	web_waiting(&((const struct rt *)tickets)->web, out);
}

static int rt_fd(const struct tickets *tickets)
{
	return web_fd(&((const struct rt *)tickets)->web);
}

static void rt_cancel(struct tickets *tickets)
{
	web_cancel(&((struct rt *)tickets)->web);
}

static void rt_free(struct tickets *tickets)
{
	struct rt *rt = (struct rt *)tickets;

	if (!rt)
		return;
	rt_forget(rt);
	free(rt->queue.name);
	web_release(&rt->web);
	free(rt);
}

const struct tickets_ops tickets_rt = {
	.name = "rt", .title = "Request Tracker", .children = true, .closes = true, .lags = false,
	.make = rt_make, .begin = rt_begin, .step = rt_step, .show = rt_show,
	.body = rt_text_of, .body_hosts = rt_text_hosts, .where = rt_where, .target = rt_target,
	.waiting = rt_waiting, .fd = rt_fd, .cancel = rt_cancel, .free = rt_free,
};
