#include "tests/tenant/options.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum option_kind { OPTION_NUMBER, OPTION_FLAG, OPTION_TIME, OPTION_TEXT, OPTION_CHOICE };

/* One option: where it is kept, what it may be, and what it is without being asked for. */
struct option {
	const char *name;
	enum option_kind kind;
	bool live;               /* may change while requests run */
	size_t at;               /* offset in struct options */
	const char *start;       /* value at first */
	const char *choices;     /* OPTION_CHOICE: words with | between; OPTION_NUMBER: `LEAST|MOST` or NULL */
	const char *help;
};

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

#define COUNT (sizeof table / sizeof *table)

static int64_t *number_at(struct options *options, const struct option *option)
{
	return (int64_t *)(void *)((char *)options + option->at);
}

static const struct option *find(const char *name)
{
	for (size_t i = 0; i < COUNT; i++)
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	return NULL;
}

static bool set_number(struct options *options, const struct option *option, const char *value, struct text *complaint)
{
	long long least, most;
	char *end;
	long long number = strtoll(value, &end, 10);

	if (!*value || *end) {
		text_addf(complaint, "--%s is a number, not `%s`.", option->name, value);
		return false;
	}
	if (option->choices && sscanf(option->choices, "%lld|%lld", &least, &most) == 2 && (number < least || number > most)) {
		text_addf(complaint, "--%s is from %lld to %lld.", option->name, least, most);
		return false;
	}
	*number_at(options, option) = number;
	return true;
}

static bool set_choice(struct options *options, const struct option *option, const char *value, struct text *complaint)
{
	int64_t number = 0;

	for (const char *word = option->choices; *word; number++) {
		size_t n = strcspn(word, "|");

		if (strlen(value) == n && strncmp(word, value, n) == 0) {
			*number_at(options, option) = number;
			return true;
		}
		word += word[n] ? n + 1 : n;
	}
	text_addf(complaint, "--%s is one of %s.", option->name, option->choices);
	return false;
}

static bool set(struct options *options, const struct option *option, const char *value, struct text *complaint)
{
	char *text = (char *)options + option->at;

	switch (option->kind) {
	case OPTION_NUMBER:
	case OPTION_FLAG:
		return set_number(options, option, value, complaint);
	case OPTION_CHOICE:
		return set_choice(options, option, value, complaint);
	case OPTION_TIME:
		*number_at(options, option) = *value ? time_read(value, strlen(value)) : time_now();
		if (*number_at(options, option) != NO_TIME)
			return true;
		text_addf(complaint, "--%s is a time as 2026-11-22T06:00:00Z.", option->name);
		return false;
	case OPTION_TEXT:
		break;
	}
	if (strlen(value) >= OPTION_TEXT_MAX) {
		text_addf(complaint, "--%s has at most %d bytes.", option->name, OPTION_TEXT_MAX - 1);
		return false;
	}
	memset(text, 0, OPTION_TEXT_MAX);
	memcpy(text, value, strlen(value));
	return true;
}

bool options_set(struct options *options, const char *name, const char *value, bool live, struct text *complaint)
{
	const struct option *option = find(name);

	if (!option) {
		text_addf(complaint, "There is no option --%s; see --help.", name);
		return false;
	}
	if (live && !option->live) {
		text_addf(complaint, "--%s cannot change while the server runs.", name);
		return false;
	}
	return set(options, option, value, complaint);
}

bool options_is_flag(const char *name)
{
	const struct option *option = find(name);

	return option && option->kind == OPTION_FLAG;
}

void options_default(struct options *options)
{
	struct text complaint = { 0 };

	*options = (struct options){ 0 };
	for (size_t i = 0; i < COUNT; i++)
		set(options, &table[i], table[i].start, &complaint);
	text_release(&complaint);
}

void options_help(void)
{
	puts("rouse-tenant: a stand-in for Microsoft Entra sign-in, Graph hunting, the older hunting API and Log Analytics\n");
	for (size_t i = 0; i < COUNT; i++)
		printf("  --%-18s %s [%s]%s%s\n", table[i].name, table[i].help, table[i].start, table[i].kind == OPTION_CHOICE ? " " : "",
		       table[i].kind == OPTION_CHOICE ? table[i].choices : "");
}
