/* The arithmetic of lists: cursor, pages, ends, scrolling, lists that shrink. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tui/list.h"

/* The cursor is always inside the list and on the screen. */
static void check(const struct list *list)
{
	assert_true(list->count ? list->cursor < list->count : list->cursor == 0);
	if (list->count && list->rows) {
		assert_true(list->top <= list->cursor);
		assert_true(list->cursor < list->top + list->rows);
	}
	if (list->count <= list->rows)
		assert_int_equal(list->top, 0);
}

static void test_moving(void **state)
{
	struct list list = {0};

	(void)state;
	list_fit(&list, 100, 10);
	assert_true(list_act(&list, ACTION_DOWN));
	assert_int_equal(list.cursor, 1);
	assert_true(list_act(&list, ACTION_UP));
	assert_true(list_act(&list, ACTION_UP));
	assert_int_equal(list.cursor, 0);
	list_act(&list, ACTION_PAGE_DOWN);
	assert_int_equal(list.cursor, 9);
	list_act(&list, ACTION_HALF_DOWN);
	assert_int_equal(list.cursor, 14);
	list_act(&list, ACTION_BOTTOM);
	assert_int_equal(list.cursor, 99);
	assert_int_equal(list.top, 90);
	list_act(&list, ACTION_DOWN);
	assert_int_equal(list.cursor, 99);
	list_act(&list, ACTION_TOP);
	assert_int_equal(list.cursor, 0);
	assert_int_equal(list.top, 0);
	assert_false(list_act(&list, ACTION_OPEN));
	assert_int_equal(list.cursor, 0);
}

static void test_shrinking(void **state)
{
	struct list list = {0};

	(void)state;
	list_fit(&list, 100, 10);
	list_move_to(&list, 80);
	list_fit(&list, 30, 10);
	assert_int_equal(list.cursor, 29);
	check(&list);
	list_fit(&list, 0, 10);
	assert_int_equal(list.cursor, 0);
	check(&list);
	list_act(&list, ACTION_DOWN);
	list_act(&list, ACTION_BOTTOM);
	assert_int_equal(list.cursor, 0);
	list_fit(&list, 5, 0);
	list_act(&list, ACTION_PAGE_DOWN);
	assert_true(list.cursor < 5);
}

/* Any walk over any small list stays inside. */
static void test_walks(void **state)
{
	static const enum action_id moves[] = {
		ACTION_DOWN, ACTION_PAGE_DOWN, ACTION_UP, ACTION_HALF_DOWN, ACTION_BOTTOM, ACTION_HALF_UP, ACTION_PAGE_UP, ACTION_TOP,
	};
	struct list list = {0};
	uint32_t seed = 7;
	size_t i;

	(void)state;
	for (i = 0; i < 20000; i++) {
		seed = seed * 1664525u + 1013904223u;
		if (seed >> 29 == 0)
			list_fit(&list, (seed >> 8) % 40, (seed >> 16) % 12);
		list_act(&list, moves[(seed >> 24) % (sizeof moves / sizeof moves[0])]);
		check(&list);
	}
}

static void test_page_without_cursor(void **state)
{
	size_t top = 0;

	(void)state;
	assert_true(list_scroll(ACTION_DOWN, 30, 10, &top));
	assert_int_equal(top, 1);
	assert_true(list_scroll(ACTION_PAGE_DOWN, 30, 10, &top));
	assert_int_equal(top, 10);
	list_scroll(ACTION_BOTTOM, 30, 10, &top);
	assert_int_equal(top, 20);
	list_scroll(ACTION_DOWN, 30, 10, &top);
	assert_int_equal(top, 20);
	list_scroll(ACTION_TOP, 30, 10, &top);
	assert_int_equal(top, 0);
	list_scroll(ACTION_BOTTOM, 5, 10, &top);
	assert_int_equal(top, 0);
	assert_false(list_scroll(ACTION_HELP, 30, 10, &top));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moving),
		cmocka_unit_test(test_shrinking),
		cmocka_unit_test(test_walks),
		cmocka_unit_test(test_page_without_cursor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
