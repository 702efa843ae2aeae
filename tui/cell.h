/* cell.h - what a cell of the table shows: its text, and the role that gives it a colour. Every colour has a sign too (`41d!`). */
#ifndef ROUSE_CELL_H
#define ROUSE_CELL_H

#include "tui/app.h"

#define CELL_SEEN_OLD (3 * SPAN_DAY)   /* a host not seen for longer may have changed since */

/* Appends the text of a cell and sets its role. Raw bytes: draw.c makes them visible. */
void cell_text(struct app *app, uint32_t row, const struct column_ref *column, struct strbuf *out, enum role *role);
/* Whether the column's cells and head stand at the right: numbers and ages. */
bool cell_is_right(const struct column_ref *column);
/* `+` new, `=` persisting, `~` persisting with changed evidence, `-` resolved, `x` vanished, ` ` none; and its role. */
char cell_change(struct app *app, uint32_t row, enum role *role);
/* The sign in the table: that of the change, or among all servers z for a host whose acceptance is in force. */
char cell_sign(struct app *app, uint32_t row, enum role *role);
/* The role of a signature age: over the limit, over twice the limit. */
enum role cell_age_role(struct app *app, int64_t age);
/* The name of a host as it is said in labels and messages; made visible. */
void cell_host(struct app *app, uint32_t row, struct strbuf *out);
/* Takes the domain that most hosts share off a host's name. */
void cell_drop_domain(struct app *app, struct strbuf *host);

#endif
