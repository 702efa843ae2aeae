/* keymap_file.h - where the text of a keymap comes from: compiled in, or a file. Used by keymap_parse.c alone. */
#ifndef ROUSE_KEYMAP_FILE_H
#define ROUSE_KEYMAP_FILE_H

#include "core/base/bytes.h"

struct builtin_keymap;
struct error;
struct strbuf;

/* The built-in map of this name, or NULL. */
const struct builtin_keymap *keymap_file_builtin(struct slice name);
/* Appends a whole regular file (a pipe or a device could keep us waiting) of at most the maximum of `out`. */
int keymap_file_read(const char *path, struct strbuf *out, struct error *err);
/* Sets the error that there is no such map, with the nearest name; returns -1. */
int keymap_file_unknown(const char *name, struct error *err);

#endif
