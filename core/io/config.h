/* config.h - the configuration: one row per option, read from defaults, file, environment and the command line in that order.
 *
 * config.c           the file, line by line: the only user of inih
 * config_value.c     values: checked, kept, read
 * config_place.c     where configuration and store are
 * config_options.c   the table of options
 *
 * The file is INI (inih) and is never written. A value in double quotes is kept exactly, blanks, ; and # included (\" and \\ inside).
 * An unknown section or key and a bad value are errors with file and line, the nearest known key, and STATUS_CONFIG. */
#ifndef ROUSE_CONFIG_H
#define ROUSE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/error.h"

enum option_type {
	OPTION_TEXT, OPTION_LIST, OPTION_SPAN, OPTION_SHARE, OPTION_CHOICE, OPTION_PATH, OPTION_PATHS, OPTION_BOOL
};

struct option {
	const char *name;          /* `scope.group` */
	enum option_type type;
	const char *standard;      /* the default as it would be written; NULL: none */
	const char *choices;       /* OPTION_CHOICE: words with blanks between */
	bool secret;               /* never printed */
	const char *help;          /* one sentence */
};

extern const struct option options[];
extern const size_t option_count;

struct config;
struct scope;
struct strbuf;

/* Reads the file at `path`; NULL: the one that ROUSE_CONFIG names, else the standard place, where a missing file is no error.
 * `sets` are `section.key=value` texts. The first value for a repeatable key from a stronger place replaces all of a weaker one. */
int config_load(struct config **config, const char *path, const char *const *sets, size_t set_count, struct error *err);
void config_free(struct config **config);

/* Values, by full name; asking for a name that is no option is our own mistake. All borrowed. */
const char *config_text(const struct config *config, const char *name);             /* NULL: not set */
const char *const *config_list(const struct config *config, const char *name, size_t *count);
int64_t config_span(const struct config *config, const char *name);                 /* seconds */
unsigned config_share(const struct config *config, const char *name);               /* hundredths of a percent */
bool config_bool(const struct config *config, const char *name);
/* Where a value came from: `default`, `PATH:12`, `--set`. */
const char *config_origin(const struct config *config, const char *name);
/* The path of the file that was read, or would be; *found tells which. */
const char *config_path(const struct config *config, bool *found);
/* Whether people other than its owner can read or write the file. */
bool config_exposed(const struct config *config);
/* The sections [scope] and [limits] as the detection takes them; borrowed from the configuration. */
void config_scope(const struct config *config, struct scope *scope);

/* Appends a value as the file must have it to be read back exactly: as it is, or in double quotes (blanks at the ends, " # ;, characters that
 * nobody sees). Returns false, appending nothing, for what no line can hold: a line end, a NUL, invalid UTF-8, more than 4000 bytes. */
bool config_quote(struct slice value, struct strbuf *out);

/* $ROUSE_STORE, else $XDG_STATE_HOME/rouse/rouse.db, and the folder of configuration and keymaps; malloc'd. NULL when HOME is needed
 * and not set. */
char *config_store_path(void);
char *config_folder(void);

#endif
