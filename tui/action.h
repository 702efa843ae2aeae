/* action.h - everything a key can do: one row per action. Help, footer, `:` and the man page are printed from this table and the
 * keymap; nothing else knows what keys do.
 *
 * action.h    the table, and the one check of what an action needs
 * screen.h    a screen: what the loop asks of it
 * app.h       the loop and the screen stack */
#ifndef ROUSE_ACTION_H
#define ROUSE_ACTION_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/bytes.h"
#include "tui/keymap.h"

enum action_id {
	ACTION_NONE,
	/* moving */
	ACTION_UP, ACTION_DOWN, ACTION_HALF_UP, ACTION_HALF_DOWN, ACTION_PAGE_UP, ACTION_PAGE_DOWN, ACTION_TOP, ACTION_BOTTOM,
	ACTION_LEFT, ACTION_RIGHT, ACTION_OPEN, ACTION_NEXT_HOST, ACTION_PREV_HOST, ACTION_INSPECTOR,
	ACTION_RUN_PREV, ACTION_RUN_NEXT, ACTION_GROUP_PREV, ACTION_GROUP_NEXT,
	ACTION_SEARCH, ACTION_FIND_NEXT, ACTION_FIND_PREV,
	/* marks */
	ACTION_MARK, ACTION_MARK_RANGE, ACTION_MARK_SHOWN, ACTION_MARK_TEXT, ACTION_MARK_INVERT, ACTION_UNMARK_SHOWN,
	ACTION_MARKED_ONLY,
	/* what is shown, and in which order */
	ACTION_FILTER, ACTION_EXPRESSION, ACTION_FOLD_CASE, ACTION_SAVE_FILTER, ACTION_SAVED, ACTION_CLEAR_FILTER, ACTION_GROUPS,
	ACTION_TAB_FINDINGS, ACTION_TAB_NEW, ACTION_TAB_PERSISTING, ACTION_TAB_RESOLVED, ACTION_TAB_CHANGED, ACTION_TAB_ACCEPTED,
	ACTION_TAB_EVERY, ACTION_TAB_NEXT, ACTION_TAB_PREV, ACTION_SORT, ACTION_SORT_THEN, ACTION_COLUMNS,
	/* inside pickers */
	ACTION_TOGGLE, ACTION_EARLIER, ACTION_LATER, ACTION_RESET, ACTION_EXACT, ACTION_FORGET,
	/* doing something with hosts */
	ACTION_NOTE, ACTION_EXPORT, ACTION_COPY, ACTION_COPY_HOSTS, ACTION_PORTAL, ACTION_RUNS, ACTION_REASONS, ACTION_EXPLAIN,
	ACTION_REFRESH, ACTION_AUDIT, ACTION_COPY_LINE, ACTION_ACCEPT_HOSTS, ACTION_ACCEPTANCES, ACTION_REVOKE, ACTION_TREND,
	/* closing the loop: owners, the ticket, the digest */
	ACTION_OWNERS, ACTION_ASSIGN, ACTION_UNASSIGN, ACTION_ASK_OWNERS, ACTION_TICKET, ACTION_BODY, ACTION_REQUEST, ACTION_TITLE,
	ACTION_TICKET_NOTE, ACTION_FRESH, ACTION_WITH_DIGEST, ACTION_SEND_AGAIN, ACTION_TICKET_LINK, ACTION_DIGEST, ACTION_POST,
	/* back, out, the program itself */
	ACTION_UNDO, ACTION_REDO, ACTION_COMMAND, ACTION_HELP, ACTION_BACK, ACTION_QUIT, ACTION_INTERRUPT, ACTION_REDRAW,
	ACTION_SUSPEND, ACTION_THEME, ACTION_MOUSE, ACTION_YES, ACTION_NO,
	/* in a prompt; all other editing keys are line.h's */
	ACTION_ACCEPT, ACTION_CANCEL,
	ACTION_COUNT
};

/* The headings of help. */
enum action_group { GROUP_MOVE, GROUP_MARK, GROUP_NARROW, GROUP_PICK, GROUP_ACT, GROUP_OUT, GROUP_COUNT };
extern const char *const action_group_titles[GROUP_COUNT];

/* What must be there for an action to make sense; bits. */
enum need {
	NEED_CURSOR = 1 << 0,    /* a host under the cursor */
	NEED_SHOWN = 1 << 1,     /* at least one row on the screen */
	NEED_MARKS = 1 << 2,     /* at least one marked host */
	NEED_RUN = 1 << 3,       /* a run on hand */
	NEED_STORE = 1 << 4,     /* a store that can be written */
	NEED_RUNS = 1 << 5,      /* more than one run in the store */
	NEED_WHOLE = 1 << 6,     /* all rows of the run are here */
	NEED_REASONS = 1 << 7,   /* an incomplete run, or rows that could not be read */
	NEED_SOURCE = 1 << 8,    /* something to detect from */
	NEED_FREE = 1 << 9,      /* no job under way */
	NEED_ITEM = 1 << 10,     /* a line under the cursor of a picker or list */
	NEED_COUNT = 11
};

struct action {
	const char *name;        /* as in keymaps and after `:`, `mark-range` */
	const char *brief;       /* one or two words for the footer, `range` */
	const char *help;        /* one sentence without a full stop, `mark every host from here to where V is pressed again` */
	unsigned contexts;       /* bits, 1 << enum keymap_context, where it is valid; CONTEXT_ALL: on every screen */
	unsigned needs;          /* bits of enum need */
	enum action_group group;
};

extern const struct action actions[ACTION_COUNT];   /* row 0 has no name */

/* ACTION_NONE when there is no such name. */
enum action_id action_named(struct slice name);
/* The nearest action name, for "did you mean"; NULL when none is near. */
const char *action_nearest(const char *name);
/* Whether the action means something there. CONTEXT_ALL reaches every screen, but not prompts and questions. */
bool action_valid(enum action_id id, enum keymap_context context);
/* The names by number, for keymap_load(); names has room for ACTION_COUNT. */
void action_names(const char **names);
/* What is missing, as a sentence for the message line, or NULL when everything in `needs` is in `have` (bits of enum need). */
const char *action_missing(enum action_id id, unsigned have);

#endif
