/* http_text.c - addresses that may be asked, headers that count, and the sentences for failures. No network in here. */
#include "core/io/http_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "core/base/error.h"
#include "core/base/utf8.h"

#define RETRY_AFTER_MAX_S 3600
#define HOST_SHOWN 100       /* bytes of a host's name in a sentence */

void http_encode(struct strbuf *out, struct slice text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (size_t i = 0; i < text.len; i++) {
		if (text.text[i] && strchr(plain, text.text[i]))
			strbuf_addc(out, text.text[i]);
		else
			strbuf_addf(out, "%%%02X", (unsigned)(unsigned char)text.text[i]);
	}
}

/* `https://user@Host:443/path` has the host `Host`; a bracketed address keeps its brackets. */
struct slice http_host(const char *url)
{
	const char *start = strstr(url, "://");
	size_t n;

	if (!start)
		return (struct slice){ NULL, 0 };
	start += 3;
	n = strcspn(start, "/?#");
	for (size_t i = n; i > 0; i--)
		if (start[i - 1] == '@') {
			start += i;
			n -= i;
			break;
		}
	if (*start == '[')
		return (struct slice){ start, strcspn(start, "]") + 1 <= n ? strcspn(start, "]") + 1 : n };
	for (size_t i = 0; i < n; i++)
		if (start[i] == ':')
			n = i;
	return (struct slice){ start, n };
}

static bool is_loopback(struct slice host)
{
	return slice_is_nocase(host, "localhost") || slice_is(host, "127.0.0.1") || slice_is(host, "[::1]");
}

bool http_is_plain(const char *url)
{
	return strncasecmp(url, "http://", 7) == 0;
}

/* What another reader of addresses might take for the end of the host, or for a password: `https://good.example\@evil.example`. */
static bool is_clear(const char *url)
{
	const char *host = strstr(url, "://") + 3;
	size_t authority = strcspn(host, "/?#");

	for (const char *c = url; *c; c++)
		if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f)
			return false;
	for (const char *c = host; authority; c++, authority--)
		if (strchr("@\\'\"<>", *c))
			return false;
	/* `http://[::1].evil.example`: nothing but a port may follow the bracket. */
	if (*host == '[') {
		size_t n = strcspn(host, "]");

		return host[n] == ']' && strchr(":/?#", host[n + 1]);
	}
	return true;
}

/* Plain http would show tokens to the network; the metadata service of a cloud machine is the one address that has nothing else. */
int http_check_url(const char *url, struct error *err)
{
	struct slice host = http_host(url);
	bool plain = http_is_plain(url);

	if (strncasecmp(url, "https://", 8) != 0 && !plain)
		return error_set(err, STATUS_CONFIG, "An address must begin with https://; this one does not.");
	if (!host.len)
		return error_set(err, STATUS_CONFIG, "An address without a host cannot be asked.");
	if (!is_clear(url))
		return error_set(err, STATUS_CONFIG, "An address holds blanks, a user's name, or characters that no address has.");
	if (plain && !is_loopback(host) && !slice_is(host, "169.254.169.254"))
		return error_set(err, STATUS_CONFIG, "%.*s may only be asked over https://.", (int)host.len, host.text);
	return 0;
}

/* The value of a header line when it is the one asked for. */
static bool header_is(const char *line, size_t n, const char *name, struct slice *value)
{
	size_t len = strlen(name);

	if (n <= len || strncasecmp(line, name, len) != 0 || line[len] != ':')
		return false;
	*value = (struct slice){ line + len + 1, n - len - 1 };
	while (value->len && (*value->text == ' ' || *value->text == '\t'))
		value->text++, value->len--;
	while (value->len && (value->text[value->len - 1] == '\r' || value->text[value->len - 1] == '\n' || value->text[value->len - 1] == ' '))
		value->len--;
	return true;
}

/* At most n bytes, not ending inside a character. */
static struct slice shortened(struct slice text, size_t n)
{
	if (text.len <= n)
		return text;
	while (n && ((unsigned char)text.text[n] & 0xc0) == 0x80)
		n--;
	return (struct slice){ text.text, n };
}

void http_keep_text(char *out, size_t room, struct slice text)
{
	struct strbuf shown = STRBUF_INIT(room - 1);

	/* No character is shown in fewer bytes than it has. */
	for (text = shortened(text, room - 1); text.len; text = shortened(text, text.len - 1)) {
		strbuf_clear(&shown);
		utf8_visible(&shown, text.text, text.len);
		if (!shown.overflow)
			break;
	}
	memcpy(out, strbuf_text(&shown), shown.len + 1);
	strbuf_release(&shown);
}

bool http_is_token(struct slice token)
{
	for (size_t i = 0; i < token.len; i++)
		if (token.text[i] <= ' ' || token.text[i] >= 0x7f)
			return false;
	return true;
}

/* `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that a server may send today, to seconds; -1 when it is none. */
static long long read_date(const char *text)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char name[4] = "";
	int day, year, hour, minute, second;
	const char *month;

	if (sscanf(text, "%*3s, %2d %3s %4d %2d:%2d:%2d GMT", &day, name, &year, &hour, &minute, &second) != 6)
		return -1;
	month = strstr(months, name);
	if (strlen(name) != 3 || !month || (month - months) % 3 != 0 || year < 1970 || year > 9999)
		return -1;
	struct tm when = { .tm_year = year - 1900, .tm_mon = (int)(month - months) / 3, .tm_mday = day, .tm_hour = hour,
	                   .tm_min = minute, .tm_sec = second };
	return (long long)timegm(&when);
}

static void keep_retry_after(struct http_answer *answer, struct slice value)
{
	struct timespec now;
	char text[64];
	char *end;
	long long seconds;

	if (value.len == 0 || value.len >= sizeof text)
		return;
	memcpy(text, value.text, value.len);
	text[value.len] = '\0';
	seconds = strtoll(text, &end, 10);
	if (end == text || *end) {
		seconds = read_date(text);
		if (seconds < 0 || clock_gettime(CLOCK_REALTIME, &now))
			return;
		seconds -= (long long)now.tv_sec;
	}
	if (seconds < 0)
		seconds = 0;
	answer->retry_after_ms = 1000 * (int64_t)(seconds > RETRY_AFTER_MAX_S ? RETRY_AFTER_MAX_S : seconds);
}

/* Query and fragment of a redirect may hold tokens. */
static struct slice without_query(struct slice url)
{
	for (size_t i = 0; i < url.len; i++)
		if (url.text[i] == '?' || url.text[i] == '#')
			url.len = i;
	return url;
}

/* As it came, or not at all: half an id is none. */
static void keep_whole(char *out, size_t room, struct slice value)
{
	size_t n = value.len < room && !memchr(value.text, '\0', value.len) ? value.len : 0;

	memcpy(out, value.text, n);
	out[n] = '\0';
}

static int64_t read_count(struct slice value)
{
	int64_t count = 0;

	if (!value.len || value.len > 15)
		return -1;
	for (size_t i = 0; i < value.len; i++) {
		if (value.text[i] < '0' || value.text[i] > '9')
			return -1;
		count = count * 10 + (value.text[i] - '0');
	}
	return count;
}

void http_forget_headers(struct http_answer *answer)
{
	answer->content_type[0] = answer->location[0] = answer->request_id[0] = answer->address[0] = answer->etag[0] = '\0';
	answer->retry_after_ms = answer->total = -1;
}

void http_take_header(struct http_answer *answer, struct slice line)
{
	struct slice value;

	if (line.len > 5 && strncasecmp(line.text, "HTTP/", 5) == 0) {
		http_forget_headers(answer);
	} else if (header_is(line.text, line.len, "content-type", &value)) {
		for (size_t i = 0; i < value.len; i++)
			if (value.text[i] == ';' || value.text[i] == ' ')
				value.len = i;
		http_keep_text(answer->content_type, sizeof answer->content_type, value);
		for (char *c = answer->content_type; *c; c++)
			*c = (char)(*c >= 'A' && *c <= 'Z' ? *c | 0x20 : *c);
	} else if (header_is(line.text, line.len, "retry-after", &value)) {
		keep_retry_after(answer, value);
	} else if (header_is(line.text, line.len, "location", &value)) {
		http_keep_text(answer->location, sizeof answer->location, without_query(value));
		keep_whole(answer->address, sizeof answer->address, value);
	} else if (header_is(line.text, line.len, "etag", &value)) {
		keep_whole(answer->etag, sizeof answer->etag, value);
	} else if (header_is(line.text, line.len, "x-total-count", &value)) {
		answer->total = read_count(value);
	} else if (header_is(line.text, line.len, "request-id", &value) || header_is(line.text, line.len, "x-ms-request-id", &value)) {
		http_keep_text(answer->request_id, sizeof answer->request_id, value);
	}
}

/* Whole sentences, `%.*s` is the host. */
static const char *const failure_texts[] = {
	[HTTP_RESOLVE] = "%.*s is not known to the name service: check the name, the network and the proxy.",
	[HTTP_CONNECT] = "%.*s does not answer: check the network, the firewall and the proxy.",
	[HTTP_TLS] = "%.*s could not prove who it is: check the date of this machine, and name the authority of a TLS proxy in "
		"[network] ca_file.",
	[HTTP_TIMEOUT] = "%.*s took too long.",
	[HTTP_CUT] = "The connection to %.*s ended before its answer did.",
	[HTTP_BROKEN] = "What %.*s sent cannot be decoded.",
	[HTTP_TOO_BIG] = "%.*s sent more than can be right.",
	[HTTP_STOPPED] = "The answer of %.*s could not be used.",
	[HTTP_INTERNAL] = "The request to %.*s failed.",
};

void http_explain(struct http_answer *answer, struct slice host)
{
	struct strbuf why = STRBUF_INIT(sizeof answer->why - 1);

	if (answer->failure != HTTP_NONE) {
		strbuf_addf(&why, failure_texts[answer->failure], (int)(host.len > HOST_SHOWN ? HOST_SHOWN : host.len), host.text);
		http_keep_text(answer->why, sizeof answer->why, (struct slice){ strbuf_text(&why), why.len });
	}
	strbuf_release(&why);
}
