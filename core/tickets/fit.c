/* fit.c - the body within a system's limit. See fit.h. */
#include "core/tickets/fit.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/doc.h"
#include "core/model/draft.h"

#define BODY_MAX ((size_t)64 << 20)
#define BYTES_PER_CHARACTER 4

/* How long a text is in the system's eyes. */
static size_t fit_size(struct slice text, enum fit_unit unit)
{
	size_t size = 0;
	int32_t cp;

	if (unit == FIT_BYTES)
		return text.len;
	for (size_t at = 0; at < text.len; size += unit == FIT_UNITS && cp > 0xffff ? 2 : 1)
		at += utf8_decode(text.text + at, text.len - at, &cp);
	return size;
}

/* Writes a document into an emptied buffer; whether it is within the limit. */
static bool doc_fits(const struct doc *doc, const struct fit_limit *limit, struct strbuf *out)
{
	strbuf_clear(out);
	limit->form(doc, out);
	return !out->overflow && (!limit->max || fit_size((struct slice){ strbuf_text(out), out->len }, limit->unit) <= limit->max);
}

static bool hosts_fit(const struct draft *draft, uint32_t hosts, const struct fit_limit *limit, struct strbuf *out)
{
	struct doc doc = {0};

	draft_doc(draft, hosts, &doc);
	bool fits = doc_fits(&doc, limit, out);

	doc_release(&doc);
	return fits;
}

/* A buffer that stops growing where the limit is certainly passed: a document far too long costs no memory. */
static struct strbuf fit_buffer(const struct fit_limit *limit)
{
	size_t max = limit->max && limit->max < BODY_MAX / BYTES_PER_CHARACTER ? limit->max * BYTES_PER_CHARACTER : BODY_MAX;

	return (struct strbuf)STRBUF_INIT(max);
}

static uint32_t find_hosts(const struct draft *draft, const struct fit_limit *limit, struct strbuf *body, bool *fits)
{
	uint32_t low = 0, high = draft->host_count;

	*fits = true;
	/* All of them is asked first and alone: that document has no sentence about the rest, so it may be shorter than the one before it. */
	if (hosts_fit(draft, draft->host_count, limit, body))
		return draft->host_count;
	*fits = hosts_fit(draft, 0, limit, body);
	/* `low` fits, `high` does not. */
	while (*fits && high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (hosts_fit(draft, middle, limit, body))
			low = middle;
		else
			high = middle;
	}
	return low;
}

uint32_t fit_hosts(const struct draft *draft, const struct fit_limit *limit)
{
	struct strbuf body = fit_buffer(limit);
	bool fits;
	uint32_t hosts = find_hosts(draft, limit, &body, &fits);

	strbuf_release(&body);
	return hosts;
}

/* The first `count` blocks of a document, a sentence about the rest, and its mark. */
static bool blocks_fit(const struct doc *whole, const char *mark, size_t count, const struct fit_limit *limit, struct strbuf *out)
{
	struct doc doc = *whole;

	doc.bytes = xmemdup(whole->bytes ? whole->bytes : "", whole->len);
	doc.bytes_cap = whole->len;
	doc.spans = xcalloc(whole->span_count + 1, sizeof *doc.spans);
	memcpy(doc.spans, whole->spans, whole->span_count * sizeof *doc.spans);
	doc.span_cap = whole->span_count + 1;
	doc.blocks = xcalloc(count + 1, sizeof *doc.blocks);
	memcpy(doc.blocks, whole->blocks, count * sizeof *doc.blocks);
	doc.block_count = count;
	doc.block_cap = count + 1;
	doc_begin(&doc, DOC_TEXT, 0);
	doc_sayf(&doc, "The rest did not fit here; the attached list has every host.");
	doc_begin(&doc, DOC_MARK, 0);
	doc_say(&doc, slice_of(mark));
	bool fits = doc_fits(&doc, limit, out);

	doc_release(&doc);
	return fits;
}

/* Where not even a document without rows fits. */
static void fit_blocks(const struct draft *draft, const struct fit_limit *limit, struct strbuf *body)
{
	struct doc whole = {0};
	size_t low = 0, high;

	draft_doc(draft, 0, &whole);
	high = whole.block_count;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (blocks_fit(&whole, draft->mark, middle, limit, body))
			low = middle;
		else
			high = middle;
	}
	blocks_fit(&whole, draft->mark, low, limit, body);
	doc_release(&whole);
}

uint32_t fit_body(const struct draft *draft, const struct fit_limit *limit, struct strbuf *out)
{
	struct strbuf body = fit_buffer(limit);
	bool fits;
	uint32_t hosts = find_hosts(draft, limit, &body, &fits);

	if (!fits)
		fit_blocks(draft, limit, &body);
	else
		hosts_fit(draft, hosts, limit, &body);
	strbuf_add(out, strbuf_text(&body), body.len);
	strbuf_release(&body);
	return hosts;
}

void fit_cut(struct slice text, size_t max, enum fit_unit unit, struct strbuf *out)
{
	size_t at = 0, size = 0;
	int32_t cp;

	while (at < text.len) {
		size_t n = utf8_decode(text.text + at, text.len - at, &cp);

		size += unit == FIT_BYTES ? n : unit == FIT_UNITS && cp > 0xffff ? 2 : 1;
		if (size > max)
			break;
		at += n;
	}
	strbuf_add(out, text.text ? text.text : "", at);
}
