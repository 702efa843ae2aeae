/* option.h - what a stand-in is told to do, one row of a table each. The same names are taken on the command line and by POST /__options. */
#ifndef STANDIN_OPTION_H
#define STANDIN_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/standin/text.h"

#define OPTION_TEXT_MAX 512

enum option_kind { OPTION_NUMBER, OPTION_FLAG, OPTION_TIME, OPTION_TEXT, OPTION_CHOICE };

/* One option: where it is kept, what it may be, and what it is without being asked for. Values are 64-bit numbers, or texts of OPTION_TEXT_MAX. */
struct option {
	const char *name;
	enum option_kind kind;
	bool live;               /* may change while requests run */
	size_t at;               /* offset in the struct of all values */
	const char *start;       /* value at first */
	const char *choices;     /* OPTION_CHOICE: words with | between; OPTION_NUMBER: `LEAST|MOST` or NULL */
	const char *help;
};

/* All options of a stand-in, and the program they are of. */
struct option_table {
	const char *program, *about;   /* its name, and what stands above the options in the help */
	const struct option *rows;
	size_t count;
	size_t size;             /* bytes of the struct of all values */
	const char *two;         /* an option of the command line with two values; NULL: none */
	const char *first, *second;    /* the rows that take them */
};

void option_defaults(const struct option_table *table, void *values);
/* Sets one option; false with a sentence in `complaint`. `live`: only those that may change while requests run. */
bool option_set(const struct option_table *table, void *values, const char *name, const char *value, bool live, struct text *complaint);
/* Reads the command line. Returns 0, 1 for --help, -1 with a sentence on standard error. */
int option_read(const struct option_table *table, void *values, int argc, char **argv);

#endif
