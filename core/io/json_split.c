#include "core/io/json_split_inner.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/bytes.h"

static uint64_t count_lines(const char *text, size_t n)
{
	uint64_t lines = 0;
	const char *end = text + n;
	for (const char *p = text; p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
		lines++;
	return lines;
}

uint64_t split_line_of(const struct json_split *split, size_t place)
{
	if (place <= split->counted)
		return split->line + 1;
	return split->line + 1 + count_lines(split->buf + split->counted, place - split->counted);
}

/* Takes the lines before a place into the count, so that they are looked at once. */
static void count_to(struct json_split *split, size_t place)
{
	if (place <= split->counted)
		return;
	split->line += count_lines(split->buf + split->counted, place - split->counted);
	split->counted = place;
}

static bool is_kept(const struct json_split *split)
{
	return split->place == IN_VALUE && split->purpose != VALUE_SKIP && split->purpose != VALUE_BIG;
}

/* Forgets the bytes that nobody needs any more. */
static void compact(struct json_split *split)
{
	size_t keep = split->undecided ? split->object : is_kept(split) ? split->value : split->at;
	if (!keep)
		return;
	if (split->place == IN_VALUE && split->value < keep) {   /* a value that is passed over: only its state is needed */
		split->value = keep;
		split->scan.at = 0;
	}
	count_to(split, keep);
	memmove(split->buf, split->buf + keep, split->len - keep);
	split->len -= keep;
	split->at -= keep;
	split->value -= split->value < keep ? split->value : keep;
	split->object -= split->object < keep ? split->object : keep;
	split->line_seen -= split->line_seen < keep ? split->line_seen : keep;
	split->counted -= keep;
	split->dropped += keep;
}

void json_split_feed(struct json_split *split, const char *bytes, size_t n)
{
	compact(split);
	if (split->cap < split->len + n)
		split->buf = grow(split->buf, &split->cap, split->len + n, 1);
	if (n)
		memcpy(split->buf + split->len, bytes, n);
	split->len += n;
}

void json_split_end(struct json_split *split)
{
	split->eof = true;
}

enum split_event split_report(struct json_split *split, struct split_item *item, enum split_event event, size_t start,
                               size_t len, const char *what)
{
	*item = (struct split_item){
		.text = split->buf ? split->buf + start : NULL, .len = len, .line = split_line_of(split, start),
		.byte = split->dropped + start, .what = what,
	};
	if (event == SPLIT_BROKEN)
		split->broken = true;
	else if (!split->undecided)
		count_to(split, start);
	return event;
}

static enum split_event broken(struct json_split *split, struct split_item *item, const char *what)
{
	return split_report(split, item, SPLIT_BROKEN, split->at, 0, what);
}

enum split_event split_bad_row(struct json_split *split, struct split_item *item, size_t start, const char *what)
{
	return split_report(split, item, SPLIT_BAD, start, 0, what);
}

static void begin_value(struct json_split *split, enum split_purpose purpose)
{
	split->place = IN_VALUE;
	split->purpose = purpose;
	split->value = split->at;
	json_scan_begin(&split->scan, split->buf[split->at]);
}

/* A row from here on: at once when it is plain and whole, else it is scanned to its end. */
static enum split_event begin_row(struct json_split *split, struct split_item *item, enum split_place next)
{
	size_t start = split->at, left = split->len - start;
	size_t n = split->all_scanned ? 0 : json_plain_read(&split->plain, split->buf + start, left);
	if (!n) {
		begin_value(split, VALUE_ROW);
		return SPLIT_MORE;
	}
	split->at = start + n;
	split->place = next;
	return split_report(split, item, SPLIT_PLAIN, start, n, NULL);
}

static void push(struct json_split *split, enum split_frame frame, enum split_place place)
{
	split->frames[split->depth++] = frame;
	split->place = place;
	split->at++;
}

/* After a frame is closed: on in the one around it. */
static void pop(struct json_split *split)
{
	split->depth--;
	split->at++;
	if (!split->depth)
		split->place = AT_TOP;
	else if (split->frames[split->depth - 1] == FRAME_TABLES)
		split->place = AT_NEXT_ELEMENT;
	else
		split->place = AT_NEXT_MEMBER;
}

static enum split_frame frame_now(const struct json_split *split)
{
	return split->frames[split->depth - 1];
}

static enum split_key key_named(struct slice key)
{
	static const struct { const char *name; enum split_key key; } keys[] = {
		{ "results", KEY_RESULTS }, { "schema", KEY_SCHEMA }, { "tables", KEY_TABLES }, { "columns", KEY_COLUMNS },
		{ "rows", KEY_ROWS }, { "error", KEY_ERROR }, { "@odata.nextLink", KEY_NEXT }, { "nextLink", KEY_NEXT },
	};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (slice_is_nocase(key, keys[i].name))
			return keys[i].key;
	return KEY_OTHER;
}

enum split_event split_give_row(struct json_split *split, struct split_item *item)
{
	size_t start = split->value, len = split->scan.at;
	const char *what = NULL;
	if (split->scan.too_deep)
		what = "the row is nested deeper than 64 levels";
	else if (split->scan.too_many)
		what = "the row has more than 65536 members";
	else if (split->buf[start] != '{' && split->buf[start] != '[')
		what = "the row is no object";
	return split_report(split, item, what ? SPLIT_BAD : SPLIT_ROW, start, len, what);
}

static enum split_event end_value(struct json_split *split, struct split_item *item)
{
	size_t start = split->value, len = split->scan.at;
	bool element = !split->depth || frame_now(split) == FRAME_ROWS || frame_now(split) == FRAME_TABLES;
	split->at = start + len;
	split->place = !split->depth ? AT_TOP : element ? AT_NEXT_ELEMENT : AT_NEXT_MEMBER;
	switch (split->purpose) {
	case VALUE_SKIP:
		break;
	case VALUE_KEY:
		split->key = key_named((struct slice){ split->buf + start + 1, len - 2 });
		split->place = AT_COLON;
		break;
	case VALUE_ROW:
		return split_give_row(split, item);
	case VALUE_BIG:
		split_bad_row(split, item, start, "the row is longer than 16 MiB");
		item->line = split->value_line;
		item->byte = split->value_byte;
		return SPLIT_BAD;
	case VALUE_COLUMNS:
		return split_report(split, item, SPLIT_COLUMNS, start, len, NULL);
	case VALUE_ERROR:
		return split_report(split, item, SPLIT_ERROR, start, len, NULL);
	}
	return SPLIT_MORE;
}

/* Goes on with the value under the scan. *done: its end was reached, or the event is final. */
static enum split_event value_step(struct json_split *split, struct split_item *item, bool *done)
{
	enum scan_end end = json_scan_step(&split->scan, split->buf + split->value, split->len - split->value);
	split->at = split->value + split->scan.at;
	*done = true;
	if (end == SCAN_MISMATCH)
		return broken(split, item, "a closing bracket does not fit the open one");
	if (end == SCAN_DONE)
		return end_value(split, item);
	*done = false;
	if (split->scan.at > JSON_ROW_MAX && is_kept(split)) {
		if (split->purpose != VALUE_ROW)
			return *done = true, broken(split, item, "a key or header is longer than 16 MiB");
		split->value_line = split_line_of(split, split->value);
		split->value_byte = split->dropped + split->value;
		split->purpose = VALUE_BIG;
	}
	if (split->undecided && split->at - split->object > JSON_ROW_MAX)
		return *done = true, broken(split, item, "the first 16 MiB hold no rows");
	return SPLIT_MORE;
}

/* At the value of a key in an answer or in one of its tables. */
static void member_value(struct json_split *split, char c)
{
	bool table = frame_now(split) == FRAME_TABLE;
	if (c == '[' && ((!table && split->key == KEY_RESULTS) || (table && split->key == KEY_ROWS))) {
		split->undecided = false;
		push(split, FRAME_ROWS, AT_ELEMENT);
	} else if (c == '[' && !table && split->key == KEY_TABLES) {
		split->undecided = false;
		push(split, FRAME_TABLES, AT_ELEMENT);
	} else if (c == '[' && ((!table && split->key == KEY_SCHEMA) || (table && split->key == KEY_COLUMNS))) {
		split->undecided = false;
		begin_value(split, VALUE_COLUMNS);
	} else if (c == '{' && !table && split->key == KEY_ERROR) {
		split->had_error = true;
		begin_value(split, VALUE_ERROR);
	} else {
		split->paged |= c == '"' && !table && split->key == KEY_NEXT;
		begin_value(split, VALUE_SKIP);
	}
}

/* The object that could have been an answer is closed. When it is none, it is a row: it is read again as one, and tells how the next ones
 * look: on one line, then every line is a row of its own and a broken one spoils no other. */
static void close_answer(struct json_split *split)
{
	bool row = split->undecided && !split->had_error;
	split->undecided = false;
	if (!row) {
		split->shape = SHAPE_ANSWER;
		pop(split);
		return;
	}
	split->depth--;
	split->shape = memchr(split->buf + split->object, '\n', split->at - split->object) ? SHAPE_STREAM : SHAPE_LINES;
	split->place = AT_TOP;
	split->at = split->line_seen = split->object;
}

static enum split_event top_step(struct json_split *split, struct split_item *item, char c)
{
	if (c == '[' && (split->shape == SHAPE_UNKNOWN || split->shape == SHAPE_ARRAY)) {
		split->shape = SHAPE_ARRAY;
		push(split, FRAME_ROWS, AT_ELEMENT);
	} else if (c == '{' && split->shape == SHAPE_STREAM) {
		return begin_row(split, item, AT_TOP);
	} else if (c == '{' && split->shape != SHAPE_ARRAY) {
		split->undecided = true;
		split->had_error = false;
		split->object = split->at;
		push(split, FRAME_ANSWER, AT_KEY);
	} else {
		return broken(split, item, split->shape == SHAPE_UNKNOWN
			? "there is no JSON object or array here" : "there is more after the end of the JSON");
	}
	return SPLIT_MORE;
}

static enum split_event element_step(struct json_split *split, struct split_item *item, char c)
{
	if (c == ']')
		pop(split);
	else if (strchr(",:}", c))
		return broken(split, item, "a row is missing between two signs");
	else if (frame_now(split) == FRAME_ROWS)
		return begin_row(split, item, AT_NEXT_ELEMENT);
	else if (c == '{')
		push(split, FRAME_TABLE, AT_KEY);
	else
		begin_value(split, VALUE_SKIP);
	return SPLIT_MORE;
}

/* One sign of the structure around the rows. */
static enum split_event structure_step(struct json_split *split, struct split_item *item)
{
	char c = split->buf[split->at];
	bool fits = true;
	switch (split->place) {
	case AT_TOP:
		return top_step(split, item, c);
	case AT_ELEMENT:
		return element_step(split, item, c);
	case AT_NEXT_ELEMENT:
		if (c == ']')
			pop(split);
		else if ((fits = c == ','))
			split->place = AT_ELEMENT, split->at++;
		break;
	case AT_KEY:
	case AT_NEXT_MEMBER:
		if (c == '}' && frame_now(split) == FRAME_ANSWER)
			close_answer(split);
		else if (c == '}')
			pop(split);
		else if (split->place == AT_KEY && (fits = c == '"'))
			begin_value(split, VALUE_KEY);
		else if (split->place == AT_NEXT_MEMBER && (fits = c == ','))
			split->place = AT_KEY, split->at++;
		break;
	case AT_COLON:
		if ((fits = c == ':'))
			split->place = AT_VALUE, split->at++;
		break;
	case AT_VALUE:
		if ((fits = !strchr(",:}]", c)))
			member_value(split, c);
		break;
	case IN_VALUE:
		break;
	}
	return fits ? SPLIT_MORE : broken(split, item, "this is no JSON: a comma, colon, key or bracket was expected");
}

static void skip_blanks(struct json_split *split)
{
	while (split->at < split->len && memchr(" \t\r\n", split->buf[split->at], 4))
		split->at++;
}

enum split_event json_split_next(struct json_split *split, struct split_item *item)
{
	enum split_event event = SPLIT_MORE;
	bool done = true;
	while (!split->broken && event == SPLIT_MORE && done) {
		if (split->place != IN_VALUE && !split->long_line)
			skip_blanks(split);
		if (split->at == split->len && !(split->long_line && split->eof)) {
			done = false;
		} else if (split->place == IN_VALUE) {
			event = value_step(split, item, &done);
		} else if (split->shape == SHAPE_LINES) {
			event = split_line_step(split, item);
			done = event != SPLIT_MORE;
		} else {
			event = structure_step(split, item);
		}
	}
	if (!done && event == SPLIT_MORE && split->eof && split->place != AT_TOP)
		return broken(split, item, "the file ends inside the JSON: it is cut");
	return event;
}

void json_split_release(struct json_split *split)
{
	free(split->buf);
	json_scan_release(&split->scan);
	json_plain_release(&split->plain);
	*split = (struct json_split){0};
}
