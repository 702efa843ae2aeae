/* doc_plain.c - a document as plain text: headings underlined, tables in columns, addresses at the end of their line. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/doc.h"

#define CELLS_MAX 16      /* of a row; more are one cell with the last */
#define CELL_WIDE 44      /* columns that a cell may take from all rows; a wider one moves its own row only */

/* Widths of the table that is being written. */
struct table_widths {
	size_t width[CELLS_MAX];
	size_t count;
};

static bool is_address(struct slice text, struct slice url)
{
	static const char head[] = "https://";
	size_t n = sizeof head - 1;

	return slice_equal(text, url) || (url.len > n && slice_equal(text, (struct slice){ url.text + n, url.len - n }));
}

/* Texts of the spans one after another; addresses in brackets behind unless the text is the address. */
static void add_spans(const struct doc *doc, const struct doc_block *block, struct strbuf *out)
{
	for (size_t i = block->first; i < block->first + block->count; i++) {
		struct slice text = doc_text(doc, &doc->spans[i]), url = doc_url(doc, &doc->spans[i]);

		if (url.len > 0 && is_address(text, url)) {
			strbuf_add(out, url.text, url.len);
			continue;
		}
		doc_visible(text, out);
		if (url.len > 0) {
			strbuf_adds(out, text.len > 0 ? " (" : "(");
			strbuf_add(out, url.text, url.len);
			strbuf_addc(out, ')');
		}
	}
}

static void underline(struct strbuf *out, size_t from, char sign)
{
	size_t columns = utf8_columns(strbuf_text(out) + from, out->len - from);

	strbuf_addc(out, '\n');
	for (size_t i = 0; i < columns; i++)
		strbuf_addc(out, sign);
}

/* -- tables -- */

static bool is_table(enum doc_kind kind)
{
	return kind == DOC_COLUMNS || kind == DOC_ROW;
}

static size_t cell_columns(const struct doc *doc, const struct doc_span *span, struct strbuf *scratch)
{
	strbuf_clear(scratch);
	doc_visible(doc_text(doc, span), scratch);
	return utf8_columns(strbuf_text(scratch), scratch->len);
}

/* Measures the table that begins at a block. */
static void measure(const struct doc *doc, size_t at, struct table_widths *widths)
{
	struct strbuf scratch = STRBUF_INIT(SIZE_MAX / 4);

	*widths = (struct table_widths){ 0 };
	for (size_t b = at; b < doc->block_count && is_table(doc->blocks[b].kind) && (b == at || doc->blocks[b].kind == DOC_ROW); b++)
		for (size_t i = 0; i < doc->blocks[b].count && i < CELLS_MAX; i++) {
			size_t columns = cell_columns(doc, &doc->spans[doc->blocks[b].first + i], &scratch);

			if (columns > widths->width[i])
				widths->width[i] = columns > CELL_WIDE ? CELL_WIDE : columns;
			if (i >= widths->count)
				widths->count = i + 1;
		}
	strbuf_release(&scratch);
}

/* Cells with two blanks between, then the addresses of the row: they are long, and alike. */
static void add_row(const struct doc *doc, const struct doc_block *block, const struct table_widths *widths, struct strbuf *out)
{
	size_t pad = 0;

	for (size_t i = 0; i < block->count; i++) {
		const struct doc_span *span = &doc->spans[block->first + i];
		size_t from, columns;

		for (; span->text_len > 0 && pad > 0; pad--)
			strbuf_addc(out, ' ');
		from = out->len;
		doc_visible(doc_text(doc, span), out);
		columns = utf8_columns(strbuf_text(out) + from, out->len - from);
		if (i < CELLS_MAX && columns < widths->width[i])
			pad += widths->width[i] - columns;
		pad += 2;
	}
	for (size_t i = 0; i < block->count; i++) {
		struct slice url = doc_url(doc, &doc->spans[block->first + i]);

		if (url.len == 0)
			continue;
		for (; pad > 0; pad--)
			strbuf_addc(out, ' ');
		strbuf_add(out, url.text, url.len);
		pad = 2;
	}
}

/* -- blocks -- */

/* Lists and tables stand together; all else has an empty line before it. */
static bool is_apart(const struct doc *doc, size_t at)
{
	enum doc_kind kind = doc->blocks[at].kind, before = doc->blocks[at - 1].kind;

	if (kind == DOC_ROW)
		return !is_table(before);
	return kind != before || (kind != DOC_ITEM && kind != DOC_STEP && kind != DOC_WARN);
}

static void add_block(const struct doc *doc, size_t at, size_t *step, struct table_widths *widths, struct strbuf *out)
{
	const struct doc_block *block = &doc->blocks[at];
	size_t from = out->len;

	*step = block->kind == DOC_STEP ? *step + 1 : 0;
	if (is_table(block->kind)) {
		if (block->kind == DOC_COLUMNS || at == 0 || !is_table(doc->blocks[at - 1].kind))
			measure(doc, at, widths);
		add_row(doc, block, widths, out);
		return;
	}
	if (block->kind == DOC_WARN)
		strbuf_adds(out, "! ");
	else if (block->kind == DOC_ITEM)
		strbuf_adds(out, "- ");
	else if (block->kind == DOC_STEP)
		strbuf_addf(out, "%zu. ", *step);
	add_spans(doc, block, out);
	if (block->kind == DOC_HEAD)
		underline(out, from, block->level > 1 ? '-' : '=');
}

void doc_plain(const struct doc *doc, struct strbuf *out)
{
	struct table_widths widths = { 0 };
	size_t step = 0;

	for (size_t at = 0; at < doc->block_count; at++) {
		if (at > 0 && is_apart(doc, at))
			strbuf_addc(out, '\n');
		add_block(doc, at, &step, &widths, out);
		strbuf_addc(out, '\n');
	}
}
