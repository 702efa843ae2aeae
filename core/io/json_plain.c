#include "core/io/json_plain.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"

#define MEMBERS_MAX 4096u
#define DEPTH_MAX 60u   /* levels in a nested value */

/* What is left of the row. */
struct cursor {
	const char *at, *end;
};

static void skip_blanks(struct cursor *in)
{
	while (in->at < in->end && (*in->at == ' ' || *in->at == '\n' || *in->at == '\t' || *in->at == '\r'))
		in->at++;
}

static bool read_sign(struct cursor *in, char sign)
{
	skip_blanks(in);
	if (in->at == in->end || *in->at != sign)
		return false;
	in->at++;
	return true;
}

/* The character that an escape stands for, but \u; 0: none. */
static char escaped(char sign)
{
	switch (sign) {
	case '"': case '\\': case '/': return sign;
	case 'b': return '\b';
	case 'f': return '\f';
	case 'n': return '\n';
	case 'r': return '\r';
	case 't': return '\t';
	default: return '\0';
	}
}

/* The rest of a string that has an escape. What is left of the row has room for all texts that are left in it, so the memory is only moved
 * before the first of them. */
static bool read_escaped(struct json_plain *plain, struct cursor *in, struct slice *text)
{
	size_t room = (size_t)(in->end - in->at);
	if (!plain->used && plain->text_cap < room)
		plain->text = grow(plain->text, &plain->text_cap, room, 1);
	char *start = plain->text + plain->used, *to = start;
	for (;;) {
		const char *stop = json_string_stop(in->at, in->end);
		memcpy(to, in->at, (size_t)(stop - in->at));
		to += stop - in->at;
		in->at = stop + 1;
		if (stop == in->end || (*stop == '\\' && stop + 1 == in->end))
			return false;
		if (*stop == '"')
			break;
		*to = escaped(*in->at++);
		if (!*to++)
			return false;
	}
	*text = (struct slice){ start, (size_t)(to - start) };
	plain->used += text->len;
	return true;
}

/* A string from its opening quote on. */
static bool read_text(struct json_plain *plain, struct cursor *in, struct slice *text)
{
	if (!read_sign(in, '"'))
		return false;
	const char *stop = json_string_stop(in->at, in->end);
	if (stop == in->end)
		return false;
	if (*stop != '"')
		return read_escaped(plain, in, text);
	*text = (struct slice){ in->at, (size_t)(stop - in->at) };
	in->at = stop + 1;
	return true;
}

/* The same without its text. */
static bool skip_text(struct cursor *in)
{
	if (!read_sign(in, '"'))
		return false;
	for (;;) {
		in->at = json_string_stop(in->at, in->end);
		if (in->end - in->at < 2)
			return in->at < in->end && *in->at++ == '"';
		if (*in->at++ == '"')
			return true;
		if (!escaped(*in->at++))
			return false;
	}
}

static size_t digits(struct cursor *in)
{
	size_t count = 0;
	for (; in->at < in->end && *in->at >= '0' && *in->at <= '9'; in->at++)
		count++;
	return count;
}

/* -12, 3.5, 1e9; one that is written otherwise is left to cJSON. */
static bool read_number(struct cursor *in)
{
	const char *start = in->at;
	if (in->at < in->end && *in->at == '-')
		in->at++;
	if (!digits(in))
		return false;
	if (in->at < in->end && *in->at == '.') {
		in->at++;
		if (!digits(in))
			return false;
	}
	return in->at < in->end && strchr(",}] \t\r\n", *in->at) && *in->at && in->at - start < 60;
}

static bool read_word(struct cursor *in, const char *word)
{
	size_t n = strlen(word);
	if ((size_t)(in->end - in->at) < n || memcmp(in->at, word, n))
		return false;
	in->at += n;
	return true;
}

/* -- nested values: checked, and taken over as they are -- */

static bool skip_scalar(struct cursor *in)
{
	if (in->at < in->end && *in->at == '"')
		return skip_text(in);
	return read_word(in, "null") || read_word(in, "true") || read_word(in, "false") || read_number(in);
}

/* What is open in a nested value. */
struct nest {
	uint64_t arrays;   /* bit d: the bracket of level d is [ */
	unsigned depth;
};

static bool in_array(const struct nest *nest)
{
	return nest->arrays >> (nest->depth - 1) & 1;
}

static bool skip_key(struct cursor *in)
{
	return skip_text(in) && read_sign(in, ':');
}

/* A bracket that opens, up to its first value. *closed: there is none. */
static bool open_nested(struct cursor *in, struct nest *nest, bool *closed)
{
	bool array = *in->at++ == '[';
	if (nest->depth == DEPTH_MAX)
		return false;
	*closed = read_sign(in, array ? ']' : '}');
	if (*closed)
		return true;
	nest->arrays = array ? nest->arrays | UINT64_C(1) << nest->depth : nest->arrays & ~(UINT64_C(1) << nest->depth);
	nest->depth++;
	return array || skip_key(in);
}

/* Behind a value: up to the next one of the same level, or out of levels that end here. *over: out of all. */
static bool next_nested(struct cursor *in, struct nest *nest, bool *over)
{
	while (nest->depth) {
		bool array = in_array(nest);
		if (read_sign(in, ','))
			return array || skip_key(in);
		if (!read_sign(in, array ? ']' : '}'))
			return false;
		nest->depth--;
	}
	*over = true;
	return true;
}

static bool skip_nested(struct cursor *in)
{
	struct nest nest = { 0, 0 };
	for (bool over = false; !over; ) {
		bool value = true;
		skip_blanks(in);
		if (in->at == in->end)
			return false;
		if (*in->at == '{' || *in->at == '[') {
			if (!open_nested(in, &nest, &value))
				return false;
		} else if (!skip_scalar(in)) {
			return false;
		}
		if (value && !next_nested(in, &nest, &over))
			return false;
	}
	return true;
}

static bool read_value(struct json_plain *plain, struct cursor *in, struct json_member *member)
{
	skip_blanks(in);
	if (in->at == in->end)
		return false;
	const char *start = in->at;
	if (*start == '"') {
		member->kind = JSON_TEXT;
		return read_text(plain, in, &member->text);
	}
	if (*start == '{' || *start == '[') {
		member->kind = JSON_NESTED;
		if (!skip_nested(in))
			return false;
	} else if (read_word(in, "null"))
		member->kind = JSON_NULL;
	else if (read_word(in, "true"))
		member->kind = JSON_TRUE;
	else if (read_word(in, "false"))
		member->kind = JSON_FALSE;
	else if (read_number(in))
		member->kind = JSON_NUMBER;
	else
		return false;
	member->text = (struct slice){ start, (size_t)(in->at - start) };
	return true;
}

size_t json_plain_read(struct json_plain *plain, const char *text, size_t n)
{
	struct cursor in = { text, text + n };
	plain->count = plain->used = 0;
	if (!read_sign(&in, '{'))
		return 0;
	do {
		if (plain->count == plain->cap)
			plain->members = grow(plain->members, &plain->cap, plain->count + 1, sizeof *plain->members);
		struct json_member *member = &plain->members[plain->count++];
		if (plain->count > MEMBERS_MAX || !read_text(plain, &in, &member->key) || !read_sign(&in, ':') ||
		    !read_value(plain, &in, member))
			return 0;
	} while (read_sign(&in, ','));
	return read_sign(&in, '}') ? (size_t)(in.at - text) : 0;
}

void json_plain_release(struct json_plain *plain)
{
	free(plain->members);
	free(plain->text);
	*plain = (struct json_plain){0};
}
