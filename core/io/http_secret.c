#include "core/io/http_secret.h"

#include <string.h>

#include "core/base/error.h"
#include "core/io/http_text.h"
#include "core/io/secret.h"

#define LINE_MAX_BYTES 16384   /* of one header line; a bearer token is some thousand bytes */
#define WORD_MAX_BYTES 65536
#define SHORT 4                /* bytes: fewer are found in every text */
#define LONG 16                /* bytes: as many are in no text by chance */

/* Printable, and no line end: what would begin another header. */
static bool is_line(struct slice line)
{
	for (size_t i = 0; i < line.len; i++)
		if ((unsigned char)line.text[i] < ' ' || line.text[i] == 0x7f)
			return false;
	return line.len < LINE_MAX_BYTES;
}

int http_secrets_check(const struct http_ask *ask, struct error *err)
{
	if (!http_is_token(ask->bearer) || ask->bearer.len > LINE_MAX_BYTES - 64)
		return error_set(err, STATUS_UNAVAILABLE, "The sign-in service gave a token that cannot be sent.");
	if (!is_line(ask->secret_header) || ask->basic.len > LINE_MAX_BYTES / 2)
		return error_set(err, STATUS_CONFIG, "A secret holds bytes that cannot be sent, or too many of them; it must be the only line "
		                 "of its file.");
	for (const char *const *header = ask->headers; header && *header; header++)
		if (!is_line(slice_of(*header)))
			return error_set(err, STATUS_FAILED, "A header holds bytes that cannot be sent, or too many of them.");
	return 0;
}

static void add_base64(struct strbuf *out, struct slice text)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *bytes = (const unsigned char *)text.text;

	for (size_t i = 0; i < text.len; i += 3) {
		size_t left = text.len - i;
		unsigned three = (unsigned)bytes[i] << 16 | (left > 1 ? (unsigned)bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0);

		strbuf_addc(out, digits[three >> 18]);
		strbuf_addc(out, digits[three >> 12 & 63]);
		strbuf_addc(out, left > 1 ? digits[three >> 6 & 63] : '=');
		strbuf_addc(out, left > 2 ? digits[three & 63] : '=');
	}
}

static void add_word(struct http_secrets *secrets, struct slice word)
{
	struct strbuf *kept = &secrets->words[secrets->word_count];

	if (word.len < SHORT || word.len > WORD_MAX_BYTES || secrets->word_count == HTTP_SECRET_WORDS)
		return;
	strbuf_init(kept, WORD_MAX_BYTES);
	secret_reserve(kept, word.len);
	strbuf_add(kept, word.text, word.len);
	secrets->word_count++;
}

/* What stands behind the last blank: `Authorization: token 1-27-abc`, `x-sn-apikey: abc`. */
static struct slice last_word(struct slice line)
{
	for (size_t i = line.len; i > 0; i--)
		if (line.text[i - 1] == ' ')
			return (struct slice){ line.text + i, line.len - i };
	return line;
}

static void take_basic(struct http_secrets *secrets, struct slice pair)
{
	struct strbuf *line = &secrets->lines[0];
	const char *colon = memchr(pair.text, ':', pair.len);
	size_t before;

	strbuf_adds(line, "Authorization: Basic ");
	before = line->len;
	add_base64(line, pair);
	add_word(secrets, (struct slice){ line->buf + before, line->len - before });
	if (colon)
		add_word(secrets, (struct slice){ colon + 1, pair.len - (size_t)(colon + 1 - pair.text) });
}

/* Of `https://host/services/T0/B0/abc?sig=def` all behind the host's slash, and the last part of it alone. */
static void take_address(struct http_secrets *secrets, const char *url)
{
	struct slice host = http_host(url);
	const char *path = host.text ? strpbrk(host.text + host.len, "/?#") : NULL, *end;

	if (!path)
		return;
	add_word(secrets, slice_of(path + 1));
	end = strrchr(path, '=');
	if (!end)
		end = strrchr(path, '/');
	if (end && end > path)
		add_word(secrets, slice_of(end + 1));
}

void http_secrets_take(struct http_secrets *secrets, const struct http_ask *ask)
{
	*secrets = (struct http_secrets){ .word_count = 0 };
	for (size_t i = 0; i < HTTP_SECRET_LINES; i++)
		strbuf_init(&secrets->lines[i], LINE_MAX_BYTES);
	if (ask->bearer.len || ask->basic.len)
		secret_reserve(&secrets->lines[0], 64 + ask->bearer.len + ask->basic.len * 2);
	if (ask->bearer.len) {
		strbuf_adds(&secrets->lines[0], "Authorization: Bearer ");
		strbuf_add(&secrets->lines[0], ask->bearer.text, ask->bearer.len);
		add_word(secrets, ask->bearer);
	} else if (ask->basic.len) {
		take_basic(secrets, ask->basic);
	}
	if (ask->secret_header.len) {
		secret_reserve(&secrets->lines[1], ask->secret_header.len);
		strbuf_add(&secrets->lines[1], ask->secret_header.text, ask->secret_header.len);
		add_word(secrets, last_word(ask->secret_header));
	}
	if (ask->secret_url)
		take_address(secrets, ask->url);
	add_word(secrets, ask->hide[0]);
	add_word(secrets, ask->hide[1]);
}

static void cover(char *text, size_t n, struct slice word)
{
	for (const char *at = text; word.len && (at = bytes_find(at, n - (size_t)(at - text), word.text, word.len)) != NULL; at += word.len)
		memset(text + (at - text), '*', word.len);
}

/* As a JSON writer may put it: `a/b"c` becomes `a\/b\"c`; `slashes`: some leave / as it is. */
static void add_escaped(struct strbuf *out, struct slice word, bool slashes)
{
	for (size_t i = 0; i < word.len; i++) {
		if (word.text[i] == '"' || word.text[i] == '\\' || (slashes && word.text[i] == '/'))
			strbuf_addc(out, '\\');
		strbuf_addc(out, word.text[i]);
	}
}

static void cover_forms(char *text, size_t n, struct slice word)
{
	struct strbuf form = STRBUF_INIT(WORD_MAX_BYTES * 3);

	secret_reserve(&form, word.len * 3);
	cover(text, n, word);
	for (int way = 0; way < 3; way++) {
		strbuf_clear(&form);
		if (way == 0)
			http_encode(&form, word);
		else
			add_escaped(&form, word, way == 2);
		if (form.len > word.len)
			cover(text, n, (struct slice){ strbuf_text(&form), form.len });
	}
	strbuf_wipe(&form);
}

void http_secrets_hide(const struct http_secrets *secrets, struct http_answer *answer)
{
	bool fine = answer->failure == HTTP_NONE && answer->status >= 200 && answer->status < 300;

	for (size_t i = 0; i < secrets->word_count; i++) {
		struct slice word = { secrets->words[i].buf, secrets->words[i].len };

		if (fine && word.len < LONG)
			continue;
		if (answer->body.len)
			cover_forms(answer->body.buf, answer->body.len, word);
		cover_forms(answer->location, strlen(answer->location), word);
		cover_forms(answer->address, strlen(answer->address), word);
	}
}

void http_secrets_wipe(struct http_secrets *secrets)
{
	for (size_t i = 0; i < HTTP_SECRET_LINES; i++)
		strbuf_wipe(&secrets->lines[i]);
	for (size_t i = 0; i < secrets->word_count; i++)
		strbuf_wipe(&secrets->words[i]);
	secrets->word_count = 0;
}
