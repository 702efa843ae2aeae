/* key.h - one key or mouse event in a neutral form, its name, and reading it from the terminal.
 *
 * key.c reads (curses); key_name.c parses and prints names, key_sequence.c knows escape sequences (both pure). Names are those of
 * the keymap files:
 *
 *     j  G  <  space  enter  esc  tab  S-tab  backspace  delete  insert  up  down  left  right  home  end  pgup  pgdn
 *     F1..F20  C-d  M-x  C-left  M-enter  wheel-up  wheel-down  click  double-click
 *
 * Keys that a terminal cannot tell apart are one key here: C-i is tab, C-m and C-j are enter, C-[ is esc, S-g is G. */
#ifndef ROUSE_KEY_H
#define ROUSE_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

/* Codes above every character; below them a code is the Unicode character typed. */
enum keycode {
	KEYCODE_NONE = 0,
	KEYCODE_FIRST = 0x110000,
	KEYCODE_ENTER = KEYCODE_FIRST, KEYCODE_ESC, KEYCODE_TAB, KEYCODE_BACKSPACE, KEYCODE_DELETE, KEYCODE_INSERT,
	KEYCODE_UP, KEYCODE_DOWN, KEYCODE_LEFT, KEYCODE_RIGHT, KEYCODE_HOME, KEYCODE_END, KEYCODE_PGUP, KEYCODE_PGDN,
	KEYCODE_WHEEL_UP, KEYCODE_WHEEL_DOWN, KEYCODE_CLICK, KEYCODE_DOUBLE_CLICK,
	KEYCODE_PASTE_BEGIN, KEYCODE_PASTE_END,   /* around pasted text; seldom of interest */
	KEYCODE_UNKNOWN,                          /* a key that has no name here; bound to nothing */
	KEYCODE_F0 = 0x110100,                    /* F1 is KEYCODE_F0 + 1 */
};
#define KEY_FUNCTION_MAX 20

/* Modifiers; shift is kept only where the character does not show it (S-tab, S-up). */
enum key_modifier {
	KEY_SHIFT = 1,
	KEY_CTRL = 2,
	KEY_META = 4,
};

/* One event. A value; owns nothing. */
struct key {
	int32_t code;     /* a character or enum keycode */
	uint8_t mods;     /* enum key_modifier */
	bool pasted;      /* part of pasted text: belongs into a prompt, never triggers an action */
	int row, col;     /* where, for mouse events; 0-based */
};

/* The next event: 1 with *key set, 0 nothing now, -1 the terminal is gone (closed or hung up): save and leave. Call until it
 * gives 0, since curses holds bytes that poll() cannot see. */
int key_read(struct key *key);
/* Throws away everything typed so far, before a prompt that sends or overwrites. */
void key_discard(void);

/* What a sequence behind ESC [ or ESC O stands for: `A`, `3~`, `1;5D`. False, with KEYCODE_UNKNOWN, for an uncommon one. */
bool key_from_sequence(const char *body, size_t len, struct key *key);
/* True for a printable character without ctrl or meta: text for a prompt. */
bool key_is_text(const struct key *key);
/* Alt and a key reach us as Esc and the key: whoever typed Esc and then, quickly, j looks the same. For a meta key that nothing
 * is bound to, this gives the plain key: take esc first, then it. False when the key has no meta. */
bool key_split(const struct key *key, struct key *plain);
/* Same code and modifiers; where and pasted do not matter. */
bool key_equal(const struct key *a, const struct key *b);
/* Reads one name; false, *key untouched, when it is no key name. */
bool key_parse(const char *name, struct key *key);
/* Appends the name, in the form that key_parse() reads back. */
void key_format(const struct key *key, struct strbuf *out);

#endif
