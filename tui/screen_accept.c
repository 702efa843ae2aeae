/* screen_accept.c - accepting hosts: a reason, a date, and a question for more than one host or where something speaks against it. Also what
 * is said of acceptances that ended. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/accept.h"
#include "tui/app.h"
#include "tui/prompt.h"

#define DAYS_PROPOSED 30
#define NAME_SHOWN 40        /* bytes of a host name in a label */
#define ENDED_SHOWN 5        /* ended acceptances that the message names */
#define ENDED_TEXT_MAX 400

/* -- which hosts -- */

/* The hosts that are meant, as rows of the run on hand. */
struct meant {
	uint32_t *rows;      /* findings; owned */
	uint32_t count;
	uint32_t left_out;   /* marked hosts that are no findings now */
	uint32_t replaced;   /* findings among them that are accepted already */
	struct acceptance_doubts doubts;
};

static void meant_add(struct app *app, struct meant *meant, uint32_t row)
{
	const struct acceptance *found = acceptances_find(app->lens.acceptances, table_packed_id(app->lens.table, row));

	meant->replaced += found && acceptance_in_force(found, app->lens.now);
	acceptance_doubts_add(&meant->doubts, app->lens.table, row);
	meant->rows[meant->count++] = row;
}

/* One host by its id, or, without an id, all that are marked. */
static void meant_find(struct app *app, struct slice id, struct meant *meant)
{
	const struct marks *marks = session_marks(app->session);
	const struct table *table = app->lens.table;
	uint32_t row = id.len ? app_row_of(app, id) : MAP_NONE;

	*meant = (struct meant){ .rows = xmalloc(((size_t)table->count + 1) * sizeof *meant->rows) };
	if (row != MAP_NONE && table_is_finding(table, row))
		meant_add(app, meant, row);
	for (row = 0; !id.len && row < table->count; row++)
		if (table_is_finding(table, row) && marks_has(marks, table_packed_id(table, row)))
			meant_add(app, meant, row);
	meant->left_out = id.len ? 0 : marks->count - meant->count;
}

static struct slice host_of(const struct app *app, uint32_t row)
{
	struct slice name = table_name(app->lens.table, row);
	return name.len ? name : slice_of("a host without a name");
}

/* -- recording -- */

/* How the list of acceptances is opened: `; x lists them`, or nothing where no key does. */
static void add_list_key(struct app *app, struct strbuf *out)
{
	struct strbuf key = STRBUF_INIT(64);

	keymap_keys(app->map, CONTEXT_TABLE, ACTION_ACCEPTANCES, 1, &key);
	if (key.len)
		strbuf_addf(out, "; %s lists them", strbuf_text(&key));
	strbuf_release(&key);
}

static bool read_user(struct app *app, struct strbuf *who)
{
	session_user(who);
	if (who->len)
		return true;
	app_say(app, ROLE_ERROR, "Your user id has no name in the user database; `rouse accept HOST --by NAME` takes one.");
	return false;
}

/* What came of it. Marks of accepted hosts are gone: the next X would mean them again, and nobody sees them any more. */
static void say_recorded(struct app *app, const struct meant *meant, uint32_t done, const struct error *err)
{
	uint32_t unmarked = app_unmark_rows(app, meant->rows, done, done == 1 ? ", which is accepted" : " that are accepted");
	const char *marks = !unmarked ? "" : unmarked == 1 ? ", its mark cleared" : ", their marks cleared";
	struct strbuf date = STRBUF_INIT(64), list = STRBUF_INIT(100);

	acceptance_date_text(app->accepting.until, &date);
	add_list_key(app, &list);
	if (done < meant->count)
		app_say(app, ROLE_ERROR, "%s of %s hosts accepted%s, then: %s", NUMBER(done), NUMBER(meant->count), marks, err->text);
	else if (done == 1)
		app_say(app, ROLE_MESSAGE, "%.*s is accepted until %s%s%s.", (int)host_of(app, meant->rows[0]).len,
		        host_of(app, meant->rows[0]).text, strbuf_text(&date), marks, strbuf_text(&list));
	else
		app_say(app, ROLE_MESSAGE, "%s hosts are accepted until %s%s%s.", NUMBER(done), strbuf_text(&date), marks,
		        strbuf_text(&list));
	strbuf_release(&date);
	strbuf_release(&list);
}

/* As many as can be: what failed is said, what was recorded stays. */
static unsigned record(struct app *app, const struct meant *meant)
{
	struct accepting *asked = &app->accepting;
	struct strbuf who = STRBUF_INIT(ACCEPT_WHO_MAX);
	struct error err = {0};
	uint32_t done = 0;

	session_tick(app->session);
	if (!read_user(app, &who))
		goto out;
	while (done < meant->count &&
	       !session_accept(app->session, meant->rows[done], asked->until, asked->reason, strbuf_text(&who), &err))
		done++;
	say_recorded(app, meant, done, &err);
out:
	strbuf_release(&who);
	return DO_LAYOUT | DO_REBUILD;
}

/* The hosts are looked up anew: a reload may have come between the prompts. */
static unsigned accept_now(struct app *app)
{
	struct accepting *asked = &app->accepting;
	struct meant meant;
	unsigned redo = DO_LAYOUT;

	meant_find(app, (struct slice){ asked->host, asked->host_len }, &meant);
	if (meant.count)
		redo = record(app, &meant);
	else
		app_say(app, ROLE_ERROR, "Nothing was recorded: no finding is left among the hosts that were meant.");
	free(meant.rows);
	return redo;
}

static unsigned confirmed(struct app *app, const char *subject)
{
	(void)subject;
	return accept_now(app);
}

/* -- asking -- */

/* A host as the table names it, short enough for a line. */
static void add_host(struct app *app, uint32_t row, struct strbuf *out)
{
	struct slice host = host_of(app, row);

	if (app_in_domain(app, host.text, host.len))
		host.len -= strlen(app->domain);
	utf8_visible(out, host.text, host.len < NAME_SHOWN ? host.len : NAME_SHOWN);
}

static bool is_doubtful(const struct meant *meant)
{
	return meant->doubts.no_other_av || meant->doubts.unknown || meant->doubts.unassessed;
}

/* `Accept 12 hosts until 2026-12-31? No other antivirus was seen on 2 of them. 3 accepted already. 2 marked ones are no findings.` */
static void ask_sure(struct app *app, const struct meant *meant)
{
	struct strbuf text = STRBUF_INIT(1000), doubts = STRBUF_INIT(600);

	strbuf_adds(&text, "Accept ");
	if (meant->count == 1)
		add_host(app, meant->rows[0], &text);
	else
		strbuf_addf(&text, "%s hosts", NUMBER(meant->count));
	strbuf_adds(&text, " until ");
	acceptance_date_text(app->accepting.until, &text);
	strbuf_addc(&text, '?');
	if (acceptance_doubts_text(&meant->doubts, meant->count == 1 ? "it" : NULL, &doubts)) {
		doubts.buf[0] = (char)toupper((unsigned char)doubts.buf[0]);
		strbuf_addf(&text, " %s.", strbuf_text(&doubts));
	}
	strbuf_release(&doubts);
	if (meant->replaced)
		strbuf_addf(&text, " %s accepted already.", NUMBER(meant->replaced));
	if (meant->left_out)
		strbuf_addf(&text, " %s marked ones are no findings.", NUMBER(meant->left_out));
	screen_confirm_open(app, strbuf_text(&text), "", confirmed);
	strbuf_release(&text);
}

static unsigned date_done(struct app *app, const char *text, struct slice subject);

/* The prompt stands on the message line, so what is wrong with a line goes into the label of the next try. */
static void ask_date(struct app *app, const char *label, const char *text)
{
	struct prompt_ask ask = { .label = label, .text = text, .max = 64, .done = date_done };

	prompt_open(app, &ask);
}

/* Reads the date; false when it was asked for again. The latest one is what session_accept() will take. */
static bool take_date(struct app *app, const char *text)
{
	int64_t now, most = config_span(app->config, "limits.acceptance");
	struct strbuf label = STRBUF_INIT(200);
	bool good;

	session_tick(app->session);
	now = session_now(app->session);
	if (!acceptance_date(text, now, &app->accepting.until)) {
		strbuf_adds(&label, " no date; as 2026-12-31, 30d, 4w: ");
	} else if (app->accepting.until <= now) {
		strbuf_adds(&label, " not in the future; until: ");
	} else if (app->accepting.until - now > most) {
		strbuf_adds(&label, " too far, at most ");
		acceptance_date_text((now + most) / SPAN_DAY * SPAN_DAY, &label);
		strbuf_adds(&label, "; until: ");
	}
	good = !label.len;
	if (!good)
		ask_date(app, strbuf_text(&label), text);
	strbuf_release(&label);
	return good;
}

static unsigned date_done(struct app *app, const char *text, struct slice subject)
{
	struct meant meant;
	unsigned redo = DO_LAYOUT;

	(void)subject;
	if (!take_date(app, text))
		return redo;
	meant_find(app, (struct slice){ app->accepting.host, app->accepting.host_len }, &meant);
	if (meant.count > 1 || is_doubtful(&meant))
		ask_sure(app, &meant);
	else
		redo |= accept_now(app);
	free(meant.rows);
	return redo;
}

static unsigned reason_done(struct app *app, const char *text, struct slice subject);

static void ask_reason(struct app *app, const char *label)
{
	struct prompt_ask ask = { .label = label, .history = &app->histories.reason, .max = ACCEPT_REASON_MAX, .done = reason_done };

	prompt_open(app, &ask);
}

static unsigned reason_done(struct app *app, const char *text, struct slice subject)
{
	struct strbuf proposed = STRBUF_INIT(64);

	(void)subject;
	if (!acceptance_says(text)) {
		ask_reason(app, " a reason is needed; why: ");
		return DO_LAYOUT;
	}
	free(app->accepting.reason);
	app->accepting.reason = xstrdup(text);
	session_tick(app->session);
	acceptance_date_text((session_now(app->session) / SPAN_DAY + DAYS_PROPOSED) * SPAN_DAY, &proposed);
	ask_date(app, " until (a date, or 30d, 4w): ", strbuf_text(&proposed));
	strbuf_release(&proposed);
	return DO_LAYOUT;
}

/* `why accept srv-a`, `why accept 12 marked hosts (3 hidden)`. */
static void ask_why(struct app *app, const struct meant *meant)
{
	struct strbuf label = STRBUF_INIT(400);
	uint32_t hidden = app_hidden_marks(app);

	strbuf_adds(&label, " why accept ");
	if (meant->count == 1)
		add_host(app, meant->rows[0], &label);
	else if (hidden)
		strbuf_addf(&label, "%s marked hosts (%s hidden)", NUMBER(meant->count), NUMBER(hidden));
	else
		strbuf_addf(&label, "%s marked hosts", NUMBER(meant->count));
	strbuf_adds(&label, ": ");
	ask_reason(app, strbuf_text(&label));
	strbuf_release(&label);
}

/* Why nothing can be accepted now, or NULL. Evidence must be all there, and that of the newest run. */
static const char *hindrance(struct app *app)
{
	const struct run *run = session_run(app->session);

	app_look_for_newest(app);
	screen_ended_look(app);
	if (!app->whole)
		return "The run is still being read; a moment more.";
	if (run && app->newest_run > run->id)
		return "This is not the newest run any more: open that one first, its evidence is what counts.";
	return NULL;
}

unsigned screen_accept_hosts(struct app *app)
{
	/* A screen about one host means that host, whatever is marked elsewhere. */
	bool marked = app_top(app)->ops->context == CONTEXT_TABLE && session_marks(app->session)->count;
	const char *hindered = hindrance(app);
	struct slice id = { "", 0 };
	struct meant meant;

	if (hindered) {
		app_say(app, ROLE_MESSAGE, "%s", hindered);
		return DO_DRAW;
	}
	if (!marked)
		id = table_packed_id(app->lens.table, view_current(&app->view));
	if (id.len > sizeof app->accepting.host) {
		app_say(app, ROLE_ERROR, "The id of this host is too long; `rouse accept` takes it.");
		return DO_DRAW;
	}
	memcpy(app->accepting.host, id.text, id.len);
	app->accepting.host_len = id.len;
	meant_find(app, id, &meant);
	if (meant.count)
		ask_why(app, &meant);
	else
		app_say(app, ROLE_MESSAGE, marked ? "None of the marked hosts is a finding now, so there is nothing to accept."
		                                  : "This host is not a finding now, so there is nothing to accept.");
	free(meant.rows);
	return DO_LAYOUT;
}

/* -- what ended -- */

/* `srv-a (expired)`, `srv-b (SentinelOne is gone)`; the domain that most hosts share is left out. */
static void add_ended(struct app *app, const struct acceptance *item, const char *between, struct strbuf *out)
{
	const char *why = *item->ended_why ? item->ended_why : acceptance_end_names[acceptance_end_at(item, app->lens.now)];
	size_t n = strlen(item->host);

	if (app_in_domain(app, item->host, n))
		n -= strlen(app->domain);
	strbuf_addf(out, "%s%.*s (%.60s)", between, (int)(n < 60 ? n : 60), item->host, why);
}

void screen_ended_say(struct app *app)
{
	const struct acceptance *ended[ENDED_SHOWN];
	const struct run *run = session_run(app->session);
	struct strbuf text = STRBUF_INIT(ENDED_TEXT_MAX);
	size_t count, i;

	/* Of an earlier run nobody needs to be told. */
	if (!run || !app->whole || run->id < app->newest_run)
		return;
	count = app->accepting.ended_said = session_ended(app->session, ended, ENDED_SHOWN);
	if (!count)
		return;
	/* The key before the names: a narrow terminal cuts the end off. */
	strbuf_addf(&text, "%s acceptance%s ended since the last run", NUMBER(count), count == 1 ? "" : "s");
	add_list_key(app, &text);
	for (i = 0; i < count && i < ENDED_SHOWN; i++)
		add_ended(app, ended[i], i ? ", " : ": ", &text);
	if (count > ENDED_SHOWN)
		strbuf_addf(&text, " and %s more", NUMBER(count - ENDED_SHOWN));
	app_tell(app, ROLE_WARN, "%s", strbuf_text(&text));
	strbuf_release(&text);
}

void screen_ended_look(struct app *app)
{
	uint64_t before = session_acceptances(app->session)->generation;

	session_look_at_acceptances(app->session);
	if (session_acceptances(app->session)->generation == before)
		return;
	app->stale = true;
	if (app->whole && session_ended(app->session, NULL, 0) > app->accepting.ended_said)
		screen_ended_say(app);
}
