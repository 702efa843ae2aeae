/* error.c - failures as whole sentences, and the one way to end at once. See error.h. */
#include "core/base/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Set once by main or the console, used by die(): a process ends but once. */
static void (*restorer)(void);

/* Cuts text, which filled all of its `size` bytes, where a character ends. */
static void cut_at_character(char *text, size_t size)
{
	size_t end = size - 1;
	size_t start = end;

	/* Step over trailing continuation bytes to the lead byte of the last character. */
	while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
		start--;
	if (start == 0)
		return;
	unsigned char lead = (unsigned char)text[start - 1];
	size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;

	/* Example: "Bü" cut after the first byte of ü keeps "B". */
	if (length > 1 && end - (start - 1) < length)
		text[start - 1] = '\0';
}

int error_setv(struct error *err, enum status status, const char *format, va_list args)
{
	/* Formatted beside the error, because the arguments may point into its text. */
	char text[sizeof(err->text)];

	if (!err)
		return -1;
	int length = vsnprintf(text, sizeof(text), format, args);

	if (length < 0)
		text[0] = '\0';
	else if ((size_t)length >= sizeof(text))
		cut_at_character(text, sizeof(text));
	err->status = status;
	memcpy(err->text, text, sizeof(text));
	return -1;
}

int error_set(struct error *err, enum status status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	error_setv(err, status, format, args);
	va_end(args);
	return -1;
}

int error_prefix(struct error *err, const char *format, ...)
{
	char prefix[sizeof(err->text)];
	va_list args;

	if (!err)
		return -1;
	va_start(args, format);
	int length = vsnprintf(prefix, sizeof(prefix), format, args);
	va_end(args);

	if (length < 0)
		return -1;
	if ((size_t)length >= sizeof(prefix))
		cut_at_character(prefix, sizeof(prefix));
	return error_set(err, err->status, "%s: %s", prefix, err->text);
}

void die(const char *format, ...)
{
	void (*restore)(void) = restorer;
	va_list args;

	/* Cleared first: a restorer that dies itself must not be called again. */
	restorer = NULL;
	if (restore)
		restore();
	fputs("rouse: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(STATUS_FAILED);
}

void die_restore_with(void (*restore)(void))
{
	restorer = restore;
}
