/* stdout.c - the digest as text on standard output. Not for the console, whose screen is there: it leaves this back end out. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/notify/notify.h"

#define TEXT_MAX ((size_t)1 << 20)

/* A digest that is to be printed in the next step. Lives on the heap; its first member is what the port hands out. */
struct printer {
	struct notify notify;
	struct strbuf text;   /* owned; not printed yet */
};

static int stdout_make(struct notify **notify, const struct config *config, struct talk *talk, struct error *err)
{
	struct printer *printer = xcalloc(1, sizeof *printer);

	(void)config;
	(void)talk;
	(void)err;
	*printer = (struct printer){ .notify = { &notify_stdout }, .text = STRBUF_INIT(TEXT_MAX) };
	*notify = &printer->notify;
	return 0;
}

static int stdout_begin(struct notify *notify, const struct digest *digest, struct error *err)
{
	struct printer *printer = (struct printer *)notify;

	(void)err;
	strbuf_clear(&printer->text);
	digest_plain(digest, &printer->text);
	return 0;
}

/* A digest has a few kilobytes at most, so that one step writes it whole; where nobody reads, that may wait as every program's output does. */
static enum step stdout_step(struct notify *notify, struct error *err)
{
	struct printer *printer = (struct printer *)notify;
	size_t n = printer->text.len;
	bool good = fwrite(strbuf_text(&printer->text), 1, n, stdout) == n && fflush(stdout) == 0;

	if (!good)
		error_set(err, STATUS_IO, "The digest could not be printed: %s.", strerror(errno));
	strbuf_clear(&printer->text);
	return good ? STEP_DONE : STEP_FAILED;
}

static void stdout_check(struct notify *notify, struct checks *checks)
{
	(void)notify;
	checks_add(checks, CHECK_OK, "stdout", "", "The digest is printed on standard output by `rouse run`.");
}

static void stdout_show(struct notify *notify, const struct digest *digest, struct strbuf *out)
{
	(void)notify;
	digest_plain(digest, out);
}

static void stdout_free(struct notify *notify)
{
	struct printer *printer = (struct printer *)notify;

	strbuf_release(&printer->text);
	free(printer);
}

const struct notify_ops notify_stdout = {
	.name = "stdout", .title = "Standard output", .word = "printed", .make = stdout_make, .encode = digest_plain, .begin = stdout_begin,
	.step = stdout_step, .check = stdout_check, .show = stdout_show, .free = stdout_free,
};
