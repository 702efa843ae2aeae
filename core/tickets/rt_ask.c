/* rt_ask.c - the requests that read, and which comes first. Numbers go into addresses, texts into JSON; what stands in TicketSQL is
 * [A-Za-z0-9:._-] or was checked. Requests that write are in rt_ask_write.c. */
#include "core/tickets/rt_inner.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>


const char *rt_queue_of(const struct rt *rt, const struct draft *draft)
{
	if (rt->queue_name && *rt->queue_name)
		return rt->queue_name;
	return draft ? draft->assignment : "";
}

bool rt_plain(const char *text)
{
	return *text && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:._-") == strlen(text);
}

void rt_forget(struct rt *rt)
{
	rt_ticket_release(&rt->ticket);
	map_release(&rt->active);
	*rt->group_id = *rt->made = '\0';
	rt->after = 0;
	rt->pages = rt->again = 0;
}

/* -- reading -- */

/* A search for tickets. The field's name was checked when the back end was made. */
static void ask_find(struct rt *rt, struct web_request *request, bool active)
{
	const struct ticket_call *call = rt->web.call;
	struct strbuf query = STRBUF_INIT(4096);

	if (rt->stage == RT_ACTIVE)
		strbuf_addf(&query, "id = %s", rt->ticket.record.id);
	else
		strbuf_addf(&query, "'CF.{%s}' = '%s'", rt->key_field,
		            rt->stage == RT_SEARCH_TRY ? "rouse-000000000000" : call->correlation);
	if (active)
		strbuf_adds(&query, " AND Status = '__Active__'");
	if (rt->after)
		strbuf_addf(&query, " AND id > %" PRIu64, rt->after);
	web_url(&rt->web, "/REST/2.0/tickets?per_page=%d&orderby=id&query=", RT_FIND_ROWS);
	web_url_add(&rt->web, (struct slice){ strbuf_text(&query), query.len });
	strbuf_adds(&request->url, "&fields=Subject,Status,Queue,AdminCc");
	/* Of open ones among closed the number is enough, and of one that was read the watchers. */
	if (rt->stage == RT_FIND)
		strbuf_adds(&request->url, ",CustomFields");
	strbuf_adds(&request->url, "&fields%5BQueue%5D=Name&fields%5BAdminCc%5D=Name");
	strbuf_release(&query);
}

static void ask_by_name(struct rt *rt, struct web_request *request, const char *what, const char *name)
{
	web_url(&rt->web, "/REST/2.0/%s?per_page=100&fields=Name", what);
	request->method = "POST";
	request->refused = true;
	strbuf_adds(&request->body, "[{\"field\":\"Name\",\"value\":");
	json_string(&request->body, slice_of(name));
	strbuf_adds(&request->body, !strcmp(what, "groups") ? "},{\"field\":\"Domain\",\"value\":\"UserDefined\"}]" : "}]");
}

/* /thing/ID; what is refused or absent goes to take(). */
static void ask_thing(struct rt *rt, struct web_request *request, const char *thing, const char *id)
{
	web_url(&rt->web, "/REST/2.0/%s/", thing);
	web_url_add(&rt->web, slice_of(id));
	if (!strcmp(thing, "ticket"))
		strbuf_adds(&request->url, "?fields%5BQueue%5D=Name");
	request->absent = request->refused = true;
}

static void ask_user(struct rt *rt, struct web_request *request)
{
	/* A token is `1-USER-SECRET`: the user's number stands in it. */
	const char *token = rt->web.login.secret.bytes ? rt->web.login.secret.bytes : "";
	const char *user = strchr(token, '-');
	size_t digits = user ? strspn(user + 1, "0123456789") : 0;
	char id[RT_ID_MAX] = "0";

	if (digits && digits < RT_ID_MAX)
		rt_id((struct slice){ user + 1, digits }, id);
	ask_thing(rt, request, "user", id);
}

/* -- the order -- */

/* RT takes digits in an address for a number, and cannot have a slash in a name there. */
enum rt_stage rt_queue_stage(const struct rt *rt)
{
	const char *name = rt->queue_wanted;

	return strspn(name, "0123456789") == strlen(name) || strchr(name, '/') ? RT_QUEUE_SEARCH : RT_QUEUE;
}

enum rt_stage rt_group_stage(const struct rt *rt)
{
	const struct draft *draft = rt->web.call->draft;
	char id[RT_ID_MAX];

	if (!*draft->assignment)
		return RT_CREATE;
	return rt_id(slice_of(draft->assignment_id), id) ? RT_GROUP : RT_GROUP_SEARCH;
}

static enum rt_stage create_stage(const struct rt *rt)
{
	if (rt->queue.name && rt->queue.fit && !strcmp(rt->queue.name, rt->queue_wanted))
		return rt_group_stage(rt);
	return rt_queue_stage(rt);
}

static enum rt_stage first_stage(const struct rt *rt)
{
	bool showing = rt->web.showing;

	switch (rt->web.call->verb) {
	case TICKET_CHECK:
		return RT_VERSION;
	case TICKET_GUARD:
		return rt_queue_stage(rt);
	case TICKET_CREATE:
		return showing ? RT_CREATE : create_stage(rt);
	case TICKET_FIND:
		return rt->web.call->closed && !showing ? RT_FIND_ACTIVE : RT_FIND;
	case TICKET_UPDATE:
		return showing ? rt->shown : RT_READ;
	case TICKET_NOTE:
		return RT_NOTE;
	case TICKET_ATTACH:
		return RT_ATTACH;
	case TICKET_CLOSE:
		return showing ? RT_MERGE : RT_READ;
	default:
		return RT_READ;
	}
}

/* Requests that read. */
static void ask_read(struct rt *rt, struct web_request *request)
{
	const struct ticket_call *call = rt->web.call;

	switch (rt->stage) {
	case RT_QUEUE_SEARCH:
		ask_by_name(rt, request, "queues", rt->queue_wanted);
		break;
	case RT_QUEUE:
		ask_thing(rt, request, "queue", *rt->queue.id ? rt->queue.id : rt->queue_wanted);
		break;
	case RT_KEY_FIELD:
		ask_thing(rt, request, "customfield", rt->queue.key_id);
		break;
	case RT_HOSTS_FIELD:
		ask_thing(rt, request, "customfield", rt->hosts_id);
		break;
	case RT_GROUP_SEARCH:
		ask_by_name(rt, request, "groups", call->draft->assignment);
		break;
	case RT_CREATED:
	case RT_CONFIRM:
		ask_thing(rt, request, "ticket", rt->stage == RT_CREATED ? rt->made : rt->ticket.record.id);
		request->refused = request->absent = rt->stage == RT_CREATED;
		break;
	case RT_READ:
	case RT_INTO:
	case RT_MERGED:
		ask_thing(rt, request, "ticket", rt->stage == RT_INTO ? call->into->id : call->record->id);
		request->refused = false;
		break;
	case RT_HISTORY:
		web_url(&rt->web, "/REST/2.0/ticket/%s/attachments?per_page=%d&orderby=id&order=DESC&fields=Content,ContentType,Creator"
		        "&page=%u", rt->ticket.record.id, RT_HISTORY_ROWS, rt->pages + 1);
		break;
	default:
		break;
	}
}

enum web_next rt_ask(void *owner, struct web_request *request, struct ticket_answer *answer)
{
	struct rt *rt = owner;
	const struct ticket_call *call = rt->web.call;

	if (rt->web.step == 0) {
		rt_forget(rt);
		rt->queue_wanted = rt_queue_of(rt, call->draft);
		rt->stage = first_stage(rt);
		if (call->verb == TICKET_GUARD || rt->stage == RT_QUEUE || rt->stage == RT_QUEUE_SEARCH) {
			free(rt->queue.name);
			rt->queue = (struct rt_queue){0};
			if (!*rt->queue_wanted)
				return rt_no_queue(rt, answer);
		}
		if (call->verb == TICKET_FIND && !rt_plain(call->correlation))
			return web_fail(&rt->web, answer, TICKET_REFUSED, STATUS_FAILED, "The correlation id has characters "
			                "that may not be in one.");
	}
	switch (rt->stage) {
	case RT_VERSION:
		web_url(&rt->web, "/REST/2.0/rt");
		request->refused = true;
		break;
	case RT_USER:
		ask_user(rt, request);
		break;
	case RT_GROUP:
		ask_thing(rt, request, "group", call->draft->assignment_id);
		break;
	case RT_SEARCH_TRY:
	case RT_FIND:
	case RT_FIND_ACTIVE:
	case RT_ACTIVE:
		ask_find(rt, request, rt->stage == RT_FIND_ACTIVE || rt->stage == RT_ACTIVE || (rt->stage == RT_FIND && !call->closed));
		break;
	case RT_CREATE:
	case RT_PUT:
	case RT_PUT_MARK:
	case RT_COMMENT:
	case RT_NOTE:
	case RT_ATTACH:
	case RT_MERGE:
		rt_ask_write(rt, request);
		break;
	default:
		ask_read(rt, request);
		break;
	}
	return WEB_ASK;
}
