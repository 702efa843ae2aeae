#include "tui/theme.h"

#include <string.h>

#define NONE COLOUR_NONE

static const char *const names[] = { "dark", "light", "mono", NULL };
enum { THEME_DARK, THEME_LIGHT, THEME_MONO, THEME_COUNT };

/* One row a role, one column a theme. The background is the terminal's own but where a bar must stand out; pure yellow and cyan
 * are never text on the light theme, where they cannot be read. */
struct theme_row {
	const char *name;
	struct look looks[THEME_COUNT];
};

static const struct theme_row table[ROLE_COUNT] = {
	/* role = { name, { dark, light, mono } } */
	[ROLE_NORMAL] = { "normal", { { NONE, NONE, 0 }, { NONE, NONE, 0 }, { NONE, NONE, 0 } } },
	[ROLE_TITLE] = { "title", { { COLOUR_BRIGHT_WHITE, COLOUR_BLUE, LOOK_BOLD }, { COLOUR_BRIGHT_WHITE, COLOUR_BLUE, LOOK_BOLD },
		{ NONE, NONE, LOOK_REVERSE } } },
	[ROLE_TITLE_WARN] = { "title-warn", { { COLOUR_BRIGHT_WHITE, COLOUR_RED, LOOK_BOLD }, { COLOUR_BRIGHT_WHITE, COLOUR_RED, LOOK_BOLD },
		{ NONE, NONE, LOOK_REVERSE | LOOK_BOLD } } },
	[ROLE_TAB] = { "tab", { { NONE, NONE, 0 }, { NONE, NONE, 0 }, { NONE, NONE, 0 } } },
	[ROLE_TAB_ON] = { "tab-on", { { NONE, NONE, LOOK_BOLD | LOOK_REVERSE }, { NONE, NONE, LOOK_BOLD | LOOK_REVERSE },
		{ NONE, NONE, LOOK_BOLD | LOOK_REVERSE } } },
	[ROLE_HEAD] = { "head", { { COLOUR_CYAN, NONE, LOOK_BOLD }, { COLOUR_BLUE, NONE, LOOK_BOLD },
		{ NONE, NONE, LOOK_BOLD | LOOK_UNDERLINE } } },
	[ROLE_CURSOR] = { "cursor", { { NONE, NONE, LOOK_REVERSE }, { NONE, NONE, LOOK_REVERSE }, { NONE, NONE, LOOK_REVERSE } } },
	[ROLE_CURSOR_MARKED] = { "cursor-marked", { { COLOUR_YELLOW, NONE, LOOK_REVERSE }, { COLOUR_BLUE, NONE, LOOK_REVERSE },
		{ NONE, NONE, LOOK_REVERSE | LOOK_BOLD } } },
	[ROLE_MARKED] = { "marked", { { COLOUR_YELLOW, NONE, 0 }, { COLOUR_BLUE, NONE, 0 }, { NONE, NONE, LOOK_BOLD } } },
	[ROLE_WORST] = { "worst", { { COLOUR_RED, NONE, LOOK_BOLD }, { COLOUR_RED, NONE, LOOK_BOLD },
		{ NONE, NONE, LOOK_BOLD | LOOK_UNDERLINE } } },
	[ROLE_WARN] = { "warn", { { COLOUR_YELLOW, NONE, 0 }, { COLOUR_BLACK, COLOUR_YELLOW, 0 }, { NONE, NONE, LOOK_BOLD } } },
	[ROLE_AGED] = { "aged", { { COLOUR_MAGENTA, NONE, 0 }, { COLOUR_MAGENTA, NONE, 0 }, { NONE, NONE, LOOK_UNDERLINE } } },
	[ROLE_NEW] = { "new", { { COLOUR_GREEN, NONE, 0 }, { COLOUR_GREEN, NONE, LOOK_BOLD }, { NONE, NONE, LOOK_BOLD } } },
	[ROLE_RESOLVED] = { "resolved", { { NONE, NONE, LOOK_DIM }, { NONE, NONE, LOOK_DIM }, { NONE, NONE, LOOK_DIM } } },
	[ROLE_CHANGED] = { "changed", { { COLOUR_CYAN, NONE, 0 }, { COLOUR_BLUE, NONE, 0 }, { NONE, NONE, LOOK_UNDERLINE } } },
	[ROLE_ACCEPTED] = { "accepted", { { NONE, NONE, LOOK_DIM }, { NONE, NONE, LOOK_DIM }, { NONE, NONE, LOOK_DIM } } },
	[ROLE_MUTED] = { "muted", { { NONE, NONE, LOOK_DIM }, { NONE, NONE, LOOK_DIM }, { NONE, NONE, LOOK_DIM } } },
	[ROLE_ERROR] = { "error", { { COLOUR_BRIGHT_WHITE, COLOUR_RED, LOOK_BOLD }, { COLOUR_BRIGHT_WHITE, COLOUR_RED, LOOK_BOLD },
		{ NONE, NONE, LOOK_REVERSE | LOOK_BOLD } } },
	[ROLE_BANNER] = { "banner", { { COLOUR_BRIGHT_WHITE, COLOUR_RED, LOOK_BOLD }, { COLOUR_BRIGHT_WHITE, COLOUR_RED, LOOK_BOLD },
		{ NONE, NONE, LOOK_REVERSE | LOOK_BOLD } } },
	[ROLE_STATUS] = { "status", { { NONE, NONE, LOOK_DIM }, { NONE, NONE, 0 }, { NONE, NONE, 0 } } },
	[ROLE_MESSAGE] = { "message", { { NONE, NONE, 0 }, { NONE, NONE, 0 }, { NONE, NONE, 0 } } },
	[ROLE_PROMPT] = { "prompt", { { COLOUR_CYAN, NONE, LOOK_BOLD }, { COLOUR_BLUE, NONE, LOOK_BOLD }, { NONE, NONE, LOOK_BOLD } } },
	[ROLE_INPUT] = { "input", { { NONE, NONE, 0 }, { NONE, NONE, 0 }, { NONE, NONE, 0 } } },
	[ROLE_KEY] = { "key", { { COLOUR_CYAN, NONE, LOOK_BOLD }, { COLOUR_BLUE, NONE, LOOK_BOLD }, { NONE, NONE, LOOK_BOLD } } },
	[ROLE_HINT] = { "hint", { { NONE, NONE, 0 }, { NONE, NONE, 0 }, { NONE, NONE, 0 } } },
	[ROLE_LINK] = { "link", { { COLOUR_CYAN, NONE, LOOK_UNDERLINE }, { COLOUR_BLUE, NONE, LOOK_UNDERLINE },
		{ NONE, NONE, LOOK_UNDERLINE } } },
	[ROLE_MATCH] = { "match", { { COLOUR_BLACK, COLOUR_YELLOW, 0 }, { COLOUR_BLACK, COLOUR_YELLOW, 0 },
		{ NONE, NONE, LOOK_BOLD | LOOK_UNDERLINE } } },
	[ROLE_BORDER] = { "border", { { NONE, NONE, LOOK_DIM }, { NONE, NONE, LOOK_DIM }, { NONE, NONE, 0 } } },
};

int theme_find(const char *name)
{
	int i;

	if (!name || !*name)
		return THEME_DARK;
	for (i = 0; i < THEME_COUNT; i++)
		if (strcmp(name, names[i]) == 0)
			return i;
	return -1;
}

const char *const *theme_names(void)
{
	return names;
}

struct look theme_look(int theme, enum role role)
{
	if (theme < 0 || theme >= THEME_COUNT)
		theme = THEME_MONO;
	return table[role].looks[theme];
}

const char *theme_role_name(enum role role)
{
	return table[role].name;
}

int theme_mono(void)
{
	return THEME_MONO;
}
