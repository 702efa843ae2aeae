/* adf.c - Atlassian's document format, as far as Jira refuses what is wrong with it (facts 2). */
#include <string.h>

#include "tests/services/services.h"

#define DEPTH_MAX 30

/* Nodes, and what may be in them: inline content, blocks, or their own kind alone. */
static const struct { const char *type, *children; bool leaf; } nodes[] = {
	{ "doc", "#block", false }, { "paragraph", "#inline", false }, { "heading", "#inline", false }, { "bulletList", "listItem", false },
	{ "orderedList", "listItem", false }, { "listItem", "#block", false }, { "codeBlock", "text", false }, { "blockquote", "#block", false },
	{ "panel", "#block", false }, { "rule", "", true }, { "table", "tableRow", false }, { "tableRow", "tableCell tableHeader", false },
	{ "tableCell", "#block", false }, { "tableHeader", "#block", false }, { "expand", "#block", false }, { "text", "", true },
	{ "hardBreak", "", true }, { "emoji", "", true }, { "mention", "", true }, { "date", "", true }, { "status", "", true }, { "inlineCard", "", true },
};
static const char inlines[] = " text hardBreak emoji mention date status inlineCard ";
static const char blocks[] = " paragraph heading bulletList orderedList codeBlock blockquote panel rule table expand ";
static const char marks[] = " code em link strike strong subsup textColor underline backgroundColor ";

static const char *type_of(const cJSON *node)
{
	const cJSON *type = cJSON_GetObjectItemCaseSensitive(node, "type");

	return cJSON_IsString(type) ? type->valuestring : "";
}

static bool in_list(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = list; n && (at = strstr(at, word)) != NULL; at += n)
		if ((at == list || at[-1] == ' ') && (!at[n] || at[n] == ' '))
			return true;
	return false;
}

size_t utf16_length(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) == 0x80 ? 0u : (unsigned char)*text >= 0xf0 ? 2u : 1u;
	return n;
}

static const char *text_fault(const cJSON *node, size_t *chars)
{
	const cJSON *text = cJSON_GetObjectItemCaseSensitive(node, "text"), *mark;

	if (!cJSON_IsString(text) || !*text->valuestring)
		return "a text node without text";
	*chars += utf16_length(text->valuestring);
	cJSON_ArrayForEach(mark, cJSON_GetObjectItemCaseSensitive(node, "marks")) {
		const cJSON *href = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(mark, "attrs"), "href");

		if (!in_list(marks, type_of(mark)))
			return "an unknown mark";
		if (strcmp(type_of(mark), "link") == 0 && (!cJSON_IsString(href) || !*href->valuestring))
			return "a link without href";
	}
	return NULL;
}

static const char *node_fault(const cJSON *node, size_t depth, size_t *chars)
{
	const cJSON *content = cJSON_GetObjectItemCaseSensitive(node, "content"), *child;
	const char *children = NULL, *fault = NULL, *allowed;
	size_t i = 0;

	while (i < sizeof nodes / sizeof *nodes && strcmp(nodes[i].type, type_of(node)) != 0)
		i++;
	if (i == sizeof nodes / sizeof *nodes || depth > DEPTH_MAX)
		return "an unknown node, or too deep";
	children = nodes[i].children;
	if (strcmp(nodes[i].type, "text") == 0)
		return text_fault(node, chars);
	if (nodes[i].leaf)
		return content ? "content in a node that has none" : NULL;
	if (content && !cJSON_IsArray(content))
		return "content that is no list";
	if (!cJSON_GetArraySize(content) && in_list("bulletList orderedList listItem table tableRow tableCell tableHeader", nodes[i].type))
		return "a list or table without content";
	if (strcmp(nodes[i].type, "heading") == 0 &&
	    !cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(node, "attrs"), "level")))
		return "a heading without level";
	allowed = strcmp(children, "#inline") == 0 ? inlines : strcmp(children, "#block") == 0 ? blocks : children;
	cJSON_ArrayForEach(child, content) {
		if (!in_list(allowed, type_of(child)))
			return "a node in a place where it may not be";
		if ((fault = node_fault(child, depth + 1, chars)) != NULL)
			return fault;
		*chars += allowed == blocks;
	}
	return NULL;
}

const char *adf_fault(const cJSON *document, size_t *chars)
{
	const cJSON *version = cJSON_GetObjectItemCaseSensitive(document, "version");

	*chars = 0;
	if (!cJSON_IsObject(document) || strcmp(type_of(document), "doc") != 0 || !cJSON_IsNumber(version) || version->valuedouble < 1 ||
	    version->valuedouble > 1 || !cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(document, "content")))
		return "no document of version 1";
	return node_fault(document, 0, chars);
}

/* Its texts in order, a line for each block. */
static void add_text(const cJSON *node, size_t depth, struct text *out)
{
	const cJSON *text = cJSON_GetObjectItemCaseSensitive(node, "text"), *child;

	if (depth > DEPTH_MAX)
		return;
	if (cJSON_IsString(text))
		text_adds(out, text->valuestring);
	if (strcmp(type_of(node), "hardBreak") == 0)
		text_addc(out, '\n');
	cJSON_ArrayForEach(child, cJSON_GetObjectItemCaseSensitive(node, "content"))
		add_text(child, depth + 1, out);
	if (in_list("paragraph heading codeBlock", type_of(node)))
		text_addc(out, '\n');
}

void adf_text(const cJSON *document, struct text *out)
{
	add_text(document, 0, out);
}

cJSON *adf_of_text(const char *text)
{
	cJSON *document = cJSON_CreateObject(), *content;

	cJSON_AddStringToObject(document, "type", "doc");
	cJSON_AddNumberToObject(document, "version", 1);
	content = cJSON_AddArrayToObject(document, "content");
	while (text && *text) {
		size_t n = strcspn(text, "\n");
		cJSON *paragraph = cJSON_CreateObject(), *list, *node;
		struct text line = { 0 };

		text_add(&line, text, n);
		cJSON_AddStringToObject(paragraph, "type", "paragraph");
		list = cJSON_AddArrayToObject(paragraph, "content");
		if (n) {
			cJSON_AddItemToArray(list, node = cJSON_CreateObject());
			cJSON_AddStringToObject(node, "type", "text");
			cJSON_AddStringToObject(node, "text", line.at);
		}
		cJSON_AddItemToArray(content, paragraph);
		text_release(&line);
		text += n + (text[n] == '\n');
	}
	return document;
}
