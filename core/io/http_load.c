/* http_load.c - a shared library that is loaded when it is first needed. */
#include "core/io/http_load.h"

#include <dlfcn.h>
#include <stddef.h>

#include "core/base/error.h"

int library_load(const char *const *files, const char *package, const char *const *names, void **functions, unsigned count,
                 struct error *err)
{
	void *library = NULL;

	for (; *files && !library; files++)
		library = dlopen(*files, RTLD_NOW | RTLD_LOCAL);
	if (!library)
		return error_set(err, STATUS_UNAVAILABLE, "A library for the network is not there; install the package %s.", package);
	for (unsigned i = 0; i < count; i++) {
		functions[i] = dlsym(library, names[i]);
		if (!functions[i])
			return error_set(err, STATUS_UNAVAILABLE, "The library of the package %s is too old: it has no %s.", package, names[i]);
	}
	return 0;
}
