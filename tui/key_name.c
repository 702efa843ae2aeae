#include "tui/key.h"

#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"

/* Names that are not the character itself. The first name of a code is the one that is printed. */
static const struct {
	const char *name;
	int32_t code;
} names[] = {
	{ "space", ' ' }, { "spc", ' ' },
	{ "hash", '#' },   /* a # would begin a comment */
	{ "enter", KEYCODE_ENTER }, { "return", KEYCODE_ENTER },
	{ "esc", KEYCODE_ESC }, { "escape", KEYCODE_ESC },
	{ "tab", KEYCODE_TAB },
	{ "backspace", KEYCODE_BACKSPACE }, { "bs", KEYCODE_BACKSPACE },
	{ "delete", KEYCODE_DELETE }, { "del", KEYCODE_DELETE },
	{ "insert", KEYCODE_INSERT }, { "ins", KEYCODE_INSERT },
	{ "up", KEYCODE_UP }, { "down", KEYCODE_DOWN }, { "left", KEYCODE_LEFT }, { "right", KEYCODE_RIGHT },
	{ "home", KEYCODE_HOME }, { "end", KEYCODE_END },
	{ "pgup", KEYCODE_PGUP }, { "pageup", KEYCODE_PGUP }, { "pgdn", KEYCODE_PGDN }, { "pagedown", KEYCODE_PGDN },
	{ "wheel-up", KEYCODE_WHEEL_UP }, { "wheel-down", KEYCODE_WHEEL_DOWN },
	{ "click", KEYCODE_CLICK }, { "double-click", KEYCODE_DOUBLE_CLICK },
};

#define NAME_COUNT (sizeof(names) / sizeof(names[0]))

bool key_is_text(const struct key *key)
{
	return key->code >= ' ' && key->code < KEYCODE_FIRST && !(key->mods & (KEY_CTRL | KEY_META)) && utf8_width(key->code) >= 0;
}

bool key_split(const struct key *key, struct key *plain)
{
	if (!(key->mods & KEY_META))
		return false;
	*plain = *key;
	plain->mods &= (uint8_t)~KEY_META;
	return true;
}

bool key_equal(const struct key *a, const struct key *b)
{
	return a->code == b->code && a->mods == b->mods;
}

/* Letters in ASCII only: names of keys are. */
static bool same_word(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		char x = *a >= 'A' && *a <= 'Z' ? (char)(*a + 32) : *a;
		char y = *b >= 'A' && *b <= 'Z' ? (char)(*b + 32) : *b;

		if (x != y)
			return false;
	}
	return *a == *b;
}

/* F1 to F20; 0 when it is none. */
static int function_number(const char *name)
{
	int n = 0;

	if (name[0] != 'F' && name[0] != 'f')
		return 0;
	for (name++; *name >= '0' && *name <= '9' && n <= KEY_FUNCTION_MAX; name++)
		n = n * 10 + (*name - '0');
	return *name == '\0' && n <= KEY_FUNCTION_MAX ? n : 0;
}

/* The name without modifiers; 0 when unknown. A single character stands for itself, also `-`, `F` and `<`. */
static int32_t base_code(const char *name)
{
	size_t len = strlen(name), i;
	int32_t cp;

	if (len > 0 && utf8_decode(name, len, &cp) == len)
		return cp > ' ' && utf8_width(cp) > 0 ? cp : 0;
	for (i = 0; i < NAME_COUNT; i++)
		if (same_word(name, names[i].name))
			return names[i].code;
	return function_number(name) ? KEYCODE_F0 + function_number(name) : 0;
}

/* What the terminal cannot tell apart becomes one key. False when it can never arrive: C-1, S-5. */
static bool settle(struct key *key)
{
	if (key->mods & KEY_CTRL && key->code < KEYCODE_FIRST) {
		int32_t c = key->code;

		if (c >= 'A' && c <= 'Z')
			key->code = c + 32;
		else if ((c < 'a' || c > 'z') && !strchr("[\\]^_@ ", (int)(c < 0x80 ? c : '!')))
			return false;
		key->mods &= (uint8_t)~KEY_SHIFT;
		if (key->code == ' ')
			key->code = '@';   /* both are a zero byte */
		if (key->code == 'i' || key->code == 'm' || key->code == 'j' || key->code == '[') {
			key->mods &= (uint8_t)~KEY_CTRL;
			key->code = key->code == 'i' ? KEYCODE_TAB : key->code == '[' ? KEYCODE_ESC : KEYCODE_ENTER;
		}
	}
	if (key->mods & KEY_SHIFT && key->code < KEYCODE_FIRST) {
		if (key->code < 'a' || key->code > 'z')
			return false;
		key->code -= 32;
		key->mods &= (uint8_t)~KEY_SHIFT;
	}
	return true;
}

bool key_parse(const char *name, struct key *key)
{
	struct key read = { 0 };

	while (name[0] && name[1] == '-' && name[2]) {
		uint8_t mod = name[0] == 'C' ? KEY_CTRL : name[0] == 'M' ? KEY_META : name[0] == 'S' ? KEY_SHIFT : 0;

		if (!mod || read.mods & mod)
			return false;
		read.mods |= mod;
		name += 2;
	}
	read.code = base_code(name);
	if (!read.code || !settle(&read))
		return false;
	*key = read;
	return true;
}

void key_format(const struct key *key, struct strbuf *out)
{
	size_t i;

	if (key->mods & KEY_CTRL)
		strbuf_adds(out, "C-");
	if (key->mods & KEY_META)
		strbuf_adds(out, "M-");
	if (key->mods & KEY_SHIFT)
		strbuf_adds(out, "S-");
	for (i = 0; i < NAME_COUNT; i++)
		if (names[i].code == key->code) {
			strbuf_adds(out, names[i].name);
			return;
		}
	if (key->code > KEYCODE_F0 && key->code <= KEYCODE_F0 + KEY_FUNCTION_MAX)
		strbuf_addf(out, "F%d", (int)(key->code - KEYCODE_F0));
	else if (key->code > ' ' && key->code < KEYCODE_FIRST && utf8_width(key->code) > 0)
		utf8_append(out, key->code);
	else
		strbuf_adds(out, "unknown");
}
