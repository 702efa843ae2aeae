/* owner_match.c - which records of a CMDB mean a host, and whose it is then. The rules stand in owner.h. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/owner.h"

#define KEY_MAX 65536   /* bytes of a name in its compared form */

/* How surely a record means a host. */
enum hold { HOLD_NOT, HOLD_SHORT, HOLD_FULL };

/* -- names -- */

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct slice trimmed(struct slice text)
{
	while (text.len > 0 && is_blank(text.text[0])) {
		text.text++;
		text.len--;
	}
	while (text.len > 0 && is_blank(text.text[text.len - 1]))
		text.len--;
	return text;
}

static bool is_ascii(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.text[i] >= 0x80)
			return false;
	return true;
}

/* BÜRO-01 with one letter Ü and with U and two dots above is one name. */
static void add_decomposed(struct slice text, struct strbuf *out)
{
	int32_t *points = xcalloc(UTF8_DECOMPOSED * text.len, sizeof *points);
	size_t count = utf8_decompose(text.text, text.len, false, points);
	struct strbuf plain = STRBUF_INIT(KEY_MAX);

	for (size_t i = 0; i < count; i++)
		utf8_append(&plain, points[i]);
	utf8_fold(out, strbuf_text(&plain), plain.len);
	strbuf_release(&plain);
	free(points);
}

void owner_key(struct slice name, struct strbuf *out)
{
	name = trimmed(name);
	if (name.len > 0 && name.text[name.len - 1] == '.')   /* the root of a full name: srv.corp.example. */
		name.len--;
	if (name.len > KEY_MAX / UTF8_DECOMPOSED)
		name.len = KEY_MAX / UTF8_DECOMPOSED;
	if (is_ascii(name))
		utf8_fold(out, name.text, name.len);
	else
		add_decomposed(name, out);
}

static struct slice key_of(const char *name, struct strbuf *scratch)
{
	strbuf_clear(scratch);
	owner_key(slice_of(name), scratch);
	return (struct slice){ strbuf_text(scratch), scratch->len };
}

static bool has_domain(struct slice key)
{
	return owner_label(key).len < key.len;
}

/* -- the index -- */

static const char *entry_name(const struct owner_records *records, uint32_t entry)
{
	const struct owner_record *record = &records->items[entry / 2];

	return entry % 2 ? record->fqdn : record->name;
}

/* From the last to the first, so that a chain runs in the order of the CMDB. */
void owner_index_build(struct owner_index *index, const struct owner_records *records)
{
	struct strbuf scratch = STRBUF_INIT(KEY_MAX);
	uint32_t entries = (uint32_t)(2 * records->count);

	owner_index_release(index);
	index->records = records;
	index->next = xcalloc((size_t)entries + 1, sizeof *index->next);
	for (uint32_t entry = entries; entry-- > 0;) {
		struct slice label = owner_label(key_of(entry_name(records, entry), &scratch));
		uint32_t number;
		bool added;

		index->next[entry] = MAP_NONE;
		if (label.len == 0)
			continue;
		number = map_put(&index->labels, label.text, label.len, &added);
		index->first = grow(index->first, &index->first_cap, (size_t)number + 1, sizeof *index->first);
		if (!added)
			index->next[entry] = index->first[number];
		index->first[number] = entry;
	}
	strbuf_release(&scratch);
}

void owner_index_release(struct owner_index *index)
{
	map_release(&index->labels);
	free(index->first);
	free(index->next);
	*index = (struct owner_index){ 0 };
}

/* -- one host -- */

/* What is gathered of one host. */
struct gathering {
	uint32_t *records;   /* that mean it, each once, in the order of the CMDB; owned */
	uint8_t *holds;      /* enum hold, beside them; owned */
	size_t count, cap, hold_cap;
	struct map seen;     /* key and team of those; owned */
	bool full, live;     /* one of them holds fully; one is not retired */
};

/* A short name beside an FQDN of another domain is another host's: name `srv`, FQDN `srv.dmz.example`, asked for `srv.corp.example`. */
static enum hold record_hold(const struct owner_record *record, struct slice host, struct strbuf *scratch)
{
	const char *const names[] = { record->name, record->fqdn };
	bool has_short = false, other = false;

	for (size_t i = 0; i < 2; i++) {
		struct slice key = key_of(names[i], scratch);

		if (key.len == 0)
			continue;
		if (slice_equal(key, host))
			return has_domain(host) ? HOLD_FULL : HOLD_SHORT;
		if (has_domain(key) && has_domain(host))
			other = true;
		else if (slice_equal(owner_label(key), owner_label(host)))
			has_short = true;
	}
	return has_short && !other ? HOLD_SHORT : HOLD_NOT;
}

/* Whether a record is there already: by its other name, or because batches overlap and it came twice. */
static bool is_there(struct gathering *found, const struct owner_records *records, uint32_t number, struct strbuf *scratch)
{
	const struct owner_record *record = &records->items[number];
	bool added;

	if (found->count > 0 && found->records[found->count - 1] == number)   /* its two entries stand one after the other */
		return true;
	if (!*record->key)
		return false;
	strbuf_clear(scratch);
	strbuf_addf(scratch, "%s\n%s", record->key, record->team);
	map_put(&found->seen, strbuf_text(scratch), scratch->len, &added);
	return !added;
}

static void gather(const struct owner_index *index, struct slice host, struct gathering *found)
{
	struct strbuf scratch = STRBUF_INIT(KEY_MAX);
	struct slice label = owner_label(host);
	uint32_t number = label.len > 0 ? map_get(&index->labels, label.text, label.len) : MAP_NONE;

	for (uint32_t entry = number == MAP_NONE ? MAP_NONE : index->first[number]; entry != MAP_NONE; entry = index->next[entry]) {
		const struct owner_record *record = &index->records->items[entry / 2];
		enum hold hold = record_hold(record, host, &scratch);

		if (hold == HOLD_NOT || is_there(found, index->records, entry / 2, &scratch))
			continue;
		found->records = grow(found->records, &found->cap, found->count + 1, sizeof *found->records);
		found->holds = grow(found->holds, &found->hold_cap, found->count + 1, 1);
		found->records[found->count] = entry / 2;
		found->holds[found->count++] = (uint8_t)hold;
		found->live = found->live || !record->retired;
	}
	strbuf_release(&scratch);
}

/* Leaves what decides: no retired one beside a live one, no short name beside a full one. */
static void leave_deciding(const struct owner_records *records, struct gathering *found)
{
	size_t kept = 0;

	for (size_t i = 0; i < found->count; i++)
		if (!found->live || !records->items[found->records[i]].retired)
			found->full = found->full || found->holds[i] == HOLD_FULL;
	for (size_t i = 0; i < found->count; i++) {
		bool aside = found->live && records->items[found->records[i]].retired;

		if (aside || (found->full && found->holds[i] != HOLD_FULL))
			continue;
		found->records[kept] = found->records[i];
		found->holds[kept++] = found->holds[i];
	}
	found->count = kept;
}

/* The different teams among them, nobody left out. */
static uint32_t count_teams(const struct owner_records *records, const struct gathering *found, bool *nobody)
{
	struct strbuf scratch = STRBUF_INIT(KEY_MAX);
	struct map teams = { 0 };
	uint32_t count;

	*nobody = false;
	for (size_t i = 0; i < found->count; i++) {
		struct slice team = key_of(records->items[found->records[i]].team, &scratch);

		if (team.len == 0)
			*nobody = true;
		else
			map_put(&teams, team.text, team.len, NULL);
	}
	count = teams.count;
	map_release(&teams);
	strbuf_release(&scratch);
	return count;
}

static void put(char **field, const char *text)
{
	char *copy = xstrdup(text);

	free(*field);
	*field = copy;
}

/* The first record with a team decides, or the first of all; what it lacks comes from the others of the same team. */
static void fill_owner(const struct owner_records *records, const struct gathering *found, struct owner *owner)
{
	const struct owner_record *first = &records->items[found->records[0]];

	for (size_t i = found->count; i-- > 0;)
		if (trimmed(slice_of(records->items[found->records[i]].team)).len > 0)
			first = &records->items[found->records[i]];
	put(&owner->team, trimmed(slice_of(first->team)).len > 0 ? first->team : "");
	put(&owner->team_id, first->team_id);
	put(&owner->contact, first->contact);
	put(&owner->field, first->field);
	put(&owner->key, first->key);
	for (size_t i = 0; i < found->count && *owner->team; i++) {
		const struct owner_record *other = &records->items[found->records[i]];

		if (trimmed(slice_of(other->team)).len == 0)
			continue;
		if (!*owner->team_id)
			put(&owner->team_id, other->team_id);
		if (!*owner->contact)
			put(&owner->contact, other->contact);
	}
}

static void keep_candidates(const struct owner_records *records, const struct gathering *found, struct owner *owner)
{
	struct owner_records copies = { 0 };

	for (size_t i = 0; i < found->count && i < OWNER_CANDIDATES_MAX; i++)
		owner_records_add(&copies, &records->items[found->records[i]]);
	owner->candidates = copies.items;
	owner->candidate_count = copies.count;
	owner->candidates_more = found->count - copies.count;
}

void owner_match(const struct owner_index *index, struct slice host, int64_t now, struct owner *owner)
{
	struct gathering found = { 0 };
	struct strbuf key = STRBUF_INIT(KEY_MAX);
	uint32_t teams;
	bool nobody;

	owner_key(host, &key);
	gather(index, (struct slice){ strbuf_text(&key), key.len }, &found);
	leave_deciding(index->records, &found);
	teams = count_teams(index->records, &found, &nobody);
	owner_release(owner);
	owner_init(owner);
	owner->asked = now;
	owner->state = found.count == 0 ? OWNER_UNKNOWN : teams == 0 ? OWNER_UNOWNED : teams == 1 ? OWNER_OWNED : OWNER_AMBIGUOUS;
	if (owner->state == OWNER_OWNED || owner->state == OWNER_UNOWNED)
		fill_owner(index->records, &found, owner);
	if (teams > 1 || (teams == 1 && nobody))
		keep_candidates(index->records, &found, owner);
	free(found.records);
	free(found.holds);
	map_release(&found.seen);
	strbuf_release(&key);
}
