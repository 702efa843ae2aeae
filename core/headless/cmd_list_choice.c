#include "core/headless/cmd_list_choice.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/log.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/headless/where.h"
#include "core/model/accept.h"

/* A text column is never longer than the 1 MiB a cell may have; enrichment can be. */
#define TEXT_MAX_BYTES ((size_t)1 << 26)

static struct strbuf *fold_all(const struct cli_list *list)
{
	struct strbuf *folded = xcalloc(list->count + 1, sizeof *folded);
	for (size_t i = 0; i < list->count; i++) {
		strbuf_init(&folded[i], TEXT_MAX_BYTES);
		utf8_fold(&folded[i], list->items[i], strlen(list->items[i]));
	}
	return folded;
}

void choice_release(struct choice *choice)
{
	for (size_t i = 0; i < choice->group_count; i++)
		strbuf_release(&choice->groups[i]);
	for (size_t i = 0; i < choice->contains_count; i++)
		strbuf_release(&choice->contains[i]);
	free(choice->groups);
	free(choice->contains);
	expr_free(&choice->where);
}

static int read_verdicts(const struct cli *cli, struct choice *choice, struct error *err)
{
	const char *names[VERDICT_COUNT];
	for (int v = 0; v < VERDICT_COUNT; v++)
		names[v] = verdicts[v].name;
	for (size_t i = 0; i < cli->verdicts.count; i++) {
		enum verdict verdict = verdict_named(slice_of(cli->verdicts.items[i]));
		if (verdict == VERDICT_NONE) {
			const char *near = nearest_name(cli->verdicts.items[i], names, VERDICT_COUNT);
			if (near)
				return error_set(err, STATUS_USAGE, "--verdict: there is no such verdict; did you mean `%s`?", near);
			return error_set(err, STATUS_USAGE, "--verdict takes active, passive, edr-block, passive-audit, disabled, unknown "
			                 "or unassessed.");
		}
		choice->verdicts[verdict] = choice->any_verdict = true;
	}
	return 0;
}

static int read_changes(const struct cli *cli, struct choice *choice, struct error *err)
{
	for (size_t i = 0; i < cli->changes.count; i++) {
		int found = 0;
		for (int c = CHANGE_NEW; c < CHANGE_COUNT; c++) {
			if (slice_is_nocase(slice_of(cli->changes.items[i]), change_names[c]))
				found = c;
		}
		if (!found)
			return error_set(err, STATUS_USAGE, "--change takes new, persisting, resolved or vanished.");
		choice->changes[found] = choice->any_change = true;
	}
	return 0;
}

int choice_read(const struct cli *cli, struct choice *choice, struct error *err)
{
	*choice = (struct choice){ .all = cli->all };
	choice->groups = fold_all(&cli->groups);
	choice->group_count = cli->groups.count;
	choice->contains = fold_all(&cli->contains);
	choice->contains_count = cli->contains.count;
	return read_verdicts(cli, choice, err) || read_changes(cli, choice, err) ? -1 : 0;
}

static bool group_chosen(const struct choice *choice, struct slice group)
{
	struct strbuf folded = STRBUF_INIT(TEXT_MAX_BYTES);
	bool found = choice->group_count == 0;
	if (!found && group.text)
		utf8_fold(&folded, group.text, group.len);
	for (size_t i = 0; i < choice->group_count && !found && group.text; i++)
		found = slice_equal((struct slice){ strbuf_text(&folded), folded.len },
		                    (struct slice){ strbuf_text(&choice->groups[i]), choice->groups[i].len });
	strbuf_release(&folded);
	return found;
}

/* One of the text columns holds the (folded) words. */
static bool row_contains(const struct lens *lens, uint32_t row, const struct strbuf *word)
{
	struct strbuf scratch = STRBUF_INIT(TEXT_MAX_BYTES), text = STRBUF_INIT(TEXT_MAX_BYTES), folded = STRBUF_INIT(4 * TEXT_MAX_BYTES);
	bool found = false;
	for (int c = 0; c < COL_COUNT && !found; c++) {
		struct column_ref ref = { .id = (enum column_id)c };
		struct value value;
		if (columns[c].id == COL_PORTAL_URL)
			continue;
		value_get(lens, row, &ref, &scratch, &value);
		strbuf_clear(&text);
		strbuf_clear(&folded);
		value_export(lens, row, &value, &text);
		utf8_fold(&folded, strbuf_text(&text), text.len);
		found = bytes_find(strbuf_text(&folded), folded.len, strbuf_text(word), word->len) != NULL;
	}
	strbuf_release(&scratch);
	strbuf_release(&text);
	strbuf_release(&folded);
	return found;
}

static bool row_chosen(const struct choice *choice, const struct lens *lens, uint32_t row)
{
	const struct table *table = lens->table;
	if (choice->any_change) {
		if (!choice->changes[table->change[row]])
			return false;
	} else if (!table_is_present(table, row)) {
		return false;
	} else if (!choice->all && !choice->any_verdict && !table_is_finding(table, row)) {
		return false;
	}
	if (choice->any_verdict && !choice->verdicts[table->verdict[row]])
		return false;
	if (!group_chosen(choice, table_text(table, TEXT_GROUP, row)))
		return false;
	for (size_t i = 0; i < choice->contains_count; i++) {
		if (!row_contains(lens, row, &choice->contains[i]))
			return false;
	}
	return true;
}

int choice_where(const struct work *work, struct session *session, struct choice *choice, struct error *err)
{
	char name[WHERE_NAME_MAX + 1];
	struct strbuf text = STRBUF_INIT(TEXT_MAX_BYTES);
	if (!work->cli->where)
		return 0;
	if (where_read(session_store(session), work->cli->where, &choice->where, name, NULL, err))
		return error_prefix(err, "--where");
	expr_print(choice->where, &text);
	log_debug("where %s", strbuf_text(&text));
	strbuf_release(&text);
	return 0;
}

/* Guard and nulls are looked for among the rows that the expression alone dropped. */
static void ask_where(const struct choice *choice, const struct lens *lens, const uint8_t *accepted, struct chosen *chosen)
{
	uint32_t count = lens->table->count;
	uint8_t *dropped = xmalloc((size_t)count + 1);
	memcpy(dropped, chosen->keep, count);
	chosen->undecided = expr_rows(choice->where, lens, 0, count, chosen->keep);
	for (uint32_t row = 0; row < count; row++)
		dropped[row] &= !chosen->keep[row] & !accepted[row];
	expr_guard(choice->where, lens, dropped, &chosen->guard);
	expr_nulls(choice->where, lens, dropped, &chosen->nulls);
	strbuf_init(&chosen->more, EXPR_TEXT_MAX);
	if (chosen->nulls.rows)
		expr_nulls_mend(choice->where, &chosen->nulls, &chosen->more);
	free(dropped);
}

void choose_rows(const struct choice *choice, const struct lens *lens, struct chosen *chosen)
{
	uint32_t count = lens->table->count;
	uint8_t *accepted = xcalloc((size_t)count + 1, 1);
	chosen->keep = xmalloc((size_t)count + 1);
	for (uint32_t row = 0; row < count; row++)
		chosen->keep[row] = row_chosen(choice, lens, row);
	if (!choice->all && lens->acceptances && lens->acceptances->count)
		acceptances_rows(lens, 0, count, accepted);
	if (choice->where)
		ask_where(choice, lens, accepted, chosen);
	for (uint32_t row = 0; row < count; row++) {
		chosen->accepted += chosen->keep[row] & accepted[row];
		chosen->keep[row] &= !accepted[row];
	}
	free(accepted);
}

/* `'it'\''s'`: one word for a shell. */
static void add_quoted(struct strbuf *out, const char *text)
{
	strbuf_addc(out, '\'');
	for (; *text; text++)
		strbuf_adds(out, *text == '\'' ? "'\\''" : (const char[]){ *text, '\0' });
	strbuf_addc(out, '\'');
}

/* Alone on its line, to be copied. */
static void say_option(const char *where)
{
	struct strbuf text = STRBUF_INIT(TEXT_MAX_BYTES);
	strbuf_adds(&text, "  --where ");
	add_quoted(&text, where);
	drive_say(stderr, strbuf_text(&text));
	fputc('\n', stderr);
	strbuf_release(&text);
}

/* Hidden rows, with the option that shows them. */
static void say_guard(const struct expr_guard *guard)
{
	struct strbuf text = STRBUF_INIT(TEXT_MAX_BYTES);
	bool one = guard->hidden == 1;
	strbuf_addf(&text, "`%s` hides ", guard->op);
	strbuf_add_count(&text, guard->hidden);
	strbuf_adds(&text, one ? " row that differs by letter case only" : " rows that differ by letter case only");
	if (guard->example.len)
		strbuf_addf(&text, " (as %.*s)", (int)guard->example.len, guard->example.text);
	strbuf_addf(&text, "; this shows %s:", one ? "it" : "them");
	drive_complain(strbuf_text(&text));
	say_option(guard->mended);
	strbuf_release(&text);
}

/* Null is no answer: not() of it takes such a row no more than the expression does. */
static void say_nulls(const struct chosen *chosen)
{
	struct strbuf text = STRBUF_INIT(TEXT_MAX_BYTES);
	struct strbuf remedy = STRBUF_INIT(TEXT_MAX_BYTES);
	bool one = chosen->nulls.rows == 1;
	expr_nulls_text(&chosen->nulls, &text);
	strbuf_addf(&text, ", so the expression neither takes nor refuses %s", one ? "it" : "them");
	if (expr_nulls_remedy(&chosen->nulls, &remedy))
		strbuf_addf(&text, "; %s shows %s.", strbuf_text(&remedy), one ? "it" : "them");
	else if (chosen->more.len)
		strbuf_addf(&text, "; this shows %s:", one ? "it" : "them");
	else
		strbuf_addc(&text, '.');
	drive_complain(strbuf_text(&text));
	if (chosen->more.len)
		say_option(strbuf_text(&chosen->more));
	strbuf_release(&remedy);
	strbuf_release(&text);
}

void chosen_say(const struct chosen *chosen)
{
	if (chosen->accepted)
		fprintf(stderr, "rouse: %" PRIu32 " accepted %s left out; --all shows %s.\n", chosen->accepted,
		        chosen->accepted == 1 ? "finding is" : "findings are", chosen->accepted == 1 ? "it" : "them");
	if (chosen->undecided)
		fprintf(stderr, "rouse: %" PRIu64 " %s could not be judged by the expression and %s listed all the same.\n",
		        chosen->undecided, chosen->undecided == 1 ? "row" : "rows", chosen->undecided == 1 ? "is" : "are");
	if (chosen->guard.hidden && chosen->guard.mended)
		say_guard(&chosen->guard);
	if (chosen->nulls.rows)
		say_nulls(chosen);
}

void chosen_release(struct chosen *chosen)
{
	expr_guard_release(&chosen->guard);
	expr_nulls_release(&chosen->nulls);
	strbuf_release(&chosen->more);
	free(chosen->keep);
}
