/* expr_parse_type.c - which types go together. Kusto's own rules, a little narrower where its parser says yes and its engine no: a text
 * is not compared with a number, and truths have no order. */
#include "core/model/expr_parse.h"

const char *type_name(enum expr_type type)
{
	static const char *const names[] = {
		[EXPR_BOOL] = "a truth", [EXPR_LONG] = "a number", [EXPR_REAL] = "a number", [EXPR_STRING] = "a text",
		[EXPR_DATETIME] = "a time", [EXPR_TIMESPAN] = "a timespan", [EXPR_DYNAMIC] = "a value of the bag", [EXPR_VERSION] = "a version",
	};

	return names[type];
}

bool type_is_number(enum expr_type type)
{
	return type == EXPR_LONG || type == EXPR_REAL;
}

static bool is_text(enum expr_type type)
{
	return type == EXPR_STRING || type == EXPR_DYNAMIC;
}

/* < <= > >= between */
static bool is_order(const struct expr_op *op)
{
	return op->kind == EXPR_BETWEEN || (op->test >= TEST_LESS && op->test <= TEST_MORE_EQUAL);
}

/* Texts and truths have no order in Kusto; only texts are searched. */
bool type_takes(const struct expr_op *op, enum expr_type left)
{
	if (is_order(op))
		return left != EXPR_STRING && left != EXPR_BOOL;
	if (op->test == TEST_EQUAL && !op->nocase)
		return true;
	return is_text(left);
}

/* A value of the bag may be anything at run time: it is compared with a text, a number or a truth, and never with another one. */
bool type_goes(const struct expr_op *op, enum expr_type left, enum expr_type right)
{
	bool both_numbers = type_is_number(left) && type_is_number(right);

	if (is_order(op))
		return both_numbers || (left == right && left != EXPR_DYNAMIC) || (left == EXPR_DYNAMIC && type_is_number(right))
		       || (right == EXPR_DYNAMIC && type_is_number(left) && op->kind == EXPR_COMPARE);
	/* A bag's value in a list would be a list itself in Kusto. */
	if (op->kind == EXPR_IN && right == EXPR_DYNAMIC)
		return false;
	if (op->test == TEST_EQUAL && !op->nocase) {
		enum expr_type other = left == EXPR_DYNAMIC ? right : left;

		if (left == EXPR_DYNAMIC || right == EXPR_DYNAMIC)
			return other == EXPR_STRING || other == EXPR_BOOL || type_is_number(other);
		return both_numbers || left == right;
	}
	return is_text(left) && is_text(right);
}

/* Kusto compares truths with numbers: `IsCompliant == 1`. Only the 0 and the 1 that are written out mean a truth; the rest is a slip. */
bool type_is_truth(const struct expr_node *node)
{
	return node->kind == EXPR_LITERAL && node->type == EXPR_LONG && !node->null && (node->number == 0 || node->number == 1);
}

/* What each function takes. tolower(LastSeen) is legal in Kusto; the text that it would look at is seldom the one that is meant. */
bool type_of_argument(enum expr_call call, enum expr_type type)
{
	switch (call) {
	case CALL_NOT: return type == EXPR_BOOL;
	case CALL_ISEMPTY: case CALL_ISNOTEMPTY: case CALL_ISNULL: case CALL_ISNOTNULL: return true;
	case CALL_NOW: case CALL_AGO: return type == EXPR_TIMESPAN;
	case CALL_TOLOWER: case CALL_TOUPPER: case CALL_STRLEN: case CALL_PARSE_VERSION: return is_text(type);
	case CALL_TOSTRING: return type != EXPR_REAL && type != EXPR_VERSION;
	}
	return false;
}

enum expr_type type_of_call(enum expr_call call)
{
	switch (call) {
	case CALL_NOW: case CALL_AGO: return EXPR_DATETIME;
	case CALL_TOLOWER: case CALL_TOUPPER: case CALL_TOSTRING: return EXPR_STRING;
	case CALL_STRLEN: return EXPR_LONG;
	case CALL_PARSE_VERSION: return EXPR_VERSION;
	case CALL_NOT: case CALL_ISEMPTY: case CALL_ISNOTEMPTY: case CALL_ISNULL: case CALL_ISNOTNULL: break;
	}
	return EXPR_BOOL;
}

/* time - time and timespan +- timespan are timespans; time +- timespan and timespan + time are times. */
bool type_of_sum(enum expr_kind kind, enum expr_type left, enum expr_type right, enum expr_type *type)
{
	bool times = left == EXPR_DATETIME && right == EXPR_DATETIME, spans = left == EXPR_TIMESPAN && right == EXPR_TIMESPAN;

	*type = spans || times ? EXPR_TIMESPAN : EXPR_DATETIME;
	if (spans || (left == EXPR_DATETIME && right == EXPR_TIMESPAN))
		return true;
	return kind == EXPR_ADD ? left == EXPR_TIMESPAN && right == EXPR_DATETIME : times;
}
