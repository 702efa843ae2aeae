/* answer.h - an answer of a hunting API as it arrives: bytes in, rows into the estate.
 *
 * It is the files source without the file: the same shapes, the same cells, the same counting of what cannot be read. Rows go into the estate
 * as they come, so the answer is never held. A question that is asked again after half an answer meets its own rows there, which changes
 * nothing but the counts: answer_take_back() mends those. */
#ifndef ROUSE_ANSWER_H
#define ROUSE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/model/estate.h"
#include "core/model/run.h"

struct answer;

/* What an answer came to. */
struct answer_totals {
	uint64_t rows;          /* readable or not */
	bool paged;             /* it names a next page */
	char error[512];        /* an error object that stood in it, `code: message`, as it may be shown; "" */
};

/* What the rows of an answer added to the counts of an estate. */
struct answer_counts {
	uint64_t read, used, unreadable, cells, replaced;
};

/* `name` is what sentences call it: `part 3 of 16`; copied. Estate and run are borrowed. */
struct answer *answer_new(const char *name, enum estate_table table, struct estate *estate, struct run *run);
/* -1 when the bytes are no answer: HTML, broken JSON, a missing column. */
int answer_feed(struct answer *answer, const char *bytes, size_t n, struct error *err);
/* Takes the rows of bytes that wait for more, when none will come. */
int answer_flush(struct answer *answer, struct error *err);
/* The bytes are at their end. -1 when that is in the middle of the JSON. An answer without rows is fine here: a part may have none. */
int answer_end(struct answer *answer, struct answer_totals *totals, struct error *err);
void answer_counts(const struct answer *answer, struct answer_counts *counts);
/* Takes counts back, as their rows are asked for anew. No other answer may be open. */
void answer_take_back(struct estate *estate, enum estate_table table, const struct answer_counts *counts);
uint64_t answer_rows(const struct answer *answer);
/* Sentences about rows that could not be read, as files_source_complaints(). */
size_t answer_complaints(const struct answer *answer, const char *const **sentences, uint64_t *more);
void answer_free(struct answer **answer);

#endif
