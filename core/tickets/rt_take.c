/* rt_take.c - answers of FIND, READ, NOTE and ATTACH, and where the others go. */
#include "core/tickets/rt_inner.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum web_next rt_go(struct rt *rt, enum rt_stage stage)
{
	rt->stage = stage;
	return WEB_ASK;
}

/* -- FIND -- */

/* Takes the rows of a page; false when it cannot be believed. */
static bool page_read(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer, bool *more)
{
	struct json_object page = {0}, rows = {0};
	const struct ticket_call *call = rt->web.call;
	struct rt_ticket ticket = {0};
	size_t known = answer->records.count;
	uint64_t after = rt->after;
	int64_t total;
	bool fine = rt_rows_read(reply->body, &page, &rows, &total);

	for (size_t i = 0; fine && i < rows.count; i++) {
		struct slice json = rows.members[i].text;

		fine = rt_ticket_read(rt, json, call->correlation, &ticket);
		if (!fine)
			break;
		const char *id = ticket.record.id;
		uint64_t number = strtoull(id, NULL, 10);

		fine = number > rt->after;   /* the order that was asked for */
		rt->after = number;
		if (rt->stage == RT_FIND_ACTIVE)
			map_put(&rt->active, id, strlen(id), NULL);
		/* RT compares without letter case, and a condition that it does not understand it drops: so each row is looked at. */
		if (rt->stage != RT_FIND || !rt_has_key(json, rt->key_field, call->correlation))
			continue;
		ticket_record_put(&ticket.record.correlation, slice_of(call->correlation));
		ticket.record.open = !call->closed || map_get(&rt->active, id, strlen(id)) != MAP_NONE;
		rt_answer_add(answer, &ticket.record);
	}
	*more = rows.count >= RT_FIND_ROWS || (total > (int64_t)rows.count && rows.count > 0);
	if (fine && total >= 0 && (int64_t)rows.count < (total < RT_FIND_ROWS ? total : RT_FIND_ROWS))
		fine = false;
	if (!fine) {
		rt->after = after;
		while (answer->records.count > known)
			ticket_record_release(&answer->records.items[--answer->records.count]);
	}
	json_object_release(&page);
	json_object_release(&rows);
	rt_ticket_release(&ticket);
	return fine;
}

static enum web_next take_find(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer)
{
	bool more = false;

	/* RT counts after it searched: a ticket that somebody makes just then is counted and not there. */
	if (!page_read(rt, reply, answer, &more))
		return rt->again++ < RT_AGAIN_MAX ? rt_go(rt, rt->stage) : web_unreadable(&rt->web, answer, "the list of tickets is not whole");
	if (more && ++rt->pages >= RT_FIND_PAGES_MAX)
		return web_unreadable(&rt->web, answer, "there are more than a thousand tickets of one correlation id");
	if (more)
		return rt_go(rt, rt->stage);
	rt->again = 0;
	if (rt->stage == RT_FIND)
		return WEB_DONE;
	rt->after = 0;
	rt->pages = 0;
	return rt_go(rt, RT_FIND);
}

/* -- READ -- */

const char *rt_correlation(const struct rt *rt)
{
	const struct ticket_call *call = rt->web.call;

	if (call->correlation && *call->correlation)
		return call->correlation;
	if (call->draft)
		return call->draft->correlation;
	if (call->record && call->record->correlation && *call->record->correlation)
		return call->record->correlation;
	return rt->ticket.record.correlation ? rt->ticket.record.correlation : "";
}

static enum web_next read_done(struct rt *rt, struct ticket_answer *answer)
{
	rt_answer_add(answer, &rt->ticket.record);
	return WEB_DONE;
}

/* The mark stands in the hosts field where the queue has one that keeps it, else in the newest text of ours. */
static enum web_next find_mark(struct rt *rt, struct ticket_answer *answer)
{
	if (*rt->ticket.record.mark || !*rt_correlation(rt))
		return read_done(rt, answer);
	if (!*rt->ticket.hosts_id)
		return rt_go(rt, RT_HISTORY);
	if (!strcmp(rt->ticket.hosts_id, rt->hosts_id))
		return rt->hosts_fit ? read_done(rt, answer) : rt_go(rt, RT_HISTORY);
	memcpy(rt->hosts_id, rt->ticket.hosts_id, sizeof rt->hosts_id);
	return rt_go(rt, RT_HOSTS_FIELD);
}

static enum web_next take_read(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer)
{
	const struct ticket_call *call = rt->web.call;

	if (reply->outcome == TALK_ABSENT && call->verb == TICKET_READ)
		return WEB_DONE;
	if (reply->outcome == TALK_ABSENT)
		return web_fail(&rt->web, answer, TICKET_REFUSED, STATUS_FAILED, "Request Tracker has no ticket %s any "
		                "more.", call->record->id);
	if (!rt_ticket_read(rt, reply->body, rt_correlation(rt), &rt->ticket))
		return web_unreadable(&rt->web, answer, "no ticket in it");
	ticket_record_put(&rt->ticket.record.version, slice_of(reply->etag));
	if (call->verb != TICKET_READ)
		return rt_take_before(rt, answer);
	return rt->ticket.deleted ? WEB_DONE : rt_go(rt, RT_ACTIVE);
}

/* Status names are RT's administrator's own; only a search knows which of them are open. */
static enum web_next take_active(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer)
{
	struct json_object page = {0}, rows = {0};
	struct ticket_record *record = &rt->ticket.record;
	struct rt_ticket found = {0};
	int64_t total;
	bool fine = rt_rows_read(reply->body, &page, &rows, &total);

	for (size_t i = 0; fine && i < rows.count; i++) {
		if (!rt_ticket_read(rt, rows.members[i].text, "", &found) || strcmp(found.record.id, record->id))
			continue;
		record->open = true;
		rt_watchers_read(rows.members[i].text, record);
	}
	rt_ticket_release(&found);
	json_object_release(&page);
	json_object_release(&rows);
	return fine ? find_mark(rt, answer) : web_unreadable(&rt->web, answer, "no list of tickets");
}

/* Newest first; what the one who opened the ticket wrote counts before what others quote. */
static enum web_next take_history(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer)
{
	struct json_object page = {0}, rows = {0}, row = {0}, who = {0};
	struct ticket_record *record = &rt->ticket.record;
	struct strbuf mark = STRBUF_INIT(256);
	int64_t total;
	bool fine = rt_rows_read(reply->body, &page, &rows, &total);

	for (size_t i = 0; fine && i < rows.count && !mark.len; i++)
		if (rt_nested(&row, &rows.members[i]) && rt_nested(&who, rt_member(&row, "Creator"))
		    && slice_is(rt_text(&who, "id"), rt->ticket.creator) && slice_is_nocase(rt_text(&row, "ContentType"), "text/plain"))
			ticket_find_mark(rt_text(&row, "Content"), rt_correlation(rt), &mark);
	if (mark.len)
		ticket_record_put(&record->mark, slice_of(strbuf_text(&mark)));
	bool more = fine && !mark.len && rows.count == RT_HISTORY_ROWS && ++rt->pages < RT_HISTORY_PAGES_MAX;

	strbuf_release(&mark);
	json_object_release(&page);
	json_object_release(&rows);
	json_object_release(&row);
	json_object_release(&who);
	if (!fine)
		return web_unreadable(&rt->web, answer, "no list of texts");
	return more ? rt_go(rt, RT_HISTORY) : read_done(rt, answer);
}

/* The hosts field of a ticket that is read. */
static enum web_next take_field(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer)
{
	enum web_next next = rt_take_hosts_field(rt, reply, answer);

	if (next == WEB_DONE || rt->web.call->verb != TICKET_READ)
		return next;
	return find_mark(rt, answer);
}

/* -- all -- */

static enum web_next take_write(struct rt *rt, const struct talk_reply *reply, struct ticket_answer *answer)
{
	switch (rt->stage) {
	case RT_GROUP:
	case RT_GROUP_SEARCH:
		return rt_take_group(rt, reply, answer);
	case RT_CREATE:
		return rt_take_create(rt, reply, answer);
	case RT_CREATED:
		return rt_take_created(rt, reply, answer);
	case RT_PUT:
		return rt_go(rt, RT_CONFIRM);
	case RT_CONFIRM:
		return rt_take_confirm(rt, reply, answer);
	case RT_COMMENT:
		return *rt->ticket.hosts_id && rt->hosts_fit ? rt_go(rt, RT_PUT_MARK) : WEB_DONE;
	case RT_INTO:
		return rt_take_into(rt, reply, answer);
	case RT_MERGE:
		return rt_go(rt, RT_MERGED);
	case RT_MERGED:
		return rt_take_merged(rt, reply, answer);
	default:
		return WEB_DONE;   /* RT_PUT_MARK, RT_NOTE, RT_ATTACH */
	}
}

enum web_next rt_take(void *owner, const struct talk_reply *reply, struct ticket_answer *answer)
{
	struct rt *rt = owner;

	switch (rt->stage) {
	case RT_VERSION:
		return rt_take_version(rt, reply);
	case RT_USER:
		return rt_take_user(rt, reply);
	case RT_QUEUE_SEARCH:
		return rt_take_queue_search(rt, reply, answer);
	case RT_QUEUE:
		return rt_take_queue(rt, reply, answer);
	case RT_KEY_FIELD:
		return rt_take_key_field(rt, reply, answer);
	case RT_HOSTS_FIELD:
		return take_field(rt, reply, answer);
	case RT_SEARCH_TRY:
		return rt_take_search_try(rt, reply, answer);
	case RT_FIND:
	case RT_FIND_ACTIVE:
		return take_find(rt, reply, answer);
	case RT_READ:
		return take_read(rt, reply, answer);
	case RT_ACTIVE:
		return take_active(rt, reply, answer);
	case RT_HISTORY:
		return take_history(rt, reply, answer);
	default:
		return take_write(rt, reply, answer);
	}
}
