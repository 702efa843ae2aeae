/* Documents of any texts in every form: nothing that a terminal or a reader acts on comes out, text makes no line of its own, and no form grows
 * without bound. An input: spans with 0x1e between, each a letter that says what it is, and its text; a digit before them begins a block. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/io/json.h"
#include "core/model/doc.h"
#include "core/tickets/jira_adf.h"

#define FORM_MAX ((size_t)1 << 30)
#define BYTE_MOST 16     /* bytes of a form for each byte of a text */
#define CELL_MOST 120    /* ... for each span and each cell that is filled up */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth)
{
	if (!truth)
		abort();
}

static void say(struct doc *doc, char how, struct slice text)
{
	switch (how % 5) {
	case 0: doc_strong(doc, text); break;
	case 1: doc_say(doc, text); break;
	case 2: doc_code(doc, text); break;
	case 3: doc_link(doc, text, text); break;
	default: doc_link(doc, slice_of("a"), text); break;
	}
}

static void read_doc(const uint8_t *data, size_t size, struct doc *doc)
{
	const uint8_t *end = data + size;

	while (data < end) {
		const uint8_t *stop = memchr(data, 0x1e, (size_t)(end - data));

		if (!stop)
			stop = end;
		if (data < stop && *data >= '0' && *data <= '9') {
			doc_begin(doc, (enum doc_kind)((*data - '0') % (DOC_MARK + 1)), (unsigned)(*data - '0') / 3);
			data++;
		}
		if (data < stop)
			say(doc, (char)(*data & 0x7f), (struct slice){ (const char *)data + 1, (size_t)(stop - data) - 1 });
		data = stop + (stop < end);
	}
}

/* Whole UTF-8, and no control or bidi characters but \n. Returns the lines. */
static size_t check_text(const struct strbuf *out)
{
	const char *text = strbuf_text(out);
	size_t lines = 0;
	int32_t cp;

	for (size_t at = 0; at < out->len;) {
		at += utf8_decode(text + at, out->len - at, &cp);
		require(cp >= 0);
		lines += cp == '\n';
		require((cp >= 0x20 || cp == '\n') && (cp < 0x7f || cp > 0x9f) && cp != 0x61c && (cp == '\n' || utf8_width(cp) >= 0));
		require(!(cp >= 0x200b && cp <= 0x200f) && !(cp >= 0x2028 && cp <= 0x202e) && !(cp >= 0x2066 && cp <= 0x2069) && cp != 0xfeff);
	}
	return lines;
}

static size_t most_cells(const struct doc *doc)
{
	size_t most = 1;

	for (size_t i = 0; i < doc->block_count; i++)
		if (doc->blocks[i].count > most)
			most = doc->blocks[i].count;
	return most;
}

/* Words of our own, addresses and marks have fewer escapes, or none. */
static bool is_text_alone(const struct doc *doc)
{
	for (size_t i = 0; i < doc->span_count; i++)
		if (doc->spans[i].code || doc->spans[i].url_len)
			return false;
	for (size_t i = 0; i < doc->block_count; i++)
		if (doc->blocks[i].kind == DOC_MARK)
			return false;
	return true;
}

/* Nothing of a text opens a tag or an entity; a backslash that is itself escaped escapes nothing. */
static void check_markdown(const struct strbuf *out)
{
	const char *text = strbuf_text(out);
	size_t slashes = 0;

	for (size_t i = 0; i < out->len; i++) {
		require(text[i] != '<' || slashes % 2);
		require(text[i] != '@' || (i > 0 && (text[i - 1] == '`' || text[i - 1] == '@')));
		slashes = text[i] == '\\' ? slashes + 1 : 0;
	}
}

static void check_form(const struct doc *doc, size_t most, void (*form)(const struct doc *, struct strbuf *), void (*more)(const struct strbuf *))
{
	struct strbuf out = STRBUF_INIT(FORM_MAX);

	form(doc, &out);
	require(!out.overflow && out.len <= most);
	require(check_text(&out) <= 4 * doc->block_count + 4);
	if (more)
		more(&out);
	strbuf_release(&out);
}

/* No text is empty, and nothing stands in it that had to be escaped but quotes and backslashes. */
static void check_adf(const struct doc *doc, size_t most)
{
	struct strbuf out = STRBUF_INIT(FORM_MAX);
	struct json_object object = {0};

	jira_adf(doc, &out);
	const char *text = strbuf_text(&out);

	require(!out.overflow && out.len <= 2 * most + 100);
	require(check_text(&out) == 0 && !strstr(text, "\"text\":\"\""));
	for (size_t i = 0; i < out.len; i++)
		if (text[i] == '\\')
			require(text[++i] == '"' || text[i] == '\\');
	require(json_object_read(&object, (struct slice){ text, out.len }) == 1 && object.count == 3);
	json_object_release(&object);
	strbuf_release(&out);
}

/* A wiki's tags are ours alone. */
static void check_wiki(const struct strbuf *out)
{
	require(!memchr(strbuf_text(out), '<', out->len) && !memchr(strbuf_text(out), '>', out->len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct doc doc = {0};

	read_doc(data, size, &doc);
	size_t most = BYTE_MOST * 2 * size + CELL_MOST * (doc.span_count + doc.block_count * most_cells(&doc) + 1);

	check_form(&doc, most, doc_plain, NULL);
	check_form(&doc, most, doc_markdown, is_text_alone(&doc) ? check_markdown : NULL);
	check_form(&doc, most, doc_wiki, is_text_alone(&doc) ? check_wiki : NULL);
	check_adf(&doc, most);
	doc_release(&doc);
	return 0;
}
