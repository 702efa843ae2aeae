/* change.c - a fresh run beside the one before it, host by host.
 *
 * Hosts are matched by packed device id, through a map over the baseline: one look-up for each row, whatever the order of the two.
 * The baseline is only read. A host that vanished earlier is a row in it without being in scope, so it neither vanishes a second
 * time nor makes a host that comes back anything but new. */
#include "core/model/change.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/model/bag.h"
#include "core/model/detect.h"

#define VANISHED_KEY "Vanished"
#define FATE_MAX 2048   /* bytes of one reason; a longer group name is cut */

/* Flags whose coming or going is a change of evidence. Stale and silent only say that time went by. */
#define ALTERING_FLAGS (FLAG_CONFLICT | FLAG_NO_OTHER_AV | FLAG_EXCLUDED)

/* The two runs while they are compared. All borrowed but the map and what hangs on it. */
struct comparison {
	struct run *run;
	const struct run *baseline;
	const struct estate *estate;   /* may be NULL */
	struct merges merges;
	struct map ids;                /* packed ids of the baseline's present rows; owned */
	uint32_t *rows;                /* by number in ids: the row in the baseline; owned */
	bool *met;                     /* by number in ids: the host is in scope in the fresh run too; owned */
};

static void comparison_begin(struct comparison *comparison)
{
	const struct table *old = &comparison->baseline->rows;
	comparison->rows = xcalloc((size_t)old->count + 1, sizeof *comparison->rows);
	comparison->met = xcalloc((size_t)old->count + 1, sizeof *comparison->met);
	for (uint32_t row = 0; row < old->count; row++) {
		if (!table_is_present(old, row))
			continue;
		struct slice id = table_packed_id(old, row);
		comparison->rows[map_put(&comparison->ids, id.text, id.len, NULL)] = row;
	}
}

static void comparison_end(struct comparison *comparison)
{
	map_release(&comparison->ids);
	merges_release(&comparison->merges);
	free(comparison->rows);
	free(comparison->met);
}

/* ---- hosts that are there ---- */

static bool is_altered(const struct table *fresh, uint32_t row, const struct table *old, uint32_t before)
{
	static const enum text_id texts[] = { TEXT_ASSESSED_MODE, TEXT_GATHERED_MODE, TEXT_OTHER_AV, TEXT_GROUP };
	if (fresh->verdict[row] != old->verdict[before] || ((fresh->flags[row] ^ old->flags[before]) & ALTERING_FLAGS))
		return true;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (!slice_equal(table_text(fresh, texts[i], row), table_text(old, texts[i], before)))
			return true;
	return false;
}

/* A finding of a baseline that was never compared itself is as old as that run. */
static int64_t first_seen(const struct run *baseline, uint32_t row)
{
	int64_t time = baseline->rows.time[TIME_FIRST_SEEN][row];
	return time == TIME_NONE ? baseline->started : time;
}

static void compare_row(struct comparison *comparison, uint32_t row)
{
	const struct run *baseline = comparison->baseline;
	struct table *fresh = &comparison->run->rows;
	struct slice id = table_packed_id(fresh, row);
	uint32_t number = baseline ? map_get(&comparison->ids, id.text, id.len) : MAP_NONE;
	uint32_t before = number == MAP_NONE ? MAP_NONE : comparison->rows[number];
	bool finding = table_is_finding(fresh, row);
	bool was_finding = before != MAP_NONE && table_is_finding(&baseline->rows, before);
	if (before != MAP_NONE) {
		fresh->before[row] = baseline->rows.verdict[before];
		comparison->met[number] = true;
	}
	if (was_finding) {
		fresh->change[row] = finding ? CHANGE_PERSISTING : CHANGE_RESOLVED;
		fresh->time[TIME_FIRST_SEEN][row] = first_seen(baseline, before);
		fresh->altered[row] = finding && is_altered(fresh, row, &baseline->rows, before);
		comparison->run->altered += fresh->altered[row];
	} else if (finding) {
		fresh->change[row] = CHANGE_NEW;
		fresh->time[TIME_FIRST_SEEN][row] = comparison->run->started;
	}
}

/* ---- hosts that are gone ---- */

static void add_words(struct strbuf *out, const char *words, struct slice value)
{
	strbuf_adds(out, words);
	strbuf_add(out, value.text, value.len);
}

/* The device of a packed id as the estate knows it, NULL when no inventory row with a platform tells of it. */
static const struct device *device_now(const struct comparison *comparison, struct slice packed)
{
	const struct estate *estate = comparison->estate;
	char *id = xmalloc(2 * packed.len + 1);
	size_t len = id_unpack(id, packed);
	uint32_t number = estate ? map_get(&estate->ids, id, len) : MAP_NONE;
	free(id);
	return number != MAP_NONE && estate->devices[number].has_inventory ? &estate->devices[number] : NULL;
}

/* Why a host of the baseline is not in scope any more, as far as the estate knows it. */
static void explain(struct comparison *comparison, const struct device *device, struct strbuf *out)
{
	const struct estate *estate = comparison->estate;
	if (!device) {
		strbuf_adds(out, "no longer reported");
		return;
	}
	struct slice platform = estate_text(estate, device->platform), group = estate_text(estate, device->group);
	enum merge_end end = merge_follow(&comparison->merges, estate, device);
	if (end == MERGE_STANDS || end == MERGE_ASTRAY)
		add_words(out, "merged into ", estate_text(estate, device->merged_to));
	else if (platform.text && comparison->run->scope && !scope_text_has_platform(comparison->run->scope, platform))
		add_words(out, "is no longer a server: OSPlatform is now ", platform);
	else if (group.text)
		add_words(out, "left the scope: its machine group is now ", group);
	else
		strbuf_adds(out, "left the scope: it has no machine group now");
}

/* The reason first, then what the baseline still holds of the bag in memory. */
static void ghost_bag(struct comparison *comparison, uint32_t before, const struct device *device, struct strbuf *bag)
{
	struct strbuf reason = STRBUF_INIT(FATE_MAX);
	struct slice old = table_bag(&comparison->baseline->rows, before);
	struct bag_pair pair;
	explain(comparison, device, &reason);
	bag_add(bag, BAG_TEXT, slice_of(VANISHED_KEY), slice_of(strbuf_text(&reason)));
	for (size_t at = 0; bag_next(old, &at, &pair);)
		if (!slice_is(pair.key, VANISHED_KEY))
			bag_add(bag, pair.kind, pair.key, pair.value);
	strbuf_release(&reason);
}

static void add_ghost(struct comparison *comparison, uint32_t before, const struct device *device)
{
	const struct table *old = &comparison->baseline->rows;
	struct strbuf bag = STRBUF_INIT((size_t)UINT32_MAX);
	struct table_row row;
	table_row_init(&row);
	row.packed_id = table_packed_id(old, before);
	row.name = table_name(old, before);
	for (int i = 0; i < TEXT_COUNT; i++)
		row.text[i] = table_text(old, (enum text_id)i, before);
	for (int i = 0; i < TIME_COUNT; i++)
		row.time[i] = old->time[i][before];
	row.time[TIME_FIRST_SEEN] = first_seen(comparison->baseline, before);
	row.report = old->report[before];
	row.flags = old->flags[before];
	row.verdict = row.before = (enum verdict)old->verdict[before];
	row.change = CHANGE_VANISHED;
	row.applicable = table_applicable(old, before);
	row.compliant = table_compliant(old, before);
	ghost_bag(comparison, before, device, &bag);
	row.bag = (struct slice){ bag.buf, bag.len };
	table_add(&comparison->run->rows, &row);
	strbuf_release(&bag);
}

/* A host of the baseline that is not in scope now: a finding stays as a row, and what nobody tells of is counted. */
static void host_gone(struct comparison *comparison, uint32_t before)
{
	struct run_gaps *gaps = &comparison->run->gaps;
	bool finding = table_is_finding(&comparison->baseline->rows, before);
	const struct device *device = device_now(comparison, table_packed_id(&comparison->baseline->rows, before));
	bool lost = comparison->estate && !device;
	gaps->lost += lost;
	gaps->lost_findings += lost && finding;
	if (finding)
		add_ghost(comparison, before, device);
}

void change_compare(struct run *run, const struct run *baseline, const struct estate *estate)
{
	struct comparison comparison = { .run = run, .baseline = baseline, .estate = estate };
	assert(run != baseline);
	if (baseline)
		comparison_begin(&comparison);
	for (uint32_t row = 0; row < run->rows.count; row++)
		compare_row(&comparison, row);
	for (uint32_t i = 0; i < comparison.ids.count; i++)
		if (!comparison.met[i])
			host_gone(&comparison, comparison.rows[i]);
	for (uint32_t row = 0; row < run->rows.count; row++)
		run->changes[run->rows.change[row]]++;
	if (baseline) {
		run->baseline = baseline->id;
		run->baseline_started = baseline->started;
		run->baseline_incomplete = !run_complete(baseline);
	}
	comparison_end(&comparison);
}
