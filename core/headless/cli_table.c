#include "core/headless/cli.h"

#define FILES "files are CSV, JSON, JSON lines or a saved API answer; repeatable"

const struct command_info commands[] = {
	{ COMMAND_TRIAGE, "triage", "[tables]", "opens the console on the newest run; the same as no command" },
	{ COMMAND_DEMO, "demo", "[--hosts N]",
	  "the console on a generated estate with a store of its own; without a terminal, the same morning as text" },
	{ COMMAND_DETECT, "detect", "[tables]",
	  "one detection run from the tenant, or from exported tables; prints the count line" },
	{ COMMAND_LIST, "list", "[choice] [--where EXPR] [--sort COL,COL-] [--columns A,B] [--format F] [--run ID] [--all]",
	  "prints the findings of the newest run, or of another" },
	{ COMMAND_RUNS, "runs", "[--trend [--group NAME]] [--format F]", "the run history, newest first; or its trend as a plot" },
	{ COMMAND_GROUPS, "groups", "[--format F]",
	  "group audit: every machine group, whether the scope takes it, and names that nearly match" },
	{ COMMAND_ACCEPT, "accept", "[HOST --until DATE --reason TEXT [--by NAME] | HOST --revoke [--by NAME]]",
	  "records that a host may stay as it is until a date; without HOST, lists what was accepted" },
	{ COMMAND_OWNERS, "owners", "[--where EXPR] [--anew] [--format F]",
	  "who owns each finding of the newest run, as the CMDB says" },
	{ COMMAND_TICKET, "ticket", "[--where EXPR | --hosts FILE] [--title TEXT] [--note TEXT] [--new] [--dry-run]",
	  "opens or updates the one ticket of the newest run" },
	{ COMMAND_RUN, "run", "[tables] [--dry-run] [--send-incomplete]",
	  "the daily job: detect, compare, owners, ticket, digest; one at a time" },
	{ COMMAND_KQL, "kql", "[--dialect D]", "prints the query that a detection would run in the tenant" },
	{ COMMAND_RULE, "rule", "xdr|sentinel [--format F]", "prints the same query as a scheduled rule" },
	{ COMMAND_DOCTOR, "doctor", "[--json]",
	  "checks configuration, store, sources, the tenant, terminal and keymap; a line each, with the mend" },
};
const size_t command_count = sizeof commands / sizeof *commands;

#define TABLES (COMMAND_TRIAGE | COMMAND_DETECT | COMMAND_RUN)
#define SCREEN (COMMAND_TRIAGE | COMMAND_DEMO)
#define AT(field) offsetof(struct cli, field)

const struct cli_option cli_options[] = {
	{ "config", 0, CLI_TEXT, COMMAND_ALL, AT(config), "FILE", "reads this configuration" },
	{ "store", 0, CLI_TEXT, COMMAND_ALL, AT(store), "FILE", "keeps runs, marks, notes, acceptances and saved filters in this file" },
	{ "set", 0, CLI_LIST, COMMAND_ALL, AT(sets), "SECTION.KEY=VALUE", "sets an option of the configuration; repeatable" },
	{ "quiet", 'q', CLI_FLAG, COMMAND_ALL, AT(quiet), NULL, "only data, errors and reasons; no other words" },
	{ "debug", 0, CLI_FLAG, COMMAND_ALL, AT(debug), NULL, "says on stderr what it does" },
	{ "no-color", 0, CLI_FLAG, COMMAND_ALL, AT(no_color), NULL, "the same as --color=never" },
	{ "color", 0, CLI_TEXT, COMMAND_ALL, AT(color), "WHEN", "auto, always or never; beats NO_COLOR" },
	{ "help", 'h', CLI_FLAG, COMMAND_ALL, AT(help), NULL, "prints help, of a command when one is given" },
	{ "version", 'V', CLI_FLAG, COMMAND_ALL, AT(version), NULL, "prints the version" },
	{ "list-keys", 0, CLI_FLAG, COMMAND_ALL, AT(list_keys), NULL, "prints every key of the console and what it does" },
	{ "man", 0, CLI_FLAG, COMMAND_ALL, AT(manual), NULL, "prints the manual page" },

	{ "device-info", 0, CLI_LIST, TABLES, AT(tables[0]), "FILE", "table DeviceInfo; " FILES },
	{ "assessment", 0, CLI_LIST, TABLES, AT(tables[1]), "FILE", "table DeviceTvmSecureConfigurationAssessment" },
	{ "gathering", 0, CLI_LIST, TABLES, AT(tables[2]), "FILE", "table DeviceTvmInfoGathering" },
	{ "software", 0, CLI_LIST, TABLES, AT(tables[3]), "FILE", "table DeviceTvmSoftwareInventory, to name another antivirus" },
	{ "findings", 0, CLI_LIST, TABLES, AT(tables[4]), "FILE", "an export that is already joined, one row a device" },

	{ "plain-ui", 0, CLI_FLAG, SCREEN, AT(plain_ui), NULL, "no boxes, no side pane: for screen readers and braille" },
	{ "ascii", 0, CLI_FLAG, SCREEN, AT(ascii), NULL, "draws with ASCII characters only" },
	{ "hosts", 0, CLI_TEXT, COMMAND_DEMO | COMMAND_TICKET, AT(hosts), "N|FILE",
	  "demo: servers in the generated estate, k and M allowed; ticket: only the hosts that the file names, one a line; - is stdin" },

	{ "group", 0, CLI_LIST, COMMAND_LIST | COMMAND_RUNS, AT(groups), "NAME", "only this machine group, case ignored; repeatable" },
	{ "verdict", 0, CLI_LIST, COMMAND_LIST, AT(verdicts), "V", "only this verdict; repeatable" },
	{ "change", 0, CLI_LIST, COMMAND_LIST, AT(changes), "C", "only new, persisting, resolved or vanished; repeatable" },
	{ "contains", 0, CLI_LIST, COMMAND_LIST, AT(contains), "TEXT", "only rows with this text in a column, case ignored; repeatable" },
	{ "sort", 0, CLI_TEXT, COMMAND_LIST, AT(sort), "COL[,COL-]", "sorts; a - after a column means descending" },
	{ "columns", 0, CLI_TEXT, COMMAND_LIST, AT(columns), "A,B", "these columns, in this order" },
	{ "where", 0, CLI_TEXT, COMMAND_LIST | COMMAND_OWNERS | COMMAND_TICKET | SCREEN, AT(where), "EXPR",
	  "only rows that the expression selects, in the language of KQL's where; @NAME is a saved filter" },
	{ "dry-run", 0, CLI_FLAG, COMMAND_TICKET | COMMAND_RUN, AT(dry_run), NULL,
	  "sends and keeps nothing; prints every request that would be sent" },
	{ "title", 0, CLI_TEXT, COMMAND_TICKET, AT(title), "TEXT", "the title of the ticket, instead of the one rouse makes" },
	{ "note", 0, CLI_TEXT, COMMAND_TICKET, AT(note), "TEXT", "your words, above the list of hosts" },
	{ "new", 0, CLI_FLAG, COMMAND_TICKET, AT(fresh), NULL, "a new ticket though one is open" },
	{ "anew", 0, CLI_FLAG, COMMAND_OWNERS | COMMAND_TICKET | COMMAND_RUN, AT(anew), NULL, "asks the CMDB again, whatever it said before" },
	{ "send-incomplete", 0, CLI_FLAG, COMMAND_RUN, AT(send_incomplete), NULL,
	  "sends an incomplete run too where [tickets] incomplete = hold" },
	{ "until", 0, CLI_TEXT, COMMAND_ACCEPT, AT(until), "DATE", "the day on which the host comes back, as 2026-12-31" },
	{ "reason", 0, CLI_TEXT, COMMAND_ACCEPT, AT(reason), "TEXT", "why the host may stay as it is; never empty" },
	{ "by", 0, CLI_TEXT, COMMAND_ACCEPT, AT(by), "NAME", "who took the decision; the login name without it" },
	{ "revoke", 0, CLI_FLAG, COMMAND_ACCEPT, AT(revoke), NULL, "ends the acceptance of the host now" },
	{ "dialect", 0, CLI_TEXT, COMMAND_KQL, AT(dialect), "D", "xdr (Defender, Microsoft Graph) or sentinel (custom tables of a workspace)" },
	{ "live", 0, CLI_FLAG, COMMAND_DEMO, AT(live), NULL, "the whole way from sign-in to list, against a stand-in tenant on this machine" },
	{ "trend", 0, CLI_FLAG, COMMAND_RUNS, AT(trend), NULL, "plots findings over the runs; with --group, of that group" },
	{ "format", 0, CLI_TEXT, COMMAND_LIST | COMMAND_RUNS | COMMAND_GROUPS | COMMAND_OWNERS | COMMAND_ACCEPT | COMMAND_RULE, AT(format), "F",
	  "table, csv, json or jsonl; for rule sentinel: yaml or arm" },
	{ "run", 0, CLI_TEXT, COMMAND_LIST, AT(run), "ID", "another run than the newest" },
	{ "all", 0, CLI_FLAG, COMMAND_LIST, AT(all), NULL, "every server in scope, active ones too" },
	{ "csv-exact", 0, CLI_FLAG, COMMAND_LIST, AT(csv_exact), NULL, "CSV for machines: no ' before a cell that looks like a formula" },
	{ "json", 0, CLI_FLAG, COMMAND_DOCTOR, AT(json), NULL, "prints the checks as JSON" },
};
const size_t cli_option_count = sizeof cli_options / sizeof *cli_options;
