#include "tui/term_signal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "core/base/error.h"
#include "tui/term.h"

static const int piped[] = { SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT };
static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };

#define COUNT(array) (sizeof(array) / sizeof(array[0]))

/* The signal pipe of the process, and what a handler needs; handlers can reach nothing else. */
static struct {
	int in, out;                               /* the pipe; -1 when closed */
	bool open;
	struct termios before;                     /* modes before curses */
	bool saved;
	char rescue[TERM_RESCUE_MAX];
	size_t rescue_len;
	struct sigaction old_piped[COUNT(piped)];  /* what to give back */
	struct sigaction old_crashes[COUNT(crashes)];
} signals = { .in = -1, .out = -1 };   /* lint: state */

/* ---- handlers ---- */

static void on_piped(int number)
{
	int kept = errno;
	unsigned char byte = (unsigned char)number;

	/* A full pipe holds enough signals already. */
	if (write(signals.in, &byte, 1) < 0)
		errno = kept;
	errno = kept;
}

static void on_crash(int number)
{
	if (signals.rescue_len && write(STDOUT_FILENO, signals.rescue, signals.rescue_len) < 0)
		signals.rescue_len = 0;
	if (signals.saved)
		tcsetattr(STDIN_FILENO, TCSANOW, &signals.before);
	/* The handler was reset by SA_RESETHAND: this ends the process as if we had not been here. */
	raise(number);
}

/* ---- setting up ---- */

void term_signal_save(void)
{
	signals.saved = tcgetattr(STDIN_FILENO, &signals.before) == 0;
}

void term_signal_rescue(const char *text, size_t len)
{
	signals.rescue_len = 0;
	if (len > TERM_RESCUE_MAX)
		return;
	memcpy(signals.rescue, text, len);
	signals.rescue_len = len;
}

static void prepare(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
}

int term_signal_start(struct error *err)
{
	struct sigaction action = { .sa_flags = SA_RESTART };
	int ends[2];
	size_t i;

	if (pipe(ends) != 0)
		return error_set(err, STATUS_IO, "No pipe for signals: %s; close other programs and start again.", strerror(errno));
	prepare(ends[0]);
	prepare(ends[1]);
	signals.out = ends[0];
	signals.in = ends[1];
	sigemptyset(&action.sa_mask);
	action.sa_handler = on_piped;
	for (i = 0; i < COUNT(piped); i++)
		sigaction(piped[i], &action, &signals.old_piped[i]);
	action.sa_handler = on_crash;
	action.sa_flags = (int)SA_RESETHAND;
	for (i = 0; i < COUNT(crashes); i++)
		sigaction(crashes[i], &action, &signals.old_crashes[i]);
	signals.open = true;
	return 0;
}

void term_signal_stop(void)
{
	size_t i;

	if (!signals.open)
		return;
	for (i = 0; i < COUNT(piped); i++)
		sigaction(piped[i], &signals.old_piped[i], NULL);
	for (i = 0; i < COUNT(crashes); i++)
		sigaction(crashes[i], &signals.old_crashes[i], NULL);
	close(signals.in);
	close(signals.out);
	signals.in = signals.out = -1;
	signals.open = false;
}

void term_signal_suspend(void)
{
	struct sigaction usual = { .sa_handler = SIG_DFL }, ours;
	sigset_t stop, before;

	sigemptyset(&usual.sa_mask);
	sigaction(SIGTSTP, &usual, &ours);
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stop, &before);
	/* The whole group, as the terminal would: a script that runs us stops too. */
	kill(0, SIGTSTP);
	sigprocmask(SIG_SETMASK, &before, NULL);
	sigaction(SIGTSTP, &ours, NULL);
}

/* ---- the reading end ---- */

int term_signal_fd(void)
{
	return signals.out;
}

int term_signal_take(void)
{
	unsigned char byte;

	if (signals.out < 0 || read(signals.out, &byte, 1) != 1)
		return 0;
	return byte;
}
