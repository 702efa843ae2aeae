/* jql.c - Jira's query language, as far as a program needs it to find its own issues. Judged by what the index knows, not by the issue. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/services/services.h"

#define TERMS_MAX 64
#define VALUES_MAX 64
#define DEPTH_MAX 20

enum term_kind { TERM_TEST, TERM_AND, TERM_OR, TERM_NOT };
enum test { TEST_IN, TEST_NOT_IN, TEST_EMPTY, TEST_NOT_EMPTY, TEST_LIKE, TEST_NOT_LIKE };

/* A node of the expression; children by number. */
struct term {
	enum term_kind kind;
	int left, right;
	char field[64];
	enum test test;
	char *values[VALUES_MAX];   /* owned */
	size_t value_count;
};

struct jql {
	struct term terms[TERMS_MAX];
	size_t count;
	int root;                   /* -1: everything */
};

/* A place in the text. */
struct reader {
	struct jql *jql;
	struct world *world;
	const char *at;
	char word[512];
	enum { WORD_END, WORD_SIGN, WORD_NAME, WORD_TEXT } kind;
	struct text *why;           /* empty: all is well */
	unsigned depth;
};

static const char *const fields[] = { "project", "labels", "statuscategory", "status", "resolution", "key", "id", "issuekey", "issuetype", "type", "parent",
                                      "summary", "text", "description", "created", "updated", "assignee", "priority" };

static void fail(struct reader *reader, const char *format, const char *word)
{
	if (!reader->why->len)
		text_addf(reader->why, format, word);
}

static void next(struct reader *reader)
{
	size_t n = 0;
	const char *at = reader->at + strspn(reader->at, " \t\r\n");
	char quote = *at;

	if (!*at) {
		reader->kind = WORD_END;
	} else if (quote == '"' || quote == '\'') {
		reader->kind = WORD_TEXT;
		for (at++; *at && *at != quote; at++) {
			at += *at == '\\' && at[1] != '\0';
			if (n < sizeof reader->word - 1)
				reader->word[n++] = *at;
		}
		if (!*at)
			fail(reader, "Error in the JQL Query: The quoted string '%s' has not been completed.", "...");
		at += *at == quote;
	} else if (strchr("()=!~,<>", quote)) {
		reader->kind = WORD_SIGN;
		reader->word[n++] = *at++;
		if (strchr("!<>", quote) && (*at == '=' || *at == '~'))
			reader->word[n++] = *at++;
	} else {
		reader->kind = WORD_NAME;
		for (; *at && !strchr(" \t\r\n()=!~,<>\"'", *at); at++)
			if (n < sizeof reader->word - 1)
				reader->word[n++] = *at;
		/* Characters that JQL keeps for itself: without quotes they are errors. */
		if (strpbrk(reader->at, "{}[];*/?|&$#@%^+") && strcspn(reader->at, "{}[];*/?|&$#@%^+") < (size_t)(at - reader->at))
			fail(reader, "Error in the JQL Query: The character in '%s' is a reserved JQL character.", reader->word);
	}
	reader->word[n] = '\0';
	reader->at = at;
}

static bool is_name(const struct reader *reader, const char *name)
{
	return reader->kind == WORD_NAME && strcasecmp(reader->word, name) == 0;
}

static bool is_sign(const struct reader *reader, const char *sign)
{
	return reader->kind == WORD_SIGN && strcmp(reader->word, sign) == 0;
}

static int add_term(struct reader *reader, enum term_kind kind, int left, int right)
{
	struct jql *jql = reader->jql;

	if (jql->count == TERMS_MAX) {
		fail(reader, "Error in the JQL Query: %s", "it is too long.");
		return 0;
	}
	jql->terms[jql->count] = (struct term){ .kind = kind, .left = left, .right = right };
	return (int)jql->count++;
}

static void add_value(struct reader *reader, struct term *term)
{
	char *copy;

	if ((reader->kind != WORD_NAME && reader->kind != WORD_TEXT) || term->value_count == VALUES_MAX) {
		fail(reader, "Error in the JQL Query: Expecting either a value, list or function but got '%s'.", reader->word);
		return;
	}
	copy = must_alloc(strlen(reader->word) + 1);
	memcpy(copy, reader->word, strlen(reader->word));
	term->values[term->value_count++] = copy;
	if (strcmp(term->field, "project") == 0 && strcasecmp(copy, reader->world->settings.project) != 0)
		fail(reader, "The value '%s' does not exist for the field 'project'.", copy);
	next(reader);
}

static void read_values(struct reader *reader, struct term *term)
{
	if (!is_sign(reader, "(")) {
		add_value(reader, term);
		return;
	}
	do {
		next(reader);
		add_value(reader, term);
	} while (is_sign(reader, ",") && !reader->why->len);
	if (!is_sign(reader, ")"))
		fail(reader, "Error in the JQL Query: Expecting ')' but got '%s'.", reader->word);
	next(reader);
}

static void read_operator(struct reader *reader, struct term *term)
{
	bool not = false;

	if (is_name(reader, "is")) {
		next(reader);
		if ((not = is_name(reader, "not")))
			next(reader);
		if (!is_name(reader, "empty") && !is_name(reader, "null"))
			fail(reader, "Error in the JQL Query: 'is' wants EMPTY, not '%s'.", reader->word);
		term->test = not ? TEST_NOT_EMPTY : TEST_EMPTY;
		next(reader);
		return;
	}
	if ((not = is_name(reader, "not")))
		next(reader);
	if (is_name(reader, "in") || is_sign(reader, "="))
		term->test = not ? TEST_NOT_IN : TEST_IN;
	else if (is_sign(reader, "!="))
		term->test = TEST_NOT_IN;
	else if (is_sign(reader, "~"))
		term->test = TEST_LIKE;
	else if (is_sign(reader, "!~"))
		term->test = TEST_NOT_LIKE;
	else
		fail(reader, "Error in the JQL Query: Expecting operator but got '%s'.", reader->word);
	next(reader);
	read_values(reader, term);
}

static int read_test(struct reader *reader)
{
	int number = add_term(reader, TERM_TEST, -1, -1);
	struct term *term = &reader->jql->terms[number];
	bool known = false;

	if (reader->kind != WORD_NAME && reader->kind != WORD_TEXT) {
		fail(reader, "Error in the JQL Query: Expecting a field name but got '%s'.", reader->kind == WORD_END ? "end of query" : reader->word);
		return number;
	}
	snprintf(term->field, sizeof term->field, "%.63s", reader->word);
	for (char *at = term->field; *at; at++)
		*at = (char)(*at >= 'A' && *at <= 'Z' ? *at | 0x20 : *at);
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		known = known || strcmp(fields[i], term->field) == 0;
	if (!known)
		fail(reader, "Field '%s' does not exist or you do not have permission to view it.", reader->word);
	next(reader);
	read_operator(reader, term);
	return number;
}

static int read_or(struct reader *reader);

static int read_one(struct reader *reader)
{
	int number;

	if (++reader->depth > DEPTH_MAX)
		fail(reader, "Error in the JQL Query: %s", "too deep.");
	if (reader->why->len)
		return 0;
	if (is_name(reader, "not")) {
		next(reader);
		number = read_one(reader);
		number = add_term(reader, TERM_NOT, number, -1);
	} else if (is_sign(reader, "(")) {
		next(reader);
		number = read_or(reader);
		if (!is_sign(reader, ")"))
			fail(reader, "Error in the JQL Query: Expecting ')' but got '%s'.", reader->word);
		next(reader);
	} else {
		number = read_test(reader);
	}
	reader->depth--;
	return number;
}

static int read_and(struct reader *reader)
{
	int left = read_one(reader);

	while (is_name(reader, "and") && !reader->why->len) {
		next(reader);
		int right = read_one(reader);
		left = add_term(reader, TERM_AND, left, right);
	}
	return left;
}

static int read_or(struct reader *reader)
{
	int left = read_and(reader);

	while (is_name(reader, "or") && !reader->why->len) {
		next(reader);
		int right = read_and(reader);
		left = add_term(reader, TERM_OR, left, right);
	}
	return left;
}

/* The order is not kept: issues come newest first. */
struct jql *jql_read(struct world *world, const char *text, struct text *why)
{
	struct jql *jql = must_alloc(sizeof *jql);
	struct reader reader = { .jql = jql, .world = world, .at = text, .why = why };

	next(&reader);
	jql->root = reader.kind == WORD_END || is_name(&reader, "order") ? -1 : read_or(&reader);
	if (!why->len && reader.kind != WORD_END && !is_name(&reader, "order"))
		fail(&reader, "Error in the JQL Query: Expecting either 'OR' or 'AND' but got '%s'.", reader.word);
	if (!why->len)
		return jql;
	jql_free(jql);
	return NULL;
}

void jql_free(struct jql *jql)
{
	for (size_t i = 0; i < jql->count; i++)
		for (size_t k = 0; k < jql->terms[i].value_count; k++)
			free(jql->terms[i].values[k]);
	free(jql);
}

/* ---- judging ---- */

static bool has_value(const struct term *term, const char *have)
{
	for (size_t i = 0; i < term->value_count; i++)
		if (strcasecmp(term->values[i], have) == 0)
			return true;
	return false;
}

/* The texts that an issue has in a field: labels may be many. Statuses are 1 to 3: To Do, In Progress, Done. */
static size_t texts_of(const struct term *term, const struct issue *issue, const char **texts, size_t most)
{
	static const char *const names[] = { "", "To Do", "In Progress", "Done" };
	const cJSON *status = cJSON_GetObjectItemCaseSensitive(issue->indexed, "status"), *item;
	int number = cJSON_IsNumber(status) ? (int)status->valuedouble : 1;
	size_t n = 0;

	if (strcmp(term->field, "labels") == 0) {
		cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(issue->indexed, "labels"))
			if (n < most && cJSON_IsString(item))
				texts[n++] = item->valuestring;
		return n;
	}
	if (strncmp(term->field, "status", 6) == 0)
		texts[n++] = names[number];
	else if (strcmp(term->field, "resolution") == 0 && number == 3)
		texts[n++] = "Done";
	else if (strstr("key issuekey", term->field))
		texts[n++] = issue->key;
	else if (strcmp(term->field, "id") == 0)
		texts[n++] = issue->id, texts[n++] = issue->key;
	else if (strcmp(term->field, "parent") == 0 && (item = cJSON_GetObjectItemCaseSensitive(issue->fields, "parent")) != NULL)
		texts[n++] = item->valuestring;
	else if (strstr("issuetype type", term->field) && (item = cJSON_GetObjectItemCaseSensitive(issue->fields, "issuetype")) != NULL)
		texts[n++] = item->valuestring;
	else if (strstr("summary text", term->field) && (item = cJSON_GetObjectItemCaseSensitive(issue->indexed, "summary")) != NULL)
		texts[n++] = item->valuestring;
	return n;
}

static bool test(const struct term *term, const struct issue *issue)
{
	const char *texts[VALUES_MAX + 2];
	size_t n = texts_of(term, issue, texts, VALUES_MAX);
	bool any = false;

	if (strcmp(term->field, "project") == 0)
		return term->test == TEST_IN;   /* there is but one */
	for (size_t i = 0; i < n; i++) {
		any = any || (term->test <= TEST_NOT_IN && has_value(term, texts[i]));
		any = any || (term->test >= TEST_LIKE && term->value_count && strstr(texts[i], term->values[0]));
	}
	switch (term->test) {
	case TEST_EMPTY:
		return n == 0;
	case TEST_NOT_EMPTY:
		return n > 0;
	case TEST_NOT_IN:   /* drops what has no value at all (facts 2) */
		return n > 0 && !any;
	case TEST_NOT_LIKE:
		return !any;
	case TEST_IN:
	case TEST_LIKE:
		break;
	}
	return any;
}

static bool judge(const struct jql *jql, int number, const struct issue *issue, unsigned depth)
{
	const struct term *term = &jql->terms[number];

	if (depth > TERMS_MAX)
		return false;
	switch (term->kind) {
	case TERM_AND:
		return judge(jql, term->left, issue, depth + 1) && judge(jql, term->right, issue, depth + 1);
	case TERM_OR:
		return judge(jql, term->left, issue, depth + 1) || judge(jql, term->right, issue, depth + 1);
	case TERM_NOT:
		return !judge(jql, term->left, issue, depth + 1);
	case TERM_TEST:
		break;
	}
	return test(term, issue);
}

bool jql_takes(const struct jql *jql, const struct issue *issue)
{
	return issue->indexed && (jql->root < 0 || judge(jql, jql->root, issue, 0));
}

bool jql_is_unbounded(const struct jql *jql)
{
	return jql->root < 0;
}
