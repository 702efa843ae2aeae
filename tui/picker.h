/* picker.h - what the boxes with a list in them share: their place, their frame, their rows. */
#ifndef ROUSE_PICKER_H
#define ROUSE_PICKER_H

#include "tui/app.h"
#include "tui/list.h"

/* A list in a box over the screen below. First member of each picker. */
struct picker {
	struct screen base;
	struct list list;
	struct area box, inside;   /* the frame, and the lines of the list in it */
	int head;                  /* lines above the list inside the box */
	int foot;                  /* and below it */
};

/* Fits box and list to the screen for `count` lines and `width` columns. */
void picker_layout(struct app *app, struct picker *picker, size_t count, int width);
/* Draws the frame. */
void picker_frame(struct picker *picker, const char *title);
/* Draws one line of the list when it is in sight: the pointer, then text in the role of the cursor or `role`. */
void picker_row(struct picker *picker, size_t index, enum role role, const char *text, size_t len);
/* Cursor movement; false when the action is none. */
bool picker_move(struct picker *picker, enum action_id id);
/* A click on a line moves the cursor there: true then. */
bool picker_click(struct picker *picker, const struct key *key);

#endif
