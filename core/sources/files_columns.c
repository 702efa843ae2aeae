#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/arena.h"
#include "core/base/utf8.h"
#include "core/model/column.h"
#include "core/sources/files_inner.h"

#define NAME_SHOWN 128   /* longest header name that is compared for "did you mean" */

enum { INV = 1 << TABLE_INVENTORY, ASS = 1 << TABLE_ASSESSMENT, GAT = 1 << TABLE_GATHERING, SOF = 1 << TABLE_SOFTWARE,
       FIN = 1 << TABLE_FINDINGS };

/* A column that is read: in which tables it means something, and which of them cannot do without. Source of the names: the table
 * reference of Defender XDR; those of findings are rouse's own columns. */
static const struct column_spec {
	const char *name;
	enum field field;
	unsigned tables, required;
} specs[] = {
	{ "Timestamp", F_TIME, INV | ASS | GAT | FIN, INV | ASS | GAT },
	{ "TimeGenerated", F_TIME_GENERATED, INV | ASS | GAT | FIN, 0 },
	{ "DeviceId", F_DEVICE_ID, INV | ASS | GAT | SOF | FIN, INV | ASS | GAT | SOF | FIN },
	{ "DeviceName", F_DEVICE_NAME, INV | FIN, INV },
	{ "MachineGroup", F_GROUP, INV | FIN, INV },
	{ "OSPlatform", F_PLATFORM, INV | FIN, INV },
	{ "OSVersion", F_OS_VERSION, INV | FIN, 0 },
	{ "LastSeen", F_LAST_SEEN, FIN, 0 },
	{ "OnboardingStatus", F_ONBOARDING, INV | FIN, 0 },
	{ "SensorHealthState", F_HEALTH, INV | FIN, 0 },
	{ "MergedToDeviceId", F_MERGED_TO, INV | FIN, 0 },
	{ "ReportId", F_REPORT, INV | FIN, 0 },
	{ "IsExcluded", F_EXCLUDED, INV | FIN, 0 },
	{ "ConfigurationId", F_CONFIGURATION, ASS, ASS },
	{ "IsApplicable", F_APPLICABLE, ASS | FIN, ASS },
	{ "IsCompliant", F_COMPLIANT, ASS | FIN, ASS },
	{ "Context", F_CONTEXT, ASS, ASS },
	{ "AdditionalFields", F_BAG, GAT, GAT },
	{ "AvMode", F_MODE, FIN, 0 },
	{ "AssessedMode", F_ASSESSED_MODE, FIN, 0 },
	{ "GatheredMode", F_GATHERED_MODE, FIN, 0 },
	{ "AvEngineVersion", F_ENGINE, FIN, 0 },
	{ "AvPlatformVersion", F_AV_PLATFORM, FIN, 0 },
	{ "AvSignatureVersion", F_SIGNATURE, FIN, 0 },
	{ "AvSignatureUpdateTime", F_SIGNATURE_TIME, FIN, 0 },
	{ "AssessedAt", F_ASSESSED_AT, FIN, 0 },
	{ "GatheredAt", F_GATHERED_AT, FIN, 0 },
	{ "OtherAv", F_OTHER_AV, FIN, 0 },
	{ "Flags", F_FLAGS, FIN, 0 },
	{ "Verdict", F_VERDICT, FIN, 0 },
	{ "SoftwareVendor", F_VENDOR, SOF, SOF },
	{ "SoftwareName", F_SOFTWARE, SOF, SOF },
	/* enrichment, and what the other table knows better */
	{ "AdditionalFields", FIELD_CLOSED, FIN, 0 },
	{ "AvFields", FIELD_CLOSED, FIN, 0 },
	{ "DeviceName", FIELD_IGNORED, GAT, 0 },
	{ "OSPlatform", FIELD_IGNORED, GAT, 0 },
	/* AdditionalFields.AvMode and its like, opened by an export */
	{ "AdditionalFields.AvMode", F_BAG_MODE, FIN, 0 },
	{ "AdditionalFields.AvEngineVersion", F_ENGINE, FIN, 0 },
	{ "AdditionalFields.AvPlatformVersion", F_AV_PLATFORM, FIN, 0 },
	{ "AdditionalFields.AvSignatureVersion", F_SIGNATURE, FIN, 0 },
	{ "AdditionalFields.AvSignatureUpdateTime", F_SIGNATURE_TIME, FIN, 0 },
};

#define SPEC_COUNT (sizeof specs / sizeof *specs)

static const struct column_spec *spec_named(enum estate_table table, struct slice name)
{
	for (size_t i = 0; i < SPEC_COUNT; i++)
		if (specs[i].tables >> table & 1 && slice_is_nocase(name, specs[i].name))
			return &specs[i];
	return NULL;
}

bool files_column_known(enum estate_table table, struct slice name)
{
	return spec_named(table, name) != NULL;
}

static struct slice trimmed(struct slice name)
{
	while (name.len && memchr(" \t", name.text[0], 2))
		name = (struct slice){ name.text + 1, name.len - 1 };
	while (name.len && memchr(" \t", name.text[name.len - 1], 2))
		name.len--;
	return name;
}

/* What a column without a row in the table above is: a derived one of ours, or enrichment. */
static enum field other_field(enum estate_table table, struct slice name, struct slice *key)
{
	static const char prefix[] = "AdditionalFields.";
	size_t n = sizeof prefix - 1;
	enum column_id id = column_named(name);

	*key = name;
	if (!name.len || table == TABLE_ASSESSMENT || table == TABLE_SOFTWARE)
		return FIELD_IGNORED;
	if (table == TABLE_FINDINGS && id != COL_NONE && columns[id].derived)
		return FIELD_IGNORED;
	if (name.len > n && !strncasecmp(name.text, prefix, n))
		*key = (struct slice){ name.text + n, name.len - n };
	return FIELD_BAG;
}

size_t files_columns_add(struct files_columns *columns_read, enum estate_table table, struct slice name)
{
	if (columns_read->count == FILES_COLUMNS_MAX)
		return SIZE_MAX;
	if (columns_read->count == columns_read->cap)
		columns_read->items = grow(columns_read->items, &columns_read->cap, columns_read->count + 1,
		                           sizeof *columns_read->items);
	struct files_column *column = &columns_read->items[columns_read->count];
	name = trimmed(name);
	column->name = xmemdup(name.text ? name.text : "", name.len);
	column->name_len = name.len;
	name.text = column->name;
	const struct column_spec *spec = spec_named(table, name);
	column->key = name;
	column->field = spec ? spec->field : other_field(table, name, &column->key);
	columns_read->verdict |= slice_is_nocase(name, "Verdict");
	columns_read->change |= slice_is_nocase(name, "Change");
	columns_read->ours = table == TABLE_FINDINGS && columns_read->verdict && columns_read->change;
	return columns_read->count++;
}

size_t files_columns_find(const struct files_columns *columns_read, struct slice name)
{
	name = trimmed(name);
	for (size_t i = 0; i < columns_read->count; i++)
		if (columns_read->items[i].name_len == name.len &&
		    slice_is_nocase(name, columns_read->items[i].name))
			return i;
	return SIZE_MAX;
}

bool files_columns_has(const struct files_columns *columns_read, enum field field)
{
	for (size_t i = 0; i < columns_read->count; i++)
		if (columns_read->items[i].field == field)
			return true;
	return false;
}

static bool has_mode(const struct files_columns *columns_read)
{
	static const enum field any[] = { F_MODE, F_GATHERED_MODE, F_BAG_MODE, F_ASSESSED_MODE, F_COMPLIANT, FIELD_CLOSED };

	for (size_t i = 0; i < sizeof any / sizeof *any; i++)
		if (files_columns_has(columns_read, any[i]))
			return true;
	return false;
}

/* A name of the file that a missing column may have been meant by; columns that are known as something else are not. */
static const char *near_name(const struct files_columns *columns_read, enum estate_table table, const char *wanted)
{
	const char **names = xcalloc(columns_read->count + 1, sizeof *names);
	size_t count = 0;
	for (size_t i = 0; i < columns_read->count; i++) {
		const struct files_column *column = &columns_read->items[i];
		if (column->name_len && column->name_len <= NAME_SHOWN && !spec_named(table, slice_of(column->name)))
			names[count++] = column->name;
	}
	const char *near = nearest_name(wanted, names, count);
	free(names);
	return near;
}

static int missing_error(const struct files_columns *columns_read, enum estate_table table, const char *wanted,
                         const char *name, struct error *err)
{
	const char *near = near_name(columns_read, table, wanted);
	if (!near)
		return error_set(err, STATUS_DATA, "%s: the column %s is missing; export %s with it.", name, wanted,
		                 estate_table_names[table]);
	struct strbuf shown = STRBUF_INIT(4 * NAME_SHOWN);
	utf8_visible(&shown, near, strlen(near));
	error_set(err, STATUS_DATA, "%s: the column %s is missing; is %s meant? Rename it, or export %s again.", name, wanted,
	          strbuf_text(&shown), estate_table_names[table]);
	strbuf_release(&shown);
	return -1;
}

int files_columns_check(const struct files_columns *columns_read, enum estate_table table, const char *name, struct error *err)
{
	for (size_t i = 0; i < SPEC_COUNT; i++) {
		if (!(specs[i].required >> table & 1) || files_columns_has(columns_read, specs[i].field))
			continue;
		if (specs[i].field == F_TIME && files_columns_has(columns_read, F_TIME_GENERATED))
			continue;
		return missing_error(columns_read, table, specs[i].name, name, err);
	}
	if (table == TABLE_FINDINGS && !has_mode(columns_read))
		return error_set(err, STATUS_DATA, "%s: there is no column that says anything of the antivirus; findings need one of "
		                 "AvMode, GatheredMode, AssessedMode, IsCompliant, AvFields, AdditionalFields.", name);
	return 0;
}

void files_columns_release(struct files_columns *columns_read)
{
	for (size_t i = 0; i < columns_read->count; i++)
		free(columns_read->items[i].name);
	free(columns_read->items);
	*columns_read = (struct files_columns){0};
}
