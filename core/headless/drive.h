/* drive.h - what headless commands share. */
#ifndef ROUSE_DRIVE_H
#define ROUSE_DRIVE_H

#include <stdio.h>

#include "core/headless/cli.h"
#include "core/io/export.h"
#include "core/session/session.h"

struct strbuf;

/* What a command works on; made by main. */
struct work {
	const struct cli *cli;
	const struct config *config;
	const char *store_path;
	const char *demo_owners;   /* where the demo's CMDB goes; NULL: it is no demo */
};

/* Every command: prints data to `out`, words to stderr, and returns the exit status. */
enum status cmd_detect(const struct work *work, FILE *out, struct error *err);
enum status cmd_list(const struct work *work, FILE *out, struct error *err);
enum status cmd_runs(const struct work *work, FILE *out, struct error *err);
enum status cmd_groups(const struct work *work, FILE *out, struct error *err);
/* The query that would run, and as a scheduled rule; nobody is asked. */
enum status cmd_kql(const struct work *work, FILE *out, struct error *err);
enum status cmd_rule(const struct work *work, FILE *out, struct error *err);
enum status cmd_accept(const struct work *work, FILE *out, struct error *err);
enum status cmd_owners(const struct work *work, FILE *out, struct error *err);
enum status cmd_ticket(const struct work *work, FILE *out, struct error *err);
enum status cmd_run(const struct work *work, FILE *out, struct error *err);
/* The trend as text; used by cmd_runs for --trend. */
enum status cmd_trend(const struct work *work, FILE *out, struct error *err);
/* The demo without a terminal: a morning as text. Always 0 when it could be made. */
enum status cmd_demo_text(const struct work *work, FILE *out, struct error *err);
/* Fills the session with yesterday's and today's run of the demo estate, and the demo's CMDB; both faces use it. */
int demo_prepare(struct session *session, const struct work *work, uint32_t hosts, struct error *err);
/* Reads --hosts: `2000`, `10k`, `1M`. */
int demo_hosts(const struct cli *cli, uint32_t *hosts, struct error *err);

/* The input that the command line or the configuration names. */
int drive_input(const struct work *work, struct session *session, struct session_input *input, struct error *err);
/* Steps a job to its end. */
int drive_job(struct session *session, struct error *err);
/* Loads a whole run: 0 is the newest. STATUS_NO_INPUT when there is none. */
int drive_load(struct session *session, int64_t run_id, struct error *err);
/* Prints a sentence that may hold text from outside: control and bidi characters are made visible. No line end is added. */
void drive_say(FILE *out, const char *sentence);
/* Prints `rouse: `, the sentence and a line end on stderr. */
void drive_complain(const char *sentence);
/* Prints the lines below the count line: findings, change and accepted ones, acceptances that ended, where the estate went, rows read,
 * baseline, reasons. */
void drive_summary(struct session *session, FILE *out);
/* detect_lines.c: what else a reader of a fresh run should know: canaries, servers not covered, guards that are off, and the run
 * that a changed scope or an incomplete baseline hides. */
void detect_lines(struct session *session, FILE *out);
/* Appends `run 3 is 61d old` when the run is older than two days; returns whether it is. Meant for the newest run, not for one that was
 * asked for by its number. */
bool drive_run_old(const struct run *run, int64_t now, struct strbuf *out);
/* The same as a sentence on stderr. */
void drive_say_old(const struct run *run, int64_t now);
/* Prints the reasons on stderr; returns STATUS_INCOMPLETE or STATUS_DONE. */
enum status drive_verdict(const struct run *run, FILE *data);
/* Whether the locale cannot show more than ASCII. */
bool drive_ascii(void);
/* Reads --format; a table without it. */
int drive_format(const struct cli *cli, enum export_format *format, struct error *err);
/* Flushes data; a full disk or a closed pipe is STATUS_IO. */
enum status drive_flush(FILE *out, enum status status, struct error *err);

#endif
