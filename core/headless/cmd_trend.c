/* cmd_trend.c - `rouse runs --trend`: the counts over the runs of one scope, as a plot for people and as rows for machines. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/headless/drive.h"
#include "core/io/csv.h"
#include "core/io/json.h"
#include "core/session/trend_load.h"

#define RUNS_MAX 10000
#define PLOT_ROWS 16
#define WIDTH 80              /* where the output is no terminal */
#define WIDTH_MIN 60          /* below it lines break; the numbers stay whole */
#define WIDTH_MAX 300
#define NAME_COLUMNS 14
#define NUMBER_COLUMNS 9
#define SPARK_MIN 8
#define CELL_BYTES ((size_t)1 << 21)

/* What is printed: the runs of all groups or of one. All borrowed. */
struct print {
	const struct trend_set *set;
	struct slice group;       /* as it is spelled most; no value: all */
	enum export_format format;
	FILE *out;
};

/* -- rows -- */

static void csv_number(struct strbuf *line, bool known, uint64_t number)
{
	strbuf_addc(line, ',');
	if (known)
		strbuf_addf(line, "%" PRIu64, number);
}

static void print_csv(const struct print *print, const struct trend_item *item)
{
	struct strbuf line = STRBUF_INIT(CELL_BYTES);

	strbuf_addf(&line, "%" PRId64 ",", item->run);
	time_format(&line, item->started);
	strbuf_addf(&line, ",%s,", item->complete ? "complete" : "incomplete");
	if (print->group.text)
		csv_cell(&line, print->group, false);
	for (unsigned series = 1; series < TREND_SERIES; series++)
		csv_number(&line, item->known, trend_value(item, series));
	csv_number(&line, item->known, trend_value(item, 0));
	fprintf(print->out, "%s\n", strbuf_text(&line));
	strbuf_release(&line);
}

static void csv_head(FILE *out)
{
	fputs("Run,Started,Result,Group", out);
	for (unsigned series = 1; series < TREND_SERIES; series++)
		fprintf(out, ",%s", trend_series_name(series));
	fputs(",Findings\n", out);
}

static void json_number(struct strbuf *line, const char *name, bool known, uint64_t number)
{
	strbuf_addf(line, ",\"%s\":", name);
	if (known)
		strbuf_addf(line, "%" PRIu64, number);
	else
		strbuf_adds(line, "null");
}

static void print_json(const struct print *print, const struct trend_item *item)
{
	struct strbuf line = STRBUF_INIT(CELL_BYTES);

	strbuf_addf(&line, "{\"Run\":%" PRId64 ",\"Started\":\"", item->run);
	time_format(&line, item->started);
	strbuf_addf(&line, "\",\"Result\":\"%s\",\"Group\":", item->complete ? "complete" : "incomplete");
	if (print->group.text)
		json_string(&line, print->group);
	else
		strbuf_adds(&line, "null");
	for (unsigned series = 1; series < TREND_SERIES; series++)
		json_number(&line, trend_series_name(series), item->known, trend_value(item, series));
	json_number(&line, "Findings", item->known, trend_value(item, 0));
	fprintf(print->out, "%s}", strbuf_text(&line));
	strbuf_release(&line);
}

/* -- the plot -- */

static int terminal_width(FILE *out)
{
	struct winsize size;
	int width = WIDTH;

	if (isatty(fileno(out)) && ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col)
		width = size.ws_col;
	return width < WIDTH_MIN ? WIDTH_MIN : width < WIDTH_MAX ? width : WIDTH_MAX;
}

static void print_cells(const struct trend_cell *cells, size_t count, FILE *out)
{
	struct strbuf line = STRBUF_INIT(4 * TREND_MAX_WIDTH);

	trend_cells_text(cells, count, &line);
	fputs(strbuf_text(&line), out);
	strbuf_release(&line);
}

/* A line for each series: its course, and four numbers of complete runs. */
static void print_series(const struct trend_want *want, const struct trend_plot *plot, FILE *out)
{
	const struct trend_item *items = want->items + plot->first;
	size_t count = plot->end - plot->first;
	int room = want->width - NAME_COLUMNS - 4 * (NUMBER_COLUMNS + 1);
	size_t width = (size_t)(room > SPARK_MIN ? room : SPARK_MIN);
	struct trend_cell *cells = xcalloc(width, sizeof *cells);
	struct strbuf text = STRBUF_INIT(64);

	fprintf(out, "%-*s%-*s", NAME_COLUMNS, "", (int)width, "course");
	for (int which = 0; which < TREND_FIGURES; which++)
		fprintf(out, " %*s", NUMBER_COLUMNS, trend_figure_names[which]);
	fputc('\n', out);
	for (unsigned series = 0; series < TREND_SERIES; series++) {
		size_t used = trend_spark(items, count, series, width, want->ascii, cells);

		fprintf(out, "%-*s", NAME_COLUMNS, trend_series_name(series));
		print_cells(cells, used, out);
		fprintf(out, "%*s", (int)(width - used), "");
		for (int which = 0; which < TREND_FIGURES; which++) {
			strbuf_clear(&text);
			trend_figure_text(items, count, series, (enum trend_figure)which, &text);
			fprintf(out, " %*s", NUMBER_COLUMNS, strbuf_text(&text));
		}
		fputc('\n', out);
	}
	strbuf_release(&text);
	free(cells);
}

/* `findings of Win-Servers-Prod: 30 runs, 22 Oct 2026 to 20 Nov 2026, falling`. */
static void print_title(const struct print *print, const struct trend_plot *plot)
{
	const struct trend_item *items = print->set->items + plot->first;
	size_t count = plot->end - plot->first;
	struct strbuf text = STRBUF_INIT(CELL_BYTES);
	const char *direction = trend_direction(items, count, 0);

	strbuf_adds(&text, "findings of ");
	if (print->group.len)
		utf8_visible(&text, print->group.text, print->group.len);
	else if (print->group.text)
		strbuf_adds(&text, "servers without a group");
	else
		strbuf_adds(&text, "all machine groups in scope");
	strbuf_addf(&text, ": %zu %s, ", count, count == 1 ? "run" : "runs");
	trend_days(&text, items[0].started, items[count - 1].started);
	strbuf_addf(&text, "%s%s", *direction ? ", " : "", direction);
	fprintf(print->out, "%s\n\n", strbuf_text(&text));
	strbuf_release(&text);
}

static void print_plot(const struct print *print)
{
	struct trend_want want = { .items = print->set->items, .count = print->set->count, .width = terminal_width(print->out),
	                           .height = PLOT_ROWS, .cursor = TREND_NOWHERE, .ascii = drive_ascii() };
	struct strbuf notes = STRBUF_INIT(4096);
	struct trend_plot plot;

	if (!want.count)
		return;
	trend_plot_make(&want, &plot);
	print_title(print, &plot);
	for (int row = 0; row < plot.height; row++) {
		print_cells(trend_plot_row(&plot, row), (size_t)plot.width, print->out);
		fputc('\n', print->out);
	}
	print_series(&want, &plot, print->out);
	trend_notes(&want, &plot, print->set->others, print->set->more, &notes);
	if (notes.len)
		fprintf(print->out, "\n%s", strbuf_text(&notes));
	strbuf_release(&notes);
	trend_plot_release(&plot);
}

/* -- choice -- */

/* *first: nothing was printed before; JSON separates rows, plots stand apart. */
static void print_set(const struct print *print, bool *first)
{
	if (print->format == EXPORT_TABLE) {
		if (!*first)
			fputc('\n', print->out);
		print_plot(print);
		*first = false;
	}
	for (size_t i = 0; print->format != EXPORT_TABLE && i < print->set->count; i++) {
		if (print->format == EXPORT_JSON && !*first)
			fputs(",\n", print->out);
		if (print->format == EXPORT_CSV)
			print_csv(print, &print->set->items[i]);
		else
			print_json(print, &print->set->items[i]);
		if (print->format == EXPORT_JSONL)
			fputc('\n', print->out);
		*first = false;
	}
}

/* A name that no run has would give a fine row of zeros: refused, with the nearest one. */
static int check_group(const struct trend_set *set, const char *name, const struct trend_group **found, struct error *err)
{
	struct strbuf shown = STRBUF_INIT(400), near_shown = STRBUF_INIT(400);
	const char **names = NULL, *near = NULL;

	*found = trend_set_group(set, slice_of(name));
	if (*found && ((*found)->in_scope || (*found)->gone))
		return 0;
	utf8_visible(&shown, name, strlen(name));
	if (*found) {
		error_set(err, STATUS_NO_INPUT, "The machine group %s is not in the scope of these runs, so they counted none of its servers; "
		          "`rouse groups` shows what the scope takes.", strbuf_text(&shown));
	} else {
		names = xcalloc(set->group_count + 1, sizeof *names);
		for (size_t i = 0; i < set->group_count; i++)
			names[i] = set->groups[i].name;
		near = nearest_name(name, names, set->group_count);
		if (near)
			utf8_visible(&near_shown, near, strlen(near));
		error_set(err, STATUS_NO_INPUT, "No recent run has a machine group %s; %s%s%s.", strbuf_text(&shown),
		          near ? "did you mean " : "`rouse groups` lists them", strbuf_text(&near_shown), near ? "?" : "");
	}
	free(names);
	strbuf_release(&shown);
	strbuf_release(&near_shown);
	return -1;
}

static int print_groups(const struct work *work, struct store *store, struct trend_set *set, struct print *print, struct error *err)
{
	const struct cli_list *names = &work->cli->groups;
	bool first = true;

	/* All are checked before anything is printed. */
	for (size_t i = 0; i < names->count && set->scope; i++) {
		const struct trend_group *group;
		if (check_group(set, names->items[i], &group, err))
			return -1;
	}
	if (print->format == EXPORT_CSV)
		csv_head(print->out);
	if (print->format == EXPORT_JSON)
		fputs("[\n", print->out);
	for (size_t i = 0; i < names->count && set->scope; i++) {
		const struct trend_group *group = trend_set_group(set, slice_of(names->items[i]));
		print->group = slice_of(group->name);
		if (trend_set_pick(store, set, print->group, RUNS_MAX, err))
			return -1;
		print_set(print, &first);
	}
	if (!names->count)
		print_set(print, &first);
	if (print->format == EXPORT_JSON)
		fputs(first ? "]\n" : "\n]\n", print->out);
	return 0;
}

/* Said on stderr for every format: what the rows are not. */
static void complain(const struct trend_set *set, const struct print *print)
{
	struct strbuf text = STRBUF_INIT(400);

	if (set->others && print->format != EXPORT_TABLE) {
		strbuf_addf(&text, "%zu %s of other scopes left out.", set->others, set->others == 1 ? "run" : "runs");
		drive_complain(strbuf_text(&text));
	}
	if (set->more)
		drive_complain("only the newest 10000 runs are read; the store has more.");
	strbuf_release(&text);
}

enum status cmd_trend(const struct work *work, FILE *out, struct error *err)
{
	struct session *session = NULL;
	struct trend_set set = { 0 };
	struct print print = { .set = &set, .out = out };
	enum status status = STATUS_DONE;

	if (drive_format(work->cli, &print.format, err) || session_open(&session, work->config, work->store_path, false, err))
		return err->status;
	if (session_store(session) && trend_set_open(session_store(session), NULL, RUNS_MAX, &set, err))
		status = err->status;
	else if (print_groups(work, session_store(session), &set, &print, err))
		status = err->status;
	if (!set.scope && status == STATUS_DONE && !work->cli->quiet)
		drive_complain("there is no run yet: `rouse detect` makes one.");
	if (status == STATUS_DONE)
		complain(&set, &print);
	trend_set_release(&set);
	session_close(&session);
	return status == STATUS_DONE ? drive_flush(out, status, err) : status;
}
