/* bag.h - the enrichment of one device: every key and value that has no column of its own, kept whole.
 *
 * A bag is bytes: pairs one after another, each `kind, key length, value length (32 bit, host order), key, value`. It is
 * written once by a source, kept in the run and the store as it is, and read only when shown. */
#ifndef ROUSE_BAG_H
#define ROUSE_BAG_H

#include <stdbool.h>

#include "core/base/bytes.h"

struct strbuf;

enum bag_kind {
	BAG_TEXT = 't',
	BAG_JSON = 'j',     /* a number, boolean, array or object: its JSON text */
	BAG_NULL = 'n',     /* null; the value is empty */
	BAG_CLOSED = 'b',   /* JSON text of an object that itself is a bag (AdditionalFields, AvFields) and was not opened yet */
};

struct bag_pair {
	enum bag_kind kind;
	struct slice key, value;   /* borrowed from the bag */
};

void bag_add(struct strbuf *bag, enum bag_kind kind, struct slice key, struct slice value);
/* Steps through: start with *at = 0. Returns false at the end, and for bytes that are no bag. */
bool bag_next(struct slice bag, size_t *at, struct bag_pair *pair);
/* The value of a key, exact case first, then ASCII case ignored. */
bool bag_find(struct slice bag, struct slice key, struct bag_pair *pair);

/* Appends the union of two bags, by key; of two values of a key the smaller (bytes) stays, so that the order does not matter. Pairs
 * of kind BAG_CLOSED are kept both when they differ: either may hold keys that the other lacks. */
void bag_merge(struct slice a, struct slice b, struct strbuf *out);

#endif
