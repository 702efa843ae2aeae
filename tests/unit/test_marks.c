/* test_marks.c - marks and notes by id: set, cleared, copied, walked. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/model/marks.h"

static struct slice key(char buffer[32], unsigned i)
{
	return (struct slice){ buffer, (size_t)snprintf(buffer, 32, "%cid-%u", 1, i) };
}

static void marks_are_a_set(void **state)
{
	struct marks marks = { 0 };
	char buffer[32];
	uint64_t generation;

	(void)state;
	assert_false(marks_has(NULL, slice_of("x")));
	assert_false(marks_has(&marks, slice_of("x")));
	assert_false(marks_set(&marks, slice_of("x"), false));
	for (unsigned i = 0; i < 1000; i++)
		assert_true(marks_set(&marks, key(buffer, i), true));
	generation = marks.generation;
	assert_false(marks_set(&marks, key(buffer, 5), true));
	assert_true(marks.generation == generation);
	for (unsigned i = 0; i < 1000; i += 2)
		assert_true(marks_set(&marks, key(buffer, i), false));
	assert_true(marks.generation > generation);
	assert_int_equal(marks.count, 500);
	for (unsigned i = 0; i < 1001; i++)
		assert_int_equal(marks_has(&marks, key(buffer, i)), i % 2 && i < 1000);
	marks_release(&marks);
}

static void marked_ids_are_walked(void **state)
{
	struct marks marks = { 0 };
	char buffer[32];
	struct slice id;
	uint32_t at = 0;
	unsigned n = 0;

	(void)state;
	assert_false(marks_next(&marks, &at, &id));
	for (unsigned i = 0; i < 10; i++)
		marks_set(&marks, key(buffer, i), true);
	marks_set(&marks, key(buffer, 3), false);
	for (at = 0; marks_next(&marks, &at, &id); n++)
		assert_true(slice_equal(id, key(buffer, n < 3 ? n : n + 1)));
	assert_int_equal(n, 9);
	marks_clear(&marks);
	at = 0;
	assert_false(marks_next(&marks, &at, &id));
	assert_int_equal(marks.count, 0);
	assert_true(marks_set(&marks, key(buffer, 3), true));
	marks_release(&marks);
}

static void a_copy_is_apart(void **state)
{
	struct marks marks = { 0 }, copy = { 0 };
	uint64_t generation;

	(void)state;
	marks_set(&marks, slice_of("a"), true);
	marks_copy(&copy, &marks);
	marks_set(&marks, slice_of("b"), true);
	assert_int_equal(copy.count, 1);
	assert_true(marks_has(&copy, slice_of("a")));
	assert_false(marks_has(&copy, slice_of("b")));
	generation = marks.generation;
	marks_copy(&marks, &copy);   /* undo */
	assert_false(marks_has(&marks, slice_of("b")));
	assert_true(marks.generation > generation);
	marks_release(&marks);
	marks_release(&copy);
}

static void notes_are_kept(void **state)
{
	struct notes notes = { 0 };
	char buffer[32];

	(void)state;
	assert_null(notes_get(NULL, slice_of("x")).text);
	assert_null(notes_get(&notes, slice_of("x")).text);
	notes_set(&notes, slice_of("x"), slice_of(""));
	assert_int_equal(notes.ids.count, 0);
	for (unsigned i = 0; i < 300; i++)
		notes_set(&notes, key(buffer, i), key(buffer, i));
	assert_int_equal(notes_get(&notes, key(buffer, 299)).len, 7);
	notes_set(&notes, key(buffer, 1), slice_of("other"));
	assert_true(slice_is(notes_get(&notes, key(buffer, 1)), "other"));
	notes_set(&notes, key(buffer, 1), notes_get(&notes, key(buffer, 1)));   /* its own text */
	assert_true(slice_is(notes_get(&notes, key(buffer, 1)), "other"));
	notes_set(&notes, key(buffer, 1), slice_of(""));
	assert_null(notes_get(&notes, key(buffer, 1)).text);
	assert_true(notes.generation > 300);
	notes_release(&notes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_are_a_set), cmocka_unit_test(marked_ids_are_walked), cmocka_unit_test(a_copy_is_apart),
		cmocka_unit_test(notes_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
