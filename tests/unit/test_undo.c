/* Undo and redo: order, what a new change forgets, bounds, lists of marked hosts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/strbuf.h"
#include "tui/undo.h"

static void test_back_and_forward(void **state)
{
	struct undo undo = {0};
	const struct undo_item *item;

	(void)state;
	assert_null(undo_back(&undo));
	assert_null(undo_forward(&undo));
	undo_add_text(&undo, UNDO_SORT, "sort", (struct slice){0}, "A", "B");
	undo_add_text(&undo, UNDO_FILTER, "filter", (struct slice){0}, "", "sql");
	item = undo_back(&undo);
	assert_int_equal(item->kind, UNDO_FILTER);
	assert_string_equal(item->before, "");
	item = undo_back(&undo);
	assert_string_equal(item->before, "A");
	assert_null(undo_back(&undo));
	item = undo_forward(&undo);
	assert_string_equal(item->after, "B");
	item = undo_forward(&undo);
	assert_string_equal(item->after, "sql");
	assert_string_equal(item->what, "filter");
	assert_null(undo_forward(&undo));
	undo_release(&undo);
	assert_int_equal(undo.bytes, 0);
}

static void test_new_change_forgets_redo(void **state)
{
	struct undo undo = {0};

	(void)state;
	undo_add_text(&undo, UNDO_SORT, "one", (struct slice){0}, "1", "2");
	undo_add_text(&undo, UNDO_SORT, "two", (struct slice){0}, "2", "3");
	undo_back(&undo);
	undo_add_text(&undo, UNDO_SORT, "three", (struct slice){0}, "2", "4");
	assert_null(undo_forward(&undo));
	assert_string_equal(undo_back(&undo)->what, "three");
	assert_string_equal(undo_back(&undo)->what, "one");
	assert_null(undo_back(&undo));
	undo_release(&undo);
}

static void test_ids(void **state)
{
	/* Ids are any bytes, NULs too. */
	static const struct slice ids[] = { { "\1\0\2", 3 }, { "host", 4 }, { "", 0 } };
	struct strbuf list = STRBUF_INIT(1000);
	struct undo undo = {0};
	const struct undo_item *item;
	struct slice id;
	size_t at = 0, i;

	(void)state;
	for (i = 0; i < 3; i++)
		undo_id(&list, ids[i]);
	undo_add_marks(&undo, "mark 3 hosts", list.buf, list.len);
	strbuf_release(&list);
	item = undo_back(&undo);
	for (i = 0; i < 3; i++) {
		assert_true(undo_next_id(item, &at, &id));
		assert_int_equal(id.len, ids[i].len);
		assert_memory_equal(id.text, ids[i].text, ids[i].len);
	}
	assert_false(undo_next_id(item, &at, &id));
	at = 0;
	undo_add_text(&undo, UNDO_NOTE, "note", slice_of("abc"), "", "x");
	item = undo_back(&undo);
	assert_true(undo_next_id(item, &at, &id));
	assert_true(slice_is(id, "abc"));
	undo_release(&undo);
}

static void test_bounds(void **state)
{
	struct undo undo = {0};
	char text[32];
	size_t i, back = 0, big = UNDO_BYTES_MAX / 2;
	char *bytes = calloc(1, big);

	(void)state;
	assert_non_null(bytes);
	for (i = 0; i < UNDO_MAX + 50; i++) {
		snprintf(text, sizeof text, "%zu", i);
		undo_add_text(&undo, UNDO_FILTER, text, (struct slice){0}, text, "");
	}
	assert_int_equal(undo.count, UNDO_MAX);
	while (undo_back(&undo))
		back++;
	assert_int_equal(back, UNDO_MAX);
	assert_string_equal(undo_forward(&undo)->before, "50");
	/* Big changes push old ones out, but the newest always stays. */
	for (i = 0; i < 5; i++)
		undo_add_marks(&undo, "many", bytes, big);
	assert_true(undo.bytes <= UNDO_BYTES_MAX);
	assert_true(undo.count >= 1 && undo.count < 5);
	assert_int_equal(undo_back(&undo)->ids_len, big);
	undo_release(&undo);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_back_and_forward),
		cmocka_unit_test(test_new_change_forgets_redo),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
