/* clock.c - reading and writing times and spans. See clock.h. */
#include "core/base/clock.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/error.h"
#include "core/base/strbuf.h"

#define MINUTE INT64_C(60)
#define HOUR INT64_C(3600)
#define SPAN_DIGITS_MAX 9      /* whole digits of a span: 999999999d are a long time */
#define FRACTION_DIGITS 7      /* kept of a second; one is a tick */

int clock_real(int64_t *seconds, struct error *err)
{
	struct timespec now;
	if (clock_gettime(CLOCK_REALTIME, &now))
		return error_set(err, STATUS_FAILED, "The system's clock cannot be read.");
	*seconds = (int64_t)now.tv_sec;
	return 0;
}

int clock_now(int64_t *seconds, struct error *err)
{
	const char *frozen = getenv("ROUSE_NOW");
	int64_t ticks;

	if (!frozen || frozen[0] == '\0')
		return clock_real(seconds, err);
	if (!time_parse(frozen, strlen(frozen), &ticks) || ticks == TIME_NONE)
		return error_set(err, STATUS_CONFIG, "ROUSE_NOW=%.80s is not a time; write it like 2026-11-20T06:00:00Z, or unset it.",
		                 frozen);
	*seconds = time_seconds(ticks);
	return 0;
}

int64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- the calendar ---- */

/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar. The year is taken to begin in March, so that the leap
 * day is its last; 400 years are 146097 days. */
static int64_t days_from_civil(int64_t year, unsigned month, unsigned day)
{
	year -= month <= 2;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	unsigned year_of_era = (unsigned)(year - era * 400);
	unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + (int64_t)day_of_era - 719468;
}

/* The way back; the year may be beyond four digits for times nobody wrote. */
static void civil_from_days(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	unsigned day_of_era = (unsigned)(days - era * 146097);
	unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	unsigned shifted = (5 * day_of_year + 2) / 153;

	*day = day_of_year - (153 * shifted + 2) / 5 + 1;
	*month = shifted < 10 ? shifted + 3 : shifted - 9;
	*year = (int64_t)year_of_era + era * 400 + (*month <= 2);
}

static unsigned days_in_month(unsigned year, unsigned month)
{
	static const unsigned char lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 && leap ? 29 : lengths[month - 1];
}

/* ---- reading times ---- */

/* What is left of the text that is being read. */
struct cursor {
	const char *at;
	const char *end;
};

/* Reads exactly `count` digits. */
static bool read_digits(struct cursor *in, unsigned count, unsigned *number)
{
	unsigned value = 0;

	if ((size_t)(in->end - in->at) < count)
		return false;
	for (unsigned i = 0; i < count; i++) {
		unsigned digit = (unsigned)(unsigned char)in->at[i] - '0';

		if (digit > 9)
			return false;
		value = value * 10 + digit;
	}
	in->at += count;
	*number = value;
	return true;
}

static bool read_char(struct cursor *in, char c)
{
	if (in->at == in->end || *in->at != c)
		return false;
	in->at++;
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct cursor trimmed(const char *text, size_t n)
{
	struct cursor in = { text, text + n };

	while (in.at < in.end && is_blank(*in.at))
		in.at++;
	while (in.end > in.at && is_blank(in.end[-1]))
		in.end--;
	return in;
}

static bool read_date(struct cursor *in, int64_t *days)
{
	unsigned year, month, day;

	if (!read_digits(in, 4, &year) || !read_char(in, '-') || !read_digits(in, 2, &month) || !read_char(in, '-')
	    || !read_digits(in, 2, &day))
		return false;
	if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
		return false;
	*days = days_from_civil((int64_t)year, month, day);
	return true;
}

/* The digits after the point, 1 to 9 of them, as ticks. */
static bool read_fraction(struct cursor *in, int64_t *ticks)
{
	unsigned digits = 0;
	int64_t value = 0;

	for (; in->at < in->end && *in->at >= '0' && *in->at <= '9'; in->at++, digits++)
		/* .123456789 is cut to .1234567: rounding could carry into the second, and the order would change. */
		if (digits < FRACTION_DIGITS)
			value = value * 10 + (*in->at - '0');
	if (digits < 1 || digits > 9)
		return false;
	for (; digits < FRACTION_DIGITS; digits++)
		value *= 10;
	*ticks = value;
	return true;
}

/* hh:mm, hh:mm:ss or hh:mm:ss.fffffff as ticks. */
static bool read_clock(struct cursor *in, int64_t *ticks)
{
	unsigned hour, minute, second = 0;
	int64_t fraction = 0;

	if (!read_digits(in, 2, &hour) || !read_char(in, ':') || !read_digits(in, 2, &minute) || hour > 23 || minute > 59)
		return false;
	if (read_char(in, ':')) {
		if (!read_digits(in, 2, &second) || second > 60)
			return false;
		if (read_char(in, '.') && !read_fraction(in, &fraction))
			return false;
	}
	/* A leap second is the last tick of its minute, so that it stays in order and in its day. */
	if (second == 60) {
		second = 59;
		fraction = TICKS_PER_SECOND - 1;
	}
	/* At most a day of ticks: no overflow here, and none for any year of four digits. */
	*ticks = ((int64_t)hour * HOUR + (int64_t)minute * MINUTE + (int64_t)second) * TICKS_PER_SECOND + fraction;
	return true;
}

/* Z, +hh:mm, +hhmm or nothing, as seconds east of UTC. .NET writes a blank before an offset. */
static bool read_zone(struct cursor *in, int64_t *east)
{
	unsigned hour, minute;

	*east = 0;
	if (in->at == in->end || read_char(in, 'Z') || read_char(in, 'z'))
		return true;
	read_char(in, ' ');
	/* West of Greenwich clocks show less, and the offset is subtracted with its sign. */
	bool west = in->at < in->end && *in->at == '-';

	if (!west && (in->at == in->end || *in->at != '+'))
		return false;
	in->at++;
	if (!read_digits(in, 2, &hour))
		return false;
	read_char(in, ':');
	if (!read_digits(in, 2, &minute) || hour > 23 || minute > 59)
		return false;
	*east = (int64_t)hour * HOUR + (int64_t)minute * MINUTE;
	if (west)
		*east = -*east;
	return true;
}

bool time_parse(const char *text, size_t n, int64_t *ticks)
{
	if (!text)
		return false;
	struct cursor in = trimmed(text, n);
	int64_t days, clock = 0, east = 0;

	if (!read_date(&in, &days))
		return false;
	if (in.at < in.end) {
		if (!read_char(&in, 'T') && !read_char(&in, ' ') && !read_char(&in, 't'))
			return false;
		if (!read_clock(&in, &clock) || !read_zone(&in, &east) || in.at != in.end)
			return false;
	}
	int64_t time = (days * SPAN_DAY - east) * TICKS_PER_SECOND + clock;
	int64_t first_day = days_from_civil(1, 1, 1);
	/* The first moment of the calendar, in any zone, is what .NET writes where it has no time. */
	if (time_seconds(time) == first_day * SPAN_DAY || (clock == 0 && days == first_day))
		time = TIME_NONE;
	*ticks = time;
	return true;
}

int64_t time_seconds(int64_t ticks)
{
	if (ticks == TIME_NONE)
		return TIME_NONE;
	return ticks / TICKS_PER_SECOND - (ticks % TICKS_PER_SECOND < 0);
}

/* ---- writing ---- */

/* Two digits at `at`. */
static void put2(char *at, unsigned number)
{
	at[0] = (char)('0' + number / 10 % 10);
	at[1] = (char)('0' + number % 10);
}

void time_format(struct strbuf *out, int64_t seconds)
{
	if (seconds == TIME_NONE)
		return;
	int64_t days = seconds / SPAN_DAY - (seconds % SPAN_DAY < 0);
	unsigned rest = (unsigned)((seconds % SPAN_DAY + SPAN_DAY) % SPAN_DAY);
	unsigned month, day;
	int64_t year;
	char text[] = "-00-00T00:00:00Z";

	civil_from_days(days, &year, &month, &day);
	put2(text + 1, month);
	put2(text + 4, day);
	put2(text + 7, rest / 3600);
	put2(text + 10, rest / 60 % 60);
	put2(text + 13, rest % 60);
	strbuf_addf(out, "%04" PRId64, year);
	strbuf_add(out, text, sizeof(text) - 1);
}

/* The length of a span; the sign is handled by the caller. */
static uint64_t magnitude(int64_t span)
{
	/* In unsigned arithmetic, for which the least of all numbers has a negative too. */
	return span < 0 ? UINT64_C(0) - (uint64_t)span : (uint64_t)span;
}

/* `41d 3h`: the second unit is left out when there is nothing of it. */
static void add_units(struct strbuf *out, uint64_t large, char large_unit, uint64_t small, char small_unit)
{
	strbuf_addf(out, "%" PRIu64 "%c", large, large_unit);
	if (small > 0)
		strbuf_addf(out, " %" PRIu64 "%c", small, small_unit);
}

void age_format(struct strbuf *out, int64_t span_seconds)
{
	if (span_seconds == TIME_NONE)
		return;
	uint64_t span = magnitude(span_seconds);

	if (span_seconds < 0)
		strbuf_adds(out, "in ");
	if (span >= 86400)
		add_units(out, span / 86400, 'd', span / 3600 % 24, 'h');
	else if (span >= 3600)
		add_units(out, span / 3600, 'h', span / 60 % 60, 'm');
	else if (span >= 60)
		add_units(out, span / 60, 'm', 0, 's');
	else
		add_units(out, span, 's', 0, 's');
}

void age_format_short(struct strbuf *out, int64_t span_seconds)
{
	if (span_seconds == TIME_NONE)
		return;
	uint64_t span = magnitude(span_seconds);

	if (span_seconds < 0)
		strbuf_adds(out, "in ");
	if (span >= 86400)
		add_units(out, span / 86400, 'd', 0, 'h');
	else if (span >= 3600)
		add_units(out, span / 3600, 'h', 0, 'm');
	else if (span >= 60)
		add_units(out, span / 60, 'm', 0, 's');
	else
		add_units(out, span, 's', 0, 's');
}

void span_format(struct strbuf *out, int64_t span_seconds)
{
	if (span_seconds == TIME_NONE)
		return;
	uint64_t span = magnitude(span_seconds);
	unsigned rest = (unsigned)(span % 86400);

	if (span_seconds < 0)
		strbuf_addc(out, '-');
	/* As KQL's tostring() writes it: no days, no day part. */
	if (span >= 86400)
		strbuf_addf(out, "%" PRIu64 ".", span / 86400);
	strbuf_addf(out, "%02u:%02u:%02u", rest / 3600, rest / 60 % 60, rest % 60);
}

/* ---- reading spans ---- */

/* Up to SPAN_DIGITS_MAX digits; at least one. */
static bool read_number(struct cursor *in, int64_t *number)
{
	unsigned digits = 0;
	int64_t value = 0;

	for (; in->at < in->end && *in->at >= '0' && *in->at <= '9'; in->at++, digits++)
		if (digits < SPAN_DIGITS_MAX)
			value = value * 10 + (*in->at - '0');
	*number = value;
	return digits > 0 && digits <= SPAN_DIGITS_MAX;
}

static int64_t unit_seconds(char unit)
{
	return unit == 'd' ? SPAN_DAY : unit == 'h' ? HOUR : unit == 'm' ? MINUTE : unit == 's' ? 1 : 0;
}

/* [d.]hh:mm:ss, as KQL writes a timespan. */
static bool parse_colons(struct cursor in, int64_t *span)
{
	int64_t days = 0, clock;
	const char *point = memchr(in.at, '.', (size_t)(in.end - in.at));
	const char *colon = memchr(in.at, ':', (size_t)(in.end - in.at));

	if (point && colon && point < colon && (!read_number(&in, &days) || !read_char(&in, '.')))
		return false;
	/* read_clock() would take hh:mm, which could as well be minutes and seconds here. */
	if (in.end - in.at < (ptrdiff_t)strlen("hh:mm:ss") || !read_clock(&in, &clock) || in.at != in.end)
		return false;
	*span = days * SPAN_DAY + time_seconds(clock);
	return true;
}

bool span_parse(const char *text, size_t n, int64_t *span_seconds)
{
	if (!text)
		return false;
	struct cursor in = trimmed(text, n);
	int64_t whole, ticks = 0;

	if (in.at == in.end)
		return false;
	if (memchr(in.at, ':', (size_t)(in.end - in.at)))
		return parse_colons(in, span_seconds);
	if (!read_number(&in, &whole) || (read_char(&in, '.') && !read_fraction(&in, &ticks)) || in.end - in.at != 1)
		return false;
	int64_t unit = unit_seconds(*in.at);

	if (unit == 0)
		return false;
	*span_seconds = whole * unit + ticks * unit / TICKS_PER_SECOND;
	return true;
}
