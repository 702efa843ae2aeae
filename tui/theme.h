/* theme.h - what a colour means. Screens name a role; the theme, a column of one table, says how it looks.
 *
 * Pure: knows no curses. Colour is a second channel only: in the theme `mono` every role that carries meaning still differs by
 * an attribute, and the table shows the same meaning as a character (`41d!`, `+`, `*`) that the screens write themselves. */
#ifndef ROUSE_THEME_H
#define ROUSE_THEME_H

#include <stddef.h>

/* What a piece of the screen means; the row order of the table in theme.c. */
enum role {
	ROLE_NORMAL,      /* ordinary text */
	ROLE_TITLE,       /* the title bar */
	ROLE_TITLE_WARN,  /* a part of the title bar that warns: STALE 3d, read-only */
	ROLE_TAB,         /* a tab that is not open */
	ROLE_TAB_ON,      /* the open tab */
	ROLE_HEAD,        /* column heads, section heads */
	ROLE_CURSOR,      /* the row of the cursor */
	ROLE_CURSOR_MARKED, /* the row of the cursor when it is marked too */
	ROLE_MARKED,      /* a marked row */
	ROLE_WORST,       /* over twice the limit: act */
	ROLE_WARN,        /* over the limit; an ambiguous or unknown owner */
	ROLE_AGED,        /* not seen for days: the data may be old */
	ROLE_NEW,         /* new since the last run */
	ROLE_RESOLVED,    /* resolved since the last run */
	ROLE_CHANGED,     /* another value than in the last run */
	ROLE_ACCEPTED,    /* accepted until a date */
	ROLE_MUTED,       /* no value, hints */
	ROLE_ERROR,       /* an error message, FAILED */
	ROLE_BANNER,      /* an incomplete run: PARTIAL, SUSPECT */
	ROLE_STATUS,      /* the status line */
	ROLE_MESSAGE,     /* the message line */
	ROLE_PROMPT,      /* the label of a prompt */
	ROLE_INPUT,       /* what the user types */
	ROLE_KEY,         /* a key in the footer and in help */
	ROLE_HINT,        /* what the key does */
	ROLE_LINK,        /* a portal address */
	ROLE_MATCH,       /* the part of a text that the filter or a search found */
	ROLE_BORDER,      /* boxes and lines */
	ROLE_COUNT
};

/* The 16 palette colours, as curses numbers them; COLOUR_NONE keeps the terminal's own. */
enum colour {
	COLOUR_NONE = -1,
	COLOUR_BLACK, COLOUR_RED, COLOUR_GREEN, COLOUR_YELLOW, COLOUR_BLUE, COLOUR_MAGENTA, COLOUR_CYAN, COLOUR_WHITE,
	COLOUR_GREY, COLOUR_BRIGHT_RED, COLOUR_BRIGHT_GREEN, COLOUR_BRIGHT_YELLOW, COLOUR_BRIGHT_BLUE,
	COLOUR_BRIGHT_MAGENTA, COLOUR_BRIGHT_CYAN, COLOUR_BRIGHT_WHITE,
};

/* Attributes of a look, or-ed together. */
enum look_attribute {
	LOOK_BOLD = 1,
	LOOK_DIM = 2,
	LOOK_UNDERLINE = 4,
	LOOK_REVERSE = 8,
};

/* How one role looks in one theme. On a terminal of 8 colours a bright colour becomes its base colour with bold. */
struct look {
	signed char fore, back;   /* enum colour */
	unsigned char attributes; /* enum look_attribute */
};

/* Number of the theme with this name, or -1. NULL and "" give the first (dark). */
int theme_find(const char *name);
/* Names of all themes, NULL-terminated, in the order of their numbers: dark, light, mono. */
const char *const *theme_names(void);
/* How a role looks in a theme; without colour, ask the theme mono. */
struct look theme_look(int theme, enum role role);
/* Name of a role, for tests and diagnostics. */
const char *theme_role_name(enum role role);
/* Number of the theme that has no colours. */
int theme_mono(void);

#endif
