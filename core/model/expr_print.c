/* expr_print.c - the tree back to text: one spelling for each meaning, parentheses only where they are needed. */
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/expr_lex.h"
#include "core/model/expr_parts.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* As deep as the tree, which is bounded. */
static void print_node(const struct expr *expr, const struct expr_node *node, struct strbuf *out);

/* -- literals -- */

/* One character inside quotes. What nobody could see is escaped. */
static void print_character(struct strbuf *out, int32_t cp)
{
	if (cp == '"' || cp == '\\')
		strbuf_addf(out, "\\%c", (int)cp);
	else if (cp == '\n' || cp == '\r' || cp == '\t')
		strbuf_adds(out, cp == '\n' ? "\\n" : cp == '\r' ? "\\r" : "\\t");
	else if (cp < 0x20 || cp == 0x7F)
		strbuf_addf(out, "\\x%02x", (unsigned)cp);
	else if (utf8_width(cp) >= 0)
		utf8_append(out, cp);
	else if (cp < 0x10000)
		strbuf_addf(out, "\\u%04x", (unsigned)cp);
	else
		strbuf_addf(out, "\\u%04x\\u%04x", 0xD800u + (((unsigned)cp - 0x10000u) >> 10), 0xDC00u + ((unsigned)cp & 0x3FFu));
}

void expr_print_text(struct slice text, struct strbuf *out)
{
	int32_t cp;

	strbuf_addc(out, '"');
	for (size_t at = 0; at < text.len;) {
		at += utf8_decode(text.text + at, text.len - at, &cp);
		print_character(out, cp < 0 ? 0xFFFD : cp);
	}
	strbuf_addc(out, '"');
}

/* In the largest unit that leaves no fraction: 36h, and not 1.5d. */
void expr_print_span(int64_t ticks, struct strbuf *out)
{
	static const struct { int64_t ticks; const char *name; } units[] = {
		{ 864000000000, "d" }, { 36000000000, "h" }, { 600000000, "m" }, { 10000000, "s" }, { 10000, "ms" }, { 10, "microseconds" },
		{ 1, "ticks" },
	};

	if (ticks == 0)
		strbuf_adds(out, "0s");
	for (size_t i = 0; ticks != 0 && i < COUNT(units); i++)
		if (ticks % units[i].ticks == 0) {
			strbuf_addf(out, "%lld%s", (long long)(ticks / units[i].ticks), units[i].name);
			break;
		}
}

/* Whole seconds as they are, else all seven digits: datetime(2026-11-20T06:00:00.1234567Z). */
static void print_time(int64_t ticks, struct strbuf *out)
{
	int64_t seconds = time_seconds(ticks), part = ticks - seconds * TICKS_PER_SECOND;

	strbuf_adds(out, "datetime(");
	time_format(out, seconds);
	if (part > 0 && out->len > 0 && out->buf[out->len - 1] == 'Z') {
		out->len--;
		strbuf_addf(out, ".%07lldZ", (long long)part);
	}
	strbuf_addc(out, ')');
}

/* A real is printed by its digits, so that nothing is lost between binary and decimal; without a point it would be a long. */
static void print_literal(const struct expr_node *node, struct strbuf *out)
{
	static const char *const nulls[] = {
		[EXPR_BOOL] = "bool", [EXPR_LONG] = "long", [EXPR_REAL] = "real", [EXPR_DATETIME] = "datetime", [EXPR_TIMESPAN] = "timespan",
	};
	bool plain = node->type == EXPR_REAL && !node->null && strcspn(node->text.text, ".eE") < node->text.len && *node->text.text != '+';

	if (node->null)
		strbuf_addf(out, "%s(null)", nulls[node->type]);
	else if (node->type == EXPR_STRING)
		expr_print_text(node->text, out);
	else if (node->type == EXPR_BOOL)
		strbuf_adds(out, node->number ? "true" : "false");
	else if (node->type == EXPR_LONG)
		strbuf_addf(out, "%lld", (long long)node->number);
	else if (node->type == EXPR_REAL)
		strbuf_addf(out, plain ? "%.*s" : "real(%.*s)", (int)node->text.len, node->text.text);
	else if (node->type == EXPR_TIMESPAN)
		expr_print_span(node->number, out);
	else
		print_time(node->number, out);
}

/* -- columns -- */

/* Behind a dot where that is a name in Kusto, else in brackets: AdditionalFields["any key"], AdditionalFields["where"]. */
void expr_print_column(const struct column_ref *column, struct strbuf *out)
{
	struct slice key = slice_of(column->key);
	size_t n = 0;

	if (column->id != COL_BAG) {
		strbuf_adds(out, columns[column->id].name);
		return;
	}
	while (n < key.len && is_word(key.text[n]))
		n++;
	strbuf_adds(out, "AdditionalFields");
	if (key.len > 0 && n == key.len && is_word_start(*key.text) && !expr_is_keyword(key)) {
		strbuf_addf(out, ".%s", column->key);
	} else {
		strbuf_addc(out, '[');
		expr_print_text(key, out);
		strbuf_addc(out, ']');
	}
}

/* -- the tree -- */

/* How strongly a node holds its parts together: what is weaker than its place needs parentheses. */
static int strength(const struct expr_node *node)
{
	switch (node->kind) {
	case EXPR_OR: return 0;
	case EXPR_AND: return 1;
	case EXPR_COMPARE: case EXPR_IN: case EXPR_BETWEEN: return 2;
	case EXPR_ADD: case EXPR_SUBTRACT: return 3;
	case EXPR_CALL: case EXPR_COLUMN: case EXPR_LITERAL: break;
	}
	return 4;
}

/* In parentheses when it is weaker than `least`. */
static void print_in(const struct expr *expr, const struct expr_node *node, int least, struct strbuf *out)
{
	bool weak = strength(node) < least;

	strbuf_adds(out, weak ? "(" : "");
	print_node(expr, node, out);
	strbuf_adds(out, weak ? ")" : "");
}

/* The children from one on, with a sign between. */
static void print_list(const struct expr *expr, uint32_t link, int least, const char *between, struct strbuf *out)
{
	for (const struct expr_node *node = expr_at(expr, link); node; node = expr_at(expr, node->next)) {
		print_in(expr, node, least, out);
		strbuf_adds(out, node->next ? between : "");
	}
}

/* Both sides of a comparison hold sums at most; a comparison inside of one is put in parentheses. */
static void print_comparison(const struct expr *expr, const struct expr_node *node, struct strbuf *out)
{
	const struct expr_node *left = expr_at(expr, node->first);

	print_in(expr, left, 3, out);
	strbuf_addf(out, " %s ", node->op->name);
	if (node->kind == EXPR_COMPARE) {
		print_in(expr, expr_at(expr, left->next), 3, out);
		return;
	}
	strbuf_addc(out, '(');
	print_list(expr, left->next, 3, node->kind == EXPR_IN ? ", " : " .. ", out);
	strbuf_addc(out, ')');
}

static void print_node(const struct expr *expr, const struct expr_node *node, struct strbuf *out)
{
	const struct expr_node *first = expr_at(expr, node->first);

	switch (node->kind) {
	case EXPR_OR: case EXPR_AND:
		print_list(expr, node->first, node->kind == EXPR_OR ? 1 : 2, node->kind == EXPR_OR ? " or " : " and ", out);
		break;
	case EXPR_COMPARE: case EXPR_IN: case EXPR_BETWEEN:
		print_comparison(expr, node, out);
		break;
	case EXPR_CALL:
		strbuf_addf(out, "%s(", node->function->name);
		print_list(expr, node->first, 0, ", ", out);
		strbuf_addc(out, ')');
		break;
	case EXPR_ADD: case EXPR_SUBTRACT:
		print_in(expr, first, 3, out);
		strbuf_adds(out, node->kind == EXPR_ADD ? " + " : " - ");
		print_in(expr, expr_at(expr, first->next), 4, out);
		break;
	case EXPR_COLUMN:
		expr_print_column(&node->column, out);
		break;
	case EXPR_LITERAL:
		print_literal(node, out);
		break;
	}
}

void expr_print(const struct expr *expr, struct strbuf *out)
{
	print_node(expr, &expr->nodes[expr->root], out);
}
