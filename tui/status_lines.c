/* status_lines.c - the filter line with its counts, and the status line. */
#include <stdio.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/model/expr.h"
#include "tui/draw.h"
#include "tui/fit.h"
#include "tui/prompt.h"
#include "tui/status.h"

#define LINE_BYTES 4096
#define WIDE_COLS 100    /* from here on there is room for whole words */

void status_marks(struct app *app, struct strbuf *out)
{
	uint32_t count = session_marks(app->session)->count;

	if (!count)
		return;
	strbuf_add_count(out, count);
	strbuf_adds(out, " marked (");
	strbuf_add_count(out, app_hidden_marks(app));
	strbuf_adds(out, app->cols >= WIDE_COLS ? " hidden by filter" : " hidden");
	if (app->absent && app->whole)
		strbuf_addf(out, app->cols >= WIDE_COLS ? ", %s not in this run" : ", %s gone", NUMBER(app->absent));
	strbuf_addc(out, ')');
}

/* The same while an expression is judged: the rows on the screen are still those of before, or the ones judged so far. */
static bool draw_judging(struct app *app, int y)
{
	static const char hint[] = "Esc stops it ";
	struct strbuf text = STRBUF_INIT(LINE_BYTES);
	struct view_judging how;
	int used;

	view_judging(&app->view, &how);
	if (how.done)
		return false;
	strbuf_adds(&text, " judging: ");
	strbuf_add_count(&text, how.asked);
	strbuf_adds(&text, " of ");
	strbuf_add_count(&text, how.total);
	strbuf_adds(&text, how.partial ? " rows; shown are those judged so far" : " rows; the earlier rows are shown");
	used = draw_text(y, 0, app->cols, ROLE_STATUS, strbuf_text(&text), text.len);
	if (app->cols - used > 26 + (int)sizeof hint) {
		draw_bar(y, used + 2, 22, ROLE_STATUS, how.asked, how.total);
		used += 25;
	}
	if (app->cols - used > (int)sizeof hint)
		draw_text_right(y, used, app->cols - used, ROLE_STATUS, hint, sizeof hint - 1);
	strbuf_release(&text);
	return true;
}

/* `in hides 12 rows that differ by letter case only (as WIN-SERVERS-PROD); C shows them`, in the fullest form for `room` columns.
 * False when nothing is hidden. */
static bool guard_words(struct app *app, struct strbuf *out, int room)
{
	const struct view_guard *guard = &app->guard;
	struct strbuf key = STRBUF_INIT(64);
	bool one = guard->hidden == 1;
	int form;

	if (!guard->done || !guard->hidden || !app->view.filter.expr || !view_guard_holds(&app->view, guard))
		return false;
	keymap_keys(app->map, CONTEXT_TABLE, ACTION_FOLD_CASE, 1, &key);
	for (form = 0; form < 3; form++) {
		strbuf_clear(out);
		strbuf_addf(out, "%s hides %s row%s", guard->op, NUMBER(guard->hidden), one ? "" : "s");
		strbuf_adds(out, form ? " by letter case" : one ? " that differs by letter case only" : " that differ by letter case only");
		if (form < 2 && guard->example[0])
			strbuf_addf(out, " (as %s)", guard->example);
		if (key.len)
			strbuf_addf(out, "; %s shows %s", strbuf_text(&key), one ? "it" : "them");
		if (status_width(out) <= room)
			break;
	}
	strbuf_release(&key);
	return true;
}

/* `12 rows have no SignatureAge, so the expression neither takes nor refuses them; or isnull(SignatureAge) shows them`, in the fullest form
 * for `room` columns; with room 0 the shortest. False when the expression is null nowhere. */
static bool null_words(struct app *app, struct strbuf *out, int room)
{
	const struct view_guard *guard = &app->guard;
	struct strbuf remedy = STRBUF_INIT(LINE_BYTES);
	const char *them = guard->nulls.rows == 1 ? "it" : "them";
	int form;

	if (!guard->done || !guard->nulls.rows || !app->view.filter.expr || !view_guard_holds(&app->view, guard))
		return false;
	expr_nulls_remedy(&guard->nulls, &remedy);
	for (form = 0; form < 4; form++) {
		strbuf_clear(out);
		if (form < 3)
			expr_nulls_text(&guard->nulls, out);
		else
			strbuf_addf(out, "%s row%s null", NUMBER(guard->nulls.rows), guard->nulls.rows == 1 ? " is" : "s are");
		if (!form)
			strbuf_addf(out, ", so the expression neither takes nor refuses %s", them);
		if (form < 2 && remedy.len)
			strbuf_addf(out, "; %s shows %s", strbuf_text(&remedy), them);
		if (status_width(out) <= room)
			break;
	}
	strbuf_release(&remedy);
	return true;
}

static void add_doubt(struct strbuf *out, const struct strbuf *text)
{
	strbuf_addf(out, "%s%s", out->len ? " | " : "", strbuf_text(text));
}

/* What may be missing or too much among the rows; it comes before everything else that the line could say. The guard comes before the
 * nulls, and leaves room for their shortest form. */
static bool doubt_words(struct app *app, struct strbuf *out, int room)
{
	struct view_judging how;
	struct strbuf text = STRBUF_INIT(LINE_BYTES), nulls = STRBUF_INIT(LINE_BYTES);
	int least = null_words(app, &nulls, 0) ? status_width(&nulls) + 3 : 0;

	view_judging(&app->view, &how);
	if (how.undecided)
		strbuf_addf(out, room < 60 ? "%s unjudged, shown" : "%s row%s could not be judged and stay%s shown", NUMBER(how.undecided),
		            how.undecided == 1 ? "" : "s", how.undecided == 1 ? "s" : "");
	if (guard_words(app, &text, room - least - (out->len ? status_width(out) + 3 : 0)))
		add_doubt(out, &text);
	if (null_words(app, &nulls, room - (out->len ? status_width(out) + 3 : 0)))
		add_doubt(out, &nulls);
	strbuf_release(&text);
	strbuf_release(&nulls);
	return out->len > 0;
}

/* A bar while a detection runs or a stored run is read. */
static void draw_progress(struct app *app, int y)
{
	static const char hint[] = "Esc stops, keeps what is here ";
	struct strbuf text = STRBUF_INIT(LINE_BYTES);
	struct progress progress;
	const char *phase;
	int used;

	session_progress(app->session, &progress, &phase);
	strbuf_addf(&text, " %s%s%s", phase, progress.what[0] ? ": " : "", progress.what);
	if (progress.rows) {   /* before the first, `what` says what is waited for: `reading: signing in` */
		strbuf_adds(&text, progress.what[0] ? ", " : ": ");
		strbuf_add_count(&text, progress.rows);
		strbuf_adds(&text, " rows");
	}
	if (progress.bytes_total)
		strbuf_addf(&text, ", %.1f of %.1f MB", (double)progress.bytes / 1e6, (double)progress.bytes_total / 1e6);
	used = draw_text(y, 0, app->cols, ROLE_STATUS, strbuf_text(&text), text.len);
	if (progress.bytes_total && app->cols - used > 40)
		draw_bar(y, used + 2, 22, ROLE_STATUS, progress.bytes, progress.bytes_total);
	used += progress.bytes_total && app->cols - used > 40 ? 25 : 0;
	if (session_job(app->session) == JOB_DETECT && app->cols - used > (int)sizeof hint)
		draw_text_right(y, used, app->cols - used, ROLE_STATUS, hint, sizeof hint - 1);
	strbuf_release(&text);
}

/* What narrows the table, as one text. */
static void filter_words(const struct app *app, struct strbuf *out)
{
	const struct filter *filter = &app->view.filter;

	if (filter->group_count) {
		strbuf_addf(out, "group %.*s", (int)filter->groups[0].len, filter->groups[0].text);
		if (filter->group_count > 1)
			strbuf_addf(out, " and %zu more", filter->group_count - 1);
		strbuf_adds(out, "  ");
	}
	if (filter->marked_only)
		strbuf_adds(out, "marked only  ");
	strbuf_adds(out, app->words);
}

/* `@standup: SignatureAge > 7d`. */
static void where_words(const struct app *app, struct strbuf *out)
{
	struct slice text = filter_expr_text(&app->view.filter);

	if (app->where_name[0])
		strbuf_addf(out, "@%s: ", app->where_name);
	strbuf_add(out, text.text, text.len);
}

/* Words and groups, then the expression: neither may push the other off the line. Returns false when there is neither. */
static bool draw_filters(struct app *app, int y, int room)
{
	struct strbuf words = STRBUF_INIT(LINE_BYTES), where = STRBUF_INIT(2 * EXPR_TEXT_MAX);
	bool any;
	int x = 0;

	filter_words(app, &words);
	if (app->view.filter.expr)
		where_words(app, &where);
	any = words.len || where.len;
	if (words.len) {
		int most = where.len ? room / 2 : room - 4;

		x = draw_string(y, 0, room, ROLE_PROMPT, " / ");
		x += draw_text(y, x, most, ROLE_INPUT, strbuf_text(&words), words.len);
	}
	if (where.len) {
		x += draw_string(y, x, room - x, ROLE_PROMPT, x ? "  where " : " where ");
		draw_text(y, x, room - x - 1, ROLE_INPUT, strbuf_text(&where), where.len);
	}
	strbuf_release(&words);
	strbuf_release(&where);
	return any;
}

/* `38 of 1,906 shown   5 marked (0 hidden)`. */
static void shown_words(struct app *app, struct strbuf *out)
{
	bool narrowed = !filter_is_empty(&app->view.filter) || !app->whole || prompt_on_filter_line(app);

	/* Where nothing narrows, the tab and the place of the cursor say how many there are. */
	if (narrowed) {
		strbuf_add_count(out, app->view.count);
		strbuf_adds(out, " of ");
		strbuf_add_count(out, app->whole ? status_tab_total(app, app->view.filter.tab) : app->lens.table->count);
		strbuf_adds(out, app->whole ? " shown" : " loaded so far");
	}
	if (session_marks(app->session)->count)
		strbuf_adds(out, narrowed ? "   " : "");
	status_marks(app, out);
	strbuf_addc(out, ' ');
}

int status_shown_width(struct app *app)
{
	struct strbuf text = STRBUF_INIT(LINE_BYTES);
	int used;

	shown_words(app, &text);
	used = status_width(&text);
	strbuf_release(&text);
	return used;
}

/* The count line, in the fullest form that fits `room` columns; each form adds up. */
static void count_words(const struct run *run, struct strbuf *out, int room)
{
	static const char *const brief[][VERDICT_COUNT] = {
		{ "active", "passive", "edr-block", "audit", "disabled", "unknown", "unassessed" },
		{ "active", "passive", "edr", "audit", "disab.", "unknown", "unass." },
		{ "act", "pas", "edr", "aud", "dis", "unk", "una" },
	};
	size_t form;
	int v;

	for (form = 0; form <= sizeof brief / sizeof brief[0]; form++) {
		strbuf_clear(out);
		strbuf_addf(out, form ? " %s:" : " in scope %s:", NUMBER(run->estate.in_scope));
		for (v = 0; v < VERDICT_COUNT; v++)
			strbuf_addf(out, "%s %s %s", v && !form ? "," : "", form ? brief[form - 1][v] : verdicts[v].name,
			            NUMBER(run->counts[v]));
		if (status_width(out) <= room)
			return;
	}
	strbuf_clear(out);
	strbuf_addf(out, " in scope %s: active %s, findings %s", NUMBER(run->estate.in_scope), NUMBER(run->counts[VERDICT_ACTIVE]),
	            NUMBER(run_findings(run)));
}

/* Without a filter the line holds the count line of the run. */
void status_filter(struct app *app)
{
	const struct run *run = session_run(app->session);
	struct strbuf left = STRBUF_INIT(LINE_BYTES), right = STRBUF_INIT(LINE_BYTES);
	int y = app->areas.filter.y, cols = app->cols, room;

	if (!run)
		goto out;
	shown_words(app, &right);
	room = cols - status_width(&right);
	/* A prompt covers the left part itself. */
	if (!prompt_on_filter_line(app) && !draw_filters(app, y, room)) {
		count_words(run, &left, right.len > 1 ? room - 2 : room);
		draw_text(y, 0, room, ROLE_STATUS, strbuf_text(&left), left.len);
	}
	draw_text_right(y, room, cols - room, ROLE_STATUS, strbuf_text(&right), right.len);
out:
	strbuf_release(&left);
	strbuf_release(&right);
}

/* What the letters of the cursor's row stand for; of a host that is gone, why. */
static void cursor_words(struct app *app, struct strbuf *out)
{
	uint32_t row = view_current(&app->view);
	const struct table *table = app->lens.table;
	struct column_ref gone = { .id = COL_BAG, .key = "Vanished" };
	struct strbuf scratch = STRBUF_INIT(LINE_BYTES);
	struct value value;
	size_t i;

	if (row == MAP_NONE)
		return;
	if (table_is_present(table, row)) {
		for (i = 0; i < FLAG_COUNT; i++)
			if (table->flags[row] & flags[i].bit)
				strbuf_addf(out, "%s%s", out->len ? " " : "", flags[i].name);
	} else {
		value_get(&app->lens, row, &gone, &scratch, &value);
		strbuf_adds(out, "vanished");
		if (value.kind == VALUE_TEXT)
			strbuf_addf(out, ": %.*s", (int)value.text.len, value.text.text);
	}
	strbuf_release(&scratch);
}

/* `sort: VERDICT, SIG-, HOST   [1 of 315]`, by the names that stand above the columns. */
static void place_words(struct app *app, struct strbuf *out)
{
	size_t k;

	strbuf_adds(out, " sort: ");
	for (k = 0; k < app->key_count; k++)
		strbuf_addf(out, "%s%s%s", k ? ", " : "", app_column_title(&app->keys[k].column), app->keys[k].descending ? "-" : "");
	if (!app->key_count)
		strbuf_adds(out, "as stored");
	strbuf_addf(out, "%s   [%s of %s]", app->whole ? "" : " (once loaded)", NUMBER(app->view.count ? app->view.cursor + 1 : 0),
	            NUMBER(app->view.count));
}

/* The doubts take the place of the sort order; where the cursor is stays. False when there are none. */
static bool draw_doubts(struct app *app, int y)
{
	struct strbuf place = STRBUF_INIT(64), text = STRBUF_INIT(LINE_BYTES);
	bool any;
	int used;

	strbuf_addf(&place, "[%s of %s] ", NUMBER(app->view.count ? app->view.cursor + 1 : 0), NUMBER(app->view.count));
	any = doubt_words(app, &text, app->cols - status_width(&place) - 2);
	if (any) {
		used = draw_text(y, 1, app->cols - 1, ROLE_WARN, strbuf_text(&text), text.len) + 1;
		if (app->cols - used > status_width(&place))
			draw_text_right(y, used, app->cols - used, ROLE_STATUS, strbuf_text(&place), place.len);
	}
	strbuf_release(&place);
	strbuf_release(&text);
	return any;
}

/* While a detection runs, its progress stands here instead; without a run there is nothing to say. */
void status_line(struct app *app, const char *extra)
{
	struct strbuf text = STRBUF_INIT(LINE_BYTES);
	int y = app->areas.status.y, used = 0;
	enum role role = ROLE_STATUS;

	draw_fill(y, 0, app->cols, ROLE_STATUS);
	if (session_job(app->session) == JOB_DETECT) {
		draw_progress(app, y);
		goto out;
	}
	if (app_job_words(app, &text)) {
		draw_format(y, 1, app->cols - 1, ROLE_STATUS, "%s. Esc stops waiting.", strbuf_text(&text));
		goto out;
	}
	if (draw_judging(app, y))
		goto out;
	if (session_run(app->session) && draw_doubts(app, y))
		goto out;
	if (session_run(app->session)) {
		place_words(app, &text);
		used = draw_text(y, 0, app->cols, ROLE_STATUS, strbuf_text(&text), text.len);
		strbuf_clear(&text);
	}
	keymap_pending(app->map, &text);
	if (text.len)
		role = ROLE_KEY;
	else if (extra && *extra)
		strbuf_adds(&text, extra);
	else
		cursor_words(app, &text);
	draw_text_right(y, used + 2, app->cols - used - 3, role, strbuf_text(&text), text.len);
out:
	strbuf_release(&text);
}
