/* multipart.c - the file in a body of multipart/form-data. */
#include <stdio.h>
#include <string.h>

#include "tests/services/services.h"

/* The first place of a text in bytes; NULL: nowhere. */
static const char *place(const char *at, size_t n, const char *text)
{
	size_t m = strlen(text);

	for (; m <= n; at++, n--)
		if (memcmp(at, text, m) == 0)
			return at;
	return NULL;
}

bool multipart_file(const struct call *call, char *name, size_t room, const char **bytes, size_t *n)
{
	const char *boundary = call->content_type ? strstr(call->content_type, "boundary=") : NULL, *at = text_string(&call->body), *head, *end, *file;
	size_t left = call->body.len;
	char line[160];

	if (!boundary || !strstr(call->content_type, "multipart/form-data"))
		return false;
	boundary += 9 + (boundary[9] == '"');
	snprintf(line, sizeof line, "--%.*s", (int)strcspn(boundary, "\";"), boundary);
	at = place(at, left, line);
	if (!at)
		return false;
	left = call->body.len - (size_t)(at - call->body.at);
	head = place(at, left, "\r\n\r\n");
	file = head ? place(at, (size_t)(head - at), "filename=\"") : NULL;
	if (!file || !place(at, (size_t)(head - at), "name=\"file\""))
		return false;
	file += 10;
	snprintf(name, room, "%.*s", (int)strcspn(file, "\"\r"), file);
	*bytes = head + 4;
	left = call->body.len - (size_t)(*bytes - call->body.at);
	snprintf(line, sizeof line, "\r\n--%.*s", (int)strcspn(boundary, "\";"), boundary);
	end = place(*bytes, left, line);
	*n = end ? (size_t)(end - *bytes) : 0;
	return end != NULL;
}
