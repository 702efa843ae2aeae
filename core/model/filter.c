/* filter.c - decides row by row what is shown: tab, groups, marks, states and ages here; texts in filter_text.c.
 *
 * filter_parse.c   words to terms, copying and comparing filters
 * filter_expr.c    the expression that a filter holds
 * filter_text.c    needles in texts
 *
 * Conditions are put on one after the other, the cheap ones first; each clears keep[] where it does not hold. */
#include "core/model/filter_parts.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/model/accept.h"
#include "core/model/expr.h"
#include "core/model/marks.h"

#define TAIL_BITS 16         /* of an id, for rows_marked() */

const struct tab_info tabs[TAB_COUNT] = {
	[TAB_FINDINGS] = { "Findings", "No server in scope is a finding in this run." },
	[TAB_NEW] = { "New", "Nothing is new since the run before." },
	[TAB_PERSISTING] = { "Persisting", "No finding of the run before is still there." },
	[TAB_RESOLVED] = { "Resolved", "No finding of the run before was resolved or has vanished." },
	[TAB_CHANGED] = { "Changed", "No finding that was there before has changed." },
	[TAB_ACCEPTED] = { "Accepted", "No finding is accepted." },
	[TAB_EVERY] = { "Servers", "This run has no server in scope." },
};

/* One pass; all borrowed but the inside of `scan`. */
struct pass {
	const struct filter *filter;
	const struct lens *lens;
	const struct column_ref *visible;
	size_t visible_count;
	uint32_t from, to;
	const uint8_t *answers;   /* by row; NULL: the expression is asked */
	uint8_t *keep;      /* by row */
	uint64_t undecided;
	uint8_t *hit;       /* by row - from; owned; NULL until it is needed */
	struct text_scan scan;
};

/* -- marks -- */

/* The last two bytes of a packed id, which are as good as random in a hex one. */
static unsigned id_tail(struct slice id)
{
	unsigned last = (unsigned char)id.text[id.len - 1];

	return id.len < 2 ? last : last | (unsigned)(unsigned char)id.text[id.len - 2] << 8;
}

void rows_marked(const struct lens *lens, uint32_t from, uint32_t to, uint8_t *marked)
{
	const struct table *table = lens->table;
	struct slice id;
	uint8_t *tails;   /* by the last two bytes of an id: some marked id ends so */

	memset(marked, 0, to - from);
	if (!lens->marks || lens->marks->count == 0)
		return;
	/* Most rows are not marked; two bytes of the id tell that without a search. */
	tails = xcalloc(1u << TAIL_BITS, 1);
	for (uint32_t at = 0; marks_next(lens->marks, &at, &id);)
		if (id.len > 0)
			tails[id_tail(id)] = 1;
	for (uint32_t row = from; row < to; row++) {
		id = table_packed_id(table, row);
		marked[row - from] = tails[id_tail(id)] && marks_has(lens->marks, id);
	}
	free(tails);
}

/* -- tab and groups -- */

static bool in_tab(const struct table *table, uint32_t row, enum tab tab)
{
	switch (tab) {
	case TAB_FINDINGS: return table_is_finding(table, row);
	case TAB_NEW: return table->change[row] == CHANGE_NEW;
	case TAB_PERSISTING: return table->change[row] == CHANGE_PERSISTING;
	case TAB_RESOLVED: return table->change[row] == CHANGE_RESOLVED || table->change[row] == CHANGE_VANISHED;
	case TAB_CHANGED: return table->altered[row] && table->change[row] == CHANGE_PERSISTING;
	case TAB_EVERY: case TAB_ACCEPTED: return true;   /* which findings are accepted is asked apart */
	case TAB_COUNT: break;
	}
	return false;
}

static void keep_tab(const struct pass *pass)
{
	const struct table *table = pass->lens->table;
	enum tab tab = pass->filter->tab;

	if (tab == TAB_FINDINGS) {   /* the usual one, without a switch for each row */
		for (uint32_t row = pass->from; row < pass->to; row++)
			pass->keep[row] &= (table->change[row] != CHANGE_VANISHED) & (table->verdict[row] != VERDICT_ACTIVE);
		return;
	}
	for (uint32_t row = pass->from; row < pass->to; row++)
		pass->keep[row] &= in_tab(table, row, tab);
}

/* Exact spellings, each looked up once; rows then only compare codes. */
static void keep_groups(const struct pass *pass)
{
	const struct table *table = pass->lens->table;
	uint32_t missing = table->texts.count;
	uint8_t *picked = xcalloc((size_t)missing + 1, 1);   /* by text code; the last one is for no group */

	for (size_t i = 0; i < pass->filter->group_count; i++) {
		struct slice group = pass->filter->groups[i];
		uint32_t code = group.text ? map_get(&table->texts, group.text, group.len) : missing;

		if (code != MAP_NONE)
			picked[code] = 1;
	}
	for (uint32_t row = pass->from; row < pass->to; row++) {
		uint32_t code = table->text[TEXT_GROUP][row];

		pass->keep[row] &= picked[code < missing ? code : missing];
	}
	free(picked);
}

/* A fresh hit[] of zeros for the next condition. */
static uint8_t *pass_hits(struct pass *pass)
{
	size_t n = pass->to - pass->from;

	if (!pass->hit)
		pass->hit = xrealloc(NULL, n, 1);
	memset(pass->hit, 0, n);
	return pass->hit;
}

/* Puts the condition in hit[] on; turned around when it excludes. */
static void keep_hits(const struct pass *pass, bool exclude)
{
	for (uint32_t row = pass->from; row < pass->to; row++)
		pass->keep[row] &= pass->hit[row - pass->from] ^ exclude;
}

/* An accepted finding has its own tab; in the others it would only be in the way. */
static void keep_accepted(struct pass *pass)
{
	const struct acceptances *set = pass->lens->acceptances;
	bool wanted = pass->filter->tab == TAB_ACCEPTED;

	if (!set || set->count == 0) {
		if (wanted)
			memset(pass->keep + pass->from, 0, pass->to - pass->from);
		return;
	}
	acceptances_rows(pass->lens, pass->from, pass->to, pass_hits(pass));
	keep_hits(pass, !wanted);
}

/* -- expression and terms -- */

static void keep_expr(struct pass *pass)
{
	if (!pass->answers) {
		pass->undecided = expr_rows(pass->filter->expr, pass->lens, pass->from, pass->to, pass->keep);
		return;
	}
	for (uint32_t row = pass->from; row < pass->to; row++)
		pass->keep[row] &= pass->answers[row] == ANSWER_YES;
}

/* The states of a row as bits; marked is asked apart. */
static unsigned row_states(const struct table *table, uint32_t row)
{
	static const unsigned by_change[CHANGE_COUNT] = {
		[CHANGE_NEW] = 1u << IS_NEW, [CHANGE_PERSISTING] = 1u << IS_PERSISTING,
		[CHANGE_RESOLVED] = 1u << IS_RESOLVED, [CHANGE_VANISHED] = 1u << IS_VANISHED,
	};
	unsigned states = table->change[row] < CHANGE_COUNT ? by_change[table->change[row]] : 0;
	unsigned bits = table->flags[row];

	states |= table->altered[row] ? 1u << IS_CHANGED : 0;
	states |= bits & FLAG_STALE ? 1u << IS_STALE : 0;
	states |= bits & FLAG_SILENT ? 1u << IS_SILENT : 0;
	return states | (bits & FLAG_CONFLICT ? 1u << IS_CONFLICT : 0);
}

static void hit_states(struct pass *pass, unsigned states)
{
	uint8_t *hit = pass_hits(pass);

	if (states & 1u << IS_MARKED)
		rows_marked(pass->lens, pass->from, pass->to, hit);
	for (uint32_t row = pass->from; row < pass->to; row++)
		hit[row - pass->from] |= (row_states(pass->lens->table, row) & states) != 0;
}

/* An unknown time may be any age: it stays among the old ones, as unknown is never good. */
static void hit_ages(struct pass *pass, const struct filter_term *term)
{
	const int64_t *times = pass->lens->table->time[column_time(term->column)];
	uint8_t *hit = pass_hits(pass);

	for (uint32_t row = pass->from; row < pass->to; row++) {
		int64_t age = times[row] == TIME_NONE ? INT64_MAX : pass->lens->now - times[row];

		hit[row - pass->from] = (term->above ? age > term->span : age < term->span) || (term->equal && age == term->span);
	}
}

static void hit_texts(struct pass *pass, const struct filter_term *term)
{
	pass->scan.lens = pass->lens;
	pass->scan.from = pass->from;
	pass->scan.to = pass->to;
	pass->scan.keep = pass->keep;
	pass->scan.hit = pass_hits(pass);
	text_scan_term(&pass->scan, term, pass->visible, pass->visible_count);
}

/* The terms that search texts, or all others. */
static void keep_terms(struct pass *pass, bool texts)
{
	for (size_t i = 0; i < pass->filter->term_count; i++) {
		const struct filter_term *term = &pass->filter->terms[i];
		bool cheap = term->kind == TERM_IS || term->kind == TERM_AGE;

		if (cheap == texts)
			continue;
		if (term->kind == TERM_IS)
			hit_states(pass, term->states);
		else if (term->kind == TERM_AGE)
			hit_ages(pass, term);
		else
			hit_texts(pass, term);
		keep_hits(pass, term->exclude);
	}
}

/* The rows of the tab and the picked groups; cheap. */
static void run_scope(struct pass *pass)
{
	if (pass->filter->tab != TAB_EVERY) {
		keep_tab(pass);
		keep_accepted(pass);
	}
	if (pass->filter->group_count > 0)
		keep_groups(pass);
	if (pass->filter->marked_only) {
		hit_states(pass, 1u << IS_MARKED);
		keep_hits(pass, false);
	}
}

/* Groups and marks before words, numbers before texts: fewer rows are left for what is dear. */
static uint64_t run_pass(struct pass *pass)
{
	if (pass->from >= pass->to)
		return 0;
	run_scope(pass);
	if (pass->filter->expr)
		keep_expr(pass);
	keep_terms(pass, false);
	keep_terms(pass, true);
	text_scan_release(&pass->scan);
	free(pass->hit);
	return pass->undecided;
}

uint64_t filter_rows(const struct filter *filter, const struct lens *lens, const struct column_ref *visible, size_t visible_count,
                     uint32_t from, uint32_t to, uint8_t *keep)
{
	struct pass pass = { .filter = filter, .lens = lens, .visible = visible, .visible_count = visible_count,
	                     .from = from, .to = to, .keep = keep };

	if (from < to)
		memset(keep + from, 1, to - from);
	return run_pass(&pass);
}

uint64_t filter_narrow(const struct filter *filter, const struct lens *lens, const struct column_ref *visible, size_t visible_count,
                       const uint8_t *answers, uint8_t *keep)
{
	struct pass pass = { .filter = filter, .lens = lens, .visible = visible, .visible_count = visible_count,
	                     .from = 0, .to = lens->table->count, .answers = answers, .keep = keep };

	return run_pass(&pass);
}

void filter_scope(const struct filter *filter, const struct lens *lens, uint32_t from, uint32_t to, uint8_t *keep)
{
	struct pass pass = { .filter = filter, .lens = lens, .from = from, .to = to, .keep = keep };

	if (from >= to)
		return;
	memset(keep + from, 1, to - from);
	run_scope(&pass);
	free(pass.hit);
}
