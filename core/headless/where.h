/* where.h - the expression of `--where` and of the console's prompt, and the filters that are saved under a name.
 *
 * A text that begins with @ and a name stands for the saved filter of that name, whole; anything else is an expression of expr.h. Saved
 * filters are expressions too, kept in the store under `filter:NAME` exactly as they were given. */
#ifndef ROUSE_WHERE_H
#define ROUSE_WHERE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "core/model/expr.h"

#define WHERE_NAME_MAX 64      /* bytes of a name */

struct store;

/* Reads the text. `store` may be NULL: nothing is saved then. `name` becomes that of the saved filter that was named, or "". Returns 0 and a
 * new *expr, or -1 with STATUS_USAGE, *fault (may be NULL) and a sentence with place and nearest word; a saved filter that does not exist is
 * a fault at the start of the text. */
int where_read(struct store *store, const char *text, struct expr **expr, char name[WHERE_NAME_MAX + 1], struct expr_fault *fault,
               struct error *err);
/* Whether the text names a saved filter: `@name`, and not `@"..."`. Then *name is what follows the @, blanks cut. */
bool where_is_name(const char *text, struct slice *name);
/* Names are letters, digits and `-_.`; -1 with a sentence for any other. */
int where_check_name(const char *name, struct error *err);

/* The saved filters, by name. Zero-initialised means none. */
struct where_list {
	char **names, **texts;     /* owned */
	size_t count;
};
int where_list(struct store *store, struct where_list *list, struct error *err);
void where_list_release(struct where_list *list);
/* Keeps an expression under a name, instead of the one there was. */
int where_save(struct store *store, const char *name, const char *text, struct error *err);
int where_forget(struct store *store, const char *name, struct error *err);
/* Whether the name is taken: *text (malloc'd) is then the expression. */
int where_find(struct store *store, const char *name, char **text, struct error *err);

#endif
