/* test_tickets.c - records, marks, and bodies that fit. */
#include "core/tickets/fit.h"
#include "ticket_fake.h"

static void test_back_ends(void **state)
{
	static const char *const names[] = { "markdown", "servicenow", "jira", "rt" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct tickets_ops *ops = tickets_named(names[i]);

		assert_non_null(ops);
		assert_string_equal(ops->name, names[i]);
		assert_true(ops->title && ops->make && ops->begin && ops->step && ops->show && ops->body && ops->target && ops->cancel && ops->free);
	}
	assert_null(tickets_named("none"));
}

static void test_records(void **state)
{
	struct ticket_records records = {0};
	struct ticket_record copy, *record = ticket_records_add(&records);

	(void)state;
	assert_string_equal(record->mark, "");
	assert_string_equal(record->version, "");
	ticket_record_put(&record->number, (struct slice){ "INC1xyz", 4 });
	ticket_record_put(&record->title, (struct slice){ NULL, 0 });
	ticket_record_copy(&copy, record);
	ticket_record_put(&record->number, slice_of("INC2"));
	assert_string_equal(copy.number, "INC1");
	assert_string_equal(copy.title, "");
	ticket_record_release(&copy);
	ticket_records_release(&records);
	assert_int_equal(records.count, 0);
}

#define ID "rouse-1f0c9d2e4b5a"
#define PRINT "9f86d081884c7d65"

static void test_marks(void **state)
{
	static const struct { const char *body, *mark; } cases[] = {
		{ "text\n\n" ID " 37 hosts " PRINT, ID " 37 hosts " PRINT },
		{ "x\r\n" ID "  37\thosts\r\n" PRINT "\r\n", ID " 37 hosts " PRINT },
		{ "<p>" ID "\xC2\xA0" "37 hosts " PRINT "</p>", ID " 37 hosts " PRINT },
		{ ID " 1 hosts 00000000\n" ID " 2 hosts 11111111\n", ID " 2 hosts 11111111" },
		{ ID " 0 hosts 00000000", ID " 0 hosts 00000000" },
		{ ID " 37 hosts 9f86", NULL },                                  /* cut */
		{ ID " 37 ho", NULL },
		{ ID " 37", NULL },
		{ ID, NULL },
		{ "", NULL },
		{ ID "-20261120T070000Z 37 hosts " PRINT, NULL },               /* another id */
		{ "x" ID " 37 hosts " PRINT, NULL },
		{ ID " 37 hosts " PRINT "g", NULL },
		{ ID "37 hosts " PRINT, NULL },
		{ ID " 12345678901 hosts " PRINT, NULL },
		{ ID " 37 hosts " PRINT "\n" ID " 99 hosts cut", ID " 37 hosts " PRINT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct strbuf mark = STRBUF_INIT(1000);
		bool found = ticket_find_mark(slice_of(cases[i].body), ID, &mark);

		if (found != !!cases[i].mark || (found && strcmp(strbuf_text(&mark), cases[i].mark)))
			fail_msg("case %zu: %s", i, strbuf_text(&mark));
		strbuf_release(&mark);
	}
	assert_int_equal(ticket_mark_hosts(ID " 37 hosts " PRINT), 37);
	assert_int_equal(ticket_mark_hosts(ID), -1);
	assert_int_equal(ticket_mark_hosts(""), -1);
	assert_int_equal(ticket_mark_hosts(ID " x hosts y"), -1);
}

/* -- fit -- */

static void many(struct draft *draft, uint32_t hosts)
{
	char mark[100];

	draft_of(draft, 1, false, NULL, NULL);
	draft->hosts = xrealloc(draft->hosts, hosts, sizeof *draft->hosts);
	while (draft->host_count < hosts) {
		char name[64];

		draft_host_add(draft, 0, 0);
		snprintf(name, sizeof name, "srv-\xC3\xBC-\xF0\x9F\x92\xBB-%05u", draft->host_count - 1);
		draft_text(&draft->hosts[draft->host_count - 1].name, name);
	}
	snprintf(mark, sizeof mark, CORRELATION " %u hosts 0123456789abcdef", hosts);
	draft_text(&draft->mark, mark);
}

static size_t count_characters(const struct strbuf *text, bool utf16)
{
	size_t count = 0;

	for (size_t i = 0; i < text->len; i++) {
		unsigned char c = (unsigned char)text->buf[i];

		count += (c & 0xc0) != 0x80;
		count += utf16 && c >= 0xf0;
	}
	return count;
}

static void test_fits(void **state)
{
	static const size_t limits[] = { 0, 100000000, 300000, 65536, 32767, 10000, 5000, 3000, 1500, 700, 300, 150 };
	struct draft draft;

	(void)state;
	many(&draft, 1200);
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		for (enum fit_unit unit = FIT_BYTES; unit <= FIT_UNITS; unit++) {
			struct fit_limit limit = { .max = limits[i], .unit = unit, .form = doc_plain }, none = { .form = doc_plain };
			struct strbuf body = STRBUF_INIT((size_t)1 << 26), more = STRBUF_INIT((size_t)1 << 26), mark = STRBUF_INIT(200);
			struct doc doc = {0};
			uint32_t hosts = fit_body(&draft, &limit, &body);
			size_t size = unit == FIT_BYTES ? body.len : count_characters(&body, unit == FIT_UNITS);

			assert_true(!limits[i] || size <= limits[i]);
			assert_true(ticket_find_mark((struct slice){ strbuf_text(&body), body.len }, CORRELATION, &mark));
			assert_string_equal(strbuf_text(&mark), draft.mark);
			assert_int_equal(hosts, fit_hosts(&draft, &limit));
			/* One more would not have fitted. */
			if (hosts && hosts + 1 < draft.host_count) {
				draft_doc(&draft, hosts + 1, &doc);
				none.form(&doc, &more);
				assert_true((unit == FIT_BYTES ? more.len : count_characters(&more, unit == FIT_UNITS)) > limits[i]);
			}
			if (limits[i] == 0 || limits[i] == 100000000)
				assert_int_equal(hosts, 1200);
			if (limits[i] == 32767)
				assert_true(hosts > 50 && hosts < 1200);
			doc_release(&doc);
			strbuf_release(&body);
			strbuf_release(&more);
			strbuf_release(&mark);
		}
	draft_release(&draft);
}

static void test_text_is_cut_at_a_character(void **state)
{
	static const struct { size_t max; enum fit_unit unit; const char *text; } cases[] = {
		{ 3, FIT_BYTES, "a\xC3\xBC" }, { 2, FIT_BYTES, "a" }, { 2, FIT_CHARACTERS, "a\xC3\xBC" },
		{ 3, FIT_CHARACTERS, "a\xC3\xBC\xF0\x9F\x92\xBB" }, { 3, FIT_UNITS, "a\xC3\xBC" }, { 4, FIT_UNITS, "a\xC3\xBC\xF0\x9F\x92\xBB" },
		{ 99, FIT_UNITS, "a\xC3\xBC\xF0\x9F\x92\xBB" "b" }, { 0, FIT_BYTES, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct strbuf out = STRBUF_INIT(100);

		fit_cut(slice_of("a\xC3\xBC\xF0\x9F\x92\xBB" "b"), cases[i].max, cases[i].unit, &out);
		assert_string_equal(strbuf_text(&out), cases[i].text);
		strbuf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_back_ends), cmocka_unit_test(test_records), cmocka_unit_test(test_marks), cmocka_unit_test(test_fits),
		cmocka_unit_test(test_text_is_cut_at_a_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
