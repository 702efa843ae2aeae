/* app_where.c - the expression of the table: its prompt, the rewriting that letter case asks for, filters kept under a name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/headless/where.h"
#include "core/model/expr.h"
#include "tui/app.h"
#include "tui/prompt.h"

#define SEPARATOR '\x1e'   /* of the state text of a filter; never in an expression that is put there */

/* -- the expression of now -- */

/* Takes an expression over. One that is a saved filter's own text goes by that name as long as it stays as it is. */
static void set_expr(struct app *app, struct expr **expr, const char *name)
{
	uint64_t serial = app->view.filter.expr_serial;

	filter_set_expr(&app->view.filter, expr);
	if (app->view.filter.expr_serial != serial || name[0])
		snprintf(app->where_name, sizeof app->where_name, "%s", name);
	if (app->view.filter.expr_serial != serial)
		app_pace_reset(app);
	app->stale = true;
	app_touch(app, true);
}

/* A text with a control character could not stand in a line of state: the canonical one can, it has them escaped. */
static int parse_clean(struct expr **expr, struct error *err)
{
	struct slice source = expr_source(*expr);
	struct strbuf text = STRBUF_INIT(4 * EXPR_TEXT_MAX);
	struct expr *clean = NULL;
	int failed = 0;

	if (memchr(source.text, SEPARATOR, source.len)) {
		expr_print(*expr, &text);
		failed = expr_parse(strbuf_text(&text), text.len, &clean, NULL, err);
		if (!failed) {
			expr_free(expr);
			*expr = clean;
		}
	}
	strbuf_release(&text);
	return failed;
}

bool app_set_where(struct app *app, const char *text, struct expr_fault *fault, struct error *err)
{
	char name[WHERE_NAME_MAX + 1] = "";
	struct expr *expr = NULL;

	if (fault)
		*fault = (struct expr_fault){ 0 };
	if (text[strspn(text, " ")]
	    && (where_read(session_store(app->session), text, &expr, name, fault, err) || parse_clean(&expr, err))) {
		expr_free(&expr);
		return false;
	}
	set_expr(app, &expr, name);
	return true;
}

void app_where_text(const struct app *app, struct strbuf *out)
{
	struct slice text = filter_expr_text(&app->view.filter);

	strbuf_adds(out, app->where_name);
	strbuf_addc(out, SEPARATOR);
	strbuf_add(out, text.text, text.len);
}

/* Undo and restored states bring the text and, where it still says the same, the name. */
void app_where_put(struct app *app, const char *text)
{
	const char *end = strchr(text, SEPARATOR), *source = end ? end + 1 : "";
	char name[WHERE_NAME_MAX + 1] = "", *saved = NULL;
	struct expr *expr = NULL;
	struct error ignored;

	if (end && end > text && (size_t)(end - text) < sizeof name)
		memcpy(name, text, (size_t)(end - text));
	if (name[0] && (where_find(session_store(app->session), name, &saved, &ignored) || !saved || strcmp(saved, source) != 0))
		name[0] = '\0';
	free(saved);
	/* A text of a later version may be none here: then there is no expression, which hides nothing. */
	if (source[0])
		(void)expr_parse(source, strlen(source), &expr, NULL, &ignored);
	set_expr(app, &expr, name);
	snprintf(app->where_name, sizeof app->where_name, "%s", name);
}

/* -- the prompt -- */

/* Behind `The expression is wrong at character 42, `Sign`: `; NULL when the sentence is another one. */
static const char *reason_in(const char *sentence, const struct expr_fault *fault)
{
	static const char head[] = "The expression is wrong at character ";
	const char *at = sentence + strlen(head);

	if (strncmp(sentence, head, strlen(head)) != 0)
		return NULL;
	at += strspn(at, "0123456789");
	at += strspn(at, ", `");
	if (strncmp(at, fault->found, strlen(fault->found)) == 0)
		at += strlen(fault->found);
	at += *at == '`';
	return at[0] == ':' && at[1] == ' ' ? at + 2 : NULL;
}

/* The reason alone, after the place: a line of 80 columns has no room for the sentence around it, and the place is pointed at too. */
static void say_fault(struct app *app, enum role role, const char *text, const struct expr_fault *fault, const struct error *err)
{
	const char *why = reason_in(err->text, fault);
	size_t place = 1;

	for (size_t i = 0; i < fault->at && text[i]; i++)
		place += ((unsigned char)text[i] & 0xC0) != 0x80;
	if (why)
		app_say(app, role, "At %zu: %s", place, why);
	else
		app_say(app, role, "%s", err->text);
	prompt_point(app, fault->at, fault->len, role == ROLE_ERROR ? ROLE_ERROR : ROLE_MATCH);
}

/* Live. A text that is no expression yet leaves the table as it is; the sentence is a hint, so it is calm. */
static unsigned where_changed(struct app *app, const char *text)
{
	struct expr_fault fault;
	struct error err = { 0 };

	app->message[0] = '\0';
	if (app_set_where(app, text, &fault, &err))
		return DO_REBUILD;
	/* Of a name that only begins there is nothing wrong to be said. */
	if (strcmp(text + strspn(text, " "), "@") == 0)
		app_say(app, ROLE_MESSAGE, "The name of a saved filter follows.");
	else
		say_fault(app, ROLE_MESSAGE, text, &fault, &err);
	return DO_DRAW;
}

/* Enter: now it is a mistake. */
static bool where_check(struct app *app, const char *text, size_t *at)
{
	struct expr_fault fault;
	struct error err = { 0 };

	if (app_set_where(app, text, &fault, &err))
		return true;
	say_fault(app, ROLE_ERROR, text, &fault, &err);
	*at = fault.at;
	return false;
}

static unsigned where_done(struct app *app, const char *text, struct slice subject)
{
	(void)subject;
	app->message[0] = '\0';
	app_changed(app, UNDO_FILTER, text[strspn(text, " ")] ? "expression" : "remove the expression", app->filter_before);
	app->filter_before = NULL;
	app->history_dirty = true;
	return DO_REBUILD;
}

static unsigned where_cancelled(struct app *app)
{
	app->message[0] = '\0';
	if (app->filter_before)
		app_filter_put(app, app->filter_before);
	free(app->filter_before);
	app->filter_before = NULL;
	return DO_REBUILD;
}

unsigned app_where_open(struct app *app)
{
	struct slice now = filter_expr_text(&app->view.filter);
	char *text = xmemdup(now.text, now.len);
	struct prompt_ask ask = {
		.label = " where ", .text = text, .history = &app->histories.where, .on_filter_line = true, .max = EXPR_TEXT_MAX,
		.completer = { complete_where, app }, .check = where_check, .done = where_done, .changed = where_changed,
		.cancelled = where_cancelled,
	};

	free(app->filter_before);
	app->filter_before = app_state_now(app, UNDO_FILTER);
	prompt_open(app, &ask);
	free(text);
	return DO_LAYOUT;
}

/* -- the case guard -- */

unsigned app_fold_case(struct app *app)
{
	char *before;

	app_fresh(app);
	if (!app->view.filter.expr) {
		app_say(app, ROLE_MESSAGE, "There is no expression; words and groups never mind letter case.");
		return DO_DRAW;
	}
	if (!view_guard_holds(&app->view, &app->guard) || !app->guard.done) {
		app_say(app, ROLE_MESSAGE, "Rows are still being looked through for letter case: wait a moment.");
		return DO_DRAW;
	}
	if (!app->guard.mended) {
		app_say(app, ROLE_MESSAGE, "Letter case hides no row from this expression.");
		return DO_DRAW;
	}
	before = app_state_now(app, UNDO_FILTER);
	app_say(app, ROLE_MESSAGE, "Rewritten: %s more row%s shown. u takes it back.", NUMBER(app->guard.hidden),
	        app->guard.hidden == 1 ? " is" : "s are");
	set_expr(app, &app->guard.mended, "");
	app_changed(app, UNDO_FILTER, "fold case", before);
	return DO_REBUILD;
}

/* -- saved filters -- */

static unsigned save_now(struct app *app, const char *name)
{
	struct error err = { 0 };
	struct slice source = filter_expr_text(&app->view.filter);
	char *text = xmemdup(source.text, source.len);

	if (where_save(session_store(app->session), name, text, &err)) {
		app_say(app, ROLE_ERROR, "The filter could not be saved: %s", err.text);
	} else {
		snprintf(app->where_name, sizeof app->where_name, "%s", name);
		app_say(app, ROLE_MESSAGE, "Saved as @%s%s.", name,
		        app->words[0] || app->view.filter.group_count ? "; words and groups are not part of it" : "");
		app_touch(app, true);
	}
	free(text);
	return DO_DRAW;
}

/* The @ may be typed or not. */
static const char *bare_name(const char *text)
{
	return text[0] == '@' ? text + 1 : text;
}

static bool save_check(struct app *app, const char *text, size_t *at)
{
	struct error err = { 0 };

	(void)at;
	if (!where_check_name(bare_name(text), &err))
		return true;
	app_say(app, ROLE_ERROR, "%s", err.text);
	return false;
}

static unsigned save_done(struct app *app, const char *text, struct slice subject)
{
	const char *name = bare_name(text);
	struct slice now = filter_expr_text(&app->view.filter);
	char question[WHERE_NAME_MAX + 80], *old = NULL;
	struct error err = { 0 };
	unsigned redo = DO_DRAW;

	(void)subject;
	app->message[0] = '\0';
	if (where_find(session_store(app->session), name, &old, &err)) {
		app_say(app, ROLE_ERROR, "%s", err.text);
	} else if (old && !slice_is(now, old)) {
		snprintf(question, sizeof question, "There is another filter @%s. Replace it?", name);
		screen_confirm_open(app, question, name, save_now);
		redo = DO_LAYOUT;
	} else {
		redo = save_now(app, name);
	}
	free(old);
	return redo;
}

unsigned app_save_filter(struct app *app)
{
	struct prompt_ask ask = { .label = " save the expression as @", .text = app->where_name, .max = WHERE_NAME_MAX + 1,
		                  .check = save_check, .done = save_done };

	if (!app->view.filter.expr) {
		app_say(app, ROLE_MESSAGE, "There is no expression to save: f takes one. Words and groups are not saved by name.");
		return DO_DRAW;
	}
	prompt_open(app, &ask);
	return DO_LAYOUT;
}

unsigned app_use_saved(struct app *app, const char *name)
{
	struct strbuf text = STRBUF_INIT(WHERE_NAME_MAX + 8), what = STRBUF_INIT(96);
	struct error err = { 0 };
	char *before = app_state_now(app, UNDO_FILTER);

	strbuf_addf(&text, "@%s", name);
	strbuf_addf(&what, "saved filter @%s", name);
	if (app_set_where(app, strbuf_text(&text), NULL, &err))
		app_changed(app, UNDO_FILTER, strbuf_text(&what), before);
	else {
		app_say(app, ROLE_ERROR, "%s", err.text);
		free(before);
	}
	strbuf_release(&text);
	strbuf_release(&what);
	return DO_REBUILD | DO_LAYOUT;
}
