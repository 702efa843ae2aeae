/* regex.h - regular expressions in the dialect of Kusto's `matches regex`. The only user of PCRE2.
 *
 * Kusto began with RE2 and publishes the syntax of its successor today: no look-around, no back-references, `\d` is any decimal digit of
 * Unicode, `$` is the very end. PCRE2 knows more and reads some signs differently, so a pattern is first read here, refused when it is
 * outside that syntax, and written again in PCRE2's terms. Source: Microsoft's reference, "Regex syntax".
 *
 * Narrower than Kusto (refused, with a sentence): sets inside of brackets ([a&&b], [a--b], [a[bc]]), the flags x, u and R, half word
 * boundaries (\b{start}, \<), a { that begins no repetition, repetitions above 1000, names of groups above 32 bytes.
 * Different: \s has U+180E, names of Unicode's properties are those of PCRE2.
 *
 * Nothing hangs: a search has a fixed number of steps; a text that runs out of them is gone through once more in one pass without going
 * back, when it is short (300 bytes), and only what is left answers REGEX_TOO_HARD. Searches that take long are counted in time: a pattern
 * has some seconds of them in its life, and less in a call over few rows (regex_allow). When that is spent, only easy texts are still
 * answered, and when as much again is spent, none. `(?:a?){100}` fifty times is such a pattern; `^srv-\d+` never pays. */
#ifndef ROUSE_REGEX_H
#define ROUSE_REGEX_H

#include <stddef.h>
#include <stdint.h>

struct regex;
struct error;

#define REGEX_PATTERN_MAX 8192   /* bytes of a pattern */
#define REGEX_REPEAT_MAX 1000    /* of one repetition, as RE2 had it */
#define REGEX_GROUPS_MAX 16      /* of capturing groups, as in Kusto */
#define REGEX_NEST_MAX 100       /* of open parentheses */

enum regex_answer { REGEX_NO, REGEX_YES, REGEX_TOO_HARD };

/* Compiles; -1 with a sentence that names the place in the pattern (STATUS_USAGE). */
int regex_new(struct regex **regex, const char *pattern, size_t len, struct error *err);
/* Looks for the pattern anywhere in the text; invalid UTF-8 counts as U+FFFD. REGEX_TOO_HARD when it would take too long. Not for two
 * threads at once: a regex has scratch memory of its own. */
enum regex_answer regex_search(const struct regex *regex, const char *text, size_t len);
/* Begins a call that is to search `rows` texts and has `share` patterns: what it may spend is set anew. */
void regex_allow(const struct regex *regex, uint64_t rows, uint64_t share);
void regex_free(struct regex **regex);

#endif
