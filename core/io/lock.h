/* lock.h - one at a time over processes: an advisory lock on a file beside the store, gone with the process, however it ends. */
#ifndef ROUSE_LOCK_H
#define ROUSE_LOCK_H

#include "core/base/error.h"

struct lock;

/* Takes the lock STORE.NAME.lock without waiting. STATUS_TRY_LATER when another process has it: the sentence says which (process id) and
 * since when, as that process wrote it there. `what` names the work: `the daily job`. */
int lock_take(struct lock **lock, const char *store_path, const char *name, const char *what, struct error *err);
void lock_release(struct lock **lock);

#endif
