/* line.h - one line of text that is being typed: the model of a prompt, without a terminal.
 *
 * The text is always valid UTF-8 and the cursor stands between characters (a base with its combining marks moves as one). Keys
 * that end a prompt (enter, esc) are the prompt's: look them up in the keymap's context `prompt` first and give line_key() what is
 * left. line.c is the text, line_key.c the keys and the history. */
#ifndef ROUSE_LINE_H
#define ROUSE_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/complete.h"

struct key;
struct strbuf;

#define LINE_MAX_BYTES 4096      /* a longer insertion is cut and the line beeps; a line may have another maximum */
#define LINE_HISTORY_MAX 200

/* What was entered before, oldest first. Zero-initialised means empty; outlives the prompts that use it. */
struct line_history {
	char **entries;   /* owned */
	size_t count;
};

/* What fills in the rest of a word; see complete.h. `before` is the whole line with a NUL at its end, of which `len` bytes stand before
 * the cursor. */
struct line_completer {
	int (*complete)(void *context, const char *before, size_t len, struct completion *out);   /* NULL: none */
	void *context;                                                                            /* borrowed */
};

/* Zero-initialised is an empty line without history or completion. */
struct line {
	char *text;                     /* owned; NUL-terminated once anything was typed; see line_text() */
	size_t len, cap;                /* bytes */
	size_t max;                     /* bytes it may have; 0: LINE_MAX_BYTES */
	size_t cursor;                  /* byte offset, 0 to len */
	char *killed;                   /* owned; what C-k C-u C-w took, for C-y */
	struct line_history *history;   /* borrowed; NULL for none */
	size_t history_at;              /* entry shown; no meaning before the first move through history */
	char *typed;                    /* owned; the text being typed while an entry is shown */
	struct line_completer completer;
	struct completion shown;        /* candidates to show after a completion that did not decide; owned */
};

/* What a key did. */
enum line_result {
	LINE_IGNORED,    /* not a key of ours: yours */
	LINE_MOVED,      /* only the cursor, or nothing to do */
	LINE_CHANGED,    /* the text is another one: filter again */
	LINE_COMPLETED,  /* completion ran; the text may have changed, `shown` may hold candidates */
	LINE_REFUSED,    /* no room, nothing to complete, no more history: beep */
};

void line_release(struct line *line);
/* The text, "" when empty; borrowed until the next change. */
const char *line_text(const struct line *line);
/* Replaces the text (invalid bytes are repaired, line breaks and tabs become blanks, other control characters are left out);
 * the cursor goes to the end. False when it was cut. */
bool line_set(struct line *line, const char *text);
/* Inserts at the cursor, with the same rules. False when it did not fit whole. */
bool line_insert(struct line *line, const char *text, size_t len);

/* A key: characters and pasted text are inserted; left right home end, C-a C-e C-b C-f, M-b M-f C-left C-right (words),
 * backspace delete C-h C-d, C-k C-u C-w M-d M-backspace, C-y, up down C-p C-n (history), tab and S-tab (completion). */
enum line_result line_key(struct line *line, const struct key *key);

bool line_left(struct line *line);         /* false at the edge, for each of these */
bool line_right(struct line *line);
bool line_word_left(struct line *line);    /* a word is letters and digits; the rest divides */
bool line_word_right(struct line *line);
bool line_erase_left(struct line *line);
bool line_erase_right(struct line *line);
bool line_kill_word_left(struct line *line);
bool line_kill_word_right(struct line *line);
/* Takes [from, to) out into `killed`; false when empty. */
bool line_kill(struct line *line, size_t from, size_t to);
/* Runs the completer on what stands before the cursor. */
enum line_result line_complete(struct line *line);

/* Shows the older or newer entry that begins with what was typed. False when there is none. */
bool line_older(struct line *line);
bool line_newer(struct line *line);
/* Remembers an entry as the newest; an equal older one goes, empty ones are not kept. */
void line_history_add(struct line_history *history, const char *text);
void line_history_release(struct line_history *history);

/* The part to show in `width` columns so that the cursor is in it: *start and *end are byte offsets, *column is where the cursor
 * stands, from 0 to width - 1. With `ascii`, as on a terminal without UTF-8. */
void line_window(const struct line *line, int width, bool ascii, size_t *start, size_t *end, int *column);

#endif
