/* serve.c - a stand-in from its start until it is told to stop. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tests/standin/standin.h"

#define LOOK_MS 50           /* between two looks for a signal while standard input is watched */
#define SLICE_MS 20

void standin_init(struct standin *standin, void *owner, const struct standin_hooks *hooks, const struct option_table *table, void *options)
{
	standin->owner = owner;
	standin->hooks = hooks;
	standin->table = table;
	standin->options = options;
	standin->journal = must_alloc(hooks->journal_max * sizeof *standin->journal);
	standin->started_ms = time_steady_ms();
	pthread_mutex_init(&standin->lock, NULL);
}

void standin_release(struct standin *standin)
{
	faults_clear(standin);
	pthread_mutex_destroy(&standin->lock);
	free(standin->journal);
	standin->journal = NULL;
}

bool standin_stopping(struct standin *standin)
{
	bool stopping;

	pthread_mutex_lock(&standin->lock);
	stopping = standin->stopping;
	pthread_mutex_unlock(&standin->lock);
	return stopping;
}

bool standin_wait(struct standin *standin, int64_t ms)
{
	int64_t end = time_steady_ms() + ms;

	for (int64_t left = ms; left > 0 && !standin_stopping(standin); left = end - time_steady_ms()) {
		struct timespec slice = { 0, (left < SLICE_MS ? left : SLICE_MS) * 1000000 };

		nanosleep(&slice, NULL);
	}
	return !standin_stopping(standin);
}

/* Until a signal, or the end of standard input: whoever started the server and died leaves no orphan. */
static void wait_for_end(bool with_stdin, const sigset_t *ours)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	char bytes[256];

	for (;;) {
		struct timespec wait = { .tv_nsec = with_stdin ? 0 : 500000000 };

		if (sigtimedwait(ours, NULL, &wait) > 0)
			return;
		if (with_stdin && poll(&input, 1, LOOK_MS) > 0 && read(STDIN_FILENO, bytes, sizeof bytes) <= 0)
			return;
	}
}

int standin_serve(struct standin *standin, const struct standin_start *start)
{
	sigset_t ours;
	struct server *server;

	/* Threads of the server inherit the mask, so that signals wait for the loop alone. */
	sigemptyset(&ours);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGHUP);
	sigprocmask(SIG_BLOCK, &ours, NULL);
	signal(SIGPIPE, SIG_IGN);
	server = server_start(standin, start);
	if (!server)
		return 1;
	printf("ready %s\n", standin->base);
	fflush(stdout);
	wait_for_end(start->with_stdin, &ours);
	pthread_mutex_lock(&standin->lock);
	standin->stopping = true;
	pthread_mutex_unlock(&standin->lock);
	server_stop(&server);
	return 0;
}
