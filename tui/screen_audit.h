/* screen_audit.h - what the group audit shows, apart from the screen that shows it. Only tui/screen_audit*.c include it.
 *
 * screen_audit.c         drawing and keys
 * screen_audit_items.c   lines and sentences of a run */
#ifndef ROUSE_SCREEN_AUDIT_H
#define ROUSE_SCREEN_AUDIT_H

#include "core/base/strbuf.h"
#include "core/model/groups.h"
#include "tui/app.h"
#include "tui/list.h"

#define AUDIT_SENTENCES 5    /* trouble, folding, scope, another scope at the run, an incomplete run */

/* One line of the list: a group, or a configured name without one. Borrowed from the audit. */
struct audit_item {
	const struct audit_line *line;
	const struct audit_unmatched *unmatched;
};

/* A run on the screen may be replaced by a newer one while the audit is open, so it has a copy of what it shows. */
struct screen_audit {
	struct screen base;
	struct list list;
	struct run run;              /* id, scope and groups alone; owned */
	struct group_audit audit;
	struct audit_item *items;    /* trouble first; owned */
	size_t count;
	int name_width;              /* columns of the longest name that differs from a configured one */
	bool complete;               /* the run */
	struct strbuf sentences[AUDIT_SENTENCES];   /* what is to be said above the list */
	int head;                    /* lines above the list: title, total, sentences, column heads */
};

/* Takes the run on the screen below anew. */
void audit_fill(struct app *app, struct screen_audit *self);
void audit_release(struct screen_audit *self);
struct slice audit_item_name(const struct audit_item *item);
/* Appends a name so that each character can be seen; `(no group)` for none. */
void audit_show_name(struct slice name, struct strbuf *out);
/* Whether the line says how it differs from another name. */
bool audit_differs(const struct audit_item *item);

#endif
