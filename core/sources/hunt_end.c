/* hunt_end.c - all parts are settled: whether that is all there is, and what is said of it. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/sources/hunt_inner.h"

#define NAMED_PARTS 8    /* failed parts that are named one by one */
#define LINES_MAX 20     /* sentences that are kept */
#define LINE_BYTES ((size_t)64 << 10)

static void keep_line(struct hunt_lines *lines, const char *text)
{
	if (lines->count == LINES_MAX) {
		lines->more++;
		return;
	}
	lines->items = grow(lines->items, &lines->cap, lines->count + 1, sizeof *lines->items);
	lines->items[lines->count++] = xstrdup(text);
}

void hunt_say(struct hunt *hunt, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT(LINE_BYTES);
	va_list args;

	va_start(args, format);
	strbuf_addfv(&text, format, args);
	va_end(args);
	keep_line(&hunt->lines, strbuf_text(&text));
	strbuf_release(&text);
}

void hunt_keep_complaints(struct hunt *hunt)
{
	const char *const *sentences;
	uint64_t more;
	size_t count = answer_complaints(hunt->answer, &sentences, &more);

	for (size_t i = 0; i < count; i++)
		keep_line(&hunt->lines, sentences[i]);
	hunt->lines.more += more;
}

/* Servers that came and are in scope, each once, however often it came. */
static uint64_t servers_of(const struct hunt *hunt)
{
	const struct estate *estate = hunt->base.estate;
	enum { UNASKED, IN, OUT } *state = xcalloc((size_t)estate->texts.count + 1, sizeof *state);   /* by code of a group; none: the last */
	uint64_t servers = 0;

	for (uint32_t i = 0; i < estate->ids.count; i++) {
		uint32_t group = estate->devices[i].group, place = group == MAP_NONE ? estate->texts.count : group;

		if (!estate->devices[i].has_inventory)
			continue;
		if (state[place] == UNASKED)
			state[place] = scope_has_group(hunt->options.scope, estate_text(estate, group)) ? IN : OUT;
		servers += state[place] == IN;
	}
	free(state);
	return servers;
}

/* Puts a part that is done back, in halves. */
static void ask_in_halves(struct hunt *hunt, size_t index)
{
	struct hunt_part *part = &hunt->parts.items[index];

	answer_take_back(hunt->base.estate, part->question == ASK_SOFTWARE ? TABLE_SOFTWARE : TABLE_FINDINGS, &part->counts);
	hunt->rows -= part->counts.read;
	part->counts = (struct answer_counts){ 0 };
	hunt_parts_split(&hunt->parts, index, hunt_parts_most(hunt));
}

/* The most rows that a part came to which may be split. */
static const struct hunt_part *fullest(const struct hunt *hunt)
{
	const struct hunt_part *most = NULL;

	for (size_t i = 0; i < hunt->parts.count; i++) {
		const struct hunt_part *part = &hunt->parts.items[i];

		if (part->question == ASK_FINDINGS && part->state == PART_DONE && part->of * 2 <= hunt_parts_most(hunt) &&
		    (!most || part->counts.read > most->counts.read))
			most = part;
	}
	return most;
}

bool hunt_is_cut(const struct hunt *hunt, uint64_t rows, uint64_t bytes)
{
	return rows >= hunt->service->rows_max || (hunt->cut_rows && (rows >= hunt->cut_rows || bytes >= hunt->cut_bytes));
}

/* Fewer than the census counts: a limit that nobody announced may have cut the fullest parts. They are asked for in halves, as long as that
 * brings more; when it did, the limit is known. */
static bool ask_finer(struct hunt *hunt, uint64_t came)
{
	const struct hunt_part *most = fullest(hunt);
	uint64_t rows = most ? most->counts.read : 0, bytes = most ? most->bytes : 0;
	size_t count = hunt->parts.count;

	if (came <= hunt->came || rows < 2)
		return false;
	if (hunt->came) {
		hunt->cut_rows = hunt->tried_rows;
		hunt->cut_bytes = hunt->tried_bytes;
	}
	hunt->came = came;
	if (came == hunt->sum.in_scope)
		return false;
	hunt->tried_rows = rows;
	hunt->tried_bytes = bytes - bytes / 16;
	for (size_t i = 0; i < count; i++)
		if (hunt->parts.items[i].question == ASK_FINDINGS && hunt->parts.items[i].state == PART_DONE &&
		    (hunt->parts.items[i].counts.read == rows || hunt->parts.items[i].bytes >= hunt->tried_bytes))
			ask_in_halves(hunt, i);
	log_debug("hunt: %" PRIu64 " servers came and %" PRIu64 " are counted: parts of %" PRIu64 " rows are asked for in halves", came,
	          hunt->sum.in_scope, rows);
	return true;
}

/* The software inventory has no census: what reached a limit that showed itself is not whole. */
static bool ask_software_finer(struct hunt *hunt)
{
	size_t count = hunt->parts.count;
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		const struct hunt_part *part = &hunt->parts.items[i];

		if (part->question != ASK_SOFTWARE || part->state != PART_DONE || part->of * 2 > hunt_parts_most(hunt) ||
		    !hunt_is_cut(hunt, part->counts.read, part->bytes))
			continue;
		ask_in_halves(hunt, i);
		any = true;
	}
	return any;
}

static void tell_failed_parts(struct hunt *hunt)
{
	size_t failed = 0;

	for (size_t i = 0; i < hunt->parts.count; i++) {
		const struct hunt_part *part = &hunt->parts.items[i];
		char name[96];

		if (part->state != PART_FAILED || failed++ >= NAMED_PARTS)
			continue;
		hunt_part_name(part, name, sizeof name);
		/* What the decoder says begins with the name already. */
		if (strncmp(part->why.text, name, strlen(name)) == 0)
			run_add_reason(hunt->base.run, REASON_PART, "%s", part->why.text);
		else
			run_add_reason(hunt->base.run, REASON_PART, "%s failed: %s", name, part->why.text);
	}
	if (failed > NAMED_PARTS)
		run_add_reason(hunt->base.run, REASON_PART, "%zu more parts failed.", failed - NAMED_PARTS);
	/* A host is only said to have no other antivirus where all of the inventory was read. */
	if (hunt_parts_count(&hunt->parts, ASK_SOFTWARE, PART_FAILED))
		hunt->base.estate->given[TABLE_SOFTWARE] = false;
}

/* Neither can vouch for the other when they differ. */
static void compare_with_census(struct hunt *hunt, uint64_t came)
{
	if (came != hunt->sum.in_scope)
		run_add_reason(hunt->base.run, REASON_PART, "%s counts %" PRIu64 " servers in scope, and %" PRIu64 " came.",
			hunt->service->name,
		               hunt->sum.in_scope, came);
}

/* More rows than servers: the service gave some more than once, which changes nothing and is worth a word. */
static void tell_repeats(struct hunt *hunt, uint64_t came)
{
	uint64_t rows = 0;

	for (size_t i = 0; i < hunt->parts.count; i++)
		if (hunt->parts.items[i].question == ASK_FINDINGS)
			rows += hunt->parts.items[i].counts.used;
	if (rows > came)
		hunt_say(hunt, "%" PRIu64 " rows came for %" PRIu64 " servers in scope: some came more than once, or are out of scope.",
			rows, came);
}

enum step hunt_end(struct hunt *hunt, struct error *err)
{
	const struct hunt_parts *parts = &hunt->parts;
	const struct hunt_part *failed = hunt_parts_failed(parts);
	bool counted = hunt_parts_count(parts, ASK_CENSUS, PART_FAILED) == 0;
	uint64_t came = servers_of(hunt);

	if (!hunt->base.estate->ids.count && !hunt_parts_count(parts, ASK_FINDINGS, PART_DONE)) {
		error_set(err, failed ? failed->why.status : STATUS_UNAVAILABLE, "Nothing came from %s: %s", hunt->service->name,
		          failed ? failed->why.text : "no part answered.");
		return STEP_FAILED;
	}
	if (counted && !hunt_parts_count(parts, ASK_FINDINGS, PART_FAILED) && (came < hunt->sum.in_scope || hunt->came) && ask_finer(hunt,
		came))
		return STEP_MORE;
	if (hunt->cut_rows && ask_software_finer(hunt))
		return STEP_MORE;
	hunt->phase = HUNT_END;
	tell_failed_parts(hunt);
	if (counted)
		compare_with_census(hunt, came);
	tell_repeats(hunt, came);
	return STEP_DONE;
}

size_t hunt_complaints(const struct source *source, const char *const **sentences, uint64_t *more)
{
	const struct hunt_lines *lines = &((const struct hunt *)source)->lines;

	*sentences = (const char *const *)lines->items;
	*more = lines->more;
	return lines->count;
}
