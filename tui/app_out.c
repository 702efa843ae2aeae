/* app_out.c - what leaves the program: a file of hosts, names on the clipboard, a portal link. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/io/export.h"
#include "tui/app.h"
#include "tui/clip.h"
#include "tui/prompt.h"

#define PATH_BYTES 4096
#define COPY_BYTES_MAX (CLIP_MAX_BYTES + 1)
#define WHAT_BYTES 256   /* of a copied text, named in the message */

uint32_t *app_chosen_rows(struct app *app, uint32_t *count, bool *marked)
{
	const struct marks *marks = session_marks(app->session);
	const struct table *table = app->lens.table;
	uint32_t *rows = xcalloc((size_t)table->count + 1, sizeof *rows), i, n = 0;
	bool *shown;

	app_fresh(app);
	*marked = marks->count > 0;
	if (!*marked) {
		memcpy(rows, app->view.rows, app->view.count * sizeof *rows);
		*count = app->view.count;
		return rows;
	}
	/* Those that are shown come first, in the order of the screen; the hidden ones after them. */
	shown = xcalloc((size_t)table->count + 1, sizeof *shown);
	for (i = 0; i < app->view.count; i++) {
		shown[app->view.rows[i]] = true;
		if (marks_has(marks, table_packed_id(table, app->view.rows[i])))
			rows[n++] = app->view.rows[i];
	}
	for (i = 0; i < table->count; i++)
		if (!shown[i] && marks_has(marks, table_packed_id(table, i)))
			rows[n++] = i;
	free(shown);
	*count = n;
	return rows;
}

/* The format by the ending of the path; EXPORT_FORMATS when it is none of ours. */
static enum export_format format_of(const char *path)
{
	const char *dot = strrchr(path, '.');

	if (dot && !strcasecmp(dot, ".csv"))
		return EXPORT_CSV;
	if (dot && !strcasecmp(dot, ".json"))
		return EXPORT_JSON;
	if (dot && !strcasecmp(dot, ".jsonl"))
		return EXPORT_JSONL;
	return EXPORT_FORMATS;
}

/* Columns are those of every export that names none, so that a file does not hang on what the screen happens to show. */
static unsigned write_file(struct app *app, const char *path, bool replace)
{
	struct column_ref refs[COL_COUNT];
	struct error err = {0};
	bool marked;
	struct export export = { .format = format_of(path), .lens = &app->lens, .columns = refs };
	uint32_t *rows = app_chosen_rows(app, &export.row_count, &marked);

	export.rows = rows;
	export.column_count = export_standard_columns(refs, COL_COUNT);
	if (export_file(&export, path, replace, &err)) {
		app_say(app, ROLE_ERROR, "%s", err.text);
	} else {
		app_say(app, ROLE_MESSAGE, "Wrote %s %s host%s, %zu columns, to %s", NUMBER(export.row_count), marked ? "marked" : "shown",
		        export.row_count == 1 ? "" : "s", export.column_count, path);
		if (session_store(app->session))
			store_audit(session_store(app->session), session_now(app->session), "export", path, &err);
	}
	free(rows);
	return DO_LAYOUT;
}

/* The answer yes to "exists. Replace it?". */
static unsigned replace_file(struct app *app, const char *path)
{
	return write_file(app, path, true);
}

/* Enter in the path prompt. Nothing is written before the name, its ending and an existing file are settled. */
static unsigned export_done(struct app *app, const char *text, struct slice subject)
{
	struct strbuf path = STRBUF_INIT(PATH_BYTES), question = STRBUF_INIT(PATH_BYTES + 100);
	unsigned redo = DO_LAYOUT;

	(void)subject;
	complete_expand(&path, text);
	if (!path.len) {
		app_say(app, ROLE_MESSAGE, "Nothing was written.");
	} else if (path.overflow) {
		app_say(app, ROLE_ERROR, "That path is too long.");
	} else if (format_of(strbuf_text(&path)) == EXPORT_FORMATS) {
		app_say(app, ROLE_ERROR, "Nothing was written: the name must end in .csv, .json or .jsonl, which says the format.");
	} else if (access(strbuf_text(&path), F_OK) == 0) {
		strbuf_addf(&question, "%s exists. Replace it?", strbuf_text(&path));
		screen_confirm_open(app, strbuf_text(&question), strbuf_text(&path), replace_file);
	} else {
		redo = write_file(app, strbuf_text(&path), false);
	}
	strbuf_release(&path);
	strbuf_release(&question);
	return redo;
}

/* The label says how many rows and columns before anything is written. */
unsigned app_export(struct app *app)
{
	const struct run *run = session_run(app->session);
	struct column_ref refs[COL_COUNT];
	struct prompt_ask ask = { .history = &app->histories.path, .completer = { complete_path, NULL }, .done = export_done };
	char label[120], name[80];
	time_t when = (time_t)run->started;
	struct tm tm = {0};
	uint32_t count;
	bool marked;

	free(app_chosen_rows(app, &count, &marked));
	if (!count) {
		app_say(app, ROLE_MESSAGE, marked ? "None of the marked hosts is in this run."
		                                  : "No row is shown, so there is nothing to write.");
		return DO_DRAW;
	}
	gmtime_r(&when, &tm);
	strftime(name, sizeof name, "rouse-%Y-%m-%d-findings.csv", &tm);
	snprintf(label, sizeof label, " write %u %s host%s, %zu columns, to: ", count, marked ? "marked" : "shown",
	         count == 1 ? "" : "s", export_standard_columns(refs, COL_COUNT));
	ask.label = label;
	ask.text = name;
	prompt_open(app, &ask);
	return DO_LAYOUT;
}

unsigned app_copy_text(struct app *app, const char *text, size_t len, const char *what)
{
	struct strbuf sequence = STRBUF_INIT(CLIP_SEQUENCE_MAX);
	enum clip_wrap wrap = clip_detect(getenv("TMUX"), getenv("STY"), getenv("TERM"));
	struct error err = {0};

	if (clip_sequence(&sequence, text, len, wrap, &err)) {
		app_say(app, ROLE_ERROR, "%s", err.text);
	} else {
		term_write_raw(strbuf_text(&sequence), sequence.len);
		app_say(app, ROLE_MESSAGE, "Copied %s (%s).", what, clip_wrap_words(wrap));
	}
	strbuf_release(&sequence);
	return DO_DRAW;
}

/* One name for the cell under the cursor, or one line a host. */
unsigned app_copy(struct app *app, bool many, uint32_t row)
{
	struct strbuf text = STRBUF_INIT(COPY_BYTES_MAX);
	char what[WHAT_BYTES];
	unsigned redo;

	if (many) {
		bool marked;
		uint32_t count, i, *rows = app_chosen_rows(app, &count, &marked);

		for (i = 0; i < count; i++) {
			struct slice name = table_name(app->lens.table, rows[i]);

			strbuf_add(&text, name.text ? name.text : "", name.len);
			strbuf_addc(&text, '\n');
		}
		free(rows);
		snprintf(what, sizeof what, "%u %s host name%s, one a line", count, marked ? "marked" : "shown", count == 1 ? "" : "s");
	} else {
		struct slice name = table_name(app->lens.table, row);

		strbuf_add(&text, name.text ? name.text : "", name.len);
		snprintf(what, sizeof what, "%.*s", (int)text.len, strbuf_text(&text));
	}
	if (text.overflow) {
		app_say(app, ROLE_ERROR, "Too many names for the clipboard (%d bytes at most): narrow the rows, or export them.",
		        CLIP_MAX_BYTES);
		redo = DO_DRAW;
	} else {
		redo = app_copy_text(app, strbuf_text(&text), text.len, what);
	}
	strbuf_release(&text);
	return redo;
}

/* No browser is started: the link may be opened on another machine than the one rouse runs on. */
unsigned app_portal(struct app *app, uint32_t row)
{
	struct column_ref column = { .id = COL_PORTAL_URL };
	struct strbuf scratch = STRBUF_INIT(4096);
	struct value value;
	unsigned redo = DO_DRAW;

	struct oauth_code code;

	if (session_code(app->session, &code))
		return app_copy_text(app, code.code, strlen(code.code), code.code);
	value_get(&app->lens, row, &column, &scratch, &value);
	if (value.kind == VALUE_TEXT) {
		char what[WHAT_BYTES * 2];

		snprintf(what, sizeof what, "%.*s", (int)value.text.len, value.text.text);
		redo = app_copy_text(app, value.text.text, value.text.len, what);
	} else {
		app_say(app, ROLE_MESSAGE, "This host has no device id, so there is no link to its page.");
	}
	strbuf_release(&scratch);
	return redo;
}

/* The same for the ticket: on the clipboard, and in sight. */
unsigned app_ticket_link(struct app *app, uint32_t row)
{
	const struct ticket_link *link = ticket_links_get(session_tickets(app->session), table_packed_id(app->lens.table, row));

	if (!link) {
		app_say(app, ROLE_MESSAGE, "This host is on no open ticket.");
		return DO_DRAW;
	}
	if (!link->url[0]) {
		app_say(app, ROLE_MESSAGE, "The ticket %s has no link.", link->number);
		return DO_DRAW;
	}
	return app_copy_text(app, link->url, strlen(link->url), link->url);
}
