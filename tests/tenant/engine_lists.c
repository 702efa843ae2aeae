/* engine_lists.c - answers that are short whatever the estate: the census, the knowledge bases, print. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/tenant/engine.h"

const struct column census_columns[] = {
	{ "MachineGroup", TYPE_STRING }, { "Partial", TYPE_STRING }, { "Server", TYPE_STRING }, { "Merged", TYPE_STRING }, { "Devices", TYPE_LONG },
};
const size_t census_column_count = sizeof census_columns / sizeof *census_columns;
const struct column gathering_kb_columns[] = {
	{ "IgId", TYPE_STRING }, { "FieldName", TYPE_STRING }, { "Description", TYPE_STRING }, { "Categories", TYPE_DYNAMIC },
	{ "DataStructure", TYPE_STRING },
};
const struct column assessment_kb_columns[] = {
	{ "ConfigurationId", TYPE_STRING }, { "ConfigurationName", TYPE_STRING }, { "ConfigurationCategory", TYPE_STRING },
	{ "RiskDescription", TYPE_STRING },
};

/* Facts 2.2: the keys of the bag; facts 2.1: the names of the configurations. */
static const char *const fields[] = {
	"AvMode", "AvEngineVersion", "AvPlatformVersion", "AvSignatureVersion", "AvSignatureUpdateTime", "AvModeDataRefreshTime",
	"AvIsSignatureUptoDate", "AvIsEngineUptodate", "AvIsPlatformUptodate", "AvScanResults", "AsrConfigurationStates", "CloudProtectionState",
};
static const struct { const char *id, *name; } configurations[] = {
	{ "scid-2003", "Turn on tamper protection" }, { "scid-2010", "Turn on Microsoft Defender Antivirus" },
	{ "scid-2011", "Update Microsoft Defender Antivirus definitions" }, { "scid-2012", "Turn on real-time protection" },
};

static struct census_line *line_of(struct answer *answer, const struct info_row *row)
{
	struct census_line *line;
	const char *group = row->group;
	bool partial = !*row->platform, server = engine_is_platform(answer->query, row->platform), merged = row->merged;

	for (size_t i = 0; i < answer->census_count; i++) {
		line = &answer->census[i];
		if (line->partial == partial && line->server == server && line->merged == merged && (line->group == group || strcmp(line->group, group) == 0))
			return line;
	}
	if (answer->census_count == CENSUS_MAX)
		return NULL;
	line = &answer->census[answer->census_count++];
	*line = (struct census_line){ group, partial, server, merged, 0 };
	return line;
}

/* One pass over the devices; what is kept is a line for each group. */
static void tally(struct answer *answer)
{
	answer->census = must_alloc(CENSUS_MAX * sizeof *answer->census);
	while (answer_next_host(answer)) {
		const struct info_row *row = engine_inventory(answer->query, &answer->host, false);
		struct census_line *line;

		if (row && (line = line_of(answer, row)) != NULL)
			line->devices++;
	}
	answer->tallied = true;
	answer->row = 0;
}

static bool census_row(struct answer *answer, struct cell *c)
{
	static const char *const words[][2] = { { "false", "true" }, { "0", "1" }, { "False", "True" } };
	const char *const *word = words[answer->options->bools];

	if (!answer->tallied)
		tally(answer);
	if (answer->row >= answer->census_count)
		return false;
	const struct census_line *line = &answer->census[answer->row++];
	c[0] = cell_text(line->group), c[1] = cell_text(word[line->partial]), c[2] = cell_text(word[line->server]), c[3] = cell_text(word[line->merged]);
	c[4] = cell_number(line->devices);
	return true;
}

static bool gathering_kb_row(struct answer *answer, struct cell *c)
{
	const char *prefix = answer->query->prefix;

	while (answer->row < sizeof fields / sizeof *fields) {
		const char *field = fields[answer->row++];

		if (strncasecmp(field, prefix, strlen(prefix)) != 0)
			continue;
		c[0] = cell_text("igid-1"), c[1] = cell_text(field), c[2] = cell_text("What the antivirus said of itself"), c[3] = cell_text("[\"av\"]");
		c[4] = cell_text("string");
		return true;
	}
	return false;
}

static bool assessment_kb_row(struct answer *answer, struct cell *c)
{
	while (answer->row < sizeof configurations / sizeof *configurations) {
		size_t at = answer->row++;

		if (*answer->query->prefix && strcmp(answer->query->prefix, configurations[at].id) != 0)
			continue;
		c[0] = cell_text(configurations[at].id), c[1] = cell_text(configurations[at].name), c[2] = cell_text("Security controls"), c[3] = cell_text("");
		return true;
	}
	return false;
}

bool engine_list_row(struct answer *answer, struct cell *c)
{
	switch (answer->query->kind) {
	case QUERY_CENSUS:
		return census_row(answer, c);
	case QUERY_GATHERING_KB:
		return gathering_kb_row(answer, c);
	case QUERY_ASSESSMENT_KB:
		return assessment_kb_row(answer, c);
	default:
		c[0] = cell_number(1);
		return true;
	}
}
