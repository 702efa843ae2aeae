/* expr_complete.c - the candidates for a place: columns, functions, operators, values. */
#include "core/model/expr_complete.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/model/expr_complete_parts.h"
#include "core/model/expr_parse.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define COLLECTED_MAX 100000   /* candidates held before the best are kept */

void complete_add(struct expr_completions *out, enum expr_completion_kind kind, struct slice text, const char *type, const char *help,
                  uint32_t count)
{
	char last = text.len > 0 ? text.text[text.len - 1] : '\0';

	if (out->count >= COLLECTED_MAX) {
		out->more = true;
		return;
	}
	out->items = grow(out->items, &out->cap, out->count + 1, sizeof *out->items);
	out->items[out->count++] = (struct expr_completion){
		.kind = kind, .text = arena_copy(&out->arena, text.text, text.len), .type = type, .help = help, .count = count,
		.joined = last == '(' || last == '.' };
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* Candidates begin with what is typed, ASCII case ignored: `mach` finds MachineGroup, as nobody types capitals first. */
bool complete_fits(const struct complete_place *place, struct slice candidate)
{
	struct slice prefix = place->prefix;

	if (prefix.len > candidate.len)
		return false;
	for (size_t i = 0; i < prefix.len; i++)
		if (lower(prefix.text[i]) != lower(candidate.text[i]))
			return false;
	return true;
}

const char *complete_type_name(enum expr_type type)
{
	static const char *const names[] = {
		[EXPR_BOOL] = "truth", [EXPR_LONG] = "number", [EXPR_REAL] = "number", [EXPR_STRING] = "text", [EXPR_DATETIME] = "time",
		[EXPR_TIMESPAN] = "timespan", [EXPR_DYNAMIC] = "text", [EXPR_VERSION] = "version",
	};

	return names[type];
}

static void add(const struct complete_place *place, enum expr_completion_kind kind, const char *text, const char *type, const char *help,
                struct expr_completions *out)
{
	if (complete_fits(place, slice_of(text)))
		complete_add(out, kind, slice_of(text), type, help, 0);
}

/* -- columns and functions -- */

/* Whether a value of this type may stand here: inside a call, on the right of an operator, or anywhere. */
static bool is_welcome(const struct complete_place *place, enum expr_type type)
{
	if (place->inside && !type_of_argument(place->inside->call, type) && place->inside->call != CALL_NOT)
		return false;
	if (place->sum)
		return type == EXPR_DATETIME || type == EXPR_TIMESPAN;
	if (place->op && place->left.known && !place->inside)
		return type_goes(place->op, place->left.type, type);
	return true;
}

/* All columns that fit the place: behind `LastSeen >` only times, inside of tolower( only texts. */
static void add_columns(const struct complete_place *place, struct expr_completions *out)
{
	for (size_t i = 0; i < COL_COUNT; i++) {
		struct column_ref column = { .id = columns[i].id };
		enum expr_type type = expr_column_type(&column);

		if (is_welcome(place, type))
			add(place, EXPR_COMPLETE_COLUMN, columns[i].name,
			    columns[i].type == TYPE_VERSION ? "version" : complete_type_name(type), columns[i].help, out);
	}
	if (is_welcome(place, EXPR_DYNAMIC))
		add(place, EXPR_COMPLETE_COLUMN, "AdditionalFields.", "text", "A key of the gathered bag, as AdditionalFields.KEY.", out);
}

/* With the parenthesis already open, `tolower(`, so that the next word can be typed at once; now() needs nothing in it. */
static void add_functions(const struct complete_place *place, struct expr_completions *out)
{
	for (size_t i = 0; i < expr_function_count; i++) {
		enum expr_type type = type_of_call(expr_functions[i].call);
		char text[32];

		if (!is_welcome(place, type))
			continue;
		snprintf(text, sizeof text, "%s(%s", expr_functions[i].name, expr_functions[i].call == CALL_NOW ? ")" : "");
		add(place, EXPR_COMPLETE_FUNCTION, text, complete_type_name(type), expr_functions[i].help, out);
	}
}

/* -- values that need no rows -- */

static const char *const spans[] = { "1d", "7d", "14d", "30d", "90d", "1h", "12h", "36h", "30m" };

/* Behind `SeenAge > ` the usual ages, behind `SeenAge > 3` that number with each unit. */
static void add_spans(const struct complete_place *place, struct expr_completions *out)
{
	static const char *const units[] = { "d", "h", "m", "s" };
	size_t n = 0;
	char text[32];

	while (n < place->prefix.len && place->prefix.text[n] >= '0' && place->prefix.text[n] <= '9')
		n++;
	/* A number that is typed gets its units. */
	for (size_t i = 0; n > 0 && n == place->prefix.len && n < 10 && i < COUNT(units); i++) {
		snprintf(text, sizeof text, "%.*s%s", (int)n, place->prefix.text, units[i]);
		add(place, EXPR_COMPLETE_VALUE, text, "timespan", "", out);
	}
	for (size_t i = 0; (n == 0 || n < place->prefix.len) && i < COUNT(spans); i++)
		add(place, EXPR_COMPLETE_VALUE, spans[i], "timespan", "", out);
}

/* Times people mean are mostly so long ago; today as a literal shows how one is written. */
static void add_times(const struct complete_place *place, const struct lens *lens, struct expr_completions *out)
{
	static const char *const ages[] = { "1d", "7d", "14d", "30d" };
	struct strbuf today = STRBUF_INIT(64);
	char text[32];

	for (size_t i = 0; i < COUNT(ages); i++) {
		snprintf(text, sizeof text, "ago(%s)", ages[i]);
		add(place, EXPR_COMPLETE_VALUE, text, "time", "", out);
	}
	if (lens) {
		strbuf_adds(&today, "datetime(");
		time_format(&today, lens->now);
		strbuf_addc(&today, ')');
		if (today.len > 20)   /* the day is enough */
			add(place, EXPR_COMPLETE_VALUE, (snprintf(text, sizeof text, "%.19s)", today.buf), text), "time", "Today.", out);
		strbuf_release(&today);
	}
}

static void add_truths(const struct complete_place *place, struct expr_completions *out)
{
	add(place, EXPR_COMPLETE_VALUE, "true", "truth", "", out);
	add(place, EXPR_COMPLETE_VALUE, "false", "truth", "", out);
}

/* -- places -- */

/* More rows first; what is equal stays in the order of the alphabet. */
static int compare_items(const void *a, const void *b)
{
	const struct expr_completion *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return strcmp(x->text, y->text);
}

/* Values of rows stand before all that is added later: sorted among themselves only. */
static void add_counted(const struct complete_place *place, const struct lens *lens, struct expr_completions *out)
{
	size_t from = out->count;

	complete_values(place, lens, out);
	if (out->count > from)
		qsort(out->items + from, out->count - from, sizeof *out->items, compare_items);
}

/* The right side of an operator, or an argument that goes with the other side. */
static void complete_right(const struct complete_place *place, const struct lens *lens, struct expr_completions *out)
{
	bool versions = place->inside && place->inside->call == CALL_PARSE_VERSION;
	enum expr_type type = place->sum ? EXPR_TIMESPAN : place->left.type;

	if (place->op && place->op->kind != EXPR_COMPARE && !place->list_open && !place->inside) {
		add(place, EXPR_COMPLETE_WORD, "(", "", place->op->kind == EXPR_IN ? "Opens the list." : "Opens the range.", out);
		return;
	}
	if (place->op && place->op->test == TEST_REGEX)
		return;
	if (type == EXPR_STRING || type == EXPR_DYNAMIC || versions)
		add_counted(place, lens, out);
	if (place->quoted)
		return;
	if (type == EXPR_TIMESPAN)
		add_spans(place, out);
	if (type == EXPR_DATETIME)
		add_times(place, lens, out);
	if (type == EXPR_BOOL)
		add_truths(place, out);
	add_functions(place, out);
	add_columns(place, out);
}

/* Where a value belongs: at the start of a condition columns come first, behind an operator what goes with its left side. */
static void complete_value(const struct complete_place *place, const struct lens *lens, struct expr_completions *out)
{
	bool span = place->inside && (place->inside->call == CALL_AGO || place->inside->call == CALL_NOW);

	if (span) {
		add_spans(place, out);
	} else if ((place->op && place->left.known) || place->sum) {
		complete_right(place, lens, out);
	} else if (!place->quoted) {
		add_columns(place, out);
		add_functions(place, out);
	}
}

/* Behind a value: operators that take its type, and `and` or `or` once there is a condition. A bool column is both, so it gets both. */
static void complete_next(const struct complete_place *place, struct expr_completions *out)
{
	bool condition = place->left.known && place->left.type == EXPR_BOOL;

	if (place->list_open) {
		if (place->op->kind == EXPR_BETWEEN)
			add(place, EXPR_COMPLETE_WORD, "..", "", "To the other end of the range.", out);
		return;
	}
	if (condition || place->left.compared) {
		add(place, EXPR_COMPLETE_WORD, "and", "", "Both conditions hold.", out);
		add(place, EXPR_COMPLETE_WORD, "or", "", "At least one of the conditions holds.", out);
	}
	for (size_t i = 0; !place->left.compared && i < expr_op_count; i++)
		if (!place->left.known || type_takes(&expr_ops[i], place->left.type))
			add(place, EXPR_COMPLETE_OPERATOR, expr_ops[i].name, "", expr_ops[i].help, out);
	if (!place->left.compared && place->left.known && (place->left.type == EXPR_DATETIME || place->left.type == EXPR_TIMESPAN)) {
		add(place, EXPR_COMPLETE_OPERATOR, "+", "", "A time or a timespan, and a timespan more.", out);
		add(place, EXPR_COMPLETE_OPERATOR, "-", "", "A timespan less, or the timespan between two times.", out);
	}
}

/* The name of a column in brackets, ['DeviceName']. */
static void complete_name(const struct complete_place *place, struct expr_completions *out)
{
	for (size_t i = 0; i < COL_COUNT; i++) {
		char text[64];

		snprintf(text, sizeof text, "\"%s\"]", columns[i].name);
		if (complete_fits(place, slice_of(columns[i].name)))
			complete_add(out, EXPR_COMPLETE_COLUMN, slice_of(text), "", columns[i].help, 0);
	}
}

/* The text need not be an expression yet: everything before the cursor is read as far as it makes sense, what follows is left alone. */
void expr_complete(const char *text, size_t cursor, const struct lens *lens, struct expr_completions *out)
{
	struct complete_place place;
	size_t len = strlen(text);

	expr_completions_release(out);
	len = len <= EXPR_TEXT_MAX ? len : EXPR_TEXT_MAX;
	cursor = cursor <= len ? cursor : len;
	complete_find(text, len, cursor, &out->arena, &place);
	switch (place.want) {
	case WANT_VALUE: complete_value(&place, lens, out); break;
	case WANT_NEXT: complete_next(&place, out); break;
	case WANT_KEY:
		complete_keys(&place, lens, out);
		if (out->count > 0)
			qsort(out->items, out->count, sizeof *out->items, compare_items);
		break;
	case WANT_NAME: complete_name(&place, out); break;
	case WANT_NOTHING: break;
	}
	out->from = place.from;
	out->to = place.to;
	/* The bracket that a candidate closes may be closed already. */
	if ((place.want == WANT_NAME || place.bracketed) && out->to < len && text[out->to] == ']')
		out->to++;
	if (out->count > EXPR_COMPLETE_MAX) {
		out->count = EXPR_COMPLETE_MAX;
		out->more = true;
	}
}

void expr_completions_release(struct expr_completions *out)
{
	arena_release(&out->arena);
	free(out->items);
	*out = (struct expr_completions){ 0 };
}
