/* server.c - HTTP on the loopback address; the only user of libmicrohttpd. A thread for each connection: one may hang while others go on. */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/standin/standin.h"

#define PIECE 65536
#define MORE_MAX 4           /* settings of the library that depend on the start, and their end */

struct server {
	struct standin *standin;     /* borrowed */
	struct MHD_Daemon *daemon;
	char *certificate, *key;     /* owned; PEM, of https */
};

/* A request while its body comes, and its reply while that goes. */
struct exchange {
	struct standin *standin;     /* borrowed */
	char *raw;                   /* owned */
	struct call call;
	struct reply reply;
	bool begun;
};

static const char *header(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static void fill_call(struct MHD_Connection *connection, struct exchange *exchange, const char *method, const char *path)
{
	struct call *call = &exchange->call;
	const char *query = strchr(exchange->raw, '?');

	call->method = method;
	call->path = path;
	call->raw = exchange->raw;
	call->authorization = header(connection, "Authorization");
	call->content_type = header(connection, "Content-Type");
	call->accept = header(connection, "Accept");
	call->accept_encoding = header(connection, "Accept-Encoding");
	call->agent = header(connection, "User-Agent");
	call->cookie = header(connection, "Cookie");
	call->host = header(connection, "Host");
	call->forwarded = header(connection, "X-Forwarded-For");
	call->metadata = header(connection, "Metadata");
	call->api_key = header(connection, "x-sn-apikey");
	call->xsrf = header(connection, "X-Atlassian-Token");
	if (query)
		form_read(&call->arguments, query + 1, strlen(query + 1));
}

static int socket_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	return info ? (int)info->connect_fd : -1;
}

/* Waits, and ends early when the client goes away or the server stops. */
static void wait_or_gone(struct standin *standin, struct MHD_Connection *connection, int64_t ms)
{
	struct pollfd poll_one = { .fd = socket_of(connection), .events = POLLIN };
	int64_t end = time_steady_ms() + ms;
	char byte;

	while (time_steady_ms() < end && !standin_stopping(standin)) {
		int64_t left = end - time_steady_ms();

		if (poll(&poll_one, 1, left < 50 ? (int)left : 50) > 0 && recv(poll_one.fd, &byte, 1, MSG_PEEK) <= 0)
			return;
	}
}

/* RST in place of FIN: a connected socket that is told to be connected to nothing sends it at once, on Linux. */
static void make_reset(struct MHD_Connection *connection)
{
	struct sockaddr nothing = { .sa_family = AF_UNSPEC };

	connect(socket_of(connection), &nothing, sizeof nothing);
}

static ssize_t read_stream(void *owner, uint64_t position, char *out, size_t max)
{
	struct exchange *exchange = owner;
	ssize_t n;

	(void)position;
	n = exchange->standin->hooks->stream_read(exchange->reply.stream, out, max);
	return n > 0 ? n : n == 0 ? MHD_CONTENT_READER_END_OF_STREAM : MHD_CONTENT_READER_END_WITH_ERROR;
}

/* A body that breaks off in the middle: its length was promised. */
static ssize_t read_cut(void *owner, uint64_t position, char *out, size_t max)
{
	struct exchange *exchange = owner;
	size_t left = (size_t)exchange->reply.cut > exchange->reply.body.len ? exchange->reply.body.len : (size_t)exchange->reply.cut;

	if (position >= left)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	left -= (size_t)position;
	left = left < max ? left : max;
	memcpy(out, exchange->reply.body.at + position, left);
	return (ssize_t)left;
}

static struct MHD_Response *make_response(struct exchange *exchange)
{
	struct reply *reply = &exchange->reply;

	if (reply->stream)
		return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, PIECE, read_stream, exchange, NULL);
	if (reply->cut >= 0)
		return MHD_create_response_from_callback(reply->body.len + 1, PIECE, read_cut, exchange, NULL);
	return MHD_create_response_from_buffer(reply->body.len, reply->body.at, MHD_RESPMEM_MUST_COPY);
}

static enum MHD_Result send_reply(struct MHD_Connection *connection, struct exchange *exchange)
{
	struct reply *reply = &exchange->reply;
	struct MHD_Response *response;
	enum MHD_Result sent;

	if (reply->wait_ms)
		wait_or_gone(exchange->standin, connection, reply->wait_ms);
	if (reply->end == END_RESET)
		make_reset(connection);
	if (reply->end != END_WELL)
		return MHD_NO;
	response = make_response(exchange);
	if (!response)
		return MHD_NO;
	if (reply->type)
		MHD_add_response_header(response, "Content-Type", reply->type);
	for (size_t i = 0; i < reply->headers.count; i++)
		MHD_add_response_header(response, reply->headers.items[i].name, reply->headers.items[i].value);
	sent = MHD_queue_response(connection, reply->status, response);
	MHD_destroy_response(response);
	return sent;
}

/* The request line as it was sent; called before anything else of a request. */
static void *on_line(void *owner, const char *raw, struct MHD_Connection *connection)
{
	struct server *server = owner;
	struct exchange *exchange = must_alloc(sizeof *exchange);

	(void)connection;
	exchange->standin = server->standin;
	exchange->raw = must_alloc(strlen(raw) + 1);
	memcpy(exchange->raw, raw, strlen(raw));
	exchange->call.entry = SIZE_MAX;
	exchange->reply.cut = -1;
	return exchange;
}

static enum MHD_Result on_request(void *owner, struct MHD_Connection *connection, const char *path, const char *method, const char *version,
                                  const char *data, size_t *size, void **state)
{
	struct server *server = owner;
	struct exchange *exchange = *state;
	struct call *call = &exchange->call;

	(void)version;
	if (!exchange->begun) {
		exchange->begun = true;
		return MHD_YES;
	}
	if (*size) {
		call->too_large |= call->body.len + *size > server->standin->hooks->body_max;
		if (!call->too_large)
			text_add(&call->body, data, *size);
		*size = 0;
		return MHD_YES;
	}
	fill_call(connection, exchange, method, path);
	server->standin->hooks->answer(server->standin->owner, call, &exchange->reply);
	return send_reply(connection, exchange);
}

static void on_end(void *owner, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code)
{
	struct standin *standin = ((struct server *)owner)->standin;
	struct exchange *exchange = *state;

	(void)connection;
	if (!exchange)
		return;
	if (exchange->reply.stream)
		standin->hooks->stream_free(&exchange->reply.stream);   /* notes its rows first */
	pthread_mutex_lock(&standin->lock);
	entry_end(standin, exchange->call.entry, exchange->reply.end == END_WELL ? exchange->reply.status : 0, code != MHD_REQUEST_TERMINATED_COMPLETED_OK);
	pthread_mutex_unlock(&standin->lock);
	text_release(&exchange->reply.body);
	pairs_release(&exchange->reply.headers);
	text_release(&exchange->call.body);
	pairs_release(&exchange->call.arguments);
	free(exchange->raw);
	free(exchange);
	*state = NULL;
}

static char *read_file(const struct standin *standin, const char *path)
{
	FILE *file = fopen(path, "r");
	struct text text = { 0 };
	char piece[4096];
	size_t n;

	while (file && (n = fread(piece, 1, sizeof piece, file)) > 0)
		text_add(&text, piece, n);
	if (file)
		fclose(file);
	else
		fprintf(stderr, "%s: %s cannot be read.\n", standin->table->program, path);
	return text.at;
}

static struct MHD_Daemon *open_daemon(struct server *server, struct sockaddr_in *address)
{
	unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | (server->key ? MHD_USE_TLS : 0);
	struct MHD_OptionItem more[MORE_MAX];
	size_t n = 0;

	if (server->key) {
		more[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_CERT, 0, server->certificate };
		more[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_KEY, 0, server->key };
	}
	if (server->standin->hooks->connection_memory)
		more[n++] = (struct MHD_OptionItem){ MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)server->standin->hooks->connection_memory, NULL };
	more[n] = (struct MHD_OptionItem){ MHD_OPTION_END, 0, NULL };
	return MHD_start_daemon(flags, 0, NULL, NULL, on_request, server, MHD_OPTION_SOCK_ADDR, address, MHD_OPTION_NOTIFY_COMPLETED, on_end, server,
	                        MHD_OPTION_URI_LOG_CALLBACK, on_line, server, MHD_OPTION_ARRAY, more, MHD_OPTION_END);
}

struct server *server_start(struct standin *standin, const struct standin_start *start)
{
	struct server *server = must_alloc(sizeof *server);
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)start->port) };
	const union MHD_DaemonInfo *info;
	bool tls = *start->certificate != '\0';

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server->standin = standin;
	if (tls) {
		server->certificate = read_file(standin, start->certificate);
		server->key = read_file(standin, start->key);
	}
	if (!tls || (server->certificate && server->key))
		server->daemon = open_daemon(server, &address);
	info = server->daemon ? MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT) : NULL;
	if (!info) {
		fprintf(stderr, "%s: the server does not start; is the port taken%s?\n", standin->table->program, tls ? ", or the certificate unfit" : "");
		server_stop(&server);
		return NULL;
	}
	pthread_mutex_lock(&standin->lock);
	snprintf(standin->base, sizeof standin->base, "%s://127.0.0.1:%u", tls ? "https" : "http", (unsigned)info->port);
	pthread_mutex_unlock(&standin->lock);
	return server;
}

void server_stop(struct server **at)
{
	struct server *server = *at;

	if (!server)
		return;
	if (server->daemon)
		MHD_stop_daemon(server->daemon);
	free(server->certificate);
	free(server->key);
	free(server);
	*at = NULL;
}
