/* jira_check.c - the set-up of Jira, examined without writing anything. See jira.h. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/tickets/jira.h"

#define NOBODY "rouse-nobody-has-this-correlation-id"
#define TYPES_MAX 200
#define FIELD_MAX 300

enum check_step { CHECK_MYSELF, CHECK_RIGHTS, CHECK_NOBODY, CHECK_TYPES, CHECK_FIELDS };

/* What a send needs. */
static const char *const rights[] = { "BROWSE_PROJECTS", "CREATE_ISSUES", "EDIT_ISSUES", "ADD_COMMENTS", "CREATE_ATTACHMENTS" };
#define RIGHTS (sizeof rights / sizeof *rights)

static void ask_step(struct jira *jira, struct web_request *request, unsigned step)
{
	switch (step) {
	case CHECK_MYSELF:
		jira_url(jira, "myself");
		return;
	case CHECK_RIGHTS:
		jira_url(jira, "mypermissions?projectKey=%s&permissions=", jira->project);
		for (size_t i = 0; i < RIGHTS; i++)
			strbuf_addf(&request->url, "%s%s", i ? "," : "", rights[i]);
		return;
	case CHECK_NOBODY:
		jira_search(jira, request, NOBODY, true);
		return;
	case CHECK_TYPES:
		jira_url(jira, "issue/createmeta/%s/issuetypes?maxResults=%d", jira->project, TYPES_MAX);
		return;
	default:
		jira_url(jira, "issue/createmeta/%s/issuetypes/", jira->project);
		web_url_add(&jira->web, slice_of(jira->type_id ? jira->type_id : ""));
		strbuf_addf(&request->url, "?maxResults=%d", TYPES_MAX);
	}
}

/* The first right that is missing; NULL: all are there. A Jira that does not say is believed: it refuses later. */
static const char *missing_right(struct jira *jira)
{
	const struct json_member *all = json_get(&jira->top, "permissions");

	if (!all || json_object_read(&jira->list, all->text) != 1)
		return NULL;
	for (size_t i = 0; i < RIGHTS; i++) {
		const struct json_member *right = json_get(&jira->list, rights[i]), *have;

		if (right && json_object_read(&jira->row, right->text) == 1 && (have = json_get(&jira->row, "havePermission"))
		    && have->kind == JSON_FALSE)
			return rights[i];
	}
	return NULL;
}

/* Whether a made-up label brings issues. Anything but a readable answer without issues counts as found; -1: the answer is filled. */
static int finds_nobody(struct jira *jira, const struct talk_reply *reply, struct ticket_answer *answer)
{
	const struct json_member *issues;

	if (!jira_read(jira, reply, answer))
		return -1;
	issues = json_get(&jira->top, "issues");
	if (!issues || json_object_read(&jira->list, issues->text) != 1) {
		web_unreadable(&jira->web, answer, "there are no issues in it");
		return -1;
	}
	return jira->list.count > 0;
}

/* -- before a send -- */

enum web_next jira_ask_guard(struct jira *jira, struct web_request *request)
{
	ask_step(jira, request, jira->web.step + CHECK_RIGHTS);
	return WEB_ASK;
}

enum web_next jira_take_guard(struct jira *jira, const struct talk_reply *reply, struct ticket_answer *answer)
{
	if (jira->web.step + CHECK_RIGHTS == CHECK_RIGHTS) {
		if (!jira_read(jira, reply, answer))
			return WEB_DONE;
		const char *right = missing_right(jira);

		if (right)
			return web_fail(&jira->web, answer, TICKET_REFUSED, STATUS_NO_PERMISSION,
			                "The account lacks the right %s in the project %s of Jira; let an"
			                " administrator of the project give it.",
			                right, jira->project);
		return WEB_ASK;
	}
	if (finds_nobody(jira, reply, answer) > 0)
		return web_fail(&jira->web, answer, TICKET_REFUSED, STATUS_CONFIG,
		                "Jira answers a search for a label that nobody has with issues, so a ticket"
		                " would never be found again; check url and kind in [jira].");
	return WEB_DONE;
}

/* -- for doctor -- */

enum web_next jira_ask_check(struct jira *jira, struct web_request *request)
{
	ask_step(jira, request, jira->web.step);
	request->refused = true;
	return WEB_ASK;
}

static void check_myself(struct jira *jira)
{
	const struct json_member *name = json_get(&jira->top, "displayName");
	struct slice shown = name ? name->text : slice_of("an account without a name");

	checks_add(jira->web.call->checks, CHECK_OK, "jira sign-in", "", "%s answers; signed in as %.*s.", jira->web.base, (int)shown.len,
	           shown.text);
}

/* A line for the rights in the project. */
static void check_rights(struct jira *jira)
{
	const char *right = missing_right(jira);

	if (right)
		checks_add(jira->web.call->checks, CHECK_FAILURE, "jira project", "Let an administrator of the project give it.",
		           "The account lacks the right %s in the project %s.", right, jira->project);
	else
		checks_add(jira->web.call->checks, CHECK_OK, "jira project", "", "The account may write tickets in %s.", jira->project);
}

/* Finds a type by its exact name; its id goes to type_id. */
static bool find_type(struct jira *jira, const char *name)
{
	const struct json_member *list = json_get(&jira->top, "issueTypes"), *id;

	/* The Cloud says issueTypes and fields where a Data Center says values. */
	if (!list)
		list = json_get(&jira->top, "values");
	if (!list || json_object_read(&jira->list, list->text) != 1)
		return false;
	for (size_t i = 0; i < jira->list.count; i++) {
		const struct json_member *is = NULL;

		if (json_object_read(&jira->row, jira->list.members[i].text) == 1)
			is = json_get(&jira->row, "name");
		if (!is || !slice_is(is->text, name) || !(id = json_get(&jira->row, "id")))
			continue;
		free(jira->type_id);
		jira->type_id = xmemdup(id->text.text, id->text.len);
		return true;
	}
	return false;
}

static void check_type(struct jira *jira, const char *option, const char *type)
{
	struct checks *checks = jira->web.call->checks;

	if (find_type(jira, type))
		checks_add(checks, CHECK_OK, "jira issue type", "", "The project %s has the type %s.", jira->project, type);
	else
		checks_add(checks, CHECK_FAILURE, "jira issue type",
		           "Write the name as the project has it, in the language of the account.",
		           "The project %s shows no type %s (jira.%s).", jira->project, type, option);
}

/* Whether a field must be filled by whoever creates an issue, and is none that rouse fills. */
static bool is_needed(const struct json_object *field, const char *id)
{
	static const char *const known[] = { "summary", "description", "labels", "project", "issuetype", "reporter", "parent" };
	const struct json_member *required = json_get(field, "required"), *preset = json_get(field, "hasDefaultValue");

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (!strcmp(known[i], id))
			return false;
	return required && required->kind == JSON_TRUE && !(preset && preset->kind == JSON_TRUE);
}

/* Reads the fields of the create screen; those that are needed are appended as ` customfield_1`. Returns whether `labels` is there. */
static bool read_fields(struct jira *jira, struct strbuf *needed)
{
	const struct json_member *list = json_get(&jira->top, "fields"), *id;
	bool labels = false;

	if (!list)
		list = json_get(&jira->top, "values");
	if (!list || json_object_read(&jira->list, list->text) != 1)
		return false;
	for (size_t i = 0; i < jira->list.count; i++) {
		struct strbuf name = STRBUF_INIT(FIELD_MAX);

		if (json_object_read(&jira->row, jira->list.members[i].text) == 1 && (id = json_get(&jira->row, "fieldId"))) {
			strbuf_add(&name, id->text.text, id->text.len);
			labels = labels || slice_is(id->text, "labels");
			if (is_needed(&jira->row, strbuf_text(&name)))
				strbuf_addf(needed, " %s", strbuf_text(&name));
		}
		strbuf_release(&name);
	}
	return labels;
}

/* `labels` must be on the screen on which issues are created, and no other field be required. */
static void check_fields(struct jira *jira)
{
	struct checks *checks = jira->web.call->checks;
	struct strbuf needed = STRBUF_INIT(1000);
	bool labels = read_fields(jira, &needed);

	if (!labels)
		checks_add(checks, CHECK_FAILURE, "jira labels", "Add the field Labels to the create screen of that type.",
		           "Issues of the type %s cannot be created with labels, so a ticket would never be found again.", jira->type);
	else if (needed.len)
		checks_add(checks, CHECK_FAILURE, "jira fields", "Make them optional, or choose another issue_type.",
		           "Issues of the type %s need fields that rouse does not know:%s.", jira->type, strbuf_text(&needed));
	else
		checks_add(checks, CHECK_OK, "jira labels", "",
		           "Issues of the type %s take labels, by which tickets are found again.", jira->type);
	strbuf_release(&needed);
}

static enum web_next check_nobody(struct jira *jira, const struct talk_reply *reply, struct ticket_answer *answer)
{
	int found = finds_nobody(jira, reply, answer);

	if (found < 0)
		return WEB_DONE;
	if (found)
		checks_add(jira->web.call->checks, CHECK_FAILURE, "jira search", "Check url and kind in [jira].",
		           "A search for a label that nobody has brings issues.");
	else
		checks_add(jira->web.call->checks, CHECK_OK, "jira search", "", "A search by label holds: a made-up one brings nothing.");
	return WEB_ASK;
}

enum web_next jira_take_check(struct jira *jira, const struct talk_reply *reply, struct ticket_answer *answer)
{
	static const char *const names[] = { "jira sign-in", "jira project", "jira search", "jira issue type", "jira labels" };
	unsigned step = jira->web.step;
	struct strbuf mend = STRBUF_INIT(1000);

	if (reply->outcome != TALK_FINE) {
		jira->web.ops->mend(jira, reply, &mend);
		checks_add(jira->web.call->checks, step < CHECK_TYPES ? CHECK_FAILURE : CHECK_WARNING, names[step],
		           mend.len ? strbuf_text(&mend) + 1 : "Check url, kind and project in [jira].", "%s", reply->why);
		strbuf_release(&mend);
		return step == CHECK_MYSELF || step >= CHECK_TYPES ? WEB_DONE : WEB_ASK;
	}
	if (step == CHECK_NOBODY)
		return check_nobody(jira, reply, answer);
	if (!jira_read(jira, reply, answer))
		return WEB_DONE;
	if (step == CHECK_MYSELF) {
		check_myself(jira);
	} else if (step == CHECK_RIGHTS) {
		check_rights(jira);
	} else if (step == CHECK_TYPES) {
		if (jira->children)
			check_type(jira, "child_type", jira->child_type);
		free(jira->type_id);
		jira->type_id = NULL;
		check_type(jira, "issue_type", jira->type);
		return jira->type_id ? WEB_ASK : WEB_DONE;
	} else {
		check_fields(jira);
		return WEB_DONE;
	}
	return WEB_ASK;
}
