/* rule.c - the detection as a scheduled rule: two bodies of JSON and one template of YAML around the same query. */
#include "core/sources/rule.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/io/json.h"

#define QUERY_MAX ((size_t)4 << 20)
#define SENTINEL_QUERY_MAX 10000       /* UTF-16 units */
#define XDR_LOOK_BACK (30 * SPAN_DAY)      /* what a daily custom detection looks back */
#define SENTINEL_LOOK_BACK (14 * SPAN_DAY) /* the longest that a scheduled rule may */

#define RULE_ID "rouse-antivirus-not-active"
#define RULE_GUID "0c1d9b52-6f0e-4e0f-9a57-3b8d8f1c7a64"
#define RULE_NAME "Defender Antivirus of a Windows server is not active"
#define RULE_SEVERITY "Medium"
#define ALERT_NAME "Defender Antivirus of {{DeviceName}}: {{Verdict}}"
#define ALERT_TEXT \
	"Mode {{Mode}}, machine group {{MachineGroup}}. A server may look healthy everywhere else while its antivirus acts on nothing."

/* What any rule of this kind is about; then what the service keeps from it. */
#define ABOUT \
	"One event a day for each Windows server in scope whose Defender Antivirus is not known to be active: passive, EDR block mode, " \
	"passive audit, disabled, unknown or never assessed. "
#define XDR_SEES \
	"Hosts without a row in DeviceInfo within 30 days raise nothing. A run raises at most 150 alerts, in some tenants 100, and the " \
	"hosts beyond that are left out without a word: the rule's silence is no proof. Look now and then whether the service has " \
	"switched the rule off (autoDisabled)."
#define SENTINEL_SEES \
	"Microsoft Sentinel has the DeviceTvm tables for their schema alone: a query over them is accepted there and answers nothing, " \
	"for ever. So this rule reads the custom tables %s and %s, which somebody must keep filled with the rows of " \
	"DeviceTvmSecureConfigurationAssessment and DeviceTvmInfoGathering, and DeviceInfo from the connector of Defender XDR. When one of " \
	"them stops being filled, the hosts turn unknown or unassessed, and without DeviceInfo the rule is silent. Hosts without a row in " \
	"DeviceInfo within 14 days raise nothing. A run raises at most 150 alerts: with more hosts the last alert stands for all others."
#define ADVICE \
	"Find out why the engine is not active: ForceDefenderPassiveMode or the policy that turns Defender off on this host, or another " \
	"antivirus that was removed. Set the cause right, restart the host in a maintenance window, and look at AMRunningMode of " \
	"Get-MpComputerStatus."

/* -- encoders -- */

/* JSON and YAML of two levels of care: a key and a text, each on its own line. `comma` follows all but the last member. */
static void add_json(struct strbuf *out, const char *indent, const char *key, const char *text, const char *end)
{
	strbuf_addf(out, "%s\"%s\": ", indent, key);
	json_string(out, slice_of(text));
	strbuf_adds(out, end);
}

/* A text in double quotes: what JSON writes, YAML reads the same. */
static void add_yaml(struct strbuf *out, const char *key, const char *text)
{
	strbuf_addf(out, "%s: ", key);
	json_string(out, slice_of(text));
	strbuf_addc(out, '\n');
}

/* A text of several lines as it is: nothing in a block of YAML has a meaning but its line ends and the blanks before each line. The text
 * must not begin with a blank, which a query never does. */
static void add_yaml_block(struct strbuf *out, const char *key, const char *text)
{
	strbuf_addf(out, "%s: |\n", key);
	while (*text) {
		size_t n = strcspn(text, "\n");

		strbuf_adds(out, n ? "  " : "");
		strbuf_add(out, text, n);
		strbuf_addc(out, '\n');
		text += n + (text[n] == '\n');
	}
}

#define COMMENT_COLUMNS 118

/* A sentence as comment lines, broken at blanks. */
static void add_comment(struct strbuf *out, const char *text)
{
	size_t column = 0;

	while (*text) {
		size_t n = strcspn(text, " ");

		if (column && column + 1 + n > COMMENT_COLUMNS)
			column = 0;
		strbuf_adds(out, column ? " " : out->len ? "\n# " : "# ");
		column += n + 1;
		strbuf_add(out, text, n);
		text += n + (text[n] == ' ');
	}
	strbuf_addc(out, '\n');
}

/* -- the query -- */

/* How .NET counts: characters above U+FFFF are two. */
static size_t utf16_length(const struct strbuf *text)
{
	size_t n = 0;

	for (size_t i = 0; i < text->len; i++) {
		unsigned char c = (unsigned char)text->buf[i];

		n += (c & 0xc0) != 0x80;
		n += c >= 0xf0;
	}
	return n;
}

static int build_query(enum rule_kind kind, const struct kql_fill *fill, struct strbuf *query, struct error *err)
{
	bool xdr = kind == RULE_XDR;
	struct kql_fill given = { .scope = fill->scope, .parts = 1, .assessment_table = fill->assessment_table,
	                          .gathering_table = fill->gathering_table, .look_back = xdr ? XDR_LOOK_BACK : SENTINEL_LOOK_BACK };
	size_t length;

	if (kql_build(KQL_RULE, xdr ? KQL_XDR : KQL_SENTINEL, &given, query, err))
		return -1;
	length = utf16_length(query);
	if (query->overflow || (!xdr && length > SENTINEL_QUERY_MAX))
		return error_set(err, STATUS_CONFIG, "The query of the rule has %zu characters, and Sentinel takes %d: name fewer groups in "
		                 "[scope] group, or none.", length, SENTINEL_QUERY_MAX);
	return 0;
}

/* -- Defender XDR -- */

static void add_xdr(struct strbuf *out, const char *query)
{
	strbuf_adds(out, "{\n");
	add_json(out, "  ", "id", RULE_ID, ",\n");
	add_json(out, "  ", "displayName", RULE_NAME, ",\n");
	add_json(out, "  ", "description", ABOUT XDR_SEES, ",\n");
	add_json(out, "  ", "status", "enabled", ",\n");
	add_json(out, "  \"queryCondition\": { ", "queryText", query, " },\n");
	strbuf_adds(out, "  \"schedule\": { \"frequency\": \"P1D\", \"lookback\": \"P30D\" },\n"
	            "  \"detectionAction\": {\n    \"alertTemplate\": {\n");
	add_json(out, "      ", "title", RULE_NAME, ",\n");
	add_json(out, "      ", "description", ABOUT XDR_SEES, ",\n");
	add_json(out, "      ", "severity", "medium", ",\n");
	add_json(out, "      ", "recommendedActions", ADVICE, ",\n");
	strbuf_adds(out, "      \"entityMappings\": { \"hosts\": [ { \"deviceIdColumn\": \"DeviceId\", \"nameColumn\": \"DeviceName\" } ] },\n"
	            "      \"tactics\": [ { \"tactic\": \"DefenseEvasion\", \"techniques\": [ { \"technique\": \"T1562.001\" } ] } ]\n"
	            "    }\n  }\n}\n");
}

/* -- Sentinel -- */

/* Details of an alert: the same names in both forms. */
static const char *const details[] = { "DeviceId", "MachineGroup", "OSPlatform", "Verdict", "Mode", "AssessedAt", "GatheredAt" };

#define DETAIL_COUNT (sizeof details / sizeof *details)

static void add_sees(struct strbuf *out, const struct kql_fill *fill)
{
	strbuf_adds(out, ABOUT);
	strbuf_addf(out, SENTINEL_SEES, fill->assessment_table, fill->gathering_table);
}

static void add_arm(struct strbuf *out, const char *query, const char *sees)
{
	strbuf_adds(out, "{\n  \"kind\": \"Scheduled\",\n  \"properties\": {\n");
	add_json(out, "    ", "displayName", RULE_NAME, ",\n");
	add_json(out, "    ", "description", sees, ",\n");
	add_json(out, "    ", "severity", RULE_SEVERITY, ",\n");
	strbuf_adds(out, "    \"enabled\": true,\n");
	add_json(out, "    ", "query", query, ",\n");
	strbuf_adds(out, "    \"queryFrequency\": \"P1D\",\n    \"queryPeriod\": \"P14D\",\n    \"triggerOperator\": \"GreaterThan\",\n"
	            "    \"triggerThreshold\": 0,\n    \"suppressionEnabled\": false,\n    \"suppressionDuration\": \"PT5H\",\n"
	            "    \"tactics\": [ \"DefenseEvasion\" ],\n    \"techniques\": [ \"T1562\" ],\n"
	            "    \"eventGroupingSettings\": { \"aggregationKind\": \"AlertPerResult\" },\n"
	            "    \"entityMappings\": [ { \"entityType\": \"Host\", \"fieldMappings\": [ { \"identifier\": \"FullName\", "
	            "\"columnName\": \"DeviceName\" } ] } ],\n    \"customDetails\": {");
	for (size_t i = 0; i < DETAIL_COUNT; i++)
		strbuf_addf(out, "%s\"%s\": \"%s\"", i ? ", " : " ", details[i], details[i]);
	strbuf_adds(out, " },\n    \"alertDetailsOverride\": {\n");
	add_json(out, "      ", "alertDisplayNameFormat", ALERT_NAME, ",\n");
	add_json(out, "      ", "alertDescriptionFormat", ALERT_TEXT, "\n    },\n");
	/* All alerts of a run in one incident, and each run its own. */
	strbuf_adds(out, "    \"incidentConfiguration\": {\n      \"createIncident\": true,\n"
	            "      \"groupingConfiguration\": { \"enabled\": true, \"reopenClosedIncident\": false, "
	            "\"lookbackDuration\": \"PT12H\", \"matchingMethod\": \"AnyAlert\" }\n    }\n  }\n}\n");
}

static void add_yaml_rule(struct strbuf *out, const char *query, const char *sees)
{
	add_comment(out, sees);
	strbuf_adds(out, "id: " RULE_GUID "\n");
	add_yaml(out, "name", RULE_NAME);
	strbuf_adds(out, "version: 1.0.0\nkind: Scheduled\n");
	add_yaml(out, "description", sees);
	strbuf_adds(out, "severity: " RULE_SEVERITY "\nrequiredDataConnectors:\n  - connectorId: MicrosoftThreatProtection\n    dataTypes:\n"
	            "      - DeviceInfo\nqueryFrequency: 1d\nqueryPeriod: 14d\ntriggerOperator: gt\ntriggerThreshold: 0\n"
	            "tactics:\n  - DefenseEvasion\nrelevantTechniques:\n  - T1562\n");
	add_yaml_block(out, "query", query);
	strbuf_adds(out, "entityMappings:\n  - entityType: Host\n    fieldMappings:\n"
	            "      - identifier: FullName\n        columnName: DeviceName\n"
	            "eventGroupingSettings:\n  aggregationKind: AlertPerResult\ncustomDetails:\n");
	for (size_t i = 0; i < DETAIL_COUNT; i++)
		strbuf_addf(out, "  %s: %s\n", details[i], details[i]);
	strbuf_adds(out, "alertDetailsOverride:\n");
	add_yaml(out, "  alertDisplayNameFormat", ALERT_NAME);
	add_yaml(out, "  alertDescriptionFormat", ALERT_TEXT);
	strbuf_adds(out, "incidentConfiguration:\n  createIncident: true\n  groupingConfiguration:\n    enabled: true\n"
	            "    reopenClosedIncident: false\n    lookbackDuration: 12h\n    matchingMethod: AnyAlert\n");
}

int rule_build(enum rule_kind kind, const struct kql_fill *fill, struct strbuf *out, struct error *err)
{
	struct strbuf query = STRBUF_INIT(QUERY_MAX), sees = STRBUF_INIT(QUERY_MAX);
	int failed = build_query(kind, fill, &query, err);

	if (!failed && kind != RULE_XDR)
		add_sees(&sees, fill);
	if (!failed && kind == RULE_XDR)
		add_xdr(out, strbuf_text(&query));
	else if (!failed && kind == RULE_SENTINEL_ARM)
		add_arm(out, strbuf_text(&query), strbuf_text(&sees));
	else if (!failed)
		add_yaml_rule(out, strbuf_text(&query), strbuf_text(&sees));
	strbuf_release(&query);
	strbuf_release(&sees);
	return failed;
}
