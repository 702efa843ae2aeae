/* store_file.c - the file of the store and its folders before SQLite sees them. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/io/store_inner.h"

#define SMALLEST_BYTES 512    /* of a database: one page of the smallest size */

int store_system_error(int number, const char *path, const char *doing, struct error *err)
{
	bool refused = number == EACCES || number == EPERM || number == EROFS;

	return error_set(err, refused ? STATUS_NO_PERMISSION : STATUS_IO, "The store %s cannot be %s: %s; %s.", path, doing,
	                 strerror(number),
	                 refused ? "mend the rights of its folder or name another file with --store" :
	                           "mend that or name another file with --store");
}

int store_make_folders(const char *path, struct error *err)
{
	char *copy = xstrdup(path);
	int failed = 0, reason;

	for (char *slash = strchr(copy + 1, '/'); slash && !failed; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		/* chmod: a strict umask may have taken the owner's own rights away. Any error of mkdir() may hide a folder that is there. */
		if (mkdir(copy, 0700) == 0)
			failed = chmod(copy, 0700) ? store_system_error(errno, path, "made", err) : 0;
		else if (reason = errno, access(copy, F_OK))
			failed = store_system_error(reason, path, "made", err);
		*slash = '/';
	}
	free(copy);
	return failed;
}

int store_make_file(const char *path, struct error *err)
{
	struct stat st;

	if (stat(path, &st) == 0)
		return 0;
	if (store_make_folders(path, err))
		return -1;
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == EEXIST ? 0 : store_system_error(errno, path, "made", err);
	int failed = fchmod(fd, 0600) ? store_system_error(errno, path, "made", err) : 0;
	close(fd);
	return failed;
}

int store_not_ours(const char *path, struct error *err)
{
	return error_set(err, STATUS_IO, "%s is no store of rouse but another kind of file; name another with --store.", path);
}

bool store_path_usable(const char *path, struct error *err)
{
	struct stat st;

	if (stat(path, &st))
		store_system_error(errno, path, "opened", err);
	else if (S_ISDIR(st.st_mode))
		error_set(err, STATUS_IO, "The store %s is a folder; name a file with --store.", path);
	/* SQLite takes a file that is too short for a database for an empty one, and would write over it. */
	else if (st.st_size > 0 && st.st_size < SMALLEST_BYTES)
		store_not_ours(path, err);
	else
		return true;
	return false;
}

/* -- a file that is only read -- */

static bool look(const char *path, struct store_frozen *frozen)
{
	struct stat st;

	if (stat(path, &st) || !S_ISREG(st.st_mode))
		return false;
	*frozen = (struct store_frozen){ true, st.st_size, (int64_t)st.st_ino, st.st_mtim.tv_sec, st.st_mtim.tv_nsec };
	return true;
}

/* A log with anything in it holds what the file does not have yet: without it the newest run would be missing in silence. */
static bool has_log(const char *path)
{
	static const char *const ends[] = { "-wal", "-journal" };
	bool found = false;

	for (size_t i = 0; i < sizeof ends / sizeof *ends && !found; i++) {
		struct strbuf name = STRBUF_INIT(SIZE_MAX / 4);
		struct stat st;
		strbuf_addf(&name, "%s%s", path, ends[i]);
		found = stat(strbuf_text(&name), &st) == 0 ? st.st_size > 0 : errno != ENOENT;
		strbuf_release(&name);
	}
	return found;
}

bool store_look_frozen(const char *path, struct store_frozen *frozen)
{
	return access(path, R_OK) == 0 && access(path, W_OK) != 0 && !has_log(path) && look(path, frozen);
}

bool store_still_frozen(const char *path, const struct store_frozen *frozen)
{
	struct store_frozen now;

	return look(path, &now) && now.size == frozen->size && now.inode == frozen->inode && now.changed == frozen->changed &&
	       now.changed_ns == frozen->changed_ns;
}

void store_frozen_uri(const char *path, struct strbuf *out)
{
	strbuf_adds(out, *path == '/' ? "file://" : "file:");
	for (; *path; path++) {
		if (strchr("%?#", *path))
			strbuf_addf(out, "%%%02x", (unsigned)(unsigned char)*path);
		else
			strbuf_addc(out, *path);
	}
	strbuf_adds(out, "?immutable=1");
}
