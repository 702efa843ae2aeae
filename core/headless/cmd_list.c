#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/headless/drive.h"
#include "core/io/export.h"
#include "core/model/filter.h"
#include "core/model/sort.h"

/* A text column is never longer than the 1 MiB a cell may have; enrichment can be. */
#define TEXT_MAX_BYTES ((size_t)1 << 26)

/* The choice of rows, folded once. */
struct choice {
	struct strbuf *groups;         /* owned */
	size_t group_count;
	bool verdicts[VERDICT_COUNT + 1], any_verdict;
	bool changes[CHANGE_COUNT], any_change;
	struct strbuf *contains;       /* owned */
	size_t contains_count;
	bool all;
};

static struct strbuf *fold_all(const struct cli_list *list)
{
	struct strbuf *folded = xcalloc(list->count + 1, sizeof *folded);
	for (size_t i = 0; i < list->count; i++) {
		strbuf_init(&folded[i], TEXT_MAX_BYTES);
		utf8_fold(&folded[i], list->items[i], strlen(list->items[i]));
	}
	return folded;
}

static void choice_release(struct choice *choice)
{
	for (size_t i = 0; i < choice->group_count; i++)
		strbuf_release(&choice->groups[i]);
	for (size_t i = 0; i < choice->contains_count; i++)
		strbuf_release(&choice->contains[i]);
	free(choice->groups);
	free(choice->contains);
}

static int read_verdicts(const struct cli *cli, struct choice *choice, struct error *err)
{
	const char *names[VERDICT_COUNT];
	for (int v = 0; v < VERDICT_COUNT; v++)
		names[v] = verdicts[v].name;
	for (size_t i = 0; i < cli->verdicts.count; i++) {
		enum verdict verdict = verdict_named(slice_of(cli->verdicts.items[i]));
		if (verdict == VERDICT_NONE) {
			const char *near = nearest_name(cli->verdicts.items[i], names, VERDICT_COUNT);
			if (near)
				return error_set(err, STATUS_USAGE, "--verdict: there is no such verdict; did you mean `%s`?", near);
			return error_set(err, STATUS_USAGE, "--verdict takes active, passive, edr-block, passive-audit, disabled, unknown "
			                 "or unassessed.");
		}
		choice->verdicts[verdict] = choice->any_verdict = true;
	}
	return 0;
}

static int read_changes(const struct cli *cli, struct choice *choice, struct error *err)
{
	for (size_t i = 0; i < cli->changes.count; i++) {
		int found = 0;
		for (int c = CHANGE_NEW; c < CHANGE_COUNT; c++) {
			if (slice_is_nocase(slice_of(cli->changes.items[i]), change_names[c]))
				found = c;
		}
		if (!found)
			return error_set(err, STATUS_USAGE, "--change takes new, persisting, resolved or vanished.");
		choice->changes[found] = choice->any_change = true;
	}
	return 0;
}

static int choice_read(const struct cli *cli, struct choice *choice, struct error *err)
{
	*choice = (struct choice){ .all = cli->all };
	choice->groups = fold_all(&cli->groups);
	choice->group_count = cli->groups.count;
	choice->contains = fold_all(&cli->contains);
	choice->contains_count = cli->contains.count;
	return read_verdicts(cli, choice, err) || read_changes(cli, choice, err) ? -1 : 0;
}

static bool group_chosen(const struct choice *choice, struct slice group)
{
	struct strbuf folded = STRBUF_INIT(TEXT_MAX_BYTES);
	bool found = choice->group_count == 0;
	if (!found && group.text)
		utf8_fold(&folded, group.text, group.len);
	for (size_t i = 0; i < choice->group_count && !found && group.text; i++)
		found = slice_equal((struct slice){ strbuf_text(&folded), folded.len },
		                    (struct slice){ strbuf_text(&choice->groups[i]), choice->groups[i].len });
	strbuf_release(&folded);
	return found;
}

/* One of the text columns holds the (folded) words. */
static bool row_contains(const struct lens *lens, uint32_t row, const struct strbuf *word)
{
	struct strbuf scratch = STRBUF_INIT(TEXT_MAX_BYTES), text = STRBUF_INIT(TEXT_MAX_BYTES), folded = STRBUF_INIT(4 * TEXT_MAX_BYTES);
	bool found = false;
	for (int c = 0; c < COL_COUNT && !found; c++) {
		struct column_ref ref = { .id = (enum column_id)c };
		struct value value;
		if (columns[c].id == COL_PORTAL_URL)
			continue;
		value_get(lens, row, &ref, &scratch, &value);
		strbuf_clear(&text);
		strbuf_clear(&folded);
		value_export(lens, row, &value, &text);
		utf8_fold(&folded, strbuf_text(&text), text.len);
		found = bytes_find(strbuf_text(&folded), folded.len, strbuf_text(word), word->len) != NULL;
	}
	strbuf_release(&scratch);
	strbuf_release(&text);
	strbuf_release(&folded);
	return found;
}

static bool row_chosen(const struct choice *choice, const struct lens *lens, uint32_t row)
{
	const struct table *table = lens->table;
	if (choice->any_change) {
		if (!choice->changes[table->change[row]])
			return false;
	} else if (!table_is_present(table, row)) {
		return false;
	} else if (!choice->all && !choice->any_verdict && !table_is_finding(table, row)) {
		return false;
	}
	if (choice->any_verdict && !choice->verdicts[table->verdict[row]])
		return false;
	if (!group_chosen(choice, table_text(table, TEXT_GROUP, row)))
		return false;
	for (size_t i = 0; i < choice->contains_count; i++) {
		if (!row_contains(lens, row, &choice->contains[i]))
			return false;
	}
	return true;
}

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

static uint32_t choose_rows(const struct choice *choice, const struct lens *lens, const uint32_t *order, uint32_t *rows)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < lens->table->count; i++) {
		if (row_chosen(choice, lens, order[i]))
			rows[count++] = order[i];
	}
	return count;
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
	uint32_t *order = xmalloc((lens.table->count + 1) * sizeof *order);
	uint32_t *rows = xmalloc((lens.table->count + 1) * sizeof *rows);
	if (work->cli->sort)
		sort_rows(&lens, keys, (size_t)key_count, order);
	else
		order_worst(&lens, order);
	struct export export = {
		.format = format, .lens = &lens, .columns = refs, .column_count = (size_t)column_count, .rows = rows,
		.row_count = choose_rows(choice, &lens, order, rows), .exact = work->cli->csv_exact,
		.ascii = drive_ascii(), .width = terminal_width(out),
	};
	/* An empty list must not look like an empty estate. */
	if (!export.row_count && !work->cli->quiet)
		fprintf(stderr, "rouse: no row is listed; run %" PRId64 " has %" PRIu32 " findings among %" PRIu32 " servers in scope.\n",
		        session_run(session)->id, run_findings(session_run(session)), session_run(session)->estate.in_scope);
	int failed = export_stream(&export, out, err) || session_bag_error(session, err);
	free(order);
	free(rows);
	return failed;
}

/* The newest run may be of other groups than the configuration names; its rows are then another answer than one expects. */
static void say_other_scope(const struct work *work, const struct session *session)
{
	const struct run *run = session_run(session);
	struct strbuf scope = STRBUF_INIT(SIZE_MAX);
	scope_text(session_scope(session), &scope);
	if (!work->cli->quiet && run->scope && strcmp(run->scope, strbuf_text(&scope)) != 0)
		fprintf(stderr, "rouse: run %" PRId64 " was made with another scope than the configuration has now.\n", run->id);
	strbuf_release(&scope);
}

enum status cmd_list(const struct work *work, FILE *out, struct error *err)
{
	struct session *session = NULL;
	struct choice choice = {0};
	enum status status;
	int64_t id;
	if (choice_read(work->cli, &choice, err) || read_run_id(work->cli, &id, err) ||
	    session_open(&session, work->config, work->store_path, false, err) || drive_load(session, id, err) ||
	    print_rows(work, session, &choice, out, err))
		status = err->status;
	else
		status = drive_flush(out, drive_verdict(session_run(session), NULL), err);
	if (session && session_run(session))
		say_other_scope(work, session);
	choice_release(&choice);
	session_close(&session);
	return status;
}
