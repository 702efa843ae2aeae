/* secret_run.c - a secret from a command: started, read and given up without ever waiting. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/io/secret_inner.h"

#define COMMAND_MS 30000
#define DESCRIPTORS 1024   /* as many as a process may have where nobody asked for more */

extern char **environ;

/* Other secrets wait in the environment until somebody asks for them. Nothing is called here that a child of a program with threads may not. */
void secret_drop_variables(void)
{
	char **to = environ;

	for (char **from = environ; from && *from; from++)
		if (strncmp(*from, "ROUSE_", 6) != 0)
			*to++ = *from;
	if (to)
		*to = NULL;
}

/* In the child: it gets no input, so that it cannot wait for one, and nothing it says but its output is read. */
static _Noreturn void run_child(const char *command, int out, pid_t parent)
{
	int none = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (none >= 0) {
		dup2(none, STDIN_FILENO);
		dup2(none, STDERR_FILENO);
	}
	dup2(out, STDOUT_FILENO);
	signal(SIGPIPE, SIG_DFL);
	/* Without a terminal a command that asks for a pass phrase fails at once; with one it would be stopped until its time is over. */
	setsid();
#ifdef PR_SET_PDEATHSIG
	prctl(PR_SET_PDEATHSIG, SIGKILL);   /* ^C does not reach it there, and nobody would read its output */
	if (getppid() != parent)
		_exit(127);
#endif
	secret_drop_variables();
	/* libcurl does not close its own pair of sockets in a child. */
	for (int fd = STDERR_FILENO + 1; fd < DESCRIPTORS; fd++)
		close(fd);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

int secret_command_start(struct secret_run *run, const struct secret_place *place, struct error *err)
{
	int ends[2];
	pid_t parent;

	if (pipe(ends))
		return error_set(err, STATUS_FAILED, "The command for %s could not be started: %s.", place->what, strerror(errno));
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	parent = getpid();
	*run = (struct secret_run){ .place = *place, .fd = ends[0], .until_ms = clock_ms() + COMMAND_MS };
	run->child = fork();
	if (run->child == 0)
		run_child(place->command, ends[1], parent);
	close(ends[1]);
	if (run->child < 0) {
		close(ends[0]);
		*run = (struct secret_run){ .fd = -1 };
		return error_set(err, STATUS_FAILED, "The command for %s could not be started: %s.", place->what, strerror(errno));
	}
	run->bytes = secret_room(SECRET_MAX);
	return 0;
}

/* Gives everything back. A command that still runs is killed with all it started. */
static void end_command(struct secret_run *run)
{
	if (!run->child)
		return;
	if (!run->ended) {
		/* Itself first: from then on it starts nothing more, and is in a group of its own or never will be. */
		kill(run->child, SIGKILL);
		kill(-run->child, SIGKILL);
	}
	if (run->fd >= 0)
		close(run->fd);
	while (!run->ended && waitpid(run->child, &run->status, 0) < 0 && errno == EINTR)
		;
	secret_room_free(run->bytes, SECRET_MAX);
	*run = (struct secret_run){ .fd = -1 };
}

void secret_cancel(struct secret_run *run)
{
	end_command(run);
}

/* The child is gone and its output is whole: keep it when the command says that it did its work. */
static int finish_command(struct secret_run *run, struct secret *secret, struct error *err)
{
	bool fine = WIFEXITED(run->status) && WEXITSTATUS(run->status) == 0;
	int failed;

	if (fine)
		failed = secret_take(secret, &run->place, "The command", run->bytes, run->got, err);
	else if (WIFEXITED(run->status) && WEXITSTATUS(run->status) == 127)
		failed = error_set(err, STATUS_CONFIG, "The command for %s failed with status 127: the shell does not find it; install it, "
		                   "or give its "
		                   "whole path.", run->place.what);
	else if (WIFEXITED(run->status))
		failed = error_set(err, STATUS_CONFIG, "The command for %s failed with status %d; run it by hand to see why.", run->place.what,
		                   WEXITSTATUS(run->status));
	else
		failed = error_set(err, STATUS_CONFIG, "The command for %s was ended by signal %d; run it by hand to see why.", run->place.what,
		                   WTERMSIG(run->status));
	end_command(run);
	return failed ? -1 : 1;
}

/* A command that leaves something running in the background is over when it itself is, whoever still holds its output. */
int secret_step(struct secret_run *run, struct secret *secret, struct error *err)
{
	ssize_t n = -1;

	if (!run->ended)
		run->ended = waitpid(run->child, &run->status, WNOHANG) == run->child;
	while (run->fd >= 0 && run->got < SECRET_MAX &&
	       ((n = read(run->fd, run->bytes + run->got, SECRET_MAX - run->got)) > 0 || (n < 0 && errno == EINTR)))
		run->got += n > 0 ? (size_t)n : 0;
	if (n == 0 && run->fd >= 0) {   /* its end is always ready: nobody shall wait for it */
		close(run->fd);
		run->fd = -1;
	}
	if (run->got == SECRET_MAX) {
		error_set(err, STATUS_CONFIG, "The command for %s prints more than any secret is long.", run->place.what);
		end_command(run);
		return -1;
	}
	if (run->ended)
		return finish_command(run, secret, err);
	if (clock_ms() < run->until_ms)
		return 0;
	error_set(err, STATUS_CONFIG, "The command for %s gave no answer within 30 seconds.", run->place.what);
	end_command(run);
	return -1;
}
