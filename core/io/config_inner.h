/* config_inner.h - what the files of the configuration share. Only core/io/config*.c and their tests include it. */
#ifndef ROUSE_CONFIG_INNER_H
#define ROUSE_CONFIG_INNER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/base/bytes.h"
#include "core/io/config.h"

/* Where a value comes from; a later one is stronger. */
enum rank { RANK_NONE, RANK_DEFAULT, RANK_FILE, RANK_SET };

/* The values of one option. */
struct setting {
	enum rank rank;
	char **values;     /* owned, each too; one unless the option is repeatable */
	size_t count, cap;
	int64_t number;    /* of a span (seconds), share (hundredths of a percent) or bool */
	char *origin;      /* of the first value: `PATH:12`; owned */
};

struct config {
	struct setting *settings;   /* one per option; owned */
	char *path;                 /* owned; NULL only before the place is known */
	bool found, exposed;
};

/* A value on its way in. All borrowed. */
struct given {
	enum rank rank;
	const char *origin;   /* `default`, `PATH:12`, `--set` */
	const char *file;     /* relative paths start at its folder; NULL: at the working folder */
};

struct config *config_new(void);
/* Reads INI lines; config->path is what errors name. */
int config_read(struct config *config, FILE *stream, struct error *err);
/* Sets `name` (`scope.group`): checks the value, replaces weaker ones. */
int config_put(struct config *config, const struct given *given, const char *name, const char *value, struct error *err);
/* Takes a value out of its double quotes into out (room for all of it); returns the bytes read, or 0 with *why a half sentence. */
size_t config_unquote(const char *text, char *out, const char **why);
/* A copy of a path with ~/ and the folder of `file` (may be NULL) in its place; NULL when HOME is needed and not set. malloc'd. */
char *config_expand(const char *path, const char *file);
/* The standard place of the file, from ROUSE_CONFIG (*named true) or XDG; NULL when HOME is needed and not set. malloc'd. */
char *config_standard_path(bool *named);

#endif
