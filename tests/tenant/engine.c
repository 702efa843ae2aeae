#include "tests/tenant/engine.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- the part of a device ---- */

static uint64_t rotate(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

static uint64_t word_at(const char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof word);
	return word;
}

/* XXH64 of the 40 digits, seed 0: hash() of Kusto is xxhash64, though over which bytes is its own affair. */
static uint64_t hash_id(const char *id)
{
	static const uint64_t p1 = 0x9e3779b185ebca87u, p2 = 0xc2b2ae3d27d4eb4fu, p3 = 0x165667b19e3779f9u, p4 = 0x85ebca77c2b2ae63u;
	uint64_t v[4] = { p1 + p2, p2, 0, 0 - p1 }, h;

	for (unsigned i = 0; i < 4; i++)
		v[i] = rotate(v[i] + word_at(id + 8 * i) * p2, 31) * p1;
	h = rotate(v[0], 1) + rotate(v[1], 7) + rotate(v[2], 12) + rotate(v[3], 18);
	for (unsigned i = 0; i < 4; i++)
		h = (h ^ rotate(v[i] * p2, 31) * p1) * p1 + p4;
	h += ID_DIGITS;
	h = rotate(h ^ rotate(word_at(id + 32) * p2, 31) * p1, 27) * p1 + p4;
	h = (h ^ h >> 33) * p2;
	h = (h ^ h >> 29) * p3;
	return h ^ h >> 32;
}

static bool in_part(const struct query *query, const char *id)
{
	return query->parts <= 1 || hash_id(id) % query->parts == query->part;
}

bool answer_next_host(struct answer *answer)
{
	char id[ID_DIGITS + 1];

	answer->held = false;
	for (; answer->next < answer->estate->count && !answer->held; answer->next++) {
		if (answer->query->parts > 1 && (!estate_id(answer->estate, answer->next, id) || !in_part(answer->query, id)))
			continue;
		answer->held = estate_host(answer->estate, answer->next, &answer->host);
	}
	answer->row = 0;
	answer->devices += answer->held;
	return answer->held;
}

uint64_t answer_devices(const struct estate *estate, const struct query *query)
{
	uint64_t devices = 0;
	char id[ID_DIGITS + 1];

	for (uint64_t i = 0; i < estate->count; i++)
		devices += estate_id(estate, i, id) && in_part(query, id);
	return devices;
}

/* ---- scope ---- */

bool engine_is_platform(const struct query *query, const char *platform)
{
	for (size_t i = 0; i < query->platforms.count; i++)
		if (strncasecmp(platform, query->platforms.items[i], strlen(query->platforms.items[i])) == 0)
			return true;
	return query->platforms.count == 0;
}

/* Facts 4.2: `in` is exact, `in~` folds ASCII alone, tolower() folds what Unicode folds. */
static bool is_group(const struct query *query, const char *group)
{
	struct text lower = { 0 };
	bool found = query->fold == FOLD_NONE;

	if (query->fold == FOLD_LOWER)
		text_lower(&lower, group, strlen(group));
	for (size_t i = 0; i < query->groups.count && !found; i++) {
		const char *asked = query->groups.items[i];

		found = query->fold == FOLD_ASCII ? strcasecmp(group, asked) == 0
		                                  : strcmp(query->fold == FOLD_LOWER ? text_string(&lower) : group, asked) == 0;
	}
	text_release(&lower);
	return found;
}

const struct info_row *engine_inventory(const struct query *query, const struct host *host, bool scope)
{
	const struct info_row *newest = NULL;

	for (size_t i = 0; i < host->info_count; i++) {
		const struct info_row *row = &host->info[i];

		if ((query->since != NO_TIME && row->time <= query->since) || (query->until != NO_TIME && row->time > query->until) ||
		    (query->full_only && !*row->platform) || (scope && query->early_groups && !is_group(query, row->group)) ||
		    (scope && query->early_platforms && !engine_is_platform(query, row->platform)))
			continue;
		if (!newest || (query->orders_full && *row->platform && !*newest->platform) ||
		    (row->time > newest->time && (!query->orders_full || *row->platform || !*newest->platform)))
			newest = row;
	}
	if (!newest || !scope)
		return newest;
	return (query->merged_out && newest->merged) || !engine_is_platform(query, newest->platform) || !is_group(query, newest->group) ? NULL
	                                                                                                                               : newest;
}

/* ---- raw tables ---- */

static bool raw_row(struct answer *answer, struct cell *cells)
{
	enum table_id table = (enum table_id)answer->query->tables[0].id;

	if (!answer->query->witnesses)
		return false;
	while (answer->held || answer_next_host(answer)) {
		if (table_row(&answer->host, table, answer->row++, cells, &answer->scratch))
			return true;
		answer->held = false;
	}
	return false;
}

static bool newest_row(struct answer *answer, struct cell *cells)
{
	size_t count, time = 0;
	struct cell row[CELLS_MAX];
	const struct column *columns = table_columns((enum table_id)answer->query->tables[0].id, &count);

	*cells = cell_null();
	while (time + 1 < count && strcmp(columns[time].name, "Timestamp") != 0)
		time++;
	while (raw_row(answer, row))
		if (cells->null || row[time].number > cells->number)
			*cells = cell_number(row[time].number);
	return true;
}

/* ---- answers ---- */

const struct column *engine_columns(enum query_kind kind, size_t *count)
{
	*count = kind == QUERY_FINDINGS ? finding_column_count : kind == QUERY_CENSUS ? census_column_count : 0;
	return kind == QUERY_FINDINGS ? finding_columns : kind == QUERY_CENSUS ? census_columns : NULL;
}

/* The columns of the last project, in its order. */
static void project(struct answer *answer)
{
	size_t known_count;
	const struct column *known = engine_columns(answer->query->kind, &known_count);

	for (size_t i = 0; i < answer->query->columns.count; i++)
		for (size_t k = 0; k < known_count; k++)
			if (strcmp(known[k].name, answer->query->columns.items[i]) == 0) {
				answer->own[i] = known[k];
				answer->from[i] = k;
			}
	answer->columns = answer->own;
	answer->column_count = answer->query->columns.count;
}

static void choose_columns(struct answer *answer)
{
	const struct query *query = answer->query;
	static const struct { const struct column *columns; size_t count; } fixed[QUERY_KIND_COUNT] = {
		[QUERY_SOFTWARE] = { software_answer_columns, 3 },
		[QUERY_GATHERING_KB] = { gathering_kb_columns, 5 }, [QUERY_ASSESSMENT_KB] = { assessment_kb_columns, 4 },
	};

	answer->columns = fixed[query->kind].columns;
	answer->column_count = fixed[query->kind].count;
	if (query->columns.count)
		project(answer);
	if (query->kind == QUERY_TABLE)
		answer->columns = table_columns((enum table_id)query->tables[0].id, &answer->column_count);
	if (query->kind == QUERY_PRINT || query->kind == QUERY_NEWEST || query->count) {
		answer->own[0] = (struct column){ query->count ? "Count" : *query->column ? query->column : "print_0",
		                                  query->kind == QUERY_NEWEST && !query->count ? TYPE_TIME : TYPE_LONG };
		answer->columns = answer->own;
		answer->column_count = 1;
	}
}

void answer_begin(struct answer *answer, const struct estate *estate, const struct query *query, const struct options *options)
{
	memset(answer, 0, sizeof *answer);
	answer->estate = estate;
	answer->query = query;
	answer->options = options;
	answer->left = query->take;
	choose_columns(answer);
}

/* A row of all columns of the query's kind, as its project orders them. */
static bool projected_row(struct answer *answer, struct cell *cells)
{
	struct cell all[CELLS_MAX];

	if (!(answer->query->kind == QUERY_FINDINGS ? engine_join_row(answer, all) : engine_list_row(answer, all)))
		return false;
	for (size_t i = 0; i < answer->query->columns.count; i++)
		cells[i] = all[answer->from[i]];
	return true;
}

static bool any_row(struct answer *answer, struct cell *cells)
{
	switch (answer->query->kind) {
	case QUERY_TABLE:
		return raw_row(answer, cells);
	case QUERY_NEWEST:
		return newest_row(answer, cells);
	case QUERY_FINDINGS:
	case QUERY_CENSUS:
		return projected_row(answer, cells);
	case QUERY_SOFTWARE:
		return engine_software_row(answer, cells);
	case QUERY_PRINT:
	case QUERY_GATHERING_KB:
	case QUERY_ASSESSMENT_KB:
	case QUERY_KIND_COUNT:
		break;
	}
	return engine_list_row(answer, cells);
}

bool answer_row(struct answer *answer, struct cell *cells)
{
	struct cell row[CELLS_MAX];
	int64_t count = 0;

	if (answer->over || answer->left == 0)
		return false;
	if (answer->query->count) {
		bool once = answer->query->kind == QUERY_PRINT || answer->query->kind == QUERY_NEWEST;

		while (any_row(answer, row)) {
			count++;
			if (once)
				break;
		}
		cells[0] = cell_number(count);
		answer->over = true;
		return true;
	}
	if (!any_row(answer, cells))
		answer->over = true;
	if (answer->query->kind == QUERY_PRINT || answer->query->kind == QUERY_NEWEST) {
		answer->over = true;
		return true;
	}
	if (answer->left > 0)
		answer->left--;
	return !answer->over;
}

void answer_end(struct answer *answer)
{
	free(answer->census);
	text_release(&answer->scratch);
	answer->census = NULL;
}
