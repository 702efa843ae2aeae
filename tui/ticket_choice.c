#include "tui/ticket_choice.h"

#include <stdlib.h>

#include "core/base/arena.h"
#include "core/model/accept.h"

static bool is_accepted(const struct app *app, uint32_t row)
{
	const struct acceptance *found = acceptances_find(app->lens.acceptances, table_packed_id(app->lens.table, row));

	return found && acceptance_in_force(found, app->lens.now);
}

static bool is_hidden(const struct app *app, uint32_t row)
{
	return !(row < app->view.order_rows && app->view.keep[row]);
}

static void take(struct app *app, struct ticket_choice *choice, uint32_t row, uint32_t *open)
{
	struct slice id = table_packed_id(app->lens.table, row);
	bool accepted = is_accepted(app, row);

	choice->rows[choice->count++] = row;
	(void)map_put(&choice->ids, id.text, id.len, NULL);
	*open += !accepted;
	if (!accepted && choice->marked && is_hidden(app, row)) {
		(void)map_put(&choice->hidden_ids, id.text, id.len, NULL);
		choice->hidden++;
	}
}

/* Marked hosts, wherever they were marked; without marks the host whose page is open, and in the table all that are shown. malloc'd. */
static uint32_t *chosen_rows(struct app *app, struct ticket_choice *choice, uint32_t *count)
{
	bool page = app_top(app)->ops->context == CONTEXT_DETAIL && app->view.count > 0;
	uint32_t *rows = app_chosen_rows(app, count, &choice->marked), here = page ? view_current(&app->view) : 0;
	struct slice id = page ? table_packed_id(app->lens.table, here) : (struct slice){ NULL, 0 };

	choice->page = page && !choice->marked;
	choice->beside = page && choice->marked && !marks_has(session_marks(app->session), id);
	if (choice->page) {
		rows[0] = here;
		*count = 1;
	}
	return rows;
}

static const char *why_none(const struct ticket_choice *choice)
{
	if (choice->count)
		return choice->page ? "There is nothing to send: this host is accepted."
		                    : "There is nothing to send: every chosen host is accepted.";
	if (choice->page)
		return "This host is not a finding now, so there is nothing to send.";
	return choice->marked ? "None of the marked hosts is a finding now, so there is nothing to send."
	                      : "No finding is shown, so there is nothing to send.";
}

bool ticket_choice_make(struct app *app, struct ticket_choice *choice)
{
	const struct run *run = session_run(app->session);
	uint32_t count = 0, open = 0, i;
	uint32_t *rows = chosen_rows(app, choice, &count);

	choice->rows = xmalloc((count + (size_t)1) * sizeof *choice->rows);
	for (i = 0; i < count; i++)
		if (table_is_finding(app->lens.table, rows[i]))
			take(app, choice, rows[i], &open);
	free(rows);
	if (choice->marked)
		choice->left_out = session_marks(app->session)->count - choice->count;
	choice->whole = open && open == run_findings(run) - app_accepted(app, TAB_FINDINGS);
	if (!choice->count || !open)
		app_say(app, ROLE_MESSAGE, "%s", why_none(choice));
	return choice->count && open;
}

/* Accepted hosts were left out, so their marks stay. */
void ticket_choice_sent(struct app *app, const struct ticket_choice *choice)
{
	uint32_t *rows, count = 0, i;

	if (!choice->marked)
		return;
	rows = xmalloc((choice->count + (size_t)1) * sizeof *rows);
	for (i = 0; i < choice->count; i++)
		if (!is_accepted(app, choice->rows[i]))
			rows[count++] = choice->rows[i];
	(void)app_unmark_rows(app, rows, count, " on the ticket");
	free(rows);
}

void ticket_choice_release(struct ticket_choice *choice)
{
	free(choice->rows);
	map_release(&choice->ids);
	map_release(&choice->hidden_ids);
	*choice = (struct ticket_choice){0};
}
