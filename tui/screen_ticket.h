/* screen_ticket.h - the review of the one ticket, shared by screen_ticket.c (its keys), ticket_send.c (owners, draft, send),
 * ticket_choice.c (which hosts), ticket_text.c (what it says) and ticket_hosts.c (its list).
 *
 * What is on the screen is what would exist after sending. Nothing leaves before the number of hosts was typed. */
#ifndef ROUSE_SCREEN_TICKET_H
#define ROUSE_SCREEN_TICKET_H

#include "tui/page_screen.h"

#define TICKET_NUMBER_MAX 11     /* digits typed at most */
#define TICKET_WIDE 100          /* columns from which on verdict and address have a place */

enum ticket_stage {
	STAGE_ASKING,      /* the CMDB is asked for owners */
	STAGE_READY,       /* waits for the number */
	STAGE_SENDING,
	STAGE_FAILED,      /* not sent, or not known whether it was */
	STAGE_SENT,        /* sent, with something that must be read before the screen goes */
};

/* The hosts that an analyst chose, as rows of the run on hand, which stays while the screen is open. */
struct ticket_choice {
	uint32_t *rows;          /* findings, shown ones first; owned */
	uint32_t count;
	bool marked;             /* they are the marked ones; else all that are shown, or the one whose page was open */
	bool page;               /* it is the one whose page was open, as nothing is marked */
	bool beside;             /* the one whose page was open is not among the marked ones */
	bool whole;              /* they are all findings there are */
	uint32_t left_out;       /* marked hosts that are no findings now */
	uint32_t hidden;         /* marked findings that the filter hides */
	struct map ids, hidden_ids;   /* packed ids of both */
};

struct screen_ticket {
	struct page_screen page;     /* first: it scrolls and searches */
	enum ticket_stage stage;
	struct ticket_choice choice;
	struct draft draft;          /* made once owners are known, and anew with each change of it */
	struct review review;
	char *title, *note;          /* a person's words; owned; NULL: none */
	bool fresh;                  /* a new record though one is open */
	bool digest;                 /* is posted after the ticket */
	char places[200];            /* where to; "" when nowhere */
	char owners_failed[1024];    /* why nobody could be asked for owners; "" */
	size_t body_lines, body_bytes;
	char number[TICKET_NUMBER_MAX + 1];   /* as typed so far */
	char outcome[1200];          /* what became of the last try, a sentence; "" before it */
	bool uncertain;              /* nobody knows whether it was sent */
	int64_t began_ms;            /* of the job under way */
	bool stale;                  /* the page must be made anew */
	int made_width;
};

/* -- ticket_send.c; each may close the screen, and says with DO_* flags what to redo -- */
unsigned ticket_ask_owners(struct app *app, struct screen_ticket *self);
/* Makes the draft anew after a person's words changed. */
unsigned ticket_change(struct app *app, struct screen_ticket *self);
unsigned ticket_send(struct app *app, struct screen_ticket *self);
/* Stops the waiting, for owners or for the answer. */
unsigned ticket_stop(struct app *app, struct screen_ticket *self);

/* Makes the page from what the screen knows; ticket_hosts() is its list. */
void ticket_text(struct app *app, const struct screen_ticket *self, struct page *page, int width);
void ticket_hosts(struct app *app, const struct screen_ticket *self, struct page *page, int width);
/* Whether a new record can be asked for beside the open one. */
bool ticket_may_be_fresh(const struct app *app, const struct screen_ticket *self);

#endif
