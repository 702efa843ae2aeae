/* ticket_choice.h - which hosts the one ticket is about: the marked ones, shown or not, else all findings shown. */
#ifndef ROUSE_TICKET_CHOICE_H
#define ROUSE_TICKET_CHOICE_H

#include "tui/screen_ticket.h"

/* Fills an empty choice from marks and view; false with a message when there is no finding in it. */
bool ticket_choice_make(struct app *app, struct ticket_choice *choice);
/* The hosts are on the ticket: marks of those that went are taken off, as one change that can be undone. */
void ticket_choice_sent(struct app *app, const struct ticket_choice *choice);
void ticket_choice_release(struct ticket_choice *choice);

#endif
