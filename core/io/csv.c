#include "core/io/csv.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/io/csv_line.h"

#define PIECE_MAX ((size_t)64 << 10)   /* bytes given to libcsv at once: bounds how far a cell grows past its limit */

/* The framing of one file. Lines are fed one at a time, so that a record knows where it began; between two calls everything that is
 * open lives here. */
struct csv_reader {
	struct csv_parser parser;
	int (*record)(void *owner, const struct csv_record *record);
	void *owner;
	int result;              /* what `record` returned; not 0: nothing more is read */
	const bool *wanted;      /* borrowed, may be NULL */
	size_t wanted_count;     /* fields that are kept */
	uint64_t line;           /* the line that is being read, from 1 */
	uint64_t record_line;    /* where the open record began */
	uint64_t quote_line;     /* where the last quoted field began */
	bool skipping;           /* after a stray quote: to the end of the line */
	bool at_end;             /* inside csv_reader_end() */
	bool all_by_libcsv;      /* plain lines too */
	char delimiter;
	struct csv_line plain;   /* the last line that was plain */
	enum csv_fault fault;    /* of the open record */
	/* the open record */
	char *bytes;             /* kept fields one after another; owned */
	size_t len, cap;
	size_t *ends;            /* ends[i]: where field i ends in bytes; owned */
	size_t ends_cap;
	size_t count;            /* fields so far */
	struct slice *fields;    /* made of the two when the record is whole; owned */
	size_t fields_cap;
};

/* libcsv would drop blanks and tabs around unquoted fields: `win-servers-prod ` would become another group. */
static int no_blank(unsigned char c)
{
	(void)c;
	return 0;
}

static void keep_field(struct csv_reader *reader, const char *bytes, size_t n)
{
	size_t field = reader->count;
	if (field >= reader->wanted_count)
		return;
	if (reader->ends_cap <= field)
		reader->ends = grow(reader->ends, &reader->ends_cap, field + 1, sizeof *reader->ends);
	if (n > CSV_CELL_MAX)
		reader->fault = CSV_BIG_CELL;
	else if (reader->len + n > CSV_RECORD_MAX && !reader->fault)
		reader->fault = CSV_BIG_RECORD;
	if (n && !reader->fault && (!reader->wanted || reader->wanted[field])) {
		if (reader->cap < reader->len + n)
			reader->bytes = grow(reader->bytes, &reader->cap, reader->len + n, 1);
		memcpy(reader->bytes + reader->len, bytes, n);
		reader->len += n;
	}
	reader->ends[field] = reader->len;
}

static void on_field(void *bytes, size_t n, void *data)
{
	struct csv_reader *reader = data;
	keep_field(reader, bytes, n);
	reader->count++;
}

static void give_out(struct csv_reader *reader, bool unended)
{
	size_t kept = reader->count < reader->wanted_count ? reader->count : reader->wanted_count;
	if (reader->fields_cap < kept)
		reader->fields = grow(reader->fields, &reader->fields_cap, kept, sizeof *reader->fields);
	size_t start = 0;
	for (size_t i = 0; i < kept; i++) {
		bool wanted = !reader->wanted || reader->wanted[i];
		reader->fields[i] = (struct slice){ wanted ? (reader->len ? reader->bytes : "") + start : NULL,
		                                    reader->ends[i] - start };
		start = reader->ends[i];
	}
	struct csv_record record = {
		.fields = reader->fields, .count = reader->count, .line = reader->record_line, .last_line = reader->line,
		.fault = reader->fault, .unended = unended,
	};
	reader->len = reader->count = 0;
	reader->fault = CSV_FINE;
	if (!reader->result)
		reader->result = reader->record(reader->owner, &record);
	reader->record_line = reader->line;
}

static void on_record(int end, void *data)
{
	struct csv_reader *reader = data;
	(void)end;
	give_out(reader, reader->at_end);
}

struct csv_reader *csv_reader_new(char delimiter, int (*record)(void *owner, const struct csv_record *record), void *owner)
{
	struct csv_reader *reader = xcalloc(1, sizeof *reader);
	reader->record = record;
	reader->owner = owner;
	reader->delimiter = delimiter;
	reader->wanted_count = SIZE_MAX;
	reader->line = 1;
	if (csv_init(&reader->parser, CSV_STRICT))
		die("out of memory");
	csv_set_delim(&reader->parser, (unsigned char)delimiter);
	csv_set_space_func(&reader->parser, no_blank);
	csv_set_blk_size(&reader->parser, PIECE_MAX);   /* the standard 128 makes a long cell grow in a million steps */
	return reader;
}

void csv_reader_want(struct csv_reader *reader, const bool *wanted, size_t count)
{
	reader->wanted = wanted;
	reader->wanted_count = count;
}

void csv_reader_all_by_libcsv(struct csv_reader *reader)
{
	reader->all_by_libcsv = true;
}

/* libcsv has no functions for its place; these fields are in its public header. ROW_NOT_BEGUN is 0, FIELD_BEGUN 2. */
static bool in_record(const struct csv_reader *reader)
{
	return reader->parser.pstate != 0;
}

static bool in_quotes(const struct csv_reader *reader)
{
	return reader->parser.pstate == 2 && reader->parser.quoted;
}

/* The same, or just after a quote that may be its end or the first of a double one. */
static bool in_quoted_field(const struct csv_reader *reader)
{
	return in_record(reader) && reader->parser.quoted;
}

/* Closes the open record at a place where its quotes make no sense: the parser starts afresh at the next line. */
static void drop_rest(struct csv_reader *reader)
{
	struct csv_parser *parser = &reader->parser;
	reader->fault = CSV_STRAY_QUOTE;
	reader->skipping = true;
	parser->pstate = parser->quoted = 0;
	parser->spaces = parser->entry_pos = 0;
}

/* Feeds at most a line. In strict mode libcsv stops at a quote it does not expect: inside an unquoted field (`5" disk`) the quote is
 * plain text; after a closing quote (`"a"b`) libcsv would go on inside the quotes and swallow the next records. */
static void feed_piece(struct csv_reader *reader, const char *bytes, size_t n)
{
	struct csv_parser *parser = &reader->parser;
	while (n && !reader->skipping) {
		size_t done = csv_parse(parser, bytes, n, on_field, on_record, reader);
		bytes += done;
		n -= done;
		if (!n)
			break;
		if (csv_error(parser) != CSV_EPARSE)
			die("out of memory");
		if (parser->quoted) {
			drop_rest(reader);
			break;
		}
		csv_set_opts(parser, 0);
		csv_parse(parser, bytes, 1, on_field, on_record, reader);
		csv_set_opts(parser, CSV_STRICT);
		bytes++;
		n--;
	}
	/* A cell over its limit is forgotten as it grows; one byte stays, which a closing quote takes away. */
	if (parser->entry_pos > CSV_CELL_MAX) {
		reader->fault = CSV_BIG_CELL;
		parser->entry_pos = 1;
	}
}

static void end_line(struct csv_reader *reader)
{
	if (reader->skipping) {
		reader->skipping = false;
		give_out(reader, false);
	}
	reader->line++;
}

/* Gives out the line that ends at `newline` when it is a record of its own without any doubt. */
static bool take_plain(struct csv_reader *reader, const char *bytes, const char *newline)
{
	size_t n = (size_t)(newline - bytes);
	if (n && bytes[n - 1] == '\r')
		n--;
	if (!n || !csv_line_cut(&reader->plain, bytes, n, reader->delimiter, reader->wanted, reader->wanted_count))
		return false;
	struct csv_record record = {
		.fields = reader->plain.fields, .count = reader->plain.count, .line = reader->line, .last_line = reader->line,
	};
	reader->result = reader->record(reader->owner, &record);
	return true;
}

/* Feeds a line, or what has arrived of it, to libcsv, and notes where a quoted field began. */
static void feed_line(struct csv_reader *reader, const char *bytes, size_t n)
{
	bool was_quoted = in_quoted_field(reader);
	size_t field = reader->count;
	uint64_t record_line = reader->record_line;
	feed_piece(reader, bytes, n);
	if (in_quoted_field(reader) && (!was_quoted || field != reader->count || record_line != reader->record_line))
		reader->quote_line = reader->line;
}

int csv_reader_feed(struct csv_reader *reader, const char *bytes, size_t n)
{
	while (n && !reader->result) {
		size_t piece = n < PIECE_MAX ? n : PIECE_MAX;
		const char *newline = memchr(bytes, '\n', piece);
		if (newline)
			piece = (size_t)(newline - bytes) + 1;
		bool fresh = !in_record(reader) && !reader->skipping;
		if (fresh)
			reader->record_line = reader->line;
		if (!fresh || !newline || reader->all_by_libcsv || !take_plain(reader, bytes, newline))
			feed_line(reader, bytes, piece);
		if (newline)
			end_line(reader);
		bytes += piece;
		n -= piece;
	}
	return reader->result;
}

int csv_reader_end(struct csv_reader *reader, uint64_t *open_quote)
{
	*open_quote = 0;
	if (reader->result)
		return reader->result;
	if (reader->skipping) {
		reader->skipping = false;
		give_out(reader, true);
	} else if (in_quotes(reader)) {
		*open_quote = reader->quote_line;
	} else if (in_record(reader)) {
		reader->at_end = true;
		csv_fini(&reader->parser, on_field, on_record, reader);
	}
	return reader->result;
}

void csv_reader_free(struct csv_reader **pointer)
{
	struct csv_reader *reader = *pointer;
	if (!reader)
		return;
	csv_free(&reader->parser);
	csv_line_release(&reader->plain);
	free(reader->bytes);
	free(reader->ends);
	free(reader->fields);
	free(reader);
	*pointer = NULL;
}
