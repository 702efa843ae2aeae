/* strbuf.h - text that grows up to a maximum it was born with.
 *
 * Appending past the maximum appends nothing and sets `overflow`, which stays set until strbuf_clear(): a writer appends
 * freely and asks once at the end. The text is always NUL-terminated once anything was appended; it may hold NULs. */
#ifndef ROUSE_STRBUF_H
#define ROUSE_STRBUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct strbuf {
	char *buf;      /* owned; NULL until the first append */
	size_t len;     /* bytes, without the NUL */
	size_t cap;     /* bytes allocated */
	size_t max;     /* len never exceeds it */
	bool overflow;  /* an append was refused */
};

#define STRBUF_INIT(maximum) { NULL, 0, 0, (maximum), false }

void strbuf_init(struct strbuf *sb, size_t max);
void strbuf_release(struct strbuf *sb);       /* frees; usable again with the same maximum */
/* Zeroes the bytes in a way that is not optimised away, then frees: for secrets. */
void strbuf_wipe(struct strbuf *sb);
void strbuf_clear(struct strbuf *sb);         /* empties, keeps the memory, forgets an overflow */
void strbuf_add(struct strbuf *sb, const char *bytes, size_t n);
void strbuf_adds(struct strbuf *sb, const char *text);
void strbuf_addc(struct strbuf *sb, char c);
void strbuf_addf(struct strbuf *sb, const char *format, ...) __attribute__((format(printf, 2, 3)));
void strbuf_addfv(struct strbuf *sb, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
/* A number with commas between thousands: 1,906. */
void strbuf_add_count(struct strbuf *sb, unsigned long long n);
/* The text so far, "" when empty; borrowed until the next change. */
const char *strbuf_text(const struct strbuf *sb);

#endif
