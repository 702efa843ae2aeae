#include "tui/picker.h"

#include <string.h>

#include "tui/draw.h"

#define TOP 4    /* lines above a box that stay in sight */
#define EDGE 2   /* columns of the frame and the blank inside it, on each side */

/* Also called when the list grows or shrinks. */
void picker_layout(struct app *app, struct picker *picker, size_t count, int width)
{
	size_t wanted = count + (size_t)(picker->head + picker->foot) + 2;
	int height = wanted > (size_t)app->rows ? app->rows : (int)wanted;

	/* Below the heads of the table, which show what a choice does; never over the message line and the footer. */
	if (height > app->rows - TOP - 2)
		height = app->rows - TOP - 2;
	picker->box = layout_centre(app->rows - 2, app->cols, height, width);
	if (picker->box.y < TOP)
		picker->box.y = TOP;
	picker->inside = (struct area){
		picker->box.y + 1 + picker->head, picker->box.x + EDGE,
		picker->box.height - 2 - picker->head - picker->foot, picker->box.width - 2 * EDGE,
	};
	if (picker->inside.height < 0)
		picker->inside.height = 0;
	list_fit(&picker->list, count, (size_t)picker->inside.height);
}

void picker_frame(struct picker *picker, const char *title)
{
	draw_box(picker->box.y, picker->box.x, picker->box.height, picker->box.width, ROLE_BORDER, title);
}

/* The pointer says where the cursor is without colour too. */
void picker_row(struct picker *picker, size_t index, enum role role, const char *text, size_t len)
{
	const struct area *inside = &picker->inside;
	bool here = index == picker->list.cursor;
	int y;

	if (index < picker->list.top || index >= picker->list.top + picker->list.rows)
		return;
	y = inside->y + (int)(index - picker->list.top);
	draw_string(y, inside->x, 1, ROLE_NORMAL, here ? draw_glyph(GLYPH_POINTER) : " ");
	draw_cell(y, inside->x + 2, inside->width - 2, here ? ROLE_CURSOR : role, text, len, false);
	if (here)
		draw_cursor(y, inside->x);
}

bool picker_move(struct picker *picker, enum action_id id)
{
	return list_act(&picker->list, id);
}

/* Wheel or click; the caller decides what a double click does. */
bool picker_click(struct picker *picker, const struct key *key)
{
	const struct area *inside = &picker->inside;
	size_t index;

	if (key->code == KEYCODE_WHEEL_UP || key->code == KEYCODE_WHEEL_DOWN) {
		list_move(&picker->list, key->code == KEYCODE_WHEEL_UP ? -1 : 1);
		return true;
	}
	if ((key->code != KEYCODE_CLICK && key->code != KEYCODE_DOUBLE_CLICK) || key->row < inside->y ||
	    key->row >= inside->y + inside->height || key->col < picker->box.x || key->col >= picker->box.x + picker->box.width)
		return false;
	index = picker->list.top + (size_t)(key->row - inside->y);
	if (index >= picker->list.count)
		return false;
	list_move_to(&picker->list, index);
	return true;
}
