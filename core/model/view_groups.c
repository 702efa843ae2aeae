/* view_groups.c - machine groups and their counts; spellings that differ by case only are one group. */
#include "core/model/view.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"

/* What one spelling has; the sums of its group are made from it. */
struct tally {
	uint32_t rows, servers, findings, fresh, stale;
};

/* By text code; the last one is for rows without a group. Vanished hosts count as rows only: picking their group must show them. */
static struct tally *tally_rows(const struct table *table)
{
	uint32_t missing = table->texts.count;
	struct tally *tallies = xcalloc((size_t)missing + 1, sizeof *tallies);

	for (uint32_t row = 0; row < table->count; row++) {
		uint32_t code = table->text[TEXT_GROUP][row];
		struct tally *tally = &tallies[code < missing ? code : missing];

		tally->rows++;
		if (!table_is_present(table, row))
			continue;
		tally->servers++;
		if (!table_is_finding(table, row))
			continue;
		tally->findings++;
		tally->fresh += table->change[row] == CHANGE_NEW;
		tally->stale += (table->flags[row] & FLAG_STALE) != 0;
	}
	return tallies;
}

/* Most findings first, then most servers, then by name. */
static int group_compare(const void *a, const void *b)
{
	const struct group_count *x = a, *y = b;

	if (x->findings != y->findings)
		return x->findings > y->findings ? -1 : 1;
	if (x->servers != y->servers)
		return x->servers > y->servers ? -1 : 1;
	return slice_compare(x->name, y->name);
}

/* One more spelling of the group. */
static void add_tally(struct group_count *group, const struct tally *tally)
{
	group->servers += tally->servers;
	group->findings += tally->findings;
	group->fresh += tally->fresh;
	group->stale += tally->stale;
	group->spellings++;
}

/* The group that a spelling folds to, made when it is new. *most is by group: rows of its commonest spelling so far. */
static void add_spelling(struct map *folds, struct group_count *groups, uint32_t *most, struct slice name,
                         const struct tally *tally, struct strbuf *scratch)
{
	struct group_count *group;
	uint32_t number;
	bool added;

	strbuf_clear(scratch);
	utf8_fold(scratch, name.text, name.len);
	number = map_put(folds, strbuf_text(scratch), scratch->len, &added);
	group = &groups[number];
	if (added || tally->rows > most[number]) {
		group->name = name;
		most[number] = tally->rows;
	}
	add_tally(group, tally);
}

struct group_count *view_groups(const struct lens *lens, size_t *count)
{
	const struct map *texts = &lens->table->texts;
	struct tally *tallies = tally_rows(lens->table);
	struct group_count *groups = xcalloc((size_t)texts->count + 1, sizeof *groups);
	uint32_t *most = xcalloc((size_t)texts->count + 1, sizeof *most);
	struct strbuf scratch = STRBUF_INIT(SIZE_MAX / 4);
	struct map folds = { 0 };

	for (uint32_t code = 0; code < texts->count; code++)
		if (tallies[code].rows > 0)
			add_spelling(&folds, groups, most, map_key(texts, code), &tallies[code], &scratch);
	*count = folds.count;
	/* Hosts without a group are not lost: they are a group without a name. */
	if (tallies[texts->count].rows > 0)
		add_tally(&groups[(*count)++], &tallies[texts->count]);
	qsort(groups, *count, sizeof *groups, group_compare);
	map_release(&folds);
	strbuf_release(&scratch);
	free(most);
	free(tallies);
	return groups;
}

struct slice *view_spellings(const struct lens *lens, struct slice name, size_t *count)
{
	const struct map *texts = &lens->table->texts;
	struct tally *tallies = tally_rows(lens->table);
	struct slice *spellings = xcalloc((size_t)texts->count + 1, sizeof *spellings);
	struct strbuf wanted = STRBUF_INIT(SIZE_MAX / 4), scratch = STRBUF_INIT(SIZE_MAX / 4);

	*count = 0;
	/* No name asks for the rows without a group, never for all. */
	if (!name.text && tallies[texts->count].rows > 0)
		spellings[(*count)++] = name;
	if (name.text)
		utf8_fold(&wanted, name.text, name.len);
	for (uint32_t code = 0; name.text && code < texts->count; code++) {
		struct slice text = map_key(texts, code);

		strbuf_clear(&scratch);
		if (tallies[code].rows > 0)
			utf8_fold(&scratch, text.text, text.len);
		if (tallies[code].rows > 0 && scratch.len == wanted.len
		    && memcmp(strbuf_text(&scratch), strbuf_text(&wanted), wanted.len) == 0)
			spellings[(*count)++] = text;
	}
	strbuf_release(&wanted);
	strbuf_release(&scratch);
	free(tallies);
	return spellings;
}
