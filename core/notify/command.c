/* command.c - the digest to any command: text on its input, its exit status the answer, its complaints in the sentence. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/io/config.h"
#include "core/io/secret.h"
#include "core/notify/notify.h"

#define TEXT_MAX ((size_t)1 << 20)
#define COMPLAINT_MAX 4096   /* bytes of its complaints that are kept; the rest is read and dropped */
#define COMPLAINT_SHOWN 400
#define COMMAND_MS 30000
#define DESCRIPTORS 1024     /* as many as a process may have where nobody asked for more */

/* One command, running or not. */
struct command {
	struct notify notify;
	const char *run;         /* borrowed from the configuration */
	struct strbuf text;      /* owned; the digest */
	size_t given;            /* of it: written */
	struct strbuf complaint; /* owned; what it said on its error output */
	pid_t child;             /* 0: none */
	int in, err;             /* ours, not blocking; -1: closed */
	bool ended;
	int status;              /* waitpid()'s */
	int64_t until_ms;        /* monotonic */
};

static int command_make(struct notify **notify, const struct config *config, struct talk *talk, struct error *err)
{
	const char *run = config_text(config, "command.run");
	struct command *command;

	(void)talk;
	if (!run || !run[strspn(run, " \t")])
		return error_set(err, STATUS_CONFIG, "[notify] kind = command needs a command that takes the digest: set [command] run.");
	command = xcalloc(1, sizeof *command);
	*command = (struct command){
		.notify = { &notify_command }, .run = run, .text = STRBUF_INIT(TEXT_MAX), .complaint = STRBUF_INIT(COMPLAINT_MAX),
		.in = -1, .err = -1,
	};
	*notify = &command->notify;
	return 0;
}

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* A command that still runs is killed with all it started. */
static void end_command(struct command *command)
{
	if (command->child && !command->ended) {
		/* Itself first: from then on it starts nothing more, and is in a group of its own or never will be. */
		kill(command->child, SIGKILL);
		kill(-command->child, SIGKILL);
		while (waitpid(command->child, &command->status, 0) < 0 && errno == EINTR)
			;
	}
	close_end(&command->in);
	close_end(&command->err);
	command->child = 0;
}

static int command_begin(struct notify *notify, const struct digest *digest, struct error *err)
{
	struct command *command = (struct command *)notify;

	(void)err;
	end_command(command);
	strbuf_clear(&command->text);
	strbuf_clear(&command->complaint);
	digest_plain(digest, &command->text);
	return 0;
}

/* -- the child -- */

/* In a session of its own: no terminal to ask on, and a group to kill. What it prints goes nowhere, as it would go over the screen. */
static _Noreturn void run_child(const char *run, int in, int err)
{
	int none = open("/dev/null", O_RDWR | O_CLOEXEC);

	dup2(in, STDIN_FILENO);
	dup2(none, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	signal(SIGPIPE, SIG_DFL);
	setsid();
	secret_drop_variables();
	for (int fd = STDERR_FILENO + 1; fd < DESCRIPTORS; fd++)
		close(fd);
	execl("/bin/sh", "sh", "-c", run, (char *)NULL);
	_exit(127);
}

/* A pipe whose ends no other child gets. */
static int make_pipe(int ends[2])
{
	if (pipe(ends))
		return -1;
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	return 0;
}

static int start(struct command *command, struct error *err)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 };
	pid_t child = -1;

	if (!make_pipe(in) && !make_pipe(out))
		child = fork();
	if (child == 0)
		run_child(command->run, in[0], out[1]);
	if (child < 0)
		error_set(err, STATUS_FAILED, "The command of [command] run could not be started: %s.", strerror(errno));
	close_end(&in[0]);
	close_end(&out[1]);
	if (child < 0) {
		close_end(&in[1]);
		close_end(&out[0]);
		return -1;
	}
	fcntl(in[1], F_SETFL, O_NONBLOCK);
	fcntl(out[0], F_SETFL, O_NONBLOCK);
	command->child = child;
	command->in = in[1];
	command->err = out[0];
	command->given = 0;
	command->ended = false;
	command->until_ms = clock_ms() + COMMAND_MS;
	return 0;
}

/* -- stepping -- */

/* As much as it takes now. A command that does not read its input is free not to: SIGPIPE is ignored in rouse. */
static void give(struct command *command)
{
	ssize_t n = 0;

	while (command->in >= 0 && command->given < command->text.len) {
		n = write(command->in, command->text.buf + command->given, command->text.len - command->given);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		command->given += (size_t)n;
	}
	if (command->given == command->text.len || (n < 0 && errno != EAGAIN))
		close_end(&command->in);   /* the end of its input */
}

static void listen(struct command *command)
{
	char piece[1024];
	ssize_t n = -1;

	while (command->err >= 0 && ((n = read(command->err, piece, sizeof piece)) > 0 || (n < 0 && errno == EINTR))) {
		size_t room = COMPLAINT_MAX - command->complaint.len;

		if (n > 0)
			strbuf_add(&command->complaint, piece, (size_t)n < room ? (size_t)n : room);
	}
	if (n == 0)
		close_end(&command->err);   /* its end is always ready: nobody shall wait for it */
}

/* Its complaints in one line, visible; nothing when there are none. */
static void add_complaint(struct command *command, struct strbuf *out)
{
	char *text = (char *)command->complaint.buf;
	size_t n = command->complaint.len;

	while (n && strchr(" \t\r\n", text[n - 1]))
		n--;
	if (!n)
		return;
	text[n] = '\0';
	for (size_t i = 0; i < n; i++)
		if (text[i] == '\n' || text[i] == '\t' || text[i] == '\r' || !text[i])
			text[i] = ' ';
	strbuf_adds(out, " It said: ");
	notify_text(text, COMPLAINT_SHOWN, out);
}

static enum step finish(struct command *command, struct error *err)
{
	struct strbuf said = STRBUF_INIT(4096);
	int status = command->status;

	end_command(command);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return STEP_DONE;
	add_complaint(command, &said);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		error_set(err, STATUS_CONFIG, "The command of [command] run ended with status 127: the shell does not find it; install it, or "
		          "give its whole path.%s", strbuf_text(&said));
	else if (WIFEXITED(status))
		error_set(err, STATUS_FAILED, "The command of [command] run ended with status %d.%s", WEXITSTATUS(status), strbuf_text(&said));
	else
		error_set(err, STATUS_FAILED, "The command of [command] run was ended by signal %d.%s", WTERMSIG(status), strbuf_text(&said));
	strbuf_release(&said);
	return STEP_FAILED;
}

static enum step command_step(struct notify *notify, struct error *err)
{
	struct command *command = (struct command *)notify;
	struct strbuf said = STRBUF_INIT(4096);

	if (!command->child)
		return start(command, err) ? STEP_FAILED : STEP_WAIT;
	command->ended = waitpid(command->child, &command->status, WNOHANG) == command->child;
	give(command);
	listen(command);
	if (command->ended)
		return finish(command, err);
	if (clock_ms() < command->until_ms)
		return STEP_WAIT;
	end_command(command);
	add_complaint(command, &said);
	error_set(err, STATUS_FAILED, "The command of [command] run did not end within %d seconds and was stopped.%s", COMMAND_MS / 1000,
	          strbuf_text(&said));
	strbuf_release(&said);
	return STEP_FAILED;
}

static int command_fd(const struct notify *notify)
{
	return ((const struct command *)notify)->err;
}

/* -- examining and showing -- */

/* Whether PATH has a program of this name. */
static bool in_path(const char *name, size_t n)
{
	const char *path = getenv("PATH");
	struct strbuf file = STRBUF_INIT(8192);
	bool found = false;

	for (const char *at = path ? path : "/usr/bin:/bin"; !found; at += strcspn(at, ":") + 1) {
		strbuf_clear(&file);
		strbuf_add(&file, at, strcspn(at, ":"));
		strbuf_addc(&file, '/');
		strbuf_add(&file, name, n);
		found = access(strbuf_text(&file), X_OK) == 0;
		if (!at[strcspn(at, ":")])
			break;
	}
	strbuf_release(&file);
	return found;
}

/* The first word, where it is a plain name; a shell's own words and variables are not judged. The rest may hold a secret: it is not shown. */
static void command_check(struct notify *notify, struct checks *checks)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+";
	const struct command *command = (const struct command *)notify;
	const char *word = command->run + strspn(command->run, " \t");
	size_t n = strspn(word, plain);
	char *copy = xmemdup(word, n);
	bool judged = n > 0 && n < 1024 && (!word[n] || strchr(" \t;|&<>", word[n]));
	bool found = judged && (strchr(copy, '/') ? access(copy, X_OK) == 0 : in_path(copy, n));

	if (judged && !found)
		checks_add(checks, CHECK_WARNING, "command", "Install it, or give its whole path in [command] run.",
		           "`%.200s`, which is to take the digest, is not found in PATH.", copy);
	else
		checks_add(checks, CHECK_OK, "command", "", "%s%.200s%s takes the digest; it was not run.", judged ? "`" : "A command",
		           judged ? copy : "", judged ? "`" : "");
	free(copy);
}

static void command_show(struct notify *notify, const struct digest *digest, struct strbuf *out)
{
	(void)notify;
	strbuf_adds(out, "The command of [command] run gets on its input:\n\n");
	digest_plain(digest, out);
}

static void command_free(struct notify *notify)
{
	struct command *command = (struct command *)notify;

	end_command(command);
	strbuf_release(&command->text);
	strbuf_release(&command->complaint);
	free(command);
}

const struct notify_ops notify_command = {
	.name = "command", .title = "Command", .word = "handed over", .make = command_make, .encode = digest_plain, .begin = command_begin,
	.step = command_step, .check = command_check, .show = command_show, .fd = command_fd, .free = command_free,
};
