/* test_filter.c - the words of a filter, one by one, and against a plain reference on random rows. */
#include "tests/unit/model_rows.h"

#include "core/base/arena.h"
#include "core/model/filter.h"
#include "core/model/filter_parts.h"
#include "core/model/marks.h"

#define U_UPPER "\xC3\x9C"   /* U with two dots */
#define U_LOWER "\xC3\xBC"

/* -- one word at a time -- */

/* Rows whose every field is known; r0 to r5. */
static void fill_known(struct table *table, struct marks *marks, struct notes *notes)
{
	static const struct {
		const char *name, *group, *os, *mode, *other;
		enum verdict verdict;
		enum change change;
		unsigned flags;
		int64_t sig, seen;   /* ages in hours; -1: unknown */
	} rows[] = {
		{ "srv-sql-01.corp", "Win-Servers-Prod", "WindowsServer2019", "1", NULL, VERDICT_PASSIVE, CHANGE_NEW, FLAG_STALE, 24 * 8, 2 },
		{ "SRV-SQL-02.corp", "win-servers-prod", "WindowsServer2016", "0", NULL, VERDICT_ACTIVE, CHANGE_RESOLVED, 0, 24 * 7, 24 },
		{ "b" U_LOWER "ro-03", "B" U_UPPER "RO", "WindowsServer2022", "10", "McAfee ENS", VERDICT_UNKNOWN, CHANGE_PERSISTING,
		  FLAG_OTHER_AV | FLAG_CONFLICT, -1, -1 },
		{ "B" U_UPPER "RO-04", NULL, "WindowsServer2022", "5", NULL, VERDICT_PASSIVE_AUDIT, CHANGE_PERSISTING, FLAG_SILENT, 24, 1 },
		{ NULL, "DMZ", NULL, NULL, NULL, VERDICT_UNASSESSED, CHANGE_NONE, 0, 0, 0 },
		{ "srv-dc-05", "DMZ", "WindowsServer2019", "2", NULL, VERDICT_DISABLED, CHANGE_VANISHED, FLAG_NO_OTHER_AV, 24 * 30, 24 * 20 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct table_row row;
		char id[64];

		table_row_init(&row);
		snprintf(id, sizeof id, "%039xf", (unsigned)i);
		row.id = i == 4 ? slice_of("Odd-ID") : slice_of(id);
		row.name = slice_of(rows[i].name);
		row.text[TEXT_GROUP] = slice_of(rows[i].group);
		row.text[TEXT_PLATFORM] = slice_of(rows[i].os);
		row.text[TEXT_GATHERED_MODE] = slice_of(rows[i].mode);
		row.text[TEXT_OTHER_AV] = slice_of(rows[i].other);
		row.verdict = rows[i].verdict;
		row.change = rows[i].change;
		row.altered = i == 3;
		row.flags = (uint16_t)rows[i].flags;
		row.time[TIME_SIGNATURE] = rows[i].sig < 0 ? TIME_NONE : ROWS_NOW - rows[i].sig * 3600;
		row.time[TIME_LAST_SEEN] = rows[i].seen < 0 ? TIME_NONE : ROWS_NOW - rows[i].seen * 3600;
		table_add(table, &row);
	}
	marks_set(marks, table_packed_id(table, 1), true);
	marks_set(marks, table_packed_id(table, 5), true);
	marks_set(marks, slice_of("gone"), true);
	notes_set(notes, table_packed_id(table, 3), slice_of("Call the DBA"));
}

struct known {
	struct table table;
	struct marks marks;
	struct notes notes;
	struct lens lens;
};

static void known_open(struct known *known)
{
	memset(known, 0, sizeof *known);
	fill_known(&known->table, &known->marks, &known->notes);
	known->lens = (struct lens){ .table = &known->table, .now = ROWS_NOW, .marks = &known->marks, .notes = &known->notes };
}

static void known_close(struct known *known)
{
	table_release(&known->table);
	marks_release(&known->marks);
	notes_release(&known->notes);
}

/* The kept rows as digits: "025". */
static void kept_text(const struct known *known, const struct filter *filter, const char *visible, char *out)
{
	struct column_ref refs[COL_COUNT];
	struct slice bad;
	int count = column_list(visible, refs, COL_COUNT, &bad);
	uint8_t keep[6];

	assert_true(count >= 0);
	filter_rows(filter, &known->lens, refs, (size_t)count, 0, 6, keep);
	for (uint32_t row = 0; row < 6; row++)
		if (keep[row])
			*out++ = (char)('0' + row);
	*out = '\0';
}

#define ALL "012345"

static const struct { const char *words, *kept; } word_rows[] = {
	{ "", ALL }, { "   ", ALL }, { "sql", "01" }, { "SQL", "01" }, { "sql 02", "1" }, { "02 sql", "1" }, { "sql nothing", "" },
	{ "-sql", "2345" }, { "sql -02", "0" }, { "-sql -b" U_UPPER "ro", "45" }, { "b" U_UPPER "ro", "23" }, { "B" U_LOWER "RO-04", "3" },
	{ "l-01|l-02", "01" }, { "sql|dc srv", "015" }, { "sql|", "01" }, { "|", ALL }, { "-sql|dc", "234" }, { "\"sql-01\"", "0" },
	{ "\"servers prod\"", "" }, { "\"call the\"", "3" }, { "\"call the", "3" }, { "-\"call the\"", "01245" }, { "-", ALL },
	{ "dba|mcafee", "23" }, { "prod", "01" }, { "windowsserver2022", "23" }, { "corpsrv", "" }, { "corpb", "" },
	{ "passive", "03" }, { "vanish", "5" }, { "conflict", "2" }, { "other-av", "25" }, { "\"other-av mcafee\"", "2" },
	{ "odd-id", "4" }, { "00005f", "5" }, { "00005F", "5" },
	{ "group:prod", "01" }, { "GROUP:PROD", "01" }, { "group:sql", "" }, { "-group:prod", "2345" }, { "group:", ALL },
	{ "group:dmz|b" U_LOWER "ro", "245" }, { "group:\"win-servers\"", "01" }, { "host:sql", "01" }, { "host:prod", "" }, { "os:2019", "05" },
	{ "os:2019|2016", "015" }, { "verdict:passive", "03" }, { "verdict:passive-audit", "3" }, { "-verdict:passive", "1245" },
	{ "mode:1", "0" }, { "mode:10", "2" }, { "mode:1|5", "03" }, { "mode:passive", "03" }, { "mode:unassessed", "4" },
	{ "flag:stale", "0" }, { "flag:other", "25" }, { "flag:mcafee", "2" }, { "note:dba", "3" }, { "note:x", "" }, { "owner:x", "" },
	{ "-owner:x", ALL }, { "is:new", "0" }, { "is:persisting", "23" }, { "is:resolved", "1" }, { "is:vanished", "5" },
	{ "is:changed", "3" }, { "is:marked", "15" }, { "-is:marked", "0234" }, { "is:stale", "0" }, { "is:silent", "3" },
	{ "is:conflict", "2" }, { "is:new|resolved", "01" }, { "is:s", "03" }, { "is:c", "23" }, { "IS:NEW", "0" }, { "is:", ALL },
	{ "is:nonsense", "" }, { "is:newest", "" },
	/* unknown ages stay among the old */
	{ "sig>7", "025" }, { "sig>=7", "0125" }, { "sig<7", "34" }, { "sig<=7", "134" }, { "-sig>7", "134" }, { "sig>36h", "0125" },
	{ "sig>1.5d", "0125" }, { "sig<36h", "34" }, { "SIG>29", "25" }, { "seen>1d", "25" }, { "seen>=1d", "125" }, { "seen<12h", "034" },
	{ "seen<1d", "034" }, { "seen>1.12:00:00", "25" }, { "sig>", ALL }, { "seen<=", ALL }, { "sig>x", "" }, { "sig:7", "" },
	{ "nosuch:sql", "" }, { "sql is:new sig>7", "0" }, { "is:marked group:dmz", "5" },
};

static void words_do_what_they_say(void **state)
{
	struct known known;
	char kept[8];

	(void)state;
	known_open(&known);
	for (size_t i = 0; i < sizeof word_rows / sizeof *word_rows; i++) {
		struct filter filter = { .tab = TAB_EVERY };

		filter_parse(&filter, word_rows[i].words);
		kept_text(&known, &filter, "HOST,ID,GROUP,OS,Verdict,Flags,Change,Note,SIG,OTHERAV,SIGTIME,MARKED,PORTAL", kept);
		if (strcmp(kept, word_rows[i].kept) != 0)
			fail_msg("`%s` keeps %s, not %s", word_rows[i].words, kept, word_rows[i].kept);
		filter_release(&filter);
	}
	known_close(&known);
}

static void only_visible_columns_are_searched(void **state)
{
	static const struct { const char *columns, *words, *kept; } rows[] = {
		{ "HOST", "prod", "" }, { "HOST,GROUP", "prod", "01" }, { "GROUP", "sql", "" }, { "", "sql", "01" }, { "", "prod", "" },
		{ "OS", "group:prod", "01" }, { "AvMode", "10", "2" }, { "AvMode", "1", "02" }, { "GMODE", "5", "3" },
	};
	struct known known;
	char kept[8];

	(void)state;
	known_open(&known);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct filter filter = { .tab = TAB_EVERY };

		filter_parse(&filter, rows[i].words);
		kept_text(&known, &filter, rows[i].columns, kept);
		assert_string_equal(kept, rows[i].kept);
		filter_release(&filter);
	}
	known_close(&known);
}

static void tabs_groups_and_marks(void **state)
{
	static const char *const by_tab[TAB_COUNT] = { "0234", "0", "23", "15", "3", "", ALL };
	const struct slice groups[] = { slice_of("win-servers-prod"), slice_of("DMZ"), slice_of("no such group"), { NULL, 0 } };
	struct filter filter = { 0 };
	struct known known;
	char kept[8];

	(void)state;
	known_open(&known);
	assert_true(filter_is_empty(&filter));
	for (int tab = 0; tab < TAB_COUNT; tab++) {
		filter.tab = (enum tab)tab;
		kept_text(&known, &filter, "", kept);
		assert_string_equal(kept, by_tab[tab]);
		assert_true(strlen(tabs[tab].title) > 0 && strlen(tabs[tab].empty) > 0);
	}
	filter_set_groups(&filter, groups, 4);
	assert_false(filter_is_empty(&filter));
	kept_text(&known, &filter, "", kept);
	assert_string_equal(kept, "1345");
	filter_set_groups(&filter, filter.groups, 1);   /* its own memory */
	kept_text(&known, &filter, "", kept);
	assert_string_equal(kept, "1");
	filter_set_groups(&filter, NULL, 0);
	filter.marked_only = true;
	assert_false(filter_is_empty(&filter));
	kept_text(&known, &filter, "", kept);
	assert_string_equal(kept, "15");
	known.lens.marks = NULL;
	kept_text(&known, &filter, "", kept);
	assert_string_equal(kept, "");
	filter_release(&filter);
	known_close(&known);
}

/* -- random rows against a plain reference -- */

static bool text_has(struct slice text, struct slice needle)
{
	struct strbuf folded = STRBUF_INIT(100000);
	bool found = false;

	utf8_fold(&folded, text.text, text.text ? text.len : 0);
	for (size_t at = 0; at + needle.len <= folded.len && !found; at++)
		found = memcmp(strbuf_text(&folded) + at, needle.text, needle.len) == 0;
	strbuf_release(&folded);
	return found;
}

static bool row_has(const struct lens *lens, uint32_t row, const struct column_ref *visible, size_t count, struct slice needle)
{
	struct strbuf scratch = STRBUF_INIT(100000), text = STRBUF_INIT(100000);
	bool found = false;

	for (size_t i = 0; i < count && !found; i++) {
		struct value value;

		value_get(lens, row, &visible[i], &scratch, &value);
		if (value.kind == VALUE_TEXT)
			found = text_has(value.text, needle);
		for (unsigned bit = 0; value.kind == VALUE_FLAGS && bit < FLAG_COUNT; bit++) {
			strbuf_clear(&text);
			flags_text(lens, row, value.number & 1 << bit, &text);
			found = found || text_has((struct slice){ strbuf_text(&text), text.len }, needle);
		}
	}
	strbuf_release(&scratch);
	strbuf_release(&text);
	return found;
}

/* A piece of some value of some row, cut anywhere, folded. */
static size_t random_needle(const struct lens *lens, uint64_t *seed, const struct column_ref *column, char *out, size_t size)
{
	struct strbuf scratch = STRBUF_INIT(100000), folded = STRBUF_INIT(100000);
	struct value value;
	size_t n = 0;

	value_get(lens, rows_pick(seed, lens->table->count), column, &scratch, &value);
	if (value.kind == VALUE_TEXT && value.text.len > 0) {
		size_t from = rows_pick(seed, (unsigned)value.text.len), len = 1 + rows_pick(seed, 12);

		len = len > value.text.len - from ? value.text.len - from : len;
		utf8_fold(&folded, value.text.text + from, len);
		n = folded.len < size ? folded.len : size - 1;
		memcpy(out, strbuf_text(&folded), n);
	}
	strbuf_release(&scratch);
	strbuf_release(&folded);
	return n;
}

/* Only needles that a user can type as one word. */
static bool typable(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strchr(" \t\r\n\"|:<>", text[i]))   /* NUL too */
			return false;
	return n > 0 && text[0] != '-';
}

static void random_words_agree(void **state)
{
	struct table table = { 0 };
	struct lens lens = { .table = &table, .now = ROWS_NOW };
	struct column_ref visible[8];
	struct slice bad;
	uint64_t seed = 11;
	uint8_t *keep;
	unsigned asked = 0, hits = 0;
	int count = column_list("HOST,GROUP,OSVER,AvMode,Verdict,Flags,OTHERAV,ID", visible, 8, &bad);

	(void)state;
	assert_int_equal(count, 8);
	rows_fill(&table, 700, 4);
	keep = xmalloc(table.count);
	for (unsigned round = 0; round < 400; round++) {
		struct filter filter = { .tab = TAB_EVERY };
		char words[128] = "-";
		size_t shown = 1 + rows_pick(&seed, 8);
		bool exclude = rows_pick(&seed, 3) == 0;
		size_t n = random_needle(&lens, &seed, &visible[rows_pick(&seed, 8)], words + 1, sizeof words - 2);
		uint32_t from = rows_pick(&seed, 700), to = from + rows_pick(&seed, 700 - from + 1);

		if (!typable(words + 1, n))
			continue;
		words[1 + n] = '\0';
		asked++;
		filter_parse(&filter, words + !exclude);
		memset(keep, 7, table.count);
		filter_rows(&filter, &lens, visible, shown, from, to, keep);
		for (uint32_t row = 0; row < table.count; row++) {
			bool has = row_has(&lens, row, visible, shown, (struct slice){ words + 1, n });

			hits += has;
			if (keep[row] != (row < from || row >= to ? 7 : has != exclude))
				fail_msg("`%s` is wrong on row %u", words + !exclude, (unsigned)row);
		}
		filter_release(&filter);
	}
	assert_true(asked > 200 && hits > 1000);
	free(keep);
	table_release(&table);
}

/* -- narrowing -- */

static void narrower_filters_are_known(void **state)
{
	static const struct { const char *old, *fresh; bool narrows; } rows[] = {
		{ "", "", true }, { "", "a", true }, { "a", "", false }, { "s", "sq", true }, { "sq", "s", false }, { "sq", "xsq", true },
		{ "a", "a b", true }, { "a b", "a", false }, { "a|b", "a", true }, { "a", "a|b", false }, { "a", "ab|ca", true },
		{ "-a", "-ab", false }, { "-a", "-a b", true }, { "a", "-a", false }, { "group:a", "group:ab", true },
		{ "group:a", "host:ab", false }, { "group:a", "ab", false }, { "mode:1", "mode:10", false }, { "mode:1", "mode:1 x", true },
		{ "is:s", "is:stale", true }, { "is:stale", "is:s", false }, { "is:c", "is:n", false }, { "sig>7", "sig>7 a", true },
		{ "sig>7", "sig>6", false }, { "sig>7", "sig<7", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct filter old = { 0 }, fresh = { 0 };

		filter_parse(&old, rows[i].old);
		filter_parse(&fresh, rows[i].fresh);
		if (filter_narrows(&fresh, &old) != rows[i].narrows)
			fail_msg("from `%s` to `%s`", rows[i].old, rows[i].fresh);
		fresh.tab = TAB_NEW;
		assert_false(filter_narrows(&fresh, &old));
		filter_release(&old);
		filter_release(&fresh);
	}
}

/* Whatever filter_narrows() lets through must be the same as a whole scan. */
static void narrowing_is_the_same_as_scanning(void **state)
{
	static const char *const words[] = { "s", "sq", "sql", "sql-1", "sql -corp", "b\xC3\xBC", "b\xC3\xBCro", "group:w", "group:win", "1", "1 2",
	                                     "1 2 3", "is:s", "is:stale", "is:stale sig>7", "s|b", "sq|b\xC3\xBC", "20", "2019", "e", "ex" };
	size_t n = sizeof words / sizeof *words;
	struct table table = { 0 };
	struct lens lens = { .table = &table, .now = ROWS_NOW };
	struct column_ref visible[3];
	struct slice bad;
	uint8_t *whole, *narrow;
	unsigned compared = 0;

	(void)state;
	assert_int_equal(column_list("HOST,GROUP,OS", visible, 3, &bad), 3);
	rows_fill(&table, 2000, 8);
	whole = xmalloc(table.count);
	narrow = xmalloc(table.count);
	for (size_t i = 0; i < n * n; i++) {
		struct filter old = { 0 }, fresh = { 0 };

		filter_parse(&old, words[i / n]);
		filter_parse(&fresh, words[i % n]);
		if (filter_narrows(&fresh, &old)) {
			filter_rows(&fresh, &lens, visible, 3, 0, table.count, whole);
			filter_rows(&old, &lens, visible, 3, 0, table.count, narrow);
			filter_narrow(&fresh, &lens, visible, 3, NULL, narrow);
			assert_memory_equal(whole, narrow, table.count);
			compared++;
		}
		filter_release(&old);
		filter_release(&fresh);
	}
	assert_true(compared > n + 10);
	free(whole);
	free(narrow);
	table_release(&table);
}

static void a_copy_is_apart(void **state)
{
	const struct slice groups[] = { slice_of("a"), { NULL, 0 } };
	struct filter filter = { 0 }, copy = { 0 };

	(void)state;
	filter_parse(&filter, "sql|dc -x sig>7");
	filter_set_groups(&filter, groups, 2);
	filter_copy(&copy, &filter);
	filter_copy(&copy, &filter);
	filter_release(&filter);
	assert_int_equal(copy.term_count, 3);
	assert_int_equal(copy.terms[0].needle_count, 2);
	assert_true(slice_is(copy.terms[0].needles[1], "dc"));
	assert_int_equal(copy.group_count, 2);
	assert_null(copy.groups[1].text);
	filter_release(&copy);
}

static void no_rows_are_no_harm(void **state)
{
	struct table table = { 0 };
	struct lens lens = { .table = &table };
	struct filter filter = { 0 };
	struct table_row row;
	uint8_t keep[1] = { 9 };

	(void)state;
	filter_parse(&filter, "sql group:x is:marked sig>7 mode:1");
	filter_rows(&filter, &lens, NULL, 0, 0, 0, keep);
	assert_int_equal(keep[0], 9);
	table_row_init(&row);   /* a table without any text */
	row.id = slice_of("x");
	table_add(&table, &row);
	filter_rows(&filter, &lens, NULL, 0, 0, 1, keep);
	assert_int_equal(keep[0], 0);
	filter_release(&filter);
	table_release(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_do_what_they_say), cmocka_unit_test(only_visible_columns_are_searched),
		cmocka_unit_test(tabs_groups_and_marks), cmocka_unit_test(random_words_agree),
		cmocka_unit_test(narrower_filters_are_known), cmocka_unit_test(narrowing_is_the_same_as_scanning),
		cmocka_unit_test(a_copy_is_apart), cmocka_unit_test(no_rows_are_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
