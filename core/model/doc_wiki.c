/* doc_wiki.c - a document as wiki markup of Jira Data Center.
 *
 * Atlassian's renderer takes a backslash before - # * _ + ? ^ ~ | % { } [ ] ( ) ! @ for an escape (BackslashEscapeRendererComponent) and keeps
 * HTML entities as they are; two backslashes are a line break. So those signs get a backslash and all others that mean something an entity. A
 * sign between two letters or digits opens nothing and is left alone, so that a search for srv-app-01 finds the ticket; but SRV-01 gets its
 * backslash, or Jira would link an issue of that name. */
#include <stdio.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/doc.h"

#define TEXT_MAX ((size_t)1 << 24)   /* bytes of one text in its visible form */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || is_upper(c) || is_digit(c);
}

/* -- text -- */

static char char_at(struct slice text, size_t i)
{
	return i < text.len ? text.text[i] : '\0';
}

/* The - of an issue's key: `SRV-1`. */
static bool is_key(struct slice text, size_t i)
{
	return i > 0 && (is_upper(text.text[i - 1]) || is_digit(text.text[i - 1]) || text.text[i - 1] == '_') && is_digit(char_at(text, i + 1));
}

static bool needs_backslash(struct slice text, size_t i)
{
	char c = text.text[i];

	if (!strchr("-#*_+?^~|%{}[]()!@", c))
		return false;
	if (c != '-' && c != '_' && c != '+' && c != '*' && c != '~')
		return true;
	if (c == '-' && is_key(text, i))
		return true;
	return i == 0 || !is_alnum(text.text[i - 1]) || !is_alnum(char_at(text, i + 1));
}

static bool equal_nocase(struct slice text, size_t from, const char *word)
{
	size_t n = strlen(word);

	return from + n <= text.len && slice_is_nocase((struct slice){ text.text + from, n }, word);
}

/* `https://`, `mailto:`, and the faces :D and :P; `www.`; `h1.` and `bq.` before which nothing stands. */
static bool needs_entity(struct slice text, size_t i, bool first)
{
	char c = text.text[i], next = char_at(text, i + 1);

	if (c == '\\' || c == '&' || c == '<' || c == '>' || c == '"')
		return true;
	if (c == ':')
		return next == '/' || next == '\\' || next == 'D' || next == 'P' || next == ')' || next == '('
		       || (i >= 6 && equal_nocase(text, i - 6, "mailto"));
	if (c == ';')
		return next == ')';
	if (c != '.')
		return false;
	if (i >= 3 && equal_nocase(text, i - 3, "www"))
		return true;
	return first && i == 2
	       && (equal_nocase(text, 0, "bq") || equal_nocase(text, 0, "fn") || ((text.text[0] | 0x20) == 'h' && is_digit(text.text[1])));
}

static void add_text(struct slice raw, bool first, struct strbuf *out)
{
	struct strbuf visible = STRBUF_INIT(TEXT_MAX);
	struct slice text;

	doc_visible(raw, &visible);
	text = (struct slice){ strbuf_text(&visible), visible.len };
	for (size_t i = 0; i < text.len; i++) {
		char c = text.text[i];

		if (first && i == 0 && c == ' ') {
			strbuf_adds(out, "&#32;");
			continue;
		}
		if (c && needs_entity(text, i, first)) {
			strbuf_addf(out, "&#%d;", c);
			continue;
		}
		if (c && needs_backslash(text, i))
			strbuf_addc(out, '\\');
		strbuf_addc(out, c);
	}
	strbuf_release(&visible);
}

void doc_wiki_text(struct slice text, struct strbuf *out)
{
	add_text(text, true, out);
}

/* -- spans -- */

static void add_url(struct slice url, struct strbuf *out)
{
	for (size_t i = 0; i < url.len; i++) {
		char c = url.text[i];

		if (c == '[' || c == ']' || c == '(' || c == ')' || c == '!' || c == '*' || c == '\'' || c == '~')
			strbuf_addf(out, "%%%02X", (unsigned)(unsigned char)c);
		else
			strbuf_addc(out, c);
	}
}

/* `*` opens and closes only beside a letter or digit within, and none outside. */
static bool can_be_strong(struct slice text)
{
	return text.len > 0 && is_alnum(text.text[0]) && is_alnum(text.text[text.len - 1]);
}

static void add_span(const struct doc *doc, const struct doc_span *span, bool first, bool last, struct strbuf *out)
{
	struct slice text = doc_text(doc, span), url = doc_url(doc, span);
	bool strong = span->strong && can_be_strong(text) && (first || out->buf[out->len - 1] == ' ')
	              && (last || char_at(doc_text(doc, span + 1), 0) == ' ');

	if (span->code && url.len == 0) {   /* markup is read in there too */
		strbuf_adds(out, "{{");
		add_text(text, first, out);
		strbuf_adds(out, "}}");
		return;
	}
	if (url.len > 0)
		strbuf_addc(out, '[');
	if (strong)
		strbuf_addc(out, '*');
	add_text(text.len > 0 || url.len == 0 ? text : url, first, out);
	if (strong)
		strbuf_addc(out, '*');
	if (url.len > 0) {
		strbuf_addc(out, '|');
		add_url(url, out);
		strbuf_addc(out, ']');
	}
}

static void add_spans(const struct doc *doc, const struct doc_block *block, struct strbuf *out)
{
	size_t from = out->len;

	for (size_t i = 0; i < block->count; i++)
		add_span(doc, &doc->spans[block->first + i], out->len == from, i + 1 == block->count, out);
}

/* An empty cell needs a blank, or the next bar makes it a head. */
static void add_row(const struct doc *doc, const struct doc_block *block, const char *bar, struct strbuf *out)
{
	for (size_t i = 0; i < block->count; i++) {
		strbuf_adds(out, bar);
		strbuf_addc(out, ' ');
		add_span(doc, &doc->spans[block->first + i], true, true, out);
		strbuf_addc(out, ' ');
	}
	strbuf_adds(out, bar);
}

/* -- blocks -- */

/* Lists and tables stand together; all else has an empty line before it. */
static bool is_apart(const struct doc *doc, size_t at)
{
	enum doc_kind kind = doc->blocks[at].kind, before = doc->blocks[at - 1].kind;

	if (kind == DOC_ROW)
		return before != DOC_ROW && before != DOC_COLUMNS;
	return kind != before || (kind != DOC_ITEM && kind != DOC_STEP);
}

static void add_block(const struct doc *doc, const struct doc_block *block, struct strbuf *out)
{
	switch (block->kind) {
	case DOC_HEAD: strbuf_adds(out, block->level > 1 ? "h3. " : "h2. "); break;
	case DOC_WARN: strbuf_adds(out, "bq. *Warning:* "); break;
	case DOC_ITEM: strbuf_adds(out, "* "); break;
	case DOC_STEP: strbuf_adds(out, "# "); break;
	case DOC_COLUMNS: add_row(doc, block, "||", out); return;
	case DOC_ROW: add_row(doc, block, "|", out); return;
	case DOC_TEXT: break;
	case DOC_MARK:
		for (size_t i = block->first; i < block->first + block->count; i++)
			doc_visible(doc_text(doc, &doc->spans[i]), out);
		return;
	}
	add_spans(doc, block, out);
}

void doc_wiki(const struct doc *doc, struct strbuf *out)
{
	for (size_t at = 0; at < doc->block_count; at++) {
		if (at > 0 && is_apart(doc, at))
			strbuf_addc(out, '\n');
		add_block(doc, &doc->blocks[at], out);
		strbuf_addc(out, '\n');
	}
}
