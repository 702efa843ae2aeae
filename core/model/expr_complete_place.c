/* expr_complete_place.c - where in the grammar the cursor stands. Reads tokens as the parser would, but goes on over anything. */
#include <string.h>

#include "core/model/expr_complete_parts.h"
#include "core/model/expr_lex.h"
#include "core/model/expr_parse.h"

#define FRAMES 64   /* open parentheses that are kept apart; deeper ones share the last place */

/* One open parenthesis and what waits around it. */
struct frame {
	const struct expr_function *function;   /* of a call */
	struct complete_side left;              /* of the comparison around it */
	const struct expr_op *op;
	bool list;                              /* it is the parenthesis of op's list or range */
};

struct reader {
	struct complete_place place;
	struct frame frames[FRAMES];
	size_t depth;
	struct complete_side value;             /* the value read last */
	struct complete_side sum_left;          /* what stands before the + or - */
	enum expr_kind sum_kind;
	const struct expr_function *function;   /* a function's name stood last, its parenthesis is next */
	bool bag;                               /* AdditionalFields stood last */
};

static const struct expr_op *op_of(const struct token *token)
{
	for (size_t i = 0; i < expr_op_count; i++)
		if (token_is(token, expr_ops[i].name))
			return &expr_ops[i];
	return token_is(token, "<>") ? &expr_ops[1] : NULL;
}

static const struct expr_function *function_of(const struct token *token)
{
	for (size_t i = 0; i < expr_function_count; i++)
		if (token_is(token, expr_functions[i].name))
			return &expr_functions[i];
	return NULL;
}

/* A value was read; an operator comes next. */
static void set_value(struct reader *r, enum expr_type type, const struct column_ref *column)
{
	r->value = (struct complete_side){ .known = true, .type = type, .has_column = column != NULL };
	if (column)
		r->value.column = *column;
	r->place.want = WANT_NEXT;
}

/* A name where a value belongs. An unknown one leaves the type open: it may be a column that is still being typed. */
static void set_column(struct reader *r, struct slice name)
{
	struct column_ref column = { .id = column_named(name) };

	r->bag = slice_is(name, "AdditionalFields");
	r->value = (struct complete_side){ 0 };
	r->place.want = WANT_NEXT;
	if (column.id != COL_NONE)
		set_value(r, expr_column_type(&column), &column);
}

/* A key behind AdditionalFields; one that has a column of its own takes the type of that. */
static void set_key(struct reader *r, struct slice key)
{
	char name[sizeof "AdditionalFields." + sizeof ((struct column_ref *)0)->key] = "AdditionalFields.";
	struct column_ref column;

	r->value = (struct complete_side){ 0 };
	r->place.want = WANT_NEXT;
	if (key.len >= sizeof column.key || memchr(key.text, '\0', key.len))
		return;
	memcpy(name + strlen(name), key.text, key.len);
	if (column_resolve(slice_of(name), &column))
		set_value(r, expr_column_type(&column), &column);
}

/* The value of a sum, once both sides are read. */
static void settle_sum(struct reader *r)
{
	enum expr_type type;
	bool known = r->sum_left.known && r->value.known;

	if (!r->place.sum)
		return;
	r->place.sum = false;
	r->value = known && type_of_sum(r->sum_kind, r->sum_left.type, r->value.type, &type)
		? (struct complete_side){ .known = true, .type = type } : (struct complete_side){ 0 };
}

/* What these take is a value or a condition of its own, and not what goes with the other side of a comparison. */
static bool begins_anew(const struct expr_function *function)
{
	return !function || (function->call != CALL_PARSE_VERSION && function->call != CALL_TOLOWER && function->call != CALL_TOUPPER);
}

/* A parenthesis keeps what was known outside, for when it closes. */
static void open_frame(struct reader *r)
{
	struct frame *frame = &r->frames[r->depth < FRAMES ? r->depth : FRAMES - 1];
	bool list = r->place.op && r->place.op->kind != EXPR_COMPARE && !r->place.list_open && !r->function;

	*frame = (struct frame){ r->function, r->place.left, r->place.op, list };
	r->depth++;
	r->place.want = WANT_VALUE;
	r->place.list_open = list;
	if (!list && begins_anew(r->function)) {
		r->place.op = NULL;
		r->place.left = (struct complete_side){ 0 };
	}
	r->function = NULL;
}

/* What a parenthesis leaves behind: the value of a call, a condition, or what stood in it. */
static void close_frame(struct reader *r)
{
	const struct frame *frame;

	if (r->depth == 0)
		return;
	if (r->place.op && !r->place.list_open)   /* (Owner == "x") is a truth, which may be compared once more */
		r->value = (struct complete_side){ .known = true, .type = EXPR_BOOL };
	r->depth--;
	frame = &r->frames[r->depth < FRAMES ? r->depth : FRAMES - 1];
	if (frame->list) {
		r->value = (struct complete_side){ .known = true, .type = EXPR_BOOL, .compared = true };
	} else if (frame->function) {
		enum expr_call call = frame->function->call;
		struct column_ref column = r->value.column;
		bool keeps = r->value.has_column && (call == CALL_PARSE_VERSION || call == CALL_TOSTRING);

		set_value(r, type_of_call(call), keeps ? &column : NULL);
	}
	r->place.left = frame->left;
	r->place.op = frame->list ? NULL : frame->op;
	r->place.list_open = false;
	r->place.want = WANT_NEXT;
	/* The parenthesis around a whole comparison closes it; one in a list goes on in the list. */
	if (r->depth > 0 && r->frames[r->depth < FRAMES ? r->depth - 1 : FRAMES - 1].list && !frame->list)
		r->place.list_open = r->place.op && r->place.op->kind != EXPR_COMPARE;
}

/* A token behind a value: an operator makes that value the left side, and/or forget it. */
static void read_operator(struct reader *r, const struct token *token)
{
	const struct expr_op *op = op_of(token);

	settle_sum(r);
	if (op) {
		r->place.left = r->value;
		r->place.op = op;
		r->place.list_open = false;
		r->place.want = WANT_VALUE;
	} else if (token_is(token, "and") || token_is(token, "or")) {
		r->place.left = r->value = (struct complete_side){ 0 };
		r->place.op = NULL;
		r->place.list_open = false;
		r->place.want = WANT_VALUE;
	} else if (token_is(token, "+") || token_is(token, "-")) {
		r->sum_left = r->value;
		r->sum_kind = token_is(token, "+") ? EXPR_ADD : EXPR_SUBTRACT;
		r->place.sum = true;
		r->place.want = WANT_VALUE;
	} else if (token_is(token, ",") || token_is(token, "..")) {
		r->place.want = WANT_VALUE;
	} else if (token_is(token, ")")) {
		close_frame(r);
	}
}

/* A token where a value belongs. What does not belong there is passed over, as it may still be in the making. */
static void read_value(struct reader *r, const struct token *token)
{
	struct token form = { .kind = TOKEN_NAME, .text = token->word };

	switch (token->kind) {
	case TOKEN_NAME:
		r->function = function_of(token);
		if (token_is(token, "true") || token_is(token, "false"))
			set_value(r, EXPR_BOOL, NULL);
		else if (!r->function)
			set_column(r, token->text);
		break;
	case TOKEN_MARK:
		if (token_is(token, "("))
			open_frame(r);
		else if (token_is(token, "["))
			r->place.want = WANT_NAME;
		else if (token_is(token, ")"))
			close_frame(r);
		break;
	case TOKEN_TEXT: set_value(r, EXPR_STRING, NULL); break;
	case TOKEN_LONG: set_value(r, EXPR_LONG, NULL); break;
	case TOKEN_REAL: set_value(r, EXPR_REAL, NULL); break;
	case TOKEN_SPAN: set_value(r, EXPR_TIMESPAN, NULL); break;
	case TOKEN_FORM:
		set_value(r, token_is(&form, "datetime") || token_is(&form, "date") ? EXPR_DATETIME
		          : token_is(&form, "timespan") || token_is(&form, "time") ? EXPR_TIMESPAN
		          : token_is(&form, "bool") ? EXPR_BOOL : EXPR_LONG, NULL);
		break;
	case TOKEN_END: case TOKEN_BAD: break;
	}
}

/* One token, by what is awaited. Tokens that nobody awaits are passed over, so that a slip early in the text does not end all help. */
static void read_token(struct reader *r, const struct token *token)
{
	bool bag = r->bag;

	r->bag = false;
	if (bag && r->place.want == WANT_NEXT && (token_is(token, ".") || token_is(token, "["))) {
		r->place.want = WANT_KEY;
		r->place.bracketed = token_is(token, "[");
	} else if (r->place.want == WANT_KEY) {
		r->place.bracketed |= token_is(token, "[");
		if (token->kind == TOKEN_NAME || token->kind == TOKEN_TEXT)
			set_key(r, token->kind == TOKEN_NAME ? token->text : token->value);
	} else if (r->place.want == WANT_NAME) {
		if (token->kind == TOKEN_TEXT)
			set_column(r, token->value);
	} else if (r->place.want == WANT_VALUE) {
		read_value(r, token);
	} else if (token->kind == TOKEN_MARK || token->kind == TOKEN_NAME) {
		read_operator(r, token);
	}
}

/* -- the word under the cursor -- */

/* Whether the token is one that is still being typed when the cursor touches its end. */
static bool is_growing(const struct token *token, enum complete_want want)
{
	static const char *const fixed[] = { "(", ")", "[", "]", ",", ".", "..", "+", "-" };

	if (token->kind == TOKEN_MARK)
		for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
			if (token_is(token, fixed[i]))
				return false;
	if (token->kind == TOKEN_BAD)
		return token->open || (token->len == 1 && strchr("=!&|", *token->text.text));
	if (token->kind == TOKEN_FORM)
		return false;
	return token->kind != TOKEN_MARK || want == WANT_NEXT;
}

/* What is typed up to the cursor; a text without its quote. */
static void set_prefix(struct complete_place *place, const struct token *token, const char *text, size_t cursor)
{
	bool is_text = token->kind == TOKEN_TEXT || (token->kind == TOKEN_BAD && token->open);
	size_t skip = 0;

	place->from = token->at;
	place->to = token->kind == TOKEN_BAD && token->open ? cursor : token->at + token->len;
	while (is_text && skip < cursor - token->at && strchr("hH@", text[token->at + skip]))
		skip++;
	if (is_text && skip < cursor - token->at && strchr("\"'", text[token->at + skip])) {
		skip++;
		place->quoted = true;
		place->closed = token->kind == TOKEN_TEXT;
	} else {
		skip = 0;
	}
	place->prefix = (struct slice){ text + token->at + skip, cursor - token->at - skip };
	if (place->closed && cursor == token->at + token->len && place->prefix.len > 0)
		place->prefix.len--;   /* behind the closing quote */
}

/* Reads token by token up to the one that the cursor touches; that one is not read but becomes the prefix. */
void complete_find(const char *text, size_t len, size_t cursor, struct arena *arena, struct complete_place *place)
{
	struct reader r = { 0 };
	struct lexer lexer = { .text = text, .len = len, .arena = arena };
	struct token token;

	for (;;) {
		lex_next(&lexer, &token);
		if (token.kind == TOKEN_END || token.at >= cursor)
			break;
		if (token.at + token.len >= cursor || (token.kind == TOKEN_BAD && token.open)) {
			if (is_growing(&token, r.place.want) && token.at + token.len >= cursor) {
				set_prefix(&r.place, &token, text, cursor);
				break;
			}
			if (token.at + token.len > cursor) {   /* inside of something that is no word */
				r.place.want = WANT_NOTHING;
				break;
			}
		}
		read_token(&r, &token);
		if (token.len == 0)
			break;
	}
	if (r.place.want == WANT_NEXT)
		settle_sum(&r);
	*place = r.place;
	place->bracketed &= place->want == WANT_KEY;
	if (place->want == WANT_NEXT)
		place->left = r.value;
	if (place->want == WANT_NEXT && r.place.op && !r.place.list_open)
		place->left.compared = true;
	for (size_t i = r.depth < FRAMES ? r.depth : FRAMES; i-- > 0;)
		if (r.frames[i].function) {
			place->inside = r.frames[i].function;
			break;
		} else if (r.frames[i].list || r.frames[i].op) {
			break;
		}
	if (place->want == WANT_NEXT && place->inside && place->inside->call != CALL_NOT)
		place->want = WANT_NOTHING;   /* the end of a call, which is a parenthesis */
	if (!place->prefix.text) {
		place->prefix = (struct slice){ text + cursor, 0 };
		place->from = place->to = cursor;
	}
}
