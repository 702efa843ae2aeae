/* Reading JSON: every shape a table comes in, where its rows stand, what spoils one row and what spoils the file; and values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/io/json.h"
#include "core/model/bag.h"

/* ---- files ---- */

static int note_columns(void *owner, const struct slice *names, size_t count, struct error *err)
{
	struct strbuf *out = owner;
	(void)err;
	strbuf_adds(out, "C");
	for (size_t i = 0; i < count; i++)
		strbuf_addf(out, " %.*s", (int)names[i].len, names[i].text);
	strbuf_addc(out, '\n');
	return 0;
}

/* `2:a=t1 b=#5 c=!` for a row on line 2: t text, # number, + true, - false, 0 null, j nested; `2!why` for one that cannot be used. */
static int note_row(void *owner, const struct json_row *row, struct error *err)
{
	static const char kinds[] = { [JSON_NULL] = '0', [JSON_TEXT] = 't', [JSON_NUMBER] = '#', [JSON_TRUE] = '+',
	                              [JSON_FALSE] = '-', [JSON_NESTED] = 'j' };
	struct strbuf *out = owner;
	(void)err;
	strbuf_addf(out, "%d%s", (int)row->line, row->fault ? "!" : ":");
	if (row->fault)
		strbuf_adds(out, row->fault);
	for (size_t i = 0; i < row->count; i++) {
		const struct json_member *member = &row->members[i];
		if (!row->array) {
			strbuf_adds(out, i ? " " : "");
			strbuf_add(out, member->key.text, member->key.len);
			strbuf_addc(out, '=');
		} else if (i) {
			strbuf_addc(out, ' ');
		}
		strbuf_addc(out, kinds[member->kind]);
		if (member->kind == JSON_TEXT || member->kind == JSON_NUMBER || member->kind == JSON_NESTED)
			strbuf_add(out, member->text.text, member->text.len);
	}
	strbuf_adds(out, row->unended ? "$\n" : "\n");
	return 0;
}

enum way { WHOLE, BYTES, CJSON, WAYS };

static void read_all(enum way way, struct slice text, struct strbuf *out)
{
	struct error err = {0};
	struct json_events events = { out, note_columns, note_row };
	struct json_reader *reader = json_reader_new("f.json", &events);
	size_t step = way == BYTES ? 1 : text.len + 1;
	int failed = 0;
	if (way == CJSON)
		json_reader_all_by_cjson(reader);
	for (size_t at = 0; at < text.len && !failed; at += step)
		failed = json_reader_feed(reader, text.text + at, step < text.len - at ? step : text.len - at, &err);
	if (!failed)
		failed = json_reader_end(reader, &err);
	if (*json_reader_error(reader))
		strbuf_addf(out, "E %s\n", json_reader_error(reader));
	if (failed) {
		assert_int_equal(err.status, STATUS_DATA);
		strbuf_addf(out, "%s\n", err.text);
	}
	json_reader_free(&reader);
}

#define CUT(line, byte) "f.json:" #line ": the file ends inside the JSON: it is cut (byte " #byte "); export it again.\n"
#define NO_JSON(line, byte) "f.json:" #line ": this is no JSON: a comma, colon, key or bracket was expected (byte " #byte \
	"); export it again.\n"

static const struct { const char *text, *wanted; } files[] = {
	/* arrays */
	{ "", "" }, { " \n\t ", "" }, { "[]", "" }, { " [ ] \n", "" },
	{ "[{\"a\":\"x\",\"b\":1},\n{\"a\":null}]", "1:a=tx b=#1\n2:a=0\n" },
	{ "[{\"a\":true,\"b\":false,\"c\":[1,{\"d\":[]}],\"e\":{}}]", "1:a=+ b=- c=j[1,{\"d\":[]}] e=j{}\n" },
	{ "[ { \"a\" : \"x\" , \"b\" : -1.50 } ]", "1:a=tx b=#-1.50\n" },
	{ "[{\"a\":9007199254740993,\"b\":18446744073709551615,\"c\":1.0,\"d\":1e3}]",
	  "1:a=#9007199254740993 b=#18446744073709551615 c=#1.0 d=#1e3\n" },
	{ "[{}]", "1:\n" }, { "[{\"\":\"\"}]", "1:=t\n" },
	{ "[{\"a\":\"x\\\"y\\\\\",\"b\":\"\\u00e9\\n\"}]", "1:a=tx\"y\\ b=t\xc3\xa9\n\n" },
	{ "[{\"a\":\"]}[{\"},{\"b\":\"\\\"]\"}]", "1:a=t]}[{\n1:b=t\"]\n" },
	/* rows that cannot be used spoil no other */
	{ "[1,\"x\",null,[2],{\"a\":1}]", "1!the row is no object\n1!the row is no object\n1!the row is no object\n1:#2\n1:a=#1\n" },
	{ "[{\"a\":1,},\n{\"a\" 1},{\"a\":tru},{\"a\":1}]",
	  "1!the row is no valid JSON\n2!the row is no valid JSON\n2!the row is no valid JSON\n2:a=#1\n" },
	{ "[{\"a\":01x},{\"a\":-},{\"a\":1}]", "1!the row is no valid JSON\n1!the row is no valid JSON\n1:a=#1\n" },
	/* escapes that stand for no character */
	{ "[{\"a\":\"x\\u0000y\",\"b\":\"\\ud800\",\"c\":\"\\ud83d\\ude00\",\"d\":\"\\\\u0000\"}]",
	  "1:a=tx\xef\xbf\xbdy b=t\xef\xbf\xbd c=t\xf0\x9f\x98\x80 d=t\\u0000\n" },
	{ "[{\"a\":\"\\udc00\\ud800x\\uD83D\\uDE00\"}]", "1:a=t\xef\xbf\xbd\xef\xbf\xbdx\xf0\x9f\x98\x80\n" },
	/* a broken file */
	{ "[", CUT(1, 1) }, { "[{\"a\":1}", "1:a=#1\n" CUT(1, 8) }, { "[{\"a\":1},", "1:a=#1\n" CUT(1, 9) },
	{ "[{\"a\":1},\n{\"b\":\"x", "1:a=#1\n" CUT(2, 17) },
	{ "[{\"a\":1}\n{\"b\":2}]", "1:a=#1\n" NO_JSON(2, 9) },
	{ "[{\"a\":[1}]", "f.json:1: a closing bracket does not fit the open one (byte 9); export it again.\n" },
	{ "[{\"a\":1}}", "1:a=#1\n" NO_JSON(1, 8) },
	{ "[,{\"a\":1}]", "f.json:1: a row is missing between two signs (byte 1); export it again.\n" },
	{ "[{\"a\":1}] x", "1:a=#1\nf.json:1: there is more after the end of the JSON (byte 10); export it again.\n" },
	/* JSON lines */
	{ "{\"a\":1}\n{\"a\":2}\n", "1:a=#1\n2:a=#2\n" },
	{ "{\"a\":1}\r\n\r\n{\"a\":2}", "1:a=#1\n3:a=#2\n" },
	{ "{\"a\":\"1\"}\n{\"a\":\"2\n{\"a\":\"3\"}\n", "1:a=t1\n2!the line ends inside the object\n3:a=t3\n" },
	{ "{\"a\":1}\n{\"a\":[2}\nfoo\n[3]\n{\"a\":4}\n",
	  "1:a=#1\n2!the line ends inside the object\n3!the line is no JSON object\n4!the line is no JSON object\n5:a=#4\n" },
	{ "{\"a\":1}\n{\"a\":2", "1:a=#1\n2!the line ends inside the object$\n" },
	{ "{\"a\":1}\n{\"a\":{\"b\":2}}\n{\"a\":\"\\\"\"}\n", "1:a=#1\n2:a=j{\"b\":2}\n3:a=t\"\n" },
	{ "{\"a\":1} {\"a\":2}\n", "1:a=#1\n1:a=#2\n" },
	{ "{\"a\":1}\n{\"a\":1,}\n", "1:a=#1\n2!the row is no valid JSON\n" },
	{ "{}\n{\"a\":1}", "1:\n2:a=#1\n" },
	/* objects over several lines */
	{ "{\n\"a\":1\n}\n{\n\"a\":2}\n", "1:a=#1\n4:a=#2\n" },
	{ "{\n\"a\":1\n}\n{\n\"a\":2", "1:a=#1\n" CUT(5, 17) },
	/* answers */
	{ "{\"schema\":[{\"name\":\"a\",\"type\":\"String\"}],\"results\":[{\"a\":\"x\"},{\"a\":\"y\"}]}", "C a\n1:a=tx\n1:a=ty\n" },
	{ "{\"Stats\":{\"x\":[1,{\"results\":[{\"no\":1}]}]},\"Results\":[{\"a\":\"x\"}],\"Schema\":[{\"Name\":\"a\",\"Type\":\"String\"}]}",
	  "1:a=tx\nC a\n" },
	{ "{\"@odata.context\":\"https://x/$metadata#results\",\"schema\":[],\"results\":[],\"next\":null}\n", "C\n" },
	{ "{\"results\":[{\"schema\":[1],\"results\":[2]}]}", "1:schema=j[1] results=j[2]\n" },
	{ "{\"schema\":[{\"name\":\"a\"}],\"results\":[{\"a\":1}]}\n{\"schema\":[{\"name\":\"b\"}],\"results\":[{\"b\":2}]}",
	  "C a\n1:a=#1\nC b\n2:b=#2\n" },
	{ "{\"schema\":[{\"name\":\"a\"}],\"results\":[{\"a\":1}", "C a\n1:a=#1\n" CUT(1, 43) },
	{ "{\"schema\":[{\"name\":\"a\"}],\"results\":[{\"a\":1}]", "C a\n1:a=#1\n" CUT(1, 44) },
	{ "{\"schema\":[{\"type\":\"a\"}],\"results\":[]}",
	  "f.json:1: the list of columns cannot be read; each needs a \"name\".\n" },
	{ "{\"tables\":[{\"name\":\"PrimaryResult\",\"columns\":[{\"name\":\"a\",\"type\":\"string\"},{\"name\":\"b\",\"type\":\"long\"}],"
	  "\"rows\":[[\"x\",9007199254740993],\n[null,\"[1]\"],[]]}]}", "C a b\n1:tx #9007199254740993\n2:0 t[1]\n2:\n" },
	{ "{\"tables\":[{\"columns\":[{\"name\":\"a\"}],\"rows\":[[1]]}],\"error\":{\"code\":\"PartialError\",\"message\":\"half\"}}",
	  "C a\n1:#1\nE PartialError: half\n" },
	{ "{\"error\":{\"code\":\"BadRequest\",\"message\":\"no\",\"innerError\":{\"message\":\"deep\"}}}", "E BadRequest: no\n" },
	{ "{\"error\":{\"code\":\"UnknownError\",\"message\":\"\",\"innerError\":{\"message\":\"deep\"}}}", "E UnknownError: deep\n" },
	{ "{\"error\":{\"message\":\"m\",\"innererror\":{\"code\":\"x\"}}}", "E error: m\n" },
	{ "{\"error\":\"text\",\"a\":1}", "1:error=ttext a=#1\n" },
	{ "x", "f.json:1: there is no JSON object or array here (byte 0); export it again.\n" },
	{ "{\"a\"", CUT(1, 4) }, { "{\"a\":", CUT(1, 5) }, { "{a:1}", NO_JSON(1, 1) }, { "{\"a\":1 \"b\":2}", NO_JSON(1, 7) },
	{ "{", CUT(1, 1) }, { "\n\n{\"a\":\n", CUT(4, 8) },
};

static void test_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		for (int way = 0; way < WAYS; way++) {
			struct strbuf out = STRBUF_INIT(10000);
			read_all((enum way)way, slice_of(files[i].text), &out);
			if (strcmp(strbuf_text(&out), files[i].wanted))
				print_error("case %zu, way %d: %s\n", i, way, files[i].text);
			assert_string_equal(strbuf_text(&out), files[i].wanted);
			strbuf_release(&out);
		}
	}
}

/* An answer cut at every byte: never silence, never a crash, and rows before the cut are the same. */
static void test_cut_anywhere(void **state)
{
	static const char text[] = "{\"schema\":[{\"name\":\"a\"}],\"results\":[{\"a\":\"x\\u0041\"},{\"a\":[1,2]}],\"n\":1}";
	(void)state;
	for (size_t n = 1; n < sizeof text - 1; n++) {
		struct strbuf out = STRBUF_INIT(10000);
		read_all(WHOLE, (struct slice){ text, n }, &out);
		assert_non_null(strstr(strbuf_text(&out), "it is cut"));
		strbuf_release(&out);
	}
}

/* Every text of so many signs: the plain path and cJSON say the same of each row. */
static void compare_all(const char *const *signs, size_t kinds, int length)
{
	char text[64];
	size_t all = 1;
	for (int i = 0; i < length; i++)
		all *= kinds;
	for (size_t number = 0; number < all; number++) {
		struct strbuf ours = STRBUF_INIT(1000), theirs = STRBUF_INIT(1000);
		size_t n = 0, left = number;
		memcpy(text, "[{\"k\":", n = 6);
		for (int i = 0; i < length; i++, left /= kinds) {
			size_t len = strlen(signs[left % kinds]);
			memcpy(text + n, signs[left % kinds], len);
			n += len;
		}
		memcpy(text + n, "}]", 2);
		read_all(WHOLE, (struct slice){ text, n + 2 }, &ours);
		read_all(CJSON, (struct slice){ text, n + 2 }, &theirs);
		if (strcmp(strbuf_text(&ours), strbuf_text(&theirs)))
			fail_msg("%.*s: plain %s, cJSON %s", (int)n + 2, text, strbuf_text(&ours), strbuf_text(&theirs));
		strbuf_release(&ours);
		strbuf_release(&theirs);
	}
}

static void test_plain_rows_are_cjsons(void **state)
{
	static const char *const values[] = { "\"", "a", ":", ",", "}", "1", ".", "-", " ", "\\", "true", "{" };
	static const char *const nested[] = { "[", "]", "{", "}", ",", "1", "\"n\":", "\"\"" };
	static const char *const escapes[] = { "\"", "\\", "n", "u0041", "[", "]" };
	(void)state;
	compare_all(values, sizeof values / sizeof *values, 5);
	compare_all(nested, sizeof nested / sizeof *nested, 6);
	compare_all(escapes, sizeof escapes / sizeof *escapes, 7);
}

static void test_depth_and_width(void **state)
{
	(void)state;
	for (unsigned depth = 62; depth <= 2000; depth = depth < 66 ? depth + 1 : depth * 2) {
		struct strbuf text = STRBUF_INIT(SIZE_MAX / 4), out = STRBUF_INIT(100000);
		strbuf_adds(&text, "[{\"a\":");
		for (unsigned i = 1; i < depth; i++)
			strbuf_addc(&text, '[');
		for (unsigned i = 1; i < depth; i++)
			strbuf_addc(&text, ']');
		strbuf_adds(&text, "},{\"a\":1}]");
		read_all(WHOLE, (struct slice){ text.buf, text.len }, &out);
		if (depth <= 64)
			assert_memory_equal(strbuf_text(&out), "1:a=j[", 6);
		else
			assert_memory_equal(strbuf_text(&out), "1!the row is nested deeper than 64 levels\n1:a=#1\n", out.len);
		strbuf_release(&text);
		strbuf_release(&out);
	}
}

/* A row over the limit is reported with its line, and the next ones are read; the window does not hold it. */
static void test_long_row(void **state)
{
	static const struct { const char *before, *after, *wanted; } shapes[] = {
		{ "[{\"a\":1},\n{\"a\":\"", "\"},\n{\"a\":3}]", "1:a=#1\n2!the row is longer than 16 MiB\n3:a=#3\n" },
		{ "{\"a\":1}\n{\"a\":\"", "\"}\n{\"a\":3}\n", "1:a=#1\n2!the line is longer than 16 MiB\n3:a=#3\n" },
		{ "{\"x\":0,\"results\":[{\"a\":1},\n{\"a\":\"", "\"},\n{\"a\":3}]}", "1:a=#1\n2!the row is longer than 16 MiB\n3:a=#3\n" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		struct strbuf out = STRBUF_INIT(10000);
		struct error err = {0};
		struct json_events events = { &out, note_columns, note_row };
		struct json_reader *reader = json_reader_new("f.json", &events);
		static char block[1 << 16];
		memset(block, 'x', sizeof block);
		assert_int_equal(json_reader_feed(reader, shapes[i].before, strlen(shapes[i].before), &err), 0);
		for (int k = 0; k < 300; k++)
			assert_int_equal(json_reader_feed(reader, block, sizeof block, &err), 0);
		assert_int_equal(json_reader_feed(reader, shapes[i].after, strlen(shapes[i].after), &err), 0);
		assert_int_equal(json_reader_end(reader, &err), 0);
		assert_string_equal(strbuf_text(&out), shapes[i].wanted);
		json_reader_free(&reader);
		strbuf_release(&out);
	}
}

/* ---- values ---- */

static const struct { const char *text; unsigned i, j; int found; const char *wanted; } contexts[] = {
	{ "[[\"1\"]]", 0, 0, 1, "1" },
	{ "[[1]]", 0, 0, 1, "1" },
	{ "[[\"1.2\",\"3.4\",\"2026-01-01\",\"5.6\"]]", 0, 3, 1, "5.6" },
	{ "[[\"1\"]]", 0, 1, 0, "" }, { "[[\"1\"]]", 1, 0, 0, "" },
	{ "[]", 0, 0, 0, "" }, { "[[]]", 0, 0, 0, "" }, { "[[null]]", 0, 0, 0, "" }, { "[null]", 0, 0, 0, "" }, { "{}", 0, 0, 0, "" },
	{ "[\"1\"]", 0, 0, 1, "1" }, { "[\"1\"]", 0, 1, 0, "" },
	{ "\"[[\\\"1\\\"]]\"", 0, 0, 1, "1" },
	{ "\"\\\"[[\\\\\\\"1\\\\\\\"]]\\\"\"", 0, 0, 1, "1" },
	{ " [ [ \"1\" ] ] \n", 0, 0, 1, "1" },
	{ "[[\"a\\u0000b\"]]", 0, 0, 1, "a\xef\xbf\xbd" "b" },
	{ "[[{\"x\":[1]}]]", 0, 0, 1, "{\"x\":[1]}" },
	{ "1", 0, 0, 0, "" }, { "null", 0, 0, 0, "" }, { "\"\"", 0, 0, -1, "" },
	{ "", 0, 0, -1, "" }, { "  ", 0, 0, -1, "" }, { "[[\"1\"]", 0, 0, -1, "" }, { "[[\"1\"]] x", 0, 0, -1, "" },
	{ "Passive", 0, 0, -1, "" }, { "[[1],]", 0, 0, -1, "" }, { "\"x\"", 0, 0, -1, "" },
};

static void test_context(void **state)
{
	(void)state;
	for (size_t k = 0; k < sizeof contexts / sizeof *contexts; k++) {
		struct strbuf out = STRBUF_INIT(1000);
		int found = json_context(slice_of(contexts[k].text), contexts[k].i, contexts[k].j, &out);
		if (found != contexts[k].found)
			print_error("context %s\n", contexts[k].text);
		assert_int_equal(found, contexts[k].found);
		assert_string_equal(strbuf_text(&out), contexts[k].wanted);
		strbuf_release(&out);
	}
}

static void check_pair(struct slice bag, size_t *at, enum bag_kind kind, const char *key, const char *value)
{
	struct bag_pair pair;
	assert_true(bag_next(bag, at, &pair));
	assert_int_equal(pair.kind, kind);
	assert_true(slice_is(pair.key, key));
	assert_true(slice_is(pair.value, value));
}

static void test_bag_open(void **state)
{
	struct strbuf bag = STRBUF_INIT(10000), open = STRBUF_INIT(10000);
	size_t at = 0;
	(void)state;
	bag_add(&bag, BAG_TEXT, slice_of("Rack"), slice_of("7"));
	bag_add(&bag, BAG_CLOSED, slice_of("AvFields"), slice_of("{\"a\":\"x\",\"b\":12345678901234567890,\"c\":null,\"d\":{\"e\": 1},\"f\":true}"));
	bag_add(&bag, BAG_CLOSED, slice_of("Bad"), slice_of("{\"a\":"));
	bag_add(&bag, BAG_CLOSED, slice_of("Twice"), slice_of("\"{\\\"g\\\":1}\""));
	bag_add(&bag, BAG_CLOSED, slice_of("None"), slice_of("{}"));
	json_bag_open((struct slice){ bag.buf, bag.len }, &open);
	struct slice all = { open.buf, open.len };
	check_pair(all, &at, BAG_TEXT, "Rack", "7");
	check_pair(all, &at, BAG_TEXT, "a", "x");
	check_pair(all, &at, BAG_JSON, "b", "12345678901234567890");
	check_pair(all, &at, BAG_NULL, "c", "");
	check_pair(all, &at, BAG_JSON, "d", "{\"e\": 1}");
	check_pair(all, &at, BAG_JSON, "f", "true");
	check_pair(all, &at, BAG_TEXT, "Bad", "{\"a\":");
	check_pair(all, &at, BAG_JSON, "g", "1");
	assert_int_equal(at, all.len);
	strbuf_release(&bag);
	strbuf_release(&open);
}

static void test_string(void **state)
{
	static const struct { const char *text; size_t n; const char *wanted; } strings[] = {
		{ "", 0, "\"\"" }, { "a\"b\\c/", 6, "\"a\\\"b\\\\c/\"" }, { "\n\t\r\b\f", 5, "\"\\n\\t\\r\\b\\f\"" },
		{ "\0\x1b\x7f", 3, "\"\\u0000\\u001b\\u007f\"" }, { "\xc3\xa9", 2, "\"\xc3\xa9\"" },
		{ "a\xff" "b\xc3", 4, "\"a\xef\xbf\xbd" "b\xef\xbf\xbd\"" }, { "\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
		struct strbuf out = STRBUF_INIT(1000);
		json_string(&out, (struct slice){ strings[i].text, strings[i].n });
		assert_string_equal(strbuf_text(&out), strings[i].wanted);
		strbuf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files), cmocka_unit_test(test_cut_anywhere), cmocka_unit_test(test_plain_rows_are_cjsons),
		cmocka_unit_test(test_depth_and_width), cmocka_unit_test(test_long_row), cmocka_unit_test(test_context),
		cmocka_unit_test(test_bag_open), cmocka_unit_test(test_string),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
