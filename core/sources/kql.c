/* kql.c - fills the places of the queries. One function writes literals, and nothing else of the configuration gets into a query. */
#include "core/sources/kql.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/antivirus.h"
#include "core/sources/detections.h"

#define TABLE_NAME_MAX 63   /* of Log Analytics */

const char *const kql_columns[] = {
	"DeviceId", "DeviceName", "MachineGroup", "OSPlatform", "OSVersion", "LastSeen", "OnboardingStatus", "SensorHealthState", "IsExcluded",
	"ReportId", "AssessedAt", "IsApplicable", "IsCompliant", "AssessedMode", "GatheredAt", "GatheredMode", "AvEngineVersion",
	"AvPlatformVersion", "AvSignatureVersion", "AvSignatureUpdateTime", "AdditionalFields", "Verdict",
};
const size_t kql_column_count = sizeof kql_columns / sizeof *kql_columns;

/* -- literals -- */

/* Whoever reads the query sees what stands there: an override that turns text around could make a value look like the query. */
static void add_escaped(struct strbuf *out, uint32_t cp)
{
	if (cp >= 0x10000)
		strbuf_addf(out, "\\u%04" PRIX32 "\\u%04" PRIX32, 0xd7c0 + (cp >> 10), 0xdc00 + (cp & 0x3ff));
	else
		strbuf_addf(out, "\\u%04" PRIX32, cp);
}

void kql_literal(struct strbuf *out, struct slice text)
{
	strbuf_addc(out, '"');
	for (size_t i = 0; i < text.len;) {
		int32_t cp;
		size_t n = utf8_decode(text.text + i, text.len - i, &cp);

		if (cp < 0)
			cp = 0xfffd;
		if (cp == '"' || cp == '\\')
			strbuf_addf(out, "\\%c", (char)cp);
		else if (utf8_width(cp) < 0 || cp == 0xfffe || cp == 0xffff)   /* YAML has no place for the last two */
			add_escaped(out, (uint32_t)cp);
		else
			utf8_append(out, cp);
		i += n;
	}
	strbuf_addc(out, '"');
}

static void add_time(struct strbuf *out, int64_t seconds)
{
	strbuf_adds(out, "datetime(");
	time_format(out, seconds);
	strbuf_addc(out, ')');
}

/* -- places -- */

/* Which rows of the inventory count: `Timestamp > datetime(...) and Timestamp <= datetime(...)`. */
static void add_window(struct strbuf *out, const char *time, const struct kql_fill *fill)
{
	if (fill->look_back > 0) {
		strbuf_addf(out, fill->look_back % SPAN_DAY ? "%s > ago(%" PRId64 "s)" : "%s > ago(%" PRId64 "d)", time,
		            fill->look_back % SPAN_DAY ? fill->look_back : fill->look_back / SPAN_DAY);
		return;
	}
	strbuf_addf(out, "%s > ", time);
	add_time(out, fill->since);
	strbuf_addf(out, " and %s <= ", time);
	add_time(out, fill->until);
}

static void add_platforms(struct strbuf *out, const struct kql_fill *fill)
{
	const struct scope *scope = fill->scope;

	for (size_t i = 0; i < scope->platform_count; i++) {
		strbuf_adds(out, i ? " or " : scope->platform_count > 1 ? "(" : "");
		strbuf_adds(out, "OSPlatform startswith ");
		kql_literal(out, slice_of(scope->platforms[i]));
	}
	if (scope->platform_count > 1)
		strbuf_addc(out, ')');
}

/* Both sides in lower case by Unicode: in~ folds ASCII letters alone. An empty list is no KQL, so no group means every group. */
static void add_groups(struct strbuf *out, const struct kql_fill *fill)
{
	const struct scope *scope = fill->scope;

	if (scope->group_count == 0) {
		strbuf_adds(out, "true");
		return;
	}
	strbuf_adds(out, "tolower(MachineGroup) in (");
	for (size_t i = 0; i < scope->group_count; i++) {
		struct strbuf lower = STRBUF_INIT(SIZE_MAX / 4);

		utf8_lower(&lower, scope->groups[i], strlen(scope->groups[i]));
		strbuf_adds(out, i ? ", " : "");
		kql_literal(out, (struct slice){ strbuf_text(&lower), lower.len });
		strbuf_release(&lower);
	}
	strbuf_addc(out, ')');
}

static void add_part(struct strbuf *out, const struct kql_fill *fill)
{
	if (fill->parts > 1)
		strbuf_addf(out, " and hash(DeviceId, %u) == %u", fill->parts, fill->part);
}

static void add_vendors(struct strbuf *out)
{
	struct slice vendor;

	for (size_t i = 0; antivirus_vendor(i, &vendor); i++) {
		strbuf_adds(out, i ? ", " : "");
		kql_literal(out, vendor);
	}
}

/* Writes what belongs in a place; false for a name that is none. */
static bool add_place(struct strbuf *out, struct slice name, enum kql_dialect dialect, const struct kql_fill *fill)
{
	bool xdr = dialect == KQL_XDR;
	const char *time = xdr ? "Timestamp" : "TimeGenerated";

	if (slice_is(name, "time"))
		strbuf_adds(out, time);
	else if (slice_is(name, "window"))
		add_window(out, time, fill);
	else if (slice_is(name, "part"))
		add_part(out, fill);
	else if (slice_is(name, "platforms"))
		add_platforms(out, fill);
	else if (slice_is(name, "groups"))
		add_groups(out, fill);
	else if (slice_is(name, "vendors"))
		add_vendors(out);
	else if (slice_is(name, "enrichment"))
		strbuf_adds(out, fill->enrichment ? "true" : "Strange");
	else if (slice_is(name, "assessment_table"))
		strbuf_adds(out, xdr ? "DeviceTvmSecureConfigurationAssessment" : fill->assessment_table);
	else if (slice_is(name, "gathering_table"))
		strbuf_adds(out, xdr ? "DeviceTvmInfoGathering" : fill->gathering_table);
	else
		return false;
	return true;
}

/* -- queries -- */

/* Which texts a query is made of, one after another. */
static const char *const pieces[KQL_QUERY_COUNT][4] = {
	[KQL_FINDINGS] = { "findings", NULL },
	[KQL_CENSUS] = { "census", NULL },
	[KQL_RULE] = { "findings", "verdict", "rule", NULL },
	[KQL_SOFTWARE] = { "software", NULL },
};

static void add_piece(struct strbuf *out, const char *text, enum kql_dialect dialect, const struct kql_fill *fill)
{
	const char *open, *close;

	while ((open = strstr(text, "{{")) != NULL && (close = strstr(open, "}}")) != NULL) {
		strbuf_add(out, text, (size_t)(open - text));
		if (!add_place(out, (struct slice){ open + 2, (size_t)(close - open - 2) }, dialect, fill))
			die("A query has a place that nothing fills.");
		text = close + 2;
	}
	strbuf_adds(out, text);
}

/* A table's name is no literal, so it must be one that cannot be anything else. */
static bool is_custom_table(const char *name)
{
	size_t n = name ? strlen(name) : 0;

	if (n < 4 || n > TABLE_NAME_MAX || strcmp(name + n - 3, "_CL") != 0 || !isalpha((unsigned char)*name))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)name[i]) && name[i] != '_')
			return false;
	return true;
}

static int check_dialect(enum kql_query query, enum kql_dialect dialect, const struct kql_fill *fill, struct error *err)
{
	if (dialect == KQL_XDR)
		return 0;
	if (query == KQL_SOFTWARE)
		return error_set(err, STATUS_CONFIG, "DeviceTvmSoftwareInventory is in a workspace for its schema alone and answers nothing "
		                 "there.");
	if (query != KQL_CENSUS && (!is_custom_table(fill->assessment_table) || !is_custom_table(fill->gathering_table)))
		return error_set(err, STATUS_CONFIG, "The DeviceTvm tables are in a Log Analytics workspace for their schema alone: a query is "
		                 "accepted there and answers nothing, for ever. Bring the rows into custom tables and name them in [graph] "
		                 "assessment_table and gathering_table (they end in _CL), or ask Defender XDR instead.");
	return 0;
}

int kql_build(enum kql_query query, enum kql_dialect dialect, const struct kql_fill *fill, struct strbuf *out, struct error *err)
{
	struct kql_fill given = *fill;

	if (check_dialect(query, dialect, fill, err))
		return -1;
	/* The rule takes a bag for one that could not be read. */
	given.enrichment = fill->enrichment && query != KQL_RULE;
	for (size_t i = 0; pieces[query][i]; i++) {
		const char *text = detection_text(pieces[query][i]);

		if (!text)
			die("A query is missing from the program.");
		add_piece(out, text, dialect, &given);
	}
	return 0;
}
