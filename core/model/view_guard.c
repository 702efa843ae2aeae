/* view_guard.c - the case guard and rows without a value over the rows of the view, in portions, so that a million rows never hold a key.
 *
 * Each portion asks expr_guard() for its hidden rows. A portion that has any is then asked again with what was mended so far, so that
 * the mended expression grows over the portions and in the end shows the hidden rows of all of them. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/model/expr.h"
#include "core/model/filter_parts.h"
#include "core/model/view.h"

static void guard_clear(struct view_guard *guard)
{
	expr_free(&guard->mended);
	expr_nulls_release(&guard->nulls);
	guard->done = false;
	guard->at = guard->hidden = 0;
	guard->op[0] = guard->example[0] = '\0';
}

bool view_guard_holds(const struct view *view, const struct view_guard *guard)
{
	struct view_judging how;

	view_judging(view, &how);
	return how.done && guard->among && guard->rows == view->lens.table->count && guard->generation == answers_scope(view);
}

bool view_guard_begin(const struct view *view, struct view_guard *guard)
{
	struct view_judging how;
	uint32_t rows = view->lens.table->count;

	view_judging(view, &how);
	if (!how.done || view_guard_holds(view, guard))
		return false;
	guard_clear(guard);
	guard->rows = rows;
	guard->generation = answers_scope(view);
	guard->among = xrealloc(guard->among, rows ? rows : 1, 1);
	free(guard->portion);
	guard->portion = xcalloc((size_t)rows + 1, 1);
	guard->done = !view->filter.expr || !rows;
	if (!guard->done) {
		const uint8_t *answers = answers_by_row(view);

		filter_scope(&view->filter, &view->lens, 0, rows, guard->among);
		for (uint32_t row = 0; row < rows; row++)
			guard->among[row] &= answers[row] == ANSWER_NO;
	}
	return true;
}

/* Makes the mended expression show the rows of this portion too. */
static void mend(struct view_guard *guard, const struct lens *lens, const uint8_t *among, const struct expr_guard *found)
{
	struct expr_guard more = { 0 };
	const char *text = found->mended;
	struct expr *wider = NULL;

	if (guard->mended) {
		expr_guard(guard->mended, lens, among, &more);
		text = more.mended;
	}
	/* No text: what was mended before shows these rows already. */
	if (text && expr_parse(text, strlen(text), &wider, NULL, NULL) == 0) {
		expr_free(&guard->mended);
		guard->mended = wider;
	}
	expr_guard_release(&more);
}

/* Whole characters, as far as there is room: the table may be another one when it is shown. */
static void copy_example(struct view_guard *guard, struct slice text)
{
	size_t len = text.text ? text.len : 0;

	if (len >= sizeof guard->example)
		for (len = sizeof guard->example - 1; len && ((unsigned char)text.text[len] & 0xC0) == 0x80; len--)
			;
	if (len)
		memcpy(guard->example, text.text, len);
	guard->example[len] = '\0';
}

/* Counts what is hidden or null in one portion. */
static void ask(const struct view *view, struct view_guard *guard, const uint8_t *among)
{
	struct expr_guard found = { 0 };

	expr_guard(view->filter.expr, &view->lens, among, &found);
	if (found.hidden) {
		if (!guard->hidden) {
			memcpy(guard->op, found.op, sizeof guard->op);
			copy_example(guard, found.example);
		}
		guard->hidden += found.hidden;
		mend(guard, &view->lens, among, &found);
	}
	expr_guard_release(&found);
	expr_nulls(view->filter.expr, &view->lens, among, &guard->nulls);
}

bool view_guard_step(const struct view *view, struct view_guard *guard, uint32_t rows)
{
	uint32_t row, count = 0, total = view->lens.table->count;

	/* The table was swapped under it: begin again. */
	if (guard->done || guard->rows != total || !view->filter.expr)
		return true;
	for (row = guard->at; row < total && count < rows; row++) {
		guard->portion[row] = guard->among[row];
		count += guard->portion[row];
	}
	if (count)
		ask(view, guard, guard->portion);
	memset(guard->portion + guard->at, 0, row - guard->at);
	guard->at = row;
	guard->done = row == total;
	return guard->done;
}

void view_guard_release(struct view_guard *guard)
{
	expr_free(&guard->mended);
	expr_nulls_release(&guard->nulls);
	free(guard->among);
	free(guard->portion);
	*guard = (struct view_guard){ 0 };
}
