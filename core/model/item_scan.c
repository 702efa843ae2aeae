/* item_scan.c - see item_scan.h. */
#include "core/model/item_scan.h"

#include <string.h>

#define EACH_BYTE UINT64_C(0x0101010101010101)

bool item_contains(struct slice hay, struct slice needle)
{
	const char *at = hay.text, *end;

	if (!at)
		return false;
	end = at + hay.len;
	/* Short texts: bytes_find() would spend its time on getting ready. */
	while ((size_t)(end - at) >= needle.len && (at = memchr(at, needle.text[0], (size_t)(end - at) - needle.len + 1)) != NULL) {
		if (memcmp(at, needle.text, needle.len) == 0)
			return true;
		at++;
	}
	return false;
}

/* One search through items that lie one after another. */
struct scan {
	const char *bytes;
	const uint32_t *offsets;
	struct slice needle;
	uint32_t from;             /* item that hit[0] stands for */
	uint32_t item;             /* not before the item that was hit last */
	uint8_t *hit;
	bool starts, ends;         /* a letter or digit before, or behind, the needle makes it no hit */
};

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* Whether the item of a place goes on there with a letter or digit where it must not. */
static bool breaks_term(const struct scan *scan, size_t place)
{
	size_t end = place + scan->needle.len;

	return (scan->starts && place > scan->offsets[scan->item] && is_alnum(scan->bytes[place - 1]))
	       || (scan->ends && end < scan->offsets[scan->item + 1] && is_alnum(scan->bytes[end]));
}

/* A place where the needle's first and last byte are right: sets the hit of its item when the whole needle is there. A place that
 * reaches into the next item is no hit. Places come in ascending order. */
static void try_place(struct scan *scan, size_t place)
{
	if (place < scan->offsets[scan->item]
	    || memcmp(scan->bytes + place, scan->needle.text, scan->needle.len) != 0)
		return;
	while (scan->offsets[scan->item + 1] <= place)
		scan->item++;
	if (place + scan->needle.len <= scan->offsets[scan->item + 1] && !breaks_term(scan, place))
		scan->hit[scan->item++ - scan->from] = 1;   /* the rest of the item need not be looked at */
}

static uint64_t load_word(const char *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof word);
	return word;
}

/* Whether one of the eight bytes is 0: only then does the subtraction borrow into a high bit that was not set. */
static bool has_zero(uint64_t word)
{
	return ((word - EACH_BYTE) & ~word & (EACH_BYTE << 7)) != 0;
}

void item_scan(const char *bytes, const uint32_t *offsets, uint32_t from, uint32_t to, struct slice needle, uint8_t *hit)
{
	item_scan_terms(bytes, offsets, from, to, needle, false, false, hit);
}

/* Looks at eight places at once, at the needle's first and last byte. */
void item_scan_terms(const char *bytes, const uint32_t *offsets, uint32_t from, uint32_t to, struct slice needle, bool starts, bool ends,
                     uint8_t *hit)
{
	struct scan scan = { bytes, offsets, needle, from, from, hit, starts, ends };
	unsigned char head = (unsigned char)needle.text[0], tail = (unsigned char)needle.text[needle.len - 1];
	uint64_t heads = head * EACH_BYTE, tails = tail * EACH_BYTE;
	size_t place = offsets[from], end = offsets[to], behind = needle.len - 1;

	if (needle.len > end - place)
		return;
	while (place + behind + 8 <= end) {
		if (has_zero((load_word(bytes + place) ^ heads) | (load_word(bytes + place + behind) ^ tails)))
			for (unsigned i = 0; i < 8; i++)
				if (bytes[place + i] == (char)head && bytes[place + behind + i] == (char)tail)
					try_place(&scan, place + i);
		/* After a hit the rest of its item is passed over. */
		place = offsets[scan.item] > place + 8 ? offsets[scan.item] : place + 8;
	}
	for (; place + needle.len <= end; place++)
		try_place(&scan, place);
}
