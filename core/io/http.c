/* http.c - requests over libcurl's multi interface: started, moved on, ended; nothing here waits but http_wait(). */
#include "core/io/http.h"

#define CURL_DISABLE_TYPECHECK   /* its macros want the functions themselves, not pointers to them */
#include <curl/curl.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/io/http_load.h"
#include "core/io/http_memory.h"
#include "core/io/http_secret.h"
#include "core/io/http_text.h"
#include "core/io/secret.h"

#define CONNECT_S 10
#define IDLE_S 60            /* without a byte */
#define WHOLE_S 200          /* a hunting query may run three minutes */
#define EXTRA_MAX 8          /* descriptors of the caller in http_wait() */
#define BODY_ROOM ((size_t)32768)   /* more than any answer with a token: a body that grows leaves copies behind */

/* Every function of libcurl that is used. */
#define CURL_FUNCTIONS(X) \
	X(curl_global_init_mem) X(curl_multi_init) X(curl_multi_cleanup) X(curl_multi_add_handle) X(curl_multi_remove_handle) \
	X(curl_multi_perform) X(curl_multi_poll) X(curl_multi_info_read) X(curl_multi_setopt) X(curl_easy_init) X(curl_easy_cleanup) \
	X(curl_easy_setopt) X(curl_easy_getinfo) X(curl_slist_append) X(curl_slist_free_all)

struct curl_api {
#define FIELD(name) __typeof__(&name) name;
	CURL_FUNCTIONS(FIELD)
#undef FIELD
};

static const char *const curl_names[] = {
#define NAME(name) #name,
	CURL_FUNCTIONS(NAME)
#undef NAME
};

#define CURL_COUNT (sizeof curl_names / sizeof *curl_names)
_Static_assert(sizeof(struct curl_api) == CURL_COUNT * sizeof(void *), "every member is one pointer");

/* One client: the connections it keeps, and the requests under way. */
struct http {
	struct curl_api curl;
	CURLM *multi;                    /* owned */
	char *ca_file;                   /* owned; NULL: the system's */
	struct curl_slist *resolve;      /* owned; NULL: none */
	struct http_request *requests;   /* linked; each owned by who started it */
};

/* One question and what came of it. */
struct http_request {
	struct http *http;
	struct http_request *next;
	CURL *easy;                      /* owned */
	struct curl_slist *headers;      /* owned */
	struct http_secrets secrets;     /* owned; wiped at the end */
	struct strbuf body;              /* owned copy of what is sent; wiped at the end */
	int (*data)(void *owner, const char *bytes, size_t n);
	void *owner;
	uint64_t bytes_max;
	bool too_big, stopped, done;
	int64_t began_ms;
	struct http_answer answer;
};

/* -- the client -- */

int http_new(struct http **out, const struct http_options *options, struct error *err)
{
	static const char *const files[] = { "libcurl.so.4", "libcurl-gnutls.so.4", NULL };
	struct http *http = xcalloc(1, sizeof *http);
	void *functions[CURL_COUNT];

	if (library_load(files, "libcurl4", curl_names, functions, CURL_COUNT, err)) {
		free(http);
		return -1;
	}
	memcpy(&http->curl, functions, sizeof functions);
	if (http->curl.curl_global_init_mem(CURL_GLOBAL_DEFAULT, http_memory_get, http_memory_free, http_memory_resize, http_memory_copy,
	                                    http_memory_zeroed) || !(http->multi = http->curl.curl_multi_init())) {
		free(http);
		return error_set(err, STATUS_FAILED, "The network library could not be started.");
	}
	if (options && options->ca_file)
		http->ca_file = xstrdup(options->ca_file);
	if (options && options->resolve)
		http->resolve = http->curl.curl_slist_append(NULL, options->resolve);
	*out = http;
	return 0;
}

void http_free(struct http **pointer)
{
	struct http *http = *pointer;

	if (!http)
		return;
	while (http->requests) {
		struct http_request *request = http->requests;

		http_end(&request);
	}
	http->curl.curl_slist_free_all(http->resolve);
	http->curl.curl_multi_cleanup(http->multi);
	free(http->ca_file);
	free(http);
	*pointer = NULL;
}

/* -- what comes -- */

static size_t on_body(char *bytes, size_t size, size_t count, void *owner)
{
	struct http_request *request = owner;
	size_t n = size * count;
	long status = 0;

	request->answer.bytes += n;
	if (request->answer.bytes > request->bytes_max) {
		request->too_big = true;
		return 0;
	}
	request->http->curl.curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
	if (request->data && status >= 200 && status < 300) {
		if (request->data(request->owner, bytes, n) != 0) {
			request->stopped = true;
			return 0;
		}
		return n;
	}
	if (!request->answer.body.buf)
		secret_reserve(&request->answer.body, BODY_ROOM);
	strbuf_add(&request->answer.body, bytes, n);
	if (request->answer.body.overflow) {
		request->too_big = true;
		return 0;
	}
	return n;
}

static size_t on_header(char *line, size_t size, size_t count, void *owner)
{
	http_take_header(&((struct http_request *)owner)->answer, (struct slice){ line, size * count });
	return size * count;
}

/* Commands that are started while requests run (az) must not get their connections. */
static curl_socket_t open_socket(void *owner, curlsocktype purpose, struct curl_sockaddr *address)
{
	(void)owner, (void)purpose;
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* -- a request -- */

static void set_headers(struct http_request *request, const struct http_ask *ask)
{
	const struct curl_api *curl = &request->http->curl;

	for (const char *const *header = ask->headers; header && *header; header++)
		request->headers = curl->curl_slist_append(request->headers, *header);
	/* `Expect: 100-continue` costs a round trip, or a second where nobody answers it. */
	request->headers = curl->curl_slist_append(request->headers, "Expect:");
	for (size_t i = 0; i < HTTP_SECRET_LINES; i++)
		if (request->secrets.lines[i].len)
			request->headers = curl->curl_slist_append(request->headers, strbuf_text(&request->secrets.lines[i]));
}

static void set_options(struct http_request *request, const struct http_ask *ask)
{
	const struct curl_api *curl = &request->http->curl;
	CURL *easy = request->easy;

	curl->curl_easy_setopt(easy, CURLOPT_URL, ask->url);
	curl->curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl->curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl->curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https,http");
	curl->curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl->curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl->curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl->curl_easy_setopt(easy, CURLOPT_USERAGENT, "rouse");
	curl->curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)(ask->connect_s ? ask->connect_s : CONNECT_S));
	curl->curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)(ask->whole_s ? ask->whole_s : WHOLE_S));
	curl->curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl->curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)(ask->idle_s ? ask->idle_s : IDLE_S));
	curl->curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	if (request->http->ca_file) {
		curl->curl_easy_setopt(easy, CURLOPT_CAINFO, request->http->ca_file);
		curl->curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);   /* else the system's folder counts beside the file */
	}
	if (request->http->resolve)
		curl->curl_easy_setopt(easy, CURLOPT_RESOLVE, request->http->resolve);
	/* What goes without TLS stays on this machine: a proxy would take it off. */
	if (ask->direct || http_is_plain(ask->url))
		curl->curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	if (ask->once) {
		curl->curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
		curl->curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	}
	curl->curl_easy_setopt(easy, CURLOPT_HTTPHEADER, request->headers);
	curl->curl_easy_setopt(easy, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);   /* none of them to a proxy */
	curl->curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, ask->method);
	if (ask->body.text) {
		curl->curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)ask->body.len);
		curl->curl_easy_setopt(easy, CURLOPT_POSTFIELDS, strbuf_text(&request->body));
	}
	curl->curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl->curl_easy_setopt(easy, CURLOPT_WRITEDATA, request);
	curl->curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl->curl_easy_setopt(easy, CURLOPT_HEADERDATA, request);
	curl->curl_easy_setopt(easy, CURLOPT_PRIVATE, request);
}

int http_start(struct http *http, const struct http_ask *ask, struct http_request **out, struct error *err)
{
	struct http_request *request;

	if (http_check_url(ask->url, err))
		return -1;
	if (http_secrets_check(ask, err))
		return -1;
	request = xcalloc(1, sizeof *request);
	request->http = http;
	request->data = ask->data;
	request->owner = ask->owner;
	request->bytes_max = ask->bytes_max ? ask->bytes_max : HTTP_BODY_MAX;
	request->began_ms = clock_ms();
	http_forget_headers(&request->answer);
	strbuf_init(&request->answer.body, !ask->data && ask->bytes_max > HTTP_BODY_MAX ? (size_t)ask->bytes_max : HTTP_BODY_MAX);
	strbuf_init(&request->body, SIZE_MAX / 2);
	if (ask->body.text) {
		secret_reserve(&request->body, ask->body.len);
		strbuf_add(&request->body, ask->body.text, ask->body.len);
	}
	request->easy = http->curl.curl_easy_init();
	if (!request->easy)
		die("The network library is out of memory.");
	http_secrets_take(&request->secrets, ask);
	set_headers(request, ask);
	set_options(request, ask);
	request->next = http->requests;
	http->requests = request;
	http->curl.curl_multi_add_handle(http->multi, request->easy);
	struct slice host = http_host(ask->url);
	log_debug("http: %s %.*s begins", ask->method, (int)host.len, host.text);
	*out = request;
	return 0;
}

/* -- the end of a request -- */

static enum http_failure failure_of(const struct http_request *request, CURLcode code)
{
	if (request->too_big)
		return HTTP_TOO_BIG;
	if (request->stopped)
		return HTTP_STOPPED;
	switch (code) {
	case CURLE_OK: return HTTP_NONE;
	case CURLE_COULDNT_RESOLVE_HOST: case CURLE_COULDNT_RESOLVE_PROXY: return HTTP_RESOLVE;
	case CURLE_COULDNT_CONNECT: return HTTP_CONNECT;
	case CURLE_SSL_CONNECT_ERROR: case CURLE_PEER_FAILED_VERIFICATION: case CURLE_SSL_CACERT_BADFILE: case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_CERTPROBLEM: case CURLE_SSL_CIPHER: case CURLE_SSL_INVALIDCERTSTATUS: return HTTP_TLS;
	case CURLE_OPERATION_TIMEDOUT: return HTTP_TIMEOUT;
	case CURLE_PARTIAL_FILE: case CURLE_RECV_ERROR: case CURLE_SEND_ERROR: case CURLE_GOT_NOTHING: case CURLE_HTTP2_STREAM:
		return HTTP_CUT;
	case CURLE_BAD_CONTENT_ENCODING: case CURLE_UNSUPPORTED_PROTOCOL: case CURLE_WEIRD_SERVER_REPLY: case CURLE_HTTP2: case CURLE_HTTP3:
		return HTTP_BROKEN;
	default: return HTTP_INTERNAL;
	}
}

static void request_finish(struct http_request *request, CURLcode code)
{
	struct http_answer *answer = &request->answer;
	long status = 0;
	curl_off_t before = 0;   /* until the request itself began */
	char *url = NULL;
	struct slice host;

	request->http->curl.curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
	request->http->curl.curl_easy_getinfo(request->easy, CURLINFO_EFFECTIVE_URL, &url);
	host = http_host(url ? url : "");
	answer->status = (int)status;
	answer->failure = failure_of(request, code);
	answer->took_ms = clock_ms() - request->began_ms;
	http_explain(answer, host);
	request->http->curl.curl_easy_getinfo(request->easy, CURLINFO_PRETRANSFER_TIME_T, &before);
	answer->sent = status || before > 0;
	http_secrets_hide(&request->secrets, answer);
	request->done = true;
	log_debug("http: %.*s answered %d, failure %d, %" PRIu64 " bytes, %" PRId64 " ms", (int)host.len, host.text, answer->status,
	          (int)answer->failure, answer->bytes, answer->took_ms);
}

void http_step(struct http *http)
{
	int running = 0, left = 0;
	CURLMsg *message;

	http->curl.curl_multi_perform(http->multi, &running);
	while ((message = http->curl.curl_multi_info_read(http->multi, &left)) != NULL) {
		char *owner = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		http->curl.curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
		request_finish((struct http_request *)(void *)owner, message->data.result);
	}
}

const struct http_answer *http_answer(const struct http_request *request)
{
	return request->done ? &request->answer : NULL;
}

uint64_t http_received(const struct http_request *request)
{
	return request->answer.bytes;
}

void http_end(struct http_request **pointer)
{
	struct http_request *request = *pointer;
	struct http_request **link;

	if (!request)
		return;
	for (link = &request->http->requests; *link != request; link = &(*link)->next)
		;
	*link = request->next;
	request->http->curl.curl_multi_remove_handle(request->http->multi, request->easy);
	request->http->curl.curl_easy_cleanup(request->easy);
	http_secrets_wipe(&request->secrets);
	request->http->curl.curl_slist_free_all(request->headers);
	strbuf_wipe(&request->body);
	strbuf_wipe(&request->answer.body);
	free(request);
	*pointer = NULL;
}

int http_wait(struct http *http, struct pollfd *extra, size_t count, int timeout_ms)
{
	struct curl_waitfd fds[EXTRA_MAX];
	int ready = 0;
	CURLMcode code;

	if (count > EXTRA_MAX)
		count = EXTRA_MAX;
	for (size_t i = 0; i < count; i++)
		fds[i] = (struct curl_waitfd){ .fd = extra[i].fd, .events = (short)((extra[i].events & POLLIN ? CURL_WAIT_POLLIN : 0) |
		                                                                   (extra[i].events & POLLOUT ? CURL_WAIT_POLLOUT : 0)) };
	errno = 0;
	code = http->curl.curl_multi_poll(http->multi, fds, (unsigned)count, timeout_ms, &ready);
	for (size_t i = 0; i < count; i++)
		extra[i].revents = 0;
	if (code != CURLM_OK && errno != EINTR)
		return -1;
	/* libcurl wakes up for a terminal or a pipe that hangs up, and does not say so. */
	return count && poll(extra, (nfds_t)count, 0) < 0 && errno != EINTR ? -1 : 0;
}
