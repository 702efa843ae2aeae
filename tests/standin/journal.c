/* journal.c - what was asked, when, and what became of it; each stand-in notes more of its own. */
#include <stdio.h>

#include "tests/standin/standin.h"

size_t entry_begin(struct standin *standin, const struct call *call)
{
	struct entry *entry;

	if (standin->journal_count == standin->hooks->journal_max) {
		standin->journal_lost++;
		return SIZE_MAX;
	}
	entry = &standin->journal[standin->journal_count];
	*entry = (struct entry){ .at_ms = time_steady_ms() - standin->started_ms, .took_ms = -1 };
	snprintf(entry->method, sizeof entry->method, "%.7s", call->method);
	return standin->journal_count++;
}

struct entry *entry_at(struct standin *standin, size_t number)
{
	return number < standin->journal_count ? &standin->journal[number] : NULL;
}

void entry_end(struct standin *standin, size_t number, unsigned status, bool broken)
{
	struct entry *entry = entry_at(standin, number);

	if (!entry)
		return;
	entry->took_ms = time_steady_ms() - standin->started_ms - entry->at_ms;
	entry->status = status;
	entry->broken = broken;
}
