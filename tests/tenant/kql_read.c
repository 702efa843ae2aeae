#include <stdlib.h>
#include <string.h>

#include "tests/tenant/engine.h"

#define DAY (86400 * TICKS)

const char *const query_kind_names[QUERY_KIND_COUNT] = {
	"print", "table", "newest", "findings", "census", "software", "gathering-kb", "assessment-kb",
};

static void words_add(struct words *words, const char *text, size_t n)
{
	words->items = must_grow(words->items, (words->count + 1) * sizeof *words->items);
	words->items[words->count] = must_alloc(n + 1);
	memcpy(words->items[words->count++], text, n);
}

static void words_release(struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		free(words->items[i]);
	free(words->items);
	*words = (struct words){ 0 };
}

void query_release(struct query *query)
{
	words_release(&query->platforms);
	words_release(&query->groups);
	words_release(&query->vendors);
	words_release(&query->columns);
}

/* The literals of a list in parentheses that opens at `at`; false when something else is among them. */
static bool read_list(struct words *words, const struct tokens *tokens, size_t at)
{
	if (!token_is(tokens, at, "("))
		return false;
	for (at++; at < tokens->count && !token_is(tokens, at, ")"); at++) {
		if (tokens->items[at].kind == TOKEN_TEXT)
			words_add(words, tokens->items[at].text, tokens->items[at].len);
		else if (!token_is(tokens, at, ","))
			return false;
	}
	return at < tokens->count && words->count > 0;
}

static bool refuse(struct text *complaint, const char *what)
{
	text_addf(complaint, "'where' operator: Failed to resolve scalar expression named '%s'. Fix semantic errors in your query.", what);
	return false;
}

/* A time at `at`: datetime(...) or ago(14d). */
static int64_t read_time(const struct tokens *tokens, size_t at, int64_t now)
{
	if (token_is(tokens, at, "datetime") && at + 1 < tokens->count && tokens->items[at + 1].kind == TOKEN_TIME)
		return time_read(tokens->items[at + 1].text, tokens->items[at + 1].len);
	if (tokens_match(tokens, at, "ago ( ? )")) {
		char *end;
		long long n = strtoll(tokens->items[at + 2].text, &end, 10);

		return now - n * (*end == 'd' ? DAY : *end == 'h' ? 3600 * TICKS : *end == 'm' ? 60 * TICKS : TICKS);
	}
	return NO_TIME;
}

/* Filters of DeviceInfo between its name and the end of its statement. */
static bool read_times(struct query *query, const struct tokens *tokens, size_t from, size_t end, const struct kql_place *place,
                       struct text *complaint)
{
	const char *time = place->workspace ? "TimeGenerated" : "Timestamp";

	for (size_t i = from; i + 2 < end; i++) {
		bool lower = token_is(tokens, i + 1, ">");

		if (!token_is(tokens, i, time) || !(lower || token_is(tokens, i + 1, "<=")))
			continue;
		int64_t at = read_time(tokens, i + 2, place->now);
		if (at == NO_TIME)
			return refuse(complaint, tokens->items[i + 2].text);
		*(lower ? &query->since : &query->until) = at;
	}
	/* The other dialect's name for the time is no column here. */
	if (tokens_find(tokens, from, end, place->workspace ? "Timestamp >" : "TimeGenerated >") < end)
		return refuse(complaint, place->workspace ? "Timestamp" : "TimeGenerated");
	return true;
}

static bool read_groups(struct query *query, const struct tokens *tokens, size_t from, size_t end, size_t newest, struct text *complaint)
{
	static const struct { const char *words; size_t list; enum group_fold fold; } ways[] = {
		{ "tolower ( MachineGroup ) in (", 5, FOLD_LOWER }, { "MachineGroup in~ (", 2, FOLD_ASCII }, { "MachineGroup in (", 2, FOLD_EXACT },
	};

	for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
		size_t at = tokens_find(tokens, from, end, ways[k].words);

		if (at == end)
			continue;
		query->fold = ways[k].fold;
		query->early_groups = at < newest;
		if (!read_list(&query->groups, tokens, at + ways[k].list)) {
			text_adds(complaint, "Query could not be parsed at ')': a list of texts is expected. Fix syntax errors in your query.");
			return false;
		}
		return true;
	}
	return true;
}

static bool read_inventory(struct query *query, const struct tokens *tokens, const struct kql_place *place, struct text *complaint)
{
	size_t from = 0, end, newest;

	while (from < tokens->count && !(token_is(tokens, from, "DeviceInfo") && kql_is_table(tokens, from)))
		from++;
	if (from == tokens->count)
		return refuse(complaint, "DeviceInfo");
	for (end = from; end < tokens->count && !token_is(tokens, end, ";"); end++)
		;
	newest = tokens_find(tokens, from, end, "summarize arg_max (");
	if (newest == end)
		return refuse(complaint, "arg_max");
	query->orders_full = tokens_find(tokens, from, newest, "Order = iff ( isnotempty ( OSPlatform )") < newest;
	query->full_only = !query->orders_full && tokens_find(tokens, from, newest, "isnotempty ( OSPlatform )") < newest;
	query->merged_out = tokens_find(tokens, from, end, "where isempty ( MergedToDeviceId )") < end;
	for (size_t i = from; i < end; i++) {
		if (!tokens_match(tokens, i, "OSPlatform startswith"))
			continue;
		if (i + 2 >= end || tokens->items[i + 2].kind != TOKEN_TEXT)
			return refuse(complaint, "OSPlatform");
		query->early_platforms |= i < newest;
		words_add(&query->platforms, tokens->items[i + 2].text, tokens->items[i + 2].len);
	}
	return read_times(query, tokens, from, end, place, complaint) && read_groups(query, tokens, from, end, newest, complaint);
}

static bool has_table(const struct query *query, int id)
{
	for (size_t i = 0; i < query->table_count; i++)
		if (query->tables[i].id == id)
			return true;
	return false;
}

static bool has(const struct tokens *tokens, const char *words)
{
	return tokens_find(tokens, 0, tokens->count, words) < tokens->count;
}

/* Facts 3: in a workspace the DeviceTvm tables are there for their schema alone and answer nothing; DeviceInfo and custom tables do. */
static bool have_rows(const struct query *query, const struct kql_place *place)
{
	for (size_t i = 0; place->workspace && i < query->table_count; i++)
		if (query->tables[i].id != TABLE_INFO && !query->tables[i].custom)
			return false;
	return true;
}

/* The names of the last project; false when one of them is no column that the query can have. */
static bool read_columns(struct query *query, const struct tokens *tokens, size_t end, struct text *complaint)
{
	size_t at = end, known_count;
	const struct column *known = engine_columns(query->kind, &known_count);
	int depth = 0;

	while (at && !(token_is(tokens, at - 1, "project") && token_is(tokens, at - 2, "|")))
		at--;
	for (bool name = true; at && at < end; at++) {
		depth += token_is(tokens, at, "(") || token_is(tokens, at, "[") ? 1 : token_is(tokens, at, ")") || token_is(tokens, at, "]") ? -1 : 0;
		if (name) {
			size_t k = 0;

			while (k < known_count && !token_is(tokens, at, known[k].name))
				k++;
			if (k == known_count || query->columns.count == CELLS_MAX)
				return refuse(complaint, tokens->items[at].text);
			words_add(&query->columns, known[k].name, strlen(known[k].name));
		}
		name = depth == 0 && token_is(tokens, at, ",");
	}
	return query->columns.count > 0 || refuse(complaint, "project");
}

/* What `AdditionalFields =` of the findings is: the bag, the bag where it is strange, or nothing. */
static void read_enrichment(struct query *query, const struct tokens *tokens)
{
	size_t at = tokens_find(tokens, 0, tokens->count, "AdditionalFields =");

	query->enrichment = tokens_match(tokens, at, "AdditionalFields = tostring") || tokens_match(tokens, at, "AdditionalFields = iff ( true ,");
	query->strange = tokens_match(tokens, at, "AdditionalFields = iff ( Strange ,");
}

/* The three queries of the product, by their tables and what they end in. */
static bool read_known(struct query *query, const struct tokens *tokens, size_t end, const struct kql_place *place, struct text *complaint)
{
	if (has_table(query, TABLE_ASSESSMENT) && has_table(query, TABLE_GATHERING) && has(tokens, "GatheredMode") && has(tokens, "AssessedMode") &&
	    has(tokens, "join kind = leftouter") && !has(tokens, "Verdict = case")) {
		query->kind = QUERY_FINDINGS;
		read_enrichment(query, tokens);
	} else if (has_table(query, TABLE_SOFTWARE) && has(tokens, "SoftwareVendor has_any")) {
		size_t at = tokens_find(tokens, 0, tokens->count, "SoftwareVendor has_any");

		query->kind = QUERY_SOFTWARE;
		if (!read_list(&query->vendors, tokens, at + 2))
			return refuse(complaint, "has_any");
	} else if (query->table_count == 1 && has(tokens, "Devices = count ( )") && has(tokens, "by MachineGroup ,")) {
		query->kind = QUERY_CENSUS;
	} else {
		text_adds(complaint, "'where' operator: Failed to resolve scalar expression named 'what the stand-in does not know'. Fix semantic "
		                     "errors in your query.");
		return false;
	}
	return read_inventory(query, tokens, place, complaint) && (query->kind == QUERY_SOFTWARE || read_columns(query, tokens, end, complaint));
}

static void copy_word(char out[64], const struct tokens *tokens, size_t at)
{
	if (at < tokens->count && tokens->items[at].len < 64)
		memcpy(out, tokens->items[at].text, tokens->items[at].len + 1);
}

/* TABLE, TABLE | where hash(...) == i, TABLE | summarize X = max(Timestamp), and a knowledge base with one filter. `end` is where the
 * `| count` or `| take N` begins that was read already. */
static bool read_simple(struct query *query, const struct tokens *tokens, size_t end)
{
	size_t at = 1;

	if (query->table_count != 1 || !kql_is_table(tokens, 0))
		return false;
	if (query->tables[0].id < 0) {
		query->kind = strcmp(query->tables[0].name, "DeviceTvmInfoGatheringKB") == 0 ? QUERY_GATHERING_KB : QUERY_ASSESSMENT_KB;
		if (tokens_match(tokens, at, "| where FieldName startswith") || tokens_match(tokens, at, "| where ConfigurationId =="))
			copy_word(query->prefix, tokens, at + 4), at += 5;
		/* A choice of columns changes nothing that a reader by name would see. */
		if (at < end && tokens_match(tokens, at, "| project"))
			at = end;
		return at == end;
	}
	query->kind = QUERY_TABLE;
	if (tokens_match(tokens, at, "| where hash ("))
		at += 10;
	if (tokens_match(tokens, at, "| summarize ? = max ( ? )") && at + 8 == end) {
		query->kind = QUERY_NEWEST;
		copy_word(query->column, tokens, at + 2);
		at = end;
	}
	return at == end;
}

/* `| count` and `| take N` at the end. Returns where they begin. */
static size_t read_tail(struct query *query, const struct tokens *tokens)
{
	size_t end = tokens->count;

	while (end && token_is(tokens, end - 1, ";"))
		end--;
	if (end >= 2 && tokens_match(tokens, end - 2, "| count")) {
		query->count = true;
		return end - 2;
	}
	if (end >= 3 && (tokens_match(tokens, end - 3, "| take ?") || tokens_match(tokens, end - 3, "| limit ?"))) {
		query->take = strtoll(tokens->items[end - 1].text, NULL, 10);
		return end - 3;
	}
	return end;
}

bool kql_read(struct query *query, const char *text, size_t n, const struct kql_place *place, struct text *complaint)
{
	struct tokens tokens = { 0 };
	bool good;
	size_t end;

	*query = (struct query){ .take = -1, .parts = 1, .since = NO_TIME, .until = NO_TIME };
	good = tokens_read(&tokens, text, n, complaint) && kql_shape(query, &tokens, place, complaint) && kql_part(query, &tokens, complaint);
	query->witnesses = have_rows(query, place);
	if (good) {
		end = read_tail(query, &tokens);
		if (tokens_match(&tokens, 0, "print ?") && end == 2)
			query->kind = QUERY_PRINT;
		else if (tokens_match(&tokens, 0, "print ? = ?") && end == 4)
			copy_word(query->column, &tokens, 1);
		else if (!read_simple(query, &tokens, end))
			good = read_known(query, &tokens, end, place, complaint);
	}
	tokens_release(&tokens);
	return good;
}
