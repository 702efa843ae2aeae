/* secret_inner.h - what secret.c and secret_run.c share. */
#ifndef ROUSE_SECRET_INNER_H
#define ROUSE_SECRET_INNER_H

#include "core/io/secret.h"

/* Memory that is locked and kept out of core dumps where the system lets us; zeroed. */
char *secret_room(size_t n);
void secret_room_free(char *bytes, size_t n);   /* wipes */
/* Keeps the one line that `from` (a file's name, `The command`) gave; blanks and line ends at its end do not count: editors and `echo` add
 * them. -1 for nothing and for more than a line. */
int secret_take(struct secret *secret, const struct secret_place *place, const char *from, char *bytes, size_t n, struct error *err);
int secret_command_start(struct secret_run *run, const struct secret_place *place, struct error *err);

#endif
