/* test_doc.c - documents in their forms: hostile text stays text. With cmark-gfm or cmark installed, they judge the Markdown. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/doc.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What somebody could name a host, a team or a product. */
static const char *const hostile[] = {
	"srv-app-01", "SRV-APP-01.corp.example", "srv_app_01", "*bold*", "_em_", "**x**", "`code`", "``", "a`b", "[text](https://evil.example)",
	"[x]: https://evil.example", "![i](https://evil.example/x.png)", "<script>alert(1)</script>", "<https://evil.example>",
	"<b>", "&lt;", "&#64;",
	"&copy;", "https://evil.example/x", "HTTP://evil.example", "www.evil.example", "WWW.evil.example", "ftp://evil.example",
	"mailto:a@b.example",
	"a@b.example", "@everyone", "@team/sub", "x@", "a@@b", "@`@", "# head", "## head", "- item", "+ item", "* item",
	"1. item", "12) item", "123456789. x", "===",
	"---", "- - -", "***", "___", "~~~", "~~gone~~", "> quote", "    code", "\tcode", "a|b", "|a|b|", "\\|", "\\\\|", "\\",
	"a\\", "\\*x\\*", "| --- |",
	"line\nend", "line\r\n\r\n# head", "a\x1b[31mb", "a\xE2\x80\xAE" "b", "a\xE2\x80\x8B" "b", "a\xE2\x80\xA8" "b",
	"\xFF\xFE", "{code}", "{noformat}x{noformat}",
	"{color:red}x{color}", "[~admin]", "[link|https://evil.example]", "[^file.txt]", "!image.png!",
	"!https://evil.example/x.png!", "h1. head", "H2. head",
	"bq. quote", "----", "--", "a -- b", "-gone-", "+in+", "^up^", "~down~", "??cite??", "{{mono}}", "||head||", ":)", ":D",
	":P", ";)", "(!)", "(/)", "(y)",
	"(c)", "SRV-01", "ABC-123", "\"quoted\"", "'single'", "$x$", "^[x]", "[^1]", "- [ ] task", "=x", "=1+1|cmd", "x  ",
	"  x", "x \\", "%24", "a:b:c",
	"C:\\Windows\\[x]", "caf\xC3\xA9", "\xE6\x97\xA5\xE6\x9C\xAC", "&", "&&", "a & b", "<", "a<b", "a>b", "#", "a#b", "#1",
	"1.", "1)", ".", "..", "...", "w.w",
	"ww.x", "wwww.x", "http:/x", "http:x", "://x", "a~b~c", "!", "!!", "a!b", "a!b!c", "\xC3\x9C*x*", "*", "_", "a_b_c",
	"_a", "a_", "-", "a-", "-a", "a-b",
};

static struct slice text_of(const struct strbuf *text)
{
	return (struct slice){ strbuf_text(text), text->len };
}

/* -- building -- */

static void a_document_is_written_in_all_forms(void **state)
{
	struct doc doc = { 0 };
	struct strbuf out = STRBUF_INIT(8192);

	(void)state;
	doc_begin(&doc, DOC_WARN, 0);
	doc_say(&doc, slice_of("The run is incomplete."));
	doc_begin(&doc, DOC_HEAD, 1);
	doc_say(&doc, slice_of("Servers"));
	doc_begin(&doc, DOC_TEXT, 0);
	doc_strong(&doc, slice_of("Note"));
	doc_sayf(&doc, ": %d of them", 2);
	doc_begin(&doc, DOC_COLUMNS, 0);
	doc_say(&doc, slice_of("HOST"));
	doc_say(&doc, slice_of("VERDICT"));
	doc_begin(&doc, DOC_ROW, 0);
	doc_link(&doc, slice_of("srv-1"), slice_of("https://x.example/a?b=1&c=(2)"));
	doc_say(&doc, slice_of("passive"));
	doc_begin(&doc, DOC_ROW, 0);
	doc_say(&doc, slice_of("a-long-name"));
	doc_say(&doc, slice_of(""));
	doc_begin(&doc, DOC_STEP, 0);
	doc_say(&doc, slice_of("Look."));
	doc_begin(&doc, DOC_STEP, 0);
	doc_say(&doc, slice_of("Restart."));
	doc_begin(&doc, DOC_ITEM, 0);
	doc_say(&doc, slice_of("- item"));
	doc_begin(&doc, DOC_MARK, 0);
	doc_say(&doc, slice_of("rouse-1a2b 2 hosts 9f86"));
	doc_plain(&doc, &out);
	assert_string_equal(strbuf_text(&out),
		"! The run is incomplete.\n\nServers\n=======\n\nNote: 2 of them\n\nHOST         VERDICT\n"
		"srv-1        passive  https://x.example/a?b=1&c=(2)\na-long-name\n\n1. Look.\n2. Restart.\n\n- - "
		"item\n\nrouse-1a2b 2 hosts 9f86\n");
	strbuf_clear(&out);
	doc_markdown(&doc, &out);
	assert_string_equal(strbuf_text(&out),
		"> **Warning:** The run is incomplete.\n\n## Servers\n\n**Note**: 2 of them\n\n| HOST | VERDICT |\n| --- | --- |\n"
		"| [srv-1](https://x.example/a?b=1&amp;c=%282%29) | passive |\n| a-long-name |  |\n\n1. Look.\n2. Restart.\n\n- \\- item\n\n"
		"rouse-1a2b 2 hosts 9f86\n");
	strbuf_clear(&out);
	doc_wiki(&doc, &out);
	assert_string_equal(strbuf_text(&out),
		"bq. *Warning:* The run is incomplete.\n\nh2. Servers\n\nNote: 2 of them\n\n|| HOST || VERDICT ||\n"
		"| [srv-1|https://x.example/a?b=1&c=%282%29] | passive |\n| a-long-name |  |\n\n# Look.\n# Restart.\n\n* \\- item\n\n"
		"rouse-1a2b 2 hosts 9f86\n");
	doc_release(&doc);
	strbuf_release(&out);
}

static void only_safe_addresses_become_links(void **state)
{
	static const struct { const char *url; bool kept; } urls[] = {
		{ "https://x.example/", true }, { "https://", false }, { "http://x.example/", false }, { "http://127.0.0.1:8080/x", true },
		{ "http://127.0.0.1", true }, { "http://localhost/x", true }, { "http://[::1]:80/x", true },
		{ "http://127.0.0.1.evil.example/", false },
		{ "http://localhost@evil.example/", false }, { "http://localhost:80@evil.example/", false }, { "http://localhost:x/", false },
		{ "javascript:alert(1)", false }, { "https://x.example/a b", false },
		{ "https://x.example/\"onclick=", false }, { "https://x.example/<x>", false }, { "https://x.example/\x1b",
		false }, { "https://x.example/|x", false },
		{ "https://x.example/\\", false }, { "HTTPS://x.example/", false }, { "https://x.example/\xC3\xA9", false }, { "", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(urls); i++) {
		struct doc doc = { 0 };

		doc_link(&doc, slice_of("text"), slice_of(urls[i].url));
		assert_int_equal(doc.spans[0].url_len > 0, urls[i].kept);
		assert_true(slice_is(doc_text(&doc, &doc.spans[0]), "text"));
		doc_release(&doc);
	}
}

/* A person's address is a link where it is plain; all else stays text. */
static void plain_mail_addresses_become_links(void **state)
{
	static const struct { const char *text, *markdown; } mails[] = {
		{ "sql-oncall@example.com", "<sql-oncall@example.com>\n" }, { "a.b+c_d@mail.example.co.uk", "<a.b+c_d@mail.example.co.uk>\n" },
		{ "a@xn--bcher-kva.example", "<a@xn--bcher-kva.example>\n" },
		{ "a@localhost", "a`@`localhost\n" }, { "@example.com", "`@`example.com\n" }, { "a@", "a`@`\n" },
		{ "a@b@example.com", "a`@`b`@`example.com\n" }, { "a@example.com.", "a`@`example.com.\n" },
		{ "a..b@example.com", "a..b`@`example.com\n" }, { "a@-x.example", "a`@`-x.example\n" }, { "a@x-.example", "a`@`x-.example\n" },
		{ "a>b@example.com", "a\\>b`@`example.com\n" }, { "a@example.com>", "a`@`example.com\\>\n" },
		{ "A. Team <a@example.com>", "A. Team \\<a`@`example.com\\>\n" }, { "team-sql", "team-sql\n" }, { "", "\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(mails); i++) {
		struct doc doc = { 0 };
		struct strbuf out = STRBUF_INIT(4096);

		doc_mail(&doc, slice_of(mails[i].text));
		doc_markdown(&doc, &out);
		assert_string_equal(strbuf_text(&out), mails[i].markdown);
		strbuf_clear(&out);
		doc_plain(&doc, &out);
		assert_memory_equal(strbuf_text(&out), mails[i].text, strlen(mails[i].text));
		strbuf_release(&out);
		doc_release(&doc);
	}
}

static void what_cannot_be_seen_is_made_visible(void **state)
{
	struct strbuf out = STRBUF_INIT(4096);

	(void)state;
	doc_visible(slice_of("a\r\nb\nc\rd\te\xC2\x85" "f\xE2\x80\xA8g\x1b[h\xE2\x80\xAEi\xFFj\xC2\x9Bk"), &out);
	assert_string_equal(strbuf_text(&out), "a b c d e f g\\x1b[h\\u202ei\\xffj\\u009bk");
	strbuf_clear(&out);
	doc_visible((struct slice){ "a\0b", 3 }, &out);
	assert_string_equal(strbuf_text(&out), "a\\x00b");
	strbuf_clear(&out);
	doc_visible((struct slice){ NULL, 0 }, &out);
	assert_int_equal(out.len, 0);
	strbuf_release(&out);
}

/* -- escapes, read back by rules of our own -- */

/* Takes the escapes of Markdown away; fails on a sign that should have had one. */
static void read_markdown(struct slice coded, struct strbuf *out)
{
	for (size_t i = 0; i < coded.len; i++) {
		struct slice rest = { coded.text + i, coded.len - i };

		if (rest.len >= 3 && memcmp(rest.text, "`@", 2) == 0) {
			for (i++; coded.text[i] == '@'; i++)
				strbuf_addc(out, '@');
			assert_int_equal(coded.text[i], '`');
		} else if (rest.len >= 5 && memcmp(rest.text, "&#32;", 5) == 0) {
			strbuf_addc(out, ' ');
			i += 4;
		} else if (rest.text[0] == '\\') {
			assert_true(rest.len > 1);
			strbuf_addc(out, rest.text[1]);
			i++;
		} else {
			assert_null(strchr("`*_[]<>|~@#\n\r", rest.text[0]));
			assert_false(rest.text[0] == '&' && (rest.len == 1 || (rest.text[1] != ' ' && rest.text[1] != '\\')));
			assert_false(rest.text[0] == '!' && rest.len == 1);
			strbuf_addc(out, rest.text[0]);
		}
	}
}

static void read_wiki(struct slice coded, struct strbuf *out)
{
	for (size_t i = 0; i < coded.len; i++) {
		struct slice rest = { coded.text + i, coded.len - i };

		if (rest.text[0] == '&') {
			int sign = 0, used = 0;

			assert_int_equal(sscanf(rest.text, "&#%d;%n", &sign, &used), 1);
			assert_true(used > 0);
			strbuf_addc(out, (char)sign);
			i += (size_t)used - 1;
		} else if (rest.text[0] == '\\') {
			/* what Atlassian's renderer takes for an escape, and never two of them */
			assert_true(rest.len > 1 && rest.text[1] && strchr("-#*_+?^~|%{}[]()!@", rest.text[1]));
			strbuf_addc(out, rest.text[1]);
			i++;
		} else {
			assert_null(strchr("{}[]|!?^#%<>\"\n\r@()", rest.text[0]));
			strbuf_addc(out, rest.text[0]);
		}
	}
}

static void escapes_give_the_text_back(void **state)
{
	struct strbuf visible = STRBUF_INIT(4096), coded = STRBUF_INIT(8192), back = STRBUF_INIT(4096);

	(void)state;
	for (size_t i = 0; i < COUNT(hostile); i++) {
		strbuf_clear(&visible);
		doc_visible(slice_of(hostile[i]), &visible);
		strbuf_clear(&coded);
		strbuf_clear(&back);
		doc_markdown_text(slice_of(hostile[i]), &coded);
		read_markdown(text_of(&coded), &back);
		assert_string_equal(strbuf_text(&back), strbuf_text(&visible));
		strbuf_clear(&coded);
		strbuf_clear(&back);
		doc_wiki_text(slice_of(hostile[i]), &coded);
		read_wiki(text_of(&coded), &back);
		assert_string_equal(strbuf_text(&back), strbuf_text(&visible));
	}
	strbuf_release(&visible);
	strbuf_release(&coded);
	strbuf_release(&back);
}

static void expect_coded(const char *text, const char *markdown, const char *wiki)
{
	struct strbuf out = STRBUF_INIT(4096);

	doc_markdown_text(slice_of(text), &out);
	assert_string_equal(strbuf_text(&out), markdown);
	strbuf_clear(&out);
	doc_wiki_text(slice_of(text), &out);
	assert_string_equal(strbuf_text(&out), wiki);
	strbuf_release(&out);
}

static void escapes_are_where_they_matter(void **state)
{
	(void)state;
	expect_coded("srv-app-01.corp.example", "srv-app-01.corp.example", "srv-app-01.corp.example");
	expect_coded("srv-app", "srv-app", "srv-app");
	expect_coded("SRV-APP-01", "SRV-APP-01", "SRV-APP\\-01");
	expect_coded("- x", "\\- x", "\\- x");
	expect_coded("1. x", "1\\. x", "1. x");
	expect_coded("h1. x", "h1. x", "h1&#46; x");
	expect_coded("bq. x", "bq. x", "bq&#46; x");
	expect_coded("https://x", "https\\://x", "https&#58;//x");
	expect_coded("www.x", "www\\.x", "www&#46;x");
	expect_coded("[~a]", "\\[\\~a\\]", "\\[\\~a\\]");
	expect_coded("@a", "`@`a", "\\@a");
	expect_coded("a\\b", "a\\\\b", "a&#92;b");
	expect_coded("----", "\\----", "\\-\\-\\-\\-");
	expect_coded("{code}", "\\{code\\}", "\\{code\\}");
	expect_coded(":)", ":)", "&#58;\\)");
}

/* -- Markdown, judged by another program -- */

/* The next text node or code of XML at *at, decoded; false at the end of the cell. */
static bool next_text(const char **at, const char *end, struct strbuf *out)
{
	static const struct { const char *entity; char sign; } entities[] = {
		{ "&lt;", '<' }, { "&gt;", '>' }, { "&amp;", '&' }, { "&quot;", '"' },
	};
	const char *text = bytes_find(*at, (size_t)(end - *at), "<text ", 6), *code = bytes_find(*at, (size_t)(end - *at), "<code ", 6), *close;

	if (code && (!text || code < text))
		text = code;
	if (!text)
		return false;
	text = strchr(text, '>') + 1;
	close = strchr(text, '<');
	while (text < close) {
		size_t skip = 1;
		char sign = *text;

		for (size_t i = 0; *text == '&' && i < COUNT(entities); i++)
			if (strncmp(text, entities[i].entity, strlen(entities[i].entity)) == 0) {
				skip = strlen(entities[i].entity);
				sign = entities[i].sign;
			}
		strbuf_addc(out, sign);
		text += skip;
	}
	*at = close;
	return true;
}

static const char *const commonmark[] = { "cmark", "-t", "xml", NULL };
static const char *const github[] = {
	"cmark-gfm", "-t", "xml", "-e", "table", "-e", "autolink", "-e", "strikethrough", "-e", "tagfilter", NULL,
};

/* Runs a program with one file as its input and another as its output; whether it ended well. */
static bool run_program(const char *const *argv, FILE *in, FILE *out)
{
	pid_t child = fork();
	int status = -1;

	assert_true(child >= 0);
	if (child == 0) {
		if (dup2(fileno(in), STDIN_FILENO) >= 0 && dup2(fileno(out), STDOUT_FILENO) >= 0)
			execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* What a program makes of a text; false when it is not installed. */
static bool run_judge(const char *const *argv, const struct strbuf *text, struct strbuf *xml)
{
	FILE *in = tmpfile(), *out = tmpfile();
	char bytes[4096];
	size_t n;
	bool ran;

	assert_true(in && out);
	assert_int_equal(fwrite(strbuf_text(text), 1, text->len, in), text->len);
	assert_int_equal(fflush(in), 0);
	assert_int_equal(lseek(fileno(in), 0, SEEK_SET), 0);
	ran = run_program(argv, in, out);
	rewind(out);
	while ((n = fread(bytes, 1, sizeof bytes, out)) > 0)
		strbuf_add(xml, bytes, n);
	fclose(in);
	fclose(out);
	return ran && xml->len > 0;
}

/* Blanks at the ends of a cell or a line do not survive any reader. */
static void trim(struct strbuf *text)
{
	size_t skip = strspn(strbuf_text(text), " ");

	while (text->len > 0 && text->buf[text->len - 1] == ' ')
		text->buf[--text->len] = '\0';
	if (text->len >= skip && skip > 0) {
		memmove(text->buf, text->buf + skip, text->len - skip + 1);
		text->len -= skip;
	}
}

/* Each element of `holder` holds the text of one hostile name after another, and nothing else. */
static void compare_texts(const struct strbuf *xml, const char *open, const char *close, const char *(*name)(uint64_t), uint64_t count)
{
	static const char *const made[] = {
		"<link", "<image", "<html_", "<emph", "<strong", "<strikethrough", "<block_quote", "<code_block",
		"<thematic_break", "<linebreak", "<softbreak",
	};
	struct strbuf expected = STRBUF_INIT(8192), found = STRBUF_INIT(8192);
	const char *at = strbuf_text(xml);

	for (size_t i = 0; i < COUNT(made); i++)
		assert_null(strstr(at, made[i]));
	for (uint64_t i = 0; i < count; i++) {
		const char *end;

		at = strstr(at, open);
		assert_non_null(at);
		end = strstr(at, close);
		assert_non_null(end);
		strbuf_clear(&found);
		while (next_text(&at, end, &found))
			;
		strbuf_clear(&expected);
		doc_visible(slice_of(name(i)), &expected);
		trim(&expected);
		trim(&found);
		assert_string_equal(strbuf_text(&found), strbuf_text(&expected));
		at = end + strlen(close);
	}
	strbuf_release(&expected);
	strbuf_release(&found);
}

static const char *hostile_name(uint64_t i)
{
	return hostile[i];
}

static void cmark_reads_names_as_text(void **state)
{
	static const enum doc_kind kinds[] = { DOC_TEXT, DOC_HEAD, DOC_ITEM, DOC_STEP };
	static const char *const opens[] = { "<paragraph>", "<heading ", "<item>", "<item>" };
	static const char *const closes[] = { "</paragraph>", "</heading>", "</item>", "</item>" };
	const char *const *const judges[] = { commonmark, github };
	bool any = false;

	(void)state;
	for (size_t k = 0; k < COUNT(kinds) * COUNT(judges); k++) {
		struct doc doc = { 0 };
		struct strbuf text = STRBUF_INIT(1 << 20), xml = STRBUF_INIT(1 << 22);
		size_t kind = k % COUNT(kinds);

		for (size_t i = 0; i < COUNT(hostile); i++) {
			doc_begin(&doc, kinds[kind], 1);
			doc_say(&doc, slice_of(hostile[i]));
		}
		doc_markdown(&doc, &text);
		if (run_judge(judges[k / COUNT(kinds)], &text, &xml)) {
			any = true;
			compare_texts(&xml, opens[kind], closes[kind], hostile_name, COUNT(hostile));
		}
		doc_release(&doc);
		strbuf_release(&text);
		strbuf_release(&xml);
	}
	if (!any)
		skip();
}

static void cmark_reads_cells_as_text(void **state)
{
	struct doc doc = { 0 };
	struct strbuf text = STRBUF_INIT(1 << 20), xml = STRBUF_INIT(1 << 22);
	bool installed;

	(void)state;
	doc_begin(&doc, DOC_COLUMNS, 0);
	doc_say(&doc, slice_of(hostile[0]));
	doc_say(&doc, slice_of(hostile[1]));
	for (size_t i = 2; i + 1 < COUNT(hostile); i += 2) {
		doc_begin(&doc, DOC_ROW, 0);
		doc_say(&doc, slice_of(hostile[i]));
		doc_say(&doc, slice_of(hostile[i + 1]));
	}
	doc_markdown(&doc, &text);
	installed = run_judge(github, &text, &xml);
	if (installed)
		compare_texts(&xml, "<table_cell>", "</table_cell>", hostile_name, COUNT(hostile) & ~(uint64_t)1);
	doc_release(&doc);
	strbuf_release(&text);
	strbuf_release(&xml);
	if (!installed)
		skip();
}

/* A number as text of signs that mean something, for names that nobody thought of. */
static const char *random_name(uint64_t i)
{
	static const char signs[] = "\\`*_{}[]()#+-.!|<>&~@:/ =0123aZw\t";
	static char name[24];
	uint64_t x = (i + 1) * UINT64_C(0x9E3779B97F4A7C15);
	size_t n = 1 + (x >> 59) % 12;

	for (size_t k = 0; k < n; k++) {
		x = (x ^ x >> 29) * UINT64_C(0xBF58476D1CE4E5B9);
		name[k] = signs[(x >> 40) % (sizeof signs - 1)];
	}
	name[n] = '\0';
	return name;
}

static void cmark_reads_random_names_as_text(void **state)
{
	enum { NAMES = 4000 };
	struct doc doc = { 0 };
	struct strbuf text = STRBUF_INIT(1 << 24), xml = STRBUF_INIT(1 << 26);
	bool installed;

	(void)state;
	for (uint64_t i = 0; i < NAMES; i++) {
		doc_begin(&doc, i % 2 ? DOC_ROW : DOC_COLUMNS, 0);
		doc_say(&doc, slice_of(random_name(i)));
		if (i % 2)
			doc_begin(&doc, DOC_MARK, 0);   /* ends the table */
	}
	doc_markdown(&doc, &text);
	installed = run_judge(github, &text, &xml);
	if (installed)
		compare_texts(&xml, "<table_cell>", "</table_cell>", random_name, NAMES);
	doc_release(&doc);
	strbuf_clear(&text);
	strbuf_clear(&xml);
	for (uint64_t i = 0; i < NAMES; i++) {
		doc_begin(&doc, DOC_HEAD, 1);
		doc_say(&doc, slice_of(random_name(i)));
	}
	doc_markdown(&doc, &text);
	if (installed && run_judge(github, &text, &xml))
		compare_texts(&xml, "<heading ", "</heading>", random_name, NAMES);
	doc_release(&doc);
	strbuf_release(&text);
	strbuf_release(&xml);
	if (!installed)
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_document_is_written_in_all_forms), cmocka_unit_test(only_safe_addresses_become_links),
		cmocka_unit_test(what_cannot_be_seen_is_made_visible), cmocka_unit_test(plain_mail_addresses_become_links),
		cmocka_unit_test(escapes_give_the_text_back),
		cmocka_unit_test(escapes_are_where_they_matter), cmocka_unit_test(cmark_reads_names_as_text),
		cmocka_unit_test(cmark_reads_cells_as_text), cmocka_unit_test(cmark_reads_random_names_as_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
