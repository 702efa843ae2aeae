/* test_value.c - every column of a row as value, export text and screen text. */
#include "tests/unit/model_rows.h"

#include "core/model/bag.h"
#include "core/model/marks.h"
#include "core/model/value.h"

#define HEX_ID "0123456789abcdef0123456789abcdef01234567"

static int read_bag(void *owner, const struct table *table, uint32_t row, struct strbuf *bag)
{
	(void)table;
	(void)row;
	if (*(const char *)owner == 'e')
		return -1;
	bag_add(bag, BAG_TEXT, slice_of("Ring"), slice_of("Broad"));
	bag_add(bag, BAG_JSON, slice_of("Uptodate"), slice_of("true"));
	bag_add(bag, BAG_NULL, slice_of("Empty"), slice_of(""));
	return 0;
}

/* Row 0 has everything, row 1 nothing but a hostile id. */
static void fill(struct table *table, struct marks *marks, struct notes *notes)
{
	struct table_row row;

	table_row_init(&row);
	row.id = slice_of(HEX_ID);
	row.name = slice_of("srv-\xC3\x9C.corp");
	row.text[TEXT_GROUP] = slice_of("Win-Servers-Prod ");
	row.text[TEXT_PLATFORM] = slice_of("WindowsServer2019");
	row.text[TEXT_OS_VERSION] = slice_of("10.0");
	row.text[TEXT_ONBOARDING] = slice_of("Onboarded");
	row.text[TEXT_HEALTH] = slice_of("Active");
	row.text[TEXT_ASSESSED_MODE] = slice_of("0");
	row.text[TEXT_GATHERED_MODE] = slice_of("1");
	row.text[TEXT_ENGINE] = slice_of("1.1.2");
	row.text[TEXT_AV_PLATFORM] = slice_of("4.18");
	row.text[TEXT_SIGNATURE] = slice_of("1.411");
	row.text[TEXT_OTHER_AV] = slice_of("McAfee ENS");
	row.time[TIME_LAST_SEEN] = ROWS_NOW - 3600;
	row.time[TIME_SIGNATURE] = ROWS_NOW - 41 * SPAN_DAY - 3 * 3600;
	row.time[TIME_ASSESSED] = ROWS_NOW;
	row.time[TIME_GATHERED] = ROWS_NOW - 60;
	row.time[TIME_FIRST_SEEN] = ROWS_NOW - 86400;
	row.report = INT64_C(9007199254740993);
	row.flags = FLAG_CONFLICT | FLAG_STALE | FLAG_OTHER_AV | FLAG_PORTAL_HEALTHY;
	row.verdict = VERDICT_PASSIVE;
	row.change = CHANGE_NEW;
	row.applicable = TRI_TRUE;
	row.compliant = TRI_FALSE;
	table_add(table, &row);
	table_row_init(&row);
	row.id = slice_of("a/b c?\xC3\xBC");
	table_add(table, &row);
	marks_set(marks, table_packed_id(table, 0), true);
	notes_set(notes, table_packed_id(table, 0), slice_of("call mk"));
}

static void check(const struct lens *lens, uint32_t row, const char *name, const char *export, const char *show)
{
	struct strbuf scratch = STRBUF_INIT(10000), out = STRBUF_INIT(10000);
	struct column_ref ref;
	struct value value;

	assert_true(column_resolve(slice_of(name), &ref));
	value_get(lens, row, &ref, &scratch, &value);
	assert_int_equal(value.kind == VALUE_NONE, export == NULL);
	value_export(lens, row, &value, &out);
	if (strcmp(strbuf_text(&out), export ? export : "") != 0)
		fail_msg("%s of row %u exports as \"%s\"", name, (unsigned)row, strbuf_text(&out));
	strbuf_clear(&out);
	value_show(lens, row, &value, &out);
	if (strcmp(strbuf_text(&out), show ? show : export ? export : "") != 0)
		fail_msg("%s of row %u shows as \"%s\"", name, (unsigned)row, strbuf_text(&out));
	strbuf_release(&scratch);
	strbuf_release(&out);
}

static void every_column_reads(void **state)
{
	/* `show` NULL: as exported; both NULL: no value */
	static const struct { const char *name, *export, *show, *empty; } rows[] = {
		{ "DeviceId", HEX_ID, NULL, "a/b c?\xC3\xBC" }, { "DeviceName", "srv-\xC3\x9C.corp", NULL, NULL },
		{ "MachineGroup", "Win-Servers-Prod ", NULL, NULL }, { "OSPlatform", "WindowsServer2019", NULL, NULL },
		{ "OSVersion", "10.0", NULL, NULL }, { "LastSeen", "2026-11-20T05:00:00Z", "2026-11-20 05:00Z", NULL },
		{ "OnboardingStatus", "Onboarded", NULL, NULL }, { "SensorHealthState", "Active", NULL, NULL },
		{ "AvMode", "1", NULL, NULL }, { "AvEngineVersion", "1.1.2", NULL, NULL }, { "AvPlatformVersion", "4.18", NULL, NULL },
		{ "AvSignatureVersion", "1.411", NULL, NULL },
		{ "AvSignatureUpdateTime", "2026-10-10T03:00:00Z", "2026-10-10 03:00Z", NULL },
		{ "AssessedAt", "2026-11-20T06:00:00Z", "2026-11-20 06:00Z", NULL },
		{ "GatheredAt", "2026-11-20T05:59:00Z", "2026-11-20 05:59Z", NULL }, { "IsApplicable", "true", "yes", NULL },
		{ "IsCompliant", "false", "no", NULL }, { "ReportId", "9007199254740993", NULL, NULL },
		{ "AssessedMode", "0", NULL, NULL }, { "GatheredMode", "1", NULL, NULL }, { "Verdict", "passive", NULL, NULL },
		{ "Flags", "conflict stale other-av McAfee ENS portal-healthy", NULL, "" },
		{ "SignatureAge", "41.03:00:00", "41d 3h", NULL }, { "SeenAge", "01:00:00", "1h", NULL },
		{ "OtherAv", "McAfee ENS", NULL, NULL }, { "Change", "new", NULL, NULL },
		{ "FirstSeen", "2026-11-19T06:00:00Z", "2026-11-19 06:00Z", NULL }, { "Owner", NULL, NULL, NULL },
		{ "OwnerContact", NULL, NULL, NULL }, { "Ticket", NULL, NULL, NULL }, { "AcceptedUntil", NULL, NULL, NULL },
		{ "Note", "call mk", NULL, NULL }, { "Marked", "true", "yes", "false" },
		{ "PortalUrl", "https://security.microsoft.com/machines/v2/" HEX_ID "/overview?tid=t%2Fx", NULL,
		  "https://security.microsoft.com/machines/v2/a%2Fb%20c%3F%C3%BC/overview?tid=t%2Fx" },
	};
	struct table table = { 0 };
	struct marks marks = { 0 };
	struct notes notes = { 0 };
	struct lens lens = { .table = &table, .now = ROWS_NOW, .marks = &marks, .notes = &notes, .tenant = "t/x" };

	(void)state;
	fill(&table, &marks, &notes);
	assert_int_equal(sizeof rows / sizeof *rows, COL_COUNT);
	for (size_t i = 0; i < COL_COUNT; i++) {
		assert_string_equal(rows[i].name, columns[i].name);
		check(&lens, 0, rows[i].name, rows[i].export, rows[i].show);
		check(&lens, 1, rows[i].name, rows[i].empty, columns[i].id == COL_MARKED ? "no" : NULL);
	}
	lens.tenant = NULL;
	check(&lens, 0, "PortalUrl", "https://security.microsoft.com/machines/v2/" HEX_ID "/overview", NULL);
	lens.marks = NULL;
	lens.notes = NULL;
	check(&lens, 0, "Marked", "false", "no");
	check(&lens, 0, "Note", NULL, NULL);
	table_release(&table);
	marks_release(&marks);
	notes_release(&notes);
}

static void bags_are_read_through_the_lens(void **state)
{
	struct table table = { 0 };
	struct marks marks = { 0 };
	struct notes notes = { 0 };
	struct bag_reader bags = { "good", read_bag };
	struct lens lens = { .table = &table, .now = ROWS_NOW, .bags = &bags };

	(void)state;
	fill(&table, &marks, &notes);
	check(&lens, 0, "AdditionalFields.Ring", "Broad", NULL);
	check(&lens, 0, "AdditionalFields.ring", "Broad", NULL);
	check(&lens, 0, "AdditionalFields.Uptodate", "true", NULL);
	check(&lens, 0, "AdditionalFields.Empty", NULL, NULL);
	check(&lens, 0, "AdditionalFields.Other", NULL, NULL);
	bags.owner = "error";
	check(&lens, 0, "AdditionalFields.Ring", NULL, NULL);
	table_release(&table);
	marks_release(&marks);
	notes_release(&notes);
}

static void resident_bags_need_no_reader(void **state)
{
	struct table table = { 0 };
	struct lens lens = { .table = &table };
	struct strbuf bag = STRBUF_INIT(1000);
	struct table_row row;

	(void)state;
	bag_add(&bag, BAG_TEXT, slice_of("Ring"), slice_of("Slow"));
	table_row_init(&row);
	row.id = slice_of("x");
	row.bag = (struct slice){ bag.buf, bag.len };
	table_add(&table, &row);
	check(&lens, 0, "AdditionalFields.Ring", "Slow", NULL);
	strbuf_release(&bag);
	table_release(&table);
}

static void an_unnamed_antivirus_is_still_a_flag(void **state)
{
	struct table table = { 0 };
	struct lens lens = { .table = &table };
	struct table_row row;

	(void)state;
	table_row_init(&row);
	row.id = slice_of("x");
	row.flags = FLAG_OTHER_AV | FLAG_SILENT;
	table_add(&table, &row);
	check(&lens, 0, "Flags", "silent other-av", NULL);
	table_release(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_column_reads), cmocka_unit_test(bags_are_read_through_the_lens),
		cmocka_unit_test(resident_bags_need_no_reader), cmocka_unit_test(an_unnamed_antivirus_is_still_a_flag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
