/* jira_take.c - the answers of Jira's tickets. See jira.h. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/tickets/jira.h"

#define PAGES_MAX 20

bool jira_read(struct jira *jira, const struct talk_reply *reply, struct ticket_answer *answer)
{
	if (json_object_read(&jira->top, reply->body) == 1 && !jira->top.array)
		return true;
	web_unreadable(&jira->web, answer, "the answer breaks off or is no JSON");
	return false;
}

/* -- searches -- */

/* A number of the answer; -1 when there is none. */
/* `total` of a Data Center. */
static long number_of(const struct jira *jira, const char *key)
{
	const struct json_member *member = json_get(&jira->top, key);
	char *end = NULL;

	if (!member || member->kind != JSON_NUMBER || member->text.len > 15)
		return -1;
	char text[16] = "";

	memcpy(text, member->text.text, member->text.len);
	long number = strtol(text, &end, 10);

	return *end ? -1 : number;
}

/* The Cloud: until isLast, or no token. */
static int next_token(struct jira *jira, struct ticket_answer *answer)
{
	const struct json_member *last = json_get(&jira->top, "isLast"), *token = json_get(&jira->top, "nextPageToken");

	if ((last && last->kind == JSON_TRUE) || !token || token->kind != JSON_TEXT || !token->text.len) {
		if (!last || last->kind != JSON_FALSE)
			return 0;
		web_unreadable(&jira->web, answer, "it says that there is more and not where");
		return -1;
	}
	if (jira->page && slice_is(token->text, jira->page)) {
		web_unreadable(&jira->web, answer, "it names the same page again");
		return -1;
	}
	free(jira->page);
	jira->page = xmemdup(token->text.text, token->text.len);
	return 1;
}

/* Data Center: until `total`. */
static int next_start(struct jira *jira, size_t count, struct ticket_answer *answer)
{
	long total = number_of(jira, "total");

	jira->start += count;
	if (total < 0 || (count == 0 && jira->start < (size_t)total)) {
		web_unreadable(&jira->web, answer, "it has fewer issues than it says");
		return -1;
	}
	return jira->start < (size_t)total;
}

int jira_take_page(struct jira *jira, const struct talk_reply *reply, const char *label, struct ticket_answer *answer)
{
	if (!jira_read(jira, reply, answer))
		return -1;
	const struct json_member *issues = json_get(&jira->top, "issues");

	if (!issues || json_object_read(&jira->list, issues->text) != 1 || !jira->list.array) {
		web_unreadable(&jira->web, answer, "there are no issues in it");
		return -1;
	}
	size_t strangers = 0;

	for (size_t i = 0; i < jira->list.count; i++) {
		if (!jira_issue(jira, jira->list.members[i].text, label, &answer->records)) {
			web_unreadable(&jira->web, answer, "an element of the result is no issue");
			return -1;
		}
		struct ticket_record *record = &answer->records.items[answer->records.count - 1];

		/* The index of the search may be older than the issue: what does not carry the label now is not ours. */
		if (!strcmp(record->correlation, label))
			continue;
		strangers++;
		ticket_record_release(record);
		answer->records.count--;
	}
	if (strangers)
		web_warn(answer, "Jira found %zu more issues that do not carry the label %s; they were left alone.", strangers, label);
	return jira->cloud ? next_token(jira, answer) : next_start(jira, jira->list.count, answer);
}

/* Closed issues are asked for where they are wanted; a lagging index may show others, so the status is looked at once more. */
static enum web_next take_find(struct jira *jira, const struct talk_reply *reply, struct ticket_answer *answer)
{
	int more = jira_take_page(jira, reply, jira->web.call->correlation, answer);
	size_t kept = 0;

	if (more > 0 && jira->web.step + 1 < PAGES_MAX)
		return WEB_ASK;
	if (more > 0)
		return web_unreadable(&jira->web, answer, "it has no end");
	for (size_t i = 0; more == 0 && i < answer->records.count; i++) {
		struct ticket_record *record = &answer->records.items[i];

		if (record->open || jira->web.call->closed)
			answer->records.items[kept++] = *record;
		else
			ticket_record_release(record);
	}
	if (more == 0)
		answer->records.count = kept;
	return WEB_DONE;
}

/* -- single issues -- */

static enum web_next take_read(struct jira *jira, const struct talk_reply *reply, struct ticket_answer *answer)
{
	const struct ticket_record *asked = jira->web.call->record;
	const char *wanted = jira_wanted(jira);

	if (reply->outcome == TALK_ABSENT)
		return WEB_DONE;
	if (!jira_read(jira, reply, answer))
		return WEB_DONE;
	if (!jira_issue(jira, reply->body, wanted, &answer->records))
		return web_unreadable(&jira->web, answer, "there is no issue in it");
	struct ticket_record *record = &answer->records.items[0];

	/* A label that people changed is told as it is. */
	if (!*record->correlation && *wanted) {
		ticket_records_release(&answer->records);
		jira_issue(jira, reply->body, "", &answer->records);
		record = &answer->records.items[0];
	}
	if (strcmp(record->id, asked->id) && strcmp(record->number, asked->id)) {
		ticket_records_release(&answer->records);
		return web_unreadable(&jira->web, answer, "it is another issue");
	}
	return WEB_DONE;
}

/* The answer has id and key alone; all else is read back. */
static enum web_next take_create(struct jira *jira, const struct talk_reply *reply, struct ticket_answer *answer)
{
	if (jira_read(jira, reply, answer) && !jira_issue(jira, reply->body, "", &answer->records))
		return web_unreadable(&jira->web, answer, "there is no issue in it");
	return WEB_DONE;
}

/* `[{"id":"10001","filename":"hosts.csv","size":4711}]` */
static enum web_next take_attach(struct jira *jira, const struct talk_reply *reply, struct ticket_answer *answer)
{
	const struct ticket_call *call = jira->web.call;
	const struct json_member *size = NULL;
	struct strbuf wanted = STRBUF_INIT(64);

	if (json_object_read(&jira->list, reply->body) != 1)
		return web_unreadable(&jira->web, answer, "the answer breaks off or is no JSON");
	strbuf_addf(&wanted, "%zu", call->file.len);
	if (jira->list.array && jira->list.count && json_object_read(&jira->row, jira->list.members[0].text) == 1)
		size = json_get(&jira->row, "size");
	if (!size)
		web_warn(answer, "Jira does not say whether it has the whole of %s.", call->file_name);
	else if (!slice_is(size->text, strbuf_text(&wanted)))
		web_warn(answer, "Jira kept another number of bytes than the %s of %s.", strbuf_text(&wanted), call->file_name);
	strbuf_release(&wanted);
	return WEB_DONE;
}

enum web_next jira_take(void *owner, const struct talk_reply *reply, struct ticket_answer *answer)
{
	struct jira *jira = owner;

	switch (jira->web.call->verb) {
	case TICKET_GUARD:
		return jira_take_guard(jira, reply, answer);
	case TICKET_CHECK:
		return jira_take_check(jira, reply, answer);
	case TICKET_FIND:
		return take_find(jira, reply, answer);
	case TICKET_READ:
		return take_read(jira, reply, answer);
	case TICKET_CREATE:
		return take_create(jira, reply, answer);
	case TICKET_ATTACH:
		return take_attach(jira, reply, answer);
	case TICKET_CLOSE:
		return jira_take_close(jira, reply, answer);
	case TICKET_NOTE:
		/* A comment that was made has an id; 202 or an error within 200 has none. */
		if (jira_read(jira, reply, answer) && !json_get(&jira->top, "id"))
			return web_unreadable(&jira->web, answer, "there is no comment in it");
		return WEB_DONE;
	case TICKET_UPDATE:
	case TICKET_VERB_COUNT:
		break;
	}
	return WEB_DONE;
}
