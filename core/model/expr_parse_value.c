/* expr_parse_value.c - what stands at the sides of an operator: columns, calls, literals, and anything in parentheses. */
#include "core/model/expr_parse.h"

#include <stdio.h>
#include <string.h>

#include "core/base/strbuf.h"

#define BAG_NAME "AdditionalFields"

/* -- texts -- */

/* "a" 'b' is one text, "ab", as in Kusto: long ones are broken over lines like this. */
bool parse_text(struct expr_parser *p, struct slice *value)
{
	struct strbuf all = STRBUF_INIT(4 * EXPR_TEXT_MAX);

	*value = p->token.value;
	parse_advance(p);
	if (p->token.kind == TOKEN_TEXT) {
		strbuf_add(&all, value->text, value->len);
		for (; p->token.kind == TOKEN_TEXT; parse_advance(p))
			strbuf_add(&all, p->token.value.text, p->token.value.len);
		*value = (struct slice){ arena_copy(&p->expr->arena, strbuf_text(&all), all.len), all.len };
		strbuf_release(&all);
	}
	if (p->token.kind != TOKEN_BAD)
		return true;
	fault_token(p, p->token.expected);   /* a second literal that is broken */
	return false;
}

/* -- columns -- */

/* What the column needs besides the table's own columns is noted for the whole expression. */
static uint32_t make_column(struct expr_parser *p, const struct column_ref *column, enum expr_type type, size_t at)
{
	uint32_t link = parse_make(p, EXPR_COLUMN, type, at);

	if (!link)
		return 0;
	parse_node(p, link)->column = *column;
	p->expr->needs_bags |= column->id == COL_BAG;
	p->expr->needs_now |= column->id == COL_SIGNATURE_AGE || column->id == COL_SEEN_AGE;
	return link;
}

/* A key of the bag. Keys with a column of their own are that column; in Kusto they are dynamic, so only those that are texts can be
 * used the same way there. */
static uint32_t make_key(struct expr_parser *p, struct slice key, size_t at)
{
	char name[sizeof BAG_NAME + sizeof ((struct column_ref *)0)->key];
	struct column_ref column;
	size_t len = p->before - at;

	if (key.len == 0 || memchr(key.text, '\0', key.len))
		return fault_at(p, at, len, "the name of a key", "", "a key of " BAG_NAME " has a name, as in " BAG_NAME ".KEY.");
	if (key.len >= sizeof column.key)
		return fault_at(p, at, len, "a shorter key", "", "the name of a key has at most %zu bytes.", sizeof column.key - 1);
	snprintf(name, sizeof name, BAG_NAME ".%.*s", (int)key.len, key.text);
	if (!column_resolve(slice_of(name), &column))
		return fault_at(p, at, len, "the name of a key", "", "this is no name of a key.");
	enum expr_type type = expr_column_type(&column);
	const char *known = column.id == COL_GATHERED_MODE ? "AvMode" : columns[column.id < COL_COUNT ? column.id : 0].name;

	if (column.id != COL_BAG && !slice_is(key, known)) {
		snprintf(name, sizeof name, BAG_NAME ".%s", known);
		return fault_at(p, at, len, "the name of a key", name, "names of keys keep their letter case: %s.", name);
	}
	if (column.id != COL_BAG && type != EXPR_STRING)
		return fault_at(p, at, len, "a column", columns[column.id].name, "this key is the column %s here; write that.",
		                columns[column.id].name);
	return make_column(p, &column, type, at);
}

/* Words of the language that a key after a dot cannot be; expr_words.c. */
static uint32_t parse_key(struct expr_parser *p, size_t at)
{
	struct slice key;
	size_t open;

	if (token_is(&p->token, ".")) {
		parse_advance(p);
		if (p->token.kind == TOKEN_NAME) {
			key = p->token.text;
			if (expr_is_keyword(key))
				return fault_at(p, p->token.at, p->token.len, "the name of a key", "", "%.*s is a word of the language; write "
				                BAG_NAME "[\"%.*s\"].", (int)key.len, key.text, (int)key.len, key.text);
			parse_advance(p);
			return make_key(p, key, at);
		}
	}
	if (!token_is(&p->token, "["))
		return fault_token(p, "the name of a key, as in " BAG_NAME ".KEY or " BAG_NAME "[\"any key\"],");
	open = p->token.at;
	parse_advance(p);
	if (p->token.kind != TOKEN_TEXT)
		return fault_token(p, "the name of a key in quotes");
	if (!parse_text(p, &key) || !parse_expect(p, "]", open))
		return 0;
	return make_key(p, key, at);
}

/* A name that is read already, at `token`: a column in its exact spelling, or the bag with a key behind it. Screen titles and other letter
 * cases, which the rest of rouse takes, are no names in Kusto. */
static uint32_t parse_column(struct expr_parser *p, struct slice name, const struct token *token)
{
	size_t at = token->at, len = p->before - at;
	struct column_ref column = { .id = column_named(name) };
	uint32_t link;

	if (slice_is(name, BAG_NAME)) {
		if (!token_is(&p->token, ".") && !token_is(&p->token, "["))
			return fault_at(p, at, len, "a key of " BAG_NAME, "", BAG_NAME " is a bag of values; name one, as in "
			                BAG_NAME ".KEY or " BAG_NAME "[\"any key\"].");
		link = parse_key(p, at);
		if (link && (token_is(&p->token, ".") || token_is(&p->token, "[")))
			return fault_at(p, p->token.at, p->token.len, "an operator", "", "keys inside of keys cannot be reached; compare the "
			                "text of the outer one, with contains.");
		return link;
	}
	if (column.id == COL_NONE || !slice_is(name, columns[column.id].name))
		return fault_name(p, &(struct token){ .kind = token->kind, .at = at, .len = len, .text = name });
	if (token_is(&p->token, ".") || token_is(&p->token, "["))
		return fault_at(p, p->token.at, p->token.len, "an operator", "", "only " BAG_NAME " has keys; %s is one value.",
		                columns[column.id].name);
	return make_column(p, &column, expr_column_type(&column), at);
}

/* `['DeviceName']` */
static uint32_t parse_bracketed(struct expr_parser *p)
{
	struct token open = p->token;
	struct slice name;

	parse_advance(p);
	if (p->token.kind != TOKEN_TEXT)
		return fault_token(p, "the name of a column in quotes, as in ['DeviceName']");
	if (!parse_text(p, &name) || !parse_expect(p, "]", open.at))
		return 0;
	return parse_column(p, name, &open);
}

/* -- calls -- */

/* Whether a value is the same for all rows. As deep as the tree. */
static bool is_constant(struct expr_parser *p, uint32_t link)
{
	if (parse_node(p, link)->kind == EXPR_COLUMN)
		return false;
	for (uint32_t child = parse_node(p, link)->first; child; child = parse_node(p, child)->next)
		if (!is_constant(p, child))
			return false;
	return true;
}

/* Returns the argument, or 0. now() and ago() take what is known before the rows are, so that they are computed once. */
static uint32_t check_argument(struct expr_parser *p, const struct expr_function *function, uint32_t argument)
{
	const struct expr_node *node = parse_node(p, argument);
	bool span = function->call == CALL_NOW || function->call == CALL_AGO;

	if (!type_of_argument(function->call, node->type)) {
		if (function->call == CALL_NOT)
			return fault_predicate(p, argument);
		return fault_at(p, node->at, node->len, span ? "a timespan such as 7d" : "a text", "", "%s() takes %s, and this is %s.",
		                function->name, span ? "a timespan such as 7d" : "a text", type_name(node->type));
	}
	if (span && !is_constant(p, argument))
		return fault_at(p, node->at, node->len, "a timespan such as 7d", "", "%s() takes a timespan such as 7d and no column; "
		                "subtract the column: now() - column.", function->name);
	return argument;
}

/* At the parenthesis behind a function's name. No function takes more than one value. */
static uint32_t parse_call(struct expr_parser *p, const struct expr_function *function, size_t at)
{
	size_t open = p->token.at;
	uint32_t argument = 0, link, last = 0;
	unsigned given = 0;

	parse_advance(p);
	if (!parse_deeper(p))
		return 0;
	if (!token_is(&p->token, ")")) {
		argument = parse_condition(p);
		if (!argument || !check_argument(p, function, argument))
			return 0;
		given = 1;
	}
	if (given < function->least || token_is(&p->token, ","))
		return fault_at(p, p->token.at, p->token.len, given ? "`)`" : "a value", "", "%s() takes %s.", function->name,
		                function->least ? "one value" : "one timespan, or nothing");
	if (!parse_expect(p, ")", open))
		return 0;
	p->depth--;
	link = parse_make(p, EXPR_CALL, type_of_call(function->call), at);
	if (!link || (argument && !parse_adopt(p, link, argument, &last)))
		return 0;
	parse_node(p, link)->function = function;
	p->expr->needs_now |= function->call == CALL_NOW || function->call == CALL_AGO;
	return link;
}

/* -- values -- */

/* A word: a function, a truth or a column. */
static uint32_t parse_word(struct expr_parser *p)
{
	struct token word = p->token;

	parse_advance(p);
	for (size_t i = 0; i < expr_function_count; i++)
		if (token_is(&p->token, "(") && slice_is(word.text, expr_functions[i].name))
			return parse_call(p, &expr_functions[i], word.at);
	if (slice_is(word.text, "true") || slice_is(word.text, "True") || slice_is(word.text, "TRUE"))
		return parse_make_literal(p, EXPR_BOOL, word.at, 1);
	if (slice_is(word.text, "false") || slice_is(word.text, "False") || slice_is(word.text, "FALSE"))
		return parse_make_literal(p, EXPR_BOOL, word.at, 0);
	return parse_column(p, word.text, &word);
}

/* Parentheses leave no node: the tree says what they said, and printing sets those that are needed. */
static uint32_t parse_group(struct expr_parser *p)
{
	size_t open = p->token.at;
	uint32_t inside;

	if (!parse_deeper(p))
		return 0;
	parse_advance(p);
	inside = parse_condition(p);
	if (!inside || !parse_expect(p, ")", open))
		return 0;
	p->depth--;
	return inside;
}

/* A sign before a literal belongs to it; before a timespan that is none it is a subtraction from nothing. */
static uint32_t parse_signed(struct expr_parser *p)
{
	bool minus = token_is(&p->token, "-");
	size_t at = p->token.at;
	uint32_t link, zero, difference, last = 0;

	parse_advance(p);
	if (token_is(&p->token, "-") || token_is(&p->token, "+"))
		return fault_token(p, "a number or a timespan");
	if (minus && p->token.kind == TOKEN_LONG && p->token.number > INT64_MAX) {
		parse_advance(p);
		return parse_make_literal(p, EXPR_LONG, at, INT64_MIN);
	}
	if (!(link = parse_value(p)))
		return 0;
	struct expr_node *node = parse_node(p, link);

	if (node->type != EXPR_TIMESPAN && (!type_is_number(node->type) || node->kind != EXPR_LITERAL))
		return fault_at(p, at, 1, "a number or a timespan", "", "a minus stands before a number that is written out, or a "
		                "timespan; %s takes none.", node->kind == EXPR_COLUMN ? "this column" : type_name(node->type));
	if (!minus || node->null)
		return link;
	if (node->kind == EXPR_LITERAL && node->number != INT64_MIN) {
		parse_negate(p, node);
		node->at = at;   /* a fault is shown with its sign */
		node->len = p->before - at;
		return link;
	}
	zero = parse_make_literal(p, EXPR_TIMESPAN, at, 0);
	difference = zero ? parse_make(p, EXPR_SUBTRACT, EXPR_TIMESPAN, at) : 0;
	if (!difference || !parse_adopt(p, difference, zero, &last) || !parse_adopt(p, difference, link, &last))
		return 0;
	return difference;
}

/* One side of an operator, without sums. */
uint32_t parse_value(struct expr_parser *p)
{
	struct slice text;
	uint32_t link;
	size_t at = p->token.at;

	switch (p->token.kind) {
	case TOKEN_NAME:
		return parse_word(p);
	case TOKEN_TEXT:
		if (!parse_text(p, &text) || !(link = parse_make(p, EXPR_LITERAL, EXPR_STRING, at)))
			return 0;
		parse_node(p, link)->text = text;
		return link;
	case TOKEN_LONG: case TOKEN_REAL: case TOKEN_SPAN:
		return parse_number(p);
	case TOKEN_FORM:
		return parse_form(p);
	case TOKEN_MARK:
		if (token_is(&p->token, "("))
			return parse_group(p);
		if (token_is(&p->token, "["))
			return parse_bracketed(p);
		if (token_is(&p->token, "-") || token_is(&p->token, "+"))
			return parse_signed(p);
		break;
	case TOKEN_END: case TOKEN_BAD:
		break;
	}
	return fault_token(p, "a column or a value");
}
