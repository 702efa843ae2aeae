/* expr_ops.c - the operators and functions of the language, one row each. */
#include "core/model/expr_parts.h"

/* The four forms of a text operator: `has !has has_cs !has_cs`. */
#define FOUR(name, test, says, not_says) \
	{ name, EXPR_COMPARE, test, false, true, "The text " says "; letter case of ASCII ignored." }, \
	{ "!" name, EXPR_COMPARE, test, true, true, "The text " not_says "; letter case of ASCII ignored." }, \
	{ name "_cs", EXPR_COMPARE, test, false, false, "The text " says ", in the same letter case." }, \
	{ "!" name "_cs", EXPR_COMPARE, test, true, false, "The text " not_says ", in the same letter case." }

const struct expr_op expr_ops[] = {
	{ "==", EXPR_COMPARE, TEST_EQUAL, false, false, "Equal, in the same letter case." },
	{ "!=", EXPR_COMPARE, TEST_EQUAL, true, false, "Not equal; another letter case is another text." },
	{ "=~", EXPR_COMPARE, TEST_EQUAL, false, true, "Equal; letter case of ASCII ignored." },
	{ "!~", EXPR_COMPARE, TEST_EQUAL, true, true, "Not equal; letter case of ASCII ignored." },
	{ "in", EXPR_IN, TEST_EQUAL, false, false, "Equal to one of a list, in the same letter case." },
	{ "!in", EXPR_IN, TEST_EQUAL, true, false, "Equal to none of a list; another letter case is another text." },
	{ "in~", EXPR_IN, TEST_EQUAL, false, true, "Equal to one of a list; letter case of ASCII ignored." },
	{ "!in~", EXPR_IN, TEST_EQUAL, true, true, "Equal to none of a list; letter case of ASCII ignored." },
	FOUR("has", TEST_HAS, "has the word, whole", "has not the word"),
	{ "has_any", EXPR_IN, TEST_HAS_ANY, false, true, "The text has one of the words, whole; letter case of ASCII ignored." },
	{ "has_all", EXPR_IN, TEST_HAS_ALL, false, true, "The text has all of the words, whole; letter case of ASCII ignored." },
	FOUR("contains", TEST_CONTAINS, "holds these characters anywhere", "holds these characters nowhere"),
	FOUR("startswith", TEST_STARTS, "starts with these characters", "does not start with these characters"),
	FOUR("endswith", TEST_ENDS, "ends with these characters", "does not end with these characters"),
	FOUR("hasprefix", TEST_PREFIX, "has a word that starts so", "has no word that starts so"),
	FOUR("hassuffix", TEST_SUFFIX, "has a word that ends so", "has no word that ends so"),
	{ "matches regex", EXPR_COMPARE, TEST_REGEX, false, false, "The regular expression is found anywhere in the text." },
	{ "<", EXPR_COMPARE, TEST_LESS, false, false, "Less, or before." },
	{ "<=", EXPR_COMPARE, TEST_LESS_EQUAL, false, false, "Less or equal, or not after." },
	{ ">", EXPR_COMPARE, TEST_MORE, false, false, "More, or after." },
	{ ">=", EXPR_COMPARE, TEST_MORE_EQUAL, false, false, "More or equal, or not before." },
	{ "between", EXPR_BETWEEN, TEST_BETWEEN, false, false, "From the one to the other, both included: between (1d .. 7d)." },
	{ "!between", EXPR_BETWEEN, TEST_BETWEEN, true, false, "Before the one or after the other." },
};
const size_t expr_op_count = sizeof expr_ops / sizeof *expr_ops;

const struct expr_function expr_functions[] = {
	{ "not", CALL_NOT, 1, 1, "True when the condition in it is false." },
	{ "isempty", CALL_ISEMPTY, 1, 1, "True for an empty or missing value." },
	{ "isnotempty", CALL_ISNOTEMPTY, 1, 1, "True for a value that is there and not empty." },
	{ "isnull", CALL_ISNULL, 1, 1, "True for a missing value; a text is never null, use isempty()." },
	{ "isnotnull", CALL_ISNOTNULL, 1, 1, "True for a value that is there; a text always is, use isnotempty()." },
	{ "now", CALL_NOW, 0, 1, "The time now, or so much later: now(-7d)." },
	{ "ago", CALL_AGO, 1, 1, "The time so long ago: ago(7d)." },
	{ "tolower", CALL_TOLOWER, 1, 1, "The text in lower case, by Unicode." },
	{ "toupper", CALL_TOUPPER, 1, 1, "The text in upper case, by Unicode." },
	{ "strlen", CALL_STRLEN, 1, 1, "How many characters the text has." },
	{ "tostring", CALL_TOSTRING, 1, 1, "The value as a text; a missing one is empty." },
	{ "parse_version", CALL_PARSE_VERSION, 1, 1, "The version as a number that can be compared: parse_version(\"4.18.9\")." },
};
const size_t expr_function_count = sizeof expr_functions / sizeof *expr_functions;
