#include "core/io/json_plain.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"

#define MEMBERS_MAX 4096u

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

/* A string from its opening quote on. */
static bool read_text(struct cursor *in, struct slice *text)
{
	if (!read_sign(in, '"'))
		return false;
	const char *stop = json_string_stop(in->at, in->end);
	if (stop == in->end || *stop != '"')
		return false;
	*text = (struct slice){ in->at, (size_t)(stop - in->at) };
	in->at = stop + 1;
	return true;
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
	return in->at < in->end && strchr(",} \t\r\n", *in->at) && *in->at && in->at - start < 60;
}

static bool read_word(struct cursor *in, const char *word)
{
	size_t n = strlen(word);
	if ((size_t)(in->end - in->at) < n || memcmp(in->at, word, n))
		return false;
	in->at += n;
	return true;
}

static bool read_value(struct cursor *in, struct json_member *member)
{
	skip_blanks(in);
	if (in->at == in->end)
		return false;
	const char *start = in->at;
	if (*start == '"') {
		member->kind = JSON_TEXT;
		return read_text(in, &member->text);
	}
	if (read_word(in, "null"))
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
	plain->count = 0;
	if (!read_sign(&in, '{'))
		return 0;
	do {
		if (plain->count == plain->cap)
			plain->members = grow(plain->members, &plain->cap, plain->count + 1, sizeof *plain->members);
		struct json_member *member = &plain->members[plain->count++];
		if (plain->count > MEMBERS_MAX || !read_text(&in, &member->key) || !read_sign(&in, ':') || !read_value(&in, member))
			return 0;
	} while (read_sign(&in, ','));
	return read_sign(&in, '}') ? (size_t)(in.at - text) : 0;
}

void json_plain_release(struct json_plain *plain)
{
	free(plain->members);
	*plain = (struct json_plain){0};
}
