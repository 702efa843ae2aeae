/* change.h - what changed since the previous run of the same scope. */
#ifndef ROUSE_CHANGE_H
#define ROUSE_CHANGE_H

#include "core/model/run.h"

/* Compares a fresh run with its baseline (NULL: there is none, every finding is new). Sets change, before, altered and FirstSeen of
 * each row, adds a row for each finding of the baseline that is gone (CHANGE_VANISHED, with the reason in its bag under the key
 * `Vanished`), and fills run->changes, altered and baseline. `estate` (may be NULL) tells why a host vanished. */
void change_compare(struct run *run, const struct run *baseline, const struct estate *estate);

#endif
