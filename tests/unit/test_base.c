/* test_base.c - errors, memory, growing text, slices, search, the map, the log. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/strbuf.h"

/* ---- error ---- */

static void error_sets_status_and_sentence(void **state)
{
	(void)state;
	struct error err = { STATUS_DONE, "" };

	assert_int_equal(error_set(&err, STATUS_DATA, "%s:%d: %s.", "hosts.csv", 12, "9 fields"), -1);
	assert_int_equal(err.status, STATUS_DATA);
	assert_string_equal(err.text, "hosts.csv:12: 9 fields.");
	assert_int_equal(error_prefix(&err, "table %d", 2), -1);
	assert_int_equal(err.status, STATUS_DATA);
	assert_string_equal(err.text, "table 2: hosts.csv:12: 9 fields.");
	/* Its own text as an argument. */
	error_set(&err, STATUS_IO, "again: %s", err.text);
	assert_string_equal(err.text, "again: table 2: hosts.csv:12: 9 fields.");
	assert_int_equal(error_set(NULL, STATUS_DATA, "nobody asks"), -1);
	assert_int_equal(error_prefix(NULL, "nobody"), -1);
}

static void error_is_cut_at_a_character(void **state)
{
	(void)state;
	struct error err;
	char text[1200];

	/* ü takes the last byte that fits and one more: it goes as a whole. */
	memset(text, 'a', sizeof(text));
	memcpy(text + 1022, "ü", 3);
	error_set(&err, STATUS_DATA, "%s", text);
	assert_int_equal(strlen(err.text), 1022);
	/* One place earlier it fits. */
	memcpy(text + 1021, "üb", 4);
	error_set(&err, STATUS_DATA, "%s", text);
	assert_int_equal(strlen(err.text), 1023);
	assert_memory_equal(err.text + 1021, "ü", 3);
	/* Four bytes, three of which would fit. */
	memset(text, 'a', sizeof(text));
	memcpy(text + 1020, "\U0001F525", 5);
	error_set(&err, STATUS_DATA, "%s", text);
	assert_int_equal(strlen(err.text), 1020);
	/* Nothing but stray bytes: cut, and not searched for ever. */
	memset(text, 0x80, sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	error_set(&err, STATUS_DATA, "%s", text);
	assert_int_equal(strlen(err.text), 1023);
}

static void say_restored(void)
{
	fputs("restored\n", stderr);
	/* A restorer that fails must not be entered again. */
	die("inner");
}

static void log_to_stderr(void)
{
	log_debug("not enabled");
	log_enable();
	log_debug("one\x1b[31m %d", 1);
	log_hold(true);
	log_debug("two");
	fputs("screen\n", stderr);
	log_hold(false);
	log_debug("three");
	_exit(0);
}

static void die_in_child(void)
{
	die_restore_with(say_restored);
	die("out of %s", "luck");
}

/* Runs a function in a child; returns its exit status and what it wrote to stderr. */
static int in_child(void (*run)(void), char *text, size_t size)
{
	int ends[2], status = 0;
	size_t used = 0;

	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		run();
		_exit(99);
	}
	close(ends[1]);
	for (ssize_t got; used < size - 1 && (got = read(ends[0], text + used, size - 1 - used)) > 0;)
		used += (size_t)got;
	text[used] = '\0';
	close(ends[0]);
	while (waitpid(child, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void die_restores_once_and_exits_1(void **state)
{
	(void)state;
	char text[256];

	assert_int_equal(in_child(die_in_child, text, sizeof(text)), 1);
	assert_string_equal(text, "restored\nrouse: inner\n");
}

static void log_is_visible_text_and_waits_while_held(void **state)
{
	(void)state;
	char text[512];

	assert_int_equal(in_child(log_to_stderr, text, sizeof(text)), 0);
	assert_string_equal(text, "debug: one\\x1b[31m 1\nscreen\ndebug: two\ndebug: three\n");
}

/* ---- arena ---- */

static void arena_gives_aligned_lasting_memory(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	char *texts[2000];

	for (unsigned i = 0; i < 2000; i++) {
		char text[32];
		int length = snprintf(text, sizeof(text), "text %u", i);

		texts[i] = arena_copy(&arena, text, (size_t)length);
		long double *number = arena_alloc(&arena, sizeof(*number));

		assert_int_equal((uintptr_t)number % _Alignof(max_align_t), 0);
		*number = i;
		if (i % 500 == 0)
			memset(arena_alloc(&arena, 3 << 20), 0x55, 3 << 20);
	}
	for (unsigned i = 0; i < 2000; i++)
		assert_int_equal(strtoul(texts[i] + 5, NULL, 10), i);
	assert_non_null(arena_alloc(&arena, 0));
	assert_string_equal(arena_copy(&arena, NULL, 0), "");
	assert_true(arena.used > 4 * (3u << 20));
	arena_release(&arena);
	assert_null(arena.chunks);
	assert_int_equal(arena.used, 0);
	assert_string_equal(arena_copy(&arena, "again!", 5), "again");
	arena_release(&arena);
}

static void die_of_overflow(void)
{
	xrealloc(NULL, SIZE_MAX / 2, 3);
}

static void grow_grows_by_half_and_overflow_dies(void **state)
{
	(void)state;
	size_t capacity = 0, grown = 0;
	uint32_t *array = NULL;
	char text[256];

	for (uint32_t i = 0; i < 10000; i++) {
		size_t before = capacity;

		array = grow(array, &capacity, i + 1, sizeof(*array));
		grown += capacity != before;
		array[i] = i;
	}
	assert_int_equal(array[9999], 9999);
	assert_in_range(capacity, 10000, 20000);
	assert_in_range(grown, 5, 25);
	free(array);
	assert_int_equal(in_child(die_of_overflow, text, sizeof(text)), 1);
	assert_non_null(strstr(text, "rouse: memory ran out"));
}

/* ---- strbuf ---- */

static void strbuf_grows_up_to_its_maximum(void **state)
{
	(void)state;
	struct strbuf sb = STRBUF_INIT(10);

	assert_string_equal(strbuf_text(&sb), "");
	strbuf_adds(&sb, "12345");
	strbuf_addf(&sb, "%d", 6789);
	assert_string_equal(strbuf_text(&sb), "123456789");
	strbuf_adds(&sb, "ab");
	assert_true(sb.overflow);
	assert_string_equal(strbuf_text(&sb), "123456789");
	strbuf_addc(&sb, 'x');
	assert_string_equal(strbuf_text(&sb), "123456789x");
	assert_true(sb.overflow);
	strbuf_addc(&sb, 'y');
	assert_int_equal(sb.len, 10);
	strbuf_clear(&sb);
	assert_false(sb.overflow);
	assert_string_equal(strbuf_text(&sb), "");
	strbuf_addf(&sb, "%s", "0123456789");
	assert_false(sb.overflow);
	strbuf_addf(&sb, "%s", "");
	assert_false(sb.overflow);
	strbuf_release(&sb);
	assert_int_equal(sb.max, 10);
	strbuf_add(&sb, "a\0b", 3);
	assert_memory_equal(sb.buf, "a\0b", 4);
	strbuf_release(&sb);
}

static void strbuf_formats_long_texts_and_counts(void **state)
{
	(void)state;
	struct strbuf sb = STRBUF_INIT(1 << 20);

	strbuf_addf(&sb, "<%*d>", 1000, 7);
	assert_int_equal(sb.len, 1002);
	assert_string_equal(sb.buf + 1000, "7>");
	strbuf_clear(&sb);
	static const struct { unsigned long long n; const char *text; } cases[] = {
		{ 0, "0" }, { 12, "12" }, { 999, "999" }, { 1000, "1,000" }, { 1906, "1,906" }, { 123456, "123,456" },
		{ 1000000, "1,000,000" }, { 18446744073709551615ull, "18,446,744,073,709,551,615" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		strbuf_clear(&sb);
		strbuf_add_count(&sb, cases[i].n);
		assert_string_equal(strbuf_text(&sb), cases[i].text);
	}
	strbuf_release(&sb);
}

/* ---- bytes ---- */

static void slices_compare(void **state)
{
	(void)state;
	struct slice none = slice_of(NULL), empty = slice_of(""), a = slice_of("a"), ab = slice_of("ab");

	assert_true(slice_equal(none, none));
	assert_false(slice_equal(none, empty));
	assert_false(slice_equal(empty, none));
	assert_true(slice_equal(empty, slice_of("")));
	assert_true(slice_is(ab, "ab"));
	assert_false(slice_is(ab, "aB"));
	assert_true(slice_is_nocase(ab, "aB"));
	assert_false(slice_is_nocase(ab, "a"));
	/* ASCII only: Ü and ü stay apart. */
	assert_false(slice_is_nocase(slice_of("Ü"), "ü"));
	assert_true(slice_compare(none, empty) < 0 && slice_compare(empty, none) > 0 && slice_compare(none, none) == 0);
	assert_true(slice_compare(empty, a) < 0 && slice_compare(a, ab) < 0 && slice_compare(slice_of("b"), ab) > 0);
	assert_true(slice_compare(slice_of("\xff"), a) > 0);
	assert_int_equal(slice_compare(ab, slice_of("ab")), 0);
}

static void bytes_find_finds_the_first(void **state)
{
	(void)state;
	const char hay[] = "aaab\0aab";

	assert_ptr_equal(bytes_find(hay, 8, "aab", 3), hay + 1);
	assert_ptr_equal(bytes_find(hay, 8, "b\0a", 3), hay + 3);
	assert_ptr_equal(bytes_find(hay, 8, "", 0), hay);
	assert_null(bytes_find(hay, 2, "aaa", 3));
	assert_null(bytes_find(hay, 8, "ba", 2));
}

static void map_numbers_keys_in_order(void **state)
{
	(void)state;
	struct map map = { 0 };
	bool added;
	char key[64];

	assert_int_equal(map_get(&map, "x", 1), MAP_NONE);
	for (uint32_t i = 0; i < 20000; i++) {
		/* Lengths from 1 to 45, so that each branch of the hash is taken. */
		int length = snprintf(key, sizeof(key), "%*u", (int)(i % 41 + 5), i);

		assert_int_equal(map_put(&map, key, (size_t)length, &added), i);
		assert_true(added);
		assert_int_equal(map_put(&map, key, (size_t)length, &added), i);
		assert_false(added);
		/* Never fuller than 7 of 10. */
		assert_true((map.count - 1) * 10 < map.slot_count * 7);
	}
	assert_int_equal(map.count, 20000);
	for (uint32_t i = 0; i < 20000; i++) {
		int length = snprintf(key, sizeof(key), "%*u", (int)(i % 41 + 5), i);

		assert_int_equal(map_get(&map, key, (size_t)length), i);
		assert_true(slice_is(map_key(&map, i), key));
		assert_int_equal(map_key(&map, i).text[length], '\0');
	}
	assert_int_equal(map_get(&map, "    0x", 6), MAP_NONE);
	assert_true(map_memory(&map) > 20000 * 30);
	map_release(&map);
	assert_int_equal(map.count, 0);
	assert_int_equal(map_get(&map, "x", 1), MAP_NONE);
}

static void map_tells_lengths_and_nuls_apart(void **state)
{
	(void)state;
	struct map map = { 0 };
	static const char zeros[40] = { 0 };

	for (uint32_t n = 0; n < sizeof(zeros); n++)
		assert_int_equal(map_put(&map, zeros, n, NULL), n);
	assert_int_equal(map_get(&map, NULL, 0), 0);
	/* A key of the map itself, put again and with one byte less, while the pool moves. */
	for (uint32_t i = 0; i < 500; i++) {
		char key[32];
		int length = snprintf(key, sizeof(key), "key-%u-end", i);
		uint32_t number = map_put(&map, key, (size_t)length, NULL);
		struct slice own = map_key(&map, number);
		uint32_t cut = map_put(&map, own.text, own.len - 1, NULL);

		assert_int_equal(cut, number + 1);
		key[length - 1] = '\0';
		assert_true(slice_is(map_key(&map, cut), key));
	}
	map_release(&map);
}

static void hash_spreads(void **state)
{
	(void)state;
	static unsigned buckets[1024];
	char key[48];

	memset(buckets, 0, sizeof(buckets));
	for (unsigned i = 0; i < 65536; i++) {
		snprintf(key, sizeof(key), "srv-sql-%06u.corp.example.com", i);
		buckets[bytes_hash(key, strlen(key)) >> 54]++;
	}
	/* 64 each on average; 8 standard deviations are also 64. */
	for (unsigned i = 0; i < 1024; i++)
		assert_in_range(buckets[i], 16, 128);
	assert_int_equal(bytes_hash("abc", 3), bytes_hash("abc", 3));
	assert_true(bytes_hash("a", 1) != bytes_hash("a\0", 2));
}

static void near_names_are_found(void **state)
{
	(void)state;
	static const char *const names[] = { "freshness", "silence", "unreadable", "drop", "group" };

	assert_int_equal(edit_distance("", ""), 0);
	assert_int_equal(edit_distance("", "abc"), 3);
	assert_int_equal(edit_distance("abc", ""), 3);
	assert_int_equal(edit_distance("kitten", "sitting"), 3);
	assert_int_equal(edit_distance("abcd", "acbd"), 1);
	assert_int_equal(edit_distance("ca", "abc"), 3);
	assert_int_equal(edit_distance("A", "a"), 1);
	assert_string_equal(nearest_name("freshnes", names, 5), "freshness");
	assert_string_equal(nearest_name("FRESHNESS", names, 5), "freshness");
	assert_string_equal(nearest_name("drpo", names, 5), "drop");
	assert_string_equal(nearest_name("groups", names, 5), "group");
	assert_null(nearest_name("nothing", names, 5));
	assert_null(nearest_name("", names, 5));
	assert_null(nearest_name("drop", names, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(error_sets_status_and_sentence), cmocka_unit_test(error_is_cut_at_a_character),
		cmocka_unit_test(die_restores_once_and_exits_1), cmocka_unit_test(log_is_visible_text_and_waits_while_held),
		cmocka_unit_test(arena_gives_aligned_lasting_memory), cmocka_unit_test(grow_grows_by_half_and_overflow_dies),
		cmocka_unit_test(strbuf_grows_up_to_its_maximum), cmocka_unit_test(strbuf_formats_long_texts_and_counts),
		cmocka_unit_test(slices_compare), cmocka_unit_test(bytes_find_finds_the_first),
		cmocka_unit_test(map_numbers_keys_in_order), cmocka_unit_test(map_tells_lengths_and_nuls_apart),
		cmocka_unit_test(hash_spreads), cmocka_unit_test(near_names_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
