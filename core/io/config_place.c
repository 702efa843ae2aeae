/* config_place.c - where configuration and store are: the XDG base directories and the paths in values. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/io/config_inner.h"

#define PATH_BYTES_MAX ((size_t)1 << 16)

/* The value of a variable that is set and not empty. */
static const char *environment(const char *name)
{
	const char *value = getenv(name);
	return value && *value ? value : NULL;
}

static char *joined(const char *folder, const char *between, const char *rest)
{
	struct strbuf path = STRBUF_INIT(PATH_BYTES_MAX);

	strbuf_addf(&path, "%s%s%s", folder, between, rest);
	char *copy = xstrdup(strbuf_text(&path));
	strbuf_release(&path);
	return copy;
}

/* A file below an XDG folder. The specification: a relative folder in the variable is to be ignored. */
static char *xdg_path(const char *variable, const char *below_home, const char *rest)
{
	const char *folder = environment(variable), *home = environment("HOME");

	if (folder && folder[0] == '/')
		return joined(folder, "/", rest);
	return home ? joined(home, below_home, rest) : NULL;
}

char *config_folder(void)
{
	return xdg_path("XDG_CONFIG_HOME", "/.config/", "rouse");
}

char *config_standard_path(bool *named)
{
	const char *file = environment("ROUSE_CONFIG");

	*named = file != NULL;
	return file ? xstrdup(file) : xdg_path("XDG_CONFIG_HOME", "/.config/", "rouse/config");
}

char *config_store_path(void)
{
	const char *file = environment("ROUSE_STORE");

	return file ? xstrdup(file) : xdg_path("XDG_STATE_HOME", "/.local/state/", "rouse/rouse.db");
}

char *config_expand(const char *path, const char *file)
{
	const char *home = environment("HOME"), *slash = file ? strrchr(file, '/') : NULL;

	if (strncmp(path, "~/", 2) == 0)
		return home ? joined(home, "/", path + 2) : NULL;
	/* "-" is standard input. */
	if (path[0] == '/' || strcmp(path, "-") == 0 || !slash)
		return xstrdup(path);
	char *folder = xmemdup(file, (size_t)(slash - file) + 1);
	char *whole = joined(folder, "", path);
	free(folder);
	return whole;
}
