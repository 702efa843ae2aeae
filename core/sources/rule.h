/* rule.h - the detection as a scheduled rule that runs at Microsoft's, for those who want an alert beside rouse.
 *
 * The query is KQL_RULE of kql.h with ago() in place of fixed times: one event a device that is not known to be active, once a day. A rule
 * never replaces a run: it is cut at its limit of alerts, and nothing says so. What the rule can and cannot see stands in its description,
 * and in a comment of the YAML. */
#ifndef ROUSE_RULE_H
#define ROUSE_RULE_H

#include "core/sources/kql.h"

enum rule_kind {
	RULE_XDR,             /* JSON body of POST /security/rules/detectionRules of Microsoft Graph (beta) */
	RULE_SENTINEL_ARM,    /* JSON body of PUT .../Microsoft.SecurityInsights/alertRules/ID, kind Scheduled */
	RULE_SENTINEL_YAML,   /* a rule template as the Azure-Sentinel repository has them */
};

/* Appends the rule. Of the filling only scope and, for Sentinel, the custom tables count: the times are the rule's own. -1 with STATUS_CONFIG
 * where there can be no such rule: DeviceTvm tables in Sentinel, or a query above the service's limit (too many groups). */
int rule_build(enum rule_kind kind, const struct kql_fill *fill, struct strbuf *out, struct error *err);

#endif
