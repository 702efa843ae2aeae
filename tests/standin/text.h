/* text.h - bytes that grow, and the few encodings that answers are made of. */
#ifndef STANDIN_TEXT_H
#define STANDIN_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TICKS 10000000LL      /* in a second: times are counted in 100 ns since 1970, as Kusto does from year 1 */
#define NO_TIME INT64_MIN

/* Bytes that grow; owned. `at` is NULL while nothing was ever added. */
struct text {
	char *at;
	size_t len, cap;
};

/* Memory or the end of the program. */
void *must_alloc(size_t n);
void *must_grow(void *at, size_t n);

void text_room(struct text *text, size_t n);    /* room for n more bytes and a NUL */
void text_add(struct text *text, const char *bytes, size_t n);
void text_adds(struct text *text, const char *string);
void text_addc(struct text *text, char c);
void text_addf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_number(struct text *text, int64_t number);
/* A JSON string with its quotes; bytes above 0x7f go through as they are. */
void text_json(struct text *text, const char *bytes, size_t n);
/* `2026-11-22T06:00:00.1234567Z` with 0 to 7 digits of the second's parts. */
void text_time(struct text *text, int64_t ticks, unsigned digits);
void text_base64url(struct text *text, const unsigned char *bytes, size_t n);
/* False for bytes that are none; `=` at the end is taken. */
bool text_base64url_read(struct text *text, const char *digits, size_t n);
void text_clear(struct text *text);
void text_release(struct text *text);
const char *text_string(const struct text *text);   /* never NULL, ended by a NUL */

/* Seconds since 1970 of `2026-11-22T06:00:00Z` in ticks, with a fraction of 0 to 7 digits and the zone left out or Z; NO_TIME when it is none. */
int64_t time_read(const char *at, size_t n);
int64_t time_now(void);          /* ticks of the real clock */
int64_t time_steady_ms(void);    /* milliseconds of the steady clock */

/* Lower case of ASCII and Latin letters of two bytes (`BÜRO` is `büro`): all that the estate's names are made of. */
void text_lower(struct text *text, const char *bytes, size_t n);
/* `n` random bytes as lower-case hex digits, 2n of them, and a NUL. */
void random_hex(char *out, size_t n);
/* A random version-4 UUID and a NUL. */
void random_uuid(char out[37]);
void random_bytes(unsigned char *out, size_t n);

#endif
