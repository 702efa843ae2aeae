/* talk_show.c - a question as text for --dry-run, without its secrets; and addresses. */
#include <string.h>
#include <strings.h>

#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/io/http_text.h"
#include "core/io/talk_inner.h"

int talk_check_url(const char *url, const char *option, struct error *err)
{
	if (!url || !*url)
		return error_set(err, STATUS_CONFIG, "%s is not set.", option);
	if (http_check_url(url, err))
		return error_prefix(err, "%s", option);
	if (http_is_plain(url) && slice_is(http_host(url), "169.254.169.254"))
		return error_set(err, STATUS_CONFIG, "%s: 169.254.169.254 may only be asked over https://.", option);
	return 0;
}

void talk_url(struct strbuf *out, const char *base, const char *path)
{
	size_t n = strlen(base);

	while (n && base[n - 1] == '/')
		n--;
	strbuf_add(out, base, n);
	if (*path != '/' && *path)
		strbuf_addc(out, '/');
	strbuf_adds(out, path);
}

/* Visible, line by line. */
static void add_lines(struct strbuf *out, struct slice text)
{
	for (size_t at = 0; at < text.len;) {
		const char *end = memchr(text.text + at, '\n', text.len - at);
		size_t n = end ? (size_t)(end - text.text) - at : text.len - at;

		utf8_visible(out, text.text + at, n);
		strbuf_addc(out, '\n');
		at += n + 1;
	}
}

/* `x-sn-apikey: ***`: what stands before the secret is none. */
static void add_hidden(struct strbuf *out, struct slice line)
{
	const char *colon = memchr(line.text, ':', line.len);
	size_t n = colon ? (size_t)(colon - line.text) + 1 : 0;

	utf8_visible(out, line.text, n);
	strbuf_adds(out, n ? " ***\n" : "***\n");
}

static bool given(const struct talk_ask *ask, const char *name)
{
	for (const char *const *header = ask->headers; header && *header; header++)
		if (!strncasecmp(*header, name, strlen(name)))
			return true;
	return false;
}

void talk_show(const struct talk_ask *ask, struct strbuf *out)
{
	struct slice host = http_host(ask->url);

	strbuf_addf(out, "%s ", ask->method);
	if (ask->secret_url)
		strbuf_addf(out, "%s://%.*s/***", http_is_plain(ask->url) ? "http" : "https", (int)host.len, host.text ? host.text : "");
	else
		utf8_visible(out, ask->url, strlen(ask->url));
	strbuf_addc(out, '\n');
	for (const char *const *header = ask->headers; header && *header; header++)
		add_lines(out, slice_of(*header));
	if (!given(ask, "Accept:"))
		strbuf_adds(out, "Accept: application/json\n");
	if (ask->body.text && !given(ask, "Content-Type:"))
		strbuf_addf(out, "Content-Type: %s\n", ask->type ? ask->type : "application/json");
	if (ask->bearer.text)
		strbuf_adds(out, "Authorization: Bearer ***\n");
	if (ask->basic.text)
		strbuf_adds(out, "Authorization: Basic ***\n");
	if (ask->secret_header.text)
		add_hidden(out, ask->secret_header);
	if (!ask->body.text)
		return;
	strbuf_addc(out, '\n');
	if (ask->secret_body)
		strbuf_adds(out, "***\n");
	else
		add_lines(out, ask->body);
}
