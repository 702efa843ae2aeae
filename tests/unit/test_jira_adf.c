/* test_jira_adf.c - documents for Jira Cloud: valid by the rules of the schema, text stays text, long lists within the limit. */
#include "tests/unit/ticket_desk.h"

#include "core/io/json.h"
#include "core/tickets/jira_adf.h"

#define TEXT_MAX ((size_t)8 << 20)

static char *adf_of(const struct doc *doc)
{
	struct strbuf out = STRBUF_INIT(TEXT_MAX);
	struct json_object object = {0};
	char *text;

	jira_adf(doc, &out);
	assert_int_equal(json_object_read(&object, (struct slice){ strbuf_text(&out), out.len }), 1);
	json_object_release(&object);
	text = xstrdup(strbuf_text(&out));
	strbuf_release(&out);
	/* What the schema forbids. */
	has_not(text, "\"text\":\"\"");
	has_not(text, ",]");
	has_not(text, "[,");
	has_not(text, "}{");
	return text;
}

static void check(struct doc *doc, const char *wanted)
{
	char *text = adf_of(doc);
	struct strbuf whole = STRBUF_INIT(TEXT_MAX);

	strbuf_addf(&whole, "{\"type\":\"doc\",\"version\":1,\"content\":[%s]}", wanted);
	assert_string_equal(text, strbuf_text(&whole));
	strbuf_release(&whole);
	free(text);
	doc_release(doc);
}

#define P(inner) "{\"type\":\"paragraph\",\"content\":[" inner "]}"
#define T(text) "{\"type\":\"text\",\"text\":\"" text "\"}"
#define LI(inner) "{\"type\":\"listItem\",\"content\":[" P(inner) "]}"
#define TD(inner) "{\"type\":\"tableCell\",\"content\":[" P(inner) "]}"
#define TH(inner) "{\"type\":\"tableHeader\",\"content\":[" P(inner) "]}"

static void blocks_have_their_nodes(void **state)
{
	struct doc doc = {0};

	(void)state;
	check(&doc, "");
	doc_begin(&doc, DOC_HEAD, 1);
	doc_say(&doc, slice_of("Head"));
	doc_begin(&doc, DOC_WARN, 0);
	doc_say(&doc, slice_of("Look"));
	doc_begin(&doc, DOC_MARK, 0);
	doc_say(&doc, slice_of("rouse-1f0c 2 hosts 9f86d081"));
	check(&doc, "{\"type\":\"heading\",\"attrs\":{\"level\":2},\"content\":[" T("Head") "]},"
	            "{\"type\":\"panel\",\"attrs\":{\"panelType\":\"warning\"},\"content\":[" P(T("Look")) "]}," P(T("rouse-1f0c 2 hosts 9f86d081")));
}

static void items_make_one_list(void **state)
{
	struct doc doc = {0};

	(void)state;
	for (int i = 0; i < 2; i++) {
		doc_begin(&doc, DOC_ITEM, 0);
		doc_say(&doc, slice_of("a"));
	}
	doc_begin(&doc, DOC_STEP, 0);
	doc_say(&doc, slice_of("b"));
	doc_begin(&doc, DOC_ITEM, 0);
	check(&doc, "{\"type\":\"bulletList\",\"content\":[" LI(T("a")) "," LI(T("a")) "]},"
	            "{\"type\":\"orderedList\",\"content\":[" LI(T("b")) "]},{\"type\":\"bulletList\",\"content\":[" LI("") "]}");
}

static void tables_have_no_holes(void **state)
{
	struct doc doc = {0};

	(void)state;
	doc_begin(&doc, DOC_COLUMNS, 0);
	doc_say(&doc, slice_of("Host"));
	doc_say(&doc, slice_of("AV"));
	doc_begin(&doc, DOC_ROW, 0);
	doc_link(&doc, slice_of("srv"), slice_of("https://x.example/?a=b&c=d"));
	doc_say(&doc, slice_of(""));
	doc_begin(&doc, DOC_ROW, 0);
	doc_strong(&doc, slice_of("b"));
	doc_begin(&doc, DOC_COLUMNS, 0);
	doc_say(&doc, slice_of("Next"));
	char *text = adf_of(&doc);

	has(text, "{\"type\":\"table\",\"content\":[{\"type\":\"tableRow\",\"content\":[" TH(T("Host")) "," TH(T("AV")) "]}");
	has(text, "\"marks\":[{\"type\":\"link\",\"attrs\":{\"href\":");
	has(text, TD("{\"type\":\"text\",\"text\":\"b\",\"marks\":[{\"type\":\"strong\"}]}") "," TD("") "]}]},{\"type\":\"table\"");
	free(text);
	doc_release(&doc);
}

static void text_stays_text(void **state)
{
	struct doc doc = {0};

	(void)state;
	doc_begin(&doc, DOC_TEXT, 0);
	doc_say(&doc, slice_of("\"},{\"type\":\"mention\"} *b* [x|http://e] \x1b[31m\nnext \xe2\x80\xae \xf0\x9f\x94\xa5"));
	doc_say(&doc, slice_of(""));
	char *text = adf_of(&doc);

	has(text, "\\\"},{\\\"type\\\":\\\"mention\\\"} *b* [x|http://e] \\\\x1b[31m next \\\\u202e \xf0\x9f\x94\xa5");
	has_not(text, "\"type\":\"mention\"");
	free(text);
	doc_release(&doc);
}

static void list_hosts(struct doc *doc, size_t hosts)
{
	doc_begin(doc, DOC_COLUMNS, 0);
	for (int i = 0; i < 5; i++)
		doc_say(doc, slice_of("Column"));
	for (size_t i = 0; i < hosts; i++) {
		char name[40];

		snprintf(name, sizeof name, "srv-%06zu.example", i);
		doc_begin(doc, DOC_ROW, 0);
		doc_link(doc, slice_of(name), slice_of("https://security.example.com/machines/v2/0123456789abcdef0123456789abcdef01234567/overview"));
		for (int k = 0; k < 4; k++)
			doc_say(doc, slice_of(k == 2 ? "" : "value"));
	}
	doc_begin(doc, DOC_MARK, 0);
	doc_say(doc, slice_of("rouse-1f0c9d2e4b5a 2 hosts 9f86d081"));
}

static void long_lists_become_lines(void **state)
{
	static const struct {
		size_t hosts;
		bool table, links, fits;
	} cases[] = { { 50, true, true, true }, { 80, false, true, true }, { 300, false, false, true }, { 2000, false, false, false } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct doc doc = {0};

		list_hosts(&doc, cases[i].hosts);
		char *text = adf_of(&doc);

		assert_int_equal(strstr(text, "\"table\"") != NULL, cases[i].table);
		assert_int_equal(strstr(text, "\"link\"") != NULL, cases[i].links);
		assert_int_equal(jira_units(slice_of(text)) <= JIRA_TEXT_MAX, cases[i].fits);
		if (!cases[i].links)
			has(text, "{\"type\":\"hardBreak\"}," T("srv-000001.example \xc2\xb7 value \xc2\xb7 value \xc2\xb7 value"));
		has(text, "srv-000029.example");
		free(text);
		doc_release(&doc);
	}
}

static void units_are_those_of_utf_16(void **state)
{
	(void)state;
	assert_int_equal(jira_units(slice_of("")), 0);
	assert_int_equal(jira_units(slice_of("a\xc3\xbc\xe2\x82\xac")), 3);
	assert_int_equal(jira_units(slice_of("\xf0\x9f\x94\xa5")), 2);
}

/* The mark is found again in what was written, in the JSON as it is. */
static void the_mark_is_found(void **state)
{
	struct strbuf mark = STRBUF_INIT(200);
	struct doc doc = {0};

	(void)state;
	list_hosts(&doc, 3);
	char *text = adf_of(&doc);

	assert_true(ticket_find_mark(slice_of(text), "rouse-1f0c9d2e4b5a", &mark));
	assert_string_equal(strbuf_text(&mark), "rouse-1f0c9d2e4b5a 2 hosts 9f86d081");
	free(text);
	strbuf_release(&mark);
	doc_release(&doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_have_their_nodes), cmocka_unit_test(items_make_one_list), cmocka_unit_test(tables_have_no_holes),
		cmocka_unit_test(text_stays_text), cmocka_unit_test(long_lists_become_lines), cmocka_unit_test(units_are_those_of_utf_16),
		cmocka_unit_test(the_mark_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
