#include "core/headless/help.h"

#include <string.h>

#include "core/io/config.h"
#include "core/model/column.h"
#include "core/model/expr.h"
#include "core/model/verdict.h"

/* Column where the explanation of an option begins. */
#define TEXT_COLUMN 30

static const char *const statuses[][2] = {
	{ "0", "done, and the result is complete" },
	{ "1", "failed" },
	{ "2", "done, but the result is incomplete; the reasons are on stderr" },
	{ "64", "the command line cannot be understood" },
	{ "65", "the input's content cannot be used" },
	{ "66", "there is no such input, or no run yet" },
	{ "69", "a service is not available" },
	{ "74", "reading or writing failed" },
	{ "75", "busy; try again later" },
	{ "77", "no permission" },
	{ "78", "the configuration is wrong" },
};

static void option_line(const struct cli_option *option, FILE *out)
{
	char left[80];
	snprintf(left, sizeof left, "  --%s%s%s%s", option->name, option->argument ? " " : "",
	         option->argument ? option->argument : "", option->letter == 'h' ? ", -h" : option->letter == 'q' ? ", -q"
	         : option->letter == 'V' ? ", -V" : "");
	fprintf(out, "%-*s %s\n", TEXT_COLUMN, left, option->help);
}

static void column_lines(FILE *out)
{
	fputs("\nColumns:\n", out);
	for (int c = 0; c < COL_COUNT; c++)
		fprintf(out, "  %-*s %s\n", TEXT_COLUMN - 2, columns[c].name, columns[c].help);
	fprintf(out, "  %-*s %s\n", TEXT_COLUMN - 2, "AdditionalFields.KEY", "any other key of the enrichment");
}

static void command_help(const struct command_info *info, FILE *out)
{
	fprintf(out, "usage: rouse [global options] %s %s\n\n%s\n\n", info->name, info->usage, info->help);
	for (size_t i = 0; i < cli_option_count; i++) {
		if (cli_options[i].commands != COMMAND_ALL && (cli_options[i].commands & (unsigned)info->command))
			option_line(&cli_options[i], out);
	}
	if (info->command == COMMAND_LIST)
		column_lines(out);
	if (info->command == COMMAND_LIST)
		fputs("\n`rouse --help where` shows what --where understands.\n", out);
	fputs("\n`rouse --help` shows the global options.\n", out);
}

/* What an expression is made of, beside columns and operators. */
static const char *const where_parts[][2] = {
	{ "CONDITION and CONDITION", "both; `and` binds closer than `or`, parentheses closer than both" },
	{ "\"text\", 'text', @\"text\"", "a text; after @ a backslash is only a backslash" },
	{ "7d, 12h, 30m, 1.5d", "a timespan, for ages" },
	{ "datetime(2026-11-20)", "a time, UTC; also datetime(2026-11-20 06:00), now(), ago(7d)" },
	{ "true, false, 42", "booleans and numbers" },
	{ "AdditionalFields.KEY", "a key of the enrichment; AdditionalFields[\"any key\"] when it is no plain word" },
	{ "@NAME", "alone: the filter that was saved under this name" },
};

static const char *const where_examples[] = {
	"MachineGroup in~ (\"win-servers-prod\") and SignatureAge > 7d",
	"DeviceName has \"sql\" and not(Flags has \"other-av\")",
	"LastSeen between (ago(2d) .. ago(1d)) or isempty(MachineGroup)",
	"AvSignatureVersion matches regex @\"^1\\.41[0-9]\\.\"",
};

void help_where(FILE *out)
{
	const char *name, *help;
	fputs("An expression is what stands after `where` in KQL, over rouse's columns (`rouse list --help` names them). Operators\n"
	      "mean what they mean there: == and in mind letter case; =~, in~, has, contains and their like fold A to Z, no other letter.\n"
	      "\nExamples:\n", out);
	for (size_t i = 0; i < sizeof where_examples / sizeof *where_examples; i++)
		fprintf(out, "  %s\n", where_examples[i]);
	fputs("\nParts:\n", out);
	for (size_t i = 0; i < sizeof where_parts / sizeof *where_parts; i++)
		fprintf(out, "  %-*s %s\n", TEXT_COLUMN - 2, where_parts[i][0], where_parts[i][1]);
	fputs("\nOperators and functions:\n", out);
	for (size_t i = 0; expr_help(i, &name, &help); i++)
		fprintf(out, "  %-*s %s\n", TEXT_COLUMN - 2, name, help);
}

void help_print(enum command command, bool given, FILE *out)
{
	for (size_t i = 0; i < command_count; i++) {
		if (given && commands[i].command == command) {
			command_help(&commands[i], out);
			return;
		}
	}
	fputs("rouse finds Windows servers that Defender for Endpoint reports healthy while their antivirus is passive.\n\n"
	      "usage: rouse [global options] [command] [options]\n\nCommands:\n", out);
	for (size_t i = 0; i < command_count; i++)
		fprintf(out, "  %-*s %s\n", TEXT_COLUMN - 2, commands[i].name, commands[i].help);
	fputs("\nGlobal options:\n", out);
	for (size_t i = 0; i < cli_option_count; i++) {
		if (cli_options[i].commands == COMMAND_ALL)
			option_line(&cli_options[i], out);
	}
	fputs("\nExit status:\n", out);
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		fprintf(out, "  %-4s %s\n", statuses[i][0], statuses[i][1]);
	fputs("\n`rouse COMMAND --help` shows the options of a command; `man rouse` has it all.\n", out);
}

void help_man_text(const char *text, FILE *out)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", out);
	for (; *text; text++) {
		if (*text == '\\')
			fputs("\\e", out);
		else if (*text == '-')
			fputs("\\-", out);
		else if (*text == '"')
			fputs("\\(dq", out);   /* a macro takes a bare one for a quote around its argument */
		else
			fputc(*text, out);
	}
}

static void man_item(const char *term, const char *argument, const char *text, FILE *out)
{
	fputs(".TP\n.B ", out);
	help_man_text(term, out);
	if (argument) {
		fputs(" \\fI", out);
		help_man_text(argument, out);
		fputs("\\fR", out);
	}
	fputc('\n', out);
	help_man_text(text, out);
	fputc('\n', out);
}

static void man_options(FILE *out)
{
	char name[80];
	fputs(".SH OPTIONS\n", out);
	for (size_t i = 0; i < cli_option_count; i++) {
		snprintf(name, sizeof name, "--%s", cli_options[i].name);
		man_item(name, cli_options[i].argument, cli_options[i].help, out);
	}
}

static void man_configuration(FILE *out)
{
	char text[512];
	fputs(".SH CONFIGURATION\nAn INI file, read from \\fI$XDG_CONFIG_HOME/rouse/config\\fR and never written. "
	      "Order: defaults, file, options.\n", out);
	for (size_t i = 0; i < option_count; i++) {
		snprintf(text, sizeof text, "%s%s%s%s", options[i].help, options[i].standard ? " (default: " : "",
		         options[i].standard ? options[i].standard : "", options[i].standard ? ")" : "");
		man_item(options[i].name, NULL, text, out);
	}
}

static void man_meanings(FILE *out)
{
	fputs(".SH VERDICTS\nEvery server in scope has exactly one; they add up to the number in scope.\n", out);
	for (int v = 0; v < VERDICT_COUNT; v++)
		man_item(verdicts[v].name, NULL, verdicts[v].meaning, out);
	fputs(".SH FLAGS\n", out);
	for (int f = 0; f < FLAG_COUNT; f++)
		man_item(flags[f].name, NULL, flags[f].meaning, out);
	fputs(".SH COLUMNS\n", out);
	for (int c = 0; c < COL_COUNT; c++)
		man_item(columns[c].name, NULL, columns[c].help, out);
	man_item("AdditionalFields.KEY", NULL, "any other key of the enrichment", out);
}

static void man_where(FILE *out)
{
	const char *name, *help;
	fputs(".SH EXPRESSIONS\nWhat \\fB\\-\\-where\\fR and the console's prompt take: the language of KQL's where over the columns above. "
	      "For example:\n.PP\n.nf\n", out);
	for (size_t i = 0; i < sizeof where_examples / sizeof *where_examples; i++) {
		help_man_text(where_examples[i], out);
		fputc('\n', out);
	}
	fputs(".fi\n", out);
	for (size_t i = 0; i < sizeof where_parts / sizeof *where_parts; i++)
		man_item(where_parts[i][0], NULL, where_parts[i][1], out);
	for (size_t i = 0; expr_help(i, &name, &help); i++)
		man_item(name, NULL, help, out);
}

void help_manual(FILE *out, void (*keys)(FILE *out, void *owner), void *owner)
{
	fputs(".TH ROUSE 1 \"\" \"rouse " ROUSE_VERSION "\" \"User Commands\"\n.SH NAME\n"
	      "rouse \\- find servers whose antivirus only looks awake\n.SH SYNOPSIS\n.B rouse\n"
	      "[global options] [command] [options]\n.SH DESCRIPTION\n"
	      "rouse finds Windows servers that Microsoft Defender for Endpoint reports healthy while the antivirus engine sits in "
	      "passive mode, and shows them in a console with what an analyst needs to act. No server is dropped without being "
	      "counted, and unknown is never counted as good.\n.SH COMMANDS\n", out);
	for (size_t i = 0; i < command_count; i++)
		man_item(commands[i].name, commands[i].usage, commands[i].help, out);
	man_options(out);
	if (keys)
		keys(out, owner);
	man_meanings(out);
	man_where(out);
	man_configuration(out);
	fputs(".SH FILES\n", out);
	man_item("$XDG_CONFIG_HOME/rouse/config", NULL, "the configuration", out);
	man_item("$XDG_CONFIG_HOME/rouse/keys", NULL, "your own keys, read after the keymap", out);
	man_item("$XDG_STATE_HOME/rouse/rouse.db", NULL, "runs, marks, notes, acceptances, saved filters, owners and tickets", out);
	man_item("$XDG_STATE_HOME/rouse/tickets", NULL, "tickets as Markdown files, where no other ticket system is configured", out);
	fputs(".SH ENVIRONMENT\n", out);
	man_item("NO_COLOR", NULL, "set and not empty: no colour anywhere", out);
	man_item("ROUSE_NOW", NULL, "a time in ISO 8601 that freezes the clock", out);
	man_item("ROUSE_CONFIG, ROUSE_STORE", NULL, "the files to use instead of the standard ones", out);
	man_item("ROUSE_CLIENT_SECRET, ROUSE_SERVICENOW_SECRET, ROUSE_SERVICENOW_CLIENT_SECRET, ROUSE_JIRA_SECRET, "
	         "ROUSE_RT_TOKEN, ROUSE_TEAMS_URL, ROUSE_SLACK_URL", NULL,
	         "secrets, before the files and commands that the configuration names; none is handed on to a child", out);
	fputs(".SH EXIT STATUS\n", out);
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		man_item(statuses[i][0], NULL, statuses[i][1], out);
}
