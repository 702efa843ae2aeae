/* test_sort.c - every order against a plain merge sort with a plain comparison, on random rows. */
#include "tests/unit/model_rows.h"

#include "core/base/arena.h"
#include "core/model/bag.h"
#include "core/model/marks.h"
#include "core/model/sort.h"

/* -- the reference: compares two rows by one column, by what value_get() says -- */

struct reference {
	const struct lens *lens;
	const struct sort_key *keys;
	size_t count;
	bool worst;      /* order_worst() */
};

static bool is_missing(const struct value *value)
{
	return value->kind == VALUE_NONE || (value->kind == VALUE_TEXT && value->text.len == 0);
}

static int compare_folded(struct slice a, struct slice b)
{
	struct strbuf x = STRBUF_INIT(10000), y = STRBUF_INIT(10000);
	int order;

	utf8_fold(&x, a.text, a.len);
	utf8_fold(&y, b.text, b.len);
	order = slice_compare((struct slice){ strbuf_text(&x), x.len }, (struct slice){ strbuf_text(&y), y.len });
	strbuf_release(&x);
	strbuf_release(&y);
	return order;
}

static size_t digits(struct slice s, size_t at)
{
	size_t n = 0;

	while (at + n < s.len && s.text[at + n] >= '0' && s.text[at + n] <= '9')
		n++;
	return n;
}

/* Compares `4.18.9` and `4.18.40` part by part; a part is a number, or text after all numbers. */
static int compare_versions(struct slice a, struct slice b)
{
	size_t i = 0, k = 0;

	while (i < a.len && k < b.len) {
		size_t n = digits(a, i), m = digits(b, k);

		if (n == 0 || m == 0) {
			char x = a.text[i], y = b.text[k];

			if (n != m)   /* a dot is before a number, a number before a word */
				return n ? (y == '.' ? 1 : -1) : (x == '.' ? -1 : 1);
			if (x != y)
				return x == '.' ? -1 : y == '.' ? 1 : (unsigned char)x < (unsigned char)y ? -1 : 1;
			i++, k++;
			continue;
		}
		for (; n > 0 && a.text[i] == '0'; n--)
			i++;
		for (; m > 0 && b.text[k] == '0'; m--)
			k++;
		if (n != m)
			return n < m ? -1 : 1;
		if (memcmp(a.text + i, b.text + k, n) != 0)
			return memcmp(a.text + i, b.text + k, n);
		i += n, k += m;
	}
	return (i < a.len) - (k < b.len);
}

static int64_t flags_order(int64_t bits)
{
	int64_t order = 0;

	for (int i = 0; i < FLAG_COUNT; i++)   /* conflict, bit 0, counts most */
		order = order * 2 + !(bits >> i & 1);
	return order;
}

static int compare_values(enum column_id id, const struct value *a, const struct value *b)
{
	int64_t x = a->number, y = b->number;
	enum column_type type = id == COL_BAG ? TYPE_TEXT : columns[id].type;

	if (id == COL_VERDICT) {
		x = verdicts[verdict_named(a->text)].worst;
		y = verdicts[verdict_named(b->text)].worst;
	} else if (id == COL_CHANGE) {   /* new persisting resolved vanished: happily in alphabetical order */
		return slice_compare(a->text, b->text);
	} else if (type == TYPE_VERSION) {
		return compare_versions(a->text, b->text);
	} else if (type == TYPE_TEXT) {
		int order = compare_folded(a->text, b->text);

		return order == 0 && id == COL_DEVICE_NAME ? slice_compare(a->text, b->text) : order;
	} else if (type == TYPE_FLAGS) {
		x = flags_order(x);
		y = flags_order(y);
	}
	return x < y ? -1 : x > y;
}

static int compare_key(const struct reference *reference, const struct sort_key *key, uint32_t a, uint32_t b)
{
	struct strbuf x = STRBUF_INIT(10000), y = STRBUF_INIT(10000);
	struct value va, vb;
	int order;

	value_get(reference->lens, a, &key->column, &x, &va);
	value_get(reference->lens, b, &key->column, &y, &vb);
	if (is_missing(&va) || is_missing(&vb))
		order = is_missing(&va) - is_missing(&vb);
	else
		order = compare_values(key->column.id, &va, &vb) * (key->descending ? -1 : 1);
	strbuf_release(&x);
	strbuf_release(&y);
	return order;
}

static int compare_rows(const struct reference *reference, uint32_t a, uint32_t b)
{
	const struct table *table = reference->lens->table;
	int order = 0;

	if (reference->worst)
		order = table_is_present(table, b) - table_is_present(table, a);
	/* Findings that nothing protects stand before all others; active hosts are no findings. */
	if (order == 0 && reference->worst)
		order = (table_is_finding(table, b) && (table->flags[b] & FLAG_NO_OTHER_AV)) -
		        (table_is_finding(table, a) && (table->flags[a] & FLAG_NO_OTHER_AV));
	for (size_t i = 0; order == 0 && i < reference->count; i++)
		order = compare_key(reference, &reference->keys[i], a, b);
	return order != 0 ? order : a < b ? -1 : 1;
}

/* Bottom-up merge sort. */
static void reference_sort(const struct reference *reference, uint32_t *rows, uint32_t count)
{
	uint32_t *spare = xmalloc(count * sizeof *spare);

	for (uint32_t i = 0; i < count; i++)
		rows[i] = i;
	for (uint32_t width = 1; width < count; width *= 2) {
		for (uint32_t from = 0; from < count; from += 2 * width) {
			uint32_t middle = from + width < count ? from + width : count, end = middle + width < count ? middle + width : count;
			uint32_t i = from, k = middle;

			for (uint32_t to = from; to < end; to++)
				spare[to] = k >= end || (i < middle && compare_rows(reference, rows[i], rows[k]) < 0) ? rows[i++] : rows[k++];
		}
		memcpy(rows, spare, count * sizeof *rows);
	}
	free(spare);
}

/* -- tests -- */

static void check(const struct lens *lens, const char *text)
{
	struct sort_key keys[SORT_KEYS_MAX];
	struct slice bad;
	struct reference reference = { .lens = lens, .keys = keys };
	uint32_t count = lens->table->count;
	uint32_t *expected = xmalloc(count * sizeof *expected), *order = xmalloc(count * sizeof *order);

	reference.worst = strcmp(text, "worst") == 0 || strcmp(text, SORT_DEFAULT) == 0;
	reference.count = (size_t)sort_parse(strcmp(text, "worst") ? text : SORT_DEFAULT, keys, &bad);
	assert_true(reference.count >= 1 && reference.count <= SORT_KEYS_MAX);
	reference_sort(&reference, expected, count);
	if (strcmp(text, "worst") == 0)
		order_worst(lens, order);
	else
		sort_rows(lens, keys, reference.count, order);
	for (uint32_t i = 0; i < count; i++)
		if (order[i] != expected[i])
			fail_msg("%s: place %u of %u has row %u where row %u belongs", text, (unsigned)i, (unsigned)count,
			         (unsigned)order[i], (unsigned)expected[i]);
	free(expected);
	free(order);
}

static int read_bag(void *owner, const struct table *table, uint32_t row, struct strbuf *bag)
{
	(void)table;
	if (row % 3 == 0)
		return row % 2 ? -1 : 0;   /* an error, or no bag */
	bag_add(bag, BAG_TEXT, slice_of("Ring"), slice_of(row % 5 ? (row % 7 ? "Broad" : "broad") : (const char *)owner));
	return 0;
}

static void orders_are_right(unsigned count, uint64_t seed)
{
	static const char *const texts[] = {
		"DeviceName", "DeviceName-", "MachineGroup", "MachineGroup-,DeviceName", "AvSignatureUpdateTime", "AvSignatureUpdateTime-",
		"SignatureAge", "SignatureAge-,SeenAge,DeviceName-", "OSVersion", "AvEngineVersion-", "Verdict,SignatureAge-,DeviceName",
		"Verdict-", "Change", "Change-,OS", "Flags", "Flags-", "IsApplicable,IsCompliant-", "ReportId", "ReportId-,OS", "AvMode",
		"GatheredMode-", "DeviceId", "DeviceId-", "Marked-,DeviceName", "Note", "AdditionalFields.Ring", "AdditionalFields.Ring-",
		"Owner", "OtherAv,FirstSeen", "PortalUrl", "worst",
	};
	struct table table = { 0 };
	struct marks marks = { 0 };
	struct notes notes = { 0 };
	const struct bag_reader bags = { "Fast", read_bag };
	struct lens lens = { .table = &table, .now = ROWS_NOW, .marks = &marks, .notes = &notes, .bags = &bags };

	rows_fill(&table, count, seed);
	for (uint32_t row = 0; row < count; row += 3) {
		marks_set(&marks, table_packed_id(&table, row), true);
		notes_set(&notes, table_packed_id(&table, row), slice_of(row % 2 ? "Call team" : "call TEAM"));
	}
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		check(&lens, texts[i]);
	table_release(&table);
	marks_release(&marks);
	notes_release(&notes);
}

static void small_tables_are_sorted(void **state)
{
	static const unsigned counts[] = { 1, 2, 3, 16, 17, 24, 25, 26, 100, 300 };

	(void)state;
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		orders_are_right(counts[i], i + 1);
}

static void large_tables_are_sorted(void **state)
{
	(void)state;
	orders_are_right(7000, 99);   /* enough for the radix paths */
}

/* Host names as an adversary would choose them. */
static void hard_names_are_sorted(void **state)
{
	struct table table = { 0 };
	struct lens lens = { .table = &table, .now = ROWS_NOW };
	char name[400];
	uint64_t seed = 3;

	(void)state;
	for (unsigned i = 0; i < 3000; i++) {
		struct table_row row;
		size_t n = rows_pick(&seed, 5) ? rows_pick(&seed, 30) : rows_pick(&seed, 400);

		memset(name, "aA\0\x7f"[rows_pick(&seed, 4)], sizeof name);
		if (rows_pick(&seed, 3) == 0)
			name[n / 2] = (char)rows_pick(&seed, 256);
		if (i % 50 == 0)
			n = 0;
		table_row_init(&row);
		row.id = slice_of("x");
		row.name = (struct slice){ n ? name : NULL, n };
		table_add(&table, &row);
	}
	check(&lens, "DeviceName");
	check(&lens, "DeviceName-");
	table_release(&table);
}

static void far_times_are_sorted(void **state)
{
	struct table table = { 0 };
	struct lens lens = { .table = &table, .now = ROWS_NOW };

	(void)state;
	for (int i = 0; i < 5000; i++) {
		struct table_row row;

		table_row_init(&row);
		row.id = slice_of("x");
		row.time[TIME_SIGNATURE] = i % 9 == 0 ? TIME_NONE : (i % 2 ? INT64_C(-62135596800) : INT64_C(253402300799)) + i * 7919 % 5000;
		row.report = i % 3 == 0 ? INT64_MAX - i : i % 3 == 1 ? INT64_MIN + 1 + i : TIME_NONE;
		table_add(&table, &row);
	}
	check(&lens, "AvSignatureUpdateTime");
	check(&lens, "AvSignatureUpdateTime-");
	check(&lens, "ReportId,SignatureAge");
	check(&lens, "ReportId-,SignatureAge-");
	table_release(&table);
}

static void equal_rows_keep_their_order(void **state)
{
	struct table table = { 0 };
	struct lens lens = { .table = &table };
	struct table_row row;

	(void)state;
	table_row_init(&row);
	row.id = slice_of("x");
	row.name = slice_of("the-same-name.corp.example.net");
	for (unsigned i = 0; i < 3000; i++)
		table_add(&table, &row);
	check(&lens, "DeviceName");
	check(&lens, "DeviceName-,MachineGroup,Verdict-");
	table_release(&table);
}

static void no_keys_and_no_rows(void **state)
{
	struct table table = { 0 };
	struct lens lens = { .table = &table };
	uint32_t order[3] = { 9, 9, 9 };

	(void)state;
	sort_rows(&lens, NULL, 0, order);
	order_worst(&lens, order);
	assert_int_equal(order[0], 9);
	rows_fill(&table, 3, 1);
	sort_rows(&lens, NULL, 0, order);
	assert_int_equal(order[0], 0);
	assert_int_equal(order[2], 2);
	table_release(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_tables_are_sorted), cmocka_unit_test(large_tables_are_sorted),
		cmocka_unit_test(hard_names_are_sorted), cmocka_unit_test(far_times_are_sorted),
		cmocka_unit_test(equal_rows_keep_their_order), cmocka_unit_test(no_keys_and_no_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
