/* The line of a prompt: editing, words, history, completion, and the part that is shown. */
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

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "tui/key.h"
#include "tui/line.h"

/* Presses the named keys, separated by blanks; returns what the last one did. */
static enum line_result press(struct line *line, const char *names)
{
	enum line_result result = LINE_IGNORED;
	char name[32];

	while (*names) {
		struct key key = { 0 };
		size_t len = strcspn(names, " ");

		assert_true(len < sizeof(name));
		memcpy(name, names, len);
		name[len] = '\0';
		assert_true(key_parse(name, &key));
		result = line_key(line, &key);
		names += len + (names[len] == ' ');
	}
	return result;
}

/* The text with | where the cursor stands. */
static void assert_line(const struct line *line, const char *expected)
{
	struct strbuf out = STRBUF_INIT(3 * LINE_MAX_BYTES);

	strbuf_add(&out, line_text(line), line->cursor);
	strbuf_addc(&out, '|');
	strbuf_adds(&out, line_text(line) + line->cursor);
	assert_string_equal(strbuf_text(&out), expected);
	assert_true(utf8_valid(line_text(line), line->len));
	strbuf_release(&out);
}

static void typing(void **state)
{
	struct line line = { 0 };

	(void)state;
	assert_line(&line, "|");
	assert_int_equal(press(&line, "p r o space d"), LINE_CHANGED);
	assert_line(&line, "pro d|");
	press(&line, "left left x");
	assert_line(&line, "prox| d");
	press(&line, "home a end z C-a b C-e y");
	assert_line(&line, "baprox dzy|");
	press(&line, "backspace C-h home delete C-d");
	assert_line(&line, "|prox d");
	assert_int_equal(press(&line, "backspace"), LINE_REFUSED);
	assert_int_equal(press(&line, "left"), LINE_MOVED);
	assert_int_equal(press(&line, "F5"), LINE_IGNORED);
	assert_int_equal(press(&line, "enter"), LINE_IGNORED);
	assert_int_equal(press(&line, "esc"), LINE_IGNORED);
	assert_int_equal(press(&line, "M-z"), LINE_IGNORED);
	line_release(&line);
}

static void characters_move_whole(void **state)
{
	struct line line = { 0 };

	(void)state;
	line_set(&line, "aü日e\xcc\x81" "b");
	press(&line, "left left");
	assert_line(&line, "aü日|e\xcc\x81" "b");
	press(&line, "right");
	assert_line(&line, "aü日e\xcc\x81|b");
	press(&line, "backspace");
	assert_line(&line, "aü日|b");
	press(&line, "backspace backspace");
	assert_line(&line, "a|b");
	press(&line, "ü home delete");
	assert_line(&line, "|üb");
	press(&line, "delete");
	assert_line(&line, "|b");
	line_release(&line);
}

static void words(void **state)
{
	struct line line = { 0 };

	(void)state;
	line_set(&line, "srv-sql-01.corp /büro x");
	press(&line, "M-b M-b");
	assert_line(&line, "srv-sql-01.corp /|büro x");
	press(&line, "C-left C-left");
	assert_line(&line, "srv-sql-|01.corp /büro x");
	press(&line, "M-f C-right");
	assert_line(&line, "srv-sql-01.corp| /büro x");
	press(&line, "C-w");
	assert_line(&line, "srv-sql-01.| /büro x");
	press(&line, "C-y");
	assert_line(&line, "srv-sql-01.corp| /büro x");
	press(&line, "M-d");
	assert_line(&line, "srv-sql-01.corp| x");
	press(&line, "C-k");
	assert_line(&line, "srv-sql-01.corp|");
	press(&line, "C-y left left C-u");
	assert_line(&line, "| x");
	assert_int_equal(press(&line, "C-u"), LINE_REFUSED);
	press(&line, "C-y");
	assert_line(&line, "srv-sql-01.corp| x");
	line_release(&line);
}

static void what_a_line_may_hold(void **state)
{
	struct line line = { 0 };

	(void)state;
	line_set(&line, "a\nb\tc\x1b[2J\xe2\x80\xae\xff" "d\x7f");
	assert_line(&line, "a b c[2J\xef\xbf\xbd" "d|");
	/* Setting it to its own text is no trouble. */
	line_set(&line, line_text(&line) + 2);
	assert_line(&line, "b c[2J\xef\xbf\xbd" "d|");
	line_release(&line);
}

static void pasted_text(void **state)
{
	struct key enter = { .code = KEYCODE_ENTER, .pasted = true }, letter = { .code = 'x', .pasted = true };
	struct key esc = { .code = KEYCODE_ESC, .pasted = true }, ctrl = { .code = 'u', .mods = KEY_CTRL, .pasted = true };
	struct key up = { .code = KEYCODE_UP, .pasted = true };
	struct line line = { 0 };

	(void)state;
	line_key(&line, &letter);
	line_key(&line, &enter);
	line_key(&line, &letter);
	line_key(&line, &esc);
	line_key(&line, &ctrl);
	line_key(&line, &up);
	assert_line(&line, "x x|");
	line_release(&line);
}

static void the_limit(void **state)
{
	struct line line = { 0 };
	char *big = malloc(2 * LINE_MAX_BYTES);

	(void)state;
	assert_non_null(big);
	memset(big, 'a', 2 * LINE_MAX_BYTES);
	assert_true(line_insert(&line, big, LINE_MAX_BYTES - 1));
	/* Two bytes do not fit into one: nothing is cut in half. */
	assert_false(line_insert(&line, "ü", 2));
	assert_int_equal(line.len, LINE_MAX_BYTES - 1);
	assert_true(line_insert(&line, "b", 1));
	assert_int_equal(press(&line, "c"), LINE_REFUSED);
	assert_int_equal(line.len, LINE_MAX_BYTES);
	line_set(&line, "");
	assert_false(line_insert(&line, big, 2 * LINE_MAX_BYTES));
	assert_int_equal(line.len, LINE_MAX_BYTES);
	free(big);
	line_release(&line);
}

/* ---- history ---- */

static void history(void **state)
{
	struct line_history past = { 0 };
	struct line line = { .history = &past };

	(void)state;
	assert_int_equal(press(&line, "up"), LINE_REFUSED);
	line_history_add(&past, "sql");
	line_history_add(&past, "");
	line_history_add(&past, "group:prod");
	line_history_add(&past, "sql old");
	line_history_add(&past, "sql");   /* moves to the end */
	assert_int_equal(past.count, 3);
	press(&line, "up");
	assert_line(&line, "sql|");
	press(&line, "C-p");
	assert_line(&line, "sql old|");
	press(&line, "up");
	assert_line(&line, "group:prod|");
	assert_int_equal(press(&line, "up"), LINE_REFUSED);
	press(&line, "down C-n");
	assert_line(&line, "sql|");
	press(&line, "down");
	assert_line(&line, "|");
	assert_int_equal(press(&line, "down"), LINE_REFUSED);
	line_release(&line);
	line_history_release(&past);
}

static void history_by_beginning(void **state)
{
	struct line_history past = { 0 };
	struct line line = { .history = &past };

	(void)state;
	line_history_add(&past, "sql one");
	line_history_add(&past, "group:prod");
	line_history_add(&past, "sql two");
	press(&line, "s q up");
	assert_line(&line, "sql two|");
	press(&line, "up");
	assert_line(&line, "sql one|");
	assert_int_equal(press(&line, "up"), LINE_REFUSED);
	press(&line, "down down");
	assert_line(&line, "sq|");
	/* An edit begins anew with what is there then. */
	press(&line, "up x");
	assert_line(&line, "sql twox|");
	assert_int_equal(press(&line, "down"), LINE_REFUSED);
	assert_int_equal(press(&line, "up"), LINE_REFUSED);
	assert_line(&line, "sql twox|");
	line_release(&line);
	line_history_release(&past);
}

static void history_is_bounded(void **state)
{
	struct line_history past = { 0 };
	char text[20];
	int i;

	(void)state;
	for (i = 0; i < LINE_HISTORY_MAX + 50; i++) {
		snprintf(text, sizeof(text), "entry %d", i);
		line_history_add(&past, text);
	}
	assert_int_equal(past.count, LINE_HISTORY_MAX);
	assert_string_equal(past.entries[0], "entry 50");
	/* The text may be the entry that goes. */
	line_history_add(&past, past.entries[0]);
	assert_string_equal(past.entries[LINE_HISTORY_MAX - 1], "entry 50");
	line_history_release(&past);
}

/* ---- completion ---- */

static const char *const names[] = { "mark", "mark-range", "mark-shown", "next-host", "grüße", "grüner", NULL };

static void completes_names(void **state)
{
	struct line line = { .completer = { complete_name, (void *)(uintptr_t)names } };

	(void)state;
	press(&line, "n");
	assert_int_equal(press(&line, "tab"), LINE_COMPLETED);
	assert_line(&line, "next-host|");
	assert_int_equal(line.shown.count, 0);
	line_set(&line, "ma");
	press(&line, "tab");
	assert_line(&line, "mark|");
	assert_int_equal(line.shown.count, 3);
	assert_string_equal(line.shown.candidates[1], "mark-range");
	/* The next edit takes the candidates away. */
	press(&line, "-");
	assert_int_equal(line.shown.count, 0);
	line_set(&line, "zz");
	assert_int_equal(press(&line, "tab"), LINE_REFUSED);
	assert_line(&line, "zz|");
	/* ß and n begin with different bytes: no half character is put in. What stands behind the cursor stays. */
	line_set(&line, "g tail");
	press(&line, "home right tab");
	assert_line(&line, "grü| tail");
	line_release(&line);
}

static void no_completer(void **state)
{
	struct line line = { 0 };

	(void)state;
	assert_int_equal(press(&line, "a tab"), LINE_REFUSED);
	assert_line(&line, "a|");
	line_release(&line);
}

static void touch(const char *folder, const char *name)
{
	struct strbuf path = STRBUF_INIT(300);
	FILE *file;

	strbuf_addf(&path, "%s/%s", folder, name);
	file = fopen(strbuf_text(&path), "w");
	assert_non_null(file);
	fclose(file);
	strbuf_release(&path);
}

static void gone(const char *folder, const char *name)
{
	struct strbuf path = STRBUF_INIT(300);

	strbuf_addf(&path, "%s/%s", folder, name);
	assert_int_equal(remove(strbuf_text(&path)), 0);
	strbuf_release(&path);
}

static void assert_path(const char *typed, const char *expected, size_t count)
{
	struct completion found = { 0 };

	assert_int_equal(complete_path(NULL, typed, strlen(typed), &found), 0);
	if (expected)
		assert_string_equal(found.text, expected);
	else
		assert_null(found.text);
	assert_int_equal(found.count, count);
	completion_release(&found);
}

static void completes_paths(void **state)
{
	char folder[] = "/tmp/rouse-line-XXXXXX", before[] = "                                                  ";
	struct completion found = { 0 };

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(setenv("HOME", folder, 1), 0);
	touch(folder, "hosts.csv");
	touch(folder, "hosts-old.csv");
	touch(folder, ".hidden");
	touch(folder, "bad\xff");
	assert_int_equal(mkdir("exports", 0700), 0);
	assert_path("ho", "hosts", 2);
	assert_path("hosts.", "hosts.csv", 1);
	assert_path("ex", "exports/", 1);
	assert_path("exports/", NULL, 0);
	assert_path("nothing", NULL, 0);
	assert_path("", "", 3);
	assert_path(".", ".hidden", 1);
	assert_path("./ho", "./hosts", 2);
	assert_path("~", "~/", 0);
	assert_path("~/hosts-", "~/hosts-old.csv", 1);
	snprintf(before, sizeof(before), "%s/ex", folder);
	assert_int_equal(complete_path(NULL, before, strlen(before), &found), 0);
	assert_int_equal(found.count, 1);
	assert_string_equal(found.candidates[0], "exports/");
	completion_release(&found);
	assert_int_equal(complete_path(NULL, "/no/such/place/x", 16, &found), -1);
	gone(folder, "hosts.csv");
	gone(folder, "hosts-old.csv");
	gone(folder, ".hidden");
	gone(folder, "bad\xff");
	gone(folder, "exports");
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(folder), 0);
}

static void expands_home(void **state)
{
	struct strbuf out = STRBUF_INIT(100);

	(void)state;
	assert_int_equal(setenv("HOME", "/home/mk", 1), 0);
	complete_expand(&out, "~/x.csv");
	strbuf_addc(&out, ' ');
	complete_expand(&out, "~other/x");
	strbuf_addc(&out, ' ');
	complete_expand(&out, "a~/b");
	assert_string_equal(strbuf_text(&out), "/home/mk/x.csv ~other/x a~/b");
	strbuf_release(&out);
}

/* ---- the part that is shown ---- */

static void assert_window(const struct line *line, int width, const char *expected, int column)
{
	size_t start, end;
	int at;
	struct strbuf out = STRBUF_INIT(1000);

	line_window(line, width, false, &start, &end, &at);
	strbuf_add(&out, line_text(line) + start, end - start);
	assert_string_equal(strbuf_text(&out), expected);
	assert_int_equal(at, column);
	strbuf_release(&out);
}

static void windows(void **state)
{
	struct line line = { 0 };

	(void)state;
	assert_window(&line, 10, "", 0);
	line_set(&line, "abcdefghij");
	assert_window(&line, 20, "abcdefghij", 10);
	assert_window(&line, 11, "abcdefghij", 10);
	assert_window(&line, 10, "bcdefghij", 9);
	assert_window(&line, 5, "ghij", 4);
	assert_window(&line, 1, "", 0);
	assert_window(&line, 0, "", 0);
	press(&line, "home");
	assert_window(&line, 5, "abcde", 0);
	press(&line, "right right right");
	assert_window(&line, 5, "abcde", 3);
	line_set(&line, "日本語x");
	assert_window(&line, 5, "語x", 3);
	press(&line, "home");
	assert_window(&line, 5, "日本", 0);
	line_release(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(typing),
		cmocka_unit_test(characters_move_whole),
		cmocka_unit_test(words),
		cmocka_unit_test(what_a_line_may_hold),
		cmocka_unit_test(pasted_text),
		cmocka_unit_test(the_limit),
		cmocka_unit_test(history),
		cmocka_unit_test(history_by_beginning),
		cmocka_unit_test(history_is_bounded),
		cmocka_unit_test(completes_names),
		cmocka_unit_test(no_completer),
		cmocka_unit_test(completes_paths),
		cmocka_unit_test(expands_home),
		cmocka_unit_test(windows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
