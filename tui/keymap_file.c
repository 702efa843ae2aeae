#include "tui/keymap_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "tui/keymap.h"

#define SUGGESTED_MAX 16   /* built-in names looked at for a suggestion */

const struct builtin_keymap *keymap_file_builtin(struct slice name)
{
	const struct builtin_keymap *b;

	for (b = builtin_keymaps; b->name; b++)
		if (slice_is(name, b->name))
			return b;
	return NULL;
}

void keymap_builtin_names(struct strbuf *out)
{
	const struct builtin_keymap *b;

	for (b = builtin_keymaps; b->name; b++) {
		strbuf_adds(out, b == builtin_keymaps ? "" : ", ");
		strbuf_adds(out, b->name);
	}
}

int keymap_file_read(const char *path, struct strbuf *out, struct error *err)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC), result = -1;
	struct stat info;
	char piece[8192];
	ssize_t n = 0;

	if (fd < 0 || fstat(fd, &info) != 0) {
		error_set(err, errno == ENOENT ? STATUS_NO_INPUT : STATUS_IO, "%s: %s; name a keymap that exists.", path, strerror(errno));
		goto out;
	}
	if (!S_ISREG(info.st_mode)) {
		error_set(err, STATUS_DATA, "%s: is no file; a keymap is a text file.", path);
		goto out;
	}
	while (!out->overflow && (n = read(fd, piece, sizeof(piece))) > 0)
		strbuf_add(out, piece, (size_t)n);
	if (n < 0)
		error_set(err, STATUS_IO, "%s: %s; check the disk.", path, strerror(errno));
	else if (out->overflow)
		error_set(err, STATUS_DATA, "%s: longer than %d bytes; a keymap is a short text file.", path, KEYMAP_FILE_MAX);
	else
		result = 0;
out:
	if (fd >= 0)
		close(fd);
	return result;
}

int keymap_file_unknown(const char *name, struct error *err)
{
	struct strbuf known = STRBUF_INIT(1024);
	const char *near, *names[SUGGESTED_MAX];
	const struct builtin_keymap *b;
	size_t n = 0;

	for (b = builtin_keymaps; b->name && n < SUGGESTED_MAX; b++)
		names[n++] = b->name;
	keymap_builtin_names(&known);
	near = nearest_name(name, names, n);
	error_set(err, STATUS_CONFIG, "There is no keymap \"%s\"%s%s%s (built in: %s); a file of your own is named with a slash, as ./%s.",
		name, near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "", strbuf_text(&known), name);
	strbuf_release(&known);
	return -1;
}
