/* expr_parse_fault.c - why a text is no expression: one sentence with the place, what was expected, and the mend where it is known. */
#include "core/model/expr_parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"

#define SHOWN_MAX 40   /* bytes of the source in a sentence */
#define COUNT(array) (sizeof(array) / sizeof *(array))

void fault_show(const struct expr_parser *p, size_t at, size_t len, char *out, size_t size)
{
	struct strbuf shown = STRBUF_INIT(8 * SHOWN_MAX);
	const char *text = p->lexer.text + at;
	bool cut = len > SHOWN_MAX;

	if (cut)
		for (len = SHOWN_MAX; len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80;)
			len--;
	utf8_visible(&shown, text, len);
	for (size_t i = 0; i < shown.len; i++)   /* one line */
		if (shown.buf[i] == '\n')
			shown.buf[i] = ' ';
	snprintf(out, size, "%s%s", strbuf_text(&shown), cut ? "..." : "");
	strbuf_release(&shown);
}

/* Only the first fault counts. Returns false for others. */
static bool fault_set(struct expr_parser *p, size_t at, size_t len, const char *expected, const char *nearest)
{
	if (p->failed)
		return false;
	p->failed = true;
	p->fault.at = at;
	p->fault.len = at + len <= p->lexer.len ? len : p->lexer.len - at;
	fault_show(p, at, p->fault.len, p->fault.found, sizeof p->fault.found);
	snprintf(p->fault.expected, sizeof p->fault.expected, "%s", expected);
	snprintf(p->fault.nearest, sizeof p->fault.nearest, "%s", nearest ? nearest : "");
	return true;
}

uint32_t fault_at(struct expr_parser *p, size_t at, size_t len, const char *expected, const char *nearest, const char *why, ...)
{
	va_list args;

	va_start(args, why);
	if (fault_set(p, at, len, expected, nearest))
		vsnprintf(p->why, sizeof p->why, why, args);
	va_end(args);
	return 0;
}

/* The same at a token. */
static uint32_t fault_on(struct expr_parser *p, const struct token *token, const char *expected, const char *nearest, const char *why, ...)
	__attribute__((format(printf, 5, 6)));

static uint32_t fault_on(struct expr_parser *p, const struct token *token, const char *expected, const char *nearest, const char *why, ...)
{
	va_list args;

	va_start(args, why);
	if (fault_set(p, token->at, token->len, expected, nearest))
		vsnprintf(p->why, sizeof p->why, why, args);
	va_end(args);
	return 0;
}

/* `an operator was expected here; did you mean has?` */
static uint32_t fault_expected(struct expr_parser *p, const struct token *token, const char *expected, const char *nearest)
{
	if (nearest)
		return fault_on(p, token, expected, nearest, "%s was expected here; did you mean %s?", expected, nearest);
	return fault_on(p, token, expected, "", "%s was expected here.", expected);
}

/* Characters before the place, and 1. */
static size_t position(const struct expr_parser *p)
{
	size_t count = 1, n;
	int32_t cp;

	for (size_t at = 0; at < p->fault.at; at += n, count++)
		n = utf8_decode(p->lexer.text + at, p->fault.at - at, &cp);
	return count;
}

int fault_error(const struct expr_parser *p, struct error *err)
{
	const char *found = p->fault.found;

	return error_set(err, STATUS_USAGE, "The expression is wrong at character %zu%s%s%s: %s", position(p), *found ? ", `" : "", found,
	                 *found ? "`" : "", p->why);
}

/* -- words that are nearly right -- */

/* What other languages say. */
static const struct { const char *word, *nearest, *why; } habits[] = {
	{ "like", "contains", "like is not a word of this language; use contains, startswith or endswith, without percent signs." },
	{ "is", "isempty()", "missing values are found with isempty(...) for texts and isnull(...) for all else." },
	{ "not", "!in", "not stands before a condition, as in not(...); the opposites of operators are !in, !has, !contains and so on." },
	{ "equals", "==", "equality is written ==, or =~ to ignore letter case." },
	{ "eq", "==", "equality is written ==, or =~ to ignore letter case." },
	{ "ne", "!=", "inequality is written !=." },
	{ "regex", "matches regex", "a pattern is searched with matches regex \"...\"." },
	{ "matches", "matches regex", "a pattern is searched with matches regex \"...\", with one blank between the two words." },
	{ "xor", "!=", "one of two and not both is written (...) != (...)." },
	{ "!like", "!contains", "like is not a word of this language; use !contains, !startswith or !endswith, without percent signs." },
	{ "where", "", "where is not written here; the expression is what follows it." },
	{ "!has_any", "not()", "has_any has no opposite of its own; write not(... has_any (...))." },
	{ "!has_all", "not()", "has_all has no opposite of its own; write not(... has_all (...))." },
	{ "!matches", "not()", "matches regex has no opposite of its own; write not(... matches regex \"...\")." },
	{ "notnull", "isnotnull", "the name is isnotnull()." },
	{ "notempty", "isnotempty", "the name is isnotempty()." },
	{ "null", "isnull()", "missing values are found with isnull(...), or isempty(...) for texts." },
};

/* Returns false when the word is no habit. Letter case is ignored: people shout SQL. */
static bool say_habit(struct expr_parser *p, const struct token *token, const char *expected)
{
	static const char *const joins[] = { "and", "or", "not" };

	for (size_t i = 0; i < COUNT(joins); i++)
		if (slice_is_nocase(token->text, joins[i]) && !slice_is(token->text, joins[i])) {
			fault_on(p, token, expected, joins[i], "the word is written in small letters: %s.", joins[i]);
			return true;
		}
	for (size_t i = 0; i < COUNT(habits); i++)
		if (slice_is_nocase(token->text, habits[i].word)) {
			fault_on(p, token, expected, habits[i].nearest, "%s", habits[i].why);
			return true;
		}
	return false;
}

/* The first name that begins so: `starts` is the start of startswith. Four letters at least, as fewer begin too much. */
static const char *begun(const char *word, const char *const *names, size_t count)
{
	size_t len = strlen(word);

	for (size_t i = 0; i < count; i++)
		if (len >= 4 && strlen(names[i]) > len && slice_is_nocase((struct slice){ names[i], len }, word))
			return names[i];
	return NULL;
}

/* The nearest name of the operators, or of functions; NULL when none is near. `and` and `or` are so short that they are near to much. */
static const char *nearest_of(struct slice word, bool operators)
{
	static const char *const joins[] = { "and", "or" }, *const forms[] = { "datetime", "timespan", "bool" };
	const char *names[64] = { NULL }, *nearest;
	char text[64];
	size_t count = 0;

	if (word.len < 2 || word.len >= sizeof text || memchr(word.text, '\0', word.len))
		return NULL;
	memcpy(text, word.text, word.len);
	text[word.len] = '\0';
	for (size_t i = 0; operators && i < expr_op_count; i++)
		names[count++] = expr_ops[i].name;
	for (size_t i = 0; !operators && i < expr_function_count; i++)
		names[count++] = expr_functions[i].name;
	for (size_t i = 0; !operators && i < COUNT(forms); i++)
		names[count++] = forms[i];
	nearest = nearest_name(text, names, count);
	if (!nearest && operators)
		nearest = begun(text, names, count);
	if (!nearest && operators)
		nearest = nearest_name(text, joins, COUNT(joins));
	return nearest && strcmp(nearest, text) != 0 ? nearest : NULL;
}

uint32_t fault_token(struct expr_parser *p, const char *expected)
{
	const struct token *token = &p->token;

	if (token->kind == TOKEN_BAD)
		return fault_on(p, token, token->expected, token->nearest, "%s", token->why);
	if (token->kind == TOKEN_END)
		return fault_at(p, token->at, 0, expected, "", "the expression ends here, where %s was expected.", expected);
	if (token->kind == TOKEN_NAME && say_habit(p, token, expected))
		return 0;
	if (token->kind == TOKEN_MARK && *token->text.text == '!' && token->len > 1 && is_word_start(token->text.text[1]))
		return fault_on(p, token, expected, "not()", "the opposite of a condition is written not(...).");
	if (token_is(token, ".") && is_digit(token->text.text[1]))
		return fault_on(p, token, expected, "", "a number begins with a digit, as in 0.5.");
	const char *nearest = token->kind == TOKEN_NAME ? nearest_of(token->text, true) : NULL;

	return fault_expected(p, token, expected, nearest);
}

/* A word, a text or a sign where only an operator makes sense; after a whole condition `and` or `or` is missing, after a value a comparison. */
uint32_t fault_operator(struct expr_parser *p, uint32_t left)
{
	const struct token *token = &p->token;
	bool condition = parse_node(p, left)->type == EXPR_BOOL;
	const char *expected = condition ? "`and` or `or`" : "an operator such as == or has";

	if (token->kind == TOKEN_BAD || token->kind == TOKEN_END)
		return fault_token(p, "an operator");
	if ((token->kind == TOKEN_NAME || token->kind == TOKEN_MARK) && say_habit(p, token, expected))
		return 0;
	if (token->kind == TOKEN_TEXT && condition)
		return fault_on(p, token, expected, "", "and or or is missing before this; a quote inside a text is written \\\".");
	if (token->kind == TOKEN_TEXT)
		return fault_on(p, token, expected, "", "an operator is missing before this, such as == or has.");
	if (token_is(token, ".") && p->before == token->at && token->at > 0 && is_digit(p->lexer.text[token->at - 1]))
		return fault_on(p, token, expected, "", "a digit follows the dot of a number, as in 1.0.");
	if (token->kind == TOKEN_NAME && token->at > 0 && p->before == token->at && strchr("'\"", p->lexer.text[token->at - 1]))
		return fault_on(p, token, expected, "", "the text ended at the quote before this; a quote inside one is written \\\" or \\'.");
	return fault_expected(p, token, expected, nearest_of(token->text, true));
}

/* A head of a column on the screen, as `SIG`. */
static const struct column *titled(struct slice word)
{
	for (size_t i = 0; i < COL_COUNT; i++)
		if (slice_is_nocase(word, columns[i].title))
			return &columns[i];
	return NULL;
}

/* A function without its parentheses, `LastSeen > now` or `isempty DeviceName`. Returns false when the word is none. */
static bool say_function(struct expr_parser *p, const struct token *name)
{
	char call[128], argument[64] = "...";

	for (size_t i = 0; i < expr_function_count; i++) {
		if (!slice_is_nocase(name->text, expr_functions[i].name))
			continue;
		if (p->token.kind == TOKEN_NAME && column_named(p->token.text) != COL_NONE)
			fault_show(p, p->token.at, p->token.len, argument, sizeof argument);
		snprintf(call, sizeof call, "%s(%s)", expr_functions[i].name, expr_functions[i].least ? argument : "");
		fault_on(p, name, "a column or a value", call, "%s is a function; write it with its parentheses, %s.", expr_functions[i].name,
		         call);
		return true;
	}
	return false;
}

/* Whether it is nearly AdditionalFields, which is no column of its own. */
static bool is_near_bag(struct slice word)
{
	static const char *const bag[] = { "AdditionalFields" };
	char text[32];

	if (word.len >= sizeof text || memchr(word.text, '\0', word.len))
		return false;
	memcpy(text, word.text, word.len);
	text[word.len] = '\0';
	return nearest_name(text, bag, 1) != NULL;
}

/* In the order of what people mean: a word of the language, a function, another letter case, a title of the screen, a typing slip, a text
 * without its quotes. */
uint32_t fault_name(struct expr_parser *p, const struct token *name)
{
	char shown[64];
	const char *nearest = column_nearest(name->text);
	const struct column *title = titled(name->text);
	bool call = token_is(&p->token, "(");

	fault_show(p, name->at, name->len, shown, sizeof shown);
	if (slice_is(name->text, "and") || slice_is(name->text, "or"))
		return fault_on(p, name, "a column or a value", "", "a condition was expected before the word %s.", shown);
	if (name->kind == TOKEN_NAME && column_named(name->text) == COL_NONE && say_habit(p, name, "a column or a value"))
		return 0;
	if (call && (slice_is(name->text, "datetime") || slice_is(name->text, "timespan") || slice_is(name->text, "bool")
	             || slice_is(name->text, "long") || slice_is(name->text, "real")))
		return fault_on(p, name, "a column or a value", "", "the parenthesis stands right behind %s, without a blank.", shown);
	if (call) {
		nearest = nearest_of(name->text, false);
		return nearest ? fault_on(p, name, "a function", nearest, "there is no function %s; did you mean %s?", shown, nearest)
		               : fault_on(p, name, "a function", "", "there is no function %s.", shown);
	}
	if (column_named(name->text) == COL_NONE && say_function(p, name))
		return 0;
	if (nearest && column_named(name->text) != COL_NONE)
		return fault_on(p, name, "a column", nearest, "names of columns keep their letter case: %s.", nearest);
	if (slice_is_nocase(name->text, "AdditionalFields"))
		return fault_on(p, name, "a column", "AdditionalFields", "names keep their letter case: AdditionalFields.");
	if (is_near_bag(name->text))
		return fault_on(p, name, "a column", "AdditionalFields", "there is no column %s; did you mean AdditionalFields?", shown);
	if (title)
		return fault_on(p, name, "a column", title->name, "%s is the head of a column on the screen; its name is %s.",
		                shown, title->name);
	if (nearest)
		return fault_on(p, name, "a column", nearest, "there is no column %s; did you mean %s? A text goes in quotes, "
		                "\"%s\".", shown, nearest, shown);
	nearest = nearest_of(name->text, false);
	return fault_on(p, name, "a column or a value", nearest, "there is no column %s; a text goes in quotes, \"%s\".", shown,
	                shown);
}

/* -- types -- */

/* How the value on the right should have been written to go with the left, or NULL. */
static const char *mend_right(const struct expr_node *left, const struct expr_node *right)
{
	bool text = right->type == EXPR_STRING, number = type_is_number(right->type);

	if (right->type == EXPR_DYNAMIC)
		return "a value of the bag goes in tostring(...) here";
	switch (left->type) {
	case EXPR_TIMESPAN:
		if (text)
			return "write the timespan without quotes, as in 7d";
		return number ? "write a unit behind the number, as in 7d" : "write a timespan, as in 7d";
	case EXPR_DATETIME:
		if (right->type == EXPR_TIMESPAN)
			return "write a time, as in ago(7d)";
		return "write a time, as in datetime(2026-11-20) or ago(7d)";
	case EXPR_STRING: return number || right->type == EXPR_BOOL ? "write it in quotes" : "write a text in quotes";
	case EXPR_BOOL: return "write true or false";
	case EXPR_LONG: case EXPR_REAL: return "write a number without quotes";
	case EXPR_VERSION: return "write parse_version(\"4.18.9\")";
	case EXPR_DYNAMIC: return "a value of the bag is compared with a text or a number";
	}
	return NULL;
}

uint32_t fault_types(struct expr_parser *p, const struct expr_op *op, uint32_t left, uint32_t right)
{
	const struct expr_node *a = parse_node(p, left), *b = right ? parse_node(p, right) : NULL;
	bool version = a->kind == EXPR_COLUMN && columns[a->column.id < COL_COUNT ? a->column.id : 0].type == TYPE_VERSION;
	char shown[64], mend[160];

	fault_show(p, a->at, a->len, shown, sizeof shown);
	if (b)
		return fault_at(p, b->at, b->len, mend_right(a, b), "", "%s is %s and this is %s; %s.", shown, type_name(a->type),
		                type_name(b->type), mend_right(a, b));
	if (a->type == EXPR_STRING && (op->kind == EXPR_BETWEEN || op->test >= TEST_LESS)) {
		snprintf(mend, sizeof mend, "parse_version(%s)", shown);
		return fault_on(p, &p->token, "== or an operator on texts", version ? mend : "", version
		                ? "%s is a text, which has no order; write %s on both sides, as in parse_version(\"4.18.9\")."
		                : "%s is a text, which has no order; %s compares versions.", shown, version ? mend : "parse_version(...)");
	}
	if (op->test == TEST_EQUAL || a->type == EXPR_BOOL)
		return fault_on(p, &p->token, "another operator", op->nocase ? "==" : "", "%s does not go with %s, which is %s; %s.", op->name,
		                shown, type_name(a->type), a->type == EXPR_BOOL ? "write == true or == false" : "write == or in");
	return fault_on(p, &p->token, "a comparison such as ==, < or >", "", "%s looks into texts, and %s is %s; compare "
	                "it with ==, < or >.", op->name, shown, type_name(a->type));
}

/* Shown behind the value, where the comparison is missing. */
uint32_t fault_predicate(struct expr_parser *p, uint32_t link)
{
	const struct expr_node *node = parse_node(p, link);
	const char *example = node->type == EXPR_DATETIME ? "> ago(7d)" : node->type == EXPR_TIMESPAN ? "> 7d"
		: type_is_number(node->type) ? "> 7" : node->type == EXPR_VERSION ? "< parse_version(\"4.18.9\")" : "== \"text\"";
	char shown[64];

	fault_show(p, node->at, node->len, shown, sizeof shown);
	return fault_at(p, node->at + node->len, 0, "an operator", "", "%s is %s and no condition; compare it, as in %s %s.", shown,
	                type_name(node->type), shown, example);
}
