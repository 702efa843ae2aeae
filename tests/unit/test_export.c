/* Rows as CSV, JSON, JSON lines and text table; files that never lose what was there; and our own exports read again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/io/export.h"
#include "core/model/bag.h"
#include "core/sources/files.h"

#define NOW INT64_C(1767225600)   /* 2026-01-01T00:00:00Z */

static char folder[] = "/tmp/rouse-export-XXXXXX";

/* Two hosts: one with everything and a hostile name, one with nothing but an id. */
static void fill(struct table *table)
{
	struct table_row row;
	struct strbuf bag = STRBUF_INIT(1000);
	table_row_init(&row);
	row.id = slice_of("d1");
	row.name = slice_of("=h,\"1\"\n\x1b\xe2\x80\xaei");
	row.text[TEXT_GROUP] = slice_of("g ");
	row.text[TEXT_ASSESSED_MODE] = slice_of("0");
	row.text[TEXT_GATHERED_MODE] = slice_of("1");
	row.text[TEXT_OTHER_AV] = slice_of("Other AV");
	row.time[TIME_LAST_SEEN] = NOW - 90000;
	row.time[TIME_SIGNATURE] = NOW - 86400 * 41 - 3 * 3600;
	row.report = INT64_C(9007199254740993);
	row.flags = FLAG_CONFLICT | FLAG_OTHER_AV;
	row.verdict = VERDICT_PASSIVE;
	row.change = CHANGE_NEW;
	row.applicable = TRI_TRUE;
	row.compliant = TRI_FALSE;
	bag_add(&bag, BAG_TEXT, slice_of("Ring"), slice_of("Broad"));
	row.bag = (struct slice){ bag.buf, bag.len };
	table_add(table, &row);
	table_row_init(&row);
	row.id = slice_of("d2");
	row.verdict = VERDICT_UNASSESSED;
	table_add(table, &row);
	strbuf_release(&bag);
}

static void write_all(const struct export *export, struct strbuf *out)
{
	char *text = NULL;
	size_t n = 0;
	struct error err = {0};
	FILE *file = open_memstream(&text, &n);
	assert_int_equal(export_stream(export, file, &err), 0);
	fclose(file);
	strbuf_add(out, text, n);
	free(text);
}

static const struct { const char *columns; enum export_format format; bool exact, ascii; unsigned width; const char *wanted; } cases[] = {
	{ "DeviceId,DeviceName,Flags", EXPORT_CSV, false, false, 0,
	  "DeviceId,DeviceName,Flags\nd1,\"'=h,\"\"1\"\"\n\x1b\xe2\x80\xaei\",conflict other-av Other AV\nd2,,\n" },
	{ "DeviceName", EXPORT_CSV, true, false, 0, "DeviceName\n\"=h,\"\"1\"\"\n\x1b\xe2\x80\xaei\"\n\n" },
	{ "MachineGroup,LastSeen,SignatureAge,IsApplicable,IsCompliant,ReportId,AdditionalFields.Ring", EXPORT_CSV, false, false, 0,
	  "MachineGroup,LastSeen,SignatureAge,IsApplicable,IsCompliant,ReportId,AdditionalFields.Ring\n"
	  "\"g \",2025-12-30T23:00:00Z,41.03:00:00,true,false,9007199254740993,Broad\n,,,,,,\n" },
	{ "DeviceId,DeviceName,Flags,LastSeen,SignatureAge,IsApplicable,IsCompliant,ReportId,AdditionalFields.Ring", EXPORT_JSON, false,
	  false, 0, "[\n{\"DeviceId\":\"d1\",\"DeviceName\":\"=h,\\\"1\\\"\\n\\u001b\xe2\x80\xaei\",\"Flags\":[\"conflict\",\"other-av Other AV\"],"
	  "\"LastSeen\":\"2025-12-30T23:00:00Z\",\"SignatureAge\":\"41.03:00:00\",\"IsApplicable\":true,\"IsCompliant\":false,"
	  "\"ReportId\":9007199254740993,\"AdditionalFields.Ring\":\"Broad\"},\n"
	  "{\"DeviceId\":\"d2\",\"DeviceName\":null,\"Flags\":[],\"LastSeen\":null,\"SignatureAge\":null,\"IsApplicable\":null,"
	  "\"IsCompliant\":null,\"ReportId\":null,\"AdditionalFields.Ring\":null}\n]\n" },
	{ "DeviceId,Verdict,Change", EXPORT_JSONL, false, false, 0,
	  "{\"DeviceId\":\"d1\",\"Verdict\":\"passive\",\"Change\":\"new\"}\n{\"DeviceId\":\"d2\",\"Verdict\":\"unassessed\",\"Change\":null}\n" },
	{ "DeviceId,DeviceName,SignatureAge", EXPORT_TABLE, false, false, 0,
	  "DeviceId  DeviceName             SignatureAge\n"
	  "d1        =h,\"1\"\\x0a\\x1b\\u202ei  41d 3h\n"
	  "d2        \xe2\x80\x93                      \xe2\x80\x93\n" },
	{ "DeviceId,DeviceName,SignatureAge", EXPORT_TABLE, false, true, 14, "DeviceId  Dev~\nd1        =h,~\nd2        -  ~\n" },
	{ "DeviceId,Verdict", EXPORT_TABLE, false, true, 20, "DeviceId  Verdict\nd1        passive\nd2        unassessed\n" },
	{ "DeviceId,Verdict", EXPORT_TABLE, false, true, 19, "DeviceId  Verdict\nd1        passive\nd2        unassess~\n" },
};

static void test_formats(void **state)
{
	static const uint32_t rows[] = { 0, 1 };
	struct table table = {0};
	struct lens lens = { .table = &table, .now = NOW };
	(void)state;
	fill(&table);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct column_ref refs[COL_COUNT];
		struct slice bad;
		struct strbuf out = STRBUF_INIT(100000);
		int count = column_list(cases[i].columns, refs, COL_COUNT, &bad);
		assert_true(count > 0);
		struct export export = { .format = cases[i].format, .lens = &lens, .columns = refs, .column_count = (size_t)count,
			.rows = rows, .row_count = 2, .exact = cases[i].exact, .width = cases[i].width, .ascii = cases[i].ascii };
		write_all(&export, &out);
		assert_string_equal(strbuf_text(&out), cases[i].wanted);
		strbuf_release(&out);
	}
	table_release(&table);
}

/* No rows are still a header, an empty array, nothing at all. */
static void test_empty(void **state)
{
	static const char *const wanted[EXPORT_FORMATS] = { "DeviceId\n", "DeviceId\n", "[]\n", "" };
	struct table table = {0};
	struct lens lens = { .table = &table, .now = NOW };
	struct column_ref ref = { .id = COL_DEVICE_ID };
	(void)state;
	for (int format = 0; format < EXPORT_FORMATS; format++) {
		struct strbuf out = STRBUF_INIT(1000);
		struct export export = { .format = (enum export_format)format, .lens = &lens, .columns = &ref, .column_count = 1 };
		write_all(&export, &out);
		assert_string_equal(strbuf_text(&out), wanted[format]);
		strbuf_release(&out);
	}
}

/* ---- files ---- */

static const char *path_of(const char *name)
{
	static char path[128];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static void read_back(const char *path, char *text, size_t max)
{
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	text[fread(text, 1, max - 1, file)] = '\0';
	fclose(file);
}

static void test_file(void **state)
{
	static const uint32_t rows[] = { 0, 1 };
	struct table table = {0};
	struct lens lens = { .table = &table, .now = NOW };
	struct column_ref ref = { .id = COL_DEVICE_ID };
	struct export export = { .format = EXPORT_CSV, .lens = &lens, .columns = &ref, .column_count = 1, .rows = rows, .row_count = 2 };
	struct error err = {0};
	struct stat status;
	char text[100];
	(void)state;
	fill(&table);
	const char *path = path_of("out.csv");
	assert_int_equal(export_file(&export, path, false, &err), 0);
	read_back(path, text, sizeof text);
	assert_string_equal(text, "DeviceId\nd1\nd2\n");
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	/* what is there stays, unless it was asked for */
	export.row_count = 1;
	assert_int_equal(export_file(&export, path, false, &err), -1);
	assert_int_equal(err.status, STATUS_IO);
	assert_non_null(strstr(err.text, "out.csv: it exists already"));
	read_back(path, text, sizeof text);
	assert_string_equal(text, "DeviceId\nd1\nd2\n");
	assert_int_equal(export_file(&export, path, true, &err), 0);
	read_back(path, text, sizeof text);
	assert_string_equal(text, "DeviceId\nd1\n");
	unlink(path);
	assert_int_equal(export_file(&export, folder, true, &err), -1);
	assert_non_null(strstr(err.text, "it is a directory"));
	assert_int_equal(export_file(&export, "/dev/null", true, &err), -1);
	assert_non_null(strstr(err.text, "it is no plain file"));
	assert_int_equal(export_file(&export, "/no/such/folder/x.csv", false, &err), -1);
	assert_non_null(strstr(err.text, "/no/such/folder/x.csv"));
	/* nothing was left beside: the folder can be removed at the end */
	table_release(&table);
}

/* A disk that is full is an error, and no half file stays. */
static void test_failing_stream(void **state)
{
	struct table table = {0};
	struct lens lens = { .table = &table, .now = NOW };
	struct column_ref ref = { .id = COL_DEVICE_ID };
	static const uint32_t rows[] = { 0, 1 };
	struct error err = {0};
	FILE *full = fopen("/dev/full", "w");
	(void)state;
	if (!full)
		return;
	fill(&table);
	for (int format = 0; format < EXPORT_FORMATS; format++) {
		struct export export = { .format = (enum export_format)format, .lens = &lens, .columns = &ref, .column_count = 1,
			.rows = rows, .row_count = 2 };
		err.text[0] = '\0';
		assert_int_equal(export_stream(&export, full, &err), -1);
		assert_int_equal(err.status, STATUS_IO);
		clearerr(full);
	}
	fclose(full);
	table_release(&table);
}

/* ---- there and back ---- */

/* An export in each format, read as joined findings, gives every cell again. */
static void test_round_trip(void **state)
{
	static const enum export_format formats[] = { EXPORT_CSV, EXPORT_JSON, EXPORT_JSONL };
	static const uint32_t rows[] = { 0, 1 };
	struct table table = {0};
	struct lens lens = { .table = &table, .now = NOW };
	struct column_ref refs[COL_COUNT + 1];
	(void)state;
	fill(&table);
	size_t count = export_standard_columns(refs, COL_COUNT);
	refs[count] = (struct column_ref){ .id = COL_BAG };
	snprintf(refs[count++].key, sizeof refs->key, "Ring");
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		struct export export = { .format = formats[i], .lens = &lens, .columns = refs, .column_count = count, .rows = rows,
			.row_count = 2 };
		struct estate estate;
		struct run run = {0};
		struct source *source = NULL;
		struct error err = {0};
		const char *path = path_of("trip");
		struct files_input input = { .paths = { [TABLE_FINDINGS] = &path }, .count = { [TABLE_FINDINGS] = 1 } };
		enum step step;
		estate_init(&estate);
		assert_int_equal(export_file(&export, path, true, &err), 0);
		assert_int_equal(files_source_new(&input, &estate, &run, &source, &err), 0);
		do
			step = source->ops->step(source, 8, &err);
		while (step == STEP_MORE);
		assert_string_equal(err.text, "");
		assert_int_equal(step, STEP_DONE);
		assert_int_equal(estate.input.used, 2);
		assert_int_equal(estate.input.cells, 0);
		const struct device *one = &estate.devices[0], *two = &estate.devices[1];
		struct bag_pair pair;
		assert_true(slice_is(estate_name(&estate, one), "=h,\"1\"\n\x1b\xe2\x80\xaei"));
		assert_true(slice_is(estate_text(&estate, one->group), "g "));
		assert_true(slice_is(estate_text(&estate, one->gathered_mode), "1"));
		assert_true(slice_is(estate_text(&estate, one->assessed_mode), "0"));
		assert_true(slice_is(estate_text(&estate, one->other_av), "Other AV"));
		assert_int_equal(one->seen, (NOW - 90000) * TICKS_PER_SECOND);
		assert_int_equal(one->report, INT64_C(9007199254740993));
		assert_int_equal(one->applicable, TRI_TRUE);
		assert_int_equal(one->compliant, TRI_FALSE);
		assert_true(bag_find(estate_bag(&estate, one), slice_of("Ring"), &pair));
		assert_true(slice_is(pair.value, "Broad"));
		assert_true(two->has_inventory && !two->has_assessment && !two->has_gathering);
		source->ops->free(source);
		estate_release(&estate);
		run_release(&run);
		unlink(path);
	}
	table_release(&table);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats), cmocka_unit_test(test_empty), cmocka_unit_test(test_file),
		cmocka_unit_test(test_failing_stream), cmocka_unit_test(test_round_trip),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
