/* jira_close.c - taking a duplicate out. Each project has its own transitions: one whose target counts as done is looked for, best one that
 * says so by its name; what cannot be closed stays, and is told. See jira.h. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/tickets/jira.h"

enum close_step { CLOSE_READ, CLOSE_LOOK, CLOSE_DO, CLOSE_BACK, CLOSE_TELL };

static void ask_transition(struct jira *jira, struct web_request *request)
{
	struct strbuf *body = &request->body;

	jira_issue_url(jira, jira->web.call->record->id, "/transitions");
	request->method = "POST";
	request->write = request->empty = true;
	strbuf_adds(body, "{\"transition\":{\"id\":");
	json_string(body, slice_of(jira->transition ? jira->transition : "?"));
	strbuf_addc(body, '}');
	if (jira->resolution) {
		strbuf_adds(body, ",\"fields\":{\"resolution\":{\"name\":");
		json_string(body, slice_of(jira->resolution));
		strbuf_adds(body, "}}");
	}
	strbuf_addc(body, '}');
}

static void ask_note(struct jira *jira, struct web_request *request)
{
	const struct ticket_call *call = jira->web.call;
	struct doc doc = {0};

	doc_begin(&doc, DOC_TEXT, 0);
	doc_sayf(&doc, "A second ticket of %s: %s is the one that is kept up to date. Closed by rouse.", jira_wanted(jira),
	         call->into->number);
	jira_comment(jira, request, call->record->id, &doc);
	/* The duplicate is closed by now; a comment that is refused is told, and no more. */
	request->refused = true;
	doc_release(&doc);
}

enum web_next jira_ask_close(struct jira *jira, struct web_request *request)
{
	const char *id = jira->web.call->record->id;

	switch (jira->web.showing ? (unsigned)CLOSE_DO : jira->web.step) {
	case CLOSE_LOOK:
		jira_issue_url(jira, id, "/transitions?expand=transitions.fields");
		return WEB_ASK;
	case CLOSE_DO:
		ask_transition(jira, request);
		return WEB_ASK;
	case CLOSE_TELL:
		ask_note(jira, request);
		return WEB_ASK;
	default:
		jira_issue_url(jira, id, "?fields=");
		web_url_add(&jira->web, slice_of(jira_fields));
		return WEB_ASK;
	}
}

/* -- which transition -- */

static struct slice text_of(const struct json_object *object, const char *key)
{
	const struct json_member *member = json_get(object, key);

	return member && member->kind != JSON_NULL ? member->text : (struct slice){ "", 0 };
}

static bool says(struct slice text, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= text.len; i++)
		if (slice_is_nocase((struct slice){ text.text + i, n }, word))
			return true;
	return false;
}

/* The resolution to give where a transition wants one: `Duplicate`, else the first that is allowed. */
static char *choose_resolution(struct slice field)
{
	struct json_object object = {0}, values = {0}, value = {0};
	char *chosen = NULL;

	if (json_object_read(&object, field) == 1 && json_object_read(&values, text_of(&object, "allowedValues")) == 1)
		for (size_t i = 0; i < values.count; i++) {
			if (json_object_read(&value, values.members[i].text) != 1)
				continue;
			struct slice name = text_of(&value, "name");

			if (name.len && (!chosen || says(name, "duplicate"))) {
				free(chosen);
				chosen = xmemdup(name.text, name.len);
			}
			if (says(name, "duplicate"))
				break;
		}
	json_object_release(&object);
	json_object_release(&values);
	json_object_release(&value);
	return chosen;
}

/* Whether a transition can be made without asking a person; *resolution is what it wants. */
static bool can_do(struct slice fields, char **resolution)
{
	struct json_object object = {0}, field = {0};
	bool can = true;

	*resolution = NULL;
	if (fields.len && json_object_read(&object, fields) == 1)
		for (size_t i = 0; can && i < object.count; i++) {
			const struct json_member *member = &object.members[i], *needed;

			if (json_object_read(&field, member->text) != 1 || !(needed = json_get(&field, "required")) ||
			    needed->kind != JSON_TRUE)
				continue;
			if (slice_is(member->key, "resolution") && !*resolution)
				*resolution = choose_resolution(member->text);
			can = slice_is(member->key, "resolution") && *resolution;
		}
	if (!can) {
		free(*resolution);
		*resolution = NULL;
	}
	json_object_release(&object);
	json_object_release(&field);
	return can;
}

/* `Close as Duplicate` before `Cancel`, that before `Done`, that before any other that ends work. */
static int rank_of(struct slice name)
{
	return says(name, "duplicate") ? 3 : says(name, "cancel") ? 2 : says(name, "done") || says(name, "close") ? 1 : 0;
}

/* Whether a transition leads to a state that counts as done. */
static bool ends_work(const struct json_object *transition)
{
	struct json_object to = {0}, category = {0};
	bool ends = json_object_read(&to, text_of(transition, "to")) == 1 &&
	            json_object_read(&category, text_of(&to, "statusCategory")) == 1 &&
	            slice_is(text_of(&category, "key"), "done");

	json_object_release(&to);
	json_object_release(&category);
	return ends;
}

/* The best one that can be made; transition stays NULL where there is none. */
static void choose_transition(struct jira *jira)
{
	int best = -1;

	free(jira->transition);
	free(jira->resolution);
	jira->transition = jira->resolution = NULL;
	if (json_object_read(&jira->list, text_of(&jira->top, "transitions")) != 1)
		return;
	for (size_t i = 0; i < jira->list.count; i++) {
		char *resolution = NULL;

		if (json_object_read(&jira->row, jira->list.members[i].text) != 1 || !ends_work(&jira->row))
			continue;
		int rank = rank_of(text_of(&jira->row, "name"));

		if (rank <= best || !can_do(text_of(&jira->row, "fields"), &resolution))
			continue;
		struct slice id = text_of(&jira->row, "id");

		free(jira->transition);
		free(jira->resolution);
		jira->transition = xmemdup(id.text, id.len);
		jira->resolution = resolution;
		best = rank;
	}
}

/* -- answers -- */

/* The issue as it is now: ours, and still open? Returns -1 when the answer is filled. */
static int look_at(struct jira *jira, const struct talk_reply *reply, struct ticket_answer *answer)
{
	const struct ticket_call *call = jira->web.call;

	if (!jira_read(jira, reply, answer))
		return -1;
	if (!jira_issue(jira, reply->body, jira_wanted(jira), &answer->records)) {
		web_unreadable(&jira->web, answer, "there is no issue in it");
		return -1;
	}
	const struct ticket_record *record = &answer->records.items[0];
	const char *wanted = jira_wanted(jira);
	bool ours = *wanted && !strcmp(record->correlation, wanted) && strcmp(record->id, call->into->id) != 0;
	bool open = record->open;

	ticket_records_release(&answer->records);
	if (ours)
		return open;
	web_fail(&jira->web, answer, TICKET_REFUSED, STATUS_FAILED, "%s does not carry the label %s; it was not closed.",
	         call->record->number, jira_wanted(jira));
	return -1;
}

/* Left open, and said loudly: two open tickets are better than one closed against the rules of a project. */
static enum web_next by_hand(struct jira *jira, struct ticket_answer *answer)
{
	const struct ticket_call *call = jira->web.call;

	return web_fail(&jira->web, answer, TICKET_REFUSED, STATUS_FAILED,
	                "%s is a second ticket of %s, and its workflow lets rouse not close it;"
	                " close it by hand as a duplicate of %s.",
	                call->record->number, jira_wanted(jira), call->into->number);
}

enum web_next jira_take_close(struct jira *jira, const struct talk_reply *reply, struct ticket_answer *answer)
{
	int open;

	switch (jira->web.step) {
	case CLOSE_READ:
		return look_at(jira, reply, answer) > 0 ? WEB_ASK : WEB_DONE;
	case CLOSE_LOOK:
		if (!jira_read(jira, reply, answer))
			return WEB_DONE;
		choose_transition(jira);
		return jira->transition ? WEB_ASK : by_hand(jira, answer);
	case CLOSE_DO:
		return WEB_ASK;
	case CLOSE_BACK:
		open = look_at(jira, reply, answer);
		return open < 0 ? WEB_DONE : open ? by_hand(jira, answer) : WEB_ASK;
	default:
		if (reply->outcome != TALK_FINE)
			web_warn(answer, "%s is closed, but Jira took no comment that says why.", jira->web.call->record->number);
		return WEB_DONE;
	}
}
