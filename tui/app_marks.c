/* app_marks.c - marking hosts, notes, undo and redo. Marks are device ids: what is shown only says which ones change. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "tui/app.h"
#include "tui/prompt.h"

enum mark_how { MARK_ON, MARK_OFF, MARK_FLIP };

/* A change of marks being made: the ids that flipped. */
struct marking {
	struct strbuf ids;
	uint32_t count;
};

/* Only what really changes is remembered, so that undo puts back exactly that. */
static void mark_one(struct app *app, uint32_t row, enum mark_how how, struct marking *marking)
{
	struct marks *marks = session_marks(app->session);
	struct slice id = table_packed_id(app->lens.table, row);
	bool in_step = app->row_marks_generation == marks->generation && row < app->row_marks_count;
	bool on = how == MARK_ON || (how == MARK_FLIP && !marks_has(marks, id));

	if (marks_set(marks, id, on)) {
		undo_id(&marking->ids, id);
		marking->count++;
		/* The copy by row goes with it, so that a single mark costs no pass over a million rows. */
		if (in_step) {
			app->row_marks[row] = on;
			app->row_marks_generation = marks->generation;
		}
		app->hidden_known = false;
	}
}

/* Brings the copy of the marks by row up to date: whole after undo or a new run, else only for rows that came in since. */
static void follow_marks(struct app *app)
{
	const struct marks *marks = session_marks(app->session);
	const struct table *table = app->lens.table;
	uint32_t row = app->row_marks_generation == marks->generation ? app->row_marks_count : 0;

	if (row >= table->count)
		return;
	app->row_marks = grow(app->row_marks, &app->row_marks_cap, table->count, sizeof *app->row_marks);
	for (; row < table->count; row++)
		app->row_marks[row] = marks_has(marks, table_packed_id(table, row));
	app->row_marks_count = table->count;
	app->row_marks_generation = marks->generation;
	app->hidden_known = false;
}

uint32_t app_hidden_marks(struct app *app)
{
	const struct view *view = &app->view;
	uint32_t row, hidden = 0, here = 0;

	if (!session_marks(app->session)->count)
		return 0;
	app_fresh(app);
	follow_marks(app);
	if (!app->hidden_known) {
		for (row = 0; row < app->row_marks_count; row++) {
			here += app->row_marks[row];
			hidden += app->row_marks[row] && !(row < view->order_rows && view->keep[row]);
		}
		app->hidden = hidden;
		app->absent = session_marks(app->session)->count - here;
		app->hidden_known = true;
	}
	return app->hidden;
}

/* A filter that looks at marks or notes shows other rows now. */
static unsigned after_marks(struct app *app)
{
	bool seen = app->view.filter.marked_only || strstr(app->words, "marked") || strstr(app->words, "note:");

	app_touch(app, false);
	return seen ? DO_REBUILD : DO_DRAW;
}

/* Makes one change of what was marked, for undo, however many hosts it was. */
static unsigned finish(struct app *app, struct marking *marking, const char *verb, const char *text)
{
	char what[96];
	unsigned redo = DO_DRAW;

	snprintf(what, sizeof what, "%s %s host%s%.40s", verb, NUMBER(marking->count), marking->count == 1 ? "" : "s", text);
	if (marking->count) {
		undo_add_marks(&app->undo, what, strbuf_text(&marking->ids), marking->ids.len);
		redo = after_marks(app);
	}
	strbuf_release(&marking->ids);
	return redo;
}

/* An empty change; finish() gives its memory back. */
static struct marking begin(void)
{
	struct marking marking = { .count = 0 };

	strbuf_init(&marking.ids, UNDO_BYTES_MAX);
	return marking;
}

/* A range only ever adds marks: ending it on the wrong row takes nothing away. */
unsigned app_mark_rows(struct app *app, uint32_t from, uint32_t to, const char *what)
{
	struct marking marking = begin();
	uint32_t i;

	for (i = from; i <= to && i < app->view.count; i++)
		mark_one(app, app->view.rows[i], MARK_ON, &marking);
	app_say(app, ROLE_MESSAGE, "Marked %s more host%s, %s in all.", NUMBER(marking.count), marking.count == 1 ? "" : "s",
	        NUMBER(session_marks(app->session)->count));
	return finish(app, &marking, "mark", what);
}

/* All rows that the filter lets through, on the screen or below it. */
static unsigned mark_shown(struct app *app, enum mark_how how, const char *verb)
{
	struct marking marking = begin();
	uint32_t i;

	for (i = 0; i < app->view.count; i++)
		mark_one(app, app->view.rows[i], how, &marking);
	app_say(app, ROLE_MESSAGE, "%s: %s of %s shown; %s marked now.", verb, NUMBER(marking.count), NUMBER(app->view.count),
	        NUMBER(session_marks(app->session)->count));
	return finish(app, &marking, how == MARK_ON ? "mark" : how == MARK_OFF ? "unmark" : "invert", "");
}

uint32_t app_unmark_rows(struct app *app, const uint32_t *rows, uint32_t count, const char *what)
{
	struct marking marking = begin();
	uint32_t i, unmarked;

	for (i = 0; i < count; i++)
		mark_one(app, rows[i], MARK_OFF, &marking);
	unmarked = marking.count;
	finish(app, &marking, "unmark", what);
	return unmarked;
}

/* Space: the host under the cursor, then on to the next one. */
static unsigned mark_current(struct app *app)
{
	struct marking marking = begin();
	uint32_t row = view_current(&app->view);
	bool only = app->view.filter.marked_only;
	unsigned redo;

	mark_one(app, row, MARK_FLIP, &marking);
	redo = finish(app, &marking, marks_has(session_marks(app->session), table_packed_id(app->lens.table, row)) ? "mark" : "unmark",
	              "");
	/* Among marked ones only, an unmarked host leaves and the next one takes its place by itself. */
	if (!only)
		view_move(&app->view, 1);
	return redo;
}

/* Marks the shown rows that a text matches, by the filter's own rules. */
static unsigned mark_matching(struct app *app, const char *text, struct slice subject)
{
	struct marking marking = begin();
	struct filter filter = { .tab = TAB_EVERY };
	const struct table *table = app->lens.table;
	uint8_t *keep = xcalloc((size_t)table->count + 1, 1);
	uint32_t i, hits = 0;

	(void)subject;
	app_fresh(app);
	filter_parse(&filter, text);
	if (!filter_is_empty(&filter)) {
		filter_rows(&filter, &app->lens, app->view.visible, app->view.visible_count, 0, table->count, keep);
		for (i = 0; i < app->view.count; i++)
			if (keep[app->view.rows[i]]) {
				mark_one(app, app->view.rows[i], MARK_ON, &marking);
				hits++;
			}
		app_say(app, ROLE_MESSAGE, "%s of %s shown match \"%.*s\": %s newly marked, %s in all.", NUMBER(hits), NUMBER(app->view.count),
		        60, text, NUMBER(marking.count), NUMBER(session_marks(app->session)->count));
	}
	filter_release(&filter);
	free(keep);
	return finish(app, &marking, "mark", " by text");
}

/* An empty table would look like lost marks, so without marks there is nothing to show only. */
static unsigned toggle_marked_only(struct app *app)
{
	char *before = app_state_now(app, UNDO_FILTER);
	bool on = !app->view.filter.marked_only;

	if (on && !session_marks(app->session)->count) {
		free(before);
		app_say(app, ROLE_MESSAGE, "No host is marked: mark one with the space bar first.");
		return DO_DRAW;
	}
	app_set_marked_only(app, on);
	app_changed(app, UNDO_FILTER, on ? "show marked only" : "show all again", before);
	return DO_REBUILD;
}

/* The marking actions that are the same from every screen with hosts. */
unsigned app_mark_act(struct app *app, enum action_id id)
{
	struct prompt_ask by_text = { .label = " mark shown hosts that match: ", .history = &app->histories.mark, .done = mark_matching };

	switch (id) {
	case ACTION_MARK:
		return mark_current(app);
	case ACTION_MARK_SHOWN:
		return mark_shown(app, MARK_ON, "Marked");
	case ACTION_UNMARK_SHOWN:
		return mark_shown(app, MARK_OFF, "Unmarked");
	case ACTION_MARK_INVERT:
		return mark_shown(app, MARK_FLIP, "Inverted");
	case ACTION_MARKED_ONLY:
		return toggle_marked_only(app);
	case ACTION_MARK_TEXT:
		prompt_open(app, &by_text);
		return DO_LAYOUT;
	default:
		return DO_PASS;
	}
}

/* In the store first: a note that could not be written is not shown as if it were. */
static bool put_note(struct app *app, struct slice id, const char *text)
{
	struct error err = {0};

	if (session_note(app->session, id, slice_of(text), &err)) {
		app_say(app, ROLE_ERROR, "The note could not be saved: %s", err.text);
		return false;
	}
	return true;
}

/* Enter in the prompt of a note. An empty line takes the note away. */
static unsigned note_done(struct app *app, const char *text, struct slice id)
{
	struct slice old = notes_get(session_notes(app->session), id);
	char *before = xmemdup(old.text ? old.text : "", old.text ? old.len : 0);

	if (strcmp(before, text) != 0 && put_note(app, id, text)) {
		undo_add_text(&app->undo, UNDO_NOTE, text[0] ? "note" : "remove the note", id, before, text);
		app_say(app, ROLE_MESSAGE, text[0] ? "Note saved." : "Note removed.");
	}
	free(before);
	return after_marks(app) | DO_LAYOUT;
}

/* The prompt opens on the note there is, to be gone on with. */
unsigned app_note(struct app *app, struct slice packed_id, const char *host)
{
	struct error ignored = {0};
	struct slice old;
	char label[120], *text;
	struct prompt_ask ask = { .label = label, .history = &app->histories.note, .subject = packed_id, .done = note_done };

	if (packed_id.len > PROMPT_SUBJECT_MAX) {
		app_say(app, ROLE_ERROR, "The id of this host is too long for a note.");
		return DO_DRAW;
	}
	/* Another console may have written one since; going on with an old text would undo that. */
	if (session_store(app->session))
		store_notes_load(session_store(app->session), session_notes(app->session), &ignored);
	old = notes_get(session_notes(app->session), packed_id);
	text = xmemdup(old.text ? old.text : "", old.text ? old.len : 0);
	ask.text = text;
	snprintf(label, sizeof label, " note on %s: ", host);
	prompt_open(app, &ask);
	free(text);
	return DO_LAYOUT;
}

/* Puts a change back, or does it again; marks flip either way. */
static bool put_back(struct app *app, const struct undo_item *item, bool forward)
{
	const char *text = forward ? item->after : item->before;
	struct slice id;
	size_t at = 0;

	switch (item->kind) {
	case UNDO_MARKS:
		while (undo_next_id(item, &at, &id))
			marks_set(session_marks(app->session), id, !marks_has(session_marks(app->session), id));
		return true;
	case UNDO_FILTER:
		app_filter_put(app, text);
		return true;
	case UNDO_SORT:
		return app_sort_put(app, text);
	case UNDO_COLUMNS:
		return app_columns_put(app, text);
	case UNDO_NOTE:
		return undo_next_id(item, &at, &id) && put_note(app, id, text);
	}
	return false;
}

/* One change back or forward, and what it was as a sentence. */
unsigned app_undo(struct app *app, bool forward)
{
	const struct undo_item *item = forward ? undo_forward(&app->undo) : undo_back(&app->undo);

	if (!item) {
		app_say(app, ROLE_MESSAGE, forward ? "Nothing to do again." : "Nothing to take back.");
		return DO_DRAW;
	}
	if (put_back(app, item, forward))
		app_say(app, ROLE_MESSAGE, "%s: %s", forward ? "Done again" : "Taken back", item->what);
	return after_marks(app) | DO_LAYOUT | DO_REBUILD;
}
