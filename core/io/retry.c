#include "core/io/retry.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define TRIES 6u
#define WHOLE_MS (INT64_C(30) * 60 * 1000)
#define FIRST_MS INT64_C(1000)
#define STEP_MAX_MS INT64_C(60000)         /* of one wait that nobody named */
#define CYCLE_MS (INT64_C(15) * 60 * 1000) /* after which a tenant's processing quota is new */
#define HOUR_MS (INT64_C(3600) * 1000)

/* xorshift64*: good enough to keep many clients from asking at the same moment. */
static uint64_t draw(uint64_t *seed)
{
	if (*seed == 0 && getrandom(seed, sizeof *seed, 0) != (ssize_t)sizeof *seed)
		*seed = 1;
	*seed |= *seed == 0;
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return *seed * UINT64_C(2685821657736338717);
}

/* 1 s, 2 s, 4 s... each between its half and its whole. */
static int64_t backoff(struct retry *retry)
{
	int64_t whole = FIRST_MS << (retry->tries > 16 ? 16 : retry->tries ? retry->tries - 1 : 0);

	if (whole > STEP_MAX_MS)
		whole = STEP_MAX_MS;
	return whole / 2 + (int64_t)(draw(&retry->seed) % (uint64_t)(whole / 2 + 1));
}

/* -- durations in words -- */

static bool is_word(struct slice text, size_t at, const char *word)
{
	size_t n = strlen(word);

	if (at + n > text.len)
		return false;
	for (size_t i = 0; i < n; i++)
		if (tolower((unsigned char)text.text[at + i]) != word[i])
			return false;
	return true;
}

static int64_t unit_ms(struct slice text, size_t at)
{
	if (is_word(text, at, "hour") || is_word(text, at, "hr"))
		return HOUR_MS;
	if (is_word(text, at, "min"))
		return 60000;
	if (is_word(text, at, "sec"))
		return 1000;
	return 0;
}

/* Reads digits; at most six, so that nothing overflows. */
static bool read_number(struct slice text, size_t *at, int64_t *number)
{
	size_t start = *at;

	for (*number = 0; *at < text.len && *at - start < 6 && isdigit((unsigned char)text.text[*at]); ++*at)
		*number = *number * 10 + (text.text[*at] - '0');
	return *at > start;
}

/* `00:12:30` or `12:30`: each part in sixtieths of the one before. */
static int64_t clock_form(struct slice text, size_t at)
{
	int64_t sum = 0, part;
	int parts = 0;

	while (read_number(text, &at, &part) && ++parts) {
		sum = sum * 60 + part;
		if (at >= text.len || text.text[at] != ':')
			break;
		at++;
	}
	return parts >= 2 ? sum * 1000 : -1;
}

/* `1 hour 5 minutes`, `2 minutes and 30 seconds`: numbers with units, which add up; -1 when the first is none. */
static int64_t words_form(struct slice text, size_t at)
{
	int64_t sum = -1, number, unit;

	for (;;) {
		while (at < text.len && (text.text[at] == ' ' || text.text[at] == ','))
			at++;
		if (sum >= 0 && is_word(text, at, "and "))
			at += 4;
		if (!read_number(text, &at, &number))
			return sum;
		while (at < text.len && text.text[at] == ' ')
			at++;
		unit = unit_ms(text, at);
		if (!unit)
			return sum;
		sum = (sum < 0 ? 0 : sum) + number * unit;
		while (at < text.len && isalpha((unsigned char)text.text[at]))
			at++;
	}
}

/* Where the duration begins that a word announces here: `in 5 minutes`. 0 when there is none. */
static size_t announced(struct slice text, size_t at)
{
	static const char *const words[] = { "in ", "within ", "after ", "for " };

	if (at > 0 && isalnum((unsigned char)text.text[at - 1]))
		return 0;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (is_word(text, at, words[i]))
			return at + strlen(words[i]);
	return 0;
}

/* Only behind such a word: the same answers hold times of the day (`"date":"2020-08-18T12:51:51"`) and numbers of errors. */
int64_t retry_duration(struct slice message)
{
	for (size_t i = 0; i < message.len; i++) {
		size_t at = announced(message, i);
		int64_t found;

		if (!at)
			continue;
		while (at < message.len && message.text[at] == ' ')
			at++;
		found = clock_form(message, at);
		if (found < 0)
			found = words_form(message, at);
		if (found >= 0)
			return found;
	}
	return -1;
}

/* -- judging -- */

static bool is_passing(int status)
{
	return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

static bool is_lost(enum http_failure failure)
{
	return failure == HTTP_RESOLVE || failure == HTTP_CONNECT || failure == HTTP_TIMEOUT || failure == HTTP_CUT || failure == HTTP_BROKEN;
}

/* How long the service wants us to wait; -1 when it does not say. */
static int64_t asked_wait(const struct http_answer *answer)
{
	int64_t said = answer->retry_after_ms;

	if (said < 0 && answer->status == 429 && answer->body.len) {
		said = retry_duration((struct slice){ answer->body.buf, answer->body.len });
		if (said > CYCLE_MS)
			said = CYCLE_MS;
	}
	return said > HOUR_MS ? HOUR_MS : said;
}

static void say_reason(struct retry *retry, const struct http_answer *answer)
{
	if (answer->failure != HTTP_NONE)
		snprintf(retry->reason, sizeof retry->reason, "the connection was lost");
	else if (answer->status == 429)
		snprintf(retry->reason, sizeof retry->reason, "the service is throttling (429)");
	else
		snprintf(retry->reason, sizeof retry->reason, "the service is not available (%d)", answer->status);
}

int64_t retry_hurried(int64_t wait)
{
	const char *text = getenv("ROUSE_HURRY");
	long times = text ? strtol(text, NULL, 10) : 1;

	return times > 1 && times <= 1000 ? wait / times + 1 : wait;
}

enum retry_answer retry_judge(struct retry *retry, const struct http_answer *answer, bool idempotent, int64_t now_ms)
{
	unsigned tries = retry->tries_max ? retry->tries_max : TRIES;
	int64_t whole = retry->whole_max_ms ? retry->whole_max_ms : WHOLE_MS, wait;

	if (retry->tries++ == 0 && retry->began_ms == 0)
		retry->began_ms = now_ms - answer->took_ms;
	if (answer->failure == HTTP_NONE && answer->status >= 200 && answer->status < 300)
		return RETRY_FINE;
	if (answer->failure != HTTP_NONE ? !(idempotent && is_lost(answer->failure)) : !is_passing(answer->status))
		return RETRY_NEVER;
	say_reason(retry, answer);
	/* Nothing to wait for, or a time that is over, is no reason to run against the wall at once. */
	wait = asked_wait(answer);
	if (wait <= 0)
		wait = backoff(retry);
	wait = retry_hurried(wait);
	if (retry->tries >= tries || now_ms + wait - retry->began_ms > whole)
		return RETRY_SPENT;
	retry->wait_until_ms = now_ms + wait;
	return RETRY_LATER;
}
