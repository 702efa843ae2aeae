/* jira_adf.c - a document in Atlassian's document format. See jira_adf.h. */
#include "core/tickets/jira_adf.h"

#include <stdbool.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/io/json.h"

#define BODY_MAX ((size_t)64 << 20)
#define BETWEEN " \xc2\xb7 "   /* between the cells of a line */
#define HEADING_MOST 6u

enum adf_form {
	ADF_TABLE,   /* hosts in a table */
	ADF_LINES,   /* hosts in lines, linked */
	ADF_BARE,    /* hosts in lines, without links */
	ADF_FORMS
};

struct adf {
	const struct doc *doc;
	struct strbuf *out;
	enum adf_form form;
	size_t columns;      /* of the table that is written */
};

size_t jira_units(struct slice text)
{
	size_t units = 0;
	int32_t cp;

	for (size_t at = 0; at < text.len; units += cp > 0xffff ? 2 : 1)
		at += utf8_decode(text.text + at, text.len - at, &cp);
	return units;
}

/* A comma between elements: not after the bracket that opens them. */
static void comma(struct strbuf *out)
{
	if (out->len && out->buf[out->len - 1] != '[')
		strbuf_addc(out, ',');
}

/* A text node; nothing for an empty text, which the schema forbids. */
static void put_text(struct adf *adf, struct slice text, bool strong, struct slice url)
{
	struct strbuf shown = STRBUF_INIT(BODY_MAX);
	struct strbuf *out = adf->out;

	doc_visible(text, &shown);
	if (shown.len) {
		comma(out);
		strbuf_adds(out, "{\"type\":\"text\",\"text\":");
		json_string(out, (struct slice){ strbuf_text(&shown), shown.len });
		if (strong || url.len)
			strbuf_adds(out, ",\"marks\":[");
		if (strong)
			strbuf_adds(out, "{\"type\":\"strong\"}");
		if (url.len) {
			comma(out);
			strbuf_adds(out, "{\"type\":\"link\",\"attrs\":{\"href\":");
			json_string(out, url);
			strbuf_adds(out, "}}");
		}
		strbuf_adds(out, strong || url.len ? "]}" : "}");
	}
	strbuf_release(&shown);
}

static void put_span(struct adf *adf, const struct doc_span *span)
{
	struct slice none = { "", 0 };

	put_text(adf, doc_text(adf->doc, span), span->strong, adf->form == ADF_BARE ? none : doc_url(adf->doc, span));
}

static void put_spans(struct adf *adf, const struct doc_block *block)
{
	for (size_t i = 0; i < block->count; i++)
		put_span(adf, &adf->doc->spans[block->first + i]);
}

/* `{"type":"paragraph","content":[...]}` */
static void put_paragraph(struct adf *adf, const struct doc_block *block)
{
	comma(adf->out);
	strbuf_adds(adf->out, "{\"type\":\"paragraph\",\"content\":[");
	put_spans(adf, block);
	strbuf_adds(adf->out, "]}");
}

/* Level 1 is the title of the page around it, so ours begin at 2. */
static void put_head(struct adf *adf, const struct doc_block *block)
{
	unsigned level = block->level + 1 < HEADING_MOST ? block->level + 1 : HEADING_MOST;

	comma(adf->out);
	strbuf_addf(adf->out, "{\"type\":\"heading\",\"attrs\":{\"level\":%u},\"content\":[", level);
	put_spans(adf, block);
	strbuf_adds(adf->out, "]}");
}

static void put_cell(struct adf *adf, const char *type, const struct doc_span *span)
{
	comma(adf->out);
	strbuf_addf(adf->out, "{\"type\":\"%s\",\"content\":[{\"type\":\"paragraph\",\"content\":[", type);
	if (span)
		put_span(adf, span);
	strbuf_adds(adf->out, "]}]}");
}

/* A row has as many cells as the first one of its table: a table with holes is drawn by nobody. */
static void put_row(struct adf *adf, const struct doc_block *block)
{
	const char *type = block->kind == DOC_COLUMNS ? "tableHeader" : "tableCell";

	comma(adf->out);
	strbuf_adds(adf->out, "{\"type\":\"tableRow\",\"content\":[");
	for (size_t i = 0; i < adf->columns || i < block->count; i++)
		put_cell(adf, type, i < block->count ? &adf->doc->spans[block->first + i] : NULL);
	strbuf_adds(adf->out, "]}");
}

/* A row as a line of one paragraph: what needs no mark of its own is one text node, as each node costs 25 characters. */
static void put_line(struct adf *adf, const struct doc_block *block, bool first)
{
	struct strbuf plain = STRBUF_INIT(BODY_MAX);
	struct slice none = { "", 0 };
	bool any = false;

	if (!first) {
		comma(adf->out);
		strbuf_adds(adf->out, "{\"type\":\"hardBreak\"}");
	}
	for (size_t i = 0; i < block->count; i++) {
		const struct doc_span *span = &adf->doc->spans[block->first + i];
		struct slice text = doc_text(adf->doc, span);

		if (!text.len)
			continue;
		if (any)
			strbuf_adds(&plain, BETWEEN);
		any = true;
		if (span->strong || (adf->form != ADF_BARE && span->url_len)) {
			put_text(adf, (struct slice){ strbuf_text(&plain), plain.len }, false, none);
			strbuf_clear(&plain);
			put_span(adf, span);
		} else {
			strbuf_add(&plain, text.text, text.len);
		}
	}
	put_text(adf, (struct slice){ strbuf_text(&plain), plain.len }, false, none);
	strbuf_release(&plain);
}

static bool is_table(enum doc_kind kind)
{
	return kind == DOC_COLUMNS || kind == DOC_ROW;
}

/* Blocks from `at` that make one table; returns the first after them. */
static size_t put_table(struct adf *adf, size_t at)
{
	const struct doc_block *blocks = adf->doc->blocks;
	size_t first = at;

	comma(adf->out);
	strbuf_adds(adf->out, adf->form == ADF_TABLE ? "{\"type\":\"table\",\"content\":[" : "{\"type\":\"paragraph\",\"content\":[");
	adf->columns = blocks[at].count;
	for (; at < adf->doc->block_count && is_table(blocks[at].kind) && (at == first || blocks[at].kind == DOC_ROW); at++) {
		if (adf->form == ADF_TABLE)
			put_row(adf, &blocks[at]);
		else
			put_line(adf, &blocks[at], at == first);
	}
	strbuf_adds(adf->out, "]}");
	return at;
}

/* Items that follow each other are one list. */
static size_t put_list(struct adf *adf, size_t at)
{
	const struct doc_block *blocks = adf->doc->blocks;
	enum doc_kind kind = blocks[at].kind;

	comma(adf->out);
	strbuf_addf(adf->out, "{\"type\":\"%s\",\"content\":[", kind == DOC_ITEM ? "bulletList" : "orderedList");
	for (; at < adf->doc->block_count && blocks[at].kind == kind; at++) {
		comma(adf->out);
		strbuf_adds(adf->out, "{\"type\":\"listItem\",\"content\":[");
		put_paragraph(adf, &blocks[at]);
		strbuf_adds(adf->out, "]}");
	}
	strbuf_adds(adf->out, "]}");
	return at;
}

/* One block, or those that belong together; returns the first after them. */
static size_t put_block(struct adf *adf, size_t at)
{
	const struct doc_block *block = &adf->doc->blocks[at];

	switch (block->kind) {
	case DOC_HEAD:
		put_head(adf, block);
		return at + 1;
	case DOC_WARN:
		comma(adf->out);
		strbuf_adds(adf->out, "{\"type\":\"panel\",\"attrs\":{\"panelType\":\"warning\"},\"content\":[");
		put_paragraph(adf, block);
		strbuf_adds(adf->out, "]}");
		return at + 1;
	case DOC_ITEM:
	case DOC_STEP:
		return put_list(adf, at);
	case DOC_COLUMNS:
	case DOC_ROW:
		return put_table(adf, at);
	case DOC_TEXT:
	case DOC_MARK:
		break;
	}
	put_paragraph(adf, block);
	return at + 1;
}

/* {"type":"doc","version":1,"content":[...]}: the version is required, an empty content is allowed. */
static void put_doc(struct adf *adf)
{
	strbuf_adds(adf->out, "{\"type\":\"doc\",\"version\":1,\"content\":[");
	for (size_t at = 0; at < adf->doc->block_count;)
		at = put_block(adf, at);
	strbuf_adds(adf->out, "]}");
}

void jira_adf(const struct doc *doc, struct strbuf *out)
{
	struct strbuf text = STRBUF_INIT(BODY_MAX);
	struct adf adf = { .doc = doc, .out = &text };

	for (adf.form = ADF_TABLE; adf.form < ADF_FORMS; adf.form++) {
		strbuf_clear(&text);
		put_doc(&adf);
		if (!text.overflow && jira_units((struct slice){ strbuf_text(&text), text.len }) <= JIRA_TEXT_MAX)
			break;
	}
	strbuf_add(out, strbuf_text(&text), text.len);
	strbuf_release(&text);
}
