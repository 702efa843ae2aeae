/* prompt.h - a line of text being typed, as an entry of the screen stack over the message line (the filter's: over the filter line).
 *
 * Accepting takes the prompt off the stack first and then calls `done`, which may open the next prompt or a question. */
#ifndef ROUSE_PROMPT_H
#define ROUSE_PROMPT_H

#include "tui/app.h"
#include "tui/line.h"

#define PROMPT_SUBJECT_MAX 320

/* What a prompt asks; borrowed for the call, texts copied. */
struct prompt_ask {
	const char *label;               /* `note on srv-sql-01: ` */
	const char *text;                /* to start with; NULL: nothing */
	struct line_history *history;    /* NULL: none */
	struct line_completer completer;
	bool on_filter_line;
	size_t max;                      /* bytes of the text; 0: as in line.h */
	struct slice subject;            /* bytes handed to `done`, a packed id for example; at most PROMPT_SUBJECT_MAX */
	/* Enter: the text as it is. DO_* flags. */
	unsigned (*done)(struct app *app, const char *text, struct slice subject);
	/* Enter, before `done`: whether the text will do. If not, the prompt stays and the cursor goes to *at; NULL: any text does. */
	bool (*check)(struct app *app, const char *text, size_t *at);
	/* After each change of the text; NULL: nothing. */
	unsigned (*changed)(struct app *app, const char *text);
	/* Esc; NULL: nothing to take back. */
	unsigned (*cancelled)(struct app *app);
};

void prompt_open(struct app *app, const struct prompt_ask *ask);
/* Points at bytes of the text of the prompt on top, until it changes. */
void prompt_point(struct app *app, size_t at, size_t len, enum role role);
/* Draws into the footer, from column x on, the keys of the line that a hand would not guess: Tab and up, where they do something. */
void prompt_hints(const struct app *app, int x);
/* True when the top of the stack is a prompt on the filter line. */
bool prompt_on_filter_line(const struct app *app);

#endif
