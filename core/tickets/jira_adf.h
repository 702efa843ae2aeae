/* jira_adf.h - a document in Atlassian's document format, as Jira Cloud takes descriptions and comments.
 *
 * Valid by Atlassian's own schema (full.json of @atlaskit/adf-schema): no text node is empty, each stands in a paragraph, heading or cell.
 * Text needs no markup escapes there: it is text. Jira says of no form what it counts against its 32,767 characters, so the JSON itself is
 * kept within them. A long list of hosts would cost 700 of them a host as a table: it becomes lines, then lines without links. */
#ifndef ROUSE_JIRA_ADF_H
#define ROUSE_JIRA_ADF_H

#include <stddef.h>

#include "core/base/bytes.h"
#include "core/model/doc.h"

struct strbuf;

/* Characters of a description or comment, as Jira counts: units of UTF-16. */
#define JIRA_TEXT_MAX 32767

/* Appends the whole `doc` node, in the richest of the three forms that stays within JIRA_TEXT_MAX, else in the shortest. */
void jira_adf(const struct doc *doc, struct strbuf *out);
/* Units of UTF-16. */
size_t jira_units(struct slice text);

#endif
