/* help.h - `--help` and the command part of the manual page, printed from the tables of cli.h. */
#ifndef ROUSE_HELP_H
#define ROUSE_HELP_H

#include <stdio.h>

#include "core/headless/cli.h"

#define ROUSE_VERSION "0.1.0"

/* Help for one command when `given` is true, else for all. */
void help_print(enum command command, bool given, FILE *out);
/* The manual page in man(7) markup, but for the keys: `keys` (may be NULL) is called where they belong. */
void help_manual(FILE *out, void (*keys)(FILE *out, void *owner), void *owner);

/* Text in man(7) markup: a backslash is \e, a leading dot or quote must not start a request, a dash stays a dash. */
void help_man_text(const char *text, FILE *out);

/* The language of expressions: what `rouse --help where` prints. */
#define HELP_WHERE "where"
void help_where(FILE *out);

#endif
