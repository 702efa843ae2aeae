/* doc.c - building a document, and text made visible. */
#include "core/model/doc.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"

#define SAY_MAX 65536   /* bytes of one formatted text */
#define URL_MAX 2000
#define MAIL_MAX 254

void doc_begin(struct doc *doc, enum doc_kind kind, unsigned level)
{
	doc->blocks = grow(doc->blocks, &doc->block_cap, doc->block_count + 1, sizeof *doc->blocks);
	doc->blocks[doc->block_count++] = (struct doc_block){ .kind = kind, .level = level, .first = doc->span_count };
}

static size_t keep_bytes(struct doc *doc, struct slice text)
{
	size_t at = doc->len;

	doc->bytes = grow(doc->bytes, &doc->bytes_cap, doc->len + text.len + 1, 1);
	if (text.len > 0)
		memcpy(doc->bytes + at, text.text, text.len);
	doc->len += text.len;
	return at;
}

/* Text before any block begins a paragraph. */
static struct doc_span *add_span(struct doc *doc, struct slice text)
{
	struct doc_span *span;

	if (doc->block_count == 0)
		doc_begin(doc, DOC_TEXT, 0);
	doc->spans = grow(doc->spans, &doc->span_cap, doc->span_count + 1, sizeof *doc->spans);
	span = &doc->spans[doc->span_count++];
	*span = (struct doc_span){ .text = keep_bytes(doc, text), .text_len = text.len };
	doc->blocks[doc->block_count - 1].count++;
	return span;
}

void doc_say(struct doc *doc, struct slice text)
{
	add_span(doc, text);
}

void doc_sayf(struct doc *doc, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT(SAY_MAX);
	va_list args;

	va_start(args, format);
	strbuf_addfv(&text, format, args);
	va_end(args);
	add_span(doc, (struct slice){ strbuf_text(&text), text.len });
	strbuf_release(&text);
}

void doc_strong(struct doc *doc, struct slice text)
{
	add_span(doc, text)->strong = true;
}

void doc_code(struct doc *doc, struct slice text)
{
	add_span(doc, text)->code = true;
}

/* -- links -- */

static bool starts_with(struct slice text, const char *head)
{
	return text.len >= strlen(head) && memcmp(text.text, head, strlen(head)) == 0;
}

/* http:// to this machine, and nothing that only looks like it: http://127.0.0.1.evil.example, http://localhost@evil.example. */
static bool is_loopback(struct slice url)
{
	static const char *const hosts[] = { "http://127.0.0.1", "http://localhost", "http://[::1]" };

	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		size_t n = strlen(hosts[i]);

		if (!starts_with(url, hosts[i]))
			continue;
		if (n < url.len && url.text[n] == ':')
			for (n++; n < url.len && url.text[n] >= '0' && url.text[n] <= '9';)
				n++;
		if (n == url.len || url.text[n] == '/' || url.text[n] == '?')
			return true;
	}
	return false;
}

/* The characters that RFC 3986 allows, brackets of an IPv6 host included; quotes and the signs of every markup are not among them but
 * for ( ) * _ ~ ! ', which the forms encode. */
static bool has_url_bytes(struct slice url)
{
	static const char signs[] = "-._~:/?#[]@!$&'()*+,;=%";

	for (size_t i = 0; i < url.len; i++) {
		char c = url.text[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (!plain && (!c || !strchr(signs, c)))
			return false;
	}
	return true;
}

bool doc_is_address(struct slice url)
{
	return url.text && url.len <= URL_MAX && ((starts_with(url, "https://") && url.len > 8) || is_loopback(url)) && has_url_bytes(url);
}

void doc_link(struct doc *doc, struct slice text, struct slice url)
{
	struct doc_span *span = add_span(doc, text);

	if (!doc_is_address(url))
		return;
	span->url = keep_bytes(doc, url);
	span->url_len = url.len;
}

/* `a.b+c@mail.example.com`: letters, digits and . _ + - before one @, behind it a name with a dot; never half of something else. */
static bool is_plain_mail(struct slice text)
{
	const char *at = text.len > 0 && text.len <= MAIL_MAX ? memchr(text.text, '@', text.len) : NULL;
	bool dot = false;

	if (!at || at == text.text)
		return false;
	for (const char *c = text.text, *end = text.text + text.len; c < end; c++) {
		bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9');

		if (c == at)
			continue;
		if (!plain && (!*c || !strchr(c < at ? "._+-" : ".-", *c)))
			return false;
		/* No part is empty, and none of the name begins or ends with a hyphen. */
		if (!plain && (c == text.text || c + 1 == at || c == at + 1 || c + 1 == end || (c[0] == '.' && c[1] == '.')
			|| (c > at && (c[1] == '.' || c[1] == '-') && c[0] != c[1])))
			return false;
		dot = dot || (c > at && *c == '.');
	}
	return dot;
}

void doc_mail(struct doc *doc, struct slice text)
{
	add_span(doc, text)->mail = is_plain_mail(text);
}

struct slice doc_text(const struct doc *doc, const struct doc_span *span)
{
	return (struct slice){ doc->bytes + span->text, span->text_len };
}

struct slice doc_url(const struct doc *doc, const struct doc_span *span)
{
	return (struct slice){ doc->bytes + span->url, span->url_len };
}

void doc_release(struct doc *doc)
{
	free(doc->bytes);
	free(doc->spans);
	free(doc->blocks);
	*doc = (struct doc){ 0 };
}

/* -- visible text -- */

/* Length of the line end or tab at text, 0 when there is none; \r\n is one. */
static size_t line_end(const char *text, size_t n)
{
	if (text[0] == '\r' && n > 1 && text[1] == '\n')
		return 2;
	if (text[0] == '\n' || text[0] == '\r' || text[0] == '\t' || text[0] == '\v' || text[0] == '\f')
		return 1;
	if (n > 1 && memcmp(text, "\xC2\x85", 2) == 0)   /* next line */
		return 2;
	return n > 2 && (memcmp(text, "\xE2\x80\xA8", 3) == 0 || memcmp(text, "\xE2\x80\xA9", 3) == 0) ? 3 : 0;
}

void doc_visible(struct slice text, struct strbuf *out)
{
	size_t from = 0;

	for (size_t i = 0; i < text.len;) {
		size_t end = line_end(text.text + i, text.len - i);

		if (end == 0) {
			i++;
			continue;
		}
		utf8_visible(out, text.text + from, i - from);
		strbuf_addc(out, ' ');
		from = i += end;
	}
	if (text.len > from)
		utf8_visible(out, text.text + from, text.len - from);
}
