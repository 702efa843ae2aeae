/* rt_check.c - whether the set-up fits: for doctor line by line, before a send in short.
 *
 * A queue without the correlation field takes a create with 201 and drops the id: the search finds nothing and every run makes a
 * new ticket. So nothing is sent there. */
#include "core/tickets/rt_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"

#define MEND_MAX 1500

static bool checking(const struct rt *rt)
{
	return rt->web.call->verb == TICKET_CHECK;
}

/* What does not fit: a line for doctor, which goes on with `next`, or the end of any other call. */
static enum web_next unfit(struct rt *rt, struct ticket_answer *answer, enum rt_stage next, enum status status, const char *name,
                           const char *what, const char *mend)
{
	if (checking(rt)) {
		checks_add(rt->web.call->checks, CHECK_FAILURE, name, mend, "%s", what);
		return next == RT_NONE ? WEB_DONE : rt_go(rt, next);
	}
	return web_fail(&rt->web, answer, TICKET_REFUSED, status, "Request Tracker: %s; %s. Nothing was sent.", what, mend);
}

enum web_next rt_no_queue(struct rt *rt, struct ticket_answer *answer)
{
	return web_fail(&rt->web, answer, TICKET_REFUSED, STATUS_CONFIG, "[rt] queue is not set, and the ticket has no team "
	                "whose queue it could go "
	                "to; set [rt] queue, or [tickets] assignment.");
}

/* -- CHECK alone -- */

enum web_next rt_take_version(struct rt *rt, const struct talk_reply *reply)
{
	struct json_object object = {0};
	struct checks *checks = rt->web.call->checks;
	struct strbuf version = STRBUF_INIT(1000);

	if (reply->outcome != TALK_FINE) {
		checks_add(checks, CHECK_FAILURE, "rt sign-in", reply->status == 401 ? "make a new token (Logged in as > "
		           "Settings > Auth Tokens) and put "
		           "it where [rt] token_file says" : "see whether [rt] url is the address of Request Tracker 5", "%s", reply->why);
		return WEB_DONE;
	}
	if (json_object_read(&object, reply->body) == 1)
		web_text(&version, rt_text(&object, "Version"));
	snprintf(rt->version, sizeof rt->version, "%s", strbuf_text(&version));
	strbuf_release(&version);
	json_object_release(&object);
	return rt_go(rt, RT_USER);
}

/* CHECK: what follows the sign-in. */
static enum web_next to_queue(struct rt *rt)
{
	struct checks *checks = rt->web.call->checks;

	free(rt->queue.name);
	rt->queue = (struct rt_queue){0};
	if (*rt->queue_wanted)
		return rt_go(rt, rt_queue_stage(rt));
	checks_add(checks, CHECK_WARNING, "rt queue", "set [rt] queue, so that its rights and fields can be looked at before a send",
	           "no queue is set: a ticket goes to the queue that is named as its team");
	return rt_go(rt, RT_SEARCH_TRY);
}

enum web_next rt_take_user(struct rt *rt, const struct talk_reply *reply)
{
	struct json_object object = {0};
	struct strbuf name = STRBUF_INIT(1000);

	if (reply->outcome == TALK_FINE && json_object_read(&object, reply->body) == 1)
		web_text(&name, rt_text(&object, "Name"));
	checks_add(rt->web.call->checks, CHECK_OK, "rt sign-in", NULL, "signed in to Request Tracker "
	           "%s%s%s", rt->version, name.len ? " as " : "",
	           strbuf_text(&name));
	strbuf_release(&name);
	json_object_release(&object);
	return to_queue(rt);
}

/* -- the queue -- */

static enum web_next queue_missing(struct rt *rt, struct ticket_answer *answer, bool hidden)
{
	struct strbuf what = STRBUF_INIT(MEND_MAX);
	enum web_next next;

	strbuf_adds(&what, hidden ? "this account may not see the queue " : "there is no queue ");
	web_text(&what, slice_of(rt->queue_wanted));
	next = unfit(rt, answer, RT_NONE, hidden ? STATUS_NO_PERMISSION : STATUS_CONFIG, "rt queue", strbuf_text(&what),
	             hidden ? "give it the rights SeeQueue, CreateTicket, ShowTicket, ModifyTicket and CommentOnTicket "
	             "(Admin > Queues > the queue > "
	             "User Rights)" : rt->queue_name && *rt->queue_name ? "correct [rt] queue" :
	             "set [rt] queue to where tickets go, or make a queue that is named as the team");
	strbuf_release(&what);
	return next;
}

/* An answer that says neither yes nor no about the set-up. */
static bool other_refusal(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer, enum web_next *next)
{
	if (reply->outcome == TALK_FINE || reply->outcome == TALK_ABSENT || reply->status == 403)
		return false;
	struct error err = {0};

	if (reply->status == 401)
		login_refused(&rt->web.login, reply, &err);
	*next = web_fail(&rt->web, answer, TICKET_REFUSED, (enum status)talk_status(reply), "%s", reply->status == 401 ? err.text : reply->why);
	if (checking(rt)) {
		checks_add(rt->web.call->checks, CHECK_FAILURE, "rt", "see what Request Tracker's log says", "%s", reply->why);
		answer->outcome = TICKET_FINE;
		*answer->why = '\0';
	}
	return true;
}

enum web_next rt_take_queue_search(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer)
{
	enum web_next next;

	if (other_refusal(rt, reply, answer, &next))
		return next;
	if (reply->outcome != TALK_FINE || !rt_named(reply->body, rt->queue_wanted, rt->queue.id)) {
		*rt->queue.id = '\0';
		return queue_missing(rt, answer, reply->status == 403);
	}
	return rt_go(rt, RT_QUEUE);
}

/* The fields of the queue by name, and whether a ticket may be made: RT shows the link to it only then. */
static void queue_read(struct rt *rt, const struct json_object *queue)
{
	struct json_object list = {0}, item = {0};

	*rt->queue.key_id = *rt->hosts_id = '\0';
	rt->hosts_fit = false;
	if (rt_nested(&list, rt_member(queue, "TicketCustomFields")))
		for (size_t i = 0; i < list.count; i++) {
			if (!rt_nested(&item, &list.members[i]))
				continue;
			if (slice_is_nocase(rt_text(&item, "name"), rt->key_field))
				rt_id(rt_text(&item, "id"), rt->queue.key_id);
			else if (rt->hosts_field && slice_is_nocase(rt_text(&item, "name"), rt->hosts_field))
				rt_id(rt_text(&item, "id"), rt->hosts_id);
		}
	rt->queue.may_create = false;
	if (rt_nested(&list, rt_member(queue, "_hyperlinks")))
		for (size_t i = 0; i < list.count; i++)
			if (rt_nested(&item, &list.members[i]) && slice_is(rt_text(&item, "ref"), "create"))
				rt->queue.may_create = true;
	json_object_release(&list);
	json_object_release(&item);
}

enum web_next rt_take_queue(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer)
{
	struct json_object queue = {0};
	enum web_next next;
	bool fine;

	if (other_refusal(rt, reply, answer, &next))
		return next;
	if (reply->outcome != TALK_FINE)
		return queue_missing(rt, answer, reply->status == 403);
	fine = json_object_read(&queue, reply->body) == 1 && rt_id(rt_text(&queue, "id"), rt->queue.id);
	if (fine)
		queue_read(rt, &queue);
	json_object_release(&queue);
	if (!fine)
		return web_unreadable(&rt->web, answer, "no queue in it");
	free(rt->queue.name);
	rt->queue.name = xstrdup(rt->queue_wanted);
	if (!rt->queue.may_create)
		next = unfit(rt, answer, RT_KEY_FIELD, STATUS_NO_PERMISSION, "rt rights", "this account may not create "
		             "tickets in the queue",
		             "give it the right CreateTicket there (Admin > Queues > the queue > User Rights)");
	else
		next = rt_go(rt, RT_KEY_FIELD);
	if (!rt->queue.may_create && !checking(rt))
		return next;
	if (checking(rt) && rt->queue.may_create)
		checks_add(rt->web.call->checks, CHECK_OK, "rt queue", NULL, "tickets go to the queue %s, and may be made "
		           "there", rt->queue_wanted);
	if (*rt->queue.key_id)
		return next;
	return unfit(rt, answer, RT_NONE, STATUS_CONFIG, "rt correlation field", "the queue has no ticket custom field of the name in [rt] "
	             "correlation_field that this account may see, so a ticket would not be found again",
	             "make it (Admin > Custom Fields > Create: `Enter one value`, applies to Tickets), apply it to the "
	             "queue, and give the account "
	             "SeeCustomField and ModifyCustomField");
}

/* -- the fields -- */

/* Only these types keep any text. */
static bool free_text(struct slice type, bool lines)
{
	if (slice_is(type, "Text"))
		return true;
	return !lines && (slice_is(type, "Freeform") || slice_is(type, "Autocomplete"));
}

enum web_next rt_take_key_field(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer)
{
	struct json_object field = {0};
	enum rt_stage after = *rt->hosts_id ? RT_HOSTS_FIELD : RT_SEARCH_TRY;
	enum web_next next;
	bool kept, unique;

	if (other_refusal(rt, reply, answer, &next))
		return next;
	if (reply->outcome != TALK_FINE || json_object_read(&field, reply->body) != 1) {
		json_object_release(&field);
		return unfit(rt, answer, after, STATUS_NO_PERMISSION, "rt correlation field", "this account may not see the "
		             "correlation field",
		             "give it SeeCustomField and ModifyCustomField there");
	}
	kept = free_text(rt_text(&field, "Type"), false);
	unique = slice_is(rt_text(&field, "UniqueValues"), "1");
	json_object_release(&field);
	if (!kept)
		return unfit(rt, answer, after, STATUS_CONFIG, "rt correlation field", "the correlation field takes only listed values",
		             "make one of the type `Enter one value` (Admin > Custom Fields)");
	if (unique)
		return unfit(rt, answer, after, STATUS_CONFIG, "rt correlation field", "the correlation field wants each "
		             "value only once, so a scope's "
		             "second ticket would not get its id", "clear `New values must be unique` (Admin > Custom Fields > the field)");
	if (checking(rt))
		checks_add(rt->web.call->checks, CHECK_OK, "rt correlation field", NULL, "%s is on the queue", rt->key_field);
	return rt_go(rt, after);
}

enum web_next rt_take_hosts_field(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer)
{
	struct json_object field = {0};
	enum web_next next;

	if (other_refusal(rt, reply, answer, &next))
		return next;
	rt->hosts_fit = reply->outcome == TALK_FINE && json_object_read(&field, reply->body) == 1
	                && free_text(rt_text(&field, "Type"), true);
	json_object_release(&field);
	if (rt->web.call->verb == TICKET_UPDATE)
		return rt_go(rt, RT_PUT);
	if (checking(rt) && !rt->hosts_fit)
		checks_add(rt->web.call->checks, CHECK_WARNING, "rt hosts field", "make it of the type `Fill in one text "
		           "area`, or set another [rt] "
		           "hosts_field", "%s keeps no text of several lines, so the list of hosts is in the texts alone", rt->hosts_field);
	else if (checking(rt))
		checks_add(rt->web.call->checks, CHECK_OK, "rt hosts field", NULL, "%s is on the queue", rt->hosts_field);
	return rt_go(rt, RT_SEARCH_TRY);
}

/* A made-up id must bring nothing: a search that RT does not understand brings everything. */
enum web_next rt_take_search_try(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer)
{
	struct json_object page = {0}, rows = {0};
	int64_t total;
	bool fine = rt_rows_read(reply->body, &page, &rows, &total) && !rows.count;

	json_object_release(&page);
	json_object_release(&rows);
	if (!fine)
		return unfit(rt, answer, RT_NONE, STATUS_CONFIG, "rt search", "a search for a made-up id in the correlation "
		             "field brings tickets",
		             "see whether the name in [rt] correlation_field is right");
	rt->queue.fit = true;
	if (checking(rt)) {
		if (!*rt->hosts_id && *rt->queue_wanted && rt->hosts_field)
			checks_add(rt->web.call->checks, CHECK_WARNING, "rt hosts field", "make a ticket custom field of "
			           "the type `Fill in one text area`, "
			           "so that a ticket always shows the list of today", "the queue has no field %s", rt->hosts_field);
		checks_add(rt->web.call->checks, CHECK_OK, "rt search", NULL, "tickets can be searched by the correlation field");
	}
	return rt->web.call->verb == TICKET_CREATE ? rt_go(rt, rt_group_stage(rt)) : WEB_DONE;
}
