/* screen_help.c - help for a screen and the meaning of the columns, printed from the tables of actions, keys, columns, verdicts, flags. */
#include <stdio.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "tui/page_screen.h"

#define KEYS_WIDTH 16     /* columns of the keys */
#define NAME_WIDTH 16     /* columns of a name in the lists below the keys */
#define INDENT 3

/* The screen that help is about: the topmost that is neither help nor a prompt. */
static const struct screen *subject(const struct app *app)
{
	size_t i = app->depth;

	while (i > 1 && (app->stack[i - 1]->ops->context == CONTEXT_HELP || app->stack[i - 1]->ops->context == CONTEXT_PROMPT))
		i--;
	return app->stack[i - 1];
}

/* A name at the left, its text beside it, broken in its own column. */
static void add_entry(struct page *page, const char *left, int left_width, const char *text, int width)
{
	struct strbuf line = STRBUF_INIT(PAGE_LINE_BYTES);
	size_t from = page->count, room = (size_t)(INDENT + left_width);

	page_wrap(page, ROLE_NORMAL, INDENT + left_width, width, text);
	/* The wrapped text leaves room at its left, where the name goes. */
	strbuf_addf(&line, "%*s%-*s", INDENT, "", left_width - 1, left);
	if (from < page->count && line.len < room && page->lines[from].len >= room)
		memcpy(page->lines[from].text, strbuf_text(&line), line.len);
	strbuf_release(&line);
}

/* Leaves keys out that say nothing in help: the wheel and clicks do what everybody expects, and where letters are typed (`typed`) a
 * letter of `all` is a letter. `k wheel-up up` becomes `k up`, or `up`. */
static void useful_keys(struct strbuf *keys, bool typed)
{
	char *to = keys->buf, *from = keys->buf;

	while (keys->len && *from) {
		size_t len = strcspn(from, " ");
		bool mouse = !strncmp(from, "wheel-", 6) || !strncmp(from, "double-", 7) || !strncmp(from, "click", 5);

		if (!mouse && !(typed && len == 1)) {
			if (to != keys->buf)
				*to++ = ' ';
			memmove(to, from, len);
			to += len;
		}
		from += len + strspn(from + len, " ");
	}
	if (keys->len) {
		*to = '\0';
		keys->len = (size_t)(to - keys->buf);
	}
}

/* One heading with the actions that mean something on that screen; those without a key are listed too. */
static void add_actions(struct app *app, struct page *page, int width, const struct screen_ops *about, enum action_group group)
{
	struct strbuf keys = STRBUF_INIT(256), text = STRBUF_INIT(512);
	enum keymap_context context = about->context;
	bool headed = false, typed = about->typed;
	const char *help;
	size_t limit;
	int id;

	for (id = 1; id < ACTION_COUNT; id++) {
		if (actions[id].group != group || !action_valid((enum action_id)id, context))
			continue;
		help = id == ACTION_OPEN && about->open_help ? about->open_help : actions[id].help;
		strbuf_clear(&text);
		/* As many of its keys as fit; all of them are in `rouse --list-keys`. */
		for (limit = 3; limit && (limit == 3 || keys.len > KEYS_WIDTH - 2); limit--) {
			strbuf_clear(&keys);
			keymap_keys(app->map, context, id, limit, &keys);
			useful_keys(&keys, typed && !(actions[id].contexts & 1u << context));
		}
		if ((!keys.len && typed) || !*help)
			continue;   /* nothing reaches it there, or it does nothing there */
		if (!headed)
			page_head(page, action_group_titles[group]);
		headed = true;
		strbuf_addf(&text, "%s%s%s%s", help, keys.len ? "" : "  (no key; `:", keys.len ? "" : actions[id].name,
		            keys.len ? "" : "`)");
		add_entry(page, strbuf_text(&keys), KEYS_WIDTH, strbuf_text(&text), width);
	}
	strbuf_release(&keys);
	strbuf_release(&text);
}

/* What may be typed after `/`, with what it finds. */
static void add_filter_words(struct page *page, int width)
{
	static const struct { const char *word, *help; } words[] = {
		{ "text", "rows where a column on the screen holds it; letter case does not matter; all words must be found" },
		{ "-word", "rows without it" },
		{ "a|b", "either" },
		{ "\"two words\"", "exactly this, blanks too" },
		{ "group: host: os:", "in that column only; so do verdict: mode: flag: note: owner:" },
		{ "is:new", "also persisting resolved vanished changed marked stale silent conflict" },
		{ "sig>7 sig<30", "days since the signatures were updated; unknown stays in with >" },
		{ "seen>1d seen<12h", "how long the host has been quiet" },
	};
	size_t i;

	page_head(page, "WORDS OF THE FILTER");
	for (i = 0; i < sizeof words / sizeof words[0]; i++)
		add_entry(page, words[i].word, NAME_WIDTH + 3, words[i].help, width);
}

/* What may be typed after `f`; the whole language is elsewhere. */
static void add_expressions(struct page *page, int width)
{
	static const struct { const char *word, *help; } words[] = {
		{ "COLUMN == \"text\"", "also != < <= > >=; == and in mind letter case, =~ and in~ fold A to Z" },
		{ "COLUMN has \"word\"", "also contains startswith endswith matches regex, with ! before them for not" },
		{ "in~ (\"a\", \"b\")", "one of several texts" },
		{ "SignatureAge > 7d", "timespans for ages; times as ago(2d) or datetime(2026-11-20)" },
		{ "and or not( )", "and binds closer than or; parentheses closer than both" },
		{ "isempty(COLUMN)", "what is missing" },
		{ "@NAME", "alone: the filter that was saved under this name" },
		{ "tab, up, down", "in the line: complete columns, operators and values; earlier expressions" },
	};
	size_t i;

	page_head(page, "EXPRESSIONS, THE LANGUAGE OF KQL'S WHERE");
	for (i = 0; i < sizeof words / sizeof words[0]; i++)
		add_entry(page, words[i].word, NAME_WIDTH + 3, words[i].help, width);
	add_entry(page, "", NAME_WIDTH + 3, "All operators and functions: rouse --help where", width);
}

/* The signs that stand for colours. */
static void add_signs(struct page *page, int width)
{
	page_head(page, "SIGNS IN THE TABLE");
	add_entry(page, "* first column", NAME_WIDTH + 3, "marked; : in a range that is being chosen", width);
	add_entry(page, "+ = ~ - x", NAME_WIDTH + 3,
	          "new; there before; there before and its evidence changed; resolved; vanished (no longer in the data, which is not resolved)",
	          width);
	add_entry(page, "z", NAME_WIDTH + 3, "among all servers: accepted until a date, so it is in no other tab but Accepted", width);
	add_entry(page, "41d! 6d?", NAME_WIDTH + 3, "signatures over twice the limit; host not seen for over three days", width);
	add_entry(page, "ahead", NAME_WIDTH + 3, "dated ahead of this clock: one of the two is wrong", width);
	add_entry(page, "?unknown ?unowned", NAME_WIDTH + 3, "the CMDB does not have the host; it has it, but no team for it", width);
	add_entry(page, "?2 match", NAME_WIDTH + 3, "two records of the CMDB name different teams: somebody must choose", width);
	add_entry(page, "n/a", NAME_WIDTH + 3, "unknown; never counted as good, sorts last", width);
}

static void add_flags(struct page *page, int width)
{
	char name[40];
	size_t i;

	page_head(page, "FLAGS");
	for (i = 0; i < FLAG_COUNT; i++) {
		snprintf(name, sizeof name, "%c %s", flags[i].sign, flags[i].name);
		add_entry(page, name, NAME_WIDTH + 3, flags[i].meaning, width);
	}
}

static void add_verdicts(struct page *page, int width)
{
	int v;

	page_head(page, "VERDICTS");
	for (v = 0; v < VERDICT_COUNT; v++)
		add_entry(page, verdicts[v].name, NAME_WIDTH + 3, verdicts[v].meaning, width);
}

/* Keys first; what the table's signs and words mean comes after them. */
static void fill_help(struct app *app, struct page *page, int width)
{
	const struct screen *about = subject(app);
	int group;

	for (group = 0; group < GROUP_COUNT; group++)
		add_actions(app, page, width, about->ops, (enum action_group)group);
	if (about->ops->context == CONTEXT_TABLE) {
		add_filter_words(page, width);
		add_expressions(page, width);
		add_signs(page, width);
	}
	if (about->ops->context == CONTEXT_TABLE || about->ops->context == CONTEXT_DETAIL) {
		add_verdicts(page, width);
		add_flags(page, width);
	}
	page_head(page, "ELSEWHERE");
	page_line(page, ROLE_NORMAL, "%*sAll keys: rouse --list-keys    Manual: man rouse    Check: rouse doctor", INDENT, "");
}

/* Help for help would only be help again. */
void screen_help_open(struct app *app)
{
	char title[120];
	size_t changes = keymap_user_changes(app->map);

	if (app_top(app)->ops->context == CONTEXT_HELP) {
		app_say(app, ROLE_MESSAGE, "Esc goes back; / finds text on this page.");
		return;
	}
	if (changes)
		snprintf(title, sizeof title, "Help: %s   (%zu of your own keys)", subject(app)->ops->name, changes);
	else
		snprintf(title, sizeof title, "Help: %s", subject(app)->ops->name);
	page_screen_open(app, title, fill_help);
}

static bool is_shown(const struct app *app, enum column_id id)
{
	size_t i;

	for (i = 0; i < app->column_count; i++)
		if (app->columns[i].id == id)
			return true;
	return false;
}

/* `SIG  SignatureAge: How old the signatures are...`; the columns on the screen first. */
static void fill_explain(struct app *app, struct page *page, int width)
{
	struct strbuf text = STRBUF_INIT(1024);
	int pass, id;

	for (pass = 0; pass < 2; pass++) {
		page_head(page, pass ? "OTHER COLUMNS" : "COLUMNS OF THE TABLE");
		for (id = 0; id < COL_COUNT; id++) {
			if (is_shown(app, (enum column_id)id) != !pass)
				continue;
			strbuf_clear(&text);
			strbuf_addf(&text, "%s: %s", columns[id].name, columns[id].help);
			add_entry(page, columns[id].title, NAME_WIDTH, strbuf_text(&text), width);
		}
		/* What stands in the table comes before what could. */
		if (!pass) {
			add_signs(page, width);
			add_flags(page, width);
			add_verdicts(page, width);
		}
	}
	strbuf_release(&text);
}

void screen_explain_open(struct app *app)
{
	page_screen_open(app, "What the columns mean, and where they come from", fill_explain);
}
