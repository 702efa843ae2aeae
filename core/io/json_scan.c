#include "core/io/json_scan.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"

void json_scan_begin(struct json_scan *scan, char first)
{
	struct json_span *spans = scan->spans;
	size_t cap = scan->span_cap;
	*scan = (struct json_scan){ .spans = spans, .span_cap = cap };
	scan->scalar = first != '"' && first != '{' && first != '[';
	scan->array = first == '[';
}

void json_scan_release(struct json_scan *scan)
{
	free(scan->spans);
	*scan = (struct json_scan){0};
}

const char *json_string_stop(const char *p, const char *end)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), highs = UINT64_C(0x8080808080808080);
	while (end - p >= 8) {
		uint64_t word;
		memcpy(&word, p, 8);
		uint64_t quote = word ^ (ones * '"'), slash = word ^ (ones * '\\');
		if ((((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & highs)
			break;
		p += 8;
	}
	while (p < end && *p != '"' && *p != '\\')
		p++;
	return p;
}

/* Steps over the rest of a string. Returns false when the bytes end first; *at is where to go on. */
static bool skip_string(struct json_scan *scan, const char **at, const char *end)
{
	const char *p = *at;
	for (;;) {
		p = json_string_stop(p, end);
		if (p == end || (*p == '\\' && end - p < 2))
			break;
		if (*p == '"') {
			scan->in_string = false;
			*at = p + 1;
			return true;
		}
		scan->unicode_escape |= p[1] == 'u';
		p += 2;
	}
	*at = p;
	return false;
}

static bool is_blank(const char *text, size_t start, size_t end)
{
	while (start < end && (text[start] == ' ' || text[start] == '\t' || text[start] == '\n' || text[start] == '\r'))
		start++;
	return start == end;
}

static void end_member(struct json_scan *scan, size_t end)
{
	if (scan->span_count == JSON_MEMBERS_MAX) {
		scan->too_many = true;
		return;
	}
	if (scan->span_count == scan->span_cap)
		scan->spans = grow(scan->spans, &scan->span_cap, scan->span_count + 1, sizeof *scan->spans);
	scan->spans[scan->span_count++] = (struct json_span){ scan->member, end };
	scan->member = 0;
}

static void open_bracket(struct json_scan *scan, bool array, size_t place)
{
	if (scan->depth >= JSON_DEPTH_MAX)
		scan->too_deep = true;
	else if (array)
		scan->arrays |= UINT64_C(1) << scan->depth;
	else
		scan->arrays &= ~(UINT64_C(1) << scan->depth);
	if (!scan->depth && array)
		scan->member = place + 1;
	scan->depth++;
}

/* Returns false when the bracket does not fit the one that is open. */
static bool close_bracket(struct json_scan *scan, bool array, const char *text, size_t place)
{
	if (!scan->depth)
		return false;
	scan->depth--;
	if (scan->depth < JSON_DEPTH_MAX && (scan->arrays >> scan->depth & 1) != array)
		return false;
	if (!scan->depth && scan->member && !(array && !scan->span_count && is_blank(text, scan->member, place)))
		end_member(scan, place);
	return true;
}

/* A comma or colon between outermost members. */
static void between_members(struct json_scan *scan, char sign, size_t place)
{
	if (sign == ':' && !scan->array) {
		if (!scan->member)
			scan->member = place + 1;
	} else if (sign == ',' && scan->member) {
		end_member(scan, place);
		if (scan->array)
			scan->member = place + 1;
	}
}

static enum scan_end scalar_step(struct json_scan *scan, const char *text, size_t n)
{
	for (; scan->at < n; scan->at++)
		if (memchr(",]} \t\r\n[{\":", text[scan->at], 11))
			return SCAN_DONE;
	return SCAN_MORE;
}

enum scan_end json_scan_step(struct json_scan *scan, const char *text, size_t n)
{
	if (scan->scalar)
		return scalar_step(scan, text, n);
	const char *p = text + scan->at, *end = text + n;
	enum scan_end result = SCAN_MORE;
	while (p < end) {
		if (scan->in_string) {
			if (!skip_string(scan, &p, end))
				break;
			if (!scan->depth) {
				result = SCAN_DONE;
				break;
			}
			continue;
		}
		size_t place = (size_t)(p - text);
		char c = *p++;
		if (c == '"') {
			scan->in_string = true;
		} else if (c == '{' || c == '[') {
			open_bracket(scan, c == '[', place);
		} else if (c == '}' || c == ']') {
			if (!close_bracket(scan, c == ']', text, place)) {
				result = SCAN_MISMATCH;
				break;
			}
			if (!scan->depth) {
				result = SCAN_DONE;
				break;
			}
		} else if ((c == ',' || c == ':') && scan->depth == 1) {
			between_members(scan, c, place);
		}
	}
	scan->at = (size_t)(p - text);
	return result;
}

/* The value of four hex digits, or -1. */
static int hex4(const char *text)
{
	int value = 0;
	for (int i = 0; i < 4; i++) {
		char c = text[i];
		int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
			: c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

size_t json_fix_escapes(char *text, size_t n)
{
	size_t fixed = 0;
	char *end = text + n;
	for (char *p = text; (p = memchr(p, '\\', (size_t)(end - p))) && end - p >= 2;) {
		int code = p[1] == 'u' && end - p >= 6 ? hex4(p + 2) : -1;
		if (code < 0) {
			p += 2;
			continue;
		}
		bool high = code >= 0xd800 && code < 0xdc00, low = code >= 0xdc00 && code < 0xe000;
		if (high && end - p >= 12 && p[6] == '\\' && p[7] == 'u' && (hex4(p + 8) & ~0x3ff) == 0xdc00) {
			p += 12;
			continue;
		}
		if (!code || high || low) {
			memcpy(p + 2, "fffd", 4);
			fixed++;
		}
		p += 6;
	}
	return fixed;
}
