#include "core/io/json.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/model/bag.h"
#include "core/io/json_plain.h"

#define OPENINGS 3   /* a value, in a string, in a string */

static void forget(struct json_object *object)
{
	for (size_t i = 0; i < OPENINGS; i++) {
		cJSON_Delete(object->trees[i]);
		free(object->copies[i]);
		object->trees[i] = NULL;
		object->copies[i] = NULL;
	}
	object->count = 0;
	object->array = false;
}

void json_object_release(struct json_object *object)
{
	forget(object);
	free(object->members);
	free(object->plain);
	json_scan_release(&object->scan);
	*object = (struct json_object){0};
}

/* Parses all of the text: what stands behind the value must be blank. NULL when it is no JSON. */
static cJSON *parse(const char *text, size_t n)
{
	const char *end = NULL;
	cJSON *tree = cJSON_ParseWithLengthOpts(text, n, &end, 0);
	if (!tree)
		return NULL;
	while (end < text + n && *end && strchr(" \t\r\n", *end))
		end++;
	if (end != text + n) {
		cJSON_Delete(tree);
		return NULL;
	}
	return tree;
}

static struct slice trimmed(const char *text, struct json_span span)
{
	while (span.start < span.end && strchr(" \t\r\n", text[span.start]))
		span.start++;
	while (span.end > span.start && strchr(" \t\r\n", text[span.end - 1]))
		span.end--;
	return (struct slice){ text + span.start, span.end - span.start };
}

static enum json_kind kind_of(const cJSON *value)
{
	switch (value->type & 0xff) {
	case cJSON_NULL: return JSON_NULL;
	case cJSON_String: return JSON_TEXT;
	case cJSON_Number: return JSON_NUMBER;
	case cJSON_True: return JSON_TRUE;
	case cJSON_False: return JSON_FALSE;
	default: return JSON_NESTED;
	}
}

/* Lists the children of a tree beside the places that the scan found for them. False when the two do not agree. */
static bool list_members(struct json_object *object, const cJSON *tree, const char *text, const struct json_scan *scan)
{
	object->array = cJSON_IsArray(tree);
	for (const cJSON *child = tree->child; child; child = child->next) {
		if (object->count == scan->span_count)
			return false;
		if (object->count == object->cap)
			object->members = grow(object->members, &object->cap, object->count + 1, sizeof *object->members);
		struct json_member *member = &object->members[object->count];
		member->kind = kind_of(child);
		member->key = slice_of(child->string);
		member->text = member->kind == JSON_TEXT ? slice_of(child->valuestring) : trimmed(text, scan->spans[object->count]);
		object->count++;
	}
	return object->count == scan->span_count;
}

int json_object_take(struct json_object *object, char *text, size_t n, const struct json_scan *scan)
{
	forget(object);
	if (scan->unicode_escape)
		object->replaced += json_fix_escapes(text, n);
	cJSON *tree = cJSON_ParseWithLength(text, n);
	object->trees[0] = tree;
	return tree && list_members(object, tree, text, scan) ? 1 : -1;
}

/* The text with its escapes put right, in copies[level] where that changes it. */
static struct slice fixed_text(struct json_object *object, struct slice text, size_t level)
{
	if (!bytes_find(text.text, text.len, "\\u", 2))
		return text;
	object->copies[level] = xmemdup(text.text, text.len);
	object->replaced += json_fix_escapes(object->copies[level], text.len);
	return (struct slice){ object->copies[level], text.len };
}

/* Finds the members of a whole value. False when it is no object or array that ends where the text ends. */
static bool scan_whole(struct json_scan *scan, struct slice text)
{
	json_scan_begin(scan, text.text[0]);
	return !scan->scalar && json_scan_step(scan, text.text, text.len) == SCAN_DONE && scan->at == text.len
		&& !scan->too_deep && !scan->too_many;
}

/* Most bags are plain objects, and a tree for each would be half the cost of reading a joined export. */
static bool read_plain(struct json_object *object, struct slice text)
{
	struct json_plain plain = { .members = object->members, .cap = object->cap,
	                            .text = object->plain, .text_cap = object->plain_cap };
	size_t n = json_plain_read(&plain, text.text, text.len);
	object->members = plain.members;
	object->cap = plain.cap;
	object->plain = plain.text;
	object->plain_cap = plain.text_cap;
	object->count = n == text.len ? plain.count : 0;
	return n == text.len;
}

int json_object_read(struct json_object *object, struct slice text)
{
	forget(object);
	for (size_t level = 0; level < OPENINGS; level++) {
		struct slice value = text.text ? trimmed(text.text, (struct json_span){ 0, text.len }) : text;
		if (!value.len)
			return -1;
		if (value.text[0] == '{' && read_plain(object, value))
			return 1;
		bool brackets = value.text[0] == '{' || value.text[0] == '[';
		if (brackets && !scan_whole(&object->scan, value))
			return -1;
		value = fixed_text(object, value, level);
		cJSON *tree = parse(value.text, value.len);
		object->trees[level] = tree;
		if (!tree)
			return -1;
		if (brackets)
			return list_members(object, tree, value.text, &object->scan) ? 1 : -1;
		if (!cJSON_IsString(tree))
			return 0;
		text = slice_of(tree->valuestring);
	}
	return 0;
}

const struct json_member *json_get(const struct json_object *object, const char *key)
{
	for (size_t i = 0; i < object->count && !object->array; i++)
		if (slice_is(object->members[i].key, key))
			return &object->members[i];
	return NULL;
}

void json_bag_add(struct strbuf *bag, const struct json_member *member)
{
	enum bag_kind kind = member->kind == JSON_NULL ? BAG_NULL : member->kind == JSON_TEXT ? BAG_TEXT : BAG_JSON;
	bag_add(bag, kind, member->key, kind == BAG_NULL ? (struct slice){ "", 0 } : member->text);
}

void json_bag_open(struct slice bag, struct strbuf *out)
{
	struct json_object object = {0};
	struct bag_pair pair;
	for (size_t at = 0; bag_next(bag, &at, &pair);) {
		if (pair.kind != BAG_CLOSED) {
			bag_add(out, pair.kind, pair.key, pair.value);
		} else if (json_object_read(&object, pair.value) == 1 && !object.array) {
			for (size_t i = 0; i < object.count; i++)
				json_bag_add(out, &object.members[i]);
		} else {
			bag_add(out, BAG_TEXT, pair.key, pair.value);
		}
	}
	json_object_release(&object);
}

int json_context_row(struct slice context, unsigned i, struct json_object *outer, struct json_object *inner)
{
	int found = json_object_read(outer, context);
	if (found != 1)
		return found;
	if (!outer->array || i >= outer->count)
		return 0;
	const struct json_member *element = &outer->members[i];
	if (element->kind == JSON_NESTED)
		return json_object_read(inner, element->text) == 1 && inner->array;
	forget(inner);
	inner->members = grow(inner->members, &inner->cap, 1, sizeof *inner->members);
	inner->members[inner->count++] = *element;
	inner->array = true;
	return 1;
}

int json_context(struct slice context, unsigned i, unsigned j, struct strbuf *out)
{
	struct json_object outer = {0}, inner = {0};
	int found = json_context_row(context, i, &outer, &inner);
	if (found == 1 && j < inner.count && inner.members[j].kind != JSON_NULL)
		strbuf_add(out, inner.members[j].text.text, inner.members[j].text.len);
	else if (found == 1)
		found = 0;
	json_object_release(&inner);
	json_object_release(&outer);
	return found;
}

int json_column_names(struct slice header, struct strbuf *names)
{
	struct json_object list = {0}, column = {0};
	int count = json_object_read(&list, header) == 1 && list.array ? 0 : -1;
	for (size_t i = 0; count >= 0 && i < list.count; i++) {
		const struct json_member *name = NULL;
		if (list.members[i].kind == JSON_NESTED && json_object_read(&column, list.members[i].text) == 1)
			for (size_t k = 0; k < column.count; k++)
				if (slice_is_nocase(column.members[k].key, "name") && column.members[k].kind == JSON_TEXT)
					name = &column.members[k];
		if (name) {
			strbuf_add(names, name->text.text, name->text.len);
			strbuf_addc(names, '\0');
		}
		count = name && !names->overflow ? count + 1 : -1;
	}
	json_object_release(&column);
	json_object_release(&list);
	return count;
}

static const struct json_member *member_named(const struct json_object *object, const char *name)
{
	for (size_t i = 0; i < object->count; i++)
		if (slice_is_nocase(object->members[i].key, name) && object->members[i].text.len)
			return &object->members[i];
	return NULL;
}

/* Appends at most 500 bytes, cut at a character. */
static void add_clipped(struct strbuf *out, struct slice text)
{
	size_t n = text.len < 500 ? text.len : 500;
	while (n && n < text.len && ((unsigned char)text.text[n] & 0xc0) == 0x80)
		n--;
	strbuf_add(out, text.text, n);
}

void json_error_text(struct slice text, struct strbuf *out)
{
	struct json_object object = {0}, inner = {0};
	if (json_object_read(&object, text) == 1) {
		const struct json_member *code = member_named(&object, "code"), *message = member_named(&object, "message");
		const struct json_member *nested = member_named(&object, "innererror");   /* innerError in some answers */
		if (!message && nested && json_object_read(&inner, nested->text) == 1)
			message = member_named(&inner, "message");
		add_clipped(out, code ? code->text : slice_of("error"));
		if (message) {
			strbuf_adds(out, ": ");
			add_clipped(out, message->text);
		}
	}
	json_object_release(&inner);
	json_object_release(&object);
}
