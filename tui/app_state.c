/* app_state.c - what the console keeps over a restart: sort, columns, filter, theme, inspector, the host under the cursor. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "tui/app.h"

#define VALUE_MAX (APP_STATE_MAX + 1024)
#define HISTORY_BYTES 32768   /* of expressions that are kept, the newest ones */
/* What stores hold of which the columns were never chosen by anybody: those of the program before there were owners. */
#define COLUMNS_EARLIER "DeviceName,MachineGroup,Verdict,SignatureAge,SeenAge,Flags,OtherAv,OSPlatform,FirstSeen,AvEngineVersion"

/* The value of a state name as malloc'd text, or NULL. A store that cannot be read is not worth a message at start. */
static char *state_get(struct app *app, const char *name)
{
	struct strbuf value = STRBUF_INIT(VALUE_MAX);
	struct error ignored = {0};
	bool found = false;
	char *text = NULL;

	if (session_store(app->session) && !store_state_get(session_store(app->session), name, &value, &found, &ignored) && found)
		text = xstrdup(strbuf_text(&value));
	strbuf_release(&value);
	return text;
}

/* A restored filter hides rows, so it is always announced, with the way out. */
static void announce(struct app *app)
{
	const struct filter *filter = &app->view.filter;
	struct slice where = filter_expr_text(filter);
	struct strbuf text = STRBUF_INIT(VALUE_MAX);
	size_t i;

	if (filter_is_empty(filter) || app->message[0])
		return;
	if (app->words[0])
		strbuf_addf(&text, " %s", app->words);
	for (i = 0; i < filter->group_count; i++)
		strbuf_addf(&text, "%s%.*s", i ? ", " : " group ", (int)filter->groups[i].len, filter->groups[i].text);
	strbuf_adds(&text, filter->marked_only ? " marked only" : "");
	if (filter->expr && app->where_name[0])
		strbuf_addf(&text, " @%s", app->where_name);
	else if (filter->expr)
		strbuf_addf(&text, " where %.*s", (int)where.len, where.text);
	app_say(app, ROLE_MESSAGE, "Filter of the last session restored, Esc clears it:%s", strbuf_text(&text));
	strbuf_release(&text);
}

/* Takes the text over. */
static void put_if(char *text, struct app *app, bool (*put)(struct app *app, const char *text))
{
	if (text)
		put(app, text);
	free(text);
}

/* Ids as hexadecimal text: they may hold any byte. */
static void cursor_text(struct app *app, struct strbuf *out)
{
	uint32_t row = view_current(&app->view);
	struct slice id;
	size_t i;

	if (row == MAP_NONE)
		return;
	id = table_packed_id(app->lens.table, row);
	for (i = 0; i < id.len; i++)
		strbuf_addf(out, "%02x", (unsigned)(unsigned char)id.text[i]);
}

/* The other way round; stops at the first thing that is no pair of digits. */
static void cursor_put(struct app *app, const char *text)
{
	size_t len = 0;
	unsigned byte;

	while (len < sizeof app->want_cursor && sscanf(text + 2 * len, "%2x", &byte) == 1) {
		app->want_cursor[len++] = (char)byte;
		if (!text[2 * len - 1])
			break;
	}
	app->want_cursor_len = len;
}

/* One expression a line, oldest first. */
static void history_put(struct line_history *history, char *text)
{
	char *at = text, *end;

	for (; *at; at = end) {
		end = at + strcspn(at, "\n");
		if (*end)
			*end++ = '\0';
		line_history_add(history, at);
	}
}

static void history_text(const struct line_history *history, struct strbuf *out)
{
	size_t first = history->count, bytes = 0, i;

	while (first && bytes + strlen(history->entries[first - 1]) + 1 <= HISTORY_BYTES)
		bytes += strlen(history->entries[--first]) + 1;
	for (i = first; i < history->count; i++)
		strbuf_addf(out, "%s\n", history->entries[i]);
}

/* A state that cannot be read any more (a column that was renamed) leaves what the configuration says. */
void app_restore(struct app *app)
{
	char *text;

	put_if(state_get(app, "ui.sort"), app, app_sort_put);
	if ((text = state_get(app, "ui.columns")) && strcmp(text, COLUMNS_EARLIER) != 0)
		(void)app_columns_put(app, text);
	free(text);
	if ((text = state_get(app, "ui.filter")))
		app_filter_put(app, text);
	free(text);
	if ((text = state_get(app, "ui.inspector")))
		app->pane = text[0] != 'n';
	free(text);
	if ((text = state_get(app, "ui.theme")) && !app->options->term.theme && term_colour() && theme_find(text) >= 0)
		term_set_theme(theme_find(text));
	free(text);
	if ((text = state_get(app, "marks.saved")))
		snprintf(app->marks_token, sizeof app->marks_token, "%s", text);
	free(text);
	if ((text = state_get(app, "ui.cursor")))
		cursor_put(app, text);
	free(text);
	if ((text = state_get(app, "ui.history.where")))
		history_put(&app->histories.where, text);
	free(text);
	announce(app);
	app->state_dirty = false;
}

/* Saving waits until the hands rest; see sleep_until(). */
void app_touch(struct app *app, bool state)
{
	app->touched_ms = clock_ms();
	app->state_dirty |= state;
}

/* Writes one value and empties the buffer for the next one. */
static int state_set(struct app *app, const char *name, struct strbuf *value, struct error *err)
{
	int failed = store_state_set(session_store(app->session), name, strbuf_text(value), err);

	strbuf_clear(value);
	return failed;
}

/* Everything under its own name, so that a later version can drop one without losing the rest. */
static int save_state(struct app *app, struct error *err)
{
	struct strbuf value = STRBUF_INIT(VALUE_MAX);
	int failed = 0;

	app_sort_text(app, &value);
	failed |= state_set(app, "ui.sort", &value, err);
	app_columns_text(app, &value);
	failed |= state_set(app, "ui.columns", &value, err);
	app_filter_text(app, &value);
	failed |= state_set(app, "ui.filter", &value, err);
	strbuf_adds(&value, app->pane ? "yes" : "no");
	failed |= state_set(app, "ui.inspector", &value, err);
	if (term_colour()) {
		strbuf_adds(&value, theme_names()[term_theme()]);
		failed |= state_set(app, "ui.theme", &value, err);
	}
	if (app->history_dirty) {
		history_text(&app->histories.where, &value);
		failed |= state_set(app, "ui.history.where", &value, err);
		app->history_dirty = false;
	}
	cursor_text(app, &value);
	failed |= state_set(app, "ui.cursor", &value, err);
	strbuf_release(&value);
	return failed ? -1 : 0;
}

/* A word that is new with each saving: who reads another one than their own knows that somebody else saved since. */
static void new_token(struct app *app)
{
	snprintf(app->marks_token, sizeof app->marks_token, "%ld %lld %llu", (long)getpid(), (long long)clock_ms(),
	         (unsigned long long)session_marks(app->session)->generation);
}

/* Marks that another console saved meanwhile are taken in, not overwritten: a mark too many is seen, a lost one is not. */
static int take_marks(struct app *app, struct error *err)
{
	struct marks *marks = session_marks(app->session);
	uint32_t before = marks->count;
	char *token = state_get(app, "marks.saved");
	int failed = 0;

	if (token && strcmp(token, app->marks_token) != 0) {
		failed = store_marks_load(session_store(app->session), marks, err);
		if (marks->count != before) {
			app_tell(app, ROLE_WARN, "Another console marked %s more host%s; they are marked here too.",
			        NUMBER(marks->count - before), marks->count - before == 1 ? "" : "s");
			app->stale = true;
		}
	}
	free(token);
	return failed;
}

/* The token stands in the store before the marks do: whoever saves in between then merges once too often, not too seldom. */
static int save_marks(struct app *app, struct error *err)
{
	if (session_store(app->session)) {
		if (take_marks(app, err))
			return -1;
		new_token(app);
		if (store_state_set(session_store(app->session), "marks.saved", app->marks_token, err))
			return -1;
	}
	return session_save_marks(app->session, err);
}

/* Called after a pause, before suspending and when leaving; a failure while leaving must not hold anybody up. */
void app_save(struct app *app)
{
	const struct marks *marks = session_marks(app->session);
	struct error err = {0};

	app_fresh(app);
	if (app->saved_marks != marks->generation) {
		if (save_marks(app, &err))
			app_tell(app, ROLE_ERROR, "The marks could not be saved: %s", err.text);
		app->saved_marks = marks->generation;
	}
	if (session_store(app->session) && (app->state_dirty || app->quit)) {
		if (save_state(app, &err) && !app->quit)
			app_tell(app, ROLE_ERROR, "The view could not be saved: %s", err.text);
		app->state_dirty = false;
	}
}
