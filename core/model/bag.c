/* bag.c - the bytes of an enrichment bag: writing, stepping through, finding, uniting two.
 *
 * A bag is written once and read seldom, so a search walks it from the start; 50 keys are a few hundred nanoseconds. */
#include "core/model/bag.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"

#define HEAD_SIZE (1 + 2 * sizeof(uint32_t))   /* kind, key length, value length */

void bag_add(struct strbuf *bag, enum bag_kind kind, struct slice key, struct slice value)
{
	assert(key.len <= UINT32_MAX && value.len <= UINT32_MAX);
	size_t key_len = key.text ? key.len : 0, value_len = value.text ? value.len : 0;
	/* Half a pair would spoil all that follow it, so a pair goes in whole or not at all. */
	if (bag->overflow || HEAD_SIZE + key_len + value_len > bag->max - bag->len) {
		bag->overflow = true;
		return;
	}
	char head[HEAD_SIZE] = { (char)kind };
	uint32_t lengths[2] = { (uint32_t)key_len, (uint32_t)value_len };
	memcpy(head + 1, lengths, sizeof lengths);
	strbuf_add(bag, head, sizeof head);
	if (key_len)
		strbuf_add(bag, key.text, key_len);
	if (value_len)
		strbuf_add(bag, value.text, value_len);
}

static bool is_kind(char c)
{
	return c == BAG_TEXT || c == BAG_JSON || c == BAG_NULL || c == BAG_CLOSED;
}

bool bag_next(struct slice bag, size_t *at, struct bag_pair *pair)
{
	if (!bag.text || *at > bag.len || bag.len - *at < HEAD_SIZE || !is_kind(bag.text[*at]))
		return false;
	const char *head = bag.text + *at;
	uint32_t lengths[2];
	memcpy(lengths, head + 1, sizeof lengths);
	if ((uint64_t)lengths[0] + lengths[1] > bag.len - *at - HEAD_SIZE)
		return false;
	pair->kind = (enum bag_kind)head[0];
	pair->key = (struct slice){ head + HEAD_SIZE, lengths[0] };
	pair->value = (struct slice){ head + HEAD_SIZE + lengths[0], lengths[1] };
	*at += HEAD_SIZE + lengths[0] + lengths[1];
	return true;
}

static bool equal_nocase(struct slice a, struct slice b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		unsigned char x = (unsigned char)a.text[i], y = (unsigned char)b.text[i];
		if (x != y && ((x ^ y) != 0x20 || (x | 0x20) < 'a' || (x | 0x20) > 'z'))
			return false;
	}
	return true;
}

bool bag_find(struct slice bag, struct slice key, struct bag_pair *pair)
{
	struct bag_pair here, near;
	bool found = false;
	for (size_t at = 0; bag_next(bag, &at, &here);) {
		if (slice_equal(here.key, key)) {
			*pair = here;
			return true;
		}
		if (!found && key.text && equal_nocase(here.key, key)) {
			near = here;
			found = true;
		}
	}
	if (found)
		*pair = near;
	return found;
}

/* ---- union ---- */

static size_t bag_pairs(struct slice bag, struct bag_pair **pairs, size_t *cap, size_t count)
{
	struct bag_pair pair;
	for (size_t at = 0; bag_next(bag, &at, &pair);) {
		*pairs = grow(*pairs, cap, count + 1, sizeof **pairs);
		(*pairs)[count++] = pair;
	}
	return count;
}

/* By key; within one the closed pairs last, a null after a value, then by bytes: the first of a key is the one to keep. */
static int pair_order(const void *left, const void *right)
{
	const struct bag_pair *a = left, *b = right;
	int order = slice_compare(a->key, b->key);
	if (!order)
		order = (a->kind == BAG_CLOSED) - (b->kind == BAG_CLOSED);
	if (!order)
		order = (a->kind == BAG_NULL) - (b->kind == BAG_NULL);
	if (!order)
		order = slice_compare(a->value, b->value);
	return order ? order : (int)a->kind - (int)b->kind;
}

void bag_merge(struct slice a, struct slice b, struct strbuf *out)
{
	struct bag_pair *pairs = NULL;
	size_t cap = 0;
	size_t count = bag_pairs(b, &pairs, &cap, bag_pairs(a, &pairs, &cap, 0));
	if (count)
		qsort(pairs, count, sizeof *pairs, pair_order);
	for (size_t i = 0; i < count; i++) {
		const struct bag_pair *pair = &pairs[i], *last = i ? &pairs[i - 1] : NULL;
		bool same_key = last && slice_equal(last->key, pair->key);
		bool same = same_key && last->kind == pair->kind && slice_equal(last->value, pair->value);
		if (pair->kind == BAG_CLOSED ? !same : !same_key)
			bag_add(out, pair->kind, pair->key, pair->value);
	}
	free(pairs);
}
