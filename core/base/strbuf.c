/* strbuf.c - growing text with a maximum. See strbuf.h. */
#include "core/base/strbuf.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"

#define FIRST_SIZE ((size_t)64)   /* of the first allocation; most texts never need a second */

void strbuf_init(struct strbuf *sb, size_t max)
{
	*sb = (struct strbuf)STRBUF_INIT(max);
}

void strbuf_release(struct strbuf *sb)
{
	free(sb->buf);
	strbuf_init(sb, sb->max);
}

/* The maximum belongs to the buffer's birth and is not touched. */
void strbuf_wipe(struct strbuf *sb)
{
	if (sb->buf)
		explicit_bzero(sb->buf, sb->cap);
	strbuf_release(sb);
}

void strbuf_clear(struct strbuf *sb)
{
	sb->len = 0;
	sb->overflow = false;
	if (sb->buf)
		sb->buf[0] = '\0';
}

/* Makes room for n more bytes and the NUL; false and `overflow` when that is past the maximum. */
static bool make_room(struct strbuf *sb, size_t n)
{
	if (n > sb->max - sb->len) {
		sb->overflow = true;
		return false;
	}
	if (sb->buf && n < sb->cap - sb->len)
		return true;
	if (n >= SIZE_MAX - sb->len)
		die("a text of %zu bytes cannot be held in memory.", n);
	size_t need = sb->len + n + 1;
	size_t cap = sb->cap > SIZE_MAX / 2 ? need : sb->cap * 2;

	if (cap < FIRST_SIZE)
		cap = FIRST_SIZE;
	/* No memory past the maximum is ever useful. */
	if (sb->max < SIZE_MAX && cap > sb->max + 1)
		cap = sb->max + 1;
	if (cap < need)
		cap = need;
	sb->buf = xrealloc(sb->buf, cap, 1);
	sb->cap = cap;
	return true;
}

void strbuf_add(struct strbuf *sb, const char *bytes, size_t n)
{
	/* Text of its own would move while it is copied. */
	assert(!sb->buf || n == 0 || bytes + n <= sb->buf || bytes >= sb->buf + sb->cap);
	if (!make_room(sb, n))
		return;
	if (n > 0)
		memcpy(sb->buf + sb->len, bytes, n);
	sb->len += n;
	sb->buf[sb->len] = '\0';
}

void strbuf_adds(struct strbuf *sb, const char *text)
{
	strbuf_add(sb, text, strlen(text));
}

void strbuf_addc(struct strbuf *sb, char c)
{
	if (!make_room(sb, 1))
		return;
	sb->buf[sb->len++] = c;
	sb->buf[sb->len] = '\0';
}

void strbuf_addf(struct strbuf *sb, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	strbuf_addfv(sb, format, args);
	va_end(args);
}

void strbuf_addfv(struct strbuf *sb, const char *format, va_list args)
{
	char small[256];
	va_list again;

	/* Most texts are short: formatted on the stack first, which also tells the length. */
	va_copy(again, args);
	int length = vsnprintf(small, sizeof(small), format, args);

	if (length >= 0 && (size_t)length < sizeof(small)) {
		strbuf_add(sb, small, (size_t)length);
	} else if (length >= 0 && make_room(sb, (size_t)length)) {
		vsnprintf(sb->buf + sb->len, sb->cap - sb->len, format, again);
		sb->len += (size_t)length;
	}
	va_end(again);
}

void strbuf_add_count(struct strbuf *sb, unsigned long long n)
{
	char digits[32];
	char text[48];
	size_t used = 0;
	int count = snprintf(digits, sizeof(digits), "%llu", n);

	/* A comma where three, six, nine... digits are left: 1906 gives 1,906. */
	for (int i = 0; i < count; i++) {
		if (i > 0 && (count - i) % 3 == 0)
			text[used++] = ',';
		text[used++] = digits[i];
	}
	strbuf_add(sb, text, used);
}

const char *strbuf_text(const struct strbuf *sb)
{
	return sb->buf ? sb->buf : "";
}
