/* closing.h - what `rouse owners`, `rouse ticket` and `rouse run` share: asking for owners, sending, posting, and the words about it. */
#ifndef ROUSE_HEADLESS_CLOSING_H
#define ROUSE_HEADLESS_CLOSING_H

#include "core/headless/drive.h"
#include "core/session/closing.h"

/* The rows of findings that --where selects, all without it; says what it left out. The array is malloc'd. */
int closing_choose(const struct work *work, struct session *session, uint32_t **rows, uint32_t *count, struct error *err);
/* Asks for the owners of some rows (NULL: of every finding that is not accepted) to the end, and says on stderr what came of it. Whatever
 * cannot be asked is counted; *status becomes STATUS_INCOMPLETE then. -1 only for the store. Without a CMDB nothing is said. */
int closing_owners(const struct work *work, struct session *session, const uint32_t *rows, uint32_t count, enum status *status,
                   struct error *err);
/* Makes the draft, says its warnings on stderr, and prints the request (dry run) or sends it and prints what became of it. *status becomes
 * the worst. -1 with a sentence when nothing could be done. */
int closing_ticket(const struct work *work, struct session *session, const struct draft_wish *wish, FILE *out, enum status *status,
                   struct error *err);
/* The digest: posted, or with a dry run the requests. A place that fails is said and is in *status, no more. */
int closing_digest(const struct work *work, struct session *session, FILE *out, enum status *status, struct error *err);

#endif
