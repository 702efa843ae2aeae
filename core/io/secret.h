/* secret.h - secrets: from the environment, from a file that only its owner can read, or from a command's output.
 *
 * A secret lives in memory of its own that is locked where the system allows it, left out of core dumps and wiped at the end. It never
 * reaches argv, a log, an error's text, the store or a child's environment: what begins with ROUSE_ is not handed on. */
#ifndef ROUSE_SECRET_H
#define ROUSE_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/base/bytes.h"

struct error;
struct strbuf;

#define SECRET_MAX 65536

/* Zero-initialised means none. */
struct secret {
	char *bytes;     /* owned; NUL-terminated */
	size_t len;
};

/* Where to look, in this order; the first that is set counts. All borrowed; NULL: not set. */
struct secret_place {
	const char *what;         /* for sentences: `the client secret` */
	const char *variable;     /* of the environment: ROUSE_CLIENT_SECRET; empty counts as not set */
	const char *file;         /* must be a regular file of ours, not readable by group or others; links are followed */
	const char *command;      /* run by sh -c, with a time limit; its one line of output counts, without blanks at the end. It gets no
	                           * input and no terminal, and its complaints are dropped: they would go over the console's screen */
	struct secret *kept;      /* keeps the variable's value for the next time, as the environment loses it. NULL: nobody asks again */
};

/* A command under way. */
struct secret_run {
	struct secret_place place;
	pid_t child;              /* 0: none */
	int fd;                   /* its output, not blocking; wait for POLLIN; -1 when it has closed it */
	char *bytes;              /* owned */
	size_t got;
	bool ended;               /* the child is gone, and `status` is what waitpid() said */
	int status;
	int64_t until_ms;         /* monotonic */
};

/* Reads it: 1 when it is there, 0 when a command was started (go on with secret_step()), -1 with STATUS_CONFIG when none is set,
 * STATUS_NO_PERMISSION for a file that others can read, with the chmod that mends it. A variable is taken out of the environment. */
int secret_begin(struct secret_run *run, const struct secret_place *place, struct secret *secret, struct error *err);
/* Never waits: 1, 0 or -1 as above. At most 30 s from its beginning. */
int secret_step(struct secret_run *run, struct secret *secret, struct error *err);
void secret_cancel(struct secret_run *run);   /* harmless when none runs */
/* The same to its end, waiting. */
int secret_read(struct secret *secret, const struct secret_place *place, struct error *err);
/* The bytes of place->file as they are, several lines too, under the same rules. */
int secret_read_file(struct secret *secret, const struct secret_place *place, struct error *err);
/* One line of place->file, whoever may read it: tokens that the platform puts there for us (Kubernetes) and changes every hour. */
int secret_read_shared(struct secret *secret, const struct secret_place *place, struct error *err);
void secret_set(struct secret *secret, struct slice bytes);
struct slice secret_text(const struct secret *secret);
void secret_wipe(struct secret *secret);
/* In a child, before exec: what begins with ROUSE_ goes out of the environment. */
void secret_drop_variables(void);
/* Makes room for n bytes at once, so that no copy of a secret stays behind when the text grows. */
void secret_reserve(struct strbuf *text, size_t n);

#endif
