/* screen.h - one entry of the screen stack: what the loop asks of a screen, a picker, a prompt or a question.
 *
 * A screen is its own struct with `struct screen` as its first member, made with malloc by its *_open() function, which pushes
 * it, and freed by its close(). Screens never read keys and never show frames: they answer with DO_* flags. */
#ifndef ROUSE_SCREEN_H
#define ROUSE_SCREEN_H

#include "tui/action.h"
#include "tui/key.h"

struct app;
struct screen;

/* What a handler asks the loop to do next; bits. */
enum redo {
	DO_NOTHING = 0,
	DO_DRAW = 1 << 0,       /* show a frame */
	DO_LAYOUT = 1 << 1,     /* sizes, data or the stack changed: call layout() of every screen, then draw */
	DO_REBUILD = 1 << 2,    /* the view is out of date; done once, when the keys at hand are all read, or when somebody reads it */
	DO_CLOSE = 1 << 3,      /* take this screen off the stack */
	DO_QUIT = 1 << 4,
	DO_SUSPEND = 1 << 5,
	DO_PASS = 1 << 6,       /* not mine: the action's common meaning, if it has one */
};

struct screen_ops {
	enum keymap_context context;
	const char *name;                /* for help: `Help: run history` */
	bool whole;                      /* covers the screen; else it is drawn over the one below */
	bool typed;                      /* plain characters are text for key(), never actions */
	bool digits;                     /* digits are text for key(), and whatever is bound to nothing goes there first */
	const enum action_id *footer;    /* what the footer offers, best first; ends with ACTION_NONE */
	const char *open;                /* what `open` does here, for the footer; NULL: as in the table of actions */
	const char *open_help;           /* the same for help, a sentence; NULL: as in the table of actions, "": it does nothing here */
	/* The size or the data changed. NULL: nothing to do. Never draws. */
	void (*layout)(struct app *app, struct screen *screen);
	/* Draws from what is there; changes nothing but its own scroll position. */
	void (*draw)(struct app *app, struct screen *screen);
	/* An action that is valid here and lacks nothing. DO_* flags. */
	unsigned (*act)(struct app *app, struct screen *screen, enum action_id id);
	/* A key that is no action: typed or pasted text, a click. NULL: ignored. DO_* flags; DO_PASS: the key means nothing. */
	unsigned (*key)(struct app *app, struct screen *screen, const struct key *key);
	/* Gives everything back, the screen itself too. */
	void (*close)(struct app *app, struct screen *screen);
};

struct screen {
	const struct screen_ops *ops;
};

#endif
