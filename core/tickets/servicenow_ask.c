/* servicenow_ask.c - the requests of ServiceNow's tickets. See servicenow.h. */
#include <string.h>

#include "core/base/arena.h"
#include "core/tickets/servicenow.h"

#define NOTE_MAX 65536
#define QUERY_MAX 1000
#define CORRELATION_MAX 100
#define ATTACH_S 300
#define CODE "[code]"

static const char record_fields[] = "sys_id,number,state,active,correlation_id,assignment_group,short_description,description";

/* How references and values are to come: what is stored and what people see. */
static void add_form(struct snow *snow, const char *fields)
{
	strbuf_addf(&snow->web.request.url, "sysparm_display_value=all&sysparm_exclude_reference_link=true&sysparm_fields=");
	web_url_add(&snow->web, slice_of(fields));
}

void snow_ask_rows(struct snow *snow, const char *table, const char *query, const char *fields, unsigned limit)
{
	web_url(&snow->web, "/api/now/table/%s?", table);
	if (*query) {
		strbuf_adds(&snow->web.request.url, "sysparm_query=");
		web_url_add(&snow->web, slice_of(query));
		strbuf_addc(&snow->web.request.url, '&');
	}
	strbuf_addf(&snow->web.request.url, "sysparm_limit=%u&", limit);
	add_form(snow, fields);
}

/* What may be asked for: a ^ in it would be a condition of its own. */
static bool plain_id(const char *correlation)
{
	size_t len = strlen(correlation);

	return len && len <= CORRELATION_MAX
		&& strspn(correlation, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:._-") == len;
}

static void ask_find(struct snow *snow)
{
	const struct ticket_call *call = snow->web.call;
	struct strbuf query = STRBUF_INIT(QUERY_MAX);

	strbuf_addf(&query, "correlation_id=%s%s^ORDERBYsys_created_on", call->correlation, call->closed ? "" : "^active=true");
	snow_ask_rows(snow, snow_child_id(call->correlation) ? snow->child_table : snow->table, strbuf_text(&query), record_fields,
	              SNOW_FIND_LIMIT);
	strbuf_release(&query);
}

/* The address of a record: a read, or a change when a body follows. */
static void ask_record(struct snow *snow, const char *id, const char *method)
{
	const char *sys_id, *table = snow_table_of(snow, id, &sys_id);

	web_url(&snow->web, "/api/now/table/%s/", table);
	web_url_add(&snow->web, slice_of(sys_id));
	strbuf_addc(&snow->web.request.url, '?');
	add_form(snow, record_fields);
	snow->web.request.method = method;
	snow->web.request.write = strcmp(method, "GET") != 0;
}

/* `"name":"text",` with the comma before it where it is not the first. */
static void add_member(struct strbuf *body, const char *name, struct slice text)
{
	strbuf_addf(body, "%s\"%s\":", body->len > 1 ? "," : "", name);
	json_string(body, text);
}

static void add_content(struct snow *snow, const struct draft *draft, struct strbuf *body)
{
	struct strbuf text = STRBUF_INIT(WEB_BODY_MAX);

	add_member(body, "short_description", slice_of(draft->title));
	snow_body(snow, draft, &text);
	add_member(body, "description", (struct slice){ strbuf_text(&text), text.len });
	strbuf_release(&text);
}

/* `[code]` in a journal makes HTML of what follows: a blank in it keeps text text. */
static void add_journal(struct strbuf *body, struct slice text)
{
	struct strbuf safe = STRBUF_INIT(2 * NOTE_MAX);

	for (size_t i = 0; i < text.len; i++) {
		strbuf_addc(&safe, text.text[i]);
		if (text.text[i] == '[' && text.len - i >= sizeof CODE - 1
		    && slice_is_nocase((struct slice){ text.text + i, sizeof CODE - 1 }, CODE))
			strbuf_addc(&safe, ' ');
	}
	add_member(body, "work_notes", (struct slice){ strbuf_text(&safe), safe.len });
	strbuf_release(&safe);
}

/* `incident` of a child names its parent; impact and urgency are the parent's affair. */
static void ask_create(struct snow *snow)
{
	struct web_request *request = &snow->web.request;
	const struct ticket_call *call = snow->web.call;
	const char *parent = NULL, *team = snow_team(snow, call->draft);

	if (call->parent)
		snow_table_of(snow, call->parent->id, &parent);
	web_url(&snow->web, "/api/now/table/%s?", parent ? snow->child_table : snow->table);
	add_form(snow, record_fields);
	request->method = "POST";
	request->write = true;
	strbuf_addc(&request->body, '{');
	add_content(snow, call->draft, &request->body);
	add_member(&request->body, "correlation_id", slice_of(call->draft->correlation));
	add_member(&request->body, "correlation_display", slice_of("rouse"));
	if (!team && snow->web.showing && *call->draft->assignment)
		team = "?";
	if (team && *team)
		add_member(&request->body, "assignment_group", slice_of(team));
	if (parent) {
		add_member(&request->body, "incident", slice_of(parent));
	} else {
		add_member(&request->body, "impact", slice_of(snow->impact));
		add_member(&request->body, "urgency", slice_of(snow->urgency));
	}
	strbuf_addc(&request->body, '}');
}

/* Only what is ours: the assignment, the state and all else stay as people have set them. The same once more changes nothing, so it may be
 * asked again. */
static void ask_update(struct snow *snow)
{
	struct web_request *request = &snow->web.request;

	ask_record(snow, snow->web.call->record->id, "PATCH");
	request->again = true;
	strbuf_addc(&request->body, '{');
	add_content(snow, snow->web.call->draft, &request->body);
	strbuf_addc(&request->body, '}');
}

/* work_notes is a journal: what is sent is added, and customers do not see it, unlike `comments`. */
static void ask_note(struct snow *snow)
{
	struct web_request *request = &snow->web.request;
	struct strbuf text = STRBUF_INIT(NOTE_MAX);

	ask_record(snow, snow->web.call->record->id, "PATCH");
	doc_plain(snow->web.call->note, &text);
	strbuf_addc(&request->body, '{');
	add_journal(&request->body, (struct slice){ strbuf_text(&text), text.len });
	strbuf_addc(&request->body, '}');
	strbuf_release(&text);
}

/* The file is the body, as it is; what it hangs on stands in the address. */
static void ask_attach(struct snow *snow)
{
	struct web_request *request = &snow->web.request;
	const struct ticket_call *call = snow->web.call;
	const char *sys_id, *table = snow_table_of(snow, call->record->id, &sys_id);

	web_url(&snow->web, "/api/now/attachment/file?table_name=%s&table_sys_id=", table);
	web_url_add(&snow->web, slice_of(sys_id));
	strbuf_adds(&request->url, "&file_name=");
	web_url_add(&snow->web, slice_of(call->file_name));
	request->method = "POST";
	request->write = true;
	request->type = "text/csv; charset=utf-8";
	request->whole_s = ATTACH_S;
	strbuf_add(&request->body, call->file.text, call->file.len);
}

/* Step 0 reads the record again: nothing but a record of ours is closed. */
static void ask_close(struct snow *snow)
{
	struct web_request *request = &snow->web.request;
	const struct ticket_call *call = snow->web.call;
	struct strbuf note = STRBUF_INIT(NOTE_MAX);

	if (!snow->web.step && !snow->web.showing) {
		ask_record(snow, call->record->id, "GET");
		return;
	}
	const char *sys_id, *table = snow_table_of(snow, call->record->id, &sys_id);

	ask_record(snow, call->record->id, "PATCH");
	strbuf_addf(&note, "A second ticket of %s: %s is the one that is kept up to date. Closed by rouse.", snow_wanted(&snow->web),
	            call->into->number);
	strbuf_addc(&request->body, '{');
	/* 8 is Canceled of an incident; 4 is Closed Incomplete of other tasks. */
	add_member(&request->body, "state", slice_of(strcmp(table, "incident") ? "4" : "8"));
	add_journal(&request->body, (struct slice){ strbuf_text(&note), note.len });
	strbuf_addc(&request->body, '}');
	strbuf_release(&note);
}

/* The request of one step. Only CREATE, CLOSE, GUARD and CHECK have more than one. */
enum web_next snow_ask(void *owner, struct web_request *request, struct ticket_answer *answer)
{
	struct snow *snow = owner;

	if (snow->web.call->verb == TICKET_FIND && !plain_id(snow->web.call->correlation))
		return web_fail(&snow->web, answer, TICKET_REFUSED, STATUS_DATA, "A correlation id that ServiceNow cannot be asked for.");
	switch (snow->web.call->verb) {
	case TICKET_GUARD:
		return snow_ask_guard(snow, request);
	case TICKET_CHECK:
		return snow_ask_check(snow, request);
	case TICKET_FIND:
		ask_find(snow);
		return WEB_ASK;
	case TICKET_READ:
		ask_record(snow, snow->web.call->record->id, "GET");
		request->absent = true;
		return WEB_ASK;
	case TICKET_CREATE:
		if (!snow->web.showing && !snow_team(snow, snow->web.call->draft))
			snow_ask_team(snow, request);
		else
			ask_create(snow);
		return WEB_ASK;
	case TICKET_UPDATE:
		ask_update(snow);
		return WEB_ASK;
	case TICKET_NOTE:
		ask_note(snow);
		return WEB_ASK;
	case TICKET_ATTACH:
		ask_attach(snow);
		return WEB_ASK;
	case TICKET_CLOSE:
		ask_close(snow);
		return WEB_ASK;
	case TICKET_VERB_COUNT:
		break;
	}
	return web_fail(&snow->web, answer, TICKET_REFUSED, STATUS_FAILED, "ServiceNow knows no such call.");
}
