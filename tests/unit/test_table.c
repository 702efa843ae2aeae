/* test_table.c - what is added comes back exactly; ids pack both ways; memory is counted. */
#include "tests/unit/model_rows.h"

static void ids_pack_both_ways(void **state)
{
	static const struct { const char *id; size_t packed; } rows[] = {
		{ "", 1 }, { "a", 2 }, { "0123456789abcdef0123456789abcdef01234567", 21 },
		{ "0123456789ABCDEF0123456789abcdef01234567", 41 },   /* capitals must come back */
		{ "0123456789abcdef0123456789abcdef0123456g", 41 }, { "0123456789abcdef0123456789abcdef0123456", 40 },
		{ "0123456789abcdef0123456789abcdef012345678", 42 }, { "h\xC3\xBC" "m", 5 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char packed[64], text[128];
		size_t n = id_pack(packed, slice_of(rows[i].id));

		assert_int_equal(n, rows[i].packed);
		assert_int_equal(id_unpack(text, (struct slice){ packed, n }), strlen(rows[i].id));
		assert_memory_equal(text, rows[i].id, strlen(rows[i].id));
	}
}

static void rows_come_back(void **state)
{
	struct table table = { 0 };
	struct table_row row;
	char long_name[3000];

	(void)state;
	memset(long_name, 'N', sizeof long_name);
	for (unsigned i = 0; i < 500; i++) {
		table_row_init(&row);
		row.id = i == 7 ? (struct slice){ long_name, sizeof long_name } : slice_of(i % 2 ? "odd" : "even");
		row.name = i % 3 ? (struct slice){ long_name, i } : (struct slice){ NULL, 0 };
		row.text[TEXT_GROUP] = i % 5 ? slice_of("G\xC3\x9C") : slice_of("");
		row.time[TIME_SIGNATURE] = (int64_t)i - 250;
		row.report = INT64_MAX - i;
		row.bag = i % 4 == 0 ? (struct slice){ long_name, i } : (struct slice){ NULL, 0 };
		row.bag_key = i % 4 == 1 ? UINT64_C(1) << 40 | i : 0;
		row.verdict = VERDICT_DISABLED;
		row.before = VERDICT_ACTIVE;
		row.change = i == 9 ? CHANGE_VANISHED : CHANGE_NEW;
		row.applicable = TRI_FALSE;
		row.compliant = TRI_TRUE;
		assert_int_equal(table_add(&table, &row), i);
		if (i == 100)
			table_trim(&table);   /* growing again after a trim must work */
	}
	for (unsigned i = 0; i < 500; i++) {
		char id[4096];

		assert_int_equal(table_name(&table, i).len, i % 3 ? i : 0);
		assert_int_equal(table_folded(&table, i).len, table_name(&table, i).len);
		if (i % 3 == 0)
			assert_null(table_name(&table, i).text);
		else
			assert_int_equal(table_folded(&table, i).text[0], 'n');
		assert_true(slice_is(table_text(&table, TEXT_GROUP, i), i % 5 ? "G\xC3\x9C" : ""));
		assert_null(table_text(&table, TEXT_ENGINE, i).text);
		assert_int_equal(table.time[TIME_SIGNATURE][i], (int64_t)i - 250);
		assert_true(table.report[i] == INT64_MAX - i);
		assert_int_equal(table_bag(&table, i).text != NULL, i % 4 == 0);
		assert_int_equal(table_bag(&table, i).len, i % 4 == 0 ? i : 0);
		if (i % 4 == 1)
			assert_true(table.bag[i] == (UINT64_C(1) << 40 | i));
		assert_int_equal(table_applicable(&table, i), TRI_FALSE);
		assert_int_equal(table_compliant(&table, i), TRI_TRUE);
		assert_int_equal(table_is_present(&table, i), i != 9);
		assert_int_equal(table_is_finding(&table, i), i != 9);
		assert_int_equal(id_unpack(id, table_packed_id(&table, i)), i == 7 ? 3000 : i % 2 ? 3 : 4);
	}
	table_release(&table);
	assert_int_equal(table.count, 0);
}

static void the_mode_is_the_gathered_one(void **state)
{
	static const struct { const char *gathered, *assessed, *mode; } rows[] = {
		{ "1", "0", "1" }, { NULL, "0", "0" }, { "", "5", "5" }, { "4", NULL, "4" }, { NULL, NULL, NULL },
	};
	struct table table = { 0 };

	(void)state;
	for (uint32_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct table_row row;

		table_row_init(&row);
		row.id = slice_of("x");
		row.text[TEXT_GATHERED_MODE] = slice_of(rows[i].gathered);
		row.text[TEXT_ASSESSED_MODE] = slice_of(rows[i].assessed);
		table_add(&table, &row);
		assert_true(slice_equal(table_mode(&table, i), slice_of(rows[i].mode)));
	}
	table_release(&table);
}

static void an_active_host_is_no_finding(void **state)
{
	struct table table = { 0 };
	struct table_row row;

	(void)state;
	table_row_init(&row);
	row.id = slice_of("a");
	row.verdict = VERDICT_ACTIVE;
	table_add(&table, &row);
	assert_false(table_is_finding(&table, 0));
	assert_true(table_is_present(&table, 0));
	table_release(&table);
}

static void the_folded_dictionary_keeps_up(void **state)
{
	struct table table = { 0 };
	struct strbuf folded = STRBUF_INIT(1000);

	(void)state;
	rows_fill(&table, 400, 5);
	for (uint32_t code = 0; code < table.texts.count; code++) {
		struct slice key = map_key(&table.texts, code);
		uint32_t at = table.texts_folded.offsets[code], end = table.texts_folded.offsets[code + 1];

		strbuf_clear(&folded);
		utf8_fold(&folded, key.text, key.len);
		assert_int_equal(end - at, folded.len);
		assert_memory_equal(table.texts_folded.bytes + at, strbuf_text(&folded), folded.len);
	}
	strbuf_release(&folded);
	table_release(&table);
}

static void memory_is_counted(void **state)
{
	struct table table = { 0 };
	size_t bags, empty, full;

	(void)state;
	empty = table_memory(&table, &bags);
	assert_int_equal(empty, 0);
	assert_int_equal(bags, 0);
	rows_fill(&table, 20000, 1);
	table_trim(&table);
	full = table_memory(&table, &bags);
	assert_true(full > 20000 * 130 && full < 20000 * 235);
	table_reserve(&table, 40000);
	assert_int_equal(table.capacity, 40000);
	assert_true(table_memory(&table, NULL) > full + 20000 * 110);
	assert_int_equal(table.count, 20000);
	table_release(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_pack_both_ways), cmocka_unit_test(rows_come_back),
		cmocka_unit_test(the_mode_is_the_gathered_one), cmocka_unit_test(an_active_host_is_no_finding),
		cmocka_unit_test(the_folded_dictionary_keeps_up), cmocka_unit_test(memory_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
