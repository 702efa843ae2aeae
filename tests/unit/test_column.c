/* test_column.c - the table of columns is whole, and names, titles and bag keys are found. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/model/column.h"

static void the_table_is_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < COL_COUNT; i++) {
		assert_int_equal(columns[i].id, i);
		assert_true(columns[i].width >= strlen(columns[i].title));
		assert_true(columns[i].width <= 40);
		assert_int_equal(columns[i].help[strlen(columns[i].help) - 1], '.');
		assert_int_equal(column_named(slice_of(columns[i].name)), i);
		for (size_t k = 0; k < i; k++) {
			assert_string_not_equal(columns[i].name, columns[k].name);
			assert_string_not_equal(columns[i].title, columns[k].title);
		}
	}
}

static void the_contract_names_are_there(void **state)
{
	static const char *const names[] = {
		"DeviceId", "DeviceName", "MachineGroup", "OSPlatform", "OSVersion", "LastSeen", "OnboardingStatus", "SensorHealthState",
		"AvMode", "AvEngineVersion", "AvPlatformVersion", "AvSignatureVersion", "AvSignatureUpdateTime", "AssessedAt",
		"GatheredAt", "IsApplicable", "IsCompliant", "ReportId", "AssessedMode", "GatheredMode", "Verdict", "Flags",
		"SignatureAge", "SeenAge", "OtherAv", "Change", "FirstSeen", "Owner", "OwnerContact", "Ticket", "AcceptedUntil",
		"Note", "Marked", "PortalUrl",
	};

	(void)state;
	assert_int_equal(sizeof names / sizeof *names, COL_COUNT);
	for (size_t i = 0; i < COL_COUNT; i++)
		assert_string_equal(columns[i].name, names[i]);
}

static void names_resolve(void **state)
{
	static const struct { const char *name; enum column_id id; const char *key; } rows[] = {
		{ "DeviceName", COL_DEVICE_NAME, "" }, { "devicename", COL_DEVICE_NAME, "" }, { "SIG", COL_SIGNATURE_AGE, "" },
		{ "host", COL_DEVICE_NAME, "" }, { "AdditionalFields.AvIsEngineUptodate", COL_BAG, "AvIsEngineUptodate" },
		{ "additionalfields.X", COL_BAG, "X" }, { "AdditionalFields.AvMode", COL_GATHERED_MODE, "" },
		{ "AdditionalFields.", COL_NONE, "" }, { "", COL_NONE, "" }, { "Nonsense", COL_NONE, "" }, { "DeviceNames", COL_NONE, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct column_ref ref;

		assert_int_equal(column_resolve(slice_of(rows[i].name), &ref), rows[i].id != COL_NONE);
		assert_int_equal(ref.id, rows[i].id);
		assert_string_equal(ref.key, rows[i].key);
	}
}

static void a_long_key_is_refused(void **state)
{
	char name[17 + 200] = "AdditionalFields.";
	struct column_ref ref;

	(void)state;
	memset(name + 17, 'k', 200);
	assert_true(column_resolve((struct slice){ name, 17 + 127 }, &ref));
	assert_int_equal(strlen(ref.key), 127);
	assert_false(column_resolve((struct slice){ name, 17 + 128 }, &ref));
}

static void near_names_are_suggested(void **state)
{
	(void)state;
	assert_string_equal(column_nearest(slice_of("DeviceNme")), "DeviceName");
	assert_string_equal(column_nearest(slice_of("signatureag")), "SignatureAge");
	assert_null(column_nearest(slice_of("zzzzzzzz")));
	assert_null(column_nearest(slice_of("")));
}

static void lists_are_read(void **state)
{
	struct column_ref refs[3];
	struct slice bad = { NULL, 0 };

	(void)state;
	assert_int_equal(column_list(" DeviceName , Verdict,SIG ", refs, 3, &bad), 3);
	assert_int_equal(refs[1].id, COL_VERDICT);
	assert_int_equal(refs[2].id, COL_SIGNATURE_AGE);
	assert_int_equal(column_list("", refs, 3, &bad), 0);
	assert_int_equal(column_list("Verdict, Wrong ,SIG", refs, 3, &bad), -1);
	assert_true(slice_is(bad, "Wrong"));
	assert_int_equal(column_list("Verdict,,SIG", refs, 3, &bad), -1);
	assert_int_equal(bad.len, 0);
	assert_int_equal(column_list("Verdict,SIG,OS,HOST", refs, 3, &bad), -2);
	/* the same column twice, by name, title or key */
	assert_int_equal(column_list("Verdict,OS,verdict", refs, 3, &bad), -3);
	assert_true(slice_is(bad, "verdict"));
	assert_int_equal(column_list("DeviceName, HOST ", refs, 3, &bad), -3);
	assert_true(slice_is(bad, "HOST"));
	assert_int_equal(column_list("AdditionalFields.Ring,AdditionalFields.ring", refs, 3, &bad), -3);
	assert_int_equal(column_list("AdditionalFields.AvMode,GatheredMode", refs, 3, &bad), -3);
	assert_int_equal(column_list("AdditionalFields.Ring,AdditionalFields.Rin,AvMode", refs, 3, &bad), 3);
}

static void sorts_are_read(void **state)
{
	struct sort_key keys[SORT_KEYS_MAX];
	struct slice bad;

	(void)state;
	assert_int_equal(sort_parse(SORT_DEFAULT, keys, &bad), 3);
	assert_int_equal(keys[0].column.id, COL_VERDICT);
	assert_false(keys[0].descending);
	assert_int_equal(keys[1].column.id, COL_SIGNATURE_AGE);
	assert_true(keys[1].descending);
	assert_false(keys[2].descending);
	assert_int_equal(sort_parse(" OS - , HOST+ ", keys, &bad), 2);
	assert_true(keys[0].descending);
	assert_false(keys[1].descending);
	assert_int_equal(sort_parse("AdditionalFields.Ring-", keys, &bad), 1);
	assert_string_equal(keys[0].column.key, "Ring");
	assert_true(keys[0].descending);
	assert_int_equal(sort_parse("", keys, &bad), 0);
	assert_int_equal(sort_parse("-", keys, &bad), -1);
	assert_int_equal(sort_parse("Nope-", keys, &bad), -1);
	assert_true(slice_is(bad, "Nope"));
	assert_int_equal(sort_parse("OS,HOST,SIG,SEEN", keys, &bad), -2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_whole), cmocka_unit_test(the_contract_names_are_there), cmocka_unit_test(names_resolve),
		cmocka_unit_test(a_long_key_is_refused), cmocka_unit_test(near_names_are_suggested),
		cmocka_unit_test(lists_are_read), cmocka_unit_test(sorts_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
