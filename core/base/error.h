/* error.h - how a failure travels: 0 or -1 up the calls, one complete sentence at the end.
 *
 * Every function that can fail for a reason outside the program takes a `struct error *` last, returns 0 or -1, and leaves
 * the error untouched when it succeeds. The text is a whole sentence with place and mend, ready to be shown:
 *
 *     hosts.csv:12: 9 fields where the header has 14; export the table again.
 *
 * The code is the exit status the process ends with when the error reaches main. */
#ifndef ROUSE_ERROR_H
#define ROUSE_ERROR_H

#include <stdarg.h>

/* Exit statuses of product.md; the 64..78 ones are those of sysexits.h. */
enum status {
	STATUS_DONE = 0,        /* done, and the result is complete */
	STATUS_FAILED = 1,      /* failed for a reason of ours */
	STATUS_INCOMPLETE = 2,  /* done, and the result is incomplete */
	STATUS_USAGE = 64,      /* the command line cannot be understood */
	STATUS_DATA = 65,       /* the input's content cannot be used */
	STATUS_NO_INPUT = 66,   /* the input cannot be opened */
	STATUS_UNAVAILABLE = 69,/* a service is not available */
	STATUS_IO = 74,         /* reading or writing failed */
	STATUS_TRY_LATER = 75,  /* locked or busy: the same call may work later */
	STATUS_NO_PERMISSION = 77,
	STATUS_CONFIG = 78,     /* the configuration is wrong */
};

/* One failure. Owned by the caller, usually on its stack; holds no pointers. */
struct error {
	enum status status;   /* what the process would exit with */
	char text[1024];      /* a sentence in UTF-8, cut at a character boundary if longer; "" when there is no error */
};

/* Sets the error (err may be NULL) and returns -1, so that `return error_set(...)` reads well. */
int error_set(struct error *err, enum status status, const char *format, ...) __attribute__((format(printf, 3, 4)));
int error_setv(struct error *err, enum status status, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

/* Puts "prefix: " before the text of an error that is already set. Returns -1. */
int error_prefix(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Ends the process at once with status 1 after calling the restorer: for out-of-memory and for main only. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Names the function that die() calls first (the console restores the terminal with it). NULL for none. */
void die_restore_with(void (*restore)(void));

#endif
