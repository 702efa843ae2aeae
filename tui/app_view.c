/* app_view.c - filter, sort and columns of the table, and when the view is brought up to date. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "tui/app.h"
#include "tui/fit.h"

#define SEPARATOR '\x1e'        /* between the parts of a filter's state text; no group name of a tenant has it */
#define DOMAIN_SAMPLE 2000u     /* host names looked at for the common domain and the width of the column */
#define DOMAIN_DOTS 6           /* endings of one name that are counted */
#define DOMAIN_BYTES 120

/* The order that is wanted, once all rows are here; until then, and when it is the stored one anyway, the rows stay as they are. */
static void apply_sort(struct app *app)
{
	struct strbuf text = STRBUF_INIT(1024);
	bool standard;

	app_sort_text(app, &text);
	standard = !strcmp(strbuf_text(&text), SORT_DEFAULT);
	if (!app->whole || (standard && app->stored_order))
		view_set_sort(&app->view, NULL, 0);
	else
		view_set_sort(&app->view, app->keys, app->key_count);
	strbuf_release(&text);
	app->stale = true;
}

static bool is_standard(const struct app *app)
{
	struct strbuf text = STRBUF_INIT(APP_STATE_MAX);
	bool is;

	app_columns_text(app, &text);
	is = !strcmp(strbuf_text(&text), APP_COLUMNS_STANDARD);
	strbuf_release(&text);
	return is;
}

/* Words are searched in the columns shown, and always in the host name. */
static void apply_columns(struct app *app)
{
	struct view *view = &app->view;
	bool has_name = false;
	size_t i;

	app->columns_standard = is_standard(app);
	view->visible_count = 0;
	for (i = 0; i < app->column_count && view->visible_count < COL_COUNT - 1; i++) {
		view->visible[view->visible_count++] = app->columns[i];
		has_name |= app->columns[i].id == COL_DEVICE_NAME;
	}
	if (!has_name)
		view->visible[view->visible_count++] = (struct column_ref){ .id = COL_DEVICE_NAME };
	app->stale = true;
}

/* Never the whole name: a host that is called like the domain keeps its name. */
bool app_in_domain(const struct app *app, const char *name, size_t len)
{
	size_t ending = strlen(app->domain);

	return ending && len > ending && slice_is_nocase((struct slice){ name + len - ending, ending }, app->domain);
}

/* Counts each ending of a name that begins with a dot: `.ber.corp.example.com`, `.corp.example.com`, `.example.com`, `.com`. Names
 * are folded here: EXAMPLE.COM is the same domain. */
static void count_endings(struct slice name, struct map *endings, uint32_t *hits)
{
	size_t at, dots = 0;

	for (at = 1; at < name.len && dots < DOMAIN_DOTS; at++) {
		if (name.text[at] != '.')
			continue;
		dots++;
		if (name.len - at < DOMAIN_BYTES)
			hits[map_put(endings, name.text + at, name.len - at, NULL)]++;
	}
}

/* The longest ending that more than half of the sampled hosts have, and how wide names are with and without it. */
static void find_domain(struct app *app)
{
	const struct table *table = app->lens.table;
	uint32_t n = table->count < DOMAIN_SAMPLE ? table->count : DOMAIN_SAMPLE, row, i;
	struct map endings = {0};
	uint32_t *hits = xcalloc((size_t)n * DOMAIN_DOTS + 1, sizeof *hits);

	app->domain[0] = '\0';
	app->host_width = app->host_short = 0;
	for (row = 0; row < n; row++)
		count_endings(table_folded(table, row), &endings, hits);
	for (i = 0; i < endings.count; i++)
		if (hits[i] > n / 2 && map_key(&endings, i).len > strlen(app->domain))
			snprintf(app->domain, sizeof app->domain, "%s", map_key(&endings, i).text);
	for (row = 0; row < n; row++) {
		struct slice name = table_name(table, row);
		unsigned wide = name.text ? (unsigned)fit_columns(name.text, name.len, false) : 0;

		app->host_width = wide > app->host_width ? wide : app->host_width;
		wide -= name.text && app_in_domain(app, name.text, name.len) ? (unsigned)strlen(app->domain) : 0;
		app->host_short = wide > app->host_short ? wide : app->host_short;
	}
	free(hits);
	map_release(&endings);
}

/* Order, filter and cursor host stay; only what hangs on the rows is taken anew. */
void app_data_changed(struct app *app, bool swapped)
{
	const struct run *run = session_run(app->session);

	session_lens(app->session, &app->lens);
	if (swapped)
		view_set_lens(&app->view, &app->lens);
	else
		view_grow(&app->view, &app->lens);
	app->accepted_known = false;
	app->whole = run && session_job(app->session) != JOB_LOAD;
	if (swapped || app->whole) {
		find_domain(app);
		app_find_record(app);
	}
	app->hidden_known = false;
	if (swapped)
		app->row_marks_count = 0;
	apply_sort(app);
}

/* The cursor of the last session, or of a host that is wanted: as soon as its row is here. */
static void go_to_wanted(struct app *app)
{
	struct slice id = { app->want_cursor, app->want_cursor_len };

	if (app->want_cursor_len && (view_find(&app->view, id) || app->whole))
		app->want_cursor_len = 0;
}

/* The one place where the view is rebuilt: asked by everybody who reads it, done at most once for any number of changes. */
void app_fresh(struct app *app)
{
	if (!app->stale)
		return;
	app->stale = false;
	app_judge_first(app);
	view_refresh(&app->view);
	app_judge_after(app);
	go_to_wanted(app);
	app->hidden_known = false;
}

/* Blanks at the end are of the typing, not of the filter. */
void app_set_words(struct app *app, const char *words)
{
	size_t len;

	snprintf(app->words, sizeof app->words, "%s", words);
	for (len = strlen(app->words); len && app->words[len - 1] == ' '; len--)
		app->words[len - 1] = '\0';
	filter_parse(&app->view.filter, app->words);
	app->stale = true;
	app_touch(app, true);
}

/* A tab is where one looks, not a filter: it is neither undone nor restored. */
void app_set_tab(struct app *app, enum tab tab)
{
	app->view.filter.tab = tab;
	app->stale = true;
}

void app_set_groups(struct app *app, const struct slice *groups, size_t count)
{
	filter_set_groups(&app->view.filter, groups, count);
	app->stale = true;
	app_touch(app, true);
}

void app_set_marked_only(struct app *app, bool on)
{
	app->view.filter.marked_only = on;
	app->stale = true;
}

/* Taken at once, applied once all rows are here. */
void app_set_sort(struct app *app, const struct sort_key *keys, size_t count)
{
	if (count)
		memmove(app->keys, keys, count * sizeof *keys);
	app->key_count = count;
	apply_sort(app);
	app_touch(app, true);
}

/* Also says in which columns the filter's words are looked for. */
void app_set_columns(struct app *app, const struct column_ref *refs, size_t count)
{
	if (count > APP_COLUMNS_MAX)
		count = APP_COLUMNS_MAX;
	memmove(app->columns, refs, count * sizeof *refs);
	app->column_count = count;
	apply_columns(app);
	app_touch(app, true);
}

/* `m` or `-`, the words, then each group: one line of state that app_filter_put() reads back. An `x` after the first letter says that
 * name and text of an expression stand between words and groups. */
void app_filter_text(const struct app *app, struct strbuf *out)
{
	const struct filter *filter = &app->view.filter;
	size_t i;

	strbuf_addc(out, filter->marked_only ? 'm' : '-');
	strbuf_adds(out, filter->expr ? "x" : "");
	strbuf_addc(out, SEPARATOR);
	strbuf_adds(out, app->words);
	if (filter->expr) {
		strbuf_addc(out, SEPARATOR);
		app_where_text(app, out);
	}
	for (i = 0; i < filter->group_count; i++) {
		strbuf_addc(out, SEPARATOR);
		strbuf_add(out, filter->groups[i].text, filter->groups[i].len);
	}
}

/* The part of a state text that begins at *at, malloc'd; *at is then behind it, NULL after the last one. */
static char *next_part(const char **at)
{
	const char *end = *at ? strchr(*at, SEPARATOR) : NULL;
	char *part = *at ? xmemdup(*at, end ? (size_t)(end - *at) : strlen(*at)) : xstrdup("");

	*at = end ? end + 1 : NULL;
	return part;
}

/* Name and expression are one text, with the separator between them. */
static void put_where(struct app *app, const char **at)
{
	char *name = next_part(at), *source = next_part(at);
	struct strbuf text = STRBUF_INIT(APP_STATE_MAX);

	strbuf_addf(&text, "%s%c%s", name, SEPARATOR, source);
	app_where_put(app, strbuf_text(&text));
	strbuf_release(&text);
	free(name);
	free(source);
}

/* Text from the store or from undo; anything that does not fit the form is an empty filter. */
void app_filter_put(struct app *app, const char *text)
{
	const char *at = text;
	char *kind = next_part(&at), *words = next_part(&at);
	struct slice *groups = NULL;
	size_t count = 0, cap = 0;

	app_set_marked_only(app, kind[0] == 'm');
	app_set_words(app, words);
	if (strchr(kind, 'x'))
		put_where(app, &at);
	else
		app_where_put(app, "");
	while (at) {
		groups = grow(groups, &cap, count + 1, sizeof *groups);
		groups[count].text = at;
		groups[count].len = strcspn(at, (const char[]){ SEPARATOR, '\0' });
		at = at[groups[count].len] ? at + groups[count].len + 1 : NULL;
		count++;
	}
	app_set_groups(app, groups, count);
	free(groups);
	free(kind);
	free(words);
}

void app_column_name(const struct column_ref *column, struct strbuf *out)
{
	if (column->id == COL_BAG)
		strbuf_addf(out, "AdditionalFields.%s", column->key);
	else
		strbuf_adds(out, columns[column->id].name);
}

const char *app_column_title(const struct column_ref *column)
{
	return column->id == COL_BAG ? column->key : columns[column->id].title;
}

/* The form of `--sort` and of `[ui] sort`. */
void app_sort_text(const struct app *app, struct strbuf *out)
{
	size_t i;

	for (i = 0; i < app->key_count; i++) {
		strbuf_adds(out, i ? "," : "");
		app_column_name(&app->keys[i].column, out);
		strbuf_adds(out, app->keys[i].descending ? "-" : "");
	}
}

/* False, and the sort as before, when a name is no column. */
bool app_sort_put(struct app *app, const char *text)
{
	struct sort_key keys[SORT_KEYS_MAX];
	struct slice bad;
	int count = *text ? sort_parse(text, keys, &bad) : 0;

	if (count < 0)
		return false;
	app_set_sort(app, keys, (size_t)count);
	return true;
}

/* The form of `--columns`, which column_list() reads. */
void app_columns_text(const struct app *app, struct strbuf *out)
{
	size_t i;

	for (i = 0; i < app->column_count; i++) {
		strbuf_adds(out, i ? "," : "");
		app_column_name(&app->columns[i], out);
	}
}

/* False, and the columns as before, when a name is no column. */
bool app_columns_put(struct app *app, const char *text)
{
	struct column_ref refs[APP_COLUMNS_MAX];
	struct slice bad;
	int count = column_list(text, refs, APP_COLUMNS_MAX, &bad);

	if (count <= 0)
		return false;
	app_set_columns(app, refs, (size_t)count);
	return true;
}

/* malloc'd; taken before a change and handed to app_changed() after it. */
char *app_state_now(const struct app *app, enum undo_kind kind)
{
	struct strbuf text = STRBUF_INIT(APP_STATE_MAX);
	char *now;

	if (kind == UNDO_FILTER)
		app_filter_text(app, &text);
	else if (kind == UNDO_SORT)
		app_sort_text(app, &text);
	else
		app_columns_text(app, &text);
	now = xstrdup(strbuf_text(&text));
	strbuf_release(&text);
	return now;
}

/* Takes `before` over. Pressing a key that changes nothing leaves nothing to undo. */
void app_changed(struct app *app, enum undo_kind kind, const char *what, char *before)
{
	char *after = app_state_now(app, kind);

	if (strcmp(before, after) != 0)
		undo_add_text(&app->undo, kind, what, (struct slice){0}, before, after);
	free(before);
	free(after);
}

/* A scan: only asked for a host that is not under the cursor. */
uint32_t app_row_of(struct app *app, struct slice packed_id)
{
	const struct table *table = app->lens.table;
	uint32_t row;

	for (row = 0; row < table->count; row++)
		if (slice_equal(table_packed_id(table, row), packed_id))
			return row;
	return MAP_NONE;
}
