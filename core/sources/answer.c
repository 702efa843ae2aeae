#include "core/sources/answer.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/utf8.h"
#include "core/sources/files_inner.h"

#define NAME_MAX_BYTES ((size_t)4096)
#define GATHERED ((size_t)64 << 10)   /* at most FILES_PIECE */

/* One answer: a files source whose one file is fed by hand. */
struct answer {
	struct files_source source;
	struct files_entry entry;
	struct answer_counts before;   /* of the estate before the first row */
	bool begun;                    /* its first sign was seen */
	char gathered[GATHERED];  /* bytes that were not looked at yet */
	size_t gathered_len;
};

/* Complaints stay with the answer; reasons go to the run. */
struct answer *answer_new(const char *name, enum estate_table table, struct estate *estate, struct run *run)
{
	struct answer *answer = xcalloc(1, sizeof *answer);
	struct files_source *source = &answer->source;

	answer->entry = (struct files_entry){ table, NULL, xstrdup(name) };
	source->base = (struct source){ NULL, estate, run };
	source->entry = &answer->entry;
	files_bytes_init(&source->bytes);
	strbuf_init(&source->cells.bag, FILES_BAG_MAX);
	strbuf_init(&source->text, NAME_MAX_BYTES);
	strbuf_init(&source->first_bad, NAME_MAX_BYTES);
	source->format = FORMAT_JSON;
	files_json_begin(source);
	answer->before = (struct answer_counts){
		estate->input.read, estate->input.used, estate->input.unreadable, estate->input.cells, estate->input.replaced,
	};
	estate->given[table] = true;
	return answer;
}

/* What comes is JSON or nothing: a proxy's page of HTML must not be taken for a table of one column. */
static int check_first(struct answer *answer, struct slice piece, struct error *err)
{
	size_t at = 0;

	while (at < piece.len && memchr(" \t\r\n", piece.text[at], 4))
		at++;
	answer->begun = at < piece.len;
	if (!answer->begun || piece.text[at] == '{')
		return 0;
	return error_set(err, STATUS_UNAVAILABLE,
		"%s: what came is no answer of the service, it begins with \"%s\"; is a proxy or a portal between?",
	                 answer->entry.name, files_shown(&answer->source, (struct slice){ piece.text + at,
		piece.len - at > 20 ? 20 : piece.len - at }));
}

/* A piece of the network is 16 KiB or less, and a row that lies across two is the slow kind: pieces are gathered first. */
static int feed_gathered(struct answer *answer, struct error *err)
{
	struct files_source *source = &answer->source;
	struct slice piece = files_put(&source->bytes, answer->gathered, answer->gathered_len);

	answer->gathered_len = 0;
	if (!answer->begun && check_first(answer, piece, err))
		return -1;
	source->err = err;
	return piece.len ? json_reader_feed(source->json, piece.text, piece.len, err) : 0;
}

int answer_feed(struct answer *answer, const char *bytes, size_t n, struct error *err)
{
	while (n) {
		size_t room = GATHERED - answer->gathered_len, some = n < room ? n : room;

		memcpy(answer->gathered + answer->gathered_len, bytes, some);
		answer->gathered_len += some;
		bytes += some;
		n -= some;
		/* The first bytes at once: what is no answer is not read on. */
		if ((answer->gathered_len == GATHERED || !answer->begun) && feed_gathered(answer, err))
			return -1;
	}
	return 0;
}

int answer_flush(struct answer *answer, struct error *err)
{
	return answer->gathered_len ? feed_gathered(answer, err) : 0;
}

static void keep_error(struct answer *answer, struct answer_totals *totals)
{
	const char *said = json_reader_error(answer->source.json);
	struct strbuf shown = STRBUF_INIT(sizeof totals->error - 1);

	for (size_t n = strlen(said); n; n--) {
		strbuf_clear(&shown);
		utf8_visible(&shown, said, n);
		if (!shown.overflow)
			break;
	}
	memcpy(totals->error, strbuf_text(&shown), shown.len);
	totals->error[shown.len] = '\0';
	strbuf_release(&shown);
}

int answer_end(struct answer *answer, struct answer_totals *totals, struct error *err)
{
	struct files_source *source = &answer->source;
	struct estate *estate = source->base.estate;

	*totals = (struct answer_totals){ .rows = source->rows };
	if (answer_flush(answer, err))
		return -1;
	totals->rows = source->rows;
	if (!source->bytes.done)
		return error_set(err, STATUS_UNAVAILABLE, "%s: the answer is empty.", answer->entry.name);
	if (json_reader_end(source->json, err))
		return -1;
	keep_error(answer, totals);
	totals->rows = source->rows;
	totals->paged = json_reader_is_paged(source->json);
	if (!totals->error[0] && !source->has_header && !source->rows)
		return error_set(err, STATUS_UNAVAILABLE, "%s: the answer has neither a schema nor rows.", answer->entry.name);
	if (source->rows && files_columns_check(&source->columns, answer->entry.table, answer->entry.name, err))
		return -1;
	estate->input.replaced += json_reader_replaced(source->json) + source->bytes.replaced;
	estate->input.replaced += source->object.replaced + source->inner.replaced;
	/* An answer without rows may have an empty schema too; that says nothing of the others. */
	if (source->columns.count)
		files_note_columns(source);
	return 0;
}

void answer_counts(const struct answer *answer, struct answer_counts *counts)
{
	const struct estate *estate = answer->source.base.estate;
	const struct answer_counts *before = &answer->before;

	*counts = (struct answer_counts){
		estate->input.read - before->read, estate->input.used - before->used, estate->input.unreadable - before->unreadable,
		estate->input.cells - before->cells, estate->input.replaced - before->replaced,
	};
}

void answer_take_back(struct estate *estate, enum estate_table table, const struct answer_counts *counts)
{
	estate->input.read -= counts->read;
	estate->input.used -= counts->used;
	estate->input.unreadable -= counts->unreadable;
	estate->input.cells -= counts->cells;
	estate->input.replaced -= counts->replaced;
	estate->table[table].read -= counts->read;
	estate->table[table].used -= counts->used;
	estate->table[table].unreadable -= counts->unreadable;
}

uint64_t answer_rows(const struct answer *answer)
{
	return answer->source.rows;
}

size_t answer_complaints(const struct answer *answer, const char *const **sentences, uint64_t *more)
{
	*sentences = (const char *const *)answer->source.complaints;
	*more = answer->source.more_complaints;
	return answer->source.complaint_count;
}

void answer_free(struct answer **pointer)
{
	struct answer *answer = *pointer;

	if (!answer)
		return;
	files_source_clear(&answer->source);
	free(answer->entry.name);
	free(answer);
	*pointer = NULL;
}
