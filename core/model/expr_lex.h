/* expr_lex.h - an expression's text cut into tokens: for the parser and for completion.
 *
 * Tokens are Kusto's: `!has`, `in~` and `matches regex` are one token, and so is a literal with its brackets, `datetime(2026-11-20)`.
 * What is no token at all still is one, TOKEN_BAD, with the reason. */
#ifndef ROUSE_EXPR_LEX_H
#define ROUSE_EXPR_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/bytes.h"

enum token_kind {
	TOKEN_END,
	TOKEN_NAME,    /* MachineGroup, and, has_cs, tolower */
	TOKEN_MARK,    /* == ( ) [ ] , . .. + - and operators with a sign in them: !has in~ */
	TOKEN_TEXT,    /* "...", one literal; those that follow belong to it, which the parser knows */
	TOKEN_LONG, TOKEN_REAL, TOKEN_SPAN,
	TOKEN_FORM,    /* a word with brackets that are no call: datetime(...) timespan(...) long(...) */
	TOKEN_BAD,
};

struct token {
	enum token_kind kind;
	size_t at, len;           /* bytes of the source */
	struct slice text;        /* the same as a slice; borrowed */
	struct slice value;       /* TOKEN_TEXT: decoded, in the arena. TOKEN_FORM: what stands in the brackets, trimmed */
	struct slice word;        /* TOKEN_FORM: `datetime` */
	uint64_t number;          /* TOKEN_LONG: up to 2^63, which only a minus makes valid. TOKEN_SPAN: ticks */
	double real;              /* TOKEN_REAL */
	bool open;                /* TOKEN_BAD: a text or a bracket that is never closed; completion looks into it */
	const char *expected;     /* TOKEN_BAD: what was expected there; static */
	char why[224];            /* TOKEN_BAD: a clause with its full stop */
	char nearest[64];         /* TOKEN_BAD: what to write instead, or "" */
};

/* Where reading is. Zero-initialise, then set text, len and arena. */
struct lexer {
	const char *text;
	size_t len, at;
	struct arena *arena;      /* borrowed; takes decoded texts */
};

void lex_next(struct lexer *lexer, struct token *token);
bool token_is(const struct token *token, const char *text);   /* a name or a mark */

/* -- expr_lex_text.c -- */

/* Whether a text literal begins here: a quote, or h or @ before one. */
bool lex_text_begins(const char *at, const char *end);
void lex_text(struct lexer *lexer, struct token *token);

/* -- expr_lex_number.c -- */

void lex_number(struct lexer *lexer, struct token *token);
/* `7d`, `1.5h`, `15 seconds`, with a sign when `sign` allows one. Returns false when it is none, or too long to be held. */
bool span_of(struct slice text, bool sign, int64_t *ticks);
/* [-][d.]hh:mm[:ss[.fffffff]], or a number of days. */
bool span_of_clock(struct slice text, int64_t *ticks);
/* Digits with fraction and exponent, whatever the locale. Returns false when it is none or beyond a double. */
bool real_of(struct slice text, double *real);

bool is_word_start(char c);
bool is_word(char c);
bool is_digit(char c);
/* Bytes of the blank character at a place (Kusto takes Unicode's blanks too), or 0. */
size_t blank_at(const char *at, const char *end);

#endif
