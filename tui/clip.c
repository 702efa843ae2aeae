#include "tui/clip.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/strbuf.h"

#define SCREEN_PIECE 768   /* screen drops a device control string that is longer */

enum clip_wrap clip_detect(const char *tmux, const char *sty, const char *term)
{
	if (tmux && *tmux)
		return CLIP_TMUX;
	if (sty && *sty)
		return CLIP_SCREEN;
	/* Over ssh out of tmux or screen the variables are lost and only TERM tells. */
	if (term && strncmp(term, "tmux", 4) == 0)
		return CLIP_TMUX;
	if (term && strncmp(term, "screen", 6) == 0)
		return CLIP_SCREEN;
	return CLIP_PLAIN;
}

void clip_base64(struct strbuf *out, const char *bytes, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *in = (const unsigned char *)bytes;
	size_t i;

	for (i = 0; i < len; i += 3) {
		size_t n = len - i < 3 ? len - i : 3;
		unsigned group = (unsigned)in[i] << 16 | (n > 1 ? (unsigned)in[i + 1] << 8 : 0) | (n > 2 ? in[i + 2] : 0);
		char four[4] = { digits[group >> 18], digits[group >> 12 & 63], digits[group >> 6 & 63], digits[group & 63] };

		if (n < 3)
			four[3] = '=';
		if (n < 2)
			four[2] = '=';
		strbuf_add(out, four, 4);
	}
}

/* ESC P tmux; then the sequence with each ESC doubled, then ESC \. */
static void wrap_tmux(struct strbuf *out, const char *sequence, size_t len)
{
	size_t i;

	strbuf_adds(out, "\033Ptmux;");
	for (i = 0; i < len; i++) {
		if (sequence[i] == '\033')
			strbuf_addc(out, '\033');
		strbuf_addc(out, sequence[i]);
	}
	strbuf_adds(out, "\033\\");
}

/* screen passes on what stands between ESC P and ESC \, a piece at a time. */
static void wrap_screen(struct strbuf *out, const char *sequence, size_t len)
{
	size_t i;

	for (i = 0; i < len; i += SCREEN_PIECE) {
		strbuf_adds(out, "\033P");
		strbuf_add(out, sequence + i, len - i < SCREEN_PIECE ? len - i : SCREEN_PIECE);
		strbuf_adds(out, "\033\\");
	}
}

int clip_sequence(struct strbuf *out, const char *text, size_t len, enum clip_wrap wrap, struct error *err)
{
	struct strbuf plain = STRBUF_INIT(CLIP_SEQUENCE_MAX);

	if (len == 0)
		return error_set(err, STATUS_FAILED, "There is nothing to copy.");
	if (len > CLIP_MAX_BYTES)
		return error_set(err, STATUS_FAILED, "%zu bytes are too many for the clipboard of a terminal (%d at most): "
			"mark fewer hosts, or export them to a file.", len, CLIP_MAX_BYTES);
	/* BEL as the end: the other end, ESC \, would close screen's wrapping too early. */
	strbuf_adds(&plain, "\033]52;c;");
	clip_base64(&plain, text, len);
	strbuf_addc(&plain, '\a');
	if (wrap == CLIP_SCREEN)
		wrap_screen(out, plain.buf, plain.len);
	else
		strbuf_add(out, plain.buf, plain.len);
	/* tmux takes the plain one with `set-clipboard on` and passes the wrapped one with `allow-passthrough on`. */
	if (wrap == CLIP_TMUX)
		wrap_tmux(out, plain.buf, plain.len);
	strbuf_release(&plain);
	return 0;
}

const char *clip_wrap_words(enum clip_wrap wrap)
{
	return wrap == CLIP_TMUX ? "OSC 52 through tmux" : wrap == CLIP_SCREEN ? "OSC 52 through screen" : "OSC 52";
}
