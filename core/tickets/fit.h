/* fit.h - the body within a system's limit: as many host rows as there is room for, the mark always inside.
 *
 * Example: Jira keeps 32,767 characters. 2,000 hosts make 180,000; fit_body() finds that 342 rows fit, the document says how many more
 * are in the attached CSV, and its last line is the mark. Where not even a document without rows fits (a long note, hundreds of
 * teams), its blocks are left out from the end, which the body says, and the mark stays. */
#ifndef ROUSE_FIT_H
#define ROUSE_FIT_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

struct doc;
struct draft;
struct strbuf;

/* What a system counts. */
enum fit_unit {
	FIT_BYTES,
	FIT_CHARACTERS,   /* code points */
	FIT_UNITS,        /* of UTF-16, as Java counts */
};

struct fit_limit {
	size_t max;       /* of the body in its form; 0: none */
	enum fit_unit unit;
	void (*form)(const struct doc *doc, struct strbuf *out);   /* doc_plain, doc_markdown, doc_wiki, jira_adf */
};

/* The largest number of hosts whose document fits. */
uint32_t fit_hosts(const struct draft *draft, const struct fit_limit *limit);
/* Appends the body; returns how many hosts have a row in it. */
uint32_t fit_body(const struct draft *draft, const struct fit_limit *limit, struct strbuf *out);
/* A text cut to a limit at a character: `short_description` to 160 characters. Appends. */
void fit_cut(struct slice text, size_t max, enum fit_unit unit, struct strbuf *out);

#endif
