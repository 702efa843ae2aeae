/* The CSV reader and writer: what a record is, on which line it stands, and that nothing is swallowed or trimmed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/io/csv.h"

/* Writes records as text: `2:a|b` for line 2, `2-4:` for several lines, `!1` for a fault, `$` for an unended one. */
static int render(void *owner, const struct csv_record *record)
{
	struct strbuf *out = owner;
	strbuf_addf(out, "%d", (int)record->line);
	if (record->last_line != record->line)
		strbuf_addf(out, "-%d", (int)record->last_line);
	strbuf_addc(out, ':');
	if (record->fault)
		strbuf_addf(out, "!%d", (int)record->fault);
	for (size_t i = 0; i < record->count && !record->fault; i++) {
		if (i)
			strbuf_addc(out, '|');
		strbuf_add(out, record->fields[i].text, record->fields[i].len);
	}
	strbuf_adds(out, record->unended ? "$\n" : "\n");
	return 0;
}

enum way { WHOLE, BYTES, LIBCSV, WAYS };

static void read_all(enum way way, char delimiter, struct slice text, struct strbuf *out)
{
	uint64_t open_quote = 0;
	struct csv_reader *reader = csv_reader_new(delimiter, render, out);
	size_t step = way == BYTES ? 1 : text.len + 1;
	if (way == LIBCSV)
		csv_reader_all_by_libcsv(reader);
	for (size_t at = 0; at < text.len; at += step)
		assert_int_equal(csv_reader_feed(reader, text.text + at, step < text.len - at ? step : text.len - at), 0);
	assert_int_equal(csv_reader_end(reader, &open_quote), 0);
	if (open_quote)
		strbuf_addf(out, "open %d\n", (int)open_quote);
	csv_reader_free(&reader);
}

static const struct { char delimiter; const char *text, *wanted; } cases[] = {
	{ ',', "", "" },
	{ ',', "\n\r\n\n", "" },
	{ ',', "a,b\nc,d\n", "1:a|b\n2:c|d\n" },
	{ ',', "a,b\r\nc,d\r\n", "1:a|b\n2:c|d\n" },
	{ ',', "a,b\nc,d", "1:a|b\n2:c|d$\n" },
	{ ',', "a,b\nc", "1:a|b\n2:c$\n" },
	/* blanks are data: libcsv alone would drop them */
	{ ',', " a , b \n\tc\t,d\n", "1: a | b \n2:\tc\t|d\n" },
	{ ',', "win-servers-prod ,x\n", "1:win-servers-prod |x\n" },
	{ ',', "\" a \",b\n", "1: a |b\n" },
	{ ',', ",\n,,\n\"\",\"\"\n", "1:|\n2:||\n3:|\n" },
	{ ',', "\"a\"\"b\",\"\"\"\"\n", "1:a\"b|\"\n" },
	{ ',', "\"\"\"\"\"\",\"\"\"x\"\n", "1:\"\"|\"x\n" },
	{ ',', "\"a,b\",c\n", "1:a,b|c\n" },
	{ ',', "\"a\nb\",c\nd,e\n", "1-2:a\nb|c\n3:d|e\n" },
	{ ',', "x,y\n\n\n\"a\n\n\nb\",c\n\nd,e\n", "1:x|y\n4-7:a\n\n\nb|c\n9:d|e\n" },
	{ ',', "\"a\r\nb\",c\r\nd,e\r\n", "1-2:a\r\nb|c\n3:d|e\n" },
	/* a quote inside an unquoted field is text */
	{ ',', "5\" disk,b\nc\"d\"\"e,f\n", "1:5\" disk|b\n2:c\"d\"\"e|f\n" },
	{ ',', "a, \"b\"\n", "1:a| \"b\"\n" },
	/* text after a closing quote spoils its line and no other: libcsv alone would swallow line 2 */
	{ ',', "1,\"abc\"x,3\n2,\"q\",4\n5,6,7\n", "1:!3\n2:2|q|4\n3:5|6|7\n" },
	{ ',', "\"a\" ,b\nc,d\n", "1:!3\n2:c|d\n" },
	{ ',', "\"a\nb\"c,d\ne,f\n", "1-2:!3\n3:e|f\n" },
	{ ',', "a,\"b\"x", "1:!3$\n" },
	/* a quote that nothing closes: the file is cut */
	{ ',', "a,b\n\"c\nd\n", "1:a|b\nopen 2\n" },
	{ ',', "a,b\nc,\"d\n\n\"\"e,f", "1:a|b\nopen 2\n" },
	{ ',', "a,\"x\ny\",\"z\n", "open 2\n" },
	{ ',', "a,\"b\"\"", "open 1\n" },
	{ ',', "a,\"\"\"b\n\nc", "open 1\n" },
	{ ',', "a,\"b\"", "1:a|b$\n" },
	{ ';', "a;b,c;\"d;e\"\n", "1:a|b,c|d;e\n" },
	{ '\t', "a\tb c\t\"d\te\"\n\t\n", "1:a|b c|d\te\n2:|\n" },
	{ ',', "a\rb,c\r", "1:a\n1:b|c\n" },
	{ ',', "caf\xc3\xa9,\xe6\x97\xa5\xe6\x9c\xac\n", "1:caf\xc3\xa9|\xe6\x97\xa5\xe6\x9c\xac\n" },
	{ ',', "12345678,\"1234567\"\"8901234567890\",\"12345678\"\n", "1:12345678|1234567\"8901234567890|12345678\n" },
};

static void test_records(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (int way = 0; way < WAYS; way++) {
			struct strbuf out = STRBUF_INIT(10000);
			read_all((enum way)way, cases[i].delimiter, slice_of(cases[i].text), &out);
			if (strcmp(strbuf_text(&out), cases[i].wanted))
				print_error("case %zu, way %d: %s", i, way, cases[i].text);
			assert_string_equal(strbuf_text(&out), cases[i].wanted);
			strbuf_release(&out);
		}
	}
}

/* Every text over a small alphabet, up to a length: the plain path and libcsv must say the same. */
static void test_plain_lines_are_libcsvs(void **state)
{
	static const char signs[] = "a,\"\n\r ";
	char text[8];
	(void)state;
	for (size_t n = 1; n <= 7; n++) {
		size_t total = 1;
		for (size_t k = 0; k < n; k++)
			total *= 6;
		for (size_t number = 0; number < total; number++) {
			struct strbuf ours = STRBUF_INIT(1000), theirs = STRBUF_INIT(1000);
			for (size_t k = 0, left = number; k < n; k++, left /= 6)
				text[k] = signs[left % 6];
			read_all(WHOLE, ',', (struct slice){ text, n }, &ours);
			read_all(LIBCSV, ',', (struct slice){ text, n }, &theirs);
			if (strcmp(strbuf_text(&ours), strbuf_text(&theirs)))
				fail_msg("%.*s: plain %s, libcsv %s", (int)n, text, strbuf_text(&ours), strbuf_text(&theirs));
			strbuf_release(&ours);
			strbuf_release(&theirs);
		}
	}
}

/* What a huge cell does: counted as a fault, the next records are read, and the line numbers hold. */
static void test_big_cell(void **state)
{
	struct strbuf text = STRBUF_INIT(SIZE_MAX / 4), out = STRBUF_INIT(10000);
	(void)state;
	strbuf_adds(&text, "a,b\n\"");
	for (size_t i = 0; i < 10u << 20; i++)
		strbuf_addc(&text, i % 1000 == 999 ? '\n' : 'x');
	strbuf_adds(&text, "\",y\nc,d\n");
	read_all(WHOLE, ',', (struct slice){ text.buf, text.len }, &out);
	assert_string_equal(strbuf_text(&out), "1:a|b\n2-10487:!1\n10488:c|d\n");
	strbuf_release(&text);
	strbuf_release(&out);
}

/* The limits are exact: a cell of 1 MiB is read, one byte more is not. */
static void test_cell_limit(void **state)
{
	(void)state;
	for (size_t over = 0; over < 2; over++) {
		for (int quoted = 0; quoted < 2; quoted++) {
			struct strbuf text = STRBUF_INIT(SIZE_MAX / 4), out = STRBUF_INIT(SIZE_MAX / 4);
			strbuf_adds(&text, quoted ? "\"" : "");
			for (size_t i = 0; i < CSV_CELL_MAX + over; i++)
				strbuf_addc(&text, 'x');
			strbuf_adds(&text, quoted ? "\",\"y\"\nc,d\n" : ",y\nc,d\n");
			read_all(WHOLE, ',', (struct slice){ text.buf, text.len }, &out);
			if (over)
				assert_string_equal(strbuf_text(&out), "1:!1\n2:c|d\n");
			else
				assert_int_equal(out.len, 2 + CSV_CELL_MAX + 3 + 6);
			strbuf_release(&text);
			strbuf_release(&out);
		}
	}
}

/* Cells of a record that are within their limit and together are not. */
static void test_big_record(void **state)
{
	struct strbuf text = STRBUF_INIT(SIZE_MAX / 4), out = STRBUF_INIT(10000);
	(void)state;
	for (int cell = 0; cell < 40; cell++) {
		for (size_t i = 0; i < 500000; i++)
			strbuf_addc(&text, 'x');
		strbuf_addc(&text, ',');
	}
	strbuf_adds(&text, "\nc,d\n");
	read_all(WHOLE, ',', (struct slice){ text.buf, text.len }, &out);
	assert_string_equal(strbuf_text(&out), "1:!2\n2:c|d\n");
	strbuf_release(&text);
	strbuf_release(&out);
}

static int count_kept(void *owner, const struct csv_record *record)
{
	struct strbuf *out = owner;
	strbuf_addf(out, "%zu:", record->count);
	for (size_t i = 0; i < 3 && i < record->count; i++)
		strbuf_add(out, record->fields[i].text ? record->fields[i].text : "-",
		           record->fields[i].text ? record->fields[i].len : 1);
	strbuf_addc(out, ' ');
	return 0;
}

/* Fields that nobody wants are stepped over, and still counted. */
static void test_wanted(void **state)
{
	static const char text[] = "a,b,c\n\"a\",\"b\"\"b\",\"c\",d,e\n\"a\nb\",\"b\nb\",c,d\n";
	static const bool wanted[] = { true, false, true };
	uint64_t open_quote;
	(void)state;
	for (int plain = 0; plain < 2; plain++) {
		struct strbuf out = STRBUF_INIT(1000);
		struct csv_reader *reader = csv_reader_new(',', count_kept, &out);
		csv_reader_want(reader, wanted, 3);
		if (!plain)
			csv_reader_all_by_libcsv(reader);
		csv_reader_feed(reader, text, sizeof text - 1);
		csv_reader_end(reader, &open_quote);
		assert_string_equal(strbuf_text(&out), "3:a-c 5:a-c 4:a\nb-c ");
		csv_reader_free(&reader);
		strbuf_release(&out);
	}
}

static int stop_at_once(void *owner, const struct csv_record *record)
{
	(void)record;
	++*(int *)owner;
	return 7;
}

static void test_stop(void **state)
{
	int calls = 0;
	uint64_t open_quote;
	struct csv_reader *reader = csv_reader_new(',', stop_at_once, &calls);
	(void)state;
	assert_int_equal(csv_reader_feed(reader, "a\nb\n\"c", 6), 7);
	assert_int_equal(csv_reader_feed(reader, "d\n", 2), 7);
	assert_int_equal(csv_reader_end(reader, &open_quote), 7);
	assert_int_equal(calls, 1);
	csv_reader_free(&reader);
}

static const struct { const char *text, *safe, *exact; } cells[] = {
	{ "", "", "" },
	{ "plain", "plain", "plain" },
	{ "a b", "a b", "a b" },
	{ " a", "\" a\"", "\" a\"" },
	{ "a ", "\"a \"", "\"a \"" },
	{ "a,b", "\"a,b\"", "\"a,b\"" },
	{ "a\"b", "\"a\"\"b\"", "\"a\"\"b\"" },
	{ "a\nb", "\"a\nb\"", "\"a\nb\"" },
	{ "a\rb", "\"a\rb\"", "\"a\rb\"" },
	{ "=1+1", "'=1+1", "=1+1" },
	{ "+1", "'+1", "+1" },
	{ "-1", "'-1", "-1" },
	{ "@SUM(A1)", "'@SUM(A1)", "@SUM(A1)" },
	{ "\tx", "\"'\tx\"", "\"\tx\"" },
	{ "\rx", "\"'\rx\"", "\"\rx\"" },
	{ "=a,b", "\"'=a,b\"", "\"=a,b\"" },
	{ "\xef\xbc\x9d" "1", "'\xef\xbc\x9d" "1", "\xef\xbc\x9d" "1" },
	{ "\xef\xbc\x9e" "1", "\xef\xbc\x9e" "1", "\xef\xbc\x9e" "1" },
	{ "'quoted", "'quoted", "'quoted" },
	{ "'=x", "''=x", "'=x" },
	{ "a=b", "a=b", "a=b" },
};

static void test_cells(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
		for (int exact = 0; exact < 2; exact++) {
			struct strbuf out = STRBUF_INIT(1000), read = STRBUF_INIT(1000);
			csv_cell(&out, slice_of(cells[i].text), exact);
			assert_string_equal(strbuf_text(&out), exact ? cells[i].exact : cells[i].safe);
			/* and back: the reader gives the very text */
			strbuf_adds(&out, ",end\n");
			read_all(WHOLE, ',', (struct slice){ out.buf, out.len }, &read);
			const char *start = strchr(strbuf_text(&read), ':') + 1;
			struct slice back = { start, strlen(start) - strlen("|end\n") };
			assert_true(slice_is(exact ? back : csv_unguard(back), cells[i].text));
			strbuf_release(&out);
			strbuf_release(&read);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records), cmocka_unit_test(test_plain_lines_are_libcsvs), cmocka_unit_test(test_big_cell),
		cmocka_unit_test(test_cell_limit), cmocka_unit_test(test_big_record), cmocka_unit_test(test_wanted),
		cmocka_unit_test(test_stop), cmocka_unit_test(test_cells),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
