/* cmd_accept.h - what the files of `rouse accept` share.
 *
 * cmd_accept.c        reading the line, recording, revoking
 * cmd_accept_host.c   which host is meant
 * cmd_accept_list.c   the list, in four formats */
#ifndef ROUSE_CMD_ACCEPT_H
#define ROUSE_CMD_ACCEPT_H

#include "core/headless/drive.h"

#define HOST_SHOWN 100   /* bytes of what was typed that a sentence shows */

/* The row of the present finding that bears a name (full or short, case folded) or DeviceId. An error names the candidates, the reason why
 * a known host cannot be accepted, or the nearest names. */
int accept_find_row(const struct lens *lens, const char *host, uint32_t *row, struct error *err);
/* The packed id of the accepted host that bears a name or DeviceId; of those with an acceptance in force, else of the ended ones. Borrowed
 * from the set. */
int accept_find_accepted(const struct acceptances *set, const struct lens *lens, const char *host, struct slice *packed_id,
                         struct error *err);
/* Prints every acceptance. */
void accept_print(struct session *session, enum export_format format, FILE *out);

#endif
