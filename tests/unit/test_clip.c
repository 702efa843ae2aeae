/* OSC 52: base64, the wrappings of tmux and screen, the limit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "tui/clip.h"

static void assert_base64(const char *bytes, size_t len, const char *expected)
{
	struct strbuf out = STRBUF_INIT(100);

	clip_base64(&out, bytes, len);
	assert_string_equal(strbuf_text(&out), expected);
	strbuf_release(&out);
}

/* The vectors of RFC 4648, and bytes that need the last digits. */
static void base64(void **state)
{
	(void)state;
	assert_base64("", 0, "");
	assert_base64("f", 1, "Zg==");
	assert_base64("fo", 2, "Zm8=");
	assert_base64("foo", 3, "Zm9v");
	assert_base64("foob", 4, "Zm9vYg==");
	assert_base64("fooba", 5, "Zm9vYmE=");
	assert_base64("foobar", 6, "Zm9vYmFy");
	assert_base64("\xfb\xff\xfe", 3, "+//+");
	assert_base64("\0\0", 2, "AAA=");
}

static void assert_sequence(const char *text, enum clip_wrap wrap, const char *expected)
{
	struct strbuf out = STRBUF_INIT(CLIP_SEQUENCE_MAX);
	struct error err = { 0 };

	assert_int_equal(clip_sequence(&out, text, strlen(text), wrap, &err), 0);
	assert_string_equal(strbuf_text(&out), expected);
	strbuf_release(&out);
}

static void sequences(void **state)
{
	(void)state;
	assert_sequence("foo", CLIP_PLAIN, "\033]52;c;Zm9v\a");
	assert_sequence("foo", CLIP_TMUX, "\033]52;c;Zm9v\a\033Ptmux;\033\033]52;c;Zm9v\a\033\\");
	assert_sequence("foo", CLIP_SCREEN, "\033P\033]52;c;Zm9v\a\033\\");
}

static void screen_gets_pieces(void **state)
{
	struct strbuf out = STRBUF_INIT(CLIP_SEQUENCE_MAX), joined = STRBUF_INIT(CLIP_SEQUENCE_MAX);
	char text[2000];
	const char *at;
	int pieces = 0;

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(clip_sequence(&out, text, sizeof(text), CLIP_SCREEN, NULL), 0);
	for (at = out.buf; *at; pieces++) {
		const char *end = strstr(at, "\033\\");

		assert_memory_equal(at, "\033P", 2);
		assert_non_null(end);
		assert_true(end - (at + 2) <= 768);
		strbuf_add(&joined, at + 2, (size_t)(end - at) - 2);
		at = end + 2;
	}
	assert_int_equal(pieces, 4);
	strbuf_clear(&out);
	assert_int_equal(clip_sequence(&out, text, sizeof(text), CLIP_PLAIN, NULL), 0);
	assert_string_equal(out.buf, joined.buf);
	strbuf_release(&out);
	strbuf_release(&joined);
}

static void limits(void **state)
{
	struct strbuf out = STRBUF_INIT(CLIP_SEQUENCE_MAX);
	char *text = calloc(1, CLIP_MAX_BYTES + 1);
	struct error err = { 0 };

	(void)state;
	assert_non_null(text);
	assert_int_equal(clip_sequence(&out, text, CLIP_MAX_BYTES, CLIP_TMUX, &err), 0);
	assert_false(out.overflow);
	/* What xterm takes at most. */
	strbuf_clear(&out);
	assert_int_equal(clip_sequence(&out, text, CLIP_MAX_BYTES, CLIP_PLAIN, &err), 0);
	assert_true(out.len <= 100000);
	strbuf_clear(&out);
	assert_int_equal(clip_sequence(&out, text, CLIP_MAX_BYTES + 1, CLIP_PLAIN, &err), -1);
	assert_int_equal(out.len, 0);
	assert_string_equal(err.text, "74995 bytes are too many for the clipboard of a terminal (74994 at most): mark fewer hosts, or "
		"export them to a file.");
	assert_int_equal(clip_sequence(&out, text, 0, CLIP_PLAIN, &err), -1);
	assert_int_equal(out.len, 0);
	strbuf_release(&out);
	free(text);
}

static void the_way_is_found(void **state)
{
	(void)state;
	assert_int_equal(clip_detect(NULL, NULL, "xterm-256color"), CLIP_PLAIN);
	assert_int_equal(clip_detect(NULL, NULL, NULL), CLIP_PLAIN);
	assert_int_equal(clip_detect("", "", ""), CLIP_PLAIN);
	assert_int_equal(clip_detect("/run/tmux,1,0", NULL, "screen-256color"), CLIP_TMUX);
	assert_int_equal(clip_detect(NULL, "1234.pts-0", "screen"), CLIP_SCREEN);
	assert_int_equal(clip_detect(NULL, NULL, "tmux-256color"), CLIP_TMUX);
	assert_int_equal(clip_detect(NULL, NULL, "screen.xterm"), CLIP_SCREEN);
	assert_string_equal(clip_wrap_words(CLIP_TMUX), "OSC 52 through tmux");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64),
		cmocka_unit_test(sequences),
		cmocka_unit_test(screen_gets_pieces),
		cmocka_unit_test(limits),
		cmocka_unit_test(the_way_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
