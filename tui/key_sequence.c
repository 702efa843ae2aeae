/* Escape sequences that the terminal's description does not name: the common ones are understood all the same, the rest is swallowed
 * whole, so that the last letter of an unknown key is never taken for a command. Part of key.h. */
#include <string.h>

#include "tui/key.h"

#define PARAMETERS_MAX 2
#define PARAMETER_BOUND 0x110000

/* What ESC [ letter and ESC O letter mean. */
static const struct {
	char letter;
	int32_t code;
	uint8_t mods;
} letters[] = {
	{ 'A', KEYCODE_UP, 0 }, { 'B', KEYCODE_DOWN, 0 }, { 'C', KEYCODE_RIGHT, 0 }, { 'D', KEYCODE_LEFT, 0 },
	{ 'H', KEYCODE_HOME, 0 }, { 'F', KEYCODE_END, 0 }, { 'Z', KEYCODE_TAB, KEY_SHIFT }, { 'M', KEYCODE_ENTER, 0 },
	{ 'P', KEYCODE_F0 + 1, 0 }, { 'Q', KEYCODE_F0 + 2, 0 }, { 'R', KEYCODE_F0 + 3, 0 }, { 'S', KEYCODE_F0 + 4, 0 },
};

/* What the number of ESC [ number ~ means. */
static const struct {
	int number;
	int32_t code;
} tildes[] = {
	{ 1, KEYCODE_HOME }, { 2, KEYCODE_INSERT }, { 3, KEYCODE_DELETE }, { 4, KEYCODE_END }, { 5, KEYCODE_PGUP }, { 6, KEYCODE_PGDN },
	{ 7, KEYCODE_HOME }, { 8, KEYCODE_END }, { 11, KEYCODE_F0 + 1 }, { 12, KEYCODE_F0 + 2 }, { 13, KEYCODE_F0 + 3 },
	{ 14, KEYCODE_F0 + 4 }, { 15, KEYCODE_F0 + 5 }, { 17, KEYCODE_F0 + 6 }, { 18, KEYCODE_F0 + 7 }, { 19, KEYCODE_F0 + 8 },
	{ 20, KEYCODE_F0 + 9 }, { 21, KEYCODE_F0 + 10 }, { 23, KEYCODE_F0 + 11 }, { 24, KEYCODE_F0 + 12 },
	{ 200, KEYCODE_PASTE_BEGIN }, { 201, KEYCODE_PASTE_END },
};

#define COUNT(array) (sizeof(array) / sizeof(array[0]))

/* `1;5` to 1 and 5. False for anything but at most two numbers. */
static bool read_parameters(const char *body, size_t len, int *numbers)
{
	size_t at, n = 0;

	for (at = 0; at < len; at++) {
		if (body[at] == ';' && ++n == PARAMETERS_MAX)
			return false;
		if (body[at] == ';')
			continue;
		if (body[at] < '0' || body[at] > '9' || numbers[n] >= PARAMETER_BOUND)
			return false;
		numbers[n] = numbers[n] * 10 + (body[at] - '0');
	}
	return true;
}

/* The parameter of modifiers is 1 + shift 1 + alt 2 + ctrl 4. */
static uint8_t modifiers(int parameter)
{
	int bits = parameter > 1 && parameter <= 8 ? parameter - 1 : 0;

	return (uint8_t)((bits & 1 ? KEY_SHIFT : 0) | (bits & 2 ? KEY_META : 0) | (bits & 4 ? KEY_CTRL : 0));
}

bool key_from_sequence(const char *body, size_t len, struct key *key)
{
	int numbers[PARAMETERS_MAX] = { 0 };
	size_t i;

	*key = (struct key){ .code = KEYCODE_UNKNOWN };
	if (len == 0 || !read_parameters(body, len - 1, numbers))
		return false;
	for (i = 0; body[len - 1] != '~' && i < COUNT(letters); i++)
		if (letters[i].letter == body[len - 1]) {
			key->code = letters[i].code;
			key->mods = letters[i].mods | modifiers(numbers[1]);
			return true;
		}
	for (i = 0; body[len - 1] == '~' && i < COUNT(tildes); i++)
		if (tildes[i].number == numbers[0]) {
			key->code = tildes[i].code;
			key->mods = modifiers(numbers[1]);
			return true;
		}
	return false;
}
