#include "tui/key.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/utf8.h"

#define DOUBLE_CLICK_MS 400
#define UNDECODED_MAX 64   /* tries at bytes that are no characters of the locale, before others get their turn */

/* Numbers that we give to the sequences around pasted text, above all that curses knows. */
enum { PASTE_BEGIN = KEY_MAX + 0x1000, PASTE_END };

/* What must be remembered between two events. */
static struct {
	bool defined;            /* the paste sequences are known to curses */
	bool pasting;            /* between them */
	int64_t click_ms;        /* time and place of the last click, for double ones */
	int click_row, click_col;
} input;   /* lint: state */

static const struct {
	int curses;
	int32_t code;
	uint8_t mods;
} keys[] = {
	{ KEY_ENTER, KEYCODE_ENTER, 0 }, { KEY_BACKSPACE, KEYCODE_BACKSPACE, 0 }, { KEY_DC, KEYCODE_DELETE, 0 },
	{ KEY_IC, KEYCODE_INSERT, 0 }, { KEY_UP, KEYCODE_UP, 0 }, { KEY_DOWN, KEYCODE_DOWN, 0 }, { KEY_LEFT, KEYCODE_LEFT, 0 },
	{ KEY_RIGHT, KEYCODE_RIGHT, 0 }, { KEY_HOME, KEYCODE_HOME, 0 }, { KEY_END, KEYCODE_END, 0 }, { KEY_PPAGE, KEYCODE_PGUP, 0 },
	{ KEY_NPAGE, KEYCODE_PGDN, 0 }, { KEY_A1, KEYCODE_HOME, 0 }, { KEY_A3, KEYCODE_PGUP, 0 }, { KEY_C1, KEYCODE_END, 0 },
	{ KEY_C3, KEYCODE_PGDN, 0 }, { KEY_BTAB, KEYCODE_TAB, KEY_SHIFT }, { KEY_SLEFT, KEYCODE_LEFT, KEY_SHIFT },
	{ KEY_SRIGHT, KEYCODE_RIGHT, KEY_SHIFT }, { KEY_SR, KEYCODE_UP, KEY_SHIFT }, { KEY_SF, KEYCODE_DOWN, KEY_SHIFT },
	{ KEY_SHOME, KEYCODE_HOME, KEY_SHIFT }, { KEY_SEND, KEYCODE_END, KEY_SHIFT }, { KEY_SDC, KEYCODE_DELETE, KEY_SHIFT },
	{ KEY_SPREVIOUS, KEYCODE_PGUP, KEY_SHIFT }, { KEY_SNEXT, KEYCODE_PGDN, KEY_SHIFT },
};

/* Names that terminal descriptions give to keys with modifiers: kLFT5 is C-left. */
static const struct {
	const char *name;
	int32_t code;
} extended[] = {
	{ "kUP", KEYCODE_UP }, { "kDN", KEYCODE_DOWN }, { "kLFT", KEYCODE_LEFT }, { "kRIT", KEYCODE_RIGHT },
	{ "kHOM", KEYCODE_HOME }, { "kEND", KEYCODE_END }, { "kPRV", KEYCODE_PGUP }, { "kNXT", KEYCODE_PGDN },
	{ "kDC", KEYCODE_DELETE }, { "kIC", KEYCODE_INSERT },
};

#define COUNT(array) (sizeof(array) / sizeof(array[0]))

/* The digit behind the name is 1 + shift 1 + alt 2 + ctrl 4; none means shift. */
static void from_name(const char *name, struct key *key)
{
	size_t i;

	for (i = 0; name && i < COUNT(extended); i++) {
		size_t len = strlen(extended[i].name);
		const char *digit = name + len;
		int bits;

		if (strncmp(name, extended[i].name, len) != 0 || (*digit && (*digit < '2' || *digit > '8' || digit[1])))
			continue;
		bits = *digit ? *digit - '1' : 1;
		key->code = extended[i].code;
		key->mods = (uint8_t)((bits & 1 ? KEY_SHIFT : 0) | (bits & 2 ? KEY_META : 0) | (bits & 4 ? KEY_CTRL : 0));
		return;
	}
}

static void from_mouse(struct key *key)
{
	MEVENT event;
	int64_t now = clock_ms();

	if (getmouse(&event) != OK)
		return;
	key->row = event.y;
	key->col = event.x;
	if (event.bstate & BUTTON4_PRESSED)
		key->code = KEYCODE_WHEEL_UP;
	else if (event.bstate & BUTTON5_PRESSED)
		key->code = KEYCODE_WHEEL_DOWN;
	else if (event.bstate & BUTTON1_PRESSED)
		key->code = now - input.click_ms < DOUBLE_CLICK_MS && event.y == input.click_row && event.x == input.click_col
			? KEYCODE_DOUBLE_CLICK : KEYCODE_CLICK;
	if (key->code == KEYCODE_CLICK || key->code == KEYCODE_DOUBLE_CLICK) {
		/* A third click is not a second double one. */
		input.click_ms = key->code == KEYCODE_CLICK ? now : 0;
		input.click_row = event.y;
		input.click_col = event.x;
	}
}

static void from_code(wint_t code, struct key *key)
{
	size_t i;

	if (code >= KEY_F(1) && code <= KEY_F(KEY_FUNCTION_MAX)) {
		key->code = KEYCODE_F0 + (int32_t)(code - KEY_F(0));
		return;
	}
	if (code == KEY_MOUSE) {
		from_mouse(key);
		return;
	}
	for (i = 0; i < COUNT(keys); i++)
		if ((wint_t)keys[i].curses == code) {
			key->code = keys[i].code;
			key->mods = keys[i].mods;
			return;
		}
	from_name(keyname((int)code), key);
}

static void from_char(wint_t c, struct key *key)
{
	if (c == '\r' || c == '\n') {
		key->code = KEYCODE_ENTER;
	} else if (c == '\t') {
		key->code = KEYCODE_TAB;
	} else if (c == 27) {
		key->code = KEYCODE_ESC;
	} else if (c == 127) {
		key->code = KEYCODE_BACKSPACE;
	} else if (c < 32) {
		/* 1 is C-a, 0 is C-@, 28 is C-\. */
		key->code = (int32_t)(c >= 1 && c <= 26 ? c + 'a' - 1 : c + '@');
		key->mods = KEY_CTRL;
	} else {
		key->code = c < KEYCODE_FIRST ? (int32_t)c : KEYCODE_UNKNOWN;
	}
}

/* True when nothing will ever come again: hung up, or readable without a byte to read. */
static bool is_gone(void)
{
	struct pollfd p = { STDIN_FILENO, POLLIN, 0 };
	int bytes = 0;

	if (poll(&p, 1, 0) <= 0)
		return false;
	if (ioctl(STDIN_FILENO, FIONREAD, &bytes) != 0)
		return errno == EIO || errno == EBADF || errno == ENODEV;
	if (bytes > 0)
		return false;
	/* A key may have come between the two questions; ask both again. */
	p.revents = 0;
	return poll(&p, 1, 0) > 0 && ioctl(STDIN_FILENO, FIONREAD, &bytes) == 0 && bytes == 0;
}

/* One character or code from curses: 1, 0 nothing, -1 gone. */
static int take(wint_t *c, bool *is_code)
{
	int tries;

	for (tries = 0; tries < UNDECODED_MAX; tries++) {
		int got = get_wch(c);
		int bytes = 0;

		if (got != ERR) {
			*is_code = got == KEY_CODE_YES;
			return 1;
		}
		if (is_gone())
			return -1;
		if (ioctl(STDIN_FILENO, FIONREAD, &bytes) != 0 || bytes == 0)
			return 0;
	}
	return 0;
}

/* The character behind an Esc that came with it: alt and that key. */
static void with_alt(struct key *key)
{
	bool is_code;
	wint_t c;

	if (input.pasting || take(&c, &is_code) != 1)
		return;
	*key = (struct key){ .code = KEYCODE_UNKNOWN };
	if (is_code)
		from_code(c, key);
	else
		from_char(c, key);
	/* Two Esc in one go are one: Esc once is all that an impatient user means. */
	if (key->code != KEYCODE_ESC && key->code != KEYCODE_CLICK && key->code != KEYCODE_WHEEL_UP)
		key->mods |= KEY_META;
}

int key_read(struct key *key)
{
	bool is_code;
	wint_t c;
	int got;

	if (!input.defined) {
		define_key("\033[200~", PASTE_BEGIN);
		define_key("\033[201~", PASTE_END);
		input.defined = true;
	}
	do
		if ((got = take(&c, &is_code)) != 1)
			return got;
	while (is_code && c == KEY_RESIZE);   /* our own resizeterm() */
	*key = (struct key){ .code = KEYCODE_UNKNOWN, .pasted = input.pasting };
	if (is_code && (c == PASTE_BEGIN || c == PASTE_END)) {
		input.pasting = c == PASTE_BEGIN;
		key->code = input.pasting ? KEYCODE_PASTE_BEGIN : KEYCODE_PASTE_END;
		key->pasted = true;
	} else if (is_code) {
		from_code(c, key);
	} else {
		from_char(c, key);
		if (key->code == KEYCODE_ESC)
			with_alt(key);
	}
	return 1;
}

void key_discard(void)
{
	flushinp();
	input.pasting = false;
}
