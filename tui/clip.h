/* clip.h - text for the clipboard of the terminal that the user sits at, also over ssh: the OSC 52 sequence.
 *
 * Makes text only; term_write_raw() sends it. Nothing says whether the terminal took it, so the message says how it was sent. */
#ifndef ROUSE_CLIP_H
#define ROUSE_CLIP_H

#include <stddef.h>

struct error;
struct strbuf;

/* The most bytes that are sent: xterm takes sequences of 100,000 bytes, base64 makes 4 of 3. Also named in the error. */
#define CLIP_MAX_BYTES 74994

/* What stands between us and the terminal and must pass the sequence on. */
enum clip_wrap {
	CLIP_PLAIN,
	CLIP_TMUX,      /* plain, and again in the passthrough of tmux: ESC P tmux; ... with each ESC doubled */
	CLIP_SCREEN,    /* screen's: ESC P ... in pieces of at most 768 bytes */
};

/* What the environment says; pass getenv("TMUX"), getenv("STY") and getenv("TERM"), any may be NULL. */
enum clip_wrap clip_detect(const char *tmux, const char *sty, const char *term);
/* Appends the sequence for text. Fails, appending nothing, when text is longer than CLIP_MAX_BYTES or empty. `out` wants a
 * maximum of CLIP_SEQUENCE_MAX bytes. */
int clip_sequence(struct strbuf *out, const char *text, size_t len, enum clip_wrap wrap, struct error *err);
#define CLIP_SEQUENCE_MAX 210000

/* Appends base64 with padding (RFC 4648). */
void clip_base64(struct strbuf *out, const char *bytes, size_t len);
/* A few words on the way it goes: "OSC 52", "OSC 52 through tmux". */
const char *clip_wrap_words(enum clip_wrap wrap);

#endif
