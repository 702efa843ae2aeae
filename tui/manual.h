/* manual.h - the keys as text: `--list-keys`, the man page's key part, doctor's lines about terminal and keymap.
 *
 * Everything comes from the action table and the loaded keymap. */
#ifndef ROUSE_MANUAL_H
#define ROUSE_MANUAL_H

#include <stdio.h>

struct config;
struct doctor;
struct keymap;

/* Prints every action with its keys, by context. */
void manual_keys(const struct keymap *map, FILE *out);
/* help_manual()'s callback: the section KEYS; owner is the keymap. */
void manual_man_keys(FILE *out, void *owner);
/* Loads the configured keymap; problems and errors become lines of the doctor when one is given, else stderr. NULL only when
 * nothing could be loaded. The caller frees it. */
struct keymap *manual_keymap(const struct config *config, struct doctor *doctor);
/* Terminal and keymap checks. */
void manual_doctor(const struct config *config, struct doctor *doctor);

#endif
