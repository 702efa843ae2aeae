/* The table of actions: every row is whole, names find themselves, contexts and needs are checked in one place. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "tui/action.h"

static void test_rows(void **state)
{
	int id, other;

	(void)state;
	assert_null(actions[ACTION_NONE].name);
	for (id = 1; id < ACTION_COUNT; id++) {
		const struct action *action = &actions[id];
		const char *at;

		assert_non_null(action->name);
		for (at = action->name; *at; at++)
			assert_true(islower((unsigned char)*at) || *at == '-');
		assert_true(action->brief && *action->brief && strlen(action->brief) <= 16);
		/* Help is part of a line: no capital at its start, no full stop at its end. */
		assert_true(action->help && strlen(action->help) > 4);
		assert_false(isupper((unsigned char)action->help[0]));
		assert_int_not_equal(action->help[strlen(action->help) - 1], '.');
		assert_int_not_equal(action->contexts, 0);
		assert_true(action->needs < 1u << NEED_COUNT);
		assert_true(action->group < GROUP_COUNT);
		assert_int_equal(action_named(slice_of(action->name)), id);
		for (other = 1; other < id; other++)
			assert_string_not_equal(actions[other].name, action->name);
	}
}

static void test_names(void **state)
{
	(void)state;
	assert_int_equal(action_named(slice_of("Mark-Range")), ACTION_MARK_RANGE);
	assert_int_equal(action_named(slice_of("mark-rang")), ACTION_NONE);
	assert_int_equal(action_named(slice_of("")), ACTION_NONE);
	assert_string_equal(action_nearest("mark-rang"), "mark-range");
	assert_null(action_nearest("zzzzzzzzzz"));
}

static void test_contexts(void **state)
{
	(void)state;
	assert_true(action_valid(ACTION_MARK, CONTEXT_TABLE));
	assert_false(action_valid(ACTION_MARK, CONTEXT_RUNS));
	assert_true(action_valid(ACTION_HELP, CONTEXT_RUNS));
	/* In a prompt a letter is text, and a question is answered by its own keys only. */
	assert_false(action_valid(ACTION_HELP, CONTEXT_PROMPT));
	assert_false(action_valid(ACTION_DOWN, CONTEXT_CONFIRM));
	assert_true(action_valid(ACTION_ACCEPT, CONTEXT_PROMPT));
	assert_false(action_valid(ACTION_ACCEPT, CONTEXT_TABLE));
	assert_true(action_valid(ACTION_YES, CONTEXT_CONFIRM));
	assert_true(action_valid(ACTION_SUSPEND, CONTEXT_PROMPT));
	/* What sends or posts is done from where it can be read first, and nowhere else. */
	assert_true(action_valid(ACTION_TICKET, CONTEXT_DETAIL));
	assert_false(action_valid(ACTION_TICKET, CONTEXT_TICKET));
	assert_false(action_valid(ACTION_POST, CONTEXT_TABLE));
	assert_false(action_valid(ACTION_SEND_AGAIN, CONTEXT_TABLE));
	assert_false(action_valid(ACTION_REFRESH, CONTEXT_TICKET));
	assert_false(action_valid(ACTION_NONE, CONTEXT_TABLE));
	assert_false(action_valid(ACTION_COUNT, CONTEXT_TABLE));
}

static void test_needs(void **state)
{
	unsigned all = (1u << NEED_COUNT) - 1;
	int id;

	(void)state;
	for (id = 1; id < ACTION_COUNT; id++) {
		assert_null(action_missing((enum action_id)id, all));
		if (actions[id].needs)
			assert_non_null(action_missing((enum action_id)id, 0));
		else
			assert_null(action_missing((enum action_id)id, 0));
	}
	assert_non_null(strstr(action_missing(ACTION_MARK, all & ~(unsigned)NEED_CURSOR), "cursor"));
	assert_non_null(strstr(action_missing(ACTION_EXPORT, all & ~(unsigned)NEED_WHOLE), "loaded"));
	/* Without a run, that is what is said, whatever else is missing. */
	assert_non_null(strstr(action_missing(ACTION_NOTE, 0), "no run"));
}

/* The tab actions stand in the order of the tabs, which the table relies on; keymaps know actions by these names. */
static void test_keymap_names(void **state)
{
	const char *names[ACTION_COUNT];

	(void)state;
	action_names(names);
	assert_null(names[0]);
	assert_string_equal(names[ACTION_QUIT], "quit");
	assert_int_equal(ACTION_TAB_EVERY - ACTION_TAB_FINDINGS, 6);
}

/* Every name in the built-in maps is an action, and what it is bound in is where it is valid. */
static void test_builtin_maps(void **state)
{
	const char *names[ACTION_COUNT];
	struct keymap_names known = { names, ACTION_COUNT };
	const struct builtin_keymap *map;

	(void)state;
	action_names(names);
	for (map = builtin_keymaps; map->name; map++) {
		struct keymap_problems problems = {0};
		struct keymap *loaded = NULL;
		struct error err = {0};
		struct strbuf keys = STRBUF_INIT(1000);

		assert_int_equal(keymap_load(&loaded, map->name, NULL, &known, &problems, &err), 0);
		if (problems.count)
			print_error("%s\n", problems.list[0].text);
		assert_int_equal(problems.count, 0);
		/* Nobody gets locked in, and everything can be found out. */
		assert_true(keymap_keys(loaded, CONTEXT_TABLE, ACTION_QUIT, 0, &keys) > 0);
		assert_true(keymap_keys(loaded, CONTEXT_TABLE, ACTION_HELP, 0, &keys) > 0);
		assert_true(keymap_keys(loaded, CONTEXT_PROMPT, ACTION_CANCEL, 0, &keys) > 0);
		assert_true(keymap_keys(loaded, CONTEXT_CONFIRM, ACTION_NO, 0, &keys) > 0);
		strbuf_release(&keys);
		keymap_problems_release(&problems);
		keymap_free(&loaded);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_contexts),
		cmocka_unit_test(test_needs),
		cmocka_unit_test(test_keymap_names),
		cmocka_unit_test(test_builtin_maps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
