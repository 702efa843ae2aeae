/* filter_text.c - finds needles in the text columns of a range of rows.
 *
 * Names lie folded one after another, so one search runs over all of them and hits are mapped back to rows. A repeated text is
 * looked at once: the dictionary lies folded too and is searched the same way, and rows only look up their code. */
#include "core/model/filter_parts.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/item_scan.h"
#include "core/model/marks.h"
#include "core/model/owner.h"
#include "core/model/ticket_link.h"

#define SPARSE_SHARE 8   /* one row in eight */
#define FLAG_SETS (1u << FLAG_COUNT)
#define ID_TEXT_MAX 64   /* ids up to this length are read without a buffer of their own */

static bool folded_contains(struct slice text, struct slice needle, struct strbuf *scratch)
{
	if (!text.text)
		return false;
	strbuf_clear(scratch);
	utf8_fold(scratch, text.text, text.len);
	return item_contains((struct slice){ strbuf_text(scratch), scratch->len }, needle);
}

/* -- the dictionary -- */

/* Which texts hold the needle; or, `whole`, are it. */
static const uint8_t *codes_with(struct text_scan *scan, struct slice needle, bool whole)
{
	const struct table *table = scan->lens->table;
	const struct pool *folded = &table->texts_folded;
	uint32_t count = table->texts.count;

	if (!scan->codes)
		scan->codes = xmalloc((size_t)count + 1);
	else if (!whole && scan->needle.text == needle.text)
		return scan->codes;   /* made for an earlier column */
	memset(scan->codes, 0, (size_t)count + 1);
	scan->needle = whole ? (struct slice){ NULL, 0 } : needle;
	if (!whole && count > 0)
		item_scan(folded->bytes, folded->offsets, 0, count, needle, scan->codes);
	for (uint32_t code = 0; whole && code < count; code++)
		scan->codes[code] = slice_equal(needle, (struct slice){ folded->bytes + folded->offsets[code],
		                                                       folded->offsets[code + 1] - folded->offsets[code] });
	return scan->codes;
}

static void scan_codes(struct text_scan *scan, const uint8_t *codes, enum text_id id)
{
	uint32_t missing = scan->lens->table->texts.count;
	const uint32_t *column = scan->lens->table->text[id] + scan->from;

	if (!memchr(codes, 1, missing))
		return;
	for (uint32_t i = 0; i < scan->to - scan->from; i++)
		scan->hit[i] |= codes[column[i] < missing ? column[i] : missing];
}

/* AvMode: the gathered mode, else the assessed one, as table_mode(). */
static void scan_mode(struct text_scan *scan, const uint8_t *codes)
{
	const struct table *table = scan->lens->table;
	uint32_t missing = table->texts.count, empty = map_get(&table->texts, "", 0);

	if (!memchr(codes, 1, missing))
		return;
	for (uint32_t row = scan->from; row < scan->to; row++) {
		uint32_t code = table->text[TEXT_GATHERED_MODE][row];

		if (code >= missing || code == empty)
			code = table->text[TEXT_ASSESSED_MODE][row];
		scan->hit[row - scan->from] |= codes[code < missing ? code : missing];
	}
}

/* -- other columns -- */

/* The dearest column: 35 bytes a host. */
static void scan_names(struct text_scan *scan, struct slice needle)
{
	const struct table *table = scan->lens->table;
	uint32_t open = 0;   /* rows that the name still has to decide */

	for (uint32_t row = scan->from; row < scan->to; row++)
		open += scan->keep[row] & !scan->hit[row - scan->from];
	/* Few such rows: looking at each beats one search over all names. */
	if (open >= (scan->to - scan->from) / SPARSE_SHARE) {
		item_scan(table->folded.bytes, table->folded.offsets, scan->from, scan->to, needle, scan->hit);
		return;
	}
	for (uint32_t row = scan->from; row < scan->to; row++)
		if (scan->keep[row] && !scan->hit[row - scan->from])
			scan->hit[row - scan->from] = item_contains(table_folded(table, row), needle);
}

/* A column of small numbers by a table of all 256. */
static void scan_bytes(struct text_scan *scan, const uint8_t *column, const uint8_t *with)
{
	for (uint32_t row = scan->from; row < scan->to; row++)
		scan->hit[row - scan->from] |= with[column[row]];
}

static void scan_verdict(struct text_scan *scan, struct slice needle)
{
	uint8_t with[UINT8_MAX + 1] = { 0 };

	for (size_t i = 0; i < VERDICT_COUNT; i++)
		with[i] = item_contains(slice_of(verdicts[i].name), needle);
	scan_bytes(scan, scan->lens->table->verdict, with);
}

static void scan_change(struct text_scan *scan, struct slice needle)
{
	uint8_t with[UINT8_MAX + 1] = { 0 };

	for (size_t i = 0; i < CHANGE_COUNT; i++)
		with[i] = item_contains(slice_of(change_names[i]), needle);
	scan_bytes(scan, scan->lens->table->change, with);
}

/* A set of flags is found by the name of one of them, `other-av NAME` being one name. */
static void scan_flags(struct text_scan *scan, struct slice needle)
{
	enum { UNKNOWN, NO, YES };
	const struct table *table = scan->lens->table;
	uint8_t with[FLAG_SETS] = { 0 };
	uint8_t *products = xcalloc((size_t)table->texts.count + 1, 1);   /* by text code: `other-av NAME` */
	struct strbuf text = STRBUF_INIT(SIZE_MAX / 4), scratch = STRBUF_INIT(SIZE_MAX / 4);

	for (unsigned set = 0; set < FLAG_SETS; set++)
		for (size_t i = 0; i < FLAG_COUNT; i++)
			with[set] |= (set & flags[i].bit) && item_contains(slice_of(flags[i].name), needle);
	for (uint32_t row = scan->from; row < scan->to; row++) {
		uint32_t code = table->text[TEXT_OTHER_AV][row];

		scan->hit[row - scan->from] |= with[table->flags[row] & (FLAG_SETS - 1)];
		if (!(table->flags[row] & FLAG_OTHER_AV) || code == MAP_NONE || scan->hit[row - scan->from])
			continue;
		if (products[code] == UNKNOWN) {
			strbuf_clear(&text);
			flags_text(scan->lens, row, FLAG_OTHER_AV, &text);
			products[code] = folded_contains((struct slice){ text.buf, text.len }, needle, &scratch) ? YES : NO;
		}
		scan->hit[row - scan->from] |= products[code] == YES;
	}
	free(products);
	strbuf_release(&text);
	strbuf_release(&scratch);
}

static void scan_notes(struct text_scan *scan, struct slice needle)
{
	const struct notes *notes = scan->lens->notes;
	struct strbuf scratch = STRBUF_INIT(SIZE_MAX / 4);
	bool any = false;

	/* Notes are few and rows are many: most needles are in no note at all. */
	for (uint32_t i = 0; notes && !any && i < notes->ids.count; i++)
		any = folded_contains(slice_of(notes->texts[i]), needle, &scratch);
	for (uint32_t row = scan->from; any && row < scan->to; row++)
		if (scan->keep[row] && !scan->hit[row - scan->from])
			scan->hit[row - scan->from] =
				folded_contains(notes_get(notes, table_packed_id(scan->lens->table, row)), needle, &scratch);
	strbuf_release(&scratch);
}

/* Rows by a number that their id has in a map; with[number] says whether what stands there holds the needle. */
static void scan_numbers(struct text_scan *scan, const struct map *ids, const uint8_t *with)
{
	if (!ids->count || !memchr(with, 1, ids->count))
		return;
	for (uint32_t row = scan->from; row < scan->to; row++) {
		struct slice id = table_packed_id(scan->lens->table, row);
		uint32_t number;

		if (!scan->keep[row] || scan->hit[row - scan->from])
			continue;
		number = map_get(ids, id.text, id.len);
		scan->hit[row - scan->from] = number != MAP_NONE && with[number];
	}
}

static void scan_owners(struct text_scan *scan, enum column_id column, struct slice needle)
{
	const struct owners *owners = scan->lens->owners;
	struct strbuf text = STRBUF_INIT(SIZE_MAX / 4), scratch = STRBUF_INIT(SIZE_MAX / 4);
	uint8_t *with = xcalloc(owners ? (size_t)owners->ids.count + 1 : 1, 1);

	for (uint32_t i = 0; owners && i < owners->ids.count; i++) {
		const struct owner *owner = &owners->items[i];

		strbuf_clear(&text);
		if (column == COL_OWNER)
			owner_text(owner, &text);
		else if (owner->state == OWNER_OWNED)
			strbuf_adds(&text, owner->contact);
		with[i] = text.len > 0 && folded_contains((struct slice){ text.buf, text.len }, needle, &scratch);
	}
	if (owners)
		scan_numbers(scan, &owners->ids, with);
	free(with);
	strbuf_release(&text);
	strbuf_release(&scratch);
}

/* A record is looked at once for all its hosts. */
static void scan_tickets(struct text_scan *scan, struct slice needle)
{
	const struct ticket_links *links = scan->lens->tickets;
	struct strbuf text = STRBUF_INIT(SIZE_MAX / 4), scratch = STRBUF_INIT(SIZE_MAX / 4);
	uint8_t *records = xcalloc(links ? links->record_count + 1 : 1, 1), *with = xcalloc(links ? (size_t)links->ids.count + 1 : 1, 1);

	for (size_t i = 0; links && i < links->record_count; i++) {
		strbuf_clear(&text);
		ticket_link_text(&links->records[i], &text);
		records[i] = text.len > 0 && folded_contains((struct slice){ text.buf, text.len }, needle, &scratch);
	}
	for (uint32_t i = 0; links && i < links->ids.count; i++)
		with[i] = links->record[i] < links->record_count && records[links->record[i]];
	if (links)
		scan_numbers(scan, &links->ids, with);
	free(records);
	free(with);
	strbuf_release(&text);
	strbuf_release(&scratch);
}

/* Ids are searched as they are shown, hex digits included. */
static bool id_contains(struct slice packed, struct slice needle, struct strbuf *scratch)
{
	char text[2 * ID_TEXT_MAX];

	if (packed.len <= ID_TEXT_MAX)
		return folded_contains((struct slice){ text, id_unpack(text, packed) }, needle, scratch);
	return folded_contains((struct slice){ packed.text + 1, packed.len - 1 }, needle, scratch);
}

static void scan_ids(struct text_scan *scan, struct slice needle)
{
	struct strbuf scratch = STRBUF_INIT(SIZE_MAX / 4);

	for (uint32_t row = scan->from; row < scan->to; row++)
		if (scan->keep[row] && !scan->hit[row - scan->from])
			scan->hit[row - scan->from] = id_contains(table_packed_id(scan->lens->table, row), needle, &scratch);
	strbuf_release(&scratch);
}

/* Columns without text (times, ages, booleans), links, and bags, which may have to be read from the store, are not searched. */
static void scan_column(struct text_scan *scan, enum column_id id, struct slice needle)
{
	if (column_text(id) < TEXT_COUNT) {
		scan_codes(scan, codes_with(scan, needle, false), column_text(id));
		return;
	}
	switch (id) {
	case COL_DEVICE_NAME: scan_names(scan, needle); break;
	case COL_AV_MODE: scan_mode(scan, codes_with(scan, needle, false)); break;
	case COL_VERDICT: scan_verdict(scan, needle); break;
	case COL_CHANGE: scan_change(scan, needle); break;
	case COL_FLAGS: scan_flags(scan, needle); break;
	case COL_NOTE: scan_notes(scan, needle); break;
	case COL_OWNER: case COL_OWNER_CONTACT: scan_owners(scan, id, needle); break;
	case COL_TICKET: scan_tickets(scan, needle); break;
	case COL_DEVICE_ID: scan_ids(scan, needle); break;
	default: break;
	}
}

/* -- terms -- */

/* A code is meant whole: `mode:1` does not find mode 10. A word may be a part: `mode:pass`. */
static void scan_mode_word(struct text_scan *scan, struct slice needle)
{
	bool code = true;

	for (size_t i = 0; i < needle.len; i++)
		code = code && needle.text[i] >= '0' && needle.text[i] <= '9';
	scan_mode(scan, codes_with(scan, needle, code));
	scan_verdict(scan, needle);
}

/* A word in the visible columns; the names last, as they cost most and many rows are found by then. */
static void scan_visible(struct text_scan *scan, struct slice needle, const struct column_ref *visible, size_t count)
{
	bool names = count == 0;

	for (size_t i = 0; i < count; i++) {
		if (visible[i].id == COL_DEVICE_NAME)
			names = true;
		else
			scan_column(scan, visible[i].id, needle);
	}
	if (names)
		scan_names(scan, needle);
}

void text_scan_term(struct text_scan *scan, const struct filter_term *term, const struct column_ref *visible,
                    size_t visible_count)
{
	for (size_t i = 0; i < term->needle_count; i++) {
		if (term->kind == TERM_MODE)
			scan_mode_word(scan, term->needles[i]);
		else if (term->kind == TERM_COLUMN)
			scan_column(scan, term->column, term->needles[i]);
		else
			scan_visible(scan, term->needles[i], visible, visible_count);
	}
}

void text_scan_release(struct text_scan *scan)
{
	free(scan->codes);
	*scan = (struct text_scan){ 0 };
}
