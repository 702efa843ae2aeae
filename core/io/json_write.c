#include "core/io/json.h"

#include "core/base/strbuf.h"
#include "core/base/utf8.h"

/* Bytes that stand for themselves inside a JSON string. */
static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static void add_escape(struct strbuf *out, unsigned char c)
{
	static const char letters[] = "\bb\ff\nn\rr\tt\"\"\\\\";

	for (size_t i = 0; i + 1 < sizeof letters; i += 2) {
		if ((unsigned char)letters[i] == c) {
			strbuf_addc(out, '\\');
			strbuf_addc(out, letters[i + 1]);
			return;
		}
	}
	strbuf_addf(out, "\\u%04x", c);
}

/* One character outside the plain ones. Returns the bytes used. */
static size_t add_other(struct strbuf *out, const char *text, size_t n)
{
	int32_t cp = 0;
	unsigned char c = (unsigned char)text[0];
	if (c < 0x80) {
		add_escape(out, c);
		return 1;
	}
	size_t used = utf8_decode(text, n, &cp);
	if (cp < 0)
		strbuf_adds(out, "\xef\xbf\xbd");
	else
		strbuf_add(out, text, used);
	return used;
}

void json_string(struct strbuf *out, struct slice text)
{
	strbuf_addc(out, '"');
	for (size_t at = 0; at < text.len;) {
		size_t plain = at;
		while (plain < text.len && is_plain((unsigned char)text.text[plain]))
			plain++;
		if (plain > at)
			strbuf_add(out, text.text + at, plain - at);
		at = plain;
		if (at < text.len)
			at += add_other(out, text.text + at, text.len - at);
	}
	strbuf_addc(out, '"');
}
