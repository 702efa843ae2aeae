/* expr_help.c - the language as a list: operators, then functions. */
#include "core/model/expr_parts.h"

bool expr_help(size_t index, const char **name, const char **help)
{
	if (index < expr_op_count) {
		*name = expr_ops[index].name;
		*help = expr_ops[index].help;
		return true;
	}
	index -= expr_op_count;
	if (index >= expr_function_count)
		return false;
	*name = expr_functions[index].name;
	*help = expr_functions[index].help;
	return true;
}
