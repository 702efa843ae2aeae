/* cmd_list_choice.h - which rows `rouse list` prints, and what is said of those it leaves out. For cmd_list.c alone. */
#ifndef ROUSE_CMD_LIST_CHOICE_H
#define ROUSE_CMD_LIST_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/strbuf.h"
#include "core/headless/drive.h"
#include "core/model/expr.h"

/* The choice of rows, folded once. */
struct choice {
	struct strbuf *groups;         /* owned */
	size_t group_count;
	bool verdicts[VERDICT_COUNT + 1], any_verdict;
	bool changes[CHANGE_COUNT], any_change;
	struct strbuf *contains;       /* owned */
	size_t contains_count;
	bool all;
	struct expr *where;            /* owned; NULL: none */
};

/* What came of the choice. */
struct chosen {
	uint8_t *keep;                 /* by row; owned */
	uint32_t accepted;             /* rows left out because an acceptance is in force */
	uint64_t undecided;            /* rows that the expression could not decide; they are kept */
	struct expr_guard guard;       /* what letter case hides; owned */
	struct expr_nulls nulls;       /* what the expression neither takes nor refuses; owned */
	struct strbuf more;            /* an expression that takes them too, or empty; owned */
};

/* Reads the options; choice_release() is due whatever comes of it. */
int choice_read(const struct cli *cli, struct choice *choice, struct error *err);
/* The expression of --where; the saved filters that it may name are in the store. */
int choice_where(const struct work *work, struct session *session, struct choice *choice, struct error *err);
void choice_release(struct choice *choice);

void choose_rows(const struct choice *choice, const struct lens *lens, struct chosen *chosen);
/* Says on stderr whatever is not in the list though one may expect it there, and the other way round. */
void chosen_say(const struct chosen *chosen);
/* cmd_list_groups.c: says on stderr which --group names match no row of the run, with the nearest group, and which groups with findings are
 * nearly named and left out. With --quiet too. */
void choice_say_groups(const struct choice *choice, const struct cli_list *names, const struct run *run);
void chosen_release(struct chosen *chosen);

#endif
