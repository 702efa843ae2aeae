/* filter.h - which rows are shown: the tab, the picked groups, marked only, an expression, the words typed after `/`.
 *
 * Findings with an acceptance in force are left out of every tab but Accepted, which holds them alone, and Servers, which holds all.
 *
 * Words are substrings over the visible text columns with Unicode case folding, all of them must be found; `-word` excludes,
 * `a|b` is either, `"two words"` is exact. Shorthands: group: host: os: verdict: mode: flag: note: owner: is:new|persisting|
 * resolved|vanished|changed|marked|stale|silent|conflict, sig>7 sig<30 seen>1d seen<12h (also >= and <=; a bare number is days).
 * An unknown shorthand is plain text. A word still being typed (`group:`, `sig>`, `-`) asks for nothing yet, and `is:n` for every
 * state that begins so. A host whose age is unknown stays among the old ones: `sig>7` has it, `sig<7` has not.
 *
 * Searched are DeviceName, DeviceId, Note, Verdict, Change, Flags and the repeated texts (group, platform, versions...), as far
 * as they are visible; times, ages, booleans, links and bag values are not. No visible column at all means DeviceName. */
#ifndef ROUSE_FILTER_H
#define ROUSE_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/model/value.h"

struct expr;
struct filter_term;

/* What is shown, by tab; the numbers of the keys 1 to 5, 0 for all. */
enum tab { TAB_FINDINGS, TAB_NEW, TAB_PERSISTING, TAB_RESOLVED, TAB_CHANGED, TAB_ACCEPTED, TAB_EVERY, TAB_COUNT };

struct tab_info { const char *title; const char *empty; };
extern const struct tab_info tabs[TAB_COUNT];

/* Zero-initialised: no words, the findings tab, every group. */
struct filter {
	struct filter_term *terms;  /* owned */
	size_t term_count;
	enum tab tab;
	struct slice *groups;       /* exact group names, owned copies; none: every group; no value: hosts without one */
	size_t group_count;
	bool marked_only;
	struct expr *expr;          /* owned; NULL: none */
	uint64_t expr_serial;       /* another number for each other expression */
};

/* Reads the words; never fails: what is no shorthand is text. Replaces only the terms. */
void filter_parse(struct filter *filter, const char *text);
void filter_set_groups(struct filter *filter, const struct slice *groups, size_t count);
/* Takes the expression over and clears *expr; NULL in it: none. One with the same text as that of now changes nothing. */
void filter_set_expr(struct filter *filter, struct expr **expr);
/* The text of the expression as it was given, "" without one; borrowed until the next filter_set_expr(). */
struct slice filter_expr_text(const struct filter *filter);
void filter_release(struct filter *filter);

/* Sets keep[row] to 1 or 0 for rows from..to-1. One scan, no allocation per row. Returns how many of the rows the expression could not
 * decide: they are kept. */
uint64_t filter_rows(const struct filter *filter, const struct lens *lens, const struct column_ref *visible, size_t visible_count,
                 uint32_t from, uint32_t to, uint8_t *keep);
bool filter_is_empty(const struct filter *filter);   /* no words, groups, expression or marked-only; the tab does not count */

#endif
