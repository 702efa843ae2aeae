#include "tests/standin/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

void *must_grow(void *at, size_t n)
{
	void *grown = realloc(at, n ? n : 1);

	if (!grown) {
		fputs("rouse-tenant: out of memory\n", stderr);
		abort();
	}
	return grown;
}

void *must_alloc(size_t n)
{
	return memset(must_grow(NULL, n), 0, n ? n : 1);
}

void text_room(struct text *text, size_t n)
{
	if (text->len + n < text->cap)
		return;
	text->cap = (text->len + n + 1) * 2 < 64 ? 64 : (text->len + n + 1) * 2;
	text->at = must_grow(text->at, text->cap);
	text->at[text->len] = '\0';
}

void text_add(struct text *text, const char *bytes, size_t n)
{
	text_room(text, n);
	if (n)
		memcpy(text->at + text->len, bytes, n);
	text->len += n;
	text->at[text->len] = '\0';
}

void text_adds(struct text *text, const char *string)
{
	text_add(text, string, strlen(string));
}

void text_addc(struct text *text, char c)
{
	text_add(text, &c, 1);
}

void text_addf(struct text *text, const char *format, ...)
{
	va_list list, again;
	int n;

	va_start(list, format);
	va_copy(again, list);
	n = vsnprintf(NULL, 0, format, list);
	if (n > 0) {
		text_room(text, (size_t)n + 1);
		vsnprintf(text->at + text->len, (size_t)n + 1, format, again);
		text->len += (size_t)n;
	}
	va_end(again);
	va_end(list);
}

/* Without printf: a row has a dozen numbers and times. */
void text_number(struct text *text, int64_t number)
{
	char digits[24];
	size_t at = sizeof digits;
	uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

	do
		digits[--at] = (char)('0' + left % 10);
	while (left /= 10);
	if (number < 0)
		digits[--at] = '-';
	text_add(text, digits + at, sizeof digits - at);
}

void text_json(struct text *text, const char *bytes, size_t n)
{
	size_t done = 0;

	text_room(text, n + 2);
	text_addc(text, '"');
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		text_add(text, bytes + done, i - done);
		done = i + 1;
		if (c == '"' || c == '\\')
			text_add(text, (const char[]){ '\\', (char)c }, 2);
		else if (c == '\n')
			text_add(text, "\\n", 2);
		else
			text_addf(text, "\\u%04x", c);
	}
	text_add(text, bytes + done, n - done);
	text_addc(text, '"');
}

/* Days since 1970 to a date (proleptic Gregorian): eras of 400 years that begin in March, so that the leap day is the last. */
static void date_of(int64_t days, int *year, int *month, int *day)
{
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = (int)(yoe + era * 400 + (*month <= 2));
}

static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1, doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

static char *put(char *at, int number, int width)
{
	for (int i = width - 1; i >= 0; i--, number /= 10)
		at[i] = (char)('0' + number % 10);
	return at + width;
}

void text_time(struct text *text, int64_t ticks, unsigned digits)
{
	int64_t seconds = ticks / TICKS - (ticks % TICKS < 0), part = ticks - seconds * TICKS;
	int64_t days = seconds / 86400 - (seconds % 86400 < 0), left = seconds - days * 86400;
	int year, month, day;
	char out[40], *at = out;

	date_of(days, &year, &month, &day);
	at = put(at, year, 4), *at++ = '-', at = put(at, month, 2), *at++ = '-', at = put(at, day, 2), *at++ = 'T';
	at = put(at, (int)(left / 3600), 2), *at++ = ':', at = put(at, (int)(left / 60 % 60), 2), *at++ = ':';
	at = put(at, (int)(left % 60), 2);
	if (digits) {
		*at++ = '.';
		put(at, (int)part, 7);
		at += digits > 7 ? 7 : digits;
	}
	*at++ = 'Z';
	text_add(text, out, (size_t)(at - out));
}

int64_t time_read(const char *at, size_t n)
{
	char copy[48];
	int y, mo, d, h, mi, s, used = 0;
	int64_t part = 0;

	if (n >= sizeof copy)
		return NO_TIME;
	memcpy(copy, at, n);
	copy[n] = '\0';
	if (sscanf(copy, "%4d-%2d-%2d%*1[T ]%2d:%2d:%2d%n", &y, &mo, &d, &h, &mi, &s, &used) != 6 || !used)
		return NO_TIME;
	const char *rest = copy + used;
	if (*rest == '.') {
		int64_t unit = TICKS / 10;

		for (rest++; *rest >= '0' && *rest <= '9'; rest++, unit /= 10)
			part += (*rest - '0') * unit;
	}
	if (strcmp(rest, "") != 0 && strcmp(rest, "Z") != 0)
		return NO_TIME;
	return (days_of(y, mo, d) * 86400 + h * 3600 + mi * 60 + s) * TICKS + part;
}

int64_t time_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * TICKS + now.tv_nsec / 100;
}

int64_t time_steady_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void text_base64url(struct text *text, const unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i += 3) {
		size_t left = n - i;
		uint32_t three = (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0);

		for (size_t k = 0; k < (left > 2 ? 4 : left + 1); k++)
			text_addc(text, base64_digits[three >> (18 - 6 * k) & 63]);
	}
}

bool text_base64url_read(struct text *text, const char *digits, size_t n)
{
	uint32_t bits = 0;
	unsigned have = 0;

	while (n && digits[n - 1] == '=')
		n--;
	for (size_t i = 0; i < n; i++) {
		const char *digit = digits[i] ? strchr(base64_digits, digits[i]) : NULL;

		if (!digit)
			return false;
		bits = bits << 6 | (uint32_t)(digit - base64_digits);
		have += 6;
		if (have >= 8) {
			have -= 8;
			text_addc(text, (char)(bits >> have & 255));
		}
	}
	return have < 6;
}

void text_clear(struct text *text)
{
	text->len = 0;
	if (text->at)
		*text->at = '\0';
}

void text_release(struct text *text)
{
	free(text->at);
	*text = (struct text){ 0 };
}

const char *text_string(const struct text *text)
{
	return text->at ? text->at : "";
}

/* U+00C0 to U+00DE but U+00D7 are capitals 32 below their small letters; U+0100 to U+0137 alternate. */
void text_lower(struct text *text, const char *bytes, size_t n)
{
	text_room(text, n);
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)bytes[i], next = i + 1 < n ? (unsigned char)bytes[i + 1] : 0;

		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c | 0x20);
		text_addc(text, (char)c);
		if ((c != 0xc3 && c != 0xc4) || !next)
			continue;
		if (c == 0xc3 && next >= 0x80 && next <= 0x9e && next != 0x97)
			next = (unsigned char)(next + 0x20);
		else if (c == 0xc4 && next <= 0xb7 && next % 2 == 0 && next != 0xb0)
			next++;
		text_addc(text, (char)next);
		i++;
	}
}

void random_bytes(unsigned char *out, size_t n)
{
	if (getrandom(out, n, 0) != (ssize_t)n)
		abort();
}

void random_hex(char *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char byte;

		random_bytes(&byte, 1);
		snprintf(out + 2 * i, 3, "%02x", byte);
	}
}

void random_uuid(char out[37])
{
	unsigned char b[16];

	random_bytes(b, sizeof b);
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	snprintf(out, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3], b[4], b[5], b[6],
	         b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}
