#include "tests/tenant/options.h"

#include <stddef.h>

#define AT(field) offsetof(struct options, field)

static const struct option table[] = {
	{ "devices", OPTION_NUMBER, false, AT(devices), "10000", "1|20000000", "devices of the estate" },
	{ "servers-share", OPTION_NUMBER, false, AT(servers_share), "30", "0|100", "percent of them that are Windows servers" },
	{ "seed", OPTION_NUMBER, false, AT(seed), "7", NULL, "another world" },
	{ "now", OPTION_TIME, false, AT(now), "", NULL, "newest moment of the estate; the clock's unless given" },
	{ "day", OPTION_NUMBER, false, AT(day), "0", "-29|0", "-1: the day before: some hosts fixed since, gone, moved, new" },
	{ "export", OPTION_TEXT, false, AT(export_to), "", NULL, "write the raw tables into this folder as CSV, and end" },
	{ "port", OPTION_NUMBER, false, AT(port), "0", "0|65535", "0: any free one; printed as `ready http://127.0.0.1:PORT`" },
	{ "with-stdin", OPTION_FLAG, false, AT(with_stdin), "0", NULL, "end when standard input closes" },
	{ "tls-cert", OPTION_TEXT, false, AT(tls_cert), "", NULL, "serve https with this certificate (PEM) ..." },
	{ "tls-key", OPTION_TEXT, false, AT(tls_key), "", NULL, "... and this key" },
	{ "tenant", OPTION_TEXT, false, AT(tenant), "11111111-2222-4333-8444-555555555555", NULL, "the tenant's id" },
	{ "tenant-name", OPTION_TEXT, false, AT(tenant_name), "contoso.example", NULL, "its name, taken in its place" },
	{ "client", OPTION_TEXT, false, AT(client), "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee", NULL, "the application's id" },
	{ "secret", OPTION_TEXT, true, AT(secret), "right-secret~1", NULL, "its secret" },
	{ "expired-secret", OPTION_TEXT, true, AT(expired_secret), "expired-secret~0", NULL, "one that has expired" },
	{ "client-cert", OPTION_TEXT, false, AT(client_cert), "", NULL, "its certificate (PEM); without it signatures of assertions go unread" },
	{ "roles", OPTION_TEXT, true, AT(roles), "ThreatHunting.Read.All AdvancedHunting.Read.All Data.Read", NULL,
	  "application roles in a token, blanks between; '' for a token without any" },
	{ "scp", OPTION_TEXT, true, AT(scp), "ThreatHunting.Read.All AdvancedHunting.Read Data.Read", NULL, "the same for a person (device code)" },
	{ "audience", OPTION_TEXT, true, AT(audience), "", NULL, "another audience that the APIs take, beside the documented ones" },
	{ "federated-issuer", OPTION_TEXT, false, AT(federated_issuer), "https://idp.example/", NULL, "issuer of outside tokens" },
	{ "federated-subject", OPTION_TEXT, false, AT(federated_subject), "system:serviceaccount:soc:rouse", NULL, "their subject" },
	{ "token-life", OPTION_NUMBER, true, AT(token_life), "3599", "-60|86400", "seconds a token lives" },
	{ "code-life", OPTION_NUMBER, true, AT(code_life), "900", "0|3600", "seconds a device code lives" },
	{ "interval", OPTION_NUMBER, true, AT(interval), "5", "0|60", "seconds between polls of a device code" },
	{ "auto-approve", OPTION_NUMBER, true, AT(auto_approve), "-1", "-1|3600000", "approve a device code after so many ms; -1: never" },
	{ "replay", OPTION_CHOICE, true, AT(replay), "refuse", "refuse|allow", "an assertion whose jti came before" },
	{ "keys", OPTION_CHOICE, true, AT(keys), "pascal", "pascal|camel|lower", "keys of a row: DeviceId, deviceId, deviceid" },
	{ "bools", OPTION_CHOICE, true, AT(bools), "json", "json|number|text", "true, 1 or \"True\"; also within tostring()" },
	{ "nulls", OPTION_CHOICE, true, AT(nulls), "null", "null|absent|empty|all", "a null: null, no key, \"\"; all: null for empty texts of a join too" },
	{ "dynamic", OPTION_CHOICE, true, AT(dynamic), "json", "json|string", "a dynamic cell as JSON or as a text of JSON" },
	{ "schema-keys", OPTION_CHOICE, true, AT(schema_keys), "lower", "lower|upper", "name and type, or Name and Type, in Graph's schema" },
	{ "time-digits", OPTION_NUMBER, true, AT(time_digits), "7", "0|7", "digits of a second's parts" },
	{ "gzip", OPTION_CHOICE, true, AT(gzip), "on", "off|on", "compress when asked" },
	{ "row-limit", OPTION_NUMBER, true, AT(row_limit), "100000", "0|100000000", "most rows of an answer" },
	{ "size-limit", OPTION_NUMBER, true, AT(size_limit), "52428800", "0|100000000000", "most bytes of an answer, before gzip" },
	{ "workspace-row-limit", OPTION_NUMBER, true, AT(workspace_row_limit), "500000", "0|100000000", "the same in Log Analytics, where what is "
	  "over a limit is cut, with an error object behind the rows" },
	{ "workspace-size-limit", OPTION_NUMBER, true, AT(workspace_size_limit), "64000000", "0|100000000000", "the same" },
	{ "limit-mode", OPTION_CHOICE, true, AT(limit_mode), "error", "error|cut", "over a limit: 400, or cut without a word" },
	{ "heavy-above", OPTION_NUMBER, true, AT(heavy_above), "0", "0|100000000", "preempt queries that read more devices; 0: none" },
	{ "quota", OPTION_NUMBER, true, AT(quota), "0", "0|100000000", "queries before the tenant's CPU quota is used up; 0: endless" },
	{ "quota-wait", OPTION_NUMBER, true, AT(quota_wait), "900", "1|86400", "seconds until it is there again" },
	{ "missing-table", OPTION_TEXT, true, AT(missing_table), "", NULL, "a table that does not resolve: no licence, or no right" },
	{ "custom", OPTION_TEXT, false, AT(custom), "", NULL, "ASSESSMENT_CL,GATHERING_CL: custom tables of the workspace that somebody fills" },
	{ "workspace", OPTION_TEXT, false, AT(workspace), "99999999-8888-4777-8666-555555555555", NULL, "the workspace's id" },
};

const struct option_table options_table = {
	.program = "rouse-tenant",
	.about = "rouse-tenant: a stand-in for Microsoft Entra sign-in, Graph hunting, the older hunting API and Log Analytics\n",
	.rows = table,
	.count = sizeof table / sizeof *table,
	.size = sizeof(struct options),
	.two = "tls",
	.first = "tls-cert",
	.second = "tls-key",
};

void options_default(struct options *options)
{
	option_defaults(&options_table, options);
}
