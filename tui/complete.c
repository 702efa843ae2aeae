#include "tui/complete.h"

#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"

#define PATH_BYTES 8192
#define ENTRIES_MAX 200000   /* read from one folder at most, so that a key never hangs */

void completion_release(struct completion *completion)
{
	size_t i;

	for (i = 0; i < completion->count; i++)
		free(completion->candidates[i]);
	free(completion->candidates);
	free(completion->text);
	*completion = (struct completion){ 0 };
}

static void add(struct completion *out, const char *name, const char *suffix)
{
	struct strbuf text = STRBUF_INIT(PATH_BYTES);

	if (out->count == COMPLETE_MAX) {
		out->more = true;
		return;
	}
	if (!out->candidates)
		out->candidates = xcalloc(COMPLETE_MAX, sizeof(*out->candidates));
	strbuf_adds(&text, name);
	strbuf_adds(&text, suffix);
	out->candidates[out->count++] = xstrdup(strbuf_text(&text));
	strbuf_release(&text);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Bytes that all candidates begin with, cut where a character ends. */
static size_t agreed(const struct completion *out)
{
	size_t len = strlen(out->candidates[0]), i;

	for (i = 1; i < out->count; i++) {
		size_t same = 0;

		while (same < len && out->candidates[i][same] == out->candidates[0][same])
			same++;
		len = same;
	}
	while (len > 0 && !utf8_valid(out->candidates[0], len))
		len--;
	return len;
}

/* Sorts what was found and makes the text: prefix (kept as typed) and what all agree on. */
static void settle(struct completion *out, const char *prefix, size_t prefix_len)
{
	struct strbuf text = STRBUF_INIT(PATH_BYTES);

	if (out->count == 0)
		return;
	qsort(out->candidates, out->count, sizeof(*out->candidates), by_name);
	strbuf_add(&text, prefix, prefix_len);
	/* With more candidates than are kept, the unseen ones may differ: keep to what was typed. */
	if (!out->more)
		strbuf_add(&text, out->candidates[0], agreed(out));
	if (!out->more && !text.overflow)
		out->text = xstrdup(strbuf_text(&text));
	strbuf_release(&text);
}

void complete_expand(struct strbuf *out, const char *path)
{
	const char *home = getenv("HOME");

	if (path[0] == '~' && (path[1] == '/' || path[1] == '\0') && home && *home) {
		strbuf_adds(out, home);
		path++;
	}
	strbuf_adds(out, path);
}

static bool is_folder(const char *folder, const char *name)
{
	struct strbuf path = STRBUF_INIT(PATH_BYTES);
	struct stat info;
	bool yes;

	strbuf_adds(&path, folder);
	strbuf_adds(&path, name);
	yes = !path.overflow && stat(strbuf_text(&path), &info) == 0 && S_ISDIR(info.st_mode);
	strbuf_release(&path);
	return yes;
}

/* Entries of the folder that begin with `stem`; `.` and `..` never, other dot files only when the stem has the dot. Names
 * that are not valid UTF-8 cannot be typed and are left out. */
static void scan(DIR *dir, const char *folder, const char *stem, struct completion *out)
{
	size_t len = strlen(stem), seen = 0;
	struct dirent *entry;

	while ((entry = readdir(dir)) && !out->more) {
		const char *name = entry->d_name;

		if (++seen > ENTRIES_MAX) {
			out->more = true;
			return;
		}
		if (strncmp(name, stem, len) != 0 || (name[0] == '.' && stem[0] != '.') || strcmp(name, ".") == 0
		    || strcmp(name, "..") == 0 || !utf8_valid(name, strlen(name)))
			continue;
		add(out, name, is_folder(folder, name) ? "/" : "");
	}
}

int complete_path(void *context, const char *before, size_t len, struct completion *out)
{
	struct strbuf folder = STRBUF_INIT(PATH_BYTES);
	char *typed = xmemdup(before, len), *head = NULL;
	const char *slash = strrchr(typed, '/');
	size_t head_len = slash ? (size_t)(slash - typed) + 1 : 0;
	DIR *dir = NULL;
	int result = -1;

	(void)context;
	*out = (struct completion){ 0 };
	if (strcmp(typed, "~") == 0) {
		out->text = xstrdup("~/");
		result = 0;
		goto out;
	}
	head = xmemdup(typed, head_len);
	complete_expand(&folder, head);
	dir = folder.overflow ? NULL : opendir(folder.len ? folder.buf : ".");
	if (!dir)
		goto out;
	scan(dir, strbuf_text(&folder), typed + head_len, out);
	settle(out, typed, head_len);
	result = 0;
out:
	if (dir)
		closedir(dir);
	strbuf_release(&folder);
	free(head);
	free(typed);
	return result;
}

int complete_name(void *context, const char *before, size_t len, struct completion *out)
{
	const char *const *name = context;

	*out = (struct completion){ 0 };
	for (; *name; name++)
		if (strncmp(*name, before, len) == 0)
			add(out, *name, "");
	settle(out, "", 0);
	return 0;
}
