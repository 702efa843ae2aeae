/* regex.c - the engine. See regex.h for the dialect; regex_syntax.c reads it. */
#include "core/base/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/regex_syntax.h"
#include "core/base/utf8.h"

#define OUT_MAX (300 * REGEX_PATTERN_MAX)  /* each \b may become half a kilobyte */
#define DEPTH_MAX 10000
#define HEAP_KIB_MAX 4096
#define WORKSPACE 20000                    /* numbers: the states of the pass that never goes back; its time grows with their square */
#define PASS_TEXT_MAX 300                  /* bytes of a text that such a pass is made over: its states grow with it; host names fit */

/* Steps of going back in one search: about a tenth of a millisecond in machine code. Without it a step is dearer. */
enum { STEPS_MAX = 20000, STEPS_SLOW_MAX = 2000, STEPS_SPENT = 500 };

/* Effort, in nanoseconds of dear searches. What a search takes up to SEARCH_CHEAP is free, so that patterns which people write never pay:
 * one on a host name takes less than a microsecond. A clock also runs while another program has the processor: what no search of the kind
 * can take is not counted, and a little is forgotten with each call. */
#define SEARCH_CHEAP INT64_C(5000)
#define SEARCH_MOST INT64_C(200000)        /* of one that has steps enough */
#define HARD_MOST INT64_C(100000000)       /* of any */
#define ROW_FORGOTTEN INT64_C(100)
#define CALL_EFFORT INT64_C(20000000)      /* of a call over a few rows... */
#define ROW_EFFORT INT64_C(2000)           /* ...and more for each row: two seconds for a million */
#define LIFE_EFFORT INT64_C(3000000000)

#define OPTIONS (PCRE2_UTF | PCRE2_UCP | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_CIRCUMFLEX)

/* How much is still tried, by what was spent: the whole way up to the limit, a few steps up to twice of it, nothing beyond. */
enum { TRY_ALL, TRY_LITTLE, TRY_NOTHING };

struct regex {
	pcre2_code *code;          /* owned */
	pcre2_code *whole;         /* the pattern behind `.*`, to be held against the text in one pass; made when first needed; owned */
	pcre2_match_data *match;   /* scratch; owned */
	pcre2_match_context *limits;   /* owned */
	int *workspace;            /* WORKSPACE numbers, with `whole`; owned */
	char *pattern;             /* the engine's text; owned */
	size_t len;
	uint32_t steps;            /* of going back, while there is effort left */
	bool hard;                 /* it ran out of steps once: the one pass is tried first from then on */
	int64_t spent, allowed;    /* effort since regex_allow(), and the limit of it */
	int64_t life;              /* effort since regex_new() */
};

/* NULL with the engine's number and place when it is refused. */
static pcre2_code *compile(const char *pattern, size_t len, uint32_t options, int *code, size_t *place)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	pcre2_code *made;

	if (!context)
		die("there is not enough memory for a regular expression.");
	pcre2_set_newline(context, PCRE2_NEWLINE_LF);   /* a build may have another */
	pcre2_set_bsr(context, PCRE2_BSR_UNICODE);
	pcre2_set_parens_nest_limit(context, REGEX_NEST_MAX + 4);   /* what is put around a pattern, and around \b */
	made = pcre2_compile((PCRE2_SPTR)pattern, len, OPTIONS | options, code, place, context);
	pcre2_compile_context_free(context);
	return made;
}

/* \p{Greek} is a script, \p{Lu} a category: only the engine knows all names, so it is asked. */
static bool is_script(const char *name)
{
	struct strbuf probe = STRBUF_INIT(256);
	pcre2_code *code;
	size_t place;
	int number;

	strbuf_addf(&probe, "\\p{sc:%s}", name);
	code = compile(strbuf_text(&probe), probe.len, 0, &number, &place);
	strbuf_release(&probe);
	pcre2_code_free(code);
	return code != NULL;
}

/* Characters before a byte of the pattern, and 1. */
static size_t position(const char *pattern, size_t at)
{
	size_t count = 1, n;
	int32_t cp;

	for (size_t i = 0; i < at; i += n, count++)
		n = utf8_decode(pattern + i, at - i, &cp);
	return count;
}

static void prepare(struct regex *regex)
{
	regex->match = pcre2_match_data_create(1, NULL);
	regex->limits = pcre2_match_context_create(NULL);
	if (!regex->match || !regex->limits)
		die("there is not enough memory for a regular expression.");
	pcre2_set_depth_limit(regex->limits, DEPTH_MAX);
	pcre2_set_heap_limit(regex->limits, HEAP_KIB_MAX);
	/* Machine code where the machine allows it; without, the same answers come a little later. */
	regex->steps = pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE) == 0 ? STEPS_MAX : STEPS_SLOW_MAX;
	regex->allowed = LIFE_EFFORT;
}

int regex_new(struct regex **regex, const char *pattern, size_t len, struct error *err)
{
	struct regex_syntax syntax = { .pattern = pattern, .len = len, .is_script = is_script, .out = STRBUF_INIT(OUT_MAX) };
	pcre2_code *code = NULL;
	PCRE2_UCHAR why[160] = "";
	size_t place = 0;
	int number, result = -1;

	if (regex_syntax_read(&syntax)) {
		error_set(err, STATUS_USAGE, "The pattern is wrong at its character %zu: %s", position(pattern, syntax.wrong), syntax.why);
		goto out;
	}
	code = compile(strbuf_text(&syntax.out), syntax.out.len, 0, &number, &place);
	if (!code) {
		pcre2_get_error_message(number, why, sizeof why);
		place = position(pattern, regex_syntax_place(&syntax, place));
		error_set(err, STATUS_USAGE, "The pattern is wrong at its character %zu: %s.", place, (const char *)why);
		goto out;
	}
	*regex = xcalloc(1, sizeof **regex);
	(*regex)->code = code;
	(*regex)->pattern = xmemdup(strbuf_text(&syntax.out), syntax.out.len);
	(*regex)->len = syntax.out.len;
	prepare(*regex);
	result = 0;
out:
	regex_syntax_release(&syntax);
	return result;
}

/* -- searching -- */

/* What a number of the engine means. */
static enum regex_answer answer_of(int number)
{
	return number >= 0 ? REGEX_YES : number == PCRE2_ERROR_NOMATCH ? REGEX_NO : REGEX_TOO_HARD;
}

/* Compiles the second form. Returns false when it is too large with `.*` before it. */
static bool prepare_pass(struct regex *regex)
{
	struct strbuf text = STRBUF_INIT(OUT_MAX + 16);
	size_t place;
	int number;

	if (regex->whole)
		return true;
	strbuf_adds(&text, "(?s:.*)(?:");
	strbuf_add(&text, regex->pattern, regex->len);
	strbuf_addc(&text, ')');
	regex->whole = compile(strbuf_text(&text), text.len, PCRE2_ANCHORED, &number, &place);
	if (regex->whole && !regex->workspace)
		regex->workspace = xcalloc(WORKSPACE, sizeof *regex->workspace);
	strbuf_release(&text);
	return regex->whole != NULL;
}

/* All states at once, from the first byte to the last: no way is gone twice. */
static enum regex_answer search_pass(struct regex *regex, const char *text, size_t len)
{
	if (len > PASS_TEXT_MAX || !prepare_pass(regex))
		return REGEX_TOO_HARD;
	return answer_of(pcre2_dfa_match(regex->whole, (PCRE2_SPTR)text, len, 0, PCRE2_DFA_SHORTEST | PCRE2_NO_UTF_CHECK, regex->match,
	                                 regex->limits, regex->workspace, WORKSPACE));
}

static enum regex_answer search_steps(struct regex *regex, const char *text, size_t len, uint32_t steps)
{
	pcre2_set_match_limit(regex->limits, steps);
	return answer_of(pcre2_match(regex->code, (PCRE2_SPTR)text, len, 0, PCRE2_NO_UTF_CHECK, regex->match, regex->limits));
}

/* Going back first, as it is by far the fastest for nearly all patterns; the pass first once it is known to be needed. */
static enum regex_answer search_all(struct regex *regex, const char *text, size_t len)
{
	enum regex_answer answer = REGEX_TOO_HARD;

	if (regex->hard)
		answer = search_pass(regex, text, len);
	if (answer == REGEX_TOO_HARD)
		answer = search_steps(regex, text, len, regex->steps);
	if (answer == REGEX_TOO_HARD && !regex->hard) {
		regex->hard = true;
		answer = search_pass(regex, text, len);
	}
	return answer;
}

/* -- effort -- */

/* A clock that nobody sets; reading it costs less than the shortest search. */
static int64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* See TRY_ALL. */
static int effort_left(const struct regex *regex)
{
	if (regex->spent < regex->allowed && regex->life < LIFE_EFFORT)
		return TRY_ALL;
	return regex->spent < 2 * regex->allowed && regex->life < 2 * LIFE_EFFORT ? TRY_LITTLE : TRY_NOTHING;
}

/* Searches as much as the effort left allows, and counts what it took. */
static enum regex_answer search_valid(struct regex *regex, const char *text, size_t len, int effort)
{
	int64_t start = clock_ns(), took;
	enum regex_answer answer = effort == TRY_ALL ? search_all(regex, text, len) : search_steps(regex, text, len, STEPS_SPENT);

	took = clock_ns() - start - SEARCH_CHEAP;
	if (took > (regex->hard ? HARD_MOST : SEARCH_MOST))
		took = regex->hard ? HARD_MOST : SEARCH_MOST;
	if (took > 0) {
		regex->spent += took;
		regex->life += took;
	}
	return answer;
}

void regex_allow(const struct regex *regex, uint64_t rows, uint64_t share)
{
	struct regex *scratch = (struct regex *)(uintptr_t)regex;
	int64_t counted = rows < (uint64_t)(LIFE_EFFORT / ROW_EFFORT) ? (int64_t)rows : LIFE_EFFORT / ROW_EFFORT;

	scratch->spent = 0;
	scratch->allowed = (CALL_EFFORT + counted * ROW_EFFORT) / (int64_t)(share ? share : 1);
	scratch->life -= scratch->life < counted * ROW_FORGOTTEN ? scratch->life : counted * ROW_FORGOTTEN;
}

enum regex_answer regex_search(const struct regex *regex, const char *text, size_t len)
{
	/* The scratch behind it changes, its meaning does not. */
	struct regex *scratch = (struct regex *)(uintptr_t)regex;
	int effort = effort_left(regex);
	struct strbuf repaired = STRBUF_INIT(3 * len + 1);
	enum regex_answer answer;

	if (effort == TRY_NOTHING)
		return REGEX_TOO_HARD;
	if (len == 0)
		text = "";
	if (utf8_valid(text, len))
		return search_valid(scratch, text, len, effort);
	utf8_repair(&repaired, text, len);
	answer = search_valid(scratch, strbuf_text(&repaired), repaired.len, effort);
	strbuf_release(&repaired);
	return answer;
}

void regex_free(struct regex **regex)
{
	struct regex *old = *regex;

	if (!old)
		return;
	pcre2_code_free(old->code);
	pcre2_code_free(old->whole);
	pcre2_match_data_free(old->match);
	pcre2_match_context_free(old->limits);
	free(old->workspace);
	free(old->pattern);
	free(old);
	*regex = NULL;
}
