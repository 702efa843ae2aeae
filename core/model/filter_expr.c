/* filter_expr.c - the expression that a filter holds. */
#include "core/model/expr.h"
#include "core/model/filter.h"

void filter_set_expr(struct filter *filter, struct expr **expr)
{
	bool same = filter->expr && *expr && slice_equal(expr_source(filter->expr), expr_source(*expr));

	/* What is known of each row goes on to hold for the same text. */
	if (same || (!filter->expr && !*expr)) {
		expr_free(expr);
		return;
	}
	expr_free(&filter->expr);
	filter->expr = *expr;
	filter->expr_serial++;
	*expr = NULL;
}

struct slice filter_expr_text(const struct filter *filter)
{
	return filter->expr ? expr_source(filter->expr) : slice_of("");
}
