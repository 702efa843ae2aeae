#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/headless/demo_loop.h"
#include "core/headless/drive.h"
#include "core/headless/where.h"
#include "core/io/export.h"
#include "core/model/filter.h"
#include "core/model/sort.h"
#include "core/sources/demo.h"

/* Rows of each list in the printed morning. */
#define MORNING_ROWS 12
#define MORNING_WIDTH 110
#define HOSTS_LIMIT 2000000u

int demo_hosts(const struct cli *cli, uint32_t *hosts, struct error *err)
{
	*hosts = DEMO_HOSTS;
	if (!cli->hosts)
		return 0;
	char *end = NULL;
	unsigned long long number = strtoull(cli->hosts, &end, 10);
	if (*end == 'k')
		number *= 1000, end++;
	else if (*end == 'M')
		number *= 1000000, end++;
	if (cli->hosts[0] < '0' || cli->hosts[0] > '9' || *end || number < 1 || number > HOSTS_LIMIT)
		return error_set(err, STATUS_USAGE, "--hosts takes a number from 1 to 2M, such as 2000 or 100k.");
	*hosts = (uint32_t)number;
	return 0;
}

static int detect_days(struct session *session, uint32_t hosts, struct error *err)
{
	struct session_input configured;
	if (session_configured_input(session, &configured) && configured.live)
		return session_detect(session, &configured, 0, err) || drive_job(session, err) ? -1 : 0;
	int64_t now = session_now(session);
	for (int day = 1; day >= 0; day--) {
		struct session_input input = { .demo = true, .demo_hosts = hosts, .demo_day = day, .demo_now = now };
		if (session_detect(session, &input, now - day * SPAN_DAY, err) || drive_job(session, err))
			return -1;
	}
	return 0;
}

int demo_prepare(struct session *session, const struct work *work, uint32_t hosts, struct error *err)
{
	return detect_days(session, hosts, err) || demo_loop_owners(session, work->demo_owners, err) ? -1 : 0;
}

static uint32_t rows_of(const struct lens *lens, struct expr *where, const uint32_t *order, enum tab tab, uint32_t *rows)
{
	struct filter filter = { .tab = tab, .expr = where };
	uint8_t *keep = xmalloc(lens->table->count + 1);
	uint32_t count = 0;
	filter_rows(&filter, lens, NULL, 0, 0, lens->table->count, keep);
	for (uint32_t i = 0; i < lens->table->count; i++) {
		if (keep[order[i]])
			rows[count++] = order[i];
	}
	free(keep);
	return count;
}

static int print_list(const struct lens *lens, struct expr *where, const uint32_t *order, enum tab tab, const char *title,
                      FILE *out, struct error *err)
{
	struct column_ref refs[COL_COUNT];
	struct slice bad;
	int columns_shown = column_list("Verdict,DeviceName,MachineGroup,SignatureAge,SeenAge,Flags", refs, COL_COUNT, &bad);
	uint32_t *rows = xmalloc((lens->table->count + 1) * sizeof *rows);
	uint32_t count = rows_of(lens, where, order, tab, rows);
	uint32_t shown = count < MORNING_ROWS ? count : MORNING_ROWS;
	fprintf(out, "\n%s: %" PRIu32 "%s\n", title, count, shown < count ? ", the worst first" : "");
	struct export export = {
		.format = EXPORT_TABLE, .lens = lens, .columns = refs, .column_count = (size_t)columns_shown, .rows = rows,
		.row_count = shown, .width = MORNING_WIDTH, .ascii = drive_ascii(),
	};
	int failed = shown ? export_stream(&export, out, err) : 0;
	if (shown < count)
		fprintf(out, "... and %" PRIu32 " more\n", count - shown);
	free(rows);
	return failed;
}

/* `whole`: with the ticket and the digest; a store that stays would keep a ticket of a folder that is gone, and lists
 * that were narrowed are all that was asked for. */
static int print_morning(struct session *session, struct expr *where, bool whole, FILE *out, struct error *err)
{
	const struct run *run = session_run(session);
	struct strbuf text = STRBUF_INIT(4096);
	struct lens lens;
	session_lens(session, &lens);
	uint32_t *order = xmalloc((lens.table->count + 1) * sizeof *order);
	order_worst(&lens, order);
	strbuf_adds(&text, "A morning with rouse, ");
	time_format(&text, run->started);
	strbuf_adds(&text, " (a generated estate; nothing leaves this machine)\n\n");
	run_count_line(run, &text);
	fprintf(out, "%s\n", strbuf_text(&text));
	drive_summary(session, out);
	strbuf_clear(&text);
	if (where) {
		expr_print(where, &text);
		fputs("\nThe lists hold the rows where ", out);
		drive_say(out, strbuf_text(&text));
		fputc('\n', out);
	}
	int failed = print_list(&lens, where, order, TAB_NEW, "New since yesterday", out, err) ||
	             print_list(&lens, where, order, TAB_FINDINGS, "All findings", out, err) ||
	             print_list(&lens, where, order, TAB_RESOLVED, "Resolved or vanished since yesterday", out, err) ||
	             (whole && demo_loop_print(session, out, err));
	fputs("\nOn a terminal `rouse demo` opens the console on this estate. With your own tables:\n"
	      "  rouse detect --device-info DeviceInfo.csv --assessment Assessment.csv --gathering InfoGathering.csv\n"
	      "  rouse\n", out);
	free(order);
	strbuf_release(&text);
	return failed ? -1 : 0;
}

static int read_where(const struct work *work, struct session *session, struct expr **where, struct error *err)
{
	char name[WHERE_NAME_MAX + 1];
	if (work->cli->where && where_read(session_store(session), work->cli->where, where, name, NULL, err))
		return error_prefix(err, "--where");
	return 0;
}

enum status cmd_demo_text(const struct work *work, FILE *out, struct error *err)
{
	struct session *session = NULL;
	struct expr *where = NULL;
	enum status status = STATUS_DONE;
	uint32_t hosts;
	if (demo_hosts(work->cli, &hosts, err) || session_open(&session, work->config, work->store_path, true, err) ||
	    read_where(work, session, &where, err) || demo_prepare(session, work, hosts, err) ||
	    print_morning(session, where, !work->cli->store && !where, out, err))
		status = err->status;
	else
		status = drive_flush(out, STATUS_DONE, err);
	expr_free(&where);
	session_close(&session);
	return status;
}
