/* keymap.h - which keys do which action, read from keymap files.
 *
 * A file is lines of `context key [key...] action`; a word that begins with `#` starts a comment (the key itself is `hash`):
 *
 *     all     q quit
 *     table   g g top            # a sequence of up to four keys
 *     unbind  table q            # takes a binding away, also one that `all` would give
 *     include vim                # a built-in map, or a path beside this file
 *
 * Later lines win, and a sequence and its own beginning (`g`, `g g`) cannot both be bound in one context. A wrong line becomes a
 * problem with path and number and the rest is used, so a typing slip never locks anybody out.
 *
 * Contexts fall back to `all`, but prompt and confirm do not: there a letter is text, or an answer. In groups, where typing
 * narrows the list, only keys that are no text fall back.
 *
 * keymap.c holds the bindings, feeds and looks up; keymap_parse.c reads files. Knows actions by number only, and no curses. */
#ifndef ROUSE_KEYMAP_H
#define ROUSE_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/key.h"

struct error;
struct strbuf;

/* Where a key is pressed; the order of the names in keymap.c. */
enum keymap_context {
	CONTEXT_ALL,       /* what every screen falls back to */
	CONTEXT_TABLE,
	CONTEXT_DETAIL,
	CONTEXT_GROUPS,    /* a picker: typing narrows it */
	CONTEXT_RUNS,
	CONTEXT_COLUMNS,
	CONTEXT_HELP,
	CONTEXT_SAVED,
	CONTEXT_AUDIT,
	CONTEXT_ACCEPTANCES,
	CONTEXT_TREND,
	CONTEXT_TICKET,    /* the review of the ticket: digits are the number that sends */
	CONTEXT_OWNERS,
	CONTEXT_CANDIDATES,
	CONTEXT_DIGEST,
	CONTEXT_PROMPT,    /* a line of text is typed: only its own bindings count */
	CONTEXT_CONFIRM,   /* a question waits: only its own bindings count */
	CONTEXT_COUNT
};

#define KEYMAP_SEQUENCE_MAX 4       /* keys in one binding */
#define KEYMAP_BINDINGS_MAX 2000    /* in one map, all files together */
#define KEYMAP_FILE_MAX 262144      /* bytes of one file */
#define KEYMAP_INCLUDE_DEPTH 8
#define KEYMAP_FILES_MAX 32         /* read for one map, so that includes cannot multiply */
#define KEYMAP_PROBLEMS_MAX 100     /* further ones are only counted */

/* Answers of keymap_feed() that are no action. */
enum { KEYMAP_NONE = -1, KEYMAP_PENDING = -2, KEYMAP_CANCELLED = -3 };

/* The names of actions: action number i is names[i]; NULL entries are skipped. Borrowed during keymap_load() only. */
struct keymap_names {
	const char *const *names;
	size_t count;
};

/* A map that is compiled in. The build makes $(BUILD)/keymaps_builtin.c from every keymaps/NAME.keys, which defines
 *
 *     const struct builtin_keymap builtin_keymaps[] = { { "default", "..." }, ..., { NULL, NULL } };
 *
 * with name = file name without .keys and text = the file's bytes as one C string. */
struct builtin_keymap {
	const char *name;
	const char *text;
};
extern const struct builtin_keymap builtin_keymaps[];

/* One line that could not be used. */
struct keymap_problem {
	char *text;   /* owned; `PATH:12: unknown action "cursr-down"; did you mean "cursor-down"?` */
};

/* What a load found wrong, in reading order. Zero-initialised means none. */
struct keymap_problems {
	struct keymap_problem *list;   /* owned */
	size_t count;                  /* kept: at most KEYMAP_PROBLEMS_MAX */
	size_t dropped;                /* more of them, not kept */
};

struct keymap;

/* ---- loading ---- */

/* Reads the base map, a built-in name (NULL or "": default) or a path, and then the user's file when user_file is not NULL and
 * exists. Wrong lines go to *problems, which the caller zero-initialised and releases. When the base map is no known name or cannot be
 * read, the map `default` is loaded instead and -1 says that err has a sentence to show: *map is usable all the same. A user
 * file that exists but cannot be read is a problem. */
int keymap_load(struct keymap **map, const char *name_or_path, const char *user_file,
	const struct keymap_names *names, struct keymap_problems *problems, struct error *err);
/* Reads text as if it were the file `path` into an existing map; `user` as for the user's file. */
void keymap_read(struct keymap *map, const char *path, const char *text, size_t len, bool user,
	const struct keymap_names *names, struct keymap_problems *problems);
void keymap_problems_release(struct keymap_problems *problems);
/* Names of the built-in maps, separated by ", ". */
void keymap_builtin_names(struct strbuf *out);

/* ---- the bindings ---- */

/* What keymap_bind() met. */
enum keymap_bound {
	KEYMAP_BOUND,
	KEYMAP_BOUND_OVER,   /* done, and a binding of the same source is gone by it */
	KEYMAP_BOUND_NOT,    /* nothing there to unbind */
	KEYMAP_FULL,         /* KEYMAP_BINDINGS_MAX reached */
};

struct keymap *keymap_new(void);
void keymap_free(struct keymap **map);
/* A number for the next file that is read. */
int keymap_next_source(struct keymap *map);
/* Binds 1 to KEYMAP_SEQUENCE_MAX keys to an action, or with KEYMAP_NONE takes away whatever begins with them. `source` tells files
 * apart; `user` counts for keymap_user_changes(). */
enum keymap_bound keymap_bind(struct keymap *map, enum keymap_context context, const struct key *keys, size_t count,
	int action, int source, bool user);

/* Takes one key in a context. An action's number; KEYMAP_PENDING when it begins or goes on with a longer sequence;
 * KEYMAP_CANCELLED when Esc ended a sequence (the Esc does nothing else); KEYMAP_NONE when nothing is bound, then *dropped says
 * whether a begun sequence was thrown away with it (dropped may be NULL). A pasted key gives KEYMAP_NONE. A key that does not go on
 * with the sequence is not tried alone: `g` then `q` never quits. Another context than that of the last key drops the
 * sequence. */
int keymap_feed(struct keymap *map, enum keymap_context context, const struct key *key, bool *dropped);
/* The keys of an unfinished sequence as text (`g`), for the status line; nothing when there is none. */
void keymap_pending(const struct keymap *map, struct strbuf *out);
/* Forgets an unfinished sequence. */
void keymap_cancel(struct keymap *map);

/* Appends the keys that do an action in a context, separated by one blank, the context's own first and in the order of binding; a
 * sequence without blanks where that reads well (`gg`), else with (`C-x C-s`). At most `limit` of them, 0 for all. Includes what `all`
 * gives unless it is hidden by the context. Returns how many were appended. */
size_t keymap_keys(const struct keymap *map, enum keymap_context context, int action, size_t limit, struct strbuf *out);
/* Bindings that the user's file changed or added, for the help screen. */
size_t keymap_user_changes(const struct keymap *map);

/* Name of a context, as in files; NULL past the end. */
const char *keymap_context_name(enum keymap_context context);
/* True for groups and prompt: a character without a binding of that very context is typed text. */
bool keymap_types_text(enum keymap_context context);

#endif
