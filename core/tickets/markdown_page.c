/* markdown_page.c - the text of a record's file, taken apart and put together. See markdown_inner.h. */
#include <stdlib.h>
#include <string.h>

#include "core/model/doc.h"
#include "core/tickets/markdown_inner.h"

#define VALUE_MAX 4096
#define NOTES_HEAD "## Work notes"

/* -- lines -- */

/* The next line of a text without its end; the text loses it. False at the end. */
static bool take_line(struct slice *text, struct slice *line)
{
	const char *end;

	if (!text->len)
		return false;
	end = memchr(text->text, '\n', text->len);
	size_t len = end ? (size_t)(end - text->text) : text->len;

	*line = (struct slice){ text->text, len && text->text[len - 1] == '\r' ? len - 1 : len };
	len += end ? 1 : 0;
	*text = (struct slice){ text->text + len, text->len - len };
	return true;
}

static struct slice trim(struct slice text)
{
	while (text.len && (*text.text == ' ' || *text.text == '\t'))
		text = (struct slice){ text.text + 1, text.len - 1 };
	while (text.len && (text.text[text.len - 1] == ' ' || text.text[text.len - 1] == '\t'))
		text.len--;
	return text;
}

/* Whether a line is `key: value`. */
static bool is_key(struct slice line, const char *key, struct slice *value)
{
	size_t len = strlen(key);

	if (line.len <= len || !slice_is_nocase((struct slice){ line.text, len }, key))
		return false;
	struct slice rest = trim((struct slice){ line.text + len, line.len - len });

	if (!rest.len || *rest.text != ':')
		return false;
	*value = trim((struct slice){ rest.text + 1, rest.len - 1 });
	return true;
}

/* -- taken apart -- */

/* Where the last line with a mark of this id ends, or 0. */
static size_t mark_end(struct slice text, const char *correlation)
{
	struct slice rest = text, line;
	struct strbuf mark = STRBUF_INIT(VALUE_MAX);
	size_t end = 0;

	while (*correlation && take_line(&rest, &line)) {
		strbuf_clear(&mark);
		if (ticket_find_mark(line, correlation, &mark))
			end = (size_t)(rest.text - text.text);
	}
	strbuf_release(&mark);
	return end;
}

static size_t notes_start(struct slice text)
{
	struct slice rest = text, line;
	size_t at = 0;

	while (at = (size_t)(rest.text - text.text), take_line(&rest, &line))
		if (slice_is(trim(line), NOTES_HEAD))
			return at;
	return text.len;
}

/* A body ends with its mark, or where the notes begin when somebody took the mark away. Where both are missing, nothing of it is ours for
 * sure: all stays as people's own. */
static void split_body(struct slice text, struct page *page)
{
	struct strbuf correlation = STRBUF_INIT(VALUE_MAX);
	size_t notes = notes_start(text), end;

	page_value(page, "correlation", &correlation);
	end = mark_end((struct slice){ text.text, notes }, strbuf_text(&correlation));
	if (!end && notes < text.len)
		end = notes;
	page->body = (struct slice){ text.text, end };
	page->tail = (struct slice){ text.text + end, text.len - end };
	strbuf_release(&correlation);
}

bool page_read(struct slice text, struct page *page)
{
	struct slice rest = text, line;
	const char *start;

	*page = (struct page){ .head = { text.text, 0 } };
	/* An editor's byte order mark. */
	if (rest.len >= 3 && !memcmp(rest.text, "\xef\xbb\xbf", 3))
		rest = (struct slice){ rest.text + 3, rest.len - 3 };
	if (!take_line(&rest, &line) || !slice_is(trim(line), "---"))
		return false;
	start = rest.text;
	for (size_t len = 0; take_line(&rest, &line); len = (size_t)(rest.text - start))
		if (slice_is(trim(line), "---")) {
			page->head = (struct slice){ start, len };
			split_body(rest, page);
			return true;
		}
	return false;
}

bool page_value(const struct page *page, const char *key, struct strbuf *out)
{
	struct slice head = page->head, line, value;

	while (take_line(&head, &line)) {
		if (!is_key(line, key, &value))
			continue;
		char quote = value.len >= 2 && (*value.text == '"' || *value.text == '\'') ? *value.text : '\0';

		if (quote && value.text[value.len - 1] == quote)
			value = (struct slice){ value.text + 1, value.len - 2 };
		else
			quote = '\0';
		for (size_t i = 0; i < value.len; i++) {
			if (quote == '"' && value.text[i] == '\\' && i + 1 < value.len)
				i++;
			strbuf_addc(out, value.text[i]);
		}
		return true;
	}
	return false;
}

/* -- put together -- */

void page_pair(struct strbuf *out, const char *key, const char *value)
{
	struct strbuf visible = STRBUF_INIT(PAGE_HEAD_MAX);

	doc_visible(slice_of(value), &visible);
	strbuf_addf(out, "%s: \"", key);
	for (const char *c = strbuf_text(&visible); *c; c++) {
		if (*c == '"' || *c == '\\')
			strbuf_addc(out, '\\');
		strbuf_addc(out, *c);
	}
	strbuf_adds(out, "\"\n");
	strbuf_release(&visible);
}

void page_front(const struct page *page, const char *const *pairs, struct strbuf *out)
{
	struct slice head = page->head, line, value;
	unsigned done = 0;

	strbuf_adds(out, "---\n");
	while (take_line(&head, &line)) {
		const char *const *pair = pairs;

		while (*pair && !is_key(line, *pair, &value))
			pair += 2;
		if (*pair) {
			page_pair(out, pair[0], pair[1]);
			done |= 1u << (pair - pairs);
		} else {
			strbuf_add(out, line.text, line.len);
			strbuf_addc(out, '\n');
		}
	}
	for (size_t i = 0; pairs[i]; i += 2)
		if (!(done & 1u << i))
			page_pair(out, pairs[i], pairs[i + 1]);
	strbuf_adds(out, "---\n");
}

/* -- a record -- */

/* What people write when they are done with something; any other word is work that goes on. */
static bool is_open(const char *state)
{
	static const char *const done[] = { "closed", "done", "resolved", "cancelled", "canceled" };

	for (size_t i = 0; i < sizeof done / sizeof *done; i++)
		if (slice_is_nocase(slice_of(state), done[i]))
			return false;
	return true;
}

static void file_url(const char *folder, const char *name, struct strbuf *out)
{
	const char *const parts[] = { folder, "/", name };

	if (*folder != '/')
		return;
	strbuf_adds(out, "file://");
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		for (const char *c = parts[i]; *c; c++) {
			bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || strchr("/-._~", *c);

			strbuf_addf(out, plain ? "%c" : "%%%02X", (unsigned char)*c);
		}
}

static void put(char **field, struct strbuf *text)
{
	ticket_record_put(field, (struct slice){ strbuf_text(text), text->len });
	strbuf_clear(text);
}

void page_record(const struct page *page, const char *name, const char *folder, const char *correlation, struct ticket_record *record)
{
	struct strbuf text = STRBUF_INIT(PAGE_HEAD_MAX);
	const struct { const char *key; char **field; } values[] = {
		{ "correlation", &record->correlation }, { "title", &record->title }, { "team", &record->team }, { "state", &record->state },
	};

	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		page_value(page, values[i].key, &text);
		put(values[i].field, &text);
	}
	/* The file's name is its number; a copied file does not become the record it was copied from. */
	strbuf_add(&text, name, strlen(name) - strlen(".md"));
	ticket_record_put(&record->id, (struct slice){ strbuf_text(&text), text.len });
	put(&record->number, &text);
	file_url(folder, name, &text);
	put(&record->url, &text);
	ticket_find_mark(page->body, correlation ? correlation : record->correlation, &text);
	put(&record->mark, &text);
	record->open = is_open(record->state);
	strbuf_release(&text);
}
