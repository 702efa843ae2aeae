/* http_load.h - libcurl's functions, found when they are first needed; for http.c alone.
 *
 * A program that is linked with libcurl loads some thirty libraries before main: 4 ms, as much as rouse's first frame takes. Most starts ask
 * nothing of the network. */
#ifndef ROUSE_HTTP_LOAD_H
#define ROUSE_HTTP_LOAD_H

struct error;

/* Loads a shared library and fills `functions` with the addresses of `names`; both have `count` entries. The library stays loaded until the
 * end of the process. `package` is named in the mend. */
int library_load(const char *const *files, const char *package, const char *const *names, void **functions, unsigned count,
                 struct error *err);

#endif
