/* log.h - diagnostics for --debug, one line each on stderr (or a file while the console owns the terminal).
 *
 * Text from outside passes through utf8_visible(). Secrets are never given to it. */
#ifndef ROUSE_LOG_H
#define ROUSE_LOG_H

#include <stdbool.h>

/* Starts logging to stderr. The console calls log_hold() while curses runs; held lines come out afterwards. */
void log_enable(void);
void log_hold(bool held);
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
