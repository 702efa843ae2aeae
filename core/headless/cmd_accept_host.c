#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/headless/cmd_accept.h"
#include "core/model/accept.h"

#define CANDIDATES_MAX 5     /* hosts that a sentence names */
#define NEAREST_MAX 3
#define WORD_MAX 256         /* longer words have no nearest name */
#define SENTENCE_MAX 4096

/* What was typed, in the forms that hosts are compared with. */
struct sought {
	const char *typed;
	struct strbuf folded;
	char *packed;            /* owned */
	struct slice id;         /* in `packed` */
};

static void sought_init(struct sought *sought, const char *typed)
{
	size_t n = strlen(typed);
	char *lower = xmemdup(typed, n);
	*sought = (struct sought){ .typed = typed };
	strbuf_init(&sought->folded, SIZE_MAX / 4);
	utf8_fold(&sought->folded, typed, n);
	/* An id of 40 hex digits counts in any case; any other id is exact. */
	if (n == 40 && strspn(typed, "0123456789abcdefABCDEF") == n)
		for (size_t i = 0; i < n; i++)
			if (lower[i] >= 'A' && lower[i] <= 'F')
				lower[i] = (char)(lower[i] + ('a' - 'A'));
	sought->packed = xmalloc(n + 1);
	sought->id = (struct slice){ sought->packed, id_pack(sought->packed, (struct slice){ lower, n }) };
	free(lower);
}

static void sought_release(struct sought *sought)
{
	strbuf_release(&sought->folded);
	free(sought->packed);
}

/* Whether a host (name folded) is meant: by its full name, its first label, or its id. */
static bool is_sought(const struct sought *sought, struct slice folded, struct slice packed_id)
{
	size_t n = sought->folded.len;
	if (slice_equal(sought->id, packed_id))
		return true;
	if (!n || folded.len < n || memcmp(folded.text, strbuf_text(&sought->folded), n) != 0)
		return false;
	return folded.len == n || (folded.text[n] == '.' && !memchr(strbuf_text(&sought->folded), '.', n));
}

/* -- sentences -- */

static void add_shown(struct strbuf *out, struct slice text)
{
	utf8_visible(out, text.text ? text.text : "", text.len < HOST_SHOWN ? text.len : HOST_SHOWN);
}

static void add_typed(struct strbuf *out, const char *typed)
{
	strbuf_addc(out, '`');
	add_shown(out, slice_of(typed));
	strbuf_addc(out, '`');
}

static void add_host(struct strbuf *out, struct slice name, struct slice packed_id)
{
	char *id = xmalloc(2 * packed_id.len + 1);
	size_t n = id_unpack(id, packed_id);
	add_shown(out, name);
	strbuf_adds(out, " (");
	add_shown(out, (struct slice){ id, n });
	strbuf_addc(out, ')');
	free(id);
}

static int say(enum status status, struct strbuf *text, struct error *err)
{
	error_set(err, status, "%s", strbuf_text(text));
	strbuf_release(text);
	return -1;
}

/* -- hosts of the run -- */

/* Rows that bear the name, in three heaps. */
struct found {
	uint32_t findings[CANDIDATES_MAX], count;   /* the first few of them, and how many there are */
	uint32_t active, vanished;                  /* a row, or MAP_NONE */
};

static void find_rows(const struct table *table, const struct sought *sought, struct found *found)
{
	*found = (struct found){ .active = MAP_NONE, .vanished = MAP_NONE };
	for (uint32_t row = 0; row < table->count; row++) {
		if (!is_sought(sought, table_folded(table, row), table_packed_id(table, row)))
			continue;
		if (!table_is_present(table, row)) {
			found->vanished = row;
		} else if (!table_is_finding(table, row)) {
			found->active = row;
		} else {
			if (found->count < CANDIDATES_MAX)
				found->findings[found->count] = row;
			found->count++;
		}
	}
}

static int ambiguous(const struct table *table, const char *typed, const struct found *found, struct error *err)
{
	struct strbuf text = STRBUF_INIT(SENTENCE_MAX);
	add_typed(&text, typed);
	strbuf_addf(&text, " is the name of %u findings: ", (unsigned)found->count);
	for (uint32_t i = 0; i < found->count && i < CANDIDATES_MAX; i++) {
		strbuf_adds(&text, i ? ", " : "");
		add_host(&text, table_name(table, found->findings[i]), table_packed_id(table, found->findings[i]));
	}
	strbuf_adds(&text, found->count > CANDIDATES_MAX ? "...; give a full name or a DeviceId." : "; give a full name or a DeviceId.");
	return say(STATUS_USAGE, &text, err);
}

/* Why it vanished, as the run tells it: `left the scope: ...`, or nothing. */
static void add_fate(struct strbuf *out, const struct lens *lens, uint32_t row)
{
	struct column_ref ref = { .id = COL_BAG, .key = "Vanished" };
	struct strbuf scratch = STRBUF_INIT((size_t)1 << 26);
	struct value value;
	value_get(lens, row, &ref, &scratch, &value);
	if (value.kind == VALUE_TEXT && value.text.len) {
		strbuf_adds(out, " (");
		utf8_visible(out, value.text.text, value.text.len < 300 ? value.text.len : 300);
		strbuf_addc(out, ')');
	}
	strbuf_release(&scratch);
}

static int refused(const struct lens *lens, const struct found *found, struct error *err)
{
	struct strbuf text = STRBUF_INIT(SENTENCE_MAX);
	bool active = found->active != MAP_NONE;
	add_shown(&text, table_name(lens->table, active ? found->active : found->vanished));
	if (active) {
		strbuf_adds(&text, " is active in the newest run: there is nothing to accept.");
	} else {
		strbuf_adds(&text, " is not in scope in the newest run");
		add_fate(&text, lens, found->vanished);
		strbuf_adds(&text, "; only a present finding can be accepted.");
	}
	return say(STATUS_USAGE, &text, err);
}

/* -- nearest names -- */

/* The best few so far, nearest first. */
struct nearest {
	char names[NEAREST_MAX][WORD_MAX];
	unsigned apart[NEAREST_MAX];
	size_t count;
	unsigned limit;
};

static void nearest_try(struct nearest *nearest, const char *word, struct slice folded, struct slice shown)
{
	char name[WORD_MAX];
	const char *dot = memchr(folded.text ? folded.text : "", '.', folded.len);
	/* A short word is held against the first label. */
	size_t n = dot && !strchr(word, '.') ? (size_t)(dot - folded.text) : folded.len, m = strlen(word);
	if (!n || n >= sizeof name || shown.len >= sizeof name || (n > m ? n - m : m - n) > nearest->limit)
		return;
	memcpy(name, folded.text, n);
	name[n] = '\0';
	unsigned apart = edit_distance(word, name);
	size_t at = nearest->count;
	while (at && nearest->apart[at - 1] > apart)
		at--;
	if (apart > nearest->limit || at == NEAREST_MAX)
		return;
	size_t moved = nearest->count < NEAREST_MAX ? nearest->count++ - at : NEAREST_MAX - 1 - at;
	memmove(&nearest->names[at + 1], &nearest->names[at], moved * sizeof nearest->names[0]);
	memmove(&nearest->apart[at + 1], &nearest->apart[at], moved * sizeof nearest->apart[0]);
	memcpy(nearest->names[at], shown.text, shown.len);
	nearest->names[at][shown.len] = '\0';
	nearest->apart[at] = apart;
}

static int not_there(const struct sought *sought, const char *where, const struct nearest *nearest, struct error *err)
{
	struct strbuf text = STRBUF_INIT(SENTENCE_MAX);
	add_typed(&text, sought->typed);
	strbuf_addf(&text, " is not %s", where);
	for (size_t i = 0; i < nearest->count; i++) {
		strbuf_adds(&text, i ? ", " : "; near it: ");
		add_shown(&text, slice_of(nearest->names[i]));
	}
	strbuf_addc(&text, '.');
	return say(STATUS_NO_INPUT, &text, err);
}

static bool nearest_init(struct nearest *nearest, const struct sought *sought)
{
	*nearest = (struct nearest){ .limit = (unsigned)(sought->folded.len + 2) / 3 };
	return sought->folded.len > 0 && sought->folded.len < WORD_MAX;
}

int accept_find_row(const struct lens *lens, const char *host, uint32_t *row, struct error *err)
{
	const struct table *table = lens->table;
	struct sought sought;
	struct found found;
	struct nearest nearest;
	int failed = 0;
	sought_init(&sought, host);
	find_rows(table, &sought, &found);
	if (found.count == 1) {
		*row = found.findings[0];
	} else if (found.count) {
		failed = ambiguous(table, host, &found, err);
	} else if (found.active != MAP_NONE || found.vanished != MAP_NONE) {
		failed = refused(lens, &found, err);
	} else {
		bool try = nearest_init(&nearest, &sought);
		for (uint32_t i = 0; try && i < table->count; i++)
			if (table_is_finding(table, i))
				nearest_try(&nearest, strbuf_text(&sought.folded), table_folded(table, i), table_name(table, i));
		failed = not_there(&sought, "among the servers in scope of the newest run", &nearest, err);
	}
	sought_release(&sought);
	return failed;
}

/* -- accepted hosts -- */

/* Whether the newest acceptance of a host is of a class, and the host is meant: by its name of that day. */
static bool accepted_is(const struct acceptances *set, size_t index, const struct sought *sought, bool running, int64_t now)
{
	const struct acceptance *item = &set->items[index];
	struct strbuf folded = STRBUF_INIT(SIZE_MAX / 4);
	if (acceptances_find(set, item->device) != item || (acceptance_end_at(item, now) == ACCEPT_IN_FORCE) != running)
		return false;
	utf8_fold(&folded, item->host, strlen(item->host));
	bool is = is_sought(sought, (struct slice){ strbuf_text(&folded), folded.len }, item->device);
	strbuf_release(&folded);
	return is;
}

static int several_accepted(const struct acceptances *set, const size_t *items, size_t count, const char *typed, struct error *err)
{
	struct strbuf text = STRBUF_INIT(SENTENCE_MAX);
	add_typed(&text, typed);
	strbuf_addf(&text, " is the name of %zu accepted hosts: ", count);
	for (size_t i = 0; i < count && i < CANDIDATES_MAX; i++) {
		strbuf_adds(&text, i ? ", " : "");
		add_host(&text, slice_of(set->items[items[i]].host), set->items[items[i]].device);
	}
	strbuf_adds(&text, "; give a full name or a DeviceId.");
	return say(STATUS_USAGE, &text, err);
}

/* The name may be one that the host only has now: the row of the newest run then leads to the acceptance. */
static const struct acceptance *accepted_by_row(const struct acceptances *set, const struct lens *lens, const struct sought *sought)
{
	for (uint32_t row = 0; row < lens->table->count; row++) {
		const struct acceptance *item = acceptances_find(set, table_packed_id(lens->table, row));
		if (item && is_sought(sought, table_folded(lens->table, row), item->device))
			return item;
	}
	return NULL;
}

static int accepted_not_there(const struct acceptances *set, const struct sought *sought, struct error *err)
{
	struct nearest nearest;
	struct strbuf folded = STRBUF_INIT(SIZE_MAX / 4);
	bool try = nearest_init(&nearest, sought);
	for (size_t i = 0; try && i < set->count; i++) {
		const char *host = set->items[i].host;
		if (acceptances_find(set, set->items[i].device) != &set->items[i])
			continue;
		strbuf_clear(&folded);
		utf8_fold(&folded, host, strlen(host));
		nearest_try(&nearest, strbuf_text(&sought->folded), (struct slice){ strbuf_text(&folded), folded.len }, slice_of(host));
	}
	strbuf_release(&folded);
	return not_there(sought, "an accepted host; `rouse accept` lists them", &nearest, err);
}

int accept_find_accepted(const struct acceptances *set, const struct lens *lens, const char *host, struct slice *packed_id,
                         struct error *err)
{
	struct sought sought;
	size_t items[CANDIDATES_MAX], count = 0;
	int failed = 0;
	sought_init(&sought, host);
	for (int running = 1; running >= 0 && !count; running--) {
		for (size_t i = 0; i < set->count; i++) {
			if (!accepted_is(set, i, &sought, running, lens->now))
				continue;
			if (count < CANDIDATES_MAX)
				items[count] = i;
			count++;
		}
	}
	const struct acceptance *found = count == 1 ? &set->items[items[0]] : count ? NULL : accepted_by_row(set, lens, &sought);
	if (found)
		*packed_id = found->device;
	else if (count)
		failed = several_accepted(set, items, count, host, err);
	else
		failed = accepted_not_there(set, &sought, err);
	sought_release(&sought);
	return failed;
}
