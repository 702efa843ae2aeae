/* main.c - the program: reads the command line and the configuration, and gives each command its face. */
#include <inttypes.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/resource.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/log.h"
#include "core/base/strbuf.h"
#include "core/headless/demo_live.h"
#include "core/headless/demo_loop.h"
#include "core/headless/doctor.h"
#include "core/headless/drive.h"
#include "core/headless/help.h"
#include "core/sources/demo.h"
#include "tui/app.h"
#include "tui/keymap.h"
#include "tui/manual.h"
#include "tui/term.h"

#define DEMO_LIVE_SET_BYTES 256   /* of a section, a key and an address */
#define DEMO_SET_BYTES 256

/* Colour and drawing as the command line and the configuration ask; the environment is term.c's. */
static void terminal_options(const struct work *work, struct term_options *term)
{
	const char *when = work->cli->no_color ? "never" : work->cli->color;
	const char *ascii = config_text(work->config, "ui.ascii");
	*term = (struct term_options){ .plain = work->cli->plain_ui, .mouse = config_bool(work->config, "ui.mouse") };
	const char *theme = config_text(work->config, "ui.theme");
	term->theme = theme && strcmp(theme, "auto") != 0 ? theme : NULL;
	if (when && !strcmp(when, "never"))
		term->colour = TERM_COLOUR_NEVER;
	else if (when && !strcmp(when, "always"))
		term->colour = TERM_COLOUR_ALWAYS;
	if (work->cli->ascii || (ascii && !strcmp(ascii, "yes")))
		term->ascii = TERM_ASCII_YES;
	else if (ascii && !strcmp(ascii, "no"))
		term->ascii = TERM_ASCII_NO;
}

static enum status run_console(const struct work *work, struct error *err)
{
	struct console_options how = {0};
	struct session_input input = {0};
	struct session *session = NULL;
	enum status status = STATUS_FAILED;
	bool demo = work->cli->command == COMMAND_DEMO;
	bool given = false;
	uint32_t hosts = 0;
	for (int table = 0; table < 5; table++)
		given |= work->cli->tables[table].count > 0;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		error_set(err, STATUS_USAGE, "The console needs a terminal; `rouse list` prints the findings without one.");
		return STATUS_USAGE;
	}
	terminal_options(work, &how.term);
	if ((demo && demo_hosts(work->cli, &hosts, err)) ||
	    session_open(&session, work->config, work->store_path, demo, err) ||
	    (given && drive_input(work, session, &input, err)) || (demo && !work->cli->live && demo_prepare(session, work, hosts, err)))
		goto out;
	how.input = given ? &input : NULL;
	how.demo = demo;
	how.where = work->cli->where;
	int ended = console_run(session, work->config, &how, err);
	session_close(&session);
	return ended < 0 ? err->status : (enum status)ended;
out:
	status = err->status;
	session_close(&session);
	return status;
}

static enum status run_doctor(const struct work *work, struct error *err)
{
	struct doctor doctor = { .out = stdout, .json = work->cli->json };
	doctor_core(&doctor, work);
	doctor_live(&doctor, work);
	doctor_closing(&doctor, work);
	manual_doctor(work->config, &doctor);
	enum status status = doctor_end(&doctor);
	return drive_flush(stdout, status, err);
}

static enum status print_keys(const struct config *config, bool manual, struct error *err)
{
	struct keymap *map = manual_keymap(config, NULL);
	if (manual)
		help_manual(stdout, map ? manual_man_keys : NULL, map);
	else if (map)
		manual_keys(map, stdout);
	enum status status = map || manual ? STATUS_DONE : STATUS_CONFIG;
	keymap_free(&map);
	return drive_flush(stdout, status, err);
}

static enum status run_command(const struct work *work, struct error *err)
{
	const struct cli *cli = work->cli;
	if (cli->manual || cli->list_keys)
		return print_keys(work->config, cli->manual, err);
	switch (cli->command) {
	case COMMAND_DETECT: return cmd_detect(work, stdout, err);
	case COMMAND_LIST: return cmd_list(work, stdout, err);
	case COMMAND_RUNS: return cmd_runs(work, stdout, err);
	case COMMAND_GROUPS: return cmd_groups(work, stdout, err);
	case COMMAND_ACCEPT: return cmd_accept(work, stdout, err);
	case COMMAND_OWNERS: return cmd_owners(work, stdout, err);
	case COMMAND_TICKET: return cmd_ticket(work, stdout, err);
	case COMMAND_RUN: return cmd_run(work, stdout, err);
	case COMMAND_KQL: return cmd_kql(work, stdout, err);
	case COMMAND_RULE: return cmd_rule(work, stdout, err);
	case COMMAND_DOCTOR: return run_doctor(work, err);
	case COMMAND_DEMO:
		if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
			return cmd_demo_text(work, stdout, err);
		return run_console(work, err);
	case COMMAND_TRIAGE:
	case COMMAND_ALL:
		break;
	}
	return run_console(work, err);
}

/* The demo against the stand-in tenant: its addresses, every machine group in scope. */
static int load_live_config(const struct cli *cli, const struct demo_live *live, const struct demo_loop *loop, struct config **config,
                            struct error *err)
{
	static const char *const heads[] = { "graph.endpoint=", "graph.login=", "graph.tenant=", "graph.client=", "source.kind=" };
	const char *const tails[] = { live->address, live->address, DEMO_LIVE_TENANT, DEMO_LIVE_CLIENT, "graph" };
	enum { OWN = sizeof heads / sizeof *heads };
	const char **sets = xcalloc(OWN + cli->sets.count + DEMO_LOOP_SETS + 1, sizeof *sets);
	char texts[OWN][DEMO_LIVE_SET_BYTES];
	size_t count = 0;
	for (; count < OWN; count++) {
		snprintf(texts[count], sizeof texts[count], "%s%s", heads[count], tails[count]);
		sets[count] = texts[count];
	}
	for (size_t i = 0; i < DEMO_LOOP_SETS; i++)
		sets[count++] = loop->sets[i];
	for (size_t i = 0; i < cli->sets.count; i++)
		sets[count++] = cli->sets.items[i];
	int failed = config_load(config, "/dev/null", sets, count, err);
	free(sets);
	return failed;
}

/* The demo keeps to itself: its own scope and no file (or the scope of --config), and whatever a configuration names, its own CMDB and tickets;
 * only what the command line sets comes on top. */
static int load_demo_config(const struct cli *cli, const struct demo_loop *loop, struct config **config, struct error *err)
{
	size_t own = cli->config ? 0 : demo_group_count + demo_canary_count, count = 0;
	const char **sets = xcalloc(own + cli->sets.count + DEMO_LOOP_SETS + 2, sizeof *sets);
	struct strbuf *texts = xcalloc(own + 1, sizeof *texts);
	for (; count < own; count++) {
		bool group = count < demo_group_count;
		strbuf_init(&texts[count], DEMO_SET_BYTES);
		strbuf_addf(&texts[count], "scope.%s=%s", group ? "group" : "canary",
		            group ? demo_groups[count] : demo_canaries[count - demo_group_count]);
		sets[count] = strbuf_text(&texts[count]);
	}
	if (!cli->config)
		sets[count++] = "source.kind=demo";
	for (size_t i = 0; i < DEMO_LOOP_SETS; i++)
		sets[count++] = loop->sets[i];
	for (size_t i = 0; i < cli->sets.count; i++)
		sets[count++] = cli->sets.items[i];
	int failed = config_load(config, cli->config ? cli->config : "/dev/null", sets, count, err);
	for (size_t i = 0; i < own; i++)
		strbuf_release(&texts[i]);
	free(texts);
	free(sets);
	return failed;
}

static int load_config(const struct cli *cli, struct demo_live *live, struct demo_loop *loop, struct config **config, struct error *err)
{
	uint32_t hosts;
	if (cli->command == COMMAND_DEMO && demo_loop_start(loop, err))
		return -1;
	/* The console asks the stand-in while it is open already: nobody knows the hosts that a CMDB would have. */
	if (cli->live && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		(void)snprintf(loop->sets[2], sizeof loop->sets[2], "owners.kind=none");
	if (cli->command == COMMAND_DEMO && cli->live)
		return demo_hosts(cli, &hosts, err) || demo_live_start(live, hosts, err) || load_live_config(cli, live, loop, config, err);
	if (cli->command == COMMAND_DEMO)
		return load_demo_config(cli, loop, config, err);
	return config_load(config, cli->config, cli->sets.items, cli->sets.count, err);
}

/* What libcurl and libcrypto keep of a token is in memory of theirs, which nobody wipes or leaves out of a core dump. The limit alone does not
 * stop a dump that goes to a program (core_pattern `|...`); the second keeps other programs of the same user out of our memory too. */
static void dump_no_core(const struct config *config)
{
	static const struct { const char *option, *harmless; } places[] = {
		{ "source.kind", "files demo" }, { "owners.kind", "none csv" }, { "tickets.kind", "none markdown" },
	};
	size_t count = 0;
	const char *const *notify = config_list(config, "notify.kind", &count);
	bool secret = false;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		const char *kind = config_text(config, places[i].option);
		secret |= kind && !strstr(places[i].harmless, kind);
	}
	for (size_t i = 0; i < count; i++)
		secret |= strcmp(notify[i], "stdout") != 0 && strcmp(notify[i], "none") != 0;
	if (!secret)
		return;
	(void)setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
#ifdef PR_SET_DUMPABLE
	(void)prctl(PR_SET_DUMPABLE, 0);
#endif
}

static enum status with_config(const struct cli *cli, struct error *err)
{
	struct config *config = NULL;
	struct demo_live live = { 0 };
	struct demo_loop loop = { 0 };
	if (load_config(cli, &live, &loop, &config, err)) {
		demo_live_end(&live);
		demo_loop_end(&loop);
		return err->status;
	}
	dump_no_core(config);
	bool demo = cli->command == COMMAND_DEMO;
	char *standard = demo || cli->store ? NULL : config_store_path();
	struct work work = { cli, config, cli->store ? cli->store : demo ? ":memory:" : standard, demo ? loop.owners : NULL };
	enum status status;
	if (work.store_path) {
		status = run_command(&work, err);
	} else {
		error_set(err, STATUS_CONFIG, "HOME is not set, so there is no place for the store; give --store FILE.");
		status = STATUS_CONFIG;
	}
	free(standard);
	config_free(&config);
	demo_live_end(&live);
	demo_loop_end(&loop);
	return status;
}

int main(int argc, char **argv)
{
	struct cli cli;
	struct error err = {0};
	enum status status;
	setlocale(LC_ALL, "");
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);   /* a file size limit is an error like a full disk */
	if (cli_read(&cli, argc, argv, &err)) {
		status = err.status;
	} else if (cli.help) {
		if (cli.topic)
			help_where(stdout);
		else
			help_print(cli.command, cli.command_given, stdout);
		status = drive_flush(stdout, STATUS_DONE, &err);
	} else if (cli.version) {
		puts("rouse " ROUSE_VERSION);
		status = drive_flush(stdout, STATUS_DONE, &err);
	} else {
		if (cli.debug)
			log_enable();
		status = with_config(&cli, &err);
	}
	if (err.text[0] && status != STATUS_DONE)
		drive_complain(err.text);
	cli_release(&cli);
	return (int)status;
}
