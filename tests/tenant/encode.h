/* encode.h - an answer as bytes, in the forms of facts 1.1 to 1.3 and with every encoding of facts 1.5 that is not documented. */
#ifndef TENANT_ENCODE_H
#define TENANT_ENCODE_H

#include "tests/tenant/estate.h"

/* Whose answer it is. */
enum face { FACE_GRAPH, FACE_LEGACY, FACE_WORKSPACE };

/* How rows of one answer are written. */
struct encoder {
	enum face face;
	const struct options *options;   /* borrowed */
	const struct column *columns;    /* borrowed */
	size_t count;
	struct text keys[CELLS_MAX];     /* `"DeviceId":` as this answer spells it */
	uint64_t rows;                   /* written so far */
};

void encode_begin(struct encoder *encoder, enum face face, const struct options *options, const struct column *columns, size_t count,
                  struct text *out);
void encode_row(struct encoder *encoder, const struct cell *cells, struct text *out);
void encode_tail(struct encoder *encoder, struct text *out);
/* In place of the tail: an error object behind the rows, with status 200. */
void encode_late_error(struct encoder *encoder, struct text *out);
void encode_release(struct encoder *encoder);

#endif
