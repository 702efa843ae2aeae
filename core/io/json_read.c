#include "core/io/json.h"

#include <inttypes.h>
#include <stdlib.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/io/json_split.h"

#define NAMES_MAX ((size_t)1 << 20)     /* bytes of all column names */
#define ERROR_TEXT_MAX ((size_t)2000)   /* bytes of an error answer's code and message */

/* One file on its way through the splitter. */
struct json_reader {
	const char *name;            /* borrowed */
	struct json_events events;
	struct json_split split;
	struct json_object object;   /* the row on hand; reused */
	struct strbuf error;         /* of an error answer */
};

struct json_reader *json_reader_new(const char *name, const struct json_events *events)
{
	struct json_reader *reader = xcalloc(1, sizeof *reader);
	reader->name = name;
	reader->events = *events;
	strbuf_init(&reader->error, ERROR_TEXT_MAX);
	return reader;
}

void json_reader_all_by_cjson(struct json_reader *reader)
{
	reader->split.all_scanned = true;
}

static int give_columns(struct json_reader *reader, const struct split_item *item, struct error *err)
{
	struct strbuf text = STRBUF_INIT(NAMES_MAX);
	struct slice *names = NULL;
	int count = json_column_names((struct slice){ item->text, item->len }, &text), result = 0;
	if (count < 0) {
		result = error_set(err, STATUS_DATA, "%s:%" PRIu64 ": the list of columns cannot be read; each needs a \"name\".",
		                   reader->name, item->line);
	} else {
		size_t start = 0;
		names = xcalloc((size_t)count + 1, sizeof *names);
		for (int i = 0; i < count; i++) {
			names[i] = slice_of(text.buf + start);
			start += names[i].len + 1;
		}
		result = reader->events.columns(reader->events.owner, names, (size_t)count, err);
	}
	free(names);
	strbuf_release(&text);
	return result;
}

static int give_plain(struct json_reader *reader, const struct split_item *item, struct error *err)
{
	struct json_row row = { .members = reader->split.plain.members, .count = reader->split.plain.count, .line = item->line };
	return reader->events.row(reader->events.owner, &row, err);
}

static int give_row(struct json_reader *reader, const struct split_item *item, struct error *err)
{
	struct json_row row = { .line = item->line, .unended = item->unended };
	if (item->what)
		row.fault = item->what;
	else if (json_object_take(&reader->object, item->text, item->len, &reader->split.scan) != 1)
		row.fault = "the row is no valid JSON";
	row.unended = row.fault && item->unended;
	row.members = reader->object.members;
	row.count = row.fault ? 0 : reader->object.count;
	row.array = reader->object.array;
	return reader->events.row(reader->events.owner, &row, err);
}

static int drain(struct json_reader *reader, struct error *err)
{
	struct split_item item = {0};
	for (;;) {
		int result = 0;
		switch (json_split_next(&reader->split, &item)) {
		case SPLIT_MORE:
			return 0;
		case SPLIT_PLAIN:
			result = give_plain(reader, &item, err);
			break;
		case SPLIT_ROW:
		case SPLIT_BAD:
			result = give_row(reader, &item, err);
			break;
		case SPLIT_COLUMNS:
			result = give_columns(reader, &item, err);
			break;
		case SPLIT_ERROR:
			strbuf_clear(&reader->error);
			json_error_text((struct slice){ item.text, item.len }, &reader->error);
			break;
		case SPLIT_BROKEN:
			return error_set(err, STATUS_DATA, "%s:%" PRIu64 ": %s (byte %" PRIu64 "); export it again.", reader->name,
			                 item.line, item.what, item.byte);
		}
		if (result)
			return result;
	}
}

int json_reader_feed(struct json_reader *reader, const char *bytes, size_t n, struct error *err)
{
	json_split_feed(&reader->split, bytes, n);
	return drain(reader, err);
}

int json_reader_end(struct json_reader *reader, struct error *err)
{
	json_split_end(&reader->split);
	return drain(reader, err);
}

const char *json_reader_error(const struct json_reader *reader)
{
	return strbuf_text(&reader->error);
}

bool json_reader_is_answer(const struct json_reader *reader)
{
	return reader->split.shape == SHAPE_ANSWER;
}

bool json_reader_is_rows(const struct json_reader *reader)
{
	return reader->split.shape == SHAPE_ARRAY || reader->split.shape == SHAPE_LINES || reader->split.shape == SHAPE_STREAM;
}

bool json_reader_is_paged(const struct json_reader *reader)
{
	return reader->split.paged;
}

uint64_t json_reader_replaced(const struct json_reader *reader)
{
	return reader->object.replaced;
}

void json_reader_free(struct json_reader **pointer)
{
	struct json_reader *reader = *pointer;
	if (!reader)
		return;
	json_split_release(&reader->split);
	json_object_release(&reader->object);
	strbuf_release(&reader->error);
	free(reader);
	*pointer = NULL;
}
