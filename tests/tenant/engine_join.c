/* engine_join.c - the product's findings query, as its text has it: newest row of each witness, left joins from DeviceInfo, columns of the
 * last project; and its software query. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "tests/tenant/engine.h"

const struct column finding_columns[] = {
	{ "DeviceId", TYPE_STRING }, { "DeviceName", TYPE_STRING }, { "MachineGroup", TYPE_STRING }, { "OSPlatform", TYPE_STRING },
	{ "OSVersion", TYPE_STRING }, { "LastSeen", TYPE_TIME }, { "OnboardingStatus", TYPE_STRING }, { "SensorHealthState", TYPE_STRING },
	{ "IsExcluded", TYPE_STRING }, { "ReportId", TYPE_LONG }, { "AssessedAt", TYPE_TIME }, { "IsApplicable", TYPE_STRING },
	{ "IsCompliant", TYPE_STRING }, { "AssessedMode", TYPE_STRING }, { "GatheredAt", TYPE_TIME }, { "GatheredMode", TYPE_STRING },
	{ "AvEngineVersion", TYPE_STRING }, { "AvPlatformVersion", TYPE_STRING }, { "AvSignatureVersion", TYPE_STRING },
	{ "AvSignatureUpdateTime", TYPE_STRING }, { "AdditionalFields", TYPE_STRING },
	{ "Verdict", TYPE_STRING },
};
const size_t finding_column_count = sizeof finding_columns / sizeof *finding_columns;
const struct column software_answer_columns[] = { { "DeviceId", TYPE_STRING }, { "SoftwareVendor", TYPE_STRING }, { "SoftwareName", TYPE_STRING } };

/* tostring() of a boolean: in which form is not documented, so it follows --bools. */
static struct cell tri_text(const struct options *options, enum tri tri)
{
	static const char *const words[][2] = { { "false", "true" }, { "0", "1" }, { "False", "True" } };

	return cell_text(tri == TRI_NONE ? "" : words[options->bools][tri]);
}

static struct cell unmatched(bool time)
{
	struct cell cell = time ? cell_null() : cell_text("");

	cell.unmatched = true;
	return cell;
}

static const struct assessment_row *newest_assessment(const struct host *host)
{
	const struct assessment_row *newest = NULL;

	for (size_t i = 0; i < host->assessment_count; i++)
		if (!newest || host->assessment[i].time > newest->time)
			newest = &host->assessment[i];
	return newest;
}

static const struct gathering_row *newest_gathering(const struct host *host)
{
	const struct gathering_row *newest = NULL;

	for (size_t i = 0; i < host->gathering_count; i++)
		if (!newest || host->gathering[i].time > newest->time)
			newest = &host->gathering[i];
	return newest;
}

static const struct version_row *newest_versions(const struct host *host)
{
	const struct version_row *newest = NULL;

	for (size_t i = 0; i < host->version_count; i++)
		if (!newest || host->version[i].time > newest->time)
			newest = &host->version[i];
	return newest;
}

/* A Context that says something and cannot be read. */
static bool is_odd(const struct assessment_row *row)
{
	return row->mode && (row->shape == CONTEXT_ODD_ITEM || row->shape == CONTEXT_ODD);
}

static void assessment_cells(const struct answer *answer, const struct assessment_row *row, struct cell *c)
{
	if (!row) {
		c[0] = unmatched(true), c[1] = c[2] = c[3] = unmatched(false);
		return;
	}
	c[0] = cell_number(row->time);
	c[1] = tri_text(answer->options, row->applicable);
	c[2] = tri_text(answer->options, row->compliant);
	c[3] = cell_text(row->mode && !is_odd(row) ? row->mode : "");
}

/* A bag that is none, or whose key has another letter case: a path does not find the mode in it. */
static bool is_strange(const struct gathering_row *row)
{
	return row->shape == BAG_LIST || (row->shape == BAG_CASE && !(row->mode && *row->mode == '~'));
}

/* Versions as the bag has them, else as scid-2011; the time is written into the scratch, then the bag behind it. */
static void version_cells(struct answer *answer, const struct gathering_row *gathered, const struct version_row *assessed, struct cell *c)
{
	struct text *scratch = &answer->scratch;
	const struct versions *versions = gathered && !gathered->bare && gathered->shape != BAG_LIST ? &gathered->versions : assessed ? &assessed->versions : NULL;
	size_t bag;

	text_clear(scratch);
	if (versions) {
		c[0] = cell_text(versions->engine), c[1] = cell_text(versions->platform), c[2] = cell_text(versions->signature);
		versions_time(scratch, versions);
	} else {
		c[0] = c[1] = c[2] = unmatched(false);
	}
	bag = scratch->len;
	if (gathered && (answer->query->enrichment || (answer->query->strange && is_strange(gathered))))
		bag_json(scratch, &answer->host, gathered);
	/* Cells point into the scratch only now: it moves while it grows. */
	c[3] = versions ? cell_bytes(scratch->at, bag) : unmatched(false);
	c[4] = gathered ? cell_bytes(text_string(scratch) + bag, scratch->len - bag) : unmatched(false);
}

bool engine_join_row(struct answer *answer, struct cell *c)
{
	const struct info_row *info = NULL;
	const struct host *host = &answer->host;
	const struct gathering_row *gathered = NULL;
	const struct assessment_row *assessed;
	bool witnesses = answer->query->witnesses;

	while (!info && answer_next_host(answer))
		info = engine_inventory(answer->query, host, true);
	if (!info)
		return false;
	if (witnesses)
		gathered = newest_gathering(host);
	c[0] = cell_bytes(host->id, ID_DIGITS), c[1] = cell_text(info->name), c[2] = cell_text(info->group), c[3] = cell_text(info->platform);
	c[4] = cell_text(info->version), c[5] = cell_number(info->time), c[6] = cell_text(info->onboarding), c[7] = cell_text(info->health);
	c[8] = tri_text(answer->options, info->excluded), c[9] = cell_number(info->report);
	assessed = witnesses ? newest_assessment(host) : NULL;
	assessment_cells(answer, assessed, c + 10);
	c[14] = gathered ? cell_number(gathered->time) : unmatched(true);
	c[15] = !gathered ? unmatched(false) : cell_text(gathered->mode && *gathered->mode != '~' && !is_strange(gathered) ? gathered->mode : "");
	version_cells(answer, gathered, witnesses ? newest_versions(host) : NULL, c + 16);
	c[21] = !assessed ? unmatched(false) : cell_text(is_odd(assessed) ? "unknown" : "");
	return true;
}

/* ---- software ---- */

/* `has` of KQL: the needle as whole terms, letter case aside; a term is a run of ASCII letters and digits. */
static bool has_term(const char *text, const char *needle)
{
	size_t n = strlen(needle);

	for (const char *at = text; *at; at++) {
		bool starts = at == text || !isalnum((unsigned char)at[-1]) || !isalnum((unsigned char)*needle);

		if (n && starts && strncasecmp(at, needle, n) == 0 && (!isalnum((unsigned char)at[n]) || !isalnum((unsigned char)needle[n - 1])))
			return true;
	}
	return false;
}

static bool is_listed(const struct query *query, const char *vendor)
{
	for (size_t i = 0; i < query->vendors.count; i++)
		if (has_term(vendor, query->vendors.items[i]))
			return true;
	return false;
}

/* What the row comes to: itself when its vendor is listed, else `any`. */
static struct software_row folded(const struct query *query, const struct software_row *row)
{
	return is_listed(query, row->vendor) ? *row : (struct software_row){ "any", "any" };
}

/* summarize by: each folded row once. */
static bool is_first(const struct query *query, const struct host *host, size_t at)
{
	struct software_row row = folded(query, &host->software[at]);

	for (size_t i = 0; i < at; i++) {
		struct software_row other = folded(query, &host->software[i]);

		if (strcmp(row.vendor, other.vendor) == 0 && strcmp(row.name, other.name) == 0)
			return false;
	}
	return true;
}

bool engine_software_row(struct answer *answer, struct cell *c)
{
	const struct host *host = &answer->host;

	while (answer->query->witnesses && (answer->held || answer_next_host(answer))) {
		if (answer->row == 0 && !engine_inventory(answer->query, host, true)) {
			answer->held = false;
			continue;
		}
		while (answer->row < host->software_count) {
			size_t at = answer->row++;

			if (!is_first(answer->query, host, at))
				continue;
			struct software_row row = folded(answer->query, &host->software[at]);
			c[0] = cell_bytes(host->id, ID_DIGITS), c[1] = cell_text(row.vendor), c[2] = cell_text(row.name);
			return true;
		}
		answer->held = false;
	}
	return false;
}
