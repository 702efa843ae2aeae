/* slack_blocks.h - a digest as a Slack message: blocks, and the text of the notification.
 *
 * Every text from outside stands in a plain_text object with & < > escaped, so that `<!channel>` of a host's name calls nobody and no Markdown
 * counts. The only link is the record's. All is far below Slack's limits: 13,200 characters of blocks, 3,000 of a section, 150 of a header. */
#ifndef ROUSE_SLACK_BLOCKS_H
#define ROUSE_SLACK_BLOCKS_H

#include "core/model/digest.h"

struct strbuf;

#define SLACK_BLOCKS_MAX 10000    /* characters of all texts */
#define SLACK_SECTION_MAX 2900
#define SLACK_HEADER_MAX 140

void slack_blocks(const struct digest *digest, struct strbuf *out);

#endif
