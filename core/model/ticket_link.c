/* ticket_link.c - the records of a ticket system by device id. */
#include "core/model/ticket_link.h"

#include <stdlib.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"

const char *const ticket_state_names[TICKET_STATE_COUNT] = { "intent", "open", "uncertain", "closed" };

void ticket_link_text(const struct ticket_link *link, struct strbuf *out)
{
	if (link->state == TICKET_CLOSED)
		return;
	if (link->state != TICKET_OPEN && link->number[0] != '?')
		strbuf_addc(out, '?');
	strbuf_adds(out, link->number);
}

static char *copy_of(const char *text)
{
	return xstrdup(text ? text : "");
}

uint32_t ticket_links_add(struct ticket_links *links, const struct ticket_link *record)
{
	struct ticket_link copy = {
		.number = copy_of(record->number), .url = copy_of(record->url), .correlation = copy_of(record->correlation),
		.state = record->state, .hosts = record->hosts,
	};

	links->records = grow(links->records, &links->records_cap, links->record_count + 1, sizeof *links->records);
	links->records[links->record_count++] = copy;
	links->generation++;
	return (uint32_t)(links->record_count - 1);
}

void ticket_links_put(struct ticket_links *links, struct slice packed_id, uint32_t record)
{
	uint32_t number = map_put(&links->ids, packed_id.text, packed_id.len, NULL);

	if (number >= links->record_cap) {
		size_t had = links->record_cap;

		links->record = grow(links->record, &links->record_cap, (size_t)number + 1, sizeof *links->record);
		for (size_t i = had; i < links->record_cap; i++)
			links->record[i] = MAP_NONE;
	}
	links->record[number] = record;
	links->generation++;
}

const struct ticket_link *ticket_links_get(const struct ticket_links *links, struct slice packed_id)
{
	uint32_t number = links && links->ids.count > 0 ? map_get(&links->ids, packed_id.text, packed_id.len) : MAP_NONE;

	if (number == MAP_NONE || links->record[number] >= links->record_count)
		return NULL;
	return &links->records[links->record[number]];
}

void ticket_links_release(struct ticket_links *links)
{
	for (size_t i = 0; i < links->record_count; i++) {
		free(links->records[i].number);
		free(links->records[i].url);
		free(links->records[i].correlation);
	}
	free(links->records);
	free(links->record);
	map_release(&links->ids);
	*links = (struct ticket_links){ 0 };
}
