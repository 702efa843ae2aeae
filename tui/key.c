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
#include "tui/term.h"

#define DOUBLE_CLICK_MS 400
#define SEQUENCE_MAX 32    /* bytes of an escape sequence; a longer one is cut there */

/* Numbers that we give to the sequences around pasted text, above all that curses knows. */
enum { PASTE_BEGIN = KEY_MAX + 0x1000, PASTE_END };

/* What must be remembered between two events. */
static struct {
	bool defined;            /* the paste sequences are known to curses */
	bool pasting;            /* between them */
	char partial[4];         /* bytes of a character that is not whole yet */
	size_t partial_len;
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

static void from_code(int code, struct key *key)
{
	size_t i;

	if (code >= KEY_F(1) && code <= KEY_F(KEY_FUNCTION_MAX)) {
		key->code = KEYCODE_F0 + code - KEY_F(0);
		return;
	}
	if (code == KEY_MOUSE) {
		from_mouse(key);
		return;
	}
	for (i = 0; i < COUNT(keys); i++)
		if (keys[i].curses == code) {
			key->code = keys[i].code;
			key->mods = keys[i].mods;
			return;
		}
	from_name(keyname(code), key);
}

/* A character below 128. */
static void from_ascii(int c, struct key *key)
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
		key->code = c >= 1 && c <= 26 ? c + 'a' - 1 : c + '@';
		key->mods = KEY_CTRL;
	} else {
		key->code = c;
	}
}

/* How many bytes a character takes that begins with this one; 1 when none does. */
static size_t length_by(unsigned char first)
{
	return first >= 0xF0 && first < 0xF5 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1;
}

/* One byte of a character beyond ASCII. True when it ended one. We do this and not curses, because get_wch() swallows the keys
 * behind a byte that is no character in the locale. */
static bool from_byte(int byte, struct key *key)
{
	int32_t cp;

	if (!term_utf8())
		return true;   /* stays KEYCODE_UNKNOWN */
	input.partial[input.partial_len++] = (char)byte;
	if (input.partial_len < length_by((unsigned char)input.partial[0]))
		return false;
	if (utf8_decode(input.partial, input.partial_len, &cp) == input.partial_len && cp >= 0)
		key->code = cp;
	input.partial_len = 0;
	return true;
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

/* The rest of a sequence behind ESC [ or ESC O, up to its last byte, 0x40 to 0x7E. False when nothing came with it: alt and [. */
static bool from_sequence(bool one_letter, struct key *key)
{
	char body[SEQUENCE_MAX];
	size_t len = 0;
	int c;

	while (len < SEQUENCE_MAX && (c = getch()) != ERR) {
		if (c > 0x7E || c < 0x20)
			break;   /* no sequence goes on like this */
		body[len++] = (char)c;
		if (one_letter || c >= 0x40)
			break;
	}
	if (len)
		key_from_sequence(body, len, key);
	return len > 0;
}

/* What came together with an Esc: alt and a key, or a sequence that the terminal's description does not name. */
static void with_alt(struct key *key)
{
	int c = getch();

	if (c == ERR)
		return;
	/* Another Esc, or a key of curses' own, is read as the next event. */
	if (c == 27 || c > 127) {
		ungetch(c);
		return;
	}
	*key = (struct key){ .code = KEYCODE_UNKNOWN };
	if ((c == '[' || c == 'O') && from_sequence(c == 'O', key))
		return;
	from_ascii(c, key);
	key->mods |= KEY_META;
}

static void begin(void)
{
	define_key("\033[200~", PASTE_BEGIN);
	define_key("\033[201~", PASTE_END);
	input.defined = true;
}

static void from_any(int c, struct key *key)
{
	if (c == PASTE_BEGIN || c == PASTE_END) {
		key->code = c == PASTE_BEGIN ? KEYCODE_PASTE_BEGIN : KEYCODE_PASTE_END;
	} else if (c > 255) {
		from_code(c, key);
	} else if (c < 128) {
		input.partial_len = 0;
		from_ascii(c, key);
		if (key->code == KEYCODE_ESC && !input.pasting)
			with_alt(key);
	} else if (!from_byte(c, key)) {
		key->code = KEYCODE_NONE;
	}
}

int key_read(struct key *key)
{
	int c;

	if (!input.defined)
		begin();
	do {
		c = getch();
		if (c == ERR)
			return is_gone() ? -1 : 0;
		*key = (struct key){ .code = KEYCODE_UNKNOWN };
		if (c != KEY_RESIZE)   /* our own resizeterm() */
			from_any(c, key);
	} while (c == KEY_RESIZE || key->code == KEYCODE_NONE);
	key->pasted = input.pasting;
	if (key->code == KEYCODE_PASTE_BEGIN || key->code == KEYCODE_PASTE_END) {
		input.pasting = key->code == KEYCODE_PASTE_BEGIN;
		key->pasted = true;
	}
	return 1;
}

void key_discard(void)
{
	flushinp();
	input.pasting = false;
	input.partial_len = 0;
}
