/* detect.c - one pass over the devices of an estate: where each belongs, and what it is when it belongs to us.
 *
 * Each device gets exactly one fate, and each fate is a figure of the run, so that the figures add up to the devices of the
 * estate. Groups and platforms repeat over a million devices; the answer is kept by text code and asked for once. */
#include "core/model/detect.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/detect_parts.h"
#include "core/model/tie.h"

/* Where one device goes; each is a member of struct estate_counts. */
enum fate { FATE_IN_SCOPE, FATE_NO_INVENTORY, FATE_NO_PLATFORM, FATE_MERGED, FATE_ASTRAY, FATE_OTHER_PLATFORM, FATE_OTHER_GROUP };

/* ---- scope ---- */

/* The number of the configured group that a group's text matches, or MAP_NONE. */
static uint32_t group_number(struct detection *detection, uint32_t code)
{
	if (code == MAP_NONE)
		return MAP_NONE;
	uint32_t *state = &detection->group_state[code];
	if (*state == STATE_UNASKED) {
		uint32_t number = scope_lower_get(&detection->groups, estate_text(detection->estate, code));
		*state = number == MAP_NONE ? STATE_OUT : STATE_IN + number;
	}
	return *state == STATE_OUT ? MAP_NONE : *state - STATE_IN;
}

/* The group that is shown, in *group, and the configured group it matches. A device whose newest rows of one time name
 * several groups is in scope when any of them is. */
static uint32_t group_match(struct detection *detection, const struct device *device, struct slice *group)
{
	*group = estate_text(detection->estate, device->group);
	uint32_t number = group_number(detection, device->group);
	struct slice ties = estate_text(detection->estate, device->group_tie), tie;
	for (size_t at = 0; number == MAP_NONE && text_set_next(ties, GROUP_SEPARATOR, &at, &tie);) {
		number = scope_lower_get(&detection->groups, tie);
		if (number != MAP_NONE || !group->text)
			*group = tie;
	}
	return number;
}

/* The order matters for the figures alone: a merged record of a workstation counts as merged. */
static enum fate device_fate(struct detection *detection, const struct device *device, struct slice *group)
{
	if (!device->has_inventory)
		return device->partial ? FATE_NO_PLATFORM : FATE_NO_INVENTORY;
	enum merge_end end = merge_follow(&detection->merges, detection->estate, device);
	if (end == MERGE_STANDS || end == MERGE_ASTRAY)
		return end == MERGE_STANDS ? FATE_MERGED : FATE_ASTRAY;
	/* Only joined findings come without a platform; they were filtered by whoever joined them. */
	if (device->platform != MAP_NONE) {
		detection->platform_devices[device->platform]++;
		if (!platform_in_scope(detection, device->platform))
			return FATE_OTHER_PLATFORM;
	}
	uint32_t number = group_match(detection, device, group);
	if (detection->scope->group_count == 0)
		return FATE_IN_SCOPE;
	if (number == MAP_NONE)
		return FATE_OTHER_GROUP;
	detection->group_hits[number]++;
	return FATE_IN_SCOPE;
}

static void count_fate(struct estate_counts *counts, enum fate fate)
{
	uint32_t *const places[] = { &counts->in_scope, &counts->no_inventory, &counts->no_platform, &counts->merged,
		&counts->merged, &counts->other_platform, &counts->other_group };
	counts->devices++;
	counts->merged_astray += fate == FATE_ASTRAY;
	++*places[fate];
}

uint32_t detection_group_hits(const struct detection *detection, size_t group)
{
	uint32_t number = scope_lower_get(&detection->groups, slice_of(detection->scope->groups[group]));
	return number == MAP_NONE || !detection->group_hits ? 0 : detection->group_hits[number];
}

/* ---- one row ---- */

static int64_t newest(int64_t a, int64_t b)
{
	return a > b ? a : b;   /* TIME_NONE is older than every time */
}

/* An unknown time is not old: it is shown as missing, and the verdict does not rest on it. */
static bool is_older(int64_t time, int64_t now, int64_t limit)
{
	return time != TIME_NONE && time < now - limit;
}

static uint16_t device_flags(const struct detection *detection, const struct device *device, const struct table_row *row,
                             int64_t witness)
{
	unsigned bits = 0;
	if (is_older(witness, detection->run->started, detection->scope->freshness))
		bits |= FLAG_STALE;
	if (is_older(row->time[TIME_LAST_SEEN], detection->run->started, detection->scope->silence))
		bits |= FLAG_SILENT;
	if (device->excluded == TRI_TRUE)
		bits |= FLAG_EXCLUDED;
	if (device->other_av != MAP_NONE)
		bits |= FLAG_OTHER_AV;
	else if (detection->estate->given[TABLE_SOFTWARE])
		bits |= FLAG_NO_OTHER_AV;
	if (slice_is_nocase(row->text[TEXT_ONBOARDING], "Onboarded") && slice_is_nocase(row->text[TEXT_HEALTH], "Active"))
		bits |= FLAG_PORTAL_HEALTHY;
	return (uint16_t)bits;
}

static void row_texts(const struct estate *estate, const struct device *device, struct table_row *row)
{
	/* Engine, platform and signature of scid-2011 stand in where the gathering has none. */
	const uint32_t codes[TEXT_COUNT] = {
		[TEXT_GROUP] = MAP_NONE,   /* set by the caller, who knows which of tied groups matched */
		[TEXT_PLATFORM] = device->platform,
		[TEXT_OS_VERSION] = device->os_version,
		[TEXT_ONBOARDING] = device->onboarding,
		[TEXT_HEALTH] = device->health,
		[TEXT_ASSESSED_MODE] = device->assessed_mode,
		[TEXT_GATHERED_MODE] = device->gathered_mode,
		[TEXT_ENGINE] = device->engine != MAP_NONE ? device->engine : device->versions_engine,
		[TEXT_AV_PLATFORM] = device->av_platform != MAP_NONE ? device->av_platform : device->versions_platform,
		[TEXT_SIGNATURE] = device->signature != MAP_NONE ? device->signature : device->versions_signature,
		[TEXT_OTHER_AV] = device->other_av,
	};
	for (int i = 0; i < TEXT_COUNT; i++)
		row->text[i] = estate_text(estate, codes[i]);
}

static void row_times(const struct device *device, struct table_row *row)
{
	int64_t signature = device->signature_time != TIME_NONE ? device->signature_time : device->versions_signature_time;
	row->time[TIME_LAST_SEEN] = time_seconds(device->seen);
	row->time[TIME_SIGNATURE] = time_seconds(signature);
	row->time[TIME_ASSESSED] = device->has_assessment ? time_seconds(device->assessed_at) : TIME_NONE;
	row->time[TIME_GATHERED] = device->has_gathering ? time_seconds(device->gathered_at) : TIME_NONE;
}

/* The enrichment of both tables as one bag; `both` keeps it when there are two. */
static struct slice whole_bag(const struct estate *estate, const struct device *device, struct strbuf *both)
{
	struct slice gathered = estate_bag(estate, device), info = estate_info_bag(estate, device);
	if (!gathered.text || !info.text)
		return gathered.text ? gathered : info;
	strbuf_add(both, gathered.text, gathered.len);
	strbuf_add(both, info.text, info.len);
	return (struct slice){ both->buf, both->len };
}

static enum verdict device_verdict(const struct estate *estate, const struct device *device, bool *conflict)
{
	struct evidence evidence = {
		.assessed = device->has_assessment,
		.applicable = device->has_assessment ? (enum tri)device->applicable : TRI_NONE,
		.compliant = device->has_assessment ? (enum tri)device->compliant : TRI_NONE,
		.assessed_mode = estate_text(estate, device->assessed_mode),
		.gathered = device->has_gathering, .gathered_mode = estate_text(estate, device->gathered_mode),
		.doubtful = (device->has_assessment && device->assessment_doubtful) ||
		            (device->has_gathering && device->gathering_doubtful),
	};
	return verdict_decide(&evidence, conflict);
}

static enum verdict add_host(struct detection *detection, uint32_t number, struct slice group)
{
	const struct estate *estate = detection->estate;
	const struct device *device = &estate->devices[number];
	struct table_row row;
	struct strbuf both = STRBUF_INIT((size_t)UINT32_MAX);
	table_row_init(&row);
	row.id = map_key(&estate->ids, number);
	row.name = estate_name(estate, device);
	row.bag = whole_bag(estate, device, &both);
	row.report = device->report;
	row.applicable = device->has_assessment ? (enum tri)device->applicable : TRI_NONE;
	row.compliant = device->has_assessment ? (enum tri)device->compliant : TRI_NONE;
	row_texts(estate, device, &row);
	row.text[TEXT_GROUP] = group;
	row_times(device, &row);
	bool conflict;
	row.verdict = device_verdict(estate, device, &conflict);
	int64_t witness = newest(row.time[TIME_ASSESSED], row.time[TIME_GATHERED]);
	row.flags = (uint16_t)(device_flags(detection, device, &row, witness) | (conflict ? FLAG_CONFLICT : 0u));
	detection->newest_witness = newest(detection->newest_witness, witness);
	detection->assessed += device->has_assessment;
	detection->witnessed += device->has_assessment || device->has_gathering;
	detection->ungathered += !device->has_gathering;
	detection->unlisted += !device->has_software;
	detection->run->gaps.stale += (row.flags & FLAG_STALE) != 0;
	detection->run->gaps.stale_active += (row.flags & FLAG_STALE) && row.verdict == VERDICT_ACTIVE;
	detection->run->counts[row.verdict]++;
	table_add(&detection->run->rows, &row);
	strbuf_release(&both);
	return row.verdict;
}

/* ---- hosts that are not shown ---- */

static bool is_witnessed(const struct device *device)
{
	return device->has_assessment || device->has_gathering;
}

/* A device that only the witness tables know: what they say of it is all there is. */
static void note_orphan(struct detection *detection, const struct device *device)
{
	struct run_gaps *gaps = &detection->run->gaps;
	bool conflict;
	if (!is_witnessed(device))
		return;
	gaps->orphans++;
	gaps->orphans_bad += device_verdict(detection->estate, device, &conflict) != VERDICT_ACTIVE;
}

/* A record whose target nobody knows is shown nowhere; when it would be a finding, that is worth a name. */
static void note_astray(struct detection *detection, const struct device *device)
{
	const struct estate *estate = detection->estate;
	struct run_gaps *gaps = &detection->run->gaps;
	struct slice group, name = estate_name(estate, device);
	bool conflict;
	if (!is_witnessed(device) || (device->platform != MAP_NONE && !platform_in_scope(detection, device->platform)) ||
	    (group_match(detection, device, &group) == MAP_NONE && detection->scope->group_count) ||
	    device_verdict(estate, device, &conflict) == VERDICT_ACTIVE)
		return;
	if (gaps->astray_bad < ASTRAY_NAMED)
		gaps->astray_names[gaps->astray_bad] = xmemdup(name.text ? name.text : "?", name.text ? name.len : 1);
	gaps->astray_bad++;
}

/* ---- steps ---- */

static void detection_begin(struct detection *detection)
{
	const struct scope *scope = detection->scope;
	struct run *run = detection->run;
	uint32_t texts = detection->estate->texts.count;
	for (size_t i = 0; i < scope->group_count; i++)
		scope_lower_put(&detection->groups, slice_of(scope->groups[i]));
	detection->group_hits = xcalloc(detection->groups.count + 1, sizeof *detection->group_hits);
	detection->group_state = xcalloc((size_t)texts + 1, sizeof *detection->group_state);
	detection->platform_state = xcalloc((size_t)texts + 1, sizeof *detection->platform_state);
	detection->platform_devices = xcalloc((size_t)texts + 1, sizeof *detection->platform_devices);
	detection->census_of = xcalloc((size_t)texts + 1, sizeof *detection->census_of);
	detection->newest_witness = detection->newest_row = TIME_NONE;
	run->all_groups = scope->group_count == 0;
	run->input = detection->estate->input;
	if (!run->scope) {
		struct strbuf text = STRBUF_INIT((size_t)UINT32_MAX);
		scope_text(scope, &text);
		run->scope = xstrdup(strbuf_text(&text));
		strbuf_release(&text);
	}
	detection->begun = true;
}

/* The newest time of any of a device's rows. A row from the future shows a wrong clock wherever the host belongs, all the more
 * when it is the row that puts the host out of scope. */
static int64_t newest_of(const struct device *device)
{
	int64_t time = newest(device->has_inventory ? device->seen : TIME_NONE, device->has_versions ? device->versions_at : TIME_NONE);
	time = newest(time, device->has_assessment ? device->assessed_at : TIME_NONE);
	return time_seconds(newest(time, device->has_gathering ? device->gathered_at : TIME_NONE));
}

bool detection_step(struct detection *detection, uint32_t budget)
{
	if (!detection->begun)
		detection_begin(detection);
	uint32_t count = detection->estate->ids.count;
	for (; budget && detection->next < count; budget--, detection->next++) {
		struct slice group = { NULL, 0 };
		const struct device *device = &detection->estate->devices[detection->next];
		enum fate fate = device_fate(detection, device, &group);
		count_fate(&detection->run->estate, fate);
		detection->newest_row = newest(detection->newest_row, newest_of(device));
		if (fate == FATE_NO_INVENTORY)
			note_orphan(detection, device);
		else if (fate == FATE_ASTRAY)
			note_astray(detection, device);
		else if (fate == FATE_IN_SCOPE)
			census_add(detection, device, group, add_host(detection, detection->next, group));
		else if (fate == FATE_OTHER_GROUP)
			census_add(detection, device, group, VERDICT_NONE);
	}
	if (detection->next < count)
		return false;
	census_add_counted(detection);
	census_end(detection);
	detection->run->gaps.software = detection->estate->given[TABLE_SOFTWARE];
	detection->run->gaps.unassessed = detection->run->estate.in_scope - detection->assessed;
	detection->run->gaps.ungathered = detection->ungathered;
	detection->run->gaps.unlisted = detection->run->gaps.software ? detection->unlisted : 0;
	return true;
}

void detection_release(struct detection *detection)
{
	map_release(&detection->groups);
	free(detection->group_hits);
	free(detection->group_state);
	free(detection->platform_state);
	free(detection->platform_devices);
	merges_release(&detection->merges);
	map_release(&detection->census);
	free(detection->census_of);
	*detection = (struct detection){ 0 };
}
