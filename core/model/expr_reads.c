/* expr_reads.c - what an expression hangs on. */
#include "core/model/expr_parts.h"

bool expr_reads(const struct expr *expr, enum column_id column)
{
	for (uint32_t i = 0; i < expr->count; i++)
		if (expr->nodes[i].kind == EXPR_COLUMN && expr->nodes[i].column.id == column)
			return true;
	return false;
}
