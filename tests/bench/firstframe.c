/* firstframe.c - how long a program in a terminal takes: from exec to the first text, and from a key to the text it brings.
 *
 *   firstframe COLSxROWS TEXT [KEYS TEXT]... -- COMMAND ARG...
 *
 * Runs the command in a pseudo-terminal of this size and prints one number a line, in milliseconds: exec to TEXT, then for each pair the
 * time from writing KEYS (\e \r \n \t \\ \xHH understood) to TEXT. A text is looked for in what the program writes after the keys,
 * with escape sequences taken out, so it must stand together on the screen and be written anew by that frame. A TEXT of `~N` stands for
 * the end of the frame instead: N ms without output; the quiet time is not counted. Exits 1 when a text does not come within 60 s. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WAIT_MS 60000
#define WINDOW ((size_t)1 << 22)   /* bytes of output looked at between two texts */

/* What came out since the last key, without escape sequences. */
struct output {
	char *text;
	size_t len;
	enum { PLAIN, ESCAPE, CSI, OSC, CHARSET } state;
};

static double now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void take(struct output *out, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)bytes[i];
		switch (out->state) {
		case PLAIN:
			if (c == 27)
				out->state = ESCAPE;
			else if (c >= 32 && out->len + 1 < WINDOW)
				out->text[out->len++] = (char)c;
			break;
		case ESCAPE:
			out->state = c == '[' ? CSI : c == ']' ? OSC : c == '(' || c == ')' ? CHARSET : PLAIN;
			break;
		case CSI:
			if (c >= 0x40 && c <= 0x7e)
				out->state = PLAIN;
			break;
		case OSC:
			if (c == 7 || c == '\\')
				out->state = PLAIN;
			break;
		case CHARSET:
			out->state = PLAIN;
			break;
		}
	}
}

/* Waits for the text, or for quiet. Returns the time of the read that brought it, or -1. */
static double wait_text(int terminal, struct output *out, const char *text)
{
	double begun = now_ms(), last = begun;
	int quiet = text[0] == '~' ? (int)strtol(text + 1, NULL, 10) : 0;
	char buffer[65536];
	for (;;) {
		struct pollfd poller = { .fd = terminal, .events = POLLIN };
		int ready = poll(&poller, 1, quiet ? quiet : 1000);
		double t = now_ms();
		if (ready == 0 && quiet && out->len)
			return last;
		if (t - begun > WAIT_MS)
			return -1;
		if (ready <= 0)
			continue;
		ssize_t n = read(terminal, buffer, sizeof buffer);
		if (n <= 0)
			return -1;
		last = now_ms();
		take(out, buffer, (size_t)n);
		if (!quiet && memmem(out->text, out->len, text, strlen(text)))
			return last;
	}
}

static void clear(struct output *out)
{
	out->len = 0;
}

static void write_keys(int terminal, const char *keys)
{
	char bytes[1024];
	size_t n = 0;
	for (; *keys && n < sizeof bytes; keys++) {
		if (*keys != '\\') {
			bytes[n++] = *keys;
			continue;
		}
		keys++;
		char hex[3] = { 0 };
		if (*keys == 'x' && keys[1] && keys[2]) {
			memcpy(hex, keys + 1, 2);
			bytes[n++] = (char)strtol(hex, NULL, 16);
			keys += 2;
		} else {
			bytes[n++] = *keys == 'e' ? '\033' : *keys == 'r' ? '\r' : *keys == 'n' ? '\n' : *keys == 't' ? '\t' : *keys;
		}
	}
	if (write(terminal, bytes, n) != (ssize_t)n)
		perror("write");
}

static int measure(int terminal, double begun, char **texts, int count)
{
	struct output out = { .text = malloc(WINDOW) };
	if (!out.text)
		return 1;
	int result = 0;
	double t = wait_text(terminal, &out, texts[0]);
	for (int i = 1; t >= 0; i += 2) {
		printf("%.1f\n", t - begun);
		if (i + 1 >= count)
			break;
		clear(&out);
		begun = now_ms();
		write_keys(terminal, texts[i]);
		t = wait_text(terminal, &out, texts[i + 1]);
	}
	if (t < 0) {
		fprintf(stderr, "firstframe: the text did not come; last output: %.*s\n", (int)(out.len > 400 ? 400 : out.len),
		        out.text + (out.len > 400 ? out.len - 400 : 0));
		result = 1;
	}
	free(out.text);
	return result;
}

int main(int argc, char **argv)
{
	unsigned cols = 0, rows = 0;
	int dashes = 3;
	while (dashes < argc && strcmp(argv[dashes], "--") != 0)
		dashes++;
	char *x = argc > 1 ? strchr(argv[1], 'x') : NULL;
	if (x) {
		cols = (unsigned)strtoul(argv[1], NULL, 10);
		rows = (unsigned)strtoul(x + 1, NULL, 10);
	}
	if (dashes + 1 >= argc || !cols || !rows) {
		fputs("usage: firstframe COLSxROWS TEXT [KEYS TEXT]... -- COMMAND ARG...\n", stderr);
		return 64;
	}
	struct winsize size = { .ws_col = (unsigned short)cols, .ws_row = (unsigned short)rows };
	int terminal;
	double begun = now_ms();
	pid_t child = forkpty(&terminal, NULL, NULL, &size);
	if (child < 0) {
		perror("forkpty");
		return 1;
	}
	if (child == 0) {
		execvp(argv[dashes + 1], argv + dashes + 1);
		_exit(127);
	}
	int result = measure(terminal, begun, argv + 2, dashes - 2);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return result;
}
