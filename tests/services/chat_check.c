/* chat_check.c - what Teams and Slack do not show: too large, too long, not of their kind. */
#include <stdio.h>
#include <string.h>

#include "tests/services/services.h"

#define TEAMS_MAX 28672          /* facts 5: as Teams counts, not as sent */
#define TEAMS_DEPTH 40

/* Slack's limits (facts 6), in characters. */
#define BLOCKS_MAX 50
#define SECTION_MAX 3000
#define FIELDS_MAX 10
#define FIELD_MAX 2000
#define HEADER_MAX 150
#define CONTEXT_MAX 10
#define BUTTON_MAX 75
#define URL_MAX 3000
#define MESSAGE_MAX 40000
#define ALL_MAX 13200

static const cJSON *member(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

static const char *text_in(const cJSON *object, const char *name)
{
	const cJSON *item = member(object, name);

	return cJSON_IsString(item) ? item->valuestring : "";
}

/* How many bytes Teams makes of a body: it becomes a text inside another document (MEM; 24,453 bytes were counted as 28,897). */
static size_t teams_size(const struct call *call)
{
	size_t n = 0;

	for (size_t i = 0; i < call->body.len; i++) {
		unsigned char c = (unsigned char)call->body.at[i];

		n += c == '"' || c == '\\' ? 2 : c >= 0xf0 ? 12 : c >= 0xc0 ? 6 : c >= 0x80 ? 0 : 1;
	}
	return n;
}

/* Elements and actions of version 1.2. */
static bool is_element(const char *type)
{
	static const char known[] = " TextBlock RichTextBlock TextRun FactSet Container ColumnSet Column Image ImageSet ActionSet Action.OpenUrl AdaptiveCard ";
	char word[64];

	return snprintf(word, sizeof word, " %s ", type) < (int)sizeof word && strstr(known, word);
}

static const char *element_fault(const cJSON *node, unsigned depth)
{
	const cJSON *child, *type = member(node, "type");
	const char *fault = NULL;

	if (depth > TEAMS_DEPTH)
		return "the card is too deep";
	if (cJSON_IsString(type) && !is_element(type->valuestring))
		return "an element that is unknown";
	if (cJSON_IsString(type) && strcmp(type->valuestring, "Action.OpenUrl") == 0 && strncmp(text_in(node, "url"), "https://", 8) != 0 &&
	    strncmp(text_in(node, "url"), "http://", 7) != 0)
		return "Action.OpenUrl without an address";
	if (cJSON_IsString(type) && strcmp(type->valuestring, "TextBlock") == 0 && !*text_in(node, "text"))
		return "a TextBlock without text";
	cJSON_ArrayForEach(child, node)
		if (!fault && (cJSON_IsObject(child) || cJSON_IsArray(child)))
			fault = element_fault(child, depth + 1);
	return fault;
}

const char *teams_fault(const struct call *call, char room[256])
{
	cJSON *body = cJSON_ParseWithLength(text_string(&call->body), call->body.len);
	const cJSON *attachment = cJSON_GetArrayItem(member(body, "attachments"), 0), *card = member(attachment, "content");
	const char *version = text_in(card, "version"), *fault = NULL;

	if (!call->content_type || !strstr(call->content_type, "application/json"))
		fault = "the content type is not application/json";
	else if (!cJSON_IsObject(body))
		fault = "the body is no JSON";
	else if (!attachment)
		fault = "foreach expression ... 'attachments' is of type 'Null'";
	else if (strcmp(text_in(body, "type"), "message") != 0 || strcmp(text_in(attachment, "contentType"), "application/vnd.microsoft.card.adaptive") != 0)
		fault = "no message with an Adaptive Card";
	else if (strcmp(text_in(card, "type"), "AdaptiveCard") != 0 || !*version || strcmp(version, "1.4") > 0)
		fault = "no Adaptive Card, or of a version above 1.4";
	else if (teams_size(call) > TEAMS_MAX) {
		snprintf(room, 256, "Message properties size exceeded. Actual message properties size: %zu bytes, whereas max allowed size is 28672 bytes.",
		         teams_size(call));
		fault = room;
	} else {
		fault = element_fault(card, 0);
	}
	cJSON_Delete(body);
	return fault;
}

/* ---- Slack ---- */

/* A text object; `plain`: mrkdwn is not allowed here. */
static bool text_good(const cJSON *text, size_t most, bool plain, size_t *all)
{
	const char *type = text_in(text, "type");
	size_t n = utf16_length(text_in(text, "text"));

	*all += n;
	return (strcmp(type, "plain_text") == 0 || (!plain && strcmp(type, "mrkdwn") == 0)) && n >= 1 && n <= most;
}

static bool section_good(const cJSON *block, size_t *all)
{
	const cJSON *text = member(block, "text"), *fields = member(block, "fields"), *field, *accessory = member(block, "accessory");

	if (!text && !fields)
		return false;
	if (text && !text_good(text, SECTION_MAX, false, all))
		return false;
	if (fields && (!cJSON_GetArraySize(fields) || cJSON_GetArraySize(fields) > FIELDS_MAX))
		return false;
	cJSON_ArrayForEach(field, fields)
		if (!text_good(field, FIELD_MAX, false, all))
			return false;
	return !accessory || text_good(member(accessory, "text"), BUTTON_MAX, true, all);
}

static bool list_good(const cJSON *elements, size_t *all, bool actions)
{
	const cJSON *element;
	int n = cJSON_GetArraySize(elements);

	if (n < 1 || n > (actions ? 25 : CONTEXT_MAX))
		return false;
	cJSON_ArrayForEach(element, elements) {
		const char *url = text_in(element, "url");

		if (!actions && !text_good(element, SECTION_MAX, false, all))
			return false;
		if (actions && (strcmp(text_in(element, "type"), "button") != 0 || !text_good(member(element, "text"), BUTTON_MAX, true, all) ||
		                strlen(url) > URL_MAX || (*url && strncmp(url, "http", 4) != 0)))
			return false;
	}
	return true;
}

static bool block_good(const cJSON *block, size_t *all)
{
	const char *type = text_in(block, "type");

	if (strcmp(type, "header") == 0)
		return text_good(member(block, "text"), HEADER_MAX, true, all);
	if (strcmp(type, "section") == 0)
		return section_good(block, all);
	if (strcmp(type, "context") == 0)
		return list_good(member(block, "elements"), all, false);
	if (strcmp(type, "actions") == 0)
		return list_good(member(block, "elements"), all, true);
	return strcmp(type, "divider") == 0;
}

const char *slack_fault(const cJSON *body)
{
	const cJSON *blocks = member(body, "blocks"), *block;
	size_t all = 0;

	if (!*text_in(body, "text") && !blocks)
		return "no_text";
	if (utf16_length(text_in(body, "text")) > MESSAGE_MAX)
		return "msg_too_long";
	if (blocks && (!cJSON_IsArray(blocks) || cJSON_GetArraySize(blocks) > BLOCKS_MAX))
		return "invalid_blocks";
	cJSON_ArrayForEach(block, blocks)
		if (!block_good(block, &all))
			return "invalid_blocks";
	return all > ALL_MAX ? "msg_blocks_too_long" : NULL;
}
