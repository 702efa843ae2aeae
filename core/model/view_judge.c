/* view_judge.c - what the expression says of each row: asked in portions, and only once as long as nothing changes that it hangs on.
 *
 * Rows outside of the tab and the picked groups are not asked; when they come into sight, they are asked then. Another tab or other words
 * so cost no second judging, which matters when each row's bag must be read from the store. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/model/accept.h"
#include "core/model/expr.h"
#include "core/model/filter_parts.h"
#include "core/model/marks.h"
#include "core/model/owner.h"
#include "core/model/ticket_link.h"
#include "core/model/view.h"

#define SCOPE_PRIME UINT64_C(0x9E3779B97F4A7C15)
#define NOW_SPAN 60   /* seconds that an answer about an age is good for: the finest step that the screen shows */

struct view_answers {
	uint8_t *state;          /* by row, enum answer; owned */
	uint8_t *wanted;         /* by row: to be asked, then the answer; owned */
	uint32_t rows, cap;      /* rows that both cover, and have room for */
	uint32_t at;             /* no row below is to be asked */
	uint32_t asked, total;   /* among the rows of tab and groups */
	uint64_t undecided;
	uint64_t generation;
	uint64_t scope;          /* a hash of the rows of tab and groups */
	/* the circumstances of the answers */
	bool none;               /* there was no expression */
	uint64_t serial, marks, notes, accepted, owners, tickets;
	int64_t now;
};

static bool is_done(const struct view_answers *answers)
{
	return answers->asked == answers->total;
}

/* -- when answers hold -- */

static void forget(struct view_answers *answers)
{
	answers->rows = answers->at = answers->asked = answers->total = 0;
	answers->undecided = 0;
	answers->generation++;
}

void answers_forget(struct view *view)
{
	if (view->answers)
		forget(view->answers);
}

/* An age that is a minute old is another one; while the judging is under way, its time stands still. */
static bool is_outdated(const struct view *view)
{
	const struct view_answers *answers = view->answers;
	const struct expr *expr = view->filter.expr;
	int64_t age = view->lens.now - answers->now;

	if (!expr_needs_now(expr) && !expr_reads(expr, COL_ACCEPTED_UNTIL))
		return false;
	return is_done(answers) && (age >= NOW_SPAN || age < 0);
}

static bool still_hold(const struct view *view)
{
	const struct view_answers *answers = view->answers;
	const struct expr *expr = view->filter.expr;
	const struct lens *lens = &view->lens;

	if (answers->serial != view->filter.expr_serial || is_outdated(view))
		return false;
	if (lens->marks && answers->marks != lens->marks->generation && expr_reads(expr, COL_MARKED))
		return false;
	if (lens->notes && answers->notes != lens->notes->generation && expr_reads(expr, COL_NOTE))
		return false;
	if (lens->owners && answers->owners != lens->owners->generation && (expr_reads(expr, COL_OWNER) || expr_reads(expr, COL_OWNER_CONTACT)))
		return false;
	if (lens->tickets && answers->tickets != lens->tickets->generation && expr_reads(expr, COL_TICKET))
		return false;
	return !lens->acceptances || answers->accepted == lens->acceptances->generation || !expr_reads(expr, COL_ACCEPTED_UNTIL);
}

/* Without rows nothing was asked yet, so these are the circumstances of all answers to come. */
static void note_circumstances(struct view *view)
{
	struct view_answers *answers = view->answers;
	const struct lens *lens = &view->lens;

	answers->serial = view->filter.expr_serial;
	answers->marks = lens->marks ? lens->marks->generation : 0;
	answers->notes = lens->notes ? lens->notes->generation : 0;
	answers->accepted = lens->acceptances ? lens->acceptances->generation : 0;
	answers->owners = lens->owners ? lens->owners->generation : 0;
	answers->tickets = lens->tickets ? lens->tickets->generation : 0;
	answers->now = lens->now;
}

/* -- asking -- */

static void make_room(struct view_answers *answers, uint32_t rows)
{
	if (rows > answers->cap) {
		answers->state = xrealloc(answers->state, rows, 1);
		answers->wanted = xrealloc(answers->wanted, rows, 1);
		answers->cap = rows;
	}
	if (rows > answers->rows)
		memset(answers->state + answers->rows, ANSWER_NONE, rows - answers->rows);
	answers->rows = rows;
}

/* Which rows tab and groups let through, and which of them were not asked yet. Undecided rows are counted for all that were asked; when
 * there are any and other rows come into sight, all are asked again, so that the count is never about rows that nobody sees. */
static void find_wanted(struct view *view)
{
	struct view_answers *answers = view->answers;
	uint64_t scope = 1;

	answers->at = answers->asked = answers->total = 0;
	if (answers->rows)
		filter_scope(&view->filter, &view->lens, 0, answers->rows, answers->wanted);
	for (uint32_t row = 0; row < answers->rows; row++)
		scope += answers->wanted[row] * ((row + 1) * SCOPE_PRIME);
	if (answers->undecided && scope != answers->scope) {
		memset(answers->state, ANSWER_NONE, answers->rows);
		answers->undecided = 0;
		answers->generation++;
	}
	answers->scope = scope;
	for (uint32_t row = 0; row < answers->rows; row++) {
		bool known = answers->state[row] != ANSWER_NONE;

		answers->total += answers->wanted[row];
		answers->asked += answers->wanted[row] & known;
		answers->wanted[row] &= !known;
	}
}

void answers_follow(struct view *view)
{
	struct view_answers *answers = view->answers;
	uint32_t rows = view->lens.table->count;

	if (!view->filter.expr) {
		if (answers && !answers->none)
			forget(answers);
		if (answers)
			answers->none = true;
		return;
	}
	if (!answers)
		answers = view->answers = xcalloc(1, sizeof *answers);
	if (answers->none || (answers->rows && !still_hold(view)))
		forget(answers);
	if (!answers->rows)
		note_circumstances(view);
	answers->none = false;
	make_room(answers, rows);
	find_wanted(view);
}

void view_prepare(struct view *view)
{
	answers_follow(view);
}

/* The end of a portion that holds at most `rows` rows to be asked; *count is how many there are. */
static uint32_t portion_end(const struct view_answers *answers, uint32_t rows, uint32_t *count)
{
	uint32_t row = answers->at;

	for (*count = 0; row < answers->rows && *count < rows; row++)
		*count += answers->wanted[row];
	return row;
}

bool view_judge(struct view *view, uint32_t rows)
{
	struct view_answers *answers = view->answers;
	struct lens lens = view->lens;
	uint32_t end, count;

	if (!view->filter.expr || !answers || is_done(answers))
		return true;
	end = portion_end(answers, rows, &count);
	lens.now = answers->now;
	for (uint32_t row = answers->at; row < end; row++)
		answers->state[row] = answers->wanted[row] ? ANSWER_NO : answers->state[row];
	answers->undecided += expr_rows(view->filter.expr, &lens, answers->at, end, answers->wanted);
	for (uint32_t row = answers->at; row < end; row++)
		answers->state[row] = answers->wanted[row] ? ANSWER_YES : answers->state[row];
	answers->at = end;
	answers->asked += count;
	return is_done(answers);
}

/* -- reading -- */

const uint8_t *answers_by_row(const struct view *view)
{
	return view->filter.expr && view->answers ? view->answers->state : NULL;
}

uint64_t answers_generation(const struct view *view)
{
	return view->answers ? view->answers->generation : 0;
}

uint64_t answers_scope(const struct view *view)
{
	return view->answers ? view->answers->generation * SCOPE_PRIME ^ view->answers->scope : 0;
}

void view_judging(const struct view *view, struct view_judging *how)
{
	const struct view_answers *answers = view->filter.expr ? view->answers : NULL;

	*how = (struct view_judging){ .done = true };
	if (!answers)
		return;
	*how = (struct view_judging){
		.done = is_done(answers), .asked = answers->asked, .total = answers->total, .undecided = answers->undecided,
		.partial = !is_done(answers) && view_is_partial(view),
	};
}

void answers_release(struct view *view)
{
	if (!view->answers)
		return;
	free(view->answers->state);
	free(view->answers->wanted);
	free(view->answers);
	view->answers = NULL;
}
