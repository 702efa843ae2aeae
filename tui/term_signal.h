/* term_signal.h - the signals of the console: a self-pipe for those the loop acts on, a rescue for crashes. Used by term.c alone,
 * which offers the reading end in term.h. No handler does more than write(), tcsetattr() and raise(). */
#ifndef ROUSE_TERM_SIGNAL_H
#define ROUSE_TERM_SIGNAL_H

#include <stddef.h>

struct error;

#define TERM_RESCUE_MAX 512

/* Keeps the modes of the terminal as they are now, for the rescue. Before curses changes them. */
void term_signal_save(void);
/* Names what a crash writes to the terminal before the modes go back; copied, at most TERM_RESCUE_MAX bytes. */
void term_signal_rescue(const char *text, size_t len);
/* Opens the pipe and takes the signals, after curses took its own. */
int term_signal_start(struct error *err);
/* Gives the signals back as they were before, and closes the pipe. */
void term_signal_stop(void);
/* Stops the process group as C-z in a shell does; returns when continued. */
void term_signal_suspend(void);

#endif
