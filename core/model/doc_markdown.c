/* doc_markdown.c - a document as Markdown: CommonMark, with the tables of GitHub's.
 *
 * Text is escaped so that both read it as text, and neither makes a link, a mention or a heading of a host name. Escapes:
 *   \  before every sign that opens something anywhere in a line
 *   \  before a sign that opens something at the beginning of a line: - + = and the dot of `1.`
 *   `www\.` and `https\://`, which GitHub's form would link
 *   `@` alone in a span of code: neither a mention nor a mail address reaches across it
 * A person's plain mail address is the one exception: <sql-oncall@example.com>. */
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/doc.h"

#define TEXT_MAX ((size_t)1 << 24)   /* bytes of one text in its visible form */

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* -- text -- */

/* Where `www.` or the `:` of `https://` and its like stands. */
static bool opens_autolink(struct slice text, size_t i)
{
	if (text.text[i] == '.')
		return i >= 3 && (text.text[i - 1] | 0x20) == 'w' && (text.text[i - 2] | 0x20) == 'w' && (text.text[i - 3] | 0x20) == 'w';
	return text.text[i] == ':' && i + 2 < text.len && text.text[i + 1] == '/' && text.text[i + 2] == '/';
}

/* & before what could be an entity's name; ! before a link, which may be the next span. */
static bool opens_other(struct slice text, size_t i)
{
	bool last = i + 1 == text.len;

	if (text.text[i] == '&')
		return last || is_alnum(text.text[i + 1]) || text.text[i + 1] == '#';
	return text.text[i] == '!' && (last || text.text[i + 1] == '[');
}

/* Signs that make a list, an underlined heading or a rule of a line that begins with them: `- x`, `===`, `12. x`. */
static bool opens_line(struct slice text, size_t i)
{
	char c = text.text[i];

	if (i == 0)
		return c == '-' || c == '+' || c == '=';
	if (c != '.' && c != ')')
		return false;
	for (size_t k = 0; k < i; k++)
		if (text.text[k] < '0' || text.text[k] > '9')
			return false;
	return true;
}

/* Neighbours share one span of code: two spans without a blank between are none. Raw, an @ stands only in <a@b>. */
static void add_at(struct strbuf *out)
{
	if (out->len >= 2 && memcmp(out->buf + out->len - 2, "@`", 2) == 0) {
		out->buf[out->len - 1] = '@';
		strbuf_addc(out, '`');
	} else {
		strbuf_adds(out, "`@`");
	}
}

/* Visible text, encoded; `first`: it begins a line. */
static void add_encoded(struct slice text, bool first, struct strbuf *out)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.text[i];

		if (c == '@') {
			add_at(out);
			continue;
		}
		if (c == ' ' && i == 0 && first) {   /* four of them would make a block of code */
			strbuf_adds(out, "&#32;");
			continue;
		}
		if (c && (strchr("\\`*_{}[]<>#|~$^", c) || opens_autolink(text, i) || opens_other(text, i) || (first && opens_line(text, i))))
			strbuf_addc(out, '\\');
		strbuf_addc(out, c);
	}
}

static void add_text(struct slice text, bool first, struct strbuf *out)
{
	struct strbuf visible = STRBUF_INIT(TEXT_MAX);

	doc_visible(text, &visible);
	add_encoded((struct slice){ strbuf_text(&visible), visible.len }, first, out);
	strbuf_release(&visible);
}

void doc_markdown_text(struct slice text, struct strbuf *out)
{
	add_text(text, true, out);
}

/* -- spans -- */

/* An address as it stands in round brackets. */
static void add_url(struct slice url, struct strbuf *out)
{
	for (size_t i = 0; i < url.len; i++) {
		char c = url.text[i];

		if (c == '(' || c == ')' || c == '[' || c == ']' || c == '*' || c == '\'' || c == '!')
			strbuf_addf(out, "%%%02X", (unsigned)(unsigned char)c);
		else if (c == '&')
			strbuf_adds(out, "&amp;");
		else
			strbuf_addc(out, c);
	}
}

/* `**` opens and closes only beside a letter or digit, whatever stands outside. */
static bool can_be_strong(struct slice text)
{
	return text.len > 0 && is_alnum(text.text[0]) && is_alnum(text.text[text.len - 1]);
}

/* Words of our own as code; what cannot be code is text. */
static bool add_code(const struct doc_span *span, struct slice text, struct strbuf *out)
{
	if (!span->code || text.len == 0 || text.text[0] == ' ' || text.text[text.len - 1] == ' ' || (out->len > 0
		&& out->buf[out->len - 1] == '`'))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.text[i] < ' ' || text.text[i] > '~' || text.text[i] == '`' || text.text[i] == '|')
			return false;
	strbuf_addc(out, '`');
	strbuf_add(out, text.text, text.len);
	strbuf_addc(out, '`');
	return true;
}

static void add_span(const struct doc *doc, const struct doc_span *span, bool first, struct strbuf *out)
{
	struct slice text = doc_text(doc, span), url = doc_url(doc, span);
	bool strong = span->strong && can_be_strong(text);

	if (add_code(span, text, out))
		return;
	if (span->mail) {
		strbuf_addc(out, '<');
		strbuf_add(out, text.text, text.len);
		strbuf_addc(out, '>');
		return;
	}
	if (strong)
		strbuf_adds(out, "**");
	if (url.len > 0)
		strbuf_addc(out, '[');
	add_text(text.len > 0 || url.len == 0 ? text : url, first && !strong && url.len == 0, out);
	if (url.len > 0) {
		strbuf_adds(out, "](");
		add_url(url, out);
		strbuf_addc(out, ')');
	}
	if (strong)
		strbuf_adds(out, "**");
}

static void add_spans(const struct doc *doc, const struct doc_block *block, struct strbuf *out)
{
	size_t from = out->len;

	for (size_t i = block->first; i < block->first + block->count; i++)
		add_span(doc, &doc->spans[i], out->len == from, out);
}

/* -- tables -- */

/* As many cells as the head has: a row with less is filled up, what is more goes into the last cell. */
static void add_row(const struct doc *doc, const struct doc_block *block, size_t cells, struct strbuf *out)
{
	for (size_t i = 0; i < cells || (cells == 0 && i < block->count); i++) {
		strbuf_adds(out, "| ");
		if (i < block->count)
			add_span(doc, &doc->spans[block->first + i], true, out);
		for (size_t more = i + 1; i + 1 == cells && more < block->count; more++) {
			strbuf_addc(out, ' ');
			add_span(doc, &doc->spans[block->first + more], true, out);
		}
		strbuf_addc(out, ' ');
	}
	strbuf_addc(out, '|');
}

static void add_rule(size_t cells, struct strbuf *out)
{
	strbuf_addc(out, '\n');
	for (size_t i = 0; i < cells; i++)
		strbuf_adds(out, i ? " --- |" : "| --- |");
}

/* -- blocks -- */

/* Lists and tables stand together; all else has an empty line before it. A row without a head gets an empty one. */
static bool is_apart(const struct doc *doc, size_t at)
{
	enum doc_kind kind = doc->blocks[at].kind, before = doc->blocks[at - 1].kind;

	if (kind == DOC_ROW)
		return before != DOC_ROW && before != DOC_COLUMNS;
	return kind != before || (kind != DOC_ITEM && kind != DOC_STEP);
}

static void add_block(const struct doc *doc, size_t at, size_t *step, size_t *cells, struct strbuf *out)
{
	const struct doc_block *block = &doc->blocks[at];
	bool orphan = block->kind == DOC_ROW && (at == 0 || is_apart(doc, at));

	*step = block->kind == DOC_STEP ? *step + 1 : 0;
	if (block->kind == DOC_COLUMNS || orphan)
		*cells = block->count > 0 ? block->count : 1;
	switch (block->kind) {
	case DOC_HEAD: strbuf_adds(out, block->level > 1 ? "### " : "## "); break;
	case DOC_WARN: strbuf_adds(out, "> **Warning:** "); break;
	case DOC_ITEM: strbuf_adds(out, "- "); break;
	case DOC_STEP: strbuf_addf(out, "%zu. ", *step); break;
	case DOC_COLUMNS: add_row(doc, block, *cells, out); add_rule(*cells, out); return;
	case DOC_ROW:
		if (orphan) {
			for (size_t i = 0; i < *cells; i++)
				strbuf_adds(out, i ? "  |" : "|  |");
			add_rule(*cells, out);
			strbuf_addc(out, '\n');
		}
		add_row(doc, block, *cells, out);
		return;
	case DOC_TEXT: break;
	case DOC_MARK:
		for (size_t i = block->first; i < block->first + block->count; i++)
			doc_visible(doc_text(doc, &doc->spans[i]), out);
		return;
	}
	add_spans(doc, block, out);
}

void doc_markdown(const struct doc *doc, struct strbuf *out)
{
	size_t step = 0, cells = 1;

	for (size_t at = 0; at < doc->block_count; at++) {
		if (at > 0 && is_apart(doc, at))
			strbuf_addc(out, '\n');
		add_block(doc, at, &step, &cells, out);
		strbuf_addc(out, '\n');
	}
}
