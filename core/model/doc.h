/* doc.h - a short document without a form: what a ticket or a note says, before any system's markup.
 *
 * doc.c           building        doc_plain.c     plain text
 * doc_markdown.c  Markdown        doc_wiki.c      Jira's wiki markup
 * (Atlassian's JSON form is in the room tickets, as it needs JSON.)
 *
 * Texts are exact, also those from outside; each form has one encoding of its own here, so that text stays text: no host name becomes a
 * link, a heading, a mention or a control character. */
#ifndef ROUSE_DOC_H
#define ROUSE_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

struct strbuf;

enum doc_kind {
	DOC_HEAD,      /* a heading; level 1 or 2 */
	DOC_TEXT,      /* a paragraph */
	DOC_WARN,      /* a paragraph that must be seen first */
	DOC_ITEM,      /* of a list */
	DOC_STEP,      /* of a numbered list */
	DOC_COLUMNS,   /* the head of a table; its spans are the cells */
	DOC_ROW,       /* a row of it; a cell each span */
	DOC_MARK,      /* a line for machines, kept as it is: `rouse-1a2b3c 37 hosts 9f86d081`; [A-Za-z0-9 :._-] alone */
};

/* A run of text. `text` and `url` are places in doc.bytes. */
struct doc_span {
	size_t text, text_len;
	size_t url, url_len;     /* 0 length: no link; else an https address */
	bool strong;
	bool code;               /* a command or a name that is typed as it stands */
	bool mail;               /* a plain mail address, which the form may make a link */
};

struct doc_block {
	enum doc_kind kind;
	unsigned level;
	size_t first, count;     /* spans */
};

/* Zero-initialised means empty. */
struct doc {
	char *bytes;             /* owned */
	size_t len, bytes_cap;
	struct doc_span *spans;  /* owned */
	size_t span_count, span_cap;
	struct doc_block *blocks;   /* owned */
	size_t block_count, block_cap;
};

void doc_begin(struct doc *doc, enum doc_kind kind, unsigned level);   /* the next block */
void doc_say(struct doc *doc, struct slice text);                      /* a span of it */
void doc_sayf(struct doc *doc, const char *format, ...) __attribute__((format(printf, 2, 3)));
void doc_strong(struct doc *doc, struct slice text);
void doc_code(struct doc *doc, struct slice text);                     /* for words of our own, not for text from outside */
/* A link is kept only for https (http to a loopback address too); any other address leaves the text alone. */
void doc_link(struct doc *doc, struct slice text, struct slice url);
/* A person's address: a link where it is plain (`sql-oncall@example.com`), else text as any other. */
void doc_mail(struct doc *doc, struct slice text);
bool doc_is_address(struct slice url);                                 /* such an address, of characters that an address may have */
struct slice doc_text(const struct doc *doc, const struct doc_span *span);
struct slice doc_url(const struct doc *doc, const struct doc_span *span);
void doc_release(struct doc *doc);

/* The forms. Each appends; line ends are \n. Control and bidi characters become visible (`\x1b`); line ends inside a span become blanks. */
void doc_plain(const struct doc *doc, struct strbuf *out);
void doc_markdown(const struct doc *doc, struct strbuf *out);
void doc_wiki(const struct doc *doc, struct strbuf *out);
/* One text in Markdown or wiki markup, for front matter and titles. */
void doc_markdown_text(struct slice text, struct strbuf *out);
void doc_wiki_text(struct slice text, struct strbuf *out);
/* Text with control and bidi characters made visible and line ends as blanks: what every form is made from. */
void doc_visible(struct slice text, struct strbuf *out);

#endif
