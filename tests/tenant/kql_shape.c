#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tenant/estate.h"
#include "tests/tenant/kql.h"

#define NAMES_MAX 32

static const char *const kb_names[] = { "DeviceTvmInfoGatheringKB", "DeviceTvmSecureConfigurationAssessmentKB" };

static bool is_custom(const char *name)
{
	size_t n = strlen(name);

	return n > 3 && strcmp(name + n - 3, "_CL") == 0;
}

static int table_id_of(const char *name)
{
	for (int i = 0; i < TABLE_COUNT; i++)
		if (strcmp(table_names[i], name) == 0)
			return i;
	return -1;
}

/* Facts 1.4: the same answer for a table that is not there and for one that may not be read. */
static bool unresolved(struct text *complaint, const char *operator, const char *name)
{
	text_addf(complaint, "'%s' operator: Failed to resolve table or column expression named '%s'. Fix semantic errors in your query.", operator,
	          name);
	return false;
}

/* Whether a name at this place is where rows come from: at the start of a statement, behind `let NAME =`, or joined. */
static bool is_source(const struct tokens *tokens, size_t at)
{
	if (tokens->items[at].kind != TOKEN_NAME || token_is(tokens, at, "let") || token_is(tokens, at, "print"))
		return false;
	if (at == 0 || token_is(tokens, at - 1, ";"))
		return true;
	if (at >= 3 && token_is(tokens, at - 1, "=") && token_is(tokens, at - 3, "let"))
		return true;
	return (at >= 4 && tokens_match(tokens, at - 4, "join kind = ?")) ||
	       (token_is(tokens, at - 1, "join") && !token_is(tokens, at + 1, "="));
}

bool kql_is_table(const struct tokens *tokens, size_t at)
{
	const char *name = tokens->items[at].text;

	return is_source(tokens, at) && (table_id_of(name) >= 0 || strcmp(name, kb_names[0]) == 0 || strcmp(name, kb_names[1]) == 0 ||
	                                 is_custom(name));
}

/* The custom table of this name as the table that it stands in for; -1 when nobody made it. */
static int custom_id(const char *name, const char *custom)
{
	size_t n = strcspn(custom, ",");

	if (strlen(name) == n && strncmp(name, custom, n) == 0)
		return TABLE_ASSESSMENT;
	return custom[n] && strcmp(name, custom + n + 1) == 0 ? TABLE_GATHERING : -1;
}

static bool add_table(struct query *query, const char *name, const struct kql_place *place, struct text *complaint)
{
	struct query_table *table = &query->tables[query->table_count];

	if (query->table_count == QUERY_TABLES || strlen(name) >= sizeof table->name || strcmp(name, place->missing) == 0)
		return unresolved(complaint, "where", name);
	*table = (struct query_table){ .id = table_id_of(name), .custom = is_custom(name) };
	memcpy(table->name, name, strlen(name) + 1);
	if (table->custom && (!place->workspace || (table->id = custom_id(name, place->custom)) < 0))
		return unresolved(complaint, "where", name);
	query->table_count++;
	return true;
}

static bool known_let(const struct tokens *tokens, const char *name, size_t before)
{
	for (size_t i = 0; i + 2 < before; i++)
		if (token_is(tokens, i, "let") && token_is(tokens, i + 1, name))
			return true;
	return false;
}

static bool find_tables(struct query *query, const struct tokens *tokens, const struct kql_place *place, struct text *complaint)
{
	for (size_t i = 0; i < tokens->count; i++) {
		const char *name = tokens->items[i].text;

		if (!is_source(tokens, i))
			continue;
		if (kql_is_table(tokens, i)) {
			if (!add_table(query, name, place, complaint))
				return false;
		} else if (!known_let(tokens, name, i)) {
			return unresolved(complaint, i + 2 < tokens->count && token_is(tokens, i + 1, "|") ? tokens->items[i + 2].text : "where", name);
		}
	}
	return true;
}

/* Parentheses in pairs, and an operator that Kusto has behind each bar. */
static bool check_signs(const struct tokens *tokens, struct text *complaint)
{
	static const char operators[] = " where summarize project extend join take limit count order sort distinct project-away mv-expand top ";
	int depth = 0;

	for (size_t i = 0; i < tokens->count && depth >= 0; i++) {
		const struct token *token = &tokens->items[i];
		char word[32];

		if (token->kind != TOKEN_SIGN)
			continue;
		depth += strchr("([{", *token->text) ? 1 : strchr(")]}", *token->text) ? -1 : 0;
		if (*token->text != '|')
			continue;
		if (i + 1 == tokens->count || tokens->items[i + 1].kind != TOKEN_NAME || tokens->items[i + 1].len > 20) {
			depth = -1;
			break;
		}
		snprintf(word, sizeof word, " %s ", tokens->items[i + 1].text);
		if (!strstr(operators, word))
			depth = -1;
	}
	if (depth == 0 && tokens->count)
		return true;
	text_adds(complaint, "Query could not be parsed: A recognition error occurred. Fix syntax errors in your query.");
	return false;
}

bool kql_shape(struct query *query, const struct tokens *tokens, const struct kql_place *place, struct text *complaint)
{
	return check_signs(tokens, complaint) && find_tables(query, tokens, place, complaint);
}

/* Reads `hash ( DeviceId , N ) == I` at a place. */
static bool read_hash(const struct tokens *tokens, size_t at, unsigned *parts, unsigned *part)
{
	if (!tokens_match(tokens, at, "hash ( DeviceId , ? ) == ?"))
		return false;
	*parts = (unsigned)strtoul(tokens->items[at + 4].text, NULL, 10);
	*part = (unsigned)strtoul(tokens->items[at + 7].text, NULL, 10);
	return *parts > 0;
}

/* Every table is followed, before its newest rows are taken, by the same part; or none is. */
bool kql_part(struct query *query, const struct tokens *tokens, struct text *complaint)
{
	size_t tables = 0, with = 0, all = 0;

	query->parts = 1;
	for (size_t i = 0; i < tokens->count; i++) {
		size_t end = i + 1, place, newest;
		unsigned parts, part;

		all += tokens_match(tokens, i, "hash (");
		if (!kql_is_table(tokens, i))
			continue;
		tables++;
		while (end < tokens->count && !token_is(tokens, end, ";") && !kql_is_table(tokens, end))
			end++;
		place = tokens_find(tokens, i, end, "hash ( DeviceId , ? ) == ?");
		newest = tokens_find(tokens, i, end, "summarize");
		if (place == end || !read_hash(tokens, place, &parts, &part))
			continue;
		if (place > newest || part >= parts || (with && (parts != query->parts || part != query->part))) {
			text_adds(complaint, "The stand-in refuses: the part of the devices stands behind arg_max, is not the same in all tables, or is "
			                     "out of its range.");
			return false;
		}
		with++;
		query->parts = parts, query->part = part;
	}
	if (with == all && (with == 0 || with == tables))
		return true;
	text_addf(complaint, "The stand-in refuses: hash(DeviceId, N) == i stands in %zu of %zu tables, and %zu times in all.", with, tables, all);
	return false;
}
