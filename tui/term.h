/* term.h - the terminal of the process: opening, closing, suspending, size, signals.
 *
 * There is one terminal, so its state lives once, in term.c; nobody else touches termios, signals or initscr(). Every way out
 * (term_close(), die(), a crash signal, suspend) gives the terminal back as it was: screen, cursor, mouse, paste mode, modes.
 * main has called setlocale(LC_ALL, "") before. */
#ifndef ROUSE_TERM_H
#define ROUSE_TERM_H

#include <stdbool.h>
#include <stddef.h>

struct error;

enum term_colour { TERM_COLOUR_AUTO, TERM_COLOUR_NEVER, TERM_COLOUR_ALWAYS };
enum term_ascii { TERM_ASCII_AUTO, TERM_ASCII_YES, TERM_ASCII_NO };

/* What the configuration and the command line ask of the terminal. Zero-initialised means: decide by the environment. */
struct term_options {
	const char *theme;        /* dark, light, mono; NULL for dark */
	enum term_colour colour;  /* AUTO obeys NO_COLOR and what the terminal can do; ALWAYS beats NO_COLOR */
	enum term_ascii ascii;    /* AUTO: only ASCII unless the locale's encoding is UTF-8 */
	bool mouse;               /* report wheel and clicks; off keeps the terminal's own text selection */
	bool plain;               /* no boxes, spinner or pane: for screen readers */
};

/* Takes the terminal over. Fails with a sentence when stdin or stdout is no terminal, TERM is unset, unknown or `dumb`, or the
 * theme is unknown; the terminal is untouched then. */
int term_open(const struct term_options *options, struct error *err);
/* Gives it back; harmless when it is not open. Safe to be called by die(). */
void term_close(void);
bool term_is_open(void);
/* Gives the terminal back, stops the process group as C-z does, and takes the terminal again when continued, on a cleared
 * screen of the size it then has: draw everything again. */
void term_suspend(void);
/* Gives the terminal back for another program (an editor), and takes it again. */
void term_pause(void);
void term_resume(void);

/* The size as curses knows it. */
void term_size(int *rows, int *cols);
/* After SIGWINCH: asks the system for the size and tells curses. True when it changed: draw everything again. */
bool term_resized(void);
/* The next draw_end() repaints every cell, for C-l and after foreign output. */
void term_redraw(void);

bool term_utf8(void);    /* characters beyond ASCII may be written */
bool term_colour(void);  /* colours are in use */
bool term_plain(void);
bool term_mouse(void);
void term_set_mouse(bool on);
/* Number of the theme in use: mono without colour. */
int term_theme(void);
/* Takes a theme by its number, at once. */
void term_set_theme(int theme);

/* The read end of the self-pipe: readable when a signal is pending. -1 before term_open(). */
int term_signal_fd(void);
/* The next pending signal (SIGWINCH SIGTERM SIGHUP SIGINT SIGTSTP SIGCONT), or 0. */
int term_signal_take(void);

void term_bell(void);
/* Writes bytes past curses (OSC 52), between two frames. */
void term_write_raw(const char *bytes, size_t n);

/* One line for `rouse doctor`: TERM, colours, encoding, size. Does not need an open terminal. */
struct strbuf;
void term_describe(struct strbuf *out);

#endif
