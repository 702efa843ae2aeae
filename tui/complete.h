/* complete.h - completions of what stands before the cursor of a line; here for paths of files. */
#ifndef ROUSE_COMPLETE_H
#define ROUSE_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#define COMPLETE_MAX 500      /* candidates kept; a folder may hold millions */

/* What could stand there. Zero-initialised means nothing; owned by the caller, given back by completion_release(). */
struct completion {
	char *text;          /* owned; what replaces the text before the cursor: as far as all candidates agree. NULL: nothing fits */
	char **candidates;   /* owned; sorted names to show, directories with a / at the end */
	size_t count;
	bool more;           /* there were more than COMPLETE_MAX */
	bool ranged;         /* `text` replaces only the bytes from..to-1 of the line; else all that stands before the cursor */
	size_t from, to;
};

void completion_release(struct completion *completion);

/* Completes a path: `~` is the home directory, hidden files only when asked for with a dot. Returns 0, or -1 when the directory cannot
 * be read. The signature of line.h's hook; context is not used. */
int complete_path(void *context, const char *before, size_t len, struct completion *out);

/* The same over a fixed list of names, NULL-terminated: context is a `const char *const *`. For `:` and column names. */
int complete_name(void *context, const char *before, size_t len, struct completion *out);

/* Appends path with a leading `~` or `~/` replaced by HOME. */
struct strbuf;
void complete_expand(struct strbuf *out, const char *path);

#endif
