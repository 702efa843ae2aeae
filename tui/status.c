#include "tui/status.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "tui/draw.h"
#include "tui/fit.h"
#include "tui/prompt.h"

#define LINE_BYTES 4096
#define TABS_WIDE 100   /* columns from which on every title is whole, accepted ones or not */

static const char *const month_names[12] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

int status_width(const struct strbuf *text)
{
	return fit_columns(strbuf_text(text), text->len, !term_utf8());
}

/* UTC everywhere: exports, portal and colleagues elsewhere agree on it. */
void status_time(struct strbuf *out, int64_t seconds)
{
	time_t when = (time_t)seconds;
	struct tm tm = {0};

	if (seconds == TIME_NONE || !gmtime_r(&when, &tm))
		return;
	strbuf_addf(out, "%04d-%02d-%02d %02d:%02dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min);
}

void status_time_short(struct strbuf *out, int64_t seconds)
{
	time_t when = (time_t)seconds;
	struct tm tm = {0};

	if (seconds == TIME_NONE || !gmtime_r(&when, &tm))
		return;
	strbuf_addf(out, "%d %s %02d:%02dZ", tm.tm_mday, month_names[tm.tm_mon], tm.tm_hour, tm.tm_min);
}

/* `5m old`; a run that is dated ahead of the clock is not called old. */
static void add_age(struct strbuf *out, int64_t age)
{
	if (age < 0) {
		strbuf_adds(out, "dated ahead of the clock");
		return;
	}
	age_format(out, age);
	strbuf_adds(out, " old");
}

/* `INC0010042: 8 hosts`: the ticket that most findings are on. */
static bool add_record(const struct app *app, struct strbuf *out)
{
	const struct ticket_links *links = session_tickets(app->session);
	const struct ticket_link *record = app->record < links->record_count ? &links->records[app->record] : NULL;

	if (!record)
		return false;
	strbuf_addf(out, "%s: %s host%s%s", record->number, NUMBER(app->record_hosts), app->record_hosts == 1 ? "" : "s",
	            record->state == TICKET_OPEN ? "" : " (uncertain)");
	return true;
}

/* What is shown, from when, and whether it may be believed: the first thing one reads. */
void status_title(struct app *app)
{
	const struct run *run = session_run(app->session);
	struct strbuf left = STRBUF_INIT(LINE_BYTES), right = STRBUF_INIT(LINE_BYTES);
	int x, cols = app->cols;

	draw_fill(0, 0, cols, ROLE_TITLE);
	x = draw_string(0, 0, cols, ROLE_TITLE, app->options->demo ? " rouse demo " : " rouse ");
	if (run) {
		strbuf_addf(&left, "  run %lld  ", (long long)run->id);
		status_time_short(&left, run->started);
		strbuf_adds(&left, "  ");
		x += draw_text(0, x, cols - x, ROLE_TITLE, strbuf_text(&left), left.len);
		x += run_complete(run) ? draw_string(0, x, cols - x, ROLE_TITLE, "complete")
		                       : draw_string(0, x, cols - x, ROLE_TITLE_WARN, " INCOMPLETE ");
		x += draw_string(0, x, cols - x, ROLE_TITLE, "  ");
		if (app->newest_run > run->id)
			x += draw_format(0, x, cols - x, ROLE_TITLE_WARN, " OLDER RUN, newest is %lld ", (long long)app->newest_run);
		else if (app->failed[0])
			x += draw_string(0, x, cols - x, ROLE_TITLE_WARN, " REFRESH FAILED ");
		strbuf_clear(&left);
		add_age(&left, session_now(app->session) - run->started);
		x += draw_text(0, x, cols - x, ROLE_TITLE, strbuf_text(&left), left.len);
		if (add_record(app, &right) && status_width(&right) + 4 < cols - x)
			x += draw_format(0, x, cols - x, ROLE_TITLE, "   %s", strbuf_text(&right));
		strbuf_clear(&right);
		strbuf_addf(&right, "%s ", app->options->demo ? "nothing leaves this machine" : run->source ? run->source : "");
		if (status_width(&right) + 3 < cols - x)
			draw_text_right(0, x, cols - x, ROLE_TITLE, strbuf_text(&right), right.len);
	} else {
		draw_string(0, x, cols - x, ROLE_TITLE, "  no run yet");
	}
	strbuf_release(&left);
	strbuf_release(&right);
}

void status_title_text(struct app *app, const char *left, const char *right)
{
	int used;

	draw_fill(0, 0, app->cols, ROLE_TITLE);
	used = draw_string(0, 1, app->cols - 1, ROLE_TITLE, left);
	if (right)
		draw_text_right(0, used + 3, app->cols - used - 4, ROLE_TITLE, right, strlen(right));
}

/* From the run's head, so that it is right before the rows are loaded. */
uint32_t status_tab_total(struct app *app, enum tab tab)
{
	const struct run *run = session_run(app->session);
	uint32_t all = 0, accepted;

	if (!run)
		return 0;
	accepted = app_accepted(app, tab);
	switch (tab) {
	case TAB_NEW: all = run->changes[CHANGE_NEW]; break;
	case TAB_PERSISTING: all = run->changes[CHANGE_PERSISTING]; break;
	case TAB_CHANGED: all = run->altered; break;
	case TAB_FINDINGS: all = run_findings(run); break;
	case TAB_RESOLVED: return run->changes[CHANGE_RESOLVED] + run->changes[CHANGE_VANISHED];
	case TAB_EVERY: return run->estate.in_scope + run->changes[CHANGE_VANISHED];
	case TAB_ACCEPTED: return accepted;
	case TAB_COUNT: break;
	}
	return all > accepted ? all - accepted : 0;
}

/* The tabs as they are shown: what changed stands first, all findings and all servers after it. */
static const enum tab tab_order[TAB_COUNT] = {
	TAB_NEW, TAB_PERSISTING, TAB_RESOLVED, TAB_CHANGED, TAB_ACCEPTED, TAB_FINDINGS, TAB_EVERY,
};

enum tab status_tab_step(enum tab tab, bool forward)
{
	int at = 0;

	while (at < TAB_COUNT && tab_order[at] != tab)
		at++;
	return tab_order[(at + (forward ? 1 : TAB_COUNT - 1)) % TAB_COUNT];
}

/* `1 New 12`. */
static void tab_text(struct app *app, enum tab tab, struct strbuf *out)
{
	bool brief = tab == TAB_PERSISTING && app->cols < TABS_WIDE && app_accepted(app, TAB_ACCEPTED);

	keymap_keys(app->map, CONTEXT_TABLE, ACTION_TAB_FINDINGS + (int)tab, 1, out);
	strbuf_addf(out, "%s%s", out->len ? " " : "", brief ? "Persist" : tabs[tab].title);
	if (session_run(app->session)) {
		strbuf_addc(out, ' ');
		strbuf_add_count(out, status_tab_total(app, tab));
	}
}

/* Decides which tabs there is room for, widths[tab] 0 for the others: a cut number would lie. The open one always stays. Returns the
 * columns used, with a blank on each side of a tab. */
static int fit_tabs(struct app *app, int widths[TAB_COUNT])
{
	/* The first to go are those that say least. When findings are accepted, that must be seen. */
	static const enum tab orders[2][TAB_COUNT - 1] = {
		{ TAB_EVERY, TAB_ACCEPTED, TAB_PERSISTING, TAB_CHANGED, TAB_FINDINGS, TAB_RESOLVED },
		{ TAB_EVERY, TAB_CHANGED, TAB_FINDINGS, TAB_PERSISTING, TAB_ACCEPTED, TAB_RESOLVED },
	};
	const enum tab *dropped = orders[app_accepted(app, TAB_ACCEPTED) > 0];
	struct strbuf text = STRBUF_INIT(256);
	int total = 0;
	size_t i;

	for (i = 0; i < TAB_COUNT; i++) {
		strbuf_clear(&text);
		tab_text(app, (enum tab)i, &text);
		widths[i] = status_width(&text) + 2;
		total += widths[i];
	}
	for (i = 0; i < TAB_COUNT - 1 && total > app->cols; i++)
		if (dropped[i] != app->view.filter.tab) {
			total -= widths[dropped[i]];
			widths[dropped[i]] = 0;
		}
	strbuf_release(&text);
	return total;
}

/* "New" means nothing without saying against what. */
static void draw_baseline(struct app *app, int x)
{
	const struct run *run = session_run(app->session);
	struct strbuf text = STRBUF_INIT(256);

	if (run && run->baseline) {
		strbuf_addf(&text, "against run %lld, ", (long long)run->baseline);
		status_time_short(&text, run->baseline_started);
		strbuf_adds(&text, run->baseline_incomplete ? " INCOMPLETE " : " ");
	} else if (run) {
		strbuf_adds(&text, "no run to compare with ");
	}
	if (status_width(&text) + 2 <= app->cols - x)
		draw_text_right(1, x, app->cols - x, ROLE_MUTED, strbuf_text(&text), text.len);
	strbuf_release(&text);
}

enum tab status_tabs(struct app *app, int click)
{
	struct strbuf text = STRBUF_INIT(256);
	int widths[TAB_COUNT], x = 0, i;

	fit_tabs(app, widths);
	if (click < 0)
		draw_fill(1, 0, app->cols, ROLE_TAB);
	for (i = 0; i < TAB_COUNT; i++) {
		enum tab tab = tab_order[i];

		if (click >= x && click < x + widths[tab])
			return tab;
		if (click < 0 && widths[tab]) {
			enum role role = app->view.filter.tab == tab ? ROLE_TAB_ON : ROLE_TAB;

			strbuf_clear(&text);
			tab_text(app, tab, &text);
			draw_fill(1, x, widths[tab], role);
			draw_text(1, x + 1, widths[tab] - 2, role, strbuf_text(&text), text.len);
		}
		x += widths[tab];
	}
	if (click < 0)
		draw_baseline(app, x);
	strbuf_release(&text);
	return TAB_COUNT;
}

int status_banner_lines(const struct app *app)
{
	const struct run *run = session_run(app->session);

	return run && !run_complete(run) ? 1 : 0;
}

/* The first reason whole as far as it fits; how many more, and the key that shows them, always. */
void status_banner(struct app *app)
{
	const struct run *run = session_run(app->session);
	struct strbuf keys = STRBUF_INIT(64), tail = STRBUF_INIT(200), text = STRBUF_INIT(LINE_BYTES);
	int y = app->areas.banner.y, room = app->cols;

	if (!app->areas.banner.height || !run || !run->reason_count)
		return;
	keymap_keys(app->map, CONTEXT_TABLE, ACTION_REASONS, 1, &keys);
	if (run->reason_count > 1)
		strbuf_addf(&tail, " and %zu more", run->reason_count - 1);
	if (keys.len)
		strbuf_addf(&tail, "  %s shows why ", strbuf_text(&keys));
	strbuf_addf(&text, " INCOMPLETE: %s", run->reasons[0].sentence);
	draw_fill(y, 0, app->cols, ROLE_BANNER);
	room -= status_width(&tail);
	draw_text(y, 0, room, ROLE_BANNER, strbuf_text(&text), text.len);
	draw_text_right(y, room, app->cols - room, ROLE_BANNER, strbuf_text(&tail), tail.len);
	strbuf_release(&keys);
	strbuf_release(&tail);
	strbuf_release(&text);
}

void status_message(struct app *app)
{
	draw_string(app->rows - 2, 1, app->cols - 1, app->message_role, app->message);
}

/* One entry, `e export`, at x; returns the columns used, 0 when it does not fit or no key is bound. */
static int footer_item(struct app *app, const struct screen *screen, enum action_id id, int x, int room)
{
	struct strbuf keys = STRBUF_INIT(64);
	const char *brief = id == ACTION_OPEN && screen->ops->open ? screen->ops->open : actions[id].brief;
	int used = 0, wide = (int)strlen(brief);

	keymap_keys(app->map, screen->ops->context, (int)id, 1, &keys);
	if (keys.len && status_width(&keys) + 1 + wide <= room) {
		used = draw_text(app->rows - 1, x, room, ROLE_KEY, strbuf_text(&keys), keys.len) + 1;
		used += draw_string(app->rows - 1, x + used, room - used, ROLE_HINT, brief);
	}
	strbuf_release(&keys);
	return used;
}

/* Entries that do not fit are left out whole, best first; help has its place at the right end. */
void status_footer(struct app *app, const struct screen *screen)
{
	const enum action_id *id;
	int x = 1, help = 8;   /* `? help` is always there, at the right end */

	draw_fill(app->rows - 1, 0, app->cols, ROLE_HINT);
	if (screen->ops->context == CONTEXT_PROMPT || screen->ops->context == CONTEXT_CONFIRM)
		help = 0;
	for (id = screen->ops->footer; id && *id != ACTION_NONE; id++) {
		int used;

		/* An empty table has nothing to mark or sort. */
		if (screen->ops->context == CONTEXT_TABLE && !session_run(app->session) && *id != ACTION_QUIT &&
		    (*id != ACTION_REFRESH || !app->input))
			continue;
		used = footer_item(app, screen, *id, x, app->cols - x - help);

		x += used ? used + 2 : 0;
	}
	if (help)
		footer_item(app, screen, ACTION_HELP, app->cols - 7, 7);
	else
		prompt_hints(app, x);
}
