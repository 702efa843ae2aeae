/* cli.h - the command line: one row per command, one row per option.
 *
 * cli.c        reading the line        cli_table.c   the rows
 * help.c       --help and the command part of the man page, printed from the rows
 * cmd_*.c      one command each: 0 to 78, the exit status, comes back
 * drive.c      what the commands share: opening a session, running a job to its end
 * doctor.c     the checks */
#ifndef ROUSE_CLI_H
#define ROUSE_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

/* One bit each, so that an option can name the commands that take it. */
enum command {
	COMMAND_TRIAGE = 1 << 0,
	COMMAND_DEMO = 1 << 1,
	COMMAND_DETECT = 1 << 2,
	COMMAND_LIST = 1 << 3,
	COMMAND_RUNS = 1 << 4,
	COMMAND_DOCTOR = 1 << 5,
	COMMAND_GROUPS = 1 << 6,
	COMMAND_ACCEPT = 1 << 7,
	COMMAND_KQL = 1 << 8,
	COMMAND_RULE = 1 << 9,
	COMMAND_OWNERS = 1 << 10,
	COMMAND_TICKET = 1 << 11,
	COMMAND_RUN = 1 << 12,
	COMMAND_ALL = (1 << 13) - 1,
};

struct command_info {
	enum command command;
	const char *name;
	const char *usage;     /* what follows the name */
	const char *help;      /* one sentence */
};

extern const struct command_info commands[];
extern const size_t command_count;

/* Texts of a repeatable option, in the order given; borrowed from argv. */
struct cli_list {
	const char **items;    /* owned */
	size_t count;
};

/* A command line, understood. Texts are borrowed from argv. */
struct cli {
	enum command command;
	bool command_given;                 /* a command stood on the line */
	bool help, version, manual, list_keys;
	const char *config, *store, *color;
	struct cli_list sets;
	bool quiet, debug, no_color, plain_ui, ascii;
	struct cli_list tables[5];          /* files, by enum estate_table */
	struct cli_list groups, verdicts, contains, changes;
	const char *sort, *columns, *format, *run;
	bool all, csv_exact, json;
	const char *hosts;                  /* demo: a number; ticket: a file */
	const char *where;                  /* an expression, or @NAME of a saved filter */
	const char *until, *reason, *by;    /* accept */
	const char *dialect;                /* kql */
	bool live;                          /* demo */
	bool dry_run, send_incomplete;      /* ticket, run */
	bool anew;                          /* owners, ticket, run */
	bool fresh;                         /* ticket: --new */
	const char *title, *note;           /* ticket */
	bool revoke;
	bool trend;                         /* runs */
	const char *topic;                  /* what stood after --help and is no command: `where` */
	struct cli_list words;              /* what stood on the line beside command and options; only for commands that take any */
};

enum cli_kind { CLI_FLAG, CLI_TEXT, CLI_LIST };

struct cli_option {
	const char *name;        /* without the dashes */
	char letter;             /* short form, or 0 */
	enum cli_kind kind;
	unsigned commands;       /* bits of enum command; COMMAND_ALL: a global option */
	size_t offset;           /* of the field in struct cli */
	const char *argument;    /* how help names it; NULL for a flag */
	const char *help;
};

extern const struct cli_option cli_options[];
extern const size_t cli_option_count;

/* Reads argv. An unknown command or option, a missing or superfluous argument: STATUS_USAGE with the nearest known word. */
int cli_read(struct cli *cli, int argc, char **argv, struct error *err);
void cli_release(struct cli *cli);

#endif
