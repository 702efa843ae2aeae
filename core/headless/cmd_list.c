#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/headless/cmd_list_choice.h"
#include "core/headless/drive.h"
#include "core/io/export.h"
#include "core/model/sort.h"

/* A text column is never longer than the 1 MiB a cell may have; enrichment can be. */
#define TEXT_MAX_BYTES ((size_t)1 << 26)

static int name_error(const char *option, int result, struct slice bad, struct error *err)
{
	if (result == -2)
		return error_set(err, STATUS_USAGE, "--%s names more columns than there can be.", option);
	if (result == -3)
		return error_set(err, STATUS_USAGE, "--%s names the column `%.*s` twice.", option, (int)bad.len, bad.text);
	struct strbuf shown = STRBUF_INIT(512);
	utf8_visible(&shown, bad.text, bad.len > 100 ? 100 : bad.len);
	const char *near = column_nearest(bad);
	error_set(err, STATUS_USAGE, "--%s: there is no column `%s`%s%s%s", option, strbuf_text(&shown), near ? "; did you mean `" : "",
	          near ? near : ". `rouse --help list` names them all.", near ? "`?" : "");
	strbuf_release(&shown);
	return -1;
}

static int pick_columns(const struct cli *cli, enum export_format format, struct column_ref *refs, struct error *err)
{
	/* The few that fit a terminal; files get everything. */
	static const char standard[] = "Verdict,DeviceName,MachineGroup,OSPlatform,SignatureAge,SeenAge,Flags,Change";
	static const char vanished[] = "Verdict,DeviceName,MachineGroup,SeenAge,Change,AdditionalFields.Vanished";
	const char *names = cli->columns ? cli->columns : standard;
	for (size_t i = 0; i < cli->changes.count && !cli->columns; i++) {
		if (slice_is_nocase(slice_of(cli->changes.items[i]), change_names[CHANGE_VANISHED]))
			names = vanished;
	}
	struct slice bad;
	if (!cli->columns && format != EXPORT_TABLE)
		return (int)export_standard_columns(refs, COL_COUNT);
	int count = column_list(names, refs, COL_COUNT, &bad);
	if (count == 0)
		return error_set(err, STATUS_USAGE, "--columns names no column; `rouse --help list` names them all.");
	return count < 0 ? name_error("columns", count, bad, err) : count;
}

static uint32_t kept_rows(const struct chosen *chosen, const uint32_t *order, uint32_t count, uint32_t *rows)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < count; i++) {
		rows[kept] = order[i];
		kept += chosen->keep[order[i]];
	}
	return kept;
}

/* A table is read by people: it begins with what may be missing from it. */
static void print_reasons(const struct run *run, FILE *out)
{
	for (size_t i = 0; i < run->reason_count; i++) {
		fputs("INCOMPLETE: ", out);
		drive_say(out, run->reasons[i].sentence);
		fputc('\n', out);
	}
}

static unsigned terminal_width(FILE *out)
{
	struct winsize size;
	if (!isatty(fileno(out)) || ioctl(fileno(out), TIOCGWINSZ, &size) != 0)
		return 0;
	return size.ws_col;
}

static int read_run_id(const struct cli *cli, int64_t *id, struct error *err)
{
	*id = 0;
	if (!cli->run)
		return 0;
	char *end = NULL;
	errno = 0;
	long long number = strtoll(cli->run, &end, 10);
	if (!*cli->run || *end || number <= 0 || errno == ERANGE)
		return error_set(err, STATUS_USAGE, "--run takes the number of a run; `rouse runs` lists them.");
	*id = number;
	return 0;
}

static int print_rows(const struct work *work, struct session *session, const struct choice *choice, FILE *out, struct error *err)
{
	struct sort_key keys[SORT_KEYS_MAX];
	struct column_ref refs[COL_COUNT];
	struct slice bad;
	struct lens lens;
	enum export_format format;
	if (drive_format(work->cli, &format, err))
		return -1;
	int column_count = pick_columns(work->cli, format, refs, err);
	int key_count = sort_parse(work->cli->sort ? work->cli->sort : SORT_DEFAULT, keys, &bad);
	if (column_count < 0)
		return -1;
	if (key_count == 0)
		return error_set(err, STATUS_USAGE, "--sort names no column; `rouse --help list` names them all.");
	if (key_count < 0)
		return name_error("sort", key_count, bad, err);
	session_lens(session, &lens);
	struct chosen chosen = {0};
	choose_rows(choice, &lens, &chosen);
	uint32_t *order = xmalloc((lens.table->count + 1) * sizeof *order);
	uint32_t *rows = xmalloc((lens.table->count + 1) * sizeof *rows);
	if (work->cli->sort)
		sort_rows(&lens, keys, (size_t)key_count, order);
	else
		order_worst(&lens, order);
	struct export export = {
		.format = format, .lens = &lens, .columns = refs, .column_count = (size_t)column_count, .rows = rows,
		.row_count = kept_rows(&chosen, order, lens.table->count, rows), .exact = work->cli->csv_exact,
		.ascii = drive_ascii(), .width = terminal_width(out),
	};
	/* An empty list must not look like an empty estate. */
	if (!export.row_count && !work->cli->quiet)
		fprintf(stderr, "rouse: no row is listed; run %" PRId64 " has %" PRIu32 " findings among %" PRIu32 " servers in scope.\n",
		        session_run(session)->id, run_findings(session_run(session)), session_run(session)->estate.in_scope);
	chosen_say(&chosen);   /* with --quiet too: these are reasons, not manners */
	choice_say_groups(choice, &work->cli->groups, session_run(session));
	if (format == EXPORT_TABLE)
		print_reasons(session_run(session), out);
	int failed = export_stream(&export, out, err) || session_bag_error(session, err);
	chosen_release(&chosen);
	free(order);
	free(rows);
	return failed;
}

/* The newest run may be of other groups than the configuration names; its rows are then another answer than one expects. With --quiet
 * too: it is no manner of speaking. */
static void say_other_scope(const struct session *session)
{
	const struct run *run = session_run(session);
	struct strbuf scope = STRBUF_INIT(SIZE_MAX);
	scope_text(session_scope(session), &scope);
	if (run->scope && strcmp(run->scope, strbuf_text(&scope)) != 0)
		fprintf(stderr, "rouse: run %" PRId64 " was made with another scope than the configuration has now.\n", run->id);
	strbuf_release(&scope);
}

static bool is_table(const struct cli *cli)
{
	return !cli->format || !strcmp(cli->format, export_format_names[EXPORT_TABLE]);
}

enum status cmd_list(const struct work *work, FILE *out, struct error *err)
{
	struct session *session = NULL;
	struct choice choice = {0};
	enum status status;
	int64_t id;
	if (choice_read(work->cli, &choice, err) || read_run_id(work->cli, &id, err) ||
	    session_open(&session, work->config, work->store_path, false, err) || choice_where(work, session, &choice, err) ||
	    drive_load(session, id, err) || print_rows(work, session, &choice, out, err))
		status = err->status;
	else
		status = drive_flush(out, drive_verdict(session_run(session), is_table(work->cli) ? out : NULL), err);
	if (session && session_run(session)) {
		say_other_scope(session);
		if (!work->cli->run)
			drive_say_old(session_run(session), session_now(session));
	}
	choice_release(&choice);
	session_close(&session);
	return status;
}
