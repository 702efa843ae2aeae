/* servicenow_check.c - the set-up of ServiceNow, examined without writing anything. See servicenow.h. */
#include <string.h>

#include "core/tickets/servicenow.h"

/* An id that no record can have: ours have hex digits there. */
#define NOBODY "rouse-nobody-has-this-correlation-id"

enum check_step { STEP_ANY, STEP_NOBODY, STEP_CHILDREN, STEP_GROUPS, STEP_TEAM = STEP_CHILDREN };

static const char guard_fields[] = "sys_id,correlation_id";

/* Questions that change nothing. The first has no condition at all: its row shows whether the field is there. */
static void ask_step(struct snow *snow, unsigned step)
{
	if (step == STEP_ANY)
		snow_ask_rows(snow, snow->table, "", guard_fields, 1);
	else if (step == STEP_NOBODY)
		snow_ask_rows(snow, snow->table, "correlation_id=" NOBODY, guard_fields, 1);
	else if (step == STEP_CHILDREN)
		snow_ask_rows(snow, snow->child_table, "", "sys_id,correlation_id,incident", 1);
	else
		snow_ask_rows(snow, "sys_user_group", "active=true", "sys_id,name", 1);
}

/* What one answer about a table shows. */
struct finding {
	bool rows, field;   /* there was a row; it has the field that was asked for */
};

static bool look(struct snow *snow, const struct talk_reply *reply, const char *field, struct finding *finding,
                 struct ticket_answer *answer)
{
	struct strbuf value = STRBUF_INIT(1000);

	*finding = (struct finding){0};
	if (!snow_read(snow, reply, answer))
		return false;
	finding->rows = servicenow_rows_next(&snow->rows);
	finding->field = finding->rows && servicenow_get(&snow->rows, field, false, &value);
	strbuf_release(&value);
	return true;
}

/* -- before a send -- */

enum web_next snow_ask_guard(struct snow *snow, struct web_request *request)
{
	if (snow->web.step == STEP_TEAM)
		snow_ask_team(snow, request);
	else
		ask_step(snow, snow->web.step);
	return WEB_ASK;
}

/* A table without any row says nothing about its fields; then the second question alone decides. */
enum web_next snow_take_guard(struct snow *snow, const struct talk_reply *reply, struct ticket_answer *answer)
{
	const struct draft *draft = snow->web.call->draft;
	struct finding finding;

	if (snow->web.step == STEP_TEAM) {
		snow_take_team(snow, reply);
		return WEB_DONE;
	}
	if (!look(snow, reply, "correlation_id", &finding, answer))
		return WEB_DONE;
	if (snow->web.step == STEP_ANY && finding.rows && !finding.field)
		return web_fail(&snow->web, answer, TICKET_REFUSED, STATUS_CONFIG,
			"Records of %s have no field correlation_id that this account may read:"
			" a ticket would never be found again. Let an administrator add the field or the right to read it.",
			snow->table);
	if (snow->web.step == STEP_ANY)
		return WEB_ASK;
	if (finding.rows)
		return web_fail(&snow->web, answer, TICKET_REFUSED, STATUS_CONFIG,
			"ServiceNow ignores the condition on correlation_id in %s, so a ticket would"
			" never be found again. Let an administrator make the field readable and searchable for this account.",
			snow->table);
	return draft && !snow_team(snow, draft) ? WEB_ASK : WEB_DONE;
}

/* -- for doctor -- */

enum web_next snow_ask_check(struct snow *snow, struct web_request *request)
{
	if (snow->web.step == STEP_CHILDREN && !snow->children)
		snow->web.step = STEP_GROUPS;
	ask_step(snow, snow->web.step);
	request->refused = true;
	return WEB_ASK;
}

/* A line for a request that was refused. */
static void check_refused(struct snow *snow, const struct talk_reply *reply, const char *name)
{
	struct strbuf mend = STRBUF_INIT(1000);

	servicenow_mend(&snow->site, reply->status, &mend);
	if (!mend.len)
		strbuf_adds(&mend, " Check url and table in [servicenow].");
	checks_add(snow->web.call->checks, CHECK_FAILURE, name, strbuf_text(&mend) + 1, "%s", reply->why);
	strbuf_release(&mend);
}

static void check_any(struct snow *snow, const struct finding *finding)
{
	struct checks *checks = snow->web.call->checks;

	checks_add(checks, CHECK_OK, "servicenow sign-in", "", "%s answers and shows the table %s.", snow->site.base, snow->table);
	if (finding->field)
		checks_add(checks, CHECK_OK, "servicenow field", "", "%s has the field correlation_id.", snow->table);
	else if (finding->rows)
		checks_add(checks, CHECK_FAILURE, "servicenow field", "Let an administrator add the field, or the right to read it.",
		           "Records of %s have no field correlation_id that this account may read.", snow->table);
	else
		checks_add(checks, CHECK_WARNING, "servicenow field",
		           "Nothing is to be done if the table is new; else check the right to read it.",
		           "This account sees no record in %s, so the field correlation_id could not be seen.", snow->table);
}

static void check_children(struct snow *snow, const struct finding *finding)
{
	struct checks *checks = snow->web.call->checks;

	if (finding->rows && !finding->field)
		checks_add(checks, CHECK_FAILURE, "servicenow children",
		           "Name a table with that field in child_table, or set children = none.",
		           "Records of %s have no field incident that this account may read.", snow->child_table);
	else
		checks_add(checks, CHECK_OK, "servicenow children", "", "This account may read %s.", snow->child_table);
}

static void check_step(struct snow *snow, const struct finding *finding)
{
	struct checks *checks = snow->web.call->checks;

	if (snow->web.step == STEP_ANY)
		check_any(snow, finding);
	else if (snow->web.step == STEP_NOBODY && finding->rows)
		checks_add(checks, CHECK_FAILURE, "servicenow search", "Let an administrator make the field searchable for this account.",
		           "Conditions on correlation_id are ignored: a made-up id brings records.");
	else if (snow->web.step == STEP_NOBODY)
		checks_add(checks, CHECK_OK, "servicenow search", "", "Conditions on correlation_id hold: a made-up id brings nothing.");
	else if (snow->web.step == STEP_CHILDREN)
		check_children(snow, finding);
	else if (finding->field)
		checks_add(checks, CHECK_OK, "servicenow groups", "", "Teams can be found in sys_user_group by their names.");
	else
		checks_add(checks, CHECK_WARNING, "servicenow groups", "Give the account the right to read sys_user_group.",
		           "This account sees no group; a team that only the CMDB names by its sys_id can still be assigned.");
}

enum web_next snow_take_check(struct snow *snow, const struct talk_reply *reply, struct ticket_answer *answer)
{
	static const char *const names[] = { "servicenow sign-in", "servicenow search", "servicenow children", "servicenow groups" };
	static const char *const fields[] = { "correlation_id", "correlation_id", "incident", "name" };
	unsigned step = snow->web.step;
	struct finding finding;

	if (reply->outcome != TALK_FINE) {
		check_refused(snow, reply, names[step]);
		return step == STEP_ANY || step == STEP_GROUPS ? WEB_DONE : WEB_ASK;
	}
	if (!look(snow, reply, fields[step], &finding, answer))
		return WEB_DONE;
	check_step(snow, &finding);
	return step == STEP_GROUPS ? WEB_DONE : WEB_ASK;
}
