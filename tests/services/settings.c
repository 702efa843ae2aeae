#include "tests/services/settings.h"

#include <stddef.h>

#define AT(field) offsetof(struct settings, field)

static const struct option table[] = {
	{ "port", OPTION_NUMBER, false, AT(port), "0", NULL, "0: any free one; printed as `ready http://127.0.0.1:PORT`" },
	{ "with-stdin", OPTION_FLAG, false, AT(with_stdin), "0", NULL, "end when standard input closes" },
	{ "ms", OPTION_NUMBER, true, AT(ms), "0", NULL, "milliseconds that every answer takes" },
	{ "cmdb", OPTION_TEXT, false, AT(cmdb), "", NULL, "CSV of servers: name,fqdn,support_group,assignment_group,managed_by_group,operational_status, any order, "
	  "further fields of the table too" },
	{ "groups", OPTION_TEXT, false, AT(groups), "Windows Platform,Team SQL,Service Desk", NULL, "groups that are there without a server, commas between" },
	{ "servers", OPTION_NUMBER, false, AT(servers), "0", NULL, "servers besides, named as those of the stand-in tenant's estate" },
	{ "servers-share", OPTION_NUMBER, false, AT(servers_share), "30", NULL, "as the stand-in tenant's" },
	{ "seed", OPTION_NUMBER, false, AT(seed), "7", NULL, "as the stand-in tenant's" },
	{ "password", OPTION_TEXT, true, AT(password), "right-password~1", NULL, "ServiceNow: of svc-rouse, svc-read (writes nothing), svc-none (no rights)" },
	{ "client", OPTION_TEXT, true, AT(client), "rouse-client", NULL, "ServiceNow: OAuth client" },
	{ "secret", OPTION_TEXT, true, AT(secret), "right-secret~1", NULL, "ServiceNow: its secret" },
	{ "api-key", OPTION_TEXT, true, AT(api_key), "right-key~1", NULL, "ServiceNow: x-sn-apikey of svc-rouse" },
	{ "assignment-rule", OPTION_TEXT, true, AT(assignment_rule), "", NULL, "ServiceNow: a group that a rule of the instance assigns every new ticket to" },
	{ "basic", OPTION_NUMBER, true, AT(basic), "1", NULL, "ServiceNow: 0 refuses basic authentication, as restricted instances do" },
	{ "token-life", OPTION_NUMBER, true, AT(token_life), "1800", NULL, "ServiceNow: seconds a token lives" },
	{ "strict", OPTION_NUMBER, true, AT(strict), "0", NULL, "ServiceNow: 1: an invalid condition gives no rows, in place of being dropped" },
	{ "fold", OPTION_NUMBER, true, AT(fold), "1", NULL, "ServiceNow: comparisons ignore case" },
	{ "hide", OPTION_NUMBER, true, AT(hide), "0", NULL, "ServiceNow: N: rights hide every Nth row of a list, though it is counted" },
	{ "rows-max", OPTION_NUMBER, true, AT(rows_max), "10000", NULL, "ServiceNow: most rows of a list" },
	{ "batch-max", OPTION_NUMBER, true, AT(batch_max), "0", NULL, "ServiceNow: calls of a batch that are served; 0: all" },
	{ "url-max", OPTION_NUMBER, true, AT(url_max), "8000", NULL, "ServiceNow: bytes of a request line, before 400 and a page of HTML" },
	{ "close-rule", OPTION_NUMBER, true, AT(close_rule), "1", NULL, "ServiceNow: resolving needs close_code and close_notes" },
	{ "jira-user", OPTION_TEXT, true, AT(jira_user), "rouse@example.com", NULL, "Jira Cloud: who the token belongs to; reader@example.com has it too, and reads only" },
	{ "jira-token", OPTION_TEXT, true, AT(jira_token), "right-token~1", NULL, "Jira Cloud: API token" },
	{ "jira-pat", OPTION_TEXT, true, AT(jira_pat), "right-pat~1", NULL, "Jira Data Center: personal access token; read-pat~1 reads only" },
	{ "project", OPTION_TEXT, true, AT(project), "SEC", NULL, "Jira: key of the one project" },
	{ "jira-cloud", OPTION_NUMBER, true, AT(jira_cloud), "1", NULL, "Jira: what /rest/ is; /cloud/rest/ and /dc/rest/ are always what they say" },
	{ "resolution-rule", OPTION_NUMBER, true, AT(resolution_rule), "0", NULL, "Jira: 1: Done wants a resolution" },
	{ "lag-searches", OPTION_NUMBER, true, AT(lag_searches), "0", NULL, "Jira: a write is found only after so many searches" },
	{ "lag-ms", OPTION_NUMBER, true, AT(lag_ms), "0", NULL, "Jira: ... and after so many milliseconds" },
	{ "page-max", OPTION_NUMBER, true, AT(page_max), "100", NULL, "Jira: most issues of a page" },
	{ "attachment-max", OPTION_NUMBER, true, AT(attachment_max), "10485760", NULL, "most bytes of an attachment" },
	{ "teams-sig", OPTION_TEXT, true, AT(teams_sig), "right-sig~1", NULL, "Teams: sig= of the workflow's address" },
	{ "slack-hook", OPTION_TEXT, true, AT(slack_hook), "T00000000/B00000000/right-hook1", NULL, "Slack: the address behind /services/" },
};

const struct option_table settings_table = {
	.program = "rouse-services",
	.about = "rouse-services: a stand-in for ServiceNow, Jira (Cloud and Data Center), Teams workflows and Slack webhooks\n"
	         "ServiceNow at /, Jira at /, /cloud and /dc, Teams at /teams/workflows/ID/triggers/manual/paths/invoke?sig=..., Slack at /services/...\n"
	         "GET /__records /__log, POST /__faults /__options /__reset\n",
	.rows = table,
	.count = sizeof table / sizeof *table,
	.size = sizeof(struct settings),
};
