/* accept.c - a set of acceptances, what each is worth at a time, and dates. */
#include "core/model/accept.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/tie.h"
#include "core/model/value.h"

const char *const acceptance_end_names[ACCEPT_END_COUNT] = { "in force", "expired", "revoked", "evidence changed" };

/* -- the set -- */

/* Bits of the sieve for each acceptance: of 64 hosts without one, 63 are told apart by the sieve alone. */
#define SIEVE_SHARE 64
#define SIEVE_LEAST 4096

/* The last bytes of an id differ most: one multiplication spreads them. */
static size_t sieve_bit(const struct acceptances *set, struct slice id)
{
	uint64_t last = id.len;

	if (id.len >= sizeof last)
		memcpy(&last, id.text + id.len - sizeof last, sizeof last);
	else if (id.len)
		memcpy(&last, id.text, id.len);
	return (size_t)(last * UINT64_C(0x9e3779b97f4a7c15) >> 24) & (set->sieve_bits - 1);
}

static void sieve_put(struct acceptances *set, struct slice id)
{
	size_t bit = sieve_bit(set, id);
	set->sieve[bit / 64] |= UINT64_C(1) << bit % 64;
}

static bool sieve_has(const struct acceptances *set, struct slice id)
{
	size_t bit = sieve_bit(set, id);
	return set->sieve[bit / 64] >> bit % 64 & 1;
}

/* Doubles the sieve when it fills up, and starts it over from the ids. */
static void sieve_grow(struct acceptances *set)
{
	if (set->ids.count * (size_t)SIEVE_SHARE <= set->sieve_bits)
		return;
	set->sieve_bits = set->sieve_bits ? 2 * set->sieve_bits : SIEVE_LEAST;
	free(set->sieve);
	set->sieve = xcalloc(set->sieve_bits / 64, sizeof *set->sieve);
	for (uint32_t i = 0; i < set->ids.count; i++)
		sieve_put(set, map_key(&set->ids, i));
}

static char *copied(const char *text)
{
	return xstrdup(text ? text : "");
}

size_t acceptances_add(struct acceptances *set, const struct acceptance *acceptance)
{
	struct acceptance *item;
	uint32_t number = map_put(&set->ids, acceptance->device.text, acceptance->device.len, NULL);

	set->items = grow(set->items, &set->cap, set->count + 1, sizeof *set->items);
	item = &set->items[set->count];
	*item = *acceptance;
	item->device = (struct slice){ xmemdup(acceptance->device.text, acceptance->device.len), acceptance->device.len };
	item->host = copied(acceptance->host);
	item->reason = copied(acceptance->reason);
	item->who = copied(acceptance->who);
	item->group = copied(acceptance->group);
	item->mode = copied(acceptance->mode);
	item->other_av = copied(acceptance->other_av);
	item->ended_why = copied(acceptance->ended_why);
	set->newest = grow(set->newest, &set->newest_cap, (size_t)number + 1, sizeof *set->newest);
	set->newest[number] = (uint32_t)set->count;
	sieve_grow(set);
	sieve_put(set, item->device);
	set->generation++;
	return set->count++;
}

void acceptances_end(struct acceptances *set, size_t index, enum acceptance_end end, int64_t when, const char *why)
{
	struct acceptance *item = &set->items[index];
	char *copy = copied(why);   /* before the free: it may be the text itself */

	free(item->ended_why);
	item->ended_why = copy;
	item->end = end;
	item->ended = when;
	set->generation++;
}

const struct acceptance *acceptances_find(const struct acceptances *set, struct slice packed_id)
{
	uint32_t number;

	if (!set || !set->count || !sieve_has(set, packed_id))
		return NULL;
	number = map_get(&set->ids, packed_id.text, packed_id.len);
	return number == MAP_NONE ? NULL : &set->items[set->newest[number]];
}

void acceptances_release(struct acceptances *set)
{
	for (size_t i = 0; i < set->count; i++) {
		struct acceptance *item = &set->items[i];
		free((char *)item->device.text);
		free(item->host);
		free(item->reason);
		free(item->who);
		free(item->group);
		free(item->mode);
		free(item->other_av);
		free(item->ended_why);
	}
	free(set->items);
	free(set->newest);
	free(set->sieve);
	map_release(&set->ids);
	*set = (struct acceptances){ 0 };
}

/* -- at a time -- */

enum acceptance_end acceptance_end_at(const struct acceptance *acceptance, int64_t now)
{
	if (acceptance->end == ACCEPT_IN_FORCE && now >= acceptance->until)
		return ACCEPT_EXPIRED;
	return acceptance->end;
}

bool acceptance_in_force(const struct acceptance *acceptance, int64_t now)
{
	return acceptance->taken <= now && acceptance_end_at(acceptance, now) == ACCEPT_IN_FORCE;
}

/* -- rows -- */

void acceptances_rows(const struct lens *lens, uint32_t from, uint32_t to, uint8_t *accepted)
{
	const struct acceptances *set = lens->acceptances;

	if (from >= to)
		return;
	memset(accepted, 0, to - from);
	if (!set || !set->count)
		return;
	for (uint32_t row = from; row < to; row++) {
		const struct acceptance *found = acceptances_find(set, table_packed_id(lens->table, row));
		if (found && table_is_finding(lens->table, row) && acceptance_in_force(found, lens->now))
			accepted[row - from] = 1;
	}
}

uint32_t acceptances_count(const struct lens *lens)
{
	const struct acceptances *set = lens->acceptances;
	uint8_t accepted[1024];
	uint32_t count = 0;

	if (!set || !set->count)
		return 0;
	for (uint32_t from = 0, to; from < lens->table->count; from = to) {
		to = lens->table->count - from < sizeof accepted ? lens->table->count : from + (uint32_t)sizeof accepted;
		acceptances_rows(lens, from, to, accepted);
		for (uint32_t i = 0; i < to - from; i++)
			count += accepted[i];
	}
	return count;
}

int64_t acceptances_until(const struct lens *lens, uint32_t row)
{
	const struct acceptance *found = acceptances_find(lens->acceptances, table_packed_id(lens->table, row));

	if (!found || found->end == ACCEPT_REVOKED || found->end == ACCEPT_EVIDENCE)
		return TIME_NONE;
	return found->until;
}

/* -- what a person types -- */

/* `30d`, `4w`: whole days from today, so that the host comes back at midnight as with a date. */
static bool days_ahead(const char *text, int64_t now, int64_t *until)
{
	int64_t days = 0;
	size_t n = 0;

	for (; n < 6 && text[n] >= '0' && text[n] <= '9'; n++)
		days = 10 * days + (text[n] - '0');
	if (!n || (text[n] != 'd' && text[n] != 'w') || text[n + 1])
		return false;
	*until = (now / SPAN_DAY + days * (text[n] == 'w' ? 7 : 1)) * SPAN_DAY;
	return true;
}

bool acceptance_date(const char *text, int64_t now, int64_t *until)
{
	int64_t ticks;

	if (days_ahead(text, now, until))
		return true;
	if (!time_parse(text, strlen(text), &ticks) || ticks == TIME_NONE)
		return false;
	*until = time_seconds(ticks);
	return true;
}

void acceptance_date_text(int64_t until, struct strbuf *out)
{
	struct strbuf iso = STRBUF_INIT(64);

	time_format(&iso, until);
	strbuf_add(out, strbuf_text(&iso), until % SPAN_DAY == 0 && iso.len > 10 ? iso.len - 10 : iso.len);
	strbuf_release(&iso);
}

/* Blanks of Unicode (General_Category Zs), and whatever takes no column. */
static bool is_silent(int32_t cp)
{
	return cp == ' ' || cp == 0xa0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200a) || cp == 0x202f || cp == 0x205f ||
	       cp == 0x3000 || (cp >= 0 && utf8_width(cp) <= 0);
}

bool acceptance_says(const char *text)
{
	size_t n = text ? strlen(text) : 0;

	for (size_t at = 0; at < n;) {
		int32_t cp;
		at += utf8_decode(text + at, n - at, &cp);
		if (!is_silent(cp))
			return true;
	}
	return false;
}
