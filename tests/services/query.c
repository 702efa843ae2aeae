/* query.c - encoded queries (facts 1.2): read, judged on a record, ordered. What cannot be understood is dropped and the rest runs, which
 * is what the real one does and what makes it dangerous. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/services/services.h"

#define CONDITIONS_MAX 64
#define FIELD_MAX 96

enum op { OP_NOT_IN, OP_IN, OP_STARTS, OP_ENDS, OP_NOT_LIKE, OP_LIKE, OP_CONTAINS, OP_EMPTY, OP_NOT_EMPTY, OP_NOT, OP_GE, OP_LE, OP_GT, OP_LT, OP_IS,
          OP_COUNT };
/* Longer words before those that they begin with. */
static const char *const op_words[OP_COUNT] = { "NOT IN", "IN", "STARTSWITH", "ENDSWITH", "NOT LIKE", "LIKE", "CONTAINS", "ISEMPTY", "ISNOTEMPTY", "!=",
                                                ">=", "<=", ">", "<", "=" };

struct condition {
	char field[FIELD_MAX];
	enum op op;
	char *value;              /* owned */
	char **list;              /* OP_IN: folded and sorted; owned, texts in `value` */
	size_t list_count;
	bool or;                  /* joined to the one before by ^OR */
	bool group;               /* begins a new group: ^NQ */
};

struct query {
	const struct table *table;
	struct condition items[CONDITIONS_MAX];
	size_t count;
	bool dropped, none;       /* none: nothing is taken at all */
	bool fold;
	char order[4][FIELD_MAX];
	bool down[4];
	size_t order_count;
};

/* Whether the fields of `asked` are there in `table`: it is that one or one below it. */
static bool table_has_all(const struct table *table, const struct table *asked)
{
	return table == asked || table_is(table, asked->name);
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *folded(const char *text, bool fold)
{
	struct text out = { 0 };

	text_room(&out, strlen(text));
	if (fold)
		text_lower(&out, text, strlen(text));
	else
		text_adds(&out, text);
	return out.at;
}

static void read_list(struct condition *condition, bool fold)
{
	char *at = folded(condition->value, fold);
	size_t commas = 1;

	free(condition->value);
	condition->value = at;
	for (const char *look = at; *look; look++)
		commas += *look == ',';
	condition->list = must_alloc(commas * sizeof(char *));
	while (at) {
		char *comma = strchr(at, ',');

		if (comma)
			*comma++ = '\0';
		condition->list[condition->list_count++] = at;
		at = comma;
	}
	qsort(condition->list, condition->list_count, sizeof(char *), compare_texts);
}

/* `nameINa,b`. False for what is no condition. */
static bool read_condition(struct query *query, const char *text, size_t n, const char *user, struct condition *condition)
{
	size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_.");
	const char *rest = text + length;
	char id[ID_MAX];

	if (!length || length >= FIELD_MAX || length > n)
		return false;
	memcpy(condition->field, text, length);
	condition->field[length] = '\0';
	for (enum op op = 0; op < OP_COUNT; op++) {
		size_t word = strlen(op_words[op]);

		if (strncmp(rest, op_words[op], word) != 0 || length + word > n)
			continue;
		struct text value = { 0 };

		condition->op = op;
		text_room(&value, 0);
		text_add(&value, rest + word, n - length - word);
		if (strcmp(value.at, "javascript:gs.getUserID()") == 0) {
			text_clear(&value);
			id_of(id, "sys_user", user);
			text_adds(&value, id);
		} else if (strcmp(value.at, "javascript:gs.getUserName()") == 0) {
			text_clear(&value);
			text_adds(&value, user);
		}
		condition->value = value.at;
		if (op == OP_IN || op == OP_NOT_IN) {
			read_list(condition, query->fold);
		} else {
			condition->value = folded(value.at, query->fold);
			text_release(&value);
		}
		return true;
	}
	return false;
}

static void add_order(struct query *query, const char *text, size_t n, bool down)
{
	if (query->order_count == 4 || n >= FIELD_MAX)
		return;
	memcpy(query->order[query->order_count], text, n);
	query->order[query->order_count][n] = '\0';
	query->down[query->order_count++] = down;
}

bool field_exists(const struct table *table, const char *path)
{
	const char *dot = strchr(path, '.');
	char first[FIELD_MAX];

	if (!dot)
		return table_has(table, path);
	snprintf(first, sizeof first, "%.*s", (int)(dot - path), path);
	table = table_named(table_reference(table, first));
	return table && !strchr(dot + 1, '.') && table_has(table, dot + 1);
}

/* One part between ^ and ^. */
static void read_part(struct query *query, const struct table *table, const char *text, size_t n, bool group, const char *user)
{
	struct condition condition = { .group = group };

	if (n >= 11 && strncmp(text, "ORDERBYDESC", 11) == 0) {
		add_order(query, text + 11, n - 11, true);
		return;
	}
	if (n >= 7 && strncmp(text, "ORDERBY", 7) == 0) {
		add_order(query, text + 7, n - 7, false);
		return;
	}
	if (n == 2 && strncmp(text, "EQ", 2) == 0)
		return;
	if (n >= 2 && strncmp(text, "OR", 2) == 0)
		condition.or = true, text += 2, n -= 2;
	if (query->count < CONDITIONS_MAX && read_condition(query, text, n, user, &condition) && field_exists(table, condition.field)) {
		query->items[query->count++] = condition;
		return;
	}
	query->dropped |= n > 0;
	free(condition.list);
	free(condition.value);
}

struct query *query_read(struct world *world, const struct table *table, const char *text, const char *user)
{
	struct query *query = must_alloc(sizeof *query);
	bool group = true;

	query->fold = world->settings.fold;
	query->table = table;
	while (text && *text) {
		size_t n = strcspn(text, "^");
		size_t before = query->count;

		if (n >= 2 && strncmp(text, "NQ", 2) == 0) {
			group = true;
			read_part(query, table, text + 2, n - 2, true, user);
		} else {
			read_part(query, table, text, n, group, user);
		}
		if (query->count > before)
			group = false;
		text += n + (text[n] == '^');
	}
	query->none = query->dropped && world->settings.strict;
	return query;
}

void query_free(struct query *query)
{
	for (size_t i = 0; i < query->count; i++) {
		free(query->items[i].value);
		free(query->items[i].list);
	}
	free(query);
}

bool query_is_dropped(const struct query *query)
{
	return query->dropped;
}

bool field_walk(struct world *world, const struct record *record, const char *path, const char **value, const struct record **of)
{
	const char *dot = strchr(path, '.');
	char first[FIELD_MAX];

	*value = "";
	*of = record;
	if (!field_exists(record->table, path))
		return false;
	if (!dot) {
		*value = record_get(record, path);
		return true;
	}
	snprintf(first, sizeof first, "%.*s", (int)(dot - path), path);
	*of = record_by_id(world, table_reference(record->table, first), record_get(record, first));
	if (*of)
		*value = record_get(*of, dot + 1);
	return true;
}

static bool has(const char *hay, const char *needle)
{
	return strstr(hay, needle) != NULL;
}

static bool judge(const struct condition *condition, const char *have, const char *want)
{
	size_t n = strlen(have), m = strlen(want);

	switch (condition->op) {
	case OP_IN:
		return bsearch(&have, condition->list, condition->list_count, sizeof(char *), compare_texts) != NULL;
	case OP_NOT_IN:
		return !bsearch(&have, condition->list, condition->list_count, sizeof(char *), compare_texts);
	case OP_STARTS:
		return strncmp(have, want, m) == 0;
	case OP_ENDS:
		return n >= m && strcmp(have + n - m, want) == 0;
	case OP_LIKE:
	case OP_CONTAINS:
		return has(have, want);
	case OP_NOT_LIKE:
		return !has(have, want);
	case OP_EMPTY:
		return !*have;
	case OP_NOT_EMPTY:
		return *have != '\0';
	case OP_NOT:
		return strcmp(have, want) != 0;
	case OP_GE:
		return strcmp(have, want) >= 0;
	case OP_LE:
		return strcmp(have, want) <= 0;
	case OP_GT:
		return strcmp(have, want) > 0;
	case OP_LT:
		return strcmp(have, want) < 0;
	case OP_IS:
	case OP_COUNT:
		break;
	}
	return strcmp(have, want) == 0;
}

/* Folds into the room where that is ASCII and fits; NULL when not. Ten thousand servers are judged for each question. */
static const char *folded_here(const char *text, char *room, size_t size)
{
	size_t n = 0;

	for (; text[n] && n + 1 < size; n++) {
		if ((unsigned char)text[n] >= 0x80)
			return NULL;
		room[n] = (char)(text[n] >= 'A' && text[n] <= 'Z' ? text[n] | 0x20 : text[n]);
	}
	room[n] = '\0';
	return text[n] ? NULL : room;
}

static bool holds(struct world *world, const struct query *query, const struct condition *condition, const struct record *record)
{
	const struct record *of;
	const char *value, *have;
	char room[256], *made = NULL;
	bool good;

	if (!strchr(condition->field, '.') && table_has_all(record->table, query->table))
		value = record_get(record, condition->field);
	else if (!field_walk(world, record, condition->field, &value, &of))
		return false;
	have = query->fold ? folded_here(value, room, sizeof room) : value;
	if (!have)
		have = made = folded(value, query->fold);
	good = judge(condition, have, condition->value);
	free(made);
	return good;
}

/* ^OR binds to its neighbour alone: a^ORb^c is (a or b) and c. */
bool query_takes(struct world *world, const struct query *query, const struct record *record)
{
	size_t i = 0;

	if (query->none)
		return false;
	if (!query->count)
		return true;
	while (i < query->count) {
		bool all = true;

		do {
			bool any = holds(world, query, &query->items[i], record);

			for (i++; i < query->count && query->items[i].or && !query->items[i].group; i++)
				any = any || holds(world, query, &query->items[i], record);
			all = all && any;
		} while (i < query->count && !query->items[i].group);
		if (all)
			return true;
	}
	return false;
}

static int compare_records(const struct query *query, const struct record *a, const struct record *b)
{
	for (size_t i = 0; i < query->order_count; i++) {
		int way = strcasecmp(record_get(a, query->order[i]), record_get(b, query->order[i]));

		if (way)
			return query->down[i] ? -way : way;
	}
	return (a->order > b->order) - (a->order < b->order);
}

/* Shell's sort: lists are short, and qsort() takes no query along. */
void query_order(struct world *world, const struct query *query, struct record **records, size_t count)
{
	(void)world;
	for (size_t gap = count / 2; gap > 0; gap /= 2) {
		for (size_t i = gap; i < count; i++) {
			struct record *one = records[i];
			size_t at = i;

			for (; at >= gap && compare_records(query, one, records[at - gap]) < 0; at -= gap)
				records[at] = records[at - gap];
			records[at] = one;
		}
	}
}
