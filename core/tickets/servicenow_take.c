/* servicenow_take.c - the answers of ServiceNow's tickets. See servicenow.h. */
#include <string.h>

#include "core/tickets/servicenow.h"

#define TEXT_MAX ((size_t)16 << 20)
#define WHY_MAX 1000
#define SYS_ID_LENGTH 32

bool snow_read(struct snow *snow, const struct talk_reply *reply, struct ticket_answer *answer)
{
	struct strbuf why = STRBUF_INIT(WHY_MAX);
	bool fine = reply->status != 202 && !servicenow_rows_read(&snow->rows, reply->body, &why);

	/* 202 says that something was put into a queue; nobody knows whether it is done. */
	if (reply->status == 202)
		strbuf_adds(&why, "202 is no word that it was done");
	if (!fine)
		web_unreadable(&snow->web, answer, strbuf_text(&why));
	strbuf_release(&why);
	return fine;
}

/* One text of the row, as stored or as people see it. */
static void take_text(struct snow *snow, const char *field, bool shown, char **to)
{
	struct strbuf text = STRBUF_INIT(TEXT_MAX);

	servicenow_get(&snow->rows, field, shown, &text);
	ticket_record_put(to, (struct slice){ strbuf_text(&text), text.len });
	strbuf_release(&text);
}

/* Resolved, closed and cancelled incidents are not worked on, though a resolved one is still `active`. Other tasks have 3, 4 and 7. */
static bool is_open(struct snow *snow, const char *table)
{
	const char *closed = strcmp(table, "incident") ? "347" : "678";
	struct strbuf state = STRBUF_INIT(64), active = STRBUF_INIT(64);

	servicenow_get(&snow->rows, "state", false, &state);
	servicenow_get(&snow->rows, "active", false, &active);
	bool open = strcmp(strbuf_text(&active), "false") != 0 && !(state.len == 1 && strchr(closed, state.buf[0]));

	strbuf_release(&state);
	strbuf_release(&active);
	return open;
}

/* For people: the record within the instance's frame. */
static void put_url(const struct snow *snow, const char *table, const char *sys_id, struct ticket_record *record)
{
	struct strbuf path = STRBUF_INIT(400), url = STRBUF_INIT(SERVICENOW_URL_MAX);

	strbuf_addf(&path, "/nav_to.do?uri=%s.do%%3Fsys_id%%3D%s", table, sys_id);
	talk_url(&url, snow->site.base, strbuf_text(&path));
	ticket_record_put(&record->url, (struct slice){ strbuf_text(&url), url.len });
	strbuf_release(&path);
	strbuf_release(&url);
}

/* The mark says whether the body was kept to its end; it is no part of what people edit. */
static void put_mark(struct snow *snow, const char *correlation, struct ticket_record *record)
{
	struct strbuf text = STRBUF_INIT(TEXT_MAX), mark = STRBUF_INIT(1000);

	servicenow_get(&snow->rows, "description", false, &text);
	ticket_find_mark((struct slice){ strbuf_text(&text), text.len }, *correlation ? correlation : record->correlation, &mark);
	ticket_record_put(&record->mark, (struct slice){ strbuf_text(&mark), mark.len });
	strbuf_release(&text);
	strbuf_release(&mark);
}

bool snow_record(struct snow *snow, const char *table, const char *correlation, struct ticket_records *records)
{
	struct strbuf id = STRBUF_INIT(400), sys_id = STRBUF_INIT(64);

	servicenow_get(&snow->rows, "sys_id", false, &sys_id);
	bool fine = sys_id.len == SYS_ID_LENGTH && strspn(strbuf_text(&sys_id), "0123456789abcdefABCDEF") == SYS_ID_LENGTH;

	if (fine) {
		struct ticket_record *record = ticket_records_add(records);

		strbuf_addf(&id, "%s%s%s", strcmp(table, snow->table) ? table : "", strcmp(table, snow->table) ? "/" : "",
		            strbuf_text(&sys_id));
		ticket_record_put(&record->id, (struct slice){ strbuf_text(&id), id.len });
		take_text(snow, "number", false, &record->number);
		take_text(snow, "correlation_id", false, &record->correlation);
		take_text(snow, "short_description", false, &record->title);
		take_text(snow, "state", true, &record->state);
		take_text(snow, "assignment_group", true, &record->team);
		take_text(snow, "assignment_group", false, &record->team_id);
		put_url(snow, table, strbuf_text(&sys_id), record);
		put_mark(snow, correlation, record);
		record->open = is_open(snow, table);
	}
	strbuf_release(&id);
	strbuf_release(&sys_id);
	return fine;
}

/* Rows that were not asked for: the condition was dropped, and each of them is somebody else's ticket. */
static enum web_next ignored(struct snow *snow, struct ticket_answer *answer, const char *correlation)
{
	ticket_records_release(&answer->records);
	return web_fail(&snow->web, answer, TICKET_REFUSED, STATUS_CONFIG,
	                "ServiceNow ignored the condition correlation_id=%s and answered with other"
	                " records of %s. Let an administrator add the field correlation_id to the table, or set "
	                "glide.invalid_query.returns_no_rows.",
	                correlation, snow->table);
}

/* Every row must carry the id: one that does not shows that none can be believed. */
static enum web_next take_find(struct snow *snow, const struct talk_reply *reply, struct ticket_answer *answer)
{
	const char *wanted = snow->web.call->correlation, *table = snow_child_id(wanted) ? snow->child_table : snow->table;
	size_t rows = 0;

	if (!snow_read(snow, reply, answer))
		return WEB_DONE;
	for (; servicenow_rows_next(&snow->rows); rows++) {
		struct strbuf id = STRBUF_INIT(WHY_MAX);
		bool there = servicenow_get(&snow->rows, "correlation_id", false, &id);
		struct slice found = { strbuf_text(&id), id.len };
		bool same = there && slice_is(found, wanted), folded = there && slice_is_nocase(found, wanted);

		strbuf_release(&id);
		/* A database that folds case brings ids that are almost ours: they are not. */
		if (!folded)
			return ignored(snow, answer, wanted);
		if (same && !snow_record(snow, table, wanted, &answer->records))
			return web_unreadable(&snow->web, answer, "a record without a sys_id");
		if (same && !snow->web.call->closed && !answer->records.items[answer->records.count - 1].open)
			ticket_record_release(&answer->records.items[--answer->records.count]);
	}
	if (snow->rows.broken)
		return web_unreadable(&snow->web, answer, "an element of the result is no record");
	if (rows == SNOW_FIND_LIMIT)
		web_warn(answer, "ServiceNow has %d tickets of %s or more; only these were looked at.", SNOW_FIND_LIMIT, wanted);
	return WEB_DONE;
}

/* The one record that an answer must have; NULL: the answer is filled. */
static struct ticket_record *take_record(struct snow *snow, const struct talk_reply *reply, const char *table, const char *correlation,
                                         struct ticket_answer *answer)
{
	if (!snow_read(snow, reply, answer))
		return NULL;
	if (!servicenow_rows_next(&snow->rows) || !snow_record(snow, table, correlation, &answer->records)) {
		web_unreadable(&snow->web, answer, "there is no record in it");
		return NULL;
	}
	return &answer->records.items[0];
}

static enum web_next take_read(struct snow *snow, const struct talk_reply *reply, struct ticket_answer *answer)
{
	const struct ticket_record *asked = snow->web.call->record;
	const char *sys_id, *table = snow_table_of(snow, asked->id, &sys_id);

	if (reply->outcome == TALK_ABSENT)
		return WEB_DONE;
	const struct ticket_record *record = take_record(snow, reply, table, snow_wanted(&snow->web), answer);

	if (record && !slice_is_nocase(slice_of(record->id), asked->id)) {
		ticket_records_release(&answer->records);
		return web_unreadable(&snow->web, answer, "it is another record");
	}
	return WEB_DONE;
}

/* The answer tells what was kept: a field that the table does not have is dropped without a word. */
static enum web_next take_create(struct snow *snow, const struct talk_reply *reply, struct ticket_answer *answer)
{
	const struct ticket_call *call = snow->web.call;
	const char *team;

	if (!snow->web.request.write) {
		snow_take_team(snow, reply);
		return WEB_ASK;
	}
	struct ticket_record *record =
		take_record(snow, reply, call->parent ? snow->child_table : snow->table, call->draft->correlation, answer);

	if (!record)
		return WEB_DONE;
	if (strcmp(record->correlation, call->draft->correlation))
		web_warn(answer, "ServiceNow did not keep the correlation id of %s.", record->number);
	team = snow_team(snow, call->draft);
	if (*call->draft->assignment && !(team && *team))
		web_warn(answer, "%s is assigned to nobody: ServiceNow shows no single active group of exactly the name %s.",
		         record->number, call->draft->assignment);
	return WEB_DONE;
}

/* A file that was cut on its way is found by its size. */
static enum web_next take_attach(struct snow *snow, const struct talk_reply *reply, struct ticket_answer *answer)
{
	struct strbuf size = STRBUF_INIT(64), wanted = STRBUF_INIT(64);

	if (!snow_read(snow, reply, answer))
		return WEB_DONE;
	strbuf_addf(&wanted, "%zu", snow->web.call->file.len);
	if (!servicenow_rows_next(&snow->rows) || !servicenow_get(&snow->rows, "size_bytes", false, &size))
		web_warn(answer, "ServiceNow does not say whether it has the whole of %s.", snow->web.call->file_name);
	else if (strcmp(strbuf_text(&size), strbuf_text(&wanted)))
		web_warn(answer, "ServiceNow kept %s of the %s bytes of %s.", strbuf_text(&size), strbuf_text(&wanted),
		         snow->web.call->file_name);
	strbuf_release(&size);
	strbuf_release(&wanted);
	return WEB_DONE;
}

/* Only what carries the id of the record that stays, and is not that one, is closed. */
static enum web_next take_close(struct snow *snow, const struct talk_reply *reply, struct ticket_answer *answer)
{
	const struct ticket_call *call = snow->web.call;
	const char *sys_id, *table = snow_table_of(snow, call->record->id, &sys_id);
	const struct ticket_record *record = take_record(snow, reply, table, snow_wanted(&snow->web), answer);
	bool wrote = snow->web.request.write;

	if (!record)
		return WEB_DONE;
	const char *wanted = snow_wanted(&snow->web);
	bool ours = *wanted && !strcmp(record->correlation, wanted) && strcmp(call->record->id, call->into->id) != 0;
	bool open = record->open;

	ticket_records_release(&answer->records);
	if (!ours)
		return web_fail(&snow->web, answer, TICKET_REFUSED, STATUS_FAILED,
		                "%s does not carry the correlation id %s; it was not closed.", call->record->number, wanted);
	if (!open)
		return WEB_DONE;
	if (wrote)
		return web_fail(&snow->web, answer, TICKET_REFUSED, STATUS_FAILED,
		                "ServiceNow did not close %s, a second ticket of %s; close it by hand.", call->record->number,
		                wanted);
	return WEB_ASK;
}

enum web_next snow_take(void *owner, const struct talk_reply *reply, struct ticket_answer *answer)
{
	struct snow *snow = owner;

	switch (snow->web.call->verb) {
	case TICKET_GUARD:
		return snow_take_guard(snow, reply, answer);
	case TICKET_CHECK:
		return snow_take_check(snow, reply, answer);
	case TICKET_FIND:
		return take_find(snow, reply, answer);
	case TICKET_READ:
		return take_read(snow, reply, answer);
	case TICKET_CREATE:
		return take_create(snow, reply, answer);
	case TICKET_ATTACH:
		return take_attach(snow, reply, answer);
	case TICKET_CLOSE:
		return take_close(snow, reply, answer);
	case TICKET_UPDATE:
	case TICKET_NOTE:
	case TICKET_VERB_COUNT:
		break;
	}
	snow_read(snow, reply, answer);
	return WEB_DONE;
}
