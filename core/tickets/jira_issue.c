/* jira_issue.c - an issue of Jira as a record. See jira.h. */
#include <string.h>

#include "core/tickets/jira.h"

#define ID_DIGITS 12   /* hex digits of our correlation ids, at least */

const char jira_fields[] = "summary,status,labels,description,project";

static struct slice text_of(const struct json_object *object, const char *key)
{
	const struct json_member *member = json_get(object, key);

	return member && member->kind != JSON_NULL ? member->text : (struct slice){ "", 0 };
}

/* Takes a member of the issue's fields apart; false when it is no object or array. */
static bool open_field(struct jira *jira, const char *key)
{
	const struct json_member *member = json_get(&jira->fields, key);

	return member && member->kind == JSON_NESTED && json_object_read(&jira->part, member->text) == 1;
}

/* `rouse-1f0c9d2e4b5a` and longer ones; not `rouse` nor `rouse-triaged`. */
static bool is_ours(struct slice label)
{
	static const char start[] = "rouse-";

	if (label.len < sizeof start - 1 + ID_DIGITS || memcmp(label.text, start, sizeof start - 1))
		return false;
	for (size_t i = 0; i < ID_DIGITS; i++)
		if (!label.text[sizeof start - 1 + i] || !strchr("0123456789abcdef", label.text[sizeof start - 1 + i]))
			return false;
	return true;
}

/* One label is the id that is looked for, or else the first that looks like ours; `team-...` is the team. */
static void take_labels(struct jira *jira, const char *wanted, struct ticket_record *record)
{
	static const char team[] = "team-";
	struct slice correlation = { NULL, 0 };

	if (!open_field(jira, "labels") || !jira->part.array)
		return;
	for (size_t i = 0; i < jira->part.count; i++) {
		struct slice label = jira->part.members[i].text;

		if (slice_is(label, wanted) || (!correlation.text && !*wanted && is_ours(label)))
			correlation = label;
		if (*record->team_id || label.len < sizeof team || memcmp(label.text, team, sizeof team - 1))
			continue;
		ticket_record_put(&record->team_id, label);
		/* The label does not keep capitals and blanks; the team that was meant last is said as it is written. */
		bool meant = jira->team_label && slice_is(label, jira->team_label);
		ticket_record_put(&record->team,
		                  meant ? slice_of(jira->team)
		                        : (struct slice){ label.text + sizeof team - 1, label.len - sizeof team + 1 });
	}
	if (correlation.text)
		ticket_record_put(&record->correlation, correlation);
}

/* Names of states differ in each project and language; the category does not: new, indeterminate, done. */
static void take_status(struct jira *jira, struct ticket_record *record)
{
	struct json_object category = {0};

	record->open = true;
	if (!open_field(jira, "status"))
		return;
	ticket_record_put(&record->state, text_of(&jira->part, "name"));
	if (json_object_read(&category, text_of(&jira->part, "statusCategory")) == 1)
		record->open = !slice_is(text_of(&category, "key"), "done");
	json_object_release(&category);
}

/* The mark has no character that JSON or wiki markup would escape, so it is found in either form as it came. */
static void take_mark(struct jira *jira, const char *wanted, struct ticket_record *record)
{
	struct strbuf mark = STRBUF_INIT(1000);

	ticket_find_mark(text_of(&jira->fields, "description"), *wanted ? wanted : record->correlation, &mark);
	ticket_record_put(&record->mark, (struct slice){ strbuf_text(&mark), mark.len });
	strbuf_release(&mark);
}

bool jira_issue(struct jira *jira, struct slice text, const char *wanted, struct ticket_records *records)
{
	struct strbuf url = STRBUF_INIT(2000);

	if (json_object_read(&jira->row, text) != 1 || jira->row.array)
		return false;
	struct slice id = text_of(&jira->row, "id"), key = text_of(&jira->row, "key");

	if (!id.len || !key.len)
		return false;
	struct ticket_record *record = ticket_records_add(records);

	ticket_record_put(&record->id, id);
	ticket_record_put(&record->number, key);
	talk_url(&url, jira->web.base, "/browse/");
	http_encode(&url, key);
	ticket_record_put(&record->url, (struct slice){ strbuf_text(&url), url.len });
	record->open = true;
	if (json_object_read(&jira->fields, text_of(&jira->row, "fields")) == 1) {
		ticket_record_put(&record->title, text_of(&jira->fields, "summary"));
		take_labels(jira, wanted, record);
		take_status(jira, record);
		take_mark(jira, wanted, record);
	}
	jira_saw(jira, record->id);
	strbuf_release(&url);
	return true;
}
