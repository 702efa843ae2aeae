/* stream.c - an answer on its way: rows are computed, written and compressed as the connection takes them. The only user of zlib. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "tests/tenant/tenant.h"

#define PIECE 65536u         /* bytes written before the connection is asked again */

enum phase { PHASE_ROWS, PHASE_BYTES, PHASE_RUBBISH, PHASE_OVER };

struct stream {
	struct tenant *tenant;       /* borrowed */
	struct options options;      /* as they were when the query came */
	struct query query;
	struct answer answer;
	struct encoder encoder;
	bool answers;                /* there is a query */
	enum phase phase;
	int64_t rows_left, rubbish_left;   /* rows_left -1: all */
	struct text plain, wire;     /* written; compressed */
	struct text *ready;          /* the one that goes out */
	size_t at;                   /* of it: gone */
	bool zips, zip_over;
	z_stream zip;
	struct fault fault;
	int64_t cut_left;            /* bytes until the connection breaks; -1: never */
	size_t entry;
	bool noted;                  /* in the journal */
	uint64_t bytes;              /* written, before compression */
};

static struct stream *new_stream(struct tenant *tenant, enum phase phase)
{
	struct stream *stream = must_alloc(sizeof *stream);

	stream->tenant = tenant;
	stream->phase = phase;
	stream->rows_left = stream->cut_left = -1;
	stream->ready = &stream->plain;
	stream->entry = SIZE_MAX;
	return stream;
}

struct stream *stream_new(struct tenant *tenant, const struct options *options, enum face face, struct query *query)
{
	struct stream *stream = new_stream(tenant, PHASE_ROWS);

	stream->options = *options;
	stream->query = *query;
	memset(query, 0, sizeof *query);
	answer_begin(&stream->answer, &tenant->estate, &stream->query, &stream->options);
	encode_begin(&stream->encoder, face, &stream->options, stream->answer.columns, stream->answer.column_count, &stream->plain);
	stream->answers = true;
	return stream;
}

struct stream *stream_of_bytes(struct tenant *tenant, const char *bytes, size_t n)
{
	struct stream *stream = new_stream(tenant, PHASE_OVER);

	text_add(&stream->plain, bytes, n);
	return stream;
}

/* Begins as an answer, and then one text that does not end for so many bytes. */
struct stream *stream_of_rubbish(struct tenant *tenant, int64_t bytes)
{
	struct stream *stream = new_stream(tenant, PHASE_RUBBISH);

	text_adds(&stream->plain, "{\"schema\":[{\"name\":\"DeviceId\",\"type\":\"String\"}],\"results\":[{\"DeviceId\":\"");
	stream->rubbish_left = bytes;
	return stream;
}

struct stream_size stream_measure(const struct estate *estate, const struct options *options, enum face face, const struct query *query)
{
	struct stream_size size = { 0, 0 };
	struct answer answer;
	struct encoder encoder;
	struct text out = { 0 };
	struct cell cells[CELLS_MAX];

	answer_begin(&answer, estate, query, options);
	encode_begin(&encoder, face, options, answer.columns, answer.column_count, &out);
	while (size.rows <= (uint64_t)options->row_limit && answer_row(&answer, cells)) {
		encode_row(&encoder, cells, &out);
		if (size.bytes + out.len > (uint64_t)options->size_limit) {
			size.bytes += out.len;
			break;
		}
		size.bytes += out.len;
		size.rows++;
		text_clear(&out);
	}
	encode_release(&encoder);
	answer_end(&answer);
	text_release(&out);
	return size;
}

void stream_cut_rows(struct stream *stream, int64_t rows)
{
	stream->rows_left = rows;
}

/* Level 1: what is tested is that it is understood. */
void stream_gzip(struct stream *stream)
{
	stream->zips = deflateInit2(&stream->zip, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK;
	if (stream->zips)
		stream->ready = &stream->wire;
}

void stream_fault(struct stream *stream, const struct fault *fault)
{
	stream->fault = *fault;
	if (fault->kind == FAULT_CUT)
		stream->cut_left = fault->bytes < 0 ? 1000 : fault->bytes;
}

void stream_entry(struct stream *stream, size_t entry)
{
	stream->entry = entry;
}

void reply_fault(struct tenant *tenant, struct reply *reply, const struct fault *fault, size_t entry)
{
	if (fault->kind == FAULT_DELAY)
		reply->wait_ms = fault->ms < 0 ? 1000 : fault->ms;
	if (fault->kind != FAULT_CUT && fault->kind != FAULT_TRICKLE && fault->kind != FAULT_BADJSON && fault->kind != FAULT_ERROR)
		return;
	if (!reply->stream) {
		reply->stream = stream_of_bytes(tenant, text_string(&reply->body), reply->body.len);
		/* A JSON object without its last bracket is as bad as any. */
		if (fault->kind == FAULT_BADJSON && reply->stream->plain.len)
			reply->stream->plain.len--;
	}
	stream_entry(reply->stream, entry);
	stream_fault(reply->stream, fault);
}

/* ---- writing ---- */

/* Whether the order to fail in the middle of the rows has come to its place. */
static bool breaks_now(const struct stream *stream)
{
	bool ordered = stream->fault.kind == FAULT_BADJSON || stream->fault.kind == FAULT_ERROR;

	return ordered && stream->encoder.rows >= (uint64_t)(stream->fault.rows < 0 ? 3 : stream->fault.rows);
}

static void write_rows(struct stream *stream)
{
	struct cell cells[CELLS_MAX];
	struct text *out = &stream->plain;

	while (out->len < PIECE) {
		if (stream->rows_left == 0 || breaks_now(stream) || !answer_row(&stream->answer, cells)) {
			if (stream->fault.kind == FAULT_BADJSON)
				text_adds(out, ",{\"DeviceId\":\"0123\",,\"}]");
			else if (stream->fault.kind == FAULT_ERROR)
				encode_late_error(&stream->encoder, out);
			else
				encode_tail(&stream->encoder, out);
			stream->phase = PHASE_OVER;
			return;
		}
		encode_row(&stream->encoder, cells, out);
		if (stream->rows_left > 0)
			stream->rows_left--;
	}
}

static void write_rubbish(struct stream *stream)
{
	static const char pattern[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-.";

	while (stream->plain.len < PIECE && stream->rubbish_left > 0) {
		text_add(&stream->plain, pattern, sizeof pattern - 1);
		stream->rubbish_left -= (int64_t)sizeof pattern - 1;
	}
	if (stream->rubbish_left <= 0)
		stream->phase = PHASE_OVER;
}

/* Compresses what is written; at the end closes the gzip member. */
static void compress_piece(struct stream *stream)
{
	unsigned char out[16384];
	int flush = stream->phase == PHASE_OVER ? Z_FINISH : Z_NO_FLUSH;

	stream->zip.next_in = (unsigned char *)(stream->plain.at ? stream->plain.at : (char *)out);
	stream->zip.avail_in = (unsigned)stream->plain.len;
	do {
		stream->zip.next_out = out;
		stream->zip.avail_out = sizeof out;
		deflate(&stream->zip, flush);
		text_add(&stream->wire, (char *)out, sizeof out - stream->zip.avail_out);
	} while (stream->zip.avail_out == 0);
	text_clear(&stream->plain);
	stream->zip_over = flush == Z_FINISH;
}

/* Fills `ready` again; false when nothing will come. */
static bool refill(struct stream *stream)
{
	if (stream->at) {
		text_clear(stream->ready);
		stream->at = 0;
	}
	while (!stream->ready->len && (stream->phase != PHASE_OVER || (stream->zips && !stream->zip_over))) {
		if (stream->phase == PHASE_ROWS)
			write_rows(stream);
		else if (stream->phase == PHASE_RUBBISH)
			write_rubbish(stream);
		stream->bytes += stream->plain.len;
		if (stream->zips)
			compress_piece(stream);
	}
	return stream->ready->len > 0;
}

static void note(struct stream *stream)
{
	if (!stream->noted && stream->entry != SIZE_MAX)
		journal_rows(stream->tenant, stream->entry, stream->answers ? stream->encoder.rows : 0, stream->bytes);
	stream->noted = true;
}

ssize_t stream_read(struct stream *stream, char *out, size_t max)
{
	size_t n;

	if (stream->cut_left == 0) {
		note(stream);
		return -1;
	}
	if (stream->at >= stream->ready->len && !refill(stream)) {
		note(stream);
		return stream->fault.kind == FAULT_CUT ? -1 : 0;
	}
	n = stream->ready->len - stream->at;
	n = n < max ? n : max;
	if (stream->cut_left > 0 && n > (size_t)stream->cut_left)
		n = (size_t)stream->cut_left;
	if (stream->fault.kind == FAULT_TRICKLE) {
		size_t drops = stream->fault.bytes < 1 ? 64 : (size_t)stream->fault.bytes;

		n = n < drops ? n : drops;
		if (!standin_wait(&stream->tenant->standin, stream->fault.ms < 0 ? 100 : stream->fault.ms))
			return -1;
	}
	memcpy(out, stream->ready->at + stream->at, n);
	stream->at += n;
	if (stream->cut_left > 0)
		stream->cut_left -= (int64_t)n;
	return (ssize_t)n;
}

void stream_free(struct stream **at)
{
	struct stream *stream = *at;

	if (!stream)
		return;
	note(stream);
	if (stream->answers) {
		answer_end(&stream->answer);
		encode_release(&stream->encoder);
		query_release(&stream->query);
	}
	if (stream->zips)
		deflateEnd(&stream->zip);
	text_release(&stream->plain);
	text_release(&stream->wire);
	free(stream);
	*at = NULL;
}
