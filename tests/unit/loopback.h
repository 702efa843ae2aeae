/* loopback.h - a web server inside a test: it answers from a script, keeps what it was asked, and moves on when the test says so. */
#ifndef ROUSE_TEST_LOOPBACK_H
#define ROUSE_TEST_LOOPBACK_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define LOOPBACK_PEERS 16
#define LOOPBACK_ASKED 64

/* What becomes of one request. */
struct loopback_line {
	const char *answer;   /* raw, with headers; NULL: none */
	bool close;           /* afterwards; without an answer: the answer is lost */
};

/* One connection. */
struct loopback_peer {
	int fd;               /* -1: none */
	char *bytes;          /* what came and is no whole request yet; owned */
	size_t n;
};

struct loopback {
	int fd;
	unsigned port;
	struct loopback_peer peers[LOOPBACK_PEERS];
	const struct loopback_line *script;
	size_t lines, asked_count, accepted;
	char *asked[LOOPBACK_ASKED];        /* whole requests; owned */
	int64_t times[LOOPBACK_ASKED];      /* by now_ms */
	int64_t (*now_ms)(void);
};

static inline void loopback_open(struct loopback *server, const struct loopback_line *script, size_t lines, int64_t (*now_ms)(void))
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof address;

	*server = (struct loopback){ .script = script, .lines = lines, .now_ms = now_ms };
	for (size_t i = 0; i < LOOPBACK_PEERS; i++)
		server->peers[i].fd = -1;
	server->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (server->fd < 0 || bind(server->fd, (struct sockaddr *)&address, n) || listen(server->fd, 8) ||
	    getsockname(server->fd, (struct sockaddr *)&address, &n))
		abort();
	server->port = ntohs(address.sin_port);
}

static inline void loopback_drop(struct loopback_peer *peer)
{
	if (peer->fd >= 0)
		close(peer->fd);
	if (peer->bytes)
		explicit_bzero(peer->bytes, peer->n);
	free(peer->bytes);
	*peer = (struct loopback_peer){ .fd = -1 };
}

/* The length of the request at the start, or 0 while it is not whole. */
static inline size_t loopback_whole(const struct loopback_peer *peer)
{
	const char *end = peer->n ? strstr(peer->bytes, "\r\n\r\n") : NULL;
	size_t body = 0;

	if (!end)
		return 0;
	for (const char *line = peer->bytes; line < end; line = strstr(line, "\r\n") + 2)
		if (!strncasecmp(line, "Content-Length:", 15))
			body = (size_t)strtoul(line + 15, NULL, 10);
	end += 4;
	return (size_t)(end - peer->bytes) + body <= peer->n ? (size_t)(end - peer->bytes) + body : 0;
}

static inline void loopback_serve(struct loopback *server, struct loopback_peer *peer, size_t whole)
{
	size_t at = server->asked_count;
	const struct loopback_line *line = at < server->lines ? &server->script[at] : NULL;

	if (at == LOOPBACK_ASKED)
		abort();
	server->asked[at] = strndup(peer->bytes, whole);
	server->times[at] = server->now_ms ? server->now_ms() : 0;
	server->asked_count++;
	memmove(peer->bytes, peer->bytes + whole, peer->n - whole);
	explicit_bzero(peer->bytes + peer->n - whole, whole);
	peer->n -= whole;
	if (line && line->answer && send(peer->fd, line->answer, strlen(line->answer), MSG_NOSIGNAL) < 0)
		abort();
	if (!line || line->close)
		loopback_drop(peer);
}

static inline void loopback_read(struct loopback *server, struct loopback_peer *peer)
{
	char piece[4096];
	ssize_t got;
	size_t whole;

	while (peer->fd >= 0 && (got = recv(peer->fd, piece, sizeof piece, MSG_DONTWAIT)) >= 0) {
		char *bytes = got ? malloc(peer->n + (size_t)got + 1) : NULL;

		if (!bytes) {
			loopback_drop(peer);
			break;
		}
		memcpy(bytes, peer->bytes ? peer->bytes : "", peer->n);
		memcpy(bytes + peer->n, piece, (size_t)got);
		if (peer->bytes)
			explicit_bzero(peer->bytes, peer->n);
		free(peer->bytes);
		peer->bytes = bytes;
		peer->n += (size_t)got;
		bytes[peer->n] = '\0';
		explicit_bzero(piece, sizeof piece);
		while (peer->fd >= 0 && (whole = loopback_whole(peer)) > 0)
			loopback_serve(server, peer, whole);
	}
}

/* Takes what has come and answers; never waits. */
static inline void loopback_step(struct loopback *server)
{
	int fd;

	while ((fd = accept(server->fd, NULL, NULL)) >= 0) {
		size_t i = 0;

		while (i < LOOPBACK_PEERS && server->peers[i].fd >= 0)
			i++;
		if (i == LOOPBACK_PEERS)
			abort();
		server->peers[i].fd = fd;
		server->accepted++;
	}
	for (size_t i = 0; i < LOOPBACK_PEERS; i++)
		loopback_read(server, &server->peers[i]);
}

static inline void loopback_close(struct loopback *server)
{
	for (size_t i = 0; i < LOOPBACK_PEERS; i++)
		loopback_drop(&server->peers[i]);
	for (size_t i = 0; i < server->asked_count; i++) {
		explicit_bzero(server->asked[i], strlen(server->asked[i]));
		free(server->asked[i]);
	}
	close(server->fd);
}

#endif
