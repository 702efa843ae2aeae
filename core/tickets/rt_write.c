/* rt_write.c - what became of creating, changing and merging: RT's word is not taken for it.
 *
 * A create answers 201 though fields or watchers were dropped, a PUT answers 200 though nothing was allowed; so the ticket is read and
 * compared. */
#include "core/tickets/rt_inner.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"

/* -- CREATE -- */

enum web_next rt_take_group(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer)
{
	const struct draft *draft = rt->web.call->draft;
	struct json_object group = {0};
	bool found = false;

	if (reply->outcome == TALK_FINE && rt->stage == RT_GROUP) {
		if (json_object_read(&group, reply->body) == 1 && slice_is_nocase(rt_text(&group, "Name"), draft->assignment))
			found = rt_id(rt_text(&group, "id"), rt->group_id);
		json_object_release(&group);
	} else if (reply->outcome == TALK_FINE) {
		found = rt_named(reply->body, draft->assignment, rt->group_id);
	}
	if (!found)
		*rt->group_id = '\0';
	if (!found && rt->stage == RT_GROUP)
		return rt_go(rt, RT_GROUP_SEARCH);
	if (!found && strcmp(draft->assignment, rt->queue_wanted)) {
		struct strbuf team = STRBUF_INIT(2000), queue = STRBUF_INIT(2000);

		web_text(&team, slice_of(draft->assignment));
		web_text(&queue, slice_of(rt->queue_wanted));
		web_warn(answer, "Request Tracker has no group %s that this account may see (right SeeGroup); the ticket is "
		         "in the queue %s alone.",
		         strbuf_text(&team), strbuf_text(&queue));
		strbuf_release(&team);
		strbuf_release(&queue);
	}
	return rt_go(rt, RT_CREATE);
}

/* 201 {"id":"17","type":"ticket",...} */
enum web_next rt_take_create(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer)
{
	struct json_object made = {0};
	bool fine = json_object_read(&made, reply->body) == 1 && rt_id(rt_text(&made, "id"), rt->made);

	json_object_release(&made);
	return fine ? rt_go(rt, RT_CREATED) : web_unreadable(&rt->web, answer, "no number of a ticket in it");
}

/* Made for sure, but hidden from who made it: its number must not be lost, or each send would make one more. */
static enum web_next created_unseen(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer)
{
	struct ticket_record *record = ticket_records_add(&answer->records);
	struct strbuf url = STRBUF_INIT(WEB_URL_MAX), path = STRBUF_INIT(100);

	ticket_record_put(&record->id, slice_of(rt->made));
	rt_put_number(record, rt->made);
	strbuf_addf(&path, RT_URL_FOR_PEOPLE, rt->made);
	talk_url(&url, rt->web.base, strbuf_text(&path));
	ticket_record_put(&record->url, slice_of(strbuf_text(&url)));
	record->open = true;
	strbuf_release(&url);
	strbuf_release(&path);
	web_warn(answer, "Ticket %s was made, but this account may not see it (Request Tracker answered %d): give it the "
	         "right ShowTicket on the "
	         "queue.", rt->made, reply->status);
	return WEB_DONE;
}

enum web_next rt_take_created(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer)
{
	const struct draft *draft = rt->web.call->draft;
	struct ticket_record *record = &rt->ticket.record;

	if (reply->outcome != TALK_FINE)
		return created_unseen(rt, reply, answer);
	if (!rt_ticket_read(rt, reply->body, draft->correlation, &rt->ticket))
		return web_unreadable(&rt->web, answer, "no ticket in it");
	ticket_record_put(&record->version, slice_of(reply->etag));
	record->open = true;
	if (*rt->group_id && !strcmp(record->team_id, rt->group_id))
		ticket_record_put(&record->team, slice_of(draft->assignment));
	else if (*rt->group_id)
		web_warn(answer, "Request Tracker did not take the group as a watcher (AdminCc) of ticket %s.", record->id);
	if (strcmp(record->correlation, draft->correlation))
		web_warn(answer, "Request Tracker did not take the correlation id into the field %s of ticket %s, so nobody "
		         "else finds it; give the "
		         "account the right ModifyCustomField on the field, and the next send writes it.", rt->key_field, record->id);
	else if (rt->hosts_fit && *rt->ticket.hosts_id && !*record->mark)
		web_warn(answer, "Request Tracker did not take the host list into the field %s; the account needs the right "
		         "ModifyCustomField on it.",
		         rt->hosts_field);
	/* Without a field for it the mark is in the text that was sent; a READ looks there. */
	rt_answer_add(answer, record);
	return WEB_DONE;
}

/* -- UPDATE and CLOSE -- */

/* Nothing of another's ticket is changed. */
static bool ours(const struct rt_ticket *ticket, const char *correlation)
{
	return !ticket->deleted && *correlation && !strcmp(ticket->record.correlation, correlation);
}

/* What somebody emptied, or gave another id, is still ours where the caller knows its number and nothing or our mark stands there. */
static bool ours_still(const struct rt_ticket *ticket, const char *correlation)
{
	return ours(ticket, correlation) || (!ticket->deleted && (!*ticket->record.correlation || *ticket->record.mark));
}

static enum web_next not_ours(struct rt *rt, struct ticket_answer *answer, const char *id)
{
	return web_fail(&rt->web, answer, TICKET_REFUSED, STATUS_FAILED, "Ticket %s does not carry the correlation id any more; it was not "
	                "touched.", id);
}

static enum web_next before_close(struct rt *rt, struct ticket_answer *answer)
{
	const struct ticket_call *call = rt->web.call;

	if (!strcmp(rt->ticket.record.id, call->into->id))
		return WEB_DONE;   /* merged already */
	if (strcmp(rt->ticket.record.id, call->record->id) || !ours(&rt->ticket, call->into->correlation))
		return not_ours(rt, answer, call->record->id);
	return rt_go(rt, RT_INTO);
}

enum web_next rt_take_before(struct rt *rt, struct ticket_answer *answer)
{
	const struct ticket_call *call = rt->web.call;
	const struct ticket_record *record = &rt->ticket.record;

	if (call->verb == TICKET_CLOSE)
		return before_close(rt, answer);
	if (!ours_still(&rt->ticket, call->draft->correlation))
		return not_ours(rt, answer, call->record->id);
	if (*call->record->version && strcmp(call->record->version, record->version))
		return web_fail(&rt->web, answer, TICKET_STALE, STATUS_TRY_LATER, "Ticket %s was changed meanwhile.", record->id);
	if (!*rt->ticket.hosts_id || !strcmp(rt->ticket.hosts_id, rt->hosts_id))
		return rt_go(rt, RT_PUT);
	memcpy(rt->hosts_id, rt->ticket.hosts_id, sizeof rt->hosts_id);
	return rt_go(rt, RT_HOSTS_FIELD);
}

/* Blanks at the ends and doubled line ends are RT's. */
static bool same_text(const char *a, const char *b)
{
	for (;;) {
		while (*a == '\r' || ((*a == '\n' || *a == ' ') && !a[strspn(a, "\r\n ")]))
			a++;
		while (*b == '\r' || ((*b == '\n' || *b == ' ') && !b[strspn(b, "\r\n ")]))
			b++;
		if (*a != *b || !*a)
			return *a == *b;
		a++, b++;
	}
}

/* The PUT answered 200, whatever it did. */
enum web_next rt_take_confirm(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer)
{
	const struct draft *draft = rt->web.call->draft;
	struct strbuf hosts = STRBUF_INIT(WEB_BODY_MAX);
	struct rt_ticket before = rt->ticket;
	bool title, retitled, list = true;

	rt->ticket = (struct rt_ticket){0};
	if (!rt_ticket_read(rt, reply->body, draft->correlation, &rt->ticket)) {
		rt_ticket_release(&before);
		return web_unreadable(&rt->web, answer, "no ticket in it");
	}
	title = same_text(rt->ticket.record.title, draft->title);
	retitled = strcmp(before.record.title, rt->ticket.record.title) != 0;
	if (*rt->ticket.hosts_id && rt->hosts_fit) {
		rt_hosts_text(draft, false, &hosts);
		list = same_text(rt->ticket.hosts, strbuf_text(&hosts));
		strbuf_release(&hosts);
	}
	rt_ticket_release(&before);
	/* What is there now is known, so nothing is lost, also where half of it was taken. */
	rt->web.wrote = false;
	if (title && list)
		return rt_go(rt, RT_COMMENT);
	return web_fail(&rt->web, answer, TICKET_REFUSED, STATUS_NO_PERMISSION, "Request Tracker answered 200 but did not "
	                "change the %s of ticket "
	                "%s%s; the account needs the rights ModifyTicket on the queue, and ModifyCustomField on the field %s.",
	                title ? "host list" : "title", rt->ticket.record.id, title && retitled ? ", only its title" : "",
	                rt->hosts_field ? rt->hosts_field : rt->key_field);
}

/* -- CLOSE -- */

enum web_next rt_take_into(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer)
{
	const struct ticket_call *call = rt->web.call;

	if (reply->outcome == TALK_ABSENT || !rt_ticket_read(rt, reply->body, call->into->correlation, &rt->ticket)
	    || strcmp(rt->ticket.record.id, call->into->id) || !ours(&rt->ticket, call->into->correlation))
		return not_ours(rt, answer, call->into->id);
	return rt_go(rt, RT_MERGE);
}

/* A merged ticket's number then gives the other ticket. */
enum web_next rt_take_merged(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer)
{
	const struct ticket_call *call = rt->web.call;

	if (reply->outcome != TALK_ABSENT && !rt_ticket_read(rt, reply->body, call->into->correlation, &rt->ticket))
		return web_unreadable(&rt->web, answer, "no ticket in it");
	if (reply->outcome != TALK_ABSENT && !strcmp(rt->ticket.record.id, call->into->id))
		return WEB_DONE;
	rt->web.wrote = false;   /* it is as it was */
	return web_fail(&rt->web, answer, TICKET_REFUSED, STATUS_NO_PERMISSION, "Request Tracker did not merge ticket %s "
	                "into %s; the account needs "
	                "the right ModifyTicket on both queues. Merge them by hand.", call->record->id, call->into->id);
}
