/* schema.c - the tables that are there, their fields, and what refers to what. A table without a row here does not exist. */
#include <stdio.h>
#include <string.h>

#include "tests/services/services.h"

#define SYSTEM " sys_id sys_created_on sys_created_by sys_updated_on sys_updated_by sys_mod_count sys_class_name sys_domain "

const struct table tables[] = {
	{ "task", NULL, "Task", SYSTEM "number state active short_description description correlation_id correlation_display assignment_group assigned_to "
	  "cmdb_ci impact urgency priority work_notes comments comments_and_work_notes opened_at opened_by closed_at closed_by close_notes contact_type parent "
	  "company location due_date made_sla escalation approval watch_list work_notes_list ", "TASK" },
	{ "incident", "task", "Incident", " caller_id category subcategory incident_state parent_incident close_code resolved_at resolved_by hold_reason "
	  "problem_id severity notify reopen_count business_service ", "INC" },
	{ "incident_task", "task", "Incident Task", " incident close_code order planned_start_date planned_end_date ", "TASK" },
	{ "problem", "task", "Problem", " problem_state known_error ", "PRB" },
	{ "change_request", "task", "Change Request", " type risk ", "CHG" },
	{ "sn_si_incident", "task", "Security Incident", " category subcategory risk_score affected_user close_code ", "SIR" },
	{ "cmdb", NULL, "Base Configuration Item", SYSTEM, NULL },
	{ "cmdb_ci", "cmdb", "Configuration Item", " name fqdn dns_domain ip_address asset_tag serial_number operational_status install_status support_group "
	  "assignment_group managed_by_group owned_by managed_by assigned_to supported_by environment location company discovery_source ", NULL },
	{ "cmdb_ci_hardware", "cmdb_ci", "Hardware", " hardware_status ", NULL },
	{ "cmdb_ci_computer", "cmdb_ci_hardware", "Computer", " os os_version host_name ", NULL },
	{ "cmdb_ci_server", "cmdb_ci_computer", "Server", " classification used_for ", NULL },
	{ "cmdb_ci_win_server", "cmdb_ci_server", "Windows Server", " ", NULL },
	{ "cmdb_ci_linux_server", "cmdb_ci_server", "Linux Server", " ", NULL },
	{ "sys_user_group", NULL, "Group", SYSTEM " name description email manager active parent type ", NULL },
	{ "sys_user", NULL, "User", SYSTEM " name user_name email active title ", NULL },
	{ "task_ci", NULL, "Affected CI", SYSTEM " task ci_item applied ", NULL },
	{ "sys_attachment", NULL, "Attachment", SYSTEM " file_name content_type size_bytes table_name table_sys_id download_link ", NULL },
	{ "sys_journal_field", NULL, "Journal Entry", SYSTEM " element element_id name value ", NULL },
	{ "sys_dictionary", NULL, "Dictionary Entry", SYSTEM " name element column_label internal_type max_length active ", NULL },
	{ "sys_db_object", NULL, "Table", SYSTEM " name label super_class ", NULL },
	{ "sys_properties", NULL, "System Property", SYSTEM " name value ", NULL },
	{ "sys_choice", NULL, "Choice", SYSTEM " name element value label inactive ", NULL },
};
const size_t table_count = sizeof tables / sizeof *tables;

const struct table *table_named(const char *name)
{
	for (size_t i = 0; i < table_count; i++)
		if (name && strcmp(tables[i].name, name) == 0)
			return &tables[i];
	return NULL;
}

bool table_is(const struct table *table, const char *ancestor)
{
	while (table && strcmp(table->name, ancestor) != 0)
		table = table_named(table->parent);
	return table != NULL;
}

bool table_has(const struct table *table, const char *field)
{
	char word[96];

	if (snprintf(word, sizeof word, " %s ", field) >= (int)sizeof word || strchr(field, ' '))
		return false;
	while (table && !strstr(table->fields, word))
		table = table_named(table->parent);
	return table != NULL;
}

/* What a field points to, in whatever table it stands. */
static const struct { const char *field, *target; } references[] = {
	{ "assignment_group", "sys_user_group" }, { "support_group", "sys_user_group" }, { "managed_by_group", "sys_user_group" },
	{ "assigned_to", "sys_user" }, { "owned_by", "sys_user" }, { "managed_by", "sys_user" }, { "supported_by", "sys_user" }, { "caller_id", "sys_user" },
	{ "opened_by", "sys_user" }, { "closed_by", "sys_user" }, { "resolved_by", "sys_user" }, { "manager", "sys_user" },
	{ "cmdb_ci", "cmdb_ci" }, { "ci_item", "cmdb_ci" }, { "task", "task" }, { "incident", "incident" }, { "parent_incident", "incident" },
	{ "super_class", "sys_db_object" },
};

const char *table_reference(const struct table *table, const char *field)
{
	if (!table_has(table, field))
		return NULL;
	if (strcmp(field, "parent") == 0)
		return table_is(table, "task") ? "task" : table_is(table, "sys_user_group") ? "sys_user_group" : NULL;
	for (size_t i = 0; i < sizeof references / sizeof *references; i++)
		if (strcmp(references[i].field, field) == 0)
			return references[i].target;
	return NULL;
}

const char *record_display(const struct record *record)
{
	if (table_is(record->table, "task"))
		return record_get(record, "number");
	if (table_is(record->table, "sys_attachment"))
		return record_get(record, "file_name");
	return *record_get(record, "name") ? record_get(record, "name") : record->id;
}

/* Facts 1.1 and 1.3. */
static const struct { const char *table, *field, *value, *display; } choices[] = {
	{ "incident_task", "state", "1", "Open" }, { "incident_task", "state", "2", "Work in Progress" }, { "incident_task", "state", "3", "Closed Complete" },
	{ "incident_task", "state", "4", "Closed Incomplete" }, { "incident_task", "state", "7", "Closed Skipped" },
	{ "incident_task", "state", "-5", "Pending" },
	{ "task", "state", "1", "New" }, { "task", "state", "2", "In Progress" }, { "task", "state", "3", "On Hold" }, { "task", "state", "6", "Resolved" },
	{ "task", "state", "7", "Closed" }, { "task", "state", "8", "Canceled" },
	{ "task", "impact", "1", "1 - High" }, { "task", "impact", "2", "2 - Medium" }, { "task", "impact", "3", "3 - Low" },
	{ "task", "urgency", "1", "1 - High" }, { "task", "urgency", "2", "2 - Medium" }, { "task", "urgency", "3", "3 - Low" },
	{ "task", "priority", "1", "1 - Critical" }, { "task", "priority", "2", "2 - High" }, { "task", "priority", "3", "3 - Moderate" },
	{ "task", "priority", "4", "4 - Low" }, { "task", "priority", "5", "5 - Planning" },
	{ "cmdb_ci", "operational_status", "1", "Operational" }, { "cmdb_ci", "operational_status", "2", "Non-Operational" },
	{ "cmdb_ci", "operational_status", "3", "Repair in Progress" }, { "cmdb_ci", "operational_status", "4", "DR Standby" },
	{ "cmdb_ci", "operational_status", "5", "Ready" }, { "cmdb_ci", "operational_status", "6", "Retired" },
};

const char *choice_display(const struct table *table, const char *field, const char *value)
{
	for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
		if (strcmp(choices[i].field, field) == 0 && strcmp(choices[i].value, value) == 0 && table_is(table, choices[i].table))
			return choices[i].display;
	return NULL;
}
