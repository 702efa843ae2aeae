/* app_complete.c - what Tab offers in the prompt of an expression: saved filters after an @, else what could stand at the cursor. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/headless/where.h"
#include "core/model/expr_complete.h"
#include "tui/app.h"

/* Names of saved filters, by the rules of complete_name(). */
static int complete_saved(struct app *app, const char *before, size_t len, size_t start, struct completion *out)
{
	struct where_list list;
	struct error ignored = {0};
	const char **names;
	size_t i;
	int result;

	if (where_list(session_store(app->session), &list, &ignored))
		return -1;
	names = xcalloc(list.count + 1, sizeof *names);
	for (i = 0; i < list.count; i++)
		names[i] = list.names[i];
	result = complete_name(names, before + start, len - start, out);
	out->ranged = true;
	out->from = start;
	out->to = len;
	free(names);
	where_list_release(&list);
	return result;
}

/* Bytes that all candidates begin with, cut where a character ends. */
static size_t agreed(const struct expr_completions *found)
{
	const char *first = found->items[0].text;
	size_t len = strlen(first), i;

	for (i = 1; i < found->count; i++) {
		size_t same = 0;

		while (same < len && found->items[i].text[same] == first[same])
			same++;
		len = same;
	}
	while (len && ((unsigned char)first[len] & 0xC0) == 0x80)
		len--;
	return len;
}

/* `"Win-Servers-Prod" 1,204`: a value with the rows that have it. */
static char *shown(const struct expr_completion *item)
{
	struct strbuf text = STRBUF_INIT(EXPR_TEXT_MAX);
	char *copy;

	strbuf_adds(&text, item->text);
	if (item->count) {
		strbuf_addc(&text, ' ');
		strbuf_add_count(&text, item->count);
	}
	copy = xstrdup(strbuf_text(&text));
	strbuf_release(&text);
	return copy;
}

/* What goes into the line: the one candidate whole, with a blank where the next word begins; of several, what they have in common
 * when that is more than what is typed. */
static char *put_in(const struct expr_completions *found, size_t typed)
{
	struct strbuf text = STRBUF_INIT(EXPR_TEXT_MAX);
	size_t len = found->count > 1 ? agreed(found) : strlen(found->items[0].text);
	char *copy;

	if (found->count > 1 && (found->more || len < typed || !len))
		return NULL;
	strbuf_add(&text, found->items[0].text, len);
	if (found->count == 1 && !found->items[0].joined)
		strbuf_addc(&text, ' ');
	copy = xstrdup(strbuf_text(&text));
	strbuf_release(&text);
	return copy;
}

int complete_where(void *context, const char *before, size_t len, struct completion *out)
{
	struct expr_completions found = { 0 };
	struct app *app = context;
	size_t at = strspn(before, " ");

	if (at < len && before[at] == '@' && before[at + 1] != '"' && before[at + 1] != '\'')
		return complete_saved(app, before, len, at + 1, out);
	*out = (struct completion){ .ranged = true };
	expr_complete(before, len, &app->lens, &found);
	if (found.count) {
		out->from = found.from;
		out->to = found.to;
		out->text = put_in(&found, found.to - found.from);
		out->more = found.more;
		out->candidates = xcalloc(found.count, sizeof *out->candidates);
		for (; out->count < found.count && out->count < COMPLETE_MAX; out->count++)
			out->candidates[out->count] = shown(&found.items[out->count]);
	}
	expr_completions_release(&found);
	return 0;
}
