/* estate_table.c - the raw tables of facts 2: columns by name and type, and rows of a host as cells. */
#include <string.h>

#include "tests/tenant/estate.h"

#define COLUMNS(list) list, sizeof list / sizeof *list

const char *const table_names[TABLE_COUNT] = {
	"DeviceInfo", "DeviceTvmSecureConfigurationAssessment", "DeviceTvmInfoGathering", "DeviceTvmSoftwareInventory",
};

static const struct column info_columns[] = {
	{ "Timestamp", TYPE_TIME }, { "DeviceId", TYPE_STRING }, { "DeviceName", TYPE_STRING }, { "OSArchitecture", TYPE_STRING },
	{ "OSPlatform", TYPE_STRING }, { "OSVersion", TYPE_STRING }, { "MachineGroup", TYPE_STRING }, { "ReportId", TYPE_LONG },
	{ "OnboardingStatus", TYPE_STRING }, { "AdditionalFields", TYPE_STRING }, { "DeviceType", TYPE_STRING },
	{ "MergedToDeviceId", TYPE_STRING }, { "IsInternetFacing", TYPE_BOOL }, { "SensorHealthState", TYPE_STRING }, { "IsExcluded", TYPE_BOOL },
	{ "ExposureLevel", TYPE_STRING },
};
static const struct column assessment_columns[] = {
	{ "DeviceId", TYPE_STRING }, { "DeviceName", TYPE_STRING }, { "OSPlatform", TYPE_STRING }, { "Timestamp", TYPE_TIME },
	{ "ConfigurationId", TYPE_STRING }, { "ConfigurationCategory", TYPE_STRING }, { "ConfigurationSubcategory", TYPE_STRING },
	{ "ConfigurationImpact", TYPE_REAL }, { "IsCompliant", TYPE_BOOL }, { "IsApplicable", TYPE_BOOL }, { "Context", TYPE_DYNAMIC },
	{ "IsExpectedUserImpact", TYPE_BOOL },
};
static const struct column gathering_columns[] = {
	{ "Timestamp", TYPE_TIME }, { "LastSeenTime", TYPE_TIME }, { "DeviceId", TYPE_STRING }, { "DeviceName", TYPE_STRING },
	{ "OSPlatform", TYPE_STRING }, { "AdditionalFields", TYPE_DYNAMIC },
};
static const struct column software_columns[] = {
	{ "DeviceId", TYPE_STRING }, { "DeviceName", TYPE_STRING }, { "OSPlatform", TYPE_STRING }, { "SoftwareVendor", TYPE_STRING },
	{ "SoftwareName", TYPE_STRING }, { "SoftwareVersion", TYPE_STRING }, { "EndOfSupportStatus", TYPE_STRING },
};

const struct column *table_columns(enum table_id table, size_t *count)
{
	static const struct { const struct column *columns; size_t count; } all[TABLE_COUNT] = {
		{ COLUMNS(info_columns) }, { COLUMNS(assessment_columns) }, { COLUMNS(gathering_columns) }, { COLUMNS(software_columns) },
	};

	*count = all[table].count;
	return all[table].columns;
}

struct cell cell_bytes(const char *text, size_t n)
{
	return (struct cell){ .text = text, .len = n };
}

struct cell cell_text(const char *text)
{
	return cell_bytes(text, strlen(text));
}

struct cell cell_number(int64_t number)
{
	return (struct cell){ .number = number };
}

struct cell cell_null(void)
{
	return (struct cell){ .null = true, .text = "" };
}

struct cell cell_tri(enum tri tri)
{
	return tri == TRI_NONE ? cell_null() : cell_number(tri == TRI_TRUE);
}

/* ---- JSON of dynamic columns ---- */

void versions_time(struct text *out, const struct versions *versions)
{
	text_time(out, versions->signature_time, 7);
}

static void add_mode(struct text *out, const char *mode, bool number)
{
	if (number)
		text_adds(out, mode);
	else
		text_json(out, mode, strlen(mode));
}

static void add_pair(struct text *out, const char *key, const char *value, bool bare)
{
	text_adds(out, key);
	if (bare)
		text_adds(out, "null");
	else
		text_json(out, value, strlen(value));
}

static void add_time_pair(struct text *out, const char *key, int64_t ticks)
{
	text_adds(out, key);
	text_addc(out, '"');
	text_time(out, ticks, 7);
	text_addc(out, '"');
}

/* About fifteen keys, as facts 2.2 lists them; flags as text and as JSON, both were met. */
void bag_json(struct text *out, const struct host *host, const struct gathering_row *row)
{
	static const char *const rings[] = { "5", "Broad", "Staged", "Preview" };
	const struct versions *v = &row->versions;
	uint64_t draw = chance(host->chance, 5000);
	bool stale = row->time - v->signature_time > 8 * 24 * 3600 * TICKS;

	if (row->shape == BAG_LIST) {
		text_adds(out, "[\"AvMode\",\"0\"]");
		return;
	}
	text_addc(out, '{');
	if (!row->mode || row->mode[0] != '~') {
		text_adds(out, row->shape == BAG_CASE ? "\"avMode\":" : "\"AvMode\":");
		if (row->mode)
			add_mode(out, row->mode, row->number);
		else
			text_adds(out, "null");
		text_addc(out, ',');
	}
	add_pair(out, "\"AvEngineVersion\":", v->engine, row->bare);
	add_pair(out, ",\"AvPlatformVersion\":", v->platform, row->bare);
	add_pair(out, ",\"AvSignatureVersion\":", v->signature, row->bare);
	if (row->bare)
		text_adds(out, ",\"AvSignatureUpdateTime\":null");
	else
		add_time_pair(out, ",\"AvSignatureUpdateTime\":", v->signature_time);
	add_time_pair(out, ",\"AvModeDataRefreshTime\":", row->time);
	add_time_pair(out, ",\"AvSignatureDataRefreshTime\":", row->time);
	add_time_pair(out, ",\"AvEngineUpdateTime\":", v->signature_time - TICKS);
	add_pair(out, ",\"AvSignatureRing\":", rings[draw % 4], false);
	add_pair(out, ",\"AvPlatformRing\":", rings[draw / 4 % 4], false);
	text_adds(out, draw & 64 ? ",\"AvIsSignatureUptoDate\":" : ",\"AvIsSignatureUptoDate\":\"");
	text_adds(out, stale ? "false" : "true");
	text_adds(out, draw & 64 ? ",\"AvIsEngineUptodate\":true" : "\",\"AvIsEngineUptodate\":\"true\"");
	text_adds(out, ",\"CloudProtectionState\":\"true\",\"AsrConfigurationStates\":{\"56a863a9-875e-4185-98a7-b882c64b5ce5\":\"Block\"}");
	add_time_pair(out, ",\"AvScanResults\":{\"Quick\":{\"ScanStatus\":\"Completed\",\"ErrorCode\":\"0x0\",\"Timestamp\":", row->seen);
	text_adds(out, "}},\"WdavorHeartbeatEventType\":\"");
	text_adds(out, draw & 256 ? "Heartbeat \\\"full\\\"\"}" : "Heartbeat\"}");
}

static void context_mode(struct text *out, const struct assessment_row *row)
{
	static const char *const around[][2] = { { "[[", "]]" }, { "[[", "]]" }, { "[", "]" }, { "[{\"Mode\":", "}]" }, { "{\"Mode\":", "}" } };

	if (!row->mode) {
		text_adds(out, "[]");
		return;
	}
	text_adds(out, around[row->shape][0]);
	add_mode(out, row->mode, row->shape == CONTEXT_NUMBER);
	text_adds(out, around[row->shape][1]);
}

/* Facts 2.1: signature, engine, time of the signature, platform. */
static void context_versions(struct text *out, const struct versions *versions)
{
	text_adds(out, "[[");
	text_json(out, versions->signature, strlen(versions->signature));
	text_addc(out, ',');
	text_json(out, versions->engine, strlen(versions->engine));
	text_adds(out, ",\"");
	versions_time(out, versions);
	text_adds(out, "\",");
	text_json(out, versions->platform, strlen(versions->platform));
	text_adds(out, "]]");
}

/* ---- rows ---- */

static const char *platform_of(const struct host *host)
{
	return host->info_count ? host->info[0].platform : "";
}

static void info_cells(const struct host *host, const struct info_row *row, struct cell *c, struct text *scratch)
{
	struct cell merged = cell_text("");

	if (row->merged) {   /* into its neighbour, or so it seems */
		text_add(scratch, host->id, ID_DIGITS);
		scratch->at[0] = scratch->at[0] == 'f' ? '0' : 'f';
		merged = cell_bytes(scratch->at, ID_DIGITS);
	}
	c[0] = cell_number(row->time), c[1] = cell_bytes(host->id, ID_DIGITS), c[2] = cell_text(row->name), c[3] = cell_text("64-bit");
	c[4] = cell_text(row->platform), c[5] = cell_text(row->version), c[6] = cell_text(row->group), c[7] = cell_number(row->report);
	c[8] = cell_text(row->onboarding), c[9] = cell_text(""), c[10] = cell_text(strncmp(row->platform, "WindowsServer", 13) == 0 ? "Server" : ""), c[11] = merged;
	c[12] = cell_null(), c[13] = cell_text(row->health), c[14] = cell_tri(row->excluded), c[15] = cell_text("Low");
}

/* scid-2010, then scid-2011, then two that decide nothing: rows 0 to 6. */
static bool assessment_cells(const struct host *host, size_t row, struct cell *c, struct text *scratch)
{
	const char *id = "scid-2010";
	int64_t time;
	enum tri applicable = TRI_TRUE, compliant = TRI_TRUE;

	if (row < host->assessment_count) {
		context_mode(scratch, &host->assessment[row]);
		time = host->assessment[row].time, applicable = host->assessment[row].applicable, compliant = host->assessment[row].compliant;
	} else if (row - host->assessment_count < host->version_count) {
		const struct version_row *version = &host->version[row - host->assessment_count];

		context_versions(scratch, &version->versions);
		id = "scid-2011", time = version->time;
	} else if (host->assessment_count && row - host->assessment_count - host->version_count < 2) {
		bool first = row == host->assessment_count + host->version_count;

		text_adds(scratch, "[]");
		id = first ? "scid-2003" : "scid-2012", time = host->assessment[0].time + (first ? 1 : 2);
		compliant = host->chance & 1 ? TRI_FALSE : TRI_TRUE;
	} else {
		return false;
	}
	c[0] = cell_bytes(host->id, ID_DIGITS), c[1] = cell_text(host->names[0]), c[2] = cell_text(platform_of(host)), c[3] = cell_number(time);
	c[4] = cell_text(id), c[5] = cell_text("Security controls"), c[6] = cell_text("Antivirus"), c[7] = cell_text("9");
	c[8] = cell_tri(compliant), c[9] = cell_tri(applicable), c[10] = cell_bytes(scratch->at, scratch->len), c[11] = cell_number(0);
	return true;
}

static void gathering_cells(const struct host *host, const struct gathering_row *row, struct cell *c, struct text *scratch)
{
	bag_json(scratch, host, row);
	c[0] = cell_number(row->time), c[1] = cell_number(row->seen), c[2] = cell_bytes(host->id, ID_DIGITS), c[3] = cell_text(host->names[0]);
	c[4] = cell_text(platform_of(host)), c[5] = cell_bytes(scratch->at, scratch->len);
}

bool table_row(const struct host *host, enum table_id table, size_t row, struct cell *cells, struct text *scratch)
{
	text_clear(scratch);
	switch (table) {
	case TABLE_INFO:
		if (row >= host->info_count)
			return false;
		info_cells(host, &host->info[row], cells, scratch);
		return true;
	case TABLE_ASSESSMENT:
		return assessment_cells(host, row, cells, scratch);
	case TABLE_GATHERING:
		if (row >= host->gathering_count)
			return false;
		gathering_cells(host, &host->gathering[row], cells, scratch);
		return true;
	case TABLE_SOFTWARE:
		if (row >= host->software_count)
			return false;
		cells[0] = cell_bytes(host->id, ID_DIGITS), cells[1] = cell_text(host->names[0]), cells[2] = cell_text(platform_of(host));
		cells[3] = cell_text(host->software[row].vendor), cells[4] = cell_text(host->software[row].name), cells[5] = cell_text("1.0");
		cells[6] = cell_text("");
		return true;
	case TABLE_COUNT:
		break;
	}
	return false;
}
