/* regex_syntax.h - a pattern of Kusto's dialect read sign by sign and written again for the engine; for regex.c alone. */
#ifndef ROUSE_REGEX_SYNTAX_H
#define ROUSE_REGEX_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/strbuf.h"

/* What \w stands for, as members of a class: Alphabetic, marks, decimal digits, connectors and the two joiners (Unicode's UTS #18, Annex C).
 * Alphabetic is letters, numbers that are letters, marks, and the circled letters at the end. Spelt out, as \w of the engine is another set
 * in each version of it. ASCII comes first: it is looked up in a table. */
#define REGEX_WORD \
	"0-9A-Z_a-z\\p{L}\\p{M}\\p{Nd}\\p{Nl}\\p{Pc}\\x{200c}\\x{200d}" \
	"\\x{24b6}-\\x{24e9}\\x{1f130}-\\x{1f149}\\x{1f150}-\\x{1f169}\\x{1f170}-\\x{1f189}"

/* A pattern on its way through. Zero-initialise, set pattern, len, is_script and out. */
struct regex_syntax {
	const char *pattern;
	size_t len, at;                       /* bytes, and where reading is */
	bool (*is_script)(const char *name);  /* whether the engine knows a script of Unicode by that name */
	struct strbuf out;                    /* the engine's pattern; owned */
	struct { size_t out, in; } *places;   /* out.len before each sign and where it stands in the pattern; owned */
	size_t place_count, place_cap;
	unsigned open, groups;                /* parentheses open now; capturing groups in all */
	bool repeatable;                      /* what was read last may be repeated */
	bool in_class;                        /* within square brackets */
	bool has_others;                      /* a \W was read in them: it is no row of members, and written behind */
	size_t wrong;                         /* byte of the pattern where the fault is */
	char why[256];                        /* a clause with its full stop; "" while all is well */
};

/* Returns 0, or -1 with `wrong` and `why`. */
int regex_syntax_read(struct regex_syntax *syntax);
/* Where in the pattern the byte of `out` comes from. */
size_t regex_syntax_place(const struct regex_syntax *syntax, size_t out);
void regex_syntax_release(struct regex_syntax *syntax);

/* -- regex_class.c: what stands in square brackets, and escapes -- */

int regex_fail(struct regex_syntax *syntax, size_t at, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Reads `[...]`. */
int regex_class(struct regex_syntax *syntax);
/* Reads the escape at a backslash: *cp is its character, or -1 when it was a class (\d \pL), which is written to out already. */
int regex_escape(struct regex_syntax *syntax, int32_t *cp);
void regex_put(struct regex_syntax *syntax, int32_t cp);

#endif
