/* test_config.c - the configuration: values and where they come from, and a sentence with place and mend for each mistake. */
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

#include "core/base/arena.h"
#include "core/io/config_inner.h"
#include "core/model/detect.h"

/* A folder as HOME, and a configuration at the standard place in it. */
struct place {
	char home[64], path[128];
	struct config *config;
	struct error err;
};

static void make(const char *home, const char *below)
{
	char folder[128];
	snprintf(folder, sizeof folder, "%s/%s", home, below);
	assert_int_equal(mkdir(folder, 0700), 0);
}

static int setup(void **state)
{
	struct place *place = xcalloc(1, sizeof *place);
	snprintf(place->home, sizeof place->home, "/tmp/rouse-config-XXXXXX");
	if (!mkdtemp(place->home))
		return -1;
	make(place->home, ".config");
	make(place->home, ".config/rouse");
	snprintf(place->path, sizeof place->path, "%s/.config/rouse/config", place->home);
	setenv("HOME", place->home, 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_STATE_HOME");
	unsetenv("ROUSE_CONFIG");
	unsetenv("ROUSE_STORE");
	*state = place;
	return 0;
}

static int teardown(void **state)
{
	struct place *place = *state;
	static const char *const folders[] = { "/.config/rouse", "/.config", "" };
	config_free(&place->config);
	unlink(place->path);
	for (size_t i = 0; i < 3; i++) {
		char folder[128];
		snprintf(folder, sizeof folder, "%s%s", place->home, folders[i]);
		rmdir(folder);
	}
	free(place);
	return 0;
}

static void write_bytes(struct place *place, const char *bytes, size_t n)
{
	FILE *file = fopen(place->path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	fclose(file);
}

static void load(struct place *place, const char *text, const char *const *sets, size_t count)
{
	if (text)
		write_bytes(place, text, strlen(text));
	config_free(&place->config);
	if (config_load(&place->config, NULL, sets, count, &place->err))
		fail_msg("%s", place->err.text);
}

static void assert_list(struct place *place, const char *name, const char *expected)
{
	char all[2000] = "";
	size_t count = 0, at = 0;
	const char *const *values = config_list(place->config, name, &count);
	for (size_t i = 0; i < count; i++)
		at += (size_t)snprintf(all + at, sizeof all - at, "%s|", values[i]);
	assert_string_equal(all, expected);
}

/* -- values -- */

static void test_defaults(void **state)
{
	struct place *place = *state;
	bool found = true;

	load(place, NULL, NULL, 0);
	assert_string_equal(config_path(place->config, &found), place->path);
	assert_false(found || config_exposed(place->config));
	assert_list(place, "scope.group", "");
	assert_list(place, "scope.os_platform", "WindowsServer|");
	assert_list(place, "files.findings", "");
	assert_int_equal(config_span(place->config, "limits.freshness"), 8 * 86400);
	assert_int_equal(config_span(place->config, "limits.silence"), 14 * 86400);
	assert_int_equal(config_share(place->config, "limits.unreadable"), 100);
	assert_int_equal(config_share(place->config, "limits.drop"), 2000);
	assert_null(config_text(place->config, "source.kind"));
	assert_string_equal(config_text(place->config, "ui.theme"), "auto");
	assert_false(config_bool(place->config, "ui.mouse"));
	assert_null(config_text(place->config, "ui.columns"));
	assert_string_equal(config_origin(place->config, "limits.drop"), "default");
	assert_string_equal(config_origin(place->config, "links.tenant"), "default");
}

static void test_file(void **state)
{
	struct place *place = *state;
	char origin[160];
	bool found = false;

	load(place, "\xef\xbb\xbf# first\r\n[scope]\r\n  group = win-servers-prod\r\n\tgroup = \"win-servers-prod \" ; kept exactly\r\n"
	     "group : B\xc3\x9cRO;SERVER#1\r\n\r\n; more\r\n[limits] # here\r\nfreshness=36h\r\nunreadable = 0.5 %\r\ndrop = 7.25%\r\n"
	     "[ui]\r\nmouse = yes\r\ncolumns = DeviceName,SIG\r\nsort = DeviceName-\r\n[scope]\r\ncanary = \"a;b # \\\" \\\\ \"", NULL, 0);
	assert_list(place, "scope.group", "win-servers-prod|win-servers-prod |B\xc3\x9cRO;SERVER#1|");
	assert_list(place, "scope.canary", "a;b # \" \\ |");
	assert_int_equal(config_span(place->config, "limits.freshness"), 36 * 3600);
	assert_int_equal(config_share(place->config, "limits.unreadable"), 50);
	assert_int_equal(config_share(place->config, "limits.drop"), 725);
	assert_true(config_bool(place->config, "ui.mouse"));
	assert_string_equal(config_text(place->config, "ui.columns"), "DeviceName,SIG");
	snprintf(origin, sizeof origin, "%s:3", place->path);
	assert_string_equal(config_origin(place->config, "scope.group"), origin);
	snprintf(origin, sizeof origin, "%s:17", place->path);
	assert_string_equal(config_origin(place->config, "scope.canary"), origin);
	config_path(place->config, &found);
	assert_true(found);
}

/* A value far longer than inih's line of 200 bytes. */
static void test_long_values(void **state)
{
	struct place *place = *state;
	char text[8192], value[3001];

	memset(value, 'x', sizeof value - 1);
	value[3000] = '\0';
	snprintf(text, sizeof text, "[scope]\ngroup = %s\n# %s\ngroup=\"%.900s \"\n", value, value, value);
	load(place, text, NULL, 0);
	size_t count = 0;
	const char *const *values = config_list(place->config, "scope.group", &count);
	assert_int_equal(count, 2);
	assert_string_equal(values[0], value);
	assert_int_equal(strlen(values[1]), 901);
}

static void test_sets_are_stronger(void **state)
{
	struct place *place = *state;
	static const char *const sets[] = {
		"scope.group= a=b ", "scope.group=\"c \"", "limits.drop=3%", "limits.drop=4%", "scope.group=\"\"", "ui.columns=\"\""
	};

	load(place, "[scope]\ngroup = file\nos_platform = Linux\nos_platform = mac\n[limits]\ndrop = 1%\n[ui]\ncolumns = SIG\n", sets, 6);
	assert_list(place, "scope.group", " a=b |c ||");
	assert_list(place, "scope.os_platform", "Linux|mac|");
	assert_int_equal(config_share(place->config, "limits.drop"), 400);
	assert_string_equal(config_origin(place->config, "limits.drop"), "--set");
	assert_null(config_text(place->config, "ui.columns"));
}

static void test_paths(void **state)
{
	struct place *place = *state;
	char expected[700];
	static const char *const sets[] = { "files.findings=here.csv", "files.findings=-" };

	load(place, "[files]\ndevice_info = ~/a b.csv\ndevice_info = sub/x.csv\ndevice_info = /abs.csv\ndevice_info=-\n"
	     "[ui]\nkeymap = my.keys/../k\n", sets, 2);
	snprintf(expected, sizeof expected, "%s/a b.csv|%s/.config/rouse/sub/x.csv|/abs.csv|-|", place->home, place->home);
	assert_list(place, "files.device_info", expected);
	assert_list(place, "files.findings", "here.csv|-|");
	snprintf(expected, sizeof expected, "%s/.config/rouse/my.keys/../k", place->home);
	assert_string_equal(config_text(place->config, "ui.keymap"), expected);
	load(place, "[ui]\nkeymap = vim\n", NULL, 0);
	assert_string_equal(config_text(place->config, "ui.keymap"), "vim");
}

static void test_scope(void **state)
{
	struct place *place = *state;
	struct scope scope;

	load(place, "[scope]\ngroup = g\ncanary = c\n[limits]\nsilence = 3d\nunenriched = 100%\n", NULL, 0);
	config_scope(place->config, &scope);
	assert_int_equal(scope.group_count, 1);
	assert_string_equal(scope.groups[0], "g");
	assert_int_equal(scope.platform_count, 1);
	assert_string_equal(scope.platforms[0], "WindowsServer");
	assert_string_equal(scope.canaries[0], "c");
	assert_int_equal(scope.silence, 3 * 86400);
	assert_int_equal(scope.freshness, 8 * 86400);
	assert_int_equal(scope.unenriched, 10000);
	assert_int_equal(scope.unreadable, 100);
	assert_int_equal(scope.drop, 2000);
}

/* Each default passes its own check, and each name is `section.key`. */
static void test_every_option(void **state)
{
	struct place *place = *state;
	load(place, NULL, NULL, 0);
	for (size_t i = 0; i < option_count; i++) {
		size_t count = 0;
		config_list(place->config, options[i].name, &count);
		assert_int_equal(count, options[i].standard != NULL);
		assert_non_null(strchr(options[i].name, '.'));
		assert_int_equal(options[i].help[strlen(options[i].help) - 1], '.');
		assert_int_equal(options[i].type == OPTION_CHOICE, options[i].choices != NULL);
	}
}

/* -- mistakes -- */

static void assert_wrong(struct place *place, enum status status, const char *words)
{
	assert_int_equal(config_load(&place->config, NULL, NULL, 0, &place->err), -1);
	assert_null(place->config);
	if (place->err.status != status || !strstr(place->err.text, words))
		fail_msg("wanted %d %s\n     got %d %s", (int)status, words, (int)place->err.status, place->err.text);
}

static void test_bad_lines(void **state)
{
	struct place *place = *state;
	static const struct { const char *text, *words; } cases[] = {
		{ "[limits]\nfreshness = 8 dys\n", ":2: limits.freshness is \"8 dys\"; write a timespan such as 8d or 36h." },
		{ "[limits]\nfreshness = 0d\n", ":2: limits.freshness is \"0d\"" },
		{ "[limits]\nfreshness = -3d\n", "timespan" },
		{ "[limits]\nsilence = 99999999999d\n", "timespan" },
		{ "[limits]\ndrop = 1\n", ":2: limits.drop is \"1\"; write a share from 0% to 100%" },
		{ "[limits]\ndrop = 101%\n", "share" }, { "[limits]\ndrop = 1.234%\n", "share" }, { "[limits]\ndrop = %\n", "share" },
		{ "[limits]\ndrop = 100.01%\n", "share" }, { "[limits]\ndrop = -1%\n", "share" },
		{ "[ui]\ntheme = pink\n", ":2: ui.theme is \"pink\"; write one of: auto dark light mono." },
		{ "[ui]\ntheme = auto dark\n", "write one of" }, { "[ui]\nmouse = maybe\n", "write yes or no" },
		{ "[ui]\ncolumns = DeviceNam\n", "there is no column DeviceNam; did you mean DeviceName?" },
		{ "[ui]\ncolumns = DeviceName,SIG,HOST\n", "it names a column twice" },
		{ "[ui]\nsort = Verdict,SIG,SEEN,DeviceName\n", "up to three columns" },
		{ "[limits]\n\nfreshnes = 8d\n", ":3: there is no key limits.freshnes; did you mean limits.freshness?" },
		{ "[scope]\ngropu = a\n", "did you mean scope.group?" }, { "[scope]\nGroup = a\n", "did you mean scope.group?" },
		{ "[scope]\nsomething_else_altogether = a\n", "lists all keys" },
		{ "[scpoe]\n", ":1: there is no section [scpoe]; did you mean [scope]?" },
		{ "[tickers]\nkind = jira\n", ":1: there is no section [tickers]; did you mean [tickets]?" },
		{ "[scop]\n", "[scop]" }, { "[]\n", "[]" },
		{ "group = a\n", ":1: the key stands before the first [section]." }, { "[scope\ngroup = a\n", "] is missing" },
		{ "[scope] group = a\n", ":1: there is more after the section" }, { "[scope]\ngroup\n", ":2: this is neither" },
		{ "[scope]\ngroup ; = a\n", ":2: this is neither" },
		{ "[scope]\ngroup =\n", ":2: the key has no value" }, { "[scope]\ngroup = ; all\n", "the key has no value" },
		{ "[scope]\ngroup = A #1\n", ":2: a # after a blank is not clear" },
		{ "[scope]\ngroup = \"a\n", "closing double quote is missing" }, { "[scope]\ngroup = \"a\\\"\n", "quote is missing" },
		{ "[scope]\ngroup = \"a\" b\n", "more after the closing" }, { "[scope]\ngroup = \"a\"# b\n", "more after the closing" },
		{ "[scope]\ngroup = \"a\\b\"\n", "a backslash inside double quotes" },
		{ "[limits]\ndrop = 1%\n[limits]\ndrop = 2%\n", ":4: limits.drop was set before, at " },
		{ "[scope]\ngroup = \xff\n", ":2: the line is not valid UTF-8" },
		{ "[limits]\ndrop = 1\n[scpoe]\n", ":2: limits.drop" },   /* the first mistake is told */
		{ "[files]\nfindings = \"\"\n", "write the path of a file" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		write_bytes(place, cases[i].text, strlen(cases[i].text));
		assert_wrong(place, STATUS_CONFIG, cases[i].words);
		assert_int_equal(strncmp(place->err.text, place->path, strlen(place->path)), 0);
	}
}

static void test_bad_bytes(void **state)
{
	struct place *place = *state;
	char *text = xcalloc(1, 2000001);

	write_bytes(place, "[scope]\ngroup = a\0b\n", 20);
	assert_wrong(place, STATUS_CONFIG, ":2: the line holds a NUL byte");
	memset(text, 'x', 5000);
	memcpy(text, "[scope]\ngroup=", 14);
	write_bytes(place, text, 5000);
	assert_wrong(place, STATUS_CONFIG, ":2: the line is longer than 4096 bytes");
	memset(text + 8, 'k', 500);
	memcpy(text + 508, "= 1\n", 4);
	write_bytes(place, text, 512);
	assert_wrong(place, STATUS_CONFIG, ":2: the key is far longer");
	memset(text, '\n', 2000000);
	write_bytes(place, text, 2000000);
	assert_wrong(place, STATUS_CONFIG, "larger than 1 MB");
	/* A control character in a value is shown, not sent to the terminal. */
	write_bytes(place, "[ui]\ntheme = \x1b[31m\n", 18);
	assert_wrong(place, STATUS_CONFIG, "is \"\\x1b[31m\"");
	free(text);
}

static void test_bad_sets(void **state)
{
	struct place *place = *state;
	static const struct { const char *set, *words; } cases[] = {
		{ "limits.drop", "--set: \"limits.drop\" has no =" }, { "limits.drop=x", "--set: limits.drop is \"x\"" },
		{ "limits.dorp=1%", "--set: there is no key limits.dorp; did you mean limits.drop?" },
		{ "scope.canary=", "--set: scope.canary has no value" }, { "scope.group=\"a", "closing double quote" },
		{ "scope.group=\"a\"b", "more after the closing" }, { "=x", "there is no key" }, { "scope.group=\xff", "valid UTF-8" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(config_load(&place->config, "/dev/null", &cases[i].set, 1, &place->err), -1);
		assert_null(place->config);
		assert_int_equal(place->err.status, STATUS_CONFIG);
		if (!strstr(place->err.text, cases[i].words))
			fail_msg("wanted %s\n     got %s", cases[i].words, place->err.text);
	}
}

/* -- places -- */

static void test_missing_files(void **state)
{
	struct place *place = *state;

	assert_int_equal(config_load(&place->config, "/nowhere/config", NULL, 0, &place->err), -1);
	assert_int_equal(place->err.status, STATUS_NO_INPUT);
	assert_int_equal(config_load(&place->config, place->home, NULL, 0, &place->err), -1);
	assert_int_equal(place->err.status, STATUS_NO_INPUT);
	assert_non_null(strstr(place->err.text, "is a folder"));
	setenv("ROUSE_CONFIG", "/nowhere/config", 1);
	assert_wrong(place, STATUS_NO_INPUT, "/nowhere/config");
	unsetenv("ROUSE_CONFIG");
	unsetenv("HOME");
	assert_wrong(place, STATUS_CONFIG, "HOME is not set");
	assert_null(config_store_path());
	assert_null(config_folder());
	/* Without HOME a named file still works, but not ~/ in it. */
	write_bytes(place, "[files]\nfindings = ~/x\n", 23);
	assert_int_equal(config_load(&place->config, place->path, NULL, 0, &place->err), -1);
	assert_non_null(strstr(place->err.text, "HOME is not set"));
	assert_int_equal(config_load(&place->config, "/dev/null", NULL, 0, &place->err), 0);
}

static void assert_path(char *path, const char *expected)
{
	assert_string_equal(path, expected);
	free(path);
}

static void test_places(void **state)
{
	struct place *place = *state;
	bool named = true;
	char expected[200];

	snprintf(expected, sizeof expected, "%s/.local/state/rouse/rouse.db", place->home);
	assert_path(config_store_path(), expected);
	setenv("XDG_STATE_HOME", "relative", 1);
	assert_path(config_store_path(), expected);
	setenv("XDG_STATE_HOME", "/s", 1);
	assert_path(config_store_path(), "/s/rouse/rouse.db");
	setenv("ROUSE_STORE", "x.db", 1);
	assert_path(config_store_path(), "x.db");
	setenv("XDG_CONFIG_HOME", "", 1);
	assert_path(config_standard_path(&named), place->path);
	setenv("XDG_CONFIG_HOME", "/c", 1);
	assert_path(config_standard_path(&named), "/c/rouse/config");
	assert_path(config_folder(), "/c/rouse");
	assert_false(named);
	setenv("ROUSE_CONFIG", "mine", 1);
	assert_path(config_standard_path(&named), "mine");
	assert_true(named);
}

static void test_exposed(void **state)
{
	struct place *place = *state;
	static const struct { mode_t mode; bool exposed; } cases[] = { { 0600, false }, { 0640, true }, { 0602, true }, { 0711, false } };

	write_bytes(place, "", 0);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(chmod(place->path, cases[i].mode), 0);
		load(place, NULL, NULL, 0);
		assert_int_equal(config_exposed(place->config), cases[i].exposed);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_defaults), TEST(test_file), TEST(test_long_values), TEST(test_sets_are_stronger), TEST(test_paths),
		TEST(test_scope), TEST(test_every_option), TEST(test_bad_lines), TEST(test_bad_bytes), TEST(test_bad_sets),
		TEST(test_missing_files), TEST(test_places), TEST(test_exposed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
