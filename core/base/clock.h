/* clock.h - the time now, and the text forms of times and spans.
 *
 * Times inside are ticks: 100 ns since 1970-01-01T00:00:00Z, which holds the seven fractional digits of Kusto exactly. The
 * run table holds whole seconds. */
#ifndef ROUSE_CLOCK_H
#define ROUSE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;
struct error;

#define TICKS_PER_SECOND INT64_C(10000000)
#define TIME_NONE INT64_MIN        /* no time, in ticks and in seconds */
#define SPAN_DAY INT64_C(86400)    /* spans are seconds */

/* Seconds since 1970: ROUSE_NOW (ISO 8601) when set, else the system's clock. A ROUSE_NOW that cannot be read is an error. */
int clock_now(int64_t *seconds, struct error *err);
/* Seconds since 1970 of the system's clock alone, for what other machines check: tokens, assertions. */
int clock_real(int64_t *seconds, struct error *err);
/* Milliseconds of the monotonic clock, for slices of work and animations; never ROUSE_NOW. */
int64_t clock_ms(void);

/* Reads `2026-11-20T06:00:00.1234567Z`, with T or blank, 0 to 9 fractional digits (kept to 7), Z, +hh:mm, +hhmm or nothing
 * (UTC), without seconds, or a date alone; blanks around it do not count. A leap second is the last tick of its minute. Also
 * the .NET default `0001-01-01T00:00:00Z`, which stands for "no time": *ticks is TIME_NONE then. Returns
 * false, *ticks untouched, when the text is no time. */
bool time_parse(const char *text, size_t n, int64_t *ticks);
/* Ticks to whole seconds, rounded down; TIME_NONE stays. */
int64_t time_seconds(int64_t ticks);
/* Appends 2026-11-20T06:00:00Z; nothing for TIME_NONE. */
void time_format(struct strbuf *out, int64_t seconds);
/* Appends an age for the screen: `41d 3h`, `19h 5m`, `12m`, `8s`; `in 3m` for the future. */
void age_format(struct strbuf *out, int64_t span_seconds);
/* The same in one unit for narrow columns: `41d`, `19h`, `12m`, `8s`. */
void age_format_short(struct strbuf *out, int64_t span_seconds);
/* Appends a KQL timespan, the export form of an age: `41.03:12:00` (d.hh:mm:ss; below a day `03:12:00`). */
void span_format(struct strbuf *out, int64_t span_seconds);
/* Reads `8d`, `36h`, `90m`, `30s`, `1.5d`, or d.hh:mm:ss; nothing negative. Returns false when the text is no timespan. */
bool span_parse(const char *text, size_t n, int64_t *span_seconds);

#endif
