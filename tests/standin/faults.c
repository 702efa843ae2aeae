/* faults.c - failures on demand: a list of orders, each for some requests, taken one after another. */
#include <stdio.h>
#include <string.h>

#include "tests/standin/standin.h"

#define HANG_MS 600000

const char *const fault_names[FAULT_KIND_COUNT] = {
	"", "status", "hang", "reset", "empty", "cut", "trickle", "html", "badgzip", "redirect", "huge", "badjson", "error", "delay", "drop", "clip", "forget",
};

void faults_clear(struct standin *standin)
{
	for (size_t i = 0; i < standin->fault_count; i++)
		pairs_release(&standin->faults[i].headers);
	standin->fault_count = 0;
}

/* ---- orders from JSON ---- */

static int64_t number_of(const cJSON *order, const char *name, int64_t otherwise)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(order, name);

	return cJSON_IsNumber(item) ? (int64_t)item->valuedouble : otherwise;
}

static bool text_of(const cJSON *order, const char *name, char *out, size_t room)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(order, name);

	*out = '\0';
	if (!item)
		return true;
	return cJSON_IsString(item) && snprintf(out, room, "%s", item->valuestring) < (int)room;
}

/* Whether a word stands in a list of words with blanks around each. */
static bool is_among(const char *words, const char *name)
{
	char word[40];

	return snprintf(word, sizeof word, " %s ", name) < (int)sizeof word && strstr(words, word);
}

static bool read_texts(const cJSON *order, struct fault *fault)
{
	return text_of(order, "match", fault->match, sizeof fault->match) && text_of(order, "method", fault->method, sizeof fault->method) &&
	       text_of(order, "having", fault->having, sizeof fault->having) && text_of(order, "query", fault->query, sizeof fault->query) &&
	       text_of(order, "body", fault->body, sizeof fault->body) && text_of(order, "location", fault->location, sizeof fault->location) &&
	       text_of(order, "fields", fault->fields, sizeof fault->fields);
}

/* False for an order with a key or a fault that does not exist: a test that misspells would pass without its failure. */
static bool read_order(const struct standin_hooks *hooks, const cJSON *order, struct fault *fault)
{
	const cJSON *item;
	char kind[16];

	*fault = (struct fault){ .times = number_of(order, "times", 1), .after = number_of(order, "after", 0), .part = number_of(order, "part", -1),
		.parts = number_of(order, "parts", -1), .status = number_of(order, "status", -1), .bytes = number_of(order, "bytes", -1),
		.ms = number_of(order, "ms", -1), .rows = number_of(order, "rows", -1),
		.done = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(order, "done")) };
	cJSON_ArrayForEach(item, order)
		if (!is_among(hooks->fault_keys, item->string))
			return false;
	if (!read_texts(order, fault) || !text_of(order, "fault", kind, sizeof kind) || !is_among(hooks->fault_kinds, kind))
		return false;
	for (enum fault_kind k = FAULT_STATUS; k < FAULT_KIND_COUNT; k++)
		if (strcmp(fault_names[k], kind) == 0)
			fault->kind = k;
	if (fault->kind == FAULT_NONE)
		return false;
	cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(order, "headers"))
		if (cJSON_IsString(item))
			pairs_add(&fault->headers, item->string, item->valuestring);
	return true;
}

bool faults_read(struct standin *standin, const char *json, size_t n)
{
	cJSON *list = cJSON_ParseWithLength(json, n);
	const cJSON *order;
	bool good = cJSON_IsArray(list) && cJSON_GetArraySize(list) <= FAULTS_MAX;

	faults_clear(standin);
	if (good) {
		cJSON_ArrayForEach(order, list) {
			good = good && read_order(standin->hooks, order, &standin->faults[standin->fault_count]);
			standin->fault_count += good;
		}
	}
	if (!good)
		faults_clear(standin);
	cJSON_Delete(list);
	return good;
}

/* ---- taking ---- */

bool fault_take(struct standin *standin, bool (*falls_under)(const struct fault *fault, const void *asked), const void *asked, size_t entry,
                struct fault *fault)
{
	for (size_t i = 0; i < standin->fault_count; i++) {
		struct fault *order = &standin->faults[i];
		struct entry *noted = entry_at(standin, entry);

		if (order->times == 0 || !falls_under(order, asked))
			continue;
		if (order->after > 0) {
			order->after--;
			continue;
		}
		if (order->times > 0)
			order->times--;
		*fault = *order;
		if (noted)
			snprintf(noted->fault, sizeof noted->fault, "%s", fault_names[order->kind]);
		return true;
	}
	return false;
}

/* ---- replies ---- */

bool fault_ends(const struct fault *fault, struct reply *reply)
{
	if (fault->kind != FAULT_HANG && fault->kind != FAULT_RESET && fault->kind != FAULT_EMPTY)
		return false;
	if (fault->kind == FAULT_HANG)
		reply->wait_ms = fault->ms < 0 ? HANG_MS : fault->ms;
	reply->end = fault->kind == FAULT_RESET ? END_RESET : END_EMPTY;
	return true;
}

void fault_add_headers(const struct fault *fault, struct reply *reply)
{
	for (size_t i = 0; i < fault->headers.count; i++)
		pairs_add(&reply->headers, fault->headers.items[i].name, fault->headers.items[i].value);
}
