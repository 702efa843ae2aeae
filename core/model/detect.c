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
#include "core/model/tie.h"

#define SCOPE_WORD_MAX 65536   /* bytes of one lower-cased group or platform */

/* Where one device goes; each is a member of struct estate_counts. */
enum fate { FATE_IN_SCOPE, FATE_NO_INVENTORY, FATE_NO_PLATFORM, FATE_MERGED, FATE_OTHER_PLATFORM, FATE_OTHER_GROUP };

/* Answers kept by text code, so that each distinct group and platform is asked once. */
enum { STATE_UNASKED, STATE_OUT, STATE_IN };

/* ---- scope ---- */

static uint32_t lower_put(struct map *words, struct slice word)
{
	struct strbuf lower = STRBUF_INIT(SCOPE_WORD_MAX);
	utf8_lower(&lower, word.text, word.len);
	uint32_t number = map_put(words, strbuf_text(&lower), lower.len, NULL);
	strbuf_release(&lower);
	return number;
}

static uint32_t lower_get(const struct map *words, struct slice word)
{
	struct strbuf lower = STRBUF_INIT(SCOPE_WORD_MAX);
	utf8_lower(&lower, word.text, word.len);
	uint32_t number = map_get(words, strbuf_text(&lower), lower.len);
	strbuf_release(&lower);
	return number;
}

static int word_order(const void *a, const void *b)
{
	return slice_compare(*(const struct slice *)a, *(const struct slice *)b);
}

/* Sorted, lower-cased, without repeats: `[scope] group = B` and `group = b, group = B` are one scope, and their runs compare. */
static void scope_lines(const char *head, const char *const *words, size_t count, struct strbuf *out)
{
	struct map lower = { 0 };
	for (size_t i = 0; i < count; i++)
		lower_put(&lower, slice_of(words[i]));
	struct slice *sorted = xcalloc(lower.count + 1, sizeof *sorted);
	for (uint32_t i = 0; i < lower.count; i++)
		sorted[i] = map_key(&lower, i);
	qsort(sorted, lower.count, sizeof *sorted, word_order);
	for (uint32_t i = 0; i < lower.count; i++) {
		strbuf_adds(out, head);
		strbuf_add(out, sorted[i].text, sorted[i].len);
		strbuf_addc(out, '\n');
	}
	free(sorted);
	map_release(&lower);
}

#define PLATFORM_HEAD "os_platform="

void scope_text(const struct scope *scope, struct strbuf *out)
{
	scope_lines(PLATFORM_HEAD, scope->platforms, scope->platform_count, out);
	scope_lines("group=", scope->groups, scope->group_count, out);
}

/* KQL's startswith: ASCII case ignored, `WindowsServer` fits `windowsserver2022`. */
static bool starts_nocase(struct slice text, const char *prefix, size_t n)
{
	if (!text.text || text.len < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned char a = (unsigned char)text.text[i], b = (unsigned char)prefix[i];
		unsigned char low = a | 0x20;
		if (a != b && (low != (b | 0x20) || low < 'a' || low > 'z'))
			return false;
	}
	return true;
}

bool scope_text_has_platform(const char *text, struct slice platform)
{
	const char *line = text;
	while (line && strncmp(line, PLATFORM_HEAD, strlen(PLATFORM_HEAD)) == 0) {
		line += strlen(PLATFORM_HEAD);
		size_t n = strcspn(line, "\n");
		if (starts_nocase(platform, line, n))
			return true;
		line += line[n] ? n + 1 : n;
	}
	return false;
}

static bool platform_in_scope(struct detection *detection, uint32_t code)
{
	uint8_t *state = &detection->platform_state[code];
	const struct scope *scope = detection->scope;
	struct slice platform = estate_text(detection->estate, code);
	for (size_t i = 0; *state == STATE_UNASKED && i < scope->platform_count; i++)
		if (starts_nocase(platform, scope->platforms[i], strlen(scope->platforms[i])))
			*state = STATE_IN;
	if (*state == STATE_UNASKED)
		*state = STATE_OUT;
	return *state == STATE_IN;
}

/* The number of the configured group that a group's text matches, or MAP_NONE. */
static uint32_t group_number(struct detection *detection, uint32_t code)
{
	if (code == MAP_NONE)
		return MAP_NONE;
	uint32_t *state = &detection->group_state[code];
	if (*state == STATE_UNASKED) {
		uint32_t number = lower_get(&detection->groups, estate_text(detection->estate, code));
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
		number = lower_get(&detection->groups, tie);
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
	if (device->merged_to != MAP_NONE)
		return FATE_MERGED;
	/* Only joined findings come without a platform; they were filtered by whoever joined them. */
	if (device->platform != MAP_NONE && !platform_in_scope(detection, device->platform))
		return FATE_OTHER_PLATFORM;
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
		&counts->other_platform, &counts->other_group };
	counts->devices++;
	++*places[fate];
}

uint32_t detection_group_hits(const struct detection *detection, size_t group)
{
	uint32_t number = lower_get(&detection->groups, slice_of(detection->scope->groups[group]));
	return number == MAP_NONE || !detection->group_hits ? 0 : detection->group_hits[number];
}

/* ---- merged records ---- */

#define MERGES_MAX 64   /* links of a chain of merged records that are followed; a real one has two or three */

/* Whether no inventory row stands at the end of a chain of merges: a target that is not there, or a circle (a into b into a). Such
 * a host is counted as merged and yet shown nowhere. */
static bool is_astray(const struct estate *estate, const struct device *device)
{
	for (int links = 0; links < MERGES_MAX; links++) {
		struct slice target = estate_text(estate, device->merged_to);
		uint32_t number = map_get(&estate->ids, target.text, target.len);
		if (number == MAP_NONE || !estate->devices[number].has_inventory)
			return true;
		device = &estate->devices[number];
		if (device->merged_to == MAP_NONE)
			return false;
	}
	return true;
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

static void add_host(struct detection *detection, uint32_t number, struct slice group)
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
	struct evidence evidence = {
		.assessed = device->has_assessment, .applicable = row.applicable, .compliant = row.compliant,
		.assessed_mode = row.text[TEXT_ASSESSED_MODE],
		.gathered = device->has_gathering, .gathered_mode = row.text[TEXT_GATHERED_MODE],
		.doubtful = (device->has_assessment && device->assessment_doubtful) ||
		            (device->has_gathering && device->gathering_doubtful),
	};
	bool conflict;
	row.verdict = verdict_decide(&evidence, &conflict);
	int64_t witness = newest(row.time[TIME_ASSESSED], row.time[TIME_GATHERED]);
	row.flags = (uint16_t)(device_flags(detection, device, &row, witness) | (conflict ? FLAG_CONFLICT : 0u));
	detection->newest_witness = newest(detection->newest_witness, witness);
	detection->assessed += device->has_assessment;
	detection->witnessed += device->has_assessment || device->has_gathering;
	detection->ungathered += !device->has_gathering;
	detection->run->counts[row.verdict]++;
	table_add(&detection->run->rows, &row);
	strbuf_release(&both);
}

/* ---- steps ---- */

static void detection_begin(struct detection *detection)
{
	const struct scope *scope = detection->scope;
	struct run *run = detection->run;
	uint32_t texts = detection->estate->texts.count;
	for (size_t i = 0; i < scope->group_count; i++)
		lower_put(&detection->groups, slice_of(scope->groups[i]));
	detection->group_hits = xcalloc(detection->groups.count + 1, sizeof *detection->group_hits);
	detection->group_state = xcalloc((size_t)texts + 1, sizeof *detection->group_state);
	detection->platform_state = xcalloc((size_t)texts + 1, sizeof *detection->platform_state);
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
		if (fate == FATE_MERGED)
			detection->run->estate.merged_astray += is_astray(detection->estate, device);
		if (fate == FATE_IN_SCOPE)
			add_host(detection, detection->next, group);
	}
	return detection->next == count;
}

void detection_release(struct detection *detection)
{
	map_release(&detection->groups);
	free(detection->group_hits);
	free(detection->group_state);
	free(detection->platform_state);
	*detection = (struct detection){ 0 };
}
