/* What the keys of a prompt do to its line, and the history of lines: the rest of line.h. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "tui/key.h"
#include "tui/line.h"

/* ---- history ---- */

void line_history_release(struct line_history *history)
{
	size_t i;

	for (i = 0; i < history->count; i++)
		free(history->entries[i]);
	free(history->entries);
	*history = (struct line_history){ 0 };
}

static void forget(struct line_history *history, size_t i)
{
	free(history->entries[i]);
	memmove(history->entries + i, history->entries + i + 1, (history->count - i - 1) * sizeof(*history->entries));
	history->count--;
}

void line_history_add(struct line_history *history, const char *text)
{
	char *copy;
	size_t i;

	if (!*text)
		return;
	copy = xstrdup(text);   /* text may be the entry that goes */
	if (!history->entries)
		history->entries = xcalloc(LINE_HISTORY_MAX, sizeof(*history->entries));
	for (i = history->count; i-- > 0;)
		if (strcmp(history->entries[i], copy) == 0)
			forget(history, i);
	if (history->count == LINE_HISTORY_MAX)
		forget(history, 0);
	history->entries[history->count++] = copy;
}

/* Shows what was typed (at == count) or an entry, and keeps the place, which line_set() forgets. */
static void show_entry(struct line *line, size_t at)
{
	line_set(line, at == line->history->count ? line->typed : line->history->entries[at]);
	line->history_at = at;
}

/* The line does not know its history until the first move: history_at is then behind the newest or 0. */
static bool browsing(const struct line *line)
{
	return line->typed && line->history_at < line->history->count
	       && strcmp(line_text(line), line->history->entries[line->history_at]) == 0;
}

static bool fits_typed(const struct line *line, size_t i)
{
	return strncmp(line->history->entries[i], line->typed, strlen(line->typed)) == 0
	       && strcmp(line->history->entries[i], line_text(line)) != 0;
}

bool line_older(struct line *line)
{
	size_t i;

	if (!line->history)
		return false;
	if (!browsing(line)) {
		free(line->typed);
		line->typed = xstrdup(line_text(line));
		line->history_at = line->history->count;
	}
	for (i = line->history_at; i-- > 0;)
		if (fits_typed(line, i)) {
			show_entry(line, i);
			return true;
		}
	return false;
}

bool line_newer(struct line *line)
{
	size_t i;

	if (!line->history || !browsing(line))
		return false;
	for (i = line->history_at + 1; i < line->history->count; i++)
		if (fits_typed(line, i))
			break;
	show_entry(line, i);
	return true;
}

/* ---- keys ---- */

static bool to_start(struct line *line)
{
	bool moved = line->cursor > 0;

	line->cursor = 0;
	return moved;
}

static bool to_end(struct line *line)
{
	bool moved = line->cursor < line->len;

	line->cursor = line->len;
	return moved;
}

static bool kill_start(struct line *line)
{
	return line_kill(line, 0, line->cursor);
}

static bool kill_end(struct line *line)
{
	return line_kill(line, line->cursor, line->len);
}

static bool yank(struct line *line)
{
	return line->killed && line_insert(line, line->killed, strlen(line->killed));
}

/* The keys of a line, as everywhere since Emacs and readline. They are part of the line, not of the keymap: what a keymap binds in
 * `prompt` is asked first. */
static const struct {
	int32_t code;
	uint8_t mods;
	bool edits;                      /* else it only moves */
	bool (*act)(struct line *line);
} line_keys[] = {
	{ KEYCODE_LEFT, 0, false, line_left }, { 'b', KEY_CTRL, false, line_left },
	{ KEYCODE_RIGHT, 0, false, line_right }, { 'f', KEY_CTRL, false, line_right },
	{ KEYCODE_LEFT, KEY_CTRL, false, line_word_left }, { KEYCODE_LEFT, KEY_META, false, line_word_left },
	{ 'b', KEY_META, false, line_word_left },
	{ KEYCODE_RIGHT, KEY_CTRL, false, line_word_right }, { KEYCODE_RIGHT, KEY_META, false, line_word_right },
	{ 'f', KEY_META, false, line_word_right },
	{ KEYCODE_HOME, 0, false, to_start }, { 'a', KEY_CTRL, false, to_start },
	{ KEYCODE_END, 0, false, to_end }, { 'e', KEY_CTRL, false, to_end },
	{ KEYCODE_BACKSPACE, 0, true, line_erase_left }, { 'h', KEY_CTRL, true, line_erase_left },
	{ KEYCODE_DELETE, 0, true, line_erase_right }, { 'd', KEY_CTRL, true, line_erase_right },
	{ 'w', KEY_CTRL, true, line_kill_word_left }, { KEYCODE_BACKSPACE, KEY_META, true, line_kill_word_left },
	{ 'd', KEY_META, true, line_kill_word_right },
	{ 'u', KEY_CTRL, true, kill_start }, { 'k', KEY_CTRL, true, kill_end }, { 'y', KEY_CTRL, true, yank },
	{ KEYCODE_UP, 0, true, line_older }, { 'p', KEY_CTRL, true, line_older },
	{ KEYCODE_DOWN, 0, true, line_newer }, { 'n', KEY_CTRL, true, line_newer },
};

static enum line_result insert_key(struct line *line, const struct key *key)
{
	struct strbuf text = STRBUF_INIT(8);
	enum line_result result;

	/* Enter and tab inside pasted text are its line breaks and tabs. */
	if (key->code == KEYCODE_ENTER || key->code == KEYCODE_TAB)
		strbuf_addc(&text, ' ');
	else
		utf8_append(&text, key->code);
	result = line_insert(line, text.buf, text.len) ? LINE_CHANGED : LINE_REFUSED;
	strbuf_release(&text);
	return result;
}

enum line_result line_key(struct line *line, const struct key *key)
{
	size_t i;

	if (key->pasted) {
		if (key_is_text(key) || key->code == KEYCODE_ENTER || key->code == KEYCODE_TAB)
			return insert_key(line, key);
		return LINE_MOVED;
	}
	if (key_is_text(key))
		return insert_key(line, key);
	if (key->code == KEYCODE_TAB && (key->mods & (uint8_t)~KEY_SHIFT) == 0)
		return line_complete(line);
	for (i = 0; i < sizeof(line_keys) / sizeof(line_keys[0]); i++)
		if (line_keys[i].code == key->code && line_keys[i].mods == key->mods) {
			if (!line_keys[i].act(line))
				return line_keys[i].edits ? LINE_REFUSED : LINE_MOVED;
			return line_keys[i].edits ? LINE_CHANGED : LINE_MOVED;
		}
	return LINE_IGNORED;
}
