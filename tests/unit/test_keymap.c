/* Keymaps: names of keys, reading files, feeding keys, and the maps that are compiled in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "tui/action.h"
#include "tui/key.h"
#include "tui/keymap.h"

/* A small set of actions of the test's own; row 0 has no name, as in the real table. */
enum { NO_ACTION, DOWN, UP, TOP, GROUPS, QUIT, MARK, CANCEL, OPEN };
static const char *const action_list[] = { NULL, "cursor-down", "cursor-up", "top", "groups", "quit", "mark", "cancel", "open" };
static const struct keymap_names known = { action_list, sizeof(action_list) / sizeof(action_list[0]) };

struct fixture {
	struct keymap *map;
	struct keymap_problems problems;
};

static void read_more(struct fixture *f, const char *path, const char *text, bool user)
{
	keymap_read(f->map, path, text, strlen(text), user, &known, &f->problems);
}

static struct fixture read_map(const char *text)
{
	struct fixture f = { keymap_new(), { 0 } };

	read_more(&f, "my.keys", text, false);
	return f;
}

static void release(struct fixture *f)
{
	keymap_free(&f->map);
	keymap_problems_release(&f->problems);
}

static int feed(struct keymap *map, enum keymap_context context, const char *name)
{
	struct key key = { 0 };

	assert_true(key_parse(name, &key));
	return keymap_feed(map, context, &key, NULL);
}

static void assert_keys(struct keymap *map, enum keymap_context context, int action, const char *expected)
{
	struct strbuf text = STRBUF_INIT(1000);

	keymap_keys(map, context, action, 0, &text);
	assert_string_equal(strbuf_text(&text), expected);
	strbuf_release(&text);
}

static void assert_problem(const char *text, const char *expected)
{
	struct fixture f = read_map(text);

	if (f.problems.count != 1)
		fail_msg("%zu problems for: %s", f.problems.count, text);
	assert_string_equal(f.problems.list[0].text, expected);
	release(&f);
}

/* ---- names of keys ---- */

static void key_names(void **state)
{
	static const struct {
		const char *name, *printed;
		int32_t code;
		uint8_t mods;
	} rows[] = {
		{ "j", "j", 'j', 0 }, { "G", "G", 'G', 0 }, { "<", "<", '<', 0 }, { "-", "-", '-', 0 }, { "F", "F", 'F', 0 },
		{ "C", "C", 'C', 0 }, { "ü", "ü", 0xFC, 0 }, { "#", "hash", '#', 0 }, { "hash", "hash", '#', 0 },
		{ "space", "space", ' ', 0 }, { "spc", "space", ' ', 0 }, { "Enter", "enter", KEYCODE_ENTER, 0 },
		{ "return", "enter", KEYCODE_ENTER, 0 }, { "esc", "esc", KEYCODE_ESC, 0 }, { "tab", "tab", KEYCODE_TAB, 0 },
		{ "S-tab", "S-tab", KEYCODE_TAB, KEY_SHIFT }, { "backspace", "backspace", KEYCODE_BACKSPACE, 0 },
		{ "PageDown", "pgdn", KEYCODE_PGDN, 0 }, { "pgup", "pgup", KEYCODE_PGUP, 0 }, { "F5", "F5", KEYCODE_F0 + 5, 0 },
		{ "f20", "F20", KEYCODE_F0 + 20, 0 }, { "C-d", "C-d", 'd', KEY_CTRL }, { "C-D", "C-d", 'd', KEY_CTRL },
		{ "M-x", "M-x", 'x', KEY_META }, { "M-X", "M-X", 'X', KEY_META }, { "C-M-x", "C-M-x", 'x', KEY_CTRL | KEY_META },
		{ "M-C-x", "C-M-x", 'x', KEY_CTRL | KEY_META }, { "C-left", "C-left", KEYCODE_LEFT, KEY_CTRL },
		{ "M-enter", "M-enter", KEYCODE_ENTER, KEY_META }, { "C--", NULL, 0, 0 }, { "M--", "M--", '-', KEY_META },
		{ "M-<", "M-<", '<', KEY_META }, { "S-g", "G", 'G', 0 }, { "C-i", "tab", KEYCODE_TAB, 0 },
		{ "C-m", "enter", KEYCODE_ENTER, 0 }, { "C-j", "enter", KEYCODE_ENTER, 0 }, { "C-[", "esc", KEYCODE_ESC, 0 },
		{ "M-C-i", "M-tab", KEYCODE_TAB, KEY_META }, { "C-h", "C-h", 'h', KEY_CTRL }, { "C-space", "C-@", '@', KEY_CTRL },
		{ "C-_", "C-_", '_', KEY_CTRL }, { "wheel-up", "wheel-up", KEYCODE_WHEEL_UP, 0 },
		{ "double-click", "double-click", KEYCODE_DOUBLE_CLICK, 0 }, { "S-F5", "S-F5", KEYCODE_F0 + 5, KEY_SHIFT },
		{ "", NULL, 0, 0 }, { "jj", NULL, 0, 0 }, { "C-", NULL, 0, 0 }, { "X-a", NULL, 0, 0 }, { "C-C-a", NULL, 0, 0 },
		{ "F0", NULL, 0, 0 }, { "F21", NULL, 0, 0 }, { "F1x", NULL, 0, 0 }, { "F99999999999", NULL, 0, 0 },
		{ "C-1", NULL, 0, 0 }, { "C-ü", NULL, 0, 0 }, { "S-5", NULL, 0, 0 }, { "\x1b", NULL, 0, 0 }, { " ", NULL, 0, 0 },
		{ "\xff", NULL, 0, 0 }, { "\xe2\x80\xae", NULL, 0, 0 }, { "\xcc\x81", NULL, 0, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct key key = { .code = -7 }, again = { 0 };
		struct strbuf text = STRBUF_INIT(100);
		bool known_key = key_parse(rows[i].name, &key);

		if (known_key != (rows[i].printed != NULL))
			fail_msg("\"%s\" read: %d", rows[i].name, known_key);
		if (!known_key) {
			assert_int_equal(key.code, -7);
			continue;
		}
		assert_int_equal(key.code, rows[i].code);
		assert_int_equal(key.mods, rows[i].mods);
		key_format(&key, &text);
		assert_string_equal(strbuf_text(&text), rows[i].printed);
		assert_true(key_parse(strbuf_text(&text), &again));
		assert_true(key_equal(&key, &again));
		strbuf_release(&text);
	}
}

static void text_keys(void **state)
{
	struct key key = { .code = 'a' };

	(void)state;
	assert_true(key_is_text(&key));
	key.code = 0x301;   /* a combining accent is typed text too */
	assert_true(key_is_text(&key));
	key.code = 0x202E;
	assert_false(key_is_text(&key));
	key = (struct key){ .code = 'a', .mods = KEY_META };
	assert_false(key_is_text(&key));
	key = (struct key){ .code = KEYCODE_UP };
	assert_false(key_is_text(&key));
}

/* Sequences behind ESC [ and ESC O. An unknown one is one unknown key, never its last letter. */
static void key_sequences(void **state)
{
	static const struct {
		const char *body, *name;
	} rows[] = {
		{ "A", "up" }, { "D", "left" }, { "H", "home" }, { "F", "end" }, { "Z", "S-tab" }, { "P", "F1" }, { "1;2A", "S-up" },
		{ "1;5D", "C-left" }, { "1;3C", "M-right" }, { "1;7C", "C-M-right" }, { "3~", "delete" }, { "5;5~", "C-pgup" }, { "15~", "F5" },
		{ "24~", "F12" }, { "I", NULL }, { "57;9u", NULL }, { "?1;2c", NULL }, { "9~", NULL }, { "1;2;3A", NULL }, { "", NULL },
		{ "99999999999999999999A", NULL }, { "~", NULL }, { "<0;1;1M", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct strbuf text = STRBUF_INIT(100);
		struct key key;

		assert_int_equal(key_from_sequence(rows[i].body, strlen(rows[i].body), &key), rows[i].name != NULL);
		key_format(&key, &text);
		assert_string_equal(strbuf_text(&text), rows[i].name ? rows[i].name : "unknown");
		strbuf_release(&text);
	}
}

static void alt_is_esc_and_a_key(void **state)
{
	struct key key = { .code = 'x', .mods = KEY_META | KEY_CTRL }, plain = { 0 };

	(void)state;
	assert_true(key_split(&key, &plain));
	assert_int_equal(plain.code, 'x');
	assert_int_equal(plain.mods, KEY_CTRL);
	assert_false(key_split(&plain, &key));
}

/* ---- feeding ---- */

static void single_keys_and_fallback(void **state)
{
	struct fixture f = read_map("all j cursor-down\ntable space mark\ntable j cursor-up\n");

	(void)state;
	assert_int_equal(f.problems.count, 0);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "space"), MARK);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "j"), UP);
	assert_int_equal(feed(f.map, CONTEXT_DETAIL, "j"), DOWN);
	assert_int_equal(feed(f.map, CONTEXT_DETAIL, "space"), KEYMAP_NONE);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "x"), KEYMAP_NONE);
	release(&f);
}

static void prompts_do_not_fall_back(void **state)
{
	struct fixture f = read_map("all q quit\nall esc open\nall up cursor-up\nprompt esc cancel\ngroups space mark\n");

	(void)state;
	assert_int_equal(feed(f.map, CONTEXT_PROMPT, "q"), KEYMAP_NONE);
	assert_int_equal(feed(f.map, CONTEXT_CONFIRM, "q"), KEYMAP_NONE);
	assert_int_equal(feed(f.map, CONTEXT_CONFIRM, "esc"), KEYMAP_NONE);
	assert_int_equal(feed(f.map, CONTEXT_PROMPT, "esc"), CANCEL);
	/* In groups letters are text, other keys fall back. */
	assert_int_equal(feed(f.map, CONTEXT_GROUPS, "q"), KEYMAP_NONE);
	assert_int_equal(feed(f.map, CONTEXT_GROUPS, "up"), UP);
	assert_int_equal(feed(f.map, CONTEXT_GROUPS, "space"), MARK);
	assert_keys(f.map, CONTEXT_GROUPS, QUIT, "");
	release(&f);
}

static void sequences(void **state)
{
	struct fixture f = read_map("table g g top\ntable g m groups\nall q quit\nall C-x C-c quit\ntable a b c d mark\n");
	struct key key = { .code = 'q' };
	struct strbuf pending = STRBUF_INIT(100);
	bool dropped;

	(void)state;
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "g"), KEYMAP_PENDING);
	keymap_pending(f.map, &pending);
	assert_string_equal(strbuf_text(&pending), "g");
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "g"), TOP);
	/* A key that does not go on is not tried alone. */
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "g"), KEYMAP_PENDING);
	assert_int_equal(keymap_feed(f.map, CONTEXT_TABLE, &key, &dropped), KEYMAP_NONE);
	assert_true(dropped);
	assert_int_equal(keymap_feed(f.map, CONTEXT_TABLE, &key, &dropped), QUIT);
	assert_false(dropped);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "g"), KEYMAP_PENDING);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "esc"), KEYMAP_CANCELLED);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "m"), KEYMAP_NONE);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "a"), KEYMAP_PENDING);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "b"), KEYMAP_PENDING);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "c"), KEYMAP_PENDING);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "d"), MARK);
	/* Another context begins anew. */
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "C-x"), KEYMAP_PENDING);
	assert_int_equal(feed(f.map, CONTEXT_DETAIL, "C-c"), KEYMAP_NONE);
	strbuf_clear(&pending);
	keymap_pending(f.map, &pending);
	assert_string_equal(strbuf_text(&pending), "");
	strbuf_release(&pending);
	release(&f);
}

static void sequences_meet_the_fallback(void **state)
{
	struct fixture f = read_map("all g quit\ntable g g top\nall z z mark\ntable z groups\nall C-x k open\ntable C-x h mark\n");

	(void)state;
	/* The context's own beginning hides the shorter key of all; its own key hides the longer one of all. */
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "g"), KEYMAP_PENDING);
	keymap_cancel(f.map);
	assert_int_equal(feed(f.map, CONTEXT_DETAIL, "g"), QUIT);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "z"), GROUPS);
	/* Sequences with one beginning in both places both work. */
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "C-x"), KEYMAP_PENDING);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "k"), OPEN);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "C-x"), KEYMAP_PENDING);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "h"), MARK);
	assert_keys(f.map, CONTEXT_TABLE, QUIT, "");
	assert_keys(f.map, CONTEXT_TABLE, OPEN, "C-x k");
	assert_keys(f.map, CONTEXT_TABLE, MARK, "C-x h");
	assert_keys(f.map, CONTEXT_DETAIL, MARK, "zz");
	release(&f);
}

static void pasted_keys_do_nothing(void **state)
{
	struct fixture f = read_map("all q quit\nall g g top\n");
	struct key key = { .code = 'q', .pasted = true };

	(void)state;
	assert_int_equal(keymap_feed(f.map, CONTEXT_TABLE, &key, NULL), KEYMAP_NONE);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "g"), KEYMAP_PENDING);
	assert_int_equal(keymap_feed(f.map, CONTEXT_TABLE, &key, NULL), KEYMAP_NONE);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "g"), KEYMAP_PENDING);
	release(&f);
}

/* ---- files ---- */

static void later_lines_win(void **state)
{
	struct fixture f = read_map("all q quit\nall j cursor-down\ntable g groups\n");

	(void)state;
	read_more(&f, "user", "all q cursor-up\ntable g g top\nunbind table j\n", true);
	assert_int_equal(f.problems.count, 0);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "q"), UP);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "j"), KEYMAP_NONE);
	assert_int_equal(feed(f.map, CONTEXT_DETAIL, "j"), DOWN);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "g"), KEYMAP_PENDING);
	assert_keys(f.map, CONTEXT_TABLE, GROUPS, "");
	assert_keys(f.map, CONTEXT_TABLE, DOWN, "");
	assert_int_equal(keymap_user_changes(f.map), 3);
	release(&f);
}

static void unbinding(void **state)
{
	struct fixture f = read_map("all q quit\ntable g g top\ntable g m groups\nall g x mark\n");

	(void)state;
	read_more(&f, "user", "unbind all q\nunbind table g m\n", true);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "q"), KEYMAP_NONE);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "g"), KEYMAP_PENDING);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "m"), KEYMAP_NONE);
	/* A beginning takes away all that begins so, also what would show through. */
	read_more(&f, "user", "unbind table g\n", true);
	assert_int_equal(f.problems.count, 0);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "g"), KEYMAP_NONE);
	assert_int_equal(feed(f.map, CONTEXT_DETAIL, "g"), KEYMAP_PENDING);
	/* And can be bound again. */
	read_more(&f, "user", "table g groups\n", true);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "g"), GROUPS);
	assert_int_equal(f.problems.count, 0);
	release(&f);
}

static void layout_of_lines(void **state)
{
	struct fixture f = read_map("\xEF\xBB\xBF# first\r\n\r\n  all\tq   quit   # go\r\n#all x quit\nall hash mark\nall - top");

	(void)state;
	assert_int_equal(f.problems.count, 0);
	assert_keys(f.map, CONTEXT_ALL, QUIT, "q");
	assert_keys(f.map, CONTEXT_ALL, MARK, "hash");
	assert_keys(f.map, CONTEXT_ALL, TOP, "-");
	release(&f);
}

static void keys_of_an_action(void **state)
{
	struct fixture f = read_map("all j cursor-down\nall down cursor-down\ntable C-n cursor-down\nall x cursor-down\ntable x quit\n");
	struct strbuf text = STRBUF_INIT(100);

	(void)state;
	assert_keys(f.map, CONTEXT_TABLE, DOWN, "C-n j down");
	assert_keys(f.map, CONTEXT_DETAIL, DOWN, "j down x");
	assert_int_equal(keymap_keys(f.map, CONTEXT_TABLE, DOWN, 2, &text), 2);
	assert_string_equal(strbuf_text(&text), "C-n j");
	assert_int_equal(keymap_keys(f.map, CONTEXT_TABLE, KEYMAP_NONE, 0, &text), 0);
	strbuf_release(&text);
	release(&f);
}

static void wrong_lines(void **state)
{
	(void)state;
	assert_problem("\ntable j cursr-down\n", "my.keys:2: unknown action \"cursr-down\"; did you mean \"cursor-down\"?");
	assert_problem("table j xyzzyxyzzy", "my.keys:1: unknown action \"xyzzyxyzzy\"; `rouse --list-keys` prints the names");
	assert_problem("tabel j mark", "my.keys:1: unknown context \"tabel\"; did you mean \"table\"?");
	assert_problem("qqqqq j mark", "my.keys:1: unknown context \"qqqqq\"; a line begins with all, table, detail, groups, runs, "
		"columns, help, prompt, confirm, unbind or include");
	assert_problem("table pgdwn mark", "my.keys:1: unknown key \"pgdwn\"; keys are named like j, G, space, enter, esc, S-tab, "
		"C-d, M-x, F5, pgdn, hash");
	assert_problem("table mark", "my.keys:1: too few words; a line is `context key [key...] action`, `unbind context key` or "
		"`include map`");
	assert_problem("table", "my.keys:1: too few words; a line is `context key [key...] action`, `unbind context key` or "
		"`include map`");
	assert_problem("unbind table", "my.keys:1: too few words; a line is `context key [key...] action`, `unbind context key` or "
		"`include map`");
	assert_problem("table a b c d e mark", "my.keys:1: a sequence has at most 4 keys");
	assert_problem("table a b c d e f g h mark", "my.keys:1: a sequence has at most 4 keys");
	assert_problem("unbind table a b c d e", "my.keys:1: a sequence has at most 4 keys");
	assert_problem("unbind table x", "my.keys:1: nothing is bound to these keys in table, so there is nothing to unbind");
	assert_problem("include", "my.keys:1: `include` takes one name or path");
	assert_problem("table \x1b[2J mark", "my.keys:1: unknown key \"\\x1b[2J\"; keys are named like j, G, space, enter, esc, S-tab, "
		"C-d, M-x, F5, pgdn, hash");
	assert_problem("table g groups\ntable g g top\n", "my.keys:2: this takes the place of an earlier line of the same file for these "
		"keys, or their beginning, in table");
}

static void wrong_lines_leave_the_rest(void **state)
{
	struct fixture f = read_map("nonsense\nall q quit\nall j\nall zz mark\nall k cursor-up\n");

	(void)state;
	assert_int_equal(f.problems.count, 3);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "q"), QUIT);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "k"), UP);
	release(&f);
}

static void limits(void **state)
{
	struct strbuf text = STRBUF_INIT(1000000);
	struct fixture f;
	int i;

	(void)state;
	/* Twice as many different sequences as fit. */
	for (i = 0; i < 2 * KEYMAP_BINDINGS_MAX; i++)
		strbuf_addf(&text, "table %c %c %c mark\n", 'a' + i % 20, 'a' + i / 20 % 20, 'a' + i / 400);
	f = read_map(strbuf_text(&text));
	assert_int_equal(f.problems.count, 1);
	assert_non_null(strstr(f.problems.list[0].text, "at most 2000 bindings"));
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "a"), KEYMAP_PENDING);
	release(&f);
	strbuf_clear(&text);
	for (i = 0; i < 250; i++)
		strbuf_adds(&text, "wrong\n");
	f = read_map(strbuf_text(&text));
	assert_int_equal(f.problems.count, KEYMAP_PROBLEMS_MAX);
	assert_int_equal(f.problems.dropped, 150);
	release(&f);
	strbuf_release(&text);
}

/* ---- files on disk ---- */

static char folder[] = "/tmp/rouse-keymap-XXXXXX";

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

static const char *path_of(struct strbuf *out, const char *name)
{
	strbuf_clear(out);
	strbuf_addf(out, "%s/%s", folder, name);
	return strbuf_text(out);
}

static void write_file(const char *name, const char *text)
{
	struct strbuf path = STRBUF_INIT(200);
	FILE *file = fopen(path_of(&path, name), "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	strbuf_release(&path);
}

static void remove_file(const char *name)
{
	struct strbuf path = STRBUF_INIT(200);

	assert_int_equal(unlink(path_of(&path, name)), 0);
	strbuf_release(&path);
}

static void includes(void **state)
{
	struct strbuf path = STRBUF_INIT(200);
	struct fixture f = { 0 };
	struct error err = { 0 };

	(void)state;
	write_file("a.keys", "include b.keys\nall q quit\n");
	write_file("b.keys", "all k cursor-up\ninclude a.keys\ninclude b.keys\ninclude missing.keys\nall j cursor-down\n");
	assert_int_equal(keymap_load(&f.map, path_of(&path, "a.keys"), NULL, &known, &f.problems, &err), 0);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "q"), QUIT);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "k"), UP);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "j"), DOWN);
	assert_int_equal(f.problems.count, 3);
	assert_non_null(strstr(f.problems.list[0].text, "b.keys:2: this include is a circle"));
	assert_non_null(strstr(f.problems.list[1].text, "b.keys:3: this include is a circle"));
	assert_non_null(strstr(f.problems.list[2].text, "b.keys:4: cannot include it: "));
	assert_non_null(strstr(f.problems.list[2].text, "missing.keys"));
	release(&f);
	remove_file("a.keys");
	remove_file("b.keys");
	strbuf_release(&path);
}

/* Each file includes the next one often: without a bound this would be 20^7 files. */
static void includes_do_not_multiply(void **state)
{
	struct strbuf path = STRBUF_INIT(200), text = STRBUF_INIT(10000);
	struct fixture f = { 0 };
	struct error err = { 0 };
	char name[20];
	int i, j;

	(void)state;
	for (i = 0; i < 12; i++) {
		strbuf_clear(&text);
		for (j = 0; j < 20; j++)
			strbuf_addf(&text, "include k%d\n", i + 1);
		snprintf(name, sizeof(name), "k%d", i);
		write_file(name, strbuf_text(&text));
	}
	assert_int_equal(keymap_load(&f.map, path_of(&path, "k0"), NULL, &known, &f.problems, &err), 0);
	assert_true(f.problems.count > 0);
	assert_non_null(strstr(f.problems.list[0].text, "too many includes"));
	release(&f);
	for (i = 0; i < 12; i++) {
		snprintf(name, sizeof(name), "k%d", i);
		remove_file(name);
	}
	strbuf_release(&text);
	strbuf_release(&path);
}

static void user_file(void **state)
{
	struct strbuf path = STRBUF_INIT(200), links = STRBUF_INIT(200);
	struct fixture f = { 0 };
	struct error err = { 0 };

	(void)state;
	write_file("base", "all q quit\n");
	write_file("keys", "all x quit\nunbind all q\n");
	assert_int_equal(keymap_load(&f.map, path_of(&links, "base"), path_of(&path, "keys"), &known, &f.problems, &err), 0);
	assert_keys(f.map, CONTEXT_TABLE, QUIT, "x");
	assert_int_equal(keymap_user_changes(f.map), 1);
	assert_int_equal(f.problems.count, 0);
	release(&f);
	/* None is usual; a folder in its place is a problem. */
	assert_int_equal(keymap_load(&f.map, strbuf_text(&links), path_of(&path, "none"), &known, &f.problems, &err), 0);
	assert_int_equal(f.problems.count, 0);
	release(&f);
	assert_int_equal(keymap_load(&f.map, strbuf_text(&links), folder, &known, &f.problems, &err), 0);
	assert_int_equal(f.problems.count, 1);
	assert_non_null(strstr(f.problems.list[0].text, "is no file"));
	release(&f);
	remove_file("base");
	remove_file("keys");
	strbuf_release(&path);
	strbuf_release(&links);
}

static void unknown_base_maps(void **state)
{
	const char *names[ACTION_COUNT];
	struct keymap_names real = { names, ACTION_COUNT };
	struct fixture f = { 0 };
	struct error err = { 0 };

	(void)state;
	action_names(names);
	assert_int_equal(keymap_load(&f.map, "vimm", NULL, &real, &f.problems, &err), -1);
	assert_string_equal(err.text, "There is no keymap \"vimm\"; did you mean \"vim\"? (built in: default, emacs, vim); "
		"a file of your own is named with a slash, as ./vimm.");
	assert_int_equal(err.status, STATUS_CONFIG);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "q"), ACTION_QUIT);
	release(&f);
	assert_int_equal(keymap_load(&f.map, "/nowhere/at/all", NULL, &real, &f.problems, &err), -1);
	assert_non_null(strstr(err.text, "/nowhere/at/all"));
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "q"), ACTION_QUIT);
	release(&f);
}

/* ---- the maps that are compiled in ---- */

static void load_builtin(struct fixture *f, const char *name)
{
	const char *names[ACTION_COUNT];
	struct keymap_names real = { names, ACTION_COUNT };
	struct error err = { 0 };

	action_names(names);
	*f = (struct fixture){ 0 };
	assert_int_equal(keymap_load(&f->map, name, NULL, &real, &f->problems, &err), 0);
	if (f->problems.count)
		fail_msg("%s", f->problems.list[0].text);
}

/* Every line is good, every action does something where it is bound, and no screen locks anybody in. */
static void builtin_maps(void **state)
{
	const struct builtin_keymap *b;
	struct fixture f;
	int context, action, count = 0;

	(void)state;
	for (b = builtin_keymaps; b->name; b++, count++) {
		load_builtin(&f, b->name);
		for (context = CONTEXT_TABLE; context < CONTEXT_COUNT; context++) {
			enum keymap_context c = (enum keymap_context)context;
			struct strbuf out = STRBUF_INIT(1000);

			for (action = 1; action < ACTION_COUNT; action++) {
				strbuf_clear(&out);
				if (keymap_keys(f.map, c, action, 0, &out) && !action_valid((enum action_id)action, c))
					fail_msg("%s: %s: %s is bound to %s but does nothing there", b->name, keymap_context_name(c),
						actions[action].name, strbuf_text(&out));
			}
			if (c == CONTEXT_PROMPT)
				assert_int_equal(feed(f.map, c, "esc"), ACTION_CANCEL);
			else if (c == CONTEXT_CONFIRM)
				assert_int_equal(feed(f.map, c, "esc"), ACTION_NO);
			else
				assert_int_equal(feed(f.map, c, "esc"), ACTION_BACK);
			assert_int_not_equal(feed(f.map, c, "enter"), ACTION_YES);
			strbuf_release(&out);
		}
		release(&f);
	}
	assert_int_equal(count, 3);
}

/* The keys that the contract of the console promises. */
static void promised_keys(void **state)
{
	static const struct {
		const char *map;
		enum keymap_context context;
		const char *key;
		int action;
	} rows[] = {
		{ "default", CONTEXT_TABLE, "j", ACTION_DOWN }, { "default", CONTEXT_TABLE, "k", ACTION_UP },
		{ "default", CONTEXT_TABLE, "C-d", ACTION_HALF_DOWN }, { "default", CONTEXT_TABLE, "C-u", ACTION_HALF_UP },
		{ "default", CONTEXT_TABLE, "G", ACTION_BOTTOM }, { "default", CONTEXT_TABLE, "home", ACTION_TOP },
		{ "default", CONTEXT_TABLE, "space", ACTION_MARK }, { "default", CONTEXT_TABLE, "V", ACTION_MARK_RANGE },
		{ "default", CONTEXT_TABLE, "*", ACTION_MARK_SHOWN }, { "default", CONTEXT_TABLE, "+", ACTION_MARK_TEXT },
		{ "default", CONTEXT_TABLE, "!", ACTION_MARK_INVERT }, { "default", CONTEXT_TABLE, "-", ACTION_UNMARK_SHOWN },
		{ "default", CONTEXT_TABLE, "M", ACTION_MARKED_ONLY }, { "default", CONTEXT_TABLE, "/", ACTION_FILTER },
		{ "default", CONTEXT_TABLE, "g", ACTION_GROUPS }, { "default", CONTEXT_TABLE, "s", ACTION_SORT },
		{ "default", CONTEXT_TABLE, "S", ACTION_SORT_THEN }, { "default", CONTEXT_TABLE, "c", ACTION_COLUMNS },
		{ "default", CONTEXT_TABLE, "1", ACTION_TAB_NEW }, { "default", CONTEXT_TABLE, "5", ACTION_TAB_ACCEPTED },
		{ "default", CONTEXT_TABLE, "0", ACTION_TAB_FINDINGS }, { "default", CONTEXT_TABLE, "R", ACTION_REFRESH },
		{ "default", CONTEXT_TABLE, "H", ACTION_RUNS }, { "default", CONTEXT_TABLE, "e", ACTION_EXPORT },
		{ "default", CONTEXT_TABLE, "y", ACTION_COPY }, { "default", CONTEXT_TABLE, "Y", ACTION_COPY_HOSTS },
		{ "default", CONTEXT_TABLE, "o", ACTION_PORTAL }, { "default", CONTEXT_TABLE, "w", ACTION_NOTE },
		{ "default", CONTEXT_TABLE, "tab", ACTION_INSPECTOR }, { "default", CONTEXT_TABLE, "u", ACTION_UNDO },
		{ "default", CONTEXT_TABLE, "C-r", ACTION_REDO }, { "default", CONTEXT_TABLE, ":", ACTION_COMMAND },
		{ "default", CONTEXT_TABLE, "C-z", ACTION_SUSPEND }, { "default", CONTEXT_TABLE, "C-l", ACTION_REDRAW },
		{ "default", CONTEXT_TABLE, "?", ACTION_HELP }, { "default", CONTEXT_TABLE, "q", ACTION_QUIT },
		{ "default", CONTEXT_TABLE, "enter", ACTION_OPEN }, { "default", CONTEXT_TABLE, "i", ACTION_EXPLAIN },
		{ "default", CONTEXT_TABLE, "T", ACTION_TICKET }, { "default", CONTEXT_TABLE, "a", ACTION_OWNERS },
		{ "default", CONTEXT_TABLE, "O", ACTION_TICKET_LINK }, { "default", CONTEXT_TABLE, "D", ACTION_DIGEST },
		{ "default", CONTEXT_DETAIL, "T", ACTION_TICKET }, { "default", CONTEXT_DETAIL, "a", ACTION_ASSIGN },
		{ "default", CONTEXT_TICKET, "v", ACTION_BODY }, { "default", CONTEXT_TICKET, "r", ACTION_REQUEST },
		{ "default", CONTEXT_TICKET, "c", ACTION_FRESH }, { "default", CONTEXT_TICKET, "d", ACTION_WITH_DIGEST },
		{ "default", CONTEXT_TICKET, "R", ACTION_SEND_AGAIN }, { "default", CONTEXT_TICKET, "enter", ACTION_OPEN },
		{ "default", CONTEXT_TICKET, "j", ACTION_DOWN }, { "default", CONTEXT_TICKET, "5", KEYMAP_NONE },
		{ "default", CONTEXT_TICKET, "backspace", KEYMAP_NONE }, { "default", CONTEXT_OWNERS, "R", ACTION_ASK_OWNERS },
		{ "default", CONTEXT_CANDIDATES, "a", ACTION_ASSIGN }, { "default", CONTEXT_DIGEST, "P", ACTION_POST },
		{ "default", CONTEXT_DETAIL, "/", ACTION_SEARCH }, { "default", CONTEXT_HELP, "n", ACTION_FIND_NEXT },
		{ "default", CONTEXT_GROUPS, "down", ACTION_DOWN }, { "default", CONTEXT_PROMPT, "enter", ACTION_ACCEPT },
		{ "default", CONTEXT_CONFIRM, "y", ACTION_YES }, { "default", CONTEXT_PROMPT, "y", KEYMAP_NONE },
		{ "default", CONTEXT_GROUPS, "j", KEYMAP_NONE }, { "default", CONTEXT_CONFIRM, "enter", KEYMAP_NONE },
		{ "vim", CONTEXT_TABLE, "T", ACTION_TICKET }, { "vim", CONTEXT_TICKET, "5", KEYMAP_NONE },
		{ "emacs", CONTEXT_TABLE, "T", ACTION_TICKET }, { "emacs", CONTEXT_TICKET, "5", KEYMAP_NONE },
		{ "vim", CONTEXT_TABLE, "g", KEYMAP_PENDING }, { "vim", CONTEXT_TABLE, "j", ACTION_DOWN },
		{ "emacs", CONTEXT_TABLE, "C-n", ACTION_DOWN }, { "emacs", CONTEXT_PROMPT, "C-g", ACTION_CANCEL },
		{ "emacs", CONTEXT_TABLE, "C-g", ACTION_BACK }, { "emacs", CONTEXT_TABLE, "C-x", KEYMAP_PENDING },
	};
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int got;

		load_builtin(&f, rows[i].map);
		got = feed(f.map, rows[i].context, rows[i].key);
		if (got != rows[i].action)
			fail_msg("%s %s %s gives %d, not %d", rows[i].map, keymap_context_name(rows[i].context), rows[i].key, got, rows[i].action);
		release(&f);
	}
}

static void vim_sequences(void **state)
{
	struct fixture f;

	(void)state;
	load_builtin(&f, "vim");
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "g"), KEYMAP_PENDING);
	assert_int_equal(feed(f.map, CONTEXT_TABLE, "g"), ACTION_TOP);
	assert_keys(f.map, CONTEXT_TABLE, ACTION_GROUPS, "gm");
	assert_keys(f.map, CONTEXT_HELP, ACTION_QUIT, "q ZZ ZQ");
	release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(key_names),
		cmocka_unit_test(text_keys),
		cmocka_unit_test(key_sequences),
		cmocka_unit_test(alt_is_esc_and_a_key),
		cmocka_unit_test(single_keys_and_fallback),
		cmocka_unit_test(prompts_do_not_fall_back),
		cmocka_unit_test(sequences),
		cmocka_unit_test(sequences_meet_the_fallback),
		cmocka_unit_test(pasted_keys_do_nothing),
		cmocka_unit_test(later_lines_win),
		cmocka_unit_test(unbinding),
		cmocka_unit_test(layout_of_lines),
		cmocka_unit_test(keys_of_an_action),
		cmocka_unit_test(wrong_lines),
		cmocka_unit_test(wrong_lines_leave_the_rest),
		cmocka_unit_test(limits),
		cmocka_unit_test(includes),
		cmocka_unit_test(includes_do_not_multiply),
		cmocka_unit_test(user_file),
		cmocka_unit_test(unknown_base_maps),
		cmocka_unit_test(builtin_maps),
		cmocka_unit_test(promised_keys),
		cmocka_unit_test(vim_sequences),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
