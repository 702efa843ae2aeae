/* tickets.c - the table of ticket systems, and records. See tickets.h. */
#include "core/tickets/tickets.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"

/* Hex digits that a fingerprint may have. */
#define PRINT_MIN 8
#define PRINT_MAX 64
#define HOSTS_DIGITS_MAX 9

static const struct tickets_ops *const back_ends[] = { &tickets_markdown, &tickets_servicenow, &tickets_jira, &tickets_rt };

const struct tickets_ops *tickets_named(const char *name)
{
	for (size_t i = 0; i < sizeof back_ends / sizeof *back_ends; i++)
		if (!strcmp(back_ends[i]->name, name))
			return back_ends[i];
	return NULL;
}

void tickets_system(const struct tickets *tickets, struct strbuf *out)
{
	strbuf_adds(out, tickets->ops->name);
	if (tickets->ops->where) {
		strbuf_addc(out, ' ');
		tickets->ops->where(tickets, out);
	}
}

/* -- records -- */

#define RECORD_TEXTS 10

/* Every text of a record, so that none is forgotten when they are copied or freed. */
static void record_texts(struct ticket_record *record, char ***texts)
{
	char **all[RECORD_TEXTS] = {
		&record->id, &record->number, &record->url, &record->correlation, &record->title,
		&record->state, &record->team, &record->team_id, &record->mark, &record->version,
	};

	memcpy(texts, all, sizeof all);
}

void ticket_record_init(struct ticket_record *record)
{
	char **texts[RECORD_TEXTS];

	*record = (struct ticket_record){0};
	record_texts(record, texts);
	for (size_t i = 0; i < RECORD_TEXTS; i++)
		*texts[i] = xstrdup("");
}

void ticket_record_copy(struct ticket_record *to, const struct ticket_record *from)
{
	char **texts[RECORD_TEXTS];

	*to = *from;
	record_texts(to, texts);
	for (size_t i = 0; i < RECORD_TEXTS; i++)
		*texts[i] = xstrdup(*texts[i] ? *texts[i] : "");
}

void ticket_record_release(struct ticket_record *record)
{
	char **texts[RECORD_TEXTS];

	record_texts(record, texts);
	for (size_t i = 0; i < RECORD_TEXTS; i++)
		free(*texts[i]);
	*record = (struct ticket_record){0};
}

void ticket_record_put(char **field, struct slice text)
{
	char *copy = xmemdup(text.text ? text.text : "", text.text ? text.len : 0);

	free(*field);
	*field = copy;
}

struct ticket_record *ticket_records_add(struct ticket_records *records)
{
	records->items = grow(records->items, &records->cap, records->count + 1, sizeof *records->items);
	struct ticket_record *record = &records->items[records->count++];

	ticket_record_init(record);
	return record;
}

void ticket_records_release(struct ticket_records *records)
{
	for (size_t i = 0; i < records->count; i++)
		ticket_record_release(&records->items[i]);
	free(records->items);
	*records = (struct ticket_records){0};
}

void ticket_answer_release(struct ticket_answer *answer)
{
	ticket_records_release(&answer->records);
	*answer = (struct ticket_answer){0};
}

/* -- marks -- */

/* Blanks and line ends, the no-break space of HTML editors among them. Returns how many bytes; 0 when there is none. */
static size_t blanks_at(struct slice body, size_t at)
{
	size_t start = at;

	while (at < body.len) {
		if (body.text[at] && strchr(" \t\r\n", body.text[at]))
			at++;
		else if (at + 1 < body.len && !memcmp(body.text + at, "\xc2\xa0", 2))
			at += 2;
		else
			break;
	}
	return at - start;
}

static size_t run_at(struct slice body, size_t at, const char *of)
{
	size_t n = 0;

	while (at + n < body.len && body.text[at + n] && strchr(of, body.text[at + n]))
		n++;
	return n;
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* What follows the correlation id at `at`: ` 37 hosts 9f86d081884c7d65`, with any blanks between. Appends it with single ones. */
static bool mark_tail(struct slice body, size_t at, struct strbuf *out)
{
	size_t gap = blanks_at(body, at), digits = run_at(body, at + gap, "0123456789");
	size_t number = at + gap;

	at = number + digits;
	if (!gap || !digits || digits > HOSTS_DIGITS_MAX || !(gap = blanks_at(body, at)))
		return false;
	at += gap;
	if (body.len - at < 5 || memcmp(body.text + at, "hosts", 5) || !(gap = blanks_at(body, at + 5)))
		return false;
	at += 5 + gap;
	size_t print = run_at(body, at, "0123456789abcdef");

	if (print < PRINT_MIN || print > PRINT_MAX || (at + print < body.len && is_word(body.text[at + print])))
		return false;
	strbuf_addf(out, " %.*s hosts %.*s", (int)digits, body.text + number, (int)print, body.text + at);
	return true;
}

bool ticket_find_mark(struct slice body, const char *correlation, struct strbuf *out)
{
	size_t len = strlen(correlation), at = 0;
	struct strbuf tail = STRBUF_INIT(200), last = STRBUF_INIT(200);
	const char *found;

	while (len && at < body.len && (found = bytes_find(body.text + at, body.len - at, correlation, len))) {
		size_t start = (size_t)(found - body.text);

		strbuf_clear(&tail);
		/* `rouse-1f0c` within `rouse-1f0c-20261120T070000Z` is another id. */
		if ((!start || !is_word(body.text[start - 1])) && mark_tail(body, start + len, &tail)) {
			strbuf_clear(&last);
			strbuf_add(&last, strbuf_text(&tail), tail.len);
		}
		at = start + len;
	}
	bool any = last.len > 0;

	if (any)
		strbuf_addf(out, "%s%s", correlation, strbuf_text(&last));
	strbuf_release(&tail);
	strbuf_release(&last);
	return any;
}

int64_t ticket_mark_hosts(const char *mark)
{
	const char *at = strchr(mark, ' ');
	int64_t hosts = 0;

	if (!at || at[1] < '0' || at[1] > '9')
		return -1;
	for (at++; *at >= '0' && *at <= '9'; at++) {
		if (hosts > UINT32_MAX)
			return -1;
		hosts = hosts * 10 + (*at - '0');
	}
	return strncmp(at, " hosts ", 7) ? -1 : hosts;
}
