#include "core/model/check.h"

#include <stdarg.h>
#include <stdlib.h>

#include "core/base/arena.h"
#include "core/base/error.h"

void checks_add(struct checks *checks, enum check_level level, const char *name, const char *mend, const char *format, ...)
{
	struct error sentence = {0};   /* cuts at a character where it is too long */
	va_list args;

	va_start(args, format);
	error_setv(&sentence, STATUS_DONE, format, args);
	va_end(args);
	checks->items = grow(checks->items, &checks->cap, checks->count + 1, sizeof *checks->items);
	checks->items[checks->count++] = (struct check){ level, xstrdup(name), xstrdup(sentence.text), xstrdup(mend ? mend : "") };
}

void checks_release(struct checks *checks)
{
	for (size_t i = 0; i < checks->count; i++) {
		free(checks->items[i].name);
		free(checks->items[i].text);
		free(checks->items[i].mend);
	}
	free(checks->items);
	*checks = (struct checks){0};
}
