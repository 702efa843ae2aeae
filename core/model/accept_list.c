/* accept_list.c - the order and the counts of a list of acceptances: what came back by itself is never at the end of it. */
#include <stdlib.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/model/accept.h"

int64_t acceptance_ended_at(const struct acceptance *acceptance, int64_t now)
{
	enum acceptance_end end = acceptance_end_at(acceptance, now);

	if (end == ACCEPT_IN_FORCE)
		return 0;
	return end == ACCEPT_EXPIRED ? acceptance->until : acceptance->ended;
}

bool acceptance_ends_soon(const struct acceptance *acceptance, int64_t now)
{
	return acceptance_end_at(acceptance, now) == ACCEPT_IN_FORCE && acceptance->until - now <= ACCEPT_NEAR;
}

enum acceptance_class acceptance_class_at(const struct acceptances *set, size_t index, int64_t now)
{
	const struct acceptance *item = &set->items[index];
	enum acceptance_end end = acceptance_end_at(item, now);

	if (end == ACCEPT_IN_FORCE)
		return ACCEPT_RUNNING;
	if (end == ACCEPT_REVOKED || now - acceptance_ended_at(item, now) > ACCEPT_NEAR)
		return ACCEPT_PAST;
	return acceptances_find(set, item->device) == item ? ACCEPT_LOUD : ACCEPT_PAST;
}

/* -- order -- */

/* One acceptance on its way through the sort. */
struct place {
	enum acceptance_class class;
	int64_t key;     /* smaller first */
	size_t index;
};

static int place_compare(const void *a, const void *b)
{
	const struct place *left = a, *right = b;

	if (left->class != right->class)
		return left->class < right->class ? -1 : 1;
	if (left->key != right->key)
		return left->key < right->key ? -1 : 1;
	return (left->index > right->index) - (left->index < right->index);
}

void acceptances_order(const struct acceptances *set, int64_t now, size_t *order)
{
	struct place *places = xcalloc(set->count + 1, sizeof *places);

	for (size_t i = 0; i < set->count; i++) {
		enum acceptance_class class = acceptance_class_at(set, i, now);
		int64_t ended = acceptance_ended_at(&set->items[i], now);
		places[i] = (struct place){ class, class == ACCEPT_RUNNING ? set->items[i].until : -ended, i };
	}
	qsort(places, set->count, sizeof *places, place_compare);
	for (size_t i = 0; i < set->count; i++)
		order[i] = places[i].index;
	free(places);
}

/* -- counts -- */

void acceptances_tally(const struct acceptances *set, int64_t now, struct acceptance_counts *counts)
{
	*counts = (struct acceptance_counts){ 0 };
	for (size_t i = 0; i < set->count; i++) {
		switch (acceptance_class_at(set, i, now)) {
		case ACCEPT_LOUD: counts->loud++; break;
		case ACCEPT_RUNNING: counts->in_force++; break;
		case ACCEPT_PAST: counts->past++; break;
		}
		counts->soon += acceptance_ends_soon(&set->items[i], now);
	}
}

void acceptance_counts_text(const struct acceptance_counts *counts, struct strbuf *out)
{
	strbuf_add_count(out, counts->in_force);
	strbuf_adds(out, " in force");
	if (counts->soon) {
		strbuf_adds(out, ", ");
		strbuf_add_count(out, counts->soon);
		strbuf_adds(out, counts->soon == 1 ? " ends within 7 days" : " end within 7 days");
	}
	if (counts->loud) {
		strbuf_adds(out, "; ");
		strbuf_add_count(out, counts->loud);
		strbuf_adds(out, " ended within 7 days");
	}
	if (counts->past) {
		strbuf_adds(out, "; ");
		strbuf_add_count(out, counts->past);
		strbuf_adds(out, " older or revoked");
	}
}
