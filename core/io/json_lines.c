#include <string.h>

#include "core/io/json_split_inner.h"

/* A line that is too long to be kept: its bytes are forgotten, its end is waited for. */
static void pass_over_line(struct json_split *split)
{
	if (!split->long_line) {
		split->long_line = true;
		split->value_line = split_line_of(split, split->at);
		split->value_byte = split->dropped + split->at;
	}
	split->at = split->len;
}

/* JSON lines: each line stands for itself. SPLIT_MORE: the line has not arrived in full. */
enum split_event split_line_step(struct json_split *split, struct split_item *item)
{
	size_t start = split->at, from = split->line_seen > start ? split->line_seen : start;
	const char *newline = from < split->len ? memchr(split->buf + from, '\n', split->len - from) : NULL;
	split->line_seen = split->len;
	if (!newline && !split->eof) {
		if (split->long_line || split->len - start > JSON_ROW_MAX)
			pass_over_line(split);
		return SPLIT_MORE;
	}
	size_t n = newline ? (size_t)(newline - split->buf) - start : split->len - start;
	enum split_event event = SPLIT_BAD;
	split->line_seen = 0;
	if (split->long_line || n > JSON_ROW_MAX) {
		uint64_t line = split->long_line ? split->value_line : split_line_of(split, start);
		split_bad_row(split, item, start, "the line is longer than 16 MiB");
		item->line = line;
	} else if (split->buf[start] != '{') {
		split_bad_row(split, item, start, "the line is no JSON object");
	} else if (!split->all_scanned && (n = json_plain_read(&split->plain, split->buf + start, n))) {
		event = split_report(split, item, SPLIT_PLAIN, start, n, NULL);
	} else {
		n = newline ? (size_t)(newline - split->buf) - start : split->len - start;
		split->value = start;
		json_scan_begin(&split->scan, '{');
		if (json_scan_step(&split->scan, split->buf + start, n) == SCAN_DONE) {
			event = split_give_row(split, item);
			n = split->scan.at;
		} else {
			split_bad_row(split, item, start, "the line ends inside the object");
		}
	}
	split->long_line = false;
	split->at = start + n;
	item->unended = !newline;
	return event;
}
