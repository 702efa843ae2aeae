/* main.c - rouse-tenant: reads its options, exports the estate or serves it until it is told to stop. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/tenant/tenant.h"

#define LOOK_MS 50           /* between two looks for a signal while standard input is watched */

/* Returns 0, 1 for --help, -1 with a sentence on standard error. */
static int read_options(struct options *options, int argc, char **argv)
{
	struct text complaint = { 0 };
	bool good = true;

	for (int i = 1; i < argc && good; i++) {
		const char *name = argv[i] + 2;

		if (strcmp(argv[i], "--help") == 0) {
			options_help();
			return 1;
		}
		if (strncmp(argv[i], "--", 2) != 0) {
			text_addf(&complaint, "`%s` is no option; see --help.", argv[i]);
			good = false;
		} else if (options_is_flag(name)) {
			good = options_set(options, name, "1", false, &complaint);
		} else if (strcmp(name, "tls") == 0 && i + 2 < argc) {
			good = options_set(options, "tls-cert", argv[i + 1], false, &complaint) && options_set(options, "tls-key", argv[i + 2], false, &complaint);
			i += 2;
		} else if (i + 1 == argc) {
			text_addf(&complaint, "%s needs a value.", argv[i]);
			good = false;
		} else {
			good = options_set(options, name, argv[++i], false, &complaint);
		}
	}
	if (!good)
		fprintf(stderr, "rouse-tenant: %s\n", text_string(&complaint));
	text_release(&complaint);
	return good ? 0 : -1;
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

static int serve(struct tenant *tenant)
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
	server = server_start(tenant);
	if (!server)
		return 1;
	printf("ready %s\n", tenant->base);
	fflush(stdout);
	wait_for_end(tenant->options.with_stdin, &ours);
	pthread_mutex_lock(&tenant->lock);
	tenant->stopping = true;
	pthread_mutex_unlock(&tenant->lock);
	server_stop(&server);
	return 0;
}

int main(int argc, char **argv)
{
	struct tenant *tenant = must_alloc(sizeof *tenant);
	int code = 0, read;

	options_default(&tenant->options);
	read = read_options(&tenant->options, argc, argv);
	estate_init(&tenant->estate, &tenant->options);
	tenant->journal = must_alloc(JOURNAL_MAX * sizeof *tenant->journal);
	tenant->started_ms = time_steady_ms();
	pthread_mutex_init(&tenant->lock, NULL);
	if (read)
		code = read < 0 ? 64 : 0;
	else if (*tenant->options.client_cert && !certificate_read(&tenant->certificate, tenant->options.client_cert))
		code = 66;
	else if (*tenant->options.export_to)
		code = export_tables(&tenant->estate, &tenant->options, tenant->options.export_to) ? 0 : 73;
	else
		code = serve(tenant);
	faults_clear(tenant);
	tokens_free(tenant);
	certificate_free(&tenant->certificate);
	pthread_mutex_destroy(&tenant->lock);
	free(tenant->journal);
	free(tenant);
	return code;
}
