/* owner.c - one owner, records of a CMDB, and the set by device id. */
#include "core/model/owner.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"

const char *const owner_state_names[OWNER_STATE_COUNT] = { "unasked", "owned", "unowned", "unknown", "ambiguous" };

enum owner_state owner_state_named(struct slice name)
{
	for (int i = 0; i < OWNER_STATE_COUNT; i++)
		if (slice_is(name, owner_state_names[i]))
			return (enum owner_state)i;
	return OWNER_UNASKED;
}

/* -- records -- */

/* A copy of at most OWNER_TEXT_MAX bytes; *cut counts those that had more. */
static char *copy_text(const char *text, size_t *cut)
{
	size_t len = text ? strlen(text) : 0, end = OWNER_TEXT_MAX - 3;
	char *copy;

	if (len <= OWNER_TEXT_MAX)
		return xmemdup(text ? text : "", len);
	while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80)
		end--;
	copy = xmalloc(end + 4);
	memcpy(copy, text, end);
	memcpy(copy + end, "...", 4);
	*cut += 1;
	return copy;
}

static void copy_record(struct owner_record *to, const struct owner_record *from, size_t *cut)
{
	*to = (struct owner_record){
		.key = copy_text(from->key, cut), .name = copy_text(from->name, cut), .fqdn = copy_text(from->fqdn, cut),
		.team = copy_text(from->team, cut), .team_id = copy_text(from->team_id, cut), .contact = copy_text(from->contact, cut),
		.field = copy_text(from->field, cut), .retired = from->retired,
	};
}

static void release_record(struct owner_record *record)
{
	free(record->key);
	free(record->name);
	free(record->fqdn);
	free(record->team);
	free(record->team_id);
	free(record->contact);
	free(record->field);
}

void owner_records_add(struct owner_records *records, const struct owner_record *record)
{
	struct owner_record copy;

	copy_record(&copy, record, &records->cut);   /* before it grows: the record may be one of these */
	records->items = grow(records->items, &records->cap, records->count + 1, sizeof *records->items);
	records->items[records->count++] = copy;
}

void owner_records_release(struct owner_records *records)
{
	for (size_t i = 0; i < records->count; i++)
		release_record(&records->items[i]);
	free(records->items);
	*records = (struct owner_records){ 0 };
}

/* -- one owner -- */

void owner_init(struct owner *owner)
{
	*owner = (struct owner){
		.team = xstrdup(""), .team_id = xstrdup(""), .contact = xstrdup(""), .field = xstrdup(""), .key = xstrdup(""),
		.chosen_by = xstrdup(""),
	};
}

void owner_release(struct owner *owner)
{
	for (size_t i = 0; i < owner->candidate_count; i++)
		release_record(&owner->candidates[i]);
	free(owner->candidates);
	free(owner->team);
	free(owner->team_id);
	free(owner->contact);
	free(owner->field);
	free(owner->key);
	free(owner->chosen_by);
	*owner = (struct owner){ 0 };
}

void owner_copy(struct owner *to, const struct owner *from)
{
	size_t ignored = 0, count = from->candidate_count;
	struct owner copy = {
		.state = from->state, .asked = from->asked, .candidate_count = count, .candidates_more = from->candidates_more,
		.team = xstrdup(from->team), .team_id = xstrdup(from->team_id), .contact = xstrdup(from->contact),
		.field = xstrdup(from->field), .key = xstrdup(from->key), .chosen_by = xstrdup(from->chosen_by),
	};

	if (count > 0)
		copy.candidates = xcalloc(count, sizeof *copy.candidates);
	for (size_t i = 0; i < count; i++)
		copy_record(&copy.candidates[i], &from->candidates[i], &ignored);
	if (to->team)
		owner_release(to);
	*to = copy;
}

void owner_text(const struct owner *owner, struct strbuf *out)
{
	switch (owner->state) {
	case OWNER_OWNED: strbuf_adds(out, owner->team); break;
	case OWNER_UNOWNED: strbuf_adds(out, "?unowned"); break;
	case OWNER_UNKNOWN: strbuf_adds(out, "?unknown"); break;
	case OWNER_AMBIGUOUS: strbuf_addf(out, "?%zu match", owner->candidate_count + owner->candidates_more); break;
	case OWNER_UNASKED: case OWNER_STATE_COUNT: break;
	}
}

/* -- a person's word -- */

static void put_text(char **field, const char *bytes, size_t n)
{
	char *copy = xmemdup(bytes ? bytes : "", bytes ? n : 0);

	free(*field);
	*field = copy;
}

bool owner_choose(struct owner *owner, size_t candidate, const char *who)
{
	const struct owner_record *record = candidate < owner->candidate_count ? &owner->candidates[candidate] : NULL;

	if (!record || !*record->team)
		return false;
	put_text(&owner->team, record->team, strlen(record->team));
	put_text(&owner->team_id, record->team_id, strlen(record->team_id));
	put_text(&owner->contact, record->contact, strlen(record->contact));
	put_text(&owner->field, record->field, strlen(record->field));
	put_text(&owner->key, record->key, strlen(record->key));
	put_text(&owner->chosen_by, who, strlen(who));
	owner->state = OWNER_OWNED;
	return true;
}

void owner_assign(struct owner *owner, struct slice team, struct slice contact, const char *who)
{
	put_text(&owner->team, team.text, team.len);
	put_text(&owner->contact, contact.text, contact.len);
	put_text(&owner->team_id, NULL, 0);
	put_text(&owner->field, NULL, 0);
	put_text(&owner->key, NULL, 0);
	put_text(&owner->chosen_by, who, strlen(who));
	owner->state = OWNER_OWNED;
}

bool owner_keep_choice(struct owner *fresh, const struct owner *before)
{
	if (!before || before->state != OWNER_OWNED || !*before->chosen_by || fresh->state == OWNER_OWNED)
		return false;
	for (size_t i = 0; *before->key && i < fresh->candidate_count; i++)
		if (strcmp(fresh->candidates[i].key, before->key) == 0 && strcmp(fresh->candidates[i].team, before->team) == 0)
			return owner_choose(fresh, i, before->chosen_by);
	if (*before->key)   /* the record that was chosen is gone or says something else: the question is open again */
		return false;
	owner_assign(fresh, slice_of(before->team), slice_of(before->contact), before->chosen_by);
	return true;
}

/* -- the set -- */

const struct owner *owners_get(const struct owners *owners, struct slice packed_id)
{
	uint32_t number = owners && owners->ids.count > 0 ? map_get(&owners->ids, packed_id.text, packed_id.len) : MAP_NONE;

	return number == MAP_NONE ? NULL : &owners->items[number];
}

void owners_set(struct owners *owners, struct slice packed_id, const struct owner *owner)
{
	struct owner copy = { 0 };
	uint32_t number;
	size_t had = owners->cap;

	owner_copy(&copy, owner);   /* before it grows: the owner may be one of these */
	number = map_put(&owners->ids, packed_id.text, packed_id.len, NULL);
	if (number >= had) {
		owners->items = grow(owners->items, &owners->cap, (size_t)number + 1, sizeof *owners->items);
		memset(owners->items + had, 0, (owners->cap - had) * sizeof *owners->items);
	}
	owner_release(&owners->items[number]);
	owners->items[number] = copy;
	owners->generation++;
}

void owners_release(struct owners *owners)
{
	for (uint32_t i = 0; i < owners->ids.count; i++)
		owner_release(&owners->items[i]);
	free(owners->items);
	map_release(&owners->ids);
	*owners = (struct owners){ 0 };
}

void owners_tally(const struct owners *owners, const struct slice *packed_ids, size_t count, struct owner_tally *tally)
{
	struct map teams = { 0 };
	struct strbuf key = STRBUF_INIT(SIZE_MAX / 4);

	*tally = (struct owner_tally){ 0 };
	for (size_t i = 0; i < count; i++) {
		const struct owner *owner = owners_get(owners, packed_ids[i]);

		tally->states[owner ? owner->state : OWNER_UNASKED]++;
		if (!owner || owner->state != OWNER_OWNED)
			continue;
		strbuf_clear(&key);
		owner_key(slice_of(owner->team), &key);
		map_put(&teams, strbuf_text(&key), key.len, NULL);
	}
	tally->teams = teams.count;
	map_release(&teams);
	strbuf_release(&key);
}

/* -- names -- */

bool owner_name_plain(struct slice host)
{
	if (!host.text || host.len == 0 || host.len > 253)
		return false;
	for (size_t i = 0; i < host.len; i++) {
		char c = host.text[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'))
			return false;
	}
	return true;
}

struct slice owner_label(struct slice host)
{
	const char *dot = host.text && host.len > 0 ? memchr(host.text, '.', host.len) : NULL;

	return dot ? (struct slice){ host.text, (size_t)(dot - host.text) } : host;
}
