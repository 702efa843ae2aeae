#include "core/headless/demo_live.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/io/secret.h"

#define PROGRAM "rouse-tenant"
#define PATH_BYTES 4096
#define READY_MS 10000
#define SERVERS_SHARE 30   /* percent of the stand-in's devices */

/* Beside this program, or in ../libexec/rouse. */
static bool find_program(char *path, size_t room)
{
	static const char *const places[] = { "/" PROGRAM, "/../libexec/rouse/" PROGRAM };
	char self[PATH_BYTES];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	char *slash;

	if (n <= 0)
		return false;
	self[n] = '\0';
	slash = strrchr(self, '/');
	if (!slash)
		return false;
	*slash = '\0';
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (snprintf(path, room, "%s%s", self, places[i]) < (int)room && access(path, X_OK) == 0)
			return true;
	return false;
}

static _Noreturn void run_child(const char *path, uint32_t servers, int in, int out)
{
	char devices[32];

	snprintf(devices, sizeof devices, "%" PRIu64, (uint64_t)servers * 100 / SERVERS_SHARE);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	setpgid(0, 0);   /* ^C is for the console alone */
	secret_drop_variables();
	execl(path, PROGRAM, "--with-stdin", "--port", "0", "--devices", devices, (char *)NULL);
	_exit(127);
}

/* Its first line is `ready http://127.0.0.1:PORT`. */
static int read_address(struct demo_live *live, int out, struct error *err)
{
	char line[128] = "";
	size_t got = 0;
	int64_t until = clock_ms() + READY_MS;

	while (got < sizeof line - 1 && !strchr(line, '\n')) {
		struct pollfd wait = { out, POLLIN, 0 };
		int64_t left = until - clock_ms();
		ssize_t n;

		if (left <= 0 || poll(&wait, 1, (int)left) < 0)
			break;
		n = read(out, line + got, sizeof line - 1 - got);
		if (n <= 0)
			break;
		got += (size_t)n;
		line[got] = '\0';
	}
	if (sscanf(line, "ready %63s", live->address) != 1 || strncmp(live->address, "http://127.0.0.1:", 17) != 0)
		return error_set(err, STATUS_UNAVAILABLE, "The stand-in tenant did not start; run %s by hand to see why.", PROGRAM);
	return 0;
}

int demo_live_start(struct demo_live *live, uint32_t servers, struct error *err)
{
	char path[PATH_BYTES];
	int in[2], out[2], failed;

	if (!find_program(path, sizeof path))
		return error_set(err, STATUS_UNAVAILABLE, "The stand-in tenant %s is not beside this program; `make tenant` builds it.",
			PROGRAM);
	if (pipe(in) || pipe(out))
		return error_set(err, STATUS_FAILED, "The stand-in tenant could not be started: %s.", strerror(errno));
	fcntl(in[1], F_SETFD, FD_CLOEXEC);
	fcntl(out[0], F_SETFD, FD_CLOEXEC);
	live->child = fork();
	if (live->child == 0)
		run_child(path, servers, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	live->keep = in[1];
	failed = live->child < 0 ? error_set(err, STATUS_FAILED, "The stand-in tenant could not be started: %s.", strerror(errno))
	                         : read_address(live, out[0], err);
	close(out[0]);
	setenv("ROUSE_CLIENT_SECRET", "right-secret~1", 1);   /* of the stand-in; no secret of anybody's */
	if (failed)
		demo_live_end(live);
	return failed;
}

void demo_live_end(struct demo_live *live)
{
	if (live->child > 0) {
		close(live->keep);
		kill(live->child, SIGTERM);
		while (waitpid(live->child, NULL, 0) < 0 && errno == EINTR)
			;
	}
	*live = (struct demo_live){ 0 };
}
