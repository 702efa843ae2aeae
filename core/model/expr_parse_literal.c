/* expr_parse_literal.c - numbers, timespans and the forms with brackets: datetime(2026-11-20), long(null). */
#include <string.h>

#include "core/model/expr_parse.h"

#define TICKS_FIRST INT64_C(-621355968000000000)   /* 0001-01-01, where Kusto's time begins */
#define TICKS_LAST INT64_C(2534023007999999999)    /* the last tick of 9999 */

uint32_t parse_make_literal(struct expr_parser *p, enum expr_type type, size_t at, int64_t number)
{
	uint32_t link = parse_make(p, EXPR_LITERAL, type, at);

	if (link)
		parse_node(p, link)->number = number;
	return link;
}

/* Keeps the digits beside the number: what is printed is what was written, not what a double makes of it. */
static uint32_t make_real(struct expr_parser *p, struct slice digits, double real, size_t at)
{
	uint32_t link = parse_make(p, EXPR_LITERAL, EXPR_REAL, at);

	if (!link)
		return 0;
	parse_node(p, link)->real = real;
	parse_node(p, link)->text = digits;
	return link;
}

/* Reads an integer with a sign, decimal or hexadecimal. */
static bool read_long(struct slice text, int64_t *number)
{
	struct token token = { 0 };
	bool minus = text.len > 0 && *text.text == '-', sign = minus || (text.len > 0 && *text.text == '+');
	struct lexer lexer = { .text = text.text + sign, .len = text.len - sign };

	if (lexer.len == 0 || !is_digit(*lexer.text))
		return false;
	lex_number(&lexer, &token);
	if (token.kind != TOKEN_LONG || token.len != lexer.len || (token.number > INT64_MAX && !minus))
		return false;
	*number = minus ? (int64_t)(0 - token.number) : (int64_t)token.number;
	return true;
}

/* bool(1) is Kusto's too, and true in any letter case inside of the brackets. */
static bool read_bool(struct slice text, int64_t *number)
{
	*number = slice_is_nocase(text, "true") || slice_is(text, "1");
	return *number || slice_is_nocase(text, "false") || slice_is(text, "0");
}

/* The content of datetime(...) may be in quotes, as in Kusto. */
static bool read_time(struct slice text, int64_t *ticks)
{
	if (text.len >= 2 && (*text.text == '"' || *text.text == '\'') && text.text[text.len - 1] == *text.text)
		text = (struct slice){ text.text + 1, text.len - 2 };
	if (!time_parse(text.text, text.len, ticks))
		return false;
	if (*ticks == TIME_NONE)   /* the first moment of all; elsewhere it stands for no time */
		*ticks = TICKS_FIRST;
	return *ticks >= TICKS_FIRST && *ticks <= TICKS_LAST;
}

/* `datetime(2026-11-20T06:00:60Z)`: in exports that is the end of its minute. What Kusto makes of the literal is not published; its
 * ticks know no leap seconds, and a time that it cannot read is null there and selects nothing without a word. */
static bool is_leap_second(struct slice text)
{
	const char *colon = memchr(text.text, ':', text.len);
	size_t left = colon ? text.len - (size_t)(colon - text.text) : 0;

	return left >= 6 && colon[3] == ':' && colon[4] == '6' && colon[5] == '0';
}

/* What brackets may hold, by the word before them. No type: Kusto or rouse has no such form. */
static const struct form {
	const char *word;
	enum expr_type type;
	const char *expected, *mend;
} forms[] = {
	{ "bool", EXPR_BOOL, "true, false or null", "bool() holds true, false or null." },
	{ "datetime", EXPR_DATETIME, "a time such as 2026-11-20 or 2026-11-20T06:00:00Z",
	  "datetime() holds a time such as 2026-11-20 or 2026-11-20T06:00:00Z; the time now is now()." },
	{ "date", EXPR_DATETIME, "a time such as 2026-11-20 or 2026-11-20T06:00:00Z", "date() holds a time such as 2026-11-20." },
	{ "timespan", EXPR_TIMESPAN, "a timespan such as 7d or 1.12:30:00", "timespan() holds one such as 7d, 36h or 1.12:30:00." },
	{ "time", EXPR_TIMESPAN, "a timespan such as 7d or 1.12:30:00", "time() holds a timespan such as 7d, 36h or 1.12:30:00." },
	{ "long", EXPR_LONG, "a whole number", "long() holds a whole number or null." },
	{ "int", EXPR_LONG, "a whole number", "int() holds a whole number of 32 bits or null." },
	{ "real", EXPR_REAL, "a number", "real() holds a number such as 1.5, or null." },
	{ "double", EXPR_REAL, "a number", "double() holds a number such as 1.5, or null." },
	{ "boolean", EXPR_DYNAMIC, "bool(...)", "Kusto knows bool(...) alone." },
	{ "decimal", EXPR_DYNAMIC, "real(...)", "no column is a decimal; write the number alone." },
	{ "guid", EXPR_DYNAMIC, "a text in quotes", "no column is a guid; write it as a text in quotes." },
	{ "dynamic", EXPR_DYNAMIC, "a list in parentheses", "lists are written (\"one\", \"two\"), and values without dynamic()." },
	{ "string", EXPR_DYNAMIC, "a text in quotes", "a text is written in quotes alone; an empty one is \"\"." },
};

/* Returns false when the content is no such literal. `timespan(2)` is two days, `timespan(1.12:30:00)` a day and a half and more. */
static bool read_form(const struct form *form, struct slice inside, int64_t *number, double *real)
{
	*real = 0;
	switch (form->type) {
	case EXPR_BOOL: return read_bool(inside, number);
	case EXPR_DATETIME: return read_time(inside, number);
	case EXPR_TIMESPAN: return span_of(inside, true, number) || span_of_clock(inside, number);
	case EXPR_LONG:
		return read_long(inside, number) && (strcmp(form->word, "int") != 0 || (*number >= INT32_MIN && *number <= INT32_MAX));
	case EXPR_REAL: return real_of(inside, real);
	default: return false;
	}
}

/* `int` and `date` are other words for long and datetime; what they were is not kept. */
uint32_t parse_form(struct expr_parser *p)
{
	struct token token = p->token;
	const struct form *form = forms;
	int64_t number = 0;
	double real = 0;
	uint32_t link;

	while (!slice_is(token.word, form->word))
		form++;
	bool null = slice_is(token.value, "null") && form->type != EXPR_DYNAMIC;

	if (form->type == EXPR_DATETIME && is_leap_second(token.value))
		return fault_at(p, token.at, token.len, form->expected, "", "no minute of Kusto has a second 60; write the second 59, or the "
		                "next minute.");
	if (!null && !read_form(form, token.value, &number, &real))
		return fault_at(p, token.at, token.len, form->expected, "", "%s", form->mend);
	parse_advance(p);
	if (form->type == EXPR_REAL && !null)
		return make_real(p, token.value, real, token.at);
	link = parse_make_literal(p, form->type, token.at, number);
	if (link)
		parse_node(p, link)->null = null;
	return link;
}

/* 9223372036854775808 is one too many, unless a minus stood before it (parse_signed). */
uint32_t parse_number(struct expr_parser *p)
{
	struct token token = p->token;

	if (token.kind == TOKEN_LONG && token.number > INT64_MAX)
		return fault_at(p, token.at, token.len, "a number below 2^63", "", "the number is too large.");
	parse_advance(p);
	if (token.kind == TOKEN_REAL)
		return make_real(p, token.text, token.real, token.at);
	return parse_make_literal(p, token.kind == TOKEN_LONG ? EXPR_LONG : EXPR_TIMESPAN, token.at, (int64_t)token.number);
}

/* The digits of a real change with it: they are what is printed. */
void parse_negate(struct expr_parser *p, struct expr_node *node)
{
	node->number = -node->number;
	node->real = -node->real;
	if (node->type != EXPR_REAL)
		return;
	bool minus = *node->text.text == '-', sign = minus || *node->text.text == '+';
	char *digits = arena_alloc(&p->expr->arena, node->text.len + 1);

	digits[0] = '-';
	memcpy(digits + !minus, node->text.text + sign, node->text.len - sign);
	node->text = (struct slice){ digits, node->text.len + !minus - sign };
}
