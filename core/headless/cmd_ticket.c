/* cmd_ticket.c - `rouse ticket`: the one ticket of the newest run, for all findings or some. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/headless/closing.h"

#define FILE_MAX ((size_t)64 << 20)
#define NAMES_SAID 20

/* The rows that were chosen; NULL: all findings. */
struct some {
	uint32_t *rows;      /* owned */
	uint32_t count;
	bool chosen, missed; /* missed: a name that is no finding */
};

/* -- by a file of names -- */

/* Names of findings: full and short ones, folded. */
struct names {
	struct map full, label;
	uint32_t *full_first, *label_first;   /* by number: first row + 1, chained by next; owned */
	uint32_t *full_next, *label_next;     /* by row; owned */
};

static void fold(struct strbuf *to, struct slice text)
{
	strbuf_clear(to);
	utf8_fold(to, text.text, text.len);
}

static void chain(struct map *map, uint32_t *first, uint32_t *next, const struct strbuf *key, uint32_t row)
{
	uint32_t number = map_put(map, strbuf_text(key), key->len, NULL);

	next[row] = first[number];
	first[number] = row + 1;
}

static void names_build(struct names *names, const struct table *table)
{
	struct strbuf key = STRBUF_INIT(SIZE_MAX);
	size_t room = table->count + (size_t)1;

	*names = (struct names){ .full_first = xcalloc(room, sizeof(uint32_t)), .label_first = xcalloc(room, sizeof(uint32_t)),
		.full_next = xcalloc(room, sizeof(uint32_t)), .label_next = xcalloc(room, sizeof(uint32_t)) };
	for (uint32_t row = 0; row < table->count; row++) {
		if (!table_is_finding(table, row))
			continue;
		fold(&key, table_name(table, row));
		chain(&names->full, names->full_first, names->full_next, &key, row);
		fold(&key, owner_label(table_name(table, row)));
		chain(&names->label, names->label_first, names->label_next, &key, row);
	}
	strbuf_release(&key);
}

static void names_release(struct names *names)
{
	map_release(&names->full);
	map_release(&names->label);
	free(names->full_first);
	free(names->label_first);
	free(names->full_next);
	free(names->label_next);
}

/* A full name means the hosts of that name; one without a dot every host that begins with it and a dot, too. Returns how many. */
static uint32_t take_name(const struct names *names, struct slice name, struct some *some)
{
	struct strbuf key = STRBUF_INIT(SIZE_MAX);
	bool is_short = memchr(name.text, '.', name.len) == NULL;
	const struct map *map = is_short ? &names->label : &names->full;
	const uint32_t *first = is_short ? names->label_first : names->full_first, *next = is_short ? names->label_next : names->full_next;
	uint32_t number, taken = 0;

	fold(&key, name);
	number = map_get(map, strbuf_text(&key), key.len);
	for (uint32_t at = number == MAP_NONE ? 0 : first[number]; at; at = next[at - 1]) {
		some->rows = xrealloc(some->rows, some->count + (size_t)1, sizeof *some->rows);
		some->rows[some->count++] = at - 1;
		taken++;
	}
	strbuf_release(&key);
	return taken;
}

static struct slice trimmed(const char *line, size_t n)
{
	while (n && strchr(" \t\r", *line))
		line++, n--;
	while (n && strchr(" \t\r", line[n - 1]))
		n--;
	return (struct slice){ line, n };
}

static int read_file(const char *path, struct strbuf *text, struct error *err)
{
	FILE *from = strcmp(path, "-") ? fopen(path, "rb") : stdin;
	char bytes[65536];
	size_t n;
	int failed = 0;

	if (!from)
		return error_set(err, STATUS_NO_INPUT, "--hosts %s cannot be opened: %s.", path, strerror(errno));
	while ((n = fread(bytes, 1, sizeof bytes, from)) > 0)
		strbuf_add(text, bytes, n);
	if (ferror(from))
		failed = error_set(err, STATUS_IO, "--hosts %s cannot be read: %s.", path, strerror(errno));
	else if (text->overflow)
		failed = error_set(err, STATUS_DATA, "--hosts %s is larger than 64 MB; it takes one host name a line.", path);
	if (from != stdin)
		fclose(from);
	return failed;
}

static void say_missed(struct slice name, uint64_t line, unsigned *said)
{
	struct error sentence = {0};

	if (++*said > NAMES_SAID)
		return;
	error_set(&sentence, STATUS_DATA, "line %" PRIu64 " of --hosts: `%.*s` is no finding of this run.", line,
	          (int)(name.len < 200 ? name.len : 200), name.text);
	drive_complain(sentence.text);
}

static int rows_of_file(const struct work *work, struct session *session, struct some *some, struct error *err)
{
	struct strbuf text = STRBUF_INIT(FILE_MAX);
	struct names names;
	unsigned missed = 0;
	uint64_t line = 0;

	if (read_file(work->cli->hosts, &text, err)) {
		strbuf_release(&text);
		return -1;
	}
	names_build(&names, &session_run(session)->rows);
	some->rows = xmalloc(sizeof *some->rows);
	const char *end = text.buf + text.len;
	for (const char *at = text.buf; at && at < end;) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		struct slice name = trimmed(at, (size_t)((stop ? stop : end) - at));
		line++;
		if (name.len && name.text[0] != '#' && !take_name(&names, name, some))
			say_missed(name, line, &missed);
		at = stop ? stop + 1 : end;
	}
	if (missed > NAMES_SAID)
		fprintf(stderr, "rouse: and %u more names that are no finding of this run.\n", missed - NAMES_SAID);
	some->missed = missed > 0;
	names_release(&names);
	strbuf_release(&text);
	return 0;
}

/* -- the command -- */

static int choose(const struct work *work, struct session *session, struct some *some, struct error *err)
{
	if (work->cli->where && work->cli->hosts)
		return error_set(err, STATUS_USAGE, "--where and --hosts each choose hosts; give one of them.");
	some->chosen = work->cli->where || work->cli->hosts;
	if (!some->chosen)
		return 0;
	if (work->cli->where ? closing_choose(work, session, &some->rows, &some->count, err) : rows_of_file(work, session, some, err))
		return -1;
	if (!some->count)
		return error_set(err, STATUS_USAGE, "No finding of run %" PRId64 " was chosen; `rouse list` shows them.",
		                 session_run(session)->id);
	return 0;
}

enum status cmd_ticket(const struct work *work, FILE *out, struct error *err)
{
	struct session *session = NULL;
	struct some some = {0};
	enum status status = STATUS_DONE;

	if (session_open(&session, work->config, work->store_path, false, err) || drive_load(session, 0, err) ||
	    choose(work, session, &some, err))
		goto failed;
	const struct draft_wish wish = { some.chosen ? some.rows : NULL, some.count, work->cli->title, work->cli->note };
	if (closing_owners(work, session, wish.rows, wish.count, &status, err) ||
	    closing_ticket(work, session, &wish, out, &status, err))
		goto failed;
	if (status == STATUS_DONE && some.missed)
		status = STATUS_INCOMPLETE;
	if (status == STATUS_DONE || status == STATUS_INCOMPLETE) {
		enum status verdict = drive_verdict(session_run(session), NULL);
		status = verdict != STATUS_DONE ? verdict : status;
	}
	status = drive_flush(out, status, err);
	goto out;
failed:
	status = err->status;
out:
	free(some.rows);
	session_close(&session);
	return status;
}
