/* teams_card.h - a digest as a message with an Adaptive Card: elements of version 1.2, said to be 1.4.
 *
 * Every text from outside stands in a TextRun, which knows no Markdown; < and > become their look-alikes, so that no `<at>` of a host's name
 * is ever one. There are no mentions, and no address but the record's. Teams takes 28 KB as it counts, which is more than what is sent: a card
 * is built again with shorter texts until it is far below. */
#ifndef ROUSE_TEAMS_CARD_H
#define ROUSE_TEAMS_CARD_H

#include "core/model/digest.h"

struct strbuf;

#define TEAMS_CARD_MAX 20480    /* bytes of the message, and as many as Teams may make of it */

void teams_card(const struct digest *digest, struct strbuf *out);

#endif
