/* snow_write.c - POST, PATCH, PUT, DELETE of the Table API: what is not understood is left out in silence, as the real one does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/services/services.h"

static const char *const read_only[] = { "sys_id", "number", "sys_created_on", "sys_created_by", "sys_updated_on", "sys_updated_by", "sys_mod_count",
                                         "sys_class_name", "priority" };

static bool is_read_only(const char *field)
{
	for (size_t i = 0; i < sizeof read_only / sizeof *read_only; i++)
		if (strcmp(read_only[i], field) == 0)
			return true;
	return false;
}

/* A value of the body as the text it becomes; "" for what is none. */
static void value_text(const cJSON *item, struct text *out)
{
	const cJSON *value = cJSON_IsObject(item) ? cJSON_GetObjectItemCaseSensitive(item, "value") : item;

	if (cJSON_IsString(value))
		text_adds(out, value->valuestring);
	else if (cJSON_IsNumber(value))
		text_addf(out, "%.15g", value->valuedouble);
	else if (cJSON_IsBool(value))
		text_adds(out, cJSON_IsTrue(value) ? "true" : "false");
	text_room(out, 0);
}

static void add_journal(struct world *world, const struct record *record, const char *field, const char *value, const char *user)
{
	struct text key = { 0 };
	char id[ID_MAX];
	struct record *entry;

	if (!*value)
		return;
	text_addf(&key, "%lld", (long long)world->coming);
	id_of(id, "sys_journal_field", text_string(&key));
	entry = record_add(world, table_named("sys_journal_field"), id);
	record_set(entry, "name", record->table->name);
	record_set(entry, "element", field);
	record_set(entry, "element_id", record->id);
	record_set(entry, "value", value);
	record_set(entry, "sys_created_by", user);
	text_release(&key);
}

/* A reference takes an id or, where the call says so, a name; anything else leaves it empty (MEM). */
static const char *reference_id(struct world *world, const char *target, const char *value, bool by_name)
{
	struct record *record = record_by_id(world, target, value);

	if (!record && by_name)
		record = record_by_name(world, target, value);
	return record ? record->id : "";
}

static void write_field(struct world *world, const struct call *call, struct record *record, const cJSON *item, const char *user)
{
	const char *by_name = pairs_get(&call->arguments, "sysparm_input_display_value"), *field = item->string;
	const char *target = table_reference(record->table, field);
	struct text value = { 0 };

	if (!table_has(record->table, field) || is_read_only(field))
		return;
	if (world->writing && world->writing->kind == FAULT_DROP && fault_names_field(world->writing, field))
		return;
	value_text(item, &value);
	if (world->writing && world->writing->kind == FAULT_CLIP && fault_names_field(world->writing, field)) {
		int64_t most = world->writing->bytes < 0 ? 100 : world->writing->bytes;

		if ((int64_t)value.len > most)
			value.at[value.len = (size_t)most] = '\0';
	}
	if (strcmp(field, "work_notes") == 0 || strcmp(field, "comments") == 0)
		add_journal(world, record, field, value.at, user);
	else
		record_set(record, field, target && value.len ? reference_id(world, target, value.at, by_name && strcmp(by_name, "true") == 0) : value.at);
	text_release(&value);
}

/* What the instance computes itself: priority from impact and urgency, active from the state, its own assignment. */
static void compute(struct world *world, struct record *record, bool new)
{
	static const char *const priorities[3][3] = { { "1", "2", "3" }, { "2", "3", "4" }, { "3", "4", "5" } };
	const char *impact = record_get(record, "impact"), *urgency = record_get(record, "urgency"), *state = record_get(record, "state");
	bool task = strcmp(record->table->name, "incident_task") == 0;
	char id[ID_MAX];

	if (!table_is(record->table, "task"))
		return;
	if (impact[0] >= '1' && impact[0] <= '3' && urgency[0] >= '1' && urgency[0] <= '3')
		record_set(record, "priority", priorities[impact[0] - '1'][urgency[0] - '1']);
	record_set(record, "active", (task ? strchr("347", *state) : strchr("678", *state)) && *state && *state != '-' ? "false" : "true");
	if (new && *world->settings.assignment_rule) {
		id_of(id, "sys_user_group", world->settings.assignment_rule);
		record_set(record, "assignment_group", id);
	}
}

/* The data policy of a fresh instance: resolving needs a code and notes. */
static bool breaks_policy(const struct world *world, const struct record *record, const cJSON *body)
{
	const cJSON *state = cJSON_GetObjectItemCaseSensitive(body, "state"), *code = cJSON_GetObjectItemCaseSensitive(body, "close_code");
	const cJSON *notes = cJSON_GetObjectItemCaseSensitive(body, "close_notes");
	struct text text = { 0 };
	bool closing;

	if (!world->settings.close_rule || !table_is(record->table, "incident") || !state)
		return false;
	value_text(state, &text);
	closing = strcmp(text.at, "6") == 0 || strcmp(text.at, "7") == 0;
	text_release(&text);
	return closing && ((!code && !*record_get(record, "close_code")) || (!notes && !*record_get(record, "close_notes")));
}

static struct record *new_record(struct world *world, const struct table *table, const char *user)
{
	struct text key = { 0 };
	char id[ID_MAX], number[32];
	struct record *record;
	size_t place = (size_t)(table - tables) % (sizeof world->numbers / sizeof *world->numbers);

	text_addf(&key, "%s %lld %lld", table->name, (long long)world->coming, (long long)world->standin.started_ms);
	id_of(id, "new", text_string(&key));
	record = record_add(world, table, id);
	if (table->prefix) {
		snprintf(number, sizeof number, "%s%07lld", table->prefix, (long long)(10001 + world->numbers[place]++));
		record_set(record, "number", number);
		record_set(record, "state", "1");
		record_set(record, "impact", "3");
		record_set(record, "urgency", "3");
		record_set(record, "opened_at", record_get(record, "sys_created_on"));
	}
	record_set(record, "sys_created_by", user);
	text_release(&key);
	return record;
}

static void apply(struct world *world, const struct call *call, struct record *record, const cJSON *body, const char *user)
{
	const cJSON *item;
	struct text stamp = { 0 };

	cJSON_ArrayForEach(item, body)
		write_field(world, call, record, item, user);
	text_stamp(&stamp);
	record_set(record, "sys_updated_on", text_string(&stamp));
	record_set(record, "sys_updated_by", user);
	text_clear(&stamp);
	text_addf(&stamp, "%lld", strtoll(record_get(record, "sys_mod_count"), NULL, 10) + 1);
	record_set(record, "sys_mod_count", text_string(&stamp));
	text_release(&stamp);
}

static void answer(struct world *world, const struct call *call, const struct record *record, unsigned status, struct reply *reply)
{
	struct text where = { 0 };

	reply_json(reply, status);
	text_adds(&reply->body, "{\"result\":");
	snow_view(world, call, record, &reply->body);
	text_addc(&reply->body, '}');
	if (status == 201) {
		text_addf(&where, "%s/api/now/table/%s/%s", world->standin.base, record->table->name, record->id);
		pairs_add(&reply->headers, "Location", text_string(&where));
	}
	text_release(&where);
}

static void create(struct world *world, const struct call *call, const struct table *table, const cJSON *body, const char *user, struct reply *reply)
{
	struct record *record = new_record(world, table, user);

	apply(world, call, record, body, user);
	compute(world, record, true);
	answer(world, call, record, 201, reply);
}

static void change(struct world *world, const struct call *call, const char *table, const char *id, const cJSON *body, const char *user,
                   struct reply *reply)
{
	struct record *record = record_by_id(world, table, id);
	bool remove = strcmp(call->method, "DELETE") == 0;

	if (!record) {
		snow_error(reply, 404, "No Record found", "Record doesn't exist or ACL restricts the record retrieval");
	} else if (remove) {
		record_remove(world, record);
		reply->status = 204;
	} else if (breaks_policy(world, record, body)) {
		snow_error(reply, 403, "Operation Failed", "Data Policy Exception: The following fields are mandatory: Close notes, Close code");
	} else {
		apply(world, call, record, body, user);
		compute(world, record, false);
		answer(world, call, record, 200, reply);
	}
}

void snow_write(struct world *world, struct call *call, const struct table *table, const char *id, const char *user, struct reply *reply)
{
	bool post = strcmp(call->method, "POST") == 0, remove = strcmp(call->method, "DELETE") == 0;
	cJSON *tree = remove ? cJSON_CreateObject() : cJSON_ParseWithLength(text_string(&call->body), call->body.len);
	/* Several records in one POST: the first is used, the rest ignored in silence (facts 1.1). */
	const cJSON *body = cJSON_IsArray(tree) ? cJSON_GetArrayItem(tree, 0) : tree;

	if (!user_may_write(user))
		snow_error(reply, 403, "Operation Failed", post ? "ACL Exception Insert Failed due to security constraints"
		                                                : "ACL Exception Update Failed due to security constraints");
	else if (!remove && (!call->content_type || !strstr(call->content_type, "json")))
		snow_error(reply, 415, "Unsupported content-type: null", NULL);
	else if (!cJSON_IsObject(body))
		snow_error(reply, 400, "Exception while reading request", "Cannot decode: the payload is not valid JSON");
	else if (post && !id)
		create(world, call, table, body, user, reply);
	else if (!post && id)
		change(world, call, table->name, id, body, user, reply);
	else
		snow_error(reply, 405, "Method not supported", NULL);
	cJSON_Delete(tree);
}
