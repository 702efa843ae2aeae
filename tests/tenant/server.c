/* server.c - HTTP on the loopback address; the only user of libmicrohttpd. A thread for each connection: one may hang while others go on. */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/tenant/tenant.h"

#define BODY_MAX (8u << 20)      /* bytes of a request's body that are taken */
#define PIECE 65536

struct server {
	struct tenant *tenant;       /* borrowed */
	struct MHD_Daemon *daemon;
	char *certificate, *key;     /* owned; PEM, of https */
};

/* A request while its body comes, and its reply while that goes. */
struct exchange {
	struct tenant *tenant;
	struct call call;
	struct reply reply;
	bool too_large;
};

static enum MHD_Result add_argument(void *owner, enum MHD_ValueKind kind, const char *name, const char *value)
{
	(void)kind;
	pairs_add(owner, name, value ? value : "");
	return MHD_YES;
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static void fill_call(struct MHD_Connection *connection, struct call *call, const char *method, const char *path)
{
	call->method = method;
	call->path = path;
	call->authorization = header(connection, "Authorization");
	call->content_type = header(connection, "Content-Type");
	call->accept_encoding = header(connection, "Accept-Encoding");
	call->metadata = header(connection, "Metadata");
	call->forwarded = header(connection, "X-Forwarded-For");
	call->host = header(connection, "Host");
	MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, add_argument, &call->arguments);
}

static int socket_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	return info ? (int)info->connect_fd : -1;
}

/* Waits, and ends early when the client goes away or the server stops. */
static void wait_or_gone(struct tenant *tenant, struct MHD_Connection *connection, int64_t ms)
{
	struct pollfd poll_one = { .fd = socket_of(connection), .events = POLLIN };
	int64_t end = time_steady_ms() + ms;
	char byte;

	while (time_steady_ms() < end && !tenant_stopping(tenant)) {
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
	n = stream_read(exchange->reply.stream, out, max);
	return n > 0 ? n : n == 0 ? MHD_CONTENT_READER_END_OF_STREAM : MHD_CONTENT_READER_END_WITH_ERROR;
}

static enum MHD_Result send_reply(struct MHD_Connection *connection, struct exchange *exchange)
{
	struct reply *reply = &exchange->reply;
	struct MHD_Response *response;
	enum MHD_Result sent;

	if (reply->wait_ms)
		wait_or_gone(exchange->tenant, connection, reply->wait_ms);
	if (reply->end == END_RESET)
		make_reset(connection);
	if (reply->end != END_WELL)
		return MHD_NO;
	response = reply->stream ? MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, PIECE, read_stream, exchange, NULL)
	                         : MHD_create_response_from_buffer(reply->body.len, reply->body.at, MHD_RESPMEM_MUST_COPY);
	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, "Content-Type", reply->type);
	for (size_t i = 0; i < reply->headers.count; i++)
		MHD_add_response_header(response, reply->headers.items[i].name, reply->headers.items[i].value);
	sent = MHD_queue_response(connection, reply->status, response);
	MHD_destroy_response(response);
	return sent;
}

static enum MHD_Result on_request(void *owner, struct MHD_Connection *connection, const char *path, const char *method, const char *version,
                                  const char *data, size_t *size, void **state)
{
	struct server *server = owner;
	struct exchange *exchange = *state;

	(void)version;
	if (!exchange) {
		*state = exchange = must_alloc(sizeof *exchange);
		exchange->tenant = server->tenant;
		exchange->call.entry = SIZE_MAX;
		return MHD_YES;
	}
	if (*size) {
		exchange->too_large |= exchange->call.body.len + *size > BODY_MAX;
		if (!exchange->too_large)
			text_add(&exchange->call.body, data, *size);
		*size = 0;
		return MHD_YES;
	}
	fill_call(connection, &exchange->call, method, path);
	if (exchange->too_large)
		reply_error(&exchange->reply, face_of(path), 413, "RequestEntityTooLarge", "The request is too large.");
	else
		tenant_answer(server->tenant, &exchange->call, &exchange->reply);
	return send_reply(connection, exchange);
}

static void on_end(void *owner, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code)
{
	struct server *server = owner;
	struct exchange *exchange = *state;

	(void)connection;
	if (!exchange)
		return;
	stream_free(&exchange->reply.stream);   /* notes its rows first */
	journal_end(server->tenant, exchange->call.entry, exchange->reply.end == END_WELL ? exchange->reply.status : 0,
	            code != MHD_REQUEST_TERMINATED_COMPLETED_OK);
	reply_release(&exchange->reply);
	text_release(&exchange->call.body);
	pairs_release(&exchange->call.arguments);
	free(exchange);
	*state = NULL;
}

static char *read_file(const char *path)
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
		fprintf(stderr, "rouse-tenant: %s cannot be read.\n", path);
	return text.at;
}

static struct MHD_Daemon *open_daemon(struct server *server, struct sockaddr_in *address, bool tls)
{
	unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | (tls ? MHD_USE_TLS : 0);

	if (!tls)
		return MHD_start_daemon(flags, 0, NULL, NULL, on_request, server, MHD_OPTION_SOCK_ADDR, address, MHD_OPTION_NOTIFY_COMPLETED, on_end, server,
		                        MHD_OPTION_END);
	return MHD_start_daemon(flags, 0, NULL, NULL, on_request, server, MHD_OPTION_SOCK_ADDR, address, MHD_OPTION_NOTIFY_COMPLETED, on_end, server,
	                        MHD_OPTION_HTTPS_MEM_CERT, server->certificate, MHD_OPTION_HTTPS_MEM_KEY, server->key, MHD_OPTION_END);
}

struct server *server_start(struct tenant *tenant)
{
	struct server *server = must_alloc(sizeof *server);
	const struct options *options = &tenant->options;
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)options->port) };
	const union MHD_DaemonInfo *info;
	bool tls = *options->tls_cert != '\0';

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server->tenant = tenant;
	if (tls) {
		server->certificate = read_file(options->tls_cert);
		server->key = read_file(options->tls_key);
	}
	if (!tls || (server->certificate && server->key))
		server->daemon = open_daemon(server, &address, tls);
	info = server->daemon ? MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT) : NULL;
	if (!info) {
		fputs("rouse-tenant: the server does not start; is the port taken, or the certificate unfit?\n", stderr);
		server_stop(&server);
		return NULL;
	}
	pthread_mutex_lock(&tenant->lock);
	snprintf(tenant->base, sizeof tenant->base, "%s://127.0.0.1:%u", tls ? "https" : "http", (unsigned)info->port);
	pthread_mutex_unlock(&tenant->lock);
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
