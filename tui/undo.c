#include "tui/undo.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"

/* What counts against UNDO_BYTES_MAX. */
static size_t item_bytes(const struct undo_item *item)
{
	return item->ids_len + (item->before ? strlen(item->before) : 0) + (item->after ? strlen(item->after) : 0);
}

static void item_release(struct undo *undo, struct undo_item *item)
{
	undo->bytes -= item_bytes(item);
	free(item->before);
	free(item->after);
	free(item->ids);
	memset(item, 0, sizeof *item);
}

/* The rest moves up; `at` goes with it. */
static void drop_oldest(struct undo *undo)
{
	item_release(undo, &undo->items[0]);
	undo->count--;
	memmove(&undo->items[0], &undo->items[1], undo->count * sizeof undo->items[0]);
	undo->at = undo->at ? undo->at - 1 : 0;
}

/* Room for one more change, after which nothing can be done again. */
static struct undo_item *item_new(struct undo *undo, enum undo_kind kind, const char *what)
{
	struct undo_item *item;

	while (undo->count > undo->at)
		item_release(undo, &undo->items[--undo->count]);
	if (undo->count == UNDO_MAX)
		drop_oldest(undo);
	item = &undo->items[undo->count++];
	memset(item, 0, sizeof *item);
	item->kind = kind;
	snprintf(item->what, sizeof item->what, "%s", what);
	undo->at = undo->count;
	return item;
}

/* Keeps the total within bounds; the newest change always stays. */
static void settle(struct undo *undo, const struct undo_item *item)
{
	undo->bytes += item_bytes(item);
	while (undo->bytes > UNDO_BYTES_MAX && undo->count > 1)
		drop_oldest(undo);
}

void undo_add_marks(struct undo *undo, const char *what, const char *ids, size_t ids_len)
{
	struct undo_item *item = item_new(undo, UNDO_MARKS, what);

	item->ids = xmemdup(ids, ids_len);
	item->ids_len = ids_len;
	settle(undo, item);
}

/* `id` is the host of a note; other changes have none. */
void undo_add_text(struct undo *undo, enum undo_kind kind, const char *what, struct slice id, const char *before,
                   const char *after)
{
	struct undo_item *item = item_new(undo, kind, what);

	item->before = xstrdup(before);
	item->after = xstrdup(after);
	if (id.text) {
		struct strbuf ids = STRBUF_INIT(id.len + sizeof(uint32_t));

		undo_id(&ids, id);
		item->ids = xmemdup(strbuf_text(&ids), ids.len);
		item->ids_len = ids.len;
		strbuf_release(&ids);
	}
	settle(undo, item);
}

const struct undo_item *undo_back(struct undo *undo)
{
	return undo->at ? &undo->items[--undo->at] : NULL;
}

const struct undo_item *undo_forward(struct undo *undo)
{
	return undo->at < undo->count ? &undo->items[undo->at++] : NULL;
}

void undo_release(struct undo *undo)
{
	while (undo->count)
		item_release(undo, &undo->items[--undo->count]);
	undo->at = 0;
}

void undo_id(struct strbuf *ids, struct slice packed_id)
{
	uint32_t len = (uint32_t)packed_id.len;

	strbuf_add(ids, (const char *)&len, sizeof len);
	strbuf_add(ids, packed_id.text, packed_id.len);
}

bool undo_next_id(const struct undo_item *item, size_t *at, struct slice *packed_id)
{
	uint32_t len;

	if (*at + sizeof len > item->ids_len)
		return false;
	memcpy(&len, item->ids + *at, sizeof len);
	*at += sizeof len;
	packed_id->text = item->ids + *at;
	packed_id->len = len;
	*at += len;
	return true;
}
