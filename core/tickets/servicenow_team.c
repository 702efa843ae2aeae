/* servicenow_team.c - which group a team is: assignments go by sys_id, names are not unique. See servicenow.h. */
#include <string.h>

#include "core/base/arena.h"
#include "core/tickets/servicenow.h"

#define TEAMS_LIMIT 10
#define QUERY_MAX 1000
#define SYS_ID_LENGTH 32

static bool is_sys_id(const char *id)
{
	return strlen(id) == SYS_ID_LENGTH && strspn(id, "0123456789abcdef") == SYS_ID_LENGTH;
}

const char *snow_team(const struct snow *snow, const struct draft *draft)
{
	if (!*draft->assignment)
		return "";
	if (is_sys_id(draft->assignment_id))
		return draft->assignment_id;
	if (!servicenow_plain(slice_of(draft->assignment)))
		return "";
	uint32_t number = map_get(&snow->team_names, draft->assignment, strlen(draft->assignment));

	return number == MAP_NONE ? NULL : snow->team_ids[number];
}

/* A refusal is taken too: a ticket without a team is better than none, and is told. */
void snow_ask_team(struct snow *snow, struct web_request *request)
{
	struct strbuf query = STRBUF_INIT(QUERY_MAX);

	strbuf_addf(&query, "name=%s^active=true^ORDERBYsys_id", snow->web.call->draft->assignment);
	snow_ask_rows(snow, "sys_user_group", strbuf_text(&query), "sys_id,name", TEAMS_LIMIT);
	strbuf_release(&query);
	request->refused = true;
}

/* Groups of exactly this name: the database may fold case, or drop the condition. Zero or two are none: nobody is guessed. */
void snow_take_team(struct snow *snow, const struct talk_reply *reply)
{
	const char *name = snow->web.call->draft->assignment;
	struct strbuf why = STRBUF_INIT(1000), id = STRBUF_INIT(64), found = STRBUF_INIT(1000);
	size_t same = 0;

	if (reply->outcome == TALK_FINE && !servicenow_rows_read(&snow->rows, reply->body, &why))
		while (servicenow_rows_next(&snow->rows)) {
			strbuf_clear(&found);
			servicenow_get(&snow->rows, "name", false, &found);
			if (!slice_is((struct slice){ strbuf_text(&found), found.len }, name))
				continue;
			same++;
			strbuf_clear(&id);
			servicenow_get(&snow->rows, "sys_id", false, &id);
		}
	uint32_t number = map_put(&snow->team_names, name, strlen(name), NULL);

	snow->team_ids = grow(snow->team_ids, &snow->team_cap, number + 1, sizeof *snow->team_ids);
	snow->team_ids[number] = xstrdup(same == 1 && is_sys_id(strbuf_text(&id)) ? strbuf_text(&id) : "");
	strbuf_release(&why);
	strbuf_release(&id);
	strbuf_release(&found);
}
