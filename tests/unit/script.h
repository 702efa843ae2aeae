/* script.h - estates written as lines of text, for tests: a row of a table is one line.
 *
 *     inv|web01|-2h|group=prod|os=WindowsServer2019     DeviceInfo; also name= onb= health= merged= excluded= report= osv=
 *     asm|web01|-1h|mode=0|compliant=0|applicable=1     assessment scid-2010
 *     ver|web01|-1h|sig=1.2|engine=3|plat=4|sigt=-3d    assessment scid-2011
 *     gat|web01|-1h|mode=1|sig=1.2|sigt=-3d|bag=K:V     info gathering; also engine= plat=; bag= may be repeated
 *     sw|web01||vendor=sophos|name=endpoint             software inventory
 *     fin|web01|-2h|os=...|amode=1|mode=1|av=Sophos     joined finding; at= and gt= are the times of the witnesses
 *
 * asm, gat and fin take doubt=1: a cell of the row could not be understood.
 *
 * Times are counted from NOW: -2h, -3d, +1d, -5t (ticks), or nothing for none. A key that is absent is a missing value. */
#ifndef TEST_SCRIPT_H
#define TEST_SCRIPT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/strbuf.h"
#include "core/model/bag.h"
#include "core/model/change.h"
#include "core/model/detect.h"
#include "core/model/trust.h"

#define NOW INT64_C(1795000000)   /* seconds */
#define LINE_PARTS 24

/* One line, cut at its bars. */
struct line {
	char text[1024];
	char *parts[LINE_PARTS];
	size_t count;
};

static inline void line_cut(struct line *line, const char *text)
{
	assert_true(strlen(text) < sizeof line->text);
	memcpy(line->text, text, strlen(text) + 1);
	line->count = 0;
	for (char *at = line->text; at;) {
		assert_true(line->count < LINE_PARTS);
		line->parts[line->count++] = at;
		at = strchr(at, '|');
		if (at)
			*at++ = '\0';
	}
}

/* The value of a key, or no value. */
static inline struct slice line_value(const struct line *line, const char *key)
{
	size_t n = strlen(key);
	for (size_t i = 3; i < line->count; i++)
		if (strncmp(line->parts[i], key, n) == 0 && line->parts[i][n] == '=')
			return slice_of(line->parts[i] + n + 1);
	return (struct slice){ NULL, 0 };
}

static inline int64_t script_time(const char *text)
{
	char unit = 0;
	long long n = 0;
	if (!text || !*text)
		return TIME_NONE;
	assert_int_equal(sscanf(text, "%lld%c", &n, &unit), 2);
	if (unit == 't')
		return NOW * TICKS_PER_SECOND + n;
	int64_t second = unit == 'd' ? 86400 : unit == 'h' ? 3600 : unit == 'm' ? 60 : 1;
	return (NOW + n * second) * TICKS_PER_SECOND;
}

static inline int64_t line_time(const struct line *line, const char *key)
{
	return script_time(line_value(line, key).text);
}

static inline enum tri line_tri(const struct line *line, const char *key)
{
	struct slice value = line_value(line, key);
	return !value.len ? TRI_NONE : value.text[0] == '1' ? TRI_TRUE : TRI_FALSE;
}

static inline struct inventory_row line_inventory(const struct line *line)
{
	struct slice name = line_value(line, "name"), report = line_value(line, "report");
	return (struct inventory_row){
		.time = script_time(line->parts[2]),
		.name = name.text ? name : slice_of(line->parts[1]),
		.group = line_value(line, "group"), .platform = line_value(line, "os"), .os_version = line_value(line, "osv"),
		.onboarding = line_value(line, "onb"), .health = line_value(line, "health"),
		.merged_to = line_value(line, "merged"), .report = report.text ? strtoll(report.text, NULL, 10) : TIME_NONE,
		.excluded = line_tri(line, "excluded"),
	};
}

static inline void line_gathering(const struct line *line, struct gathering_row *row, struct strbuf *bag)
{
	*row = (struct gathering_row){
		.mode = line_value(line, "mode"), .engine = line_value(line, "engine"), .platform = line_value(line, "plat"),
		.signature = line_value(line, "sig"), .signature_time = line_time(line, "sigt"), .doubtful = line_value(line, "doubt").len > 0,
	};
	for (size_t i = 3; i < line->count; i++) {
		char *pair = line->parts[i], *colon = strchr(pair, ':');
		if (strncmp(pair, "bag=", 4) == 0 && colon)
			bag_add(bag, BAG_TEXT, (struct slice){ pair + 4, (size_t)(colon - pair - 4) }, slice_of(colon + 1));
	}
	if (bag->len)
		row->bag = (struct slice){ bag->buf, bag->len };
}

static inline void script_finding(struct estate *estate, uint32_t device, const struct line *line,
                                  struct gathering_row *gathering)
{
	struct inventory_row inventory = line_inventory(line);
	struct assessment_row assessment = { line_time(line, "at"), line_tri(line, "applicable"), line_tri(line, "compliant"),
		line_value(line, "amode"), gathering->doubtful };
	bool assessed = assessment.mode.text || assessment.compliant || assessment.applicable;
	gathering->time = line_time(line, "gt");
	estate->given[TABLE_FINDINGS] = true;
	estate_finding(estate, device, &inventory, assessed ? &assessment : NULL, gathering->mode.text ? gathering : NULL,
	               line_value(line, "av"));
}

static inline void script_row(struct estate *estate, const char *text)
{
	struct line line;
	struct strbuf bag = STRBUF_INIT(4096);
	struct gathering_row gathering;
	line_cut(&line, text);
	uint32_t device = estate_device(estate, slice_of(line.parts[1]));
	const char *kind = line.parts[0];
	line_gathering(&line, &gathering, &bag);
	gathering.time = script_time(line.parts[2]);
	if (strcmp(kind, "inv") == 0) {
		struct inventory_row row = line_inventory(&line);
		estate_inventory(estate, device, &row, false);
	} else if (strcmp(kind, "asm") == 0) {
		struct assessment_row row = { gathering.time, line_tri(&line, "applicable"), line_tri(&line, "compliant"),
			gathering.mode, gathering.doubtful };
		estate->given[TABLE_ASSESSMENT] = true;
		estate_assessment(estate, device, &row);
	} else if (strcmp(kind, "ver") == 0) {
		struct versions_row row = { gathering.time, gathering.signature, gathering.engine, gathering.platform,
			gathering.signature_time };
		estate_versions(estate, device, &row);
	} else if (strcmp(kind, "gat") == 0) {
		estate->given[TABLE_GATHERING] = true;
		estate_gathering(estate, device, &gathering);
	} else if (strcmp(kind, "sw") == 0) {
		struct software_row row = { line_value(&line, "vendor"), line_value(&line, "name") };
		estate->given[TABLE_SOFTWARE] = true;
		estate_software(estate, device, &row);
	} else {
		assert_string_equal(kind, "fin");
		script_finding(estate, device, &line, &gathering);
	}
	strbuf_release(&bag);
}

/* A scope over the given groups, with the limits of the configuration's defaults. */
static inline struct scope script_scope(const char *const *groups, size_t count)
{
	static const char *const servers[] = { "WindowsServer" };
	return (struct scope){ .groups = groups, .group_count = count, .platforms = servers, .platform_count = 1,
		.freshness = 8 * SPAN_DAY, .silence = 14 * SPAN_DAY, .unreadable = 100, .unenriched = 2000, .drop = 2000 };
}

/* Fills the run from the estate in small steps; the caller releases both. */
static inline void script_detect(const struct estate *estate, const struct scope *scope, struct run *run,
                                 struct detection *detection)
{
	*run = (struct run){ .started = NOW };
	*detection = (struct detection){ .estate = estate, .scope = scope, .run = run };
	while (!detection_step(detection, 3))
		assert_true(detection->next < estate->ids.count);
}

/* The row of a device id in a run, or MAP_NONE. */
static inline uint32_t script_find(const struct run *run, const char *id)
{
	for (uint32_t row = 0; row < run->rows.count; row++) {
		char text[256];
		struct slice packed = table_packed_id(&run->rows, row);
		size_t n = id_unpack(text, packed);
		if (n == strlen(id) && memcmp(text, id, n) == 0)
			return row;
	}
	return MAP_NONE;
}

static inline void assert_text(struct slice text, const char *expected)
{
	char copy[1024] = "(none)";
	if (text.text)
		snprintf(copy, sizeof copy, "%.*s", (int)text.len, text.text);
	assert_string_equal(copy, expected);
}

/* The counts of a run are one partition of what it saw. */
static inline void assert_adds_up(const struct run *run)
{
	const struct estate_counts *e = &run->estate;
	uint32_t sum = 0;
	for (int v = 0; v < VERDICT_COUNT; v++)
		sum += run->counts[v];
	assert_int_equal(sum, e->in_scope);
	assert_int_equal(e->devices, e->in_scope + e->no_inventory + e->no_platform + e->merged + e->other_platform +
	                 e->other_group);
	/* And the groups are another one. */
	uint32_t servers = 0, counts[VERDICT_COUNT] = { 0 };
	assert_true(run->has_groups);
	for (size_t i = 0; i < run->group_count; i++) {
		uint32_t here = 0;
		servers += run->groups[i].servers;
		for (int v = 0; v < VERDICT_COUNT; v++) {
			counts[v] += run->groups[i].counts[v];
			here += run->groups[i].counts[v];
		}
		assert_int_equal(here, run->groups[i].in_scope ? run->groups[i].servers : 0);
		assert_true(i == 0 || slice_compare(run->groups[i - 1].name, run->groups[i].name) < 0);
	}
	assert_int_equal(servers, e->in_scope + e->other_group);
	for (int v = 0; v < VERDICT_COUNT; v++)
		assert_int_equal(counts[v], run->counts[v]);
}

#endif
