/* secret.c - memory for secrets, and secrets from the environment and from files; secret_run.c has those from commands. */
#include "core/io/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/io/secret_inner.h"

/* Locked and kept out of core dumps where the system lets us: neither is worth failing for. */
char *secret_room(size_t n)
{
	char *bytes = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (bytes == MAP_FAILED)
		die("There is no memory for a secret.");
	(void)mlock(bytes, n);
#ifdef MADV_DONTDUMP
	(void)madvise(bytes, n, MADV_DONTDUMP);
#endif
	return bytes;
}

void secret_room_free(char *bytes, size_t n)
{
	explicit_bzero(bytes, n);
	munmap(bytes, n);
}

void secret_set(struct secret *secret, struct slice bytes)
{
	char *room = secret_room(bytes.len + 1);

	if (bytes.len)
		memcpy(room, bytes.text, bytes.len);
	secret_wipe(secret);
	*secret = (struct secret){ room, bytes.len };
}

void secret_wipe(struct secret *secret)
{
	if (secret->bytes)
		secret_room_free(secret->bytes, secret->len + 1);
	*secret = (struct secret){ NULL, 0 };
}

void secret_reserve(struct strbuf *text, size_t n)
{
	static const char nothing[4096];
	size_t before = text->len;

	for (size_t left = n; left && !text->overflow; left -= left < sizeof nothing ? left : sizeof nothing)
		strbuf_add(text, nothing, left < sizeof nothing ? left : sizeof nothing);
	if (text->buf)
		text->buf[text->len = before] = '\0';
	text->overflow = false;
}

struct slice secret_text(const struct secret *secret)
{
	return (struct slice){ secret->bytes, secret->len };
}

int secret_take(struct secret *secret, const struct secret_place *place, const char *from, char *bytes, size_t n, struct error *err)
{
	while (n && bytes[n - 1] && strchr(" \t\r\n", bytes[n - 1]))
		n--;
	if (n == 0)
		return error_set(err, STATUS_CONFIG, "%s gives nothing for %s, which must be its only line.", from, place->what);
	if (memchr(bytes, '\n', n) || memchr(bytes, '\0', n))
		return error_set(err, STATUS_CONFIG, "%s gives more than one line for %s, or bytes that are no text; it must be the only line.",
		                 from,
		                 place->what);
	secret_set(secret, (struct slice){ bytes, n });
	return 0;
}

/* -- a file -- */

static int check_file(int fd, const struct secret_place *place, bool shared, struct error *err)
{
	struct stat info;

	if (fstat(fd, &info))
		return error_set(err, STATUS_NO_INPUT, "%s: %s.", place->file, strerror(errno));
	if (!S_ISREG(info.st_mode))
		return error_set(err, STATUS_CONFIG, "%s is no file; %s must be in one.", place->file, place->what);
	if (shared)
		return 0;
	if (info.st_uid != geteuid())
		return error_set(err, STATUS_NO_PERMISSION, "%s holds %s but belongs to somebody else; make it your own: chown.", place->file,
		                 place->what);
	if (info.st_mode & (S_IRWXG | S_IRWXO))
		return error_set(err, STATUS_NO_PERMISSION, "%s holds %s and others can read it; run: chmod 600 '%s'", place->file, place->what,
		                 place->file);
	return 0;
}

static int read_all(struct secret *secret, const struct secret_place *place, bool line, bool shared, struct error *err)
{
	int fd = open(place->file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), failed = -1;
	char *bytes = secret_room(SECRET_MAX);
	ssize_t got = 0, n = 0;

	if (fd < 0) {
		error_set(err, errno == EACCES ? STATUS_NO_PERMISSION : STATUS_NO_INPUT, "%s, which should hold %s: %s.", place->file,
		          place->what, strerror(errno));
		goto out;
	}
	if (check_file(fd, place, shared, err))
		goto out;
	while (got < SECRET_MAX && (n = read(fd, bytes + got, (size_t)(SECRET_MAX - got))) > 0)
		got += n;
	if (n < 0)
		error_set(err, STATUS_IO, "%s: %s.", place->file, strerror(errno));
	else if (got == SECRET_MAX)
		error_set(err, STATUS_CONFIG, "%s is too large to hold %s.", place->file, place->what);
	else if (line)
		failed = secret_take(secret, place, place->file, bytes, (size_t)got, err);
	else {
		secret_set(secret, (struct slice){ bytes, (size_t)got });
		failed = 0;
	}
out:
	if (fd >= 0)
		close(fd);
	secret_room_free(bytes, SECRET_MAX);
	return failed;
}

int secret_read_file(struct secret *secret, const struct secret_place *place, struct error *err)
{
	return read_all(secret, place, false, false, err);
}

int secret_read_shared(struct secret *secret, const struct secret_place *place, struct error *err)
{
	return read_all(secret, place, true, true, err);
}

/* The value is taken out of the environment, so that no child of ours gets it. */
static void take_variable(struct secret *secret, const char *variable, char *value)
{
	secret_set(secret, slice_of(value));
	explicit_bzero(value, strlen(value));
	unsetenv(variable);
}

int secret_begin(struct secret_run *run, const struct secret_place *place, struct secret *secret, struct error *err)
{
	char *value = place->variable ? getenv(place->variable) : NULL;

	*run = (struct secret_run){ .fd = -1 };
	if (value && *value) {
		take_variable(secret, place->variable, value);
		if (place->kept)
			secret_set(place->kept, secret_text(secret));
		return 1;
	}
	if (place->kept && place->kept->len) {
		secret_set(secret, secret_text(place->kept));
		return 1;
	}
	if (place->file)
		return read_all(secret, place, true, false, err) ? -1 : 1;
	if (place->command)
		return secret_command_start(run, place, err);
	return error_set(err, STATUS_CONFIG, "Nothing gives %s: set %s, or name a file or a command for it in the configuration, "
	                 "[graph] client_secret_file or client_secret_command.", place->what,
	                 place->variable ? place->variable : "it");
}

int secret_read(struct secret *secret, const struct secret_place *place, struct error *err)
{
	struct secret_run run;
	int done = secret_begin(&run, place, secret, err);

	while (done == 0) {
		struct pollfd wait = { run.fd, POLLIN, 0 };

		(void)poll(&wait, 1, 200);
		done = secret_step(&run, secret, err);
	}
	return done > 0 ? 0 : -1;
}
