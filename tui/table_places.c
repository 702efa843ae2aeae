/* table_places.c - which columns of the main screen have a place, and how wide they are. */
#include <stdint.h>

#include "tui/screen_table.h"

#define HOST_MIN 18      /* columns that the host keeps however narrow it gets */
#define HOST_WANTED 24   /* and those it asks for before another column gets a place */
#define HOST_NARROW 20
#define HOST_MAX 60
#define GROUP_MIN 16     /* on a narrow screen, so that the age of the signatures has a place too */
#define GROUP_MAX 30
#define NAME_MAX_WIDTH 20
#define BAG_WIDTH 12
#define NARROW 76
#define NARROW_OWNER 86    /* the same where there is a column for the owner, and one for the ticket */
#define NARROW_TICKET 97
#define VERDICT_TIGHT 10   /* `unassessed` is whole */

static int clamp(unsigned value, int least, int most)
{
	return (int)value < least ? least : (int)value > most ? most : (int)value;
}

/* Among the columns of the program, owner and ticket wait until there is something to say in them. */
static bool is_idle(struct app *app, const struct column_ref *ref)
{
	if (!app->columns_standard)
		return false;
	if (ref->id == COL_OWNER)
		return !session_has_owners(app->session) && !session_owners(app->session)->ids.count;
	return ref->id == COL_TICKET && !session_tickets(app->session)->record_count;
}

/* With owner and ticket there, everything else moves closer together. */
struct crowd {
	bool narrow;   /* host and group take less */
	bool tight;    /* the verdict too, and SEEN goes before owner and ticket do */
};

static struct crowd crowd_of(struct app *app)
{
	struct crowd crowd = { .narrow = app->areas.body.width < NARROW };
	size_t i;

	for (i = 0; app->columns_standard && i < app->column_count; i++) {
		if (is_idle(app, &app->columns[i]))
			continue;
		crowd.narrow |= app->columns[i].id == COL_OWNER && app->areas.body.width < NARROW_OWNER;
		crowd.tight |= app->columns[i].id == COL_TICKET && app->areas.body.width < NARROW_TICKET;
	}
	crowd.narrow |= crowd.tight;
	return crowd;
}

static bool is_key(const struct app *app, enum column_id id)
{
	size_t k;

	for (k = 0; k < app->key_count && app->keys[k].column.id != id; k++)
		;
	return k < app->key_count;
}

/* What a column asks for. Some grow into room that is left; the host alone never goes. */
static struct layout_column want(const struct app *app, size_t index, struct crowd crowd)
{
	const struct column_ref *ref = &app->columns[index];
	struct layout_column wanted = { .id = (int)index, .priority = (int)index + 1, .width = BAG_WIDTH };

	if (ref->id != COL_BAG)
		wanted.width = (int)columns[ref->id].width;
	switch (ref->id) {
	case COL_DEVICE_NAME:
		wanted.width = clamp(app->host_short, HOST_MIN, crowd.tight ? HOST_MIN : crowd.narrow ? HOST_NARROW : HOST_WANTED);
		wanted.max = clamp(app->host_short, HOST_MIN, HOST_MAX);
		wanted.priority = 0;
		break;
	case COL_MACHINE_GROUP:
		wanted.width = crowd.narrow ? GROUP_MIN : wanted.width;
		wanted.max = GROUP_MAX;
		break;
	case COL_VERDICT: wanted.width = crowd.tight ? VERDICT_TIGHT : wanted.width; break;
	case COL_SEEN_AGE: wanted.priority += crowd.tight && !is_key(app, COL_SEEN_AGE) ? APP_COLUMNS_MAX : 0; break;
	case COL_OWNER:
	case COL_TICKET:
	case COL_OS_PLATFORM:
	case COL_OTHER_AV:
		wanted.max = NAME_MAX_WIDTH;
		break;
	default:
		break;
	}
	return wanted;
}

size_t table_places(struct app *app, const struct screen_table *table, struct layout_place places[APP_COLUMNS_MAX])
{
	struct layout_column wants[APP_COLUMNS_MAX];
	int width = app->areas.body.width - TABLE_GUTTER - (app->areas.divider >= 0), spare;
	struct crowd crowd = crowd_of(app);
	size_t i, count, wanted = 0, host = SIZE_MAX;

	for (i = 0; i < app->column_count; i++) {
		if (is_idle(app, &app->columns[i]))
			continue;
		host = app->columns[i].id == COL_DEVICE_NAME ? wanted : host;
		wants[wanted++] = want(app, i, crowd);
	}
	count = layout_columns(wants, wanted, width, 1, table->skip, places);
	/* What nobody else takes lets whole host names be shown, domain and all. */
	spare = count ? width - places[count - 1].x - places[count - 1].width : 0;
	for (i = 0; host != SIZE_MAX && spare > 0 && i < count; i++)
		if (places[i].id == wants[host].id) {
			wants[host].width = places[i].width;
			wants[host].max = clamp(app->host_width, HOST_MIN, HOST_MAX);
			return layout_columns(wants, wanted, width, 1, table->skip, places);
		}
	return count;
}
